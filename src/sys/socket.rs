//! The calls on a socket, by its number. Each passes its arguments on as they are, also wrong ones.
//!
//! send() and sendto() get no MSG_NOSIGNAL: Rust's runtime ignores SIGPIPE before `main`, so that
//! EPIPE is all that happens.

use std::io;
use std::time::Duration;

#[cfg(unix)]
use libc as c;
#[cfg(windows)]
use windows_sys::Win32::Networking::WinSock as c;

use super::{os, timed};
use crate::net::{Datagram, How, Linger, MAX_BUFFER, OptionValue, SocketOption, Value};

/// The size of a `sockaddr_storage`, which holds any address.
const STORAGE: usize = 128;

#[cfg(unix)]
type CLinger = c::linger;
#[cfg(windows)]
type CLinger = c::LINGER;

/// The level and the number of an option; none if this system does not have it.
pub(super) const fn number(option: SocketOption) -> Option<(i32, i32)> {
    let option = match option {
        #[cfg(target_os = "linux")]
        SocketOption::Domain => c::SO_DOMAIN,
        SocketOption::Type => c::SO_TYPE,
        #[cfg(any(target_os = "linux", target_os = "freebsd"))]
        SocketOption::Protocol => c::SO_PROTOCOL,
        #[cfg(windows)]
        SocketOption::ProtocolInfo => c::SO_PROTOCOL_INFOW,
        #[cfg(windows)]
        SocketOption::ExclusiveAddrUse => c::SO_EXCLUSIVEADDRUSE,
        SocketOption::ReuseAddr => c::SO_REUSEADDR,
        #[cfg(unix)]
        SocketOption::ReusePort => c::SO_REUSEPORT,
        SocketOption::Broadcast => c::SO_BROADCAST,
        SocketOption::Linger => c::SO_LINGER,
        SocketOption::V6only => return Some((c::IPPROTO_IPV6, c::IPV6_V6ONLY)),
        #[allow(unreachable_patterns, reason = "a system may have every option")]
        _ => return None,
    };
    Some((c::SOL_SOCKET, option))
}

/// `setsockopt` with a number or a `struct linger`.
pub(super) fn setsockopt(socket: u64, option: (i32, i32), value: OptionValue) -> io::Result<Value> {
    match value {
        OptionValue::Number(number) => set(socket, option, &number),
        // As C does, Windows truncates the numbers to 16 bits.
        OptionValue::Linger(linger) => {
            let linger = CLinger {
                l_onoff: linger.onoff as _,
                l_linger: linger.seconds as _,
            };
            set(socket, option, &linger)
        }
    }
}

fn set<T>(socket: u64, (level, option): (i32, i32), value: &T) -> io::Result<Value> {
    let (value, length) = ((&raw const *value).cast(), size_of::<T>() as _);
    // SAFETY: `value` has `length` bytes.
    zero(unsafe { c::setsockopt(socket as _, level, option, value, length) })
}

/// `getsockopt` of a number or a `struct linger`.
pub(super) fn getsockopt(socket: u64, option: (i32, i32)) -> io::Result<Value> {
    if option.1 == c::SO_LINGER && option.0 == c::SOL_SOCKET {
        let mut linger = CLinger {
            l_onoff: 0,
            l_linger: 0,
        };
        // SAFETY: the members are numbers, valid with any bytes.
        unsafe { get(socket, option, &mut linger) }?;
        return Ok(Value::Linger(Linger {
            onoff: linger.l_onoff as _,
            seconds: linger.l_linger as _,
        }));
    }
    // A provider may write one byte of a BOOL only.
    let mut number = 0_i32;
    // SAFETY: a number is valid with any bytes.
    unsafe { get(socket, option, &mut number) }?;
    Ok(Value::Number(number))
}

/// Reads an option into `value`.
///
/// # Safety
/// Whatever the option writes, `value` stays a valid `T`.
pub(super) unsafe fn get<T>(
    socket: u64,
    (level, option): (i32, i32),
    value: &mut T,
) -> io::Result<()> {
    let mut length = size_of::<T>() as _;
    let (value, length) = ((&raw mut *value).cast(), &raw mut length);
    // SAFETY: `value` has `length` bytes; the rest is the caller's promise.
    zero(unsafe { c::getsockopt(socket as _, level, option, value, length) }).map(drop)
}

/// A sockaddr in a buffer that is never too small: Winsock may read more than the length says.
pub(super) struct Sockaddr {
    bytes: Vec<u8>,
    length: usize,
}

impl Sockaddr {
    pub(super) fn new(address: &[u8]) -> Self {
        let mut bytes = address.to_vec();
        bytes.resize(STORAGE.max(address.len()), 0);
        let length = address.len();
        Self { bytes, length }
    }
}

pub(super) fn bind(socket: u64, Sockaddr { bytes, length }: &Sockaddr) -> io::Result<Value> {
    let (at, length) = (bytes.as_ptr().cast(), *length as _);
    // SAFETY: `bytes` has `length` bytes at least.
    zero(unsafe { c::bind(socket as _, at, length) })
}

pub(super) fn connect(socket: u64, Sockaddr { bytes, length }: &Sockaddr) -> io::Result<Value> {
    let (at, length) = (bytes.as_ptr().cast(), *length as _);
    // SAFETY: `bytes` has `length` bytes at least.
    zero(unsafe { c::connect(socket as _, at, length) })
}

pub(super) fn listen(socket: u64, backlog: i32) -> io::Result<Value> {
    // SAFETY: it takes two numbers.
    zero(unsafe { c::listen(socket as _, backlog) })
}

pub(super) fn shutdown(socket: u64, how: How) -> io::Result<Value> {
    // SAFETY: it takes two numbers.
    zero(unsafe { c::shutdown(socket as _, how as _) })
}

pub(super) fn send(socket: u64, data: &[u8]) -> io::Result<Value> {
    let (at, length) = (data.as_ptr().cast(), data.len() as _);
    // SAFETY: `data` has `length` bytes.
    let sent = unsafe { c::send(socket as _, at, length, 0) };
    count(sent).map(Value::Sent)
}

pub(super) fn sendto(socket: u64, data: &[u8], to: &Sockaddr) -> io::Result<Value> {
    let (at, length) = (data.as_ptr().cast(), data.len() as _);
    let (to, to_length) = (to.bytes.as_ptr().cast(), to.length as _);
    // SAFETY: `data` has `length` bytes, `to` has `to_length` at least.
    let sent = unsafe { c::sendto(socket as _, at, length, 0, to, to_length) };
    count(sent).map(Value::Sent)
}

/// `recv`, at most [`MAX_BUFFER`] bytes.
pub(super) fn recv(socket: u64, length: usize) -> (io::Result<Value>, Duration) {
    let mut buffer = vec![0; length.min(MAX_BUFFER)];
    let (at, length) = (buffer.as_mut_ptr().cast(), buffer.len() as _);
    // SAFETY: `buffer` has `length` bytes.
    let (read, took) = timed(|| count(unsafe { c::recv(socket as _, at, length, 0) }));
    let value = read.map(|read| {
        buffer.truncate(read);
        Value::Received(buffer.into())
    });
    (value, took)
}

/// `recvfrom`, at most [`MAX_BUFFER`] bytes.
pub(super) fn recvfrom(socket: u64, length: usize) -> (io::Result<Value>, Duration) {
    let mut buffer = vec![0; length.min(MAX_BUFFER)];
    let mut address = [0_u8; STORAGE];
    let mut from_length = STORAGE as _;
    let (at, length) = (buffer.as_mut_ptr().cast(), buffer.len() as _);
    let from = address.as_mut_ptr().cast();
    let (read, took) = timed(|| {
        // SAFETY: `buffer` has `length` bytes, `address` has `from_length`.
        count(unsafe { c::recvfrom(socket as _, at, length, 0, from, &raw mut from_length) })
    });
    let value = read.map(|read| {
        buffer.truncate(read);
        Value::Datagram(Box::new(Datagram {
            data: buffer.into(),
            address: source(&address, from_length as usize).into(),
        }))
    });
    (value, took)
}

/// The sockaddr that recvfrom() filled in. A stream has none; Windows then leaves the buffer and its
/// length as they were.
fn source(address: &[u8; STORAGE], length: usize) -> &[u8] {
    let none = address.iter().all(|&byte| byte == 0);
    &address[..if none { 0 } else { length.min(STORAGE) }]
}

/// `getsockname`, or `getpeername` if `of_peer`.
pub(super) fn name(socket: u64, of_peer: bool) -> io::Result<Value> {
    let mut address = [0_u8; STORAGE];
    let mut length = STORAGE as _;
    let (at, room) = (address.as_mut_ptr().cast(), &raw mut length);
    // SAFETY: `address` has `length` bytes.
    zero(unsafe {
        match of_peer {
            false => c::getsockname(socket as _, at, room),
            true => c::getpeername(socket as _, at, room),
        }
    })?;
    Ok(Value::Address(
        address[..(length as usize).min(STORAGE)].into(),
    ))
}

/// The result of a call that returns 0, or -1 and an error.
fn zero(code: i32) -> io::Result<Value> {
    match code {
        0 => Ok(Value::Zero),
        _ => Err(io::Error::from_raw_os_error(os::last_error())),
    }
}

/// The result of a call that returns a count, or -1 and an error.
fn count(count: impl TryInto<usize>) -> io::Result<usize> {
    let count = count.try_into();
    count.map_err(|_| io::Error::from_raw_os_error(os::last_error()))
}
