//! The notes of a run, for both formats.

use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Report, noun};
use crate::explain::{Case, Note, notes, texts};

/// The words of a note.
#[derive(Serialize)]
pub(super) struct NoteText {
    pub(super) rule: &'static str,
    pub(super) severity: &'static str,
    pub(super) suspected: bool,
    pub(super) line: String,
    pub(super) remedy: Option<String>,
}

impl Report<'_> {
    /// The notes on an entry and its socket; without an entry, on the query and getaddrinfo.
    pub(super) fn notes(&self, entry: Option<usize>) -> Vec<NoteText> {
        // texts() parses the words, so it is called only if there is a note.
        let text = |note: Note| NoteText {
            rule: note.rule,
            severity: note.severity.name(),
            suspected: note.suspected,
            line: texts(self.language).line(&note),
            remedy: texts(self.language).remedy(&note),
        };
        let notes = notes(&Case::new(self.run, entry));
        notes.into_iter().map(text).collect()
    }
}

/// Writes the notes on the query, then those on entries: each once, with the numbers of its entries.
pub(super) fn write_list_notes(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut notes: Vec<(NoteText, Vec<usize>)> = Vec::new();
    let mut places = HashMap::new();
    for at in 0..report.run.entries().len() {
        for note in report.notes(Some(at)) {
            let key = (note.rule, note.line.clone());
            let place = *places.entry(key).or_insert(notes.len());
            if place == notes.len() {
                notes.push((note, Vec::new()));
            }
            notes[place].1.push(at + 1);
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
        write_note(&note, &entry_numbers(&entries), out)?;
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
fn entry_numbers(entries: &[usize]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = entries.iter().take(SHOWN).map(usize::to_string).collect();
    let more = match entries.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(", {} {}{more}", noun(entries.len()), shown.join(", "))
}
