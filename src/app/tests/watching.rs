//! A query that is repeated.

use super::*;
use crate::compare::{Change, Changes};

const SECOND: Duration = Duration::from_secs(1);

/// The alarm among these effects.
#[track_caller]
fn alarm(effects: &Effects) -> (Ticket, Duration) {
    let alarm = effects.iter().find_map(|effect| match effect {
        Effect::Alarm(ticket, after) => Some((*ticket, *after)),
        _ => None,
    });
    alarm.unwrap()
}

/// Lets the alarm go off, answers the call with these entries after `took`, and compares. Returns the next
/// alarm.
#[track_caller]
fn repeats(model: &mut Model, ticket: Ticket, entries: &[usize], took: u64) -> Ticket {
    let (call, query) = asks(model.hears(Msg::Alarm(ticket)));
    let record = Record {
        took: Duration::from_millis(took),
        ..list(query, entries.iter().copied())
    };
    let effects = model.hears(Msg::Returned(call, record));
    for effect in &effects {
        if let Effect::Compare(ticket, both) = effect {
            let comparison = Arc::new(Counterpart::compare(both));
            model.quietly(Msg::Compared(*ticket, comparison));
        }
    }
    let (ticket, after) = alarm(&effects);
    assert_eq!(after, SECOND);
    ticket
}

/// A model that shows three entries and repeats the query.
fn watching() -> (Model, Ticket) {
    let mut model = showing(3);
    let mut effects = Vec::new();
    model.watch(SECOND, &mut effects);
    let (ticket, _) = alarm(&effects);
    (model, ticket)
}

#[test]
fn changes_are_counted_and_marked_and_times_kept() {
    let (mut model, first) = watching();
    let second = repeats(&mut model, first, &[0, 1, 2], 3);
    let third = repeats(&mut model, second, &[0, 1, 2, 3], 9);
    let watch = model.watch.clone().unwrap();
    assert_eq!(
        watch.marks.into_iter().collect::<Vec<_>>(),
        [(3, Change::Came)]
    );
    let _ = repeats(&mut model, third, &[1, 0, 2, 3], 1);
    let watch = model.watch.clone().unwrap();
    let expected = Changes {
        all: 2,
        order: 1,
        entries: 1,
        results: 0,
    };
    assert_eq!((watch.answers, watch.changes), (4, expected));
    // The first call took no time.
    let times = [0, 9].map(Duration::from_millis);
    assert_eq!(watch.times, Some(times));
    assert!(watch.marks.values().all(|change| *change == Change::Moved));
}

#[test]
fn equal_answers_are_one_run_of_the_history() {
    let (mut model, mut ticket) = watching();
    for _ in 0..20 {
        ticket = repeats(&mut model, ticket, &[0, 1, 2], 3);
    }
    assert_eq!(model.history.visits().len(), 1);
    ticket = repeats(&mut model, ticket, &[4], 3);
    let _ = repeats(&mut model, ticket, &[4], 3);
    assert_eq!(model.history.visits().len(), 2);
    let _ = model.does(Command::Back);
    assert_eq!(model.entries().len(), 3);
    assert_eq!(model.watch, None, "no answer replaces it");
}

#[test]
fn pending_call_is_not_overtaken() {
    let (mut model, ticket) = watching();
    let (call, query) = asks(model.hears(Msg::Alarm(ticket)));
    model.quietly(Msg::Alarm(ticket));
    model.quietly(Msg::Waited(call, Duration::from_secs(60)));
    assert_eq!(model.lookups.in_flight.len(), 1);
    let effects = model.hears(Msg::Returned(call, list(query, 0..3)));
    assert_eq!(alarm(&effects).1, SECOND);
}

#[test]
fn menu_of_calls_is_not_disturbed() {
    let (mut model, ticket) = watching();
    model.quietly(Msg::Do(Command::ListCalls));
    let effects = model.hears(Msg::Alarm(ticket));
    assert!(matches!(effects[..], [Effect::Alarm(..)]), "{effects:?}");
    model.quietly(Msg::Do(Command::Cancel));
    let _ = asks(model.hears(Msg::Alarm(alarm(&effects).0)));
}

#[test]
fn menu_of_a_closed_socket_closes() {
    let mut model = showing(2);
    let (ticket, query) = asks(model.does(Command::Resolve));
    model.quietly(Msg::Do(Command::ListCalls));
    assert!(matches!(model.popup, Some(Popup::Calls(_))));
    let _ = model.hears(Msg::Returned(ticket, list(query, 0..2)));
    assert_eq!(model.popup, None);
}

#[test]
fn menu_of_a_socket_that_was_closed_calls_nothing() {
    let mut model = showing(1);
    let effects = model.does(Command::Advance);
    let _ = model.hears(effects[0].ends(Outcome::Returned(Value::Zero)));
    model.quietly(Msg::Do(Command::ListCalls));
    let effects = model.does(Command::CloseSocket);
    let _ = model.hears(effects[0].ends(Outcome::Returned(Value::Zero)));
    model.quietly(Msg::Do(Command::Accept));
    assert_eq!(model.news(), "There is no open socket to query.");
}

#[test]
fn esc_stops_it_last() {
    let (mut model, ticket) = watching();
    let _ = asks(model.hears(Msg::Alarm(ticket)));
    let effects = model.does(Command::Cancel);
    let (ticket, _) = alarm(&effects);
    assert!(model.watch.is_some(), "the lookup is cancelled first");
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model.watch, None);
    assert_eq!(model.news(), "Stopped: the query is no longer repeated.");
    model.quietly(Msg::Alarm(ticket));
    // Its key starts it with the same interval, and stops it.
    let effects = model.does(Command::Watch);
    assert_eq!(alarm(&effects).1, SECOND);
    model.quietly(Msg::Do(Command::Watch));
    assert_eq!(model.watch, None);
}

#[test]
fn typed_text_is_kept_and_another_query_counts_anew() {
    let (mut model, ticket) = watching();
    model.goes_to(Field::Node);
    model.types("half");
    let next = repeats(&mut model, ticket, &[0], 3);
    assert_eq!(
        model.form.query().unwrap().node,
        query(Some("half"), None, None).node
    );
    let (call, query) = asks(model.does(Command::Resolve));
    model.quietly(Msg::Alarm(next));
    let effects = model.hears(Msg::Returned(call, list(query, 0..1)));
    let _ = alarm(&effects);
    assert_eq!(model.watch.as_ref().unwrap().answers, 1);
}
