//! The error of a call: its number and the domain of the number.

use serde::{Deserialize, Serialize};

use crate::names::{Name, Os};

/// The set of numbers that a code belongs to: 11 is `EAGAIN` as an errno, but no WSA code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Domain {
    /// `EAI_…`: the return value of getaddrinfo on POSIX systems.
    Gai,
    /// `errno`
    Errno,
    /// Winsock's codes and those of `DnsQuery_W`. On Windows getaddrinfo returns them too.
    Wsa,
}

impl Domain {
    /// The name in the JSON and in the interface.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Gai => "gai",
            Self::Errno => "errno",
            Self::Wsa => "wsa",
        }
    }
}

/// An error number and the system's text for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OsError {
    /// The domain of `code`.
    pub domain: Domain,
    /// The number from the system.
    pub code: i32,
    /// The system's text (`strerror`, `gai_strerror`, `FormatMessage`); may be empty.
    pub message: Box<str>,
    /// The errno behind `EAI_SYSTEM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errno: Option<Box<Self>>,
}

impl OsError {
    /// The code's name and meaning in the headers of `os`.
    pub(crate) fn name(&self, os: Os) -> Option<Name> {
        let names = os.names();
        match self.domain {
            Domain::Gai => names.gai.of(self.code),
            Domain::Errno => names.errno.of(self.code),
            Domain::Wsa => names.wsa.of(self.code).or_else(|| names.dns.of(self.code)),
        }
    }
}
