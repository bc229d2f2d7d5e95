//! Wine, in which the programs for Windows run.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::support::again::inside;
use crate::support::terminal::wait_for;

/// Wine, which runs until the last of these is dropped.
///
/// Without it Wine's server and services end two seconds after a program and start again with the next one, on
/// a busy machine again and again. They share the output of the program that starts them: their messages
/// can stand in the middle of its lines, and its output ends when they do. So a program that only waits for
/// input starts them first, and runs until the others have ended.
pub(super) struct Wine(Child);

impl Wine {
    /// The tests of one process share it. The inner process of a test has that of the outer one.
    pub(super) fn running() -> Option<Arc<Self>> {
        static WINE: Mutex<Weak<Wine>> = Mutex::new(Weak::new());
        if inside().is_some() {
            return None;
        }
        let mut wine = WINE.lock().unwrap_or_else(PoisonError::into_inner);
        let running = wine.upgrade().unwrap_or_else(|| Arc::new(Self::start()));
        *wine = Arc::downgrade(&running);
        Some(running)
    }

    fn start() -> Self {
        // One that is about to end. Programs that others run in the prefix go on: then it does not end.
        limited(20, "wineserver", "--wait");
        if !prefix().join("system.reg").exists() {
            limited(300, "wineboot", "--init");
        }
        let printed = tempfile::tempfile().unwrap();
        let mut waiting = wine();
        let waiting = waiting
            .arg("cmd")
            .stdin(Stdio::piped())
            .stdout(printed.try_clone().unwrap())
            .stderr(Stdio::null());
        let started = Self(waiting.spawn().unwrap());
        // Its version.
        wait_for("Wine", || {
            (printed.metadata().unwrap().len() > 0).then_some(())
        });
        started
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        // The end of its input ends it.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// A command under Wine; its arguments follow.
pub(super) fn wine() -> Command {
    within("wine")
}

/// With a prefix of the test's own unless one is given.
fn prefix() -> PathBuf {
    env::var_os("WINEPREFIX").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("wine"),
        PathBuf::from,
    )
}

fn within(program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env("WINEPREFIX", prefix())
        .env("WINEDEBUG", "-all")
        // The encoding of arguments.
        .env("LC_ALL", "C.UTF-8")
        .env("WINEDLLOVERRIDES", "mscoree,mshtml=");
    command
}

/// Runs a program of Wine for at most so many seconds.
fn limited(seconds: u32, program: &str, argument: &str) {
    let mut command = within("timeout");
    let status = command
        .args([&seconds.to_string(), program, argument])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.unwrap();
}
