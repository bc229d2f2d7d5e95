//! The operating system behind [`Net`]: the only place that calls it, and the only
//! one with unsafe code.
#![expect(
    unsafe_code,
    reason = "getaddrinfo, freeaddrinfo, gai_strerror, getnameinfo, close, mallopt, sigaction, Winsock and the Windows console are C"
)]

use std::io;
use std::time::{Duration, Instant};

use super::{
    AddrInfo, Attempt, Call, Closed, Handle, Hint, Inquiry, Net, OsError, Query, Resolution,
    Reverse, Sockaddr,
};
use crate::names::Os;

mod circumstances;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use crash::on_crash;
#[cfg(unix)]
use unix as os;

#[cfg(windows)]
pub mod console;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as os;

/// The machine's own calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Net for System {
    type Socket = socket2::Socket;

    fn about(&self) -> super::About {
        os::about()
    }

    fn resolve(&self, query: &Query) -> Resolution {
        let os::Looked {
            result,
            took,
            freed,
        } = os::getaddrinfo(query);
        Resolution {
            query: query.clone(),
            result,
            took,
            freed,
        }
    }

    fn open(&self, entry: &AddrInfo) -> (Attempt, Option<Self::Socket>) {
        let (result, took) = os::socket(entry.family, entry.socktype, entry.protocol);
        let (result, socket) = match result {
            Ok(socket) => (Ok(Handle(os::number(&socket))), Some(socket)),
            Err(code) => (Err(os_error(Call::Socket, code)), None),
        };
        (Attempt { result, took }, socket)
    }

    fn close(&self, socket: Self::Socket) -> Closed {
        let handle = Handle(os::number(&socket));
        let (result, took) = os::close(socket);
        Closed {
            handle,
            result: result.map_err(|code| os_error(Call::Close, code)),
            took,
        }
    }

    fn reverse(&self, entry: &AddrInfo) -> Option<Reverse> {
        let Sockaddr::Ip(address) = entry.sockaddr() else {
            return None;
        };
        let (result, took) = os::getnameinfo(&address);
        Some(Reverse { result, took })
    }

    fn inquire(&self, socket: &Self::Socket) -> Vec<Inquiry> {
        inquire(socket)
    }

    fn circumstances(&self, query: &Query) -> super::Circumstances {
        circumstances::circumstances(query)
    }
}

/// What can be asked about an open socket on this system. SO_DOMAIN and SO_PROTOCOL are Linux's,
/// the latter FreeBSD's too; the others have no such option (socket(7), getsockopt(2)).
fn inquire(socket: &socket2::Socket) -> Vec<Inquiry> {
    let handle = Handle(os::number(socket));
    let named = |hint: Hint, value: i32| {
        let (name, number) = (hint.show(Os::HOST, value), value.to_string());
        if name == number {
            number
        } else {
            format!("{name} {number}")
        }
    };
    let option = |option, question: &dyn Fn() -> io::Result<String>| {
        let (result, took) = timed(question);
        Inquiry {
            call: Call::Getsockopt,
            option: Some(option),
            handle,
            result: result.map_err(|error| io_error(Call::Getsockopt, &error)),
            took,
        }
    };
    let mut inquiries = vec![
        #[cfg(target_os = "linux")]
        option("SO_DOMAIN", &|| {
            Ok(named(Hint::Family, socket.domain()?.into()))
        }),
        option("SO_TYPE", &|| {
            Ok(named(Hint::Socktype, socket.r#type()?.into()))
        }),
        #[cfg(any(target_os = "linux", target_os = "freebsd"))]
        option("SO_PROTOCOL", &|| {
            let protocol = socket.protocol()?.map_or(0, i32::from);
            Ok(named(Hint::Protocol, protocol))
        }),
    ];
    let (address, took) = timed(|| socket.local_addr());
    if address.as_ref().is_ok_and(socket2::SockAddr::is_ipv6) {
        inquiries.push(option("IPV6_V6ONLY", &|| {
            Ok(i32::from(socket.only_v6()?).to_string())
        }));
    }
    let address = address.map(|address| match address.as_socket() {
        Some(address) => address.to_string(),
        None => "no IP address".to_owned(),
    });
    inquiries.push(Inquiry {
        call: Call::Getsockname,
        option: None,
        handle,
        result: address.map_err(|error| io_error(Call::Getsockname, &error)),
        took,
    });
    inquiries
}

/// As long as this lives, Winsock is started; dropping it calls WSACleanup. Other systems have no
/// such step.
#[derive(Debug)]
#[must_use = "Winsock is cleaned up when this is dropped"]
pub struct Started(());

impl System {
    /// The first step of every program of Winsock: `WSAStartup(MAKEWORD(2, 2), &wsaData)`, or with
    /// `wsastartup` false its omission. [`Net::about`] tells what came of it. What is called without
    /// this starts Winsock by itself.
    pub fn start(wsastartup: bool) -> Started {
        os::start(wsastartup);
        Started(())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        os::stop();
    }
}

/// `call`'s result, and how long it took alone. `call` itself reads errno, or WSAGetLastError, before
/// anything else can change it.
fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = call();
    (result, start.elapsed())
}

/// The error that socket2 got from a call.
fn io_error(call: Call, error: &io::Error) -> OsError {
    os_error(call, error.raw_os_error().unwrap_or_default())
}

/// The error of a call that sets errno, or on Windows the last error.
fn os_error(call: Call, code: i32) -> OsError {
    OsError {
        call,
        domain: os::ERRNO,
        code,
        message: os::message(code),
    }
}

#[cfg(test)]
mod tests;
