//! The recorder: it makes every call and returns each as a [`Record`].

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Net;
use super::call::{Call, CallId, SocketId};
use super::facts::{Facts, Needs};
use super::query::Query;
use super::record::{Handle, Outcome, Reason, Record, Value};
use super::run::{Host, Run};
use super::source_answer::SourceAnswer;

/// Receives the record of each call when the call returns.
pub type Listener = Box<dyn Fn(&Host, &Record) + Send + Sync>;

type Sockets<S> = BTreeMap<SocketId, (Handle, Arc<S>)>;

/// Makes calls, owns the open sockets, and passes each record to a listener.
pub struct Recorder<N: Net> {
    net: N,
    host: Arc<Host>,
    listener: Option<Listener>,
    started: AtomicU64,
    sockets: Mutex<Sockets<N::Socket>>,
    /// The calls that can block and have not returned.
    pending: Mutex<BTreeMap<CallId, Record>>,
}

impl<N: Net> Recorder<N> {
    /// Makes its calls on `net`. The listener receives WSAStartup first, which was called before.
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
    pub fn host(&self) -> &Arc<Host> {
        &self.host
    }

    /// The current values of the facts in `needs` that affect the calls of `run`.
    pub fn facts(&self, needs: Needs, run: &Run) -> Facts {
        self.net.facts(needs, run)
    }

    /// Asks one source of names alone; see [`Net::ask`].
    pub fn ask(
        &self,
        source: &str,
        query: &Query,
        limit: Duration,
        given_up: &AtomicBool,
    ) -> SourceAnswer {
        self.net.ask(source, query, limit, given_up)
    }

    /// Makes the call for this entry of a list and waits until it returns. If its socket is not
    /// open, nothing is called.
    pub fn call(&self, entry: Option<usize>, call: Call) -> Record {
        let mut record = Record {
            id: CallId(self.started.fetch_add(1, Ordering::Relaxed) + 1),
            entry,
            on: None,
            call,
            outcome: Outcome::Unfinished,
            took: Duration::ZERO,
        };
        let can_wait = record.call.can_wait();
        if can_wait {
            lock(&self.pending).insert(record.id, record.clone());
        }
        (record.on, record.outcome, record.took) = self.make(record.id, &record.call);
        // `end` has reported the calls that it took out of `pending`.
        if !can_wait || lock(&self.pending).remove(&record.id).is_some() {
            self.report(&record);
        }
        record
    }

    /// Makes the call; returns the handle that it was made on, its outcome and its duration.
    fn make(&self, id: CallId, call: &Call) -> (Option<Handle>, Outcome, Duration) {
        let skip = |on, reason| (on, Outcome::NotStarted(reason), Duration::ZERO);
        let Some(socket) = call.on() else {
            let (outcome, took, opened) = self.net.call(id, call, None);
            if let (Some(new), Some(socket)) = (call.opens(), opened)
                && let Outcome::Returned(Value::Handle(handle)) = outcome
            {
                lock(&self.sockets).insert(new, (handle, Arc::new(socket)));
            }
            return (None, outcome, took);
        };
        let mut sockets = lock(&self.sockets);
        let Some((handle, open)) = sockets.get(&socket).cloned() else {
            return skip(None, Reason::NotOpen);
        };
        if !matches!(call, Call::Close { .. }) {
            drop(sockets);
            let (outcome, took, _) = self.net.call(id, call, Some(&open));
            return (Some(handle), outcome, took);
        }
        // Do not close a socket during a call on it: another socket could get its number.
        sockets.remove(&socket);
        match Arc::try_unwrap(open) {
            Ok(open) => {
                drop(sockets);
                let (outcome, took) = self.net.close(open);
                (Some(handle), outcome, took)
            }
            Err(open) => {
                sockets.insert(socket, (handle, open));
                skip(Some(handle), Reason::Busy)
            }
        }
    }

    /// Whether the socket is open.
    pub(crate) fn is_open(&self, socket: SocketId) -> bool {
        lock(&self.sockets).contains_key(&socket)
    }

    /// Closes every open socket.
    pub fn close_all(&self) {
        let open: Vec<SocketId> = lock(&self.sockets).keys().copied().collect();
        for socket in open {
            self.call(None, Call::Close { socket });
        }
    }

    /// Passes the unfinished calls to the listener, which does not receive them again when they
    /// return.
    pub(crate) fn end(&self) {
        for record in std::mem::take(&mut *lock(&self.pending)).into_values() {
            self.report(&record);
        }
    }

    fn report(&self, record: &Record) {
        if let Some(listener) = &self.listener {
            listener(&self.host, record);
            if let Some(freeing) = record.freeing() {
                listener(&self.host, &freeing);
            }
        }
    }
}

/// Ignores poisoning: no panic under these locks leaves a map half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
