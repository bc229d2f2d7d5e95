//! The calls of a run as JSON: `calls`, and the `steps` of an entry.

use std::iter;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::json::Of;
use crate::names::Os;
use crate::net::{Call, Outcome, Record, Run, Value, hex};
use crate::script;
use crate::text::quoted_bytes;

/// The calls that were made, in the order in which they started.
pub(super) fn calls(run: &Run) -> Vec<CallJson> {
    let os = run.host.os;
    let made = |record: &&Record| !matches!(record.outcome, Outcome::NotStarted(_));
    let mut records: Vec<&Record> = run.records().iter().filter(made).collect();
    records.sort_by_key(|record| record.id);
    let first = run.host.wsastartup.iter().filter(|record| made(record));
    first
        .chain(records)
        .flat_map(|record| iter::once(record.clone()).chain(record.freeing()))
        .map(|record| CallJson(os, record))
        .collect()
}

/// The calls on the socket of this entry after socket().
pub(super) fn steps(run: &Run, entry: usize) -> Vec<CallJson> {
    let steps = run.steps(entry).into_iter().cloned();
    steps.map(|record| CallJson(run.host.os, record)).collect()
}

/// A call on a system and its result.
pub(super) struct CallJson(Os, Record);

impl Serialize for CallJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, record) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("call", record.call.name(*os))?;
        map.serialize_entry("line", &script::without_time(*os, record))?;
        map.serialize_entry("return", &Return(record))?;
        map.serialize_entry("error", &Of::error(*os, record))?;
        let called = !matches!(record.outcome, Outcome::NotStarted(_));
        map.serialize_entry("elapsed_us", &called.then_some(record.took.as_micros()))?;
        if matches!(record.outcome, Outcome::NotStarted(_) | Outcome::Unfinished) {
            map.serialize_entry("timed_out", &true)?;
        }
        map.end()
    }
}

/// What the function returned: a number, or the bytes that recv() read.
struct Return<'a>(&'a Record);

impl Serialize for Return<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(record) = *self;
        match &record.outcome {
            Outcome::NotStarted(_) | Outcome::Unfinished => serializer.serialize_none(),
            // It returns nothing.
            _ if matches!(record.call, Call::Freeaddrinfo(_)) => serializer.serialize_none(),
            Outcome::Failed(error) => match record.call {
                Call::WsaStartup(_) | Call::Getaddrinfo(_) | Call::Getnameinfo(_) => {
                    serializer.serialize_i32(error.code)
                }
                Call::GetHandleInformation { .. } => serializer.serialize_i32(0),
                // INVALID_SOCKET and SOCKET_ERROR are -1 too.
                _ => serializer.serialize_i32(-1),
            },
            Outcome::Returned(value) => match value {
                Value::Handle(handle) => serializer.serialize_u64(handle.0),
                Value::Sent(count) => count.serialize(serializer),
                Value::Received(data) => received(data, serializer),
                Value::Datagram(datagram) => received(&datagram.data, serializer),
                Value::Providers(rows) => rows.len().serialize(serializer),
                Value::Zero
                | Value::List(_)
                | Value::Names(_)
                | Value::Number(_)
                | Value::Linger(_)
                | Value::Provider(_)
                | Value::Address(_)
                | Value::WsaData(_) => serializer.serialize_i32(0),
            },
        }
    }
}

/// `{"text": "Hello\\n", "bytes": "48656c6c6f0a"}`
fn received<S: Serializer>(data: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let quoted = quoted_bytes(data);
    let text = quoted.trim_start_matches('"');
    let text = text.strip_suffix('"').unwrap_or(text);
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("text", text)?;
    map.serialize_entry("bytes", &hex(data))?;
    map.end()
}
