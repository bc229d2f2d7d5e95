//! The real program in a real pseudo-terminal: what a person sees, and the state of the terminal at
//! the end.

use std::thread;
use std::time::Duration;

use portable_pty::CommandBuilder;
use rustix::process::Signal;

use crate::screen::{server, server_without_cursor};
use crate::support::process::{descendant, link, links, signal, state, switches, wait_for_state};
use crate::support::terminal::{Terminal, wait_for};

tests! {
    first_screen_shows_the_open_socket: PROC;
    down_closes_the_socket_and_opens_the_next: PROC;
    terminal_modes_are_set_while_it_runs;
    signals_restore_the_terminal;
    missing_terminal_is_an_error;
    closed_terminal_ends_it: PROC, Program("script");
    ctrl_z_stops_the_job_and_fg_resumes_it: PROC;
    external_stop_is_survived: PROC;
    ctrl_z_without_a_shell_does_nothing;
    idle_causes_no_wake_ups: PROC;
}

const SOCKSCOPE: &str = env!("CARGO_BIN_EXE_sockscope");

const CTRL_C: &str = "\x03";
const CTRL_Z: &str = "\x1a";
const DOWN: &str = "\x1b[B";
const TAB: &str = "\t";

/// The descriptor that the screen shows as open.
fn descriptor(screen: &str) -> Option<u32> {
    let (_, rest) = screen.split_once("file descriptor ")?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    rest[..end].parse().ok()
}

// ---- the story --------------------------------------------------------------------------------

fn first_screen_shows_the_open_socket() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let terminal = server(columns, rows);
        terminal.wait_for("0.0.0.0:27015");
        let number = descriptor(&terminal.contents()).unwrap();
        let link = link(terminal.pid(), number).unwrap();
        assert!(link.to_string_lossy().starts_with("socket:["), "{link:?}");
    }
}

fn down_closes_the_socket_and_opens_the_next() {
    let mut terminal = Terminal::sockscope(80, 24, &["127.0.0.1", "80"]);
    let pid = terminal.pid();
    terminal.wait_for("socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)");
    terminal.wait_for("file descriptor");
    let first = link(pid, descriptor(&terminal.contents()).unwrap()).unwrap();
    terminal.send(TAB);
    terminal.send(DOWN);
    terminal.wait_for("socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)");
    terminal.wait_for("file descriptor");
    let second = link(pid, descriptor(&terminal.contents()).unwrap()).unwrap();
    assert!(second.to_string_lossy().starts_with("socket:["));
    assert_ne!(first, second);
    assert!(!links(pid).contains(&first), "the first one is still open");
    terminal.send(DOWN);
    terminal.wait_for("EPROTONOSUPPORT");
    terminal.wait_for("errno 93");
    wait_for("the second one to be closed", || {
        (!links(pid).contains(&second)).then_some(())
    });
}

// ---- the end ----------------------------------------------------------------------------------

fn terminal_modes_are_set_while_it_runs() {
    let terminal = server_without_cursor();
    let (now, before) = (terminal.modes(), terminal.modes_before());
    assert_ne!(now, before);
    let shown = format!("{now:?}");
    for part in [
        "alternate_screen: true",
        "cursor_hidden: true",
        "bracketed_paste: true",
        "PressRelease",
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
}

fn signals_restore_the_terminal() {
    for (number, value) in [
        (Signal::TERM, 15),
        (Signal::HUP, 1),
        (Signal::INT, 2),
        (Signal::QUIT, 3),
        (Signal::ALARM, 14),
        (Signal::USR1, Signal::USR1.as_raw()),
        (Signal::USR2, Signal::USR2.as_raw()),
        (Signal::VTALARM, 26),
        (Signal::PROF, 27),
        (Signal::XCPU, 24),
        (Signal::XFSZ, 25),
    ] {
        // POSIX gives the first of them a number for kill(1); of the others only SIGUSR1 and 2
        // differ.
        let status = 128 + u32::try_from(value).unwrap();
        let terminal = server_without_cursor();
        signal(terminal.pid(), number);
        let ended = terminal.wait_for_end();
        assert_eq!((ended.exit_code(), ended.signal()), (status, None));
        terminal.assert_restored();
    }
}

fn missing_terminal_is_an_error() {
    // A session of its own has no controlling terminal, so it has no /dev/tty either.
    let terminal = shell(&format!(
        "setsid --wait {SOCKSCOPE} </dev/null; echo status=$?"
    ));
    terminal.wait_for("status=5");
    terminal.wait_for("sockscope: cannot take over the terminal:");
    terminal.assert_restored();
}

fn closed_terminal_ends_it() {
    // script(1) holds the other end of a terminal; when it is killed, that terminal is gone. With
    // setsid nobody sends SIGHUP, and only a read fails.
    for prefix in ["exec", "exec setsid --wait"] {
        let inner = format!("{prefix} {SOCKSCOPE}");
        let script = format!("script -qc '{inner}' /dev/null");
        let terminal = shell(&script);
        terminal.wait_for("file descriptor");
        let sockscope = descendant(terminal.pid(), "sockscope");
        let owner = descendant(terminal.pid(), "script");
        signal(owner, Signal::KILL);
        wait_for("sockscope's end", || {
            matches!(state(sockscope), None | Some('Z')).then_some(())
        });
    }
}

fn shell(script: &str) -> Terminal {
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "-c", script]);
    command.env("TERM", "xterm-256color");
    Terminal::start(80, 24, &mut command)
}

// ---- Ctrl-Z -----------------------------------------------------------------------------------

/// A shell with job control and without a line editor, which would change the terminal's modes.
pub(crate) fn job_control() -> Terminal {
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "--noediting", "-i"]);
    command.env("TERM", "xterm-256color");
    command.env("PS1", "prompt> ");
    let terminal = Terminal::start(80, 24, &mut command);
    terminal.wait_for("prompt> ");
    terminal
}

/// Waits until the shell asks for the next command.
fn wait_for_prompt(terminal: &Terminal) {
    terminal.wait_until("the prompt", |screen| {
        let contents = screen.contents();
        let last = contents.lines().rfind(|line| !line.trim().is_empty());
        !screen.alternate_screen() && last.is_some_and(|line| line.trim() == "prompt>")
    });
}

fn ctrl_z_stops_the_job_and_fg_resumes_it() {
    // Alone, and with a parent in the same job, as with `cargo run`.
    for (line, jobs) in [
        (format!("{SOCKSCOPE}\n"), vec!["sockscope"]),
        (
            format!("sh -c '{SOCKSCOPE}; exit $?'\n"),
            vec!["sh", "sockscope"],
        ),
    ] {
        let mut terminal = job_control();
        let before = terminal.modes();
        terminal.send(&line);
        terminal.wait_for("file descriptor");
        terminal.wait_until("no cursor", vt100::Screen::hide_cursor);
        let during = terminal.modes();
        let pids: Vec<u32> = jobs
            .iter()
            .map(|name| descendant(terminal.pid(), name))
            .collect();
        for _ in 0..2 {
            terminal.send(CTRL_Z);
            terminal.wait_for("Stopped");
            wait_for_prompt(&terminal);
            for &pid in &pids {
                wait_for_state(pid, 'T');
            }
            assert_eq!(terminal.modes(), before);
            terminal.send("clear; fg\n");
            terminal.wait_for("file descriptor");
            wait_for("raw mode", || (terminal.modes() == during).then_some(()));
        }
        terminal.send(CTRL_C);
        wait_for_prompt(&terminal);
        terminal.send("echo status=$?\n");
        terminal.wait_for("status=0");
        assert_eq!(terminal.modes(), before);
    }
}

fn external_stop_is_survived() {
    for stop in [Signal::TSTP, Signal::STOP] {
        let mut terminal = job_control();
        let before = terminal.modes();
        terminal.send(format!("{SOCKSCOPE}\n"));
        terminal.wait_for("file descriptor");
        terminal.wait_until("no cursor", vt100::Screen::hide_cursor);
        let during = terminal.modes();
        let pid = descendant(terminal.pid(), "sockscope");
        signal(pid, stop);
        wait_for_state(pid, 'T');
        terminal.wait_for("Stopped");
        if stop == Signal::TSTP {
            wait_for_prompt(&terminal);
            assert_eq!(terminal.modes(), before);
        }
        // SIGSTOP cannot be caught: the shell restores its own modes, and the screen stays.
        terminal.send("clear; fg\n");
        terminal.wait_for_no("Stopped");
        terminal.wait_for("file descriptor");
        wait_for("raw mode", || (terminal.modes() == during).then_some(()));
        terminal.send(CTRL_C);
        wait_for_prompt(&terminal);
        assert_eq!(terminal.modes(), before);
    }
}

fn ctrl_z_without_a_shell_does_nothing() {
    let mut terminal = server(80, 24);
    terminal.send(CTRL_Z);
    terminal.wait_for("Not suspended");
    terminal.send(CTRL_C);
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
}

// ---- whatever happens -------------------------------------------------------------------------

fn idle_causes_no_wake_ups() {
    const WINDOW: Duration = Duration::from_secs(10);
    let terminal = server(80, 24);
    let pid = terminal.pid();
    // The first of them may still include work of the start.
    let counted = wait_for("ten seconds in which it does not wake", || {
        let (before, sent) = (switches(pid), terminal.bytes().len());
        // The length of the window is part of the measurement.
        thread::sleep(WINDOW);
        let same = switches(pid) == before && terminal.bytes().len() == sent;
        same.then(|| before.values().sum::<u64>())
    });
    assert!(counted > 0, "nothing was counted");
}
