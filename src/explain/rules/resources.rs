//! Any call on a socket that fails for want of descriptors or memory.

use super::super::case::Case;
use super::{Finding, failure, rules};

rules! {
    "socket-without-descriptors" without_descriptors by Error on ["EMFILE"] needs [DESCRIPTORS],
    // On systems without a known limit, such as Windows.
    "socket-without-handles" failure by Error on ["EMFILE"],
    "file-table-full" failure by Error on ["ENFILE"],
    "kernel-memory" failure by Error on ["ENOBUFS", "ENOMEM"],
}

fn without_descriptors(case: &Case<'_>) -> Option<Finding> {
    let limit = case.facts().descriptors?.limit;
    Finding::failure().value("limit", limit).some()
}
