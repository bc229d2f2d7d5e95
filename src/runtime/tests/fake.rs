//! A network whose calls the test sees, holds back and answers.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use crate::names::Os;
use crate::net::{
    About, AddrInfo, Attempt, Closed, Handle, HostService, Net, Query, Resolution, Reverse,
};

/// After so long a test that waits has failed.
pub(super) const DEADLINE: Duration = Duration::from_secs(20);

/// A call of getaddrinfo that waits for the test. Dropped unanswered, it panics.
pub(super) struct Held {
    pub(super) query: Query,
    reply: Sender<Resolution>,
}

impl Held {
    /// Lets the call return `entries`.
    pub(super) fn answer(self, entries: Vec<AddrInfo>) {
        let resolution = Resolution {
            query: self.query,
            result: Ok(entries),
            took: Duration::ZERO,
            freed: None,
        };
        self.reply.send(resolution).unwrap();
    }
}

/// What a socket() call waits for.
type Gate = Box<dyn Fn(&AddrInfo) + Send + Sync>;

pub(super) struct FakeNet {
    held: Mutex<Sender<Held>>,
    gate: Gate,
    handles: AtomicU64,
    opened: Mutex<Vec<i32>>,
    closed: Mutex<Vec<u64>>,
}

impl FakeNet {
    /// A network, and the calls of getaddrinfo as they are made.
    pub(super) fn new(gate: impl Fn(&AddrInfo) + Send + Sync + 'static) -> (Self, Receiver<Held>) {
        let (held, calls) = mpsc::channel();
        let net = Self {
            held: Mutex::new(held),
            gate: Box::new(gate),
            handles: AtomicU64::new(0),
            opened: Mutex::new(Vec::new()),
            closed: Mutex::new(Vec::new()),
        };
        (net, calls)
    }

    /// The protocol numbers of the entries that socket() was called on.
    pub(super) fn opened(&self) -> Vec<i32> {
        self.opened.lock().unwrap().clone()
    }

    /// The handles that were given out and not closed.
    pub(super) fn still_open(&self) -> Vec<u64> {
        let closed = self.closed.lock().unwrap();
        (1..=self.handles.load(Ordering::SeqCst))
            .filter(|handle| !closed.contains(handle))
            .collect()
    }
}

/// An open socket; only [`Net::close`] counts as closing it.
pub(super) struct FakeSocket(u64);

impl Net for FakeNet {
    type Socket = FakeSocket;

    fn about(&self) -> About {
        About {
            os: Os::HOST,
            arch: "fake",
            libc: None,
            winsock: None,
        }
    }

    fn resolve(&self, query: &Query) -> Resolution {
        let (reply, answer) = mpsc::channel();
        let query = query.clone();
        self.held
            .lock()
            .unwrap()
            .send(Held { query, reply })
            .unwrap();
        answer.recv().expect("the test wants a panic here")
    }

    fn open(&self, entry: &AddrInfo) -> (Attempt, Option<FakeSocket>) {
        self.opened.lock().unwrap().push(entry.protocol);
        (self.gate)(entry);
        let handle = self.handles.fetch_add(1, Ordering::SeqCst) + 1;
        let attempt = Attempt {
            result: Ok(Handle(handle)),
            took: Duration::ZERO,
        };
        (attempt, Some(FakeSocket(handle)))
    }

    fn close(&self, socket: FakeSocket) -> Closed {
        self.closed.lock().unwrap().push(socket.0);
        Closed {
            handle: Handle(socket.0),
            result: Ok(()),
            took: Duration::ZERO,
        }
    }

    fn reverse(&self, _: &AddrInfo) -> Option<Reverse> {
        Some(Reverse {
            result: Ok(HostService {
                node: "fake".into(),
                service: "fake".into(),
            }),
            took: Duration::ZERO,
        })
    }
}

/// An entry that is told from others by its protocol.
pub(super) fn entry(protocol: i32) -> AddrInfo {
    AddrInfo {
        flags: 0,
        family: 2,
        socktype: 1,
        protocol,
        addrlen: 0,
        addr: None,
        canonname: None,
    }
}
