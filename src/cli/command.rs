//! The clap command: names, values, groups and help of every argument.

use std::ffi::OsString;

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

/// The switches that set a hint to one value: name, hint, value.
pub(super) const SHORTS: [(&str, Hint, &str); 6] = [
    ("inet", Hint::Family, "AF_INET"),
    ("inet6", Hint::Family, "AF_INET6"),
    ("passive", Hint::Flags, "AI_PASSIVE"),
    ("canonname", Hint::Flags, "AI_CANONNAME"),
    ("numerichost", Hint::Flags, "AI_NUMERICHOST"),
    ("numericserv", Hint::Flags, "AI_NUMERICSERV"),
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
    let text = |id: &'static str| Arg::new(id).value_parser(value_parser!(OsString));
    let option = |id, name: &'static str| text(id).long(id).value_name(name);
    // As in getopt, the next argument is the value even if it begins with a dash.
    let value = |id, name| option(id, name).allow_hyphen_values(true);
    let long = |id: &'static str| Arg::new(id).long(id).action(ArgAction::SetTrue);
    let switch =
        |id: &'static str, letter: char| Arg::new(id).short(letter).action(ArgAction::SetTrue);

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
        .arg(text("NODE").help("Host name or address; left out: NULL"))
        .arg(text("SERVICE").help("Service name or port; left out: NULL"))
        .next_help_heading("Query")
        .arg(
            value("service", "S")
                .short('s')
                .conflicts_with("SERVICE")
                .help("The service, where there is no node before it"),
        )
        .arg(
            long("null-hints")
                .conflicts_with("hint")
                .help("Pass NULL for the hints"),
        )
        .arg(option("preset", "NAME").help("Start from a preset; \"list\" names them"))
        .next_help_heading("Hints")
        .arg(value("family", "F").short('f').help("ai_family"))
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
        .arg(value("socktype", "T").short('t').help("ai_socktype"))
        .arg(value("protocol", "P").short('p').help("ai_protocol"))
        .arg(
            value("flags", "LIST")
                .short('F')
                .action(ArgAction::Append)
                .help("ai_flags, separated by commas; may be repeated"),
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
        .next_help_heading("Without a screen")
        .arg(
            option("format", "FORMAT")
                .help(format!("Print and exit: {}", formats.join(", ")))
                .value_parser(formats)
                // The help text lists them in less space.
                .hide_possible_values(true),
        )
        .arg(long("no-socket").help("With --format: resolve only, call no socket()"))
        .arg(
            value("timeout", "SECONDS")
                .help("With --format: longest wait, and again for --reverse"),
        )
        .arg(long("reverse").help("With --format: getnameinfo too (asks the network)"))
        .next_help_heading("Both")
        .arg(option("trace", "FILE").help("Write every call to FILE, a line each"))
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
            option("lang", "LANG")
                .value_parser(Language::ALL.map(Language::name))
                .help("Language; else the system's"),
        )
        .next_help_heading("About")
        .arg(
            long("help")
                .short('h')
                .action(ArgAction::Help)
                .help("Print this help"),
        )
        .arg(
            long("version")
                .short('V')
                .action(ArgAction::Version)
                .help("Print the version"),
        )
}
