//! The form pane: the arguments of getaddrinfo, one per line.
//!
//! ```text
//!  tall                                     wide, under 100 columns
//! ▸node         NULL                       ▸node         NULL              [x] AI_PASSIVE   [ ] AI_V4MAPPED
//!  service      27015                       service      27015             [ ] AI_CANONNAME [ ] AI_ALL
//!  …                                        …
//!   [x] AI_PASSIVE            0x1
//! ```

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::canvas::{Canvas, width};
use crate::app::{Field, Form, Model, Pane, Target, TextField, TextInput};
use crate::net::Hint;
use crate::text::printable;

/// Columns before a value: marker, name, sign of a change.
const LABEL: u16 = 15;

/// The result of drawing the form.
pub(super) struct Placement {
    pub(super) targets: Vec<(Rect, Target)>,
    pub(super) cursor: Option<Position>,
}

/// The number of fields before the flags.
const ARGUMENTS: usize = 7;

/// One column: the arguments, then the flags. `first` is the first visible line, kept between frames.
pub(super) fn tall(model: &Model, canvas: &mut Canvas, first: &mut usize) -> Placement {
    let focus = model.form.focus;
    let rows = usize::from(canvas.area.height);
    let count = model.form.fields().len();
    scroll(first, focus, rows, count);
    let mut placement = Placement {
        targets: Vec::new(),
        cursor: None,
    };
    for (row, (index, field)) in (0..).zip(model.form.fields().enumerate().skip(*first).take(rows))
    {
        let mut area = canvas.line(row);
        if matches!(field, Field::Flag(_)) {
            // Indent the flags: they are the bits of ai_flags above.
            area.x += 2;
            area.width = area.width.saturating_sub(2);
        }
        draw(model, canvas, area, index, field, true, &mut placement);
    }
    placement
}

/// The arguments, and beside them two columns of flags.
pub(super) fn wide(model: &Model, canvas: &mut Canvas, first: &mut usize) -> Placement {
    let mut placement = Placement {
        targets: Vec::new(),
        cursor: None,
    };
    let left = (canvas.area.width / 2).saturating_sub(4);
    for (row, (index, field)) in (0..).zip(model.form.fields().enumerate().take(ARGUMENTS)) {
        let area = Rect {
            width: left.saturating_sub(1),
            ..canvas.line(row)
        };
        draw(model, canvas, area, index, field, false, &mut placement);
    }
    let rows = ARGUMENTS.min(canvas.area.height.into()).max(1);
    let flags = model.form.fields().len() - ARGUMENTS;
    let columns = 2_usize;
    // Column by column, as ↑ and ↓ move; further columns scroll in.
    let all_columns = flags.div_ceil(rows);
    let focused_column = model
        .form
        .focus
        .checked_sub(ARGUMENTS)
        .map_or(0, |flag| flag / rows);
    scroll(first, focused_column, columns, all_columns);
    let room = canvas.area.width - left;
    let column_width = room / 2;
    for (index, field) in model.form.fields().enumerate().skip(ARGUMENTS) {
        let flag = index - ARGUMENTS;
        let Some(column) = (flag / rows)
            .checked_sub(*first)
            .filter(|&column| column < columns)
        else {
            continue;
        };
        // Both are smaller than the area's sides, which are u16.
        let (column, row) = (
            u16::try_from(column).unwrap_or(0),
            u16::try_from(flag % rows).unwrap_or(0),
        );
        let line = canvas.line(row);
        let area = Rect {
            x: line.x + left + column * column_width,
            width: column_width,
            ..line
        };
        draw(model, canvas, area, index, field, false, &mut placement);
    }
    placement
}

/// Moves `first` as little as possible to make `focus` visible, with `rows` of `count` lines shown.
pub(super) fn scroll(first: &mut usize, focus: usize, rows: usize, count: usize) {
    let rows = rows.max(1);
    *first = (*first)
        .min(focus)
        .max((focus + 1).saturating_sub(rows))
        .min(count.saturating_sub(rows));
}

fn draw(
    model: &Model,
    canvas: &mut Canvas,
    area: Rect,
    index: usize,
    field: Field,
    numbers: bool,
    placement: &mut Placement,
) {
    let theme = canvas.theme;
    let form = &model.form;
    let focused = form.focus == index;
    let here = focused && model.pane == Pane::Form && model.popup.is_none();
    let changed = model
        .run()
        .is_some_and(|run| form.differs(field, &run.query));
    let unused = form.null_hints && matches!(field, Field::Hint(_) | Field::Flag(_));
    let mut line = Canvas::new(canvas.buffer, area, theme);
    let style = match (here, unused) {
        (true, _) => theme.focus(),
        (false, true) => theme.dim(),
        (false, false) => theme.text(),
    };
    if focused {
        line.text(
            0,
            0,
            theme.marker(),
            if here { theme.focus() } else { theme.dim() },
        );
    }
    match field {
        Field::Flag(bit) => {
            let on = form.hints.flags & bit != 0;
            let name = form.os.names().flags.of(bit).map_or("", |row| row.name);
            let end = line.text(1, 0, if on { "[x] " } else { "[ ] " }, style);
            let end = line.text(end, 0, name, style);
            if changed {
                line.text(end, 0, "*", theme.pending());
            }
            if numbers {
                let number = format!("{:#x} ", bit.cast_unsigned());
                line.right(end + 2, 0, &number, theme.dim());
            }
        }
        _ => {
            line.put(1, 0, LABEL - 2, label(field), style);
            if changed {
                line.put(LABEL - 2, 0, 1, "*", theme.pending());
            }
            value(model, &mut line, field, here, unused, placement);
        }
    }
    placement.targets.push((area, Target::Field(index)));
}

fn label(field: Field) -> &'static str {
    match field {
        Field::Node => "node",
        Field::Service => "service",
        Field::HintsPointer => "hints",
        Field::Hint(hint) => hint.member(),
        Field::Flag(_) => "",
    }
}

fn value(
    model: &Model,
    line: &mut Canvas,
    field: Field,
    here: bool,
    unused: bool,
    placement: &mut Placement,
) {
    let theme = line.theme;
    let form = &model.form;
    match field {
        Field::Node => text(&form.node, line, here, placement),
        Field::Service => text(&form.service, line, here, placement),
        Field::HintsPointer => {
            choice(
                line,
                if form.null_hints { "NULL" } else { "&hints" },
                "",
                here,
                form.null_hints,
            );
        }
        Field::Hint(_) if unused => {
            line.text(LABEL, 0, "not passed", theme.dim());
        }
        Field::Hint(Hint::Flags) => {
            let style = if here { theme.focus() } else { theme.text() };
            line.text(
                LABEL,
                0,
                &format!("{:#x}", form.hints.flags.cast_unsigned()),
                style,
            );
        }
        Field::Hint(hint) => {
            let (name, number) = named(form, hint);
            choice(line, name, &number, here, false);
        }
        Field::Flag(_) => {}
    }
}

/// The name and number of a hint's value.
fn named(form: &Form, hint: Hint) -> (&'static str, String) {
    let value = hint.get(&form.hints);
    let name = hint.table(form.os).of(value).map(|row| row.name);
    (
        name.unwrap_or(if value == 0 { "any" } else { "no name" }),
        value.to_string(),
    )
}

/// `‹ AF_INET     2 ›`
fn choice(line: &mut Canvas, name: &str, number: &str, here: bool, dim: bool) {
    let theme = line.theme;
    let arrows = if here { theme.focus() } else { theme.dim() };
    let style = match (here, dim) {
        (true, _) => theme.focus(),
        (false, true) => theme.dim(),
        (false, false) => theme.text(),
    };
    line.text(LABEL - 2, 0, "", style);
    let end = line.area.width.saturating_sub(2);
    let room = end.saturating_sub(LABEL + 1);
    line.put(LABEL - 1, 0, 1, theme.glyph("‹", "<"), arrows);
    let behind = line.put(LABEL + 1, 0, room, name, style);
    let number_width = width(number);
    if let Some(column) = end
        .checked_sub(number_width)
        .filter(|&column| column > behind)
    {
        line.put(column, 0, number_width, number, style);
    }
    line.put(end + 1, 0, 1, theme.glyph("›", ">"), arrows);
}

/// A text field: NULL is dim and unquoted, the empty text is two quotes.
fn text(field: &TextField, line: &mut Canvas, here: bool, placement: &mut Placement) {
    let theme = line.theme;
    let style = if here { theme.focus() } else { theme.text() };
    let cursor_at = |column: u16, line: &Canvas| {
        let column = column.min(line.area.width.saturating_sub(1));
        (here && line.has(0)).then(|| Position::new(line.area.x + column, line.area.y))
    };
    match field {
        TextField::Null => {
            line.text(LABEL, 0, "NULL", theme.dim());
            placement.cursor = placement.cursor.or(cursor_at(LABEL, line));
        }
        TextField::Raw(raw) => {
            line.text(LABEL, 0, &printable(raw), style);
            placement.cursor = placement.cursor.or(cursor_at(LABEL, line));
        }
        TextField::Typed(input) if input.value().is_empty() => {
            line.text(LABEL, 0, "\"\"", theme.dim());
            placement.cursor = placement.cursor.or(cursor_at(LABEL + 1, line));
        }
        TextField::Typed(input) => {
            let room = line.area.width.saturating_sub(LABEL + 1);
            let cursor = typed(input, line, room, style, here);
            placement.cursor = placement.cursor.or(cursor_at(LABEL + cursor, line));
        }
    }
}

/// Writes the part of `text` around the cursor that fits; returns the cursor's column. Reads no more
/// characters than fit: each takes at least one column.
fn typed(text: &TextInput, line: &mut Canvas, room: u16, style: Style, here: bool) -> u16 {
    let theme = line.theme;
    let (before, behind) = if here {
        text.parts()
    } else {
        ("", text.value())
    };
    let show = |text: &str| theme.shown(&printable(text.as_ref())).into_owned();
    let mut shown_before = String::new();
    let mut hidden = false;
    for c in before.chars().rev() {
        let next = show(c.encode_utf8(&mut [0; 4])) + &shown_before;
        if width(&next) + 1 > room {
            hidden = true;
            break;
        }
        shown_before = next;
    }
    if hidden {
        line.put(LABEL - 1, 0, 1, theme.ellipsis(), theme.dim());
    }
    let column = line.put(LABEL, 0, room, &shown_before, style);
    let after: String = behind.chars().take(usize::from(room) + 1).collect();
    line.put(
        column,
        0,
        (LABEL + room).saturating_sub(column),
        &show(&after),
        style,
    );
    width(&shown_before)
}
