//! The rules that found something in two answers.

use super::entry::Entries;
use super::{Answer, Difference, Part, Value, Word};
use crate::explain::{Case, notes};
use crate::names::Os;
use crate::net::{Needs, Record, Run};

/// A rule, behind its call after socket() if it is on one, and whether it only suspects.
type Found = (String, bool);

/// Adds the rules on the query, on the entries of both lists, and on the calls on their sockets.
///
/// A rule is sure if the facts are known, so both runs are explained with the facts that both know.
pub(super) fn write(answers: [Answer<'_>; 2], entries: &Entries<'_>, out: &mut Vec<Difference>) {
    let known = answers.map(|answer| answer.run.facts.known);
    let both = known[0].both(known[1]);
    let [first, second] = answers.map(|answer| reduced(answer.run, both));
    let runs = [0, 1].map(|side| {
        let own = if side == 0 { &first } else { &second };
        own.as_ref().unwrap_or(answers[side].run)
    });
    let made_steps = |run: &Run| run.records().iter().any(|it| it.call.is_step());
    let steps = runs.into_iter().all(made_steps);
    let found = |side: usize, entry| found(runs[side], answers[side], entry, steps);
    for (rule, values) in differing([found(0, None), found(1, None)]) {
        out.push(Difference::plain(Part::Notes, &rule, values));
    }
    let alike = answers.iter().all(|answer| answer.notes.is_empty()) && are_alike(runs);
    let steps = steps && !(alike && same_calls(runs));
    for &pair in &entries.matching.pairs {
        let mut both = match alike && same_socket(runs, pair) {
            true => [Vec::new(), Vec::new()],
            false => [found(0, Some(pair.0)), found(1, Some(pair.1))],
        };
        if steps {
            both[0].extend(of_steps(runs[0], pair.0));
            both[1].extend(of_steps(runs[1], pair.1));
        }
        for (rule, values) in differing(both) {
            out.push(entries.difference(pair, Part::Notes, rule, values));
        }
    }
}

/// The run with these facts alone; `None` if it knows no others.
fn reduced(run: &Run, known: Needs) -> Option<Run> {
    if run.facts.known == known {
        return None;
    }
    let mut reduced = run.clone();
    reduced.facts = reduced.facts.only(known);
    Some(reduced)
}

/// Whether all that a rule on an entry sees is the same, except for its socket.
fn are_alike(runs: [&Run; 2]) -> bool {
    let [first, second] = runs;
    let (host, other) = (&first.host, &second.host);
    (host.os, &host.libc) == (other.os, &other.libc)
        && (&first.query, &first.facts) == (&second.query, &second.facts)
        && first.entries() == second.entries()
}

/// Whether the sockets of a pair are open, or failed with one error.
fn same_socket([first, second]: [&Run; 2], pair: (usize, usize)) -> bool {
    let sockets = [first.socket(pair.0), second.socket(pair.1)];
    let [first, second] = sockets.map(|socket| Some((socket?.handle().is_some(), socket?.error())));
    pair.0 == pair.1 && first == second
}

/// Whether both runs made the same calls in one order, with the same outcomes but for handles.
fn same_calls(runs: [&Run; 2]) -> bool {
    let [first, second] = runs.map(Run::records);
    let same = |one: &Record, other: &Record| {
        let opened = one.handle().is_some() && other.handle().is_some();
        (one.entry, &one.call) == (other.entry, &other.call)
            && (opened || one.outcome == other.outcome)
    };
    first.len() == second.len()
        && first
            .iter()
            .zip(second)
            .all(|(one, other)| same(one, other))
}

/// The rules on the calls on an entry's socket.
fn of_steps(run: &Run, entry: usize) -> Vec<Found> {
    let steps = run.steps(entry).into_iter();
    let explained = steps.filter(|record| record.is_explained());
    let found = explained.flat_map(|record| {
        let call = record.call.name(Os::Linux);
        let notes = notes(&Case::of_step(run, record)).into_iter();
        notes.map(move |note| (on_call(call, note.rule), note.suspected))
    });
    found.collect()
}

/// `bind(): port-taken`
fn on_call(call: &str, rule: &str) -> String {
    match call {
        "closesocket" => format!("close(): {rule}"),
        _ => format!("{call}(): {rule}"),
    }
}

/// The rules on an entry or the query; of those on a call after socket() only what the file alone knows, if
/// both runs made such calls.
fn found(run: &Run, answer: Answer<'_>, entry: Option<usize>, steps: bool) -> Vec<Found> {
    let notes = notes(&Case::new(run, entry)).into_iter();
    let own = notes.map(|note| (note.rule.to_owned(), note.suspected));
    let start = answer.notes.partition_point(|note| note.entry < entry);
    let of_file = answer.notes[start..]
        .iter()
        .take_while(|note| note.entry == entry);
    let of_file = of_file.filter(|note| steps || note.call.is_none());
    let of_file = of_file.map(|note| {
        let rule = match &note.call {
            Some(call) => on_call(call, &note.rule),
            None => note.rule.clone(),
        };
        (rule, note.suspected)
    });
    own.chain(of_file).collect()
}

/// The rules of one side only, and those that are sure on one side only.
fn differing(found: [Vec<Found>; 2]) -> Vec<(String, [Option<Value>; 2])> {
    let [first, mut second] = found;
    let mut out = Vec::new();
    for (rule, suspected) in first {
        let other = second.iter().position(|(other, _)| *other == rule);
        match other.map(|at| second.remove(at).1) {
            None => out.push((rule, [certainty(suspected), None])),
            Some(other) if other != suspected => {
                out.push((rule, [certainty(suspected), certainty(other)]));
            }
            Some(_) => {}
        }
    }
    out.extend(
        second
            .into_iter()
            .map(|(rule, suspected)| (rule, [None, certainty(suspected)])),
    );
    out
}

const fn certainty(suspected: bool) -> Option<Value> {
    Some(Value::Word(match suspected {
        true => Word::Suspected,
        false => Word::Sure,
    }))
}
