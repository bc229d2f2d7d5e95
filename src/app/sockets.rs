//! The selected entry, its open socket, and what socket() said of the entries tried so far.

use std::collections::HashMap;

use super::lookup::Ticket;
use super::{Effect, Model, View};
use crate::net::{Attempt, Closed, Inquiry, Reverse};

/// The socket of the selected entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// The ticket under which the socket is kept.
    pub ticket: Ticket,
    /// What socket() returned; none while it has not.
    pub attempt: Option<Attempt>,
    /// What the kernel said of it, once it was asked.
    pub inquiries: Vec<Inquiry>,
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

impl Model {
    pub(super) fn select(&mut self, index: usize) -> Vec<Effect> {
        if index == self.sockets.selected || index >= self.entries().len() {
            return Vec::new();
        }
        let mut effects = self.close();
        self.sockets.selected = index;
        self.detail_scroll = 0;
        effects.extend(self.open_selected());
        effects.extend(self.note());
        effects
    }

    pub(super) fn open_selected(&mut self) -> Vec<Effect> {
        let Some(entry) = self.entry().cloned() else {
            return Vec::new();
        };
        let ticket = self.ticket();
        self.sockets.live = Some(Live {
            ticket,
            attempt: None,
            inquiries: Vec::new(),
        });
        vec![Effect::Open(ticket, entry)]
    }

    /// Closes the selected entry's socket, and remembers how it was opened.
    pub(super) fn close(&mut self) -> Vec<Effect> {
        let Some(live) = self.sockets.live.take() else {
            return Vec::new();
        };
        if let Some(attempt) = live.attempt {
            self.sockets.attempts.insert(self.sockets.selected, attempt);
        }
        vec![Effect::Close(live.ticket)]
    }

    pub(super) fn opened(&mut self, ticket: Ticket, attempt: Attempt) -> Vec<Effect> {
        if let Some(live) = self
            .sockets
            .live
            .as_mut()
            .filter(|live| live.ticket == ticket)
        {
            live.attempt = Some(attempt);
            return self.note();
        }
        Vec::new()
    }

    pub(super) fn closed(&mut self, closed: &Closed) -> Vec<Effect> {
        if let Err(error) = &closed.result {
            let name = error
                .name(self.about.os)
                .map_or_else(String::new, |row| format!(" {}", row.name));
            self.complain(format!(
                "{} failed: {}{name} “{}”",
                error.call, error.code, error.message
            ));
        }
        Vec::new()
    }

    pub(super) fn try_all(&mut self) -> Vec<Effect> {
        let Some(answer) = self
            .lookups
            .answer
            .clone()
            .filter(|answer| !answer.entries().is_empty())
        else {
            self.say("There is no entry to try.");
            return Vec::new();
        };
        if self.sockets.trying.is_some() {
            self.say("Already trying them all; Esc stops.");
            return Vec::new();
        }
        let ticket = self.ticket();
        self.sockets.trying = Some(Trying {
            ticket,
            done: 0,
            succeeded: 0,
        });
        vec![Effect::TryAll(ticket, answer)]
    }

    pub(super) fn stop_trying(&mut self) -> Vec<Effect> {
        let Some(trying) = self.sockets.trying.take() else {
            return Vec::new();
        };
        self.say(format!(
            "Stopped after {} of {} entries.",
            trying.done,
            self.entries().len()
        ));
        vec![Effect::StopTrying(trying.ticket)]
    }

    pub(super) fn tried(
        &mut self,
        ticket: Ticket,
        first: usize,
        attempts: Vec<Attempt>,
    ) -> Vec<Effect> {
        let count = self.entries().len();
        let Some(trying) = self
            .sockets
            .trying
            .as_mut()
            .filter(|trying| trying.ticket == ticket)
        else {
            return Vec::new();
        };
        trying.done = first + attempts.len();
        trying.succeeded += attempts
            .iter()
            .filter(|attempt| attempt.result.is_ok())
            .count();
        let Trying {
            done, succeeded, ..
        } = *trying;
        for (index, attempt) in (first..count).zip(attempts) {
            self.sockets.attempts.insert(index, attempt);
        }
        if done >= count {
            self.sockets.trying = None;
            self.say(format!(
                "Tried all {count}: socket() succeeded for {succeeded}, failed for {}.",
                done - succeeded
            ));
        }
        Vec::new()
    }

    pub(super) fn reverse(&mut self) -> Vec<Effect> {
        let selected = self.sockets.selected;
        let Some(entry) = self.entry().cloned() else {
            self.say("There is no entry to look up.");
            return Vec::new();
        };
        if matches!(
            self.sockets.reverses.get(&selected),
            Some(Reversing::Pending(_))
        ) {
            self.say("getnameinfo has not answered yet.");
            return Vec::new();
        }
        let ticket = self.ticket();
        if !self.lookups.admit(ticket) {
            return Vec::new();
        }
        self.sockets
            .reverses
            .insert(selected, Reversing::Pending(ticket));
        vec![Effect::Reverse(ticket, entry)]
    }

    pub(super) fn inquire(&mut self) -> Vec<Effect> {
        let open = |live: &&Live| {
            live.attempt
                .as_ref()
                .is_some_and(|attempt| attempt.result.is_ok())
        };
        let Some(ticket) = self
            .sockets
            .live
            .as_ref()
            .filter(open)
            .map(|live| live.ticket)
        else {
            self.say("There is no open socket to ask about.");
            return Vec::new();
        };
        self.show(View::Socket);
        vec![Effect::Inquire(ticket)]
    }

    pub(super) fn inquired(&mut self, ticket: Ticket, inquiries: Vec<Inquiry>) -> Vec<Effect> {
        let live = self.sockets.live.as_mut();
        if let Some(live) = live.filter(|live| live.ticket == ticket) {
            live.inquiries = inquiries;
        }
        Vec::new()
    }

    pub(super) fn reversed(&mut self, ticket: Ticket, reverse: Option<Reverse>) -> Vec<Effect> {
        self.lookups.returned(ticket);
        let waiting = self
            .sockets
            .reverses
            .values_mut()
            .find(|state| **state == Reversing::Pending(ticket));
        if let Some(state) = waiting {
            *state = Reversing::Done(reverse);
        }
        Vec::new()
    }
}
