//! The calls that are remembered.

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
fn the_oldest_calls_give_way_to_the_ten_thousand_newest() {
    let mut calls = Calls::default();
    for number in 0..MAX_CALLS as u64 + 3 {
        push(&mut calls, &shortest(number));
    }
    assert_eq!((calls.lines.len(), calls.forgotten), (MAX_CALLS, 3));
    let front = calls.lines.front().map(|line| &*line.text);
    assert_eq!(front, Some("close(3) = 0 <0.000000>"));
}

#[test]
fn the_selection_stays_on_its_call_while_older_ones_go() {
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

/// The codes of getaddrinfo are positive on the BSDs, and no text says what failed.
#[test]
fn a_call_is_marked_as_failed_by_its_outcome() {
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
