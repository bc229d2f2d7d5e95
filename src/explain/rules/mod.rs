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
use crate::names::Os;
use crate::net::{Attempt, Hint, Query, Resolution, Text};

/// A rule: its identifier, and when it has something to say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) name: &'static str,
    speaks: fn(&Case<'_>) -> Option<Finding>,
}

/// Rules written one a line: the identifier, the function.
macro_rules! rules {
    ($($name:literal $function:ident),* $(,)?) => {
        pub(super) const RULES: &[$crate::explain::rules::Rule] = &[$($crate::explain::rules::Rule {
            name: $name,
            speaks: $function,
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
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    [GETADDRINFO_FAILED, &SOCKET_FAILED[1..], SUCCEEDED, ENTRY]
        .into_iter()
        .flatten()
        .copied()
        .flatten()
}

pub(super) fn notes(case: &Case<'_>) -> Vec<Note> {
    let (failed, others) = match case.entry {
        None if case.failure().is_some() => (GETADDRINFO_FAILED, None),
        None => (&[][..], Some(SUCCEEDED)),
        Some(_) if case.socket_failure().is_some() => (SOCKET_FAILED, Some(ENTRY)),
        Some(_) => (&[][..], Some(ENTRY)),
    };
    let speak = |rule: &Rule| {
        let finding = (rule.speaks)(case)?;
        Some(Note {
            rule: rule.name,
            severity: finding.severity,
            suspected: finding.suspected,
            values: finding.values,
            fix: finding.fix,
        })
    };
    let mut notes: Vec<Note> = failed
        .iter()
        .copied()
        .flatten()
        .find_map(speak)
        .into_iter()
        .collect();
    notes.extend(
        others
            .into_iter()
            .flatten()
            .copied()
            .flatten()
            .filter_map(speak),
    );
    // The rules of a stage stand in the order of what they tell; only the severity goes before it.
    notes.sort_by_key(|note| note.severity);
    notes
}

pub(super) fn asks_circumstances<'a>(
    resolution: &Resolution,
    attempts: impl IntoIterator<Item = &'a Attempt>,
) -> bool {
    let os = Os::HOST;
    let flag = Hint::Flags.table(os).named("AI_ADDRCONFIG");
    let hints = resolution.query.hints.unwrap_or_default();
    resolution.result.is_err()
        || flag.is_some_and(|flag| hints.flags & flag.value != 0)
        || attempts.into_iter().any(|attempt| {
            let name = attempt
                .result
                .as_ref()
                .err()
                .and_then(|error| error.name(os));
            name.is_some_and(|name| {
                let short = name.name.strip_prefix("WSA").unwrap_or(name.name);
                // Only rules about these ask what the machine is like; a raw socket without a
                // protocol fails wherever it is tried, and is in every list without a type.
                matches!(
                    short,
                    "EPERM"
                        | "EACCES"
                        | "EAFNOSUPPORT"
                        | "EMFILE"
                        | "ENOPROTOOPT"
                        | "EPROVIDERFAILEDINIT"
                        | "EINVALIDPROVIDER"
                        | "EINVALIDPROCTABLE"
                )
            })
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
        let value = crate::net::printable(value.as_ref()).into_owned();
        self.values.push((name, value));
        self
    }

    /// The value as a string literal of C; of a long one the beginning.
    fn quoted(mut self, name: &'static str, value: impl AsRef<OsStr>) -> Self {
        self.values
            .push((name, crate::net::quoted_briefly(value.as_ref())));
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
