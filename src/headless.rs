//! One query without a screen: both calls, a report on standard output, an exit status.

use std::io::{self, Write};
use std::iter;
use std::panic;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::explain::{Language, asks_circumstances};
use crate::net::{AddrInfo, Call, Circumstances, Net, Query};
use crate::report::{Answer, Format, Report, ReverseAnswer, Trial};
use crate::trace_file;

/// How the query is made and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How the report is written.
    pub format: Format,
    /// Whether socket() is called on each entry.
    pub socket: bool,
    /// How long getaddrinfo is waited for, and then once more all calls of getnameinfo together;
    /// none is for as long as they take.
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
#[derive(Debug, Error)]
pub enum Failure {
    /// The report could not be written.
    #[error("the output could not be written: {0}")]
    Write(#[source] io::Error),
    /// No thread could be started to make the call in, or it ended without an answer.
    #[error("no thread could be started to wait for {0} in: {1}; without --timeout none is needed")]
    Thread(Call, #[source] io::Error),
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
    let answer = answer(&net, query, options)?;
    let status = Status::of(&answer);
    let about = net.about();
    let circumstances = circumstances(&*net, &answer);
    let report = Report {
        about,
        answer,
        circumstances,
        language: options.language,
    };
    print(out, |out| report.write(options.format, out)).map_err(Failure::Write)?;
    Ok(status)
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

fn answer<N: Net>(net: &Arc<N>, query: &Query, options: Options) -> Result<Answer, Failure> {
    let resolution = match options.timeout {
        None => net.resolve(query),
        Some(timeout) => {
            let (callee, question) = (Arc::clone(net), query.clone());
            let calls = iter::once_with(move || callee.resolve(&question));
            let (mut answers, waited) = within(timeout, Call::Getaddrinfo, 1, calls)?;
            match answers.pop() {
                Some(resolution) => resolution,
                None => {
                    trace_file::end(net);
                    let query = query.clone();
                    return Ok(Answer::TimedOut { query, waited });
                }
            }
        }
    };
    let entries = resolution.entries();
    let trials = options
        .socket
        .then(|| entries.iter().map(|entry| trial(&**net, entry)).collect());
    let reverses = match (options.reverse, options.timeout) {
        (false, _) => None,
        (true, Some(timeout)) if !entries.is_empty() => {
            Some(reverses_within(timeout, net, entries)?)
        }
        (true, _) => {
            let names = entries.iter().map(|entry| net.reverse(entry));
            Some(
                names
                    .map(|name| name.map(ReverseAnswer::Returned))
                    .collect(),
            )
        }
    };
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

/// getnameinfo on each entry, one after another, as far as they return in time.
fn reverses_within<N: Net>(
    timeout: Duration,
    net: &Arc<N>,
    entries: &[AddrInfo],
) -> Result<Vec<Option<ReverseAnswer>>, Failure> {
    let (callee, asked) = (Arc::clone(net), entries.to_vec());
    let calls = asked.into_iter().map(move |entry| callee.reverse(&entry));
    let (answers, waited) = within(timeout, Call::Getnameinfo, entries.len(), calls)?;
    let mut unanswered = entries[answers.len()..].iter();
    if !unanswered.as_slice().is_empty() {
        trace_file::end(net);
    }
    let returned = answers.into_iter();
    let mut reverses: Vec<_> = returned
        .map(|answer| answer.map(ReverseAnswer::Returned))
        .collect();
    reverses.extend(
        unanswered
            .next()
            .map(|_| Some(ReverseAnswer::TimedOut { waited })),
    );
    // What has no IP address would not have been asked about with more time either.
    reverses
        .extend(unanswered.map(|entry| entry.sockaddr().ip().map(|_| ReverseAnswer::NotCalled)));
    Ok(reverses)
}

/// What the calls return that are made one after another in a thread, `count` of them or as many
/// as return in time; and how long the next was waited for in vain. A call of the resolver cannot
/// be cancelled: where the time is over the thread is left behind in it, and ends with the process.
fn within<T: Send + 'static>(
    timeout: Duration,
    call: Call,
    count: usize,
    calls: impl Iterator<Item = T> + Send + 'static,
) -> Result<(Vec<T>, Duration), Failure> {
    let (sender, receiver) = mpsc::channel();
    let start = Instant::now();
    let thread = thread::Builder::new()
        .name(call.to_string())
        .spawn(move || {
            for answer in calls {
                // Nobody listens any more once the time is over, and nothing more is asked.
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
                // It ended without an answer, so it panicked; this is where that goes on.
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
