//! The JSON. Other programs rely on its fields: within one `schema` number, fields are added, but
//! never renamed or removed.

mod entries;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use self::entries::write_entries;
use super::layout::Layout;
use super::order::order;
use super::{PROGRAM, Report, STRUCT_ORDER, calls, comparison, lookup};
use crate::explain::lookup::Lookup;
use crate::names::Os;
use crate::net::{
    Call, Facts, Hint, Hints, Host, OsError, Outcome, Query, REQUESTED, Record, Value, hex,
};
use crate::replay::Replay;
use crate::text::{Text, utf8};

/// The version of the fields.
const SCHEMA: u32 = 1;

/// Writes one object and a newline, with a line per member, note and entry for `grep` and `diff`.
pub(super) fn write(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let run = report.run;
    let os = run.host.os;
    let answer = run.answer().map(|record| Of(os, record));

    write_start(&run.host, out)?;
    if let Some(replay) = report.replay {
        write_member(out, "replay", &Origin(report, replay))?;
    }
    write_member(
        out,
        "query",
        &run.query.as_ref().map(|query| Of(os, &**query)),
    )?;
    write_member(out, "getaddrinfo", &answer)?;
    write_lines(out, "notes", report.notes(None).into_iter())?;
    write_entries(report, out)?;
    if report.lists_calls() {
        write_lines(out, "calls", calls::calls(run).into_iter())?;
    }
    if report.lookup {
        write_member(out, "lookup", &lookup::Json(report, Lookup::of(run)))?;
    }
    if let Some(order) = order(report) {
        write_member(out, "order", &order)?;
    }
    if let Some(compared) = report.compared {
        comparison::write_json(report, compared, out)?;
    }
    if !run.facts.known.is_empty() {
        write_member(out, "facts", &facts(&run.facts)?)?;
    }
    write_end(out)
}

/// The fields that every object begins with.
pub(super) fn write_start(host: &Host, out: &mut impl Write) -> io::Result<()> {
    let program = BTreeMap::from([("name", PROGRAM.0), ("version", PROGRAM.1)]);
    write!(out, "{{\n  \"schema\": {SCHEMA}")?;
    write_member(out, "program", &program)?;
    write_member(out, "system", &Of(host.os, host))
}

pub(super) fn write_end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\n}\n")
}

/// The file of a replay, and the version that wrote it.
pub(super) struct Origin<'a>(pub(super) Report<'a>, pub(super) &'a Replay);

impl Serialize for Origin<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, replay) = self;
        // The name of a file may be that of a person or a machine.
        let file = report.real.is_none().then_some(&replay.file);
        let program = (PROGRAM.0, replay.version.as_deref());
        let program = BTreeMap::from([("name", Some(program.0)), ("version", program.1)]);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("file", &file)?;
        map.serialize_entry("program", &program)?;
        map.end()
    }
}

/// The facts. One with a longer text than a file of a sane machine has is null, as if unknown.
pub(super) fn facts(facts: &Facts) -> serde_json::Result<serde_json::Value> {
    use serde_json::Value;

    const TEXT: usize = 8 * 1024;
    fn is_long(value: &Value) -> bool {
        match value {
            Value::String(text) => text.len() > TEXT,
            Value::Array(items) => items.iter().any(is_long),
            Value::Object(members) => members.values().any(is_long),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
    let mut object = serde_json::to_value(facts)?;
    let members = object.as_object_mut().into_iter().flatten();
    for (_, fact) in members.filter(|(_, fact)| is_long(fact)) {
        *fact = Value::Null;
    }
    Ok(object)
}

pub(super) fn write_member(
    out: &mut impl Write,
    name: &str,
    value: &impl Serialize,
) -> io::Result<()> {
    write!(out, ",\n  \"{name}\": ")?;
    write_value(out, value)
}

fn write_lines<T: Serialize>(
    out: &mut impl Write,
    name: &str,
    values: impl Iterator<Item = T>,
) -> io::Result<()> {
    write!(out, ",\n  \"{name}\": [")?;
    write_list(out, values)?;
    out.write_all(b"]")
}

/// Writes each value on a line of its own.
pub(super) fn write_list<T: Serialize>(
    out: &mut impl Write,
    values: impl Iterator<Item = T>,
) -> io::Result<()> {
    for (at, value) in values.enumerate() {
        out.write_all(start_of_line(at).as_bytes())?;
        write_value(out, &value)?;
    }
    Ok(())
}

const fn start_of_line(at: usize) -> &'static str {
    if at == 0 { "\n    " } else { ",\n    " }
}

pub(super) fn write_value(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    // In one piece: serde_json writes every comma alone.
    out.write_all(&json(value)?)
}

fn json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(256);
    value.serialize(&mut serde_json::Serializer::with_formatter(
        &mut text, Layout,
    ))?;
    Ok(text)
}

/// A value and the system that its numbers belong to.
pub(super) struct Of<'a, T>(pub(super) Os, pub(super) &'a T);

impl Serialize for Of<'_, Host> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, host) = *self;
        let winsock = host.wsastartup.as_ref().map(|record| Of(os, record));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("os", &os.title().to_ascii_lowercase())?;
        map.serialize_entry("arch", &host.arch)?;
        map.serialize_entry("libc", &host.libc)?;
        map.serialize_entry("winsock", &winsock)?;
        map.end()
    }
}

impl Serialize for Of<'_, Query> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, query) = *self;
        let mut map = serializer.serialize_map(None)?;
        for (name, text, bytes) in [
            ("node", &query.node, "node_bytes"),
            ("service", &query.service, "service_bytes"),
        ] {
            let text = text.as_ref().map(Text::as_os_str);
            map.serialize_entry(name, &text.map(utf8))?;
            // The escapes do not tell which bytes they stand for.
            if let Some(text) = text.filter(|text| text.to_str().is_none()) {
                map.serialize_entry(bytes, &hex(text.as_encoded_bytes()))?;
            }
        }
        let hints = query.hints.as_ref().map(|hints| Of(os, hints));
        map.serialize_entry("hints", &hints)?;
        map.end()
    }
}

impl Serialize for Of<'_, Hints> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        serialize_hints(&mut map, self.0, self.1)?;
        map.end()
    }
}

fn serialize_hints<M: SerializeMap>(map: &mut M, os: Os, hints: &Hints) -> Result<(), M::Error> {
    for hint in STRUCT_ORDER {
        map.serialize_entry(hint.member(), &Constant(os, hint, hint.get(hints)))?;
    }
    Ok(())
}

/// `{"value": 2, "name": "AF_INET"}`, or for flags `{"value": 1025, "names": ["AI_PASSIVE", "0x400"]}`.
pub(super) struct Constant(pub(super) Os, pub(super) Hint, pub(super) i32);

impl Serialize for Constant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, hint, value) = *self;
        let table = hint.table(os);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("value", &value)?;
        if hint == Hint::Flags {
            let (rows, rest) = table.split(value);
            let rest = (rest != 0).then(|| format!("{rest:#x}"));
            let names = rows.iter().map(|row| row.name).chain(rest.as_deref());
            map.serialize_entry("names", &names.collect::<Vec<_>>())?;
        } else {
            map.serialize_entry("name", &table.of(value).map(|row| row.name))?;
        }
        map.end()
    }
}

/// A call of WSAStartup, getaddrinfo or getnameinfo, which return 0 or their error.
impl Serialize for Of<'_, Record> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, record) = *self;
        let returned = match &record.outcome {
            Outcome::Returned(_) => Some(0),
            Outcome::Failed(error) => Some(error.code),
            Outcome::NotStarted(_) | Outcome::Unfinished => None,
        };
        let (data, names) = match record.value() {
            Some(Value::WsaData(data)) => (Some(data), None),
            Some(Value::Names(names)) => (None, Some(names)),
            _ => (None, None),
        };
        let mut map = serializer.serialize_map(None)?;
        if let Call::WsaStartup(_) = record.call {
            // The members of WSADATA are null if the call did not fill it in.
            let version = data.map(|data| data.version.to_string());
            let high_version = data.map(|data| data.high_version.to_string());
            map.serialize_entry("version", &version)?;
            map.serialize_entry("high_version", &high_version)?;
            map.serialize_entry("description", &data.map(|data| &data.description))?;
            map.serialize_entry("status", &data.map(|data| &data.status))?;
            map.serialize_entry("requested", &REQUESTED.to_string())?;
        }
        map.serialize_entry("return", &returned)?;
        if let Call::Getnameinfo(_) = record.call {
            map.serialize_entry("node", &names.map(|names| utf8(&names.node)))?;
            map.serialize_entry("service", &names.map(|names| utf8(&names.service)))?;
        }
        map.serialize_entry("error", &Of::error(os, record))?;
        if !matches!(record.call, Call::WsaStartup(_)) {
            let called = !matches!(record.outcome, Outcome::NotStarted(_));
            map.serialize_entry("elapsed_us", &called.then_some(record.took.as_micros()))?;
            if returned.is_none() {
                map.serialize_entry("timed_out", &true)?;
            }
        }
        map.end()
    }
}

impl<'a> Of<'a, OsError> {
    pub(super) fn error(os: Os, record: &'a Record) -> Option<Self> {
        record.error().map(|error| Self(os, error))
    }
}

impl Serialize for Of<'_, OsError> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, error) = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("domain", error.domain.name())?;
        map.serialize_entry("code", &error.code)?;
        map.serialize_entry("name", &error.name(os).map(|row| row.name))?;
        map.serialize_entry("message", &error.message)?;
        if let Some(errno) = &error.errno {
            map.serialize_entry("errno", &Of(os, &**errno))?;
        }
        map.end()
    }
}

/// socket() and the close() after it.
pub(super) struct Socket<'a>(
    pub(super) Os,
    pub(super) &'a Record,
    pub(super) Option<&'a Record>,
);

impl Serialize for Socket<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, socket, close) = *self;
        let handle = socket.handle().map(|handle| handle.0);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("handle", &handle)?;
        map.serialize_entry("error", &Of::error(os, socket))?;
        map.serialize_entry("elapsed_us", &socket.took.as_micros())?;
        if let Some(error) = close.and_then(|close| Of::error(os, close)) {
            map.serialize_entry("close_error", &error)?;
        }
        map.end()
    }
}
