//! Why setsockopt() refused an option.

use super::super::case::Case;
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{Call, SocketOption};

rules! {
    "v6only-after-bind" v6only_after_bind by Text on ["EINVAL"],
    "v6only-ipv4" v6only_ipv4 by Text on ["ENOPROTOOPT", "EINVAL"],
    "exclusive-and-reuse" exclusive_and_reuse by Text on ["EINVAL"],
    "option-unknown" option_unknown by Error on ["ENOPROTOOPT"],
}

/// The option that the call sets.
pub(super) fn option(case: &Case<'_>) -> Option<SocketOption> {
    match case.step.as_ref()?.call() {
        Call::Setsockopt { option, .. } => Some(*option),
        _ => None,
    }
}

/// Linux: net/ipv6/ipv6_sockglue.c, IPV6_V6ONLY: EINVAL if the socket has a port.
fn v6only_after_bind(case: &Case<'_>) -> Option<Finding> {
    let bound = option(case)? == SocketOption::V6only && case.step?.is_bound();
    bound.then(Finding::failure)
}

fn v6only_ipv4(case: &Case<'_>) -> Option<Finding> {
    let ipv4 = option(case)? == SocketOption::V6only && case.step?.is_ipv6() == Some(false);
    ipv4.then(Finding::failure)
}

/// Microsoft, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE": the options exclude each other.
fn exclusive_and_reuse(case: &Case<'_>) -> Option<Finding> {
    let other = match option(case)? {
        SocketOption::ReuseAddr => SocketOption::ExclusiveAddrUse,
        SocketOption::ExclusiveAddrUse => SocketOption::ReuseAddr,
        _ => return None,
    };
    let step = case.step?;
    if case.os != Os::Windows || step.option(other)? == 0 {
        return None;
    }
    Finding::failure()
        .value("option", option(case)?.name())
        .value("other", other.name())
        .call(Some(step.set(other, 0)))
        .some()
}

fn option_unknown(case: &Case<'_>) -> Option<Finding> {
    Finding::failure()
        .value("option", option(case)?.name())
        .some()
}
