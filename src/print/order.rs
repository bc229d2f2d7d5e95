//! The order of the list, explained, for both formats.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::Report;
use crate::explain::order::{
    Class, Method, Order, Pair, Place, Row, TITLES, Tables, Values, cells, decision, entry_numbers,
    groups,
};
use crate::net::{Needs, Origin, Run};
use crate::text::display_width;
use crate::words::Key;

/// The member `order`; `None` if it was not asked for.
pub(super) fn order(report: Report<'_>) -> Option<impl Serialize> {
    let run = report.run;
    let asked = run.facts.known.has(Needs::SORTING) && run.succeeded();
    asked.then(|| Json(report, report.order()))
}

/// The order, or null values if it is not known how the system sorts.
struct Json<'a>(Report<'a>, Option<Order>);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, order) = self;
        let (run, real) = (report.run, report.real_run());
        let mut map = serializer.serialize_map(None)?;
        let order = order.as_ref();
        let one_based = |indices: &[usize]| indices.iter().map(|at| at + 1).collect::<Vec<_>>();
        map.serialize_entry("method", &order.map(|order| method(order.method)))?;
        map.serialize_entry("explained", &order.is_some_and(Order::explains))?;
        if let Some(order) = order {
            let gai_conf = order.gai_conf.then_some("/etc/gai.conf");
            map.serialize_entry("gai_conf", &gai_conf)?;
            for (name, tables) in [
                ("computed", Tables::System),
                ("rfc3484", Tables::Rfc3484),
                ("rfc6724", Tables::Rfc6724),
            ] {
                map.serialize_entry(name, &one_based(&order.by(tables).computed))?;
            }
            let ranking = order.by(Tables::System);
            let entries = (0..run.entries().len()).map_while(|at| report.place(ranking, at));
            let entries = entries.map(|place| JsonPlace(run, place));
            map.serialize_entry("entries", &entries.collect::<Vec<_>>())?;
            let pairs = (1..run.entries().len()).filter_map(|at| ranking.pair(real, at - 1, at));
            let pairs = pairs.map(JsonPair);
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

struct JsonPlace<'a>(&'a Run, Place<'a>);

impl Serialize for JsonPlace<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(run, place) = self;
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
pub(super) struct JsonRow(pub(super) Row);

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

struct JsonPair(Pair);

impl Serialize for JsonPair {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(pair) = self;
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
    writeln!(out, "{}", order.title().text(language))?;
    let groups = groups(run);
    for tables in Tables::ALL {
        let verdict = order.verdict(tables, &groups);
        writeln!(out, "        {}", verdict.text(language))?;
    }
    let ranking = order.by(Tables::System);
    let mut rows = vec![TITLES.map(|title| title.text(language).to_owned())];
    rows.extend(groups.iter().filter_map(|group| {
        let place = report.place(ranking, group.start)?;
        Some(cells(run, group.start, &place, language))
    }));
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
        if let Some(pair) =
            group.and_then(|group| ranking.pair(report.real_run(), group.end - 1, group.end))
        {
            let text = decision(&pair, language).text(language);
            writeln!(out, "{:digits$}    {text}", "")?;
        }
    }
    Ok(())
}
