//! One call and how it ended.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use super::addrinfo::AddrInfo;
use super::call::{Call, CallId, Datagram};
use super::error::{Domain, OsError};
use super::option::Linger;
use super::winsock::{Provider, WsaData};
use crate::names::Os;

/// A call and its outcome. [`Outcome::NotStarted`] is a call that was skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The id, in the order of start.
    pub id: CallId,
    /// The index of the entry that the call is about, in its run's list.
    pub entry: Option<usize>,
    /// The handle that the call was made on.
    pub on: Option<Handle>,
    /// The call and its arguments.
    pub call: Call,
    /// How the call ended.
    pub outcome: Outcome,
    /// The duration of the call alone; for [`Outcome::Unfinished`] how long sockscope waited.
    pub took: Duration,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The call succeeded.
    Returned(Value),
    /// The call failed.
    Failed(OsError),
    /// The call was not made.
    NotStarted(Reason),
    /// The call had not returned when sockscope stopped waiting.
    Unfinished,
}

/// The result of a successful call: what it returned or filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Only the return value 0.
    Zero,
    /// The list of getaddrinfo.
    List(Arc<List>),
    /// The names of getnameinfo.
    Names(Box<HostService>),
    /// The handle of a new socket.
    Handle(Handle),
    /// An option's value, or the flags of a handle.
    Number(i32),
    /// The value of SO_LINGER.
    Linger(Linger),
    /// How many bytes send() or sendto() took.
    Sent(usize),
    /// The bytes that recv() returned.
    Received(Box<[u8]>),
    /// The bytes that recvfrom() returned, and their source.
    Datagram(Box<Datagram>),
    /// The provider of a socket.
    Provider(Box<Provider>),
    /// The installed providers, in the order of the catalog.
    Providers(Arc<[Provider]>),
    /// The bytes of a sockaddr.
    Address(Box<[u8]>),
    /// The struct that WSAStartup filled in.
    WsaData(Box<WsaData>),
}

/// Why a call was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The user asked to skip it.
    LeftOut,
    /// The entry has no IP address.
    NoAddress,
    /// The timeout expired first.
    TimeOver,
    /// The socket is not open.
    NotOpen,
    /// Another call on the socket has not returned.
    Busy,
    /// As many calls wait as may.
    TooMany,
    /// getaddrinfo freed the list already.
    Freed,
    /// The system does not have the call.
    Absent,
}

/// A complete copy of a list of addrinfo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The entries in the system's order.
    pub entries: Vec<AddrInfo>,
    /// The duration of freeaddrinfo.
    pub freed: Duration,
}

/// The two names that getnameinfo returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostService {
    /// The host name, or the address if it has no name.
    pub node: OsString,
    /// The service name, or the port if it has no name.
    pub service: OsString,
}

/// The number of an open socket: a file descriptor, or on Windows a SOCKET handle. Every place that
/// shows it writes it as `Handle::show` does; the JSON has the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(pub u64);

impl Handle {
    /// `INVALID_SOCKET` of a Windows with this architecture: all bits of a pointer are set (Microsoft,
    /// "Socket Data Type").
    pub(crate) fn invalid(arch: &str) -> Self {
        Self(if arch.contains("64") {
            u64::MAX
        } else {
            u32::MAX.into()
        })
    }

    /// The number as usual on `os`: a descriptor in decimal, a SOCKET in hexadecimal.
    pub(crate) fn show(self, os: Os) -> String {
        match os {
            Os::Windows => format!("{:#x}", self.0),
            Os::Linux | Os::Macos | Os::Freebsd => self.0.to_string(),
        }
    }

    /// The number in both notations, the usual one first: `9 (0x9)`, on Windows `0x30 (48)`. Only the
    /// socket view has it, once.
    pub(crate) fn show_both(self, os: Os) -> String {
        match os {
            Os::Windows => format!("{0:#x} ({0})", self.0),
            Os::Linux | Os::Macos | Os::Freebsd => format!("{0} ({0:#x})", self.0),
        }
    }
}

impl Record {
    /// The result of a successful call.
    pub const fn value(&self) -> Option<&Value> {
        match &self.outcome {
            Outcome::Returned(value) => Some(value),
            _ => None,
        }
    }

    /// The error of a failed call.
    pub const fn error(&self) -> Option<&OsError> {
        match &self.outcome {
            Outcome::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// The handle that the call returned.
    pub(crate) const fn handle(&self) -> Option<Handle> {
        match self.value() {
            Some(Value::Handle(handle)) => Some(*handle),
            _ => None,
        }
    }

    /// The list that the call returned.
    pub(crate) const fn list(&self) -> Option<&Arc<List>> {
        match self.value() {
            Some(Value::List(list)) => Some(list),
            _ => None,
        }
    }

    /// Whether notes may be on the call: one on a socket after socket().
    pub fn is_explained(&self) -> bool {
        self.call.is_step() || matches!(self.call, Call::Getpeername { .. } | Call::Close { .. })
    }

    /// Whether the call was interrupted before it had a result: EINTR has the number 4 on every POSIX
    /// system, and CancelIoEx ends a call with WSA_OPERATION_ABORTED.
    pub fn is_interrupted(&self) -> bool {
        let codes = [(Domain::Errno, 4), (Domain::Wsa, 995)];
        let error = self.error().filter(|_| self.call.can_wait());
        error.is_some_and(|error| codes.contains(&(error.domain, error.code)))
    }

    /// The freeaddrinfo() of the list that this getaddrinfo() returned.
    pub(crate) fn freeing(&self) -> Option<Self> {
        let list = self.list()?;
        Some(Self {
            call: Call::Freeaddrinfo(list.entries.len()),
            outcome: Outcome::Returned(Value::Zero),
            took: list.freed,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names are those of `std::env::consts::ARCH`.
    #[test]
    fn invalid_socket_has_the_bits_of_a_pointer() {
        for (arch, expected) in [
            ("x86_64", "0xffffffffffffffff"),
            ("aarch64", "0xffffffffffffffff"),
            ("x86", "0xffffffff"),
            ("arm", "0xffffffff"),
        ] {
            assert_eq!(Handle::invalid(arch).show(Os::Windows), expected, "{arch}");
        }
    }
}
