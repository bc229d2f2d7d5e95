//! Little memory (RLIMIT_AS, RLIMIT_DATA), and its result: abort().
//!
//! Threads start at the same time, so chance decides what fails first below a certain limit: the
//! dynamic linker, the C library, Rust's runtime, a thread, an allocation. Neither Rust nor the C
//! library continues without memory: both call abort(). So SIGABRT with a message is an accepted
//! end, and the terminal is restored in each.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use rustix::process::Signal;

use super::ending::{
    ABORTED, CRASHED, Ending, NOT_LOADED, QUIT, command, end, run, shows_answer, start,
    start_command,
};
use crate::support::network::Network;
use crate::support::process::signal;
use crate::support::terminal::Terminal;

tests! {
    low_memory_limit_gives_answer_or_message;
    low_memory_limit_restores_the_terminal;
    answer_too_big_for_memory_ends_with_a_message: NETWORK;
    crash_signal_restores_the_terminal_and_kills;
    crashing_resolver_module_restores_the_terminal: COMPILER;
    backtrace_without_memory_delays_nothing;
}

/// The options of `ulimit` for the address space and for data, in kilobytes.
const LIMITS: [&str; 2] = ["-v", "-d"];

/// More than any build needs.
const PLENTY: u32 = 400_000;

fn limited(limit: &str, kilobytes: u32) -> String {
    format!("ulimit {limit} {kilobytes}; exec \"$@\"")
}

/// The smallest limit at which `works`, to a hundred kilobytes.
fn smallest(works: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, PLENTY);
    while high - low > 100 {
        let middle = low.midpoint(high);
        if works(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// Whether this is an end for lack of memory, with a message.
#[track_caller]
fn assert_explained(ending: &Ending, case: &str) {
    let message = &ending.stderr;
    let explained = match ending.status {
        // So little that the kernel cannot load the program, and kills it.
        CRASHED | 137 => message.is_empty(),
        NOT_LOADED => message.contains("shared libraries") || message.contains("allocate TLS"),
        // glibc explains its abort in "Fatal glibc error", "Unexpected error." and similar.
        ABORTED => message.contains("memory") || message.contains("rror"),
        5 => message.contains("os error 11") || message.contains("os error 12"),
        // An error of the C library is shown as getaddrinfo's answer.
        1 => ending.stdout.contains("getaddrinfo("),
        _ => false,
    };
    assert!(explained, "{case}: {ending:?}");
}

fn low_memory_limit_gives_answer_or_message() {
    for limit in LIMITS {
        let query = ["--format", "table", "127.0.0.1", "80"];
        let enough = smallest(|kilobytes| run(&limited(limit, kilobytes), &query).status == 0);
        for step in 1..=30 {
            let kilobytes = enough * step / 30;
            let ending = run(&limited(limit, kilobytes), &query);
            let case = format!("ulimit {limit} {kilobytes}, {enough} is enough");
            if ending.status != 0 {
                assert_explained(&ending, &case);
            }
        }
        // The exact limit is chance.
        assert_eq!(run(&limited(limit, PLENTY), &query).status, 0);
        assert!(enough < PLENTY, "only {PLENTY} was enough");
    }
}

fn low_memory_limit_restores_the_terminal() {
    for limit in LIMITS {
        let shown = |kilobytes| {
            let mut terminal = start(&limited(limit, kilobytes), &["127.0.0.1", "80"]);
            let answers = [
                "file descriptor",
                "getaddrinfo was not called",
                "EAI_",
                "ENOMEM",
            ];
            let shown = shows_answer(&terminal, &answers);
            if shown {
                terminal.send(QUIT);
            }
            let ending = end(&terminal);
            let case = format!("ulimit {limit} {kilobytes}");
            if ending.status == 0 {
                assert!(shown, "{case}");
            } else {
                assert_explained(&ending, &case);
            }
            ending.status == 0
        };
        let enough = smallest(shown);
        for step in 10..=40 {
            shown(enough * step / 40);
        }
    }
}

/// Twenty thousand addresses of one name, each three times. The C library needs less memory to find
/// them than the list and its copy take together.
fn answer_too_big_for_memory_ends_with_a_message() {
    Network::run(|network| {
        let mut hosts = String::from("127.0.0.1 localhost\n");
        for n in 0..20_000 {
            writeln!(
                hosts,
                "10.{}.{}.{} many.test",
                n >> 14 & 0x7f,
                n >> 7 & 0x7f,
                n & 0x7f
            )
            .unwrap();
        }
        network.write("hosts", hosts);
        let tried = |kilobytes| {
            let query = ["--format", "table", "--no-socket", "many.test", "80"];
            run(&limited("-v", kilobytes), &query)
        };
        let enough = smallest(|kilobytes| tried(kilobytes).status == 0);
        let least = smallest(|kilobytes| {
            let query = ["--format", "table", "localhost", "80"];
            run(&limited("-v", kilobytes), &query).status == 0
        });
        assert!(enough > least + 5_000, "{enough} {least}");
        for step in 0..30 {
            let kilobytes = least + (enough - least) * step / 30;
            let ending = tried(kilobytes);
            assert_explained(&ending, &format!("{kilobytes}, {enough} is enough"));
        }
        on_the_screen();
    });
}

/// Threads need memory too, so more limits are tried.
fn on_the_screen() {
    for kilobytes in (20_000..36_000).step_by(2_000) {
        let mut terminal = start(&limited("-v", kilobytes), &["many.test", "80"]);
        let shown = shows_answer(&terminal, &["file descriptor", "EAI_"]);
        if shown {
            terminal.send(QUIT);
        }
        let ending = end(&terminal);
        if ending.status != 0 {
            assert_explained(&ending, &format!("{kilobytes} on the screen"));
        }
    }
}

fn crash_signal_restores_the_terminal_and_kills() {
    for (number, status, message) in [
        (Signal::ABORT, ABORTED, "aborted (SIGABRT)"),
        (Signal::BUS, 135, "crashed (SIGBUS)"),
        (Signal::FPE, 136, "crashed (SIGFPE)"),
        (Signal::ILL, 132, "crashed (SIGILL)"),
        (Signal::SEGV, CRASHED, "crashed (SIGSEGV)"),
        (Signal::TRAP, 133, "crashed (SIGTRAP)"),
    ] {
        let terminal = Terminal::sockscope(80, 24, &[]);
        terminal.wait_for("file descriptor");
        signal(terminal.pid(), number);
        let ending = end(&terminal);
        assert_eq!(ending.status, status);
        assert!(ending.stderr.contains(message), "{ending:?}");
    }
}

/// A module of the resolver crashes in this process.
fn crashing_resolver_module_restores_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let (source, library) = (
        directory.path().join("crash.c"),
        directory.path().join("crash.so"),
    );
    // The compiler's choice: ud2, brk or the like.
    let trap = if cfg!(target_arch = "aarch64") {
        (133, "crashed (SIGTRAP)")
    } else {
        (132, "crashed (SIGILL)")
    };
    for (call, status, message) in [
        (
            "int getaddrinfo(void) { return *(volatile int *)0; }",
            CRASHED,
            "crashed (SIGSEGV)",
        ),
        (
            "int getaddrinfo(void) { __builtin_trap(); }",
            trap.0,
            trap.1,
        ),
        (
            "static int deep(int n) { volatile char a[512]; a[0] = n; return n ? deep(n + 1) + a[0] : 0; }\n\
             int getaddrinfo(void) { return deep(1); }",
            ABORTED,
            "has overflowed its stack",
        ),
        (
            "void abort(void);\nint getaddrinfo(void) { abort(); }",
            ABORTED,
            "aborted (SIGABRT)",
        ),
    ] {
        fs::write(&source, call).unwrap();
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-fno-builtin", "-w", "-o"])
            .args([&library, &source])
            .status();
        assert!(compiled.unwrap().success());
        let mut command = start_command("exec \"$@\"", &["localhost", "http"]);
        command.env("LD_PRELOAD", &library);
        let terminal = Terminal::start(80, 24, &mut command);
        let ending = end(&terminal);
        assert_eq!(ending.status, status, "{ending:?}");
        assert!(ending.stderr.contains(message), "{ending:?}");
    }
}

/// If a thread gets no signal stack, Rust prints a message with a backtrace. The backtrace needs
/// memory under a lock that its own failure message needs too.
fn backtrace_without_memory_delays_nothing() {
    let query = ["--format", "table", "--timeout", "30", "127.0.0.1", "80"];
    let enough = smallest(|kilobytes| run(&limited("-v", kilobytes), &query).status == 0);
    // On most machines the signal stack is at most 16 kB, and a page is 4.
    for kilobytes in (enough - 400..enough).step_by(4) {
        let output = command(
            &format!("ulimit -v {kilobytes}; exec timeout 60 \"$@\""),
            &query,
        )
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
        // An address takes no time. timeout(1) gives 124, sockscope's own time-out 4.
        let held_up = [Some(124), Some(4)].contains(&output.status.code());
        assert!(!held_up, "{kilobytes}: {output:?}");
    }
}
