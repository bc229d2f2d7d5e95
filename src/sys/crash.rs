//! Restores the terminal before a crash ends the process: abort(), which Rust and the C library call
//! when memory runs out, or a fault such as SIGSEGV, also in a module that the resolver loaded.

use std::io;
use std::ops::Range;
use std::ptr;
use std::sync::OnceLock;

use libc::{
    SA_ONSTACK, SA_SIGINFO, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, c_int, c_void,
    siginfo_t,
};

use crate::tui::term::crashed;

/// The actions of Rust's runtime for these signals: it reports a stack overflow.
static RUNTIME: [(c_int, OnceLock<libc::sigaction>); 2] =
    [(SIGBUS, OnceLock::new()), (SIGSEGV, OnceLock::new())];

/// The `si_code`s of a fault. A signal that was sent has 0 or less on Linux, and 0x10001 or more
/// (`SI_USER`) on macOS and the BSDs.
const FAULTS: Range<c_int> = 1..0x10000;

/// Calls [`crashed`] before a crash ends the process. Fails if sigaction does.
pub(super) fn watch() -> io::Result<()> {
    for signal in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] {
        // SAFETY: all zeros is a valid sigaction: no flags, an empty mask, the default action.
        let [mut new, mut old]: [libc::sigaction; 2] = unsafe { std::mem::zeroed() };
        // The alternate stack, since the thread's own may have overflowed.
        new.sa_flags = SA_SIGINFO | SA_ONSTACK;
        new.sa_sigaction = handle as *const () as usize;
        // SAFETY: both outlive the call, and `handle` has the signature for SA_SIGINFO.
        if unsafe { libc::sigaction(signal, &raw const new, &raw mut old) } != 0 {
            return Err(io::Error::last_os_error());
        }
        if let Some((_, runtime)) = RUNTIME.iter().find(|(known, _)| *known == signal) {
            let _ = runtime.set(old);
        }
    }
    Ok(())
}

/// Restores the terminal, then lets the signal end the process.
extern "C" fn handle(signal: c_int, info: *mut siginfo_t, _: *mut c_void) {
    crashed(signal);
    let runtime = RUNTIME.iter().find(|(known, _)| *known == signal);
    // SAFETY: with SA_SIGINFO the kernel passes a valid siginfo_t; the action comes from sigaction;
    // a handler may call sigaction, signal and raise.
    unsafe {
        match runtime.and_then(|(_, action)| action.get()) {
            // On return the fault happens again, and the runtime's action handles it.
            Some(action) if FAULTS.contains(&(*info).si_code) => {
                libc::sigaction(signal, action, ptr::null_mut());
            }
            // abort() or another process sent the signal, or returning would not repeat it, as for
            // SIGTRAP: raise it again. It stays blocked until this returns.
            _ => {
                libc::signal(signal, libc::SIG_DFL);
                libc::raise(signal);
            }
        }
    }
}
