//! Random sequences of calls on sockets have the results of an independent C program,
//! `tests/sequence.c`.
//!
//! `SOCKSCOPE_DIFFERENTIAL_SEED` and `SOCKSCOPE_DIFFERENTIAL_COUNT` select other sequences, and more
//! of them. On Windows `SOCKSCOPE_SEQUENCE` names the C program.

mod generator;
mod step;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
#[cfg(target_os = "linux")]
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use sockscope::net::{Outcome, Record, Recorder, SocketId, Value};
use sockscope::sys::System;

use crate::differential::{SEED, variable};
#[cfg(target_os = "linux")]
use crate::need::c_compiler;
use crate::support::agreement::in_every_try;
#[cfg(target_os = "linux")]
use crate::support::network::Network;
use crate::support::query::hex;
use generator::{Generator, SOCKETS};
use step::Step;

tests! {
    #[cfg(target_os = "linux")]
    sequences_have_the_results_of_the_c_program: NETWORK, COMPILER;
    #[cfg(windows)]
    sequences_have_the_results_of_the_c_program: SEQUENCE;
}

const COUNT: usize = if cfg!(windows) { 200 } else { 1_000 };

/// No port that bind() or connect() chooses (ip_local_port_range of ip(7)), and the number of ports of
/// each sequence. No two sequences share one: an ended connection keeps its port for a minute.
const PORTS: std::ops::Range<u16> = 10_000..32_000;
const PORTS_EACH: u16 = 3;

/// The longest time for the calls of one sequence.
const DEADLINE: Duration = Duration::from_secs(20);

#[cfg(target_os = "linux")]
fn sequences_have_the_results_of_the_c_program() {
    Network::run(|_| {
        let (_directory, program) = build();
        sequences_agree(&program);
    });
}

#[cfg(windows)]
fn sequences_have_the_results_of_the_c_program() {
    sequences_agree(Path::new(&std::env::var_os("SOCKSCOPE_SEQUENCE").unwrap()));
}

fn sequences_agree(program: &Path) {
    let seed = variable("SOCKSCOPE_DIFFERENTIAL_SEED").unwrap_or(SEED);
    let count = variable("SOCKSCOPE_DIFFERENTIAL_COUNT").map_or(COUNT, |count| count as usize);
    let mut generator = Generator::new(seed);
    let sequences: Vec<_> = (0..count).map(|_| generator.sequence()).collect();
    // Another run may have left its ports a moment ago.
    let before = std::process::id() as usize % PORTS.len();
    let mut ports = PORTS.step_by(PORTS_EACH.into()).cycle().skip(before);
    let mut census = BTreeMap::new();
    let differences = compare(program, &sequences, &mut ports, &mut census);
    // Sequences in which all fails alike would prove nothing.
    let errors = census.keys().filter(|result| result.starts_with("error"));
    assert!(
        count < COUNT || errors.count() >= 12 && census.get("bytes") >= Some(&(COUNT / 20)),
        "the sequences are not varied enough: {census:?}"
    );
    // Two ports that the kernel chooses can be equal by chance, but not every time.
    for at in differences.into_keys() {
        let again = in_every_try(|| {
            let one = [sequences[at].clone()];
            let differences = compare(program, &one, &mut ports, &mut BTreeMap::new());
            differences.into_values().collect()
        });
        assert!(
            again.is_empty(),
            "seed {seed}, sequence {at}:\n{}",
            again[0]
        );
    }
}

/// The C program, compiled.
#[cfg(target_os = "linux")]
fn build() -> (tempfile::TempDir, PathBuf) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sequence.c");
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("sequence");
    let status = Command::new(c_compiler())
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([&program, &source])
        .status()
        .unwrap();
    assert!(status.success(), "the compiler refuses tests/sequence.c");
    (directory, program)
}

/// Makes the sequences with both; returns the reports of those that differ. `census` counts the
/// results.
fn compare(
    program: &Path,
    sequences: &[Vec<Step>],
    ports: &mut impl Iterator<Item = u16>,
    census: &mut BTreeMap<String, usize>,
) -> BTreeMap<usize, String> {
    let first: Vec<u16> = ports.take(2 * sequences.len()).collect();
    let (theirs, ours) = first.split_at(sequences.len());
    let expected = ask(program, sequences, theirs);
    let (sender, results) = mpsc::channel();
    let made = (sequences.to_vec(), expected.clone(), ours.to_vec());
    thread::spawn(move || {
        for ((steps, expected), first) in made.0.iter().zip(&made.1).zip(made.2) {
            if sender.send(make(steps, expected, first)).is_err() {
                break;
            }
        }
    });
    let mut differences = BTreeMap::new();
    for (at, (steps, expected)) in sequences.iter().zip(&expected).enumerate() {
        let Ok(ours) = results.recv_timeout(DEADLINE) else {
            panic!(
                "a call waits, sequence {at}:\n{}",
                report(steps, expected, &[])
            );
        };
        let expected = named(expected, theirs[at]);
        for result in &expected {
            let kind = result.split(' ').take(2).collect::<Vec<_>>().join(" ");
            let kind = kind.strip_prefix("bytes").map_or(&*kind, |_| "bytes");
            *census.entry(kind.to_owned()).or_default() += 1;
        }
        let ours = named(&ours, first[sequences.len() + at]);
        if ours != expected {
            let report = report(steps, &expected, &ours);
            differences.insert(at, report);
        }
    }
    differences
}

/// Each call with the result of the C program, and ours where it differs.
fn report(steps: &[Step], expected: &[String], ours: &[String]) -> String {
    let mut report = String::new();
    for (at, (step, theirs)) in steps.iter().zip(expected).enumerate() {
        report += &format!("{} = {theirs}", step.line(0));
        if let Some(ours) = ours.get(at).filter(|ours| *ours != theirs) {
            report += &format!(", in sockscope {ours}");
        }
        report.push('\n');
    }
    report
}

/// The results of the C program.
fn ask(program: &Path, sequences: &[Vec<Step>], first: &[u16]) -> Vec<Vec<String>> {
    let mut input = String::new();
    for (steps, first) in sequences.iter().zip(first) {
        for step in steps {
            input += &(step.line(*first) + "\n");
        }
        input += "end\n";
    }
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "the C program: {}", output.status);
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines().map(str::to_owned);
    sequences
        .iter()
        .map(|steps| lines.by_ref().take(steps.len()).collect())
        .collect()
}

/// The results of the library, in the format of the C program. What that did not make is not made.
fn make(steps: &[Step], expected: &[String], first: u16) -> Vec<String> {
    let recorder = Recorder::new(System, None);
    let mut sockets = [SocketId(0); SOCKETS];
    let mut names = vec![Vec::new(); SOCKETS];
    let mut results = Vec::new();
    for (number, (step, expected)) in (1..).zip(steps.iter().zip(expected)) {
        if expected == "none" {
            results.push(expected.clone());
            continue;
        }
        let (at, new) = step.sockets();
        let call = step.call(sockets[at], SocketId(number), &names, first);
        let record = recorder.call(None, call);
        if let (Some(new), true) = (new, record.value().is_some()) {
            sockets[new] = SocketId(number);
        }
        if let (Step::Getsockname(at), Some(Value::Address(bytes))) = (step, record.value()) {
            names[*at] = bytes.to_vec();
        }
        results.push(result(&record));
    }
    recorder.close_all();
    results
}

fn result(record: &Record) -> String {
    let value = match &record.outcome {
        Outcome::Returned(value) => value,
        Outcome::Failed(error) => return format!("error {}", error.code),
        other => return format!("{other:?}"),
    };
    match value {
        Value::Zero => "0".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Sent(count) => count.to_string(),
        Value::Handle(_) => "handle".to_owned(),
        Value::Linger(linger) => format!("linger {} {}", linger.onoff, linger.seconds),
        Value::Address(bytes) => format!("address x{}", hex(bytes)),
        Value::Received(data) => format!("bytes x{} x", hex(data)),
        Value::Datagram(datagram) => {
            format!("bytes x{} x{}", hex(&datagram.data), hex(&datagram.address))
        }
        other => format!("{other:?}"),
    }
}

/// The results with a name for each port: `P0` for the sequence's first own one, `E0` for the first
/// that the kernel chose.
fn named(results: &[String], first: u16) -> Vec<String> {
    let mut chosen: Vec<u16> = Vec::new();
    let mut name = |port: u16| match port {
        0 => "0".to_owned(),
        own if (first..first + PORTS_EACH).contains(&own) => format!("P{}", own - first),
        other => {
            let known = chosen.iter().position(|&port| port == other);
            let at = known.unwrap_or_else(|| {
                chosen.push(other);
                chosen.len() - 1
            });
            format!("E{at}")
        }
    };
    let renamed = results.iter().map(|result| match result.rsplit_once(' ') {
        // The family, the port, and the rest of an IP address.
        Some((before, address)) if address.len() > 9 && address.starts_with('x') => {
            let port = u16::from_str_radix(&address[5..9], 16).unwrap();
            format!(
                "{before} {} {} {}",
                &address[..5],
                name(port),
                &address[9..]
            )
        }
        _ => result.clone(),
    });
    renamed.collect()
}
