//! The resources of a process, and whether they grew.

use std::fmt;

use crate::support::process::{links, resident, status, threads};
use crate::support::terminal::wait_for;

/// The resources of a process while nothing is pending.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Resident memory, in kilobytes.
    resident: u64,
    /// Data and heap in kilobytes, resident or not, including the stacks of other threads.
    data: u64,
    /// Open descriptors, including sockets.
    descriptors: usize,
}

/// The threads that run while no lookup is pending: the loop, the keys, the signals and the
/// sockets.
const AT_REST: u64 = 4;

impl Usage {
    /// The resources of process `pid` once the threads of its lookups have ended.
    #[track_caller]
    pub(crate) fn of(pid: u32) -> Self {
        wait_for("the lookups' threads to end", || {
            (threads(pid) == AT_REST).then_some(())
        });
        Self {
            resident: resident(pid),
            data: status(pid, "VmData").unwrap(),
            descriptors: links(pid).len(),
        }
    }

    /// Fails if this exceeds `early` by more than the allowed kilobytes, or by one descriptor
    /// besides the socket of the selected entry.
    #[track_caller]
    pub(crate) fn assert_no_more_than(&self, early: &Self, kilobytes: u64) {
        let grown = |early: u64, late: u64| late.saturating_sub(early);
        assert!(
            grown(early.resident, self.resident) <= kilobytes,
            "resident memory: {self}; early on: {early}"
        );
        assert!(
            grown(early.data, self.data) <= kilobytes,
            "VmData: {self}; early on: {early}"
        );
        assert!(
            self.descriptors <= early.descriptors + 1,
            "descriptors: {self}; early on: {early}"
        );
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RSS {} kB, VmData {} kB, {} descriptors",
            self.resident, self.data, self.descriptors
        )
    }
}
