//! One call and how it ended.

use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::addrinfo::AddrInfo;
use super::call::{Call, CallId};
use super::error::OsError;
use super::winsock::WsaData;
use crate::names::Os;

/// A call that was made, or was to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place in the order of start.
    pub id: CallId,
    /// The index of the entry that it was made for, in the list of its run.
    pub entry: Option<usize>,
    /// The handle that it was made on.
    pub on: Option<Handle>,
    /// The call and its arguments.
    pub call: Call,
    /// What came of it.
    pub outcome: Outcome,
    /// How long the call alone took, or was waited for where it is [`Outcome::Unfinished`].
    pub took: Duration,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded.
    Returned(Value),
    /// It failed.
    Failed(OsError),
    /// It was not made.
    NotStarted(Reason),
    /// It had not returned when the wait for it was over.
    Unfinished,
}

/// What a call that succeeded returned or filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// 0, and nothing else.
    Zero,
    /// The list of getaddrinfo.
    List(Arc<List>),
    /// The names of getnameinfo.
    Names(Box<HostService>),
    /// The handle of a new socket.
    Handle(Handle),
    /// An option's value.
    Number(i32),
    /// The bytes of a sockaddr.
    Address(Box<[u8]>),
    /// What WSAStartup filled in.
    WsaData(Box<WsaData>),
}

/// Why a call was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The user left it out.
    LeftOut,
    /// The entry has no IP address to ask about.
    NoAddress,
    /// The time was over before its turn.
    TimeOver,
    /// The socket is not open.
    NotOpen,
    /// Another call is still being made on the socket.
    Busy,
    /// It is made by getaddrinfo, and by nothing else.
    Freed,
}

/// A list of addrinfo, copied whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The entries, in the order in which the system linked them.
    pub entries: Vec<AddrInfo>,
    /// How long freeaddrinfo took.
    pub freed: Duration,
}

/// The names that getnameinfo gave an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostService {
    /// The host's name, or its address again where it has none.
    pub node: OsString,
    /// The service's name, or the port.
    pub service: OsString,
}

/// The number of a socket: a file descriptor, or on Windows a SOCKET handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(pub u64);

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Handle {
    /// The number as people on `os` write it: a descriptor in decimal, a SOCKET in hexadecimal.
    #[must_use]
    pub fn show(self, os: Os) -> String {
        match os {
            Os::Windows => format!("{:#x}", self.0),
            Os::Linux | Os::Macos | Os::Freebsd => self.0.to_string(),
        }
    }

    /// The number in both ways, the usual one first: `9 (0x9)`, on Windows `0x30 (48)`.
    #[must_use]
    pub fn show_both(self, os: Os) -> String {
        match os {
            Os::Windows => format!("{:#x} ({})", self.0, self.0),
            Os::Linux | Os::Macos | Os::Freebsd => format!("{} ({:#x})", self.0, self.0),
        }
    }
}

impl Record {
    /// What it returned, where it succeeded.
    #[must_use]
    pub const fn value(&self) -> Option<&Value> {
        match &self.outcome {
            Outcome::Returned(value) => Some(value),
            _ => None,
        }
    }

    /// What it failed with.
    #[must_use]
    pub const fn error(&self) -> Option<&OsError> {
        match &self.outcome {
            Outcome::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// The handle that it returned.
    #[must_use]
    pub const fn handle(&self) -> Option<Handle> {
        match self.value() {
            Some(Value::Handle(handle)) => Some(*handle),
            _ => None,
        }
    }

    /// The list that it returned.
    #[must_use]
    pub const fn list(&self) -> Option<&Arc<List>> {
        match self.value() {
            Some(Value::List(list)) => Some(list),
            _ => None,
        }
    }

    /// The freeaddrinfo() that followed a getaddrinfo() with a list.
    #[must_use]
    pub fn freeing(&self) -> Option<Self> {
        let list = self.list()?;
        Some(Self {
            call: Call::Freeaddrinfo(list.entries.len()),
            outcome: Outcome::Returned(Value::Zero),
            took: list.freed,
            ..self.clone()
        })
    }
}
