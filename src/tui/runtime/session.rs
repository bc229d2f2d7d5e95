//! The loop: handles wakes, performs effects, draws changes.

use std::collections::BTreeMap;
use std::io;
use std::mem;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use crossterm::event::{Event, MouseButton, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::Backend;

use super::lesson::LessonThread;
use super::viewport::area;
use super::{Exit, Wake, calls, saving, spawn};
use crate::app::{Counterpart, CourseEvent, Effect, Model, Msg, SaveError, Ticket};
use crate::net::{Net, Recorder};
use crate::replay::Replay;
use crate::tui::term::background::{LAST_WAIT, ROUND_TRIP};
use crate::tui::term::{self, Console};
use crate::tui::ui::{self, Look, Screen};
use crate::words::{Key, Phrase};

/// How often the elapsed time of a pending lookup is updated.
pub(super) const TICK: Duration = Duration::from_millis(100);

/// The longest time spent on events before drawing a frame.
pub(super) const DRAIN: Duration = Duration::from_millis(25);

/// Lines to scroll per notch of the wheel.
const NOTCH: isize = 3;

/// The clock of the calls whose time is shown.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) since: BTreeMap<Ticket, Instant>,
    pub(super) next: Instant,
}

/// The loop's state.
pub(super) struct Session<N: Net, B: Backend, C: Console> {
    recorder: Arc<Recorder<N>>,
    pub(super) model: Model,
    screen: Screen,
    pub(super) terminal: Terminal<B>,
    console: C,
    /// Cloned for new threads.
    wake: Sender<Wake>,
    calls: Sender<Vec<Effect>>,
    /// The sources that were asked last: true gives them up.
    sources: Option<(Ticket, Arc<AtomicBool>)>,
    /// The lesson whose calls are made.
    pub(super) lesson: LessonThread,
    /// Effects not sent yet: those of one turn are sent together, so that the thread of calls can
    /// skip overtaken ones.
    queued: Vec<Effect>,
    pub(super) waiting: Option<Waiting>,
    /// When the next alarm is due.
    alarm: Option<(Ticket, Instant)>,
    /// The model has changed since the last frame.
    changed: bool,
    /// The screen's content may be lost: the shell wrote over it, or the size changed. If the size
    /// changed back, the terminal may still have cut off content in between.
    lost: bool,
    suspended: bool,
    /// When the terminal was asked for its background, until it answers.
    pub(super) asked: Option<Instant>,
    /// Tells the input thread to stop.
    pub(super) quitting: Arc<AtomicBool>,
    end: Option<Result<Exit, Phrase>>,
}

impl<N, B, C> Session<N, B, C>
where
    N: Net,
    B: Backend,
    B::Error: Send + Sync + 'static,
    C: Console,
{
    pub(super) fn new(
        recorder: Arc<Recorder<N>>,
        model: Model,
        look: Look,
        terminal: Terminal<B>,
        console: C,
        wake: Sender<Wake>,
        calls: Sender<Vec<Effect>>,
    ) -> Self {
        Self {
            recorder,
            model,
            screen: Screen::new(look),
            terminal,
            console,
            wake,
            calls,
            sources: None,
            lesson: LessonThread::default(),
            queued: Vec::new(),
            waiting: None,
            alarm: None,
            changed: true,
            lost: false,
            suspended: false,
            asked: None,
            quitting: Arc::default(),
            end: None,
        }
    }

    pub(super) fn run(&mut self, wakes: &Receiver<Wake>) -> Result<Exit, Phrase> {
        loop {
            let wake = self.wait(wakes);
            if let Some(exit) = self.turn(wake, wakes)? {
                if exit == Exit::Quit {
                    self.wait_for_background(wakes);
                }
                return Ok(exit);
            }
        }
    }

    /// Waits a moment for the answer of a terminal that was asked only just now. Else the shell would get
    /// it, as if it were typed.
    fn wait_for_background(&mut self, wakes: &Receiver<Wake>) {
        if self.asked.is_none_or(|asked| asked.elapsed() > ROUND_TRIP) {
            return;
        }
        self.quitting.store(true, SeqCst);
        let end = Instant::now() + LAST_WAIT;
        loop {
            match wakes.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Wake::Background(_) | Wake::Ended(_)) | Err(_) => return,
                // The program ends anyway.
                Ok(Wake::Unread) => return self.console.drain().unwrap_or_default(),
                Ok(_) => {}
            }
        }
    }

    /// Handles `first` and all waiting events, and draws once.
    pub(super) fn turn(
        &mut self,
        first: Option<Wake>,
        wakes: &Receiver<Wake>,
    ) -> Result<Option<Exit>, Phrase> {
        let enough = Instant::now() + DRAIN;
        // If a frame takes longer than a tick, [`Self::wait`] never reads the channel.
        let mut next = first.or_else(|| wakes.try_recv().ok());
        while let Some(wake) = next {
            self.take(wake);
            if let Some(end) = self.end.take() {
                return end.map(Some);
            }
            let more = Instant::now() < enough;
            next = more.then(|| wakes.try_recv().ok()).flatten();
        }
        self.draw()?;
        Ok(None)
    }

    /// Waits for the next event; returns `None` when the elapsed time must be updated.
    pub(super) fn wait(&mut self, wakes: &Receiver<Wake>) -> Option<Wake> {
        let tick = self.waiting.as_ref().map(|waiting| waiting.next);
        let due = self.alarm.map(|(_, due)| due);
        let next = tick.into_iter().chain(due).min();
        let Some(next) = next.filter(|_| !self.suspended) else {
            // Cannot fail: this session holds a sender.
            return wakes.recv().ok();
        };
        let left = next.saturating_duration_since(Instant::now());
        // When the time is up, do not read: a flood of events must not stop the clock.
        if !left.is_zero()
            && let Ok(wake) = wakes.recv_timeout(left)
        {
            return Some(wake);
        }
        let now = Instant::now();
        if let Some((ticket, _)) = self.alarm.take_if(|(_, due)| *due <= now) {
            self.update(Msg::Alarm(ticket));
        }
        if let Some(waiting) = self.waiting.as_mut().filter(|waiting| waiting.next <= now) {
            waiting.next = now + TICK;
            for (ticket, since) in waiting.since.clone() {
                self.update(Msg::Waited(ticket, now.saturating_duration_since(since)));
            }
        }
        None
    }

    fn take(&mut self, wake: Wake) {
        match wake {
            Wake::Resized => self.lost = true,
            Wake::Terminal(event) => {
                if let Some(msg) = self.meaning(event) {
                    self.update(msg);
                }
            }
            Wake::Background(background) => {
                self.asked = None;
                self.changed |= self.screen.set_background(background);
            }
            Wake::Msg(msg) => self.update(msg),
            // Sent only after the last turn.
            Wake::Unread => {}
            Wake::Reached(reached) => drop(reached),
            Wake::Continued => {
                let result = self.console.resume(self.model.mouse);
                self.end_if(result, Key::ErrorTerminalTake);
                (self.suspended, self.lost) = (false, true);
            }
            Wake::Ended(end) => self.end = Some(end),
        }
    }

    /// The message of the event on the last drawn screen, if it has one.
    fn meaning(&self, event: Event) -> Option<Msg> {
        match event {
            Event::Key(key) => self.screen.keys().dispatch(&self.model, &key),
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
        let mut effects = Vec::new();
        self.model.update(msg, &mut effects);
        term::set_language(self.model.language);
        self.perform_all(effects);
    }

    pub(super) fn perform_all(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.perform(effect);
        }
        self.set_clock();
    }

    /// Starts the clock of new calls, and stops that of those that returned.
    fn set_clock(&mut self) {
        let mut timed = self.model.timed().peekable();
        if timed.peek().is_none() {
            self.waiting = None;
            return;
        }
        let now = Instant::now();
        let waiting = self.waiting.get_or_insert_with(|| Waiting {
            since: BTreeMap::new(),
            next: now + TICK,
        });
        let before = mem::take(&mut waiting.since);
        let since = |ticket| (ticket, before.get(&ticket).copied().unwrap_or(now));
        waiting.since = timed.map(since).collect();
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            // The thread of calls may be busy, and nothing of the resolver depends on its order.
            Effect::Call(ticket, entry, call) if call.resolves() => {
                calls::wait(&self.recorder, &self.wake, ticket, entry, call);
            }
            Effect::Call(..)
            | Effect::Interrupt(_)
            | Effect::TryAll(..)
            | Effect::Fill(..)
            | Effect::FillBinds(_)
            | Effect::StopTrying(_)
            | Effect::Facts(..)
            | Effect::Explain(..) => {
                self.queued.push(effect);
            }
            Effect::AskSources(ticket, run, reasons) => {
                let given_up = Arc::new(AtomicBool::new(false));
                self.sources = Some((ticket, Arc::clone(&given_up)));
                let asked = calls::ask(&self.recorder, &self.wake, ticket, *run, reasons, given_up);
                if let Err(error) = asked {
                    self.update(Msg::NotStarted(ticket, error.to_string()));
                }
            }
            Effect::StopAsking(ticket) => {
                if let Some((_, given_up)) = self.sources.take_if(|(own, _)| *own == ticket) {
                    given_up.store(true, SeqCst);
                }
            }
            Effect::Copy(copied) => self.copy(&ui::copied(&self.model, copied)),
            Effect::CopyContent(content) => match saving::text(content) {
                Ok(text) => self.copy(&text),
                Err(reason) => self.update(Msg::NotCopied(reason.text(self.model.language))),
            },
            Effect::Paste => {
                let msg = match self.console.paste() {
                    Ok(Some(text)) => Msg::Paste(text),
                    Ok(None) => Msg::NotPasted(None),
                    Err(error) => Msg::NotPasted(Some(error.to_string())),
                };
                self.update(msg);
            }
            Effect::ProposePath(ticket, extension) => {
                let proposed = spawn("path", &self.wake, move |wake| {
                    // The loop may have ended, here and below.
                    let path = Some(saving::free_path(extension));
                    let _ = wake.send(Wake::Msg(Msg::PathProposed(ticket, path)));
                });
                if proposed.is_err() {
                    self.update(Msg::PathProposed(ticket, None));
                }
            }
            Effect::Save {
                ticket,
                path,
                content,
                replace,
            } => {
                let started = spawn("save", &self.wake, move |wake| {
                    let result = saving::save(&path, content, replace);
                    let _ = wake.send(Wake::Msg(Msg::Saved(ticket, result)));
                });
                if let Err(error) = started {
                    let reason = Phrase::save_failed(Phrase::no_thread(&error));
                    self.update(Msg::Saved(ticket, Err(SaveError::Failed(reason))));
                }
            }
            // A time beyond the clock's range never comes.
            Effect::Alarm(ticket, after) => {
                self.alarm = Instant::now().checked_add(after).map(|due| (ticket, due));
            }
            Effect::OpenFile(ticket, path) => {
                let started = spawn("open", &self.wake, move |wake| {
                    let opened = Replay::open(Path::new(&path)).map(Box::new);
                    let _ = wake.send(Wake::Msg(Msg::Opened(ticket, opened)));
                });
                if let Err(error) = started {
                    let reason = Phrase::replay_failed(Phrase::no_thread(&error));
                    self.update(Msg::Opened(ticket, Err(reason)));
                }
            }
            Effect::Compare(ticket, both) => {
                let started = spawn("compare", &self.wake, move |wake| {
                    let comparison = Arc::new(Counterpart::compare(&both));
                    let _ = wake.send(Wake::Msg(Msg::Compared(ticket, comparison)));
                });
                if let Err(error) = started {
                    self.update(Msg::NotStarted(ticket, error.to_string()));
                }
            }
            Effect::MakeStep(ticket, lesson, step) => {
                let (recorder, wake) = (&self.recorder, &self.wake);
                let made = self
                    .lesson
                    .make(recorder, wake, &self.model, ticket, &lesson, step);
                if let Err(error) = made {
                    let reason = Phrase::script_thread("lesson", Phrase::no_thread(&error));
                    self.update(Msg::Lesson(ticket, CourseEvent::Ended(reason)));
                }
            }
            Effect::EndLesson(ticket) => self.lesson.end(ticket),
            Effect::CaptureMouse(on) => {
                let result = self.console.capture_mouse(on);
                self.end_if(result, Key::ErrorTerminalWrite);
            }
            Effect::Suspend => match self.console.suspend() {
                Ok(true) => self.suspended = true,
                Ok(false) => self.update(Msg::NotSuspended),
                Err(error) => self.end_if(Err(error), Key::ErrorSuspend),
            },
            Effect::Quit => self.end = Some(Ok(Exit::Quit)),
        }
    }

    fn copy(&mut self, text: &str) {
        match self.console.copy(text) {
            Err(error) if cfg!(windows) => self.update(Msg::NotCopied(error.to_string())),
            result => self.end_if(result, Key::ErrorTerminalWrite),
        }
    }

    /// Ends the program if `result` is an error.
    fn end_if(&mut self, result: io::Result<()>, what: Key) {
        if let Err(error) = result.map_err(Phrase::failed(what)) {
            self.end = Some(Err(error));
        }
    }

    /// Sends the queued effects and draws the changes.
    pub(super) fn draw(&mut self) -> Result<(), Phrase> {
        if !self.queued.is_empty() {
            // The thread ends only after the session, or by a panic, which ends the process.
            let _ = self.calls.send(mem::take(&mut self.queued));
        }
        if self.suspended || !(self.changed || self.lost) {
            return Ok(());
        }
        self.changed = false;
        if mem::take(&mut self.lost) {
            // Not `clear`: it queries the cursor position and waits for the answer.
            area(self.terminal.backend())
                .and_then(|area| self.terminal.resize(area))
                .map_err(Phrase::failed(Key::ErrorTerminalSize))?;
        }
        self.draw_frame()?;
        let measures = self.screen.measures();
        if measures != self.model.measures || self.model.is_unseen() {
            // It may scroll back.
            let scrolled = |model: &Model| {
                let lesson = model.course.as_ref().map(|course| course.first);
                let popup = model.popup.clone();
                (model.detail_scroll, lesson, model.action(), popup)
            };
            let before = scrolled(&self.model);
            self.update(Msg::Measured(measures));
            self.changed = false;
            if scrolled(&self.model) != before {
                self.draw_frame()?;
            }
        }
        self.console
            .present()
            .map_err(Phrase::failed(Key::ErrorTerminalWrite))
    }

    fn draw_frame(&mut self) -> Result<(), Phrase> {
        let (model, screen) = (&self.model, &mut self.screen);
        self.terminal
            .draw(|frame| ui::draw(model, screen, frame))
            .map_err(Phrase::failed(Key::ErrorTerminalWrite))?;
        Ok(())
    }
}
