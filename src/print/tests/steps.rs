//! What `--listen` and `--connect` print.

use super::*;
use crate::net::{Linger, OptionValue, SocketOption};

fn two() -> Vec<AddrInfo> {
    ["127.0.0.1:80", "[::1]:80"]
        .map(|address| entry(Os::Linux, "SOCK_STREAM", "IPPROTO_TCP", address))
        .to_vec()
}

fn connect(os: Os) -> Call {
    let address = encode(os, "127.0.0.1:80".parse().unwrap());
    let socket = SOCKET;
    Call::Connect { socket, address }
}

/// The first entry's socket connects as `outcome` says; that of the second one does not open.
fn client(outcome: Outcome) -> Scene {
    let refused = failed(
        Domain::Errno,
        97,
        "Address family not supported by protocol",
    );
    let scene = linux(two()).socket(0, opened(3), US);
    let scene = scene.step(0, connect(Os::Linux), outcome, MS);
    Scene {
        role: Some(Role::Client),
        ..scene
            .close(0, Outcome::Returned(Returned::Zero))
            .socket(1, refused, US)
    }
}

#[test]
fn calls_and_steps_have_result_error_and_time() {
    let json = client(failed(Domain::Errno, 111, "Connection refused")).json();
    let expected = json!({
        "call": "connect",
        "line": "connect(9, 127.0.0.1:80) = -1 ECONNREFUSED 111 (Connection refused)",
        "return": -1,
        "error": {"domain": "errno", "code": 111, "name": "ECONNREFUSED", "message": "Connection refused"},
        "elapsed_us": 1500,
    });
    assert_eq!(json["entries"][0]["steps"][0], expected);
    assert_eq!(json["entries"][0]["steps"][1]["call"], "close");
    assert_eq!(json["entries"][1]["steps"], json!([]));
    let calls = json["calls"].as_array().unwrap();
    let names: Vec<_> = calls.iter().map(|call| &call["call"]).collect();
    let expected_names = [
        "getaddrinfo",
        "freeaddrinfo",
        "socket",
        "connect",
        "close",
        "socket",
    ];
    assert_eq!(names, expected_names);
    assert_eq!(calls[3], expected);
    assert_eq!(
        (&calls[2]["return"], &calls[5]["return"]),
        (&3.into(), &(-1).into())
    );
}

#[test]
fn unfinished_and_skipped_connect_are_timed_out() {
    let json = client(Outcome::Unfinished).json();
    let step = &json["entries"][0]["steps"][0];
    assert_eq!(step["line"], "connect(9, 127.0.0.1:80, <unfinished ...>");
    assert_eq!(
        (&step["return"], &step["timed_out"]),
        (&Value::Null, &true.into())
    );
    assert_eq!(step["elapsed_us"], 1500);

    let json = client(Outcome::NotStarted(Reason::TimeOver)).json();
    let step = &json["entries"][0]["steps"][0];
    assert_eq!(
        (&step["elapsed_us"], &step["timed_out"]),
        (&Value::Null, &true.into())
    );
    let calls = json["calls"].as_array().unwrap();
    assert!(calls.iter().all(|call| call["call"] != "connect"), "{json}");
}

#[test]
fn received_bytes_are_escaped_and_hexadecimal() {
    let scene = client(Outcome::Returned(Returned::Zero));
    let recv = |length| Call::Recv {
        socket: SOCKET,
        length,
    };
    let scene = scene
        .step(
            0,
            recv(9),
            Outcome::Returned(Returned::Received((*b"\"\x1b\n\xff").into())),
            US,
        )
        .step(
            0,
            recv(9),
            Outcome::Returned(Returned::Received([].into())),
            US,
        );
    let json = scene.json();
    let returned = |at: usize| &json["entries"][0]["steps"][at]["return"];
    assert_eq!(returned(0), 0);
    assert_eq!(
        *returned(2),
        json!({"text": "\\\"\\x1b\\n\\xff", "bytes": "221b0aff"})
    );
    assert_eq!(*returned(3), json!({"text": "", "bytes": ""}));
}

#[test]
fn table_has_a_column_for_each_step() {
    let linger = OptionValue::Linger(Linger {
        onoff: 1,
        seconds: 0,
    });
    let set = Call::Setsockopt {
        socket: SOCKET,
        option: SocketOption::Linger,
        value: linger,
    };
    let scene = linux(two()).socket(0, opened(3), US);
    let scene = scene.step(0, set, Outcome::Returned(Returned::Zero), US);
    let refused = failed(Domain::Errno, 111, "Connection refused");
    let scene = scene
        .step(0, connect(Os::Linux), refused, MS)
        .socket(1, opened(3), US);
    let scene = Scene {
        role: Some(Role::Client),
        ..scene.step(1, connect(Os::Linux), Outcome::Returned(Returned::Zero), MS)
    };
    let table = scene.table();
    let mut lines = table.lines().skip_while(|line| !line.starts_with("socket"));
    assert_eq!(lines.next(), Some("socket  2 of 2 opened"));
    assert_eq!(lines.next(), Some("connect 1 of 2 succeeded"));
    let words: Vec<String> = lines
        .skip(1)
        .take(3)
        .map(|line| {
            let (_, behind) = line
                .split_once(":80")
                .or(line.split_once("ai_addr "))
                .unwrap();
            behind.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect();
    let expected = [
        "socket() ms setsockopt() connect() error",
        "3 0.011 0 -1 1.500 ms connect: errno 111 ECONNREFUSED \"Connection refused\"",
        "3 0.011 - 0 1.500 ms -",
    ];
    assert_eq!(words, expected);
}

#[test]
fn note_on_a_step_names_its_call() {
    let refused = || failed(Domain::Errno, 111, "Connection refused");
    let json = client(refused()).json();
    let notes = &json["entries"][0]["notes"];
    assert_eq!(
        [&notes[0]["call"], &notes[0]["severity"]],
        ["connect", "failure"],
        "{notes}"
    );
    // socket() of the second entry failed; no step was taken.
    for note in json["entries"][1]["notes"].as_array().unwrap() {
        assert_eq!(note.get("call"), None);
    }
    let rule = notes[0]["rule"].as_str().unwrap();
    let table = client(refused()).table();
    assert!(
        table.contains(&format!("failure {rule}, entry 1: ")),
        "{table}"
    );
    // Without the options the steps are not in the report.
    let other = Scene {
        role: None,
        ..client(refused())
    };
    assert!(!other.json()["entries"][0].to_string().contains(rule));
}
