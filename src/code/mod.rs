//! A query as the source of a program that makes the same calls.
//!
//! Each program is complete and compiles unchanged. Its readers are learning the two calls.
//! `assets/code` has a template for each language.
//!
//! Every program prints the same lines, one for getaddrinfo and one for each entry it opens:
//!
//! ```text
//! getaddrinfo NUMBER
//! entry FAMILY TYPE PROTOCOL ADDRESS PORT socket ok
//! entry FAMILY TYPE PROTOCOL ADDRESS PORT socket error NUMBER
//! ```
//!
//! A socket by hand has neither the first line nor `entry …`. A program that takes steps prints
//! `CALL NUMBER` or `CALL error NUMBER` for each later call, with what it returned; in a flat program the
//! socket stands first: `s1 bind 0`. Its exit status is also 6 if such a call failed: for every entry, if
//! the calls failed on each.
//!
//! The numbers are decimal and those of the system. A link-local address ends with `%` and its scope,
//! a number or the interface's name; address and port are `-` unless the family is IP. The exit status
//! is that of `sockscope --format`: 0 if a socket was opened, 1 if getaddrinfo failed, 3 if no socket
//! was opened. A program for one entry exits with 3 if its list is shorter, and says so on standard
//! error.
//!
//! A node or a service becomes a literal of printable ASCII.

mod body;
mod command_line;
mod constant;
mod dialect;
mod literal;
mod mode;
mod options;
mod program;
mod sequence;
mod step;
mod syntax;

use crate::names::Os;
use crate::net::{CallId, Query};

pub use command_line::command_line;
pub(crate) use command_line::shell_word;
use program::Program;
use step::SIGN;
pub use step::Steps;
pub(crate) use syntax::{Token, highlight};

/// A programming language, and the system it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// C for POSIX systems.
    C,
    /// C for Windows.
    Winsock,
    /// Rust, with the crate socket2.
    Rust,
    /// Python 3.
    Python,
}

impl Language {
    /// Every language, in the order of the help.
    pub const ALL: [Self; 4] = [Self::C, Self::Winsock, Self::Rust, Self::Python];

    /// The names on the command line and on the screen.
    const NAMES: [(&str, &str); 4] = [
        ("c", "C for POSIX"),
        ("winsock", "C for Winsock"),
        ("rust", "Rust with socket2"),
        ("python", "Python"),
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// Its name on the screen.
    pub(crate) const fn title(self) -> &'static str {
        Self::NAMES[self as usize].1
    }

    /// How the names of its files end.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::C | Self::Winsock => ".c",
            Self::Rust => ".rs",
            Self::Python => ".py",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.name() == name)
    }
}

/// The program that resolves `query` and then takes these steps. The numbers of the query are those of
/// `host`. The text is printable ASCII and line feeds, and ends with one.
pub fn program(language: Language, host: Os, query: &Query, steps: Steps<'_>) -> String {
    // askama drops the last line feed of a template.
    Program::new(language, host, query, steps).to_string() + "\n"
}

/// The same, and the index of the line that repeats this call of the run.
pub(crate) fn program_and_line(
    language: Language,
    host: Os,
    query: &Query,
    steps: Steps<'_>,
    call: CallId,
) -> (String, Option<usize>) {
    let mut program = Program::new(language, host, query, steps);
    program.selected = Some(call);
    let text = program.to_string() + "\n";
    let before = text.split_once(SIGN).map(|(before, _)| before);
    let line = before.map(|before| before.matches('\n').count());
    (text.replace(SIGN, ""), line)
}

#[cfg(test)]
mod step_tests;
#[cfg(test)]
mod tests;
