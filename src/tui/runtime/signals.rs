//! The thread that waits for signals and for the terminal to hang up.

use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, retry_on_intr};
use signal_hook::consts::{
    SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2,
    SIGVTALRM, SIGWINCH, SIGXCPU, SIGXFSZ,
};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;

use super::{Exit, Wake, start};
use crate::app::{Command, Msg};
use crate::tui::term::{self, Platform};
use crate::words::Phrase;

/// How long the loop may take to end. It ends at once, unless the terminal does not read its output.
const PATIENCE: Duration = Duration::from_millis(500);

/// Signals that end a process by default, except those of a crash (signal(7), POSIX signal.h). Uncaught,
/// they would leave the terminal in raw mode.
const ENDING: [i32; 11] = [
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGXCPU,
    SIGXFSZ,
];

/// Catches the signals, and starts the thread that forwards them.
pub(super) fn watch(platform: &impl Platform, wake: &Sender<Wake>) -> Result<(), Phrase> {
    let (read, write) = UnixStream::pair().map_err(Phrase::failed("socketpair()"))?;
    let signals = ENDING.iter().chain(&[SIGTSTP, SIGCONT, SIGWINCH]);
    let delivery = SignalDelivery::with_pipe(read, write, SignalOnly, signals)
        .and_then(|delivery| platform.watch_crashes().map(|()| delivery))
        .map_err(Phrase::failed("sigaction()"))?;
    let terminal = term::input().ok();
    let signals = Signals { delivery, terminal };
    start("signals", wake, |wake| signals.watch(&wake))
}

struct Signals {
    delivery: SignalDelivery<UnixStream, SignalOnly>,
    /// The terminal that crossterm reads. crossterm does not detect a hang-up and would spin, so
    /// this thread watches for it.
    terminal: Option<Box<dyn AsFd + Send + Sync>>,
}

impl Signals {
    /// Forwards signals until the loop has ended.
    fn watch(mut self, wake: &Sender<Wake>) {
        loop {
            let gone = match self.wait().map_err(Phrase::failed("poll()")) {
                Ok(gone) => gone,
                Err(error) => {
                    let _ = wake.send(Wake::Ended(Err(error)));
                    return;
                }
            };
            for signal in self.delivery.pending() {
                let next = match signal {
                    SIGCONT => Wake::Continued,
                    SIGWINCH => Wake::Resized,
                    SIGTSTP => Wake::Msg(Msg::Do(Command::Suspend)),
                    signal => end(wake, signal),
                };
                if wake.send(next).is_err() {
                    return;
                }
            }
            if gone {
                end(wake, SIGHUP);
            }
        }
    }

    /// Waits for a signal or a hang-up; returns true for a hang-up.
    fn wait(&mut self) -> Result<bool, Errno> {
        let mut watched = vec![PollFd::new(self.delivery.get_read(), PollFlags::IN)];
        // No events requested: poll() always reports a hang-up, and keys do not wake this thread.
        let terminal = self.terminal.iter();
        watched.extend(terminal.map(|terminal| PollFd::new(terminal, PollFlags::empty())));
        retry_on_intr(|| poll(&mut watched, None))?;
        let state = watched.get(1).map_or(PollFlags::empty(), PollFd::revents);
        drop(watched);
        if !state.is_empty() {
            // Report once. Where poll() does not support terminals, NVAL ends the watch.
            self.terminal = None;
        }
        Ok(state.intersects(PollFlags::HUP | PollFlags::ERR))
    }
}

/// Asks the loop to end the program, and ends it if the loop does not.
fn end(wake: &Sender<Wake>, signal: i32) -> ! {
    let exit = Exit::Signal(signal);
    let status = exit.status();
    // If the loop has ended, the process ends soon, and this thread with it.
    let _ = wake.send(Wake::Ended(Ok(exit)));
    thread::sleep(PATIENCE);
    term::give_back_now(|_| {});
    process::exit(status.into());
}
