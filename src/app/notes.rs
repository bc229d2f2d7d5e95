//! The notes on the answer, the selected entry and the held sockets, and their fix.

use std::mem;
use std::sync::Arc;

use super::effect::{Effect, Effects, Ticket};
use super::{HeldSocket, Model, Pane, Reasons, View};
use crate::explain::{Case, Fix, Note, needs, notes, notes_of_held, notes_of_held_redacted};
use crate::net::{Call, CallId, Facts, Needs, Record, Run, SocketId};
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

    /// Drops the facts that were asked for.
    pub(super) fn stop_waiting(&mut self) {
        self.asked = None;
    }

    /// The first fix.
    pub(crate) fn fix(&self) -> Option<&Fix> {
        self.list.iter().find_map(|note| note.fix.as_ref())
    }
}

/// The notes on a held socket's last call that returned, but those that only ask.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StepNotes {
    /// The notes, the most important first.
    pub(crate) list: Vec<Note>,
    /// The call.
    call: Option<CallId>,
    /// The request for the facts that they need and that are unknown.
    asked: Option<Ticket>,
}

impl StepNotes {
    /// Replaces names and addresses: of these runs the second is the first without them.
    pub(super) fn redact(&mut self, socket: SocketId, (real, other): (&Run, &Run)) {
        let records = (self.record(real, socket), self.record(other, socket));
        self.list = match records {
            (Some(record), Some(redacted)) => {
                notes_of_held_redacted((real, record), (other, redacted))
            }
            _ => Vec::new(),
        };
    }

    /// The record that the notes are on.
    fn record<'a>(&self, run: &'a Run, socket: SocketId) -> Option<&'a Record> {
        let records = run.of_socket(socket);
        records.filter(|record| Some(record.id) == self.call).last()
    }
}

impl Model {
    /// Updates the notes on a held socket with those on this call of it, and requests the facts that they
    /// need.
    pub(super) fn note_step(&mut self, socket: SocketId, call: CallId, effects: &mut Effects) {
        let ticket = self.ticket();
        let mut new = StepNotes {
            call: Some(call),
            ..StepNotes::default()
        };
        let Some(run) = self.run_of(socket) else {
            return;
        };
        if let Some(record) = new.record(run, socket) {
            let (list, needs) = notes_of_held(run, record);
            new.list = list;
            if !needs.is_empty() {
                new.asked = Some(ticket);
                effects.push(Effect::Facts(ticket, needs, Box::new(run.clone())));
            }
        }
        if let Some(held) = self.sockets.get_mut(socket) {
            held.notes = new;
        }
    }

    /// Updates the notes on each connect() that was called later than this accept() but returned before it.
    pub(super) fn note_clients(&mut self, accept: CallId, effects: &mut Effects) {
        let connect = |held: &HeldSocket| {
            let record = held.notes.record(self.run_of(held.id)?, held.id)?;
            let later = record.id > accept && matches!(record.call, Call::Connect { .. });
            later.then_some((held.id, record.id))
        };
        let connects: Vec<_> = self.sockets.list.iter().filter_map(connect).collect();
        for (socket, call) in connects {
            self.note_step(socket, call, effects);
        }
    }

    /// Takes in the facts for the notes on a held socket; returns whether they were for one.
    fn step_facts(&mut self, ticket: Ticket, facts: &mut Facts, effects: &mut Effects) -> bool {
        let asked = |held: &&HeldSocket| held.notes.asked == Some(ticket);
        let Some(held) = self.sockets.list.iter().find(asked) else {
            return false;
        };
        let (id, call) = (held.id, held.notes.call);
        if let Some(run) = self.run_of_mut(id) {
            let older = mem::take(&mut run.facts);
            run.facts = mem::take(facts).after(older);
        }
        if let Some(call) = call {
            self.note_step(id, call, effects);
        }
        true
    }

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
        if answer.replay.is_some() {
            // Nothing is looked up here for another machine.
            if self.view == View::Lookup && answer.reasons.is_none() && answer.notes.asked.is_none()
            {
                answer.notes.asked = Some((ticket, Needs::NONE));
                effects.push(Effect::Explain(ticket, Box::new(answer.run.clone())));
            }
            return;
        }
        let asked = answer.notes.asked.map_or(Needs::NONE, |(_, needs)| needs);
        if !unknown.without(asked).is_empty() {
            // The process that has a port changes, so the notes on each call look it up again.
            let all = unknown.and(asked).and(run.facts.known);
            let all = all.without(Needs::PORTS);
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
        mut facts: Facts,
        reasons: Option<Arc<Reasons>>,
        effects: &mut Effects,
    ) {
        if self.step_facts(ticket, &mut facts, effects) {
            return;
        }
        if let Some(answer) = &mut self.answer
            && answer.notes.asked.is_some_and(|(asked, _)| asked == ticket)
        {
            let older = mem::take(&mut answer.run.facts);
            answer.run.facts = facts.after(older);
            let old = answer.reasons.take();
            answer.reasons = reasons.map(|new| new.after(old.as_ref()));
            self.note_answer(effects);
        }
    }

    /// The first fix of the notes on screen: those on the selected held socket, else those on the answer.
    /// While keys edit the form it is a query, unless the pane below shows the held socket's.
    pub(crate) fn fix(&self) -> Option<&Fix> {
        let held = self.sockets.selected();
        let shown = held.filter(|_| self.view == View::Socket || self.pane != Pane::Form);
        let mut step = shown.iter().flat_map(|held| &held.notes.list);
        let step = step.find_map(|note| note.fix.as_ref());
        let answer = self.answer.as_ref();
        let answer = answer.filter(|_| held.is_none() || self.pane == Pane::Form);
        step.or_else(|| answer?.notes.fix())
    }

    /// Resolves the query of the fix, or fills in its call.
    pub(super) fn apply_fix(&mut self, effects: &mut Effects) {
        match self.fix().cloned() {
            Some(Fix::Query(query)) => {
                let query = match self.here(self.os(), query) {
                    Ok(query) => query,
                    Err(refusal) => return self.warn(refusal),
                };
                self.popup = None;
                self.ask_instead(query, effects);
            }
            Some(Fix::Call(call)) => self.propose(&call),
            None => self.inform(Key::NoticeNoFix),
        }
    }
}
