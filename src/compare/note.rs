//! The rules that found something in two answers.

use super::entry::Entries;
use super::{Answer, Difference, Part, Value, Word};
use crate::explain::{Case, notes};
use crate::net::{Needs, Run};

/// A rule, and whether it only suspects.
type Found = (String, bool);

/// Adds the rules on the query and on the entries of both lists.
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
    let found = |side: usize, entry: Option<usize>| found(runs[side], answers[side], entry);
    for (rule, values) in differing([found(0, None), found(1, None)]) {
        out.push(Difference::plain(Part::Notes, &rule, values));
    }
    let alike = answers.iter().all(|answer| answer.notes.is_empty()) && are_alike(runs);
    for &pair in &entries.matching.pairs {
        if alike && same_socket(runs, pair) {
            continue;
        }
        let both = [found(0, Some(pair.0)), found(1, Some(pair.1))];
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

fn found(run: &Run, answer: Answer<'_>, entry: Option<usize>) -> Vec<Found> {
    let notes = notes(&Case::new(run, entry)).into_iter();
    let own = notes.map(|note| (note.rule.to_owned(), note.suspected));
    let start = answer.notes.partition_point(|note| note.entry < entry);
    let of_file = answer.notes[start..]
        .iter()
        .take_while(|note| note.entry == entry);
    own.chain(of_file.map(|note| (note.rule.clone(), note.suspected)))
        .collect()
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
