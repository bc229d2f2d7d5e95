//! A query in the tests: bytes and numbers, and its form for each program.

use std::ffi::OsString;
use std::fmt::Write as _;

/// The arguments of getaddrinfo. `None` is NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub node: Option<Vec<u8>>,
    pub service: Option<Vec<u8>>,
    pub hints: Option<Hints>,
}

/// The members of the hints that may be other than zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    pub flags: i32,
    pub family: i32,
    pub socktype: i32,
    pub protocol: i32,
}

impl Query {
    pub fn new(node: Option<&str>, service: Option<&str>, hints: Option<Hints>) -> Self {
        let bytes = |text: &str| text.as_bytes().to_vec();
        Self {
            node: node.map(bytes),
            service: service.map(bytes),
            hints,
        }
    }

    /// Its input line for the oracle.
    pub fn line(&self) -> String {
        let text = |text: &Option<Vec<u8>>| {
            text.as_ref()
                .map_or_else(|| "-".to_owned(), |bytes| format!("x{}", hex(bytes)))
        };
        let hints = self.hints.map_or_else(
            || "-".to_owned(),
            |hints| {
                format!(
                    "{} {} {} {}",
                    hints.flags, hints.family, hints.socktype, hints.protocol
                )
            },
        );
        format!("{} {} {hints}", text(&self.node), text(&self.service))
    }

    /// Its arguments for sockscope, with the hints written by `spell` (option, value). Node and
    /// service come last, after `--`.
    pub fn arguments(&self, mut spell: impl FnMut(&str, i32) -> String) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = Vec::new();
        match self.hints {
            None => arguments.push("--null-hints".into()),
            Some(hints) => {
                for (option, value) in [
                    ("--family", hints.family),
                    ("--socktype", hints.socktype),
                    ("--protocol", hints.protocol),
                    ("--flags", hints.flags),
                ] {
                    let value = spell(option, value);
                    arguments.push(format!("{option}={value}").into());
                }
            }
        }
        match (&self.node, &self.service) {
            (None, None) => {}
            (None, Some(service)) => {
                let mut argument = OsString::from("--service=");
                argument.push(os_string(service));
                arguments.push(argument);
            }
            (Some(node), service) => {
                arguments.extend(["--".into(), os_string(node)]);
                arguments.extend(service.as_deref().map(os_string));
            }
        }
        arguments
    }
}

/// The hints in plain decimal, for [`Query::arguments`].
pub fn decimal(_option: &str, value: i32) -> String {
    value.to_string()
}

/// `arguments` as a line to paste into a POSIX shell (bash, for unprintable bytes).
pub fn command_line(program: &str, arguments: &[OsString]) -> String {
    let mut line = program.to_owned();
    for argument in arguments {
        let bytes = argument.as_encoded_bytes();
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_=./:,%".contains(byte);
        if !bytes.is_empty() && bytes.iter().all(plain) {
            write!(line, " {}", argument.to_string_lossy()).unwrap();
            continue;
        }
        line.push_str(" $'");
        for &byte in bytes {
            match byte {
                b'\'' | b'\\' => write!(line, "\\{}", char::from(byte)).unwrap(),
                b' '..=b'~' => line.push(char::from(byte)),
                _ => write!(line, "\\x{byte:02x}").unwrap(),
            }
        }
        line.push('\'');
    }
    line
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").unwrap();
        out
    })
}

#[cfg(unix)]
pub fn os_string(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(bytes.to_vec())
}

/// Winsock takes UTF-16, which cannot express other bytes.
#[cfg(windows)]
pub fn os_string(bytes: &[u8]) -> OsString {
    String::from_utf8(bytes.to_vec()).unwrap().into()
}
