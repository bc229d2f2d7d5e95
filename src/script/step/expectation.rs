//! An accepted result, and whether a call returned it.

use super::address::{Address, Ports};
use super::argument::{constant, linger};
use super::{Refusal, number, socket_name};
use crate::names::Os;
use crate::net::{Call, Linger, OsError, Outcome, Record, SocketOption, Value};
use crate::script;
use crate::script::syntax::{self, Kind, Mistake, Term};
use crate::text::quoted_briefly;
use crate::words::Phrase;

/// An accepted result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expectation {
    /// `...`
    Anything,
    /// An error with one of these numbers; any error if there is none.
    Failure(Vec<i32>),
    /// A socket, and its name.
    Opened(String),
    /// The return value, or the value of an option.
    Number(i128),
    /// What arrived: the count, the bytes and their source, as far as they are written.
    Data(i128, Option<Box<[u8]>>, Option<Address>),
    /// The names of getnameinfo.
    Names(Vec<Box<[u8]>>),
    Address(Address),
    Linger(Linger),
    /// What a line has no numbers for.
    Text(String),
}

/// The names of calls that were interrupted.
const INTERRUPTIONS: [&str; 3] = ["EINTR", "WSAEINTR", "WSA_OPERATION_ABORTED"];

/// Reads an accepted result of `call`.
pub(super) fn read(call: &Call, terms: &[Term], os: Os) -> Result<Expectation, Refusal> {
    let [first, rest @ ..] = terms else {
        return Ok(Expectation::Anything);
    };
    let word = first.word().unwrap_or_default();
    if word == "..." {
        return Ok(Expectation::Anything);
    }
    // These return the error itself.
    let returns_error = matches!(
        call,
        Call::WsaStartup(_) | Call::Getaddrinfo(_) | Call::Getnameinfo(_)
    );
    let marker = match returns_error {
        true => number(word).is_some_and(|number| number != 0),
        false => ["-1", "SOCKET_ERROR", "INVALID_SOCKET", "FALSE"].contains(&word),
    };
    if marker {
        let error = if returns_error { terms } else { rest };
        return failure(error, os).map(Expectation::Failure);
    }
    if is_error_name(word) {
        return failure(terms, os).map(Expectation::Failure);
    }
    let value = value(call, first, rest, os)?;
    value.ok_or_else(|| {
        let text = quoted_briefly(syntax::terms(terms).as_ref());
        let what = Phrase::script_not_a_result(call.name(os), text);
        Refusal::Wrong(Mistake { at: first.at, what })
    })
}

/// The value that a successful call returns; `None` if it never returns such a one.
fn value(call: &Call, first: &Term, rest: &[Term], os: Os) -> Result<Option<Expectation>, Refusal> {
    let word = first.word().unwrap_or_default();
    Ok(match call {
        Call::Socket { .. } | Call::Accept { .. } => {
            socket_name(first.word()).map(Expectation::Opened)
        }
        Call::Getnameinfo(_) => {
            let texts = std::iter::once(first)
                .chain(rest)
                .map(|term| match &term.kind {
                    Kind::Text(text) => Some(text.clone()),
                    _ => None,
                });
            texts.collect::<Option<_>>().map(Expectation::Names)
        }
        Call::Recv { .. } | Call::Recvfrom { .. } => {
            let (data, rest) = match rest.split_first() {
                Some((
                    Term {
                        kind: Kind::Text(text),
                        ..
                    },
                    rest,
                )) => (Some(text.clone()), rest),
                _ => (None, rest),
            };
            let from = rest.first().map(|term| term.word().and_then(Address::read));
            match (number(word), from) {
                (None, _) | (_, Some(None)) => None,
                (Some(count), from) => Some(Expectation::Data(count, data, from.flatten())),
            }
        }
        Call::Getsockname { .. } | Call::Getpeername { .. } => {
            Address::read(word).map(Expectation::Address)
        }
        Call::Getsockopt {
            option: SocketOption::Linger,
            ..
        } => linger(first).map(Expectation::Linger),
        Call::Getsockopt {
            option: SocketOption::ProtocolInfo,
            ..
        } => Some(Expectation::Text(first.to_string())),
        Call::Getsockopt { option, .. } => match option.hint() {
            Some(hint) => Some(Expectation::Number(constant(os, hint, first)?.into())),
            None => number(word).map(Expectation::Number),
        },
        Call::GetHandleInformation { .. } => Some(match number(word) {
            Some(number) => Expectation::Number(number),
            None => Expectation::Text(word.to_owned()),
        }),
        _ => number(word).map(Expectation::Number),
    })
}

/// Whether a part of a result is the name of an error.
pub(crate) fn is_error_name(word: &str) -> bool {
    (word.starts_with('E') || word.starts_with("WSA"))
        && (word.chars()).all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The numbers of an error: its name decides, else its number.
fn failure(terms: &[Term], os: Os) -> Result<Vec<i32>, Refusal> {
    let words = || terms.iter().map_while(Term::word).take(2);
    let code = words().find_map(|word| i32::try_from(number(word)?).ok());
    let Some(name) = words().find(|word| is_error_name(word)) else {
        return Ok(code.into_iter().collect());
    };
    let codes = |os: Os| -> Vec<i32> {
        let names = os.names();
        let tables = [&names.gai, &names.errno, &names.wsa];
        let rows = tables.iter().flat_map(|table| {
            let names = table.rows.iter().chain(table.aliases);
            names.filter(|row| row.name == name).map(|row| row.value)
        });
        rows.collect()
    };
    match (codes(os), code) {
        (codes, _) if !codes.is_empty() => Ok(codes),
        _ if Os::ALL.into_iter().any(|os| !codes(os).is_empty()) => Err(Refusal::Absent),
        (_, Some(code)) => Ok(vec![code]),
        (_, None) => {
            let what = Phrase::script_unknown_error(quoted_briefly(name.as_ref()));
            let at = terms.first().map_or(0, |term| term.at);
            Err(Refusal::Wrong(Mistake { at, what }))
        }
    }
}

impl Expectation {
    /// Whether the call was given up.
    pub(super) fn is_interruption(&self) -> bool {
        let Self::Failure(codes) = self else {
            return false;
        };
        let interrupts = |code: &i32| {
            Os::ALL.into_iter().any(|os| {
                let names = os.names();
                let tables = [&names.errno, &names.wsa];
                let rows = tables.into_iter().filter_map(|table| table.of(*code));
                rows.into_iter()
                    .any(|row| INTERRUPTIONS.contains(&row.name))
            })
        };
        !codes.is_empty() && codes.iter().all(interrupts)
    }

    /// Whether the call ended so. Names of ports get the ports that are there.
    pub(crate) fn accepts(&self, os: Os, record: &Record, ports: &mut Ports) -> bool {
        match &record.outcome {
            Outcome::Returned(value) => self.accepts_value(os, &record.call, value, ports),
            Outcome::Failed(error) => self.accepts_error(error),
            Outcome::NotStarted(_) | Outcome::Unfinished => false,
        }
    }

    fn accepts_error(&self, error: &OsError) -> bool {
        match self {
            Self::Anything => true,
            Self::Failure(codes) => codes.is_empty() || codes.contains(&error.code),
            _ => false,
        }
    }

    fn accepts_value(&self, os: Os, call: &Call, value: &Value, ports: &mut Ports) -> bool {
        match (self, value) {
            (Self::Anything, _) | (Self::Opened(_), Value::Handle(_)) => true,
            (Self::Number(wanted), Value::Zero | Value::List(_) | Value::WsaData(_)) => {
                *wanted == 0
            }
            (Self::Number(wanted), Value::Number(got)) => *wanted == i128::from(*got),
            (Self::Number(wanted), Value::Sent(count)) => *wanted == *count as i128,
            (Self::Number(wanted), Value::Providers(rows)) => *wanted == rows.len() as i128,
            (Self::Text(wanted), Value::Number(got)) => {
                *wanted == script::number_value(os, call, *got)
            }
            (Self::Text(wanted), Value::Provider(row)) => *wanted == script::provider(os, row),
            (Self::Data(count, data, None), Value::Received(got)) => {
                *count == got.len() as i128 && data.as_ref().is_none_or(|data| data == got)
            }
            (Self::Data(count, data, from), Value::Datagram(got)) => {
                *count == got.data.len() as i128
                    && data.as_ref().is_none_or(|data| *data == got.data)
                    && (from.as_ref()).is_none_or(|from| from.accepts(os, &got.address, ports))
            }
            (Self::Names(wanted), Value::Names(got)) => {
                let got = [&got.node, &got.service].map(|name| name.as_encoded_bytes());
                wanted.len() <= 2 && wanted.iter().zip(got).all(|(wanted, got)| **wanted == *got)
            }
            (Self::Address(wanted), Value::Address(got)) => wanted.accepts(os, got, ports),
            (Self::Linger(wanted), Value::Linger(got)) => wanted == got,
            _ => false,
        }
    }
}
