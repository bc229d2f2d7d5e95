//! Runs of files: shown without a call, asked here, and compared.

use std::path::Path;

use super::*;
use crate::names::Name;
use crate::replay::Replay;

const WINDOWS: &str = include_str!("../../../tests/replays/windows-listen.json");

fn read(text: &str) -> Replay {
    Replay::read(Path::new("a file.json"), text.as_bytes()).unwrap()
}

/// A model that shows this file.
fn replaying(text: &str) -> Model {
    let mut model = Model::replaying(host(Os::Linux), read(text));
    model.pane = Pane::Entries;
    model
}

/// The comparison that `model` asks for.
#[track_caller]
fn compares(effects: &Effects) -> (Ticket, [Query; 2]) {
    let [Effect::Compare(ticket, both)] = &effects[..] else {
        panic!("{effects:?}")
    };
    (*ticket, both.each_ref().map(|it| it.run.asked().clone()))
}

/// Opens a file from the list of runs.
#[track_caller]
fn opens_file(model: &mut Model) -> Ticket {
    for command in [Command::History, Command::OpenFile] {
        model.quietly(Msg::Do(command));
    }
    model.types("some file");
    match &model.does(Command::Accept)[..] {
        [Effect::OpenFile(ticket, path)] if path == "some file" => *ticket,
        other => panic!("{other:?}"),
    }
}

#[test]
fn file_is_shown_without_a_call() {
    let mut model = replaying(WINDOWS);
    assert_eq!((model.os(), model.form.os), (Os::Windows, Os::Windows));
    assert_eq!(model.entries().len(), 1);
    assert!(matches!(model.state(0), State::Closed(_)));
    assert!(!model.is_stale());
    for command in [
        Command::Advance,
        Command::ListCalls,
        Command::Question,
        Command::Reverse,
        Command::TryAll,
        Command::AskSources,
    ] {
        model.quietly(Msg::Do(command));
        assert!(model.news().contains("nothing is called"), "{command:?}");
    }
    for motion in [Motion::Down, Motion::Up, Motion::End] {
        model.quietly(Msg::Do(Command::Move(motion)));
    }
    // Its facts explain the lookup; nothing is looked up here.
    let effects = model.does(Command::Show(View::Lookup));
    assert!(matches!(effects[..], [Effect::Explain(..)]), "{effects:?}");
}

#[test]
fn query_of_a_file_is_asked_with_the_numbers_of_this_system() {
    // AF_INET6 is 23 in ws2def.h and 10 in Linux's bits/socket.h.
    let text = WINDOWS.replace("{\"value\": 2, \"name\": \"AF_INET\"}", "{\"value\": 23}");
    let mut model = replaying(&text);
    let (ticket, query) = asks(model.does(Command::Resolve));
    assert_eq!(query.hints.unwrap().family, 10);
    assert_eq!(model.form.query(), Ok(query.clone()));
    assert_eq!(model.form.os, Os::Linux);
    let _ = model.hears(Msg::Returned(ticket, list(query, 0..2)));
    assert_eq!((model.os(), model.replay()), (Os::Linux, None));
    // The file is still there, with its own numbers.
    model.quietly(Msg::Do(Command::Close));
    let _ = model.does(Command::Back);
    assert_eq!((model.os(), model.form.os), (Os::Windows, Os::Windows));
    assert_eq!(model.form.query().unwrap().hints.unwrap().family, 23);
}

#[test]
fn constant_that_this_system_lacks_is_refused() {
    let fqdn = Hint::Flags.table(Os::Windows).named("AI_FQDN");
    let Name { value, .. } = fqdn.unwrap();
    let text = WINDOWS.replace(
        "\"ai_flags\": {\"value\": 1,",
        &format!("\"ai_flags\": {{\"value\": {value},"),
    );
    let mut model = replaying(&text);
    model.quietly(Msg::Do(Command::Resolve));
    let complaint = model.complaint();
    assert!(complaint.starts_with("Linux has no AI_FQDN"), "{complaint}");
    assert!(model.replay().is_some());
}

#[test]
fn opened_file_is_a_run_of_the_history() {
    let mut model = showing(2);
    let own = model.shown().run.clone();
    let ticket = opens_file(&mut model);
    let effects = model.hears(Msg::Opened(ticket, Ok(Box::new(read(WINDOWS)))));
    let closes = |effect: &Effect| matches!(effect, Effect::Call(_, _, Call::Close { .. }));
    assert!(effects.iter().all(closes), "{effects:?}");
    assert_eq!((model.os(), model.popup.clone()), (Os::Windows, None));
    let (_, [first, second]) = compares(&model.does(Command::Compare));
    assert_eq!(
        [&first, &second],
        [own.asked(), model.run().unwrap().asked()]
    );
    model.quietly(Msg::Do(Command::Close));
    let _ = model.does(Command::Back);
    assert_eq!(model.run().unwrap().asked(), own.asked());
    assert_eq!(model.form.os, Os::Linux);
}

#[test]
fn file_that_cannot_be_opened_keeps_its_path() {
    let mut model = showing(1);
    let ticket = opens_file(&mut model);
    let refusal = Phrase::from(Key::ReplayNoPath);
    model.quietly(Msg::Opened(ticket, Err(refusal.clone())));
    assert_eq!(model.popup, Some(Popup::Open));
    assert_eq!(model.opening.refusal, Some(refusal));
    assert_eq!(model.opening.path.value(), "some file");
    // A second file is awaited; the first comes too late.
    let effects = model.does(Command::Accept);
    let [Effect::OpenFile(second, _)] = effects[..] else {
        panic!("{effects:?}")
    };
    model.quietly(Msg::Opened(ticket, Ok(Box::new(read(WINDOWS)))));
    assert_eq!(model.replay(), None);
    let _ = model.hears(Msg::Opened(second, Ok(Box::new(read(WINDOWS)))));
    assert!(model.replay().is_some());
}

#[test]
fn marked_run_is_compared_with_the_one_on_screen() {
    let mut model = showing(1);
    let mut queries = vec![server()];
    for service in ["80", "443"] {
        let query = query(None, Some(service), Some(TCP4));
        model.form.fill(&query);
        let (ticket, _) = asks(model.does(Command::Resolve));
        let _ = model.hears(Msg::Returned(ticket, list(query.clone(), 0..1)));
        queries.push(query);
    }
    let before = compares(&model.does(Command::Compare)).1;
    assert_eq!(before, [queries[1].clone(), queries[2].clone()]);
    for command in [
        Command::History,
        Command::Move(Motion::Home),
        Command::Mark,
        Command::Move(Motion::End),
    ] {
        model.quietly(Msg::Do(command));
    }
    let (ticket, marked) = compares(&model.does(Command::Compare));
    assert_eq!(marked, [queries[0].clone(), queries[2].clone()]);

    let Some(Popup::Compare(differences)) = &model.popup else {
        panic!("{:?}", model.popup)
    };
    assert_eq!(differences.count(), 0, "not found yet");
    let comparison = Arc::new(Counterpart::compare(&differences.sides));
    model.quietly(Msg::Compared(Ticket(0), Arc::clone(&comparison)));
    model.quietly(Msg::Compared(ticket, Arc::clone(&comparison)));
    let Some(Popup::Compare(differences)) = &model.popup else {
        panic!("{:?}", model.popup)
    };
    assert_eq!(differences.comparison, Some(comparison));
    model.quietly(Msg::Do(Command::Compare));
    assert_eq!(model.popup, None, "its key closes it");
}

#[test]
fn one_run_alone_is_compared_with_nothing() {
    let mut model = showing(1);
    model.quietly(Msg::Do(Command::Compare));
    assert!(
        model.news().starts_with("There is no other run"),
        "{}",
        model.news()
    );
    let (mut model, _) = started();
    model.quietly(Msg::Do(Command::Compare));
    assert!(
        model.news().starts_with("There is no other run"),
        "{}",
        model.news()
    );
}

#[test]
fn first_answer_is_compared_with_the_file_of_the_command_line() {
    let (mut model, ticket) = started();
    let mut effects = Vec::new();
    model.compare_with(read(WINDOWS), &mut effects);
    assert_eq!(effects, []);
    let effects = model.hears(Msg::Returned(ticket, noname(server())));
    let compare = effects.iter().find(|it| matches!(it, Effect::Compare(..)));
    let (_, [first, _]) = compares(&vec![compare.unwrap().clone()]);
    assert_eq!(first, *read(WINDOWS).run.asked());
    // Only the first answer.
    model.quietly(Msg::Do(Command::Close));
    let (ticket, _) = asks(model.does(Command::Resolve));
    let effects = model.hears(Msg::Returned(ticket, noname(server())));
    assert!(!effects.iter().any(|it| matches!(it, Effect::Compare(..))));
}

#[test]
fn sockets_of_a_file_are_not_those_of_the_session() {
    let mut model = showing(1);
    model.pane = Pane::Entries;
    let effects = model.does(Command::Advance);
    let _ = model.hears(effects[0].ends(Outcome::Returned(Value::Zero)));
    let own = model.sockets.list[0].id;
    let ticket = opens_file(&mut model);
    let _ = model.hears(Msg::Opened(ticket, Ok(Box::new(read(WINDOWS)))));
    assert_eq!(model.run_of(own).unwrap().host.os, Os::Linux);
    let held: Vec<SocketId> = model.run().unwrap().held().collect();
    assert!(!held.is_empty(), "the file has sockets of its own");
    for id in held.into_iter().filter(|id| *id != own) {
        assert_eq!(model.run_of(id), None);
    }
}

#[test]
fn redacted_copy_has_no_word_of_a_file() {
    let text = WINDOWS.replacen(
        "\"notes\": [",
        "\"notes\": [{\"rule\": \"of-the-future\", \"severity\": \"advice\", \"suspected\": false, \
         \"line\": \"db.qxzj.corp\", \"remedy\": \"ask qxzj\"},",
        1,
    );
    let text = text.replace("},\n  ],", "}\n  ],").replace("},]", "}]");
    let mut model = Model::replaying(host(Os::Linux), {
        let read = Replay::read(Path::new("/home/qxzj/file.json"), text.as_bytes());
        read.unwrap()
    });
    assert_eq!(model.replay().unwrap().notes.len(), 1);
    model.redact();
    let redacted = format!("{:?}", model.redacted().unwrap().replay());
    assert!(!redacted.contains("qxzj"), "{redacted}");
}

/// The lines of the list of calls.
fn calls(model: &Model) -> Vec<String> {
    let list = model.call_list();
    let lines = (0..list.len()).filter_map(|at| list.get(at));
    lines.map(|line| line.text.to_string()).collect()
}

#[test]
fn calls_of_a_file_are_those_it_holds() {
    let mut model = showing(1);
    let own = calls(&model);
    let ticket = opens_file(&mut model);
    let _ = model.hears(Msg::Opened(ticket, Ok(Box::new(read(WINDOWS)))));
    let file: serde_json::Value = serde_json::from_str(WINDOWS).unwrap();
    let held = file["calls"].as_array().unwrap().iter();
    let held: Vec<&str> = held.map(|call| call["line"].as_str().unwrap()).collect();
    let shown = calls(&model);
    // The file has a member for the time.
    let untimed = shown.iter().map(|line| line.split(" <").next().unwrap());
    assert_eq!(untimed.collect::<Vec<_>>(), held);
    assert_eq!(model.call_count(), held.len());
    // What happens on this machine meanwhile does not belong there.
    let closes = model.does(Command::Back);
    assert!(calls(&model).starts_with(&own), "{closes:?}");
    let _ = model.does(Command::Forward);
    assert_eq!(calls(&model), shown);
}

#[test]
fn file_without_calls_lists_none() {
    let text = r#"{"schema": 1, "system": {"os": "windows"}, "getaddrinfo": null, "entries": []}"#;
    assert_eq!(calls(&replaying(text)), [""; 0]);
}
