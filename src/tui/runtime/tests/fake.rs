//! A network whose calls the test observes, holds and answers.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::names::Os;
use crate::net::fixture::{self, failed, host, list, opened};
use crate::net::{
    AddrInfo, Call, CallId, Domain, Facts, Host, Needs, Net, Outcome, Query, Run, SourceAnswer,
    SourceResult, Triple, Value,
};

/// The deadline of every wait.
pub(super) const DEADLINE: Duration = Duration::from_secs(20);

/// A getaddrinfo that waits for the test. It panics if dropped without an answer.
pub(super) struct Held {
    pub(super) query: Arc<Query>,
    reply: Sender<Outcome>,
}

impl Held {
    /// Makes the call return `entries`.
    pub(super) fn answer(self, entries: Vec<AddrInfo>) {
        self.reply.send(list(entries)).unwrap();
    }
}

/// Runs inside socket(), and may block.
type Gate = Box<dyn Fn(Triple) + Send + Sync>;

#[derive(Clone)]
pub(super) struct FakeNet(Arc<Inner>);

struct Inner {
    held: Mutex<Sender<Held>>,
    gate: Gate,
    handles: AtomicU64,
    opened: Mutex<Vec<i32>>,
    closed: Mutex<Vec<u64>>,
    interrupted: Mutex<Vec<CallId>>,
    interrupts: Condvar,
}

impl FakeNet {
    /// A network and the channel of its getaddrinfo calls.
    pub(super) fn new(gate: impl Fn(Triple) + Send + Sync + 'static) -> (Self, Receiver<Held>) {
        let (held, calls) = mpsc::channel();
        let net = Self(Arc::new(Inner {
            held: Mutex::new(held),
            gate: Box::new(gate),
            handles: AtomicU64::new(0),
            opened: Mutex::new(Vec::new()),
            closed: Mutex::new(Vec::new()),
            interrupted: Mutex::new(Vec::new()),
            interrupts: Condvar::new(),
        }));
        (net, calls)
    }

    /// The protocols of the entries on which socket() was called.
    pub(super) fn opened(&self) -> Vec<i32> {
        self.0.opened.lock().unwrap().clone()
    }

    /// The handles that were opened and not closed.
    pub(super) fn still_open(&self) -> Vec<u64> {
        let closed = self.0.closed.lock().unwrap();
        (1..=self.0.handles.load(Ordering::SeqCst))
            .filter(|handle| !closed.contains(handle))
            .collect()
    }
}

/// An open socket. Dropping it does not close it; [`Net::close`] does.
pub(super) struct FakeSocket(u64);

impl Net for FakeNet {
    type Socket = FakeSocket;

    fn host(&self) -> Host {
        (*host(Os::Linux)).clone()
    }

    fn facts(&self, known: Needs, _: &Run) -> Facts {
        Facts {
            known,
            ..Facts::default()
        }
    }

    /// `files` has an address; others have no answer until they are given up.
    fn ask(&self, source: &str, _: &Query, took: Duration, given_up: &AtomicBool) -> SourceAnswer {
        let result = if source == "files" {
            SourceResult::Addresses(vec![Ipv4Addr::LOCALHOST.into()])
        } else {
            while !given_up.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
            SourceResult::TimedOut
        };
        SourceAnswer {
            source: source.to_owned(),
            result,
            took,
        }
    }

    fn call(
        &self,
        id: CallId,
        call: &Call,
        _: Option<&FakeSocket>,
    ) -> (Outcome, Duration, Option<FakeSocket>) {
        let (outcome, socket) = match call {
            Call::Getaddrinfo(query) => {
                let (reply, answer) = mpsc::channel();
                let query = Arc::clone(query);
                let held = self.0.held.lock().unwrap();
                held.send(Held { query, reply }).unwrap();
                drop(held);
                let outcome = answer.recv().expect("the test wants a panic here");
                (outcome, None)
            }
            Call::Socket { triple, .. } => {
                self.0.opened.lock().unwrap().push(triple.protocol);
                (self.0.gate)(*triple);
                let handle = self.0.handles.fetch_add(1, Ordering::SeqCst) + 1;
                (opened(handle), Some(FakeSocket(handle)))
            }
            Call::Listen { .. } => (Outcome::Returned(Value::Zero), None),
            // Until it is interrupted.
            Call::Accept { .. } => {
                let waiting = self.0.interrupted.lock().unwrap();
                let not_yet = |ids: &mut Vec<CallId>| !ids.contains(&id);
                let ready = &self.0.interrupts;
                let waited = ready.wait_timeout_while(waiting, DEADLINE, not_yet);
                assert!(!waited.unwrap().1.timed_out(), "nothing interrupts it");
                (failed(Domain::Errno, 4, ""), None)
            }
            other => panic!("no test asks for {other:?}"),
        };
        (outcome, Duration::ZERO, socket)
    }

    fn close(&self, _: CallId, socket: FakeSocket) -> (Outcome, Duration) {
        self.0.closed.lock().unwrap().push(socket.0);
        (Outcome::Returned(Value::Zero), Duration::ZERO)
    }

    fn interrupt(&self, id: CallId) {
        self.0.interrupted.lock().unwrap().push(id);
        self.0.interrupts.notify_all();
    }
}

/// An entry identified by its protocol.
pub(super) fn entry(protocol: i32) -> AddrInfo {
    AddrInfo {
        protocol,
        ..fixture::entry(Os::Linux, "SOCK_STREAM", "0", "0.0.0.0:27015")
    }
}
