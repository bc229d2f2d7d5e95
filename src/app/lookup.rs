//! Pending calls to the resolver.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::answer::Answer;
use super::effect::{Effect, Effects, Ticket};
use super::history::End;
use super::{Model, Popup};
use crate::net::{Call, MAX_RESOLVING, Query, Record, Run};
use crate::words::{Key, Phrase};

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
    pub(crate) in_flight: BTreeMap<Ticket, Call>,
    /// The last call was refused because [`MAX_RESOLVING`] others have not returned.
    pub(crate) refused: bool,
}

impl Lookups {
    /// Registers one more call; returns false at the limit.
    pub(crate) fn admit(&mut self, ticket: Ticket, call: &Call) -> bool {
        self.refused = self.in_flight.len() >= MAX_RESOLVING;
        if !self.refused {
            self.in_flight.insert(ticket, call.clone());
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

    /// Resolves a query of the form.
    pub(super) fn ask(&mut self, query: Query, effects: &mut Effects) {
        let os = self.host.os;
        let of = self.form.os;
        let query = match self.here(of, query) {
            Ok(query) => query,
            Err(refusal) => return self.warn(refusal),
        };
        if self.call(query.clone(), effects) {
            if of != os {
                self.fill_form(os, &query);
            }
            self.add_visit(os, Arc::new(query), None);
            self.watch_anew();
        }
    }

    /// Resolves another query than the one in the form. What was typed there stays in the history.
    pub(super) fn ask_instead(&mut self, query: Query, effects: &mut Effects) {
        let typed = self.typed();
        if self.call(query.clone(), effects) {
            let os = self.host.os;
            self.fill_form(os, &query);
            self.add_visit(os, Arc::new(query), typed);
            self.watch_anew();
        }
    }

    /// Whether the call is made; too many may be in flight.
    pub(super) fn call(&mut self, query: Query, effects: &mut Effects) -> bool {
        let ticket = self.ticket();
        let call = Call::Getaddrinfo(Arc::new(query.clone()));
        if !self.lookups.admit(ticket, &call) {
            return false;
        }
        self.asked = query;
        self.lookups.pending = Some(Pending {
            ticket,
            elapsed: Duration::ZERO,
        });
        effects.push(Effect::Call(ticket, None, call));
        true
    }

    pub(super) fn cancel(&mut self, leaving: bool, effects: &mut Effects) {
        if self.end_filter() || self.popup.take().is_some() {
            return;
        }
        // Cancel drops a refused lookup too.
        self.lookups.refused = false;
        if self.give_up(effects) {
            return;
        }
        match self.lookups.pending.take() {
            Some(pending) => {
                let seconds = format!("{:.1}", pending.elapsed.as_secs_f64());
                self.inform(Phrase::notice_abandoned(seconds));
                self.set_alarm(effects);
            }
            None if self
                .answer
                .as_mut()
                .is_some_and(|answer| answer.stop_asking(effects)) =>
            {
                self.inform(Key::NoticeAskingStopped);
            }
            None if self.answer.as_ref().is_some_and(Answer::is_trying) => {
                self.stop_trying(effects);
            }
            None if self.stop_watching() => {}
            None if self.zoomed => self.zoomed = false,
            None => {
                self.leave_lesson(leaving, effects);
            }
        }
    }

    pub(super) fn waited(&mut self, ticket: Ticket, elapsed: Duration) {
        if let Some(pending) = &mut self.lookups.pending
            && pending.ticket == ticket
        {
            pending.elapsed = elapsed;
        }
        self.sockets.waited(ticket, elapsed);
        if let Some(course) = &mut self.course {
            course.waited(ticket, elapsed);
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
        if self.lookups.returned(ticket) {
            self.show_answer(query, record, effects);
        }
    }

    /// Shows the record of a getaddrinfo with these arguments.
    pub(super) fn show_answer(&mut self, query: Arc<Query>, record: Record, effects: &mut Effects) {
        let mut run = Run::new(Arc::clone(&self.host), query);
        run.push(record);
        let mut kept = None;
        let old = self.put_away(effects);
        if let Some(old) = &old {
            // Same query, same entry at the same index: keep the selection.
            let same = old.run.query == run.query && old.entry() == run.entries().get(old.selected);
            kept = same.then_some(old.selected);
        }
        let old = self.history.leaves().zip(old);
        if kept.is_none() {
            self.detail_scroll = self.measures.detail_start;
        }
        self.history.show(End::of(&run));
        self.answer = Some(Answer::new(run, kept.unwrap_or(0)));
        self.watched(old, effects);
        self.trim_history();
        self.open_selected(effects);
        self.note_answer(effects);
        if self.compares {
            self.compare(effects);
        }
    }

    pub(super) fn not_started(&mut self, ticket: Ticket, reason: &str, effects: &mut Effects) {
        let call = if self.lookups.returned(ticket) {
            self.set_alarm(effects);
            "getaddrinfo"
        } else if let Some(answer) = &mut self.answer
            && answer.reversing.remove(&ticket).is_some()
        {
            "getnameinfo"
        } else if let Some(answer) = &mut self.answer
            && answer.not_asked(ticket)
        {
            "fork"
        } else if let Some(Popup::Compare(differences)) = &self.popup
            && differences.awaits(ticket)
        {
            self.popup = None;
            "compare"
        } else {
            return;
        };
        // The action comes before the reason: a narrow screen truncates the end.
        self.warn(Phrase::notice_not_started(call, reason));
    }
}
