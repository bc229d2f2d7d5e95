//! The command line: arguments to a [`Query`](crate::net::Query) and options.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::iter;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use textwrap::WordSplitter;

use self::matches::Matches;
use self::query::{asks, query};
use self::replay::Files;
use crate::code::{self, program};
pub use crate::config::Theme;
use crate::config::{self, Config, THEMES};
use crate::lesson::{Lesson, Lessons};
use crate::names::Os;
use crate::net::{Redaction, Steps, Triple};
use crate::print::{Format, Grid, explanation};
use crate::text::{MAX_TEXT, display_width, printable};
use crate::words::{Key, Language, Phrase};
pub use doctor::Doctor;
pub use invocation::Invocation;
pub use redacted::redacted;

mod command;
mod doctor;
mod generate;
mod invocation;
mod lesson;
mod manual;
mod matches;
mod message;
mod preset;
mod query;
mod redacted;
mod replay;
mod script;
mod source;
mod steps;

use lesson::Asked;
pub use lesson::Task;
pub use script::{PATIENCE, ScriptFile};

/// The result of parsing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Make this query.
    Invoke(Box<Invocation>),
    /// Run a script.
    Run(ScriptFile),
    /// Make the calls of a lesson.
    Lesson(Task, Box<Lesson>, ScriptFile),
    /// Write the page about the machine.
    Doctor(Doctor),
    /// Only print this text: the help, the version, the presets, an error explained, or the query as a
    /// program.
    Print(String),
    /// Only write this text to the file of `--output`.
    Write(PathBuf, String),
    /// Go on without a file of the user's own, of which this is wrong.
    Without(Phrase, Box<Self>),
}

/// The language that the arguments ask for, whether the rest of them is right or not.
pub fn language(arguments: &[OsString]) -> Option<Language> {
    values(arguments, "--lang").find_map(|name| {
        let mut languages = Language::ALL.into_iter();
        languages.find(|language| language.name() == name)
    })
}

/// Whether the arguments ask for ASCII, whether the rest of them is right or not.
pub fn asks_for_ascii(arguments: &[OsString]) -> bool {
    options(arguments).any(|text| text == "--ascii")
}

/// Whether the arguments ask for redaction, whether the rest of them is right or not.
pub fn asks_to_redact(arguments: &[OsString]) -> bool {
    options(arguments).any(|text| text == "--redact")
}

/// The configuration that the arguments name, else the user's own.
pub fn config(arguments: &[OsString]) -> Config {
    let path = values(arguments, "--config").next();
    path.map_or_else(Config::of_user, |path| Config::read(path.as_ref()))
}

/// The values of `option`, before clap parses the arguments.
fn values<'a>(arguments: &'a [OsString], option: &'a str) -> impl Iterator<Item = &'a str> {
    let mut texts = options(arguments);
    iter::from_fn(move || {
        texts
            .find_map(|text| match text.strip_prefix(option)? {
                "" => Some(None),
                value => Some(Some(value.strip_prefix('=')?)),
            })
            .map(|value| value.or_else(|| texts.next()).unwrap_or_default())
    })
}

/// The arguments that can be options.
fn options(arguments: &[OsString]) -> impl Iterator<Item = &str> {
    let texts = arguments.iter().map(|text| text.to_str().unwrap_or(""));
    texts.take_while(|text| *text != "--")
}

/// Parses the arguments; the first is the program's name. `terminal` is whether standard output is a
/// terminal: if not, the table is the default format. `language` is that of the text or message. What the
/// arguments leave out is as in `config`.
///
/// # Errors
/// The message that the arguments are wrong.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    terminal: bool,
    language: Language,
    config: Config,
) -> Result<Request, String> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match Matches::parse(&arguments, language) {
        Ok(matches) => read(&matches, terminal, language, config)
            .map_err(|wrong| message::whole(&wrong, None, language)),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Ok(Request::Print(error.to_string()))
            }
            _ => Err(message::message(&error, language)),
        },
    }
}

/// The options that need `--format`.
const HEADLESS_ONLY: [&str; 11] = [
    "no-socket",
    "timeout",
    "reverse",
    "listen",
    "keep",
    "connect",
    "option",
    "lookup",
    "ask-sources",
    "source",
    "matrix",
];

/// Those that a program can have.
const IN_PROGRAMS: [&str; 4] = ["listen", "keep", "connect", "option"];

fn read(
    matches: &Matches,
    terminal: bool,
    language: Language,
    config: Config,
) -> Result<Request, Phrase> {
    if matches.is_given("print-config") {
        return Ok(Request::Print(config::default_text(language)));
    }
    if let Some(text) = generate::text(matches, language) {
        return Ok(Request::Print(text));
    }
    if let Some(problem) = config.problem {
        return Err(problem);
    }
    if let Some(text) = matches.text("explain") {
        return explanation::of(text, Os::HOST, language).map(Request::Print);
    }
    let is_given = |id: &&&str| matches.is_given(id);
    if matches.is_given("no-wsastartup") && Os::HOST != Os::Windows {
        return Err(Phrase::error_not_windows(Os::HOST.title()));
    }
    let timeout = matches.text("timeout").map(seconds).transpose()?;
    let trace = matches.text("trace").map(PathBuf::from);
    let wsastartup = !matches.is_given("no-wsastartup");
    let script = |path: &OsStr| ScriptFile {
        path: path.into(),
        timeout: timeout.unwrap_or(PATIENCE),
        network: matches.is_given("network"),
        trace: trace.clone(),
        language,
        wsastartup,
    };
    if let Some(path) = matches.text("run") {
        return Ok(Request::Run(script(path)));
    }
    let words: Vec<&OsStr> = matches.texts("lesson").collect();
    let taken = match words.is_empty() {
        true => None,
        false => match lesson::request(&words, terminal, script)? {
            Asked::Request(request) => return Ok(request),
            Asked::Screen(lesson, lessons) => Some((lesson, lessons)),
        },
    };
    let (lesson, lessons) = taken.unzip();
    let network = matches.is_given("network");
    if network && lesson.is_none() {
        return Err(Key::ErrorNetworkWithoutRun.into());
    }
    let output = matches.text("output").map(PathBuf::from);
    if output.is_some() && !matches.is_given("format") {
        return Err(Key::ErrorOutputWithoutFormat.into());
    }
    let name = matches.name("format");
    if let Some(page) = doctor::doctor(matches, name, output.as_ref(), language)? {
        return Ok(Request::Doctor(page));
    }
    let presets = preset::presets(matches, terminal, config.presets, config.own_presets)?;
    // Only if one is asked for: the built-in ones are parsed then.
    let base = match matches.text("preset") {
        None => None,
        Some(name) if name == "list" => {
            return Ok(Request::Print(preset::list(&presets, language)));
        }
        Some(name) => Some(preset::query(&presets, name)?),
    };
    let problem = presets.problem().cloned();
    let files = Files::open(matches)?;
    let mut only_socket = matches.is_given("socket-only");
    let base = match base {
        None if !asks(matches) => {
            only_socket = files.again().is_some_and(|file| file.run.query.is_none());
            files.query()?
        }
        base => base,
    };
    let Files {
        mut replay,
        compare,
    } = files;
    if let Some(replay) = &mut replay {
        replay.lookup |= matches.is_given("lookup");
    }
    let query = query(matches, base)?;
    let by_hand = query.hints.filter(|_| only_socket).map(Triple::from);
    let ask_sources = matches.is_given("ask-sources");
    let source = matches.text("source").map(source::source).transpose()?;
    if ask_sources {
        source::can_choose("--ask-sources")?;
    }
    if let Some(program_language) = name.and_then(code::Language::named) {
        let mut calling =
            HEADLESS_ONLY
                .iter()
                .chain(&["trace", "no-wsastartup", "compare", "watch"]);
        if let Some(id) = calling.find(|id| is_given(id) && !IN_PROGRAMS.contains(id)) {
            let option = format!("--{id}");
            return Err(Phrase::error_no_calls(program_language.name(), option));
        }
        let query = match matches.is_given("redact") {
            true => Redaction::default().query(&query),
            false => query,
        };
        let steps = steps::steps(matches)?;
        let steps = steps.as_ref().unwrap_or(Steps::NONE);
        let steps = match by_hand {
            Some(triple) => code::Steps::ByHand(triple, steps),
            None => code::Steps::Every(steps),
        };
        // The constants of a file are those of its system.
        let os = replay.map_or(Os::HOST, |replay| replay.run.host.os);
        let text = program(program_language, os, &query, steps);
        let request = match output {
            None => Request::Print(text),
            Some(file) => Request::Write(file, text),
        };
        return Ok(preset::without(problem, request));
    }
    let format = name
        .and_then(Format::named)
        .or_else(|| (!terminal).then_some(Format::Table));
    if format.is_none() {
        let mut headless = HEADLESS_ONLY.iter().filter(is_given);
        // It is for the calls of a lesson, too.
        if let Some(id) = headless.find(|id| lesson.is_none() || **id != "timeout") {
            return Err(Phrase::error_printing_only(format!("--{id}")));
        }
        for (name, text) in [("NODE", &query.node), ("SERVICE", &query.service)] {
            let bytes = text.as_ref().map_or(0, |text| text.as_os_str().len());
            if bytes > MAX_TEXT {
                return Err(Phrase::error_text_too_long(name, bytes, MAX_TEXT));
            }
        }
    }
    let lessons = match (lessons, format) {
        (Some(lessons), _) => lessons,
        (None, Some(_)) => Lessons::default(),
        (None, None) => lesson::lessons(),
    };
    // The screen shows it.
    let problem = problem.filter(|_| format.is_some());
    let invocation = Invocation {
        query,
        lesson,
        lessons,
        network,
        format,
        by_hand,
        socket: !matches.is_given("no-socket"),
        steps: steps::steps(matches)?,
        output,
        timeout,
        reverse: matches.is_given("reverse"),
        lookup: matches.is_given("lookup") || ask_sources,
        ask_sources,
        source,
        watch: matches.text("watch").map(seconds).transpose()?,
        replay,
        compare,
        redact: matches.is_given("redact"),
        matrix: matches.name("matrix").and_then(Grid::named),
        trace,
        language,
        code: matches
            .name("code")
            .and_then(code::Language::named)
            .or(config.code),
        theme: matches
            .name("theme")
            .and_then(|given| THEMES.iter().find(|(name, _)| *name == given))
            .map_or(config.theme, |&(_, theme)| theme),
        keys: config.keys,
        presets,
        wsastartup,
    };
    Ok(preset::without(
        problem,
        Request::Invoke(Box::new(invocation)),
    ))
}

/// The names in indented lines of at most 78 columns.
fn name_lines<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let options = textwrap::Options::new(78)
        .initial_indent("  ")
        .subsequent_indent("  ")
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(&names.collect::<Vec<_>>().join(" "), options)
}

/// A line per row: a name, and from the same column on a title.
fn columns<'a>(rows: impl Iterator<Item = (&'a str, Cow<'a, str>)>) -> String {
    let rows: Vec<_> = rows.collect();
    let widths = rows.iter().map(|(name, _)| display_width(name));
    let widest = widths.max().unwrap_or_default();
    let line = |(name, title): &(&str, Cow<'_, str>)| {
        format!("{name}{:1$}  {title}\n", "", widest - display_width(name))
    };
    rows.iter().map(line).collect()
}

fn seconds(text: &OsStr) -> Result<Duration, Phrase> {
    let value = text.to_str().and_then(|text| text.parse().ok());
    let value = value.unwrap_or(f64::NAN);
    let problem = match Duration::try_from_secs_f64(value) {
        Ok(duration) => return Ok(duration),
        Err(_) if value.is_nan() => Key::ErrorSecondsNotANumber,
        Err(_) if value < 0.0 => Key::ErrorSecondsNegative,
        Err(_) if value.is_infinite() => Key::ErrorSecondsInfinite,
        Err(_) => Key::ErrorSecondsTooMany,
    };
    Err(Phrase::error_seconds(problem, printable(text).into_owned()))
}

#[cfg(test)]
mod tests;
