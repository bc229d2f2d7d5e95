//! The notes of a run, for both formats.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::Report;
use crate::explain::{Case, Note, Severity, notes, notes_redacted};
use crate::replay::FileNote;
use crate::words::{Language, Phrase};

/// A note with its text.
#[derive(Serialize)]
pub(super) struct NoteText {
    pub(super) rule: String,
    #[serde(serialize_with = "serialize_name")]
    pub(super) severity: Severity,
    pub(super) suspected: bool,
    pub(super) line: String,
    pub(super) remedy: Option<String>,
    /// The call after socket() that the note is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) call: Option<Cow<'static, str>>,
}

fn serialize_name<S: Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity.name())
}

/// A note without its text, which is made only once for entries that share it.
#[derive(PartialEq)]
pub(super) enum Found<'a> {
    /// One of a rule, and the call after socket() that it is on.
    Own(Note, Option<&'static str>),
    /// One of the file.
    File(&'a FileNote),
}

impl Found<'_> {
    const fn severity(&self) -> Severity {
        match self {
            Self::Own(note, _) => note.severity,
            Self::File(note) => note.severity,
        }
    }
}

impl<'a> Report<'a> {
    /// The notes of [`Report::found`].
    pub(super) fn notes(&self, entry: Option<usize>) -> Vec<NoteText> {
        self.texts(&self.found(entry))
    }

    /// The notes on an entry, its socket and the steps, the most important first; without an entry, on
    /// the query and getaddrinfo.
    pub(super) fn found(&self, entry: Option<usize>) -> Vec<Found<'a>> {
        let own = |call| move |note| Found::Own(note, call);
        let case = Case::new(self.run, entry);
        let notes = self.notes_on(&case, || Case::new(self.real_run(), entry));
        let mut found: Vec<_> = notes.into_iter().map(own(None)).collect();
        if let (Some(at), Some(_)) = (entry, self.steps) {
            let real = self.real_run();
            // A redacted run has the same records.
            for (own_record, real_own) in self.run.steps(at).into_iter().zip(real.steps(at)) {
                if !own_record.is_explained() {
                    continue;
                }
                let case = Case::of_step(self.run, own_record);
                let notes = self.notes_on(&case, || Case::of_step(real, real_own));
                let call = own_record.call.name(self.run.host.os);
                found.extend(notes.into_iter().map(own(Some(call))));
            }
            found.sort_by_key(Found::severity);
        }
        found.extend(self.file_notes(entry).iter().map(Found::File));
        found
    }

    /// The notes on a case, which is the redaction of `real` if names and addresses are replaced.
    fn notes_on<'b>(&self, case: &Case<'_>, real: impl FnOnce() -> Case<'b>) -> Vec<Note> {
        match self.real {
            None => notes(case),
            Some(_) => notes_redacted(&real(), case),
        }
    }

    /// The text of each note, in the language of the report.
    pub(super) fn texts(&self, found: &[Found<'_>]) -> Vec<NoteText> {
        let texts = found.iter().map(|found| match found {
            Found::Own(note, call) => NoteText {
                rule: note.rule.to_owned(),
                severity: note.severity,
                suspected: note.suspected,
                line: note.line(self.language),
                remedy: note.remedy(self.language),
                call: call.map(Cow::Borrowed),
            },
            Found::File(note) => self.of_file(note),
        });
        texts.collect()
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
            call: note.call.clone().map(Cow::Owned),
        }
    }
}

/// The notes on the query, then those on entries: each once, with the numbers of its entries.
pub(super) fn list_notes(report: Report<'_>) -> Vec<(NoteText, String)> {
    let mut notes: Vec<(NoteText, Vec<usize>)> = Vec::new();
    let mut places = HashMap::new();
    // Of the entries with notes, most have those of the one before.
    let (mut last, mut its_places) = (Vec::new(), Vec::new());
    for at in 0..report.run.entries().len() {
        let found = report.found(Some(at));
        if found.is_empty() {
            continue;
        }
        if found != last {
            let place = |note: NoteText| {
                let key = (note.rule.clone(), note.line.clone());
                let place = *places.entry(key).or_insert(notes.len());
                if place == notes.len() {
                    notes.push((note, Vec::new()));
                }
                place
            };
            its_places = report.texts(&found).into_iter().map(place).collect();
            last = found;
        }
        for &place in &its_places {
            notes[place].1.push(at + 1);
        }
    }
    let of_query = report.notes(None).into_iter();
    let of_query = of_query.map(|note| (note, String::new()));
    let of_entries = notes
        .into_iter()
        .map(|(note, entries)| (note, entry_numbers(&entries, report.language)));
    of_query.chain(of_entries).collect()
}

/// Writes the notes of a list.
pub(super) fn write_list_notes(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let notes = list_notes(report);
    if !notes.is_empty() {
        writeln!(out)?;
    }
    for (note, of) in notes {
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
