//! One query, its calls and their results, with the system that its numbers belong to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::addrinfo::{AddrInfo, decode};
use super::call::{Call, SocketId};
use super::facts::{Facts, Needs};
use super::query::Query;
use super::record::{List, Outcome, Record, Value};
use super::source_answer::SourceAnswer;
use crate::names::Os;
use crate::text::Text;

/// The machine that calls are made on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The operating system, whose constants apply.
    pub os: Os,
    /// The processor architecture, as Rust names it: `x86_64`.
    pub arch: String,
    /// The C library, and its version if known: `glibc 2.36`.
    pub libc: Option<String>,
    /// The record of WSAStartup on Windows.
    pub wsastartup: Option<Record>,
}

/// A query and the records of its calls, in the order in which they were added.
///
/// For each entry only the latest call of each kind is kept, so that moving up and down a list for
/// an hour does not make the run longer. Of a socket that was held every call is kept: one on which a
/// call of [`Call::is_step`] was made, or that belongs to no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The machine that made the calls.
    pub host: Arc<Host>,
    /// The arguments of getaddrinfo; `None` if it is not called: sockets by hand.
    pub query: Option<Arc<Query>>,
    /// The facts about the machine, for the notes.
    pub facts: Facts,
    /// What the sources of names answered when each was asked alone; empty if none was.
    pub answers: Vec<SourceAnswer>,
    /// Without a query, an entry for each socket(): its arguments, and no address.
    by_hand: Vec<AddrInfo>,
    records: Vec<Record>,
    /// For each record the index of the previous record of the same entry.
    before: Vec<Option<u32>>,
    /// For each entry the index of its last record.
    last: Vec<Option<u32>>,
    /// For each held socket the indices of its records.
    held: BTreeMap<SocketId, Vec<usize>>,
    /// The index of the first record of listen(), and those of send(): they say something about calls on
    /// other sockets.
    first_listen: Option<usize>,
    sends: Vec<usize>,
}

impl Run {
    /// A run without records.
    pub fn new(host: Arc<Host>, query: impl Into<Option<Arc<Query>>>) -> Self {
        Self {
            host,
            query: query.into(),
            facts: Facts::default(),
            answers: Vec::new(),
            by_hand: Vec::new(),
            records: Vec::new(),
            before: Vec::new(),
            last: Vec::new(),
            held: BTreeMap::new(),
            first_listen: None,
            sends: Vec::new(),
        }
    }

    /// Adds a record. It replaces an older one of the same call and entry, unless either is about a
    /// held socket.
    pub fn push(&mut self, record: Record) {
        // 2³² records do not fit into memory.
        let place = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let about = [record.call.on(), record.call.opens()];
        if record.call.is_step() || record.entry.is_none() {
            if let Some(socket) = record.call.opens() {
                // Its id is new: no earlier record has it.
                self.held.entry(socket).or_default();
            }
            if let Some(socket) = record.call.on() {
                self.hold_of(socket, record.entry);
            }
        }
        // Who has a port may have changed since the last such call.
        if record.error().is_some()
            && matches!(
                record.call,
                Call::Bind { .. } | Call::Listen { .. } | Call::Connect { .. }
            )
        {
            self.facts.known = self.facts.known.without(Needs::PORTS);
        }
        let mut before = None;
        if let Some(entry) = record.entry {
            if let Call::Socket { triple, .. } = record.call
                && self.query.is_none()
                && entry == self.by_hand.len()
            {
                self.by_hand.push(triple.into());
            }
            let replaced = |&at: &usize| {
                let older = &self.records[at];
                record.call.replaces(&older.call) && !self.is_held(older)
            };
            let older = match self.is_held(&record) {
                true => None,
                false => self.places(entry).find(replaced),
            };
            if let Some(at) = older {
                self.records[at] = record;
                return;
            }
            if self.last.len() <= entry {
                self.last.resize(entry + 1, None);
            }
            before = self.last[entry].replace(place);
        }
        for socket in about.into_iter().flatten() {
            if let Some(places) = self.held.get_mut(&socket) {
                places.push(self.records.len());
            }
        }
        match record.call {
            Call::Listen { .. } => {
                self.first_listen.get_or_insert(self.records.len());
            }
            Call::Send { .. } => self.sends.push(self.records.len()),
            _ => {}
        }
        self.before.push(before);
        self.records.push(record);
    }

    /// Keeps every record of this socket from now on.
    pub(crate) fn hold(&mut self, socket: SocketId) {
        self.hold_of(socket, None);
    }

    /// The same; earlier records of the socket are among those of this entry, if it has one. With
    /// a hundred thousand sockets, all the records would take too long to search for each.
    fn hold_of(&mut self, socket: SocketId, entry: Option<usize>) {
        if self.held.contains_key(&socket) {
            return;
        }
        let about = |at: &usize| self.records[*at].call.is_about(socket);
        let mut places: Vec<usize> = match entry {
            Some(entry) => self.places(entry).filter(about).collect(),
            None => (0..self.records.len()).rev().filter(about).collect(),
        };
        places.reverse();
        self.held.insert(socket, places);
    }

    /// Whether the record is about a held socket.
    fn is_held(&self, record: &Record) -> bool {
        let about = [record.call.on(), record.call.opens()];
        let held = |socket: &SocketId| self.held.contains_key(socket);
        about.iter().flatten().any(held)
    }

    /// Whether every record of this socket is kept.
    pub(crate) fn holds(&self, socket: SocketId) -> bool {
        self.held.contains_key(&socket)
    }

    /// The held sockets, in the order of their ids.
    pub fn held(&self) -> impl Iterator<Item = SocketId> {
        self.held.keys().copied()
    }

    /// The records of a held socket, in the order in which they were added; those of an accept() are
    /// also the new socket's.
    pub fn of_socket(&self, socket: SocketId) -> impl Iterator<Item = &Record> {
        let places = self.held.get(&socket).map_or(&[][..], Vec::as_slice);
        places.iter().map(|&at| &self.records[at])
    }

    /// The records of a socket whose index is less than `end`, the newest first. If it is not held, they are
    /// among those of this entry.
    pub(crate) fn of_socket_before(
        &self,
        socket: SocketId,
        entry: Option<usize>,
        end: usize,
    ) -> Box<dyn Iterator<Item = &Record> + '_> {
        if let Some(places) = self.held.get(&socket) {
            let earlier = &places[..places.partition_point(|at| *at < end)];
            return Box::new(earlier.iter().rev().map(|&at| &self.records[at]));
        }
        let places = entry.into_iter().flat_map(|entry| self.places(entry));
        let earlier = places.filter(move |at| *at < end);
        let records = earlier.map(|at| &self.records[at]);
        Box::new(records.filter(move |it| it.call.is_about(socket)))
    }

    /// Whether a record of listen() has an index less than `end`.
    pub(crate) fn listens_before(&self, end: usize) -> bool {
        self.first_listen.is_some_and(|first| first < end)
    }

    /// The records of send() whose index is less than `end`.
    pub(crate) fn sends_before(&self, end: usize) -> impl Iterator<Item = &Record> {
        let places = self.sends.iter().take_while(move |at| **at < end);
        places.map(|&at| &self.records[at])
    }

    /// The ports that bind() and connect() named, but not 0.
    pub(crate) fn ports(&self) -> BTreeSet<u16> {
        let address = |record: &Record| match &record.call {
            Call::Bind { address, .. } | Call::Connect { address, .. } => {
                decode(self.host.os, address)
            }
            _ => None,
        };
        let ports = self.records.iter().filter_map(address);
        ports
            .map(|address| address.port())
            .filter(|port| *port != 0)
            .collect()
    }

    /// Every record, in the order in which they were added.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The arguments of getaddrinfo; NULL each if it is not called.
    pub fn asked(&self) -> &Query {
        self.query.as_deref().unwrap_or(Query::NULL)
    }

    /// The record of getaddrinfo with the run's query.
    pub fn answer(&self) -> Option<&Record> {
        self.query.as_ref()?;
        let mut records = self.records.iter();
        records.find(|record| matches!(record.call, Call::Getaddrinfo(_)))
    }

    /// The list that getaddrinfo returned.
    pub(crate) fn list(&self) -> Option<&Arc<List>> {
        self.answer()?.list()
    }

    /// The entries of the list; empty if getaddrinfo failed or has not returned. Without a query, those
    /// that stand for sockets by hand.
    pub fn entries(&self) -> &[AddrInfo] {
        self.list().map_or(&self.by_hand, |list| &list.entries)
    }

    /// The indices of an entry's records, the newest first.
    fn places(&self, entry: usize) -> impl Iterator<Item = usize> {
        let last = self.last.get(entry).copied().flatten();
        std::iter::successors(last, |at| self.before[*at as usize]).map(|at| at as usize)
    }

    /// The records of an entry, the newest first.
    pub(crate) fn of_entry(&self, entry: usize) -> impl Iterator<Item = &Record> {
        self.places(entry).map(|at| &self.records[at])
    }

    fn latest(&self, entry: usize, is: impl Fn(&Call) -> bool) -> Option<&Record> {
        self.of_entry(entry).find(|record| is(&record.call))
    }

    /// The latest socket() of an entry.
    pub fn socket(&self, entry: usize) -> Option<&Record> {
        self.latest(entry, |call| matches!(call, Call::Socket { .. }))
    }

    /// The latest close() of an entry.
    pub(crate) fn close(&self, entry: usize) -> Option<&Record> {
        self.latest(entry, |call| matches!(call, Call::Close { .. }))
    }

    /// The latest getnameinfo() of an entry.
    pub(crate) fn names(&self, entry: usize) -> Option<&Record> {
        self.latest(entry, |call| matches!(call, Call::Getnameinfo(_)))
    }

    /// Whether getaddrinfo succeeded.
    pub(crate) fn succeeded(&self) -> bool {
        self.list().is_some()
    }

    /// An estimate of the memory that its list and its records take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        // A block of memory has a head of two words.
        let block = |bytes: usize| bytes + 2 * size_of::<usize>();
        let text = |text: &Option<Text>| text.as_ref().map_or(0, |text| text.as_os_str().len());
        let entries = self.entries().iter().map(|entry| {
            let address = entry.addr.as_ref().filter(|bytes| bytes.spilled());
            let address = address.map_or(0, |bytes| block(bytes.len()));
            let name = entry.canonname.as_ref().map_or(0, |name| block(name.len()));
            size_of::<AddrInfo>() + address + name
        });
        let records = self.records.iter().map(|record| {
            let sent = match &record.call {
                Call::Send { data, .. } => data.len(),
                Call::Sendto { datagram, .. } => datagram.data.len(),
                _ => 0,
            };
            let received = match &record.outcome {
                Outcome::Failed(error) => error.message.len(),
                Outcome::Returned(Value::Received(data)) => data.len(),
                Outcome::Returned(Value::Datagram(datagram)) => datagram.data.len(),
                Outcome::Returned(_) => block(size_of::<usize>()),
                Outcome::NotStarted(_) | Outcome::Unfinished => 0,
            };
            // Two indices each, and one more of a held socket.
            size_of::<Record>() + 3 * size_of::<u64>() + block(sent) + block(received)
        });
        let texts = text(&self.asked().node) + text(&self.asked().service);
        texts + entries.sum::<usize>() + records.sum::<usize>()
    }

    /// The number of entries whose latest socket() succeeded.
    pub(crate) fn opened(&self) -> usize {
        let sockets = (0..self.entries().len()).filter_map(|entry| self.socket(entry));
        sockets.filter_map(Record::handle).count()
    }
}

#[cfg(test)]
mod tests;
