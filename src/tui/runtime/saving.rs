//! The threads that save a file, so that a file system that hangs stops nothing else.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{self, Path};

use crate::app::{EXTENSION, NAME, SaveError};
use crate::output::OutputFile;
use crate::text::printable;
use crate::words::{Key, Phrase};

/// The highest number of a proposed name.
const LAST: u32 = 999;

/// The first name in the current directory that is free: `sockscope-2.sockscope`.
pub(super) fn free_path() -> String {
    let names = (2..=LAST).map(|number| format!("{NAME}-{number}{EXTENSION}"));
    let first = || format!("{NAME}{EXTENSION}");
    let mut names = [first()].into_iter().chain(names);
    // An existing file is never replaced without a question.
    let free = names.find(|name| fs::symlink_metadata(name).is_err());
    free.unwrap_or_else(first)
}

/// Writes the file, whole or not at all, and returns its absolute path.
pub(super) fn save(path: &str, content: &str, replace: bool) -> Result<String, SaveError> {
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
