//! sockscope shows the server's answers, and reports those that do not arrive in time.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::net::IpAddr;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::support::agreement::{addresses, differences};
use crate::support::dns::{Answer, Rcode};
use crate::support::network::Network;
use crate::support::oracle::Oracle;
use crate::support::query::{Hints, Query, decimal};
use crate::support::takes_less_than;
use serde_json::{Value, json};

tests! {
    served_addresses_are_returned: NETWORK;
    dns_answers_equal_the_c_program: NETWORK, COMPILER;
    silent_server_ends_at_the_timeout: NETWORK;
    late_answer_before_the_timeout_is_shown: NETWORK;
    held_answer_arrives_when_released: NETWORK;
    #[cfg(target_env = "gnu")]
    each_refusal_has_its_own_error: NETWORK;
    hostile_canonical_name_is_escaped: NETWORK;
    any_program_sees_the_test_network: NETWORK;
    pseudo_terminal_is_in_the_test_network: NETWORK;
}

/// The JSON of `sockscope --format json` with `arguments`, and its exit status.
fn json(network: &Network, arguments: &[&str]) -> (Value, Output) {
    let output = network
        .sockscope()
        .args(["--format", "json"])
        .args(arguments)
        .output()
        .unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("no JSON: {error}; {output:?}");
    });
    (json, output)
}

fn stream(family: i32) -> Option<Hints> {
    Some(Hints {
        family,
        socktype: libc::SOCK_STREAM,
        ..Hints::default()
    })
}

fn ips(texts: &[&str]) -> BTreeSet<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn served_addresses_are_returned() {
    Network::run(|network| {
        let served = ["192.0.2.10", "198.51.100.9", "2001:db8::10"];
        network.dns().answer("ok.test", Answer::addresses(&served));
        for (option, wanted) in [
            ("--family=unspec", &served[..]),
            ("-4", &served[..2]),
            ("-6", &served[2..]),
        ] {
            let (json, output) = json(network, &[option, "-t", "stream", "ok.test", "80"]);
            let shown: BTreeSet<IpAddr> = json["entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["ai_addr"]["ip"].as_str().unwrap().parse().unwrap())
                .collect();
            assert_eq!(shown, ips(wanted), "{option}");
            assert_eq!(output.status.code(), Some(0), "{option}");
        }
    });
}

fn dns_answers_equal_the_c_program() {
    Network::run(|network| {
        let oracle = Oracle::build();
        let many: Vec<String> = (1..=20).map(|last| format!("198.51.100.{last}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        network
            .dns()
            .answer("many.test", Answer::addresses(&many))
            .answer(
                "target.test",
                Answer::addresses(&["192.0.2.1", "2001:db8::1"]),
            )
            .answer("alias.test", Answer::Alias("target.test".into()))
            .answer("v4.test", Answer::addresses(&["192.0.2.4"]))
            .answer("v6.test", Answer::addresses(&["2001:db8::6"]))
            .answer("empty.test", Answer::addresses(&[]))
            .answer("servfail.test", Answer::Refusal(Rcode::ServerFailure))
            .answer("refused.test", Answer::Refusal(Rcode::Refused))
            .answer("formerr.test", Answer::Refusal(Rcode::FormatError));
        let mut queries = vec![Query::new(Some("many.test"), None, None)];
        for name in [
            "many.test",
            "alias.test",
            "v4.test",
            "v6.test",
            "empty.test",
            "servfail.test",
            "refused.test",
            "formerr.test",
            "missing.test",
            "localhost",
        ] {
            for family in [libc::AF_UNSPEC, libc::AF_INET, libc::AF_INET6] {
                for flags in [
                    0,
                    libc::AI_CANONNAME,
                    libc::AI_ADDRCONFIG,
                    libc::AI_V4MAPPED | libc::AI_ALL,
                ] {
                    let hints = Hints {
                        flags,
                        ..stream(family).unwrap()
                    };
                    queries.push(Query::new(Some(name), Some("http"), Some(hints)));
                }
            }
        }
        let answers = oracle.ask(&queries, &[]);
        assert_eq!(
            addresses(&answers[0]),
            ips(&many),
            "the oracle sees the network's names"
        );
        for (query, answer) in queries.iter().zip(&answers) {
            let output = network
                .sockscope()
                .args(["--format", "json"])
                .args(query.arguments(decimal))
                .output()
                .unwrap();
            let found = differences(query, answer, &output);
            assert!(found.is_empty(), "{query:?}: {found:#?}");
        }
    });
}

fn silent_server_ends_at_the_timeout() {
    Network::run(|network| {
        network.dns().answer("silent.test", Answer::Silence);
        takes_less_than(Duration::from_secs(1), || {
            let start = Instant::now();
            let (json, output) = json(network, &["--timeout", "0.5", "silent.test", "80"]);
            let took = start.elapsed();
            network.dns().wait_for("silent.test", 1);
            assert_eq!(output.status.code(), Some(4));
            let call = &json["getaddrinfo"];
            assert_eq!(call["timed_out"], json!(true));
            assert_eq!(call.get("return"), Some(&Value::Null));
            assert_eq!(call.get("error"), Some(&Value::Null));
            assert!(call["elapsed_us"].as_u64().unwrap() >= 500_000, "{call}");
            assert_eq!(json["entries"], json!([]));
            took
        });
    });
}

fn late_answer_before_the_timeout_is_shown() {
    Network::run(|network| {
        let answer = Answer::addresses(&["192.0.2.7"]);
        let delay = Duration::from_millis(200);
        network
            .dns()
            .answer("late.test", Answer::Late(delay, Box::new(answer)));
        let (json, output) = json(network, &["-4", "--timeout", "60", "late.test"]);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(json["entries"][0]["ai_addr"]["ip"], json!("192.0.2.7"));
        let elapsed = json["getaddrinfo"]["elapsed_us"].as_u64().unwrap();
        assert!(elapsed >= 200_000, "{elapsed}");
    });
}

fn held_answer_arrives_when_released() {
    Network::run(|network| {
        network.dns().answer("held.test", Answer::Silence);
        let child = network
            .sockscope()
            .args(["--format", "json", "-4", "held.test"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        network.dns().wait_for("held.test", 1);
        network
            .dns()
            .answer("held.test", Answer::addresses(&["192.0.2.8"]));
        let output = child.wait_with_output().unwrap();
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["entries"][0]["ai_addr"]["ip"], json!("192.0.2.8"));
    });
}

/// glibc's codes for these answers were measured (netdb.h has the numbers); other libraries return
/// others.
#[cfg(target_env = "gnu")]
fn each_refusal_has_its_own_error() {
    Network::run(|network| {
        network
            .dns()
            .answer("servfail.test", Answer::Refusal(Rcode::ServerFailure))
            .answer("v4.test", Answer::addresses(&["192.0.2.4"]))
            .answer("v6.test", Answer::addresses(&["2001:db8::6"]));
        for (family, node, code, name) in [
            ("unspec", "missing.test", libc::EAI_NONAME, "EAI_NONAME"),
            ("unspec", "servfail.test", libc::EAI_AGAIN, "EAI_AGAIN"),
            ("inet6", "v4.test", libc::EAI_NODATA, "EAI_NODATA"),
            ("inet", "v6.test", libc::EAI_NODATA, "EAI_NODATA"),
        ] {
            let (json, output) = json(network, &["-f", family, node, "80"]);
            assert_eq!(output.status.code(), Some(1), "{node}");
            let error = &json["getaddrinfo"]["error"];
            assert_eq!(error["code"], json!(code), "{node}");
            assert_eq!(error["name"], json!(name), "{node}");
            assert_eq!(error["domain"], json!("gai"), "{node}");
            assert_eq!(json["entries"], json!([]), "{node}");
        }
    });
}

fn hostile_canonical_name_is_escaped() {
    Network::run(|network| {
        // ESC, a C1 control as UTF-8 would have it, Latin-1.
        network.write(
            "hosts",
            b"192.0.2.66 evil\x1b[2J\xc2\x9b31m\xe9\x07name innocent.test\n",
        );
        let arguments = ["-c", "-4", "-t", "stream", "innocent.test"];
        let (json, output) = json(network, &arguments);
        assert_eq!(
            json["entries"][0]["ai_canonname"],
            json!("evil\u{1b}[2J\u{9b}31m\\xe9\u{7}name"),
        );
        let table = network
            .sockscope()
            .args(["--format", "table"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(table.status.success());
        let text = plain("table", &table.stdout);
        assert!(text.contains("evil\\x1b[2J"), "{text}");
        assert!(text.contains("\\xe9"), "{text}");
        plain("JSON", &output.stdout);
    });
}

/// The text of `bytes`, which may hold no control characters except line ends.
pub(super) fn plain<'a>(what: &str, bytes: &'a [u8]) -> &'a str {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    let raw = text.chars().find(|&c| c.is_control() && c != '\n');
    assert_eq!(raw, None, "{what}: {text:?}");
    text
}

fn any_program_sees_the_test_network() {
    Network::run(|network| {
        network
            .dns()
            .answer("there.test", Answer::addresses(&["192.0.2.1"]));
        let ask = |mut command: Command| {
            let output = command.args(["ahostsv4", "there.test"]).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        assert!(ask(network.command("getent")).starts_with("192.0.2.1 "));
        assert!(network.dns().asked().iter().any(|q| q.0 == "there.test"));
    });
}

fn pseudo_terminal_is_in_the_test_network() {
    Network::run(|network| {
        network
            .dns()
            .answer("there.test", Answer::addresses(&["192.0.2.1"]));
        let pair = portable_pty::native_pty_system()
            .openpty(portable_pty::PtySize::default())
            .unwrap();
        let mut command = portable_pty::CommandBuilder::new("getent");
        command.args(["ahostsv4", "there.test"]);
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut screen = String::new();
        // Linux reports EIO at the end of a terminal whose other side is closed; everything before
        // that counts.
        let _ = pair
            .master
            .try_clone_reader()
            .unwrap()
            .read_to_string(&mut screen);
        assert!(child.wait().unwrap().success());
        assert!(screen.starts_with("192.0.2.1 "), "{screen:?}");
    });
}
