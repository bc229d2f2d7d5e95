//! One query and all that came of it, with the system whose numbers it holds.

use std::sync::Arc;

use super::addrinfo::AddrInfo;
use super::call::Call;
use super::facts::Facts;
use super::query::Query;
use super::record::{List, Record};
use crate::names::Os;

/// The machine that calls are made on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Whose constants apply.
    pub os: Os,
    /// The processor's architecture, as Rust names it: `x86_64`.
    pub arch: String,
    /// The C library and its version where it tells: `glibc 2.36`.
    pub libc: Option<String>,
    /// What came of WSAStartup; none where there is no Winsock.
    pub wsastartup: Option<Record>,
}

/// A query, the calls that were made for it, and how they ended.
///
/// Records are kept in the order in which they came. Of an entry's calls the latest of each kind is
/// kept: who moves up and down a list for an hour makes no run longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where the calls were made.
    pub host: Arc<Host>,
    /// What getaddrinfo was asked.
    pub query: Arc<Query>,
    /// What was found out about the machine, for the notes.
    pub facts: Facts,
    records: Vec<Record>,
    /// For each record the one before it that is about the same entry.
    before: Vec<Option<u32>>,
    /// For each entry the last record about it.
    last: Vec<Option<u32>>,
    /// The getaddrinfo among the records.
    answer: Option<usize>,
}

impl Run {
    /// A run in which nothing was called yet.
    #[must_use]
    pub fn new(host: Arc<Host>, query: Arc<Query>) -> Self {
        Self {
            host,
            query,
            facts: Facts::default(),
            records: Vec::new(),
            before: Vec::new(),
            last: Vec::new(),
            answer: None,
        }
    }

    /// Adds a record, in place of the one that it repeats.
    pub fn push(&mut self, record: Record) {
        if let Some(entry) = record.entry {
            let repeated = self
                .places(entry)
                .find(|&at| self.records[at].call.is_like(&record.call));
            if let Some(at) = repeated {
                self.records[at] = record;
                return;
            }
            if self.last.len() <= entry {
                let entries = self.entries().len().max(entry + 1);
                self.last.resize(entries, None);
            }
            // Four thousand million records do not fit into memory.
            let place = u32::try_from(self.records.len()).ok();
            self.before
                .push(std::mem::replace(&mut self.last[entry], place));
        } else {
            if matches!(record.call, Call::Getaddrinfo(_)) {
                self.answer = Some(self.records.len());
            }
            self.before.push(None);
        }
        self.records.push(record);
    }

    /// Everything that was called, in the order in which it was added.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The call of getaddrinfo.
    #[must_use]
    pub fn answer(&self) -> Option<&Record> {
        self.answer.map(|at| &self.records[at])
    }

    /// The list that getaddrinfo returned.
    #[must_use]
    pub fn list(&self) -> Option<&Arc<List>> {
        self.answer()?.list()
    }

    /// The entries of the list; none where the call failed or did not return.
    #[must_use]
    pub fn entries(&self) -> &[AddrInfo] {
        self.list().map_or(&[], |list| &list.entries)
    }

    /// The places of the records about an entry, the newest first.
    fn places(&self, entry: usize) -> impl Iterator<Item = usize> {
        let last = self.last.get(entry).copied().flatten();
        std::iter::successors(last, |at| self.before[*at as usize]).map(|at| at as usize)
    }

    /// The calls that were made for an entry, the newest first.
    pub fn of_entry(&self, entry: usize) -> impl Iterator<Item = &Record> {
        self.places(entry).map(|at| &self.records[at])
    }

    /// The socket() that was last called for an entry.
    #[must_use]
    pub fn socket(&self, entry: usize) -> Option<&Record> {
        self.of_entry(entry)
            .find(|record| matches!(record.call, Call::Socket { .. }))
    }

    /// The close() that was last called for an entry.
    #[must_use]
    pub fn close(&self, entry: usize) -> Option<&Record> {
        self.of_entry(entry)
            .find(|record| matches!(record.call, Call::Close { .. }))
    }

    /// The getnameinfo() that was last called for an entry.
    #[must_use]
    pub fn names(&self, entry: usize) -> Option<&Record> {
        self.of_entry(entry)
            .find(|record| matches!(record.call, Call::Getnameinfo(_)))
    }

    /// Whether getaddrinfo succeeded.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.list().is_some()
    }

    /// How many entries' socket() succeeded.
    #[must_use]
    pub fn opened(&self) -> usize {
        let opened = |entry: &usize| {
            self.socket(*entry)
                .is_some_and(|record| record.handle().is_some())
        };
        (0..self.entries().len()).filter(opened).count()
    }
}
