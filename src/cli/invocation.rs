//! What the command line asks for.

use std::path::PathBuf;
use std::time::Duration;

use crate::code;
use crate::config::Theme;
use crate::lesson::{Lesson, Lessons, Presets};
use crate::net::{Query, Steps, Triple};
use crate::print::{Format, Grid};
use crate::replay::Replay;
use crate::tui::keys::Keys;
use crate::words::Language;

/// A query and its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The arguments of getaddrinfo.
    pub query: Query,
    /// The lesson that is taken on the screen instead.
    pub lesson: Option<Box<Lesson>>,
    /// The lessons to choose from.
    pub lessons: Lessons,
    /// Whether their calls may reach more than this host.
    pub network: bool,
    /// The format of the output; `None` starts the screen.
    pub format: Option<Format>,
    /// The numbers for socket(), if getaddrinfo is not called.
    pub by_hand: Option<Triple>,
    /// Whether socket() is called on each entry.
    pub socket: bool,
    /// The calls on each socket after socket().
    pub steps: Option<Steps>,
    /// The file that the output goes to instead of standard output.
    pub output: Option<PathBuf>,
    /// The longest wait for getaddrinfo, or for each call of a lesson.
    pub timeout: Option<Duration>,
    /// Whether getnameinfo is called on each entry.
    pub reverse: bool,
    /// Whether the lookup and the order of the list are explained.
    pub lookup: bool,
    /// Whether each source of names is asked alone.
    pub ask_sources: bool,
    /// The only source of names to ask.
    pub source: Option<String>,
    /// How often the query is repeated.
    pub watch: Option<Duration>,
    /// The answer that is shown instead of making a call.
    pub replay: Option<Box<Replay>>,
    /// The answer to compare with.
    pub compare: Option<Box<Replay>>,
    /// Whether names and addresses are replaced in what is written.
    pub redact: bool,
    /// The matrix to fill instead of the query.
    pub matrix: Option<Grid>,
    /// The file for the lines of all calls.
    pub trace: Option<PathBuf>,
    /// The language of all texts.
    pub language: Language,
    /// The program that the code view starts with.
    pub code: Option<code::Language>,
    /// The screen's colours.
    pub theme: Theme,
    /// The table of keys.
    pub keys: Keys,
    /// The presets to choose from.
    pub presets: Presets,
    /// Whether WSAStartup is called first. Windows only.
    pub wsastartup: bool,
}
