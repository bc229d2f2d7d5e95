//! The machine's real calls, against what else is known of them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod lists;

use std::net::{IpAddr, SocketAddr};

use super::System;
#[cfg(target_os = "linux")]
use crate::net::OsError;
use crate::net::{AddrInfo, Hints, Net as _, Query, Resolution, Sockaddr, Text};

const SOCK_STREAM: i32 = 1;

/// Asks the machine.
fn resolve(node: Option<&str>, service: Option<&str>, hints: Option<Hints>) -> Resolution {
    let text = |text: &str| Text::new(text).unwrap();
    System.resolve(&Query {
        node: node.map(text),
        service: service.map(text),
        hints,
    })
}

/// `SOCK_STREAM` has the same number on every system.
fn stream(flags: i32, family: i32) -> Option<Hints> {
    Some(Hints {
        flags,
        family,
        socktype: SOCK_STREAM,
        protocol: 0,
    })
}

#[cfg(unix)]
fn error(resolution: Resolution) -> crate::net::OsError {
    resolution.result.unwrap_err().error
}

fn entry(family: i32, socktype: i32, protocol: i32) -> AddrInfo {
    AddrInfo {
        flags: 0,
        family,
        socktype,
        protocol,
        addrlen: 0,
        addr: None,
        canonname: None,
    }
}

#[test]
fn a_literal_is_the_address_that_std_reads() {
    for literal in [
        "127.0.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "2001:db8::1",
        "2001:DB8:0:0:0:0:0:F",
        "::ffff:192.0.2.1",
        "ff02::1",
    ] {
        let resolution = resolve(Some(literal), Some("27015"), stream(0, 0));
        let shown: Vec<Sockaddr> = resolution
            .entries()
            .iter()
            .map(AddrInfo::sockaddr)
            .collect();
        let ip: IpAddr = literal.parse().unwrap();
        assert_eq!(shown, [Sockaddr::Ip((ip, 27015).into())], "{literal}");
    }
}

#[test]
fn every_member_comes_back_as_the_header_lays_it_out() {
    let resolution = resolve(Some("192.0.2.1"), Some("80"), stream(0, 0));
    let [entry] = resolution.entries() else {
        panic!("one address, one type: {resolution:?}");
    };
    // struct sockaddr_in and struct sockaddr_in6 have these sizes everywhere (RFC 3493 §3.3).
    assert_eq!(entry.addrlen, 16);
    assert_eq!(entry.addr.as_ref().unwrap().len(), 16);
    assert_eq!(entry.socktype, SOCK_STREAM);
    assert_eq!(entry.canonname, None);
    let resolution = resolve(Some("::1"), Some("80"), stream(0, 0));
    assert_eq!(resolution.entries()[0].addrlen, 28);
}

#[test]
fn a_scope_is_kept() {
    let resolution = resolve(Some("fe80::1%1"), Some("80"), stream(0, 0));
    let Sockaddr::Ip(SocketAddr::V6(address)) = resolution.entries()[0].sockaddr() else {
        panic!("{resolution:?}");
    };
    assert_eq!(address.scope_id(), 1);
    assert_eq!(address.to_string(), "[fe80::1%1]:80");
}

#[test]
fn an_entry_without_an_ip_address_is_not_asked_the_network_for() {
    assert_eq!(System.reverse(&entry(1, SOCK_STREAM, 0)), None);
}

#[cfg(unix)]
mod unix {
    use std::os::fd::{AsRawFd as _, FromRawFd as _, IntoRawFd as _};
    use std::slice;

    use super::super::os;
    use super::*;
    use crate::names::Os;
    use crate::net::{Call, Domain, decode};

    #[test]
    fn unknown_families_are_refused_with_the_code_of_the_header() {
        let error = error(resolve(Some("127.0.0.1"), None, stream(0, 999)));
        assert_eq!(
            (error.call, error.domain, error.code),
            (Call::Getaddrinfo, Domain::Gai, libc::EAI_FAMILY)
        );
        assert!(!error.message.is_empty());
    }

    #[test]
    fn a_node_that_is_not_utf8_reaches_the_call() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        let query = Query {
            node: Text::new(OsStr::from_bytes(b"b\xfccher test")).ok(),
            service: None,
            hints: stream(0, 0),
        };
        let resolution = System.resolve(&query);
        assert_eq!(resolution.query, query);
        assert_eq!(error(resolution).code, libc::EAI_NONAME);
    }

    #[test]
    fn the_error_behind_eai_system_is_errno() {
        // SAFETY: no descriptor has this number, so nothing is closed; errno is set.
        assert_eq!(unsafe { libc::close(-1) }, -1);
        let failure = os::checked(libc::EAI_SYSTEM).unwrap_err();
        let errno = os::gai_error(Call::Getaddrinfo, failure).errno.unwrap();
        assert_eq!((errno.domain, errno.code), (Domain::Errno, libc::EBADF));
        assert_eq!(&*errno.message, "Bad file descriptor");
        let failure = os::checked(libc::EAI_NONAME).unwrap_err();
        assert_eq!(os::gai_error(Call::Getaddrinfo, failure).errno, None);
        assert_eq!(os::checked(0), Ok(()));
    }

    #[test]
    fn a_close_that_fails_says_why() {
        // SAFETY: no limit lets a descriptor have this number, so none is owned twice, and
        // `System::close` takes it out again before it could be dropped.
        let socket = unsafe { socket2::Socket::from_raw_fd(i32::MAX) };
        let error = System.close(socket).result.unwrap_err();
        assert_eq!((error.call, error.code), (Call::Close, libc::EBADF));
    }

    #[test]
    fn what_is_asked_of_a_socket_that_is_none_fails_with_its_reason() {
        // SAFETY: as above; it is taken out again before it could be dropped.
        let socket = unsafe { socket2::Socket::from_raw_fd(i32::MAX) };
        let inquiries = System.inquire(&socket);
        assert_eq!(socket.into_raw_fd(), i32::MAX);
        assert!(inquiries.len() >= 2);
        for inquiry in inquiries {
            assert_eq!(inquiry.result.unwrap_err().code, libc::EBADF);
        }
    }

    #[test]
    fn every_code_of_the_resolver_has_a_text() {
        for code in (-300..=20)
            .chain([i32::MIN, i32::MAX])
            .filter(|code| *code != 0)
        {
            let failure = os::checked(code).unwrap_err();
            let error = os::gai_error(Call::Getaddrinfo, failure);
            assert!(!error.error.message.is_empty(), "{code}");
            assert_eq!(error.errno.is_some(), code == libc::EAI_SYSTEM, "{code}");
        }
    }

    #[test]
    fn getnameinfo_gives_the_number_of_a_service_that_has_no_name() {
        let resolution = resolve(Some("127.0.0.1"), Some("47000"), stream(4, 2));
        let reverse = System.reverse(&resolution.entries()[0]).unwrap();
        match reverse.result {
            Ok(names) => assert_eq!(names.service, "47000"),
            Err(error) => assert_eq!(error.error.domain, Domain::Gai),
        }
    }

    #[test]
    fn a_socket_has_the_type_that_was_asked_for() {
        let (attempt, socket) = System.open(&entry(libc::AF_INET, libc::SOCK_DGRAM, 0));
        let socket = socket.unwrap();
        let handle = attempt.result.unwrap();
        assert_eq!(handle.0, u64::try_from(socket.as_raw_fd()).unwrap());
        assert_eq!(socket.r#type().unwrap(), socket2::Type::DGRAM);
        assert_eq!(System.close(socket).result, Ok(()));
    }

    #[test]
    fn no_flag_of_ours_is_put_on_a_socket() {
        let (_, socket) = System.open(&entry(libc::AF_INET, libc::SOCK_STREAM, 0));
        // std and socket2 would close it on exec.
        let flags = descriptor_flags(socket.as_ref().unwrap().as_raw_fd());
        assert_eq!(flags & libc::FD_CLOEXEC, 0);
    }

    fn descriptor_flags(descriptor: i32) -> i32 {
        // SAFETY: F_GETFD reads the flags of a descriptor and touches no memory.
        unsafe { libc::fcntl(descriptor, libc::F_GETFD) }
    }

    /// The bytes of a struct of C's that has no padding.
    fn bytes_of<T>(object: &T) -> &[u8] {
        // SAFETY: the object is that many bytes, all written, and borrowed as long.
        unsafe { slice::from_raw_parts(std::ptr::from_ref(object).cast(), size_of::<T>()) }
    }

    #[test]
    fn a_sockaddr_in6_of_the_headers_is_read_with_its_flow_and_scope() {
        // SAFETY: all zeros is a value of this struct.
        let mut address: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
        address.sin6_family = libc::sa_family_t::try_from(libc::AF_INET6).unwrap();
        address.sin6_port = 27015_u16.to_be();
        address.sin6_flowinfo = 0x000a_bcde_u32.to_be();
        address.sin6_addr.s6_addr[0] = 0xfe;
        address.sin6_addr.s6_addr[1] = 0x80;
        address.sin6_addr.s6_addr[15] = 1;
        address.sin6_scope_id = 2;
        let Sockaddr::Ip(SocketAddr::V6(read)) = decode(Os::HOST, bytes_of(&address)) else {
            panic!("{address:?}");
        };
        assert_eq!(read.ip().to_string(), "fe80::1");
        assert_eq!(
            (read.port(), read.flowinfo(), read.scope_id()),
            (27015, 0x000a_bcde, 2)
        );
    }

    #[test]
    fn a_sockaddr_in_of_the_headers_is_read() {
        // SAFETY: all zeros is a value of this struct.
        let mut address: libc::sockaddr_in = unsafe { std::mem::zeroed() };
        address.sin_family = libc::sa_family_t::try_from(libc::AF_INET).unwrap();
        address.sin_port = 80_u16.to_be();
        address.sin_addr.s_addr = u32::from_ne_bytes([192, 0, 2, 1]);
        let read = decode(Os::HOST, bytes_of(&address));
        assert_eq!(read, Sockaddr::Ip("192.0.2.1:80".parse().unwrap()));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::read_link;
    use std::path::PathBuf;

    use super::*;
    use crate::net::{Call, Domain, Handle};

    /// What the kernel says that a descriptor is.
    fn link(handle: Handle) -> Option<PathBuf> {
        read_link(format!("/proc/self/fd/{handle}")).ok()
    }

    #[test]
    fn an_open_socket_is_one_and_a_closed_one_is_gone() {
        let (attempt, socket) = System.open(&entry(libc::AF_INET, libc::SOCK_STREAM, 6));
        let handle = attempt.result.unwrap();
        let opened = link(handle).unwrap();
        assert!(
            opened.to_str().unwrap().starts_with("socket:["),
            "{opened:?}"
        );
        assert_eq!(System.close(socket.unwrap()).result, Ok(()));
        // Another test may have the number by now; the kernel gives each socket its own inode.
        assert_ne!(link(handle), Some(opened));
    }

    #[test]
    fn a_raw_socket_without_a_protocol_is_refused() {
        let (attempt, socket) = System.open(&entry(libc::AF_INET, libc::SOCK_RAW, 0));
        assert!(socket.is_none());
        let error = attempt.result.unwrap_err();
        assert_eq!(
            (error.call, error.domain, error.code),
            (Call::Socket, Domain::Errno, 93)
        );
        assert_eq!(&*error.message, "Protocol not supported");
    }
}

/// What only the GNU C library does; measured with it, and POSIX leaves it open.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn the_empty_node_is_not_null() {
        let empty = resolve(Some(""), Some("80"), stream(0, 0));
        assert_eq!(error(empty).code, libc::EAI_NONAME);
        let null = resolve(None, Some("80"), stream(0, 0));
        assert!(null.entries().iter().all(|entry| match entry.sockaddr() {
            Sockaddr::Ip(address) => address.ip().is_loopback(),
            _ => false,
        }));
        assert!(!null.entries().is_empty());
    }

    #[test]
    fn the_empty_service_is_not_null() {
        let null = resolve(None, None, stream(0, 0));
        assert_eq!(error(null).code, libc::EAI_NONAME);
        let empty = resolve(None, Some(""), stream(0, 0));
        assert_eq!(
            empty.entries()[0].sockaddr().ip().map(|(_, port)| port),
            Some(0)
        );
    }

    #[test]
    fn null_hints_are_zeros_with_v4mapped_and_addrconfig() {
        for (node, service) in [
            (None, None),
            (None, Some("80")),
            (Some("127.0.0.1"), None),
            (Some("::1"), Some("domain")),
            (Some("127.0.0.1"), Some("http")),
        ] {
            let hints = Hints {
                flags: libc::AI_V4MAPPED | libc::AI_ADDRCONFIG,
                ..Hints::default()
            };
            let null = resolve(node, service, None);
            assert_eq!(null.query.hints, None);
            assert_eq!(null.result, resolve(node, service, Some(hints)).result);
        }
        let null = resolve(Some("127.0.0.1"), None, None);
        let zeros = resolve(Some("127.0.0.1"), None, Some(Hints::default()));
        // No hints are not hints of zeros: the entries echo the flags.
        assert_ne!(null.result, zeros.result);
    }

    #[test]
    fn the_first_entry_alone_has_the_canonical_name() {
        let hints = Hints {
            flags: libc::AI_CANONNAME,
            ..Hints::default()
        };
        let resolution = resolve(Some("127.0.0.1"), None, Some(hints));
        let names: Vec<_> = resolution
            .entries()
            .iter()
            .map(|entry| entry.canonname.as_deref())
            .collect();
        assert_eq!(names, [Some(OsStr::new("127.0.0.1")), None, None]);
    }

    #[test]
    fn the_entries_keep_the_order_of_the_list() {
        let resolution = resolve(Some("127.0.0.1"), None, Some(Hints::default()));
        let types: Vec<_> = resolution
            .entries()
            .iter()
            .map(|entry| (entry.socktype, entry.protocol))
            .collect();
        assert_eq!(types, [(1, 6), (2, 17), (3, 0)]);
    }

    #[test]
    fn errors_have_the_texts_of_gai_strerror() {
        // The texts of sysdeps/posix/gai_strerror-strs.h.
        for (node, service, hints, code, text) in [
            (None, None, stream(0, 0), -2, "Name or service not known"),
            (
                None,
                Some("80"),
                stream(0, 1),
                -6,
                "ai_family not supported",
            ),
            (
                None,
                Some("80"),
                stream(i32::MIN, 0),
                -1,
                "Bad value for ai_flags",
            ),
            (
                None,
                Some("nosuch"),
                stream(0, 0),
                -8,
                "Servname not supported for ai_socktype",
            ),
            (
                Some("::1"),
                None,
                stream(0, 2),
                -9,
                "Address family for hostname not supported",
            ),
        ] {
            let error = error(resolve(node, service, hints));
            assert_eq!((error.code, &*error.message), (code, text));
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_kernel_is_asked_what_an_open_socket_is() {
    let query = Query {
        hints: Some(Hints {
            flags: libc::AI_PASSIVE,
            family: libc::AF_INET6,
            socktype: libc::SOCK_DGRAM,
            protocol: 0,
        }),
        ..Query::server_example()
    };
    let resolution = System.resolve(&query);
    let (_, socket) = System.open(&resolution.entries()[0]);
    let answers: Vec<(Option<&str>, Result<String, OsError>)> = System
        .inquire(&socket.unwrap())
        .into_iter()
        .map(|inquiry| (inquiry.option, inquiry.result))
        .collect();
    let sysctl = std::fs::read_to_string("/proc/sys/net/ipv6/bindv6only").unwrap();
    assert_eq!(
        answers,
        [
            (Some("SO_DOMAIN"), Ok("AF_INET6 10".to_owned())),
            (Some("SO_TYPE"), Ok("SOCK_DGRAM 2".to_owned())),
            (Some("SO_PROTOCOL"), Ok("IPPROTO_UDP 17".to_owned())),
            (Some("IPV6_V6ONLY"), Ok(sysctl.trim().to_owned())),
            (None, Ok("[::]:0".to_owned())),
        ]
    );
}

#[cfg(windows)]
mod windows {
    use super::super::os;
    use super::*;
    use crate::net::{Call, Domain, Version, Winsock};

    /// `test_WSASocket` of Wine's dlls/ws2_32/tests/sock.c, which Windows passes; but for the odd
    /// family with the odd protocol, that Windows says 10047 to and Wine 8 10043.
    #[test]
    fn socket_judges_family_type_and_protocol_as_windows_does() {
        const ODD: i32 = 0xdead;
        for (family, socktype, protocol, code) in [
            (ODD, 1, 6, 10047),
            (-1, 1, 6, 10047),
            (2, ODD, 6, 10044),
            (2, -1, 6, 10044),
            // The type is judged before the family.
            (ODD, ODD, 6, 10044),
            (2, 1, ODD, 10043),
            (2, 1, -1, 10043),
            (2, 1, 0, 0),
            (2, 2, 0, 0),
            (2, 0, 6, 0),
            (2, 0, 17, 0),
            (2, 0, 0, 0),
            (2, 0, ODD, 10043),
            (2, 1, 17, 10043),
            (2, 2, 6, 10043),
            (0, 1, 6, 0),
            (0, 0, 6, 0),
            (0, 0, 17, 0),
            (0, 1, 0, 10022),
            (0, 0, 0, 10022),
            (0, 1, ODD, 10043),
            (0, 0, ODD, 10043),
            (0, ODD, 17, 10044),
        ] {
            let (attempt, socket) = System.open(&entry(family, socktype, protocol));
            let row = (family, socktype, protocol);
            match attempt.result {
                Ok(_) => {
                    assert_eq!(code, 0, "{row:?}");
                    assert_eq!(System.close(socket.unwrap()).result, Ok(()));
                }
                Err(error) => {
                    assert_eq!((error.domain, error.code), (Domain::Wsa, code), "{row:?}");
                    assert!(socket.is_none());
                }
            }
        }
    }

    #[test]
    fn a_type_left_out_is_chosen_by_the_protocol() {
        for (protocol, socktype) in [(0, 1), (6, 1), (17, 2)] {
            let (_, socket) = System.open(&entry(2, 0, protocol));
            let socket = socket.unwrap();
            assert_eq!(i32::from(socket.r#type().unwrap()), socktype);
            System.close(socket).result.unwrap();
        }
    }

    #[test]
    fn a_handle_is_shown_as_it_is() {
        use std::os::windows::io::AsRawSocket as _;
        let (attempt, socket) = System.open(&entry(2, SOCK_STREAM, 6));
        let socket = socket.unwrap();
        let handle: u64 = socket.as_raw_socket() as _;
        assert_eq!(attempt.result.unwrap().0, handle);
        assert_eq!(System.close(socket).result, Ok(()));
    }

    #[test]
    fn a_close_that_fails_says_why() {
        use std::os::windows::io::FromRawSocket as _;
        // SAFETY: no handle has this number, so none is owned twice, and `System::close` takes it
        // out again before it could be dropped.
        let socket = unsafe { socket2::Socket::from_raw_socket(0x7fff_fff0) };
        let error = System.close(socket).result.unwrap_err();
        // WSAENOTSOCK
        assert_eq!((error.call, error.code), (Call::Close, 10038));
    }

    #[test]
    fn wsastartup_gave_what_was_asked_for() {
        let Some(Winsock::Called { result, .. }) = System.about().winsock else {
            panic!("{:?}", System.about());
        };
        assert_eq!(result.unwrap().version, Version { major: 2, minor: 2 });
    }

    #[test]
    fn a_node_that_is_not_ascii_arrives_as_typed() {
        // The call takes UTF-16, in which this is one unit and one pair; no such host exists.
        let resolution = resolve(Some("b\u{fc}cher.\u{1f600}.invalid"), None, stream(4, 0));
        assert_eq!(resolution.result.unwrap_err().error.code, 11001);
    }

    #[test]
    fn a_code_without_a_text_of_the_systems_has_an_empty_one() {
        // Above every code of Windows' own.
        assert_eq!(&*os::message(0x2fff_ffff), "");
    }

    #[test]
    fn getnameinfo_gives_the_number_of_a_service_that_has_no_name() {
        let resolution = resolve(Some("192.0.2.1"), Some("47000"), stream(4, 2));
        let reverse = System.reverse(&resolution.entries()[0]).unwrap();
        match reverse.result {
            Ok(names) => assert_eq!(names.service, "47000"),
            // A name server that does not answer is an error of its own.
            Err(error) => assert_eq!(error.error.domain, Domain::Wsa),
        }
    }
}
