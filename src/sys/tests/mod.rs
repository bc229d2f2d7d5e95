//! The real calls of this machine, compared with independent sources.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod lists;
mod sockets;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::System;
use crate::names::Os;
use crate::net::fixture::query;
use crate::net::{
    AddrInfo, Call, CallId, Hints, HostService, Net as _, OsError, Outcome, Query, Reason,
    Recorder, Run, SocketId, Triple, Value,
};

const SOCK_STREAM: i32 = 1;
const SOCKET: SocketId = SocketId(1);

/// Calls getaddrinfo on this machine.
fn resolve(node: Option<&str>, service: Option<&str>, hints: Option<Hints>) -> Run {
    run(query(node, service, hints))
}

fn run(query: Query) -> Run {
    let recorder = Recorder::new(System, None);
    let query = Arc::new(query);
    let mut run = Run::new(Arc::clone(recorder.host()), Arc::clone(&query));
    run.push(recorder.call(None, Call::Getaddrinfo(query)));
    run
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
fn error(run: Run) -> OsError {
    run.answer().unwrap().error().unwrap().clone()
}

/// Calls socket() on a new recorder.
#[cfg(any(target_os = "linux", windows))]
fn open(family: i32, socktype: i32, protocol: i32) -> (Recorder<System>, crate::net::Record) {
    let recorder = Recorder::new(System, None);
    let triple = Triple {
        family,
        socktype,
        protocol,
    };
    let socket = SOCKET;
    let record = recorder.call(None, Call::Socket { socket, triple });
    (recorder, record)
}

#[cfg(any(target_os = "linux", windows))]
fn close(recorder: &Recorder<System>) -> Outcome {
    recorder.call(None, Call::Close { socket: SOCKET }).outcome
}

const CLOSED: Outcome = Outcome::Returned(Value::Zero);

fn getnameinfo(entry: &AddrInfo) -> Result<HostService, OsError> {
    let address = entry.bytes().into();
    match System.call(CallId(1), &Call::Getnameinfo(address), None).0 {
        Outcome::Returned(Value::Names(names)) => Ok(*names),
        Outcome::Failed(error) => Err(error),
        other => panic!("{other:?}"),
    }
}

/// An open socket outside a recorder.
fn socket(family: i32, socktype: i32, protocol: i32) -> socket2::Socket {
    let triple = Triple {
        family,
        socktype,
        protocol,
    };
    let socket = SOCKET;
    let (outcome, _, socket) = System.call(CallId(1), &Call::Socket { socket, triple }, None);
    socket.unwrap_or_else(|| panic!("{outcome:?}"))
}

#[test]
fn literal_resolves_to_the_address_that_std_parses() {
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
        let shown: Vec<_> = resolution
            .entries()
            .iter()
            .map(|entry| entry.sockaddr(Os::HOST))
            .collect();
        let ip: IpAddr = literal.parse().unwrap();
        assert_eq!(shown, [Some((ip, 27015).into())], "{literal}");
    }
}

#[test]
fn members_agree_with_the_headers() {
    let resolution = resolve(Some("192.0.2.1"), Some("80"), stream(0, 0));
    let [entry] = resolution.entries() else {
        panic!("one address, one type: {resolution:?}");
    };
    // The sizes of struct sockaddr_in and sockaddr_in6 on every system (RFC 3493 §3.3).
    assert_eq!(entry.addrlen, 16);
    assert_eq!(entry.addr.as_ref().unwrap().len(), 16);
    assert_eq!(entry.socktype, SOCK_STREAM);
    assert_eq!(entry.canonname, None);
    let resolution = resolve(Some("::1"), Some("80"), stream(0, 0));
    assert_eq!(resolution.entries()[0].addrlen, 28);
}

#[test]
fn scope_is_kept() {
    let resolution = resolve(Some("fe80::1%1"), Some("80"), stream(0, 0));
    let Some(SocketAddr::V6(address)) = resolution.entries()[0].sockaddr(Os::HOST) else {
        panic!("{resolution:?}");
    };
    assert_eq!(address.scope_id(), 1);
    assert_eq!(address.to_string(), "[fe80::1%1]:80");
}

#[test]
fn getnameinfo_without_an_ip_address_is_not_called() {
    let recorder = Recorder::new(System, None);
    let record = recorder.call(None, Call::Getnameinfo([].into()));
    assert_eq!(record.outcome, Outcome::NotStarted(Reason::NoAddress));
}

#[cfg(unix)]
mod unix {
    use std::os::fd::{AsRawFd as _, FromRawFd as _, IntoRawFd as _};
    use std::slice;

    use super::super::os;
    use super::*;
    use crate::net::{Domain, Handle, SocketOption, decode};
    use crate::text::Text;

    #[test]
    fn unknown_family_fails_with_eai_family() {
        let error = error(resolve(Some("127.0.0.1"), None, stream(0, 999)));
        assert_eq!((error.domain, error.code), (Domain::Gai, libc::EAI_FAMILY));
        assert!(!error.message.is_empty());
    }

    #[test]
    fn node_that_is_not_utf8_is_passed_on() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        let query = Query {
            node: Text::new(OsStr::from_bytes(b"b\xfccher test")).ok(),
            service: None,
            hints: stream(0, 0),
        };
        let run = run(query.clone());
        assert_eq!(*run.asked(), query);
        assert_eq!(error(run).code, libc::EAI_NONAME);
    }

    #[test]
    fn eai_system_carries_errno() {
        let error = os::gai_error(libc::EAI_SYSTEM, libc::EBADF);
        let errno = error.errno.unwrap();
        assert_eq!((errno.domain, errno.code), (Domain::Errno, libc::EBADF));
        assert_eq!(&*errno.message, "Bad file descriptor");
        assert_eq!(os::gai_error(libc::EAI_NONAME, libc::EBADF).errno, None);
    }

    #[test]
    fn failed_close_has_its_error() {
        // SAFETY: no descriptor can have this number, so none is owned twice, and `System::close`
        // takes the number out before a drop could close it.
        let socket = unsafe { socket2::Socket::from_raw_fd(i32::MAX) };
        let (outcome, _) = System.close(CallId(1), socket);
        assert_eq!(code(&outcome), libc::EBADF);
    }

    #[test]
    fn calls_on_an_invalid_descriptor_fail_with_ebadf() {
        // SAFETY: as above; `into_raw_fd` takes the number out.
        let socket = unsafe { socket2::Socket::from_raw_fd(i32::MAX) };
        let option = SocketOption::Type;
        let calls = [
            Call::Getsockopt {
                socket: SOCKET,
                option,
            },
            Call::Getsockname { socket: SOCKET },
        ];
        let outcomes = calls.map(|call| System.call(CallId(1), &call, Some(&socket)).0);
        assert_eq!(socket.into_raw_fd(), i32::MAX);
        for outcome in outcomes {
            assert_eq!(code(&outcome), libc::EBADF);
        }
    }

    fn code(outcome: &Outcome) -> i32 {
        match outcome {
            Outcome::Failed(error) => error.code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_resolver_code_has_a_message() {
        for code in (-300..=20)
            .chain([i32::MIN, i32::MAX])
            .filter(|code| *code != 0)
        {
            let error = os::gai_error(code, libc::EBADF);
            assert!(!error.message.is_empty(), "{code}");
            assert_eq!(error.errno.is_some(), code == libc::EAI_SYSTEM, "{code}");
        }
    }

    #[test]
    fn service_without_a_name_is_its_number() {
        let resolution = resolve(Some("127.0.0.1"), Some("47000"), stream(4, 2));
        match getnameinfo(&resolution.entries()[0]) {
            Ok(names) => assert_eq!(names.service, "47000"),
            Err(error) => assert_eq!(error.domain, Domain::Gai),
        }
    }

    #[test]
    fn socket_has_the_requested_type() {
        let call = Call::Socket {
            socket: SOCKET,
            triple: Triple {
                family: libc::AF_INET,
                socktype: libc::SOCK_DGRAM,
                protocol: 0,
            },
        };
        let (outcome, _, socket) = System.call(CallId(1), &call, None);
        let socket = socket.unwrap();
        let handle = Handle(u64::try_from(socket.as_raw_fd()).unwrap());
        assert_eq!(outcome, Outcome::Returned(Value::Handle(handle)));
        assert_eq!(socket.r#type().unwrap(), socket2::Type::DGRAM);
        assert_eq!(System.close(CallId(1), socket).0, CLOSED);
    }

    #[test]
    fn socket_gets_no_extra_flags() {
        let socket = socket(libc::AF_INET, libc::SOCK_STREAM, 0);
        // std and socket2 would set FD_CLOEXEC.
        let flags = descriptor_flags(socket.as_raw_fd());
        assert_eq!(flags & libc::FD_CLOEXEC, 0);
    }

    fn descriptor_flags(descriptor: i32) -> i32 {
        // SAFETY: F_GETFD takes numbers and accesses no memory.
        unsafe { libc::fcntl(descriptor, libc::F_GETFD) }
    }

    /// The bytes of a C struct without padding.
    fn bytes_of<T>(object: &T) -> &[u8] {
        // SAFETY: without padding all bytes of the object are initialized.
        unsafe { slice::from_raw_parts(std::ptr::from_ref(object).cast(), size_of::<T>()) }
    }

    #[test]
    fn sockaddr_in6_of_libc_is_decoded() {
        // SAFETY: all zeros is a valid value of this struct.
        let mut address: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
        address.sin6_family = libc::sa_family_t::try_from(libc::AF_INET6).unwrap();
        address.sin6_port = 27015_u16.to_be();
        address.sin6_flowinfo = 0x000a_bcde_u32.to_be();
        address.sin6_addr.s6_addr[0] = 0xfe;
        address.sin6_addr.s6_addr[1] = 0x80;
        address.sin6_addr.s6_addr[15] = 1;
        address.sin6_scope_id = 2;
        let Some(SocketAddr::V6(read)) = decode(Os::HOST, bytes_of(&address)) else {
            panic!("{address:?}");
        };
        assert_eq!(read.ip().to_string(), "fe80::1");
        assert_eq!(
            (read.port(), read.flowinfo(), read.scope_id()),
            (27015, 0x000a_bcde, 2)
        );
    }

    #[test]
    fn sockaddr_in_of_libc_is_decoded() {
        // SAFETY: all zeros is a valid value of this struct.
        let mut address: libc::sockaddr_in = unsafe { std::mem::zeroed() };
        address.sin_family = libc::sa_family_t::try_from(libc::AF_INET).unwrap();
        address.sin_port = 80_u16.to_be();
        address.sin_addr.s_addr = u32::from_ne_bytes([192, 0, 2, 1]);
        let read = decode(Os::HOST, bytes_of(&address));
        assert_eq!(read, Some("192.0.2.1:80".parse().unwrap()));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::read_link;
    use std::path::PathBuf;

    use super::*;
    use crate::net::{Domain, Handle};

    /// The kernel's name for the descriptor's file.
    fn link(handle: Handle) -> Option<PathBuf> {
        read_link(format!("/proc/self/fd/{}", handle.0)).ok()
    }

    #[test]
    fn kernel_sees_the_socket_opened_and_closed() {
        let (recorder, record) = open(libc::AF_INET, libc::SOCK_STREAM, 6);
        let handle = record.handle().unwrap();
        let opened = link(handle).unwrap();
        assert!(
            opened.to_str().unwrap().starts_with("socket:["),
            "{opened:?}"
        );
        assert_eq!(close(&recorder), CLOSED);
        // Another test may use the number now, but each socket has its own inode.
        assert_ne!(link(handle), Some(opened));
    }

    #[test]
    fn raw_socket_without_a_protocol_is_refused() {
        let (recorder, record) = open(libc::AF_INET, libc::SOCK_RAW, 0);
        let error = record.error().unwrap();
        assert_eq!((error.domain, error.code), (Domain::Errno, 93));
        assert_eq!(close(&recorder), Outcome::NotStarted(Reason::NotOpen));
        assert_eq!(&*error.message, "Protocol not supported");
    }
}

/// Behaviour of the GNU C library that POSIX does not specify.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::ffi::OsStr;
    use std::io::Write as _;
    use std::process::Command;

    use super::*;

    /// The entries, or the error.
    fn entries(run: &Run) -> Result<&[AddrInfo], &OsError> {
        match run.answer().unwrap().error() {
            None => Ok(run.entries()),
            Some(error) => Err(error),
        }
    }

    #[test]
    fn empty_node_is_not_null() {
        let empty = resolve(Some(""), Some("80"), stream(0, 0));
        assert_eq!(error(empty).code, libc::EAI_NONAME);
        let null = resolve(None, Some("80"), stream(0, 0));
        assert!(
            null.entries()
                .iter()
                .all(|entry| entry.sockaddr(Os::HOST).unwrap().ip().is_loopback())
        );
        assert!(!null.entries().is_empty());
    }

    #[test]
    fn empty_service_is_not_null() {
        let null = resolve(None, None, stream(0, 0));
        assert_eq!(error(null).code, libc::EAI_NONAME);
        let empty = resolve(None, Some(""), stream(0, 0));
        assert_eq!(empty.entries()[0].sockaddr(Os::HOST).unwrap().port(), 0);
    }

    #[test]
    fn null_hints_mean_v4mapped_and_addrconfig() {
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
            assert_eq!(null.asked().hints, None);
            assert_eq!(
                entries(&null),
                entries(&resolve(node, service, Some(hints)))
            );
        }
        let null = resolve(Some("127.0.0.1"), None, None);
        let zeros = resolve(Some("127.0.0.1"), None, Some(Hints::default()));
        // Zeroed hints differ from NULL: the entries repeat the flags.
        assert_ne!(entries(&null), entries(&zeros));
    }

    #[test]
    fn only_the_first_entry_has_the_canonical_name() {
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
    fn entries_keep_the_order_of_the_list() {
        let resolution = resolve(Some("127.0.0.1"), None, Some(Hints::default()));
        let types: Vec<_> = resolution
            .entries()
            .iter()
            .map(|entry| (entry.socktype, entry.protocol))
            .collect();
        assert_eq!(types, [(1, 6), (2, 17), (3, 0)]);
    }

    #[test]
    fn errors_have_the_messages_of_gai_strerror() {
        // From sysdeps/posix/gai_strerror-strs.h.
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

    #[test]
    fn libc_version_agrees_with_getconf() {
        let Ok(output) = Command::new("getconf").arg("GNU_LIBC_VERSION").output() else {
            // libtest captures only the print macros.
            let _ = writeln!(
                std::io::stderr(),
                "NOT RUN: libc_version_agrees_with_getconf: getconf is missing; install it \
                 (Debian: libc-bin)"
            );
            return;
        };
        let version = String::from_utf8(output.stdout).unwrap();
        assert_eq!(System.host().libc.as_deref(), Some(version.trim()));
    }
}

/// A UDP connect sends nothing.
#[cfg(target_os = "linux")]
#[test]
fn getpeername_returns_the_peer_or_not_connected() {
    let socket = socket(libc::AF_INET, libc::SOCK_DGRAM, 0);
    let call = Call::Getpeername { socket: SOCKET };
    let (outcome, _, _) = System.call(CallId(1), &call, Some(&socket));
    let Outcome::Failed(error) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(error.code, libc::ENOTCONN);
    let peer: SocketAddr = "127.0.0.1:9".parse().unwrap();
    socket.connect(&peer.into()).unwrap();
    let (outcome, _, _) = System.call(CallId(1), &call, Some(&socket));
    let Outcome::Returned(Value::Address(bytes)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(crate::net::address(Os::HOST, &bytes), "127.0.0.1:9");
}

#[cfg(target_os = "linux")]
#[test]
fn getsockopt_and_getsockname_describe_the_socket() {
    use crate::net::SocketOption;
    let query = Query {
        hints: Some(Hints {
            flags: libc::AI_PASSIVE,
            family: libc::AF_INET6,
            socktype: libc::SOCK_DGRAM,
            protocol: 0,
        }),
        ..Query::server_example(Os::HOST)
    };
    let run = run(query);
    let Triple {
        family,
        socktype,
        protocol,
    } = run.entries()[0].triple();
    let (recorder, _) = open(family, socktype, protocol);
    let socket = SOCKET;
    let values: Vec<(&str, String)> = SocketOption::of(Os::HOST, family)
        .into_iter()
        .map(|option| {
            let record = recorder.call(None, Call::Getsockopt { socket, option });
            match record.outcome {
                Outcome::Returned(Value::Number(number)) => (option.name(), number.to_string()),
                other => panic!("{option:?}: {other:?}"),
            }
        })
        .collect();
    let sysctl = std::fs::read_to_string("/proc/sys/net/ipv6/bindv6only").unwrap();
    // AF_INET6, SOCK_DGRAM and IPPROTO_UDP in the headers.
    let expected = [
        ("SO_DOMAIN", "10"),
        ("SO_TYPE", "2"),
        ("SO_PROTOCOL", "17"),
        ("IPV6_V6ONLY", sysctl.trim()),
    ];
    assert_eq!(
        values,
        expected.map(|(option, value)| (option, value.to_owned()))
    );
    let name = recorder.call(None, Call::Getsockname { socket });
    let Outcome::Returned(Value::Address(bytes)) = name.outcome else {
        panic!("{name:?}");
    };
    assert_eq!(crate::net::address(Os::HOST, &bytes), "[::]:0");
}

#[cfg(windows)]
mod windows {
    use super::super::os;
    use super::*;
    use crate::net::{Domain, Version};

    /// `test_WSASocket` of Wine's dlls/ws2_32/tests/sock.c, which Windows passes. The invalid family
    /// with the invalid protocol is left out: Windows fails with 10047, Wine 8 with 10043.
    #[test]
    fn socket_errors_are_those_of_windows() {
        const ODD: i32 = 0xdead;
        for (family, socktype, protocol, code) in [
            (ODD, 1, 6, 10047),
            (-1, 1, 6, 10047),
            (2, ODD, 6, 10044),
            (2, -1, 6, 10044),
            // The type is checked before the family.
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
            let (recorder, record) = open(family, socktype, protocol);
            let row = (family, socktype, protocol);
            match record.error() {
                None => {
                    assert_eq!(code, 0, "{row:?}");
                    assert_eq!(close(&recorder), CLOSED);
                }
                Some(error) => {
                    assert_eq!((error.domain, error.code), (Domain::Wsa, code), "{row:?}");
                }
            }
        }
    }

    #[test]
    fn protocol_determines_an_unspecified_type() {
        for (protocol, socktype) in [(0, 1), (6, 1), (17, 2)] {
            let socket = socket(2, 0, protocol);
            assert_eq!(i32::from(socket.r#type().unwrap()), socktype);
            assert_eq!(System.close(CallId(1), socket).0, CLOSED);
        }
    }

    #[test]
    fn handle_is_the_raw_socket() {
        use std::os::windows::io::AsRawSocket as _;
        let call = Call::Socket {
            socket: SOCKET,
            triple: Triple {
                family: 2,
                socktype: SOCK_STREAM,
                protocol: 6,
            },
        };
        let (outcome, _, socket) = System.call(CallId(1), &call, None);
        let socket = socket.unwrap();
        let handle = crate::net::Handle(os::number(&socket));
        let number: u64 = socket.as_raw_socket() as _;
        assert_eq!(handle.0, number);
        assert_eq!(outcome, Outcome::Returned(Value::Handle(handle)));
        assert_eq!(System.close(CallId(1), socket).0, CLOSED);
    }

    #[test]
    fn failed_close_has_its_error() {
        use std::os::windows::io::FromRawSocket as _;
        // SAFETY: no handle has this number, so none is owned twice, and `System::close` takes the
        // number out before a drop could close it.
        let socket = unsafe { socket2::Socket::from_raw_socket(0x7fff_fff0) };
        let Outcome::Failed(error) = System.close(CallId(1), socket).0 else {
            panic!("closesocket() succeeded");
        };
        // WSAENOTSOCK
        assert_eq!(error.code, 10038);
    }

    #[test]
    fn options_and_handle_follow_what_was_set() {
        use std::os::windows::io::AsRawSocket as _;
        use windows_sys::Win32::Foundation::{HANDLE_FLAG_INHERIT, SetHandleInformation};
        use windows_sys::Win32::Networking::WinSock::{
            SO_EXCLUSIVEADDRUSE, SOL_SOCKET, setsockopt,
        };

        use crate::net::SocketOption::{ExclusiveAddrUse, ProtocolInfo};

        // AF_INET6, SOCK_DGRAM and IPPROTO_UDP in ws2def.h.
        let socket = socket(23, 2, 17);
        let ask = |call| match System.call(CallId(1), &call, Some(&socket)).0 {
            Outcome::Returned(value) => value,
            other => panic!("{other:?}"),
        };
        let option = |option| {
            ask(Call::Getsockopt {
                socket: SOCKET,
                option,
            })
        };
        let handle = || ask(Call::GetHandleInformation { socket: SOCKET });
        let Value::Provider(provider) = option(ProtocolInfo) else {
            panic!("no provider");
        };
        let numbers = (provider.family, provider.socktype, provider.protocol);
        assert_eq!(numbers, (23, 2, 17));
        assert!(provider.name.contains("UDP/IPv6"), "{provider:?}");
        assert!(provider.entry > 0, "{provider:?}");
        assert_eq!(option(ExclusiveAddrUse), Value::Number(0));
        assert_eq!(handle(), Value::Number(1));

        let (raw, one) = (socket.as_raw_socket(), 1_i32);
        // SAFETY: the value is a number of 4 bytes.
        let set = unsafe {
            let value = (&raw const one).cast();
            setsockopt(raw as _, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, value, 4)
        };
        assert_eq!(set, 0);
        // SAFETY: it takes a handle and two numbers.
        let set = unsafe { SetHandleInformation(raw as _, HANDLE_FLAG_INHERIT, 0) };
        assert_ne!(set, 0);
        assert_eq!(option(ExclusiveAddrUse), Value::Number(1));
        assert_eq!(handle(), Value::Number(0));
        assert_eq!(System.close(CallId(1), socket).0, CLOSED);
    }

    #[test]
    fn calls_on_an_invalid_handle_have_their_error() {
        use std::os::windows::io::{FromRawSocket as _, IntoRawSocket as _};
        // SAFETY: as above; `into_raw_socket` takes the number out.
        let socket = unsafe { socket2::Socket::from_raw_socket(0x7fff_fff0) };
        let option = crate::net::SocketOption::ProtocolInfo;
        let calls = [
            Call::Getsockopt {
                socket: SOCKET,
                option,
            },
            Call::GetHandleInformation { socket: SOCKET },
        ];
        let outcomes = calls.map(|call| System.call(CallId(1), &call, Some(&socket)).0);
        let _ = socket.into_raw_socket();
        // WSAENOTSOCK and ERROR_INVALID_HANDLE.
        for (outcome, code) in outcomes.into_iter().zip([10038, 6]) {
            let Outcome::Failed(error) = outcome else {
                panic!("{outcome:?}");
            };
            assert_eq!(error.code, code);
        }
    }

    #[test]
    fn wsastartup_grants_the_requested_version() {
        let record = System.host().wsastartup.unwrap();
        let Outcome::Returned(Value::WsaData(data)) = record.outcome else {
            panic!("{record:?}");
        };
        assert_eq!(data.version, Version { major: 2, minor: 2 });
    }

    #[test]
    fn node_that_is_not_ascii_is_passed_as_utf16() {
        // In UTF-16 one character is a unit, the other a surrogate pair. The host does not exist.
        let resolution = resolve(Some("b\u{fc}cher.\u{1f600}.invalid"), None, stream(4, 0));
        assert_eq!(resolution.answer().unwrap().error().unwrap().code, 11001);
    }

    #[test]
    fn unknown_code_has_an_empty_message() {
        // Above every code of Windows.
        assert_eq!(&*super::super::os::message(0x2fff_ffff), "");
    }

    #[test]
    fn service_without_a_name_is_its_number() {
        let resolution = resolve(Some("192.0.2.1"), Some("47000"), stream(4, 2));
        match getnameinfo(&resolution.entries()[0]) {
            Ok(names) => assert_eq!(names.service, "47000"),
            // The name server did not answer.
            Err(error) => assert_eq!(error.domain, Domain::Wsa),
        }
    }
}
