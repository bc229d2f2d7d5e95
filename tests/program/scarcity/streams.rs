//! Standard streams that are closed, full, gone, or not terminals. Before anything else Rust's
//! runtime opens /dev/null for a closed stream: its output is lost, and no socket ever gets its
//! number.

use serde_json::Value;

use super::ending::{CTRL_C, end, run, start};

tests! {
    closed_stream_is_never_reused_for_a_socket;
    failed_output_is_reported_with_status_5;
    failing_stderr_changes_no_status;
    screen_needs_stdout_and_an_input_terminal;
    missing_input_terminal_is_reported;
    table_is_printed_when_stdout_is_no_terminal;
    streams_replace_a_controlling_terminal;
    ignored_signals_do_no_harm;
}

const QUERY: [&str; 4] = ["--format", "json", "127.0.0.1", "80"];

fn closed_stream_is_never_reused_for_a_socket() {
    for closed in [
        "<&-",
        ">&-",
        "2>&-",
        "<&- >&-",
        "<&- 2>&-",
        ">&- 2>&-",
        "<&- >&- 2>&-",
    ] {
        // The result goes to a third descriptor, through the trace, where it can be read.
        let directory = tempfile::tempdir().unwrap();
        let trace = directory.path().join("trace");
        let traced = [&["--trace", trace.to_str().unwrap()], &QUERY[..]].concat();
        let ending = run(&format!("exec \"$@\" {closed}"), &traced);
        ending.assert_clean_end(closed);
        assert_eq!(ending.status, 0, "{closed}: {ending:?}");
        assert_eq!(ending.stderr, "", "{closed}");
        let calls = std::fs::read_to_string(&trace).unwrap();
        let sockets: Vec<u32> = calls
            .lines()
            .filter(|line| line.starts_with("socket("))
            .filter_map(|line| line.split(" = ").nth(1)?.split(' ').next()?.parse().ok())
            .collect();
        assert!(
            !sockets.is_empty() && sockets.iter().all(|&number| number > 2),
            "{closed}: {calls}"
        );
        if closed.contains(">&- ") || closed.starts_with(">&-") || closed == "<&- >&-" {
            assert_eq!(ending.stdout, "");
        } else {
            serde_json::from_str::<Value>(&ending.stdout).unwrap();
        }
    }
}

fn failed_output_is_reported_with_status_5() {
    let cases: [&[&str]; 9] = [
        &["--format", "table", "127.0.0.1", "80"],
        &QUERY,
        &["--format", "c", "127.0.0.1", "80"],
        &["--format", "winsock", "127.0.0.1", "80"],
        &["--format", "rust", "127.0.0.1", "80"],
        &["--format", "python", "127.0.0.1", "80"],
        &["--help"],
        &["--version"],
        &["--preset", "list"],
    ];
    for arguments in cases {
        let case = format!("{arguments:?}");
        let full = run("exec \"$@\" >/dev/full", arguments);
        full.assert_clean_end(&case);
        assert_eq!(full.status, 5, "{case}: {full:?}");
        assert!(full.stderr.contains("os error 28"), "{case}: {full:?}");
        let mute = run("exec \"$@\" >/dev/full 2>/dev/full", arguments);
        assert_eq!(mute.status, 5, "{case}: {mute:?}");
        // A reader that closed the pipe has read enough.
        let closed = run("\"$@\" | true; exit ${PIPESTATUS[0]}", arguments);
        assert_eq!(
            (closed.status, closed.stderr.as_str()),
            (0, ""),
            "{case}: {closed:?}"
        );
    }
}

fn failing_stderr_changes_no_status() {
    for (arguments, status) in [
        (&["--no-such-option"][..], 2),
        (
            &["--format", "table", "--family", "nonsense", "localhost"],
            2,
        ),
        (&["--format", "table", "-n", "no.address.test"], 1),
        (&QUERY, 0),
    ] {
        for stderr in ["2>/dev/full", "2>&-", "2> >(exit)"] {
            let ending = run(&format!("exec \"$@\" {stderr}"), arguments);
            assert_eq!(ending.status, status, "{arguments:?} {stderr}: {ending:?}");
        }
    }
}

/// Standard output is the terminal; keys come from /dev/tty if standard input is not one.
fn screen_needs_stdout_and_an_input_terminal() {
    for streams in [
        "<&-",
        "2>&-",
        "<&- 2>&-",
        "</dev/null",
        "</etc/passwd",
        "< <(echo text)",
        "2>/dev/full",
        "3<&0 <&-",
    ] {
        let mut terminal = start(&format!("exec \"$@\" {streams}"), &["127.0.0.1", "80"]);
        terminal.wait_for("file descriptor");
        // The data at standard input are not keys.
        terminal.send("\x1b[5~x");
        terminal.wait_for("127.0.0.1x");
        terminal.send(CTRL_C);
        assert_eq!(end(&terminal).status, 0, "{streams}");
    }
}

fn missing_input_terminal_is_reported() {
    let terminal = start("setsid --wait \"$@\" </dev/null", &["127.0.0.1", "80"]);
    let ending = end(&terminal);
    assert_eq!(ending.status, 5, "{ending:?}");
    assert!(ending.stderr.contains("/dev/tty"), "{ending:?}");
    assert!(ending.stderr.contains("--format"), "{ending:?}");
}

fn table_is_printed_when_stdout_is_no_terminal() {
    for streams in [">&-", ">/dev/null", "> >(cat)", "<&- >&-", ">&- 2>&-"] {
        let terminal = start(&format!("\"$@\" {streams}"), &["127.0.0.1", "80"]);
        let ending = end(&terminal);
        assert_eq!(ending.status, 0, "{streams}: {ending:?}");
        assert!(
            !ending.stdout.contains("\x1b[?1049h"),
            "{streams}: {ending:?}"
        );
    }
    let directory = tempfile::tempdir().unwrap();
    let script = format!("cd {}; nohup \"$@\"", directory.path().display());
    let terminal = start(&script, &["127.0.0.1", "80"]);
    assert_eq!(end(&terminal).status, 0);
    let printed = std::fs::read_to_string(directory.path().join("nohup.out")).unwrap();
    assert!(
        printed.contains("getaddrinfo(\"127.0.0.1\", \"80\""),
        "{printed}"
    );
}

/// A session of its own, with no terminal except its streams.
fn streams_replace_a_controlling_terminal() {
    let mut terminal = start("setsid --wait \"$@\"", &["127.0.0.1", "80"]);
    terminal.wait_for("file descriptor");
    terminal.send(CTRL_C);
    assert_eq!(end(&terminal).status, 0);
}

fn ignored_signals_do_no_harm() {
    for ignored in [
        "HUP",
        "PIPE",
        "INT QUIT",
        "TSTP TTOU TTIN",
        "CHLD",
        "WINCH",
        "ABRT",
    ] {
        let script = format!("trap '' {ignored}; exec \"$@\"");
        let mut terminal = start(&script, &["127.0.0.1", "80"]);
        terminal.wait_for("file descriptor");
        terminal.send(CTRL_C);
        assert_eq!(end(&terminal).status, 0, "{ignored}");
    }
}
