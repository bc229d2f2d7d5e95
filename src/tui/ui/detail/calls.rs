//! All calls, in order, one line each.

use crate::app::{Model, Pane};
use crate::tui::ui::canvas::{Canvas, scroll};

/// Draws the visible lines.
pub(super) fn draw(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let calls = &model.calls;
    let count = calls.lines.len();
    if count == 0 {
        canvas.text(1, 0, "No call has returned yet.", look.dim());
    }
    let top = u16::from(calls.forgotten > 0);
    if top > 0 {
        let gone = calls.forgotten;
        let text = format!("the last {count} calls; {gone} older ones are gone");
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
            look.failure()
        } else {
            look.text()
        };
        canvas.text(1, row, &line.text, style);
    }
}
