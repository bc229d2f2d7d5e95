//! Lists made by hand, as a resolver could link them: what they say is copied, and not a byte behind
//! it is read. Each piece has an allocation of its own of just its size, so that valgrind and
//! AddressSanitizer see a byte too many (`.ci/memory`).

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::ptr;

use super::super::os::Linked;
use crate::names::Os;
use crate::net::{AddrInfo, Sockaddr};

#[cfg(unix)]
mod platform {
    use std::ffi::{OsString, c_char};
    use std::os::unix::ffi::OsStringExt as _;

    pub(super) use libc::{AF_INET, AF_INET6, addrinfo as Node};
    pub(super) type Unit = c_char;

    /// The greatest `ai_addrlen`.
    pub(super) const MOST: usize = libc::socklen_t::MAX as usize;
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

    /// The greatest `ai_addrlen`.
    pub(super) const MOST: usize = usize::MAX;
    pub(super) const AF_INET: i32 = 2;
    pub(super) const AF_INET6: i32 = 23;
    /// Each byte is a unit; the one that is made of 0xfc is half of a surrogate pair.
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

use platform::{AF_INET, AF_INET6, LATIN1, MOST, Node, Unit, length, text, units};

/// `sizeof(struct sockaddr_storage)`, which is 128 in every system's headers.
const STORAGE: usize = 128;

/// What one node says.
#[derive(Clone, Default)]
struct Given {
    numbers: [i32; 4],
    addrlen: usize,
    /// The bytes that are there, whatever the length says.
    addr: Option<Vec<u8>>,
    /// Without the NUL at its end.
    canonname: Option<Vec<u8>>,
}

/// A list and what it points to.
struct Made {
    #[expect(clippy::vec_box, reason = "each has an allocation of its own")]
    nodes: Vec<Box<Node>>,
    _addrs: Vec<Option<Box<[u8]>>>,
    _names: Vec<Option<Box<[Unit]>>>,
}

impl Made {
    fn new(given: &[Given]) -> Self {
        let mut addrs: Vec<Option<Box<[u8]>>> = Vec::new();
        let mut names: Vec<Option<Box<[Unit]>>> = Vec::new();
        let mut nodes = Vec::new();
        for given in given {
            addrs.push(given.addr.clone().map(Vec::into_boxed_slice));
            names.push(given.canonname.as_ref().map(|name| {
                let mut units = units(name);
                units.push(0);
                units.into_boxed_slice()
            }));
            let addr = addrs.last_mut().and_then(Option::as_mut);
            let name = names.last_mut().and_then(Option::as_mut);
            nodes.push(Box::new(Node {
                ai_flags: given.numbers[0],
                ai_family: given.numbers[1],
                ai_socktype: given.numbers[2],
                ai_protocol: given.numbers[3],
                ai_addrlen: length(given.addrlen),
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
        // It is not the resolver's to free.
        ManuallyDrop::new(Linked(first)).entries()
    }
}

#[track_caller]
fn copied(given: &Given) -> AddrInfo {
    let entries = Made::new(std::slice::from_ref(given)).entries();
    let [entry] = entries.try_into().unwrap();
    entry
}

/// A sockaddr of this family, port 80, of so many bytes, none of them 0.
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
fn an_empty_list_has_no_entries() {
    assert_eq!(Made::new(&[]).entries(), []);
    // This one is dropped: there is nothing to free.
    assert_eq!(Linked(ptr::null_mut()).entries(), Vec::new());
}

#[test]
fn a_node_of_zeros_is_an_entry_of_zeros() {
    let entry = copied(&Given::default());
    let numbers = [entry.flags, entry.family, entry.socktype, entry.protocol];
    assert_eq!(numbers, [0; 4]);
    assert_eq!(
        (entry.addrlen, entry.addr, entry.canonname),
        (0, None, None)
    );
}

#[test]
fn as_many_bytes_are_read_as_ai_addrlen_says() {
    for (family, least) in [(AF_INET, 16), (AF_INET6, 28)] {
        for addrlen in [0, 1, 2, 3, 4, 15, 16, 17, 27, 28, 29, 110, 127, STORAGE] {
            let bytes = sockaddr(family, addrlen);
            let entry = copied(&Given {
                numbers: [0, family, 1, 6],
                addrlen,
                addr: Some(bytes.clone()),
                canonname: None,
            });
            assert_eq!(entry.addrlen, addrlen);
            assert_eq!(entry.addr.as_deref(), Some(&*bytes));
            assert_eq!(entry.unread(), 0);
            // What is too short for its family is shown as the bytes that there are.
            let ip = entry.sockaddr(Os::HOST).ip();
            assert_eq!(ip.is_some(), addrlen >= least, "{family} {addrlen}");
            assert!(ip.is_none_or(|(_, port)| port == 80));
        }
    }
}

#[test]
fn no_more_is_read_than_any_sockaddr_has() {
    for addrlen in [STORAGE + 1, 255, 4096, 65_536, MOST / 2, MOST] {
        let bytes = sockaddr(AF_INET, STORAGE);
        let entry = copied(&Given {
            numbers: [0, AF_INET, 1, 6],
            addrlen,
            addr: Some(bytes.clone()),
            canonname: None,
        });
        assert_eq!(entry.addrlen, addrlen, "it is told as it came");
        assert_eq!(entry.addr.as_deref(), Some(&*bytes));
        assert_eq!(entry.unread(), addrlen - STORAGE);
        assert_eq!(entry.address(Os::HOST), "17.17.17.17:80");
        // AF_UNIX is 1 everywhere.
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
fn a_null_address_is_null_whatever_its_length() {
    for addrlen in [0, 1, 16, 28, STORAGE + 1, MOST] {
        let entry = copied(&Given {
            numbers: [0, AF_INET, 1, 6],
            addrlen,
            ..Given::default()
        });
        assert_eq!(
            (entry.addrlen, entry.sockaddr(Os::HOST)),
            (addrlen, Sockaddr::Null)
        );
        assert_eq!(entry.unread(), 0, "there is nothing to read");
    }
}

#[test]
fn numbers_that_nobody_knows_are_copied_as_they_are() {
    for number in [i32::MIN, -1, 0, 999, 65_535, i32::MAX] {
        let entry = copied(&Given {
            numbers: [number; 4],
            addrlen: 16,
            addr: Some(vec![0xff; 16]),
            canonname: None,
        });
        let numbers = [entry.flags, entry.family, entry.socktype, entry.protocol];
        assert_eq!(numbers, [number; 4]);
        assert_eq!(entry.sockaddr(Os::HOST), Sockaddr::Other);
    }
}

#[test]
fn a_canonical_name_is_copied_up_to_its_nul() {
    for name in [&b""[..], b"a", b"localhost", LATIN1, &vec![b'a'; 1 << 20]] {
        let entry = copied(&Given {
            canonname: Some(name.to_vec()),
            ..Given::default()
        });
        assert_eq!(entry.canonname.map(OsString::from), Some(text(name)));
    }
    // What stands behind the NUL is not the name's.
    let entry = copied(&Given {
        canonname: Some(b"before\0behind".to_vec()),
        ..Given::default()
    });
    assert_eq!(entry.canonname.map(OsString::from), Some(text(b"before")));
}

#[test]
fn a_list_of_a_hundred_thousand_is_copied_in_its_order() {
    let given: Vec<Given> = (0..100_000)
        .map(|number: i32| Given {
            numbers: [number, AF_INET, 1, 6],
            addrlen: 16,
            addr: Some(sockaddr(AF_INET, 16)),
            // With and without, in turn.
            canonname: (number % 2 == 0).then(|| number.to_string().into_bytes()),
        })
        .collect();
    let entries = Made::new(&given).entries();
    assert_eq!(entries.len(), given.len());
    for (number, entry) in (0..).zip(entries) {
        assert_eq!(entry.flags, number);
        let name = (number % 2 == 0).then(|| OsString::from(number.to_string()));
        assert_eq!(entry.canonname.map(OsString::from), name);
    }
}
