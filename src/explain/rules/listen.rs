//! Why listen() or accept() refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::super::case::{Case, number};
use super::super::step::Step;
use super::{Finding, rules};
use crate::net::{Call, encode};

rules! {
    "not-a-stream" not_a_stream by Text on ["EOPNOTSUPP", "EINVAL"],
    "listen-connected" connected by Text on ["EINVAL", "EISCONN"],
    "listen-unbound-refused" unbound by Text on ["EINVAL", "EDESTADDRREQ"],
    "accept-not-listening" not_listening by Text on ["EINVAL"],
    "accept-aborted" aborted by Error on ["ECONNABORTED", "ECONNRESET"],
}

fn listen<'a>(case: &Case<'a>) -> Option<Step<'a>> {
    case.step
        .filter(|step| matches!(step.call(), Call::Listen { .. }))
}

fn accept<'a>(case: &Case<'a>) -> Option<Step<'a>> {
    case.step
        .filter(|step| matches!(step.call(), Call::Accept { .. }))
}

fn not_a_stream(case: &Case<'_>) -> Option<Finding> {
    let step = listen(case).or_else(|| accept(case))?;
    let socktype = step.triple()?.socktype;
    (!step.is_type(&["SOCK_STREAM", "SOCK_SEQPACKET"])).then(|| {
        Finding::failure()
            .value("function", step.call().name(case.os))
            .value("type", case.show(crate::net::Hint::Socktype, socktype))
    })
}

fn connected(case: &Case<'_>) -> Option<Finding> {
    listen(case)?.is_connected().then(Finding::failure)
}

/// The address of the entry, or the wildcard address with the query's port.
fn to_bind(case: &Case<'_>, step: Step<'_>) -> Option<SocketAddr> {
    let entry = step.record.entry.and_then(|at| case.entries().get(at));
    let wildcard = || {
        let ip: IpAddr = if step.is_ipv6()? {
            Ipv6Addr::UNSPECIFIED.into()
        } else {
            Ipv4Addr::UNSPECIFIED.into()
        };
        let port = case
            .service()
            .and_then(|service| number(&service))
            .unwrap_or_default();
        Some(SocketAddr::new(ip, u16::try_from(port).unwrap_or_default()))
    };
    entry
        .and_then(|entry| entry.sockaddr(case.os))
        .or_else(wildcard)
}

fn unbound(case: &Case<'_>) -> Option<Finding> {
    let step = listen(case)?;
    step.opener()?;
    if step.is_bound() {
        return None;
    }
    let address = to_bind(case, step);
    let bind = |address| Call::Bind {
        socket: step.socket,
        address: encode(case.os, address),
    };
    Finding::failure()
        .value(
            "address",
            address.map_or_else(String::new, |it| it.to_string()),
        )
        .call(address.map(bind))
        .some()
}

fn not_listening(case: &Case<'_>) -> Option<Finding> {
    let step = accept(case)?;
    step.opener()?;
    // The backlog of Microsoft's tutorial, SOMAXCONN, has another number on each system.
    let listen = Call::Listen {
        socket: step.socket,
        backlog: 128,
    };
    (!step.is_listening()).then(|| {
        let fits = step.is_bound() && !step.is_connected();
        Finding::failure().call(fits.then_some(listen))
    })
}

fn aborted(case: &Case<'_>) -> Option<Finding> {
    accept(case).map(|_| Finding::failure())
}
