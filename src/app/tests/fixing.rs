//! Notes, facts and fixes.

use super::*;
use crate::net::{Facts, Services};

/// `getaddrinfo(NULL, NULL, …)`: fails on every system; a service fixes it.
fn nothing() -> Query {
    query(None, None, Some(TCP4))
}

fn rules(model: &Model) -> Vec<&'static str> {
    model
        .shown()
        .notes
        .list
        .iter()
        .map(|note| note.rule)
        .collect()
}

fn examined(effects: &[Effect]) -> Ticket {
    match effects {
        [Effect::Facts(ticket, ..)] => *ticket,
        other => panic!("{other:?}"),
    }
}

fn failed(query: Query) -> (Model, Vec<Effect>) {
    let (mut model, effects) = Model::begin(host(Os::Linux), query.clone());
    let (ticket, _) = asks(effects);
    let effects = model.hears(Msg::Returned(ticket, noname(query)));
    (model, effects)
}

#[test]
fn failed_lookup_has_a_note_and_its_fix_resolves() {
    let (mut model, effects) = failed(nothing());
    assert_eq!(effects, [], "this note needs no facts");
    assert_eq!(rules(&model)[0], "nothing-asked");
    let fix = model.shown().notes.fix().unwrap().query().unwrap().clone();
    assert_eq!(
        Query {
            service: None,
            ..fix.clone()
        },
        nothing(),
        "the fix changes one argument"
    );
    assert_eq!(asks(model.does(Command::Fix)).1, fix);
    assert_eq!(model.form.query(), Ok(fix), "the form shows the fix");
}

#[test]
fn fix_key_reports_a_missing_fix() {
    let mut model = showing(1);
    assert_eq!(model.shown().notes.fix(), None);
    assert_eq!(model.does(Command::Fix), []);
    assert_eq!(model.news(), "No automatic fix for this.");
}

#[test]
fn new_answer_has_its_own_notes() {
    let (mut model, _) = failed(nothing());
    let (ticket, asked) = asks(model.does(Command::Fix));
    let _ = model.hears(Msg::Returned(ticket, list(asked, 0..1)));
    assert!(!rules(&model).contains(&"nothing-asked"));
}

#[test]
fn facts_are_requested_once_and_dropped_when_late() {
    let (mut model, effects) = failed(query(Some("localhost"), Some("no-such"), Some(TCP4)));
    let old = examined(&effects);
    let ticket = asks(model.does(Command::Resolve)).0;
    let effects = model.hears(Msg::Returned(ticket, noname(model.asked.clone())));
    let new = examined(&effects);
    let missing = Facts {
        services: Some(Services::Missing),
        ..Facts::default()
    };
    model.quietly(Msg::Facts(old, Box::new(missing.clone()), None));
    assert_eq!(model.shown().run.facts, Facts::default());
    model.quietly(Msg::Facts(new, Box::new(missing.clone()), None));
    assert_eq!(model.shown().run.facts, missing);
}

#[test]
fn failed_socket_has_a_note_on_its_entry() {
    let mut model = showing(2);
    model.pane = Pane::Entries;
    let _ = model.does(Command::Move(Motion::Down));
    let socket = model.live();
    let _ = model.hears(socket.ends(refused()));
    let notes = &model.shown().notes;
    assert!(!notes.list.is_empty(), "{notes:?}");
}
