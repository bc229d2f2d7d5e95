//! The files of `--replay` and `--compare`.

use super::matches::Matches;
use crate::names::Os;
use crate::net::Query;
use crate::replay::Replay;
use crate::words::Phrase;

/// What the files tell of.
pub(super) struct Files {
    pub(super) replay: Option<Box<Replay>>,
    pub(super) compare: Option<Box<Replay>>,
}

impl Files {
    /// Reads the files that the arguments name.
    pub(super) fn open(matches: &Matches) -> Result<Self, Phrase> {
        let open = |id| {
            let file = matches.text(id).map(|path| Replay::open(path.as_ref()));
            file.transpose().map(|file| file.map(Box::new))
        };
        Ok(Self {
            replay: open("replay")?,
            compare: open("compare")?,
        })
    }

    /// The file whose query is used, if no argument asks for one.
    pub(super) fn again(&self) -> Option<&Replay> {
        self.replay.as_deref().or(self.compare.as_deref())
    }

    /// The query of the file: of one that is shown with its own numbers, else with those that mean the same
    /// here, since it is made again.
    pub(super) fn query(&self) -> Result<Option<Query>, Phrase> {
        match (&self.replay, &self.compare) {
            (Some(replay), _) => Ok(replay.query()),
            (None, Some(compare)) => compare.query_on(Os::HOST).map(Some),
            (None, None) => Ok(None),
        }
    }
}
