//! What getaddrinfo() and socket() return for each combination of family, type and protocol.

use std::sync::Arc;

use super::Net;
use super::call::{Call, SocketId, Triple};
use super::query::{Hint, Hints, Query};
use super::record::Record;
use super::recorder::Recorder;
use super::run::Host;
use crate::names::{Os, Table};
use crate::text::Text;

/// The families of the usual matrix; a system may lack one.
const FAMILIES: [&str; 4] = ["AF_UNSPEC", "AF_INET", "AF_INET6", "AF_UNIX"];

/// The protocols of the usual matrix besides 0.
const PROTOCOLS: [&str; 5] = [
    "IPPROTO_ICMP",
    "IPPROTO_TCP",
    "IPPROTO_UDP",
    "IPPROTO_ICMPV6",
    "IPPROTO_RAW",
];

/// A run of its own: the calls for each combination, as far as they were made.
///
/// getaddrinfo() gets a loopback address as the node, AI_NUMERICHOST and no service, so that it asks
/// neither the network nor a file (RFC 3493 §6.1). A service would hide the answer for SOCK_RAW: glibc
/// and musl refuse every one there.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The machine that makes the calls.
    pub host: Arc<Host>,
    families: Vec<i32>,
    socktypes: Vec<i32>,
    protocols: Vec<i32>,
    cells: Vec<Cell>,
}

/// One combination, and its calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The three hints of getaddrinfo() and the arguments of socket().
    pub triple: Triple,
    /// getaddrinfo(), once it returned.
    pub getaddrinfo: Option<Record>,
    /// socket(), once it returned.
    pub socket: Option<Record>,
    /// close() of the socket, once it returned.
    pub close: Option<Record>,
}

impl Matrix {
    /// Without results: the usual families and protocols, or with `all` every one that the headers
    /// name. Linux may load a kernel module for a family or a protocol that it is asked for.
    pub fn new(host: Arc<Host>, all: bool) -> Self {
        let os = host.os;
        let of = |hint: Hint, usual: &[&str]| -> Vec<i32> {
            let table = hint.table(os);
            if all {
                values(table)
            } else {
                let named = usual.iter().filter_map(|name| table.named(name));
                named.map(|row| row.value).collect()
            }
        };
        let families = of(Hint::Family, &FAMILIES);
        let socktypes = with_zero(values(Hint::Socktype.table(os)));
        let protocols = with_zero(of(Hint::Protocol, &PROTOCOLS));
        let mut cells = Vec::with_capacity(families.len() * socktypes.len() * protocols.len());
        for &family in &families {
            for &socktype in &socktypes {
                cells.extend(protocols.iter().map(|&protocol| Cell {
                    triple: Triple {
                        family,
                        socktype,
                        protocol,
                    },
                    getaddrinfo: None,
                    socket: None,
                    close: None,
                }));
            }
        }
        Self {
            host,
            families,
            socktypes,
            protocols,
            cells,
        }
    }

    /// The families, each with a block of rows.
    pub fn families(&self) -> &[i32] {
        &self.families
    }

    /// The types, each a row of every block.
    pub fn socktypes(&self) -> &[i32] {
        &self.socktypes
    }

    /// The protocols, each a column.
    pub fn protocols(&self) -> &[i32] {
        &self.protocols
    }

    /// Every cell, row by row.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The rows of the family at this index: for each type the cells of every protocol.
    pub(crate) fn block(&self, family: usize) -> impl ExactSizeIterator<Item = &[Cell]> + Clone {
        let size = self.socktypes.len() * self.protocols.len();
        let cells = &self.cells[family * size..][..size];
        cells.chunks(self.protocols.len())
    }

    /// What to call for each cell.
    pub fn triples(&self) -> Arc<[Triple]> {
        self.cells.iter().map(|cell| cell.triple).collect()
    }

    /// Takes in a record of [`Matrix::ask`].
    pub fn push(&mut self, record: Record) {
        let Some(cell) = record.entry.and_then(|at| self.cells.get_mut(at)) else {
            return;
        };
        match record.call {
            Call::Getaddrinfo(_) => cell.getaddrinfo = Some(record),
            Call::Socket { .. } => cell.socket = Some(record),
            Call::Close { .. } => cell.close = Some(record),
            _ => {}
        }
    }

    /// The query of a cell.
    pub fn query(os: Os, triple: Triple) -> Query {
        let numeric = Hint::Flags.table(os).named("AI_NUMERICHOST");
        let node = match Hint::Family.show(os, triple.family).as_str() {
            "AF_INET6" => "::1",
            _ => "127.0.0.1",
        };
        Query {
            node: Text::new(node).ok(),
            service: None,
            hints: Some(Hints {
                flags: numeric.map_or(0, |row| row.value),
                family: triple.family,
                socktype: triple.socktype,
                protocol: triple.protocol,
            }),
        }
    }

    /// Makes the calls of the cell at this index. The socket is closed again at once.
    pub fn ask<N: Net>(
        recorder: &Recorder<N>,
        at: usize,
        triple: Triple,
        socket: SocketId,
    ) -> Vec<Record> {
        let query = Arc::new(Self::query(recorder.host().os, triple));
        let calls = [Call::Getaddrinfo(query), Call::Socket { socket, triple }];
        let mut records: Vec<Record> = calls
            .into_iter()
            .map(|call| recorder.call(Some(at), call))
            .collect();
        if recorder.is_open(socket) {
            records.push(recorder.call(Some(at), Call::Close { socket }));
        }
        records
    }
}

fn values(table: &Table) -> Vec<i32> {
    table.rows.iter().map(|row| row.value).collect()
}

/// 0 first: a zeroed struct contains it, whether it has a name or not.
fn with_zero(mut values: Vec<i32>) -> Vec<i32> {
    values.retain(|&value| value != 0);
    values.insert(0, 0);
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::fixture::{host, value};

    /// Every system has the four families; Linux has seven types (bits/socket_type.h).
    #[test]
    fn usual_matrix_has_every_type_and_six_protocols() {
        for os in Os::ALL {
            let matrix = Matrix::new(host(os), false);
            assert_eq!(matrix.families().len(), 4, "{os:?}");
            assert_eq!(matrix.protocols().len(), 6, "{os:?}");
            assert_eq!(matrix.socktypes()[..2], [0, 1], "{os:?}");
            for hint in ["SOCK_DGRAM", "SOCK_RAW", "SOCK_SEQPACKET"] {
                let value = value(os, Hint::Socktype, hint);
                assert!(matrix.socktypes().contains(&value), "{os:?}: {hint}");
            }
        }
        let linux = Matrix::new(host(Os::Linux), false);
        assert_eq!(linux.cells().len(), 4 * 8 * 6);
    }

    #[test]
    fn whole_matrix_has_every_named_family_and_protocol_once() {
        for os in Os::ALL {
            let matrix = Matrix::new(host(os), true);
            for (hint, values) in [
                (Hint::Family, matrix.families()),
                (Hint::Protocol, matrix.protocols()),
            ] {
                for row in hint.table(os).rows {
                    let found = values.iter().filter(|&&value| value == row.value).count();
                    assert_eq!(found, 1, "{os:?}: {}", row.name);
                }
            }
        }
    }

    /// The rows of a block are those of its family, in the order of the types and protocols.
    #[test]
    fn block_has_the_cells_of_its_family() {
        let matrix = Matrix::new(host(Os::Linux), false);
        for (at, &family) in matrix.families().iter().enumerate() {
            for (row, &socktype) in matrix.block(at).zip(matrix.socktypes()) {
                for (cell, &protocol) in row.iter().zip(matrix.protocols()) {
                    let expected = Triple {
                        family,
                        socktype,
                        protocol,
                    };
                    assert_eq!(cell.triple, expected);
                }
            }
        }
    }
}
