//! The detail pane: views of the selected entry or the failed call.

mod addrinfo;
mod calls;
mod code;
mod elsewhere;
mod lesson;
mod lookup;
mod notes;
mod socket;
mod steps;

use std::mem;
use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::bars::machine;
use super::canvas::{Canvas, more, width as columns, wrap};
use super::focused;
use super::look::{Look, time};
use crate::app::{Command, Copied, Model, Pane, Target, View};
use crate::names::Os;
use crate::net::{AddrInfo, Hint, OsError, Run};
use crate::text::{printable, quoted_briefly};
use crate::words::Key;

pub(super) use lesson::{draw as draw_lesson, title as lesson_title};
pub(super) use lookup::LookupLines;

/// A line of a view: styled pieces of text.
#[derive(Clone, Debug, Default)]
struct Line {
    pieces: Vec<(String, Style)>,
    /// Text at the right end, if there is room.
    right: (String, Style),
    /// A click on the line does this.
    command: Option<Command>,
    /// A click on the line chooses this answer.
    choice: Option<usize>,
    /// A marker stands before it.
    marked: bool,
}

/// The lines of a view, visible or not.
struct Page {
    look: Look,
    os: Os,
    width: u16,
    height: u16,
    /// Whether the list, with the call of getaddrinfo and its result, is not beside it.
    alone: bool,
    lines: Vec<Line>,
    /// Lines at the top that do not scroll.
    fixed: usize,
    /// The line after those that is visible at first.
    start: usize,
    /// Lines at the end that repeat what other panes show.
    repeated: usize,
}

impl Page {
    /// The current view of `model` for a pane of this size. The calls are not on a page.
    fn new(model: &Model, look: Look, width: u16, height: u16, alone: bool) -> Self {
        // The selected held socket is of this machine.
        let os = match model.sockets.selected() {
            Some(_) => model.host.os,
            None => model.os(),
        };
        let mut page = Self {
            alone,
            ..Self::empty(look, os, width, height)
        };
        match model.view {
            View::Code => code::write(model, &mut page),
            View::Calls => {}
            View::Socket if model.sockets.selected().is_some() => socket::write(model, &mut page),
            _ if model.answer.is_none() => {
                let pending = model.lookups.pending.is_some();
                let key = if pending {
                    Key::DetailPending
                } else {
                    Key::DetailNoEntry
                };
                page.paragraph(key.text(look.language), look.text());
            }
            View::Socket => socket::write(model, &mut page),
            View::Addrinfo => addrinfo::write(model, &mut page),
            // Its lines are kept apart.
            View::Lookup => {}
            View::Elsewhere => elsewhere::write(model, &mut page),
        }
        page
    }

    const fn empty(look: Look, os: Os, width: u16, height: u16) -> Self {
        Self {
            look,
            os,
            width,
            height,
            alone: false,
            lines: Vec::new(),
            fixed: 0,
            start: 0,
            repeated: 0,
        }
    }

    /// An empty page of the same size.
    const fn like(&self) -> Self {
        Self::empty(self.look, self.os, self.width, self.height)
    }

    /// `text` behind `start`, wrapped in the columns that this leaves.
    fn hanging(&mut self, start: Vec<(String, Style)>, text: &str, style: Style) {
        let indent: u16 = start.iter().map(|(piece, _)| columns(piece)).sum();
        let room = self.width.saturating_sub(indent + 2);
        let mut pieces = start;
        for part in wrap(&self.look.shown(text), room) {
            pieces.push((part, style));
            self.lines.push(Line {
                pieces,
                ..Line::default()
            });
            pieces = vec![(" ".repeat(indent.into()), style)];
        }
    }

    fn line(&mut self, text: impl Into<String>, style: Style) {
        self.line_with(text, style, Default::default());
    }

    fn line_with(&mut self, text: impl Into<String>, style: Style, right: (String, Style)) {
        let pieces = vec![(text.into(), style)];
        self.lines.push(Line {
            pieces,
            right,
            ..Line::default()
        });
    }

    /// The result of a call, with its time.
    fn result(&mut self, text: String, style: Style, took: Duration) {
        self.line_with(text, style, (time(took), style));
    }

    /// The result of a failed call: `getnameinfo(ai_addr) = -2   ✗ EAI_NONAME  “Name or …”`
    fn failure(&mut self, call: &str, error: &OsError, took: Duration) {
        let words = words(self.os, self.look, error);
        self.failure_with(call, &words, time(took));
    }

    /// The sign of failure between two texts, and a text at the right end.
    fn failure_with(&mut self, before: &str, after: &str, right: String) {
        let (sign, strong) = (self.look.failure_sign(), self.look.strong());
        self.lines.push(Line {
            pieces: vec![
                (before.to_owned(), strong),
                (sign.to_owned(), self.look.failure()),
                (format!(" {after}"), strong),
            ],
            right: (right, strong),
            ..Line::default()
        });
    }

    /// `text` behind a sign with a style of its own, wrapped and indented by two columns.
    fn signed(&mut self, sign: &str, sign_style: Style, text: &str, style: Style) {
        let first = self.lines.len();
        self.paragraph(&format!("{sign} {text}"), style);
        if let Some((line, _)) = self
            .lines
            .get_mut(first)
            .and_then(|line| line.pieces.first_mut())
        {
            // The sign is the first word, so it is whole on the first line behind the indentation.
            let rest = line.split_off(2 + sign.len());
            let sign = line.split_off(2);
            self.lines[first]
                .pieces
                .extend([(sign, sign_style), (rest, style)]);
        }
    }

    /// `text`, wrapped and indented by two columns.
    fn paragraph(&mut self, text: &str, style: Style) {
        for line in wrap(&self.look.shown(text), self.width.saturating_sub(4)) {
            self.line(format!("  {line}"), style);
        }
    }
}

/// `EAI_NONAME  “Name or service not known”`
fn words(os: Os, look: Look, error: &OsError) -> String {
    let no_name = Key::ScreenNoName.text(look.language);
    let name = error.name(os).map_or(no_name, |row| row.name);
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

/// Draws the failed call of getaddrinfo and its result.
pub(super) fn draw_failure(run: &Run, canvas: &mut Canvas) {
    let Rect { width, height, .. } = canvas.area;
    let mut page = Page::empty(canvas.screen.look, run.host.os, width, height);
    socket::failed_lookup(&mut page, run);
    draw_lines(canvas, page.lines.iter());
}

/// Whether `area` has all lines of the current view, beside the list. Those that only repeat other panes
/// do not count: so the list keeps its place while successful answers come and go.
pub(super) fn fits(model: &Model, look: Look, area: Rect) -> bool {
    let lines = match model.view {
        View::Calls => model.call_count(),
        // Its lines come late: the list must not move then.
        View::Lookup => return false,
        _ => {
            let page = Page::new(model, look, area.width, area.height, false);
            page.lines.len() - page.repeated
        }
    };
    lines <= area.height.into()
}

/// Draws the view. Returns what [`more`] does.
pub(super) fn draw(model: &Model, canvas: &mut Canvas) -> [bool; 2] {
    let Rect { width, height, .. } = canvas.area;
    canvas.screen.measures.detail = usize::from(height);
    if model.view == View::Calls {
        return calls::draw(model, canvas);
    }
    let screen = &mut canvas.screen;
    let page = Page::new(model, screen.look, width, height, screen.alone);
    let mut lookup = mem::take(&mut screen.lookup_lines);
    let more_lines = lookup.of(model, &page);
    let (fixed, lines) = page.lines.split_at(page.fixed);
    let rows = usize::from(height).saturating_sub(fixed.len());
    let count = lines.len() + more_lines.len();
    screen.measures.detail = rows;
    screen.measures.detail_lines = count;
    let last = count.saturating_sub(rows);
    screen.measures.detail_start = page.start.min(last);
    let first = model.detail_first(screen.measures.detail_start).min(last);
    let visible = lines.iter().chain(more_lines).skip(first);
    draw_lines(canvas, fixed.iter().chain(visible));
    canvas.screen.lookup_lines = lookup;
    more(first, rows, count)
}

fn draw_lines<'a>(canvas: &mut Canvas, lines: impl Iterator<Item = &'a Line>) {
    for (row, line) in (0..canvas.area.height).zip(lines) {
        if line.marked {
            let look = canvas.screen.look;
            canvas.text(0, row, look.marker(), look.focus());
        }
        let mut column = 1;
        for (text, style) in &line.pieces {
            column = canvas.text(column, row, text, *style);
        }
        if let Some(command) = line.command {
            canvas
                .part(canvas.line(row))
                .set_target(Target::Command(command));
        }
        if let Some(choice) = line.choice {
            canvas
                .part(canvas.line(row))
                .set_target(Target::Choice(choice));
        }
        let (right, style) = &line.right;
        if !right.is_empty() {
            canvas.right(column + 2, row, &format!("{right} "), *style);
        }
    }
}

/// The tabs in the top line of the pane. If they do not fit, they stand closer; else those of other views
/// have no title.
pub(super) fn tabs(model: &Model, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let tabs = View::ALL.map(|view| {
        let title = match (view, model.run()) {
            (View::Socket, Some(run)) if !run.succeeded() => "getaddrinfo",
            (view, _) => view.title().text(look.language),
        };
        let key = look.key(Command::Show(view));
        (view, format!(" {key}"), format!(" {title} "))
    });
    let widths = tabs.iter();
    let widths = widths.map(|(_, key, title)| columns(key) + columns(title));
    let width: u16 = widths.sum();
    // The system of a file stands behind the tabs.
    let mark = model
        .mark_of_file()
        .map_or(0, |_| columns(model.os().title()) + 6);
    // A column of the frame stays free on each side.
    let room = canvas.area.width.saturating_sub(2 + mark);
    let gaps = u16::try_from(View::ALL.len() - 1).unwrap_or_default();
    let close = width > room;
    let whole = width.saturating_sub(gaps) <= room;
    let mut column = 1;
    for (at, (view, mut text, title)) in tabs.into_iter().enumerate() {
        match (whole || view == model.view, at + 1 < View::ALL.len()) {
            (true, true) if close => text.push_str(title.trim_end()),
            (true, _) => text.push_str(&title),
            (false, _) => text.push(' '),
        }
        let width = columns(&text);
        if column + 1 + width > canvas.area.width {
            break;
        }
        let style = match (view == model.view, focused(model, Pane::Detail)) {
            (true, true) => look.title(true),
            (true, false) => look.strong(),
            (false, _) => look.text(),
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
    // The system alone, if there is no room for more.
    if let Some(mark) = model.mark_of_file() {
        for text in [look.say(mark), model.os().title().to_owned()] {
            let text = format!(" {text} ");
            if canvas.area.width > column + columns(&text) + 4 {
                let start = canvas.area.width - columns(&text) - 4;
                canvas.text(start, 0, &text, look.strong());
                break;
            }
        }
    }
}

/// The text to copy, not truncated. A copied view is the current one.
pub(crate) fn copied(model: &Model, copied: Copied) -> String {
    let redacted = model.redacted();
    let model = redacted.as_ref().unwrap_or(model);
    match copied {
        Copied::Call(index) => {
            let list = model.call_list();
            list.get(index)
                .map_or_else(String::new, |line| line.copied().to_owned())
        }
        Copied::View(View::Calls) => {
            let list = model.call_list();
            let lines = (0..list.len()).filter_map(|index| list.get(index));
            lines.map(|line| format!("{}\n", line.copied())).collect()
        }
        Copied::View(View::Code) => model.program_text(),
        Copied::View(_) => {
            let language = model.language;
            let look = Look {
                language,
                ..Look::default()
            };
            let page = Page::new(model, look, 100, u16::MAX, true);
            let version = env!("CARGO_PKG_VERSION");
            let dot = look.dot();
            let mut out = format!("sockscope {version} {dot} {}\n\n", machine(model, look));
            // A key means nothing outside the screen.
            let mut lookup = LookupLines::default();
            let lines = page.lines.iter().chain(lookup.of(model, &page));
            let lines = lines.filter(|line| line.command.is_none());
            for line in lines {
                let text: String = line.pieces.iter().map(|(text, _)| &**text).collect();
                out += text.trim_end();
                out.push('\n');
            }
            out
        }
    }
}
