//! An oscilloscope for `getaddrinfo()` and `socket()`, the first calls of every socket program.
//!
//! This library is the code of the command `sockscope`, so that tests can use its parts. It is not an
//! API: only the command line, the JSON and the exit status are stable.
//!
//! # The map
//!
//! | room | contents |
//! |---|---|
//! | [`cli`] | the command line: arguments → query and options |
//! | [`print`](mod@print) | without a screen: one query as a table or JSON, and the exit status; an error explained |
//! | [`tui::runtime`] | the event loop, and the threads that make the calls |
//! | [`tui::ui`] | draws the state |
//! | [`tui::keys`] | the table of keys, from which the footer, the help and the reference are made |
//! | [`tui::term`] | sets up the terminal, and restores it whatever happens |
//! | [`app`] | the state and its changes; no terminal, no threads, no clock |
//! | [`explain`] | notes: what happened, why, and what to do |
//! | [`output`] | a file that is replaced whole or not at all |
//! | [`recorded`] | recorded results of other systems |
//! | [`compare`] | two answers: what differs |
//! | [`replay`] | a file of the JSON as a run |
//! | [`code`] | a query as a program in C, Rust or Python, from the templates in `assets/code` |
//! | [`config`] | the user's configuration |
//! | [`document`] | a TOML file of the user: its values, and errors with their line |
//! | [`lesson`] | presets: queries with a name; lessons: steps with calls and questions |
//! | [`script`] | calls as lines: the file of `--trace`; scripts, read and run |
//! | [`words`] | the languages of the interface |
//! | [`net`] | calls, records, runs, queries, addresses, errors, facts: plain data, and the recorder |
//! | [`sys`] | the operating system: the only room that calls it, with all unsafe code |
//! | [`names`] | the constants of each system: numbers ↔ names |
//! | [`text`] | escaping, quoting and width of text |
//!
//! Imports point one way; `tests/architecture` reads them from the source.
//!
//! # A call is a value
//!
//! Every call is a [`net::Call`]. The [`net::Recorder`] makes it and returns a [`net::Record`]. A query
//! and the records of its calls are a [`net::Run`], which also holds the system that its numbers
//! belong to. The screen shows a run, `--format` prints one, and rules explain one, without asking
//! which system the program runs on.
//!
//! # The flow
//!
//! In the terminal interface a key becomes a [`app::Command`] and that a [`app::Msg`];
//! [`app::Model::update`] changes the state and adds [`app::Effect`]s. Only effects lead to system
//! calls; threads make them, and each result is a message again. [`tui::runtime`] runs this loop, and
//! [`tui::ui::draw()`] reads the state and changes nothing.
//!
//! [`net::Net`] is the boundary to the system; tests implement stand-ins.

pub mod app;
pub mod cli;
pub mod code;
pub mod compare;
pub mod config;
pub mod document;
pub mod explain;
pub mod lesson;
pub mod names;
pub mod net;
pub mod output;
pub mod print;
pub mod recorded;
pub mod replay;
pub mod script;
pub mod sys;
pub mod text;
pub mod tui;
pub mod words;
