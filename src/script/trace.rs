//! The file of `--trace`. Each call is written as a line when it returns, so that a crash loses
//! nothing; calls that have not returned are written at exit.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, TryLockError, mpsc};
use std::thread;
use std::time::Duration;

use crate::names::Os;
use crate::net::{Listener, Net, Record, Recorder, Redaction};
use crate::script;
use crate::text::printable;
use crate::words::{Part, Phrase};

/// How long exit waits for the last lines, also on a busy machine. Writing to a pipe that nobody reads
/// blocks.
const TIMEOUT: Duration = Duration::from_millis(500);

/// Writes the unfinished calls of `recorder`. If no thread can be started for this, they are
/// omitted.
pub(crate) fn end<N: Net>(recorder: &Arc<Recorder<N>>) {
    let recorder = Arc::clone(recorder);
    let (sender, receiver) = mpsc::channel();
    let writer = thread::Builder::new().spawn(move || {
        recorder.end();
        // After a timeout there is no receiver.
        let _ = sender.send(());
    });
    if writer.is_ok() {
        let _ = receiver.recv_timeout(TIMEOUT);
    }
}

/// A file to which any thread can add lines. After a failed write it is the error, until that is
/// taken.
#[derive(Clone, Debug)]
pub struct TraceFile {
    file: Arc<Mutex<Result<File, Option<io::Error>>>>,
    /// The names and addresses that the lines have, if not the real ones.
    redaction: Option<Arc<Mutex<Redaction>>>,
}

impl TraceFile {
    /// Creates or truncates the file; with `redact` its lines have other names and addresses. A FIFO without a reader is an error, since opening it would
    /// block.
    ///
    /// # Errors
    /// Any error of opening the file.
    pub fn create(path: &Path, redact: bool) -> Result<Self, Phrase> {
        let file = open(path).map_err(|error| {
            let path = printable(path.as_os_str()).into_owned();
            Phrase::error_trace_create(reason(&error), path)
        })?;
        Ok(Self {
            file: Arc::new(Mutex::new(Ok(file))),
            redaction: redact.then(Arc::default),
        })
    }

    /// A listener that writes each record as a line.
    pub fn listener(self) -> Listener {
        Arc::new(move |host, record| self.record(host.os, record))
    }

    /// Adds the line of a call on `os`.
    pub(crate) fn record(&self, os: Os, record: &Record) {
        match &self.redaction {
            None => self.write(&script::line(os, record)),
            Some(redaction) => {
                // After a panic at worst some replacements are unused.
                let mut redaction = redaction.lock().unwrap_or_else(PoisonError::into_inner);
                self.write(&script::line(os, &redaction.record(os, record)));
            }
        }
    }

    /// Adds a line. After the first error, which is kept, no more lines are written: the trace must
    /// have no gaps.
    fn write(&self, line: &str) {
        // After a panic at worst a line is incomplete; the next ones are still correct.
        let mut state = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(file) = &mut *state
            && let Err(error) = file.write_all(format!("{line}\n").as_bytes())
        {
            *state = Err(Some(error));
        }
    }

    /// Takes the error of a failed write. It does not block: while another thread writes there is
    /// none.
    pub fn error(&self) -> Option<io::Error> {
        let mut state = match self.file.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(state)) => state.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        state.as_mut().err()?.take()
    }

    /// Whether every line was written.
    ///
    /// # Errors
    /// That of the failed write, as from [`TraceFile::error`].
    pub fn result(&self) -> Result<(), Phrase> {
        let error = self.error();
        error.map_or(Ok(()), |error| Err(Phrase::error_trace_write(&error)))
    }
}

/// The error of POSIX open() for a FIFO without a reader, but also for a missing device.
#[cfg(unix)]
const NO_READER: Option<i32> = Some(libc::ENXIO);
#[cfg(not(unix))]
const NO_READER: Option<i32> = None;

/// Why the file could not be opened.
fn reason(error: &io::Error) -> Part {
    match error.raw_os_error() {
        code if code.is_some() && code == NO_READER => Phrase::error_trace_no_reader(error).into(),
        _ => error.into(),
    }
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    // Writes may block, so that a slow reader gets every line. The call fails for files without this
    // mode, which need no change.
    let _ = rustix::io::ioctl_fionbio(&file, false);
    Ok(file)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::create(path)
}
