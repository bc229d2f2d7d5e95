//! The calls after getaddrinfo, as the templates take them.

use super::literal::Argument;
use crate::net::{self, CallId, How, OptionValue, Run, SocketId, SocketOption, Triple};

/// What a program does after getaddrinfo.
#[derive(Clone, Copy, Debug)]
pub enum Steps<'a> {
    /// socket() on every entry, and these calls on each socket.
    Every(&'a net::Steps),
    /// socket() on the entry at this index alone.
    Entry(usize),
    /// The calls of the run. Those of this socket and the sockets that it accepted are the tutorial's
    /// server or client if they are in its order; else it is every call on every held socket.
    /// Without a socket it is every call in any case.
    Made(&'a Run, Option<SocketId>),
    /// Without getaddrinfo: socket() with these numbers, and its options.
    ByHand(Triple, &'a net::Steps),
}

impl<'a> Steps<'a> {
    /// The calls made on the held sockets of `run`; if there are none, the entry alone.
    pub fn of(run: &'a Run, entry: usize, socket: Option<SocketId>) -> Self {
        if run.held().next().is_some() {
            Self::Made(run, socket)
        } else {
            Self::Entry(entry)
        }
    }
}

/// A call of a program.
pub(super) struct Step<'a> {
    /// The call that it repeats.
    pub(super) id: Option<CallId>,
    /// Distinguishes the step's variables.
    pub(super) number: usize,
    /// The variable of the socket.
    pub(super) socket: String,
    /// What the program prints before the result.
    pub(super) label: String,
    pub(super) call: Action<'a>,
    pub(super) remarks: Vec<String>,
    /// The sockets that are open when the call starts, the newest first.
    pub(super) open: Vec<String>,
    /// Whether the list is needed until this call.
    pub(super) list: bool,
    /// Whether this is the last call that needs the list.
    pub(super) frees: bool,
}

/// A call and its arguments as expressions.
pub(super) enum Action<'a> {
    /// The entry's number from 1, or 0 and the three arguments.
    Socket {
        entry: usize,
        arguments: [String; 3],
        succeeds: bool,
    },
    Setsockopt {
        option: SocketOption,
        value: OptionValue,
    },
    Bind(Address),
    Listen(String),
    /// The variable of the new socket; empty if the call failed.
    Accept(String),
    Connect(Address),
    Send(Argument<'a>),
    Sendto(Argument<'a>, Address),
    Recv(usize),
    Recvfrom(usize),
    Shutdown(How),
    Close,
    /// The language has no such call.
    Absent,
}

/// A sockaddr.
pub(super) enum Address {
    /// That of the entry with this number, from 1.
    Entry(usize),
    /// The one that the recvfrom() of this step stored.
    Peer(usize),
    V4(std::net::SocketAddrV4),
    V6(std::net::SocketAddrV6),
    Bytes(Vec<u8>),
}

/// Stands in the line of the selected call until that is known. Nothing else in a program has it: a
/// control character in a literal is escaped.
pub(super) const SIGN: char = '\u{1}';

impl Step<'_> {
    /// [`SIGN`], if this is the call.
    pub(super) fn sign(&self, selected: &Option<CallId>) -> String {
        let is = selected.is_some() && self.id == *selected;
        SIGN.to_string().repeat(usize::from(is))
    }

    pub(super) const fn address(&self) -> Option<&Address> {
        match &self.call {
            Action::Bind(address) | Action::Connect(address) | Action::Sendto(_, address) => {
                Some(address)
            }
            _ => None,
        }
    }

    pub(super) fn is_unit(&self) -> bool {
        self.call.is_unit()
    }

    pub(super) const fn data(&self) -> Option<&Argument<'_>> {
        match &self.call {
            Action::Send(data) | Action::Sendto(data, _) => Some(data),
            _ => None,
        }
    }

    /// The entry that the call needs.
    pub(super) const fn entry(&self) -> Option<usize> {
        match (&self.call, self.address()) {
            (Action::Socket { entry: 0, .. }, _) => None,
            (Action::Socket { entry, .. }, _) | (_, Some(Address::Entry(entry))) => Some(*entry),
            _ => None,
        }
    }
}
