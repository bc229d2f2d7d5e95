//! The only list of the calls that sockscope makes, with their arguments as in source code.

use std::sync::Arc;

use super::option::{OptionValue, SocketOption};
use super::query::{Hint, Query};
use super::winsock::Version;
use crate::names::Os;

/// Identifies a call within a process. Ids are in the order in which calls start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u64);

/// Identifies a socket within a process. A handle does not: the system reuses its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(pub u64);

/// A call and its input arguments. Its results are a [`Value`](super::Value).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `WSAStartup(version, &wsaData)`, on Windows only.
    WsaStartup(Version),
    /// `getaddrinfo(node, service, hints, &result)`, on Windows `GetAddrInfoW`. The list is copied
    /// and freed at once.
    Getaddrinfo(Arc<Query>),
    /// `freeaddrinfo(result)` on a list of this many entries. [`Call::Getaddrinfo`] makes it; only
    /// its record is separate.
    Freeaddrinfo(usize),
    /// `getnameinfo` on this sockaddr without flags, on Windows `GetNameInfoW`. It may query the
    /// network.
    Getnameinfo(Box<[u8]>),
    /// `WSAEnumProtocolsW(NULL, providers, &length)`, on Windows only: every transport provider.
    WsaEnumProtocols,
    /// `socket = socket(family, type, protocol)`
    Socket {
        /// The id of the new socket.
        socket: SocketId,
        /// The three arguments.
        triple: Triple,
    },
    /// `setsockopt(socket, level, option, &value, sizeof value)`
    Setsockopt {
        /// The socket to change.
        socket: SocketId,
        /// The option and its level.
        option: SocketOption,
        /// The new value.
        value: OptionValue,
    },
    /// `getsockopt(socket, level, option, …)`
    Getsockopt {
        /// The socket to query.
        socket: SocketId,
        /// The option and its level.
        option: SocketOption,
    },
    /// `bind(socket, address, length)`
    Bind {
        /// The socket to bind.
        socket: SocketId,
        /// The sockaddr. Its length is passed too, so both can be wrong.
        address: Box<[u8]>,
    },
    /// `listen(socket, backlog)`
    Listen {
        /// The socket that will listen.
        socket: SocketId,
        /// The most connections that wait for accept().
        backlog: i32,
    },
    /// `new = accept(socket, NULL, NULL)`
    Accept {
        /// The socket that listens.
        socket: SocketId,
        /// The id of the new socket.
        new: SocketId,
    },
    /// `connect(socket, address, length)`
    Connect {
        /// The socket to connect.
        socket: SocketId,
        /// The sockaddr of the peer, as for bind().
        address: Box<[u8]>,
    },
    /// `send(socket, data, length, 0)`
    Send {
        /// The socket to send on.
        socket: SocketId,
        /// The bytes to send.
        data: Box<[u8]>,
    },
    /// `sendto(socket, data, length, 0, address, length)`
    Sendto {
        /// The socket to send on.
        socket: SocketId,
        /// The bytes to send and their destination.
        datagram: Box<Datagram>,
    },
    /// `recv(socket, buffer, length, 0)`
    Recv {
        /// The socket to read.
        socket: SocketId,
        /// The size of the buffer, at most [`MAX_BUFFER`].
        length: usize,
    },
    /// `recvfrom(socket, buffer, length, 0, &address, &length)`
    Recvfrom {
        /// The socket to read.
        socket: SocketId,
        /// The size of the buffer, at most [`MAX_BUFFER`].
        length: usize,
    },
    /// `shutdown(socket, how)`
    Shutdown {
        /// The socket to shut down.
        socket: SocketId,
        /// The directions to end.
        how: How,
    },
    /// `GetHandleInformation(socket, &flags)`, on Windows only.
    GetHandleInformation {
        /// The socket to query.
        socket: SocketId,
    },
    /// `getsockname(socket, …)`
    Getsockname {
        /// The socket to query.
        socket: SocketId,
    },
    /// `getpeername(socket, …)`
    Getpeername {
        /// The socket that is asked about.
        socket: SocketId,
    },
    /// `close(socket)`, on Windows `closesocket`
    Close {
        /// The socket to close.
        socket: SocketId,
    },
}

impl Call {
    /// The function's name on `os`.
    pub const fn name(&self, os: Os) -> &'static str {
        let windows = matches!(os, Os::Windows);
        match self {
            Self::WsaStartup(_) => "WSAStartup",
            Self::Getaddrinfo(_) if windows => "GetAddrInfoW",
            Self::Getaddrinfo(_) => "getaddrinfo",
            Self::Freeaddrinfo(_) if windows => "FreeAddrInfoW",
            Self::Freeaddrinfo(_) => "freeaddrinfo",
            Self::Getnameinfo(_) if windows => "GetNameInfoW",
            Self::Getnameinfo(_) => "getnameinfo",
            Self::WsaEnumProtocols => "WSAEnumProtocolsW",
            Self::Socket { .. } => "socket",
            Self::Setsockopt { .. } => "setsockopt",
            Self::Getsockopt { .. } => "getsockopt",
            Self::Bind { .. } => "bind",
            Self::Listen { .. } => "listen",
            Self::Accept { .. } => "accept",
            Self::Connect { .. } => "connect",
            Self::Send { .. } => "send",
            Self::Sendto { .. } => "sendto",
            Self::Recv { .. } => "recv",
            Self::Recvfrom { .. } => "recvfrom",
            Self::Shutdown { .. } => "shutdown",
            Self::GetHandleInformation { .. } => "GetHandleInformation",
            Self::Getsockname { .. } => "getsockname",
            Self::Getpeername { .. } => "getpeername",
            Self::Close { .. } if windows => "closesocket",
            Self::Close { .. } => "close",
        }
    }

    /// The socket that the call takes as an argument.
    pub(crate) const fn on(&self) -> Option<SocketId> {
        match self {
            Self::Setsockopt { socket, .. }
            | Self::Getsockopt { socket, .. }
            | Self::Bind { socket, .. }
            | Self::Listen { socket, .. }
            | Self::Accept { socket, .. }
            | Self::Connect { socket, .. }
            | Self::Send { socket, .. }
            | Self::Sendto { socket, .. }
            | Self::Recv { socket, .. }
            | Self::Recvfrom { socket, .. }
            | Self::Shutdown { socket, .. }
            | Self::GetHandleInformation { socket }
            | Self::Getsockname { socket }
            | Self::Getpeername { socket }
            | Self::Close { socket } => Some(*socket),
            _ => None,
        }
    }

    /// Replaces the sockaddr that the call passes, if it passes one.
    pub(crate) fn set_address(&mut self, bytes: Box<[u8]>) {
        match self {
            Self::Bind { address, .. }
            | Self::Connect { address, .. }
            | Self::Getnameinfo(address) => *address = bytes,
            Self::Sendto { datagram, .. } => datagram.address = bytes,
            _ => {}
        }
    }

    /// The socket that the call opens.
    pub(crate) const fn opens(&self) -> Option<SocketId> {
        match self {
            Self::Socket { socket, .. } | Self::Accept { new: socket, .. } => Some(*socket),
            _ => None,
        }
    }

    /// Whether the call is made on this socket or opens it.
    pub(crate) fn is_about(&self, socket: SocketId) -> bool {
        [self.on(), self.opens()].contains(&Some(socket))
    }

    /// Whether the call changes what a socket is bound or connected to, or moves data, so that a run
    /// keeps every call on its socket.
    pub const fn is_step(&self) -> bool {
        matches!(
            self,
            Self::Setsockopt { .. }
                | Self::Bind { .. }
                | Self::Listen { .. }
                | Self::Accept { .. }
                | Self::Connect { .. }
                | Self::Send { .. }
                | Self::Sendto { .. }
                | Self::Recv { .. }
                | Self::Recvfrom { .. }
                | Self::Shutdown { .. }
        )
    }

    /// Whether the call queries the resolver, which cannot be interrupted.
    pub(crate) const fn resolves(&self) -> bool {
        matches!(self, Self::Getaddrinfo(_) | Self::Getnameinfo(_))
    }

    /// Whether the call may block on the network and needs its own thread. So may close(), if SO_LINGER
    /// is on: see [`Recorder::can_wait`](super::Recorder::can_wait).
    pub(crate) const fn can_wait(&self) -> bool {
        self.resolves()
            || matches!(
                self,
                Self::Accept { .. }
                    | Self::Connect { .. }
                    | Self::Send { .. }
                    | Self::Sendto { .. }
                    | Self::Recv { .. }
                    | Self::Recvfrom { .. }
            )
    }

    /// Whether the call only asks the system about a socket.
    pub(crate) const fn is_question(&self) -> bool {
        matches!(
            self,
            Self::Getsockopt { .. }
                | Self::GetHandleInformation { .. }
                | Self::Getsockname { .. }
                | Self::Getpeername { .. }
        )
    }

    /// Whether a record of this call replaces one of `other`: the same function, and the same option
    /// for getsockopt.
    pub(crate) fn replaces(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Getsockopt { option: new, .. }, Self::Getsockopt { option: old, .. }) => {
                new == old
            }
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// The three arguments of socket().
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Triple {
    /// The address family, `ai_family`.
    pub family: i32,
    /// The socket type, `ai_socktype`.
    pub socktype: i32,
    /// The protocol, `ai_protocol`.
    pub protocol: i32,
}

impl Triple {
    /// The call in C: `socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)`.
    pub(crate) fn call(&self, os: Os) -> String {
        let family = Hint::Family.show(os, self.family);
        let socktype = Hint::Socktype.show(os, self.socktype);
        let protocol = Hint::Protocol.show(os, self.protocol);
        format!("socket({family}, {socktype}, {protocol})")
    }
}

/// The most bytes that recv() and recvfrom() ask for. No datagram is longer: its length has 16 bits
/// (RFC 768).
pub const MAX_BUFFER: usize = 65536;

/// The bytes of sendto() or recvfrom(), and the address of the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// The bytes.
    pub data: Box<[u8]>,
    /// The sockaddr; empty if recvfrom() returned none, as on a connected TCP socket.
    pub address: Box<[u8]>,
}

/// The directions that shutdown() ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// `SHUT_RD`, 0: no more recv().
    Read,
    /// `SHUT_WR`, 1: no more send(). The peer's recv() returns 0.
    Write,
    /// `SHUT_RDWR`, 2: neither.
    Both,
}

impl How {
    /// Every direction, in the order of its number.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Both];

    /// The name in the header of `os`.
    pub const fn name(self, os: Os) -> &'static str {
        match (self, os) {
            (Self::Read, Os::Windows) => "SD_RECEIVE",
            (Self::Write, Os::Windows) => "SD_SEND",
            (Self::Both, Os::Windows) => "SD_BOTH",
            (Self::Read, _) => "SHUT_RD",
            (Self::Write, _) => "SHUT_WR",
            (Self::Both, _) => "SHUT_RDWR",
        }
    }
}
