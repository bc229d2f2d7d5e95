//! Queries with a name, for `--preset` and the list of presets.

use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use toml::de::DeTable;

use crate::document::{self, Document, Item};
use crate::names::Os;
use crate::net::{BadConstant, Hint, Hints, Problem, Query};
use crate::text::{MAX_TEXT, Text, printable, quoted_briefly};
use crate::words::{Key, Phrase, Translated};

const FILE: &str = include_str!("../../assets/presets.toml");

/// The most presets of a file, so that no frame of the list takes long.
const MOST: usize = 1000;

/// A query with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name on the command line.
    pub name: String,
    /// The title in the list.
    pub title: Translated,
    /// What the preset shows.
    pub(crate) about: Translated,
    /// The query.
    pub query: Query,
}

/// Every built-in preset with the numbers of `os`, in the order of the list. The first call for a system
/// parses them.
pub fn presets(os: Os) -> &'static [Preset] {
    static PRESETS: [OnceLock<Vec<Preset>>; Os::ALL.len()] = [const { OnceLock::new() }; 4];
    // A test parses the file for every system, so there is no error.
    PRESETS[os as usize].get_or_init(|| parse(os, Path::new(""), FILE).unwrap_or_default())
}

/// The presets to choose from: the user's own, then the built-in ones of other names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presets {
    own: Vec<Preset>,
    all: OnceLock<Vec<Preset>>,
    /// What is wrong with the file in the user's directory.
    problem: Option<Phrase>,
}

impl Presets {
    /// With the user's own ones in the file `path`.
    ///
    /// # Errors
    /// The file cannot be read, or [`parse`] refuses it.
    pub(crate) fn read(os: Os, path: &Path) -> Result<Self, Phrase> {
        let text = document::open(path)?;
        let own = parse(os, path, &text)?;
        Ok(Self {
            own,
            ..Self::default()
        })
    }

    /// With those in the user's file `path`, which may be missing. If it is bad, they are left out.
    pub(crate) fn find(os: Os, path: &Path) -> Self {
        let own = match document::find(path) {
            None => Ok(Vec::new()),
            Some(text) => text.and_then(|text| parse(os, path, &text)),
        };
        let problem = own.as_ref().err().cloned();
        Self {
            own: own.unwrap_or_default(),
            problem,
            ..Self::default()
        }
    }

    /// What is wrong with the file in the user's directory.
    pub(crate) const fn problem(&self) -> Option<&Phrase> {
        self.problem.as_ref()
    }

    /// The list, with the numbers of `os` in the built-in ones.
    pub(crate) fn of(&self, os: Os) -> &[Preset] {
        if self.own.is_empty() {
            return presets(os);
        }
        self.all.get_or_init(|| {
            let own = |name: &str| self.own.iter().any(|preset| preset.name == name);
            let others = presets(os).iter().filter(|preset| !own(&preset.name));
            self.own.iter().chain(others).cloned().collect()
        })
    }
}

/// Parses a file of presets, with the constants of `os`. Names, titles and explanations are safe for a
/// terminal.
///
/// # Errors
/// The file is not TOML, has an unknown or missing member, an unknown constant, a name twice, or a text
/// that no C string or field of the form holds. The message has `path` and the line.
pub fn parse(os: Os, path: &Path, text: &str) -> Result<Vec<Preset>, Phrase> {
    let file = Document::new(path, text);
    let (table, error) = file.parse();
    if let Some(error) = error {
        return Err(error);
    }
    let [list] = file.fields(table, ["preset"])?;
    let list = file.required(&(0..0), "preset", list)?;
    let mut presets: Vec<Preset> = Vec::new();
    for row in file.list(list)? {
        if presets.len() == MOST {
            return Err(file.error(row.span(), Phrase::error_preset_many(MOST)));
        }
        let span = row.span();
        let (name, preset) = read_row(os, file, &span, file.table(row)?)?;
        let what = match &*preset.name {
            "" | "list" => Phrase::error_preset_name(quoted_briefly(preset.name.as_ref())),
            name if presets.iter().any(|other| other.name == name) => {
                Phrase::error_preset_twice(quoted_briefly(name.as_ref()))
            }
            _ => {
                presets.push(preset);
                continue;
            }
        };
        return Err(file.error(name, what));
    }
    Ok(presets)
}

/// The preset of a row at `span`, and the place of its name. A missing part of the query is NULL, a
/// missing hint 0.
fn read_row<'a>(
    os: Os,
    file: Document<'a>,
    span: &Range<usize>,
    row: DeTable<'a>,
) -> Result<(Range<usize>, Preset), Phrase> {
    let names = ["name", "title", "about", "node", "service", "hints"];
    let [name, title, about, node, service, hints] = file.fields(row, names)?;
    let name = file.required(span, "name", name)?;
    let argument = |item: Option<Item<'a>>| {
        let text = |item: Item<'a>| {
            let text = file.text(&item)?;
            if text.len() > MAX_TEXT {
                let what = Phrase::notice_too_long(text.len(), MAX_TEXT);
                return Err(file.error(item.span(), what));
            }
            Text::new(text).map_err(|_| file.error(item.span(), Key::ErrorHoldsNul))
        };
        item.map(text).transpose()
    };
    let query = Query {
        node: argument(node)?,
        service: argument(service)?,
        hints: hints.map(|item| hints_of(os, file, item)).transpose()?,
    };
    let preset = Preset {
        name: printable(file.text(&name)?.as_ref()).into_owned(),
        title: file.translated(file.required(span, "title", title)?)?,
        about: file.translated(file.required(span, "about", about)?)?,
        query,
    };
    Ok((name.span(), preset))
}

fn hints_of<'a>(os: Os, file: Document<'a>, item: Item<'a>) -> Result<Hints, Phrase> {
    let members = [Hint::Flags, Hint::Family, Hint::Socktype, Hint::Protocol];
    let items = file.fields(file.table(item)?, members.map(Hint::member))?;
    let mut hints = Hints::default();
    for (hint, item) in members.into_iter().zip(items) {
        let Some(item) = item else { continue };
        let value = hint.parse_list(os, file.text(&item)?);
        let value = value.map_err(|error| file.error(item.span(), bad_constant(&error)))?;
        hint.set(&mut hints, value);
    }
    Ok(hints)
}

/// Why a text is no value of a hint, in one line.
pub(crate) fn bad_constant(error: &BadConstant) -> Phrase {
    let member = error.hint.member();
    let text = quoted_briefly(error.text.as_ref());
    match error.problem {
        Problem::NotANumber => Phrase::error_not_a_number(member, text),
        Problem::OutOfRange => Phrase::error_out_of_range(&i32::MIN, member, &i32::MAX, text),
        Problem::Unknown { nearest: None } => Phrase::error_unknown_constant(member, text),
        Problem::Unknown {
            nearest: Some(name),
        } => Phrase::error_unknown_constant_similar(member, name, text),
    }
}

/// The built-in preset with this name.
#[cfg(test)]
pub(crate) fn preset(os: Os, name: &str) -> Option<&'static Preset> {
    presets(os).iter().find(|preset| preset.name == name)
}

#[cfg(test)]
#[path = "tests/preset.rs"]
mod tests;
