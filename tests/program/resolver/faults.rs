//! A broken or malicious server: sockscope shows exactly what the machine's resolver returns, and
//! takes no longer.

use std::net::IpAddr;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::answers::plain;
use super::cases::{both, broken, hostile, ips, strange};
use crate::support::agreement::{addresses, differences, in_every_try};
use crate::support::dns::{Answer, Fault, Name};
use crate::support::network::Network;
use crate::support::oracle::{self, Oracle};
use crate::support::query::{Hints, Query, decimal};

tests! {
    broken_messages_equal_the_c_program: NETWORK, COMPILER;
    strange_answers_equal_the_c_program: NETWORK, COMPILER;
    thousands_of_addresses_over_tcp_are_listed: NETWORK, COMPILER;
    header_only_message_is_an_error: NETWORK;
    lost_first_query_only_costs_time: NETWORK;
    hostile_reverse_name_equals_the_c_program: NETWORK;
}

/// With this resolv.conf silence lasts one second.
const IMPATIENT: &str = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";

/// The number of concurrent queries; the slow ones only wait.
const AT_ONCE: usize = 12;

/// The results of one query, from sockscope and from the oracle.
struct Outcome {
    query: Query,
    machine: oracle::Answer,
    /// The differences of sockscope from the machine, and any delay.
    wrong: Vec<String>,
}

fn outcome(network: &Network, oracle: &Oracle, query: Query) -> Outcome {
    let mut machine = None;
    let wrong = in_every_try(|| {
        let start = Instant::now();
        let answer = oracle.ask(std::slice::from_ref(&query), &[]).remove(0);
        let least = start.elapsed();
        let start = Instant::now();
        let output = network
            .sockscope()
            .args(["--format", "json"])
            .args(query.arguments(decimal))
            .output()
            .unwrap();
        let took = start.elapsed();
        let mut wrong = differences(&query, &answer, &output);
        if took > least + Duration::from_secs(2) {
            wrong.push(format!("it took {took:?}, the machine {least:?}"));
        }
        machine = Some(answer);
        wrong
    });
    Outcome {
        query,
        machine: machine.unwrap(),
        wrong,
    }
}

/// Resolves each name: of any family with its canonical name, and IPv4 alone without.
fn ask_all(network: &Network, oracle: &Oracle, names: &[String]) -> Vec<Outcome> {
    let queries = names.iter().flat_map(|name| {
        [(libc::AF_UNSPEC, libc::AI_CANONNAME), (libc::AF_INET, 0)].map(|(family, flags)| {
            let hints = Hints {
                flags,
                family,
                socktype: libc::SOCK_STREAM,
                ..Hints::default()
            };
            Query::new(Some(name), Some("80"), Some(hints))
        })
    });
    let queries = Mutex::new(queries);
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(query) = queries.lock().unwrap().next() else {
                        return;
                    };
                    let outcome = outcome(network, oracle, query);
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    outcomes.into_inner().unwrap()
}

fn served(
    network: &Network,
    cases: impl IntoIterator<Item = (impl AsRef<str>, Answer)>,
) -> Vec<String> {
    cases
        .into_iter()
        .map(|(name, answer)| {
            let name = format!("{}.test", name.as_ref());
            network.dns().answer(&name, answer);
            name
        })
        .collect()
}

/// For each name sockscope shows the machine's result, and takes no longer.
fn assert_equals_the_c_program(
    network: &Network,
    oracle: &Oracle,
    names: &[String],
) -> Vec<Outcome> {
    let outcomes = ask_all(network, oracle, names);
    assert_eq!(outcomes.len(), 2 * names.len());
    for Outcome { query, wrong, .. } in &outcomes {
        assert!(wrong.is_empty(), "{query:?}: {wrong:#?}");
    }
    outcomes
}

/// The result for `name`, of any family.
fn of_any_family<'a>(outcomes: &'a [Outcome], name: &str) -> &'a oracle::Answer {
    let of_name = |outcome: &&Outcome| {
        outcome.query.node.as_deref() == Some(name.as_bytes())
            && outcome.query.hints.unwrap().family == libc::AF_UNSPEC
    };
    &outcomes.iter().find(of_name).unwrap().machine
}

fn broken_messages_equal_the_c_program() {
    Network::run(|network| {
        let oracle = &Oracle::build();
        network.write("resolv.conf", IMPATIENT);
        let names = served(network, broken());
        let outcomes = assert_equals_the_c_program(network, oracle, &names);
        // Certain with every resolver: a forged ID gives no address.
        assert_eq!(of_any_family(&outcomes, "id.test").entries, []);
    });
}

fn strange_answers_equal_the_c_program() {
    Network::run(|network| {
        let oracle = &Oracle::build();
        network.write("resolv.conf", IMPATIENT);
        let mut names = served(network, strange());
        let aliases = hostile()
            .into_iter()
            .map(|(name, target)| (name, Answer::Named(target, ips(&["192.0.2.1"]))));
        names.extend(served(network, aliases));
        let outcomes = assert_equals_the_c_program(network, oracle, &names);
        for name in ["tcp", "tcp-bytewise", "forged", "overtaken"] {
            let answer = of_any_family(&outcomes, &format!("{name}.test"));
            let shown = addresses(answer);
            assert_eq!(
                shown,
                ips(&["192.0.2.1", "2001:db8::1"]).into_iter().collect()
            );
        }
        // Last, because it cannot be undone.
        network.dns().refuse_tcp();
        assert_equals_the_c_program(network, oracle, &["tcp.test".to_owned()]);
    });
}

/// A message has at most 65,535 bytes, hence these numbers.
fn thousands_of_addresses_over_tcp_are_listed() {
    Network::run(|network| {
        let oracle = &Oracle::build();
        let inet = (0..4090_u16).map(|n| IpAddr::from([198, 18, (n >> 8) as u8, n as u8]));
        let inet6 = (0..2339_u16).map(|n| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 1, n]));
        let all: Vec<IpAddr> = inet.chain(inet6).collect();
        let served = all.iter().copied().collect();
        network.dns().answer("many.test", Answer::Addresses(all));
        let names = ["many.test".to_owned()];
        let outcomes = assert_equals_the_c_program(network, oracle, &names);
        let shown = addresses(of_any_family(&outcomes, "many.test"));
        assert_eq!(shown, served);
    });
}

/// For a message that is only a header glibc compares the question with the previous contents of
/// its buffer (`__libc_res_queriesmatch` gets the size of the buffer, not of the message). So two
/// programs may get two results, but none with an address.
fn header_only_message_is_an_error() {
    Network::run(|network| {
        network.write("resolv.conf", IMPATIENT);
        let answer = both().broken(Fault::Cut(12));
        network.dns().answer("header.test", answer);
        let output = network
            .sockscope()
            .args(["--format", "json", "-4", "header.test"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["entries"], json!([]));
        assert_eq!(json["getaddrinfo"]["error"]["domain"], json!("gai"));
    });
}

fn lost_first_query_only_costs_time() {
    Network::run(|network| {
        network.write(
            "resolv.conf",
            "nameserver 127.0.0.1\noptions timeout:1 attempts:5\n",
        );
        network.dns().answer(
            "lost.test",
            Answer::addresses(&["192.0.2.5"]).after_dropping(1),
        );
        let output = network
            .sockscope()
            .args(["--format", "json", "-4", "lost.test"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["entries"][0]["ai_addr"]["ip"], json!("192.0.2.5"));
        let elapsed = json["getaddrinfo"]["elapsed_us"].as_u64().unwrap();
        assert!(elapsed >= 1_000_000, "{elapsed}");
        assert!(network.dns().asked().len() >= 2);
    });
}

/// The name of an address from another program of the machine: the second word of getent(1).
/// Without a name getnameinfo() returns the address (RFC 3493 §6.2).
fn hostile_reverse_name_equals_the_c_program() {
    Network::run(|network| {
        for (at, (case, name)) in hostile().into_iter().enumerate() {
            for ip in [format!("198.51.100.{at}"), format!("2001:db8::{at:x}")] {
                let address: IpAddr = ip.parse().unwrap();
                let ip = address.to_string();
                network
                    .dns()
                    .answer(&Name::of_address(address), Answer::pointer(address, &name));
                let getent = network.command("getent").args(["hosts", &ip]).output();
                let getent = String::from_utf8(getent.unwrap().stdout).unwrap();
                let machine = getent.split_whitespace().nth(1).unwrap_or(&ip);
                for format in ["json", "table"] {
                    let output = network
                        .sockscope()
                        .args(["--format", format, "--reverse", "-t", "stream", &ip])
                        .output()
                        .unwrap();
                    assert_eq!(output.status.code(), Some(0), "{case} {output:?}");
                    let text = plain(case, &output.stdout);
                    assert!(text.contains(machine), "{case}, {machine}: {text}");
                    if format == "json" {
                        let json: Value = serde_json::from_str(text).unwrap();
                        let call = &json["entries"][0]["getnameinfo"];
                        assert_eq!(call["node"], json!(machine), "{case}");
                        assert_eq!(call["error"], Value::Null, "{case}");
                    }
                }
            }
        }
        let asked = network.dns().asked();
        assert!(asked.iter().any(|asked| asked.0.ends_with("ip6.arpa")));
    });
}
