//! All calls, in order, one line each.

use ratatui::style::Style;

use crate::app::{CallState, Line, Model, Pane};
use crate::tui::ui::canvas::{Canvas, more, scroll, width, wrap};
use crate::tui::ui::filter;
use crate::tui::ui::look::Look;
use crate::words::{Key, Phrase};

/// The column of a line: the marker of the selected one and the sign of a failure stand before it.
const START: u16 = 3;

/// Draws the visible lines. Returns what [`more`] does.
pub(super) fn draw(model: &Model, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    let calls = model.calls();
    let list = model.call_list();
    let count = list.len();
    let canvas = &mut filter::draw(&calls.filter, (count, model.call_count()), canvas);
    if model.call_count() == 0 {
        let none = match model.replay() {
            Some(_) => Key::DetailNoCallInFile,
            None => Key::DetailNoCall,
        };
        canvas.text(1, 0, &look.say(none), look.text());
    }
    // Under a filter without a match its message stands there.
    let top = u16::from(calls.forgotten > 0 && count > 0);
    if top > 0 {
        let kept = calls.lines.len();
        let text = look.say(Phrase::detail_last_calls(kept, calls.forgotten));
        canvas.text(1, 0, &text, look.text());
    }
    let current = list.current();
    let here = model.pane == Pane::Detail;
    let rows = usize::from(canvas.area.height.saturating_sub(top));
    canvas.screen.measures.detail = rows;
    let room = canvas.area.width.saturating_sub(START);
    // The selected line is whole, the others are cut.
    let whole = list.get(current).filter(|_| here);
    let whole = whole.map_or_else(Vec::new, |line| {
        let text = line.shown(look.language);
        wrap(
            &look.shown(&text),
            room.saturating_sub(width(&time(line, look))),
        )
    });
    let more_rows = whole.len().clamp(1, rows.max(1)) - 1;
    let first = &mut canvas.screen.first_call;
    let first = scroll(first, current, rows - more_rows.min(rows), count);
    let end = canvas.area.height;
    let mut row = top;
    for index in first..count {
        let Some(line) = list.get(index).filter(|_| row < end) else {
            break;
        };
        let (sign, sign_style, style) = match line.state {
            CallState::Succeeded => ("", look.text(), look.text()),
            CallState::Failed => (look.failure_sign(), look.failure(), look.strong()),
            CallState::Pending(_) => (look.ellipsis(), look.pending(), look.text()),
            CallState::Abandoned => (look.ellipsis(), look.text(), look.text()),
        };
        canvas.text(1, row, sign, sign_style);
        let time = time(line, look);
        if let Some(spinner) = canvas.right(START, row, &time, look.text()) {
            canvas.mark(spinner + 1, row, look.pending());
        }
        if index == current && here {
            canvas.text(0, row, look.marker(), look.focus());
            for (row, part) in (row..end).zip(&whole) {
                canvas.text(START, row, part, style);
            }
            row = row.saturating_add(u16::try_from(whole.len()).unwrap_or(u16::MAX));
        } else {
            let number = list.number(index);
            // A file has no call of the lesson.
            let own = number.filter(|_| model.replay().is_none());
            let course = model.course.as_ref().zip(own);
            if course.is_some_and(|(course, number)| course.is_of_step(number)) {
                canvas.text(0, row, look.marker(), look.text());
            }
            cut(canvas, row, room.saturating_sub(width(&time)), line, style);
            row += 1;
        }
    }
    more(first, rows - more_rows.min(rows), count)
}

/// The time of a pending call at the right end; empty for others.
fn time(line: &Line, look: Look) -> String {
    match line.state {
        CallState::Pending(Some(elapsed)) => format!(" {} ", look.waiting(elapsed)),
        _ => String::new(),
    }
}

/// Writes a line. If it does not fit, the call is cut before its result, but not below half the room.
fn cut(canvas: &mut Canvas, row: u16, room: u16, line: &Line, style: Style) {
    let (call, result) = match (line.word(canvas.screen.look.language), &*line.text) {
        ("", text) => match text.rsplit_once(" = ") {
            Some((call, result)) => (call, format!(" = {result}")),
            None => (text, String::new()),
        },
        (word, text) => (text, format!(" {word}")),
    };
    let head = room.saturating_sub(width(&result)).max(room / 2);
    let end = canvas.put(START, row, head, call, style);
    let rest = (START + room).saturating_sub(end);
    canvas.put(end, row, rest, &result, style);
}
