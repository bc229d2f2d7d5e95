//! The rows of the table: one line per entry, columns as wide as their widest cell.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::io::{self, Write};

use super::{Failure, Ms, called_socket, name};
use crate::names::Os;
use crate::net::{Call, Domain, Hint, OsError, Outcome, Reason, Record, Run, Sockaddr, Value};
use crate::print::Report;
use crate::print::memo::Memo;
use crate::text::{ascii, display_width, printable, push_number};
use crate::words::{Key, Language, Phrase};

/// The functions of the steps that have a column, in its order.
const STEPS: [&str; 4] = ["setsockopt()", "bind()", "listen()", "connect()"];

/// What a column has of an entry.
#[derive(Clone, Copy)]
enum Cell {
    Name(Hint),
    Number(Hint),
    Addrlen,
    Addr,
    Socket,
    Ms,
    /// The function, as a title.
    Step(&'static str),
    Error,
    Names,
    Canonname,
}

impl Cell {
    /// Every one, in the order of the columns.
    fn all() -> impl Iterator<Item = Self> {
        let members = Hint::ALL.map(|hint| [Self::Name(hint), Self::Number(hint)]);
        let members = members.into_iter().flatten();
        members
            .chain([Self::Addrlen, Self::Addr, Self::Socket, Self::Ms])
            .chain(STEPS.map(Self::Step))
            .chain([Self::Error, Self::Names, Self::Canonname])
    }

    /// The title of the column. The number after a name has none.
    const fn title(self) -> &'static str {
        match self {
            Self::Name(hint) => hint.member(),
            Self::Number(_) => "",
            Self::Addrlen => "ai_addrlen",
            Self::Addr => "ai_addr",
            Self::Socket => "socket()",
            Self::Ms => "ms",
            Self::Step(title) => title,
            Self::Error => "error",
            Self::Names => "getnameinfo()",
            Self::Canonname => "ai_canonname",
        }
    }

    fn is_shown(self, run: &Run) -> bool {
        let mut entries = 0..run.entries().len();
        let mut records = run.records().iter();
        match self {
            Self::Name(_) | Self::Number(_) | Self::Addrlen | Self::Addr => true,
            Self::Socket | Self::Ms => called_socket(run),
            Self::Step(title) => records.any(|it| it.entry.is_some() && is_step(run, it, title)),
            Self::Error => entries.any(|at| failure(run, at).is_some()),
            Self::Names => entries.any(|at| run.names(at).is_some()),
            Self::Canonname => run.entries().iter().any(|entry| entry.canonname.is_some()),
        }
    }

    const fn is_right_aligned(self) -> bool {
        matches!(
            self,
            Self::Number(_) | Self::Addrlen | Self::Socket | Self::Ms
        )
    }
}

struct Column {
    cell: Cell,
    width: usize,
}

impl Column {
    const fn is_number_of_name(&self) -> bool {
        matches!(self.cell, Cell::Number(_))
    }
}

/// The columns of the members that hints have too, which come first.
const OF_HINTS: usize = 2 * Hint::ALL.len();

pub(super) fn write_entries(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    // A list may have tens of thousands, so the cells are made twice rather than kept. But it has few
    // different members of hints.
    let run = report.run;
    let shown = Cell::all().filter(|cell| cell.is_shown(run));
    let mut columns: Vec<_> = shown.map(|cell| Column { cell, width: 0 }).collect();
    let mut seen = BTreeSet::new();
    let mut cells = Cells {
        report,
        text: String::new(),
        addresses: Memo::new(),
        errors: Memo::new(),
    };
    for (at, entry) in run.entries().iter().enumerate() {
        let known = if seen.insert(entry.members()) {
            0
        } else {
            OF_HINTS
        };
        for column in &mut columns[known..] {
            column.width = column.width.max(display_width(cells.get(column.cell, at)));
        }
    }
    widen_for_titles(&mut columns);

    let (of_hints, others) = columns.split_at(OF_HINTS);
    let mut line = Line::default();
    for column in &columns {
        line.add(column, column.cell.title());
    }
    line.write(out)?;
    let mut starts = BTreeMap::new();
    for (at, entry) in run.entries().iter().enumerate() {
        let start = starts.entry(entry.members()).or_insert_with(|| {
            let mut start = Line::default();
            for column in of_hints {
                start.add(column, cells.get(column.cell, at));
            }
            start
        });
        line.clone_from(start);
        for column in others {
            line.add(column, cells.get(column.cell, at));
        }
        line.write(out)?;
    }
    Ok(())
}

/// Whether the call is the function with this title, on a socket.
fn is_step(run: &Run, record: &Record, title: &str) -> bool {
    record.call.is_step() && title.strip_suffix("()") == Some(record.call.name(run.host.os))
}

/// The latest call of the function with this title on the socket of an entry.
fn latest<'a>(run: &'a Run, at: usize, title: &str) -> Option<&'a Record> {
    run.of_entry(at).find(|record| is_step(run, record, title))
}

/// The failed socket(), else the first call on the socket that failed.
fn failure(run: &Run, at: usize) -> Option<(&Record, &OsError)> {
    let failed = |record| Some((record, Record::error(record)?));
    let socket = run.socket(at).and_then(failed);
    socket.or_else(|| {
        let steps = run.of_entry(at).filter(|record| record.call.on().is_some());
        // The newest comes first.
        steps.filter_map(failed).last()
    })
}

/// Makes the cells.
struct Cells<'a> {
    report: Report<'a>,
    text: String,
    addresses: Memo<(usize, &'a Option<Sockaddr>)>,
    errors: Memo<&'a OsError>,
}

impl Cells<'_> {
    /// The cell of the entry at this index.
    fn get(&mut self, cell: Cell, at: usize) -> &str {
        self.text.clear();
        // Writing to a String cannot fail.
        let _ = self.write(cell, at);
        if self.report.language.is_ascii() && !self.text.is_ascii() {
            self.text = ascii(&self.text).into_owned();
        }
        &self.text
    }

    fn write(&mut self, cell: Cell, at: usize) -> fmt::Result {
        let (Report { run, language, .. }, text) = (self.report, &mut self.text);
        let (os, entry) = (run.host.os, &run.entries()[at]);
        let value = |hint: Hint| hint.get(&entry.members());
        match cell {
            Cell::Name(hint) => {
                text.push_str(name(os, hint, value(hint)).as_deref().unwrap_or("-"));
            }
            Cell::Number(Hint::Flags) => write!(text, "{:#x}", entry.flags)?,
            Cell::Number(hint) => {
                if value(hint) < 0 {
                    text.push('-');
                }
                push_number(text, value(hint).unsigned_abs().into());
            }
            Cell::Addrlen => push_number(text, entry.addrlen as u64),
            Cell::Addr => {
                let address = |_: &_| Ok::<_, fmt::Error>(entry.address(os));
                let key = (entry.addrlen, &entry.addr);
                text.push_str(self.addresses.text(key, address)?);
            }
            Cell::Socket => {
                if let Some(socket) = run.socket(at) {
                    match (socket.handle(), socket.error()) {
                        (Some(handle), _) => text.push_str(&handle.show(os)),
                        (None, Some(error)) if error.domain == Domain::Wsa => {
                            text.push_str("INVALID_SOCKET");
                        }
                        (None, _) => text.push_str("-1"),
                    }
                }
            }
            Cell::Ms => {
                if let Some(socket) = run.socket(at) {
                    Ms(socket.took).push_to(text);
                }
            }
            Cell::Step(title) => match latest(run, at, title) {
                None => text.push('-'),
                Some(step) => write_step(text, os, language, step)?,
            },
            Cell::Error => match failure(run, at) {
                None => text.push('-'),
                Some((record, error)) => {
                    if record.call.on().is_some() {
                        write!(text, "{}: ", record.call.name(os))?;
                    }
                    let failure =
                        |error: &&_| Ok::<_, fmt::Error>(Failure(os, error, language).to_string());
                    text.push_str(self.errors.text(error, failure)?);
                }
            },
            Cell::Names => {
                if let Some(names) = run.names(at) {
                    write_names(text, os, language, names)?;
                }
            }
            Cell::Canonname => match &entry.canonname {
                None => text.push_str("NULL"),
                Some(name) => text.push_str(&printable(name)),
            },
        }
        Ok(())
    }
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
        let title = column.cell.title().len();
        column.width = column.width.max(title.saturating_sub(number));
    }
}

/// A line without trailing blanks.
#[derive(Default)]
struct Line {
    text: Vec<u8>,
    /// The columns of the screen that the text fills.
    filled: usize,
    /// Where the last column ends. A title wider than its names continues above their numbers.
    end: usize,
}

impl Line {
    fn clone_from(&mut self, other: &Self) {
        self.text.clone_from(&other.text);
        (self.filled, self.end) = (other.filled, other.end);
    }

    fn add(&mut self, column: &Column, cell: &str) {
        let gap = match self.end {
            0 => 0,
            _ if column.is_number_of_name() => 1,
            _ => 2,
        };
        let cell = cell.trim_end_matches(' ');
        let used = display_width(cell);
        let mut start = self.end + gap;
        self.end = start + column.width;
        if column.cell.is_right_aligned() {
            start = self.end.saturating_sub(used);
        }
        if !cell.is_empty() {
            let blank = start.saturating_sub(self.filled);
            self.text.resize(self.text.len() + blank, b' ');
            self.text.extend_from_slice(cell.as_bytes());
            self.filled += blank + used;
        }
    }

    fn write(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.text.push(b'\n');
        out.write_all(&self.text)
    }
}
