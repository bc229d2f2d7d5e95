//! Node, service and flags that do not go together.

use super::super::case::{Case, Libc};
use super::{Finding, rules};
use crate::names::Os;
use crate::net::Hint;

rules! {
    "nothing-asked" nothing_asked by Text on ["EAI_NONAME"],
    "canonname-without-node" canonname_without_node by Text on ["EAI_BADFLAGS", "EAI_FAIL"],
    "fqdn-with-canonname" fqdn_with_canonname by Text on ["EAI_BADFLAGS"],
    "fqdn-without-node" fqdn_without_node by Text on ["EAI_FAIL"],
}

/// Whether getaddrinfo treats the text as NULL: glibc "*", macOS "" (Libinfo).
pub(in crate::explain) fn is_null(case: &Case<'_>, text: Option<&str>) -> bool {
    match text {
        None => true,
        Some("*") => case.libc == Libc::Glibc,
        Some("") => case.os == Os::Macos,
        Some(_) => false,
    }
}

fn nothing_asked(case: &Case<'_>) -> Option<Finding> {
    let no_node = is_null(case, case.node().as_deref());
    if !no_node || !is_null(case, case.service().as_deref()) {
        return None;
    }
    // A type without ports refuses every service, so the fix is a node.
    let fix = if super::service::has_ports(case) {
        case.with_service(Some("0"))
    } else if case.hint_is(Hint::Family, &["AF_INET6"]) {
        case.with_node(Some("::1"))
    } else {
        case.with_node(Some("127.0.0.1"))
    };
    Finding::failure().fixed_call(fix).some()
}

fn no_node(case: &Case<'_>) -> bool {
    let node = case.node();
    node.is_none() || case.os == Os::Windows && node.as_deref() == Some("")
}

fn canonname_without_node(case: &Case<'_>) -> Option<Finding> {
    let refused = case.os == Os::Windows || case.failed_with(&["EAI_BADFLAGS"]);
    (refused && case.has("AI_CANONNAME") && no_node(case))
        .then(|| Finding::failure().fix(case.without_flag("AI_CANONNAME")))
}

fn fqdn_with_canonname(case: &Case<'_>) -> Option<Finding> {
    let both = case.has("AI_FQDN") && case.has("AI_CANONNAME");
    both.then(|| Finding::failure().fix(case.without_flag("AI_CANONNAME")))
}

fn fqdn_without_node(case: &Case<'_>) -> Option<Finding> {
    let without = case.has("AI_FQDN") && no_node(case);
    without.then(|| Finding::failure().fix(case.without_flag("AI_FQDN")))
}
