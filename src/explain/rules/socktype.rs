//! Type and protocol of the hints: unknown, or a pair that does not go together.

use super::super::case::{Case, Libc};
use super::{Finding, rules};
use crate::names::Os;
use crate::net::Hint;

rules! {
    "socktype-with-flags" with_flags by Text,
    "socktype-unknown" unknown by Text,
    "mptcp-in-hints" mptcp by Text,
    "ping-in-hints" ping by Text,
    "type-and-protocol" pair by Text,
    "protocol-in-hints" protocol by Text on ["EAI_BADHINTS"],
}

/// Protocols with ports, the types that they go with, and their names in the services file.
pub(super) const TRANSPORTS: [(&str, &str, &str); 5] = [
    ("SOCK_STREAM", "IPPROTO_TCP", "tcp"),
    ("SOCK_DGRAM", "IPPROTO_UDP", "udp"),
    ("SOCK_STREAM", "IPPROTO_SCTP", "sctp"),
    ("SOCK_SEQPACKET", "IPPROTO_SCTP", "sctp"),
    ("SOCK_DGRAM", "IPPROTO_UDPLITE", "udplite"),
];

/// Whether the error is the one that this system returns for a bad type or pair.
fn refused(case: &Case<'_>) -> bool {
    match (case.os, case.libc) {
        (Os::Linux, Libc::Musl) => case.failed_with(&["EAI_SERVICE"]),
        (Os::Linux | Os::Windows, _) => case.failed_with(&["EAI_SOCKTYPE"]),
        (Os::Macos | Os::Freebsd, _) => case.failed_with(&["EAI_BADHINTS", "EAI_SOCKTYPE"]),
    }
}

/// Whether the type and the protocol go together in an IP socket; 0 goes with everything.
pub(super) fn go_together(case: &Case<'_>, socktype: i32, protocol: i32) -> bool {
    // The tables of musl and macOS have neither SCTP nor UDP-Lite.
    let transports = match (case.os, case.libc) {
        (Os::Macos, _) | (_, Libc::Musl) => &TRANSPORTS[..2],
        _ => &TRANSPORTS,
    };
    let socktype_name = case.name(Hint::Socktype, socktype);
    let protocol_name = case.name(Hint::Protocol, protocol);
    socktype == 0
        || protocol == 0
        || socktype_name == Some("SOCK_RAW")
        || transports
            .iter()
            .any(|row| Some(row.0) == socktype_name && Some(row.1) == protocol_name)
}

/// getaddrinfo takes the type without the flags that socket() accepts in it.
fn with_flags(case: &Case<'_>) -> Option<Finding> {
    let value = case.hints().socktype;
    let (base, flags) = case.type_and_flags(value);
    let known = base == 0 || case.name(Hint::Socktype, base).is_some();
    (known && !flags.is_empty() && refused(case)).then(|| {
        Finding::failure()
            .value("type", case.show(Hint::Socktype, value))
            .value("flags", flags.join("|"))
            .value("base", case.show(Hint::Socktype, base))
            .fix(Some(case.with_hints(|hints| hints.socktype = base)))
    })
}

/// The type that goes with the hints' protocol.
pub(super) fn type_of_protocol(case: &Case<'_>) -> &'static str {
    let protocol = case.hint(Hint::Protocol);
    match TRANSPORTS.iter().find(|row| Some(row.1) == protocol) {
        Some((socktype, ..)) => socktype,
        None if case.hints().protocol == 0 => "SOCK_STREAM",
        None => "SOCK_RAW",
    }
}

fn unknown(case: &Case<'_>) -> Option<Finding> {
    let value = case.hints().socktype;
    // Resolvers that support SCTP accept its type.
    let known: &[&str] = match case.os {
        Os::Linux | Os::Freebsd => &["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_SEQPACKET"],
        Os::Macos | Os::Windows => &["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW"],
    };
    // musl accepts any type in a query without a service.
    let accepted = case.libc == Libc::Musl && case.query.service.is_none();
    if value == 0 || case.hint_is(Hint::Socktype, known) || accepted || !refused(case) {
        return None;
    }
    let fitting = type_of_protocol(case);
    Finding::failure()
        .value("type", case.show(Hint::Socktype, value))
        .value("fitting", fitting)
        .fix(case.with(Hint::Socktype, fitting))
        .some()
}

/// The type and the protocol, if getaddrinfo refused them because they do not go together.
fn refused_pair(case: &Case<'_>) -> Option<(i32, i32)> {
    let hints = case.hints();
    let apart = !go_together(case, hints.socktype, hints.protocol);
    (apart && refused(case)).then_some((hints.socktype, hints.protocol))
}

fn mptcp(case: &Case<'_>) -> Option<Finding> {
    refused_pair(case)?;
    let stream = case.hint_is(Hint::Socktype, &["SOCK_STREAM"]);
    (stream && case.hint_is(Hint::Protocol, &["IPPROTO_MPTCP"]))
        .then(|| Finding::failure().fix(case.with(Hint::Protocol, "IPPROTO_TCP")))
}

fn ping(case: &Case<'_>) -> Option<Finding> {
    let (_, protocol) = refused_pair(case)?;
    let icmp = case.hint_is(Hint::Protocol, &["IPPROTO_ICMP", "IPPROTO_ICMPV6"]);
    (icmp && case.hint_is(Hint::Socktype, &["SOCK_DGRAM"])).then(|| {
        // A raw socket has no port, so this helps only without a service.
        let raw = case.with(Hint::Socktype, "SOCK_RAW");
        Finding::failure()
            .value("protocol", case.show(Hint::Protocol, protocol))
            .fix(raw.filter(|query| query.service.is_none()))
    })
}

fn pair(case: &Case<'_>) -> Option<Finding> {
    let (socktype, protocol) = refused_pair(case)?;
    Finding::failure()
        .pair(case, socktype, protocol)
        .fix(case.without_protocol())
        .some()
}

/// The BSDs refuse protocols that are not in their table, with any type.
fn protocol(case: &Case<'_>) -> Option<Finding> {
    let value = case.hints().protocol;
    (value != 0).then(|| {
        Finding::failure()
            .value("protocol", case.show(Hint::Protocol, value))
            .fix(case.without_protocol())
    })
}
