//! A run as a document of its own, for the screen to save.

use std::io;

use super::markdown::{self, Attempt};
use super::{Format, Report};
use crate::net::{Redaction, Role, Run};
use crate::replay::Replay;
use crate::text::ascii;
use crate::words::Language;

/// A run, and how it is written.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    /// The run.
    pub run: &'a Run,
    /// The file that it is from, if no call was made.
    pub replay: Option<&'a Replay>,
    /// The replacements of names and addresses, if they are to be replaced.
    pub redaction: Option<Redaction>,
    /// The language of the notes.
    pub language: Language,
    /// Whether the lookup is explained.
    pub lookup: bool,
    /// What was tried before: arguments, result and time.
    pub tried: &'a [Attempt],
}

impl Document<'_> {
    /// The text.
    ///
    /// # Errors
    /// A fact cannot be written as JSON.
    pub fn text(mut self, format: Format) -> io::Result<Vec<u8>> {
        let redacted = self.redaction.as_mut().map(|it| it.run(self.run));
        let real = self
            .redaction
            .as_ref()
            .map(|redaction| (self.run, redaction));
        let run = redacted.as_ref().unwrap_or(self.run);
        let held = run.held().next().is_some();
        let report = Report {
            run,
            real,
            language: self.language,
            lookup: self.lookup,
            steps: held.then_some(Role::Server { keep: true }),
            replay: self.replay,
            compared: None,
        };
        let mut out = Vec::new();
        match format {
            Format::Markdown => markdown::write(report, self.tried, &mut out)?,
            Format::Table | Format::Json => report.write(format, &mut out)?,
        }
        if format == Format::Markdown && self.language.is_ascii() {
            out = ascii(&String::from_utf8_lossy(&out)).as_bytes().into();
        }
        Ok(out)
    }
}
