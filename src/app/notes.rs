//! The notes on the answer and on the selected entry, and the fix that goes with them.

use super::Model;
use super::effect::{Effect, Effects};
use super::ticket::Ticket;
use crate::explain::{Case, Fix, Note, needs, notes};
use crate::net::{Facts, Needs, Run};

/// The notes, and the facts that were asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// On the selected entry first, then on the query; the most telling first in each.
    pub list: Vec<Note>,
    /// Those on the query alone.
    on_answer: Vec<Note>,
    /// The facts that were last asked for, and the ticket of that.
    asked: Option<(Ticket, Needs)>,
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
    pub(super) fn note_answer(&mut self, effects: &mut Effects) {
        if let Some(answer) = &mut self.answer {
            answer.notes.on_answer = notes(&Case::new(&answer.run, None));
        }
        self.note_entry(effects);
    }

    /// Finds the notes on the selected entry, and asks for the facts that they need. Those on the
    /// answer stay: they may take a look at each of many entries.
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
        // The steps of the entries are not asked about, and there may be thousands.
        let mut asked = Run::new(run.host.clone(), run.query.clone());
        if let Some(record) = run.answer() {
            asked.push(record.clone());
        }
        effects.push(Effect::Facts(ticket, all, Box::new(asked)));
    }

    pub(super) fn found_out(&mut self, ticket: Ticket, facts: Facts, effects: &mut Effects) {
        let Some(answer) = &mut self.answer else {
            return;
        };
        if answer.notes.asked.is_some_and(|(asked, _)| asked == ticket) {
            answer.run.facts = facts;
            self.note_answer(effects);
        }
    }

    /// Asks the query that the first fix proposes.
    pub(super) fn apply_fix(&mut self, effects: &mut Effects) {
        let fix = self.answer.as_ref().and_then(|answer| answer.notes.fix());
        let Some(query) = fix.map(|fix| fix.query.clone()) else {
            self.say("There is nothing that one change would mend.");
            return;
        };
        self.popup = None;
        self.form.fill(&query);
        self.ask_all(effects);
    }
}
