//! What the state asks the runtime to do.

use std::sync::Arc;
use std::time::Duration;

use super::msg::Copied;
use super::reasons::Reasons;
use super::replaying::Counterpart;
use super::saving::Content;
use crate::lesson::Lesson;
use crate::net::{Call, List, Needs, Run, Triple};

/// The id of one effect. An answer whose ticket nothing waits for changes nothing on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub(crate) u64);

/// An action for the runtime.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Make a call, for this entry of the list; answered by [`Msg::Returned`](super::Msg::Returned)
    /// or [`Msg::NotStarted`](super::Msg::NotStarted). A socket() whose close() is already queued is
    /// skipped with it, unless another call on the socket comes between.
    Call(Ticket, Option<usize>, Call),
    /// Interrupt the call of this ticket, which waits on a socket. The call answers as ever; its error
    /// is then EINTR, on Windows WSA_OPERATION_ABORTED.
    Interrupt(Ticket),
    /// Call socket() and close() on every entry; answered by [`Msg::Tried`](super::Msg::Tried), once
    /// a batch.
    TryAll(Ticket, Arc<List>),
    /// Call getaddrinfo() and socket() for each cell of a matrix; answered as [`Effect::TryAll`].
    Fill(Ticket, Arc<[Triple]>),
    /// Bind two sockets for each pair of the bind matrix; answered as [`Effect::TryAll`].
    FillBinds(Ticket),
    /// Stop the "try all" or the matrix of this ticket.
    StopTrying(Ticket),
    /// Collect these facts about the machine for this run; answered by
    /// [`Msg::Facts`](super::Msg::Facts).
    Facts(Ticket, Needs, Box<Run>),
    /// Ask each of the sources of these reasons alone, for this run; answered by
    /// [`Msg::Sources`](super::Msg::Sources) as each answers, or by
    /// [`Msg::NotStarted`](super::Msg::NotStarted).
    AskSources(Ticket, Box<Run>, Arc<Reasons>),
    /// Give up the sources of this ticket.
    StopAsking(Ticket),
    /// Copy to the terminal's clipboard, on Windows to its own; answered by
    /// [`Msg::NotCopied`](super::Msg::NotCopied) if that fails.
    Copy(Copied),
    /// Read the clipboard; answered by [`Msg::Paste`](super::Msg::Paste) or
    /// [`Msg::NotPasted`](super::Msg::NotPasted).
    Paste,
    /// Copy the same as to a file.
    CopyContent(Content),
    /// Find a path with this extension at which no file exists; answered by
    /// [`Msg::PathProposed`](super::Msg::PathProposed).
    ProposePath(Ticket, &'static str),
    /// Write a file; answered by [`Msg::Saved`](super::Msg::Saved).
    Save {
        /// The ticket.
        ticket: Ticket,
        /// The path of the file.
        path: String,
        /// What to write.
        content: Content,
        /// Whether a file that exists is replaced.
        replace: bool,
    },
    /// Read a file of this program's JSON; answered by [`Msg::Opened`](super::Msg::Opened).
    OpenFile(Ticket, String),
    /// Find what differs; answered by [`Msg::Compared`](super::Msg::Compared).
    Compare(Ticket, Arc<[Counterpart; 2]>),
    /// Explain the lookup and the order of a run with its own facts; answered by
    /// [`Msg::Facts`](super::Msg::Facts).
    Explain(Ticket, Box<Run>),
    /// Send [`Msg::Alarm`](super::Msg::Alarm) after this time. A later alarm replaces it.
    Alarm(Ticket, Duration),
    /// Make the calls of this lesson up to the step of this index, each once; answered by
    /// [`Msg::Lesson`](super::Msg::Lesson) as each happens.
    MakeStep(Ticket, Arc<Lesson>, usize),
    /// Interrupt the calls of the lesson of this ticket, and close its sockets.
    EndLesson(Ticket),
    /// Mouse capture on or off.
    CaptureMouse(bool),
    /// Stop the process until the shell continues it; answered by
    /// [`Msg::NotSuspended`](super::Msg::NotSuspended) if no shell can.
    Suspend,
    /// End the program.
    Quit,
}

/// The effects of one message, in order.
pub type Effects = Vec<Effect>;
