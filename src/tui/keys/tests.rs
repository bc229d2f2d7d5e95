//! The table of keys, and dispatch.

use std::collections::HashSet;

use super::*;
use crate::app::{Choosing, Help, Motion, Popup};
use crate::names::Os;
use crate::net::fixture::host;
use crate::net::{Hint, Hints, Query};
use crate::words::Language;

fn model() -> Model {
    Model::begin(host(Os::HOST), Query::server_example(Os::HOST)).0
}

fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
    KeyEvent::new(code, modifiers)
}

#[test]
fn key_is_bound_once_per_context() {
    for context in Context::ALL {
        let mut seen = HashSet::new();
        for (key, _) in bindings(context).flat_map(|binding| binding.actions) {
            assert!(
                seen.insert(key),
                "{} is bound twice {}",
                key.label(false),
                context.title(Language::En)
            );
        }
    }
}

#[test]
fn every_binding_has_a_line_in_the_help() {
    for binding in BINDINGS {
        assert!(!binding.actions.is_empty());
        assert!(Context::ALL.contains(&binding.context));
    }
}

#[test]
fn letters_are_not_bound_in_text_fields() {
    for context in [
        Context::Text,
        Context::Form,
        Context::Everywhere,
        Context::Values,
        Context::Filter,
        Context::Popup,
    ] {
        for (key, _) in bindings(context).flat_map(|binding| binding.actions) {
            let types = matches!(key.code, KeyCode::Char(_)) && !key.control;
            assert!(!types, "{} could not be typed any more", key.label(false));
        }
    }
}

#[test]
fn q_types_in_text_fields_and_quits_elsewhere() {
    let mut model = model();
    let q = press(KeyCode::Char('q'), KeyModifiers::NONE);
    assert_eq!(dispatch(&model, &q), Some(Msg::Do(Command::Quit)));
    model.form.focus = 0;
    assert_eq!(dispatch(&model, &q), Some(Msg::Type('q')));
    model.pane = Pane::Entries;
    assert_eq!(dispatch(&model, &q), Some(Msg::Do(Command::Quit)));
    model.popup = Some(Popup::Help(Help::default()));
    assert_eq!(dispatch(&model, &q), Some(Msg::Do(Command::Close)));
    model.popup = Some(Popup::Choice(Choosing::new(
        Os::HOST,
        Hint::Family,
        &Hints::default(),
    )));
    assert_eq!(dispatch(&model, &q), Some(Msg::Type('q')));
}

#[test]
fn key_release_does_nothing() {
    let mut event = press(KeyCode::Char('c'), KeyModifiers::CONTROL);
    event.kind = KeyEventKind::Release;
    assert_eq!(dispatch(&model(), &event), None);
}

#[test]
fn shift_tab_is_one_key_in_every_encoding() {
    let model = model();
    let expected = Some(Msg::Do(Command::PreviousPane));
    for (code, modifiers) in [
        (KeyCode::BackTab, KeyModifiers::SHIFT),
        (KeyCode::BackTab, KeyModifiers::NONE),
        (KeyCode::Tab, KeyModifiers::SHIFT),
    ] {
        assert_eq!(dispatch(&model, &press(code, modifiers)), expected);
    }
}

#[test]
fn alt_gr_types_but_alt_does_not() {
    let model = model();
    let at = KeyCode::Char('@');
    assert_eq!(
        dispatch(
            &model,
            &press(at, KeyModifiers::CONTROL | KeyModifiers::ALT)
        ),
        Some(Msg::Type('@'))
    );
    assert_eq!(dispatch(&model, &press(at, KeyModifiers::ALT)), None);
}

#[test]
fn control_c_quits_from_everywhere() {
    let mut model = model();
    let event = press(KeyCode::Char('C'), KeyModifiers::CONTROL);
    for popup in [
        None,
        Some(Popup::Help(Help::default())),
        Some(Popup::Presets(0)),
    ] {
        for pane in [Pane::Form, Pane::Entries, Pane::Detail] {
            (model.pane, model.popup) = (pane, popup.clone());
            assert_eq!(dispatch(&model, &event), Some(Msg::Do(Command::Quit)));
        }
    }
}

#[test]
fn footer_names_what_works_now() {
    let mut model = model();
    let words = |model: &Model| -> Vec<&str> {
        let words = footer(model).filter_map(|binding| word(model, binding));
        words.map(|word| word.text(Language::En)).collect()
    };
    assert!(model.lookups.pending.is_some());
    assert!(words(&model).contains(&"cancel"));
    let _ = model.does(Command::Cancel);
    assert!(!words(&model).contains(&"cancel"));
    model.pane = Pane::Entries;
    assert!(words(&model).contains(&"zoom"));
    model.zoomed = true;
    assert!(words(&model).contains(&"unzoom"));
    assert!(!words(&model).contains(&"zoom"));
    model.popup = Some(Popup::Help(Help::default()));
    assert!(!words(&model).contains(&"accept"), "nothing to accept");
    model.popup = Some(Popup::Presets(0));
    assert!(words(&model).contains(&"accept"));
}

#[test]
fn letters_are_text_only_while_the_filter_is_edited() {
    let letters = ['j', 'k', 'q', '?', '/', 'y', 'L', '4'];
    let press = |model: &Model, c| dispatch(model, &press(KeyCode::Char(c), KeyModifiers::NONE));
    let mut calls = model();
    (calls.pane, calls.view) = (Pane::Detail, View::Calls);
    let mut help = model();
    let _ = help.does(Command::Help);
    for mut model in [calls, help] {
        let slash = Some(Msg::Do(Command::Filter));
        assert_eq!(press(&model, '/'), slash);
        assert_eq!(
            press(&model, 'j'),
            Some(Msg::Do(Command::Move(Motion::Down)))
        );
        let _ = model.does(Command::Filter);
        for c in letters {
            assert_eq!(press(&model, c), Some(Msg::Type(c)));
            let _ = model.hears(Msg::Type(c));
        }
        let _ = model.does(Command::KeepFilter);
        assert_eq!(press(&model, '/'), slash);
        assert_eq!(press(&model, 'k'), Some(Msg::Do(Command::Move(Motion::Up))));
    }
    let mut code = self::model();
    (code.pane, code.view) = (Pane::Detail, View::Code);
    assert_eq!(press(&code, '/'), Some(Msg::Type('/')), "no filter here");
}
