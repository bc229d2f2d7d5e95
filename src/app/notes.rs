//! What there is to say of the answer and of the selected entry, and the fix that goes with it.

use super::{Effect, Model, State, Ticket};
use crate::explain::{Case, Fix, Libc, Note, asks_circumstances, notes};
use crate::net::{Attempt, Circumstances};

/// The notes, and what they were found with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// On the selected entry first, then on the query; the most telling first in each.
    pub list: Vec<Note>,
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
    /// Finds the notes anew, and asks what the machine is like where that may matter.
    pub(super) fn note(&mut self) -> Vec<Effect> {
        let Some(answer) = self.lookups.answer.clone() else {
            return Vec::new();
        };
        let unknown = Circumstances::default();
        let selected = self.sockets.selected;
        let attempt: Option<Attempt> = match self.sockets.state(selected) {
            State::Open(attempt) | State::Closed(attempt) | State::Failed(attempt) => {
                Some(attempt.clone())
            }
            State::Untried | State::Opening => None,
        };
        let case = Case {
            os: self.about.os,
            libc: Libc::of(&self.about),
            circumstances: self.notes.circumstances.as_ref().unwrap_or(&unknown),
            query: &answer.query,
            resolution: &answer,
            entry: None,
        };
        let entry = answer.entries().get(selected);
        let mut list = entry.map_or_else(Vec::new, |entry| {
            notes(&Case {
                entry: Some((selected, entry, attempt.as_ref())),
                ..case
            })
        });
        for note in notes(&case) {
            if list.iter().all(|other| other.rule != note.rule) {
                list.push(note);
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

    pub(super) fn examined(&mut self, ticket: Ticket, circumstances: Circumstances) -> Vec<Effect> {
        if self.notes.asked != Some(ticket) {
            return Vec::new();
        }
        self.notes.circumstances = Some(circumstances);
        self.note()
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
