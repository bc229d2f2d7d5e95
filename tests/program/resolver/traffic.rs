//! What is sent, written and needed: no more than README.md says.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use super::hung::PATIENT;
use crate::support::dns::Answer;
use crate::support::network::Network;
use crate::support::oracle::Oracle;
use crate::support::query::{Hints, Query, decimal};
use crate::support::terminal::{DEADLINE, Terminal};

tests! {
    only_getaddrinfo_sends_packets: NETWORK, COMPILER;
    reverse_lookups_happen_only_on_request: NETWORK;
    listening_and_connecting_happen_only_on_request: NETWORK, Program("strace");
    matrix_sends_nothing: NETWORK;
    no_privilege_is_needed: NETWORK, OTHER_USER;
    session_writes_no_file_and_runs_no_program: NETWORK, Program("strace");
}

/// RFC 1035 §3.2.2.
const PTR: u16 = 12;

/// Bytes and packets sent by the network's only interface: queries and answers both count.
fn sent() -> (u64, u64) {
    let devices = fs::read_to_string("/proc/net/dev").unwrap();
    let line = devices
        .lines()
        .find_map(|line| line.trim().strip_prefix("lo:"))
        .unwrap();
    // Eight numbers for received data precede those for sent data (proc(5)).
    let numbers: Vec<u64> = line
        .split_whitespace()
        .map(|n| n.parse().unwrap())
        .collect();
    (numbers[8], numbers[9])
}

/// The packets and bytes sent while `action` ran.
fn traffic(action: impl FnOnce()) -> (u64, u64) {
    let before = sent();
    action();
    let after = sent();
    (after.0 - before.0, after.1 - before.1)
}

fn serve(network: &Network) {
    network
        .dns()
        .answer(
            "there.test",
            Answer::addresses(&["192.0.2.1", "192.0.2.2", "2001:db8::1"]),
        )
        .answer("alias.test", Answer::Alias("there.test".into()));
}

fn only_getaddrinfo_sends_packets() {
    Network::run(|network| {
        let oracle = Oracle::build();
        serve(network);
        // However late an answer is, nothing is asked twice.
        network.write("resolv.conf", PATIENT);
        let mut silent = 0;
        for node in [
            "there.test",
            "alias.test",
            "missing.test",
            "127.0.0.1",
            "localhost",
        ] {
            for flags in [0, libc::AI_CANONNAME | libc::AI_ADDRCONFIG] {
                let hints = Hints {
                    flags,
                    ..Hints::default()
                };
                let query = Query::new(Some(node), Some("http"), Some(hints));
                let alone = traffic(|| {
                    oracle.ask(std::slice::from_ref(&query), &[]);
                });
                let ours = traffic(|| {
                    let arguments = query.arguments(decimal);
                    let output = network
                        .sockscope()
                        .args(["--format", "json", "--lookup"])
                        .args(arguments)
                        .output()
                        .unwrap();
                    assert!(!output.stdout.is_empty(), "{output:?}");
                });
                assert_eq!(ours, alone, "{query:?}");
                silent += usize::from(alone == (0, 0));
            }
        }
        // An address, and a name of the hosts file, each with two sets of flags.
        assert_eq!(silent, 4);
    });
}

fn reverse_lookups_happen_only_on_request() {
    Network::run(|network| {
        serve(network);
        let reverse = || network.dns().asked().iter().filter(|q| q.1 == PTR).count();
        let ask = |arguments: &[&str]| {
            let output = network
                .sockscope()
                .args(["--format", "table", "-4", "-t", "stream", "there.test"])
                .args(arguments)
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(0), "{output:?}");
        };
        ask(&[]);
        assert_eq!(reverse(), 0);
        ask(&["--reverse"]);
        assert!(reverse() >= 2, "two addresses, {} questions", reverse());
    });
}

/// The calls on TCP sockets, watched by strace(1): each is made only with its option. To know the source
/// address of a destination, glibc and `--lookup` connect datagram sockets, which sends nothing.
fn listening_and_connecting_happen_only_on_request() {
    Network::run(|network| {
        let log = tempfile::NamedTempFile::new().unwrap();
        let made = |arguments: &[&str]| {
            let mut command = network.command("strace");
            command.args(["-f", "-yy", "-e", "trace=bind,listen,connect", "-o"]);
            command.arg(log.path()).arg(env!("CARGO_BIN_EXE_sockscope"));
            command.args(["--format", "json", "-t", "stream", "127.0.0.1", "4000"]);
            let output = command.args(arguments).output().unwrap();
            assert!(!output.stdout.is_empty(), "{output:?}");
            let log = fs::read_to_string(log.path()).unwrap();
            let tcp = |name: &&str| {
                let calls = calls(&log, &[*name]).into_iter();
                calls.filter(|call| call.contains("<TCP")).count() == 1
            };
            let made = ["bind", "listen", "connect"].into_iter().filter(tcp);
            assert_eq!(log.matches("<TCP").count(), made.clone().count(), "{log}");
            made.collect::<Vec<_>>()
        };
        assert_eq!(made(&[]), [""; 0]);
        assert_eq!(made(&["--reverse"]), [""; 0]);
        assert_eq!(made(&["--lookup"]), [""; 0]);
        assert_eq!(made(&["--listen"]), ["bind", "listen"]);
        assert_eq!(made(&["--connect"]), ["connect"]);
    });
}

fn matrix_sends_nothing() {
    Network::run(|network| {
        let sent = traffic(|| {
            for matrix in ["--matrix", "--matrix=all", "--matrix=bind"] {
                let output = network.sockscope().arg(matrix).output().unwrap();
                assert_eq!(output.status.code(), Some(0), "{output:?}");
            }
        });
        assert_eq!(sent, (0, 0));
        assert_eq!(network.dns().asked(), []);
    });
}

/// A copy of the program that any user may run.
fn copy_for_any_user() -> (TempDir, PathBuf) {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = directory.path().join("sockscope");
    fs::copy(env!("CARGO_BIN_EXE_sockscope"), &program).unwrap();
    (directory, program)
}

fn no_privilege_is_needed() {
    Network::run(|network| {
        serve(network);
        let (_directory, program) = copy_for_any_user();
        let output = network
            .command("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .args(["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"])
            .arg(program)
            .args(["--format", "json", "-t", "stream", "there.test", "http"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let entries = json["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 3);
        for entry in entries {
            assert!(entry["socket"]["handle"].is_number(), "{entry}");
        }
    });
}

/// The system calls in `log`, one a line, that match one of `names`.
fn calls<'a>(log: &'a str, names: &[&str]) -> Vec<&'a str> {
    let named = |line: &&str| {
        // The process id comes first.
        let call = line
            .split_once(char::is_whitespace)
            .map(|(_, call)| call.trim_start());
        call.and_then(|call| call.split_once('('))
            .is_some_and(|(name, _)| names.contains(&name))
    };
    log.lines().filter(named).collect()
}

/// A session that does most things once, watched by strace(1): it writes only to the terminal,
/// starts no program, and sends only to the DNS server.
fn session_writes_no_file_and_runs_no_program() {
    Network::run(|network| {
        serve(network);
        let home = tempfile::tempdir().unwrap();
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut command = CommandBuilder::new("strace");
        command.args([
            "-f",
            "-s",
            "64",
            "-e",
            "trace=%file,%network,%process,write",
            "-o",
        ]);
        command.arg(log.path());
        command.arg(env!("CARGO_BIN_EXE_sockscope"));
        command.args(["there.test", "http"]);
        for variable in [
            "HOME",
            "TMPDIR",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "XDG_STATE_HOME",
        ] {
            command.env(variable, home.path());
        }
        command.env("TERM", "xterm-256color");
        let mut terminal = Terminal::start(120, 40, &mut command);
        terminal.wait_for("file descriptor");
        // The list: its second entry, every view, the kernel's options, all sockets in turn.
        terminal.send("\t\x1b[B");
        terminal.wait_for("2 of 3");
        for view in ["2", "3", "4", "5", "6", "1", "o", "a"] {
            terminal.send(view);
        }
        terminal.wait_until("every socket tried", |screen| {
            let contents = screen.contents();
            let last = contents
                .lines()
                .find(|line| line.contains("[2001:db8::1]:80"));
            last.is_some_and(|line| line.contains('✓'))
        });
        terminal.send("\x1bOQ");
        terminal.wait_for("dual-stack");
        terminal.send("\x1b");
        terminal.wait_for_no("dual-stack");
        terminal.send("\x03");
        assert!(terminal.wait_for_end().success(), "within {DEADLINE:?}");

        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
        let log = fs::read_to_string(log.path()).unwrap();
        assert_eq!(calls(&log, &["execve", "execveat"]).len(), 1, "{log}");
        for line in calls(&log, &["open", "openat", "creat"]) {
            let writes = ["O_WRONLY", "O_RDWR", "O_CREAT"]
                .iter()
                .any(|f| line.contains(f));
            assert!(!writes || line.contains("\"/dev/tty\""), "{line}");
        }
        let changing = [
            "rename",
            "renameat",
            "renameat2",
            "unlink",
            "unlinkat",
            "mkdir",
            "mkdirat",
            "link",
            "linkat",
            "symlink",
            "symlinkat",
            "truncate",
            "mknod",
            "mknodat",
            "chmod",
            "fchmodat",
            "chown",
            "fchownat",
            "utimensat",
        ];
        assert_eq!(calls(&log, &changing), Vec::<&str>::new());
        assert_eq!(
            calls(&log, &["bind", "listen", "accept", "accept4"])
                .iter()
                .filter(|line| !line.contains("AF_NETLINK"))
                .count(),
            0
        );
        let connected = calls(&log, &["connect"]);
        assert!(
            connected.iter().any(|line| line.contains("htons(53)")),
            "{log}"
        );
        // glibc sorts addresses by the source address of a connected datagram socket (RFC 3484 §5),
        // which sends nothing. It uses port 0 for that.
        let allowed: BTreeSet<&str> = [
            "htons(53)",
            "htons(0)",
            "htons(80)",
            "nscd/socket",
            "AF_UNSPEC",
        ]
        .into();
        for line in connected {
            assert!(allowed.iter().any(|part| line.contains(part)), "{line}");
        }
    });
}
