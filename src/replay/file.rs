//! The shape of the JSON: the members that are read. Others are ignored.

use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use crate::names::Os;
use crate::net::{Facts, Hints, OsError, Version};
use crate::text::Text;

/// The version of the fields that is read.
pub(super) const SCHEMA: u32 = 1;

/// The most items of a list: more than any name server can answer, and few enough for any memory.
pub(super) const MOST: usize = 1 << 20;

/// How the own messages about a value begin.
pub(super) const TOO_MANY: &str = "too many";
pub(super) const NOT_HEX: &str = "not hexadecimal";
pub(super) const HOLDS_NUL: &str = "holds NUL";
pub(super) const UNKNOWN_SYSTEM: &str = "unknown system";
pub(super) const OTHER_SCHEMA: &str = "other schema";

#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct File {
    #[serde(rename = "schema")]
    _schema: Schema,
    pub(super) program: Option<Program>,
    pub(super) system: System,
    pub(super) query: Option<Query>,
    pub(super) getaddrinfo: Option<Returned>,
    #[serde(default)]
    pub(super) notes: List<Note>,
    #[serde(default)]
    pub(super) entries: List<Entry>,
    /// Every call, with the options that make more than socket().
    pub(super) calls: Option<List<Line>>,
    pub(super) lookup: Option<Lookup>,
    pub(super) facts: Option<Facts>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Program {
    pub(super) version: Option<String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct System {
    pub(super) os: Parsed<Os>,
    #[serde(default)]
    pub(super) arch: String,
    pub(super) libc: Option<String>,
    pub(super) winsock: Option<Winsock>,
}

/// The members of WSADATA are null if WSAStartup failed or was not called.
#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Winsock {
    pub(super) version: Option<Parsed<Version>>,
    pub(super) high_version: Option<Parsed<Version>>,
    pub(super) description: Option<String>,
    pub(super) status: Option<String>,
    pub(super) error: Option<OsError>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Query {
    pub(super) node: Option<Parsed<Text>>,
    pub(super) service: Option<Parsed<Text>>,
    /// Present if the text is not UTF-8.
    pub(super) node_bytes: Option<Parsed<Hex>>,
    pub(super) service_bytes: Option<Parsed<Hex>>,
    pub(super) hints: Option<Members>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Members {
    ai_flags: Number,
    ai_family: Number,
    ai_socktype: Number,
    ai_protocol: Number,
}

/// `{"value": 2, "name": "AF_INET"}`: the name follows from the number and the system.
#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Number {
    pub(super) value: i32,
}

/// What getaddrinfo or getnameinfo returned.
#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Returned {
    #[serde(rename = "return")]
    pub(super) code: Option<i32>,
    pub(super) node: Option<String>,
    pub(super) service: Option<String>,
    pub(super) error: Option<OsError>,
    pub(super) elapsed_us: Option<u64>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Entry {
    pub(super) ai_flags: Number,
    pub(super) ai_family: Number,
    pub(super) ai_socktype: Number,
    pub(super) ai_protocol: Number,
    pub(super) ai_addrlen: usize,
    pub(super) ai_addr: Option<Address>,
    pub(super) ai_canonname: Option<String>,
    pub(super) socket: Option<Socket>,
    /// Absent without `--reverse`, null if there is no IP address.
    #[serde(default, deserialize_with = "present")]
    pub(super) getnameinfo: Option<Option<Returned>>,
    #[serde(default)]
    pub(super) steps: List<Line>,
    #[serde(default)]
    pub(super) notes: List<Note>,
}

/// The other members follow from the bytes.
#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Address {
    pub(super) bytes: Parsed<Hex>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Socket {
    pub(super) handle: Option<u64>,
    pub(super) error: Option<OsError>,
    pub(super) elapsed_us: Option<u64>,
    pub(super) close_error: Option<OsError>,
}

/// A call as a line of a script, and how it ended.
#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Line {
    pub(super) call: String,
    pub(super) line: String,
    pub(super) error: Option<OsError>,
    pub(super) elapsed_us: Option<u64>,
    #[serde(default)]
    pub(super) timed_out: bool,
}

#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Note {
    pub(super) rule: String,
    pub(super) severity: String,
    #[serde(default)]
    pub(super) suspected: bool,
    pub(super) call: Option<String>,
    pub(super) line: String,
    pub(super) remedy: Option<String>,
}

/// What was asked of the sources; the rest follows from the facts.
#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Lookup {
    #[serde(default)]
    pub(super) sources: List<Source>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) answer: Option<Answer>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Answer {
    #[serde(default)]
    pub(super) addresses: List<IpAddr>,
    pub(super) error: Option<OsError>,
    #[serde(default)]
    pub(super) timed_out: bool,
    pub(super) not_asked: Option<String>,
    pub(super) elapsed_us: Option<u64>,
}

impl Members {
    pub(super) const fn hints(&self) -> Hints {
        Hints {
            flags: self.ai_flags.value,
            family: self.ai_family.value,
            socktype: self.ai_socktype.value,
            protocol: self.ai_protocol.value,
        }
    }
}

/// A list of at most [`MOST`] items.
#[derive(Debug)]
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    if items.len() == MOST {
                        return Err(A::Error::custom(TOO_MANY));
                    }
                    items.push(item);
                }
                Ok(items)
            }
        }
        deserializer.deserialize_seq(Items(PhantomData)).map(Self)
    }
}

/// A value that is written as a text.
pub(super) trait FromText: Sized {
    /// Reads the value. The error says what was expected.
    fn from_text(text: &str) -> Result<Self, &'static str>;
}

/// A value that is read from its text at once, so that an error has the place of the text.
#[derive(Debug)]
pub(super) struct Parsed<T>(pub(super) T);

impl<'de, T: FromText> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);

        impl<T: FromText> Visitor<'_> for Reader<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
                T::from_text(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Reader(PhantomData)).map(Self)
    }
}

/// Bytes as two hexadecimal digits each.
#[derive(Debug)]
pub(super) struct Hex(pub(super) Box<[u8]>);

impl FromText for Hex {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let pairs = text.as_bytes().chunks(2).map(|pair| match *pair {
            [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
            _ => None,
        });
        let bytes = pairs.collect::<Option<_>>();
        bytes.map(Self).ok_or(NOT_HEX)
    }
}

/// The system with this name, of which only the case differs from its title.
impl FromText for Os {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        let named = |os: &Self| os.title().to_ascii_lowercase() == text;
        Self::ALL.into_iter().find(named).ok_or(UNKNOWN_SYSTEM)
    }
}

/// `2.2`
impl FromText for Version {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        let parts = text.split_once('.');
        let read = parts.and_then(|(major, minor)| {
            let (major, minor) = (major.parse().ok()?, minor.parse().ok()?);
            Some(Self { major, minor })
        });
        read.ok_or("expected a version such as 2.2")
    }
}

/// A text that can be an argument of a call.
impl FromText for Text {
    fn from_text(text: &str) -> Result<Self, &'static str> {
        Self::new(text).map_err(|_| HOLDS_NUL)
    }
}

#[derive(Debug)]
struct Schema;

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = Schema;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Schema, E> {
                match number == u64::from(SCHEMA) {
                    true => Ok(Schema),
                    false => Err(E::custom(OTHER_SCHEMA)),
                }
            }
        }
        deserializer.deserialize_u64(Number)
    }
}

/// Keeps null apart from a member that is absent.
fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
