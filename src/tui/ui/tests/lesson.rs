//! A lesson beside the live panes, in both languages, at each size.

use std::path::Path;

use super::*;
use crate::app::CourseEvent;
use crate::lesson::{Lesson, lessons};
use crate::net::{SocketId, Triple};
use crate::replay::Replay;
use crate::script::syntax::Place;

const SMALL: [(u16, u16); 3] = [(80, 24), (120, 40), (60, 20)];

/// A model at this step of a lesson, from 1.
fn at(lesson: &Lesson, step: usize) -> Model {
    let mut model = Model::learning(host(Os::Linux));
    model.start_lesson(Arc::new(lesson.clone()), &mut Vec::new());
    for _ in 1..step {
        let _ = model.does(Command::NextStep);
    }
    model
}

/// The server's lesson.
fn winsock_server() -> &'static Lesson {
    lessons()
        .iter()
        .find(|lesson| lesson.id == "winsock-server")
        .unwrap()
}

/// Makes the step of `model`, whose calls end with these records; the question is answered with the first
/// choice, and the last call returned the choice `returned`.
fn make(model: &mut Model, records: Vec<Record>, returned: Option<usize>) {
    let effects = model.does(Command::GoOn);
    let [Effect::MakeStep(ticket, lesson, step)] = &effects[..] else {
        panic!("{effects:?}");
    };
    let lines = lesson.steps[*step].lines(Place::Linux);
    let last = records.len() - 1;
    for (index, (line, record)) in lines.iter().zip(records).enumerate() {
        let event = match record.outcome {
            Outcome::Unfinished => CourseEvent::Begun(line.number, record),
            _ => CourseEvent::Returned {
                line: line.number,
                record,
                choice: returned.filter(|_| index == last),
            },
        };
        let effects = model.hears(Msg::Lesson(*ticket, event));
        if let [.., opens @ Effect::Call(_, _, Call::Socket { .. })] = &effects[..] {
            let _ = model.hears(after(12, opens, opened(7)));
        }
    }
    for made in 0..=*step {
        let _ = model.hears(Msg::Lesson(*ticket, CourseEvent::Made(made)));
    }
}

fn record(call: Call, outcome: Outcome) -> Record {
    Record {
        took: Duration::from_micros(12),
        ..fixture::record(call, outcome)
    }
}

/// The calls of the step that binds a second server.
fn second() -> Vec<Record> {
    let socket = SocketId(1);
    let triple = Triple::from(server_example().hints.unwrap());
    let address = wildcard().bytes().into();
    let refused = failed(Domain::Errno, 98, "Address already in use");
    let bind = record(Call::Bind { socket, address }, refused);
    vec![
        record(Call::Socket { socket, triple }, opened(9)),
        Record {
            on: Some(crate::net::Handle(9)),
            ..bind
        },
    ]
}

/// The model on the whole screen at each size, in each language.
#[track_caller]
fn snapshot_each(name: &str, model: &Model) {
    let screens = [Language::En, Language::Es].map(|language| {
        let screens = SMALL.map(|size| {
            let mut model = model.clone();
            model.language = language;
            let look = Look { language, ..LOOK };
            format!("{}×{}\n{}", size.0, size.1, screen(&mut model, size, look))
        });
        screens.join("\n")
    });
    insta::assert_snapshot!(name, screens.join("\n"));
}

#[test]
fn question_stands_below_the_text_and_the_calls() {
    snapshot_each("lesson_question", &at(winsock_server(), 6));
}

#[test]
fn answer_shows_which_choice_it_was_and_why() {
    let mut model = at(winsock_server(), 6);
    make(&mut model, second(), Some(1));
    snapshot_each("lesson_answer", &model);
}

#[test]
fn answer_of_the_query_is_beside_the_lesson() {
    let mut model = at(winsock_server(), 3);
    let call = Call::Getaddrinfo(Arc::new(server_example()));
    make(&mut model, vec![record(call, list([wildcard()]))], Some(0));
    snapshot_each("lesson_query", &model);
}

#[test]
fn lesson_stands_beside_the_list_on_a_very_wide_screen() {
    let mut model = at(winsock_server(), 6);
    make(&mut model, second(), Some(1));
    snapshot("lesson_wide", &mut model, &[(160, 24)]);
}

#[test]
fn waiting_skipped_and_offline_calls_are_told() {
    let mut waiting = at(winsock_server(), 9);
    let accept = Call::Accept {
        socket: SocketId(1),
        new: SocketId(2),
    };
    let accept = Record {
        on: Some(crate::net::Handle(8)),
        ..record(accept, Outcome::Unfinished)
    };
    make(&mut waiting, vec![accept], None);
    let names = lessons()
        .iter()
        .find(|lesson| lesson.id == "names")
        .unwrap();
    let offline = names.steps.iter().position(|step| step.network).unwrap();
    let offline = at(names, offline + 1);
    let mut end = at(winsock_server(), 14);
    let socket = SocketId(1);
    make(
        &mut end,
        vec![record(
            Call::Close { socket },
            failed(Domain::Errno, 9, "Bad file descriptor"),
        )],
        None,
    );
    let mut hint = at(winsock_server(), 6);
    let _ = hint.does(Command::Hint);
    parts(
        "lesson_states",
        [waiting, offline, end, hint].map(|mut model| {
            model.language = Language::En;
            pane(&model, Pane::Lesson, (80, 26))
        }),
    );
}

#[test]
fn lesson_needs_no_colour_and_no_unicode() {
    let mut model = at(winsock_server(), 6);
    make(&mut model, second(), Some(1));
    let language = Language::Es.ascii();
    model.language = language;
    let look = Look { language, ..LOOK };
    let text = screen(&mut model, (80, 24), look);
    assert!(text.is_ascii(), "{text}");
    assert!(text.contains("> x 0: comparten el puerto"), "{text}");
    assert!(
        text.contains("ok un error: la direccion esta en uso"),
        "{text}"
    );
}

#[test]
fn calls_of_a_file_are_none_of_the_lesson() {
    let mut model = at(winsock_server(), 6);
    make(&mut model, second(), Some(1));
    let marked = |model: &Model| {
        let calls = pane(model, Pane::Detail, (80, 12));
        calls.matches('▸').count()
    };
    assert_eq!(marked(&model), 2);
    for command in [Command::History, Command::OpenFile] {
        let _ = model.does(command);
    }
    for c in "a.json".chars() {
        let _ = model.hears(Msg::Type(c));
    }
    let effects = model.does(Command::Accept);
    let [Effect::OpenFile(ticket, _)] = effects[..] else {
        panic!("{effects:?}");
    };
    let file = include_bytes!("../../../../tests/replays/windows-listen.json");
    let replay = Replay::read(Path::new("a.json"), file).unwrap();
    let _ = model.hears(Msg::Opened(ticket, Ok(Box::new(replay))));
    assert_eq!(marked(&model), 0);
}
