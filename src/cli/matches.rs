//! What clap found on the command line.

use std::ffi::{OsStr, OsString};

use clap::parser::ValueSource;
use clap::{ArgMatches, Error};

use super::command;
use crate::words::Language;

/// The arguments of the command line. One that is not there is as one that the command does not have.
pub(super) struct Matches(ArgMatches);

impl Matches {
    /// Parses the arguments; the first is the program's name.
    ///
    /// Most command lines have only arguments of [`command::frequent`], and to make the whole command takes
    /// a tenth of the time of a small query. An argument that the small one does not have is an error there.
    pub(super) fn parse(arguments: &[OsString], language: Language) -> Result<Self, Error> {
        command::frequent(language)
            .try_get_matches_from(arguments)
            .or_else(|_| command::command(language).try_get_matches_from(arguments))
            .map(Self)
    }

    /// Whether the argument, or one of the group, is on the command line, not a default.
    pub(super) fn is_given(&self, id: &str) -> bool {
        self.0.try_contains_id(id).is_ok()
            && self.0.value_source(id) == Some(ValueSource::CommandLine)
    }

    /// The values of an argument that may be any text.
    pub(super) fn texts(&self, id: &str) -> impl Iterator<Item = &OsStr> {
        let texts = self.0.try_get_many::<OsString>(id).ok().flatten();
        texts.into_iter().flatten().map(OsString::as_os_str)
    }

    /// The value of such an argument.
    pub(super) fn text(&self, id: &str) -> Option<&OsStr> {
        self.texts(id).next()
    }

    /// The value of an argument that is one of a list of names.
    pub(super) fn name(&self, id: &str) -> Option<&str> {
        let name = self.0.try_get_one::<String>(id).ok().flatten();
        name.map(String::as_str)
    }
}
