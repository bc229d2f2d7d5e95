//! All calls, in order, one line each.

use ratatui::style::Style;

use crate::app::{Model, Pane};
use crate::tui::ui::canvas::{Canvas, more, scroll, width, wrap};
use crate::words::{Key, Phrase};

/// The column of a line: the marker of the selected one and the sign of a failure stand before it.
const START: u16 = 3;

/// Draws the visible lines. Returns what [`more`] does.
pub(super) fn draw(model: &Model, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    let calls = &model.calls;
    let count = calls.lines.len();
    if count == 0 {
        canvas.text(1, 0, &look.say(Key::DetailNoCall), look.dim());
    }
    let top = u16::from(calls.forgotten > 0);
    if top > 0 {
        let text = look.say(Phrase::detail_last_calls(count, calls.forgotten));
        canvas.text(1, 0, &text, look.dim());
    }
    let current = calls.current();
    let here = model.pane == Pane::Detail;
    let rows = usize::from(canvas.area.height.saturating_sub(top));
    let room = canvas.area.width.saturating_sub(START);
    // The selected line is whole, the others are cut.
    let whole = calls.lines.get(current).filter(|_| here);
    let whole = whole.map_or_else(Vec::new, |line| wrap(&look.shown(&line.text), room));
    let more_rows = whole.len().clamp(1, rows.max(1)) - 1;
    let first = &mut canvas.screen.first_call;
    let first = scroll(first, current, rows - more_rows.min(rows), count);
    let end = canvas.area.height;
    let mut row = top;
    for (index, line) in calls.lines.iter().enumerate().skip(first) {
        if row >= end {
            break;
        }
        let style = if line.failed {
            canvas.text(1, row, look.failure_sign(), look.failure());
            look.strong()
        } else {
            look.text()
        };
        if index == current && here {
            canvas.text(0, row, look.marker(), look.focus());
            for (row, part) in (row..end).zip(&whole) {
                canvas.text(START, row, part, style);
            }
            row = row.saturating_add(u16::try_from(whole.len()).unwrap_or(u16::MAX));
        } else {
            cut(canvas, row, room, &line.text, style);
            row += 1;
        }
    }
    more(first, rows - more_rows.min(rows), count)
}

/// Writes a line. If it does not fit, the call is cut before its result, but not below half the room.
fn cut(canvas: &mut Canvas, row: u16, room: u16, text: &str, style: Style) {
    let whole = width(text) <= room;
    match text.rsplit_once(" = ").filter(|_| !whole) {
        None => {
            canvas.text(START, row, text, style);
        }
        Some((call, result)) => {
            let result = format!(" = {result}");
            let head = room.saturating_sub(width(&result)).max(room / 2);
            let end = canvas.put(START, row, head, call, style);
            canvas.text(end, row, &result, style);
        }
    }
}
