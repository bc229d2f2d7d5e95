//! Tickets match answers to effects.

/// The id of one effect. An answer whose ticket nothing waits for changes nothing on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub(crate) u64);
