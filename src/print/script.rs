//! `--run` without a screen: each call as it returns, the differences and their number.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use crate::net::{Net, Recorder};
use crate::script;
use crate::script::run::{Counts, Event, Failure, Options};
use crate::script::syntax::Script;
use crate::text::{ascii, printable};
use crate::words::{Language, Phrase};

/// The exit status if every call returned what its line expects.
const AS_WRITTEN: u8 = 0;
/// The exit status if one did not.
const DIFFERENT: u8 = 6;

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
    let os = recorder.host().os;
    let path_text = printable(path.as_os_str());
    let mut say = |text: String| {
        let text = if language.is_ascii() {
            ascii(&text).into_owned()
        } else {
            text
        };
        written(writeln!(out, "{text}").and_then(|()| out.flush()))
    };
    let counts = script::run::run(&recorder, script, path, options, &mut |event| match event {
        Event::Returned(record) => say(script::line(os, record)),
        Event::Exposed(line) => say(comment(&Phrase::script_exposed(line, &path_text), language)),
        Event::Different {
            line,
            call,
            expected,
            got,
        } => {
            let phrase = Phrase::script_different(call, expected, got, line, &path_text);
            say(comment(&phrase, language))
        }
    })?;
    let Counts {
        as_written,
        different,
        skipped,
    } = counts;
    let summary = Phrase::script_summary(as_written, different, skipped);
    say(comment(&summary, language))?;
    Ok(if different == 0 {
        AS_WRITTEN
    } else {
        DIFFERENT
    })
}

fn comment(phrase: &Phrase, language: Language) -> String {
    format!("# {}", phrase.text(language))
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
