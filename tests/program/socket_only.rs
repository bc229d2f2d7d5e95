//! `--socket-only`: socket() with three numbers, and nothing else.

use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::terminal::Terminal;

tests! {
    socket_only_equals_python: Program("python3");
    socket_only_makes_no_other_call;
    option_of_a_socket_by_hand_is_set;
    socket_by_hand_is_opened_on_the_screen;
}

fn sockscope(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    command.args(["--socket-only"]).args(arguments);
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Families, types and protocols that load no kernel module.
fn triples() -> Vec<[i32; 3]> {
    let mut triples = Vec::new();
    for family in [
        libc::AF_UNSPEC,
        libc::AF_UNIX,
        libc::AF_INET,
        libc::AF_INET6,
        -1,
    ] {
        for socktype in [0, libc::SOCK_STREAM, libc::SOCK_DGRAM, libc::SOCK_RAW, 77] {
            for protocol in [0, libc::IPPROTO_TCP, libc::IPPROTO_UDP, 999] {
                triples.push([family, socktype, protocol]);
            }
        }
    }
    triples
}

/// The error of each socket() in the C library, 0 for none.
fn python(triples: &[[i32; 3]]) -> Vec<i64> {
    const SCRIPT: &str = "
import ctypes, json, os, sys
libc = ctypes.CDLL(None, use_errno=True)
errors = []
for numbers in json.loads(sys.argv[1]):
    s = libc.socket(*numbers)
    errors.append(ctypes.get_errno() if s == -1 else 0)
    if s != -1:
        os.close(s)
print(json.dumps(errors))";
    let output = Command::new("python3")
        .args(["-c", SCRIPT, &json!(triples).to_string()])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn socket_only_equals_python() {
    let triples = triples();
    for ([family, socktype, protocol], error) in triples.iter().zip(python(&triples)) {
        let numbers = [family, socktype, protocol].map(i32::to_string);
        let [f, t, p] = [("-f", 0), ("-t", 1), ("-p", 2)].map(|(o, at)| (o, &*numbers[at]));
        let arguments = ["--format", "json", f.0, f.1, t.0, t.1, p.0, p.1];
        let output = sockscope(&arguments);
        let json = json(&output);
        let [entry] = &json["entries"].as_array().unwrap()[..] else {
            panic!("{json}");
        };
        let code = entry["socket"]["error"]["code"].as_i64();
        assert_eq!(code.unwrap_or_default(), error, "{numbers:?}: {json}");
        assert_eq!(output.status.code(), Some(if error == 0 { 0 } else { 3 }));
        // As the contract of the JSON has it.
        assert_eq!(json["query"], Value::Null);
        assert_eq!(json["getaddrinfo"], Value::Null);
        assert_eq!(entry["ai_family"]["value"], *family);
        assert_eq!(entry["ai_socktype"]["value"], *socktype);
        assert_eq!(entry["ai_protocol"]["value"], *protocol);
        assert_eq!(
            (&entry["ai_addrlen"], &entry["ai_addr"]),
            (&json!(0), &Value::Null)
        );
        // A failure has its cause, as a failure of an entry has.
        let notes = entry["notes"].as_array().unwrap();
        let failure = notes.iter().any(|note| note["severity"] == "failure");
        assert_eq!(failure, error != 0, "{numbers:?}: {json}");
        assert_eq!(json["notes"], json!([]));
    }
}

fn socket_only_makes_no_other_call() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let stream = ["-4", "-t", "stream", "-p", "tcp", "--trace"];
    let output = sockscope(&[&stream[..], &[trace.to_str().unwrap()]].concat());
    assert!(output.status.success(), "{output:?}");
    let trace = std::fs::read_to_string(trace).unwrap();
    let calls: Vec<_> = trace
        .lines()
        .map(|line| line.split_once(" = ").unwrap().0)
        .collect();
    let [socket, close] = calls[..] else {
        panic!("{trace}");
    };
    assert_eq!(socket, "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)");
    assert!(close.starts_with("close("), "{trace}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.starts_with(socket), "{table}");
    assert!(
        !table.contains("getaddrinfo") && !table.contains("hints"),
        "{table}"
    );
}

fn option_of_a_socket_by_hand_is_set() {
    let arguments = [
        "-6", "-t", "stream", "--option", "v6only=1", "--format", "json",
    ];
    let output = sockscope(&arguments);
    assert!(output.status.success(), "{output:?}");
    let json = json(&output);
    let names = |calls: &Value| -> Vec<String> {
        let calls = calls.as_array().unwrap().iter();
        calls
            .map(|call| call["call"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&json["calls"]), ["socket", "setsockopt", "close"]);
    assert_eq!(names(&json["entries"][0]["steps"]), ["setsockopt", "close"]);
}

fn socket_by_hand_is_opened_on_the_screen() {
    let numbers = ["--socket-only", "-4", "-t", "dgram", "-p", "udp"];
    let mut terminal = Terminal::sockscope(80, 24, &numbers);
    terminal.wait_for_row(&["✓ socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP) ="]);
    // Its row, selected.
    terminal.wait_for_row(&["▸ ", "open"]);
    // What was done, without getaddrinfo.
    terminal.send("3");
    terminal.wait_for_row(&["▸", "socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);"]);
    terminal.send("4");
    terminal.wait_for_row(&["socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP) ="]);
    assert!(
        !terminal.contents().contains("getaddrinfo(NULL"),
        "{}",
        terminal.contents()
    );
    terminal.send("q");
    terminal.wait_for_end();
}
