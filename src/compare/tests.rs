#![expect(clippy::unwrap_used, reason = "a test")]

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::net::fixture::{entry, error, failed, host, list, opened, query, record, value};
use crate::net::{
    AddrInfo, Call, CallId, Domain, Handle, Outcome, SocketId, Value as Returned, encode,
};
use crate::net::{Record, somaxconn};

const SERVER: &str = "0.0.0.0:27015";

fn compare(runs: [&Run; 2]) -> Comparison {
    Comparison::of(runs.map(|run| Answer { run, notes: &[] }))
}

/// A run of this system that asked for `localhost`, without socket().
fn run(os: Os, outcome: Outcome) -> Run {
    let query = Arc::new(query(Some("localhost"), None, Some(Hints::default())));
    let mut run = Run::new(host(os), Arc::clone(&query));
    run.push(record(Call::Getaddrinfo(query), outcome));
    run
}

fn run_of(os: Os, addresses: &[&str]) -> Run {
    let entries = addresses
        .iter()
        .map(|address| entry(os, "SOCK_STREAM", "IPPROTO_TCP", address));
    run(os, list(entries))
}

/// What differs, in short: `changed 1 2 ai_addr: a → b`.
fn shown(comparison: &Comparison) -> Vec<String> {
    let row = |row: &Difference| {
        let number = |at: Option<usize>| at.map_or("-".to_owned(), |at| at.to_string());
        let values = row.values.each_ref().map(|value| match value {
            Some(value) => value.text(Language::En).into_owned(),
            None => "-".to_owned(),
        });
        let [first, second] = row.entries.map(number);
        let (part, change) = (row.part.name(), row.change.name());
        format!(
            "{part} {change} {first} {second} {} {}",
            row.field,
            values.join(" → ")
        )
    };
    comparison.differences.iter().map(row).collect()
}

#[test]
fn entries_are_matched_by_what_they_are() {
    let runs = [
        run_of(
            Os::Linux,
            &["127.0.0.1:80", "127.0.0.2:80", "127.0.0.3:80", "[::1]:80"],
        ),
        run_of(
            Os::Linux,
            &["127.0.0.3:80", "127.0.0.1:80", "127.0.0.9:80", "[::1]:81"],
        ),
    ];
    assert_eq!(
        shown(&compare([&runs[0], &runs[1]])),
        [
            "entries went 1 -  - → -",
            "entries came - 2  - → -",
            "entries changed 3 3 ai_addr [::1]:80 → [::1]:81",
            "entries moved 0 1  - → -",
            "entries moved 2 0  - → -",
        ]
    );
}

/// The numbers are those of the headers: AF_INET6 is 10 on Linux and 23 on Windows, AI_ADDRCONFIG 0x20 and
/// 0x400, EAI_NONAME -2 and WSAHOST_NOT_FOUND 11001.
#[test]
fn numbers_of_two_systems_are_compared_by_meaning() {
    for [first, second] in [[Os::Linux, Os::Windows], [Os::Macos, Os::Freebsd]] {
        let runs = [first, second].map(|os| run_of(os, &[SERVER, "[::1]:80"]));
        assert_ne!(runs[0].entries(), runs[1].entries());
        assert_eq!(shown(&compare([&runs[0], &runs[1]])), [""; 0]);
    }
    let linux = |code, name: &str| (failed(Domain::Gai, code, name), format!("{name} {code}"));
    let windows = |code, name: &str| (failed(Domain::Wsa, code, ""), format!("{name} {code}"));
    for (one, other, equal) in [
        (
            linux(-2, "EAI_NONAME"),
            windows(11001, "WSAHOST_NOT_FOUND"),
            true,
        ),
        (linux(-3, "EAI_AGAIN"), windows(11002, "WSATRY_AGAIN"), true),
        (
            linux(-8, "EAI_SERVICE"),
            windows(10109, "WSATYPE_NOT_FOUND"),
            true,
        ),
        (
            linux(-6, "EAI_FAMILY"),
            windows(10047, "WSAEAFNOSUPPORT"),
            true,
        ),
        (
            linux(-2, "EAI_NONAME"),
            windows(11002, "WSATRY_AGAIN"),
            false,
        ),
        (
            linux(-3, "EAI_AGAIN"),
            windows(11001, "WSAHOST_NOT_FOUND"),
            false,
        ),
    ] {
        let runs = [run(Os::Linux, one.0), run(Os::Windows, other.0)];
        let differences = shown(&compare([&runs[0], &runs[1]]));
        let result = differences
            .iter()
            .filter(|row| row.starts_with("getaddrinfo"));
        let expected = format!(
            "getaddrinfo changed - - getaddrinfo() {} → {}",
            one.1, other.1
        );
        let expected = if equal { vec![] } else { vec![expected] };
        assert_eq!(result.cloned().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn errors_of_socket_are_compared_by_meaning() {
    let with = |os: Os, outcome: Outcome| {
        let mut run = run_of(os, &[SERVER]);
        let triple = run.entries()[0].triple();
        let call = Call::Socket {
            socket: SocketId(0),
            triple,
        };
        run.push(Record {
            entry: Some(0),
            ..record(call, outcome)
        });
        run
    };
    let denied = with(
        Os::Linux,
        failed(Domain::Errno, 1, "Operation not permitted"),
    );
    let refused = with(
        Os::Windows,
        failed(Domain::Wsa, 10013, "An attempt was made"),
    );
    let calls = |runs| {
        let rows = shown(&compare(runs)).into_iter();
        rows.filter(|row| row.starts_with("calls"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        calls([&denied, &refused]),
        [""; 0],
        "EPERM is WSAEACCES on Windows"
    );
    let [three, four] = [3, 4].map(|handle| with(Os::Linux, opened(handle)));
    assert_eq!(
        calls([&three, &four]),
        [""; 0],
        "handles are never compared"
    );
    assert_eq!(
        calls([&three, &denied]),
        ["calls changed 0 0 socket() opened → EPERM 1"]
    );
    let unasked = run_of(Os::Linux, &[SERVER]);
    assert_eq!(
        calls([&unasked, &denied]),
        [""; 0],
        "one run did not call it"
    );
}

#[test]
fn port_that_the_system_chose_is_not_compared() {
    let with = |bound: &str, named: &str| {
        let mut run = run_of(Os::Linux, &[SERVER]);
        let triple = run.entries()[0].triple();
        let socket = SocketId(0);
        let address = |text: &str| encode(Os::Linux, text.parse().unwrap());
        for (call, outcome) in [
            (Call::Socket { socket, triple }, opened(9)),
            (
                Call::Bind {
                    socket,
                    address: address(bound),
                },
                Outcome::Returned(Returned::Zero),
            ),
            (
                Call::Getsockname { socket },
                Outcome::Returned(Returned::Address(address(named))),
            ),
            (
                Call::Connect {
                    socket,
                    address: address(named),
                },
                Outcome::Returned(Returned::Zero),
            ),
        ] {
            run.push(Record {
                entry: Some(0),
                ..record(call, outcome)
            });
        }
        run
    };
    let runs = ["127.0.0.1:40001", "127.0.0.1:40002"].map(|port| with("127.0.0.1:0", port));
    assert_eq!(shown(&compare([&runs[0], &runs[1]])), [""; 0]);
    let runs = ["127.0.0.1:81", "127.0.0.1:82"].map(|port| with(port, port));
    assert_eq!(shown(&compare([&runs[0], &runs[1]])).len(), 3);
    let runs = ["127.0.0.1:40001", "127.0.0.2:40001"].map(|port| with("127.0.0.1:0", port));
    assert_eq!(shown(&compare([&runs[0], &runs[1]])).len(), 2);
}

#[test]
fn notes_are_compared_with_the_facts_that_both_know() {
    let failed = || run(Os::Linux, failed(Domain::Gai, -2, ""));
    let mut knows = failed();
    knows.facts.known = crate::net::Needs::HOSTS;
    knows.facts.hosts = Some(crate::net::Hosts::Unreadable);
    assert_ne!(found(&knows), found(&failed()), "the fact matters");
    assert_eq!(shown(&compare([&knows, &failed()])), [""; 0]);
    let mut other = failed();
    other.facts.known = crate::net::Needs::HOSTS;
    other.facts.hosts = Some(crate::net::Hosts::Lines(Vec::new()));
    let comparison = compare([&knows, &other]);
    assert!(!comparison.is_equal());
    assert_eq!(comparison.circumstances[0].field, "hosts");
}

/// The rules on the query, and whether they only suspect.
fn found(run: &Run) -> Vec<(&'static str, bool)> {
    let notes = crate::explain::notes(&crate::explain::Case::new(run, None));
    notes
        .iter()
        .map(|note| (note.rule, note.suspected))
        .collect()
}

/// An entry whose address and numbers come from short lists: many of these entries are equal.
fn small_entry(os: Os) -> impl Strategy<Value = AddrInfo> {
    let address = select(vec![
        "127.0.0.1:80",
        "127.0.0.1:81",
        "127.0.0.2:80",
        "[::1]:80",
        "[fe80::1%2]:80",
    ]);
    let socktype = select(vec!["SOCK_STREAM", "SOCK_DGRAM"]);
    let protocol = select(vec!["IPPROTO_TCP", "IPPROTO_UDP"]);
    let name = select(vec![None, Some("a"), Some("b")]);
    let odd = select(vec![0_usize, 0, 0, 1]);
    (address, socktype, protocol, name, odd).prop_map(
        move |(address, socktype, protocol, name, odd)| {
            let mut entry = entry(os, socktype, protocol, address);
            entry.canonname = name.map(|name| std::ffi::OsString::from(name).into());
            entry.addrlen += odd;
            entry.flags = value(
                os,
                Hint::Flags,
                if odd == 0 {
                    "AI_PASSIVE"
                } else {
                    "AI_ADDRCONFIG"
                },
            );
            entry
        },
    )
}

fn small_outcome(os: Os, value: Returned) -> impl Strategy<Value = Outcome> {
    let errors = match os {
        Os::Windows => [
            (Domain::Wsa, 10013),
            (Domain::Wsa, 10048),
            (Domain::Wsa, 11001),
        ],
        _ => [(Domain::Errno, 13), (Domain::Errno, 98), (Domain::Gai, -2)],
    };
    let error = select(errors.to_vec())
        .prop_map(|(domain, code)| Outcome::Failed(error(domain, code, "x")));
    prop_oneof![
        4 => Just(Outcome::Returned(value)),
        2 => error,
        1 => Just(Outcome::Unfinished),
    ]
}

/// A run with few different answers.
fn small_run() -> impl Strategy<Value = Run> {
    let os = select(vec![Os::Linux, Os::Windows, Os::Macos]);
    os.prop_flat_map(|os| {
        let handle = Returned::Handle(Handle(3));
        let calls = (
            small_outcome(os, handle),
            small_outcome(os, Returned::Zero),
            any::<[bool; 2]>(),
        );
        let entries = vec((small_entry(os), calls), 0..7);
        let answer = small_outcome(os, Returned::Zero);
        let node = select(vec![None, Some("a"), Some("b")]);
        (entries, answer, node, any::<[bool; 2]>()).prop_map(
            move |(entries, answer, node, [sockets, null])| {
                let (entries, calls): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
                let hints = (!null).then(Hints::default);
                let query = Arc::new(query(node, Some("80"), hints));
                let mut run = Run::new(host(os), Arc::clone(&query));
                let answer = match answer {
                    Outcome::Returned(_) => list(entries),
                    other => other,
                };
                run.push(record(Call::Getaddrinfo(query), answer));
                let count = run.entries().len();
                for (at, (socket, bind, [made, listens])) in
                    calls.into_iter().enumerate().take(count)
                {
                    if !sockets {
                        break;
                    }
                    let entry = run.entries()[at].clone();
                    let id = SocketId(at as u64);
                    let mut made_calls = vec![(
                        Call::Socket {
                            socket: id,
                            triple: entry.triple(),
                        },
                        socket,
                    )];
                    if made {
                        let address = entry.bytes().into();
                        made_calls.push((
                            Call::Bind {
                                socket: id,
                                address,
                            },
                            bind.clone(),
                        ));
                        let backlog = if listens { 5 } else { somaxconn(os) };
                        made_calls.push((
                            Call::Listen {
                                socket: id,
                                backlog,
                            },
                            bind,
                        ));
                    }
                    for (call, outcome) in made_calls {
                        let id = CallId(run.records().len() as u64 + 1);
                        run.push(Record {
                            id,
                            entry: Some(at),
                            ..record(call, outcome)
                        });
                    }
                }
                run
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn run_is_equal_to_itself(run in small_run()) {
        let comparison = compare([&run, &run]);
        prop_assert_eq!(comparison.differences, []);
        prop_assert_eq!(comparison.circumstances, []);
    }

    #[test]
    fn other_way_round_is_the_mirror_image(first in small_run(), second in small_run()) {
        let mut there = compare([&first, &second]).differences;
        let back = compare([&second, &first]).differences;
        let mut mirrored: Vec<_> = back.into_iter().map(Difference::mirrored).collect();
        there.sort();
        mirrored.sort();
        prop_assert_eq!(there, mirrored);
    }
}
