//! The Windows program under Wine, in a network with a name server of its own. Wine 8 ignores most
//! options of `DnsQuery_W`: it asks the name server for mDNS too.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::dns::{Answer, Rcode};
use crate::support::network::Network;

tests! {
    windows_program_asks_its_name_servers: NETWORK, WINDOWS_PROGRAM;
}

/// The JSON, and the exit status. Wine's services keep standard output open, so a file has it.
fn run(arguments: &[&str]) -> (Value, Option<i32>) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("json");
    let mut command = Command::new("wine");
    command.arg(std::env::var_os("SOCKSCOPE_WINDOWS").unwrap());
    command
        .args(["--format", "json", "--no-socket", "--output"])
        .arg(&file);
    let status = command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let json = fs::read(&file).unwrap_or_default();
    let json = serde_json::from_slice(&json);
    let json = json.unwrap_or_else(|error| panic!("{arguments:?}: {status}: {error}"));
    (json, status.code())
}

/// What one source answers, and the exit status.
fn ask(arguments: &[&str]) -> (Value, Option<i32>) {
    let (json, status) = run(&[&["--source"], arguments].concat());
    assert_eq!(json["getaddrinfo"], Value::Null);
    let sources = json["lookup"]["sources"].as_array().unwrap();
    assert_eq!(sources.len(), 1, "{json}");
    (sources[0]["answer"].clone(), status)
}

fn windows_program_asks_its_name_servers() {
    Network::run(|network| {
        let dns = network.dns();
        dns.answer(
            "both.test",
            Answer::addresses(&["192.0.2.2", "2001:db8::2"]),
        );
        for (family, addresses) in [
            (&[] as &[_], json!(["192.0.2.2", "2001:db8::2"])),
            (&["-4"], json!(["192.0.2.2"])),
            (&["-6"], json!(["2001:db8::2"])),
        ] {
            let before = dns.asked().len();
            let (answer, status) = ask(&[&["dns"], family, &["both.test"]].concat());
            assert_eq!(answer["addresses"], addresses, "{family:?}: {answer}");
            assert_eq!(status, Some(0));
            // A and AAAA (RFC 1035, RFC 3596). Wine asks for the name of the machine.
            let asked = dns.asked();
            let asked = asked[before..].iter().filter(|it| it.0 == "both.test");
            let types: Vec<u16> = asked.map(|it| it.1).collect();
            let expected: &[u16] = match family {
                [] => &[1, 28],
                ["-4"] => &[1],
                _ => &[28],
            };
            assert_eq!(types, expected, "{family:?}");
        }
        dns.answer("fails.test", Answer::Refusal(Rcode::ServerFailure));
        // The codes of winerror.h.
        for (node, code, name) in [
            ("nx.test", 9003, "DNS_ERROR_RCODE_NAME_ERROR"),
            ("fails.test", 9002, "DNS_ERROR_RCODE_SERVER_FAILURE"),
        ] {
            let (answer, status) = ask(&["dns", node]);
            let error = &answer["error"];
            assert_eq!(
                (&error["code"], &error["name"]),
                (&json!(code), &json!(name))
            );
            assert_eq!(status, Some(1), "{node}");
        }
        dns.answer("silent.test", Answer::Silence);
        let start = Instant::now();
        let (answer, status) = ask(&["dns", "--timeout", "0.3", "silent.test"]);
        assert_eq!((&answer["timed_out"], status), (&json!(true), Some(4)));
        assert!(start.elapsed() < Duration::from_secs(4));
        let (json, _) = run(&["--ask-sources", "-4", "-t", "stream", "both.test"]);
        let sources = json["lookup"]["sources"].as_array().unwrap();
        let names: Vec<_> = sources.iter().map(|source| &source["name"]).collect();
        assert_eq!(names, ["hosts", "dns", "mdns"]);
        assert_eq!(sources[0]["answer"]["addresses"], json!([]));
        assert_eq!(sources[1]["answer"]["entries"], json!([1]), "{json}");
    });
}
