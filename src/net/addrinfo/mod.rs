//! An entry of the list that getaddrinfo returns, and its address.

use std::ffi::OsStr;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::call::Triple;
use crate::names::Os;

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
    pub addr: Option<Box<[u8]>>,
    /// `ai_canonname`; `None` is NULL.
    pub canonname: Option<Box<OsStr>>,
}

/// A decoded sockaddr.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sockaddr {
    /// `ai_addr` is NULL.
    Null,
    /// `struct sockaddr_in` or `struct sockaddr_in6`.
    Ip(SocketAddr),
    /// Another family, or too few bytes for its family.
    Other,
}

impl Sockaddr {
    /// The IP address and port.
    pub const fn ip(&self) -> Option<(IpAddr, u16)> {
        match self {
            Self::Ip(address) => Some((address.ip(), address.port())),
            _ => None,
        }
    }
}

impl AddrInfo {
    /// The address in the layout of `os`, decoded by the sockaddr's own family.
    pub fn sockaddr(&self, os: Os) -> Sockaddr {
        self.addr
            .as_deref()
            .map_or(Sockaddr::Null, |bytes| decode(os, bytes))
    }

    /// The number of the `ai_addrlen` bytes that were not read: no sockaddr is that long.
    pub(crate) fn unread(&self) -> usize {
        let read = self.addr.as_ref();
        read.map_or(0, |bytes| self.addrlen.saturating_sub(bytes.len()))
    }

    /// The address as text: `0.0.0.0:27015`, `[fe80::1%2]:80`, `NULL`, or for other families the
    /// bytes, with three dots if some were not read.
    pub fn address(&self, os: Os) -> String {
        match self.sockaddr(os) {
            Sockaddr::Null => "NULL".to_owned(),
            Sockaddr::Ip(address) => address.to_string(),
            Sockaddr::Other => self.hexadecimal(),
        }
    }

    /// The bytes in hexadecimal, with three dots if some were not read.
    pub(crate) fn hexadecimal(&self) -> String {
        let rest = if self.unread() > 0 { "..." } else { "" };
        format!("0x{}{rest}", Hex(self.addr.as_deref().unwrap_or_default()))
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

/// A sockaddr of `os` as text.
pub(crate) fn address(os: Os, bytes: &[u8]) -> String {
    match decode(os, bytes) {
        Sockaddr::Ip(address) => address.to_string(),
        Sockaddr::Null | Sockaddr::Other => format!("0x{}", Hex(bytes)),
    }
}

/// Bytes in hexadecimal: two digits each, no separator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One format call per byte is too slow for a table of thousands of sockaddrs.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for chunk in self.0.chunks(32) {
            let mut text = [0; 64];
            for (pair, byte) in text.chunks_exact_mut(2).zip(chunk) {
                pair[0] = DIGITS[usize::from(byte >> 4)];
                pair[1] = DIGITS[usize::from(byte & 15)];
            }
            // The digits are ASCII, so the default is never used.
            f.write_str(str::from_utf8(&text[..chunk.len() * 2]).unwrap_or_default())?;
        }
        Ok(())
    }
}

/// Decodes a sockaddr of `os`. The layouts are RFC 3493 §3.3 and §3.4: on the BSDs and macOS a
/// length byte and a family of one byte, elsewhere a family of two bytes.
pub fn decode(os: Os, bytes: &[u8]) -> Sockaddr {
    let (Some(&[first, second]), names) = (bytes.first_chunk(), os.names()) else {
        return Sockaddr::Other;
    };
    let family = match os {
        Os::Macos | Os::Freebsd => i32::from(second),
        Os::Linux | Os::Windows => i32::from(u16::from_ne_bytes([first, second])),
    };
    let port = |bytes: &[u8]| u16::from_be_bytes([bytes[2], bytes[3]]);
    match names.families.of(family).map(|row| row.name) {
        Some("AF_INET") => bytes.first_chunk::<16>().map_or(Sockaddr::Other, |bytes| {
            let ip = Ipv4Addr::new(bytes[4], bytes[5], bytes[6], bytes[7]);
            Sockaddr::Ip(SocketAddrV4::new(ip, port(bytes)).into())
        }),
        Some("AF_INET6") => bytes.first_chunk::<28>().map_or(Sockaddr::Other, |bytes| {
            let four = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
            let mut ip = [0; 16];
            ip.copy_from_slice(&bytes[8..24]);
            // sin6_flowinfo is in network byte order (RFC 3493 §3.3), sin6_scope_id in the host's.
            let address = SocketAddrV6::new(
                Ipv6Addr::from(ip),
                port(bytes),
                u32::from_be_bytes(four(4)),
                u32::from_ne_bytes(four(24)),
            );
            Sockaddr::Ip(address.into())
        }),
        _ => Sockaddr::Other,
    }
}

#[cfg(test)]
mod tests;
