//! The records as calls to make again, so that a test can hold them against the system itself.

use super::condition::{Asked, Condition, May, NodeIs, ServiceIs};
use super::row::{Ending, Port, PortRule, Row};
use super::{Place, rows};
use crate::net::{Hint, Hints, Query, Text};

/// One call of getaddrinfo, and how it is recorded to end.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The call, in the numbers of the system that the record is of.
    pub query: Query,
    /// What is recorded.
    pub expected: Expected,
    /// The record needs the names of the network that it was measured in.
    pub network: bool,
    /// The part of the notes it is from.
    pub table: &'static str,
    /// What the record asks of a query.
    pub about: String,
}

/// What is recorded of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// This number was returned.
    Error(i32),
    /// A list was returned; what is none is not recorded.
    Entries {
        /// `ai_socktype` and `ai_protocol` of each address' entries.
        pairs: Option<Vec<(i32, i32)>>,
        /// The addresses in their order, without ports; IPv6 scopes as numbers.
        addresses: Option<Vec<String>>,
        /// The port of every entry.
        port: Option<u16>,
        /// The error of socket() on every entry; the record was made as root.
        socket: Option<Option<i32>>,
    },
}

/// One call of socket(), and how it is recorded to end.
#[derive(Clone, Debug)]
pub struct SocketReplay {
    /// `ai_family`
    pub family: i32,
    /// `ai_socktype`
    pub socktype: i32,
    /// `ai_protocol`
    pub protocol: i32,
    /// The error; none where it succeeded.
    pub error: Option<i32>,
    /// For whom there is no error.
    pub unless: Option<&'static str>,
    /// The part of the notes it is from.
    pub table: &'static str,
}

/// Every recorded call of getaddrinfo on `place` that says for certain how it ends. A record that is
/// for a kind of query gives several.
#[must_use]
pub fn replays(place: Place) -> Vec<Replay> {
    rows(place)
        .getaddrinfo
        .iter()
        .flat_map(|row| replays_of(place, row))
        .collect()
}

/// Every recorded call of socket() on `place`.
#[must_use]
pub fn socket_replays(place: Place) -> Vec<SocketReplay> {
    let mut replays = Vec::new();
    for row in &rows(place).socket {
        for &family in &row.family {
            for &socktype in &row.socktype {
                for &protocol in &row.protocol {
                    replays.push(SocketReplay {
                        family,
                        socktype,
                        protocol,
                        error: row.opening.error,
                        unless: row.opening.unless.as_deref(),
                        table: &row.opening.cited.table,
                    });
                }
            }
        }
    }
    replays
}

fn replays_of(place: Place, row: &'static Row) -> Vec<Replay> {
    if matches!(row.ending, Ending::Text(_)) {
        return Vec::new();
    }
    let condition = &row.condition;
    let mut hints = hints(place, condition);
    if row.network {
        // A name server's failures take their time. One call for each family is enough: what other
        // hints do is in other records.
        hints.dedup_by_key(|hints| hints.map(|hints| hints.family));
    }
    let mut replays = Vec::new();
    for hints in hints {
        for node in nodes(place, condition, hints.as_ref()) {
            let services = services(condition);
            let some = if row.network { 1 } else { services.len() };
            for service in services.into_iter().take(some) {
                let Some(expected) = expected(row, hints.as_ref(), service.as_deref()) else {
                    continue;
                };
                // A sample of one member may not go with that of another: localhost with
                // AI_NUMERICHOST.
                let asked = Asked {
                    node: node.as_deref(),
                    service: service.as_deref(),
                    hints,
                    os: place.os(),
                };
                if !condition.holds(&asked) {
                    continue;
                }
                let text = |text: &Option<String>| {
                    // No text of the files holds a NUL byte.
                    text.as_deref().and_then(|text| Text::new(text).ok())
                };
                replays.push(Replay {
                    query: Query {
                        node: text(&node),
                        service: text(&service),
                        hints,
                    },
                    expected,
                    network: row.network,
                    table: &row.cited.table,
                    about: row.about(place.os()),
                });
            }
        }
    }
    replays
}

/// The hints that the condition is for: all that it lists, and where it lists none, some.
fn hints(place: Place, condition: &Condition) -> Vec<Option<Hints>> {
    if condition.null_hints {
        return vec![None];
    }
    let os = place.os();
    let value = |hint: Hint, name| hint.table(os).named(name).map_or(0, |row| row.value);
    let (v4, v6) = (
        value(Hint::Family, "AF_INET"),
        value(Hint::Family, "AF_INET6"),
    );
    let or = |list: &[i32], not: &[i32], samples: &[i32]| -> Vec<i32> {
        let list = if list.is_empty() { samples } else { list };
        list.iter()
            .copied()
            .filter(|value| !not.contains(value))
            .collect()
    };
    let families = or(&condition.family, &condition.not_family, &[0, v4, v6, 999]);
    let pairs = if condition.pair.is_empty() {
        let socktypes = or(&condition.socktype, &condition.not_socktype, &[0, 1, 2]);
        let protocols = or(&condition.protocol, &condition.not_protocol, &[0, 1, 6, 17]);
        let with = |socktype| protocols.iter().map(move |&protocol| (socktype, protocol));
        socktypes.into_iter().flat_map(with).collect()
    } else {
        condition.pair.clone()
    };
    let table = Hint::Flags.table(os);
    let required = if condition.unknown_flag {
        // The lowest bit without a name.
        let named = table.rows.iter().fold(0, |sum, row| sum | row.value);
        1 << (!named).trailing_zeros()
    } else {
        condition.flags
    };
    let may = match condition.may {
        May::Bits(bits) => bits,
        May::AnyNamed => 0,
    };
    let mut all = Vec::new();
    for family in families {
        for &(socktype, protocol) in &pairs {
            let more = table.split(may).0.into_iter().map(|row| row.value);
            for more in std::iter::once(0).chain(more) {
                all.push(Some(Hints {
                    flags: required | more,
                    family,
                    socktype,
                    protocol,
                }));
            }
        }
    }
    all
}

fn nodes(place: Place, condition: &Condition, hints: Option<&Hints>) -> Vec<Option<String>> {
    let family = hints.and_then(|hints| Hint::Family.table(place.os()).of(hints.family));
    let family = family.map(|row| row.name);
    let samples = |kind: &NodeIs| -> Vec<Option<String>> {
        let texts: Vec<String> = match kind {
            NodeIs::Null => return vec![None],
            NodeIs::Exactly(text) => vec![text.clone()],
            NodeIs::Found => match family {
                Some("AF_INET6") => vec!["localhost".to_owned(), "::1".to_owned()],
                _ => vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
            },
            NodeIs::OtherFamily => match family {
                Some("AF_INET6") => vec!["127.0.0.1".to_owned()],
                _ => vec!["::1".to_owned()],
            },
            // What a name server says is not for a record to know.
            NodeIs::Name => Vec::new(),
            NodeIs::LongLabel => vec!["x".repeat(64) + ".test"],
            NodeIs::LongName => vec!["long.".repeat(60) + "test", "long.".repeat(220) + "test"],
        };
        texts.into_iter().map(Some).collect()
    };
    if condition.node.is_empty() {
        return samples(&NodeIs::Found);
    }
    condition.node.iter().flat_map(samples).collect()
}

fn services(condition: &Condition) -> Vec<Option<String>> {
    let samples = |kind: &ServiceIs| -> Vec<Option<String>> {
        let texts: &[&str] = match kind {
            ServiceIs::Null => return vec![None],
            ServiceIs::Exactly(text) => return vec![Some(text.clone())],
            ServiceIs::Number => &["0", "27015", "65535"],
            ServiceIs::TooBig => &["65536", "65616", "99999", "2147483647"],
            ServiceIs::Name => &["http"],
            ServiceIs::Given => &["0", "27015", "http", "no-such-service"],
        };
        texts.iter().map(|&text| Some(text.to_owned())).collect()
    };
    if condition.service.is_empty() {
        return vec![None, Some("27015".to_owned()), Some("http".to_owned())];
    }
    condition.service.iter().flat_map(samples).collect()
}

fn expected(row: &Row, hints: Option<&Hints>, service: Option<&str>) -> Option<Expected> {
    match &row.ending {
        Ending::Text(_) => None,
        Ending::Error(code) => Some(Expected::Error(*code)),
        Ending::Success(found) => {
            let number = service.and_then(|service| service.parse::<u64>().ok());
            Some(Expected::Entries {
                pairs: row.pairs(hints),
                addresses: found
                    .addresses
                    .as_ref()
                    .map(|texts| texts.split(", ").map(str::to_owned).collect()),
                port: match found.port {
                    None => None,
                    Some(Port::Number(port)) => Some(port),
                    Some(Port::Rule(PortRule::Itself)) => {
                        number.and_then(|number| u16::try_from(number).ok())
                    }
                    Some(Port::Rule(PortRule::Wraps)) => {
                        number.and_then(|number| u16::try_from(number % 65_536).ok())
                    }
                },
                socket: row.socket.as_ref().map(|opening| opening.error),
            })
        }
    }
}
