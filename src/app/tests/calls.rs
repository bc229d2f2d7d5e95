//! The list of calls.

use super::*;
use crate::net::SocketOption;
use crate::words::Language;

fn shortest(handle: u64) -> Record {
    Record {
        on: Some(Handle(handle)),
        ..record(
            Call::Close {
                socket: SocketId(1),
            },
            Outcome::Returned(Value::Zero),
        )
    }
}

/// A model whose lookup has returned, after this many more calls.
fn busy(count: u64) -> Model {
    let mut model = showing(0);
    model.calls = Calls::default();
    for number in 0..count {
        model.calls.push(Os::Linux, &shortest(number));
    }
    model.shows_calls();
    model
}

#[track_caller]
fn current(model: &Model) -> String {
    let list = model.call_list();
    let line = list.get(list.current()).unwrap();
    line.text.to_string()
}

#[test]
fn ten_thousand_newest_calls_are_kept() {
    let model = busy(MAX_CALLS as u64 + 3);
    assert_eq!((model.call_count(), model.calls.forgotten), (MAX_CALLS, 3));
    assert_eq!(model.call_list().len(), MAX_CALLS);
    let front = model.calls.lines.front().map(|line| &*line.text);
    assert_eq!(front, Some("close(3) = 0 <0.000000>"));
}

#[test]
fn selection_stays_while_older_calls_are_dropped() {
    let mut model = busy(MAX_CALLS as u64);
    model.calls.selected = Some(Selection::Returned(1));
    model.calls.push(Os::Linux, &shortest(0));
    assert_eq!(model.calls.forgotten, 1);
    assert_eq!(current(&model), "close(1) = 0 <0.000000>");
    model.calls.push(Os::Linux, &shortest(0));
    assert_eq!(current(&model), "close(2) = 0 <0.000000>", "the next one");
}

/// On the BSDs, getaddrinfo's error codes are positive.
#[test]
fn failed_call_is_marked_by_its_outcome() {
    let query = || Call::Getaddrinfo(Arc::new(query(Some("x"), None, None)));
    let socket = SocketId(1);
    for (call, outcome, failed) in [
        (query(), error(Domain::Gai, 8), true),
        (query(), error(Domain::Wsa, 11001), true),
        (Call::Close { socket }, error(Domain::Wsa, 10038), true),
        (
            Call::WsaStartup(crate::net::REQUESTED),
            error(Domain::Wsa, 10091),
            true,
        ),
        (query(), Outcome::Unfinished, false),
        (
            Call::Getsockopt {
                socket,
                option: SocketOption::Type,
            },
            Outcome::Returned(Value::Number(-1)),
            false,
        ),
    ] {
        let mut calls = Calls::default();
        calls.push(Os::Linux, &record(call, outcome));
        let line = &calls.lines[0];
        assert_eq!(line.state == CallState::Failed, failed, "{line:?}");
    }
}

/// The start of a lookup that has not returned, as strace(1) writes it.
fn unfinished(node: &str) -> String {
    format!(
        "getaddrinfo(\"{node}\", \"27015\", {{ai_flags=AI_PASSIVE, ai_family=AF_INET, \
         ai_socktype=SOCK_STREAM, ai_protocol=IPPROTO_TCP}}, <unfinished ...>"
    )
}

/// Starts a lookup of `node` that does not return.
fn looks_up(model: &mut Model, node: &str) -> (Ticket, Query) {
    let query = query(Some(node), Some("27015"), Some(TCP4));
    model.form.fill(&query);
    asks(model.does(Command::Resolve))
}

#[test]
fn call_is_listed_while_pending_and_while_abandoned() {
    let mut model = busy(1);
    let (first, query) = looks_up(&mut model, "first.test");
    model.quietly(Msg::Waited(first, Duration::from_millis(1200)));
    let closed = "close(0) = 0 <0.000000>".to_owned();
    let waiting = unfinished("first.test") + " waiting";
    assert_eq!(model.call_lines(), [closed.clone(), waiting]);
    let list = model.call_list();
    assert_eq!(
        list.get(1).unwrap().state,
        CallState::Pending(Some(Duration::from_millis(1200)))
    );

    model.quietly(Msg::Do(Command::Cancel));
    let abandoned = unfinished("first.test") + " abandoned";
    assert_eq!(model.call_lines(), [closed.clone(), abandoned.clone()]);
    model.language = Language::Es;
    assert!(model.call_lines()[1].ends_with(" abandonada"));
    model.language = Language::En;

    // Another query abandons the one before without Esc. What returns stands before both.
    let (second, _) = looks_up(&mut model, "second.test");
    let (_, third) = looks_up(&mut model, "third.test");
    model.calls.push(Os::Linux, &shortest(1));
    let lines = model.call_lines();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[1], "close(1) = 0 <0.000000>");
    assert_eq!(lines[2], abandoned);
    assert_eq!(lines[3], unfinished("second.test") + " abandoned");
    assert_eq!(lines[4], unfinished("third.test") + " waiting");

    // Late, it is a line as in the trace.
    model.quietly(Msg::Returned(first, noname(query)));
    let lines = model.call_lines();
    assert!(
        lines[2].starts_with("getaddrinfo(\"first.test\"")
            && lines[2].contains(", NULL) = -2 EAI_NONAME"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 5);
    // One that was never made is no call.
    model.quietly(Msg::NotStarted(second, String::new()));
    assert_eq!(model.call_lines().len(), 4);
    assert_eq!(model.asked, third);
}

#[test]
fn reverse_lookup_is_listed_until_its_list_is_replaced() {
    let mut model = showing(1);
    let reverse = model.reverses(0);
    let last = |model: &Model| model.call_lines().pop().unwrap();
    assert!(last(&model).starts_with("getnameinfo("), "{}", last(&model));
    assert!(last(&model).ends_with(" waiting"));
    let (ticket, query) = asks(model.does(Command::Resolve));
    let _ = model.hears(Msg::Returned(ticket, list(query, 5..6)));
    assert!(last(&model).ends_with(" abandoned"), "{}", last(&model));
    model.quietly(reverse.ends(named("name")));
    assert!(last(&model).contains(" = \"name\", \"http\""));
}

#[test]
fn selected_call_stays_selected_when_it_returns() {
    let mut model = busy(3);
    let (first, query) = looks_up(&mut model, "first.test");
    let _ = looks_up(&mut model, "second.test");
    model.quietly(Msg::Do(Command::Move(Motion::Up)));
    assert_eq!(current(&model), unfinished("first.test"));
    model.calls.push(Os::Linux, &shortest(8));
    assert_eq!(current(&model), unfinished("first.test"));
    model.quietly(Msg::Returned(first, list(query, 0..2)));
    assert!(
        current(&model).contains("[2 entries]) = 0"),
        "{}",
        current(&model)
    );
    model.quietly(Msg::Do(Command::Move(Motion::End)));
    assert_eq!(current(&model), unfinished("second.test"));
    assert_eq!(model.calls.selected, None, "it follows the newest");
}
