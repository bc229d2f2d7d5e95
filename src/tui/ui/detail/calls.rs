//! All calls, in order, one line each.

use crate::app::{Model, Pane};
use crate::tui::ui::canvas::Canvas;
use crate::tui::ui::form::scroll;

/// Draws the visible lines. `first` is the first of them, kept between frames.
pub(super) fn draw(model: &Model, canvas: &mut Canvas, first: &mut usize) {
    let theme = canvas.theme;
    let calls = &model.calls;
    let current = calls.current();
    let mut top = 0;
    if calls.forgotten > 0 {
        let text = format!(
            "the last {} calls; {} older ones are gone",
            calls.lines.len(),
            calls.forgotten
        );
        canvas.text(1, 0, &text, theme.dim());
        top = 1;
    }
    let rows = usize::from(canvas.area.height.saturating_sub(top));
    scroll(first, current, rows, calls.lines.len());
    for (row, (index, line)) in (top..).zip(calls.lines.iter().enumerate().skip(*first).take(rows))
    {
        let here = index == current && model.pane == Pane::Detail;
        if here {
            canvas.text(0, row, theme.marker(), theme.focus());
        }
        canvas.text(
            1,
            row,
            &line.text,
            if line.failed {
                theme.failure()
            } else {
                theme.text()
            },
        );
    }
    if calls.lines.is_empty() {
        canvas.text(1, 0, "No call has returned yet.", theme.dim());
    }
}

/// The text of all calls.
pub(super) fn text(model: &Model) -> String {
    model
        .calls
        .lines
        .iter()
        .map(|line| format!("{}\n", line.text))
        .collect()
}
