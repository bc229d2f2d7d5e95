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

/// The signals, and what was done with each before: of SIGBUS and SIGSEGV Rust's runtime looks
/// whether a stack has overflowed, and says so.
static BEFORE: [(c_int, OnceLock<libc::sigaction>); 6] = [
    (SIGABRT, OnceLock::new()),
    (SIGBUS, OnceLock::new()),
    (SIGFPE, OnceLock::new()),
    (SIGILL, OnceLock::new()),
    (SIGSEGV, OnceLock::new()),
    (SIGTRAP, OnceLock::new()),
];

/// The codes of a signal that the machine caused. That somebody sent it is said by 0 or less on
/// Linux, by 0x10001 and more on macOS and the BSDs (`SI_USER`).
const FAULTS: Range<c_int> = 1..0x10000;

static ACTION: OnceLock<fn(i32)> = OnceLock::new();

/// Has `action` called with the signal's number before such a signal ends the process, which it
/// does all the same. Calling this again changes nothing.
///
/// `action` runs in the signal's handler, so it does only what signal-safety(7) allows: above all,
/// it allocates nothing and waits for no lock.
///
/// # Errors
/// Those of sigaction.
pub fn on_crash(action: fn(i32)) -> io::Result<()> {
    if ACTION.set(action).is_err() {
        return Ok(());
    }
    for (signal, before) in &BEFORE {
        // SAFETY: a sigaction of zeros is one: no flags, an empty mask, the default action.
        let [mut ours, mut found]: [libc::sigaction; 2] = unsafe { std::mem::zeroed() };
        // On a thread's stack for signals, for its own may be what has run out.
        ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
        ours.sa_sigaction = caught as *const () as usize;
        // Before it can be wanted: what is there now stays there until the next call.
        // SAFETY: both pointers are NULL or to a sigaction that outlives the call, and `caught`
        // is what SA_SIGINFO asks for.
        let result = unsafe {
            if libc::sigaction(*signal, ptr::null(), &raw mut found) == 0 {
                let _ = before.set(found);
                libc::sigaction(*signal, &raw const ours, ptr::null_mut())
            } else {
                -1
            }
        };
        if result != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Calls the action, and leaves the signal to whoever had it before.
extern "C" fn caught(signal: c_int, info: *mut siginfo_t, _: *mut c_void) {
    if let Some(action) = ACTION.get() {
        action(signal);
    }
    let before = BEFORE.iter().find(|(known, _)| *known == signal);
    // SAFETY: the kernel gives a whole siginfo_t with SA_SIGINFO; the action is one that sigaction
    // gave; signal and raise may be called in a handler.
    unsafe {
        match before.and_then(|(_, before)| before.get()) {
            // The access is made again on return, and refused again.
            Some(before)
                if matches!(signal, SIGBUS | SIGSEGV) && FAULTS.contains(&(*info).si_code) =>
            {
                libc::sigaction(signal, before, ptr::null_mut());
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
