//! What is said of the answer, for both formats.

use serde::Serialize;

use super::{Answer, Report};
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
