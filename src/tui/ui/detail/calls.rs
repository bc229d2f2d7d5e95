//! All calls, in order, one line each.

use crate::app::{Model, Pane};
use crate::tui::ui::canvas::{Canvas, more, scroll};
use crate::words::{Key, Phrase};

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
    let rows = usize::from(canvas.area.height.saturating_sub(top));
    let first = scroll(&mut canvas.screen.first_call, current, rows, count);
    for (row, (index, line)) in (top..).zip(calls.lines.iter().enumerate().skip(first).take(rows)) {
        if index == current && model.pane == Pane::Detail {
            canvas.text(0, row, look.marker(), look.focus());
        }
        let style = if line.failed {
            look.strong()
        } else {
            look.text()
        };
        canvas.text(1, row, &line.text, style);
    }
    more(first, rows, count)
}
