//! A query as the source of a program that makes the same calls.
//!
//! A program is complete: it compiles as it stands, and asks what the query asks. It is written to
//! be read, by people who learn the two calls.
//!
//! Every program prints the same lines, one for getaddrinfo and one for each entry it opens:
//!
//! ```text
//! getaddrinfo NUMBER
//! entry FAMILY TYPE PROTOCOL ADDRESS PORT socket ok
//! entry FAMILY TYPE PROTOCOL ADDRESS PORT socket error NUMBER
//! ```
//!
//! The numbers are decimal, as the system has them. An address of a link has `%` and its scope, a
//! number or the interface's name, behind it; address and port are `-` where the family is not IP.
//! The exit status is that of `sockscope --format`: 0 where a socket was opened, 1 where
//! getaddrinfo failed, 3 where no socket was opened.
//!
//! Nothing of a node or a service reaches a program but as a literal of printable ASCII.

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

/// The program that asks `query`, whose numbers are those of `os`, and opens `subject`. It is
/// ASCII without control characters other than line feeds, and ends with one.
#[must_use]
pub fn program(language: Language, os: Os, query: &Query, subject: Subject) -> String {
    match language {
        Language::C => c::program(os, query, subject),
        Language::Winsock => winsock::program(os, query, subject),
        Language::Rust => rust::program(os, query, subject),
        Language::Python => python::program(os, query, subject),
    }
}

/// The comment at a program's head: what it does, what it prints, how it is built. `mark` begins
/// a comment.
fn head(mark: &str, subject: Subject, build: &[&str]) -> String {
    let opens = match subject {
        Subject::AllEntries => "every entry of the list".to_owned(),
        Subject::Entry(place) => format!("entry {} of the list", place.saturating_add(1)),
    };
    let calls = format!("Calls getaddrinfo(), and socket() on {opens} it gives.");
    let mut lines = vec![
        calls.as_str(),
        "",
        "It prints:",
        "  getaddrinfo NUMBER",
        "  entry FAMILY TYPE PROTOCOL ADDRESS PORT socket ok",
        "  entry FAMILY TYPE PROTOCOL ADDRESS PORT socket error NUMBER",
        "Exit status: 0 a socket was opened; 1 getaddrinfo failed; 3 none was.",
        "",
    ];
    lines.extend(build);
    let lines = lines.iter().map(|line| format!("{mark} {line}"));
    let lines: Vec<_> = lines.map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests;
