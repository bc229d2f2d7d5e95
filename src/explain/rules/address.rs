//! Why bind(), connect() or sendto() refused the address as it is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use super::super::case::Case;
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{Call, Interface, SocketOption, hex};

rules! {
    "handle-not-open" handle_not_open by Error on ["EBADF", "ENOTSOCK"],
    "address-malformed" malformed by Text on ["EINVAL", "EFAULT", "EAFNOSUPPORT"],
    "address-family" family by Text on ["EAFNOSUPPORT", "EINVAL", "EFAULT", "EOPNOTSUPP"],
    "address-scope" scope by Text on ["EINVAL", "EADDRNOTAVAIL"] needs [INTERFACES],
    "address-scope-unknown" scope_unknown by Error on ["ENODEV"],
    "mapped-v6only" mapped_v6only by Text on ["EINVAL", "ENETUNREACH", "EADDRNOTAVAIL"],
    "broadcast-off" broadcast_off by Text on ["EACCES"],
}

fn handle_not_open(case: &Case<'_>) -> Option<Finding> {
    let call = case.step?.call().name(case.os);
    Finding::failure().value("function", call).some()
}

/// The address of this call; listen() passes none.
fn passed(case: &Case<'_>) -> Option<SocketAddr> {
    let step = case.step?;
    let passes = !matches!(step.call(), Call::Listen { .. });
    step.address().filter(|_| passes)
}

/// A sockaddr that belongs to no IP family: too short, or without its family.
fn malformed(case: &Case<'_>) -> Option<Finding> {
    let step = case.step?;
    let bytes = match step.call() {
        Call::Bind { address, .. } | Call::Connect { address, .. } => address,
        Call::Sendto { datagram, .. } => &datagram.address,
        _ => return None,
    };
    step.is_ipv6()?;
    passed(case).is_none().then(|| {
        Finding::failure()
            .value("length", bytes.len())
            .value("bytes", hex(bytes))
    })
}

/// The same address in the other family.
fn converted(ip: IpAddr) -> Option<IpAddr> {
    Some(match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv6Addr::UNSPECIFIED.into(),
        IpAddr::V4(ip) if ip.is_loopback() => Ipv6Addr::LOCALHOST.into(),
        IpAddr::V4(_) => return None,
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(ip) if ip.is_loopback() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) => ip.to_ipv4_mapped()?.into(),
    })
}

fn family(case: &Case<'_>) -> Option<Finding> {
    let (step, address) = (case.step?, passed(case)?);
    let ipv6 = step.is_ipv6().filter(|ipv6| *ipv6 != address.is_ipv6())?;
    let other = converted(address.ip()).map(|ip| SocketAddr::new(ip, address.port()));
    let (socket, of_address) = if ipv6 {
        ("AF_INET6", "AF_INET")
    } else {
        ("AF_INET", "AF_INET6")
    };
    Finding::failure()
        .value("socket", socket)
        .value("family", of_address)
        .value("address", address)
        .value(
            "other",
            other.map_or_else(String::new, |other| other.to_string()),
        )
        .call(other.and_then(|other| step.with_address(other)))
        .some()
}

/// The interface that a link-local address without a scope can only mean: the one that has it, or for
/// another host's the only one that is up and has such addresses.
fn interface<'a>(case: &Case<'a>, ip: Ipv6Addr) -> Option<&'a Interface> {
    let local = |it: &&Interface| {
        let mut addresses = it.addresses.iter();
        it.up && addresses.any(|ip| matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local()))
    };
    let all: Vec<&Interface> = case
        .facts()
        .interfaces
        .iter()
        .flatten()
        .filter(local)
        .collect();
    let own = all.iter().find(|it| it.addresses.contains(&ip.into()));
    match (own, &*all) {
        (Some(own), _) | (None, [own]) => Some(own),
        _ => None,
    }
}

/// Linux: net/ipv6/af_inet6.c: __inet6_bind, net/ipv6/tcp_ipv6.c: tcp_v6_connect.
fn scope(case: &Case<'_>) -> Option<Finding> {
    let (step, SocketAddr::V6(address)) = (case.step?, passed(case)?) else {
        return None;
    };
    let windows = case.os == Os::Windows || !case.failed_with(&["EADDRNOTAVAIL"]);
    if !address.ip().is_unicast_link_local() || address.scope_id() != 0 || !windows {
        return None;
    }
    let found = interface(case, *address.ip());
    let scoped = found.map(|it| SocketAddrV6::new(*address.ip(), address.port(), 0, it.index));
    Finding::failure()
        .value("address", address)
        .value(
            "scope",
            scoped.map_or_else(String::new, |it| it.scope_id().to_string()),
        )
        .call(scoped.and_then(|it| step.with_address(it.into())))
        .some()
}

/// Linux: net/ipv6/af_inet6.c: __inet6_bind finds no device of the index.
fn scope_unknown(case: &Case<'_>) -> Option<Finding> {
    match passed(case)? {
        SocketAddr::V6(address) if address.scope_id() != 0 => {
            let scope = address.scope_id();
            Finding::failure().value("scope", scope).some()
        }
        _ => None,
    }
}

fn mapped_v6only(case: &Case<'_>) -> Option<Finding> {
    let (step, address) = (case.step?, passed(case)?);
    let IpAddr::V6(ip) = address.ip() else {
        return None;
    };
    ip.to_ipv4_mapped()?;
    if step.is_ipv6() != Some(true) || !step.excludes_ipv4() {
        return None;
    }
    let clear = step.set(SocketOption::V6only, 0);
    Finding::failure()
        .value("address", address)
        .call((!step.is_bound()).then_some(clear))
        .some()
}

/// Linux: net/ipv4/udp.c: udp_sendmsg, net/ipv4/datagram.c.
fn broadcast_off(case: &Case<'_>) -> Option<Finding> {
    let (step, address) = (case.step?, passed(case)?);
    let IpAddr::V4(ip) = address.ip() else {
        return None;
    };
    let sends = !matches!(step.call(), Call::Bind { .. });
    let set = step
        .option(SocketOption::Broadcast)
        .is_some_and(|value| value != 0);
    if !sends || set || !step.is_type(&["SOCK_DGRAM", "SOCK_RAW"]) {
        return None;
    }
    Finding::failure()
        // Of a network's own broadcast address the netmask decides.
        .suspected(!ip.is_broadcast())
        .value("address", address)
        .call(Some(step.set(SocketOption::Broadcast, 1)))
        .some()
}
