//! The runs of this session, to go back to.

use std::fmt::{self, Debug, Write as _};
use std::sync::Arc;
use std::time::Duration;

use super::{Answer, Filter, Form};
use crate::names::Os;
use crate::net::{Hint, OsError, Query, Run};
use crate::text::{Text, quoted_briefly};
use crate::words::{Key, Language, Phrase};

/// The most runs kept beside the one on screen.
pub(super) const MOST_RUNS: usize = 100;

/// The most bytes that they take together, by an estimate.
pub(super) const MOST_BYTES: usize = 4 << 20;

/// The most queries listed.
pub(super) const MOST: usize = 1000;

/// A query of this session and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Visit {
    /// Its number; the first is 1.
    pub(crate) number: usize,
    /// The system that the numbers of the query are of.
    pub(crate) os: Os,
    /// The query.
    pub(crate) query: Arc<Query>,
    /// The file that it is from.
    pub(crate) file: Option<String>,
    /// How getaddrinfo ended; `None` if it was cancelled or has not returned.
    pub(crate) end: Option<End>,
    /// The form at the end, if it was not that of the query: what was typed.
    form: Option<Box<Form>>,
    /// What was on screen; `None` if it still is, or if it was too much to keep.
    answer: Option<Box<Answer>>,
    /// The estimated size of all that.
    bytes: usize,
}

/// How a getaddrinfo ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The number of entries, or the error.
    pub(crate) result: Result<usize, OsError>,
    /// The duration of the call.
    pub(crate) took: Duration,
}

impl End {
    pub(super) fn of(run: &Run) -> Option<Self> {
        let record = run.answer()?;
        let result = match (record.list(), record.error()) {
            (Some(list), _) => Ok(list.entries.len()),
            (None, error) => Err(error?.clone()),
        };
        let took = record.took;
        Some(Self { result, took })
    }
}

impl Visit {
    fn new(number: usize, os: Os, query: Arc<Query>) -> Self {
        let mut visit = Self {
            number,
            os,
            query,
            file: None,
            end: None,
            form: None,
            answer: None,
            bytes: 0,
        };
        visit.measure();
        visit
    }

    /// Whether its run is kept.
    pub(crate) fn is_kept(&self) -> bool {
        self.answer.is_some()
    }

    /// Its answer, unless that is on screen or was too much to keep.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        self.answer.as_deref()
    }

    /// The query and what it returned, as text to be filtered: the arguments and the result.
    pub(crate) fn texts(&self, language: Language) -> [String; 2] {
        let os = self.os;
        let end = self.end.as_ref().map(|end| &end.result);
        let result = match end {
            Some(Ok(0)) => Key::ScreenNoEntries.text(language).to_owned(),
            Some(Ok(1)) => Key::ScreenOneEntry.text(language).to_owned(),
            Some(Ok(count)) => Phrase::history_entries(*count).text(language),
            Some(Err(error)) => match error.name(os) {
                Some(row) => format!("{} {}", error.code, row.name),
                None => error.code.to_string(),
            },
            None => Key::HistoryNoResult.text(language).to_owned(),
        };
        let arguments = arguments(os, &self.query);
        let arguments = match &self.file {
            Some(file) => format!("{file}: {arguments}"),
            None => arguments,
        };
        [arguments, result]
    }

    fn measure(&mut self) {
        let answer = self.answer.as_ref();
        let mut bytes = answer.map_or(0, |answer| answer.run.bytes());
        // A long list is too much anyhow: do not print it.
        if bytes <= MOST_BYTES {
            bytes += printed(&(&self.query, &self.end, &self.form, &self.file));
            bytes += answer.map_or(0, |answer| answer.bytes());
        }
        self.bytes = size_of::<Self>() + bytes;
    }
}

/// The arguments on one line: the texts, then the hints that are not 0.
pub(super) fn arguments(os: Os, query: &Query) -> String {
    let text = |text: &Option<Text>| match text {
        Some(text) => quoted_briefly(text.as_os_str()),
        None => "NULL".to_owned(),
    };
    let mut parts = vec![text(&query.node), text(&query.service)];
    match &query.hints {
        None => parts.push("NULL".to_owned()),
        Some(hints) => {
            let hints = Hint::ALL.map(|hint| (hint, hint.get(hints)));
            let set = hints.into_iter().filter(|(_, value)| *value != 0);
            parts.extend(set.map(|(hint, value)| hint.show(os, value)));
        }
    }
    parts.join(", ")
}

/// The length of the printed `value`: about the size of a value with few numbers. Counts no further than
/// to [`MOST_BYTES`].
fn printed(value: &impl Debug) -> usize {
    struct Length(usize);
    impl fmt::Write for Length {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.len();
            if self.0 > MOST_BYTES {
                return Err(fmt::Error);
            }
            Ok(())
        }
    }
    let mut length = Length(0);
    // It ends early at the limit.
    let _ = write!(length, "{value:?}");
    length.0
}

impl Answer {
    /// The estimated size, but for the run's records.
    fn bytes(&self) -> usize {
        size_of::<Self>()
            + printed(&self.run.facts)
            + printed(&self.run.answers)
            + printed(&self.notes)
            + printed(&self.reasons)
    }
}

/// The queries of this session, in the order in which they were resolved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct History {
    /// The visits, oldest first; never empty.
    visits: Vec<Visit>,
    /// The index of the query that was resolved last, or gone back to.
    current: usize,
    /// The number of the visit whose answer is on screen.
    shown: Option<usize>,
    /// The number of the marked visit.
    pub(crate) marked: Option<usize>,
}

impl History {
    /// Only this query, which is being resolved.
    pub(super) fn new(os: Os, query: Arc<Query>) -> Self {
        Self {
            visits: vec![Visit::new(1, os, query)],
            current: 0,
            shown: None,
            marked: None,
        }
    }

    /// The visits, oldest first.
    pub(crate) fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// The indices of the visits that match a filter.
    pub(crate) fn matches(&self, filter: &Filter, language: Language) -> Vec<usize> {
        let test = filter.test();
        let visits = self.visits.iter().enumerate();
        let matches = visits.filter(|(_, visit)| test(&visit.texts(language).join(" ")));
        matches.map(|(index, _)| index).collect()
    }

    /// The index of the current query.
    pub(crate) const fn current(&self) -> usize {
        self.current
    }

    /// Whether the answer of this visit is on screen.
    pub(crate) fn shows(&self, visit: &Visit) -> bool {
        self.shown == Some(visit.number)
    }

    /// Adds a query, which becomes the current one. `form` is what was typed at the one before.
    pub(super) fn add(&mut self, os: Os, query: Arc<Query>, form: Option<Form>) {
        self.leave(form);
        self.visits.push(Visit::new(self.next(), os, query));
        self.current = self.visits.len() - 1;
    }

    /// The number of the next visit.
    fn next(&self) -> usize {
        let numbers = self.visits.iter().map(|visit| visit.number);
        numbers.max().unwrap_or(0) + 1
    }

    /// The current visit is of a file with the numbers of `os`.
    pub(super) fn name_file(&mut self, file: String, os: Os) {
        if let Some(visit) = self.visits.get_mut(self.current) {
            (visit.file, visit.os) = (Some(file), os);
        }
    }

    /// Adds what a file tells of before the current visit, and returns its number.
    pub(super) fn shelve(&mut self, file: String, answer: Answer) -> usize {
        let run = &answer.run;
        let query = Arc::new(run.asked().clone());
        let mut visit = Visit::new(self.next(), run.host.os, query);
        visit.end = End::of(run);
        visit.file = Some(file);
        visit.answer = Some(Box::new(answer));
        visit.measure();
        let number = visit.number;
        self.visits.insert(self.current, visit);
        self.current += 1;
        number
    }

    /// Keeps what was typed at the current query.
    fn leave(&mut self, form: Option<Form>) {
        if let Some(visit) = self.visits.get_mut(self.current) {
            visit.form = form.map(Box::new);
            visit.measure();
        }
    }

    /// Goes to another query. Returns what was typed there, and its answer if that is kept.
    pub(super) fn go(
        &mut self,
        index: usize,
        form: Option<Form>,
    ) -> (Option<Box<Form>>, Option<Box<Answer>>) {
        self.leave(form);
        self.current = index;
        let visit = self.visits.get_mut(index);
        visit.map_or((None, None), |visit| {
            (visit.form.take(), visit.answer.take())
        })
    }

    /// The answer on screen is that of the current query from now on.
    pub(super) fn show(&mut self, end: Option<End>) {
        if let Some(visit) = self.visits.get_mut(self.current) {
            visit.end = end;
            visit.answer = None;
            self.shown = Some(visit.number);
        }
    }

    /// Keeps an answer that leaves the screen.
    pub(super) fn keep(&mut self, answer: Answer) {
        if let Some(shown) = self.shown.take() {
            self.keep_as(shown, answer);
        }
    }

    /// The number of the visit whose answer leaves the screen.
    pub(super) const fn leaves(&mut self) -> Option<usize> {
        self.shown.take()
    }

    /// Keeps the answer of the visit with this number.
    pub(super) fn keep_as(&mut self, number: usize, answer: Answer) {
        let mut visits = self.visits.iter_mut();
        if let Some(visit) = visits.find(|visit| visit.number == number) {
            visit.answer = Some(Box::new(answer));
            visit.measure();
        }
    }

    /// Forgets a visit, unless it is marked, on screen, or has `held` sockets or typed text.
    pub(super) fn forget(&mut self, number: usize, held: impl Fn(&Run) -> bool) {
        let at = self.visits.iter().position(|visit| visit.number == number);
        let Some((at, visit)) = at.and_then(|at| Some((at, self.visits.get(at)?))) else {
            return;
        };
        let run = visit.answer().and_then(Answer::own_run);
        let stays = self.marked == Some(number)
            || at == self.current
            || self.shows(visit)
            || visit.form.is_some()
            || run.is_some_and(held);
        if !stays {
            self.visits.remove(at);
            self.current -= usize::from(at < self.current);
        }
    }

    /// Keeps the newest runs that fit into the limits, and those with `held` sockets; then forgets the oldest
    /// queries beyond theirs.
    pub(super) fn trim(&mut self, held: impl Fn(&Run) -> bool) {
        let stays = |visit: &Visit| match &visit.answer {
            Some(answer) => answer.own_run().is_some_and(&held),
            None => true,
        };
        let fixed = self.visits.iter().filter(|visit| stays(visit));
        let mut bytes: usize = fixed.map(|visit| visit.bytes).sum();
        let mut runs = 0;
        for visit in self.visits.iter_mut().rev() {
            if stays(visit) {
                continue;
            }
            if runs == MOST_RUNS || bytes + visit.bytes > MOST_BYTES {
                visit.answer = None;
                visit.measure();
            } else {
                runs += 1;
            }
            bytes += visit.bytes;
        }
        let mut at = 0;
        while self.visits.len() > MOST || bytes > MOST_BYTES {
            let Some(visit) = self.visits.get(at) else {
                break;
            };
            if at == self.current || self.shows(visit) || visit.is_kept() {
                at += 1;
            } else {
                bytes -= visit.bytes;
                self.visits.remove(at);
                self.current -= usize::from(at < self.current);
            }
        }
    }

    /// The kept runs of this machine.
    pub(super) fn runs(&self) -> impl Iterator<Item = &Run> {
        let answers = self.visits.iter().filter_map(Visit::answer);
        answers.filter_map(Answer::own_run)
    }

    /// The kept runs of this machine.
    pub(super) fn runs_mut(&mut self) -> impl Iterator<Item = &mut Run> {
        let visits = self.visits.iter_mut();
        let answers = visits.filter_map(|visit| visit.answer.as_deref_mut());
        answers.filter_map(Answer::own_run_mut)
    }
}

/// The list of the runs in a popup.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct HistoryList {
    /// The index of the selected line among those that match.
    pub(crate) selected: usize,
    /// The filter.
    pub(crate) filter: Filter,
}

impl HistoryList {
    /// The index of the selected line, of `count`; none without lines. Lines come and go while it is open.
    pub(crate) fn line(&self, count: usize) -> Option<usize> {
        Some(self.selected.min(count.checked_sub(1)?))
    }
}
