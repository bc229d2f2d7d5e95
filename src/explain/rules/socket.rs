//! Why socket() refused an entry.

use super::super::case::Case;
use super::super::literal::Literal;
use super::{Finding, failure, rules, suspicion};
use crate::names::Os;
use crate::net::{Hint, Network};

rules! {
    "socket-policy" policy by Error on ["EAFNOSUPPORT", "EPFNOSUPPORT", "EPROTONOSUPPORT", "EPROTOTYPE",
        "ESOCKTNOSUPPORT", "EINVAL", "ENOSYS", "EOPNOTSUPP", "EPERM", "EACCES"]
        needs [KERNEL_FAMILIES, SECCOMP],
    "raw-entry-unasked" raw_entry_unasked by Error on ["EPROTONOSUPPORT", "EPROTOTYPE"],
    "raw-without-protocol" raw_without_protocol by Error on ["EPROTONOSUPPORT", "EPROTOTYPE"],
    "mptcp-off" mptcp_off by Facts on ["ENOPROTOOPT"] needs [MPTCP],
    "dccp-not-here" dccp_not_here by Error on ["EPROTONOSUPPORT", "ESOCKTNOSUPPORT"],
    "protocol-not-here" protocol_not_here by Error on ["EPROTONOSUPPORT", "EPROTOTYPE"],
    "socket-type-and-protocol" pair by Text on ["EPROTONOSUPPORT", "EPROTOTYPE"],
    "usual-protocol-refused" usual_protocol_refused on ["EPROTONOSUPPORT", "EPROTOTYPE"],
    "protocol-unknown" protocol_unknown by Error on ["EPROTONOSUPPORT", "EPROTOTYPE"],
    "socktype-not-here" socktype_not_here by Error on ["ESOCKTNOSUPPORT"],
    "protocol-out-of-range" protocol_out_of_range by Text on ["EINVAL"],
    "socktype-out-of-range" socktype_out_of_range by Text on ["EINVAL"],
    "ipv6-absent" ipv6_absent by Facts on ["EAFNOSUPPORT", "EPFNOSUPPORT"] needs [KERNEL_FAMILIES],
    "socket-family-of-another-system" family_of_another_system on ["EAFNOSUPPORT", "EPFNOSUPPORT"],
    "family-absent" family_absent by Error on ["EAFNOSUPPORT", "EPFNOSUPPORT"],
    "ping-group" ping_group by Facts on ["EACCES"] needs [PING],
    "raw-network-of-host" raw_network_of_host by Facts on ["EPERM", "EACCES"] needs [PRIVILEGE],
    "raw-root-without-capability" raw_root by Facts on ["EPERM", "EACCES"] needs [PRIVILEGE],
    "raw-privilege" raw_privilege by Facts on ["EPERM", "EACCES"] needs [PRIVILEGE],
    "raw-privilege-bsd" raw_privilege_bsd by Facts on ["EPERM", "EACCES"] needs [PRIVILEGE],
    "raw-privilege-windows" raw_privilege_windows by Facts on ["EPERM", "EACCES"] needs [PRIVILEGE],
    "raw-refused" raw_with_privilege by Facts on ["EPERM", "EACCES"] needs [PRIVILEGE],
    "socket-refused" suspicion on ["EPERM", "EACCES"],
    "sandbox" failure by Error on ["ECAPMODE"],
}

/// TCP or UDP, if the entry is for it.
fn transport(case: &Case<'_>) -> Option<&'static str> {
    let entry = case.addrinfo()?;
    let (base, _) = case.type_and_flags(entry.socktype);
    let (short, long) = match case.name(Hint::Socktype, base)? {
        "SOCK_STREAM" => ("TCP", "IPPROTO_TCP"),
        "SOCK_DGRAM" => ("UDP", "IPPROTO_UDP"),
        _ => return None,
    };
    let usual = entry.protocol == 0 || case.entry_is(Hint::Protocol, &[long]);
    (usual && case.entry_is(Hint::Family, &["AF_INET", "AF_INET6"])).then_some(short)
}

/// A stream or a datagram socket needs no privilege, and each kernel with an IP family has TCP and
/// UDP for it. Linux itself refuses such a socket only without the family, a descriptor or memory
/// (net/socket.c: __sock_create, net/ipv4/af_inet.c: inet_create), so another error is a policy's.
fn policy(case: &Case<'_>) -> Option<Finding> {
    let transport = transport(case)?;
    if case.os != Os::Linux {
        return None;
    }
    let facts = case.facts();
    let ipv6 = case.entry_is(Hint::Family, &["AF_INET6"]);
    if case.failed_with(&["EAFNOSUPPORT", "EPFNOSUPPORT"]) {
        let kernel = if ipv6 {
            facts.kernel_ipv6
        } else {
            facts.kernel_ipv4
        };
        if kernel != Some(true) {
            return None;
        }
    }
    let mode = facts.seccomp.map(|mode| mode.to_string());
    // A policy on AF_INET may refuse AF_INET6 too, and an address has one family.
    let inet = case.with(Hint::Family, "AF_INET");
    Finding::failure()
        .value("family", case.show(Hint::Family, case.addrinfo()?.family))
        .value("protocol", transport)
        .value("error", case.error_name?)
        .value("mode", mode.as_deref().unwrap_or("-"))
        .fix(inet.filter(|_| ipv6 && case.literal().is_none()))
        .some()
}

fn raw_entry_unasked(case: &Case<'_>) -> Option<Finding> {
    super::entry::is_unasked_raw(case)
        .then(|| Finding::failure().fix(case.with(Hint::Socktype, "SOCK_STREAM")))
}

fn raw_without_protocol(case: &Case<'_>) -> Option<Finding> {
    let zero = case.addrinfo()?.protocol == 0;
    (zero && case.entry_is(Hint::Socktype, &["SOCK_RAW"])).then(|| {
        // The most common protocol of raw sockets.
        let icmp = if case.entry_is(Hint::Family, &["AF_INET6"]) {
            "IPPROTO_ICMPV6"
        } else {
            "IPPROTO_ICMP"
        };
        Finding::failure()
            // Linux and Wine 8 refuse it so (measured); FreeBSD takes 0 for every protocol (ip(4)).
            .suspected(matches!(case.os, Os::Macos | Os::Freebsd))
            .value("protocol", icmp)
            .fix(case.with(Hint::Protocol, icmp))
    })
}

/// A finding with the values of the entry's type and protocol.
fn of_pair(case: &Case<'_>) -> Option<Finding> {
    let entry = case.addrinfo()?;
    Finding::failure()
        .pair(case, entry.socktype, entry.protocol)
        .some()
}

/// Whether the entry's type and protocol go together.
fn go_together(case: &Case<'_>) -> bool {
    case.addrinfo()
        .is_some_and(|entry| super::socktype::go_together(case, entry.socktype, entry.protocol))
}

fn mptcp_off(case: &Case<'_>) -> Option<Finding> {
    case.entry_is(Hint::Protocol, &["IPPROTO_MPTCP"]).then(|| {
        Finding::failure()
            .suspected(case.facts().mptcp != Some(false))
            .fix(case.with(Hint::Protocol, "IPPROTO_TCP"))
    })
}

/// Linux had DCCP as a module until 6.15 (commit "net: Retire DCCP socket").
fn dccp_not_here(case: &Case<'_>) -> Option<Finding> {
    let dccp = case.entry_is(Hint::Socktype, &["SOCK_DCCP"])
        || case.entry_is(Hint::Protocol, &["IPPROTO_DCCP"]);
    if !dccp || case.entry_is(Hint::Socktype, &["SOCK_RAW"]) {
        return None;
    }
    let datagram = case.with(Hint::Socktype, "SOCK_DGRAM");
    Finding::failure()
        .fix(datagram.filter(|_| case.hints().protocol == 0))
        .some()
}

fn protocol_not_here(case: &Case<'_>) -> Option<Finding> {
    let own_type = ["IPPROTO_MPTCP", "IPPROTO_PGM"];
    let rare = case.entry_is(Hint::Protocol, &own_type)
        || case.entry_is(Hint::Protocol, &["IPPROTO_SCTP", "IPPROTO_UDPLITE"]) && go_together(case);
    if !rare || case.entry_is(Hint::Socktype, &["SOCK_RAW"]) {
        return None;
    }
    Some(of_pair(case)?.fix(case.without_protocol()))
}

fn pair(case: &Case<'_>) -> Option<Finding> {
    // A number without a name may be a protocol that does not exist at all.
    case.name(Hint::Protocol, case.addrinfo()?.protocol)?;
    if go_together(case) {
        return None;
    }
    Some(of_pair(case)?.fix(case.without_protocol()))
}

fn usual_protocol_refused(case: &Case<'_>) -> Option<Finding> {
    let (socktype, transport) = (case.addrinfo()?.socktype, transport(case)?);
    Finding::failure()
        .suspected(true)
        .value("type", case.show(Hint::Socktype, socktype))
        .value("protocol", transport)
        .some()
}

fn protocol_unknown(case: &Case<'_>) -> Option<Finding> {
    let asked = case.hints().protocol != 0;
    Some(of_pair(case)?.fix(case.without_protocol().filter(|_| asked)))
}

fn socktype_not_here(case: &Case<'_>) -> Option<Finding> {
    Some(of_pair(case)?.fix(case.with(Hint::Socktype, "SOCK_STREAM")))
}

/// Linux accepts 0 to IPPROTO_MPTCP, 262, for IP (net/ipv4/af_inet.c: IPPROTO_MAX).
fn protocol_out_of_range(case: &Case<'_>) -> Option<Finding> {
    let protocol = case.addrinfo()?.protocol;
    (case.os == Os::Linux && !(0..=262).contains(&protocol)).then(|| {
        Finding::failure()
            .value("protocol", protocol)
            .fix(case.without_protocol())
    })
}

/// Linux accepts four bits of type, SOCK_NONBLOCK and SOCK_CLOEXEC (net/socket.c).
fn socktype_out_of_range(case: &Case<'_>) -> Option<Finding> {
    let socktype = case.addrinfo()?.socktype;
    (case.os == Os::Linux && socktype & !(0xf | 0x800 | 0x8_0000) != 0).then(|| {
        Finding::failure()
            .value("type", socktype)
            .fix(case.with(Hint::Socktype, "SOCK_STREAM"))
    })
}

fn ipv6_absent(case: &Case<'_>) -> Option<Finding> {
    case.entry_is(Hint::Family, &["AF_INET6"]).then(|| {
        // AF_INET would refuse an IPv6 address.
        let inet = case.with(Hint::Family, "AF_INET");
        let absent = case.facts().kernel_ipv6 == Some(false);
        Finding::failure()
            .suspected(!absent)
            .fix(inet.filter(|_| case.literal().is_none()))
    })
}

fn family_of_another_system(case: &Case<'_>) -> Option<Finding> {
    super::family::inet6_elsewhere(case, case.addrinfo()?.family)?
        .fix(case.with(Hint::Family, "AF_INET6"))
        .some()
}

fn family_absent(case: &Case<'_>) -> Option<Finding> {
    let refused = case.addrinfo()?.family;
    let other = match case.literal() {
        Some(Literal::V6(..)) => "AF_INET6",
        _ => "AF_INET",
    };
    let differs = case.value(Hint::Family, other) != Some(refused);
    Finding::failure()
        .value("family", case.show(Hint::Family, refused))
        .value("other", other)
        .fix(case.with(Hint::Family, other).filter(|_| differs))
        .some()
}

/// Linux compares the effective and the supplementary groups, of root too (net/ipv4/ping.c:
/// ping_init_sock).
fn ping_group(case: &Case<'_>) -> Option<Finding> {
    let ping = case.os == Os::Linux
        && case.entry_is(Hint::Socktype, &["SOCK_DGRAM"])
        && case.entry_is(Hint::Protocol, &["IPPROTO_ICMP", "IPPROTO_ICMPV6"]);
    (ping && case.facts().ping == Some(false)).then(Finding::failure)
}

/// The finding of a raw socket that needs privilege, on these systems.
fn without_privilege(case: &Case<'_>, systems: &[Os]) -> Option<Finding> {
    if !case.entry_is(Hint::Socktype, &["SOCK_RAW"]) || !systems.contains(&case.os) {
        return None;
    }
    let protocol = case.addrinfo()?.protocol;
    let privileged = case.facts().privileged;
    // With the privilege there is another cause.
    (privileged != Some(true)).then(|| {
        Finding::failure()
            .suspected(privileged.is_none())
            .value("protocol", case.show(Hint::Protocol, protocol))
    })
}

/// CAP_NET_RAW counts only in the user namespace that owns the network (net/ipv4/af_inet.c:
/// ns_capable).
fn raw_network_of_host(case: &Case<'_>) -> Option<Finding> {
    if !case.entry_is(Hint::Socktype, &["SOCK_RAW"]) || case.os != Os::Linux {
        return None;
    }
    let facts = case.facts();
    let suspected = match facts.network? {
        Network::Foreign => false,
        Network::Unknown if facts.privileged == Some(true) => true,
        _ => return None,
    };
    Finding::failure().suspected(suspected).some()
}

fn raw_root(case: &Case<'_>) -> Option<Finding> {
    let finding = without_privilege(case, &[Os::Linux])?;
    let facts = case.facts();
    (facts.root == Some(true) && facts.privileged == Some(false)).then_some(finding)
}

fn raw_privilege(case: &Case<'_>) -> Option<Finding> {
    without_privilege(case, &[Os::Linux])
}

fn raw_privilege_bsd(case: &Case<'_>) -> Option<Finding> {
    without_privilege(case, &[Os::Macos, Os::Freebsd])
}

fn raw_privilege_windows(case: &Case<'_>) -> Option<Finding> {
    without_privilege(case, &[Os::Windows])
}

fn raw_with_privilege(case: &Case<'_>) -> Option<Finding> {
    if !case.entry_is(Hint::Socktype, &["SOCK_RAW"]) {
        return None;
    }
    let facts = case.facts();
    // On Linux the capability may count in another user namespace alone.
    let elsewhere = case.os == Os::Linux && facts.network.is_none();
    (facts.privileged == Some(true)).then(|| Finding::failure().suspected(elsewhere))
}
