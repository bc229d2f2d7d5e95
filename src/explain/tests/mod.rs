#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod calls;
mod invariants;
mod lists;
mod requests;
mod scene;
mod words;

use std::collections::BTreeSet;

use scene::{Row, Scene};

use super::{rules, texts};
use crate::words::Language;

/// Each rule with a scene in which it speaks and one in which it is silent.
fn rows() -> impl Iterator<Item = &'static Row> {
    [requests::ROWS, calls::ROWS, lists::ROWS]
        .into_iter()
        .flatten()
}

fn speaking(scene: &Scene) -> Vec<&'static str> {
    scene.notes().iter().map(|note| note.rule).collect()
}

#[test]
fn every_rule_has_a_scene_in_which_it_speaks_and_one_in_which_it_is_silent() {
    let names: Vec<&str> = rules::all().map(|rule| rule.words.name()).collect();
    let shown: Vec<&str> = rows().map(|row| row.rule).collect();
    let set: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(set.len(), names.len(), "two rules have one name");
    assert_eq!(shown.iter().copied().collect::<BTreeSet<_>>(), set);
    assert_eq!(shown.len(), set.len(), "a rule has two rows");
}

#[test]
fn each_rule_speaks_where_it_should() {
    for row in rows() {
        let spoken = speaking(&(row.speaks)());
        assert!(spoken.contains(&row.rule), "{}: {spoken:?}", row.rule);
    }
}

#[test]
fn each_rule_is_silent_where_it_has_nothing_to_say() {
    for row in rows() {
        let spoken = speaking(&(row.silent)());
        assert!(!spoken.contains(&row.rule), "{}: {spoken:?}", row.rule);
    }
}

#[test]
fn a_failed_call_has_one_reason() {
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
fn a_fix_changes_one_thing() {
    for row in rows() {
        let scene = (row.speaks)();
        for note in scene.notes() {
            let Some(fix) = &note.fix else { continue };
            let (before, after) = (&scene.query, &fix.query);
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
            assert_eq!(count, 1, "{}: {before:?} {after:?}", note.rule);
        }
    }
}

#[test]
fn every_text_is_filled_in_and_says_so_where_it_only_suspects() {
    for language in Language::ALL {
        let texts = texts(language);
        for row in rows() {
            for note in (row.speaks)().notes() {
                let whole = [
                    Some(texts.line(&note)),
                    Some(texts.paragraph(&note)),
                    texts.remedy(&note),
                    texts.fix(&note),
                ];
                for text in whole.iter().flatten() {
                    assert!(!text.is_empty(), "{}", note.rule);
                    assert!(!text.contains(['{', '}']), "{}: {text}", note.rule);
                }
                assert_ne!(texts.line(&note), note.rule);
                assert_eq!(
                    note.fix.is_some(),
                    texts.fix(&note).is_some(),
                    "{}",
                    note.rule
                );
                let doubt = match language {
                    Language::En => "Probably: ",
                    Language::Es => "Probablemente: ",
                };
                assert_eq!(texts.line(&note).starts_with(doubt), note.suspected);
            }
            let speaks = (row.speaks)().notes();
            let note = speaks.iter().find(|note| note.rule == row.rule).unwrap();
            let fix = note.words.fix(language).is_some();
            assert_eq!(note.fix.is_some(), fix, "{}: the text of its fix", row.rule);
        }
    }
}
