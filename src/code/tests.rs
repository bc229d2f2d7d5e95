#![expect(clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;

use super::*;
use crate::net::{self, Hint, Hints};
use crate::text::Text;

/// socket() on every entry.
const EVERY: Steps<'static> = Steps::Every(net::Steps::NONE);

const ENTRIES: [Steps<'static>; 2] = [EVERY, Steps::Entry(2)];

/// The server example, with the numbers of Linux.
fn server() -> Query {
    Query {
        node: None,
        service: Text::new("27015").ok(),
        hints: Some(Hints {
            flags: 1,
            family: 2,
            socktype: 1,
            protocol: 6,
        }),
    }
}

fn asking(node: &str) -> Query {
    Query {
        node: Text::new(node).ok(),
        ..server()
    }
}

fn with(hint: Hint, value: i32) -> Query {
    let mut query = server();
    hint.set(query.hints.as_mut().unwrap(), value);
    query
}

#[track_caller]
fn assert_in(language: Language, os: Os, query: &Query, parts: &[&str]) {
    let text = program(language, os, query, EVERY);
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing:\n{text}");
    }
}

/// The client example, with the numbers of Linux.
fn client() -> Query {
    Query {
        node: Text::new("www.example.com").ok(),
        service: Text::new("80").ok(),
        hints: Some(Hints {
            flags: 0x42,
            family: 0,
            socktype: 1,
            protocol: 6,
        }),
    }
}

#[test]
fn server_programs_open_the_first_entry() {
    for language in Language::ALL {
        let text = program(language, Os::Linux, &server(), Steps::Entry(0));
        insta::assert_snapshot!(format!("server_{}", language.name()), text);
    }
}

#[test]
fn client_programs_open_every_entry() {
    for language in Language::ALL {
        let text = program(language, Os::Linux, &client(), EVERY);
        insta::assert_snapshot!(format!("client_{}", language.name()), text);
    }
}

#[test]
fn rust_for_windows_opens_the_third_entry() {
    let query = with(Hint::Family, 23);
    let text = program(Language::Rust, Os::Windows, &query, Steps::Entry(2));
    insta::assert_snapshot!(text);
}

#[test]
fn winsock_program_follows_the_tutorial() {
    let text = program(Language::Winsock, Os::Linux, &server(), Steps::Entry(0));
    let mut rest = text.as_str();
    for step in [
        "#define DEFAULT_PORT \"27015\"",
        "int main(void)",
        "WSADATA wsaData;",
        "iResult = WSAStartup(MAKEWORD(2, 2), &wsaData);",
        "if (iResult != 0)",
        "struct addrinfo *result = NULL;",
        "ZeroMemory(&hints, sizeof (hints));",
        "hints.ai_family = AF_INET;",
        "hints.ai_socktype = SOCK_STREAM;",
        "hints.ai_protocol = IPPROTO_TCP;",
        "hints.ai_flags = AI_PASSIVE;",
        "iResult = getaddrinfo(NULL, DEFAULT_PORT, &hints, &result);",
        "if (iResult != 0)",
        "WSACleanup();",
        "return 1;",
        "SOCKET ListenSocket = INVALID_SOCKET;",
        "ListenSocket =",
        "socket(result->ai_family, result->ai_socktype, result->ai_protocol);",
        "if (ListenSocket == INVALID_SOCKET)",
        "WSAGetLastError()",
        "freeaddrinfo(result);",
        "WSACleanup();",
        "return 3;",
        "freeaddrinfo(result);",
        "closesocket(ListenSocket);",
        "WSACleanup();",
        "return 0;",
    ] {
        rest = rest
            .split_once(step)
            .unwrap_or_else(|| panic!("{step} is missing or out of order:\n{text}"))
            .1;
    }
    assert!(!text.contains("ptr ="), "{text}");
}

#[test]
fn winsock_socket_is_named_after_its_side() {
    let named = |query: &Query, name: &str| {
        assert_in(Language::Winsock, Os::Linux, query, &[name]);
    };
    named(&server(), "ListenSocket");
    named(&asking("localhost"), "ListenSocket");
    named(&client(), "ConnectSocket");
    let no_node = Query {
        node: None,
        ..client()
    };
    named(&no_node, "ListenSocket");
}

#[test]
fn program_for_one_entry_goes_straight_to_it() {
    for (language, first, third) in [
        (
            Language::C,
            "socket(result->ai_family,",
            "i < 2 && ai != NULL;",
        ),
        (
            Language::Winsock,
            "socket(result->ai_family,",
            "i < 2 && ptr != NULL;",
        ),
        (
            Language::Rust,
            "list.entries().next()",
            "list.entries().nth(2)",
        ),
        (Language::Python, "= entries[0]\n", "= entries[2]\n"),
    ] {
        for (place, part) in [(0, first), (2, third)] {
            let text = program(language, Os::Linux, &client(), Steps::Entry(place));
            assert!(text.contains(part), "{part:?} is missing:\n{text}");
            assert!(!text.contains("opened ="), "it counts:\n{text}");
        }
    }
}

#[test]
fn number_has_the_name_of_the_system_it_is_for() {
    // AF_INET6 is 10 on Linux and 23 on Windows: the name means the same on both.
    let v6 = with(Hint::Family, 10);
    assert_in(Language::C, Os::Linux, &v6, &["ai_family = AF_INET6;"]);
    assert_in(
        Language::Winsock,
        Os::Linux,
        &v6,
        &["ai_family = AF_INET6;"],
    );
    let v6 = with(Hint::Family, 23);
    assert_in(
        Language::Winsock,
        Os::Windows,
        &v6,
        &["ai_family = AF_INET6;"],
    );
    assert_in(Language::C, Os::Windows, &v6, &["ai_family = AF_INET6;"]);
    // AI_NUMERICSERV is 0x400 on Linux and 8 on Windows, where 0x400 is AI_ADDRCONFIG.
    let numeric = with(Hint::Flags, 0x401);
    let both = "ai_flags = AI_PASSIVE | AI_NUMERICSERV;";
    assert_in(Language::Winsock, Os::Linux, &numeric, &[both]);
}

#[test]
fn number_without_a_name_is_explained_by_a_comment() {
    let unknown = with(Hint::Family, 999);
    let mptcp = with(Hint::Protocol, 262);
    for (language, is) in [
        (Language::C, "ai_family = 999;"),
        (Language::Winsock, "ai_family = 999;"),
        (Language::Rust, "ai_family = 999;"),
        (Language::Python, "family=999,"),
    ] {
        assert_in(language, Os::Linux, &unknown, &[is]);
    }
    for (language, is) in [
        (
            Language::C,
            &["ai_protocol = 262;", "// 262 is IPPROTO_MPTCP\n"][..],
        ),
        (
            Language::Winsock,
            &["ai_protocol = 262;", "// 262 is IPPROTO_MPTCP on Linux\n"],
        ),
        (Language::Rust, &["ai_protocol = libc::IPPROTO_MPTCP;"]),
        (
            Language::Python,
            &["proto=262,", "# 262 is IPPROTO_MPTCP\n"],
        ),
    ] {
        assert_in(language, Os::Linux, &mptcp, is);
    }
    let idn = with(Hint::Flags, 0x0010_0043);
    for (language, is) in [
        (
            Language::C,
            [
                "// 0x40 is AI_IDN\n",
                "ai_flags = AI_PASSIVE | AI_CANONNAME | 0x100040;",
            ],
        ),
        (
            Language::Winsock,
            [
                "// 0x40 is AI_IDN on Linux\n",
                "ai_flags = AI_PASSIVE | AI_CANONNAME | 0x100040;",
            ],
        ),
        (
            Language::Python,
            [
                "# 0x40 is AI_IDN\n",
                "flags=socket.AI_PASSIVE | socket.AI_CANONNAME | 0x100040,",
            ],
        ),
    ] {
        assert_in(language, Os::Linux, &idn, &is);
    }
}

#[test]
fn number_without_a_literal_is_an_expression() {
    let least = with(Hint::Protocol, i32::MIN);
    assert_in(
        Language::C,
        Os::Linux,
        &least,
        &["ai_protocol = (-2147483647 - 1);"],
    );
    assert_in(
        Language::Rust,
        Os::Linux,
        &least,
        &["ai_protocol = -2147483648;"],
    );
    let highest = with(Hint::Flags, i32::MIN | 1);
    assert_in(
        Language::C,
        Os::Linux,
        &highest,
        &[
            "// -2147483648 is 0x80000000\n",
            "ai_flags = AI_PASSIVE | (-2147483647 - 1);",
        ],
    );
    assert_in(
        Language::Python,
        Os::Linux,
        &highest,
        &["# -2147483647 is 0x80000001\n", "flags=-2147483647,"],
    );
}

#[test]
fn null_hints_are_null_except_in_python() {
    let query = Query {
        hints: None,
        ..server()
    };
    assert_in(
        Language::C,
        Os::Linux,
        &query,
        &["getaddrinfo(NULL, \"27015\", NULL, &result)"],
    );
    assert_in(
        Language::Winsock,
        Os::Linux,
        &query,
        &["getaddrinfo(NULL, DEFAULT_PORT, NULL, &result)"],
    );
    assert_in(
        Language::Rust,
        Os::Linux,
        &query,
        &["getaddrinfo(node, service, ptr::null(), &mut result)"],
    );
    assert_in(
        Language::Python,
        Os::Linux,
        &query,
        &["# Python cannot pass NULL for the hints"],
    );
    for language in [Language::C, Language::Winsock, Language::Rust] {
        let text = program(language, Os::Linux, &query, EVERY);
        assert!(!text.contains("hints."), "{text}");
    }
}

#[test]
fn winsock_takes_text_that_is_not_ascii_in_utf_16() {
    assert_in(
        Language::Winsock,
        Os::Linux,
        &asking("b\u{fc}cher.example"),
        &[
            "ADDRINFOW hints;",
            "#define DEFAULT_PORT L\"27015\"",
            "static const wchar_t node[] = L\"b\\u00fccher.example\";",
            "GetAddrInfoW(node, DEFAULT_PORT, &hints, &result)",
            "FreeAddrInfoW(result)",
        ],
    );
}

#[cfg(unix)]
#[test]
fn winsock_takes_bytes_that_are_not_unicode_as_they_are() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;
    let query = Query {
        node: Text::new(OsString::from_vec(b"b\xfccher".to_vec())).ok(),
        ..server()
    };
    assert_in(
        Language::Winsock,
        Os::Linux,
        &query,
        &[
            "// Not UTF-8",
            "getaddrinfo(\"b\\374cher\", DEFAULT_PORT, &hints, &result)",
        ],
    );
}

#[test]
fn rust_and_python_take_text_on_windows() {
    let query = asking("b\u{fc}cher\u{1f600}.example");
    assert_in(
        Language::Rust,
        Os::Windows,
        &query,
        &[
            "windows_sys::w!(\"b\\u{fc}cher\\u{1f600}.example\")",
            "GetAddrInfoW(node, service, &hints, &mut result)",
            "hints.ai_family = WinSock::AF_INET.into();",
        ],
    );
    assert_in(
        Language::Python,
        Os::Windows,
        &query,
        &[
            "# Python turns a node that is not ASCII into Punycode before the call.",
            "\"b\\U000000fccher\\U0001f600.example\",",
        ],
    );
}

#[test]
fn language_is_found_by_its_name() {
    for language in Language::ALL {
        assert_eq!(Language::named(language.name()), Some(language));
        assert!(!language.title().is_empty());
    }
    assert_eq!(Language::named("cobol"), None);
}

/// The words of a line and their kinds, without plain text.
fn words(language: Language, line: &str) -> Vec<(Token, &str)> {
    highlight(language, line)
        .into_iter()
        .filter(|(token, _)| *token != Token::Plain)
        .map(|(token, range)| (token, &line[range]))
        .collect()
}

#[test]
fn words_are_classified() {
    use Token::*;
    assert_eq!(
        words(
            Language::C,
            "    int error = getaddrinfo(NULL, \"a\\\"//\", &hints, 0x40); // 1 \"x"
        ),
        [
            (Keyword, "int"),
            (Function, "getaddrinfo"),
            (Constant, "NULL"),
            (String, "\"a\\\"//\""),
            (Number, "0x40"),
            (Comment, "// 1 \"x"),
        ]
    );
    assert_eq!(
        words(Language::Winsock, "#include <winsock2.h>"),
        [(Keyword, "#include"), (String, "<winsock2.h>")]
    );
    assert_eq!(
        words(Language::Winsock, "GetAddrInfoW(L\"\\u00fc\", NULL"),
        [
            (Function, "GetAddrInfoW"),
            (String, "L\"\\u00fc\""),
            (Constant, "NULL")
        ]
    );
    assert_eq!(
        words(
            Language::Rust,
            "let x = unsafe { f(c\"it's\".as_ptr(), libc::AF_INET) };"
        ),
        [
            (Keyword, "let"),
            (Keyword, "unsafe"),
            (Function, "f"),
            (String, "c\"it's\""),
            (Function, "as_ptr"),
            (Constant, "AF_INET"),
        ]
    );
    assert_eq!(
        words(
            Language::Python,
            "    b\"#\", f\"%{x}\", family=socket.AF_INET,  # 0x40"
        ),
        [
            (String, "b\"#\""),
            (String, "f\"%{x}\""),
            (Constant, "AF_INET"),
            (Comment, "# 0x40"),
        ]
    );
    assert_eq!(
        words(Language::Python, "    \"\"\"Address \"and\" port.\"\"\""),
        [(String, "\"\"\"Address \"and\" port.\"\"\"")]
    );
}

#[test]
fn every_string_ends_on_its_line() {
    for language in Language::ALL {
        for line in program(language, Os::Linux, &asking("a\"b\n??/"), ENTRIES[1]).lines() {
            for (token, word) in words(language, line) {
                let closed = word.ends_with(['"', '\'', '>']);
                assert!(token != Token::String || closed, "{line}");
            }
        }
    }
}

fn texts() -> impl Strategy<Value = Option<Text>> {
    let hostile = r#"[a-z0-9?/\\"'*#{}%$ \n\r\t\x01\x7f\u{85}\u{202e}é😀]{0,40}"#;
    proptest::option::of(hostile.prop_map(|text| Text::new(text).unwrap()))
}

fn queries() -> impl Strategy<Value = Query> {
    let hints = any::<(i32, i32, i32, i32)>();
    let hints = hints.prop_map(|(flags, family, socktype, protocol)| Hints {
        flags,
        family,
        socktype,
        protocol,
    });
    (texts(), texts(), proptest::option::of(hints)).prop_map(|(node, service, hints)| Query {
        node,
        service,
        hints,
    })
}

proptest! {
    #[test]
    fn program_is_printable_ascii(query in queries(), os in 0..Os::ALL.len()) {
        for language in Language::ALL {
            for entry in ENTRIES {
                let text = program(language, Os::ALL[os], &query, entry);
                let whole = text.ends_with("}\n") || text.ends_with(")\n");
                prop_assert!(whole);
                prop_assert!(text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n')), "{}", text);
                let c = matches!(language, Language::C | Language::Winsock);
                prop_assert!(!c || !text.contains("??"), "{}", text);
            }
        }
    }

    #[test]
    fn words_cover_their_line(line in "\\PC{0,60}") {
        for language in Language::ALL {
            let mut at = 0;
            for (_, range) in highlight(language, &line) {
                prop_assert_eq!(range.start, at);
                prop_assert!(range.end > at && line.is_char_boundary(range.end));
                at = range.end;
            }
            prop_assert_eq!(at, line.len());
        }
    }
}
