use std::sync::Arc;

use super::*;
use crate::net::fixture::{self, failed, host, opened, record};
use crate::net::{Domain, Outcome, SocketOption, Triple, Value};

fn run() -> Run {
    let query = fixture::query(None, Some("27015"), None);
    Run::new(host(Os::Linux), Arc::new(query))
}

fn socket(id: u64) -> Call {
    let triple = Triple {
        family: 2,
        socktype: 1,
        protocol: 6,
    };
    Call::Socket {
        socket: SocketId(id),
        triple,
    }
}

fn close(id: u64) -> Call {
    Call::Close {
        socket: SocketId(id),
    }
}

fn option(id: u64) -> Call {
    Call::Getsockopt {
        socket: SocketId(id),
        option: SocketOption::Type,
    }
}

fn bind(id: u64) -> Call {
    Call::Bind {
        socket: SocketId(id),
        address: [].into(),
    }
}

fn push(run: &mut Run, entry: Option<usize>, call: Call) {
    let outcome = match call.opens() {
        Some(SocketId(id)) => opened(id),
        None => Outcome::Returned(Value::Zero),
    };
    run.push(Record {
        entry,
        ..record(call, outcome)
    });
}

fn calls<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<Call> {
    records.map(|record| record.call.clone()).collect()
}

#[test]
fn selection_keeps_the_latest_call_of_each_kind() {
    let mut run = run();
    for id in 1..=1000 {
        for call in [socket(id), option(id), close(id)] {
            push(&mut run, Some(0), call);
        }
    }
    let kept = [socket(1000), option(1000), close(1000)];
    assert_eq!(calls(run.records().iter()), kept);
    assert_eq!(run.held().count(), 0);
}

#[test]
fn every_call_on_a_held_socket_is_kept() {
    let mut run = run();
    push(&mut run, Some(0), socket(1));
    push(&mut run, Some(0), close(1));
    // One that is held, between two that are not.
    let ladder = [socket(2), option(2), bind(2), bind(2), option(2)];
    for call in ladder.clone() {
        push(&mut run, Some(0), call);
    }
    push(&mut run, Some(0), close(2));
    for id in 3..=100 {
        push(&mut run, Some(0), socket(id));
        push(&mut run, Some(0), close(id));
    }
    let mut whole = ladder.to_vec();
    whole.push(close(2));
    assert_eq!(calls(run.of_socket(SocketId(2))), whole);
    assert_eq!(calls(run.of_socket(SocketId(3))), []);
    let kept = run.records().len();
    // socket(2) took the place of socket(1), and close(1) was held back by nothing.
    assert_eq!(kept, 6 + 2, "{:?}", run.records());
    let latest = run.socket(0).map(|record| &record.call);
    assert_eq!(latest, Some(&socket(100)));
}

#[test]
fn accepted_socket_shares_the_record_of_its_accept() {
    let mut run = run();
    let accept = Call::Accept {
        socket: SocketId(1),
        new: SocketId(2),
    };
    for call in [socket(1), bind(1), accept.clone(), option(2), option(2)] {
        push(&mut run, Some(0), call);
    }
    assert_eq!(
        calls(run.of_socket(SocketId(1))),
        [socket(1), bind(1), accept.clone()]
    );
    assert_eq!(
        calls(run.of_socket(SocketId(2))),
        [accept, option(2), option(2)]
    );
}

#[test]
fn calls_without_an_entry_are_all_kept() {
    let mut run = run();
    for id in [1, 2] {
        for call in [socket(id), option(id), option(id), close(id)] {
            push(&mut run, None, call);
        }
    }
    run.push(Record {
        entry: None,
        ..record(socket(3), failed(Domain::Errno, 93, ""))
    });
    assert_eq!(run.records().len(), 9);
    let held: Vec<SocketId> = run.held().collect();
    assert_eq!(held, [SocketId(1), SocketId(2), SocketId(3)]);
    assert_eq!(
        calls(run.of_socket(SocketId(1))),
        [socket(1), option(1), option(1), close(1)]
    );
}

#[test]
fn socket_by_hand_is_an_entry_without_an_address() {
    let mut run = Run::new(host(Os::Linux), None);
    assert_eq!(run.entries(), []);
    push(&mut run, None, socket(1));
    assert_eq!(run.entries(), [], "held, but not an entry");
    push(&mut run, Some(0), socket(2));
    push(&mut run, Some(0), close(2));
    let [entry] = run.entries() else {
        panic!("{:?}", run.entries());
    };
    let Call::Socket { triple, .. } = socket(2) else {
        unreachable!();
    };
    assert_eq!(entry.triple(), triple);
    assert_eq!((entry.flags, entry.addrlen), (0, 0));
    assert_eq!((&entry.addr, &entry.canonname), (&None, &None));
    assert_eq!(run.opened(), 1);
    assert_eq!(run.answer(), None);
}
