//! What the calls returned, written out: as a table for people, as JSON for programs.
//!
//! Both say the same; the JSON is a contract with other programs and the table is not.

mod json;
mod layout;
mod notes;
mod table;

use std::io::{self, Write};
use std::time::Duration;

use crate::explain::Language;
use crate::net::{About, Attempt, Circumstances, Closed, Query, Resolution, Reverse};

/// A way to write a [`Report`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people: one line an entry, in columns.
    Table,
    /// For programs: one JSON object.
    Json,
}

impl Format {
    /// Every format, in the order in which they are listed to people.
    pub const ALL: [Self; 2] = [Self::Table, Self::Json];

    /// The name by which the command line knows it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// One query, and all that came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Where the calls were made.
    pub about: About,
    /// What getaddrinfo did.
    pub answer: Answer,
    /// What the machine is like, where that was asked; for the notes.
    pub circumstances: Circumstances,
    /// The language of the notes.
    pub language: Language,
}

/// What getaddrinfo did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It returned.
    Returned {
        /// The list, or the error.
        resolution: Resolution,
        /// socket() on each entry of the list, in its order; none where it was not asked for.
        trials: Option<Vec<Trial>>,
        /// getnameinfo on each entry, in the list's order; none where it was not asked for. An
        /// entry that is no IP address has none.
        reverses: Option<Vec<Option<ReverseAnswer>>>,
    },
    /// It had not returned when the wait was over.
    TimedOut {
        /// What was asked.
        query: Query,
        /// How long the wait was.
        waited: Duration,
    },
}

/// What getnameinfo did for one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReverseAnswer {
    /// It returned.
    Returned(Reverse),
    /// It had not returned when the wait was over.
    TimedOut {
        /// How long this call was waited for.
        waited: Duration,
    },
    /// It was not called, for the wait was over before its turn.
    NotCalled,
}

/// socket() on one entry, and the close() after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What socket() returned.
    pub attempt: Attempt,
    /// What close() returned; none where there was nothing to close.
    pub closed: Option<Closed>,
}

impl Report {
    /// Writes it as `format`. The caller flushes.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, format: Format, out: &mut impl Write) -> io::Result<()> {
        match format {
            Format::Table => table::write(self, out),
            Format::Json => json::write(self, out),
        }
    }

    /// What was asked.
    #[must_use]
    pub const fn query(&self) -> &Query {
        match &self.answer {
            Answer::Returned { resolution, .. } => &resolution.query,
            Answer::TimedOut { query, .. } => query,
        }
    }
}

/// The program's own name and version, as both formats give it.
const PROGRAM: (&str, &str) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));

#[cfg(test)]
mod tests;
