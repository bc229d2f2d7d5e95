//! The operating system behind [`Net`]: the only place that calls it, and the only
//! one with unsafe code.
#![expect(
    unsafe_code,
    reason = "getaddrinfo, freeaddrinfo, gai_strerror, close, Winsock and the Windows console are C"
)]

use std::time::{Duration, Instant};

use super::{
    AddrInfo, Attempt, Call, Closed, Handle, Net, OsError, Query, Resolution, Reverse, Sockaddr,
};

#[cfg(unix)]
mod unix;
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
        let (result, took) = os::getaddrinfo(query);
        Resolution {
            query: query.clone(),
            result,
            took,
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
        let (result, took) = os::close(socket);
        Closed {
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

/// `call`'s result, and how long it took alone.
fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = call();
    (result, start.elapsed())
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
