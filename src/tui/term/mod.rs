//! The terminal: set up, drawn on, and restored in every case.
//!
//! There is one terminal, so its state is global. Only the loop's thread changes it, after saving
//! what must be restored. Any thread that ends the process restores it, once, and nothing is written
//! to it afterwards.

#![allow(
    clippy::missing_const_for_thread_local,
    reason = "clippy misses the const block on Windows"
)]

pub mod background;
#[cfg(any(windows, test))]
pub mod records;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::panic;
use std::process;
use std::ptr;
use std::rc::Rc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use crate::words::{Key, Language, Phrase};
#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

#[cfg(unix)]
pub(crate) use unix::{crashed, input};

/// Operating system functions that no safe crate offers. `main` passes them in.
pub trait Platform {
    /// Restores the terminal before a crash ends the process.
    ///
    /// # Errors
    /// Those of sigaction.
    #[cfg(unix)]
    fn watch_crashes(&self) -> io::Result<()>;

    /// Calls `listener` when the console is closed or another program ends this one, with the
    /// corresponding POSIX signal. `listener` must end the process.
    #[cfg(windows)]
    fn on_end(&self, listener: Box<dyn Fn(i32) + Send + Sync>);

    /// The records that wait in the console's input, at least one, or none if none comes in the given
    /// time.
    ///
    /// # Errors
    /// Those of ReadConsoleInputW.
    #[cfg(windows)]
    fn read_console(&self, patience: Option<Duration>) -> io::Result<Vec<records::Record>>;
}

/// Functions of the terminal that ratatui's backend does not have. They fail if the terminal cannot be
/// written to, or its modes cannot be changed.
pub trait Console {
    /// Sends the frame.
    fn present(&mut self) -> io::Result<()>;
    /// Turns mouse capture on or off.
    fn capture_mouse(&mut self, on: bool) -> io::Result<()>;
    /// Copies `text` to the terminal's clipboard.
    fn copy(&mut self, text: &str) -> io::Result<()>;
    /// Drops the input up to the answers to all questions.
    fn drain(&mut self) -> io::Result<()>;
    /// The clipboard's text; `None` if it holds none.
    fn paste(&mut self) -> io::Result<Option<String>>;
    /// Stops the process; returns false if no shell could continue it.
    fn suspend(&mut self) -> io::Result<bool>;
    /// Sets up the terminal again after a stop, with or without the mouse.
    fn resume(&mut self, mouse: bool) -> io::Result<()>;
}

/// The exit status after a panic, as in Rust's runtime.
const PANICKED: u8 = 101;

/// Enough for a frame of 120×40 in which every cell has a different style.
const FRAME: usize = 64 * 1024;

/// Turns on the alternate screen and bracketed paste (xterm, Control Sequences). A Windows console sends
/// a paste as keys in any case, and Windows Terminal no longer warns of several lines with it.
const ENTER: &[u8] = if cfg!(windows) {
    b"\x1b[?1049h"
} else {
    b"\x1b[?1049h\x1b[?2004h"
};

/// Resets colours, mouse, bracketed paste, alternate screen and cursor. All mouse modes are turned
/// off: the program may end while it is changing them.
const WAY_BACK: &[u8] =
    b"\x1b[0m\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[?1049l\x1b[?25h";

/// Why a terminal that does not interpret escape sequences is refused.
const UNUSABLE: Key = if cfg!(windows) {
    Key::ErrorLegacyConsole
} else {
    Key::ErrorDumb
};

/// The message about an abort: how the program ended, why, and that the terminal is restored.
#[cfg_attr(windows, allow(dead_code, reason = "Windows has no such signals"))]
const ABORTED: [Key; 3] = [Key::CrashAborted, Key::CrashAbortedWhy, Key::CrashRestored];
/// The same about a crash.
#[cfg_attr(windows, allow(dead_code, reason = "Windows has no such signals"))]
const CRASHED: [Key; 3] = [Key::CrashCrashed, Key::CrashCrashedWhy, Key::CrashRestored];

/// The terminal is unchanged.
const AS_FOUND: u8 = 0;
/// The terminal must be restored.
const TAKEN: u8 = 1;
/// A thread that ends the process is restoring the terminal.
const ENDING: u8 = 2;
/// That thread has restored it.
const ENDED: u8 = 3;

/// One of the above. The last two are final: the process is ending.
static STATE: AtomicU8 = AtomicU8::new(AS_FOUND);

/// The number of the language of the last message.
static LANGUAGE: AtomicU8 = AtomicU8::new(Language::En as u8);

/// The thread that is changing the terminal, or [`NOBODY`].
static CHANGING: AtomicUsize = AtomicUsize::new(NOBODY);
const NOBODY: usize = 0;

/// How often a thread that ends the process checks whether another thread's change is done.
const TRIES: usize = 200;
/// The pause between two checks.
const PAUSE: Duration = Duration::from_millis(10);
/// The checks before it discards the output that the terminal has not read.
const UNDISTURBED: usize = 10;

/// The language that was chosen last, for the message of an error or a crash that ends the program. Safe in
/// a signal handler.
pub fn language() -> Language {
    Language::numbered(LANGUAGE.load(SeqCst))
}

/// Sets [`language`].
pub fn set_language(language: Language) {
    LANGUAGE.store(language as u8, SeqCst);
}

/// A number for the calling thread. Unlike `ThreadId`, it is safe in a signal handler.
fn this_thread() -> usize {
    thread_local! {
        static HERE: u8 = const { 0 };
    }
    HERE.with(|here| ptr::from_ref(here).addr())
}

/// Runs `change` if the terminal is set up. A thread that ends the process either sees this change
/// and waits for it, or set the state first: then nothing is changed any more.
fn change(change: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    CHANGING.store(this_thread(), SeqCst);
    let result = if STATE.load(SeqCst) == TAKEN {
        change()
    } else {
        Ok(())
    };
    CHANGING.store(NOBODY, SeqCst);
    result
}

/// Sets up the terminal: raw mode, alternate screen, bracketed paste, mouse. Call `give_back`
/// afterwards, also after an error.
///
/// # Errors
/// Standard output is not a terminal, the terminal cannot place the cursor, or its modes cannot be
/// changed.
pub fn take() -> Result<(), Phrase> {
    let what = Key::ErrorTerminalTake;
    if !io::stdout().is_terminal() {
        return Err(Phrase::error_cause(Key::ErrorNotATerminal, what));
    }
    if !system::is_console() {
        return Err(Phrase::error_cause(Key::ErrorMsys, what));
    }
    if !system::is_usable() {
        return Err(Phrase::error_cause(UNUSABLE, what));
    }
    set_up(true).map_err(Phrase::failed(what))
}

fn set_up(mouse: bool) -> io::Result<()> {
    // After a stop from outside, the saved modes are still valid.
    if STATE.load(SeqCst) == AS_FOUND {
        system::note()?;
        let _ = STATE.compare_exchange(AS_FOUND, TAKEN, SeqCst, SeqCst);
    }
    change(|| {
        system::raw_mode()?;
        write(ENTER)?;
        if mouse { system::mouse(true) } else { Ok(()) }
    })
}

/// Restores the terminal. A second call does nothing.
pub(crate) fn give_back() {
    // The terminal may be gone; then there is nothing to restore.
    let _ = change(|| {
        system::put_back();
        Ok(())
    });
    let found = STATE.compare_exchange(TAKEN, AS_FOUND, SeqCst, SeqCst);
    // Another thread is ending the process with its own status and message.
    while found.is_err_and(|state| state != AS_FOUND) {
        thread::park();
    }
}

/// Restores the terminal when normal cleanup cannot run, without waiting long for it or for other
/// threads. Then calls `report` with whether this call restored it. The process must end next. Safe in
/// a signal handler: it does not allocate or lock.
pub(crate) fn give_back_now(report: impl FnOnce(bool)) {
    // The change that a signal interrupted in this thread will not continue.
    let _ = CHANGING.compare_exchange(this_thread(), NOBODY, SeqCst, SeqCst);
    let found = STATE.fetch_max(ENDING, SeqCst);
    for attempt in 0..TRIES {
        let waiting = match found {
            AS_FOUND => false,
            TAKEN => CHANGING.load(SeqCst) != NOBODY,
            // Another thread is restoring it.
            _ => STATE.load(SeqCst) != ENDED,
        };
        if !waiting {
            break;
        }
        if found == TAKEN && attempt >= UNDISTURBED {
            system::discard();
        }
        thread::sleep(PAUSE);
    }
    match found {
        AS_FOUND => report(false),
        TAKEN if system::put_back_now() => report(true),
        _ => {}
    }
    STATE.store(ENDED, SeqCst);
}

/// Installs a panic hook for all threads: it restores the terminal, prints the panic, calls `last`
/// and exits with `PANICKED`.
pub fn end_on_panic(last: impl Fn() + Send + Sync + 'static) {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // Rust could not allocate a new thread's signal stack. Printing a backtrace here could
        // deadlock.
        if cfg!(unix)
            && info
                .location()
                .is_some_and(|location| location.file().ends_with("stack_overflow.rs"))
        {
            let why = Key::CrashNoThread.text(language());
            let _ = writeln!(io::stderr(), "sockscope: {why}");
            process::abort();
        }
        give_back_now(|_| {});
        print(info);
        last();
        process::exit(PANICKED.into());
    }));
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    for piece in bytes.chunks(FRAME) {
        // After the terminal is restored, the rest of a long text must not follow.
        if STATE.load(SeqCst) != TAKEN {
            break;
        }
        stdout.write_all(piece)?;
    }
    stdout.flush()
}

/// A buffer for frames: [`Console::present`] sends a whole frame in one write. `flush` does nothing,
/// because ratatui flushes in the middle of a frame.
#[derive(Clone, Debug, Default)]
pub struct Output(Rc<RefCell<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Nothing reaches a terminal that is not set up.
impl Console for Output {
    fn present(&mut self) -> io::Result<()> {
        let mut bytes = self.0.borrow_mut();
        let written = change(|| write(&bytes));
        bytes.clear();
        bytes.shrink_to(FRAME);
        written
    }

    fn capture_mouse(&mut self, on: bool) -> io::Result<()> {
        change(|| system::mouse(on))
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        system::copy(text)
    }

    fn paste(&mut self) -> io::Result<Option<String>> {
        system::paste()
    }

    fn drain(&mut self) -> io::Result<()> {
        change(system::drain)
    }

    fn suspend(&mut self) -> io::Result<bool> {
        system::suspend()
    }

    fn resume(&mut self, mouse: bool) -> io::Result<()> {
        set_up(mouse)
    }
}
