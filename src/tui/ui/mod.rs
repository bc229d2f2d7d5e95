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
mod popup;
#[cfg(test)]
mod tests;
mod theme;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Block, Borders, Clear, Widget as _};

use crate::app::{Copied, Measures, Model, Pane, Popup, Target};
use crate::words::Language;
use canvas::Canvas;
pub use theme::Look;
use theme::Theme;

/// The least width for the list beside the form: below it, addresses do not fit.
const WIDE: u16 = 110;

/// The smallest size drawn.
const LEAST: (u16, u16) = (36, 8);

/// What persists between frames: scroll positions and click targets.
#[derive(Clone, Debug)]
pub struct Screen {
    theme: Theme,
    targets: Vec<(Rect, Target)>,
    measures: Measures,
    first_field: usize,
    first_entry: usize,
    first_line: usize,
    first_call: usize,
    recordings: detail::Recordings,
}

impl Screen {
    /// An empty screen.
    #[must_use]
    pub fn new(look: Look) -> Self {
        Self {
            theme: Theme::new(look),
            targets: Vec::new(),
            measures: Measures::default(),
            first_field: 0,
            first_entry: 0,
            first_line: 0,
            first_call: 0,
            recordings: detail::Recordings::default(),
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

/// The area of each part. A hidden pane has an empty area.
#[derive(Clone, Copy, Debug)]
struct Layout {
    header: Rect,
    form: Rect,
    entries: Rect,
    detail: Rect,
    message: Rect,
    footer: Rect,
    /// The flags stand beside the form, and panes have a top line instead of a frame.
    stacked: bool,
}

impl Layout {
    fn of(area: Rect, model: &Model) -> Self {
        let (pane, zoomed) = (model.pane, model.zoomed);
        let empty = model.run().is_some() && model.entries().is_empty();
        let rows = |from: u16, height: u16| Rect {
            y: area.y + from,
            height,
            ..area
        };
        let message = if area.height >= 30 { 2 } else { 1 };
        let body = rows(1, area.height - 2 - message);
        let part = |from: u16, height: u16| Rect {
            y: body.y + from,
            height,
            ..body
        };
        let none = Rect { height: 0, ..body };
        let base = Self {
            header: rows(0, 1),
            form: none,
            entries: none,
            detail: none,
            message: rows(1 + body.height, message),
            footer: rows(area.height - 1, 1),
            stacked: false,
        };
        if !zoomed && area.width >= WIDE && body.height >= 16 {
            let left = 41;
            let right = Rect {
                x: body.x + left,
                width: body.width - left,
                ..body
            };
            // The list gets most of the room; the detail pane has about a dozen lines. Without a
            // list, the failure gets the room.
            let below = if empty {
                body.height - 6
            } else {
                (body.height * 2 / 5).clamp(8, 16)
            };
            let above = body.height - below;
            Self {
                form: Rect {
                    width: left,
                    ..body
                },
                entries: Rect {
                    height: above,
                    ..right
                },
                detail: Rect {
                    y: body.y + above,
                    height: below,
                    ..right
                },
                ..base
            }
        } else if !zoomed && area.width >= 76 && body.height >= 20 {
            let form = 8;
            // The detail pane grows in focus; the selected entry stays visible.
            let detail = if empty {
                // Without a list, the failure gets the room.
                body.height - form - 4
            } else if pane == Pane::Detail {
                body.height - form - 5
            } else {
                ((body.height - form) * 2 / 5).clamp(6, 14)
            };
            let entries = body.height - form - detail;
            Self {
                form: part(0, form),
                entries: part(form, entries),
                detail: part(form + entries, detail),
                stacked: true,
                ..base
            }
        } else {
            match pane {
                Pane::Form => Self { form: body, ..base },
                Pane::Entries => Self {
                    entries: body,
                    ..base
                },
                Pane::Detail => Self {
                    detail: body,
                    ..base
                },
            }
        }
    }
}

/// Draws `model`.
pub fn draw(model: &Model, screen: &mut Screen, frame: &mut Frame) {
    screen.targets.clear();
    screen.measures = Measures::default();
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let text = format!(
            "sockscope needs {}×{}, this is {}×{}",
            LEAST.0, LEAST.1, area.width, area.height
        );
        let mut canvas = Canvas::new(frame.buffer_mut(), area, screen.theme);
        let text = if screen.theme.ascii() {
            text.replace('×', "x")
        } else {
            text
        };
        canvas.text(0, 0, &text, screen.theme.text());
        return;
    }
    let layout = Layout::of(area, model);
    let theme = screen.theme;
    bars::header(
        model,
        &mut Canvas::new(frame.buffer_mut(), layout.header, theme),
    );
    draw_form(model, screen, frame, &layout);
    draw_entries(model, screen, frame, &layout);
    draw_detail(model, screen, frame, &layout);
    bars::message(
        model,
        &mut Canvas::new(frame.buffer_mut(), layout.message, theme),
    );
    let targets = bars::footer(
        model,
        &mut Canvas::new(frame.buffer_mut(), layout.footer, theme),
    );
    screen.targets.extend(targets);
    if let Some(popup) = &model.popup {
        let body = Rect {
            y: area.y + 1,
            height: layout.message.y - area.y - 1,
            ..area
        };
        draw_popup(model, popup, screen, frame, body);
    } else {
        screen.first_line = 0;
    }
}

/// Draws a pane's frame and title; returns the area inside.
fn framed(
    frame: &mut Frame,
    theme: Theme,
    area: Rect,
    title: &str,
    style: Title,
    stacked: bool,
) -> Rect {
    let borders = if stacked { Borders::TOP } else { Borders::ALL };
    let title_style = match style {
        Title::Focused => theme.focus(),
        Title::Plain => theme.text(),
        Title::Alert => theme.pending(),
    };
    let title = match title {
        "" => String::new(),
        title => theme.shown(&format!(" {title} ")).into_owned(),
    };
    let block = Block::new()
        .borders(borders)
        .border_set(theme.border_set())
        .border_style(theme.border(style == Title::Focused))
        .title(ratatui::text::Span::styled(title, title_style));
    let inside = block.inner(area);
    block.render(area, frame.buffer_mut());
    inside
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Title {
    Focused,
    Plain,
    Alert,
}

/// The title style of a pane, by focus.
fn focus(model: &Model, pane: Pane) -> Title {
    if model.pane == pane && model.popup.is_none() {
        Title::Focused
    } else {
        Title::Plain
    }
}

fn draw_form(model: &Model, screen: &mut Screen, frame: &mut Frame, layout: &Layout) {
    if layout.form.is_empty() {
        return;
    }
    let theme = screen.theme;
    screen.targets.push((layout.form, Target::Pane(Pane::Form)));
    let inside = framed(
        frame,
        theme,
        layout.form,
        "hints",
        focus(model, Pane::Form),
        layout.stacked,
    );
    let mut canvas = Canvas::new(frame.buffer_mut(), inside, theme);
    let placement = if layout.stacked {
        form::wide(model, &mut canvas, &mut screen.first_field)
    } else {
        form::tall(model, &mut canvas, &mut screen.first_field)
    };
    screen.targets.extend(placement.targets);
    if let Some(cursor) = placement.cursor {
        frame.set_cursor_position(cursor);
    }
}

fn draw_entries(model: &Model, screen: &mut Screen, frame: &mut Frame, layout: &Layout) {
    if layout.entries.is_empty() {
        return;
    }
    let theme = screen.theme;
    screen
        .targets
        .push((layout.entries, Target::Pane(Pane::Entries)));
    let (title, alert) = entries::title(model, theme.dot());
    let style = if alert {
        Title::Alert
    } else {
        focus(model, Pane::Entries)
    };
    let inside = framed(frame, theme, layout.entries, &title, style, layout.stacked);
    let mut canvas = Canvas::new(frame.buffer_mut(), inside, theme);
    let placement = entries::draw(model, &mut canvas, &mut screen.first_entry);
    screen.targets.extend(placement.targets);
    screen.measures.entries = placement.rows;
}

fn draw_detail(model: &Model, screen: &mut Screen, frame: &mut Frame, layout: &Layout) {
    if layout.detail.is_empty() {
        return;
    }
    let theme = screen.theme;
    let focus = focus(model, Pane::Detail);
    screen
        .targets
        .push((layout.detail, Target::Pane(Pane::Detail)));
    let inside = framed(frame, theme, layout.detail, "", focus, layout.stacked);
    let style = if focus == Title::Focused {
        theme.focus()
    } else {
        theme.strong()
    };
    let mut canvas = Canvas::new(frame.buffer_mut(), layout.detail, theme);
    screen
        .targets
        .extend(detail::tabs(model, &mut canvas, style));
    let mut canvas = Canvas::new(frame.buffer_mut(), inside, theme);
    let placement = detail::draw(
        model,
        &mut canvas,
        &mut screen.first_call,
        &mut screen.recordings,
    );
    screen.measures.detail = placement.rows;
    screen.measures.detail_lines = placement.lines;
}

/// The text to copy.
pub(crate) fn copied(model: &Model, copied: Copied) -> String {
    detail::copied(
        model,
        Theme::new(Look {
            ascii: false,
            colour: false,
            language: Language::En,
        }),
        copied,
    )
}

fn draw_popup(model: &Model, popup: &Popup, screen: &mut Screen, frame: &mut Frame, room: Rect) {
    let theme = screen.theme;
    let (width, height) = popup::size(model, popup, room);
    let area = Rect {
        x: room.x + (room.width - width) / 2,
        y: room.y + (room.height - height) / 2,
        width,
        height,
    };
    Clear.render(area, frame.buffer_mut());
    screen.targets.push((area, Target::Popup));
    let inside = framed(
        frame,
        theme,
        area,
        &popup::title(popup),
        Title::Focused,
        false,
    );
    let mut canvas = Canvas::new(frame.buffer_mut(), inside, theme);
    let placement = popup::draw(model, popup, &mut canvas, &mut screen.first_line);
    screen.targets.extend(placement.targets);
    screen.measures.popup = placement.rows;
    screen.measures.help_lines = placement.help_lines;
    if let Some(cursor) = placement.cursor {
        frame.set_cursor_position(cursor);
    }
}
