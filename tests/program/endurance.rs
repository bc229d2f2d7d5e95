//! The real program for as long as a workshop lasts, at the speed of the machine: it goes on working,
//! and takes no more of anything at the end than it did early on.
//!
//! `SOCKSCOPE_ENDURANCE=1` makes the runs as long as they are meant to be, and tells their figures;
//! `.ci/endurance` sets it. Without it each is a tenth of that.

pub(crate) mod hour;
pub(crate) mod input;
mod usage;

fn whole() -> bool {
    std::env::var_os("SOCKSCOPE_ENDURANCE").is_some()
}

/// `length` of something, or as much of it as this run makes.
fn scaled(length: usize) -> usize {
    if whole() { length } else { length / 10 }
}

/// Tells the figures of a whole run.
fn tell(line: &str) {
    if whole() {
        eprintln!("ENDURANCE: {line}");
    }
}
