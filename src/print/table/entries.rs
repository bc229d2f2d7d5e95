//! The rows of the table: one line per entry, columns as wide as their widest cell.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use super::{Failure, Ms, called_socket, flag_names};
use crate::names::Os;
use crate::net::{AddrInfo, Domain, Handle, Hint, OsError, Outcome, Reason, Record, Run, Value};
use crate::text::{display_width, printable};

/// A column. The number after a name is a column too, but has no title.
struct Column {
    title: &'static str,
    /// Aligned right.
    right: bool,
    width: usize,
}

impl Column {
    const fn left(title: &'static str) -> Self {
        Self {
            title,
            right: false,
            width: 0,
        }
    }

    const fn right(title: &'static str) -> Self {
        Self {
            title,
            right: true,
            width: 0,
        }
    }

    /// Whether it is the number of the name in the column before it.
    const fn is_number_of_name(&self) -> bool {
        self.title.is_empty()
    }
}

/// The cells of one line. Every line reuses the buffer: a list may have tens of thousands.
#[derive(Default)]
struct Row {
    text: String,
    ends: Vec<usize>,
}

impl Row {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn cell(&mut self, value: fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.text.write_fmt(value);
        self.ends.push(self.text.len());
    }

    fn cells(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(self.ends.iter().copied())
            .map(|(start, end)| &self.text[start..end])
    }
}

/// The optional columns that a list optional.
#[derive(Clone, Copy)]
struct Optional {
    socket: bool,
    error: bool,
    names: bool,
    canonname: bool,
}

/// An entry and the calls on it.
#[derive(Clone, Copy)]
struct Line<'a> {
    os: Os,
    entry: &'a AddrInfo,
    socket: Option<&'a Record>,
    close: Option<&'a Record>,
    names: Option<&'a Record>,
}

pub(super) fn write_entries(run: &Run, out: &mut impl Write) -> io::Result<()> {
    let entries = run.entries();
    let lines = || {
        entries.iter().enumerate().map(|(at, entry)| Line {
            os: run.host.os,
            entry,
            socket: run.socket(at),
            close: run.close(at),
            names: run.names(at),
        })
    };
    let optional = Optional {
        socket: called_socket(run),
        error: lines().any(|line| line.failure().is_some()),
        names: lines().any(|line| line.names.is_some()),
        canonname: entries.iter().any(|entry| entry.canonname.is_some()),
    };

    let mut columns = columns(optional);
    let mut row = Row::default();
    for line in lines() {
        fill(&mut row, line, optional);
        for (column, cell) in columns.iter_mut().zip(row.cells()) {
            column.width = column.width.max(display_width(cell));
        }
    }
    widen_for_titles(&mut columns);

    let mut text = String::new();
    row.clear();
    for column in &columns {
        row.cell(format_args!("{}", column.title));
    }
    lay_out(&mut text, &columns, &row);
    out.write_all(text.as_bytes())?;
    for line in lines() {
        fill(&mut row, line, optional);
        lay_out(&mut text, &columns, &row);
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

impl<'a> Line<'a> {
    /// The failed socket(), else the failed close().
    fn failure(&self) -> Option<(&'a Record, &'a OsError)> {
        [self.socket, self.close]
            .into_iter()
            .flatten()
            .find_map(|record| Some((record, record.error()?)))
    }
}

/// The columns, in the order of [`fill`].
fn columns(optional: Optional) -> Vec<Column> {
    let mut columns = vec![
        Column::left("ai_family"),
        Column::right(""),
        Column::left("ai_socktype"),
        Column::right(""),
        Column::left("ai_protocol"),
        Column::right(""),
        Column::left("ai_flags"),
        Column::right(""),
        Column::right("ai_addrlen"),
        Column::left("ai_addr"),
    ];
    if optional.socket {
        columns.extend([Column::right("socket()"), Column::right("ms")]);
    }
    if optional.error {
        columns.push(Column::left("error"));
    }
    if optional.names {
        columns.push(Column::left("getnameinfo()"));
    }
    if optional.canonname {
        columns.push(Column::left("ai_canonname"));
    }
    columns
}

fn fill(row: &mut Row, line: Line<'_>, optional: Optional) {
    let Line { os, entry, .. } = line;
    row.clear();
    for (hint, value) in [
        (Hint::Family, entry.family),
        (Hint::Socktype, entry.socktype),
        (Hint::Protocol, entry.protocol),
    ] {
        let name = hint.table(os).of(value).map_or("-", |row| row.name);
        row.cell(format_args!("{name}"));
        row.cell(format_args!("{value}"));
    }
    let names = flag_names(os, entry.flags);
    row.cell(format_args!("{}", names.as_deref().unwrap_or("-")));
    row.cell(format_args!("{:#x}", entry.flags));
    row.cell(format_args!("{}", entry.addrlen));
    match entry.sockaddr(os) {
        Some(address) => row.cell(format_args!("{address}")),
        None => row.cell(format_args!("{}", entry.address(os))),
    }
    if let Some(socket) = line.socket {
        match (&socket.outcome, socket.handle()) {
            (_, Some(handle)) => row.cell(format_args!("{}", number(os, handle))),
            (Outcome::Failed(error), _) if error.domain == Domain::Wsa => {
                row.cell(format_args!("INVALID_SOCKET"));
            }
            _ => row.cell(format_args!("-1")),
        }
        row.cell(format_args!("{}", Ms(socket.took)));
    }
    match line.failure() {
        _ if !optional.error => {}
        None => row.cell(format_args!("-")),
        Some((record, error)) if record.call.on().is_none() => {
            row.cell(format_args!("{}", Failure(os, error)));
        }
        Some((record, error)) => row.cell(format_args!(
            "{}: {}",
            record.call.name(os),
            Failure(os, error)
        )),
    }
    if let Some(names) = line.names {
        fill_names(row, os, names);
    }
    if optional.canonname {
        match &entry.canonname {
            None => row.cell(format_args!("NULL")),
            Some(name) => row.cell(format_args!("{}", printable(name))),
        }
    }
}

/// The result of getnameinfo.
fn fill_names(row: &mut Row, os: Os, record: &Record) {
    let took = Ms(record.took);
    match &record.outcome {
        Outcome::Returned(Value::Names(names)) => row.cell(format_args!(
            "{} {} {took} ms",
            printable(&names.node),
            printable(&names.service)
        )),
        Outcome::Failed(error) => match &error.errno {
            None => row.cell(format_args!("{} {took} ms", Failure(os, error))),
            Some(errno) => row.cell(format_args!(
                "{}, {} {took} ms",
                Failure(os, error),
                Failure(os, errno)
            )),
        },
        Outcome::Unfinished => row.cell(format_args!("no answer within {took} ms")),
        Outcome::NotStarted(Reason::TimeOver) => {
            row.cell(format_args!("not called, the time was over"));
        }
        Outcome::NotStarted(_) | Outcome::Returned(_) => row.cell(format_args!("-")),
    }
}

/// A descriptor in decimal; a SOCKET in hexadecimal and decimal.
fn number(os: Os, handle: Handle) -> String {
    if os == Os::Windows {
        handle.show_both(os)
    } else {
        handle.show(os)
    }
}

fn widen_for_titles(columns: &mut [Column]) {
    for at in 0..columns.len() {
        let number = columns
            .get(at + 1)
            .filter(|next| next.is_number_of_name())
            .map_or(0, |next| 1 + next.width);
        let column = &mut columns[at];
        column.width = column.width.max(column.title.len().saturating_sub(number));
    }
}

/// One line with its newline, without trailing blanks.
fn lay_out(text: &mut String, columns: &[Column], row: &Row) {
    text.clear();
    // A title wider than its names continues above their numbers.
    let mut spare = 0;
    for (at, (column, cell)) in columns.iter().zip(row.cells()).enumerate() {
        let gap = match (at, column.is_number_of_name()) {
            (0, _) => 0,
            (_, true) => 1,
            (_, false) => 2,
        };
        let used = display_width(cell);
        if column.right {
            let blank = (gap + column.width).saturating_sub(used + spare);
            text.extend(std::iter::repeat_n(' ', blank));
            text.push_str(cell);
            spare = 0;
        } else {
            text.extend(std::iter::repeat_n(' ', gap));
            text.push_str(cell);
            let blank = column.width.saturating_sub(used);
            text.extend(std::iter::repeat_n(' ', blank));
            spare = used.saturating_sub(column.width);
        }
    }
    text.truncate(text.trim_end_matches(' ').len());
    text.push('\n');
}
