//! The arguments of getaddrinfo: node, service and hints, exactly as passed.

use std::ffi::OsStr;

use strsim::jaro_winkler;
use thiserror::Error;

use super::call::Triple;
use crate::names::{Os, Table};
use crate::text::{Text, quoted, quoted_briefly};

/// The four members of `struct addrinfo` that hints may set; the others are zero. Any C `int` is
/// allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hints {
    /// `ai_flags`
    pub flags: i32,
    /// `ai_family`
    pub family: i32,
    /// `ai_socktype`
    pub socktype: i32,
    /// `ai_protocol`
    pub protocol: i32,
}

impl From<Triple> for Hints {
    fn from(triple: Triple) -> Self {
        Self {
            flags: 0,
            family: triple.family,
            socktype: triple.socktype,
            protocol: triple.protocol,
        }
    }
}

impl From<Hints> for Triple {
    fn from(hints: Hints) -> Self {
        Self {
            family: hints.family,
            socktype: hints.socktype,
            protocol: hints.protocol,
        }
    }
}

/// The three arguments of getaddrinfo. `None` is the NULL pointer, in all three.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Query {
    /// Host name or address; the empty text is not NULL.
    pub node: Option<Text>,
    /// Service name or port, as text; the empty text is not NULL.
    pub service: Option<Text>,
    /// The hints.
    pub hints: Option<Hints>,
}

impl Query {
    /// NULL in all three.
    pub(crate) const NULL: &Self = &Self {
        node: None,
        service: None,
        hints: None,
    };
}

/// One of the hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hint {
    /// `ai_family`
    Family,
    /// `ai_socktype`
    Socktype,
    /// `ai_protocol`
    Protocol,
    /// `ai_flags`
    Flags,
}

impl Hint {
    /// The four, in the order in which a form lists them.
    pub const ALL: [Self; 4] = [Self::Family, Self::Socktype, Self::Protocol, Self::Flags];

    /// The member of `struct addrinfo`.
    pub(crate) const fn member(self) -> &'static str {
        match self {
            Self::Family => "ai_family",
            Self::Socktype => "ai_socktype",
            Self::Protocol => "ai_protocol",
            Self::Flags => "ai_flags",
        }
    }

    /// The constants of `os` for this hint.
    pub fn table(self, os: Os) -> &'static Table {
        let names = os.names();
        match self {
            Self::Family => &names.families,
            Self::Socktype => &names.socktypes,
            Self::Protocol => &names.protocols,
            Self::Flags => &names.flags,
        }
    }

    /// The value in `hints`.
    pub const fn get(self, hints: &Hints) -> i32 {
        match self {
            Self::Family => hints.family,
            Self::Socktype => hints.socktype,
            Self::Protocol => hints.protocol,
            Self::Flags => hints.flags,
        }
    }

    /// Puts `value` into `hints`.
    pub(crate) const fn set(self, hints: &mut Hints, value: i32) {
        match self {
            Self::Family => hints.family = value,
            Self::Socktype => hints.socktype = value,
            Self::Protocol => hints.protocol = value,
            Self::Flags => hints.flags = value,
        }
    }

    /// Parses a constant's name (any case, with or without prefix) or a number: decimal or `0x…`,
    /// with an optional sign. A hexadecimal number for the flags may use all 32 bits.
    ///
    /// # Errors
    /// [`BadConstant`] if `os` has no such name, or the number does not fit in a C `int`.
    pub fn parse(self, os: Os, text: &str) -> Result<i32, BadConstant> {
        let bad = |problem| BadConstant {
            hint: self,
            text: text.to_owned(),
            problem,
        };
        let table = self.table(os);
        if let Some(row) = table.named(text) {
            return Ok(row.value);
        }
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        if !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
            let nearest = nearest(table, text);
            return Err(bad(Problem::Unknown { nearest }));
        }
        let (digits, radix) = match unsigned.split_at_checked(2) {
            Some(("0x" | "0X", digits)) => (digits, 16),
            _ => (unsigned, 10),
        };
        if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
            return Err(bad(Problem::NotANumber));
        }
        // A number that overflows i64 is out of range too.
        let magnitude = i64::from_str_radix(digits, radix).map_err(|_| bad(Problem::OutOfRange))?;
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let value = sign * magnitude;
        match (i32::try_from(value), u32::try_from(value)) {
            (Ok(value), _) => Ok(value),
            (Err(_), Ok(bits)) if self == Self::Flags && radix == 16 => Ok(bits.cast_signed()),
            _ => Err(bad(Problem::OutOfRange)),
        }
    }

    /// Parses a comma-separated list and combines its parts with OR; the empty text is 0.
    ///
    /// # Errors
    /// As [`Hint::parse`], for the first invalid part.
    pub fn parse_list(self, os: Os, text: &str) -> Result<i32, BadConstant> {
        if text.is_empty() {
            return Ok(0);
        }
        text.split(',')
            .try_fold(0, |sum, part| Ok(sum | self.parse(os, part.trim())?))
    }

    /// The value by its names: `AF_INET`, `AI_PASSIVE|0x4000`; a number if it has no name.
    pub fn show(self, os: Os, value: i32) -> String {
        let table = self.table(os);
        if self != Self::Flags || value == 0 {
            let row = table.of(value);
            return row.map_or_else(|| value.to_string(), |row| row.name.to_owned());
        }
        let (names, rest) = table.split(value);
        let rest = (rest != 0).then(|| format!("{rest:#x}"));
        let names = names.into_iter().map(|row| row.name.to_owned());
        names.chain(rest).collect::<Vec<_>>().join("|")
    }
}

/// A text that is not a value for a hint.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: {text:?}: {problem:?}", .hint.member())]
pub struct BadConstant {
    /// The hint.
    pub hint: Hint,
    /// The text.
    pub text: String,
    /// Why it is invalid.
    pub problem: Problem,
}

/// Why a text is not a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No constant has this name.
    Unknown {
        /// The most similar name, if any is similar.
        nearest: Option<&'static str>,
    },
    /// It starts with a digit but is not a number.
    NotANumber,
    /// It does not fit in a C `int`.
    OutOfRange,
}

/// The name in `table` that is most similar to `text`, if any is similar enough.
fn nearest(table: &Table, text: &str) -> Option<&'static str> {
    let text = text.to_ascii_uppercase();
    let similarity = |name: &str| {
        let long = name.to_ascii_uppercase();
        let short = table.short(&long);
        jaro_winkler(&text, short).max(jaro_winkler(&text, &long))
    };
    let names = table.rows.iter().chain(table.aliases);
    names
        .map(|row| (similarity(row.name), row.name))
        .filter(|&(similarity, _)| similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

impl Query {
    /// The server of Microsoft's "Creating a Socket for the Server": node NULL, service 27015,
    /// `AF_INET`, `SOCK_STREAM`, `IPPROTO_TCP`, `AI_PASSIVE`.
    pub fn server_example(os: Os) -> Self {
        let value = |hint: Hint, name| hint.table(os).named(name).map_or(0, |row| row.value);
        Self {
            node: None,
            service: Text::new("27015").ok(),
            hints: Some(Hints {
                flags: value(Hint::Flags, "AI_PASSIVE"),
                family: value(Hint::Family, "AF_INET"),
                socktype: value(Hint::Socktype, "SOCK_STREAM"),
                protocol: value(Hint::Protocol, "IPPROTO_TCP"),
            }),
        }
    }

    /// The call in C, escaped for a terminal: `getaddrinfo(NULL, "27015", &hints, &result)`.
    pub fn call(&self) -> String {
        self.call_with(quoted)
    }

    /// The call for a note, with long texts truncated.
    pub(crate) fn call_briefly(&self) -> String {
        self.call_with(quoted_briefly)
    }

    fn call_with(&self, quoted: fn(&OsStr) -> String) -> String {
        let [node, service] = [&self.node, &self.service].map(|text| match text {
            Some(text) => quoted(text.as_os_str()),
            None => "NULL".to_owned(),
        });
        let hints = self.hints.map_or("NULL", |_| "&hints");
        format!("getaddrinfo({node}, {service}, {hints}, &result)")
    }
}

#[cfg(test)]
mod tests;
