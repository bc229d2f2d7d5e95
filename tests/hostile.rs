//! Hostile data from everywhere: nothing of it reaches a terminal, a file or a program raw.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on panics"
)]

mod support;
#[path = "support/terminal.rs"]
mod terminal;

#[path = "support/process.rs"]
mod process;

#[path = "hostile/arguments.rs"]
mod arguments;
#[path = "hostile/clean.rs"]
mod clean;
#[path = "hostile/names.rs"]
mod names;
#[path = "hostile/paste.rs"]
mod paste;
#[path = "hostile/screens.rs"]
mod screens;
#[path = "hostile/texts.rs"]
mod texts;
