//! The terminal's modes as they were found, kept together with a way to it: crossterm opens
//! /dev/tty anew to put them back where standard input is no terminal, and there may be no file
//! descriptor left for that.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::{Mutex, TryLockError};

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

static BEFORE: Mutex<Option<(OwnedFd, Termios)>> = Mutex::new(None);

/// Keeps the modes of the terminal that keys are read from. Raw mode is off.
///
/// # Errors
/// There is no such terminal, or no file descriptor for it.
pub(super) fn keep() -> io::Result<()> {
    let stdin = io::stdin();
    let terminal = if stdin.is_terminal() {
        stdin.as_fd().try_clone_to_owned()?
    } else {
        File::options()
            .read(true)
            .write(true)
            .open("/dev/tty")
            .map_err(|error| io::Error::new(error.kind(), format!("open(\"/dev/tty\"): {error}")))?
            .into()
    };
    let modes = tcgetattr(&terminal)?;
    if let Ok(mut before) = BEFORE.try_lock() {
        *before = Some((terminal, modes));
    }
    Ok(())
}

/// Puts back what was kept, once. It waits for no lock, so a signal may ask for it at any time.
pub(super) fn restore() {
    let mut before = match BEFORE.try_lock() {
        Ok(before) => before,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        // Whoever holds it is at it.
        Err(TryLockError::WouldBlock) => return,
    };
    if let Some((terminal, modes)) = before.take() {
        // A terminal that is gone has no modes.
        let _ = tcsetattr(terminal, OptionalActions::Now, &modes);
    }
}
