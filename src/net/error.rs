//! Which call failed, with which number, in which domain of numbers.

use std::fmt;

use crate::names::{Name, Os};

/// A call that sockscope makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// `WSAStartup`, on Windows only.
    WsaStartup,
    /// `getaddrinfo`, on Windows `GetAddrInfoW`
    Getaddrinfo,
    /// `getnameinfo`
    Getnameinfo,
    /// `socket`
    Socket,
    /// `getsockopt`
    Getsockopt,
    /// `getsockname`
    Getsockname,
    /// `close`, on Windows `closesocket`
    Close,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WsaStartup => "WSAStartup",
            Self::Getaddrinfo => "getaddrinfo",
            Self::Getnameinfo => "getnameinfo",
            Self::Socket => "socket",
            Self::Getsockopt => "getsockopt",
            Self::Getsockname => "getsockname",
            Self::Close if cfg!(windows) => "closesocket",
            Self::Close => "close",
        })
    }
}

/// The set of numbers that a code belongs to: 11 is `EAGAIN` as an errno and nothing as a WSA code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// `EAI_…`: the return value of getaddrinfo on POSIX systems.
    Gai,
    /// `errno`
    Errno,
    /// Winsock's codes, which getaddrinfo returns there too.
    Wsa,
}

impl Domain {
    /// The domain as JSON and people read it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gai => "gai",
            Self::Errno => "errno",
            Self::Wsa => "wsa",
        }
    }
}

/// A call's error: its number and what the system says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OsError {
    /// The call that failed.
    pub call: Call,
    /// What kind of number `code` is.
    pub domain: Domain,
    /// The number, as the system gave it.
    pub code: i32,
    /// The system's own text (`strerror`, `gai_strerror`, `FormatMessage`); may be empty.
    pub message: Box<str>,
}

impl OsError {
    /// The header's name for the code on `os`, with its meaning; none where the header has none.
    #[must_use]
    pub fn name(&self, os: Os) -> Option<Name> {
        let names = os.names();
        match self.domain {
            Domain::Gai => names.gai.of(self.code),
            Domain::Errno => names.errno.of(self.code),
            Domain::Wsa => names.wsa.of(self.code),
        }
    }
}

/// What getaddrinfo or getnameinfo returned instead of 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GaiError {
    /// The return value.
    pub error: OsError,
    /// The second error behind `EAI_SYSTEM`: errno as the call left it.
    pub errno: Option<OsError>,
}
