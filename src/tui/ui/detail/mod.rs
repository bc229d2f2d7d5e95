//! The detail pane: views of the selected entry or the failed call.

mod addrinfo;
mod calls;
mod code;
mod elsewhere;
mod notes;
mod socket;

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::{Canvas, width as columns, wrap};
use super::theme::{Theme, time};
use crate::app::{Command, Copied, Model, Target, View};
pub(super) use elsewhere::Recordings;

/// A line of the pane: styled pieces of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pieces: Vec<(String, Style)>,
    /// Text at the right end, if there is room.
    right: (String, Style),
}

impl Line {
    fn new(text: impl Into<String>, style: Style) -> Self {
        Self {
            pieces: vec![(text.into(), style)],
            ..Self::default()
        }
    }

    fn timed(text: impl Into<String>, style: Style, took: Duration) -> Self {
        Self {
            right: (time(took), style),
            ..Self::new(text, style)
        }
    }

    fn text(&self) -> String {
        self.pieces.iter().map(|(text, _)| text.as_str()).collect()
    }
}

/// All lines of the view, visible or not.
pub(super) fn lines(
    model: &Model,
    theme: Theme,
    room: Rect,
    recordings: &mut Recordings,
) -> Vec<Line> {
    match model.view {
        View::Socket => socket::lines(model, theme, (room.width, room.height)),
        View::Addrinfo => addrinfo::lines(model, theme, room.width),
        View::Code => code::lines(model, theme),
        View::Elsewhere => elsewhere::lines(model, theme, room.width, recordings),
        // `calls::draw` draws only the visible ones.
        View::Calls => Vec::new(),
    }
}

/// The result of drawing the pane.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Placement {
    pub(super) rows: usize,
    pub(super) lines: usize,
}

/// Draws the view. `first_call`, the first visible call, and `recordings` are kept between frames.
pub(super) fn draw(
    model: &Model,
    canvas: &mut Canvas,
    first_call: &mut usize,
    recordings: &mut Recordings,
) -> Placement {
    let rows = usize::from(canvas.area.height);
    if model.view == View::Calls {
        calls::draw(model, canvas, first_call);
        return Placement { rows, lines: 0 };
    }
    let lines = lines(model, canvas.theme, canvas.area, recordings);
    let first = model.detail_scroll.min(lines.len().saturating_sub(rows));
    for (row, line) in (0..canvas.area.height).zip(lines.iter().skip(first)) {
        let mut column = 1;
        for (text, style) in &line.pieces {
            column = canvas.text(column, row, text, *style);
        }
        let (right, style) = &line.right;
        if !right.is_empty() {
            canvas.right(column + 2, row, &format!("{right} "), *style);
        }
    }
    Placement {
        rows,
        lines: lines.len(),
    }
}

/// The tabs in the top line of the pane, the current one in `style`; returns their click targets.
pub(super) fn tabs(model: &Model, canvas: &mut Canvas, style: Style) -> Vec<(Rect, Target)> {
    let theme = canvas.theme;
    let mut column = 1;
    let mut targets = Vec::new();
    for (number, view) in (1..).zip(View::ALL) {
        let shown = view == model.view;
        let title = match view {
            View::Socket => socket::title(model),
            view => view.title(),
        };
        let text = format!(" {number} {title} ");
        let room = canvas.area.width.saturating_sub(column + 1);
        if columns(&text) > room {
            break;
        }
        let end = canvas.text(column, 0, &text, if shown { style } else { theme.dim() });
        let area = Rect {
            x: canvas.area.x + column,
            width: end - column,
            ..canvas.line(0)
        };
        targets.push((area, Target::Command(Command::Show(view))));
        column = end;
    }
    targets
}

/// The text to copy, not truncated. A copied view is the current one.
pub(super) fn copied(model: &Model, theme: Theme, copied: Copied) -> String {
    let room = Rect::new(0, 0, 100, u16::MAX);
    match copied {
        Copied::Call(index) => model
            .calls
            .lines
            .get(index)
            .map(|line| line.text.to_string())
            .unwrap_or_default(),
        Copied::View(View::Calls) => calls::text(model),
        Copied::View(View::Code) => code::text(model),
        Copied::View(_) => {
            let lines = lines(model, theme, room, &mut Recordings::default());
            lines
                .iter()
                .map(|line| line.text().trim_end().to_owned() + "\n")
                .collect()
        }
    }
}

/// Adds `text`, wrapped and indented by two columns.
fn paragraph(lines: &mut Vec<Line>, text: &str, width: u16, theme: Theme, style: Style) {
    let wrapped = wrap(&theme.shown(text), width.saturating_sub(4));
    lines.extend(
        wrapped
            .into_iter()
            .map(|line| Line::new(format!("  {line}"), style)),
    );
}
