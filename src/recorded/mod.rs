//! Results of other systems for a query: recorded, never simulated, each with its source.
//!
//! The records are data in `assets/recorded/`, compiled in and parsed at first use. Whether a record
//! applies to a query is defined in `assets/recorded/README.md` and decided in `condition`. If
//! several apply, the one with the most conditions wins; if two with equally many disagree, neither
//! is shown.

mod condition;
mod file;
mod row;

use std::fmt;
use std::sync::OnceLock;

use condition::LocalQuery;
use row::{Answer, Ending, Opening, Row, Rows};

use crate::names::{Os, Table};
use crate::net::{Hint, Query};

/// A system with records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Windows, Microsoft's Winsock.
    Windows,
    /// Wine, which is Winsock on another system.
    Wine,
    /// Linux with glibc.
    Glibc,
    /// Linux with musl.
    Musl,
    /// macOS.
    Macos,
    /// FreeBSD.
    Freebsd,
}

impl Place {
    /// Every system, in the order of lists.
    pub(crate) const ALL: [Self; 6] = [
        Self::Windows,
        Self::Glibc,
        Self::Musl,
        Self::Macos,
        Self::Freebsd,
        Self::Wine,
    ];

    /// The system, and its version if the records are of one version.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Windows => "Windows",
            Self::Wine => "Wine 8",
            Self::Glibc => "Linux, glibc 2.36",
            Self::Musl => "Linux, musl 1.2.3",
            Self::Macos => "macOS",
            Self::Freebsd => "FreeBSD 13",
        }
    }

    /// The system that its constants are from.
    #[must_use]
    pub const fn os(self) -> Os {
        match self {
            Self::Windows | Self::Wine => Os::Windows,
            Self::Glibc | Self::Musl => Os::Linux,
            Self::Macos => Os::Macos,
            Self::Freebsd => Os::Freebsd,
        }
    }
}

/// The recorded outcome of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It succeeded.
    Success {
        /// The recorded entries: `1/6, 2/17, 3/0` (`ai_socktype/ai_protocol`), addresses, or both;
        /// `None` if only the success is recorded.
        entries: Option<String>,
    },
    /// It failed.
    Error {
        /// The name in that system's header.
        name: Option<&'static str>,
        /// The number on that system.
        code: Option<i32>,
    },
    /// The outcome depends on something, which the text names.
    Text(String),
}

impl Outcome {
    /// `10043 WSAEPROTONOSUPPORT`, for an error.
    fn error(&self) -> Option<String> {
        let Self::Error { name, code } = self else {
            return None;
        };
        let parts = [code.map(|code| code.to_string()), name.map(str::to_owned)];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// The recorded result of one system for a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The system.
    pub(crate) place: Place,
    /// The outcome of getaddrinfo.
    pub(crate) getaddrinfo: Outcome,
    /// The outcome of socket() on the entries, if it is recorded.
    pub(crate) socket: Option<Outcome>,
    /// The source for getaddrinfo: `measured`, `Wine test`, `doc`, `source`, or issues.
    pub(crate) source: &'static str,
    /// The source for socket(), if [`Self::socket`] is recorded.
    pub(crate) socket_source: Option<&'static str>,
    /// The conditions of the record as text, and its note.
    pub(crate) about: String,
}

impl Record {
    /// The record as one line that can stand alone.
    #[must_use]
    pub(crate) fn line(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "recorded on {}: ", self.place.title())?;
        let after = self.socket.as_ref().map(|socket| {
            let how = match socket {
                Outcome::Success { .. } => "opens each entry".to_owned(),
                Outcome::Error { .. } => {
                    format!("fails with {}", socket.error().unwrap_or_default())
                }
                Outcome::Text(text) => text.clone(),
            };
            format!("then socket() {how}")
        });
        match &self.getaddrinfo {
            Outcome::Error { .. } => {
                write!(f, "{}", self.getaddrinfo.error().unwrap_or_default())?;
            }
            Outcome::Text(text) => f.write_str(text)?,
            Outcome::Success { entries } => {
                f.write_str("accepted")?;
                // Entries that cannot be opened would only make the line longer.
                if let Some(entries) = entries
                    && !matches!(self.socket, Some(Outcome::Error { .. }))
                {
                    write!(f, ": {entries}")?;
                }
            }
        }
        match (after, self.socket_source) {
            (Some(after), Some(source)) if source != self.source => {
                write!(f, " ({}), {after} ({source})", self.source)
            }
            (Some(after), _) => write!(f, ", {after} ({})", self.source),
            (None, _) => write!(f, " ({})", self.source),
        }
    }
}

/// The records for `query`, which holds numbers of `os`: at most one for each system, in the order
/// of [`Place::ALL`].
///
/// A number with a name on `os` stands for the constant of that name on the other system.
#[must_use]
pub(crate) fn recorded(query: &Query, os: Os) -> Vec<Record> {
    Place::ALL
        .into_iter()
        .filter_map(|place| record(place, query, os))
        .collect()
}

/// The systems without a record in `records`, in the order of [`Place::ALL`].
#[must_use]
pub(crate) fn places_without(records: &[Record]) -> Vec<Place> {
    Place::ALL
        .into_iter()
        .filter(|&place| records.iter().all(|record| record.place != place))
        .collect()
}

/// The rows of a system.
fn rows(place: Place) -> &'static Rows {
    static ROWS: [OnceLock<Rows>; Place::ALL.len()] = [const { OnceLock::new() }; 6];
    // A test parses each file, so there is no error.
    ROWS[place as usize].get_or_init(|| file::read(place).unwrap_or_default())
}

/// The row with the most conditions; `None` if two such rows disagree.
fn best<'a>(rows: impl Iterator<Item = &'a Row>) -> Option<&'a Row> {
    let mut best: Option<&Row> = None;
    let mut agreed = true;
    for row in rows {
        match best.map(|best| best.condition.weight().cmp(&row.condition.weight())) {
            Some(std::cmp::Ordering::Greater) => {}
            Some(std::cmp::Ordering::Equal) => {
                agreed &= best.is_some_and(|best| best.agrees(row));
            }
            _ => (best, agreed) = (Some(row), true),
        }
    }
    best.filter(|_| agreed)
}

fn record(place: Place, query: &Query, os: Os) -> Option<Record> {
    let local = LocalQuery::new(query, os, place.os())?;
    let rows = rows(place);
    let matching = || {
        rows.getaddrinfo
            .iter()
            .filter(|row| row.condition.holds(&local))
    };
    let row = best(matching())?;
    let mut socket: Option<(Outcome, &'static str)> = None;
    let getaddrinfo = match &row.ending {
        Ending::Error(code) => error(getaddrinfo_errors(place.os()), *code),
        Ending::Text(text) => Outcome::Text(text.clone()),
        Ending::Success(_) => {
            // Types and protocols, addresses, and ports are in different tables.
            let also = |has: fn(&Answer) -> bool| {
                best(matching().filter(|other| other.answer().is_some_and(has)))
            };
            // A line shows rows of one source; socket() has a source of its own.
            let shown = |other: &&Row| other.source == row.source;
            let shape = also(|answer| answer.entries.is_some());
            let addresses = also(|answer| answer.addresses.is_some()).filter(shown);
            let port = also(|answer| answer.port.is_some()).filter(shown);
            let answer = Answer {
                entries: None,
                addresses: addresses.and_then(|row| row.answer()?.addresses.clone()),
                port: port.and_then(|row| row.answer()?.port.clone()),
            };
            let pairs = shape.and_then(|shape| shape.pairs(local.hints.as_ref()));
            let families = families(answer.addresses.as_deref(), &local);
            socket = shape
                .zip(pairs.as_deref())
                .and_then(|(shape, pairs)| socket_outcome(place, shape, pairs, &families));
            let pairs = pairs.filter(|_| shape.as_ref().is_some_and(shown));
            Outcome::Success {
                entries: answer.words(pairs.as_deref()),
            }
        }
    };
    Some(Record {
        place,
        getaddrinfo,
        socket_source: socket.as_ref().map(|&(_, source)| source),
        socket: socket.map(|(outcome, _)| outcome),
        source: &row.source,
        about: row.about(place.os()),
    })
}

/// The families of the entries, as far as they are known.
fn families(addresses: Option<&str>, local: &LocalQuery<'_>) -> Vec<i32> {
    let inet = |name| {
        local
            .os
            .names()
            .families
            .named(name)
            .map_or(0, |row| row.value)
    };
    let (v4, v6) = (inet("AF_INET"), inet("AF_INET6"));
    let family = local.hints.map_or(0, |hints| hints.family);
    if family == v4 || family == v6 {
        return vec![family];
    }
    match addresses.or(local.node.filter(|node| condition::literal(node).is_some())) {
        Some(texts) => {
            let mut families: Vec<i32> = texts
                .split(',')
                .map(|text| if text.contains(':') { v6 } else { v4 })
                .collect();
            families.dedup();
            families
        }
        None => vec![v4, v6],
    }
}

/// The outcome of socket() on entries of these types and families; `None` if it is not recorded for
/// each of them.
fn socket_outcome(
    place: Place,
    shape: &'static Row,
    pairs: &[(i32, i32)],
    families: &[i32],
) -> Option<(Outcome, &'static str)> {
    let table = &rows(place).socket;
    let mut cells: Vec<(i32, (i32, i32), &'static Opening)> = Vec::new();
    for &pair in pairs {
        for &family in families {
            let opening = match &shape.socket {
                Some(opening) => opening,
                None => table
                    .iter()
                    .find(|row| row.applies(family, pair))
                    .map(|row| &row.opening)?,
            };
            cells.push((family, pair, opening));
        }
    }
    let (_, _, first) = *cells.first()?;
    let same = |opening: &Opening| opening.error == first.error && opening.unless == first.unless;
    if cells.iter().all(|(_, _, opening)| same(opening)) {
        return Some((first.outcome(place), &first.source));
    }
    let by_family = cells.iter().any(|(_, pair, opening)| {
        cells
            .iter()
            .any(|(_, other, others)| other == pair && others.error != opening.error)
    });
    let mut parts: Vec<String> = Vec::new();
    for (family, (socktype, protocol), opening) in &cells {
        let family = if by_family {
            Hint::Family.show(place.os(), *family) + " "
        } else {
            String::new()
        };
        let part = format!("{}{family}{socktype}/{protocol}", opening.words(place));
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let failing = cells.iter().find(|(_, _, opening)| opening.error.is_some());
    let source = &failing.map_or(first, |(_, _, opening)| opening).source;
    Some((Outcome::Text(parts.join(", ")), source))
}

/// The error with this number in `table`.
fn error(table: &Table, code: i32) -> Outcome {
    Outcome::Error {
        name: table.of(code).map(|row| row.name),
        code: Some(code),
    }
}

impl Opening {
    fn outcome(&self, place: Place) -> Outcome {
        match (self.error, &self.unless) {
            (None, _) => Outcome::Success { entries: None },
            (Some(code), None) => error(socket_errors(place.os()), code),
            (Some(_), Some(_)) => {
                Outcome::Text(self.words(place).trim_end_matches(" on ").to_owned())
            }
        }
    }

    /// `opens ` or `fails with 1 EPERM unless root on `; an entry may follow.
    fn words(&self, place: Place) -> String {
        let Some(code) = self.error else {
            return "opens ".to_owned();
        };
        let error = error(socket_errors(place.os()), code)
            .error()
            .unwrap_or_default();
        let unless = self
            .unless
            .as_ref()
            .map_or_else(String::new, |who| format!(" unless {who}"));
        format!("fails with {error}{unless} on ")
    }
}

/// The table of socket()'s errors.
fn socket_errors(os: Os) -> &'static Table {
    let names = os.names();
    if matches!(os, Os::Windows) {
        &names.wsa
    } else {
        &names.errno
    }
}

/// The table of getaddrinfo's errors; on Windows these are Winsock's.
fn getaddrinfo_errors(os: Os) -> &'static Table {
    let names = os.names();
    if matches!(os, Os::Windows) {
        &names.wsa
    } else {
        &names.gai
    }
}

#[cfg(test)]
mod tests;
