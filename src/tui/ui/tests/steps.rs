//! The steps of held sockets, their rows, and the menu of calls.

use super::room::rows;
use super::*;
use crate::app::{Copied, View};
use crate::code;
use crate::net::{Facts, Handle, PortState, PortUser, Transport, Value, encode};

/// Makes the next call, which ends with `outcome`, and answers what the model asks for then.
fn step(model: &mut Model, outcome: Outcome) {
    let effects = model.does(Command::Advance);
    finish(model, &effects, outcome);
}

fn finish(model: &mut Model, effects: &[Effect], outcome: Outcome) {
    for effect in effects {
        let effects = model.hears(after(10, effect, outcome.clone()));
        for effect in &effects {
            let address = match effect {
                Effect::Facts(ticket, known, _) => {
                    let facts = Facts {
                        known: *known,
                        ports: Some(vec![nginx()]),
                        ..Facts::default()
                    };
                    let _ = model.hears(Msg::Facts(*ticket, Box::new(facts), None));
                    continue;
                }
                Effect::Call(_, _, Call::Getsockname { .. }) => "0.0.0.0:27015",
                Effect::Call(_, _, Call::Getpeername { .. }) => "192.0.2.77:50000",
                other => panic!("{other:?}"),
            };
            let bytes = encode(Os::Linux, address.parse().unwrap());
            let outcome = Outcome::Returned(Value::Address(bytes));
            let _ = model.hears(after(1, effect, outcome));
        }
    }
}

/// A listener of another process.
fn nginx() -> PortUser {
    PortUser {
        protocol: Transport::Tcp,
        ip: [0, 0, 0, 0].into(),
        port: 27015,
        state: PortState::Listening,
        pid: Some(4120),
        process: Some("nginx".to_owned()),
        own: false,
    }
}

fn zero() -> Outcome {
    Outcome::Returned(Value::Zero)
}

/// A listener whose accept() waits, and a connection that sent hostile bytes.
fn accepted() -> Model {
    let mut model = server();
    model.pane = Pane::Entries;
    step(&mut model, zero());
    step(&mut model, zero());
    step(&mut model, Outcome::Returned(Value::Handle(Handle(10))));
    let bytes = b"\x1b[2J\r\nhello\xff".as_slice();
    step(&mut model, Outcome::Returned(Value::Received(bytes.into())));
    let _ = model.does(Command::Move(Motion::Up));
    let accept = model.does(Command::Advance);
    assert_eq!(accept.len(), 1);
    model
}

#[test]
fn held_sockets_have_rows_and_steps() {
    snapshot("held", &mut accepted(), &[(80, 24), (60, 20)]);
    let mut model = accepted();
    let _ = model.does(Command::Move(Motion::Down));
    let _ = model.does(Command::NextPane);
    model.language = Language::Es;
    snapshot("received", &mut model, &[(80, 24), (60, 20)]);
}

#[test]
fn failed_step_keeps_the_next_one() {
    let mut model = server();
    model.pane = Pane::Detail;
    let in_use = failed(Domain::Errno, 98, "Address already in use");
    step(&mut model, in_use);
    snapshot("failed_step", &mut model, &[(80, 24), (60, 20)]);
    model.pane = Pane::Entries;
    let shown = screen(&mut model, (60, 20), LOOK);
    assert!(shown.contains("bind ✗ 98 EADDRINUSE"), "{shown}");
    let _ = model.does(Command::Fix);
    model.language = Language::Es;
    snapshot("fixed_step", &mut model, &[(80, 24)]);
}

#[test]
fn menu_lists_every_call_with_its_arguments() {
    let mut model = server();
    model.pane = Pane::Entries;
    let _ = model.does(Command::ListCalls);
    snapshot("menu", &mut model, &[(80, 24), (60, 20)]);
    let _ = model.does(Command::Close);
    let _ = model.does(Command::Numbers);
    parts("numbers", [popup(&model, (80, 12))]);
}

#[test]
fn five_hundred_held_sockets_scroll() {
    let mut model = server();
    model.pane = Pane::Entries;
    for _ in 0..500 {
        step(&mut model, zero());
        let effects = model.does(Command::Move(Motion::Home));
        open(&mut model, effects, opened(9));
    }
    let _ = model.does(Command::Move(Motion::End));
    assert_eq!(model.row_count(), 501);
    let shown = screen(&mut model, (80, 24), LOOK);
    assert!(shown.contains("▸ 9"), "{shown}");
}

#[test]
fn code_view_follows_the_socket_and_marks_its_last_call() {
    let mut model = accepted();
    let _ = model.does(Command::Show(View::Code));
    for language in code::Language::ALL {
        model.show_program(language);
        let marked = |model: &mut Model| {
            let shown = rows(model, (80, 24));
            let marked: Vec<String> = shown
                .into_iter()
                .filter(|row| {
                    row.trim_start_matches('"').starts_with('▸') && !row.contains("ai_family")
                })
                .collect();
            // The row of the socket, and the line.
            let [_, line] = marked.try_into().unwrap();
            line
        };
        let line = marked(&mut model);
        assert!(line.contains("accept"), "{line}");
        let _ = model.does(Command::Move(Motion::Down));
        let line = marked(&mut model);
        assert!(line.contains("recv"), "{line}");
        let _ = model.does(Command::Move(Motion::Up));
    }
}

#[test]
fn code_of_an_earlier_runs_socket_is_that_of_its_run() {
    let mut model = server();
    model.pane = Pane::Entries;
    step(&mut model, zero());
    let _ = model.does(Command::Show(View::Code));
    let text = |model: &Model| crate::tui::ui::copied(model, Copied::View(View::Code));
    let before = text(&model);
    assert!(
        before.contains("27015") && before.contains("bind("),
        "{before}"
    );
    model.form.fill(&localhost());
    let effects = model.does(Command::Resolve);
    let _ = model.hears(after(1, &effects[0], list([wildcard()])));
    assert_eq!(text(&model), before, "the socket is still selected");
    let _ = model.does(Command::Move(Motion::Home));
    assert!(text(&model).contains("localhost"));
}

#[test]
fn code_of_an_earlier_runs_socket_is_copied_without_names() {
    let secret = Query {
        node: Text::new("secret.example").ok(),
        ..localhost()
    };
    let mut model = answered(&secret, list([wildcard()]), opened(9));
    model.pane = Pane::Entries;
    step(&mut model, zero());
    model.form.fill(&localhost());
    let effects = model.does(Command::Resolve);
    let _ = model.hears(after(1, &effects[0], list([wildcard()])));
    let _ = model.does(Command::Show(View::Code));
    let text = |model: &Model| crate::tui::ui::copied(model, Copied::View(View::Code));
    assert!(text(&model).contains("secret.example"));
    model.redact();
    assert!(!text(&model).contains("secret.example"));
}
