//! The arguments and results of calls that only Winsock has.

use serde::{Deserialize, Serialize};

use std::fmt;

use super::query::Hint;
use crate::names::Os;

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

/// A row of Winsock's catalog of transport providers: members of `WSAPROTOCOL_INFOW`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// `dwCatalogEntryId`: the number of the row.
    pub entry: u32,
    /// `iAddressFamily`
    pub family: i32,
    /// `iSocketType`
    pub socktype: i32,
    /// `iProtocol`: the protocol, or the first one.
    pub protocol: i32,
    /// `iProtocolMaxOffset`: the number of protocols after the first one.
    pub more_protocols: i32,
    /// `szProtocol`
    pub name: String,
}

impl Provider {
    /// The protocol by name or number, `IPPROTO_TCP`, or the range of protocols, `0-255`. Other
    /// families than those of IP number their protocols anew: 1 of AF_HYPERV is not IPPROTO_ICMP.
    pub(crate) fn protocols(&self, os: Os) -> String {
        let first = self.protocol;
        let family = Hint::Family.show(os, self.family);
        match self.more_protocols {
            0 if ["AF_INET", "AF_INET6"].contains(&&*family) => Hint::Protocol.show(os, first),
            0 => first.to_string(),
            more => format!("{first}-{}", first.saturating_add(more)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_protocols_of_ip_have_a_name() {
        // AF_HYPERV is 34, HV_PROTOCOL_RAW 1 and IPPROTO_ICMP 1 in Microsoft's headers.
        for (family, protocol, more_protocols, expected) in [
            (2, 6, 0, "IPPROTO_TCP"),
            (23, 17, 0, "IPPROTO_UDP"),
            (2, 1, 0, "IPPROTO_ICMP"),
            (34, 1, 0, "1"),
            (2, 0, 255, "0-255"),
            (2, i32::MAX, 1, "2147483647-2147483647"),
        ] {
            let provider = Provider {
                entry: 1001,
                family,
                socktype: 1,
                protocol,
                more_protocols,
                name: String::new(),
            };
            assert_eq!(provider.protocols(Os::Windows), expected);
        }
    }

    #[test]
    fn minor_version_is_the_high_byte() {
        // MAKEWORD(2, 2) and MAKEWORD(1, 2) as in minwindef.h.
        assert_eq!(REQUESTED.word(), 0x0202);
        assert_eq!(Version { major: 1, minor: 2 }.word(), 0x0201);
        assert_eq!(Version::from_word(0x0201).to_string(), "1.2");
    }
}
