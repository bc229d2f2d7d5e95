//! Pending calls to the resolver.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::Model;
use super::answer::Answer;
use super::effect::{Effect, Effects, Ticket};
use crate::net::{Call, Query, Record, Run};

/// The most resolver calls in flight. They cannot be cancelled: without a limit, every key pressed
/// while the resolver hangs would add a thread.
pub(crate) const MAX_IN_FLIGHT: usize = 8;

/// The lookup the screen waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// The call's ticket.
    pub(crate) ticket: Ticket,
    /// The time since the call started.
    pub(crate) elapsed: Duration,
}

/// The state of the lookups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lookups {
    /// The lookup the screen waits for.
    pub(crate) pending: Option<Pending>,
    /// Every call that has not returned: getnameinfo and abandoned calls too.
    pub(crate) in_flight: BTreeSet<Ticket>,
    /// The last call was refused because [`MAX_IN_FLIGHT`] others have not returned.
    pub(crate) refused: bool,
}

impl Lookups {
    /// Registers one more call; returns false at the limit.
    pub(crate) fn admit(&mut self, ticket: Ticket) -> bool {
        self.refused = self.in_flight.len() >= MAX_IN_FLIGHT;
        if !self.refused {
            self.in_flight.insert(ticket);
        }
        !self.refused
    }

    /// Unregisters a call; returns true if it is the pending one.
    pub(crate) fn returned(&mut self, ticket: Ticket) -> bool {
        self.in_flight.remove(&ticket);
        self.refused = false;
        self.pending
            .take_if(|pending| pending.ticket == ticket)
            .is_some()
    }
}

impl Model {
    /// Resolves the query in the form.
    pub(super) fn ask_all(&mut self, effects: &mut Effects) {
        match self.form.query() {
            Ok(query) => self.ask(query, effects),
            Err(error) => self.warn(error),
        }
    }

    /// Resolves the hints in the form with the last resolved node and service.
    pub(super) fn ask_hints(&mut self, effects: &mut Effects) {
        let query = Query {
            hints: self.form.passed_hints(),
            ..self.asked.clone()
        };
        self.ask(query, effects);
    }

    pub(super) fn ask(&mut self, query: Query, effects: &mut Effects) {
        let ticket = self.ticket();
        if !self.lookups.admit(ticket) {
            return;
        }
        self.asked = query.clone();
        self.lookups.pending = Some(Pending {
            ticket,
            elapsed: Duration::ZERO,
        });
        let call = Call::Getaddrinfo(Arc::new(query));
        effects.push(Effect::Call(ticket, None, call));
    }

    pub(super) fn cancel(&mut self, effects: &mut Effects) {
        if self.popup.take().is_some() {
            return;
        }
        // Cancel drops a refused lookup too.
        self.lookups.refused = false;
        match self.lookups.pending.take() {
            Some(pending) => {
                let seconds = pending.elapsed.as_secs_f64();
                self.inform(format!("Abandoned after {seconds:.1} s. getaddrinfo cannot be stopped; its answer will be ignored."));
            }
            None => self.stop_trying(effects),
        }
    }

    pub(super) fn waited(&mut self, ticket: Ticket, elapsed: Duration) {
        if let Some(pending) = &mut self.lookups.pending
            && pending.ticket == ticket
        {
            pending.elapsed = elapsed;
        }
    }

    /// Takes in the record of a getaddrinfo with these arguments.
    pub(super) fn resolved(
        &mut self,
        ticket: Ticket,
        query: Arc<Query>,
        record: Record,
        effects: &mut Effects,
    ) {
        if !self.lookups.returned(ticket) {
            return;
        }
        let mut run = Run::new(Arc::clone(&self.host), query);
        run.push(record);
        // First: its notice counts the entries of the old list.
        self.stop_trying(effects);
        let mut kept = None;
        if let Some(mut old) = self.answer.take() {
            old.close(effects);
            // Same query, same entry at the same index: keep the selection.
            let same = old.run.query == run.query && old.entry() == run.entries().get(old.selected);
            kept = same.then_some(old.selected);
        }
        if kept.is_none() {
            self.detail_scroll = 0;
        }
        self.answer = Some(Answer::new(run, kept.unwrap_or(0)));
        self.open_selected(effects);
        self.note_answer(effects);
    }

    pub(super) fn not_started(&mut self, ticket: Ticket, reason: &str) {
        let (call, key) = if self.lookups.returned(ticket) {
            ("getaddrinfo", "F5")
        } else if let Some(answer) = &mut self.answer
            && answer.reversing.remove(&ticket).is_some()
        {
            ("getnameinfo", "r")
        } else {
            return;
        };
        // The action comes before the reason: a narrow screen truncates the end.
        self.warn(format!(
            "{call} was not called; {key} tries again. No thread for it: {reason}"
        ));
    }
}
