//! Tickets: an answer finds the question it belongs to.

/// Names one effect. An answer whose ticket is no longer waited for changes nothing that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);
