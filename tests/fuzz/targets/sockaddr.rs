//! The sockaddr that a resolver returns: any bytes, as each system would have them.
#![no_main]

use std::mem::size_of;
use std::net::SocketAddr;

use libfuzzer_sys::fuzz_target;
use sockscope::names::Os;
use sockscope::net::{AddrInfo, Sockaddr, decode};
use sockscope_fuzz::assert_inert;

/// What socket2 reads there, with the layouts of this system's headers; none where it is no IP
/// address, or bytes are missing.
fn by_socket2(bytes: &[u8]) -> Option<SocketAddr> {
    use socket2::{SockAddr, SockAddrStorage};
    type Whole = [u8; size_of::<SockAddrStorage>()];
    let length = bytes.len().min(size_of::<Whole>());
    let mut storage = SockAddrStorage::zeroed();
    #[expect(
        unsafe_code,
        reason = "socket2 has no other way from bytes to an address"
    )]
    // SAFETY: any bytes are a value of the storage, and its length is no more than it holds.
    let address = unsafe {
        storage.view_as::<Whole>()[..length].copy_from_slice(&bytes[..length]);
        SockAddr::new(storage, length as _)
    };
    let address = address.as_socket()?;
    // It does not look at the length.
    (bytes.len() >= if address.is_ipv6() { 28 } else { 16 }).then_some(address)
}

/// AF_INET and AF_INET6 of each system's sys/socket.h, Windows' ws2def.h, and whether a length
/// stands before them.
const fn families(os: Os) -> (u8, u8, bool) {
    match os {
        Os::Linux => (2, 10, false),
        Os::Macos => (2, 30, true),
        Os::Freebsd => (2, 28, true),
        Os::Windows => (2, 23, false),
    }
}

/// `address` by RFC 3493 §3.3, with `head` before it.
fn encoded(head: &[u8], address: SocketAddr) -> Vec<u8> {
    let mut bytes = head.to_vec();
    bytes.extend(address.port().to_be_bytes());
    match address {
        SocketAddr::V4(address) => bytes.extend(address.ip().octets()),
        SocketAddr::V6(address) => {
            bytes.extend(address.flowinfo().to_be_bytes());
            bytes.extend(address.ip().octets());
            bytes.extend(address.scope_id().to_ne_bytes());
        }
    }
    bytes
}

fuzz_target!(|bytes: &[u8]| {
    for os in Os::ALL {
        let (inet, inet6, has_length) = families(os);
        let family = match *bytes {
            [_, family, ..] if has_length => Some(u16::from(family)),
            [first, second, ..] => Some(u16::from_ne_bytes([first, second])),
            _ => None,
        };
        let is = |known: u8, least| family == Some(known.into()) && bytes.len() >= least;
        match decode(os, bytes) {
            Sockaddr::Ip(address) => {
                assert!(is(inet, 16) && address.is_ipv4() || is(inet6, 28) && address.is_ipv6());
                assert!(
                    bytes.starts_with(&encoded(&bytes[..2], address)),
                    "{address:?}"
                );
            }
            Sockaddr::Other => assert!(!is(inet, 16) && !is(inet6, 28), "{os:?} {bytes:?}"),
            Sockaddr::Null => panic!("there are bytes"),
        }
    }

    let mut expected = by_socket2(bytes);
    if let Some(SocketAddr::V6(address)) = &mut expected {
        // socket2 and std leave the flow information in network byte order.
        address.set_flowinfo(u32::from_be(address.flowinfo()));
    }
    let entry = AddrInfo {
        flags: 0,
        family: 0,
        socktype: 0,
        protocol: 0,
        addrlen: bytes.len(),
        addr: Some(bytes.into()),
        canonname: None,
    };
    let decoded = match entry.sockaddr() {
        Sockaddr::Ip(address) => Some(address),
        _ => None,
    };
    assert_eq!(decoded, expected);

    let text = entry.address();
    assert_inert(&text, false);
    match decoded {
        None => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(text, format!("0x{digits}"));
        }
        Some(mut address) => {
            // The one part that the text does not have.
            if let SocketAddr::V6(address) = &mut address {
                address.set_flowinfo(0);
            }
            assert_eq!(text.parse(), Ok(address));
        }
    }
});
