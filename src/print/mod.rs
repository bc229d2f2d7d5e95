//! What the calls returned, written out: as a table for people, as JSON for programs.
//!
//! Both say the same; the JSON is a contract with other programs and the table is not.

pub mod headless;
mod json;
mod layout;
mod notes;
mod table;

use std::io::{self, Write};

use crate::net::Run;
use crate::words::Language;

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

/// A run and how it is told.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The query and all that came of it.
    pub run: &'a Run,
    /// The language of the notes.
    pub language: Language,
}

impl Report<'_> {
    /// Writes it as `format`. The caller flushes.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, format: Format, out: &mut impl Write) -> io::Result<()> {
        match format {
            Format::Table => table::write(*self, out),
            Format::Json => json::write(*self, out),
        }
    }
}

/// The program's own name and version, as both formats give it.
const PROGRAM: (&str, &str) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));

#[cfg(test)]
mod tests;
