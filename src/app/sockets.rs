//! The sockets that stay open, and the calls on them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::answer::State;
use super::effect::{Effect, Effects, Ticket};
use super::held::HeldSocket;
use super::ladder::Ladder;
use super::notes::StepNotes;
use super::side::Side;
use super::step::Step;
use super::{Answer, Model, Pane};
use crate::net::{Call, Handle, MAX_WAITING, Outcome, Reason, Record, Run, SocketId};
use crate::words::{Key, Phrase};

/// The held sockets, and the calls on them that have not returned.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sockets {
    /// The held sockets, in the order in which they were.
    pub(crate) list: Vec<HeldSocket>,
    /// The selected one; `None`: the entry is selected.
    pub(super) selected: Option<SocketId>,
    /// Runs without getaddrinfo, with held sockets.
    pub(super) runs: Vec<Run>,
    /// The calls that have not returned.
    pub(super) waiting: BTreeMap<Ticket, Waiting>,
}

/// A call that has not returned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Waiting {
    /// The call.
    pub(crate) call: Call,
    /// The time since it started.
    pub(crate) elapsed: Duration,
    /// The handle that it is made on.
    pub(crate) on: Option<Handle>,
    /// It was interrupted.
    given_up: bool,
}

impl Waiting {
    fn is_on(&self, socket: SocketId) -> bool {
        self.call.on().or(self.call.opens()) == Some(socket)
    }
}

impl Sockets {
    /// The held socket of this id.
    pub(crate) fn get(&self, id: SocketId) -> Option<&HeldSocket> {
        self.list.iter().find(|socket| socket.id == id)
    }

    pub(super) fn get_mut(&mut self, id: SocketId) -> Option<&mut HeldSocket> {
        self.list.iter_mut().find(|socket| socket.id == id)
    }

    /// The place of the selected socket.
    pub(crate) fn place(&self) -> Option<usize> {
        let selected = self.selected?;
        self.list.iter().position(|socket| socket.id == selected)
    }

    /// The selected socket.
    pub(crate) fn selected(&self) -> Option<&HeldSocket> {
        self.get(self.selected?)
    }

    /// The calls that have not returned, oldest first.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (Ticket, &Waiting)> {
        self.waiting.iter().map(|(ticket, call)| (*ticket, call))
    }

    /// The calls on a socket that have not returned.
    pub(crate) fn waiting_on(&self, socket: SocketId) -> impl Iterator<Item = &Waiting> {
        self.waiting
            .values()
            .filter(move |waiting| waiting.is_on(socket))
    }

    /// Forgets what is over and not selected.
    fn prune(&mut self) {
        let Self {
            list,
            selected,
            runs,
            waiting,
        } = self;
        list.retain(|socket| {
            !socket.ladder.stage.is_over()
                || *selected == Some(socket.id)
                || waiting.values().any(|waiting| waiting.is_on(socket.id))
        });
        runs.retain(|run| list.iter().any(|socket| run.holds(socket.id)));
    }

    /// Updates the time of a call that has not returned.
    pub(super) fn waited(&mut self, ticket: Ticket, elapsed: Duration) {
        if let Some(waiting) = self.waiting.get_mut(&ticket) {
            waiting.elapsed = elapsed;
        }
    }

    /// Whether the run has a held socket.
    pub(super) fn hold(&self, run: &Run) -> bool {
        self.list.iter().any(|socket| run.holds(socket.id))
    }
}

impl Model {
    /// The run of a held socket.
    pub(crate) fn run_of(&self, socket: SocketId) -> Option<&Run> {
        let own = self.answer.as_ref().and_then(Answer::own_run);
        let runs = own.into_iter().chain(self.history.runs());
        let mut runs = runs.chain(&self.sockets.runs);
        runs.find(|run| run.holds(socket))
    }

    pub(super) fn run_of_mut(&mut self, socket: SocketId) -> Option<&mut Run> {
        let current = self.answer.as_mut().and_then(Answer::own_run_mut);
        let runs = current.into_iter().chain(self.history.runs_mut());
        let mut runs = runs.chain(&mut self.sockets.runs);
        runs.find(|run| run.holds(socket))
    }

    /// The selected socket: a held one, or the open one of the selected entry.
    pub(crate) fn socket(&self) -> Option<HeldSocket> {
        let held = self.sockets.selected().cloned();
        held.or_else(|| self.socket_of_entry())
    }

    /// The open socket of the selected entry, on which nothing was called yet.
    fn socket_of_entry(&self) -> Option<HeldSocket> {
        let os = self.host.os;
        let answer = self.answer.as_ref()?;
        let State::Open(record) = answer.state(answer.selected) else {
            return None;
        };
        let id = answer.live?;
        let entry = answer.entry()?;
        let mut ladder = Ladder::default();
        ladder.add(os, record);
        Some(HeldSocket {
            id,
            triple: entry.triple(),
            handle: record.handle(),
            entry: Some(answer.selected),
            side: answer.side.unwrap_or_else(|| Side::of(os, &answer.run)),
            ladder,
            address: entry.bytes().into(),
            connects: false,
            texts: Vec::new(),
            notes: StepNotes::default(),
        })
    }

    /// The last call on the selected held socket that returned, but those that only ask.
    pub(crate) fn last_step(&self) -> Option<&Record> {
        let id = self.sockets.selected()?.id;
        let records = self.run_of(id)?.of_socket(id);
        let steps = records.filter(|record| !record.call.is_question());
        steps.max_by_key(|record| record.id)
    }

    /// Selects the held socket at this place.
    pub(super) fn select_socket(&mut self, place: usize) {
        if let Some(socket) = self.sockets.list.get(place) {
            let id = socket.id;
            self.point(Some(id));
        }
    }

    /// Selects a held socket, or without one the entry.
    pub(super) fn point(&mut self, socket: Option<SocketId>) {
        if self.sockets.selected != socket {
            self.sockets.selected = socket;
            self.detail_scroll = self.measures.detail_start;
        }
        self.sockets.prune();
    }

    /// Goes to the held sockets, or to the next of them.
    pub(super) fn go_to_sockets(&mut self) {
        let count = self.sockets.list.len();
        if count == 0 {
            return self.inform(Key::NoticeNoneHeld);
        }
        self.focus(Pane::Entries);
        let next = self.sockets.place().map_or(0, |place| place + 1);
        self.select_socket(next % count);
    }

    /// Makes the next call of the ladder.
    pub(super) fn advance(&mut self, effects: &mut Effects) {
        let os = self.host.os;
        let Some(socket) = self.socket() else {
            return self.open_again(effects);
        };
        match socket.next(os) {
            Some(step) => {
                let texts = socket.texts(os, step);
                self.make(&socket, step, texts, effects);
            }
            None => self.open_again(effects),
        }
    }

    /// Whether [`Model::advance`] makes a call.
    pub(crate) fn advances(&self) -> bool {
        let next = self.socket().and_then(|it| it.next(self.host.os));
        let selected = self.sockets.selected();
        let opens = self.socket_of_entry().is_none()
            && selected.is_none_or(|it| it.ladder.stage.is_over())
            && self.answer.as_ref().is_some_and(|answer| {
                answer.entry().is_some() && answer.state(answer.selected) != State::Opening
            });
        next.is_some() || opens
    }

    /// Opens a new socket for the entry, if its last one is closed or did not open.
    fn open_again(&mut self, effects: &mut Effects) {
        match self.sockets.selected() {
            Some(socket) if !socket.ladder.stage.is_over() => {
                return self.inform(Key::NoticeOpening);
            }
            Some(_) => {
                self.point(None);
                if self.socket_of_entry().is_some() {
                    return;
                }
            }
            None => {}
        }
        let Some(answer) = &mut self.answer else {
            return self.inform(Key::NoticeNoEntry);
        };
        if answer.entry().is_none() {
            return self.inform(Key::NoticeNoEntry);
        }
        if matches!(answer.state(answer.selected), State::Opening) {
            return self.inform(Key::NoticeOpening);
        }
        answer.close(effects);
        self.open_selected(effects);
        self.note_entry(effects);
    }

    /// Makes a call on the selected socket, which is held from now on.
    pub(super) fn make(
        &mut self,
        socket: &HeldSocket,
        step: Step,
        texts: Vec<String>,
        effects: &mut Effects,
    ) {
        let os = self.host.os;
        // A menu may still have a socket that was closed since.
        let held = self.sockets.get(socket.id);
        let open = match held {
            Some(held) => !held.ladder.stage.is_over(),
            None => self
                .answer
                .as_ref()
                .is_some_and(|answer| answer.live == Some(socket.id)),
        };
        if !open {
            return self.inform(Key::NoticeNoSocket);
        }
        let ticket = self.ticket();
        let waiting = self.sockets.waiting_on(socket.id);
        let mut steps = waiting.filter_map(|waiting| Step::of(&waiting.call));
        let alike = steps.find(|&other| other == step || other == Step::Close);
        drop(steps);
        if let Some(waiting) = alike {
            return self.inform(Phrase::notice_not_returned(waiting.name(os)));
        }
        let call = match step.call(os, socket, &texts, SocketId(ticket.0)) {
            Ok(call) => call,
            Err(refusal) => return self.warn(refusal),
        };
        let id = socket.id;
        self.hold(socket);
        if let Some(held) = self.sockets.get_mut(id) {
            held.edit(os, step, texts);
        }
        self.point(Some(id));
        self.start(ticket, id, call, effects);
    }

    /// Makes the selected entry's socket a held one.
    fn hold(&mut self, socket: &HeldSocket) {
        if self.sockets.get(socket.id).is_some() {
            return;
        }
        self.sockets.list.push(socket.clone());
        if let Some(answer) = &mut self.answer {
            answer.run.hold(socket.id);
            answer.live.take_if(|live| *live == socket.id);
        }
    }

    /// Makes a call for a held socket.
    pub(super) fn start(
        &mut self,
        ticket: Ticket,
        id: SocketId,
        call: Call,
        effects: &mut Effects,
    ) {
        let Some(socket) = self.sockets.get(id) else {
            return;
        };
        let (entry, on) = (socket.entry, socket.handle);
        let waiting = Waiting {
            call: call.clone(),
            elapsed: Duration::ZERO,
            on: on.filter(|_| call.on().is_some()),
            given_up: false,
        };
        self.sockets.waiting.insert(ticket, waiting);
        effects.push(Effect::Call(ticket, entry, call));
    }

    /// Interrupts the calls on the selected socket that wait; returns whether there is one that was
    /// not interrupted yet.
    pub(super) fn give_up(&mut self, effects: &mut Effects) -> bool {
        let selected = self.sockets.selected;
        selected.is_some_and(|socket| self.interrupt(socket, effects))
    }

    /// Whether Esc interrupts a call.
    pub(crate) fn gives_up(&self) -> bool {
        let selected = self.sockets.selected;
        let mut waiting = selected
            .into_iter()
            .flat_map(|id| self.sockets.waiting_on(id));
        waiting.any(|waiting| waiting.call.can_wait() && !waiting.given_up)
    }

    fn interrupt(&mut self, socket: SocketId, effects: &mut Effects) -> bool {
        let before = effects.len();
        for (ticket, waiting) in &mut self.sockets.waiting {
            if waiting.is_on(socket) && waiting.call.can_wait() && !waiting.given_up {
                waiting.given_up = true;
                effects.push(Effect::Interrupt(*ticket));
            }
        }
        effects.len() > before
    }

    /// Closes the selected held socket. Its calls that wait are interrupted first.
    pub(super) fn close_socket(&mut self, effects: &mut Effects) {
        let Some(socket) = self.sockets.selected().cloned() else {
            return self.inform(Key::NoticeNoneSelected);
        };
        if socket.ladder.stage.is_over() {
            // Its row goes.
            let next = self.sockets.place().unwrap_or(0);
            self.point(None);
            let last = self.sockets.list.len().saturating_sub(1);
            return self.select_socket(next.min(last));
        }
        self.interrupt(socket.id, effects);
        self.make(&socket, Step::Close, Vec::new(), effects);
    }

    /// Takes in the record of a call on a socket, or one that opens it.
    pub(super) fn socket_returned(
        &mut self,
        ticket: Ticket,
        record: Record,
        effects: &mut Effects,
    ) {
        let os = self.host.os;
        let asked = self.sockets.waiting.remove(&ticket).is_some();
        let Some(id) = record.call.on().or(record.call.opens()) else {
            return;
        };
        if let Some(answer) = &mut self.answer
            && answer.live == Some(id)
        {
            answer.run.push(record);
            return self.note_entry(effects);
        }
        let Some(socket) = self.sockets.get_mut(id) else {
            return;
        };
        socket.ladder.add(os, &record);
        if let Call::Socket { .. } = record.call {
            socket.handle = record.handle();
        }
        let connects = std::mem::take(&mut socket.connects) && socket.handle.is_some();
        if let Some(run) = self.run_of_mut(id) {
            run.push(record.clone());
        }
        if !record.call.is_question() {
            self.note_step(id, record.id, effects);
        }
        if asked {
            self.report(&record);
        }
        if connects {
            self.connect_opened(id, effects);
        }
        match record.call {
            Call::Bind { .. }
            | Call::Listen { .. }
            | Call::Connect { .. }
            | Call::Sendto { .. }
                if record.value().is_some() =>
            {
                self.query(id, Call::Getsockname { socket: id }, effects);
            }
            Call::Accept { socket, new } => {
                if let Some(handle) = record.handle() {
                    self.note_clients(record.id, effects);
                    self.accepted(socket, new, handle, effects);
                }
            }
            _ => {}
        }
        self.sockets.prune();
    }

    /// Reports what the socket's row does not show.
    fn report(&mut self, record: &Record) {
        let name = record.call.name(self.host.os);
        match &record.outcome {
            Outcome::NotStarted(Reason::Busy) => self.warn(Phrase::notice_busy(name)),
            Outcome::NotStarted(Reason::TooMany) => {
                self.warn(Phrase::notice_too_many(name, MAX_WAITING));
            }
            _ => {}
        }
    }

    /// Asks the system about a socket; nothing waits for the answer.
    pub(super) fn query(&mut self, id: SocketId, call: Call, effects: &mut Effects) {
        let socket = self.sockets.get(id);
        if let Some(socket) = socket.filter(|socket| !socket.ladder.stage.is_over()) {
            let entry = socket.entry;
            effects.push(Effect::Call(self.ticket(), entry, call));
        }
    }
}
