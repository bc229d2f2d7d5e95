//! Parses the files of `assets/recorded/`.

use serde::Deserialize;

use super::condition::{Condition, May, NodeIs, ServiceIs};
use super::row::{Answer, Ending, Entries, Opening, Port, Row, Rows, SocketRow};
use super::{Place, getaddrinfo_errors, socket_errors};
use crate::names::{Os, Table};
use crate::net::Hint;

/// The file `assets/recorded/NAME.toml`.
macro_rules! asset {
    ($name:literal) => {
        include_str!(concat!("../../assets/recorded/", $name, ".toml"))
    };
}

/// The kernel's records, which hold under glibc and musl.
const LINUX: &str = asset!("linux");

/// The files of a system.
const fn files(place: Place) -> &'static [&'static str] {
    match place {
        Place::Windows => &[asset!("windows")],
        Place::Wine => &[asset!("wine")],
        Place::Glibc => &[asset!("glibc"), LINUX],
        Place::Musl => &[asset!("musl"), LINUX],
        Place::Macos => &[asset!("macos")],
        Place::Freebsd => &[asset!("freebsd")],
    }
}

/// The records of `place`, or the first error in its files.
pub(super) fn read(place: Place) -> Result<Rows, String> {
    let mut rows = Rows::default();
    for file in files(place) {
        parse(place, file, &mut rows)?;
    }
    Ok(rows)
}

pub(super) fn parse(place: Place, text: &str, rows: &mut Rows) -> Result<(), String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    for table in file.getaddrinfo {
        for line in &table.rows {
            let line = line.clone().or(&table.when);
            let row = line.clone().getaddrinfo(place);
            rows.getaddrinfo
                .push(row.map_err(|why| format!("{}: {why}: {line:?}", table.table))?);
        }
    }
    for table in file.socket {
        for line in &table.rows {
            let line = line.clone().or(&table.when);
            let row = line.clone().socket(place);
            rows.socket
                .push(row.map_err(|why| format!("{}: {why}: {line:?}", table.table))?);
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    getaddrinfo: Vec<Sheet>,
    #[serde(default)]
    socket: Vec<Sheet>,
}

/// A table of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    /// The section of the notes.
    table: String,
    /// The defaults of the rows.
    #[serde(default)]
    when: Line,
    rows: Vec<Line>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn list(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// A constant's name or a number.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    Number(i32),
    Name(String),
}

macro_rules! line {
    ($($(#[$about:meta])* $field:ident: $kind:ty),* $(,)?) => {
        /// A row of a file.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Line {
            $($(#[$about])* $field: Option<$kind>),*
        }

        impl Line {
            /// The row with the defaults in `when`.
            fn or(self, when: &Self) -> Self {
                Self {
                    $($field: self.$field.or_else(|| when.$field.clone())),*
                }
            }
        }
    };
}

line! {
    source: String,
    note: String,
    hints: String,
    node: OneOrMany<String>,
    service: OneOrMany<String>,
    family: OneOrMany<Value>,
    not_family: OneOrMany<Value>,
    socktype: OneOrMany<Value>,
    not_socktype: OneOrMany<Value>,
    protocol: OneOrMany<Value>,
    not_protocol: OneOrMany<Value>,
    pair: OneOrMany<String>,
    flags: String,
    may: String,
    error: Value,
    text: String,
    entries: String,
    addresses: String,
    port: Port,
    socket: Value,
    unless: String,
}

impl Line {
    fn getaddrinfo(self, place: Place) -> Result<Row, String> {
        let os = place.os();
        let source = self.source()?;
        let socket = match &self.socket {
            None => None,
            Some(value) => Some(Opening {
                error: opening(os, value)?,
                unless: self.unless.clone(),
                source: source.clone(),
            }),
        };
        let answer = Answer {
            entries: self
                .entries
                .as_deref()
                .map(|text| entries(os, text))
                .transpose()?,
            addresses: self.addresses.clone(),
            port: self.port.clone(),
        };
        let nothing =
            answer.entries.is_none() && answer.addresses.is_none() && answer.port.is_none();
        let ending = match (&self.error, &self.text) {
            (Some(error), None) if nothing => Ending::Error(code(getaddrinfo_errors(os), error)?),
            (None, Some(text)) if nothing => Ending::Text(text.clone()),
            (None, None) if !nothing => Ending::Success(answer),
            _ => return Err("a row has an error, a text, or entries".to_owned()),
        };
        Ok(Row {
            note: self.note.clone(),
            condition: self.condition(os)?,
            ending,
            socket,
            source,
        })
    }

    fn socket(self, place: Place) -> Result<SocketRow, String> {
        let os = place.os();
        let source = self.source()?;
        let result = self.socket.as_ref().ok_or("socket is missing")?;
        Ok(SocketRow {
            opening: Opening {
                error: opening(os, result)?,
                unless: self.unless,
                source,
            },
            family: values(os, Hint::Family, self.family)?,
            socktype: values(os, Hint::Socktype, self.socktype)?,
            protocol: values(os, Hint::Protocol, self.protocol)?,
        })
    }

    fn source(&self) -> Result<String, String> {
        let source = self.source.clone().filter(|source| !source.is_empty());
        source.ok_or_else(|| "source is missing".to_owned())
    }

    fn condition(self, os: Os) -> Result<Condition, String> {
        let list = |texts: Option<OneOrMany<String>>| texts.map_or_else(Vec::new, OneOrMany::list);
        let flags = |text: Option<&str>| match text {
            None => Ok(0),
            Some(text) => Hint::Flags
                .parse_list(os, text)
                .map_err(|error| error.to_string()),
        };
        let unknown_flag = self.flags.as_deref() == Some("<unknown>");
        Ok(Condition {
            null_hints: match self.hints.as_deref() {
                None => false,
                Some("NULL") => true,
                Some(other) => return Err(format!("hints: {other} is not NULL")),
            },
            node: list(self.node)
                .iter()
                .map(|text| NodeIs::read(text))
                .collect::<Result<_, _>>()?,
            service: list(self.service)
                .iter()
                .map(|text| ServiceIs::read(text))
                .collect::<Result<_, _>>()?,
            family: values(os, Hint::Family, self.family)?,
            not_family: values(os, Hint::Family, self.not_family)?,
            socktype: values(os, Hint::Socktype, self.socktype)?,
            not_socktype: values(os, Hint::Socktype, self.not_socktype)?,
            protocol: values(os, Hint::Protocol, self.protocol)?,
            not_protocol: values(os, Hint::Protocol, self.not_protocol)?,
            pair: list(self.pair)
                .iter()
                .map(|text| pair(os, text))
                .collect::<Result<_, _>>()?,
            flags: if unknown_flag {
                0
            } else {
                flags(self.flags.as_deref())?
            },
            unknown_flag,
            may: match self.may.as_deref() {
                Some("<any>") => May::AnyNamed,
                may => May::Bits(flags(may)?),
            },
        })
    }
}

fn values(os: Os, hint: Hint, values: Option<OneOrMany<Value>>) -> Result<Vec<i32>, String> {
    let values = values.map_or_else(Vec::new, OneOrMany::list);
    let read = |value: Value| match value {
        Value::Number(number) => Ok(number),
        Value::Name(name) => hint.parse(os, &name).map_err(|error| error.to_string()),
    };
    values.into_iter().map(read).collect()
}

/// `SOCK_STREAM/IPPROTO_TCP`, `0/0`, `3/1`.
fn pair(os: Os, text: &str) -> Result<(i32, i32), String> {
    let (socktype, protocol) = text
        .split_once('/')
        .ok_or_else(|| format!("{text} is no ai_socktype/ai_protocol"))?;
    let parse = |hint: Hint, text| hint.parse(os, text).map_err(|error| error.to_string());
    Ok((
        parse(Hint::Socktype, socktype)?,
        parse(Hint::Protocol, protocol)?,
    ))
}

/// `echo` or pairs.
fn entries(os: Os, text: &str) -> Result<Entries, String> {
    if text == "echo" {
        return Ok(Entries::Echo);
    }
    let pairs = text.split(", ").map(|text| pair(os, text));
    Ok(Entries::These(pairs.collect::<Result<_, _>>()?))
}

/// The number of an error: by its name in `table`, or as a number.
fn code(table: &Table, value: &Value) -> Result<i32, String> {
    match value {
        Value::Number(number) => Ok(*number),
        Value::Name(name) => table
            .named(name)
            .map(|row| row.value)
            .ok_or_else(|| format!("no error is named {name}")),
    }
}

/// `ok` or an error of socket().
fn opening(os: Os, value: &Value) -> Result<Option<i32>, String> {
    match value {
        Value::Name(name) if name == "ok" => Ok(None),
        value => code(socket_errors(os), value).map(Some),
    }
}
