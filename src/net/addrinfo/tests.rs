#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use proptest::prelude::*;

use super::*;

/// `AF_INET` and `AF_INET6` in each system's `sys/socket.h` (Windows: ws2def.h), and whether a
/// length byte precedes a family of one byte.
const FAMILIES: [(Os, u8, u8, bool); 4] = [
    (Os::Linux, 2, 10, false),
    (Os::Macos, 2, 30, true),
    (Os::Freebsd, 2, 28, true),
    (Os::Windows, 2, 23, false),
];

/// The first two bytes of a sockaddr.
fn head(length: u8, family: u8, has_length: bool) -> [u8; 2] {
    if has_length {
        [length, family]
    } else {
        u16::from(family).to_ne_bytes()
    }
}

/// A `sockaddr_in6` of RFC 3493 §3.3: port 27015, flow 0xabcde, fe80::1, scope 2.
fn in6(head: [u8; 2]) -> Vec<u8> {
    let mut bytes = head.to_vec();
    bytes.extend([0x69, 0x87]);
    bytes.extend([0x00, 0x0a, 0xbc, 0xde]);
    bytes.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    bytes.extend(2_u32.to_ne_bytes());
    bytes
}

/// A `sockaddr_in` of 4.2BSD: port 27015, 192.0.2.1, eight zeros.
fn in4(head: [u8; 2]) -> Vec<u8> {
    let mut bytes = head.to_vec();
    bytes.extend([0x69, 0x87, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

fn entry(addr: Option<&[u8]>) -> AddrInfo {
    AddrInfo {
        flags: 0,
        family: 0,
        socktype: 0,
        protocol: 0,
        addrlen: addr.map_or(0, <[u8]>::len),
        addr: addr.map(Into::into),
        canonname: None,
    }
}

#[test]
fn sockaddr_of_every_system_is_decoded() {
    for (os, inet, inet6, has_length) in FAMILIES {
        let Some(SocketAddr::V6(read)) = decode(os, &in6(head(28, inet6, has_length))) else {
            panic!("{os:?}");
        };
        assert_eq!(read.to_string(), "[fe80::1%2]:27015", "{os:?}");
        assert_eq!(read.flowinfo(), 0xabcde, "{os:?}");
        assert_eq!(
            decode(os, &in4(head(16, inet, has_length))),
            Some("192.0.2.1:27015".parse().unwrap()),
            "{os:?}"
        );
    }
}

#[test]
fn length_byte_of_bsd_is_ignored() {
    for length in [0, 16, 28, 255] {
        let read = decode(Os::Freebsd, &in4([length, 2]));
        assert_eq!(read, Some("192.0.2.1:27015".parse().unwrap()));
    }
}

#[test]
fn truncated_sockaddr_is_not_decoded() {
    for (os, inet, inet6, has_length) in FAMILIES {
        let (in4, in6) = (
            in4(head(16, inet, has_length)),
            in6(head(28, inet6, has_length)),
        );
        for length in 0..16 {
            assert_eq!(decode(os, &in4[..length]), None, "{os:?} {length}");
        }
        for length in 0..28 {
            assert_eq!(decode(os, &in6[..length]), None, "{os:?} {length}");
        }
    }
}

#[test]
fn bytes_after_the_address_are_ignored() {
    let mut long = in4(head(16, 2, false));
    long.extend([0xff; 100]);
    assert_eq!(
        decode(Os::Linux, &long),
        Some("192.0.2.1:27015".parse().unwrap())
    );
}

#[test]
fn sockaddr_of_another_family_is_shown_as_bytes() {
    // AF_UNIX is 1 on every system.
    for (os, _, _, has_length) in FAMILIES {
        assert_eq!(decode(os, &in6(head(28, 1, has_length))), None);
    }
    let unix = entry(Some(&[1, 0, b'/', 0x1b]));
    assert_eq!(unix.address(Os::HOST), "0x01002f1b");
    assert_eq!(unix.sockaddr(Os::HOST), None);
}

#[test]
fn family_number_of_another_system_is_not_ip() {
    // 23 is AF_INET6 on Windows, but AF_IRDA on Linux.
    assert_eq!(decode(Os::Linux, &in6(head(28, 23, false))), None);
    assert_eq!(decode(Os::Windows, &in6(head(28, 10, false))), None);
}

#[test]
fn null_and_empty_addresses_differ() {
    assert_eq!(entry(None).sockaddr(Os::HOST), None);
    assert_eq!(entry(None).address(Os::HOST), "NULL");
    assert_eq!(entry(Some(&[])).sockaddr(Os::HOST), None);
    assert_eq!(entry(Some(&[])).address(Os::HOST), "0x");
}

#[test]
fn socket_call_is_shown_with_names_or_numbers() {
    let mut entry = entry(None);
    (entry.family, entry.socktype, entry.protocol) = (2, 1, 6);
    assert_eq!(
        entry.triple().call(Os::HOST),
        "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)"
    );
    (entry.family, entry.socktype, entry.protocol) = (-7, 999, i32::MIN);
    assert_eq!(
        entry.triple().call(Os::HOST),
        "socket(-7, 999, -2147483648)"
    );
}

proptest! {
    #[test]
    fn decode_accepts_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for os in Os::ALL {
            // Random bytes rarely have an IP family, so set one.
            for (known, inet, inet6, has_length) in FAMILIES {
                let mut bytes = bytes.clone();
                if known == os && bytes.len() >= 2 {
                    let family = if bytes.len() % 2 == 0 { inet } else { inet6 };
                    bytes[..2].copy_from_slice(&head(28, family, has_length));
                }
                let read = decode(os, &bytes);
                if let Some(address) = read {
                    let least = if address.is_ipv6() { 28 } else { 16 };
                    prop_assert!(bytes.len() >= least);
                    prop_assert_eq!(address.port().to_be_bytes(), [bytes[2], bytes[3]]);
                }
            }
        }
        let text = entry(Some(&bytes)).address(Os::HOST);
        prop_assert!(text.chars().all(|c| c.is_ascii_graphic()), "{}", text);
    }

    #[test]
    fn hexadecimal_has_two_digits_per_byte(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let text = hex(&bytes);
        let back: Vec<u8> = (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect();
        prop_assert_eq!(back, bytes);
    }
}
