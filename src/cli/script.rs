//! How a script or a lesson runs.

use std::path::PathBuf;
use std::time::Duration;

use crate::words::Language;

/// A script or a lesson, and how it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptFile {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// The longest wait for each call.
    pub timeout: Duration,
    /// Whether calls may reach more than this host.
    pub network: bool,
    /// The file for the lines of all calls.
    pub trace: Option<PathBuf>,
    /// The language of all texts.
    pub language: Language,
    /// Whether WSAStartup is called first. Windows only.
    pub wsastartup: bool,
}

/// How long `--run` and `--lesson` wait for a call, without `--timeout`.
pub const PATIENCE: Duration = Duration::from_secs(10);
