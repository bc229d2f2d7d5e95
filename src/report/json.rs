//! The JSON form. Its fields, their order and their meaning are relied on outside this repository:
//! within one `schema` number they are added to, never renamed or removed.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

use super::layout::Layout;
use super::notes::Said;
use super::{Answer, PROGRAM, Report, ReverseAnswer, Trial};
use crate::names::Os;
use crate::net::{
    About, AddrInfo, GaiError, Hex, Hint, Hints, OsError, Query, REQUESTED, Sockaddr, Winsock, utf8,
};

/// The number of this contract.
const SCHEMA: u32 = 1;

/// One object and a newline.
pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Layout::default());
    Root(report).serialize(&mut serializer)?;
    out.write_all(b"\n")
}

struct Root<'a>(&'a Report);

impl Serialize for Root<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut root = serializer.serialize_struct("Report", 7)?;
        root.serialize_field("schema", &SCHEMA)?;
        root.serialize_field(
            "program",
            &Program {
                name: PROGRAM.0,
                version: PROGRAM.1,
            },
        )?;
        root.serialize_field("system", &System::of(&self.0.about))?;
        root.serialize_field("query", &Asked::of(self.0.query()))?;
        root.serialize_field("getaddrinfo", &Getaddrinfo::of(&self.0.answer))?;
        root.serialize_field("notes", &self.0.query_notes())?;
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
    arch: &'static str,
    libc: Option<&'a str>,
    winsock: Option<WinsockView<'a>>,
}

/// The first four are WSADATA's, and null where WSAStartup did not fill it in.
#[derive(Serialize)]
struct WinsockView<'a> {
    version: Option<String>,
    high_version: Option<String>,
    description: Option<&'a str>,
    status: Option<&'a str>,
    requested: String,
    /// Null where it was not called.
    r#return: Option<i32>,
    error: Option<Failure<'a>>,
}

impl<'a> WinsockView<'a> {
    fn of(winsock: &'a Winsock) -> Self {
        let (data, error, returned) = match winsock {
            Winsock::Called {
                result: Ok(data), ..
            } => (Some(data), None, Some(0)),
            Winsock::Called {
                result: Err(error), ..
            } => (None, Some(error), Some(error.code)),
            Winsock::NotCalled => (None, None, None),
        };
        Self {
            version: data.map(|data| data.version.to_string()),
            high_version: data.map(|data| data.high_version.to_string()),
            description: data.map(|data| data.description.as_str()),
            status: data.map(|data| data.status.as_str()),
            requested: REQUESTED.to_string(),
            r#return: returned,
            error: error.map(Failure::of),
        }
    }
}

impl<'a> System<'a> {
    fn of(about: &'a About) -> Self {
        Self {
            os: match about.os {
                Os::Linux => "linux",
                Os::Macos => "macos",
                Os::Freebsd => "freebsd",
                Os::Windows => "windows",
            },
            arch: about.arch,
            libc: about.libc.as_deref(),
            winsock: about.winsock.as_ref().map(WinsockView::of),
        }
    }
}

#[derive(Serialize)]
struct Asked<'a> {
    node: Option<std::borrow::Cow<'a, str>>,
    service: Option<std::borrow::Cow<'a, str>>,
    hints: Option<HintsView>,
}

impl<'a> Asked<'a> {
    fn of(query: &'a Query) -> Self {
        Self {
            node: query.node.as_ref().map(|text| utf8(text.as_os_str())),
            service: query.service.as_ref().map(|text| utf8(text.as_os_str())),
            hints: query.hints.as_ref().map(HintsView::of),
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
    const fn of(hints: &Hints) -> Self {
        Self {
            ai_flags: Flags(hints.flags),
            ai_family: Constant(Hint::Family, hints.family),
            ai_socktype: Constant(Hint::Socktype, hints.socktype),
            ai_protocol: Constant(Hint::Protocol, hints.protocol),
        }
    }
}

/// `{"value": 2, "name": "AF_INET"}`
struct Constant(Hint, i32);

impl Serialize for Constant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(hint, value) = *self;
        let mut constant = serializer.serialize_struct("Constant", 2)?;
        constant.serialize_field("value", &value)?;
        let row = hint.table(Os::HOST).of(value);
        constant.serialize_field("name", &row.map(|row| row.name))?;
        constant.end()
    }
}

/// `{"value": 1025, "names": ["AI_PASSIVE", "0x4000"]}`
struct Flags(i32);

impl Serialize for Flags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut flags = serializer.serialize_struct("Flags", 2)?;
        flags.serialize_field("value", &self.0)?;
        flags.serialize_field("names", &FlagNames(self.0))?;
        flags.end()
    }
}

struct FlagNames(i32);

impl Serialize for FlagNames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (names, rest) = Hint::Flags.table(Os::HOST).split(self.0);
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
    fn of(answer: &'a Answer) -> Self {
        match answer {
            Answer::Returned { resolution, .. } => {
                let error = resolution.result.as_ref().err();
                Self {
                    r#return: Some(error.map_or(0, |error| error.error.code)),
                    error: error.map(Failure::of_gai),
                    elapsed_us: microseconds(resolution.took),
                    timed_out: None,
                }
            }
            Answer::TimedOut { waited, .. } => Self {
                r#return: None,
                error: None,
                elapsed_us: microseconds(*waited),
                timed_out: Some(true),
            },
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
    fn of(error: &'a OsError) -> Self {
        Self {
            domain: error.domain.name(),
            code: error.code,
            name: error.name(Os::HOST).map(|row| row.name),
            message: &error.message,
            errno: None,
        }
    }

    fn of_gai(error: &'a GaiError) -> Self {
        Self {
            errno: error.errno.as_ref().map(|errno| Box::new(Self::of(errno))),
            ..Self::of(&error.error)
        }
    }
}

struct Entries<'a>(&'a Report);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Answer::Returned {
            resolution,
            trials,
            reverses,
        } = &self.0.answer
        else {
            return serializer.collect_seq(std::iter::empty::<()>());
        };
        let entries = resolution.entries().iter().enumerate();
        serializer.collect_seq(entries.map(|(at, entry)| {
            let trial = trials.as_ref().and_then(|trials| trials.get(at));
            let attempt = trial.map(|trial| &trial.attempt);
            Entry {
                ai_flags: Flags(entry.flags),
                ai_family: Constant(Hint::Family, entry.family),
                ai_socktype: Constant(Hint::Socktype, entry.socktype),
                ai_protocol: Constant(Hint::Protocol, entry.protocol),
                ai_addrlen: entry.addrlen,
                ai_addr: entry.addr.as_deref().map(|bytes| Address(entry, bytes)),
                ai_canonname: entry.canonname.as_deref().map(utf8),
                socket: trial.map(Socket::of),
                getnameinfo: reverses
                    .as_ref()
                    .map(|reverses| reverses.get(at)?.as_ref().map(Getnameinfo::of)),
                notes: self.0.entry_notes(resolution, at, attempt),
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
    /// Absent where it was not asked for, null where the family has no getnameinfo.
    #[serde(skip_serializing_if = "Option::is_none")]
    getnameinfo: Option<Option<Getnameinfo<'a>>>,
    notes: Vec<Said>,
}

/// The entry whose sockaddr it is, and the sockaddr's bytes.
struct Address<'a>(&'a AddrInfo, &'a [u8]);

impl Serialize for Address<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut address = serializer.serialize_struct("Address", 6)?;
        match self.0.sockaddr() {
            Sockaddr::Ip(ip) => {
                let v6 = match ip {
                    std::net::SocketAddr::V6(v6) => Some(v6),
                    std::net::SocketAddr::V4(_) => None,
                };
                address.serialize_field("text", &Shown(ip))?;
                address.serialize_field("ip", &Shown(ip.ip()))?;
                address.serialize_field("port", &ip.port())?;
                address.serialize_field("scope_id", &v6.map(|v6| v6.scope_id()))?;
                address.serialize_field("flowinfo", &v6.map(|v6| v6.flowinfo()))?;
            }
            Sockaddr::Other | Sockaddr::Null => {
                address.serialize_field("text", &self.0.address())?;
                for name in ["ip", "port", "scope_id", "flowinfo"] {
                    address.serialize_field(name, &None::<()>)?;
                }
            }
        }
        address.serialize_field("bytes", &Shown(Hex(self.1)))?;
        // Present only where `ai_addrlen` is more than any sockaddr has.
        if self.0.unread() > 0 {
            address.serialize_field("bytes_unread", &self.0.unread())?;
        }
        address.end()
    }
}

/// What a value displays, as a string that is never held in memory.
struct Shown<T>(T);

impl<T: std::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[derive(Serialize)]
struct Socket<'a> {
    handle: Option<u64>,
    error: Option<Failure<'a>>,
    elapsed_us: u64,
    /// Present only where close() failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    close_error: Option<Failure<'a>>,
}

impl<'a> Socket<'a> {
    fn of(trial: &'a Trial) -> Self {
        let result = trial.attempt.result.as_ref();
        let closed = trial.closed.as_ref();
        Self {
            handle: result.ok().map(|handle| handle.0),
            error: result.err().map(Failure::of),
            elapsed_us: microseconds(trial.attempt.took),
            close_error: closed
                .and_then(|closed| closed.result.as_ref().err())
                .map(Failure::of),
        }
    }
}

#[derive(Serialize)]
struct Getnameinfo<'a> {
    r#return: Option<i32>,
    node: Option<std::borrow::Cow<'a, str>>,
    service: Option<std::borrow::Cow<'a, str>>,
    error: Option<Failure<'a>>,
    /// Null where it was not called.
    elapsed_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timed_out: Option<bool>,
}

impl<'a> Getnameinfo<'a> {
    fn of(answer: &'a ReverseAnswer) -> Self {
        let waited = match answer {
            ReverseAnswer::Returned(reverse) => {
                let names = reverse.result.as_ref().ok();
                let error = reverse.result.as_ref().err();
                return Self {
                    r#return: Some(error.map_or(0, |error| error.error.code)),
                    node: names.map(|names| utf8(&names.node)),
                    service: names.map(|names| utf8(&names.service)),
                    error: error.map(Failure::of_gai),
                    elapsed_us: Some(microseconds(reverse.took)),
                    timed_out: None,
                };
            }
            ReverseAnswer::TimedOut { waited } => Some(*waited),
            ReverseAnswer::NotCalled => None,
        };
        Self {
            r#return: None,
            node: None,
            service: None,
            error: None,
            elapsed_us: waited.map(microseconds),
            timed_out: Some(true),
        }
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
