//! An area to write on, line by line. Text that does not fit is truncated with a sign.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthChar as _;

use super::Screen;
use crate::app::Target;
use crate::text::display_width;

/// An area of a buffer, and the screen that is drawn there.
pub(super) struct Canvas<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) area: Rect,
    pub(super) screen: &'a mut Screen,
}

impl Canvas<'_> {
    /// The part in `area`.
    pub(super) fn part(&mut self, area: Rect) -> Canvas<'_> {
        Canvas {
            buffer: self.buffer,
            area: area.intersection(self.area),
            screen: self.screen,
        }
    }

    /// Whether line `row`, counted from the top, is inside.
    pub(super) fn has(&self, row: u16) -> bool {
        row < self.area.height
    }

    /// The area of line `row`.
    pub(super) fn line(&self, row: u16) -> Rect {
        Rect {
            y: self.area.y.saturating_add(row),
            height: u16::from(self.has(row)),
            ..self.area
        }
    }

    /// Writes `text` at (`column`, `row`) in at most `width` columns; returns the next column.
    pub(super) fn put(
        &mut self,
        column: u16,
        row: u16,
        width: u16,
        text: &str,
        style: Style,
    ) -> u16 {
        let room = self.area.width.saturating_sub(column).min(width);
        if !self.has(row) || room == 0 {
            return column;
        }
        // A shown character takes at least one column, so later ones cannot fit.
        let end = match text.len() > room.into() {
            true => text.char_indices().nth(usize::from(room) + 1),
            false => None,
        };
        let look = self.screen.look;
        let text = look.shown(&text[..end.map_or(text.len(), |(at, _)| at)]);
        let fitted = fit(&text, room.into(), look.ellipsis());
        let (x, y) = (self.area.x + column, self.area.y + row);
        // A frame may be there; its colour must not stay.
        let style = Style::reset().patch(style);
        if fitted.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            // A cell each: most texts are such, and to look for the ends of their letters takes a fifth of
            // a frame's time.
            let first = self.buffer.index_of(x, y);
            let cells = self.buffer.content[first..].iter_mut();
            let mut end = column;
            for (cell, c) in cells.zip(fitted.chars()) {
                cell.set_char(c).set_style(style);
                end += 1;
            }
            return end;
        }
        let (end, _) = self.buffer.set_stringn(x, y, &fitted, room.into(), style);
        end - self.area.x
    }

    /// Writes `text` from `column`, at most to the end of the line.
    pub(super) fn text(&mut self, column: u16, row: u16, text: &str, style: Style) -> u16 {
        self.put(column, row, u16::MAX, text, style)
    }

    /// Writes `text` at the right end, if at least `from` columns stay free; returns its column.
    pub(super) fn right(&mut self, from: u16, row: u16, text: &str, style: Style) -> Option<u16> {
        let text = self.screen.look.shown(text);
        let width = width(&text);
        let column = self.area.width.checked_sub(width)?;
        (column >= from).then(|| {
            self.put(column, row, width, &text, style);
            column
        })
    }

    /// Gives the sign at (`column`, `row`) its style, instead of that of its line.
    pub(super) fn mark(&mut self, column: u16, row: u16, style: Style) {
        let (x, y) = (self.area.x.saturating_add(column), self.area.y + row);
        if self.area.contains(Position::new(x, y)) {
            self.buffer[(x, y)].set_style(Style::reset().patch(style));
        }
    }

    /// Whether a letter or a digit is at (`column`, `row`).
    pub(super) fn is_written(&self, column: u16, row: u16) -> bool {
        let place = Position::new(self.area.x.saturating_add(column), self.area.y + row);
        let cell = self.buffer.cell(place);
        cell.is_some_and(|cell| cell.symbol().contains(char::is_alphanumeric))
    }

    /// Makes the area a click target.
    pub(super) fn set_target(&mut self, target: Target) {
        self.screen.targets.push((self.area, target));
    }

    /// Puts the cursor at (`column`, `row`), at most at the end of the line.
    pub(super) fn set_cursor(&mut self, column: u16, row: u16) {
        if self.has(row) {
            let column = column.min(self.area.width.saturating_sub(1));
            self.screen.cursor = Some(Position::new(self.area.x + column, self.area.y + row));
        }
    }
}

/// Moves `first`, the first visible line, as little as possible to make `focus` visible, with `rows`
/// of `count` lines shown; returns `first`.
pub(super) fn scroll(first: &mut usize, focus: usize, rows: usize, count: usize) -> usize {
    let rows = rows.max(1);
    *first = (*first)
        .min(focus)
        .max((focus + 1).saturating_sub(rows))
        .min(count.saturating_sub(rows));
    *first
}

/// Whether lines precede and follow the visible `rows` from `first` on, of `count` lines.
pub(super) const fn more(first: usize, rows: usize, count: usize) -> [bool; 2] {
    [first > 0, first + rows < count]
}

/// The width of `text` in columns.
pub(super) fn width(text: &str) -> u16 {
    u16::try_from(display_width(text)).unwrap_or(u16::MAX)
}

/// `text`, truncated with `ellipsis` if it needs more than `room` columns.
fn fit<'a>(text: &'a str, room: usize, ellipsis: &str) -> Cow<'a, str> {
    if text.len() <= room && text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let sign = display_width(ellipsis);
    // Read only what could fit: the text can be much longer than the room.
    let mut used = 0;
    let mut keep = 0;
    for (at, c) in text.char_indices() {
        let width = c.width().unwrap_or(0);
        if used + width > room {
            return Cow::Owned([&text[..keep], ellipsis].concat());
        }
        used += width;
        if used + sign <= room {
            keep = at + c.len_utf8();
        }
    }
    Cow::Borrowed(text)
}

/// Wraps `text` to `width` columns, between words if possible.
pub(super) fn wrap(text: &str, width: u16) -> Vec<String> {
    textwrap::wrap(text, usize::from(width.max(1)))
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_truncated_with_a_sign() {
        assert_eq!(fit("abcdef", 6, "…"), "abcdef");
        assert_eq!(fit("abcdefg", 6, "…"), "abcde…");
        assert_eq!(fit("例え例え", 5, "…"), "例え…");
        assert_eq!(fit("abc", 1, "…"), "…");
    }
}
