//! What happens to the calls of the lesson.

use std::sync::Arc;
use std::time::Duration;

use super::Model;
use super::course::{CallEnd, Course};
use super::effect::{Effects, Ticket};
use crate::net::{Call, Outcome, Query, Record};
use crate::script;
use crate::words::{Key, Phrase};

/// A report of the thread that makes the calls of a lesson. Lines are numbers in its file.
#[derive(Clone, Debug, PartialEq)]
pub enum CourseEvent {
    /// This call waits.
    Begun(usize, Record),
    /// This system lacks the call of this line.
    Skipped(usize),
    /// A call returned.
    Returned {
        /// Its line.
        line: usize,
        /// The call.
        record: Record,
        /// The choice that names its result, if the question is about it and one does.
        choice: Option<usize>,
    },
    /// A call returned something else than its line expects: that, and what or why not.
    Different(usize, String, Phrase),
    /// The port of this line is open to the network.
    Exposed(usize),
    /// The calls of this step were begun.
    Made(usize),
    /// The thread has ended for this reason.
    Ended(Phrase),
}

impl Model {
    /// Takes in what happened to the calls of the lesson.
    pub(super) fn lesson_event(
        &mut self,
        ticket: Ticket,
        event: CourseEvent,
        effects: &mut Effects,
    ) {
        let own = self.course.as_ref().map(|course| course.ticket);
        if own != Some(ticket) {
            // The lesson was left; its calls were made all the same.
            if let CourseEvent::Returned { record, .. } = &event {
                self.list_call(record);
            }
            return;
        }
        let (os, next) = (self.host.os, self.ticket());
        let number = self.calls.next();
        let Some(course) = &mut self.course else {
            return;
        };
        course.drawn = false;
        match event {
            CourseEvent::Begun(line, record) => {
                if let Some((_, call)) = course.call_mut(line) {
                    let text = script::planned(os, &record.call, record.on);
                    call.end = CallEnd::Pending(next, text, Duration::ZERO);
                }
            }
            CourseEvent::Skipped(line) => {
                if let Some((_, call)) = course.call_mut(line) {
                    call.end = CallEnd::Skipped;
                }
            }
            CourseEvent::Returned {
                line,
                record,
                choice,
            } => {
                let succeeded = matches!(record.outcome, Outcome::Returned(_));
                let Some((at, call)) = course.call_mut(line) else {
                    return;
                };
                let failed = matches!(record.outcome, Outcome::Failed(_));
                call.returned = succeeded || failed && !record.is_interrupted();
                let text = match record.outcome {
                    Outcome::NotStarted(_) => call.planned.clone(),
                    _ => script::without_time(os, &record),
                };
                call.end = CallEnd::Returned(text, succeeded, number);
                if course.lesson.asking(line).is_some() {
                    course.progress.answer(at, choice);
                }
                self.list_call(&record);
                if let (Call::Getaddrinfo(query), Outcome::Returned(_) | Outcome::Failed(_)) =
                    (&record.call, &record.outcome)
                {
                    let query = Arc::clone(query);
                    self.show_lookup(at, query, record, effects);
                }
            }
            CourseEvent::Different(line, expected, got) => {
                let asked = course.lesson.asking(line).is_some();
                if let Some((_, call)) = course.call_mut(line) {
                    // The choices of a question tell what was expected; a socket may have any number.
                    let told = asked || call.name.as_ref() == Some(&expected);
                    match call.returned {
                        true if told => {}
                        true => call.remarks.push(Phrase::lesson_expected(expected)),
                        false => call.remarks.push(got),
                    }
                }
            }
            CourseEvent::Exposed(line) => {
                if let Some((_, call)) = course.call_mut(line) {
                    call.remarks.push(Key::LessonExposed.into());
                }
            }
            CourseEvent::Made(step) => {
                if let Some(step) = course.steps.get_mut(step) {
                    step.made = true;
                }
            }
            CourseEvent::Ended(reason) => {
                let at = course.progress.at();
                let mut again =
                    Course::new(Arc::clone(&course.lesson), self.place, self.network, next);
                again.progress.go(at);
                again.failure = Some(reason);
                self.course = Some(again);
            }
        }
    }

    /// Shows the answer of a getaddrinfo of the lesson, as if the form had asked.
    fn show_lookup(&mut self, at: usize, query: Arc<Query>, record: Record, effects: &mut Effects) {
        // A lesson that the program started with had no query before its first.
        let visits = self.history.visits();
        let blank = self.run().is_none() && self.lookups.pending.is_none() && visits.len() == 1;
        let blank = visits.first().filter(|_| blank).map(|visit| visit.number);
        self.lookups.pending = None;
        self.fill_lesson(&query);
        let typed = self.course.as_mut().and_then(|it| it.typed.take());
        self.asked = (*query).clone();
        self.add_visit(self.host.os, Arc::clone(&query), typed);
        if let Some(blank) = blank {
            self.history.forget(blank, |_| false);
        }
        self.watch_anew();
        self.show_answer(query, record, effects);
        let visit = self.history.visits().get(self.history.current());
        let number = visit.map(|visit| visit.number);
        if let Some(step) = self.course.as_mut().and_then(|it| it.steps.get_mut(at))
            && step.query.as_deref() == Some(&self.asked)
        {
            step.visit = number;
        }
    }
}
