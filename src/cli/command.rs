//! The clap command: names, values, groups and help of every argument.

use std::ffi::OsString;

use clap::builder::{OsStringValueParser, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};

use crate::code;
use crate::names::Os;
use crate::net::Hint;
use crate::print::Format;
use crate::words::Language;

/// The option of each hint.
pub(super) const OPTIONS: [(Hint, &str); 4] = [
    (Hint::Family, "family"),
    (Hint::Socktype, "socktype"),
    (Hint::Protocol, "protocol"),
    (Hint::Flags, "flags"),
];

/// The switches that set a hint to one value: name, letter, hint, value.
pub(super) const SHORTS: [(&str, char, Hint, &str); 6] = [
    ("inet", '4', Hint::Family, "AF_INET"),
    ("inet6", '6', Hint::Family, "AF_INET6"),
    ("passive", 'P', Hint::Flags, "AI_PASSIVE"),
    ("canonname", 'c', Hint::Flags, "AI_CANONNAME"),
    ("numerichost", 'n', Hint::Flags, "AI_NUMERICHOST"),
    ("numericserv", 'N', Hint::Flags, "AI_NUMERICSERV"),
];

const EXAMPLES: &str = "\
What is left out is NULL or 0. \"\" is the empty string, which is not NULL.
Values: a constant's name in any case, with or without its prefix (AF_INET6,
inet6, tcp, passive), or any number that fits a C int (17, 0x11, -1).
Without any query argument the query is the server example: --preset server.

Examples:
  sockscope                                 the server example, to explore
  sockscope -t stream localhost http        where would a client connect to?
  sockscope -P -s 27015                     where would a server listen?
  sockscope --format json ::1 80            the same for a script
  sockscope --format winsock > server.c     the query as a program, not asked
  sockscope -- -odd-name 80                 a name that begins with a dash

Exit status: 0 both calls succeeded; 1 getaddrinfo failed; 2 wrong usage;
3 every socket() failed; 4 no answer in time; 5 the output or the terminal
failed; 101 a bug.
";

pub(super) fn command() -> Command {
    let value = |id: &'static str, letter: char, name: &'static str| {
        Arg::new(id)
            .long(id)
            .short(letter)
            .value_name(name)
            .value_parser(OsStringValueParser::new())
            // As in getopt, the next argument is the value even if it begins with a dash.
            .allow_hyphen_values(true)
    };
    let switch =
        |id: &'static str, letter: char| Arg::new(id).short(letter).action(ArgAction::SetTrue);
    let long = |id: &'static str| Arg::new(id).long(id).action(ArgAction::SetTrue);

    let formats = Format::ALL.map(Format::name).into_iter();
    let formats: Vec<_> = formats
        .chain(code::Language::ALL.map(code::Language::name))
        .collect();

    Command::new(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .about("An oscilloscope for getaddrinfo() and socket()")
        .override_usage("sockscope [OPTIONS] [NODE] [SERVICE]")
        .after_help(EXAMPLES)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("NODE")
                .value_parser(value_parser!(OsString))
                .help("Host name or address; left out: NULL"),
        )
        .arg(
            Arg::new("SERVICE")
                .value_parser(value_parser!(OsString))
                .help("Service name or port; left out: NULL"),
        )
        .next_help_heading("Query")
        .arg(
            value("service", 's', "S")
                .conflicts_with("SERVICE")
                .help("The service, where there is no node before it"),
        )
        .arg(
            long("null-hints")
                .conflicts_with("hint")
                .help("Pass NULL for the hints"),
        )
        .arg(
            Arg::new("preset")
                .long("preset")
                .value_name("NAME")
                .value_parser(OsStringValueParser::new())
                .help("Start from a preset; \"list\" names them"),
        )
        .next_help_heading("Hints")
        .arg(value("family", 'f', "F").help("ai_family"))
        .arg(
            switch("inet", '4')
                .conflicts_with_all(["family", "inet6"])
                .help("Short for -f inet"),
        )
        .arg(
            switch("inet6", '6')
                .conflicts_with("family")
                .help("Short for -f inet6"),
        )
        .arg(value("socktype", 't', "T").help("ai_socktype"))
        .arg(value("protocol", 'p', "P").help("ai_protocol"))
        .arg(
            value("flags", 'F', "LIST")
                .action(ArgAction::Append)
                .help("ai_flags, separated by commas; may be repeated"),
        )
        .arg(switch("passive", 'P').help("AI_PASSIVE"))
        .arg(switch("canonname", 'c').help("AI_CANONNAME"))
        .arg(switch("numerichost", 'n').help("AI_NUMERICHOST"))
        .arg(switch("numericserv", 'N').help("AI_NUMERICSERV"))
        .group(
            ArgGroup::new("hint")
                .args(OPTIONS.iter().map(|&(_, id)| id))
                .args(SHORTS.iter().map(|&(id, ..)| id))
                .multiple(true),
        )
        .next_help_heading("Without a screen")
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .help(format!("Print and exit: {}", formats.join(", ")))
                .value_parser(PossibleValuesParser::new(formats))
                // The help text lists them in less space.
                .hide_possible_values(true),
        )
        .arg(long("no-socket").help("With --format: resolve only, call no socket()"))
        .arg(
            Arg::new("timeout")
                .long("timeout")
                .value_name("SECONDS")
                .value_parser(OsStringValueParser::new())
                .allow_hyphen_values(true)
                .help("With --format: longest wait, and again for --reverse"),
        )
        .arg(long("reverse").help("With --format: getnameinfo too (asks the network)"))
        .next_help_heading("Both")
        .arg(
            Arg::new("trace")
                .long("trace")
                .value_name("FILE")
                .value_parser(OsStringValueParser::new())
                .help("Write every call to FILE, a line each"),
        )
        .next_help_heading("Winsock")
        .arg(
            long("no-wsastartup")
                .hide(Os::HOST != Os::Windows)
                .help("Leave WSAStartup out, to see what the calls say then"),
        )
        .next_help_heading("Screen")
        .arg(long("ascii").help("Draw with ASCII only"))
        .next_help_heading("Notes")
        .arg(
            Arg::new("lang")
                .long("lang")
                .value_name("LANG")
                .value_parser(PossibleValuesParser::new(Language::ALL.map(Language::name)))
                .help("Language; else the system's"),
        )
        .next_help_heading("About")
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help("Print this help"),
        )
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help("Print the version"),
        )
}
