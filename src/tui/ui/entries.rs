//! The list pane: the call of getaddrinfo and its entries.
//!
//! ```text
//! getaddrinfo(NULL, "27015", &hints, &result) = 0                    0.31 ms
//!    ai_family   ai_socktype     ai_protocol    ai_addr        socket()
//!  ▸ AF_INET     SOCK_STREAM     IPPROTO_TCP    0.0.0.0:27015  ✓ 9 open
//! ```

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::bars::seconds;
use super::canvas::{Canvas, width};
use super::form::scroll;
use super::theme::time;
use crate::app::{Model, Pane, State, Target};
use crate::names::Os;
use crate::net::{AddrInfo, Hint};

/// The widths of the columns; the address gets the rest.
const FAMILY: u16 = 12;
const SOCKTYPE: u16 = 16;
const PROTOCOL: u16 = 15;
const SOCKET: u16 = 11;

/// The widths of the first three in a narrow pane, wide enough for their titles.
const NARROW: (u16, u16, u16) = (10, 12, 12);

/// Lines above the list: the call and the column titles.
pub(super) const HEAD: u16 = 2;

/// The result of drawing the list.
pub(super) struct Placement {
    pub(super) targets: Vec<(Rect, Target)>,
    pub(super) rows: usize,
}

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

/// Draws the call and the list. `first` is the first visible entry, kept between frames.
pub(super) fn draw(model: &Model, canvas: &mut Canvas, first: &mut usize) -> Placement {
    call(model, canvas);
    let theme = canvas.theme;
    let columns = Columns::of(canvas.area.width);
    for (column, name) in
        columns
            .starts()
            .into_iter()
            .zip(["ai_family", "ai_socktype", "ai_protocol", "ai_addr"])
    {
        canvas.put(column, 1, columns.room(column), name, theme.dim());
    }
    canvas.put(columns.socket, 1, SOCKET, "socket()", theme.dim());
    let rows = usize::from(canvas.area.height.saturating_sub(HEAD));
    let entries = model.entries();
    scroll(first, model.selected(), rows, entries.len());
    let mut targets = Vec::new();
    for (row, (index, entry)) in (HEAD..).zip(entries.iter().enumerate().skip(*first).take(rows)) {
        line(model, canvas, row, index, entry, &columns);
        targets.push((canvas.line(row), Target::Entry(index)));
    }
    if entries.is_empty() && rows > 0 {
        let text = match model.run() {
            Some(run) if run.succeeded() => "getaddrinfo succeeded, with an empty list",
            Some(_) => "no list: getaddrinfo failed",
            None => "",
        };
        canvas.text(2, HEAD, text, theme.dim());
    }
    Placement { targets, rows }
}

/// The call with its result, or with the elapsed time.
fn call(model: &Model, canvas: &mut Canvas) {
    let theme = canvas.theme;
    let (call, result, took, style) = match (&model.lookups.pending, model.run()) {
        (Some(pending), _) => {
            let wait = format!("{} {}", theme.spinner(pending.elapsed), seconds(model));
            (
                model.asked.call(),
                "waiting".to_owned(),
                wait,
                theme.pending(),
            )
        }
        (None, Some(run)) => {
            let Some(record) = run.answer() else {
                return;
            };
            let (code, sign, style) = match record.error() {
                None => (0, theme.success_sign(), theme.text()),
                Some(error) => (error.code, theme.failure_sign(), theme.failure()),
            };
            (
                run.query.call(),
                format!("= {code} {sign}"),
                time(record.took),
                style,
            )
        }
        (None, None) => return,
    };
    // Keep room for the result: the call is truncated first.
    let tail = format!(" {result}  {took}");
    let room = canvas.area.width.saturating_sub(width(&tail) + 1);
    let end = canvas.put(1, 0, room.saturating_sub(1), &call, theme.strong());
    canvas.text(end, 0, &format!(" {result}"), style);
    canvas.right(0, 0, &format!("{took} "), style);
}

/// The start of each column.
struct Columns {
    family: u16,
    socktype: u16,
    protocol: u16,
    address: u16,
    socket: u16,
}

impl Columns {
    /// In a narrow pane the names shrink before the address and the result.
    fn of(width: u16) -> Self {
        let narrow = width < 3 + FAMILY + SOCKTYPE + PROTOCOL + SOCKET + 16;
        let (family, socktype, protocol) = if narrow {
            NARROW
        } else {
            (FAMILY, SOCKTYPE, PROTOCOL)
        };
        let socktype_at = 3 + family;
        let protocol_at = socktype_at + socktype;
        Self {
            family: 3,
            socktype: socktype_at,
            protocol: protocol_at,
            address: protocol_at + protocol,
            socket: width.saturating_sub(SOCKET),
        }
    }

    fn starts(&self) -> [u16; 4] {
        [self.family, self.socktype, self.protocol, self.address]
    }

    /// The width of the column at `start`, without the space after it.
    fn room(&self, start: u16) -> u16 {
        let all = [
            self.family,
            self.socktype,
            self.protocol,
            self.address.min(self.socket),
            self.socket,
        ];
        let next = all.into_iter().find(|&next| next > start).unwrap_or(start);
        next.min(self.socket).saturating_sub(start + 1)
    }
}

fn line(
    model: &Model,
    canvas: &mut Canvas,
    row: u16,
    index: usize,
    entry: &AddrInfo,
    columns: &Columns,
) {
    let theme = canvas.theme;
    let os: Os = model.host.os;
    let selected = index == model.selected();
    let here = selected && model.pane == Pane::Entries && model.popup.is_none();
    let old = model.lookups.pending.is_some();
    let style = match (old, selected) {
        (true, _) => theme.dim(),
        (false, true) => theme.strong(),
        (false, false) => theme.text(),
    };
    if selected {
        canvas.text(
            1,
            row,
            theme.marker(),
            if here { theme.focus() } else { style },
        );
    }
    let texts = [
        Hint::Family.show(os, entry.family),
        Hint::Socktype.show(os, entry.socktype),
        Hint::Protocol.show(os, entry.protocol),
        entry.address(os),
    ];
    for (column, text) in columns.starts().into_iter().zip(texts) {
        canvas.put(column, row, columns.room(column), &text, style);
    }
    let (text, state_style) = state(model, canvas, index, style);
    canvas.put(columns.socket, row, SOCKET, &text, state_style);
    if here {
        canvas.style_line(row, theme.selected());
    }
}

/// The result of socket() on the entry: a sign, with a number if there is one.
fn state(model: &Model, canvas: &Canvas, index: usize, style: Style) -> (String, Style) {
    let theme = canvas.theme;
    let os = model.host.os;
    match model
        .answer
        .as_ref()
        .map_or(State::Untried, |answer| answer.state(index))
    {
        State::Untried => (theme.dot().to_owned(), theme.dim()),
        State::Opening => (theme.glyph("…", "...").to_owned(), theme.pending()),
        State::Open(record) => {
            let handle = record.handle().map(|handle| handle.show(os));
            let handle = handle.unwrap_or_default();
            (format!("{} {handle} open", theme.success_sign()), style)
        }
        State::Closed(_) => (format!("{} closed", theme.success_sign()), theme.dim()),
        State::Failed(record) => {
            let code = record.error().map_or(0, |error| error.code);
            (format!("{} {code}", theme.failure_sign()), theme.failure())
        }
    }
}
