#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod calls;
mod certainty;
mod fixes;
mod invariants;
mod lists;
mod machine;
mod proof;
mod requests;
mod scene;
mod steps;
mod windows;
mod words;

use std::collections::BTreeSet;

use scene::{Row, Scene};

use super::{Fix, rules};
use crate::net::{Redaction, Run};
use crate::words::Language;

/// Each rule with a scene in which it makes a note and one in which it does not.
fn rows() -> impl Iterator<Item = &'static Row> {
    [
        requests::ROWS,
        calls::ROWS,
        lists::ROWS,
        windows::ROWS,
        steps::bind::ROWS,
        steps::transfer::ROWS,
        steps::done::ROWS,
    ]
    .into_iter()
    .flatten()
}

fn rules_of(scene: &Scene) -> Vec<&'static str> {
    scene.notes().iter().map(|note| note.rule).collect()
}

#[test]
fn every_rule_has_one_row_of_scenes() {
    let names: Vec<&str> = rules::all().map(|rule| rule.words.name()).collect();
    let rows: Vec<&str> = rows().map(|row| row.rule).collect();
    let set: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(set.len(), names.len(), "two rules have the same name");
    assert_eq!(rows.iter().copied().collect::<BTreeSet<_>>(), set);
    assert_eq!(rows.len(), set.len(), "a rule has two rows");
}

#[test]
fn each_rule_makes_its_note() {
    for row in rows() {
        let made = rules_of(&(row.speaks)());
        assert!(made.contains(&row.rule), "{}: {made:?}", row.rule);
    }
}

#[test]
fn each_rule_is_silent_without_its_cause() {
    for row in rows() {
        let made = rules_of(&(row.silent)());
        assert!(!made.contains(&row.rule), "{}: {made:?}", row.rule);
    }
}

/// Without names and addresses the same rules speak, in both of each rule's scenes.
#[test]
fn redacted_run_gets_the_same_notes() {
    for row in rows() {
        for scene in [(row.speaks)(), (row.silent)()] {
            let real = scene.run();
            let run = Redaction::default().run(&real);
            let rules = |run: &Run| -> Vec<_> {
                let notes = super::notes(&scene.case(run));
                notes
                    .iter()
                    .map(|note| (note.rule, note.suspected))
                    .collect()
            };
            assert_eq!(rules(&run), rules(&real), "{}: {:?}", row.rule, run.query);
        }
    }
}

#[test]
fn failed_call_has_one_reason() {
    for row in rows() {
        let scene = (row.speaks)();
        let notes = scene.notes();
        let failures = notes
            .iter()
            .filter(|note| note.severity == super::Severity::Failure);
        assert!(failures.count() <= 1, "{}: {notes:?}", row.rule);
        assert!(notes.is_sorted_by_key(|note| note.severity), "{}", row.rule);
    }
}

#[test]
fn fix_changes_one_thing() {
    for row in rows() {
        let scene = (row.speaks)();
        for note in scene.notes() {
            let Some(after) = note.fix.as_ref().and_then(Fix::query) else {
                continue;
            };
            let before = &scene.query;
            let (old, new) = (
                before.hints.unwrap_or_default(),
                after.hints.unwrap_or_default(),
            );
            let changes = [
                before.node != after.node,
                before.service != after.service,
                before.hints.is_none() && old == new,
                old.flags != new.flags,
                old.family != new.family,
                old.socktype != new.socktype,
                old.protocol != new.protocol,
            ];
            let count = changes.into_iter().filter(|changed| *changed).count();
            // Host and port in one text are two arguments.
            let two = ["node-url", "node-with-port", "address-with-port"].contains(&note.rule);
            let fits = count == 1 || (two && count == 2);
            assert!(fits, "{}: {before:?} {after:?}", note.rule);
        }
    }
}

#[test]
fn every_text_is_filled_in_and_marks_suspicion() {
    for language in Language::ALL {
        for row in rows() {
            for note in (row.speaks)().notes() {
                let whole = [
                    Some(note.line(language)),
                    Some(note.paragraph(language)),
                    note.remedy(language),
                    note.fix_text(language),
                ];
                for text in whole.iter().flatten() {
                    assert!(!text.is_empty(), "{}", note.rule);
                    assert!(!text.contains(['{', '}']), "{}: {text}", note.rule);
                }
                assert_ne!(note.line(language), note.rule);
                assert_eq!(
                    note.fix.is_some(),
                    note.fix_text(language).is_some(),
                    "{}",
                    note.rule
                );
                let doubt = match language {
                    Language::En | Language::EnAscii => "Probably: ",
                    Language::Es | Language::EsAscii => "Probablemente: ",
                };
                assert_eq!(note.line(language).starts_with(doubt), note.suspected);
            }
            let notes = (row.speaks)().notes();
            let note = notes.iter().find(|note| note.rule == row.rule).unwrap();
            let fix = note.words.fix(language).is_some();
            assert_eq!(
                note.fix.is_some(),
                fix,
                "{}: only a rule with a fix has words for it",
                row.rule
            );
        }
    }
}
