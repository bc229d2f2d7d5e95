//! The real program through a workshop's worth of use, as fast as it can: it keeps working, and at
//! the end it holds no more than early on.
//!
//! `SOCKSCOPE_ENDURANCE=1` makes full-length runs and prints their figures; `.ci/endurance` sets
//! it. Without it each run has a tenth of the length.

pub(crate) mod hour;
pub(crate) mod input;
mod usage;

fn whole() -> bool {
    std::env::var_os("SOCKSCOPE_ENDURANCE").is_some()
}

/// `length`, or the part of it that this run makes.
fn scaled(length: usize) -> usize {
    if whole() { length } else { length / 10 }
}

/// Prints the figures of a full run.
fn report(line: &str) {
    if whole() {
        eprintln!("ENDURANCE: {line}");
    }
}
