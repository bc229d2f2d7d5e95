//! The notes on a run, for both formats.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use crate::explain::{Case, Note, Texts, notes, texts};

/// A note in the report's language.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Told {
    pub(super) rule: &'static str,
    pub(super) severity: &'static str,
    pub(super) suspected: bool,
    pub(super) line: String,
    pub(super) remedy: Option<String>,
}

impl Told {
    fn of(texts: &Texts, note: &Note) -> Self {
        Self {
            rule: note.rule,
            severity: note.severity.name(),
            suspected: note.suspected,
            line: texts.line(note),
            remedy: texts.remedy(note),
        }
    }
}

impl Report<'_> {
    /// The notes on this entry and its socket, or else on the query and getaddrinfo.
    pub(super) fn notes(&self, entry: Option<usize>) -> Vec<Told> {
        // Without a note no words are read.
        let notes = notes(&Case::new(self.run, entry)).into_iter();
        notes
            .map(|note| Told::of(texts(self.language), &note))
            .collect()
    }
}

/// The notes on a list: those on all of it, then those on entries, each once with the numbers of
/// the entries that it is about.
pub(super) fn write_list_notes(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut notes: Vec<(Told, Vec<usize>)> = Vec::new();
    let mut places = HashMap::new();
    for at in 0..report.run.entries().len() {
        for told in report.notes(Some(at)) {
            let place = *places
                .entry((told.rule, told.line.clone()))
                .or_insert(notes.len());
            match notes.get_mut(place) {
                Some((_, entries)) => entries.push(at + 1),
                None => notes.push((told, vec![at + 1])),
            }
        }
    }
    let of_query = report.notes(None);
    if !of_query.is_empty() || !notes.is_empty() {
        writeln!(out)?;
    }
    for told in of_query {
        write_note(&told, "", out)?;
    }
    for (told, entries) in notes {
        write_note(&told, &Numbered(&entries).to_string(), out)?;
    }
    Ok(())
}

/// The severity, the rule and its line; below it, what to do.
pub(super) fn write_note(told: &Told, of: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{:7} {}{of}: {}", told.severity, told.rule, told.line)?;
    match &told.remedy {
        None => Ok(()),
        Some(remedy) => writeln!(out, "        {remedy}"),
    }
}

/// `, entries 3, 6, 9`: counted from 1. Of many the first ones, and how many more there are.
struct Numbered<'a>(&'a [usize]);

impl fmt::Display for Numbered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 8;
        let (shown, rest) = self.0.split_at(self.0.len().min(SHOWN));
        let shown: Vec<String> = shown.iter().map(usize::to_string).collect();
        let noun = if self.0.len() == 1 {
            "entry"
        } else {
            "entries"
        };
        write!(f, ", {noun} {}", shown.join(", "))?;
        if !rest.is_empty() {
            write!(f, " and {} more", rest.len())?;
        }
        Ok(())
    }
}
