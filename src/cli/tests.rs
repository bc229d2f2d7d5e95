#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::time::Duration;

use clap::parser::ValueSource;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr as _;

use super::command::{OPTIONS, command, frequent};
use super::*;
use crate::code::Steps;
use crate::lesson::{preset, presets};
use crate::net::{Hints, Linger, OptionValue, Query, Role, SocketOption};
use crate::text::{Text, is_printable};

fn parsed(arguments: &[&str]) -> Result<Request, String> {
    parse_os(arguments.iter().map(OsString::from).collect(), true)
}

fn parse_os(arguments: Vec<OsString>, terminal: bool) -> Result<Request, String> {
    parse_in(Language::En, arguments, terminal)
}

fn parse_in(
    language: Language,
    arguments: impl IntoIterator<Item = impl Into<OsString>>,
    terminal: bool,
) -> Result<Request, String> {
    let arguments = arguments.into_iter().map(Into::into);
    let arguments = std::iter::once("sockscope".into()).chain(arguments);
    parse(arguments, terminal, language, Config::default())
}

#[track_caller]
fn printed(language: Language, arguments: &[&str]) -> String {
    match parse_in(language, arguments, true) {
        Ok(Request::Print(text)) => text,
        other => panic!("{arguments:?}: {other:?}"),
    }
}

/// Fails if `text` has a word of English sentences, or of those of clap.
#[track_caller]
fn assert_spanish(text: &str) {
    const ENGLISH: &str = "accept an and any are argument arguments be but cannot did does exists \
        for found given if in information invalid is language mean more multiple needs not of once \
        only or possible provided query required similar such supplied takes tip than that the \
        times to too try unexpected usage use used valid value values was were with write you";
    // The name of an option.
    let text = text.replace("--socket-only", "");
    let words: BTreeSet<String> = text
        .split(|c: char| !c.is_alphabetic())
        .map(str::to_lowercase)
        .collect();
    for word in ENGLISH.split_whitespace() {
        assert!(!words.contains(word), "{word}: {text}");
    }
}

#[track_caller]
fn invocation(arguments: &[&str]) -> Invocation {
    match parsed(arguments) {
        Ok(Request::Invoke(invocation)) => *invocation,
        other => panic!("{arguments:?}: {other:?}"),
    }
}

#[track_caller]
fn query_of(arguments: &[&str]) -> Query {
    invocation(arguments).query
}

#[track_caller]
fn hints_of(arguments: &[&str]) -> Hints {
    query_of(arguments).hints.unwrap()
}

#[track_caller]
fn usage(arguments: &[&str]) -> String {
    match parsed(arguments) {
        Err(text) => text,
        other => panic!("{arguments:?}: {other:?}"),
    }
}

fn text(text: &str) -> Option<Text> {
    Some(Text::new(text).unwrap())
}

/// The constants of this host, from the `libc` crate.
#[cfg(unix)]
mod header {
    pub(super) use libc::{
        AF_INET, AF_INET6, AI_CANONNAME, AI_NUMERICHOST, AI_NUMERICSERV, AI_PASSIVE, IPPROTO_TCP,
        IPPROTO_UDP, SOCK_DGRAM, SOCK_STREAM,
    };
}

#[test]
fn command_passes_the_checks_of_clap() {
    for language in Language::ALL {
        command(language).debug_assert();
        frequent(language).debug_assert();
    }
}

#[cfg(unix)]
#[test]
fn default_query_is_the_server_example() {
    let expected = Query {
        node: None,
        service: text("27015"),
        hints: Some(Hints {
            flags: header::AI_PASSIVE,
            family: header::AF_INET,
            socktype: header::SOCK_STREAM,
            protocol: header::IPPROTO_TCP,
        }),
    };
    assert_eq!(query_of(&[]), expected);
    assert_eq!(query_of(&["--format", "json", "--reverse"]), expected);
    assert_eq!(query_of(&["--ascii"]), expected);
}

#[test]
fn query_argument_makes_the_rest_zero_or_null() {
    let zero = Hints::default();
    for arguments in [&["-f", "0"] as &[_], &["-F", "0"], &["-F", ""], &["-F="]] {
        let query = query_of(arguments);
        assert_eq!(
            (query.node, query.service, query.hints),
            (None, None, Some(zero)),
            "{arguments:?}"
        );
    }
    let query = query_of(&["localhost"]);
    assert_eq!(
        (query.node, query.service, query.hints),
        (text("localhost"), None, Some(zero))
    );
}

#[test]
fn null_differs_from_the_empty_string() {
    assert_eq!(query_of(&["", ""]).node, text(""));
    assert_eq!(query_of(&["", ""]).service, text(""));
    assert_eq!(query_of(&[""]).service, None);
    for arguments in [
        &["-s", ""] as &[_],
        &["-s="],
        &["--service="],
        &["--service", ""],
    ] {
        let query = query_of(arguments);
        assert_eq!(
            (query.node, query.service),
            (None, text("")),
            "{arguments:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn names_are_accepted_in_any_case_and_without_prefix() {
    for name in ["AF_INET6", "af_inet6", "inet6", "INET6"] {
        assert_eq!(hints_of(&["-f", name]).family, header::AF_INET6, "{name}");
        assert_eq!(
            hints_of(&[&format!("--family={name}")]).family,
            header::AF_INET6
        );
    }
    assert_eq!(hints_of(&["-t", "stream"]).socktype, header::SOCK_STREAM);
    assert_eq!(
        hints_of(&["--socktype", "Dgram"]).socktype,
        header::SOCK_DGRAM
    );
    assert_eq!(hints_of(&["-ptcp"]).protocol, header::IPPROTO_TCP);
    assert_eq!(
        hints_of(&["--protocol=IPPROTO_udp"]).protocol,
        header::IPPROTO_UDP
    );
    assert_eq!(hints_of(&["-4"]).family, header::AF_INET);
    assert_eq!(hints_of(&["-6"]).family, header::AF_INET6);
}

#[test]
fn any_c_int_is_a_hint() {
    for (written, value) in [
        ("0", 0),
        ("-1", -1),
        ("0x10", 16),
        ("-0x10", -16),
        ("0XfF", 255),
        ("+7", 7),
        ("2147483647", i32::MAX),
        ("-2147483648", i32::MIN),
    ] {
        for (short, long) in [
            ("-f", "--family"),
            ("-t", "--socktype"),
            ("-p", "--protocol"),
        ] {
            let get = |hints: Hints| match short {
                "-f" => hints.family,
                "-t" => hints.socktype,
                _ => hints.protocol,
            };
            assert_eq!(get(hints_of(&[short, written])), value, "{short} {written}");
            assert_eq!(get(hints_of(&[&format!("{short}{written}")])), value);
            assert_eq!(get(hints_of(&[&format!("{long}={written}")])), value);
            assert_eq!(get(hints_of(&[long, written])), value);
        }
    }
}

#[cfg(unix)]
#[test]
fn flags_of_all_options_are_ored() {
    let all =
        header::AI_PASSIVE | header::AI_CANONNAME | header::AI_NUMERICHOST | header::AI_NUMERICSERV;
    assert_eq!(hints_of(&["-P", "-c", "-n", "-N"]).flags, all);
    assert_eq!(hints_of(&["-PcnN"]).flags, all);
    assert_eq!(
        hints_of(&["-F", "passive,AI_CANONNAME", "-n", "--flags=numericserv"]).flags,
        all
    );
    assert_eq!(
        hints_of(&["-F", "passive, 0x10000"]).flags,
        header::AI_PASSIVE | 0x1_0000
    );
    assert_eq!(hints_of(&["-F", "0xffffffff"]).flags, -1);
    assert_eq!(hints_of(&["-F", "-1"]).flags, -1);
}

#[test]
fn value_may_begin_with_a_dash() {
    let query = query_of(&["-s", "-1", "-t", "-2"]);
    assert_eq!(query.service, text("-1"));
    assert_eq!(query.hints.unwrap().socktype, -2);
}

#[test]
fn two_dashes_end_the_options() {
    let query = query_of(&["--", "-P", "--help"]);
    assert_eq!((query.node, query.service), (text("-P"), text("--help")));
}

#[cfg(unix)]
#[test]
fn node_and_service_need_not_be_utf8() {
    use std::os::unix::ffi::OsStringExt as _;
    let odd = OsString::from_vec(b"b\xfccher".to_vec());
    let Ok(Request::Invoke(invocation)) = parse_os(vec![odd.clone(), odd.clone()], true) else {
        panic!("refused");
    };
    assert_eq!(invocation.query.node, Text::new(odd.clone()).ok());
    assert_eq!(invocation.query.service, Text::new(odd.clone()).ok());
    for option in ["-f", "-F", "--timeout", "--preset", "--format"] {
        assert!(
            parse_os(vec![option.into(), odd.clone()], true).is_err(),
            "{option}"
        );
    }
}

#[test]
fn nul_byte_is_refused() {
    let text = usage(&["a\0b"]);
    assert!(text.contains("NODE: byte 2 is NUL"), "{text}");
}

#[test]
fn contradictory_arguments_are_refused() {
    for arguments in [
        &["--null-hints", "-f", "inet"] as &[_],
        &["--null-hints", "-t", "1"],
        &["--null-hints", "-p", "6"],
        &["--null-hints", "-F", "0"],
        &["--null-hints", "-P"],
        &["--null-hints", "-c"],
        &["--null-hints", "-n"],
        &["--null-hints", "-N"],
        &["--null-hints", "-4"],
        &["--null-hints", "-6"],
        &["-4", "-6"],
        &["-4", "-f", "inet"],
        &["-f", "inet", "-6"],
        &["localhost", "80", "-s", "80"],
        &["a", "b", "c"],
        &["--format", "xml"],
        &["--nonsense"],
        &["-f"],
    ] {
        let text = usage(arguments);
        assert!(text.starts_with("error: "), "{arguments:?}: {text}");
        assert!(text.contains("--help"), "{arguments:?}: {text}");
    }
    assert_eq!(query_of(&["--null-hints", "localhost"]).hints, None);
}

#[cfg(unix)]
#[test]
fn unknown_name_is_refused_with_all_names_and_the_nearest() {
    for (arguments, nearest, names) in [
        (
            ["-f", "inet66"],
            "AF_INET6",
            &["AF_INET", "AF_UNIX"] as &[_],
        ),
        (["-t", "streem"], "SOCK_STREAM", &["SOCK_DGRAM", "SOCK_RAW"]),
        (
            ["-p", "tcpp"],
            "IPPROTO_TCP",
            &["IPPROTO_UDP", "IPPROTO_ICMP"],
        ),
        (["-F", "passiv"], "AI_PASSIVE", &["AI_CANONNAME", "AI_ALL"]),
        (
            ["-F", "passive,numerichots"],
            "AI_NUMERICHOST",
            &["AI_ADDRCONFIG"],
        ),
    ] {
        let text = usage(&arguments);
        assert!(text.contains(&format!("did you mean {nearest}?")), "{text}");
        for name in names {
            let listed = text.split_whitespace().any(|word| word == *name);
            assert!(listed, "{name} is missing: {text}");
        }
        let longest = text.lines().skip(1).map(str::len).max().unwrap();
        assert!(longest <= 80, "{longest}: {text}");
    }
}

#[test]
fn bad_number_is_refused_with_the_reason() {
    let text = usage(&["-f", "2147483648"]);
    assert!(text.contains("does not fit a C int"), "{text}");
    let text = usage(&["-f", "12abc"]);
    assert!(text.contains("is not a number"), "{text}");
}

#[test]
fn timeout_accepts_decimals_and_refuses_other_text() {
    let timeout = |text: &str| {
        invocation(&["--format", "json", "--timeout", text])
            .timeout
            .unwrap()
    };
    assert_eq!(timeout("2"), Duration::from_secs(2));
    assert_eq!(timeout("0.25"), Duration::from_millis(250));
    assert_eq!(timeout(".5"), Duration::from_millis(500));
    assert_eq!(timeout("0"), Duration::ZERO);
    for (written, why) in [
        ("-1", "is negative"),
        ("-0.5", "is negative"),
        ("nan", "is not a number"),
        ("", "is not a number"),
        ("soon", "is not a number"),
        ("1,5", "is not a number"),
        ("inf", "is infinite"),
        ("1e400", "is infinite"),
        ("1e300", "is too large"),
    ] {
        let text = usage(&["--format", "json", "--timeout", written]);
        assert!(
            text.contains(&format!("--timeout: '{written}' {why}")),
            "{text}"
        );
    }
}

#[test]
fn text_too_long_for_the_screen_is_passed_on_with_format() {
    let (most, more) = ("n".repeat(MAX_TEXT), "n".repeat(MAX_TEXT + 1));
    for (name, option) in [("NODE", "--"), ("SERVICE", "-s")] {
        let fits = invocation(&[option, &most]);
        assert_eq!(fits.format, None);
        let words = usage(&[option, &more]);
        let expected = format!(
            "error: {name} has 8193 bytes, but the screen takes at most 8192: add --format \
             table or --format json to pass it on\n"
        );
        assert!(words.starts_with(&expected), "{words}");
        let query = query_of(&["--format", "json", option, &more]);
        let passed = query.node.or(query.service).unwrap();
        assert_eq!(passed.as_os_str(), more.as_str());
        // Standard output is not a terminal, so the table is printed.
        let arguments = [option, &more].map(OsString::from).to_vec();
        assert!(parse_os(arguments, false).is_ok());
    }
}

#[test]
fn program_is_printed_without_a_call() {
    for language in code::Language::ALL {
        for terminal in [true, false] {
            let arguments = ["--format", language.name(), "localhost", "80"];
            let arguments = arguments.into_iter().map(OsString::from).collect();
            let Ok(Request::Print(text)) = parse_os(arguments, terminal) else {
                panic!("{language:?}");
            };
            let query = query_of(&["localhost", "80"]);
            let expected = program(
                language,
                Os::HOST,
                &query,
                Steps::Every(crate::net::Steps::NONE),
            );
            assert_eq!(text, expected);
        }
    }
}

#[test]
fn matrix_takes_no_query_and_needs_a_format() {
    for (argument, expected) in [
        ("--matrix", Grid::Usual),
        ("--matrix=usual", Grid::Usual),
        ("--matrix=all", Grid::All),
        ("--matrix=bind", Grid::Bind),
    ] {
        let invocation = invocation(&["--format", "json", argument]);
        assert_eq!(invocation.matrix, Some(expected));
    }
    for arguments in [
        &["--matrix", "localhost"][..],
        &["--matrix", "-4"],
        &["--matrix", "--preset", "server"],
        &["--matrix", "--no-socket"],
        &["--matrix", "--explain", "11"],
        &["--matrix", "--listen"],
        &["--matrix", "--connect"],
        &["--matrix", "--ask-sources"],
        &["--matrix", "--source", "files"],
        &["--matrix=none"],
    ] {
        usage(&[&["--format", "json"], arguments].concat());
    }
}

#[test]
fn doctor_takes_no_query_and_no_option_of_a_call() {
    let Ok(Request::Doctor(doctor)) = parsed(&["--doctor", "--redact", "--format", "markdown"])
    else {
        panic!("--doctor makes no page");
    };
    assert!(doctor.options.redact && doctor.options.format == Format::Markdown);
    for arguments in [
        &["localhost"][..],
        &["-4"],
        &["--preset", "server"],
        &["--timeout", "1"],
        &["--lookup"],
        &["--matrix"],
        &["--trace", "file"],
        &["--run", "file"],
        &["--replay", "file"],
        &["--compare", "file"],
        &["--watch", "1"],
        &["--lesson", "list"],
        &["--socket-only"],
        &["--format", "c"],
        &["--output", "file"],
    ] {
        usage(&[&["--doctor"], arguments].concat());
    }
}

#[test]
fn call_options_are_refused_with_a_program() {
    for language in code::Language::ALL {
        for arguments in [
            &["--no-socket"] as &[_],
            &["--timeout", "1"],
            &["--reverse"],
            &["--lookup"],
            &["--matrix"],
            &["--trace", "calls"],
        ] {
            let text = usage(&[&["--format", language.name()], arguments].concat());
            let why = format!(
                "{} is about the calls, but --format {} makes none",
                arguments[0],
                language.name()
            );
            assert!(text.contains(&why), "{text}");
            assert!(text.contains("Leave "), "{text}");
        }
    }
}

#[test]
fn print_options_are_refused_on_the_screen() {
    for arguments in [
        &["--no-socket"] as &[_],
        &["--timeout", "1"],
        &["--reverse"],
        &["--lookup"],
        &["--matrix"],
    ] {
        let text = usage(arguments);
        assert!(text.contains("add --format"), "{text}");
        assert!(text.contains(arguments[0]), "{text}");
        let piped = parse_os(arguments.iter().map(OsString::from).collect(), false);
        let Ok(Request::Invoke(invocation)) = piped else {
            panic!("{arguments:?}: {piped:?}");
        };
        assert_eq!(invocation.format, Some(Format::Table));
    }
}

/// Other systems have no way to choose one.
#[test]
fn one_source_of_names_needs_glibc_or_windows() {
    let can = cfg!(any(windows, all(target_os = "linux", target_env = "gnu")));
    for arguments in [&["--ask-sources"] as &[_], &["--source", "dns"]] {
        let all = [&["--format", "json", "a"], arguments].concat();
        if !can {
            assert!(
                usage(&all).contains("needs Windows, or glibc"),
                "{arguments:?}"
            );
            continue;
        }
        let given = invocation(&all);
        let alone = arguments.len() == 2;
        assert_eq!(given.source.as_deref(), alone.then_some("dns"));
        assert_eq!((given.ask_sources, given.lookup), (!alone, !alone));
        assert!(usage(arguments).contains("add --format"), "{arguments:?}");
        let program = [&["--format", "c"], arguments].concat();
        assert!(usage(&program).contains("makes none"), "{program:?}");
    }
    if can {
        // An empty line of sources makes glibc 2.36 crash, and a path would be that of a library.
        let problem = if cfg!(windows) {
            "Windows has hosts, dns, mdns"
        } else {
            "cannot be a source"
        };
        let other = if cfg!(windows) { "files" } else { "a b" };
        for source in ["", other, "files [NOTFOUND=return]", "../x", "\u{1b}[2J"] {
            let text = usage(&["--format", "json", "--source", source]);
            assert!(text.contains(problem), "{text}");
            assert!(!text.contains('\u{1b}'), "{text}");
        }
        let both = ["--format", "json", "--source", "dns", "--ask-sources"];
        assert!(usage(&both).contains("cannot be used with"));
    }
}

#[test]
fn options_have_their_values() {
    let plain = invocation(&[]);
    assert_eq!((plain.format, plain.timeout), (None, None));
    assert!(plain.socket && !plain.reverse && !plain.lookup);
    let given = invocation(&["--format", "table", "--no-socket", "--reverse", "--ascii"]);
    assert_eq!(given.format, Some(Format::Table));
    assert!(!given.socket && given.reverse);
    assert!(invocation(&["--format", "json", "--lookup"]).lookup);
    for format in Format::ALL {
        assert_eq!(
            invocation(&["--format", format.name()]).format,
            Some(format)
        );
    }
}

#[test]
fn arguments_change_the_preset() {
    let preset = |name| preset(Os::HOST, name).unwrap().query.clone();
    assert_eq!(query_of(&["--preset", "client"]), preset("client"));

    let changed = query_of(&["--preset", "client", "example.org", "-t", "2", "-F", "0x4"]);
    let mut expected = preset("client");
    expected.node = text("example.org");
    let hints = expected.hints.as_mut().unwrap();
    (hints.socktype, hints.flags) = (2, 4);
    assert_eq!(changed, expected);

    let query = query_of(&["--preset", "server", "--null-hints"]);
    assert_eq!((query.service, query.hints), (text("27015"), None));

    assert_eq!(preset("null-hints").hints, None);
    let hints = hints_of(&["--preset", "null-hints", "-t", "2"]);
    assert_eq!(
        hints,
        Hints {
            socktype: 2,
            ..Hints::default()
        }
    );
}

#[test]
fn unknown_preset_is_refused_with_the_list() {
    let Ok(Request::Print(list)) = parsed(&["--preset", "list"]) else {
        panic!("no list");
    };
    assert_eq!(list.lines().count(), presets(Os::HOST).len());
    let text = usage(&["--preset", "sever"]);
    assert!(text.contains("did you mean server?"), "{text}");
    for preset in presets(Os::HOST) {
        assert!(
            list.lines().any(|line| line.starts_with(&preset.name)),
            "{list}"
        );
        assert!(text.contains(&preset.name), "{text}");
    }
}

#[test]
fn help_has_every_option_in_80_columns() {
    for language in Language::ALL {
        let help = printed(language, &["-h"]);
        assert_eq!(printed(language, &["--help"]), help);
        for argument in command(language).get_arguments() {
            if argument.is_hide_set() {
                assert_eq!(argument.get_long(), Some("no-wsastartup"));
                continue;
            }
            let long = argument.get_long().map(|long| format!("--{long}"));
            let short = argument.get_short().map(|c| format!("-{c}"));
            let name = long
                .or(short)
                .unwrap_or_else(|| argument.get_id().to_string());
            assert!(help.contains(&name), "{name}: {help}");
        }
        for name in Format::ALL.map(Format::name) {
            assert!(help.contains(name), "{name}: {help}");
        }
        for line in help.lines() {
            assert!(line.width() <= 80, "{}: {line}", line.width());
        }
    }
    let version = format!("sockscope {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(printed(Language::En, &["-V"]), version);
    assert_eq!(printed(Language::En, &["--version"]), version);
}

#[test]
fn help_and_presets_are_in_the_language() {
    let headings = |language| -> Vec<String> {
        let help = printed(language, &["--help"]);
        let lines = help.lines().filter(|line| line.ends_with(':'));
        lines.map(str::to_owned).collect()
    };
    let english = [
        "Arguments:",
        "Query:",
        "Hints:",
        "Output:",
        "General:",
        "Display:",
        "Examples:",
    ];
    assert_eq!(headings(Language::En), english);
    let spanish = [
        "Argumentos:",
        "Consulta:",
        "Hints:",
        "Salida:",
        "General:",
        "Pantalla:",
        "Ejemplos:",
    ];
    assert_eq!(headings(Language::Es), spanish);
    assert_spanish(&printed(Language::Es, &["--help"]));
    for language in Language::ALL {
        let list = printed(language, &["--preset", "list"]);
        for (line, preset) in list.lines().zip(presets(Os::HOST)) {
            assert!(line.ends_with(&*preset.title.text(language)), "{line}");
        }
    }
}

/// Every kind of clap's errors that an argument can lead to, and every error of our own.
#[test]
fn errors_in_spanish_have_no_english_word() {
    const OWN: Option<ErrorKind> = None;
    let long = "n".repeat(MAX_TEXT + 1);
    for (kind, arguments) in [
        (Some(ErrorKind::UnknownArgument), &["--nonsense"] as &[_]),
        (Some(ErrorKind::UnknownArgument), &["--retrace"]),
        (Some(ErrorKind::UnknownArgument), &["-q"]),
        (Some(ErrorKind::UnknownArgument), &["--", "a", "b", "-c"]),
        (Some(ErrorKind::InvalidValue), &["-f"]),
        (Some(ErrorKind::InvalidValue), &["--format", "xml"]),
        (Some(ErrorKind::InvalidValue), &["--lang", "fr"]),
        (Some(ErrorKind::TooManyValues), &["--ascii=1"]),
        (Some(ErrorKind::ArgumentConflict), &["-4", "-6"]),
        (Some(ErrorKind::ArgumentConflict), &["-4", "-4"]),
        (Some(ErrorKind::ArgumentConflict), &["--null-hints", "-P"]),
        (OWN, &["-f", "inet66"]),
        (OWN, &["-f", "xyzzy"]),
        (OWN, &["-f", "12abc"]),
        (OWN, &["-F", "0x1ffffffff"]),
        (OWN, &["--preset", "sever"]),
        (OWN, &["--preset", "xyzzy"]),
        (OWN, &["--timeout", "soon"]),
        (OWN, &["--timeout", "-1"]),
        (OWN, &["--timeout", "inf"]),
        (OWN, &["--timeout", "1e300"]),
        (OWN, &["--reverse"]),
        (OWN, &["--format", "c", "--reverse"]),
        (OWN, &["a\0b"]),
        (OWN, &[&long]),
    ] {
        let found = command(Language::Es)
            .try_get_matches_from(std::iter::once(&"sockscope").chain(arguments));
        assert_eq!(found.err().map(|error| error.kind()), kind, "{arguments:?}");
        let text = parse_in(Language::Es, arguments, true).unwrap_err();
        assert_spanish(&text);
        assert_ne!(text, usage(arguments));
        assert!(
            text.ends_with("\n\n'sockscope --help' muestra las opciones.\n"),
            "{text}"
        );
    }
}

#[cfg(unix)]
#[test]
fn invalid_utf8_is_refused_in_the_language() {
    use std::os::unix::ffi::OsStringExt as _;
    for option in ["--format", "--lang"] {
        let arguments = [option.into(), OsString::from_vec(b"\xff".to_vec())];
        let text = parse_in(Language::Es, arguments, true).unwrap_err();
        assert!(
            text.starts_with("error: un argumento no es UTF-8"),
            "{text}"
        );
    }
}

#[test]
fn tip_to_write_two_dashes_is_given_only_before_them() {
    assert!(usage(&["a", "-q"]).contains("write '-- -q'"));
    assert!(!usage(&["--", "a", "b", "-q"]).contains("write"));
}

#[test]
fn language_is_found_before_and_after_a_wrong_argument() {
    let of = |arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(OsString::from).collect();
        language(&arguments)
    };
    for arguments in [
        &["--lang", "es"] as &[_],
        &["--lang=es"],
        &["--nonsense", "--lang", "es"],
        &["--language", "--lang=es", "-f"],
        &["--help", "--lang", "es"],
        &["--lang", "fr", "--lang", "es"],
    ] {
        assert_eq!(of(arguments), Some(Language::Es), "{arguments:?}");
    }
    for arguments in [
        &[] as &[_],
        &["--lang"],
        &["--lang", "fr"],
        &["--lang=ES"],
        &["--", "--lang", "es"],
    ] {
        assert_eq!(of(arguments), None, "{arguments:?}");
    }
}

#[test]
fn control_characters_in_errors_are_escaped() {
    let hostile = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}";
    for arguments in [
        vec!["-f".to_owned(), hostile.to_owned()],
        vec!["--preset".to_owned(), hostile.to_owned()],
        vec!["--format".to_owned(), hostile.to_owned()],
        vec!["--timeout".to_owned(), hostile.to_owned()],
        vec![format!("--{hostile}")],
        vec![format!("-{hostile}")],
        vec!["a".to_owned(), "b".to_owned(), hostile.to_owned()],
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let text = usage(&arguments);
        assert!(
            text.chars().all(|c| c == '\n' || is_printable(c)),
            "{text:?}"
        );
    }
}

/// Arguments for `query`: the hints by their names, if they have one.
fn arguments(query: &Query) -> Vec<OsString> {
    let mut arguments = Vec::new();
    match &query.hints {
        None => arguments.push("--null-hints".into()),
        Some(hints) => arguments.extend(OPTIONS.map(|(hint, name)| {
            let value = hint.show(Os::HOST, hint.get(hints)).replace('|', ",");
            OsString::from(format!("--{name}={value}"))
        })),
    }
    let text = |text: &Text| text.as_os_str().to_owned();
    match (&query.node, &query.service) {
        (None, None) => {}
        (None, Some(service)) => arguments.extend(["--service".into(), text(service)]),
        (Some(node), service) => {
            arguments.extend(["--".into(), text(node)]);
            arguments.extend(service.as_ref().map(text));
        }
    }
    arguments
}

/// Any text of a command line: without NUL.
fn any_text() -> impl Strategy<Value = OsString> {
    let odd = prop_oneof![
        Just(String::new()),
        Just("-".to_owned()),
        Just("--".to_owned()),
        Just("-4".to_owned()),
        Just("--null-hints".to_owned()),
        Just("list".to_owned()),
        "[^\0]{0,12}",
        "-[-a-zA-Z0-9=]{0,6}",
    ];
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        let bytes = proptest::collection::vec(1_u8.., 0..12).prop_map(OsString::from_vec);
        prop_oneof![odd.prop_map(OsString::from), bytes]
    }
    #[cfg(not(unix))]
    {
        odd.prop_map(OsString::from)
    }
}

fn any_int() -> impl Strategy<Value = i32> {
    prop_oneof![Just(0), 0..300_i32, any::<i32>()]
}

fn any_query() -> impl Strategy<Value = Query> {
    let text = || proptest::option::of(any_text().prop_map(|text| Text::new(text).unwrap()));
    let hints = (any_int(), any_int(), any_int(), any_int()).prop_map(
        |(flags, family, socktype, protocol)| Hints {
            flags,
            family,
            socktype,
            protocol,
        },
    );
    (text(), text(), proptest::option::of(hints)).prop_map(|(node, service, hints)| Query {
        node,
        service,
        hints,
    })
}

/// A known argument, or any text.
fn any_argument() -> impl Strategy<Value = OsString> {
    let known = proptest::sample::select(vec![
        "-f",
        "-t",
        "-p",
        "-s",
        "-F",
        "-P",
        "-c",
        "-n",
        "-N",
        "-4",
        "-6",
        "--null-hints",
        "--preset",
        "list",
        "server",
        "null-hints",
        "--format",
        "json",
        "winsock",
        "--output",
        "--no-socket",
        "--timeout",
        "0.5",
        "--reverse",
        "--explain",
        "EAGAIN",
        "--run",
        "--network",
        "--lookup",
        "--ask-sources",
        "--source",
        "--ascii",
        "-h",
        "-V",
        "--",
        "inet6",
        "stream",
        "passive,0x4000",
        "--flags=",
        "--socktype=-1",
        "localhost",
        "",
    ]);
    prop_oneof![known.prop_map(OsString::from), any_text()]
}

proptest! {
    #[test]
    fn arguments_of_a_query_parse_to_the_same_query(query in any_query()) {
        let written = arguments(&query);
        match parse_os(written.clone(), true) {
            Ok(Request::Invoke(invocation)) => prop_assert_eq!(invocation.query, query, "{:?}", written),
            other => prop_assert!(false, "{:?}: {:?}", written, other),
        }
    }

    #[test]
    fn frequent_arguments_mean_the_same_among_all(
        arguments in proptest::collection::vec(any_argument(), 0..5),
    ) {
        let arguments = || [OsString::from("sockscope")].into_iter().chain(arguments.iter().cloned());
        let given = |matches: &clap::ArgMatches| -> Vec<_> {
            let ids = matches.ids().map(clap::Id::as_str);
            let ids = ids.filter(|id| matches.value_source(id) == Some(ValueSource::CommandLine));
            ids.map(|id| {
                let values = matches.get_raw(id).into_iter().flatten().map(OsString::from);
                (id.to_owned(), values.collect::<Vec<_>>())
            })
            .collect()
        };
        if let Ok(few) = frequent(Language::En).try_get_matches_from(arguments()) {
            let all = command(Language::En).try_get_matches_from(arguments());
            prop_assert_eq!(given(&few), given(&all?));
        }
    }

    #[test]
    fn no_arguments_panic(
        arguments in proptest::collection::vec(any_argument(), 0..8),
        terminal: bool,
    ) {
        match parse_os(arguments, terminal) {
            Ok(Request::Invoke(invocation)) => prop_assert!(terminal || invocation.format.is_some()),
            Ok(
                Request::Doctor(_)
                | Request::Run(_)
                | Request::Lesson(..)
                | Request::Without(..),
            ) => {}
            Ok(Request::Print(text) | Request::Write(_, text)) | Err(text) => {
                // The end of clap's own messages.
                prop_assert!(!text.contains("For more information"), "{}", text);
                prop_assert!(text.chars().all(|c| c == '\n' || is_printable(c)), "{:?}", text);
            }
        }
    }
}

#[test]
fn script_runs_on_a_terminal_too() {
    for terminal in [true, false] {
        let run = |arguments: &[&str]| {
            let arguments = ["sockscope"].iter().chain(arguments).map(OsString::from);
            match parse(arguments, terminal, Language::Es, Config::default()) {
                Ok(Request::Run(file)) => file,
                other => panic!("no script: {other:?}"),
            }
        };
        let plain = run(&["--run", "a.sockscope"]);
        assert_eq!(plain.path, PathBuf::from("a.sockscope"));
        assert_eq!(
            (plain.timeout, plain.network),
            (Duration::from_secs(10), false)
        );
        let other = run(&[
            "--network",
            "--timeout",
            "0.5",
            "--trace",
            "t",
            "--run",
            "-",
        ]);
        assert_eq!(other.path, PathBuf::from("-"));
        assert_eq!(
            (other.timeout, other.network),
            (Duration::from_millis(500), true)
        );
        assert_eq!(other.trace, Some(PathBuf::from("t")));
    }
    assert!(usage(&["--network"]).contains("--network is for a script: add --run or --lesson"));
}

#[test]
fn explanation_is_printed_on_a_terminal_too() {
    for terminal in [true, false] {
        let arguments = ["sockscope", "--explain", "-2"].map(OsString::from);
        let Ok(Request::Print(page)) = parse(arguments, terminal, Language::En, Config::default())
        else {
            panic!("no explanation");
        };
        assert!(page.starts_with("EAI_NONAME: -2 on Linux\n"), "{page}");
    }
}

#[test]
fn one_megabyte_of_error_text_is_refused_briefly() {
    for text in ["E", "EIO ", "98 ", "\u{1b}[2J", "a = "] {
        let text = text.repeat((1 << 20) / text.len());
        let Err(message) = parsed(&["--explain", &text]) else {
            panic!("{}", &text[..8]);
        };
        assert!(message.len() < 8192, "{}", message.len());
        assert!(
            message.chars().all(|c| c == '\n' || is_printable(c)),
            "{message:?}"
        );
    }
}

#[test]
fn no_wsastartup_is_an_option_of_windows_only() {
    let with = parsed(&["--no-wsastartup", "--format", "json"]);
    let without = parsed(&["--format", "json"]);
    let Ok(Request::Invoke(plain)) = without else {
        panic!("{without:?}");
    };
    assert!(plain.wsastartup);
    if Os::HOST == Os::Windows {
        let wsastartup = false;
        let left_out = Invocation {
            wsastartup,
            ..*plain
        };
        assert_eq!(with, Ok(Request::Invoke(left_out.into())));
    } else {
        let Err(text) = with else {
            panic!("{with:?}");
        };
        assert!(text.contains("--no-wsastartup is for Windows"), "{text}");
    }
}

#[test]
fn steps_are_as_the_options_say() {
    let steps = |arguments: &[&str]| {
        let arguments = [&["--format", "json"], arguments].concat();
        invocation(&arguments).steps
    };
    let server = |keep| Role::Server { keep };
    let roles: [(&[&str], _); 4] = [
        (&[], None),
        (&["--connect"], Some(Role::Client)),
        (&["--listen"], Some(server(false))),
        (&["--keep", "--listen"], Some(server(true))),
    ];
    for (arguments, role) in roles {
        assert_eq!(steps(arguments).and_then(|steps| steps.role), role);
    }
    let number = |option, value| (option, OptionValue::Number(value));
    let linger = Linger {
        onoff: 1,
        seconds: 0,
    };
    let values = [
        ("IPV6_V6ONLY=0", number(SocketOption::V6only, 0)),
        ("v6only=-1", number(SocketOption::V6only, -1)),
        ("SO_REUSEADDR=0x10", number(SocketOption::ReuseAddr, 16)),
        (
            "linger={1, 0}",
            (SocketOption::Linger, OptionValue::Linger(linger)),
        ),
        (
            "SO_LINGER=1,0",
            (SocketOption::Linger, OptionValue::Linger(linger)),
        ),
    ];
    let texts = values.iter().flat_map(|(text, _)| ["--option", text]);
    let arguments: Vec<_> = ["--listen"].into_iter().chain(texts).collect();
    let options = steps(&arguments).unwrap().options;
    assert_eq!(options, values.map(|(_, option)| option));
}

#[test]
fn wrong_option_is_refused_with_those_there_are() {
    let refused = |text: &str| usage(&["--format", "json", "--listen", "--option", text]);
    let message = refused("SO_REUSEADR=1");
    assert!(message.contains("did you mean SO_REUSEADDR?"), "{message}");
    let has = |name| message.contains(name);
    assert!(has("IPV6_V6ONLY") && has("SO_LINGER"), "{message}");
    assert_eq!(has("SO_EXCLUSIVEADDRUSE"), cfg!(windows), "{message}");
    // It can be read, but not set.
    assert!(!has("SO_TYPE"), "{message}");
    for value in ["", "yes", "2147483648", "0x", "tcp", "1,0"] {
        let message = refused(&format!("SO_BROADCAST={value}"));
        assert!(
            message.contains("the value of SO_BROADCAST is"),
            "{message}"
        );
    }
    for value in ["1", "1,x", "{1}", "1,0,0"] {
        let message = refused(&format!("SO_LINGER={value}"));
        assert!(message.contains("two numbers"), "{message}");
    }
    assert!(refused("\u{1b}").contains("\\x1b is not NAME=VALUE"));
}

#[test]
fn socket_only_has_the_numbers_as_they_are() {
    let numbers = |arguments: &[&str]| {
        let arguments = [&["--socket-only"], arguments].concat();
        invocation(&arguments).by_hand.unwrap()
    };
    let triple = |family, socktype, protocol| Triple {
        family,
        socktype,
        protocol,
    };
    assert_eq!(numbers(&[]), triple(0, 0, 0));
    let odd = ["-f", "2", "--socktype=-1", "-p", "0x11"];
    assert_eq!(numbers(&odd), triple(2, -1, 17));
    assert_eq!(numbers(&["-4", "--format", "json"]), triple(2, 0, 0));
    assert_eq!(invocation(&["-4"]).by_hand, None);
}

#[test]
fn socket_only_is_refused_with_what_is_of_getaddrinfo() {
    for arguments in [
        &["localhost"] as &[_],
        &["-s", "80"],
        &["--null-hints"],
        &["-P"],
        &["-F", "canonname"],
        &["--preset", "server"],
        &["--no-socket"],
        &["--timeout", "1"],
        &["--reverse"],
        &["--listen"],
        &["--connect"],
        &["--lookup"],
        &["--explain", "10013"],
        &["--run", "file"],
    ] {
        let text = usage(&[&["--socket-only"], arguments].concat());
        assert!(text.contains("--socket-only"), "{arguments:?}: {text}");
    }
}

#[test]
fn program_has_the_calls_of_the_options() {
    let printed = |arguments: &[&str]| match parsed(arguments) {
        Ok(Request::Print(text)) => text,
        other => panic!("{arguments:?}: {other:?}"),
    };
    let query = query_of(&["-4", "localhost", "80"]);
    let options = vec![(SocketOption::ReuseAddr, OptionValue::Number(1))];
    let asked: [(&[&str], _); 3] = [
        (&["--connect"], Some(Role::Client)),
        (&["--listen"], Some(Role::Server { keep: false })),
        (&["--listen", "--keep"], Some(Role::Server { keep: true })),
    ];
    for language in code::Language::ALL {
        let format = ["--format", language.name(), "--option", "reuseaddr=1"];
        for (arguments, role) in asked {
            let options = options.clone();
            let steps = crate::net::Steps { options, role };
            let expected = program(language, Os::HOST, &query, code::Steps::Every(&steps));
            let text = printed(&[&format, arguments, &["-4", "localhost", "80"]].concat());
            assert_eq!(text, expected);
        }
        let triple = query.hints.unwrap().into();
        let steps = crate::net::Steps {
            options: options.clone(),
            role: None,
        };
        let expected = program(
            language,
            Os::HOST,
            &query,
            code::Steps::ByHand(triple, &steps),
        );
        assert_eq!(
            printed(&[&format[..], &["--socket-only", "-4"]].concat()),
            expected
        );
    }
}
