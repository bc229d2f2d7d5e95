//! The page of `--doctor`: what a bug report has to say of the machine.

mod refusals;
mod rows;

use std::io::{self, Write};
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};
use textwrap::{Options as Wrapping, WordSplitter};

use self::refusals::refusals;
use super::json::{facts, write_end, write_member, write_start};
use super::order::JsonRow;
use super::table::write_host;
use super::{Format, PROGRAM, Report, grid, headless, lookup, matrix, shown};
use crate::explain::order::{Row as PolicyRow, tables};
use crate::net::{Hints, Matrix, Needs, Net, Query, Recorder, Redaction, Run};
use crate::text::{Text, display_width};
use crate::words::{Key, Language, Phrase};

/// The width of the page, in columns.
const WIDTH: usize = 80;

/// How the page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The format.
    pub format: Format,
    /// Whether names and addresses are replaced.
    pub redact: bool,
    /// The language of the page.
    pub language: Language,
}

/// What the page shows.
struct Page {
    /// Its facts are those of the machine, and of the query of [`QUERY`].
    run: Run,
    matrix: Matrix,
}

/// The node and the service whose lines in the hosts and services files are shown: every system has them.
const QUERY: (&str, &str) = ("localhost", "http");

/// A part of the table: its title, and its rows of a label and a text.
struct Section {
    title: Key,
    rows: Vec<(String, String)>,
}

/// Looks the facts up, makes the calls of the usual matrix, and writes the page. Nothing is sent over the
/// network.
///
/// # Errors
/// The page could not be written.
pub fn write<N: Net>(
    recorder: &Recorder<N>,
    options: Options,
    out: &mut impl Write,
) -> Result<(), Phrase> {
    let query = Query {
        node: Text::new(QUERY.0).ok(),
        service: Text::new(QUERY.1).ok(),
        hints: Some(Hints::default()),
    };
    let mut run = Run::new(Arc::clone(recorder.host()), Arc::new(query));
    // Before the calls of the matrix, which open descriptors.
    run.facts = recorder.facts(Needs::MACHINE, &run);
    if options.redact {
        run = Redaction::default().run(&run);
    }
    let matrix = grid::filled(recorder, false, false);
    let page = Page { run, matrix };
    headless::print(out, |out| page.write(options, out))
}

impl Page {
    fn write(&self, options: Options, out: &mut impl Write) -> io::Result<()> {
        if options.format == Format::Json {
            return self.write_json(out);
        }
        let mut table = Vec::new();
        self.write_table(options.language, &mut table)?;
        out.write_all(&shown(table, options.format, options.language))
    }

    fn write_table(&self, language: Language, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "doctor  {}", Key::DoctorAbout.text(language))?;
        write_host(&self.run.host, PROGRAM.1, language, out)?;
        let report = Report {
            run: &self.run,
            real: None,
            language,
            lookup: true,
            steps: None,
            replay: None,
            compared: None,
        };
        lookup::write_lookup(report, out)?;
        for section in self.sections(language) {
            section.write(language, out)?;
        }
        Ok(())
    }

    fn sections(&self, language: Language) -> Vec<Section> {
        let mut sections = self.facts(language);
        sections.push(Section {
            title: Key::DoctorRefusals,
            rows: refusals(&self.matrix, language),
        });
        sections
    }

    /// The tables by which the library sorts.
    fn policy(&self) -> Option<[(&'static str, Vec<PolicyRow>); 3]> {
        let sorting = self.run.facts.sorting.as_ref();
        let gai_conf = sorting.and_then(|sorting| sorting.gai_conf.as_deref());
        tables(&self.run.host, gai_conf.unwrap_or_default())
    }

    fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        write_start(&self.run.host, out)?;
        write_member(out, "facts", &facts(&self.run.facts)?)?;
        write_member(out, "policy", &self.policy().map(Policy))?;
        matrix::write_cells(&self.matrix, out)?;
        write_end(out)
    }
}

/// The tables by their keywords in gai.conf.
struct Policy([(&'static str, Vec<PolicyRow>); 3]);

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, rows) in &self.0 {
            let rows: Vec<_> = rows.iter().copied().map(JsonRow).collect();
            map.serialize_entry(name, &rows)?;
        }
        map.end()
    }
}

impl Section {
    fn write(&self, language: Language, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\n{}", self.title.text(language))?;
        let labels = self.rows.iter().map(|(label, _)| display_width(label));
        let width = labels.max().unwrap_or_default();
        let rest = " ".repeat(width + 4);
        for (label, text) in &self.rows {
            let padding = " ".repeat(width - display_width(label));
            let first = format!("  {label}{padding}  ");
            let wrapping = Wrapping::new(WIDTH)
                .initial_indent(&first)
                .subsequent_indent(&rest)
                .word_splitter(WordSplitter::NoHyphenation);
            writeln!(out, "{}", textwrap::fill(text, wrapping).trim_end())?;
        }
        Ok(())
    }
}
