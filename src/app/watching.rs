//! Repeating the query on screen, and counting what changes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::effect::{Effect, Effects, Ticket};
use super::{Answer, Model, Popup};
use crate::compare::{Change, Changes, Comparison, Part, extremes};
use crate::words::Key;

/// The time between an answer and the next call, unless another one is asked for.
const INTERVAL: Duration = Duration::from_secs(5);

/// A query that is repeated.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Watch {
    /// The time between an answer and the next call.
    pub(crate) interval: Duration,
    /// The next call; `None` while one is pending.
    alarm: Option<Ticket>,
    /// The comparison of the last two answers, with the number of the older one in the history.
    comparing: Option<(Ticket, usize)>,
    /// The number of answers.
    pub(crate) answers: usize,
    /// How many of them differ from the one before, and in what.
    pub(crate) changes: Changes,
    /// The shortest and the longest time of getaddrinfo.
    pub(crate) times: Option<[Duration; 2]>,
    /// What is new, moved or changed in the list on screen, by index.
    pub(crate) marks: BTreeMap<usize, Change>,
}

impl Watch {
    fn new(interval: Duration) -> Self {
        Self {
            interval,
            alarm: None,
            comparing: None,
            answers: 0,
            changes: Changes::default(),
            times: None,
            marks: BTreeMap::new(),
        }
    }
}

impl Model {
    /// Repeats the query with this time between an answer and the next call.
    pub fn watch(&mut self, interval: Duration, effects: &mut Effects) {
        self.interval = Some(interval);
        self.watch = Some(Watch::new(interval));
        // A pending answer is the first.
        if self.lookups.pending.is_none() {
            if let Some(answer) = &self.answer {
                let took = answer.run.answer().map(|record| record.took);
                self.count_answer(took);
            }
            self.set_alarm(effects);
        }
    }

    /// Starts to repeat the query, or stops.
    pub(super) fn toggle_watch(&mut self, effects: &mut Effects) {
        if self.watch.is_some() {
            self.stop_watching();
        } else if self.replay().is_some() {
            self.inform(Key::ReplayNoCall);
        } else {
            self.watch(self.interval.unwrap_or(INTERVAL), effects);
        }
    }

    /// Stops; returns whether the query was repeated.
    pub(super) fn stop_watching(&mut self) -> bool {
        let stopped = self.watch.take().is_some();
        if stopped {
            self.inform(Key::WatchStopped);
        }
        stopped
    }

    /// Begins to count again: another query is repeated.
    pub(super) fn watch_anew(&mut self) {
        if let Some(watch) = &mut self.watch {
            *watch = Watch::new(watch.interval);
        }
    }

    fn count_answer(&mut self, took: Option<Duration>) {
        if let (Some(watch), Some(took)) = (&mut self.watch, took) {
            watch.answers += 1;
            watch.times = Some(extremes(watch.times, took));
            watch.marks.clear();
        }
    }

    /// Sets the alarm for the next call.
    pub(super) fn set_alarm(&mut self, effects: &mut Effects) {
        let ticket = self.ticket();
        if let Some(watch) = &mut self.watch {
            watch.alarm = Some(ticket);
            effects.push(Effect::Alarm(ticket, watch.interval));
        }
    }

    /// Makes the next call. A call that has not returned is waited for.
    pub(super) fn alarmed(&mut self, ticket: Ticket, effects: &mut Effects) {
        let Some(watch) = &mut self.watch else {
            return;
        };
        if watch.alarm.take_if(|alarm| *alarm == ticket).is_none() || self.lookups.pending.is_some()
        {
            return;
        }
        // The answer would close the socket of the menu.
        if matches!(self.popup, Some(Popup::Calls(_))) {
            return self.set_alarm(effects);
        }
        let query = self.asked.clone();
        if self.call(query.clone(), effects) {
            self.add_visit(self.host.os, Arc::new(query), None);
        } else {
            self.set_alarm(effects);
        }
    }

    /// Counts the answer that has come after `old`, the visit of this number, and compares both.
    pub(super) fn watched(&mut self, old: Option<(usize, Answer)>, effects: &mut Effects) {
        if self.watch.is_none() {
            if let Some((number, answer)) = old {
                self.history.keep_as(number, answer);
            }
            return;
        }
        let took = self.run().and_then(|run| run.answer()).map(|it| it.took);
        self.count_answer(took);
        let ticket = self.ticket();
        if let Some((number, old)) = old {
            if let (Some(watch), Some(new)) = (&mut self.watch, &self.answer)
                && watch.answers > 1
            {
                watch.comparing = Some((ticket, number));
                let both = [old.counterpart(number), new.counterpart(0)];
                effects.push(Effect::Compare(ticket, Arc::new(both)));
            }
            self.history.keep_as(number, old);
        }
        self.set_alarm(effects);
    }

    /// Takes in what differs between the last two answers. Of equal ones the history keeps the newer.
    pub(super) fn watch_compared(&mut self, ticket: Ticket, comparison: &Comparison) {
        let Some(watch) = &mut self.watch else {
            return;
        };
        let Some((_, older)) = watch.comparing.take_if(|(own, _)| *own == ticket) else {
            return;
        };
        watch.changes.count(comparison);
        let entries = comparison.differences.iter();
        let entries = entries.filter(|it| it.part == Part::Entries);
        let marks = entries.filter_map(|it| Some((it.entries[1]?, it.change)));
        watch.marks = marks.collect();
        if comparison.is_equal() {
            let sockets = &self.sockets;
            self.history.forget(older, |run| sockets.hold(run));
        }
    }
}
