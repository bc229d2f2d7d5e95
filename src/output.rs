//! A file for output: that of `--output`, or one that the screen saves.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use crate::text::printable;
use crate::words::Phrase;

/// A file to write.
///
/// A regular file is replaced when the new one is whole, so that a failure leaves it as it was.
/// Anything else, such as a FIFO or `/dev/stdout`, is written to.
#[derive(Debug)]
pub struct OutputFile<'a> {
    path: &'a Path,
    /// The file to replace or create, behind all links; `None` if it is no regular file.
    replaced: Option<PathBuf>,
}

impl<'a> OutputFile<'a> {
    /// Checks, before any call is made, that the file can be written. Leaves everything as it was.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn new(path: &'a Path) -> Result<Self, Phrase> {
        Self::open(path).map_err(|error| refusal(path, &error))
    }

    /// The same, with the system's error.
    pub(crate) fn open(path: &'a Path) -> io::Result<Self> {
        let replaced = replaced(path)?;
        Ok(Self { path, replaced })
    }

    /// Writes the file. A reader of a FIFO that has read enough is not a failure.
    ///
    /// # Errors
    /// The file could not be written. A regular file is as it was before.
    pub fn write(&self, output: &[u8]) -> Result<(), Phrase> {
        match self.replace(output) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(refusal(self.path, &error)),
            _ => Ok(()),
        }
    }

    /// Writes the file; the error is the system's.
    pub(crate) fn replace(&self, output: &[u8]) -> io::Result<()> {
        match &self.replaced {
            Some(replaced) => replace(replaced, output),
            None => File::options()
                .write(true)
                .open(self.path)
                .and_then(|mut file| file.write_all(output)),
        }
    }
}

fn refusal(path: &Path, error: &io::Error) -> Phrase {
    Phrase::error_output_file(error, printable(path.as_os_str()).into_owned())
}

fn replaced(path: &Path) -> io::Result<Option<PathBuf>> {
    let replaced = match fs::metadata(path) {
        Ok(found) if found.is_file() => {
            // A file that is write-protected stays, though it could be replaced.
            File::options().write(true).open(path)?;
            // Renaming would replace a link, not the file behind it.
            if path.is_symlink() {
                fs::canonicalize(path)?
            } else {
                path.to_owned()
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => path.to_owned(),
        // Not opened yet: a FIFO waits for its reader. Windows has no metadata of its devices.
        _ => return Ok(None),
    };
    Temporary::create(&replaced)?;
    Ok(Some(replaced))
}

fn replace(path: &Path, output: &[u8]) -> io::Result<()> {
    let (file, temporary) = Temporary::create(path)?;
    if let Ok(found) = fs::metadata(path) {
        file.set_permissions(found.permissions())?;
    }
    fill(file, output)?;
    fs::rename(&temporary.0, path)
}

/// Writes and closes `file`.
fn fill(mut file: File, output: &[u8]) -> io::Result<()> {
    file.write_all(output)?;
    // Some file systems report a failed write no earlier.
    file.sync_all()
}

/// A new file beside another; removed when dropped, unless it was renamed.
struct Temporary(PathBuf);

impl Temporary {
    fn create(beside: &Path) -> io::Result<(File, Self)> {
        let mut attempt = 0_u8;
        loop {
            let name = format!(".sockscope-{}-{attempt}.tmp", process::id());
            let path = beside.with_file_name(name);
            match File::options().write(true).create_new(true).open(&path) {
                // One that an earlier process of this number left when it was killed.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && attempt < u8::MAX => {
                    attempt += 1;
                }
                file => return Ok((file?, Self(path))),
            }
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // It is gone if it was renamed.
        let _ = fs::remove_file(&self.0);
    }
}
