//! The last chance before the process is ended by a signal that its own doing has raised: by
//! abort(), as Rust and the C library end it where there is no memory left, or by what the machine
//! refuses, in a module that the resolver has loaded as well as here.

use std::io;
use std::ops::Range;
use std::ptr;
use std::sync::OnceLock;

use libc::{
    SA_ONSTACK, SA_SIGINFO, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, c_int, c_void,
    siginfo_t,
};

static ACTION: OnceLock<fn(i32)> = OnceLock::new();

/// What Rust's runtime does with these: it looks whether a stack has overflowed, and says so.
static RUNTIME: [(c_int, OnceLock<libc::sigaction>); 2] =
    [(SIGBUS, OnceLock::new()), (SIGSEGV, OnceLock::new())];

/// The codes of a signal that the machine caused. Linux has 0 or less for one that was sent, macOS
/// and the BSDs have 0x10001 and more (`SI_USER`).
const FAULTS: Range<c_int> = 1..0x10000;

/// Has `action` called with the signal's number before such a signal ends the process, which it
/// does all the same.
///
/// `action` runs in the signal's handler, so it does only what signal-safety(7) allows: above all,
/// it allocates nothing and waits for no lock.
///
/// # Errors
/// Those of sigaction.
pub(super) fn on_crash(action: fn(i32)) -> io::Result<()> {
    let _ = ACTION.set(action);
    for signal in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] {
        // SAFETY: a sigaction of zeros is one: no flags, an empty mask, the default action.
        let [mut ours, mut found]: [libc::sigaction; 2] = unsafe { std::mem::zeroed() };
        // On a thread's stack for signals, for its own may be what has run out.
        ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
        ours.sa_sigaction = caught as *const () as usize;
        // SAFETY: both outlive the call, and `caught` is what SA_SIGINFO asks for.
        if unsafe { libc::sigaction(signal, &raw const ours, &raw mut found) } != 0 {
            return Err(io::Error::last_os_error());
        }
        if let Some((_, runtime)) = RUNTIME.iter().find(|(known, _)| *known == signal) {
            let _ = runtime.set(found);
        }
    }
    Ok(())
}

/// Calls the action, and lets the signal end the process.
extern "C" fn caught(signal: c_int, info: *mut siginfo_t, _: *mut c_void) {
    if let Some(action) = ACTION.get() {
        action(signal);
    }
    let runtime = RUNTIME.iter().find(|(known, _)| *known == signal);
    // SAFETY: the kernel gives a whole siginfo_t with SA_SIGINFO; the action is one that sigaction
    // gave; signal and raise may be called in a handler.
    unsafe {
        match runtime.and_then(|(_, action)| action.get()) {
            // The access is made again on return, and refused again.
            Some(action) if FAULTS.contains(&(*info).si_code) => {
                libc::sigaction(signal, action, ptr::null_mut());
            }
            // It was sent, by abort() or by another process, or nothing would be done again: after
            // a SIGTRAP the program goes on. It is held back until this returns.
            _ => {
                libc::signal(signal, libc::SIG_DFL);
                libc::raise(signal);
            }
        }
    }
}
