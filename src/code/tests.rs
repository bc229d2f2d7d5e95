#![expect(clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;

use super::*;
use crate::net::{Hint, Hints, Text};

const SUBJECTS: [Subject; 2] = [Subject::AllEntries, Subject::Entry(2)];

/// The server example with Linux's numbers, whatever this machine is.
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
    let text = program(language, os, query, Subject::AllEntries);
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing:\n{text}");
    }
}

#[test]
fn the_server_example_in_c() {
    let text = program(Language::C, Os::Linux, &server(), Subject::AllEntries);
    insta::assert_snapshot!(text);
}

#[test]
fn the_server_example_in_c_for_winsock() {
    let text = program(Language::Winsock, Os::Linux, &server(), Subject::AllEntries);
    insta::assert_snapshot!(text);
}

#[test]
fn the_server_example_in_rust() {
    let text = program(Language::Rust, Os::Linux, &server(), Subject::AllEntries);
    insta::assert_snapshot!(text);
}

#[test]
fn the_server_example_in_python() {
    let text = program(Language::Python, Os::Linux, &server(), Subject::AllEntries);
    insta::assert_snapshot!(text);
}

#[test]
fn the_winsock_program_makes_its_calls_in_the_order_of_the_tutorial() {
    let text = program(Language::Winsock, Os::Linux, &server(), Subject::AllEntries);
    let mut rest = text.split_once("int main").unwrap().1;
    for step in [
        "WSAStartup(MAKEWORD(2, 2)",
        "!= 0)",
        "ZeroMemory(&hints",
        "getaddrinfo(NULL",
        "!= 0)",
        "WSACleanup()",
        "return 1",
        "socket(ai->",
        "== INVALID_SOCKET",
        "WSAGetLastError()",
        "closesocket(handle)",
        "freeaddrinfo(result)",
        "WSACleanup()",
        "return",
    ] {
        rest = rest
            .split_once(step)
            .unwrap_or_else(|| panic!("{step} is missing or out of order:\n{text}"))
            .1;
    }
}

#[test]
fn a_number_is_named_as_the_system_it_is_for_names_it() {
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
fn a_number_without_a_name_stays_and_a_comment_says_what_it_is_here() {
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
        (Language::C, "ai_protocol = 262; // IPPROTO_MPTCP\n"),
        (
            Language::Winsock,
            "ai_protocol = 262; // IPPROTO_MPTCP on Linux\n",
        ),
        (Language::Rust, "ai_protocol = libc::IPPROTO_MPTCP;\n"),
        (Language::Python, "proto=262,  # IPPROTO_MPTCP\n"),
    ] {
        assert_in(language, Os::Linux, &mptcp, &[is]);
    }
    let idn = with(Hint::Flags, 0x0010_0043);
    for (language, is) in [
        (
            Language::Winsock,
            "ai_flags = AI_PASSIVE | AI_CANONNAME | 0x100040; // 0x40 is AI_IDN on Linux\n",
        ),
        (
            Language::Python,
            "flags=socket.AI_PASSIVE | socket.AI_CANONNAME | 0x100040,  # 0x40 is AI_IDN\n",
        ),
    ] {
        assert_in(language, Os::Linux, &idn, &[is]);
    }
}

#[test]
fn a_number_that_no_literal_holds_is_written_otherwise() {
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
        &["ai_flags = AI_PASSIVE | (-2147483647 - 1); // -2147483648 is 0x80000000\n"],
    );
    assert_in(
        Language::Python,
        Os::Linux,
        &highest,
        &["flags=-2147483647,  # -2147483647 is 0x80000001\n"],
    );
}

#[cfg(not(target_env = "musl"))]
#[test]
fn a_flag_of_glibc_brings_the_macro_that_shows_it() {
    let gnu = "#define _GNU_SOURCE";
    assert_in(
        Language::C,
        Os::Linux,
        &with(Hint::Flags, 0x40),
        &[gnu, "AI_IDN"],
    );
    let plain = program(Language::C, Os::Linux, &server(), Subject::AllEntries);
    assert!(!plain.contains(gnu));
}

#[test]
fn null_hints_are_null_and_where_they_cannot_be_the_program_says_so() {
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
        &["getaddrinfo(NULL, \"27015\", NULL, &result)"],
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
        let text = program(language, Os::Linux, &query, Subject::AllEntries);
        assert!(!text.contains("hints."), "{text}");
    }
}

#[test]
fn no_text_ends_its_literal_or_runs_on() {
    // Expected by hand from C11 6.4.4.4, the Rust reference and Python's lexical analysis.
    for (text, c, rust, python) in [
        ("a\"b\\c", r#""a\"b\\c""#, r#"c"a\"b\\c""#, r#"b"a\"b\\c""#),
        (
            "\u{1b}1\n2\t",
            r#""\0331\n2\t""#,
            r#"c"\x1b1\n2\t""#,
            r#"b"\x1b1\n2\t""#,
        ),
        ("a??/b", r#""a?\?/b""#, r#"c"a??/b""#, r#"b"a??/b""#),
        (
            "\u{fc}e",
            r#""\303\274e""#,
            r#"c"\xc3\xbce""#,
            r#"b"\xc3\xbce""#,
        ),
        (
            "*/ // \"\"\"",
            r#""*/ // \"\"\"""#,
            r#"c"*/ // \"\"\"""#,
            r#"b"*/ // \"\"\"""#,
        ),
        (
            "{x} %s \\x41",
            r#""{x} %s \\x41""#,
            r#"c"{x} %s \\x41""#,
            r#"b"{x} %s \\x41""#,
        ),
    ] {
        let bytes = text.as_bytes();
        assert_eq!(literal::c(bytes), c);
        assert_eq!(literal::rust(bytes), rust);
        assert_eq!(literal::python(bytes), python);
    }
    let wide = |text: &str| literal::c_wide(&text.encode_utf16().collect::<Vec<_>>());
    assert_eq!(wide("\u{fc}e\u{7f}1\u{85}1"), "L\"\\u00fce\\1771\\2051\"");
    assert_eq!(wide("\u{202e}\u{1f600}??/"), "L\"\\u202e\\U0001f600?\\?/\"");
    assert_eq!(literal::c_wide(&[0xd800, 0x41]), "L\"\\xd800\" L\"A\"");
    assert_eq!(literal::python_str(&[0xd800, 0x41]), "\"\\ud800A\"");
}

#[test]
fn text_that_is_not_ascii_goes_to_winsock_in_utf_16() {
    assert_in(
        Language::Winsock,
        Os::Linux,
        &asking("b\u{fc}cher.example"),
        &[
            "ADDRINFOW hints;",
            "GetAddrInfoW(L\"b\\u00fccher.example\", L\"27015\", &hints, &result)",
            "FreeAddrInfoW(result)",
        ],
    );
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_unicode_go_to_winsock_as_they_are_and_a_comment_says_so() {
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
            "// No UTF-8",
            "getaddrinfo(\"b\\374cher\", \"27015\", &hints, &result)",
        ],
    );
}

#[test]
fn on_windows_rust_and_python_take_text_and_not_bytes() {
    let query = asking("b\u{fc}cher\u{1f600}.example");
    assert_in(
        Language::Rust,
        Os::Windows,
        &query,
        &[
            "windows_sys::w!(\"b\\u{fc}cher\\u{1f600}.example\")",
            "WinSock::GetAddrInfoW(node, service, &hints, &mut result)",
            "hints.ai_family = WinSock::AF_INET.into();",
        ],
    );
    assert_in(
        Language::Python,
        Os::Windows,
        &query,
        &[
            "# Python turns text that is not ASCII into Punycode before the call.",
            "\"b\\U000000fccher\\U0001f600.example\",",
        ],
    );
}

#[test]
fn a_language_is_known_by_its_name() {
    for language in Language::ALL {
        assert_eq!(Language::named(language.name()), Some(language));
        assert!(!language.title().is_empty());
    }
    assert_eq!(Language::named("cobol"), None);
}

/// The kinds and words of a line, blanks and signs left out.
fn words(language: Language, line: &str) -> Vec<(Token, &str)> {
    highlight(language, line)
        .into_iter()
        .filter(|(token, _)| *token != Token::Plain)
        .map(|(token, range)| (token, &line[range]))
        .collect()
}

#[test]
fn words_are_told_apart() {
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

/// The lines' own quotes are in balance, so that no string goes on in the next line.
#[test]
fn no_string_of_a_program_goes_on_in_the_next_line() {
    for language in Language::ALL {
        for line in program(language, Os::Linux, &asking("a\"b\n??/"), SUBJECTS[1]).lines() {
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
    fn a_program_is_printable_ascii(query in queries(), os in 0..Os::ALL.len()) {
        for language in Language::ALL {
            for subject in SUBJECTS {
                let text = program(language, Os::ALL[os], &query, subject);
                let whole = text.ends_with("}\n") || text.ends_with(")\n");
                prop_assert!(whole);
                prop_assert!(text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n')), "{}", text);
                let c = matches!(language, Language::C | Language::Winsock);
                prop_assert!(!c || !text.contains("??"), "{}", text);
            }
        }
    }

    #[test]
    fn the_words_of_a_line_are_the_line(line in "\\PC{0,60}") {
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
