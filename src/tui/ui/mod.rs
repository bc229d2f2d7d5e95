//! `draw(&Model, &mut Screen, &mut Frame)`: what a person sees. Drawing reads and does not decide.
//!
//! ```text
//!  wide: from 110 columns        stacked: from 76 by 20          single: below
//! ┌──────── header ────────┐    ┌──────── header ────────┐    ┌─── header ───┐
//! │ form   │ entries       │    │ form        flags      │    │ the pane in  │
//! │        │               │    │ entries                │    │ focus        │
//! │        │ detail        │    │ detail                 │    │              │
//! └─ news, keys ───────────┘    └─ news, keys ───────────┘    └─ news, keys ─┘
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
pub use theme::{Look, Theme};

/// From so many columns on the list has room for an address beside the form; with fewer it is
/// better off below.
const WIDE: u16 = 110;

/// The least that can be drawn on.
const LEAST: (u16, u16) = (36, 8);

/// What drawing remembers from one frame to the next: scroll positions, and what stands where.
#[derive(Clone, Debug)]
pub struct Screen {
    theme: Theme,
    targets: Vec<(Rect, Target)>,
    measures: Measures,
    first_field: usize,
    first_entry: usize,
    first_line: usize,
    first_call: usize,
    found: detail::Found,
}

impl Screen {
    /// A screen on which nothing was drawn yet.
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
            found: detail::Found::default(),
        }
    }

    /// What the last drawing measured.
    #[must_use]
    pub const fn measures(&self) -> Measures {
        self.measures
    }

    /// What stands at this place.
    #[must_use]
    pub fn target(&self, column: u16, row: u16) -> Option<Target> {
        let place = Position::new(column, row);
        // What is drawn later lies on top.
        self.targets
            .iter()
            .rev()
            .find(|(area, _)| area.contains(place))
            .map(|&(_, target)| target)
    }
}

/// Where everything goes. A pane without room has no area.
#[derive(Clone, Copy, Debug)]
struct Layout {
    header: Rect,
    form: Rect,
    entries: Rect,
    detail: Rect,
    news: Rect,
    footer: Rect,
    /// The form has its flags beside it, and panes have a line above them instead of a frame.
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
        let news = if area.height >= 30 { 2 } else { 1 };
        let body = rows(1, area.height - 2 - news);
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
            news: rows(1 + body.height, news),
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
            // The list needs most, and the detail pane has about a dozen lines to show; without a
            // list what failed has the room.
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
            // In focus it has room to be read; the selected entry stays in sight.
            let detail = if empty {
                // What failed is to be read, and there is no list.
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
    bars::news(
        model,
        &mut Canvas::new(frame.buffer_mut(), layout.news, theme),
    );
    let targets = bars::footer(
        model,
        &mut Canvas::new(frame.buffer_mut(), layout.footer, theme),
    );
    screen.targets.extend(targets);
    if let Some(popup) = &model.popup {
        let body = Rect {
            y: area.y + 1,
            height: layout.news.y - area.y - 1,
            ..area
        };
        draw_popup(model, popup, screen, frame, body);
    } else {
        screen.first_line = 0;
    }
}

/// The frame of a pane with its title; gives the area inside.
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

/// The title of a pane: in focus, or out of it.
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
    let drawn = if layout.stacked {
        form::wide(model, &mut canvas, &mut screen.first_field)
    } else {
        form::tall(model, &mut canvas, &mut screen.first_field)
    };
    screen.targets.extend(drawn.targets);
    if let Some(cursor) = drawn.cursor {
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
    let drawn = entries::draw(model, &mut canvas, &mut screen.first_entry);
    screen.targets.extend(drawn.targets);
    screen.measures.entries = drawn.rows;
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
    let drawn = detail::draw(
        model,
        &mut canvas,
        &mut screen.first_call,
        &mut screen.found,
    );
    screen.measures.detail = drawn.rows;
    screen.measures.detail_lines = drawn.lines;
}

/// The text of what is to be copied.
#[must_use]
pub fn copied(model: &Model, copied: Copied) -> String {
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
    let drawn = popup::draw(model, popup, &mut canvas, &mut screen.first_line);
    screen.targets.extend(drawn.targets);
    screen.measures.popup = drawn.rows;
    screen.measures.help_lines = drawn.help_lines;
    if let Some(cursor) = drawn.cursor {
        frame.set_cursor_position(cursor);
    }
}
