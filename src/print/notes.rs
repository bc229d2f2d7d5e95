//! The notes of a run, for both formats.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use crate::explain::{Case, Note, Texts, notes, texts};

/// The words of a note.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct NoteText {
    pub(super) rule: &'static str,
    pub(super) severity: &'static str,
    pub(super) suspected: bool,
    pub(super) line: String,
    pub(super) remedy: Option<String>,
}

impl NoteText {
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
    /// The notes on an entry and its socket; without an entry, on the query and getaddrinfo.
    pub(super) fn notes(&self, entry: Option<usize>) -> Vec<NoteText> {
        // texts() parses the words, so it is called only if there is a note.
        let notes = notes(&Case::new(self.run, entry)).into_iter();
        notes
            .map(|note| NoteText::of(texts(self.language), &note))
            .collect()
    }
}

/// Writes the notes on the query, then those on entries: each once, with the numbers of its entries.
pub(super) fn write_list_notes(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut notes: Vec<(NoteText, Vec<usize>)> = Vec::new();
    let mut places = HashMap::new();
    for at in 0..report.run.entries().len() {
        for note in report.notes(Some(at)) {
            let place = *places
                .entry((note.rule, note.line.clone()))
                .or_insert(notes.len());
            match notes.get_mut(place) {
                Some((_, entries)) => entries.push(at + 1),
                None => notes.push((note, vec![at + 1])),
            }
        }
    }
    let of_query = report.notes(None);
    if !of_query.is_empty() || !notes.is_empty() {
        writeln!(out)?;
    }
    for note in of_query {
        write_note(&note, "", out)?;
    }
    for (note, entries) in notes {
        write_note(&note, &EntryNumbers(&entries).to_string(), out)?;
    }
    Ok(())
}

/// Writes severity, rule and line, and the remedy below them.
pub(super) fn write_note(note: &NoteText, of: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{:7} {}{of}: {}", note.severity, note.rule, note.line)?;
    match &note.remedy {
        None => Ok(()),
        Some(remedy) => writeln!(out, "        {remedy}"),
    }
}

/// `, entries 3, 6, 9`, counted from 1. A long list is cut: `, entries 1, 2 and 9 more`.
struct EntryNumbers<'a>(&'a [usize]);

impl fmt::Display for EntryNumbers<'_> {
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
