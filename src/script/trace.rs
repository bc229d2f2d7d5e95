//! The file that `--trace` names: every call as a line, written as soon as the call has returned,
//! so that it is all there whatever happens next. What had not returned is written at the end.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, TryLockError, mpsc};
use std::thread;
use std::time::Duration;

use crate::net::{Listener, Net, Recorder};
use crate::script;

/// How long the end waits for what is still to be written: a pipe that nobody reads takes nothing.
const PATIENCE: Duration = Duration::from_millis(50);

/// Lets `recorder` tell of the calls that have not returned. Where no thread can be started for that,
/// they are not told of.
pub fn end<N: Net>(recorder: &Arc<Recorder<N>>) {
    let recorder = Arc::clone(recorder);
    let (done, ended) = mpsc::channel();
    let told = thread::Builder::new().spawn(move || {
        recorder.end();
        // Nobody waits any more where it took too long.
        let _ = done.send(());
    });
    if told.is_ok() {
        let _ = ended.recv_timeout(PATIENCE);
    }
}

/// A file that lines are added to, from any thread.
#[derive(Clone, Debug)]
pub struct TraceFile(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// None once writing has failed.
    file: Option<File>,
    error: Option<io::Error>,
}

impl TraceFile {
    /// Creates the file, or empties it. A FIFO has to have its reader already: nothing is waited
    /// for.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = Some(open(path)?);
        Ok(Self(Arc::new(Mutex::new(State { file, error: None }))))
    }

    /// Writes each record that it is told of as a line.
    #[must_use]
    pub fn listener(self) -> Listener {
        Box::new(move |host, record| self.write(&script::line(host.os, record)))
    }

    /// Adds a line. The first error is kept, and nothing is written behind the gap.
    pub fn write(&self, line: &str) {
        // A thread that panicked here left a whole line or a part of one: the next is still true.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let written = match &mut state.file {
            Some(file) => file.write_all(format!("{line}\n").as_bytes()),
            None => return,
        };
        if let Err(error) = written {
            *state = State {
                file: None,
                error: Some(error),
            };
        }
    }

    /// The error that writing ended with, if it did; told once. Where another thread writes now
    /// there is none yet.
    #[must_use]
    pub fn error(&self) -> Option<io::Error> {
        match self.0.try_lock() {
            Ok(mut state) => state.error.take(),
            Err(TryLockError::Poisoned(state)) => state.into_inner().error.take(),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let opened = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path);
    match opened {
        Ok(file) => {
            // Only the opening is not to wait: a reader that is slow gets every line. What knows no
            // such mode is as it should be.
            let _ = rustix::io::ioctl_fionbio(&file, false);
            Ok(file)
        }
        // POSIX open() has it for a FIFO without a reader; of a device that is gone it says the same.
        Err(error) if error.raw_os_error() == Some(libc::ENXIO) => Err(io::Error::new(
            error.kind(),
            format!("{error}: nobody reads it; start the reader first"),
        )),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::create(path)
}
