//! A call's error: its number, and the domain that the number belongs to.

use crate::names::{Name, Os};

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

/// The error of a call: its number and the system's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OsError {
    /// What kind of number `code` is.
    pub domain: Domain,
    /// The number, as the system gave it.
    pub code: i32,
    /// The system's own text (`strerror`, `gai_strerror`, `FormatMessage`); may be empty.
    pub message: Box<str>,
    /// The second error behind `EAI_SYSTEM`: errno as the call left it.
    pub errno: Option<Box<Self>>,
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
