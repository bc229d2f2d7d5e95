//! The query that the arguments ask for.

use super::command::{OPTIONS, SHORTS};
use super::matches::Matches;
use super::name_lines;
use crate::lesson::bad_constant;
use crate::names::Os;
use crate::net::{BadConstant, Hint, Hints, Problem, Query};
use crate::text::{Text, utf8};
use crate::words::Phrase;

/// Whether an argument is about the query.
pub(super) fn asks(matches: &Matches) -> bool {
    let arguments = [
        "NODE",
        "SERVICE",
        "service",
        "null-hints",
        "hint",
        "socket-only",
    ];
    arguments.iter().any(|id| matches.is_given(id))
}

/// `base`, changed by the arguments.
pub(super) fn query(matches: &Matches, base: Option<Query>) -> Result<Query, Phrase> {
    let mut query = match base {
        Some(query) => query,
        None if asks(matches) => Query {
            hints: Some(Hints::default()),
            ..Query::default()
        },
        None => return Ok(Query::server_example(Os::HOST)),
    };
    let text = |name, id| {
        let text = matches.text(id).map(Text::new).transpose();
        text.map_err(|error| Phrase::error_nul(name, error.position + 1))
    };
    if let Some(node) = text("NODE", "NODE")? {
        query.node = Some(node);
    }
    for id in ["SERVICE", "service"] {
        if let Some(service) = text("SERVICE", id)? {
            query.service = Some(service);
        }
    }
    if matches.is_given("null-hints") {
        query.hints = None;
    }
    for (hint, id) in OPTIONS {
        let value = hint_value(matches, hint, id).map_err(|error| with_names(&error))?;
        if let Some(value) = value {
            hint.set(query.hints.get_or_insert_default(), value);
        }
    }
    Ok(query)
}

/// The value of `hint`, from its option `id` and its switches; `None` if no argument sets it.
fn hint_value(matches: &Matches, hint: Hint, id: &str) -> Result<Option<i32>, BadConstant> {
    let typed = matches.texts(id);
    let switches = SHORTS
        .iter()
        .filter(|(id, of, _)| *of == hint && matches.is_given(id));
    let texts = typed
        .map(|text| utf8(text))
        .chain(switches.map(|(.., name)| (*name).into()));
    let values = texts.map(|text| match hint {
        Hint::Flags => hint.parse_list(Os::HOST, &text),
        _ => hint.parse(Os::HOST, &text),
    });
    values.reduce(|sum, value| Ok(sum? | value?)).transpose()
}

/// The message with the names that there are.
fn with_names(error: &BadConstant) -> Phrase {
    let problem = bad_constant(error);
    if !matches!(error.problem, Problem::Unknown { .. }) {
        return problem;
    }
    let (os, member) = (Os::HOST, error.hint.member());
    let table = error.hint.table(os);
    let names = table.rows.iter().chain(table.aliases).map(|row| row.name);
    Phrase::error_names(member, name_lines(names), problem, os.title())
}
