//! The rows of the table: one line an entry, in columns as wide as their widest cell.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use super::{Failure, Ms, flag_names};
use crate::names::Os;
use crate::net::{
    AddrInfo, Attempt, GaiError, Handle, Hint, Resolution, Reverse, Sockaddr, display_width,
    printable,
};
use crate::report::{ReverseAnswer, Trial};

/// One column. A number beside its name is a column too, without a title of its own.
struct Column {
    title: &'static str,
    /// Numbers stand right.
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

    /// Whether it belongs to the column before it.
    const fn is_number_of_name(&self) -> bool {
        self.title.is_empty()
    }
}

/// The cells of one line, in one buffer that is used again for the next line: a list may have
/// tens of thousands.
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

/// Which columns this list needs beside those that every list has.
#[derive(Clone, Copy)]
struct Needs {
    error: bool,
    canonname: bool,
}

/// One entry with what was done to it.
#[derive(Clone, Copy)]
struct Line<'a> {
    entry: &'a AddrInfo,
    trial: Option<&'a Trial>,
    /// Outer: whether it was asked for; inner: whether the entry has an address to ask about.
    reverse: Option<Option<&'a ReverseAnswer>>,
}

pub(super) fn write_entries(
    resolution: &Resolution,
    trials: Option<&[Trial]>,
    reverses: Option<&[Option<ReverseAnswer>]>,
    out: &mut impl Write,
) -> io::Result<()> {
    let entries = resolution.entries();
    let lines = || {
        entries.iter().enumerate().map(|(at, entry)| Line {
            entry,
            trial: trials.and_then(|trials| trials.get(at)),
            reverse: reverses.map(|reverses| reverses.get(at).and_then(Option::as_ref)),
        })
    };
    let needs = Needs {
        error: lines().any(|line| line.trial.is_some_and(has_failed)),
        canonname: entries.iter().any(|entry| entry.canonname.is_some()),
    };

    let mut columns = columns(needs, trials.is_some(), reverses.is_some());
    let mut row = Row::default();
    for line in lines() {
        fill(&mut row, line, needs);
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
        fill(&mut row, line, needs);
        lay_out(&mut text, &columns, &row);
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn has_failed(trial: &Trial) -> bool {
    let closed = trial.closed.as_ref();
    trial.attempt.result.is_err() || closed.is_some_and(|closed| closed.result.is_err())
}

/// In the order in which [`fill`] fills them.
fn columns(needs: Needs, socket: bool, reverse: bool) -> Vec<Column> {
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
    if socket {
        columns.extend([Column::right("socket()"), Column::right("ms")]);
    }
    if needs.error {
        columns.push(Column::left("error"));
    }
    if reverse {
        columns.push(Column::left("getnameinfo()"));
    }
    if needs.canonname {
        columns.push(Column::left("ai_canonname"));
    }
    columns
}

fn fill(row: &mut Row, line: Line<'_>, needs: Needs) {
    let entry = line.entry;
    row.clear();
    for (hint, value) in [
        (Hint::Family, entry.family),
        (Hint::Socktype, entry.socktype),
        (Hint::Protocol, entry.protocol),
    ] {
        let name = hint.table(Os::HOST).of(value).map_or("-", |row| row.name);
        row.cell(format_args!("{name}"));
        row.cell(format_args!("{value}"));
    }
    let names = flag_names(entry.flags);
    row.cell(format_args!("{}", names.as_deref().unwrap_or("-")));
    row.cell(format_args!("{:#x}", entry.flags));
    row.cell(format_args!("{}", entry.addrlen));
    match entry.sockaddr() {
        Sockaddr::Ip(address) => row.cell(format_args!("{address}")),
        Sockaddr::Null | Sockaddr::Other => row.cell(format_args!("{}", entry.address())),
    }
    if let Some(trial) = line.trial {
        let Attempt { result, took } = &trial.attempt;
        match result {
            Ok(handle) => row.cell(format_args!("{}", number(*handle))),
            Err(_) => row.cell(format_args!("{}", failed_socket())),
        }
        row.cell(format_args!("{}", Ms(*took)));
        let closed = trial.closed.as_ref().map(|closed| &closed.result);
        match (result, closed) {
            _ if !needs.error => {}
            (Err(error), _) => row.cell(format_args!("{}", Failure(error))),
            (_, Some(Err(error))) => row.cell(format_args!("{}: {}", error.call, Failure(error))),
            (Ok(_), _) => row.cell(format_args!("-")),
        }
    }
    match line.reverse {
        None => {}
        Some(None) => row.cell(format_args!("-")),
        Some(Some(ReverseAnswer::TimedOut { waited })) => {
            row.cell(format_args!("no answer within {} ms", Ms(*waited)));
        }
        Some(Some(ReverseAnswer::NotCalled)) => {
            row.cell(format_args!("not called, the time was over"));
        }
        Some(Some(ReverseAnswer::Returned(Reverse { result, took }))) => match result {
            Ok(names) => row.cell(format_args!(
                "{} {} {} ms",
                printable(&names.node),
                printable(&names.service),
                Ms(*took)
            )),
            Err(GaiError { error, errno: None }) => {
                row.cell(format_args!("{} {} ms", Failure(error), Ms(*took)));
            }
            Err(GaiError {
                error,
                errno: Some(errno),
            }) => row.cell(format_args!(
                "{}, {} {} ms",
                Failure(error),
                Failure(errno),
                Ms(*took)
            )),
        },
    }
    if needs.canonname {
        match &entry.canonname {
            None => row.cell(format_args!("NULL")),
            Some(name) => row.cell(format_args!("{}", printable(name))),
        }
    }
}

/// A descriptor, or a SOCKET in both ways of writing it.
fn number(handle: Handle) -> String {
    if Os::HOST == Os::Windows {
        handle.show_both(Os::HOST)
    } else {
        handle.show(Os::HOST)
    }
}

/// What socket() returns where it fails.
const fn failed_socket() -> &'static str {
    if cfg!(windows) {
        "INVALID_SOCKET"
    } else {
        "-1"
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

/// One line, its newline included, without blanks at its end.
fn lay_out(text: &mut String, columns: &[Column], row: &Row) {
    text.clear();
    // A title may be wider than its names and stand over their numbers as well.
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
