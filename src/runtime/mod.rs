//! The loop, and the threads that wait for the world on its behalf.
//!
//! Everything that happens arrives as a `Wake` on one channel: the input thread blocks in
//! crossterm, each lookup in the resolver, the socket thread in its orders, the signal thread in
//! poll(), and the loop in recv(). While nothing happens nothing wakes. Only while a lookup is
//! pending does the loop wake by itself, ten times a second.

mod lookups;
#[cfg(unix)]
mod signals;
mod sockets;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use crossterm::event::{self, Event, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::layout::{Position, Rect};

#[cfg(unix)]
use crate::app::Command;
use crate::app::{Effect, Model, Msg, Popup, Ticket};
use crate::keys;
use crate::net::{Net, Query, Traced};
use crate::term::{self, Output};
use crate::trace_file::TraceFile;
use crate::ui::{self, Look, Screen};

/// How often the elapsed time of a pending lookup is shown.
const TICK: Duration = Duration::from_millis(100);

/// How long events are taken in before a frame is drawn, when more keep coming.
const DRAIN: Duration = Duration::from_millis(25);

/// How many lines one notch of the wheel is.
const NOTCH: isize = 3;

/// Why the program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The user wanted it.
    Quit,
    /// A signal of this number, or the terminal went away, which is a SIGHUP.
    Signal(i32),
    /// A thread panicked; what is to be printed of it.
    Panicked(String),
}

impl Exit {
    /// The exit status: 128 and the signal's number, as shells have it.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::Quit => 0,
            Self::Signal(number) => {
                u8::try_from(*number).map_or(u8::MAX, |n| n.saturating_add(128))
            }
            Self::Panicked(_) => term::PANICKED,
        }
    }
}

/// Something that the loop wakes for.
#[derive(Debug)]
enum Wake {
    /// A key, the mouse, a paste.
    Terminal(Event),
    /// The terminal has another size.
    Resized,
    /// A thread has an answer.
    Msg(Msg),
    /// The process was stopped and goes on.
    #[cfg_attr(not(unix), allow(dead_code, reason = "nothing stops a process there"))]
    Continued,
    /// Nothing can be read from the terminal any more.
    InputFailed(io::Error),
    /// The program has to end.
    Ended(Exit),
}

/// What a terminal does beyond what ratatui asks of a backend.
trait Console {
    /// Sends what was drawn.
    fn present(&mut self) -> io::Result<()>;
    /// Takes the mouse, or lets the terminal have it.
    fn capture_mouse(&mut self, on: bool) -> io::Result<()>;
    /// Puts text on the terminal's clipboard, if it has one.
    fn copy(&mut self, text: &str) -> io::Result<()>;
    /// Stops the process, or says that nobody could continue it.
    fn suspend(&mut self) -> io::Result<bool>;
    /// Takes the terminal again after a stop.
    fn resume(&mut self) -> io::Result<()>;
}

impl Console for Output {
    fn present(&mut self) -> io::Result<()> {
        Self::present(self)
    }

    fn capture_mouse(&mut self, on: bool) -> io::Result<()> {
        term::capture_mouse(on)
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        term::copy(text)
    }

    fn suspend(&mut self) -> io::Result<bool> {
        term::suspend()
    }

    fn resume(&mut self) -> io::Result<()> {
        term::resume()
    }
}

/// Runs the program on this terminal, with `query` being asked first, until it ends; then the
/// terminal is as it was.
///
/// # Errors
/// There is no terminal that could be drawn on and read from, or a thread that the program cannot
/// do without could not be started.
pub fn run<N: Net>(
    net: N,
    query: Query,
    look: Look,
    trace: Option<TraceFile>,
) -> anyhow::Result<Exit> {
    term::catch_panics();
    let (wake, wakes) = mpsc::channel();
    let net = Arc::new(Traced::new(net, teller(wake.clone(), trace)));
    // Before the terminal is taken, so that no signal finds it taken and the program unprepared.
    #[cfg(unix)]
    let signals = signals::Signals::new().context("cannot watch for signals (sigaction)")?;
    let taken = term::take().context("cannot take over the terminal")?;
    let output = Output::default();
    let terminal = Terminal::new(CrosstermBackend::new(output.clone()))
        .context("cannot find out the terminal's size")?;
    let (model, effects) = Model::new(net.about(), query);
    let orders = sockets::start(&net, &wake)?;
    let mut session = Session::new(net, model, look, terminal, output, wake.clone(), orders);
    session.perform_all(effects);
    // The resolver is at work already; the first frame waits for nothing else.
    session.draw()?;
    #[cfg(unix)]
    start("signals", &wake, |wake| signals.watch(&wake))?;
    start("input", &wake, |wake| read_input(&wake))?;
    let exit = session.run(&wakes);
    drop(taken);
    exit
}

/// Tells of every call: the file at once, the loop as soon as it listens.
fn teller(wake: Sender<Wake>, trace: Option<TraceFile>) -> impl Fn(String) + Send + Sync + 'static {
    move |line| {
        if let Some(trace) = &trace {
            trace.write(&line);
            if let Some(error) = trace.error() {
                let _ = wake.send(Wake::Msg(Msg::NotTraced(error.to_string())));
            }
        }
        // Nobody may be left to hear it.
        let _ = wake.send(Wake::Msg(Msg::Called(line)));
    }
}

/// Starts a thread whose panics reach the loop.
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
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            let report = wake.clone();
            term::report_panics(Box::new(move |text| {
                report.send(Wake::Ended(Exit::Panicked(text))).is_ok()
            }));
            body(wake);
        })?;
    Ok(())
}

/// Passes on what is read from the terminal, until nobody listens or nothing can be read.
fn read_input(wake: &Sender<Wake>) {
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
            Err(error) => (Wake::InputFailed(error), true),
        };
        if wake.send(next).is_err() || failed {
            return;
        }
    }
}

/// Panics where a test wants it: `SOCKSCOPE_TEST_PANIC=draw`, `lookup` or `socket`.
fn panic_on_request(place: &str) {
    if cfg!(debug_assertions)
        && std::env::var_os("SOCKSCOPE_TEST_PANIC").is_some_and(|wanted| wanted == place)
    {
        panic!("SOCKSCOPE_TEST_PANIC asked for a panic in {place}");
    }
}

/// The pending lookup, by the clock.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    ticket: Ticket,
    since: Instant,
    next: Instant,
}

/// The loop and what it owns.
struct Session<N: Net, B: Backend, C: Console> {
    net: Arc<N>,
    model: Model,
    screen: Screen,
    terminal: Terminal<B>,
    console: C,
    /// For the threads that are started.
    wake: Sender<Wake>,
    sockets: Sender<Vec<sockets::Order>>,
    /// Not sent yet: what one round of events asks for goes out in one piece, so that the socket
    /// thread sees at once what has been overtaken.
    orders: Vec<sockets::Order>,
    waiting: Option<Waiting>,
    /// What is on the screen is not what the model says.
    changed: bool,
    /// What was drawn may be gone: the shell wrote over it, or the size changed. A size that is
    /// the old one again tells nothing: in between, much may have been cut off.
    lost: bool,
    suspended: bool,
    exit: Option<Exit>,
}

impl<N, B, C> Session<N, B, C>
where
    N: Net,
    B: Backend,
    B::Error: Send + Sync + 'static,
    C: Console,
{
    fn new(
        net: Arc<N>,
        model: Model,
        look: Look,
        terminal: Terminal<B>,
        console: C,
        wake: Sender<Wake>,
        sockets: Sender<Vec<sockets::Order>>,
    ) -> Self {
        Self {
            net,
            model,
            screen: Screen::new(look),
            terminal,
            console,
            wake,
            sockets,
            orders: Vec::new(),
            waiting: None,
            changed: true,
            lost: false,
            suspended: false,
            exit: None,
        }
    }

    fn run(&mut self, wakes: &Receiver<Wake>) -> anyhow::Result<Exit> {
        loop {
            let wake = self.wait(wakes);
            if let Some(exit) = self.turn(wake, wakes)? {
                return Ok(exit);
            }
        }
    }

    /// Takes in `first` and what came after it, and draws once.
    fn turn(
        &mut self,
        first: Option<Wake>,
        wakes: &Receiver<Wake>,
    ) -> anyhow::Result<Option<Exit>> {
        let enough = Instant::now() + DRAIN;
        let mut next = first;
        while let Some(wake) = next {
            self.take(wake)?;
            if let Some(exit) = self.exit.take() {
                return Ok(Some(or_panic(exit, wakes)));
            }
            next = if Instant::now() < enough {
                wakes.try_recv().ok()
            } else {
                None
            };
        }
        self.draw()?;
        Ok(None)
    }

    /// The next thing that happens; none where it is time to show how long the lookup takes.
    fn wait(&mut self, wakes: &Receiver<Wake>) -> Option<Wake> {
        let Some(waiting) = self.waiting.filter(|_| !self.suspended) else {
            // It cannot fail while a sender is ours.
            return wakes.recv().ok();
        };
        let left = waiting.next.saturating_duration_since(Instant::now());
        // Not even asked when the time is up: a flood of events must not stop the clock.
        if !left.is_zero()
            && let Ok(wake) = wakes.recv_timeout(left)
        {
            return Some(wake);
        }
        let now = Instant::now();
        let mut next = waiting.next;
        while next <= now {
            next += TICK;
        }
        self.waiting = Some(Waiting { next, ..waiting });
        self.update(Msg::Waited(now - waiting.since));
        None
    }

    fn take(&mut self, wake: Wake) -> anyhow::Result<()> {
        match wake {
            Wake::Resized => (self.lost, self.changed) = (true, true),
            Wake::Terminal(event) => {
                if let Some(msg) = self.meaning(event) {
                    self.update(msg);
                }
            }
            Wake::Msg(msg) => self.update(msg),
            Wake::Continued => {
                self.console
                    .resume()
                    .context("cannot take the terminal again")?;
                self.suspended = false;
                (self.lost, self.changed) = (true, true);
            }
            Wake::InputFailed(error) => {
                return Err(error).context("cannot read from the terminal");
            }
            Wake::Ended(exit) => self.exit = Some(exit),
        }
        Ok(())
    }

    /// What the event means, if it means anything, on the screen as it was last drawn.
    fn meaning(&self, event: Event) -> Option<Msg> {
        match event {
            Event::Key(key) => keys::dispatch(&self.model, &key),
            Event::Paste(text) => Some(Msg::Paste(text)),
            Event::Mouse(mouse) => {
                let target = self.screen.target(mouse.column, mouse.row)?;
                match mouse.kind {
                    MouseEventKind::Down(MouseButton::Left) => Some(Msg::Click(target)),
                    MouseEventKind::ScrollUp => Some(Msg::Wheel(target, -NOTCH)),
                    MouseEventKind::ScrollDown => Some(Msg::Wheel(target, NOTCH)),
                    _ => None,
                }
            }
            Event::Resize(..) | Event::FocusGained | Event::FocusLost => None,
        }
    }

    fn update(&mut self, msg: Msg) {
        self.changed = true;
        let effects = self.model.update(msg);
        self.perform_all(effects);
    }

    fn perform_all(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.perform(effect);
        }
        let pending = self.model.lookups.pending.as_ref();
        let pending = pending.map(|pending| pending.ticket);
        if pending != self.waiting.map(|waiting| waiting.ticket) {
            let since = Instant::now();
            self.waiting = pending.map(|ticket| Waiting {
                ticket,
                since,
                next: since + TICK,
            });
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Resolve(ticket, query) => {
                if let Err(error) = lookups::resolve(&self.net, &self.wake, ticket, query) {
                    self.update(Msg::NotStarted(ticket, error.to_string()));
                }
            }
            Effect::Reverse(ticket, entry) => {
                if let Err(error) = lookups::reverse(&self.net, &self.wake, ticket, entry) {
                    self.update(Msg::NotStarted(ticket, error.to_string()));
                }
            }
            Effect::Open(ticket, entry) => self.orders.push(sockets::Order::Open(ticket, entry)),
            Effect::Close(ticket) => self.orders.push(sockets::Order::Close(ticket)),
            Effect::TryAll(ticket, resolution) => {
                self.orders.push(sockets::Order::TryAll(ticket, resolution));
            }
            Effect::Inquire(ticket) => self.orders.push(sockets::Order::Inquire(ticket)),
            Effect::Copy(copied) => {
                let text = ui::copied(&self.model, copied);
                let result = self.console.copy(&text);
                self.fail_if(result);
            }
            Effect::StopTrying(ticket) => self.orders.push(sockets::Order::StopTrying(ticket)),
            Effect::CaptureMouse(on) => {
                let result = self.console.capture_mouse(on);
                self.fail_if(result);
            }
            Effect::Suspend => match self.console.suspend() {
                Ok(true) => self.suspended = true,
                Ok(false) => self.update(Msg::NotSuspended),
                Err(error) => self.fail_if(Err(error)),
            },
            Effect::Quit => self.exit = Some(Exit::Quit),
        }
    }

    /// A terminal that cannot be written to ends the program, by the way that reading has.
    fn fail_if(&self, result: io::Result<()>) {
        if let Err(error) = result {
            // The receiver outlives the session.
            let _ = self.wake.send(Wake::InputFailed(error));
        }
    }

    /// Sends off what the socket thread has to do, and shows what has changed.
    fn draw(&mut self) -> anyhow::Result<()> {
        if !self.orders.is_empty() {
            // The socket thread ends only after the session, or by a panic that ends it all.
            let _ = self.sockets.send(std::mem::take(&mut self.orders));
        }
        if !self.changed || self.suspended {
            return Ok(());
        }
        self.changed = false;
        if std::mem::take(&mut self.lost) {
            // Not `clear`, which asks the terminal for its cursor and waits for the answer.
            let size = self.terminal.size()?;
            self.terminal.resize(Rect::from((Position::ORIGIN, size)))?;
        }
        self.draw_frame()?;
        let measures = self.screen.measures();
        if measures != self.model.measures {
            let before = self.scrolled();
            self.update(Msg::Measured(measures));
            self.changed = false;
            if self.scrolled() != before {
                self.draw_frame()?;
            }
        }
        self.console
            .present()
            .context("cannot write to the terminal")
    }

    fn draw_frame(&mut self) -> anyhow::Result<()> {
        let (model, screen) = (&self.model, &mut self.screen);
        self.terminal
            .draw(|frame| {
                panic_on_request("draw");
                ui::draw(model, screen, frame);
            })
            .context("cannot draw on the terminal")?;
        Ok(())
    }

    /// What measuring may set right.
    const fn scrolled(&self) -> (usize, Option<usize>) {
        let help = match &self.model.popup {
            Some(Popup::Help(first)) => Some(*first),
            _ => None,
        };
        (self.model.detail_scroll, help)
    }
}

/// `exit`, unless a thread has panicked as well: that must not go unseen.
fn or_panic(exit: Exit, wakes: &Receiver<Wake>) -> Exit {
    wakes
        .try_iter()
        .find_map(|wake| match wake {
            Wake::Ended(panicked @ Exit::Panicked(_)) => Some(panicked),
            _ => None,
        })
        .unwrap_or(exit)
}

/// What Ctrl-Z means.
#[cfg(unix)]
const SUSPEND: Msg = Msg::Do(Command::Suspend);
