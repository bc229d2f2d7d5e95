//! One answer of getaddrinfo: its run, the selected entry, its open socket, and the notes.

use std::collections::HashMap;

use super::effect::{Effect, Effects};
use super::notes::Notes;
use super::ticket::Ticket;
use super::{Model, View};
use crate::net::{AddrInfo, Call, Record, Run, SocketId, SocketOption};

/// What is shown of a query, and what is known of its entries beyond the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The query and all that came of it.
    pub run: Run,
    /// The index of the selected entry; 0 where there is none.
    pub selected: usize,
    /// The selected entry's socket; none where there is no entry.
    pub live: Option<Live>,
    /// The round of trying every entry, while it runs.
    pub trying: Option<Trying>,
    /// The notes on the query and the selected entry.
    pub notes: Notes,
    /// The reverse lookups that have not returned, by entry.
    reversing: HashMap<usize, Ticket>,
}

/// The socket of the selected entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    /// The name under which the socket is kept.
    pub socket: SocketId,
    /// Whether socket() has returned.
    pub returned: bool,
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

/// What socket() did on an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'a> {
    /// It was not called.
    Untried,
    /// It has been called and has not returned.
    Opening,
    /// It succeeded, and the socket is open now.
    Open(&'a Record),
    /// It succeeded, and the socket was closed again.
    Closed(&'a Record),
    /// It failed.
    Failed(&'a Record),
}

/// A reverse lookup of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reverse<'a> {
    /// It has not returned.
    Pending,
    /// It returned, or was not made.
    Done(&'a Record),
}

impl Answer {
    /// The run as it came back, with this entry selected.
    #[must_use]
    pub fn new(run: Run, selected: usize) -> Self {
        Self {
            run,
            selected,
            live: None,
            trying: None,
            notes: Notes::default(),
            reversing: HashMap::new(),
        }
    }

    /// The selected entry.
    #[must_use]
    pub fn entry(&self) -> Option<&AddrInfo> {
        self.run.entries().get(self.selected)
    }

    /// What socket() did on the entry at `index`.
    #[must_use]
    pub fn state(&self, index: usize) -> State<'_> {
        let live = self.live.filter(|_| index == self.selected);
        if live.is_some_and(|live| !live.returned) {
            return State::Opening;
        }
        match self.run.socket(index) {
            None => State::Untried,
            Some(record) if record.handle().is_none() => State::Failed(record),
            Some(record) if live.is_some() => State::Open(record),
            Some(record) => State::Closed(record),
        }
    }

    /// What the kernel said of the selected entry's socket, in the order in which it was asked.
    #[must_use]
    pub fn questions(&self) -> Vec<&Record> {
        let Some(live) = self.live else {
            return Vec::new();
        };
        let mut records: Vec<&Record> = self
            .run
            .of_entry(self.selected)
            .filter(|record| record.call.on() == Some(live.socket))
            .collect();
        records.sort_by_key(|record| record.id);
        records
    }

    /// The reverse lookup of the selected entry, where one was asked for.
    #[must_use]
    pub fn reverse(&self) -> Option<Reverse<'_>> {
        if self.reversing.contains_key(&self.selected) {
            return Some(Reverse::Pending);
        }
        self.run.names(self.selected).map(Reverse::Done)
    }

    /// Forgets the reverse lookup of this ticket; false where none waits for it.
    pub(super) fn end_reversing(&mut self, ticket: Ticket) -> bool {
        self.reversing
            .extract_if(|_, waiting| *waiting == ticket)
            .count()
            > 0
    }
}

impl Model {
    pub(super) fn select(&mut self, index: usize, effects: &mut Effects) {
        let Some(answer) = &mut self.answer else {
            return;
        };
        if index == answer.selected || index >= answer.run.entries().len() {
            return;
        }
        answer.close(effects);
        answer.selected = index;
        self.detail_scroll = 0;
        self.open_selected(effects);
        self.note_entry(effects);
    }

    pub(super) fn open_selected(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        let Some(answer) = &mut self.answer else {
            return;
        };
        let Some(triple) = answer.entry().map(AddrInfo::triple) else {
            return;
        };
        let socket = SocketId(ticket.0);
        answer.live = Some(Live {
            socket,
            returned: false,
        });
        effects.push(Effect::Call {
            ticket,
            entry: Some(answer.selected),
            call: Call::Socket { socket, triple },
        });
    }

    /// A call returned. What is no longer waited for is a line of the calls and nothing else.
    pub(super) fn returned(&mut self, ticket: Ticket, record: Record, effects: &mut Effects) {
        self.calls.push(self.host.os, &record);
        match record.call {
            Call::Getaddrinfo(_) => self.resolved(ticket, record, effects),
            Call::Getnameinfo(_) => {
                self.lookups.returned(ticket);
                if let Some(answer) = &mut self.answer
                    && answer.end_reversing(ticket)
                {
                    answer.run.push(record);
                }
            }
            Call::Socket { socket, .. } => {
                if let Some(answer) = &mut self.answer
                    && let Some(live) = &mut answer.live
                    && live.socket == socket
                {
                    live.returned = true;
                    answer.run.push(record);
                    self.note_entry(effects);
                }
            }
            Call::Close { .. } => self.closed(&record),
            _ => {
                let on = record.call.on();
                if let Some(answer) = &mut self.answer
                    && answer.live.is_some_and(|live| on == Some(live.socket))
                {
                    answer.run.push(record);
                }
            }
        }
    }

    fn closed(&mut self, record: &Record) {
        if let Some(error) = record.error() {
            let os = self.host.os;
            let name = error
                .name(os)
                .map_or_else(String::new, |row| format!(" {}", row.name));
            let call = record.call.name(os);
            self.complain(format!(
                "{call} failed: {}{name} “{}”",
                error.code, error.message
            ));
        }
    }

    pub(super) fn try_all(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        let Some(answer) = &mut self.answer else {
            self.say("There is no entry to try.");
            return;
        };
        let list = answer.run.list().filter(|list| !list.entries.is_empty());
        let Some(list) = list.cloned() else {
            self.say("There is no entry to try.");
            return;
        };
        if answer.trying.is_some() {
            self.say("Already trying them all; Esc stops.");
            return;
        }
        answer.trying = Some(Trying {
            ticket,
            done: 0,
            succeeded: 0,
        });
        effects.push(Effect::TryAll(ticket, list));
    }

    pub(super) fn stop_trying(&mut self, effects: &mut Effects) {
        let Some(answer) = &mut self.answer else {
            return;
        };
        let Some(trying) = answer.trying.take() else {
            return;
        };
        let count = answer.run.entries().len();
        self.say(format!("Stopped after {} of {count} entries.", trying.done));
        effects.push(Effect::StopTrying(trying.ticket));
    }

    /// socket() and close() returned for some entries more.
    pub(super) fn tried(&mut self, ticket: Ticket, records: Vec<Record>) {
        for record in &records {
            self.calls.push(self.host.os, record);
            // Best told than dropped, though the entry's own news is how it opened.
            self.closed_if_close(record);
        }
        let Some(answer) = &mut self.answer else {
            return;
        };
        let (count, selected) = (answer.run.entries().len(), answer.selected);
        let Some(trying) = answer
            .trying
            .as_mut()
            .filter(|trying| trying.ticket == ticket)
        else {
            return;
        };
        let live = answer.live.is_some_and(|live| live.returned);
        for record in records {
            if let Call::Socket { .. } = record.call {
                trying.done += 1;
                trying.succeeded += usize::from(record.handle().is_some());
            }
            // The selected entry has a socket of its own, which stays.
            if !(live && record.entry == Some(selected)) {
                answer.run.push(record);
            }
        }
        let Trying {
            done, succeeded, ..
        } = *trying;
        if done >= count {
            answer.trying = None;
            self.say(format!(
                "Tried all {count}: socket() succeeded for {succeeded}, failed for {}.",
                done - succeeded
            ));
        }
    }

    fn closed_if_close(&mut self, record: &Record) {
        if matches!(record.call, Call::Close { .. }) {
            self.closed(record);
        }
    }

    pub(super) fn reverse(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        let Some((answer, entry)) = self
            .answer
            .as_mut()
            .and_then(|answer| answer.entry().cloned().map(|entry| (answer, entry)))
        else {
            self.say("There is no entry to look up.");
            return;
        };
        let selected = answer.selected;
        if answer.reversing.contains_key(&selected) {
            self.say("getnameinfo has not answered yet.");
            return;
        }
        if !self.lookups.admit(ticket) {
            return;
        }
        answer.reversing.insert(selected, ticket);
        effects.push(Effect::Call {
            ticket,
            entry: Some(selected),
            call: Call::Getnameinfo(entry.addr.unwrap_or_default()),
        });
    }

    /// Asks the kernel about the selected entry's open socket.
    pub(super) fn question(&mut self, effects: &mut Effects) {
        let open = self.answer.as_ref().and_then(|answer| {
            let open = matches!(answer.state(answer.selected), State::Open(_));
            Some((answer.live.filter(|_| open)?, answer.entry()?.family))
        });
        let Some((Live { socket, .. }, family)) = open else {
            self.say("There is no open socket to ask about.");
            return;
        };
        self.show(View::Socket);
        let options = SocketOption::of(self.host.os, family).into_iter();
        let calls = options
            .map(|option| Call::Getsockopt { socket, option })
            .chain([Call::Getsockname { socket }, Call::Getpeername { socket }]);
        let entry = self.answer.as_ref().map(|answer| answer.selected);
        for call in calls {
            effects.push(Effect::Call {
                ticket: self.ticket(),
                entry,
                call,
            });
        }
    }
}

impl Answer {
    /// Closes the selected entry's socket.
    pub(super) fn close(&mut self, effects: &mut Effects) {
        if let Some(Live { socket, .. }) = self.live.take() {
            effects.push(Effect::Call {
                ticket: Ticket(socket.0),
                entry: Some(self.selected),
                call: Call::Close { socket },
            });
        }
    }
}
