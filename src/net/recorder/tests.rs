//! The life of a handle, against a system that gives a closed number away at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on panics"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use proptest::prelude::*;

use super::*;
use crate::names::Os;
use crate::net::fixture::{error, host, opened, query};
use crate::net::{Domain, Linger, Triple};

const DEADLINE: Duration = Duration::from_secs(20);

/// A system whose calls are instant, except for those that can wait: they return when they are
/// interrupted. A new socket gets the lowest free number. Cloning shares it.
#[derive(Clone, Default)]
struct LowestNet(Arc<Table>);

#[derive(Default)]
struct Table {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The open sockets by number, and how many calls are inside each.
    open: BTreeMap<u64, Slot>,
    sockets: usize,
    /// The calls inside the system that wait, and those of them that were interrupted.
    waiting: BTreeSet<CallId>,
    interrupted: BTreeSet<CallId>,
    /// Interruptions, also those that came too early or too late.
    interruptions: usize,
    /// Calls that wait stay before the system until this is false.
    held_back: bool,
}

struct Slot {
    socket: usize,
    inside: usize,
}

/// Dropping it is a close() that no record shows, which the test forbids.
struct LowestSocket {
    number: u64,
    /// No other socket has this number.
    socket: usize,
    closed: bool,
}

impl Drop for LowestSocket {
    fn drop(&mut self) {
        assert!(self.closed || thread::panicking(), "a socket was dropped");
    }
}

impl LowestNet {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }

    /// Waits until `ready`.
    fn until(&self, ready: impl Fn(&State) -> bool) {
        let waiting = self
            .0
            .changed
            .wait_timeout_while(self.state(), DEADLINE, |state| !ready(state));
        assert!(!waiting.unwrap().1.timed_out(), "nothing happened");
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.0.changed.notify_all();
    }

    fn open(&self) -> (Outcome, Duration, Option<LowestSocket>) {
        let mut state = self.state();
        let number = (3..)
            .find(|number| !state.open.contains_key(number))
            .unwrap();
        state.sockets += 1;
        let socket = state.sockets;
        state.open.insert(number, Slot { socket, inside: 0 });
        let new = LowestSocket {
            number,
            socket,
            closed: false,
        };
        (opened(number), Duration::ZERO, Some(new))
    }
}

impl Net for LowestNet {
    type Socket = LowestSocket;

    fn host(&self) -> Host {
        (*host(Os::Linux)).clone()
    }

    fn facts(&self, _: Needs, _: &Run) -> Facts {
        Facts::default()
    }

    fn ask(&self, source: &str, _: &Query, _: Duration, _: &AtomicBool) -> SourceAnswer {
        unreachable!("{source} is asked alone")
    }

    fn call(
        &self,
        id: CallId,
        call: &Call,
        on: Option<&LowestSocket>,
    ) -> (Outcome, Duration, Option<LowestSocket>) {
        let Some(on) = on.filter(|_| !call.resolves()) else {
            if call.resolves() {
                self.change(|state| {
                    state.waiting.insert(id);
                });
                self.until(|state| state.interrupted.contains(&id));
                return (Outcome::Unfinished, Duration::ZERO, None);
            }
            return self.open();
        };
        self.until(|state| !call.can_wait() || !state.held_back);
        self.change(|state| {
            let slot = state.open.get_mut(&on.number).expect("the number is open");
            assert_eq!(slot.socket, on.socket, "the number is another socket's");
            slot.inside += 1;
        });
        if call.can_wait() {
            self.change(|state| {
                state.waiting.insert(id);
            });
            self.until(|state| state.interrupted.contains(&id));
            self.change(|state| {
                state.waiting.remove(&id);
                state.interrupted.remove(&id);
            });
        }
        self.change(|state| {
            let slot = state.open.get_mut(&on.number).expect("the number is open");
            assert_eq!(slot.socket, on.socket, "the number is another socket's");
            slot.inside -= 1;
        });
        let outcome = match call.can_wait() {
            true => Outcome::Failed(error(Domain::Errno, 4, "")),
            false => Outcome::Returned(Value::Zero),
        };
        (outcome, Duration::ZERO, None)
    }

    fn close(&self, _: CallId, mut socket: LowestSocket) -> (Outcome, Duration) {
        socket.closed = true;
        self.change(|state| {
            let slot = state.open.remove(&socket.number).expect("it is open");
            assert_eq!(slot.socket, socket.socket, "another socket is closed");
            assert_eq!(slot.inside, 0, "a call is inside");
        });
        (Outcome::Returned(Value::Zero), Duration::ZERO)
    }

    fn interrupt(&self, id: CallId) {
        self.change(|state| {
            state.interruptions += 1;
            if state.waiting.contains(&id) {
                state.interrupted.insert(id);
            }
        });
    }
}

fn recorder() -> (LowestNet, Recorder<LowestNet>) {
    let net = LowestNet::default();
    (net.clone(), Recorder::new(net, None))
}

fn socket(id: u64) -> Call {
    let triple = Triple {
        family: 2,
        socktype: 1,
        protocol: 0,
    };
    Call::Socket {
        socket: SocketId(id),
        triple,
    }
}

fn recv(id: u64) -> Call {
    Call::Recv {
        socket: SocketId(id),
        length: 1,
    }
}

fn close(id: u64) -> Call {
    Call::Close {
        socket: SocketId(id),
    }
}

const INTERRUPTED: i32 = 4;

fn code(record: &Record) -> Option<i32> {
    record.error().map(|error| error.code)
}

#[test]
fn busy_socket_is_closed_after_its_call_was_interrupted() {
    let (net, recorder) = recorder();
    let handle = recorder.call(None, socket(1)).handle();
    let recv = recorder.begin(None, recv(1)).unwrap();
    let id = recv.id();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| recorder.make(recv));
        net.until(|state| state.waiting.contains(&id));
        let refused = recorder.call(None, close(1));
        assert_eq!(refused.outcome, Outcome::NotStarted(Reason::Busy));
        assert!(recorder.is_open(SocketId(1)));
        recorder.interrupt(id);
        // Without a pause: the interrupted call has let go of the socket.
        let closed = recorder.call(None, close(1));
        assert_eq!(closed.outcome, Outcome::Returned(Value::Zero));
        let record = waiting.join().unwrap();
        assert_eq!(code(&record), Some(INTERRUPTED));
        assert!(record.is_interrupted());
        assert_eq!(record.on, handle);
    });
    // The number is free again, and the id is not.
    assert_eq!(recorder.call(None, socket(2)).handle(), handle);
    let stale = recorder.call(None, close(1));
    assert_eq!(stale.outcome, Outcome::NotStarted(Reason::NotOpen));
    recorder.close_all();
    assert!(net.state().open.is_empty());
}

#[test]
fn interruption_that_comes_too_early_is_repeated() {
    let (net, recorder) = recorder();
    recorder.call(None, socket(1));
    net.change(|state| state.held_back = true);
    let recv = recorder.begin(None, recv(1)).unwrap();
    let id = recv.id();
    thread::scope(|scope| {
        // Before its thread has started.
        let interrupting = scope.spawn(|| recorder.interrupt(id));
        net.until(|state| state.interruptions >= 3);
        let waiting = scope.spawn(|| recorder.make(recv));
        net.change(|state| state.held_back = false);
        assert_eq!(code(&waiting.join().unwrap()), Some(INTERRUPTED));
        interrupting.join().unwrap();
    });
    let before = net.state().interruptions;
    recorder.interrupt(id);
    assert_eq!(net.state().interruptions, before, "it has returned");
    recorder.close_all();
}

#[test]
fn calls_that_wait_are_limited_by_kind() {
    let (net, recorder) = recorder();
    let recorder = recorder.waiting(3);
    recorder.call(None, socket(1));
    let resolve = || Call::Getaddrinfo(Arc::new(query(None, Some("1"), None)));
    let begin = |call| recorder.begin(None, call);
    let resolving: Vec<_> = (0..MAX_RESOLVING)
        .map(|_| begin(resolve()).unwrap())
        .collect();
    let waiting: Vec<_> = (0..3).map(|_| begin(recv(1)).unwrap()).collect();
    for call in [resolve(), recv(1)] {
        let refused = begin(call).unwrap_err();
        assert_eq!(refused.outcome, Outcome::NotStarted(Reason::TooMany));
    }
    // What does not wait is not counted.
    let quick = Call::Getsockname {
        socket: SocketId(1),
    };
    assert!(recorder.call(None, quick).value().is_some());
    // One place is free again.
    for mut pending in [resolving, waiting] {
        recorder.forget(pending.pop().unwrap().id());
        let call = pending[0].record.call.clone();
        pending.push(begin(call).unwrap());
        for pending in pending {
            recorder.forget(pending.id());
        }
    }
    recorder.close_all();
    assert!(net.state().open.is_empty());
}

#[test]
fn close_waits_only_with_linger() {
    let (_, recorder) = recorder();
    let linger = |onoff| Call::Setsockopt {
        socket: SocketId(1),
        option: SocketOption::Linger,
        value: OptionValue::Linger(Linger { onoff, seconds: 5 }),
    };
    recorder.call(None, socket(1));
    assert!(!recorder.can_wait(&close(1)));
    recorder.call(None, linger(1));
    assert!(recorder.can_wait(&close(1)));
    recorder.call(None, linger(0));
    assert!(!recorder.can_wait(&close(1)));
    recorder.close_all();
}

#[test]
fn closing_all_interrupts_what_waits() {
    let (net, recorder) = recorder();
    let calls: Vec<_> = (1..=20)
        .map(|id| {
            recorder.call(None, socket(id));
            recorder.begin(None, recv(id)).unwrap()
        })
        .collect();
    thread::scope(|scope| {
        for call in calls {
            scope.spawn(|| recorder.make(call));
        }
        recorder.close_all();
        assert!(net.state().open.is_empty());
    });
}

/// What one thread does next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Open,
    /// These are on a socket of any thread, open or closed.
    Ask(usize),
    Wait(usize),
    Close(usize),
    Interrupt(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Open),
        (0..64_usize).prop_map(Step::Ask),
        (0..64_usize).prop_map(Step::Wait),
        (0..64_usize).prop_map(Step::Close),
        (0..64_usize).prop_map(Step::Interrupt),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// [`LowestNet`] checks each number as the calls enter and leave.
    #[test]
    fn no_handle_is_closed_under_a_thread(
        threads in prop::collection::vec(prop::collection::vec(step(), 0..60), 3),
    ) {
        let (net, recorder) = recorder();
        let (ids, waiting) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let any = |at: usize| (at % ids.load(SeqCst).max(1)) as u64;
        thread::scope(|scope| {
            let (recorder, ids, waiting, any) = (&recorder, &ids, &waiting, &any);
            let threads = threads.iter().map(|steps| {
                scope.spawn(move || {
                    for step in steps {
                        match *step {
                            Step::Open => {
                                let id = ids.fetch_add(1, SeqCst) as u64;
                                recorder.call(None, socket(id));
                            }
                            Step::Ask(at) => {
                                let socket = SocketId(any(at));
                                recorder.call(None, Call::Getsockname { socket });
                            }
                            Step::Wait(at) => {
                                let call = recv(any(at));
                                waiting.fetch_add(1, SeqCst);
                                scope.spawn(move || {
                                    recorder.call(None, call);
                                    waiting.fetch_sub(1, SeqCst);
                                });
                            }
                            Step::Close(at) => {
                                recorder.call(None, close(any(at)));
                            }
                            Step::Interrupt(at) => recorder.interrupt_on(SocketId(any(at))),
                        }
                    }
                })
            });
            for thread in threads.collect::<Vec<_>>() {
                thread.join().unwrap();
            }
            // Those that only now begin to wait too.
            while waiting.load(SeqCst) > 0 {
                recorder.close_all();
            }
        });
        recorder.close_all();
        prop_assert!(net.state().open.is_empty());
    }
}
