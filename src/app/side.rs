//! The side whose ladder is shown: a server's or a client's.

use super::Model;
use crate::names::Os;
use crate::net::Run;
use crate::words::Key;

/// The side of a connection that a ladder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    Server,
    Client,
}

impl Side {
    /// The other side.
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Server => Self::Client,
            Self::Client => Self::Server,
        }
    }

    /// The side that a query is for.
    pub(super) fn of(os: Os, run: &Run) -> Self {
        let passive = os.names().flags.named("AI_PASSIVE");
        let passive = passive.map_or(0, |row| row.value);
        let query = run.asked();
        let hints = query.hints.unwrap_or_default();
        if query.node.is_none() || hints.flags & passive != 0 {
            Self::Server
        } else {
            Self::Client
        }
    }
}

impl Model {
    /// Changes the ladder to that of the other side.
    pub(super) fn change_side(&mut self) {
        let Some(socket) = self.socket() else {
            return self.inform(Key::NoticeNoSocket);
        };
        let side = socket.side.other();
        if let Some(held) = self.sockets.get_mut(socket.id) {
            held.side = side;
        } else if let Some(answer) = &mut self.answer {
            answer.side = Some(side);
        }
        self.inform(match side {
            Side::Server => Key::NoticeServer,
            Side::Client => Key::NoticeClient,
        });
    }
}
