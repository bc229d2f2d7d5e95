//! The rows of the table: one line per entry, columns as wide as their widest cell.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use super::{Failure, Ms, called_socket, name};
use crate::names::Os;
use crate::net::{Call, Domain, Hint, OsError, Outcome, Reason, Record, Run, Value};
use crate::print::Report;
use crate::text::{ascii, display_width, printable};
use crate::words::{Key, Language, Phrase};

/// The titles, as a row. The number after a name is a column too, but has no title.
const TITLES: &str = "ai_family\t\tai_socktype\t\tai_protocol\t\tai_flags\t\tai_addrlen\tai_addr\t\
                      socket()\tms\tsetsockopt()\tbind()\tlisten()\tconnect()\terror\t\
                      getnameinfo()\tai_canonname";

/// The functions of the steps that have a column, in its order.
const STEPS: [&str; 4] = ["setsockopt()", "bind()", "listen()", "connect()"];

struct Column {
    title: &'static str,
    /// Aligned right.
    right: bool,
    shown: bool,
    width: usize,
}

impl Column {
    fn is_number_of_name(&self) -> bool {
        self.title.is_empty()
    }
}

pub(super) fn write_entries(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    // A list may have tens of thousands, so the rows are made twice rather than kept.
    let run = report.run;
    let entries = 0..run.entries().len();
    let mut row = String::new();
    let mut columns = columns(run);
    for at in entries.clone() {
        // Writing to a String cannot fail.
        let _ = fill(&mut row, report, at);
        for (column, cell) in columns.iter_mut().zip(row.split('\t')) {
            column.width = column.width.max(display_width(cell));
        }
    }
    widen_for_titles(&mut columns);

    write_row(out, &columns, TITLES)?;
    for at in entries {
        let _ = fill(&mut row, report, at);
        write_row(out, &columns, &row)?;
    }
    Ok(())
}

fn columns(run: &Run) -> Vec<Column> {
    let entries = 0..run.entries().len();
    let titles = TITLES.split('\t');
    let columns = titles.map(|title| Column {
        title,
        right: matches!(title, "" | "ai_addrlen" | "socket()" | "ms"),
        shown: match title {
            "socket()" | "ms" => called_socket(run),
            "error" => entries.clone().any(|at| failure(run, at).is_some()),
            "getnameinfo()" => entries.clone().any(|at| run.names(at).is_some()),
            step if STEPS.contains(&step) => {
                entries.clone().any(|at| latest(run, at, step).is_some())
            }
            "ai_canonname" => run.entries().iter().any(|entry| entry.canonname.is_some()),
            _ => true,
        },
        width: 0,
    });
    columns.collect()
}

/// The latest call of the function with this title on the socket of an entry.
fn latest<'a>(run: &'a Run, at: usize, title: &str) -> Option<&'a Record> {
    let mut steps = run.of_entry(at).filter(|record| record.call.is_step());
    steps.find(|record| title.strip_suffix("()") == Some(record.call.name(run.host.os)))
}

/// The failed socket(), else the first call on the socket that failed.
fn failure(run: &Run, at: usize) -> Option<(&Record, &OsError)> {
    let mut calls = run.socket(at).into_iter().chain(run.steps(at));
    calls.find_map(|record| Some((record, record.error()?)))
}

/// Puts the cells of the entry at this index into `row`, with tabs between them. No cell has a tab:
/// foreign texts are escaped.
fn fill(row: &mut String, Report { run, language, .. }: Report<'_>, at: usize) -> fmt::Result {
    let (os, entry) = (run.host.os, &run.entries()[at]);
    let members = entry.members();
    row.clear();
    for hint in Hint::ALL {
        let value = hint.get(&members);
        row.push_str(name(os, hint, value).as_deref().unwrap_or("-"));
        match hint {
            Hint::Flags => write!(row, "\t{value:#x}\t")?,
            _ => write!(row, "\t{value}\t")?,
        }
    }
    write!(row, "{}\t{}\t", entry.addrlen, entry.address(os))?;
    if let Some(socket) = run.socket(at) {
        match (socket.handle(), socket.error()) {
            (Some(handle), _) => row.push_str(&handle.show(os)),
            (None, Some(error)) if error.domain == Domain::Wsa => row.push_str("INVALID_SOCKET"),
            (None, _) => row.push_str("-1"),
        }
        write!(row, "\t{}\t", Ms(socket.took))?;
    } else {
        row.push_str("\t\t");
    }
    for title in STEPS {
        match latest(run, at, title) {
            None => row.push('-'),
            Some(step) => write_step(row, os, language, step)?,
        }
        row.push('\t');
    }
    match failure(run, at) {
        None => row.push('-'),
        Some((record, error)) => {
            if record.call.on().is_some() {
                write!(row, "{}: ", record.call.name(os))?;
            }
            write!(row, "{}", Failure(os, error, language))?;
        }
    }
    row.push('\t');
    if let Some(names) = run.names(at) {
        write_names(row, os, language, names)?;
    }
    row.push('\t');
    match &entry.canonname {
        None => row.push_str("NULL"),
        Some(name) => row.push_str(&printable(name)),
    }
    if language.is_ascii() && !row.is_ascii() {
        *row = ascii(row).into_owned();
    }
    Ok(())
}

/// Writes what a call on the socket returned, and how long connect() took.
fn write_step(row: &mut String, os: Os, language: Language, record: &Record) -> fmt::Result {
    let took = Ms(record.took);
    match &record.outcome {
        Outcome::Unfinished => {
            return write!(row, "{}", Phrase::table_no_answer(&took).text(language));
        }
        Outcome::NotStarted(_) => return row.write_str(Key::TableTimeOver.text(language)),
        Outcome::Returned(_) => row.push('0'),
        Outcome::Failed(_) => row.push_str(match os {
            Os::Windows => "SOCKET_ERROR",
            Os::Linux | Os::Macos | Os::Freebsd => "-1",
        }),
    }
    if matches!(record.call, Call::Connect { .. }) {
        write!(row, " {took} ms")?;
    }
    Ok(())
}

/// Writes the result of getnameinfo.
fn write_names(row: &mut String, os: Os, language: Language, record: &Record) -> fmt::Result {
    let took = Ms(record.took);
    match &record.outcome {
        Outcome::Returned(Value::Names(names)) => {
            let (node, service) = (printable(&names.node), printable(&names.service));
            write!(row, "{node} {service} {took} ms")
        }
        Outcome::Failed(error) => {
            write!(row, "{}", Failure(os, error, language))?;
            if let Some(errno) = &error.errno {
                write!(row, ", {}", Failure(os, errno, language))?;
            }
            write!(row, " {took} ms")
        }
        Outcome::Unfinished => write!(row, "{}", Phrase::table_no_answer(&took).text(language)),
        Outcome::NotStarted(Reason::TimeOver) => {
            write!(row, "{}", Key::TableTimeOver.text(language))
        }
        Outcome::NotStarted(_) | Outcome::Returned(_) => write!(row, "-"),
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

/// Writes one line without trailing blanks.
fn write_row(out: &mut impl Write, columns: &[Column], row: &str) -> io::Result<()> {
    let mut line = String::with_capacity(row.len() * 2);
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
        let cell = cell.trim_end_matches(' ');
        let used = display_width(cell);
        let mut start = end + gap;
        end = start + column.width;
        if column.right {
            start = end.saturating_sub(used);
        }
        if !cell.is_empty() {
            let blank = start.saturating_sub(filled);
            line.extend(std::iter::repeat_n(' ', blank));
            line.push_str(cell);
            filled += blank + used;
        }
    }
    line.push('\n');
    out.write_all(line.as_bytes())
}
