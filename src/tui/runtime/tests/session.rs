//! The loop, with a screen in memory and a console that records its calls.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::fake::{DEADLINE, FakeNet, Held, entry};
use crate::app::{Model, Pane, State};
use crate::names::Os;
use crate::net::{MAX_RESOLVING, Query, Recorder};
use crate::tui::runtime::session::{DRAIN, Session, TICK, Waiting};
use crate::tui::runtime::viewport::terminal;
use crate::tui::runtime::{Exit, Wake, calls};
use crate::tui::term::Console;
use crate::tui::term::background::Background;
use crate::tui::ui::Look;
use crate::words::{Key, Language, Phrase};

#[derive(Debug, Default)]
struct Notes {
    frames: usize,
    mouse: Vec<bool>,
    stops: usize,
    drains: usize,
    /// With the mouse, or without.
    resumes: Vec<bool>,
    no_shell: bool,
    /// The call that fails.
    fails: &'static str,
}

#[derive(Clone, Default)]
struct FakeConsole(Rc<RefCell<Notes>>);

impl FakeConsole {
    fn note(&self, call: &str, note: impl FnOnce(&mut Notes)) -> io::Result<()> {
        let mut notes = self.0.borrow_mut();
        if notes.fails == call {
            return Err(io::Error::other("gone"));
        }
        note(&mut notes);
        Ok(())
    }
}

impl Console for FakeConsole {
    fn present(&mut self) -> io::Result<()> {
        self.note("present", |notes| notes.frames += 1)
    }

    fn capture_mouse(&mut self, on: bool) -> io::Result<()> {
        self.note("capture_mouse", |notes| notes.mouse.push(on))
    }

    fn copy(&mut self, _: &str) -> io::Result<()> {
        self.note("copy", |_| {})
    }

    fn drain(&mut self) -> io::Result<()> {
        self.note("drain", |notes| notes.drains += 1)
    }

    fn paste(&mut self) -> io::Result<Option<String>> {
        self.note("paste", |_| {})?;
        Ok(None)
    }

    fn suspend(&mut self) -> io::Result<bool> {
        self.note("suspend", |notes| notes.stops += 1)?;
        Ok(!self.0.borrow().no_shell)
    }

    fn resume(&mut self, mouse: bool) -> io::Result<()> {
        self.note("resume", |notes| notes.resumes.push(mouse))
    }
}

/// The loop after its first frame, with the first lookup pending.
struct Stage {
    session: Session<FakeNet, TestBackend, FakeConsole>,
    notes: Rc<RefCell<Notes>>,
    wake: Sender<Wake>,
    wakes: Receiver<Wake>,
    calls: Receiver<Held>,
    net: FakeNet,
}

impl Stage {
    fn new() -> Self {
        let (net, calls) = FakeNet::new(|_| {});
        let recorder = Arc::new(Recorder::new(net.clone(), None));
        let (wake, wakes) = mpsc::channel();
        let (queue, effects, _) = calls::queue();
        queue.start(&recorder, &wake).unwrap();
        let (model, first) = Model::begin(Arc::clone(recorder.host()), server());
        let console = FakeConsole::default();
        let notes = Rc::clone(&console.0);
        let look = Look {
            colour: true,
            ..Look::default()
        };
        let terminal = terminal(TestBackend::new(80, 24)).unwrap();
        let mut session = Session::new(
            recorder,
            model,
            look,
            terminal,
            console,
            wake.clone(),
            effects,
        );
        session.perform_all(first);
        session.draw().unwrap();
        Self {
            session,
            notes,
            wake,
            wakes,
            calls,
            net,
        }
    }

    /// Waits for the next getaddrinfo.
    fn call(&self) -> Held {
        self.calls.recv_timeout(DEADLINE).unwrap()
    }

    fn queue(&self, event: Event) {
        self.wake.send(Wake::Terminal(event)).unwrap();
    }

    fn press(&mut self, code: KeyCode) -> Option<Exit> {
        self.queue(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        self.turn()
    }

    fn control(&mut self, c: char) -> Option<Exit> {
        let event = KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL);
        self.queue(Event::Key(event));
        self.turn()
    }

    /// Waits for the next wake and handles it.
    fn turn(&mut self) -> Option<Exit> {
        let wake = self.wakes.recv_timeout(DEADLINE).unwrap();
        self.session.turn(Some(wake), &self.wakes).unwrap()
    }

    /// Runs until the loop fails; returns the error.
    fn failure(&mut self) -> String {
        loop {
            let wake = self.wakes.recv_timeout(DEADLINE).unwrap();
            if let Err(error) = self.session.turn(Some(wake), &self.wakes) {
                return error.text(Language::En);
            }
        }
    }

    fn until(&mut self, what: impl Fn(&Model) -> bool) {
        while !what(&self.session.model) {
            assert_eq!(self.turn(), None);
        }
    }

    fn frames(&self) -> usize {
        self.notes.borrow().frames
    }

    fn screen(&self) -> &Buffer {
        self.session.terminal.backend().buffer()
    }
}

fn server() -> Query {
    Query::server_example(Os::Linux)
}

/// Whether the selected entry's socket() has returned.
fn has_opened(model: &Model) -> bool {
    let state = model
        .answer
        .as_ref()
        .map(|answer| answer.state(answer.selected));
    matches!(state, Some(State::Open(_) | State::Failed(_)))
}

#[test]
fn first_frame_does_not_wait_for_the_answer() {
    let stage = Stage::new();
    let held = stage.call();
    assert_eq!(*held.query, server());
    assert_eq!(stage.frames(), 1);
    assert!(stage.session.model.lookups.pending.is_some());
}

#[test]
fn answer_is_shown_and_its_first_entry_opened() {
    let mut stage = Stage::new();
    stage.call().answer(vec![entry(6), entry(17)]);
    stage.until(has_opened);
    assert_eq!(stage.session.model.entries().len(), 2);
    assert_eq!(stage.net.opened(), [6]);
    assert!(stage.frames() >= 2);
}

#[test]
fn stale_answer_is_dropped() {
    let mut stage = Stage::new();
    let first = stage.call();
    stage.press(KeyCode::F(5));
    let second = stage.call();
    second.answer(vec![entry(2)]);
    stage.until(|model| model.lookups.pending.is_none());
    first.answer(vec![entry(1)]);
    stage.until(|model| model.lookups.in_flight.is_empty());
    assert_eq!(stage.session.model.entries(), [entry(2)]);
}

#[test]
fn answer_after_esc_is_dropped() {
    let mut stage = Stage::new();
    let held = stage.call();
    stage.press(KeyCode::Esc);
    assert_eq!(stage.session.model.lookups.in_flight.len(), 1);
    held.answer(vec![entry(1)]);
    stage.until(|model| model.lookups.in_flight.is_empty());
    assert_eq!(stage.session.model.answer, None);
}

#[test]
fn ninth_lookup_is_refused_until_one_returns() {
    let mut stage = Stage::new();
    let mut held = vec![stage.call()];
    for _ in 1..MAX_RESOLVING {
        stage.press(KeyCode::F(5));
        held.push(stage.call());
    }
    assert!(!stage.session.model.lookups.refused);
    stage.press(KeyCode::F(5));
    assert!(stage.session.model.lookups.refused);
    assert!(stage.calls.try_recv().is_err(), "the refused call was made");
    held.remove(0).answer(Vec::new());
    stage.until(|model| model.lookups.in_flight.len() < MAX_RESOLVING);
    stage.press(KeyCode::F(5));
    held.push(stage.call());
    assert_eq!(held.len(), MAX_RESOLVING);
}

#[test]
fn quit_does_not_wait_for_lookups() {
    let mut stage = Stage::new();
    let mut held = vec![stage.call()];
    for _ in 1..MAX_RESOLVING {
        stage.press(KeyCode::F(5));
        held.push(stage.call());
    }
    assert_eq!(stage.control('c'), Some(Exit::Quit));
    assert_eq!(held.len(), MAX_RESOLVING, "all lookups are pending");
}

#[test]
fn signal_ends_with_128_plus_its_number() {
    let mut stage = Stage::new();
    stage.wake.send(Wake::Ended(Ok(Exit::Signal(15)))).unwrap();
    assert_eq!(stage.turn().map(|exit| exit.status()), Some(143));
}

#[test]
fn failure_ends_with_its_message() {
    let mut stage = Stage::new();
    let error = Phrase::failed(Key::ErrorTerminalRead)("gone");
    stage.wake.send(Wake::Ended(Err(error))).unwrap();
    assert_eq!(stage.failure(), "cannot read from the terminal: gone");
}

#[test]
fn failed_write_is_reported() {
    let cases: [(_, &[KeyCode]); 3] = [
        ("present", &[KeyCode::Char('x')]),
        ("capture_mouse", &[KeyCode::F(3)]),
        ("copy", &[KeyCode::Tab, KeyCode::Char('y')]),
    ];
    for (call, keys) in cases {
        // The clipboard of Windows is not the terminal's.
        if cfg!(windows) && call == "copy" {
            continue;
        }
        let mut stage = Stage::new();
        let _held = stage.call();
        stage.notes.borrow_mut().fails = call;
        for &key in keys {
            stage.queue(Event::Key(KeyEvent::new(key, KeyModifiers::NONE)));
        }
        let words = stage.failure();
        assert_eq!(words, "cannot write to the terminal: gone", "{call}");
    }
}

#[cfg(windows)]
#[test]
fn failed_copy_is_a_notice() {
    let mut stage = Stage::new();
    let _held = stage.call();
    stage.notes.borrow_mut().fails = "copy";
    for key in [KeyCode::Tab, KeyCode::Char('y')] {
        stage.queue(Event::Key(KeyEvent::new(key, KeyModifiers::NONE)));
    }
    assert_eq!(stage.turn(), None);
    let notice = stage.session.model.notice.clone().unwrap();
    assert!(notice.failure && notice.text == Phrase::notice_not_copied("gone".to_owned()));
}

#[cfg(unix)]
#[test]
fn failed_suspend_and_resume_are_reported() {
    for (call, words) in [
        ("suspend", "cannot suspend: gone"),
        ("resume", "cannot take over the terminal: gone"),
    ] {
        let mut stage = Stage::new();
        let _held = stage.call();
        stage.notes.borrow_mut().fails = call;
        let ctrl_z = KeyEvent::new(KeyCode::Char('z'), KeyModifiers::CONTROL);
        stage.queue(Event::Key(ctrl_z));
        stage.wake.send(Wake::Continued).unwrap();
        assert_eq!(stage.failure(), words);
    }
}

#[test]
fn five_hundred_queued_keys_draw_one_frame() {
    let mut stage = Stage::new();
    stage.session.model.form.focus = 0;
    let _held = stage.call();
    for _ in 0..500 {
        let a = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
        stage.queue(Event::Key(a));
    }
    let (before, start) = (stage.frames(), Instant::now());
    let wanted = "a".repeat(500);
    stage.until(|model| {
        let query = model.form.query().unwrap();
        query
            .node
            .is_some_and(|node| node.as_os_str() == wanted.as_str())
    });
    let slices = start.elapsed().as_millis() / DRAIN.as_millis();
    assert!(stage.frames() - before <= 1 + usize::try_from(slices).unwrap());
}

#[test]
fn frames_are_drawn_during_a_flood_of_events() {
    let mut stage = Stage::new();
    let _held = stage.call();
    let flood = stage.wake.clone();
    let (stop, stopped) = mpsc::channel();
    let (started, start) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        while stopped.try_recv().is_err() {
            let b = KeyEvent::new(KeyCode::Down, KeyModifiers::NONE);
            flood.send(Wake::Terminal(Event::Key(b))).unwrap();
            let _ = started.send(());
        }
    });
    start.recv_timeout(DEADLINE).unwrap();
    let before = stage.frames();
    for _ in 0..3 {
        stage.turn();
    }
    assert!(stage.frames() > before, "no frame during the flood");
    stop.send(()).unwrap();
    thread.join().unwrap();
}

#[test]
fn events_without_meaning_draw_nothing() {
    let mut stage = Stage::new();
    let _held = stage.call();
    let before = stage.frames();
    for kind in [
        MouseEventKind::Moved,
        MouseEventKind::Up(MouseButton::Left),
        MouseEventKind::Down(MouseButton::Right),
    ] {
        stage.queue(Event::Mouse(MouseEvent {
            kind,
            column: 5,
            row: 5,
            modifiers: KeyModifiers::NONE,
        }));
    }
    stage.queue(Event::FocusGained);
    stage.queue(Event::Key(KeyEvent::new(
        KeyCode::F(12),
        KeyModifiers::NONE,
    )));
    while let Ok(wake) = stage.wakes.try_recv() {
        assert_eq!(stage.session.turn(Some(wake), &stage.wakes).unwrap(), None);
    }
    assert_eq!(stage.frames(), before);
}

#[test]
fn new_size_is_drawn_at_once() {
    let mut stage = Stage::new();
    for (width, height) in [(40, 12), (1, 1), (0, 0), (200, 60)] {
        let before = stage.frames();
        stage.session.terminal.backend_mut().resize(width, height);
        stage.wake.send(Wake::Resized).unwrap();
        stage.turn();
        assert_eq!(stage.frames(), before + 1);
        assert_eq!(stage.screen().area.width, width);
    }
}

#[test]
fn frames_do_not_query_the_size() {
    let mut stage = Stage::new();
    let _held = stage.call();
    stage.session.terminal.backend_mut().resize(200, 60);
    stage.press(KeyCode::Char('x'));
    let area = |stage: &mut Stage| stage.session.terminal.get_frame().area();
    assert_eq!(area(&mut stage), Rect::new(0, 0, 80, 24));
    stage.wake.send(Wake::Resized).unwrap();
    stage.turn();
    assert_eq!(area(&mut stage), Rect::new(0, 0, 200, 60));
}

#[test]
fn drawn_area_is_at_most_1000_by_500() {
    let mut stage = Stage::new();
    let _held = stage.call();
    for (size, drawn_on) in [
        ((u16::MAX, 2), (1000, 2)),
        ((2, u16::MAX), (2, 500)),
        ((1000, 2), (1000, 2)),
    ] {
        stage.session.terminal.backend_mut().resize(size.0, size.1);
        stage.wake.send(Wake::Resized).unwrap();
        stage.turn();
        let area = stage.session.terminal.get_frame().area();
        assert_eq!((area.width, area.height), drawn_on);
        let mut new = terminal(TestBackend::new(size.0, size.1)).unwrap();
        assert_eq!(new.get_frame().area(), area);
    }
}

#[test]
fn restored_size_is_redrawn_completely() {
    let mut stage = Stage::new();
    let _held = stage.call();
    let before = stage.screen().clone();
    // The terminal shrank and grew again before the loop looked: its content is cut off.
    stage.session.terminal.backend_mut().resize(1, 1);
    stage.session.terminal.backend_mut().resize(80, 24);
    assert_ne!(stage.screen(), &before);
    stage.wake.send(Wake::Resized).unwrap();
    stage.turn();
    assert_eq!(stage.screen(), &before);
}

#[test]
fn pending_lookup_wakes_at_most_ten_times_a_second() {
    let mut stage = Stage::new();
    let held = stage.call();
    for _ in 0..3 {
        let due = stage.session.waiting.clone().unwrap();
        assert!(stage.session.wait(&stage.wakes).is_none());
        let pending = stage.session.model.lookups.pending.as_ref().unwrap();
        let woken = due.since[&pending.ticket] + pending.elapsed;
        assert!(woken >= due.next, "woke too early");
        let next = stage.session.waiting.as_ref().unwrap().next;
        assert!(
            next > woken && next >= due.next + TICK,
            "the next tick is too early"
        );
    }
    held.answer(Vec::new());
    stage.until(|model| model.lookups.pending.is_none());
    assert!(stage.session.waiting.is_none(), "the clock still runs");
}

#[test]
fn clock_runs_during_a_flood_of_events() {
    let mut stage = Stage::new();
    let _held = stage.call();
    let waiting = stage.session.waiting.as_mut().unwrap();
    for since in waiting.since.values_mut() {
        *since -= Duration::from_secs(2);
    }
    waiting.next = Instant::now();
    stage.queue(Event::FocusGained);
    assert!(stage.session.wait(&stage.wakes).is_none());
    let elapsed = stage.session.model.lookups.pending.as_ref().unwrap();
    assert!(elapsed.elapsed >= Duration::from_secs(2));
    stage.session.waiting.as_mut().unwrap().next += DEADLINE;
    assert!(stage.session.wait(&stage.wakes).is_some());
}

#[test]
fn slow_frames_do_not_delay_events() {
    let mut stage = Stage::new();
    let _held = stage.call();
    stage.session.waiting.as_mut().unwrap().next = Instant::now();
    stage.wake.send(Wake::Ended(Ok(Exit::Signal(15)))).unwrap();
    let wake = stage.session.wait(&stage.wakes);
    assert!(wake.is_none());
    let exit = stage.session.turn(wake, &stage.wakes).unwrap();
    assert_eq!(exit, Some(Exit::Signal(15)));
}

#[test]
fn new_lookup_starts_a_new_clock() {
    let mut stage = Stage::new();
    let _first = stage.call();
    let before = stage.session.waiting.clone().unwrap();
    stage.press(KeyCode::F(5));
    let after = stage.session.waiting.clone().unwrap();
    let only = |waiting: Waiting| waiting.since.into_iter().next().unwrap();
    let ((old, before), (new, after)) = (only(before), only(after));
    assert!(new != old && after > before);
}

#[test]
fn f3_turns_mouse_capture_off_and_on() {
    let mut stage = Stage::new();
    stage.press(KeyCode::F(3));
    stage.press(KeyCode::F(3));
    assert_eq!(stage.notes.borrow().mouse, [false, true]);
}

#[cfg(unix)]
#[test]
fn stopped_program_draws_only_after_it_continues() {
    let mut stage = Stage::new();
    let held = stage.call();
    stage.control('z');
    let before = stage.frames();
    held.answer(vec![entry(6)]);
    stage.until(|model| model.lookups.pending.is_none());
    assert_eq!((stage.frames(), stage.notes.borrow().stops), (before, 1));
    // The shell's output.
    let backend = stage.session.terminal.backend_mut();
    *backend = TestBackend::with_lines(["$ fg"; 24]);
    backend.resize(80, 24);
    stage.wake.send(Wake::Continued).unwrap();
    stage.until(has_opened);
    assert_eq!(stage.notes.borrow().resumes, [true]);
    assert!(stage.frames() > before);
    let text = format!("{:?}", stage.screen());
    assert!(!text.contains("$ fg"), "{text}");
}

#[cfg(unix)]
#[test]
fn suspend_without_a_shell_is_refused() {
    let mut stage = Stage::new();
    stage.notes.borrow_mut().no_shell = true;
    let before = stage.frames();
    stage.control('z');
    let notice = stage.session.model.notice.clone().unwrap();
    assert!(notice.failure && notice.text == Key::NoticeNotSuspended.into());
    assert_eq!(stage.frames(), before + 1);
}

#[test]
fn background_changes_the_colours_once() {
    let mut stage = Stage::new();
    let (before, frames) = (stage.screen().clone(), stage.frames());
    for background in [Background::Light, Background::Light] {
        stage.wake.send(Wake::Background(background)).unwrap();
        assert_eq!(stage.turn(), None);
        assert_eq!(stage.frames(), frames + 1);
    }
    let after = stage.screen();
    assert_ne!(after, &before);
    let symbols = |buffer: &Buffer| {
        let cells = buffer.content.iter();
        cells.map(|cell| cell.symbol()).collect::<String>()
    };
    assert_eq!(symbols(after), symbols(&before));
}

#[test]
fn quitting_at_once_waits_for_the_answer() {
    let mut stage = Stage::new();
    // Later than now, so that a slow machine has the whole time, too.
    stage.session.asked = Some(Instant::now() + DEADLINE);
    let quit = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    for (last, drains) in [(Wake::Background(Background::Light), 0), (Wake::Unread, 1)] {
        stage.queue(Event::Key(quit));
        stage.queue(Event::FocusGained);
        stage.wake.send(last).unwrap();
        assert_eq!(stage.session.run(&stage.wakes).unwrap(), Exit::Quit);
        assert!(stage.session.quitting.load(SeqCst));
        assert!(stage.wakes.try_recv().is_err(), "it is still unread");
        assert_eq!(stage.notes.borrow().drains, drains);
    }
}

#[test]
fn paste_goes_to_the_focus() {
    let mut stage = Stage::new();
    stage.session.model.form.focus = 0;
    stage.queue(Event::Paste("example.org".to_owned()));
    stage.turn();
    let query = stage.session.model.form.query().unwrap();
    assert_eq!(query.node.unwrap().as_os_str(), "example.org");
    assert_eq!(stage.session.model.pane, Pane::Form);
}
