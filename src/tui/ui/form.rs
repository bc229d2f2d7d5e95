//! The form pane: the arguments of getaddrinfo, one per line.
//!
//! ```text
//!  tall                                     wide, under 100 columns
//! ▸node         NULL                       ▸node         NULL              [x] AI_PASSIVE   [ ] AI_V4MAPPED
//!  service      27015                       service      27015             [ ] AI_CANONNAME [ ] AI_ALL
//!  …                                        …
//!   [x] AI_PASSIVE            0x1
//! ```

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::{Canvas, more, scroll, width as columns};
use super::focused;
use super::look::Look;
use crate::app::{Field, Model, Pane, Target, TextField, TextInput};
use crate::net::Hint;
use crate::text::printable;
use crate::words::Key;

/// Columns before a value: marker, name, sign of a change.
const LABEL: u16 = 15;

/// The number of fields before the flags, and of lines in [`wide`].
const ARGUMENTS: usize = 7;

/// Columns before a flag's name: indent, marker, `[x] `.
const FLAG: u16 = 7;

/// The width of [`tall`] with its frame in which every flag has its number.
pub(super) fn width(model: &Model) -> u16 {
    let flags = model.form.os.names().flags.rows.iter();
    let widths = flags.map(|flag| {
        let number = format!("{:#x}", flag.value.cast_unsigned());
        // A sign and a space before the number, one after it, and the frame.
        FLAG + columns(flag.name) + 2 + columns(&number) + 1 + 2
    });
    widths.max().unwrap_or(0)
}

/// The lines of the form: fields with their index, and the heading of the flags that only GetAddrInfoEx
/// uses, which Windows has.
fn lines(model: &Model) -> Vec<Option<(usize, Field)>> {
    let mut lines: Vec<_> = model.form.fields().enumerate().map(Some).collect();
    let extended = ARGUMENTS + model.form.os.names().flags.extended;
    if extended < lines.len() {
        lines.insert(extended, None);
    }
    lines
}

/// Whether the focus is in one of `lines`.
fn is_focus_in(model: &Model, lines: &[Option<(usize, Field)>]) -> bool {
    let mut fields = lines.iter().flatten();
    fields.any(|&(index, _)| index == model.form.focus)
}

/// One column: the arguments, then the flags. Returns what [`more`] does.
pub(super) fn tall(model: &Model, canvas: &mut Canvas) -> [bool; 2] {
    let lines = lines(model);
    let focus = lines.chunks(1).position(|line| is_focus_in(model, line));
    let rows = usize::from(canvas.area.height);
    let first = &mut canvas.screen.first_field;
    let first = scroll(first, focus.unwrap_or(0), rows, lines.len());
    for (row, line) in (0..).zip(lines.iter().skip(first).take(rows)) {
        let mut area = canvas.line(row);
        if !matches!(line, Some((index, _)) if *index < ARGUMENTS) {
            // Indent the flags: they are the bits of ai_flags above.
            area.x += 2;
            area.width = area.width.saturating_sub(2);
        } else {
            // An arrow at the end would touch the frame.
            area.width = area.width.saturating_sub(1);
        }
        draw(model, &mut canvas.part(area), *line, true);
    }
    more(first, rows, lines.len())
}

/// The arguments, and beside them two columns of flags. Returns what [`more`] does.
pub(super) fn wide(model: &Model, canvas: &mut Canvas) -> [bool; 2] {
    let lines = lines(model);
    let (arguments, flags) = lines.split_at(ARGUMENTS);
    let heading = flags.iter().position(Option::is_none);
    let (flags, extended) = flags.split_at(heading.unwrap_or(flags.len()));
    // Column by column, as ↑ and ↓ move; further columns of flags scroll in.
    let columns = flags.chunks(ARGUMENTS).chain(extended.chunks(ARGUMENTS));
    let focus = columns.clone().position(|lines| is_focus_in(model, lines));
    let count = columns.clone().count();
    let first = scroll(&mut canvas.screen.first_field, focus.unwrap_or(0), 2, count);
    let left = (canvas.area.width / 2).saturating_sub(4);
    let width = (canvas.area.width - left) / 2;
    let places = [
        (0, left.saturating_sub(1)),
        (left, width),
        (left + width, width),
    ];
    let columns = std::iter::once(arguments).chain(columns.skip(first));
    for ((x, width), column) in places.into_iter().zip(columns) {
        for (row, field) in (0..).zip(column) {
            let line = canvas.line(row);
            let x = line.x + x;
            let mut line = canvas.part(Rect { x, width, ..line });
            draw(model, &mut line, *field, false);
        }
    }
    more(first, 2, count)
}

/// One field on a line of its own, or the heading; with `numbers`, flags show theirs.
fn draw(model: &Model, line: &mut Canvas, field: Option<(usize, Field)>, numbers: bool) {
    let look = line.screen.look;
    let Some((index, field)) = field else {
        line.text(1, 0, &look.say(Key::ScreenExtended), look.text());
        return;
    };
    let form = &model.form;
    let here = form.focus == index && focused(model, Pane::Form);
    let unused = form.null_hints && matches!(field, Field::Hint(_) | Field::Flag(_));
    let style = if here { look.strong() } else { look.text() };
    if form.focus == index {
        let style = if here { look.focus() } else { look.text() };
        line.text(0, 0, look.marker(), style);
    }
    let name = match field {
        Field::Node => "node",
        Field::Service => "service",
        Field::HintsPointer => "hints",
        Field::Hint(hint) => hint.member(),
        Field::Flag(bit) => form.os.names().flags.of(bit).map_or("", |row| row.name),
    };
    let behind = if let Field::Flag(bit) = field {
        let on = form.hints.flags & bit != 0;
        let sign = if on { "[x]" } else { "[ ]" };
        line.text(1, 0, &format!("{sign} {name}"), style)
    } else {
        line.put(1, 0, LABEL - 2, name, style);
        LABEL - 2
    };
    let query = model.run().and_then(|run| run.query.as_ref());
    if query.is_some_and(|query| form.differs(field, query)) {
        line.put(behind, 0, 1, "*", look.pending());
    } else if model.at_fault(field) {
        line.put(behind, 0, 1, "!", look.failure());
    }
    match field {
        Field::Node => text(&form.node, line, here, style),
        Field::Service => text(&form.service, line, here, style),
        Field::HintsPointer if form.null_hints => {
            choice(line, "NULL", "", here, style);
        }
        Field::HintsPointer => {
            let passed = Key::ScreenPassed.text(look.language);
            choice(line, passed, "", here, style);
        }
        Field::Hint(_) if unused => {
            line.text(LABEL, 0, &look.say(Key::ScreenNotPassed), look.text());
        }
        Field::Hint(Hint::Flags) => {
            let flags = format!("{:#x}", form.hints.flags.cast_unsigned());
            line.text(LABEL, 0, &flags, style);
        }
        Field::Hint(hint) => {
            let value = hint.get(&form.hints);
            let name = hint.table(form.os).of(value).map(|row| row.name);
            choice(
                line,
                named(name, value, look),
                &value.to_string(),
                here,
                style,
            );
        }
        Field::Flag(bit) if numbers => {
            let number = format!("{:#x} ", bit.cast_unsigned());
            line.right(behind + 2, 0, &number, look.text());
        }
        Field::Flag(_) => {}
    }
    line.set_target(Target::Field(index));
    let steps = match field {
        Field::HintsPointer => true,
        Field::Hint(hint) => !unused && hint != Hint::Flags,
        _ => false,
    };
    if steps {
        let end = line.area.width.saturating_sub(1);
        for (column, forward) in [(LABEL - 1, false), (end, true)] {
            let arrow = Rect {
                x: line.area.x + column,
                width: 1,
                ..line.area
            };
            line.part(arrow).set_target(Target::Step(index, forward));
        }
    }
}

/// The name of a hint's value; 0 is "any" unless the header has a name for it.
pub(super) fn named(name: Option<&'static str>, value: i32, look: Look) -> &'static str {
    let other = if value == 0 {
        Key::ScreenAny
    } else {
        Key::ScreenNoName
    };
    name.unwrap_or_else(|| other.text(look.language))
}

/// `‹ AF_INET     2 ›`
fn choice(line: &mut Canvas, name: &str, number: &str, here: bool, style: Style) {
    let look = line.screen.look;
    let arrows = if here { look.focus() } else { look.frame() };
    let end = line.area.width.saturating_sub(2);
    line.put(LABEL - 1, 0, 1, look.glyph("‹", "<"), arrows);
    let room = end.saturating_sub(LABEL + 1);
    let behind = line.put(LABEL + 1, 0, room, name, style);
    line.right(behind + 1, 0, &format!("{number}  "), style);
    line.put(end + 1, 0, 1, look.glyph("›", ">"), arrows);
}

/// A text field: NULL, or a text in quotes, as in the call.
fn text(field: &TextField, line: &mut Canvas, here: bool, style: Style) {
    let cursor = match field {
        TextField::Null => {
            line.text(LABEL, 0, "NULL", style);
            LABEL
        }
        TextField::Raw(raw) => {
            line.text(LABEL, 0, &format!("\"{}\"", printable(raw)), style);
            LABEL
        }
        TextField::Typed(input) => typed(input, line, LABEL, ["\""; 2], here, style),
    };
    if here {
        line.set_cursor(cursor, 0);
    }
}

/// Writes the part of `text` around the cursor that fits, between `marks`; returns the cursor's column.
/// Reads no more characters than fit: each takes at least one column.
pub(super) fn typed(
    text: &TextInput,
    line: &mut Canvas,
    column: u16,
    marks: [&'static str; 2],
    here: bool,
    style: Style,
) -> u16 {
    let look = line.screen.look;
    let (before, behind) = if here {
        text.parts()
    } else {
        ("", text.value())
    };
    let room = line.area.width.saturating_sub(column + 2);
    let [mut opening, closing] = marks;
    let show = |text: &str| look.shown(&printable(text.as_ref())).into_owned();
    let mut shown = String::new();
    for c in before.chars().rev() {
        let longer = show(c.encode_utf8(&mut [0; 4])) + &shown;
        if columns(&longer) + 1 > room {
            opening = look.ellipsis();
            break;
        }
        shown = longer;
    }
    let start = line.put(column, 0, 1, opening, style);
    let cursor = line.put(start, 0, room, &shown, style);
    let behind: String = behind.chars().take(usize::from(room) + 1).collect();
    // One more column than for the cursor: the closing mark stands at the end.
    let room = (start + room + 1).saturating_sub(cursor);
    line.put(cursor, 0, room, &(show(&behind) + closing), style);
    cursor
}
