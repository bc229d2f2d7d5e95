//! Results of other systems for a query: recorded, never simulated, each with its source.
//!
//! The records are data in `assets/recorded/`, compiled in and parsed at first use. Whether a record
//! applies to a query is defined in `assets/recorded/README.md` and decided in `condition`. If
//! several apply, the one with the most conditions wins; if two with equally many disagree, neither
//! is shown.

pub mod binds;
mod condition;
mod contrast;
mod file;
mod row;

use std::sync::LazyLock;

use condition::{LocalQuery, show_pair};
pub(crate) use contrast::Contrast;
use row::{Failure, Opening, Port, Row, Rows};

use crate::names::Os;
use crate::net::{Hint, Query};
use crate::words::{Key, Language, Phrase};

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
    /// The results of getaddrinfo and socket(), each with its source, and the note of the record.
    pub(crate) outcome: String,
    /// The queries that the record applies to.
    pub(crate) condition: String,
}

/// The records for `query`, which holds numbers of `os`: at most one for each system, in the order
/// of [`Place::ALL`].
///
/// A number with a name on `os` stands for the constant of that name on the other system.
pub(crate) fn recorded(query: &Query, os: Os, language: Language) -> Vec<Record> {
    Place::ALL
        .into_iter()
        .filter_map(|place| record(place, query, os, language))
        .collect()
}

/// The systems without a record in `records`, in the order of [`Place::ALL`].
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

/// The rows of a system that apply.
fn matching(place: Place, local: &LocalQuery<'_>) -> Vec<&'static Row> {
    let rows = rows(place).getaddrinfo.iter();
    rows.filter(|row| row.condition.holds(local)).collect()
}

/// The row with the most conditions; `None` if two such rows disagree.
fn best<'a>(rows: impl Iterator<Item = &'a Row>) -> Option<&'a Row> {
    let mut rows: Vec<&Row> = rows.collect();
    let most = rows.iter().map(|row| row.condition.weight()).max()?;
    rows.retain(|row| row.condition.weight() == most);
    let (first, others) = rows.split_first()?;
    others.iter().all(|row| first.agrees(row)).then_some(first)
}

fn record(place: Place, query: &Query, os: Os, language: Language) -> Option<Record> {
    let local = LocalQuery::new(query, os, place.os())?;
    let matching = matching(place, &local);
    let row = best(matching.iter().copied())?;
    let failure = row.failure.as_ref().map(|failure| match failure {
        Failure::Error(error) => Phrase::outcome_fails(error).text(language),
        Failure::Text(text) => text.text(language).into_owned(),
    });
    let mut outcome = match failure {
        Some(failure) => sourced(&failure, &row.source, language),
        None => success(place, &local, &row.source, &matching, language),
    };
    if let Some(note) = &row.note {
        outcome += " – ";
        outcome += &note.text(language);
    }
    Some(Record {
        place,
        outcome,
        condition: row.condition.words(place.os(), language),
    })
}

/// `outcome` with its source.
fn sourced(outcome: &str, source: &str, language: Language) -> String {
    let key = match source {
        "measured" => Key::SourceMeasured,
        "Wine test" => Key::SourceWineTest,
        "doc" => Key::SourceDoc,
        "doc, code unverified" => Key::SourceDocWithoutCode,
        "doc; Wine test" => Key::SourceDocAndWineTest,
        "source" => Key::SourceCode,
        issues => return format!("{outcome} ({issues})"),
    };
    format!("{outcome} ({})", key.text(language))
}

/// The list that getaddrinfo returns, as `source` has it, and the outcome of socket().
fn success(
    place: Place,
    local: &LocalQuery<'_>,
    source: &str,
    matching: &[&'static Row],
    language: Language,
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
        sockets(place, shape, pairs, &families, language)
    });
    let pairs = pairs.filter(|_| shape.as_ref().is_some_and(shown));
    let list = list(
        place.os(),
        addresses,
        &pairs.unwrap_or_default(),
        port,
        language,
    );
    // Entries that cannot be opened would only make the line longer.
    let all_fail = sockets.as_ref().is_some_and(|sockets| sockets.all_fail);
    let mut lookup = if list.is_empty() || all_fail {
        Key::OutcomeSucceeds.text(language).to_owned()
    } else {
        Phrase::outcome_list(list).text(language)
    };
    let Some(sockets) = sockets else {
        return sourced(&lookup, source, language);
    };
    if sockets.source != source {
        lookup = sourced(&lookup, source, language);
    }
    let both = Phrase::outcome_then(lookup, sockets.outcome).text(language);
    sourced(&both, sockets.source, language)
}

/// The list as text, with the types and protocols of each address.
fn list(
    os: Os,
    addresses: Option<&str>,
    pairs: &[(i32, i32)],
    port: Option<&Port>,
    language: Language,
) -> String {
    let pairs: Vec<String> = pairs.iter().map(|&pair| show_pair(os, pair)).collect();
    let pairs = pairs.join(", ");
    let entries = match addresses {
        Some(addresses) if pairs.is_empty() => addresses.to_owned(),
        Some(addresses) if addresses.contains(',') => {
            Phrase::outcome_each_with(addresses, pairs).text(language)
        }
        Some(address) => format!("{address}, {pairs}"),
        None => pairs,
    };
    let port = match port {
        None | Some(Port::Itself) => return entries,
        Some(Port::Number(port)) => Phrase::outcome_port(port).text(language),
        Some(Port::Wraps) => Key::OutcomeWrappedPort.text(language).to_owned(),
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
    /// `succeeds for SOCK_DGRAM/IPPROTO_UDP; fails with 93 EPROTONOSUPPORT for SOCK_RAW/IPPROTO_IP`
    outcome: String,
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
    language: Language,
) -> Option<Sockets> {
    let os = place.os();
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
    let by_family = cells.iter().any(|(_, pair, opening)| {
        cells
            .iter()
            .any(|(_, other, others)| other == pair && others.error != opening.error)
    });
    // Each outcome with its entries.
    let mut outcomes: Vec<(&Opening, Vec<String>)> = Vec::new();
    for (family, pair, opening) in cells.iter().copied() {
        let mut entry = show_pair(os, pair);
        if by_family {
            entry = format!("{} {entry}", Hint::Family.show(os, family));
        }
        let same = |other: &Opening| other.error == opening.error && other.unless == opening.unless;
        match outcomes.iter_mut().find(|(other, _)| same(other)) {
            Some((_, entries)) if entries.contains(&entry) => {}
            Some((_, entries)) => entries.push(entry),
            None => outcomes.push((opening, vec![entry])),
        }
    }
    let alone = outcomes.len() == 1;
    let words = outcomes.into_iter().map(|(opening, entries)| {
        let entries = (!alone).then(|| entries.join(", "));
        opening_words(opening, entries, language)
    });
    let failing = cells.iter().find(|(_, _, opening)| opening.error.is_some());
    Some(Sockets {
        outcome: words.collect::<Vec<_>>().join("; "),
        source: &failing.map_or(first, |(_, _, opening)| opening).source,
        all_fail: alone && first.error.is_some() && first.unless.is_none(),
    })
}

/// `fails with 1 EPERM for SOCK_RAW/IPPROTO_ICMP unless run as root`
fn opening_words(opening: &Opening, entries: Option<String>, language: Language) -> String {
    let mut outcome = match &opening.error {
        None => Key::OutcomeSucceeds.into(),
        Some(error) => Phrase::outcome_fails(error),
    };
    if let Some(entries) = entries {
        outcome = Phrase::outcome_for_entries(entries, outcome);
    }
    if let Some(who) = &opening.unless {
        outcome = Phrase::outcome_unless(outcome, Phrase::from(who));
    }
    outcome.text(language)
}

#[cfg(test)]
mod tests;
