//! Makes the calls of a script and compares what they return.
//!
//! Lines run in their order. accept(), connect(), recv() and recvfrom() go on beside the lines that
//! follow, and a line that needs their result waits. A trace is in the order of return, so it runs
//! again as it is.

mod event;
mod order;
mod parts;
mod reach;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

pub use event::{Counts, Event, Failure, Options};
use order::{goes_on_beside, waits_for};
pub use parts::{Parts, Remote, parts};
pub(crate) use reach::is_local;
use reach::{Reach, allowed, needs_network};

use super::step::{Late, Plan, Ports, Step};
use super::syntax::Script;
use super::trace;
use crate::names::Os;
use crate::net::{Call, CallId, List, Net, Outcome, Reason, Record, Recorder, decode};
use crate::words::{Key, Phrase};

/// The most calls of a script that wait at a time: each has a thread.
pub const MAX_WAITING: usize = 1000;

/// How long a line waits for a call that may go on beside it: what happens at once on one host,
/// such as a refusal, happens before the next line.
const HEAD_START: Duration = Duration::from_millis(50);

/// Runs `script`, the content of the file `path`, and reports each event as it happens.
///
/// # Errors
/// A line is wrong or needs the network, a thread could not be started, or `report` failed.
pub fn run<N: Net>(
    recorder: &Arc<Recorder<N>>,
    script: &Script,
    path: &Path,
    options: Options,
    report: &mut dyn FnMut(Event<'_>) -> Result<(), Phrase>,
) -> Result<Counts, Failure> {
    let steps = allowed(recorder, script, path, options)?;
    let mut run = Run::new(recorder, path, options, &steps, report, mpsc::channel());
    let end = run.lines();
    let counts = run.counts;
    recorder.close_all();
    trace::end(recorder);
    end.map(|()| counts)
}

/// The state of a step that was reached and has no result yet.
enum State {
    /// It waits for the steps before it on its socket.
    Queued,
    /// Its call has not returned.
    Pending {
        id: CallId,
        /// `None` if it is too far away for the clock.
        deadline: Option<Instant>,
        /// The time was over, and the call was interrupted.
        late: bool,
    },
}

/// A message to the run.
#[derive(Debug)]
enum News {
    /// A call is about to be made in a thread of its own.
    Begins(usize),
    /// It returned.
    Returned(usize, Box<Record>),
    /// All parts up to this one are to be made.
    Asked(usize),
    /// Nothing more is wanted.
    Over,
}

struct Run<'a, N: Net> {
    recorder: &'a Arc<Recorder<N>>,
    path: &'a Path,
    options: Options,
    reach: Reach,
    report: &'a mut dyn FnMut(Event<'_>) -> Result<(), Phrase>,
    steps: &'a [Step],
    /// By the index of the step.
    open: BTreeMap<usize, State>,
    /// The lists that steps returned.
    lists: BTreeMap<usize, Arc<List>>,
    ports: Ports,
    counts: Counts,
    /// The number of parts that are to be made.
    asked: usize,
    /// Whether nothing more is wanted.
    over: bool,
    sender: Sender<News>,
    receiver: Receiver<News>,
}

type Ended<T = ()> = Result<T, Failure>;

impl<'a, N: Net> Run<'a, N> {
    fn new(
        recorder: &'a Arc<Recorder<N>>,
        path: &'a Path,
        options: Options,
        steps: &'a [Step],
        report: &'a mut dyn FnMut(Event<'_>) -> Result<(), Phrase>,
        (sender, receiver): (Sender<News>, Receiver<News>),
    ) -> Self {
        Self {
            recorder,
            path,
            options,
            reach: Reach::new(options.network),
            report,
            steps,
            open: BTreeMap::new(),
            lists: BTreeMap::new(),
            ports: Ports::default(),
            counts: Counts::default(),
            asked: 0,
            over: false,
            sender,
            receiver,
        }
    }

    fn os(&self) -> Os {
        self.recorder.host().os
    }

    fn lines(&mut self) -> Ended {
        for at in 0..self.steps.len() {
            self.line(at)?;
        }
        self.wait(None, |run| run.open.is_empty())
    }

    /// Makes the call of a step, and waits for it, unless it goes on beside those that follow.
    fn line(&mut self, at: usize) -> Ended {
        let step = &self.steps[at];
        let Some(plan) = &step.plan else {
            self.counts.skipped += 1;
            return Ok((self.report)(Event::Skipped(step.line))?);
        };
        self.open.insert(at, State::Queued);
        if goes_on_beside(&plan.call) {
            self.start_queued()?;
            self.wait(Some(at), |run| !run.is_pending(at))
        } else {
            self.wait(None, |run| run.is_ready(at))?;
            if self.over {
                return Ok(());
            }
            self.start(at)?;
            self.wait(None, |run| !run.is_pending(at))
        }
    }

    fn is_pending(&self, at: usize) -> bool {
        matches!(self.open.get(&at), Some(State::Pending { .. }))
    }

    /// Whether the call of this step can start: no step before it that it waits for is open.
    fn is_ready(&self, at: usize) -> bool {
        let Some(plan) = &self.steps[at].plan else {
            return true;
        };
        let port_is_known = match &plan.late {
            Some(Late::Address(address)) => address.sockaddr(self.os(), &self.ports).is_some(),
            _ => true,
        };
        self.open.range(..at).all(|(&before, _)| {
            let before = self.steps[before].plan.as_ref();
            port_is_known && !before.is_some_and(|before| waits_for(&plan.call, &before.call))
        })
    }

    /// Starts the calls that have nothing to wait for any more.
    fn start_queued(&mut self) -> Ended {
        let queued = |(at, state): (&usize, &State)| matches!(state, State::Queued).then_some(*at);
        let queued: Vec<usize> = self.open.iter().filter_map(queued).collect();
        for at in queued {
            let plan = self.steps[at].plan.as_ref();
            if plan.is_some_and(|plan| goes_on_beside(&plan.call)) && self.is_ready(at) {
                self.start(at)?;
            }
        }
        Ok(())
    }

    /// Handles returned calls and time-outs until `is_over`, or until the call of the step `ahead` has
    /// had its head start.
    fn wait(&mut self, ahead: Option<usize>, is_over: impl Fn(&Self) -> bool) -> Ended {
        let mut end = None;
        while !self.over && !is_over(self) {
            let now = Instant::now();
            let deadlines = self.open.values().filter_map(|state| match state {
                State::Pending {
                    deadline,
                    late: false,
                    ..
                } => *deadline,
                _ => None,
            });
            let next = deadlines.chain(end).min();
            let news = match next {
                Some(next) => {
                    let patience = next.saturating_duration_since(now);
                    self.receiver.recv_timeout(patience)
                }
                // This end keeps a sender.
                None => self.receiver.recv().map_err(RecvTimeoutError::from),
            };
            match news {
                Ok(News::Begins(at)) if ahead == Some(at) => {
                    end = Some(Instant::now() + HEAD_START);
                }
                Ok(News::Begins(_)) => {}
                Ok(News::Returned(at, record)) => {
                    self.finish(at, *record)?;
                    self.start_queued()?;
                }
                Ok(News::Asked(part)) => self.asked = self.asked.max(part + 1),
                Ok(News::Over) => self.over = true,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    if end.is_some_and(|end| end <= Instant::now()) {
                        return Ok(());
                    }
                    self.give_up_late_calls()?;
                }
            }
        }
        Ok(())
    }

    /// Interrupts the calls whose time is over. One that cannot be interrupted, such as getaddrinfo,
    /// stays in its thread, which ends with the process.
    fn give_up_late_calls(&mut self) -> Ended {
        let now = Instant::now();
        let mut over = Vec::new();
        for (at, state) in &mut self.open {
            if let State::Pending { id, deadline, late } = state
                && !*late
                && deadline.is_some_and(|deadline| deadline <= now)
            {
                *late = true;
                over.push((*at, *id));
            }
        }
        for (at, id) in over {
            self.recorder.interrupt(id);
            if let Some(Plan { call, .. }) = &self.steps[at].plan
                && self.recorder.is_pending(id)
            {
                let record = unmade(id, call.clone(), Outcome::Unfinished, self.options.timeout);
                self.finish(at, record)?;
            }
        }
        Ok(())
    }

    /// Starts the call of a step: in this thread, unless it can wait.
    fn start(&mut self, at: usize) -> Ended {
        let Some(plan) = &self.steps[at].plan else {
            return Ok(());
        };
        let Some(call) = self.call(at, plan)? else {
            let outcome = Outcome::NotStarted(Reason::NoAddress);
            return self.finish(
                at,
                unmade(CallId(0), plan.call.clone(), outcome, Duration::ZERO),
            );
        };
        if let Call::WsaStartup(_) = call {
            let outcome = Outcome::NotStarted(Reason::LeftOut);
            let unmade = unmade(CallId(0), call, outcome, Duration::ZERO);
            let made = self.recorder.host().wsastartup.clone();
            return self.finish(at, made.unwrap_or(unmade));
        }
        if !self.recorder.can_wait(&call) {
            let record = self.recorder.call(None, call);
            return self.finish(at, record);
        }
        let name = call.name(self.os());
        let pending = match self.recorder.begin(None, call) {
            Ok(pending) => pending,
            Err(record) => return self.finish(at, *record),
        };
        let id = pending.id();
        (self.report)(Event::Begun {
            line: self.steps[at].line,
            record: pending.record(),
        })?;
        let (recorder, sender) = (Arc::clone(self.recorder), self.sender.clone());
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            // The receiver is gone if the script has ended.
            let _ = sender.send(News::Begins(at));
            let record = recorder.make(pending);
            let _ = sender.send(News::Returned(at, Box::new(record)));
        });
        if let Err(error) = thread {
            self.recorder.forget(id);
            let error = Phrase::no_thread(&error);
            return Err(Phrase::script_thread(name, error).into());
        }
        let pending = State::Pending {
            id,
            deadline: Instant::now().checked_add(self.options.timeout),
            late: false,
        };
        self.open.insert(at, pending);
        Ok(())
    }

    /// The call with the arguments that earlier calls returned; `None` if they did not.
    fn call(&mut self, at: usize, plan: &Plan) -> Ended<Option<Call>> {
        let os = self.os();
        let mut call = plan.call.clone();
        let mut bytes = None;
        match &plan.late {
            None => {}
            Some(Late::Address(address)) => {
                let Some(known) = address.sockaddr(os, &self.ports) else {
                    return Ok(None);
                };
                bytes = Some(known);
            }
            Some(Late::Entry { of, index, length }) => {
                let list = self.lists.get(of);
                let Some(entry) = list.and_then(|list| list.entries.get(*index)) else {
                    return Ok(None);
                };
                if let Call::Socket { triple, .. } = &mut call {
                    *triple = entry.triple();
                } else {
                    let mut known = entry.bytes().to_vec();
                    known.resize(length.unwrap_or(known.len()), 0);
                    bytes = Some(known.into());
                }
            }
        }
        if let Some(bytes) = bytes {
            if !self.reach.allows(self.recorder, &call, &bytes) {
                let step = &self.steps[at];
                return Err(Failure::Script(needs_network(self.path, step)));
            }
            self.ports.pass(os, &bytes);
            call.set_address(bytes);
        }
        Ok(Some(call))
    }

    /// Reports the result of a step, and compares it.
    fn finish(&mut self, at: usize, record: Record) -> Ended {
        let Some(state) = self.open.remove(&at) else {
            // It was given up, and returns now.
            return Ok(());
        };
        let os = self.os();
        let late = matches!(state, State::Pending { late: true, .. });
        let step = &self.steps[at];
        let plan = step.plan.as_ref();
        let fitting = plan.map_or_else(Vec::new, |plan| plan.fitting(os, &record, &mut self.ports));
        self.ports.see(os, &record);
        (self.report)(Event::Returned {
            line: step.line,
            record: &record,
            fitting: &fitting,
        })?;
        if let Call::Bind { address, .. } = &record.call
            && matches!(record.outcome, Outcome::Returned(_))
            && decode(os, address).is_some_and(|address| address.ip().is_unspecified())
        {
            (self.report)(Event::Exposed(step.line))?;
        }
        let returned = matches!(record.outcome, Outcome::Returned(_) | Outcome::Failed(_));
        let gave_up = late && record.is_interrupted();
        let takes_all = plan.is_none_or(|plan| plan.accepted.is_empty());
        if returned && !gave_up && (takes_all || !fitting.is_empty()) {
            self.counts.as_written += 1;
        } else {
            self.counts.different += 1;
            let got = match &record.outcome {
                Outcome::NotStarted(Reason::NotOpen) => Key::ScriptNotOpen.into(),
                Outcome::NotStarted(Reason::Busy) => Key::ScriptBusy.into(),
                Outcome::NotStarted(Reason::TooMany) => Key::ScriptTooMany.into(),
                Outcome::NotStarted(Reason::NoAddress) => Key::ScriptNoEntry.into(),
                Outcome::NotStarted(_) => Key::ScriptNotCalled.into(),
                Outcome::Unfinished => self.no_result(),
                _ if gave_up => self.no_result(),
                _ => Phrase::script_result(super::outcome(os, &record)),
            };
            (self.report)(Event::Different {
                line: step.line,
                call: &step.text,
                expected: &step.results,
                got,
            })?;
        }
        if let Some(list) = record.list() {
            self.lists.insert(at, Arc::clone(list));
        }
        Ok(())
    }

    fn no_result(&self) -> Phrase {
        let seconds = self.options.timeout.as_secs_f64();
        Phrase::script_no_answer(seconds.to_string())
    }
}

/// A record of a call that the recorder did not return.
fn unmade(id: CallId, call: Call, outcome: Outcome, took: Duration) -> Record {
    Record {
        id,
        entry: None,
        on: None,
        call,
        outcome,
        took,
    }
}
