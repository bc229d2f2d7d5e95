//! The report in Markdown (GitHub Flavored Markdown), for a bug tracker or a hand-out: query, result, why,
//! what was tried, the calls and the system.
//!
//! Foreign text stands in code only, in which nothing is markup; see [`markup`].

mod markup;

use std::io::{self, Write};

pub(super) use self::markup::block;
use self::markup::{code, prose};
use super::notes::{NoteText, list_notes};
use super::order::write_order;
use super::table::entries;
use super::{PROGRAM, Report, STRUCT_ORDER, lookup};
use crate::code::command_line;
use crate::names::Os;
use crate::net::{AddrInfo, Hint, OsError, Outcome, Query, Record, Run, Value};
use crate::script;
use crate::text::{Text, printable, quoted};
use crate::words::{Key, Phrase, constant};

/// An earlier query: its arguments, what it returned, and the time it took.
pub(crate) type Attempt = [String; 3];

/// Writes the report. `tried` is what was tried before.
pub(super) fn write(report: Report<'_>, tried: &[Attempt], out: &mut impl Write) -> io::Result<()> {
    let run = report.run;
    let (title, _) = call(run);
    writeln!(out, "# {}", prose(title))?;
    if let Some(replay) = report.replay {
        let file = match report.real {
            None => replay.file.clone(),
            Some(_) => "[…]".to_owned(),
        };
        let text = Phrase::table_replay(file, run.host.os.title());
        writeln!(out, "\n{}", prose(&text.text(report.language)))?;
    }
    if let Some(query) = &run.query {
        write_query(report, query, out)?;
    }
    write_result(report, out)?;
    if let Some(compared) = report.compared {
        heading(report, Key::ReportDifferences, out)?;
        let rows = compared.rows(report.language);
        if rows.is_empty() {
            writeln!(out, "{}", prose(Key::CompareEqual.text(report.language)))?;
        } else {
            head(&[""; 5], out)?;
        }
        for [part, change, subject, field, values] in rows {
            let cells = [subject, field, values].map(|text| match text.is_empty() {
                true => String::new(),
                false => code(&text),
            });
            let [subject, field, values] = cells;
            row(&[prose(&part), prose(&change), subject, field, values], out)?;
        }
    }
    write_notes(report, out)?;
    write_lookup(report, out)?;
    write_attempts(report, tried, out)?;
    write_calls(report, out)?;
    if let Some(query) = &run.query {
        heading(report, Key::ReportAgain, out)?;
        let shell = match run.host.os {
            Os::Windows => "powershell",
            Os::Linux | Os::Macos | Os::Freebsd => "sh",
        };
        write!(out, "{}", block(shell, &command_line(run.host.os, query)))?;
    }
    write_system(report, out)
}

fn heading(report: Report<'_>, title: Key, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n## {}\n", prose(title.text(report.language)))
}

/// The titles of the columns, and the line below them.
fn head(titles: &[&str], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "| {} |", titles.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(titles.len()))
}

fn row(cells: &[String], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "| {} |", cells.join(" | "))
}

/// The function, and the call.
fn call(run: &Run) -> (&'static str, String) {
    match (&run.query, run.answer()) {
        (Some(query), Some(record)) => (record.call.name(run.host.os), query.call()),
        (Some(query), None) => ("getaddrinfo", query.call()),
        (None, _) => ("socket", "socket()".to_owned()),
    }
}

fn write_query(report: Report<'_>, query: &Query, out: &mut impl Write) -> io::Result<()> {
    let (os, language) = (report.run.host.os, report.language);
    heading(report, Key::ReportQuery, out)?;
    let titles = [Key::ReportArgument, Key::ReportValue].map(|key| key.text(language));
    head(&titles, out)?;
    let text = |text: &Option<Text>| match text {
        Some(text) => code(&quoted(text.as_os_str())),
        None => code("NULL"),
    };
    row(&[code("node"), text(&query.node)], out)?;
    row(&[code("service"), text(&query.service)], out)?;
    let Some(hints) = &query.hints else {
        return row(&[code("hints"), code("NULL")], out);
    };
    for hint in STRUCT_ORDER {
        let value = hint.get(hints);
        let number = match hint {
            Hint::Flags => format!("{value:#x}"),
            _ => value.to_string(),
        };
        let shown = hint.show(os, value);
        let value = match shown == number {
            true => code(&shown),
            false => format!("{} {number}", code(&shown)),
        };
        row(&[code(hint.member()), value], out)?;
    }
    Ok(())
}

fn write_result(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let (run, language) = (report.run, report.language);
    heading(report, Key::ReportResult, out)?;
    let (_, call) = call(run);
    let call = code(&call);
    let Some(record) = run.answer() else {
        return Ok(());
    };
    let took = format!("{:.3} ms", record.took.as_secs_f64() * 1e3);
    match &record.outcome {
        Outcome::Failed(error) => {
            writeln!(out, "{call} = {}, {took}", failure(report, error))?;
            if let Some(errno) = &error.errno {
                writeln!(out, "\n`errno` = {}", failure(report, errno))?;
            }
            Ok(())
        }
        Outcome::Returned(_) => {
            let count = entries(run.entries().len()).text(language);
            writeln!(out, "{call} = 0, {}, {took}", prose(&count))?;
            write_entries(report, out)
        }
        Outcome::NotStarted(_) | Outcome::Unfinished => {
            let text = Phrase::table_no_answer(format!("{:.3}", record.took.as_secs_f64() * 1e3));
            writeln!(out, "{call} = ?, {}", prose(&text.text(language)))
        }
    }
}

/// The number, the name, the meaning, and the system's text.
fn failure(report: Report<'_>, error: &OsError) -> String {
    let mut text = error.code.to_string();
    if let Some(row) = error.name(report.run.host.os) {
        let meaning = constant(row.name, report.language);
        text += &format!(" {}: {}", code(row.name), prose(meaning));
    }
    if !error.message.is_empty() {
        let message: &str = &error.message;
        text += &format!(" ({})", code(&quoted(message.as_ref())));
    }
    text
}

fn write_entries(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let run = report.run;
    let os = run.host.os;
    let list = run.entries();
    if list.is_empty() {
        return Ok(());
    }
    let named = list.iter().any(|entry| entry.canonname.is_some());
    let opened = (0..list.len()).any(|at| run.socket(at).is_some());
    let reversed = (0..list.len()).any(|at| run.names(at).is_some());
    let columns = [
        ("", true),
        ("`ai_family`", true),
        ("`ai_socktype`", true),
        ("`ai_protocol`", true),
        ("`ai_addr`", true),
        ("`ai_canonname`", named),
        ("`socket()`", opened),
        ("`getnameinfo()`", reversed),
    ];
    let titles: Vec<&str> = columns
        .iter()
        .filter_map(|&(title, is_there)| is_there.then_some(title))
        .collect();
    writeln!(out)?;
    head(&titles, out)?;
    for (at, entry) in list.iter().enumerate() {
        let AddrInfo {
            family,
            socktype,
            protocol,
            ..
        } = *entry;
        let mut cells = vec![
            (at + 1).to_string(),
            code(&Hint::Family.show(os, family)),
            code(&Hint::Socktype.show(os, socktype)),
            code(&Hint::Protocol.show(os, protocol)),
            code(&entry.address(os)),
        ];
        if named {
            let name = entry.canonname.as_deref();
            cells.push(name.map_or_else(String::new, |name| code(&quoted(name))));
        }
        for record in [
            opened.then(|| run.socket(at)),
            reversed.then(|| run.names(at)),
        ]
        .into_iter()
        .flatten()
        {
            cells.push(record.map_or_else(String::new, |record| outcome(run, record)));
        }
        row(&cells, out)?;
    }
    Ok(())
}

/// What a call on an entry returned, in a cell.
fn outcome(run: &Run, record: &Record) -> String {
    let os = run.host.os;
    match &record.outcome {
        Outcome::Failed(error) => {
            let name = error.name(os).map_or("", |row| row.name);
            code(format!("{} {name}", error.code).trim_end())
        }
        Outcome::Returned(Value::Handle(handle)) => code(&handle.show(os)),
        Outcome::Returned(_) => code(&script::outcome(os, record)),
        Outcome::NotStarted(_) | Outcome::Unfinished => String::new(),
    }
}

fn write_notes(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let notes = list_notes(report);
    if notes.is_empty() {
        return Ok(());
    }
    heading(report, Key::ReportWhy, out)?;
    for (note, of) in notes {
        let NoteText {
            rule,
            severity,
            line,
            remedy,
            ..
        } = note;
        let severity = severity.word().text(report.language);
        writeln!(
            out,
            "- **{severity}** {}{of}: {}",
            code(&rule),
            prose(&line)
        )?;
        if let Some(remedy) = remedy {
            writeln!(out, "  → {}", prose(&remedy))?;
        }
    }
    Ok(())
}

fn write_attempts(report: Report<'_>, tried: &[Attempt], out: &mut impl Write) -> io::Result<()> {
    if tried.is_empty() {
        return Ok(());
    }
    heading(report, Key::ReportTried, out)?;
    let keys = [Key::ReportQuery, Key::ReportResult, Key::ReportTime];
    head(&keys.map(|key| key.text(report.language)), out)?;
    for [query, result, time] in tried {
        row(&[code(query), prose(result), prose(time)], out)?;
    }
    Ok(())
}

/// How the name was looked up, and why the list has this order: the sections of the table.
fn write_lookup(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    if !report.lookup || report.run.query.is_none() {
        return Ok(());
    }
    let mut text = Vec::new();
    lookup::write_lookup(report, &mut text)?;
    write_order(report, &mut text)?;
    let text = String::from_utf8_lossy(&text);
    heading(report, Key::ReportLookup, out)?;
    write!(out, "{}", block("text", text.trim_matches('\n')))
}

/// The calls on sockets that were held, or after socket().
fn write_calls(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let run = report.run;
    if report.steps.is_none() && run.held().next().is_none() {
        return Ok(());
    }
    heading(report, Key::ReportCalls, out)?;
    let mut records: Vec<&Record> = run.records().iter().collect();
    records.sort_by_key(|record| record.id);
    let lines = records
        .iter()
        .map(|record| script::line(run.host.os, record));
    write!(out, "{}", block("c", &lines.collect::<Vec<_>>().join("\n")))
}

fn write_system(report: Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let host = &report.run.host;
    heading(report, Key::ReportSystem, out)?;
    let mut parts = vec![host.os.title().to_owned()];
    parts.extend(host.libc.clone());
    if let Some(Value::WsaData(data)) = host.wsastartup.as_ref().and_then(Record::value) {
        parts.push(format!("Winsock {}, {}", data.version, data.status));
    }
    parts.push(host.arch.clone());
    let own = report
        .replay
        .map_or(Some(PROGRAM.1), |replay| replay.version.as_deref());
    parts.push(format!("{} {}", PROGRAM.0, own.unwrap_or("?")));
    for part in parts {
        writeln!(out, "- {}", code(&printable(part.as_ref())))?;
    }
    Ok(())
}
