//! The calls to the resolver that are under way, and the answer that is shown.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::sockets::{Reversing, Sockets};
use super::{BadText, Effect, Field, Model, Notes};
use crate::net::{Query, Resolution};

/// How many calls to the resolver may be under way at once. None of them can be cancelled, so
/// without a limit a hung resolver would collect a thread for every key pressed.
pub const MAX_IN_FLIGHT: usize = 8;

/// An answer of more entries is not freed between two frames. So many take some ten microseconds;
/// a million takes longer than a frame.
const MAX_FREED: usize = 1000;

/// Names one effect, so that its answer finds the question it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// A call that is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The call's ticket.
    pub ticket: Ticket,
    /// What was asked.
    pub query: Query,
    /// How long it has been waited for.
    pub elapsed: Duration,
}

/// The state of the lookups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookups {
    /// The latest answer that was waited for.
    pub answer: Option<Arc<Resolution>>,
    /// The call that is waited for now.
    pub pending: Option<Pending>,
    /// Every call that has not returned, of getnameinfo too, abandoned ones as well.
    pub in_flight: BTreeSet<Ticket>,
    /// The last call was not made, since [`MAX_IN_FLIGHT`] others have not returned.
    pub refused: bool,
}

impl Lookups {
    /// Starts waiting for `query`; false where there is no room.
    pub fn ask(&mut self, ticket: Ticket, query: Query) -> bool {
        let admitted = self.admit(ticket);
        if admitted {
            self.pending = Some(Pending {
                ticket,
                query,
                elapsed: Duration::ZERO,
            });
        }
        admitted
    }

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

    /// What is shown, or nothing yet.
    #[must_use]
    pub fn shown(&self) -> Option<&Resolution> {
        self.answer.as_deref()
    }
}

impl Model {
    /// Asks for everything the form says, text that was typed included.
    pub(super) fn ask_all(&mut self) -> Vec<Effect> {
        match self.form.query() {
            Ok(query) => self.ask(query),
            Err(BadText { field, error }) => {
                let name = if field == Field::Node {
                    "node"
                } else {
                    "service"
                };
                self.complain(format!("{name}: {error}"));
                Vec::new()
            }
        }
    }

    /// Asks for the hints the form says, with the texts that were last asked for.
    pub(super) fn ask_hints(&mut self) -> Vec<Effect> {
        let query = Query {
            hints: self.form.passed_hints(),
            ..self.asked.clone()
        };
        self.ask(query)
    }

    pub(super) fn ask(&mut self, query: Query) -> Vec<Effect> {
        let ticket = self.ticket();
        if !self.lookups.ask(ticket, query.clone()) {
            return Vec::new();
        }
        self.asked = query.clone();
        vec![Effect::Resolve(ticket, query)]
    }

    pub(super) fn cancel(&mut self) -> Vec<Effect> {
        if self.popup.take().is_some() {
            return Vec::new();
        }
        // What was refused is given up too.
        self.lookups.refused = false;
        if let Some(pending) = self.lookups.pending.take() {
            let seconds = pending.elapsed.as_secs_f64();
            self.say(format!("Abandoned after {seconds:.1} s. getaddrinfo cannot be stopped; its answer will be ignored."));
            return Vec::new();
        }
        self.stop_trying()
    }

    pub(super) fn waited(&mut self, ticket: Ticket, elapsed: Duration) -> Vec<Effect> {
        let pending = self.lookups.pending.as_mut();
        if let Some(pending) = pending.filter(|pending| pending.ticket == ticket) {
            pending.elapsed = elapsed;
        }
        Vec::new()
    }

    pub(super) fn resolved(&mut self, ticket: Ticket, resolution: Resolution) -> Vec<Effect> {
        let answer = Arc::new(resolution);
        if !self.lookups.returned(ticket) {
            return Vec::from_iter(free(answer));
        }
        // First, since it says how much of the old list was tried.
        let mut effects = self.stop_trying();
        let old = self.lookups.answer.replace(Arc::clone(&answer));
        // The same call again, with the same entry in the same place: stay there.
        let selected = self.sockets.selected;
        let keep = old.as_ref().is_some_and(|old| {
            old.query == answer.query
                && old.entries().get(selected) == answer.entries().get(selected)
        });
        effects.extend(self.close());
        self.sockets = Sockets {
            selected: if keep { selected } else { 0 },
            ..Sockets::default()
        };
        if !keep {
            self.detail_scroll = 0;
        }
        effects.extend(self.open_selected());
        self.notes = Notes::default();
        effects.extend(self.note_answer());
        effects.extend(old.and_then(free));
        effects
    }

    pub(super) fn not_started(&mut self, ticket: Ticket, reason: &str) -> Vec<Effect> {
        let reverses = &mut self.sockets.reverses;
        let reversing = Reversing::Pending(ticket);
        let (call, key) = if self.lookups.returned(ticket) {
            ("getaddrinfo", "F5")
        } else if reverses.extract_if(|_, state| *state == reversing).count() > 0 {
            ("getnameinfo", "r")
        } else {
            return Vec::new();
        };
        // What to do comes before the reason, which a narrow screen cuts.
        self.complain(format!(
            "{call} was not called; {key} tries again. No thread for it: {reason}"
        ));
        Vec::new()
    }
}

/// Frees an answer that is shown no more: here where that takes no time, else by an effect, for it
/// would hold up the next frame.
fn free(answer: Arc<Resolution>) -> Option<Effect> {
    (answer.entries().len() > MAX_FREED).then_some(Effect::Free(answer))
}
