#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::lesson::Lesson;
use crate::names::Os;
use crate::net::{Call, Handle, Outcome, Value};
use crate::script::{self, fixture::records};

/// A call with this line, on a socket, that may open one.
fn call(line: &str, on: Option<u64>, opens: Option<u64>) -> SessionCall<'_> {
    SessionCall {
        line,
        on: on.map(Handle),
        opens: opens.map(Handle),
        entry: None,
        network: false,
    }
}

/// The steps of the lesson from these calls: what follows the text of each.
#[track_caller]
fn steps(calls: &[SessionCall]) -> Vec<String> {
    let text = draft("own", "Linux", Language::En, calls);
    let read = Lesson::read(Path::new("own.toml"), &text);
    assert_eq!(read.map(drop), Ok(()), "{text}");
    let steps = text.split("\n[[step]]\n").skip(1);
    let steps = steps.map(|step| {
        let (_, step) = step.split_once('\n').unwrap_or_default();
        step.split("\n#")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    });
    steps.collect()
}

const QUERY: &str = "getaddrinfo(NULL, \"80\", {ai_flags=AI_PASSIVE, ai_family=AF_UNSPEC, \
                     ai_socktype=SOCK_STREAM, ai_protocol=0}, [2 entries]) = 0 <0.000010>";

#[test]
fn query_and_each_call_are_steps_with_names_for_handles() {
    let first = SessionCall {
        entry: Some(0),
        ..call(
            "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 5 <0.000010>",
            None,
            Some(5),
        )
    };
    let binds = SessionCall {
        entry: Some(0),
        ..call(
            "bind(5, 0.0.0.0:80) = -1 EACCES 13 (Permission denied)",
            Some(5),
            None,
        )
    };
    let steps = steps(&[
        call(QUERY, None, None),
        call("freeaddrinfo([2 entries]) <0.000001>", None, None),
        // The selection passed it.
        call(
            "socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = 5",
            None,
            Some(5),
        ),
        call("close(5) = 0", Some(5), None),
        first,
        binds,
        call("bind(5, 127.0.0.1:0) = 0", Some(5), None),
        call("getsockname(5) = 127.0.0.1:40001", Some(5), None),
        call("listen(5, 5) = 0", Some(5), None),
        call("socket(AF_INET, SOCK_STREAM, 0) = 6", None, Some(6)),
        call("connect(6, 127.0.0.1:40001) = 0", Some(6), None),
        call("# given up: recv(6, 512) = -1 EINTR 4", Some(6), None),
        call("accept(5) = 7", Some(5), Some(7)),
        call("send(7, \"'''\", 3) = 3", Some(7), None),
        call("close(6) = 0", Some(6), None),
        call("socket(AF_INET, SOCK_STREAM, 0) = 6", None, Some(6)),
        call("connect(6, 127.0.0.1:40001) = 0", Some(6), None),
        call(
            "getaddrinfo(\"a b\", NULL, NULL, NULL) = -2 EAI_NONAME (Name …)",
            None,
            None,
        ),
        call("recv(9, 512, <unfinished ...>", Some(9), None),
        call("close(9) = 0", Some(9), None),
    ]);
    let calls = |lines: &str| format!("calls = '''\n{lines}\n'''");
    let expected = [
        "query = { service = \"80\", ai_flags = \"AI_PASSIVE\", ai_family = \"AF_UNSPEC\", \
         ai_socktype = \"SOCK_STREAM\" }"
            .to_owned(),
        calls("socket(list[0]) = server"),
        calls("bind(server, list[0]) = -1 EACCES"),
        calls("bind(server, 127.0.0.1:0) = 0\ngetsockname(server) = 127.0.0.1:40001"),
        calls("listen(server, 5) = 0"),
        calls("socket(AF_INET, SOCK_STREAM, 0) = client"),
        calls("connect(client, 127.0.0.1:40001) = 0"),
        calls("accept(server) = connection"),
        calls("send(connection, \"''\\x27\", 3) = 3"),
        calls("close(client) = 0"),
        calls("socket(AF_INET, SOCK_STREAM, 0) = client2"),
        calls("connect(client2, 127.0.0.1:40001) = 0"),
        calls("getaddrinfo(\"a b\", NULL, NULL, NULL) = EAI_NONAME"),
    ];
    assert_eq!(steps, expected);
}

#[test]
fn steps_that_need_the_network_and_what_follows_are_marked() {
    let network = |call| SessionCall {
        network: true,
        ..call
    };
    let entry = |call| SessionCall {
        entry: Some(1),
        ..call
    };
    let steps = steps(&[
        network(call(QUERY, None, None)),
        entry(call(
            "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 5",
            None,
            Some(5),
        )),
        call(
            "send(5, \"x\", 1) = -1 EPIPE 32 (Broken pipe)",
            Some(5),
            None,
        ),
        call("socket(AF_INET, SOCK_DGRAM, 0) = 6", None, Some(6)),
        network(call("connect(6, 192.0.2.1:9) = 0", Some(6), None)),
        call("send(6, \"x\", 1) = 1", Some(6), None),
        call("socket(AF_INET, SOCK_DGRAM, 0) = 7", None, Some(7)),
        call(
            "listen(7, 5) = -1 EOPNOTSUPP 95 (Operation not supported)",
            Some(7),
            None,
        ),
    ]);
    let marked: Vec<bool> = steps
        .iter()
        .map(|it| it.starts_with("network = true"))
        .collect();
    assert_eq!(
        marked,
        [true, true, true, false, true, true, false, false],
        "{steps:#?}"
    );
}

#[test]
fn long_session_is_a_lesson_with_every_call() {
    let lines: Vec<String> = (0..10_000)
        .map(|at| format!("getaddrinfo(\"127.0.0.1\", \"{at}\", NULL, [1 entry]) = 0"))
        .collect();
    let calls: Vec<_> = lines.iter().map(|line| call(line, None, None)).collect();
    let long = steps(&calls);
    assert_eq!(long.len(), STEPS);
    assert!(long.iter().all(|step| step.lines().count() == 100 + 2));
    // A file of 1 MiB has no room for these.
    let line = format!(
        "getaddrinfo(\"{}\", NULL, NULL, NULL) = -2 EAI_NONAME",
        "a".repeat(8000)
    );
    let calls: Vec<_> = (0..200).map(|_| call(&line, None, None)).collect();
    let text = draft("own", "Linux", Language::En, &calls);
    assert!(text.len() < LARGEST);
    let there = text.matches("\ngetaddrinfo(\"").count();
    let missing = format!("\n# Calls that are missing here: {}. ", 200 - there);
    assert!(text.contains(&missing), "{}", &text[..600]);
    assert_eq!(Lesson::read(Path::new("own.toml"), &text).map(drop), Ok(()));
}

#[test]
fn empty_session_is_a_lesson_and_every_file_name_an_id() {
    assert_eq!(steps(&[]), [""]);
    for (stem, id) in [
        ("Sockets 1", "sockets-1"),
        ("sockscope-2", "sockscope-2"),
        ("lección", "lecci-n"),
        ("", "mine"),
        ("list", "mine"),
    ] {
        assert_eq!(id_of(stem), id);
    }
    assert_eq!(id_of(&"a".repeat(99)).len(), ID);
}

proptest! {
    /// Whatever was called, with handles that the system gives again.
    #[test]
    fn any_session_is_a_lesson_on_every_system(
        windows: bool,
        unix in vec((records(Os::Linux), 0..3_u64, any::<bool>()), 0..12),
        winsock in vec((records(Os::Windows), 0..3_u64, any::<bool>()), 0..12),
        spanish: bool,
    ) {
        let (os, records) = if windows { (Os::Windows, winsock) } else { (Os::Linux, unix) };
        let calls = records.into_iter().map(|(mut record, handle, network)| {
            record.on = record.call.on().map(|_| Handle(handle));
            if let Outcome::Returned(Value::Handle(new)) = &mut record.outcome {
                *new = Handle((handle + 1) % 3);
            }
            let line = script::line(os, &record);
            let entry = matches!(record.call, Call::Socket { .. } | Call::Bind { .. } | Call::Connect { .. });
            (line, record.on, record.handle(), entry.then_some(0), network)
        });
        let calls: Vec<_> = calls.collect();
        let calls = calls.iter().map(|(line, on, opens, entry, network)| SessionCall {
            line,
            on: *on,
            opens: *opens,
            entry: *entry,
            network: *network,
        });
        let calls: Vec<_> = calls.collect();
        let language = if spanish { Language::EsAscii } else { Language::En };
        let text = draft("own", "Linux", language, &calls);
        let read = Lesson::read(Path::new("own.toml"), &text);
        prop_assert_eq!(read.map(drop), Ok(()), "{}", text);
        prop_assert!(!text.contains(|c: char| c != '\n' && !is_printable(c)), "{:?}", text);
    }
}
