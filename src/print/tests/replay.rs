//! A file is read as the run that it was written of.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::net::{Descriptors, Facts, Handle, HostService, Linger, OptionValue, SocketOption};
use crate::replay::Replay;

/// What is written of the run that a file tells of, without the mark of a replay.
fn again(file: &str) -> String {
    let replay = Replay::read("a.json".as_ref(), file.as_bytes());
    let replay = replay.map_err(|error| error.text(Language::En)).unwrap();
    let report = Report {
        run: &replay.run,
        real: None,
        language: Language::En,
        lookup: replay.lookup,
        steps: replay.role,
        replay: None,
        compared: None,
    };
    let mut out = Vec::new();
    report.write(Format::Json, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn error() -> impl Strategy<Value = OsError> {
    let domain = select(vec![Domain::Gai, Domain::Errno, Domain::Wsa]);
    let one = (domain, any::<i32>(), ".{0,8}").prop_map(|(domain, code, message)| OsError {
        // 0 is success.
        code: if code == 0 { 1 } else { code },
        domain,
        message: message.into(),
        errno: None,
    });
    (one.clone(), option::of(one)).prop_map(|(error, errno)| OsError {
        errno: errno.map(Box::new),
        ..error
    })
}

fn took() -> impl Strategy<Value = Duration> {
    (0..10_000_000_u64).prop_map(Duration::from_micros)
}

/// A call, or its error.
fn outcome(value: impl Strategy<Value = Returned>) -> impl Strategy<Value = Outcome> {
    prop_oneof![
        3 => value.prop_map(Outcome::Returned),
        1 => error().prop_map(Outcome::Failed),
    ]
}

fn addrinfo() -> impl Strategy<Value = AddrInfo> {
    let addr = option::of(prop_oneof![
        any::<std::net::SocketAddr>().prop_map(|address| encode(Os::Linux, address)),
        vec(any::<u8>(), 0..128).prop_map(Into::into),
    ]);
    let name = option::of(".{0,8}");
    (any::<[i32; 4]>(), any::<u8>(), addr, name).prop_map(|(numbers, addrlen, addr, name)| {
        let [flags, family, socktype, protocol] = numbers;
        AddrInfo {
            flags,
            family,
            socktype,
            protocol,
            addrlen: addrlen.into(),
            addr: addr.map(|addr| (&*addr).into()),
            canonname: name.map(|name| std::ffi::OsString::from(name).into()),
        }
    })
}

/// Bytes that are not UTF-8 are told apart from their escapes.
#[cfg(unix)]
#[test]
fn node_that_is_not_utf8_is_read_with_its_bytes() {
    use std::os::unix::ffi::OsStrExt as _;
    let bytes = OsStr::from_bytes(b"b\xfccher\\xfc");
    let mut scene = scene(Os::Linux, failed(Domain::Gai, -2, ""));
    scene.query.node = Some(Text::new(bytes).unwrap());
    assert_eq!(scene.json()["query"]["node"], r"b\xfccher\xfc");
    assert_eq!(scene.json()["query"]["node_bytes"], "62fc636865725c786663");
    let file = scene.written(Format::Json);
    let replay = Replay::read("a.json".as_ref(), file.as_bytes()).unwrap();
    assert_eq!(replay.run.query.unwrap().node, scene.query.node);
    assert_eq!(again(&file), file);
}

/// The calls of an entry after socket(), if its socket opens.
#[derive(Clone, Debug)]
struct Steps {
    socket: Outcome,
    option: Outcome,
    last: Outcome,
    close: Outcome,
    took: Duration,
    names: Option<Outcome>,
}

fn steps() -> impl Strategy<Value = Steps> {
    // Handles have no more bits than a pointer, and few are open at a time.
    let handle = (3..9_u64).prop_map(|handle| Returned::Handle(Handle(handle)));
    let zero = || outcome(Just(Returned::Zero));
    let unmade = prop_oneof![
        Just(Outcome::Unfinished),
        Just(Outcome::NotStarted(Reason::TimeOver))
    ];
    let names = (".{0,8}", ".{0,8}").prop_map(|(node, service)| {
        Returned::Names(Box::new(HostService {
            node: node.into(),
            service: service.into(),
        }))
    });
    let names = prop_oneof![
        outcome(names),
        unmade.clone(),
        Just(Outcome::NotStarted(Reason::NoAddress)),
    ];
    let last = prop_oneof![4 => zero(), 1 => unmade];
    (
        outcome(handle),
        zero(),
        last,
        zero(),
        took(),
        option::of(names),
    )
        .prop_map(|(socket, option, last, close, took, names)| Steps {
            socket,
            option,
            last,
            close,
            took,
            names,
        })
}

/// Which calls are made on each socket.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Nothing,
    Sockets,
    Server,
    Client,
}

fn facts() -> impl Strategy<Value = Facts> {
    let descriptors = any::<Option<(u64, u64)>>();
    (descriptors, any::<bool>()).prop_map(|(descriptors, known)| Facts {
        known: if known {
            Needs::DESCRIPTORS.and(Needs::PORTS)
        } else {
            Needs::NONE
        },
        descriptors: descriptors
            .filter(|_| known)
            .map(|(limit, open)| Descriptors { limit, open }),
        ..Facts::default()
    })
}

fn host() -> impl Strategy<Value = Host> {
    let data = ("[ -~]{0,8}", any::<[u8; 4]>()).prop_map(|(text, [a, b, c, d])| {
        Returned::WsaData(Box::new(WsaData {
            version: Version { major: a, minor: b },
            high_version: Version { major: c, minor: d },
            description: text.clone(),
            status: text,
        }))
    });
    let startup = prop_oneof![outcome(data), Just(Outcome::NotStarted(Reason::LeftOut))];
    let libc = option::of("[ -~]{0,8}");
    (select(Os::ALL.to_vec()), libc, startup).prop_map(|(os, libc, startup)| Host {
        os,
        arch: "x86_64".to_owned(),
        libc,
        wsastartup: (os == Os::Windows)
            .then(|| record(None, Call::WsaStartup(REQUESTED), startup, Duration::ZERO)),
    })
}

fn query() -> impl Strategy<Value = Query> {
    let text =
        || option::of("[^\\x00]{0,8}").prop_map(|text| text.map(|text| Text::new(text).unwrap()));
    let hints = option::of(any::<[i32; 4]>());
    (text(), text(), hints).prop_map(|(node, service, hints)| Query {
        node,
        service,
        hints: hints.map(|[flags, family, socktype, protocol]| Hints {
            flags,
            family,
            socktype,
            protocol,
        }),
    })
}

/// The calls on the entry's socket, as `--listen` or `--connect` makes them.
fn calls(kind: Kind, at: usize, entry: &AddrInfo, steps: &Steps) -> Vec<(Call, Outcome)> {
    let socket = SocketId(at as u64);
    let triple = entry.triple();
    let mut calls = vec![(Call::Socket { socket, triple }, steps.socket.clone())];
    if !matches!(steps.socket, Outcome::Returned(_)) {
        return calls;
    }
    let address: Box<[u8]> = entry.bytes().into();
    let linger = OptionValue::Linger(Linger {
        onoff: 1,
        seconds: -2,
    });
    let option = Call::Setsockopt {
        socket,
        option: SocketOption::Linger,
        value: linger,
    };
    match kind {
        Kind::Server => {
            calls.push((option, steps.option.clone()));
            calls.push((Call::Bind { socket, address }, steps.option.clone()));
            let last = match &steps.last {
                Outcome::NotStarted(_) | Outcome::Unfinished => Outcome::Returned(Returned::Zero),
                last => last.clone(),
            };
            calls.push((Call::Listen { socket, backlog: 5 }, last));
        }
        Kind::Client => {
            calls.push((option, steps.option.clone()));
            calls.push((Call::Connect { socket, address }, steps.last.clone()));
        }
        Kind::Nothing | Kind::Sockets => {}
    }
    calls.push((Call::Close { socket }, steps.close.clone()));
    calls
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Of a set of calls every one is there again, with its arguments, result, time and place.
    #[test]
    fn file_is_read_as_it_was_written(
        host in host(),
        query in query(),
        failed in option::of(prop_oneof![error().prop_map(Outcome::Failed), Just(Outcome::Unfinished)]),
        entries in vec((addrinfo(), steps()), 0..5),
        kind in select(vec![Kind::Nothing, Kind::Sockets, Kind::Server, Kind::Client]),
        shuffle in any::<bool>(),
        facts in facts(),
    ) {
        let query = Arc::new(query);
        let mut run = Run::new(Arc::new(host), Arc::clone(&query));
        let steps: Vec<Steps> = entries.iter().map(|(_, steps)| steps.clone()).collect();
        let outcome = failed.unwrap_or_else(|| list(entries.into_iter().map(|(entry, _)| entry)));
        let mut id = 0;
        let mut next = || {
            id += 1;
            crate::net::CallId(id)
        };
        let asked = record(None, Call::Getaddrinfo(query), outcome, MS);
        run.push(Record { id: next(), ..asked });
        let mut records = Vec::new();
        for (at, (entry, steps)) in run.entries().iter().zip(&steps).enumerate() {
            if kind == Kind::Nothing {
                continue;
            }
            for (call, outcome) in calls(kind, at, entry, steps) {
                let on = call.on().and(match &steps.socket {
                    Outcome::Returned(Returned::Handle(handle)) => Some(*handle),
                    _ => None,
                });
                let took = match outcome {
                    Outcome::NotStarted(_) => Duration::ZERO,
                    _ => steps.took,
                };
                records.push(Record { on, id: next(), ..record(Some(at), call, outcome, took) });
            }
        }
        if shuffle && kind == Kind::Client {
            // Other entries connect meanwhile, but each in its order.
            let ids: Vec<_> = records.iter().map(|record| record.id).collect();
            let mut order: Vec<usize> = (0..records.len()).collect();
            let rank = |at: &usize| records[..*at].iter().filter(|it| it.entry == records[*at].entry).count();
            order.sort_by_key(|at| rank(at));
            for (id, at) in ids.into_iter().zip(order) {
                records[at].id = id;
            }
        }
        records.into_iter().for_each(|record| run.push(record));
        for (at, steps) in steps.iter().enumerate().take(run.entries().len()) {
            if let Some(names) = &steps.names {
                let took = if matches!(names, Outcome::NotStarted(_)) { Duration::ZERO } else { MS };
                let call = Call::Getnameinfo(run.entries()[at].bytes().into());
                run.push(record(Some(at), call, names.clone(), took));
            }
        }
        run.facts = facts;
        let report = Report {
            run: &run,
            real: None,
            language: Language::En,
            lookup: false,
            steps: match kind {
                Kind::Nothing | Kind::Sockets => None,
                Kind::Server => Some(Role::Server { keep: false }),
                Kind::Client => Some(Role::Client),
            },
            replay: None,
            compared: None,
        };
        let mut out = Vec::new();
        report.write(Format::Json, &mut out).unwrap();
        let file = String::from_utf8(out).unwrap();
        prop_assert_eq!(again(&file), file);
    }
}
