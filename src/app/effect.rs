//! What the world is asked to do.

use std::sync::Arc;

use super::msg::Copied;
use super::ticket::Ticket;
use crate::net::{Call, List, Needs, Run};

/// Something the world is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Make a call; answered by [`Msg::Returned`](super::Msg::Returned) or
    /// [`Msg::NotStarted`](super::Msg::NotStarted). socket() and close() of a socket that nothing
    /// else was called on may both be left out.
    Call {
        /// Comes back with the answer.
        ticket: Ticket,
        /// The entry of the list that it is made for.
        entry: Option<usize>,
        /// The call.
        call: Call,
    },
    /// Call socket() and close() on every entry; answered by [`Msg::Tried`](super::Msg::Tried), many
    /// times.
    TryAll(Ticket, Arc<List>),
    /// Leave off trying.
    StopTrying(Ticket),
    /// Find out these facts, as far as they decide how the calls of this run end; answered by
    /// [`Msg::Facts`](super::Msg::Facts).
    Facts(Ticket, Needs, Box<Run>),
    /// Free this, which takes a while.
    Free(Box<Run>),
    /// Put this on the terminal's clipboard.
    Copy(Copied),
    /// Take the mouse, or let the terminal have it.
    CaptureMouse(bool),
    /// Stop the process until the shell continues it; answered by
    /// [`Msg::NotSuspended`](super::Msg::NotSuspended) where none could.
    Suspend,
    /// Leave.
    Quit,
}

/// The effects of one message, in order.
pub type Effects = Vec<Effect>;
