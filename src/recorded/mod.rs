//! Results of other systems for a query: recorded, never simulated, each with its source.
//!
//! The records are data in `assets/recorded/`, compiled in and parsed at first use. Whether a record
//! applies to a query is defined in `assets/recorded/README.md` and decided in `condition`. If
//! several apply, the one with the most conditions wins; if two with equally many disagree, neither
//! is shown.

mod condition;
mod file;
mod row;

use std::sync::LazyLock;

use condition::LocalQuery;
use row::{Opening, Port, Row, Rows};

use crate::names::Os;
use crate::net::{Hint, Query};

/// A system with records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Windows, Microsoft's Winsock.
    Windows,
    /// Linux with glibc.
    Glibc,
    /// Linux with musl.
    Musl,
    /// macOS.
    Macos,
    /// FreeBSD.
    Freebsd,
    /// Wine, which is Winsock on another system.
    Wine,
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

/// The recorded result of one system for a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The system.
    pub(crate) place: Place,
    /// The results of getaddrinfo and socket(), each with its source: `measured`, `Wine test`, `doc`,
    /// `source`, or issues. One line that can stand alone.
    pub(crate) line: String,
    /// The conditions of the record as text, and its note.
    pub(crate) about: String,
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
    // A test parses each file, so there is no error.
    static ROWS: LazyLock<[Rows; Place::ALL.len()]> =
        LazyLock::new(|| Place::ALL.map(|place| file::read(place).unwrap_or_default()));
    &ROWS[place as usize]
}

/// The row with the most conditions; `None` if two such rows disagree.
fn best<'a>(rows: impl Iterator<Item = &'a Row>) -> Option<&'a Row> {
    let mut rows: Vec<&Row> = rows.collect();
    let most = rows.iter().map(|row| row.condition.weight()).max()?;
    rows.retain(|row| row.condition.weight() == most);
    let (first, others) = rows.split_first()?;
    others.iter().all(|row| first.agrees(row)).then_some(first)
}

fn record(place: Place, query: &Query, os: Os) -> Option<Record> {
    let local = LocalQuery::new(query, os, place.os())?;
    let rows = rows(place).getaddrinfo.iter();
    let matching: Vec<&'static Row> = rows.filter(|row| row.condition.holds(&local)).collect();
    let row = best(matching.iter().copied())?;
    let outcome = match &row.failure {
        Some(failure) => format!("{failure} ({})", row.source),
        None => success(place, &local, &row.source, &matching),
    };
    Some(Record {
        place,
        line: format!("recorded on {}: {outcome}", place.title()),
        about: row.about(place.os()),
    })
}

/// The list that getaddrinfo returns, as `source` has it, and the outcome of socket().
fn success(
    place: Place,
    local: &LocalQuery<'_>,
    source: &str,
    matching: &[&'static Row],
) -> String {
    // Types and protocols, addresses, and ports are in different tables.
    let best_with = |has: fn(&Row) -> bool| best(matching.iter().copied().filter(|row| has(row)));
    // A line shows rows of one source; socket() has a source of its own.
    let shown = |row: &&Row| row.source == source;
    let shape = best_with(|row| row.entries.is_some());
    let addresses = best_with(|row| row.addresses.is_some()).filter(shown);
    let addresses = addresses.and_then(|row| row.addresses.as_deref());
    let port = best_with(|row| row.port.is_some()).filter(shown);
    let port = port.and_then(|row| row.port.as_ref());
    let pairs = shape.and_then(|shape| shape.pairs(local.hints.as_ref()));
    let sockets = shape.zip(pairs.as_deref()).and_then(|(shape, pairs)| {
        let families = families(addresses, local);
        sockets(place, shape, pairs, &families)
    });
    let pairs = pairs.filter(|_| shape.as_ref().is_some_and(shown));
    let list = list(addresses, &pairs.unwrap_or_default(), port);
    let mut line = "accepted".to_owned();
    // Entries that cannot be opened would only make the line longer.
    if !list.is_empty() && !sockets.as_ref().is_some_and(|sockets| sockets.all_fail) {
        line = format!("accepted: {list}");
    }
    let Some(sockets) = sockets else {
        return format!("{line} ({source})");
    };
    if sockets.source != source {
        line += &format!(" ({source})");
    }
    format!("{line}, then socket() {} ({})", sockets.how, sockets.source)
}

/// The list as text, with the types and protocols of each address.
fn list(addresses: Option<&str>, pairs: &[(i32, i32)], port: Option<&Port>) -> String {
    let joint = match (addresses, pairs) {
        (None, _) | (_, []) => "",
        (Some(_), [_]) => " as ",
        (Some(_), _) => ", each as ",
    };
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(socktype, protocol)| format!("{socktype}/{protocol}"))
        .collect();
    let entries = format!(
        "{}{joint}{}",
        addresses.unwrap_or_default(),
        pairs.join(", ")
    );
    let port = match port {
        None | Some(Port::Itself) => return entries,
        Some(Port::Number(port)) => format!("port {port}"),
        Some(Port::Wraps) => "the port modulo 65536".to_owned(),
    };
    if entries.is_empty() {
        return port;
    }
    format!("{entries}; {port}")
}

/// The families of the entries, as far as they are known.
fn families(addresses: Option<&str>, local: &LocalQuery<'_>) -> Vec<i32> {
    let families = Hint::Family.table(local.os);
    let [v4, v6] =
        ["AF_INET", "AF_INET6"].map(|name| families.named(name).map_or(0, |row| row.value));
    let family = local.hints.unwrap_or_default().family;
    if family == v4 || family == v6 {
        return vec![family];
    }
    let node = local.node.filter(|_| local.address.is_some());
    let Some(texts) = addresses.or(node) else {
        return vec![v4, v6];
    };
    let family = |text: &str| if text.contains(':') { v6 } else { v4 };
    let mut families: Vec<i32> = texts.split(',').map(family).collect();
    families.dedup();
    families
}

/// The recorded outcome of socket() on all entries of a list.
struct Sockets {
    /// `opens each entry`
    how: String,
    source: &'static str,
    /// Whether it fails on each entry and for everyone.
    all_fail: bool,
}

/// The outcome of socket() on entries of these types and families; `None` if it is not recorded for
/// each of them.
fn sockets(
    place: Place,
    shape: &'static Row,
    pairs: &[(i32, i32)],
    families: &[i32],
) -> Option<Sockets> {
    let mut cells: Vec<(i32, (i32, i32), &'static Opening)> = Vec::new();
    for &pair in pairs {
        for &family in families {
            let mut table = rows(place).socket.iter();
            let of_table = || Some(&table.find(|row| row.applies(family, pair))?.opening);
            let opening = shape.socket.as_ref().or_else(of_table)?;
            cells.push((family, pair, opening));
        }
    }
    let &(_, _, first) = cells.first()?;
    let same = |opening: &Opening| opening.error == first.error && opening.unless == first.unless;
    if cells.iter().all(|(_, _, opening)| same(opening)) {
        return Some(Sockets {
            how: failure(first).unwrap_or_else(|| "opens each entry".to_owned()),
            source: &first.source,
            all_fail: first.error.is_some() && first.unless.is_none(),
        });
    }
    let by_family = cells.iter().any(|(_, pair, opening)| {
        cells
            .iter()
            .any(|(_, other, others)| other == pair && others.error != opening.error)
    });
    let mut parts: Vec<String> = Vec::new();
    for (family, (socktype, protocol), opening) in &cells {
        let how = match failure(opening) {
            None => "opens".to_owned(),
            Some(failure) => failure + " on",
        };
        let family = if by_family {
            Hint::Family.show(place.os(), *family) + " "
        } else {
            String::new()
        };
        let part = format!("{how} {family}{socktype}/{protocol}");
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let failing = cells.iter().find(|(_, _, opening)| opening.error.is_some());
    Some(Sockets {
        how: parts.join(", "),
        source: &failing.map_or(first, |(_, _, opening)| opening).source,
        all_fail: false,
    })
}

/// `fails with 1 EPERM unless root`; `None` if it opens.
fn failure(opening: &Opening) -> Option<String> {
    let error = opening.error.as_ref()?;
    Some(match &opening.unless {
        None => format!("fails with {error}"),
        Some(who) => format!("fails with {error} unless {who}"),
    })
}

#[cfg(test)]
mod tests;
