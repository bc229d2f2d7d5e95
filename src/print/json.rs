//! The JSON. Other programs rely on its fields: within one `schema` number, fields are added, but
//! never renamed or removed.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

use super::layout::Layout;
use super::notes::NoteText;
use super::{PROGRAM, Report};
use crate::names::Os;
use crate::net::{
    AddrInfo, Hint, Hints, Host, OsError, Outcome, Query, REQUESTED, Reason, Record, Value, hex,
};
use crate::text::utf8;

/// The version of the fields.
const SCHEMA: u32 = 1;

/// Writes one object and a newline.
pub(super) fn write(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Layout::default());
    Root(report).serialize(&mut serializer)?;
    out.write_all(b"\n")
}

struct Root<'a>(Report<'a>);

impl Serialize for Root<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let run = self.0.run;
        let os = run.host.os;
        let mut root = serializer.serialize_struct("Report", 7)?;
        root.serialize_field("schema", &SCHEMA)?;
        root.serialize_field(
            "program",
            &Program {
                name: PROGRAM.0,
                version: PROGRAM.1,
            },
        )?;
        root.serialize_field("system", &System::of(&run.host))?;
        root.serialize_field("query", &QueryView::of(os, &run.query))?;
        let answer = run.answer().map(|record| Getaddrinfo::of(os, record));
        root.serialize_field("getaddrinfo", &answer)?;
        root.serialize_field("notes", &self.0.notes(None))?;
        root.serialize_field("entries", &Entries(self.0))?;
        root.end()
    }
}

#[derive(Serialize)]
struct Program {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct System<'a> {
    os: &'static str,
    arch: &'a str,
    libc: Option<&'a str>,
    winsock: Option<WinsockView<'a>>,
}

/// WSAStartup. The first four fields are WSADATA's, null if the call did not fill it in.
#[derive(Serialize)]
struct WinsockView<'a> {
    version: Option<String>,
    high_version: Option<String>,
    description: Option<&'a str>,
    status: Option<&'a str>,
    requested: String,
    /// Null if it was not called.
    r#return: Option<i32>,
    error: Option<Failure<'a>>,
}

impl<'a> WinsockView<'a> {
    fn of(os: Os, record: &'a Record) -> Self {
        let data = match record.value() {
            Some(Value::WsaData(data)) => Some(data),
            _ => None,
        };
        Self {
            version: data.map(|data| data.version.to_string()),
            high_version: data.map(|data| data.high_version.to_string()),
            description: data.map(|data| data.description.as_str()),
            status: data.map(|data| data.status.as_str()),
            requested: REQUESTED.to_string(),
            r#return: return_value(record),
            error: record.error().map(|error| Failure::of(os, error)),
        }
    }
}

/// The return value of a function that returns 0 or its error; `None` if it did not return.
fn return_value(record: &Record) -> Option<i32> {
    match &record.outcome {
        Outcome::Returned(_) => Some(0),
        Outcome::Failed(error) => Some(error.code),
        Outcome::NotStarted(_) | Outcome::Unfinished => None,
    }
}

impl<'a> System<'a> {
    fn of(host: &'a Host) -> Self {
        Self {
            os: match host.os {
                Os::Linux => "linux",
                Os::Macos => "macos",
                Os::Freebsd => "freebsd",
                Os::Windows => "windows",
            },
            arch: &host.arch,
            libc: host.libc.as_deref(),
            winsock: host
                .wsastartup
                .as_ref()
                .map(|record| WinsockView::of(host.os, record)),
        }
    }
}

#[derive(Serialize)]
struct QueryView<'a> {
    node: Option<std::borrow::Cow<'a, str>>,
    service: Option<std::borrow::Cow<'a, str>>,
    hints: Option<HintsView>,
}

impl<'a> QueryView<'a> {
    fn of(os: Os, query: &'a Query) -> Self {
        Self {
            node: query.node.as_ref().map(|text| utf8(text.as_os_str())),
            service: query.service.as_ref().map(|text| utf8(text.as_os_str())),
            hints: query.hints.as_ref().map(|hints| HintsView::of(os, hints)),
        }
    }
}

#[derive(Serialize)]
struct HintsView {
    ai_flags: Flags,
    ai_family: Constant,
    ai_socktype: Constant,
    ai_protocol: Constant,
}

impl HintsView {
    const fn of(os: Os, hints: &Hints) -> Self {
        Self {
            ai_flags: Flags(os, hints.flags),
            ai_family: Constant(os, Hint::Family, hints.family),
            ai_socktype: Constant(os, Hint::Socktype, hints.socktype),
            ai_protocol: Constant(os, Hint::Protocol, hints.protocol),
        }
    }
}

/// `{"value": 2, "name": "AF_INET"}`
struct Constant(Os, Hint, i32);

impl Serialize for Constant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, hint, value) = *self;
        let mut constant = serializer.serialize_struct("Constant", 2)?;
        constant.serialize_field("value", &value)?;
        let row = hint.table(os).of(value);
        constant.serialize_field("name", &row.map(|row| row.name))?;
        constant.end()
    }
}

/// `{"value": 1025, "names": ["AI_PASSIVE", "0x4000"]}`
struct Flags(Os, i32);

impl Serialize for Flags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut flags = serializer.serialize_struct("Flags", 2)?;
        flags.serialize_field("value", &self.1)?;
        flags.serialize_field("names", &FlagNames(self.0, self.1))?;
        flags.end()
    }
}

struct FlagNames(Os, i32);

impl Serialize for FlagNames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (names, rest) = Hint::Flags.table(self.0).split(self.1);
        let names = names.iter().map(|row| FlagName::Name(row.name));
        let rest = (rest != 0).then_some(FlagName::Bits(rest));
        serializer.collect_seq(names.chain(rest))
    }
}

enum FlagName {
    Name(&'static str),
    Bits(u32),
}

impl Serialize for FlagName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Name(name) => serializer.serialize_str(name),
            Self::Bits(bits) => serializer.collect_str(&format_args!("{bits:#x}")),
        }
    }
}

#[derive(Serialize)]
struct Getaddrinfo<'a> {
    r#return: Option<i32>,
    error: Option<Failure<'a>>,
    elapsed_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    timed_out: Option<bool>,
}

impl<'a> Getaddrinfo<'a> {
    fn of(os: Os, record: &'a Record) -> Self {
        Self {
            r#return: return_value(record),
            error: record.error().map(|error| Failure::of(os, error)),
            elapsed_us: microseconds(record.took),
            timed_out: (record.outcome == Outcome::Unfinished).then_some(true),
        }
    }
}

#[derive(Serialize)]
struct Failure<'a> {
    domain: &'static str,
    code: i32,
    name: Option<&'static str>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    errno: Option<Box<Self>>,
}

impl<'a> Failure<'a> {
    fn of(os: Os, error: &'a OsError) -> Self {
        Self {
            domain: error.domain.name(),
            code: error.code,
            name: error.name(os).map(|row| row.name),
            message: &error.message,
            errno: error
                .errno
                .as_ref()
                .map(|errno| Box::new(Self::of(os, errno))),
        }
    }
}

struct Entries<'a>(Report<'a>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let run = self.0.run;
        let os = run.host.os;
        let entries = run.entries().iter().enumerate();
        serializer.collect_seq(entries.map(|(at, entry)| {
            Entry {
                ai_flags: Flags(os, entry.flags),
                ai_family: Constant(os, Hint::Family, entry.family),
                ai_socktype: Constant(os, Hint::Socktype, entry.socktype),
                ai_protocol: Constant(os, Hint::Protocol, entry.protocol),
                ai_addrlen: entry.addrlen,
                ai_addr: entry.addr.as_deref().map(|bytes| Address(os, entry, bytes)),
                ai_canonname: entry.canonname.as_deref().map(utf8),
                socket: run
                    .socket(at)
                    .map(|record| Socket::of(os, record, run.close(at))),
                getnameinfo: run.names(at).map(|record| Getnameinfo::of(os, record)),
                notes: self.0.notes(Some(at)),
            }
        }))
    }
}

#[derive(Serialize)]
struct Entry<'a> {
    ai_flags: Flags,
    ai_family: Constant,
    ai_socktype: Constant,
    ai_protocol: Constant,
    ai_addrlen: usize,
    ai_addr: Option<Address<'a>>,
    ai_canonname: Option<std::borrow::Cow<'a, str>>,
    socket: Option<Socket<'a>>,
    /// Absent without `--reverse`, null if there is no IP address.
    #[serde(skip_serializing_if = "Option::is_none")]
    getnameinfo: Option<Option<Getnameinfo<'a>>>,
    notes: Vec<NoteText>,
}

/// The system, the entry, and the bytes of its sockaddr.
struct Address<'a>(Os, &'a AddrInfo, &'a [u8]);

impl Serialize for Address<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut address = serializer.serialize_struct("Address", 6)?;
        match self.1.sockaddr(self.0) {
            Some(ip) => {
                let v6 = match ip {
                    std::net::SocketAddr::V6(v6) => Some(v6),
                    std::net::SocketAddr::V4(_) => None,
                };
                address.serialize_field("text", &AsString(ip))?;
                address.serialize_field("ip", &AsString(ip.ip()))?;
                address.serialize_field("port", &ip.port())?;
                address.serialize_field("scope_id", &v6.map(|v6| v6.scope_id()))?;
                address.serialize_field("flowinfo", &v6.map(|v6| v6.flowinfo()))?;
            }
            None => {
                address.serialize_field("text", &self.1.address(self.0))?;
                for name in ["ip", "port", "scope_id", "flowinfo"] {
                    address.serialize_field(name, &None::<()>)?;
                }
            }
        }
        address.serialize_field("bytes", &hex(self.2))?;
        // Present only if `ai_addrlen` is longer than any sockaddr.
        if self.1.unread() > 0 {
            address.serialize_field("bytes_unread", &self.1.unread())?;
        }
        address.end()
    }
}

/// A value as a string, written without a copy in memory.
struct AsString<T>(T);

impl<T: std::fmt::Display> Serialize for AsString<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[derive(Serialize)]
struct Socket<'a> {
    handle: Option<u64>,
    error: Option<Failure<'a>>,
    elapsed_us: u64,
    /// Present only if close() failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    close_error: Option<Failure<'a>>,
}

impl<'a> Socket<'a> {
    fn of(os: Os, socket: &'a Record, close: Option<&'a Record>) -> Self {
        Self {
            handle: socket.handle().map(|handle| handle.0),
            error: socket.error().map(|error| Failure::of(os, error)),
            elapsed_us: microseconds(socket.took),
            close_error: close
                .and_then(Record::error)
                .map(|error| Failure::of(os, error)),
        }
    }
}

#[derive(Serialize)]
struct Getnameinfo<'a> {
    r#return: Option<i32>,
    node: Option<std::borrow::Cow<'a, str>>,
    service: Option<std::borrow::Cow<'a, str>>,
    error: Option<Failure<'a>>,
    /// Null if it was not called.
    elapsed_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timed_out: Option<bool>,
}

impl<'a> Getnameinfo<'a> {
    /// `None` if the entry has no IP address.
    fn of(os: Os, record: &'a Record) -> Option<Self> {
        let (names, called) = match &record.outcome {
            Outcome::NotStarted(Reason::NoAddress) => return None,
            Outcome::Returned(Value::Names(names)) => (Some(names), true),
            Outcome::NotStarted(_) => (None, false),
            _ => (None, true),
        };
        let returned = return_value(record);
        Some(Self {
            r#return: returned,
            node: names.map(|names| utf8(&names.node)),
            service: names.map(|names| utf8(&names.service)),
            error: record.error().map(|error| Failure::of(os, error)),
            elapsed_us: called.then(|| microseconds(record.took)),
            timed_out: returned.is_none().then_some(true),
        })
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
