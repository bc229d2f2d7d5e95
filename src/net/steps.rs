//! The calls that `--listen` and `--connect` make after socket().

use super::addrinfo::AddrInfo;
use super::call::{Call, SocketId};
use super::option::{OptionValue, SocketOption};
use super::query::Hint;
use super::record::Record;
use super::run::Run;
use crate::names::Os;

/// What is done with the socket of each entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The options that are set first, in this order.
    pub options: Vec<(SocketOption, OptionValue)>,
    /// The calls after that.
    pub role: Role,
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
    /// The calls on the `socket` of this entry, in their order. The one after a failed one is not worth
    /// making: listen() on a socket without an address would choose a port.
    pub fn calls(&self, os: Os, socket: SocketId, entry: &AddrInfo) -> Vec<Call> {
        let is = |hint: Hint, value, names: &[&str]| names.contains(&&*hint.show(os, value));
        let ipv6 = is(Hint::Family, entry.family, &["AF_INET6"]);
        let options = self.options.iter();
        let options = options.filter(|(option, _)| ipv6 || *option != SocketOption::V6only);
        let mut calls: Vec<Call> = options
            .map(|&(option, value)| Call::Setsockopt {
                socket,
                option,
                value,
            })
            .collect();
        let address = entry.addr.clone().unwrap_or_default();
        match self.role {
            Role::Client => calls.push(Call::Connect { socket, address }),
            Role::Server { .. } => {
                calls.push(Call::Bind { socket, address });
                let listens = ["SOCK_STREAM", "SOCK_SEQPACKET"];
                if is(Hint::Socktype, entry.socktype, &listens) {
                    let backlog = somaxconn(os);
                    calls.push(Call::Listen { socket, backlog });
                }
            }
        }
        calls
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
