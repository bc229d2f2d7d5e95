//! An oscilloscope for `getaddrinfo()` and `socket()`, the two calls that every socket program
//! starts with.
//!
//! The program is the command `sockscope`; this library is what it is made of, so that its parts
//! can be tested one by one. The command line, the JSON and the exit status are what other programs
//! may rely on. The library's items are not: they change with the program.
//!
//! # The map
//!
//! | room | what it is |
//! |---|---|
//! | [`cli`] | the arguments, and the query and options that they ask for |
//! | [`print`] | without a screen: one query, written as a table or as JSON, and the exit status |
//! | [`tui::runtime`] | the loop, and the threads that make the calls |
//! | [`tui::ui`] | draws the state |
//! | [`tui::keys`] | one table of keys: what each does, the footer, the help, the README |
//! | [`tui::term`] | the terminal: taken, and given back whatever happens |
//! | [`app`] | the state and how it changes; no terminal, no thread, no clock |
//! | [`explain`] | what happened, why with these hints, and what to do |
//! | [`recorded`] | what other systems are recorded to do |
//! | [`code`] | a query as a program, in C, Rust or Python, from the templates in `assets/code` |
//! | [`lesson`] | queries to start from, by name |
//! | [`script`] | calls as lines, and the file of `--trace` |
//! | [`words`] | every sentence of the notes, in each language |
//! | [`net`] | calls, records, runs, queries, addresses, errors, facts: plain data, and the recorder |
//! | [`sys`] | the operating system: the only room that calls it, with all unsafe code |
//! | [`names`] | the constants of each system: numbers and names; pure data |
//! | [`text`] | text that goes into a call or came out of one, fit for a terminal |
//!
//! Imports point one way, and a test reads them from the source to keep it so (`tests/architecture`).
//!
//! # A call is a value
//!
//! Every call that the program makes is a [`net::Call`]. The [`net::Recorder`] makes it, and what comes
//! of it is a [`net::Record`]. A query and the records of all that was called for it are a
//! [`net::Run`], with the system whose numbers it holds. The screen shows a run, `--format` prints
//! one, rules explain one, and none of them asks which system it runs on.
//!
//! # How it flows
//!
//! In the terminal interface a key becomes a [`app::Command`], that a [`app::Msg`], and
//! [`app::Model::update`] turns the message into a new state and adds [`app::Effect`]s. Effects are the
//! only way to a system call; threads carry them out, and what comes back is a message again.
//! [`tui::runtime`] turns this wheel, and [`tui::ui::draw()`] reads the state and changes nothing.
//!
//! The system is called through [`net::Net`]; tests put a stand-in there.

pub mod app;
pub mod cli;
pub mod code;
pub mod explain;
pub mod lesson;
pub mod names;
pub mod net;
pub mod print;
pub mod recorded;
pub mod script;
pub mod sys;
pub mod text;
pub mod tui;
pub mod words;
