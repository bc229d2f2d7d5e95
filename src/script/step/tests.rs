#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use proptest::prelude::*;

use super::*;
use crate::net::{Outcome, Record};
use crate::script;
use crate::script::fixture::records;
use crate::words::Language;

fn read(os: Os, place: Place, text: &str) -> Result<Vec<Step>, String> {
    let path = Path::new("x");
    let script = Script::read(path, text).map_err(|error| error.text(Language::En))?;
    steps(&script, path, os, place).map_err(|error| error.text(Language::En))
}

/// The calls that are made on the system, as written.
fn made(os: Os, place: Place, text: &str) -> Vec<String> {
    let steps = read(os, place, text).unwrap().into_iter();
    let steps = steps.filter(|step| step.plan.is_some());
    steps.map(|step| step.text).collect()
}

const SOCKET: &str = "socket(AF_INET, SOCK_STREAM, 0) = s\n";

#[test]
fn wrong_arguments_name_their_place() {
    for (line, column, what) in [
        (
            "bnd(s, 127.0.0.1:80) = 0",
            1,
            "no call is named \"bnd\"; did you mean bind?",
        ),
        ("fork() = 0", 1, "no call is named \"fork\""),
        (
            "bind(s) = 0",
            1,
            "other arguments are expected: bind(socket, address)",
        ),
        (
            "socket(AF_INET) = s",
            8,
            "\"AF_INET\" is not an entry of a list, such as list[0]",
        ),
        (
            "bind(t, 127.0.0.1:80) = 0",
            6,
            "no line before this one opens the socket \"t\"",
        ),
        (
            "bind(s, list[0]) = 0",
            9,
            "no line before this one returns the list \"list\"",
        ),
        (
            "bind(s, 127.0.0.1) = 0",
            9,
            "\"127.0.0.1\" is not an address, such as ",
        ),
        (
            "bind(s, 127.0.0.1:65536) = 0",
            9,
            "\"127.0.0.1:65536\" is not an address, such as ",
        ),
        (
            "bind(s, 127.0.0.1:80, 129) = 0",
            23,
            "\"129\" is not a number from 0 to 128",
        ),
        (
            "socket(AF_INTE, 1, 0) = t",
            8,
            "ai_family: \"AF_INTE\" is neither the name of a constant",
        ),
        (
            "send(s, \"é\", 3) = 3",
            14,
            "\"3\" is not a number from 0 to 2",
        ),
        (
            "recv(s, 65537) = 0",
            9,
            "\"65537\" is not a number from 0 to 65536",
        ),
        (
            "shutdown(s, SHUT) = 0",
            13,
            "\"SHUT\" is not a direction to shut down: SHUT_RD, ",
        ),
        (
            "setsockopt(s, SOL_SOCKET, IPV6_V6ONLY, 1) = 0",
            27,
            "\"IPV6_V6ONLY\" is not an option of the level \"SOL_SOCKET\"",
        ),
        (
            "setsockopt(s, SOL_SOCKET, SO_LINGER, 1) = 0",
            38,
            "SO_LINGER has two numbers in braces: {1, 0}",
        ),
        (
            "getaddrinfo(localhost, NULL, NULL) = 0",
            13,
            "expected a string in quotes",
        ),
        (
            "getaddrinfo(NULL, \"\\x00\", NULL) = 0",
            19,
            "this system has no argument with these bytes",
        ),
        (
            "getaddrinfo(NULL, NULL, {0}) = 0",
            26,
            "expected NULL, or the members ai_flags",
        ),
        ("listen(s, 5) = zero", 16, "listen() never returns \"zero\""),
        (
            "listen(s, 5) = -1 EDADDRINUSE",
            19,
            "no error is named \"EDADDRINUSE\"",
        ),
        (
            "accept(s) = Client",
            13,
            "accept() never returns \"Client\"",
        ),
        (
            "recv(s, 5) = 1 \"x\" y",
            14,
            "recv() never returns \"1 \\\"x\\\" y\"",
        ),
    ] {
        let text = format!("{SOCKET}{line}");
        let message = read(Os::Linux, Place::Linux, &text).unwrap_err();
        let expected = format!("x, line 2, column {column}: {what}");
        assert!(message.starts_with(&expected), "{line}: {message}");
    }
}

#[test]
fn what_a_system_lacks_is_skipped_with_what_needs_it() {
    let text = "WSAStartup(2.2) = 0
        socket(AF_HYPERV, SOCK_STREAM, 1) = h
        bind(h, 127.0.0.1:80) = 0
        socket(AF_INET, SOCK_STREAM, 0) = s
        setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1) = 0
        setsockopt(s, SOL_SOCKET, SO_REUSEPORT, 1) = 0
        listen(s, 1) = -1 EDQUOT | windows: 0
        socket(AF_INET, SOCK_RAW, 0) = raw | windows: INVALID_SOCKET WSAEACCES
        listen(raw, 1) = ...
        recv(s, 1) = -1 EINTR 4 | wine: SOCKET_ERROR WSA_OPERATION_ABORTED
        freeaddrinfo([1 entry])
        accept(s, <unfinished ...>
        close(s) = windows: 0";
    assert_eq!(
        made(Os::Linux, Place::Linux, text),
        [
            "socket(AF_INET, SOCK_STREAM, 0)",
            "setsockopt(s, SOL_SOCKET, SO_REUSEPORT, 1)",
            "listen(s, 1)",
            "socket(AF_INET, SOCK_RAW, 0)",
            "listen(raw, 1)",
        ]
    );
    assert_eq!(
        made(Os::Windows, Place::Wine, text),
        [
            "WSAStartup(2.2)",
            "socket(AF_HYPERV, SOCK_STREAM, 1)",
            "bind(h, 127.0.0.1:80)",
            "socket(AF_INET, SOCK_STREAM, 0)",
            "setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1)",
            "listen(s, 1)",
            "socket(AF_INET, SOCK_RAW, 0)",
            "close(s)",
        ]
    );
}

#[test]
fn names_of_both_systems_mean_the_same_call() {
    let posix = "getaddrinfo(NULL, \"80\", NULL, [list]) = 0\nsocket(list[0]) = 0x10\n\
                 shutdown(16, SHUT_RDWR) = 0\ngetnameinfo([::1]:80) = ...\nclose(0x10) = 0";
    let windows = "GetAddrInfoW(NULL, \"80\", NULL, [2 entries]) = 0\nsocket(list[0]) = s\n\
                   shutdown(s, SD_BOTH) = 0\nGetNameInfoW([::1]:80) = ...\nclosesocket(s) = 0";
    let plans = |text| -> Vec<_> {
        let steps = read(Os::Windows, Place::Windows, text).unwrap().into_iter();
        steps
            .map(|step| step.plan.map(|plan| (plan.call, plan.late)))
            .collect()
    };
    assert_eq!(plans(posix), plans(windows));
}

#[test]
fn name_stands_for_the_latest_socket() {
    let text = format!("{SOCKET}{SOCKET}accept(s) = s\nclose(s) = 0");
    let steps = read(Os::Linux, Place::Linux, &text).unwrap();
    let calls: Vec<_> = steps
        .into_iter()
        .filter_map(|step| step.plan)
        .map(|plan| plan.call)
        .collect();
    let (second, third) = (SocketId(2), SocketId(3));
    assert_eq!(
        calls[2..],
        [
            Call::Accept {
                socket: second,
                new: third,
            },
            Call::Close { socket: third },
        ]
    );
}

/// The port that the script chose is compared; one that the system chose is a name.
#[test]
fn chosen_ports_are_names() {
    let os = Os::Linux;
    let sockaddr = |text: &str| crate::net::encode(os, text.parse().unwrap());
    let mut ports = Ports::default();
    ports.pass(os, &sockaddr("127.0.0.1:27015"));
    for (written, got, accepted) in [
        ("127.0.0.1:27015", "127.0.0.1:27015", true),
        ("127.0.0.1:34665", "127.0.0.1:27015", false),
        ("127.0.0.1:27015", "127.0.0.1:40000", false),
        ("127.0.0.1:p", "127.0.0.2:40000", false),
        ("127.0.0.1:p", "127.0.0.1:40000", true),
        ("127.0.0.1:p", "127.0.0.1:40000", true),
        ("127.0.0.1:p", "127.0.0.1:40001", false),
        ("127.0.0.1:50000", "127.0.0.1:40002", true),
        ("127.0.0.1:50000", "127.0.0.1:40003", false),
        ("127.0.0.1:0", "127.0.0.1:40004", false),
        ("127.0.0.1:50001", "127.0.0.1:0", false),
    ] {
        let address = Address::read(written).unwrap();
        let found = address.accepts(os, &sockaddr(got), &mut ports);
        assert_eq!(found, accepted, "{written} {got}");
    }
    let later = Address::read("127.0.0.1:50000").unwrap();
    let passed = later.sockaddr(os, &ports).unwrap();
    assert_eq!(passed, sockaddr("127.0.0.1:40002"));
    // The system may choose it again for another socket.
    ports.pass(os, &passed);
    let other = Address::read("127.0.0.1:50002").unwrap();
    assert!(other.accepts(os, &passed, &mut ports));
    assert_eq!(
        Address::read("127.0.0.1:q").unwrap().sockaddr(os, &ports),
        None
    );
}

#[test]
fn family_and_length_of_an_address_may_be_wrong() {
    let text = format!("{SOCKET}bind(s, {{AF_UNSPEC, 1.2.3.4:258}}, 7) = 0");
    // <sys/socket.h>: a length byte before the family on the BSDs.
    for (os, place, bytes) in [
        (Os::Linux, Place::Linux, [0, 0, 1, 2, 1, 2, 3]),
        (Os::Macos, Place::Macos, [16, 0, 1, 2, 1, 2, 3]),
        (Os::Windows, Place::Windows, [0, 0, 1, 2, 1, 2, 3]),
    ] {
        let steps = read(os, place, &text).unwrap();
        let Some(Late::Address(address)) = &steps[1].plan.as_ref().unwrap().late else {
            panic!("no address");
        };
        let sockaddr = address.sockaddr(os, &Ports::default());
        assert_eq!(sockaddr.as_deref(), Some(&bytes[..]));
    }
}

/// The call of the only line behind the socket's, with its address.
fn call(os: Os, step: &Step) -> Option<Call> {
    let plan = step.plan.as_ref()?;
    let mut call = plan.call.clone();
    if let Some(Late::Address(late)) = &plan.late {
        let sockaddr = late.sockaddr(os, &Ports::default()).unwrap();
        match &mut call {
            Call::Bind { address, .. }
            | Call::Connect { address, .. }
            | Call::Getnameinfo(address) => *address = sockaddr,
            Call::Sendto { datagram, .. } => datagram.address = sockaddr,
            _ => panic!("{call:?} has no address"),
        }
    }
    if let Call::Socket { socket, .. } = &mut call {
        *socket = SocketId(1);
    }
    Some(call)
}

fn check(os: Os, place: Place, record: &Record) -> Result<(), TestCaseError> {
    let line = script::line(os, record);
    let handle = record.on.map_or("s".to_owned(), |handle| handle.show(os));
    let text = format!("socket(0, 0, 0) = {handle}\n{line}");
    let steps = read(os, place, &text);
    prop_assert!(steps.is_ok(), "{}\n{:?}", text, steps);
    let steps = steps.unwrap();
    let Some(found) = steps.get(1).and_then(|step| call(os, step)) else {
        // A line without a result, or the call was given up.
        return Ok(());
    };
    if let Call::Getnameinfo(bytes) = &found {
        // What getnameinfo does not look at is not written.
        prop_assert_eq!(
            crate::net::address(os, bytes),
            line.split(['(', ')', ',']).nth(1).unwrap()
        );
    } else {
        prop_assert_eq!(&found, &record.call, "{}", line);
    }
    if matches!(record.outcome, Outcome::Returned(_) | Outcome::Failed(_)) {
        let plan = steps[1].plan.as_ref().unwrap();
        let ports = &mut Ports::default();
        let fits = !plan.fitting(os, record, ports).is_empty();
        prop_assert!(fits, "{}\n{:?}", line, plan.accepted);
    }
    Ok(())
}

#[test]
fn written_records_are_read_as_their_calls() {
    for (os, place) in [
        (Os::Linux, Place::Linux),
        (Os::Macos, Place::Macos),
        (Os::Freebsd, Place::Freebsd),
        (Os::Windows, Place::Wine),
    ] {
        proptest!(ProptestConfig::with_cases(200), |(record in records(os))| {
            check(os, place, &record)?;
        });
    }
}

/// Success where an error is expected, or the other way round.
#[test]
fn other_results_are_not_accepted() {
    let (os, place) = (Os::Linux, Place::Linux);
    let fails = |record: &Record| match record.outcome {
        Outcome::Returned(_) => Some(false),
        Outcome::Failed(_) => Some(true),
        _ => None,
    };
    proptest!(|(one in records(os), other in records(os))| {
        let other = Record { outcome: other.outcome, ..one.clone() };
        let (Some(expected), Some(got)) = (fails(&one), fails(&other)) else {
            return Ok(());
        };
        let handle = one.on.map_or("s".to_owned(), |handle| handle.show(os));
        let text = format!("socket(0, 0, 0) = {handle}\n{}", script::line(os, &one));
        let steps = read(os, place, &text).unwrap();
        if let Some(plan) = steps.get(1).and_then(|step| step.plan.as_ref())
            && expected != got
        {
            let ports = &mut Ports::default();
            let fits = !plan.fitting(os, &other, ports).is_empty();
            prop_assert!(!fits, "{}", text);
        }
    });
}
