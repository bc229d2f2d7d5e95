//! The list of calls: those that returned, in the order in which they returned, then those in flight.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use super::effect::Ticket;
use super::filter::Filter;
use super::{Answer, Model};
use crate::lesson::SessionCall;
use crate::names::Os;
use crate::net::{Call, Handle, List, Outcome, Record, Redaction, Run};
use crate::replay::Replay;
use crate::script;
use crate::script::run::is_local;
use crate::words::{Key, Language};

/// The most returned calls kept; the oldest are dropped.
pub(super) const MAX_CALLS: usize = 10_000;

/// One call in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The call and its result, as in the trace.
    pub(crate) text: Box<str>,
    /// The text to copy, if not this one.
    copy: Option<Box<str>>,
    /// How the call stands.
    pub(crate) state: CallState,
    /// The socket that it was made on, and the one that it opened.
    pub(super) on: Option<Handle>,
    pub(super) opens: Option<Handle>,
    /// The entry of the latest list whose numbers or address it has.
    entry: Option<usize>,
    /// Whether it reaches more than this host.
    network: bool,
}

/// How a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallState {
    /// It succeeded.
    Succeeded,
    /// It failed or was not made.
    Failed,
    /// It has not returned, after this time if that is known.
    Pending(Option<Duration>),
    /// It has not returned, and nothing waits for its result.
    Abandoned,
}

impl Line {
    fn new(text: String, state: CallState) -> Self {
        Self {
            text: text.into(),
            copy: None,
            state,
            on: None,
            opens: None,
            entry: None,
            network: false,
        }
    }

    /// The call for a lesson.
    pub(super) fn for_lesson(&self) -> SessionCall<'_> {
        SessionCall {
            line: self.copied(),
            on: self.on,
            opens: self.opens,
            entry: self.entry,
            network: self.network,
        }
    }

    /// The word behind a call in flight; empty for others.
    pub(crate) const fn word(&self, language: Language) -> &'static str {
        match self.state {
            CallState::Succeeded | CallState::Failed => "",
            CallState::Pending(_) => Key::ScreenWaiting.text(language),
            CallState::Abandoned => Key::ScreenAbandoned.text(language),
        }
    }

    /// The line as it is copied.
    pub(crate) fn copied(&self) -> &str {
        self.copy.as_deref().unwrap_or(&self.text)
    }

    /// The line as it is shown.
    pub(crate) fn shown(&self, language: Language) -> Cow<'_, str> {
        match self.word(language) {
            "" => Cow::Borrowed(&self.text),
            word => Cow::Owned(format!("{} {word}", self.text)),
        }
    }
}

/// A selected call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    /// A returned call, by its number.
    Returned(usize),
    /// A call in flight.
    InFlight(Ticket),
}

/// The calls of a file, and that file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FileCalls {
    file: Arc<Replay>,
    calls: Calls,
}

/// The calls that returned, one line each, and the filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Calls {
    /// The lines, oldest first.
    pub(crate) lines: VecDeque<Line>,
    /// The number of older lines dropped: the number of the first line. The first call of all is 0.
    pub(crate) forgotten: usize,
    /// The selected call; `None` follows the newest.
    pub(crate) selected: Option<Selection>,
    /// The filter.
    pub(crate) filter: Filter,
    /// The names and addresses that copies have, if not the real ones.
    pub(super) redaction: Option<Redaction>,
    /// The numbers of the lines that match the filter. Kept, so that no frame reads every line.
    matches: VecDeque<usize>,
    /// The latest list of getaddrinfo.
    list: Option<Arc<List>>,
}

impl Calls {
    /// The calls that the run of a file tells of, in its order.
    fn of_file(run: &Run, redaction: Option<Redaction>) -> Self {
        let startup = run.host.wsastartup.as_ref();
        let count = run.records().len() + startup.iter().count();
        let mut calls = Self {
            forgotten: count.saturating_sub(MAX_CALLS),
            redaction,
            ..Self::default()
        };
        let records = startup.into_iter().chain(run.records());
        for record in records.skip(calls.forgotten) {
            // A file need not have the time of a call.
            calls.list(run.host.os, record, |os, record| {
                match record.took.is_zero() {
                    true => script::without_time(os, record),
                    false => script::line(os, record),
                }
            });
        }
        calls
    }

    /// Adds a call of `os`.
    pub(crate) fn push(&mut self, os: Os, record: &Record) {
        self.list(os, record, script::line);
    }

    fn list(&mut self, os: Os, record: &Record, line: fn(Os, &Record) -> String) {
        let state = match record.outcome {
            Outcome::Failed(_) | Outcome::NotStarted(_) => CallState::Failed,
            Outcome::Returned(_) | Outcome::Unfinished => CallState::Succeeded,
        };
        let redaction = self.redaction.as_mut();
        let copy = redaction.map(|it| line(os, &it.record(os, record)).into());
        self.add(Line {
            copy,
            on: record.on,
            opens: record.handle(),
            entry: self.entry(record),
            network: !is_local(os, &record.call),
            ..Line::new(line(os, record), state)
        });
        if let Some(list) = record.list() {
            self.list = Some(Arc::clone(list));
        }
        if let Some(freeing) = record.freeing() {
            self.add(Line::new(line(os, &freeing), CallState::Succeeded));
        }
    }

    /// The entry of the latest list that the call is about, if it has its numbers or address.
    fn entry(&self, record: &Record) -> Option<usize> {
        let at = record.entry?;
        let entry = self.list.as_ref()?.entries.get(at)?;
        let is = match &record.call {
            Call::Socket { triple, .. } => *triple == entry.triple(),
            Call::Bind { address, .. } | Call::Connect { address, .. } => {
                entry.addr.as_deref() == Some(&**address)
            }
            _ => false,
        };
        is.then_some(at)
    }

    fn add(&mut self, line: Line) {
        if self.filter.test()(&line.text) {
            self.matches.push_back(self.next());
        }
        self.lines.push_back(line);
        if self.lines.len() > MAX_CALLS {
            self.lines.pop_front();
            if self.matches.front() == Some(&self.forgotten) {
                self.matches.pop_front();
            }
            self.forgotten += 1;
        }
    }

    /// The number of the next call to return.
    pub(super) fn next(&self) -> usize {
        self.forgotten + self.lines.len()
    }

    /// Keeps a call in flight selected when it returns.
    pub(super) fn returning(&mut self, ticket: Ticket) {
        if self.selected == Some(Selection::InFlight(ticket)) {
            self.selected = Some(Selection::Returned(self.next()));
        }
    }

    /// Finds the matches of a new filter.
    pub(super) fn list_matches(&mut self) {
        let test = self.filter.test();
        let lines = (self.forgotten..).zip(&self.lines);
        let matches = lines.filter(|(_, line)| test(&line.text));
        self.matches = matches.map(|(number, _)| number).collect();
    }
}

/// The lines that match the filter.
pub(crate) struct CallList<'a> {
    calls: &'a Calls,
    in_flight: Vec<(Ticket, Line)>,
}

impl CallList<'_> {
    /// The number of lines.
    pub(crate) fn len(&self) -> usize {
        self.calls.matches.len() + self.in_flight.len()
    }

    /// The number of the returned call at this index.
    pub(crate) fn number(&self, index: usize) -> Option<usize> {
        self.calls.matches.get(index).copied()
    }

    /// The line at this index.
    pub(crate) fn get(&self, index: usize) -> Option<&Line> {
        match self.calls.matches.get(index) {
            Some(number) => self.calls.lines.get(number - self.calls.forgotten),
            None => {
                let index = index - self.calls.matches.len();
                self.in_flight.get(index).map(|(_, line)| line)
            }
        }
    }

    /// The index of the current line; 0 if there is none. A selected line that does not match is
    /// replaced by the next one.
    pub(crate) fn current(&self) -> usize {
        let returned = self.calls.matches.len();
        let index = match self.calls.selected {
            Some(Selection::Returned(number)) => {
                self.calls.matches.partition_point(|&other| other < number)
            }
            Some(Selection::InFlight(ticket)) => {
                let before = |(other, _): &(Ticket, Line)| *other < ticket;
                returned + self.in_flight.partition_point(before)
            }
            None => usize::MAX,
        };
        index.min(self.len().saturating_sub(1))
    }

    /// The call at this index, to be selected.
    pub(super) fn selection(&self, index: usize) -> Option<Selection> {
        let returned = self.calls.matches.get(index).copied();
        returned.map(Selection::Returned).or_else(|| {
            let index = index - self.calls.matches.len();
            let (ticket, _) = self.in_flight.get(index)?;
            Some(Selection::InFlight(*ticket))
        })
    }
}

impl Model {
    /// The calls of this session or, if a file is on screen, those that the file tells of.
    pub(crate) fn calls(&self) -> &Calls {
        self.file_calls.as_ref().map_or(&self.calls, |it| &it.calls)
    }

    /// The same, to be changed.
    pub(super) fn calls_mut(&mut self) -> &mut Calls {
        let of_file = self.file_calls.as_mut();
        of_file.map_or(&mut self.calls, |it| &mut it.calls)
    }

    /// Lists the calls of the file on screen, if that is another one than before.
    pub(super) fn list_file_calls(&mut self) {
        let answer = self.answer.as_ref();
        let shown = answer.and_then(|answer| Some((answer.replay.as_ref()?, &answer.run)));
        let listed = self.file_calls.as_ref().map(|it| &it.file);
        let same = match (shown, listed) {
            (Some((shown, _)), Some(listed)) => Arc::ptr_eq(shown, listed),
            (None, None) => true,
            _ => false,
        };
        if same {
            return;
        }
        self.file_calls = shown.map(|(file, run)| {
            // One replacement for a name, wherever it occurs.
            let mut calls = Calls::of_file(run, self.calls.redaction.take());
            self.calls.redaction = mem::take(&mut calls.redaction);
            FileCalls {
                file: Arc::clone(file),
                calls,
            }
        });
    }

    /// The calls that match the filter.
    pub(crate) fn call_list(&self) -> CallList<'_> {
        let calls = self.calls();
        let test = calls.filter.test();
        let in_flight = self.calls_in_flight();
        let matches = |(_, line): &(Ticket, Line)| test(&line.shown(self.language));
        let mut in_flight: Vec<_> = in_flight.filter(matches).collect();
        in_flight.sort_by_key(|(ticket, _)| *ticket);
        CallList { calls, in_flight }
    }

    /// The calls that have not returned; none if a file is on screen.
    pub(super) fn calls_in_flight(&self) -> impl Iterator<Item = (Ticket, Line)> {
        let os = self.host.os;
        let mut redaction = self.calls.redaction.clone();
        let lookups = self.lookups.in_flight.iter().map(|(&ticket, call)| {
            let state = self.state_in_flight(ticket);
            (ticket, call, None, state)
        });
        let waiting = self.sockets.waiting().map(|(ticket, waiting)| {
            let state = CallState::Pending(Some(waiting.elapsed));
            (ticket, &waiting.call, waiting.on, state)
        });
        lookups
            .chain(waiting)
            .filter(|_| self.file_calls.is_none())
            .map(move |(ticket, call, on, state)| {
                let line = |call: &Call| script::unfinished(os, call, on);
                let copy = redaction.as_mut();
                let copy = copy.map(|it| line(&it.call(os, call)).into());
                let line = Line::new(line(call), state);
                (ticket, Line { copy, ..line })
            })
    }

    /// The number of calls, whether they match the filter or not.
    pub(crate) fn call_count(&self) -> usize {
        let in_flight = match self.file_calls {
            Some(_) => 0,
            None => self.lookups.in_flight.len() + self.sockets.waiting().count(),
        };
        self.calls().lines.len() + in_flight
    }

    fn state_in_flight(&self, ticket: Ticket) -> CallState {
        let reverses = |answer: &Answer| answer.reversing.contains_key(&ticket);
        match &self.lookups.pending {
            Some(pending) if pending.ticket == ticket => CallState::Pending(Some(pending.elapsed)),
            _ if self.answer.as_ref().is_some_and(reverses) => CallState::Pending(None),
            _ => CallState::Abandoned,
        }
    }
}
