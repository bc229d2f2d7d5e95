//! The words match the rules and the errors that calls return.

use std::collections::BTreeSet;

use super::scene::linux;
use crate::explain::rules;
use crate::names::Os;
use crate::net::Hint;
use crate::words::{self, Language};

/// A rule without words does not compile.
#[test]
fn no_words_lack_their_rule() {
    let rules: BTreeSet<&str> = rules::all().map(|rule| rule.words.name()).collect();
    let named: BTreeSet<&str> = words::Rule::all().map(words::Rule::name).collect();
    assert_eq!(named, rules);
}

/// The documented errors of socket() and close(): socket(2), close(2), POSIX.
const ERRNO: [&str; 19] = [
    "EACCES",
    "EAFNOSUPPORT",
    "EBADF",
    "EDQUOT",
    "EINTR",
    "EINVAL",
    "EIO",
    "EMFILE",
    "ENFILE",
    "ENOBUFS",
    "ENODEV",
    "ENOMEM",
    "ENOPROTOOPT",
    "ENOSPC",
    "EPERM",
    "EPFNOSUPPORT",
    "EPROTONOSUPPORT",
    "EPROTOTYPE",
    "ESOCKTNOSUPPORT",
];

/// The documented errors of socket(), closesocket() and WSAStartup(): Microsoft's pages.
const WSA: [&str; 22] = [
    "WSAEACCES",
    "WSAEAFNOSUPPORT",
    "WSAEFAULT",
    "WSAEINPROGRESS",
    "WSAEINTR",
    "WSAEINVAL",
    "WSAEINVALIDPROCTABLE",
    "WSAEINVALIDPROVIDER",
    "WSAEMFILE",
    "WSAENETDOWN",
    "WSAENOBUFS",
    "WSAENOTSOCK",
    "WSAEPROCLIM",
    "WSAEPROTONOSUPPORT",
    "WSAEPROTOTYPE",
    "WSAEPROVIDERFAILEDINIT",
    "WSAESOCKTNOSUPPORT",
    "WSAEWOULDBLOCK",
    "WSANOTINITIALISED",
    "WSASYSNOTREADY",
    "WSAVERNOTSUPPORTED",
    "WSA_NOT_ENOUGH_MEMORY",
];

#[test]
fn every_symbol_that_a_call_returns_has_a_meaning() {
    let mut symbols: BTreeSet<&str> = ERRNO.into_iter().chain(WSA).collect();
    symbols.insert("ECAPMODE");
    for os in Os::ALL {
        let names = os.names();
        symbols.extend(names.gai.rows.iter().map(|row| row.name));
        // On Windows getaddrinfo returns WSA codes, which have two names.
        let codes = names.gai.rows.iter();
        let codes = codes.filter_map(|row| names.wsa.of(row.value));
        symbols.extend(codes.map(|row| row.name));
    }
    for symbol in symbols {
        assert_ne!(words::constant(symbol, Language::En), "", "{symbol}");
    }
}

/// 0x4000 is AI_NON_AUTHORITATIVE on Windows, and Linux has no such flag; 0x1000 is AI_NUMERICSERV
/// on macOS, which is 0x400 on Linux.
#[test]
fn words_of_a_flag_fix_name_the_new_bits() {
    for (bits, put, words) in [
        (0x4000, 0, "replace 0x4000 with 0"),
        (0x1000, 0x400, "replace 0x1000 with 0x400"),
    ] {
        let scene = linux()
            .node("a")
            .hint(Hint::Flags, bits)
            .fails("EAI_BADFLAGS");
        let note = &scene.notes()[0];
        assert_eq!(note.rule, "flag-of-another-system");
        assert_eq!(
            note.fix
                .as_ref()
                .unwrap()
                .query()
                .unwrap()
                .hints
                .unwrap()
                .flags,
            put
        );
        assert_eq!(note.fix_text(Language::En).unwrap(), words);
    }
}

#[test]
fn words_of_the_passive_fix_name_what_changes() {
    let fix = |scene: super::Scene| {
        let notes = scene.returns(1, 6, "127.0.0.1:80").notes();
        assert_eq!(notes[0].rule, "passive-ignored");
        notes[0].fix_text(Language::En).unwrap()
    };
    let passive = || linux().node("localhost").hints("AI_PASSIVE SOCK_STREAM");
    assert_eq!(fix(passive().service("80")), "set node to NULL");
    assert_eq!(fix(passive()), "set ai_flags to ai_flags & ~AI_PASSIVE");
}

#[test]
fn host_and_port_in_one_text_become_two_arguments() {
    for (node, service, fixed) in [
        ("localhost:8080", None, ("localhost", Some("8080"))),
        ("localhost:8080", Some("80"), ("localhost", Some("8080"))),
        (
            "http://localhost:81/a",
            Some("80"),
            ("localhost", Some("81")),
        ),
        ("http://[::1]:81/a", None, ("::1", Some("81"))),
        (
            "https://me@example.com/a?b",
            None,
            ("example.com", Some("https")),
        ),
        (
            "https://example.com",
            Some("80"),
            ("example.com", Some("80")),
        ),
        ("10.0.0.0/8", None, ("10.0.0.0", None)),
    ] {
        let mut scene = linux().node(node);
        if let Some(service) = service {
            scene = scene.service(service);
        }
        let notes = scene.fails("EAI_NONAME").notes();
        let query = notes[0].fix.as_ref().unwrap().query().unwrap();
        let text = |text: &Option<crate::text::Text>| {
            let text = text.as_ref()?;
            Some(text.as_os_str().to_str().unwrap().to_owned())
        };
        let expected = (Some(fixed.0.to_owned()), fixed.1.map(str::to_owned));
        assert_eq!(
            (text(&query.node), text(&query.service)),
            expected,
            "{node}"
        );
        let call = notes[0].fix_text(Language::En).unwrap();
        assert!(call.contains(fixed.0), "{call}");
    }
}
