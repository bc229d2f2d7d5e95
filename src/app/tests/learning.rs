//! Taking a lesson: what the keys do, and what comes of the calls.

use std::path::Path;

use super::*;
use crate::lesson::Lesson;
use crate::replay::Replay;

/// Three steps: a text, a query with a question, and two calls with a question.
pub(crate) const LESSON: &str = r#"
id = "own"
title = { en = "A port", es = "Un puerto" }
[[step]]
text = { en = "Welcome.", es = "Hola." }
[[step]]
source = "iResult = getaddrinfo(NULL, DEFAULT_PORT, &hints, &result);"
query = { service = "80", ai_family = "AF_INET" }
text = { en = "The query.\n\nIt has a second paragraph.", es = "La consulta.\n\nTiene otro párrafo." }
hint = { en = "A server needs no name.", es = "Un servidor no necesita un nombre." }
[step.ask]
text = { en = "What does it return?", es = "¿Qué devuelve?" }
[[step.ask.choice]]
result = "EAI_NONAME"
text = { en = "an error", es = "un error" }
why = { en = "There is a service.", es = "Hay un servicio." }
[[step.ask.choice]]
result = "0"
text = { en = "success", es = "éxito" }
why = { en = "It failed.", es = "Falló." }
[[step]]
calls = "socket(list[0]) = server"
text = { en = "The calls.", es = "Las llamadas." }
[step.ask]
text = { en = "What does bind() return?", es = "¿Qué devuelve bind()?" }
call = "bind(server, list[0])"
[[step.ask.choice]]
result = "0"
text = { en = "success", es = "éxito" }
[[step.ask.choice]]
result = "-1 EACCES"
text = { en = "an error", es = "un error" }
why = { en = "Ports from 1024 on are free for all.", es = "Los puertos desde 1024 son libres." }
"#;

/// The lines of the calls in [`LESSON`]: getaddrinfo(), socket() and bind().
const LINES: [usize; 3] = [8, 22, 26];

pub(crate) fn lesson(text: &str) -> Arc<Lesson> {
    Arc::new(Lesson::read(Path::new("own.toml"), text).unwrap())
}

/// A model at the first step of [`LESSON`].
fn learning() -> Model {
    let mut model = Model::learning(host(Os::Linux));
    let mut effects = Vec::new();
    model.start_lesson(lesson(LESSON), &mut effects);
    assert_eq!(effects, []);
    model
}

impl Model {
    /// The number of the step, from 1.
    fn at(&self) -> usize {
        self.course.as_ref().unwrap().progress.at() + 1
    }

    /// The step that is to be made by these effects, and the ticket of the lesson.
    #[track_caller]
    fn makes(&mut self, command: Command) -> (Ticket, usize) {
        match &self.does(command)[..] {
            [Effect::MakeStep(ticket, _, step)] => (*ticket, step + 1),
            other => panic!("{other:?}"),
        }
    }

    /// A call of the lesson returns; the choice is that of its question.
    fn learns(&mut self, ticket: Ticket, line: usize, record: Record, choice: Option<usize>) {
        let event = CourseEvent::Returned {
            line,
            record,
            choice,
        };
        let _ = self.hears(Msg::Lesson(ticket, event));
    }

    fn made(&mut self, ticket: Ticket, step: usize) {
        self.quietly(Msg::Lesson(ticket, CourseEvent::Made(step - 1)));
    }
}

/// The query of [`LESSON`]: all hints but the family are 0.
fn port_80() -> Query {
    let hints = Hints {
        family: 2,
        ..Hints::default()
    };
    query(None, Some("80"), Some(hints))
}

/// A model whose query at the second step was predicted to fail, and succeeded.
fn asked() -> (Model, Ticket) {
    let mut model = learning();
    let _ = model.does(Command::GoOn);
    let (ticket, step) = model.makes(Command::GoOn);
    assert_eq!(step, 2);
    model.learns(ticket, LINES[0], list(port_80(), 0..2), Some(1));
    model.made(ticket, 1);
    model.made(ticket, 2);
    (model, ticket)
}

#[test]
fn lesson_begins_at_its_first_step_without_a_call() {
    let model = learning();
    assert_eq!((model.at(), model.pane), (1, Pane::Lesson));
    assert_eq!((model.run(), model.call_count()), (None, 0));
}

#[test]
fn enter_goes_on_answers_and_makes_the_calls() {
    let (mut model, ticket) = asked();
    assert_eq!(model.action(), Some(Action::Next));
    assert_eq!(model.does(Command::GoOn), []);
    assert_eq!(model.at(), 3);
    model.quietly(Msg::Do(Command::Move(Motion::Down)));
    assert_eq!(model.makes(Command::GoOn), (ticket, 3));
    let socket = SocketId(1);
    let triple = entry(0).triple();
    model.learns(
        ticket,
        LINES[1],
        record(Call::Socket { socket, triple }, opened(7)),
        None,
    );
    let bind = Call::Bind {
        socket,
        address: entry(0).bytes().into(),
    };
    model.learns(
        ticket,
        LINES[2],
        record(bind, error(Domain::Errno, 13)),
        Some(1),
    );
    model.made(ticket, 3);
    let summary = model.course.as_ref().unwrap().progress.summary();
    assert_eq!(
        (summary.questions, summary.answered, summary.right),
        (2, 2, 1)
    );
    assert_eq!(model.action(), Some(Action::End));
    assert_eq!(model.does(Command::GoOn), []);
    assert_eq!(model.at(), 3);
}

#[test]
fn second_enter_waits_for_the_first() {
    let mut model = learning();
    let _ = model.does(Command::GoOn);
    let (ticket, _) = model.makes(Command::GoOn);
    assert_eq!(model.action(), Some(Action::Wait));
    assert_eq!(model.does(Command::GoOn), []);
    let begun = CourseEvent::Begun(LINES[0], list(port_80(), []));
    let _ = model.hears(Msg::Lesson(ticket, begun));
    assert_eq!(model.timed().count(), 1);
    assert_eq!((model.action(), model.at()), (Some(Action::Wait), 2));
    // F8 goes on all the same, and the next step waits for this one.
    let _ = model.does(Command::NextStep);
    assert_eq!((model.at(), model.action()), (3, Some(Action::Answer)));
    let course = |model: &Model| model.course.clone().unwrap();
    assert_eq!(course(&model).waits_for().count(), 0);
    assert_eq!(model.makes(Command::GoOn), (ticket, 3));
    assert_eq!(course(&model).waits_for().count(), 1);
}

#[test]
fn query_fills_the_form_and_its_answer_is_on_screen() {
    let mut model = learning();
    let _ = model.does(Command::NextStep);
    assert_eq!(model.form.query(), Ok(port_80()));
    assert_eq!(model.form.focused(), Field::Service);
    assert_eq!(model.run(), None);
    let (model, _) = asked();
    assert_eq!(model.entries(), [entry(0), entry(1)]);
    assert!(!model.is_stale());
    assert_eq!(model.pane, Pane::Lesson);
    assert_eq!(
        model
            .call_lines()
            .iter()
            .filter(|line| line.starts_with("getaddrinfo("))
            .count(),
        1
    );
}

#[test]
fn calls_of_a_step_that_was_passed_over_are_made_first() {
    let mut model = learning();
    for _ in 0..2 {
        assert_eq!(model.does(Command::NextStep), []);
    }
    let (ticket, step) = model.makes(Command::GoOn);
    assert_eq!(step, 3);
    model.learns(ticket, LINES[0], list(port_80(), 0..1), Some(1));
    model.made(ticket, 1);
    model.made(ticket, 2);
    let _ = model.does(Command::PreviousStep);
    // Its question stays unanswered, and its calls are not made twice.
    assert_eq!((model.at(), model.action()), (2, Some(Action::Next)));
    let course = model.course.as_ref().unwrap();
    assert_eq!(course.choice(), None);
    assert_eq!(course.progress.verdict(1), None);
    assert_eq!(course.progress.returned(1), Some(Some(1)));
}

#[test]
fn form_of_the_step_comes_back_after_free_play() {
    let (mut model, _) = asked();
    let _ = model.does(Command::NextStep);
    for back in [
        Msg::Do(Command::NextStep),
        Msg::Click(Target::Pane(Pane::Lesson)),
        Msg::Do(Command::PreviousPane),
    ] {
        model.quietly(Msg::Do(Command::NextPane));
        assert_eq!(model.pane, Pane::Form);
        model.goes_to(Field::Hint(Hint::Family));
        let (other, mine) = asks(model.does(Command::Next));
        let _ = model.hears(Msg::Returned(other, list(mine.clone(), 0..1)));
        assert_ne!(model.form.query(), Ok(port_80()));
        let _ = model.hears(back);
        assert_eq!((model.pane, model.at()), (Pane::Lesson, 3));
        assert_eq!(model.form.query(), Ok(port_80()));
        assert_eq!(model.entries(), [entry(0), entry(1)]);
        // What was asked in between is not lost.
        let visits = model.history.visits().iter();
        assert!(
            visits
                .map(|visit| &*visit.query)
                .any(|query| *query == mine)
        );
    }
}

#[test]
fn esc_twice_leaves_and_the_step_is_kept() {
    let (mut model, ticket) = asked();
    model.quietly(Msg::Do(Command::Cancel));
    // Another key in between: Esc begins again.
    let _ = model.does(Command::NextStep);
    model.quietly(Msg::Do(Command::Cancel));
    assert!(model.news().contains("Esc again"));
    assert_eq!(model.does(Command::Cancel), [Effect::EndLesson(ticket)]);
    assert_eq!((&model.course, model.pane), (&None, Pane::Form));
    // A call that returns now is a line in the list only.
    let before = model.but_calls();
    model.learns(ticket, LINES[1], list(port_80(), []), None);
    assert_eq!(model.but_calls(), before);
    let _ = model.does(Command::NextStep);
    assert!(model.news().contains("No lesson is open"));
    model.start_lesson(lesson(LESSON), &mut Vec::new());
    assert_eq!((model.at(), model.action()), (3, Some(Action::Answer)));
}

#[test]
fn rest_of_the_text_is_shown_before_an_answer() {
    let mut model = learning();
    let _ = model.does(Command::NextStep);
    let measures = Measures {
        lesson: 5,
        lesson_lines: 8,
        ..Measures::default()
    };
    model.quietly(Msg::Measured(measures));
    assert_eq!(model.action(), Some(Action::More));
    model.quietly(Msg::Do(Command::GoOn));
    assert_eq!(model.action(), Some(Action::Answer));
    assert_eq!(model.course.as_ref().unwrap().first, 3);
    model.quietly(Msg::Wheel(Target::Pane(Pane::Lesson), -3));
    assert_eq!(model.course.as_ref().unwrap().first, 0);
}

#[test]
fn enter_waits_until_the_step_is_drawn() {
    let mut model = learning();
    let _ = model.does(Command::GoOn);
    let before = model.clone();
    model.quietly(Msg::Do(Command::GoOn));
    model.quietly(Msg::Click(Target::Choice(0)));
    assert_eq!(model, before);
    let (ticket, _) = model.makes(Command::GoOn);
    model.learns(ticket, LINES[0], list(port_80(), 0..2), Some(1));
    model.made(ticket, 1);
    model.made(ticket, 2);
    // The result is not in sight.
    model.quietly(Msg::Do(Command::GoOn));
    assert_eq!(model.at(), 2);
    let _ = model.does(Command::GoOn);
    assert_eq!(model.at(), 3);
}

#[test]
fn other_result_than_the_lesson_expects_is_told() {
    let (mut model, ticket) = asked();
    let _ = model.does(Command::NextStep);
    let _ = model.makes(Command::GoOn);
    let call = || Call::Listen {
        socket: SocketId(1),
        backlog: 1,
    };
    let accept = Call::Accept {
        socket: SocketId(1),
        new: SocketId(2),
    };
    let interrupted = record(accept, error(Domain::Errno, 4));
    let remarks = |model: &Model, call: usize| {
        let remarks = &model.course.as_ref().unwrap().step().1.calls[call].remarks;
        let texts = remarks.iter().map(|remark| remark.text(Language::En));
        texts.collect::<Vec<_>>()
    };
    let got = Phrase::from(Key::ScriptNotOpen);
    let different = |line| CourseEvent::Different(line, "0".to_owned(), got.clone());
    model.learns(
        ticket,
        LINES[1],
        record(call(), error(Domain::Errno, 13)),
        None,
    );
    model.quietly(Msg::Lesson(ticket, different(LINES[1])));
    assert_eq!(remarks(&model, 0), ["The lesson expects 0."]);
    // A call that was given up, or not made, has no result.
    model.learns(ticket, LINES[2], interrupted, None);
    model.quietly(Msg::Lesson(ticket, different(LINES[2])));
    assert_eq!(remarks(&model, 1), [got.text(Language::En)]);
}

#[test]
fn click_on_a_choice_answers() {
    let mut model = learning();
    let _ = model.does(Command::NextStep);
    let _ = model.does(Command::NextPane);
    let effects = model.hears(Msg::Click(Target::Choice(1)));
    assert!(matches!(effects[..], [Effect::MakeStep(..)]), "{effects:?}");
    assert_eq!(
        model.course.as_ref().unwrap().progress.prediction(),
        Some(1)
    );
    assert_eq!(model.hears(Msg::Click(Target::Choice(0))), []);
}

#[test]
fn step_that_needs_the_network_makes_no_call() {
    let text = LESSON.replace(
        "ai_family = \"AF_INET\" }",
        "ai_family = \"AF_INET\" }\nnetwork = true",
    );
    let text = text.replace("list[0]", "AF_INET, SOCK_STREAM, 0");
    let text = text.replace("bind(server, AF_INET, SOCK_STREAM, 0)", "listen(server, 1)");
    let mut model = Model::learning(host(Os::Linux));
    model.start_lesson(lesson(&text), &mut Vec::new());
    let _ = model.does(Command::NextStep);
    assert_eq!(model.form.query(), Ok(port_80()));
    assert_eq!(model.action(), Some(Action::Next));
    model.network = true;
    let _ = model.does(Command::Cancel);
    let _ = model.does(Command::Cancel);
    model.start_lesson(lesson(&text), &mut Vec::new());
    assert_eq!(model.action(), Some(Action::Answer));
}

#[test]
fn calls_that_failed_to_start_can_be_made_again() {
    let mut model = learning();
    let _ = model.does(Command::NextStep);
    let (ticket, _) = model.makes(Command::GoOn);
    let reason = Phrase::from(Key::ReplayNoPath);
    model.quietly(Msg::Lesson(ticket, CourseEvent::Ended(reason.clone())));
    assert_eq!(model.course.as_ref().unwrap().failure, Some(reason));
    assert_eq!(model.at(), 2);
    let (again, step) = model.makes(Command::GoOn);
    assert_eq!(step, 2);
    assert_ne!(again, ticket);
}

#[test]
fn lessons_are_listed_below_the_presets() {
    let mut model = showing(1);
    model.quietly(Msg::Do(Command::Presets));
    model.quietly(Msg::Do(Command::Move(Motion::End)));
    let _ = model.does(Command::Accept);
    let last = lessons().last().unwrap();
    assert_eq!(*model.course.as_ref().unwrap().lesson, *last);
    assert_eq!((model.popup.clone(), model.pane), (None, Pane::Lesson));
}

#[test]
fn lesson_does_not_start_while_a_file_is_on_screen() {
    let replay = super::world::windows();
    let mut model = Model::replaying(host(Os::Linux), replay);
    model.start_lesson(lesson(LESSON), &mut Vec::new());
    assert_eq!(model.course, None);
    assert!(model.news().starts_with("A file is on screen"));
}

#[test]
fn hint_is_shown_on_its_key() {
    let mut model = learning();
    model.quietly(Msg::Do(Command::Hint));
    assert!(model.news().contains("no hint"));
    let _ = model.does(Command::NextStep);
    model.quietly(Msg::Measured(Measures {
        lesson: 5,
        lesson_lines: 5,
        ..Measures::default()
    }));
    for shown in [true, false] {
        model.quietly(Msg::Do(Command::Hint));
        assert_eq!(model.course.as_ref().unwrap().step().1.hint, shown);
        // Also before the next frame.
        assert_eq!(model.action(), Some(Action::Answer));
    }
}

#[test]
fn lesson_ends_the_editing_of_a_filter_of_a_file() {
    let mut model = learning();
    for command in [Command::History, Command::OpenFile] {
        model.quietly(Msg::Do(command));
    }
    model.types("a.json");
    let [Effect::OpenFile(ticket, _)] = model.does(Command::Accept)[..] else {
        panic!("no file is opened");
    };
    let file = include_bytes!("../../../tests/replays/windows-listen.json");
    let replay = Replay::read(Path::new("a.json"), file).unwrap();
    let _ = model.hears(Msg::Opened(ticket, Ok(Box::new(replay))));
    model.quietly(Msg::Do(Command::Show(View::Calls)));
    model.pane = Pane::Detail;
    model.quietly(Msg::Do(Command::Filter));
    assert!(model.calls().filter.edited);
    let _ = model.hears(Msg::Click(Target::Pane(Pane::Lesson)));
    assert!(!model.calls().filter.edited);
}
