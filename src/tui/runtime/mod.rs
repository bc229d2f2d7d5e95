//! The loop, and the threads that wait for the world on its behalf.
//!
//! Everything that happens arrives as a `Wake` on one channel: the input thread blocks in
//! crossterm, each lookup in the resolver, the socket thread in its orders, the signal thread in
//! poll(), and the loop in recv(). While nothing happens nothing wakes. Only while a lookup is
//! pending does the loop wake by itself, ten times a second.

mod calls;
mod session;
#[cfg(unix)]
mod signals;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use crossterm::event::{self, Event, MouseEvent, MouseEventKind};
use ratatui::backend::CrosstermBackend;

#[cfg(unix)]
use crate::app::Command;
use crate::app::{Effect, Model, Msg};
use crate::net::{Listener, Net, Query, Recorder};
use crate::script;
use crate::script::trace::{self, TraceFile};
use crate::tui::term::{self, Output, Platform};
use crate::tui::ui::Look;
use session::Session;

/// How long the end waits for the last close() to be written where every call is.
const CLOSING: Duration = Duration::from_millis(100);

/// Why the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The user wanted it.
    Quit,
    /// A signal of this number, or the terminal went away, which is a SIGHUP.
    Signal(i32),
}

impl Exit {
    /// The exit status: 128 and the signal's number, as shells have it.
    #[must_use]
    pub fn status(self) -> u8 {
        match self {
            Self::Quit => 0,
            Self::Signal(number) => u8::try_from(number).map_or(u8::MAX, |n| n.saturating_add(128)),
        }
    }
}

/// Something that the loop wakes for.
#[derive(Debug)]
enum Wake {
    /// A key, the mouse, a paste.
    Terminal(Event),
    /// So much of what was read has been taken in: the input thread waits for this to be dropped.
    Reached(Sender<()>),
    /// The terminal has another size.
    Resized,
    /// A thread has an answer.
    Msg(Msg),
    /// The process was stopped and goes on.
    #[cfg_attr(not(unix), allow(dead_code, reason = "nothing stops a process there"))]
    Continued,
    /// The program cannot go on, and this is why.
    Failed(anyhow::Error),
    /// The program has to end.
    Ended(Exit),
}

/// Runs the program on this terminal, with `query` being asked first, until it ends; then the
/// terminal is as it was. From now on a panic in any thread ends the process.
///
/// # Errors
/// There is no terminal that could be drawn on and read from, or a thread that the program cannot
/// do without could not be started.
pub fn run<N: Net>(
    net: N,
    platform: &impl Platform,
    query: Query,
    look: Look,
    trace: Option<TraceFile>,
) -> anyhow::Result<Exit> {
    let (wake, wakes) = mpsc::channel();
    let traced = trace.is_some();
    let listener = trace.map(|trace| listener(wake.clone(), trace));
    let recorder = Arc::new(Recorder::new(net, listener));
    let ending = Arc::clone(&recorder);
    let end_trace = move || {
        if traced {
            trace::end(&ending);
        }
    };
    term::end_on_panic(end_trace.clone());
    // Before the terminal is taken, so that no signal finds it taken and the program unprepared.
    #[cfg(unix)]
    signals::watch(platform, &wake)?;
    #[cfg(windows)]
    {
        let wake = Mutex::new(wake.clone());
        platform.on_end(Box::new(move |signal| {
            let wake = wake.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody listens any more: then it is ending already.
            let _ = wake.send(Wake::Ended(Exit::Signal(signal)));
        }));
    }
    let (calls, closed) = calls::start(&recorder, &wake)?;
    let exit = term::take()
        .context("cannot take over the terminal")
        .and_then(|()| interact(recorder, query, look, wake, &wakes, calls));
    term::give_back();
    if traced {
        // What was open is being closed now, so that the file has that call too. A close() that
        // takes its time is not waited for.
        let _ = closed.recv_timeout(CLOSING);
    }
    end_trace();
    exit
}

/// Runs the loop on the terminal that has been taken.
fn interact<N: Net>(
    recorder: Arc<Recorder<N>>,
    query: Query,
    look: Look,
    wake: Sender<Wake>,
    wakes: &Receiver<Wake>,
    calls: Sender<Vec<Effect>>,
) -> anyhow::Result<Exit> {
    let output = Output::default();
    let terminal = session::terminal(CrosstermBackend::new(output.clone()))
        .context("cannot find out the terminal's size")?;
    let mut effects = Vec::new();
    let model = Model::new(Arc::clone(recorder.host()), query, &mut effects);
    let mut session = Session::new(recorder, model, look, terminal, output, wake.clone(), calls);
    session.perform_all(effects);
    // The resolver is at work already; the first frame waits for nothing else.
    session.draw()?;
    start("input", &wake, |wake| read_input(&wake))?;
    session.run(wakes)
}

/// Writes every call to the file; the loop is told where that fails.
fn listener(wake: Sender<Wake>, trace: TraceFile) -> Listener {
    let wake = Mutex::new(wake);
    Box::new(move |host, record| {
        trace.write(&script::line(host.os, record));
        if let Some(error) = trace.error() {
            let wake = wake.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody may be left to hear it.
            let _ = wake.send(Wake::Msg(Msg::NotTraced(error.to_string())));
        }
    })
}

/// Starts a thread that the program cannot do without.
fn start(
    name: &str,
    wake: &Sender<Wake>,
    body: impl FnOnce(Sender<Wake>) + Send + 'static,
) -> anyhow::Result<()> {
    spawn(name, wake, body).with_context(|| format!("cannot start the thread “{name}”"))
}

fn spawn(
    name: &str,
    wake: &Sender<Wake>,
    body: impl FnOnce(Sender<Wake>) + Send + 'static,
) -> io::Result<()> {
    let wake = wake.clone();
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(move || body(wake)).map(drop)
}

/// After so many events the loop must have taken in as many before them, or no more are read. What
/// comes faster, as a paste does in a terminal that does not say that it is one, waits in the
/// terminal, which has a limit.
const AHEAD: usize = 2048;

/// Passes on what is read from the terminal, until nobody listens or nothing can be read.
fn read_input(wake: &Sender<Wake>) {
    let mut sent = 0;
    let mut waiting: Option<mpsc::Receiver<()>> = None;
    loop {
        let (next, failed) = match event::read() {
            // Told apart here already, so that the loop sleeps on.
            Ok(Event::Mouse(MouseEvent {
                kind: MouseEventKind::Moved | MouseEventKind::Drag(_) | MouseEventKind::Up(_),
                ..
            })) => continue,
            // crossterm catches SIGWINCH from its first read on only, and a change before that
            // would be lost: the signal thread tells of them all.
            Ok(Event::Resize(..)) if cfg!(unix) => continue,
            Ok(Event::Resize(..)) => (Wake::Resized, false),
            Ok(event) => (Wake::Terminal(event), false),
            Err(error) => {
                let error = anyhow::Error::new(cause(error));
                (
                    Wake::Failed(error.context("cannot read from the terminal")),
                    true,
                )
            }
        };
        if wake.send(next).is_err() || failed {
            return;
        }
        sent += 1;
        if sent == AHEAD {
            sent = 0;
            let (reached, next) = mpsc::channel();
            if wake.send(Wake::Reached(reached)).is_err() {
                return;
            }
            if let Some(before) = waiting.replace(next) {
                // Nothing is ever sent: it ends when the loop drops its side.
                let _ = before.recv();
            }
        }
    }
}

/// crossterm keeps to itself why it cannot begin to read. It opens the terminal and a pair of
/// sockets for that, and what those say now is why.
fn cause(error: io::Error) -> io::Error {
    #[cfg(unix)]
    if let Err(cause) = std::os::unix::net::UnixStream::pair().and_then(|_pair| term::input()) {
        return io::Error::new(cause.kind(), format!("{error}: {cause}"));
    }
    error
}

/// What Ctrl-Z means.
#[cfg(unix)]
const SUSPEND: Msg = Msg::Do(Command::Suspend);
