//! What the tests share: an independent witness, a network and a process of their own, a terminal.

pub mod again;
pub mod agreement;
#[cfg(target_os = "linux")]
pub mod dns;
#[cfg(target_os = "linux")]
pub mod network;
pub mod oracle;
#[cfg(target_os = "linux")]
pub mod process;
pub mod query;
#[cfg(unix)]
pub mod terminal;

/// Whether this process may open raw sockets without more.
#[cfg(target_os = "linux")]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
