//! An entry of the list that getaddrinfo returns, and its address.

use std::ffi::OsStr;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use smallvec::SmallVec;

use super::call::Triple;
use super::query::Hints;
use crate::names::Os;
use crate::text::push_number;

/// The bytes of a sockaddr, those of IP in place (`sizeof(struct sockaddr_in6)`, RFC 3493 §3.3): a list
/// of thousands of entries is one block of memory, which the allocator gives back whole.
pub type Sockaddr = SmallVec<[u8; 28]>;

/// A copy of one `struct addrinfo` with every member as the system returned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddrInfo {
    /// `ai_flags`
    pub flags: i32,
    /// `ai_family`
    pub family: i32,
    /// `ai_socktype`
    pub socktype: i32,
    /// `ai_protocol`
    pub protocol: i32,
    /// `ai_addrlen`, in bytes.
    pub addrlen: usize,
    /// The bytes at `ai_addr`, at most the size of a `sockaddr_storage`, which holds any address.
    /// `None` is NULL.
    pub addr: Option<Sockaddr>,
    /// `ai_canonname`; `None` is NULL.
    pub canonname: Option<Box<OsStr>>,
}

impl AddrInfo {
    /// The IP address in the layout of `os`; see [`decode`].
    pub fn sockaddr(&self, os: Os) -> Option<SocketAddr> {
        decode(os, self.addr.as_deref()?)
    }

    /// The bytes at `ai_addr`; none if that is NULL.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.addr.as_deref().unwrap_or_default()
    }

    /// The number of the `ai_addrlen` bytes that were not read: no sockaddr is that long.
    pub(crate) fn unread(&self) -> usize {
        let read = self.addr.as_ref();
        read.map_or(0, |bytes| self.addrlen.saturating_sub(bytes.len()))
    }

    /// The address as text: `0.0.0.0:27015`, `[fe80::1%2]:80`, `NULL`, or for other families the
    /// bytes, with three dots if some were not read.
    pub fn address(&self, os: Os) -> String {
        let mut text = String::with_capacity(24);
        self.push_address(os, &mut text);
        text
    }

    /// Appends the address as text.
    pub(crate) fn push_address(&self, os: Os, text: &mut String) {
        match (self.sockaddr(os), &self.addr) {
            (Some(SocketAddr::V4(address)), _) => {
                push_ip(text, (*address.ip()).into());
                text.push(':');
                push_number(text, address.port().into());
            }
            (Some(address), _) => text.push_str(&address.to_string()),
            (None, Some(_)) => text.push_str(&self.hexadecimal()),
            (None, None) => text.push_str("NULL"),
        }
    }

    /// The bytes in hexadecimal, with three dots if some were not read.
    pub(crate) fn hexadecimal(&self) -> String {
        let rest = if self.unread() > 0 { "..." } else { "" };
        format!("0x{}{rest}", hex(self.bytes()))
    }

    /// The members that hints have too.
    pub(crate) const fn members(&self) -> Hints {
        Hints {
            flags: self.flags,
            family: self.family,
            socktype: self.socktype,
            protocol: self.protocol,
        }
    }

    /// The arguments of socket().
    pub const fn triple(&self) -> Triple {
        Triple {
            family: self.family,
            socktype: self.socktype,
            protocol: self.protocol,
        }
    }
}

/// An entry for a socket by hand: these three numbers, and no address.
impl From<Triple> for AddrInfo {
    fn from(triple: Triple) -> Self {
        Self {
            flags: 0,
            family: triple.family,
            socktype: triple.socktype,
            protocol: triple.protocol,
            addrlen: 0,
            addr: None,
            canonname: None,
        }
    }
}

/// Appends the address as text.
pub(crate) fn push_ip(text: &mut String, ip: IpAddr) {
    match ip {
        IpAddr::V4(ip) => {
            for (at, octet) in ip.octets().into_iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "." });
                push_number(text, octet.into());
            }
        }
        IpAddr::V6(ip) => text.push_str(&ip.to_string()),
    }
}

/// A sockaddr of `os` as text.
pub(crate) fn address(os: Os, bytes: &[u8]) -> String {
    let address = decode(os, bytes).map(|address| address.to_string());
    address.unwrap_or_else(|| format!("0x{}", hex(bytes)))
}

/// Bytes in hexadecimal: two digits each, no separator.
pub(crate) fn hex(bytes: &[u8]) -> String {
    // One format call per byte is too slow for a table of thousands of sockaddrs.
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
    text
}

/// The IP address in a sockaddr of `os`; none if the sockaddr has another family, or too few bytes
/// for its family. The layouts are RFC 3493 §3.3 and §3.4: on the BSDs and macOS a length byte and a
/// family of one byte, elsewhere a family of two bytes.
pub fn decode(os: Os, bytes: &[u8]) -> Option<SocketAddr> {
    let [first, second] = part(bytes, 0)?;
    let family = match os {
        Os::Macos | Os::Freebsd => i32::from(second),
        Os::Linux | Os::Windows => i32::from(u16::from_ne_bytes([first, second])),
    };
    let port = u16::from_be_bytes(part(bytes, 2)?);
    match os.names().families.of(family)?.name {
        "AF_INET" if bytes.len() >= 16 => {
            let ip = Ipv4Addr::from(part::<4>(bytes, 4)?);
            Some(SocketAddr::new(ip.into(), port))
        }
        "AF_INET6" if bytes.len() >= 28 => {
            // sin6_flowinfo is in network byte order (RFC 3493 §3.3), sin6_scope_id in the host's.
            let flowinfo = u32::from_be_bytes(part(bytes, 4)?);
            let ip = Ipv6Addr::from(part::<16>(bytes, 8)?);
            let scope_id = u32::from_ne_bytes(part(bytes, 24)?);
            Some(SocketAddrV6::new(ip, port, flowinfo, scope_id).into())
        }
        _ => None,
    }
}

/// The sockaddr of `os` with this address, in the layouts of [`decode`]. A system without the family
/// gets 0 for its number.
pub fn encode(os: Os, address: SocketAddr) -> Box<[u8]> {
    let (name, length) = match address {
        SocketAddr::V4(_) => ("AF_INET", 16),
        SocketAddr::V6(_) => ("AF_INET6", 28),
    };
    let family = os.names().families.named(name).map_or(0, |row| row.value);
    let [low, high, ..] = family.to_le_bytes();
    let mut bytes = match os {
        Os::Macos | Os::Freebsd => vec![length, low],
        Os::Linux | Os::Windows => u16::from_le_bytes([low, high]).to_ne_bytes().to_vec(),
    };
    bytes.extend(address.port().to_be_bytes());
    match address {
        SocketAddr::V4(address) => bytes.extend(address.ip().octets()),
        SocketAddr::V6(address) => {
            bytes.extend(address.flowinfo().to_be_bytes());
            bytes.extend(address.ip().octets());
            bytes.extend(address.scope_id().to_ne_bytes());
        }
    }
    bytes.resize(length.into(), 0);
    bytes.into()
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests;
