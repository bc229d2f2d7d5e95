//! One query without a screen: both calls, a report on standard output, an exit status.

use std::fmt;
use std::io::{self, Write};
use std::panic;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::explain::{Language, asks_circumstances};
use crate::net::{AddrInfo, Circumstances, Net, Query, Resolution};
use crate::report::{Answer, Format, Report, Trial};
use crate::trace_file;

/// How the query is made and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How the report is written.
    pub format: Format,
    /// Whether socket() is called on each entry.
    pub socket: bool,
    /// How long getaddrinfo is waited for; none is for as long as it takes.
    pub timeout: Option<Duration>,
    /// Whether getnameinfo is called on each entry.
    pub reverse: bool,
    /// The language of the notes.
    pub language: Language,
}

/// What came of it, as the exit status says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// getaddrinfo succeeded, and so did at least one entry's socket() where that was called.
    Success,
    /// getaddrinfo failed.
    GetaddrinfoFailed,
    /// getaddrinfo succeeded, and no entry gave a socket.
    NoSocket,
    /// getaddrinfo had not returned in time.
    TimedOut,
}

impl Status {
    /// The process's exit status.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::GetaddrinfoFailed => 1,
            Self::NoSocket => 3,
            Self::TimedOut => 4,
        }
    }

    fn of(answer: &Answer) -> Self {
        match answer {
            Answer::TimedOut { .. } => Self::TimedOut,
            Answer::Returned {
                resolution, trials, ..
            } => match (&resolution.result, trials) {
                (Err(_), _) => Self::GetaddrinfoFailed,
                (Ok(_), None) => Self::Success,
                (Ok(_), Some(trials)) => {
                    if trials.iter().any(|trial| trial.attempt.result.is_ok()) {
                        Self::Success
                    } else {
                        Self::NoSocket
                    }
                }
            },
        }
    }
}

/// Why sockscope could not do its own part of the work.
#[derive(Debug)]
pub enum Failure {
    /// The report could not be written.
    Write(io::Error),
    /// No thread could be started to make the call in.
    Thread(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write(error) => write!(f, "the output could not be written: {error}"),
            Self::Thread(error) => write!(
                f,
                "no thread could be started to wait for getaddrinfo in: {error}; \
                 without --timeout none is needed"
            ),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write(error) | Self::Thread(error) => Some(error),
        }
    }
}

/// Makes every call that `options` ask for, then writes the report to `out`. A reader that has
/// gone away is no failure.
///
/// # Errors
/// [`Failure`], whatever the calls returned.
pub fn run<N: Net>(
    net: N,
    query: &Query,
    options: Options,
    out: &mut impl Write,
) -> Result<Status, Failure> {
    let net = Arc::new(net);
    let answer = answer(&net, query, options).map_err(Failure::Thread)?;
    let status = Status::of(&answer);
    let about = net.about();
    let circumstances = circumstances(&*net, &answer);
    let report = Report {
        about,
        answer,
        circumstances,
        language: options.language,
    };
    match print(out, |out| report.write(options.format, out)) {
        Ok(()) => Ok(status),
        Err(error) => Err(Failure::Write(error)),
    }
}

/// What the machine is like, where a note may ask for it.
fn circumstances<N: Net>(net: &N, answer: &Answer) -> Circumstances {
    let Answer::Returned {
        resolution, trials, ..
    } = answer
    else {
        return Circumstances::default();
    };
    let attempts = trials.iter().flatten().map(|trial| &trial.attempt);
    if asks_circumstances(resolution, attempts) {
        net.circumstances(&resolution.query)
    } else {
        Circumstances::default()
    }
}

/// Writes and flushes. A reader that has gone away, as `head` does, has what it wanted: that is
/// no error.
///
/// # Errors
/// Every other error of `out`.
pub fn print<W: Write>(
    out: &mut W,
    write: impl FnOnce(&mut W) -> io::Result<()>,
) -> io::Result<()> {
    match write(out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn answer<N: Net>(net: &Arc<N>, query: &Query, options: Options) -> io::Result<Answer> {
    let resolution = match options.timeout {
        None => net.resolve(query),
        Some(timeout) => match resolve_within(timeout, net, query)? {
            Ok(resolution) => resolution,
            Err(waited) => {
                trace_file::end(net);
                let query = query.clone();
                return Ok(Answer::TimedOut { query, waited });
            }
        },
    };
    let entries = resolution.entries();
    let trials = options
        .socket
        .then(|| entries.iter().map(|entry| trial(&**net, entry)).collect());
    let reverses = options
        .reverse
        .then(|| entries.iter().map(|entry| net.reverse(entry)).collect());
    Ok(Answer::Returned {
        resolution,
        trials,
        reverses,
    })
}

/// The socket is closed before the next one is opened, so that a limit that is exhausted by one
/// entry does not hide what the others do.
fn trial<N: Net>(net: &N, entry: &AddrInfo) -> Trial {
    let (attempt, socket) = net.open(entry);
    let closed = socket.map(|socket| net.close(socket));
    Trial { attempt, closed }
}

/// The resolution, or how long it was waited for in vain. getaddrinfo cannot be cancelled: where
/// the time is over its thread is left behind, and ends with the process.
fn resolve_within<N: Net>(
    timeout: Duration,
    net: &Arc<N>,
    query: &Query,
) -> io::Result<Result<Resolution, Duration>> {
    let (sender, receiver) = mpsc::channel();
    let (callee, question) = (Arc::clone(net), query.clone());
    let start = Instant::now();
    let thread = thread::Builder::new()
        .name("getaddrinfo".to_owned())
        .spawn(move || {
            // Nobody listens any more once the time is over.
            let _ = sender.send(callee.resolve(&question));
        })?;
    match receiver.recv_timeout(timeout) {
        Ok(resolution) => Ok(Ok(resolution)),
        Err(RecvTimeoutError::Timeout) => Ok(Err(start.elapsed())),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            // It ended without an answer, so it panicked; this is where that goes on.
            Err(panic) => panic::resume_unwind(panic),
            Ok(()) => Err(io::Error::other("the thread ended without an answer")),
        },
    }
}

#[cfg(test)]
mod tests;
