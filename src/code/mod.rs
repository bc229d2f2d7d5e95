//! A query as the source of a program that makes the same calls.
//!
//! A program is complete: it compiles as it stands, and asks what the query asks. It is written to
//! be read, by people who learn the two calls. `assets/code` has a template for each language.
//!
//! Every program prints the same lines, one for getaddrinfo and one for each entry it opens:
//!
//! ```text
//! getaddrinfo NUMBER
//! entry FAMILY TYPE PROTOCOL ADDRESS PORT socket ok
//! entry FAMILY TYPE PROTOCOL ADDRESS PORT socket error NUMBER
//! ```
//!
//! The numbers are decimal and those of the system. A link-local address ends with `%` and its scope,
//! a number or the interface's name; address and port are `-` unless the family is IP. The exit status
//! is that of `sockscope --format`: 0 if a socket was opened, 1 if getaddrinfo failed, 3 if no socket
//! was opened. A program for one entry exits with 3 if its list is shorter, and says so on standard
//! error.
//!
//! A node or a service becomes a literal of printable ASCII.

mod c;
mod constant;
mod literal;
mod python;
mod rust;
mod syntax;
mod winsock;

use crate::names::Os;
use crate::net::Query;

pub use syntax::{Token, highlight};

/// What a program is written in, and for.
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
    /// Every language, in the order in which they are listed to people.
    pub const ALL: [Self; 4] = [Self::C, Self::Winsock, Self::Rust, Self::Python];

    /// The name by which the command line knows it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::C => "c",
            Self::Winsock => "winsock",
            Self::Rust => "rust",
            Self::Python => "python",
        }
    }

    /// The name by which people know it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::C => "C for POSIX",
            Self::Winsock => "C for Winsock",
            Self::Rust => "Rust with socket2",
            Self::Python => "Python",
        }
    }

    /// The language of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.name() == name)
    }
}

/// What a program opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Every entry of the list, one after another.
    AllEntries,
    /// The entry at this place of the list; the first is at 0.
    Entry(usize),
}

impl Subject {
    /// The number of the one entry; the first is 1.
    fn number(self) -> Option<usize> {
        match self {
            Self::AllEntries => None,
            Self::Entry(place) => Some(place.saturating_add(1)),
        }
    }
}

/// The program that asks `query`, whose numbers are those of `host`, and opens `subject`. It is
/// ASCII without control characters other than line feeds, and ends with one.
#[must_use]
pub fn program(language: Language, host: Os, query: &Query, subject: Subject) -> String {
    let entry = subject.number();
    let mut text = match language {
        Language::C => c::Program::new(host, query, entry).to_string(),
        Language::Winsock => winsock::Program::new(host, query, entry).to_string(),
        Language::Rust => rust::Program::new(host, query, entry).to_string(),
        Language::Python => python::Program::new(host, query, entry).to_string(),
    };
    // askama drops a template's last line feed.
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
