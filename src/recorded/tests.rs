#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeSet;

use super::condition::TextIs;
use super::*;
use crate::lesson::preset;
use crate::net::Hints;
use crate::text::Text;

const EN: Language = Language::En;

/// A query in the numbers of `os`. Hints: family, type, protocol, flags.
fn on(os: Os, node: Option<&str>, service: Option<&str>, hints: [&str; 4]) -> Query {
    let [family, socktype, protocol, flags] = hints;
    let parse = |hint: Hint, text| hint.parse(os, text).unwrap();
    Query {
        node: node.map(|text| Text::new(text).unwrap()),
        service: service.map(|text| Text::new(text).unwrap()),
        hints: Some(Hints {
            family: parse(Hint::Family, family),
            socktype: parse(Hint::Socktype, socktype),
            protocol: parse(Hint::Protocol, protocol),
            flags: Hint::Flags.parse_list(os, flags).unwrap(),
        }),
    }
}

/// The lines of the records, for a query in the numbers of Linux.
fn lines(node: Option<&str>, service: Option<&str>, hints: [&str; 4]) -> Vec<String> {
    let query = on(Os::Linux, node, service, hints);
    recorded(&query, Os::Linux, EN).iter().map(line).collect()
}

fn line(record: &Record) -> String {
    format!("{}: {}", record.place.title(), record.outcome)
}

fn of(place: Place, records: &[Record]) -> Option<String> {
    let record = records.iter().find(|record| record.place == place);
    record.map(line)
}

#[test]
fn every_file_parses_and_every_row_has_a_source() {
    for place in Place::ALL {
        let rows = file::read(place).unwrap_or_else(|why| panic!("{place:?}: {why:#}"));
        assert!(!rows.getaddrinfo.is_empty(), "{place:?}");
        assert!(!rows.socket.is_empty(), "{place:?}");
        for row in &rows.getaddrinfo {
            assert!(!row.source.is_empty(), "{place:?}: {row:?}");
            for text in row.condition.node.iter().chain(&row.condition.service) {
                let kind = matches!(text, TextIs::Exactly(text) if text.starts_with('<'));
                assert!(!kind, "{place:?}: no kind of text is {text:?}");
            }
        }
    }
}

#[test]
fn row_without_a_source_is_refused() {
    let row = r#"
        [[getaddrinfo]]
        table = "§1"
        rows = [{ node = "NULL", error = "EAI_NONAME" }]
    "#;
    let why = file::parse(Os::Linux, row, &mut row::Rows::default()).unwrap_err();
    assert!(format!("{why:#}").contains("source is missing"), "{why:#}");
}

#[test]
fn name_of_another_system_is_refused() {
    let row = r#"
        [[getaddrinfo]]
        table = "§1"
        rows = [{ source = "measured", node = "NULL", error = "EAI_BADHINTS" }]
    "#;
    let why = file::parse(Os::Linux, row, &mut row::Rows::default()).unwrap_err();
    assert!(format!("{why:#}").contains("EAI_BADHINTS"), "{why:#}");
}

#[test]
fn row_with_two_outcomes_is_refused() {
    let row = r#"
        [[getaddrinfo]]
        table = "§1"
        rows = [{ source = "measured", error = "EAI_NONAME", addresses = "::1" }]
    "#;
    assert!(file::parse(Os::Linux, row, &mut row::Rows::default()).is_err());
}

#[test]
fn stream_over_udp_fails_later_on_other_systems() {
    let contradiction = &preset(Os::HOST, "contradiction").unwrap().query;
    let records = recorded(contradiction, Os::HOST, EN);
    assert_eq!(
        records.iter().map(line).collect::<Vec<_>>(),
        [
            "Windows: succeeds; then socket() fails with 10043 WSAEPROTONOSUPPORT (Wine's tests)",
            "Linux, glibc 2.36: fails with -7 EAI_SOCKTYPE (measured)",
            "Linux, musl 1.2.3: fails with -8 EAI_SERVICE (measured)",
            "macOS: fails with 12 EAI_BADHINTS (source code)",
            "FreeBSD 13: fails with 12 EAI_BADHINTS (source code)",
            "Wine 8: succeeds; then socket() fails with 10043 WSAEPROTONOSUPPORT (measured)",
        ]
    );
    assert_eq!(places_without(&records), []);
}

#[test]
fn too_large_port_wraps_or_is_refused() {
    let hints = ["AF_INET", "SOCK_STREAM", "IPPROTO_TCP", "0"];
    assert_eq!(
        lines(Some("127.0.0.1"), Some("65536"), hints),
        [
            "Windows: succeeds: port: the number modulo 65536 (asyncssh#312, asio#441)",
            "Linux, glibc 2.36: succeeds: SOCK_STREAM/IPPROTO_TCP; port 0; then socket() succeeds (measured)",
            "Linux, musl 1.2.3: fails with -8 EAI_SERVICE (measured)",
            "macOS: fails with 8 EAI_NONAME (source code)",
            "FreeBSD 13: fails with 9 EAI_SERVICE (source code)",
        ]
    );
}

#[test]
fn null_node_and_service_fail_everywhere() {
    assert_eq!(
        lines(None, None, ["AF_UNSPEC", "SOCK_STREAM", "0", "0"]),
        [
            "Windows: fails with 11001 WSAHOST_NOT_FOUND (Wine's tests)",
            "Linux, glibc 2.36: fails with -2 EAI_NONAME (measured)",
            "Linux, musl 1.2.3: fails with -2 EAI_NONAME (measured)",
            "macOS: fails with 8 EAI_NONAME (source code)",
            "FreeBSD 13: fails with 8 EAI_NONAME (source code)",
            "Wine 8: fails with 11001 WSAHOST_NOT_FOUND (measured)",
        ]
    );
}

#[test]
fn null_node_and_service_come_before_bad_hints() {
    // glibc returns EAI_NONAME before it checks the hints, but no record has that query.
    let lines = lines(None, None, ["AF_INET", "SOCK_STREAM", "IPPROTO_UDP", "0"]);
    assert_eq!(lines, [""; 0]);
}

#[test]
fn unknown_socket_type_differs_by_system() {
    assert_eq!(
        lines(Some("localhost"), None, ["AF_UNSPEC", "999", "0", "0"]),
        [
            "Windows: fails with 10044 WSAESOCKTNOSUPPORT (Wine's tests) – for every family",
            "Linux, glibc 2.36: fails with -7 EAI_SOCKTYPE (measured)",
            "Linux, musl 1.2.3: succeeds; then socket() fails with 22 EINVAL (measured)",
            "macOS: fails with 12 EAI_BADHINTS (source code)",
            "FreeBSD 13: fails with EAI_BADHINTS or EAI_SOCKTYPE (source code)",
            "Wine 8: fails with 10044 WSAESOCKTNOSUPPORT (measured)",
        ]
    );
}

#[test]
fn untried_query_has_no_record() {
    let query = on(
        Os::Linux,
        Some("127.0.0.1"),
        Some("no such/service"),
        [
            "AF_INET",
            "SOCK_STREAM",
            "IPPROTO_TCP",
            "AI_PASSIVE,AI_ADDRCONFIG",
        ],
    );
    let records = recorded(&query, Os::Linux, EN);
    assert_eq!(records, []);
    assert_eq!(places_without(&records), Place::ALL);
}

#[test]
fn text_that_is_not_utf8_has_no_record() {
    let mut query = on(Os::HOST, Some("localhost"), None, ["0", "0", "0", "0"]);
    assert!(!recorded(&query, Os::HOST, EN).is_empty());
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        let bytes = std::ffi::OsString::from_vec(b"local\xffhost".to_vec());
        query.node = Some(Text::new(bytes).unwrap());
        assert_eq!(recorded(&query, Os::HOST, EN), []);
    }
    #[cfg(not(unix))]
    {
        query.node = None;
    }
}

#[test]
fn family_is_compared_by_name_not_by_number() {
    let hints = ["AF_INET6", "SOCK_STREAM", "IPPROTO_TCP", "0"];
    for os in Os::ALL {
        let query = on(os, Some("::1"), Some("80"), hints);
        let glibc = of(Place::Glibc, &recorded(&query, os, EN)).unwrap();
        assert!(glibc.contains("succeeds: ::1"), "{os:?}: {glibc}");
    }
    // 23 is AF_INET6 on Windows but AF_IRDA on Linux.
    let query = on(
        Os::Linux,
        Some("localhost"),
        None,
        ["23", "SOCK_STREAM", "0", "0"],
    );
    let records = recorded(&query, Os::Linux, EN);
    let windows = of(Place::Windows, &records).unwrap();
    assert!(windows.contains("10047 WSAEAFNOSUPPORT"), "{windows}");
    assert_eq!(of(Place::Wine, &records), None);
    // 10 is AF_INET6 on Linux but AF_CCITT on Windows, which Linux does not have.
    let query = on(
        Os::Windows,
        Some("::1"),
        None,
        ["10", "SOCK_STREAM", "0", "0"],
    );
    assert_eq!(of(Place::Glibc, &recorded(&query, Os::Windows, EN)), None);
}

#[test]
fn flag_is_compared_by_name_not_by_bit() {
    // 0x400 is AI_NUMERICSERV on Linux and AI_ADDRCONFIG on Windows.
    let hints = |flags| ["AF_UNSPEC", "SOCK_STREAM", "0", flags];
    let query = on(Os::Windows, Some("127.0.0.1"), Some("http"), hints("0x400"));
    assert_eq!(of(Place::Glibc, &recorded(&query, Os::Windows, EN)), None);
    let query = on(Os::Linux, Some("127.0.0.1"), Some("http"), hints("0x400"));
    let glibc = of(Place::Glibc, &recorded(&query, Os::Linux, EN)).unwrap();
    assert!(glibc.contains("EAI_NONAME"), "{glibc}");
}

#[test]
fn different_outcomes_of_entries_are_listed() {
    let query = Query {
        node: Text::new("localhost").ok(),
        service: None,
        hints: None,
    };
    let records = recorded(&query, Os::HOST, EN);
    assert_eq!(
        of(Place::Glibc, &records).unwrap(),
        "Linux, glibc 2.36: succeeds: ::1, 127.0.0.1, each with SOCK_STREAM/IPPROTO_TCP, \
         SOCK_DGRAM/IPPROTO_UDP, SOCK_RAW/IPPROTO_IP; port 0; then socket() succeeds for \
         SOCK_STREAM/IPPROTO_TCP, SOCK_DGRAM/IPPROTO_UDP; \
         fails with 93 EPROTONOSUPPORT for SOCK_RAW/IPPROTO_IP (measured)"
    );
    assert_eq!(
        of(Place::Windows, &records).unwrap(),
        "Windows: succeeds: 0/IPPROTO_IP (aioesphomeapi#87, WinUAE#451, aioping#5) – one entry per address"
    );
}

#[test]
fn each_call_has_its_own_source() {
    let hints = ["AF_INET", "SOCK_RAW", "IPPROTO_ICMP", "0"];
    let query = on(Os::Linux, Some("127.0.0.1"), None, hints);
    let records = recorded(&query, Os::Linux, EN);
    assert_eq!(
        of(Place::Windows, &records).unwrap(),
        "Windows: succeeds: SOCK_RAW/IPPROTO_ICMP (Wine's tests); then socket() \
         fails with 10013 WSAEACCES unless run as administrator (Microsoft's documentation) – \
         Windows does not check the protocol"
    );
    // The address is from Microsoft's pages, type and protocol are from Wine's tests.
    let server = recorded(&Query::server_example(Os::HOST), Os::HOST, EN);
    assert_eq!(
        of(Place::Windows, &server).unwrap(),
        "Windows: succeeds: 0.0.0.0; then socket() succeeds \
         (Microsoft's documentation)"
    );
}

#[test]
fn record_lists_its_conditions_as_text() {
    let query = on(
        Os::Linux,
        Some("[::1]"),
        None,
        ["AF_INET6", "SOCK_STREAM", "0", "0"],
    );
    let records = recorded(&query, Os::Linux, EN);
    let Record {
        condition, outcome, ..
    } = &records[0];
    assert!(
        condition.starts_with("node \"[::1]\"; service NULL or a port number; "),
        "{condition}"
    );
    let found = recorded(
        &on(
            Os::Linux,
            Some("localhost"),
            Some("80"),
            ["0", "1", "17", "0"],
        ),
        Os::Linux,
        EN,
    );
    let found = found.iter().find(|record| record.place == Place::Windows);
    let condition = &found.unwrap().condition;
    assert!(
        condition.starts_with(
            "node NULL, localhost or an address of a requested family; service a port number; "
        ),
        "{condition}"
    );
    assert!(
        outcome.ends_with(" – brackets are accepted, but a port after them is ignored"),
        "{outcome}"
    );
}

#[test]
fn record_is_in_the_language_asked_for() {
    let query = Query {
        node: Text::new("localhost").ok(),
        service: None,
        hints: None,
    };
    let records = recorded(&query, Os::Linux, Language::Es);
    assert_eq!(
        of(Place::Glibc, &records).unwrap(),
        "Linux, glibc 2.36: tiene éxito: ::1, 127.0.0.1, cada una con SOCK_STREAM/IPPROTO_TCP, \
         SOCK_DGRAM/IPPROTO_UDP, SOCK_RAW/IPPROTO_IP; puerto 0; después, socket() tiene éxito para \
         SOCK_STREAM/IPPROTO_TCP, SOCK_DGRAM/IPPROTO_UDP; \
         falla con 93 EPROTONOSUPPORT para SOCK_RAW/IPPROTO_IP (medido)"
    );
}

#[test]
fn every_text_and_source_is_in_both_languages() {
    for place in Place::ALL {
        let rows = file::read(place).unwrap();
        let mut sources: Vec<&str> = Vec::new();
        let mut texts = Vec::new();
        for row in &rows.getaddrinfo {
            sources.push(&row.source);
            texts.extend(&row.note);
            if let Some(Failure::Text(text)) = &row.failure {
                texts.push(text);
            }
        }
        for row in &rows.socket {
            sources.push(&row.opening.source);
            // "root" is the name of a user.
            let unless = row.opening.unless.iter();
            texts.extend(unless.filter(|who| who.text(EN) != "root"));
        }
        for text in texts {
            let [en, es] = Language::ALL.map(|language| text.text(language));
            assert_ne!(en, es, "{place:?}");
            assert!(text.text(Language::EsAscii).is_ascii(), "{es}");
        }
        for source in sources {
            let [en, es] = Language::ALL.map(|language| sourced("", source, language));
            assert!(en != es || source.contains('#'), "{place:?}: {source}");
        }
    }
}

/// Every combination of these values, which cover all records and more.
fn many() -> Vec<Query> {
    let nodes = [
        None,
        Some(""),
        Some("*"),
        Some("localhost"),
        Some("127.0.0.1"),
        Some("::1"),
        Some("[::1]"),
        Some("::ffff:127.0.0.1"),
        Some("fe80::1%1"),
        Some("example.org"),
        Some("127.1"),
    ];
    let services = [
        None,
        Some(""),
        Some("0"),
        Some("http"),
        Some("65536"),
        Some("nosuch"),
    ];
    let families = ["0", "AF_INET", "AF_INET6", "AF_UNIX"];
    let socktypes = ["0", "1", "2", "3", "999"];
    let protocols = ["0", "1", "6", "17"];
    let flags = [
        "0",
        "AI_PASSIVE",
        "AI_CANONNAME",
        "AI_NUMERICHOST",
        "AI_NUMERICSERV",
        "AI_ADDRCONFIG",
        "0x8000000",
    ];
    let mut queries = Vec::new();
    for node in nodes {
        for service in services {
            for family in families {
                for socktype in socktypes {
                    for protocol in protocols {
                        for flags in flags {
                            let hints = [family, socktype, protocol, flags];
                            queries.push(on(Os::Linux, node, service, hints));
                        }
                    }
                }
            }
        }
    }
    queries
}

#[test]
fn no_two_rows_disagree_about_a_query() {
    let mut disagreements = BTreeSet::new();
    let queries = many();
    for place in Place::ALL {
        for query in &queries {
            let Some(local) = LocalQuery::new(query, Os::Linux, place.os()) else {
                continue;
            };
            let matching: Vec<&Row> = rows(place)
                .getaddrinfo
                .iter()
                .filter(|row| row.condition.holds(&local))
                .collect();
            for (at, row) in matching.iter().enumerate() {
                for other in &matching[..at] {
                    if !row.agrees(other) {
                        disagreements.insert(format!(
                            "{place:?}: {} ({row:?}) and {} ({other:?})",
                            row.condition.words(place.os(), EN),
                            other.condition.words(place.os(), EN),
                        ));
                    }
                }
            }
        }
    }
    let list: Vec<String> = disagreements.into_iter().collect();
    assert!(list.is_empty(), "{}\n{}", list.len(), list.join("\n"));
}
