//! What other systems are recorded to do with a query: never simulated, each with its source.
//!
//! The records are data, in `assets/recorded/`, which is compiled in and read when it is first asked
//! for. What makes a record apply to a query is said in `assets/recorded/README.md` and done in
//! `condition`; where several apply, the one that asks most of the query wins, and where two that
//! ask as much disagree, nothing is said.

mod condition;
mod file;
mod row;

use std::fmt;
use std::sync::OnceLock;

use condition::Asked;
use row::{Cited, Ending, Found, Opening, Row, Rows};

use crate::names::{Os, Table};
use crate::net::{Hint, Query};

/// A system that something is recorded of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Windows, Microsoft's Winsock.
    Windows,
    /// Wine, which is Winsock upon another system.
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
    /// Every system, in the order in which they are listed to people.
    pub const ALL: [Self; 6] = [
        Self::Windows,
        Self::Glibc,
        Self::Musl,
        Self::Macos,
        Self::Freebsd,
        Self::Wine,
    ];

    /// The system and, where the records are of one version, which.
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

    /// Whose constants it has.
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

/// What a call is recorded to have done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded.
    Success {
        /// What came back, as recorded: `1/6, 2/17, 3/0` (`ai_socktype/ai_protocol`), addresses, or
        /// both; none where only the success is recorded.
        entries: Option<String>,
    },
    /// It failed.
    Error {
        /// The name in that system's header; none where it has none.
        name: Option<&'static str>,
        /// The number on that system.
        code: Option<i32>,
    },
    /// It depends, and this says on what.
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

/// What one system is recorded to do with a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The system.
    pub place: Place,
    /// What getaddrinfo did.
    pub getaddrinfo: Outcome,
    /// What socket() did with the entries that getaddrinfo gave; none where that is not recorded.
    pub socket: Option<Outcome>,
    /// Who says so of getaddrinfo: `measured`, `Wine test`, `doc`, `source`, or an issue's number.
    pub source: &'static str,
    /// The part of the notes it is from: `notes §3.3`.
    pub table: &'static str,
    /// Who says so of socket(), where [`Self::socket`] says something.
    pub socket_source: Option<&'static str>,
    /// The part of the notes that socket()'s outcome is from.
    pub socket_table: Option<&'static str>,
    /// What the record asks of a query, in words, and what there is to add.
    pub about: String,
}

impl Record {
    /// All of it in one line that can stand alone.
    #[must_use]
    pub fn line(&self) -> String {
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
                // An entry that cannot be opened is not worth its room in the line.
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

/// What is recorded for `query`, whose numbers are those of `os`: at most one record for each
/// system, in the order of [`Place::ALL`].
///
/// A number that has a name on `os` stands for the constant of that name on the other system.
#[must_use]
pub fn recorded(query: &Query, os: Os) -> Vec<Record> {
    Place::ALL
        .into_iter()
        .filter_map(|place| record(place, query, os))
        .collect()
}

/// The systems of which `records` has nothing, in the order of [`Place::ALL`].
#[must_use]
pub fn places_without(records: &[Record]) -> Vec<Place> {
    Place::ALL
        .into_iter()
        .filter(|&place| records.iter().all(|record| record.place != place))
        .collect()
}

/// The rows of a system.
fn rows(place: Place) -> &'static Rows {
    static ROWS: [OnceLock<Rows>; Place::ALL.len()] = [const { OnceLock::new() }; 6];
    // The files are part of the program, and a test reads each of them: there is no error.
    ROWS[place as usize].get_or_init(|| file::read(place).unwrap_or_default())
}

/// The row that asks most of a query among those that apply; none where two of them disagree.
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
    let asked = Asked::new(query, os, place.os())?;
    let rows = rows(place);
    let matching = || {
        rows.getaddrinfo
            .iter()
            .filter(|row| row.condition.holds(&asked))
    };
    let row = best(matching())?;
    let mut socket: Option<(Outcome, &'static Cited)> = None;
    let getaddrinfo = match &row.ending {
        Ending::Error(code) => error(getaddrinfo_errors(place.os()), *code),
        Ending::Text(text) => Outcome::Text(text.clone()),
        Ending::Success(_) => {
            // Types and protocols, addresses and ports are in different tables.
            let also = |has: fn(&Found) -> bool| {
                best(matching().filter(|other| other.found().is_some_and(has)))
            };
            // What is shown together is of one source; socket() has a source of its own.
            let shown = |other: &&Row| other.cited.source == row.cited.source;
            let shape = also(|found| found.entries.is_some());
            let addresses = also(|found| found.addresses.is_some()).filter(shown);
            let port = also(|found| found.port.is_some()).filter(shown);
            let found = Found {
                entries: None,
                addresses: addresses.and_then(|row| row.found()?.addresses.clone()),
                port: port.and_then(|row| row.found()?.port.clone()),
            };
            let pairs = shape.and_then(|shape| shape.pairs(asked.hints.as_ref()));
            let families = families(found.addresses.as_deref(), &asked);
            socket = shape
                .zip(pairs.as_deref())
                .and_then(|(shape, pairs)| opened(place, shape, pairs, &families));
            let pairs = pairs.filter(|_| shape.as_ref().is_some_and(shown));
            Outcome::Success {
                entries: found.words(pairs.as_deref()),
            }
        }
    };
    Some(Record {
        place,
        getaddrinfo,
        socket_source: socket.as_ref().map(|(_, cited)| cited.source.as_str()),
        socket_table: socket.as_ref().map(|(_, cited)| cited.table.as_str()),
        socket: socket.map(|(outcome, _)| outcome),
        source: &row.cited.source,
        table: &row.cited.table,
        about: row.about(place.os()),
    })
}

/// The families that the entries are of, as far as that is certain enough to ask for sockets.
fn families(addresses: Option<&str>, asked: &Asked<'_>) -> Vec<i32> {
    let inet = |name| {
        asked
            .os
            .names()
            .families
            .named(name)
            .map_or(0, |row| row.value)
    };
    let (v4, v6) = (inet("AF_INET"), inet("AF_INET6"));
    let family = asked.hints.map_or(0, |hints| hints.family);
    if family == v4 || family == v6 {
        return vec![family];
    }
    match addresses.or(asked.node.filter(|node| condition::literal(node).is_some())) {
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

/// What socket() is recorded to do with entries of these types and families; none where that is
/// not recorded of each of them.
fn opened(
    place: Place,
    shape: &'static Row,
    pairs: &[(i32, i32)],
    families: &[i32],
) -> Option<(Outcome, &'static Cited)> {
    let table = &rows(place).socket;
    let mut cells: Vec<(i32, (i32, i32), &'static Opening)> = Vec::new();
    for &pair in pairs {
        for &family in families {
            let opening = match &shape.socket {
                Some(opening) => opening,
                None => table
                    .iter()
                    .find(|row| row.is_for(family, pair))
                    .map(|row| &row.opening)?,
            };
            cells.push((family, pair, opening));
        }
    }
    let (_, _, first) = *cells.first()?;
    let same = |opening: &Opening| opening.error == first.error && opening.unless == first.unless;
    if cells.iter().all(|(_, _, opening)| same(opening)) {
        return Some((first.outcome(place), &first.cited));
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
    let cited = &failing.map_or(first, |(_, _, opening)| opening).cited;
    Some((Outcome::Text(parts.join(", ")), cited))
}

/// The error of that number, as `table` has it.
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

    /// `opens `, or `fails with 1 EPERM unless root on `: what an entry may follow.
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

/// What socket()'s errors are called.
const fn socket_errors(os: Os) -> &'static Table {
    let names = os.names();
    if matches!(os, Os::Windows) {
        &names.wsa
    } else {
        &names.errno
    }
}

/// What getaddrinfo's errors are called; on Windows they are Winsock's.
const fn getaddrinfo_errors(os: Os) -> &'static Table {
    let names = os.names();
    if matches!(os, Os::Windows) {
        &names.wsa
    } else {
        &names.gai
    }
}

#[cfg(test)]
mod tests;
