//! The name service: errors of the lookup itself.

use super::super::case::{Case, Libc};
use super::{Finding, failure, failure_of_node, rules};
use crate::names::Os;

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

fn unknown(case: &Case<'_>) -> Option<Finding> {
    case.node_name()?;
    // These systems return EAI_NONAME too if the name has no address of the family, and macOS also
    // if no server answers.
    let vague = case.libc == Libc::Musl || matches!(case.os, Os::Macos | Os::Freebsd);
    Finding::failure().suspected(vague).node(case).some()
}
