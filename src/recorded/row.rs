//! The rows of records: conditions and outcomes.

use serde::Deserialize;

use super::condition::Condition;
use crate::net::Hints;
use crate::words::Translated;

/// The records of one system.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) getaddrinfo: Vec<Row>,
    pub(super) socket: Vec<SocketRow>,
}

/// A record of getaddrinfo: a failure, or the recorded parts of a list.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) condition: Condition,
    pub(super) failure: Option<Failure>,
    pub(super) entries: Option<Entries>,
    pub(super) addresses: Option<String>,
    pub(super) port: Option<Port>,
    /// The outcome of socket() on every entry, if the row has one.
    pub(super) socket: Option<Opening>,
    pub(super) note: Option<Translated>,
    pub(super) source: String,
}

/// How a call fails.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// `10043 WSAEPROTONOSUPPORT`
    Error(String),
    /// What the result depends on.
    Text(Translated),
}

/// The `ai_socktype` and `ai_protocol` of the entries of each address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entries {
    /// One entry, with the values of the hints.
    Echo,
    These(Vec<(i32, i32)>),
}

/// The port of each entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Port {
    /// The number of the service.
    #[serde(rename = "the number")]
    Itself,
    /// The low 16 bits of the number.
    #[serde(rename = "modulo 65536")]
    Wraps,
    #[serde(untagged)]
    Number(u16),
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
#[derive(Debug)]
pub(super) struct Opening {
    /// `10043 WSAEPROTONOSUPPORT`
    pub(super) error: Option<String>,
    /// Who does not get the error.
    pub(super) unless: Option<Translated>,
    pub(super) source: String,
}

impl Row {
    /// Whether both rows can be true: each part of one list is in the other too, or left out there.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        fn alike<T: PartialEq>(one: &Option<T>, two: &Option<T>) -> bool {
            one.is_none() || two.is_none() || one == two
        }
        self.failure == other.failure
            && alike(&self.entries, &other.entries)
            && alike(&self.addresses, &other.addresses)
            && match (&self.port, &other.port) {
                (Some(Port::Number(one)), Some(Port::Number(two))) => one == two,
                _ => true,
            }
    }

    /// The types and protocols of the entries of an address, if they are recorded.
    pub(super) fn pairs(&self, hints: Option<&Hints>) -> Option<Vec<(i32, i32)>> {
        match self.entries.as_ref()? {
            Entries::These(pairs) => Some(pairs.clone()),
            Entries::Echo => hints.map(|hints| vec![(hints.socktype, hints.protocol)]),
        }
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
