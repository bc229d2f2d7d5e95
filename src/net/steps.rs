//! The calls that `--listen`, `--connect` and `--option` make after socket().

use super::addrinfo::AddrInfo;
use super::call::{Call, SocketId};
use super::option::{OptionValue, SocketOption};
use super::query::Hint;
use super::record::Record;
use super::run::Run;
use crate::names::Os;

/// What is done with the socket of each entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// The options that are set first, in this order.
    pub options: Vec<(SocketOption, OptionValue)>,
    /// The calls after that; `None` if there are none.
    pub role: Option<Role>,
}

/// A call on the socket of each entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rung {
    /// setsockopt(); an option of IPv6 on AF_INET6 sockets only.
    Setsockopt(SocketOption, OptionValue),
    /// bind() to the entry's address.
    Bind,
    /// listen() with this backlog, on SOCK_STREAM and SOCK_SEQPACKET only.
    Listen(i32),
    /// connect() to the entry's address.
    Connect,
}

/// Which end of a connection a socket becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// bind() and listen().
    Server {
        /// Whether every socket stays open until the last one was tried.
        keep: bool,
    },
    /// connect().
    Client,
}

impl Steps {
    /// No call.
    pub const NONE: &Self = &Self {
        options: Vec::new(),
        role: None,
    };

    /// The calls on each socket, in their order.
    pub(crate) fn rungs(&self, os: Os) -> Vec<Rung> {
        let options = self.options.iter();
        let options = options.map(|&(option, value)| Rung::Setsockopt(option, value));
        let after: &[Rung] = match self.role {
            None => &[],
            Some(Role::Client) => &[Rung::Connect],
            Some(Role::Server { .. }) => &[Rung::Bind, Rung::Listen(somaxconn(os))],
        };
        options.chain(after.iter().copied()).collect()
    }

    /// The calls on the `socket` of this entry, in their order. The one after a failed one is not worth
    /// making: listen() on a socket without an address would choose a port.
    pub(crate) fn calls(&self, os: Os, socket: SocketId, entry: &AddrInfo) -> Vec<Call> {
        let rungs = self.rungs(os).into_iter();
        rungs
            .filter_map(|rung| rung.call(os, socket, entry))
            .collect()
    }

    /// Whether every socket stays open until the last one was tried.
    pub(crate) const fn keep(&self) -> bool {
        matches!(self.role, Some(Role::Server { keep: true }))
    }
}

impl Rung {
    /// The call on the `socket` of this entry, if it is made there.
    fn call(self, os: Os, socket: SocketId, entry: &AddrInfo) -> Option<Call> {
        let is = |hint: Hint, value, names: &[&str]| names.contains(&&*hint.show(os, value));
        let address = || entry.bytes().into();
        Some(match self {
            Self::Setsockopt(SocketOption::V6only, _)
                if !is(Hint::Family, entry.family, &["AF_INET6"]) =>
            {
                return None;
            }
            Self::Setsockopt(option, value) => Call::Setsockopt {
                socket,
                option,
                value,
            },
            Self::Bind => Call::Bind {
                socket,
                address: address(),
            },
            Self::Listen(backlog) => {
                let listens = ["SOCK_STREAM", "SOCK_SEQPACKET"];
                if !is(Hint::Socktype, entry.socktype, &listens) {
                    return None;
                }
                Call::Listen { socket, backlog }
            }
            Self::Connect => Call::Connect {
                socket,
                address: address(),
            },
        })
    }
}

/// `SOMAXCONN` of the system's header: `bits/socket.h` of glibc, `sys/socket.h`, `winsock2.h`.
pub(crate) const fn somaxconn(os: Os) -> i32 {
    match os {
        Os::Linux => 4096,
        Os::Macos | Os::Freebsd => 128,
        Os::Windows => 0x7fff_ffff,
    }
}

impl Run {
    /// The calls on the sockets of an entry after socket(), in the order in which they were added.
    pub(crate) fn steps(&self, entry: usize) -> Vec<&Record> {
        let records = self.of_entry(entry);
        let mut steps: Vec<_> = records
            .filter(|record| record.call.on().is_some())
            .collect();
        steps.reverse();
        steps
    }

    /// Whether the entry's socket opened, and every call on it but close() succeeded.
    pub(crate) fn took_steps(&self, entry: usize) -> bool {
        let mut steps = self.of_entry(entry).filter(|record| record.call.is_step());
        let opened = self.socket(entry).and_then(Record::handle).is_some();
        opened && steps.all(|record| record.value().is_some())
    }
}
