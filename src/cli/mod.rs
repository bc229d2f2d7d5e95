//! The command line: arguments to a [`Query`] and options.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use textwrap::WordSplitter;

use self::command::{OPTIONS, SHORTS, command};
use crate::code::{self, program};
use crate::lesson::{Preset, preset, presets};
use crate::names::Os;
use crate::net::{BadConstant, Hint, Hints, Problem, Query};
use crate::print::Format;
use crate::text::{MAX_TEXT, Text, printable, utf8};
use crate::words::Language;

mod command;

/// The result of parsing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Make this query.
    Invoke(Invocation),
    /// Only print this text: the help, the version, the presets, or the query as a program.
    Print(String),
}

/// A query and its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The arguments of getaddrinfo.
    pub query: Query,
    /// The format of the output; `None` starts the screen.
    pub format: Option<Format>,
    /// Whether socket() is called on each entry.
    pub socket: bool,
    /// The longest wait for getaddrinfo.
    pub timeout: Option<Duration>,
    /// Whether getnameinfo is called on each entry.
    pub reverse: bool,
    /// The file for the lines of all calls.
    pub trace: Option<PathBuf>,
    /// The language of the notes, if given.
    pub language: Option<Language>,
    /// Whether the screen draws with ASCII only.
    pub ascii: bool,
    /// Whether WSAStartup is called first. Windows only.
    pub wsastartup: bool,
}

/// Parses the arguments; the first is the program's name. `terminal` is whether standard output is a
/// terminal: if not, the table is the default format.
///
/// # Errors
/// The message that the arguments are wrong.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    terminal: bool,
) -> Result<Request, String> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut command = command();
    let mut parse_once = |arguments: &[OsString]| {
        let matches = command.try_get_matches_from_mut(arguments)?;
        read(&matches, terminal).map_err(|(kind, text)| command.error(kind, text))
    };
    parse_once(&arguments).or_else(|mut error| {
        // clap quotes an argument raw. Its line feeds must not look like lines of the message.
        let lines = |argument: &OsString| argument.as_encoded_bytes().contains(&b'\n');
        if arguments.iter().any(lines) {
            let one_line = |argument: &OsString| printable(argument).into_owned().into();
            let one_line: Vec<OsString> = arguments.iter().map(one_line).collect();
            error = parse_once(&one_line).err().unwrap_or(error);
        }
        let text = escape_lines(&error.render().to_string());
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(Request::Print(text)),
            _ => Err(text),
        }
    })
}

/// The options that need `--format`.
const HEADLESS_ONLY: [&str; 3] = ["no-socket", "timeout", "reverse"];

/// What is wrong with the arguments: for clap, which adds the usage.
type Wrong = (ErrorKind, String);

fn read(matches: &ArgMatches, terminal: bool) -> Result<Request, Wrong> {
    let invalid = |text| (ErrorKind::ValueValidation, text);
    let is_given = |id: &&&str| is_given(matches, id);
    if matches.get_flag("no-wsastartup") && Os::HOST != Os::Windows {
        let os = Os::HOST.title();
        let text = format!("--no-wsastartup is for Windows: {os} has no WSAStartup to leave out");
        return Err((ErrorKind::UnknownArgument, text));
    }
    let base = match text_of(matches, "preset") {
        None => None,
        Some(name) if name == "list" => return Ok(Request::Print(preset_list())),
        Some(name) => match name.to_str().and_then(|name| preset(Os::HOST, name)) {
            Some(preset) => Some(preset.query.clone()),
            None => return Err((ErrorKind::InvalidValue, unknown_preset(name))),
        },
    };
    let query = query(matches, base).map_err(invalid)?;
    let timeout = text_of(matches, "timeout").map(seconds).transpose();
    let timeout = timeout.map_err(invalid)?;
    let name = matches.get_one::<String>("format").map(String::as_str);
    if let Some(language) = name.and_then(code::Language::named) {
        let mut calling = HEADLESS_ONLY.iter().chain(&["trace", "no-wsastartup"]);
        if let Some(id) = calling.find(is_given) {
            let text = format!(
                "--{id} is about the calls, and --format {} makes none: it prints a program that \
                 will make them; leave --{id} out",
                language.name()
            );
            return Err((ErrorKind::ArgumentConflict, text));
        }
        let text = program(language, Os::HOST, &query, None);
        return Ok(Request::Print(text));
    }
    let format = name
        .and_then(Format::named)
        .or_else(|| (!terminal).then_some(Format::Table));
    if format.is_none() {
        if let Some(id) = HEADLESS_ONLY.iter().find(is_given) {
            let text = format!(
                "--{id} is for printing, not for the screen: add --format table or --format json"
            );
            return Err((ErrorKind::MissingRequiredArgument, text));
        }
        for (name, text) in [("NODE", &query.node), ("SERVICE", &query.service)] {
            let bytes = text.as_ref().map_or(0, |text| text.as_os_str().len());
            if bytes > MAX_TEXT {
                return Err(invalid(format!(
                    "{name} is {bytes} bytes long, but the screen takes at most {MAX_TEXT}: add \
                     --format table or --format json to pass it on"
                )));
            }
        }
    }
    let language = matches.get_one::<String>("lang");
    Ok(Request::Invoke(Invocation {
        query,
        format,
        socket: !matches.get_flag("no-socket"),
        timeout,
        reverse: matches.get_flag("reverse"),
        trace: text_of(matches, "trace").map(PathBuf::from),
        language: language.and_then(|name| Language::named(name)),
        ascii: matches.get_flag("ascii"),
        wsastartup: !matches.get_flag("no-wsastartup"),
    }))
}

/// Whether the argument is on the command line, not a default.
fn is_given(matches: &ArgMatches, id: &str) -> bool {
    matches.value_source(id) == Some(ValueSource::CommandLine)
}

fn text_of<'a>(matches: &'a ArgMatches, id: &str) -> Option<&'a OsStr> {
    matches.get_one::<OsString>(id).map(OsString::as_os_str)
}

/// `base`, changed by the arguments.
fn query(matches: &ArgMatches, base: Option<Query>) -> Result<Query, String> {
    let arguments = ["NODE", "SERVICE", "service", "null-hints", "hint"];
    let mut query = match base {
        Some(query) => query,
        None if arguments.iter().any(|id| is_given(matches, id)) => Query {
            hints: Some(Hints::default()),
            ..Query::default()
        },
        None => return Ok(Query::server_example(Os::HOST)),
    };
    let text = |name, id| {
        let text = text_of(matches, id).map(Text::new).transpose();
        text.map_err(|error| format!("{name}: {error}"))
    };
    if let Some(node) = text("NODE", "NODE")? {
        query.node = Some(node);
    }
    for id in ["SERVICE", "service"] {
        if let Some(service) = text("SERVICE", id)? {
            query.service = Some(service);
        }
    }
    if matches.get_flag("null-hints") {
        query.hints = None;
    }
    for (hint, id) in OPTIONS {
        let value = hint_value(matches, hint, id).map_err(|error| unknown_constant(&error))?;
        if let Some(value) = value {
            hint.set(query.hints.get_or_insert_default(), value);
        }
    }
    Ok(query)
}

/// The value of `hint`, from its option `id` and its switches; `None` if no argument sets it.
fn hint_value(matches: &ArgMatches, hint: Hint, id: &str) -> Result<Option<i32>, BadConstant> {
    let typed = matches.get_many::<OsString>(id).into_iter().flatten();
    let switches = SHORTS
        .iter()
        .filter(|(id, of, _)| *of == hint && matches.get_flag(id));
    let texts = typed
        .map(|text| utf8(text))
        .chain(switches.map(|(.., name)| (*name).into()));
    let values = texts.map(|text| match hint {
        Hint::Flags => hint.parse_list(Os::HOST, &text),
        _ => hint.parse(Os::HOST, &text),
    });
    values.reduce(|sum, value| Ok(sum? | value?)).transpose()
}

fn unknown_constant(error: &BadConstant) -> String {
    let os = Os::HOST;
    if !matches!(error.problem, Problem::Unknown { .. }) {
        return error.to_string();
    }
    let table = error.hint.table(os);
    let names = table.rows.iter().chain(table.aliases).map(|row| row.name);
    format!(
        "{error}\n\n{} on {}:\n{}\n\n\
         The prefix may be left out, and any number that fits a C int will do.",
        error.hint.member(),
        os.title(),
        name_lines(names)
    )
}

fn unknown_preset(name: &OsStr) -> String {
    let names = presets(Os::HOST).iter().map(|preset| preset.name.as_str());
    let typed = utf8(name);
    let nearest = names
        .clone()
        .map(|name| (strsim::jaro_winkler(&typed, name), name))
        .filter(|&(likeness, _)| likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let suggestion =
        nearest.map_or_else(String::new, |(_, name)| format!("; did you mean {name}?"));
    format!(
        "--preset: no preset is named \"{}\"{suggestion}\n\nPresets:\n{}",
        printable(name),
        name_lines(names)
    )
}

/// The names in indented lines of at most 78 columns.
fn name_lines<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let options = textwrap::Options::new(78)
        .initial_indent("  ")
        .subsequent_indent("  ")
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(&names.collect::<Vec<_>>().join(" "), options)
}

/// One line per preset, also for `grep`.
fn preset_list() -> String {
    let presets = presets(Os::HOST);
    let width = presets.iter().map(|preset| preset.name.len()).max();
    let width = width.unwrap_or_default();
    let line = |preset: &Preset| format!("{:width$}  {}\n", preset.name, preset.title);
    presets.iter().map(line).collect()
}

/// Escapes what a terminal would act on, except line feeds.
fn escape_lines(text: &str) -> String {
    let lines = text.split('\n').map(|line| printable(line.as_ref()));
    lines.collect::<Vec<_>>().join("\n")
}

fn seconds(text: &OsStr) -> Result<Duration, String> {
    let value = text.to_str().and_then(|text| text.parse().ok());
    let value = value.unwrap_or(f64::NAN);
    let problem = match Duration::try_from_secs_f64(value) {
        Ok(duration) => return Ok(duration),
        Err(_) if value.is_nan() => "is not a number",
        Err(_) if value < 0.0 => "is negative",
        Err(_) if value.is_infinite() => "is not finite",
        Err(_) => "is more than can be counted",
    };
    Err(format!(
        "--timeout: \"{}\" {problem}: write seconds, such as 2 or 0.5",
        printable(text)
    ))
}

#[cfg(test)]
mod tests;
