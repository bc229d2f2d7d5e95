//! A terminal of POSIX: its modes, and the way back for a thread that may wait for nothing.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::fd::AsFd;
use std::sync::RwLock;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};
use rustix::termios::{
    Action, OptionalActions::Now, QueueSelector, Termios, tcflow, tcflush, tcgetattr, tcsetattr,
};
use signal_hook::consts::SIGABRT;
use signal_hook::low_level::signal_name;

use super::{WAY_BACK, give_back, give_back_now, write};

type Input = Box<dyn AsFd + Send + Sync>;

/// The terminal that keys are read from, and its modes as they were found. It is kept open, for
/// there may be no file descriptor left at the end. Written only while there is nothing to undo.
static FOUND: RwLock<Option<(Input, Termios)>> = RwLock::new(None);

/// The terminal that crossterm reads keys from.
///
/// # Errors
/// There is none, or no file descriptor for it.
pub fn input() -> io::Result<Input> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Ok(Box::new(stdin));
    }
    match File::options().read(true).write(true).open("/dev/tty") {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(io::Error::new(
            error.kind(),
            format!("open(\"/dev/tty\"): {error}"),
        )),
    }
}

/// Notes the modes.
pub(super) fn note() -> io::Result<()> {
    let input = input()?;
    let modes = tcgetattr(&input)?;
    if let Ok(mut found) = FOUND.write() {
        *found = Some((input, modes));
    }
    Ok(())
}

pub(super) fn raw_mode() -> io::Result<()> {
    // crossterm does nothing where it thinks that raw mode is on. After a stop it is not.
    disable_raw_mode()?;
    enable_raw_mode()
}

/// Has presses, releases and the wheel reported, or nothing. crossterm's command asks for every
/// motion too, which would wake the program for nothing.
pub(super) fn mouse(on: bool) -> io::Result<()> {
    // Normal tracking; rxvt's and SGR's coordinates, which reach beyond column 223.
    write(if on {
        b"\x1b[?1000h\x1b[?1015h\x1b[?1006h"
    } else {
        b"\x1b[?1006l\x1b[?1015l\x1b[?1000l"
    })
}

/// Sends the way back and restores the modes, however long the terminal takes to read it.
pub(super) fn put_back() {
    // One step that fails, on a terminal that is gone, must not keep the next from being done.
    let _ = write(WAY_BACK);
    restore_modes();
}

/// Does so at once; false where the way back could not be sent. What the terminal has not read is
/// thrown away: it is all that stands in the way, and would not be seen for long.
pub(super) fn put_back_now() -> bool {
    discard();
    let stdout = io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::OUT)];
    let at_once = Timespec::default();
    // Past Rust's buffer, which may be in use in this thread.
    poll(&mut watched, Some(&at_once)).is_ok_and(|ready| ready > 0)
        && rustix::io::write(&stdout, WAY_BACK) == Ok(WAY_BACK.len())
}

/// Empties what the terminal has not read, lets it go on where it was told to stop, and restores
/// the modes: that wakes a write() that waits for room, which the rest does not do on Linux.
pub(super) fn discard() {
    let stdout = io::stdout();
    let _ = tcflush(&stdout, QueueSelector::OFlush);
    let _ = tcflow(&stdout, Action::OOn);
    restore_modes();
}

fn restore_modes() {
    if let Ok(found) = FOUND.try_read()
        && let Some((input, modes)) = &*found
    {
        // A terminal that is gone has no modes.
        let _ = tcsetattr(input, Now, modes);
    }
}

/// Gives the terminal back and says that this signal, of an abort or a crash, is why; its handler
/// may call it. What has been printed about it already goes with the screen.
pub fn crashed(signal: i32) {
    let name = signal_name(signal).unwrap_or("a signal");
    let (how, why) = if signal == SIGABRT {
        ("aborted (", "): most likely there was no memory left")
    } else {
        (
            "crashed (",
            "), in itself or in a module that the resolver loads",
        )
    };
    give_back_now(|given_back| {
        let end = if given_back {
            "; the terminal is as it was before\n"
        } else {
            "\n"
        };
        for part in ["sockscope: ", how, name, why, end] {
            // Nobody may be left to read it.
            let _ = rustix::io::write(io::stderr(), part.as_bytes());
        }
    });
}

/// Gives the terminal back and stops the whole process group, as Ctrl-Z does: a `cargo` that waits
/// for this program stops with it. False where no shell waits that could continue it; then
/// nothing happens. The stop may come a moment after this returns, so [`super::resume`] is for when
/// SIGCONT has come.
///
/// # Errors
/// The signal cannot be sent; the terminal is given back all the same.
pub fn suspend() -> io::Result<bool> {
    // A shell with job control puts every job into a group of its own. In the session leader's
    // own group (`xterm -e sockscope`) nobody is left to say `fg`; the kernel ignores SIGTSTP
    // there, and SIGSTOP would stop it for good.
    if getsid(None)? == getpgrp() {
        return Ok(false);
    }
    give_back();
    kill_current_process_group(Signal::STOP)?;
    Ok(true)
}
