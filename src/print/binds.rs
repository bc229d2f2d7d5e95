//! The bind matrix of `--matrix=bind` as a table and as JSON.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::{Of, write_end, write_list, write_start};
use super::table::{Failure, write_host};
use super::{Format, PROGRAM, shown};
use crate::names::Os;
use crate::net::{BindKind, BindMatrix, KINDS, OsError, Outcome};
use crate::recorded::binds::{SOURCE, WINDOWS};
use crate::words::{Key, Language};

pub(super) fn write(
    matrix: &BindMatrix,
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

fn pairs() -> impl Iterator<Item = (usize, usize)> {
    (0..KINDS).flat_map(|first| (0..KINDS).map(move |second| (first, second)))
}

fn write_json(matrix: &BindMatrix, out: &mut impl Write) -> io::Result<()> {
    write_start(&matrix.host, out)?;
    out.write_all(b",\n  \"matrix\": {\"bind\": [")?;
    write_list(
        out,
        pairs().map(|(first, second)| Pair(matrix, first, second)),
    )?;
    write!(
        out,
        "],\n  \"windows\": {{\"source\": \"{SOURCE}\", \"bind\": ["
    )?;
    write_list(
        out,
        pairs().map(|(first, second)| Documented(first, second)),
    )?;
    out.write_all(b"]}}")?;
    write_end(out)
}

/// What this system returned.
struct Pair<'a>(&'a BindMatrix, usize, usize);

impl Serialize for Pair<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(matrix, first, second) = *self;
        let os = matrix.host.os;
        let kinds = BindKind::all(os);
        let result = matrix.result(first, second);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("first", &kinds[first])?;
        map.serialize_entry("second", &kinds[second])?;
        // bind(), or the call before it that failed.
        map.serialize_entry("call", &result.map(|record| record.call.name(os)))?;
        let error = result.and_then(|record| record.error());
        map.serialize_entry("error", &error.map(|error| Of(os, error)))?;
        map.end()
    }
}

impl Serialize for BindKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("option", &self.option.map(|option| option.name()))?;
        map.serialize_entry("address", &self.ip)?;
        map.end()
    }
}

/// What Microsoft documents.
struct Documented(usize, usize);

impl Serialize for Documented {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kinds = BindKind::all(Os::Windows);
        let code = WINDOWS[self.0][self.1];
        let name = code.and_then(|code| Os::Windows.names().wsa.of(code));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("first", &kinds[self.0])?;
        map.serialize_entry("second", &kinds[self.1])?;
        map.serialize_entry("code", &code)?;
        map.serialize_entry("name", &name.map(|row| row.name))?;
        map.end()
    }
}

fn write_table(matrix: &BindMatrix, language: Language, out: &mut impl Write) -> io::Result<()> {
    let os = matrix.host.os;
    writeln!(out, "matrix  {}", Key::BindsCalls.text(language))?;
    writeln!(out, "cell    {}", Key::BindsCell.text(language))?;
    writeln!(out, "        {}", Key::BindsAddresses.text(language))?;
    write_host(&matrix.host, PROGRAM.1, language, out)?;
    let here = |first, second| match matrix.result(first, second).map(|record| &record.outcome) {
        Some(Outcome::Returned(_)) => "ok".to_owned(),
        Some(Outcome::Failed(error)) => error.code.to_string(),
        _ => "-".to_owned(),
    };
    write_grid(os, Key::BindsHere.text(language), language, here, out)?;
    let windows = |first: usize, second: usize| {
        WINDOWS[first][second].map_or_else(|| "ok".to_owned(), |code| code.to_string())
    };
    let title = Key::BindsWindows.text(language);
    write_grid(Os::Windows, title, language, windows, out)?;
    writeln!(out)?;
    let mut errors: Vec<(&str, &OsError)> = Vec::new();
    for (first, second) in pairs() {
        if let Some(record) = matrix.result(first, second)
            && let Some(error) = record.error()
            && errors.iter().all(|(_, other)| other.code != error.code)
        {
            errors.push((record.call.name(os), error));
        }
    }
    for (call, error) in errors {
        writeln!(out, "{call}()  {}", Failure(os, error, language))?;
    }
    for name in ["WSAEACCES", "WSAEADDRINUSE"] {
        let code = Os::Windows.names().wsa.named(name).map(|row| row.value);
        writeln!(out, "bind()  wsa {} {name}", code.unwrap_or_default())?;
    }
    writeln!(out, "{SOURCE}")
}

/// A row for each first bind(), a column for each second one.
fn write_grid(
    os: Os,
    title: &str,
    language: Language,
    cell: impl Fn(usize, usize) -> String,
    out: &mut impl Write,
) -> io::Result<()> {
    const LEFT: usize = 23;
    let kinds = BindKind::all(os);
    let option = |kind: BindKind| match kind.option {
        Some(option) => option.name(),
        None => Key::BindsDefault.text(language),
    };
    let letter = |kind: BindKind| match kind.ip.is_unspecified() {
        true => Key::BindsWildcard.text(language),
        false => Key::BindsSpecific.text(language),
    };
    writeln!(out)?;
    let mut names = format!("{title:LEFT$}");
    let mut letters = format!("{:LEFT$}", "");
    let widths = kinds.map(|kind| (option(kind).len() / 2 + 1).max(7));
    for (kind, width) in kinds.into_iter().zip(widths) {
        letters.push_str(&format!("{:width$}", letter(kind)));
        if kind.ip.is_unspecified() {
            names.push_str(&format!("{:1$}", option(kind), 2 * width));
        }
    }
    writeln!(out, "{}\n{}", names.trim_end(), letters.trim_end())?;
    for (first, kind) in kinds.into_iter().enumerate() {
        let label = format!("{} {}", option(kind), letter(kind));
        let mut line = format!("{label:LEFT$}");
        for (second, width) in widths.into_iter().enumerate() {
            line.push_str(&format!("{:width$}", cell(first, second)));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
