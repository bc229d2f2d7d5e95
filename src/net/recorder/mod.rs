//! The recorder: it makes every call and returns each as a [`Record`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Net;
use super::call::{Call, CallId, SocketId};
use super::facts::{Facts, Needs};
use super::option::{OptionValue, SocketOption};
use super::query::Query;
use super::record::{Handle, Outcome, Reason, Record, Value};
use super::run::{Host, Run};
use super::source_answer::SourceAnswer;

/// Receives the record of each call when the call returns.
pub type Listener = Arc<dyn Fn(&Host, &Record) + Send + Sync>;

/// The most calls of the resolver that wait at a time. They cannot be interrupted: without a limit,
/// every key pressed while the resolver hangs would add a thread.
pub const MAX_RESOLVING: usize = 8;

/// The most calls on sockets that wait at a time, unless [`Recorder::waiting`] sets another number.
pub const MAX_WAITING: usize = 32;

/// How long an interruption is repeated. A call that takes longer is in a driver that nothing
/// interrupts.
const PATIENCE: Duration = Duration::from_secs(5);

/// The calls that started in this process.
static STARTED: AtomicU64 = AtomicU64::new(0);

/// Makes calls, owns the open sockets, and passes each record to a listener.
pub struct Recorder<N: Net> {
    net: Arc<N>,
    host: Arc<Host>,
    listener: Option<Listener>,
    most_waiting: usize,
    sockets: Mutex<BTreeMap<SocketId, OpenSocket<N::Socket>>>,
    /// The numbers that closed sockets had, if calls on them are made.
    closed: Option<Mutex<BTreeMap<SocketId, Handle>>>,
    /// The calls that can wait and have not returned.
    pending: Mutex<BTreeMap<CallId, Record>>,
    /// A call left `pending`.
    returned: Condvar,
}

struct OpenSocket<S> {
    handle: Handle,
    /// A call on the socket has a clone of this.
    socket: Arc<S>,
    /// SO_LINGER is on, so that close() can wait.
    lingers: bool,
    /// accept() opened it.
    accepted: bool,
}

/// A call that has its id, but was not made. Its socket cannot be closed.
#[must_use = "it counts as waiting until it is made or given up by `Recorder::forget`"]
pub struct Pending<N: Net> {
    record: Record,
    /// It is in `Recorder::pending`.
    waits: bool,
    /// The socket of a call other than close(), and whether it lingers.
    on: Option<(Arc<N::Socket>, bool)>,
}

impl<N: Net> fmt::Debug for Pending<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record.fmt(f)
    }
}

impl<N: Net> Pending<N> {
    /// The id, for [`Recorder::interrupt`].
    pub const fn id(&self) -> CallId {
        self.record.id
    }

    /// The call, unfinished.
    pub(crate) const fn record(&self) -> &Record {
        &self.record
    }
}

impl<N: Net> Recorder<N> {
    /// Makes its calls on `net`. The listener receives WSAStartup first, which was called before.
    pub fn new(net: N, listener: Option<Listener>) -> Self {
        let host = Arc::new(net.host());
        if let (Some(listener), Some(record)) = (&listener, &host.wsastartup) {
            listener(&host, record);
        }
        Self {
            net: Arc::new(net),
            host,
            listener,
            most_waiting: MAX_WAITING,
            sockets: Mutex::default(),
            closed: None,
            pending: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// Another one with the same listener, and with sockets and ids of sockets of its own.
    #[must_use]
    pub(crate) fn beside(&self) -> Self {
        Self {
            net: Arc::clone(&self.net),
            host: Arc::clone(&self.host),
            listener: self.listener.clone(),
            most_waiting: MAX_WAITING,
            sockets: Mutex::default(),
            closed: None,
            pending: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// Lets as many calls on sockets wait at a time.
    #[must_use]
    pub fn waiting(self, most: usize) -> Self {
        Self {
            most_waiting: most,
            ..self
        }
    }

    /// Makes calls on closed sockets too, by the numbers that they had, while no other call waits.
    /// Nothing else in the process should open a socket or a file. Beside a screen a lookup may: between
    /// the test that the number is free and the call it could get that number, and a second close() of a
    /// lesson would close it. That takes a microsecond, and only a lesson of the user's own closes twice.
    #[must_use]
    pub fn calling_closed(self) -> Self {
        Self {
            closed: Some(Mutex::default()),
            ..self
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

    /// Whether the call may block and needs its own thread.
    pub fn can_wait(&self, call: &Call) -> bool {
        let lingers = |socket| {
            lock(&self.sockets)
                .get(socket)
                .is_some_and(|open| open.lingers)
        };
        let waits = call.can_wait() || matches!(call, Call::Close { socket } if lingers(socket));
        waits && self.closed_number(call).is_none()
    }

    /// The number of the closed socket that the call is on, if it can be made on that.
    fn closed_number(&self, call: &Call) -> Option<Handle> {
        let closed = lock(self.closed.as_ref()?);
        closed.get(&call.on()?).copied()
    }

    /// Makes the call for this entry of a list and waits until it returns. If its socket is not
    /// open, nothing is called.
    pub fn call(&self, entry: Option<usize>, call: Call) -> Record {
        match self.begin(entry, call) {
            Ok(pending) => self.make(pending),
            Err(record) => *record,
        }
    }

    /// Prepares the call, so that it can be interrupted from now on.
    ///
    /// # Errors
    /// The record of a call that is not made, because too many wait.
    pub fn begin(&self, entry: Option<usize>, call: Call) -> Result<Pending<N>, Box<Record>> {
        let waits = self.can_wait(&call);
        let mut record = Record {
            id: CallId(STARTED.fetch_add(1, Ordering::Relaxed) + 1),
            entry,
            on: self.closed_number(&call),
            call,
            outcome: Outcome::Unfinished,
            took: Duration::ZERO,
        };
        let mut on = None;
        if let Some(socket) = record.call.on()
            && let Some(open) = lock(&self.sockets).get(&socket)
        {
            record.on = Some(open.handle);
            if !matches!(record.call, Call::Close { .. }) {
                on = Some((Arc::clone(&open.socket), open.lingers));
            }
        }
        if waits {
            let mut pending = lock(&self.pending);
            if self.is_full(&pending, &record.call) {
                drop(pending);
                record.outcome = Outcome::NotStarted(Reason::TooMany);
                self.report(&record);
                return Err(Box::new(record));
            }
            pending.insert(record.id, record.clone());
        }
        Ok(Pending { record, waits, on })
    }

    /// Whether no more calls like this one may wait. close() always may.
    fn is_full(&self, pending: &BTreeMap<CallId, Record>, call: &Call) -> bool {
        let alike =
            |record: &&Record| record.call.can_wait() && record.call.resolves() == call.resolves();
        let most = match call.resolves() {
            true => MAX_RESOLVING,
            false => self.most_waiting,
        };
        call.can_wait() && pending.values().filter(alike).count() >= most
    }

    /// Makes the call and waits until it returns.
    pub fn make(&self, pending: Pending<N>) -> Record {
        let Pending {
            mut record,
            waits,
            on,
        } = pending;
        let closed = self.closed_number(&record.call);
        (record.outcome, record.took) = match (&record.call, closed) {
            (call, Some(number)) => self.call_closed(record.id, call, number),
            (Call::Close { socket }, None) => self.close(record.id, *socket),
            (call, None) if call.on().is_some() && on.is_none() => skip(Reason::NotOpen),
            (call, None) => self.keep(record.id, call, on),
        };
        // `end` has reported the calls that it took out of `pending`.
        if !waits || self.remove(record.id) {
            self.report(&record);
        }
        record
    }

    /// Gives up a call that [`Recorder::begin`] prepared and nothing will make.
    pub fn forget(&self, id: CallId) {
        self.remove(id);
    }

    /// Removes a call that does not wait any more; returns whether it was there.
    fn remove(&self, id: CallId) -> bool {
        let removed = lock(&self.pending).remove(&id);
        self.returned.notify_all();
        removed.is_some()
    }

    /// Makes a call other than close(), and keeps the socket that it opens.
    fn keep(
        &self,
        id: CallId,
        call: &Call,
        on: Option<(Arc<N::Socket>, bool)>,
    ) -> (Outcome, Duration) {
        let open = on.as_ref().map(|(open, _)| &**open);
        let (outcome, took, opened) = self.net.call(id, call, open);
        // accept() copies the options of the listener (Linux, the BSDs).
        let lingers = on.is_some_and(|(_, lingers)| lingers);
        match (call, &outcome) {
            (
                Call::Setsockopt {
                    socket,
                    option: SocketOption::Linger,
                    value: OptionValue::Linger(linger),
                },
                Outcome::Returned(_),
            ) => {
                if let Some(open) = lock(&self.sockets).get_mut(socket) {
                    open.lingers = linger.onoff != 0;
                }
            }
            (_, Outcome::Returned(Value::Handle(handle))) => {
                if let (Some(new), Some(socket)) = (call.opens(), opened) {
                    let open = OpenSocket {
                        handle: *handle,
                        socket: Arc::new(socket),
                        lingers,
                        accepted: matches!(call, Call::Accept { .. }),
                    };
                    lock(&self.sockets).insert(new, open);
                }
            }
            _ => {}
        }
        (outcome, took)
    }

    /// Closes a socket, unless a call on it has not returned: another socket could get its number.
    fn close(&self, id: CallId, socket: SocketId) -> (Outcome, Duration) {
        let mut sockets = lock(&self.sockets);
        let Some(open) = sockets.remove(&socket) else {
            return skip(Reason::NotOpen);
        };
        match Arc::try_unwrap(open.socket) {
            Ok(closing) => {
                drop(sockets);
                let closed = self.net.close(id, closing);
                if let Some(numbers) = &self.closed {
                    lock(numbers).insert(socket, open.handle);
                }
                closed
            }
            Err(busy) => {
                let open = OpenSocket {
                    socket: busy,
                    ..open
                };
                sockets.insert(socket, open);
                skip(Reason::Busy)
            }
        }
    }

    fn call_closed(&self, id: CallId, call: &Call, number: Handle) -> (Outcome, Duration) {
        // While it is locked, no call that waits begins or returns: it could open the number.
        let pending = lock(&self.pending);
        match pending.is_empty() {
            true => self.net.call_closed(id, call, number),
            false => skip(Reason::NotOpen),
        }
    }

    /// Interrupts a call on a socket that waits, and returns when the call has. Nothing happens if it
    /// has returned already, or is one of the resolver, which cannot be interrupted.
    pub fn interrupt(&self, id: CallId) {
        let deadline = Instant::now() + PATIENCE;
        let mut pause = Duration::from_millis(1);
        let mut pending = lock(&self.pending);
        while pending
            .get(&id)
            .is_some_and(|record| !record.call.resolves())
            && Instant::now() < deadline
        {
            drop(pending);
            // It has no effect on a call that is only about to enter the system.
            self.net.interrupt(id);
            let waiting = self.returned.wait_timeout(lock(&self.pending), pause);
            pending = waiting.unwrap_or_else(PoisonError::into_inner).0;
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    /// Whether the call can wait and has not returned.
    pub(crate) fn is_pending(&self, id: CallId) -> bool {
        lock(&self.pending).contains_key(&id)
    }

    /// Interrupts every call that waits on this socket.
    pub fn interrupt_on(&self, socket: SocketId) {
        for id in self.waiting_on(|on| on == socket) {
            self.interrupt(id);
        }
    }

    /// The calls that wait on these sockets.
    fn waiting_on(&self, on: impl Fn(SocketId) -> bool) -> Vec<CallId> {
        let pending = lock(&self.pending);
        let calls = pending.values();
        let calls = calls.filter(|record| record.call.on().is_some_and(&on));
        calls.map(|record| record.id).collect()
    }

    /// Whether the socket is open.
    pub(crate) fn is_open(&self, socket: SocketId) -> bool {
        lock(&self.sockets).contains_key(&socket)
    }

    /// Interrupts every call that waits on a socket, and closes every open socket: those that accept()
    /// opened after the others, and those last whose close() can wait.
    pub fn close_all(&self) {
        for id in self.waiting_on(|_| true) {
            self.interrupt(id);
        }
        // The side that closes first keeps its port for a while (RFC 9293, 3.3.2: TIME-WAIT). That of a
        // server is wanted again, that of a client is not.
        let mut open: Vec<_> = lock(&self.sockets)
            .iter()
            .map(|(socket, open)| (open.lingers, open.accepted, *socket))
            .collect();
        open.sort_unstable();
        for (.., socket) in open {
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

fn skip(reason: Reason) -> (Outcome, Duration) {
    (Outcome::NotStarted(reason), Duration::ZERO)
}

/// Ignores poisoning: no panic under these locks leaves a map half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
