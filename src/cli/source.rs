//! `--source`: the only source of names to ask.

use std::ffi::OsStr;

use crate::names::Os;
use crate::net::{OF_WINDOWS, is_source};
use crate::text::quoted;
use crate::words::Phrase;

/// The source of `--source`.
pub(super) fn source(name: &OsStr) -> Result<String, Phrase> {
    can_choose("--source")?;
    let windows = Os::HOST == Os::Windows;
    let fits = |name: &&str| is_source(name) && (!windows || OF_WINDOWS.contains(name));
    match name.to_str().filter(fits) {
        Some(source) => Ok(source.to_owned()),
        None if windows => Err(Phrase::error_unknown_source(
            quoted(name),
            OF_WINDOWS.join(", "),
        )),
        None => Err(Phrase::error_bad_source(quoted(name))),
    }
}

/// glibc has a function for it; on Windows each source has a call.
pub(super) fn can_choose(option: &str) -> Result<(), Phrase> {
    if cfg!(any(windows, all(target_os = "linux", target_env = "gnu"))) {
        return Ok(());
    }
    Err(Phrase::error_no_choice_of_sources(option, Os::HOST.title()))
}
