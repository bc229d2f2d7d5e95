//! The notes on the answer and the selected entry, and their fix.

use super::Model;
use super::effect::{Effect, Effects};
use super::ticket::Ticket;
use crate::explain::{Case, Fix, Note, needs, notes};
use crate::net::{Facts, Needs, Run};

/// The notes, and the facts requested for them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Notes {
    /// Notes on the selected entry, then on the query; the most important first in each.
    pub(crate) list: Vec<Note>,
    /// Notes on the query alone.
    on_answer: Vec<Note>,
    /// The last request for facts.
    asked: Option<(Ticket, Needs)>,
}

impl Notes {
    /// The first fix.
    pub(crate) fn fix(&self) -> Option<&Fix> {
        self.list.iter().find_map(|note| note.fix.as_ref())
    }
}

impl Model {
    /// Updates all notes.
    pub(super) fn note_answer(&mut self, effects: &mut Effects) {
        if let Some(answer) = &mut self.answer {
            answer.notes.on_answer = notes(&Case::new(&answer.run, None));
        }
        self.note_entry(effects);
    }

    /// Updates the notes on the selected entry and requests the facts they need. Keeps the notes on
    /// the answer: their rules may visit every entry of a long list.
    pub(super) fn note_entry(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        let Some(answer) = &mut self.answer else {
            return;
        };
        let run = &answer.run;
        let entry = answer.entry().map(|_| answer.selected);
        let mut list = entry.map_or_else(Vec::new, |at| notes(&Case::new(run, Some(at))));
        for note in &answer.notes.on_answer {
            if list.iter().all(|other| other.rule != note.rule) {
                list.push(note.clone());
            }
        }
        let mut unknown = needs(&Case::new(run, None));
        if entry.is_some() {
            unknown |= needs(&Case::new(run, entry));
        }
        answer.notes.list = list;
        let asked = answer.notes.asked.map_or(Needs::NONE, |(_, needs)| needs);
        if unknown.without(asked).is_empty() {
            return;
        }
        let all = unknown | asked | run.facts.known;
        answer.notes.asked = Some((ticket, all));
        // Facts do not depend on the entries' records, and there may be thousands.
        let mut asked = Run::new(run.host.clone(), run.query.clone());
        if let Some(record) = run.answer() {
            asked.push(record.clone());
        }
        effects.push(Effect::Facts(ticket, all, Box::new(asked)));
    }

    pub(super) fn facts_arrived(&mut self, ticket: Ticket, facts: Facts, effects: &mut Effects) {
        let Some(answer) = &mut self.answer else {
            return;
        };
        if answer.notes.asked.is_some_and(|(asked, _)| asked == ticket) {
            answer.run.facts = facts;
            self.note_answer(effects);
        }
    }

    /// Resolves the query of the first fix.
    pub(super) fn apply_fix(&mut self, effects: &mut Effects) {
        let fix = self.answer.as_ref().and_then(|answer| answer.notes.fix());
        let Some(query) = fix.map(|fix| fix.query.clone()) else {
            self.inform("There is nothing that one change would mend.");
            return;
        };
        self.popup = None;
        self.form.fill(&query);
        self.ask_all(effects);
    }
}
