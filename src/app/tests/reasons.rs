//! The lookup view: the facts that it requests, and the tables by which it ranks the list.

use super::*;
use crate::explain::lookup::Lookup;
use crate::explain::order::Tables;
use crate::net::{Facts, Needs, Origin, Sorting, SourceAnswer, SourceResult, Sources};

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
        host_sources: Sources::read("hosts: files dns", "hosts"),
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

/// The lookup view of a name, with its facts.
fn knowing() -> Model {
    let name = query(Some("name"), Some("http"), None);
    let (mut model, effects) = Model::begin(host(Os::Linux), name.clone());
    let (ticket, _) = asks(effects);
    let _ = model.hears(Msg::Returned(ticket, list(name, 0..2)));
    let (ticket, needs, run) = wants(model.does(Command::Show(View::Lookup)));
    model.quietly(found(ticket, needs, run));
    model
}

/// The only effect, which must ask the sources.
#[track_caller]
fn asked(effects: Effects) -> (Ticket, Run, Arc<Reasons>) {
    match &effects[..] {
        [Effect::AskSources(ticket, run, reasons)] => (*ticket, (**run).clone(), reasons.clone()),
        other => panic!("no source is asked: {other:?}"),
    }
}

/// The message that the first `count` sources did not answer in time.
fn silent((ticket, run, reasons): &(Ticket, Run, Arc<Reasons>), count: usize) -> Msg {
    let answer = |source: &String| SourceAnswer {
        source: source.clone(),
        result: SourceResult::TimedOut,
        took: Duration::from_secs(5),
    };
    let answers = reasons.sources.iter().take(count).map(answer).collect();
    Msg::sources(*ticket, &mut run.clone(), answers, reasons)
}

#[test]
fn sources_are_asked_once_at_a_time() {
    let mut model = knowing();
    let asking = asked(model.does(Command::AskSources));
    assert_eq!(asking.2.sources, ["files", "dns"]);
    model.quietly(Msg::Do(Command::AskSources));
    assert!(model.news().contains("being asked"), "{}", model.news());
    let rows = |model: &Model| model.shown().reasons.as_ref().unwrap().lookup.len();
    let before = rows(&model);
    model.quietly(silent(&asking, 1));
    assert_eq!(rows(&model), before + 1);
    // Other keys work meanwhile.
    model.quietly(Msg::Do(Command::NextTables));
    model.quietly(Msg::Do(Command::AskSources));
    model.quietly(silent(&asking, 2));
    // And which entries none explains.
    assert_eq!(rows(&model), before + 3);
    assert!(!model.shown().is_asking());
    let _ = asked(model.does(Command::AskSources));
}

#[test]
fn esc_gives_the_sources_up() {
    let mut model = knowing();
    let asking = asked(model.does(Command::AskSources));
    assert_eq!(
        model.does(Command::Cancel),
        [Effect::StopAsking(asking.0)],
        "the children end"
    );
    let before = model.clone();
    model.quietly(silent(&asking, 2));
    assert_eq!(model, before, "an answer after that changes nothing");
}

#[test]
fn next_answer_of_getaddrinfo_gives_the_sources_up() {
    let mut model = knowing();
    let asking = asked(model.does(Command::AskSources));
    let (ticket, query) = asks(model.does(Command::Resolve));
    let effects = model.hears(Msg::Returned(ticket, list(query, 0..1)));
    assert!(effects.contains(&Effect::StopAsking(asking.0)));
    let before = model.clone();
    model.quietly(silent(&asking, 2));
    assert_eq!(model, before);
}

#[test]
fn sources_are_asked_in_the_lookup_view_alone() {
    let mut model = knowing();
    model.quietly(Msg::Do(Command::Show(View::Code)));
    model.quietly(Msg::Do(Command::AskSources));
    assert_eq!(model.view, View::Lookup);
    assert!(!model.shown().is_asking());
    // NULL is not looked up.
    let mut model = showing(1);
    let (ticket, needs, run) = wants(model.does(Command::Show(View::Lookup)));
    model.quietly(Msg::Do(Command::AskSources));
    assert!(
        model.news().contains("still being read"),
        "{}",
        model.news()
    );
    model.quietly(found(ticket, needs, run));
    model.quietly(Msg::Do(Command::AskSources));
    assert!(model.news().contains("No source"), "{}", model.news());
}

#[test]
fn late_facts_keep_the_answers_of_the_sources() {
    let mut model = knowing();
    let asking = asked(model.does(Command::AskSources));
    model.quietly(silent(&asking, 2));
    let rows = model.shown().reasons.as_ref().unwrap().lookup.clone();
    let (ticket, needs) = (Ticket(u64::MAX), Lookup::NEEDS.and(Needs::SORTING));
    model.answer.as_mut().unwrap().notes.expect(ticket, needs);
    model.quietly(found(ticket, needs, asking.1));
    assert_eq!(model.shown().reasons.as_ref().unwrap().lookup, rows);
}
