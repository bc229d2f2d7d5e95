//! The rows of the held sockets: state, local address and address of the peer, as `ss` lists them.

use super::canvas::{Canvas, width as columns_of};
use super::focused;
use super::look::Look;
use crate::app::{HeldSocket, Model, Pane, Stage};
use crate::net::address;

/// The column of the handle, after the marker.
const START: u16 = 2;

/// The widths of the handle and of the state.
const COLUMNS: [u16; 2] = [6, 14];

/// The width of an IPv4 address and port.
const ADDRESS: u16 = 22;

/// The same in a narrow pane.
const NARROW: u16 = 17;

/// The least width for [`ADDRESS`].
const WIDE: u16 = 72;

/// Draws the row of the socket at `place`.
pub(super) fn draw(model: &Model, socket: &HeldSocket, place: usize, line: &mut Canvas) {
    let look = line.screen.look;
    let os = model.host.os;
    let selected = model.sockets.place() == Some(place);
    let here = selected && focused(model, Pane::Entries);
    let style = if selected { look.strong() } else { look.text() };
    if selected {
        let style = if here { look.focus() } else { style };
        line.text(0, 0, look.marker(), style);
    }
    let handle = socket
        .handle
        .map_or_else(String::new, |handle| handle.show(os));
    let [handles, states] = COLUMNS;
    line.put(START, 0, handles - 1, &handle, style);
    let (state, pending) = state(model, socket, look);
    let column = START + handles;
    line.put(column, 0, states - 1, &state, style);
    if pending {
        line.mark(column, 0, look.pending());
    }
    let text = |bytes: &Option<Box<[u8]>>| {
        bytes
            .as_ref()
            .map_or_else(|| "-".to_owned(), |bytes| address(os, bytes))
    };
    let (local, peer) = (text(&socket.ladder.local), text(&socket.ladder.peer));
    let column = column + states;
    // An IPv6 address may be longer.
    let least = if line.area.width < WIDE {
        NARROW
    } else {
        ADDRESS
    };
    let peer_column = column + least.max(columns_of(&local) + 1);
    line.put(column, 0, peer_column - column - 1, &local, style);
    line.text(peer_column, 0, &peer, style);
    if here {
        line.buffer.set_style(line.area, look.selected());
    }
}

/// The state, or the call that the socket waits in with its time, and whether there is one.
fn state(model: &Model, socket: &HeldSocket, look: Look) -> (String, bool) {
    match model.sockets.waiting_on(socket.id).next() {
        Some(waiting) => {
            let name = waiting.call.name(model.host.os);
            (format!("{} {name}", look.ellipsis()), true)
        }
        None if socket.ladder.stage == Stage::Opening => (look.ellipsis().to_owned(), true),
        None => (look.say(socket.ladder.stage.key()), false),
    }
}
