//! Exits while the resolver hangs: they wait for nothing and leak nothing.

use std::fs;
use std::io::Write as _;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::hung::{CTRL_C, F5, LIMIT, PATIENT, ask, fill, hung, lookups};
use crate::support::dns::{Answer, Name};
use crate::support::network::Network;
use crate::support::process::{links, resident, signal, threads};
use crate::support::takes_less_than;
use crate::support::terminal::{Terminal, wait_for};

tests! {
    quitting_with_hung_lookups_is_immediate: NETWORK;
    signal_with_hung_lookups_ends_it_at_once: NETWORK;
    returned_lookups_free_their_resources: NETWORK;
    trace_lists_unfinished_calls: NETWORK;
    blocked_trace_does_not_delay_exit: NETWORK;
    timeout_holds_in_both_formats: NETWORK;
    timeout_bounds_reverse_lookups: NETWORK;
}

/// With the maximum number of lookups it exits within 100 ms.
fn ends_at_once(network: &Network, end: impl Fn(&mut Terminal), status: u32) {
    let mut tries = 0;
    takes_less_than(Duration::from_millis(100), || {
        tries += 1;
        let name = format!("hung{tries}.test");
        let mut terminal = hung(network, &name);
        fill(network, &mut terminal, &name);
        assert!(threads(terminal.pid()) > LIMIT as u64);
        let start = Instant::now();
        end(&mut terminal);
        let ended = terminal.wait_for_end();
        let took = start.elapsed();
        assert_eq!((ended.exit_code(), ended.signal()), (status, None));
        terminal.assert_restored();
        took
    });
}

fn quitting_with_hung_lookups_is_immediate() {
    Network::run(|network| {
        // Without an answer to its question it also waits for the terminal.
        let background = "\x1b]11;rgb:0000/0000/0000\x1b\\";
        let quit = |terminal: &mut Terminal| terminal.send(format!("{background}{CTRL_C}"));
        ends_at_once(network, quit, 0);
    });
}

fn signal_with_hung_lookups_ends_it_at_once() {
    Network::run(|network| {
        let term = |terminal: &mut Terminal| signal(terminal.pid(), Signal::TERM);
        ends_at_once(network, term, 143);
    });
}

fn returned_lookups_free_their_resources() {
    Network::run(|network| {
        let mut terminal = hung(network, "hung0.test");
        let pid = terminal.pid();
        network
            .dns()
            .answer("hung0.test", Answer::addresses(&["192.0.2.1"]));
        terminal.wait_for("file descriptor");
        wait_for("the end of the first call's thread", || {
            (lookups(pid) == 0).then_some(())
        });
        let before = (threads(pid), links(pid).len());
        let mut memory = Vec::new();
        for round in 1..=6 {
            let name = format!("hung{round}.test");
            network.dns().answer(&name, Answer::Silence);
            ask(&mut terminal, &name);
            network.dns().wait_for(&name, 1);
            fill(network, &mut terminal, &name);
            wait_for("a thread of each of them and no other", || {
                (threads(pid) == before.0 + LIMIT as u64).then_some(())
            });
            let address = format!("192.0.2.{}", 10 + round);
            network.dns().answer(&name, Answer::addresses(&[&address]));
            terminal.wait_for(&format!("{address}:80"));
            terminal.wait_for("file descriptor");
            wait_for("the threads and descriptors of before", || {
                ((threads(pid), links(pid).len()) == before).then_some(())
            });
            memory.push(resident(pid));
        }
        // The first round fills the C library's caches for later threads.
        let (first, last) = (memory[0], memory[memory.len() - 1]);
        assert!(last <= first + 512, "{memory:?}");
    });
}

fn trace_lists_unfinished_calls() {
    Network::run(|network| {
        let directory = tempfile::tempdir().unwrap();
        let trace = directory.path().join("trace");
        let option = format!("--trace={}", trace.display());
        network.write("resolv.conf", PATIENT);
        network.dns().answer("hung.test", Answer::Silence);
        let unfinished = "getaddrinfo(\"hung.test\", \"80\", {ai_flags=0, ai_family=AF_INET, \
                          ai_socktype=0, ai_protocol=IPPROTO_IP}, <unfinished ...>\n";

        // The exit waits 50 ms for the last lines: on a busy machine the test may need another try.
        wait_for("the whole trace", || {
            let output = network
                .sockscope()
                .args(["--format=json", "--timeout=0.2", &option])
                .args(["-4", "hung.test", "80"])
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(4), "{output:?}");
            (fs::read_to_string(&trace).unwrap() == unfinished).then_some(())
        });

        wait_for("the whole trace of a session", || {
            let before = network.dns().asked().len();
            let mut terminal = Terminal::sockscope(120, 40, &[&option, "-4", "hung.test", "80"]);
            network.dns().wait_for("hung.test", before + 1);
            terminal.send(F5);
            network.dns().wait_for("hung.test", before + 2);
            ask(&mut terminal, "127.0.0.1");
            terminal.wait_for("file descriptor");
            terminal.send(CTRL_C);
            assert_eq!(terminal.wait_for_end().exit_code(), 0);
            let text = fs::read_to_string(&trace).unwrap();
            assert!(text.starts_with("getaddrinfo(\"127.0.0.1\""), "{text}");
            // If the socket thread still makes the call, close() has a line before, between or
            // after these.
            let count = text.matches(unfinished).count();
            assert_eq!(text.matches("unfinished").count(), count, "{text}");
            (count == 2).then_some(())
        });
    });
}

/// A full pipe that nobody reads: a write to it blocks for ever.
fn blocked_trace_does_not_delay_exit() {
    Network::run(|network| {
        let directory = tempfile::tempdir().unwrap();
        let pipe = directory.path().join("pipe");
        assert!(
            network
                .command("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        // Opened for reading and writing, it neither waits for a writer nor ends.
        let mut full = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(&pipe)
            .unwrap();
        // The capacity of a pipe (pipe(7)).
        full.write_all(&[b'.'; 65536]).unwrap();
        let option = format!("--trace={}", pipe.display());
        network.write("resolv.conf", PATIENT);
        network.dns().answer("hung.test", Answer::Silence);

        takes_less_than(Duration::from_secs(1), || {
            let start = Instant::now();
            let output = network
                .sockscope()
                .args(["--format=json", "--timeout=0.2", &option, "hung.test", "80"])
                .output()
                .unwrap();
            let took = start.elapsed();
            assert_eq!(output.status.code(), Some(4), "{output:?}");
            took
        });
        takes_less_than(Duration::from_secs(1), || {
            let mut terminal = Terminal::sockscope(120, 40, &[&option, "hung.test", "80"]);
            terminal.wait_for("waiting");
            let start = Instant::now();
            terminal.send(CTRL_C);
            assert_eq!(terminal.wait_for_end().exit_code(), 0);
            let took = start.elapsed();
            terminal.assert_restored();
            took
        });
    });
}

/// Half a second is half a second, whatever the resolver does.
fn timeout_holds_in_both_formats() {
    Network::run(|network| {
        network.write("resolv.conf", PATIENT);
        network
            .dns()
            .answer("silent.test", Answer::Silence)
            .answer("tcp.test", Answer::Silence.over_tcp());
        for name in ["silent.test", "tcp.test"] {
            for format in ["table", "json"] {
                takes_less_than(Duration::from_millis(750), || {
                    let start = Instant::now();
                    let output = network
                        .sockscope()
                        .args(["--format", format, "--timeout", "0.5", name, "80"])
                        .output()
                        .unwrap();
                    let took = start.elapsed();
                    assert_eq!(output.status.code(), Some(4), "{output:?}");
                    let text = String::from_utf8(output.stdout).unwrap();
                    if format == "json" {
                        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
                        assert_eq!(json["getaddrinfo"]["timed_out"], true, "{text}");
                    } else {
                        assert!(text.contains("no answer"), "{text}");
                    }
                    assert!(took >= Duration::from_millis(500), "{took:?}");
                    took
                });
            }
        }
        network.dns().wait_for_tcp("tcp.test");
    });
}

/// All reverse lookups together have a time limit of their own.
fn timeout_bounds_reverse_lookups() {
    Network::run(|network| {
        let addresses = ["198.51.100.1", "198.51.100.2", "198.51.100.3"];
        let pointer = |last: u8| format!("{last}.100.51.198.in-addr.arpa");
        let named = Answer::pointer(addresses[0].parse().unwrap(), &Name::of("first.test"));
        let directory = tempfile::tempdir().unwrap();
        let trace = directory.path().join("trace");
        network.write("resolv.conf", PATIENT);
        network
            .dns()
            // This does not count against the names' time.
            .answer("three.test", Answer::addresses(&addresses).late(LATE))
            .answer(&pointer(1), named)
            .answer(&pointer(2), Answer::Silence);
        for format in ["table", "json"] {
            // The excess over both limits.
            takes_less_than(Duration::from_millis(250), || {
                let start = Instant::now();
                let output = network
                    .sockscope()
                    .args(["--format", format, "--timeout=2", "--reverse"])
                    .arg(format!("--trace={}", trace.display()))
                    .args(["-4", "-t", "stream", "three.test", "80"])
                    .output()
                    .unwrap();
                let took = start.elapsed();
                assert_eq!(output.status.code(), Some(0), "{output:?}");
                let text = String::from_utf8(output.stdout).unwrap();
                if format == "json" {
                    assert_names_in_json(&text);
                } else {
                    assert_names_in_table(&text);
                }
                let text = fs::read_to_string(&trace).unwrap();
                let lines: Vec<&str> = text.lines().collect();
                // The exit waits 50 ms for the last line.
                if lines.len() < 10 {
                    return Duration::MAX;
                }
                // The call, its list, three sockets and their close(), the names.
                assert_eq!(lines.len(), 10, "{text}");
                assert!(
                    lines[8].starts_with("getnameinfo(198.51.100.1:80) = \"first.test\""),
                    "{text}"
                );
                assert_eq!(lines[9], "getnameinfo(198.51.100.2:80, <unfinished ...>");
                let least = LATE + Duration::from_secs(2);
                assert!(took >= least, "{took:?}");
                took - least
            });
        }
        let asked = network.dns().asked();
        assert!(asked.iter().any(|(name, ..)| *name == pointer(2)));
        assert!(!asked.iter().any(|(name, ..)| *name == pointer(3)));
    });
}

/// How late in its time limit the answer about the name comes.
const LATE: Duration = Duration::from_millis(200);

#[track_caller]
fn assert_names_in_json(text: &str) {
    let json: serde_json::Value = serde_json::from_str(text).unwrap();
    let names: Vec<_> = json["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            assert!(entry["socket"]["error"].is_null(), "{text}");
            entry["getnameinfo"].clone()
        })
        .collect();
    assert_eq!(names.len(), 3, "{text}");
    assert_eq!(names[0]["node"], "first.test");
    assert_eq!(names[0].get("timed_out"), None);
    let waited = names[1]["elapsed_us"].as_u64().unwrap();
    assert!((1..=2_500_000).contains(&waited), "{text}");
    let timed_out = |elapsed: serde_json::Value| {
        serde_json::json!({"return": null, "node": null, "service": null, "error": null,
                           "elapsed_us": elapsed, "timed_out": true})
    };
    assert_eq!(names[1], timed_out(waited.into()));
    assert_eq!(names[2], timed_out(serde_json::Value::Null));
}

#[track_caller]
fn assert_names_in_table(text: &str) {
    let cells = [
        "first.test http ",
        "no answer within ",
        "not called: the time limit was reached",
    ];
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("198.51.100."))
        .collect();
    assert_eq!(rows.len(), 3, "{text}");
    for (row, cell) in rows.iter().zip(cells) {
        assert!(row.contains(cell), "{text}");
    }
}
