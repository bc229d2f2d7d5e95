//! Winsock itself: errors of both calls before any argument is checked.

use super::super::case::Case;
use super::{Finding, failure, rules, suspicion};

rules! {
    "winsock-not-started" failure by Error on ["WSANOTINITIALISED"],
    "system-root-missing" system_root_missing by Facts
        on ["WSAEINVALIDPROCTABLE", "WSAEINVALIDPROVIDER", "WSAEPROVIDERFAILEDINIT"]
        needs [SYSTEM_ROOT],
    "winsock-provider" suspicion
        on ["WSAEINVALIDPROCTABLE", "WSAEINVALIDPROVIDER", "WSAEPROVIDERFAILEDINIT"],
    "network-down" failure by Error on ["WSAENETDOWN"],
    "winsock-blocking" suspicion on ["WSAEINPROGRESS"],
}

fn system_root_missing(case: &Case<'_>) -> Option<Finding> {
    (case.facts().system_root == Some(false)).then(Finding::failure)
}
