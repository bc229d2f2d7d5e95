//! Hostile data from everywhere: nothing of it reaches a terminal, a file or a program raw.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on panics"
)]

mod support;
#[cfg(target_os = "linux")]
#[path = "support/terminal.rs"]
mod terminal;

#[cfg(target_os = "linux")]
#[path = "support/process.rs"]
mod process;

#[cfg(target_os = "linux")]
#[path = "hostile/arguments.rs"]
mod arguments;
#[cfg(target_os = "linux")]
#[path = "hostile/clean.rs"]
mod clean;
#[cfg(target_os = "linux")]
#[path = "hostile/names.rs"]
mod names;
#[cfg(target_os = "linux")]
#[path = "hostile/paste.rs"]
mod paste;
#[cfg(target_os = "linux")]
#[path = "hostile/screens.rs"]
mod screens;
#[cfg(target_os = "linux")]
#[path = "hostile/texts.rs"]
mod texts;

#[cfg(not(target_os = "linux"))]
#[test]
fn hostile_names_come_from_files_of_a_network_of_the_tests_own() {
    support::not_run(
        "every test with hostile data on the real program",
        "network namespaces are Linux's",
    );
}
