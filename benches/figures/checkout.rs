//! The time of README.md's `cargo test` in a fresh checkout: what git tracks, and nothing built yet.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use anyhow::{Context as _, Result, ensure};

use crate::Options;
use crate::figure::{Figure, Target, Unit};
use crate::program::{Output, finish};

/// The parts of it, and the whole.
const FIGURES: [(&str, Target); 3] = [
    ("cargo test, fresh checkout: building", Target::Shown),
    ("cargo test, fresh checkout: running", Target::Shown),
    ("cargo test, fresh checkout", Target::Value(120.0)),
];

/// The time for each command on a slow machine.
const LIMIT: Duration = Duration::from_secs(1800);

/// The megabytes that must be free. Built and run, it took 2,300.
const ROOM: u64 = 4000;

/// All figures of a fresh checkout. It runs last: what it builds leaves nothing of the caches to the others.
pub(crate) fn measure(options: Options) -> Vec<Figure> {
    eprintln!("measuring: cargo test in a fresh checkout");
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let measured = if options.quick {
        Err("it takes minutes, so --quick leaves it out".to_owned())
    } else if options.noise {
        Err("it has no peer to measure against itself".to_owned())
    } else {
        seconds().map_err(|error| format!("{error:#}"))
    };
    let figures = FIGURES.into_iter().enumerate().map(|(at, (what, target))| {
        let unit = Unit::Seconds;
        match &measured {
            Ok(seconds) => {
                Figure::alone(format!("{what} (load {load})"), unit, target, seconds[at])
            }
            Err(reason) => Figure::not_run(what, unit, target, reason),
        }
    });
    figures.collect()
}

/// The time to build the tests, to run them, and both together.
fn seconds() -> Result<[f64; 3]> {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .context("cannot make a directory to check out in")?;
    let directory = directory.path();
    ensure_room(directory)?;
    check_out(directory)?;
    // Its target directory is its own, and what it needs is downloaded before the time starts.
    let cargo = |words: &str| -> Result<Output> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command: Vec<OsString> = ["env", "-u", "CARGO_TARGET_DIR", "-C"]
            .map(OsString::from)
            .into();
        command.extend([directory.into(), cargo]);
        command.extend(words.split(' ').map(OsString::from));
        finish(&command, LIMIT)
    };
    let offline = if cargo("fetch --locked --offline")?.status.success() {
        " --offline"
    } else {
        cargo("fetch --locked")?.ok()?;
        ""
    };
    let timed = |words: &str| {
        let began = Instant::now();
        let output = cargo(&format!("{words} --locked{offline}"))?;
        let took = began.elapsed().as_secs_f64();
        ensure!(
            output.status.success(),
            "cargo {words} failed: {}",
            failures(&output)
        );
        anyhow::Ok(took)
    };
    let (building, running) = (timed("test --no-run")?, timed("test")?);
    Ok([building, running, building + running])
}

/// Copies what git tracks, as it stands here, into `directory`.
fn check_out(directory: &Path) -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let command = ["git", "-C"].map(OsString::from).into_iter();
    let command = command.chain([here.into(), "ls-files".into(), "-z".into()]);
    let listed = finish(&command.collect::<Vec<_>>(), LIMIT)?.ok()?;
    let names = str::from_utf8(&listed.stdout).context("a name that is not UTF-8")?;
    for name in names.split_terminator('\0') {
        let (from, to) = (here.join(name), directory.join(name));
        // A file that was deleted since the last commit.
        if !from.exists() {
            continue;
        }
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        // With its permissions: some are programs.
        fs::copy(&from, &to).with_context(|| format!("copying {}", from.display()))?;
    }
    Ok(())
}

fn ensure_room(directory: &Path) -> Result<()> {
    let command = ["df", "--output=avail", "-BM"].map(OsString::from);
    let command: Vec<OsString> = command.into_iter().chain([directory.into()]).collect();
    let output = finish(&command, LIMIT)?.ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let free = text.lines().last().unwrap_or_default();
    let free: u64 = free.trim().trim_end_matches('M').parse()?;
    ensure!(
        free >= ROOM,
        "it takes {ROOM} MB on the disk, and {free} MB are free"
    );
    Ok(())
}

/// The names of the tests that failed, or the end of what cargo said.
fn failures(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let failed = text.lines().filter_map(|line| {
        let name = line.strip_prefix("test ")?.strip_suffix("FAILED")?;
        Some(name.trim_end_matches([' ', '.']))
    });
    let failed: Vec<&str> = failed.collect();
    if failed.is_empty() {
        let text = String::from_utf8_lossy(&output.stderr);
        text.trim().lines().last().unwrap_or_default().to_owned()
    } else {
        failed.join(", ")
    }
}
