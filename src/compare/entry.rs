//! The entries of two lists, matched by what they are.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;

use super::matching::Matching;
use super::{Change, Difference, Part, constants, some};
use crate::names::Os;
use crate::net::{AddrInfo, Hint, Run};
use crate::text::printable;

/// The entries of both runs.
pub(super) struct Entries<'a> {
    os: [Os; 2],
    lists: [&'a [AddrInfo]; 2],
    meanings: Meanings,
    pub(super) matching: Matching,
}

/// Where an entry leads, whatever its system.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Address<'a> {
    Null,
    Ip(SocketAddr),
    Bytes(&'a [u8]),
}

/// The meaning of numbers: equal ones have equal ids.
struct Meanings {
    os: [Os; 2],
    ids: RefCell<HashMap<(usize, Hint, i32), usize>>,
    texts: RefCell<HashMap<String, usize>>,
}

impl Meanings {
    fn id(&self, side: usize, hint: Hint, value: i32) -> usize {
        if self.os[0] == self.os[1] {
            return value.cast_unsigned() as usize;
        }
        let known = self.ids.borrow().get(&(side, hint, value)).copied();
        known.unwrap_or_else(|| {
            let mut texts = self.texts.borrow_mut();
            let count = texts.len();
            let text = meaning(self.os, side, hint, value);
            let id = *texts.entry(text).or_insert(count);
            self.ids.borrow_mut().insert((side, hint, value), id);
            id
        })
    }
}

/// The number of one system; of two systems the names, which they share.
fn meaning(os: [Os; 2], side: usize, hint: Hint, value: i32) -> String {
    if os[0] == os[1] {
        return value.to_string();
    }
    if hint != Hint::Flags {
        return hint.show(os[side], value);
    }
    let (names, rest) = hint.table(os[side]).split(value);
    let mut names: Vec<&str> = names.iter().map(|row| row.name).collect();
    names.sort_unstable();
    format!("{}|{rest:#x}", names.join("|"))
}

/// Whether two numbers mean the same.
pub(super) fn same_constant(os: [Os; 2], hint: Hint, values: [i32; 2]) -> bool {
    meaning(os, 0, hint, values[0]) == meaning(os, 1, hint, values[1])
}

impl<'a> Entries<'a> {
    pub(super) fn of(runs: [&'a Run; 2]) -> Self {
        let os = runs.map(|run| run.host.os);
        let mut entries = Self {
            os,
            lists: runs.map(Run::entries),
            meanings: Meanings {
                os,
                ids: RefCell::default(),
                texts: RefCell::default(),
            },
            matching: Matching::default(),
        };
        entries.matching = entries.matched();
        entries
    }

    /// First what is equal, then what differs in less and less important members.
    fn matched(&self) -> Matching {
        let id = |side: usize, at: usize, hint: Hint| {
            let value = hint.get(&self.lists[side][at].members());
            self.meanings.id(side, hint, value)
        };
        let triple = |side, at| {
            let hints = [Hint::Family, Hint::Socktype, Hint::Protocol];
            hints.map(|hint| id(side, at, hint))
        };
        let address = |side: usize, at: usize| self.address(side, at);
        let mut matching = Matching::new(self.lists[0].len(), self.lists[1].len());
        matching.pair(|side, at| {
            let entry = &self.lists[side][at];
            let rest = (id(side, at, Hint::Flags), entry.addrlen, &entry.canonname);
            Some((triple(side, at), self.exact(side, at), rest))
        });
        matching.pair(|side, at| Some((triple(side, at), address(side, at))));
        let family = |side, at| id(side, at, Hint::Family);
        let socktype = |side, at| id(side, at, Hint::Socktype);
        matching.pair(|side, at| Some((family(side, at), socktype(side, at), address(side, at))));
        matching.pair(|side, at| Some((family(side, at), address(side, at))));
        matching.pair(|side, at| match address(side, at) {
            Address::Ip(address) => {
                let address = SocketAddr::new(address.ip(), 0);
                Some((triple(side, at), address))
            }
            Address::Null | Address::Bytes(_) => None,
        });
        matching
    }

    fn address(&self, side: usize, at: usize) -> Address<'a> {
        let entry = &self.lists[side][at];
        match (entry.sockaddr(self.os[side]), &entry.addr) {
            (Some(address), _) => Address::Ip(address),
            (None, Some(bytes)) => Address::Bytes(bytes),
            (None, None) => Address::Null,
        }
    }

    /// The same with every byte, if both systems lay it out alike.
    fn exact(&self, side: usize, at: usize) -> Address<'a> {
        match &self.lists[side][at].addr {
            Some(bytes) if self.os[0] == self.os[1] => Address::Bytes(bytes),
            _ => self.address(side, at),
        }
    }

    /// What an entry is.
    pub(super) fn subject(&self, side: usize, at: usize) -> String {
        let (os, entry) = (self.os[side], &self.lists[side][at]);
        let socktype = Hint::Socktype.show(os, entry.socktype);
        let protocol = Hint::Protocol.show(os, entry.protocol);
        format!("{} {socktype} {protocol}", entry.address(os))
    }

    /// Something about a pair.
    pub(super) fn difference(
        &self,
        (first, second): (usize, usize),
        part: Part,
        field: impl Into<String>,
        values: [Option<super::Value>; 2],
    ) -> Difference {
        let entries = [Some(first), Some(second)];
        let change = Change::of(&values);
        self.row(entries, part, change, field.into(), values)
    }

    fn row(
        &self,
        entries: [Option<usize>; 2],
        part: Part,
        change: Change,
        field: String,
        values: [Option<super::Value>; 2],
    ) -> Difference {
        // The same text from both sides: of two names the smaller one.
        let subjects = [0, 1].map(|side| entries[side].map(|at| self.subject(side, at)));
        let subject = subjects.into_iter().flatten().min().unwrap_or_default();
        Difference {
            part,
            change,
            entries,
            subject,
            field,
            values,
        }
    }

    /// Adds the entries that went, came, changed or moved.
    pub(super) fn write(&self, out: &mut Vec<Difference>) {
        let row =
            |entries, change| self.row(entries, Part::Entries, change, String::new(), [None, None]);
        let Matching {
            pairs,
            first,
            second,
        } = &self.matching;
        out.extend(first.iter().map(|&at| row([Some(at), None], Change::Went)));
        out.extend(second.iter().map(|&at| row([None, Some(at)], Change::Came)));
        for (&pair, moved) in pairs.iter().zip(self.matching.moved()) {
            self.write_members(pair, out);
            if moved {
                out.push(row([Some(pair.0), Some(pair.1)], Change::Moved));
            }
        }
    }

    /// Adds the members that changed.
    fn write_members(&self, pair: (usize, usize), out: &mut Vec<Difference>) {
        let [first, second] = [&self.lists[0][pair.0], &self.lists[1][pair.1]];
        if self.os[0] == self.os[1] && first == second {
            return;
        }
        let mut add = |field: &str, values| {
            out.push(self.difference(pair, Part::Entries, field, values));
        };
        let members = [first.members(), second.members()];
        for hint in Hint::ALL {
            let values = members.each_ref().map(|members| hint.get(members));
            let [first, second] = [0, 1].map(|side| self.meanings.id(side, hint, values[side]));
            if first != second {
                add(hint.member(), constants(self.os, hint, values));
            }
        }
        if first.addrlen != second.addrlen {
            let values = [first, second].map(|entry| some(entry.addrlen.to_string()));
            add("ai_addrlen", values);
        }
        let addresses = [self.address(0, pair.0), self.address(1, pair.1)];
        if addresses[0] != addresses[1] {
            let values = [first.address(self.os[0]), second.address(self.os[1])];
            add("ai_addr", values.map(some));
        } else if self.exact(0, pair.0) != self.exact(1, pair.1) {
            let values = [first, second].map(|entry| some(entry.hexadecimal()));
            add("ai_addr", values);
        }
        if first.canonname != second.canonname {
            let values = [first, second].map(|entry| match &entry.canonname {
                Some(name) => some(printable(name)),
                None => some("NULL"),
            });
            add("ai_canonname", values);
        }
    }
}
