//! The clap command: names, values, groups and help of every argument.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};

use super::generate::KINDS;
use crate::code;
use crate::config::THEMES;
use crate::names::Os;
use crate::net::Hint;
use crate::print::{Format, Grid};
use crate::words::{Key, Language, Phrase};

/// The option of each hint.
pub(super) const OPTIONS: [(Hint, &str); 4] = [
    (Hint::Family, "family"),
    (Hint::Socktype, "socktype"),
    (Hint::Protocol, "protocol"),
    (Hint::Flags, "flags"),
];

/// The switches that set a hint to one value: name, hint, value.
pub(super) const SHORTS: [(&str, Hint, &str); 6] = [
    ("inet", Hint::Family, "AF_INET"),
    ("inet6", Hint::Family, "AF_INET6"),
    ("passive", Hint::Flags, "AI_PASSIVE"),
    ("canonname", Hint::Flags, "AI_CANONNAME"),
    ("numerichost", Hint::Flags, "AI_NUMERICHOST"),
    ("numericserv", Hint::Flags, "AI_NUMERICSERV"),
];

/// The arguments that make the query.
const QUERY: [&str; 6] = ["NODE", "SERVICE", "service", "null-hints", "hint", "preset"];

/// What is done with a query; the calls of a script or a lesson are their own.
const OF_A_QUERY: [&str; 12] = [
    "format",
    "output",
    "no-socket",
    "reverse",
    "lookup",
    "ask-sources",
    "source",
    "listen",
    "keep",
    "connect",
    "option",
    "socket-only",
];

/// What `--doctor` and `--generate` do without, beside a query.
const OTHERS: [&str; 13] = [
    "timeout", "compare", "watch", "replay", "matrix", "explain", "run", "lesson", "network",
    "trace", "presets", "code", "theme",
];

/// An argument that may be any text.
fn text(id: &'static str) -> Arg {
    Arg::new(id).value_parser(value_parser!(OsString))
}

fn option(id: &'static str, name: &'static str) -> Arg {
    text(id).long(id).value_name(name)
}

/// As in getopt, the next argument is the value even if it begins with a dash.
fn value(id: &'static str, name: &'static str) -> Arg {
    option(id, name).allow_hyphen_values(true)
}

fn long(id: &'static str) -> Arg {
    Arg::new(id).long(id).action(ArgAction::SetTrue)
}

fn switch(id: &'static str, letter: char) -> Arg {
    Arg::new(id).short(letter).action(ArgAction::SetTrue)
}

/// The command with the arguments that are used most: those of the query and its format. None of them may
/// name one that is only in [`command`].
pub(super) fn frequent(language: Language) -> Command {
    let say = |key: Key| key.text(language);
    let programs = code::Language::ALL.map(code::Language::name);
    let formats = Format::ALL.map(Format::name).into_iter();
    let formats: Vec<_> = formats.chain(programs).collect();

    Command::new(env!("CARGO_PKG_NAME"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .next_help_heading(say(Key::UsageArguments))
        .arg(text("NODE").help(say(Key::UsageNode)))
        .arg(text("SERVICE").help(say(Key::UsageService)))
        .next_help_heading(say(Key::UsageQuery))
        .arg(
            value("service", "S")
                .short('s')
                .conflicts_with("SERVICE")
                .help(say(Key::UsageServiceOption)),
        )
        .arg(
            long("null-hints")
                .conflicts_with("hint")
                .help(say(Key::UsageNullHints)),
        )
        .arg(option("preset", "NAME").help(say(Key::UsagePreset)))
        .arg(option("presets", "FILE").help(say(Key::UsagePresets)))
        .next_help_heading(say(Key::UsageHints))
        .arg(value("family", "F").short('f').help("ai_family"))
        .arg(
            switch("inet", '4')
                .conflicts_with_all(["family", "inet6"])
                .help(say(Key::UsageInet)),
        )
        .arg(
            switch("inet6", '6')
                .conflicts_with("family")
                .help(say(Key::UsageInet6)),
        )
        .arg(value("socktype", "T").short('t').help("ai_socktype"))
        .arg(value("protocol", "P").short('p').help("ai_protocol"))
        .arg(
            value("flags", "LIST")
                .short('F')
                .action(ArgAction::Append)
                .help(say(Key::UsageFlags)),
        )
        .arg(switch("passive", 'P').help("AI_PASSIVE"))
        .arg(switch("canonname", 'c').help("AI_CANONNAME"))
        .arg(switch("numerichost", 'n').help("AI_NUMERICHOST"))
        .arg(switch("numericserv", 'N').help("AI_NUMERICSERV"))
        .group(
            ArgGroup::new("hint")
                .args(OPTIONS.map(|(_, id)| id))
                .args(SHORTS.map(|(id, ..)| id))
                .multiple(true),
        )
        .next_help_heading(say(Key::UsageOutput))
        .arg(
            option("format", "FORMAT")
                .help(Phrase::usage_format(formats.join("|")).text(language))
                .value_parser(formats)
                // The help text has them, in the language.
                .hide_possible_values(true),
        )
}

/// The whole command with its help in `language`.
pub(super) fn command(language: Language) -> Command {
    let say = |key: Key| key.text(language);
    let programs = code::Language::ALL.map(code::Language::name);
    let languages = Language::ALL.map(Language::name);
    let usage = say(Key::UsageUsage);

    frequent(language)
        .version(env!("CARGO_PKG_VERSION"))
        .about(say(Key::UsageAbout))
        .help_template(format!(
            "{{about}}\n\n{usage}\n\n{{all-args}}{{after-help}}"
        ))
        .after_help(say(Key::UsageExamples))
        .arg(option("output", "FILE").help(say(Key::UsageOutputFile)))
        .arg(long("no-socket").help(say(Key::UsageNoSocket)))
        .arg(value("timeout", "SECONDS").help(say(Key::UsageTimeout)))
        .arg(long("reverse").help(say(Key::UsageReverse)))
        .arg(
            long("socket-only")
                .conflicts_with_all(["NODE", "SERVICE", "service", "null-hints", "preset"])
                .conflicts_with_all([
                    "flags",
                    "passive",
                    "canonname",
                    "numerichost",
                    "numericserv",
                ])
                .conflicts_with_all([
                    "no-socket",
                    "timeout",
                    "reverse",
                    "listen",
                    "keep",
                    "connect",
                ])
                .conflicts_with_all(["lookup", "ask-sources", "source"])
                .help(say(Key::UsageSocketOnly)),
        )
        .arg(
            long("listen")
                .conflicts_with_all(["connect", "no-socket", "reverse"])
                .help(say(Key::UsageListen)),
        )
        .arg(long("keep").help(say(Key::UsageKeep)))
        .arg(
            long("connect")
                .conflicts_with_all(["no-socket", "reverse"])
                .help(say(Key::UsageConnect)),
        )
        .arg(
            value("option", "NAME=N")
                .action(ArgAction::Append)
                .help(say(Key::UsageOption)),
        )
        .arg(long("lookup").help(say(Key::UsageLookup)))
        .arg(
            long("ask-sources")
                .conflicts_with("source")
                .help(say(Key::UsageAskSources)),
        )
        .arg(option("source", "NAME").help(say(Key::UsageSource)))
        .arg(option("compare", "FILE").help(say(Key::UsageCompare)))
        .arg(
            value("watch", "SECONDS")
                .conflicts_with_all([
                    "output",
                    "run",
                    "explain",
                    "replay",
                    "lesson",
                    "matrix",
                    "socket-only",
                ])
                .help(say(Key::UsageWatch)),
        )
        .arg(
            option("replay", "FILE")
                .conflicts_with_all(QUERY)
                .conflicts_with_all(["no-socket", "timeout", "reverse", "ask-sources", "source"])
                .conflicts_with_all(["listen", "keep", "connect", "option", "socket-only"])
                .conflicts_with_all(["trace", "no-wsastartup"])
                .help(say(Key::UsageReplay)),
        )
        .arg(long("redact").help(say(Key::UsageRedact)))
        .arg(
            Arg::new("matrix")
                .long("matrix")
                .value_name("WHAT")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value(Grid::Usual.name())
                .value_parser(Grid::ALL.map(Grid::name))
                .hide_possible_values(true)
                .conflicts_with_all(QUERY)
                .conflicts_with_all(["no-socket", "timeout", "reverse", "lookup"])
                .conflicts_with_all(["listen", "keep", "connect", "option", "socket-only"])
                .conflicts_with_all(["ask-sources", "source", "compare", "replay"])
                .help(say(Key::UsageMatrix)),
        )
        .next_help_heading(say(Key::UsageGeneral))
        .arg(
            option("config", "FILE")
                // As `config` in the module above reads it, before clap.
                .value_parser(value_parser!(String))
                .help(say(Key::UsageConfig)),
        )
        .arg(long("print-config").help(say(Key::UsagePrintConfig)))
        .arg(
            value("explain", "TEXT")
                .conflicts_with_all(QUERY)
                .conflicts_with_all(["format", "output", "no-socket", "timeout", "reverse"])
                .conflicts_with_all(["listen", "keep", "connect", "option", "socket-only"])
                .conflicts_with_all(["trace", "no-wsastartup", "matrix", "compare", "replay"])
                .help(say(Key::UsageExplain)),
        )
        .arg(
            long("doctor")
                .conflicts_with_all(QUERY)
                // All but the format and the output.
                .conflicts_with_all(&OF_A_QUERY[2..])
                .conflicts_with_all(OTHERS)
                .help(say(Key::UsageDoctor)),
        )
        .arg(
            option("generate", "WHAT")
                .value_parser(KINDS)
                .hide_possible_values(true)
                .conflicts_with_all(QUERY)
                .conflicts_with_all(OF_A_QUERY)
                .conflicts_with_all(OTHERS)
                .conflicts_with_all(["redact", "doctor"])
                .help(Phrase::usage_generate(KINDS.join("|")).text(language)),
        )
        .arg(
            option("run", "FILE")
                .conflicts_with_all(QUERY)
                .conflicts_with_all(OF_A_QUERY)
                .conflicts_with_all(["explain", "matrix", "presets", "code", "theme", "redact"])
                .conflicts_with_all(["compare", "replay"])
                .help(say(Key::UsageRun)),
        )
        .arg(
            option("lesson", "NAME")
                .num_args(1..=2)
                .conflicts_with_all(QUERY)
                .conflicts_with_all(OF_A_QUERY)
                .conflicts_with_all(["explain", "run", "presets", "redact", "compare", "replay"])
                .help(say(Key::UsageLesson)),
        )
        .arg(long("network").help(say(Key::UsageNetwork)))
        .arg(option("trace", "FILE").help(say(Key::UsageTrace)))
        .arg(
            long("no-wsastartup")
                .hide(Os::HOST != Os::Windows)
                .help(say(Key::UsageNoWsastartup)),
        )
        .arg(
            option("lang", "LANG")
                .help(Phrase::usage_lang(languages.join(", ")).text(language))
                .value_parser(languages)
                .hide_possible_values(true),
        )
        .arg(
            long("help")
                .short('h')
                .action(ArgAction::Help)
                .help(say(Key::UsageHelp)),
        )
        .arg(
            long("version")
                .short('V')
                .action(ArgAction::Version)
                .help(say(Key::UsageVersion)),
        )
        .next_help_heading(say(Key::UsageDisplay))
        .arg(long("ascii").help(say(Key::UsageAscii)))
        .arg(
            option("code", "FORMAT")
                .help(Phrase::usage_code(programs.join(", ")).text(language))
                .value_parser(programs)
                .hide_possible_values(true),
        )
        .arg(
            option("theme", "THEME")
                .value_parser(THEMES.map(|(name, _)| name))
                .hide_possible_values(true)
                .help(say(Key::UsageTheme)),
        )
}
