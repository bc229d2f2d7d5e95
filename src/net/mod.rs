//! Calls as plain data: what goes in, what comes out. No threads, no screen.
//!
//! [`Net`] is the whole boundary between sockscope and the operating system's name service and
//! sockets. [`System`] makes the machine's real calls; tests put a stand-in there.

mod addrinfo;
mod call;
mod error;
mod facts;
#[cfg(test)]
pub(crate) mod fixture;
mod query;
mod record;
mod recorder;
mod run;
mod winsock;

pub use addrinfo::{AddrInfo, Hex, Sockaddr, address, decode};
pub use call::{Call, CallId, SocketId, SocketOption, Triple};
pub use error::{Domain, OsError};
pub use facts::{Descriptors, Facts, Needs, Service, Services};
pub use query::{BadConstant, Hint, Hints, Problem, Query};
pub use record::{Handle, HostService, List, Outcome, Reason, Record, Value};
pub use recorder::{Listener, Recorder};
pub use run::{Host, Run};
pub use winsock::{REQUESTED, Version, WSASTARTUP, WsaData};

use std::time::Duration;

/// The boundary to the operating system's name service and sockets. Every call blocks for as long as
/// the system does.
pub trait Net: Send + Sync + 'static {
    /// An open socket; dropping it closes it.
    type Socket: Send + Sync + 'static;

    /// The machine.
    fn host(&self) -> Host;

    /// The facts that `needs` names, as they are now, as far as they decide how the calls of `run`
    /// end. It reads files and asks the kernel.
    fn facts(&self, needs: Needs, run: &Run) -> Facts;

    /// Makes the call, on this socket where the call is made on one. A socket comes back exactly
    /// when the outcome is a handle.
    fn call(
        &self,
        id: CallId,
        call: &Call,
        on: Option<&Self::Socket>,
    ) -> (Outcome, Duration, Option<Self::Socket>);

    /// `close(socket)`, on Windows `closesocket(socket)`. Nothing closes its number a second time.
    fn close(&self, socket: Self::Socket) -> (Outcome, Duration);

    /// Gives up a call that waits; its outcome is what the system makes of that.
    fn interrupt(&self, id: CallId);
}
