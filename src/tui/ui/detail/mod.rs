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
use super::focused;
use super::look::{Look, time};
use crate::app::{Command, Copied, Model, Pane, Target, View};
use crate::names::Os;
use crate::net::{AddrInfo, Hint, OsError};
use crate::text::{printable, quoted_briefly};

/// A line of a view: styled pieces of text.
#[derive(Default)]
struct Line {
    pieces: Vec<(String, Style)>,
    /// Text at the right end, if there is room.
    right: (String, Style),
}

/// The lines of a view, visible or not.
struct Page {
    look: Look,
    os: Os,
    width: u16,
    height: u16,
    lines: Vec<Line>,
}

impl Page {
    /// The current view of `model` for a pane of this size. The calls are not on a page.
    fn new(model: &Model, look: Look, width: u16, height: u16) -> Self {
        let mut page = Self {
            look,
            os: model.host.os,
            width,
            height,
            lines: Vec::new(),
        };
        match model.view {
            View::Socket => socket::write(model, &mut page),
            View::Addrinfo => addrinfo::write(model, &mut page),
            View::Code => code::write(model, &mut page),
            View::Elsewhere => elsewhere::write(model, &mut page),
            View::Calls => {}
        }
        page
    }

    fn line(&mut self, text: impl Into<String>, style: Style) {
        self.line_with(text, style, Default::default());
    }

    fn line_with(&mut self, text: impl Into<String>, style: Style, right: (String, Style)) {
        let pieces = vec![(text.into(), style)];
        self.lines.push(Line { pieces, right });
    }

    /// The result of a call, with its time.
    fn result(&mut self, text: String, style: Style, took: Duration) {
        self.line_with(text, style, (time(took), style));
    }

    /// The result of a failed call: `getnameinfo(ai_addr) = -2   ✗ EAI_NONAME  “Name or …”`
    fn failure(&mut self, call: &str, error: &OsError, took: Duration) {
        let sign = self.look.failure_sign();
        let text = format!("{call}{sign} {}", words(self.os, error));
        self.result(text, self.look.failure(), took);
    }

    /// `text`, wrapped and indented by two columns.
    fn paragraph(&mut self, text: &str, style: Style) {
        for line in wrap(&self.look.shown(text), self.width.saturating_sub(4)) {
            self.line(format!("  {line}"), style);
        }
    }
}

/// `EAI_NONAME  “Name or service not known”`
fn words(os: Os, error: &OsError) -> String {
    let name = error.name(os).map_or("(no name)", |row| row.name);
    if error.message.is_empty() {
        name.to_owned()
    } else {
        format!("{name}  “{}”", printable(error.message.as_ref().as_ref()))
    }
}

/// The members of the entry and their values; `both` joins the names of a value with its number.
fn members(
    os: Os,
    entry: &AddrInfo,
    both: fn(names: &str, number: &str) -> String,
) -> [(&'static str, String); 7] {
    let named = |hint: Hint, value: i32| {
        let number = match hint {
            Hint::Flags if value != 0 => format!("{:#x}", value.cast_unsigned()),
            _ => value.to_string(),
        };
        let names = hint.show(os, value);
        let text = if names == number {
            number
        } else {
            both(&names, &number)
        };
        (hint.member(), text)
    };
    let canonname = entry.canonname.as_deref();
    let canonname = canonname.map_or_else(|| "NULL".to_owned(), quoted_briefly);
    [
        named(Hint::Flags, entry.flags),
        named(Hint::Family, entry.family),
        named(Hint::Socktype, entry.socktype),
        named(Hint::Protocol, entry.protocol),
        ("ai_addrlen", entry.addrlen.to_string()),
        ("ai_addr", entry.address(os)),
        ("ai_canonname", canonname),
    ]
}

/// Draws the view.
pub(super) fn draw(model: &Model, canvas: &mut Canvas) {
    let Rect { width, height, .. } = canvas.area;
    let rows = usize::from(height);
    canvas.screen.measures.detail = rows;
    if model.view == View::Calls {
        calls::draw(model, canvas);
        return;
    }
    let lines = Page::new(model, canvas.screen.look, width, height).lines;
    canvas.screen.measures.detail_lines = lines.len();
    let first = model.detail_scroll.min(lines.len().saturating_sub(rows));
    for (row, line) in (0..height).zip(lines.iter().skip(first)) {
        let mut column = 1;
        for (text, style) in &line.pieces {
            column = canvas.text(column, row, text, *style);
        }
        let (right, style) = &line.right;
        if !right.is_empty() {
            canvas.right(column + 2, row, &format!("{right} "), *style);
        }
    }
}

/// The tabs in the top line of the pane.
pub(super) fn tabs(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let mut column = 1;
    for (number, view) in (1..).zip(View::ALL) {
        let title = match (view, model.run()) {
            (View::Socket, Some(run)) if !run.succeeded() => "getaddrinfo",
            (view, _) => view.title(),
        };
        let text = format!(" {number} {title} ");
        let width = columns(&text);
        if column + 1 + width > canvas.area.width {
            break;
        }
        let style = match (view == model.view, focused(model, Pane::Detail)) {
            (true, true) => look.focus(),
            (true, false) => look.strong(),
            (false, _) => look.dim(),
        };
        canvas.text(column, 0, &text, style);
        let area = Rect {
            x: canvas.area.x + column,
            width,
            ..canvas.line(0)
        };
        let target = Target::Command(Command::Show(view));
        canvas.part(area).set_target(target);
        column += width;
    }
}

/// The text to copy, not truncated. A copied view is the current one.
pub(crate) fn copied(model: &Model, copied: Copied) -> String {
    match copied {
        Copied::Call(index) => {
            let line = model.calls.lines.get(index);
            line.map_or_else(String::new, |line| line.text.to_string())
        }
        Copied::View(View::Calls) => {
            let lines = model.calls.lines.iter();
            lines.map(|line| format!("{}\n", line.text)).collect()
        }
        Copied::View(View::Code) => code::text(model),
        Copied::View(_) => {
            let page = Page::new(model, Look::default(), 100, u16::MAX);
            let mut out = String::new();
            for line in page.lines {
                let text: String = line.pieces.into_iter().map(|(text, _)| text).collect();
                out += text.trim_end();
                out.push('\n');
            }
            out
        }
    }
}
