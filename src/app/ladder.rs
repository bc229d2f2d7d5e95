//! How far a socket is: its state and addresses, as its records show them.

use super::step::Step;
use crate::names::Os;
use crate::net::{Call, Outcome, Record, Value};
use crate::words::Key;

/// The state of a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// socket() has not returned.
    #[default]
    Opening,
    /// socket() failed.
    Unopened,
    Open,
    Bound,
    Listening,
    /// connect() was interrupted and goes on.
    Connecting,
    Connected,
    ShutDown,
    Closed,
}

impl Stage {
    /// The word for it.
    pub(crate) const fn key(self) -> Key {
        match self {
            Self::Opening => Key::StageOpening,
            Self::Unopened => Key::StageUnopened,
            Self::Open => Key::StageOpen,
            Self::Bound => Key::StageBound,
            Self::Listening => Key::StageListening,
            Self::Connecting => Key::StageConnecting,
            Self::Connected => Key::StageConnected,
            Self::ShutDown => Key::StageShutDown,
            Self::Closed => Key::StageClosed,
        }
    }

    /// Whether there is no open socket, now and later.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Unopened | Self::Closed)
    }
}

/// What the records of a socket show, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ladder {
    /// The state.
    pub(crate) stage: Stage,
    /// The local address, once the system was asked for it.
    pub(crate) local: Option<Box<[u8]>>,
    /// The address of the peer.
    pub(crate) peer: Option<Box<[u8]>>,
    /// The source of the last datagram.
    pub(super) source: Option<Box<[u8]>>,
    /// Whether accept() opened the socket.
    pub(super) accepted: bool,
    /// The steps that succeeded, each once.
    done: Vec<Step>,
    /// The peer sends no more: recv() returned 0.
    ended: bool,
}

impl Ladder {
    /// Takes in the next record of the socket.
    pub(super) fn add(&mut self, os: Os, record: &Record) {
        // The record of another thread's call may come after that of close().
        if self.stage.is_over() {
            return;
        }
        match &record.outcome {
            Outcome::Returned(value) => self.succeeded(&record.call, value),
            Outcome::Failed(_) if matches!(record.call, Call::Socket { .. }) => {
                self.stage = Stage::Unopened;
            }
            Outcome::Failed(error) if matches!(record.call, Call::Connect { .. }) => {
                let name = error.name(os).map_or("", |row| row.name);
                match name.trim_start_matches("WSA") {
                    "EISCONN" => self.reaches(Step::Connect, Stage::Connected),
                    "EALREADY" => self.stage = Stage::Connecting,
                    // CancelIoEx ends the connection attempt on Windows.
                    _ if record.is_interrupted() && os != Os::Windows => {
                        self.stage = Stage::Connecting;
                    }
                    _ if self.stage == Stage::Connecting => self.stage = Stage::Open,
                    _ => {}
                }
            }
            // close() releases the descriptor whatever it returns (Linux, the BSDs: close(2)).
            Outcome::Failed(_) if matches!(record.call, Call::Close { .. }) => {
                self.stage = Stage::Closed;
            }
            _ => {}
        }
    }

    fn succeeded(&mut self, call: &Call, value: &Value) {
        let step = Step::of(call);
        match (call, value) {
            (Call::Socket { .. }, _) => self.stage = Stage::Open,
            (Call::Bind { .. }, _) => self.reaches(Step::Bind, Stage::Bound),
            (Call::Listen { .. }, _) => self.reaches(Step::Listen, Stage::Listening),
            (Call::Connect { address, .. }, _) => {
                self.peer = Some(address.clone());
                self.reaches(Step::Connect, Stage::Connected);
            }
            (Call::Shutdown { .. }, _) => self.reaches(Step::Shutdown, Stage::ShutDown),
            (Call::Close { .. }, _) => self.reaches(Step::Close, Stage::Closed),
            (Call::Getsockname { .. }, Value::Address(bytes)) => self.local = Some(bytes.clone()),
            (Call::Getpeername { .. }, Value::Address(bytes)) => self.peer = Some(bytes.clone()),
            (_, Value::Datagram(datagram)) => {
                self.source = Some(datagram.address.clone()).filter(|bytes| !bytes.is_empty());
                self.done.extend(step);
            }
            (_, Value::Received(data)) => {
                self.ended = data.is_empty();
                self.done.extend(step);
            }
            _ => self.done.extend(step),
        }
        if let Some(step) = step {
            let mut seen = false;
            self.done
                .retain(|&done| done != step || !std::mem::replace(&mut seen, true));
        }
    }

    fn reaches(&mut self, step: Step, stage: Stage) {
        self.done.push(step);
        self.stage = stage;
    }

    /// A ladder that begins with a connection that accept() returned.
    pub(super) const fn of_accepted(local: Option<Box<[u8]>>) -> Self {
        Self {
            stage: Stage::Connected,
            local,
            peer: None,
            source: None,
            accepted: true,
            done: Vec::new(),
            ended: false,
        }
    }

    /// The next of these steps.
    pub(super) fn next(&self, steps: &[Step]) -> Option<Step> {
        let has = |step| steps.contains(&step).then_some(step);
        match self.stage {
            Stage::Opening | Stage::Unopened | Stage::Closed => return None,
            Stage::Listening => return has(Step::Accept),
            Stage::Connecting => return Some(Step::Connect),
            Stage::ShutDown => return Some(Step::Close),
            _ if self.ended => return has(Step::Shutdown).or(Some(Step::Close)),
            _ => {}
        }
        let after = |step: &Step| {
            steps
                .iter()
                .position(|other| other == step)
                .map(|at| at + 1)
        };
        let mut next = self.done.iter().filter_map(after).max().unwrap_or(0);
        if self.stage == Stage::Connected {
            next = next.max(after(&Step::Accept).unwrap_or(0));
        }
        steps.get(next).or(steps.last()).copied()
    }
}
