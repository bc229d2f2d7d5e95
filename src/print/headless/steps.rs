//! socket() on each entry, the steps after it, and close().

use std::collections::{BTreeSet, VecDeque};
use std::panic;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::unrecorded;
use crate::names::Os;
use crate::net::{
    AddrInfo, Call, CallId, Net, Outcome, Reason, Record, Recorder, Role, Run, SocketId, Steps,
    Triple,
};
use crate::words::Phrase;

/// The most sockets that connect at a time.
pub(super) const MOST: usize = 64;

/// Takes the steps for each entry of the list, and adds the records to `run`.
pub(super) fn take<N: Net>(
    recorder: &Recorder<N>,
    run: &mut Run,
    steps: &Steps,
    timeout: Option<Duration>,
) -> Result<(), Phrase> {
    match steps.role {
        None | Some(Role::Server { .. }) => serve(recorder, run, steps),
        Some(Role::Client) => {
            let mut each = Clients::new(recorder, steps, run.entries()).connect(timeout)?;
            each.sort_by_key(|(at, _)| *at);
            let records = each.into_iter().flat_map(|(_, records)| records);
            records.for_each(|record| run.push(record));
        }
    }
    Ok(())
}

/// Opens a socket with these numbers, sets its options and closes it.
pub(super) fn open_by_hand<N: Net>(
    recorder: &Recorder<N>,
    run: &mut Run,
    triple: Triple,
    steps: &Steps,
) {
    let make = |call| recorder.call(Some(0), call);
    let records = open_and_step(&triple.into(), run.host.os, 0, steps, make);
    let is_open = records[0].handle().is_some();
    records.into_iter().for_each(|record| run.push(record));
    if is_open {
        run.push(close(recorder, 0));
    }
}

/// Binds one after another. Unless they are kept, each socket is closed before the next one opens.
fn serve<N: Net>(recorder: &Recorder<N>, run: &mut Run, steps: &Steps) {
    let mut open = Vec::new();
    for at in 0..run.entries().len() {
        let make = |call| recorder.call(Some(at), call);
        let records = open_and_step(&run.entries()[at], run.host.os, at, steps, make);
        let is_open = records[0].handle().is_some();
        records.into_iter().for_each(|record| run.push(record));
        if is_open && steps.keep() {
            open.push(at);
        } else if is_open {
            run.push(close(recorder, at));
        }
    }
    for at in open {
        run.push(close(recorder, at));
    }
}

/// socket() and the steps up to the first that fails. `make` makes each call.
fn open_and_step(
    entry: &AddrInfo,
    os: Os,
    at: usize,
    steps: &Steps,
    make: impl Fn(Call) -> Record,
) -> Vec<Record> {
    let (socket, triple) = (SocketId(at as u64), entry.triple());
    let opened = make(Call::Socket { socket, triple });
    let is_open = opened.handle().is_some();
    let mut records = vec![opened];
    if is_open {
        for call in steps.calls(os, socket, entry) {
            records.push(make(call));
            if records.last().is_none_or(|record| record.value().is_none()) {
                break;
            }
        }
    }
    records
}

fn close<N: Net>(recorder: &Recorder<N>, at: usize) -> Record {
    let socket = SocketId(at as u64);
    recorder.call(Some(at), Call::Close { socket })
}

/// An entry's index, and its calls.
type EntryRecords = (usize, Vec<Record>);

/// The threads that connect, each the next entry that is left.
struct Clients<'a, N: Net> {
    recorder: &'a Recorder<N>,
    steps: &'a Steps,
    entries: &'a [AddrInfo],
    state: Mutex<State>,
}

struct State {
    left: VecDeque<usize>,
    /// The threads that may have a socket.
    active: usize,
    /// The connect() calls that have not returned.
    waiting: BTreeSet<CallId>,
    /// The time limit was reached.
    over: bool,
}

impl<'a, N: Net> Clients<'a, N> {
    fn new(recorder: &'a Recorder<N>, steps: &'a Steps, entries: &'a [AddrInfo]) -> Self {
        let state = State {
            left: (0..entries.len()).collect(),
            active: 0,
            waiting: BTreeSet::new(),
            over: false,
        };
        Self {
            recorder,
            steps,
            entries,
            state: Mutex::new(state),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic continues in `connect`.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self, timeout: Option<Duration>) -> Result<Vec<EntryRecords>, Phrase> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            let mut threads = Vec::new();
            for _ in 0..self.entries.len().min(MOST) {
                self.state().active += 1;
                let its_sender = sender.clone();
                let thread = thread::Builder::new()
                    .name("connect".to_owned())
                    .spawn_scoped(scope, move || self.work(&its_sender));
                match thread {
                    Ok(thread) => threads.push(thread),
                    // This thread is one too, but cannot interrupt itself.
                    Err(_) if threads.is_empty() && timeout.is_none() => {
                        self.work(&sender);
                        break;
                    }
                    Err(error) => {
                        self.state().active -= 1;
                        if threads.is_empty() {
                            let why = Phrase::no_thread(&error);
                            return Err(Phrase::error_thread("connect", why));
                        }
                        break;
                    }
                }
            }
            drop(sender);
            let mut each = Vec::new();
            let mut deadline = deadline;
            loop {
                let next = match deadline {
                    None => receiver.recv().map_err(RecvTimeoutError::from),
                    Some(at) => receiver.recv_timeout(at.saturating_duration_since(Instant::now())),
                };
                match next {
                    Ok(records) => each.push(records),
                    Err(RecvTimeoutError::Timeout) => {
                        deadline = None;
                        self.end();
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            for thread in threads {
                if let Err(panic) = thread.join() {
                    panic::resume_unwind(panic);
                }
            }
            Ok(each)
        })
    }

    /// Interrupts each connect() and lets no other begin.
    fn end(&self) {
        let mut state = self.state();
        state.over = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        for id in waiting {
            self.recorder.interrupt(id);
        }
    }

    fn work(&self, sender: &Sender<EntryRecords>) {
        while let Some((at, alone)) = self.next() {
            let make = |call| self.make(at, call);
            let os = self.recorder.host().os;
            let mut records = open_and_step(&self.entries[at], os, at, self.steps, make);
            let mut again = false;
            if records[0].handle().is_some() {
                records.push(close(self.recorder, at));
            } else if !alone && has_no_descriptor(os, &records[0]) {
                // The sockets of the other threads took them all.
                records[0].entry = None;
                again = true;
            }
            // `connect` receives until every thread has ended.
            let _ = sender.send((at, records));
            if again && self.give_back(at) {
                break;
            }
        }
    }

    /// The next entry, and whether no other thread has a socket.
    fn next(&self) -> Option<(usize, bool)> {
        let mut state = self.state();
        match state.left.pop_front() {
            Some(at) => Some((at, state.active == 1)),
            None => {
                state.active -= 1;
                None
            }
        }
    }

    /// Leaves the entry to the other threads, if there is one; then this one ends.
    fn give_back(&self, at: usize) -> bool {
        let mut state = self.state();
        state.left.push_front(at);
        let others = state.active > 1;
        state.active -= usize::from(others);
        others
    }

    fn make(&self, at: usize, call: Call) -> Record {
        if !matches!(call, Call::Connect { .. }) {
            return self.recorder.call(Some(at), call);
        }
        let mut state = self.state();
        if state.over {
            let outcome = Outcome::NotStarted(Reason::TimeOver);
            return unrecorded((Some(at), call), outcome, Duration::ZERO);
        }
        let pending = match self.recorder.begin(Some(at), call) {
            Ok(pending) => pending,
            Err(record) => return *record,
        };
        let id = pending.id();
        state.waiting.insert(id);
        drop(state);
        let mut record = self.recorder.make(pending);
        let mut state = self.state();
        state.waiting.remove(&id);
        if state.over && record.is_interrupted() {
            record.outcome = Outcome::Unfinished;
        }
        record
    }
}

/// Whether socket() failed because the process has as many descriptors as it may have.
fn has_no_descriptor(os: Os, record: &Record) -> bool {
    let name = record.error().and_then(|error| error.name(os));
    name.is_some_and(|row| ["EMFILE", "WSAEMFILE"].contains(&row.name))
}
