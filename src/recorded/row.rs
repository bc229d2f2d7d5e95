//! The rows of records: conditions and outcomes.

use serde::Deserialize;

use super::condition::Condition;
use crate::names::Os;
use crate::net::Hints;

/// The records of one system.
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
    /// The outcome of socket() on every entry, if the row has one.
    pub(super) socket: Option<Opening>,
    pub(super) note: Option<String>,
    pub(super) source: String,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Success(Answer),
    Error(i32),
    Text(String),
}

/// The list that getaddrinfo returned, as far as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) entries: Option<Entries>,
    pub(super) addresses: Option<String>,
    pub(super) port: Option<Port>,
}

/// The `ai_socktype` and `ai_protocol` of the entries of each address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entries {
    /// One entry, with the values of the hints.
    Echo,
    These(Vec<(i32, i32)>),
}

/// The port of each entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum Port {
    Number(u16),
    /// How it follows from the service.
    Rule(PortRule),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum PortRule {
    /// The number of the service.
    #[serde(rename = "the number")]
    Itself,
    /// The low 16 bits of the number.
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

/// The outcome of socket().
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub(super) error: Option<i32>,
    /// Who does not get the error.
    pub(super) unless: Option<String>,
    pub(super) source: String,
}

impl Row {
    /// Whether both rows can be true: each value of one is in the other too, or left out there.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let same = |one: &Answer, two: &Answer| {
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

    /// The list, if getaddrinfo succeeded.
    pub(super) const fn answer(&self) -> Option<&Answer> {
        match &self.ending {
            Ending::Success(answer) => Some(answer),
            _ => None,
        }
    }

    /// The types and protocols of the entries of an address, if they are recorded.
    pub(super) fn entries(&self) -> Option<&Entries> {
        self.answer()?.entries.as_ref()
    }

    /// The same, with `echo` replaced by the values of the hints.
    pub(super) fn pairs(&self, hints: Option<&Hints>) -> Option<Vec<(i32, i32)>> {
        match self.entries()? {
            Entries::These(pairs) => Some(pairs.clone()),
            Entries::Echo => hints.map(|hints| vec![(hints.socktype, hints.protocol)]),
        }
    }

    /// The conditions as text, and the note.
    pub(super) fn about(&self, os: Os) -> String {
        let words = self.condition.words(os);
        match &self.note {
            None => words,
            Some(note) => format!("{words} – {note}"),
        }
    }
}

impl Answer {
    /// The list as text, with the types and protocols of each address.
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
    pub(super) fn applies(&self, family: i32, (socktype, protocol): (i32, i32)) -> bool {
        let listed = |list: &[i32], value| list.is_empty() || list.contains(&value);
        listed(&self.family, family)
            && listed(&self.socktype, socktype)
            && listed(&self.protocol, protocol)
    }
}
