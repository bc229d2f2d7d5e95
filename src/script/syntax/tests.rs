#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use proptest::prelude::*;

use super::*;
use crate::net::Record;
use crate::script;
use crate::script::fixture::records;
use crate::words::Language;

/// The example of `contract.md`, and each form that it describes.
const LINES: [&str; 33] = [
    "# comment; <n.nnnnnn> behind a line is the time it took, and is never compared",
    "WSAStartup(2.2) = 0",
    "getaddrinfo(NULL, \"27015\", {ai_flags=AI_PASSIVE, ai_family=AF_INET, ai_socktype=SOCK_STREAM, ai_protocol=IPPROTO_TCP}, [list]) = 0",
    "socket(list[0]) = server                  # a name for the handle; in the trace the number",
    "bind(server, list[0]) = 0",
    "socket(AF_INET, SOCK_STREAM, 0) = second",
    "bind(second, 0.0.0.0:27015) = -1 EADDRINUSE | windows: SOCKET_ERROR WSAEADDRINUSE",
    "listen(server, 5) = 0",
    "connect(second, 127.0.0.1:27015) = ...    # ... is \"whatever it returns\"",
    "accept(server) = client",
    "send(second, \"Hello\", 5) = 5",
    "recv(client, 100) = 5 \"Hello\"",
    "shutdown(client, SHUT_WR) = 0",
    "close(client) = 0",
    "setsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, 0) = 0",
    "getsockopt(server, SOL_SOCKET, SO_TYPE) = SOCK_STREAM",
    "getsockname(server) = 0.0.0.0:27015",
    "getnameinfo(127.0.0.1:80) = \"localhost\", \"http\"",
    "sendto(u, \"x\", 1, 127.0.0.1:9) = 1",
    "recvfrom(u, 512) = 1 \"x\" 127.0.0.1:9",
    "bind(s, {AF_UNSPEC, 0.0.0.0:80}, 16) = ...",
    "bind(s, [fe80::1%2]:80, 8) = ...",
    "getsockname(s) = 127.0.0.1:port",
    "setsockopt(s, SOL_SOCKET, SO_LINGER, {1, 0}) = 0",
    "send(s, \"\\\"\\\\\\n\\r\\t\\x1b\\u{202e}\\xff\", 11) = 11 <0.000001>",
    "getaddrinfo(\"a\", NULL, NULL, NULL) = EAI_NONAME | -5 | macos: 8 | freebsd: 8 EAI_NONAME (x (y) z)",
    "getaddrinfo(\"hung.test\", \"80\", NULL, <unfinished ...>",
    "accept(3, <unfinished ...>",
    "freeaddrinfo([4 entries]) <0.000002>",
    "getaddrinfo(\"h\", NULL, NULL, NULL) = -11 EAI_SYSTEM (System error), errno EMFILE 24 (Too many open files) <0.000214>",
    "GetHandleInformation(0x3) = HANDLE_FLAG_INHERIT|HANDLE_FLAG_PROTECT_FROM_CLOSE",
    "   # indented",
    "",
];

#[test]
fn lines_of_the_contract_are_read_and_written() {
    for text in LINES {
        assert_eq!(line(text).unwrap().to_string(), text);
    }
}

#[test]
fn mistake_has_file_line_and_column() {
    let text = LINES.join("\n");
    let path = Path::new("a\u{1b}b");
    let read = Script::read(path, &text).unwrap();
    // The last line is empty.
    assert_eq!(read.to_string(), text);
    let message = Script::read(path, "close(s) = 0\nclose(é) = \r\n").unwrap_err();
    for (language, expected) in [
        (
            Language::En,
            "a\\x1bb, line 2, column 12: the result is missing: ",
        ),
        (
            Language::Es,
            "a\\x1bb, línea 2, columna 12: falta el resultado: ",
        ),
    ] {
        let message = message.text(language);
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn blanks_between_parts_do_not_matter() {
    let text = "  bind( s ,127.0.0.1:80 )=0|windows:SOCKET_ERROR  <0.5>\t# x ";
    // Without a blank `windows:SOCKET_ERROR` is one word.
    let read = line(text).unwrap();
    assert_eq!(
        read.to_string(),
        "bind(s, 127.0.0.1:80) = 0|windows:SOCKET_ERROR <0.5>\t# x "
    );
    assert_eq!(line("# x \r\r").unwrap().to_string(), "# x ");
    let text = "bind(s, list[ 0 ]) = 0 |windows:  SOCKET_ERROR\tWSAEINVAL\r";
    assert_eq!(
        line(text).unwrap().to_string(),
        "bind(s, list[ 0 ]) = 0 | windows: SOCKET_ERROR WSAEINVAL"
    );
}

#[test]
fn mistakes_name_their_column() {
    for (text, column, what) in [
        (
            "bind",
            5,
            "a call needs its arguments in parentheses: bind(…)",
        ),
        ("= 0", 1, "unexpected \"=\""),
        ("\u{1b}", 1, "unexpected \"\\x1b\""),
        ("bind(s", 7, "the line ends too early"),
        ("bind(s, , 0) = 0", 9, "unexpected \",\""),
        ("bind(s,) = 0", 8, "unexpected \")\""),
        ("bind(s) 0", 9, "unexpected \"0\""),
        ("bind(s, é \"x) = 0", 11, "unexpected \"\\\"\""),
        (
            "close(s)",
            9,
            "the result is missing: = and what the call returns, or ... for whatever it returns",
        ),
        (
            "close(s) = # 0",
            12,
            "the result is missing: = and what the call returns, or ... for whatever it returns",
        ),
        (
            "close(s) = 0 | ",
            16,
            "the result is missing: = and what the call returns, or ... for whatever it returns",
        ),
        (
            "close(s) = 0 | solaris: 0",
            16,
            "no system is named \"solaris\"; the systems are linux, musl, macos, freebsd, windows, wine",
        ),
        ("close(s) = 0 <1>", 14, "a time is written <0.000214>"),
        ("close(s) = 0 <0.1> 0", 20, "unexpected \"0\""),
        (
            "close(s) = -1 EBADF (x",
            21,
            "the closing parenthesis is missing",
        ),
        (
            "send(s, \"x, 1) = 1",
            9,
            "the closing quote of the string is missing",
        ),
        (
            "send(s, \"\\q\", 1) = 1",
            10,
            "the escapes in a string are \\\", \\\\, \\n, \\r, \\t, \\xNN, \\u{N}",
        ),
        (
            "send(s, \"\\x+1\", 1) = 1",
            10,
            "the escapes in a string are \\\", \\\\, \\n, \\r, \\t, \\xNN, \\u{N}",
        ),
        (
            "send(s, \"\\u{d800}\", 1) = 1",
            10,
            "the escapes in a string are \\\", \\\\, \\n, \\r, \\t, \\xNN, \\u{N}",
        ),
        ("f({{{{{0}}}}}) = 0", 7, "unexpected \"{\""),
    ] {
        let mistake = line(text).unwrap_err();
        let before = text[..mistake.at].chars().count();
        assert_eq!(mistake.what.text(Language::En), what, "{text}");
        assert_eq!(before + 1, column, "{text}");
    }
}

#[test]
fn results_of_a_system_replace_the_others() {
    let text = "f() = 0 | 1 | linux: 2 | 3 | windows: 4 | musl: 5 | linux: 6";
    let statement = line(text).unwrap().statement.unwrap();
    for (place, expected) in [
        (Place::Linux, vec!["2", "3", "6"]),
        (Place::Musl, vec!["5"]),
        (Place::Macos, vec!["0", "1"]),
        (Place::Freebsd, vec!["0", "1"]),
        (Place::Windows, vec!["4"]),
        (Place::Wine, vec!["4"]),
    ] {
        let cases: Vec<_> = statement.cases(place).into_iter().map(terms).collect();
        assert_eq!(cases, expected, "{place:?}");
    }
}

/// Any record of each system.
fn any_records() -> impl Strategy<Value = Vec<(Os, Record)>> {
    Os::ALL
        .map(|os| records(os).prop_map(move |record| (os, record)))
        .prop_map(Vec::from)
}

#[test]
fn written_records_are_read_and_written_again() {
    proptest!(ProptestConfig::with_cases(200), |(records in any_records())| {
        for (os, record) in records {
            let text = script::line(os, &record);
            let again = line(&text).map(|line| line.to_string());
            prop_assert_eq!(again, Ok(text));
        }
    });
}

#[test]
fn any_text_is_read_without_a_panic() {
    let texts = "[a-z0-9 (){}\\[\\]\"\\\\=|<>.,:#é\u{1b}]{0,60}";
    proptest!(ProptestConfig::with_cases(500), |(text in texts)| {
        if let Ok(read) = line(&text) {
            let written = read.to_string();
            let again = line(&written).map(|line| line.to_string());
            prop_assert_eq!(again, Ok(written));
        }
    });
}
