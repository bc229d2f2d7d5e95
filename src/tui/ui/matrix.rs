//! The matrix: a block of rows for each family, a row for each type, a column for each protocol.

use ratatui::layout::Rect;

use super::canvas::{Canvas, more, scroll, width, wrap};
use super::look::Look;
use crate::app::{Sheet, Target};
use crate::names::Os;
use crate::net::{Cell, Hint, Outcome, Record};
use crate::script;
use crate::words::Phrase;

/// The lines above the rows: the legend, the names and the numbers of the protocols.
const HEAD: u16 = 3;

/// A line of the list.
enum Line {
    /// A family, by index.
    Family(usize),
    /// The row at this index, counted over all families.
    Row(usize),
}

/// Returns what [`more`] does.
pub(super) fn draw(sheet: &Sheet, canvas: &mut Canvas) -> [bool; 2] {
    let look = canvas.screen.look;
    let matrix = &sheet.matrix;
    let os = matrix.host.os;
    let legend = Phrase::screen_matrix_legend(look.success_sign());
    canvas.text(1, 0, &look.say(legend), look.text());
    let (done, count) = (sheet.done, matrix.cells().len());
    if done < count {
        let place = look.say(Phrase::screen_matrix_place(count, done));
        canvas.text(3, 2, &place, look.text());
    }
    // Narrow lines wrap more.
    let foot = if canvas.area.width < 76 { 7 } else { 5 };

    let label = |hint: Hint, value: i32| match hint.table(os).of(value) {
        Some(row) => format!("{} {value}", row.name),
        None => value.to_string(),
    };
    let labels = matrix.socktypes().iter();
    let labels: Vec<String> = labels.map(|&value| label(Hint::Socktype, value)).collect();
    let left = labels.iter().map(|label| width(label)).max().unwrap_or(0) + 4;
    let [first, second] = widths(matrix.cells(), look);
    // The marker, the two results, and the blanks between them and behind.
    let column = first + second + 3;
    let fits = usize::from((canvas.area.width.saturating_sub(left) / column).max(1));
    let columns = matrix.protocols().len();
    let start = (sheet.column + 1).saturating_sub(fits);
    let shown = start..(start + fits).min(columns);
    let place = |at: usize| left + u16::try_from(at - start).unwrap_or(u16::MAX) * column;

    let table = Hint::Protocol.table(os);
    canvas.text(3, 1, table.prefix, look.text());
    for at in shown.clone() {
        let value = matrix.protocols()[at];
        let name = table.of(value).map_or("", |row| table.short(row.name));
        let style = if at == sheet.column {
            look.strong()
        } else {
            look.text()
        };
        canvas.put(place(at) + 1, 1, column - 2, name, style);
        canvas.put(place(at) + 1, 2, column - 2, &value.to_string(), style);
    }
    // Marks beside the names that columns are hidden.
    if shown.start > 0 {
        canvas.text(left - 1, 1, look.glyph("‹", "<"), look.strong());
    }
    if shown.end < columns {
        canvas.right(left, 1, look.glyph("›", ">"), look.strong());
    }

    let types = labels.len();
    let lines = (0..matrix.families().len()).flat_map(|family| {
        let rows = family * types..(family + 1) * types;
        std::iter::once(Line::Family(family)).chain(rows.map(Line::Row))
    });
    let count = matrix.families().len() * (types + 1);
    let end = canvas.area.height.saturating_sub(foot + 1).max(HEAD + 1);
    let rows = usize::from(end - HEAD);
    canvas.screen.measures.popup = rows;
    let selected = sheet.row + sheet.row / types + 1;
    // The family of the first row is visible with it.
    let focus = if sheet.row.is_multiple_of(types) {
        [selected, selected - 1]
    } else {
        [selected; 2]
    };
    let mut top = 0;
    for focus in focus {
        top = scroll(&mut canvas.screen.first_line, focus, rows, count);
    }
    for (line, y) in lines.skip(top).zip(HEAD..end) {
        match line {
            Line::Family(family) => {
                let family = label(Hint::Family, matrix.families()[family]);
                canvas.text(1, y, &family, look.strong());
            }
            Line::Row(row) => {
                let here = row == sheet.row;
                let style = if here { look.strong() } else { look.text() };
                canvas.text(3, y, &labels[row % types], style);
                for at in shown.clone() {
                    let cell = &matrix.cells()[row * columns + at];
                    let area = Rect {
                        x: canvas.area.x + place(at),
                        y: canvas.area.y + y,
                        width: column,
                        height: 1,
                    };
                    let selected = here && at == sheet.column;
                    draw_cell(cell, selected, [first, second], &mut canvas.part(area));
                    canvas.part(area).set_target(Target::Cell(row, at));
                }
            }
        }
    }
    if let Some(cell) = sheet.cell() {
        draw_calls(os, cell, foot, canvas);
    }
    more(top, rows, count)
}

fn draw_cell(cell: &Cell, selected: bool, widths: [u16; 2], canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let [first, second] = results(cell, look);
    let [before, behind] = [width(&first), width(&second)];
    let style = if selected {
        canvas.text(0, 0, look.marker(), look.focus());
        look.selected()
    } else {
        look.text()
    };
    let (left, right) = (usize::from(widths[0]), usize::from(widths[1]));
    let blanks = left - usize::from(before);
    let end = right - usize::from(behind);
    let text = format!("{:blanks$}{first} {:end$}{second}", "", "");
    canvas.text(1, 0, &text, style);
}

/// The result of each call: a sign of success, or the number of the error.
fn results(cell: &Cell, look: Look) -> [String; 2] {
    [&cell.getaddrinfo, &cell.socket].map(|record| {
        match record.as_ref().map(|record| &record.outcome) {
            Some(Outcome::Returned(_)) => look.success_sign().to_owned(),
            Some(Outcome::Failed(error)) => error.code.to_string(),
            Some(Outcome::NotStarted(_) | Outcome::Unfinished) => "?".to_owned(),
            None => look.dot().to_owned(),
        }
    })
}

/// The widest results. Errors have at least three characters on every system, so that no column moves
/// while the matrix is filled.
fn widths(cells: &[Cell], look: Look) -> [u16; 2] {
    let cells = cells.iter().map(|cell| results(cell, look));
    cells.fold([3; 2], |widths, cell| {
        [0, 1].map(|at| widths[at].max(width(&cell[at])))
    })
}

/// The calls of the selected cell, whole.
fn draw_calls(os: Os, cell: &Cell, foot: u16, canvas: &mut Canvas) {
    let look = canvas.screen.look;
    let calls = [&cell.getaddrinfo, &cell.socket].into_iter().flatten();
    let lines = calls.flat_map(|record: &Record| {
        let line = script::line(os, record);
        wrap(&look.shown(&line), canvas.area.width.saturating_sub(2))
    });
    let lines: Vec<String> = lines.collect();
    let top = canvas.area.height.saturating_sub(foot);
    for (line, y) in lines.iter().zip(top..canvas.area.height) {
        canvas.text(1, y, line, look.text());
    }
}
