//! Calls, their arguments and their results as plain data. No threads, no screen.
//!
//! [`Net`] is the boundary to the operating system's name service and sockets. `sys` implements it
//! with real calls; tests implement stand-ins.

mod addrinfo;
mod bind_matrix;
mod call;
mod error;
mod facts;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod literal;
mod matrix;
mod members;
mod option;
mod port;
mod query;
mod record;
mod recorder;
mod redaction;
mod run;
mod setting;
mod sorting;
#[cfg_attr(
    not(all(target_os = "linux", target_env = "gnu")),
    allow(dead_code, reason = "only glibc can ask one source")
)]
mod source_answer;
mod sources;
mod steps;
mod winsock;

pub use addrinfo::{AddrInfo, Sockaddr, decode, encode};
pub(crate) use addrinfo::{address, hex, push_ip};
pub use bind_matrix::{BindKind, BindMatrix, KINDS};
pub use call::{Call, CallId, Datagram, How, MAX_BUFFER, SocketId, Triple};
pub use error::{Domain, OsError};
pub use facts::{Descriptors, Facts, Interface, Needs, Network, Service, Services};
pub use matrix::{Cell, Matrix};
pub use option::{Linger, OptionValue, SocketOption};
pub use port::{PortState, PortUser, Transport};
pub use query::{BadConstant, Hint, Hints, Problem, Query};
pub use record::{Handle, HostService, List, Outcome, Reason, Record, Value};
pub use recorder::{Listener, MAX_RESOLVING, MAX_WAITING, Pending, Recorder};
pub use redaction::Redaction;
pub(crate) use redaction::is_known_prefix;
pub use run::{Host, Run};
pub use setting::{ResolvConf, Resolved, Setting};
pub use sorting::{Origin, Sorting, SourceAddress, SourceInterface};
pub(crate) use source_answer::{OF_WINDOWS, is_source};
pub use source_answer::{SourceAnswer, SourceResult};
pub use sources::{Adapter, HostLine, Hosts, Resolver, Source, Sources};
pub use steps::{Role, Steps};
pub(crate) use steps::{Rung, somaxconn};
pub use winsock::{Provider, Version, WsaData};
pub(crate) use winsock::{REQUESTED, WSASTARTUP};

use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The boundary to the operating system's name service and sockets. Every call blocks as long as
/// the system takes.
pub trait Net: Send + Sync + 'static {
    /// An open socket; dropping it closes it.
    type Socket: Send + Sync + 'static;

    /// The machine.
    fn host(&self) -> Host;

    /// The current values of the facts in `needs` that affect the calls of `run`. It reads files and
    /// queries the kernel.
    fn facts(&self, needs: Needs, run: &Run) -> Facts;

    /// Asks one source of names alone, with this query. It waits at most `limit`, and until `given_up` is
    /// true. It may send queries. The choice of a source holds for a whole process, so a child makes the
    /// call; it is no call of this one and has no record. The child ends with the calling thread, which
    /// must wait.
    fn ask(
        &self,
        source: &str,
        query: &Query,
        limit: Duration,
        given_up: &AtomicBool,
    ) -> SourceAnswer;

    /// Makes the call, on the socket `on` if the call needs one. It returns a socket if and only if
    /// the outcome is a handle.
    fn call(
        &self,
        id: CallId,
        call: &Call,
        on: Option<&Self::Socket>,
    ) -> (Outcome, Duration, Option<Self::Socket>);

    /// Makes the call on the number that a closed socket had, unless something has it now. While it
    /// runs, nothing else in the process may open a socket or a file.
    fn call_closed(&self, id: CallId, call: &Call, number: Handle) -> (Outcome, Duration) {
        let _ = (id, call, number);
        (Outcome::NotStarted(Reason::NotOpen), Duration::ZERO)
    }

    /// `close(socket)`, on Windows `closesocket(socket)`. It consumes the socket, so that its number
    /// is closed only once.
    fn close(&self, id: CallId, socket: Self::Socket) -> (Outcome, Duration);

    /// Interrupts a blocking call; the system decides its outcome. It has no effect before the call has
    /// entered the system, or on one that cannot be interrupted, such as getaddrinfo.
    fn interrupt(&self, id: CallId);
}
