//! The calls of a file, from their lines.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::Wrong;
use super::file::{Entry, Line};
use super::place::Step;
use super::run::record;
use crate::names::Os;
use crate::net::{Call, CallId, Handle, Outcome, Reason, Record, SocketId};
use crate::script;
use crate::words::{Key, Phrase};

/// The ids of sockets of no entry begin here; those of the entries are small.
const OF_NO_ENTRY: u64 = 1 << 32;

/// The ids of the sockets that an entry's accept() returned begin here.
const ACCEPTED: u64 = 1 << 41;

/// The calls on the sockets of the entries, and the order in which all were made.
pub(super) struct Calls {
    os: Os,
    /// For each entry its calls that have no place in the order yet.
    of_entries: Vec<VecDeque<(String, Record)>>,
}

impl Calls {
    pub(super) const fn new(os: Os) -> Self {
        Self {
            os,
            of_entries: Vec::new(),
        }
    }

    /// Adds a call to those of its entry.
    pub(super) fn push(&mut self, record: Record) {
        let line = script::without_time(self.os, &record);
        self.add(line, record);
    }

    pub(super) fn extend(&mut self, records: impl IntoIterator<Item = Record>) {
        records.into_iter().for_each(|record| self.push(record));
    }

    fn add(&mut self, line: String, record: Record) {
        let at = record.entry.unwrap_or_default();
        if self.of_entries.len() <= at {
            self.of_entries.resize_with(at + 1, VecDeque::new);
        }
        self.of_entries[at].push_back((line, record));
    }

    /// Adds the calls after the socket() of an entry.
    pub(super) fn push_steps(&mut self, at: usize, entry: &Entry) -> Result<(), Wrong> {
        let socket = SocketId(at as u64);
        let handle = entry.socket.as_ref().and_then(|socket| socket.handle);
        for (index, line) in entry.steps.0.iter().enumerate() {
            let path = || {
                let member = |name: &str| Step::Member(name.to_owned());
                let (of_entry, of_step) = (Step::Item(at), Step::Item(index));
                vec![
                    member("entries"),
                    of_entry,
                    member("steps"),
                    of_step,
                    member("line"),
                ]
            };
            // The socket of an accept() is no entry's.
            let new = SocketId(ACCEPTED + ((at as u64) << 20) + index as u64);
            let mut read = if line.line.starts_with('#') {
                skipped(self.os, entry, socket, line)
            } else {
                self.read(line, socket, new)
                    .map_err(|what| Wrong { path: path(), what })?
            };
            if let Some(read) = &mut read {
                read.entry = Some(at);
                read.on = handle.map(Handle).or(read.on);
            }
            // A step is on the entry's socket.
            if let Some(read) = read.filter(|read| read.call.on().is_some()) {
                self.add(line.line.clone(), read);
            }
        }
        Ok(())
    }

    /// The call of a line; `None` if this version does not know it.
    fn read(&self, line: &Line, on: SocketId, new: SocketId) -> Result<Option<Record>, Phrase> {
        let Some(read) = script::read_record(self.os, &line.line, on, new)? else {
            return Ok(None);
        };
        let outcome = match (&line.error, read.value) {
            (Some(error), _) => Outcome::Failed(error.clone()),
            (None, _) if line.timed_out => no_result(line.elapsed_us),
            (None, Some(value)) => Outcome::Returned(value),
            (None, None) => return Ok(None),
        };
        Ok(Some(Record {
            on: read.on,
            ..record(None, read.call, outcome, line.elapsed_us)
        }))
    }

    /// The line as this program writes it: another one may write a constant in another way.
    fn as_written(&self, line: &Line) -> String {
        let id = SocketId(0);
        let read = self.read(line, id, id).ok().flatten();
        let written = read.map(|record| script::without_time(self.os, &record));
        written.unwrap_or_default()
    }

    /// Every call in the order of `lines`, then those that are not there.
    pub(super) fn in_order(mut self, lines: Vec<Line>) -> Result<Vec<Record>, Wrong> {
        let mut next = Heads::default();
        for (at, calls) in self.of_entries.iter().enumerate() {
            next.add(at, calls.front());
        }
        let mut records = Vec::new();
        let mut open = HashMap::new();
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            let id = CallId(index as u64 + 1);
            let took = Duration::from_micros(line.elapsed_us.unwrap_or_default());
            let mut of_entry = next.take(&line.line, took);
            if of_entry.is_none() && script::handle(&line.line).is_none() {
                of_entry = next.take(&self.as_written(&line), took);
            }
            if let Some(at) = of_entry {
                let calls = &mut self.of_entries[at];
                if let Some((_, record)) = calls.pop_front() {
                    if let (Call::Accept { new, .. }, Some(handle)) =
                        (&record.call, record.handle())
                    {
                        open.insert(handle, *new);
                    }
                    records.push(Record { id, ..record });
                }
                // What was not made is not in the order.
                while calls.front().is_some_and(is_unmade) {
                    records.extend(calls.pop_front().map(|(_, record)| record));
                }
                next.add(at, calls.front());
                continue;
            }
            let member = |name: &str| Step::Member(name.to_owned());
            let path = || vec![member("calls"), Step::Item(index), member("line")];
            let record = self.of_no_entry(&line, id, &mut open);
            let record = record.map_err(|what| Wrong { path: path(), what })?;
            records.extend(record);
        }
        let rest = self.of_entries.into_iter().flatten().enumerate();
        records.extend(rest.map(|(at, (_, record))| Record {
            id: CallId((count + at) as u64 + 1),
            ..record
        }));
        Ok(records)
    }

    /// A call on a socket of no entry; `open` has the id of each such handle.
    fn of_no_entry(
        &self,
        line: &Line,
        id: CallId,
        open: &mut HashMap<Handle, SocketId>,
    ) -> Result<Option<Record>, Phrase> {
        if NO_STEPS.contains(&&*line.call) {
            return Ok(None);
        }
        let new = SocketId(OF_NO_ENTRY + id.0);
        let Some(handle) = script::handle(&line.line) else {
            let record = self.read(line, new, new)?;
            if let Some(handle) = record.as_ref().and_then(Record::handle) {
                open.insert(handle, new);
            }
            return Ok(record.map(|record| Record { id, ..record }));
        };
        let Some(&on) = open.get(&handle) else {
            return Err(Key::ReplayNotOpen.into());
        };
        let Some(record) = self.read(line, on, new)? else {
            return Ok(None);
        };
        if let Some(accepted) = record.handle() {
            open.insert(accepted, new);
        }
        if matches!(record.call, Call::Close { .. }) {
            open.remove(&handle);
        }
        Ok(Some(Record { id, ..record }))
    }
}

fn is_unmade((_, record): &(String, Record)) -> bool {
    matches!(record.outcome, Outcome::NotStarted(_))
}

/// The calls that the other members of the file tell of.
const NO_STEPS: [&str; 7] = [
    "WSAStartup",
    "getaddrinfo",
    "GetAddrInfoW",
    "freeaddrinfo",
    "FreeAddrInfoW",
    "getnameinfo",
    "GetNameInfoW",
];

/// How long the first call of this name took.
pub(super) fn took(lines: &[Line], name: &str) -> Duration {
    let line = lines.iter().find(|line| line.call == name);
    let elapsed_us = line.and_then(|line| line.elapsed_us);
    Duration::from_micros(elapsed_us.unwrap_or_default())
}

/// The outcome of a call without a result: one with a time was made.
pub(super) const fn no_result(elapsed_us: Option<u64>) -> Outcome {
    match elapsed_us {
        Some(_) => Outcome::Unfinished,
        None => Outcome::NotStarted(Reason::TimeOver),
    }
}

/// The next call of each entry, by its line.
#[derive(Default)]
struct Heads(HashMap<String, VecDeque<(Duration, usize)>>);

impl Heads {
    /// The most entries with the same next line that are looked at: as many as connect at a time.
    const ALIKE: usize = 64;

    fn add(&mut self, at: usize, call: Option<&(String, Record)>) {
        if let Some((line, record)) = call {
            let alike = self.0.entry(line.clone()).or_default();
            alike.push_back((record.took, at));
        }
    }

    /// The entry with this line; of several the one with this time, else the first.
    fn take(&mut self, line: &str, took: Duration) -> Option<usize> {
        let alike = self.0.get_mut(line)?;
        let mut first = alike.iter().take(Self::ALIKE);
        let place = first.position(|(other, _)| *other == took);
        alike.remove(place.unwrap_or_default()).map(|(_, at)| at)
    }
}

/// A call that was not made, since the time was over: only connect() has a time limit.
fn skipped(os: Os, entry: &Entry, socket: SocketId, line: &Line) -> Option<Record> {
    let address = entry.ai_addr.as_ref().map(|it| it.bytes.0.0.clone());
    let call = Call::Connect {
        socket,
        address: address.unwrap_or_default(),
    };
    let outcome = Outcome::NotStarted(Reason::TimeOver);
    (line.call == call.name(os)).then(|| record(None, call, outcome, None))
}
