//! The only list of the calls that sockscope makes, with their arguments as in source code.

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
    /// `getsockopt(socket, level, option, …)`
    Getsockopt {
        /// The socket to query.
        socket: SocketId,
        /// The option and its level.
        option: SocketOption,
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
            Self::Getsockopt { .. } => "getsockopt",
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
            Self::Getsockopt { socket, .. }
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
            Self::Socket { socket, .. } => Some(*socket),
            _ => None,
        }
    }

    /// Whether the call may block on the network and needs its own thread.
    pub(crate) const fn can_wait(&self) -> bool {
        matches!(self, Self::Getaddrinfo(_) | Self::Getnameinfo(_))
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

/// An option of getsockopt.
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
    /// `IPV6_V6ONLY`: whether an AF_INET6 socket excludes IPv4 (RFC 3493 §5.3).
    V6only,
}

impl SocketOption {
    /// The options that a socket of `family` has on `os`.
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
            Self::ProtocolInfo | Self::ExclusiveAddrUse | Self::V6only => None,
        }
    }
}
