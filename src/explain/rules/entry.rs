//! Entries, whether or not their sockets open.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

use super::super::case::Case;
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{Hint, Query};

rules! {
    "mptcp-is-raw" mptcp_is_raw by Text,
    "icmp-of-other-family" icmp_of_other_family by Text,
    "ipv6-loopback-missing" loopback_missing by Facts needs [INTERFACES],
    "ipv6-off" ipv6_off by Facts needs [INTERFACES],
    "ipv6-off-windows" ipv6_off_windows by Facts needs [INTERFACES],
    "link-local-without-scope" link_local_without_scope by Text,
    "raw-entry-advice" raw_entry by Text,
}

/// For type 0 with IPPROTO_MPTCP glibc returns a SOCK_RAW entry.
fn mptcp_is_raw(case: &Case<'_>) -> Option<Finding> {
    let raw = case.entry_is(Hint::Socktype, &["SOCK_RAW"]);
    (raw && case.entry_is(Hint::Protocol, &["IPPROTO_MPTCP"]))
        .then(|| Finding::warning().fix(case.with(Hint::Protocol, "IPPROTO_TCP")))
}

/// ICMP is protocol 1 over IPv4, ICMPv6 protocol 58 over IPv6 (RFC 792, RFC 4443 §2.1). The kernel
/// accepts each number over both.
fn icmp_of_other_family(case: &Case<'_>) -> Option<Finding> {
    let (is, fitting, own, other) = match case.name(Hint::Protocol, case.addrinfo()?.protocol) {
        Some("IPPROTO_ICMP") => ("IPPROTO_ICMP", "IPPROTO_ICMPV6", "AF_INET6", "AF_INET"),
        Some("IPPROTO_ICMPV6") => ("IPPROTO_ICMPV6", "IPPROTO_ICMP", "AF_INET", "AF_INET6"),
        _ => return None,
    };
    if !case.entry_is(Hint::Family, &[own]) {
        return None;
    }
    // With an address or a family only the protocol can change; else the other family has entries.
    let fixed = case.literal().is_some() || case.hints().family != 0;
    let (member, put, fix) = if fixed {
        let fix = case.with(Hint::Protocol, fitting);
        (Hint::Protocol.member(), fitting, fix)
    } else {
        let fix = case.with(Hint::Family, other);
        (Hint::Family.member(), other, fix)
    };
    Finding::warning()
        .value("protocol", is)
        .value("fitting", fitting)
        .value("family", if own == "AF_INET6" { "IPv6" } else { "IPv4" })
        .change(member, put, fix)
        .some()
}

/// The entry's IPv6 address, if its socket was not refused and IPv6 packets are needed to reach it:
/// bind() to `::` works with IPv6 off, and `::ffff:a.b.c.d` is IPv4 (Linux, measured).
fn ipv6_address(case: &Case<'_>) -> Option<SocketAddrV6> {
    let Some(SocketAddr::V6(address)) = case.address else {
        return None;
    };
    let ip = address.ip();
    let other = ip.is_unspecified() || ip.to_ipv4_mapped().is_some() || ip.is_multicast();
    (case.error().is_none() && !other).then_some(address)
}

/// AF_INET as a fix: an address has one family; a name or NULL can have both.
fn inet(case: &Case<'_>) -> Option<Query> {
    let both = case.node_name().is_some() || case.query.node.is_none();
    case.with(Hint::Family, "AF_INET").filter(|_| both)
}

/// Without `::1` on an interface, bind() to it fails with EADDRNOTAVAIL. So does connect() if there
/// is no IPv6 address at all, else it takes the default route (Linux, measured).
fn loopback_missing(case: &Case<'_>) -> Option<Finding> {
    let address = ipv6_address(case)?;
    if *address.ip() != Ipv6Addr::LOCALHOST || case.os == Os::Windows {
        return None;
    }
    let facts = case.facts();
    if facts.has_address(Ipv6Addr::LOCALHOST, 0)? {
        return None;
    }
    let mut loopback = facts.interfaces.iter().flatten().filter(|it| it.loopback);
    let switch = loopback.find_map(|it| it.ipv6_off);
    Finding::warning()
        .value(
            "switch",
            switch.map_or("-", |off| if off { "1" } else { "0" }),
        )
        .fix(inet(case))
        .some()
}

/// With IPv6 off on an interface, it has no IPv6 address. Then socket() succeeds, bind() fails with
/// EADDRNOTAVAIL, and connect() fails with ENETUNREACH, or with EADDRNOTAVAIL if no interface has an
/// IPv6 address (Linux, measured).
fn ipv6_off(case: &Case<'_>) -> Option<Finding> {
    let address = ipv6_address(case)?;
    let (ip, local) = (address.ip(), address.ip().is_unicast_link_local());
    let scope = if local { address.scope_id() } else { 0 };
    if ip.is_loopback() || local && scope == 0 || case.os == Os::Windows {
        return None;
    }
    let facts = case.facts();
    if facts.has_address(*ip, scope)? {
        return None;
    }
    let off = facts.ipv6_off(scope)?;
    let error = if facts.has_ipv6() {
        "ENETUNREACH"
    } else {
        "EADDRNOTAVAIL"
    };
    // A route through lo can still take connect() to an address that no interface has (measured).
    Finding::warning()
        .suspected(scope == 0 && facts.has_ipv6())
        .value("interfaces", off.join(", "))
        .value("address", ip)
        .value("error", error)
        .fix(inet(case))
        .some()
}

/// Without an IPv6 address on any adapter, not even `::1`, no IPv6 packet has a source.
fn ipv6_off_windows(case: &Case<'_>) -> Option<Finding> {
    if case.os != Os::Windows {
        return None;
    }
    let address = ipv6_address(case)?;
    let facts = case.facts();
    (facts.interfaces.is_some() && !facts.has_ipv6()).then(|| {
        Finding::warning()
            .value("address", address.ip())
            .fix(inet(case))
    })
}

fn link_local_without_scope(case: &Case<'_>) -> Option<Finding> {
    let Some(SocketAddr::V6(address)) = case.address else {
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
