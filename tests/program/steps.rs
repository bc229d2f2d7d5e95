//! `--listen` and `--connect`: what each call returned is what Python's socket module gets, and what
//! cannot be reached costs no more than the time limit.

use std::io::Write as _;
use std::net::{TcpListener, UdpSocket};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::need::succeeds;
use crate::support::network::Network;

tests! {
    listening_equals_python: NETWORK, Program("python3");
    connecting_equals_python: NETWORK, Program("python3");
    silent_addresses_take_one_time_limit: NETWORK;
    few_descriptors_change_no_result: NETWORK;
    kept_sockets_close_after_the_last_was_tried: NETWORK;
    steps_are_the_lines_of_the_trace: NETWORK;
    failed_steps_have_their_notes: NETWORK;
    steps_have_no_real_address_when_redacted: NETWORK;
    table_shows_each_step: NETWORK;
    steps_are_absent_unless_asked_for;
    wrong_use_of_steps_is_status_2;
    steps_of_a_failed_lookup_are_none;
}

/// The network 198.18.0.0/16 (RFC 2544) swallows every packet, and 198.19.0.0/16 has no route.
fn silence(network: &Network) {
    let script = "
        set -e
        ip link add d0 type veth peer name d1
        ip link set d0 arp off
        ip link set d0 up
        ip link set d1 up
        ip route del default dev lo
        ip route add 198.18.0.0/16 dev d0";
    succeeds(network.command("sh").args(["-c", script])).unwrap();
}

/// A hosts file in which `name` has this many silent addresses.
fn silent_hosts(network: &Network, name: &str, count: usize) {
    let lines = (1..=count).map(|at| format!("198.18.{}.{} {name}\n", at / 200, at % 200 + 1));
    network.write("hosts", lines.collect::<String>());
}

fn sockscope(network: &Network, format: &str, arguments: &[&str]) -> Output {
    let mut command = network.sockscope();
    command.args(["--format", format]).args(arguments);
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn entries(json: &Value) -> &[Value] {
    json["entries"].as_array().unwrap()
}

/// The name and the error's number of each call on an entry, without close().
fn results(entry: &Value) -> Value {
    let code = |call: &Value| call["error"]["code"].as_i64().unwrap_or_default();
    let first = json!(["socket", code(&entry["socket"])]);
    let steps = entry["steps"].as_array().unwrap().iter();
    let steps = steps.filter(|step| step["call"] != "close");
    let steps = steps.map(|step| json!([step["call"], code(step)]));
    std::iter::once(first).chain(steps).collect()
}

/// What Python gets for each of the lists.
fn python(network: &Network, asked: &[Value]) -> Vec<Value> {
    let mut child = network
        .command("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/steps.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let asked = serde_json::to_vec(asked).unwrap();
    input.write_all(&asked).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The status that the results of these entries lead to.
fn status(entries: &[Value], results: &Value) -> i32 {
    let results = results.as_array().unwrap();
    let opened = |result: &Value| result[0][1] == 0;
    let succeeded = |result: &Value| result.as_array().unwrap().last().unwrap()[1] == 0;
    let is_stream = |entry: &Value| entry["ai_socktype"]["name"] == "SOCK_STREAM";
    let any_stream = entries.iter().any(is_stream);
    let both = entries.iter().zip(results);
    let mut counted = both.filter(|(entry, _)| !any_stream || is_stream(entry));
    if !results.iter().any(opened) {
        3
    } else if counted.any(|(_, result)| succeeded(result)) {
        0
    } else {
        6
    }
}

/// Compares each query with each of the options.
fn compare(network: &Network, steps: &[&str], queries: &[&[&str]], options: &[&[(&str, i32)]]) {
    let (mut outputs, mut asked) = (Vec::new(), Vec::new());
    for query in queries {
        for options in options {
            let texts = options
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            let texts: Vec<String> = texts.flat_map(|text| ["--option".into(), text]).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let arguments = [steps, query, &texts].concat();
            let output = sockscope(network, "json", &arguments);
            let found = json(&output);
            assert!(!entries(&found).is_empty(), "{arguments:?}");
            asked.push(json!({
                "connect": steps.contains(&"--connect"),
                "keep": steps.contains(&"--keep"),
                "options": options,
                "entries": found["entries"],
            }));
            outputs.push((format!("{arguments:?}"), output.status.code(), found));
        }
    }
    let expected = python(network, &asked);
    assert_eq!(expected.len(), outputs.len());
    for ((arguments, code, found), expected) in outputs.iter().zip(expected) {
        let ours: Value = entries(found).iter().map(results).collect();
        assert_eq!(ours, expected, "{arguments}");
        let status = status(entries(found), &expected);
        assert_eq!(*code, Some(status), "{arguments}: {found}");
    }
}

fn listening_equals_python() {
    Network::run(|network| {
        network.write(
            "hosts",
            "127.0.0.1 localhost\n::1 localhost\n127.0.0.1 twice\n127.0.0.1 twice\n192.0.2.9 mixed\n198.51.100.1 mixed\n2001:db8::9 mixed\n",
        );
        let _tcp = TcpListener::bind("127.0.0.1:4000").unwrap();
        let _udp = UdpSocket::bind("[::1]:4000").unwrap();
        let queries: [&[&str]; 7] = [
            &[],
            &["localhost", "4000"],
            &["127.0.0.1", "4000"],
            &["::1", "4000"],
            &["-P", "-s", "4001"],
            &["twice", "4002"],
            &["mixed", "4003"],
        ];
        let options: [&[(&str, i32)]; 5] = [
            &[],
            &[("IPV6_V6ONLY", 1)],
            &[("IPV6_V6ONLY", 0), ("SO_REUSEADDR", 1)],
            &[("SO_REUSEADDR", 1), ("SO_REUSEPORT", 1)],
            &[("SO_BROADCAST", 7), ("IPV6_V6ONLY", 1)],
        ];
        compare(network, &["--listen"], &queries, &options);
        compare(network, &["--listen", "--keep"], &queries, &options);
    });
}

fn connecting_equals_python() {
    Network::run(|network| {
        silence(network);
        network.write(
            "hosts",
            "127.0.0.1 localhost\n::1 localhost\n127.0.0.1 mixed\n198.19.0.1 mixed\n255.255.255.255 mixed\n2001:db8::9 mixed\n",
        );
        let _tcp = TcpListener::bind("127.0.0.1:4000").unwrap();
        let queries: [&[&str]; 5] = [
            &["mixed", "4000"],
            &["mixed", "4001"],
            &["-t", "dgram", "mixed", "4000"],
            &["-t", "stream", "198.19.0.1", "4000"],
            &["localhost"],
        ];
        let options: [&[_]; 2] = [&[], &[("SO_BROADCAST", 1), ("IPV6_V6ONLY", 1)]];
        compare(network, &["--connect"], &queries, &options);
    });
}

/// The limit, which is the same for any number of addresses.
const LIMIT: Duration = Duration::from_millis(400);

/// The result of `--connect` to this many silent addresses, within the limit and the time for a busy
/// machine, which is far less than one limit for each.
fn to_silent(network: &Network, count: usize, arguments: &[&str]) -> Output {
    silent_hosts(network, "silent", count);
    let limit = LIMIT.as_secs_f64().to_string();
    let connect = ["--connect", "--timeout", &limit, "-t", "stream"];
    let arguments = [&connect, arguments, &["silent", "80"]].concat();
    let start = Instant::now();
    let output = sockscope(network, "json", &arguments);
    let took = start.elapsed();
    assert!(took >= LIMIT, "{took:?}");
    assert!(took < LIMIT * 15, "{took:?}");
    output
}

fn silent_addresses_take_one_time_limit() {
    Network::run(|network| {
        silence(network);
        for count in [1, 20, 150] {
            let output = to_silent(network, count, &[]);
            assert_eq!(output.status.code(), Some(6), "{output:?}");
            let json = json(&output);
            assert_eq!(entries(&json).len(), count);
            let mut waited = 0;
            for entry in entries(&json) {
                assert!(entry["socket"]["handle"].is_number(), "{entry}");
                let [connect, close] = &entry["steps"].as_array().unwrap()[..] else {
                    panic!("{entry}");
                };
                assert_eq!(connect["call"], "connect");
                assert_eq!(close["return"], 0, "{entry}");
                assert_eq!(connect["timed_out"], true, "{entry}");
                assert_eq!(connect["return"], Value::Null);
                assert_eq!(connect["error"], Value::Null);
                waited += usize::from(connect["elapsed_us"].is_number());
            }
            // As many as may wait at a time; the others were not called.
            assert_eq!(waited, count.min(64));
            let calls = json["calls"].as_array().unwrap().iter();
            let connects = calls.filter(|call| call["call"] == "connect");
            assert_eq!(connects.count(), waited);
        }
    });
}

fn few_descriptors_change_no_result() {
    Network::run(|network| {
        silence(network);
        silent_hosts(network, "silent", 30);
        let sockscope = env!("CARGO_BIN_EXE_sockscope");
        let mut command = network.command("prlimit");
        command.args([
            "--nofile=8:1024",
            sockscope,
            "--format",
            "json",
            "--connect",
        ]);
        let limit = LIMIT.as_secs_f64().to_string();
        command.args(["--timeout", &limit, "-t", "stream", "silent", "80"]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{output:?}");
        let json = json(&output);
        assert_eq!(entries(&json).len(), 30);
        for entry in entries(&json) {
            assert!(entry["socket"]["handle"].is_number(), "{entry}");
            assert_eq!(entry["steps"][0]["timed_out"], true, "{entry}");
        }
        // The limit was reached: those calls are told, but are no entry's.
        let calls = json["calls"].as_array().unwrap().iter();
        let refused = calls.filter(|call| call["error"]["name"] == "EMFILE");
        assert!(refused.count() > 0, "{json}");
    });
}

fn kept_sockets_close_after_the_last_was_tried() {
    Network::run(|network| {
        let names = |arguments: &[&str]| {
            let json = json(&sockscope(network, "json", arguments));
            let calls = json["calls"].as_array().unwrap().iter();
            let names: Vec<_> = calls
                .map(|call| call["call"].as_str().unwrap().to_owned())
                .collect();
            names[2..].join(" ")
        };
        let query = ["-P", "-s", "4001", "-t", "stream", "--option", "v6only=1"];
        let one = "socket bind listen close socket setsockopt bind listen close";
        assert_eq!(names(&[&query[..], &["--listen"]].concat()), one);
        let kept = "socket bind listen socket setsockopt bind listen close close";
        assert_eq!(names(&[&query[..], &["--listen", "--keep"]].concat()), kept);
    });
}

fn steps_are_the_lines_of_the_trace() {
    Network::run(|network| {
        let trace = tempfile::NamedTempFile::new().unwrap();
        let file = trace.path().to_str().unwrap();
        for step in ["--listen", "--connect"] {
            let arguments = [step, "--trace", file, "-P", "-t", "stream", "-s", "4001"];
            let json = json(&sockscope(network, "json", &arguments));
            let text = std::fs::read_to_string(trace.path()).unwrap();
            let without_time = text.lines().map(|line| line.rsplit_once(" <").unwrap().0);
            let mut traced: Vec<_> = without_time.collect();
            let calls = json["calls"].as_array().unwrap().iter();
            let mut lines: Vec<_> = calls.map(|call| call["line"].as_str().unwrap()).collect();
            // The trace is in the order of return.
            traced.sort_unstable();
            lines.sort_unstable();
            assert_eq!(lines, traced);
            assert!(text.contains(step.trim_start_matches("--")), "{text}");
        }
    });
}

fn failed_steps_have_their_notes() {
    Network::run(|network| {
        let _taken = TcpListener::bind("127.0.0.1:4000").unwrap();
        let owner = format!("(pid {}) has 127.0.0.1:4000.", std::process::id());
        let listen = ["--listen", "-t", "stream", "127.0.0.1", "4000"];
        let found = json(&sockscope(network, "json", &listen));
        let [entry] = entries(&found) else {
            panic!("{found}")
        };
        let note = &entry["notes"][0];
        assert_eq!(
            [&note["rule"], &note["severity"], &note["call"]],
            ["port-taken-by", "failure", "bind"]
        );
        assert_eq!(note["suspected"], false);
        let line = note["line"].as_str().unwrap();
        assert!(
            line.starts_with("Port 4000 is taken: ") && line.ends_with(&owner),
            "{line}"
        );
        let table = sockscope(network, "table", &[&listen[..], &["--lang", "es"]].concat());
        let table = String::from_utf8(table.stdout).unwrap();
        let start = "\nfallo   port-taken-by, entrada 1: El puerto 4000 está ocupado: ";
        assert!(table.contains(start), "{table}");
        let connect = ["--connect", "-t", "stream", "127.0.0.1", "4001"];
        let found = json(&sockscope(network, "json", &connect));
        let note = &entries(&found)[0]["notes"][0];
        assert_eq!(
            [&note["rule"], &note["call"]],
            ["connect-nobody-listens", "connect"]
        );
        // Other notes have no such member.
        let found = json(&sockscope(network, "json", &["127.0.0.1:80"]));
        let note = found["notes"][0].as_object().unwrap();
        assert!(!note.contains_key("call"), "{found}");
    });
}

fn steps_have_no_real_address_when_redacted() {
    Network::run(|network| {
        let trace = tempfile::NamedTempFile::new().unwrap();
        let file = trace.path().to_str().unwrap();
        for step in ["--listen", "--connect"] {
            for format in ["json", "table"] {
                let options = ["--redact", "--timeout", "0.2", "--trace", file];
                let query = [&[step], &options[..], &["192.0.2.77", "4001"]].concat();
                let output = sockscope(network, format, &query);
                let text = String::from_utf8(output.stdout).unwrap();
                let trace = std::fs::read_to_string(trace.path()).unwrap();
                let all = format!("{text}{trace}");
                assert!(!all.contains("2.77") && !all.contains("c000024d"), "{all}");
                // The replacement is in the same range, RFC 5737.
                assert!(trace.contains(", 192.0.2.1:4001)"), "{trace}");
                assert!(
                    format == "table" || text.contains(", 192.0.2.1:4001)"),
                    "{text}"
                );
            }
        }
    });
}

fn table_shows_each_step() {
    Network::run(|network| {
        silence(network);
        let _taken = TcpListener::bind("127.0.0.1:4000").unwrap();
        let text = |arguments: &[&str]| {
            let output = sockscope(network, "table", arguments);
            String::from_utf8(output.stdout).unwrap()
        };
        let listen = text(&["--listen", "-t", "stream", "127.0.0.1", "4000"]);
        assert!(listen.contains("\nlisten  0 of 1 succeeded\n"), "{listen}");
        assert!(listen.contains("bind: errno 98 EADDRINUSE "), "{listen}");
        let connect = text(&["--connect", "-t", "stream", "127.0.0.1", "4000"]);
        assert!(
            connect.contains("\nconnect 1 of 1 succeeded\n"),
            "{connect}"
        );
        let silent = ["--timeout", "0.1", "-t", "stream", "198.18.0.1", "80"];
        let english = text(&[&["--connect"], &silent[..]].concat());
        assert!(english.contains("no answer within "), "{english}");
        let spanish = text(&[&["--connect", "--lang", "es"], &silent[..]].concat());
        assert!(
            spanish.contains("\nconnect con éxito: 0 de 1\n"),
            "{spanish}"
        );
        assert!(spanish.contains("sin respuesta en "), "{spanish}");
    });
}

fn steps_are_absent_unless_asked_for() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sockscope"));
    let output = command.args(["--format", "json"]).output().unwrap();
    let json = json(&output);
    assert_eq!(json.get("calls"), None);
    assert_eq!(entries(&json)[0].get("steps"), None);
}

fn wrong_use_of_steps_is_status_2() {
    let cases: [(&[&str], &str); 10] = [
        (&["--listen", "--connect"], "--connect"),
        (&["--listen", "--no-socket"], "--no-socket"),
        (&["--connect", "--no-socket"], "--no-socket"),
        (&["--listen", "--reverse"], "--reverse"),
        (&["--connect", "--reverse"], "--reverse"),
        (&["--connect", "--keep"], "--keep"),
        (&["--option", "SO_REUSEADDR=1"], "--option"),
        (&["--listen", "--option", "SO_NOSUCH=1"], "SO_REUSEADDR"),
        (
            &["--listen", "--option", "SO_REUSEADDR=yes"],
            "SO_REUSEADDR",
        ),
        (&["--listen", "--option", "SO_REUSEADDR"], "NAME=VALUE"),
    ];
    for (arguments, named) in cases {
        for language in ["en", "es"] {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sockscope"));
            command.args(["--format", "json", "--lang", language]);
            let output = command.args(arguments).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            assert!(output.stdout.is_empty(), "{output:?}");
            let message = String::from_utf8(output.stderr).unwrap();
            assert!(message.contains(named), "{arguments:?}: {message}");
        }
    }
}

fn steps_of_a_failed_lookup_are_none() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sockscope"));
    command.args(["--format", "json", "--connect", "-n", "not-a-number"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let calls = json(&output)["calls"].as_array().unwrap().clone();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0]["call"], "getaddrinfo");
    assert_eq!(calls[0]["return"], libc::EAI_NONAME);
}
