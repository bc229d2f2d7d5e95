//! The rules, grouped by their subject.
//!
//! For a failed call only the first rule that matches makes a note, so the most specific rules come
//! first. For a call that succeeded every rule that matches makes one.

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

/// A rule and the facts that it needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) words: words::Rule,
    /// What it finds in a case.
    check: fn(&Case<'_>) -> Option<Finding>,
    needs: Needs,
}

/// A rule: its name, its function, the facts that the function reads.
macro_rules! rule {
    ($name:literal $function:ident $([$($need:ident),+])?) => {
        $crate::explain::rules::Rule {
            words: match $crate::words::Rule::named($name) {
                Some(words) => words,
                None => panic!(concat!("assets/words/*.toml have no [rule.", $name, "]")),
            },
            check: $function,
            needs: $crate::net::Needs::NONE$($(.and($crate::net::Needs::$need))+)?,
        }
    };
}
use rule;

/// One rule a line. A rule without words does not compile.
macro_rules! rules {
    ($($name:literal $function:ident $([$($need:ident),+])?),* $(,)?) => {
        pub(super) const RULES: &[$crate::explain::rules::Rule] =
            &[$($crate::explain::rules::rule!($name $function $([$($need),+])?)),*];
    };
}
use rules;

/// The rules on a getaddrinfo that failed.
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

/// The rules on a socket() that failed.
const SOCKET_FAILED: &[&[Rule]] = &[winsock::RULES, socket::RULES];

/// The rules on a getaddrinfo that succeeded.
const SUCCEEDED: &[&[Rule]] = &[success::RULES];

/// The rules on an entry.
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

/// The rules for this case: those of which only the first match counts, and those of which every
/// match counts.
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
    let note = |rule: &Rule| {
        let finding = (rule.check)(case)?;
        Some(Note {
            rule: rule.words.name(),
            words: rule.words,
            severity: finding.severity,
            suspected: finding.suspected,
            values: finding.values,
            fix: finding.fix,
        })
    };
    let why = failed.iter().copied().flatten().find_map(note);
    let more = others.iter().copied().flatten().filter_map(note);
    let mut notes: Vec<Note> = why.into_iter().chain(more).collect();
    // The sort is stable: notes of one severity stay in the order of their rules.
    notes.sort_by_key(|note| note.severity);
    notes
}

/// The facts that a rule needs and that are not known yet: those of each rule whose other
/// conditions hold.
pub(super) fn needs(case: &Case<'_>) -> Needs {
    let (failed, others) = stages(case);
    let mut needs = Needs::NONE;
    for rule in failed.iter().chain(others).copied().flatten() {
        let unknown = rule.needs.without(case.run.facts.known | needs);
        if unknown.is_empty() {
            continue;
        }
        case.facts_read.set(false);
        let _ = (rule.check)(case);
        if case.facts_read.get() {
            needs |= unknown;
        }
    }
    needs
}

/// The rules that read facts but declare none.
#[cfg(test)]
pub(super) fn undeclared(case: &Case<'_>) -> Vec<&'static str> {
    let (failed, others) = stages(case);
    let reads = |rule: &&Rule| {
        case.facts_read.set(false);
        let _ = (rule.check)(case);
        rule.needs.is_empty() && case.facts_read.get()
    };
    let rules = failed.iter().chain(others).copied().flatten();
    rules.filter(reads).map(|rule| rule.words.name()).collect()
}

/// The same for the query and every entry.
pub(super) fn needs_of_run(run: &Run) -> Needs {
    let entries = (0..run.entries().len()).map(Some);
    let cases = std::iter::once(None).chain(entries);
    cases.fold(Needs::NONE, |all, entry| {
        all | needs(&Case::new(run, entry))
    })
}

/// The note of a rule, without its name.
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

    /// Whether the facts do not prove it.
    const fn suspected(mut self, suspected: bool) -> Self {
        self.suspected = suspected;
        self
    }

    /// A value for the placeholder `name`, escaped for a terminal.
    fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        let value = value.to_string();
        let value = crate::text::printable(value.as_ref()).into_owned();
        self.values.push((name, value));
        self
    }

    /// The value as a string literal of C; a long one is truncated.
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
