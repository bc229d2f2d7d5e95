//! What WSAStartup said: the step before every other call on Windows.

use std::fmt;

/// The version of Winsock that is asked for, as the tutorials do: `MAKEWORD(2, 2)`.
pub const REQUESTED: Version = Version { major: 2, minor: 2 };

/// The call as it stands in C.
pub const WSASTARTUP: &str = "WSAStartup(MAKEWORD(2, 2), &wsaData)";

/// A version of Winsock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Before the dot; the low byte of the WORD.
    pub major: u8,
    /// Behind the dot; the high byte of the WORD.
    pub minor: u8,
}

impl Version {
    /// Reads a WORD: 0x0201 is version 1.2.
    #[must_use]
    pub const fn from_word(word: u16) -> Self {
        let [major, minor] = word.to_le_bytes();
        Self { major, minor }
    }

    /// What `MAKEWORD(major, minor)` makes.
    #[must_use]
    pub const fn word(self) -> u16 {
        u16::from_le_bytes([self.major, self.minor])
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The members of `WSADATA` that still mean something in Winsock 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WsaData {
    /// `wVersion`: what was granted, which may be less than [`REQUESTED`].
    pub version: Version,
    /// `wHighVersion`: the highest there is.
    pub high_version: Version,
    /// `szDescription`
    pub description: String,
    /// `szSystemStatus`
    pub status: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_byte_of_a_version_is_the_minor_number() {
        // MAKEWORD(2, 2) and MAKEWORD(1, 2), as minwindef.h has it.
        assert_eq!(REQUESTED.word(), 0x0202);
        assert_eq!(Version { major: 1, minor: 2 }.word(), 0x0201);
        assert_eq!(Version::from_word(0x0201).to_string(), "1.2");
    }
}
