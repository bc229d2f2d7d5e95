//! The selected entry's socket, "try all", reverse lookups.

use super::*;

#[test]
fn selecting_closes_the_old_socket_and_opens_one() {
    let mut model = showing(3);
    let old = model.live();
    let new = model.closes_and_opens(Msg::Do(Command::Move(Motion::Down)), &old, 1);
    assert_ne!(new, old);
    assert_eq!(model.state(0), State::Closed(&old.record(opened(9))));
    assert_eq!(model.state(1), State::Opening);
    model.quietly(new.ends(refused()));
    assert_eq!(model.state(1), State::Failed(&new.record(refused())));
    let back = model.closes_and_opens(Msg::Do(Command::Move(Motion::Up)), &new, 0);
    assert_eq!(model.state(1), State::Failed(&new.record(refused())));
    assert_eq!(model.state(0), State::Opening);
    model.quietly(back.ends(opened(10)));
    assert_eq!(model.state(0), State::Open(&back.record(opened(10))));
}

#[test]
fn reselecting_an_entry_keeps_its_socket() {
    let mut model = showing(3);
    let before = model.clone();
    model.quietly(Msg::Do(Command::Move(Motion::Up)));
    model.quietly(Msg::Click(Target::Entry(0)));
    assert_eq!(model, before);
}

#[test]
fn late_socket_of_an_unselected_entry_is_ignored() {
    let mut model = showing(3);
    let old = model.live();
    let first = model.closes_and_opens(Msg::Do(Command::Move(Motion::Down)), &old, 1);
    model.closes_and_opens(Msg::Do(Command::Move(Motion::Down)), &first, 2);
    let before = model.but_calls();
    model.quietly(first.ends(opened(11)));
    assert_eq!(model.but_calls(), before);
    assert_eq!(model.state(1), State::Untried);
}

#[test]
fn successful_close_has_no_message() {
    let mut model = showing(2);
    let old = model.live();
    model.closes_and_opens(Msg::Do(Command::Move(Motion::Down)), &old, 1);
    let before = model.but_calls();
    model.quietly(old.closing().ends(Outcome::Returned(Value::Zero)));
    assert_eq!(model.but_calls(), before);
}

#[test]
fn failed_close_is_reported_with_number_and_name() {
    let mut model = showing(2);
    let old = model.live();
    model.closes_and_opens(Msg::Do(Command::Move(Motion::Down)), &old, 1);
    // EIO is 5 in Linux's <asm-generic/errno-base.h>.
    model.quietly(old.closing().ends(error(Domain::Errno, 5)));
    assert_eq!(
        model.complaint(),
        "close failed: 5 EIO “The system's own text”"
    );
}

#[test]
fn try_all_shows_progress_and_a_summary() {
    let mut model = showing(5);
    let round = model.tries();
    assert_eq!(model.done(), 0);
    model.quietly(Msg::Tried(round, tried(0, [opened(12), refused()])));
    assert_eq!(model.done(), 2);
    assert_eq!(model.state(1), State::Failed(&attempt(1, refused())));
    assert_eq!(model.state(2), State::Untried);
    model.quietly(Msg::Tried(round, tried(2, [refused(), opened(12)])));
    assert_eq!(model.state(3), State::Closed(&attempt(3, opened(12))));
    assert_eq!(model.notice, None);
    model.quietly(Msg::Tried(round, tried(4, [opened(12)])));
    assert_eq!(model.shown().trying, None);
    assert_eq!(
        model.news(),
        "Entries tried: 5; socket() succeeded for 3, failed for 2."
    );
    assert_eq!(
        model.state(0),
        State::Open(&model.live().record(opened(9))),
        "the selected entry's socket stays open"
    );
}

#[test]
fn try_all_can_be_repeated() {
    let mut model = showing(1);
    let first = model.tries();
    model.quietly(Msg::Tried(first, tried(0, [opened(12)])));
    let second = model.tries();
    assert_ne!(first, second);
    model.quietly(Msg::Tried(second, tried(0, [refused()])));
    assert!(model.news().contains("failed for 1"), "{}", model.news());
}

#[test]
fn try_all_does_not_run_twice_at_a_time() {
    let mut model = showing(2);
    model.tries();
    let answer = model.answer.clone();
    model.quietly(Msg::Do(Command::TryAll));
    assert_eq!(model.answer, answer);
    assert!(model.news().contains("Esc"), "{}", model.news());
}

#[test]
fn esc_stops_try_all_and_reports_the_count() {
    let mut model = showing(5);
    let round = model.tries();
    model.quietly(Msg::Tried(round, tried(0, [refused(), opened(12)])));
    assert_eq!(model.does(Command::Cancel), [Effect::StopTrying(round)]);
    assert_eq!(model.shown().trying, None);
    assert_eq!(model.news(), "Stopped after 2 of 5 entries.");
    assert_eq!(model.state(1), State::Closed(&attempt(1, opened(12))));

    let before = model.but_calls();
    model.quietly(Msg::Tried(round, tried(2, [opened(12)])));
    assert_eq!(model.but_calls(), before, "late records change nothing");
}

#[test]
fn esc_cancels_the_lookup_before_try_all() {
    let mut model = showing(5);
    let round = model.tries();
    hang(&mut model, 1);
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.lookups.pending, None);
    assert!(model.shown().trying.is_some());
    assert_eq!(model.does(Command::Cancel), [Effect::StopTrying(round)]);
}

#[test]
fn selection_works_during_try_all() {
    let mut model = showing(3);
    let old = model.live();
    let round = model.tries();
    let new = model.closes_and_opens(Msg::Do(Command::Move(Motion::Down)), &old, 1);
    model.quietly(Msg::Tried(round, tried(0, [opened(12), refused()])));
    assert_eq!(model.state(1), State::Opening);
    model.quietly(new.ends(opened(13)));
    assert_eq!(model.state(1), State::Open(&new.record(opened(13))));
}

#[test]
fn empty_list_has_nothing_to_try_or_look_up() {
    let (empty, _) = started();
    for mut model in [empty, showing(0)] {
        let (answer, lookups) = (model.answer.clone(), model.lookups.clone());
        for command in [Command::TryAll, Command::Reverse] {
            model.quietly(Msg::Do(command));
            assert!(model.news().contains("no entry"), "{}", model.news());
        }
        assert_eq!(model.answer, answer);
        assert_eq!(model.lookups, lookups);
    }
}

#[test]
fn reverse_lookup_belongs_to_its_entry() {
    let mut model = showing(3);
    let first = model.reverses(0);
    let _ = model.does(Command::Move(Motion::Down));
    let second = model.reverses(1);
    model.quietly(first.ends(named("zero")));
    assert_eq!(model.names(0), Some(&named("zero")));
    assert!(!model.is_reversing(0) && model.is_reversing(1));
    let no_address = Outcome::NotStarted(Reason::NoAddress);
    model.quietly(second.ends(no_address.clone()));
    assert_eq!(model.names(1), Some(&no_address));
    assert!(!model.is_reversing(1));
    assert!(model.lookups.in_flight.is_empty());
}

#[test]
fn entry_has_one_pending_reverse_lookup() {
    let mut model = showing(1);
    let first = model.reverses(0);
    model.quietly(Msg::Do(Command::Reverse));
    assert!(model.news().contains("not returned"), "{}", model.news());
    model.quietly(first.ends(named("zero")));
    assert!(!model.is_reversing(0));
    model.reverses(0);
    assert!(model.is_reversing(0));
}

#[test]
fn reverse_lookup_keeps_the_pending_lookup() {
    let mut model = showing(1);
    let reverse = model.reverses(0);
    let pending = hang(&mut model, 1)[0];
    model.quietly(reverse.ends(named("zero")));
    assert_eq!(model.lookups.pending.as_ref().unwrap().ticket, pending);
}

#[test]
fn unnamed_error_is_shown_as_number_and_message() {
    let mut model = showing(1);
    let close = model.live().closing();
    model.quietly(close.ends(error(Domain::Errno, 4095)));
    assert_eq!(
        model.complaint(),
        "close failed: 4095 “The system's own text”"
    );
}

#[test]
fn try_all_keeps_the_socket_of_the_selected_entry() {
    let mut model = showing(2);
    let socket = model.live();
    let round = model.tries();
    model.quietly(Msg::Tried(round, tried(0, [refused()])));
    let _ = model.does(Command::Move(Motion::Down));
    assert_eq!(model.state(0), State::Closed(&socket.record(opened(9))));
    model.quietly(Msg::Tried(round, tried(1, [refused()])));
    assert_eq!(
        model.news(),
        "Entries tried: 2; socket() succeeded for 0, failed for 2."
    );
}
