//! The threads that save a file, so that a file system that hangs stops nothing else.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{self, Path};

use crate::app::{Content, NAME, SaveError, SavedRun};
use crate::output::OutputFile;
use crate::print::Format;
use crate::print::document::Document;
use crate::text::printable;
use crate::words::{Key, Phrase};

/// The highest number of a proposed name.
const LAST: u32 = 999;

/// The first name in the current directory that is free: `sockscope-2.json`.
pub(super) fn free_path(extension: &str) -> String {
    let names = (2..=LAST).map(|number| format!("{NAME}-{number}{extension}"));
    let first = || format!("{NAME}{extension}");
    let mut names = [first()].into_iter().chain(names);
    // An existing file is never replaced without a question.
    let free = names.find(|name| fs::symlink_metadata(name).is_err());
    free.unwrap_or_else(first)
}

/// The text of a content.
pub(super) fn text(content: Content) -> Result<String, Phrase> {
    let SavedRun {
        json,
        run,
        redaction,
        language,
        lookup,
        tried,
        replay,
    } = match content {
        Content::Text(text) => return Ok(text),
        Content::Run(run) => *run,
    };
    let document = Document {
        run: &run,
        replay: replay.as_deref(),
        redaction,
        language,
        lookup,
        tried: &tried,
    };
    let format = if json { Format::Json } else { Format::Markdown };
    let text = document
        .text(format)
        .map_err(|error| Phrase::save_failed(&error))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Writes the file, whole or not at all, and returns its absolute path.
pub(super) fn save(path: &str, content: Content, replace: bool) -> Result<String, SaveError> {
    let failed = |text| Err(SaveError::Failed(text));
    if path.is_empty() {
        return failed(Key::SaveNoPath.into());
    }
    if path == "~" || path.starts_with("~/") || path.starts_with(r"~\") {
        return failed(Key::SaveTilde.into());
    }
    let file = Path::new(path);
    match fs::metadata(file) {
        Ok(found) if found.is_dir() => return failed(Key::SaveDirectory.into()),
        Ok(found) if !found.is_file() => return failed(Key::SaveNoRegularFile.into()),
        Ok(_) if !replace => return Err(SaveError::Exists),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return failed(reason(file, &error)),
    }
    let content = text(content).map_err(SaveError::Failed)?;
    OutputFile::open(file)
        .and_then(|output| output.replace(content.as_bytes()))
        .map_err(|error| SaveError::Failed(reason(file, &error)))?;
    let whole = path::absolute(file);
    let whole = whole.as_deref().unwrap_or(file);
    Ok(printable(whole.as_os_str()).into_owned())
}

/// Why the file cannot be written, and what to do.
fn reason(path: &Path, error: &io::Error) -> Phrase {
    match (error.kind(), path.parent()) {
        (ErrorKind::NotFound | ErrorKind::NotADirectory, Some(parent)) if !parent.is_dir() => {
            Phrase::save_no_directory(printable(parent.as_os_str()).into_owned())
        }
        (ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem, _) => {
            Phrase::save_denied(error)
        }
        (ErrorKind::StorageFull | ErrorKind::QuotaExceeded, _) => Phrase::save_full(error),
        _ => Phrase::save_failed(error),
    }
}
