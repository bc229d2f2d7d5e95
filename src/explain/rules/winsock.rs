//! Winsock itself: errors of both calls before any argument is checked.

use super::super::case::Case;
use super::{Finding, rules};
use crate::names::Os;

rules! {
    "winsock-not-started" not_started,
    "system-root-missing" system_root_missing [SYSTEM_ROOT],
    "winsock-provider" provider,
    "network-down" network_down,
    "winsock-blocking" blocking,
}

/// Whether the call failed with one of these WSA codes.
fn failed_with(case: &Case<'_>, codes: &[i32]) -> bool {
    let code = case
        .failure()
        .or_else(|| case.socket_failure())
        .map(|error| error.code);
    case.os == Os::Windows && code.is_some_and(|code| codes.contains(&code))
}

const PROVIDER: [i32; 3] = [10104, 10105, 10106];

fn not_started(case: &Case<'_>) -> Option<Finding> {
    failed_with(case, &[10093]).then(Finding::failure)
}

fn system_root_missing(case: &Case<'_>) -> Option<Finding> {
    (failed_with(case, &PROVIDER) && case.facts().system_root == Some(false)).then(Finding::failure)
}

fn provider(case: &Case<'_>) -> Option<Finding> {
    failed_with(case, &PROVIDER).then(|| Finding::failure().suspected(true))
}

fn network_down(case: &Case<'_>) -> Option<Finding> {
    failed_with(case, &[10050]).then(Finding::failure)
}

fn blocking(case: &Case<'_>) -> Option<Finding> {
    failed_with(case, &[10036]).then(Finding::failure)
}
