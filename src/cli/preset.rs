//! What `--preset` says of the presets.

use std::ffi::OsStr;

use super::{columns, name_lines};
use crate::lesson::Preset;
use crate::text::{nearest, printable, utf8};
use crate::words::{Language, Phrase};

/// There is no preset of this name.
pub(super) fn unknown(presets: &[Preset], name: &OsStr) -> Phrase {
    let names = presets.iter().map(|preset| preset.name.as_str());
    let nearest = nearest(&utf8(name), names.clone());
    let name = printable(name).into_owned();
    let problem = match nearest {
        None => Phrase::error_unknown_preset(name),
        Some(similar) => Phrase::error_unknown_preset_similar(name, similar),
    };
    Phrase::error_presets(name_lines(names), problem)
}

/// One line per preset, also for `grep`.
pub(super) fn list(presets: &[Preset], language: Language) -> String {
    let rows = presets.iter();
    columns(rows.map(|preset| (&*preset.name, preset.title.text(language))))
}
