//! What only Winsock has, called directly: no crate in between starts Winsock or adds flags.
//!
//! socket2's `new_raw` and dns-lookup first bind a UDP socket to 127.0.0.1:34254, so that std starts
//! Winsock. That would count as time of socket(), and WSANOTINITIALISED could never occur. So neither
//! opens a socket or looks up a name here.

use std::ffi::OsString;
use std::io;
use std::os::windows::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::windows::io::{AsRawSocket as _, FromRawSocket as _, IntoRawSocket as _};
use std::ptr;
use std::slice;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use socket2::Socket;
use windows_sys::Win32::Foundation::{FALSE, GetHandleInformation, HANDLE};
use windows_sys::Win32::Networking::WinSock::{
    INVALID_SOCKET, SO_PROTOCOL_INFOW, SO_TYPE, SOCKET, SOL_SOCKET, WSACleanup, WSADATA,
    WSAEnumProtocolsW, WSAGetLastError, WSAPROTOCOL_INFOW, WSAStartup, accept as winsock_accept,
    closesocket, socket as winsock_socket,
};

pub(super) use super::resolver::getnameinfo;
use super::socket::{get, getsockopt};
use super::{os_error, timed};
use crate::names::Os;
use crate::net::{
    Call, CallId, Domain, Host, OsError, Outcome, Provider, REQUESTED, Reason, Record, Triple,
    Value, Version, WsaData,
};
use crate::text::Text;

/// The domain of every error, both returned by getaddrinfo and from WSAGetLastError.
pub(super) const ERRNO: Domain = Domain::Wsa;

/// The outcome of WSAStartup, which is called or skipped once per process.
static WINSOCK: OnceLock<(Outcome, Duration)> = OnceLock::new();

/// The most providers that WSAEnumProtocolsW can return here; Windows comes with a dozen. With more it
/// fails with WSAENOBUFS.
const MAX_PROVIDERS: usize = 256;

/// The number of calls that have not returned.
static IN_FLIGHT: AtomicUsize = AtomicUsize::new(0);

/// The text that Windows has for `code`; empty if it has none. io::Error appends the number, which is cut off.
pub(super) fn message(code: i32) -> Box<str> {
    let text = io::Error::from_raw_os_error(code).to_string();
    // std's words when FormatMessage fails.
    if text.starts_with("OS Error ") {
        return Box::default();
    }
    let text = text.trim_end_matches(&format!(" (os error {code})"));
    text.trim_end().into()
}

pub(super) fn host() -> Host {
    let (outcome, took) = wsastartup().clone();
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

/// Windows gives freed memory back by itself.
pub(super) const fn trim() {}

/// `WSAStartup`, called once per process.
fn wsastartup() -> &'static (Outcome, Duration) {
    WINSOCK.get_or_init(|| {
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
            Outcome::Failed(os_error(code))
        };
        (outcome, took)
    })
}

/// The text before the NUL. Winsock's texts are ASCII.
fn ansi(text: &[i8]) -> String {
    let units = text.iter().take_while(|&&unit| unit != 0);
    let bytes: Vec<u8> = units.map(|unit| unit.cast_unsigned()).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Counts a call as pending until it is dropped.
pub(super) struct InFlight;

impl InFlight {
    /// Calls WSAStartup first, unless that was done or is to be skipped. If it fails, the call is
    /// still made, to show its error.
    pub(super) fn begin() -> Self {
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

/// `text` in UTF-16, with a NUL.
pub(super) fn units(text: &Text) -> Vec<u16> {
    text.as_os_str().encode_wide().chain([0]).collect()
}

/// A copy of the text before the NUL.
///
/// # Safety
/// `text` ends with NUL.
pub(super) unsafe fn text(text: *const u16) -> OsString {
    // SAFETY: the caller's promise: every unit up to the NUL is readable.
    let length = (0..)
        .take_while(|&at| unsafe { *text.add(at) } != 0)
        .count();
    // SAFETY: `length` units were just read.
    OsString::from_wide(unsafe { slice::from_raw_parts(text, length) })
}

/// The error of a return value other than 0, which is that of WSAGetLastError too.
pub(super) fn gai_error(code: i32, _: i32) -> OsError {
    os_error(code)
}

pub(super) fn socket(triple: Triple) -> io::Result<Socket> {
    // SAFETY: it takes three numbers.
    owned(unsafe { winsock_socket(triple.family, triple.socktype, triple.protocol) })
}

/// `accept` without the peer's address.
pub(super) fn accept(socket: u64) -> io::Result<Socket> {
    let (address, length) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: NULL asks for no address.
    owned(unsafe { winsock_accept(socket as _, address, length) })
}

/// The result of a call that opens a socket.
fn owned(handle: SOCKET) -> io::Result<Socket> {
    if handle == INVALID_SOCKET {
        return Err(io::Error::from_raw_os_error(last_error()));
    }
    // SAFETY: the handle is new, so nothing else owns it.
    Ok(unsafe { Socket::from_raw_socket(handle as _) })
}

pub(super) fn number(socket: &Socket) -> u64 {
    // 32 bits on a 32-bit Windows.
    socket.as_raw_socket() as _
}

/// `SO_PROTOCOL_INFOW`: the provider of the socket.
pub(super) fn protocol_info(socket: u64) -> io::Result<Value> {
    let mut info = WSAPROTOCOL_INFOW::default();
    // SAFETY: the option fills in this struct.
    unsafe { get(socket, (SOL_SOCKET, SO_PROTOCOL_INFOW), &mut info) }?;
    Ok(Value::Provider(Box::new(provider(&info))))
}

fn provider(info: &WSAPROTOCOL_INFOW) -> Provider {
    let name = info.szProtocol.split(|&unit| unit == 0).next();
    Provider {
        entry: info.dwCatalogEntryId,
        family: info.iAddressFamily,
        socktype: info.iSocketType,
        protocol: info.iProtocol,
        more_protocols: info.iProtocolMaxOffset,
        name: String::from_utf16_lossy(name.unwrap_or_default()),
    }
}

/// `WSAEnumProtocolsW(NULL, …)`: the installed providers.
pub(super) fn providers() -> (Outcome, Duration) {
    let mut rows = vec![WSAPROTOCOL_INFOW::default(); MAX_PROVIDERS];
    // 160 KB.
    let mut length = size_of_val(&rows[..]) as u32;
    let (result, took) = timed(|| {
        // SAFETY: NULL asks for every protocol. The buffer has `length` bytes.
        let count = unsafe { WSAEnumProtocolsW(ptr::null(), rows.as_mut_ptr(), &raw mut length) };
        usize::try_from(count).map_err(|_| last_error())
    });
    let outcome = match result {
        Ok(count) => Outcome::Returned(Value::Providers(
            rows.iter().take(count).map(provider).collect(),
        )),
        Err(code) => Outcome::Failed(os_error(code)),
    };
    (outcome, took)
}

/// `GetHandleInformation`: whether a child process inherits the handle. A socket is a handle, unless
/// a provider makes its own (Microsoft, "Socket Handles").
pub(super) fn handle_information(socket: u64) -> io::Result<Value> {
    let mut flags = 0;
    let handle = socket as HANDLE;
    // SAFETY: the call fills in the number; a handle that it does not know is an error.
    match unsafe { GetHandleInformation(handle, &raw mut flags) } {
        FALSE => Err(io::Error::last_os_error()),
        _ => Ok(Value::Number(flags.cast_signed())),
    }
}

/// The number of a socket that nothing owns any more.
pub(super) fn release(socket: Socket) -> u64 {
    socket.into_raw_socket() as _
}

/// Whether the number is a socket. The calls of Winsock touch no other handle, and other threads of the
/// system open and close those at any time.
pub(super) fn is_open(number: u64) -> bool {
    getsockopt(number, (SOL_SOCKET, SO_TYPE)).is_ok()
}

/// # Safety
/// Nothing owns the handle.
pub(super) unsafe fn close(number: u64) -> io::Result<Value> {
    // SAFETY: the caller's promise.
    match unsafe { closesocket(number as _) } {
        0 => Ok(Value::Zero),
        _ => Err(io::Error::from_raw_os_error(last_error())),
    }
}

/// The error of this thread's last call. Call it before the next call changes it.
pub(super) fn last_error() -> i32 {
    // SAFETY: it takes no arguments and reads a thread-local number.
    unsafe { WSAGetLastError() }
}
