//! The list of calls.

use super::*;
use crate::net::SocketOption;

fn shortest(handle: u64) -> Record {
    Record {
        on: Some(Handle(handle)),
        ..record(
            Call::Close {
                socket: SocketId(1),
            },
            Outcome::Returned(Value::Zero),
        )
    }
}

fn push(calls: &mut Calls, record: &Record) {
    calls.push(Os::Linux, record);
}

#[test]
fn ten_thousand_newest_calls_are_kept() {
    let mut calls = Calls::default();
    for number in 0..MAX_CALLS as u64 + 3 {
        push(&mut calls, &shortest(number));
    }
    assert_eq!((calls.lines.len(), calls.forgotten), (MAX_CALLS, 3));
    let front = calls.lines.front().map(|line| &*line.text);
    assert_eq!(front, Some("close(3) = 0 <0.000000>"));
}

#[test]
fn selection_stays_while_older_calls_are_dropped() {
    let mut calls = Calls::default();
    for number in 0..MAX_CALLS as u64 {
        push(&mut calls, &shortest(number));
    }
    calls.selected = Some(1);
    push(&mut calls, &shortest(0));
    assert_eq!(calls.forgotten, 1);
    let selected = &calls.lines[calls.current()];
    assert_eq!(&*selected.text, "close(1) = 0 <0.000000>");
}

/// On the BSDs, getaddrinfo's error codes are positive.
#[test]
fn failed_call_is_marked_by_its_outcome() {
    let query = || Call::Getaddrinfo(Arc::new(query(Some("x"), None, None)));
    let socket = SocketId(1);
    for (call, outcome, failed) in [
        (query(), error(Domain::Gai, 8), true),
        (query(), error(Domain::Wsa, 11001), true),
        (Call::Close { socket }, error(Domain::Wsa, 10038), true),
        (
            Call::WsaStartup(crate::net::REQUESTED),
            error(Domain::Wsa, 10091),
            true,
        ),
        (query(), Outcome::Unfinished, false),
        (
            Call::Getsockopt {
                socket,
                option: SocketOption::Type,
            },
            Outcome::Returned(Value::Number(-1)),
            false,
        ),
    ] {
        let mut calls = Calls::default();
        push(&mut calls, &record(call, outcome));
        assert_eq!(calls.lines[0].failed, failed, "{:?}", calls.lines[0]);
    }
}
