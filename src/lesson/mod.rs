//! Presets and lessons: files of queries and steps to learn from.
//!
//! A preset is a query with a name. A lesson is a sequence of steps: a text, calls, a question about the
//! result of one. Both are data in `assets`, compiled in, and in files of the user's own.

mod draft;
mod file;
mod library;
mod preset;
mod progress;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use draft::{SessionCall, draft, id_of};
pub(crate) use library::skeleton;
pub use library::{Lessons, RESERVED, lessons};
pub(crate) use preset::bad_constant;
#[cfg(test)]
pub(crate) use preset::preset;
pub use preset::{Preset, Presets, parse, presets};
pub use progress::{Progress, Summary, Verdict};

use crate::net::Query;
use crate::script;
use crate::script::syntax::{Case, Line, Place, Script, Statement, terms};
use crate::words::{Phrase, Translated};

/// A sequence of steps. Every text in it is safe for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The name in the list.
    pub id: String,
    /// What `--lesson` takes: the id, or the file as it was given.
    pub(crate) name: PathBuf,
    /// The title in the list.
    pub title: Translated,
    /// The steps, at least one.
    pub steps: Vec<Step>,
}

/// A text, the calls that are made with it, and a question about the last of them.
///
/// First the query is made, then the calls, then the call of the question. The names of sockets, lists
/// and ports hold in all later steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the step teaches; a line feed ends a paragraph.
    pub text: Translated,
    /// The tutorial's C that it is about.
    pub source: Option<String>,
    /// The line of getaddrinfo for the form, whose answer is `list`. Its result is 0, or that of the
    /// question if the question is about it.
    pub(crate) query: Option<Line>,
    /// The lines of the other calls.
    pub(crate) calls: Vec<Line>,
    /// What helps to answer.
    pub hint: Option<Translated>,
    /// Whether the calls reach more than this host.
    pub network: bool,
    /// The question.
    pub ask: Option<Question>,
}

/// A question about what a call returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub text: Translated,
    /// The number of the line of its call.
    pub line: usize,
    /// The answers to choose from, at least two.
    pub choices: Vec<Choice>,
}

/// An answer. The call decides whether it is the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The call with the result that this answer names.
    pub(crate) line: Line,
    /// The sentence that the reader chooses.
    pub text: Translated,
    /// Why this is not what happened.
    pub why: Option<Translated>,
}

impl Lesson {
    /// Reads the text of the file `path`.
    ///
    /// # Errors
    /// The file is not TOML, has an unknown or missing member, a call that no system has, a name that no
    /// line before it binds, or two answers with one result. The message has `path` and the line.
    pub fn read(path: &Path, text: &str) -> Result<Self, Phrase> {
        let lesson = file::read(path, text)?;
        for place in Place::ALL {
            lesson.script(place, true).check(path, place)?;
            let alone = lesson.script(place, false).check(path, place);
            alone.map_err(Phrase::lesson_without_network)?;
        }
        Ok(lesson)
    }

    /// Every call in its order, with the results that are expected on `place`: of a question's call
    /// those of every choice. Without `network` the steps that need it are left out.
    pub(crate) fn script(&self, place: Place, network: bool) -> Script {
        let steps = self.steps.iter().filter(|step| network || !step.network);
        Script(steps.flat_map(|step| step.lines(place)).collect())
    }

    /// The calls of each step. Without `network` those that need it have none.
    pub fn parts(&self, place: Place, network: bool) -> Vec<Script> {
        let steps = self.steps.iter();
        let lines = steps.map(|step| match network || !step.network {
            true => step.lines(place),
            false => Vec::new(),
        });
        lines.map(Script).collect()
    }

    /// The step with the question about the call on this line, and its place.
    pub fn asking(&self, line: usize) -> Option<(usize, &Question)> {
        let questions = self.steps.iter().enumerate();
        let mut questions = questions.filter_map(|(at, step)| Some((at, step.ask.as_ref()?)));
        questions.find(|(_, question)| question.line == line)
    }
}

impl Step {
    /// The query for the form, if `place` has its constants.
    pub(crate) fn query(&self, place: Place) -> Option<Arc<Query>> {
        script::query(self.query.as_ref()?, place)
    }

    /// The lines of the step, in the order of the calls.
    pub(crate) fn lines(&self, place: Place) -> Vec<Line> {
        let asked = self.ask.as_ref().map(|question| question.call(place));
        let query = self.query.as_ref().filter(|query| {
            let question = self.ask.as_ref();
            question.is_none_or(|question| question.line != query.number)
        });
        let lines = query.into_iter().chain(&self.calls).cloned();
        lines.chain(asked).collect()
    }
}

impl Question {
    /// The call, with the results of every choice.
    fn call(&self, place: Place) -> Line {
        // There are choices.
        let mut line = self.choices.first().map(|choice| choice.line.clone());
        if let Some(Statement { cases, .. }) =
            line.as_mut().and_then(|line| line.statement.as_mut())
        {
            *cases = self.cases(place).map(|(_, case)| case).collect();
        }
        line.unwrap_or_default()
    }

    /// The results on `place`, each with the index of its choice.
    fn cases(&self, place: Place) -> impl Iterator<Item = (usize, Case)> {
        let choices = self.choices.iter().enumerate();
        choices.flat_map(move |(at, choice)| {
            let statement = choice.line.statement.iter();
            let cases = statement.flat_map(move |statement| statement.cases(place));
            cases.map(move |terms| {
                let terms = terms.to_vec();
                (at, Case { place: None, terms })
            })
        })
    }

    /// The choices that name one of the results with these indices. They are those of the call's line
    /// in `Lesson::script`.
    pub fn chosen(&self, place: Place, fitting: &[usize]) -> Vec<usize> {
        let choices: Vec<usize> = self.cases(place).map(|(choice, _)| choice).collect();
        let mut chosen: Vec<usize> = fitting
            .iter()
            .filter_map(|&at| choices.get(at).copied())
            .collect();
        chosen.dedup();
        chosen
    }

    /// The second of two choices with the same result on a system.
    fn repeated(&self) -> Option<usize> {
        Place::ALL.into_iter().find_map(|place| {
            let mut first = HashMap::new();
            let mut cases = self.cases(place);
            let repeated = cases.find(|(at, case)| {
                let before = *first.entry(terms(&case.terms)).or_insert(*at);
                before != *at
            });
            repeated.map(|(at, _)| at)
        })
    }
}

#[cfg(test)]
mod tests;
