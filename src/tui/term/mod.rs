//! The terminal: taken, drawn on, and given back as it was, whatever happens.
//!
//! There is one terminal, so its state is the process's. One thread, the loop's, changes it, and
//! notes what has to be undone before it changes anything. Any thread that is about to end the
//! process gives it back, once, and nothing is written to it after that.

#![cfg_attr(
    windows,
    allow(
        clippy::missing_const_for_thread_local,
        reason = "where thread-locals are the system's, clippy does not see that one is const"
    )
)]

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

use crossterm::QueueableCommand as _;
use crossterm::clipboard::CopyToClipboard;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

pub use system::suspend;
#[cfg(unix)]
pub use unix::{crashed, input};

/// What the terminal needs of the operating system that no safe crate has. The program hands it in.
pub trait Platform {
    /// Has `action` called with the signal's number before a crash ends the process, which it does
    /// all the same. It runs in the signal's handler (signal-safety(7)).
    ///
    /// # Errors
    /// Those of sigaction.
    #[cfg(unix)]
    fn on_crash(&self, action: fn(i32)) -> io::Result<()>;

    /// Has `listener` told when the console is closed or another program ends this one, with the
    /// signal that this is elsewhere. It has to end the process.
    #[cfg(windows)]
    fn on_end(&self, listener: Box<dyn Fn(i32) + Send + Sync>);
}

/// The exit status of a program that panicked, as Rust's runtime has it.
pub const PANICKED: u8 = 101;

/// A frame of 120×40 in which every cell has a style of its own fits.
const FRAME: usize = 64 * 1024;

/// Alternate screen and bracketed paste on (xterm, Control Sequences).
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h";

/// Colours, mouse, bracketed paste, alternate screen and cursor as a terminal starts with them.
/// The mouse is off whatever was on: the program may end while it is being changed.
const WAY_BACK: &[u8] =
    b"\x1b[0m\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[?1049l\x1b[?25h";

/// The terminal is as it was found.
const AS_FOUND: u8 = 0;
/// There is something to undo.
const TAKEN: u8 = 1;
/// A thread that ends the process is giving the terminal back.
const ENDING: u8 = 2;
/// That thread has done so.
const ENDED: u8 = 3;

/// One of the above. The last two stay: the process is at its end.
static STATE: AtomicU8 = AtomicU8::new(AS_FOUND);

/// The thread that is changing the terminal just now, or [`NOBODY`].
static CHANGING: AtomicUsize = AtomicUsize::new(NOBODY);
const NOBODY: usize = 0;

/// How often a thread that ends the process looks whether another has finished its change, …
const TRIES: usize = 200;
/// … how long it sleeps in between, …
const PAUSE: Duration = Duration::from_millis(10);
/// … and how often before it throws away what the terminal has not read.
const UNDISTURBED: usize = 10;

/// A number for the calling thread. A signal's handler may ask for it, unlike for a `ThreadId`.
fn this_thread() -> usize {
    thread_local! {
        static HERE: u8 = const { 0 };
    }
    HERE.with(|here| ptr::from_ref(here).addr())
}

/// Makes a change to the terminal, where it is ours. A thread that ends the process either sees
/// that there is one to wait for, or has come first: then nothing is changed any more.
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

/// Takes the terminal: raw mode, alternate screen, bracketed paste, mouse. [`give_back`] is to
/// follow, after an error as well.
///
/// # Errors
/// Standard output is not a terminal, or one that cannot place the cursor, or its modes cannot be
/// changed.
pub fn take() -> io::Result<()> {
    if !io::stdout().is_terminal() {
        return Err(io::Error::other("standard output is not a terminal"));
    }
    // A terminal without the sequences above calls itself so; nothing else is read out of TERM.
    #[cfg(unix)]
    if std::env::var_os("TERM").is_some_and(|name| name == "dumb") {
        return Err(io::Error::other("it cannot place the cursor (TERM=dumb)"));
    }
    resume(true)
}

/// Takes the terminal again after the process was stopped, by [`suspend()`] or from outside.
///
/// # Errors
/// The terminal's modes cannot be changed.
pub fn resume(mouse: bool) -> io::Result<()> {
    // A stop from outside has left everything to be undone as it was.
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

/// Gives the terminal back as it was found. Doing it again changes nothing.
pub fn give_back() {
    // A terminal that is gone needs nothing.
    let _ = change(|| {
        system::put_back();
        Ok(())
    });
    let found = STATE.compare_exchange(TAKEN, AS_FOUND, SeqCst, SeqCst);
    // Another thread ends the process, and has its own status and words for that.
    while found.is_err_and(|state| state != AS_FOUND) {
        thread::park();
    }
}

/// Gives the terminal back within a moment, whatever it and the other threads do. Then it calls
/// `say`, with whether it was this that has given it back. The process is to end next. A signal's
/// handler may call this: it allocates nothing and waits for no lock.
pub fn give_back_now(say: impl FnOnce(bool)) {
    // Whatever a signal has interrupted in this thread will not go on.
    let _ = CHANGING.compare_exchange(this_thread(), NOBODY, SeqCst, SeqCst);
    let found = STATE.fetch_max(ENDING, SeqCst);
    for attempt in 0..TRIES {
        let waiting = match found {
            AS_FOUND => false,
            TAKEN => CHANGING.load(SeqCst) != NOBODY,
            // Another thread is at it.
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
        AS_FOUND => say(false),
        TAKEN if system::put_back_now() => say(true),
        _ => {}
    }
    STATE.store(ENDED, SeqCst);
}

/// From now on a panic in any thread gives the terminal back, prints itself, calls `last` and ends
/// the program with [`PANICKED`].
pub fn end_on_panic(last: impl Fn() + Send + Sync + 'static) {
    let print = panic::take_hook();
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
        give_back_now(|_| {});
        print(info);
        last();
        process::exit(PANICKED.into());
    }));
}

/// Takes the mouse, or lets the terminal have it.
///
/// # Errors
/// Standard output cannot be written to.
pub fn capture_mouse(on: bool) -> io::Result<()> {
    change(|| system::mouse(on))
}

/// Puts `text` on the terminal's clipboard, by OSC 52: a terminal that does not know it, or does not
/// allow it, does nothing.
///
/// # Errors
/// Standard output cannot be written to.
pub fn copy(text: &str) -> io::Result<()> {
    let mut bytes = Vec::new();
    // An old Windows console has none.
    let _ = bytes.queue(CopyToClipboard::to_clipboard_from(text));
    change(|| write(&bytes))
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    for piece in bytes.chunks(FRAME) {
        // The rest of what is long would come after the way back.
        if STATE.load(SeqCst) != TAKEN {
            break;
        }
        stdout.write_all(piece)?;
    }
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
        let mut bytes = self.0.borrow_mut();
        let written = change(|| write(&bytes));
        bytes.clear();
        bytes.shrink_to(FRAME);
        written
    }
}
