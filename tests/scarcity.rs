//! The real program where something is scarce: descriptors, threads, memory, files, streams, the
//! terminal itself. Each case ends in words and a status that README.md has, or goes on working;
//! none in a panic, in a spin, or with a terminal that is not as it was.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![allow(unreachable_pub, reason = "a test program exports nothing")]

mod support;

#[cfg(target_os = "linux")]
#[path = "support/process.rs"]
mod process;
#[cfg(target_os = "linux")]
#[path = "support/terminal.rs"]
mod terminal;

#[cfg(target_os = "linux")]
#[path = "scarcity/descriptors.rs"]
mod descriptors;
#[cfg(target_os = "linux")]
#[path = "scarcity/ending.rs"]
mod ending;
#[cfg(target_os = "linux")]
#[path = "scarcity/files.rs"]
mod files;
#[cfg(target_os = "linux")]
#[path = "scarcity/memory.rs"]
mod memory;
#[cfg(target_os = "linux")]
#[path = "scarcity/screen.rs"]
mod screen;
#[cfg(target_os = "linux")]
#[path = "scarcity/streams.rs"]
mod streams;
#[cfg(target_os = "linux")]
#[path = "scarcity/threads.rs"]
mod threads;

#[cfg(not(target_os = "linux"))]
#[test]
fn what_is_scarce_is_made_so_with_the_tools_of_linux() {
    support::not_run(
        "every test with something scarce",
        "prlimit, setpriv and /proc are Linux's",
    );
}
