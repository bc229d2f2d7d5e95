//! Why socket() refused an entry.

use super::super::case::Case;
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{Hint, Query};

rules! {
    "socket-without-descriptors" without_descriptors [DESCRIPTORS],
    "socket-without-handles" without_handles,
    "file-table-full" file_table_full,
    "kernel-memory" kernel_memory,
    "raw-entry-unasked" raw_entry_unasked,
    "raw-without-protocol" raw_without_protocol,
    "mptcp-off" mptcp_off [MPTCP],
    "protocol-not-here" protocol_not_here,
    "socket-type-and-protocol" pair,
    "protocol-unknown" protocol_unknown,
    "socktype-not-here" socktype_not_here,
    "protocol-out-of-range" protocol_out_of_range,
    "socktype-out-of-range" socktype_out_of_range,
    "ipv6-absent" ipv6_absent,
    "socket-family-of-another-system" family_of_another_system,
    "family-absent" family_absent,
    "ping-group" ping_group [PING],
    "raw-privilege" raw_privilege [PRIVILEGE],
    "raw-privilege-bsd" raw_privilege_bsd [PRIVILEGE],
    "raw-privilege-windows" raw_privilege_windows [PRIVILEGE],
    "socket-refused" refused,
    "sandbox" sandbox,
}

fn without_descriptors(case: &Case<'_>) -> Option<Finding> {
    if !case.errno_is(&["EMFILE"]) {
        return None;
    }
    let descriptors = case.facts().descriptors?;
    Finding::failure().value("limit", descriptors.limit).some()
}

/// On systems without a known limit, such as Windows.
fn without_handles(case: &Case<'_>) -> Option<Finding> {
    case.errno_is(&["EMFILE"]).then(Finding::failure)
}

fn file_table_full(case: &Case<'_>) -> Option<Finding> {
    case.errno_is(&["ENFILE"]).then(Finding::failure)
}

fn kernel_memory(case: &Case<'_>) -> Option<Finding> {
    case.errno_is(&["ENOBUFS", "ENOMEM"]).then(Finding::failure)
}

const NO_PROTOCOL: [&str; 2] = ["EPROTONOSUPPORT", "EPROTOTYPE"];

fn raw_entry_unasked(case: &Case<'_>) -> Option<Finding> {
    (case.errno_is(&NO_PROTOCOL) && super::entry::is_unasked_raw(case))
        .then(|| Finding::failure().fix(case.with(Hint::Socktype, "SOCK_STREAM")))
}

/// The query with ICMP of the entry's family, the most common protocol of raw sockets.
fn with_icmp(case: &Case<'_>) -> Option<(&'static str, Query)> {
    let name = if case.entry_is(Hint::Family, &["AF_INET6"]) {
        "IPPROTO_ICMPV6"
    } else {
        "IPPROTO_ICMP"
    };
    Some((name, case.with(Hint::Protocol, name)?))
}

fn raw_without_protocol(case: &Case<'_>) -> Option<Finding> {
    let zero = case.addrinfo()?.protocol == 0;
    let raw = case.entry_is(Hint::Socktype, &["SOCK_RAW"]);
    if !zero || !raw || !case.errno_is(&NO_PROTOCOL) {
        return None;
    }
    let (protocol, fix) = with_icmp(case)?;
    Finding::failure()
        .value("protocol", protocol)
        .fix(Some(fix))
        .some()
}

fn with_protocol_0(case: &Case<'_>) -> Query {
    case.with_hints(|hints| hints.protocol = 0)
}

/// A finding with the values of the entry's type and protocol.
fn of_pair(case: &Case<'_>) -> Option<Finding> {
    let entry = case.addrinfo()?;
    Finding::failure()
        .value("type", case.show(Hint::Socktype, entry.socktype))
        .value("protocol", case.show(Hint::Protocol, entry.protocol))
        .some()
}

fn mptcp_off(case: &Case<'_>) -> Option<Finding> {
    let mptcp = case.entry_is(Hint::Protocol, &["IPPROTO_MPTCP"]);
    (mptcp && case.errno_is(&["ENOPROTOOPT"])).then(|| {
        let known = case.facts().mptcp == Some(false);
        Finding::failure()
            .suspected(!known)
            .fix(case.with(Hint::Protocol, "IPPROTO_TCP"))
    })
}

fn protocol_not_here(case: &Case<'_>) -> Option<Finding> {
    const RARE: [&str; 5] = [
        "IPPROTO_SCTP",
        "IPPROTO_MPTCP",
        "IPPROTO_UDPLITE",
        "IPPROTO_DCCP",
        "IPPROTO_PGM",
    ];
    let raw = case.entry_is(Hint::Socktype, &["SOCK_RAW"]);
    let fits =
        super::socktype::go_together(case, case.addrinfo()?.socktype, case.addrinfo()?.protocol)
            || case.entry_is(
                Hint::Protocol,
                &["IPPROTO_MPTCP", "IPPROTO_DCCP", "IPPROTO_PGM"],
            );
    if raw || !fits || !case.entry_is(Hint::Protocol, &RARE) || !case.errno_is(&NO_PROTOCOL) {
        return None;
    }
    Some(of_pair(case)?.fix(Some(with_protocol_0(case))))
}

fn pair(case: &Case<'_>) -> Option<Finding> {
    let entry = case.addrinfo()?;
    let apart = !super::socktype::go_together(case, entry.socktype, entry.protocol);
    // A number without a name may be a protocol that does not exist at all.
    case.name(Hint::Protocol, entry.protocol)?;
    if !apart || !case.errno_is(&NO_PROTOCOL) {
        return None;
    }
    Some(of_pair(case)?.fix(Some(with_protocol_0(case))))
}

fn protocol_unknown(case: &Case<'_>) -> Option<Finding> {
    if !case.errno_is(&NO_PROTOCOL) {
        return None;
    }
    let fix = (case.hints().protocol != 0).then(|| with_protocol_0(case));
    Some(of_pair(case)?.fix(fix))
}

fn socktype_not_here(case: &Case<'_>) -> Option<Finding> {
    if !case.errno_is(&["ESOCKTNOSUPPORT"]) {
        return None;
    }
    Some(of_pair(case)?.fix(case.with(Hint::Socktype, "SOCK_STREAM")))
}

/// Linux accepts 0 to IPPROTO_MPTCP, 262, for IP (net/ipv4/af_inet.c: IPPROTO_MAX).
fn protocol_out_of_range(case: &Case<'_>) -> Option<Finding> {
    let protocol = case.addrinfo()?.protocol;
    let wrong = case.os == Os::Linux && !(0..=262).contains(&protocol);
    (wrong && case.errno_is(&["EINVAL"])).then(|| {
        Finding::failure()
            .value("protocol", protocol)
            .fix(Some(with_protocol_0(case)))
    })
}

/// Linux accepts four bits of type, SOCK_NONBLOCK and SOCK_CLOEXEC (net/socket.c).
fn socktype_out_of_range(case: &Case<'_>) -> Option<Finding> {
    let socktype = case.addrinfo()?.socktype;
    let wrong = case.os == Os::Linux && socktype & !(0xf | 0x800 | 0x8_0000) != 0;
    (wrong && case.errno_is(&["EINVAL"])).then(|| {
        Finding::failure()
            .value("type", socktype)
            .fix(case.with(Hint::Socktype, "SOCK_STREAM"))
    })
}

fn no_family(case: &Case<'_>) -> bool {
    case.errno_is(&["EAFNOSUPPORT", "EPFNOSUPPORT"])
}

fn ipv6_absent(case: &Case<'_>) -> Option<Finding> {
    (no_family(case) && case.entry_is(Hint::Family, &["AF_INET6"])).then(|| {
        // AF_INET would refuse an IPv6 address.
        let fix = case
            .literal()
            .is_none()
            .then(|| case.with(Hint::Family, "AF_INET"));
        Finding::failure().fix(fix.flatten())
    })
}

fn family_of_another_system(case: &Case<'_>) -> Option<Finding> {
    let value = case.addrinfo()?.family;
    if !no_family(case) {
        return None;
    }
    let system = super::family::system_of_inet6(case, value)?;
    Finding::failure()
        .suspected(true)
        .value("value", value)
        .value("system", system.title())
        .value("here", case.value(Hint::Family, "AF_INET6")?)
        .fix(case.with(Hint::Family, "AF_INET6"))
        .some()
}

fn family_absent(case: &Case<'_>) -> Option<Finding> {
    let family = case.addrinfo()?.family;
    no_family(case).then(|| {
        Finding::failure()
            .value("family", case.show(Hint::Family, family))
            .fix(case.with(Hint::Family, "AF_INET"))
    })
}

fn ping_group(case: &Case<'_>) -> Option<Finding> {
    let ping = case.entry_is(Hint::Socktype, &["SOCK_DGRAM"])
        && case.entry_is(Hint::Protocol, &["IPPROTO_ICMP", "IPPROTO_ICMPV6"]);
    (ping && case.os == Os::Linux && case.errno_is(&["EACCES"]))
        .then(|| Finding::failure().suspected(case.facts().ping != Some(false)))
}

/// The finding of a raw socket that needs privilege, on these systems.
fn raw_refused(case: &Case<'_>, systems: &[Os]) -> Option<Finding> {
    let raw = case.entry_is(Hint::Socktype, &["SOCK_RAW"]);
    if !raw || !systems.contains(&case.os) || !case.errno_is(&["EPERM", "EACCES"]) {
        return None;
    }
    let entry = case.addrinfo()?;
    // With the privilege there is another cause.
    (case.facts().privileged != Some(true))
        .then(|| Finding::failure().value("protocol", case.show(Hint::Protocol, entry.protocol)))
}

fn raw_privilege(case: &Case<'_>) -> Option<Finding> {
    raw_refused(case, &[Os::Linux])
}

fn raw_privilege_bsd(case: &Case<'_>) -> Option<Finding> {
    raw_refused(case, &[Os::Macos, Os::Freebsd])
}

fn raw_privilege_windows(case: &Case<'_>) -> Option<Finding> {
    raw_refused(case, &[Os::Windows])
}

fn refused(case: &Case<'_>) -> Option<Finding> {
    case.errno_is(&["EPERM", "EACCES"])
        .then(|| Finding::failure().suspected(true))
}

fn sandbox(case: &Case<'_>) -> Option<Finding> {
    case.errno_is(&["ECAPMODE"]).then(Finding::failure)
}
