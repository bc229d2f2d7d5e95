//! The bind matrix: what a second bind() to the port of a first one returns here, and what Microsoft
//! documents for Windows.

use ratatui::layout::Rect;

use super::canvas::{Canvas, more, scroll, width, wrap};
use super::look::Look;
use crate::app::{Binds, Target};
use crate::names::Os;
use crate::net::{BindKind, KINDS, Outcome};
use crate::recorded::binds::WINDOWS;
use crate::script;
use crate::words::{Key, Phrase};

/// The lines of the first table: its titles and rows.
const HERE: usize = KINDS + 2;

/// The lines of both: the letters are not repeated.
const LINES: usize = HERE + KINDS + 1;

/// The width of the titles of the rows: `SO_EXCLUSIVEADDRUSE W`.
const LEFT: u16 = 24;

/// Returns what [`more`] does.
pub(super) fn draw(binds: &Binds, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    canvas.text(1, 0, &look.say(Key::BindsAddresses), look.text());
    let foot = if canvas.area.width < 76 { 4 } else { 3 };
    let end = canvas.area.height.saturating_sub(foot).max(2);
    let rows = usize::from(end - 1);
    canvas.screen.measures.popup = rows;
    // The titles of the first row are visible with it.
    let focus = match binds.row {
        0 => 0,
        row => row + 2,
    };
    let top = scroll(&mut canvas.screen.first_line, focus, rows, LINES);
    for (line, y) in (top..LINES).zip(1..end) {
        let (here, line) = match line.checked_sub(HERE) {
            None => (true, line),
            Some(0) => (false, 0),
            Some(line) => (false, line + 1),
        };
        let os = if here {
            binds.matrix.host.os
        } else {
            Os::Windows
        };
        let area = canvas.line(y);
        let mut part = canvas.part(area);
        match line.checked_sub(2) {
            None => draw_titles(os, here, line == 0, binds.column, &mut part),
            Some(row) => draw_row(binds, os, here, row, &mut part),
        }
    }
    let top_of_foot = canvas.area.height.saturating_sub(foot);
    for (line, y) in about(binds, look, canvas.area.width)
        .iter()
        .zip(top_of_foot..canvas.area.height)
    {
        canvas.text(1, y, line, look.text());
    }
    more(top, rows, LINES)
}

/// The visible columns with their places: as many as fit, with the selected one.
fn columns(os: Os, selected: usize, room: u16, look: Look) -> Vec<(usize, u16, u16)> {
    let kinds = BindKind::all(os);
    let widths = kinds.map(|kind| (width(&option(kind, look)) / 2 + 1).max(7));
    let mut start = 0;
    while start < selected && LEFT + widths[start..=selected].iter().sum::<u16>() > room {
        start += 1;
    }
    let mut place = LEFT;
    let mut columns = Vec::new();
    for (at, &width) in widths.iter().enumerate().skip(start) {
        if place + width > room {
            break;
        }
        columns.push((at, place, width));
        place += width;
    }
    columns
}

fn option(kind: BindKind, look: Look) -> String {
    match kind.option {
        Some(option) => option.name().to_owned(),
        None => look.say(Key::BindsDefault),
    }
}

fn letter(kind: BindKind, look: Look) -> String {
    look.say(if kind.ip.is_unspecified() {
        Key::BindsWildcard
    } else {
        Key::BindsSpecific
    })
}

/// The options, or the letters of the addresses below them.
fn draw_titles(os: Os, here: bool, options: bool, selected: usize, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let kinds = BindKind::all(os);
    if options {
        let title = if here {
            Key::BindsHere
        } else {
            Key::BindsWindows
        };
        canvas.text(1, 0, &look.say(title), look.strong());
    }
    for (at, place, width) in columns(os, selected, canvas.area.width, look) {
        if !options {
            canvas.put(place + 1, 0, width, &letter(kinds[at], look), look.text());
        } else if kinds[at].ip.is_unspecified() {
            canvas.put(
                place + 1,
                0,
                2 * width - 1,
                &option(kinds[at], look),
                look.text(),
            );
        }
    }
}

fn draw_row(binds: &Binds, os: Os, here: bool, row: usize, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let kind = BindKind::all(os)[row];
    let selected = row == binds.row;
    let style = if selected { look.strong() } else { look.text() };
    let label = format!("{} {}", option(kind, look), letter(kind, look));
    canvas.text(1, 0, &label, style);
    for (at, place, width) in columns(os, binds.column, canvas.area.width, look) {
        let text = if here {
            result(binds, row, at, look)
        } else {
            documented(row, at, look)
        };
        let area = Rect {
            x: canvas.area.x + place,
            width,
            ..canvas.area
        };
        let mut cell = canvas.part(area);
        let style = if selected && at == binds.column {
            cell.text(0, 0, look.marker(), look.focus());
            look.selected()
        } else {
            look.text()
        };
        cell.text(1, 0, &text, style);
        cell.set_target(Target::Cell(row, at));
    }
}

/// A sign of success, or the number of the error.
fn result(binds: &Binds, first: usize, second: usize, look: Look) -> String {
    let record = binds.matrix.result(first, second);
    match record.map(|record| &record.outcome) {
        Some(Outcome::Returned(_)) => look.success_sign().to_owned(),
        Some(Outcome::Failed(error)) => error.code.to_string(),
        Some(Outcome::NotStarted(_) | Outcome::Unfinished) => "?".to_owned(),
        None => look.dot().to_owned(),
    }
}

fn documented(first: usize, second: usize, look: Look) -> String {
    WINDOWS[first][second].map_or_else(|| look.success_sign().to_owned(), |code| code.to_string())
}

/// The second bind() of the selected pair, and the documented error.
fn about(binds: &Binds, look: Look, room: u16) -> Vec<String> {
    let (first, second) = (binds.row, binds.column);
    let os = binds.matrix.host.os;
    let call = binds.matrix.result(first, second);
    let call = call.map(|record| script::line(os, record));
    let name = WINDOWS[first][second].and_then(|code| Os::Windows.names().wsa.of(code));
    let windows = look.say(Phrase::binds_documented(
        name.map_or(look.success_sign(), |row| row.name),
    ));
    let lines = call.into_iter().chain([windows]);
    lines
        .flat_map(|line| wrap(&look.shown(&line), room.saturating_sub(2)))
        .collect()
}
