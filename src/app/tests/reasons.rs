//! The lookup view: the facts that it requests, and the tables by which it ranks the list.

use super::*;
use crate::explain::lookup::Lookup;
use crate::explain::order::Tables;
use crate::net::{Facts, Needs, Origin, Sorting};

/// The only effect, which must ask for facts.
#[track_caller]
fn wants(effects: Effects) -> (Ticket, Needs, Run) {
    match &effects[..] {
        [Effect::Facts(ticket, needs, run)] => (*ticket, *needs, (**run).clone()),
        other => panic!("not one request for facts: {other:?}"),
    }
}

/// The facts that were asked for.
fn found(ticket: Ticket, known: Needs, run: Run) -> Msg {
    let entries = run.entries().iter().map(|_| Origin::NoAddress).collect();
    let facts = Facts {
        known,
        sorting: known.has(Needs::SORTING).then_some(Sorting {
            entries,
            gai_conf: None,
        }),
        ..Facts::default()
    };
    Msg::facts(ticket, run, facts)
}

#[test]
fn facts_are_requested_when_the_view_opens() {
    let mut model = showing(2);
    for view in [View::Addrinfo, View::Code, View::Elsewhere, View::Socket] {
        model.quietly(Msg::Do(Command::Show(view)));
    }
    let (ticket, needs, run) = wants(model.does(Command::Show(View::Lookup)));
    assert!(needs.has(Lookup::NEEDS) && needs.has(Needs::SORTING));
    assert_eq!(model.shown().reasons, None);
    // They are on their way.
    model.quietly(Msg::Do(Command::Show(View::Code)));
    model.quietly(Msg::Do(Command::Show(View::Lookup)));
    model.quietly(found(ticket, needs, run));
    let reasons = model.shown().reasons.clone().unwrap();
    assert!(reasons.order.as_ref().unwrap().explains());
    // They are known.
    model.quietly(Msg::Do(Command::Show(View::Code)));
    model.quietly(Msg::Do(Command::Show(View::Lookup)));
    assert_eq!(model.shown().reasons, Some(reasons));
}

#[test]
fn failed_lookup_needs_the_configuration_alone() {
    let (mut model, ticket) = started();
    let _ = model.does(Command::Show(View::Lookup));
    let query = query(Some("name"), None, None);
    let effects = model.hears(Msg::Returned(ticket, noname(query)));
    let (ticket, needs, run) = wants(effects);
    assert!(needs.has(Lookup::NEEDS) && !needs.has(Needs::SORTING));
    let _ = model.hears(found(ticket, needs, run));
    let reasons = model.shown().reasons.as_ref().unwrap();
    assert!(reasons.order.is_none() && !reasons.lookup.is_empty());
}

#[test]
fn facts_of_an_older_answer_change_nothing() {
    let mut model = showing(2);
    let (old, needs, run) = wants(model.does(Command::Show(View::Lookup)));
    let (ticket, query) = asks(model.does(Command::Resolve));
    let effects = model.hears(Msg::Returned(ticket, list(query, 0..1)));
    let again = effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Facts(..)));
    assert_eq!(again.count(), 1, "{effects:?}");
    model.quietly(found(old, needs, run));
    assert_eq!(model.shown().reasons, None);
}

#[test]
fn tables_follow_each_other_in_the_view_alone() {
    let mut model = showing(2);
    let _ = wants(model.does(Command::NextTables));
    assert_eq!((model.view, model.tables), (View::Lookup, Tables::System));
    for tables in [Tables::Rfc3484, Tables::Rfc6724, Tables::System] {
        model.quietly(Msg::Do(Command::NextTables));
        assert_eq!(model.tables, tables);
    }
    // They stay chosen.
    model.quietly(Msg::Do(Command::NextTables));
    model.quietly(Msg::Do(Command::Show(View::Code)));
    model.quietly(Msg::Do(Command::NextTables));
    assert_eq!((model.view, model.tables), (View::Lookup, Tables::Rfc3484));
}
