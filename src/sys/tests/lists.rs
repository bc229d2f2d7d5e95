//! Copies of hand-made lists are complete and read no byte beyond them. Each part has its own
//! allocation of its exact size, so that valgrind and AddressSanitizer detect an overrun
//! (`.ci/memory`).

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::ptr;

use super::super::resolver::Linked;
use crate::names::Os;
use crate::net::AddrInfo;

#[cfg(unix)]
mod platform {
    use std::ffi::{OsString, c_char};
    use std::os::unix::ffi::OsStringExt as _;

    pub(super) use libc::{AF_INET, AF_INET6, addrinfo as Node};
    pub(super) type Unit = c_char;

    /// The maximum `ai_addrlen`.
    pub(super) const MAX_ADDRLEN: usize = libc::socklen_t::MAX as usize;
    pub(super) const LATIN1: &[u8] = b"b\xfccher";

    pub(super) fn length(addrlen: usize) -> libc::socklen_t {
        addrlen.try_into().unwrap()
    }

    pub(super) fn units(bytes: &[u8]) -> Vec<Unit> {
        bytes.iter().map(|&byte| byte as Unit).collect()
    }

    pub(super) fn text(bytes: &[u8]) -> OsString {
        OsString::from_vec(bytes.to_vec())
    }
}

#[cfg(windows)]
mod platform {
    use std::ffi::OsString;
    use std::os::windows::ffi::OsStringExt as _;

    pub(super) use windows_sys::Win32::Networking::WinSock::ADDRINFOW as Node;
    pub(super) type Unit = u16;

    /// The maximum `ai_addrlen`.
    pub(super) const MAX_ADDRLEN: usize = usize::MAX;
    pub(super) const AF_INET: i32 = 2;
    pub(super) const AF_INET6: i32 = 23;
    /// Each byte is a unit; 0xfc stands for half a surrogate pair.
    pub(super) const LATIN1: &[u8] = b"b\xfccher";

    pub(super) const fn length(addrlen: usize) -> usize {
        addrlen
    }

    pub(super) fn units(bytes: &[u8]) -> Vec<Unit> {
        let unit = |&byte: &u8| if byte == 0xfc { 0xd800 } else { byte.into() };
        bytes.iter().map(unit).collect()
    }

    pub(super) fn text(bytes: &[u8]) -> OsString {
        OsString::from_wide(&units(bytes))
    }
}

use platform::{AF_INET, AF_INET6, LATIN1, MAX_ADDRLEN, Node, Unit, length, text, units};

/// `sizeof(struct sockaddr_storage)`, 128 on every system.
const STORAGE: usize = 128;

/// The contents of a node.
#[derive(Clone, Default)]
struct Contents {
    numbers: [i32; 4],
    addrlen: usize,
    /// The allocated bytes, whatever `addrlen` is.
    addr: Option<Vec<u8>>,
    /// Without the final NUL.
    canonname: Option<Vec<u8>>,
}

/// A linked list that owns its parts.
struct Chain {
    #[expect(clippy::vec_box, reason = "each has an allocation of its own")]
    nodes: Vec<Box<Node>>,
    _addrs: Vec<Option<Box<[u8]>>>,
    _names: Vec<Option<Box<[Unit]>>>,
}

impl Chain {
    fn new(contents: &[Contents]) -> Self {
        let mut addrs: Vec<Option<Box<[u8]>>> = Vec::new();
        let mut names: Vec<Option<Box<[Unit]>>> = Vec::new();
        let mut nodes = Vec::new();
        for node in contents {
            addrs.push(node.addr.clone().map(Vec::into_boxed_slice));
            names.push(node.canonname.as_ref().map(|name| {
                let mut units = units(name);
                units.push(0);
                units.into_boxed_slice()
            }));
            let addr = addrs.last_mut().and_then(Option::as_mut);
            let name = names.last_mut().and_then(Option::as_mut);
            nodes.push(Box::new(Node {
                ai_flags: node.numbers[0],
                ai_family: node.numbers[1],
                ai_socktype: node.numbers[2],
                ai_protocol: node.numbers[3],
                ai_addrlen: length(node.addrlen),
                ai_addr: addr.map_or(ptr::null_mut(), |addr| addr.as_mut_ptr().cast()),
                ai_canonname: name.map_or(ptr::null_mut(), |name| name.as_mut_ptr()),
                ai_next: ptr::null_mut(),
            }));
        }
        for at in 1..nodes.len() {
            let next: *mut Node = &raw mut *nodes[at];
            nodes[at - 1].ai_next = next;
        }
        Self {
            nodes,
            _addrs: addrs,
            _names: names,
        }
    }

    fn entries(&mut self) -> Vec<AddrInfo> {
        let first = self.nodes.first_mut();
        let first = first.map_or(ptr::null_mut(), |node| &raw mut **node);
        // The resolver did not allocate it, so freeaddrinfo must not free it.
        ManuallyDrop::new(Linked(first)).entries()
    }
}

/// The copy of a list of this one node.
#[track_caller]
fn copy(node: &Contents) -> AddrInfo {
    let entries = Chain::new(std::slice::from_ref(node)).entries();
    let [entry] = entries.try_into().unwrap();
    entry
}

/// A sockaddr with this family and length, port 80, and 0x11 in all other bytes.
fn sockaddr(family: i32, length: usize) -> Vec<u8> {
    let mut bytes = vec![0x11; length.max(4)];
    let family = u8::try_from(family).unwrap();
    let head = if cfg!(any(target_os = "linux", windows)) {
        u16::from(family).to_ne_bytes()
    } else {
        [16, family]
    };
    bytes[..2].copy_from_slice(&head);
    bytes[2..4].copy_from_slice(&80_u16.to_be_bytes());
    bytes.truncate(length);
    bytes
}

#[test]
fn empty_list_has_no_entries() {
    assert_eq!(Chain::new(&[]).entries(), []);
    // Dropping it frees nothing.
    assert_eq!(Linked(ptr::null_mut()).entries(), Vec::new());
}

#[test]
fn zeroed_node_is_copied() {
    let entry = copy(&Contents::default());
    let numbers = [entry.flags, entry.family, entry.socktype, entry.protocol];
    assert_eq!(numbers, [0; 4]);
    assert_eq!(
        (entry.addrlen, entry.addr, entry.canonname),
        (0, None, None)
    );
}

#[test]
fn ai_addrlen_bytes_are_copied() {
    for (family, least) in [(AF_INET, 16), (AF_INET6, 28)] {
        for addrlen in [0, 1, 2, 3, 4, 15, 16, 17, 27, 28, 29, 110, 127, STORAGE] {
            let bytes = sockaddr(family, addrlen);
            let entry = copy(&Contents {
                numbers: [0, family, 1, 6],
                addrlen,
                addr: Some(bytes.clone()),
                canonname: None,
            });
            assert_eq!(entry.addrlen, addrlen);
            assert_eq!(entry.addr.as_deref(), Some(&*bytes));
            assert_eq!(entry.unread(), 0);
            // A sockaddr that is too short for its family is not decoded.
            let ip = entry.sockaddr(Os::HOST);
            assert_eq!(ip.is_some(), addrlen >= least, "{family} {addrlen}");
            assert!(ip.is_none_or(|ip| ip.port() == 80));
        }
    }
}

#[test]
fn at_most_a_sockaddr_storage_is_read() {
    for addrlen in [STORAGE + 1, 255, 4096, 65_536, MAX_ADDRLEN / 2, MAX_ADDRLEN] {
        let bytes = sockaddr(AF_INET, STORAGE);
        let entry = copy(&Contents {
            numbers: [0, AF_INET, 1, 6],
            addrlen,
            addr: Some(bytes.clone()),
            canonname: None,
        });
        assert_eq!(entry.addrlen, addrlen, "ai_addrlen is unchanged");
        assert_eq!(entry.addr.as_deref(), Some(&*bytes));
        assert_eq!(entry.unread(), addrlen - STORAGE);
        assert_eq!(entry.address(Os::HOST), "17.17.17.17:80");
        // AF_UNIX is 1 on every system.
        let entry = AddrInfo {
            addr: Some(sockaddr(1, STORAGE).into()),
            ..entry
        };
        assert!(
            entry.address(Os::HOST).ends_with("1111..."),
            "{}",
            entry.address(Os::HOST)
        );
    }
}

#[test]
fn null_address_with_a_length_is_null() {
    for addrlen in [0, 1, 16, 28, STORAGE + 1, MAX_ADDRLEN] {
        let entry = copy(&Contents {
            numbers: [0, AF_INET, 1, 6],
            addrlen,
            ..Contents::default()
        });
        assert_eq!((entry.addrlen, &entry.addr), (addrlen, &None));
        assert_eq!(entry.unread(), 0, "there is nothing to read");
    }
}

#[test]
fn unknown_numbers_are_copied_unchanged() {
    for number in [i32::MIN, -1, 0, 999, 65_535, i32::MAX] {
        let entry = copy(&Contents {
            numbers: [number; 4],
            addrlen: 16,
            addr: Some(vec![0xff; 16]),
            canonname: None,
        });
        let numbers = [entry.flags, entry.family, entry.socktype, entry.protocol];
        assert_eq!(numbers, [number; 4]);
        assert_eq!(entry.sockaddr(Os::HOST), None);
    }
}

#[test]
fn canonical_name_is_copied_up_to_its_nul() {
    for name in [&b""[..], b"a", b"localhost", LATIN1, &vec![b'a'; 1 << 20]] {
        let entry = copy(&Contents {
            canonname: Some(name.to_vec()),
            ..Contents::default()
        });
        assert_eq!(entry.canonname.map(OsString::from), Some(text(name)));
    }
    // The bytes after the NUL do not belong to the name.
    let entry = copy(&Contents {
        canonname: Some(b"before\0after".to_vec()),
        ..Contents::default()
    });
    assert_eq!(entry.canonname.map(OsString::from), Some(text(b"before")));
}

#[test]
fn hundred_thousand_entries_are_copied_in_order() {
    let contents: Vec<Contents> = (0..100_000)
        .map(|number: i32| Contents {
            numbers: [number, AF_INET, 1, 6],
            addrlen: 16,
            addr: Some(sockaddr(AF_INET, 16)),
            // Every second node has a name.
            canonname: (number % 2 == 0).then(|| number.to_string().into_bytes()),
        })
        .collect();
    let entries = Chain::new(&contents).entries();
    assert_eq!(entries.len(), contents.len());
    for (number, entry) in (0..).zip(entries) {
        assert_eq!(entry.flags, number);
        let name = (number % 2 == 0).then(|| OsString::from(number.to_string()));
        assert_eq!(entry.canonname.map(OsString::from), name);
    }
}
