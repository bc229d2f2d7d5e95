//! The notes on held sockets: the facts that they wait for, and their fixes.

use super::stepping::{address, call, one, stage, steps};
use super::*;
use crate::explain::Fix;
use crate::net::{
    Facts, Hosts, Needs, OptionValue, PortState, PortUser, Run, SocketOption, Transport,
};

/// EADDRINUSE.
fn in_use() -> Outcome {
    error(Domain::Errno, 98)
}

/// A socket of nginx on the port of the tutorial.
fn taken() -> Facts {
    users(PortState::Listening, Some("nginx"))
}

fn users(state: PortState, process: Option<&str>) -> Facts {
    let user = PortUser {
        protocol: Transport::Tcp,
        ip: [0, 0, 0, 0].into(),
        port: 27015,
        state,
        pid: process.map(|_| 4120),
        process: process.map(str::to_owned),
        own: false,
    };
    Facts {
        known: Needs::PORTS,
        ports: Some(vec![user]),
        ..Facts::default()
    }
}

/// The request for facts, which must be the only effect.
#[track_caller]
fn examined(effects: &Effects) -> (Ticket, Needs, &Run) {
    match &effects[..] {
        [Effect::Facts(ticket, needs, run)] => (*ticket, *needs, run),
        other => panic!("not one request for facts: {other:?}"),
    }
}

/// Makes the next call, which fails with `outcome`; the ticket of the facts that its notes need.
#[track_caller]
fn fails(model: &mut Model, outcome: Outcome) -> Ticket {
    let effects = model.does(Command::Advance);
    examined(&model.hears(effects[0].ends(outcome))).0
}

fn facts(ticket: Ticket, facts: Facts) -> Msg {
    Msg::Facts(ticket, Box::new(facts), None)
}

/// The rules of the notes on the selected socket.
fn rules(model: &Model) -> Vec<&'static str> {
    let notes = &model.sockets.selected().unwrap().notes;
    notes.list.iter().map(|note| note.rule).collect()
}

#[test]
fn failed_call_waits_for_who_has_the_port() {
    let mut model = one();
    let effects = model.does(Command::Advance);
    let effects = model.hears(effects[0].ends(in_use()));
    let (ticket, needs, run) = examined(&effects);
    assert_eq!(needs, Needs::PORTS);
    assert_eq!(run.ports().into_iter().collect::<Vec<_>>(), [27015]);
    // Without the facts it only suspects.
    assert_eq!(rules(&model), ["port-steam"]);
    model.quietly(facts(ticket, taken()));
    assert_eq!(rules(&model), ["port-taken-by"]);
    let line = model.sockets.selected().unwrap().notes.list[0].line(Language::En);
    assert_eq!(
        line,
        "Port 27015 is taken: nginx (pid 4120) has 0.0.0.0:27015."
    );
}

#[test]
fn late_facts_change_nothing() {
    let mut model = one();
    let old = fails(&mut model, in_use());
    let new = fails(&mut model, in_use());
    let before = model.clone();
    model.quietly(facts(old, taken()));
    assert_eq!(model, before, "a later call asked for its own");
    model.quietly(facts(new, taken()));
    assert_eq!(rules(&model), ["port-taken-by"]);
    let before = model.clone();
    model.quietly(facts(new, users(PortState::TimeWait, None)));
    assert_eq!(model, before, "they have arrived");
}

#[test]
fn facts_reach_a_socket_whose_query_was_replaced() {
    let mut model = one();
    let ticket = fails(&mut model, in_use());
    let (query, _) = asks(model.does(Command::Resolve));
    let _ = model.hears(Msg::Returned(query, noname(server())));
    let before = model.answer.clone();
    model.quietly(facts(ticket, taken()));
    assert_eq!(rules(&model), ["port-taken-by"]);
    assert_eq!(model.answer, before);
}

#[test]
fn facts_of_a_closed_socket_change_nothing() {
    let mut model = one();
    let ticket = fails(&mut model, in_use());
    let close = model.does(Command::CloseSocket);
    model.quietly(close[0].ends(Outcome::Returned(Value::Zero)));
    assert_eq!(rules(&model), [""; 0]);
    let before = model.clone();
    model.quietly(facts(ticket, taken()));
    assert_eq!(model, before);
}

#[test]
fn facts_of_a_socket_and_of_the_answer_are_both_kept() {
    let mut model = one();
    let of_socket = fails(&mut model, in_use());
    let effects = model.does(Command::Show(View::Lookup));
    let (of_answer, needs, _) = examined(&effects);
    assert!(!needs.has(Needs::PORTS));
    let missing = Facts {
        known: needs,
        hosts: Some(Hosts::Missing),
        ..Facts::default()
    };
    for socket_first in [true, false] {
        let mut model = model.clone();
        let mut both = [facts(of_socket, taken()), facts(of_answer, missing.clone())];
        if !socket_first {
            both.reverse();
        }
        for msg in both {
            let _ = model.hears(msg);
        }
        let known = &model.run().unwrap().facts;
        assert_eq!(known.ports, taken().ports);
        assert_eq!(known.hosts, Some(Hosts::Missing));
        assert_eq!(rules(&model), ["port-taken-by"]);
    }
}

#[test]
fn fix_fills_in_the_call_and_enter_makes_it() {
    let mut model = one();
    let ticket = fails(&mut model, in_use());
    model.quietly(facts(ticket, taken()));
    // In every pane, since the lower pane shows it.
    for pane in [Pane::Form, Pane::Entries, Pane::Detail] {
        let mut model = model.clone();
        model.pane = pane;
        model.quietly(Msg::Do(Command::Fix));
        let effects = model.does(Command::Accept);
        let Call::Bind { address: bound, .. } = call(&effects) else {
            panic!("{effects:?}")
        };
        assert_eq!(*bound, address("0.0.0.0:27016"));
        let _ = model.hears(effects[0].ends(Outcome::Returned(Value::Zero)));
        assert_eq!(stage(&model), Stage::Bound);
        assert_eq!(rules(&model), [""; 0], "no note on a success");
        model.quietly(Msg::Do(Command::Fix));
        assert_eq!(model.news(), "No automatic fix for this.");
    }
}

#[test]
fn esc_leaves_the_fix_out() {
    let mut model = one();
    let ticket = fails(&mut model, in_use());
    model.quietly(facts(ticket, taken()));
    let before = model.clone();
    model.quietly(Msg::Do(Command::Fix));
    model.quietly(Msg::Do(Command::Cancel));
    assert_eq!(model, before);
}

#[test]
fn fix_that_comes_before_the_call_leaves_it_the_next_one() {
    let mut model = one();
    let ticket = fails(&mut model, in_use());
    model.quietly(facts(ticket, users(PortState::TimeWait, None)));
    assert_eq!(rules(&model), ["port-time-wait"]);
    model.quietly(Msg::Do(Command::Fix));
    let effects = model.does(Command::Accept);
    let Call::Setsockopt { option, value, .. } = call(&effects) else {
        panic!("{effects:?}")
    };
    assert_eq!(
        (*option, *value),
        (SocketOption::ReuseAddr, OptionValue::Number(1))
    );
    let _ = model.hears(effects[0].ends(Outcome::Returned(Value::Zero)));
    assert!(matches!(steps(&mut model, Value::Zero), Call::Bind { .. }));
    assert_eq!(stage(&model), Stage::Bound);
}

#[test]
fn form_keeps_the_fix_of_its_query_in_other_views() {
    let mut model = one();
    let ticket = fails(&mut model, in_use());
    model.quietly(facts(ticket, taken()));
    let nothing = query(None, None, Some(TCP4));
    model.form.fill(&nothing);
    let (answer, _) = asks(model.does(Command::Resolve));
    let _ = model.hears(Msg::Returned(answer, noname(nothing)));
    model.pane = Pane::Form;
    assert!(matches!(model.fix(), Some(Fix::Call(_))));
    let _ = model.does(Command::Show(View::Code));
    assert!(matches!(model.fix(), Some(Fix::Query(_))));
    asks(model.does(Command::Fix));
}

#[test]
fn socket_by_hand_has_the_notes_of_an_entry() {
    let mut model = showing(0);
    model.quietly(Msg::Do(Command::Numbers));
    let effects = model.does(Command::Accept);
    // EMFILE is 24 in Linux's <errno.h>.
    let mut exhausted = model.clone();
    let facts = exhausted.hears(effects[0].ends(error(Domain::Errno, 24)));
    assert_eq!(examined(&facts).1, Needs::DESCRIPTORS);
    // SOCK_STREAM with IPPROTO_UDP.
    let _ = model.hears(effects[0].ends(Outcome::Returned(Value::Handle(Handle(7)))));
    model.quietly(Msg::Do(Command::Numbers));
    for text in ["inet", "stream", "udp"] {
        model.quietly(Msg::Do(Command::Edit(InputRequest::DeleteLine)));
        model.types(text);
        model.quietly(Msg::Do(Command::NextPane));
    }
    let effects = model.does(Command::Accept);
    // EPROTONOSUPPORT
    model.quietly(effects[0].ends(error(Domain::Errno, 93)));
    assert_eq!(rules(&model), ["socket-type-and-protocol"]);
    let note = &model.sockets.selected().unwrap().notes.list[0];
    assert_eq!(
        note.fix_text(Language::En).unwrap(),
        "call socket(AF_INET, SOCK_STREAM, IPPROTO_IP)"
    );
    model.quietly(Msg::Do(Command::Fix));
    let effects = model.does(Command::Accept);
    let Call::Socket { triple, .. } = call(&effects) else {
        panic!("{effects:?}")
    };
    assert_eq!((triple.family, triple.socktype, triple.protocol), (2, 1, 0));
}

#[test]
fn copied_notes_have_no_address() {
    let mut model = one();
    model.redact();
    let socket = model.socket().unwrap();
    // EADDRNOTAVAIL
    model.quietly(Msg::Do(Command::ListCalls));
    model.quietly(Msg::Do(Command::Edit(InputRequest::DeleteLine)));
    model.types("192.0.2.77:80");
    let effects = model.does(Command::Accept);
    let ticket = examined(&model.hears(effects[0].ends(error(Domain::Errno, 99)))).0;
    let query = asks(model.does(Command::Resolve)).0;
    // Of the run on screen, and of one before it.
    for replaced in [false, true] {
        if replaced {
            let _ = model.hears(Msg::Returned(query, noname(server())));
        } else {
            let known = Needs::INTERFACES;
            let interfaces = Some(Vec::new());
            let here = Facts {
                known,
                interfaces,
                ..Facts::default()
            };
            model.quietly(facts(ticket, here));
        }
        assert_eq!(rules(&model), ["address-not-here"]);
        let copy = model.redacted().unwrap();
        let held = copy.sockets.get(socket.id).unwrap();
        let line = held.notes.list[0].line(Language::En);
        assert!(line.contains("is not an address of this machine"), "{line}");
        let run = copy.run_of(socket.id).unwrap();
        for text in [line, format!("{:?}", run.records())] {
            assert!(
                !text.contains("192.0.2.77") && !text.contains("192, 0, 2, 77"),
                "{text}"
            );
        }
    }
}

/// accept() waits, a client connects, and connect() returns first.
#[test]
fn accept_that_waits_is_called_before_connect() {
    for waits in [true, false] {
        let mut model = one();
        steps(&mut model, Value::Zero);
        let listener = model.sockets.selected().unwrap().id;
        let local = Outcome::Returned(Value::Address(address("0.0.0.0:27015")));
        let name = Call::Getsockname { socket: listener };
        model.quietly(Msg::Returned(Ticket(0), record(name, local)));
        steps(&mut model, Value::Zero);
        let mut accept = waits.then(|| model.does(Command::Advance));
        let socket = model.does(Command::Client);
        let connect = model.hears(socket[0].ends(opened(11)));
        let _ = model.hears(connect[0].ends(Outcome::Returned(Value::Zero)));
        let accept = accept.get_or_insert_with(|| model.does(Command::Advance));
        let _ = model.hears(accept[0].ends(opened(12)));
        let client = model
            .sockets
            .list
            .iter()
            .find(|held| held.handle == Some(Handle(11)));
        let notes = client.unwrap().notes.list.iter().map(|note| note.rule);
        let queued = if waits {
            &[][..]
        } else {
            &["connect-before-accept"]
        };
        assert_eq!(
            notes.collect::<Vec<_>>(),
            queued,
            "accept() called before: {waits}"
        );
    }
}
