//! Properties of every case.

use proptest::prelude::*;

use super::scene::{self, linux, windows};
use crate::names::Os;
use crate::net::{Hints, Needs, Query};
use crate::text::{Text, is_printable};
use crate::words::Language;

pub(super) fn text() -> impl Strategy<Value = Option<Text>> {
    let known = prop::sample::select(vec![
        "",
        "*",
        "localhost",
        "127.1",
        "fe80::1%",
        "[::1]:80",
        "http://a:80/b",
        "a:80",
        " x",
        "65616",
        "-1",
        "0x50",
        "HTTP",
        "\u{1b}[2J",
        "{node}",
        "{",
    ]);
    let any = prop_oneof![known.prop_map(str::to_owned), any::<String>()];
    prop::option::of(any).prop_map(|text| text.and_then(|text| Text::new(text).ok()))
}

pub(super) fn number() -> impl Strategy<Value = i32> {
    prop_oneof![0..40_i32, Just(262), Just(0x1000), any::<i32>()]
}

proptest! {
    #[test]
    fn note_of_any_query_is_printable(
        node in text(),
        service in text(),
        flags in number(),
        family in number(),
        socktype in number(),
        protocol in number(),
        os in prop::sample::select(Os::ALL.to_vec()),
        libc in prop::sample::select(vec![Some("glibc 2.36"), Some("musl"), None]),
        code in prop_oneof![-110..20_i32, 10000..11040_i32],
    ) {
        let query = Query {
            node,
            service,
            hints: Some(Hints { flags, family, socktype, protocol }),
        };
        let mut scene = scene::scene(os, libc).fails_with(code);
        scene.query = query;
        let notes = scene.notes();
        prop_assert!(notes.len() <= 1);
        for note in notes {
            for language in Language::ALL {
                let whole = [Some(note.line(language)), Some(note.paragraph(language)), note.remedy(language), note.fix_text(language)];
                for text in whole.into_iter().flatten() {
                    prop_assert!(text.chars().all(is_printable), "{text:?}");
                }
            }
        }
    }
}

#[test]
fn braces_in_a_value_are_not_replaced() {
    let scene = linux()
        .node("{better}:80")
        .service("80")
        .fails("EAI_NONAME");
    let notes = scene.notes();
    let line = notes[0].line(Language::En);
    assert_eq!(
        line,
        "\"{better}:80\" looks like a host and a port in one; the port belongs in the service."
    );
}

/// Facts are needed by the rules whose other conditions hold, on success too.
#[test]
fn only_rules_that_could_match_need_facts() {
    let server = || linux().service("27015").hints("AI_PASSIVE SOCK_STREAM");
    let listed = || server().returns(1, 6, "0.0.0.0:27015");
    let raw = || linux().hints("SOCK_RAW").returns(3, 1, "127.0.0.1:0");
    for (scene, expected) in [
        (listed(), Needs::NONE),
        (listed().opens(), Needs::NONE),
        (
            listed().refuses("EPROTONOSUPPORT"),
            Needs::KERNEL_FAMILIES.and(Needs::SECCOMP),
        ),
        (listed().refuses("ENFILE"), Needs::NONE),
        (listed().refuses("EMFILE"), Needs::DESCRIPTORS),
        (raw().refuses("EPERM"), Needs::PRIVILEGE),
        (listed().hints("AI_ADDRCONFIG"), Needs::ADDRESSES),
        (
            server().returns(1, 6, "[::1]:80").opens(),
            Needs::INTERFACES,
        ),
        (server().returns(1, 6, "[::]:80").opens(), Needs::NONE),
        (
            linux()
                .node("127.0.0.1")
                .service("nosuch")
                .fails("EAI_SERVICE"),
            Needs::SERVICES.and(Needs::DESCRIPTORS).and(Needs::SOURCES),
        ),
        (
            linux().node("nosuch.example").fails("EAI_NONAME"),
            Needs::DESCRIPTORS
                .and(Needs::HOSTS)
                .and(Needs::SOURCES)
                .and(Needs::RESOLVER),
        ),
        (windows().fails_with(10106), Needs::SYSTEM_ROOT),
        (windows().fails("EAI_FAMILY"), Needs::PROVIDERS),
        (
            windows()
                .returns(1, 17, "[::1]:80")
                .refuses("WSAEPROTONOSUPPORT"),
            Needs::PROVIDERS,
        ),
    ] {
        assert_eq!(scene.needs(), expected, "{:?}", scene.run());
        let known = scene.machine(|facts| facts.known = Needs::ALL);
        assert!(known.needs().is_empty());
    }
}

/// A fact that a rule does not declare is never fetched for it.
#[test]
fn rule_that_reads_facts_declares_them() {
    for row in super::rows() {
        for scene in [(row.speaks)(), (row.silent)()] {
            assert_eq!(
                scene.undeclared_facts(),
                Vec::<&str>::new(),
                "these rules read facts but declare none"
            );
        }
    }
}
