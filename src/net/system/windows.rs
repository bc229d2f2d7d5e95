//! The calls of Winsock.

use std::ffi::OsString;
use std::io;
use std::os::windows::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::windows::io::{AsRawSocket as _, IntoRawSocket as _};
use std::ptr;
use std::time::Duration;

use windows_sys::Win32::Globalization::GetUserDefaultUILanguage;
use windows_sys::Win32::Networking::WinSock::{
    ADDRINFOW, FreeAddrInfoW, GetAddrInfoW, closesocket,
};

use super::{system_text, timed};
use crate::names::Os;
use crate::net::{About, AddrInfo, Call, Domain, GaiError, OsError, Query, Text};

/// What getaddrinfo returns: a WSA code, by value.
pub(super) const GAI: Domain = Domain::Wsa;
/// What other calls leave behind for WSAGetLastError.
pub(super) const ERRNO: Domain = Domain::Wsa;

pub(super) fn about() -> About {
    About {
        os: Os::HOST,
        arch: std::env::consts::ARCH,
        libc: None,
        winsock: None,
    }
}

/// The user's UI language, of those that there are texts in: the low ten bits of the LANGID are its
/// primary language, LANG_ENGLISH or LANG_SPANISH (winnt.h).
pub(super) fn language() -> Option<&'static str> {
    // SAFETY: the call takes nothing and cannot fail.
    match unsafe { GetUserDefaultUILanguage() } & 0x3ff {
        0x09 => Some("en"),
        0x0a => Some("es"),
        _ => None,
    }
}

/// The list that GetAddrInfoW linked, freed when dropped.
struct List(*mut ADDRINFOW);

impl Drop for List {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the pointer came from GetAddrInfoW and is freed once, here.
            unsafe { FreeAddrInfoW(self.0) };
        }
    }
}

impl List {
    fn iter(&self) -> impl Iterator<Item = &ADDRINFOW> {
        // SAFETY: each node is valid until the list is freed, which needs `self` whole; the last
        // one's ai_next is NULL.
        let first = unsafe { self.0.as_ref() };
        std::iter::successors(first, |node| {
            // SAFETY: as above.
            unsafe { node.ai_next.as_ref() }
        })
    }
}

/// What came of one lookup.
pub(super) struct Looked {
    pub(super) result: Result<Vec<AddrInfo>, GaiError>,
    /// The call alone took this long,
    pub(super) took: Duration,
    /// and freeing its list this long.
    pub(super) freed: Option<Duration>,
}

/// `GetAddrInfoW`, and how long the call alone took.
pub(super) fn getaddrinfo(query: &Query) -> Looked {
    let (node, service) = (wide(query.node.as_ref()), wide(query.service.as_ref()));
    let hints = query.hints.map(|hints| ADDRINFOW {
        ai_flags: hints.flags,
        ai_family: hints.family,
        ai_socktype: hints.socktype,
        ai_protocol: hints.protocol,
        ai_addrlen: 0,
        ai_canonname: ptr::null_mut(),
        ai_addr: ptr::null_mut(),
        ai_next: ptr::null_mut(),
    });
    // A call before WSAStartup is refused; std makes it when it first touches a socket.
    drop(std::net::UdpSocket::bind(("127.0.0.1", 0)));
    let mut result = ptr::null_mut();
    let (code, took) = timed(|| {
        // SAFETY: each pointer is NULL or points to what the call wants, alive until it returns.
        unsafe {
            GetAddrInfoW(
                node.as_ref().map_or(ptr::null(), |text| text.as_ptr()),
                service.as_ref().map_or(ptr::null(), |text| text.as_ptr()),
                hints.as_ref().map_or(ptr::null(), ptr::from_ref),
                &raw mut result,
            )
        }
    });
    if code != 0 {
        return Looked {
            result: Err(gai_error(Call::Getaddrinfo, code)),
            took,
            freed: None,
        };
    }
    let list = List(result);
    let mut entries = Vec::with_capacity(list.iter().count());
    entries.extend(list.iter().map(|node| {
        // SAFETY: a node of a live list.
        unsafe { copy(node) }
    }));
    let ((), freed) = timed(|| drop(list));
    Looked {
        result: Ok(entries),
        took,
        freed: Some(freed),
    }
}

/// Everything that `node` says, copied out.
///
/// # Safety
/// `ai_addr` is NULL or has `ai_addrlen` bytes behind it; `ai_canonname` is NULL or ends with NUL.
unsafe fn copy(node: &ADDRINFOW) -> AddrInfo {
    // SAFETY: the caller's promise.
    let addr = (!node.ai_addr.is_null())
        .then(|| unsafe { std::slice::from_raw_parts(node.ai_addr.cast::<u8>(), node.ai_addrlen) });
    let canonname = (!node.ai_canonname.is_null()).then(|| {
        // SAFETY: the caller's promise: every unit up to the NUL is readable.
        let length = (0..)
            .take_while(|&at| unsafe { *node.ai_canonname.add(at) } != 0)
            .count();
        // SAFETY: `length` units were just read.
        OsString::from_wide(unsafe { std::slice::from_raw_parts(node.ai_canonname, length) })
    });
    AddrInfo {
        flags: node.ai_flags,
        family: node.ai_family,
        socktype: node.ai_socktype,
        protocol: node.ai_protocol,
        addrlen: node.ai_addrlen,
        addr: addr.map(Box::from),
        canonname: canonname.map(OsString::into_boxed_os_str),
    }
}

fn wide(text: Option<&Text>) -> Option<Vec<u16>> {
    text.map(|text| text.as_os_str().encode_wide().chain([0]).collect())
}

/// The error behind a return value that is not 0: on Windows the value is the WSA code itself.
pub(super) fn gai_error(call: Call, code: i32) -> GaiError {
    let message = system_text(&io::Error::from_raw_os_error(code), code);
    GaiError {
        error: OsError {
            call,
            domain: GAI,
            code,
            message,
        },
        errno: None,
    }
}

pub(super) fn number(socket: &socket2::Socket) -> u64 {
    socket.as_raw_socket()
}

pub(super) fn close(socket: socket2::Socket) -> (io::Result<()>, Duration) {
    let handle = socket.into_raw_socket();
    // SAFETY: the handle was the socket's own, and nothing else closes it.
    let (code, took) = timed(|| unsafe { closesocket(handle as _) });
    (
        if code == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        },
        took,
    )
}
