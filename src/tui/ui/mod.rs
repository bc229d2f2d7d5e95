//! `draw(&Model, &mut Screen, &mut Frame)`: draws the state, and changes nothing in it.
//!
//! ```text
//!  wide: from 110 columns        stacked: from 76 by 20          single: below
//! ┌──────── header ────────┐    ┌──────── header ────────┐    ┌─── header ───┐
//! │ form   │ entries       │    │ form        flags      │    │ the pane in  │
//! │        │               │    │ entries                │    │ focus        │
//! │        │ detail        │    │ detail                 │    │              │
//! └─ message, keys ────────┘    └─ message, keys ────────┘    └─ message, keys ┘
//! ```

mod bars;
mod canvas;
mod detail;
mod entries;
mod form;
mod look;
mod popup;
#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::Span;
use ratatui::widgets::{Block, Borders, Widget as _};

use crate::app::{Measures, Model, Pane, Target};
use canvas::Canvas;
pub(crate) use detail::copied;
use look::ASCII_BORDER;
pub use look::Look;

/// The least width for the list beside the form: below it, addresses do not fit.
const WIDE: u16 = 110;

/// The smallest size drawn.
const LEAST: (u16, u16) = (36, 8);

/// What persists between frames: scroll positions, and the last frame's click targets and sizes.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    look: Look,
    targets: Vec<(Rect, Target)>,
    cursor: Option<Position>,
    measures: Measures,
    first_field: usize,
    first_entry: usize,
    first_line: usize,
    first_call: usize,
}

impl Screen {
    /// An empty screen.
    #[must_use]
    pub fn new(look: Look) -> Self {
        Self {
            look,
            ..Self::default()
        }
    }

    /// The sizes of the last frame.
    #[must_use]
    pub const fn measures(&self) -> Measures {
        self.measures
    }

    /// The target at this place.
    pub(crate) fn target(&self, column: u16, row: u16) -> Option<Target> {
        let place = Position::new(column, row);
        // Later targets lie on top.
        self.targets
            .iter()
            .rev()
            .find(|(area, _)| area.contains(place))
            .map(|&(_, target)| target)
    }
}

/// Draws `model`.
pub fn draw(model: &Model, screen: &mut Screen, frame: &mut Frame) {
    screen.targets.clear();
    screen.cursor = None;
    screen.measures = Measures::default();
    let area = frame.area();
    let mut canvas = Canvas {
        buffer: frame.buffer_mut(),
        area,
        screen,
    };
    draw_parts(model, &mut canvas);
    if let Some(cursor) = screen.cursor {
        frame.set_cursor_position(cursor);
    }
}

fn draw_parts(model: &Model, canvas: &mut Canvas) {
    let (look, area) = (canvas.screen.look, canvas.area);
    let (width, height) = LEAST;
    if area.width < width || area.height < height {
        let by = look.glyph("×", "x");
        let text = format!(
            "sockscope needs {width}{by}{height}, this is {}{by}{}",
            area.width, area.height
        );
        canvas.text(0, 0, &text, look.text());
        return;
    }
    let message = if area.height >= 30 { 2 } else { 1 };
    let (header, rest) = split(area, 1);
    let (body, rest) = split(rest, area.height - 2 - message);
    let (message, footer) = split(rest, message);
    bars::header(model, &mut canvas.part(header));
    let (panes, stacked) = arrange(model, body);
    for (pane, area) in panes {
        draw_pane(model, pane, stacked, area, canvas);
    }
    bars::message(model, &mut canvas.part(message));
    bars::footer(model, &mut canvas.part(footer));
    match &model.popup {
        Some(popup) => popup::draw(model, popup, &mut canvas.part(body)),
        None => canvas.screen.first_line = 0,
    }
}

/// The first `height` lines of `area`, and the others.
fn split(area: Rect, height: u16) -> (Rect, Rect) {
    let others = Rect {
        y: area.y + height,
        height: area.height - height,
        ..area
    };
    (Rect { height, ..area }, others)
}

/// The visible panes with their areas, and whether they are stacked: then the flags stand beside the
/// form, and panes have a top line instead of a frame.
fn arrange(model: &Model, body: Rect) -> (Vec<(Pane, Rect)>, bool) {
    let wide = body.width >= WIDE && body.height >= 16;
    let stacked = !wide && body.width >= 76 && body.height >= 20;
    if model.zoomed || !(wide || stacked) {
        return (vec![(model.pane, body)], false);
    }
    // Without a list, the failure gets the room.
    let empty = model.run().is_some() && model.entries().is_empty();
    let (form, others, height) = if wide {
        let form = Rect { width: 41, ..body };
        let right = Rect {
            x: form.right(),
            width: body.width - form.width,
            ..body
        };
        // The list gets most of the room; the detail pane has about a dozen lines.
        let detail = (body.height * 2 / 5).clamp(8, 16);
        (form, right, if empty { 6 } else { body.height - detail })
    } else {
        let (form, below) = split(body, 8);
        // The detail pane grows in focus; the selected entry stays visible.
        let height = match model.pane {
            _ if empty => 4,
            Pane::Detail => 5,
            _ => below.height - (below.height * 2 / 5).clamp(6, 14),
        };
        (form, below, height)
    };
    let (entries, detail) = split(others, height);
    let panes = vec![
        (Pane::Form, form),
        (Pane::Entries, entries),
        (Pane::Detail, detail),
    ];
    (panes, stacked)
}

fn draw_pane(model: &Model, pane: Pane, stacked: bool, area: Rect, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    canvas.part(area).set_target(Target::Pane(pane));
    let (title, alert) = match pane {
        Pane::Form => ("hints".to_owned(), false),
        Pane::Entries => entries::title(model, look.dot()),
        // It has tabs instead of a title.
        Pane::Detail => (String::new(), false),
    };
    let (style, border) = match (alert, focused(model, pane)) {
        (true, _) => (look.pending(), look.dim()),
        (false, true) => (look.focus(), look.focus()),
        (false, false) => (look.text(), look.dim()),
    };
    let borders = if stacked { Borders::TOP } else { Borders::ALL };
    let inside = draw_frame(canvas, area, borders, &title, style, border);
    if pane == Pane::Detail {
        detail::tabs(model, &mut canvas.part(area));
    }
    let mut canvas = canvas.part(inside);
    match pane {
        Pane::Form if stacked => form::wide(model, &mut canvas),
        Pane::Form => form::tall(model, &mut canvas),
        Pane::Entries => entries::draw(model, &mut canvas),
        Pane::Detail => detail::draw(model, &mut canvas),
    }
}

/// Whether `pane` has the focus, and no popup.
fn focused(model: &Model, pane: Pane) -> bool {
    model.pane == pane && model.popup.is_none()
}

/// Draws a frame with a title; returns the area inside.
fn draw_frame(
    canvas: &mut Canvas,
    area: Rect,
    borders: Borders,
    title: &str,
    title_style: Style,
    border_style: Style,
) -> Rect {
    let look = canvas.screen.look;
    let title = match title {
        "" => String::new(),
        title => format!(" {title} "),
    };
    let block = Block::new()
        .borders(borders)
        .border_set(if look.ascii {
            ASCII_BORDER
        } else {
            border::ROUNDED
        })
        .border_style(border_style)
        .title(Span::styled(look.shown(&title), title_style));
    let inside = block.inner(area);
    block.render(area, canvas.buffer);
    inside
}
