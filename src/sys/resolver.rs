//! getaddrinfo and getnameinfo. POSIX and Windows differ only in the names and types of the functions.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::ptr;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

#[cfg(unix)]
use libc as c;

use super::{os, timed};
use crate::net::{AddrInfo, HostService, List, Outcome, Query, Sockaddr, Value};

/// Winsock's functions and types by their names in POSIX.
#[cfg(windows)]
mod c {
    pub(super) use windows_sys::Win32::Networking::WinSock::{
        ADDRINFOW as addrinfo, FreeAddrInfoW as freeaddrinfo, GetAddrInfoW as getaddrinfo,
        GetNameInfoW as getnameinfo, SOCKADDR_STORAGE as sockaddr_storage,
    };
}

/// The maximum lengths of getnameinfo's names, with their NULs (netdb.h, ws2tcpip.h).
const NI_MAXHOST: usize = 1025;
const NI_MAXSERV: usize = 32;

/// The entries of a list whose memory is worth giving back: about 100 KB.
const MANY: usize = 1000;

/// The linked list from getaddrinfo, freed when dropped.
pub(super) struct Linked(pub(super) *mut c::addrinfo);

impl Drop for Linked {
    fn drop(&mut self) {
        // freeaddrinfo(NULL) crashes on FreeBSD.
        if !self.0.is_null() {
            // SAFETY: the pointer came from getaddrinfo and is freed once, here.
            unsafe { c::freeaddrinfo(self.0) };
        }
    }
}

impl Linked {
    /// The nodes. A cyclic list is not detected.
    fn iter(&self) -> impl Iterator<Item = &c::addrinfo> {
        // SAFETY: each node is valid until the list is freed, which `self` prevents; the last node's
        // ai_next is NULL (POSIX getaddrinfo).
        let first = unsafe { self.0.as_ref() };
        std::iter::successors(first, |node| {
            // SAFETY: as above.
            unsafe { node.ai_next.as_ref() }
        })
    }

    /// A copy of the list.
    pub(super) fn entries(&self) -> Vec<AddrInfo> {
        let mut entries = Vec::with_capacity(self.iter().count());
        // SAFETY: each node belongs to a live list.
        entries.extend(self.iter().map(|node| unsafe { copy(node) }));
        entries
    }
}

/// A copy of `node`.
///
/// # Safety
/// `ai_addr` is NULL or points to `ai_addrlen` bytes, or to a `sockaddr_storage` if that is less;
/// `ai_canonname` is NULL or ends with NUL.
unsafe fn copy(node: &c::addrinfo) -> AddrInfo {
    let addrlen: usize = node.ai_addrlen as _;
    // No sockaddr is longer (RFC 3493 §3.10), so do not trust a greater length.
    let read = addrlen.min(size_of::<c::sockaddr_storage>());
    // SAFETY: the caller's promise.
    let addr = (!node.ai_addr.is_null())
        .then(|| unsafe { slice::from_raw_parts(node.ai_addr.cast::<u8>(), read) });
    // SAFETY: the caller's promise.
    let canonname = (!node.ai_canonname.is_null()).then(|| unsafe { os::text(node.ai_canonname) });
    AddrInfo {
        flags: node.ai_flags,
        family: node.ai_family,
        socktype: node.ai_socktype,
        protocol: node.ai_protocol,
        addrlen,
        addr: addr.map(Sockaddr::from_slice),
        canonname: canonname.map(OsString::into_boxed_os_str),
    }
}

/// `getaddrinfo`, and the duration of the call alone.
pub(super) fn getaddrinfo(query: &Query) -> (Outcome, Duration) {
    let node = query.node.as_ref().map(os::units);
    let service = query.service.as_ref().map(os::units);
    let hints = query.hints.map(|hints| c::addrinfo {
        ai_flags: hints.flags,
        ai_family: hints.family,
        ai_socktype: hints.socktype,
        ai_protocol: hints.protocol,
        ai_addrlen: 0,
        ai_addr: ptr::null_mut(),
        ai_canonname: ptr::null_mut(),
        ai_next: ptr::null_mut(),
    });
    let mut result = ptr::null_mut();
    let ((code, errno), took) = timed(|| {
        // SAFETY: each pointer is NULL or points to a valid argument that outlives the call.
        let code = unsafe {
            c::getaddrinfo(
                node.as_ref().map_or(ptr::null(), |text| text.as_ptr()),
                service.as_ref().map_or(ptr::null(), |text| text.as_ptr()),
                hints.as_ref().map_or(ptr::null(), ptr::from_ref),
                &raw mut result,
            )
        };
        (code, os::last_error())
    });
    if code != 0 {
        return (Outcome::Failed(os::gai_error(code, errno)), took);
    }
    let list = Linked(result);
    let entries = list.entries();
    let ((), freed) = timed(|| drop(list));
    if entries.len() >= MANY {
        os::trim();
    }
    let list = Arc::new(List { entries, freed });
    (Outcome::Returned(Value::List(list)), took)
}

/// `getnameinfo` on this address without flags, and the duration of the call alone.
pub(super) fn getnameinfo(address: SocketAddr) -> (Outcome, Duration) {
    let address = socket2::SockAddr::from(address);
    let (mut node, mut service) = ([0; NI_MAXHOST], [0; NI_MAXSERV]);
    let ((code, errno), took) = timed(|| {
        // SAFETY: the address and the buffers have the lengths that are passed.
        let code = unsafe {
            c::getnameinfo(
                address.as_ptr().cast(),
                address.len(),
                node.as_mut_ptr(),
                NI_MAXHOST as _,
                service.as_mut_ptr(),
                NI_MAXSERV as _,
                0,
            )
        };
        (code, os::last_error())
    });
    if code != 0 {
        return (Outcome::Failed(os::gai_error(code, errno)), took);
    }
    // SAFETY: the names end with NUL (POSIX getnameinfo, Microsoft's page on GetNameInfoW).
    let (node, service) = unsafe { (os::text(node.as_ptr()), os::text(service.as_ptr())) };
    let names = Box::new(HostService { node, service });
    (Outcome::Returned(Value::Names(names)), took)
}
