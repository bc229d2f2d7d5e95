//! The selected entry, its open socket, and what socket() said of the entries tried so far.

use std::collections::HashMap;

use super::lookup::Ticket;
use crate::net::{Attempt, Reverse};

/// The socket of the selected entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// The ticket under which the socket is kept.
    pub ticket: Ticket,
    /// What socket() returned; none while it has not.
    pub attempt: Option<Attempt>,
}

/// socket() being called on every entry in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trying {
    /// The ticket of the round.
    pub ticket: Ticket,
    /// How many entries have been tried.
    pub done: usize,
    /// For how many of them socket() succeeded.
    pub succeeded: usize,
}

/// A reverse lookup of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reversing {
    /// Not answered yet.
    Pending(Ticket),
    /// What getnameinfo said; none where the entry has no IP address to ask about.
    Done(Option<Reverse>),
}

/// What is known of the shown entries beyond what getaddrinfo said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sockets {
    /// The index of the selected entry; 0 where there is none.
    pub selected: usize,
    /// The selected entry's socket; none where there is no entry.
    pub live: Option<Live>,
    /// What socket() last returned for an entry whose socket is closed again, by index.
    pub attempts: HashMap<usize, Attempt>,
    /// The round of trying every entry, while it runs.
    pub trying: Option<Trying>,
    /// Reverse lookups, by index.
    pub reverses: HashMap<usize, Reversing>,
}

/// What socket() said of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'a> {
    /// It was not called.
    Untried,
    /// It has been called and has not returned.
    Opening,
    /// It succeeded, and the socket is open now.
    Open(&'a Attempt),
    /// It succeeded, and the socket was closed again.
    Closed(&'a Attempt),
    /// It failed.
    Failed(&'a Attempt),
}

impl Sockets {
    /// What socket() said of the entry at `index`.
    #[must_use]
    pub fn state(&self, index: usize) -> State<'_> {
        if let Some(live) = self.live.as_ref().filter(|_| index == self.selected) {
            return match &live.attempt {
                None => State::Opening,
                Some(attempt) if attempt.result.is_ok() => State::Open(attempt),
                Some(attempt) => State::Failed(attempt),
            };
        }
        match self.attempts.get(&index) {
            None => State::Untried,
            Some(attempt) if attempt.result.is_ok() => State::Closed(attempt),
            Some(attempt) => State::Failed(attempt),
        }
    }
}
