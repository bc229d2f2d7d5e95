//! An oscilloscope for `getaddrinfo()` and `socket()`, the two calls that every socket program
//! starts with.
//!
//! The program is the command `sockscope`; this library is what it is made of, so that its parts
//! can be tested one by one. The command line, the JSON and the exit status are what other programs
//! may rely on. The library's items are not: they change with the program.
//!
//! # The map
//!
//! | module | what it is |
//! |---|---|
//! | [`cli`] | the arguments, and the query and options that they ask for |
//! | [`headless`] | one query without a screen: resolve, try each socket, print, exit status |
//! | [`runtime`] | the loop, and the threads that carry out what the state asks for |
//! | [`term`] | the terminal: taken over, and given back whatever happens |
//! | [`trace_file`] | the file of `--trace`: every call as a line |
//! | [`ui`] | draws the state |
//! | [`keys`] | one table of keys: what each does, the footer, the help, the README |
//! | [`app`] | the state and how it changes; no terminal, no thread, no clock |
//! | [`explain`] | what happened, why with these hints, and what to do |
//! | [`presets`] | queries worth looking at, by name |
//! | [`report`] | what a query came to, as a table and as JSON |
//! | [`code`] | a query as a program, in C, Rust or Python, from the templates in `assets/code` |
//! | [`net`] | the two calls as plain data; `net::system` alone calls the OS, and has all unsafe code |
//! | [`names`] | the constants of each system: numbers and names; pure data |
//!
//! Imports point one way, from the top of this table to its end, and a test reads them from the
//! source to keep it so.
//!
//! # How it flows
//!
//! In the terminal interface a key becomes a [`app::Command`], that a [`app::Msg`], and
//! [`app::Model::update`] turns the message into a new state and a list of [`app::Effect`]s. Effects
//! are the only way to a system call; threads carry them out, and what comes back is a message
//! again. [`runtime`] turns this wheel, and [`ui::draw`] reads the state and changes nothing.
//!
//! Where the system is called through [`net::Net`], a test puts a stand-in.

pub mod app;
pub mod cli;
pub mod code;
pub mod explain;
pub mod headless;
pub mod names;
pub mod net;
pub mod presets;
pub mod report;
pub mod script;
pub mod sys;
pub mod text;
pub mod trace_file;
pub mod tui;
