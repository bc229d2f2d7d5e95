//! Winsock itself: errors of both calls before any argument is checked.

use super::super::case::Case;
use super::{Finding, failure, rules, suspicion};

rules! {
    "winsock-not-started" failure on ["WSANOTINITIALISED"],
    "system-root-missing" system_root_missing
        on ["WSAEINVALIDPROCTABLE", "WSAEINVALIDPROVIDER", "WSAEPROVIDERFAILEDINIT"]
        needs [SYSTEM_ROOT],
    "winsock-provider" suspicion
        on ["WSAEINVALIDPROCTABLE", "WSAEINVALIDPROVIDER", "WSAEPROVIDERFAILEDINIT"],
    "network-down" failure on ["WSAENETDOWN"],
    "winsock-blocking" failure on ["WSAEINPROGRESS"],
}

fn system_root_missing(case: &Case<'_>) -> Option<Finding> {
    (case.facts().system_root == Some(false)).then(Finding::failure)
}
