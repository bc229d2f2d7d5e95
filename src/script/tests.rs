//! The expected lines follow `contract.md` (Script lines).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::net::fixture::{self, error, failed, opened};
use crate::net::{
    Datagram, Handle, Hints, HostService, How, Linger, List, OptionValue, Reason, SocketId,
    SocketOption, Triple, Version, WsaData,
};

const ID: SocketId = SocketId(1);

fn record(call: Call, outcome: Outcome) -> Record {
    Record {
        on: call.on().map(|_| Handle(3)),
        took: Duration::from_micros(214),
        ..fixture::record(call, outcome)
    }
}

fn query(node: Option<&str>, hints: Option<Hints>) -> Call {
    Call::Getaddrinfo(Arc::new(fixture::query(node, Some("27015"), hints)))
}

fn list(entries: usize) -> Outcome {
    let entry = fixture::entry(Os::Linux, "SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015");
    Outcome::Returned(Value::List(Arc::new(List {
        entries: vec![entry; entries],
        freed: Duration::from_micros(2),
    })))
}

#[test]
fn wsastartup_is_a_line_or_a_comment() {
    let version = Version { major: 2, minor: 2 };
    let data = WsaData {
        version,
        high_version: version,
        description: "WinSock 2.0".to_owned(),
        status: "Running".to_owned(),
    };
    for (outcome, expected) in [
        (
            Outcome::Returned(Value::WsaData(Box::new(data))),
            r#"WSAStartup(2.2) = 0 2.2 "WinSock 2.0" "Running" <0.000214>"#,
        ),
        (
            failed(Domain::Wsa, 10091, ""),
            "WSAStartup(2.2) = 10091 WSASYSNOTREADY <0.000214>",
        ),
        (
            Outcome::NotStarted(Reason::LeftOut),
            "# WSAStartup was not called",
        ),
    ] {
        let record = record(Call::WsaStartup(version), outcome);
        assert_eq!(line(Os::Windows, &record), expected);
    }
}

#[test]
fn getaddrinfo_line_counts_entries_and_is_freed() {
    let hints = Hints {
        flags: 1,
        family: 2,
        socktype: 1,
        protocol: 6,
    };
    let found = record(query(None, Some(hints)), list(4));
    let arguments = "NULL, \"27015\", {ai_flags=AI_PASSIVE, ai_family=AF_INET, \
                     ai_socktype=SOCK_STREAM, ai_protocol=IPPROTO_TCP}, [4 entries]";
    assert_eq!(
        line(Os::Linux, &found),
        format!("getaddrinfo({arguments}) = 0 <0.000214>")
    );
    assert_eq!(
        line(Os::Windows, &found),
        format!("GetAddrInfoW({arguments}) = 0 <0.000214>")
    );
    let freeing = found.freeing().map(|record| line(Os::Linux, &record));
    assert_eq!(
        freeing.as_deref(),
        Some("freeaddrinfo([4 entries]) <0.000002>")
    );
    let one = record(query(None, None), list(1));
    assert_eq!(
        line(Os::Linux, &one),
        "getaddrinfo(NULL, \"27015\", NULL, [1 entry]) = 0 <0.000214>"
    );
}

#[test]
fn failed_getaddrinfo_has_its_code_and_frees_nothing() {
    let call = query(Some("a\u{1b}b"), None);
    let noname = failed(Domain::Gai, -2, "Name or service not known");
    let record = record(call, noname);
    assert_eq!(
        line(Os::Linux, &record),
        "getaddrinfo(\"a\\x1bb\", \"27015\", NULL, NULL) = -2 EAI_NONAME \
         (Name or service not known) <0.000214>"
    );
    assert_eq!(record.freeing(), None);
    let system = OsError {
        errno: Some(Box::new(error(Domain::Errno, 24, "Too many open files"))),
        ..error(Domain::Gai, -11, "System error")
    };
    let record = Record {
        outcome: Outcome::Failed(system),
        ..record
    };
    assert!(line(Os::Linux, &record).ends_with(
        " = -11 EAI_SYSTEM (System error), errno EMFILE 24 (Too many open files) <0.000214>"
    ));
}

#[test]
fn pending_call_is_unfinished() {
    let unfinished = record(query(Some("hung.test"), None), Outcome::Unfinished);
    assert_eq!(
        line(Os::Linux, &unfinished),
        "getaddrinfo(\"hung.test\", \"27015\", NULL, <unfinished ...>"
    );
}

#[test]
fn socket_calls_show_the_handle() {
    let triple = Triple {
        family: 2,
        socktype: 3,
        protocol: 0,
    };
    let socket = || Call::Socket { socket: ID, triple };
    let option = |option| Call::Getsockopt { socket: ID, option };
    let number = |number| Outcome::Returned(Value::Number(number));
    let provider = fixture::provider("AF_INET6", "SOCK_STREAM", 6, "MSAFD Tcpip [TCP/IPv6]");
    let any = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (os, call, outcome, expected) in [
        (
            Os::Linux,
            socket(),
            opened(3),
            "socket(AF_INET, SOCK_RAW, IPPROTO_IP) = 3 <0.000214>",
        ),
        (
            Os::Linux,
            socket(),
            failed(Domain::Errno, 93, "Protocol not supported"),
            "socket(AF_INET, SOCK_RAW, IPPROTO_IP) = -1 EPROTONOSUPPORT 93 \
             (Protocol not supported) <0.000214>",
        ),
        (
            Os::Windows,
            socket(),
            failed(Domain::Wsa, 10013, ""),
            "socket(AF_INET, SOCK_RAW, IPPROTO_IP) = INVALID_SOCKET WSAEACCES 10013 <0.000214>",
        ),
        (
            Os::Linux,
            option(SocketOption::Type),
            number(1),
            "getsockopt(3, SOL_SOCKET, SO_TYPE) = SOCK_STREAM <0.000214>",
        ),
        (
            Os::Linux,
            option(SocketOption::V6only),
            number(0),
            "getsockopt(3, IPPROTO_IPV6, IPV6_V6ONLY) = 0 <0.000214>",
        ),
        (
            Os::Windows,
            option(SocketOption::ExclusiveAddrUse),
            number(1),
            "getsockopt(0x3, SOL_SOCKET, SO_EXCLUSIVEADDRUSE) = 1 <0.000214>",
        ),
        (
            Os::Windows,
            option(SocketOption::ProtocolInfo),
            Outcome::Returned(Value::Provider(Box::new(provider.clone()))),
            "getsockopt(0x3, SOL_SOCKET, SO_PROTOCOL_INFOW) = {iAddressFamily=AF_INET6, \
             iSocketType=SOCK_STREAM, iProtocol=IPPROTO_TCP, dwCatalogEntryId=1001, \
             szProtocol=\"MSAFD Tcpip [TCP/IPv6]\"} <0.000214>",
        ),
        (
            Os::Windows,
            Call::WsaEnumProtocols,
            fixture::providers([provider.clone(), provider.clone()]),
            "WSAEnumProtocolsW(NULL) = 2 <0.000214>",
        ),
        (
            Os::Windows,
            Call::WsaEnumProtocols,
            failed(Domain::Wsa, 10093, ""),
            "WSAEnumProtocolsW(NULL) = SOCKET_ERROR WSANOTINITIALISED 10093 <0.000214>",
        ),
        (
            Os::Windows,
            Call::GetHandleInformation { socket: ID },
            number(1),
            "GetHandleInformation(0x3) = HANDLE_FLAG_INHERIT <0.000214>",
        ),
        (
            Os::Windows,
            Call::GetHandleInformation { socket: ID },
            number(0),
            "GetHandleInformation(0x3) = 0 <0.000214>",
        ),
        (
            Os::Windows,
            Call::GetHandleInformation { socket: ID },
            failed(Domain::Wsa, 6, "The handle is invalid."),
            "GetHandleInformation(0x3) = FALSE WSA_INVALID_HANDLE 6 (The handle is invalid.) \
             <0.000214>",
        ),
        (
            Os::Linux,
            Call::Getsockname { socket: ID },
            Outcome::Returned(Value::Address(any.into())),
            "getsockname(3) = 0.0.0.0:0 <0.000214>",
        ),
        (
            Os::Linux,
            Call::Getpeername { socket: ID },
            failed(Domain::Errno, 107, "Transport endpoint is not connected"),
            "getpeername(3) = -1 ENOTCONN 107 (Transport endpoint is not connected) <0.000214>",
        ),
        (
            Os::Windows,
            Call::Close { socket: ID },
            failed(Domain::Wsa, 10038, ""),
            "closesocket(0x3) = SOCKET_ERROR WSAENOTSOCK 10038 <0.000214>",
        ),
        (
            Os::Linux,
            Call::Close { socket: ID },
            Outcome::Returned(Value::Zero),
            "close(3) = 0 <0.000214>",
        ),
    ] {
        assert_eq!(line(os, &record(call, outcome)), expected);
    }
}

#[test]
fn getnameinfo_line_has_both_names() {
    let loopback = [2, 0, 0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    let names = HostService {
        node: "localhost".into(),
        service: "http".into(),
    };
    let record = record(
        Call::Getnameinfo(loopback.into()),
        Outcome::Returned(Value::Names(Box::new(names))),
    );
    assert_eq!(
        line(Os::Linux, &record),
        "getnameinfo(127.0.0.1:80) = \"localhost\", \"http\" <0.000214>"
    );
    let unfinished = Record {
        outcome: Outcome::Unfinished,
        ..record
    };
    assert_eq!(
        line(Os::Linux, &unfinished),
        "getnameinfo(127.0.0.1:80, <unfinished ...>"
    );
}

/// The lines of `contract.md`, and the names of Winsock beside them.
#[test]
fn ladder_lines_follow_the_grammar() {
    let any = |os| encode(os, "0.0.0.0:27015".parse().unwrap());
    let peer = |os| encode(os, "127.0.0.1:9".parse().unwrap());
    let number = |os, option, number| {
        let call = Call::Setsockopt {
            socket: ID,
            option,
            value: OptionValue::Number(number),
        };
        line(os, &record(call, Outcome::Returned(Value::Zero)))
    };
    let returned = |os, call, value| line(os, &record(call, Outcome::Returned(value)));
    let text = |text: &str| text.as_bytes().into();
    let (linux, windows) = (Os::Linux, Os::Windows);
    let to = |os, text: &str| Datagram {
        data: text.as_bytes().into(),
        address: peer(os),
    };
    let linger = Linger {
        onoff: 1,
        seconds: 0,
    };
    let socket = ID;
    for (line, expected) in [
        (
            number(linux, SocketOption::V6only, 0),
            "setsockopt(3, IPPROTO_IPV6, IPV6_V6ONLY, 0) = 0",
        ),
        (
            number(windows, SocketOption::ExclusiveAddrUse, 1),
            "setsockopt(0x3, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1) = 0",
        ),
        (
            returned(
                linux,
                Call::Setsockopt {
                    socket,
                    option: SocketOption::Linger,
                    value: OptionValue::Linger(linger),
                },
                Value::Zero,
            ),
            "setsockopt(3, SOL_SOCKET, SO_LINGER, {1, 0}) = 0",
        ),
        (
            returned(
                linux,
                Call::Getsockopt {
                    socket,
                    option: SocketOption::Linger,
                },
                Value::Linger(linger),
            ),
            "getsockopt(3, SOL_SOCKET, SO_LINGER) = {1, 0}",
        ),
        (
            returned(
                Os::Macos,
                Call::Bind {
                    socket,
                    address: any(Os::Macos),
                },
                Value::Zero,
            ),
            "bind(3, 0.0.0.0:27015) = 0",
        ),
        (
            returned(linux, Call::Listen { socket, backlog: 5 }, Value::Zero),
            "listen(3, 5) = 0",
        ),
        (
            returned(
                linux,
                Call::Accept {
                    socket,
                    new: SocketId(2),
                },
                Value::Handle(Handle(4)),
            ),
            "accept(3) = 4",
        ),
        (
            returned(
                windows,
                Call::Connect {
                    socket,
                    address: any(windows),
                },
                Value::Zero,
            ),
            "connect(0x3, 0.0.0.0:27015) = 0",
        ),
        (
            returned(
                linux,
                Call::Send {
                    socket,
                    data: text("Hello"),
                },
                Value::Sent(5),
            ),
            r#"send(3, "Hello", 5) = 5"#,
        ),
        (
            returned(
                linux,
                Call::Sendto {
                    socket,
                    datagram: Box::new(to(linux, "x")),
                },
                Value::Sent(1),
            ),
            r#"sendto(3, "x", 1, 127.0.0.1:9) = 1"#,
        ),
        (
            returned(
                linux,
                Call::Recv {
                    socket,
                    length: 100,
                },
                Value::Received(text("Hello")),
            ),
            r#"recv(3, 100) = 5 "Hello""#,
        ),
        (
            returned(
                linux,
                Call::Recv {
                    socket,
                    length: 100,
                },
                Value::Received(text("")),
            ),
            "recv(3, 100) = 0",
        ),
        (
            returned(
                linux,
                Call::Recvfrom {
                    socket,
                    length: 512,
                },
                Value::Datagram(Box::new(to(linux, "x"))),
            ),
            r#"recvfrom(3, 512) = 1 "x" 127.0.0.1:9"#,
        ),
        (
            returned(
                linux,
                Call::Shutdown {
                    socket,
                    how: How::Write,
                },
                Value::Zero,
            ),
            "shutdown(3, SHUT_WR) = 0",
        ),
        (
            returned(
                windows,
                Call::Shutdown {
                    socket,
                    how: How::Write,
                },
                Value::Zero,
            ),
            "shutdown(0x3, SD_SEND) = 0",
        ),
    ] {
        assert_eq!(line, format!("{expected} <0.000214>"));
    }
}

#[test]
fn received_bytes_are_escaped_with_their_count() {
    let call = Call::Recv {
        socket: ID,
        length: 100,
    };
    let bytes = b"\x1b[2J\0\xff\"\\\n\xc3\xb3\xe2\x80\xae".as_slice();
    let record = record(call, Outcome::Returned(Value::Received(bytes.into())));
    assert_eq!(
        line(Os::Linux, &record),
        r#"recv(3, 100) = 14 "\x1b[2J\x00\xff\"\\\nó\u{202e}" <0.000214>"#
    );
}

#[test]
fn unfinished_ladder_calls_end_after_their_arguments() {
    let socket = ID;
    let address = encode(Os::Linux, "192.0.2.1:80".parse().unwrap());
    for (call, expected) in [
        (
            Call::Accept {
                socket,
                new: SocketId(2),
            },
            "accept(3",
        ),
        (Call::Connect { socket, address }, "connect(3, 192.0.2.1:80"),
        (Call::Recv { socket, length: 9 }, "recv(3, 9"),
        (Call::Close { socket }, "close(3"),
    ] {
        let line = line(Os::Linux, &record(call, Outcome::Unfinished));
        assert_eq!(line, format!("{expected}, <unfinished ...>"));
    }
}

#[test]
fn interrupted_call_is_a_comment() {
    let (socket, length) = (ID, 9);
    for (os, domain, code, expected) in [
        (Os::Linux, Domain::Errno, 4, "recv(3, 9) = -1 EINTR 4"),
        (
            Os::Windows,
            Domain::Wsa,
            995,
            "recv(0x3, 9) = SOCKET_ERROR WSA_OPERATION_ABORTED 995",
        ),
    ] {
        let record = record(Call::Recv { socket, length }, failed(domain, code, ""));
        let expected = format!("# given up: {expected} <0.000214>");
        assert_eq!(line(os, &record), expected);
    }
}

#[test]
fn failed_accept_returns_the_type_of_a_socket() {
    let call = Call::Accept {
        socket: ID,
        new: SocketId(2),
    };
    let failed = failed(Domain::Wsa, 10022, "");
    assert_eq!(
        line(Os::Windows, &record(call, failed)),
        "accept(0x3) = INVALID_SOCKET WSAEINVAL 10022 <0.000214>"
    );
}

/// A length that is not the family's follows the address; what no address describes is hexadecimal.
#[test]
fn odd_sockaddr_keeps_its_bytes() {
    let whole = encode(Os::Linux, "127.0.0.1:80".parse().unwrap());
    let six = encode(Os::Linux, "[fe80::1%2]:80".parse().unwrap());
    let long = [&whole[..], &[0; 112]].concat();
    let odd = [&whole[..15], &[1]].concat();
    for (bytes, expected) in [
        (&whole[..], "127.0.0.1:80"),
        (&whole[..8], "127.0.0.1:80, 8"),
        (&whole[..4], "0.0.0.0:80, 4"),
        (&long, "127.0.0.1:80, 128"),
        (&odd, "0x020000507f0000010000000000000001"),
        (&six, "[fe80::1%2]:80"),
        (&six[..24], "[fe80::1]:80, 24"),
        (&[1, 0, b'a'], "0x010061"),
        (&[], "0x"),
    ] {
        let call = Call::Bind {
            socket: ID,
            address: bytes.into(),
        };
        let record = record(call, Outcome::Returned(Value::Zero));
        let expected = format!("bind(3, {expected}) = 0 <0.000214>");
        assert_eq!(line(Os::Linux, &record), expected);
    }
}
