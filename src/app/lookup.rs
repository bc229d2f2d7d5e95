//! The calls to the resolver that are under way.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::answer::Answer;
use super::effect::{Effect, Effects};
use super::ticket::Ticket;
use super::{BadText, Field, Model};
use crate::net::{Call, Query, Record, Run};

/// How many calls to the resolver may be under way at once. None of them can be cancelled, so
/// without a limit a hung resolver would collect a thread for every key pressed.
pub const MAX_IN_FLIGHT: usize = 8;

/// An answer of more entries is not freed between two frames. So many take some ten microseconds;
/// a million takes longer than a frame.
const MAX_FREED: usize = 1000;

/// A call that is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The call's ticket.
    pub ticket: Ticket,
    /// What was asked.
    pub query: Arc<Query>,
    /// How long it has been waited for.
    pub elapsed: Duration,
}

/// The state of the lookups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookups {
    /// The call that is waited for now.
    pub pending: Option<Pending>,
    /// Every call that has not returned, of getnameinfo too, abandoned ones as well.
    pub in_flight: BTreeSet<Ticket>,
    /// The last call was not made, since [`MAX_IN_FLIGHT`] others have not returned.
    pub refused: bool,
}

impl Lookups {
    /// Makes room for one call more; false where there is none.
    pub fn admit(&mut self, ticket: Ticket) -> bool {
        self.refused = self.in_flight.len() >= MAX_IN_FLIGHT;
        if !self.refused {
            self.in_flight.insert(ticket);
        }
        !self.refused
    }

    /// A call returned: true where it is the one that is waited for.
    pub fn returned(&mut self, ticket: Ticket) -> bool {
        self.in_flight.remove(&ticket);
        self.refused = false;
        self.pending
            .take_if(|pending| pending.ticket == ticket)
            .is_some()
    }
}

impl Model {
    /// Asks for everything the form says, text that was typed included.
    pub(super) fn ask_all(&mut self, effects: &mut Effects) {
        match self.form.query() {
            Ok(query) => self.ask(query, effects),
            Err(BadText { field, error }) => {
                let name = if field == Field::Node {
                    "node"
                } else {
                    "service"
                };
                self.complain(format!("{name}: {error}"));
            }
        }
    }

    /// Asks for the hints the form says, with the texts that were last asked for.
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
        let query = Arc::new(query);
        self.lookups.pending = Some(Pending {
            ticket,
            query: Arc::clone(&query),
            elapsed: Duration::ZERO,
        });
        effects.push(Effect::Call {
            ticket,
            entry: None,
            call: Call::Getaddrinfo(query),
        });
    }

    pub(super) fn cancel(&mut self, effects: &mut Effects) {
        if self.popup.take().is_some() {
            return;
        }
        // What was refused is given up too.
        self.lookups.refused = false;
        match self.lookups.pending.take() {
            Some(pending) => {
                let seconds = pending.elapsed.as_secs_f64();
                self.say(format!("Abandoned after {seconds:.1} s. getaddrinfo cannot be stopped; its answer will be ignored."));
            }
            None => self.stop_trying(effects),
        }
    }

    pub(super) fn waited(&mut self, ticket: Ticket, elapsed: Duration) {
        let pending = self.lookups.pending.as_mut();
        if let Some(pending) = pending.filter(|pending| pending.ticket == ticket) {
            pending.elapsed = elapsed;
        }
    }

    pub(super) fn resolved(&mut self, ticket: Ticket, record: Record, effects: &mut Effects) {
        let Call::Getaddrinfo(query) = &record.call else {
            return;
        };
        let mut run = Run::new(Arc::clone(&self.host), Arc::clone(query));
        run.push(record);
        if !self.lookups.returned(ticket) {
            free(run, effects);
            return;
        }
        // First, since it says how much of the old list was tried.
        self.stop_trying(effects);
        let mut old = self.answer.take();
        // The same call again, with the same entry in the same place: stay there.
        let keep = old.as_ref().filter(|old| {
            old.run.query == run.query && old.entry() == run.entries().get(old.selected)
        });
        let selected = keep.map(|old| old.selected);
        if selected.is_none() {
            self.detail_scroll = 0;
        }
        if let Some(old) = &mut old {
            old.close(effects);
        }
        self.answer = Some(Answer::new(run, selected.unwrap_or(0)));
        self.open_selected(effects);
        self.note_answer(effects);
        if let Some(old) = old {
            free(old.run, effects);
        }
    }

    pub(super) fn not_started(&mut self, ticket: Ticket, reason: &str) {
        let (call, key) = if self.lookups.returned(ticket) {
            ("getaddrinfo", "F5")
        } else if self
            .answer
            .as_mut()
            .is_some_and(|answer| answer.end_reversing(ticket))
        {
            ("getnameinfo", "r")
        } else {
            return;
        };
        // What to do comes before the reason, which a narrow screen cuts.
        self.complain(format!(
            "{call} was not called; {key} tries again. No thread for it: {reason}"
        ));
    }
}

/// Frees a run that is shown no more: here where that takes no time, else by an effect, for it
/// would hold up the next frame.
fn free(run: Run, effects: &mut Effects) {
    if run.entries().len() > MAX_FREED {
        effects.push(Effect::Free(Box::new(run)));
    }
}
