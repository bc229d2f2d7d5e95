//! Random records for tests.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::sync::Arc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::names::Os;
use crate::net::fixture::{entry, provider};
use crate::net::{
    Call, CallId, Datagram, Domain, Handle, Hint, Hints, HostService, How, Linger, List,
    OptionValue, OsError, Outcome, Query, Reason, Record, SocketId, SocketOption, Triple, Value,
    Version, WsaData, encode,
};
use crate::text::Text;

/// A record of any call on `os`, with any arguments, results and errors.
pub(crate) fn records(os: Os) -> impl Strategy<Value = Record> {
    let call = calls(os).prop_flat_map(move |call| (outcomes(os, &call), Just(call)));
    (call, any::<u32>(), 0..100_000_000_u64).prop_map(|((outcome, call), handle, micros)| Record {
        id: CallId(1),
        entry: None,
        on: call.on().map(|_| Handle(handle.into())),
        call,
        outcome,
        took: Duration::from_micros(micros),
    })
}

/// Text of any characters, also those that a line escapes.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "[\\PC\u{0}-\u{9f}\u{202e}\u{301}\"\\\\#|<>]{0,12}",
    ]
}

fn argument() -> impl Strategy<Value = Option<Text>> {
    proptest::option::of(
        text().prop_map(|text| Text::new(text.replace('\0', "")).unwrap_or_default()),
    )
}

/// A constant of the hint, or any number.
fn hint(os: Os, hint: Hint) -> BoxedStrategy<i32> {
    let rows: Vec<i32> = hint.table(os).rows.iter().map(|row| row.value).collect();
    prop_oneof![proptest::sample::select(rows), any::<i32>()].boxed()
}

fn triples(os: Os) -> impl Strategy<Value = Triple> {
    let hints = [Hint::Family, Hint::Socktype, Hint::Protocol].map(|it| hint(os, it));
    hints.prop_map(|[family, socktype, protocol]| Triple {
        family,
        socktype,
        protocol,
    })
}

fn queries(os: Os) -> impl Strategy<Value = Query> {
    let hints = (triples(os), hint(os, Hint::Flags)).prop_map(|(triple, flags)| Hints {
        flags,
        family: triple.family,
        socktype: triple.socktype,
        protocol: triple.protocol,
    });
    (argument(), argument(), proptest::option::of(hints)).prop_map(|(node, service, hints)| Query {
        node,
        service,
        hints,
    })
}

fn ip_addresses() -> impl Strategy<Value = SocketAddr> {
    let v4 = (any::<u32>(), any::<u16>())
        .prop_map(|(ip, port)| SocketAddr::from((Ipv4Addr::from(ip), port)));
    let v6 = (any::<u128>(), any::<u16>(), any::<bool>(), any::<u32>()).prop_map(
        |(ip, port, scoped, scope)| {
            let scope = if scoped { scope } else { 0 };
            SocketAddrV6::new(Ipv6Addr::from(ip), port, 0, scope).into()
        },
    );
    prop_oneof![v4, v6]
}

/// The bytes of an IP address, cut or longer, or any others.
fn sockaddrs(os: Os) -> impl Strategy<Value = Box<[u8]>> {
    let ip = move || ip_addresses().prop_map(move |address| encode(os, address));
    let cut = (ip(), 0..40_usize).prop_map(|(bytes, length)| {
        let mut bytes = bytes.into_vec();
        bytes.resize(length, 0);
        bytes.into()
    });
    let any = vec(any::<u8>(), 0..40).prop_map(Into::into);
    prop_oneof![ip(), cut, any]
}

fn bytes() -> impl Strategy<Value = Box<[u8]>> {
    let text = text().prop_map(|text| text.into_bytes().into());
    prop_oneof![text, vec(any::<u8>(), 0..12).prop_map(Into::into)]
}

fn datagrams(os: Os) -> impl Strategy<Value = Box<Datagram>> {
    (bytes(), sockaddrs(os)).prop_map(|(data, address)| Box::new(Datagram { data, address }))
}

fn options(os: Os) -> impl Strategy<Value = SocketOption> {
    let there = SocketOption::ALL.into_iter().filter(|it| it.exists(os));
    proptest::sample::select(there.collect::<Vec<_>>())
}

fn lingers() -> impl Strategy<Value = Linger> {
    (any::<i32>(), any::<i32>()).prop_map(|(onoff, seconds)| Linger { onoff, seconds })
}

fn calls(os: Os) -> BoxedStrategy<Call> {
    let socket = SocketId(1);
    let addressed = sockaddrs(os);
    let shared = prop_oneof![
        queries(os).prop_map(|query| Call::Getaddrinfo(Arc::new(query))),
        (0..9_usize).prop_map(Call::Freeaddrinfo),
        sockaddrs(os).prop_map(Call::Getnameinfo),
        triples(os).prop_map(move |triple| Call::Socket { socket, triple }),
        (options(os), any::<i32>(), lingers()).prop_map(move |(option, number, linger)| {
            let value = match option {
                SocketOption::Linger => OptionValue::Linger(linger),
                _ => OptionValue::Number(number),
            };
            Call::Setsockopt {
                socket,
                option,
                value,
            }
        }),
        options(os).prop_map(move |option| Call::Getsockopt { socket, option }),
        (addressed, any::<bool>()).prop_map(move |(address, binds)| match binds {
            true => Call::Bind { socket, address },
            false => Call::Connect { socket, address },
        }),
        any::<i32>().prop_map(move |backlog| Call::Listen { socket, backlog }),
    ];
    let others = prop_oneof![
        bytes().prop_map(move |data| Call::Send { socket, data }),
        datagrams(os).prop_map(move |datagram| Call::Sendto { socket, datagram }),
        (0..=65536_usize, any::<bool>()).prop_map(move |(length, from)| match from {
            true => Call::Recvfrom { socket, length },
            false => Call::Recv { socket, length },
        }),
        proptest::sample::select(How::ALL.to_vec())
            .prop_map(move |how| Call::Shutdown { socket, how }),
        proptest::sample::select(vec![
            Call::Accept {
                socket,
                new: SocketId(2),
            },
            Call::Getsockname { socket },
            Call::Getpeername { socket },
            Call::Close { socket },
        ]),
    ];
    let windows = proptest::sample::select(vec![
        Call::WsaStartup(Version { major: 2, minor: 2 }),
        Call::WsaEnumProtocols,
        Call::GetHandleInformation { socket },
    ]);
    match os {
        Os::Windows => prop_oneof![shared, others, windows].boxed(),
        _ => prop_oneof![shared, others].boxed(),
    }
}

fn errors(os: Os, domain: Domain) -> BoxedStrategy<OsError> {
    let table = match domain {
        Domain::Gai => &os.names().gai,
        Domain::Errno => &os.names().errno,
        Domain::Wsa => &os.names().wsa,
    };
    let known: Vec<i32> = table.rows.iter().map(|row| row.value).collect();
    let code = prop_oneof![proptest::sample::select(known), any::<i32>()]
        .prop_filter("0 is no error", |code| *code != 0);
    (code, text())
        .prop_map(move |(code, message)| OsError {
            domain,
            code,
            message: message.into(),
            errno: None,
        })
        .boxed()
}

fn failures(os: Os, call: &Call) -> BoxedStrategy<OsError> {
    let resolver = matches!(call, Call::Getaddrinfo(_) | Call::Getnameinfo(_));
    match os {
        Os::Windows => errors(os, Domain::Wsa),
        _ if resolver => (
            errors(os, Domain::Gai),
            errors(os, Domain::Errno),
            any::<bool>(),
        )
            .prop_map(|(error, errno, both)| OsError {
                errno: both.then(|| Box::new(errno)),
                ..error
            })
            .boxed(),
        _ => errors(os, Domain::Errno),
    }
}

fn outcomes(os: Os, call: &Call) -> BoxedStrategy<Outcome> {
    let failed = failures(os, call).prop_map(Outcome::Failed);
    let others = prop_oneof![
        Just(Outcome::Unfinished),
        Just(Outcome::NotStarted(Reason::LeftOut)),
    ];
    let returned = values(os, call).prop_map(Outcome::Returned);
    prop_oneof![4 => returned, 3 => failed, 1 => others].boxed()
}

fn values(os: Os, call: &Call) -> BoxedStrategy<Value> {
    let received = || bytes().prop_map(Value::Received).boxed();
    match call {
        Call::Getaddrinfo(_) => (0..5_usize)
            .prop_map(move |count| {
                let entry = entry(os, "SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015");
                let entries = vec![entry; count];
                Value::List(Arc::new(List {
                    entries,
                    freed: Duration::ZERO,
                }))
            })
            .boxed(),
        Call::Getnameinfo(_) => (text(), text())
            .prop_map(|(node, service)| {
                Value::Names(Box::new(HostService {
                    node: node.into(),
                    service: service.into(),
                }))
            })
            .boxed(),
        Call::Socket { .. } | Call::Accept { .. } => any::<u32>()
            .prop_map(|handle| Value::Handle(Handle(handle.into())))
            .boxed(),
        Call::Getsockopt {
            option: SocketOption::Linger,
            ..
        } => lingers().prop_map(Value::Linger).boxed(),
        Call::Getsockopt {
            option: SocketOption::ProtocolInfo,
            ..
        } => (any::<i32>(), text())
            .prop_map(|(protocol, name)| {
                let row = provider("AF_INET6", "SOCK_STREAM", protocol, &name);
                Value::Provider(Box::new(row))
            })
            .boxed(),
        Call::Getsockopt { .. } | Call::GetHandleInformation { .. } => {
            prop_oneof![0..40_i32, any::<i32>()]
                .prop_map(Value::Number)
                .boxed()
        }
        Call::WsaEnumProtocols => Just(Value::Providers(Arc::new([]))).boxed(),
        Call::WsaStartup(version) => {
            let version = *version;
            (text(), text())
                .prop_map(move |(description, status)| {
                    Value::WsaData(Box::new(WsaData {
                        version,
                        high_version: version,
                        description,
                        status,
                    }))
                })
                .boxed()
        }
        Call::Getsockname { .. } | Call::Getpeername { .. } => {
            sockaddrs(os).prop_map(Value::Address).boxed()
        }
        Call::Send { .. } | Call::Sendto { .. } => any::<u16>()
            .prop_map(|count| Value::Sent(count.into()))
            .boxed(),
        Call::Recv { .. } => received(),
        Call::Recvfrom { .. } => datagrams(os).prop_map(Value::Datagram).boxed(),
        _ => Just(Value::Zero).boxed(),
    }
}
