//! The calls after socket(): which one a key makes, and what its result changes.

use super::*;
use crate::net::{CallId, Linger, OptionValue, SocketOption, encode};

/// An address of Linux.
pub(super) fn address(text: &str) -> Box<[u8]> {
    encode(Os::Linux, text.parse().unwrap())
}

/// A server of one entry with a real address, its socket open.
pub(super) fn one() -> Model {
    let (mut model, ticket) = started();
    let real = fixture::entry(Os::Linux, "SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015");
    let call = Call::Getaddrinfo(Arc::new(server()));
    let msg = Msg::Returned(ticket, record(call, fixture::list([real])));
    let effects = model.hears(msg);
    let [opening] = &effects[..] else {
        panic!("{effects:?}")
    };
    model.quietly(opening.ends(opened(9)));
    model.pane = Pane::Entries;
    model
}

/// The call of the only effect.
#[track_caller]
pub(super) fn call(effects: &Effects) -> &Call {
    match &effects[..] {
        [Effect::Call(_, _, call)] => call,
        other => panic!("not one call: {other:?}"),
    }
}

/// Makes the next call, which returns `value`.
#[track_caller]
pub(super) fn steps(model: &mut Model, value: Value) -> Call {
    let effects = model.does(Command::Advance);
    let made = call(&effects).clone();
    let _ = model.hears(effects[0].ends(Outcome::Returned(value)));
    made
}

/// The names of the calls that Enter makes until the socket is closed.
fn ladder(model: &mut Model) -> Vec<&'static str> {
    let mut names = Vec::new();
    while names.last() != Some(&"close") {
        let effects = model.does(Command::Advance);
        let made = call(&effects).clone();
        let value = match &made {
            Call::Accept { .. } => Value::Handle(Handle(10)),
            Call::Recv { .. } => Value::Received(Box::from(*b"x")),
            Call::Send { data, .. } => Value::Sent(data.len()),
            _ => Value::Zero,
        };
        names.push(made.name(Os::Linux));
        let _ = model.hears(effects[0].ends(Outcome::Returned(value)));
    }
    names
}

pub(super) fn stage(model: &Model) -> Stage {
    model.sockets.selected().unwrap().ladder.stage
}

#[test]
fn enter_climbs_the_ladder_of_a_server() {
    let expected = [
        "bind", "listen", "accept", "recv", "send", "shutdown", "close",
    ];
    assert_eq!(ladder(&mut one()), expected);
}

#[test]
fn t_changes_to_the_ladder_of_a_client() {
    let mut model = one();
    model.quietly(Msg::Do(Command::Side));
    let expected = ["connect", "send", "recv", "shutdown", "close"];
    assert_eq!(ladder(&mut model), expected);
}

#[test]
fn node_makes_a_client() {
    let named = query(Some("localhost"), Some("80"), Some(Hints::default()));
    let (mut model, effects) = Model::begin(host(Os::Linux), named.clone());
    let socket = model.opens(Msg::Returned(asks(effects).0, list(named, 0..1)), 0);
    model.quietly(socket.ends(opened(9)));
    assert!(matches!(
        call(&model.does(Command::Advance)),
        Call::Connect { .. }
    ));
}

#[test]
fn arguments_begin_as_in_the_tutorial() {
    let mut model = one();
    let Call::Bind { address: bound, .. } = steps(&mut model, Value::Zero) else {
        panic!("not bind()")
    };
    assert_eq!(bound, address("0.0.0.0:27015"));
    let Call::Listen { backlog, .. } = steps(&mut model, Value::Zero) else {
        panic!("not listen()")
    };
    // <bits/socket.h>
    assert_eq!(backlog, 4096);
    steps(&mut model, Value::Handle(Handle(10)));
    let Call::Recv { length, .. } = steps(&mut model, Value::Received(Box::from(*b"x"))) else {
        panic!("not recv()")
    };
    assert_eq!(length, 512);
    let Call::Send { data, .. } = steps(&mut model, Value::Sent(14)) else {
        panic!("not send()")
    };
    assert_eq!(&*data, b"this is a test");
}

#[test]
fn socket_with_a_call_is_held_when_the_selection_moves() {
    let mut model = showing(2);
    let opening = model.live();
    let effects = model.does(Command::Advance);
    let _ = model.hears(effects[0].ends(Outcome::Returned(Value::Zero)));
    let effects = model.does(Command::Move(Motion::Home));
    // No close() of the first one: another one is opened for the entry.
    assert_eq!(effects, [model.live()]);
    assert_ne!(model.live(), opening);
    let effects = model.does(Command::Move(Motion::Down));
    assert_eq!(effects.len(), 2, "the new one is a mere selection");
    assert_eq!(model.sockets.list.len(), 1);
    let _ = model.does(Command::Sockets);
    assert_eq!(stage(&model), Stage::Bound);
}

#[test]
fn held_socket_survives_another_query() {
    let mut model = one();
    steps(&mut model, Value::Zero);
    let (ticket, _) = asks(model.does(Command::Resolve));
    let _ = model.hears(Msg::Returned(ticket, noname(server())));
    assert_eq!(stage(&model), Stage::Bound);
    assert!(matches!(
        steps(&mut model, Value::Zero),
        Call::Listen { .. }
    ));
    assert_eq!(stage(&model), Stage::Listening);
}

#[test]
fn failed_call_is_the_next_one_again() {
    let mut model = one();
    let effects = model.does(Command::Advance);
    let _ = model.hears(effects[0].ends(error(Domain::Errno, 98)));
    assert_eq!(stage(&model), Stage::Open);
    assert!(matches!(steps(&mut model, Value::Zero), Call::Bind { .. }));
}

#[test]
fn call_that_waits_is_made_once_and_interrupted_by_esc() {
    let mut model = one();
    steps(&mut model, Value::Zero);
    steps(&mut model, Value::Zero);
    let effects = model.does(Command::Advance);
    let Effect::Call(ticket, _, _) = effects[0] else {
        panic!("{effects:?}")
    };
    model.quietly(Msg::Do(Command::Advance));
    assert_eq!(
        model.news(),
        "accept() has not returned yet; Esc gives it up."
    );
    assert_eq!(model.does(Command::Cancel), [Effect::Interrupt(ticket)]);
    model.quietly(Msg::Do(Command::Cancel));
    model.quietly(effects[0].ends(error(Domain::Errno, 4)));
    assert_eq!(stage(&model), Stage::Listening);
}

#[test]
fn interrupted_connect_goes_on() {
    let mut model = one();
    model.quietly(Msg::Do(Command::Side));
    let effects = model.does(Command::Advance);
    let _ = model.does(Command::Cancel);
    model.quietly(effects[0].ends(error(Domain::Errno, 4)));
    assert_eq!(stage(&model), Stage::Connecting);
    // EALREADY, then EISCONN.
    for (code, expected) in [(114, Stage::Connecting), (106, Stage::Connected)] {
        let effects = model.does(Command::Advance);
        let _ = model.hears(effects[0].ends(error(Domain::Errno, code)));
        assert_eq!(stage(&model), expected);
    }
}

#[test]
fn client_connects_to_the_listener_on_loopback() {
    let mut model = one();
    model.quietly(Msg::Do(Command::Client));
    assert!(model.news().starts_with("No socket listens here."));
    steps(&mut model, Value::Zero);
    let id = model.sockets.selected().unwrap().id;
    let local = Call::Getsockname { socket: id };
    let local = record(
        local,
        Outcome::Returned(Value::Address(address("0.0.0.0:27015"))),
    );
    let _ = model.hears(Msg::Returned(Ticket(0), local));
    steps(&mut model, Value::Zero);
    let effects = model.does(Command::Client);
    assert!(matches!(call(&effects), Call::Socket { .. }));
    let effects = model.hears(effects[0].ends(opened(11)));
    let Call::Connect { address: peer, .. } = call(&effects) else {
        panic!("{effects:?}")
    };
    assert_eq!(*peer, address("127.0.0.1:27015"));
    assert_eq!(model.sockets.selected().unwrap().id, id);
}

#[test]
fn accepted_socket_is_selected_unless_the_user_went_on() {
    for stays in [true, false] {
        let mut model = one();
        steps(&mut model, Value::Zero);
        steps(&mut model, Value::Zero);
        let effects = model.does(Command::Advance);
        if !stays {
            let _ = model.does(Command::Move(Motion::Home));
        }
        let _ = model.hears(effects[0].ends(opened(12)));
        assert_eq!(model.sockets.list.len(), 2);
        let selected = model.sockets.selected().and_then(|socket| socket.handle);
        assert_eq!(selected, stays.then_some(Handle(12)));
    }
}

#[test]
fn menu_makes_any_call_with_edited_arguments() {
    let mut model = one();
    let menu = |model: &mut Model, name: &str| {
        model.quietly(Msg::Do(Command::ListCalls));
        let named = |step: &Step| match step {
            Step::Setsockopt(option) => option.name() == name,
            step => step.name(Os::Linux) == name,
        };
        let at = Menu::steps(Os::Linux).iter().position(named).unwrap();
        model.quietly(Msg::Click(Target::PopupLine(at)));
        model.quietly(Msg::Do(Command::Edit(InputRequest::DeleteLine)));
    };
    menu(&mut model, "SO_LINGER");
    model.types("1, 0");
    let effects = model.does(Command::Accept);
    let Call::Setsockopt { option, value, .. } = call(&effects) else {
        panic!("{effects:?}")
    };
    let linger = Linger {
        onoff: 1,
        seconds: 0,
    };
    assert_eq!(
        (*option, *value),
        (SocketOption::Linger, OptionValue::Linger(linger))
    );
    menu(&mut model, "sendto");
    model.types("hello");
    model.quietly(Msg::Do(Command::NextPane));
    model.quietly(Msg::Do(Command::Edit(InputRequest::DeleteLine)));
    model.types("[::1");
    model.quietly(Msg::Do(Command::Accept));
    assert!(model.complaint().starts_with("Not an address: [::1."));
    model.types("]:7, 8");
    let effects = model.does(Command::Accept);
    let Call::Sendto { datagram, .. } = call(&effects) else {
        panic!("{effects:?}")
    };
    assert_eq!(&*datagram.data, b"hello");
    assert_eq!(*datagram.address, address("[::1]:7")[..8]);
    assert_eq!(model.popup, None);
}

#[test]
fn numbers_open_a_socket_without_an_entry() {
    let mut model = showing(0);
    model.quietly(Msg::Do(Command::Numbers));
    model.quietly(Msg::Do(Command::Edit(InputRequest::DeleteLine)));
    model.types("nothing");
    model.quietly(Msg::Do(Command::Accept));
    assert_eq!(model.complaint(), "Not a value of ai_family: nothing.");
    model.quietly(Msg::Do(Command::Edit(InputRequest::DeleteLine)));
    model.types("10");
    let effects = model.does(Command::Accept);
    let Call::Socket { triple, .. } = call(&effects) else {
        panic!("{effects:?}")
    };
    assert_eq!(
        (triple.family, triple.socktype, triple.protocol),
        (10, 1, 6)
    );
    let _ = model.hears(effects[0].ends(error(Domain::Errno, 97)));
    assert_eq!(stage(&model), Stage::Unopened);
    // No key makes a call on it, and the footer names none.
    assert!(!model.advances() && model.open_socket().is_none());
    model.quietly(Msg::Do(Command::Advance));
    model.quietly(Msg::Do(Command::ListCalls));
}

#[test]
fn x_interrupts_and_closes_the_selected_socket() {
    let mut model = one();
    model.quietly(Msg::Do(Command::CloseSocket));
    assert_eq!(model.news(), "No held socket is selected.");
    steps(&mut model, Value::Zero);
    steps(&mut model, Value::Zero);
    let accept = model.does(Command::Advance);
    let effects = model.does(Command::CloseSocket);
    let [
        Effect::Interrupt(_),
        close @ Effect::Call(_, _, Call::Close { .. }),
    ] = &effects[..]
    else {
        panic!("{effects:?}")
    };
    model.quietly(accept[0].ends(error(Domain::Errno, 4)));
    model.quietly(close.ends(Outcome::Returned(Value::Zero)));
    assert_eq!(stage(&model), Stage::Closed);
    assert!(model.advances() && model.open_socket().is_none());
    // The row stays until the selection leaves it.
    model.quietly(Msg::Do(Command::CloseSocket));
    assert_eq!(model.sockets.list, []);
}

#[test]
fn refused_call_has_its_reason() {
    let mut model = one();
    let effects = model.does(Command::Advance);
    for (reason, expected) in [
        (
            Reason::TooMany,
            "bind() was not called: 32 calls wait already.",
        ),
        (
            Reason::Busy,
            "bind() was not called: another call on the socket has not returned.",
        ),
    ] {
        let refused = Record {
            id: CallId(7),
            ..effects[0].record(Outcome::NotStarted(reason))
        };
        let mut model = model.clone();
        let _ = model.hears(effects[0].ends_as(refused));
        assert_eq!(model.complaint(), expected);
    }
}

#[test]
fn call_says_before_whether_it_reaches_the_network() {
    let mut model = one();
    let socket = model.socket().unwrap();
    let said = |bytes: &str, connects: bool| {
        let (socket, address) = (socket.id, address(bytes));
        let call = match connects {
            true => Call::Connect { socket, address },
            false => Call::Bind { socket, address },
        };
        let held = model.socket().unwrap();
        let reach = held.reach(Os::Linux, &call);
        reach.map(|reach| reach.text(Language::En))
    };
    let sends = Some("sends to the network".to_owned());
    let opens = Some("opens port 80 to the network".to_owned());
    assert_eq!(said("192.0.2.1:80", true), sends);
    assert_eq!(said("[2001:db8::1]:80", true), sends);
    assert_eq!(said("127.9.9.9:80", true), None);
    assert_eq!(said("[::ffff:127.0.0.1]:80", true), None);
    assert_eq!(said("0.0.0.0:80", false), opens);
    assert_eq!(said("[::]:80", false), opens);
    assert_eq!(said("192.0.2.1:80", false), opens);
    assert_eq!(said("127.0.0.1:80", false), None);
    model.quietly(Msg::Do(Command::Side));
}
