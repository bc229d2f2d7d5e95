//! Why connect() failed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::super::case::Case;
use super::super::step::Step;
use super::done::intended_port;
use super::{Finding, rules};
use crate::net::{Call, PortState, PortUser, Transport};

rules! {
    "connect-interrupted" interrupted by Text,
    "connect-listener" listener by Text on ["EISCONN", "EINVAL", "EOPNOTSUPP"],
    "connect-twice" twice by Text on ["EISCONN"],
    "connect-finished" finished by Text on ["EISCONN"],
    "connect-going-on" going_on by Text on ["EALREADY", "EINPROGRESS", "EWOULDBLOCK"],
    "connect-port-zero" port_zero by Text on ["EADDRNOTAVAIL", "ECONNREFUSED"],
    "connect-wildcard-refused" wildcard by Text on ["EADDRNOTAVAIL"],
    "connect-port-swapped" port_swapped by Text on ["ECONNREFUSED", "ETIMEDOUT"],
    "connect-other-address" other_address by Facts on ["ECONNREFUSED"] needs [PORTS],
    "connect-nobody-listens" nobody by Facts on ["ECONNREFUSED"] needs [PORTS],
    "connect-refused" of_address by Error on ["ECONNREFUSED"],
    "connect-timed-out" of_address by Error on ["ETIMEDOUT"],
    "connect-no-ipv6" no_ipv6 by Facts on ["ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL"]
        needs [ADDRESSES],
    "connect-unreachable" of_address by Error on ["ENETUNREACH", "EHOSTUNREACH"],
    "connect-no-local-address" local_address on ["EADDRNOTAVAIL"],
}

/// The connect() to explain.
fn connect<'a>(case: &Case<'a>) -> Option<Step<'a>> {
    case.step
        .filter(|step| matches!(step.call(), Call::Connect { .. }))
}

/// A finding with the address of the call.
fn of_address(case: &Case<'_>) -> Option<Finding> {
    let address = connect(case)?.address()?;
    Finding::failure().value("address", address).some()
}

/// POSIX, connect(): an interrupted connect() goes on.
fn interrupted(case: &Case<'_>) -> Option<Finding> {
    connect(case)?
        .record
        .is_interrupted()
        .then(Finding::failure)
}

/// Linux: net/ipv4/af_inet.c: __inet_stream_connect; Windows: WSAEINVAL (Microsoft, connect).
fn listener(case: &Case<'_>) -> Option<Finding> {
    connect(case)?.is_listening().then(Finding::failure)
}

fn twice(case: &Case<'_>) -> Option<Finding> {
    connect(case)?.is_connected().then(Finding::failure)
}

fn finished(case: &Case<'_>) -> Option<Finding> {
    connect(case)?.connects().then(Finding::failure)
}

fn going_on(case: &Case<'_>) -> Option<Finding> {
    connect(case)?.connects().then(Finding::failure)
}

/// A finding whose fix connects to another address.
fn to(step: Step<'_>, address: SocketAddr) -> Finding {
    Finding::failure()
        .value("other", address)
        .call(step.with_address(address))
}

/// The address with another port; the scope id stays.
fn with_port(mut address: SocketAddr, port: u16) -> SocketAddr {
    address.set_port(port);
    address
}

fn port_zero(case: &Case<'_>) -> Option<Finding> {
    let step = connect(case)?;
    let address = step.address().filter(|address| address.port() == 0)?;
    let port = intended_port(case).filter(|port| *port != 0);
    let address = port.map(|port| with_port(address, port));
    let finding = match address {
        Some(address) => to(step, address),
        None => Finding::failure().value("other", ""),
    };
    finding.some()
}

fn loopback(address: SocketAddr) -> SocketAddr {
    let ip: IpAddr = match address {
        SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

fn wildcard(case: &Case<'_>) -> Option<Finding> {
    let step = connect(case)?;
    let address = step
        .address()
        .filter(|address| address.ip().is_unspecified())?;
    Some(to(step, loopback(address)).value("address", address))
}

fn port_swapped(case: &Case<'_>) -> Option<Finding> {
    let step = connect(case)?;
    let address = step.address()?;
    let port = intended_port(case)?;
    (port != address.port() && port.swap_bytes() == address.port()).then(|| {
        to(step, with_port(address, port))
            .value("port", address.port())
            .value("asked", port)
    })
}

/// The listeners on the port, if the address is of this machine for certain; a wildcard address is the
/// loopback address there.
fn listeners<'a>(case: &Case<'a>) -> Option<(Step<'a>, SocketAddr, Vec<&'a PortUser>)> {
    let step = connect(case).filter(|step| step.is_type(&["SOCK_STREAM"]))?;
    let address = step.address()?;
    let ip = address.ip();
    if !ip.is_loopback() && !ip.is_unspecified() {
        return None;
    }
    let users = case.facts().ports.as_ref()?.iter();
    let users = users.filter(|user| {
        (user.protocol, user.state) == (Transport::Tcp, PortState::Listening)
            && user.port == address.port()
    });
    Some((step, address, users.collect()))
}

fn other_address(case: &Case<'_>) -> Option<Finding> {
    let (step, address, users) = listeners(case)?;
    let user = users.first()?;
    // A wildcard of this family would have taken the connection: the listener came later.
    if user.ip.is_unspecified() && user.ip.is_ipv4() == address.is_ipv4() {
        return None;
    }
    let same = user.ip.is_ipv4() == address.is_ipv4();
    let finding = if same {
        to(step, user.address())
    } else {
        Finding::failure().value("other", user.address())
    };
    finding.value("address", address).some()
}

fn nobody(case: &Case<'_>) -> Option<Finding> {
    let (_, address, users) = listeners(case)?;
    users
        .is_empty()
        .then(|| Finding::failure().value("address", address))
}

fn no_ipv6(case: &Case<'_>) -> Option<Finding> {
    let address = connect(case)?.address()?;
    let IpAddr::V6(ip) = address.ip() else {
        return None;
    };
    if ip.is_loopback() || ip.is_unspecified() || ip.to_ipv4_mapped().is_some() {
        return None;
    }
    (case.facts().ipv6 == Some(false)).then(|| Finding::failure().value("address", address))
}

fn local_address(case: &Case<'_>) -> Option<Finding> {
    Some(of_address(case)?.suspected(true))
}
