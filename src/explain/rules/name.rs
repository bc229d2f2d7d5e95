//! The name service: errors of the lookup itself.

use super::super::case::Case;
use super::{Finding, failure, failure_of_node, rules, suspicion};

rules! {
    "name-server-trouble" failure_of_node on ["EAI_AGAIN"],
    "name-service-failed" failure on ["EAI_FAIL"],
    "idn-locale" failure_of_node on ["EAI_IDN_ENCODE"],
    "name-policy" failure on ["EAI_NOSECURENAME", "EAI_IPSECPOLICY"],
    "no-memory" failure on ["EAI_MEMORY"],
    "system-error" system_error on ["EAI_SYSTEM"],
    "name-unknown" unknown on ["EAI_NONAME"],
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
