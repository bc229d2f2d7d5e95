//! The line of a filter.
//!
//! ```text
//!  /eai                                                      3 of 97
//! ```

use ratatui::layout::Rect;

use super::canvas::{Canvas, width};
use super::form::typed;
use crate::app::{Command, Filter, Target};
use crate::words::{Key, Phrase};

/// Draws the filter, if it is on, in the first line, and below it that it finds nothing. Returns the
/// rest of `canvas`.
pub(super) fn draw<'a>(
    filter: &Filter,
    (found, count): (usize, usize),
    canvas: &'a mut Canvas,
) -> Canvas<'a> {
    let look = canvas.screen.look;
    let area = canvas.area;
    if !filter.is_on() || area.height == 0 {
        return canvas.part(area);
    }
    let matches = look.say(Phrase::screen_matches(count, found)) + " ";
    canvas.right(0, 0, &matches, look.text());
    let line = canvas.line(0);
    let mut text = canvas.part(Rect {
        width: line.width.saturating_sub(width(&matches) + 1),
        ..line
    });
    text.set_target(Target::Command(Command::Filter));
    let marks = ["/", ""];
    let cursor = typed(
        &filter.input,
        &mut text,
        1,
        marks,
        filter.edited,
        look.strong(),
    );
    if filter.edited {
        text.set_cursor(cursor, 0);
    }
    if found == 0 {
        canvas.text(1, 1, &look.say(Key::ScreenNoMatch), look.text());
    }
    canvas.part(Rect {
        y: area.y + 1,
        height: area.height - 1,
        ..area
    })
}
