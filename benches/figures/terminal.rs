//! A program in a pseudo-terminal of 120×40, and its screen.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};
use std::{fmt::Write as _, fs};

use anyhow::{Context as _, Result, bail, ensure};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{MouseProtocolMode, Parser, Screen};

use crate::program::{NO_CONFIGURATION, proc_status};

const ROWS: u16 = 40;
const COLUMNS: u16 = 120;

/// How long a screen may take to show the expected text before the program counts as hung.
const DEADLINE: Duration = Duration::from_secs(10);

/// The question for the background (xterm, OSC 11), and the answer of a black terminal.
const QUESTION: &[u8] = b"\x1b]11;?";
const ANSWER: &[u8] = b"\x1b]11;rgb:0000/0000/0000\x1b\\";

/// A piece of the program's output and when it was read. It is empty at the end.
type Piece = (Instant, Vec<u8>);

/// A running program and its screen. It answers what every terminal with a background answers. Dropping
/// it kills the program.
pub(crate) struct Terminal {
    name: &'static str,
    parser: Parser,
    pieces: Receiver<Piece>,
    ended: Option<Instant>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    started: Instant,
    /// Keeps the terminal open.
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts a program.
    ///
    /// # Errors
    /// There is no pseudo-terminal, or no such program.
    pub(crate) fn open(name: &'static str, command: &[OsString]) -> Result<Self> {
        let size = PtySize {
            rows: ROWS,
            cols: COLUMNS,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size)?;
        let mut reader = pair.master.try_clone_reader()?;
        let writer = pair.master.take_writer()?;
        let (sender, pieces) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 1 << 16];
            loop {
                // A pseudo-terminal gives EIO when no process has it open.
                let count = reader.read(&mut buffer).unwrap_or(0);
                let piece = (Instant::now(), buffer[..count].to_vec());
                if sender.send(piece).is_err() || count == 0 {
                    break;
                }
            }
        });
        let mut builder = CommandBuilder::from_argv(command.to_vec());
        builder.env("TERM", "xterm-256color");
        builder.env("XDG_CONFIG_HOME", NO_CONFIGURATION);
        builder.env_remove("NO_COLOR");
        let started = Instant::now();
        let child = pair
            .slave
            .spawn_command(builder)
            .with_context(|| format!("starting {name}"))?;
        Ok(Self {
            name,
            parser: Parser::new(ROWS, COLUMNS, 0),
            pieces,
            ended: None,
            writer,
            child,
            started,
            _master: pair.master,
        })
    }

    /// The screen.
    pub(crate) fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    /// The rows of the screen.
    pub(crate) fn rows(&self) -> impl Iterator<Item = String> {
        self.screen().rows(0, COLUMNS)
    }

    /// Whether any row contains `text`.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.rows().any(|row| row.contains(text))
    }

    /// Waits until `shows` is true of the screen; returns the time since the start of the program.
    ///
    /// # Errors
    /// It stays false until the deadline or the exit.
    pub(crate) fn wait(&mut self, what: &str, shows: impl Fn(&Self) -> bool) -> Result<Duration> {
        self.take_pieces();
        let shown = if shows(self) {
            Instant::now()
        } else {
            self.wait_from(Instant::now(), what, shows)?
        };
        Ok(shown.duration_since(self.started))
    }

    /// Presses keys, waits for their effect, and returns the time in between.
    ///
    /// # Errors
    /// As for [`wait`](Self::wait), or the effect was there before.
    pub(crate) fn press(
        &mut self,
        keys: &[u8],
        what: &str,
        shows: impl Fn(&Self) -> bool,
    ) -> Result<Duration> {
        self.take_pieces();
        ensure!(
            !shows(self),
            "{}: shows {what} before the key{}",
            self.name,
            self.picture()
        );
        let pressed = Instant::now();
        self.send(keys)?;
        let shown = self.wait_from(pressed, what, shows)?;
        Ok(shown.duration_since(pressed))
    }

    /// Presses keys.
    ///
    /// # Errors
    /// The program has exited.
    pub(crate) fn send(&mut self, keys: &[u8]) -> Result<()> {
        self.writer
            .write_all(keys)
            .and_then(|()| self.writer.flush())
            .with_context(|| format!("{}: pressing a key", self.name))
    }

    /// Waits until nothing has been drawn for a while.
    pub(crate) fn settle(&mut self) {
        const QUIET: Duration = Duration::from_millis(300);
        let began = Instant::now();
        while began.elapsed() < DEADLINE {
            match self.pieces.recv_timeout(QUIET) {
                Ok(piece) => _ = self.take(piece),
                Err(_) => break,
            }
        }
    }

    /// Presses the keys that end the program; returns the time until it released the terminal.
    ///
    /// # Errors
    /// The program goes on, fails, or does not restore the terminal.
    pub(crate) fn quit(mut self, keys: &[u8]) -> Result<Duration> {
        self.take_pieces();
        let pressed = Instant::now();
        self.send(keys)?;
        while self.ended.is_none() {
            let left = DEADLINE.saturating_sub(pressed.elapsed());
            match self.pieces.recv_timeout(left) {
                Ok(piece) => _ = self.take(piece),
                Err(_) => bail!("{}: goes on{}", self.name, self.picture()),
            }
        }
        let took = self.ended.unwrap_or(pressed).duration_since(pressed);
        let status = loop {
            match self.child.try_wait()? {
                Some(status) => break status,
                None if pressed.elapsed() > DEADLINE => {
                    bail!("{}: closed the terminal but still runs", self.name)
                }
                None => thread::sleep(Duration::from_millis(1)),
            }
        };
        ensure!(status.success(), "{}: quit with {status}", self.name);
        let screen = self.screen();
        let left: Vec<&str> = [
            (screen.alternate_screen(), "the alternate screen"),
            (screen.hide_cursor(), "a hidden cursor"),
            (screen.bracketed_paste(), "bracketed paste"),
            (
                screen.mouse_protocol_mode() != MouseProtocolMode::None,
                "mouse capture",
            ),
        ]
        .into_iter()
        .filter_map(|(left, what)| left.then_some(what))
        .collect();
        ensure!(
            left.is_empty(),
            "{}: left behind {}",
            self.name,
            left.join(", ")
        );
        Ok(took)
    }

    /// Resident memory in megabytes.
    ///
    /// # Errors
    /// The program has exited.
    pub(crate) fn resident(&self) -> Result<f64> {
        let kilobytes = proc_status(&format!("/proc/{}/status", self.id()?), "VmRSS:")?;
        Ok(kilobytes as f64 / 1024.0)
    }

    /// How often its threads have gone to sleep so far, which is how often they were woken; and how often
    /// they were given a processor.
    ///
    /// # Errors
    /// The program has exited.
    pub(crate) fn activity(&self) -> Result<[u64; 2]> {
        let tasks = format!("/proc/{}/task", self.id()?);
        let (mut wakeups, mut runs) = (0, 0);
        for task in fs::read_dir(&tasks).with_context(|| format!("reading {tasks}"))? {
            let task = task?.path();
            let status = task.join("status").display().to_string();
            wakeups += proc_status(&status, "voluntary_ctxt_switches:")?;
            // The last of its numbers (Documentation/scheduler/sched-stats.rst of Linux).
            let path = task.join("schedstat");
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let count = text.split_whitespace().nth(2);
            runs += count
                .with_context(|| format!("{} is short", path.display()))?
                .parse::<u64>()?;
        }
        Ok([wakeups, runs])
    }

    fn id(&self) -> Result<u32> {
        self.child
            .process_id()
            .with_context(|| format!("{}: has no process id", self.name))
    }

    fn wait_from(
        &mut self,
        from: Instant,
        what: &str,
        shows: impl Fn(&Self) -> bool,
    ) -> Result<Instant> {
        loop {
            let left = DEADLINE.saturating_sub(from.elapsed());
            let read = match self.pieces.recv_timeout(left) {
                Ok(piece) => self.take(piece),
                Err(RecvTimeoutError::Timeout) => bail!(
                    "{}: does not show {what} within {DEADLINE:?}{}",
                    self.name,
                    self.picture()
                ),
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("{}: exited before it showed {what}", self.name)
                }
            };
            if shows(self) {
                return Ok(read);
            }
            ensure!(
                self.ended.is_none(),
                "{}: exited before it showed {what}{}",
                self.name,
                self.picture()
            );
        }
    }

    fn take_pieces(&mut self) {
        while let Ok(piece) = self.pieces.try_recv() {
            self.take(piece);
        }
    }

    fn take(&mut self, (read, bytes): Piece) -> Instant {
        if bytes.is_empty() {
            self.ended = Some(read);
        }
        self.parser.process(&bytes);
        // The program writes it in one piece, before its first frame.
        if bytes.windows(QUESTION.len()).any(|part| part == QUESTION) {
            // Fails if the program has exited.
            _ = self.send(ANSWER);
        }
        read
    }

    /// The screen, to print below an error.
    fn picture(&self) -> String {
        let mut picture = String::new();
        for row in self.rows().filter(|row| !row.is_empty()) {
            // Writing to a String cannot fail.
            _ = write!(picture, "\n    | {row}");
        }
        picture
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // It may exit by itself in between.
            _ = self.child.kill();
            _ = self.child.wait();
        }
    }
}
