//! The calls of Winsock, each plain: no crate in between that starts Winsock or adds flags.
//!
//! socket2's `new_raw` and dns-lookup first bind a UDP socket of their own to 127.0.0.1:34254, so
//! that std starts Winsock. That would be timed along with socket(), and no program that uses them
//! could see WSANOTINITIALISED. So neither makes a call here; socket2 only owns the handle.

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

use super::{failed, os_error, timed};
use crate::names::Os;
use crate::net::{
    AddrInfo, Call, CallId, Domain, Host, HostService, List, OsError, Outcome, Query, REQUESTED,
    Reason, Record, Sockaddr, SocketOption, Triple, Value, Version, WsaData, decode,
};
use crate::text::Text;

/// What getaddrinfo returns, and what other calls leave behind for WSAGetLastError.
pub(super) const ERRNO: Domain = Domain::Wsa;

/// What came of WSAStartup, once it is decided. It is the process's, as Winsock is.
static WINSOCK: OnceLock<(Outcome, Duration)> = OnceLock::new();

/// The calls that have not returned.
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

/// Calls WSAStartup, or decides that it is not called.
pub(super) fn start(wsastartup: bool) {
    if wsastartup {
        self::wsastartup();
    } else {
        WINSOCK.get_or_init(|| (Outcome::NotStarted(Reason::LeftOut), Duration::ZERO));
    }
}

/// Calls WSACleanup where WSAStartup succeeded. Not while a call is under way: it cannot be
/// cancelled, quitting does not wait for it, and the end of the process cleans up as well.
pub(super) fn stop() {
    let started = matches!(WINSOCK.get(), Some((Outcome::Returned(_), _)));
    if started && IN_FLIGHT.load(Ordering::SeqCst) == 0 {
        // SAFETY: it takes nothing. Sockets that are still open are closed by it; a call that comes
        // later is refused.
        unsafe { WSACleanup() };
    }
}

/// `WSAStartup`, called once for the process.
pub(super) fn wsastartup() -> (Outcome, Duration) {
    let once = WINSOCK.get_or_init(|| {
        let mut data = WSADATA::default();
        // SAFETY: the call fills in the struct it is given.
        let (code, took) = timed(|| unsafe { WSAStartup(REQUESTED.word(), &raw mut data) });
        // The code is the return value: WSAGetLastError means nothing before Winsock is started.
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

/// The text before the NUL. Winsock's own is ASCII.
fn ansi(text: &[i8]) -> String {
    let bytes: Vec<u8> = text.iter().map(|unit| unit.cast_unsigned()).collect();
    let end = bytes.iter().position(|&byte| byte == 0);
    String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned()
}

/// A call is under way for as long as this lives.
struct InFlight;

impl InFlight {
    /// WSAStartup comes first, unless its omission is wanted. A failure of it is no reason to leave
    /// off: the calls that follow say what they make of it.
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

/// The list that GetAddrInfoW linked, freed when dropped.
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
        // SAFETY: each node is valid until the list is freed, which needs `self` whole; the last
        // one's ai_next is NULL.
        let first = unsafe { self.0.as_ref() };
        std::iter::successors(first, |node| {
            // SAFETY: as above.
            unsafe { node.ai_next.as_ref() }
        })
    }

    /// Everything that the list says, copied out.
    pub(super) fn entries(&self) -> Vec<AddrInfo> {
        let mut entries = Vec::with_capacity(self.iter().count());
        // SAFETY: each is a node of a live list.
        entries.extend(self.iter().map(|node| unsafe { copy(node) }));
        entries
    }
}

/// `GetAddrInfoW`, and how long the call alone took.
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
        return (failed(code), took);
    }
    let list = Linked(result);
    let entries = list.entries();
    let ((), freed) = timed(|| drop(list));
    let list = Arc::new(List { entries, freed });
    (Outcome::Returned(Value::List(list)), took)
}

/// Everything that `node` says, copied out.
///
/// # Safety
/// `ai_addr` is NULL or has `ai_addrlen` bytes behind it, though no more than every sockaddr has
/// room in; `ai_canonname` is NULL or ends with NUL.
unsafe fn copy(node: &ADDRINFOW) -> AddrInfo {
    // More than that is no length of a sockaddr, and not believed (RFC 3493 §3.10).
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

/// FormatMessage's text of `code`, in the user's language; empty where the system has none.
pub(super) fn message(code: i32) -> Box<str> {
    // The texts of all WSA codes are shorter than a tenth of this.
    let mut text = [0_u16; 4096];
    // SAFETY: the buffer has as many units as it is said to have; nothing is inserted, so that no
    // arguments are read.
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
    // It ends with a line end.
    String::from_utf16_lossy(&text[..length as usize])
        .trim_end()
        .into()
}

/// `GetNameInfoW` without flags on this sockaddr, and how long the call alone took.
pub(super) fn getnameinfo(address: &[u8]) -> (Outcome, Duration) {
    let Sockaddr::Ip(address) = decode(Os::HOST, address) else {
        return (Outcome::NotStarted(Reason::NoAddress), Duration::ZERO);
    };
    let address = socket2::SockAddr::from(address);
    let mut node = [0_u16; NI_MAXHOST as usize];
    let mut service = [0_u16; NI_MAXSERV as usize];
    let _in_flight = InFlight::begin();
    let (code, took) = timed(|| {
        // SAFETY: the address is as long as it says, the buffers have as many units as they are
        // said to have.
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

/// `socket`, and how long the call alone took.
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
        // SAFETY: the handle was opened just now, and nothing else owns it.
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
        // SocketOption::of offers no other here.
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
    // SAFETY: the address has as many bytes as it says.
    let bytes = unsafe { std::slice::from_raw_parts(address.as_ptr().cast::<u8>(), length) };
    Ok(Value::Address(bytes.into()))
}

pub(super) fn close(socket: socket2::Socket) -> (Result<(), i32>, Duration) {
    let handle = socket.into_raw_socket();
    let _in_flight = InFlight::begin();
    timed(|| {
        // SAFETY: the handle was the socket's own, and nothing else closes it.
        let code = unsafe { closesocket(handle as _) };
        if code == 0 { Ok(()) } else { Err(last_error()) }
    })
}

/// What the last call left behind on this thread, before the next overwrites it.
fn last_error() -> i32 {
    // SAFETY: it takes nothing and reads a number of the thread's own.
    unsafe { WSAGetLastError() }
}
