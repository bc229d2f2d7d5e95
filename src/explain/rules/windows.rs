//! Names on Windows: the hosts file, the adapters and what its DNS client is configured with. Policies
//! (NRPT), LLMNR, mDNS and NetBIOS are further sources that no fact covers.

use std::borrow::Cow;
use std::net::IpAddr;

use super::super::case::Case;
use super::sources::{lines, usable};
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{Hint, Hosts, Interface, Resolver};

rules! {
    "hosts-line-without-effect" line_without_effect on ["EAI_NONAME", "EAI_AGAIN"] needs [HOSTS],
    "no-adapter-up" no_adapter_up by Facts on ["EAI_NONAME", "EAI_AGAIN"] needs [INTERFACES, RESOLVER],
    "no-name-server" no_name_server on ["EAI_NONAME", "EAI_AGAIN"] needs [RESOLVER],
    "hosts-file-unreadable-windows" unreadable on ["EAI_NONAME"] needs [HOSTS],
    "name-without-suffix" without_suffix on ["EAI_NONAME"] needs [RESOLVER],
    "name-with-suffixes" with_suffixes on ["EAI_NONAME"] needs [RESOLVER],
    "name-in-no-source-windows" in_no_source on ["EAI_NONAME"] needs [HOSTS, RESOLVER],
}

/// The node, if it is a name on Windows. localhost needs no source there.
fn name<'a>(case: &Case<'a>) -> Option<Cow<'a, str>> {
    case.node_name()
        .filter(|node| case.os == Os::Windows && !node.eq_ignore_ascii_case("localhost"))
}

/// The file has the name, but getaddrinfo did not find it.
fn line_without_effect(case: &Case<'_>) -> Option<Finding> {
    let node = name(case)?;
    let lines = lines(case, &node);
    let line = lines.iter().find(|line| usable(case, line.address))?;
    Finding::failure()
        .suspected(true)
        .node(case)
        .value("line", line.number)
        .value("address", line.address)
        .some()
}

/// The name servers. Windows lists these addresses for an adapter with IPv6 and no server
/// (draft-ietf-ipv6-dns-discovery-07 §3; RFC 3879 §4 took their prefix back).
fn servers(resolver: &Resolver) -> Vec<&str> {
    let placeholder = |server: &&str| {
        let address = server.split('%').next().unwrap_or_default();
        ["1", "2", "3"]
            .iter()
            .any(|last| address == format!("fec0:0:0:ffff::{last}"))
    };
    let servers = resolver.servers.iter().map(String::as_str);
    servers.filter(|server| !placeholder(server)).collect()
}

/// Offline: only the loopback is up, and no name server is on it.
fn no_adapter_up(case: &Case<'_>) -> Option<Finding> {
    name(case)?;
    let facts = case.facts();
    let (interfaces, resolver) = (facts.interfaces.as_ref()?, facts.resolver.as_ref()?);
    let offline = interfaces.iter().all(|it| it.loopback || !it.up);
    (offline && servers(resolver).is_empty()).then(|| Finding::failure().node(case))
}

/// A policy can name servers for some names.
fn no_name_server(case: &Case<'_>) -> Option<Finding> {
    name(case)?;
    let resolver = case.facts().resolver.as_ref()?;
    let up = resolver.adapters.iter().map(|it| it.name.as_str());
    let up: Vec<&str> = up.take(4).collect();
    servers(resolver).is_empty().then(|| {
        Finding::failure()
            .suspected(true)
            .node(case)
            .quoted("adapters", up.join(", "))
    })
}

/// Whether an address of this interface reaches more than its link.
fn global_ipv6(interface: &Interface) -> bool {
    let global = |ip: &IpAddr| match ip {
        IpAddr::V6(ip) => !ip.is_loopback() && !ip.is_unicast_link_local(),
        IpAddr::V4(_) => false,
    };
    interface.up && interface.addresses.iter().any(global)
}

/// Without such an address, the DNS client of Windows asks no name server for AAAA.
pub(super) fn no_global_ipv6(case: &Case<'_>) -> Option<Finding> {
    name(case)?;
    if !case.hint_is(Hint::Family, &["AF_INET6"]) {
        return None;
    }
    let interfaces = case.facts().interfaces.as_ref()?;
    (!interfaces.iter().any(global_ipv6)).then(|| {
        Finding::failure()
            .suspected(true)
            .node(case)
            .fix(case.with(Hint::Family, "AF_UNSPEC"))
    })
}

fn unreadable(case: &Case<'_>) -> Option<Finding> {
    name(case)?;
    (case.facts().hosts == Some(Hosts::Unreadable))
        .then(|| Finding::failure().suspected(true).node(case))
}

/// The domains that Windows appends to the node: it does so only for a name without a dot.
fn suffixes<'a>(case: &Case<'a>) -> Option<&'a [String]> {
    let node = name(case)?;
    if node.contains('.') {
        return None;
    }
    Some(&case.facts().resolver.as_ref()?.search)
}

fn without_suffix(case: &Case<'_>) -> Option<Finding> {
    suffixes(case)?
        .is_empty()
        .then(|| Finding::failure().suspected(true).node(case))
}

fn with_suffixes(case: &Case<'_>) -> Option<Finding> {
    let suffixes = suffixes(case).filter(|list| !list.is_empty())?;
    let names = suffixes.iter().take(4);
    Finding::failure()
        .suspected(true)
        .node(case)
        .quoted(
            "suffixes",
            names.map(String::as_str).collect::<Vec<_>>().join(", "),
        )
        .some()
}

fn in_no_source(case: &Case<'_>) -> Option<Finding> {
    name(case)?;
    let facts = case.facts();
    let resolver = facts.resolver.as_ref()?;
    let read = matches!(facts.hosts, Some(Hosts::Lines(_)));
    let servers = servers(resolver);
    (read && !servers.is_empty()).then(|| {
        Finding::failure()
            .suspected(true)
            .node(case)
            .value("servers", servers.join(", "))
    })
}
