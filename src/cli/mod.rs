//! The command line: arguments to a [`Query`] and options, and a query back to arguments.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use thiserror::Error;

use self::command::{OPTIONS, SHORTS, command};
use crate::code::{self, program};
use crate::lesson::{preset, presets};
use crate::names::Os;
use crate::net::{BadConstant, Hint, Hints, Problem, Query};
use crate::print::Format;
use crate::text::{InnerNul, MAX_TEXT, Text, is_printable, printable, utf8};
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

/// The error message for wrong arguments.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// An argument with a wrong value.
#[derive(Debug, Error)]
enum BadValue {
    #[error("{0}: {1}")]
    Text(&'static str, InnerNul),
    #[error("{}", unknown_constant(.0))]
    Constant(#[from] BadConstant),
    #[error("--timeout: \"{}\" {problem}: write seconds, such as 2 or 0.5", printable(.text))]
    Seconds {
        text: OsString,
        problem: &'static str,
    },
}

/// Parses the arguments; the first is the program's name. `terminal` is whether standard output is a
/// terminal: if not, the table is the default format.
///
/// # Errors
/// [`Usage`] if the arguments are wrong.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    terminal: bool,
) -> Result<Request, Usage> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut command = command();
    let mut parse_once = |arguments: &[OsString]| {
        command
            .try_get_matches_from_mut(arguments)
            .and_then(|matches| read(&mut command, &matches, terminal))
    };
    parse_once(&arguments).or_else(|error| {
        // clap quotes an argument raw. Its line feeds must not look like lines of the message.
        let lines = |argument: &OsString| argument.as_encoded_bytes().contains(&b'\n');
        let error = match arguments.iter().any(lines) {
            false => error,
            true => {
                let one_line = |argument: &OsString| printable(argument).into_owned().into();
                let one_line: Vec<OsString> = arguments.iter().map(one_line).collect();
                parse_once(&one_line).err().unwrap_or(error)
            }
        };
        let text = escape_lines(&error.render().to_string());
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(Request::Print(text)),
            _ => Err(Usage(text)),
        }
    })
}

/// The arguments that parse to `query`, without the program's name. Values are names if they have one.
#[must_use]
pub fn arguments(query: &Query) -> Vec<OsString> {
    let os = Os::HOST;
    let mut options = Vec::new();
    match &query.hints {
        None => options.push("--null-hints".into()),
        Some(hints) => {
            for (hint, name) in OPTIONS {
                let value = hint.get(hints);
                if value != 0 {
                    let value = hint.show(os, value).replace('|', ",");
                    options.push(format!("--{name}={value}").into());
                }
            }
        }
    }
    let mut positionals = Vec::new();
    match (&query.node, &query.service) {
        (Some(node), service) => {
            positionals.extend(
                [Some(node), service.as_ref()]
                    .into_iter()
                    .flatten()
                    .map(|text| text.as_os_str().to_owned()),
            );
        }
        (None, Some(service)) => {
            let mut option = OsString::from("--service=");
            option.push(service.as_os_str());
            options.push(option);
        }
        (None, None) => {}
    }
    if options.is_empty() && positionals.is_empty() {
        // No query argument at all would mean the server example.
        options.push(format!("--family={}", Hint::Family.show(os, 0)).into());
    }
    let dashed = |text: &OsString| text.as_encoded_bytes().starts_with(b"-");
    if positionals.iter().any(dashed) {
        options.push("--".into());
    }
    options.extend(positionals);
    options
}

const HEADLESS_ONLY: [(&str, &str); 3] = [
    ("no-socket", "--no-socket"),
    ("timeout", "--timeout"),
    ("reverse", "--reverse"),
];

fn read(
    command: &mut Command,
    matches: &ArgMatches,
    terminal: bool,
) -> Result<Request, clap::Error> {
    let mut wrong = |kind, text: String| Err(command.error(kind, text));
    if matches.get_flag("no-wsastartup") && Os::HOST != Os::Windows {
        let os = Os::HOST.title();
        let text = format!("--no-wsastartup is for Windows: {os} has no WSAStartup to leave out");
        return wrong(ErrorKind::UnknownArgument, text);
    }
    let base = match text_of(matches, "preset") {
        None => None,
        Some(name) if name == "list" => return Ok(Request::Print(preset_list())),
        Some(name) => match name.to_str().and_then(|name| preset(Os::HOST, name)) {
            Some(preset) => Some(preset.query.clone()),
            None => return wrong(ErrorKind::InvalidValue, unknown_preset(name)),
        },
    };
    let query = match query(matches, base) {
        Ok(query) => query,
        Err(error) => return wrong(ErrorKind::ValueValidation, error.to_string()),
    };
    let timeout = match text_of(matches, "timeout").map(seconds).transpose() {
        Ok(timeout) => timeout,
        Err(error) => return wrong(ErrorKind::ValueValidation, error.to_string()),
    };
    let name = matches.get_one::<String>("format").map(String::as_str);
    if let Some(language) = name.and_then(code::Language::named) {
        let mut calling = HEADLESS_ONLY
            .iter()
            .chain([&("trace", "--trace"), &("no-wsastartup", "--no-wsastartup")]);
        if let Some((_, option)) = calling.find(|(id, _)| is_given(matches, id)) {
            let text = format!(
                "{option} is about the calls, and --format {} makes none: it prints a program \
                 that will make them; leave {option} out",
                language.name()
            );
            return wrong(ErrorKind::ArgumentConflict, text);
        }
        let text = program(language, Os::HOST, &query, None);
        return Ok(Request::Print(text));
    }
    let format = name
        .and_then(Format::named)
        .or_else(|| (!terminal).then_some(Format::Table));
    if format.is_none()
        && let Some((_, option)) = HEADLESS_ONLY.iter().find(|(id, _)| is_given(matches, id))
    {
        let text = format!(
            "{option} is for printing, not for the screen: add --format table or --format json"
        );
        return wrong(ErrorKind::MissingRequiredArgument, text);
    }
    if format.is_none()
        && let Some(text) = too_long(&query)
    {
        return wrong(ErrorKind::ValueValidation, text);
    }
    Ok(Request::Invoke(Invocation {
        query,
        format,
        socket: !matches.get_flag("no-socket"),
        timeout,
        reverse: matches.get_flag("reverse"),
        trace: text_of(matches, "trace").map(PathBuf::from),
        language: matches
            .get_one::<String>("lang")
            .and_then(|name| Language::named(name)),
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
fn query(matches: &ArgMatches, base: Option<Query>) -> Result<Query, BadValue> {
    const QUERY: [&str; 5] = ["NODE", "SERVICE", "service", "null-hints", "hint"];
    let mut query = match base {
        Some(query) => query,
        None if QUERY
            .iter()
            .any(|id| matches.contains_id(id) && is_given(matches, id)) =>
        {
            Query {
                hints: Some(Hints::default()),
                ..Query::default()
            }
        }
        None => return Ok(Query::server_example(Os::HOST)),
    };
    let text = |name, id| {
        let text = text_of(matches, id).map(Text::new).transpose();
        text.map_err(|error| BadValue::Text(name, error))
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
    for hint in Hint::ALL {
        if let Some(value) = hint_value(matches, hint)? {
            hint.set(query.hints.get_or_insert_default(), value);
        }
    }
    Ok(query)
}

/// The error message if a text is too long for the screen.
fn too_long(query: &Query) -> Option<String> {
    [("NODE", &query.node), ("SERVICE", &query.service)]
        .into_iter()
        .find_map(|(name, text)| {
            let bytes = text.as_ref()?.as_os_str().len();
            (bytes > MAX_TEXT).then(|| {
                format!(
                    "{name} is {bytes} bytes long, but the screen takes at most {MAX_TEXT}: add \
                     --format table or --format json to pass it on"
                )
            })
        })
}

/// The value of `hint`; `None` if no argument sets it.
fn hint_value(matches: &ArgMatches, hint: Hint) -> Result<Option<i32>, BadConstant> {
    let os = Os::HOST;
    let mut value = None;
    for &(_, id) in OPTIONS.iter().filter(|option| option.0 == hint) {
        for text in matches.get_many::<OsString>(id).into_iter().flatten() {
            let text = utf8(text);
            *value.get_or_insert(0) |= match hint {
                Hint::Flags => hint.parse_list(os, &text)?,
                _ => hint.parse(os, &text)?,
            };
        }
    }
    for &(id, _, _, name) in SHORTS.iter().filter(|short| short.2 == hint) {
        if matches.get_flag(id) {
            *value.get_or_insert(0) |= hint.parse(os, name)?;
        }
    }
    Ok(value)
}

fn unknown_constant(error: &BadConstant) -> String {
    let os = Os::HOST;
    let mut text = error.to_string();
    if matches!(error.problem, Problem::Unknown { .. }) {
        let table = error.hint.table(os);
        let names = table.rows.iter().chain(table.aliases).map(|row| row.name);
        text.push_str(&format!("\n\n{} on {}:", error.hint.member(), os.title()));
        text.push_str(&name_lines(names));
        text.push_str("\n\nThe prefix may be left out, and any number that fits a C int will do.");
    }
    text
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
        "--preset: no preset is named \"{}\"{suggestion}\n\nPresets:{}",
        printable(name),
        name_lines(names)
    )
}

/// The names in indented lines of at most 80 columns.
fn name_lines<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const WIDTH: usize = 78;
    let mut text = String::new();
    let mut column = WIDTH;
    for name in names {
        if column + 1 + name.len() > WIDTH {
            text.push_str("\n  ");
            column = 2;
        } else {
            text.push(' ');
            column += 1;
        }
        text.push_str(name);
        column += name.len();
    }
    text
}

/// One line per preset, also for `grep`.
fn preset_list() -> String {
    let width = presets(Os::HOST)
        .iter()
        .map(|preset| preset.name.len())
        .max();
    let width = width.unwrap_or_default();
    presets(Os::HOST)
        .iter()
        .map(|preset| format!("{:width$}  {}\n", preset.name, preset.title))
        .collect()
}

/// Escapes what a terminal would act on, except line feeds.
fn escape_lines(text: &str) -> String {
    if text.chars().all(|c| c == '\n' || is_printable(c)) {
        return text.to_owned();
    }
    let lines: Vec<_> = text
        .split('\n')
        .map(|line| printable(line.as_ref()))
        .collect();
    lines.join("\n")
}

fn seconds(text: &OsStr) -> Result<Duration, BadValue> {
    let wrong = |problem| {
        let text = text.to_owned();
        Err(BadValue::Seconds { text, problem })
    };
    let Some(Ok(value)) = text.to_str().map(str::parse::<f64>) else {
        return wrong("is not a number");
    };
    if value.is_nan() {
        return wrong("is not a number");
    }
    if value < 0.0 {
        return wrong("is negative");
    }
    if value.is_infinite() {
        return wrong("is not finite");
    }
    Duration::try_from_secs_f64(value).or_else(|_| wrong("is more than can be counted"))
}

#[cfg(test)]
mod tests;
