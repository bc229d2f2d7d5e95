//! Clicks and the wheel.

use super::*;
use crate::words::Key;

#[track_caller]
fn at(model: &Model, field: Field) -> Msg {
    let index = model.form.fields().position(|other| other == field);
    Msg::Click(Target::Field(index.unwrap()))
}

#[test]
fn click_on_a_pane_focuses_it() {
    let mut model = showing(1);
    for pane in [Pane::Detail, Pane::Form, Pane::Entries] {
        model.quietly(Msg::Click(Target::Pane(pane)));
        assert_eq!(model.pane, pane);
    }
}

#[test]
fn click_on_an_entry_selects_it() {
    let mut model = showing(5);
    model.pane = Pane::Form;
    let old = model.live();
    model.closes_and_opens(Msg::Click(Target::Entry(3)), &old, 3);
    assert_eq!((model.pane, model.selected()), (Pane::Entries, 3));
}

#[test]
fn click_on_a_missing_entry_does_nothing() {
    let mut model = showing(2);
    let before = model.clone();
    model.quietly(Msg::Click(Target::Entry(2)));
    assert_eq!(model, before);
}

#[test]
fn click_on_a_text_focuses_it() {
    let mut model = showing(1);
    model.quietly(at(&model, Field::Service));
    assert_eq!(
        (model.pane, model.form.focused()),
        (Pane::Form, Field::Service)
    );
}

#[test]
fn click_on_a_flag_toggles_it() {
    let mut model = showing(1);
    let click = at(&model, Field::Flag(2));
    let asked = asks(model.hears(click)).1;
    assert_eq!(asked.hints.unwrap().flags, 3);
    assert_eq!(
        (model.pane, model.form.focused()),
        (Pane::Form, Field::Flag(2))
    );
}

#[test]
fn second_click_on_a_choice_lists_its_values() {
    let mut model = showing(1);
    let click = at(&model, Field::Hint(Hint::Family));
    model.quietly(click.clone());
    assert_eq!(model.form.focused(), Field::Hint(Hint::Family));
    assert_eq!(model.popup, None);
    model.quietly(click);
    assert!(matches!(&model.popup, Some(Popup::Choice(choosing)) if choosing.hint == Hint::Family));
}

#[test]
fn click_on_an_arrow_changes_the_value() {
    let mut model = showing(1);
    let index = model
        .form
        .fields()
        .position(|field| field == Field::Hint(Hint::Family));
    let index = index.unwrap();
    let before = Hint::Family.get(&model.form.hints);
    model.pane = Pane::Entries;
    let asked = asks(model.hears(Msg::Click(Target::Step(index, true)))).1;
    assert_ne!(Hint::Family.get(&asked.hints.unwrap()), before);
    assert_eq!(model.form.focused(), Field::Hint(Hint::Family));
    let asked = asks(model.hears(Msg::Click(Target::Step(index, false)))).1;
    assert_eq!(Hint::Family.get(&asked.hints.unwrap()), before);
    model.quietly(Msg::Click(Target::Step(usize::MAX, true)));
}

#[test]
fn click_on_a_key_runs_its_command() {
    let mut model = showing(1);
    let click = |command| Msg::Click(Target::Command(command));
    assert_eq!(asks(model.hears(click(Command::Resolve))).1, server());
    assert_eq!(model.hears(click(Command::Quit)), [Effect::Quit]);
    model.quietly(click(Command::Help));
    assert_eq!(model.popup, help(0));
}

#[test]
fn click_outside_the_popup_only_closes_it() {
    for target in [Target::Pane(Pane::Form), Target::Field(8), Target::Entry(1)] {
        let mut model = showing(2);
        hang(&mut model, 1);
        let before = model.clone();
        model.quietly(Msg::Do(Command::Help));
        model.quietly(Msg::Click(target));
        assert_eq!(model, before, "{target:?}");
    }
}

#[test]
fn click_between_popup_lines_does_nothing() {
    for popup in [Command::Help, Command::Presets] {
        let mut model = showing(1);
        model.quietly(Msg::Do(popup));
        let before = model.clone();
        model.quietly(Msg::Click(Target::Popup));
        assert_eq!(model, before);
    }
}

#[test]
fn click_in_the_help_does_nothing() {
    let mut model = showing(1);
    model.quietly(Msg::Do(Command::Help));
    let before = model.clone();
    model.quietly(Msg::Click(Target::PopupLine(0)));
    assert_eq!(model, before);
}

#[test]
fn click_on_a_value_chooses_it() {
    let mut model = showing(1);
    model.goes_to(Field::Hint(Hint::Family));
    model.quietly(Msg::Do(Command::Choose));
    let line = values(Os::Linux, Hint::Family).position(|choice| choice.name == "AF_INET6");
    let asked = asks(model.hears(Msg::Click(Target::PopupLine(line.unwrap())))).1;
    assert_eq!(asked.hints.unwrap().family, 10);
    assert_eq!(model.popup, None);
}

#[test]
fn click_on_a_closed_popup_does_nothing() {
    let mut model = showing(1);
    let before = model.clone();
    model.quietly(Msg::Click(Target::PopupLine(1)));
    model.quietly(Msg::Click(Target::Popup));
    assert_eq!(model, before);
}

#[test]
fn wheel_scrolls_under_the_pointer_without_focus() {
    let mut model = showing(9);
    model.pane = Pane::Form;
    model.quietly(Msg::Measured(Measures {
        detail: 2,
        detail_lines: 9,
        ..Measures::default()
    }));
    model.quietly(Msg::Wheel(Target::Pane(Pane::Detail), 3));
    assert_eq!(model.detail_scroll, 3);
    model.quietly(Msg::Wheel(Target::Field(8), 3));
    assert_eq!(model.form.focus, 6);
    model.quietly(Msg::Wheel(Target::Pane(Pane::Form), -1));
    assert_eq!(model.form.focus, 5);
    let _ = model.hears(Msg::Wheel(Target::Entry(7), 2));
    assert_eq!(model.selected(), 2);
    let _ = model.hears(Msg::Wheel(Target::Pane(Pane::Entries), -9));
    assert_eq!(model.selected(), 0);
    assert_eq!(model.pane, Pane::Form);
}

#[test]
fn wheel_outside_the_panes_does_nothing() {
    let mut model = showing(3);
    let before = model.clone();
    for target in [
        Target::Popup,
        Target::PopupLine(1),
        Target::Command(Command::Quit),
    ] {
        model.quietly(Msg::Wheel(target, 1));
    }
    model.quietly(Msg::Wheel(Target::Entry(1), 0));
    assert_eq!(model, before);
}

#[test]
fn wheel_always_scrolls_an_open_popup() {
    let mut model = showing(3);
    model.quietly(Msg::Measured(Measures {
        popup: 4,
        help_lines: 40,
        ..Measures::default()
    }));
    model.quietly(Msg::Do(Command::Help));
    model.quietly(Msg::Wheel(Target::Entry(1), 3));
    assert_eq!((model.popup.clone(), model.selected()), (help(3), 0));
}

#[test]
fn wheel_opens_only_the_entry_it_stops_at() {
    let mut model = showing(9);
    let old = model.live();
    let third = model.closes_and_opens(Msg::Wheel(Target::Entry(1), 3), &old, 3);
    let last = model.closes_and_opens(Msg::Wheel(Target::Entry(1), isize::MAX), &third, 8);
    model.closes_and_opens(Msg::Wheel(Target::Entry(1), isize::MIN), &last, 0);
}

#[test]
fn click_on_a_missing_popup_line_does_nothing() {
    let mut model = showing(1);
    model.goes_to(Field::Hint(Hint::Family));
    model.quietly(Msg::Do(Command::Choose));
    let count = values(Os::Linux, Hint::Family).count();
    let before = model.clone();
    model.quietly(Msg::Click(Target::PopupLine(count)));
    assert_eq!(model, before);

    model.quietly(Msg::Do(Command::Presets));
    let before = model.clone();
    model.quietly(Msg::Click(Target::PopupLine(
        presets(Os::Linux).len() + lessons().len(),
    )));
    assert_eq!(model, before);
}

#[test]
fn click_on_a_missing_field_does_nothing() {
    let mut model = showing(1);
    let before = model.clone();
    model.quietly(Msg::Click(Target::Field(model.form.fields().len())));
    assert_eq!(model, before);
}

#[test]
fn message_stays_until_the_next_key_click_or_paste() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    for msg in [
        Msg::Do(Command::Move(Motion::Down)),
        Msg::Do(Command::Move(Motion::Up)),
        Msg::Type('x'),
        Msg::Paste("x".to_owned()),
        Msg::Click(Target::Pane(Pane::Form)),
    ] {
        model.inform(Key::NoticeNoEntry);
        model.quietly(msg.clone());
        assert_eq!(model.notice, None, "{msg:?}");
    }
    for msg in [
        Msg::Measured(Measures::default()),
        Msg::Waited(Ticket(0), Duration::from_secs(1)),
        Msg::Returned(Ticket(0), attempt(0, opened(9))),
    ] {
        model.inform(Key::NoticeNoFix);
        model.quietly(msg.clone());
        assert_eq!(
            model.news(),
            Key::NoticeNoFix.text(model.language),
            "{msg:?}"
        );
    }
}
