//! How the name is looked up, for both formats.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::Report;
use super::json::Of;
use crate::explain::lookup::{Lookup, Node, Reach, Role, Row, Step};
use crate::net::{HostLine, Run, SourceAnswer, SourceResult};
use crate::text::display_width;
use crate::words::Key;

/// Writes the section of the table.
pub(super) fn write_lookup(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    if !report.lookup {
        return Ok(());
    }
    let language = report.language;
    let rows = Lookup::of(report.run).rows();
    let label = |row: &Row| row.label.as_ref().map(|label| label.text(language));
    let labels = rows.iter().filter_map(label);
    let width = labels.map(|text| display_width(&text)).max();
    let width = width.unwrap_or_default();
    writeln!(out)?;
    for row in &rows {
        let text = row.text.text(language);
        match (label(row), row.role) {
            (None, Role::Title) => {
                writeln!(out, "{:7} {text}", Key::LookupTitle.text(language))?;
            }
            (None, _) => writeln!(out, "        {text}")?,
            (Some(label), _) => {
                let padding = width.saturating_sub(display_width(&label));
                writeln!(out, "        {label}{:padding$}  {text}", "")?;
            }
        }
    }
    Ok(())
}

/// The member `lookup`.
pub(super) struct Json<'a>(pub(super) Report<'a>, pub(super) Lookup<'a>);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, lookup) = self;
        let node = match lookup.node {
            Node::Null => "null",
            Node::Address => "address",
            Node::Forbidden => "forbidden",
            Node::Name => "name",
        };
        let text = lookup.rows().remove(0).text.text(report.language);
        let steps = lookup.steps.iter();
        let sources = steps.map(|step| Source(*report, lookup, step));
        let lines = lookup.lines.iter();
        let lines = lines.map(|(line, usable)| Line(line, *usable));
        let resolver = lookup.resolver;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("node", node)?;
        map.serialize_entry("text", &text)?;
        map.serialize_entry("hosts_line", &lookup.line())?;
        map.serialize_entry("sources", &sources.collect::<Vec<_>>())?;
        map.serialize_entry("hosts", &lines.collect::<Vec<_>>())?;
        map.serialize_entry("name_servers", &resolver.map(|resolver| &resolver.servers))?;
        map.serialize_entry("search", &resolver.map(|resolver| &resolver.search))?;
        map.serialize_entry("ndots", &resolver.map(|resolver| resolver.ndots))?;
        map.serialize_entry("names", &lookup.names)?;
        map.serialize_entry("gai_conf", &lookup.gai_conf)?;
        map.end()
    }
}

struct Source<'a>(Report<'a>, &'a Lookup<'a>, &'a Step<'a>);

impl Serialize for Source<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, lookup, step) = self;
        let (reach, end) = match &step.reach {
            Reach::Asked => ("asked", None),
            Reach::Ends => ("ends", None),
            Reach::Fallback(source) => ("fallback", Some(source)),
            Reach::Never(source) => ("never", Some(source)),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &step.source.name)?;
        map.serialize_entry("actions", &step.source.actions)?;
        map.serialize_entry("reach", reach)?;
        map.serialize_entry("behind", &end)?;
        map.serialize_entry("text", &lookup.text(step).text(report.language))?;
        if let Some(answer) = step.answer {
            map.serialize_entry("answer", &Answer(report.run, answer))?;
        }
        map.end()
    }
}

/// What a source answered when it was asked alone.
struct Answer<'a>(&'a Run, &'a SourceAnswer);

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(run, answer) = *self;
        let error = match &answer.result {
            SourceResult::Failed(error) => Some(Of(run.host.os, error)),
            _ => None,
        };
        let reason = match &answer.result {
            SourceResult::NotAsked(reason) => Some(reason.as_deref().unwrap_or_default()),
            _ => None,
        };
        let explains = answer.explains(run);
        let entries: Vec<usize> = explains.iter().map(|at| at + 1).collect();
        let differs = answer.differs(&run.answers);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("addresses", answer.addresses())?;
        map.serialize_entry("error", &error)?;
        map.serialize_entry("timed_out", &(answer.result == SourceResult::TimedOut))?;
        map.serialize_entry("not_asked", &reason)?;
        map.serialize_entry("elapsed_us", &answer.took.as_micros())?;
        map.serialize_entry("entries", &entries)?;
        map.serialize_entry("differs_from", &differs.map(|other| &other.source))?;
        map.end()
    }
}

/// A line of the hosts file.
struct Line<'a>(&'a HostLine, bool);

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(line, usable) = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("line", &line.number)?;
        map.serialize_entry("address", &line.address)?;
        map.serialize_entry("name", &line.name)?;
        map.serialize_entry("of_family", &usable)?;
        map.end()
    }
}
