//! POSIX terminals: the modes, and restoring them from a thread that must not block.

use std::env;
use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::fd::AsFd;
use std::sync::RwLock;
use std::time::Instant;

use crossterm::QueueableCommand as _;
use crossterm::clipboard::CopyToClipboard;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};
use rustix::termios::{
    Action, OptionalActions::Now, QueueSelector, Termios, tcflow, tcflush, tcgetattr, tcsetattr,
};
use signal_hook::consts::SIGABRT;
use signal_hook::low_level::signal_name;

use super::background::LAST_WAIT;
use super::{ABORTED, CRASHED, WAY_BACK, change, give_back, give_back_now, language, write};

type Input = Box<dyn AsFd + Send + Sync>;

/// The terminal that keys are read from, with its original modes. It stays open because no file
/// descriptor may be left at the end. Written only while the terminal is unchanged.
static FOUND: RwLock<Option<(Input, Termios)>> = RwLock::new(None);

/// Asks for the device attributes.
const LAST_QUESTION: &[u8] = b"\x1b[c";

/// Whether the input has a whole answer to [`LAST_QUESTION`]: `ESC [ ?`, numbers, `c`.
fn has_last_answer(input: &[u8]) -> bool {
    let mut rest = input.windows(3).zip(3..);
    let start = rest.find(|(bytes, _)| bytes == b"\x1b[?");
    start.is_some_and(|(_, end)| input[end..].contains(&b'c'))
}

/// Opens the terminal that crossterm reads keys from.
pub(crate) fn input() -> io::Result<Input> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Ok(Box::new(stdin));
    }
    let file = File::options().read(true).write(true).open("/dev/tty");
    let file = file.map_err(|error| {
        let text = format!("open(\"/dev/tty\"): {error}");
        io::Error::new(error.kind(), text)
    });
    Ok(Box::new(file?))
}

/// Returns true: std tells terminals from pipes.
pub(super) const fn is_console() -> bool {
    true
}

/// Whether the terminal interprets escape sequences: TERM=dumb does not. No other value is tested.
pub(super) fn is_usable() -> bool {
    env::var_os("TERM").is_none_or(|name| name != "dumb")
}

/// Saves the modes.
pub(super) fn note() -> io::Result<()> {
    let input = input()?;
    let modes = tcgetattr(&input)?;
    if let Ok(mut found) = FOUND.write() {
        *found = Some((input, modes));
    }
    Ok(())
}

pub(super) fn raw_mode() -> io::Result<()> {
    // crossterm skips enabling if it enabled before. After a stop, raw mode is off.
    disable_raw_mode()?;
    enable_raw_mode()
}

/// Turns reports of mouse buttons and the wheel on or off. crossterm's command also turns on reports
/// of motion, which would wake the program for nothing.
pub(super) fn mouse(on: bool) -> io::Result<()> {
    // Normal tracking, with rxvt and SGR coordinates, which reach beyond column 223.
    write(if on {
        b"\x1b[?1000h\x1b[?1015h\x1b[?1006h"
    } else {
        b"\x1b[?1006l\x1b[?1015l\x1b[?1000l"
    })
}

/// Asks the terminal once more, and reads its input until the answer, so that the shell gets none of it.
pub(super) fn drain() -> io::Result<()> {
    write(LAST_QUESTION)?;
    let end = Instant::now() + LAST_WAIT;
    let mut seen = Vec::new();
    let mut buffer = [0; 256];
    while !has_last_answer(&seen)
        && let Ok(left) = Timespec::try_from(end.saturating_duration_since(Instant::now()))
        && let Ok(found) = FOUND.try_read()
        && let Some((input, _)) = &*found
        && poll(&mut [PollFd::new(input, PollFlags::IN)], Some(&left))? > 0
    {
        match rustix::io::read(input, &mut buffer)? {
            0 => break,
            count => seen.extend(&buffer[..count]),
        }
    }
    Ok(())
}

/// With OSC 52; terminals that do not support or allow it ignore it.
pub(super) fn copy(text: &str) -> io::Result<()> {
    let mut bytes = Vec::new();
    bytes.queue(CopyToClipboard::to_clipboard_from(text))?;
    change(|| write(&bytes))
}

/// The terminal's own key pastes; no key of the program does.
pub(super) fn paste() -> io::Result<Option<String>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Sends the reset sequence and restores the modes. May block on a slow terminal.
pub(super) fn put_back() {
    // If one step fails because the terminal is gone, still do the next.
    let _ = write(WAY_BACK);
    restore_modes();
}

/// Like [`put_back`], without blocking; returns false if the reset sequence could not be sent. Discards
/// pending output to make room for the sequence.
pub(super) fn put_back_now() -> bool {
    discard();
    let stdout = io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::OUT)];
    let at_once = Timespec::default();
    // Bypass Rust's buffer: this thread may hold its lock.
    poll(&mut watched, Some(&at_once)).is_ok_and(|ready| ready > 0)
        && rustix::io::write(&stdout, WAY_BACK) == Ok(WAY_BACK.len())
}

/// Discards pending output, resumes stopped output (Ctrl-S), and restores the modes. On Linux only
/// the last step wakes a blocked write().
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
        // Fails if the terminal is gone.
        let _ = tcsetattr(input, Now, modes);
    }
}

/// Restores the terminal and reports the signal of an abort or a crash. Safe in the signal handler
/// (signal-safety(7)). Messages already printed disappear with the alternate screen.
pub(crate) fn crashed(signal: i32) {
    let name = signal_name(signal).unwrap_or("a signal");
    let keys = if signal == SIGABRT { ABORTED } else { CRASHED };
    let [how, why, restored] = keys.map(|key| key.text(language()));
    give_back_now(|given_back| {
        let end = if given_back {
            ["; ", restored, "\n"]
        } else {
            ["\n", "", ""]
        };
        let message = ["sockscope: ", how, " (", name, "): ", why];
        for part in message.into_iter().chain(end) {
            // Standard error may be closed.
            let _ = rustix::io::write(io::stderr(), part.as_bytes());
        }
    });
}

/// Restores the terminal and stops the whole process group, as Ctrl-Z does, including a `cargo` that
/// waits for this program. Returns false and does nothing if no shell could continue it. The stop may
/// come shortly after this returns.
pub(super) fn suspend() -> io::Result<bool> {
    // A shell with job control gives every job its own group. In the session leader's group
    // (`xterm -e sockscope`) no shell can run `fg`: the kernel ignores SIGTSTP there, and SIGSTOP
    // would stop the program forever.
    if getsid(None)? == getpgrp() {
        return Ok(false);
    }
    give_back();
    kill_current_process_group(Signal::STOP)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_answer_is_found_after_others() {
        for input in [
            "\x1b[?6c",
            "\x1b[?62;22c",
            "q\x1b]11;rgb:cc/cc/cc\x07\x1b[?1;2cx",
        ] {
            assert!(has_last_answer(input.as_bytes()), "{input:?}");
        }
        for input in [
            "",
            "c",
            "\x1b[?62;22",
            "c\x1b[?",
            "\x1b]11;rgb:cc/cc/cc\x1b\\",
        ] {
            assert!(!has_last_answer(input.as_bytes()), "{input:?}");
        }
    }
}
