//! What differs between two answers, for both formats.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::json::{Of, Origin, write_value};
use super::table::system;
use super::{PROGRAM, Report};
use crate::compare::{Answer, Comparison, Difference, Times};
use crate::net::Run;
use crate::replay::Replay;
use crate::script;
use crate::text::display_width;
use crate::words::{Key, Language, Phrase};

/// A file, and what differs between its answer and another one.
#[derive(Debug)]
pub(super) struct Compared<'a> {
    file: &'a Replay,
    comparison: Comparison,
}

impl<'a> Compared<'a> {
    /// Compares the answer of `file` with the `second` one.
    pub(super) fn new(file: &'a Replay, second: Answer<'_>) -> Self {
        let first = Answer {
            run: &file.run,
            notes: &file.notes,
        };
        let comparison = Comparison::of([first, second]);
        Self { file, comparison }
    }

    pub(super) const fn is_equal(&self) -> bool {
        self.comparison.is_equal()
    }

    /// What differs: the part, how, which entry, its member, and both values.
    pub(super) fn rows(&self, language: Language) -> Vec<[String; 5]> {
        let rows = self.comparison.differences.iter().map(|row| {
            let [change, subject, field, values] = cells(row, language);
            let part = row.part.word().text(language).to_owned();
            [part, change, subject, field, values]
        });
        rows.collect()
    }
}

/// Writes both answers in short and what differs.
pub(super) fn write(
    report: Report<'_>,
    compared: &Compared<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let language = report.language;
    let Compared { file, comparison } = compared;
    let shown = |replay: &Replay| match report.real {
        None => replay.file.clone(),
        Some(_) => "[…]".to_owned(),
    };
    let second = match report.replay {
        Some(replay) => shown(replay),
        None => Key::CompareHere.text(language).to_owned(),
    };
    let version = report.replay.map(|replay| replay.version.as_deref());
    let version = version.unwrap_or(Some(PROGRAM.1));
    write_answer(&shown(file), &file.run, file.version.as_deref(), out)?;
    write_answer(&second, report.run, version, out)?;
    if comparison.has_two_systems() {
        let [first, second] = [&file.run, report.run].map(|run| system(&run.host));
        let text = Phrase::compare_two_systems(first, second);
        writeln!(out, "{}", text.text(language))?;
    }
    writeln!(out)?;
    let count = comparison.differences.len();
    let summary: Phrase = match count {
        0 => Key::CompareEqual.into(),
        1 => Key::CompareOneDifference.into(),
        _ => Phrase::compare_differences(count),
    };
    writeln!(out, "{}", summary.text(language))?;
    write_rows(&comparison.differences, language, out)?;
    if comparison.circumstances.is_empty() && comparison.times.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", Key::CompareNotCounted.text(language))?;
    write_rows(&comparison.circumstances, language, out)?;
    if !comparison.times.is_empty() {
        writeln!(out, "\n{}", Key::CompareTimes.text(language))?;
    }
    let arrow = arrow(language);
    for Times { function, took } in &comparison.times {
        let [first, second] = took.map(|took| took.as_secs_f64() * 1000.0);
        writeln!(out, "  {function:13}  {first:.3} ms {arrow} {second:.3} ms")?;
    }
    Ok(())
}

/// Writes the name of an answer, its system, and what getaddrinfo returned.
fn write_answer(
    name: &str,
    run: &Run,
    version: Option<&str>,
    out: &mut impl Write,
) -> io::Result<()> {
    let (system, version) = (system(&run.host), version.unwrap_or("?"));
    writeln!(out, "{name}: {system}; {} {version}", PROGRAM.0)?;
    if let Some(answer) = run.answer() {
        writeln!(out, "  {}", script::without_time(run.host.os, answer))?;
    }
    Ok(())
}

const fn arrow(language: Language) -> &'static str {
    match language.is_ascii() {
        true => "->",
        false => "→",
    }
}

/// Writes the rows below the title of their part, in columns.
fn write_rows(rows: &[Difference], language: Language, out: &mut impl Write) -> io::Result<()> {
    let mut part = None;
    for group in rows.chunk_by(|first, second| first.part == second.part) {
        let cells: Vec<[String; 4]> = group.iter().map(|row| cells(row, language)).collect();
        let width = |column: usize| {
            let widths = cells.iter().map(|row| display_width(&row[column]));
            widths.max().unwrap_or_default()
        };
        let widths = [width(0), width(1), width(2)];
        let title = group.first().map(|row| row.part);
        if let Some(title) = title.filter(|_| part != title) {
            writeln!(out, "\n{}", title.word().text(language))?;
            part = Some(title);
        }
        for row in &cells {
            let mut line = String::from(" ");
            for (at, cell) in row.iter().enumerate() {
                // A column that no row fills has no room.
                if widths.get(at) == Some(&0) {
                    continue;
                }
                line.push(' ');
                line += cell;
                let width = widths.get(at).copied().unwrap_or_default();
                let blank = width.saturating_sub(display_width(cell));
                line.extend(std::iter::repeat_n(' ', blank + 1));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

/// How it differs, which entry it is about, its member, and both values.
fn cells(row: &Difference, language: Language) -> [String; 4] {
    let change = row.change.word().text(language).to_owned();
    let numbers = row.entries.map(|at| at.map(|at| format!("{}", at + 1)));
    let arrow = arrow(language);
    let entry = match &numbers {
        [Some(first), Some(second)] if first != second => format!("{first} {arrow} {second}"),
        [Some(number), _] | [None, Some(number)] => number.clone(),
        [None, None] => String::new(),
    };
    let subject = match (entry.is_empty(), row.subject.is_empty()) {
        (true, _) => row.subject.clone(),
        (false, true) => entry,
        (false, false) => format!("{entry}: {}", row.subject),
    };
    let [first, second] = row.values.each_ref().map(|value| {
        let value = value.as_ref()?;
        Some(value.text(language).into_owned())
    });
    let values = match (first, second) {
        (Some(first), Some(second)) => format!("{first} {arrow} {second}"),
        (Some(value), None) | (None, Some(value)) => value,
        (None, None) => String::new(),
    };
    [change, subject, row.field.clone(), values]
}

/// Writes the member `differences`, with a line for each.
pub(super) fn write_json(
    report: Report<'_>,
    compared: &Compared<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let Compared { file, comparison } = compared;
    write!(out, ",\n  \"differences\": {{\"with\": ")?;
    write_value(out, &With(report, file))?;
    write!(out, ", \"equal\": {}", compared.is_equal())?;
    for (name, rows) in [
        ("list", &comparison.differences),
        ("circumstances", &comparison.circumstances),
    ] {
        write!(out, ", \"{name}\": [")?;
        for (at, row) in rows.iter().enumerate() {
            out.write_all(if at == 0 { b"\n    " } else { b",\n    " })?;
            write_value(out, &Row(row, report.language))?;
        }
        out.write_all(b"]")?;
    }
    write!(out, ", \"times\": ")?;
    let times = comparison.times.iter().map(TimesJson);
    write_value(out, &times.collect::<Vec<_>>())?;
    out.write_all(b"}")
}

/// What differs as a JSON array on one line.
pub(super) fn rows_json(comparison: &Comparison, language: Language) -> String {
    let rows = comparison.differences.iter().map(|row| Row(row, language));
    // Texts, numbers and null can always be written.
    serde_json::to_string(&rows.collect::<Vec<_>>()).unwrap_or_default()
}

/// The file, its system, and what getaddrinfo returned there.
struct With<'a>(Report<'a>, &'a Replay);

impl Serialize for With<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, file) = self;
        let os = file.run.host.os;
        let answer = file.run.answer().map(|record| Of(os, record));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("replay", &Origin(*report, file))?;
        map.serialize_entry("system", &Of(os, &*file.run.host))?;
        map.serialize_entry("getaddrinfo", &answer)?;
        map.end()
    }
}

struct Row<'a>(&'a Difference, Language);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(row, language) = self;
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let values = row.values.each_ref();
        let [before, after] = values.map(|value| Some(value.as_ref()?.text(*language)));
        let [first, second] = row.entries.map(|at| at.map(|at| at + 1));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("part", row.part.name())?;
        map.serialize_entry("change", row.change.name())?;
        map.serialize_entry("entry_before", &first)?;
        map.serialize_entry("entry_after", &second)?;
        map.serialize_entry("entry", &text(&row.subject))?;
        map.serialize_entry("field", &text(&row.field))?;
        map.serialize_entry("before", &before)?;
        map.serialize_entry("after", &after)?;
        map.end()
    }
}

struct TimesJson<'a>(&'a Times);

impl Serialize for TimesJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(Times { function, took }) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("function", function)?;
        map.serialize_entry("before_us", &took[0].as_micros())?;
        map.serialize_entry("after_us", &took[1].as_micros())?;
        map.end()
    }
}
