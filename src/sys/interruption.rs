//! Ends calls that wait, from another thread.
//!
//! On POSIX a signal with an empty handler, sent to the thread alone, ends a call with EINTR. On
//! Windows CancelIoEx ends it with WSA_OPERATION_ABORTED, and with it every other call on the socket.
//! Either has no effect before the thread has entered the system, so the recorder repeats it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::net::CallId;

/// The calls that wait. A call is here before it enters the system, and until it has returned.
static CALLS: Mutex<BTreeMap<CallId, Waiting>> = Mutex::new(BTreeMap::new());

struct Waiting {
    /// On POSIX the thread, on Windows the socket.
    target: usize,
    interrupted: bool,
}

/// Makes the call `id` interruptible until it is dropped.
pub(super) struct Interruptible(CallId);

impl Interruptible {
    /// For a call that this thread makes next on `socket`.
    pub(super) fn begin(id: CallId, socket: u64) -> Self {
        let waiting = Waiting {
            target: target(socket),
            interrupted: false,
        };
        lock().insert(id, waiting);
        Self(id)
    }
}

impl Drop for Interruptible {
    fn drop(&mut self) {
        let waiting = lock().remove(&self.0);
        if waiting.is_some_and(|waiting| waiting.interrupted) {
            settle();
        }
    }
}

/// Interrupts the call if it is interruptible.
pub(super) fn interrupt(id: CallId) {
    if let Some(waiting) = lock().get_mut(&id) {
        waiting.interrupted = true;
        // Under the lock, so that the call is still interruptible: its thread lives, its socket is
        // open.
        send(waiting.target);
    }
}

fn lock() -> MutexGuard<'static, BTreeMap<CallId, Waiting>> {
    CALLS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
use posix::{send, settle, target};
#[cfg(windows)]
use winsock::{send, settle};

/// A handle has the size of a pointer.
#[cfg(windows)]
fn target(socket: u64) -> usize {
    socket as usize
}

#[cfg(unix)]
mod posix {
    use std::sync::Once;

    use libc::{SIGURG, c_int};

    /// The signal's default is to do nothing, and only out-of-band data sends it, to processes that
    /// ask for it.
    static HANDLER: Once = Once::new();

    extern "C" fn handle(_: c_int) {}

    pub(super) fn target(_: u64) -> usize {
        HANDLER.call_once(|| {
            // SAFETY: all zeros is a valid sigaction: no SA_RESTART, an empty mask.
            let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
            action.sa_sigaction = handle as *const () as usize;
            // SAFETY: the action outlives the call, and an empty function may run at any time. It
            // fails only for a bad signal number.
            unsafe { libc::sigaction(SIGURG, &raw const action, std::ptr::null_mut()) };
        });
        // SAFETY: it takes no arguments.
        unsafe { libc::pthread_self() as usize }
    }

    pub(super) fn send(thread: usize) {
        // SAFETY: the thread lives, as the caller ensures.
        unsafe { libc::pthread_kill(thread as libc::pthread_t, SIGURG) };
    }

    /// Takes a signal that came after the call, on the way out of another one, so that it does not
    /// interrupt the thread's next call that waits.
    pub(super) fn settle() {
        // SAFETY: it takes no arguments.
        unsafe { libc::sched_yield() };
    }
}

#[cfg(windows)]
mod winsock {
    use std::ptr;

    use windows_sys::Win32::Foundation::HANDLE;
    use windows_sys::Win32::System::IO::CancelIoEx;

    pub(super) fn send(socket: usize) {
        // SAFETY: the socket is open, as the caller ensures. The call fails if nothing waits.
        unsafe { CancelIoEx(socket as HANDLE, ptr::null()) };
    }

    /// Only I/O that has begun is cancelled.
    pub(super) const fn settle() {}
}
