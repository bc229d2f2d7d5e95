//! Why bind() refused, and listen() where it refuses for the same reason: who has the port.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::super::case::Case;
use super::super::step::Step;
use super::{Finding, rules, suspicion};
use crate::names::Os;
use crate::net::{Call, PortState, PortUser, SocketOption, Transport};

rules! {
    "bind-twice" bind_twice by Text on ["EINVAL"],
    "port-privileged" privileged by Facts on ["EACCES"] needs [LOW_PORTS],
    "port-exclusive" exclusive by Facts on ["WSAEACCES"] needs [PORTS],
    "port-reserved" reserved on ["WSAEACCES"],
    "call-denied" denied on ["EACCES", "EPERM"],
    "no-free-port" no_free_port by Text on ["EADDRINUSE"],
    "own-dual-stack" own_dual_stack by Text on ["EADDRINUSE"],
    "port-reuse-listener" reuse_listener by Facts on ["EADDRINUSE"] needs [PORTS],
    "port-own-socket" own_socket by Text on ["EADDRINUSE"],
    "port-dual-stack" dual_stack by Facts on ["EADDRINUSE"] needs [PORTS],
    "port-this-process" this_process by Facts on ["EADDRINUSE"] needs [PORTS],
    "port-taken-by" taken_by by Facts on ["EADDRINUSE"] needs [PORTS],
    "port-hidden-owner" hidden_owner by Facts on ["EADDRINUSE"] needs [PORTS],
    "port-time-wait-no-reuse" time_wait_without_reuse by Facts on ["EADDRINUSE"] needs [PORTS],
    "port-time-wait" time_wait by Facts on ["EADDRINUSE"] needs [PORTS],
    "port-steam" steam on ["EADDRINUSE"],
    "port-taken" taken by Error on ["EADDRINUSE"],
    "bind-ipv6-off" ipv6_off by Facts on ["EADDRNOTAVAIL"] needs [INTERFACES],
    "address-not-here" not_here by Facts on ["EADDRNOTAVAIL"] needs [INTERFACES],
    "address-not-ready" not_ready on ["EADDRNOTAVAIL"] needs [INTERFACES],
}

/// The bind() to explain, and its address.
fn bind<'a>(case: &Case<'a>) -> Option<(Step<'a>, SocketAddr)> {
    let step = case
        .step
        .filter(|step| matches!(step.call(), Call::Bind { .. }))?;
    Some((step, step.address()?))
}

/// The bind() or listen() to explain, and the address of its socket.
fn local<'a>(case: &Case<'a>) -> Option<(Step<'a>, SocketAddr)> {
    let step = case.step?;
    let local = matches!(step.call(), Call::Bind { .. } | Call::Listen { .. });
    Some((
        step,
        step.address()
            .filter(|address| local && address.port() != 0)?,
    ))
}

/// Whether one of the addresses is a wildcard or both are equal, and so one socket excludes the other.
fn overlap(one: IpAddr, other: IpAddr) -> bool {
    one == other || one.is_unspecified() || other.is_unspecified()
}

/// The sockets of the port that exclude this one; `None` if they are not known.
fn users<'a>(case: &Case<'a>) -> Option<Vec<&'a PortUser>> {
    let (step, address) = local(case)?;
    let protocol = if step.is_type(&["SOCK_DGRAM"]) {
        Transport::Udp
    } else {
        Transport::Tcp
    };
    let all = case.facts().ports.as_ref()?.iter();
    let all = all.filter(|user| user.port == address.port() && user.protocol == protocol);
    Some(all.filter(|user| overlap(user.ip, address.ip())).collect())
}

/// The user that is not the rest of a connection.
fn holder<'a>(case: &Case<'a>) -> Option<&'a PortUser> {
    let users = users(case)?;
    let mut users = users.into_iter();
    users.find(|user| matches!(user.state, PortState::Listening | PortState::Bound))
}

/// A finding with the port, and with a fix that binds to the next one; if that failed too, to one that
/// the system chooses.
fn other_port(case: &Case<'_>) -> Option<Finding> {
    let (step, address) = local(case)?;
    let next = address.port().checked_add(1).unwrap_or_default();
    Some(to_port(
        step,
        address,
        if step.tries_bind() { 0 } else { next },
    ))
}

fn to_port(step: Step<'_>, address: SocketAddr, other: u16) -> Finding {
    let mut to = address;
    to.set_port(other);
    Finding::failure()
        .value("port", address.port())
        .value("other", other)
        .call(step.with_address(to))
}

fn bind_twice(case: &Case<'_>) -> Option<Finding> {
    let (step, _) = bind(case)?;
    let bound = step.bound_to();
    let bound = bound.map_or_else(|| "?".to_owned(), |address| address.to_string());
    step.is_bound()
        .then(|| Finding::failure().value("bound", bound))
}

/// Linux: net/ipv4/af_inet.c: __inet_bind. The first port that needs no privilege is 1024 on macOS and
/// FreeBSD (IPPORT_RESERVED).
fn privileged(case: &Case<'_>) -> Option<Finding> {
    let (step, address) = bind(case)?;
    if case.os == Os::Windows || address.port() >= 1024 && case.os != Os::Linux {
        return None;
    }
    let facts = case.facts();
    let first = facts.first_port.unwrap_or(1024);
    let known = case.os != Os::Linux || facts.first_port.is_some();
    if address.port() >= first || address.port() == 0 || facts.low_ports == Some(true) {
        return None;
    }
    // 80 becomes 8080, and 443 8443.
    let other = address.port() + if address.port() < 1000 { 8000 } else { first };
    to_port(step, address, other)
        .suspected(!known || facts.low_ports.is_none())
        .value("first", first)
        .some()
}

fn exclusive(case: &Case<'_>) -> Option<Finding> {
    bind(case)?;
    let owner = holder(case)?.owner();
    other_port(case)?
        .value("owner", owner.unwrap_or_else(|| "?".to_owned()))
        .some()
}

/// Hyper-V, WSL and containers reserve ranges of ports (microsoft/WSL#5514).
fn reserved(case: &Case<'_>) -> Option<Finding> {
    let (step, address) = bind(case).filter(|(_, address)| address.port() != 0)?;
    let protocol = if step.is_type(&["SOCK_DGRAM"]) {
        "udp"
    } else {
        "tcp"
    };
    let version = if address.is_ipv4() { "ipv4" } else { "ipv6" };
    // The whole range is reserved.
    to_port(step, address, 0)
        .suspected(true)
        .value("version", version)
        .value("protocol", protocol)
        .some()
}

fn denied(case: &Case<'_>) -> Option<Finding> {
    let call = case.step?.call().name(case.os);
    Some(suspicion(case)?.value("function", call))
}

/// Linux: net/ipv4/inet_connection_sock.c: inet_csk_find_open_port.
fn no_free_port(case: &Case<'_>) -> Option<Finding> {
    let (_, address) = bind(case)?;
    (address.port() == 0).then(Finding::failure)
}

/// A socket of the run with the same port and type.
fn own<'a>(case: &Case<'a>) -> Option<(Step<'a>, SocketAddr, String, SocketAddr)> {
    let (step, address) = local(case)?;
    let mut others = step.others();
    let (record, other) = others.find(|(record, other)| {
        let same = step.socktype_of(record) == step.triple().map(|triple| triple.socktype & 0xf);
        same && other.port() == address.port() && overlap(other.ip(), address.ip())
    })?;
    Some((step, address, record.handle()?.show(case.os), other))
}

/// The call that makes an IPv6 socket exclude IPv4.
fn set_v6only(step: Step<'_>, address: SocketAddr) -> Option<Call> {
    let bind = matches!(step.call(), Call::Bind { .. });
    (bind && address.is_ipv6()).then(|| step.set(SocketOption::V6only, 1))
}

fn own_dual_stack(case: &Case<'_>) -> Option<Finding> {
    let (step, address, handle, other) = own(case)?;
    let set = address.is_ipv6() && step.excludes_ipv4();
    (address.is_ipv6() != other.is_ipv6() && !set).then(|| {
        Finding::failure()
            .value("address", address)
            .value("handle", handle)
            .value("other", other)
            .call(set_v6only(step, address))
    })
}

fn own_socket(case: &Case<'_>) -> Option<Finding> {
    let (_, _, handle, address) = own(case)?;
    other_port(case)?
        .value("handle", handle)
        .value("address", address)
        .some()
}

fn dual_stack(case: &Case<'_>) -> Option<Finding> {
    let (step, address) = local(case)?;
    let user = holder(case)?;
    if user.ip.is_ipv6() == address.is_ipv6() || address.is_ipv6() && step.excludes_ipv4() {
        return None;
    }
    Finding::failure()
        .value("address", address)
        .value("other", user.address())
        .value("owner", user.owner().unwrap_or_else(|| "?".to_owned()))
        .call(set_v6only(step, address))
        .some()
}

fn this_process(case: &Case<'_>) -> Option<Finding> {
    local(case)?;
    let user = holder(case)?;
    user.own.then_some(())?;
    Some(other_port(case)?.value("address", user.address()))
}

/// Whether SO_REUSEADDR is set.
fn reuses(step: Step<'_>) -> bool {
    let value = step.option(SocketOption::ReuseAddr);
    value.is_some_and(|value| value != 0)
}

/// Linux: net/ipv4/inet_connection_sock.c: inet_bind_conflict; socket(7).
fn reuse_listener(case: &Case<'_>) -> Option<Finding> {
    let (step, _) = local(case)?;
    if case.os != Os::Linux || !reuses(step) {
        return None;
    }
    let user = holder(case)?;
    let owner = user.owner().unwrap_or_else(|| "?".to_owned());
    let listens = user.state == PortState::Listening;
    listens.then_some(other_port(case)?.value("owner", owner))
}

fn taken_by(case: &Case<'_>) -> Option<Finding> {
    local(case)?;
    let user = holder(case)?;
    let (owner, address) = (user.owner()?, user.address());
    other_port(case)?
        .value("owner", owner)
        .value("address", address)
        .some()
}

fn hidden_owner(case: &Case<'_>) -> Option<Finding> {
    local(case)?;
    let address = holder(case)?.address();
    Some(other_port(case)?.value("address", address))
}

/// The number of connections that keep the port, if nothing else has it.
fn left(case: &Case<'_>) -> Option<usize> {
    let users = users(case)?;
    let left = |user: &&PortUser| matches!(user.state, PortState::TimeWait | PortState::Connected);
    (!users.is_empty() && users.iter().all(left)).then_some(users.len())
}

/// Linux: net/ipv4/inet_connection_sock.c: inet_bind_conflict asks both sockets for the option, also the
/// one that left a connection in TIME_WAIT (inet_timewait_sock.c: inet_twsk_alloc keeps it).
fn time_wait_without_reuse(case: &Case<'_>) -> Option<Finding> {
    let (step, address) = bind(case)?;
    let own = step.has_left_without_reuse(address.port());
    if case.os != Os::Linux || !own && !reuses(step) {
        return None;
    }
    let count = left(case)?;
    other_port(case)?
        .suspected(!own)
        .value("count", count)
        .some()
}

/// socket(7): with SO_REUSEADDR a socket may bind unless another one listens.
fn time_wait(case: &Case<'_>) -> Option<Finding> {
    let (step, address) = bind(case)?;
    if reuses(step) || case.os == Os::Windows {
        return None;
    }
    let count = left(case)?;
    Finding::failure()
        .value("port", address.port())
        .value("count", count)
        .call(Some(step.set(SocketOption::ReuseAddr, 1)))
        .some()
}

/// The tutorial's port is the usual one of Steam's game servers (Valve, "Source Dedicated Server").
fn steam(case: &Case<'_>) -> Option<Finding> {
    let (_, address) = local(case)?;
    (address.port() == 27015).then_some(())?;
    Some(other_port(case)?.suspected(true))
}

fn taken(case: &Case<'_>) -> Option<Finding> {
    other_port(case)
}

fn ipv6_off(case: &Case<'_>) -> Option<Finding> {
    match bind(case)? {
        (_, SocketAddr::V6(address)) if !address.ip().is_unspecified() => {
            let facts = case.facts();
            let off = facts.ipv6_off(address.scope_id())?;
            Finding::failure()
                .value("address", address)
                .value("interfaces", off.join(", "))
                .some()
        }
        _ => None,
    }
}

/// The wildcard address of the same family.
const fn wildcard(address: SocketAddr) -> SocketAddr {
    let ip = match address {
        SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    SocketAddr::new(ip, address.port())
}

fn not_here(case: &Case<'_>) -> Option<Finding> {
    let (step, address) = bind(case)?;
    let interfaces = &case.facts().interfaces;
    let own: Vec<IpAddr> = interfaces
        .iter()
        .flatten()
        .flat_map(|it| it.addresses.iter().copied())
        .filter(|ip| ip.is_ipv4() == address.is_ipv4())
        .collect();
    if address.ip().is_unspecified() || own.contains(&address.ip()) {
        return None;
    }
    let listed: Vec<String> = own.iter().take(6).map(IpAddr::to_string).collect();
    let listed = if listed.is_empty() {
        "-".to_owned()
    } else {
        listed.join(", ")
    };
    let wildcard = wildcard(address);
    Finding::failure()
        .suspected(interfaces.is_none())
        .value("address", address)
        .value("addresses", listed)
        .value("wildcard", wildcard)
        .call(step.with_address(wildcard))
        .some()
}

fn not_ready(case: &Case<'_>) -> Option<Finding> {
    let (_, address) = bind(case)?;
    case.facts();
    Some(suspicion(case)?.value("address", address))
}
