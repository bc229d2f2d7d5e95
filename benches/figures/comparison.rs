//! The time to compare two answers in this process, without the calls and without reading them.

use std::collections::HashMap;
use std::ffi::OsString;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};

use sockscope::compare::{Answer, Comparison};
use sockscope::names::Os;
use sockscope::net::{Host, Run};
use sockscope::replay::Replay;
use sockscope::words::Language;

use crate::Options;
use crate::figure::{Figure, Target, Unit, Values};
use crate::namespace::{MANY, Namespace};
use crate::program::{self, finish};

/// Each address appears once for every socket type.
const ADDRESSES: u32 = 10_000;
const ENTRIES: usize = 30_000;
const ROUNDS: usize = 30;
const RUN: Duration = Duration::from_secs(20);

const TARGET: Target = Target::Value(100.0);

/// The second answer; the first is always the same.
const FIGURES: [&str; 3] = [
    "compare 30,000 entries, equal",
    "compare 30,000 entries, half of them others, the rest in reverse",
    "compare 30,000 entries of two systems",
];

/// All figures of a comparison.
pub(crate) fn measure(options: Options) -> Vec<Figure> {
    let answers = answers().map_err(|error| format!("{error:#}"));
    let figures = FIGURES.into_iter().enumerate().map(|(at, what)| {
        eprintln!("measuring: {what}");
        let runs = match &answers {
            Ok([first, rest @ ..]) => [first, &rest[at]],
            Err(reason) => return Figure::not_run(what, Unit::Milliseconds, TARGET, reason),
        };
        let rounds = if options.quick { ROUNDS / 5 } else { ROUNDS };
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let subject = if options.noise { pairs } else { differences };
            ours.push(milliseconds(subject, runs));
            theirs.push(milliseconds(pairs, runs));
        }
        let peer = Values {
            name: "map",
            values: &theirs,
        };
        Figure::paired(what, Unit::Milliseconds, TARGET, &ours, &peer)
    });
    figures.collect()
}

/// The first answer, and the second one of each figure.
fn answers() -> Result<[Run; 4]> {
    let first = answer(0..ADDRESSES)?;
    let others = answer((ADDRESSES / 2..ADDRESSES + ADDRESSES / 2).rev())?;
    let mut elsewhere = first.clone();
    // AF_INET, the types and the protocols have the same numbers, and a sockaddr_in the same bytes.
    elsewhere.host = Arc::new(Host {
        os: Os::Windows,
        ..Host::clone(&first.host)
    });
    Ok([first.clone(), first, others, elsewhere])
}

/// The answer that the program prints for a name with these addresses, with a socket for each entry and
/// with the facts.
fn answer(addresses: impl IntoIterator<Item = u32>) -> Result<Run> {
    let namespace = Namespace::new(addresses)?;
    let mut command: Vec<OsString> = vec![program::sockscope().into()];
    command.extend(["--format", "json", MANY, "80"].map(OsString::from));
    let output = finish(&namespace.wrap(command), RUN)?.ok()?;
    let replay = Replay::read(Path::new("answer.json"), &output.stdout);
    let run = replay
        .map_err(|reason| anyhow!("{}", reason.text(Language::En)))
        .context("reading an answer of the program")?
        .run;
    ensure!(
        run.entries().len() == ENTRIES,
        "the program printed {} entries",
        run.entries().len()
    );
    Ok(run)
}

/// The least that could find what differs: pairs the entries whose numbers and addresses are equal.
fn pairs([first, second]: [&Run; 2]) -> usize {
    let places: HashMap<_, usize> = second
        .entries()
        .iter()
        .enumerate()
        .map(|(at, entry)| ((entry.socktype, entry.protocol, &entry.addr), at))
        .collect();
    let entries = first.entries().iter();
    entries
        .filter(|entry| places.contains_key(&(entry.socktype, entry.protocol, &entry.addr)))
        .count()
}

fn differences(runs: [&Run; 2]) -> usize {
    let answers = runs.map(|run| Answer { run, notes: &[] });
    Comparison::of(answers).differences.len()
}

/// The time of one comparison.
fn milliseconds(compare: fn([&Run; 2]) -> usize, runs: [&Run; 2]) -> f64 {
    let began = Instant::now();
    black_box(compare(black_box(runs)));
    began.elapsed().as_secs_f64() * 1e3
}
