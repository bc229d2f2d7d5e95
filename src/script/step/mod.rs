//! The lines of a script as calls on a system, with what they are expected to return.

mod address;
mod argument;
mod expectation;
mod record;
mod usage;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub(crate) use address::{Address, Ports};
use argument::Arguments;
pub(crate) use expectation::{Expectation, is_error_name};
pub(crate) use record::{handle, read as read_record};

use super::syntax::{self, Line, Mistake, Place, Script, Statement};
use crate::names::Os;
use crate::net::{Call, Query, Record, SocketId};
use crate::words::Phrase;

/// A line with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The number of the line, from 1.
    pub(crate) line: usize,
    /// The call as written.
    pub(crate) text: String,
    /// The accepted results as written.
    pub(crate) results: String,
    /// The call; `None` skips the line.
    pub(crate) plan: Option<Plan>,
}

/// A call, and what is accepted as its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The call, without its [`Late`] arguments.
    pub(crate) call: Call,
    pub(crate) late: Option<Late>,
    /// Each with the index of its case among those of the system. Empty if every result is accepted.
    pub(crate) accepted: Vec<(usize, Expectation)>,
}

impl Plan {
    /// The indices of the cases that accept how the call ended. Names of ports get the ports that are
    /// there, as in the first of the cases.
    pub(crate) fn fitting(&self, os: Os, record: &Record, ports: &mut Ports) -> Vec<usize> {
        if let [(case, expectation)] = &*self.accepted {
            let fits = expectation.accepts(os, record, ports);
            return fits.then_some(*case).into_iter().collect();
        }
        let before = ports.clone();
        let mut fitting = Vec::new();
        for (case, expectation) in &self.accepted {
            let mut own = before.clone();
            if expectation.accepts(os, record, &mut own) {
                if fitting.is_empty() {
                    *ports = own;
                }
                fitting.push(*case);
            }
        }
        fitting
    }
}

/// The arguments that earlier calls return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    /// The three numbers, or the address, of an entry of the list that the step `of` returned.
    Entry {
        /// The index of the step.
        of: usize,
        /// The index of the entry.
        index: usize,
        /// The bytes of the address to pass on.
        length: Option<usize>,
    },
    /// An address whose port may be one that the system chose.
    Address(Address),
}

/// Why a line is no call on this system.
enum Refusal {
    /// The script is wrong.
    Wrong(Mistake),
    /// The system lacks the call or a constant, or an earlier line that this one needs is skipped.
    Absent,
}

impl From<Mistake> for Refusal {
    fn from(mistake: Mistake) -> Self {
        Self::Wrong(mistake)
    }
}

/// What the names of the lines before stand for. `None` is a line that is skipped.
#[derive(Default)]
struct Scope {
    sockets: BTreeMap<String, Option<SocketId>>,
    lists: BTreeMap<String, Option<usize>>,
}

impl Scope {
    /// The names of the sockets that the line may open stand for none.
    fn forget(&mut self, statement: &Statement) {
        let first = statement.cases.iter().filter_map(|case| case.terms.first());
        let names = first.filter_map(|term| socket_name(term.word()));
        self.sockets.extend(names.map(|name| (name, None)));
    }
}

/// The steps of `script` on a system, in its order. `path` is its file, for the message.
///
/// # Errors
/// A line has an unknown call, constant or name, or wrong arguments.
pub(crate) fn steps(
    script: &Script,
    path: &Path,
    os: Os,
    place: Place,
) -> Result<Vec<Step>, Phrase> {
    let mut scope = Scope::default();
    let mut steps = Vec::new();
    for (line, statement) in script.calls() {
        let index = steps.len();
        let step = read(statement, &mut scope, os, place, index);
        let plan = step.map_err(|mistake| mistake.placed(path, line.number, &line.source))?;
        let cases = statement.cases(place).into_iter().map(syntax::terms);
        steps.push(Step {
            line: line.number,
            text: statement.start(),
            results: cases.collect::<Vec<_>>().join(" | "),
            plan,
        });
    }
    Ok(steps)
}

/// The query of a line of getaddrinfo, if it is one on `place`.
pub(crate) fn query(line: &Line, place: Place) -> Option<Arc<Query>> {
    let script = Script(vec![line.clone()]);
    let steps = steps(&script, Path::new(""), place.os(), place).ok()?;
    let plan = steps.into_iter().next()?.plan?;
    match plan.call {
        Call::Getaddrinfo(query) => Some(query),
        _ => None,
    }
}

impl Script {
    /// The lines with a call that returns something.
    pub(super) fn calls(&self) -> impl Iterator<Item = (&Line, &Statement)> {
        let lines = self.0.iter();
        let calls = lines.filter_map(|line| Some((line, line.statement.as_ref()?)));
        calls.filter(|(_, statement)| !argument::VOID.contains(&&*statement.call.text))
    }

    /// Whether the script can run on `place`.
    ///
    /// # Errors
    /// As [`steps`].
    pub(crate) fn check(&self, path: &Path, place: Place) -> Result<(), Phrase> {
        steps(self, path, place.os(), place).map(drop)
    }
}

/// The plan of the step `index`; `None` skips it.
fn read(
    statement: &Statement,
    scope: &mut Scope,
    os: Os,
    place: Place,
    index: usize,
) -> Result<Option<Plan>, Mistake> {
    if statement.unfinished {
        return Ok(None);
    }
    let new = SocketId(index as u64 + 1);
    let arguments = Arguments::new(statement, scope, os, new);
    let (call, late) = match arguments.call() {
        Ok(found) => found,
        Err(Refusal::Wrong(mistake)) => return Err(mistake),
        Err(Refusal::Absent) => {
            scope.forget(statement);
            bind_list(statement, scope, None);
            return Ok(None);
        }
    };
    let cases = statement.cases(place);
    if call.opens().is_some() {
        // What is bound on another system only.
        scope.forget(statement);
    }
    let (mut accepted, mut comparable) = (Vec::new(), true);
    for (case, terms) in cases.iter().enumerate() {
        match expectation::read(&call, terms, os) {
            Ok(expectation) => accepted.push((case, expectation)),
            Err(Refusal::Wrong(mistake)) => return Err(mistake),
            Err(Refusal::Absent) => comparable = false,
        }
    }
    // Nothing is expected on this system, or the call was given up.
    let given_up = call.can_wait()
        && !accepted.is_empty()
        && accepted.iter().all(|(_, it)| it.is_interruption());
    let skips = cases.is_empty() || given_up;
    if let Call::Getaddrinfo(_) = call {
        bind_list(statement, scope, (!skips).then_some(index));
    }
    for (_, expectation) in &accepted {
        if let Expectation::Opened(name) = expectation {
            scope.sockets.insert(name.clone(), (!skips).then_some(new));
        }
    }
    let takes_all = |(_, it): &(usize, Expectation)| *it == Expectation::Anything;
    if !comparable && accepted.is_empty() || accepted.iter().any(takes_all) {
        accepted.clear();
    }
    let plan = Plan {
        call,
        late,
        accepted,
    };
    Ok((!skips).then_some(plan))
}

/// Lets the name in `[list]` stand for the list of the step.
fn bind_list(statement: &Statement, scope: &mut Scope, step: Option<usize>) {
    let name = statement.arguments.last().and_then(syntax::Term::word);
    let name = name.and_then(|word| word.strip_prefix('[')?.strip_suffix(']'));
    if let Some(name) = name {
        // `[4 entries]` of a trace.
        let named = name.starts_with(|c: char| c.is_ascii_lowercase());
        let name = if named { name } else { "list" };
        scope.lists.insert(name.to_owned(), step);
    }
}

/// The name or number of a handle, the same for `0x10` and `16`.
fn socket_name(word: Option<&str>) -> Option<String> {
    let word = word?;
    if let Some(number) = number(word) {
        return u64::try_from(number).ok().map(|number| number.to_string());
    }
    let names = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts = word.starts_with(|c: char| c.is_ascii_lowercase());
    (starts && word.chars().all(names)).then(|| word.to_owned())
}

/// A decimal or hexadecimal number.
fn number(word: &str) -> Option<i128> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word),
    };
    if digits.starts_with('+') {
        return None;
    }
    let number = match digits.strip_prefix("0x") {
        // No handle is longer, and a sign is no digit.
        Some(hex) if hex.len() <= 16 && !hex.starts_with('+') => i128::from_str_radix(hex, 16),
        Some(_) => return None,
        None => digits.parse(),
    };
    number
        .ok()
        .map(|number| if negative { -number } else { number })
}

#[cfg(test)]
mod tests;
