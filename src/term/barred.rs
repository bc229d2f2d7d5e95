//! The terminal given back where the ordinary way is barred: the program is crashing, or it does
//! not come back from writing to a terminal that has stopped to read. Nothing here allocates,
//! and nothing waits for a lock.

use std::io;
use std::mem;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{MutexGuard, TryLockError};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{
    Action, OptionalActions, QueueSelector, tcflow, tcflush, tcgetattr, tcsetattr,
};
use signal_hook::consts::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP};

use super::{STATE, State, leave, modes};

/// How often whoever writes is given the chance to finish, …
const TRIES: usize = 30;

/// … for how long each time, …
const PAUSE: Duration = Duration::from_millis(10);

/// … and how often before what it has written is thrown away. Another thread may be giving the
/// terminal back right now.
const UNDISTURBED: usize = 10;

/// It has come to that.
static DISTURBED: AtomicBool = AtomicBool::new(false);

/// The terminal has been given back for good.
static OVER: AtomicBool = AtomicBool::new(false);

const ABORTED: [&str; 3] = [
    "sockscope: aborted (",
    "SIGABRT",
    "): most likely there was no memory left; the terminal is as it was before\n",
];

/// What a crash is told with, but for the name of the signal.
const CRASHED: [&str; 2] = [
    "sockscope: crashed (",
    "), in itself or in a module that the resolver loads; the terminal is as it was before\n",
];

/// Gives the terminal back within a fraction of a second, whatever it and the other threads do.
/// What was written and not read yet is thrown away: it is all that stands in the way, and it
/// would not be seen for long.
pub fn abandon() {
    give_back(&[]);
}

/// Gives the terminal back and says why, before this signal ends the program; its handler may call
/// it. What has been printed about it already goes with the screen.
pub fn crashed(signal: i32) {
    let [begin, end] = CRASHED;
    give_back(&match signal {
        SIGABRT => ABORTED,
        SIGBUS => [begin, "SIGBUS", end],
        SIGFPE => [begin, "SIGFPE", end],
        SIGILL => [begin, "SIGILL", end],
        SIGTRAP => [begin, "SIGTRAP", end],
        _ => [begin, "SIGSEGV", end],
    });
}

/// Gives the terminal back if it is taken, and then says `why`. The process ends now: whoever
/// wants the terminal after this waits for that, and draws nothing.
fn give_back(why: &[&str]) {
    for attempt in 0..TRIES {
        // An overflowed stack is told of by a second signal, after the words of Rust's runtime.
        if OVER.load(Relaxed) {
            return;
        }
        // A second thread that crashes waits for the first.
        if let Some(mut state) = try_state() {
            let taken = mem::replace(&mut state.taken, false);
            // What has been thrown away may have been what gives the screen back.
            if taken || DISTURBED.load(Relaxed) {
                put_back(why);
            }
            // Never let go of.
            mem::forget(state);
            OVER.store(true, Relaxed);
            return;
        }
        if attempt >= UNDISTURBED {
            DISTURBED.store(true, Relaxed);
            modes::restore();
            discard();
        }
        thread::sleep(PAUSE);
    }
    // Whoever holds it does not move, or it is this very thread, interrupted by a signal.
    put_back(why);
    OVER.store(true, Relaxed);
}

fn try_state() -> Option<MutexGuard<'static, State>> {
    match STATE.try_lock() {
        Ok(state) => Some(state),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// Leaves the end to the thread that has begun to throw away what is written.
pub(super) fn leave_the_end() {
    while DISTURBED.load(Relaxed) {
        thread::park();
    }
}

/// Empties what the terminal has not read, and lets it go on where it was told to stop.
fn discard() {
    let stdout = io::stdout();
    let _ = tcflush(&stdout, QueueSelector::OFlush);
    let _ = tcflow(&stdout, Action::OOn);
    // Linux does not wake a write() that waits for what is now there; setting the modes does.
    let _ = tcgetattr(&stdout).and_then(|same| tcsetattr(&stdout, OptionalActions::Now, &same));
}

fn put_back(why: &[&str]) {
    // First, for the modes that `discard` sets are those that it finds. crossterm has them too, but
    // under a lock, which may be this thread's own.
    modes::restore();
    discard();
    let mut bytes = [0; 128];
    let room = bytes.len();
    let mut rest = &mut bytes[..];
    leave(&mut rest);
    let left = rest.len();
    let stdout = io::stdout();
    if writable(&stdout) {
        // Past Rust's buffer, which may be in use in this thread.
        let _ = rustix::io::write(&stdout, &bytes[..room - left]);
    }
    for part in why {
        // Nobody may be left to read it.
        let _ = rustix::io::write(io::stderr(), part.as_bytes());
    }
}

fn writable(terminal: &impl AsFd) -> bool {
    let mut watched = [PollFd::new(terminal, PollFlags::OUT)];
    let at_once = Timespec::default();
    poll(&mut watched, Some(&at_once)).is_ok_and(|ready| ready > 0)
}
