//! The rows of the table: one line per entry, columns as wide as their widest cell.

use std::fmt;
use std::io::{self, Write};

use super::{Failure, Ms, called_socket, name_and_number};
use crate::names::Os;
use crate::net::{Domain, Handle, Hint, OsError, Outcome, Reason, Record, Run, Value};
use crate::print::shared_members;
use crate::text::{display_width, printable};

/// The titles, as a [`Row`]. The number after a name is a column too, but has no title.
const TITLES: &str = "ai_family\t\tai_socktype\t\tai_protocol\t\tai_flags\t\tai_addrlen\tai_addr\t\
                      socket()\tms\terror\tgetnameinfo()\tai_canonname";

struct Column {
    title: &'static str,
    shown: bool,
    width: usize,
}

impl Column {
    fn is_number_of_name(&self) -> bool {
        self.title.is_empty()
    }

    fn is_aligned_right(&self) -> bool {
        matches!(self.title, "" | "ai_addrlen" | "socket()" | "ms")
    }
}

pub(super) fn write_entries(run: &Run, out: &mut impl Write) -> io::Result<()> {
    // A list may have tens of thousands, so the rows are made twice rather than kept.
    let rows = || (0..run.entries().len()).map(|at| Row(run, at).to_string());
    let mut columns = columns(run);
    for row in rows() {
        for (column, cell) in columns.iter_mut().zip(row.split('\t')) {
            column.width = column.width.max(display_width(cell));
        }
    }
    widen_for_titles(&mut columns);

    out.write_all(lay_out(&columns, TITLES).as_bytes())?;
    for row in rows() {
        out.write_all(lay_out(&columns, &row).as_bytes())?;
    }
    Ok(())
}

fn columns(run: &Run) -> Vec<Column> {
    let entries = 0..run.entries().len();
    let titles = TITLES.split('\t');
    let columns = titles.map(|title| Column {
        title,
        shown: match title {
            "socket()" | "ms" => called_socket(run),
            "error" => entries.clone().any(|at| failure(run, at).is_some()),
            "getnameinfo()" => entries.clone().any(|at| run.names(at).is_some()),
            "ai_canonname" => run.entries().iter().any(|entry| entry.canonname.is_some()),
            _ => true,
        },
        width: 0,
    });
    columns.collect()
}

/// The failed socket(), else the failed close().
fn failure(run: &Run, at: usize) -> Option<(&Record, &OsError)> {
    let mut calls = [run.socket(at), run.close(at)].into_iter().flatten();
    calls.find_map(|record| Some((record, record.error()?)))
}

/// The cells of the entry at this index, with tabs between them. No cell has a tab: foreign texts are
/// escaped.
struct Row<'a>(&'a Run, usize);

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(run, at) = *self;
        let (os, entry) = (run.host.os, &run.entries()[at]);
        let members = shared_members(entry);
        for hint in Hint::ALL {
            let (name, number) = name_and_number(os, hint, hint.get(&members));
            write!(f, "{}\t{number}\t", name.as_deref().unwrap_or("-"))?;
        }
        write!(f, "{}\t{}\t", entry.addrlen, entry.address(os))?;
        if let Some(socket) = run.socket(at) {
            match (socket.handle(), socket.error()) {
                (Some(handle), _) => f.write_str(&number(os, handle))?,
                (None, Some(error)) if error.domain == Domain::Wsa => {
                    f.write_str("INVALID_SOCKET")?;
                }
                (None, _) => f.write_str("-1")?,
            }
            write!(f, "\t{}\t", Ms(socket.took))?;
        } else {
            f.write_str("\t\t")?;
        }
        match failure(run, at) {
            None => f.write_str("-\t")?,
            Some((record, error)) => {
                if record.call.on().is_some() {
                    write!(f, "{}: ", record.call.name(os))?;
                }
                write!(f, "{}\t", Failure(os, error))?;
            }
        }
        if let Some(names) = run.names(at) {
            write_names(f, os, names)?;
        }
        match &entry.canonname {
            None => f.write_str("\tNULL"),
            Some(name) => write!(f, "\t{}", printable(name)),
        }
    }
}

/// Writes the result of getnameinfo.
fn write_names(f: &mut fmt::Formatter<'_>, os: Os, record: &Record) -> fmt::Result {
    let took = Ms(record.took);
    match &record.outcome {
        Outcome::Returned(Value::Names(names)) => {
            let (node, service) = (printable(&names.node), printable(&names.service));
            write!(f, "{node} {service} {took} ms")
        }
        Outcome::Failed(error) => {
            write!(f, "{}", Failure(os, error))?;
            if let Some(errno) = &error.errno {
                write!(f, ", {}", Failure(os, errno))?;
            }
            write!(f, " {took} ms")
        }
        Outcome::Unfinished => write!(f, "no answer within {took} ms"),
        Outcome::NotStarted(Reason::TimeOver) => f.write_str("not called, the time was over"),
        Outcome::NotStarted(_) | Outcome::Returned(_) => f.write_str("-"),
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
fn lay_out(columns: &[Column], row: &str) -> String {
    let mut text = String::new();
    // The columns that the text fills, and where the column ends. A title wider than its names
    // continues above their numbers.
    let (mut filled, mut end) = (0, 0);
    for (at, (column, cell)) in columns.iter().zip(row.split('\t')).enumerate() {
        if !column.shown {
            continue;
        }
        let gap = match at {
            0 => 0,
            _ if column.is_number_of_name() => 1,
            _ => 2,
        };
        let used = display_width(cell);
        let start = end + gap;
        end = start + column.width;
        let start = if column.is_aligned_right() {
            end.saturating_sub(used)
        } else {
            start
        };
        let blank = start.saturating_sub(filled);
        text.extend(std::iter::repeat_n(' ', blank));
        text.push_str(cell);
        filled += blank + used;
    }
    text.truncate(text.trim_end_matches(' ').len());
    text.push('\n');
    text
}
