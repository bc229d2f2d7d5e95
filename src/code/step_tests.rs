//! Programs that repeat the calls of a run.

use std::sync::Arc;

use super::{Language, Steps, program, program_and_line};
use crate::names::Os;
use crate::net::fixture::{self, failed, list, opened, record};
use crate::net::{
    self, Call, CallId, Domain, Hints, How, OptionValue, Outcome, Query, Record, Role, Run,
    SocketId, SocketOption, Value,
};

const LISTENER: SocketId = SocketId(1);
const CLIENT: SocketId = SocketId(2);
const ZERO: Outcome = Outcome::Returned(Value::Zero);

fn query() -> Query {
    let hints = Hints {
        flags: 1,
        family: 2,
        socktype: 1,
        protocol: 6,
    };
    fixture::query(None, Some("27015"), Some(hints))
}

/// A run whose list has one entry, 0.0.0.0:27015, with these records of its entry.
fn run(records: impl IntoIterator<Item = Record>) -> Run {
    let query = query();
    let mut run = Run::new(fixture::host(Os::Linux), Arc::new(query.clone()));
    run.push(record(Call::Getaddrinfo(Arc::new(query)), list([entry()])));
    for record in records {
        run.push(Record {
            entry: Some(0),
            ..record
        });
    }
    run
}

fn entry() -> crate::net::AddrInfo {
    fixture::entry(Os::Linux, "SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015")
}

fn open(socket: SocketId) -> Record {
    let triple = entry().triple();
    record(Call::Socket { socket, triple }, opened(6))
}

fn bind(socket: SocketId, outcome: Outcome) -> Record {
    let address = entry().bytes().into();
    record(Call::Bind { socket, address }, outcome)
}

fn send(socket: SocketId, data: &[u8]) -> Record {
    let sent = Outcome::Returned(Value::Sent(data.len()));
    let data = data.into();
    record(Call::Send { socket, data }, sent)
}

/// The tutorial's server.
fn server() -> Vec<Record> {
    let received = |data: &[u8]| Outcome::Returned(Value::Received(data.into()));
    let recv = Call::Recv {
        socket: CLIENT,
        length: 512,
    };
    vec![
        open(LISTENER),
        bind(LISTENER, ZERO),
        record(
            Call::Listen {
                socket: LISTENER,
                backlog: 4096,
            },
            ZERO,
        ),
        record(
            Call::Accept {
                socket: LISTENER,
                new: CLIENT,
            },
            opened(7),
        ),
        record(Call::Close { socket: LISTENER }, ZERO),
        record(recv, received(b"this is a test")),
        send(CLIENT, b"this is a test"),
        record(
            Call::Shutdown {
                socket: CLIENT,
                how: How::Write,
            },
            ZERO,
        ),
        record(Call::Close { socket: CLIENT }, ZERO),
    ]
}

fn of(language: Language, run: &Run, socket: Option<SocketId>) -> String {
    program(language, Os::Linux, &query(), Steps::of(run, 0, socket))
}

#[test]
fn climbed_ladder_is_the_tutorials_server() {
    let run = run(server());
    for language in Language::ALL {
        let text = of(language, &run, Some(CLIENT));
        insta::assert_snapshot!(format!("ladder_{}", language.name()), text);
    }
}

#[test]
fn calls_out_of_order_are_flat() {
    let taken = failed(Domain::Errno, 98, "Address already in use");
    let run = run([
        open(LISTENER),
        bind(LISTENER, ZERO),
        open(CLIENT),
        bind(CLIENT, taken),
    ]);
    for language in Language::ALL {
        let text = of(language, &run, None);
        insta::assert_snapshot!(format!("flat_{}", language.name()), text);
    }
}

#[test]
fn part_of_a_ladder_is_the_tutorial_so_far() {
    let run = run(server().into_iter().take(3));
    let text = of(Language::Winsock, &run, Some(LISTENER));
    for part in [
        "iResult = bind(ListenSocket, result->ai_addr, (int)result->ai_addrlen);",
        "iResult = listen(ListenSocket, SOMAXCONN);",
        "closesocket(ListenSocket);",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn failed_step_of_a_ladder_makes_it_flat() {
    let refused = failed(Domain::Errno, 98, "");
    let run = run([open(LISTENER), bind(LISTENER, refused)]);
    let text = of(Language::C, &run, Some(LISTENER));
    assert!(text.contains("check(\"s1 bind\", bind(s1, "), "{text}");
}

#[test]
fn interrupted_call_is_left_out() {
    let interrupted = failed(Domain::Errno, 4, "Interrupted system call");
    let accept = Call::Accept {
        socket: LISTENER,
        new: CLIENT,
    };
    let mut records: Vec<_> = server().into_iter().take(3).collect();
    records.push(record(accept, interrupted));
    let text = of(Language::C, &run(records), Some(LISTENER));
    assert!(!text.contains("accept("), "{text}");
    assert!(text.contains("listen(listen_fd, SOMAXCONN)"), "{text}");
}

#[test]
fn run_without_held_sockets_opens_the_entry() {
    let run = run([open(LISTENER)]);
    let text = of(Language::C, &run, None);
    let expected = program(Language::C, Os::Linux, &query(), Steps::Entry(0));
    assert_eq!(text, expected);
}

#[test]
fn sent_bytes_stay_inside_their_literal() {
    let hostile = b"\"); system(\"x\"); // \\\n\x007?\x3f/\xff*/";
    let mut records = server();
    records[6] = send(CLIENT, hostile);
    let run = run(records);
    // Written by hand after C11 6.4.4.4, the Rust reference and Python's lexical analysis.
    let c = r#"= "\"); system(\"x\"); // \\\n\0007?\?/\377*/";"#;
    let bytes = r#"b"\"); system(\"x\"); // \\\n\x007??/\xff*/""#;
    for (language, expected) in [
        (Language::C, c),
        (Language::Winsock, c),
        (Language::Rust, bytes),
        (Language::Python, bytes),
    ] {
        let text = of(language, &run, Some(LISTENER));
        assert!(text.contains(expected), "{expected}:\n{text}");
        assert!(text.is_ascii());
    }
}

#[test]
fn option_that_a_system_lacks_is_a_comment() {
    let set = Call::Setsockopt {
        socket: LISTENER,
        option: SocketOption::ReusePort,
        value: OptionValue::Number(1),
    };
    let run = run([open(LISTENER), record(set, ZERO)]);
    let text = of(Language::Winsock, &run, Some(LISTENER));
    let comment = "// setsockopt: this system has no such option.";
    assert!(text.contains(comment), "{text}");
    assert!(!text.contains("SO_REUSEPORT"), "{text}");
}

#[test]
fn planned_calls_are_made_on_every_entry() {
    let zero = OptionValue::Number(0);
    let calls = net::Steps {
        options: vec![(SocketOption::V6only, zero)],
        role: Some(Role::Server { keep: false }),
    };
    for language in Language::ALL {
        let text = program(language, Os::Linux, &query(), Steps::Every(&calls));
        insta::assert_snapshot!(format!("planned_{}", language.name()), text);
    }
}

#[test]
fn kept_sockets_are_closed_at_the_end() {
    // Any type: only stream sockets count, if there are any.
    let query = fixture::query(None, Some("27015"), None);
    let steps = net::Steps {
        options: vec![(SocketOption::ReusePort, OptionValue::Number(2))],
        role: Some(Role::Server { keep: true }),
    };
    for language in Language::ALL {
        let text = program(language, Os::Linux, &query, Steps::Every(&steps));
        insta::assert_snapshot!(format!("kept_{}", language.name()), text);
    }
}

#[test]
fn socket_by_hand_needs_no_getaddrinfo() {
    let triple = entry().triple();
    let options = net::Steps {
        options: vec![
            (SocketOption::ReuseAddr, OptionValue::Number(1)),
            (SocketOption::V6only, OptionValue::Number(1)),
        ],
        role: None,
    };
    for (name, steps) in [("by_hand", net::Steps::NONE), ("by_hand_options", &options)] {
        for language in Language::ALL {
            let steps = Steps::ByHand(triple, steps);
            let text = program(language, Os::Linux, &query(), steps);
            assert!(!text.contains("getaddrinfo"), "{text}");
            insta::assert_snapshot!(format!("{name}_{}", language.name()), text);
        }
    }
}

#[test]
fn flat_program_of_sockets_by_hand_needs_no_getaddrinfo() {
    let mut run = Run::new(fixture::host(Os::Linux), None);
    let records = [
        open(LISTENER),
        bind(LISTENER, ZERO),
        record(Call::Close { socket: LISTENER }, ZERO),
    ];
    for record in records {
        run.push(record);
    }
    for language in Language::ALL {
        let steps = Steps::of(&run, 0, Some(LISTENER));
        let text = program(language, Os::Linux, run.asked(), steps);
        assert!(!text.contains("addrinfo"), "{text}");
        insta::assert_snapshot!(format!("flat_by_hand_{}", language.name()), text);
    }
}

#[test]
fn each_call_has_a_line() {
    let mut run = run([]);
    for (id, record) in (10..).zip(server()) {
        let entry = Some(0);
        let id = CallId(id);
        run.push(Record {
            id,
            entry,
            ..record
        });
    }
    // What stands in the line of each call of `server`: its function, or in Rust what prints it.
    let names = [
        "socket", "bind", "listen", "accept", "close", "recv", "send", "shutdown", "close",
    ];
    for socket in [Some(CLIENT), None] {
        for language in Language::ALL {
            let steps = Steps::of(&run, 0, socket);
            let whole = program(language, Os::Linux, &query(), steps);
            for (id, name) in (10..).zip(names) {
                let (text, line) =
                    program_and_line(language, Os::Linux, &query(), steps, CallId(id));
                assert_eq!(text, whole);
                let line = line.and_then(|line| text.lines().nth(line));
                let line = line.unwrap_or_default();
                let name = match (language, name) {
                    (Language::Rust, "close") => "drop",
                    (_, name) => name,
                };
                assert!(line.contains(name), "{name}: {line}");
            }
            let (text, line) = program_and_line(language, Os::Linux, &query(), steps, CallId(99));
            assert_eq!((text, line), (whole, None));
        }
    }
}
