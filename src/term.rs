//! The terminal: taken over, and given back as it was, whatever happens.
//!
//! There is one terminal, so its state is the process's: whoever ends the program first gives it
//! back, and only one does. Nothing is drawn on a terminal that has been given back: [`Output`]
//! drops what it holds.

#[cfg(unix)]
mod barred;
#[cfg(windows)]
mod console;
#[cfg(unix)]
mod modes;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::panic::{self, PanicHookInfo};
use std::process;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste};
use crossterm::style::ResetColor;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{Command, QueueableCommand};

#[cfg(unix)]
pub use barred::{abandon, crashed};

/// The exit status of a program that panicked, as Rust's runtime has it.
pub const PANICKED: u8 = 101;

/// A frame of 120×40 in which every cell has a style of its own fits.
const FRAME: usize = 64 * 1024;

struct State {
    /// Raw mode, alternate screen and the rest are on.
    taken: bool,
    /// The mouse is wanted.
    mouse: bool,
}

static STATE: Mutex<State> = Mutex::new(State {
    taken: false,
    mouse: true,
});

fn state() -> MutexGuard<'static, State> {
    // Nothing below leaves the state half-changed.
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the terminal back when dropped.
#[derive(Debug)]
#[must_use = "the terminal is given back when this is dropped"]
pub struct Taken(());

impl Drop for Taken {
    fn drop(&mut self) {
        restore();
    }
}

/// Takes the terminal over: raw mode, alternate screen, bracketed paste, mouse.
///
/// # Errors
/// Standard output is not a terminal, or one that cannot place the cursor, or its modes cannot be
/// changed.
pub fn take() -> io::Result<Taken> {
    if !io::stdout().is_terminal() {
        return Err(io::Error::other("standard output is not a terminal"));
    }
    // What a terminal without the sequences below calls itself; nothing else is read out of TERM.
    #[cfg(unix)]
    if std::env::var_os("TERM").is_some_and(|name| name == "dumb") {
        return Err(io::Error::other("it cannot place the cursor (TERM=dumb)"));
    }
    // Whatever has been done to it by the time that something fails is undone.
    let taken = Taken(());
    let entered = enter(&mut state());
    entered.map(|()| taken)
}

fn enter(state: &mut State) -> io::Result<()> {
    #[cfg(windows)]
    console::take()?;
    #[cfg(unix)]
    modes::keep()?;
    enable_raw_mode()?;
    state.taken = true;
    #[cfg(windows)]
    console::report_size()?;
    let mut bytes = Vec::new();
    put(&mut bytes, EnterAlternateScreen);
    put(&mut bytes, EnableBracketedPaste);
    if state.mouse {
        put(&mut bytes, TakeMouse);
    }
    write(&bytes)
}

/// Gives the terminal back as it was; true where it was taken. Doing it again changes nothing.
pub fn restore() -> bool {
    let mut state = state();
    let taken = std::mem::replace(&mut state.taken, false);
    if taken {
        let mut bytes = Vec::new();
        leave(&mut bytes);
        // One step that fails, on a terminal that is gone, must not keep the next from being done.
        let _ = write(&bytes);
        #[cfg(unix)]
        modes::restore();
        let _ = disable_raw_mode();
        #[cfg(windows)]
        console::restore();
    }
    drop(state);
    #[cfg(unix)]
    barred::leave_the_end();
    taken
}

/// What the terminal is sent when it is given back.
fn leave(bytes: &mut impl Write) {
    put(bytes, ResetColor);
    // On Windows the mouse's console mode was set over raw mode's, so it goes first.
    put(bytes, DisableMouseCapture);
    put(bytes, DisableBracketedPaste);
    put(bytes, LeaveAlternateScreen);
    put(bytes, Show);
}

/// Takes the mouse, or lets the terminal have it.
///
/// # Errors
/// Standard output cannot be written to.
pub fn capture_mouse(on: bool) -> io::Result<()> {
    let mut state = state();
    state.mouse = on;
    let mut bytes = Vec::new();
    if on {
        put(&mut bytes, TakeMouse);
    } else {
        put(&mut bytes, DisableMouseCapture);
        #[cfg(windows)]
        console::report_size()?;
    }
    if state.taken { write(&bytes) } else { Ok(()) }
}

/// Puts `text` on the terminal's clipboard, by OSC 52: a terminal that does not know it, or does not
/// allow it, does nothing.
///
/// # Errors
/// Standard output cannot be written to.
pub fn copy(text: &str) -> io::Result<()> {
    let mut bytes = Vec::new();
    put(&mut bytes, CopyToClipboard::to_clipboard_from(text));
    // Held while it is written: whoever gives the terminal back waits for all of it.
    let state = state();
    if state.taken { write(&bytes) } else { Ok(()) }
}

/// Gives the terminal back and stops the whole process group, as Ctrl-Z does: a `cargo` that waits
/// for this program stops with it. False where no shell waits that could continue it; then
/// nothing happens. The stop may come a moment after this returns, so [`resume`] is for when
/// SIGCONT has come.
///
/// # Errors
/// The signal cannot be sent, or the terminal not be taken back after that.
#[cfg(unix)]
pub fn suspend() -> io::Result<bool> {
    use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};
    // A shell with job control puts every job into a group of its own. In the session leader's
    // own group (`xterm -e sockscope`) nobody is left to say `fg`; the kernel ignores SIGTSTP
    // there, and SIGSTOP would stop it for good.
    if getsid(None)? == getpgrp() {
        return Ok(false);
    }
    restore();
    if let Err(error) = kill_current_process_group(Signal::STOP) {
        enter(&mut state())?;
        return Err(error.into());
    }
    Ok(true)
}

/// Nothing can be stopped here.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn suspend() -> io::Result<bool> {
    Ok(false)
}

/// Takes the terminal again after the process was stopped, by [`suspend`] or from outside. What
/// the shell did to its modes meanwhile is what will be restored.
///
/// # Errors
/// The terminal's modes cannot be changed.
pub fn resume() -> io::Result<()> {
    let mut state = state();
    // Where the stop came from outside, raw mode counts as on though the shell switched it off.
    let _ = disable_raw_mode();
    enter(&mut state)
}

/// Presses, releases and the wheel. crossterm's own command asks for every motion too, which
/// would wake the program for nothing.
struct TakeMouse;

impl Command for TakeMouse {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        // Normal tracking; rxvt's and SGR's coordinates, which reach beyond column 223.
        f.write_str("\x1b[?1000h\x1b[?1015h\x1b[?1006h")
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> io::Result<()> {
        crossterm::event::EnableMouseCapture.execute_winapi()
    }

    #[cfg(windows)]
    fn is_ansi_code_supported(&self) -> bool {
        false
    }
}

/// Appends what `command` sends. An old Windows console that cannot do it does without.
fn put(bytes: &mut impl Write, command: impl Command) {
    let _ = bytes.queue(command);
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// What is drawn, held back until [`Output::present`] sends a whole frame in one write. ratatui
/// flushes in the middle of a frame, for the cursor; here that does nothing.
#[derive(Clone, Debug)]
pub struct Output(Rc<RefCell<Vec<u8>>>);

impl Default for Output {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(Vec::with_capacity(FRAME))))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output {
    /// Sends what was drawn to the terminal; forgets it where the terminal is not ours.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub fn present(&self) -> io::Result<()> {
        let state = state();
        let mut bytes = self.0.borrow_mut();
        let written = if state.taken && !bytes.is_empty() {
            write(&bytes)
        } else {
            Ok(())
        };
        bytes.clear();
        bytes.shrink_to(FRAME);
        written
    }
}

/// Takes a panic's text; false where nobody is there to take it.
pub type Report = Box<dyn Fn(String) -> bool>;

thread_local! {
    static REPORT: RefCell<Option<Report>> = const { RefCell::new(None) };
}

/// Hands this thread's panics to `report`, instead of printing them over what is drawn. Whoever
/// takes one has to restore the terminal, print it and end the program.
pub fn report_panics(report: Report) {
    REPORT.set(Some(report));
}

/// From now on a panic restores the terminal before it prints itself. A thread that was given to
/// [`report_panics`] reports it instead; any other but the calling one ends the program with
/// [`PANICKED`], so that nobody goes on drawing.
pub fn catch_panics() {
    static ONCE: Once = Once::new();
    let owner = thread::current().id();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // Rust has no memory for the stack on which a new thread's signals are handled. To
            // print a backtrace now could wait for ever for a lock that printing it holds.
            #[cfg(unix)]
            if info
                .location()
                .is_some_and(|location| location.file().ends_with("stack_overflow.rs"))
            {
                let _ = io::stderr().write_all(b"sockscope: no memory left to start a thread\n");
                process::abort();
            }
            let reported = REPORT
                .try_with(|report| {
                    let report = report.try_borrow();
                    report.is_ok_and(|report| report.as_ref().is_some_and(|send| send(text(info))))
                })
                .unwrap_or(false);
            if reported {
                return;
            }
            let taken = restore();
            previous(info);
            if taken && thread::current().id() != owner {
                process::exit(i32::from(PANICKED));
            }
        }));
    });
}

/// A panic as Rust's own hook prints it.
fn text(info: &PanicHookInfo) -> String {
    let thread = thread::current();
    let name = thread.name().unwrap_or("<unnamed>");
    let mut text = format!("thread '{name}' {info}\n");
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        let _ = write!(text, "stack backtrace:\n{backtrace}");
    } else {
        text.push_str(
            "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
        );
    }
    text
}
