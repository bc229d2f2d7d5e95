//! Files that are missing, empty, unreadable, or not regular files.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use super::ending::{CTRL_C, F5, SOCKSCOPE, assert_idle, end, run, start};
use crate::support::agreement::differences;
use crate::support::network::Network;
use crate::support::oracle::Oracle;
use crate::support::query::{Hints, Query, decimal};
use crate::support::terminal::wait_for;

tests! {
    damaged_files_equal_the_c_program: NETWORK, COMPILER;
    unreadable_files_give_an_answer_or_an_error: NETWORK, OTHER_USER;
    blocked_hosts_file_delays_only_the_lookup: NETWORK;
    unwritable_trace_is_refused_by_name;
    trace_on_a_read_only_file_system_is_refused: NETWORK;
    failed_trace_is_reported_with_the_answer;
    trace_to_dev_null_works;
    trace_to_a_removed_file_continues;
    trace_closes_every_socket;
}

/// The files that the system's resolver reads.
const FILES: [&str; 6] = [
    "resolv.conf",
    "hosts",
    "services",
    "nsswitch.conf",
    "protocols",
    "gai.conf",
];

/// Damages the file at this path.
type Damage = fn(&Path);

/// The kinds of damage.
const DAMAGES: [(&str, Damage); 5] = [
    ("missing", |_| ()),
    ("empty", |path| fs::write(path, "").unwrap()),
    ("a directory", |path| fs::create_dir(path).unwrap()),
    ("a loop of links", |path| symlink(path, path).unwrap()),
    ("noise", |path| {
        // xorshift, by Marsaglia: the same bytes in every run.
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let bytes: Vec<u8> = (0..50_000)
            .map(|_| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                random.to_le_bytes()[3]
            })
            .collect();
        fs::write(path, bytes).unwrap();
    }),
];

const QUERIES: [(&str, &str); 3] = [
    ("localhost", "http"),
    ("there.test", "80"),
    ("127.0.0.1", "tftp"),
];

/// Gives this process, which is in a mount namespace, an /etc with only the network's files.
fn own_etc() -> Vec<(&'static str, Vec<u8>)> {
    let contents: Vec<_> = FILES
        .into_iter()
        .map(|file| {
            let contents = fs::read(Path::new("/etc").join(file)).unwrap_or_default();
            (file, contents)
        })
        .collect();
    let status = Command::new("mount")
        .args(["-t", "tmpfs", "none", "/etc"])
        .status();
    assert!(status.unwrap().success());
    lay_out(&contents);
    contents
}

fn lay_out(contents: &[(&str, Vec<u8>)]) {
    for (file, contents) in contents {
        let path = Path::new("/etc").join(file);
        clear(&path);
        fs::write(path, contents).unwrap();
    }
}

fn clear(path: &Path) {
    // One of the two fails.
    let _ = fs::remove_file(path);
    let _ = fs::remove_dir(path);
}

/// With each file in each state the C program gets the same answer.
fn damaged_files_equal_the_c_program() {
    Network::run(|_| {
        let oracle = Oracle::build();
        let contents = own_etc();
        let queries = QUERIES.map(|(node, service)| {
            Query::new(
                Some(node),
                Some(service),
                Some(Hints {
                    family: libc::AF_INET,
                    ..Hints::default()
                }),
            )
        });
        let mut failed = 0;
        for file in FILES {
            for (state, damage) in DAMAGES {
                lay_out(&contents);
                let path = Path::new("/etc").join(file);
                clear(&path);
                damage(&path);
                let answers = oracle.ask(&queries, &[]);
                for (query, answer) in queries.iter().zip(&answers) {
                    let output = Command::new(SOCKSCOPE)
                        .args(["--format", "json"])
                        .args(query.arguments(decimal))
                        .output()
                        .unwrap();
                    failed += u32::from(answer.returned.code != 0);
                    let found = differences(query, answer, &output);
                    assert!(found.is_empty(), "{file} {state} {query:?}: {found:#?}");
                }
            }
        }
        assert!(
            failed > 10,
            "only {failed} queries failed: nothing was scarce"
        );
    });
}

/// Root can read everything, so this runs as another user.
fn unreadable_files_give_an_answer_or_an_error() {
    Network::run(|_| {
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        let directory = tempfile::tempdir().unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let program = directory.path().join("sockscope");
        fs::copy(SOCKSCOPE, &program).unwrap();
        own_etc();
        for file in FILES {
            fs::set_permissions(
                Path::new("/etc").join(file),
                fs::Permissions::from_mode(0o000),
            )
            .unwrap();
        }
        for (node, service, status) in [
            ("127.0.0.1", "80", 0),
            ("127.0.0.1", "tftp", 1),
            ("localhost", "80", 1),
        ] {
            let output = Command::new("setpriv")
                .args(nobody)
                .arg(&program)
                .args(["--format", "json", "--timeout", "10", node, service])
                .output()
                .unwrap();
            assert_eq!(
                output.status.code(),
                Some(status),
                "{node} {service}: {output:?}"
            );
            serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
        }
    });
}

/// The resolver opens it and waits for a writer indefinitely.
fn blocked_hosts_file_delays_only_the_lookup() {
    Network::run(|_| {
        own_etc();
        clear(Path::new("/etc/hosts"));
        assert!(
            Command::new("mkfifo")
                .arg("/etc/hosts")
                .status()
                .unwrap()
                .success()
        );
        let ending = run(
            "exec \"$@\"",
            &["--format", "table", "--timeout", "0.3", "localhost", "80"],
        );
        assert_eq!(ending.status, 4, "{ending:?}");
        let mut terminal = start("exec \"$@\"", &["localhost", "80"]);
        terminal.wait_for("waiting");
        terminal.send(F5);
        assert_idle(terminal.pid());
        terminal.send(CTRL_C);
        assert_eq!(end(&terminal).status, 0);
    });
}

fn unwritable_trace_is_refused_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let fifo = directory.path().join("fifo");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let missing = directory.path().join("missing/trace");
    let cases = [
        (fifo.to_str().unwrap(), "no program reads it"),
        (missing.to_str().unwrap(), "os error 2"),
        (directory.path().to_str().unwrap(), "os error 21"),
        ("", "os error 2"),
        ("/proc/1/trace\x1b[31m", "\\x1b[31m"),
    ];
    for (path, message) in cases {
        let query = ["--trace", path, "127.0.0.1", "80"];
        let ending = run("exec timeout 60 \"$@\"", &query);
        ending.assert_clean_end(path);
        assert_eq!(ending.status, 5, "{ending:?}");
        assert!(ending.stderr.contains(message), "{ending:?}");
        assert!(!ending.stderr.contains('\x1b'), "{ending:?}");
        // No call is made, and the terminal stays untouched.
        assert_eq!(ending.stdout, "", "{ending:?}");
        let ending = end(&start("exec \"$@\"", &query));
        assert_eq!(ending.status, 5, "{ending:?}");
        assert!(!ending.stdout.contains("\x1b["), "{ending:?}");
    }
}

fn trace_on_a_read_only_file_system_is_refused() {
    Network::run(|_| {
        own_etc();
        let status = Command::new("mount")
            .args(["-o", "remount,ro", "/etc"])
            .status();
        assert!(status.unwrap().success());
        let ending = run("exec \"$@\"", &["--trace", "/etc/trace", "127.0.0.1", "80"]);
        assert_eq!(ending.status, 5, "{ending:?}");
        // EROFS of errno-base.h.
        assert!(ending.stderr.contains("os error 30"), "{ending:?}");
        // Without it nothing is written, so the file does not matter.
        let ending = run("exec \"$@\"", &["localhost", "http"]);
        assert_eq!(ending.status, 0, "{ending:?}");
    });
}

fn failed_trace_is_reported_with_the_answer() {
    let ending = run("exec \"$@\"", &["--trace", "/dev/full", "127.0.0.1", "80"]);
    assert_eq!(ending.status, 5, "{ending:?}");
    assert!(ending.stderr.contains("os error 28"), "{ending:?}");
    assert!(ending.stdout.contains("127.0.0.1:80"), "{ending:?}");

    let mut terminal = start("exec \"$@\"", &["--trace", "/dev/full", "127.0.0.1", "80"]);
    terminal.wait_for("Cannot write the trace file");
    terminal.wait_for("file descriptor");
    terminal.send(CTRL_C);
    assert_eq!(end(&terminal).status, 0);

    // A FIFO with a reader is a file like any other.
    let directory = tempfile::tempdir().unwrap();
    let fifo = directory.path().join("fifo");
    let script = format!(
        "mkfifo {0}; exec 3<> {0}; \"$@\"; echo status=$?; head -1 <&3",
        fifo.display()
    );
    let ending = run(
        &script,
        &["--trace", fifo.to_str().unwrap(), "127.0.0.1", "80"],
    );
    assert!(ending.stdout.contains("status=0"), "{ending:?}");
    assert!(
        ending
            .stdout
            .contains("\ngetaddrinfo(\"127.0.0.1\", \"80\", {"),
        "{ending:?}"
    );
}

fn trace_to_dev_null_works() {
    let ending = run("exec \"$@\"", &["--trace", "/dev/null", "127.0.0.1", "80"]);
    assert_eq!((ending.status, ending.stderr.as_str()), (0, ""));
}

fn trace_to_a_removed_file_continues() {
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("trace");
    let mut terminal = start(
        "exec \"$@\"",
        &["--trace", trace.to_str().unwrap(), "127.0.0.1", "80"],
    );
    terminal.wait_for("file descriptor");
    fs::remove_file(&trace).unwrap();
    terminal.send(F5);
    terminal.wait_for("file descriptor");
    terminal.send(CTRL_C);
    assert_eq!(end(&terminal).status, 0);
}

/// The last call is the close() at the exit.
fn trace_closes_every_socket() {
    for ending in [CTRL_C, "\tq"] {
        let directory = tempfile::tempdir().unwrap();
        let trace = directory.path().join("trace");
        // The exit waits a tenth of a second for the last close(): a busy machine may need another
        // try.
        wait_for("a trace with its end", || {
            let mut terminal = start(
                "exec \"$@\"",
                &["--trace", trace.to_str().unwrap(), "127.0.0.1", "80"],
            );
            terminal.wait_for("file descriptor");
            terminal.send(ending);
            assert_eq!(end(&terminal).status, 0);
            let calls = fs::read_to_string(&trace).unwrap();
            let count = |call: &str| calls.lines().filter(|line| line.starts_with(call)).count();
            assert_eq!(count("socket("), 1, "{calls}");
            let last = calls.lines().last().unwrap();
            (count("close(") == 1 && last.starts_with("close(")).then_some(())
        });
    }
}
