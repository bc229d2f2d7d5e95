//! The rules, grouped by what they look at.
//!
//! Where a call failed, the first rule that can tell why is the only one to speak: those that stand
//! first know the most. Of what succeeded each rule may say its part.

mod entry;
mod family;
mod flags;
mod name;
mod node;
mod request;
mod service;
mod socket;
mod socktype;
mod success;
mod winsock;

use std::ffi::OsStr;

use super::case::Case;
use super::{Fix, Note, Severity};
use crate::net::{Needs, Query, Run};
use crate::text::Text;
use crate::words;

/// A rule: its identifier, and when it has something to say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) words: words::Rule,
    speaks: fn(&Case<'_>) -> Option<Finding>,
    /// The facts that it looks at.
    needs: Needs,
}

/// Rules written one a line: the identifier, the function, the facts that it looks at.
macro_rules! rules {
    ($($name:literal $function:ident $([$($need:ident),+])?),* $(,)?) => {
        pub(super) const RULES: &[$crate::explain::rules::Rule] = &[$($crate::explain::rules::Rule {
            words: $crate::words::Rule::named($name),
            speaks: $function,
            needs: $crate::net::Needs::NONE$($(.and($crate::net::Needs::$need))+)?,
        }),*];
    };
}
use rules;

/// Why getaddrinfo failed.
const GETADDRINFO_FAILED: &[&[Rule]] = &[
    winsock::RULES,
    request::RULES,
    flags::RULES,
    socktype::RULES,
    service::RULES,
    name::EXHAUSTED,
    node::RULES,
    family::RULES,
    name::RULES,
];

/// Why socket() failed.
const SOCKET_FAILED: &[&[Rule]] = &[winsock::RULES, socket::RULES];

/// What can be said of a list that came back.
const SUCCEEDED: &[&[Rule]] = &[success::RULES];

/// What can be said of an entry.
const ENTRY: &[&[Rule]] = &[entry::RULES];

/// Every rule, each once.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    [GETADDRINFO_FAILED, &SOCKET_FAILED[1..], SUCCEEDED, ENTRY]
        .into_iter()
        .flatten()
        .copied()
        .flatten()
}

/// The rules about a failure, of which the first that speaks is the only one, and those of which each
/// may speak.
fn stages(case: &Case<'_>) -> (&'static [&'static [Rule]], &'static [&'static [Rule]]) {
    match case.entry {
        None if case.failure().is_some() => (GETADDRINFO_FAILED, &[]),
        None if case.run.succeeded() => (&[], SUCCEEDED),
        None => (&[], &[]),
        Some(_) if case.socket_failure().is_some() => (SOCKET_FAILED, ENTRY),
        Some(_) => (&[], ENTRY),
    }
}

pub(super) fn notes(case: &Case<'_>) -> Vec<Note> {
    let (failed, others) = stages(case);
    let speak = |rule: &Rule| {
        let finding = (rule.speaks)(case)?;
        Some(Note {
            rule: rule.words.name(),
            words: rule.words,
            severity: finding.severity,
            suspected: finding.suspected,
            values: finding.values,
            fix: finding.fix,
        })
    };
    let why = failed.iter().copied().flatten().find_map(speak);
    let more = others.iter().copied().flatten().filter_map(speak);
    let mut notes: Vec<Note> = why.into_iter().chain(more).collect();
    // The rules of a stage stand in the order of what they tell; only the severity goes before it.
    notes.sort_by_key(|note| note.severity);
    notes
}

/// The facts that a rule would look at and that are not known yet.
pub(super) fn needs(case: &Case<'_>) -> Needs {
    let (failed, others) = stages(case);
    let mut needs = Needs::NONE;
    for rule in failed.iter().chain(others).copied().flatten() {
        let unknown = rule.needs.without(case.run.facts.known | needs);
        if unknown.is_empty() {
            continue;
        }
        case.asked.set(false);
        let _ = (rule.speaks)(case);
        if case.asked.get() {
            needs |= unknown;
        }
    }
    needs
}

/// The rules that look at facts without naming any.
#[cfg(test)]
pub(super) fn stray(case: &Case<'_>) -> Vec<&'static str> {
    let (failed, others) = stages(case);
    let looks = |rule: &&Rule| {
        case.asked.set(false);
        let _ = (rule.speaks)(case);
        rule.needs.is_empty() && case.asked.get()
    };
    let rules = failed.iter().chain(others).copied().flatten();
    rules.filter(looks).map(|rule| rule.words.name()).collect()
}

/// The facts that the rules about the query and about every entry need.
pub(super) fn needs_of_run(run: &Run) -> Needs {
    let entries = (0..run.entries().len()).map(Some);
    let cases = std::iter::once(None).chain(entries);
    cases.fold(Needs::NONE, |all, entry| {
        all | needs(&Case::new(run, entry))
    })
}

/// What a rule found.
#[derive(Debug)]
struct Finding {
    severity: Severity,
    suspected: bool,
    values: Vec<(&'static str, String)>,
    fix: Option<Fix>,
}

impl Finding {
    const fn of(severity: Severity) -> Self {
        Self {
            severity,
            suspected: false,
            values: Vec::new(),
            fix: None,
        }
    }

    const fn failure() -> Self {
        Self::of(Severity::Failure)
    }

    const fn warning() -> Self {
        Self::of(Severity::Warning)
    }

    const fn advice() -> Self {
        Self::of(Severity::Advice)
    }

    /// The rule cannot be sure.
    const fn suspected(mut self, suspected: bool) -> Self {
        self.suspected = suspected;
        self
    }

    /// A value for the placeholder of that name, fit for a terminal.
    fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        let value = value.to_string();
        let value = crate::text::printable(value.as_ref()).into_owned();
        self.values.push((name, value));
        self
    }

    /// The value as a string literal of C; of a long one the beginning.
    fn quoted(mut self, name: &'static str, value: impl AsRef<OsStr>) -> Self {
        self.values
            .push((name, crate::text::quoted_briefly(value.as_ref())));
        self
    }

    /// The query's node, byte for byte.
    fn node(self, case: &Case<'_>) -> Self {
        self.text("node", case.query.node.as_ref())
    }

    /// The query's service, byte for byte.
    fn service(self, case: &Case<'_>) -> Self {
        self.text("service", case.query.service.as_ref())
    }

    fn text(self, name: &'static str, text: Option<&Text>) -> Self {
        self.quoted(name, text.map(Text::as_os_str).unwrap_or_default())
    }

    fn fix(mut self, query: Option<Query>) -> Self {
        self.fix = query.map(|query| Fix { query });
        self
    }

    #[expect(clippy::unnecessary_wraps, reason = "how every rule ends")]
    const fn some(self) -> Option<Self> {
        Some(self)
    }
}
