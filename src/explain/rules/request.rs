//! Node, service and flags that do not go together.

use super::super::case::{Case, Libc};
use super::{Finding, rules};
use crate::names::Os;
use crate::net::Hint;

rules! {
    "nothing-asked" nothing_asked,
    "canonname-without-node" canonname_without_node,
    "fqdn-with-canonname" fqdn_with_canonname,
    "fqdn-without-node" fqdn_without_node,
}

/// Whether getaddrinfo treats the text as NULL: glibc "*", macOS "" (Libinfo).
fn is_null(case: &Case<'_>, text: Option<&str>) -> bool {
    match text {
        None => true,
        Some("*") => case.libc == Libc::Glibc,
        Some("") => case.os == Os::Macos,
        Some(_) => false,
    }
}

fn nothing_asked(case: &Case<'_>) -> Option<Finding> {
    let nothing = is_null(case, case.node().as_deref()) && is_null(case, case.service().as_deref());
    if !nothing || !case.gai_is(&["EAI_NONAME"]) {
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
    let change = fix
        .as_ref()
        .map(|query| query.call_briefly())
        .unwrap_or_default();
    Finding::failure().value("call", change).fix(fix).some()
}

fn no_node(case: &Case<'_>) -> bool {
    let node = case.node();
    node.is_none() || case.os == Os::Windows && node.as_deref() == Some("")
}

fn canonname_without_node(case: &Case<'_>) -> Option<Finding> {
    let refused =
        case.gai_is(&["EAI_BADFLAGS"]) || case.os == Os::Windows && case.gai_is(&["EAI_FAIL"]);
    (refused && case.has("AI_CANONNAME") && no_node(case))
        .then(|| Finding::failure().fix(case.without_flag("AI_CANONNAME")))
}

fn fqdn_with_canonname(case: &Case<'_>) -> Option<Finding> {
    let both = case.has("AI_FQDN") && case.has("AI_CANONNAME");
    (both && case.gai_is(&["EAI_BADFLAGS"]))
        .then(|| Finding::failure().fix(case.without_flag("AI_CANONNAME")))
}

fn fqdn_without_node(case: &Case<'_>) -> Option<Finding> {
    let without = case.has("AI_FQDN") && no_node(case);
    (without && case.gai_is(&["EAI_FAIL"]))
        .then(|| Finding::failure().fix(case.without_flag("AI_FQDN")))
}
