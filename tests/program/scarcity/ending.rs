//! How the program ended, and what every such end has in common.

use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use std::os::unix::process::ExitStatusExt as _;
use std::thread;

use portable_pty::CommandBuilder;

use crate::support::process::{processor_time, state};
use crate::support::terminal::{LAST, Terminal, wait_for};

pub const SOCKSCOPE: &str = env!("CARGO_BIN_EXE_sockscope");

pub const CTRL_C: &str = "\x03";
/// Quits too. Where the program has ended already this is an echo and no more: Ctrl-C would have the
/// kernel throw away what has not been read of the terminal yet (termios(3), NOFLSH).
pub const QUIT: &str = "\tq";
pub const F5: &str = "\x1b[15~";

/// A shell has this for a program that the dynamic linker could not load: nothing of sockscope
/// has run then.
pub const NOT_LOADED: u32 = 127;
/// 128 and the number of the signal.
pub const ABORTED: u32 = 134;
pub const CRASHED: u32 = 139;

/// An end, with all that was said.
#[derive(Debug)]
pub struct Ending {
    /// The exit status, or 128 and the number of the signal, as shells have it.
    pub status: u32,
    pub stdout: String,
    pub stderr: String,
}

impl Ending {
    /// What no end may have, whatever was scarce.
    #[track_caller]
    pub fn assert_fair(&self, case: &str) {
        for text in [&self.stdout, &self.stderr] {
            assert!(!text.contains("panicked"), "{case}: {self:?}");
        }
        assert_ne!(self.status, 101, "{case}: {self:?}");
        if [2, 5].contains(&self.status) {
            assert!(
                self.stderr.lines().any(|line| line.len() > 20),
                "{case}: no words: {self:?}"
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

/// Closes what the tests were started with beside the standard streams, which would count as
/// descriptors of the program's. A terminal's program starts without.
const STREAMS_ALONE: &str = "for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    ((fd < 3)) || eval \"exec $fd>&-\"
done
";

/// `bash -c script`, where `"$@"` is sockscope with these arguments; without a terminal.
pub fn command(script: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("bash");
    command
        .args(["--norc", "--noprofile", "-c"])
        .arg(format!("{STREAMS_ALONE}{script}"))
        .args(["bash", SOCKSCOPE])
        .args(arguments)
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null());
    command
}

/// What comes of that.
pub fn run(script: &str, arguments: &[&str]) -> Ending {
    let output = command(script, arguments).output().unwrap();
    Ending {
        status: number(output.status),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The same in a terminal of 80 by 24.
pub fn start(script: &str, arguments: &[&str]) -> Terminal {
    Terminal::start(80, 24, &mut start_command(script, arguments))
}

/// What [`start`] starts, to be added to.
pub fn start_command(script: &str, arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "-c", script, "bash", SOCKSCOPE]);
    command.args(arguments);
    command.env("TERM", "xterm-256color");
    command.env_remove("RUST_BACKTRACE");
    command.env_remove("NO_COLOR");
    command
}

/// Waits until the screen has all of its answer, or the program is at its end; true for the former.
/// `answer` is what shows the answer, whatever it is.
#[track_caller]
pub fn settled(terminal: &Terminal, answer: &[&str]) -> bool {
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

/// Waits until keys are read as well: the focus leaves the text, and its cursor with it.
#[track_caller]
pub fn attentive(terminal: &mut Terminal) {
    terminal.wait_for("file descriptor");
    terminal.send("\t");
    terminal.wait_until("no cursor", vt100::Screen::hide_cursor);
}

/// Waits for the end; the terminal is as it was.
#[track_caller]
pub fn end(terminal: &Terminal) -> Ending {
    let ended = terminal.wait_for_end();
    let status = match ended.signal() {
        None => ended.exit_code(),
        // portable_pty has the signal's description.
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
    let said = text.rsplit("\x1b[?25h").next().unwrap_or(text);
    Ending {
        status,
        stdout: text.to_owned(),
        stderr: said.to_owned(),
    }
}

/// Soon it uses next to nothing of a processor.
#[track_caller]
pub fn assert_idle(pid: u32) {
    wait_for("300 ms in which it does next to nothing", || {
        let before = processor_time(pid);
        // The window is what is measured.
        thread::sleep(Duration::from_millis(300));
        (processor_time(pid) - before <= Duration::from_millis(20)).then_some(())
    });
}
