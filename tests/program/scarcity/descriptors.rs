//! Few file descriptors (RLIMIT_NOFILE).

use std::process::Command;

use rustix::process::Signal;
use serde_json::Value;

use super::ending::{
    CTRL_C, F5, NOT_LOADED, QUIT, end, run, shows_answer, start, wait_until_keys_are_read,
};
use crate::support::process::signal;
use crate::support::terminal::Terminal;

tests! {
    low_descriptor_limit_gives_answer_or_message: File("/etc/services"), LOCALHOST;
    emfile_is_shown_with_a_note;
    held_sockets_that_use_every_descriptor_are_survived;
    low_descriptor_limit_on_screen_works_or_explains;
    f5_recovers_after_the_limit_is_raised;
    terminal_is_restored_without_free_descriptors;
}

/// With fewer the dynamic linker cannot open a library.
const LOADED: u32 = 4;

const MOST: u32 = 20;

/// The standard streams, and a pair of sockets each for signals and for keys: with fewer the screen
/// does not start.
const FEWEST: u32 = 7;

/// Enough for the socket, and for what getaddrinfo opens.
const ENOUGH: u32 = 13;

fn limit(terminal: &Terminal, descriptors: u32) {
    let status = Command::new("prlimit")
        .args(["--pid", &terminal.pid().to_string()])
        .arg(format!("--nofile={descriptors}:1024"))
        .status()
        .unwrap();
    assert!(status.success());
}

fn low_descriptor_limit_gives_answer_or_message() {
    let queries: [&[&str]; 4] = [
        &["localhost", "http"],
        &["127.0.0.1", "80"],
        &["--timeout", "5", "localhost", "http"],
        &[],
    ];
    for descriptors in 0..=MOST {
        for format in ["table", "json"] {
            for query in queries {
                let arguments = [&["--format", format], query].concat();
                let script = format!("ulimit -n {descriptors}; exec \"$@\"");
                let ending = run(&script, &arguments);
                let case = format!("{descriptors} descriptors, {arguments:?}");
                ending.assert_clean_end(&case);
                if descriptors < LOADED {
                    assert_eq!(ending.status, NOT_LOADED, "{case}: {ending:?}");
                    continue;
                }
                assert_eq!(ending.status, 0, "{case}: {ending:?}");
                if format == "json" {
                    serde_json::from_str::<Value>(&ending.stdout).unwrap();
                }
            }
        }
    }
}

/// The trace takes the fourth descriptor, so none is left for the calls.
fn emfile_is_shown_with_a_note() {
    let cases = [
        ("127.0.0.1", "80", 3, "socket-without-descriptors"),
        ("localhost", "80", 1, "name-without-descriptors"),
        ("127.0.0.1", "http", 1, "service-without-descriptors"),
    ];
    for (node, service, status, rule) in cases {
        let arguments = ["--trace", "/dev/null", "--format", "json", node, service];
        let ending = run("ulimit -n 4; exec \"$@\"", &arguments);
        let case = format!("{node} {service}");
        ending.assert_clean_end(&case);
        assert_eq!(ending.status, status, "{case}: {ending:?}");
        assert!(ending.stdout.contains(rule), "{case}: {ending:?}");
        let json: Value = serde_json::from_str(&ending.stdout).unwrap();
        if status == 3 {
            let error = &json["entries"][0]["socket"]["error"];
            // errno-base.h of Linux.
            assert_eq!(
                (&error["domain"], &error["code"]),
                (&"errno".into(), &24.into())
            );
            assert_eq!(error["name"], "EMFILE");
            assert_eq!(json["getaddrinfo"]["return"], 0);
        }
    }
}

/// socket() and accept() fail, the connection stays in the queue, and one close() is enough for it.
fn held_sockets_that_use_every_descriptor_are_survived() {
    let held = "socket(AF_INET, SOCK_DGRAM, 0) = ...\n".repeat(40);
    let script = format!(
        "socket(AF_INET, SOCK_STREAM, 0) = server
bind(server, 127.0.0.1:0) = 0
listen(server, 5) = 0
getsockname(server) = 127.0.0.1:port
socket(AF_INET, SOCK_STREAM, 0) = client
connect(client, 127.0.0.1:port) = 0
send(client, \"kept\", 4) = 4
{held}socket(AF_INET, SOCK_STREAM, 0) = -1 EMFILE
accept(server) = -1 EMFILE
close(client) = 0
accept(server) = a
recv(a, 9) = 4 \"kept\"
socket(AF_INET, SOCK_STREAM, 0) = -1 EMFILE
close(a) = 0
socket(AF_INET, SOCK_STREAM, 0) = last
"
    );
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("descriptors.sockscope");
    std::fs::write(&file, script).unwrap();
    let ending = run(
        "ulimit -n 40; exec \"$@\"",
        &["--run", file.to_str().unwrap()],
    );
    ending.assert_clean_end("held sockets");
    assert_eq!(ending.status, 0, "{ending:?}");
}

fn low_descriptor_limit_on_screen_works_or_explains() {
    for descriptors in LOADED..=MOST {
        for input in ["", "</dev/null"] {
            let script = format!("exec {input}; ulimit -n {descriptors}; exec \"$@\"");
            let mut terminal = start(&script, &["127.0.0.1", "80"]);
            if shows_answer(&terminal, &["file descriptor", "EMFILE"]) {
                terminal.send(QUIT);
            }
            let ending = end(&terminal);
            let case = format!("{descriptors} descriptors {input}");
            ending.assert_clean_end(&case);
            match ending.status {
                0 => assert!(descriptors >= FEWEST, "{case}"),
                5 => assert!(
                    ending.stderr.contains("Too many open files") && descriptors < ENOUGH,
                    "{case}: {ending:?}"
                ),
                _ => panic!("{case}: {ending:?}"),
            }
        }
    }
}

fn f5_recovers_after_the_limit_is_raised() {
    let mut terminal = start("exec \"$@\"", &["127.0.0.1", "80"]);
    wait_until_keys_are_read(&mut terminal);
    limit(&terminal, 3);
    terminal.send(F5);
    terminal.wait_for("EMFILE");
    terminal.wait_for("errno 24");
    limit(&terminal, 64);
    terminal.send(F5);
    terminal.wait_for("file descriptor");
    terminal.send(CTRL_C);
    assert_eq!(end(&terminal).status, 0);
}

/// If standard input is not a terminal, the modes are those of /dev/tty, which can no longer be
/// opened. With a limit below 3 the next poll() of the input would fail as well: its set may not have
/// more entries than RLIMIT_NOFILE (poll(2)).
fn terminal_is_restored_without_free_descriptors() {
    for input in ["", "</dev/null"] {
        let mut terminal = start(&format!("exec \"$@\" {input}"), &["127.0.0.1", "80"]);
        wait_until_keys_are_read(&mut terminal);
        limit(&terminal, 3);
        signal(terminal.pid(), Signal::TERM);
        assert_eq!(end(&terminal).status, 143);
    }
}
