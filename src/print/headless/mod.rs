//! The program without a screen: makes the calls of a query, writes the run, returns a status.

mod status;
mod steps;
mod watch;

use std::borrow::Cow;
use std::io::{self, Write};
use std::panic;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::compare::Answer;
use crate::explain::lookup::Lookup;
use crate::explain::needs_of_run;
use crate::net::{
    Call, CallId, Needs, Net, Outcome, Query, Reason, Record, Recorder, Redaction, Role, Run,
    SocketId, SourceAnswer, Sources, Steps, Triple,
};
use crate::print::comparison::Compared;
use crate::print::{Format, Report};
use crate::replay::Replay;
use crate::script::trace;
use crate::words::{Language, Phrase};
pub use status::Status;
pub use watch::watch;

/// Which calls are made, and how the run is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// How the run is written.
    pub format: Format,
    /// Instead of getaddrinfo, socket() is called with these numbers.
    pub by_hand: Option<Triple>,
    /// Whether socket() is called on each entry.
    pub socket: bool,
    /// The calls on each socket after socket().
    pub steps: Option<Steps>,
    /// The longest wait for getaddrinfo, and again for all calls of getnameinfo together, and for all
    /// calls of connect; `None` is no limit.
    pub timeout: Option<Duration>,
    /// Whether getnameinfo is called on each entry.
    pub reverse: bool,
    /// Whether the lookup and the order of the list are explained.
    pub lookup: bool,
    /// Whether each source of names is asked alone.
    pub ask_sources: bool,
    /// The source of names that is asked instead of getaddrinfo.
    pub source: Option<&'a str>,
    /// The answer to compare with.
    pub compare: Option<&'a Replay>,
    /// Whether names and addresses are replaced.
    pub redact: bool,
    /// The language of the notes.
    pub language: Language,
}

/// Makes the calls of `options`, then writes the run to `out`. A broken pipe is not a failure.
///
/// # Errors
/// The report could not be written, or a thread not started. What the calls returned is no error.
pub fn run<N: Net>(
    recorder: Recorder<N>,
    query: &Query,
    options: Options<'_>,
    out: &mut impl Write,
) -> Result<Status, Phrase> {
    let recorder = Arc::new(recorder.waiting(steps::MOST));
    let run = make_calls(&recorder, query, &options)?;
    let written = Written {
        run: &run,
        replay: None,
        lookup: options.lookup || options.source.is_some(),
        steps: options.steps.as_ref().and_then(|steps| steps.role),
    };
    let equal = written.write(
        options.compare,
        options.format,
        options.redact,
        options.language,
        out,
    )?;
    Ok(Status::compared(Status::of(&run, &options), equal))
}

/// A run to write, from a call or a file.
struct Written<'a> {
    run: &'a Run,
    replay: Option<&'a Replay>,
    lookup: bool,
    steps: Option<Role>,
}

impl Written<'_> {
    /// Writes the run. It returns whether the answer of the file is equal, if there is one.
    fn write(
        &self,
        with: Option<&Replay>,
        format: Format,
        redact: bool,
        language: Language,
        out: &mut impl Write,
    ) -> Result<Option<bool>, Phrase> {
        let mut redaction = Redaction::default();
        let redacted = redact.then(|| redaction.run(self.run));
        let file = with.map(|file| match redact {
            false => Cow::Borrowed(file),
            true => Cow::Owned(Replay {
                run: redaction.run(&file.run),
                ..file.clone()
            }),
        });
        let run = redacted.as_ref().unwrap_or(self.run);
        let notes = self.replay.map_or(&[][..], |replay| &replay.notes);
        let compared = file.as_ref().map(|file| {
            let second = Answer { run, notes };
            Compared::new(file, second)
        });
        // Replaced names and addresses may hide a difference.
        let equal = with.map(|file| {
            let second = Answer {
                run: self.run,
                notes,
            };
            match (&redacted, &compared) {
                (None, Some(compared)) => compared.is_equal(),
                _ => Compared::new(file, second).is_equal(),
            }
        });
        let report = Report {
            run,
            real: redacted.is_some().then_some((self.run, &redaction)),
            language,
            lookup: self.lookup,
            steps: self.steps,
            replay: self.replay,
            compared: compared.as_ref(),
        };
        print(out, |out| report.write(format, out))?;
        Ok(equal)
    }
}

/// Writes what a file tells of, without a call, and compares it `with` another file. Without one the status
/// is that of the run.
///
/// # Errors
/// The report could not be written.
pub fn replay(
    replay: &Replay,
    with: Option<&Replay>,
    format: Format,
    redact: bool,
    language: Language,
    out: &mut impl Write,
) -> Result<Status, Phrase> {
    let written = Written {
        run: &replay.run,
        replay: Some(replay),
        lookup: replay.lookup,
        steps: replay.role,
    };
    let equal = written.write(with, format, redact, language, out)?;
    Ok(equal.map_or_else(|| Status::of_replay(replay), Status::of_comparison))
}

/// Writes and flushes. A broken pipe is not an error: a reader such as `head` has read enough.
///
/// # Errors
/// Every other error of `out`.
pub fn print<W: Write>(
    out: &mut W,
    write: impl FnOnce(&mut W) -> io::Result<()>,
) -> Result<(), Phrase> {
    match write(out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Phrase::error_output(&error))
        }
        _ => Ok(()),
    }
}

fn make_calls<N: Net>(
    recorder: &Arc<Recorder<N>>,
    query: &Query,
    options: &Options<'_>,
) -> Result<Run, Phrase> {
    let query = options.by_hand.is_none().then(|| Arc::new(query.clone()));
    let mut run = Run::new(Arc::clone(recorder.host()), query.clone());
    if let Some(source) = options.source {
        run.facts = recorder.facts(Lookup::NEEDS, &run);
        run.facts.host_sources = Some(Sources::only_one(source));
        run.answers = ask_each(recorder, &run, options.timeout)?;
        return Ok(run);
    }
    let getaddrinfo = query.map(|query| (None, Call::Getaddrinfo(query)));
    let getaddrinfo = getaddrinfo.into_iter().collect();
    for record in call_each(recorder, "getaddrinfo", getaddrinfo, options.timeout)? {
        run.push(record);
    }
    if let Some(triple) = options.by_hand {
        let steps = options.steps.as_ref().unwrap_or(Steps::NONE);
        steps::open_by_hand(recorder, &mut run, triple, steps);
    } else if let Some(steps) = &options.steps {
        steps::take(recorder, &mut run, steps, options.timeout)?;
    } else if options.socket {
        for at in 0..run.entries().len() {
            open_and_close(recorder, &mut run, at);
        }
    }
    if options.reverse {
        let getnameinfo = getnameinfo_calls(&mut run);
        for record in call_each(recorder, "getnameinfo", getnameinfo, options.timeout)? {
            run.push(record);
        }
    }
    let mut needs = needs_of_run(&run);
    if options.lookup {
        needs = needs.and(Lookup::NEEDS);
        if run.succeeded() {
            needs = needs.and(Needs::SORTING);
        }
    }
    if !needs.is_empty() {
        run.facts = recorder.facts(needs, &run);
    }
    if options.ask_sources {
        run.answers = ask_each(recorder, &run, options.timeout)?;
    }
    Ok(run)
}

/// Asks each source alone, all at once, so that they take one time limit together. [`Net::ask`] ends
/// when the time is over.
fn ask_each<N: Net>(
    recorder: &Recorder<N>,
    run: &Run,
    timeout: Option<Duration>,
) -> Result<Vec<SourceAnswer>, Phrase> {
    const LIMIT: Duration = Duration::from_secs(5);
    let lookup = Lookup::of(run);
    let never = &AtomicBool::new(false);
    thread::scope(|scope| {
        let limit = timeout.unwrap_or(LIMIT);
        let ask = |source| {
            thread::Builder::new()
                .name(format!("source {source}"))
                .spawn_scoped(scope, move || {
                    recorder.ask(source, run.asked(), limit, never)
                })
        };
        let threads = lookup.askable().into_iter().map(ask);
        let threads = threads.collect::<io::Result<Vec<_>>>();
        let threads =
            threads.map_err(|error| Phrase::error_source_thread(Phrase::no_thread(&error)))?;
        let answers = threads.into_iter().map(|thread| match thread.join() {
            Ok(answer) => answer,
            Err(panic) => panic::resume_unwind(panic),
        });
        Ok(answers.collect())
    })
}

/// The message that the C library refuses the source of `--source`.
pub fn source_refused(error: &io::Error) -> Phrase {
    Phrase::error_source_refused(error)
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

/// A call, and the entry that it is about.
type EntryCall = (Option<usize>, Call);

/// The calls for the entries with an IP address. The others get their records here.
fn getnameinfo_calls(run: &mut Run) -> Vec<EntryCall> {
    let mut calls = Vec::new();
    for at in 0..run.entries().len() {
        let entry = &run.entries()[at];
        let call = (Some(at), Call::Getnameinfo(entry.bytes().into()));
        if entry.sockaddr(run.host.os).is_some() {
            calls.push(call);
        } else {
            let outcome = Outcome::NotStarted(Reason::NoAddress);
            run.push(unrecorded(call, outcome, Duration::ZERO));
        }
    }
    calls
}

/// A record of a call that the recorder did not return.
fn unrecorded((entry, call): EntryCall, outcome: Outcome, took: Duration) -> Record {
    Record {
        id: CallId(0),
        entry,
        on: None,
        call,
        outcome,
        took,
    }
}

/// Makes the calls of one function one after another; with a timeout in a thread, until the time is
/// over. A call of the resolver cannot be cancelled: the thread stays in it and ends with the process.
fn call_each<N: Net>(
    recorder: &Arc<Recorder<N>>,
    function: &'static str,
    mut calls: Vec<EntryCall>,
    timeout: Option<Duration>,
) -> Result<Vec<Record>, Phrase> {
    let callee = Arc::clone(recorder);
    let returned = calls.clone().into_iter();
    let returned = returned.map(move |(entry, call)| callee.call(entry, call));
    let Some(timeout) = timeout.filter(|_| !calls.is_empty()) else {
        return Ok(returned.collect());
    };
    let (sender, receiver) = mpsc::channel();
    let start = Instant::now();
    let thread = thread::Builder::new()
        .name(function.to_owned())
        .spawn(move || {
            for record in returned {
                // The receiver is gone once the time is over.
                if sender.send(record).is_err() {
                    break;
                }
            }
        })
        .map_err(|error| Phrase::error_thread(function, Phrase::no_thread(&error)))?;

    let (mut records, mut asked) = (Vec::new(), start);
    loop {
        match receiver.recv_timeout(timeout.saturating_sub(start.elapsed())) {
            Ok(record) => {
                records.push(record);
                asked = Instant::now();
            }
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Ok(()) => break,
                // It panicked: the panic continues here.
                Err(panic) => panic::resume_unwind(panic),
            },
        }
    }
    let waited = asked.elapsed();
    let mut late = calls.split_off(records.len()).into_iter();
    if let Some(call) = late.next() {
        trace::end(recorder);
        records.push(unrecorded(call, Outcome::Unfinished, waited));
    }
    records.extend(late.map(|call| {
        let outcome = Outcome::NotStarted(Reason::TimeOver);
        unrecorded(call, outcome, Duration::ZERO)
    }));
    Ok(records)
}

#[cfg(test)]
mod tests;
