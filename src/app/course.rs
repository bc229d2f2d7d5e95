//! The lesson on screen: its steps, what their calls returned, and what Enter does.

use std::sync::Arc;
use std::time::Duration;

use super::effect::Ticket;
use super::form::Form;
use crate::lesson::{Lesson, Progress, Step};
use crate::net::Query;
use crate::script::syntax::Place;
use crate::words::Phrase;

/// A lesson that is being taken.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Course {
    /// The lesson.
    pub(crate) lesson: Arc<Lesson>,
    /// Where the reader is, and the predictions.
    pub(crate) progress: Progress,
    /// What became of the calls of each step.
    pub(crate) steps: Vec<StepCalls>,
    /// The first visible line of the pane.
    pub(crate) first: usize,
    /// Why the calls cannot be made.
    pub(crate) failure: Option<Phrase>,
    /// Whether the calls of steps that need the network are made.
    pub(crate) network: bool,
    /// The thread that makes the calls.
    pub(super) ticket: Ticket,
    /// The query that the lesson filled into the form.
    pub(super) filled: Option<Arc<Query>>,
    /// What was typed into the form before.
    pub(super) typed: Option<Form>,
    /// Whether the results are to come in sight.
    pub(super) follows: bool,
    /// Whether Esc leaves the lesson.
    pub(super) leaving: bool,
    /// Whether a frame shows the step as it is.
    pub(super) drawn: bool,
}

/// The calls of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StepCalls {
    /// Each call, in the order in which they are made.
    pub(crate) calls: Vec<StepCall>,
    /// Whether they are to be made, and whether all were begun.
    pub(super) asked: bool,
    pub(super) made: bool,
    /// Whether the hint is shown.
    pub(crate) hint: bool,
    /// The query for the form.
    pub(super) query: Option<Arc<Query>>,
    /// The number of its run in the history.
    pub(super) visit: Option<usize>,
}

/// A call of a step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StepCall {
    /// The number of its line in the file.
    pub(super) line: usize,
    /// The call as it is written there.
    pub(crate) planned: String,
    /// The lesson's name of the socket that it is made on, or that it opens.
    pub(crate) name: Option<String>,
    /// Whether it opens that socket.
    pub(crate) opens: bool,
    /// How it stands.
    pub(crate) end: CallEnd,
    /// Whether it returned by itself.
    pub(super) returned: bool,
    /// What is to be said of its result.
    pub(crate) remarks: Vec<Phrase>,
}

/// How a call of a step stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CallEnd {
    /// It was not made.
    Planned,
    /// This system lacks it.
    Skipped,
    /// It has not returned after this time.
    Pending(Ticket, String, Duration),
    /// It returned: its line, whether it succeeded, and its number in the list of calls.
    Returned(String, bool, usize),
}

/// What Enter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Show the rest of the text.
    More,
    /// Answer the question, and make the calls.
    Answer,
    /// Make the calls.
    Make,
    /// Nothing: a call has not returned.
    Wait,
    /// Go to the next step.
    Next,
    /// Nothing: this is the end.
    End,
}

impl StepCalls {
    fn new(step: &Step, place: Place, network: bool) -> Self {
        let lines = step.lines(place).into_iter();
        let calls = lines.filter_map(|line| {
            let statement = line.statement?;
            let first = statement.arguments.first();
            let on = first.and_then(|term| term.word());
            let opened = statement.cases.first();
            let opened = opened.and_then(|case| case.terms.first()?.word());
            let opens = matches!(&*statement.call.text, "socket" | "accept" | "WSASocket");
            let name = opened.filter(|_| opens).or(on.filter(|_| !opens));
            let is_name = |name: &&str| {
                name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains('[')
            };
            Some(StepCall {
                line: line.number,
                planned: statement.start(),
                name: name.filter(is_name).map(str::to_owned),
                opens,
                end: CallEnd::Planned,
                returned: false,
                remarks: Vec::new(),
            })
        });
        Self {
            calls: match network || !step.network {
                true => calls.collect(),
                false => Vec::new(),
            },
            query: step.query(place),
            ..Self::default()
        }
    }
}

impl Course {
    pub(super) fn new(lesson: Arc<Lesson>, place: Place, network: bool, ticket: Ticket) -> Self {
        let steps = lesson.steps.iter();
        let steps = steps.map(|step| StepCalls::new(step, place, network));
        Self {
            progress: Progress::new(&lesson),
            steps: steps.collect(),
            lesson,
            first: 0,
            failure: None,
            network,
            ticket,
            filled: None,
            typed: None,
            follows: false,
            leaving: false,
            drawn: false,
        }
    }

    /// The step, and its calls.
    pub(crate) fn step(&self) -> (&Step, &StepCalls) {
        // There is a step, and as many of the others.
        (
            &self.lesson.steps[self.progress.at()],
            &self.steps[self.progress.at()],
        )
    }

    /// The call of the question, if it can be made.
    pub(super) fn question(&self, step: usize) -> Option<&StepCall> {
        let line = self.lesson.steps.get(step)?.ask.as_ref()?.line;
        let mut calls = self.steps.get(step)?.calls.iter();
        calls.find(|call| call.line == line)
    }

    /// The selected choice, if the question can be answered.
    pub(crate) fn choice(&self) -> Option<usize> {
        let at = self.progress.at();
        let open = !self.steps[at].asked && self.question(at).is_some();
        self.progress.selected().filter(|_| open)
    }

    /// Whether all calls of this step were begun, and that of the question has ended.
    pub(crate) fn is_made(&self, step: usize) -> bool {
        let Some(calls) = self.steps.get(step) else {
            return true;
        };
        let waits = self
            .question(step)
            .is_some_and(|call| matches!(call.end, CallEnd::Planned | CallEnd::Pending(..)));
        calls.calls.is_empty() || calls.made && !waits
    }

    /// Whether the step is being made.
    pub(crate) fn waits(&self) -> bool {
        let at = self.progress.at();
        self.steps[at].asked && !self.is_made(at)
    }

    /// The calls of other steps that have not returned, if the step has to wait for them.
    pub(crate) fn waits_for(&self) -> impl Iterator<Item = &StepCall> {
        let at = self.progress.at();
        let others = self.steps.iter().enumerate();
        let others = others.filter(move |(step, _)| *step != at && self.waits());
        let calls = others.flat_map(|(_, step)| &step.calls);
        calls.filter(|call| matches!(call.end, CallEnd::Pending(..)))
    }

    /// The calls that have not returned.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Ticket> {
        let calls = self.steps.iter().flat_map(|step| &step.calls);
        calls.filter_map(|call| match call.end {
            CallEnd::Pending(ticket, ..) => Some(ticket),
            _ => None,
        })
    }

    pub(super) fn waited(&mut self, ticket: Ticket, time: Duration) {
        for call in self.steps.iter_mut().flat_map(|step| &mut step.calls) {
            if let CallEnd::Pending(own, _, elapsed) = &mut call.end
                && *own == ticket
            {
                *elapsed = time;
            }
        }
    }

    /// Whether the call of this number in the list of calls is of the step.
    pub(crate) fn is_of_step(&self, number: usize) -> bool {
        let mut calls = self.step().1.calls.iter();
        calls.any(|call| matches!(call.end, CallEnd::Returned(_, _, own) if own == number))
    }

    /// The step and the call of a line.
    pub(super) fn call_mut(&mut self, line: usize) -> Option<(usize, &mut StepCall)> {
        let steps = self.steps.iter_mut().enumerate();
        let mut calls = steps.flat_map(|(at, step)| step.calls.iter_mut().map(move |it| (at, it)));
        calls.find(|(_, call)| call.line == line)
    }
}

/// The step at which each lesson was left, by its id.
pub(super) type Left = Vec<(String, usize)>;
