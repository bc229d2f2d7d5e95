//! The order of the list as sentences and as cells of a table.

use std::net::SocketAddr;
use std::ops::Range;

use super::{Class, Method, Order, Pair, Place, Ranking, Row, Tables, Values};
use crate::net::{Domain, Origin, OsError, Run};
use crate::text::printable;
use crate::words::{Key, Language, Phrase};

/// The titles of [`cells`].
pub(crate) const TITLES: [Key; 6] = [
    Key::OrderDestination,
    Key::OrderSource,
    Key::OrderInterface,
    Key::OrderScope,
    Key::OrderLabel,
    Key::OrderPrecedence,
];

impl Order {
    /// How the system sorts.
    pub(crate) const fn title(&self) -> Key {
        match (self.method, self.gai_conf) {
            (Method::Glibc, false) => Key::OrderTitleGlibc,
            (Method::Glibc, true) => Key::OrderTitleGaiConf,
            (Method::Musl, _) => Key::OrderTitleMusl,
        }
    }

    /// Whether the order by these tables is the returned one, and which it is if not.
    pub(crate) fn verdict(&self, tables: Tables, groups: &[Range<usize>]) -> Phrase {
        let ranking = self.by(tables);
        match (tables.rfc(), ranking.keeps()) {
            (None, true) => Key::OrderExplained.into(),
            (None, false) => Phrase::order_not_explained(numbers(ranking, groups)),
            (Some(rfc), true) => Phrase::order_same(rfc),
            (Some(rfc), false) => Phrase::order_other(numbers(ranking, groups), rfc),
        }
    }
}

/// The entries of each address: one after another for its types of socket.
pub(crate) fn groups(run: &Run) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, entry) in run.entries().iter().enumerate() {
        match groups.last_mut() {
            Some(group) if run.entries()[group.start].addr == entry.addr => group.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

/// `4`, `4-6`, counted from 1.
pub(crate) fn entry_numbers(group: &Range<usize>) -> String {
    match group.len() {
        1 => group.end.to_string(),
        _ => format!("{}-{}", group.start + 1, group.end),
    }
}

/// The cells of the entry at this index.
pub(crate) fn cells(run: &Run, at: usize, place: &Place<'_>, language: Language) -> [String; 6] {
    let none = || "-".to_owned();
    let destination = run.entries()[at]
        .sockaddr(run.host.os)
        .map(|address| match address {
            SocketAddr::V6(v6) if v6.scope_id() != 0 => format!("{}%{}", v6.ip(), v6.scope_id()),
            _ => address.ip().to_string(),
        });
    let source = match place.source {
        Origin::Address(address) => address.ip.to_string(),
        Origin::Unreachable(error) => name(run, error),
        Origin::NoAddress => none(),
    };
    let interface = place.source.address().map(|address| {
        let interface = address.interface.as_ref();
        let interface = interface.map_or("?", |interface| &interface.name);
        let interface = printable(interface.as_ref());
        let mut text = format!("{interface}/{}", address.prefix_length);
        let marks = [
            (address.deprecated, Key::OrderDeprecated),
            (address.home, Key::OrderHome),
        ];
        for (_, mark) in marks.iter().filter(|(is, _)| *is) {
            text.push(' ');
            text.push_str(mark.text(language));
        }
        text
    });
    let (class, from) = (place.class, place.source_class);
    let pair = |value: fn(&Class) -> u32| {
        let (to, from) = (value(&class?), from.as_ref().map(value));
        Some(matching(to, from))
    };
    let label = pair(|class| class.label.value);
    let label = label
        .zip(class)
        .map(|(label, class)| with_row(&label, class.label));
    let scope = pair(|class| class.scope).map(|scope| {
        let row = class.and_then(|class| class.scope_row);
        let row = row.filter(|row| row.line.is_some());
        row.map_or_else(|| scope.clone(), |row| with_row(&scope, row))
    });
    let precedence = class.map(|class| class.precedence);
    [
        destination.unwrap_or_else(none),
        source,
        interface.unwrap_or_else(none),
        scope.unwrap_or_else(none),
        label.unwrap_or_else(none),
        precedence.map_or_else(none, |row| with_row(&row.value.to_string(), row)),
    ]
}

/// `14 = 14`, `1 != 4`; without a source `14`.
fn matching(to: u32, from: Option<u32>) -> String {
    match from {
        None => to.to_string(),
        Some(from) if from == to => format!("{to} = {from}"),
        Some(from) => format!("{to} != {from}"),
    }
}

/// `40 (::/0)`, `40 (::/0, gai.conf:3)`
fn with_row(value: &str, row: Row) -> String {
    match row.line {
        None => format!("{value} ({row})"),
        Some(line) => format!("{value} ({row}, gai.conf:{line})"),
    }
}

/// `errno 101 ENETUNREACH`
fn name(run: &Run, error: &OsError) -> String {
    let name = error.name(run.host.os).map_or("", |row| row.name);
    let domain = match error.domain {
        Domain::Gai => "",
        Domain::Errno | Domain::Wsa => "errno ",
    };
    format!("{domain}{} {name}", error.code)
        .trim_end()
        .to_owned()
}

/// The rule that decided, with both values.
pub(crate) fn decision(pair: &Pair, language: Language) -> Phrase {
    let [first, second] = match pair.values {
        None => return Phrase::order_unchanged(pair.rule.title()),
        Some(Values::Flags(flags)) => flags.map(|flag| {
            let word = if flag { Key::OrderYes } else { Key::OrderNo };
            word.text(language).to_owned()
        }),
        Some(Values::Matches(matches)) => matches.map(|(to, from)| matching(to, Some(from))),
        Some(Values::Numbers(numbers)) => numbers.map(|number| number.to_string()),
    };
    let number = usize::from(pair.rule.number());
    let decision = Phrase::order_decision(first, number, pair.rule.title(), second);
    if pair.contradicts {
        return Phrase::order_contradiction(decision);
    }
    decision
}

/// `4-6, 1-3`: the entries of each address, counted from 1.
fn numbers(ranking: &Ranking, groups: &[Range<usize>]) -> String {
    let firsts = ranking.computed.iter();
    let groups = firsts.filter_map(|at| {
        let place = groups.binary_search_by_key(at, |group| group.start);
        Some(entry_numbers(&groups[place.ok()?]))
    });
    groups.collect::<Vec<_>>().join(", ")
}
