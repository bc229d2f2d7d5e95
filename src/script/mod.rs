//! Calls as lines, in the format of strace: the call in C, its result, and its duration in seconds.
//!
//! ```text
//! getaddrinfo(NULL, "27015", {ai_flags=AI_PASSIVE, …}, [1 entry]) = 0 <0.000004>
//! socket(AF_INET, SOCK_RAW, IPPROTO_IP) = -1 EPROTONOSUPPORT 93 (Protocol not supported) <0.000002>
//! getaddrinfo("hung.example", NULL, {ai_flags=0, …}, <unfinished ...>
//! ```
//!
//! The last call had not returned when the program ended.

#[cfg(test)]
pub(crate) mod fixture;
pub mod run;
mod step;
pub mod syntax;
pub mod trace;

pub(crate) use step::{handle, is_error_name, query, read_record};

use crate::names::Os;
use crate::net::{
    Call, Domain, Handle, Hint, OsError, Outcome, Provider, Query, Record, Value, address, encode,
    hex,
};
use crate::text::{Text, printable, quoted, quoted_bytes};

/// The record as a line without a line feed. Its constants are those of `os`.
pub(crate) fn line(os: Os, record: &Record) -> String {
    let given_up = if record.is_interrupted() {
        // What the user gave up is no result to expect again.
        "# given up: "
    } else {
        ""
    };
    let text = without_time(os, record);
    match record.outcome {
        Outcome::NotStarted(_) | Outcome::Unfinished => text,
        _ => format!("{given_up}{text} <{:.6}>", record.took.as_secs_f64()),
    }
}

/// The record as a line without its time.
pub(crate) fn without_time(os: Os, record: &Record) -> String {
    let call = &record.call;
    let end = match &record.outcome {
        Outcome::NotStarted(_) => return format!("# {} was not called", call.name(os)),
        Outcome::Unfinished => return unfinished(os, call, record.on),
        Outcome::Returned(_) if matches!(call, Call::Freeaddrinfo(_)) => String::new(),
        Outcome::Returned(_) | Outcome::Failed(_) => format!(" = {}", outcome(os, record)),
    };
    let output = match (call, record.list()) {
        (Call::Getaddrinfo(_), Some(returned)) => format!(", {}", list(returned.entries.len())),
        (Call::Getaddrinfo(_), None) => ", NULL".to_owned(),
        _ => String::new(),
    };
    format!("{}{output}){end}", start(os, call, record.on))
}

/// A call on this handle that may follow.
pub(crate) fn planned(os: Os, call: &Call, on: Option<Handle>) -> String {
    start(os, call, on) + ")"
}

/// What the call returned, as behind ` = `; empty if it did not return.
pub(crate) fn outcome(os: Os, record: &Record) -> String {
    match &record.outcome {
        Outcome::Returned(value) => result(os, &record.call, value),
        Outcome::Failed(error) => failure(os, &record.call, error),
        Outcome::NotStarted(_) | Outcome::Unfinished => String::new(),
    }
}

/// The line of a call on this handle that has not returned.
pub(crate) fn unfinished(os: Os, call: &Call, on: Option<Handle>) -> String {
    start(os, call, on) + ", <unfinished ...>"
}

/// The part of the call that is known before it returns: up to the output arguments.
fn start(os: Os, call: &Call, on: Option<Handle>) -> String {
    let name = call.name(os);
    let on = on.map_or_else(|| "?".to_owned(), |handle| handle.show(os));
    match call {
        Call::WsaStartup(version) => format!("{name}({version}"),
        Call::Getaddrinfo(query) => format!("{name}({}", arguments(os, query)),
        Call::Freeaddrinfo(entries) => format!("{name}({}", list(*entries)),
        Call::Getnameinfo(bytes) => format!("{name}({}", address(os, bytes)),
        Call::WsaEnumProtocols => format!("{name}(NULL"),
        Call::Socket { triple, .. } => triple.call(os).trim_end_matches(')').to_owned(),
        Call::Setsockopt { option, value, .. } => {
            let (level, option) = (option.level(), option.name());
            format!("{name}({on}, {level}, {option}, {value}")
        }
        Call::Getsockopt { option, .. } => {
            format!("{name}({on}, {}, {}", option.level(), option.name())
        }
        Call::Bind { address, .. } | Call::Connect { address, .. } => {
            format!("{name}({on}, {}", passed(os, address))
        }
        Call::Listen { backlog, .. } => format!("{name}({on}, {backlog}"),
        Call::Send { data, .. } => format!("{name}({on}, {}", buffer(data)),
        Call::Sendto { datagram, .. } => {
            let to = passed(os, &datagram.address);
            format!("{name}({on}, {}, {to}", buffer(&datagram.data))
        }
        Call::Recv { length, .. } | Call::Recvfrom { length, .. } => {
            format!("{name}({on}, {length}")
        }
        Call::Shutdown { how, .. } => format!("{name}({on}, {}", how.name(os)),
        Call::Accept { .. }
        | Call::GetHandleInformation { .. }
        | Call::Getsockname { .. }
        | Call::Getpeername { .. }
        | Call::Close { .. } => format!("{name}({on}"),
    }
}

/// A sockaddr that a call passes on, with its length if that is not its family's: `127.0.0.1:80, 8`.
/// One that no such text describes is in hexadecimal.
fn passed(os: Os, bytes: &[u8]) -> String {
    let mut whole = bytes.to_vec();
    whole.resize(bytes.len().max(28), 0);
    let text = address(os, &whole);
    let exact = text.parse().map(|address| encode(os, address));
    match exact {
        Ok(exact) if *exact == *bytes => text,
        Ok(exact)
            if whole.iter().zip(&*exact).all(|(a, b)| a == b)
                && bytes.iter().skip(exact.len()).all(|&byte| byte == 0) =>
        {
            format!("{text}, {}", bytes.len())
        }
        _ => format!("0x{}", hex(bytes)),
    }
}

fn list(entries: usize) -> String {
    match entries {
        1 => "[1 entry]".to_owned(),
        entries => format!("[{entries} entries]"),
    }
}

/// A buffer and its length: `"Hello", 5`.
fn buffer(bytes: &[u8]) -> String {
    format!("{}, {}", quoted_bytes(bytes), bytes.len())
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
        Value::Number(number) => number_value(os, call, *number),
        Value::Linger(linger) => linger.to_string(),
        Value::Sent(count) => count.to_string(),
        Value::Received(data) => received(data),
        Value::Datagram(datagram) if datagram.address.is_empty() => received(&datagram.data),
        Value::Datagram(datagram) => {
            format!(
                "{} {}",
                received(&datagram.data),
                address(os, &datagram.address)
            )
        }
        Value::Provider(row) => provider(os, row),
        Value::Providers(rows) => rows.len().to_string(),
        Value::Address(bytes) => address(os, bytes),
        Value::WsaData(data) => {
            let texts = [&data.description, &data.status].map(|text| quoted(text.as_ref()));
            format!("0 {} {}", data.version, texts.join(" "))
        }
    }
}

/// What a peer sent, after its count: `5 "Hello"`. The count alone is the end of the data.
fn received(data: &[u8]) -> String {
    match data {
        [] => "0".to_owned(),
        data => format!("{} {}", data.len(), quoted_bytes(data)),
    }
}

/// What `call` returned as names from the header, or as a number.
pub(crate) fn number_value(os: Os, call: &Call, number: i32) -> String {
    match call {
        Call::Getsockopt { option, .. } => match option.hint() {
            Some(hint) => hint.show(os, number),
            None => number.to_string(),
        },
        // The flags of handleapi.h.
        Call::GetHandleInformation { .. } => match number {
            1 => "HANDLE_FLAG_INHERIT".to_owned(),
            2 => "HANDLE_FLAG_PROTECT_FROM_CLOSE".to_owned(),
            3 => "HANDLE_FLAG_INHERIT|HANDLE_FLAG_PROTECT_FROM_CLOSE".to_owned(),
            _ => number.to_string(),
        },
        _ => number.to_string(),
    }
}

/// `{iAddressFamily=AF_INET, …, szProtocol="TCP/IP"}`
pub(crate) fn provider(os: Os, provider: &Provider) -> String {
    format!(
        "{{iAddressFamily={}, iSocketType={}, iProtocol={}, dwCatalogEntryId={}, szProtocol={}}}",
        Hint::Family.show(os, provider.family),
        Hint::Socktype.show(os, provider.socktype),
        provider.protocols(os),
        provider.entry,
        quoted(provider.name.as_ref()),
    )
}

/// The return value of a failed call, and its error. Functions that return their error start with
/// its number.
fn failure(os: Os, call: &Call, error: &OsError) -> String {
    let value = match (call, error.domain) {
        (Call::WsaStartup(_) | Call::Getaddrinfo(_) | Call::Getnameinfo(_), _) => {
            let name = error.name(os).map(|row| format!(" {}", row.name));
            format!(
                "{}{}{}",
                error.code,
                name.unwrap_or_default(),
                message(error)
            )
        }
        (Call::GetHandleInformation { .. }, _) => format!("FALSE {}", named(os, error)),
        (Call::Socket { .. } | Call::Accept { .. }, Domain::Wsa) => {
            format!("INVALID_SOCKET {}", named(os, error))
        }
        (_, Domain::Wsa) => format!("SOCKET_ERROR {}", named(os, error)),
        _ => format!("-1 {}", named(os, error)),
    };
    match &error.errno {
        None => value,
        Some(errno) => format!("{value}, errno {}", named(os, errno)),
    }
}

/// `EPROTONOSUPPORT 93 (Protocol not supported)`
fn named(os: Os, error: &OsError) -> String {
    let name = error.name(os).map(|row| format!("{} ", row.name));
    format!(
        "{}{}{}",
        name.unwrap_or_default(),
        error.code,
        message(error)
    )
}

/// ` (Protocol not supported)`. Parentheses that do not match are escaped, so that the last one ends
/// the message.
fn message(error: &OsError) -> String {
    if error.message.is_empty() {
        return String::new();
    }
    let text = printable((*error.message).as_ref());
    let depth = text.chars().try_fold(0_u32, |depth, c| match c {
        '(' => depth.checked_add(1),
        ')' => depth.checked_sub(1),
        _ => Some(depth),
    });
    match depth {
        Some(0) => format!(" ({text})"),
        _ => format!(" ({})", text.replace('(', r"\x28").replace(')', r"\x29")),
    }
}

#[cfg(test)]
mod tests;
