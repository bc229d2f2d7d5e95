//! The recorder: every call goes through it, and comes out as a [`Record`].

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Net;
use super::call::{Call, CallId, SocketId};
use super::facts::{Facts, Needs};
use super::record::{Handle, Outcome, Reason, Record};
use super::run::{Host, Run};

/// Is told of each call when it returns.
pub type Listener = Box<dyn Fn(&Host, &Record) + Send + Sync>;

/// The open sockets, by name.
type Sockets<S> = BTreeMap<SocketId, (Handle, Arc<S>)>;

/// Makes calls, keeps the sockets that they open, and tells a listener of each call.
pub struct Recorder<N: Net> {
    net: N,
    host: Arc<Host>,
    listener: Option<Listener>,
    started: AtomicU64,
    sockets: Mutex<Sockets<N::Socket>>,
    /// The calls that can wait and have not returned.
    pending: Mutex<BTreeMap<CallId, Record>>,
}

impl<N: Net> Recorder<N> {
    /// Records what is called on `net`. The listener is told first of WSAStartup, which was called
    /// already.
    pub fn new(net: N, listener: Option<Listener>) -> Self {
        let host = Arc::new(net.host());
        if let (Some(listener), Some(record)) = (&listener, &host.wsastartup) {
            listener(&host, record);
        }
        Self {
            net,
            host,
            listener,
            started: AtomicU64::new(0),
            sockets: Mutex::default(),
            pending: Mutex::default(),
        }
    }

    /// The machine.
    #[must_use]
    pub fn host(&self) -> &Arc<Host> {
        &self.host
    }

    /// What `needs` names about the machine, as far as it decides how the run's calls end.
    #[must_use]
    pub fn facts(&self, needs: Needs, run: &Run) -> Facts {
        self.net.facts(needs, run)
    }

    /// Makes the call, for this entry of a list, and returns when it has. Its socket has to be open:
    /// otherwise nothing is called.
    pub fn call(&self, entry: Option<usize>, call: Call) -> Record {
        let mut record = Record {
            id: CallId(self.started.fetch_add(1, Ordering::Relaxed) + 1),
            entry,
            on: None,
            call,
            outcome: Outcome::Unfinished,
            took: Duration::ZERO,
        };
        let waits = record.call.can_wait();
        if waits {
            lock(&self.pending).insert(record.id, record.clone());
        }
        self.make(&mut record);
        // A call that was told of as unfinished is over for good.
        if !waits || lock(&self.pending).remove(&record.id).is_some() {
            self.tell(&record);
        }
        record
    }

    fn make(&self, record: &mut Record) {
        let opened;
        (record.outcome, record.took, opened) = match record.call {
            Call::Close { socket } => {
                let (on, outcome, took) = self.close(socket);
                record.on = on;
                (outcome, took, None)
            }
            ref call => match call.on() {
                None => self.net.call(record.id, call, None),
                Some(socket) => {
                    let held = lock(&self.sockets).get(&socket).cloned();
                    match held {
                        None => not_started(Reason::NotOpen),
                        Some((handle, socket)) => {
                            record.on = Some(handle);
                            self.net.call(record.id, call, Some(&socket))
                        }
                    }
                }
            },
        };
        if let (Some(id), Some(socket), Some(handle)) =
            (record.call.opens(), opened, record.handle())
        {
            lock(&self.sockets).insert(id, (handle, Arc::new(socket)));
        }
    }

    fn close(&self, id: SocketId) -> (Option<Handle>, Outcome, Duration) {
        let refused = |on, reason| (on, Outcome::NotStarted(reason), Duration::ZERO);
        let mut sockets = lock(&self.sockets);
        let Some((handle, socket)) = sockets.remove(&id) else {
            return refused(None, Reason::NotOpen);
        };
        // No socket is closed under a call: its number could be given to another meanwhile.
        match Arc::try_unwrap(socket) {
            Ok(socket) => {
                drop(sockets);
                let (outcome, took) = self.net.close(socket);
                (Some(handle), outcome, took)
            }
            Err(socket) => {
                sockets.insert(id, (handle, socket));
                refused(Some(handle), Reason::Busy)
            }
        }
    }

    /// Whether a socket of this name is open.
    #[must_use]
    pub fn is_open(&self, socket: SocketId) -> bool {
        lock(&self.sockets).contains_key(&socket)
    }

    /// Closes every socket that is open.
    pub fn close_all(&self) {
        let open: Vec<SocketId> = lock(&self.sockets).keys().copied().collect();
        for socket in open {
            self.call(None, Call::Close { socket });
        }
    }

    /// Tells of the calls that have not returned: nothing more will be told of them.
    pub fn end(&self) {
        for record in std::mem::take(&mut *lock(&self.pending)).into_values() {
            self.tell(&record);
        }
    }

    fn tell(&self, record: &Record) {
        if let Some(listener) = &self.listener {
            listener(&self.host, record);
            if let Some(freeing) = record.freeing() {
                listener(&self.host, &freeing);
            }
        }
    }
}

const fn not_started<S>(reason: Reason) -> (Outcome, Duration, Option<S>) {
    (Outcome::NotStarted(reason), Duration::ZERO, None)
}

/// A thread that panicked under one of these locks left a whole map.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
