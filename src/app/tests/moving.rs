//! Panes, movement in lists, scrolling.

use super::*;

const ALL: [Motion; 6] = [
    Motion::Up,
    Motion::Down,
    Motion::PageUp,
    Motion::PageDown,
    Motion::Home,
    Motion::End,
];

/// Visible: ten entries, five of twelve lines of the detail, four of forty lines of the help.
const MEASURES: Measures = Measures {
    entries: 10,
    detail: 5,
    detail_lines: 12,
    detail_start: 0,
    popup: 4,
    help_lines: 40,
    lesson: 0,
    lesson_lines: 0,
    lesson_calls: 0,
};

#[track_caller]
fn selects(model: &mut Model, motion: Motion, index: usize) {
    let _ = model.does(Command::Move(motion));
    assert_eq!(model.selected(), index, "{motion:?}");
    assert_eq!(model.state(index), State::Opening, "{motion:?}");
}

#[test]
fn tab_cycles_the_panes_in_both_directions() {
    let (mut model, _) = started();
    for pane in [Pane::Entries, Pane::Detail, Pane::Form] {
        model.quietly(Msg::Do(Command::NextPane));
        assert_eq!(model.pane, pane);
    }
    for pane in [Pane::Detail, Pane::Entries, Pane::Form] {
        model.quietly(Msg::Do(Command::PreviousPane));
        assert_eq!(model.pane, pane);
    }
}

#[test]
fn showing_a_view_or_program_keeps_the_focus() {
    let mut model = showing(1);
    for pane in [Pane::Form, Pane::Entries, Pane::Detail] {
        model.pane = pane;
        let views = View::ALL.map(Command::Show);
        let others = [
            Command::NextProgram,
            Command::NextProgram,
            Command::NextView,
        ];
        for command in views.into_iter().chain(others) {
            // The lookup view needs facts.
            let mut effects = model.does(command).into_iter();
            assert!(effects.all(|effect| matches!(effect, Effect::Facts(..))));
            assert_eq!(model.pane, pane, "{command:?}");
        }
    }
}

#[test]
fn movement_stops_at_both_ends() {
    let mut model = showing(3);
    let before = model.clone();
    for motion in [Motion::Up, Motion::PageUp, Motion::Home] {
        model.quietly(Msg::Do(Command::Move(motion)));
        assert_eq!(model, before, "{motion:?}");
    }
    selects(&mut model, Motion::End, 2);
    let before = model.clone();
    for motion in [Motion::Down, Motion::PageDown, Motion::End] {
        model.quietly(Msg::Do(Command::Move(motion)));
        assert_eq!(model, before, "{motion:?}");
    }
}

#[test]
fn page_keeps_one_line_visible() {
    let mut model = showing(100);
    model.quietly(Msg::Measured(MEASURES));
    selects(&mut model, Motion::PageDown, 9);
    selects(&mut model, Motion::PageDown, 18);
    selects(&mut model, Motion::PageUp, 9);
    selects(&mut model, Motion::Up, 8);
    selects(&mut model, Motion::PageUp, 0);
    selects(&mut model, Motion::End, 99);
    selects(&mut model, Motion::PageUp, 90);
    selects(&mut model, Motion::PageDown, 99);
}

#[test]
fn page_of_zero_or_one_line_still_moves() {
    for entries in [0, 1] {
        let mut model = showing(5);
        model.quietly(Msg::Measured(Measures {
            entries,
            ..MEASURES
        }));
        selects(&mut model, Motion::PageDown, 1);
        selects(&mut model, Motion::PageUp, 0);
    }
}

#[test]
fn empty_list_has_no_movement() {
    let (unanswered, _) = started();
    for mut model in [unanswered, showing(0)] {
        model.pane = Pane::Entries;
        let before = model.clone();
        for motion in ALL {
            model.quietly(Msg::Do(Command::Move(motion)));
            assert_eq!(model, before, "{motion:?}");
        }
        model.quietly(Msg::Wheel(Target::Pane(Pane::Entries), 3));
        assert_eq!(model, before);
    }
}

#[test]
fn hundred_thousand_entries_can_be_selected() {
    let mut model = showing(100_000);
    model.quietly(Msg::Measured(MEASURES));
    let old = model.live();
    let last = model.closes_and_opens(Msg::Do(Command::Move(Motion::End)), &old, 99_999);
    model.quietly(last.ends(opened(10)));
    selects(&mut model, Motion::PageUp, 99_990);
    selects(&mut model, Motion::Home, 0);
    for index in 1..=1000 {
        selects(&mut model, Motion::Down, index);
    }
    let round = model.tries();
    for first in (0..100_000).step_by(1000) {
        model.quietly(Msg::Tried(round, tried(first, vec![refused(); 1000])));
    }
    assert_eq!(
        model.news(),
        "Entries tried: 100000; socket() succeeded for 0, failed for 100000."
    );
}

#[test]
fn movement_in_the_form_changes_the_field() {
    let (mut model, _) = started();
    let fields = Vec::from_iter(model.form.fields());
    assert_eq!(
        fields[..8],
        [
            Field::Node,
            Field::Service,
            Field::HintsPointer,
            Field::Hint(Hint::Family),
            Field::Hint(Hint::Socktype),
            Field::Hint(Hint::Protocol),
            Field::Hint(Hint::Flags),
            Field::Flag(1),
        ]
    );
    model.quietly(Msg::Do(Command::Move(Motion::Home)));
    model.quietly(Msg::Do(Command::Move(Motion::Up)));
    for &field in &fields {
        assert_eq!(model.form.focused(), field);
        model.quietly(Msg::Do(Command::Move(Motion::Down)));
    }
    assert_eq!(Some(&model.form.focused()), fields.last());
    model.quietly(Msg::Do(Command::Move(Motion::Home)));
    assert_eq!(model.form.focused(), Field::Node);
    model.quietly(Msg::Do(Command::Move(Motion::End)));
    assert_eq!(Some(&model.form.focused()), fields.last());
}

#[test]
fn detail_scrolls_to_its_last_line() {
    let mut model = showing(2);
    model.pane = Pane::Detail;
    model.quietly(Msg::Measured(MEASURES));
    for (motion, line) in [
        (Motion::Up, 0),
        (Motion::Down, 1),
        (Motion::PageDown, 5),
        (Motion::PageDown, 7),
        (Motion::Down, 7),
        (Motion::PageUp, 3),
        (Motion::Home, 0),
        (Motion::End, 7),
    ] {
        model.quietly(Msg::Do(Command::Move(motion)));
        assert_eq!(model.detail_scroll, line, "{motion:?}");
    }
    model.pane = Pane::Entries;
    selects(&mut model, Motion::Down, 1);
    assert_eq!(model.detail_scroll, 0, "another entry starts at the top");
}

#[test]
fn measuring_limits_the_scroll_positions() {
    let mut model = showing(1);
    model.pane = Pane::Detail;
    model.quietly(Msg::Measured(MEASURES));
    model.quietly(Msg::Do(Command::Move(Motion::End)));
    model.quietly(Msg::Do(Command::Help));
    model.quietly(Msg::Do(Command::Move(Motion::End)));
    assert_eq!(model.popup, help(36));
    model.quietly(Msg::Measured(Measures {
        detail: 10,
        popup: 30,
        ..MEASURES
    }));
    assert_eq!((model.detail_scroll, model.popup.clone()), (2, help(10)));
    model.quietly(Msg::Measured(Measures {
        detail: 99,
        popup: 99,
        ..MEASURES
    }));
    assert_eq!((model.detail_scroll, model.popup.clone()), (0, help(0)));
}

#[test]
fn only_the_help_scrolls_while_open() {
    let mut model = showing(3);
    model.quietly(Msg::Measured(MEASURES));
    model.quietly(Msg::Do(Command::Help));
    for (motion, line) in [
        (Motion::Down, 1),
        (Motion::PageDown, 4),
        (Motion::PageUp, 1),
        (Motion::End, 36),
        (Motion::Home, 0),
    ] {
        model.quietly(Msg::Do(Command::Move(motion)));
        assert_eq!(model.popup, help(line), "{motion:?}");
    }
    assert_eq!(model.selected(), 0);
}

#[test]
fn help_toggles() {
    let mut model = showing(1);
    let before = model.clone();
    model.quietly(Msg::Do(Command::Help));
    assert_eq!(model.popup, help(0));
    model.quietly(Msg::Do(Command::Help));
    assert_eq!(model, before);
}

#[test]
fn esc_closes_the_popup_before_it_cancels() {
    let (mut model, ticket) = started();
    model.quietly(Msg::Do(Command::Help));
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.popup, None);
    assert_eq!(model.lookups.pending.as_ref().unwrap().ticket, ticket);
}

#[test]
fn quit_and_suspend_do_not_wait_for_lookups() {
    let (mut model, _) = started();
    model.quietly(Msg::Do(Command::Help));
    assert_eq!(model.does(Command::Quit), [Effect::Quit]);
    assert_eq!(model.does(Command::Suspend), [Effect::Suspend]);
}

#[test]
fn f3_toggles_mouse_capture() {
    let (mut model, _) = started();
    assert!(model.mouse);
    for mouse in [false, true] {
        assert_eq!(
            model.does(Command::ToggleMouse),
            [Effect::CaptureMouse(mouse)]
        );
        assert_eq!(model.mouse, mouse);
        assert!(!model.news().is_empty());
    }
}

#[test]
fn same_query_keeps_the_scroll_of_the_detail() {
    let mut model = showing(2);
    model.pane = Pane::Detail;
    model.quietly(Msg::Measured(MEASURES));
    model.quietly(Msg::Do(Command::Move(Motion::End)));
    let ticket = hang(&mut model, 1)[0];
    let _ = model.hears(Msg::Returned(ticket, list(server(), 0..2)));
    assert_eq!(model.detail_scroll, 7);
    let ticket = hang(&mut model, 1)[0];
    let _ = model.hears(Msg::Returned(ticket, noname(server())));
    assert_eq!(model.detail_scroll, 0);
}
