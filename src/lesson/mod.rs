//! Presets: queries with a name, for `--preset` and the list of presets.
//!
//! They are data in `assets/presets.toml`, which is compiled in.

use std::sync::OnceLock;

use serde::Deserialize;
use thiserror::Error;

use crate::names::Os;
use crate::net::{BadConstant, Hint, Hints, Query};
use crate::text::{InnerNul, Text};

const FILE: &str = include_str!("../../assets/presets.toml");

/// A query with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name on the command line.
    pub name: String,
    /// The title in the list.
    pub title: String,
    /// What the preset shows.
    pub(crate) about: String,
    /// The query.
    pub query: Query,
}

/// Every preset with the numbers of `os`, in the order of the list. The first call for a system parses
/// them.
#[must_use]
pub fn presets(os: Os) -> &'static [Preset] {
    static PRESETS: [OnceLock<Vec<Preset>>; Os::ALL.len()] = [const { OnceLock::new() }; 4];
    // A test parses the file for every system, so there is no error.
    PRESETS[os as usize].get_or_init(|| parse(os, FILE).unwrap_or_default())
}

/// The preset with this name.
#[must_use]
pub(crate) fn preset(os: Os, name: &str) -> Option<&'static Preset> {
    presets(os).iter().find(|preset| preset.name == name)
}

/// An error in a file of presets.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadFile {
    /// It is not TOML, or has an unknown member.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// A text of this preset cannot be passed to a call.
    #[error("preset {0}: {1}")]
    Text(String, InnerNul),
    /// A constant of this preset is unknown.
    #[error("preset {0}: {1}")]
    Constant(String, BadConstant),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    preset: Vec<Row>,
}

/// A preset in the file. A missing part of the query is NULL.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    title: String,
    about: String,
    node: Option<String>,
    service: Option<String>,
    hints: Option<HintsRow>,
}

/// Hints in the file. A missing member is 0.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HintsRow {
    ai_family: Option<Value>,
    ai_socktype: Option<Value>,
    ai_protocol: Option<Value>,
    ai_flags: Option<Value>,
}

/// A number, or a constant's name; for the flags a comma-separated list of names.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Number(i32),
    Names(String),
}

/// Parses a file of presets, with the constants of `os`.
///
/// # Errors
/// [`BadFile`] at the first bad preset.
pub fn parse(os: Os, file: &str) -> Result<Vec<Preset>, BadFile> {
    let file: File = toml::from_str(file)?;
    file.preset.into_iter().map(|row| row.read(os)).collect()
}

impl Row {
    fn read(self, os: Os) -> Result<Preset, BadFile> {
        let text = |text: Option<String>| {
            text.map(Text::new)
                .transpose()
                .map_err(|error| BadFile::Text(self.name.clone(), error))
        };
        let hints = self.hints.map(|hints| hints.read(os)).transpose();
        let query = Query {
            node: text(self.node)?,
            service: text(self.service)?,
            hints: hints.map_err(|error| BadFile::Constant(self.name.clone(), error))?,
        };
        Ok(Preset {
            name: self.name,
            title: self.title,
            about: self.about,
            query,
        })
    }
}

impl HintsRow {
    fn read(self, os: Os) -> Result<Hints, BadConstant> {
        let mut hints = Hints::default();
        for (hint, value) in [
            (Hint::Family, self.ai_family),
            (Hint::Socktype, self.ai_socktype),
            (Hint::Protocol, self.ai_protocol),
            (Hint::Flags, self.ai_flags),
        ] {
            let value = match value {
                None => 0,
                Some(Value::Number(value)) => value,
                Some(Value::Names(names)) if hint == Hint::Flags => hint.parse_list(os, &names)?,
                Some(Value::Names(name)) => hint.parse(os, &name)?,
            };
            hint.set(&mut hints, value);
        }
        Ok(hints)
    }
}

#[cfg(test)]
mod tests;
