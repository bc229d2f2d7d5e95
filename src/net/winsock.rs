//! The arguments and results of WSAStartup, the first call of every Winsock program.

use std::fmt;

/// The requested version of Winsock, as in the tutorials: `MAKEWORD(2, 2)`.
pub(crate) const REQUESTED: Version = Version { major: 2, minor: 2 };

/// The call in C.
pub(crate) const WSASTARTUP: &str = "WSAStartup(MAKEWORD(2, 2), &wsaData)";

/// A version of Winsock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// The major number, the low byte of the WORD.
    pub major: u8,
    /// The minor number, the high byte of the WORD.
    pub minor: u8,
}

impl Version {
    /// Reads a WORD: 0x0201 is version 1.2.
    #[cfg(any(windows, test))]
    pub(crate) const fn from_word(word: u16) -> Self {
        let [major, minor] = word.to_le_bytes();
        Self { major, minor }
    }

    /// The WORD that `MAKEWORD(major, minor)` makes.
    #[cfg(any(windows, test))]
    pub(crate) const fn word(self) -> u16 {
        u16::from_le_bytes([self.major, self.minor])
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The members of `WSADATA` that Winsock 2 still uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WsaData {
    /// `wVersion`: the version to use, which may be lower than the requested one.
    pub version: Version,
    /// `wHighVersion`: the highest supported version.
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
    fn minor_version_is_the_high_byte() {
        // MAKEWORD(2, 2) and MAKEWORD(1, 2) as in minwindef.h.
        assert_eq!(REQUESTED.word(), 0x0202);
        assert_eq!(Version { major: 1, minor: 2 }.word(), 0x0201);
        assert_eq!(Version::from_word(0x0201).to_string(), "1.2");
    }
}
