//! The list pane: the call of getaddrinfo and its entries.
//!
//! ```text
//! getaddrinfo(NULL, "27015", &hints, &result) = 0                    0.31 ms
//!    ai_family   ai_socktype     ai_protocol    ai_addr        socket()
//!  ▸ AF_INET     SOCK_STREAM     IPPROTO_TCP    0.0.0.0:27015  ✓ 9 open
//! ```

use ratatui::style::Style;

use super::canvas::{Canvas, scroll, width};
use super::focused;
use super::look::{Look, time};
use crate::app::{Answer, Model, Pane, State, Target};
use crate::net::{AddrInfo, Hint};

/// The widths of the first three columns; the address gets the rest.
const NAMES: [u16; 3] = [12, 16, 15];

/// The same in a narrow pane: the names shrink before the address and the result.
const NARROW: [u16; 3] = [10, 12, 12];

/// The width of the last column, the result of socket().
const SOCKET: u16 = 11;

/// The least width for [`NAMES`].
const WIDE: u16 = 73;

/// Lines above the list: the call and the column titles.
const HEAD: u16 = 2;

/// The pane's title and whether it is an alert: the number of entries, "try all", staleness.
pub(super) fn title(model: &Model, dot: &str) -> (String, bool) {
    let mut title = "addrinfo".to_owned();
    let mut alert = false;
    if let Some(run) = model.run().filter(|run| run.succeeded()) {
        let count = run.entries().len();
        title += &match count {
            1 => format!(" {dot} 1 entry"),
            0 => format!(" {dot} no entries"),
            _ => format!(" {dot} {} of {count} entries", model.selected() + 1),
        };
    }
    if let Some(trying) = model.answer.as_ref().and_then(|answer| answer.trying) {
        title += &format!(" {dot} trying {} of {}", trying.done, model.entries().len());
        alert = true;
    }
    if model.lookups.pending.is_none() && model.is_stale() {
        title += &format!(" {dot} older than the form (Enter or F5 asks again)");
        alert = true;
    }
    (title, alert)
}

/// Draws the call and the list.
pub(super) fn draw(model: &Model, canvas: &mut Canvas) {
    call(model, canvas);
    let look = canvas.screen.look;
    let titles = ["ai_family", "ai_socktype", "ai_protocol", "ai_addr"];
    let mut line = canvas.part(canvas.line(1));
    columns(&mut line, titles, look.dim(), ("socket()", look.dim()));
    let rows = usize::from(canvas.area.height.saturating_sub(HEAD));
    canvas.screen.measures.entries = rows;
    let Some(answer) = &model.answer else {
        return;
    };
    let entries = answer.run.entries();
    let first = &mut canvas.screen.first_entry;
    let first = scroll(first, answer.selected, rows, entries.len());
    for (row, (index, entry)) in (HEAD..).zip(entries.iter().enumerate().skip(first).take(rows)) {
        let mut line = canvas.part(canvas.line(row));
        draw_entry(model, answer, &mut line, index, entry);
        line.set_target(Target::Entry(index));
    }
    if entries.is_empty() {
        let text = if answer.run.succeeded() {
            "getaddrinfo succeeded, with an empty list"
        } else {
            "no list: getaddrinfo failed"
        };
        canvas.text(2, HEAD, text, look.dim());
    }
}

/// The call with its result, or with the elapsed time.
fn call(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let (call, result, took, style) = if let Some(pending) = &model.lookups.pending {
        let took = look.waiting(pending.elapsed);
        let result = "waiting".to_owned();
        (model.asked.call(), result, took, look.pending())
    } else if let Some(run) = model.run()
        && let Some(record) = run.answer()
    {
        let (code, sign, style) = match record.error() {
            None => (0, look.success_sign(), look.text()),
            Some(error) => (error.code, look.failure_sign(), look.failure()),
        };
        let result = format!("= {code} {sign}");
        (run.query.call(), result, time(record.took), style)
    } else {
        return;
    };
    // Keep room for the result: the call is truncated first.
    let tail = format!(" {result}  {took}");
    let room = canvas.area.width.saturating_sub(width(&tail) + 1);
    let end = canvas.put(1, 0, room.saturating_sub(1), &call, look.strong());
    canvas.text(end, 0, &format!(" {result}"), style);
    canvas.right(0, 0, &format!("{took} "), style);
}

/// Writes one line of the table. The last column is at the right end.
fn columns(
    line: &mut Canvas,
    texts: [impl AsRef<str>; 4],
    style: Style,
    (last, last_style): (&str, Style),
) {
    let width = line.area.width;
    let socket = width.saturating_sub(SOCKET);
    let [family, socktype, protocol] = if width < WIDE { NARROW } else { NAMES };
    let mut start = 3_u16;
    for (text, width) in texts.iter().zip([family, socktype, protocol, u16::MAX]) {
        let next = start.saturating_add(width);
        let room = next.min(socket).saturating_sub(start + 1);
        line.put(start, 0, room, text.as_ref(), style);
        start = next;
    }
    line.put(socket, 0, SOCKET, last, last_style);
}

fn draw_entry(model: &Model, answer: &Answer, line: &mut Canvas, index: usize, entry: &AddrInfo) {
    let look = line.screen.look;
    let os = answer.run.host.os;
    let selected = index == answer.selected;
    let here = selected && focused(model, Pane::Entries);
    let style = match (&model.lookups.pending, selected) {
        (Some(_), _) => look.dim(),
        (None, true) => look.strong(),
        (None, false) => look.text(),
    };
    if selected {
        let style = if here { look.focus() } else { style };
        line.text(1, 0, look.marker(), style);
    }
    let texts = [
        Hint::Family.show(os, entry.family),
        Hint::Socktype.show(os, entry.socktype),
        Hint::Protocol.show(os, entry.protocol),
        entry.address(os),
    ];
    let (state, state_style) = state(answer, index, look, style);
    columns(line, texts, style, (&state, state_style));
    if here {
        line.buffer.set_style(line.area, look.selected());
    }
}

/// The result of socket() on the entry: a sign, with a number if there is one.
fn state(answer: &Answer, index: usize, look: Look, style: Style) -> (String, Style) {
    match answer.state(index) {
        State::Untried => (look.dot().to_owned(), look.dim()),
        State::Opening => (look.glyph("…", "...").to_owned(), look.pending()),
        State::Open(record) => {
            let os = answer.run.host.os;
            let handle = record
                .handle()
                .map_or_else(String::new, |handle| handle.show(os));
            (format!("{} {handle} open", look.success_sign()), style)
        }
        State::Closed(_) => (format!("{} closed", look.success_sign()), look.dim()),
        State::Failed(record) => {
            let code = record.error().map_or(0, |error| error.code);
            (format!("{} {code}", look.failure_sign()), look.failure())
        }
    }
}
