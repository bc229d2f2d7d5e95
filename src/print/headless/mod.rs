//! The program without a screen: makes the calls of a query, writes the run, returns a status.

use std::io::{self, Write};
use std::iter;
use std::panic;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::explain::needs_of_run;
use crate::net::{Call, CallId, Net, Outcome, Query, Reason, Record, Recorder, Run, SocketId};
use crate::print::{Format, Report};
use crate::script::trace;
use crate::words::Language;

/// Which calls are made, and how the run is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How the run is written.
    pub format: Format,
    /// Whether socket() is called on each entry.
    pub socket: bool,
    /// The longest wait for getaddrinfo, and again for all calls of getnameinfo together; `None` is
    /// no limit.
    pub timeout: Option<Duration>,
    /// Whether getnameinfo is called on each entry.
    pub reverse: bool,
    /// The language of the notes.
    pub language: Language,
}

/// The result of a run as an exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// getaddrinfo succeeded, and so did socket() for at least one entry if it was called.
    Success,
    /// getaddrinfo failed.
    GetaddrinfoFailed,
    /// getaddrinfo succeeded, but socket() did for no entry.
    NoSocket,
    /// getaddrinfo did not return in time.
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

    fn of(run: &Run, options: Options) -> Self {
        match run.answer().map(|record| &record.outcome) {
            Some(Outcome::Failed(_)) => Self::GetaddrinfoFailed,
            Some(Outcome::Returned(_)) if options.socket && run.opened() == 0 => Self::NoSocket,
            Some(Outcome::Returned(_)) => Self::Success,
            Some(Outcome::Unfinished | Outcome::NotStarted(_)) | None => Self::TimedOut,
        }
    }
}

/// Why sockscope itself failed.
#[derive(Debug, Error)]
pub enum Failure {
    /// The report could not be written.
    #[error("the output could not be written: {0}")]
    Write(#[source] io::Error),
    /// The thread for the calls of this function did not start, or ended without an answer.
    #[error("no thread could be started to wait for {0} in: {1}; without --timeout none is needed")]
    Thread(&'static str, #[source] io::Error),
}

/// Makes the calls of `options`, then writes the run to `out`. A broken pipe is not a failure.
///
/// # Errors
/// [`Failure`], whatever the calls returned.
pub fn run<N: Net>(
    recorder: Recorder<N>,
    query: &Query,
    options: Options,
    out: &mut impl Write,
) -> Result<Status, Failure> {
    let run = make_calls(&Arc::new(recorder), query, options)?;
    let report = Report {
        run: &run,
        language: options.language,
    };
    print(out, |out| report.write(options.format, out)).map_err(Failure::Write)?;
    Ok(Status::of(&run, options))
}

/// Writes and flushes. A broken pipe is not an error: a reader such as `head` has read enough.
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

/// Makes the calls of `options`.
fn make_calls<N: Net>(
    recorder: &Arc<Recorder<N>>,
    query: &Query,
    options: Options,
) -> Result<Run, Failure> {
    let query = Arc::new(query.clone());
    let mut run = Run::new(Arc::clone(recorder.host()), Arc::clone(&query));
    run.push(getaddrinfo(recorder, query, options.timeout)?);
    for at in 0..run.entries().len() {
        if options.socket {
            open_and_close(recorder, &mut run, at);
        }
    }
    if options.reverse {
        for record in getnameinfo(recorder, &run, options.timeout)? {
            run.push(record);
        }
    }
    let needs = needs_of_run(&run);
    if !needs.is_empty() {
        run.facts = recorder.facts(needs, &run);
    }
    Ok(run)
}

fn getaddrinfo<N: Net>(
    recorder: &Arc<Recorder<N>>,
    query: Arc<Query>,
    timeout: Option<Duration>,
) -> Result<Record, Failure> {
    let call = Call::Getaddrinfo(query);
    let Some(timeout) = timeout else {
        return Ok(recorder.call(None, call));
    };
    let (callee, asked) = (Arc::clone(recorder), call.clone());
    let calls = iter::once_with(move || callee.call(None, asked));
    let (mut records, waited) = within(timeout, "getaddrinfo", 1, calls)?;
    Ok(records.pop().unwrap_or_else(|| {
        trace::end(recorder);
        Record {
            took: waited,
            ..unrecorded(None, call, Outcome::Unfinished)
        }
    }))
}

/// A record of a call that the recorder did not return.
const fn unrecorded(entry: Option<usize>, call: Call, outcome: Outcome) -> Record {
    Record {
        id: CallId(0),
        entry,
        on: None,
        call,
        outcome,
        took: Duration::ZERO,
    }
}

/// Each socket is closed before the next one opens, so that a limit on descriptors does not fail the
/// later entries.
fn open_and_close<N: Net>(recorder: &Recorder<N>, run: &mut Run, at: usize) {
    let triple = run.entries()[at].triple();
    let socket = SocketId(at as u64);
    let opened = recorder.call(Some(at), Call::Socket { socket, triple });
    let open = opened.handle().is_some();
    run.push(opened);
    if open {
        run.push(recorder.call(Some(at), Call::Close { socket }));
    }
}

/// Calls getnameinfo for each entry in turn, until the time is over.
fn getnameinfo<N: Net>(
    recorder: &Arc<Recorder<N>>,
    run: &Run,
    timeout: Option<Duration>,
) -> Result<Vec<Record>, Failure> {
    let os = run.host.os;
    let mut asked = Vec::new();
    let mut records = Vec::new();
    for (at, entry) in run.entries().iter().enumerate() {
        let call = Call::Getnameinfo(entry.addr.clone().unwrap_or_default());
        match entry.sockaddr(os) {
            Some(_) => asked.push((at, call)),
            None => {
                let outcome = Outcome::NotStarted(Reason::NoAddress);
                records.push(unrecorded(Some(at), call, outcome));
            }
        }
    }
    let Some(timeout) = timeout.filter(|_| !asked.is_empty()) else {
        let called = asked.into_iter();
        records.extend(called.map(|(at, call)| recorder.call(Some(at), call)));
        return Ok(records);
    };
    let (callee, calls) = (Arc::clone(recorder), asked.clone());
    let calls = calls
        .into_iter()
        .map(move |(at, call)| callee.call(Some(at), call));
    let (returned, waited) = within(timeout, "getnameinfo", asked.len(), calls)?;
    let rest = asked.split_off(returned.len());
    if !rest.is_empty() {
        trace::end(recorder);
    }
    records.extend(returned);
    records.extend(rest.into_iter().enumerate().map(|(place, (at, call))| {
        if place == 0 {
            return Record {
                took: waited,
                ..unrecorded(Some(at), call, Outcome::Unfinished)
            };
        }
        let over = Outcome::NotStarted(Reason::TimeOver);
        unrecorded(Some(at), call, over)
    }));
    Ok(records)
}

/// Makes `count` calls one after another in a thread. Returns the results that came in time, and how
/// long the next one was waited for. A call of the resolver cannot be cancelled: if the time is over,
/// the thread stays in it and ends with the process.
fn within<T: Send + 'static>(
    timeout: Duration,
    call: &'static str,
    count: usize,
    calls: impl Iterator<Item = T> + Send + 'static,
) -> Result<(Vec<T>, Duration), Failure> {
    let (sender, receiver) = mpsc::channel();
    let start = Instant::now();
    let thread = thread::Builder::new()
        .name(call.to_owned())
        .spawn(move || {
            for answer in calls {
                // The receiver is gone once the time is over.
                if sender.send(answer).is_err() {
                    break;
                }
            }
        })
        .map_err(|error| Failure::Thread(call, error))?;
    let (mut answers, mut asked) = (Vec::new(), start);
    while answers.len() < count {
        match receiver.recv_timeout(timeout.saturating_sub(start.elapsed())) {
            Ok(answer) => {
                answers.push(answer);
                asked = Instant::now();
            }
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                // It panicked: the panic continues here.
                Err(panic) => panic::resume_unwind(panic),
                Ok(()) => {
                    let error = io::Error::other("the thread ended without an answer");
                    return Err(Failure::Thread(call, error));
                }
            },
        }
    }
    Ok((answers, asked.elapsed()))
}

#[cfg(test)]
mod tests;
