//! How a script runs, what it reports, and how it ends.

use std::time::Duration;

use crate::net::Record;
use crate::script::syntax::Place;
use crate::words::Phrase;

/// How a script runs.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The longest wait for a call.
    pub timeout: Duration,
    /// Whether calls may reach more than this host.
    pub network: bool,
    /// The system whose results are expected.
    pub place: Place,
}

/// What happens while a script runs.
#[derive(Debug)]
pub enum Event<'a> {
    /// A call that may wait is about to be made.
    Begun {
        /// The number of the line.
        line: usize,
        /// The call, without its end.
        record: &'a Record,
    },
    /// The line of this number is skipped.
    Skipped(usize),
    /// Every call of this part was begun, and those have returned that no other line goes on beside.
    Made(usize),
    /// A call of the script returned.
    Returned {
        /// The number of the line.
        line: usize,
        /// The call and how it ended.
        record: &'a Record,
        /// The indices of the line's results on this system that are how it ended.
        fitting: &'a [usize],
    },
    /// The port that the line of this number bound is open to the network.
    Exposed(usize),
    /// A call returned something else than its line expects.
    Different {
        /// The number of the line.
        line: usize,
        /// The call as written.
        call: &'a str,
        /// What the line expects.
        expected: &'a str,
        /// The result, or why there is none.
        got: Phrase,
    },
}

/// The number of calls of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that returned what their line expects.
    pub as_written: usize,
    /// Calls that returned something else, or were not made.
    pub different: usize,
    /// Lines that were skipped: the system lacks something, or nothing is expected on it.
    pub skipped: usize,
}

/// Why a script ends early.
#[derive(Debug)]
pub enum Failure {
    /// The script is wrong, or needs the network.
    Script(Phrase),
    /// sockscope failed to do its part.
    Own(Phrase),
}

impl From<Phrase> for Failure {
    fn from(phrase: Phrase) -> Self {
        Self::Own(phrase)
    }
}
