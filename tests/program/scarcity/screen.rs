//! Terminals that can do little, claim much, stop reading, or belong to another program.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use rustix::process::Signal;
use rustix::termios::{Action, tcflow};

use super::ending::{
    CTRL_C, F5, SOCKSCOPE, assert_idle, end, start, start_command, wait_until_keys_are_read,
};
use crate::support::process::{descendant, link, resident, signal, state, wait_for_state};
use crate::support::takes_less_than;
use crate::support::terminal::{DEADLINE, Terminal, wait_for};

tests! {
    every_term_but_dumb_works;
    no_color_disables_colour_unless_empty;
    any_initial_size_uses_bounded_memory;
    any_resize_is_survived;
    stopped_terminal_delays_no_signal;
    resumed_terminal_is_drawn_again;
    unread_terminal_delays_no_signal;
    slow_terminal_is_waited_for;
    background_start_stops_until_foreground;
    harmless_signals_are_ignored;
}

const QUERY: [&str; 2] = ["127.0.0.1", "80"];

// ---- what it calls itself ---------------------------------------------------------------------

fn every_term_but_dumb_works() {
    let long = "x".repeat(5_000);
    for (name, status) in [
        (None, 0),
        (Some(""), 0),
        (Some("dumb"), 5),
        (Some("vt100"), 0),
        (Some("no-such-terminal"), 0),
        (Some("\x1b[31m\x1b]0;title\x07"), 0),
        (Some("../../etc/passwd"), 0),
        (Some(&long), 0),
    ] {
        let mut command = Terminal::command(&QUERY);
        command.env_remove("TERM");
        if let Some(name) = name {
            command.env("TERM", name);
        }
        let mut terminal = Terminal::start(80, 24, &mut command);
        if status == 0 {
            terminal.wait_for("file descriptor");
            terminal.send(CTRL_C);
        }
        let ending = end(&terminal);
        assert_eq!(ending.status, status, "{name:?}: {ending:?}");
        if status == 5 {
            assert!(ending.stderr.contains("TERM=dumb"), "{ending:?}");
            assert!(ending.stderr.contains("--format"), "{ending:?}");
            assert!(!ending.stdout.contains('\x1b'), "{ending:?}");
        }
    }
}

fn no_color_disables_colour_unless_empty() {
    for (value, coloured) in [
        (None, true),
        (Some(""), true),
        (Some("1"), false),
        (Some("0"), false),
    ] {
        let mut command = start_command("exec \"$@\"", &QUERY);
        if let Some(value) = value {
            command.env("NO_COLOR", value);
        }
        let mut terminal = Terminal::start(80, 24, &mut command);
        terminal.wait_for("file descriptor");
        terminal.send(CTRL_C);
        let ending = end(&terminal);
        assert_eq!(ending.status, 0);
        // SGR 38;5 sets a foreground colour (ECMA-48, ISO 8613-6).
        assert_eq!(ending.stdout.contains("38;5;"), coloured, "{value:?}");
    }
}

// ---- what size it claims ----------------------------------------------------------------------

const SIZES: [(u16, u16); 8] = [
    (0, 0),
    (1, 1),
    (0, 24),
    (1, u16::MAX),
    (u16::MAX, 1),
    (u16::MAX, 24),
    (80, u16::MAX),
    (u16::MAX, u16::MAX),
];

/// In kilobytes: two times half a million cells, and their frame. Four thousand million cells would
/// be hundreds of gigabytes.
const MEMORY: u64 = 150_000;

/// A terminal that claims a size and draws nothing: the memory for a picture of 65535×65535 is not
/// the program's.
struct SizedTerminal {
    writer: Box<dyn std::io::Write + Send>,
    master: Box<dyn portable_pty::MasterPty + Send>,
    _slave: Box<dyn portable_pty::SlavePty + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
}

const fn size((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl SizedTerminal {
    fn start(claimed: (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(size(claimed)).unwrap();
        let mut command = CommandBuilder::new(SOCKSCOPE);
        command.args(QUERY);
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).unwrap();
        Self {
            writer: pair.master.take_writer().unwrap(),
            master: pair.master,
            _slave: pair.slave,
            child,
        }
    }

    fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Reads, and passes each piece to `look`, in a thread of its own.
    fn read(&self, mut look: impl FnMut(&[u8]) + Send + 'static) {
        let mut reader = self.master.try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut buffer = [0; 65536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                look(&buffer[..count]);
            }
        });
    }

    /// Sends each separately. The terminal's writer can be taken only once.
    fn send(&mut self, keys: &[&str]) {
        for key in keys {
            self.writer.write_all(key.as_bytes()).unwrap();
        }
    }

    #[track_caller]
    fn end(&mut self) -> u32 {
        let child = &mut self.child;
        let status = wait_for("the end", || child.try_wait().unwrap());
        assert_eq!(status.signal(), None);
        status.exit_code()
    }

    /// The bytes that the program has passed to write() so far, including a pending write.
    fn written(&self) -> u64 {
        let io = fs::read_to_string(format!("/proc/{}/io", self.pid())).unwrap();
        let line = io.lines().find_map(|line| line.strip_prefix("wchar: "));
        line.unwrap().parse().unwrap()
    }
}

impl Drop for SizedTerminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until it has drawn everything.
fn wait_until_quiet(terminal: &SizedTerminal) {
    let mut last = (0, Instant::now());
    wait_for("the last frame", || {
        let written = terminal.written();
        if written != last.0 {
            last = (written, Instant::now());
        }
        (written > 0 && last.1.elapsed() > Duration::from_millis(150)).then_some(())
    });
}

fn any_initial_size_uses_bounded_memory() {
    for claimed in SIZES {
        let mut terminal = SizedTerminal::start(claimed);
        terminal.read(|_| ());
        wait_until_quiet(&terminal);
        let memory = resident(terminal.pid());
        assert!(memory < MEMORY, "{claimed:?}: {memory} kB");
        assert_idle(terminal.pid());
        terminal.send(&[CTRL_C]);
        assert_eq!(terminal.end(), 0, "{claimed:?}");
    }
}

fn any_resize_is_survived() {
    let mut terminal = SizedTerminal::start((80, 24));
    let (sender, frames) = std::sync::mpsc::channel::<Vec<u8>>();
    terminal.read(move |bytes| drop(sender.send(bytes.to_vec())));
    wait_until_quiet(&terminal);
    for claimed in SIZES {
        terminal.master.resize(size(claimed)).unwrap();
        wait_until_quiet(&terminal);
        let memory = resident(terminal.pid());
        assert!(memory < MEMORY, "{claimed:?}: {memory} kB");
        assert_ne!(state(terminal.pid()), Some('Z'), "{claimed:?}");
        while frames.try_recv().is_ok() {}
        terminal.master.resize(size((80, 24))).unwrap();
        let mut picture = vt100::Parser::new(24, 80, 0);
        let end = Instant::now() + DEADLINE;
        while !picture.screen().contents().contains("file descriptor") {
            let left = end.saturating_duration_since(Instant::now());
            let bytes = frames.recv_timeout(left);
            picture.process(
                &bytes.unwrap_or_else(|_| panic!("{claimed:?}: {}", picture.screen().contents())),
            );
        }
    }
    assert_idle(terminal.pid());
    terminal.send(&[CTRL_C]);
    assert_eq!(terminal.end(), 0);
}

// ---- a terminal that does not read ------------------------------------------------------------

/// The program's terminal, opened a second time.
fn open_again(pid: u32) -> File {
    let path = link(pid, 0).unwrap();
    File::options().read(true).write(true).open(path).unwrap()
}

fn stopped_terminal_delays_no_signal() {
    // A frame is drawn, or a copied text is written.
    for (number, status, keys) in [
        (Signal::TERM, 143, F5),
        (Signal::HUP, 129, "y"),
        (Signal::INT, 130, "Y"),
    ] {
        takes_less_than(Duration::from_secs(5), || {
            let mut terminal = start("exec \"$@\"", &QUERY);
            wait_until_keys_are_read(&mut terminal);
            tcflow(open_again(terminal.pid()), Action::OOff).unwrap();
            terminal.send(keys);
            // Whether or not the loop is in write() yet, it cannot exit normally.
            let sent = Instant::now();
            signal(terminal.pid(), number);
            let ending = end(&terminal);
            let took = sent.elapsed();
            assert_eq!(ending.status, status, "{ending:?}");
            assert!(!ending.stderr.contains('\x1b'), "{ending:?}");
            took
        });
    }
}

fn resumed_terminal_is_drawn_again() {
    let mut terminal = start("exec \"$@\"", &QUERY);
    terminal.wait_for("file descriptor");
    let other = open_again(terminal.pid());
    tcflow(&other, Action::OOff).unwrap();
    terminal.send("\t\x1b[B");
    assert_idle(terminal.pid());
    tcflow(&other, Action::OOn).unwrap();
    terminal.wait_for("IPPROTO_UDP)");
    terminal.send(CTRL_C);
    assert_eq!(end(&terminal).status, 0);
}

fn unread_terminal_delays_no_signal() {
    let mut terminal = SizedTerminal::start((200, 60));
    // A new frame for each size, until the kernel accepts no more.
    let mut columns = 200;
    wait_for("a write() that does not return", || {
        columns = 401 - columns;
        let written = terminal.written();
        terminal.master.resize(size((columns, 60))).unwrap();
        let end = Instant::now() + Duration::from_millis(500);
        while Instant::now() < end {
            if terminal.written() != written {
                return None;
            }
            std::thread::park_timeout(Duration::from_millis(2));
        }
        Some(())
    });
    assert_idle(terminal.pid());
    // Nobody reads until it has exited.
    signal(terminal.pid(), Signal::TERM);
    assert_eq!(terminal.end(), 143);
    // Its unread output ends with the sequences that restore the terminal.
    let (sender, pieces) = std::sync::mpsc::channel::<Vec<u8>>();
    terminal.read(move |bytes| drop(sender.send(bytes.to_vec())));
    let mut bytes = Vec::new();
    let restored = b"\x1b[?1049l\x1b[?25h";
    while !bytes.ends_with(restored) {
        let piece = pieces.recv_timeout(DEADLINE);
        let piece = piece.unwrap_or_else(|_| {
            panic!(
                "{}",
                bytes[bytes.len().saturating_sub(400)..].escape_ascii()
            )
        });
        bytes.extend(piece);
    }
}

fn slow_terminal_is_waited_for() {
    let mut terminal = SizedTerminal::start((120, 40));
    terminal.read(|_| {
        // This makes it slow.
        std::thread::sleep(Duration::from_millis(20));
    });
    wait_until_quiet(&terminal);
    let keys = [F5, "\t", "\x1b[B", F5, "a", "\x1b[B"];
    terminal.send(&keys.repeat(10));
    terminal.send(&[CTRL_C]);
    assert_eq!(terminal.end(), 0);
}

// ---- a terminal that is somebody else's -------------------------------------------------------

/// A background job may not change the terminal's modes (termios(3), SIGTTOU): it is stopped before
/// it changes anything.
fn background_start_stops_until_foreground() {
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "--noediting", "-i"]);
    command.env("TERM", "xterm-256color");
    command.env("PS1", "prompt> ");
    let mut terminal = Terminal::start(80, 24, &mut command);
    terminal.wait_for("prompt> ");
    let before = terminal.modes();
    terminal.send(format!("{SOCKSCOPE} 127.0.0.1 80 &\n"));
    wait_for_state(descendant(terminal.pid(), "sockscope"), 'T');
    assert_eq!(terminal.modes(), before);
    // The shell reports the stop with a prompt, once it knows of it.
    wait_for("Stopped", || {
        terminal.send("\n");
        let bytes = terminal.bytes();
        let mut at = bytes.windows(7);
        at.any(|bytes| bytes == b"Stopped").then_some(())
    });
    terminal.send("clear; fg\n");
    terminal.wait_for("file descriptor");
    terminal.send(CTRL_C);
    terminal.wait_until("the prompt", |screen| {
        !screen.alternate_screen() && screen.contents().trim_end().ends_with("prompt>")
    });
    terminal.send("echo status=$?\n");
    terminal.wait_for("status=0");
    assert_eq!(terminal.modes(), before);
}

fn harmless_signals_are_ignored() {
    let mut terminal = start("exec \"$@\"", &QUERY);
    terminal.wait_for("file descriptor");
    for number in [
        Signal::PIPE,
        Signal::CHILD,
        Signal::URG,
        Signal::CONT,
        Signal::WINCH,
    ] {
        signal(terminal.pid(), number);
    }
    // On SIGCONT it takes the terminal again; keys typed before that may be echoed.
    wait_for("the terminal to be taken again", || {
        let bytes = terminal.bytes();
        let count = String::from_utf8_lossy(&bytes)
            .matches("\x1b[?1049h")
            .count();
        (count == 2).then_some(())
    });
    // Page Up goes to the node.
    terminal.send("\x1b[5~x");
    terminal.wait_for("127.0.0.1x");
    terminal.send(CTRL_C);
    assert_eq!(end(&terminal).status, 0);
}
