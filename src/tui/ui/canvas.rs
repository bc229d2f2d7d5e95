//! A part of the screen to write on, line by line: whatever does not fit is cut, with a sign.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthChar as _;

use super::theme::Theme;
use crate::text::display_width;

/// An area of a buffer and the theme to write with.
pub(super) struct Canvas<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) area: Rect,
    pub(super) theme: Theme,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(buffer: &'a mut Buffer, area: Rect, theme: Theme) -> Self {
        let area = area.intersection(buffer.area);
        Self {
            buffer,
            area,
            theme,
        }
    }

    /// Whether line `row`, counted from the top, lies inside.
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

    /// Writes `text` at (`column`, `row`) in at most `width` columns, and gives the column behind it.
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
        // Every character takes a column at least, so that no more of them than the room are shown.
        let end = text.char_indices().nth(usize::from(room) + 1);
        let text = self
            .theme
            .shown(&text[..end.map_or(text.len(), |(at, _)| at)]);
        let fitted = fit(&text, room.into(), self.theme.ellipsis());
        let (x, y) = (self.area.x + column, self.area.y + row);
        let (end, _) = self.buffer.set_stringn(x, y, &fitted, room.into(), style);
        end - self.area.x
    }

    /// Writes `text` from `column` to the end of the line.
    pub(super) fn text(&mut self, column: u16, row: u16, text: &str, style: Style) -> u16 {
        self.put(column, row, u16::MAX, text, style)
    }

    /// Writes `text` so that it ends where the line does, if that leaves `from` columns free.
    pub(super) fn right(&mut self, from: u16, row: u16, text: &str, style: Style) {
        let text = self.theme.shown(text);
        let width = width(&text);
        if let Some(column) = self
            .area
            .width
            .checked_sub(width)
            .filter(|&column| column >= from)
        {
            self.put(column, row, width, &text, style);
        }
    }

    /// Gives a whole line a style, on top of what it has.
    pub(super) fn style_line(&mut self, row: u16, style: Style) {
        let line = self.line(row);
        self.buffer.set_style(line, style);
    }
}

/// How many columns `text` takes.
pub(super) fn width(text: &str) -> u16 {
    u16::try_from(display_width(text)).unwrap_or(u16::MAX)
}

/// `text`, or as much of it as fits `room` columns together with `ellipsis`.
fn fit(text: &str, room: usize, ellipsis: &str) -> String {
    // A text can be far longer than the room: only as much of it as could fit is looked at.
    let mut used = 0;
    let mut keep = 0;
    for (at, c) in text.char_indices() {
        let width = c.width().unwrap_or(0);
        if used + width > room {
            let mut out = text[..keep].to_owned();
            out.push_str(ellipsis);
            return out;
        }
        used += width;
        if used + display_width(ellipsis) <= room {
            keep = at + c.len_utf8();
        }
    }
    text.to_owned()
}

/// `text` in lines of at most `width` columns, broken between words where that is possible.
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
    fn what_does_not_fit_is_cut_with_a_sign() {
        assert_eq!(fit("abcdef", 6, "…"), "abcdef");
        assert_eq!(fit("abcdefg", 6, "…"), "abcde…");
        assert_eq!(fit("例え例え", 5, "…"), "例え…");
        assert_eq!(fit("abc", 1, "…"), "…");
    }
}
