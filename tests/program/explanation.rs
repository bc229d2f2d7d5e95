//! `--explain`: what an error means, here and on other systems, without a screen.

mod codes;

use std::collections::BTreeSet;
use std::process::{Command, Output, Stdio};

use codes::{Code, GETADDRINFO, SOCKET, TUTORIAL, WINSOCK};
use sockscope::names::Os;

tests! {
    every_listed_error_has_its_numbers_and_a_cause;
    number_of_several_systems_has_each_meaning;
    names_need_neither_case_nor_prefix;
    negative_number_is_a_value;
    call_selects_meaning_and_causes;
    messages_of_programs_are_read;
    lines_of_strace_are_read;
    #[cfg(target_os = "linux")]
    lines_of_the_trace_are_read;
    line_without_an_error_is_refused;
    unknown_error_is_refused_with_the_nearest;
    long_text_is_refused_briefly;
    explanation_is_in_the_language;
    other_arguments_are_refused_beside_it;
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(arguments)
        .stdin(Stdio::null())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

/// What is printed about `text`.
#[track_caller]
fn explain(text: &str, language: &str) -> String {
    let output = run(&["--lang", language, "--explain", text]);
    assert_eq!(output.status.code(), Some(0), "{text}: {output:?}");
    assert_eq!(output.stderr, b"", "{text}");
    let page = String::from_utf8(output.stdout).unwrap();
    let wide = page.lines().find(|line| line.chars().count() > 79);
    assert_eq!(wide, None, "{text}");
    page
}

/// The message about `text`.
#[track_caller]
fn refuse(text: &str) -> String {
    let output = run(&["--explain", text]);
    assert_eq!(output.status.code(), Some(2), "{text}: {output:?}");
    assert_eq!(output.stdout, b"", "{text}");
    String::from_utf8(output.stderr).unwrap()
}

/// Whether the page has the error's name and number on the system.
fn has_row(page: &str, system: &str, name: &str, number: &str) -> bool {
    page.lines().any(|line| {
        let mut words = line.split_whitespace();
        [system, name, number].map(Some) == [words.next(), words.next(), words.next()]
    })
}

/// The first causes of the page, each with the lines before it as far as the last blank one.
fn first_causes(page: &str) -> Vec<String> {
    page.split("\n\n")
        .filter_map(|block| Some(block.split_once("\n  1. ")?.0.replace('\n', " ")))
        .collect()
}

/// In English; `src/explain/causes.rs` tests that each text is there in each language.
fn every_listed_error_has_its_numbers_and_a_cause() {
    let mut errors = BTreeSet::new();
    for (name, numbers, calls) in [SOCKET, GETADDRINFO, WINSOCK, TUTORIAL].concat() {
        errors.extend(calls.split(' ').map(|call| (name, numbers, call)));
    }
    for error in errors {
        has_numbers_and_a_cause(error);
    }
}

fn has_numbers_and_a_cause((name, numbers, call): Code) {
    let text = format!("{call} {name}");
    let page = explain(&text, "en");
    let systems = ["Linux", "macOS", "FreeBSD", "Windows"];
    for (system, number) in systems.into_iter().zip(numbers.split(' ')) {
        assert!(
            number == "-" || has_row(&page, system, name, number),
            "{text}: {system} {number}: {page}"
        );
    }
    let meaning = page.lines().nth(1).unwrap();
    assert!(meaning.len() > 10, "{text}: {page}");
    // The functions that do the same have the same causes.
    let call = match call {
        "sendto" => "send",
        call => call,
    };
    let of = format!("{call}()");
    let causes = first_causes(&page);
    assert!(!causes.is_empty(), "{text}: {page}");
    assert!(
        call.is_empty()
            || causes
                .iter()
                .all(|heading| heading.contains(&of) || heading.starts_with("Any call")),
        "{text}: {causes:?}"
    );
    for heading in causes {
        let cause = page.split_once("\n  1. ").unwrap().1;
        assert!(cause.contains("\n     → "), "{text}: {heading}: {page}");
    }
}

/// The numbers are those of the systems' headers: errno.h, netdb.h and winerror.h.
fn number_of_several_systems_has_each_meaning() {
    for (number, meanings) in [
        ("98", &["EADDRINUSE: 98 on Linux", "ENOSR: 98 on macOS"][..]),
        (
            "8",
            &[
                "EAI_NONAME: 8 on macOS, FreeBSD",
                "WSA_NOT_ENOUGH_MEMORY: 8 on Windows",
                "ENOEXEC: 8 on Linux, macOS, FreeBSD",
            ],
        ),
        (
            "61",
            &["ECONNREFUSED: 61 on macOS, FreeBSD", "ENODATA: 61 on Linux"],
        ),
        (
            "10022",
            &[
                "WSAEINVAL: 10022 on Windows (EAI_BADFLAGS)\n",
                "WSAEINVAL: 10022 on Windows (EINVAL)\n",
            ],
        ),
        ("-3", &["EAI_AGAIN: -3 on Linux"]),
        ("10048", &["WSAEADDRINUSE: 10048 on Windows"]),
        ("0x2740", &["WSAEADDRINUSE: 10048 on Windows"]),
    ] {
        let page = explain(number, "en");
        for meaning in meanings {
            assert!(page.contains(meaning), "{number}: {page}");
        }
        let several = page.starts_with("This has several meanings:\n");
        assert_eq!(several, meanings.len() > 1, "{page}");
    }
    assert!(has_row(
        &explain("98", "en"),
        "Windows",
        "WSAEADDRINUSE",
        "10048"
    ));
}

fn names_need_neither_case_nor_prefix() {
    let page = explain("EAI_AGAIN", "en");
    assert!(has_row(&page, "Windows", "WSATRY_AGAIN", "11002"), "{page}");
    assert_eq!(explain("eai_again", "en"), page);
    // EAGAIN and EAI_AGAIN.
    let both = explain("again", "en");
    assert!(
        both.contains(&page) && has_row(&both, "Linux", "EAGAIN", "11"),
        "{both}"
    );
    let page = explain("eacces", "en");
    assert_eq!(explain("acces", "en"), page);
    assert!(has_row(&page, "Windows", "WSAEACCES", "10013"), "{page}");
    let winsock = explain("WSAEACCES", "en");
    assert!(has_row(&winsock, "macOS", "EACCES", "13"), "{winsock}");
    assert!(winsock.contains("excludedportrange"), "{winsock}");
    let page = explain("host_not_found", "en");
    assert!(has_row(&page, "Linux", "EAI_NONAME", "-2"), "{page}");
}

fn negative_number_is_a_value() {
    let page = explain("-2", "en");
    assert!(page.starts_with("EAI_NONAME: -2 on Linux\n"), "{page}");
    let output = run(&["--lang", "en", "--explain=-2"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), page);
    // Not the option -4.
    assert!(explain("-4", "en").starts_with("EAI_FAIL: -4 on Linux\n"));
}

fn call_selects_meaning_and_causes() {
    let page = explain("bind 10048", "en");
    assert!(
        page.starts_with("WSAEADDRINUSE: 10048 on Windows\n"),
        "{page}"
    );
    assert!(page.contains("bind(), listen(): "), "{page}");
    assert!(!page.contains("\nconnect()"), "{page}");
    let page = explain("connect ECONNREFUSED", "en");
    assert!(has_row(&page, "Linux", "ECONNREFUSED", "111"), "{page}");
    // getaddrinfo shares the code with the other calls of Winsock.
    let of = |call: &str| explain(&format!("{call} 10022"), "en");
    assert!(has_row(&of("GetAddrInfoW"), "Linux", "EAI_BADFLAGS", "-1"));
    assert!(has_row(&of("bind"), "Linux", "EINVAL", "22"));
    assert!(!has_row(&of("bind"), "Linux", "EAI_BADFLAGS", "-1"));
    // Winsock's name for EINPROGRESS; its WSAEINPROGRESS is another error.
    let page = explain("connect EINPROGRESS", "en");
    assert!(
        has_row(&page, "Windows", "WSAEWOULDBLOCK", "10035"),
        "{page}"
    );
    assert!(!page.contains("WSAEINPROGRESS: 10036"), "{page}");
    let page = explain("WSAEINPROGRESS", "en");
    assert!(!has_row(&page, "Linux", "EINPROGRESS", "115"), "{page}");
    // The causes on the system of the number come first.
    let causes = first_causes(&explain("bind WSAEACCES", "en"));
    assert!(causes[0].starts_with("bind(), on Windows: "), "{causes:?}");
    let page = explain("listen ECONNREFUSED", "en");
    assert!(
        page.contains("listen() is not known to return it"),
        "{page}"
    );
}

fn messages_of_programs_are_read() {
    let bind = explain("bind 10048", "en");
    let any = explain("10048", "en");
    for (message, page) in [
        ("bind failed with error: 10048", &bind),
        ("Error at bind(): 10048", &bind),
        (
            "[WinError 10048] Only one usage of each socket address",
            &any,
        ),
        ("Only one usage of each address (os error 10048)", &any),
    ] {
        assert_eq!(explain(message, "en"), *page, "{message}");
    }
    for message in ["port 80: 10048", "a\u{1b}[1;1Hb", "error reading 2 files"] {
        assert!(refuse(message).contains("names no error"), "{message}");
    }
}

fn lines_of_strace_are_read() {
    let bind = explain("bind EADDRINUSE", "en");
    for line in [
        "bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = -1 EADDRINUSE (Address already in use)",
        "[pid  4711] 12:01:02.345678 bind(3, 0.0.0.0:80)      = -1 EADDRINUSE (Address already in use) <0.000012>",
        "<... bind resumed>) = -1 EADDRINUSE (Address already in use)",
        "bind(server, list[0]) = -1 EADDRINUSE",
    ] {
        assert_eq!(explain(line, "en"), bind, "{line}");
    }
    let page = explain(
        "connect(3, {sa_family=AF_UNIX, sun_path=\"/x = 3\"}, 110) = -1 ENOENT (No such file or directory)",
        "en",
    );
    assert!(has_row(&page, "Linux", "ENOENT", "2"), "{page}");
    assert!(page.contains("start the server first"), "{page}");
    // The number beside the name is that of the system traced.
    let page = explain(
        "connect(3, 127.0.0.1:1) = -1 ECONNREFUSED 61 (Connection refused)",
        "en",
    );
    assert!(
        page.starts_with("ECONNREFUSED: 61 on macOS, FreeBSD\n"),
        "{page}"
    );
    let page = explain("connect(5, …) = SOCKET_ERROR 10061", "en");
    assert!(
        page.starts_with("WSAECONNREFUSED: 10061 on Windows\n"),
        "{page}"
    );
    let page = explain(
        "socket(AF_INET6, SOCK_RAW, 58) = INVALID_SOCKET WSAEACCES 10013 (…)",
        "en",
    );
    assert!(page.starts_with("WSAEACCES: 10013 on Windows\n"), "{page}");
    let page = explain("getaddrinfo(\"x\", NULL, NULL, [list]) = 11001", "en");
    assert!(
        page.starts_with("WSAHOST_NOT_FOUND: 11001 on Windows\n"),
        "{page}"
    );
    let page = explain(
        "getaddrinfo(\"x\") = EAI_SYSTEM (System error), errno ENOENT 2 (…)",
        "en",
    );
    assert!(
        page.contains("EAI_SYSTEM") && has_row(&page, "Linux", "ENOENT", "2"),
        "{page}"
    );
}

/// The lines are those that `--trace` really writes.
#[cfg(target_os = "linux")]
fn lines_of_the_trace_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    for (arguments, call, row) in [
        (
            &["-n", "no.address"][..],
            "getaddrinfo",
            ["Linux", "EAI_NONAME", "-2"],
        ),
        (
            // STREAM, RAW and others; a raw socket with protocol 0 never opens on Linux.
            &["--preset", "raw-without-protocol"],
            "socket",
            ["Linux", "EPROTONOSUPPORT", "93"],
        ),
    ] {
        let path = trace.to_str().unwrap();
        let options = ["--format", "table", "--trace", path];
        run(&[&options, arguments].concat());
        let lines = std::fs::read_to_string(&trace).unwrap();
        let mut failed = lines
            .lines()
            .filter(|line| line.starts_with(call) && line.contains(row[1]));
        let line = failed.next().unwrap_or_else(|| panic!("{lines}"));
        let page = explain(line, "en");
        let [system, name, number] = row;
        assert!(has_row(&page, system, name, number), "{line}: {page}");
        assert!(page.contains(&format!("{call}()")), "{line}: {page}");
    }
}

fn line_without_an_error_is_refused() {
    for line in [
        "bind(3, 0.0.0.0:80) = 0",
        "socket(AF_INET, SOCK_STREAM, 0) = 3",
        "getaddrinfo(NULL, \"80\", NULL, [1 entry]) = 0",
        "bind(3, 0.0.0.0:80) = -1",
        "accept(3) = ?",
        "a = b",
    ] {
        let message = refuse(line);
        assert!(
            message.contains("the call did not fail, or the error is missing"),
            "{message}"
        );
    }
}

fn unknown_error_is_refused_with_the_nearest() {
    for (text, nearest) in [
        ("EADDRINUS", "EADDRINUSE"),
        ("eai_agian", "EAI_AGAIN"),
        ("bind WSAEADRINUSE", "WSAEADDRINUSE"),
        ("conrefused", "ECONNREFUSED"),
    ] {
        let message = refuse(text);
        assert!(
            message.contains(&format!("did you mean {nearest}?")),
            "{text}: {message}"
        );
    }
    for text in [
        "12345",
        "-77",
        "99999999999",
        "",
        "bind",
        "qqqqqq",
        "two words",
        "80 10013",
    ] {
        let message = refuse(text);
        assert!(message.contains("names no error"), "{text}: {message}");
        assert!(message.contains(&format!("\"{text}\"")), "{message}");
    }
}

/// Linux limits an argument to 128 KiB.
fn long_text_is_refused_briefly() {
    // Windows limits the command line to 32 KiB.
    let long = "E".repeat(if cfg!(windows) { 20_000 } else { 130_000 });
    for text in [
        long.clone(),
        "E ".repeat(long.len() / 2),
        format!("x = {long}"),
    ] {
        let message = refuse(&text);
        assert!(message.len() < 2000, "{}", message.len());
        assert!(message.contains("bytes)"), "{message}");
    }
    // A long argument does not hide the result.
    let line = format!("send(3, \"{long}\", 9, 0) = -1 EPIPE (Broken pipe)");
    assert!(has_row(&explain(&line, "en"), "Linux", "EPIPE", "32"));
}

fn explanation_is_in_the_language() {
    let page = explain("bind 10048", "es");
    assert!(
        page.starts_with("WSAEADDRINUSE: 10048 en Windows\n"),
        "{page}"
    );
    assert!(
        page.contains("bind(), listen(): La dirección y el puerto ya están ocupados."),
        "{page}"
    );
    let here = match Os::HOST {
        Os::Windows => "WSAEADDRINUSE                10048  (este sistema)",
        _ => "(este sistema)",
    };
    assert!(page.contains(here), "{page}");
    for language in ["en", "es"] {
        let output = run(&["--ascii", "--lang", language, "--explain", "again"]);
        assert!(output.stdout.is_ascii(), "{output:?}");
        assert!(!output.stdout.contains(&b'\\'), "{output:?}");
    }
    let output = run(&["--lang", "es", "--explain", "EADDRINUS"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("¿quería decir EADDRINUSE?"), "{message}");
}

fn other_arguments_are_refused_beside_it() {
    for arguments in [
        &["--explain", "98", "localhost"][..],
        &["--explain", "98", "-4"],
        &["--explain", "98", "--format", "json"],
        &["--explain"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("--explain"),
            "{output:?}"
        );
    }
}
