//! Writes a run without a screen: as a table for people, as JSON for programs.
//!
//! Both have the same content. Other programs rely on the JSON, but not on the table.

mod binds;
mod calls;
mod comparison;
pub mod doctor;
pub mod document;
pub mod explanation;
mod grid;
pub mod headless;
mod json;
mod layout;
pub mod lesson;
mod lookup;
mod markdown;
mod matrix;
mod memo;
mod notes;
mod order;
pub mod script;
mod table;

pub use grid::Grid;
use markdown::block;

use std::io::{self, Write};
use std::time::Duration;

use self::comparison::Compared;
use crate::explain::order::{Order, Place, Ranking};
use crate::net::{Hint, Redaction, Role, Run};
use crate::replay::{FileNote, Replay};
use crate::text::ascii;
use crate::words::Language;

/// A way to write a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One line per entry, in columns.
    Table,
    /// One JSON object.
    Json,
    /// A report in Markdown.
    Markdown,
}

impl Format {
    /// Every format, in the order of the help.
    pub(crate) const ALL: [Self; 3] = [Self::Table, Self::Json, Self::Markdown];

    /// Its name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Markdown => "markdown",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// A run, and the language of its notes.
#[derive(Clone, Copy, Debug)]
struct Report<'a> {
    run: &'a Run,
    /// The run that `run` is the redaction of, for what only real addresses tell.
    real: Option<(&'a Run, &'a Redaction)>,
    language: Language,
    /// Whether the lookup is explained.
    lookup: bool,
    /// What the sockets were to become.
    steps: Option<Role>,
    /// The file that the run is from, if no call was made.
    replay: Option<&'a Replay>,
    /// The answer that this one is compared with, and what differs.
    compared: Option<&'a Compared<'a>>,
}

impl<'a> Report<'a> {
    /// Whether every call is listed.
    const fn lists_calls(&self) -> bool {
        self.steps.is_some() || self.run.query.is_none()
    }

    /// The order of the list; `None` if it is not known how the system sorts.
    fn order(&self) -> Option<Order> {
        Order::of(self.real_run())
    }

    /// The notes of rules that only the version of the file has.
    fn file_notes(&self, entry: Option<usize>) -> &'a [FileNote] {
        self.replay.map_or(&[], |replay| replay.notes_on(entry))
    }

    /// The run that was made, whatever is written of it.
    fn real_run(&self) -> &'a Run {
        self.real.map_or(self.run, |(real, _)| real)
    }

    /// The entry at this index in the order, as it is written.
    fn place(&self, ranking: &Ranking, at: usize) -> Option<Place<'a>> {
        let place = ranking.place(self.real_run(), at)?;
        let Some((_, redaction)) = self.real else {
            return Some(place);
        };
        let source = self.run.facts.sorting.as_ref()?.entries.get(at)?;
        Some(place.redacted(source, redaction))
    }

    /// Does not flush.
    fn write(&self, format: Format, out: &mut impl Write) -> io::Result<()> {
        match format {
            Format::Table if self.language.is_ascii() => {
                let mut table = Vec::new();
                self.write_table(&mut table)?;
                out.write_all(&shown(table, format, self.language))
            }
            Format::Table => self.write_table(out),
            // Always UTF-8 (RFC 8259, 8.1).
            Format::Json => {
                let language = self.language.unicode();
                json::write(Self { language, ..*self }, out)
            }
            Format::Markdown if self.language.is_ascii() => {
                let mut text = Vec::new();
                markdown::write(*self, &[], &mut text)?;
                out.write_all(ascii(&String::from_utf8_lossy(&text)).as_bytes())
            }
            Format::Markdown => markdown::write(*self, &[], out),
        }
    }
}

/// A table as it is printed in `language`; in Markdown it is a block of code.
fn shown(table: Vec<u8>, format: Format, language: Language) -> Vec<u8> {
    if format != Format::Markdown && !language.is_ascii() {
        return table;
    }
    let text = String::from_utf8_lossy(&table);
    let text = match language.is_ascii() {
        true => ascii(&text),
        false => text,
    };
    match format {
        Format::Markdown => block("text", text.trim_end()).into_bytes(),
        Format::Table | Format::Json => text.into_owned().into_bytes(),
    }
}

impl Report<'_> {
    fn write_table(&self, out: &mut impl Write) -> io::Result<()> {
        match self.compared {
            None => table::write(*self, out),
            Some(compared) => comparison::write(*self, compared, out),
        }
    }
}

/// Whole microseconds. Half a million years do not fit, and are cut.
fn microseconds(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

/// The name and version of this program.
const PROGRAM: (&str, &str) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));

/// The members that hints have, in the order of `struct addrinfo`.
const STRUCT_ORDER: [Hint; 4] = [Hint::Flags, Hint::Family, Hint::Socktype, Hint::Protocol];

#[cfg(test)]
mod tests;
