//! The order of the list, explained, for both formats.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::ops::Range;

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::Report;
use crate::explain::order::{Class, Method, Order, Pair, Place, Row, Values};
use crate::net::{Domain, Needs, Origin, OsError, Run};
use crate::text::{display_width, printable};
use crate::words::{Key, Language, Phrase};

/// The member `order`; `None` if it was not asked for.
pub(super) fn order(report: Report<'_>) -> Option<impl Serialize> {
    let run = report.run;
    let asked = run.facts.known.has(Needs::SORTING) && run.succeeded();
    asked.then(|| Json(run, report.order()))
}

/// The order, or null values if it is not known how the system sorts.
struct Json<'a>(&'a Run, Option<Order<'a>>);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(run, order) = self;
        let mut map = serializer.serialize_map(None)?;
        let order = order.as_ref();
        let one_based = |indices: &[usize]| indices.iter().map(|at| at + 1).collect::<Vec<_>>();
        map.serialize_entry("method", &order.map(|order| method(order.method)))?;
        map.serialize_entry("explained", &order.is_some_and(Order::explains))?;
        if let Some(order) = order {
            let gai_conf = order.gai_conf.then_some("/etc/gai.conf");
            map.serialize_entry("gai_conf", &gai_conf)?;
            map.serialize_entry("computed", &one_based(&order.computed))?;
            for (name, computed) in [
                ("rfc3484", &order.policies[0]),
                ("rfc6724", &order.policies[1]),
            ] {
                map.serialize_entry(name, &one_based(&computed.1))?;
            }
            let entries = order.entries.iter().map(|place| JsonPlace(run, place));
            map.serialize_entry("entries", &entries.collect::<Vec<_>>())?;
            let pairs = order.pairs.iter().map(JsonPair);
            map.serialize_entry("pairs", &pairs.collect::<Vec<_>>())?;
        }
        map.end()
    }
}

const fn method(method: Method) -> &'static str {
    match method {
        Method::Glibc => "glibc",
        Method::Musl => "musl",
    }
}

struct JsonPlace<'a>(&'a Run, &'a Place<'a>);

impl Serialize for JsonPlace<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(run, place) = *self;
        let address = place.source.address();
        let interface = address.and_then(|address| address.interface.as_ref());
        let error = match place.source {
            Origin::Unreachable(error) => Some(super::json::Of(run.host.os, error)),
            _ => None,
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("ip", &place.ip)?;
        map.serialize_entry("source", &address.map(|address| address.ip))?;
        map.serialize_entry("error", &error)?;
        map.serialize_entry("interface", &interface.map(|interface| &interface.name))?;
        map.serialize_entry("native", &interface.map(|interface| interface.native))?;
        map.serialize_entry(
            "prefix_length",
            &address.map(|address| address.prefix_length),
        )?;
        map.serialize_entry("deprecated", &address.map(|address| address.deprecated))?;
        map.serialize_entry("home", &address.map(|address| address.home))?;
        let row = |row: Row| JsonRow(row);
        let (class, source) = (place.class, place.source_class);
        let scope = |class: Option<Class>| class.map(|class| class.scope);
        let scope_row = |class: Option<Class>| class.and_then(|class| class.scope_row).map(row);
        map.serialize_entry("scope", &scope(class))?;
        map.serialize_entry("scope_row", &scope_row(class))?;
        map.serialize_entry("source_scope", &scope(source))?;
        map.serialize_entry("source_scope_row", &scope_row(source))?;
        map.serialize_entry("label", &class.map(|class| row(class.label)))?;
        map.serialize_entry("source_label", &source.map(|class| row(class.label)))?;
        map.serialize_entry("precedence", &class.map(|class| row(class.precedence)))?;
        map.end()
    }
}

/// `{"value": 40, "prefix": "::/0", "file": "/etc/gai.conf", "line": 3}`; file and line are null for a
/// built-in row.
struct JsonRow(Row);

impl Serialize for JsonRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(row) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("value", &row.value)?;
        map.serialize_entry("prefix", &row.to_string())?;
        map.serialize_entry("file", &row.line.map(|_| "/etc/gai.conf"))?;
        map.serialize_entry("line", &row.line)?;
        map.end()
    }
}

struct JsonPair<'a>(&'a Pair);

impl Serialize for JsonPair<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(pair) = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rule", &pair.rule.number())?;
        map.serialize_entry("name", pair.rule.name())?;
        match pair.values {
            None => map.serialize_entry("values", &None::<u32>)?,
            Some(Values::Flags(flags)) => map.serialize_entry("values", &flags)?,
            Some(Values::Matches(matches)) => map.serialize_entry("values", &matches)?,
            Some(Values::Numbers(numbers)) => map.serialize_entry("values", &numbers)?,
        }
        map.serialize_entry("contradicts", &pair.contradicts)?;
        map.end()
    }
}

/// Writes the section of the table, if it was asked for.
pub(super) fn write_order(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let (run, language) = (report.run, report.language);
    if !run.facts.known.has(Needs::SORTING) || run.entries().is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let Some(order) = report.order() else {
        return writeln!(out, "{}", Key::OrderUnknown.text(language));
    };
    let title = match (order.method, order.gai_conf) {
        (Method::Glibc, false) => Key::OrderTitleGlibc,
        (Method::Glibc, true) => Key::OrderTitleGaiConf,
        (Method::Musl, _) => Key::OrderTitleMusl,
    };
    writeln!(out, "{}", title.text(language))?;
    let groups = groups(run);
    let verdict = if order.explains() {
        Key::OrderExplained.into()
    } else {
        Phrase::order_not_explained(numbers(&order.computed, &groups))
    };
    writeln!(out, "        {}", verdict.text(language))?;
    for (policy, computed) in &order.policies {
        let same = computed.iter().copied().eq(0..computed.len());
        let text = if same {
            Phrase::order_same(*policy)
        } else {
            Phrase::order_other(numbers(computed, &groups), *policy)
        };
        writeln!(out, "        {}", text.text(language))?;
    }
    let titles = [
        Key::OrderDestination,
        Key::OrderSource,
        Key::OrderInterface,
        Key::OrderScope,
        Key::OrderLabel,
        Key::OrderPrecedence,
    ];
    let mut rows = vec![titles.map(|title| title.text(language).to_owned())];
    rows.extend(
        groups
            .iter()
            .map(|group| cells(run, group.start, &order, language)),
    );
    let width = |column: usize| rows.iter().map(|row| display_width(&row[column])).max();
    let widths = [0, 1, 2, 3, 4].map(|column| width(column).unwrap_or_default());
    let mut names: Vec<String> = groups.iter().map(entry_numbers).collect();
    names.insert(0, String::new());
    let digits = names.iter().map(String::len).max().unwrap_or_default();
    for (at, (row, number)) in rows.iter().zip(&names).enumerate() {
        write!(out, "{number:>digits$}")?;
        for (at, cell) in row.iter().enumerate() {
            let width = widths.get(at).copied().unwrap_or_default();
            let padding = width.saturating_sub(display_width(cell));
            write!(out, "  {cell}{}", " ".repeat(padding))?;
        }
        writeln!(out)?;
        let group = at.checked_sub(1).and_then(|at| groups.get(at));
        if let Some(pair) = group.and_then(|group| order.pairs.get(group.end - 1)) {
            let text = decision(pair, language).text(language);
            writeln!(out, "{:digits$}    {text}", "")?;
        }
    }
    Ok(())
}

/// The entries of each address: one after another for its types of socket.
fn groups(run: &Run) -> Vec<Range<usize>> {
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
fn entry_numbers(group: &Range<usize>) -> String {
    match group.len() {
        1 => group.end.to_string(),
        _ => format!("{}-{}", group.start + 1, group.end),
    }
}

/// The cells of the entry at this index.
fn cells(run: &Run, at: usize, order: &Order<'_>, language: Language) -> [String; 6] {
    let none = || "-".to_owned();
    let place = &order.entries[at];
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

fn decision(pair: &Pair, language: Language) -> Phrase {
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
fn numbers(indices: &[usize], groups: &[Range<usize>]) -> String {
    let firsts = indices.iter();
    let groups = firsts.filter_map(|at| {
        let place = groups.binary_search_by_key(at, |group| group.start);
        Some(entry_numbers(&groups[place.ok()?]))
    });
    groups.collect::<Vec<_>>().join(", ")
}
