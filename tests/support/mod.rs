//! What the tests of the real binary share: an independent witness, and a network of their own.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses its part of it"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on panics"
)]

pub mod agreement;
#[cfg(target_os = "linux")]
pub mod dns;
#[cfg(target_os = "linux")]
pub mod network;
pub mod oracle;
pub mod query;

/// Says that a test could not run here, and why. A test's own output is captured; this is not.
pub fn not_run(test: &str, why: &str) {
    use std::io::Write as _;
    // Written at once and past libtest's capture, which takes only what the print macros write.
    let _ = writeln!(std::io::stderr(), "NOT RUN: {test}: {why}");
}

/// Whether this process may open raw sockets without more.
#[cfg(target_os = "linux")]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
