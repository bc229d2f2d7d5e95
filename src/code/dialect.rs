//! The names of POSIX and of Winsock, for the two languages that are C.

use super::mode::Mode;
use super::step::{Address, Step};
use crate::names::Os;
use crate::net::{How, OptionValue};

/// What differs between a C program for POSIX and one for Windows.
pub(super) struct Dialect {
    pub(super) winsock: bool,
    /// A system with its headers.
    pub(super) os: Os,
    /// The type of a socket.
    pub(super) socket: &'static str,
    pub(super) invalid: &'static str,
    pub(super) failed: &'static str,
    pub(super) error: &'static str,
    pub(super) close: &'static str,
    /// The type of what calls return, its variable and its format.
    pub(super) number: &'static str,
    pub(super) result: &'static str,
    pub(super) format: &'static str,
    /// The variables of the entry and the socket in a loop over every entry.
    pub(super) entry: &'static str,
    pub(super) variable: &'static str,
    /// The casts of the value of setsockopt() and of `ai_addrlen`.
    pub(super) pointer_cast: &'static str,
    pub(super) length_cast: &'static str,
}

impl Dialect {
    pub(super) const fn new(os: Os, winsock: bool, variable: &'static str) -> Self {
        if winsock {
            Self {
                winsock,
                os: Os::Windows,
                socket: "SOCKET",
                invalid: "INVALID_SOCKET",
                failed: "SOCKET_ERROR",
                error: "WSAGetLastError()",
                close: "closesocket",
                number: "int",
                result: "iResult",
                format: "%d",
                entry: "ptr",
                variable,
                pointer_cast: "(const char *)",
                length_cast: "(int)",
            }
        } else {
            Self {
                winsock,
                os,
                socket: "int",
                invalid: "-1",
                failed: "-1",
                error: "errno",
                close: "close",
                number: "ssize_t",
                result: "returned",
                format: "%zd",
                entry: "ai",
                variable: "fd",
                pointer_cast: "",
                length_cast: "",
            }
        }
    }

    /// A sockaddr and its length.
    pub(super) fn address(&self, mode: &Mode<'_>, address: &Address, step: &Step<'_>) -> String {
        let number = step.number;
        match address {
            Address::Entry(entry) => {
                let entry = mode.entry(entry);
                format!("{entry}->ai_addr, {}{entry}->ai_addrlen", self.length_cast)
            }
            Address::Peer(from) => format!("(struct sockaddr *)&peer{from}, peer{from}len"),
            Address::V4(_) | Address::V6(_) => {
                format!("(struct sockaddr *)&address{number}, sizeof address{number}")
            }
            Address::Bytes(bytes) => {
                format!("(const struct sockaddr *)address{number}, {}", bytes.len())
            }
        }
    }

    /// The type of an option's value.
    pub(super) const fn option_type(&self, value: &OptionValue) -> &'static str {
        match value {
            OptionValue::Number(_) => "int",
            OptionValue::Linger(_) => "struct linger",
        }
    }

    /// The argument of shutdown().
    pub(super) const fn how(&self, how: &How) -> &'static str {
        how.name(self.os)
    }

    /// The value in braces.
    pub(super) fn option_braces(&self, value: &OptionValue) -> String {
        match value {
            OptionValue::Number(number) => format!("{{{number}}}"),
            OptionValue::Linger(linger) => linger.to_string(),
        }
    }
}
