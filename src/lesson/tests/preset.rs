#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use std::collections::HashSet;

use super::*;
use crate::text::display_width;
use crate::words::Language;

#[test]
fn shipped_file_parses_on_every_system() {
    for os in Os::ALL {
        let parsed = parse(os, Path::new("presets.toml"), FILE);
        assert!(parsed.is_ok(), "{os:?}: {parsed:?}");
        let parsed = parsed.unwrap();
        assert!(parsed.len() >= 9);
        assert_eq!(presets(os), parsed);
    }
}

#[test]
fn names_are_unique_and_easy_to_type() {
    let names: HashSet<_> = presets(Os::HOST)
        .iter()
        .map(|preset| &preset.name)
        .collect();
    assert_eq!(names.len(), presets(Os::HOST).len());
    for Preset { name, .. } in presets(Os::HOST) {
        let easy = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(!name.is_empty() && name.chars().all(easy), "{name}");
        assert_ne!(name, "list", "--preset list names the presets");
    }
}

#[test]
fn title_and_about_are_in_both_languages_and_short() {
    for Preset {
        name, title, about, ..
    } in presets(Os::HOST)
    {
        for text in [title, about] {
            let [en, es] = Language::ALL.map(|language| text.text(language));
            assert_ne!(en, es, "{name}");
        }
        for language in Language::ALL {
            let (title, about) = (title.text(language), about.text(language));
            assert!(display_width(&title) <= 40, "{name}: {title}");
            assert!(display_width(&about) <= 200, "{name}: {about}");
            assert!(about.ends_with('.') && !title.ends_with('.'), "{name}");
        }
    }
}

#[test]
fn server_is_the_query_without_arguments() {
    assert_eq!(
        preset(Os::HOST, "server").unwrap().query,
        Query::server_example(Os::HOST)
    );
}

#[cfg(unix)]
#[test]
fn queries_are_as_described() {
    use libc::{
        AF_INET, AF_INET6, AF_UNSPEC, AI_NUMERICHOST, AI_NUMERICSERV, AI_PASSIVE, IPPROTO_ICMP,
        IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM,
    };
    type Row = (
        &'static str,
        Option<&'static str>,
        Option<&'static str>,
        Option<(i32, i32, i32, i32)>,
    );
    const PORT: Option<&str> = Some("27015");
    const V4: Option<&str> = Some("127.0.0.1");
    let rows: [Row; 14] = [
        (
            "server",
            None,
            PORT,
            Some((AI_PASSIVE, AF_INET, SOCK_STREAM, IPPROTO_TCP)),
        ),
        (
            "client",
            Some("localhost"),
            PORT,
            Some((0, AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP)),
        ),
        (
            "dual-stack",
            None,
            PORT,
            Some((AI_PASSIVE, AF_INET6, SOCK_STREAM, IPPROTO_TCP)),
        ),
        (
            "every-family",
            None,
            PORT,
            Some((AI_PASSIVE, AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP)),
        ),
        (
            "udp",
            None,
            PORT,
            Some((AI_PASSIVE, AF_INET, SOCK_DGRAM, IPPROTO_UDP)),
        ),
        ("icmp", V4, None, Some((0, AF_INET, SOCK_RAW, IPPROTO_ICMP))),
        ("null-hints", Some("localhost"), PORT, None),
        (
            "literal",
            Some("fe80::1%1"),
            Some("80"),
            Some((AI_NUMERICHOST | AI_NUMERICSERV, 0, SOCK_STREAM, 0)),
        ),
        (
            "port-wraps",
            V4,
            Some("65616"),
            Some((0, AF_INET, SOCK_STREAM, IPPROTO_TCP)),
        ),
        (
            "contradiction",
            None,
            PORT,
            Some((AI_PASSIVE, AF_INET, SOCK_STREAM, IPPROTO_UDP)),
        ),
        (
            "unknown-service",
            V4,
            Some("no-such-service"),
            Some((0, AF_INET, SOCK_STREAM, IPPROTO_TCP)),
        ),
        (
            "wrong-family",
            V4,
            PORT,
            Some((0, AF_INET6, SOCK_STREAM, IPPROTO_TCP)),
        ),
        ("nothing", None, None, Some((0, 0, SOCK_STREAM, 0))),
        (
            "raw-without-protocol",
            V4,
            None,
            Some((0, AF_INET, SOCK_RAW, 0)),
        ),
    ];
    assert_eq!(rows.map(|row| row.0).to_vec(), names());
    for (name, node, service, hints) in rows {
        let text = |text: Option<&str>| text.map(|text| Text::new(text).unwrap());
        let expected = Query {
            node: text(node),
            service: text(service),
            hints: hints.map(|(flags, family, socktype, protocol)| Hints {
                flags,
                family,
                socktype,
                protocol,
            }),
        };
        assert_eq!(preset(Os::HOST, name).unwrap().query, expected, "{name}");
    }
}

#[cfg(unix)]
fn names() -> Vec<&'static str> {
    presets(Os::HOST)
        .iter()
        .map(|preset| &*preset.name)
        .collect()
}

/// The errors of glibc 2.36, measured; EAI_ADDRFAMILY is from netdb.h.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn presets_that_fail_return_their_error() {
    use crate::net::fixture::{open, resolve};

    const EAI_ADDRFAMILY: i32 = -9;
    let failing = [
        ("contradiction", libc::EAI_SOCKTYPE),
        ("unknown-service", libc::EAI_SERVICE),
        ("wrong-family", EAI_ADDRFAMILY),
        ("nothing", libc::EAI_NONAME),
    ];
    for (name, code) in failing {
        let resolved = resolve(&preset(Os::HOST, name).unwrap().query);
        assert_eq!(resolved.error().expect(name).code, code, "{name}");
    }
    let resolved = resolve(&preset(Os::HOST, "raw-without-protocol").unwrap().query);
    let [entry] = &resolved.list().unwrap().entries[..] else {
        panic!("{resolved:?}")
    };
    assert_eq!(open(entry).error().unwrap().code, libc::EPROTONOSUPPORT);

    let titled = presets(Os::HOST)
        .iter()
        .filter(|preset| preset.title.text(Language::En).starts_with("Fails"));
    assert_eq!(titled.count(), failing.len() + 1);
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn too_large_port_wraps() {
    use crate::net::fixture::resolve;

    let resolved = resolve(&preset(Os::HOST, "port-wraps").unwrap().query);
    let entry = &resolved.list().unwrap().entries[0];
    assert_eq!(entry.address(Os::HOST), "127.0.0.1:80");
}

#[test]
fn missing_part_is_null_but_empty_string_is_not() {
    let file = r#"
        [[preset]]
        name = "a"
        title = "A"
        about = "A."
        node = ""
        hints = { ai_family = "99", ai_flags = "-1" }
    "#;
    let presets = parse(Os::HOST, Path::new("own.toml"), file).unwrap();
    let query = &presets[0].query;
    assert_eq!((&query.node, &query.service), (&Text::new("").ok(), &None));
    let hints = query.hints.unwrap();
    assert_eq!((hints.family, hints.flags, hints.socktype), (99, -1, 0));
}

/// The message about a file whose preset has this row on line 5.
fn message(row: &str, language: Language) -> String {
    let file = format!("[[preset]]\nname = \"a\"\ntitle = \"A\"\nabout = \"A.\"\n{row}\n");
    let error = parse(Os::HOST, Path::new("own.toml"), &file).unwrap_err();
    error.text(language)
}

#[test]
fn bad_file_is_an_error_with_its_line() {
    let long = format!("node = \"{}\"", "a".repeat(MAX_TEXT + 1));
    for (row, expected) in [
        ("node = \"a\\u0000b\"", "own.toml, line 5: a NUL character"),
        (
            "hints = { ai_family = \"AF_NONSENSE\" }",
            "own.toml, line 5: ai_family: no constant is named \"AF_NONSENSE\"",
        ),
        (
            "hints = { ai_familly = \"2\" }",
            "line 5: unknown name \"ai_familly\"; did you mean ai_family?",
        ),
        (
            "hints = { ai_family = \"2147483648\" }",
            "line 5: ai_family: \"2147483648\" does not fit a C int",
        ),
        ("hints = { ai_family = 2 }", "line 5: expected a text"),
        ("hints = 2", "line 5: expected a table"),
        (
            "nod = \"a\"",
            "line 5: unknown name \"nod\"; did you mean node?",
        ),
        ("node = ", "line 5: not TOML: "),
        ("\n[[preset]]\nname = \"b\"", "line 6: title is missing"),
        (
            "\n[[preset]]\nname = \"a\"\ntitle = \"A\"\nabout = \"A.\"",
            "line 7: \"a\" is the name of another preset",
        ),
        (
            "[[preset]]\nname = \"list\"\ntitle = \"A\"\nabout = \"A.\"",
            "line 6: \"list\" cannot be the name",
        ),
        (
            "[[preset]]\nname = \"b\"\ntitle = { en = \"A\" }\nabout = \"A.\"",
            "line 7: es is missing",
        ),
        (&long, "line 5: Too long: 8193 bytes (limit 8192)"),
    ] {
        let error = message(row, Language::En);
        assert!(error.contains(expected), "{row}: {error}");
    }
    let many: String = (0..=MOST)
        .map(|at| format!("[[preset]]\nname = \"{at}\"\ntitle = \"A\"\nabout = \"A.\"\n"))
        .collect();
    let error = parse(Os::HOST, Path::new("own.toml"), &many).unwrap_err();
    let expected = "own.toml, line 4001: a file has at most 1000 presets";
    assert_eq!(error.text(Language::En), expected);
    let error = message("nod = \"\\u001b[2J\"", Language::Es);
    assert_eq!(
        error,
        "own.toml, línea 5: nombre desconocido: \"nod\"; ¿quería decir node?"
    );
}

#[test]
fn messages_about_hostile_files_are_inert() {
    for row in [
        "\"\\u001b[2J\" = 1",
        "hints = { ai_family = \"\\u001b[2J\" }",
        "a\u{1b}[2J = 1",
    ] {
        let error = message(row, Language::En);
        assert!(!error.contains('\u{1b}'), "{error:?}");
    }
}

#[test]
fn own_presets_come_first_and_replace_built_in_ones() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("own.toml");
    let file = "[[preset]]\nname = \"udp\"\ntitle = \"My\\u001b[2J\\n UDP\"\nabout = \"A.\"\n";
    std::fs::write(&path, file).unwrap();
    let presets = Presets::read(Os::HOST, &path).unwrap();
    let names: Vec<_> = presets
        .of(Os::HOST)
        .iter()
        .map(|preset| &*preset.name)
        .collect();
    let mut expected = vec!["udp"];
    let built_in = super::presets(Os::HOST).iter().map(|preset| &*preset.name);
    expected.extend(built_in.filter(|name| *name != "udp"));
    assert_eq!(names, expected);
    let udp = &presets.of(Os::HOST)[0];
    assert_eq!(udp.query, Query::default());
    assert_eq!(udp.title.text(Language::Es), "My\\x1b[2J UDP");
}

#[test]
fn unreadable_file_is_an_error_with_its_path() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("own.toml");
    let error = || {
        let error = Presets::read(Os::HOST, &path).unwrap_err();
        error.text(Language::En)
    };
    let start = format!("cannot read {}: ", path.display());
    assert!(error().starts_with(&start), "{}", error());
    std::fs::write(&path, b"\xff").unwrap();
    assert_eq!(error(), format!("{start}it is not UTF-8"));
    std::fs::write(&path, " ".repeat((1 << 20) + 1)).unwrap();
    assert_eq!(error(), format!("{start}it is larger than 1 MiB"));
}
