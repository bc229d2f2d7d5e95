//! Notes on the calls of a held socket. A socket() with three numbers of one's own has the notes of an
//! entry with these numbers.

use std::sync::Arc;
use std::time::Duration;

use super::{Case, Fix, Note, Severity, needs, notes, notes_redacted};
use crate::net::{
    AddrInfo, Call, Hints, List, Needs, Outcome, Query, Record, Run, SocketId, Triple, Value,
};

/// The notes on a call of a held socket, a record of the run, and the facts that they need.
pub(crate) fn notes_of_held(run: &Run, record: &Record) -> (Vec<Note>, Needs) {
    match record.call {
        Call::Socket { socket, triple } => {
            let run = listing(run, record, triple);
            let case = Case::new(&run, Some(0));
            (by_hand(socket, &run, notes(&case)), needs(&case))
        }
        _ => {
            let case = Case::of_step(run, record);
            (notes(&case), needs(&case))
        }
    }
}

/// The same notes in the values of the second record, the first one without names and addresses.
pub(crate) fn notes_of_held_redacted(
    real: (&Run, &Record),
    redacted: (&Run, &Record),
) -> Vec<Note> {
    match real.1.call {
        // It has neither.
        Call::Socket { .. } => notes_of_held(real.0, real.1).0,
        _ => {
            let case = |(run, record)| Case::of_step(run, record);
            notes_redacted(&case(real), &case(redacted))
        }
    }
}

/// A run whose list has one entry with these numbers, for which `record` called socket().
fn listing(run: &Run, record: &Record, triple: Triple) -> Run {
    let Triple {
        family,
        socktype,
        protocol,
    } = triple;
    let hints = Hints {
        flags: 0,
        family,
        socktype,
        protocol,
    };
    let query = Arc::new(Query {
        hints: Some(hints),
        ..Query::default()
    });
    let entry = AddrInfo {
        flags: 0,
        family,
        socktype,
        protocol,
        addrlen: 0,
        addr: None,
        canonname: None,
    };
    let list = List {
        entries: vec![entry],
        freed: Duration::ZERO,
    };
    let mut listing = Run::new(Arc::clone(&run.host), Arc::clone(&query));
    listing.facts = run.facts.clone();
    listing.push(Record {
        entry: None,
        call: Call::Getaddrinfo(query),
        outcome: Outcome::Returned(Value::List(Arc::new(list))),
        ..record.clone()
    });
    listing.push(Record {
        entry: Some(0),
        ..record.clone()
    });
    listing
}

/// The notes that do not depend on how getaddrinfo made the entry. A fix is socket() with other numbers.
fn by_hand(socket: SocketId, run: &Run, mut notes: Vec<Note>) -> Vec<Note> {
    notes.retain(|note| note.severity == Severity::Failure || note.rule == "icmp-of-other-family");
    for note in &mut notes {
        let hints = match &note.fix {
            Some(Fix::Query(query)) => query.hints,
            _ => None,
        };
        let triple = hints.map(|hints| Triple {
            family: hints.family,
            socktype: hints.socktype,
            protocol: hints.protocol,
        });
        note.fix = triple.map(|triple| {
            note.values.retain(|(name, _)| *name != SOCKET_CALL);
            note.values.push((SOCKET_CALL, triple.call(run.host.os)));
            Fix::Call(Call::Socket { socket, triple })
        });
    }
    notes
}

/// The name of the value that has a socket() to make instead.
pub(super) const SOCKET_CALL: &str = "call";
