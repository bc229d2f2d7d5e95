//! The end of the program, and what every end must have.

use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use std::os::unix::process::ExitStatusExt as _;
use std::thread;

use portable_pty::CommandBuilder;

use crate::support::process::{processor_time, state};
use crate::support::terminal::{LAST, Terminal, wait_for};

pub const SOCKSCOPE: &str = env!("CARGO_BIN_EXE_sockscope");

pub const CTRL_C: &str = "\x03";
/// Quits as well. If the program has already exited, the terminal only echoes it; Ctrl-C would make
/// the kernel discard unread output (termios(3), NOFLSH).
pub const QUIT: &str = "\tq";
pub const F5: &str = "\x1b[15~";

/// A shell's status for a program that the dynamic linker could not load; no code of sockscope has
/// run.
pub const NOT_LOADED: u32 = 127;
/// 128 plus the signal's number.
pub const ABORTED: u32 = 134;
pub const CRASHED: u32 = 139;

/// An exit, with all output.
#[derive(Debug)]
pub struct Ending {
    /// The exit status, or 128 plus the signal's number, as in a shell.
    pub status: u32,
    pub stdout: String,
    pub stderr: String,
}

impl Ending {
    /// Checks what holds for every exit, whatever ran out.
    #[track_caller]
    pub fn assert_clean_end(&self, case: &str) {
        for text in [&self.stdout, &self.stderr] {
            assert!(!text.contains("panicked"), "{case}: {self:?}");
        }
        assert_ne!(self.status, 101, "{case}: {self:?}");
        if [2, 5].contains(&self.status) {
            assert!(
                self.stderr.lines().any(|line| line.len() > 20),
                "{case}: no message: {self:?}"
            );
        }
    }
}

fn number(status: ExitStatus) -> u32 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.unwrap().try_into().unwrap()
}

/// Closes inherited descriptors, which would count as the program's. A program started in a
/// terminal has none.
const CLOSE_INHERITED: &str = "for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    ((fd < 3)) || eval \"exec $fd>&-\"
done
";

/// `bash -c script` without a terminal; `"$@"` is sockscope with these arguments.
pub fn command(script: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("bash");
    command
        .args(["--norc", "--noprofile", "-c"])
        .arg(format!("{CLOSE_INHERITED}{script}"))
        .args(["bash", SOCKSCOPE])
        .args(arguments)
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn run(script: &str, arguments: &[&str]) -> Ending {
    let output = command(script, arguments).output().unwrap();
    Ending {
        status: number(output.status),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Starts it in a terminal of 80 by 24.
pub fn start(script: &str, arguments: &[&str]) -> Terminal {
    Terminal::start(80, 24, &mut start_command(script, arguments))
}

/// The command of [`start`], to be extended.
pub fn start_command(script: &str, arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "-c", script, "bash", SOCKSCOPE]);
    command.args(arguments);
    command.env("TERM", "xterm-256color");
    command.env_remove("RUST_BACKTRACE");
    command.env_remove("NO_COLOR");
    command
}

/// Waits until the screen shows one of `answer`, or the program exits; true for the former.
#[track_caller]
pub fn shows_answer(terminal: &Terminal, answer: &[&str]) -> bool {
    let pid = terminal.pid();
    wait_for("an answer or the end", || {
        if matches!(state(pid), None | Some('Z')) {
            return Some(false);
        }
        let contents = terminal.contents();
        let shown = answer.iter().any(|text| contents.contains(text));
        shown.then_some(true)
    })
}

/// Waits until keys are read: the focus leaves the text, and its cursor disappears.
#[track_caller]
pub fn wait_until_keys_are_read(terminal: &mut Terminal) {
    terminal.wait_for("file descriptor");
    terminal.send("\t");
    terminal.wait_until("no cursor", vt100::Screen::hide_cursor);
}

/// Waits for the exit; the terminal must be restored.
#[track_caller]
pub fn end(terminal: &Terminal) -> Ending {
    let ended = terminal.wait_for_end();
    let status = match ended.signal() {
        None => ended.exit_code(),
        // portable_pty returns the signal's description.
        Some(text) if text.contains("Abort") => ABORTED,
        Some(text) if text.contains("Segmentation") => CRASHED,
        Some(text) if text.contains("Bus") => 135,
        Some(text) if text.contains("Floating") => 136,
        Some(text) if text.contains("Illegal") => 132,
        Some(text) if text.contains("Trace") => 133,
        Some(text) => panic!("ended by {text}"),
    };
    terminal.wait_for_the_last_byte();
    terminal.assert_restored();
    let bytes = terminal.bytes();
    let text = String::from_utf8_lossy(&bytes);
    let text = text.split(LAST).next().unwrap();
    let message = text.rsplit("\x1b[?25h").next().unwrap_or(text);
    Ending {
        status,
        stdout: text.to_owned(),
        stderr: message.to_owned(),
    }
}

/// Soon it uses almost no processor time.
#[track_caller]
pub fn assert_idle(pid: u32) {
    wait_for("300 ms in which it does next to nothing", || {
        let before = processor_time(pid);
        // The length of the window is part of the measurement.
        thread::sleep(Duration::from_millis(300));
        (processor_time(pid) - before <= Duration::from_millis(20)).then_some(())
    });
}
