//! The filter of the calls and of the help.

use super::*;
use crate::words::Language;

/// A model with the calls `close(0)` to `close(count - 1)` in the current pane.
fn closing(count: u64) -> Model {
    let mut model = showing(0);
    model.calls = Calls::default();
    for handle in 0..count {
        close(&mut model, handle);
    }
    model.shows_calls();
    model
}

fn close(model: &mut Model, handle: u64) {
    let socket = SocketId(77);
    let record = Record {
        on: Some(Handle(handle)),
        ..record(Call::Close { socket }, Outcome::Returned(Value::Zero))
    };
    let _ = model.hears(Msg::Returned(Ticket(77), record));
}

fn closed(handles: impl IntoIterator<Item = u64>) -> Vec<String> {
    let handles = handles.into_iter();
    handles
        .map(|handle| format!("close({handle}) = 0 <0.000000>"))
        .collect()
}

#[track_caller]
fn filters(model: &mut Model, text: &str) {
    model.quietly(Msg::Do(Command::Filter));
    model.types(text);
}

#[test]
fn typed_text_filters_the_calls_in_any_case() {
    let mut model = closing(12);
    filters(&mut model, "CLOSE(1");
    assert_eq!(model.call_lines(), closed([1, 10, 11]));
    model.quietly(Msg::Do(Command::Edit(InputRequest::DeletePrevChar)));
    model.quietly(Msg::Paste("7)".to_owned()));
    assert_eq!(model.call_lines(), closed([7]));
    model.types("x");
    assert_eq!(model.call_lines(), closed([]));
    for motion in [Motion::Down, Motion::Up, Motion::End, Motion::Home] {
        model.quietly(Msg::Do(Command::Move(motion)));
    }
    assert_eq!(model.call_count(), 12);
}

#[test]
fn enter_keeps_the_filter_and_esc_ends_it() {
    let mut model = closing(12);
    filters(&mut model, "(1");
    model.quietly(Msg::Do(Command::KeepFilter));
    let kept = model.clone();
    // A letter that is no command does nothing.
    model.quietly(Msg::Type('5'));
    assert_eq!(model, kept);
    // Slash edits the same text again.
    filters(&mut model, "1");
    assert_eq!(model.call_lines(), closed([11]));
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.call_lines(), closed(0..12));
    assert_eq!(model.calls.filter, Filter::default());
    // An empty filter is none.
    filters(&mut model, "");
    assert!(model.filter().is_some_and(Filter::is_on));
    model.quietly(Msg::Do(Command::KeepFilter));
    assert!(!model.filter().is_some_and(Filter::is_on));
}

#[test]
fn esc_ends_the_filter_before_the_lookup() {
    let mut model = closing(3);
    let _ = hang(&mut model, 1);
    filters(&mut model, "close");
    model.quietly(Msg::Do(Command::KeepFilter));
    model.quietly(Msg::Do(Command::Cancel));
    assert!(model.lookups.pending.is_some());
    assert_eq!(model.call_lines().len(), 4);
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.lookups.pending, None);
    // In another pane Esc does not end it.
    let _ = hang(&mut model, 1);
    filters(&mut model, "close");
    model.quietly(Msg::Do(Command::NextPane));
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.lookups.pending, None);
    assert_eq!(model.calls.filter.input.value(), "close");
    assert!(!model.calls.filter.edited, "another pane ended the editing");
}

#[test]
fn new_calls_join_a_filtered_list() {
    let mut model = closing(3);
    filters(&mut model, "(2");
    close(&mut model, 3);
    close(&mut model, 20);
    assert_eq!(model.call_lines(), closed([2, 20]));
    for handle in 100..100 + MAX_CALLS as u64 {
        close(&mut model, handle);
    }
    assert_eq!(model.calls.forgotten, 5);
    let begin = |number: &u64| number.to_string().starts_with('2');
    let left = (100..100 + MAX_CALLS as u64).filter(begin);
    assert_eq!(model.call_lines(), closed(left));
}

#[test]
fn selection_moves_among_the_matches() {
    let mut model = closing(12);
    model.quietly(Msg::Do(Command::Move(Motion::Home)));
    filters(&mut model, "(1");
    let current = |model: &Model| model.call_lines()[model.call_list().current()].clone();
    assert_eq!(current(&model), closed([1])[0], "the next match");
    model.quietly(Msg::Do(Command::Move(Motion::Down)));
    assert_eq!(current(&model), closed([10])[0]);
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(current(&model), closed([10])[0]);
}

#[test]
fn filter_finds_the_word_of_the_language() {
    let mut model = closing(2);
    let _ = hang(&mut model, 2);
    filters(&mut model, "abandon");
    assert_eq!(model.call_lines().len(), 1);
    model.quietly(Msg::Do(Command::Edit(InputRequest::DeleteLine)));
    model.types("waiting");
    assert_eq!(model.call_lines().len(), 1);
    model.quietly(Msg::Do(Command::KeepFilter));
    model.quietly(Msg::Do(Command::NextLanguage));
    assert_eq!(model.language, Language::Es);
    assert_eq!(model.call_lines(), closed([]));
}

#[test]
fn esc_ends_the_filter_of_the_help_then_closes_it() {
    let mut model = showing(1);
    model.quietly(Msg::Do(Command::Help));
    model.types("jk");
    assert_eq!(model.popup, help(0), "nothing is typed before the slash");
    filters(&mut model, "jk");
    model.quietly(Msg::Do(Command::Move(Motion::Down)));
    assert_eq!(model.filter().unwrap().input.value(), "jk");
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.popup, help(0));
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.popup, None);
    for (close, what) in [
        (Msg::Do(Command::Help), "the key of the help"),
        (Msg::Do(Command::Close), "q"),
        (Msg::Click(Target::Pane(Pane::Form)), "a click outside"),
    ] {
        model.quietly(Msg::Do(Command::Help));
        filters(&mut model, "x");
        model.quietly(Msg::Do(Command::KeepFilter));
        model.quietly(close);
        assert_eq!(model.popup, None, "{what}");
    }
}
