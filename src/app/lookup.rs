//! The calls to the resolver that are under way, and the answer that is shown.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::net::{Query, Resolution};

/// How many calls to the resolver may be under way at once. None of them can be cancelled, so
/// without a limit a hung resolver would collect a thread for every key pressed.
pub const MAX_IN_FLIGHT: usize = 8;

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
