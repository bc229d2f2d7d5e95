//! The operating system behind [`Net`] and [`Platform`]: the only place that calls it, and the only
//! one with unsafe code.
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

/// The machine's own calls.
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
            // close() has a function of its own, which takes the socket.
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

    // Neither getaddrinfo nor getnameinfo can be given up.
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

/// As long as this lives, Winsock is started; dropping it calls WSACleanup. Other systems have no
/// such step.
#[derive(Debug)]
#[must_use = "Winsock is cleaned up when this is dropped"]
pub struct Started(());

impl System {
    /// The first step of every program of Winsock: `WSAStartup(MAKEWORD(2, 2), &wsaData)`, or with
    /// `wsastartup` false its omission. [`Net::host`] tells what came of it. What is called without
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
