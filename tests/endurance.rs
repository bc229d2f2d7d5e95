//! The real program for as long as a workshop lasts, at the speed of the machine: it goes on working,
//! and takes no more of anything at the end than it did early on.
//!
//! `SOCKSCOPE_ENDURANCE=1` makes the runs as long as they are meant to be, `.ci/endurance` sets it;
//! without it each is a tenth of that.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

#[cfg(target_os = "linux")]
#[path = "support/process.rs"]
mod process;
#[cfg(target_os = "linux")]
#[path = "support/terminal.rs"]
mod terminal;

#[cfg(target_os = "linux")]
#[path = "endurance/hour.rs"]
mod hour;
#[cfg(target_os = "linux")]
#[path = "endurance/input.rs"]
mod input;
#[cfg(target_os = "linux")]
#[path = "endurance/usage.rs"]
mod usage;

#[cfg(not(target_os = "linux"))]
#[test]
fn what_a_long_run_takes_is_read_from_proc() {
    support::not_run("every long run of the real program", "/proc is Linux's");
}

/// `whole` of something, or as much of it as this run makes.
#[cfg(target_os = "linux")]
fn scaled(whole: usize) -> usize {
    if std::env::var_os("SOCKSCOPE_ENDURANCE").is_some() {
        whole
    } else {
        whole / 10
    }
}

/// Tells the figures of a run, past libtest's capture, which takes only what the print macros write.
#[cfg(target_os = "linux")]
fn tell(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "ENDURANCE: {line}");
}
