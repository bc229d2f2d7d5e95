//! The name service: errors of the lookup itself.

use super::super::case::Case;
use super::{Finding, failure, failure_of_node, rules, suspicion};
use crate::names::Os;

rules! {
    "name-server-trouble" failure_of_node by Error on ["EAI_AGAIN"],
    "name-service-failed" service_failed by Error on ["EAI_FAIL"],
    "idn-locale" failure_of_node by Error on ["EAI_IDN_ENCODE"],
    "name-policy" failure by Error on ["EAI_NOSECURENAME", "EAI_IPSECPOLICY"],
    "no-memory" failure by Error on ["EAI_MEMORY"],
    "system-error" system_error by Error on ["EAI_SYSTEM"],
    "name-unknown" unknown on ["EAI_NONAME"],
}

/// FreeBSD and Windows return it for wrong hints too (the words name the cases).
fn service_failed(case: &Case<'_>) -> Option<Finding> {
    let other = matches!(case.os, Os::Freebsd | Os::Windows);
    failure(case).map(|finding| finding.suspected(other))
}

fn system_error(case: &Case<'_>) -> Option<Finding> {
    let errno = case.error()?.errno.as_ref()?;
    let name = errno.name(case.os).map_or("errno", |row| row.name);
    Finding::failure()
        .value("code", errno.code)
        .value("errno", name)
        .some()
}

/// Every system has causes that this error does not tell apart.
fn unknown(case: &Case<'_>) -> Option<Finding> {
    case.node_name()?;
    suspicion(case).map(|finding| finding.node(case))
}
