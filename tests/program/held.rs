//! Many sockets, long lists and peers that break off, on the screen: it goes on, and each handle is
//! closed once.

use std::fs;
use std::net::{IpAddr, TcpListener};
use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;
use std::time::Duration;

use socket2::SockRef;

use crate::support::dns::Answer;
use crate::support::network::Network;
use crate::support::process::links;
use crate::support::terminal::{Terminal, wait_for};

tests! {
    five_hundred_sockets_are_held_and_closed;
    missing_descriptor_ends_no_screen;
    thousands_of_selections_open_few_sockets: NETWORK;
    reset_by_the_peer_is_shown: NETWORK;
    files_of_ten_thousand_calls_are_read_at_once;
}

const TAB: &str = "\t";
const ENTER: &str = "\r";
const DOWN: &str = "\x1b[B";
const UP: &str = "\x1b[A";

/// The sockets that the program has.
fn sockets(terminal: &Terminal) -> usize {
    let links = links(terminal.pid());
    let names = links.iter().map(|link| link.to_string_lossy());
    names.filter(|name| name.starts_with("socket:")).count()
}

#[track_caller]
fn wait_for_sockets(terminal: &Terminal, expected: usize) {
    wait_for(&format!("{expected} sockets"), || {
        (sockets(terminal) == expected).then_some(())
    });
}

fn limit(terminal: &Terminal, descriptors: usize) {
    let status = Command::new("prlimit")
        .args(["--pid", &terminal.pid().to_string()])
        .arg(format!("--nofile={descriptors}:"))
        .status()
        .unwrap();
    assert!(status.success());
}

/// A terminal whose query has no service, so that nothing may open a port, with its sockets.
fn start() -> (Terminal, usize) {
    let terminal = Terminal::sockscope(80, 24, &["-4", "-t", "dgram", "127.0.0.1"]);
    terminal.wait_for("file descriptor");
    let own = sockets(&terminal);
    (terminal, own)
}

fn five_hundred_sockets_are_held_and_closed() {
    let (mut terminal, own) = start();
    limit(&terminal, 1_000);
    for _ in 0..500 {
        terminal.send("n");
        terminal.send(ENTER);
    }
    wait_for_sockets(&terminal, own + 500);
    terminal.send(UP.repeat(499));
    terminal.send(DOWN.repeat(10));
    terminal.send("x");
    wait_for_sockets(&terminal, own + 499);
    terminal.wait_for_row(&["▸ ", "closed"]);
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

fn missing_descriptor_ends_no_screen() {
    let (mut terminal, own) = start();
    let used = links(terminal.pid()).len();
    limit(&terminal, used + 2);
    for _ in 0..2 {
        terminal.send("n");
        terminal.send(ENTER);
    }
    wait_for_sockets(&terminal, own + 2);
    terminal.send("n");
    terminal.send(ENTER);
    terminal.wait_for_row(&["✗ socket(AF_INET, SOCK_DGRAM, ", "-1 EMFILE 24"]);
    terminal.wait_for("This socket is not open. x: remove its row.");
    // The selected one is the one that failed.
    terminal.send(UP);
    terminal.send("x");
    wait_for_sockets(&terminal, own + 1);
    terminal.send("n");
    terminal.send(ENTER);
    wait_for_sockets(&terminal, own + 2);
    terminal.send("q");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

/// A message has at most 65,535 bytes, hence these numbers.
fn thousands_of_selections_open_few_sockets() {
    Network::run(|network| {
        let inet = (0..4090_u16).map(|n| IpAddr::from([198, 18, (n >> 8) as u8, n as u8]));
        let inet6 = (0..2339_u16).map(|n| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 1, n]));
        let all = inet.chain(inet6).collect();
        network.dns().answer("many.test", Answer::Addresses(all));
        let directory = tempfile::tempdir().unwrap();
        let trace = directory.path().join("trace");
        let arguments = [
            "--trace",
            trace.to_str().unwrap(),
            "-t",
            "stream",
            "many.test",
            "80",
        ];
        let mut terminal = Terminal::sockscope(80, 24, &arguments);
        terminal.wait_for("1 of 6429 entries");
        terminal.send(TAB);
        // As many bytes as one read() takes, so that it splits no key.
        for selected in (1..6_429).step_by(300) {
            let next = (selected + 300).min(6_429);
            terminal.send(DOWN.repeat(next - selected));
            terminal.wait_for(&format!("{next} of 6429 entries"));
        }
        terminal.wait_for("file descriptor");
        terminal.send("q");
        assert_eq!(terminal.wait_for_end().exit_code(), 0);
        let trace = fs::read_to_string(trace).unwrap();
        let count = |call: &str| trace.lines().filter(|line| line.starts_with(call)).count();
        let (opened, closed) = (count("socket("), count("close("));
        assert_eq!(opened, closed);
        assert!(opened < 1_000, "{opened}");
    });
}

fn reset_by_the_peer_is_shown() {
    Network::run(|_| {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = server.local_addr().unwrap().port().to_string();
        let arguments = ["-4", "-t", "stream", "127.0.0.1", &port];
        let mut terminal = Terminal::sockscope(80, 24, &arguments);
        terminal.wait_for("file descriptor");
        terminal.send(TAB);
        terminal.send(ENTER);
        terminal.wait_for_row(&["▸ ", "connected"]);
        let (peer, _) = server.accept().unwrap();
        terminal.send(ENTER);
        terminal.wait_for_row(&["✓ send(", "= 14"]);
        terminal.send(ENTER);
        terminal.wait_for_row(&["▸ ", "… recv"]);
        // Its close() resets the connection.
        SockRef::from(&peer)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(peer);
        terminal.wait_for_row(&["✗ recv(", "-1 ECONNRESET 104"]);
        terminal.send("x");
        terminal.wait_for_row(&["✓ close("]);
    });
}

/// A file may be hostile: the time must not grow with the square of its calls. Each of these took 3.5
/// seconds of processor time then, and takes less than one now; after 3 the kernel ends the program.
fn files_of_ten_thousand_calls_are_read_at_once() {
    let call = |line| format!("{{\"call\": \"\", \"line\": \"{line}\"}}");
    let socket = "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3";
    let sockets = vec![[call(socket), call("close(3) = 0")].join(","); 10_000].join(",");
    let numbers = "\"ai_flags\": {\"value\": 0}, \"ai_family\": {\"value\": 2}, \
        \"ai_socktype\": {\"value\": 1}, \"ai_protocol\": {\"value\": 6}";
    let steps = vec![call("recv(3, 1) = 0"); 200].join(",");
    let entry = format!(
        "{{{numbers}, \"ai_addrlen\": 0, \"socket\": {{\"handle\": 3}}, \"steps\": [{steps}]}}"
    );
    let entries = vec![entry; 100].join(",");
    for (members, line, count) in [
        (format!("\"calls\": [{sockets}]"), "close(3) = 0", 10_000),
        (
            format!(
                "\"query\": {{\"node\": \"a\"}}, \"getaddrinfo\": {{\"return\": 0}}, \
                 \"entries\": [{entries}], \"calls\": []"
            ),
            "recv(3, 1) = 0",
            // As steps, and in the list of all calls.
            40_000,
        ),
    ] {
        let json = format!("{{\"schema\": 1, \"system\": {{\"os\": \"linux\"}}, {members}}}");
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, json).unwrap();
        let output = Command::new("prlimit")
            .args(["--cpu=3", env!("CARGO_BIN_EXE_sockscope")])
            .args(["--format", "json", "--replay"])
            .arg(file.path())
            .output()
            .unwrap();
        assert_eq!(output.status.signal(), None, "{line}");
        let written = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            written.matches(&format!("\"line\": \"{line}\"")).count(),
            count,
            "{line}"
        );
    }
}
