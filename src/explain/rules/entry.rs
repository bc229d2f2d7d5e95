//! Entries, whether or not their sockets open.

use std::net::{IpAddr, SocketAddr};

use super::super::case::Case;
use super::{Finding, rules};
use crate::names::Os;
use crate::net::Hint;

rules! {
    "mptcp-is-raw" mptcp_is_raw,
    "ipv6-off" ipv6_off needs [IPV6_SWITCH],
    "link-local-without-scope" link_local_without_scope,
    "raw-entry-advice" raw_entry,
}

/// For type 0 with IPPROTO_MPTCP glibc returns a SOCK_RAW entry.
fn mptcp_is_raw(case: &Case<'_>) -> Option<Finding> {
    let raw = case.entry_is(Hint::Socktype, &["SOCK_RAW"]);
    (raw && case.entry_is(Hint::Protocol, &["IPPROTO_MPTCP"]))
        .then(|| Finding::warning().fix(case.with(Hint::Protocol, "IPPROTO_TCP")))
}

/// With IPv6 off, socket() succeeds; bind() and connect() fail (Linux, measured).
fn ipv6_off(case: &Case<'_>) -> Option<Finding> {
    let opened = case.error().is_none() && case.entry_is(Hint::Family, &["AF_INET6"]);
    (opened && case.facts().ipv6_disabled == Some(true)).then(|| {
        // An address has one family; a name or NULL can have both.
        let both = case.node_name().is_some() || case.query.node.is_none();
        let fix = case.with(Hint::Family, "AF_INET").filter(|_| both);
        Finding::warning().fix(fix)
    })
}

fn link_local_without_scope(case: &Case<'_>) -> Option<Finding> {
    let Some(SocketAddr::V6(address)) = case.addrinfo()?.sockaddr(case.os) else {
        return None;
    };
    let ip = *address.ip();
    (ip.is_unicast_link_local() && address.scope_id() == 0)
        .then(|| Finding::advice().value("address", IpAddr::V6(ip)))
}

/// The SOCK_RAW entry of a query without a type, before socket(). After it, the rules on socket()'s
/// error explain the entry.
fn raw_entry(case: &Case<'_>) -> Option<Finding> {
    (case.socket().is_none() && is_unasked_raw(case))
        .then(|| Finding::advice().fix(case.with(Hint::Socktype, "SOCK_STREAM")))
}

/// Whether the entry is the SOCK_RAW one that glibc adds if the query has no type.
pub(super) fn is_unasked_raw(case: &Case<'_>) -> bool {
    case.os == Os::Linux
        && case.hints().socktype == 0
        && case.hints().protocol == 0
        && case.addrinfo().is_some_and(|entry| entry.protocol == 0)
        && case.entry_is(Hint::Socktype, &["SOCK_RAW"])
}
