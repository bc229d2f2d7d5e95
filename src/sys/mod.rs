//! The operating system behind [`Net`] and [`Platform`]: the only room that calls it, with all unsafe
//! code.
#![expect(
    unsafe_code,
    reason = "getaddrinfo, freeaddrinfo, gai_strerror, getnameinfo, close, mallopt, sigaction, Winsock and the Windows console are C"
)]

#[cfg(unix)]
use std::io;
use std::time::{Duration, Instant};

use crate::net::{
    Call, CallId, Facts, Handle, Host, Needs, Net, OsError, Outcome, Reason, Run, Value,
};
use crate::tui::term::Platform;

#[cfg(unix)]
mod crash;
mod facts;
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

/// The real calls of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Net for System {
    type Socket = socket2::Socket;

    fn host(&self) -> Host {
        os::host()
    }

    fn facts(&self, needs: Needs, run: &Run) -> Facts {
        facts::facts(needs, &run.query)
    }

    fn call(
        &self,
        _: CallId,
        call: &Call,
        on: Option<&Self::Socket>,
    ) -> (Outcome, Duration, Option<Self::Socket>) {
        let without_socket = |(outcome, took)| (outcome, took, None);
        match (call, on) {
            (Call::WsaStartup(_), _) => without_socket(os::wsastartup()),
            (Call::Getaddrinfo(query), _) => without_socket(os::getaddrinfo(query)),
            (Call::Getnameinfo(address), _) => without_socket(os::getnameinfo(address)),
            (Call::Socket { triple, .. }, _) => {
                let (result, took) = os::socket(*triple);
                match result {
                    Ok(socket) => {
                        let handle = Handle(os::number(&socket));
                        let outcome = Outcome::Returned(Value::Handle(handle));
                        (outcome, took, Some(socket))
                    }
                    Err(code) => (failed(code), took, None),
                }
            }
            (Call::Getsockopt { option, .. }, Some(socket)) => {
                let (result, took) = timed(|| os::getsockopt(socket, *option));
                without_socket((result.map_or_else(failed, returned), took))
            }
            (Call::Getsockname { .. }, Some(socket)) => {
                let (result, took) = timed(|| os::getsockname(socket));
                without_socket((result.map_or_else(failed, returned), took))
            }
            (Call::Getpeername { .. }, Some(socket)) => {
                let (result, took) = timed(|| os::getpeername(socket));
                without_socket((result.map_or_else(failed, returned), took))
            }
            (Call::Freeaddrinfo(_), _) => {
                without_socket((Outcome::NotStarted(Reason::Freed), Duration::ZERO))
            }
            // `Net::close` makes the call close(), since it consumes the socket.
            (
                Call::Getsockopt { .. }
                | Call::Getsockname { .. }
                | Call::Getpeername { .. }
                | Call::Close { .. },
                _,
            ) => without_socket((Outcome::NotStarted(Reason::NotOpen), Duration::ZERO)),
        }
    }

    fn close(&self, socket: Self::Socket) -> (Outcome, Duration) {
        let (result, took) = os::close(socket);
        (
            result.map_or_else(failed, |()| Outcome::Returned(Value::Zero)),
            took,
        )
    }

    // getaddrinfo and getnameinfo cannot be interrupted.
    fn interrupt(&self, _: CallId) {}
}

impl Platform for System {
    #[cfg(unix)]
    fn on_crash(&self, action: fn(i32)) -> io::Result<()> {
        crash::on_crash(action)
    }

    #[cfg(windows)]
    fn on_end(&self, listener: Box<dyn Fn(i32) + Send + Sync>) {
        console::watch(listener);
    }
}

const fn returned(value: Value) -> Outcome {
    Outcome::Returned(value)
}

/// A started Winsock; dropping it calls WSACleanup. It does nothing on other systems.
#[derive(Debug)]
#[must_use = "dropping it calls WSACleanup"]
pub struct Started(());

impl System {
    /// Calls `WSAStartup(MAKEWORD(2, 2), &wsaData)`, the first call of every Winsock program, or skips
    /// it if `wsastartup` is false. The record is in [`Net::host`]. A call without `start` before it
    /// starts Winsock itself.
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

/// The result of `call` and its duration. `call` must read errno or WSAGetLastError itself, before
/// anything else changes it.
fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = call();
    (result, start.elapsed())
}

/// The outcome of a call that sets errno, or on Windows the last error.
fn failed(code: i32) -> Outcome {
    Outcome::Failed(os_error(code))
}

fn os_error(code: i32) -> OsError {
    OsError {
        domain: os::ERRNO,
        code,
        message: os::message(code),
        errno: None,
    }
}

#[cfg(test)]
mod tests;
