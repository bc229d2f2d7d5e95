//! The name service: errors of the lookup itself.

use super::super::case::{Case, Libc};
use super::{Finding, rule, rules};
use crate::names::Os;

/// Comes before the rules on the node's text: without descriptors every name fails.
pub(super) const EXHAUSTED: &[super::Rule] =
    &[rule!("name-without-descriptors" without_descriptors [DESCRIPTORS])];

rules! {
    "name-server-trouble" server_trouble,
    "name-service-failed" service_failed,
    "idn-locale" idn_locale,
    "name-policy" policy,
    "no-memory" no_memory,
    "system-error" system_error,
    "name-unknown" unknown,
}

/// glibc returns EAI_NONAME when it cannot open /etc/hosts or a socket to the name server.
fn without_descriptors(case: &Case<'_>) -> Option<Finding> {
    case.node_name()?;
    let refused = case.gai_is(&["EAI_NONAME", "EAI_AGAIN", "EAI_SYSTEM"]);
    if !refused || case.has("AI_NUMERICHOST") {
        return None;
    }
    let descriptors = case.descriptors_exhausted()?;
    Finding::failure().value("limit", descriptors.limit).some()
}

fn server_trouble(case: &Case<'_>) -> Option<Finding> {
    case.gai_is(&["EAI_AGAIN"])
        .then(|| Finding::failure().node(case))
}

fn service_failed(case: &Case<'_>) -> Option<Finding> {
    case.gai_is(&["EAI_FAIL"]).then(Finding::failure)
}

fn idn_locale(case: &Case<'_>) -> Option<Finding> {
    case.query.node.as_ref()?;
    case.gai_is(&["EAI_IDN_ENCODE"])
        .then(|| Finding::failure().node(case))
}

fn policy(case: &Case<'_>) -> Option<Finding> {
    case.gai_is(&["EAI_NOSECURENAME", "EAI_IPSECPOLICY"])
        .then(Finding::failure)
}

fn no_memory(case: &Case<'_>) -> Option<Finding> {
    case.gai_is(&["EAI_MEMORY"]).then(Finding::failure)
}

fn system_error(case: &Case<'_>) -> Option<Finding> {
    if !case.gai_is(&["EAI_SYSTEM"]) {
        return None;
    }
    let errno = case.failure()?.errno.as_ref()?;
    let name = errno.name(case.os).map(|row| row.name);
    Finding::failure()
        .value("code", errno.code)
        .value("errno", name.unwrap_or("errno"))
        .some()
}

fn unknown(case: &Case<'_>) -> Option<Finding> {
    case.node_name()?;
    // These systems return EAI_NONAME too if the name has no address of the family, and macOS also
    // if no server answers.
    let vague = case.libc == Libc::Musl || matches!(case.os, Os::Macos | Os::Freebsd);
    case.gai_is(&["EAI_NONAME"])
        .then(|| Finding::failure().suspected(vague).node(case))
}
