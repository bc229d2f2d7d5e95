//! The JSON, the results of socket() and the exit status equal those of an independent C program,
//! over random queries.
//!
//! `SOCKSCOPE_DIFFERENTIAL_SEED` and `SOCKSCOPE_DIFFERENTIAL_COUNT` select other queries, and more
//! of them; `SOCKSCOPE_PROGRAM` and `SOCKSCOPE_ORACLE` name other builds of the two programs.

mod generator;

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::support::agreement::{differences, in_every_try, status};
#[cfg(target_os = "linux")]
use crate::support::dns::{Answer, Rcode};
#[cfg(target_os = "linux")]
use crate::support::network::Network;
use crate::support::oracle::{self, Oracle};
use crate::support::query::{Hints, Query, command_line, decimal};
use generator::{Generator, Reach};
use serde_json::{Value, json};

tests! {
    json_equals_the_c_program: COMPILER, LOCALHOST;
    #[cfg(target_os = "linux")]
    json_equals_the_c_program_with_a_dns_server: NETWORK, COMPILER;
    #[cfg(target_os = "linux")]
    local_queries_send_nothing: NETWORK, COMPILER;
    difference_in_any_field_is_found: COMPILER;
}

const AI_CANONNAME: i32 = 2;

/// The same seed on every system.
pub(crate) const SEED: u64 = 27015;
const COUNT: usize = 1_200;

/// If the hosts file lacks localhost, a DNS server is asked; a silent one then takes this long
/// instead of ten seconds. Both programs get this setting (resolv.conf(5)).
const ENVIRONMENT: [(&str, &str); 1] = [("RES_OPTIONS", "timeout:1 attempts:1")];

fn json_equals_the_c_program() {
    compare(&Oracle::build(), Reach::Machine);
}

#[cfg(target_os = "linux")]
fn json_equals_the_c_program_with_a_dns_server() {
    Network::run(|network| {
        let oracle = Oracle::build();
        let many: Vec<String> = (1..=20).map(|last| format!("198.51.100.{last}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let both = Answer::addresses(&["192.0.2.1", "2001:db8::1"]);
        network
            .dns()
            .answer("both.test", both)
            .answer("v4.test", Answer::addresses(&["192.0.2.4"]))
            .answer("under_score.test", Answer::addresses(&["192.0.2.5"]))
            .answer("v6.test", Answer::addresses(&["2001:db8::6"]))
            .answer("many.test", Answer::addresses(&many))
            .answer("alias.test", Answer::Alias("both.test".into()))
            .answer("empty.test", Answer::addresses(&[]))
            .answer("servfail.test", Answer::Refusal(Rcode::ServerFailure));
        compare(&oracle, Reach::Dns);
        assert!(network.dns().asked().len() > 100);
    });
}

/// Checks [`Reach::Machine`] at the DNS server: otherwise the test above could hang or depend on
/// the network.
#[cfg(target_os = "linux")]
fn local_queries_send_nothing() {
    Network::run(|network| {
        let oracle = Oracle::build();
        network.write("hosts", "127.0.0.1 localhost\n");
        oracle.ask(&queries(SEED, 10_000, Reach::Machine), &ENVIRONMENT);
        assert_eq!(network.dns().asked(), []);
    });
}

fn queries(seed: u64, count: usize, reach: Reach) -> Vec<Query> {
    let mut generator = Generator::new(seed, reach);
    (0..count).map(|_| generator.query()).collect()
}

/// Compares sockscope with the oracle over random queries.
fn compare(oracle: &Oracle, reach: Reach) {
    let seed = variable("SOCKSCOPE_DIFFERENTIAL_SEED").unwrap_or(SEED);
    let count = variable("SOCKSCOPE_DIFFERENTIAL_COUNT").map_or(COUNT, |count| count as usize);
    let queries = queries(seed, count, reach);
    let answers = oracle.ask(&queries, &ENVIRONMENT);
    let seen = census(&answers);
    // Queries that all fail in the same way would prove nothing.
    assert!(
        count < COUNT || (seen.len() >= 5 && seen.get("0 (status 0)") >= Some(&(count / 10))),
        "the queries are not varied enough: {seen:?}"
    );

    let mut speller = Generator::new(!seed, reach);
    let cases: Vec<_> = queries
        .iter()
        .zip(&answers)
        .map(|(query, answer)| (query, speller.arguments(query), answer))
        .collect();
    let next = AtomicUsize::new(0);
    let reports = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4)) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some((query, arguments, answer)) = cases.get(at) else {
                        break;
                    };
                    if let Some(report) = disagreement(oracle, query, arguments, answer) {
                        reports.lock().unwrap().insert(at, report);
                    }
                }
            });
        }
    });
    let reports = reports.into_inner().unwrap();
    let first: Vec<_> = reports.values().take(10).map(String::as_str).collect();
    assert!(
        reports.is_empty(),
        "{} of {count} queries of SOCKSCOPE_DIFFERENTIAL_SEED={seed} disagree; the first:\n{}",
        reports.len(),
        first.join("\n")
    );
}

/// The parts of the JSON that differ from run to run, those about the program, and the notes and
/// facts, which only sockscope has.
fn is_not_compared(place: &str) -> bool {
    place.split('/').any(|step| step == "notes")
        || place.starts_with("/facts")
        || place.starts_with("/program")
        || place.starts_with("/system")
        || place.ends_with("/elapsed_us")
        || place.ends_with("/handle")
}

fn difference_in_any_field_is_found() {
    let oracle = Oracle::build();
    let hints = |flags, family| {
        Some(Hints {
            flags,
            family,
            ..Hints::default()
        })
    };
    // A list with a canonical name, a scope and failing sockets, and an error.
    for query in [
        Query::new(Some("fe80::1%1"), None, hints(AI_CANONNAME, 0)),
        Query::new(None, Some("27015"), None),
        Query::new(Some("127.0.0.1"), Some("\u{fc}"), hints(0, 999)),
    ] {
        let [answer] = &oracle.ask(std::slice::from_ref(&query), &ENVIRONMENT)[..] else {
            panic!("expected one answer");
        };
        let output = run(&query.arguments(decimal));
        assert_eq!(differences(&query, answer, &output), [""; 0], "{query:?}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut places = Vec::new();
        collect(&json, String::new(), &mut places);
        assert!(places.len() > 20, "{places:?}");
        for place in places.iter().filter(|place| !is_not_compared(place)) {
            let mut wrong = json.clone();
            let value = wrong.pointer_mut(place).unwrap();
            *value = match value.take() {
                Value::Null => json!("0"),
                Value::Bool(value) => json!(!value),
                Value::Number(number) => json!(number.as_i64().unwrap() ^ 1),
                Value::String(text) => json!(format!("{text}0")),
                Value::Array(mut list) => {
                    if list.pop().is_none() {
                        list.push(json!("0x1"));
                    }
                    Value::Array(list)
                }
                Value::Object(_) => Value::Null,
            };
            let wrong = Output {
                stdout: format!("{wrong}\n").into_bytes(),
                ..output.clone()
            };
            let found = differences(&query, answer, &wrong);
            assert!(!found.is_empty(), "{place} was changed: {query:?}");
        }
    }
}

/// The path of each value in `json`, including lists and objects (RFC 6901).
fn collect(json: &Value, place: String, places: &mut Vec<String>) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                collect(value, format!("{place}/{name}"), places);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                collect(value, format!("{place}/{at}"), places);
            }
        }
        _ => {}
    }
    places.push(place);
}

fn run(arguments: &[OsString]) -> Output {
    /// Once in some thousand starts Wine 8 fails with this message, for any program.
    const ERROR_INTERNAL_ERROR: i32 = 1359;

    let program = env::var_os("SOCKSCOPE_PROGRAM");
    let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_sockscope").into());
    let start = || {
        Command::new(&program)
            .args(["--format", "json"])
            .args(arguments)
            .envs(ENVIRONMENT)
            .output()
    };
    let result = match start() {
        Err(error) if cfg!(windows) && error.raw_os_error() == Some(ERROR_INTERNAL_ERROR) => {
            start()
        }
        result => result,
    };
    result.expect("sockscope runs")
}

/// Runs sockscope and returns the first difference from the oracle.
fn disagreement(
    oracle: &Oracle,
    query: &Query,
    arguments: &[OsString],
    machine: &oracle::Answer,
) -> Option<String> {
    let mut machine = machine.clone();
    let mut output = run(arguments);
    let mut first = true;
    let found = in_every_try(|| {
        if !std::mem::take(&mut first) {
            machine = oracle
                .ask(std::slice::from_ref(query), &ENVIRONMENT)
                .remove(0);
            output = run(arguments);
        }
        differences(query, &machine, &output)
    });
    (!found.is_empty()).then(|| {
        format!(
            "$ {}\n  {}\n  sockscope ({}): {}{}\n  machine: {machine:?}\n",
            command_line("sockscope --format json", arguments),
            found.join("\n  "),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        )
    })
}

/// The number of times each return value, status and error of socket() occurred.
fn census(answers: &[oracle::Answer]) -> BTreeMap<String, usize> {
    let mut seen = BTreeMap::new();
    for answer in answers {
        let key = format!("{} (status {})", answer.returned.code, status(answer));
        *seen.entry(key).or_default() += 1;
        for entry in &answer.entries {
            if let Err(code) = &entry.socket {
                *seen.entry(format!("socket {}", code.code)).or_default() += 1;
            }
        }
    }
    seen
}

pub(crate) fn variable(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|error| panic!("{name}={text}: {error}")),
    )
}
