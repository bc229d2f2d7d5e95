//! The matrices of `--matrix`, and their calls.

use std::io::Write;
use std::panic;
use std::sync::Arc;
use std::thread;

use super::headless::{self, Options, Status};
use super::{binds, matrix};
use crate::net::{BindMatrix, Domain, Matrix, Net, Record, Recorder, SocketId, Triple};
use crate::words::Phrase;

/// The threads that fill a matrix: as many as the usual one has columns.
const THREADS: usize = 6;

/// Too many open descriptors in this process, on every POSIX system.
const EMFILE: i32 = 24;

/// A matrix of `--matrix`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grid {
    /// The usual families and protocols.
    Usual,
    /// Every family and protocol.
    All,
    /// The results of a second bind() to the same port.
    Bind,
}

impl Grid {
    /// Every matrix, in the order of the help.
    pub(crate) const ALL: [Self; 3] = [Self::Usual, Self::All, Self::Bind];

    /// Its name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::All => "all",
            Self::Bind => "bind",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grid| grid.name() == name)
    }

    /// Makes the calls of the matrix and writes it to `out`. What they return is no failure. With `in_turn`
    /// no two calls overlap: a trace of them can be run again.
    ///
    /// # Errors
    /// The matrix could not be written.
    pub fn fill<N: Net>(
        self,
        recorder: &Recorder<N>,
        options: &Options<'_>,
        in_turn: bool,
        out: &mut impl Write,
    ) -> Result<Status, Phrase> {
        let (format, language) = (options.format, options.language);
        if self == Grid::Bind {
            let mut matrix = BindMatrix::new(Arc::clone(recorder.host()));
            for at in 0..BindMatrix::CELLS {
                for record in BindMatrix::ask(recorder, at, [SocketId(0), SocketId(1)]) {
                    matrix.push(record);
                }
            }
            headless::print(out, |out| binds::write(&matrix, format, language, out))?;
            return Ok(Status::Success);
        }
        let matrix = filled(recorder, self == Grid::All, in_turn);
        headless::print(out, |out| matrix::write(&matrix, format, language, out))?;
        Ok(Status::Success)
    }
}

/// The matrix with the results of its calls.
pub(super) fn filled<N: Net>(recorder: &Recorder<N>, all: bool, in_turn: bool) -> Matrix {
    let mut matrix = Matrix::new(Arc::clone(recorder.host()), all);
    let threads = if in_turn { 1 } else { THREADS };
    for record in ask_cells(recorder, &matrix.triples(), threads) {
        matrix.push(record);
    }
    // With few descriptors the others had them all.
    for (at, &triple) in matrix.triples().iter().enumerate() {
        let error = matrix.cells()[at].socket.as_ref().and_then(Record::error);
        if error.is_some_and(|error| error.domain == Domain::Errno && error.code == EMFILE) {
            for record in Matrix::ask(recorder, at, triple, SocketId(0)) {
                matrix.push(record);
            }
        }
    }
    matrix
}

/// Makes the calls of every cell in a few threads: close() of a packet socket waits for the kernel (about
/// 15 ms on Linux), and such waits overlap.
fn ask_cells<N: Net>(recorder: &Recorder<N>, triples: &[Triple], count: usize) -> Vec<Record> {
    let ask = |first: usize| -> Vec<Record> {
        let cells = triples.iter().enumerate().skip(first).step_by(count);
        let socket = SocketId(first as u64);
        cells
            .flat_map(|(at, &triple)| Matrix::ask(recorder, at, triple, socket))
            .collect()
    };
    let ask = &ask;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|first| {
                let builder = thread::Builder::new().name("matrix".to_owned());
                (first, builder.spawn_scoped(scope, move || ask(first)))
            })
            .collect();
        let records = threads
            .into_iter()
            .flat_map(|(first, thread)| match thread {
                Ok(thread) => thread
                    .join()
                    .unwrap_or_else(|panic| panic::resume_unwind(panic)),
                // Slower, but the same.
                Err(_) => ask(first),
            });
        records.collect()
    })
}
