//! The rules, grouped by their subject.
//!
//! For a failed call only the first rule that matches makes a note, so the most specific rules come
//! first. For a call that succeeded every rule that matches makes one.

mod address;
mod bind;
mod connect;
mod done;
mod entry;
mod family;
mod flags;
mod listen;
mod name;
mod node;
mod option;
mod providers;
mod request;
mod resources;
mod service;
mod socket;
mod socktype;
mod sources;
mod success;
mod transfer;
mod windows;
mod winsock;

use std::ffi::OsStr;

use super::case::Case;
use super::{Fix, Note, Severity};
use crate::net::{Call, Hint, Needs, Outcome, Query, Run};
use crate::text::{Text, printable, quoted_briefly};
use crate::words;

/// A rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) words: words::Rule,
    /// The errors that it explains; empty if `check` decides.
    errors: &'static [&'static str],
    /// What it finds in a case.
    check: fn(&Case<'_>) -> Option<Finding>,
    /// The facts that `check` reads.
    pub(super) needs: Needs,
    /// Why its note may be sure; `None`: every note of it is suspected.
    pub(super) proof: Option<Proof>,
}

/// Why a note may be sure of its cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The text of the query or the list that getaddrinfo returned shows the cause.
    Text,
    /// Facts exclude every other cause: without those that the rule needs it only suspects.
    Facts,
    /// The system defines the error for this one cause, or the note claims no more than its meaning.
    Error,
}

/// One rule a line: its name, its function, its proof, the errors it explains, the facts the function
/// reads. A rule without words does not compile.
macro_rules! rules {
    ($($name:literal $function:ident $(by $proof:ident)?
        $(on [$($error:literal),+])? $(needs [$($need:ident),+])?),* $(,)?) => {
        pub(super) const RULES: &[$crate::explain::rules::Rule] = &[$($crate::explain::rules::Rule {
            words: match $crate::words::Rule::named($name) {
                Some(words) => words,
                None => panic!(concat!("assets/words have no [rule.", $name, "]")),
            },
            errors: &[$($($error),+)?],
            check: $function,
            needs: $crate::net::Needs::NONE$($(.and($crate::net::Needs::$need))+)?,
            proof: [$(Some($crate::explain::rules::Proof::$proof),)? None][0],
        }),*];
    };
}
pub(super) use request::is_null;
use rules;
pub(super) use sources::usable;

impl Rule {
    fn check(&self, case: &Case<'_>) -> Option<Finding> {
        if !self.errors.is_empty() && !case.failed_with(self.errors) {
            return None;
        }
        (self.check)(case)
    }
}

/// The rules on a getaddrinfo that failed.
const GETADDRINFO_FAILED: &[&[Rule]] = &[
    winsock::RULES,
    request::RULES,
    flags::RULES,
    providers::RULES,
    socktype::RULES,
    service::RULES,
    node::RULES,
    family::RULES,
    sources::RULES,
    windows::RULES,
    name::RULES,
];

/// The rules on a socket() that failed.
const SOCKET_FAILED: &[&[Rule]] = &[
    winsock::RULES,
    providers::RULES,
    resources::RULES,
    socket::RULES,
];

/// The rules on a call after socket() that failed.
const STEP_FAILED: &[&[Rule]] = &[
    winsock::RULES,
    resources::RULES,
    option::RULES,
    address::RULES,
    bind::RULES,
    listen::RULES,
    connect::RULES,
    transfer::RULES,
];

/// Every rule, each once.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    let others: [&[Rule]; 4] = [socket::RULES, success::RULES, entry::RULES, done::RULES];
    let steps = STEP_FAILED.iter().skip(1);
    GETADDRINFO_FAILED
        .iter()
        .chain(steps)
        .copied()
        .chain(others)
        .flatten()
}

/// The rules for this case: those of which only the first match counts, and those of which every
/// match counts.
fn stages(case: &Case<'_>) -> (&'static [&'static [Rule]], &'static [Rule]) {
    match (&case.step, case.entry) {
        (Some(step), _) => match step.record.outcome {
            Outcome::Failed(_) => (STEP_FAILED, &[]),
            Outcome::Returned(_) => (&[], done::RULES),
            Outcome::NotStarted(_) | Outcome::Unfinished => (&[], &[]),
        },
        (None, None) if case.error().is_some() => (GETADDRINFO_FAILED, &[]),
        (None, None) if !case.entries().is_empty() => (&[], success::RULES),
        (None, None) => (&[], &[]),
        (None, Some(_)) if case.error().is_some() => (SOCKET_FAILED, entry::RULES),
        (None, Some(_)) => (&[], entry::RULES),
    }
}

/// The notes on the case, the most important first: on one entry and its socket(), or without an
/// entry on the query and getaddrinfo.
pub fn notes(case: &Case<'_>) -> Vec<Note> {
    let (failed, others) = stages(case);
    let note = |rule: &Rule| {
        let finding = rule.check(case)?;
        Some(Note {
            rule: rule.words.name(),
            words: rule.words,
            severity: finding.severity,
            suspected: finding.suspected || rule.proof.is_none(),
            values: finding.values,
            // The rule may propose what the query already has; a socket by hand has none.
            fix: finding.fix.filter(|fix| match (fix, &case.run.query) {
                (Fix::Query(fixed), Some(query)) => *fixed != **query,
                (Fix::Query(_), None) => false,
                (Fix::Call(_), _) => true,
            }),
        })
    };
    let why = failed.iter().copied().flatten().find_map(note);
    let more = others.iter().filter_map(note);
    let mut notes: Vec<Note> = why.into_iter().chain(more).collect();
    // The sort is stable: notes of one severity stay in the order of their rules.
    notes.sort_by_key(|note| note.severity);
    notes
}

/// The notes on `case` in the values of `redacted`, the same case without names and addresses. If the
/// rule does not speak there, the note has no values.
pub fn notes_redacted(case: &Case<'_>, redacted: &Case<'_>) -> Vec<Note> {
    let mut others = notes(redacted);
    let note = |note: Note| {
        let other = others.iter().position(|other| other.rule == note.rule);
        match other.map(|at| others.swap_remove(at)) {
            Some(other) => Note {
                values: other.values,
                fix: other.fix,
                ..note
            },
            None => Note {
                values: note
                    .values
                    .iter()
                    .map(|(name, _)| (*name, "[…]".to_owned()))
                    .collect(),
                fix: None,
                ..note
            },
        }
    };
    notes(case).into_iter().map(note).collect()
}

/// The facts that a rule needs for this case and that are not known yet: those of each rule whose
/// other conditions hold.
pub(crate) fn needs(case: &Case<'_>) -> Needs {
    let (failed, others) = stages(case);
    let mut needs = Needs::NONE;
    for rule in failed.iter().copied().flatten().chain(others) {
        let unknown = rule.needs.without(case.run.facts.known.and(needs));
        if unknown.is_empty() {
            continue;
        }
        case.facts_read.set(false);
        let _ = rule.check(case);
        if case.facts_read.get() {
            needs = needs.and(unknown);
        }
    }
    needs
}

/// The rules that find something in the case, whether or not a rule before them does, and whether
/// they only suspect it.
#[cfg(test)]
pub(super) fn findings(case: &Case<'_>) -> Vec<(&'static Rule, bool)> {
    let (failed, others) = stages(case);
    let rules = failed.iter().copied().flatten().chain(others);
    rules
        .filter_map(|rule| Some((rule, rule.check(case)?.suspected)))
        .collect()
}

/// The rules that read facts but declare none.
#[cfg(test)]
pub(super) fn undeclared(case: &Case<'_>) -> Vec<&'static str> {
    let (failed, others) = stages(case);
    let reads = |rule: &&Rule| {
        case.facts_read.set(false);
        let _ = rule.check(case);
        rule.needs.is_empty() && case.facts_read.get()
    };
    let rules = failed.iter().copied().flatten().chain(others);
    rules.filter(reads).map(|rule| rule.words.name()).collect()
}

/// The facts that rules need for the query and every entry, and that are not known yet.
pub fn needs_of_run(run: &Run) -> Needs {
    let entries = (0..run.entries().len()).map(Some);
    let cases = std::iter::once(None).chain(entries);
    let cases = cases.map(|entry| Case::new(run, entry));
    // A call that succeeded needs no facts.
    let steps = run
        .records()
        .iter()
        .filter(|record| record.error().is_some() && record.is_explained());
    let steps = steps.map(|record| Case::of_step(run, record));
    cases
        .chain(steps)
        .fold(Needs::NONE, |all, case| all.and(needs(&case)))
}

/// The finding of a rule whose errors say it all.
#[expect(clippy::unnecessary_wraps, reason = "a rule's function")]
fn failure(_: &Case<'_>) -> Option<Finding> {
    Some(Finding::failure())
}

/// The same with the node.
fn failure_of_node(case: &Case<'_>) -> Option<Finding> {
    failure(case).map(|finding| finding.node(case))
}

/// The same if another cause is possible.
fn suspicion(case: &Case<'_>) -> Option<Finding> {
    failure(case).map(|finding| finding.suspected(true))
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
        self.values
            .push((name, printable(value.as_ref()).into_owned()));
        self
    }

    /// The value as a string literal of C; a long one is truncated.
    fn quoted(mut self, name: &'static str, value: impl AsRef<OsStr>) -> Self {
        self.values.push((name, quoted_briefly(value.as_ref())));
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

    /// The type and the protocol.
    fn pair(self, case: &Case<'_>, socktype: i32, protocol: i32) -> Self {
        self.value("type", case.show(Hint::Socktype, socktype))
            .value("protocol", case.show(Hint::Protocol, protocol))
    }

    /// A fix, with its call as a value.
    fn fixed_call(self, query: Option<Query>) -> Self {
        let call = query.as_ref().map(Query::call_briefly);
        self.value("call", call.unwrap_or_default()).fix(query)
    }

    /// A fix that sets `argument` to `put`, both values.
    fn change(self, argument: &'static str, put: &'static str, query: Option<Query>) -> Self {
        self.value("argument", argument)
            .value("put", put)
            .fix(query)
    }

    fn fix(mut self, query: Option<Query>) -> Self {
        self.fix = query.map(Fix::Query);
        self
    }

    /// A fix that is a call on the socket.
    fn call(mut self, call: Option<Call>) -> Self {
        self.fix = call.map(Fix::Call);
        self
    }

    #[expect(clippy::unnecessary_wraps, reason = "how every rule ends")]
    const fn some(self) -> Option<Self> {
        Some(self)
    }
}
