//! Type and protocol of the hints: unknown, or a pair that does not go together.

use super::super::case::{Case, Libc};
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{Hint, Query};

rules! {
    "socktype-unknown" unknown,
    "mptcp-in-hints" mptcp,
    "ping-in-hints" ping,
    "type-and-protocol" pair,
    "protocol-in-hints" protocol,
}

/// Whether the error is the one that this system returns for a bad type or pair.
fn refused(case: &Case<'_>) -> bool {
    match (case.os, case.libc) {
        (Os::Linux, Libc::Musl) => case.gai_is(&["EAI_SERVICE"]),
        (Os::Linux | Os::Windows, _) => case.gai_is(&["EAI_SOCKTYPE"]),
        (Os::Macos | Os::Freebsd, _) => case.gai_is(&["EAI_BADHINTS", "EAI_SOCKTYPE"]),
    }
}

/// Whether the type and the protocol go together in an IP socket; 0 goes with everything.
pub(super) fn go_together(case: &Case<'_>, socktype: i32, protocol: i32) -> bool {
    if socktype == 0 || protocol == 0 {
        return true;
    }
    let name = case.name(Hint::Protocol, protocol);
    // The tables of musl and macOS have neither SCTP nor UDP-Lite.
    let short = case.libc == Libc::Musl || case.os == Os::Macos;
    if short && matches!(name, Some("IPPROTO_SCTP" | "IPPROTO_UDPLITE")) {
        return case.name(Hint::Socktype, socktype) == Some("SOCK_RAW");
    }
    match case.name(Hint::Socktype, socktype) {
        Some("SOCK_STREAM") => matches!(name, Some("IPPROTO_TCP" | "IPPROTO_SCTP")),
        Some("SOCK_DGRAM") => matches!(name, Some("IPPROTO_UDP" | "IPPROTO_UDPLITE")),
        Some("SOCK_SEQPACKET") => name == Some("IPPROTO_SCTP"),
        Some("SOCK_RAW") => true,
        _ => false,
    }
}

/// The query with the type of its protocol.
fn with_type_of_protocol(case: &Case<'_>) -> Option<Query> {
    let name = match case.name(Hint::Protocol, case.hints().protocol) {
        Some("IPPROTO_UDP" | "IPPROTO_UDPLITE") => "SOCK_DGRAM",
        _ if case.hints().protocol == 0 => "SOCK_STREAM",
        Some("IPPROTO_TCP" | "IPPROTO_SCTP") => "SOCK_STREAM",
        _ => "SOCK_RAW",
    };
    case.with(Hint::Socktype, name)
}

fn unknown(case: &Case<'_>) -> Option<Finding> {
    let value = case.hints().socktype;
    let known = ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW"];
    // Resolvers that support SCTP accept its type.
    let sequential = case.hint_is(Hint::Socktype, &["SOCK_SEQPACKET"])
        && matches!(case.os, Os::Linux | Os::Freebsd);
    if value == 0 || sequential || case.hint_is(Hint::Socktype, &known) {
        return None;
    }
    // musl accepts any type in a query without a service.
    let musl = case.libc == Libc::Musl;
    if !refused(case) || musl && case.query.service.is_none() {
        return None;
    }
    let fix = with_type_of_protocol(case);
    let socktype = fix
        .as_ref()
        .map_or(0, |query| query.hints.unwrap_or_default().socktype);
    Finding::failure()
        .value("type", case.show(Hint::Socktype, value))
        .value("fitting", case.show(Hint::Socktype, socktype))
        .fix(fix)
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
        let fix = case
            .query
            .service
            .is_none()
            .then(|| case.with(Hint::Socktype, "SOCK_RAW"));
        Finding::failure()
            .value("protocol", case.show(Hint::Protocol, protocol))
            .fix(fix.flatten())
    })
}

fn pair(case: &Case<'_>) -> Option<Finding> {
    let (socktype, protocol) = refused_pair(case)?;
    Finding::failure()
        .value("type", case.show(Hint::Socktype, socktype))
        .value("protocol", case.show(Hint::Protocol, protocol))
        .fix(Some(case.with_hints(|hints| hints.protocol = 0)))
        .some()
}

/// The BSDs refuse protocols that are not in their table, with any type.
fn protocol(case: &Case<'_>) -> Option<Finding> {
    let value = case.hints().protocol;
    (value != 0 && case.gai_is(&["EAI_BADHINTS"])).then(|| {
        Finding::failure()
            .value("protocol", case.show(Hint::Protocol, value))
            .fix(Some(case.with_hints(|hints| hints.protocol = 0)))
    })
}
