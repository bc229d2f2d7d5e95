//! The family: unknown numbers, and nodes without an address of the family.

use std::time::Duration;

use super::super::case::{Case, Libc};
use super::super::literal::Literal;
use super::sources::other_family;
use super::windows::no_global_ipv6;
use super::{Finding, rules, suspicion};
use crate::names::Os;
use crate::net::{Hint, Hints, Query};

rules! {
    "family-of-another-system" of_another_system on ["EAI_FAMILY"],
    "family-unknown" unknown by Error on ["EAI_FAMILY"],
    "null-hints-addrconfig" null_hints by Facts needs [ADDRESSES],
    "literal-of-other-family" literal_of_other by Text on ["EAI_NONAME", "EAI_ADDRFAMILY", "EAI_NODATA"],
    "addrconfig-ipv6-off" ipv6_off by Facts needs [ADDRESSES, INTERFACES],
    "addrconfig-loopback-only" loopback_only by Facts needs [ADDRESSES],
    "addrconfig-family" addrconfig by Facts needs [ADDRESSES],
    "addrconfig-localhost" addrconfig_localhost on ["EAI_NODATA"] needs [ADDRESSES],
    "hosts-other-family" other_family by Facts on ["EAI_NONAME", "EAI_NODATA"] needs [HOSTS, SOURCES],
    "ipv6-without-global-address" no_global_ipv6 on ["EAI_NONAME", "EAI_NODATA"]
        needs [INTERFACES],
    "no-address-of-family" no_address_of_family by Facts on ["EAI_NODATA"] needs [SOURCES, RESOLVER],
    "address-answer-late" answer_late on ["EAI_NODATA"],
    "name-without-address" without_address on ["EAI_NODATA"],
}

/// The finding that the family is AF_INET6 on another system.
pub(super) fn inet6_elsewhere(case: &Case<'_>, family: i32) -> Option<Finding> {
    let here = case.value(Hint::Family, "AF_INET6")?;
    let system = Os::ALL.into_iter().find(|&os| {
        let row = Hint::Family.table(os).of(family);
        os != case.os && row.is_some_and(|row| row.name == "AF_INET6")
    })?;
    Finding::failure()
        .suspected(true)
        .value("value", family)
        .value("system", system.title())
        .value("here", here)
        .some()
}

fn of_another_system(case: &Case<'_>) -> Option<Finding> {
    // With an IPv4 address AF_INET6 would fail too.
    let family = match case.literal() {
        Some(Literal::V4(_)) => "AF_UNSPEC",
        _ => "AF_INET6",
    };
    inet6_elsewhere(case, case.hints().family)?
        .value("family", family)
        .fix(case.with(Hint::Family, family))
        .some()
}

fn unknown(case: &Case<'_>) -> Option<Finding> {
    let family = case.hints().family;
    // 0 is AF_UNSPEC on every system.
    (family != 0).then(|| {
        Finding::failure()
            .value("family", case.show(Hint::Family, family))
            .fix(case.with(Hint::Family, "AF_UNSPEC"))
    })
}

/// The family that the query needs and that AI_ADDRCONFIG leaves out, since the machine has no
/// address of it. The errors are those of glibc (measured), Windows (reports) and FreeBSD (source).
fn missing(case: &Case<'_>) -> Option<&'static str> {
    let errors = ["EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY", "EAI_FAIL"];
    if case.libc == Libc::Musl || !case.failed_with(&errors) {
        return None;
    }
    let family = match (case.hint(Hint::Family), case.literal()) {
        (Some(name @ ("AF_INET" | "AF_INET6")), _) => name,
        (_, Some(Literal::V4(_))) => "AF_INET",
        (_, Some(Literal::V6(..))) => "AF_INET6",
        // EAI_NODATA: the name exists, so its addresses are of the missing family. With another
        // error the family is not known.
        _ if !case.failed_with(&["EAI_NODATA"]) => return None,
        _ if case.facts().ipv6 == Some(false) => "AF_INET6",
        _ => "AF_INET",
    };
    let configured = match family {
        "AF_INET" => case.facts().ipv4,
        _ => case.facts().ipv6,
    };
    (configured == Some(false)).then_some(family)
}

/// The same, if the hints have the flag.
fn left_out(case: &Case<'_>) -> Option<&'static str> {
    case.has("AI_ADDRCONFIG").then(|| missing(case)).flatten()
}

/// Whether the name may have no address at all; with an address or without a node there is no other
/// cause. glibc checks an explicit family before it looks the name up.
fn may_lack(case: &Case<'_>) -> bool {
    let before = case.libc == Libc::Glibc && case.failed_with(&["EAI_NONAME"]);
    case.node_name().is_some() && !before
}

/// The finding that AI_ADDRCONFIG left `family` out.
fn filtered(case: &Case<'_>, family: &'static str) -> Finding {
    Finding::failure()
        .suspected(may_lack(case) && !localhost(case))
        .value("family", family)
        .fix(case.without_flag("AI_ADDRCONFIG"))
}

/// Whether Windows has the name itself.
fn localhost(case: &Case<'_>) -> bool {
    let node = case.node();
    case.os == Os::Windows && node.is_some_and(|node| node.eq_ignore_ascii_case("localhost"))
}

fn addrconfig(case: &Case<'_>) -> Option<Finding> {
    left_out(case).map(|family| filtered(case, family))
}

/// glibc treats NULL hints as AI_V4MAPPED | AI_ADDRCONFIG (getaddrinfo(3)).
fn null_hints(case: &Case<'_>) -> Option<Finding> {
    if case.query.hints.is_some() || case.libc != Libc::Glibc {
        return None;
    }
    let zeroed = Query {
        hints: Some(Hints::default()),
        ..case.query.clone()
    };
    let family = missing(case)?;
    Finding::failure()
        .suspected(may_lack(case))
        .value("family", family)
        .fix(Some(zeroed))
        .some()
}

/// The words name Linux's switch.
fn ipv6_off(case: &Case<'_>) -> Option<Finding> {
    if case.os == Os::Windows || left_out(case)? != "AF_INET6" {
        return None;
    }
    let off = case.facts().ipv6_off(0)?;
    let (argument, put, fix) = match case.literal() {
        // An IPv6 address needs AF_INET6, so only the flag can go.
        Some(Literal::V6(..)) => {
            let fix = case.without_flag("AI_ADDRCONFIG");
            ("ai_flags", "ai_flags & ~AI_ADDRCONFIG", fix)
        }
        _ => {
            let fix = case.with(Hint::Family, "AF_UNSPEC");
            ("ai_family", "AF_UNSPEC", fix)
        }
    };
    Finding::failure()
        .suspected(may_lack(case))
        .value("interfaces", off.join(", "))
        .change(argument, put, fix)
        .some()
}

fn loopback_only(case: &Case<'_>) -> Option<Finding> {
    let family = left_out(case)?;
    let none = case.facts().ipv4 == Some(false) && case.facts().ipv6 == Some(false);
    none.then(|| filtered(case, family))
}

/// Windows does not count loopback addresses as configured, so localhost fails offline
/// (aiohttp#5357, libmodbus#575).
fn addrconfig_localhost(case: &Case<'_>) -> Option<Finding> {
    if !localhost(case) || !case.has("AI_ADDRCONFIG") {
        return None;
    }
    let facts = case.facts();
    let online = facts.ipv4 == Some(true) || facts.ipv6 == Some(true);
    (!online).then(|| {
        Finding::failure()
            .suspected(true)
            .fix(case.without_flag("AI_ADDRCONFIG"))
    })
}

fn literal_of_other(case: &Case<'_>) -> Option<Finding> {
    let family = case.hint(Hint::Family)?;
    let (is, asked) = match (family, case.literal()?) {
        ("AF_INET", Literal::V6(..)) => ("IPv6", "IPv4"),
        ("AF_INET6", Literal::V4(_)) => ("IPv4", "IPv6"),
        _ => return None,
    };
    // With ai_flags 0 macOS uses AI_DEFAULT, which accepts an IPv4 address (its getaddrinfo(3)).
    let default = case.os == Os::Macos && is == "IPv4" && case.hints().flags == 0;
    (case.libc != Libc::Glibc || case.failed_with(&["EAI_ADDRFAMILY"])).then(|| {
        Finding::failure()
            .suspected(default)
            .node(case)
            .value("is", is)
            .value("asked", asked)
            .value("family", family)
            .fix(case.with(Hint::Family, "AF_UNSPEC"))
    })
}

fn no_address_of_family(case: &Case<'_>) -> Option<Finding> {
    let family = case.hint(Hint::Family)?;
    matches!(family, "AF_INET" | "AF_INET6").then(|| {
        Finding::failure()
            .suspected(!answered(case))
            .node(case)
            .value("family", family)
            .fix(case.with(Hint::Family, "AF_UNSPEC"))
    })
}

/// Whether a name server answered for exactly this name that it has no address of the family: glibc
/// returns EAI_AGAIN if that answer is lost. A domain of the search list makes another name.
fn answered(case: &Case<'_>) -> bool {
    let facts = case.facts();
    let sources = facts.host_sources.as_ref();
    let search = facts.resolver.as_ref().map(|resolver| &resolver.search);
    let complete = case.node().is_some_and(|node| node.ends_with('.'));
    case.libc == Libc::Glibc
        && sources.is_some_and(|sources| sources.only(&["files", "dns"]))
        && (complete || search.is_some_and(Vec::is_empty))
}

/// The least time-out of glibc's DNS client (resolv.conf(5), `timeout`).
const TIMEOUT: Duration = Duration::from_secs(1);

/// With AF_UNSPEC glibc asks for A and AAAA, and returns EAI_NODATA as well if one of the answers has
/// no address and the other was lost (measured with 2.36).
fn answer_late(case: &Case<'_>) -> Option<Finding> {
    let took = case.run.answer()?.took;
    (case.libc == Libc::Glibc && case.hints().family == 0 && took >= TIMEOUT).then(|| {
        Finding::failure()
            .suspected(true)
            .node(case)
            .value("seconds", took.as_secs())
    })
}

/// One of two answers may be lost.
fn without_address(case: &Case<'_>) -> Option<Finding> {
    suspicion(case).map(|finding| finding.node(case))
}
