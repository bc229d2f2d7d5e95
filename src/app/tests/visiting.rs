//! Going back and forward through the queries.

use super::*;

/// Resolves the query with this service.
fn visit(model: &mut Model, service: &str) -> Query {
    let query = query(None, Some(service), Some(TCP4));
    model.form.fill(&query);
    assert_eq!(asks(model.does(Command::Resolve)).1, query);
    query
}

#[test]
fn back_and_forward_resolve_the_queries_of_the_session() {
    let mut model = showing(1);
    let first = model.asked.clone();
    let second = visit(&mut model, "80");
    let third = visit(&mut model, "443");
    assert_eq!(asks(model.does(Command::Back)).1, second);
    assert_eq!(model.form.query(), Ok(second.clone()), "the form follows");
    assert_eq!(asks(model.does(Command::Back)).1, first);
    assert_eq!(model.does(Command::Back), []);
    assert_eq!(model.news(), "There is no earlier query.");
    assert_eq!(asks(model.does(Command::Forward)).1, second);
    assert_eq!(asks(model.does(Command::Forward)).1, third);
    assert_eq!(model.does(Command::Forward), []);
    assert_eq!(model.news(), "There is no later query.");
}

#[test]
fn new_query_replaces_those_that_follow() {
    let mut model = showing(1);
    let first = model.asked.clone();
    visit(&mut model, "80");
    let _ = model.does(Command::Back);
    visit(&mut model, "443");
    assert_eq!(model.does(Command::Forward), []);
    assert_eq!(asks(model.does(Command::Back)).1, first);
}

#[test]
fn preset_loses_no_typed_text() {
    let mut model = showing(1);
    model.goes_to(Field::Node);
    model.types("half.typed");
    let typed = model.form.query().unwrap();
    model.quietly(Msg::Do(Command::Presets));
    model.quietly(Msg::Do(Command::Move(Motion::Down)));
    let preset = asks(model.does(Command::Accept)).1;
    assert_ne!(preset, typed);
    assert_eq!(asks(model.does(Command::Back)).1, typed);
    assert_eq!(model.form.query(), Ok(typed));
}

#[test]
fn refused_step_changes_nothing() {
    let mut model = showing(1);
    let first = model.asked.clone();
    visit(&mut model, "80");
    let tickets = hang(&mut model, MAX_RESOLVING - 1);
    let asked = model.asked.clone();
    assert_eq!(model.does(Command::Back), []);
    assert_eq!(model.asked, asked);
    for ticket in tickets {
        let _ = model.hears(Msg::Returned(ticket, noname(asked.clone())));
    }
    let mut back = model.asked.clone();
    while back != first {
        back = asks(model.does(Command::Back)).1;
    }
}

#[test]
fn presets_open_at_the_one_in_use() {
    let mut model = showing(1);
    let udp = presets(Os::Linux)
        .iter()
        .position(|preset| preset.name == "udp")
        .unwrap();
    model.quietly(Msg::Do(Command::Presets));
    for _ in 0..udp {
        model.quietly(Msg::Do(Command::Move(Motion::Down)));
    }
    let _ = asks(model.does(Command::Accept));
    model.quietly(Msg::Do(Command::Presets));
    assert_eq!(model.popup, Some(Popup::Presets(udp)));
}

#[test]
fn language_changes_every_message_at_once() {
    let mut model = showing(1);
    let _ = model.does(Command::Fix);
    let english = model.news();
    model.language = model.language.next();
    assert_eq!(
        model.news(),
        "No hay ninguna corrección automática para esto."
    );
    assert_ne!(model.news(), english);
    model.quietly(Msg::Do(Command::NextLanguage));
    assert_eq!(model.language, Language::En);
}

#[test]
fn esc_ends_the_zoom_last() {
    let mut model = showing(3);
    model.quietly(Msg::Do(Command::Zoom));
    let _ = model.tries();
    let _ = model.does(Command::Cancel);
    assert!(model.zoomed, "\"try all\" stops first");
    model.quietly(Msg::Do(Command::Cancel));
    assert!(!model.zoomed);
}
