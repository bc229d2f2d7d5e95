//! Windows consoles: saving, setting and restoring the modes.

use std::io::{self, Write as _};
use std::sync::OnceLock;

use clipboard_win::formats::CF_UNICODETEXT;
use clipboard_win::{ErrorCode, get_clipboard_string, is_format_avail, set_clipboard_string};
use crossterm::ExecutableCommand as _;
use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use crossterm::terminal::enable_raw_mode;
use crossterm_winapi::{ConsoleMode, Handle};

use super::WAY_BACK;

/// Reports size changes (`ENABLE_WINDOW_INPUT` of wincon.h). Off by default.
const ENABLE_WINDOW_INPUT: u32 = 0x0008;

/// Interprets escape sequences (wincon.h). Off by default.
const ENABLE_VIRTUAL_TERMINAL_PROCESSING: u32 = 0x0004;

/// The original modes of input and output.
static FOUND: OnceLock<(u32, u32)> = OnceLock::new();

fn input() -> io::Result<ConsoleMode> {
    Handle::current_in_handle().map(ConsoleMode::from)
}

fn output() -> io::Result<ConsoleMode> {
    Handle::current_out_handle().map(ConsoleMode::from)
}

/// Whether standard output is a console. std also takes a pipe for a terminal if it is named like those
/// of MSYS2 and Cygwin: the terminal of Git Bash is one.
pub(super) fn is_console() -> bool {
    let output = Handle::output_handle().map(ConsoleMode::from);
    output.and_then(|output| output.mode()).is_ok()
}

/// Whether the console interprets escape sequences. Turns them on, so it saves the modes first.
pub(super) fn is_usable() -> bool {
    // The error of `note` is reported when the terminal is set up.
    note().is_err() || interpret_sequences().unwrap_or(false)
}

/// Turns escape sequences on; returns whether they are. crossterm believes TERM if the console refuses.
fn interpret_sequences() -> io::Result<bool> {
    let output = output()?;
    output.set_mode(output.mode()? | ENABLE_VIRTUAL_TERMINAL_PROCESSING)?;
    Ok(output.mode()? & ENABLE_VIRTUAL_TERMINAL_PROCESSING != 0)
}

/// Saves the modes.
pub(super) fn note() -> io::Result<()> {
    let _ = FOUND.set((input()?.mode()?, output()?.mode()?));
    Ok(())
}

pub(super) fn raw_mode() -> io::Result<()> {
    enable_raw_mode()?;
    let input = input()?;
    input.set_mode(input.mode()? | ENABLE_WINDOW_INPUT)
}

/// Turns mouse reports on or off. Off restores the mode before they were first turned on.
pub(super) fn mouse(on: bool) -> io::Result<()> {
    let mut stdout = io::stdout();
    if on {
        stdout.execute(EnableMouseCapture)?;
    } else {
        stdout.execute(DisableMouseCapture)?;
    }
    Ok(())
}

/// Does nothing: a console is asked nothing.
pub(super) fn drain() -> io::Result<()> {
    Ok(())
}

/// Windows' own clipboard: OSC 52 is new in its console.
pub(super) fn copy(text: &str) -> io::Result<()> {
    set_clipboard_string(text).map_err(error)
}

/// The clipboard's text; `None` if it holds something else, or nothing.
pub(super) fn paste() -> io::Result<Option<String>> {
    if !is_format_avail(CF_UNICODETEXT) {
        return Ok(None);
    }
    get_clipboard_string().map(Some).map_err(error)
}

fn error(code: ErrorCode) -> io::Error {
    io::Error::from_raw_os_error(code.raw_code())
}

/// Sends the reset sequence and restores the modes.
pub(super) fn put_back() {
    let mut stdout = io::stdout().lock();
    // The console may be gone.
    let _ = stdout.write_all(WAY_BACK).and_then(|()| stdout.flush());
    if let Some(&(before_input, before_output)) = FOUND.get() {
        let _ = input().and_then(|input| input.set_mode(before_input));
        let _ = output().and_then(|output| output.set_mode(before_output));
    }
}

/// The same as [`put_back`]: no signal handler calls it, and a console does not block.
pub(super) fn put_back_now() -> bool {
    put_back();
    true
}

/// Does nothing: a console has no pending output.
pub(super) fn discard() {}

/// Returns false: Windows has no job control.
pub(super) fn suspend() -> io::Result<bool> {
    Ok(false)
}
