//! `--doctor`.

use std::path::PathBuf;

use super::matches::Matches;
use crate::print::Format;
use crate::print::doctor::Options;
use crate::words::{Language, Phrase};

/// The page about the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doctor {
    /// How it is written.
    pub options: Options,
    /// The file that it goes to instead of standard output.
    pub output: Option<PathBuf>,
    /// Whether WSAStartup is called first. Windows only.
    pub wsastartup: bool,
}

/// The page that the arguments ask for, if they do.
pub(super) fn doctor(
    matches: &Matches,
    format: Option<&str>,
    output: Option<&PathBuf>,
    language: Language,
) -> Result<Option<Doctor>, Phrase> {
    if !matches.is_given("doctor") {
        return Ok(None);
    }
    let format = match format {
        None => Format::Table,
        Some(name) => {
            let format = Format::named(name);
            format.ok_or_else(|| Phrase::error_no_calls(name, "--doctor"))?
        }
    };
    Ok(Some(Doctor {
        options: Options {
            format,
            redact: matches.is_given("redact"),
            language,
        },
        output: output.cloned(),
        wsastartup: !matches.is_given("no-wsastartup"),
    }))
}
