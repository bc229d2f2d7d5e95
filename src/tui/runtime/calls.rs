//! The threads that make calls: one per blocking call, one for all others.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::io;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Wake, spawn, start as start_thread};
use crate::app::{Effect, Msg, Reasons, Ticket};
use crate::net::{
    BindMatrix, Call, CallId, List, Matrix, Net, Record, Recorder, Run, SocketId, SourceAnswer,
    SourceResult, Triple,
};
use crate::words::Phrase;

/// The longest time between two reports of "try all", unless socket() blocks.
pub(super) const BATCH_TIME: Duration = Duration::from_millis(50);

/// The number of records after which "try all" reports.
pub(super) const BATCH: usize = 2048;

/// The socket of "try all", closed before the next is opened. The model never uses this id.
const TRIED: SocketId = SocketId(0);

/// The second socket of the bind matrix. The model never uses this id.
const SECOND: SocketId = SocketId(u64::MAX);

/// Makes a call that can wait in its own thread; answered by [`Msg::Returned`], or by
/// [`Msg::NotStarted`] if no thread can be started. Returns the call's id if it has begun.
pub(super) fn wait<N: Net>(
    recorder: &Arc<Recorder<N>>,
    wake: &Sender<Wake>,
    ticket: Ticket,
    entry: Option<usize>,
    call: Call,
) -> Option<CallId> {
    // The loop may have ended, then and later.
    let send = |msg| drop(wake.send(Wake::Msg(msg)));
    let name = match call {
        Call::Getaddrinfo(_) => "lookup",
        Call::Getnameinfo(_) => "reverse",
        _ => call.name(recorder.host().os),
    };
    let pending = match recorder.begin(entry, call) {
        Ok(pending) => pending,
        Err(record) => {
            send(Msg::Returned(ticket, *record));
            return None;
        }
    };
    let (id, caller) = (pending.id(), Arc::clone(recorder));
    let started = spawn(name, wake, move |wake| {
        let record = caller.make(pending);
        let _ = wake.send(Wake::Msg(Msg::Returned(ticket, record)));
    });
    if let Err(error) = started {
        recorder.forget(id);
        send(Msg::NotStarted(ticket, error.to_string()));
        return None;
    }
    Some(id)
}

/// The longest wait for a source of names.
const SOURCE: Duration = Duration::from_secs(5);

/// Asks each source alone, all at once, in threads of their own, until they have answered, time is up or
/// they are given up; answered by [`Msg::Sources`].
pub(super) fn ask<N: Net>(
    recorder: &Arc<Recorder<N>>,
    wake: &Sender<Wake>,
    ticket: Ticket,
    mut run: Run,
    reasons: Arc<Reasons>,
    given_up: Arc<AtomicBool>,
) -> io::Result<()> {
    let recorder = Arc::clone(recorder);
    spawn("sources", wake, move |wake| {
        let query = run.query.clone().unwrap_or_default();
        let (sender, answers) = mpsc::channel();
        thread::scope(|scope| {
            for (at, source) in reasons.sources.iter().enumerate() {
                let ask = || recorder.ask(source, &query, SOURCE, &given_up);
                let (sender, own) = (sender.clone(), sender.clone());
                let thread = thread::Builder::new().name(format!("source {source}"));
                // Without a receiver nobody waits.
                let started = thread.spawn_scoped(scope, move || own.send((at, ask())));
                if let Err(error) = started {
                    let answer = SourceAnswer {
                        source: source.clone(),
                        result: SourceResult::NotAsked(Some(error.to_string())),
                        took: Duration::ZERO,
                    };
                    let _ = sender.send((at, answer));
                }
            }
            drop(sender);
            let mut all = BTreeMap::new();
            for (at, answer) in answers {
                all.insert(at, answer);
                let answers = all.values().cloned().collect();
                let msg = Msg::sources(ticket, &mut run, answers, &reasons);
                // The loop may have ended.
                let _ = wake.send(Wake::Msg(msg));
            }
        });
    })
}

/// The thread of calls before it starts. It makes all calls that do not block.
pub(super) struct CallQueue {
    effects: Receiver<Vec<Effect>>,
    pub(super) held: Sender<Infallible>,
}

/// The queue of the thread of calls, what sends it effects, and what disconnects at the thread's end. It
/// closes all sockets and ends when the sender is dropped.
pub(super) fn queue() -> (CallQueue, Sender<Vec<Effect>>, Receiver<Infallible>) {
    let (sender, effects) = mpsc::channel();
    let (held, ended) = mpsc::channel();
    (CallQueue { effects, held }, sender, ended)
}

impl CallQueue {
    /// Starts the thread.
    pub(super) fn start<N: Net>(
        self,
        recorder: &Arc<Recorder<N>>,
        wake: &Sender<Wake>,
    ) -> Result<(), Phrase> {
        let recorder = Arc::clone(recorder);
        start_thread("sockets", wake, move |wake| {
            run(recorder, &self.effects, wake);
            drop(self.held);
        })
    }
}

/// What a round calls for each of its indices.
enum Work {
    /// socket() on each entry.
    Entries(Arc<List>),
    /// getaddrinfo() and socket() for each cell of a matrix.
    Cells(Arc<[Triple]>),
    /// The calls of each pair of the bind matrix.
    Binds,
}

impl Work {
    fn len(&self) -> usize {
        match self {
            Self::Entries(list) => list.entries.len(),
            Self::Cells(cells) => cells.len(),
            Self::Binds => BindMatrix::CELLS,
        }
    }

    fn calls<N: Net>(&self, recorder: &Recorder<N>, at: usize) -> Vec<Record> {
        match self {
            Self::Entries(list) => {
                let (socket, triple) = (TRIED, list.entries[at].triple());
                let opened = recorder.call(Some(at), Call::Socket { socket, triple });
                let open = opened.handle().is_some();
                let close = open.then(|| recorder.call(Some(at), Call::Close { socket }));
                std::iter::once(opened).chain(close).collect()
            }
            Self::Cells(cells) => Matrix::ask(recorder, at, cells[at], TRIED),
            Self::Binds => BindMatrix::ask(recorder, at, [TRIED, SECOND]),
        }
    }
}

/// A running "try all", or a matrix that is being filled.
struct Round {
    ticket: Ticket,
    work: Work,
    /// The next index.
    next: usize,
    /// Not reported yet.
    records: Vec<Record>,
    reported: Instant,
}

struct CallThread<N: Net> {
    recorder: Arc<Recorder<N>>,
    wake: Sender<Wake>,
    queue: VecDeque<Effect>,
    /// The newest last: it goes on first.
    rounds: Vec<Round>,
    /// The calls that wait on a socket; some may have returned.
    waiting: BTreeMap<Ticket, CallId>,
}

/// The thread of calls, until `effects` disconnects.
pub(super) fn run<N: Net>(
    recorder: Arc<Recorder<N>>,
    effects: &Receiver<Vec<Effect>>,
    wake: Sender<Wake>,
) {
    let mut thread = CallThread {
        recorder,
        wake,
        queue: VecDeque::new(),
        rounds: Vec::new(),
        waiting: BTreeMap::new(),
    };
    loop {
        let idle = thread.queue.is_empty() && thread.rounds.is_empty();
        let received = if idle {
            effects.recv().map_err(TryRecvError::from)
        } else {
            effects.try_recv()
        };
        match received {
            // Take the whole queue first, to find calls to skip.
            Ok(effects) => thread.queue.extend(effects),
            Err(TryRecvError::Disconnected) if thread.queue.is_empty() => break,
            Err(_) => match thread.queue.pop_front() {
                Some(effect) => thread.perform(effect),
                None => thread.try_next(),
            },
        }
    }
    thread.recorder.close_all();
}

impl<N: Net> CallThread<N> {
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
                } else if self.recorder.can_wait(&call) {
                    self.wait(ticket, entry, call);
                } else {
                    let record = self.recorder.call(entry, call);
                    self.send(Msg::Returned(ticket, record));
                }
            }
            Effect::Interrupt(ticket) => {
                if let Some(id) = self.waiting.remove(&ticket) {
                    self.recorder.interrupt(id);
                }
            }
            Effect::Facts(ticket, needs, run) => {
                let facts = self.recorder.facts(needs, &run);
                self.send(Msg::facts(ticket, *run, facts));
            }
            Effect::Explain(ticket, run) => self.send(Msg::explained(ticket, *run)),
            Effect::TryAll(ticket, list) => self.begin(ticket, Work::Entries(list)),
            Effect::Fill(ticket, cells) => self.begin(ticket, Work::Cells(cells)),
            Effect::FillBinds(ticket) => self.begin(ticket, Work::Binds),
            Effect::StopTrying(ticket) => self.rounds.retain(|round| round.ticket != ticket),
            // The loop performs the others.
            Effect::AskSources(..)
            | Effect::StopAsking(_)
            | Effect::ProposePath(..)
            | Effect::CopyContent(_)
            | Effect::OpenFile(..)
            | Effect::Alarm(..)
            | Effect::Compare(..)
            | Effect::Save { .. }
            | Effect::Copy(_)
            | Effect::Paste
            | Effect::MakeStep(..)
            | Effect::EndLesson(_)
            | Effect::CaptureMouse(_)
            | Effect::Suspend
            | Effect::Quit => {}
        }
    }

    fn begin(&mut self, ticket: Ticket, work: Work) {
        self.rounds.push(Round {
            ticket,
            work,
            next: 0,
            records: Vec::new(),
            reported: Instant::now(),
        });
    }

    fn wait(&mut self, ticket: Ticket, entry: Option<usize>, call: Call) {
        let recorder = &self.recorder;
        self.waiting.retain(|_, id| recorder.is_pending(*id));
        let id = wait(recorder, &self.wake, ticket, entry, call);
        self.waiting.extend(id.map(|id| (ticket, id)));
    }

    /// Whether the next queued call on the socket is its close(): then neither call is made.
    fn overtaken(&mut self, socket: SocketId) -> bool {
        let next = self
            .queue
            .iter()
            .enumerate()
            .find_map(|(at, effect)| match effect {
                Effect::Call(_, _, call) if call.on() == Some(socket) => Some((at, call)),
                _ => None,
            });
        let Some((at, Call::Close { .. })) = next else {
            return false;
        };
        self.queue.remove(at);
        true
    }

    /// Makes the next calls of a round, if one runs.
    fn try_next(&mut self) {
        let Some(round) = self.rounds.last_mut() else {
            return;
        };
        if round.next < round.work.len() {
            let records = round.work.calls(&self.recorder, round.next);
            round.records.extend(records);
            round.next += 1;
        }
        let finished = round.next >= round.work.len();
        if finished || round.records.len() >= BATCH || round.reported.elapsed() >= BATCH_TIME {
            let msg = Msg::Tried(round.ticket, mem::take(&mut round.records));
            round.reported = Instant::now();
            if finished {
                self.rounds.pop();
            }
            self.send(msg);
        }
    }
}
