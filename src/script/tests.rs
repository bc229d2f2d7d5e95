//! The expected lines follow `contract.md` (Script lines).

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::net::fixture::{self, error, failed, opened};
use crate::net::{
    Handle, Hints, HostService, List, Reason, SocketId, SocketOption, Triple, Version, WsaData,
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
