//! The table of keys, and dispatch.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::HashSet;

use super::*;
use crate::app::{
    Binds, Catalog, Choosing, Fields, Help, HistoryList, Motion, Pane, Popup, Sheet, Ticket, View,
};
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
        for (key, _) in Keys::BUILT_IN
            .bindings(context)
            .flat_map(|binding| binding.actions)
        {
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
        for (key, _) in Keys::BUILT_IN
            .bindings(context)
            .flat_map(|binding| binding.actions)
        {
            let types = matches!(key.code, KeyCode::Char(_)) && !key.control;
            assert!(!types, "{} could not be typed any more", key.label(false));
        }
    }
}

#[test]
fn q_types_in_text_fields_and_quits_elsewhere() {
    let mut model = model();
    let q = press(KeyCode::Char('q'), KeyModifiers::NONE);
    assert_eq!(
        Keys::BUILT_IN.dispatch(&model, &q),
        Some(Msg::Do(Command::Quit))
    );
    model.form.focus = 0;
    assert_eq!(Keys::BUILT_IN.dispatch(&model, &q), Some(Msg::Type('q')));
    model.pane = Pane::Entries;
    assert_eq!(
        Keys::BUILT_IN.dispatch(&model, &q),
        Some(Msg::Do(Command::Quit))
    );
    model.popup = Some(Popup::Help(Help::default()));
    assert_eq!(
        Keys::BUILT_IN.dispatch(&model, &q),
        Some(Msg::Do(Command::Close))
    );
    model.popup = Some(Popup::Choice(Choosing::new(
        Os::HOST,
        Hint::Family,
        &Hints::default(),
    )));
    assert_eq!(Keys::BUILT_IN.dispatch(&model, &q), Some(Msg::Type('q')));
}

#[test]
fn providers_have_a_key_on_windows_only() {
    let i = press(KeyCode::Char('i'), KeyModifiers::NONE);
    let expected = if cfg!(windows) {
        Msg::Do(Command::Providers)
    } else {
        Msg::Type('i')
    };
    let keys = Keys::BUILT_IN;
    assert_eq!(keys.dispatch(&model(), &i), Some(expected));
    let mut bound = Context::ALL
        .into_iter()
        .flat_map(|context| keys.bindings(context));
    let in_help = bound.any(|binding| binding.labels(" ", false) == "i");
    assert_eq!(in_help, cfg!(windows));
}

#[test]
fn key_release_does_nothing() {
    let mut event = press(KeyCode::Char('c'), KeyModifiers::CONTROL);
    event.kind = KeyEventKind::Release;
    assert_eq!(Keys::BUILT_IN.dispatch(&model(), &event), None);
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
        assert_eq!(
            Keys::BUILT_IN.dispatch(&model, &press(code, modifiers)),
            expected
        );
    }
}

#[test]
fn alt_gr_types_but_alt_does_not() {
    let model = model();
    let at = KeyCode::Char('@');
    assert_eq!(
        Keys::BUILT_IN.dispatch(
            &model,
            &press(at, KeyModifiers::CONTROL | KeyModifiers::ALT)
        ),
        Some(Msg::Type('@'))
    );
    assert_eq!(
        Keys::BUILT_IN.dispatch(&model, &press(at, KeyModifiers::ALT)),
        None
    );
}

#[test]
fn control_c_quits_from_everywhere() {
    let mut model = model();
    let event = press(KeyCode::Char('C'), KeyModifiers::CONTROL);
    for popup in [
        None,
        Some(Popup::Help(Help::default())),
        Some(Popup::Presets(0)),
        Some(Popup::Save),
        Some(Popup::History(HistoryList::default())),
        Some(Popup::Open),
    ] {
        for pane in [Pane::Form, Pane::Entries, Pane::Detail] {
            (model.pane, model.popup) = (pane, popup.clone());
            assert_eq!(
                Keys::BUILT_IN.dispatch(&model, &event),
                Some(Msg::Do(Command::Quit))
            );
        }
    }
}

#[test]
fn footer_names_what_works_now() {
    let mut model = model();
    let words = |model: &Model| -> Vec<&str> {
        let words = Keys::BUILT_IN
            .footer(model)
            .filter_map(|binding| word(model, binding));
        words.map(|word| word.text(Language::En)).collect()
    };
    assert!(model.lookups.pending.is_some());
    assert!(words(&model).contains(&"cancel"));
    let _ = model.does(Command::Cancel);
    assert!(!words(&model).contains(&"cancel"));
    model.pane = Pane::Entries;
    assert!(!words(&model).contains(&"next"), "there is no entry");
    assert!(!words(&model).contains(&"calls"), "there is no socket");
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
    let press = |model: &Model, c| {
        Keys::BUILT_IN.dispatch(model, &press(KeyCode::Char(c), KeyModifiers::NONE))
    };
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

fn key(name: &str) -> Key {
    Key::named(name).unwrap()
}

/// The table with these keys of one command.
fn remapped(command: Command, names: &[&str]) -> Keys {
    let keys = names.iter().map(|name| key(name)).collect();
    Keys::remapped(&[(command, keys)])
}

#[test]
fn default_names_give_the_built_in_table() {
    let choices: Vec<_> = commands()
        .map(|(_, command)| (command, Keys::BUILT_IN.of(command)))
        // Windows has no job control.
        .filter(|(_, keys)| !keys.is_empty())
        .collect();
    assert_eq!(Keys::remapped(&choices), Keys::BUILT_IN);
    for (name, command) in commands() {
        assert!(!Keys::BUILT_IN.of(command).is_empty(), "{name}");
        let again = commands().filter(|(other, _)| *other == name);
        assert_eq!(again.count(), 1, "{name}");
    }
    for (key, command) in BINDINGS.iter().flat_map(|binding| binding.actions) {
        assert_eq!(Key::named(&key.name()), Some(*key), "{}", key.name());
        let editing = matches!(command, Command::Edit(_));
        assert_eq!(command.name().is_none(), editing, "{command:?}");
    }
}

#[test]
fn built_in_table_has_no_clash() {
    assert!(Keys::BUILT_IN.clash().is_none());
}

#[test]
fn stacks_are_the_contexts_that_apply() {
    let mut model = model();
    let choosing = Choosing::new(Os::HOST, Hint::Family, &Hints::default());
    let popups = [
        None,
        Some(Popup::Help(Help::default())),
        Some(Popup::Presets(0)),
        Some(Popup::Save),
        Some(Popup::History(HistoryList::default())),
        Some(Popup::Open),
        Some(Popup::Providers(Catalog {
            ticket: Ticket(0),
            record: None,
            selected: 0,
        })),
        Some(Popup::Matrix(Box::new(Sheet::new(
            Ticket(0),
            host(Os::HOST),
            false,
        )))),
        Some(Popup::Binds(Box::new(Binds::new(
            Ticket(0),
            host(Os::HOST),
        )))),
        Some(Popup::Choice(choosing)),
        Some(Popup::Numbers(Fields::default())),
    ];
    let mut found = HashSet::new();
    for popup in popups {
        for (pane, view) in [
            (Pane::Form, View::Socket),
            (Pane::Entries, View::Socket),
            (Pane::Detail, View::Socket),
            (Pane::Detail, View::Code),
            (Pane::Detail, View::Calls),
            (Pane::Lesson, View::Socket),
        ] {
            for focus in 0..model.form.fields().len() {
                (model.pane, model.popup, model.form.focus) = (pane, popup.clone(), focus);
                model.view = view;
                found.insert(Context::of(&model));
            }
        }
        let _ = model.does(Command::Filter);
        found.insert(Context::of(&model));
        let _ = model.does(Command::Cancel);
    }
    assert_eq!(found, HashSet::from(STACKS));
}

#[test]
fn letters_are_text_in_every_table() {
    for (name, command) in commands() {
        let keys = remapped(command, &["X"]);
        for context in [
            Context::Text,
            Context::Form,
            Context::Everywhere,
            Context::Filter,
            Context::Values,
        ] {
            let mut actions = keys.bindings(context).flat_map(|binding| binding.actions);
            assert!(!actions.any(|(key, _)| key.types()), "{name}");
        }
        let bound = keys.of(command).contains(&key("X"));
        assert_eq!(bound, can_be(key("X"), command), "{name}");
        // These work while a text or a filter is edited, and only then.
        let elsewhere = !matches!(command, Command::Paste | Command::KeepFilter);
        assert_eq!(bound, elsewhere, "{name}");
    }
}

#[test]
fn every_table_keeps_a_way_to_quit_and_to_leave() {
    let choices: Vec<_> = commands()
        .map(|(_, command)| (command, Vec::new()))
        .collect();
    let keys = Keys::remapped(&choices);
    for (name, command) in [
        ("ctrl-c", Command::Quit),
        ("esc", Command::Cancel),
        ("tab", Command::NextPane),
    ] {
        assert_eq!(keys.of(command), [key(name)]);
    }
    assert!(keys.of(Command::Zoom).is_empty());
}

#[test]
fn chosen_key_replaces_the_others_of_its_command() {
    let mut model = model();
    let press_on = |keys: Keys, model: &Model, c| {
        keys.dispatch(model, &press(KeyCode::Char(c), KeyModifiers::NONE))
    };
    let zoom = remapped(Command::Zoom, &["X"]);
    assert_eq!(press_on(zoom, &model, 'X'), Some(Msg::Do(Command::Zoom)));
    assert_eq!(press_on(zoom, &model, 'z'), Some(Msg::Type('z')));
    // It had no letter.
    let resolve = remapped(Command::Resolve, &["R"]);
    assert_eq!(
        press_on(resolve, &model, 'R'),
        Some(Msg::Do(Command::Resolve))
    );
    let f5 = press(KeyCode::F(5), KeyModifiers::NONE);
    assert_eq!(resolve.dispatch(&model, &f5), None);
    let labels: Vec<_> = resolve
        .footer(&model)
        .map(|binding| binding.short_label(false))
        .collect();
    assert!(labels.contains(&"R".to_owned()), "{labels:?}");
    let footer = |command, names: &[&str]| -> Vec<String> {
        let keys = remapped(command, names);
        let bindings = keys.footer(&model).filter(|binding| binding.does(command));
        bindings.map(|binding| binding.short_label(false)).collect()
    };
    assert_eq!(footer(Command::Resolve, &["f8", "R"]), ["F8"]);
    assert_eq!(footer(Command::NextPane, &["n"]), ["Tab"]);
    assert_eq!(footer(Command::Help, &["h"]), ["h"]);
    assert_eq!(footer(Command::Show(View::Calls), &["c"]), ["123c56"]);
    assert_eq!(footer(Command::Show(View::Calls), &["4"]), ["1-6"]);
    model.form.focus = 0;
    assert_eq!(press_on(resolve, &model, 'R'), Some(Msg::Type('R')));
    let enter = press(KeyCode::Enter, KeyModifiers::NONE);
    assert_eq!(
        resolve.dispatch(&model, &enter),
        Some(Msg::Do(Command::Resolve))
    );
}

#[test]
fn footer_of_a_filter_names_the_chosen_keys() {
    let filter = remapped(Command::Filter, &["w"]);
    let keep = remapped(Command::KeepFilter, &["f8"]);
    let cancel = remapped(Command::Cancel, &["X"]);
    let footer = |keys: Keys, model: &Model, command| -> Vec<String> {
        let bindings = keys.footer(model).filter(|binding| binding.does(command));
        bindings.map(|binding| binding.short_label(false)).collect()
    };
    let mut calls = model();
    (calls.pane, calls.view) = (Pane::Detail, View::Calls);
    let mut help = model();
    let _ = help.does(Command::Help);
    for mut model in [calls, help] {
        let press = |keys: Keys, model: &Model, code| {
            keys.dispatch(model, &press(code, KeyModifiers::NONE))
        };
        let letter = KeyCode::Char('w');
        let starts = Some(Msg::Do(Command::Filter));
        assert_eq!(footer(filter, &model, Command::Filter), ["w"]);
        assert_eq!(press(filter, &model, letter), starts);
        assert_ne!(press(filter, &model, KeyCode::Char('/')), starts);
        let _ = model.does(Command::Filter);
        assert_eq!(press(filter, &model, letter), Some(Msg::Type('w')));
        for key in [KeyCode::Enter, KeyCode::F(8)] {
            let keeps = Some(Msg::Do(Command::KeepFilter));
            assert_eq!(press(keep, &model, key), keeps);
        }
        assert_eq!(footer(keep, &model, Command::KeepFilter), ["Enter"]);
        let _ = model.hears(Msg::Type('w'));
        let _ = model.does(Command::KeepFilter);
        assert_eq!(footer(cancel, &model, Command::Cancel), ["Esc"]);
    }
}

#[test]
fn key_of_two_commands_is_a_clash_where_both_apply() {
    let clash = remapped(Command::Zoom, &["y"]).clash().unwrap();
    assert_eq!(clash.key, key("y"));
    assert!(
        remapped(Command::Resolve, &["ctrl-w"]).clash().is_some(),
        "edits a text"
    );
    let filter = |name| remapped(Command::Filter, &[name]).clash().is_some();
    assert!(filter("j"), "moves in the calls");
    assert!(filter("?"), "closes the help");
    assert!(!filter("a"), "only in the list");
    // One is on a choice, the other in the list.
    assert!(remapped(Command::Choose, &["r"]).clash().is_none());
}
