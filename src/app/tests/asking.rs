//! Lookups: when they start, their arguments, and the answer on screen.

use super::*;
use crate::words::Key;

#[test]
fn start_resolves_the_query_and_fills_the_form() {
    let (model, effects) = Model::begin(host(Os::Linux), server());
    let (ticket, asked) = asks(effects);
    assert_eq!(asked, server());
    assert_eq!(model.form.query(), Ok(server()));
    assert_eq!(
        model.lookups.pending,
        Some(Pending {
            ticket,
            elapsed: Duration::ZERO
        })
    );
    assert_eq!(model.pane, Pane::Form);
    assert_eq!(model.form.focused(), Field::Hint(Hint::Family));
    assert_eq!((model.entries(), model.entry()), (&[][..], None));
    assert_eq!((model.answer.as_ref(), model.popup.as_ref()), (None, None));
    assert!(!model.is_stale(), "no answer to compare with");
}

#[test]
fn first_answer_opens_its_first_entry() {
    let (mut model, ticket) = started();
    let socket = model.opens(Msg::Returned(ticket, list(server(), 0..3)), 0);
    assert_eq!(model.state(0), State::Opening);
    model.quietly(socket.ends(opened(9)));
    assert_eq!(model.state(0), State::Open(&socket.record(opened(9))));
    assert_eq!(model.state(1), State::Untried);
    assert_eq!(model.lookups.pending, None);
}

#[test]
fn failed_lookup_is_shown_without_a_socket() {
    let named = query(Some("localhost"), Some("27015"), Some(TCP4));
    let (mut model, effects) = Model::begin(host(Os::Linux), named.clone());
    let (ticket, _) = asks(effects);
    let effects = model.hears(Msg::Returned(ticket, noname(named.clone())));
    let [Effect::Facts(_, _, run)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(
        *run.asked(),
        named,
        "the facts are requested for this query"
    );
    assert_eq!(model.run().unwrap().records(), [noname(named)]);
    assert_eq!((model.shown().live, model.entry()), (None, None));
}

#[test]
fn failed_lookup_closes_the_old_socket() {
    let mut model = showing(3);
    let open = model.live();
    let ticket = hang(&mut model, 1)[0];
    let effects = model.hears(Msg::Returned(ticket, noname(server())));
    assert_eq!(effects, [open.closing()]);
    assert_eq!((model.shown().live, model.entry()), (None, None));
}

#[test]
fn f5_resolves_the_whole_form() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    model.types("localhost");
    model.goes_to(Field::Service);
    model.types("9");
    let expected = query(Some("localhost"), Some("270159"), Some(TCP4));
    assert_eq!(asks(model.does(Command::Resolve)).1, expected);
    assert_eq!(model.asked, expected);
}

#[test]
fn list_is_stale_while_the_form_differs() {
    let mut model = showing(1);
    assert!(!model.is_stale());
    model.goes_to(Field::Node);
    model.types("x");
    assert!(model.is_stale());
    assert!(model.form.differs(Field::Node, &server()));
    assert!(!model.form.differs(Field::Service, &server()));
    model.quietly(Msg::Do(Command::Edit(InputRequest::DeletePrevChar)));
    assert!(model.is_stale(), "the empty text is not NULL");
    model.quietly(Msg::Do(Command::Edit(InputRequest::DeleteNextChar)));
    assert!(!model.is_stale());

    model.goes_to(Field::Flag(2));
    let (_, asked) = asks(model.does(Command::Toggle));
    assert_eq!(asked.hints.unwrap().flags, 3);
    assert!(model.is_stale());
    assert!(model.form.differs(Field::Flag(2), &server()));
    assert!(!model.form.differs(Field::Flag(1), &server()));
    asks(model.does(Command::Toggle));
    assert!(!model.is_stale());
}

#[test]
fn unnamed_flag_makes_the_list_stale() {
    let mut model = showing(1);
    model.form.set(Hint::Flags, 1 | 0x4000_0000);
    assert!(model.is_stale());
}

#[test]
fn answer_to_the_form_is_not_stale() {
    let mut model = showing(1);
    model.goes_to(Field::Flag(2));
    let (ticket, asked) = asks(model.does(Command::Toggle));
    assert!(model.is_stale());
    let old = model.live();
    model.closes_and_opens(Msg::Returned(ticket, list(asked, 5..7)), &old, 5);
    assert!(!model.is_stale());
}

#[test]
fn old_list_works_while_a_lookup_is_pending() {
    let mut model = showing(3);
    let old = model.live();
    let ticket = hang(&mut model, 1)[0];
    assert_eq!(model.entries().len(), 3);
    assert_eq!(model.state(0), State::Open(&old.record(opened(9))));
    model.closes_and_opens(Msg::Do(Command::Move(Motion::Down)), &old, 1);
    model.quietly(Msg::Waited(ticket, Duration::from_millis(1500)));
    let pending = model.lookups.pending.as_ref().unwrap();
    assert_eq!(
        (pending.ticket, pending.elapsed),
        (ticket, Duration::from_millis(1500))
    );
}

#[test]
fn wait_without_a_pending_lookup_changes_nothing() {
    let mut model = showing(1);
    let before = model.clone();
    model.quietly(Msg::Waited(Ticket(1), Duration::from_secs(1)));
    assert_eq!(model, before);
}

#[test]
fn wait_of_an_older_lookup_is_ignored() {
    let mut model = showing(1);
    let tickets = hang(&mut model, 2);
    let elapsed = Duration::from_millis(300);
    model.quietly(Msg::Waited(tickets[1], elapsed));
    let before = model.clone();
    model.quietly(Msg::Waited(tickets[0], Duration::from_secs(9)));
    assert_eq!(model, before);
    assert_eq!(model.lookups.pending.as_ref().unwrap().elapsed, elapsed);
}

#[test]
fn stale_answer_is_dropped() {
    let mut model = showing(2);
    let tickets = hang(&mut model, 2);
    let before = model.clone();
    model.quietly(Msg::Returned(tickets[0], list(server(), 7..9)));
    assert_eq!(model.answer, before.answer);
    assert_eq!(model.lookups.pending, before.lookups.pending);
    assert_eq!(
        model.lookups.in_flight.len(),
        1,
        "the stale call still counts"
    );
    let old = model.live();
    model.closes_and_opens(Msg::Returned(tickets[1], list(server(), 8..9)), &old, 8);
}

#[test]
fn answer_older_than_the_shown_one_is_dropped() {
    let mut model = showing(2);
    let tickets = hang(&mut model, 2);
    let _ = model.hears(Msg::Returned(tickets[1], list(server(), 8..9)));
    let before = model.clone();
    model.quietly(Msg::Returned(tickets[0], list(server(), 7..9)));
    assert_eq!(model.answer, before.answer);
    assert!(model.lookups.in_flight.is_empty());
}

#[test]
fn esc_cancels_the_lookup_which_stays_in_flight() {
    let mut model = showing(2);
    let ticket = hang(&mut model, 1)[0];
    model.quietly(Msg::Waited(ticket, Duration::from_millis(2340)));
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.lookups.pending, None);
    assert!(model.news().contains("2.3 s"), "{}", model.news());
    assert!(model.lookups.in_flight.keys().eq([&ticket]));
    let before = model.clone();
    model.quietly(Msg::Returned(ticket, list(server(), 7..9)));
    assert_eq!(model.answer, before.answer);
}

#[test]
fn esc_with_nothing_to_stop_clears_the_message() {
    let mut model = showing(1);
    let before = model.clone();
    model.inform(Key::NoticeNoFix);
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model, before);
}

#[test]
fn ninth_call_is_refused_until_one_returns() {
    let mut model = showing(1);
    let tickets = hang(&mut model, 8);
    let last = model.lookups.pending.clone();
    model.goes_to(Field::Node);
    model.types("ninth");
    model.quietly(Msg::Do(Command::Resolve));
    assert!(model.lookups.refused);
    assert_eq!(model.lookups.in_flight.len(), 8);
    assert_eq!(model.lookups.pending, last, "the eighth is still pending");
    assert_eq!(model.asked, server(), "the call was made");
    let typed = query(Some("ninth"), Some("27015"), Some(TCP4));
    assert_eq!(
        model.form.query(),
        Ok(typed.clone()),
        "the form keeps the text"
    );

    model.quietly(Msg::Returned(tickets[3], noname(server())));
    assert!(!model.lookups.refused);
    assert_eq!(asks(model.does(Command::Resolve)).1, typed);
    assert_eq!(model.lookups.in_flight.len(), 8);
}

#[test]
fn cancelled_lookup_still_counts_to_the_limit() {
    let mut model = showing(1);
    hang(&mut model, 8);
    model.quietly(Msg::Do(Command::Cancel));
    model.quietly(Msg::Do(Command::Resolve));
    assert!(model.lookups.refused);
    assert_eq!(model.lookups.pending, None);
}

#[test]
fn reverse_lookups_count_to_the_limit() {
    let mut model = showing(2);
    hang(&mut model, 7);
    let reverse = model.reverses(0);
    model.quietly(Msg::Do(Command::Resolve));
    assert!(model.lookups.refused);

    let _ = model.does(Command::Move(Motion::Down));
    model.quietly(Msg::Do(Command::Reverse));
    assert!(model.lookups.refused);
    assert_eq!(model.shown().reverse(), None, "the call was made");

    model.quietly(reverse.ends(named("localhost")));
    assert!(!model.lookups.refused);
    hang(&mut model, 1);
}

#[test]
fn call_without_a_thread_is_reported_and_repeatable() {
    let (mut model, ticket) = started();
    model.quietly(Msg::NotStarted(ticket, "no more threads".to_owned()));
    let complaint = model.complaint();
    assert!(complaint.starts_with("No thread for getaddrinfo(); try again."));
    assert!(complaint.contains("no more threads"));
    assert_eq!(model.lookups, Lookups::default());
    assert_eq!(asks(model.does(Command::Resolve)).1, server());
}

#[test]
fn same_query_keeps_the_selection() {
    let mut model = showing(4);
    let _ = model.does(Command::Move(Motion::End));
    let old = model.live();
    let ticket = hang(&mut model, 1)[0];
    model.closes_and_opens(Msg::Returned(ticket, list(server(), 0..4)), &old, 3);
    assert_eq!(model.selected(), 3);
}

#[test]
fn same_query_with_a_new_entry_selects_the_first() {
    for again in [list(server(), [0, 1, 2, 7]), list(server(), 0..2)] {
        let mut model = showing(4);
        let _ = model.does(Command::Move(Motion::End));
        let old = model.live();
        let ticket = hang(&mut model, 1)[0];
        model.closes_and_opens(Msg::Returned(ticket, again), &old, 0);
        assert_eq!(model.selected(), 0);
    }
}

#[test]
fn other_query_selects_the_first_entry() {
    let mut model = showing(4);
    let _ = model.does(Command::Move(Motion::End));
    let old = model.live();
    model.goes_to(Field::Flag(2));
    let (ticket, asked) = asks(model.does(Command::Toggle));
    model.closes_and_opens(Msg::Returned(ticket, list(asked, 0..4)), &old, 0);
    assert_eq!(model.selected(), 0);
}

#[test]
fn new_answer_discards_the_state_of_old_entries() {
    let mut model = showing(3);
    let old = model.live();
    let open = model.closes_and_opens(Msg::Do(Command::Move(Motion::Down)), &old, 1);
    let reverse = model.reverses(1);
    let round = model.tries();
    let (ticket, asked) = asks(model.does(Command::Resolve));
    let mut effects = model.hears(Msg::Returned(ticket, list(asked, 4..6)));
    assert_eq!(effects.remove(0), Effect::StopTrying(round));
    assert_eq!(model.news(), "Stopped after 0 of 3 entries.");
    assert_eq!(effects.remove(0), open.closing());
    model.is_opening(effects, 4);
    let answer = model.shown().clone();
    assert_eq!((answer.selected, answer.trying), (0, None));
    assert_eq!(
        answer.run.records().len(),
        1,
        "only getaddrinfo is recorded"
    );
    assert!((0..3).all(|index| !model.is_reversing(index)));

    model.quietly(reverse.ends(named("late")));
    model.quietly(Msg::Tried(round, tried(0, vec![refused(); 3])));
    assert_eq!(*model.shown(), answer);
    assert!(model.lookups.in_flight.is_empty());
}

#[test]
fn cancelled_call_without_a_thread_is_not_reported() {
    let (mut model, ticket) = started();
    model.quietly(Msg::Do(Command::Cancel));
    let notice = model.notice.clone();
    model.quietly(Msg::NotStarted(ticket, "no more threads".to_owned()));
    assert_eq!(model.notice, notice);
    assert!(model.lookups.in_flight.is_empty());
}

#[test]
fn unstarted_reverse_lookup_can_be_repeated() {
    let mut model = showing(1);
    let Effect::Call(ticket, ..) = model.reverses(0) else {
        panic!("no call")
    };
    model.quietly(Msg::NotStarted(ticket, "no more threads".to_owned()));
    let complaint = model.complaint();
    assert!(complaint.starts_with("No thread for getnameinfo(); try again."));
    assert!(complaint.contains("no more threads"), "{complaint}");
    assert!(model.lookups.in_flight.is_empty());
    assert_eq!(model.shown().reverse(), None);
    model.reverses(0);
}

#[test]
fn esc_drops_a_refused_lookup_too() {
    let mut model = showing(1);
    hang(&mut model, MAX_RESOLVING);
    assert_eq!(model.does(Command::Resolve), []);
    assert!(model.lookups.refused);
    assert_eq!(model.does(Command::Cancel), []);
    assert!(!model.lookups.refused);
    assert!(
        model.news().starts_with("Cancelled after"),
        "{}",
        model.news()
    );
}
