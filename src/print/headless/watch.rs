//! A query that is repeated, without a screen.

use std::io::{ErrorKind, Write};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::{Options, Status, Written, make_calls, steps};
use crate::compare::{Answer, Changes, Comparison, extremes};
use crate::net::{Net, Query, Recorder, Run};
use crate::print::Format;
use crate::print::comparison::rows_json;
use crate::words::{Language, Phrase};

/// What came so far.
#[derive(Debug, Default)]
struct Watch {
    answers: usize,
    changes: Changes,
    times: Option<[Duration; 2]>,
    /// What differs from the answer before.
    comparison: Option<Comparison>,
}

impl Watch {
    fn count(&mut self, before: Option<&Run>, run: &Run) {
        self.answers += 1;
        if let Some(record) = run.answer() {
            self.times = Some(extremes(self.times, record.took));
        }
        let notes = &[];
        self.comparison =
            before.map(|before| Comparison::of([before, run].map(|run| Answer { run, notes })));
        if let Some(comparison) = &self.comparison {
            self.changes.count(comparison);
        }
    }

    /// The object on one line, with the member `watch`. A line feed is only between members: in a text it is
    /// escaped (RFC 8259, 7).
    fn json(&self, text: &[u8], redact: bool, language: Language) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        for line in text.split(|byte| *byte == b'\n') {
            out.extend_from_slice(line.trim_ascii_start());
        }
        // The object's own brace.
        out.pop();
        let Changes {
            all,
            order,
            entries,
            results,
        } = self.changes;
        let times = self.times.map(|times| times.map(|time| time.as_micros()));
        let [fastest, slowest] = match times {
            Some(times) => times.map(|time| time.to_string()),
            None => ["null"; 2].map(str::to_owned),
        };
        // Texts of the runs have the names that are to be replaced.
        let shown = self.comparison.as_ref().filter(|_| !redact);
        let differences = shown.map_or_else(|| "null".to_owned(), |it| rows_json(it, language));
        let changed = self.comparison.as_ref().map(|it| !it.is_equal());
        let changed = changed.map_or_else(|| "null".to_owned(), |changed| changed.to_string());
        let watch = format!(
            ", \"watch\": {{\"answers\": {}, \"changed\": {changed}, \"changes\": \
             {{\"all\": {all}, \"order\": {order}, \"entries\": {entries}, \"results\": {results}}}, \
             \"fastest_us\": {fastest}, \"slowest_us\": {slowest}, \"differences\": {differences}}}}}\n",
            self.answers
        );
        out.extend_from_slice(watch.as_bytes());
        out
    }

    fn line(&self, language: Language) -> String {
        let Changes {
            all,
            order,
            entries,
            results,
        } = self.changes;
        let [least, most] = self.times.unwrap_or_default();
        let times = [least, most].map(|time| format!("{:.3}", time.as_secs_f64() * 1e3));
        let times = format!("{} - {} ms", times[0], times[1]);
        let text = Phrase::watch_line(self.answers, all, entries, order, results, times);
        text.text(language)
    }
}

/// Repeats the query with this time between an answer and the next call, until nobody reads any more.
///
/// # Errors
/// As [`super::run`].
pub fn watch<N: Net>(
    recorder: Recorder<N>,
    query: &Query,
    options: &Options<'_>,
    interval: Duration,
    out: &mut impl Write,
) -> Result<Status, Phrase> {
    // One for all answers: it refuses a call while too many have not returned.
    let recorder = Arc::new(recorder.waiting(steps::MOST));
    let mut watch = Watch::default();
    let mut before: Option<Run> = None;
    loop {
        let run = make_calls(&recorder, query, options)?;
        watch.count(before.as_ref(), &run);
        let mut text = Vec::new();
        let written = Written {
            run: &run,
            replay: None,
            lookup: options.lookup || options.source.is_some(),
            steps: options.steps.as_ref().and_then(|steps| steps.role),
        };
        let (format, redact, language) = (options.format, options.redact, options.language);
        let equal = written.write(options.compare, format, redact, language, &mut text)?;
        if format == Format::Json {
            text = watch.json(&text, redact, language.unicode());
        } else {
            text.extend_from_slice(format!("{}\n\n", watch.line(language)).as_bytes());
        }
        match out.write_all(&text).and_then(|()| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                return Ok(Status::compared(Status::of(&run, options), equal));
            }
            Err(error) => return Err(Phrase::error_output(&error)),
            Ok(()) => before = Some(run),
        }
        thread::sleep(interval);
    }
}
