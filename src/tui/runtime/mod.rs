//! The loop and its threads.
//!
//! Every event arrives as a `Wake` on one channel. The input thread blocks in crossterm, each lookup
//! in the resolver, the thread of calls and the loop in recv(), the signal thread in poll(). While
//! nothing happens, nothing wakes. While a lookup is pending, the loop wakes ten times a second. Until the
//! terminal answers, but at most for 0.3 s, the input thread wakes every 5 ms: it must be able to stop.

mod calls;
mod lesson;
mod saving;
mod session;
#[cfg(unix)]
mod signals;
#[cfg(test)]
mod tests;
mod viewport;

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(unix)]
use crossterm::event;
use crossterm::event::{Event, MouseEventKind};
use ratatui::backend::CrosstermBackend;

use crate::app::{Effect, Model, Msg};
use crate::code;
use crate::lesson::Presets;
use crate::net::{Listener, Net, Query, Recorder};
use crate::replay::Replay;
use crate::script::syntax::Place;
use crate::script::trace::{self, TraceFile};
use crate::tui::term::background::{Background, Heard, QUESTION, Reply};
#[cfg(windows)]
use crate::tui::term::records::Decoder;
use crate::tui::term::{self, Output, Platform};
use crate::tui::ui::Look;
use crate::words::{Key, Phrase};
use calls::CallQueue;
use lesson::LessonThread;
pub use lesson::Teaching;
use session::Session;

/// How long shutdown waits for the final close() to reach the trace.
const CLOSING: Duration = Duration::from_millis(100);

/// Why the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The user quit.
    Quit,
    /// A signal of this number; SIGHUP also if the terminal hung up.
    Signal(i32),
}

impl Exit {
    /// The exit status: 128 plus the signal's number, as in shells.
    pub fn status(self) -> u8 {
        match self {
            Self::Quit => 0,
            Self::Signal(number) => u8::try_from(number).map_or(u8::MAX, |n| n.saturating_add(128)),
        }
    }
}

/// An event for the loop.
#[derive(Debug)]
enum Wake {
    /// A key, the mouse, a paste.
    Terminal(Event),
    /// A marker in the input: the input thread waits until the loop drops it.
    Reached(Sender<()>),
    /// The terminal's size changed.
    Resized,
    /// The terminal's answer: its background.
    Background(Background),
    /// The input thread reads no more.
    Unread,
    /// A message from a thread.
    Msg(Msg),
    /// The process continues after a stop.
    #[cfg_attr(not(unix), allow(dead_code, reason = "Windows has no job control"))]
    Continued,
    /// The program must end; an error is why it cannot continue.
    Ended(Result<Exit, Phrase>),
}

/// What the screen starts with.
#[derive(Clone, Debug)]
pub struct Start {
    /// The first query.
    pub query: Query,
    /// Whether its numbers are for socket() alone.
    pub by_hand: bool,
    /// How to draw.
    pub look: Look,
    /// Whether to ask the terminal for its background.
    pub ask: bool,
    /// The program that the code view shows; `None` is that of the system.
    pub program: Option<code::Language>,
    /// The presets to choose from.
    pub presets: Presets,
    /// The lessons to choose from, and how their calls are made.
    pub teaching: Teaching,
    /// Whether names and addresses are replaced in what is copied.
    pub redact: bool,
    /// The file that is shown instead of making the query.
    pub replay: Option<Replay>,
    /// How often the query is repeated.
    pub watch: Option<Duration>,
    /// The file that the first answer is compared with.
    pub compare: Option<Replay>,
}

/// Runs the program on this terminal, beginning with `start`, and restores the terminal. After this
/// call a panic in any thread ends the process. With `ask` the terminal is asked for its background.
///
/// # Errors
/// There is no usable terminal, reading or writing it fails, or a required thread cannot be started.
pub fn run<N: Net>(
    net: N,
    platform: impl Platform + Send + 'static,
    start: Start,
    trace: Option<TraceFile>,
) -> Result<Exit, Phrase> {
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
    // Before the terminal is set up: from then on a signal must restore it.
    #[cfg(unix)]
    signals::watch(&platform, &wake)?;
    #[cfg(windows)]
    platform.on_end(Box::new({
        let wake = wake.clone();
        move |signal| {
            // If the loop has ended, the program is ending already.
            let _ = wake.send(Wake::Ended(Ok(Exit::Signal(signal))));
        }
    }));
    let (queue, calls, closed) = calls::queue();
    let exit = term::take()
        .and_then(|()| {
            interact(
                recorder,
                input(platform),
                start,
                wake,
                &wakes,
                (queue, calls),
            )
        })
        .map_err(Phrase::error_needs_terminal);
    term::give_back();
    if traced {
        // Wait for the final close() to reach the trace, but not for one that blocks.
        let _ = closed.recv_timeout(CLOSING);
    }
    end_trace();
    exit
}

/// Runs the loop after the terminal is set up.
fn interact<N: Net>(
    recorder: Arc<Recorder<N>>,
    input: impl FnMut(Option<Duration>) -> io::Result<Vec<Event>> + Send + 'static,
    Start {
        query,
        by_hand,
        look,
        ask,
        program,
        presets,
        teaching,
        redact,
        replay,
        watch,
        compare,
    }: Start,
    wake: Sender<Wake>,
    wakes: &Receiver<Wake>,
    (queue, calls): (CallQueue, Sender<Vec<Effect>>),
) -> Result<Exit, Phrase> {
    let mut output = Output::default();
    let terminal = viewport::terminal(CrosstermBackend::new(output.clone()))
        .map_err(Phrase::failed(Key::ErrorTerminalSize))?;
    if ask {
        // Only into the buffer, which cannot fail; the first frame takes it along.
        let _ = output.write_all(QUESTION);
    }
    let mut effects = Vec::new();
    let host = Arc::clone(recorder.host());
    let mut model = match replay {
        Some(replay) => Model::replaying(host, replay),
        None if teaching.lesson.is_some() => Model::learning(host),
        None if by_hand => Model::by_hand(host, query, &mut effects),
        None => Model::new(host, query, &mut effects),
    };
    if let Some(interval) = watch {
        model.watch(interval, &mut effects);
    }
    if let Some(compare) = compare {
        model.compare_with(compare, &mut effects);
    }
    model.language = look.language;
    model.offer(presets, teaching.lessons);
    model.network = teaching.network;
    model.place = Place::of(&model.host, teaching.wine);
    if let Some(lesson) = teaching.lesson {
        model.start_lesson(lesson.into(), &mut effects);
    }
    if redact {
        model.redact();
    }
    if let Some(program) = program {
        model.show_program(program);
    }
    let making = Arc::clone(&recorder);
    let mut session = Session::new(recorder, model, look, terminal, output, wake.clone(), calls);
    session.lesson = LessonThread::new(teaching.timeout, queue.held.clone());
    session.perform_all(effects);
    session.asked = ask.then(Instant::now);
    // The lookup is already running; draw the first frame without waiting for it.
    session.draw()?;
    queue.start(&making, &wake)?;
    let quitting = Arc::clone(&session.quitting);
    start("input", &wake, move |wake| {
        read_input(&wake, input, Reply::new(ask), &quitting);
    })?;
    session.run(wakes)
}

/// Writes every call to the trace file, and reports an error to the loop.
fn listener(wake: Sender<Wake>, trace: TraceFile) -> Listener {
    Arc::new(move |host, record| {
        trace.record(host.os, record);
        if let Some(error) = trace.error() {
            // The loop may have ended.
            let _ = wake.send(Wake::Msg(Msg::NotTraced(error.to_string())));
        }
    })
}

/// Starts a required thread.
fn start(
    name: &str,
    wake: &Sender<Wake>,
    body: impl FnOnce(Sender<Wake>) + Send + 'static,
) -> Result<(), Phrase> {
    spawn(name, wake, body).map_err(|error| {
        Phrase::error_cause(Phrase::no_thread(&error), Phrase::error_start_thread(name))
    })
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

/// Back-pressure: the input thread reads at most about twice this many events ahead of the loop. Faster
/// input, such as a paste without bracketed paste, waits in the terminal's bounded buffer.
const AHEAD: usize = 2048;

/// Forwards input from the terminal until the loop has ended, the program quits, or reading fails. `input`
/// returns the next events, or none if they take longer than the given time.
fn read_input(
    wake: &Sender<Wake>,
    mut input: impl FnMut(Option<Duration>) -> io::Result<Vec<Event>>,
    mut reply: Reply,
    quitting: &AtomicBool,
) {
    let mut sent = 0_usize;
    let mut waiting: Option<Receiver<()>> = None;
    loop {
        if quitting.load(SeqCst) {
            let _ = wake.send(Wake::Unread);
            return;
        }
        let heard = match input(reply.patience()) {
            Ok(events) if events.is_empty() => reply.give_up(),
            Ok(events) => {
                let events = events.into_iter().filter(is_used);
                events.flat_map(|event| reply.hear(event)).collect()
            }
            Err(error) => {
                let failed = Phrase::failed(Key::ErrorTerminalRead);
                let _ = wake.send(Wake::Ended(Err(failed(cause(error)))));
                return;
            }
        };
        for heard in heard {
            let next = match heard {
                Heard::Event(Event::Resize(..)) => Wake::Resized,
                Heard::Event(event) => Wake::Terminal(event),
                Heard::Background(background) => Wake::Background(background),
            };
            if wake.send(next).is_err() {
                return;
            }
            sent += 1;
            if sent.is_multiple_of(AHEAD) {
                let (reached, next) = mpsc::channel();
                if wake.send(Wake::Reached(reached)).is_err() {
                    return;
                }
                if let Some(before) = waiting.replace(next) {
                    // Nothing is sent; recv() returns when the loop drops its side.
                    let _ = before.recv();
                }
            }
        }
    }
}

/// Whether the loop must wake for the event.
fn is_used(event: &Event) -> bool {
    match event {
        Event::Mouse(event) => !matches!(
            event.kind,
            MouseEventKind::Moved | MouseEventKind::Drag(_) | MouseEventKind::Up(_)
        ),
        // The signal thread reports these: crossterm misses changes before its first read.
        Event::Resize(..) => cfg!(not(unix)),
        _ => true,
    }
}

/// The next event, from crossterm.
#[cfg(unix)]
fn input(_: impl Platform) -> impl FnMut(Option<Duration>) -> io::Result<Vec<Event>> {
    |patience| match patience {
        Some(patience) if !event::poll(patience)? => Ok(Vec::new()),
        _ => Ok(vec![event::read()?]),
    }
}

/// The next events, from the console.
#[cfg(windows)]
fn input(platform: impl Platform) -> impl FnMut(Option<Duration>) -> io::Result<Vec<Event>> {
    let mut decoder = Decoder::default();
    // The terminal was not asked for its background, so there is nothing to be patient for.
    move |_| decoder.read(|patience| platform.read_console(patience))
}

/// The cause of crossterm's error. crossterm hides why it cannot start reading: it opens the terminal
/// and a socket pair, so trying both again shows the cause.
fn cause(error: io::Error) -> io::Error {
    #[cfg(unix)]
    if let Err(cause) = std::os::unix::net::UnixStream::pair().and_then(|_pair| term::input()) {
        return cause;
    }
    error
}
