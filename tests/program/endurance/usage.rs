//! What a process holds, and whether it came to hold more.

use std::fmt;

use crate::support::process::{links, resident, status, threads};
use crate::support::terminal::wait_for;

/// What a process holds while nothing is under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Resident memory, in kilobytes.
    resident: u64,
    /// Data and heap, whether resident or not, in kilobytes; other threads' stacks are among it.
    data: u64,
    /// Open descriptors, sockets among them.
    descriptors: usize,
}

/// The threads that are there while no lookup is under way: the loop's, the keys', the signals' and the
/// sockets'.
const AT_REST: u64 = 4;

impl Usage {
    /// What process `pid` holds as soon as the threads of its lookups have ended.
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

    /// Fails where this is more than `early` by more than the kilobytes that are allowed, or by a
    /// single descriptor but the selected entry's socket.
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
