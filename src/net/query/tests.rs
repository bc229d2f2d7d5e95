#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use proptest::prelude::*;

use super::*;

const FAMILY: Hint = Hint::Family;
const FLAGS: Hint = Hint::Flags;

#[test]
fn names_and_numbers_are_parsed() {
    // The numbers in each system's headers: sys/socket.h, netinet/in.h, netdb.h, ws2def.h.
    for (hint, os, text, value) in [
        (FAMILY, Os::Linux, "AF_INET6", 10),
        (FAMILY, Os::Windows, "AF_INET6", 23),
        (FAMILY, Os::Freebsd, "AF_INET6", 28),
        (FAMILY, Os::Macos, "AF_INET6", 30),
        (FAMILY, Os::Linux, "inet6", 10),
        (FAMILY, Os::Linux, "iNeT", 2),
        (FAMILY, Os::Linux, "af_unspec", 0),
        (FAMILY, Os::Linux, "AF_LOCAL", 1),
        (Hint::Socktype, Os::Linux, "stream", 1),
        (Hint::Socktype, Os::Windows, "SOCK_DGRAM", 2),
        (Hint::Protocol, Os::Linux, "tcp", 6),
        (Hint::Protocol, Os::Windows, "ICMPV6", 58),
        (FLAGS, Os::Linux, "passive", 1),
        (FLAGS, Os::Linux, "AI_ADDRCONFIG", 0x20),
        (FLAGS, Os::Windows, "AI_ADDRCONFIG", 0x400),
        (FAMILY, Os::Linux, "0", 0),
        (FAMILY, Os::Linux, "007", 7),
        (FAMILY, Os::Linux, "+5", 5),
        (FAMILY, Os::Linux, "-5", -5),
        (FAMILY, Os::Linux, "0x1f", 31),
        (FAMILY, Os::Linux, "0X1F", 31),
        (FAMILY, Os::Linux, "-0x10", -16),
        (FAMILY, Os::Linux, "2147483647", i32::MAX),
        (FAMILY, Os::Linux, "-2147483648", i32::MIN),
        (FAMILY, Os::Linux, "0x7fffffff", i32::MAX),
        (FLAGS, Os::Linux, "0xffffffff", -1),
        (FLAGS, Os::Linux, "0x80000000", i32::MIN),
    ] {
        assert_eq!(hint.parse(os, text), Ok(value), "{hint:?} {os:?} {text:?}");
    }
}

#[test]
fn invalid_value_is_refused_with_its_problem() {
    let unknown = Problem::Unknown { nearest: None };
    let near = |name| Problem::Unknown {
        nearest: Some(name),
    };
    for (hint, text, problem) in [
        (FAMILY, "", unknown),
        (FAMILY, "-", unknown),
        (FAMILY, "--5", unknown),
        (FAMILY, "xyzzy", unknown),
        (FAMILY, "\u{1b}[31m", unknown),
        (FAMILY, "inet66", near("AF_INET6")),
        (FAMILY, "AF_INTE6", near("AF_INET6")),
        (Hint::Protocol, "SCPT", near("IPPROTO_SCTP")),
        (FLAGS, "pasive", near("AI_PASSIVE")),
        (FAMILY, "1x", Problem::NotANumber),
        (FAMILY, "1 ", Problem::NotANumber),
        (FAMILY, "1.5", Problem::NotANumber),
        (FAMILY, "0x", Problem::NotANumber),
        (FAMILY, "0xg", Problem::NotANumber),
        (FAMILY, "0x-1", Problem::NotANumber),
        (FAMILY, "-0x", Problem::NotANumber),
        (FAMILY, "1\u{663}", Problem::NotANumber),
        (FAMILY, "2147483648", Problem::OutOfRange),
        (FAMILY, "-2147483649", Problem::OutOfRange),
        (FAMILY, "0x80000000", Problem::OutOfRange),
        (FLAGS, "0x100000000", Problem::OutOfRange),
        (FLAGS, "-0x80000001", Problem::OutOfRange),
        (FLAGS, "4294967295", Problem::OutOfRange),
        (FAMILY, "99999999999999999999999", Problem::OutOfRange),
    ] {
        let error = hint.parse(Os::Linux, text).unwrap_err();
        assert_eq!(error.problem, problem, "{hint:?} {text:?}");
        assert_eq!((error.hint, &*error.text), (hint, text));
        let message = error.to_string();
        assert!(message.starts_with(hint.member()), "{message:?}");
        assert!(!message.contains(char::is_control), "{message:?}");
    }
}

#[test]
fn list_is_combined_with_or() {
    for (text, value) in [
        ("", 0),
        ("0", 0),
        ("passive", 1),
        ("AI_PASSIVE,canonname", 3),
        ("passive, 0x400 ,1", 0x401),
        ("passive,passive", 1),
        ("0x80000000,1", i32::MIN | 1),
        ("-1", -1),
    ] {
        assert_eq!(FLAGS.parse_list(Os::Linux, text), Ok(value), "{text:?}");
    }
    for (text, part) in [
        (",", ""),
        ("passive,", ""),
        ("passive,,canonname", ""),
        ("passive,xyzzy,0xg", "xyzzy"),
        (" ", ""),
    ] {
        let error = FLAGS.parse_list(Os::Linux, text).unwrap_err();
        assert_eq!(error.text, part, "{text:?}");
    }
}

#[test]
fn value_is_shown_by_name_or_number() {
    for (hint, value, text) in [
        (FAMILY, 0, "AF_UNSPEC"),
        (FAMILY, 10, "AF_INET6"),
        (FAMILY, 999, "999"),
        (FAMILY, -1, "-1"),
        (Hint::Socktype, 1, "SOCK_STREAM"),
        (Hint::Socktype, 0, "0"),
        (Hint::Protocol, 6, "IPPROTO_TCP"),
        (FLAGS, 0, "0"),
        (FLAGS, 1, "AI_PASSIVE"),
        (FLAGS, 3, "AI_PASSIVE|AI_CANONNAME"),
        (FLAGS, 0x4001, "AI_PASSIVE|0x4000"),
        (FLAGS, i32::MIN, "0x80000000"),
    ] {
        assert_eq!(hint.show(Os::Linux, value), text, "{hint:?} {value}");
    }
}

#[test]
fn hint_gets_and_sets_its_own_member() {
    let mut hints = Hints::default();
    for (value, hint) in (1..).zip(Hint::ALL) {
        hint.set(&mut hints, value);
    }
    assert_eq!(
        hints,
        Hints {
            family: 1,
            socktype: 2,
            protocol: 3,
            flags: 4
        }
    );
    for (value, hint) in (1..).zip(Hint::ALL) {
        assert_eq!(hint.get(&hints), value);
    }
}

#[test]
fn server_example_is_the_tutorials() {
    let query = Query::server_example(Os::HOST);
    assert_eq!(
        query.call(),
        "getaddrinfo(NULL, \"27015\", &hints, &result)"
    );
    // AI_PASSIVE, AF_INET, SOCK_STREAM and IPPROTO_TCP have these numbers on every system.
    assert_eq!(
        query.hints,
        Some(Hints {
            flags: 1,
            family: 2,
            socktype: 1,
            protocol: 6
        })
    );
}

#[test]
fn null_and_empty_text_are_shown_differently() {
    let text = |text: &str| Text::new(text).ok();
    let query = Query {
        node: text(""),
        service: None,
        hints: None,
    };
    assert_eq!(query.call(), "getaddrinfo(\"\", NULL, NULL, &result)");
    let query = Query {
        node: text("a\"\u{1b}\\"),
        service: text("NULL"),
        hints: None,
    };
    assert_eq!(
        query.call(),
        "getaddrinfo(\"a\\\"\\x1b\\\\\", \"NULL\", NULL, &result)"
    );
}

/// Any numbers, half of them near zero.
fn numbers() -> impl Strategy<Value = i32> {
    prop_oneof![any::<i32>(), -10..300_i32, Just(i32::MIN), Just(i32::MAX)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn shown_value_parses_back(value in numbers()) {
        for os in Os::ALL {
            for hint in Hint::ALL {
                let shown = hint.show(os, value);
                let read = if hint == Hint::Flags {
                    hint.parse_list(os, &shown.replace('|', ","))
                } else {
                    hint.parse(os, &shown)
                };
                prop_assert_eq!(read, Ok(value), "{:?} {:?} {}", os, hint, shown);
            }
        }
    }

    #[test]
    fn decimal_and_hexadecimal_numbers_are_parsed(value in numbers()) {
        for os in Os::ALL {
            for hint in Hint::ALL {
                prop_assert_eq!(hint.parse(os, &value.to_string()), Ok(value));
                let sign = if value < 0 { "-" } else { "" };
                let text = format!("{sign}{:#x}", value.unsigned_abs());
                prop_assert_eq!(hint.parse(os, &text), Ok(value), "{}", text);
            }
        }
    }

}

proptest! {
    #[test]
    fn error_for_any_text_is_printable(text in ".{0,40}|[-+]?0?[xX]?[0-9a-fA-F,]{0,24}") {
        for os in Os::ALL {
            for hint in Hint::ALL {
                for read in [hint.parse(os, &text), hint.parse_list(os, &text)] {
                    if let Err(error) = read {
                        prop_assert!(!error.to_string().contains(char::is_control));
                    }
                }
            }
        }
    }
}
