//! Builders for tests: hosts, entries and records of any system.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::{
    AddrInfo, Call, CallId, Domain, Handle, Hint, Hints, Host, List, OsError, Outcome, Provider,
    Query, Record, Value, encode,
};
#[cfg(target_os = "linux")]
use super::{Recorder, SocketId};
use crate::names::Os;
#[cfg(target_os = "linux")]
use crate::sys::System;
use crate::text::Text;

/// A machine with `os` and without a record of WSAStartup.
pub(crate) fn host(os: Os) -> Arc<Host> {
    Arc::new(Host {
        os,
        arch: "x86_64".to_owned(),
        libc: (os == Os::Linux).then(|| "glibc 2.36".to_owned()),
        wsastartup: None,
    })
}

/// The value of a constant of `os` or of a number.
pub(crate) fn value(os: Os, hint: Hint, name: &str) -> i32 {
    hint.parse(os, name).unwrap()
}

/// An entry with this address and its family, with AI_PASSIVE set:
/// `entry(Os::Linux, "SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015")`.
pub(crate) fn entry(os: Os, socktype: &str, protocol: &str, address: &str) -> AddrInfo {
    let address: SocketAddr = address.parse().unwrap();
    let addr = encode(os, address);
    let family = match address {
        SocketAddr::V4(_) => "AF_INET",
        SocketAddr::V6(_) => "AF_INET6",
    };
    AddrInfo {
        flags: value(os, Hint::Flags, "AI_PASSIVE"),
        family: value(os, Hint::Family, family),
        socktype: value(os, Hint::Socktype, socktype),
        protocol: value(os, Hint::Protocol, protocol),
        addrlen: addr.len(),
        addr: Some(addr.into_vec().into()),
        canonname: None,
    }
}

/// A query with this node, service and hints.
pub(crate) fn query(node: Option<&str>, service: Option<&str>, hints: Option<Hints>) -> Query {
    Query {
        node: node.map(|text| Text::new(text).unwrap()),
        service: service.map(|text| Text::new(text).unwrap()),
        hints,
    }
}

/// The outcome of a getaddrinfo that returned these entries.
pub(crate) fn list(entries: impl IntoIterator<Item = AddrInfo>) -> Outcome {
    Outcome::Returned(Value::List(Arc::new(List {
        entries: entries.into_iter().collect(),
        freed: Duration::ZERO,
    })))
}

/// A row of Winsock's catalog with the number 1001, as on a new Windows.
pub(crate) fn provider(family: &str, socktype: &str, protocol: i32, name: &str) -> Provider {
    Provider {
        entry: 1001,
        family: value(Os::Windows, Hint::Family, family),
        socktype: value(Os::Windows, Hint::Socktype, socktype),
        protocol,
        more_protocols: 0,
        name: name.to_owned(),
    }
}

/// The outcome of a WSAEnumProtocolsW that returned these providers.
pub(crate) fn providers(rows: impl IntoIterator<Item = Provider>) -> Outcome {
    Outcome::Returned(Value::Providers(rows.into_iter().collect()))
}

/// The outcome of a socket() that returned this handle.
pub(crate) const fn opened(handle: u64) -> Outcome {
    Outcome::Returned(Value::Handle(Handle(handle)))
}

/// An error with this code and system message.
pub(crate) fn error(domain: Domain, code: i32, message: &str) -> OsError {
    OsError {
        domain,
        code,
        message: message.into(),
        errno: None,
    }
}

/// The outcome of a call that failed with this code and system message.
pub(crate) fn failed(domain: Domain, code: i32, message: &str) -> Outcome {
    Outcome::Failed(error(domain, code, message))
}

/// The record of a process's first call, about no entry. A call on a socket has the handle 9.
pub(crate) fn record(call: Call, outcome: Outcome) -> Record {
    Record {
        id: CallId(1),
        entry: None,
        on: call.on().map(|_| Handle(9)),
        call,
        outcome,
        took: Duration::ZERO,
    }
}

/// Calls getaddrinfo on this machine.
#[cfg(target_os = "linux")]
pub(crate) fn resolve(query: &Query) -> Record {
    let call = Call::Getaddrinfo(Arc::new(query.clone()));
    Recorder::new(System, None).call(None, call)
}

/// Calls socket() on this machine for the entry, then closes the socket.
#[cfg(target_os = "linux")]
pub(crate) fn open(entry: &AddrInfo) -> Record {
    let call = Call::Socket {
        socket: SocketId(0),
        triple: entry.triple(),
    };
    Recorder::new(System, None).call(None, call)
}
