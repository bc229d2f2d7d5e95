//! A list that differs from what the query seems to ask for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr;

use super::super::case::{Case, Libc, number};
use super::super::literal::Literal;
use super::sources::comes_to_files;
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{AddrInfo, Hint, HostLine, Hosts, Service, Triple};
use crate::text::Text;

rules! {
    "port-wrapped" port_wrapped by Text,
    "services-port-wrapped" services_port_wrapped by Facts needs [SERVICES],
    "scope-no-interface" scope_no_interface by Facts needs [INTERFACES],
    "address-with-port" address_with_port by Text,
    "passive-ignored" passive_ignored by Text,
    "hints-changed" hints_changed by Text,
    "type-and-protocol-accepted" pair_accepted by Text,
    "addrconfig-left-out" addrconfig_left_out by Facts needs [ADDRESSES],
    "address-per-type" address_per_type by Text,
    "hosts-line-twice" hosts_line_twice by Facts needs [HOSTS, SOURCES],
    "entry-twice" entry_twice by Text needs [HOSTS],
    "both-wildcards" both_wildcards by Text,
    "star-is-null" star_is_null by Text,
    "old-address-form" old_address_form by Text,
    "v4mapped-ignored" v4mapped_ignored by Text,
    "node-empty-accepted" node_empty_accepted by Text,
}

fn port_wrapped(case: &Case<'_>) -> Option<Finding> {
    let service = case.service()?;
    let asked = number(&service)?;
    let port = case.entries().first()?.sockaddr(case.os)?.port();
    (asked != i128::from(port)).then(|| {
        Finding::warning()
            .service(case)
            .value("port", port)
            .fix(case.with_port(port))
    })
}

fn passive_ignored(case: &Case<'_>) -> Option<Finding> {
    let node = case.node()?;
    let no_node = node.is_empty() || super::request::is_null(case, Some(&node));
    if no_node || !case.has("AI_PASSIVE") {
        return None;
    }
    // Without a service the node has to stay, so the flag has to go.
    let (argument, put, fix) = match case.query.service {
        Some(_) => ("node", "NULL", case.with_node(None)),
        None => {
            let fix = case.without_flag("AI_PASSIVE");
            ("ai_flags", "ai_flags & ~AI_PASSIVE", fix)
        }
    };
    Finding::warning()
        .node(case)
        .change(argument, put, fix)
        .some()
}

/// musl stores type and protocol in one byte each.
fn hints_changed(case: &Case<'_>) -> Option<Finding> {
    if case.libc != Libc::Musl {
        return None;
    }
    let (hints, first) = (case.hints(), case.entries().first()?);
    [
        (Hint::Socktype, hints.socktype, first.socktype),
        (Hint::Protocol, hints.protocol, first.protocol),
    ]
    .into_iter()
    // 0 is no change: musl leaves out the protocol if there is no type.
    .find(|&(_, asked, got)| asked != 0 && got != 0 && asked != got)
    .map(|(hint, asked, got)| {
        Finding::warning()
            .value("member", hint.member())
            .value("asked", case.show(hint, asked))
            .value("got", case.show(hint, got))
            .fix(Some(case.with_hints(|hints| hint.set(hints, 0))))
    })
}

/// getaddrinfo of Windows does not check the pair; socket() does.
fn pair_accepted(case: &Case<'_>) -> Option<Finding> {
    let hints = case.hints();
    let apart = !super::socktype::go_together(case, hints.socktype, hints.protocol);
    (apart && case.os == Os::Windows).then(|| {
        Finding::warning()
            .pair(case, hints.socktype, hints.protocol)
            .fix(case.without_protocol())
    })
}

fn addrconfig_left_out(case: &Case<'_>) -> Option<Finding> {
    if case.hints().family != 0 || case.literal().is_some() || !case.has("AI_ADDRCONFIG") {
        return None;
    }
    let (ipv4, ipv6) = (case.facts().ipv4?, case.facts().ipv6?);
    // With neither family, glibc leaves nothing out.
    if ipv4 == ipv6 {
        return None;
    }
    let family = if ipv4 { "AF_INET6" } else { "AF_INET" };
    let value = case.value(Hint::Family, family)?;
    let left_out = case.entries().iter().all(|entry| entry.family != value);
    left_out.then(|| {
        Finding::advice()
            .value("family", family)
            .fix(case.without_flag("AI_ADDRCONFIG"))
    })
}

/// Pairs of neighbours: the entries of one address follow each other in the list.
fn neighbours<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a AddrInfo, &'a AddrInfo)> {
    let entries = case.entries();
    entries.iter().zip(entries.iter().skip(1))
}

fn address_per_type(case: &Case<'_>) -> Option<Finding> {
    let repeated = case.hints().socktype == 0
        && neighbours(case).any(|(a, b)| a.addr == b.addr && a.socktype != b.socktype);
    repeated.then(|| {
        let socktype = match case.hint(Hint::Protocol) {
            Some("IPPROTO_UDP") => "SOCK_DGRAM",
            _ => "SOCK_STREAM",
        };
        Finding::advice()
            .value("type", socktype)
            .fix(case.with(Hint::Socktype, socktype))
    })
}

/// So many entries are compared with each other: a list of any length must not delay the screen.
const COMPARED: usize = 1 << 14;

/// What entries that are in the list twice have in common.
fn essence(entry: &AddrInfo) -> (Option<&[u8]>, Triple) {
    (entry.addr.as_deref(), entry.triple())
}

/// The address of the first entry that is in the list twice. Other entries can stand between.
fn twice(case: &Case<'_>) -> Option<IpAddr> {
    *case.twice.get_or_init(|| {
        let entries = case.entries();
        let compared = &entries[..entries.len().min(COMPARED)];
        // Sorting takes a fifth of the memory of a set. Equal entries stay in the order of the list.
        let mut sorted: Vec<_> = compared.iter().collect();
        sorted.sort_by_key(|entry| essence(entry));
        let pairs = sorted.windows(2);
        let again = pairs.filter(|pair| essence(pair[0]) == essence(pair[1]));
        let again = again.map(|pair| pair[1]);
        let first = again.min_by_key(|entry| ptr::from_ref::<AddrInfo>(entry))?;
        Some(first.sockaddr(case.os)?.ip())
    })
}

/// The numbers of two lines of the hosts file that yield the address for the node.
fn yielding(case: &Case<'_>, address: IpAddr) -> Option<(usize, usize)> {
    let node = case.node_name()?;
    let Some(Hosts::Lines(lines)) = &case.facts().hosts else {
        return None;
    };
    let yields = |line: &&HostLine| {
        // For AF_INET glibc maps ::1 (`nss/nss_files/files-hosts.c`).
        let mapped = case.libc == Libc::Glibc
            && address == IpAddr::V4(Ipv4Addr::LOCALHOST)
            && line.address == IpAddr::V6(Ipv6Addr::LOCALHOST)
            && case.hint_is(Hint::Family, &["AF_INET"]);
        line.name.eq_ignore_ascii_case(&node) && (mapped || line.address == address)
    };
    let mut lines = lines.iter().filter(yields);
    Some((lines.next()?.number, lines.next()?.number))
}

fn hosts_line_twice(case: &Case<'_>) -> Option<Finding> {
    let address = twice(case)?;
    let (first, second) = yielding(case, address)?;
    let sources = case.facts().host_sources.as_ref();
    let used = match case.libc {
        Libc::Glibc => sources.is_some_and(comes_to_files),
        // musl reads the file (its `lookup_name.c`).
        Libc::Musl => true,
        Libc::Other => false,
    };
    Finding::advice()
        .suspected(!used)
        .node(case)
        .value("address", address)
        .value("first", first)
        .value("second", second)
        .some()
}

fn entry_twice(case: &Case<'_>) -> Option<Finding> {
    let address = twice(case)?;
    (yielding(case, address).is_none()).then(|| Finding::advice().value("address", address))
}

/// A server that binds both to one port meets IPV6_V6ONLY.
fn both_wildcards(case: &Case<'_>) -> Option<Finding> {
    let of = |wildcard: IpAddr| {
        let entries = case.entries().iter();
        entries.filter(move |entry| {
            let address = entry.sockaddr(case.os);
            address.is_some_and(|address| address.ip() == wildcard)
        })
    };
    let twin = |a: &AddrInfo| of(Ipv6Addr::UNSPECIFIED.into()).any(|b| a.socktype == b.socktype);
    // Raw sockets have no ports.
    let server = case.has("AI_PASSIVE") && !case.hint_is(Hint::Socktype, &["SOCK_RAW"]);
    (server && of(Ipv4Addr::UNSPECIFIED.into()).any(twin)).then(Finding::advice)
}

/// glibc treats "*" as NULL (`sysdeps/posix/getaddrinfo.c`).
fn star_is_null(case: &Case<'_>) -> Option<Finding> {
    let star = case.libc == Libc::Glibc && case.node().as_deref() == Some("*");
    star.then(|| Finding::advice().fix(case.with_node(None)))
}

/// glibc keeps the low 16 bits of the port in the services file (measured with 2.36).
fn services_port_wrapped(case: &Case<'_>) -> Option<Finding> {
    let service = case.service_name().filter(|_| case.libc == Libc::Glibc)?;
    let port = case.entries().first()?.sockaddr(case.os)?.port();
    let wrapped = |line: &&Service| {
        line.name == service && line.port > u16::MAX.into() && line.port as u16 == port
    };
    let line = case.service_lines()?.iter().find(wrapped)?;
    Finding::warning()
        .service(case)
        .value("written", line.port)
        .value("port", port)
        .some()
}

/// getaddrinfo accepts any number as a scope.
fn scope_no_interface(case: &Case<'_>) -> Option<Finding> {
    let Some(Literal::V6(ip, Some(scope))) = case.literal() else {
        return None;
    };
    let index: u32 = scope.parse().ok()?;
    let interfaces = case.facts().interfaces.as_ref()?;
    let known = |index: u32| interfaces.iter().any(|row| row.index == index);
    if index == 0 || known(index) {
        return None;
    }
    // In a URL, % is written %25 (RFC 6874).
    let decoded = scope
        .strip_prefix("25")
        .and_then(|scope| scope.parse().ok());
    let better = decoded.filter(|&index| known(index));
    let better = better.map(|index| format!("{ip}%{index}"));
    Finding::warning()
        .node(case)
        .value("scope", index)
        .quoted("better", better.as_deref().unwrap_or_default())
        .fix(better.and_then(|node| case.with_node(Some(&node))))
        .some()
}

/// `::1:80` is an address of its own. Nobody has it: ::/96 is deprecated (RFC 4291 §2.5.5.1).
fn address_with_port(case: &Case<'_>) -> Option<Finding> {
    let node = case.node()?;
    let Some(Literal::V6(_, None)) = case.literal() else {
        return None;
    };
    let (host, port) = node.rsplit_once(':')?;
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    if host != "::1" || !digits {
        return None;
    }
    let mut query = case.with_node(Some(host))?;
    query.service = Text::new(port).ok();
    Finding::warning()
        .node(case)
        .quoted("port", port)
        .fixed_call(Some(query))
        .some()
}

fn old_address_form(case: &Case<'_>) -> Option<Finding> {
    let node = case.node()?;
    let Some(Literal::V4(ip)) = case.literal() else {
        return None;
    };
    node.parse::<Ipv4Addr>().is_err().then(|| {
        Finding::advice()
            .node(case)
            .value("address", ip)
            .fix(case.with_node(Some(&ip.to_string())))
    })
}

fn v4mapped_ignored(case: &Case<'_>) -> Option<Finding> {
    let ignored = case.has("AI_V4MAPPED") && !case.hint_is(Hint::Family, &["AF_INET6"]);
    ignored.then(|| Finding::advice().fix(case.without_flag("AI_V4MAPPED")))
}

/// On Windows the empty node is this computer.
fn node_empty_accepted(case: &Case<'_>) -> Option<Finding> {
    let empty = case.os == Os::Windows && case.node().as_deref() == Some("");
    empty.then(Finding::advice)
}
