//! The sockaddr that a resolver returns: any bytes, in the layout of each system.
#![no_main]

use std::mem::size_of;
use std::net::SocketAddr;

use libfuzzer_sys::fuzz_target;
use sockscope::names::Os;
use sockscope::net::{AddrInfo, decode};
use sockscope_fuzz::assert_inert;

/// The address as socket2 reads it, with the layouts of this system's headers. `None` if it is not
/// an IP address or bytes are missing.
fn by_socket2(bytes: &[u8]) -> Option<SocketAddr> {
    use socket2::{SockAddr, SockAddrStorage};
    type Whole = [u8; size_of::<SockAddrStorage>()];
    let length = bytes.len().min(size_of::<Whole>());
    let mut storage = SockAddrStorage::zeroed();
    #[expect(
        unsafe_code,
        reason = "socket2 has no other way from bytes to an address"
    )]
    // SAFETY: any bytes are a valid storage, and the length does not exceed it.
    let address = unsafe {
        storage.view_as::<Whole>()[..length].copy_from_slice(&bytes[..length]);
        SockAddr::new(storage, length as _)
    };
    let address = address.as_socket()?;
    // socket2 does not check the length.
    (bytes.len() >= if address.is_ipv6() { 28 } else { 16 }).then_some(address)
}

/// AF_INET and AF_INET6 of each system's sys/socket.h, of Windows' ws2def.h, and whether a length
/// byte precedes them.
const fn families(os: Os) -> (u8, u8, bool) {
    match os {
        Os::Linux => (2, 10, false),
        Os::Macos => (2, 30, true),
        Os::Freebsd => (2, 28, true),
        Os::Windows => (2, 23, false),
    }
}

/// `address` as RFC 3493 §3.3 lays it out, behind `head`.
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
            Some(address) => {
                assert!(is(inet, 16) && address.is_ipv4() || is(inet6, 28) && address.is_ipv6());
                assert!(
                    bytes.starts_with(&encoded(&bytes[..2], address)),
                    "{address:?}"
                );
            }
            None => assert!(!is(inet, 16) && !is(inet6, 28), "{os:?} {bytes:?}"),
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
    let decoded = entry.sockaddr(Os::HOST);
    assert_eq!(decoded, expected);

    let text = entry.address(Os::HOST);
    assert_inert(&text, false);
    match decoded {
        None => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(text, format!("0x{digits}"));
        }
        Some(mut address) => {
            // The text lacks only this part.
            if let SocketAddr::V6(address) = &mut address {
                address.set_flowinfo(0);
            }
            assert_eq!(text.parse(), Ok(address));
        }
    }
});
