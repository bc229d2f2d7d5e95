//! The last chance before the process is aborted.

use std::io;

use signal_hook::consts::SIGABRT;
use signal_hook::low_level::{emulate_default_handler, register};

/// Has `action` called when the process is aborted, as Rust and the C library do where there is no
/// memory left; then it ends by SIGABRT all the same.
///
/// `action` runs in a signal's handler, so it may only do what signal-safety(7) allows: above all,
/// allocate nothing and wait for no lock.
///
/// # Errors
/// Those of sigaction.
pub fn on_abort(action: fn()) -> io::Result<()> {
    let handler = move || {
        action();
        let _ = emulate_default_handler(SIGABRT);
    };
    // SAFETY: what the handler does is safe in a signal's handler: emulate_default_handler says so
    // of itself, and of `action` it is the caller's part, told above. An action that keeps to less
    // can hang or abort again, in a process that is being aborted.
    unsafe { register(SIGABRT, handler) }.map(drop)
}
