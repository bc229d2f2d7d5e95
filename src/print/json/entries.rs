//! The entries of the JSON.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::io::{self, Write};
use std::net::SocketAddr;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{Of, json, start_of_line};
use crate::names::Os;
use crate::net::{AddrInfo, Handle, Hints, Outcome, Reason, Record, hex};
use crate::print::notes::NoteText;
use crate::print::{Report, calls, microseconds};
use crate::text::{push_number, utf8};

/// Writes each entry on a line of its own. A long list repeats itself: it has few different members of
/// hints, and an address, an error or notes are often those of the entry before. What repeats is
/// serialized once.
pub(super) fn write_entries(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let (run, os) = (report.run, report.run.host.os);
    let mut members: HashMap<Hints, String> = HashMap::new();
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
        join(
            &mut line,
            addresses.text(members, |_| text(&Address(os, entry)))?,
        );

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
            match socket.handle() {
                None => line.push_str("null"),
                Some(Handle(number)) => push_number(&mut line, number),
            }
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

/// The JSON of the last value.
struct Memo<K> {
    key: Option<K>,
    text: String,
}

impl<K: PartialEq> Memo<K> {
    const fn new() -> Self {
        let text = String::new();
        Self { key: None, text }
    }

    /// The JSON of the value with this key.
    fn text(
        &mut self,
        key: K,
        serialize: impl FnOnce(&K) -> io::Result<String>,
    ) -> io::Result<&str> {
        if self.key.as_ref() != Some(&key) {
            self.text = serialize(&key)?;
            self.key = Some(key);
        }
        Ok(&self.text)
    }
}

/// The members of an entry that hints do not have.
struct Address<'a>(Os, &'a AddrInfo);

impl Serialize for Address<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, entry) = *self;
        let address = entry.addr.as_ref().map(|_| Of(os, entry));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("ai_addrlen", &entry.addrlen)?;
        map.serialize_entry("ai_addr", &address)?;
        map.serialize_entry("ai_canonname", &entry.canonname.as_deref().map(utf8))?;
        map.end()
    }
}

/// The address of an entry.
impl Serialize for Of<'_, AddrInfo> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, entry) = *self;
        let ip = entry.sockaddr(os);
        let v6 = match ip {
            Some(SocketAddr::V6(v6)) => Some(v6),
            _ => None,
        };
        let bytes = hex(entry.bytes());
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("text", &entry.address(os))?;
        map.serialize_entry("ip", &ip.map(|ip| ip.ip()))?;
        map.serialize_entry("port", &ip.map(|ip| ip.port()))?;
        map.serialize_entry("scope_id", &v6.map(|v6| v6.scope_id()))?;
        map.serialize_entry("flowinfo", &v6.map(|v6| v6.flowinfo()))?;
        map.serialize_entry("bytes", &bytes)?;
        // Present only if `ai_addrlen` is longer than any sockaddr.
        if entry.unread() > 0 {
            map.serialize_entry("bytes_unread", &entry.unread())?;
        }
        map.end()
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
