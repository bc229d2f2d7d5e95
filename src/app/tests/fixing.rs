//! Notes, what the machine is like, and the change that a note proposes.

use super::*;
use crate::net::{Circumstances, Services};

/// `getaddrinfo(NULL, NULL, …)`: refused everywhere, and a service mends it.
fn nothing() -> Query {
    query(None, None, Some(TCP4))
}

fn rules(model: &Model) -> Vec<&'static str> {
    model.notes.list.iter().map(|note| note.rule).collect()
}

fn examined(effects: &[Effect]) -> Ticket {
    match effects {
        [Effect::Examine(ticket, _)] => *ticket,
        other => panic!("{other:?}"),
    }
}

fn failed(query: Query) -> (Model, Vec<Effect>) {
    let (mut model, effects) = Model::new(about(), query.clone());
    let (ticket, _) = asks(effects);
    let effects = model.update(Msg::Resolved(ticket, noname(query)));
    (model, effects)
}

#[test]
fn a_failed_call_has_a_note_and_its_fix_is_asked() {
    let (mut model, effects) = failed(nothing());
    examined(&effects);
    assert_eq!(rules(&model)[0], "nothing-asked");
    let fix = model.notes.fix().unwrap().query.clone();
    assert_eq!(
        Query {
            service: None,
            ..fix.clone()
        },
        nothing(),
        "one thing is changed"
    );
    assert_eq!(asks(model.does(Command::Fix)).1, fix);
    assert_eq!(model.form.query(), Ok(fix), "and the form says it");
}

#[test]
fn where_nothing_would_mend_it_the_fix_key_says_so() {
    let mut model = showing(1);
    assert_eq!(model.notes.fix(), None);
    assert_eq!(model.does(Command::Fix), []);
    assert_eq!(model.news(), "There is nothing that one change would mend.");
}

#[test]
fn a_new_answer_has_notes_of_its_own() {
    let (mut model, _) = failed(nothing());
    let (ticket, asked) = asks(model.does(Command::Fix));
    let _ = model.update(Msg::Resolved(ticket, list(asked, 0..1)));
    assert!(!rules(&model).contains(&"nothing-asked"));
}

#[test]
fn the_machine_is_asked_once_for_an_answer_and_late_words_of_it_change_nothing() {
    let (mut model, effects) = failed(query(Some("localhost"), Some("no-such"), Some(TCP4)));
    let old = examined(&effects);
    let ticket = asks(model.does(Command::Resolve)).0;
    let effects = model.update(Msg::Resolved(ticket, noname(model.asked.clone())));
    let new = examined(&effects);
    let missing = Circumstances {
        services: Some(Services::Missing),
        ..Circumstances::default()
    };
    assert_eq!(model.update(Msg::Examined(old, missing.clone())), []);
    assert_eq!(model.notes.circumstances, None);
    assert_eq!(model.update(Msg::Examined(new, missing.clone())), []);
    assert_eq!(model.notes.circumstances, Some(missing));
}

#[test]
fn a_socket_that_fails_has_a_note_about_the_entry() {
    let mut model = showing(2);
    model.pane = Pane::Entries;
    let effects = model.does(Command::Move(Motion::Down));
    let opened = effects.iter().find_map(|effect| match effect {
        Effect::Open(ticket, _) => Some(*ticket),
        _ => None,
    });
    let _ = model.update(Msg::Opened(opened.unwrap(), refused()));
    assert!(!model.notes.list.is_empty(), "{:?}", model.notes);
}
