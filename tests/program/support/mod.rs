//! Shared by the tests: the C program, a network and a process of their own, a terminal.

#[cfg(target_os = "linux")]
use std::time::Duration;

pub mod again;
pub mod agreement;
#[cfg(target_os = "linux")]
pub mod dns;
#[cfg(target_os = "linux")]
pub mod network;
pub mod oracle;
#[cfg(unix)]
pub mod process;
pub mod query;
pub mod random;
pub mod run;
pub mod terminal;

/// Repeats `action` until it measures less than `limit`. A busy machine exceeds it now and then; a
/// program that waits for something exceeds it every time.
#[cfg(target_os = "linux")]
#[track_caller]
pub fn takes_less_than(limit: Duration, action: impl FnMut() -> Duration) {
    const TRIES: usize = 20;
    let mut tries: Vec<Duration> = Vec::new();
    let times = std::iter::repeat_with(action).take(TRIES);
    for took in times {
        if took < limit {
            return;
        }
        tries.push(took);
    }
    panic!("{tries:?}: never less than {limit:?}");
}

/// Whether this process may open raw sockets.
#[cfg(target_os = "linux")]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
