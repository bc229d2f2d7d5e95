//! The thread that waits for signals, and for the terminal to go away.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::Sender;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;

use super::{Exit, SUSPEND, Wake};

/// The signals, caught from the moment this is made.
pub(super) struct Signals {
    delivery: SignalDelivery<UnixStream, SignalOnly>,
    /// What crossterm reads from. It never notices the end of it, and would spin there, so that
    /// is watched for here.
    terminal: Option<Box<dyn AsFd + Send>>,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        let (read, write) = UnixStream::pair()?;
        let signals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH];
        let delivery = SignalDelivery::with_pipe(read, write, SignalOnly, signals)?;
        let stdin = io::stdin();
        let terminal = if stdin.is_terminal() {
            Some(Box::new(stdin) as Box<dyn AsFd + Send>)
        } else {
            File::open("/dev/tty")
                .ok()
                .map(|file| Box::new(file) as Box<dyn AsFd + Send>)
        };
        Ok(Self { delivery, terminal })
    }

    /// Passes on what comes, until nobody listens.
    pub(super) fn watch(mut self, wake: &Sender<Wake>) {
        loop {
            let gone = match self.wait() {
                Ok(gone) => gone,
                Err(Errno::INTR) => false,
                Err(error) => {
                    let _ = wake.send(Wake::InputFailed(error.into()));
                    return;
                }
            };
            for signal in self.delivery.pending() {
                let next = match signal {
                    SIGCONT => Wake::Continued,
                    SIGWINCH => Wake::Resized,
                    SIGTSTP => Wake::Msg(SUSPEND),
                    signal => Wake::Ended(Exit::Signal(signal)),
                };
                if wake.send(next).is_err() {
                    return;
                }
            }
            if gone && wake.send(Wake::Ended(Exit::Signal(SIGHUP))).is_err() {
                return;
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
