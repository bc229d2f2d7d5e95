//! What a C library on Linux reads to sort a list: the source address of each entry, and gai.conf.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::error::OsError;

/// The facts that decide the order of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sorting {
    /// The source of each entry, in the order of the list.
    pub entries: Vec<Origin>,
    /// The text of /etc/gai.conf; `None` if it cannot be read. Only glibc reads it.
    pub gai_conf: Option<String>,
}

/// The source address for one entry, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// connect() of a UDP socket failed, which sends nothing.
    Unreachable(OsError),
    /// The entry is no IP address.
    NoAddress,
    /// The address that the kernel chose.
    Address(Box<SourceAddress>),
}

/// A source address with what the C library knows about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceAddress {
    /// The address.
    pub ip: IpAddr,
    /// Its interface; `None` if the library finds the address on none.
    pub interface: Option<SourceInterface>,
    /// The length of its prefix; 0 if the library finds the address on no interface.
    pub prefix_length: u8,
    /// Whether it is deprecated (RFC 4862 §5.5.4), or optimistic (RFC 4429).
    pub deprecated: bool,
    /// Whether it is a home address of Mobile IPv6 (RFC 6275).
    pub home: bool,
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceInterface {
    /// Its index.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Whether it is none of the tunnels IPv4 in IPv4, IPv6 in IPv6, IPv6 in IPv4.
    pub native: bool,
}

impl Origin {
    /// The address, if there is one.
    pub(crate) fn address(&self) -> Option<&SourceAddress> {
        match self {
            Self::Address(address) => Some(address),
            Self::Unreachable(_) | Self::NoAddress => None,
        }
    }
}
