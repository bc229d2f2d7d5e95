//! `draw(&Model, &mut Screen, &mut Frame)`: draws the state, and changes nothing in it.

mod bars;
mod binds;
mod calls;
mod canvas;
mod compare;
mod detail;
mod entries;
mod filter;
mod form;
mod help;
mod history;
mod layout;
mod look;
mod matrix;
mod popup;
mod signs;
mod sockets;
#[cfg(test)]
mod tests;

use std::mem;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Span;
use ratatui::widgets::{Block, Borders, Clear, Widget as _};

use crate::app::{Measures, Model, Pane, Target};
use crate::tui::keys::Keys;
use crate::tui::term::background::Background;
use crate::words::{Key, Phrase};
use canvas::Canvas;
use detail::LookupLines;
pub(crate) use detail::copied;
use entries::LongestNames;
pub use look::Look;
pub use signs::Signs;

/// The smallest size drawn.
const LEAST: (u16, u16) = (36, 8);

/// What persists between frames: scroll positions, and the last frame's click targets and sizes.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    look: Look,
    targets: Vec<(Rect, Target)>,
    cursor: Option<Position>,
    measures: Measures,
    /// Whether one pane has the whole screen.
    alone: bool,
    first_field: usize,
    first_entry: usize,
    first_line: usize,
    first_call: usize,
    lookup_lines: LookupLines,
    longest_names: LongestNames,
}

impl Screen {
    /// An empty screen.
    pub fn new(look: Look) -> Self {
        Self {
            look,
            ..Self::default()
        }
    }

    /// The table of keys.
    pub(crate) const fn keys(&self) -> Keys {
        self.look.keys
    }

    /// The sizes of the last frame.
    pub const fn measures(&self) -> Measures {
        self.measures
    }

    /// Draws for this background from now on; returns whether that changes anything.
    pub(crate) fn set_background(&mut self, background: Background) -> bool {
        mem::replace(&mut self.look.background, background) != background
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
    screen.look.language = model.language;
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
        let least = format!("{width}{by}{height}");
        let size = format!("{}{by}{}", area.width, area.height);
        let text = look.say(Phrase::screen_too_small(least, size));
        canvas.text(0, 0, &text, look.text());
        return;
    }
    let message = if area.height >= 30 { 2 } else { 1 };
    let (header, rest) = split(area, 1);
    let (body, rest) = split(rest, area.height - 2 - message);
    let (message, footer) = split(rest, message);
    let (panes, stacked) = layout::arrange(model, look, body);
    canvas.screen.alone = panes.len() == 1;
    bars::header(model, &mut canvas.part(header));
    for (pane, area) in panes {
        draw_pane(model, pane, stacked, area, canvas);
    }
    bars::footer(model, &mut canvas.part(footer));
    match &model.popup {
        Some(popup) => popup::draw(model, popup, &mut canvas.part(body)),
        None => canvas.screen.first_line = 0,
    }
    // A longer message covers the end of the body: nothing moves, and it can be read whole.
    let lines = bars::message_lines(model, look, area.width).min(area.height / 2);
    let more = lines.saturating_sub(message.height);
    let message = Rect {
        y: message.y - more,
        height: message.height + more,
        ..message
    };
    Clear.render(message, canvas.buffer);
    bars::message(model, &mut canvas.part(message));
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

fn draw_pane(model: &Model, pane: Pane, stacked: bool, area: Rect, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    canvas.part(area).set_target(Target::Pane(pane));
    let title = match pane {
        Pane::Form => match model.mark_of_file() {
            Some(mark) => format!(
                "{} {} {}",
                look.say(Key::ScreenForm),
                look.dot(),
                look.say(mark)
            ),
            None => look.say(Key::ScreenForm),
        },
        Pane::Entries => entries::title(model, look, area.width.saturating_sub(4)),
        // It has tabs instead of a title.
        Pane::Detail => String::new(),
        Pane::Lesson => detail::lesson_title(model, look, area.width.saturating_sub(6)),
    };
    let focused = focused(model, pane);
    let borders = if stacked { Borders::TOP } else { Borders::ALL };
    let inside = draw_frame(canvas, area, borders, &title, focused);
    if pane == Pane::Detail {
        detail::tabs(model, &mut canvas.part(area));
    }
    let mut part = canvas.part(inside);
    let more = match pane {
        Pane::Form if stacked => form::wide(model, &mut part),
        Pane::Form => form::tall(model, &mut part),
        Pane::Entries => entries::draw(model, &mut part),
        Pane::Detail => detail::draw(model, &mut part),
        Pane::Lesson => detail::draw_lesson(model, &mut part),
    };
    draw_marks(&mut canvas.part(area), borders, more);
}

/// Marks in the frame that the text goes on above and below the visible part.
fn draw_marks(canvas: &mut Canvas, borders: Borders, more: [bool; 2]) {
    let look = canvas.screen.look;
    let marks = [look.glyph("↑", "^"), look.glyph("↓", "v")];
    let Rect { width, height, .. } = canvas.area;
    let places = if borders == Borders::TOP {
        [(width.saturating_sub(4), 0), (width.saturating_sub(2), 0)]
    } else {
        let column = width.saturating_sub(3);
        // A title that ends there has a space behind it.
        let title = canvas.is_written(column, 0);
        let top = column + u16::from(title);
        [(top, 0), (column, height.saturating_sub(1))]
    };
    for ((mark, (column, row)), more) in marks.into_iter().zip(places).zip(more) {
        if more {
            canvas.put(column, row, 1, mark, look.strong());
        }
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
    focused: bool,
) -> Rect {
    let look = canvas.screen.look;
    let style = if focused { look.focus() } else { look.frame() };
    let title = match title {
        "" => String::new(),
        title => format!(" {title} "),
    };
    let block = Block::new()
        .borders(borders)
        .border_set(look.signs().border())
        .border_style(style)
        // Not in the colour of the frame.
        .title(Span::styled(
            look.shown(&title),
            Style::reset().patch(look.title(focused)),
        ));
    let inside = block.inner(area);
    block.render(area, canvas.buffer);
    inside
}
