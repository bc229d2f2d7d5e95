//! The notes on the answer and the selected entry, and their fix.

use std::sync::Arc;

use super::effect::{Effect, Effects, Ticket};
use super::{Model, Reasons, View};
use crate::explain::{Case, Fix, Note, needs, notes};
use crate::net::{Facts, Needs};
use crate::recorded::Contrast;
use crate::words::Key;

/// The notes, and the facts requested for them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Notes {
    /// Notes on the selected entry, then on the query; the most important first in each.
    pub(crate) list: Vec<Note>,
    /// Notes on the query alone.
    on_answer: Vec<Note>,
    /// The facts that the query's notes need and that are unknown.
    needed: Needs,
    /// The facts that tell why a record of this system says something else. Sought once the view of
    /// records is shown, since that reads every record.
    contrast: Option<Needs>,
    /// The last request for facts.
    asked: Option<(Ticket, Needs)>,
}

impl Notes {
    /// Waits for these facts.
    #[cfg(test)]
    pub(super) fn expect(&mut self, ticket: Ticket, needs: Needs) {
        self.asked = Some((ticket, needs));
    }

    /// The first fix.
    pub(crate) fn fix(&self) -> Option<&Fix> {
        self.list.iter().find_map(|note| note.fix.as_ref())
    }
}

impl Model {
    /// Updates all notes.
    pub(super) fn note_answer(&mut self, effects: &mut Effects) {
        if let Some(answer) = &mut self.answer {
            let case = Case::new(&answer.run, None);
            (answer.notes.on_answer, answer.notes.needed) = (notes(&case), needs(&case));
            answer.notes.contrast = None;
        }
        self.note_entry(effects);
    }

    /// Updates the notes on the selected entry and requests the facts they need, and those that the
    /// open view shows. Keeps the notes on the answer: their rules may visit every entry of a long list.
    pub(super) fn note_entry(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        let Some(answer) = &mut self.answer else {
            return;
        };
        let run = &answer.run;
        let mut unknown = answer.notes.needed;
        if self.view == View::Elsewhere {
            let contrast = answer.notes.contrast.get_or_insert_with(|| {
                let contrast = Contrast::of(run).map(|_| Contrast::NEEDS);
                contrast.unwrap_or(Needs::NONE)
            });
            unknown = unknown.and(contrast.without(run.facts.known));
        }
        let mut list = Vec::new();
        if answer.entry().is_some() {
            let case = Case::new(run, Some(answer.selected));
            unknown = unknown.and(needs(&case));
            list = notes(&case);
        }
        if self.view == View::Lookup {
            unknown = unknown.and(Reasons::needs(run).without(run.facts.known));
        }
        list.extend(answer.notes.on_answer.iter().cloned());
        answer.notes.list = list;
        let asked = answer.notes.asked.map_or(Needs::NONE, |(_, needs)| needs);
        if !unknown.without(asked).is_empty() {
            let all = unknown.and(asked).and(run.facts.known);
            answer.notes.asked = Some((ticket, all));
            effects.push(Effect::Facts(ticket, all, Box::new(run.clone())));
        }
    }

    /// Requests the facts that the view shows.
    pub(super) fn note_view(&mut self, effects: &mut Effects) {
        if matches!(self.view, View::Lookup | View::Elsewhere) {
            self.note_entry(effects);
        }
    }

    pub(super) fn facts_arrived(
        &mut self,
        ticket: Ticket,
        facts: Facts,
        reasons: Option<Arc<Reasons>>,
        effects: &mut Effects,
    ) {
        if let Some(answer) = &mut self.answer
            && answer.notes.asked.is_some_and(|(asked, _)| asked == ticket)
        {
            answer.run.facts = facts;
            let old = answer.reasons.take();
            answer.reasons = reasons.map(|new| new.after(old.as_ref()));
            self.note_answer(effects);
        }
    }

    /// Resolves the query of the first fix.
    pub(super) fn apply_fix(&mut self, effects: &mut Effects) {
        let fix = self.answer.as_ref().and_then(|answer| answer.notes.fix());
        let Some(query) = fix.and_then(Fix::query).cloned() else {
            return self.inform(Key::NoticeNoFix);
        };
        self.popup = None;
        self.ask_instead(query, effects);
    }
}
