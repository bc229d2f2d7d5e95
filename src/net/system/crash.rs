//! The last chance before the process is ended by a signal that its own doing has raised: by
//! abort(), as Rust and the C library end it where there is no memory left, or by an access that
//! the machine refuses, in a module that the resolver has loaded as well as here.

use std::io;
use std::ptr;
use std::sync::OnceLock;

use libc::{SA_ONSTACK, SA_SIGINFO, SIGABRT, SIGBUS, SIGSEGV, c_int, c_void, siginfo_t};

/// The signals, and what was done with each before: Rust's runtime looks whether a stack has
/// overflowed, and says so.
static BEFORE: [(c_int, OnceLock<libc::sigaction>); 3] = [
    (SIGABRT, OnceLock::new()),
    (SIGBUS, OnceLock::new()),
    (SIGSEGV, OnceLock::new()),
];

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
            Some(before) if (*info).si_code > 0 => {
                libc::sigaction(signal, before, ptr::null_mut());
            }
            // It was sent, by abort() or by another process.
            _ => {
                libc::signal(signal, libc::SIG_DFL);
                libc::raise(signal);
            }
        }
    }
}
