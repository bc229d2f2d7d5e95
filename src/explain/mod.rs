//! What happened, why with these hints, and what to do: notes on a call and what came of it.
//!
//! A note is found by a rule: a small pure function over a [`Case`]. Rules speak only of what they
//! know; one that cannot be sure says so. The words are in `assets/words/`, one file per
//! language; see [`texts()`].

mod case;
mod literal;
mod rules;
#[cfg(test)]
mod tests;
mod texts;

pub use case::{Case, Libc};
pub use texts::{Texts, texts};

use crate::net::{Needs, Query, Run};
use crate::words;

/// How much a note matters, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// A call failed, and this is why.
    Failure,
    /// It works, but not as it was meant.
    Warning,
    /// Good to know.
    Advice,
}

impl Severity {
    /// The severity as JSON has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Warning => "warning",
            Self::Advice => "advice",
        }
    }
}

/// What a rule has to say. The words come from [`Texts`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The rule that speaks: `port-wrapped`.
    pub rule: &'static str,
    /// The rule's words.
    pub(crate) words: words::Rule,
    /// How much it matters.
    pub severity: Severity,
    /// Whether the rule only suspects; its words say so then.
    pub suspected: bool,
    /// What the texts' placeholders stand for, fit for a terminal.
    pub values: Vec<(&'static str, String)>,
    /// What would help, where that can be told.
    pub fix: Option<Fix>,
}

/// What would help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The query with one thing changed.
    pub query: Query,
}

/// What there is to say of the case, the most telling first. Without an entry it is about the query
/// and getaddrinfo, with one about that entry and its socket().
#[must_use]
pub fn notes(case: &Case<'_>) -> Vec<Note> {
    rules::notes(case)
}

/// The facts that a rule about the case would look at and that are not known yet.
#[must_use]
pub fn needs(case: &Case<'_>) -> Needs {
    rules::needs(case)
}

/// The same for the query and for every entry.
#[must_use]
pub fn needs_of_run(run: &Run) -> Needs {
    rules::needs_of_run(run)
}
