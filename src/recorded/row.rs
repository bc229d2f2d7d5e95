//! A row of the records: what it asks of a query, and what happened.

use serde::Deserialize;

use super::condition::Condition;
use crate::names::Os;
use crate::net::Hints;

/// Where a record is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cited {
    pub(super) source: String,
    pub(super) table: String,
}

/// What is recorded of one system.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) getaddrinfo: Vec<Row>,
    pub(super) socket: Vec<SocketRow>,
}

/// A record of getaddrinfo.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) condition: Condition,
    pub(super) ending: Ending,
    /// What socket() did with every entry, where that stands in the same record.
    pub(super) socket: Option<Opening>,
    pub(super) note: Option<String>,
    pub(super) cited: Cited,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Success(Found),
    Error(i32),
    Text(String),
}

/// What came back, as far as the record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) entries: Option<Entries>,
    pub(super) addresses: Option<String>,
    pub(super) port: Option<Port>,
}

/// The `ai_socktype` and `ai_protocol` of the entries that each address has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entries {
    /// One, with those of the hints.
    Echo,
    These(Vec<(i32, i32)>),
}

/// The port of each entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum Port {
    Number(u16),
    /// How it comes of the service.
    Rule(PortRule),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum PortRule {
    /// It is the service's number.
    #[serde(rename = "the number")]
    Itself,
    /// Only the 16 low bits of the number are left.
    #[serde(rename = "modulo 65536")]
    Wraps,
}

/// A record of socket().
#[derive(Debug)]
pub(super) struct SocketRow {
    pub(super) family: Vec<i32>,
    pub(super) socktype: Vec<i32>,
    pub(super) protocol: Vec<i32>,
    pub(super) opening: Opening,
}

/// What socket() returned.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub(super) error: Option<i32>,
    /// For whom there is no error.
    pub(super) unless: Option<String>,
    pub(super) cited: Cited,
}

impl Row {
    /// Whether two rows can both be true: what one says, the other says too or leaves out.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let same = |one: &Found, two: &Found| {
            fn unlike<T: PartialEq>(one: &Option<T>, two: &Option<T>) -> bool {
                one.is_some() && two.is_some() && one != two
            }
            !unlike(&one.entries, &two.entries)
                && !unlike(&one.addresses, &two.addresses)
                && (matches!(one.port, Some(Port::Rule(_)))
                    || matches!(two.port, Some(Port::Rule(_)))
                    || !unlike(&one.port, &two.port))
        };
        match (&self.ending, &other.ending) {
            (Ending::Success(one), Ending::Success(two)) => same(one, two),
            (one, two) => one == two,
        }
    }

    /// What came back, where it succeeded.
    pub(super) const fn found(&self) -> Option<&Found> {
        match &self.ending {
            Ending::Success(found) => Some(found),
            _ => None,
        }
    }

    /// The types and protocols of an address' entries, where the row says which.
    pub(super) fn entries(&self) -> Option<&Entries> {
        self.found()?.entries.as_ref()
    }

    /// The same with the hints put in.
    pub(super) fn pairs(&self, hints: Option<&Hints>) -> Option<Vec<(i32, i32)>> {
        match self.entries()? {
            Entries::These(pairs) => Some(pairs.clone()),
            Entries::Echo => hints.map(|hints| vec![(hints.socktype, hints.protocol)]),
        }
    }

    /// What it asks of a query, and what there is to add.
    pub(super) fn about(&self, os: Os) -> String {
        let words = self.condition.words(os);
        match &self.note {
            None => words,
            Some(note) => format!("{words} – {note}"),
        }
    }
}

impl Found {
    /// In words, with the types and protocols that each address has.
    pub(super) fn words(&self, pairs: Option<&[(i32, i32)]>) -> Option<String> {
        let pairs = pairs.map(|pairs| {
            let pairs = pairs
                .iter()
                .map(|(socktype, protocol)| format!("{socktype}/{protocol}"));
            pairs.collect::<Vec<_>>()
        });
        let list = match (&self.addresses, pairs) {
            (Some(addresses), Some(pairs)) if pairs.len() > 1 => {
                Some(format!("{addresses}, each as {}", pairs.join(", ")))
            }
            (Some(addresses), Some(pairs)) => Some(format!("{addresses} as {}", pairs.join(", "))),
            (Some(addresses), None) => Some(addresses.clone()),
            (None, pairs) => pairs.map(|pairs| pairs.join(", ")),
        };
        let port = match &self.port {
            None | Some(Port::Rule(PortRule::Itself)) => None,
            Some(Port::Number(port)) => Some(format!("port {port}")),
            Some(Port::Rule(PortRule::Wraps)) => Some("the port modulo 65536".to_owned()),
        };
        let parts: Vec<String> = list.into_iter().chain(port).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

impl SocketRow {
    pub(super) fn is_for(&self, family: i32, (socktype, protocol): (i32, i32)) -> bool {
        let listed = |list: &[i32], value| list.is_empty() || list.contains(&value);
        listed(&self.family, family)
            && listed(&self.socktype, socktype)
            && listed(&self.protocol, protocol)
    }
}
