//! What only POSIX systems have.

use std::ffi::{CStr, CString, OsStr, OsString, c_char};
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd as _, FromRawFd as _, IntoRawFd as _};
use std::os::unix::ffi::OsStrExt as _;
use std::ptr;
use std::time::Duration;

use socket2::Socket;

use super::{code, os_error, resolver, timed};
use crate::names::Os;
use crate::net::{Domain, Host, HostService, OsError, Outcome, Triple, Value};
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

/// Limits glibc to one heap; there is no Winsock to start. By default glibc uses up to eight heaps per
/// processor (mallopt(3)), and the records of calls would keep them all from being freed. The
/// threads rarely allocate at the same time. A block of 128 KiB or more goes back to the system when it
/// is freed: by default glibc raises that bound with each such block, and keeps a long list that is gone.
pub(super) fn start(_: bool) {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it takes two numbers, under the allocator's own lock. The program calls this before it
    // starts a thread.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_MMAP_THRESHOLD, 128 << 10);
    }
}

pub(super) const fn stop() {}

/// Gives the memory that was freed back to the system: of a long list glibc keeps every small block.
pub(super) fn trim() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it takes a number, under the allocator's own lock (malloc_trim(3)).
    unsafe {
        libc::malloc_trim(0);
    }
}

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

/// `text` as a C string.
pub(super) fn units(text: &Text) -> CString {
    // CString::new only refuses NUL bytes, and Text has none.
    CString::new(text.as_os_str().as_bytes()).unwrap_or_default()
}

/// A copy of the C string `text`.
///
/// # Safety
/// `text` ends with NUL.
pub(super) unsafe fn text(text: *const c_char) -> OsString {
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(text) };
    OsStr::from_bytes(text.to_bytes()).to_owned()
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

/// As [`resolver::getnameinfo`], by dns-lookup, which returns error 0 for names that are not UTF-8.
pub(super) fn getnameinfo(address: SocketAddr) -> (Outcome, Duration) {
    let (result, took) = timed(|| {
        dns_lookup::getnameinfo(&address, 0)
            // For EAI_SYSTEM it has kept errno.
            .map_err(|error| (error.error_num(), code(&error.into())))
    });
    let outcome = match result {
        Ok((node, service)) => {
            let (node, service) = (node.into(), service.into());
            Outcome::Returned(Value::Names(Box::new(HostService { node, service })))
        }
        Err((0, _)) => return resolver::getnameinfo(address),
        Err((code, errno)) => Outcome::Failed(gai_error(code, errno)),
    };
    (outcome, took)
}

/// The system's text for an errno.
pub(super) fn message(code: i32) -> Box<str> {
    let mut text = [0; 128];
    // SAFETY: the buffer is longer than the call knows, so that a NUL ends the text, whatever the call
    // returns.
    let text = unsafe {
        libc::strerror_r(code, text.as_mut_ptr(), text.len() - 1);
        CStr::from_ptr(text.as_ptr())
    };
    text.to_string_lossy().trim_end().into()
}

pub(super) fn socket(triple: Triple) -> io::Result<Socket> {
    let (family, socktype) = (triple.family.into(), triple.socktype.into());
    // The plain call; `Socket::new` would add flags such as SOCK_CLOEXEC.
    Socket::new_raw(family, socktype, Some(triple.protocol.into()))
}

/// `accept` without the peer's address.
pub(super) fn accept(socket: u64) -> io::Result<Socket> {
    let (address, length) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: NULL asks for no address.
    match unsafe { libc::accept(socket as _, address, length) } {
        -1 => Err(io::Error::last_os_error()),
        // SAFETY: the descriptor is new, so nothing else owns it.
        descriptor => Ok(unsafe { Socket::from_raw_fd(descriptor) }),
    }
}

pub(super) fn number(socket: &Socket) -> u64 {
    // A descriptor is never negative.
    u64::from(socket.as_raw_fd().unsigned_abs())
}

/// The number of a socket that nothing owns any more.
pub(super) fn release(socket: Socket) -> u64 {
    u64::from(socket.into_raw_fd().unsigned_abs())
}

/// Whether the number is an open descriptor.
pub(super) fn is_open(number: u64) -> bool {
    // SAFETY: it takes numbers, and changes nothing.
    unsafe { libc::fcntl(number as _, libc::F_GETFD) != -1 }
}

/// # Safety
/// Nothing owns the descriptor.
pub(super) unsafe fn close(number: u64) -> io::Result<Value> {
    // SAFETY: the caller's promise.
    match unsafe { libc::close(number as _) } {
        0 => Ok(Value::Zero),
        _ => Err(io::Error::last_os_error()),
    }
}

/// errno. Call it before anything else changes it.
pub(super) fn last_error() -> i32 {
    code(&io::Error::last_os_error())
}
