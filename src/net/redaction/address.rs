//! Addresses: of the same family and scope, from a range for documentation if the scope has one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Redaction;

impl Redaction {
    /// The replacement of an address. Loopback, wildcard and broadcast addresses stay, and Windows'
    /// placeholders.
    pub(crate) fn address(&mut self, ip: IpAddr) -> IpAddr {
        if stays(ip) {
            return ip;
        }
        if let Some(known) = self.addresses.get(&ip) {
            return *known;
        }
        let new = match ip {
            IpAddr::V4(v4) => self.next(ip, |n| v4_like(v4, n).into()),
            IpAddr::V6(v6) => match embedded(v6) {
                None => self.next(ip, |n| v6_like(v6, n).into()),
                Some((v4, embed)) => match self.address(v4.into()) {
                    IpAddr::V4(v4) => self.next(ip, |n| embed(v4, n).into()),
                    IpAddr::V6(v6) => v6.into(),
                },
            },
        };
        self.addresses.insert(ip, new);
        new
    }

    /// The replacement of an address that was replaced before; of another one its wildcard address.
    pub(crate) fn replaced(&self, ip: IpAddr) -> IpAddr {
        match (self.addresses.get(&ip), ip) {
            (Some(known), _) => *known,
            _ if stays(ip) => ip,
            (None, IpAddr::V4(_)) => Ipv4Addr::UNSPECIFIED.into(),
            (None, IpAddr::V6(_)) => Ipv6Addr::UNSPECIFIED.into(),
        }
    }

    /// The next address of the range that `like` counts through, which must not be one that was
    /// replaced. A range that does not count has one address.
    fn next(&mut self, ip: IpAddr, like: impl Fn(u32) -> IpAddr) -> IpAddr {
        let count = self.counts.entry(like(0)).or_default();
        loop {
            *count += 1;
            let new = like(*count);
            let free = new != ip && !self.addresses.contains_key(&new);
            if free || new == like(0) {
                return new;
            }
        }
    }
}

/// Whether the address says nothing about a machine.
const fn stays(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_unspecified() || v4.is_broadcast(),
        // Windows lists fec0:0:0:ffff::1 to 3 where there is no name server.
        IpAddr::V6(v6) => {
            let placeholder = matches!(v6.segments(), [0xfec0, 0, 0, 0xffff, 0, 0, 0, 1..=3]);
            v6.is_loopback() || v6.is_unspecified() || placeholder
        }
    }
}

/// The n-th address of the range that stands for the range of `ip` (IANA, IPv4 Special-Purpose Address
/// Registry).
fn v4_like(ip: Ipv4Addr, n: u32) -> Ipv4Addr {
    let in_range = |base: [u8; 4], bits: u32| {
        Ipv4Addr::from_bits(u32::from_be_bytes(base) | n & ((1 << bits) - 1))
    };
    match ip.octets() {
        [10, ..] => in_range([10, 0, 0, 0], 24),
        [100, 64..=127, ..] => in_range([100, 64, 0, 0], 22),
        [169, 254, ..] => in_range([169, 254, 0, 0], 16),
        [172, 16..=31, ..] => in_range([172, 16, 0, 0], 20),
        [192, 168, ..] => in_range([192, 168, 0, 0], 16),
        [first @ 224..=255, ..] => in_range([first, 0, 0, 0], 24),
        // RFC 5737, then RFC 2544.
        _ => match n {
            0..=254 => in_range([192, 0, 2, 0], 8),
            255..=510 => in_range([198, 51, 100, 0], 8),
            511..=766 => in_range([203, 0, 113, 0], 8),
            _ => in_range([198, 18, 0, 0], 17),
        },
    }
}

/// The same for IPv6 (IANA, IPv6 Special-Purpose Address Registry).
fn v6_like(ip: Ipv6Addr, n: u32) -> Ipv6Addr {
    let prefix: [u16; 6] = match ip.segments() {
        [0xfe80..=0xfebf, ..] => [0xfe80, 0, 0, 0, 0, 0],
        [0xfec0..=0xfeff, ..] => [0xfec0, 0, 0, 0, 0, 0],
        [first @ 0xfc00..=0xfdff, ..] => [first & 0xff00, 0, 0, 0, 0, 0],
        // RFC 6676 §3.
        [first @ 0xff00..=0xffff, ..] => [first, 0, 0, 0, 0, 0xdb8],
        [0x2001, 0, ..] => [0x2001, 0, 0, 0, 0, 0],
        [0x3ffe, ..] => [0x3ffe, 0, 0, 0, 0, 0],
        // RFC 3849.
        _ => [0x2001, 0xdb8, 0, 0, 0, 0],
    };
    let [a, b, c, d, e, f] = prefix;
    Ipv6Addr::new(a, b, c, d, e, f, (n >> 16) as u16, n as u16)
}

/// Makes the n-th IPv6 address with this IPv4 address in it.
type Embed = fn(Ipv4Addr, u32) -> Ipv6Addr;

/// The IPv4 address in an IPv6 address, and how one with another is made.
fn embedded(ip: Ipv6Addr) -> Option<(Ipv4Addr, Embed)> {
    const fn halves(ip: Ipv4Addr) -> (u16, u16) {
        let bits = ip.to_bits();
        ((bits >> 16) as u16, bits as u16)
    }
    let at = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match ip.segments() {
        // Mapped, and compatible (RFC 4291 §2.5.5).
        [0, 0, 0, 0, 0, 0xffff, a, b] => Some((at(a, b), |v4, _| v4.to_ipv6_mapped())),
        [0, 0, 0, 0, 0, 0, a, b] => Some((at(a, b), |v4, _| {
            let (a, b) = halves(v4);
            Ipv6Addr::new(0, 0, 0, 0, 0, 0, a, b)
        })),
        // NAT64 (RFC 6052 §2.1).
        [0x64, 0xff9b, 0, 0, 0, 0, a, b] => Some((at(a, b), |v4, _| {
            let (a, b) = halves(v4);
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a, b)
        })),
        // 6to4 (RFC 3056 §2).
        [0x2002, a, b, ..] => Some((at(a, b), |v4, n| {
            let (a, b) = halves(v4);
            Ipv6Addr::new(0x2002, a, b, 0, 0, 0, (n >> 16) as u16, n as u16)
        })),
        _ => None,
    }
}
