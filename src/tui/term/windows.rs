//! A Windows console: its modes, as they were found and as the program needs them.

use std::io::{self, Write as _};
use std::sync::OnceLock;

use crossterm::ExecutableCommand as _;
use crossterm::ansi_support::supports_ansi;
use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use crossterm::terminal::enable_raw_mode;
use crossterm_winapi::{ConsoleMode, Handle};

use super::WAY_BACK;

/// Changes of size are reported (`ENABLE_WINDOW_INPUT` of wincon.h). No console starts with it.
const ENABLE_WINDOW_INPUT: u32 = 0x0008;

/// The modes of the input and of the output, as they were found.
static FOUND: OnceLock<(u32, u32)> = OnceLock::new();

fn input() -> io::Result<ConsoleMode> {
    Handle::current_in_handle().map(ConsoleMode::from)
}

fn output() -> io::Result<ConsoleMode> {
    Handle::current_out_handle().map(ConsoleMode::from)
}

/// Notes the modes, and lets the console interpret escape sequences.
///
/// # Errors
/// There is no console, or it is one that cannot do that.
pub(super) fn note() -> io::Result<()> {
    let _ = FOUND.set((input()?.mode()?, output()?.mode()?));
    if supports_ansi() {
        return Ok(());
    }
    Err(io::Error::other(
        "this console does not interpret escape sequences; untick “Use legacy console” in its \
         properties, or use another terminal",
    ))
}

pub(super) fn raw_mode() -> io::Result<()> {
    enable_raw_mode()?;
    let input = input()?;
    input.set_mode(input.mode()? | ENABLE_WINDOW_INPUT)
}

/// Has the mouse reported, or not. Off is the mode that was there before it was first on.
pub(super) fn mouse(on: bool) -> io::Result<()> {
    let mut stdout = io::stdout();
    if on {
        stdout.execute(EnableMouseCapture).map(drop)
    } else {
        stdout.execute(DisableMouseCapture).map(drop)
    }
}

/// Sends the way back and restores the modes.
pub(super) fn put_back() {
    let mut stdout = io::stdout().lock();
    // A console that is gone needs nothing.
    let _ = stdout.write_all(WAY_BACK).and_then(|()| stdout.flush());
    if let Some(&(before_input, before_output)) = FOUND.get() {
        let _ = input().and_then(|input| input.set_mode(before_input));
        let _ = output().and_then(|output| output.set_mode(before_output));
    }
}

/// The same: no signal's handler calls it, and no console waits to be read.
pub(super) fn put_back_now() -> bool {
    put_back();
    true
}

/// Nothing waits to be read.
pub(super) fn discard() {}

/// Nothing can be stopped here.
///
/// # Errors
/// None.
pub fn suspend() -> io::Result<bool> {
    Ok(false)
}
