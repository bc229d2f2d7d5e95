//! Going back to the runs of the session.

use super::*;
use crate::app::history::{MOST, MOST_BYTES, MOST_RUNS};
use crate::net::Run;

/// Resolves the query with this service, and shows `count` entries.
fn visit(model: &mut Model, service: &str, count: usize) -> Query {
    let query = query(None, Some(service), Some(TCP4));
    model.form.fill(&query);
    let (ticket, asked) = asks(model.does(Command::Resolve));
    assert_eq!(asked, query);
    let effects = model.hears(Msg::Returned(ticket, list(query.clone(), 0..count)));
    let opens = |effect: &&Effect| matches!(effect, Effect::Call(_, _, Call::Socket { .. }));
    if let Some(socket) = effects.iter().find(opens) {
        let _ = model.hears(socket.ends(opened(9)));
    }
    query
}

/// Goes back or forward, which calls nothing but the close() of an open socket.
#[track_caller]
fn steps(model: &mut Model, command: Command) {
    let effects = model.does(command);
    let close = |effect: &Effect| matches!(effect, Effect::Call(_, _, Call::Close { .. }));
    let facts = |effect: &Effect| matches!(effect, Effect::Facts(..));
    assert!(
        effects.iter().all(|it| close(it) || facts(it)),
        "{effects:?}"
    );
}

/// The services and the numbers of entries of the kept runs, oldest first.
fn kept(model: &Model) -> Vec<(String, usize)> {
    let service = |run: &Run| format!("{:?}", run.asked().service.as_ref().unwrap().as_os_str());
    let runs = model.history.runs();
    runs.map(|run| (service(run), run.entries().len()))
        .collect()
}

#[test]
fn back_and_forward_show_the_runs_as_they_were() {
    let mut model = showing(3);
    let _ = model.does(Command::Move(Motion::Down));
    let first = model.shown().clone();
    let second = visit(&mut model, "80", 2);
    let third = visit(&mut model, "443", 1);
    steps(&mut model, Command::Back);
    assert_eq!(*model.run().unwrap().asked(), second);
    assert_eq!(model.form.query(), Ok(second), "the form follows");
    steps(&mut model, Command::Back);
    let shown = model.shown();
    assert_eq!((&shown.run, shown.selected), (&first.run, 1));
    assert_eq!(shown.notes.list, first.notes.list);
    assert_eq!(model.asked, server());
    assert_eq!(model.news(), "Run 1, as it was. Nothing was called.");
    assert_eq!(model.does(Command::Back), []);
    assert_eq!(model.news(), "There is no earlier query.");
    steps(&mut model, Command::Forward);
    steps(&mut model, Command::Forward);
    assert_eq!(*model.run().unwrap().asked(), third);
    assert_eq!(model.does(Command::Forward), []);
    assert_eq!(model.news(), "There is no later query.");
}

#[test]
fn entry_of_an_earlier_run_can_be_opened_again() {
    let mut model = showing(2);
    visit(&mut model, "80", 1);
    steps(&mut model, Command::Back);
    assert!(matches!(model.state(0), State::Closed(_)));
    model.pane = Pane::Entries;
    let effects = model.does(Command::Advance);
    assert_eq!(effects, [model.live()]);
}

#[test]
fn query_after_going_back_follows_all_others() {
    let mut model = showing(1);
    let second = visit(&mut model, "80", 1);
    steps(&mut model, Command::Back);
    visit(&mut model, "443", 1);
    steps(&mut model, Command::Back);
    assert_eq!(model.asked, second);
    steps(&mut model, Command::Back);
    assert_eq!(model.asked, server());
}

#[test]
fn typed_text_is_there_again_after_going_back_and_forth() {
    let mut model = showing(1);
    visit(&mut model, "80", 1);
    model.goes_to(Field::Node);
    model.types("half.typed");
    let typed = model.form.query().unwrap();
    steps(&mut model, Command::Back);
    assert_eq!(model.form.query(), Ok(server()));
    steps(&mut model, Command::Forward);
    assert_eq!(model.form.query(), Ok(typed.clone()));
    assert!(model.is_stale());

    // A preset replaces the form.
    model.quietly(Msg::Do(Command::Presets));
    model.quietly(Msg::Do(Command::Move(Motion::Down)));
    let preset = asks(model.does(Command::Accept)).1;
    assert_eq!(model.form.query(), Ok(preset));
    steps(&mut model, Command::Back);
    assert_eq!(model.form.query(), Ok(typed));
}

#[test]
fn going_back_cancels_the_lookup_which_is_listed() {
    let mut model = showing(1);
    let (ticket, _) = {
        model.form.set(Hint::Family, 10);
        asks(model.does(Command::Resolve))
    };
    assert_eq!(model.does(Command::Back), [], "its run is still on screen");
    assert_eq!((&model.asked, &model.lookups.pending), (&server(), &None));
    let shown = model.answer.clone();
    model.quietly(Msg::Returned(ticket, list(server(), 5..7)));
    assert_eq!(model.answer, shown);
    let (_, again) = asks(model.does(Command::Forward));
    assert_eq!(again.hints.unwrap().family, 10, "it had no result");
}

#[test]
fn refused_step_changes_nothing() {
    let mut model = showing(1);
    let tickets = hang(&mut model, MAX_RESOLVING);
    model.quietly(Msg::Do(Command::Cancel));
    let (asked, form) = (model.asked.clone(), model.form.clone());
    assert_eq!(model.does(Command::Back), []);
    assert!(model.lookups.refused);
    assert_eq!((&model.asked, &model.form), (&asked, &form));
    model.quietly(Msg::Returned(tickets[0], noname(server())));
    let _ = asks(model.does(Command::Back));
}

#[test]
fn list_goes_back_to_the_selected_run() {
    let mut model = showing(1);
    visit(&mut model, "80", 2);
    visit(&mut model, "443", 3);
    model.quietly(Msg::Do(Command::History));
    for c in "80".chars() {
        model.quietly(Msg::Do(Command::Filter));
        model.quietly(Msg::Type(c));
    }
    model.quietly(Msg::Do(Command::KeepFilter));
    steps(&mut model, Command::Accept);
    assert_eq!(model.popup, None);
    assert_eq!(model.entries().len(), 2);
}

#[test]
fn filter_finds_queries_and_results() {
    let mut model = showing(1);
    let named = query(Some("nosuch.test"), None, None);
    model.form.fill(&named);
    let (ticket, _) = asks(model.does(Command::Resolve));
    let _ = model.hears(Msg::Returned(ticket, noname(named)));
    let found = |text: &str| {
        let filter = Filter {
            input: TextInput::new(text),
            edited: false,
        };
        model.history.matches(&filter, Language::En)
    };
    assert_eq!(found(""), [0, 1]);
    assert_eq!(found("NOSUCH"), [1]);
    assert_eq!(found("eai_noname"), [1]);
    assert_eq!(found("ai_passive"), [0]);
    assert_eq!(found("1 entry"), [0]);
}

#[test]
fn space_marks_one_run() {
    let mut model = showing(1);
    visit(&mut model, "80", 1);
    model.quietly(Msg::Do(Command::History));
    model.quietly(Msg::Do(Command::Mark));
    assert_eq!(model.history.marked, Some(2));
    model.quietly(Msg::Do(Command::Move(Motion::Up)));
    model.quietly(Msg::Do(Command::Mark));
    assert_eq!(model.history.marked, Some(1));
    model.quietly(Msg::Do(Command::Mark));
    assert_eq!(model.history.marked, None);
}

#[test]
fn hundred_runs_are_kept_and_a_thousand_queries() {
    let mut model = showing(1);
    for number in 0..MOST + 50 {
        visit(&mut model, &number.to_string(), 1);
    }
    let kept = kept(&model);
    assert_eq!(kept.len(), MOST_RUNS);
    let newest = MOST + 50 - 1;
    let expected = (format!("\"{}\"", newest - MOST_RUNS), 1);
    assert_eq!(kept.first(), Some(&expected), "the newest is on screen");
    assert_eq!(model.history.visits().len(), MOST);

    // An older one is resolved again.
    model.quietly(Msg::Do(Command::History));
    model.quietly(Msg::Do(Command::Move(Motion::Home)));
    let (_, query) = asks(model.does(Command::Accept));
    assert_eq!(model.form.query(), Ok(query.clone()));
    let oldest = (newest + 1 - MOST).to_string();
    assert_eq!(query.service.unwrap().as_os_str(), oldest.as_str());
}

#[test]
fn queries_without_a_result_are_limited_too() {
    let mut model = showing(1);
    for _ in 0..MOST + 50 {
        let (ticket, _) = asks(model.does(Command::Resolve));
        let reason = "no more threads".to_owned();
        model.quietly(Msg::NotStarted(ticket, reason));
    }
    assert_eq!(model.history.visits().len(), MOST);
    assert_eq!(model.history.current(), MOST - 1);
    assert_eq!(model.run().unwrap().asked(), &server(), "still on screen");
}

#[test]
fn four_megabytes_of_runs_are_kept() {
    const ENTRIES: usize = 3_000;
    let mut model = showing(1);
    for number in 0..30 {
        visit(&mut model, &number.to_string(), ENTRIES);
    }
    // The last one is on screen, and not counted.
    let runs = kept(&model).len() - 1;
    // Each takes at least the size of its entries, and less than twice as much.
    let least = ENTRIES * size_of::<AddrInfo>();
    assert!(runs * least <= MOST_BYTES, "{runs} runs");
    assert!((runs + 2) * 2 * least >= MOST_BYTES, "{runs} runs");
    assert_eq!(model.history.visits().len(), 31, "all queries are listed");

    // One that is too much alone costs no other.
    visit(&mut model, "big", 60_000);
    visit(&mut model, "last", 1);
    let sizes: Vec<usize> = kept(&model).into_iter().map(|(_, count)| count).collect();
    assert!(!sizes.contains(&60_000));
    assert!(sizes.contains(&ENTRIES));
}

#[test]
fn run_with_a_held_socket_is_never_forgotten() {
    let mut model = showing(1);
    model.pane = Pane::Entries;
    let effects = model.does(Command::Advance);
    let _ = model.hears(effects[0].ends(Outcome::Returned(Value::Zero)));
    assert_eq!(model.sockets.list.len(), 1);
    for number in 0..MOST + 50 {
        visit(&mut model, &number.to_string(), 1);
    }
    let id = model.sockets.list[0].id;
    assert_eq!(*model.run_of(id).unwrap().asked(), server());
    assert_eq!(kept(&model).len(), MOST_RUNS + 1);
    assert_eq!(*model.history.visits()[0].query, server());

    // Once it is closed, nothing holds the run.
    model.quietly(Msg::Do(Command::Sockets));
    let effects = model.does(Command::CloseSocket);
    let _ = model.hears(effects[0].ends(Outcome::Returned(Value::Zero)));
    model.quietly(Msg::Do(Command::Move(Motion::Up)));
    visit(&mut model, "end", 1);
    assert_eq!(kept(&model).len(), MOST_RUNS);
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
