//! The table: the call, its result, and one line per entry.

mod entries;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use self::entries::write_entries;
use super::lookup::write_lookup;
use super::notes::{write_list_notes, write_note};
use super::order::write_order;
use super::{PROGRAM, Report, STRUCT_ORDER, microseconds};
use crate::names::Os;
use crate::net::{Domain, Hint, Host, OsError, Outcome, Record, Role, Run, Value, WSASTARTUP};
use crate::script;
use crate::text::{printable, push_number, quoted};
use crate::words::{Key, Language, Phrase, constant};

pub(super) fn write(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let (run, language) = (report.run, report.language);
    write_origin(report, out)?;
    if run.query.is_none() {
        return write_by_hand(report, out);
    }
    let (call, os) = (run.asked().call(), run.host.os);
    let Some(Record { outcome, took, .. }) = run.answer() else {
        write_system(report, out)?;
        return write_lookup(report, out);
    };
    let took = Ms(*took);
    match outcome {
        Outcome::Unfinished | Outcome::NotStarted(_) => {
            let text = Phrase::table_no_answer(&took).text(language);
            writeln!(out, "{call} = ?  {text}")?;
            write_system(report, out)?;
            write_lookup(report, out)
        }
        Outcome::Failed(error) => {
            writeln!(out, "{call} = {}  {took} ms", error.code)?;
            writeln!(out, "error   {}", Failure(os, error, language))?;
            if let Some(errno) = &error.errno {
                writeln!(out, "errno   {}", Failure(os, errno, language))?;
            }
            for note in report.notes(None) {
                write_note(&note, "", language, out)?;
            }
            write_system(report, out)?;
            write_lookup(report, out)
        }
        Outcome::Returned(_) => {
            let count = run.entries().len();
            let entries = entries(count).text(language);
            writeln!(out, "{call} = 0  {entries}  {took} ms")?;
            write_system(report, out)?;
            if called_socket(run) {
                let each_closed = !matches!(
                    report.steps,
                    Some(Role::Client | Role::Server { keep: true })
                );
                let opened = if count > 1 && each_closed {
                    Phrase::table_each_closed(count, run.opened())
                } else {
                    Phrase::table_opened(count, run.opened())
                };
                writeln!(out, "socket  {}", opened.text(language))?;
            }
            if let Some(role) = report.steps {
                let succeeded = (0..count).filter(|&at| run.took_steps(at)).count();
                let succeeded = Phrase::table_succeeded(count, succeeded).text(language);
                let name = match role {
                    Role::Client => "connect",
                    Role::Server { .. } => "listen",
                };
                writeln!(out, "{name:7} {succeeded}")?;
            }
            if count > 0 {
                writeln!(out)?;
                write_entries(report, out)?;
            }
            write_list_notes(report, out)?;
            write_lookup(report, out)?;
            write_order(report, out)
        }
    }
}

/// Writes that the run is one of a file.
fn write_origin(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let Some(replay) = report.replay else {
        return Ok(());
    };
    // The name of a file may be that of a person or a machine.
    let file = match report.real {
        None => replay.file.clone(),
        Some(_) => "[…]".to_owned(),
    };
    let text = Phrase::table_replay(file, report.run.host.os.title());
    writeln!(out, "replay  {}", text.text(report.language))
}

/// A socket without getaddrinfo: the call, its result, and the row of its numbers.
fn write_by_hand(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let (run, os) = (report.run, report.run.host.os);
    if let Some(record) = run.socket(0) {
        let (call, took) = (script::without_time(os, record), Ms(record.took));
        writeln!(out, "{call}  {took} ms")?;
    }
    write_system(report, out)?;
    writeln!(out)?;
    write_entries(report, out)?;
    let notes = report.notes(Some(0));
    if !notes.is_empty() {
        writeln!(out)?;
    }
    for note in notes {
        write_note(&note, "", report.language, out)?;
    }
    Ok(())
}

/// Whether socket() was called. An empty list does not tell, so it counts as yes.
fn called_socket(run: &Run) -> bool {
    run.entries().is_empty() || run.socket(0).is_some()
}

/// Writes the hints, if there is a query, and the system.
fn write_system(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let os = &report.run.host.os;
    match &report.run.asked().hints {
        None if report.run.query.is_none() => {}
        None => writeln!(out, "hints   NULL")?,
        Some(hints) => {
            let members = STRUCT_ORDER.map(|hint| {
                let value = hint.get(hints);
                let name = name(*os, hint, value);
                let number = match hint {
                    Hint::Flags => format!("{value:#x}"),
                    _ => value.to_string(),
                };
                let name = name.map_or_else(String::new, |name| format!("{name} "));
                format!("{} {name}{number}", hint.member())
            });
            writeln!(out, "hints   {}", members.join(", "))?;
        }
    }
    let version = report
        .replay
        .map_or(PROGRAM.1, |replay| replay.version.as_deref().unwrap_or("?"));
    write_host(&report.run.host, version, report.language, out)
}

/// `Linux x86_64, glibc 2.36`
pub(super) fn system(Host { os, arch, libc, .. }: &Host) -> String {
    let system = format!("{} {arch}", os.title());
    match libc {
        Some(libc) => format!("{system}, {}", printable(libc.as_ref())),
        None => system,
    }
}

/// Writes the system, and the version of this program that asked it.
pub(super) fn write_host(
    host: &Host,
    version: &str,
    language: Language,
    out: &mut impl Write,
) -> io::Result<()> {
    write!(out, "system  {}", system(host))?;
    match host.wsastartup.as_ref().map(|record| &record.outcome) {
        None => {}
        Some(Outcome::Returned(Value::WsaData(data))) => write!(
            out,
            ", Winsock {} {} {}",
            data.version,
            quoted(data.description.as_ref()),
            quoted(data.status.as_ref())
        )?,
        Some(Outcome::Failed(error)) => {
            write!(
                out,
                ", {WSASTARTUP} = {}",
                Failure(host.os, error, language)
            )?;
        }
        Some(_) => write!(out, ", {}", Key::TableNoWsastartup.text(language))?,
    }
    writeln!(out, "; {} {}", PROGRAM.0, printable(version.as_ref()))
}

/// `1 entry`, `3 entries`
pub(super) fn entries(count: usize) -> Phrase {
    match count {
        1 => Key::TableOneEntry.into(),
        _ => Phrase::table_entries(count),
    }
}

/// The name of a member's value, if it has one.
fn name(os: Os, hint: Hint, value: i32) -> Option<Cow<'static, str>> {
    let table = hint.table(os);
    if hint != Hint::Flags {
        return table.of(value).map(|row| row.name.into());
    }
    let has_name = !table.split(value).0.is_empty();
    has_name.then(|| hint.show(os, value).into())
}

/// `errno 93 EPROTONOSUPPORT "Protocol not supported"`. A WSA code has our description before the
/// system's text: Windows has that in the user's language, and Wine may have none.
pub(super) struct Failure<'a>(pub(super) Os, pub(super) &'a OsError, pub(super) Language);

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(os, error, language) = self;
        write!(f, "{} {}", error.domain.name(), error.code)?;
        let wsa = error.domain == Domain::Wsa;
        if let Some(row) = error.name(*os) {
            write!(f, " {}", row.name)?;
            if wsa {
                write!(f, ": {}", constant(row.name, *language))?;
            }
        }
        if wsa && error.message.is_empty() {
            return Ok(());
        }
        write!(f, " {}", quoted(error.message.as_ref().as_ref()))
    }
}

/// Milliseconds, to the microsecond.
struct Ms(Duration);

impl Ms {
    fn push_to(&self, text: &mut String) {
        let microseconds = microseconds(self.0);
        push_number(text, microseconds / 1000);
        text.push('.');
        for unit in [100, 10, 1] {
            push_number(text, microseconds / unit % 10);
        }
    }
}

impl fmt::Display for Ms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.push_to(&mut text);
        f.write_str(&text)
    }
}
