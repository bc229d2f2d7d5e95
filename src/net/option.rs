//! The options of a socket and their values.

use std::fmt;

use super::query::Hint;
use crate::names::Os;

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

    /// Whether setsockopt() takes the option on `os`.
    pub const fn can_be_set(self, os: Os) -> bool {
        match self {
            Self::Domain | Self::Type | Self::Protocol | Self::ProtocolInfo => false,
            Self::ExclusiveAddrUse
            | Self::ReuseAddr
            | Self::ReusePort
            | Self::Broadcast
            | Self::Linger
            | Self::V6only => self.exists(os),
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
