//! Presets: queries with a name, for `--preset` and the list of presets.
//!
//! They are data in `assets/presets.toml`, which is compiled in.

use std::sync::OnceLock;

use anyhow::Context as _;
use serde::Deserialize;

use crate::names::Os;
use crate::net::{Hint, Hints, Query};
use crate::text::Text;
use crate::words::Translated;

const FILE: &str = include_str!("../../assets/presets.toml");

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

/// Every preset with the numbers of `os`, in the order of the list. The first call for a system parses
/// them.
pub fn presets(os: Os) -> &'static [Preset] {
    static PRESETS: [OnceLock<Vec<Preset>>; Os::ALL.len()] = [const { OnceLock::new() }; 4];
    // A test parses the file for every system, so there is no error.
    PRESETS[os as usize].get_or_init(|| parse(os, FILE).unwrap_or_default())
}

/// The preset with this name.
pub(crate) fn preset(os: Os, name: &str) -> Option<&'static Preset> {
    presets(os).iter().find(|preset| preset.name == name)
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
    title: Translated,
    about: Translated,
    node: Option<String>,
    service: Option<String>,
    hints: Option<HintsRow>,
}

/// Hints in the file: lists for [`Hint::parse_list`]. A missing member is 0.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct HintsRow {
    ai_family: String,
    ai_socktype: String,
    ai_protocol: String,
    ai_flags: String,
}

/// Parses a file of presets, with the constants of `os`.
///
/// # Errors
/// The file is not TOML, has an unknown member or constant, or a text with a NUL byte.
pub fn parse(os: Os, file: &str) -> anyhow::Result<Vec<Preset>> {
    let file: File = toml::from_str(file)?;
    let presets = file.preset.into_iter().map(|row| {
        let query = row
            .query(os)
            .with_context(|| format!("preset {}", row.name))?;
        Ok(Preset {
            name: row.name,
            title: row.title,
            about: row.about,
            query,
        })
    });
    presets.collect()
}

impl Row {
    fn query(&self, os: Os) -> anyhow::Result<Query> {
        let text = |text: &Option<String>| text.as_ref().map(Text::new).transpose();
        let hints = match &self.hints {
            None => None,
            Some(row) => Some(Hints {
                flags: Hint::Flags.parse_list(os, &row.ai_flags)?,
                family: Hint::Family.parse_list(os, &row.ai_family)?,
                socktype: Hint::Socktype.parse_list(os, &row.ai_socktype)?,
                protocol: Hint::Protocol.parse_list(os, &row.ai_protocol)?,
            }),
        };
        Ok(Query {
            node: text(&self.node)?,
            service: text(&self.service)?,
            hints,
        })
    }
}

#[cfg(test)]
mod tests;
