//! What came back: the list of `addrinfo`, copied out whole.

use std::ffi::OsStr;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::call::Triple;
use crate::names::Os;

/// One `struct addrinfo` of the list, every member as the system returned it.
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
    /// `ai_addrlen`, bytes.
    pub addrlen: usize,
    /// The `ai_addrlen` bytes at `ai_addr`, but no more than a `sockaddr_storage` has, which holds
    /// any address; none where that is NULL.
    pub addr: Option<Box<[u8]>>,
    /// `ai_canonname`; none where that is NULL.
    pub canonname: Option<Box<OsStr>>,
}

/// A sockaddr, read as far as it is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sockaddr {
    /// `ai_addr` is NULL.
    Null,
    /// `struct sockaddr_in` or `struct sockaddr_in6`.
    Ip(SocketAddr),
    /// Another family, or too short for the family it names.
    Other,
}

impl Sockaddr {
    /// The address, port and the rest, of IP families.
    #[must_use]
    pub const fn ip(&self) -> Option<(IpAddr, u16)> {
        match self {
            Self::Ip(address) => Some((address.ip(), address.port())),
            _ => None,
        }
    }
}

impl AddrInfo {
    /// The address, decoded by the family that the sockaddr itself names; `os` has its layout.
    #[must_use]
    pub fn sockaddr(&self, os: Os) -> Sockaddr {
        self.addr
            .as_deref()
            .map_or(Sockaddr::Null, |bytes| decode(os, bytes))
    }

    /// How many of the `ai_addrlen` bytes were not read, since no sockaddr has as many.
    #[must_use]
    pub fn unread(&self) -> usize {
        let read = self.addr.as_ref();
        read.map_or(0, |bytes| self.addrlen.saturating_sub(bytes.len()))
    }

    /// The address as people write it: `0.0.0.0:27015`, `[fe80::1%2]:80`, the bytes of a family
    /// that is not IP, with three dots where not all of them were read, or `NULL`.
    #[must_use]
    pub fn address(&self, os: Os) -> String {
        match self.sockaddr(os) {
            Sockaddr::Null => "NULL".to_owned(),
            Sockaddr::Ip(address) => address.to_string(),
            Sockaddr::Other => self.hexadecimal(),
        }
    }

    /// The bytes that were read in hexadecimal, with three dots where there are said to be more.
    #[must_use]
    pub fn hexadecimal(&self) -> String {
        let rest = if self.unread() > 0 { "..." } else { "" };
        format!("0x{}{rest}", Hex(self.addr.as_deref().unwrap_or_default()))
    }

    /// What socket() takes of it.
    #[must_use]
    pub const fn triple(&self) -> Triple {
        Triple {
            family: self.family,
            socktype: self.socktype,
            protocol: self.protocol,
        }
    }
}

/// A sockaddr of `os` as people write it.
#[must_use]
pub fn address(os: Os, bytes: &[u8]) -> String {
    match decode(os, bytes) {
        Sockaddr::Ip(address) => address.to_string(),
        Sockaddr::Null | Sockaddr::Other => format!("0x{}", Hex(bytes)),
    }
}

/// Bytes in hexadecimal, two digits each, nothing between.
#[derive(Clone, Copy, Debug)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Thousands of sockaddrs are printed at once; a format call for each byte would be felt.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for chunk in self.0.chunks(32) {
            let mut text = [0; 64];
            for (pair, byte) in text.chunks_exact_mut(2).zip(chunk) {
                pair[0] = DIGITS[usize::from(byte >> 4)];
                pair[1] = DIGITS[usize::from(byte & 15)];
            }
            // The digits are ASCII, so this is never the empty text.
            f.write_str(str::from_utf8(&text[..chunk.len() * 2]).unwrap_or_default())?;
        }
        Ok(())
    }
}

/// Reads a sockaddr of `os`. The layouts are RFC 3493 §3.3 and §3.4; the BSDs and macOS have a
/// length byte before a family of one byte, the others a family of two.
#[must_use]
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
