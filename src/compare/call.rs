//! socket() and the calls after it, and what each returned.

use std::collections::BTreeSet;
use std::mem;

use super::entry::Entries;
use super::matching::Matching;
use super::{Difference, Part, Value, Word};
use crate::explain;
use crate::names::Os;
use crate::net::{
    Call, OsError, Outcome, Record, Run, SocketId, Value as Returned, address, decode, somaxconn,
};
use crate::script;
use crate::text::{quoted, quoted_bytes};

/// The calls of both runs on their sockets.
pub(super) struct Calls<'a> {
    runs: [&'a Run; 2],
    os: [Os; 2],
    /// The ports that each system chose, and those that the calls passed.
    ports: [Ports; 2],
}

#[derive(Default)]
struct Ports {
    chosen: BTreeSet<u16>,
    passed: BTreeSet<u16>,
}

impl Ports {
    fn of(run: &Run) -> Self {
        let mut ports = Self::default();
        let port = |bytes: &[u8]| decode(run.host.os, bytes).map(|address| address.port());
        for record in run.records() {
            if let Call::Bind { address, .. } | Call::Connect { address, .. } = &record.call {
                let passed = port(address).filter(|port| !ports.chosen.contains(port));
                ports.passed.extend(passed.filter(|port| *port != 0));
            }
            if let (Call::Getsockname { .. }, Some(Returned::Address(bytes))) =
                (&record.call, record.value())
            {
                let named = port(bytes).filter(|port| !ports.passed.contains(port));
                ports.chosen.extend(named);
            }
        }
        ports
    }
}

impl<'a> Calls<'a> {
    pub(super) fn of(runs: [&'a Run; 2]) -> Self {
        Self {
            runs,
            os: runs.map(|run| run.host.os),
            ports: runs.map(Ports::of),
        }
    }

    /// Adds what differs. Of calls that only one run made for all of its entries nothing is said.
    pub(super) fn write(&self, entries: &Entries<'_>, out: &mut Vec<Difference>) {
        let asked =
            |is: fn(&Record) -> bool| self.runs.iter().all(|run| run.records().iter().any(is));
        let sockets = asked(|record| matches!(record.call, Call::Socket { .. }));
        let steps = asked(|record| record.call.is_step());
        let names = asked(|record| matches!(record.call, Call::Getnameinfo(_)));
        for &pair in &entries.matching.pairs {
            let each = [(self.runs[0], pair.0), (self.runs[1], pair.1)];
            let mut add = |part, field: &str, values| {
                out.push(entries.difference(pair, part, field, values));
            };
            if sockets {
                let records = each.map(|(run, at)| run.socket(at));
                if let Some(values) = results(self.os, records) {
                    add(Part::Calls, "socket()", values);
                }
            }
            if steps {
                let records = each.map(|(run, at)| run.steps(at));
                for (field, values) in self.steps(&records) {
                    add(Part::Calls, &field, values);
                }
            }
            if names {
                let records = each.map(|(run, at)| run.names(at));
                if let Some(values) = results(self.os, records) {
                    add(Part::Names, "getnameinfo()", values);
                }
            }
        }
        self.write_others(out);
    }

    /// Adds what differs in the calls on sockets of no entry: the first of each run, the second, and so on.
    fn write_others(&self, out: &mut Vec<Difference>) {
        let sockets = self.runs.map(others);
        let count = sockets[0].len().max(sockets[1].len());
        for at in 0..count {
            let ids = [0, 1].map(|side| sockets[side].get(at).copied());
            let records = [0, 1].map(|side| {
                let of = |socket: SocketId| self.runs[side].of_socket(socket).collect();
                ids[side].map_or_else(Vec::new, of)
            });
            for (field, values) in self.steps(&records) {
                let mut difference = Difference::plain(Part::Calls, &field, values);
                difference.subject = format!("#{}", at + 1);
                out.push(difference);
            }
        }
    }

    /// What differs in two sequences of calls.
    fn steps(&self, records: &[Vec<&Record>; 2]) -> Vec<(String, [Option<Value>; 2])> {
        let mut matching = Matching::new(records[0].len(), records[1].len());
        matching.pair(|side, at| {
            let call = &records[side][at].call;
            let option = match call {
                Call::Setsockopt { option, .. } | Call::Getsockopt { option, .. } => Some(*option),
                _ => None,
            };
            Some((mem::discriminant(call), option))
        });
        let mut out = Vec::new();
        for at in mem::take(&mut matching.first) {
            out.push((
                field(records[0][at]),
                [Some(self.whole(0, records[0][at])), None],
            ));
        }
        for at in mem::take(&mut matching.second) {
            out.push((
                field(records[1][at]),
                [None, Some(self.whole(1, records[1][at]))],
            ));
        }
        let moved = matching.moved();
        for (&(first, second), moved) in matching.pairs.iter().zip(moved) {
            let pair = [records[0][first], records[1][second]];
            let arguments = [0, 1].map(|side| self.arguments(side, &pair[side].call));
            if arguments[0] != arguments[1] || moved {
                let whole = [0, 1].map(|side| Some(self.whole(side, pair[side])));
                out.push((field(pair[0]), whole));
            } else if !self.same_outcome(pair) {
                out.push((
                    field(pair[0]),
                    [0, 1].map(|side| Some(self.outcome(side, pair[side]))),
                ));
            }
        }
        out
    }

    fn same_outcome(&self, [first, second]: [&Record; 2]) -> bool {
        match (&first.outcome, &second.outcome) {
            (Outcome::Failed(one), Outcome::Failed(other)) => {
                same_error(self.os, [one, other], first.call.name(Os::Linux))
            }
            (Outcome::Returned(_), Outcome::Returned(_)) => {
                self.outcome(0, first) == self.outcome(1, second)
            }
            (first, second) => mem::discriminant(first) == mem::discriminant(second),
        }
    }

    /// The arguments without the handle, in the names of Unix's headers.
    fn arguments(&self, side: usize, call: &Call) -> String {
        let os = self.os[side];
        match call {
            Call::Bind { address, .. } | Call::Connect { address, .. } => {
                self.passed(side, address)
            }
            Call::Sendto { datagram, .. } => {
                let to = self.passed(side, &datagram.address);
                format!("{}, {to}", quoted_bytes(&datagram.data))
            }
            Call::Listen { backlog, .. } if *backlog == somaxconn(os) => "SOMAXCONN".to_owned(),
            Call::Shutdown { how, .. } => how.name(Os::Linux).to_owned(),
            call => {
                let text = script::planned(os, call, None);
                let inner = text.split_once('(').map_or("", |(_, inner)| inner);
                let inner = inner.strip_prefix('?').unwrap_or(inner);
                let inner = inner.strip_suffix(')').unwrap_or(inner);
                inner.trim_start_matches(", ").to_owned()
            }
        }
    }

    /// A sockaddr that a call passes. A port that the system chose before is another one each time.
    fn passed(&self, side: usize, bytes: &[u8]) -> String {
        let chosen = |port: u16| self.ports[side].chosen.contains(&port);
        without_port(self.os[side], bytes, chosen)
    }

    /// The call and how it ended.
    fn whole(&self, side: usize, record: &Record) -> Value {
        let call = format!(
            "{}({})",
            record.call.name(self.os[side]),
            self.arguments(side, &record.call)
        );
        Value::Text(match self.outcome(side, record) {
            Value::Text(result) => format!("{call} = {result}"),
            Value::Word(Word::Opened) => call,
            Value::Word(_) => format!("{call} = ?"),
        })
    }

    /// How a call ended, without what is another one each time.
    fn outcome(&self, side: usize, record: &Record) -> Value {
        let os = self.os[side];
        // What a call passed is no port that the system chose.
        let own = |port: u16| !self.ports[side].passed.contains(&port);
        match record.value() {
            Some(Returned::Address(bytes)) => Value::Text(without_port(os, bytes, own)),
            Some(Returned::Datagram(datagram)) => {
                let from = without_port(os, &datagram.address, own);
                Value::Text(format!("{} {from}", quoted_bytes(&datagram.data)))
            }
            _ => outcome(os, record),
        }
    }
}

/// The sockets that belong to no entry, in the order in which they were opened.
fn others(run: &Run) -> Vec<SocketId> {
    let opened = run.records().iter().filter(|record| {
        let is_socket = matches!(record.call, Call::Socket { .. } | Call::Accept { .. });
        let is_of_entry = matches!(record.call, Call::Socket { .. }) && record.entry.is_some();
        is_socket && !is_of_entry && record.handle().is_some()
    });
    opened.filter_map(|record| record.call.opens()).collect()
}

fn field(record: &Record) -> String {
    match &record.call {
        Call::Setsockopt { option, .. } | Call::Getsockopt { option, .. } => {
            format!("{}({})", record.call.name(Os::Linux), option.name())
        }
        call => format!("{}()", call.name(Os::Linux)),
    }
}

/// A sockaddr with `*` for its port, if that is one of `ports`.
fn without_port(os: Os, bytes: &[u8], ports: impl Fn(u16) -> bool) -> String {
    match decode(os, bytes) {
        Some(decoded) if ports(decoded.port()) => match decoded {
            std::net::SocketAddr::V4(v4) => format!("{}:*", v4.ip()),
            std::net::SocketAddr::V6(v6) => format!("[{}]:*", v6.ip()),
        },
        _ => address(os, bytes),
    }
}

/// How two calls of one function ended, if that differs; a call may be missing.
pub(super) fn results(os: [Os; 2], records: [Option<&Record>; 2]) -> Option<[Option<Value>; 2]> {
    let equal = match records.map(|record| record.map(|record| &record.outcome)) {
        [Some(Outcome::Failed(first)), Some(Outcome::Failed(second))] => {
            let call = records[0].map_or("", |record| record.call.name(Os::Linux));
            same_error(os, [first, second], call)
        }
        [
            Some(Outcome::Returned(first)),
            Some(Outcome::Returned(second)),
        ] => match (first, second) {
            (Returned::Names(first), Returned::Names(second)) => first == second,
            _ => true,
        },
        [Some(first), Some(second)] => mem::discriminant(first) == mem::discriminant(second),
        [None, None] => true,
        _ => false,
    };
    let shown = |side: usize| records[side].map(|record| outcome(os[side], record));
    (!equal).then(|| [shown(0), shown(1)])
}

/// How a call ended, without handles, messages and times.
fn outcome(os: Os, record: &Record) -> Value {
    match &record.outcome {
        Outcome::Failed(error) => Value::Text(code(os, error)),
        Outcome::NotStarted(_) => Value::Word(Word::NotCalled),
        Outcome::Unfinished => Value::Word(Word::NoAnswer),
        Outcome::Returned(Returned::Handle(_)) => Value::Word(Word::Opened),
        Outcome::Returned(Returned::Names(names)) => Value::Text(format!(
            "{} {}",
            quoted(&names.node),
            quoted(&names.service)
        )),
        Outcome::Returned(_) => Value::Text(script::outcome(os, record)),
    }
}

/// `EAI_SYSTEM -11, EMFILE 24`
pub(super) fn code(os: Os, error: &OsError) -> String {
    let one = |error: &OsError| match error.name(os) {
        Some(row) => format!("{} {}", row.name, error.code),
        None => error.code.to_string(),
    };
    match &error.errno {
        Some(errno) => format!("{}, {}", one(error), one(errno)),
        None => one(error),
    }
}

/// Whether two errors of a call mean the same, with what is behind them.
pub(super) fn same_error(os: [Os; 2], errors: [&OsError; 2], call: &str) -> bool {
    let same = |errors: [&OsError; 2]| explain::same_error(os, errors, call);
    let behind = errors.map(|error| error.errno.as_deref());
    same(errors)
        && match behind {
            [Some(first), Some(second)] => same([first, second]),
            // On Windows nothing is behind an error.
            [None, None] => true,
            _ => os[0] != os[1],
        }
}
