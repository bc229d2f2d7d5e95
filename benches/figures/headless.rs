//! Figures of a program that prints and exits: wall time and peak memory of whole runs, beside a C
//! program that makes the same calls and beside `getent ahosts`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::Options;
use crate::figure::{Figure, Target, Unit, Values};
use crate::namespace::{MANY, Namespace};
use crate::pairs::median;
use crate::program::{self, Output, finish};

/// The limit for a single run; the longest takes a tenth of a second.
const RUN: Duration = Duration::from_secs(20);
const WARMUP: usize = 10;

const MEMORY: Target = Target::Ratio(1.8);

/// `--matrix`, which makes about 500 calls.
const MATRIX: &str = "table of --matrix";
const MATRIX_TIME: Target = Target::Value(50.0);

/// `--connect` to addresses that do not answer, beside one such connect(): two rounds of 64, and a tenth.
const CONNECT: &str = "--connect, 128 silent addresses";
const SILENT: u32 = 128;
const CONNECT_TIME: Target = Target::Ratio(2.2);

/// connect() gives up after two packets, which takes three seconds instead of two minutes.
const IMPATIENT: &str = "echo 1 >/proc/sys/net/ipv4/tcp_syn_retries; exec \"$@\"";

/// The peer of `--connect`; the address is the first of the namespace.
const CONNECT_ONE: &str = "import socket
try: socket.create_connection(('10.0.0.0', 80))
except TimeoutError: pass";

/// A query and its limits.
struct Case {
    node: &'static str,
    service: &'static str,
    /// The number of addresses of the name, from a hosts file of its own. `None` uses the machine's
    /// file.
    addresses: Option<u32>,
    time: Target,
    rounds: usize,
}

const CASES: [Case; 4] = [
    Case {
        node: "localhost",
        service: "http",
        addresses: None,
        time: Target::Ratio(1.35),
        rounds: 300,
    },
    Case {
        node: "127.0.0.1",
        service: "80",
        addresses: None,
        time: Target::Ratio(1.6),
        rounds: 300,
    },
    Case {
        node: MANY,
        service: "80",
        addresses: Some(1000),
        time: Target::Ratio(1.1),
        rounds: 60,
    },
    Case {
        node: MANY,
        service: "80",
        addresses: Some(5000),
        time: Target::Ratio(1.1),
        rounds: 30,
    },
];

/// The end of each entry in the C program's output.
const LINE: &str = "\n";

const FORMATS: [&str; 2] = ["table", "json"];

impl Case {
    fn label(&self) -> String {
        match self.addresses {
            // An entry for each type.
            Some(addresses) => format!("{} entries", 3 * addresses),
            None => format!("{} {}", self.node, self.service),
        }
    }

    /// The names, units and targets of the figures of each format.
    fn wanted(&self) -> impl Iterator<Item = (String, Unit, Target)> {
        let label = self.label();
        FORMATS.into_iter().flat_map(move |format| {
            [
                (format!("{format}, {label}"), Unit::Milliseconds, self.time),
                (
                    format!("{format}, {label}, memory"),
                    Unit::Megabytes,
                    MEMORY,
                ),
            ]
        })
    }
}

/// The programs to compare.
struct Bench {
    stopwatch: PathBuf,
    peer: PathBuf,
    options: Options,
}

/// All headless figures.
pub(crate) fn measure(options: Options) -> Vec<Figure> {
    let bench = tempfile::tempdir()
        .context("cannot make a directory to compile in")
        .and_then(|directory| {
            let bench = Bench {
                stopwatch: program::compiled("stopwatch", directory.path())?,
                peer: program::compiled("peer", directory.path())?,
                options,
            };
            Ok((bench, directory))
        });
    let matrix = match &bench {
        Ok((bench, _)) => bench.matrix(),
        Err(error) => Err(anyhow::anyhow!("{error:#}")),
    };
    let mut figures = Vec::new();
    for (what, target, measured) in [
        (MATRIX, MATRIX_TIME, matrix),
        (CONNECT, CONNECT_TIME, connect()),
    ] {
        figures.push(measured.unwrap_or_else(|error| {
            Figure::not_run(what, Unit::Milliseconds, target, format!("{error:#}"))
        }));
    }
    for case in &CASES {
        eprintln!("measuring: headless, {}", case.label());
        let measured = match &bench {
            Ok((bench, _)) => bench.case(case).map_err(|error| format!("{error:#}")),
            Err(error) => Err(format!("{error:#}")),
        };
        match measured {
            Ok(measured) => figures.extend(measured),
            Err(reason) => figures.extend(
                case.wanted()
                    .map(|(what, unit, target)| Figure::not_run(what, unit, target, &reason)),
            ),
        }
    }
    figures
}

/// Each runs once: the kernel's timers take the time, and they do not drift.
fn connect() -> Result<Figure> {
    let namespace = Namespace::new(0..SILENT)?;
    let timed = |command: &[&str]| -> Result<(f64, String)> {
        let command = ["sh", "-c", IMPATIENT, "sh"].iter().chain(command);
        let command = namespace.wrap(command.map(OsString::from));
        let start = Instant::now();
        let output = finish(&command, RUN)?;
        let took = start.elapsed().as_secs_f64() * 1e3;
        Ok((took, String::from_utf8_lossy(&output.stdout).into_owned()))
    };
    let program = program::sockscope();
    let program = program.to_str().context("a path that is not UTF-8")?;
    let arguments = ["--format", "json", "--connect", "--timeout", "15"];
    let query = ["-t", "stream", MANY, "80"];
    let (ours, printed) = timed(&[&[program], &arguments[..], &query].concat())?;
    let silent = printed.matches("ETIMEDOUT").count();
    ensure!(
        silent >= SILENT as usize,
        "{silent} of {SILENT} did not answer"
    );
    let (one, _) = timed(&["python3", "-c", CONNECT_ONE])?;
    let peer = Values {
        name: "one",
        values: &[one],
    };
    let unit = Unit::Milliseconds;
    Ok(Figure::paired(CONNECT, unit, CONNECT_TIME, &[ours], &peer))
}

impl Bench {
    fn matrix(&self) -> Result<Figure> {
        let command: Vec<OsString> = vec![program::sockscope().into(), "--matrix".into()];
        ensure!(
            printed(&command, "SOCK_STREAM")? > 0,
            "it printed no matrix"
        );
        let runs = self.stopwatch(60, &[command], |command| command)?;
        let median = median(&runs[0].milliseconds);
        Ok(Figure::alone(
            MATRIX,
            Unit::Milliseconds,
            MATRIX_TIME,
            median,
        ))
    }

    fn case(&self, case: &Case) -> Result<Vec<Figure>> {
        let namespace = case.addresses.map(|count| Namespace::new(0..count));
        let namespace = namespace.transpose()?;
        let inside = |command: Vec<OsString>| match &namespace {
            Some(namespace) => namespace.wrap(command),
            None => command,
        };
        let query = || [case.node.into(), case.service.into()];
        let peer: Vec<OsString> = std::iter::once(self.peer.clone().into())
            .chain(query())
            .collect();
        let ours = FORMATS.map(|format| {
            if self.options.noise {
                return peer.clone();
            }
            let mut command = vec![
                program::sockscope().into(),
                "--format".into(),
                format.into(),
            ];
            command.extend(query());
            command
        });
        let entries = printed(&inside(peer.clone()), LINE)?;
        ensure!(entries > 0, "the C program printed no entries");
        for (command, format) in ours.iter().zip(FORMATS) {
            let word = match format {
                _ if self.options.noise => LINE,
                "json" => "\"ai_addrlen\"",
                _ => "AF_INET",
            };
            let printed = printed(&inside(command.clone()), word)?;
            ensure!(
                printed == entries,
                "--format {format} printed {printed} entries, the C program {entries}"
            );
        }

        let getent = executable("getent")?;
        let getent = vec![getent.into(), "ahosts".into(), case.node.into()];
        let [table, json] = ours;
        // Run after getent, which opens hardly any sockets: the kernel frees closed sockets late,
        // at the cost of the program that runs then.
        let commands = [peer, getent.clone(), table, getent.clone(), json, getent];
        let runs = self.stopwatch(case.rounds, &commands, inside)?;
        let [peer, _, table, getent, json, _] = &runs[..] else {
            unreachable!("the stopwatch prints one list for each command");
        };
        let mut figures = Vec::new();
        for ((what, unit, target), ours) in case.wanted().zip([table, table, json, json]) {
            let (ours, theirs) = match unit {
                Unit::Megabytes => (&ours.megabytes, &peer.megabytes),
                _ => (&ours.milliseconds, &peer.milliseconds),
            };
            let theirs = Values {
                name: "C",
                values: theirs,
            };
            figures.push(Figure::paired(what, unit, target, ours, &theirs));
        }
        figures.push(Figure::paired(
            format!("table, {}", case.label()),
            Unit::Milliseconds,
            Target::Shown,
            &table.milliseconds,
            &Values {
                name: "getent",
                values: &getent.milliseconds,
            },
        ));
        Ok(figures)
    }

    /// Runs the commands in turn, this many rounds, and returns the measurements of each.
    fn stopwatch(
        &self,
        rounds: usize,
        commands: &[Vec<OsString>],
        inside: impl Fn(Vec<OsString>) -> Vec<OsString>,
    ) -> Result<Vec<Runs>> {
        let rounds = if self.options.quick {
            rounds / 5
        } else {
            rounds
        };
        let numbers = [rounds.to_string(), WARMUP.to_string(), "20".to_owned()];
        let mut command: Vec<OsString> = vec![self.stopwatch.clone().into()];
        command.extend(numbers.map(OsString::from));
        command.extend(commands.join(&OsString::from("--")));
        let output = finish(&inside(command), Duration::from_secs(300))?.ok()?;
        let mut runs: Vec<Runs> = commands.iter().map(|_| Runs::default()).collect();
        for line in str::from_utf8(&output.stdout)?.lines() {
            let numbers: Vec<f64> = line
                .split_whitespace()
                .map(str::parse)
                .collect::<Result<_, _>>()?;
            ensure!(
                numbers.len() == 2 * runs.len(),
                "the stopwatch printed {line:?}"
            );
            for (runs, pair) in runs.iter_mut().zip(numbers.chunks(2)) {
                runs.milliseconds.push(pair[0] / 1e6);
                runs.megabytes.push(pair[1] / 1024.0);
            }
        }
        ensure!(
            runs.iter().all(|runs| runs.milliseconds.len() == rounds),
            "the stopwatch printed too little"
        );
        Ok(runs)
    }
}

/// The measurements of a command, run by run.
#[derive(Default)]
struct Runs {
    milliseconds: Vec<f64>,
    megabytes: Vec<f64>,
}

/// The number of times a command prints `word`.
fn printed(command: &[OsString], word: &str) -> Result<usize> {
    let Output { stdout, .. } = finish(command, RUN)?.ok()?;
    let text = String::from_utf8_lossy(&stdout);
    Ok(text.matches(word).count())
}

/// The absolute path of a program. The stopwatch does not search PATH, so that no run pays for it.
fn executable(name: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|directory| directory.join(name))
        .find(|path| Path::is_file(path))
        .with_context(|| format!("{name} is not installed"))
}
