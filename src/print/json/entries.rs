//! The entries of the JSON.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry::{Occupied, Vacant};
use std::io::{self, Write};
use std::net::SocketAddr;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{Of, json, start_of_line};
use crate::names::Os;
use crate::net::{AddrInfo, Hints, Outcome, Reason, Record, hex, push_ip};
use crate::print::memo::Memo;
use crate::print::notes::NoteText;
use crate::print::{Report, calls, microseconds};
use crate::text::{push_number, utf8};

/// Writes each entry on a line of its own. A long list repeats itself: it has few different members of
/// hints, and an address, an error or notes are often those of the entry before. What repeats is
/// serialized once.
pub(super) fn write_entries(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let (run, os) = (report.run, report.run.host.os);
    let mut members: BTreeMap<Hints, String> = BTreeMap::new();
    let (mut addresses, mut errors, mut notes) = (Memo::new(), Memo::new(), Memo::new());
    let mut line = String::new();
    out.write_all(b",\n  \"entries\": [")?;
    for (at, entry) in run.entries().iter().enumerate() {
        line.clear();
        line.push_str(start_of_line(at));
        line.push_str(match members.entry(entry.members()) {
            Occupied(known) => known.into_mut(),
            Vacant(new) => {
                let text = text(&Of(os, new.key()))?;
                new.insert(text)
            }
        });
        let members = (entry.addrlen, &entry.addr, &entry.canonname);
        join(&mut line, addresses.text(members, |_| address(os, entry))?);

        let mut push_error = |line: &mut String, error: Option<_>| {
            line.push_str(match error {
                None => "null",
                Some(error) => errors.text(error, |error| text(&Of(os, *error)))?,
            });
            io::Result::Ok(())
        };
        join(&mut line, "{\"socket\": ");
        if let Some(socket) = run.socket(at) {
            line.push_str("{\"handle\": ");
            push_value(&mut line, socket.handle().map(|handle| handle.0));
            line.push_str(", \"error\": ");
            push_error(&mut line, socket.error())?;
            line.push_str(", \"elapsed_us\": ");
            push_number(&mut line, microseconds(socket.took));
            if let Some(error) = run.close(at).and_then(Record::error) {
                line.push_str(", \"close_error\": ");
                push_error(&mut line, Some(error))?;
            }
            line.push_str("}}");
        } else {
            line.push_str("null}");
        }

        let others = Others(report, at);
        if !others.is_empty() {
            join(&mut line, &text(&others)?);
        }
        let found = report.found(Some(at));
        if found.is_empty() {
            join(&mut line, "{\"notes\": []}");
        } else {
            let in_words = |found: &Vec<_>| {
                let notes = report.texts(found);
                text(&Notes { notes })
            };
            join(&mut line, notes.text(found, in_words)?);
        }
        out.write_all(line.as_bytes())?;
    }
    out.write_all(b"]")
}

/// Appends the members of `object` to those of the object at the end of `line`.
fn join(line: &mut String, object: &str) {
    line.pop();
    line.push_str(", ");
    line.push_str(&object[1..]);
}

fn text(value: &impl Serialize) -> io::Result<String> {
    String::from_utf8(json(value)?).map_err(io::Error::other)
}

/// The members of an entry that hints do not have.
fn address(os: Os, entry: &AddrInfo) -> io::Result<String> {
    let mut line = String::with_capacity(256);
    line.push_str("{\"ai_addrlen\": ");
    push_number(&mut line, entry.addrlen as u64);
    line.push_str(", \"ai_addr\": ");
    match &entry.addr {
        None => line.push_str("null"),
        Some(_) => push_address(&mut line, os, entry),
    }
    line.push_str(", \"ai_canonname\": ");
    line.push_str(&text(&entry.canonname.as_deref().map(utf8))?);
    line.push('}');
    Ok(line)
}

/// Appends the address of an entry. Its texts have no character to escape.
fn push_address(line: &mut String, os: Os, entry: &AddrInfo) {
    let ip = entry.sockaddr(os);
    let v6 = match ip {
        Some(SocketAddr::V6(v6)) => Some(v6),
        _ => None,
    };
    line.push_str("{\"text\": \"");
    entry.push_address(os, line);
    line.push_str("\", \"ip\": ");
    if let Some(ip) = ip {
        line.push('"');
        push_ip(line, ip.ip());
        line.push('"');
    } else {
        line.push_str("null");
    }
    line.push_str(", \"port\": ");
    push_value(line, ip.map(|ip| ip.port().into()));
    line.push_str(", \"scope_id\": ");
    push_value(line, v6.map(|v6| v6.scope_id().into()));
    line.push_str(", \"flowinfo\": ");
    push_value(line, v6.map(|v6| v6.flowinfo().into()));
    line.push_str(", \"bytes\": \"");
    line.push_str(&hex(entry.bytes()));
    line.push('"');
    // Present only if `ai_addrlen` is longer than any sockaddr.
    if entry.unread() > 0 {
        line.push_str(", \"bytes_unread\": ");
        push_number(line, entry.unread() as u64);
    }
    line.push('}');
}

fn push_value(line: &mut String, number: Option<u64>) {
    match number {
        None => line.push_str("null"),
        Some(number) => push_number(line, number),
    }
}

/// The calls on the entry at this index but socket() and close().
struct Others<'a>(Report<'a>, usize);

impl Others<'_> {
    fn is_empty(&self) -> bool {
        let Self(report, at) = self;
        !report.lists_calls() && report.run.names(*at).is_none()
    }
}

impl Serialize for Others<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, at) = *self;
        let run = report.run;
        let mut map = serializer.serialize_map(None)?;
        if report.lists_calls() {
            map.serialize_entry("steps", &calls::steps(run, at))?;
        }
        // Absent without `--reverse`, null if there is no IP address.
        if let Some(record) = run.names(at) {
            let has_address = record.outcome != Outcome::NotStarted(Reason::NoAddress);
            let names = has_address.then_some(Of(run.host.os, record));
            map.serialize_entry("getnameinfo", &names)?;
        }
        map.end()
    }
}

/// The notes on an entry.
#[derive(Serialize)]
struct Notes {
    notes: Vec<NoteText>,
}
