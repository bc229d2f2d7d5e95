//! A program in a pseudo-terminal of 120×40, and what it shows there.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};
use std::{fmt::Write as _, fs};

use anyhow::{Context as _, Result, bail, ensure};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{MouseProtocolMode, Parser, Screen};

use crate::program::proc_status;

const ROWS: u16 = 40;
const COLUMNS: u16 = 120;

/// How long a screen may take to show what is awaited, before the program counts as hung.
const DEADLINE: Duration = Duration::from_secs(10);

/// A piece of the program's output and when it was read; the end of it has no bytes.
type Piece = (Instant, Vec<u8>);

/// A running program and its screen. It is killed when this is dropped.
pub(crate) struct Terminal {
    name: &'static str,
    parser: Parser,
    pieces: Receiver<Piece>,
    ended: Option<Instant>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    started: Instant,
    /// Keeps the terminal in being.
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
                // A pseudo-terminal that nobody holds open any more gives EIO.
                let count = reader.read(&mut buffer).unwrap_or(0);
                let piece = (Instant::now(), buffer[..count].to_vec());
                if sender.send(piece).is_err() || count == 0 {
                    break;
                }
            }
        });
        let mut builder = CommandBuilder::from_argv(command.to_vec());
        builder.env("TERM", "xterm-256color");
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

    /// What it shows.
    pub(crate) fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    /// The rows of what it shows.
    pub(crate) fn rows(&self) -> impl Iterator<Item = String> {
        self.screen().rows(0, COLUMNS)
    }

    /// Whether any row has `text` in it.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.rows().any(|row| row.contains(text))
    }

    /// Waits until it shows what `shows` looks for; the time since the program was started.
    ///
    /// # Errors
    /// It does not, by the deadline or before it ends.
    pub(crate) fn wait(&mut self, what: &str, shows: impl Fn(&Self) -> bool) -> Result<Duration> {
        self.take_pieces();
        let shown = if shows(self) {
            Instant::now()
        } else {
            self.wait_from(Instant::now(), what, shows)?
        };
        Ok(shown.duration_since(self.started))
    }

    /// Presses keys and waits for what they bring; the time in between.
    ///
    /// # Errors
    /// As for [`wait`](Self::wait); or it was there before.
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
    /// It is gone.
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

    /// Presses the keys that end the program; the time until it let go of the terminal.
    ///
    /// # Errors
    /// It goes on, fails, or leaves the terminal other than it was.
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
                    bail!("{}: closed the terminal and goes on", self.name)
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

    /// The memory that is resident, in megabytes.
    ///
    /// # Errors
    /// It is gone.
    pub(crate) fn resident(&self) -> Result<f64> {
        let kilobytes = proc_status(&format!("/proc/{}/status", self.id()?), "VmRSS:")?;
        Ok(kilobytes as f64 / 1024.0)
    }

    /// How often its threads have gone to sleep, and so been woken, until now.
    ///
    /// # Errors
    /// It is gone.
    pub(crate) fn wakeups(&self) -> Result<u64> {
        let tasks = format!("/proc/{}/task", self.id()?);
        let mut wakeups = 0;
        for task in fs::read_dir(&tasks).with_context(|| format!("reading {tasks}"))? {
            let path = task?.path().join("status");
            wakeups += proc_status(&path.display().to_string(), "voluntary_ctxt_switches:")?;
        }
        Ok(wakeups)
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
                    bail!("{}: ended before it showed {what}", self.name)
                }
            };
            if shows(self) {
                return Ok(read);
            }
            ensure!(
                self.ended.is_none(),
                "{}: ended before it showed {what}{}",
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
        read
    }

    /// The screen, to stand below an error.
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
            // It may end by itself in between.
            _ = self.child.kill();
            _ = self.child.wait();
        }
    }
}
