//! The threads that make calls: one per blocking call, one for all others.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use super::{Wake, spawn, start as start_thread};
use crate::app::{Effect, Msg, Ticket};
use crate::net::{Call, List, Net, Record, Recorder, SocketId};

/// The longest time between two reports of "try all", unless socket() blocks.
pub(super) const BATCH_TIME: Duration = Duration::from_millis(50);

/// The number of records after which "try all" reports.
pub(super) const BATCH: usize = 2048;

/// The socket of "try all", closed before the next is opened. The model never uses this id.
const TRIED: SocketId = SocketId(0);

/// Makes a blocking call in its own thread; answered by [`Msg::Returned`].
pub(super) fn wait<N: Net>(
    recorder: &Arc<Recorder<N>>,
    wake: &Sender<Wake>,
    ticket: Ticket,
    entry: Option<usize>,
    call: Call,
) -> io::Result<()> {
    let recorder = Arc::clone(recorder);
    let name = match call {
        Call::Getnameinfo(_) => "reverse",
        _ => "lookup",
    };
    spawn(name, wake, move |wake| {
        let record = recorder.call(entry, call);
        // The loop may have ended.
        let _ = wake.send(Wake::Msg(Msg::Returned(ticket, record)));
    })
}

/// Disconnects when the thread of calls has ended; nothing is sent on it.
pub(super) type Ended = Receiver<Infallible>;

/// Starts the thread of calls, which makes all calls that do not block. It closes all sockets and ends
/// when the sender is dropped.
pub(super) fn start<N: Net>(
    recorder: &Arc<Recorder<N>>,
    wake: &Sender<Wake>,
) -> anyhow::Result<(Sender<Vec<Effect>>, Ended)> {
    let (sender, effects) = mpsc::channel();
    let (held, ended) = mpsc::channel();
    let recorder = Arc::clone(recorder);
    start_thread("sockets", wake, move |wake| {
        CallThread::new(recorder, effects, wake).run();
        drop(held);
    })?;
    Ok((sender, ended))
}

/// A running "try all".
struct Round {
    ticket: Ticket,
    list: Arc<List>,
    /// The index of the next entry.
    next: usize,
    /// Not reported yet.
    records: Vec<Record>,
    reported: Instant,
}

pub(super) struct CallThread<N: Net> {
    recorder: Arc<Recorder<N>>,
    effects: Receiver<Vec<Effect>>,
    queue: VecDeque<Effect>,
    wake: Sender<Wake>,
    round: Option<Round>,
}

impl<N: Net> CallThread<N> {
    pub(super) fn new(
        recorder: Arc<Recorder<N>>,
        effects: Receiver<Vec<Effect>>,
        wake: Sender<Wake>,
    ) -> Self {
        Self {
            recorder,
            effects,
            queue: VecDeque::new(),
            wake,
            round: None,
        }
    }

    pub(super) fn run(mut self) {
        loop {
            if self.queue.is_empty() && self.round.is_none() {
                match self.effects.recv() {
                    Ok(effects) => self.queue.extend(effects),
                    Err(mpsc::RecvError) => break,
                }
            }
            // Take the whole queue first, to find calls to skip.
            loop {
                match self.effects.try_recv() {
                    Ok(effects) => self.queue.extend(effects),
                    Err(mpsc::TryRecvError::Empty) => break,
                    Err(mpsc::TryRecvError::Disconnected) => {
                        self.round = None;
                        break;
                    }
                }
            }
            match self.queue.pop_front() {
                Some(effect) => self.perform(effect),
                None => self.try_next(),
            }
        }
        self.recorder.close_all();
    }

    fn send(&self, msg: Msg) {
        // The loop may have ended.
        let _ = self.wake.send(Wake::Msg(msg));
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Call(ticket, entry, call) => {
                // Skip close() of a socket that did not open.
                let needless = match call {
                    Call::Socket { socket, .. } => self.overtaken(socket),
                    Call::Close { socket } => !self.recorder.is_open(socket),
                    _ => false,
                };
                if needless {
                    return;
                }
                let record = self.recorder.call(entry, call);
                self.send(Msg::Returned(ticket, record));
            }
            Effect::Facts(ticket, needs, run) => {
                let facts = self.recorder.facts(needs, &run);
                self.send(Msg::Facts(ticket, facts));
            }
            Effect::TryAll(ticket, list) => {
                self.round = Some(Round {
                    ticket,
                    list,
                    next: 0,
                    records: Vec::new(),
                    reported: Instant::now(),
                });
            }
            Effect::StopTrying(ticket) => {
                self.round.take_if(|round| round.ticket == ticket);
            }
            // The loop performs the others.
            Effect::Copy(_) | Effect::CaptureMouse(_) | Effect::Suspend | Effect::Quit => {}
        }
    }

    /// Whether the next queued call on the socket is its close(): then neither call is made.
    fn overtaken(&mut self, socket: SocketId) -> bool {
        let on = |effect: &Effect| match effect {
            Effect::Call(_, _, call) => call.on() == Some(socket),
            _ => false,
        };
        let Some(at) = self.queue.iter().position(on) else {
            return false;
        };
        let overtaken = matches!(self.queue[at], Effect::Call(_, _, Call::Close { .. }));
        if overtaken {
            self.queue.remove(at);
        }
        overtaken
    }

    /// Tries the next entry of "try all", if one runs.
    fn try_next(&mut self) {
        let Some(round) = &mut self.round else {
            return;
        };
        if let Some(entry) = round.list.entries.get(round.next) {
            let (at, triple) = (Some(round.next), entry.triple());
            let socket = Call::Socket {
                socket: TRIED,
                triple,
            };
            let opened = self.recorder.call(at, socket);
            let open = opened.handle().is_some();
            round.records.push(opened);
            if open {
                let close = Call::Close { socket: TRIED };
                round.records.push(self.recorder.call(at, close));
            }
            round.next += 1;
        }
        let finished = round.next >= round.list.entries.len();
        if finished || round.records.len() >= BATCH || round.reported.elapsed() >= BATCH_TIME {
            let records = std::mem::take(&mut round.records);
            round.reported = Instant::now();
            let ticket = round.ticket;
            if finished {
                self.round = None;
            }
            self.send(Msg::Tried(ticket, records));
        }
    }
}
