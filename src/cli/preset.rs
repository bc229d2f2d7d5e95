//! What `--preset` and `--presets` ask for.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::matches::Matches;
use super::{Request, columns, name_lines};
use crate::lesson::Presets;
use crate::names::Os;
use crate::net::Query;
use crate::text::{nearest, printable, utf8};
use crate::words::{Language, Phrase};

/// The presets to choose from: with those of the file that is named, else of the user's own. That is read
/// for who chooses a preset, by name or on the screen.
pub(super) fn presets(
    matches: &Matches,
    terminal: bool,
    configured: Option<PathBuf>,
    own: Option<PathBuf>,
) -> Result<Presets, Phrase> {
    let named = matches.text("presets").map(PathBuf::from);
    if let Some(file) = named.or(configured) {
        return Presets::read(Os::HOST, &file);
    }
    let chooses = matches.is_given("preset") || terminal && !matches.is_given("format");
    let own = own.filter(|_| chooses);
    Ok(own.map_or_else(Presets::default, |file| Presets::find(Os::HOST, &file)))
}

/// The query of the preset of this name.
pub(super) fn query(presets: &Presets, name: &OsStr) -> Result<Query, Phrase> {
    let mut list = presets.of(Os::HOST).iter();
    let preset = list.find(|preset| *preset.name == *name);
    let preset = preset.ok_or_else(|| unknown(presets, name))?;
    Ok(preset.query.clone())
}

/// The request, and what is wrong with the user's own file, if it is not shown otherwise.
pub(super) fn without(problem: Option<Phrase>, request: Request) -> Request {
    match problem {
        Some(problem) => Request::Without(problem, Box::new(request)),
        None => request,
    }
}

/// There is no preset of this name.
fn unknown(presets: &Presets, name: &OsStr) -> Phrase {
    let list = presets.of(Os::HOST).iter();
    let names = list.map(|preset| preset.name.as_str());
    let nearest = nearest(&utf8(name), names.clone());
    let name = printable(name).into_owned();
    let problem = match nearest {
        None => Phrase::error_unknown_preset(name),
        Some(similar) => Phrase::error_unknown_preset_similar(name, similar),
    };
    // It may be in the file that could not be read.
    let problem = match presets.problem() {
        None => problem,
        Some(own) => Phrase::error_preset_file(own.clone(), problem),
    };
    Phrase::error_presets(name_lines(names), problem)
}

/// One line per preset, also for `grep`, and what is wrong with the user's own file.
pub(super) fn list(presets: &Presets, language: Language) -> String {
    let rows = presets.of(Os::HOST).iter();
    let list = columns(rows.map(|preset| (&*preset.name, preset.title.text(language))));
    let problem = presets.problem();
    list + &problem.map_or_else(String::new, |problem| problem.text(language) + "\n")
}
