//! Parses the files of `assets/recorded/`.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::Place;
use super::condition::{Condition, Numbers, TextIs, named_flags};
use super::row::{Entries, Failure, Opening, Port, Row, Rows, SocketRow};
use crate::names::{Os, Table};
use crate::net::Hint;
use crate::words::Translated;

/// The file `assets/recorded/NAME.toml`.
macro_rules! asset {
    ($name:literal) => {
        include_str!(concat!("../../assets/recorded/", $name, ".toml"))
    };
}

/// The kernel's records, which hold under glibc and musl.
const LINUX: &str = asset!("linux");

/// The records of `place`, or the first error in its files.
pub(super) fn read(place: Place) -> Result<Rows> {
    let files: &[&str] = match place {
        Place::Windows => &[asset!("windows")],
        Place::Wine => &[asset!("wine")],
        Place::Glibc => &[asset!("glibc"), LINUX],
        Place::Musl => &[asset!("musl"), LINUX],
        Place::Macos => &[asset!("macos")],
        Place::Freebsd => &[asset!("freebsd")],
    };
    let mut rows = Rows::default();
    for file in files {
        parse(place.os(), file, &mut rows)?;
    }
    Ok(rows)
}

pub(super) fn parse(os: Os, text: &str, rows: &mut Rows) -> Result<()> {
    let file: File = toml::from_str(text)?;
    for sheet in file.getaddrinfo {
        rows.getaddrinfo.extend(sheet.read(os, Line::getaddrinfo)?);
    }
    for sheet in file.socket {
        rows.socket.extend(sheet.read(os, Line::socket)?);
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
    when: toml::Table,
    rows: Vec<toml::Table>,
}

impl Sheet {
    fn read<T>(self, os: Os, read: fn(Line, Os) -> Result<T>) -> Result<Vec<T>> {
        let row = |row: toml::Table| {
            let mut line = self.when.clone();
            line.extend(row);
            let line: Line = line.try_into()?;
            ensure!(!line.source.is_empty(), "source is missing");
            read(line, os)
        };
        let rows = self.rows.into_iter().map(row).enumerate();
        rows.map(|(at, row)| row.with_context(|| format!("{}, row {}", self.table, at + 1)))
            .collect()
    }
}

/// A row of a file, with its defaults.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Line {
    source: String,
    note: Option<Translated>,
    hints: Option<String>,
    node: Option<OneOrMany<TextIs>>,
    service: Option<OneOrMany<TextIs>>,
    family: Option<OneOrMany<Value>>,
    not_family: Option<OneOrMany<Value>>,
    socktype: Option<OneOrMany<Value>>,
    not_socktype: Option<OneOrMany<Value>>,
    protocol: Option<OneOrMany<Value>>,
    not_protocol: Option<OneOrMany<Value>>,
    pair: Option<OneOrMany<String>>,
    flags: String,
    may: String,
    error: Option<Value>,
    text: Option<Translated>,
    entries: Option<String>,
    addresses: Option<String>,
    port: Option<Port>,
    socket: Option<Value>,
    unless: Option<Translated>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// A constant's name or a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Number(i32),
    Name(String),
}

impl Line {
    fn getaddrinfo(self, os: Os) -> Result<Row> {
        let list = self.entries.is_some() || self.addresses.is_some() || self.port.is_some();
        let outcomes = [self.error.is_some(), self.text.is_some(), list];
        ensure!(
            outcomes.into_iter().filter(|&has| has).count() == 1,
            "a row has an error, a text, or entries"
        );
        Ok(Row {
            condition: self.condition(os)?,
            entries: match self.entries.as_deref() {
                None => None,
                Some("echo") => Some(Entries::Echo),
                Some(list) => Some(Entries::These(pairs(os, list.split(", "))?)),
            },
            socket: self.opening(os)?,
            failure: match &self.error {
                None => self.text.map(Failure::Text),
                Some(code) => Some(Failure::Error(error(os, &os.names().gai, code)?)),
            },
            addresses: self.addresses,
            port: self.port,
            note: self.note,
            source: self.source,
        })
    }

    fn socket(self, os: Os) -> Result<SocketRow> {
        Ok(SocketRow {
            opening: self.opening(os)?.context("socket is missing")?,
            family: numbers(os, Hint::Family, &self.family)?,
            socktype: numbers(os, Hint::Socktype, &self.socktype)?,
            protocol: numbers(os, Hint::Protocol, &self.protocol)?,
        })
    }

    /// The outcome of socket(): `ok` or an error.
    fn opening(&self, os: Os) -> Result<Option<Opening>> {
        let error = match &self.socket {
            None => return Ok(None),
            Some(Value::Name(name)) if name == "ok" => None,
            Some(code) => Some(error(os, &os.names().errno, code)?),
        };
        Ok(Some(Opening {
            error,
            unless: self.unless.clone(),
            source: self.source.clone(),
        }))
    }

    fn condition(&self, os: Os) -> Result<Condition> {
        ensure!(
            matches!(self.hints.as_deref(), None | Some("NULL")),
            "the hints are not NULL"
        );
        let on = |hint, among, except| -> Result<Numbers> {
            Ok(Numbers {
                hint,
                among: numbers(os, hint, among)?,
                except: numbers(os, hint, except)?,
            })
        };
        let flags = |text| Hint::Flags.parse_list(os, text);
        let unknown_flag = self.flags == "<unknown>";
        Ok(Condition {
            node: list(&self.node).to_vec(),
            service: list(&self.service).to_vec(),
            null_hints: self.hints.is_some(),
            numbers: [
                on(Hint::Family, &self.family, &self.not_family)?,
                on(Hint::Socktype, &self.socktype, &self.not_socktype)?,
                on(Hint::Protocol, &self.protocol, &self.not_protocol)?,
            ],
            pairs: pairs(os, list(&self.pair).iter().map(String::as_str))?,
            flags: if unknown_flag { 0 } else { flags(&self.flags)? },
            unknown_flag,
            may: match self.may.as_str() {
                "<any>" => named_flags(os),
                may => flags(may)?,
            },
        })
    }
}

fn list<T>(values: &Option<OneOrMany<T>>) -> &[T] {
    match values {
        None => &[],
        Some(OneOrMany::One(one)) => std::slice::from_ref(one),
        Some(OneOrMany::Many(many)) => many,
    }
}

fn numbers(os: Os, hint: Hint, values: &Option<OneOrMany<Value>>) -> Result<Vec<i32>> {
    let values = list(values).iter();
    values.map(|value| number(hint.table(os), value)).collect()
}

/// `10043 WSAEPROTONOSUPPORT`. On Windows every error is Winsock's, elsewhere one of `table`.
fn error(os: Os, table: &Table, value: &Value) -> Result<String> {
    let table = match os {
        Os::Windows => &os.names().wsa,
        _ => table,
    };
    let code = number(table, value)?;
    Ok(match table.of(code) {
        None => code.to_string(),
        Some(row) => format!("{code} {}", row.name),
    })
}

/// The number of a constant in `table`.
fn number(table: &Table, value: &Value) -> Result<i32> {
    match value {
        Value::Number(number) => Ok(*number),
        Value::Name(name) => {
            let row = table.named(name);
            Ok(row.with_context(|| format!("no {name} here"))?.value)
        }
    }
}

/// `SOCK_STREAM/IPPROTO_TCP`, `0/0`, `3/1`.
fn pairs<'a>(os: Os, texts: impl Iterator<Item = &'a str>) -> Result<Vec<(i32, i32)>> {
    let pair = |text: &str| {
        let (socktype, protocol) = text.split_once('/').context("a pair has no slash")?;
        Ok((
            Hint::Socktype.parse(os, socktype)?,
            Hint::Protocol.parse(os, protocol)?,
        ))
    };
    texts.map(pair).collect()
}
