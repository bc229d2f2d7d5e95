//! What is said of the answer, for both formats.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use super::{Answer, Report, Trial};
use crate::explain::{Case, Libc, Note, Texts, notes, texts};
use crate::net::{Attempt, Resolution};

/// A note in the report's language.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Said {
    pub(super) rule: &'static str,
    pub(super) severity: &'static str,
    pub(super) suspected: bool,
    pub(super) line: String,
    pub(super) remedy: Option<String>,
}

impl Said {
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

impl Report {
    /// What is said of the query and getaddrinfo's answer. Of an answer that did not come in time
    /// nothing is known.
    pub(super) fn query_notes(&self) -> Vec<Said> {
        match &self.answer {
            Answer::Returned { resolution, .. } => self.said(&self.case(resolution)),
            Answer::TimedOut { .. } => Vec::new(),
        }
    }

    /// What is said of the entry at `at` and its socket.
    pub(super) fn entry_notes(
        &self,
        resolution: &Resolution,
        at: usize,
        attempt: Option<&Attempt>,
    ) -> Vec<Said> {
        let Some(entry) = resolution.entries().get(at) else {
            return Vec::new();
        };
        self.said(&Case {
            entry: Some((at, entry, attempt)),
            ..self.case(resolution)
        })
    }

    fn case<'a>(&'a self, resolution: &'a Resolution) -> Case<'a> {
        Case {
            os: self.about.os,
            libc: Libc::of(&self.about),
            circumstances: &self.circumstances,
            query: &resolution.query,
            resolution,
            entry: None,
        }
    }

    fn said(&self, case: &Case<'_>) -> Vec<Said> {
        // Without a note no words are read.
        let notes = notes(case).into_iter();
        notes
            .map(|note| Said::of(texts(self.language), &note))
            .collect()
    }
}

/// The notes on a list: those on all of it, then those on entries, each once with the numbers of
/// the entries that it is about.
pub(super) fn write_list_notes(
    report: &Report,
    resolution: &Resolution,
    trials: Option<&[Trial]>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut notes: Vec<(Said, Vec<usize>)> = Vec::new();
    let mut places = HashMap::new();
    for at in 0..resolution.entries().len() {
        let attempt = trials.and_then(|trials| Some(&trials.get(at)?.attempt));
        for said in report.entry_notes(resolution, at, attempt) {
            let place = *places
                .entry((said.rule, said.line.clone()))
                .or_insert(notes.len());
            match notes.get_mut(place) {
                Some((_, entries)) => entries.push(at + 1),
                None => notes.push((said, vec![at + 1])),
            }
        }
    }
    let of_query = report.query_notes();
    if !of_query.is_empty() || !notes.is_empty() {
        writeln!(out)?;
    }
    for said in of_query {
        write_note(&said, "", out)?;
    }
    for (said, entries) in notes {
        write_note(&said, &Numbered(&entries).to_string(), out)?;
    }
    Ok(())
}

/// The severity, the rule and its line; below it, what to do.
pub(super) fn write_note(said: &Said, of: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{:7} {}{of}: {}", said.severity, said.rule, said.line)?;
    match &said.remedy {
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
