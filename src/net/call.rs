//! The calls that sockscope makes, each as a value: the one list of them, with their arguments as
//! the source code has them.

use std::sync::Arc;

use super::query::{Hint, Query};
use super::winsock::Version;
use crate::names::Os;

/// Names one call of a process, in the order in which the calls start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u64);

/// Names one socket of a process. Its handle is a number that the system may give again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(pub u64);

/// A call and its arguments. What a call fills in is its [`Value`](super::Value).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `WSAStartup(version, &wsaData)`, on Windows only.
    WsaStartup(Version),
    /// `getaddrinfo(node, service, hints, &result)`, on Windows `GetAddrInfoW`; the list is copied
    /// and freed.
    Getaddrinfo(Arc<Query>),
    /// `freeaddrinfo(result)` on a list of this many entries. It is part of
    /// [`Call::Getaddrinfo`] and is recorded apart.
    Freeaddrinfo(usize),
    /// `getnameinfo` without flags on this sockaddr, on Windows `GetNameInfoW`. It asks the network.
    Getnameinfo(Box<[u8]>),
    /// `socket = socket(family, type, protocol)`
    Socket {
        /// The name of the socket that it opens.
        socket: SocketId,
        /// Its three arguments.
        triple: Triple,
    },
    /// `getsockopt(socket, level, option, …)`
    Getsockopt {
        /// The socket that is asked about.
        socket: SocketId,
        /// The option, with its level.
        option: SocketOption,
    },
    /// `getsockname(socket, …)`
    Getsockname {
        /// The socket that is asked about.
        socket: SocketId,
    },
    /// `getpeername(socket, …)`
    Getpeername {
        /// The socket that is asked about.
        socket: SocketId,
    },
    /// `close(socket)`, on Windows `closesocket`
    Close {
        /// The socket that it closes.
        socket: SocketId,
    },
}

impl Call {
    /// The function's name on `os`.
    #[must_use]
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
            Self::Socket { .. } => "socket",
            Self::Getsockopt { .. } => "getsockopt",
            Self::Getsockname { .. } => "getsockname",
            Self::Getpeername { .. } => "getpeername",
            Self::Close { .. } if windows => "closesocket",
            Self::Close { .. } => "close",
        }
    }

    /// The socket that the call is made on; none where it opens one or needs none.
    #[must_use]
    pub const fn on(&self) -> Option<SocketId> {
        match self {
            Self::Getsockopt { socket, .. }
            | Self::Getsockname { socket }
            | Self::Getpeername { socket }
            | Self::Close { socket } => Some(*socket),
            Self::WsaStartup(_)
            | Self::Getaddrinfo(_)
            | Self::Freeaddrinfo(_)
            | Self::Getnameinfo(_)
            | Self::Socket { .. } => None,
        }
    }

    /// The socket that the call opens.
    #[must_use]
    pub const fn opens(&self) -> Option<SocketId> {
        match self {
            Self::Socket { socket, .. } => Some(*socket),
            _ => None,
        }
    }

    /// Whether the call may wait for others, so that it needs a thread of its own.
    #[must_use]
    pub const fn can_wait(&self) -> bool {
        matches!(self, Self::Getaddrinfo(_) | Self::Getnameinfo(_))
    }

    /// Whether `other` asks the same of another socket, or at another time.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Getsockopt { option, .. }, Self::Getsockopt { option: asked, .. }) => {
                option == asked
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
    /// The call as it stands in C: `socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)`.
    #[must_use]
    pub fn call(&self, os: Os) -> String {
        format!(
            "socket({}, {}, {})",
            Hint::Family.show(os, self.family),
            Hint::Socktype.show(os, self.socktype),
            Hint::Protocol.show(os, self.protocol)
        )
    }
}

/// An option that getsockopt is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SocketOption {
    /// `SO_DOMAIN`: the family (Linux, socket(7)).
    Domain,
    /// `SO_TYPE`: the type.
    Type,
    /// `SO_PROTOCOL`: the protocol (Linux, FreeBSD).
    Protocol,
    /// `IPV6_V6ONLY`: whether an AF_INET6 socket leaves IPv4 out (RFC 3493 §5.3).
    V6only,
}

impl SocketOption {
    /// What a socket of `family` can be asked for on `os`.
    #[must_use]
    pub fn of(os: Os, family: i32) -> Vec<Self> {
        let inet6 = os.names().families.named("AF_INET6");
        let mut options = match os {
            Os::Linux => vec![Self::Domain, Self::Type, Self::Protocol],
            Os::Freebsd => vec![Self::Type, Self::Protocol],
            Os::Macos | Os::Windows => vec![Self::Type],
        };
        if inet6.is_some_and(|inet6| inet6.value == family) {
            options.push(Self::V6only);
        }
        options
    }

    /// The header's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domain => "SO_DOMAIN",
            Self::Type => "SO_TYPE",
            Self::Protocol => "SO_PROTOCOL",
            Self::V6only => "IPV6_V6ONLY",
        }
    }

    /// The level that the option belongs to.
    #[must_use]
    pub const fn level(self) -> &'static str {
        match self {
            Self::Domain | Self::Type | Self::Protocol => "SOL_SOCKET",
            Self::V6only => "IPPROTO_IPV6",
        }
    }

    /// The hint whose constants its value is one of; none for a plain number.
    #[must_use]
    pub const fn hint(self) -> Option<Hint> {
        match self {
            Self::Domain => Some(Hint::Family),
            Self::Type => Some(Hint::Socktype),
            Self::Protocol => Some(Hint::Protocol),
            Self::V6only => None,
        }
    }
}
