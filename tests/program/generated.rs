//! The programs of `--format c|winsock|rust|python` compile without a warning, call getaddrinfo
//! with exactly the given arguments, and get the same results as sockscope from it and from
//! socket().
//!
//! `SOCKSCOPE_EXE` names a sockscope for Windows, to compare the Winsock programs with under Wine;
//! they are compared with the oracle in any case.

mod answer;
mod cases;
mod options;
mod sessions;
mod steps;
mod wine;

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::need::c_compiler;
use crate::support::again::alone;
use crate::support::oracle::Oracle;
use crate::support::query::{Hints, Query, decimal};
use answer::{Answer, spy_call};
use cases::{Case, constants, net_query, to_run};
use sockscope::code::{Language, program};
use sockscope::names::Os;
use sockscope::net::Hint;
use wine::{Wine, wine};

tests! {
    rust_programs_compile_and_agree: COMPILER;
    winsock_programs_compile_and_agree: Program("x86_64-w64-mingw32-gcc"), Program("wine");
    rust_programs_pass_clippy_and_rustfmt: Program("cargo-clippy"), Program("rustfmt");
    python_programs_compile_and_agree: COMPILER, Program("python3");
    c_programs_compile_and_agree: COMPILER;
    c_programs_repeat_the_steps: COMPILER;
    python_programs_repeat_the_steps: Program("python3");
    rust_programs_repeat_the_steps: Program("cargo-clippy"), Program("rustfmt");
    winsock_programs_repeat_the_steps: Program("x86_64-w64-mingw32-gcc"), Program("wine");
}

/// Strict warnings.
const STRICT: [&str; 5] = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic"];
const MINGW: &str = "x86_64-w64-mingw32-gcc";

// Each session of steps is made in a process of its own: what another test started could have
// inherited its sockets, and then the port is in use.

fn c_programs_repeat_the_steps() {
    alone(|| {
        steps::repeat_in_c();
    });
}

fn python_programs_repeat_the_steps() {
    alone(|| {
        steps::repeat_in_python();
    });
}

fn rust_programs_repeat_the_steps() {
    alone(|| {
        steps::repeat_in_rust();
    });
}

fn winsock_programs_repeat_the_steps() {
    let _wine = Wine::running();
    alone(|| {
        steps::repeat_in_winsock();
    });
}

fn c_programs_compile_and_agree() {
    let cc = c_compiler();
    let folder = tempfile::tempdir().unwrap();
    let spy = spy(&cc, folder.path());
    let poison = poison(&cc);
    for_each_case(&to_run(), |case| {
        let source = write(folder.path(), case, Language::C, "c");
        let binary = source.with_extension("");
        run_silently(Command::new(&cc).args(poison).args(STRICT).args([
            OsStr::new("-o"),
            binary.as_ref(),
            source.as_ref(),
        ]));
        assert_agrees(case, &case.query, &run(&mut Command::new(&binary), &spy));
    });
    let lines = hints_lines(Language::C, Os::HOST, "hints.");
    let text = format!(
        "#define _DEFAULT_SOURCE\n#include <netdb.h>\n#include <netinet/in.h>\n#include <sys/socket.h>\n{}",
        lines
            .iter()
            .fold(String::new(), |mut text, (expression, value)| {
                writeln!(text, "_Static_assert(({expression}) == {value}, \"\");").unwrap();
                text
            })
    );
    let source = folder.path().join("constants.c");
    fs::write(&source, text).unwrap();
    run_silently(
        Command::new(&cc)
            .args(STRICT)
            .arg("-fsyntax-only")
            .arg(&source),
    );
}

fn python_programs_compile_and_agree() {
    let cc = c_compiler();
    let folder = tempfile::tempdir().unwrap();
    let spy = spy(&cc, folder.path());
    for_each_case(&to_run(), |case| {
        let source = write(folder.path(), case, Language::Python, "py");
        let mut command = Command::new("python3");
        command.args(["-W", "error"]).arg(&source);
        let output = run(&mut command, &spy);
        // Python cannot pass NULL; the program passes zeros and says so.
        let query = Query {
            hints: case.query.hints.or(Some(Hints::default())),
            ..case.query.clone()
        };
        assert_eq!(spy_call(&output), query.line(), "{}", case.name);
        assert_agrees(case, &query, &output);
    });
    let mut text = String::from("import socket\n");
    for (expression, value) in hints_lines(Language::Python, Os::HOST, "") {
        writeln!(text, "assert {expression} == {value}").unwrap();
    }
    let source = folder.path().join("constants.py");
    fs::write(&source, text).unwrap();
    run_silently(Command::new("python3").args(["-W", "error"]).arg(&source));
}

/// An empty package for one binary per Rust program. It is kept between runs, so that its crates are
/// compiled once.
fn package_of(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let programs = folder.join("src/bin");
    // The programs for Windows: their crate compiles everywhere and links only there.
    let windows = folder.join("examples");
    for folder in [&programs, &windows] {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).unwrap();
    }
    let manifest = "[package]\nname = \"generated\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
        [dependencies]\nlibc = \"0.2\"\nsocket2 = { version = \"0.6\", features = [\"all\"] }\n\
        windows-sys = { version = \"0.61\", features = [\"Win32_Networking_WinSock\"] }\n\
        [profile.dev]\ndebug = false\nincremental = false\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The versions of sockscope's own lock file, which are already downloaded.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).unwrap();
    folder
}

/// The package of every query.
fn package(name: &str) -> PathBuf {
    let folder = package_of(name);
    let programs = folder.join("src/bin");
    let windows = folder.join("examples");
    for case in &to_run() {
        write(&programs, case, Language::Rust, "rs");
        let query = net_query(&in_windows_numbers(&case.query));
        let text = program(Language::Rust, Os::Windows, &query, case.steps());
        fs::write(windows.join(format!("windows_{}.rs", case.name)), text).unwrap();
    }
    let mut text = String::from("#![allow(clippy::eq_op, clippy::assertions_on_constants)]\n");
    for (expression, value) in hints_lines(Language::Rust, Os::HOST, "hints.") {
        writeln!(text, "const _: () = assert!(({expression}) == {value});").unwrap();
    }
    fs::write(programs.join("constants.rs"), text + "fn main() {}\n").unwrap();

    folder
}

/// Runs cargo in the package; it must succeed without output.
fn cargo(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO"));
    command
        .args([arguments[0], "--offline", "--quiet", "--target-dir"])
        .arg(folder.join("target"))
        .args(&arguments[1..])
        .current_dir(folder)
        .env_remove("RUSTFLAGS");
    run_silently(&mut command);
}

fn rust_programs_pass_clippy_and_rustfmt() {
    let folder = package("generated-linted");
    let files = to_run()
        .into_iter()
        .map(|case| folder.join("src/bin").join(case.name + ".rs"));
    run_silently(
        Command::new("rustfmt")
            .args(["--edition", "2024", "--check"])
            .args(files),
    );
    let clippy = ["clippy", "--bins", "--examples", "--", "-D", "warnings"];
    cargo(&folder, &clippy);
}

fn rust_programs_compile_and_agree() {
    let folder = package("generated");
    cargo(&folder, &["build", "--bins"]);
    let spy = spy(&c_compiler(), &folder);
    for_each_case(&to_run(), |case| {
        let binary = folder.join("target/debug").join(&case.name);
        assert_agrees(case, &case.query, &run(&mut Command::new(binary), &spy));
    });
}

fn winsock_programs_compile_and_agree() {
    let _wine = Wine::running();
    let folder = tempfile::tempdir().unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let spy = tests.join("program/generated/spy.c");
    let cases = to_run();
    let poison = poison(MINGW.as_ref());
    for_each_case(&cases, |case| {
        let source = write(folder.path(), case, Language::Winsock, "c");
        let mut compile = Command::new(MINGW);
        compile
            .args(STRICT)
            .args(poison)
            .arg("-include")
            .arg(&spy)
            .arg("-o");
        run_silently(
            compile
                .args([&source.with_extension("exe"), &source])
                .arg("-lws2_32"),
        );
    });
    let mut text = String::from("#include <winsock2.h>\n#include <ws2tcpip.h>\n");
    // The constants of a query of Windows, too: the same program is printed there.
    for os in [Os::HOST, Os::Windows] {
        for (expression, value) in hints_lines(Language::Winsock, os, "hints.") {
            writeln!(text, "_Static_assert(({expression}) == {value}, \"\");").unwrap();
        }
    }
    let source = folder.path().join("constants.c");
    fs::write(&source, text).unwrap();
    run_silently(
        Command::new(MINGW)
            .args(STRICT)
            .arg("-fsyntax-only")
            .arg(&source),
    );
    let oracle = folder.path().join("oracle.exe");
    let mut compile = Command::new(MINGW);
    compile.arg("-o").arg(&oracle).arg(tests.join("oracle.c"));
    run_silently(compile.arg("-lws2_32"));
    let oracle = Oracle::run_by(&wine(), &oracle);

    // The oracle for Windows asks in UTF-16, which has no other bytes.
    let utf8 = |text: &Option<Vec<u8>>| text.as_deref().is_none_or(|t| str::from_utf8(t).is_ok());
    let (unicode, bytes): (Vec<Case>, Vec<Case>) = cases
        .into_iter()
        .partition(|case| utf8(&case.query.node) && utf8(&case.query.service));
    let queries: Vec<_> = unicode
        .iter()
        .map(|case| in_windows_numbers(&case.query))
        .collect();
    let answers = oracle.ask(&queries, &[]);
    let expected: BTreeMap<_, _> = unicode
        .iter()
        .map(|case| &case.name)
        .zip(&answers)
        .collect();

    for_each_case(&[unicode.clone(), bytes].concat(), |case| {
        let query = in_windows_numbers(&case.query);
        let program = folder.path().join(&case.name).with_extension("exe");
        let output = output(wine().arg(program));
        assert_eq!(spy_call(&output), query.line(), "{}", case.name);
        if let Some(answer) = expected.get(&case.name) {
            let expected = for_entry(case, Answer::of_oracle(answer));
            assert_eq!(Answer::of_program(&output), expected, "{}", case.name);
        }
        // `.ci/windows` has built it, and its own tests compare it with the oracle.
        if let Some(sockscope) = env::var_os("SOCKSCOPE_EXE")
            && expected.contains_key(&case.name)
        {
            let mut asking = wine();
            asking.arg(sockscope).args(["--format", "json"]);
            let json = self::output(asking.args(query.arguments(decimal)));
            let expected = for_entry(case, Answer::of_json(&json));
            assert_eq!(Answer::of_program(&output), expected, "{}", case.name);
        }
    });
}

/// Runs `work` on every case, as many at once as there are processors.
fn for_each_case(cases: &[Case], work: impl Fn(&Case) + Sync) {
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(case);
                }
            });
        }
    });
}

/// Compares a program's calls and results for `query` with sockscope's.
fn assert_agrees(case: &Case, query: &Query, output: &Output) {
    assert_eq!(spy_call(output), query.line(), "{}", case.name);
    let mut sockscope = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    sockscope
        .args(["--format", "json"])
        .args(query.arguments(decimal));
    let expected = Answer::of_json(&self::output(&mut sockscope));
    assert_eq!(
        Answer::of_program(output),
        for_entry(case, expected),
        "{}",
        case.name
    );
}

fn for_entry(case: &Case, answer: Answer) -> Answer {
    match case.entry {
        None => answer,
        Some(place) => answer.only(place),
    }
}

/// The program of `case`, as a file.
fn write(folder: &Path, case: &Case, language: Language, extension: &str) -> PathBuf {
    let path = folder.join(&case.name).with_extension(extension);
    let text = program(language, Os::HOST, &net_query(&case.query), case.steps());
    fs::write(&path, text).unwrap();
    path
}

/// The spy as a preloaded library.
fn spy(cc: &OsStr, folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/program/generated/spy.c");
    let library = folder.join("spy.so");
    let mut compile = Command::new(cc);
    compile.args(["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"]);
    run_silently(compile.args([&library, &source]).arg("-ldl"));
    library
}

fn run(command: &mut Command, spy: &Path) -> Output {
    output(command.env("LD_PRELOAD", spy))
}

fn output(command: &mut Command) -> Output {
    command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// The command succeeds without output.
fn run_silently(command: &mut Command) {
    let output = output(command);
    let texts =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(
        output.status.success() && texts.iter().all(String::is_empty),
        "{command:?}: {}\n{}",
        output.status,
        texts.concat()
    );
}

/// Fills uninitialized variables with garbage, so that the spy notices hints that were not zeroed.
/// gcc has it since 12, clang since 8.
fn poison(cc: &OsStr) -> Option<&'static str> {
    let option = "-ftrivial-auto-var-init=pattern";
    let mut compile = Command::new(cc);
    compile.args([option, "-fsyntax-only", "-x", "c", "/dev/null"]);
    output(&mut compile).status.success().then_some(option)
}

/// Every constant of `os` as the programs spell it, and the number that it must have.
fn hints_lines(language: Language, os: Os, prefix: &str) -> Vec<(String, i32)> {
    let mut lines = Vec::new();
    for query in constants(os) {
        let case = Case {
            name: String::new(),
            query,
            entry: None,
        };
        let hints = match language {
            Language::Winsock if os != Os::Windows => in_windows_numbers(&case.query).hints,
            _ => case.query.hints,
        };
        let Hints {
            flags,
            family,
            socktype,
            protocol,
        } = hints.unwrap();
        let text = program(language, os, &net_query(&case.query), case.steps());
        let (names, end) = match language {
            Language::Python => (["flags", "family", "type", "proto"], ","),
            _ => (["ai_flags", "ai_family", "ai_socktype", "ai_protocol"], ";"),
        };
        let between = if language == Language::Python {
            "="
        } else {
            " = "
        };
        for (name, value) in names.into_iter().zip([flags, family, socktype, protocol]) {
            let start = format!("{prefix}{name}{between}");
            let line = text
                .lines()
                .find_map(|line| line.trim().strip_prefix(&start));
            let line = line.unwrap_or_else(|| panic!("{start} is missing:\n{text}"));
            lines.push((line.split_once(end).unwrap().0.to_owned(), value));
        }
    }
    lines
}

/// `query` with the numbers that its names have on Windows.
fn in_windows_numbers(query: &Query) -> Query {
    // The programs use the names that every Windows compiler's headers have.
    let value = |hint: Hint, value: i32| {
        let name = hint.table(Os::HOST).of(value)?.name;
        let rows = hint.table(Os::Windows).rows;
        rows.iter()
            .find(|row| row.name == name)
            .map(|row| row.value)
    };
    let other = |hint, number| value(hint, number).unwrap_or(number);
    let flags = |flags: i32| {
        (0..32)
            .map(|bit| flags & 1_i32.wrapping_shl(bit))
            .fold(0, |sum, bit| sum | other(Hint::Flags, bit))
    };
    Query {
        hints: query.hints.map(|hints| Hints {
            flags: flags(hints.flags),
            family: other(Hint::Family, hints.family),
            socktype: other(Hint::Socktype, hints.socktype),
            protocol: other(Hint::Protocol, hints.protocol),
        }),
        ..query.clone()
    }
}
