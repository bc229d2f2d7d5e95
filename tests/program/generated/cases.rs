//! The queries of the programs.

use sockscope::code::Steps;
use sockscope::lesson::presets;
use sockscope::names::{Os, Table};
use sockscope::net::{self, Hint};
use sockscope::text::Text;

use crate::support::query::{Hints, Query, os_string};

const AI_NUMERICHOST: &str = "AI_NUMERICHOST";
const AI_NUMERICSERV: &str = "AI_NUMERICSERV";

/// A program: its file name, its query, and the sockets that it opens.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) query: Query,
    /// The index of the only entry to open.
    pub(crate) entry: Option<usize>,
}

impl Case {
    /// socket() on the only entry, or on every entry.
    pub(crate) fn steps(&self) -> Steps<'static> {
        self.entry
            .map_or(Steps::Every(net::Steps::NONE), Steps::Entry)
    }

    fn new(name: impl Into<String>, query: Query) -> Self {
        Self {
            name: name.into(),
            query,
            entry: None,
        }
    }
}

/// The query in sockscope's types.
pub(crate) fn net_query(query: &Query) -> net::Query {
    let text = |text: &Option<Vec<u8>>| {
        text.as_deref()
            .map(|bytes| Text::new(os_string(bytes)).unwrap())
    };
    net::Query {
        node: text(&query.node),
        service: text(&query.service),
        hints: query.hints.map(|hints| net::Hints {
            flags: hints.flags,
            family: hints.family,
            socktype: hints.socktype,
            protocol: hints.protocol,
        }),
    }
}

/// The number of a name on this machine.
pub(crate) fn value(hint: Hint, name: &str) -> i32 {
    hint.table(Os::HOST).named(name).unwrap().value
}

/// Queries to compile and run. They ask nothing of the network.
pub(crate) fn to_run() -> Vec<Case> {
    let mut cases = preset_cases();
    cases.extend(
        texts()
            .into_iter()
            .enumerate()
            .map(|(at, [node, service])| {
                // Numeric only, so that no server is asked for such a name.
                let flags = value(Hint::Flags, AI_NUMERICHOST) | value(Hint::Flags, AI_NUMERICSERV);
                let hints = Hints {
                    flags,
                    ..Hints::default()
                };
                let query = Query {
                    node: Some(node),
                    service: Some(service),
                    hints: Some(hints),
                };
                Case::new(format!("hostile_{at}"), query)
            }),
    );
    let raw = |flags, family, socktype, protocol| {
        let hints = Hints {
            flags,
            family,
            socktype,
            protocol,
        };
        Query::new(Some("127.0.0.1"), Some("80"), Some(hints))
    };
    cases.extend([
        Case::new("zeros", raw(0, 0, 0, 0)),
        Case::new("negative", raw(-1, -1, -1, -1)),
        Case::new("least", raw(i32::MIN, i32::MIN, i32::MIN, i32::MIN)),
        Case::new("unknown", raw(0, 999, 77, 1234)),
        Case::new("no_node", Query::new(None, Some("80"), None)),
        Case::new(
            "empty",
            Query::new(Some(""), Some(""), Some(Hints::default())),
        ),
    ]);
    let server = Hints {
        flags: value(Hint::Flags, "AI_PASSIVE"),
        family: value(Hint::Family, "AF_INET"),
        socktype: value(Hint::Socktype, "SOCK_STREAM"),
        protocol: value(Hint::Protocol, "IPPROTO_TCP"),
    };
    let server = Query::new(None, Some("27015"), Some(server));
    let null_hints = Query::new(Some("127.0.0.1"), Some("80"), None);
    let [hostile, not_ascii] = ["hostile_0", "hostile_5"].map(|name| {
        cases
            .iter()
            .find(|case| case.name == name)
            .unwrap()
            .query
            .clone()
    });
    for (name, query, place) in [
        ("first", raw(0, 0, 0, 0), 0),
        ("second", raw(0, 0, 0, 0), 1),
        ("third", raw(0, 0, 0, 0), 2),
        ("beyond", raw(0, 0, 0, 0), 99),
        ("server_first", server.clone(), 0),
        ("server_second", server, 1),
        ("null_hints_third", null_hints, 2),
        ("hostile_first", hostile, 0),
        ("not_ascii_third", not_ascii, 2),
    ] {
        cases.push(Case {
            entry: Some(place),
            ..Case::new(name, query)
        });
    }
    cases
}

fn preset_cases() -> Vec<Case> {
    let bytes = |text: &Option<Text>| {
        text.as_ref()
            .map(|text| text.as_os_str().as_encoded_bytes().to_vec())
    };
    let cases = presets(Os::HOST).iter().map(|preset| {
        let query = Query {
            node: bytes(&preset.query.node),
            service: bytes(&preset.query.service),
            hints: preset.query.hints.map(|hints| Hints {
                flags: hints.flags,
                family: hints.family,
                socktype: hints.socktype,
                protocol: hints.protocol,
            }),
        };
        Case::new(format!("preset_{}", preset.name.replace('-', "_")), query)
    });
    cases.collect()
}

/// Nodes and services that could break out of a literal, or change inside it.
fn texts() -> Vec<[Vec<u8>; 2]> {
    let all: Vec<u8> = (1..=255).collect();
    let pairs: [(&[u8], &[u8]); 13] = [
        (b"a\"b'c", b"\\"),
        (
            b"\\x41\\101\\u0041\\N{DIGIT ONE}",
            b"\x1b[2J\x07f\x7f9\x017\x1b0",
        ),
        (b"line\nfeed\r\n\ttab", b"end \\\n"),
        (b"?\x3f/ ?\x3f= ?\x3f?", b"?\x3f\"; int x;"),
        (
            b"*/ int main; /* // \"\"\" '''",
            b"{} {0} %s %n ${HOME} `id`",
        ),
        (
            "b\u{fc}cher.\u{4f8b}\u{3048}1".as_bytes(),
            "\u{1f600}\u{85}1\u{a0}\u{2028}".as_bytes(),
        ),
        (
            "\u{202e}txet\u{2066}\u{200b}\u{feff}".as_bytes(),
            "x\" + y; // \u{202e}".as_bytes(),
        ),
        (b"b\xfccher\xff", b"\xed\xa0\x80\x80"),
        (b" leading and trailing ", b"\t"),
        (b"#define x /", b"$NODE$ $SERVICE$ &hints, NULL"),
        (&all, b"80"),
        (
            b"\"); system(\"touch /tmp/sockscope-injected\"); //",
            b"\"\"\"\n__import__('os')._exit(7)\n\"\"\"",
        ),
        (
            b"\"#); std::process::exit(7); //\\\n*/ #include <x>",
            b"\\N{DIGIT ONE}\\u{31}\\U00000031 ${x!r} {{}} \\\r\n",
        ),
    ];
    let mut texts: Vec<_> = pairs
        .into_iter()
        .map(|(node, service)| [node.to_vec(), service.to_vec()])
        .collect();
    let long = b"a\"?\x3f\\\n1".repeat(1500);
    let wide = "\u{e9}1\"\\?\u{3f}".repeat(1500).into_bytes();
    texts.push([long, wide]);
    texts
}

/// Queries that together use every constant of `os`, one of each kind per query.
pub(crate) fn constants(os: Os) -> Vec<Query> {
    let tables = Hint::ALL.map(|hint| hint.table(os));
    let length = tables.iter().map(|table| table.rows.len()).max().unwrap();
    let at = |table: &Table, at: usize| table.rows[at % table.rows.len()].value;
    (0..length)
        .map(|row| {
            let [family, socktype, protocol, flags] = tables.map(|table| at(table, row));
            let hints = Hints {
                flags,
                family,
                socktype,
                protocol,
            };
            Query::new(None, Some("80"), Some(hints))
        })
        .collect()
}
