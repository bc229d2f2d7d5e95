//! The only list of the calls that sockscope makes, with their arguments as in source code.

use std::fmt;
use std::sync::Arc;

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

    /// The socket that the call opens.
    pub(crate) const fn opens(&self) -> Option<SocketId> {
        match self {
            Self::Socket { socket, .. } | Self::Accept { new: socket, .. } => Some(*socket),
            _ => None,
        }
    }

    /// Whether the call may block on the network and needs its own thread.
    pub(crate) const fn can_wait(&self) -> bool {
        matches!(
            self,
            Self::Getaddrinfo(_)
                | Self::Getnameinfo(_)
                | Self::Accept { .. }
                | Self::Connect { .. }
                | Self::Send { .. }
                | Self::Sendto { .. }
                | Self::Recv { .. }
                | Self::Recvfrom { .. }
        )
    }

    /// Whether a record of this call replaces one of `other`: the same function, and the same option
    /// for getsockopt.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Getsockopt { option: new, .. }, Self::Getsockopt { option: old, .. }) => {
                new == old
            }
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// The three arguments of socket().
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// A value for setsockopt().
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OptionValue {
    /// A C `int`.
    Number(i32),
    /// The struct of `SO_LINGER`.
    Linger(Linger),
}

/// `struct linger`. Its members are `int`, on Windows 16 bits wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Linger {
    /// `l_onoff`: whether close() waits for unsent data.
    pub onoff: i32,
    /// `l_linger`: for how many seconds.
    pub seconds: i32,
}

impl fmt::Display for Linger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}, {}}}", self.onoff, self.seconds)
    }
}

impl fmt::Display for OptionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Linger(linger) => linger.fmt(f),
        }
    }
}

/// An option of getsockopt() and setsockopt().
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SocketOption {
    /// `SO_DOMAIN`: the family (Linux, socket(7)).
    Domain,
    /// `SO_TYPE`: the type.
    Type,
    /// `SO_PROTOCOL`: the protocol (Linux, FreeBSD).
    Protocol,
    /// `SO_PROTOCOL_INFOW`: the provider, and with it the protocol (Windows, "SOL_SOCKET Socket
    /// Options").
    ProtocolInfo,
    /// `SO_EXCLUSIVEADDRUSE`: whether no other socket may bind to the same address and port
    /// (Windows).
    ExclusiveAddrUse,
    /// `SO_REUSEADDR`: on POSIX the socket may bind to a port in TIME_WAIT, on Windows to any port
    /// that is not exclusive (Microsoft, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE").
    ReuseAddr,
    /// `SO_REUSEPORT`: several sockets may bind to one port (Linux, the BSDs).
    ReusePort,
    /// `SO_BROADCAST`: the socket may send to broadcast addresses.
    Broadcast,
    /// `SO_LINGER`: whether close() waits for unsent data. Its value is a [`Linger`].
    Linger,
    /// `IPV6_V6ONLY`: whether an AF_INET6 socket excludes IPv4 (RFC 3493 §5.3).
    V6only,
}

impl SocketOption {
    /// Every option.
    pub const ALL: [Self; 10] = [
        Self::Domain,
        Self::Type,
        Self::Protocol,
        Self::ProtocolInfo,
        Self::ExclusiveAddrUse,
        Self::ReuseAddr,
        Self::ReusePort,
        Self::Broadcast,
        Self::Linger,
        Self::V6only,
    ];

    /// Whether the header of `os` has the option.
    pub const fn exists(self, os: Os) -> bool {
        match self {
            Self::Domain => matches!(os, Os::Linux),
            Self::Protocol => matches!(os, Os::Linux | Os::Freebsd),
            Self::ProtocolInfo | Self::ExclusiveAddrUse => matches!(os, Os::Windows),
            Self::ReusePort => !matches!(os, Os::Windows),
            Self::Type | Self::ReuseAddr | Self::Broadcast | Self::Linger | Self::V6only => true,
        }
    }

    /// The options that the view of a socket of `family` reads on `os`.
    pub(crate) fn of(os: Os, family: i32) -> Vec<Self> {
        let mut options = match os {
            Os::Linux => vec![Self::Domain, Self::Type, Self::Protocol],
            Os::Freebsd => vec![Self::Type, Self::Protocol],
            Os::Macos => vec![Self::Type],
            Os::Windows => vec![Self::Type, Self::ProtocolInfo, Self::ExclusiveAddrUse],
        };
        if Hint::Family.show(os, family) == "AF_INET6" {
            options.push(Self::V6only);
        }
        options
    }

    /// The name in the header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domain => "SO_DOMAIN",
            Self::Type => "SO_TYPE",
            Self::Protocol => "SO_PROTOCOL",
            Self::ProtocolInfo => "SO_PROTOCOL_INFOW",
            Self::ExclusiveAddrUse => "SO_EXCLUSIVEADDRUSE",
            Self::ReuseAddr => "SO_REUSEADDR",
            Self::ReusePort => "SO_REUSEPORT",
            Self::Broadcast => "SO_BROADCAST",
            Self::Linger => "SO_LINGER",
            Self::V6only => "IPV6_V6ONLY",
        }
    }

    /// The level of the option.
    pub(crate) const fn level(self) -> &'static str {
        match self {
            Self::V6only => "IPPROTO_IPV6",
            _ => "SOL_SOCKET",
        }
    }

    /// The hint whose constants name the option's value; none for a plain number or a struct.
    pub(crate) const fn hint(self) -> Option<Hint> {
        match self {
            Self::Domain => Some(Hint::Family),
            Self::Type => Some(Hint::Socktype),
            Self::Protocol => Some(Hint::Protocol),
            Self::ProtocolInfo
            | Self::ExclusiveAddrUse
            | Self::ReuseAddr
            | Self::ReusePort
            | Self::Broadcast
            | Self::Linger
            | Self::V6only => None,
        }
    }
}
