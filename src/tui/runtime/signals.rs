//! The thread that waits for signals, and for the terminal to go away.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use signal_hook::consts::{
    SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2,
    SIGVTALRM, SIGWINCH, SIGXCPU, SIGXFSZ,
};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;

use super::{Exit, SUSPEND, Wake, start};
use crate::tui::term::{self, Platform};

/// How long the loop is left to end by itself. It does so at once, unless the terminal has stopped
/// to read what is drawn.
const PATIENCE: Duration = Duration::from_millis(500);

/// Those that would end the program and leave the terminal as it is, but for the ones of a crash
/// (signal(7), POSIX signal.h): a limit of processor time or of a file's size, and what anybody may
/// send.
const ENDING: [i32; 11] = [
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGXCPU,
    SIGXFSZ,
];

/// Catches the signals, and starts the thread that passes them on.
pub(super) fn watch(platform: &impl Platform, wake: &Sender<Wake>) -> anyhow::Result<()> {
    let (read, write) = UnixStream::pair().context("cannot watch for signals (socketpair)")?;
    let signals = ENDING.iter().chain(&[SIGTSTP, SIGCONT, SIGWINCH]);
    let delivery = SignalDelivery::with_pipe(read, write, SignalOnly, signals)
        .and_then(|delivery| platform.on_crash(term::crashed).map(|()| delivery))
        .context("cannot watch for signals (sigaction)")?;
    let terminal = term::input().ok();
    let signals = Signals { delivery, terminal };
    start("signals", wake, |wake| signals.watch(&wake))
}

struct Signals {
    delivery: SignalDelivery<UnixStream, SignalOnly>,
    /// What crossterm reads from. It never notices the end of it, and would spin there, so that
    /// is watched for here.
    terminal: Option<Box<dyn AsFd + Send + Sync>>,
}

impl Signals {
    /// Passes on what comes, until nobody listens.
    fn watch(mut self, wake: &Sender<Wake>) {
        loop {
            let gone = match self.wait() {
                Ok(gone) => gone,
                Err(Errno::INTR) => false,
                Err(error) => {
                    let error = anyhow::Error::new(io::Error::from(error));
                    let _ = wake.send(Wake::Failed(
                        error.context("cannot watch for signals (poll)"),
                    ));
                    return;
                }
            };
            for signal in self.delivery.pending() {
                let next = match signal {
                    SIGCONT => Wake::Continued,
                    SIGWINCH => Wake::Resized,
                    SIGTSTP => Wake::Msg(SUSPEND),
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

    /// Waits for a signal or the terminal's end; true for the latter.
    fn wait(&mut self) -> Result<bool, Errno> {
        let mut watched = vec![PollFd::new(self.delivery.get_read(), PollFlags::IN)];
        if let Some(terminal) = &self.terminal {
            // Asking for nothing: the hang-up is told all the same, and a key wakes nobody here.
            watched.push(PollFd::new(terminal, PollFlags::empty()));
        }
        poll(&mut watched, None)?;
        let state = watched.get(1).map_or(PollFlags::empty(), PollFd::revents);
        drop(watched);
        if !state.is_empty() {
            // Told once. A system whose poll() knows no terminals says NVAL: then it is not watched.
            self.terminal = None;
        }
        Ok(state.intersects(PollFlags::HUP | PollFlags::ERR))
    }
}

/// Has the loop end the program, and ends it where the loop does not.
fn end(wake: &Sender<Wake>, signal: i32) -> ! {
    let exit = Exit::Signal(signal);
    let status = exit.status();
    // Whether somebody listens or the end is near already, this thread goes with the process.
    let _ = wake.send(Wake::Ended(exit));
    thread::sleep(PATIENCE);
    term::give_back_now(|_| {});
    process::exit(status.into());
}
