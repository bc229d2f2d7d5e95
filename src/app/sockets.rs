//! The sockets that stay open, and the calls on them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::answer::State;
use super::effect::{Effect, Effects, Ticket};
use super::ladder::{Ladder, Stage};
use super::step::{Argument, Side, Step, is_stream, sockaddr};
use super::{Answer, Model, Pane};
use crate::names::Os;
use crate::net::{
    Call, Handle, MAX_WAITING, Outcome, Reason, Record, Run, SocketId, Triple, decode, encode,
};
use crate::words::{Key, Phrase};

/// The held sockets, and the calls on them that have not returned.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sockets {
    /// The held sockets, in the order in which they were.
    pub(crate) list: Vec<HeldSocket>,
    /// The selected one; `None`: the entry is selected.
    selected: Option<SocketId>,
    /// Earlier runs with held sockets.
    runs: Vec<Run>,
    /// The calls that have not returned.
    waiting: BTreeMap<Ticket, Waiting>,
}

/// A socket on which more was called than socket().
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HeldSocket {
    /// The id.
    pub(crate) id: SocketId,
    /// The arguments of socket().
    pub(crate) triple: Triple,
    /// The handle, once socket() has returned.
    pub(crate) handle: Option<Handle>,
    /// The entry that it was opened for.
    pub(super) entry: Option<usize>,
    /// The ladder's side.
    pub(crate) side: Side,
    /// How far it is.
    pub(crate) ladder: Ladder,
    /// The sockaddr for bind() and connect(); empty if there is none.
    address: Box<[u8]>,
    /// connect() follows when socket() has returned.
    connects: bool,
    /// Edited arguments.
    texts: Vec<(Step, Vec<String>)>,
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

impl HeldSocket {
    /// The steps of its ladder.
    pub(crate) fn steps(&self, os: Os) -> &'static [Step] {
        Step::ladder(os, self.triple, self.side, self.ladder.accepted)
    }

    /// The next step.
    pub(crate) fn next(&self, os: Os) -> Option<Step> {
        self.ladder.next(self.steps(os))
    }

    /// The texts of a step's arguments.
    pub(crate) fn texts(&self, os: Os, step: Step) -> Vec<String> {
        let edited = self.texts.iter().find(|(other, _)| *other == step);
        edited.map_or_else(
            || {
                let arguments = step.arguments().iter();
                let text = |argument: &Argument| step.default_text(os, self, *argument);
                arguments.map(text).collect()
            },
            |(_, texts)| texts.clone(),
        )
    }

    fn edit(&mut self, os: Os, step: Step, texts: Vec<String>) {
        let changed = texts != self.texts(os, step);
        if changed {
            self.texts.retain(|(other, _)| *other != step);
            self.texts.push((step, texts));
        }
    }

    /// The sockaddr that a step takes until another one is typed.
    pub(super) fn default_address(&self, step: Step) -> &[u8] {
        let source = self.ladder.source.as_deref();
        match step {
            Step::Sendto => source.unwrap_or(&self.address),
            _ => &self.address,
        }
    }

    /// The sockaddr that `text` describes: the default one as it is, whatever its bytes.
    pub(super) fn sockaddr(&self, os: Os, step: Step, text: &str) -> Result<Box<[u8]>, Phrase> {
        if text == step.default_text(os, self, Argument::Address) {
            return Ok(self.default_address(step).into());
        }
        sockaddr(os, text)
    }

    /// The call of a step, as far as it is known: accept() has no id for its socket yet.
    ///
    /// # Errors
    /// The message that an argument has no such value.
    pub(crate) fn preview(&self, os: Os, step: Step) -> Result<Call, Phrase> {
        step.call(os, self, &self.texts(os, step), SocketId(0))
    }

    /// What a call would do outside this machine.
    pub(crate) fn reach(&self, os: Os, call: &Call) -> Option<Phrase> {
        let far = |bytes: &[u8]| {
            decode(os, bytes).filter(|address| {
                let ip = address.ip().to_canonical();
                !ip.is_loopback() && !ip.is_unspecified()
            })
        };
        let stream = is_stream(os, self.triple);
        match call {
            Call::Connect { address, .. } => {
                far(address).filter(|_| stream)?;
                Some(Key::StepsSends.into())
            }
            Call::Sendto { datagram, .. } => {
                far(&datagram.address)?;
                Some(Key::StepsSends.into())
            }
            Call::Send { .. } => {
                far(self.ladder.peer.as_deref()?)?;
                Some(Key::StepsSends.into())
            }
            Call::Bind { address, .. } => {
                let address = decode(os, address)?;
                let near = address.ip().to_canonical().is_loopback();
                (!near).then(|| match address.port() {
                    0 => Key::StepsOpensAPort.into(),
                    port => Phrase::steps_opens(usize::from(port)),
                })
            }
            // It binds to the wildcard address (Linux, listen(2); measured).
            Call::Listen { .. } if self.ladder.stage == Stage::Open && os != Os::Windows => {
                Some(Key::StepsOpensAPort.into())
            }
            _ => None,
        }
    }
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

    fn get_mut(&mut self, id: SocketId) -> Option<&mut HeldSocket> {
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

    /// Keeps a run that another one replaces, if it has a held socket.
    pub(super) fn keep(&mut self, run: Run) {
        if self.list.iter().any(|socket| run.holds(socket.id)) {
            self.runs.push(run);
        }
    }
}

impl Model {
    /// The run of a held socket.
    pub(crate) fn run_of(&self, socket: SocketId) -> Option<&Run> {
        let runs = self.run().into_iter().chain(&self.sockets.runs);
        runs.into_iter().find(|run| run.holds(socket))
    }

    fn run_of_mut(&mut self, socket: SocketId) -> Option<&mut Run> {
        let current = self.answer.as_mut().map(|answer| &mut answer.run);
        let mut runs = current.into_iter().chain(&mut self.sockets.runs);
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
            side: answer.side.unwrap_or_else(|| side(os, &answer.run)),
            ladder,
            address: entry.addr.clone().unwrap_or_default(),
            connects: false,
            texts: Vec::new(),
        })
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

    /// Opens a new socket for the entry, if its last one is closed or did not open.
    fn open_again(&mut self, effects: &mut Effects) {
        match self.sockets.selected() {
            Some(socket) if !socket.ladder.stage.is_over() => {
                return self.inform(Key::NoticeOpening);
            }
            Some(_) => self.point(None),
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
        answer.live = None;
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
        let ticket = self.ticket();
        let same = |waiting: &Waiting| Step::of(&waiting.call) == Some(step);
        if self.sockets.waiting_on(socket.id).any(same) {
            return self.inform(Phrase::notice_not_returned(step.name(os)));
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
    fn start(&mut self, ticket: Ticket, id: SocketId, call: Call, effects: &mut Effects) {
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

    /// Changes the ladder to that of the other side.
    pub(super) fn change_side(&mut self) {
        let Some(socket) = self.socket() else {
            return self.inform(Key::NoticeNoSocket);
        };
        let side = socket.side.other();
        if let Some(held) = self.sockets.get_mut(socket.id) {
            held.side = side;
        } else if let Some(answer) = &mut self.answer {
            answer.side = Some(side);
        }
        self.inform(match side {
            Side::Server => Key::NoticeServer,
            Side::Client => Key::NoticeClient,
        });
    }

    /// Connects a socket of one's own to the selected listener, else to the last one.
    pub(super) fn connect_client(&mut self, effects: &mut Effects) {
        let os = self.host.os;
        let listens = |socket: &&HeldSocket| match is_stream(os, socket.triple) {
            true => socket.ladder.stage == Stage::Listening,
            false => socket.ladder.stage == Stage::Bound,
        };
        let selected = self.sockets.selected().filter(listens);
        let last = || self.sockets.list.iter().rev().find(listens);
        let Some(listener) = selected.or_else(last) else {
            return self.inform(Key::NoticeNoListener);
        };
        let local = listener.ladder.local.as_deref();
        let Some(mut address) = local.and_then(|bytes| decode(os, bytes)) else {
            return self.inform(Key::NoticeNoListener);
        };
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                std::net::IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                std::net::IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        let (triple, listener) = (listener.triple, listener.id);
        let id = self.open_held(
            triple,
            Side::Client,
            encode(os, address),
            Some(listener),
            effects,
        );
        if let Some(client) = self.sockets.get_mut(id) {
            client.connects = true;
        }
    }

    /// Opens a socket with these numbers, recorded beside the socket `beside`.
    pub(super) fn open_held(
        &mut self,
        triple: Triple,
        side: Side,
        address: Box<[u8]>,
        beside: Option<SocketId>,
        effects: &mut Effects,
    ) -> SocketId {
        let ticket = self.ticket();
        let id = SocketId(ticket.0);
        let beside = beside.filter(|beside| self.run_of(*beside).is_some());
        match beside.and_then(|beside| self.run_of_mut(beside)) {
            Some(run) => run.hold(id),
            None => match &mut self.answer {
                Some(answer) => answer.run.hold(id),
                None => {
                    let query = Arc::new(self.asked.clone());
                    let mut run = Run::new(Arc::clone(&self.host), query);
                    run.hold(id);
                    self.sockets.runs.push(run);
                }
            },
        }
        self.sockets.list.push(HeldSocket {
            id,
            triple,
            handle: None,
            entry: None,
            side,
            ladder: Ladder::default(),
            address,
            connects: false,
            texts: Vec::new(),
        });
        self.start(ticket, id, Call::Socket { socket: id, triple }, effects);
        id
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
            Outcome::NotStarted(_) => self.warn(Phrase::notice_not_open(name)),
            _ => {}
        }
    }

    fn connect_opened(&mut self, id: SocketId, effects: &mut Effects) {
        let os = self.host.os;
        let ticket = self.ticket();
        let socket = self.sockets.get(id);
        if let Some(Ok(call)) = socket.map(|socket| socket.preview(os, Step::Connect)) {
            self.start(ticket, id, call, effects);
        }
    }

    /// Asks the system about a socket; nothing waits for the answer.
    fn query(&mut self, id: SocketId, call: Call, effects: &mut Effects) {
        let entry = self.sockets.get(id).and_then(|socket| socket.entry);
        effects.push(Effect::Call(self.ticket(), entry, call));
    }

    /// Holds the socket that accept() opened, and selects it if the listener is.
    fn accepted(
        &mut self,
        listener: SocketId,
        new: SocketId,
        handle: Handle,
        effects: &mut Effects,
    ) {
        let Some(socket) = self.sockets.get(listener) else {
            return;
        };
        let held = HeldSocket {
            id: new,
            handle: Some(handle),
            ladder: Ladder::of_accepted(socket.ladder.local.clone()),
            connects: false,
            texts: Vec::new(),
            ..socket.clone()
        };
        self.sockets.list.push(held);
        if let Some(run) = self.run_of_mut(listener) {
            run.hold(new);
        }
        if self.sockets.selected == Some(listener) {
            self.point(Some(new));
        }
        self.query(new, Call::Getsockname { socket: new }, effects);
        self.query(new, Call::Getpeername { socket: new }, effects);
    }
}

/// The side that a query is for.
fn side(os: Os, run: &Run) -> Side {
    let passive = os.names().flags.named("AI_PASSIVE");
    let passive = passive.map_or(0, |row| row.value);
    let hints = run.query.hints.unwrap_or_default();
    if run.query.node.is_none() || hints.flags & passive != 0 {
        Side::Server
    } else {
        Side::Client
    }
}

impl Answer {
    /// Whether the socket was closed.
    pub(super) fn closed(&self, socket: SocketId) -> bool {
        let mut records = self.run.of_socket(socket);
        records.any(|record| {
            matches!(record.call, Call::Close { .. })
                && record.call.on() == Some(socket)
                && matches!(record.outcome, Outcome::Returned(_) | Outcome::Failed(_))
        })
    }
}
