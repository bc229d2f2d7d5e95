//! One answer of getaddrinfo: its run, the selected entry with its socket, and the notes.

use std::collections::HashMap;
use std::sync::Arc;

use super::effect::{Effect, Effects, Ticket};
use super::held::HeldSocket;
use super::notes::Notes;
use super::reasons::Asking;
use super::side::Side;
use super::{Model, Reasons, View};
use crate::names::Os;
use crate::net::{AddrInfo, Call, Outcome, Record, Redaction, Run, SocketId, SocketOption};
use crate::replay::Replay;
use crate::words::{Key, Phrase};

/// The run on screen and the state of its entries.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    /// The query and its records.
    pub(crate) run: Run,
    /// The index of the selected entry; 0 if there is none.
    pub(crate) selected: usize,
    /// The id of the selected entry's socket, if there is an entry.
    pub(crate) live: Option<SocketId>,
    /// The side that the user chose for the selected entry's socket.
    pub(super) side: Option<Side>,
    /// The running "try all".
    pub(crate) trying: Option<Trying>,
    /// The notes on the query and the selected entry.
    pub(crate) notes: Notes,
    /// What the lookup view shows, once its facts are known.
    pub(crate) reasons: Option<Arc<Reasons>>,
    /// The real run and the replacements, if `run` has replaced names and addresses.
    pub(super) real: Option<Arc<(Run, Redaction)>>,
    /// The file that the run is from; it has no run of its own.
    pub(crate) replay: Option<Arc<Replay>>,
    /// The sources that are being asked alone.
    pub(super) asking: Option<Asking>,
    /// The entry of each pending reverse lookup.
    pub(super) reversing: HashMap<Ticket, usize>,
}

/// A running "try all": socket() is called on every entry in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trying {
    /// The ticket of the "try all".
    pub(crate) ticket: Ticket,
    /// The number of entries tried.
    pub(crate) done: usize,
    /// The number of entries on which socket() succeeded.
    pub(crate) succeeded: usize,
}

/// The state of an entry's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State<'a> {
    /// socket() was not called.
    Untried,
    /// socket() has not returned.
    Opening,
    /// The socket is open.
    Open(&'a Record),
    /// The socket was opened and closed.
    Closed(&'a Record),
    /// socket() failed.
    Failed(&'a Record),
}

/// The reverse lookup of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reverse<'a> {
    /// getnameinfo has not returned.
    Pending,
    /// getnameinfo returned or was not called.
    Done(&'a Record),
}

impl Answer {
    /// Whether "try all" has entries left.
    pub(crate) const fn is_trying(&self) -> bool {
        self.trying.is_some()
    }

    /// `run` with the entry at `selected` selected, and no socket.
    pub(crate) fn new(run: Run, selected: usize) -> Self {
        Self {
            run,
            selected,
            live: None,
            side: None,
            trying: None,
            notes: Notes::default(),
            reasons: None,
            real: None,
            replay: None,
            asking: None,
            reversing: HashMap::new(),
        }
    }

    /// The run, if this machine made it: the ids of a file's sockets are not of this session.
    pub(super) fn own_run(&self) -> Option<&Run> {
        self.replay.is_none().then_some(&self.run)
    }

    /// The same, to be changed.
    pub(super) fn own_run_mut(&mut self) -> Option<&mut Run> {
        self.replay.is_none().then_some(&mut self.run)
    }

    /// Whether the socket was closed.
    pub(super) fn closed(&self, socket: SocketId) -> bool {
        let mut records = self.run.of_socket(socket);
        records.any(|record| {
            matches!(record.call, Call::Close { .. })
                && record.call.on() == Some(socket)
                && matches!(record.outcome, Outcome::Returned(_) | Outcome::Failed(_))
        })
    }

    /// The selected entry.
    pub(crate) fn entry(&self) -> Option<&AddrInfo> {
        self.run.entries().get(self.selected)
    }

    /// The state of the socket of the entry at `index`.
    pub(crate) fn state(&self, index: usize) -> State<'_> {
        let live = self.live.filter(|_| index == self.selected);
        let record = self.run.socket(index);
        // Until the selected entry's socket() returns, the record is of an older one.
        match record.filter(|record| live.is_none() || record.call.opens() == live) {
            None if live.is_some() => State::Opening,
            None => State::Untried,
            Some(record) if record.handle().is_none() => State::Failed(record),
            // The other program is gone, and its sockets with it.
            Some(record) if self.replay.is_some() => State::Closed(record),
            Some(record) if live.is_some() || self.is_held(record) => State::Open(record),
            Some(record) => State::Closed(record),
        }
    }

    /// Whether this socket() opened a socket that is held and open.
    fn is_held(&self, record: &Record) -> bool {
        let socket = record.call.opens().filter(|socket| self.run.holds(*socket));
        socket.is_some_and(|socket| !self.closed(socket))
    }

    /// Calls on the selected entry's open socket, in the order in which they started.
    pub(crate) fn questions(&self) -> Vec<&Record> {
        let on = |record: &&Record| self.live.is_some() && record.call.on() == self.live;
        let records = self.run.of_entry(self.selected).filter(on);
        let mut records: Vec<&Record> = records.collect();
        records.sort_by_key(|record| record.id);
        records
    }

    /// The reverse lookup of the selected entry, if there is one.
    pub(crate) fn reverse(&self) -> Option<Reverse<'_>> {
        if self.reversing.values().any(|entry| *entry == self.selected) {
            return Some(Reverse::Pending);
        }
        self.run.names(self.selected).map(Reverse::Done)
    }

    /// Closes the selected entry's socket.
    pub(super) fn close(&mut self, effects: &mut Effects) {
        if let Some(socket) = self.live.take() {
            let (ticket, close) = (Ticket(socket.0), Call::Close { socket });
            effects.push(Effect::Call(ticket, Some(self.selected), close));
        }
    }
}

impl Model {
    pub(super) fn select(&mut self, index: usize, effects: &mut Effects) {
        if let Some(answer) = &mut self.answer
            && (index != answer.selected || answer.live.is_none())
            && index < answer.run.entries().len()
        {
            answer.close(effects);
            answer.selected = index;
            answer.side = None;
            self.detail_scroll = self.measures.detail_start;
            self.open_selected(effects);
            self.note_entry(effects);
        }
        self.point(None);
    }

    pub(super) fn open_selected(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        if let Some(answer) = &mut self.answer
            && answer.replay.is_none()
            && let Some(triple) = answer.entry().map(AddrInfo::triple)
        {
            let socket = SocketId(ticket.0);
            answer.live = Some(socket);
            let call = Call::Socket { socket, triple };
            effects.push(Effect::Call(ticket, Some(answer.selected), call));
        }
    }

    /// Takes in a record. A record that nothing waits for becomes only a line in the list of calls.
    pub(super) fn returned(&mut self, ticket: Ticket, record: Record, effects: &mut Effects) {
        self.calls.returning(ticket);
        self.list_call(&record);
        match &record.call {
            Call::Getaddrinfo(query) => {
                let query = Arc::clone(query);
                self.resolved(ticket, query, record, effects);
            }
            Call::Getnameinfo(_) => {
                self.lookups.returned(ticket);
                if let Some(answer) = &mut self.answer
                    && answer.reversing.remove(&ticket).is_some()
                {
                    answer.run.push(record);
                }
            }
            Call::WsaEnumProtocols => self.listed(ticket, record),
            _ => self.socket_returned(ticket, record, effects),
        }
    }

    /// Adds a line to the list of calls, and reports a close() that failed.
    pub(super) fn list_call(&mut self, record: &Record) {
        let os = self.host.os;
        self.calls.push(os, record);
        if let (Call::Close { .. }, Some(error)) = (&record.call, record.error()) {
            let name = error.name(os).map(|row| format!(" {}", row.name));
            let name = name.unwrap_or_default();
            let error = format!("{}{name} “{}”", error.code, error.message);
            self.warn(Phrase::notice_close_failed(record.call.name(os), error));
        }
    }

    pub(super) fn try_all(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        let list = self.run().and_then(Run::list).cloned();
        let list = list.filter(|list| !list.entries.is_empty());
        let (Some(answer), Some(list)) = (&mut self.answer, list) else {
            return self.inform(Key::NoticeNoEntry);
        };
        if answer.trying.is_some() {
            return self.inform(Key::NoticeAlreadyTrying);
        }
        answer.trying = Some(Trying {
            ticket,
            done: 0,
            succeeded: 0,
        });
        effects.push(Effect::TryAll(ticket, list));
    }

    pub(super) fn stop_trying(&mut self, effects: &mut Effects) {
        if let Some(answer) = &mut self.answer
            && let Some(trying) = answer.trying.take()
        {
            let count = answer.run.entries().len();
            self.inform(Phrase::notice_stopped(count, trying.done));
            effects.push(Effect::StopTrying(trying.ticket));
        }
    }

    /// Takes in the records of a batch of tried entries.
    pub(super) fn tried(&mut self, ticket: Ticket, records: Vec<Record>) {
        for record in &records {
            self.list_call(record);
        }
        let records = self.fill(ticket, records);
        if let Some(answer) = &mut self.answer
            && let Some(mut trying) = answer.trying.filter(|trying| trying.ticket == ticket)
        {
            let own = !matches!(answer.state(answer.selected), State::Opening);
            for record in records {
                if let Call::Socket { .. } = record.call {
                    trying.done += 1;
                    trying.succeeded += usize::from(record.handle().is_some());
                }
                // Keep the record of the selected entry's own open socket.
                if !(own && record.entry == Some(answer.selected)) {
                    answer.run.push(record);
                }
            }
            let count = answer.run.entries().len();
            answer.trying = Some(trying).filter(|trying| trying.done < count);
            if answer.trying.is_none() {
                let failed = trying.done - trying.succeeded;
                self.inform(Phrase::notice_tried(count, failed, trying.succeeded));
            }
        }
    }

    pub(super) fn reverse(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        let addr = self.entry().map(|entry| entry.bytes().into());
        let (Some(answer), Some(addr)) = (&mut self.answer, addr) else {
            return self.inform(Key::NoticeNoEntryReverse);
        };
        let selected = answer.selected;
        if answer.reverse() == Some(Reverse::Pending) {
            return self.inform(Key::NoticeReversing);
        }
        let call = Call::Getnameinfo(addr);
        if self.lookups.admit(ticket, &call) {
            answer.reversing.insert(ticket, selected);
            effects.push(Effect::Call(ticket, Some(selected), call));
        }
    }

    /// Queries the selected open socket: its options, on Windows its handle, and its addresses. Its
    /// family selects the options: on Windows getsockname fails before bind().
    pub(super) fn question(&mut self, effects: &mut Effects) {
        let open = |socket: &HeldSocket| socket.handle.is_some() && !socket.ladder.stage.is_over();
        let Some(HeldSocket {
            id: socket,
            triple,
            entry,
            ..
        }) = self.socket().filter(open)
        else {
            return self.inform(Key::NoticeNoSocket);
        };
        self.show(View::Socket);
        let os = self.host.os;
        let options = SocketOption::of(os, triple.family).into_iter();
        let handle = (os == Os::Windows).then_some(Call::GetHandleInformation { socket });
        let calls = options
            .map(|option| Call::Getsockopt { socket, option })
            .chain(handle)
            .chain([Call::Getsockname { socket }, Call::Getpeername { socket }]);
        for call in calls {
            effects.push(Effect::Call(self.ticket(), entry, call));
        }
    }
}
