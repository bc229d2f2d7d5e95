//! The two calls, as plain data: what goes in, what comes out. No threads, no screen.
//!
//! [`Net`] is the whole boundary between sockscope and the operating system's name service and
//! sockets. [`System`] makes the machine's real calls; tests put a stand-in there.

mod addrinfo;
mod circumstances;
mod error;
mod query;
mod system;
mod text;
mod trace;
mod winsock;

pub use addrinfo::{
    AddrInfo, Attempt, Closed, Handle, Hex, HostService, Inquiry, Resolution, Reverse, Sockaddr,
    decode,
};
pub use circumstances::{Circumstances, Descriptors, Service, Services};
pub use error::{Call, Domain, GaiError, OsError};
pub use query::{BadConstant, Hint, Hints, Problem, Query};
#[cfg(windows)]
pub use system::console;
#[cfg(unix)]
pub use system::on_crash;
pub use system::{Started, System};
pub use text::{
    InnerNul, MAX_TEXT, Text, display_width, is_printable, printable, quoted, quoted_briefly, utf8,
};
pub use trace::{TraceLine, Traced};
pub use winsock::{REQUESTED, Version, WSASTARTUP, Winsock, WsaData};

use crate::names::Os;

/// The calls that sockscope makes. Each blocks for as long as the system does.
pub trait Net: Send + Sync + 'static {
    /// An open socket; dropping it closes it.
    type Socket: Send + 'static;

    /// What machine this is.
    fn about(&self) -> About;

    /// `getaddrinfo(node, service, hints, &result)`; the list is copied out and freed.
    fn resolve(&self, query: &Query) -> Resolution;

    /// `socket(ai_family, ai_socktype, ai_protocol)` with the entry's numbers. The socket is there
    /// exactly when the attempt's result is a handle.
    fn open(&self, entry: &AddrInfo) -> (Attempt, Option<Self::Socket>);

    /// `close(socket)`, on Windows `closesocket(socket)`.
    fn close(&self, socket: Self::Socket) -> Closed;

    /// `getnameinfo` for the entry's address; none where that is no IP address. It asks the
    /// network.
    fn reverse(&self, entry: &AddrInfo) -> Option<Reverse>;

    /// The program ends: a call that has not returned by now will not be seen to return.
    fn end(&self) {}

    /// What the kernel says of an open socket, one call each: `getsockopt`, `getsockname`.
    fn inquire(&self, socket: &Self::Socket) -> Vec<Inquiry> {
        let _ = socket;
        Vec::new()
    }

    /// What the machine is like now, as far as it decides how `query` ends. It reads files and asks
    /// the kernel, so it is for calls that failed and for AI_ADDRCONFIG, not for every query.
    fn circumstances(&self, query: &Query) -> Circumstances {
        let _ = query;
        Circumstances::default()
    }
}

/// The machine the calls are made on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Whose constants apply.
    pub os: Os,
    /// The processor's architecture, as Rust names it: `x86_64`.
    pub arch: &'static str,
    /// The C library and its version where it tells: `glibc 2.36`.
    pub libc: Option<String>,
    /// What came of WSAStartup; none where there is no Winsock.
    pub winsock: Option<Winsock>,
}
