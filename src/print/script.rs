//! `--run` without a screen: each call as it returns, the differences and their number.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use crate::names::Os;
use crate::net::{Net, Recorder};
use crate::script;
use crate::script::run::{Counts, Event, Failure, Options};
use crate::script::syntax::Script;
use crate::text::{ascii, printable};
use crate::words::{Language, Phrase};

/// The exit status if every call returned what its line expects.
pub(super) const AS_WRITTEN: u8 = 0;
/// The exit status if one did not.
pub(super) const DIFFERENT: u8 = 6;

/// Runs `script`, the content of the file `path`, and returns the exit status. What is no call is a
/// comment, so that the output is a script too. A broken pipe is not a failure.
///
/// # Errors
/// The script is wrong or needs the network, a thread could not be started, or `out` failed.
pub fn run<N: Net>(
    recorder: Recorder<N>,
    script: &Script,
    path: &Path,
    options: Options,
    language: Language,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let recorder = Arc::new(recorder);
    let mut page = Page {
        os: recorder.host().os,
        path: &printable(path.as_os_str()),
        language,
        out,
    };
    let report = &mut |event: Event<'_>| page.event(&event);
    let counts = script::run::run(&recorder, script, path, options, report)?;
    page.end(counts)
}

/// What is printed of a script that runs.
pub(super) struct Page<'a, W> {
    pub(super) os: Os,
    pub(super) path: &'a str,
    pub(super) language: Language,
    pub(super) out: &'a mut W,
}

impl<W: Write> Page<'_, W> {
    pub(super) fn event(&mut self, event: &Event<'_>) -> Result<(), Phrase> {
        match event {
            Event::Begun { .. } | Event::Skipped(_) | Event::Made(_) => Ok(()),
            Event::Returned { record, .. } => self.line(&script::line(self.os, record)),
            Event::Exposed(line) => self.comment(&Phrase::script_exposed(*line, self.path)),
            Event::Different {
                line,
                call,
                expected,
                got,
            } => {
                let got = got.clone();
                let phrase = Phrase::script_different(*call, *expected, got, *line, self.path);
                self.comment(&phrase)
            }
        }
    }

    /// Prints the summary and returns the exit status.
    pub(super) fn end(&mut self, counts: Counts) -> Result<u8, Failure> {
        let Counts {
            as_written,
            different,
            skipped,
        } = counts;
        self.comment(&Phrase::script_summary(as_written, different, skipped))?;
        Ok(if different == 0 {
            AS_WRITTEN
        } else {
            DIFFERENT
        })
    }

    pub(super) fn comment(&mut self, phrase: &Phrase) -> Result<(), Phrase> {
        self.line(&format!("# {}", phrase.text(self.language)))
    }

    fn line(&mut self, text: &str) -> Result<(), Phrase> {
        self.text(&format!("{text}\n"))
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), Phrase> {
        let text = match self.language.is_ascii() {
            true => ascii(text),
            false => text.into(),
        };
        written((self.out.write_all(text.as_bytes())).and_then(|()| self.out.flush()))
    }
}

/// A reader such as `head` that has read enough is not a failure.
fn written(result: io::Result<()>) -> Result<(), Phrase> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Phrase::error_output(&error))
        }
        _ => Ok(()),
    }
}
