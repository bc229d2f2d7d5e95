//! The notes of a run, for both formats.

use std::collections::HashMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::Report;
use crate::explain::{Case, Note, Severity, notes, notes_redacted};
use crate::replay::FileNote;
use crate::words::{Language, Phrase};

/// The words of a note.
#[derive(Serialize)]
pub(super) struct NoteText {
    pub(super) rule: String,
    #[serde(serialize_with = "serialize_name")]
    pub(super) severity: Severity,
    pub(super) suspected: bool,
    pub(super) line: String,
    pub(super) remedy: Option<String>,
}

fn serialize_name<S: Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity.name())
}

impl Report<'_> {
    /// The notes on an entry and its socket; without an entry, on the query and getaddrinfo.
    pub(super) fn notes(&self, entry: Option<usize>) -> Vec<NoteText> {
        let text = |note: Note| NoteText {
            rule: note.rule.to_owned(),
            severity: note.severity,
            suspected: note.suspected,
            line: note.line(self.language),
            remedy: note.remedy(self.language),
        };
        let case = Case::new(self.run, entry);
        let notes = match self.real {
            None => notes(&case),
            Some((real, _)) => notes_redacted(&Case::new(real, entry), &case),
        };
        let own = self.file_notes(entry).iter().map(|note| self.of_file(note));
        notes.into_iter().map(text).chain(own).collect()
    }

    /// A note in the words of its file; with `--redact` without them, since they have names.
    fn of_file(&self, note: &FileNote) -> NoteText {
        let shown = |text: &String| match self.real {
            None => text.clone(),
            Some(_) => "[…]".to_owned(),
        };
        NoteText {
            rule: note.rule.clone(),
            severity: note.severity,
            suspected: note.suspected,
            line: shown(&note.line),
            remedy: note.remedy.as_ref().map(shown),
        }
    }
}

/// Writes the notes on the query, then those on entries: each once, with the numbers of its entries.
pub(super) fn write_list_notes(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut notes: Vec<(NoteText, Vec<usize>)> = Vec::new();
    let mut places = HashMap::new();
    for at in 0..report.run.entries().len() {
        for note in report.notes(Some(at)) {
            let key = (note.rule.clone(), note.line.clone());
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
        write_note(&note, "", report.language, out)?;
    }
    for (note, entries) in notes {
        let of = entry_numbers(&entries, report.language);
        write_note(&note, &of, report.language, out)?;
    }
    Ok(())
}

/// Writes severity, rule and line, and the remedy below them.
pub(super) fn write_note(
    note: &NoteText,
    of: &str,
    language: Language,
    out: &mut impl Write,
) -> io::Result<()> {
    let severity = note.severity.word().text(language);
    writeln!(out, "{severity:7} {}{of}: {}", note.rule, note.line)?;
    match &note.remedy {
        None => Ok(()),
        Some(remedy) => writeln!(out, "        {remedy}"),
    }
}

/// `, entries 3, 6, 9`, counted from 1. A long list is cut: `, entries 1, 2 and 9 more`.
fn entry_numbers(entries: &[usize], language: Language) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = entries.iter().take(SHOWN).map(usize::to_string).collect();
    let numbers = shown.join(", ");
    let text = match (entries.len(), entries.len().saturating_sub(SHOWN)) {
        (1, _) => Phrase::table_one_number(numbers),
        (_, 0) => Phrase::table_numbers(numbers),
        (_, more) => Phrase::table_more_numbers(more, numbers),
    };
    text.text(language)
}
