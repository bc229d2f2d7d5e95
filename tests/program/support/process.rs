//! A running process, from /proc (proc(5)).

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::terminal::wait_for;

/// Sends `signal` to the process.
pub fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// The letter of the process's state: running, sleeping, stopped, zombie. `None` if it is gone.
pub fn state(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// Waits until it is in that state.
#[track_caller]
pub fn wait_for_state(pid: u32, wanted: char) {
    wait_for(&format!("state {wanted} of process {pid}"), || {
        (state(pid) == Some(wanted)).then_some(())
    });
}

/// The process with this name below `pid`.
#[track_caller]
pub fn descendant(pid: u32, name: &str) -> u32 {
    fn find(pid: u32, name: &str) -> Option<u32> {
        if fs::read_to_string(format!("/proc/{pid}/comm")).ok()?.trim() == name {
            return Some(pid);
        }
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
        children
            .split_whitespace()
            .find_map(|child| find(child.parse().ok()?, name))
    }
    wait_for(&format!("a process named {name}"), || find(pid, name))
}

/// The target of a descriptor of the process.
pub fn link(pid: u32, descriptor: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/fd/{descriptor}")).ok()
}

/// The targets of its descriptors.
pub fn links(pid: u32) -> Vec<PathBuf> {
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    descriptors
        .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
        .collect()
}

/// A number in /proc/PID/status, in kilobytes for memory.
pub fn status(pid: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let number = line.strip_prefix(':')?.split_whitespace().next()?;
    number.parse().ok()
}

/// Its resident memory, in kilobytes.
pub fn resident(pid: u32) -> u64 {
    status(pid, "VmRSS").unwrap()
}

/// The number of its threads.
pub fn threads(pid: u32) -> u64 {
    status(pid, "Threads").unwrap()
}

/// The processor time that it has used, in user mode and in the kernel.
pub fn processor_time(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    // Fields 14 and 15, in ticks; the state after the name is the third field. The kernel reports
    // them in USER_HZ (time(7)), which is 100 on every Linux that Rust supports.
    const USER_HZ: u64 = 100;
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<u64>().unwrap())
        .sum();
    Duration::from_millis(ticks * 1000 / USER_HZ)
}

/// The processor time that its main thread has used, to the nanosecond.
pub fn main_thread_time(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/task/{pid}/schedstat")).unwrap();
    let nanoseconds = stat.split_whitespace().next().unwrap();
    Duration::from_nanos(nanoseconds.parse().unwrap())
}

/// The number of context switches of each thread.
pub fn switches(pid: u32) -> BTreeMap<String, u64> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    tasks
        .map(|task| {
            let task = task.unwrap().path();
            let status = fs::read_to_string(task.join("status")).unwrap_or_default();
            let name = fs::read_to_string(task.join("comm")).unwrap_or_default();
            let count = status
                .lines()
                .filter(|line| line.contains("voluntary_ctxt_switches"))
                .filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok())
                .sum();
            (format!("{} {}", task.display(), name.trim()), count)
        })
        .collect()
}

/// The number of times its threads have gone to sleep of their own accord.
pub fn sleeps(pid: u32) -> u64 {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    tasks
        .filter_map(|task| fs::read_to_string(task.unwrap().path().join("status")).ok())
        .filter_map(|status| {
            let line = status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
            line.trim().parse::<u64>().ok()
        })
        .sum()
}
