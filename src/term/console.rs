//! The modes of a Windows console: as they were found, and as the program needs them.

use std::io;
use std::sync::{Mutex, PoisonError};

use crossterm::ansi_support::supports_ansi;
use crossterm_winapi::{ConsoleMode, Handle};

/// Changes of size are reported (`ENABLE_WINDOW_INPUT` of wincon.h). No console starts with it.
const ENABLE_WINDOW_INPUT: u32 = 0x0008;

/// Of the input and of the output, as they were before the terminal was taken.
static BEFORE: Mutex<Option<(u32, u32)>> = Mutex::new(None);

fn input() -> io::Result<ConsoleMode> {
    Handle::current_in_handle().map(ConsoleMode::from)
}

fn output() -> io::Result<ConsoleMode> {
    Handle::current_out_handle().map(ConsoleMode::from)
}

/// Remembers the modes, and lets the console interpret escape sequences.
///
/// # Errors
/// There is no console, or it is one that cannot do that.
pub(super) fn take() -> io::Result<()> {
    let before = (input()?.mode()?, output()?.mode()?);
    *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
    if supports_ansi() {
        return Ok(());
    }
    Err(io::Error::other(
        "this console does not interpret escape sequences; untick “Use legacy console” in its \
         properties, or use another terminal",
    ))
}

/// Has changes of size reported, which other settings of the input may have switched off.
pub(super) fn report_size() -> io::Result<()> {
    let input = input()?;
    input.set_mode(input.mode()? | ENABLE_WINDOW_INPUT)
}

/// Gives the modes back as they were.
pub(super) fn restore() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((before_input, before_output)) = before {
        // A console that is gone needs nothing.
        let _ = input().and_then(|input| input.set_mode(before_input));
        let _ = output().and_then(|output| output.set_mode(before_output));
    }
}
