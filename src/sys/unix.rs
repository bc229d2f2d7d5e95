//! The calls of POSIX systems.

use std::ffi::{CStr, CString, OsStr};
use std::io;
use std::os::fd::{AsRawFd as _, IntoRawFd as _};
use std::os::unix::ffi::OsStrExt as _;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use super::{os_error, timed};
use crate::names::Os;
use crate::net::{
    AddrInfo, Domain, Host, HostService, List, OsError, Outcome, Query, Reason, SocketOption,
    Triple, Value, decode,
};
use crate::text::Text;

/// The domain of errors other than getaddrinfo's and getnameinfo's.
pub(super) const ERRNO: Domain = Domain::Errno;

pub(super) fn host() -> Host {
    Host {
        os: Os::HOST,
        arch: std::env::consts::ARCH.to_owned(),
        libc: libc_version(),
        wsastartup: None,
    }
}

pub(super) const fn wsastartup() -> (Outcome, Duration) {
    (Outcome::NotStarted(Reason::LeftOut), Duration::ZERO)
}

/// Limits glibc to one heap; there is no Winsock to start. By default glibc uses up to eight heaps per
/// processor (mallopt(3)), and the records of calls would keep them all from being freed. The
/// threads rarely allocate at the same time.
pub(super) fn start(_: bool) {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it takes two numbers, under the allocator's own lock. The program calls this before it
    // starts a thread.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

pub(super) const fn stop() {}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn libc_version() -> Option<String> {
    // SAFETY: gnu_get_libc_version returns a static C string (its manual page).
    let version = unsafe { CStr::from_ptr(libc::gnu_get_libc_version()) };
    Some(format!("glibc {}", version.to_string_lossy()))
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn libc_version() -> Option<String> {
    cfg!(target_env = "musl").then(|| "musl".to_owned())
}

/// The linked list from getaddrinfo, freed when dropped.
pub(super) struct Linked(pub(super) *mut libc::addrinfo);

impl Drop for Linked {
    fn drop(&mut self) {
        // freeaddrinfo(NULL) crashes on FreeBSD.
        if !self.0.is_null() {
            // SAFETY: the pointer came from getaddrinfo and is freed once, here.
            unsafe { libc::freeaddrinfo(self.0) };
        }
    }
}

impl Linked {
    /// The nodes. A cyclic list is not detected.
    fn iter(&self) -> impl Iterator<Item = &libc::addrinfo> {
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

/// `getaddrinfo`, and the duration of the call alone.
pub(super) fn getaddrinfo(query: &Query) -> (Outcome, Duration) {
    let (node, service) = (
        c_string(query.node.as_ref()),
        c_string(query.service.as_ref()),
    );
    let hints = query.hints.map(|hints| libc::addrinfo {
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
            libc::getaddrinfo(
                node.as_ref().map_or(ptr::null(), |text| text.as_ptr()),
                service.as_ref().map_or(ptr::null(), |text| text.as_ptr()),
                hints.as_ref().map_or(ptr::null(), ptr::from_ref),
                &raw mut result,
            )
        };
        (code, last_error())
    });
    if code != 0 {
        return (Outcome::Failed(gai_error(code, errno)), took);
    }
    let list = Linked(result);
    let entries = list.entries();
    let ((), freed) = timed(|| drop(list));
    let list = Arc::new(List { entries, freed });
    (Outcome::Returned(Value::List(list)), took)
}

/// A copy of `node`.
///
/// # Safety
/// `ai_addr` is NULL or points to `ai_addrlen` bytes, or to a `sockaddr_storage` if that is less;
/// `ai_canonname` is NULL or a C string.
unsafe fn copy(node: &libc::addrinfo) -> AddrInfo {
    let addrlen = node.ai_addrlen as usize;
    // No sockaddr is longer (RFC 3493 §3.10), so do not trust a greater length.
    let read = addrlen.min(size_of::<libc::sockaddr_storage>());
    // SAFETY: the caller's promise.
    let addr = (!node.ai_addr.is_null())
        .then(|| unsafe { std::slice::from_raw_parts(node.ai_addr.cast(), read) });
    // SAFETY: the caller's promise.
    let canonname =
        (!node.ai_canonname.is_null()).then(|| unsafe { CStr::from_ptr(node.ai_canonname) });
    AddrInfo {
        flags: node.ai_flags,
        family: node.ai_family,
        socktype: node.ai_socktype,
        protocol: node.ai_protocol,
        addrlen,
        addr: addr.map(Box::from),
        canonname: canonname.map(|name| OsStr::from_bytes(name.to_bytes()).into()),
    }
}

fn c_string(text: Option<&Text>) -> Option<CString> {
    // CString::new only refuses NUL bytes, and Text has none.
    text.map(|text| CString::new(text.as_os_str().as_bytes()).unwrap_or_default())
}

/// The error of a return value other than 0, with errno after the call.
pub(super) fn gai_error(code: i32, errno: i32) -> OsError {
    // SAFETY: gai_strerror returns a static C string for any number (POSIX).
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
    OsError {
        domain: Domain::Gai,
        code,
        message: text.to_string_lossy().into(),
        errno: (code == libc::EAI_SYSTEM).then(|| Box::new(os_error(errno))),
    }
}

/// The maximum lengths of getnameinfo's names, with their NULs (netdb.h, RFC 3493 §6.2).
const NI_MAXHOST: usize = 1025;
const NI_MAXSERV: usize = 32;

/// `getnameinfo` on this sockaddr without flags, and the duration of the call alone.
///
/// dns-lookup makes the call, but it cannot return names that are not UTF-8.
pub(super) fn getnameinfo(address: &[u8]) -> (Outcome, Duration) {
    let Some(address) = decode(Os::HOST, address) else {
        return (Outcome::NotStarted(Reason::NoAddress), Duration::ZERO);
    };
    let (result, took) = timed(|| {
        dns_lookup::getnameinfo(&address, 0)
            // For EAI_SYSTEM it has kept errno.
            .map_err(|error| (error.error_num(), code(&error.into())))
    });
    match result {
        Ok((node, service)) => {
            let (node, service) = (node.into(), service.into());
            (names(HostService { node, service }), took)
        }
        // The call succeeded, but a name is not UTF-8: dns-lookup returns error 0 for that.
        Err((0, _)) => getnameinfo_in_bytes(&address.into()),
        Err((code, errno)) => (Outcome::Failed(gai_error(code, errno)), took),
    }
}

fn names(names: HostService) -> Outcome {
    Outcome::Returned(Value::Names(Box::new(names)))
}

/// As [`getnameinfo`], for names that are not UTF-8.
fn getnameinfo_in_bytes(address: &socket2::SockAddr) -> (Outcome, Duration) {
    let mut node = [0_u8; NI_MAXHOST];
    let mut service = [0_u8; NI_MAXSERV];
    let ((code, errno), took) = timed(|| {
        // SAFETY: the address and the buffers have the lengths that are passed.
        let code = unsafe {
            libc::getnameinfo(
                address.as_ptr().cast(),
                address.len(),
                node.as_mut_ptr().cast(),
                NI_MAXHOST as _,
                service.as_mut_ptr().cast(),
                NI_MAXSERV as _,
                0,
            )
        };
        (code, last_error())
    });
    if code != 0 {
        return (Outcome::Failed(gai_error(code, errno)), took);
    }
    let text = |bytes: &[u8]| {
        let end = bytes.iter().position(|&byte| byte == 0);
        OsStr::from_bytes(&bytes[..end.unwrap_or(bytes.len())]).to_owned()
    };
    let (node, service) = (text(&node), text(&service));
    (names(HostService { node, service }), took)
}

/// `socket`, and the duration of the call alone.
pub(super) fn socket(triple: Triple) -> (Result<socket2::Socket, i32>, Duration) {
    let Triple {
        family,
        socktype,
        protocol,
    } = triple;
    let (family, socktype, protocol) = (family.into(), socktype.into(), protocol.into());
    // `new_raw` is the plain call; `Socket::new` would add flags such as SOCK_CLOEXEC. It reads errno
    // at once.
    let (result, took) = timed(|| socket2::Socket::new_raw(family, socktype, Some(protocol)));
    (result.map_err(|error| code(&error)), took)
}

pub(super) fn getsockopt(socket: &socket2::Socket, option: SocketOption) -> Result<Value, i32> {
    let number = match option {
        #[cfg(target_os = "linux")]
        SocketOption::Domain => socket.domain().map(i32::from),
        SocketOption::Type => socket.r#type().map(i32::from),
        #[cfg(any(target_os = "linux", target_os = "freebsd"))]
        SocketOption::Protocol => socket
            .protocol()
            .map(|protocol| protocol.map_or(0, i32::from)),
        SocketOption::V6only => socket.only_v6().map(i32::from),
        // SocketOption::of lists no others for this system.
        #[cfg(not(target_os = "linux"))]
        _ => Err(io::Error::from_raw_os_error(libc::ENOPROTOOPT)),
    };
    number.map(Value::Number).map_err(|error| code(&error))
}

pub(super) fn getsockname(socket: &socket2::Socket) -> Result<Value, i32> {
    address(socket.local_addr())
}

pub(super) fn getpeername(socket: &socket2::Socket) -> Result<Value, i32> {
    address(socket.peer_addr())
}

/// The bytes of the address, or the error that the call left behind.
fn address(result: io::Result<socket2::SockAddr>) -> Result<Value, i32> {
    let address = result.map_err(|error| code(&error))?;
    let length = address.len() as usize;
    // SAFETY: the address has `length` bytes.
    let bytes = unsafe { std::slice::from_raw_parts(address.as_ptr().cast::<u8>(), length) };
    Ok(Value::Address(bytes.into()))
}

pub(super) fn number(socket: &socket2::Socket) -> u64 {
    // A descriptor is never negative.
    u64::from(socket.as_raw_fd().unsigned_abs())
}

pub(super) fn close(socket: socket2::Socket) -> (Result<(), i32>, Duration) {
    let fd = socket.into_raw_fd();
    timed(|| {
        // SAFETY: the socket owned the descriptor, so nothing else closes it.
        let code = unsafe { libc::close(fd) };
        if code == 0 { Ok(()) } else { Err(last_error()) }
    })
}

/// errno. Call it before anything else changes it.
fn last_error() -> i32 {
    code(&io::Error::last_os_error())
}

fn code(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or_default()
}

/// The system's text for an errno, without the number that io::Error appends.
pub(super) fn message(code: i32) -> Box<str> {
    let text = io::Error::from_raw_os_error(code).to_string();
    text.strip_suffix(&format!(" (os error {code})"))
        .unwrap_or(&text)
        .trim_end()
        .into()
}
