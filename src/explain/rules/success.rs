//! A list that differs from what the query seems to ask for.

use std::net::Ipv4Addr;

use super::super::case::{Case, Libc, number};
use super::super::literal::Literal;
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{AddrInfo, Hint};

rules! {
    "port-wrapped" port_wrapped,
    "passive-ignored" passive_ignored,
    "hints-changed" hints_changed,
    "type-and-protocol-accepted" pair_accepted,
    "addrconfig-left-out" addrconfig_left_out needs [ADDRESSES],
    "address-per-type" address_per_type,
    "entry-twice" entry_twice,
    "old-address-form" old_address_form,
    "v4mapped-ignored" v4mapped_ignored,
    "node-empty-accepted" node_empty_accepted,
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

fn entry_twice(case: &Case<'_>) -> Option<Finding> {
    let same = |(a, b): &(&AddrInfo, &AddrInfo)| {
        (&a.addr, a.socktype, a.protocol) == (&b.addr, b.socktype, b.protocol)
    };
    let (twice, _) = neighbours(case).find(same)?;
    let address = twice.sockaddr(case.os)?.ip();
    Finding::advice()
        .suspected(true)
        .value("address", address)
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
