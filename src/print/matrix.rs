//! The matrix of `--matrix` as a table and as JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::{Constant, Of, Socket, write_end, write_list, write_start};
use super::table::{Failure, write_host};
use super::{Format, PROGRAM, shown};
use crate::names::Os;
use crate::net::{Cell, Hint, Matrix, OsError, Outcome, Record, Triple};
use crate::text::display_width;
use crate::words::{Key, Language, Phrase};

/// The widest line, unless a single column needs more.
const WIDTH: usize = 80;

pub(super) fn write(
    matrix: &Matrix,
    format: Format,
    language: Language,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        Format::Json => write_json(matrix, out),
        Format::Table | Format::Markdown => {
            let mut table = Vec::new();
            write_table(matrix, language, &mut table)?;
            out.write_all(&shown(table, format, language))
        }
    }
}

/// The object has no query and no entries: `matrix` has its own calls.
fn write_json(matrix: &Matrix, out: &mut impl Write) -> io::Result<()> {
    write_start(&matrix.host, out)?;
    write_cells(matrix, out)?;
    write_end(out)
}

/// Writes the member `matrix`.
pub(super) fn write_cells(matrix: &Matrix, out: &mut impl Write) -> io::Result<()> {
    let os = matrix.host.os;
    out.write_all(b",\n  \"matrix\": {\"cells\": [")?;
    write_list(out, matrix.cells().iter().map(|cell| Of(os, cell)))?;
    out.write_all(b"]}")
}

impl Serialize for Of<'_, Cell> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(os, cell) = *self;
        let getaddrinfo = cell.getaddrinfo.as_ref();
        let socket = cell.socket.as_ref();
        let socket = socket.map(|socket| Socket(os, socket, cell.close.as_ref()));
        let entries = getaddrinfo.and_then(Record::list);
        let mut map = serializer.serialize_map(None)?;
        for (hint, value) in hints(cell.triple) {
            map.serialize_entry(hint.member(), &Constant(os, hint, value))?;
        }
        map.serialize_entry("getaddrinfo", &getaddrinfo.map(|record| Of(os, record)))?;
        map.serialize_entry("entries", &entries.map(|list| list.entries.len()))?;
        map.serialize_entry("socket", &socket)?;
        map.end()
    }
}

const fn hints(triple: Triple) -> [(Hint, i32); 3] {
    [
        (Hint::Family, triple.family),
        (Hint::Socktype, triple.socktype),
        (Hint::Protocol, triple.protocol),
    ]
}

fn write_table(matrix: &Matrix, language: Language, out: &mut impl Write) -> io::Result<()> {
    let os = matrix.host.os;
    writeln!(out, "matrix  {}", Key::MatrixCalls.text(language))?;
    writeln!(out, "cell    {}", Key::MatrixCell.text(language))?;
    write_host(&matrix.host, PROGRAM.1, language, out)?;
    let socktypes = matrix.socktypes().iter();
    let labels: Vec<String> = socktypes
        .map(|&value| label(os, Hint::Socktype, value))
        .collect();
    let left = labels.iter().map(|label| display_width(label)).max();
    let widths = widths(matrix);
    let columns = Columns {
        names: protocol_names(matrix),
        left: left.unwrap_or_default() + 2,
        widths,
    };
    for (at, &family) in matrix.families().iter().enumerate() {
        writeln!(out)?;
        let family = label(os, Hint::Family, family);
        let mut cells = matrix.block(at).flatten().map(results);
        let first = cells.next().unwrap_or_default();
        if cells.all(|cell| cell == first) {
            let text = Phrase::matrix_same(format!("{} {}", first[0], first[1]));
            writeln!(out, "{family}: {}", text.text(language))?;
        } else {
            columns.write_block(matrix, at, &family, &labels, out)?;
        }
    }
    write_errors(matrix, language, out)
}

/// How wide getaddrinfo()'s result is and how wide socket()'s.
fn widths(matrix: &Matrix) -> [usize; 2] {
    let cells = matrix.cells().iter().map(results);
    cells.fold([0; 2], |widths, cell| {
        [0, 1].map(|at| widths[at].max(cell[at].len()))
    })
}

/// The name of each protocol without its prefix, and its number.
fn protocol_names(matrix: &Matrix) -> Vec<[String; 2]> {
    let table = Hint::Protocol.table(matrix.host.os);
    let names = matrix.protocols().iter().map(|&value| {
        let name = table.of(value).map_or("", |row| table.short(row.name));
        [name.to_owned(), value.to_string()]
    });
    names.collect()
}

/// The columns of every block.
struct Columns {
    names: Vec<[String; 2]>,
    left: usize,
    widths: [usize; 2],
}

impl Columns {
    /// Two results and their blanks, or the name above them.
    fn width(&self) -> usize {
        let names = self.names.iter().flatten().map(|name| name.len());
        let cell = self.widths[0] + 1 + self.widths[1];
        names.max().unwrap_or_default().max(cell) + 2
    }

    /// Writes a family's rows, with as many columns at a time as have room.
    fn write_block(
        &self,
        matrix: &Matrix,
        family: usize,
        title: &str,
        labels: &[String],
        out: &mut impl Write,
    ) -> io::Result<()> {
        let (width, left) = (self.width(), self.left);
        let most = (WIDTH.saturating_sub(left) / width).max(1);
        let mut start = 0;
        for names in self.names.chunks(most) {
            for (at, left_title) in [(0, title), (1, "")] {
                let names = names.iter().map(|name| name[at].clone());
                write_line(out, left_title, left, width, names)?;
            }
            for (cells, label) in matrix.block(family).zip(labels) {
                let cells = cells[start..][..names.len()].iter().map(|cell| {
                    let [getaddrinfo, socket] = results(cell);
                    let [first, second] = self.widths;
                    format!("{getaddrinfo:>first$} {socket:>second$}")
                });
                write_line(out, label, left, width, cells)?;
            }
            start += names.len();
        }
        Ok(())
    }
}

/// One line, without blanks at its end.
fn write_line(
    out: &mut impl Write,
    left: &str,
    left_width: usize,
    width: usize,
    cells: impl Iterator<Item = String>,
) -> io::Result<()> {
    let mut line = format!("{left:left_width$}");
    for cell in cells {
        line.push_str(&format!("{cell:width$}"));
    }
    writeln!(out, "{}", line.trim_end())
}

/// `AF_INET 2`; a number without a name stands alone.
fn label(os: Os, hint: Hint, value: i32) -> String {
    let row = hint.table(os).of(value);
    row.map_or_else(|| value.to_string(), |row| format!("{} {value}", row.name))
}

/// The results of getaddrinfo() and of socket().
fn results(cell: &Cell) -> [Cow<'static, str>; 2] {
    [&cell.getaddrinfo, &cell.socket].map(|record| {
        match record.as_ref().map(|record| &record.outcome) {
            Some(Outcome::Returned(_)) => "ok".into(),
            Some(Outcome::Failed(error)) => error.code.to_string().into(),
            Some(Outcome::NotStarted(_) | Outcome::Unfinished) | None => "-".into(),
        }
    })
}

/// Writes what each number means.
fn write_errors(matrix: &Matrix, language: Language, out: &mut impl Write) -> io::Result<()> {
    let os = matrix.host.os;
    let mut errors: BTreeMap<(usize, i32), (&str, &OsError)> = BTreeMap::new();
    for cell in matrix.cells() {
        for (at, record) in [&cell.getaddrinfo, &cell.socket].into_iter().enumerate() {
            if let Some(record) = record
                && let Some(error) = record.error()
            {
                errors.insert((at, error.code), (record.call.name(os), error));
            }
        }
    }
    if !errors.is_empty() {
        writeln!(out)?;
    }
    let names = errors.values().map(|(call, _)| call.len() + 2);
    let width = names.max().unwrap_or_default();
    for (call, error) in errors.values() {
        let call = format!("{call}()");
        writeln!(out, "{call:width$}  {}", Failure(os, error, language))?;
    }
    Ok(())
}
