//! Panics, and aborts in several threads at once, while the program has the terminal. The real
//! program does neither on request, so this test program starts itself in a pseudo-terminal, with a
//! network that panics at a chosen call.

use std::fs;
use std::io::Write as _;
use std::thread;

use portable_pty::CommandBuilder;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::support::terminal::{Terminal, wait_for};
use program::{ABORT, MAIN, OPTION};

tests! {
    panic_in_any_thread_restores_the_terminal;
    backtrace_is_printed_on_request;
    #[cfg(target_os = "linux")]
    aborts_restore_the_terminal;
}

/// The program to start in the terminal.
pub(crate) mod program {
    use std::io::{self, Write as _};
    use std::process;
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use std::sync::{Arc, Barrier};
    use std::thread;
    use std::time::Duration;

    use sockscope::lesson::Presets;
    use sockscope::names::Os;
    use sockscope::net::{
        Call, CallId, Facts, Host, Needs, Net, Outcome, Query, Run, SourceAnswer,
    };
    use sockscope::script::trace::TraceFile;
    use sockscope::sys::System;
    use sockscope::tui::runtime;
    use sockscope::tui::term::{self, Console as _, Platform as _};
    use sockscope::tui::ui::Look;

    pub(crate) const OPTION: &str = "--program";
    pub(crate) const MAIN: &str = "main";
    pub(crate) const ABORT: &str = "abort";

    /// The machine's own network, except for one call, which panics.
    struct PanickingNet(String);

    impl Net for PanickingNet {
        type Socket = <System as Net>::Socket;

        fn host(&self) -> Host {
            System.host()
        }

        fn facts(&self, needs: Needs, run: &Run) -> Facts {
            System.facts(needs, run)
        }

        fn ask(
            &self,
            source: &str,
            query: &Query,
            limit: Duration,
            given_up: &AtomicBool,
        ) -> SourceAnswer {
            System.ask(source, query, limit, given_up)
        }

        fn call(
            &self,
            id: CallId,
            call: &Call,
            on: Option<&Self::Socket>,
        ) -> (Outcome, Duration, Option<Self::Socket>) {
            assert_ne!(self.0, call.name(Os::Linux), "this call panics on purpose");
            System.call(id, call, on)
        }

        fn close(&self, id: CallId, socket: Self::Socket) -> (Outcome, Duration) {
            assert_ne!(self.0, "close", "this call panics on purpose");
            System.close(id, socket)
        }

        fn interrupt(&self, id: CallId) {
            System.interrupt(id);
        }
    }

    /// Becomes that program if the arguments ask for it.
    pub(crate) fn run_if_asked() {
        let arguments: Vec<String> = std::env::args().collect();
        if let [_, option, place, trace] = &arguments[..]
            && option == OPTION
        {
            run(place, trace);
        }
    }

    fn run(place: &str, trace: &str) -> ! {
        match place {
            MAIN => draw_and_panic(),
            ABORT => abort(),
            _ => {}
        }
        let look = Look {
            colour: true,
            ..Look::default()
        };
        let net = PanickingNet(place.to_owned());
        let trace = TraceFile::create(trace.as_ref(), false).unwrap();
        let start = runtime::Start {
            by_hand: false,
            replay: None,
            watch: None,
            compare: None,
            query: Query::server_example(Os::HOST),
            look,
            ask: false,
            program: None,
            presets: Presets::default(),
            redact: false,
            teaching: runtime::Teaching::default(),
        };
        let exit = runtime::run(net, System, start, Some(trace));
        process::exit(exit.unwrap().status().into());
    }

    /// The thread of the loop makes none of these calls.
    fn draw_and_panic() -> ! {
        term::end_on_panic(|| {});
        term::take().unwrap();
        let mut output = term::Output::default();
        output.write_all(b"\x1b[?25l\x1b[1;1Ha frame").unwrap();
        output.present().unwrap();
        panic!("this call panics on purpose");
    }

    /// Waits for a line. Then aborts in eight threads at once, as soon as the main thread blocks
    /// while it takes the terminal.
    fn abort() -> ! {
        System.watch_crashes().unwrap();
        io::stdin().read_line(&mut String::new()).unwrap();
        let (taking, together) = (Arc::new(AtomicBool::new(false)), Arc::new(Barrier::new(8)));
        for _ in 0..8 {
            let (taking, together) = (Arc::clone(&taking), Arc::clone(&together));
            thread::spawn(move || {
                while !(taking.load(SeqCst) && main_thread_sleeps()) {
                    thread::park_timeout(Duration::from_millis(1));
                }
                together.wait();
                process::abort();
            });
        }
        taking.store(true, SeqCst);
        term::take().unwrap();
        loop {
            thread::park();
        }
    }

    /// From proc(5); elsewhere the thread may still be on its way there.
    fn main_thread_sleeps() -> bool {
        let pid = process::id();
        let stat = std::fs::read_to_string(format!("/proc/self/task/{pid}/stat"));
        stat.map_or(true, |stat| {
            let (_, state) = stat.rsplit_once(") ").unwrap();
            state.starts_with('S')
        })
    }
}

/// The end of the sequences that restore the terminal.
const RESTORE: &str = "\x1b[?1049l\x1b[?25h";

fn start(place: &str, trace: &str, columns: u16, backtrace: bool) -> Terminal {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args([OPTION, place, trace]);
    command.env("TERM", "xterm-256color");
    command.env_remove("RUST_BACKTRACE");
    if backtrace {
        command.env("RUST_BACKTRACE", "1");
    }
    Terminal::start(columns, 24, &mut command)
}

/// Everything sent to the terminal, and the part after these sequences.
fn sent(terminal: &Terminal) -> (String, String) {
    terminal.wait_for_the_last_byte();
    let text = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    let after = text.rsplit_once(RESTORE);
    let after = after.unwrap_or_else(|| panic!("no way back: {text:?}"));
    let after = after.1.to_owned();
    (text, after)
}

fn panic_in_any_thread_restores_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("trace");
    for (place, thread, call) in [
        (MAIN, "main", ""),
        ("getaddrinfo", "lookup", "getaddrinfo("),
        ("socket", "sockets", ""),
        ("close", "sockets", ""),
        ("getnameinfo", "reverse", "getnameinfo("),
    ] {
        fs::write(&trace, "").unwrap();
        let mut terminal = start(place, trace.to_str().unwrap(), 80, false);
        if ["close", "getnameinfo"].contains(&place) {
            terminal.wait_for("file descriptor");
            // An open socket is closed before the next one is opened.
            terminal.send(if place == "close" { "\x1b[15~" } else { "\tr" });
        }
        let ended = terminal.wait_for_end();
        assert_eq!((ended.exit_code(), ended.signal()), (101, None), "{place}");
        let (text, after) = sent(&terminal);
        terminal.assert_restored();
        for part in [
            &format!("thread '{thread}'"),
            "panicked at tests/program/panic.rs:",
            "RUST_BACKTRACE=1",
        ] {
            assert!(after.contains(part), "{place}: no {part:?} in {after}");
        }
        let words = "this call panics on purpose";
        assert_eq!(text.matches(words).count(), 1, "{place}: {text}");
        assert!(after.contains(words), "{place}: printed too early");
        assert!(!after.contains("\x1b[1;"), "{place}: drawn after the end");
        let calls = fs::read_to_string(&trace).unwrap();
        let last = calls.lines().last().unwrap_or_default();
        let unfinished = last.starts_with(call) && last.ends_with("<unfinished ...>");
        assert_eq!(unfinished, !call.is_empty(), "{place}: {calls}");
    }
}

fn backtrace_is_printed_on_request() {
    let terminal = start("getaddrinfo", "/dev/null", 200, true);
    assert_eq!(terminal.wait_for_end().exit_code(), 101);
    let (_, after) = sent(&terminal);
    assert!(after.contains("stack backtrace:"), "{after}");
}

/// On Linux a pending write() blocks every other write to that terminal, even of other programs. So
/// the main thread is inside its first write, and the sequences cannot be sent.
#[cfg(target_os = "linux")]
fn aborts_restore_the_terminal() {
    /// More than the other threads can discard while they wait for the main thread, …
    const FOR_EVER: usize = 14_000_000;
    /// … and less, but several times what the terminal holds.
    const FOR_A_WHILE: usize = 3_000_000;
    for length in [FOR_A_WHILE, FOR_EVER] {
        let mut terminal = start(ABORT, "/dev/null", 80, false);
        let mut slave = terminal.slave();
        let reading = terminal.reading();
        let unread = reading.lock().unwrap();
        let writer = thread::spawn(move || slave.write_all(&vec![b'.'; length]).unwrap());
        let watched = terminal.slave();
        wait_for("a write() that is under way", || {
            let mut watched = [PollFd::new(&watched, PollFlags::OUT)];
            let ready = poll(&mut watched, Some(&Timespec::default())).unwrap();
            (ready == 0).then_some(())
        });
        terminal.send("\n");
        let ended = terminal.wait_for_end();
        drop(unread);
        writer.join().unwrap();
        assert!(ended.signal().is_some_and(|name| name.contains("Abort")));
        terminal.wait_for_the_last_byte();
        terminal.assert_restored();
        let text = String::from_utf8_lossy(&terminal.bytes()).into_owned();
        if let Some((before, _)) = text.split_once("the terminal is as it was before") {
            assert!(before.contains(RESTORE), "{text}");
        }
    }
}
