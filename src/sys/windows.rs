//! The calls of Winsock, made directly: no crate in between starts Winsock or adds flags.
//!
//! socket2's `new_raw` and dns-lookup first bind a UDP socket to 127.0.0.1:34254, so that std starts
//! Winsock. That would count as time of socket(), and WSANOTINITIALISED could never occur. So neither
//! makes a call here; socket2 only owns the handle.

use std::ffi::OsString;
use std::os::windows::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::windows::io::{AsRawSocket as _, FromRawSocket as _, IntoRawSocket as _};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use windows_sys::Win32::Networking::WinSock::{
    ADDRINFOW, FreeAddrInfoW, GetAddrInfoW, GetNameInfoW, INVALID_SOCKET, NI_MAXHOST, NI_MAXSERV,
    SOCKADDR_STORAGE, WSACleanup, WSADATA, WSAEINVAL, WSAGetLastError, WSAStartup, closesocket,
    socket as winsock_socket,
};
use windows_sys::Win32::System::Diagnostics::Debug::{
    FORMAT_MESSAGE_FROM_SYSTEM, FORMAT_MESSAGE_IGNORE_INSERTS, FormatMessageW,
};

use super::{failed, timed};
use crate::names::Os;
use crate::net::{
    AddrInfo, Call, CallId, Domain, Host, HostService, List, Outcome, Query, REQUESTED, Reason,
    Record, SocketOption, Triple, Value, Version, WsaData, decode,
};
use crate::text::Text;

/// The domain of every error, both returned by getaddrinfo and from WSAGetLastError.
pub(super) const ERRNO: Domain = Domain::Wsa;

/// The outcome of WSAStartup, which is called or skipped once per process.
static WINSOCK: OnceLock<(Outcome, Duration)> = OnceLock::new();

/// The number of calls that have not returned.
static IN_FLIGHT: AtomicUsize = AtomicUsize::new(0);

pub(super) fn host() -> Host {
    let (outcome, took) = wsastartup();
    Host {
        os: Os::HOST,
        arch: std::env::consts::ARCH.to_owned(),
        libc: None,
        wsastartup: Some(Record {
            id: CallId(0),
            entry: None,
            on: None,
            call: Call::WsaStartup(REQUESTED),
            outcome,
            took,
        }),
    }
}

/// Calls WSAStartup, or prevents every later call of it.
pub(super) fn start(wsastartup: bool) {
    if wsastartup {
        self::wsastartup();
    } else {
        WINSOCK.get_or_init(|| (Outcome::NotStarted(Reason::LeftOut), Duration::ZERO));
    }
}

/// Calls WSACleanup if WSAStartup succeeded and no call is pending. A pending call cannot be
/// cancelled, and quitting does not wait for it; the end of the process cleans up too.
pub(super) fn stop() {
    let started = matches!(WINSOCK.get(), Some((Outcome::Returned(_), _)));
    if started && IN_FLIGHT.load(Ordering::SeqCst) == 0 {
        // SAFETY: it takes no arguments. It closes open sockets; later calls fail.
        unsafe { WSACleanup() };
    }
}

/// `WSAStartup`, called once per process.
pub(super) fn wsastartup() -> (Outcome, Duration) {
    let once = WINSOCK.get_or_init(|| {
        let mut data = WSADATA::default();
        // SAFETY: the call fills in the struct.
        let (code, took) = timed(|| unsafe { WSAStartup(REQUESTED.word(), &raw mut data) });
        // The return value is the error: WSAGetLastError needs a started Winsock.
        let outcome = if code == 0 {
            Outcome::Returned(Value::WsaData(Box::new(WsaData {
                version: Version::from_word(data.wVersion),
                high_version: Version::from_word(data.wHighVersion),
                description: ansi(&data.szDescription),
                status: ansi(&data.szSystemStatus),
            })))
        } else {
            failed(code)
        };
        (outcome, took)
    });
    once.clone()
}

/// The text before the NUL. Winsock's texts are ASCII.
fn ansi(text: &[i8]) -> String {
    let bytes: Vec<u8> = text.iter().map(|unit| unit.cast_unsigned()).collect();
    let end = bytes.iter().position(|&byte| byte == 0);
    String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned()
}

/// Counts a call as pending until it is dropped.
struct InFlight;

impl InFlight {
    /// Calls WSAStartup first, unless that was done or is to be skipped. If it fails, the call is
    /// still made, to show its error.
    fn begin() -> Self {
        wsastartup();
        IN_FLIGHT.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        IN_FLIGHT.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The linked list from GetAddrInfoW, freed when dropped.
pub(super) struct Linked(pub(super) *mut ADDRINFOW);

impl Drop for Linked {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the pointer came from GetAddrInfoW and is freed once, here.
            unsafe { FreeAddrInfoW(self.0) };
        }
    }
}

impl Linked {
    /// The nodes. A cyclic list is not detected.
    fn iter(&self) -> impl Iterator<Item = &ADDRINFOW> {
        // SAFETY: each node is valid until the list is freed, which `self` prevents; the last node's
        // ai_next is NULL.
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

/// `GetAddrInfoW`, and the duration of the call alone.
pub(super) fn getaddrinfo(query: &Query) -> (Outcome, Duration) {
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
    let _in_flight = InFlight::begin();
    let mut result = ptr::null_mut();
    let (code, took) = timed(|| {
        // SAFETY: each pointer is NULL or points to a valid argument that outlives the call.
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
        return (failed(code), took);
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
/// `ai_addr` is NULL or points to `ai_addrlen` bytes, or to a `SOCKADDR_STORAGE` if that is less;
/// `ai_canonname` is NULL or ends with NUL.
unsafe fn copy(node: &ADDRINFOW) -> AddrInfo {
    // No sockaddr is longer (RFC 3493 §3.10), so do not trust a greater length.
    let read = node.ai_addrlen.min(size_of::<SOCKADDR_STORAGE>());
    // SAFETY: the caller's promise.
    let addr = (!node.ai_addr.is_null())
        .then(|| unsafe { std::slice::from_raw_parts(node.ai_addr.cast::<u8>(), read) });
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

/// The text of FormatMessage for `code`, in the user's language; empty if the system has none.
pub(super) fn message(code: i32) -> Box<str> {
    // Ten times the longest text of a WSA code.
    let mut text = [0_u16; 4096];
    // SAFETY: the buffer has the length that is passed; inserts are ignored, so no arguments are
    // read.
    let length = unsafe {
        FormatMessageW(
            FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
            ptr::null(),
            code.cast_unsigned(),
            0,
            text.as_mut_ptr(),
            4096,
            ptr::null(),
        )
    };
    // The text ends with a line break.
    String::from_utf16_lossy(&text[..length as usize])
        .trim_end()
        .into()
}

/// `GetNameInfoW` on this sockaddr without flags, and the duration of the call alone.
pub(super) fn getnameinfo(address: &[u8]) -> (Outcome, Duration) {
    let Some(address) = decode(Os::HOST, address) else {
        return (Outcome::NotStarted(Reason::NoAddress), Duration::ZERO);
    };
    let address = socket2::SockAddr::from(address);
    let mut node = [0_u16; NI_MAXHOST as usize];
    let mut service = [0_u16; NI_MAXSERV as usize];
    let _in_flight = InFlight::begin();
    let (code, took) = timed(|| {
        // SAFETY: the address and the buffers have the lengths that are passed.
        unsafe {
            GetNameInfoW(
                address.as_ptr().cast(),
                address.len(),
                node.as_mut_ptr(),
                NI_MAXHOST,
                service.as_mut_ptr(),
                NI_MAXSERV,
                0,
            )
        }
    });
    if code != 0 {
        return (failed(code), took);
    }
    let text = |units: &[u16]| {
        let end = units.iter().position(|&unit| unit == 0);
        OsString::from_wide(&units[..end.unwrap_or(units.len())])
    };
    let (node, service) = (text(&node), text(&service));
    let names = Box::new(HostService { node, service });
    (Outcome::Returned(Value::Names(names)), took)
}

/// `socket`, and the duration of the call alone.
pub(super) fn socket(triple: Triple) -> (Result<socket2::Socket, i32>, Duration) {
    let Triple {
        family,
        socktype,
        protocol,
    } = triple;
    let _in_flight = InFlight::begin();
    timed(|| {
        // SAFETY: it takes three numbers.
        let handle = unsafe { winsock_socket(family, socktype, protocol) };
        if handle == INVALID_SOCKET {
            return Err(last_error());
        }
        // SAFETY: the handle is new, so nothing else owns it.
        Ok(unsafe { socket2::Socket::from_raw_socket(handle as _) })
    })
}

pub(super) fn number(socket: &socket2::Socket) -> u64 {
    // 32 bits on a 32-bit Windows.
    socket.as_raw_socket() as _
}

pub(super) fn getsockopt(socket: &socket2::Socket, option: SocketOption) -> Result<Value, i32> {
    let number = match option {
        SocketOption::Type => socket.r#type().map(i32::from),
        SocketOption::V6only => socket.only_v6().map(i32::from),
        // SocketOption::of does not list these for Windows.
        SocketOption::Domain | SocketOption::Protocol => {
            Err(std::io::Error::from_raw_os_error(WSAEINVAL))
        }
    };
    number
        .map(Value::Number)
        .map_err(|error| error.raw_os_error().unwrap_or_default())
}

pub(super) fn getsockname(socket: &socket2::Socket) -> Result<Value, i32> {
    address(socket.local_addr())
}

pub(super) fn getpeername(socket: &socket2::Socket) -> Result<Value, i32> {
    address(socket.peer_addr())
}

/// The bytes of the address, or the error that the call left behind.
fn address(result: std::io::Result<socket2::SockAddr>) -> Result<Value, i32> {
    let address = result.map_err(|error| error.raw_os_error().unwrap_or_default())?;
    let length = address.len() as usize;
    // SAFETY: the address has `length` bytes.
    let bytes = unsafe { std::slice::from_raw_parts(address.as_ptr().cast::<u8>(), length) };
    Ok(Value::Address(bytes.into()))
}

pub(super) fn close(socket: socket2::Socket) -> (Result<(), i32>, Duration) {
    let handle = socket.into_raw_socket();
    let _in_flight = InFlight::begin();
    timed(|| {
        // SAFETY: the socket owned the handle, so nothing else closes it.
        let code = unsafe { closesocket(handle as _) };
        if code == 0 { Ok(()) } else { Err(last_error()) }
    })
}

/// The error of this thread's last call. Call it before the next call changes it.
fn last_error() -> i32 {
    // SAFETY: it takes no arguments and reads a thread-local number.
    unsafe { WSAGetLastError() }
}
