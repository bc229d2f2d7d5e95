//! The calls of a run that a program repeats, and whether they are the tutorial's.

use std::collections::BTreeSet;

use crate::net::{Call, Outcome, Record, Run, SocketId};

/// The calls in the order in which they returned, so that one thread can repeat them: what accept()
/// or recv() waited for stands before it.
pub(super) struct Sequence<'a> {
    pub(super) records: Vec<&'a Record>,
    pub(super) ladder: Option<Ladder>,
}

/// The order of the tutorial that the calls follow, each call succeeding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ladder {
    /// bind, listen, accept, then the calls on the accepted socket.
    Listener,
    /// bind, recvfrom and sendto.
    Receiver,
    /// connect, send and recv.
    Client,
    /// Only socket(), and its options.
    Alone,
}

impl<'a> Sequence<'a> {
    /// The calls on the socket and on those that it accepted if they follow a ladder, else the calls
    /// on every held socket of the run. Without a socket a ladder must be all of the calls.
    pub(super) fn new(run: &'a Run, socket: Option<SocketId>) -> Self {
        let held: BTreeSet<_> = run.held().collect();
        let mut all: Vec<_> = run.records().iter().filter(|record| made(record)).collect();
        all.retain(|record| about(&record.call).any(|socket| held.contains(&socket)));
        let listener = |socket| {
            all.iter().find_map(|record| match record.call {
                Call::Accept { socket: on, new } if new == socket => Some(on),
                _ => None,
            })
        };
        let root = socket.or_else(|| held.first().copied());
        let root = root.map(|socket| listener(socket).unwrap_or(socket));
        if let Some(root) = root {
            let mut family = BTreeSet::from([root]);
            let mut own = all.clone();
            own.retain(|record| {
                let belongs = about(&record.call).any(|socket| family.contains(&socket));
                if belongs {
                    family.extend(about(&record.call));
                }
                belongs
            });
            let whole = socket.is_some() || own.len() == all.len();
            let by_hand = run.query.is_none();
            if let Some(ladder) = ladder(&own, root, by_hand).filter(|_| whole) {
                return Self {
                    records: own,
                    ladder: Some(ladder),
                };
            }
        }
        Self {
            records: all,
            ladder: None,
        }
    }
}

/// Whether a program can repeat the call: it was made and returned, and sockscope's own questions are
/// not part of what was done.
fn made(record: &Record) -> bool {
    let returned = matches!(record.outcome, Outcome::Returned(_) | Outcome::Failed(_));
    let kind = matches!(record.call, Call::Socket { .. } | Call::Close { .. });
    returned && (kind || record.call.is_step()) && !record.is_interrupted()
}

/// The sockets of the call.
fn about(call: &Call) -> impl Iterator<Item = SocketId> {
    [call.on(), call.opens()].into_iter().flatten()
}

/// The ladder that the calls follow: its steps in order, none left out before a later one, and each
/// successful.
fn ladder(records: &[&Record], root: SocketId, by_hand: bool) -> Option<Ladder> {
    let all_succeeded = records.iter().all(|record| record.value().is_some());
    let from_list = records.first()?.entry.is_some();
    if all_succeeded && by_hand {
        let is = |record: &&Record| match record.call {
            Call::Socket { socket, .. } => socket == root,
            Call::Setsockopt { .. } => true,
            _ => false,
        };
        return records.iter().all(is).then_some(Ladder::Alone);
    }
    if !all_succeeded || !from_list {
        return None;
    }
    let has = |is: fn(&Call) -> bool| records.iter().any(|record| is(&record.call));
    let kind = if has(|call| matches!(call, Call::Connect { .. })) {
        Ladder::Client
    } else if has(|call| matches!(call, Call::Recvfrom { .. } | Call::Sendto { .. })) {
        Ladder::Receiver
    } else {
        Ladder::Listener
    };
    let mut next = Place::Start;
    let mut client = None;
    for record in records {
        let on = record.call.on();
        let accepted = client.is_some() && on == client;
        next = match (&record.call, kind, next) {
            (Call::Socket { .. }, _, Place::Start) => Place::Opened,
            (Call::Setsockopt { .. }, _, Place::Opened) => Place::Opened,
            (Call::Bind { .. }, Ladder::Listener, Place::Opened) => Place::Bound,
            (Call::Bind { .. }, Ladder::Receiver, Place::Opened) => Place::Ready,
            (Call::Listen { .. }, Ladder::Listener, Place::Bound) => Place::Listening,
            (Call::Accept { new, .. }, Ladder::Listener, Place::Listening) => {
                client = Some(*new);
                Place::Ready
            }
            (Call::Connect { .. }, Ladder::Client, Place::Opened) => Place::Ready,
            // The tutorial's server closes the listener after accept(); it may stay open.
            (Call::Close { .. }, Ladder::Listener, place @ (Place::Ready | Place::Ended))
                if on == Some(root) =>
            {
                place
            }
            (Call::Send { .. } | Call::Recv { .. }, Ladder::Client, Place::Ready) => Place::Ready,
            (Call::Send { .. } | Call::Recv { .. }, Ladder::Listener, Place::Ready) if accepted => {
                Place::Ready
            }
            (Call::Sendto { .. } | Call::Recvfrom { .. }, Ladder::Receiver, Place::Ready) => {
                Place::Ready
            }
            (Call::Shutdown { .. }, Ladder::Client, Place::Ready) => Place::Ready,
            (Call::Shutdown { .. }, Ladder::Listener, Place::Ready) if accepted => Place::Ready,
            (Call::Close { .. }, Ladder::Client | Ladder::Receiver, Place::Ready) => Place::Ended,
            (Call::Close { .. }, Ladder::Listener, Place::Ready) if accepted => Place::Ended,
            _ => return None,
        };
    }
    Some(kind)
}

/// How far the calls have come.
#[derive(Clone, Copy)]
enum Place {
    Start,
    Opened,
    Bound,
    Listening,
    Ready,
    Ended,
}
