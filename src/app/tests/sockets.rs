//! The selected entry's socket, trying every entry, reverse lookups.

use super::*;

#[track_caller]
fn tries(model: &mut Model) -> Ticket {
    let effects = model.does(Command::TryAll);
    let [Effect::TryAll(ticket, answer)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(Some(answer), model.lookups.answer.as_ref());
    *ticket
}

#[track_caller]
fn reverses(model: &mut Model, number: usize) -> Ticket {
    let effects = model.does(Command::Reverse);
    let [Effect::Reverse(ticket, asked)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(*asked, entry(number));
    *ticket
}

#[test]
fn selecting_closes_the_old_socket_and_opens_the_new() {
    let mut model = showing(3);
    let old = model.live();
    let new = closes_and_opens(model.does(Command::Move(Motion::Down)), old, &entry(1));
    assert_ne!(new, old);
    assert_eq!(model.sockets.state(0), State::Closed(&opened(9)));
    assert_eq!(model.sockets.state(1), State::Opening);
    model.quietly(Msg::Opened(new, refused()));
    assert_eq!(model.sockets.state(1), State::Failed(&refused()));
    let back = closes_and_opens(model.does(Command::Move(Motion::Up)), new, &entry(0));
    assert_eq!(model.sockets.state(1), State::Failed(&refused()));
    assert_eq!(model.sockets.state(0), State::Opening);
    model.quietly(Msg::Opened(back, opened(10)));
    assert_eq!(model.sockets.state(0), State::Open(&opened(10)));
}

#[test]
fn selecting_the_selected_entry_leaves_its_socket_open() {
    let mut model = showing(3);
    let before = model.clone();
    model.quietly(Msg::Do(Command::Move(Motion::Up)));
    model.quietly(Msg::Click(Target::Entry(0)));
    assert_eq!(model, before);
}

#[test]
fn a_late_socket_of_an_entry_no_longer_selected_changes_nothing() {
    let mut model = showing(3);
    let old = model.live();
    let first = closes_and_opens(model.does(Command::Move(Motion::Down)), old, &entry(1));
    closes_and_opens(model.does(Command::Move(Motion::Down)), first, &entry(2));
    let before = model.clone();
    model.quietly(Msg::Opened(first, opened(11)));
    assert_eq!(model, before);
    assert_eq!(model.sockets.state(1), State::Untried);
}

#[test]
fn a_socket_that_closed_is_no_news() {
    let mut model = showing(2);
    let old = model.live();
    closes_and_opens(model.does(Command::Move(Motion::Down)), old, &entry(1));
    let before = model.clone();
    let closed = Closed {
        handle: Handle(9),
        result: Ok(()),
        took: Duration::ZERO,
    };
    model.quietly(Msg::Closed(old, closed));
    assert_eq!(model, before);
}

#[test]
fn a_failed_close_is_a_complaint_with_its_number_and_name() {
    let mut model = showing(2);
    let old = model.live();
    closes_and_opens(model.does(Command::Move(Motion::Down)), old, &entry(1));
    // EIO is 5 in Linux's <asm-generic/errno-base.h>.
    let closed = Closed {
        handle: Handle(9),
        result: Err(error(Call::Close, Domain::Errno, 5)),
        took: Duration::ZERO,
    };
    model.quietly(Msg::Closed(old, closed));
    assert_eq!(
        model.complaint(),
        format!("{} failed: 5 EIO “The system's own text”", Call::Close)
    );
}

#[test]
fn trying_all_shows_its_progress_and_sums_up() {
    let mut model = showing(5);
    let round = tries(&mut model);
    assert_eq!(model.sockets.trying.unwrap().done, 0);
    model.quietly(Msg::Tried(round, 0, vec![opened(12), refused()]));
    assert_eq!(model.sockets.trying.unwrap().done, 2);
    assert_eq!(model.sockets.state(1), State::Failed(&refused()));
    assert_eq!(model.sockets.state(2), State::Untried);
    model.quietly(Msg::Tried(round, 2, vec![refused(), opened(12)]));
    assert_eq!(model.sockets.state(3), State::Closed(&opened(12)));
    assert_eq!(model.notice, None);
    model.quietly(Msg::Tried(round, 4, vec![opened(12)]));
    assert_eq!(model.sockets.trying, None);
    assert_eq!(
        model.news(),
        "Tried all 5: socket() succeeded for 3, failed for 2."
    );
    assert_eq!(
        model.sockets.state(0),
        State::Open(&opened(9)),
        "the selected entry's own socket is open all the while"
    );
}

#[test]
fn all_are_tried_again_when_asked_again() {
    let mut model = showing(1);
    let first = tries(&mut model);
    model.quietly(Msg::Tried(first, 0, vec![opened(12)]));
    let second = tries(&mut model);
    assert_ne!(first, second);
    model.quietly(Msg::Tried(second, 0, vec![refused()]));
    assert!(model.news().contains("failed for 1"), "{}", model.news());
}

#[test]
fn trying_all_while_trying_starts_no_second_round() {
    let mut model = showing(2);
    tries(&mut model);
    let sockets = model.sockets.clone();
    model.quietly(Msg::Do(Command::TryAll));
    assert_eq!(model.sockets, sockets);
    assert!(model.news().contains("Esc"), "{}", model.news());
}

#[test]
fn esc_stops_trying_and_says_how_far_it_came() {
    let mut model = showing(5);
    let round = tries(&mut model);
    model.quietly(Msg::Tried(round, 0, vec![refused(), opened(12)]));
    assert_eq!(model.does(Command::Cancel), [Effect::StopTrying(round)]);
    assert_eq!(model.sockets.trying, None);
    assert_eq!(model.news(), "Stopped after 2 of 5 entries.");
    assert_eq!(model.sockets.state(1), State::Closed(&opened(12)));

    let before = model.clone();
    model.quietly(Msg::Tried(round, 2, vec![opened(12)]));
    assert_eq!(model, before, "what comes late changes nothing");
}

#[test]
fn esc_abandons_the_pending_call_before_it_stops_trying() {
    let mut model = showing(5);
    let round = tries(&mut model);
    hang(&mut model, 1);
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.lookups.pending, None);
    assert!(model.sockets.trying.is_some());
    assert_eq!(model.does(Command::Cancel), [Effect::StopTrying(round)]);
}

#[test]
fn selecting_goes_on_while_all_are_tried() {
    let mut model = showing(3);
    let old = model.live();
    let round = tries(&mut model);
    let new = closes_and_opens(model.does(Command::Move(Motion::Down)), old, &entry(1));
    model.quietly(Msg::Tried(round, 0, vec![opened(12), refused()]));
    assert_eq!(model.sockets.state(1), State::Opening);
    model.quietly(Msg::Opened(new, opened(13)));
    assert_eq!(model.sockets.state(1), State::Open(&opened(13)));
}

#[test]
fn with_no_entry_there_is_nothing_to_try_or_to_look_up() {
    let (empty, _) = started();
    for mut model in [empty, showing(0)] {
        let lookups = model.lookups.clone();
        for command in [Command::TryAll, Command::Reverse] {
            model.quietly(Msg::Do(command));
            assert!(model.news().contains("no entry"), "{}", model.news());
        }
        assert_eq!(model.sockets, Sockets::default());
        assert_eq!(model.lookups, lookups);
    }
}

#[test]
fn a_reverse_lookup_belongs_to_its_entry_whatever_is_selected_then() {
    let mut model = showing(3);
    let first = reverses(&mut model, 0);
    let _ = model.does(Command::Move(Motion::Down));
    let second = reverses(&mut model, 1);
    model.quietly(Msg::Reversed(first, named("zero")));
    assert_eq!(
        model.sockets.reverses.get(&0),
        Some(&Reversing::Done(named("zero")))
    );
    assert_eq!(
        model.sockets.reverses.get(&1),
        Some(&Reversing::Pending(second))
    );
    model.quietly(Msg::Reversed(second, None));
    assert_eq!(model.sockets.reverses.get(&1), Some(&Reversing::Done(None)));
    assert!(model.lookups.in_flight.is_empty());
}

#[test]
fn an_entry_is_looked_up_once_at_a_time() {
    let mut model = showing(1);
    let first = reverses(&mut model, 0);
    model.quietly(Msg::Do(Command::Reverse));
    assert!(model.news().contains("not answered"), "{}", model.news());
    model.quietly(Msg::Reversed(first, named("zero")));
    let again = reverses(&mut model, 0);
    assert_eq!(
        model.sockets.reverses.get(&0),
        Some(&Reversing::Pending(again))
    );
}

#[test]
fn a_reverse_lookup_leaves_the_pending_call_alone() {
    let mut model = showing(1);
    let reverse = reverses(&mut model, 0);
    let pending = hang(&mut model, 1)[0];
    model.quietly(Msg::Reversed(reverse, named("zero")));
    assert_eq!(model.lookups.pending.as_ref().unwrap().ticket, pending);
}

#[test]
fn an_error_without_a_name_is_a_number_and_its_text() {
    let mut model = showing(1);
    let closed = Closed {
        handle: Handle(9),
        result: Err(error(Call::Close, Domain::Errno, 4095)),
        took: Duration::ZERO,
    };
    model.quietly(Msg::Closed(Ticket(0), closed));
    assert_eq!(
        model.complaint(),
        format!("{} failed: 4095 “The system's own text”", Call::Close)
    );
}

#[test]
fn the_sum_counts_what_was_tried_and_not_the_selected_entry_s_own_socket() {
    let mut model = showing(2);
    let round = tries(&mut model);
    model.quietly(Msg::Tried(round, 0, vec![refused()]));
    let _ = model.does(Command::Move(Motion::Down));
    assert_eq!(model.sockets.state(0), State::Closed(&opened(9)));
    model.quietly(Msg::Tried(round, 1, vec![refused()]));
    assert_eq!(
        model.news(),
        "Tried all 2: socket() succeeded for 0, failed for 2."
    );
}
