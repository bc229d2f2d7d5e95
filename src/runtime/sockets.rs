//! The thread that calls socket() and close(), and keeps what is open.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use super::{Wake, start as start_thread};
use crate::app::{Msg, Ticket};
use crate::net::{AddrInfo, Attempt, Net, Query, Resolution};

/// Progress is told at least this often, while socket() returns at all …
pub(super) const BATCH_TIME: Duration = Duration::from_millis(50);

/// … and when so many entries are done.
pub(super) const BATCH: usize = 1024;

/// What the thread is asked to do.
#[derive(Debug)]
pub(super) enum Order {
    /// Call socket() and keep what it returns; answered by [`Msg::Opened`] unless overtaken.
    Open(Ticket, AddrInfo),
    /// Close what was opened; answered by [`Msg::Closed`] if it was.
    Close(Ticket),
    /// Call socket() and close() on every entry; answered by [`Msg::Tried`], many times.
    TryAll(Ticket, Arc<Resolution>),
    /// Leave off trying.
    StopTrying(Ticket),
    /// Find out what the machine is like; answered by [`Msg::Examined`].
    Examine(Ticket, Query),
    /// Ask the kernel about what was opened; answered by [`Msg::Inquired`] if it is open.
    Inquire(Ticket),
}

/// Nothing ever comes from it: it ends when the thread has.
pub(super) type Ended = Receiver<Infallible>;

/// Starts the thread. It ends, with everything closed, when the sender is dropped.
pub(super) fn start<N: Net>(
    net: &Arc<N>,
    wake: &Sender<Wake>,
) -> anyhow::Result<(Sender<Vec<Order>>, Ended)> {
    let (sender, orders) = mpsc::channel();
    let (held, ended) = mpsc::channel();
    let net = Arc::clone(net);
    start_thread("sockets", wake, move |wake| {
        SocketThread::new(net, orders, wake).run();
        drop(held);
    })?;
    Ok((sender, ended))
}

/// Every entry being tried in turn.
struct Round {
    ticket: Ticket,
    resolution: Arc<Resolution>,
    /// The index of the first of `attempts`.
    first: usize,
    /// Not told yet.
    attempts: Vec<Attempt>,
    told: Instant,
}

pub(super) struct SocketThread<N: Net> {
    net: Arc<N>,
    orders: Receiver<Vec<Order>>,
    queue: VecDeque<Order>,
    wake: Sender<Wake>,
    open: HashMap<Ticket, N::Socket>,
    round: Option<Round>,
}

impl<N: Net> SocketThread<N> {
    pub(super) fn new(net: Arc<N>, orders: Receiver<Vec<Order>>, wake: Sender<Wake>) -> Self {
        Self {
            net,
            orders,
            queue: VecDeque::new(),
            wake,
            open: HashMap::new(),
            round: None,
        }
    }

    pub(super) fn run(mut self) {
        loop {
            if self.queue.is_empty() && self.round.is_none() {
                match self.orders.recv() {
                    Ok(orders) => self.queue.extend(orders),
                    Err(mpsc::RecvError) => break,
                }
            }
            // All of it, so that what has been overtaken is seen to be.
            loop {
                match self.orders.try_recv() {
                    Ok(orders) => self.queue.extend(orders),
                    Err(mpsc::TryRecvError::Empty) => break,
                    Err(mpsc::TryRecvError::Disconnected) => {
                        self.round = None;
                        break;
                    }
                }
            }
            match self.queue.pop_front() {
                Some(order) => self.follow(order),
                None => self.try_next(),
            }
        }
        for (_, socket) in self.open.drain() {
            // Nobody is left to be told.
            let _ = self.net.close(socket);
        }
    }

    fn tell(&self, msg: Msg) {
        // Nobody may be left to hear it.
        let _ = self.wake.send(Wake::Msg(msg));
    }

    fn follow(&mut self, order: Order) {
        match order {
            Order::Open(ticket, entry) => {
                let overtaken = |order: &Order| matches!(order, Order::Close(t) if *t == ticket);
                if let Some(at) = self.queue.iter().position(overtaken) {
                    self.queue.remove(at);
                    return;
                }
                let (attempt, socket) = self.net.open(&entry);
                if let Some(socket) = socket {
                    self.open.insert(ticket, socket);
                }
                self.tell(Msg::Opened(ticket, attempt));
            }
            Order::Close(ticket) => {
                if let Some(socket) = self.open.remove(&ticket) {
                    let closed = self.net.close(socket);
                    self.tell(Msg::Closed(ticket, closed));
                }
            }
            Order::Examine(ticket, query) => {
                self.tell(Msg::Examined(ticket, self.net.circumstances(&query)));
            }
            Order::Inquire(ticket) => {
                if let Some(socket) = self.open.get(&ticket) {
                    self.tell(Msg::Inquired(ticket, self.net.inquire(socket)));
                }
            }
            Order::TryAll(ticket, resolution) => {
                self.round = Some(Round {
                    ticket,
                    resolution,
                    first: 0,
                    attempts: Vec::new(),
                    told: Instant::now(),
                });
            }
            Order::StopTrying(ticket) => {
                self.round.take_if(|round| round.ticket == ticket);
            }
        }
    }

    /// Tries the next entry of the round, if there is one.
    fn try_next(&mut self) {
        let Some(round) = &mut self.round else {
            return;
        };
        let entries = round.resolution.entries();
        if let Some(entry) = entries.get(round.first + round.attempts.len()) {
            let (attempt, socket) = self.net.open(entry);
            round.attempts.push(attempt);
            if let Some(socket) = socket {
                let closed = self.net.close(socket);
                if closed.result.is_err() {
                    // Best told than dropped, though the entry's own news is how it opened.
                    let _ = self.wake.send(Wake::Msg(Msg::Closed(round.ticket, closed)));
                }
            }
        }
        let finished = round.first + round.attempts.len() >= entries.len();
        if finished || round.attempts.len() >= BATCH || round.told.elapsed() >= BATCH_TIME {
            let attempts = std::mem::take(&mut round.attempts);
            let (ticket, first) = (round.ticket, round.first);
            round.first += attempts.len();
            round.told = Instant::now();
            if finished {
                self.round = None;
            }
            self.tell(Msg::Tried(ticket, first, attempts));
        }
    }
}
