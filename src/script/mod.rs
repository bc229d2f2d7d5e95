//! Calls as lines, in the format of strace: the call in C, its result, and its duration in seconds.
//!
//! ```text
//! getaddrinfo(NULL, "27015", {ai_flags=AI_PASSIVE, …}, [1 entry]) = 0 <0.000004>
//! socket(AF_INET, SOCK_RAW, IPPROTO_IP) = -1 EPROTONOSUPPORT 93 (Protocol not supported) <0.000002>
//! getaddrinfo("hung.example", NULL, {ai_flags=0, …}, <unfinished ...>
//! ```
//!
//! The last call had not returned when the program ended.

pub mod trace;

use std::fmt::Write as _;

use crate::names::Os;
use crate::net::{
    Call, Domain, Hint, OsError, Outcome, Query, Record, SocketOption, Value, address,
};
use crate::text::{Text, printable, quoted};

/// The record as a line without a line feed. Its constants are those of `os`.
#[must_use]
pub(crate) fn line(os: Os, record: &Record) -> String {
    let mut out = call_start(os, record);
    match (&record.call, &record.outcome) {
        (call, Outcome::NotStarted(_)) => {
            return format!("# {} was not called", call.name(os));
        }
        (call, Outcome::Unfinished) => {
            if matches!(call, Call::Getnameinfo(_)) {
                out.push_str(", ");
            }
            out.push_str("<unfinished ...>");
            return out;
        }
        (Call::Freeaddrinfo(_), _) => {}
        (call, Outcome::Returned(value)) => {
            out.push_str(&call_end(call, Some(value)));
            out.push_str(" = ");
            out.push_str(&result(os, call, value));
        }
        (call, Outcome::Failed(error)) => {
            out.push_str(&call_end(call, None));
            out.push_str(" = ");
            out.push_str(&failure(os, call, error));
        }
    }
    // Writing to a String cannot fail.
    let _ = write!(out, " <{:.6}>", record.took.as_secs_f64());
    out
}

/// The part of the call that is known before it returns.
fn call_start(os: Os, record: &Record) -> String {
    let call = &record.call;
    let name = call.name(os);
    let on = record
        .on
        .map_or_else(|| "?".to_owned(), |handle| handle.show(os));
    match call {
        Call::WsaStartup(version) => format!("{name}({version})"),
        Call::Getaddrinfo(query) => format!("{name}({}, ", arguments(os, query)),
        Call::Freeaddrinfo(entries) => format!("{name}({})", list(*entries)),
        Call::Getnameinfo(bytes) => format!("{name}({}", address(os, bytes)),
        Call::Socket { triple, .. } => triple.call(os),
        Call::Getsockopt { option, .. } => {
            format!("{name}({on}, {}, {})", option.level(), option.name())
        }
        Call::Getsockname { .. } | Call::Getpeername { .. } | Call::Close { .. } => {
            format!("{name}({on})")
        }
    }
}

/// The rest of the call: the output arguments and the parenthesis.
fn call_end(call: &Call, value: Option<&Value>) -> String {
    match (call, value) {
        (Call::Getaddrinfo(_), Some(Value::List(result))) => {
            format!("{})", list(result.entries.len()))
        }
        (Call::Getaddrinfo(_), _) => "NULL)".to_owned(),
        (Call::Getnameinfo(_), _) => ")".to_owned(),
        _ => String::new(),
    }
}

fn list(entries: usize) -> String {
    match entries {
        1 => "[1 entry]".to_owned(),
        entries => format!("[{entries} entries]"),
    }
}

/// `NULL, "27015", {ai_flags=AI_PASSIVE, …}`
fn arguments(os: Os, query: &Query) -> String {
    let text = |text: &Option<Text>| {
        text.as_ref()
            .map_or_else(|| "NULL".to_owned(), |text| quoted(text.as_os_str()))
    };
    let hints = query.hints.as_ref().map_or_else(
        || "NULL".to_owned(),
        |hints| {
            let members = [Hint::Flags, Hint::Family, Hint::Socktype, Hint::Protocol]
                .map(|hint| format!("{}={}", hint.member(), hint.show(os, hint.get(hints))));
            format!("{{{}}}", members.join(", "))
        },
    );
    format!("{}, {}, {hints}", text(&query.node), text(&query.service))
}

fn result(os: Os, call: &Call, value: &Value) -> String {
    match value {
        Value::Zero | Value::List(_) => "0".to_owned(),
        Value::Names(names) => format!("{}, {}", quoted(&names.node), quoted(&names.service)),
        Value::Handle(handle) => handle.show(os),
        Value::Number(number) => match call {
            Call::Getsockopt { option, .. } => option_value(os, *option, *number),
            _ => number.to_string(),
        },
        Value::Address(bytes) => address(os, bytes),
        Value::WsaData(data) => format!(
            "0 {} {} {}",
            data.version,
            quoted(data.description.as_ref()),
            quoted(data.status.as_ref())
        ),
    }
}

/// An option's value as a name from the header, or as a number.
#[must_use]
pub(crate) fn option_value(os: Os, option: SocketOption, number: i32) -> String {
    option
        .hint()
        .map_or_else(|| number.to_string(), |hint| hint.show(os, number))
}

/// The return value of a failed call, and its error. Functions that return their error start with
/// its number.
fn failure(os: Os, call: &Call, error: &OsError) -> String {
    let mut out = match call {
        Call::WsaStartup(_) | Call::Getaddrinfo(_) | Call::Getnameinfo(_) => {
            let mut out = error.code.to_string();
            if let Some(row) = error.name(os) {
                out.push(' ');
                out.push_str(row.name);
            }
            out
        }
        call => {
            let mut out = match (error.domain, call) {
                (Domain::Wsa, Call::Socket { .. }) => "INVALID_SOCKET ",
                (Domain::Wsa, _) => "SOCKET_ERROR ",
                _ => "-1 ",
            }
            .to_owned();
            push_number(&mut out, os, error);
            out
        }
    };
    push_message(&mut out, error);
    if let Some(errno) = &error.errno {
        out.push_str(", errno ");
        push_number(&mut out, os, errno);
        push_message(&mut out, errno);
    }
    out
}

/// `EPROTONOSUPPORT 93`
fn push_number(out: &mut String, os: Os, error: &OsError) {
    if let Some(row) = error.name(os) {
        out.push_str(row.name);
        out.push(' ');
    }
    // Writing to a String cannot fail.
    let _ = write!(out, "{}", error.code);
}

/// ` (Protocol not supported)`
fn push_message(out: &mut String, error: &OsError) {
    if !error.message.is_empty() {
        // Writing to a String cannot fail.
        let _ = write!(out, " ({})", printable((*error.message).as_ref()));
    }
}

#[cfg(test)]
mod tests;
