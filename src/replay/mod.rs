//! A file of this program's JSON as a run: any system's, any version's. No call is made.
//!
//! What the file holds is hostile. It is read with limits, and texts that are shown as they are have
//! their escapes here; the others have them where the texts of a call have them.

mod calls;
mod file;
mod place;
mod run;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use serde_json::error::Category;

use self::place::{Step, end_of, field, line_and_column, path_at};
use crate::explain::Severity;
use crate::names::{Name, Os};
use crate::net::{Call, Hint, Query, Role, Run};
use crate::text::printable;
use crate::words::{Key, Phrase, Rule};

/// A larger file is a mistake. One of 120,000 entries has 90 MiB.
const LARGEST: usize = 128 << 20;

/// What a file tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The query, its calls and the facts, in the numbers of the file's system.
    pub run: Run,
    /// The path of the file, safe for a terminal.
    pub file: String,
    /// The version of the program that wrote the file.
    pub version: Option<String>,
    /// The notes of rules that this version does not have.
    pub notes: Vec<FileNote>,
    /// Whether the lookup is explained.
    pub lookup: bool,
    /// What the sockets became, with `--listen` and `--connect`.
    pub role: Option<Role>,
}

/// A note in the words of the file, safe for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNote {
    /// The entry that the note is on.
    pub entry: Option<usize>,
    /// The name of the rule.
    pub rule: String,
    pub(crate) severity: Severity,
    pub(crate) suspected: bool,
    /// The function after socket() that the note is on, by its name in the file.
    pub(crate) call: Option<String>,
    /// What happened.
    pub line: String,
    /// What to do.
    pub remedy: Option<String>,
}

/// What is wrong with a value.
struct Wrong {
    path: Vec<Step>,
    what: Phrase,
}

impl Replay {
    /// Reads a file; `-` is standard input.
    ///
    /// # Errors
    /// The file cannot be read, or as [`Replay::read`].
    pub fn open(path: &Path) -> Result<Self, Phrase> {
        let bytes = match path.to_str() {
            Some("-") => read(io::stdin()),
            _ => File::open(path).and_then(read),
        };
        let shown = printable(path.as_os_str());
        let bytes = bytes.map_err(|error| match error.kind() {
            ErrorKind::FileTooLarge => Phrase::error_file_too_large(LARGEST >> 20, &shown),
            _ => Phrase::error_file_unreadable(error.to_string(), &shown),
        })?;
        Self::read(path, &bytes)
    }

    /// Reads the content of the file `path`.
    ///
    /// # Errors
    /// It is not the JSON of this program. The message has the place.
    pub fn read(path: &Path, bytes: &[u8]) -> Result<Self, Phrase> {
        let shown = printable(path.as_os_str());
        let text = decoded(bytes).ok_or_else(|| Phrase::error_file_not_utf8(&shown))?;
        let text: &str = &text;
        let placed = |at: usize, what: Phrase| {
            let (line, column) = line_and_column(text, at);
            Phrase::script_place(column, line, &shown, what)
        };
        let parsed = serde_json::from_str::<file::File>(text);
        let mut file = parsed.map_err(|error| {
            let (at, what) = mistake(text, &error);
            placed(at, what)
        })?;
        let lookup = file.lookup.is_some();
        let steps = file.calls.is_some();
        let run = run::run(&mut file).map_err(|Wrong { path, what }| {
            let what = Phrase::replay_field(field(&path), what);
            placed(end_of(text, &path), what)
        })?;
        let version = file.program.and_then(|program| program.version);
        let mut notes = unknown(None, file.notes);
        for (at, entry) in file.entries.0.into_iter().enumerate() {
            notes.extend(unknown(Some(at), entry.notes));
        }
        Ok(Self {
            role: (steps && run.query.is_some()).then(|| role(&run)),
            run,
            file: shown.into_owned(),
            version: version.map(|text| printable(text.as_ref()).into_owned()),
            notes,
            lookup,
        })
    }

    /// The query; if only a socket was opened, its three numbers as hints.
    pub fn query(&self) -> Option<Query> {
        if let Some(query) = self.run.query.as_deref() {
            return Some(query.clone());
        }
        let triple = self.run.entries().first()?.triple();
        Some(Query {
            hints: Some(triple.into()),
            ..Query::default()
        })
    }

    /// The query in the numbers of `os` that mean the same.
    ///
    /// # Errors
    /// `os` has no such constant, or the file has neither a query nor a socket.
    pub fn query_on(&self, os: Os) -> Result<Query, Phrase> {
        let of = self.run.host.os;
        let mut query = self
            .query()
            .ok_or_else(|| Phrase::replay_no_query(&self.file))?;
        if let Some(hints) = query.hints.as_mut().filter(|_| of != os) {
            for hint in Hint::ALL {
                let value = translated(hint, hint.get(hints), of, os).map_err(|name| {
                    Phrase::replay_no_constant(&self.file, hint.member(), name, os.title())
                })?;
                hint.set(hints, value);
            }
        }
        Ok(query)
    }

    /// The notes on an entry that the file has words for; without an entry those on the query.
    pub(crate) fn notes_on(&self, entry: Option<usize>) -> &[FileNote] {
        let start = self.notes.partition_point(|note| note.entry < entry);
        let end = self.notes.partition_point(|note| note.entry <= entry);
        &self.notes[start..end]
    }

    /// Whether socket() was to be called. An empty list does not tell, so it counts as yes.
    pub(crate) fn called_socket(&self) -> bool {
        let count = self.run.entries().len();
        count == 0 || (0..count).any(|at| self.run.socket(at).is_some())
    }
}

/// The number on the system `to` of what has this number on the system `of`; one without a name stays.
///
/// # Errors
/// The name that `to` does not have.
pub(crate) fn translated(hint: Hint, value: i32, of: Os, to: Os) -> Result<i32, &'static str> {
    let table = hint.table(of);
    let on = |name: Name| {
        let found = hint.table(to).named(name.name);
        found.map(|row| row.value).ok_or(name.name)
    };
    if hint != Hint::Flags {
        return table.of(value).map_or(Ok(value), on);
    }
    let (names, rest) = table.split(value);
    let mut bits = names.into_iter().map(on);
    bits.try_fold(rest.cast_signed(), |sum, bit| Ok(sum | bit?))
}

/// What `input` has, as far as a file may be long.
fn read(input: impl io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > LARGEST {
        return Err(ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// The text of a file. `>` of PowerShell 5.1 writes UTF-16 with a byte order mark.
fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.as_chunks().0.iter().map(|&pair| unit(pair));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.ok().map(Cow::Owned)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => str::from_utf8(rest).ok().map(Cow::Borrowed),
        _ => str::from_utf8(bytes).ok().map(Cow::Borrowed),
    }
}

/// Where the text is not the JSON of this program, and why.
fn mistake(text: &str, error: &serde_json::Error) -> (usize, Phrase) {
    let before = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    let start: usize = before.map(str::len).sum();
    let at = (start + error.column()).min(text.len());
    let reason = error.to_string();
    // The place is in the message.
    let reason = reason
        .rsplit_once(" at line ")
        .map_or(&*reason, |(reason, _)| reason);
    let what = match error.classify() {
        Category::Eof => Key::ReplayEnds.into(),
        _ if reason.starts_with("recursion limit") => Key::ReplayTooDeep.into(),
        Category::Syntax | Category::Io => Phrase::replay_not_json(shown(reason)),
        Category::Data => data(text, at, reason),
    };
    (at, what)
}

/// Why a value is not the one that belongs there.
fn data(text: &str, at: usize, reason: &str) -> Phrase {
    let mut path = path_at(text, at);
    let names = Os::ALL.map(|os| os.title().to_ascii_lowercase()).join(", ");
    let missing = reason.strip_prefix("missing field `");
    let what = if let Some(name) = missing {
        Phrase::error_field_missing(name.trim_end_matches('`'))
    } else if reason.starts_with(file::TOO_MANY) {
        // The list, and not its next item.
        path.pop_if(|step| matches!(step, Step::Item(_)));
        Phrase::replay_too_many(file::MOST)
    } else if reason.starts_with(file::OTHER_SCHEMA) {
        Phrase::replay_schema(file::SCHEMA.to_string())
    } else if reason.starts_with(file::UNKNOWN_SYSTEM) {
        Phrase::replay_system(names)
    } else if reason.starts_with(file::NOT_HEX) {
        Key::ReplayNotHex.into()
    } else if reason.starts_with(file::HOLDS_NUL) {
        Key::ErrorHoldsNul.into()
    } else {
        Phrase::replay_value(shown(reason))
    };
    match path.is_empty() {
        true => what,
        false => Phrase::replay_field(field(&path), what),
    }
}

/// A message of serde, which may quote the file.
fn shown(reason: &str) -> String {
    const LONGEST: usize = 200;
    let brief: String = reason.chars().take(LONGEST).collect();
    let more = if brief.len() < reason.len() {
        "…"
    } else {
        ""
    };
    printable(brief.as_ref()).into_owned() + more
}

/// The notes whose rules this version does not have. The others are made again.
fn unknown(entry: Option<usize>, notes: file::List<file::Note>) -> Vec<FileNote> {
    let text = |text: &str| printable(text.as_ref()).into_owned();
    let severities = [Severity::Failure, Severity::Warning, Severity::Advice];
    let unknown = notes
        .0
        .into_iter()
        .filter(|note| Rule::named(&note.rule).is_none());
    let kept = unknown.map(|note| FileNote {
        entry,
        rule: text(&note.rule),
        severity: severities
            .into_iter()
            .find(|severity| severity.name() == note.severity)
            .unwrap_or(Severity::Advice),
        suspected: note.suspected,
        call: note.call.as_deref().map(text),
        line: text(&note.line),
        remedy: note.remedy.as_deref().map(text),
    });
    kept.collect()
}

/// What the sockets became.
fn role(run: &Run) -> Role {
    let mut records: Vec<_> = run.records().iter().collect();
    records.sort_by_key(|record| record.id);
    let (mut open, mut keep) = (0_usize, false);
    for record in records {
        match &record.call {
            Call::Connect { .. } => return Role::Client,
            Call::Socket { .. } if record.handle().is_some() => open += 1,
            Call::Close { .. } => open = open.saturating_sub(1),
            _ => {}
        }
        keep |= open > 1;
    }
    Role::Server { keep }
}
