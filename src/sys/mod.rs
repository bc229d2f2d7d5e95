//! The operating system behind [`Net`] and [`Platform`]: the only room that calls it, with all unsafe
//! code.
#![expect(
    unsafe_code,
    reason = "getaddrinfo, freeaddrinfo, gai_strerror, getnameinfo, the calls on a socket, mallopt, malloc_trim, sigaction, pthread_kill, __nss_configure_lookup, DnsQuery_W, Winsock and the Windows console are C"
)]

use std::io;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use socket2::Socket;

use crate::names::Os;
#[cfg(windows)]
use crate::net::SocketOption;
use crate::net::{
    Call, CallId, Facts, Handle, Host, Needs, Net, OsError, Outcome, Query, Reason, Run,
    SourceAnswer, Value, decode,
};
use crate::tui::term::Platform;
#[cfg(windows)]
use crate::tui::term::records::Record;

#[cfg(windows)]
mod adapters;
#[cfg(unix)]
mod crash;
mod facts;
mod interruption;
#[cfg_attr(windows, path = "ports/windows.rs")]
#[cfg_attr(not(windows), path = "ports/unix.rs")]
mod ports;
#[cfg(windows)]
mod registry;
mod resolver;
#[cfg_attr(windows, path = "settings/windows.rs")]
#[cfg_attr(not(windows), path = "settings/unix.rs")]
mod settings;
mod socket;
#[cfg(target_os = "linux")]
mod sorting;
mod source;
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

use interruption::Interruptible;
use socket::Sockaddr;

/// The real calls of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Net for System {
    type Socket = Socket;

    fn host(&self) -> Host {
        os::host()
    }

    fn facts(&self, needs: Needs, run: &Run) -> Facts {
        Facts {
            #[cfg(target_os = "linux")]
            sorting: needs
                .has(Needs::SORTING)
                .then(|| sorting::sorting(run.entries())),
            ports: needs
                .has(Needs::PORTS)
                .then(|| ports::users(&run.ports()))
                .flatten(),
            ..facts::facts(needs, run.asked())
        }
    }

    fn ask(
        &self,
        source: &str,
        query: &Query,
        limit: Duration,
        given_up: &AtomicBool,
    ) -> SourceAnswer {
        source::ask(source, query, limit, given_up)
    }

    fn call(
        &self,
        id: CallId,
        call: &Call,
        on: Option<&Socket>,
    ) -> (Outcome, Duration, Option<Socket>) {
        call_on(id, call, on.map(os::number))
    }

    fn call_closed(&self, id: CallId, call: &Call, number: Handle) -> (Outcome, Duration) {
        let Handle(number) = number;
        #[cfg(windows)]
        let _in_flight = os::InFlight::begin();
        if os::is_open(number) {
            return (Outcome::NotStarted(Reason::NotOpen), Duration::ZERO);
        }
        match call {
            // SAFETY: the number was of nothing open just now, and who asks for such calls has no
            // thread that opens anything, or knows that one may; see `Recorder::calling_closed`.
            Call::Close { .. } => measured(|| unsafe { os::close(number) }),
            _ => {
                let (outcome, took, _) = call_on(id, call, Some(number));
                (outcome, took)
            }
        }
    }

    fn close(&self, id: CallId, socket: Socket) -> (Outcome, Duration) {
        #[cfg(windows)]
        let _in_flight = os::InFlight::begin();
        // On Windows nothing may use the handle from here on; a closesocket() that lingers cannot be
        // interrupted.
        #[cfg(unix)]
        let _waiting = Interruptible::begin(id, os::number(&socket));
        #[cfg(windows)]
        let _ = id;
        let number = os::release(socket);
        // SAFETY: the socket owned the number.
        measured(|| unsafe { os::close(number) })
    }

    fn interrupt(&self, id: CallId) {
        interruption::interrupt(id);
    }
}

impl Platform for System {
    #[cfg(unix)]
    fn watch_crashes(&self) -> io::Result<()> {
        crash::watch()
    }

    #[cfg(windows)]
    fn on_end(&self, listener: Box<dyn Fn(i32) + Send + Sync>) {
        console::watch(listener);
    }

    #[cfg(windows)]
    fn read_console(&self, patience: Option<Duration>) -> io::Result<Vec<Record>> {
        console::read(patience)
    }
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

    /// Asks only this source of names from now on, in the whole process. It must be called before any
    /// lookup and any thread. On Windows it chooses nothing: [`Net::ask`] asks one source.
    ///
    /// # Errors
    /// The C library refuses the source, or cannot choose one.
    pub fn use_source(source: &str) -> io::Result<()> {
        source::choose(source)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        os::stop();
    }
}

/// Makes a call other than close(), on the socket of this number if it needs one.
fn call_on(id: CallId, call: &Call, on: Option<u64>) -> (Outcome, Duration, Option<Socket>) {
    #[cfg(windows)]
    let _in_flight = os::InFlight::begin();
    let _waiting = on
        .filter(|_| call.can_wait())
        .map(|socket| Interruptible::begin(id, socket));
    let not_started = |reason| (Outcome::NotStarted(reason), Duration::ZERO);
    let (outcome, took) = match (call, on) {
        (Call::Getaddrinfo(query), _) => resolver::getaddrinfo(query),
        (Call::Getnameinfo(address), _) => match decode(Os::HOST, address) {
            Some(address) => os::getnameinfo(address),
            None => not_started(Reason::NoAddress),
        },
        (Call::Socket { triple, .. }, _) => return opened(|| os::socket(*triple)),
        (Call::Accept { .. }, Some(socket)) => return opened(|| os::accept(socket)),
        (Call::Getsockopt { option, .. }, Some(socket)) => match socket::number(*option) {
            #[cfg(windows)]
            _ if *option == SocketOption::ProtocolInfo => measured(|| os::protocol_info(socket)),
            Some(option) => measured(|| socket::getsockopt(socket, option)),
            None => not_started(Reason::Absent),
        },
        (Call::Setsockopt { option, value, .. }, Some(socket)) => match socket::number(*option) {
            Some(option) => measured(|| socket::setsockopt(socket, option, *value)),
            None => not_started(Reason::Absent),
        },
        (Call::Bind { address, .. }, Some(socket)) => {
            let address = Sockaddr::new(address);
            measured(|| socket::bind(socket, &address))
        }
        (Call::Listen { backlog, .. }, Some(socket)) => {
            measured(|| socket::listen(socket, *backlog))
        }
        (Call::Connect { address, .. }, Some(socket)) => {
            let address = Sockaddr::new(address);
            measured(|| socket::connect(socket, &address))
        }
        (Call::Send { data, .. }, Some(socket)) => measured(|| socket::send(socket, data)),
        (Call::Sendto { datagram, .. }, Some(socket)) => {
            let to = Sockaddr::new(&datagram.address);
            measured(|| socket::sendto(socket, &datagram.data, &to))
        }
        (Call::Recv { length, .. }, Some(socket)) => outcome(socket::recv(socket, *length)),
        (Call::Recvfrom { length, .. }, Some(socket)) => outcome(socket::recvfrom(socket, *length)),
        (Call::Shutdown { how, .. }, Some(socket)) => measured(|| socket::shutdown(socket, *how)),
        #[cfg(windows)]
        (Call::GetHandleInformation { .. }, Some(socket)) => {
            measured(|| os::handle_information(socket))
        }
        #[cfg(windows)]
        (Call::WsaEnumProtocols, _) => os::providers(),
        #[cfg(not(windows))]
        (Call::GetHandleInformation { .. } | Call::WsaEnumProtocols, _) => {
            not_started(Reason::Absent)
        }
        (Call::Getsockname { .. }, Some(socket)) => measured(|| socket::name(socket, false)),
        (Call::Getpeername { .. }, Some(socket)) => measured(|| socket::name(socket, true)),
        // `System::start` makes it.
        (Call::WsaStartup(_), _) => not_started(Reason::LeftOut),
        (Call::Freeaddrinfo(_), _) => not_started(Reason::Freed),
        // `Net::close` makes the call close(), since it consumes the socket.
        (Call::Close { .. }, _) | (_, None) => not_started(Reason::NotOpen),
    };
    (outcome, took, None)
}

/// The result of `call` and its duration. `call` must read errno or WSAGetLastError itself, before
/// anything else changes it.
fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = call();
    (result, start.elapsed())
}

/// The outcome of a `call` that opens a socket, its duration as [`timed`], and the socket.
fn opened(call: impl FnOnce() -> io::Result<Socket>) -> (Outcome, Duration, Option<Socket>) {
    let (result, took) = timed(call);
    match result {
        Ok(socket) => {
            let handle = Value::Handle(Handle(os::number(&socket)));
            (Outcome::Returned(handle), took, Some(socket))
        }
        Err(error) => (failed(&error), took, None),
    }
}

/// The outcome of `call` and its duration, as [`timed`].
fn measured(call: impl FnOnce() -> io::Result<Value>) -> (Outcome, Duration) {
    outcome(timed(call))
}

fn outcome((result, took): (io::Result<Value>, Duration)) -> (Outcome, Duration) {
    let outcome = result.map_or_else(|error| failed(&error), Outcome::Returned);
    (outcome, took)
}

/// The outcome of a call that sets errno, or on Windows the last error.
fn failed(error: &io::Error) -> Outcome {
    Outcome::Failed(os_error(code(error)))
}

fn code(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or_default()
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
