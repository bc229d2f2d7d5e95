//! Figures: how fast and how big sockscope is, beside the least that could do the same.
//!
//! `cargo bench --bench figures` measures all of them and prints each beside its peer and its
//! target. A time is the median of paired runs (A B A B …). A ratio is the median of the ratios of
//! all pairs, with the quartiles behind it: the speed of a machine drifts, the ratio does not.
//! benches/README.md explains each figure.
//!
//! See [`USAGE`] for the arguments.

mod checkout;
mod comparison;
mod figure;
mod frame;
mod headless;
mod namespace;
mod pairs;
mod panes;
mod program;
mod terminal;
mod tui;

use std::process::ExitCode;
use std::{env, fs, thread};

use sockscope::net::Net as _;
use sockscope::sys::System;

use crate::figure::Table;

/// The usage text.
const USAGE: &str = "\
cargo bench --bench figures -- [headless] [tui] [frame] [compare] [tests] [--quick] [--noise] [--strict]

  headless   programs that print and exit
  tui        programs in a pseudo-terminal
  frame      a single frame in this process
  compare    two answers compared in this process
  tests      cargo test in a fresh checkout; without any of the five: all of them
  --quick    fewer rounds, and no fresh checkout
  --noise    measure the peers against themselves: what differs from 1 is the method's own error
  --strict   exit with 1 if a target is missed or a figure cannot be measured";

/// How to measure.
#[derive(Clone, Copy, Default)]
struct Options {
    quick: bool,
    noise: bool,
}

fn main() -> ExitCode {
    let mut options = Options::default();
    let (mut headless, mut tui, mut frame) = (false, false, false);
    let (mut compare, mut tests) = (false, false);
    let (mut bench, mut strict) = (false, false);
    for argument in env::args().skip(1) {
        match argument.as_str() {
            "headless" => headless = true,
            "tui" => tui = true,
            "frame" => frame = true,
            "compare" => compare = true,
            "tests" => tests = true,
            "--quick" => options.quick = true,
            "--noise" => options.noise = true,
            "--strict" => strict = true,
            // cargo bench adds this argument; cargo test does not.
            "--bench" => bench = true,
            "-h" | "--help" => {
                println!("{USAGE}");
                return ExitCode::SUCCESS;
            }
            other => {
                eprintln!("figures: no such argument: {other}\n\n{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    if !bench {
        eprintln!("NOT RUN: the figures: run cargo bench to measure them");
        return ExitCode::SUCCESS;
    }
    if !cfg!(target_os = "linux") {
        eprintln!("NOT RUN: the figures: they need Linux for /proc and network namespaces");
        return ExitCode::SUCCESS;
    }
    let all = !(headless || tui || frame || compare || tests);

    let mut figures = Vec::new();
    if all || headless {
        figures.extend(headless::measure(options));
    }
    if all || tui {
        figures.extend(tui::measure(options));
    }
    if all || frame {
        figures.extend(frame::measure());
    }
    if all || compare {
        figures.extend(comparison::measure(options));
    }
    let machine = machine();
    if all || tests {
        figures.extend(checkout::measure(options));
    }
    let table = Table {
        subject: if options.noise {
            "the peer again"
        } else {
            "sockscope"
        },
        figures,
    };
    println!("\n{machine}\n\n{table}");
    if strict && !table.all_met() {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The machine, as a heading for the table.
fn machine() -> String {
    let host = System.host();
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cores = thread::available_parallelism().map_or(0, |cores| cores.get());
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    let busy = match load.parse::<f64>() {
        Ok(load) if load > cores as f64 => ": busy, so that p95 and all but the ratios say little",
        _ => "",
    };
    format!(
        "{cores} cores, Linux {}, {}, {}; load {load}{busy}",
        kernel.trim(),
        host.libc.as_deref().unwrap_or("an unknown libc"),
        host.arch,
    )
}
