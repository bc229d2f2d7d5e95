//! A program in a terminal, and what a person would see there.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::fmt;
use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, ExitStatus, PtySize};
use vt100::Parser;

#[cfg(unix)]
use unix::Host;
#[cfg(windows)]
use windows::Host;
#[cfg(windows)]
pub use windows::{LEFT_CTRL, RIGHT_ALT, Record, alt_code, stroke};

/// The deadline of every wait, long enough for a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A mark in [`Terminal::bytes`] after all of the program's output, once
/// [`Terminal::wait_for_the_last_byte`] has returned. It does not change the screen.
pub const LAST: &str = "\x1b[0m\x1b[0m\x1b[0m\x1b[0m";

/// What is on the screen only if a socket is open.
pub const OPEN: &str = if cfg!(windows) {
    "SOCKET 0x"
} else {
    "file descriptor"
};

/// The interval at which a wait checks whether the program still runs.
const LOOK: Duration = Duration::from_millis(250);

/// The bytes sent to the terminal.
struct Seen {
    parser: Parser,
    bytes: Vec<u8>,
}

#[derive(Clone)]
struct Shared(Arc<(Mutex<Seen>, Condvar)>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        // A failed test holds the lock while it unwinds.
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A terminal with a program in it. Dropping it kills the program.
pub struct Terminal {
    host: Host,
    reading: Arc<Mutex<()>>,
    seen: Shared,
}

impl Terminal {
    /// Starts sockscope with these arguments in a terminal of `columns` by `rows`.
    pub fn sockscope(columns: u16, rows: u16, arguments: &[&str]) -> Self {
        Self::start(columns, rows, &mut Self::command(arguments))
    }

    /// The command of sockscope, to be extended.
    pub fn command(arguments: &[&str]) -> CommandBuilder {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sockscope"));
        command.args(arguments);
        command.env_remove("NO_COLOR");
        command.env_remove("COLORFGBG");
        command.env_remove("RUST_BACKTRACE");
        if cfg!(unix) {
            command.env("TERM", "xterm-256color");
        } else {
            // Windows Terminal, which shows every sign.
            command.env("WT_SESSION", "1");
        }
        command
    }

    /// Starts `command` in a terminal of `columns` by `rows`.
    pub fn start(columns: u16, rows: u16, command: &mut CommandBuilder) -> Self {
        if command.get_cwd().is_none() {
            command.cwd(env!("CARGO_MANIFEST_DIR"));
        }
        let (host, mut reader) = Host::start(columns, rows, command);
        let seen = Shared(Arc::new((
            Mutex::new(Seen {
                parser: Parser::new(rows, columns, 0),
                bytes: Vec::new(),
            }),
            Condvar::new(),
        )));
        let writing = seen.clone();
        let reading = Arc::new(Mutex::new(()));
        let held = Arc::clone(&reading);
        thread::spawn(move || {
            let mut buffer = [0; 65536];
            loop {
                drop(held.lock());
                let count = reader.read(&mut buffer).unwrap_or(0);
                let mut seen = writing.lock();
                seen.parser.process(&buffer[..count]);
                seen.bytes.extend_from_slice(&buffer[..count]);
                writing.0.1.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        Self {
            host,
            reading,
            seen,
        }
    }

    /// Waits until all output of the program, which has exited, has been read.
    #[track_caller]
    pub fn wait_for_the_last_byte(&self) {
        assert!(self.host.mark_the_end());
        wait_for("the last byte", || {
            let seen = self.seen.lock();
            let mut at = seen.bytes.windows(LAST.len());
            at.any(|bytes| bytes == LAST.as_bytes()).then_some(())
        });
    }

    /// The program's process.
    pub fn pid(&self) -> u32 {
        self.host.pid()
    }

    /// Sends keys.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.host.send(bytes.as_ref());
    }

    /// Resizes it to `columns` by `rows`.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        // A frame for the size before may still come. vt100 0.16.2 panics if its text wraps in a screen
        // of one line, or if a wide character does not fit.
        let (lines, width) = (rows.max(2), columns.max(2));
        self.seen.lock().parser.screen_mut().set_size(lines, width);
        self.host.resize(columns, rows);
    }

    /// The current screen.
    pub fn contents(&self) -> String {
        self.seen.lock().parser.screen().contents()
    }

    /// Every byte that was sent to the terminal.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen.lock().bytes.clone()
    }

    /// Waits until `condition` is true of the screen.
    #[track_caller]
    pub fn wait_until(&self, what: &str, condition: impl Fn(&vt100::Screen) -> bool) {
        self.wait(what, |seen| condition(seen.parser.screen()));
    }

    /// Waits until `condition` is true of a screen without a cursor that is drawn to its end: the rows
    /// of one frame may arrive in pieces.
    #[track_caller]
    #[cfg(target_os = "linux")]
    pub fn wait_until_drawn(&self, what: &str, condition: impl Fn(&vt100::Screen) -> bool) {
        let drawn = |seen: &Seen| seen.bytes.ends_with(b"\x1b[?25l");
        self.wait(what, |seen| drawn(seen) && condition(seen.parser.screen()));
    }

    #[track_caller]
    fn wait(&self, what: &str, condition: impl Fn(&Seen) -> bool) {
        let end = Instant::now() + DEADLINE;
        let mut seen = self.seen.lock();
        let mut all_read = false;
        while !condition(&seen) {
            assert!(
                !all_read && Instant::now() < end,
                "waited for: {what}\n{}\nexit status: {:?}\nlast bytes: {}",
                Picture(seen.parser.screen()),
                self.host.ended(),
                seen.bytes[seen.bytes.len().saturating_sub(400)..].escape_ascii()
            );
            if self.host.ended().is_some() && self.host.mark_the_end() {
                // What it wrote may not have been read yet.
                drop(seen);
                self.wait_for_the_last_byte();
                all_read = true;
                seen = self.seen.lock();
            } else {
                seen = self.seen.0.1.wait_timeout(seen, LOOK).unwrap().0;
            }
        }
    }

    /// Whether `text` was sent to the terminal, or was on its screen at any time even if it was
    /// sent in pieces. Only for a terminal of constant size.
    pub fn ever_showed(&self, text: &str) -> bool {
        let (bytes, (rows, columns)) = {
            let seen = self.seen.lock();
            (seen.bytes.clone(), seen.parser.screen().size())
        };
        let mut parser = Parser::new(rows, columns, 0);
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
            || bytes.chunks(64).any(|chunk| {
                parser.process(chunk);
                parser.screen().contents().contains(text)
            })
    }

    /// Waits until `text` is on the screen.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        self.wait_until(text, |screen| screen.contents().contains(text));
    }

    /// Waits until `text` is no longer on the screen.
    #[track_caller]
    pub fn wait_for_no(&self, text: &str) {
        self.wait_until(&format!("no {text}"), |screen| {
            !screen.contents().contains(text)
        });
    }

    /// Waits until a row has all of `texts`.
    #[track_caller]
    pub fn wait_for_row(&self, texts: &[&str]) {
        self.wait_until(&format!("a row with {texts:?}"), |screen| {
            rows(screen).any(|row| texts.iter().all(|text| row.contains(text)))
        });
    }

    /// Waits for a row with `text`, and clicks the first character of `at` in it.
    #[track_caller]
    pub fn click(&mut self, text: &str, at: &str) {
        self.wait_for_row(&[text, at]);
        let place = (1..)
            .zip(rows(self.seen.lock().parser.screen()))
            .find(|(_, row)| row.contains(text) && row.contains(at))
            .map(|(number, row)| (number, row[..row.find(at).unwrap()].chars().count() + 1));
        let (row, column): (usize, usize) = place.unwrap();
        // SGR coordinates count from one; button 0 is the left one.
        self.send(format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
    }

    /// The program's exit status, if it has exited.
    pub fn ended(&self) -> Option<ExitStatus> {
        self.host.ended()
    }

    /// Waits for the program's exit.
    #[track_caller]
    pub fn wait_for_end(&self) -> ExitStatus {
        let pid = self.pid();
        wait_for(&format!("the end of process {pid}"), || self.host.ended())
    }
}

/// The rows of a screen, each from its start.
pub fn rows(screen: &vt100::Screen) -> impl Iterator<Item = String> + '_ {
    let (_, columns) = screen.size();
    screen.rows(0, columns)
}

/// A screen with a frame around it, for a failure message.
struct Picture<'a>(&'a vt100::Screen);

impl fmt::Display for Picture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (height, columns) = self.0.size();
        let edge = "─".repeat(columns.into());
        writeln!(f, "┌{edge}┐ {columns}×{height}")?;
        for row in rows(self.0) {
            writeln!(f, "│{row}")?;
        }
        write!(f, "└{edge}┘")
    }
}

const fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

/// Waits until `probe` returns something: for a state that nothing announces.
#[track_caller]
pub fn wait_for<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(Instant::now() < end, "waited for: {what}");
        thread::park_timeout(Duration::from_millis(2));
    }
}
