//! What there is to say of the answer and of the selected entry, and the fix that goes with it.

use super::{Effect, Model, State, Ticket};
use crate::explain::{Case, Fix, Libc, Note, asks_circumstances, notes};
use crate::net::{Attempt, Circumstances, Resolution};

/// The notes, and what they were found with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// On the selected entry first, then on the query; the most telling first in each.
    pub list: Vec<Note>,
    /// Those on the query alone.
    on_answer: Vec<Note>,
    /// What the machine is like, once it was asked for this answer.
    pub circumstances: Option<Circumstances>,
    /// The ticket under which that was asked.
    asked: Option<Ticket>,
}

impl Notes {
    /// The fix that comes first.
    #[must_use]
    pub fn fix(&self) -> Option<&Fix> {
        self.list.iter().find_map(|note| note.fix.as_ref())
    }
}

impl Model {
    /// Finds the notes on the answer as a whole, and then those on the selected entry.
    pub(super) fn note_answer(&mut self) -> Vec<Effect> {
        let Some(answer) = self.lookups.answer.clone() else {
            return Vec::new();
        };
        self.notes.on_answer = notes(&self.case(&answer, &Circumstances::default()));
        self.note()
    }

    /// Finds the notes on the selected entry anew, and asks what the machine is like where that may
    /// matter. Those on the answer stay: they may take a look at each of many entries.
    pub(super) fn note(&mut self) -> Vec<Effect> {
        let Some(answer) = self.lookups.answer.clone() else {
            return Vec::new();
        };
        let selected = self.sockets.selected;
        let attempt: Option<Attempt> = match self.sockets.state(selected) {
            State::Open(attempt) | State::Closed(attempt) | State::Failed(attempt) => {
                Some(attempt.clone())
            }
            State::Untried | State::Opening => None,
        };
        let entry = answer.entries().get(selected);
        let mut list = entry.map_or_else(Vec::new, |entry| {
            notes(&Case {
                entry: Some((selected, entry, attempt.as_ref())),
                ..self.case(&answer, &Circumstances::default())
            })
        });
        for note in &self.notes.on_answer {
            if list.iter().all(|other| other.rule != note.rule) {
                list.push(note.clone());
            }
        }
        self.notes.list = list;
        if self.notes.asked.is_some() || !asks_circumstances(&answer, attempt.as_ref()) {
            return Vec::new();
        }
        let ticket = self.ticket();
        self.notes.asked = Some(ticket);
        vec![Effect::Examine(ticket, answer.query.clone())]
    }

    /// The answer as rules look at it; `unknown` stands for circumstances that are not known.
    fn case<'a>(&'a self, answer: &'a Resolution, unknown: &'a Circumstances) -> Case<'a> {
        Case {
            os: self.about.os,
            libc: Libc::of(&self.about),
            circumstances: self.notes.circumstances.as_ref().unwrap_or(unknown),
            query: &answer.query,
            resolution: answer,
            entry: None,
        }
    }

    pub(super) fn examined(&mut self, ticket: Ticket, circumstances: Circumstances) -> Vec<Effect> {
        if self.notes.asked != Some(ticket) {
            return Vec::new();
        }
        self.notes.circumstances = Some(circumstances);
        self.note_answer()
    }

    /// Asks the query that the first fix proposes.
    pub(super) fn apply_fix(&mut self) -> Vec<Effect> {
        let Some(fix) = self.notes.fix() else {
            self.say("There is nothing that one change would mend.");
            return Vec::new();
        };
        let query = fix.query.clone();
        self.popup = None;
        self.form.fill(&query);
        self.ask_all()
    }
}
