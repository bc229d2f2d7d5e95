//! Whether a second socket can bind to the port of a first one, for each pair of options and addresses.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::Net;
use super::addrinfo::{decode, encode};
use super::call::{Call, SocketId, Triple};
use super::option::{OptionValue, SocketOption};
use super::query::Hint;
use super::record::{Record, Value};
use super::recorder::Recorder;
use super::run::Host;
use crate::names::Os;

/// The kinds of bind(): three options with two addresses each.
pub const KINDS: usize = 6;

/// How a socket of the matrix is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BindKind {
    /// The option that is set before.
    pub option: Option<SocketOption>,
    /// The address: 0.0.0.0 or 127.0.0.1.
    pub ip: Ipv4Addr,
}

impl BindKind {
    /// Every kind, in the order of Microsoft's table. SO_EXCLUSIVEADDRUSE is of Windows only; SO_REUSEPORT
    /// has its place elsewhere.
    pub const fn all(os: Os) -> [Self; KINDS] {
        const fn kind(option: Option<SocketOption>, ip: Ipv4Addr) -> BindKind {
            BindKind { option, ip }
        }
        let (any, one) = (Ipv4Addr::UNSPECIFIED, Ipv4Addr::LOCALHOST);
        let reuse = Some(SocketOption::ReuseAddr);
        let third = Some(match os {
            Os::Windows => SocketOption::ExclusiveAddrUse,
            _ => SocketOption::ReusePort,
        });
        [
            kind(None, any),
            kind(None, one),
            kind(reuse, any),
            kind(reuse, one),
            kind(third, any),
            kind(third, one),
        ]
    }
}

/// A run of its own: the calls of each pair, as far as they were made. No socket listens, so that no
/// connection can arrive.
#[derive(Clone, Debug, PartialEq)]
pub struct BindMatrix {
    /// The machine that makes the calls.
    pub host: Arc<Host>,
    cells: Vec<Vec<Record>>,
}

impl BindMatrix {
    /// The number of pairs.
    pub const CELLS: usize = KINDS * KINDS;

    /// Without results.
    pub fn new(host: Arc<Host>) -> Self {
        let cells = vec![Vec::new(); Self::CELLS];
        Self { host, cells }
    }

    /// Takes in a record of [`BindMatrix::ask`].
    pub fn push(&mut self, record: Record) {
        if let Some(cell) = record.entry.and_then(|at| self.cells.get_mut(at)) {
            cell.push(record);
        }
    }

    /// The calls of the pair of these two kinds.
    pub fn calls(&self, first: usize, second: usize) -> &[Record] {
        &self.cells[first * KINDS + second]
    }

    /// The second bind(), or the call before it that failed.
    pub fn result(&self, first: usize, second: usize) -> Option<&Record> {
        let calls = self.calls(first, second);
        let failed = calls.iter().find(|record| record.value().is_none());
        failed.or_else(|| {
            let is_bind = |record: &&Record| matches!(record.call, Call::Bind { .. });
            calls.iter().filter(is_bind).nth(1)
        })
    }

    /// Makes the calls of the pair at this index: binds the first socket to a port that the system
    /// chooses, the second one to the same port, and closes both.
    pub fn ask<N: Net>(recorder: &Recorder<N>, at: usize, sockets: [SocketId; 2]) -> Vec<Record> {
        let kinds = BindKind::all(recorder.host().os);
        let mut records = Vec::new();
        let mut port = Some(0);
        for (socket, kind) in sockets.into_iter().zip([at / KINDS, at % KINDS]) {
            let Some(free) = port else { break };
            port = bind(recorder, at, socket, kinds[kind], free, &mut records);
        }
        for socket in sockets.into_iter().rev() {
            if recorder.is_open(socket) {
                records.push(recorder.call(Some(at), Call::Close { socket }));
            }
        }
        records
    }
}

/// Opens and binds a socket; returns its port, or `None` at the first call that fails.
fn bind<N: Net>(
    recorder: &Recorder<N>,
    at: usize,
    socket: SocketId,
    kind: BindKind,
    port: u16,
    records: &mut Vec<Record>,
) -> Option<u16> {
    let os = recorder.host().os;
    let value = |hint: Hint, name| hint.table(os).named(name).map_or(0, |row| row.value);
    let triple = Triple {
        family: value(Hint::Family, "AF_INET"),
        socktype: value(Hint::Socktype, "SOCK_STREAM"),
        protocol: value(Hint::Protocol, "IPPROTO_TCP"),
    };
    let address = SocketAddr::new(IpAddr::V4(kind.ip), port);
    let option = kind.option.map(|option| Call::Setsockopt {
        socket,
        option,
        value: OptionValue::Number(1),
    });
    let bind = Call::Bind {
        socket,
        address: encode(os, address),
    };
    // The second socket has the port of the first.
    let name = (port == 0).then_some(Call::Getsockname { socket });
    let calls = [
        Some(Call::Socket { socket, triple }),
        option,
        Some(bind),
        name,
    ];
    let mut bound = Some(port);
    for call in calls.into_iter().flatten() {
        let record = recorder.call(Some(at), call);
        let value = record.value().cloned();
        records.push(record);
        if let Value::Address(bytes) = value? {
            bound = decode(os, &bytes).map(|address| address.port());
        }
    }
    bound
}
