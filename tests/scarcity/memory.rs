//! Little memory (RLIMIT_AS, RLIMIT_DATA), and what it comes to: abort().
//!
//! What fails first below a certain limit is chance, for threads start at the same time: the
//! dynamic linker, the C library, Rust's runtime, a thread, an allocation. Neither Rust nor the C
//! library goes on without memory; both call abort(). So an end by SIGABRT with words is one of the
//! ends that there may be, and the terminal is given back in each.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use rustix::process::Signal;

use crate::ending::{
    ABORTED, CRASHED, Ending, NOT_LOADED, QUIT, command, end, run, settled, start, start_command,
};
use crate::process::signal;
use crate::support::{network::Network, not_run};
use crate::terminal::Terminal;

/// The options of `ulimit` for the address space and for data, in kilobytes.
const LIMITS: [&str; 2] = ["-v", "-d"];

/// More than is needed, whatever the build.
const PLENTY: u32 = 400_000;

fn limited(limit: &str, kilobytes: u32) -> String {
    format!("ulimit {limit} {kilobytes}; exec \"$@\"")
}

/// The smallest limit with which `works`, to a hundred kilobytes.
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

/// Whether this is an end for want of memory, in words.
#[track_caller]
fn assert_told(ending: &Ending, case: &str) {
    let words = &ending.stderr;
    let told = match ending.status {
        // So little that the kernel cannot even load the program, and kills it.
        CRASHED | 137 => words.is_empty(),
        NOT_LOADED => words.contains("shared libraries") || words.contains("allocate TLS"),
        // glibc says in "Fatal glibc error", "Unexpected error." and the like what it aborts for.
        ABORTED => words.contains("memory") || words.contains("rror"),
        5 => {
            let lost = words.contains("there was no memory to copy them");
            lost || words.contains("os error 11") || words.contains("os error 12")
        }
        // What the C library makes of it is shown as an answer of getaddrinfo.
        1 => ending.stdout.contains("getaddrinfo("),
        _ => false,
    };
    assert!(told, "{case}: {ending:?}");
}

#[test]
fn every_limit_headless_gives_an_answer_or_words() {
    for limit in LIMITS {
        let query = ["--format", "table", "127.0.0.1", "80"];
        let enough = smallest(|kilobytes| run(&limited(limit, kilobytes), &query).status == 0);
        for step in 1..=30 {
            let kilobytes = enough * step / 30;
            let ending = run(&limited(limit, kilobytes), &query);
            let case = format!("ulimit {limit} {kilobytes}, {enough} is enough");
            if ending.status != 0 {
                assert_told(&ending, &case);
            }
        }
        // Where the limit lies exactly is chance.
        assert_eq!(run(&limited(limit, PLENTY), &query).status, 0);
        assert!(enough < PLENTY, "no limit but {PLENTY} was enough");
    }
}

#[test]
fn every_limit_on_the_screen_works_or_gives_the_terminal_back_with_words() {
    for limit in LIMITS {
        let shown = |kilobytes| {
            let mut terminal = start(&limited(limit, kilobytes), &["127.0.0.1", "80"]);
            let answers = [
                "file descriptor",
                "getaddrinfo was not called",
                "EAI_",
                "ENOMEM",
            ];
            let shown = settled(&terminal, &answers);
            if shown {
                terminal.send(QUIT);
            }
            let ending = end(&terminal);
            let case = format!("ulimit {limit} {kilobytes}");
            if ending.status == 0 {
                assert!(shown, "{case}");
            } else {
                assert_told(&ending, &case);
            }
            ending.status == 0
        };
        let enough = smallest(shown);
        for step in 10..=40 {
            shown(enough * step / 40);
        }
    }
}

/// Twenty thousand addresses of one name, each three times. The C library needs less to find them
/// than their list and its copy take together: what there is no memory for in between is lost.
#[test]
fn an_answer_too_big_for_the_memory_ends_in_an_error_or_in_a_list_that_says_what_is_lost() {
    Network::run(|network| {
        let mut hosts = String::from("127.0.0.1 localhost\n");
        for n in 0..ADDRESSES {
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
        let tried = |format, kilobytes| {
            let query = ["--format", format, "--no-socket", "many.test", "80"];
            run(&limited("-v", kilobytes), &query)
        };
        let enough = smallest(|kilobytes| tried("table", kilobytes).status == 0);
        let least = smallest(|kilobytes| {
            let query = ["--format", "table", "localhost", "80"];
            run(&limited("-v", kilobytes), &query).status == 0
        });
        assert!(enough > least + 5_000, "{enough} {least}");
        let mut statuses = Vec::new();
        for step in 0..30 {
            let kilobytes = least + (enough - least) * step / 30;
            let ending = tried("table", kilobytes);
            assert_told(&ending, &format!("{kilobytes}, {enough} is enough"));
            if ending.status == 5 {
                assert_lost(&ending, "table");
                let ending = tried("json", kilobytes);
                assert_eq!(ending.status, 5, "{}", ending.stderr);
                assert_lost(&ending, "json");
            }
            statuses.push(ending.status);
        }
        println!("{least} to {enough} kB: {statuses:?}");
        // Where nothing else is under way, no want of memory for the list is an end.
        assert!(!statuses.contains(&ABORTED), "{statuses:?}");
        assert!(statuses.contains(&5), "{statuses:?}");
        on_the_screen();
    });
}

const ADDRESSES: usize = 20_000;

/// What is written and what is said to be lost are the whole list.
#[track_caller]
fn assert_lost(ending: &Ending, format: &str) {
    let words = &ending.stderr;
    let lost = words
        .split_once("of the 60000 entries that getaddrinfo returned the last ")
        .and_then(|(_, rest)| rest.split_once(" are lost"))
        .unwrap_or_else(|| panic!("{words}"));
    let lost: usize = lost.0.parse().unwrap();
    let written = if format == "json" {
        let json: serde_json::Value = serde_json::from_str(&ending.stdout).unwrap();
        assert_eq!(json["entries_lost"], lost);
        json["entries"].as_array().unwrap().len()
    } else {
        let told = format!("\nlost    the last {lost}: ");
        assert!(ending.stdout.contains(&told), "{}", &ending.stdout[..200]);
        ending.stdout.matches("\nAF_INET ").count()
    };
    assert_eq!(written + lost, ADDRESSES * 3);
}

/// Threads take their part too, so there are other limits.
fn on_the_screen() {
    let mut ends = Vec::new();
    for kilobytes in (20_000..36_000).step_by(2_000) {
        let mut terminal = start(&limited("-v", kilobytes), &["many.test", "80"]);
        let answers = ["file descriptor", "EAI_", "more lost: no memory"];
        let shown = settled(&terminal, &answers);
        let lost = terminal.contents().contains("more lost: no memory");
        if shown {
            terminal.send(QUIT);
        }
        let ending = end(&terminal);
        if ending.status != 0 {
            assert_told(&ending, &format!("{kilobytes} on the screen"));
        }
        ends.push((kilobytes, ending.status, lost));
    }
    println!("{ends:?}");
}

#[test]
fn a_signal_of_a_crash_gives_the_terminal_back_and_ends_it_all_the_same() {
    for (number, status, words) in [
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
        assert!(ending.stderr.contains(words), "{ending:?}");
    }
}

/// What a module of the resolver does wrong, it does in this process.
#[test]
fn a_resolver_that_crashes_leaves_the_terminal_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let (source, library) = (
        directory.path().join("crash.c"),
        directory.path().join("crash.so"),
    );
    // What the compiler has for it: ud2, brk or the like.
    let trap = if cfg!(target_arch = "aarch64") {
        (133, "crashed (SIGTRAP)")
    } else {
        (132, "crashed (SIGILL)")
    };
    for (call, status, words) in [
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
        if !compiled.is_ok_and(|status| status.success()) {
            not_run(
                "a_resolver_that_crashes_leaves_the_terminal_as_it_was",
                "there is no C compiler; install gcc and libc6-dev",
            );
            return;
        }
        let mut command = start_command("exec \"$@\"", &["localhost", "http"]);
        command.env("LD_PRELOAD", &library);
        let terminal = Terminal::start(80, 24, &mut command);
        let ending = end(&terminal);
        assert_eq!(ending.status, status, "{ending:?}");
        assert!(ending.stderr.contains(words), "{ending:?}");
    }
}

/// Rust's own words of a thread without a stack for signals come with a backtrace, which needs
/// memory under a lock that the words of its failing need too.
#[test]
fn a_backtrace_that_there_is_no_memory_for_holds_nothing_up() {
    let query = ["--format", "table", "--timeout", "5", "127.0.0.1", "80"];
    let enough = smallest(|kilobytes| run(&limited("-v", kilobytes), &query).status == 0);
    // The stack for signals is 16 kB at most on most machines, and a page is 4.
    for kilobytes in (enough - 400..enough).step_by(4) {
        let output = command(
            &format!("ulimit -v {kilobytes}; exec timeout 10 \"$@\""),
            &query,
        )
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
        // An address takes no time; timeout(1) says 124, sockscope's own time-out 4.
        let held_up = [Some(124), Some(4)].contains(&output.status.code());
        assert!(!held_up, "{kilobytes}: {output:?}");
    }
}
