//! Notes on a call: what happened, why, and what to do.
//!
//! A rule finds a note: it is a small pure function over a [`Case`]. A note that the facts do not
//! prove is marked as suspected. The words are in `assets/words/`, one file per
//! language; see `texts`.
//!
//! `error` and `causes` explain an error without a call: what `--explain` prints.

mod case;
mod causes;
mod error;
mod held;
pub(crate) mod lookup;
pub(crate) mod order;
mod rules;
mod step;
#[cfg(test)]
mod tests;
mod texts;

pub use case::Case;
pub(crate) use error::{ErrorCode, Question, same_error};
pub(crate) use held::{notes_of_held, notes_of_held_redacted};
pub(crate) use rules::needs;
pub use rules::{needs_of_run, notes, notes_redacted};

use crate::net::{Call, Query, literal};
use crate::words;

/// How much a note matters, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Why a call failed.
    Failure,
    /// The call succeeded, but did something else than intended.
    Warning,
    /// Good to know.
    Advice,
}

impl Severity {
    /// The word in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Warning => "warning",
            Self::Advice => "advice",
        }
    }
}

/// An explanation. `Texts` turns it into text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The rule that made it: `port-wrapped`.
    pub rule: &'static str,
    /// The rule's words.
    pub(crate) words: words::Rule,
    /// How much it matters.
    pub(crate) severity: Severity,
    /// Whether the facts do not prove it. The text then says so.
    pub(crate) suspected: bool,
    /// The values of the placeholders, escaped for a terminal.
    pub(crate) values: Vec<(&'static str, String)>,
    /// A change that helps, if there is one.
    pub fix: Option<Fix>,
}

/// A change that helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// The query with one thing changed.
    Query(Query),
    /// A call on the socket that mends the call which the note is on: the same call with another
    /// argument, or one that has to come before it.
    Call(Call),
}

impl Fix {
    /// The changed query.
    pub const fn query(&self) -> Option<&Query> {
        match self {
            Self::Query(query) => Some(query),
            Self::Call(_) => None,
        }
    }
}
