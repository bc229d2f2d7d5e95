//! The socket thread, on the test's own thread or beside it.

use std::collections::HashSet;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use super::fake::{DEADLINE, FakeNet, entry};
use crate::app::{Msg, Ticket};
use crate::net::{Query, Resolution};
use crate::runtime::Wake;
use crate::runtime::sockets::{BATCH, BATCH_TIME, Order, SocketThread};

/// A socket thread whose call on one entry stops until the test lets it go on.
struct Stage {
    net: Arc<FakeNet>,
    orders: Sender<Vec<Order>>,
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
        let (net, _) = FakeNet::new(move |entry| {
            if entry.protocol == stops_at {
                let (enter, released) = &*gate.lock().unwrap();
                enter.send(()).unwrap();
                released.recv_timeout(DEADLINE).unwrap();
            }
        });
        let net = Arc::new(net);
        let (orders, queue) = mpsc::channel();
        let (wake, wakes) = mpsc::channel();
        let socket_thread = SocketThread::new(Arc::clone(&net), queue, wake);
        Self {
            net,
            orders,
            wakes,
            entered,
            release,
            thread: thread::spawn(|| socket_thread.run()),
        }
    }

    fn order(&self, order: Order) {
        self.orders.send(vec![order]).unwrap();
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

    /// No order will come any more; what is left of it all.
    fn end(self) -> (Arc<FakeNet>, Vec<Wake>) {
        drop(self.orders);
        self.thread.join().unwrap();
        (self.net, self.wakes.try_iter().collect())
    }
}

fn ticket(number: i32) -> Ticket {
    Ticket(u64::try_from(number).unwrap())
}

fn round(count: i32) -> Arc<Resolution> {
    Arc::new(Resolution {
        query: Query::default(),
        result: Ok((1..=count).map(entry).collect()),
        took: std::time::Duration::ZERO,
        freed: None,
    })
}

#[test]
fn what_is_overtaken_is_never_opened() {
    let stage = Stage::new(1);
    stage.order(Order::Open(ticket(1), entry(1)));
    stage.wait_until_entered();
    for number in 2..=5000 {
        stage.order(Order::Close(ticket(number - 1)));
        stage.order(Order::Open(ticket(number), entry(number)));
    }
    stage.let_go();
    for expected in [1, 5000] {
        loop {
            match stage.next() {
                Msg::Opened(opened, _) => {
                    assert_eq!(opened, ticket(expected));
                    break;
                }
                Msg::Closed(closed, _) => assert_eq!(closed, ticket(1)),
                other => panic!("unexpected {other:?}"),
            }
        }
    }
    assert_eq!(stage.net.opened(), [1, 5000]);
    assert_eq!(stage.net.still_open(), [2], "the last one stays open");
    let (net, _) = stage.end();
    assert!(net.still_open().is_empty(), "until the end");
}

#[test]
fn orders_sent_together_open_the_last_one_only() {
    let stage = Stage::new(0);
    stage
        .orders
        .send(vec![
            Order::Open(ticket(1), entry(1)),
            Order::Close(ticket(1)),
            Order::Open(ticket(2), entry(2)),
            Order::Close(ticket(2)),
            Order::Open(ticket(3), entry(3)),
        ])
        .unwrap();
    let (net, wakes) = stage.end();
    assert_eq!(net.opened(), [3]);
    assert_eq!(wakes.len(), 1);
}

#[test]
fn every_opened_socket_is_closed_in_the_end() {
    let stage = Stage::new(0);
    for number in 1..=9 {
        stage.order(Order::Open(ticket(number), entry(number)));
    }
    for _ in 1..=9 {
        assert!(matches!(stage.next(), Msg::Opened(..)));
    }
    stage.order(Order::Close(ticket(4)));
    assert!(matches!(stage.next(), Msg::Closed(closed, _) if closed == ticket(4)));
    assert_eq!(stage.net.still_open().len(), 8);
    let (net, _) = stage.end();
    assert!(net.still_open().is_empty());
}

#[test]
fn closing_what_was_never_opened_says_nothing() {
    let stage = Stage::new(0);
    stage.order(Order::Close(ticket(1)));
    let (_, wakes) = stage.end();
    assert!(wakes.is_empty(), "{wakes:?}");
}

#[test]
fn trying_all_tells_of_every_entry_once_in_few_messages() {
    let (count, stage) = (5000, Stage::new(0));
    let start = Instant::now();
    stage.order(Order::TryAll(ticket(1), round(count)));
    let (mut told, mut messages, mut handles) = (0, 0, HashSet::new());
    while told < usize::try_from(count).unwrap() {
        let Msg::Tried(number, first, attempts) = stage.next() else {
            panic!("not about trying");
        };
        assert_eq!((number, first), (ticket(1), told));
        told += attempts.len();
        messages += 1;
        handles.extend(attempts.into_iter().map(|attempt| attempt.result.unwrap()));
    }
    let by_time = start.elapsed().as_millis() / BATCH_TIME.as_millis();
    let by_count = told / BATCH;
    assert!(
        messages <= by_count + usize::try_from(by_time).unwrap() + 1,
        "{messages} messages"
    );
    assert_eq!(handles.len(), told);
    let (net, _) = stage.end();
    assert_eq!(net.opened(), (1..=count).collect::<Vec<_>>());
    assert!(net.still_open().is_empty());
}

#[test]
fn trying_all_of_nothing_is_told_to_be_over() {
    let stage = Stage::new(0);
    stage.order(Order::TryAll(ticket(1), round(0)));
    assert_eq!(stage.next(), Msg::Tried(ticket(1), 0, Vec::new()));
}

#[test]
fn trying_all_stops_when_told_to() {
    let stage = Stage::new(2000);
    stage.order(Order::TryAll(ticket(1), round(100_000)));
    stage.wait_until_entered();
    stage.order(Order::StopTrying(ticket(1)));
    stage.order(Order::Open(ticket(2), entry(-1)));
    stage.let_go();
    while !matches!(stage.next(), Msg::Opened(opened, _) if opened == ticket(2)) {}
    let (net, wakes) = stage.end();
    assert_eq!(net.opened().len(), 2001);
    assert_eq!(net.opened().last(), Some(&-1));
    assert!(wakes.is_empty(), "told after it was stopped: {wakes:?}");
    assert!(net.still_open().is_empty());
}

#[test]
fn a_selection_is_opened_between_the_entries_that_are_tried() {
    let stage = Stage::new(10);
    stage.order(Order::TryAll(ticket(1), round(100)));
    stage.wait_until_entered();
    stage.order(Order::Open(ticket(2), entry(-1)));
    stage.let_go();
    while !matches!(stage.next(), Msg::Opened(opened, _) if opened == ticket(2)) {}
    let mut told = 0;
    while told < 100 {
        if let Msg::Tried(_, first, attempts) = stage.next() {
            told = first + attempts.len();
        }
    }
    let (net, _) = stage.end();
    assert_eq!(
        net.opened().iter().position(|&protocol| protocol == -1),
        Some(10)
    );
}
