//! The thread of calls.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use super::fake::{DEADLINE, FakeNet, entry};
use crate::app::{Effect, Msg, Ticket};
use crate::net::{
    Call, List, MAX_WAITING, Needs, Outcome, Reason, Record, Recorder, Run, SocketId, Sources,
    fixture,
};
use crate::tui::runtime::Wake;
use crate::tui::runtime::calls::{self, BATCH, BATCH_TIME};

/// A thread of calls whose socket() on one entry blocks until the test releases it.
struct Stage {
    net: FakeNet,
    effects: Sender<Vec<Effect>>,
    wakes: Receiver<Wake>,
    entered: Receiver<()>,
    release: Sender<()>,
    thread: JoinHandle<()>,
}

impl Stage {
    fn new(stops_at: i32) -> Self {
        let (enter, entered) = mpsc::channel();
        let (release, released) = mpsc::channel();
        let gate = Mutex::new((enter, released));
        let (net, _) = FakeNet::new(move |triple| {
            if triple.protocol == stops_at {
                let (enter, released) = &*gate.lock().unwrap();
                enter.send(()).unwrap();
                released.recv_timeout(DEADLINE).unwrap();
            }
        });
        let recorder = Arc::new(Recorder::new(net.clone(), None));
        let (effects, queue) = mpsc::channel();
        let (wake, wakes) = mpsc::channel();
        Self {
            net,
            effects,
            wakes,
            entered,
            release,
            thread: thread::spawn(move || calls::run(recorder, &queue, wake)),
        }
    }

    fn perform(&self, effect: Effect) {
        self.effects.send(vec![effect]).unwrap();
    }

    fn wait_until_entered(&self) {
        self.entered.recv_timeout(DEADLINE).unwrap();
    }

    fn let_go(&self) {
        self.release.send(()).unwrap();
    }

    fn next(&self) -> Msg {
        match self.wakes.recv_timeout(DEADLINE).unwrap() {
            Wake::Msg(msg) => msg,
            other => panic!("{other:?} is no answer"),
        }
    }

    /// Ends the thread; returns the network and the unread wakes.
    fn end(self) -> (FakeNet, Vec<Wake>) {
        drop(self.effects);
        self.thread.join().unwrap();
        (self.net, self.wakes.try_iter().collect())
    }
}

fn ticket(number: i32) -> Ticket {
    Ticket(u64::try_from(number).unwrap())
}

/// socket() number `number`, on the entry with this protocol.
fn open(number: i32, protocol: i32) -> Effect {
    let ticket = ticket(number);
    let (socket, triple) = (SocketId(ticket.0), entry(protocol).triple());
    Effect::Call(ticket, None, Call::Socket { socket, triple })
}

/// close() of socket number `number`.
fn close(number: i32) -> Effect {
    let ticket = ticket(number);
    let socket = SocketId(ticket.0);
    Effect::Call(ticket, None, Call::Close { socket })
}

/// Whether socket() number `number` returned a handle.
fn is_open(msg: &Msg, number: i32) -> bool {
    let opens = |call: &Call| call.opens() == Some(SocketId(ticket(number).0));
    matches!(msg, Msg::Returned(returned, record)
        if *returned == ticket(number) && opens(&record.call) && record.handle().is_some())
}

/// Whether close() of socket number `number` succeeded.
fn is_closed(msg: &Msg, number: i32) -> bool {
    let socket = SocketId(ticket(number).0);
    matches!(msg, Msg::Returned(returned, record)
        if *returned == ticket(number)
            && record.call == Call::Close { socket }
            && record.value().is_some())
}

/// A "try all" of `count` entries.
fn round(count: i32) -> Effect {
    let list = List {
        entries: (1..=count).map(entry).collect(),
        ..List::default()
    };
    Effect::TryAll(ticket(1), Arc::new(list))
}

#[test]
fn overtaken_socket_is_never_opened() {
    let stage = Stage::new(1);
    stage.perform(open(1, 1));
    stage.wait_until_entered();
    for number in 2..=5000 {
        stage.perform(close(number - 1));
        stage.perform(open(number, number));
    }
    stage.let_go();
    for expected in [1, 5000] {
        loop {
            let msg = stage.next();
            if is_open(&msg, expected) {
                break;
            }
            assert!(is_closed(&msg, 1), "unexpected {msg:?}");
        }
    }
    assert_eq!(stage.net.opened(), [1, 5000]);
    assert_eq!(stage.net.still_open(), [2], "the last socket stays open");
    let (net, _) = stage.end();
    assert!(net.still_open().is_empty(), "the end closes all sockets");
}

#[test]
fn effects_sent_together_open_only_the_last_socket() {
    let stage = Stage::new(0);
    stage
        .effects
        .send(vec![open(1, 1), close(1), open(2, 2), close(2), open(3, 3)])
        .unwrap();
    let (net, wakes) = stage.end();
    assert_eq!(net.opened(), [3]);
    assert_eq!(wakes.len(), 1);
}

#[test]
fn every_opened_socket_is_closed_in_the_end() {
    let stage = Stage::new(0);
    for number in 1..=9 {
        stage.perform(open(number, number));
    }
    for number in 1..=9 {
        assert!(is_open(&stage.next(), number));
    }
    stage.perform(close(4));
    assert!(is_closed(&stage.next(), 4));
    assert_eq!(stage.net.still_open().len(), 8);
    let (net, _) = stage.end();
    assert!(net.still_open().is_empty());
}

#[test]
fn close_of_an_unopened_socket_is_skipped() {
    let stage = Stage::new(0);
    stage.perform(close(1));
    let (_, wakes) = stage.end();
    assert!(wakes.is_empty(), "{wakes:?}");
}

#[test]
fn try_all_reports_each_entry_once_in_batches() {
    let (count, stage) = (5000, Stage::new(0));
    let start = Instant::now();
    stage.perform(round(count));
    let (mut reported, mut messages, mut calls, mut handles) = (0, 0, 0, HashSet::new());
    while reported < usize::try_from(count).unwrap() {
        let Msg::Tried(number, records) = stage.next() else {
            panic!("not about trying");
        };
        assert_eq!(number, ticket(1));
        (messages, calls) = (messages + 1, calls + records.len());
        for record in records {
            if record.call.opens().is_some() {
                assert_eq!(record.entry, Some(reported));
                handles.insert(record.handle().unwrap());
                reported += 1;
            } else {
                assert_eq!(record.entry, Some(reported - 1));
                assert!(record.on.is_some_and(|handle| handles.contains(&handle)));
            }
        }
    }
    let by_time = start.elapsed().as_millis() / BATCH_TIME.as_millis();
    let by_count = calls / BATCH;
    assert!(
        messages <= by_count + usize::try_from(by_time).unwrap() + 1,
        "{messages} messages"
    );
    assert_eq!(handles.len(), reported);
    let (net, _) = stage.end();
    assert_eq!(net.opened(), (1..=count).collect::<Vec<_>>());
    assert!(net.still_open().is_empty());
}

#[test]
fn try_all_of_an_empty_list_ends() {
    let stage = Stage::new(0);
    stage.perform(round(0));
    assert_eq!(stage.next(), Msg::Tried(ticket(1), Vec::new()));
}

#[test]
fn try_all_stops_on_request() {
    let stage = Stage::new(2000);
    stage.perform(round(100_000));
    stage.wait_until_entered();
    stage.perform(Effect::StopTrying(ticket(1)));
    stage.perform(open(2, -1));
    stage.let_go();
    while !is_open(&stage.next(), 2) {}
    let (net, wakes) = stage.end();
    assert_eq!(net.opened().len(), 2001);
    assert_eq!(net.opened().last(), Some(&-1));
    assert!(wakes.is_empty(), "reported after the stop: {wakes:?}");
    assert!(net.still_open().is_empty());
}

#[test]
fn selection_is_opened_during_try_all() {
    let stage = Stage::new(10);
    stage.perform(round(100));
    stage.wait_until_entered();
    stage.perform(open(2, -1));
    stage.let_go();
    while !is_open(&stage.next(), 2) {}
    let mut reported = 0;
    while reported < 100 {
        if let Msg::Tried(_, records) = stage.next() {
            reported += records
                .iter()
                .filter(|record| record.call.opens().is_some())
                .count();
        }
    }
    let (net, _) = stage.end();
    assert_eq!(
        net.opened().iter().position(|&protocol| protocol == -1),
        Some(10)
    );
}

#[test]
fn sources_answer_one_by_one_until_they_are_given_up() {
    let (net, _calls) = FakeNet::new(|_| {});
    let recorder = Arc::new(Recorder::new(net, None));
    let (wake, wakes) = mpsc::channel();
    let query = Arc::new(fixture::query(Some("name"), None, None));
    let mut run = Run::new(Arc::clone(recorder.host()), query);
    run.facts.known = Needs::ALL;
    run.facts.host_sources = Sources::read("hosts: files dns", "hosts");
    let Msg::Facts(_, _, Some(reasons)) = Msg::facts(Ticket(1), run.clone(), run.facts.clone())
    else {
        panic!("no reasons")
    };
    let given_up = Arc::new(AtomicBool::new(false));
    calls::ask(
        &recorder,
        &wake,
        Ticket(2),
        run,
        reasons,
        Arc::clone(&given_up),
    )
    .unwrap();
    let answers = || match wakes.recv_timeout(DEADLINE) {
        Ok(Wake::Msg(Msg::Sources(Ticket(2), answers, _))) => {
            let sources = answers.iter().map(|answer| answer.source.clone());
            sources.collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(answers(), ["files"]);
    given_up.store(true, Ordering::Relaxed);
    assert_eq!(answers(), ["files", "dns"]);
}

/// accept() number `number` on this socket; its new socket has the id 100 plus that.
fn accept(number: i32, socket: i32) -> Effect {
    let ticket = ticket(number);
    let (socket, new) = (SocketId(self::ticket(socket).0), SocketId(100 + ticket.0));
    Effect::Call(ticket, None, Call::Accept { socket, new })
}

fn returned(msg: Msg) -> (Ticket, Record) {
    match msg {
        Msg::Returned(ticket, record) => (ticket, record),
        other => panic!("{other:?}"),
    }
}

#[test]
fn waiting_call_lets_others_go_on_until_interrupted() {
    let stage = Stage::new(0);
    let (number, socket) = (ticket(3), SocketId(1));
    let listen = Call::Listen { socket, backlog: 5 };
    for effect in [
        open(1, 1),
        accept(2, 1),
        Effect::Call(number, None, listen),
        close(1),
    ] {
        stage.perform(effect);
    }
    assert!(is_open(&stage.next(), 1));
    let (listened, _) = returned(stage.next());
    assert_eq!(listened, number);
    let (_, refused) = returned(stage.next());
    assert_eq!(refused.outcome, Outcome::NotStarted(Reason::Busy));
    // The thread of calls closes after it has interrupted.
    stage.perform(Effect::Interrupt(ticket(2)));
    stage.perform(close(1));
    let answers = [stage.next(), stage.next()].map(returned);
    let of = |number| {
        let mut answers = answers.iter();
        &answers.find(|(of, _)| *of == ticket(number)).unwrap().1
    };
    assert!(of(2).is_interrupted(), "{answers:?}");
    assert!(of(1).value().is_some(), "{answers:?}");
    let (net, wakes) = stage.end();
    assert!(wakes.is_empty(), "{wakes:?}");
    assert!(net.still_open().is_empty());
}

#[test]
fn one_waiting_call_too_many_is_refused() {
    let stage = Stage::new(0);
    stage.perform(open(1, 1));
    let last = i32::try_from(MAX_WAITING).unwrap() + 2;
    for number in 2..=last {
        stage.perform(accept(number, 1));
    }
    assert!(is_open(&stage.next(), 1));
    let (number, refused) = returned(stage.next());
    assert_eq!(number, ticket(last));
    assert_eq!(refused.outcome, Outcome::NotStarted(Reason::TooMany));
    // The end interrupts the others.
    let (net, _) = stage.end();
    assert!(net.still_open().is_empty());
}
