//! The family: unknown numbers, and nodes without an address of the family.

use super::super::case::{Case, Libc};
use super::super::literal::Literal;
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{Hint, Hints, Query};

rules! {
    "family-of-another-system" of_another_system,
    "family-unknown" unknown,
    "null-hints-addrconfig" null_hints [ADDRESSES],
    "literal-of-other-family" literal_of_other,
    "addrconfig-ipv6-off" ipv6_off [ADDRESSES, IPV6_SWITCH],
    "addrconfig-loopback-only" loopback_only [ADDRESSES],
    "addrconfig-family" addrconfig [ADDRESSES],
    "addrconfig-localhost" addrconfig_localhost,
    "no-address-of-family" no_address_of_family,
    "name-without-address" name_without_address,
}

/// The other system on which `value` is AF_INET6.
pub(super) fn system_of_inet6(case: &Case<'_>, value: i32) -> Option<Os> {
    Os::ALL.into_iter().filter(|&os| os != case.os).find(|&os| {
        let row = Hint::Family.table(os).of(value);
        row.is_some_and(|row| row.name == "AF_INET6")
    })
}

fn of_another_system(case: &Case<'_>) -> Option<Finding> {
    let value = case.hints().family;
    if !case.gai_is(&["EAI_FAMILY"]) {
        return None;
    }
    let system = system_of_inet6(case, value)?;
    // With an IPv4 address AF_INET6 would fail too.
    let family = match case.literal() {
        Some(Literal::V4(_)) => "AF_UNSPEC",
        _ => "AF_INET6",
    };
    Finding::failure()
        .suspected(true)
        .value("value", value)
        .value("system", system.title())
        .value("here", case.value(Hint::Family, "AF_INET6")?)
        .value("family", family)
        .fix(case.with(Hint::Family, family))
        .some()
}

fn unspec(case: &Case<'_>) -> Option<Query> {
    case.with(Hint::Family, "AF_UNSPEC")
}

fn unknown(case: &Case<'_>) -> Option<Finding> {
    case.gai_is(&["EAI_FAMILY"]).then(|| {
        Finding::failure()
            .value("family", case.show(Hint::Family, case.hints().family))
            .fix(unspec(case))
    })
}

/// AI_ADDRCONFIG leaves out a family if the machine has no address of it.
fn addrconfig(case: &Case<'_>) -> Option<Finding> {
    let family = unconfigured(case)?;
    filtered(case, family)
}

/// The errors of getaddrinfo when AI_ADDRCONFIG leaves no address (glibc: measured; Windows:
/// reports; FreeBSD: source).
fn is_filtered(case: &Case<'_>) -> bool {
    case.libc != Libc::Musl
        && case.gai_is(&["EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY", "EAI_FAIL"])
}

/// The family that AI_ADDRCONFIG left out, since the machine has no address of it.
fn unconfigured(case: &Case<'_>) -> Option<&'static str> {
    if !case.has("AI_ADDRCONFIG") || !is_filtered(case) {
        return None;
    }
    missing(case)
}

/// The family that the query needs and that the machine has no address of.
fn missing(case: &Case<'_>) -> Option<&'static str> {
    let family = match (case.name(Hint::Family, case.hints().family), case.literal()) {
        (Some(name @ ("AF_INET" | "AF_INET6")), _) => name,
        (_, Some(Literal::V4(_))) => "AF_INET",
        (_, Some(Literal::V6(..))) => "AF_INET6",
        // EAI_NODATA: the name exists, so its addresses are of the missing family. With another
        // error the family is not known.
        _ if !case.gai_is(&["EAI_NODATA"]) => return None,
        _ if case.facts().ipv6 == Some(false) => "AF_INET6",
        _ => "AF_INET",
    };
    let configured = match family {
        "AF_INET" => case.facts().ipv4,
        _ => case.facts().ipv6,
    };
    (configured == Some(false)).then_some(family)
}

/// The finding that AI_ADDRCONFIG left `family` out.
fn filtered(case: &Case<'_>, family: &'static str) -> Option<Finding> {
    // A name may have no address at all; with an address or without a node there is no other cause.
    // glibc checks an explicit family before it looks the name up.
    let before = case.libc == Libc::Glibc && case.gai_is(&["EAI_NONAME"]);
    Finding::failure()
        .suspected(case.node_name().is_some() && !before)
        .value("family", family)
        .fix(case.without_flag("AI_ADDRCONFIG"))
        .some()
}

/// glibc treats NULL hints as AI_V4MAPPED | AI_ADDRCONFIG (getaddrinfo(3)).
fn null_hints(case: &Case<'_>) -> Option<Finding> {
    if case.query.hints.is_some() || case.libc != Libc::Glibc || !is_filtered(case) {
        return None;
    }
    let family = missing(case)?;
    let mut query = case.query.clone();
    query.hints = Some(Hints::default());
    Finding::failure()
        .value("family", family)
        .fix(Some(query))
        .some()
}

fn ipv6_off(case: &Case<'_>) -> Option<Finding> {
    let family = unconfigured(case)?;
    (family == "AF_INET6" && case.facts().ipv6_disabled == Some(true)).then(|| {
        let fix = case
            .hint_is(Hint::Family, &["AF_INET6"])
            .then(|| unspec(case));
        // An IPv6 address needs AF_INET6, so only the flag can go.
        let fix = match case.literal() {
            Some(Literal::V6(..)) => case.without_flag("AI_ADDRCONFIG"),
            _ => fix.flatten(),
        };
        Finding::failure().fix(fix)
    })
}

fn loopback_only(case: &Case<'_>) -> Option<Finding> {
    let family = unconfigured(case)?;
    let none = case.facts().ipv4 == Some(false) && case.facts().ipv6 == Some(false);
    if none { filtered(case, family) } else { None }
}

/// Windows does not count loopback addresses as configured, so localhost fails offline
/// (aiohttp#5357, libmodbus#575).
fn addrconfig_localhost(case: &Case<'_>) -> Option<Finding> {
    let localhost = case
        .node()
        .is_some_and(|node| node.eq_ignore_ascii_case("localhost"));
    let windows = case.os == Os::Windows && case.gai_is(&["EAI_NODATA"]);
    (localhost && windows && case.has("AI_ADDRCONFIG")).then(|| {
        Finding::failure()
            .suspected(true)
            .fix(case.without_flag("AI_ADDRCONFIG"))
    })
}

fn literal_of_other(case: &Case<'_>) -> Option<Finding> {
    let refused = match (case.os, case.libc) {
        (_, Libc::Glibc) => case.gai_is(&["EAI_ADDRFAMILY"]),
        _ => case.gai_is(&["EAI_NONAME", "EAI_ADDRFAMILY", "EAI_NODATA"]),
    };
    let family = case.name(Hint::Family, case.hints().family)?;
    let has = match (family, case.literal()?) {
        ("AF_INET", Literal::V6(..)) => "AF_INET6",
        ("AF_INET6", Literal::V4(_)) => "AF_INET",
        _ => return None,
    };
    refused.then(|| {
        let ip = |family| if family == "AF_INET" { "IPv4" } else { "IPv6" };
        Finding::failure()
            .node(case)
            .value("is", ip(has))
            .value("asked", ip(family))
            .value("family", family)
            .fix(unspec(case))
    })
}

fn no_address_of_family(case: &Case<'_>) -> Option<Finding> {
    let family = case.name(Hint::Family, case.hints().family)?;
    let one = matches!(family, "AF_INET" | "AF_INET6");
    (one && case.gai_is(&["EAI_NODATA"])).then(|| {
        Finding::failure()
            .node(case)
            .value("family", family)
            .fix(unspec(case))
    })
}

fn name_without_address(case: &Case<'_>) -> Option<Finding> {
    case.gai_is(&["EAI_NODATA"])
        .then(|| Finding::failure().node(case))
}
