//! The peculiarities of Windows, in the JSON of the real program. The expected values are those
//! that Wine's own tests of Winsock assert for Windows (dlls/ws2_32/tests).

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fs};

use serde_json::{Value, json};

use crate::need::WINE_8;

tests! {
    wsastartup_requests_and_gets_2_2;
    socket_without_wsastartup_is_refused;
    handle_is_hexadecimal_in_the_table_and_a_number_in_json;
    contradictory_hints_fail_in_socket;
    type_and_protocol_are_returned_unchanged;
    getaddrinfo_errors_have_windows_codes;
    brackets_and_port_in_the_node_are_ignored;
    empty_service_gives_the_loopback_address;
    each_failure_has_its_note;
    refused_socket_names_the_installed_providers;
    failed_name_has_the_cause_that_the_facts_show: WINE_8;
    hosts_file_is_asked_alone: WINE_8;
    dns_client_answers_or_fails_by_name;
    each_source_of_windows_is_asked;
    source_that_windows_lacks_is_refused;
}

/// The JSON, and the exit status.
#[track_caller]
fn sockscope(arguments: &[&str]) -> (Value, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(["--format", "json"])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    let json = serde_json::from_slice(&output.stdout).unwrap();
    (json, output.status.code())
}

fn wsastartup_requests_and_gets_2_2() {
    let (json, status) = sockscope(&[]);
    assert_eq!(status, Some(0));
    let expected = json!({
        "version": "2.2",
        "high_version": "2.2",
        "description": "WinSock 2.0",
        "status": "Running",
        "requested": "2.2",
        "return": 0,
        "error": null,
    });
    assert_eq!(json["system"]["winsock"], expected);
}

fn handle_is_hexadecimal_in_the_table_and_a_number_in_json() {
    let (json, _) = sockscope(&[]);
    assert!(json["entries"][0]["socket"]["handle"].is_u64(), "{json}");
    let table = Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(["--format", "table"])
        .output()
        .unwrap();
    let table = String::from_utf8(table.stdout).unwrap();
    let row = table.lines().find(|row| row.contains("0.0.0.0:27015 "));
    let mut rest = row
        .unwrap()
        .split("0.0.0.0:27015")
        .nth(1)
        .unwrap()
        .split_whitespace();
    let handle = rest.next().unwrap().strip_prefix("0x").unwrap();
    assert!(u64::from_str_radix(handle, 16).is_ok(), "{table}");
    // The next column is the time.
    assert!(rest.next().unwrap().parse::<f64>().is_ok(), "{table}");
}

/// No crate starts Winsock behind the program's back: neither std nor socket2 nor dns-lookup.
fn socket_without_wsastartup_is_refused() {
    for arguments in [
        &["--no-wsastartup", "-t", "stream", "127.0.0.1", "80"] as &[_],
        &["--no-wsastartup", "--reverse", "-t", "1", "127.0.0.1", "80"],
        &["--no-wsastartup", "--timeout", "60", "-t", "1", "::1"],
    ] {
        let (json, status) = sockscope(arguments);
        let winsock = &json["system"]["winsock"];
        assert_eq!(winsock.get("return"), Some(&Value::Null));
        assert_eq!(winsock.get("version"), Some(&Value::Null));
        // Windows refuses both calls; Wine accepts getaddrinfo.
        let call = &json["getaddrinfo"];
        let error = match status {
            Some(1) => &call["error"],
            _ => &json["entries"][0]["socket"]["error"],
        };
        assert!(matches!(status, Some(1 | 3)), "{status:?}: {json}");
        assert_eq!(error["code"], 10093, "{json}");
        assert_eq!(error["name"], "WSANOTINITIALISED");
        assert_eq!(error["domain"], "wsa");
    }
}

fn contradictory_hints_fail_in_socket() {
    let (json, status) = sockscope(&["--preset", "contradiction"]);
    assert_eq!(status, Some(3));
    assert_eq!(json["getaddrinfo"]["return"], 0);
    let entries = json["entries"].as_array().unwrap();
    assert!(!entries.is_empty());
    for entry in entries {
        assert_eq!(entry["ai_socktype"]["name"], "SOCK_STREAM");
        assert_eq!(entry["ai_protocol"]["name"], "IPPROTO_UDP");
        assert_eq!(entry["socket"]["handle"], Value::Null);
        let error = &entry["socket"]["error"];
        assert_eq!(
            (&error["domain"], &error["code"], &error["name"]),
            (&json!("wsa"), &json!(10043), &json!("WSAEPROTONOSUPPORT"))
        );
    }
    let table = Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(["--preset", "contradiction"])
        .output()
        .unwrap();
    let table = String::from_utf8(table.stdout).unwrap();
    let expected = "  wsa 10043 WSAEPROTONOSUPPORT: No installed provider offers this protocol";
    assert!(table.contains(expected), "{table}");
    assert!(table.contains("  INVALID_SOCKET  "), "{table}");
}

/// `test_getaddrinfo`: each entry has exactly the type and the protocol of the hints.
fn type_and_protocol_are_returned_unchanged() {
    let mut rows = 0;
    for family in ["0", "2"] {
        for socktype in [0, 1, 2] {
            for protocol in [0, 6, 17, 41, 999] {
                let hints = [
                    format!("--family={family}"),
                    format!("--socktype={socktype}"),
                    format!("--protocol={protocol}"),
                ];
                let (json, _) = sockscope(&[&hints[0], &hints[1], &hints[2], "localhost"]);
                assert_eq!(json["getaddrinfo"]["return"], 0, "{hints:?}: {json}");
                let entries = json["entries"].as_array().unwrap();
                assert!(!entries.is_empty(), "{hints:?}");
                for entry in entries {
                    assert_eq!(entry["ai_socktype"]["value"], socktype, "{hints:?}");
                    assert_eq!(entry["ai_protocol"]["value"], protocol, "{hints:?}");
                }
                rows += 1;
            }
        }
    }
    assert_eq!(rows, 30);
}

/// `test_getaddrinfo` and `test_GetAddrInfoW`: the refused calls and their codes.
fn getaddrinfo_errors_have_windows_codes() {
    for (arguments, code) in [
        (&["-f", "0"] as &[_], 11001),
        (&["-t", "999", "localhost"], 10044),
        (&["-4", "-t", "999", "localhost"], 10044),
        (&["-s", "no-such-service", "-f", "0"], 10109),
        (&["-n", "localhost"], 11001),
        (&["-n", "192.168.1.253:1024"], 11001),
        (&["-4", "[beef::cafe]"], 11001),
        (&["[beef::cafe"], 11001),
        (&["beef::cafe]"], 11001),
    ] {
        let (json, status) = sockscope(arguments);
        assert_eq!(json["getaddrinfo"]["return"], code, "{arguments:?}");
        assert_eq!(json["getaddrinfo"]["error"]["code"], code, "{arguments:?}");
        assert_eq!(status, Some(1), "{arguments:?}");
    }
}

fn brackets_and_port_in_the_node_are_ignored() {
    for node in ["[beef::cafe]", "[beef::cafe]:10239"] {
        let (json, _) = sockscope(&["-t", "stream", node]);
        let address = &json["entries"][0]["ai_addr"];
        assert_eq!(address["ip"], "beef::cafe", "{node}");
        assert_eq!(address["port"], 0, "{node}");
    }
}

fn empty_service_gives_the_loopback_address() {
    for service in ["", "0"] {
        let (json, _) = sockscope(&["-4", "-t", "stream", "-s", service]);
        assert_eq!(json["entries"][0]["ai_addr"]["text"], "127.0.0.1:0");
        let (json, _) = sockscope(&["-4", "-t", "stream", "-P", "-s", service]);
        assert_eq!(json["entries"][0]["ai_addr"]["text"], "0.0.0.0:0");
    }
}

/// Every failure that can be provoked here has a note of the rule that fits Windows.
fn each_failure_has_its_note() {
    for (arguments, rule) in [
        (&["-f", "0"] as &[_], "nothing-asked"),
        (&["-t", "999", "localhost"], "type-without-provider"),
        (&["-f", "0", "-s", "no-such-service"], "service-unknown"),
        (&["-n", "localhost"], "numerichost-name"),
        (&["-n", "192.168.1.253:1024"], "node-with-port"),
        (&["-c", "-s", "80"], "canonname-without-node"),
        (&["-f", "999", "localhost"], "family-without-provider"),
        // AF_INET6 is 10 on Linux and 23 here.
        (&["-f", "10", "localhost"], "family-of-another-system"),
        (&["-6", "127.0.0.1"], "literal-of-other-family"),
        (&["http://x/"], "node-url"),
    ] {
        let (json, status) = sockscope(arguments);
        assert_eq!(status, Some(1), "{arguments:?}: {json}");
        let note = &json["notes"][0];
        assert_eq!(
            (&note["rule"], &note["severity"]),
            (&json!(rule), &json!("failure"))
        );
    }
    for (arguments, code, rule) in [
        (
            &["-t", "1", "-p", "17", "localhost", "80"] as &[_],
            10043,
            "protocol-without-provider",
        ),
        (&["-t", "3", "127.0.0.1"], 10043, "raw-without-protocol"),
        (
            &["-t", "1", "-p", "132", "127.0.0.1"],
            10043,
            "protocol-without-provider",
        ),
        (
            &["-t", "2", "-p", "999", "127.0.0.1"],
            10043,
            "protocol-without-provider",
        ),
        (
            &["--no-wsastartup", "-t", "1", "127.0.0.1"],
            10093,
            "winsock-not-started",
        ),
    ] {
        let (json, status) = sockscope(arguments);
        assert_eq!(status, Some(3), "{arguments:?}: {json}");
        let entry = &json["entries"][0];
        assert_eq!(entry["socket"]["error"]["code"], code, "{arguments:?}");
        assert_eq!(entry["notes"][0]["rule"], rule, "{arguments:?}");
    }
}

/// Names with "TCP" and "UDP": Windows calls them "MSAFD Tcpip [TCP/IP]" and so on, Wine "TCP/IP".
fn refused_socket_names_the_installed_providers() {
    let (json, _) = sockscope(&["-t", "1", "-p", "17", "127.0.0.1", "80"]);
    let note = &json["entries"][0]["notes"][0];
    let text = note["remedy"].as_str().unwrap();
    assert!(text.contains("TCP/IP"), "{note}");
    assert!(!text.contains("UDP/IP"), "{note}");
    assert_eq!(note["suspected"], false, "{note}");
}

static HOSTS_FILE: Mutex<()> = Mutex::new(());

/// Lines at the end of the hosts file, for one test at a time.
struct HostLines {
    file: PathBuf,
    before: Vec<u8>,
    _own: MutexGuard<'static, ()>,
}

impl HostLines {
    fn add(lines: &str) -> Self {
        let own = HOSTS_FILE.lock().unwrap_or_else(PoisonError::into_inner);
        let root = PathBuf::from(env::var_os("SystemRoot").unwrap());
        let file = root.join("System32/drivers/etc/hosts");
        let before = fs::read(&file).unwrap();
        fs::write(&file, [&before, lines.as_bytes()].concat()).unwrap();
        Self {
            file,
            before,
            _own: own,
        }
    }
}

impl Drop for HostLines {
    fn drop(&mut self) {
        let _ = fs::write(&self.file, &self.before);
    }
}

/// Wine asks glibc and reads no hosts file of its own, so its lines have no effect. glibc refuses a
/// name with "!" without asking any name server.
fn failed_name_has_the_cause_that_the_facts_show() {
    let _lines = HostLines::add("\r\n192.0.2.77 in!the.file\r\n");
    for (arguments, rule, suspected, word) in [
        (
            &["in!the.file"] as &[_],
            "hosts-line-without-effect",
            true,
            "192.0.2.77",
        ),
        (
            &["-6", "IN!THE.file"],
            "hosts-other-family",
            false,
            "192.0.2.77",
        ),
        (&["in!the.file."], "node-final-dot", true, "in!the.file"),
    ] {
        let (json, status) = sockscope(arguments);
        assert_eq!(status, Some(1), "{arguments:?}: {json}");
        let note = &json["notes"][0];
        assert_eq!(note["rule"], rule, "{arguments:?}: {note}");
        assert_eq!(note["suspected"], suspected, "{arguments:?}: {note}");
        assert!(note["line"].as_str().unwrap().contains(word), "{note}");
    }
    // What this machine has of name servers and suffixes decides about the others.
    let (json, _) = sockscope(&["not!in.the.file"]);
    let note = &json["notes"][0];
    let rules = [
        "no-adapter-up",
        "no-name-server",
        "name-in-no-source-windows",
    ];
    assert!(rules.iter().any(|rule| note["rule"] == *rule), "{note}");
    let (json, _) = sockscope(&["not!in"]);
    let note = &json["notes"][0];
    let rules = [&rules[..2], &["name-without-suffix", "name-with-suffixes"]].concat();
    assert!(rules.iter().any(|rule| note["rule"] == *rule), "{note}");
}

/// What `--source` answers, and the exit status. getaddrinfo is not called.
#[track_caller]
fn alone(arguments: &[&str]) -> (Value, Option<i32>) {
    let (json, status) = sockscope(&[&["--source"], arguments].concat());
    assert_eq!(json["getaddrinfo"], Value::Null, "{arguments:?}");
    assert_eq!(json["entries"], json!([]), "{arguments:?}");
    let sources = json["lookup"]["sources"].as_array().unwrap();
    assert_eq!(sources.len(), 1, "{arguments:?}: {json}");
    assert_eq!(sources[0]["name"], arguments[0]);
    (sources[0]["answer"].clone(), status)
}

fn hosts_file_is_asked_alone() {
    let lines = "\r\n192.0.2.77 alone.test\r\n2001:db8::77 other ALONE.test # end\r\n";
    let _lines = HostLines::add(lines);
    for (arguments, addresses, status) in [
        (
            &["hosts", "alone.test"] as &[_],
            json!(["192.0.2.77", "2001:db8::77"]),
            0,
        ),
        (&["hosts", "-4", "Alone.Test"], json!(["192.0.2.77"]), 0),
        (&["hosts", "-6", "alone.test"], json!(["2001:db8::77"]), 0),
        (&["hosts", "-4", "other"], json!([]), 1),
        (&["hosts", "no.such.alone.test"], json!([]), 1),
    ] {
        let (answer, returned) = alone(arguments);
        assert_eq!(answer["addresses"], addresses, "{arguments:?}: {answer}");
        assert_eq!(answer["error"], Value::Null, "{arguments:?}");
        assert_eq!(returned, Some(status), "{arguments:?}");
    }
}

/// RFC 6761: no name server has a name under invalid.
fn dns_client_answers_or_fails_by_name() {
    for source in ["dns", "mdns"] {
        let start = Instant::now();
        let (answer, status) = alone(&[source, "--timeout", "3", "sockscope.invalid"]);
        assert!(start.elapsed() < Duration::from_secs(20));
        assert_eq!(answer["addresses"], json!([]));
        if answer["timed_out"] == true {
            assert_eq!(status, Some(4), "{answer}");
        } else {
            assert_eq!(status, Some(1), "{answer}");
            assert!(answer["error"]["name"].is_string(), "{source}: {answer}");
        }
    }
}

fn each_source_of_windows_is_asked() {
    let (json, status) = sockscope(&["--ask-sources", "--timeout", "3", "localhost"]);
    assert_eq!(status, Some(0), "{json}");
    let sources = json["lookup"]["sources"].as_array().unwrap();
    for (source, name) in sources.iter().zip(["hosts", "dns", "mdns"]) {
        assert_eq!(source["name"], name);
        assert!(source["answer"]["elapsed_us"].is_u64(), "{source}");
        assert_eq!(source["answer"]["not_asked"], Value::Null, "{source}");
    }
    assert_eq!(sources.len(), 3);
}

fn source_that_windows_lacks_is_refused() {
    for source in ["files", "", "DNS", "dns "] {
        let output = Command::new(env!("CARGO_BIN_EXE_sockscope"))
            .args(["--format", "json", "--source", source, "localhost"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{source}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("Windows has hosts, dns, mdns"), "{text}");
        assert!(output.stdout.is_empty(), "{source}");
    }
}
