//! The real program, as people and other programs meet it.
//!
//! One test program, because every test program is linked and run on its own. Each module lists its
//! tests with what they [need](need::Need). A test that needs something missing is ignored, with
//! the need in its name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot continue panics"
)]
#![allow(unreachable_pub, reason = "a binary exports nothing")]
#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, unused_imports, reason = "most tests are for Linux")
)]

/// The tests of a module: each function's name, and what it needs.
macro_rules! tests {
    ($($(#[$attribute:meta])* $test:ident $(: $($need:ident $(($name:literal))?),+)?;)+) => {
        pub(crate) const TESTS: &[crate::Test] = &[$(
            $(#[$attribute])*
            crate::Test {
                path: concat!(module_path!(), "::", stringify!($test)),
                needs: &[$($(crate::need::$need $(($name))?),+)?],
                run: $test,
            },
        )+];
    };
}

#[cfg(unix)]
mod background;
#[cfg(target_os = "linux")]
mod calls;
mod command_line;
mod comparison;
mod configuration;
#[cfg(windows)]
mod console;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod daemons;
mod differential;
#[cfg(target_os = "linux")]
mod doctor;
#[cfg(target_os = "linux")]
mod endurance;
#[cfg(target_os = "linux")]
mod explain;
mod explanation;
#[cfg(target_os = "linux")]
mod fixes;
#[cfg(target_os = "linux")]
mod generated;
#[cfg(target_os = "linux")]
mod held;
mod history;
#[cfg(unix)]
mod host;
#[cfg(target_os = "linux")]
mod hostile;
#[cfg(target_os = "linux")]
mod ladder;
mod language;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod leaks;
#[cfg(target_os = "linux")]
mod lesson_walks;
mod lessons;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod lookup;
#[cfg(unix)]
mod manual;
#[cfg(target_os = "linux")]
mod matrix;
#[cfg(target_os = "linux")]
mod mouse;
#[cfg(target_os = "linux")]
mod names;
mod need;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod order;
mod output;
#[cfg(unix)]
mod panic;
mod readme;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod reasons;
#[cfg(any(target_os = "linux", windows))]
mod recorded;
#[cfg(target_os = "linux")]
mod redaction;
mod replaying;
#[cfg(target_os = "linux")]
mod resolver;
#[cfg(target_os = "linux")]
mod room;
mod run;
#[cfg(unix)]
mod saving;
#[cfg(target_os = "linux")]
mod scarcity;
mod screen;
#[cfg(any(target_os = "linux", windows))]
mod scripts;
#[cfg(any(target_os = "linux", windows))]
mod sequences;
#[cfg(target_os = "linux")]
mod socket_only;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod sources;
#[cfg(target_os = "linux")]
mod step_fixes;
#[cfg(target_os = "linux")]
mod step_notes;
#[cfg(target_os = "linux")]
mod steps;
mod support;
#[cfg(unix)]
mod terminal;
#[cfg(target_os = "linux")]
mod walk;
mod watching;
#[cfg(windows)]
mod winsock;

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Trial};
use need::{Need, Needs};

/// One test.
#[derive(Clone, Copy)]
struct Test {
    /// The path of the function, with crate and modules.
    path: &'static str,
    needs: &'static [Need],
    run: fn(),
}

impl Test {
    /// The path without the crate.
    fn name(&self) -> &'static str {
        self.path
            .split_once("::")
            .map_or(self.path, |(_, name)| name)
    }
}

/// The slowest come first, so that none of them runs alone at the end.
const TESTS: &[&[Test]] = &[
    #[cfg(target_os = "linux")]
    generated::TESTS,
    #[cfg(any(target_os = "linux", windows))]
    recorded::TESTS,
    #[cfg(target_os = "linux")]
    resolver::faults::TESTS,
    #[cfg(target_os = "linux")]
    resolver::hung::TESTS,
    #[cfg(target_os = "linux")]
    resolver::ending::TESTS,
    #[cfg(unix)]
    terminal::TESTS,
    #[cfg(any(target_os = "linux", windows))]
    scripts::TESTS,
    #[cfg(target_os = "linux")]
    lesson_walks::TESTS,
    lessons::TESTS,
    #[cfg(target_os = "linux")]
    calls::TESTS,
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    lookup::TESTS,
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    sources::TESTS,
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    sources::windows::TESTS,
    #[cfg(target_os = "linux")]
    ladder::TESTS,
    #[cfg(target_os = "linux")]
    socket_only::TESTS,
    #[cfg(target_os = "linux")]
    steps::TESTS,
    #[cfg(target_os = "linux")]
    room::TESTS,
    #[cfg(target_os = "linux")]
    fixes::TESTS,
    #[cfg(target_os = "linux")]
    mouse::TESTS,
    #[cfg(unix)]
    panic::TESTS,
    #[cfg(target_os = "linux")]
    scarcity::memory::TESTS,
    #[cfg(target_os = "linux")]
    scarcity::screen::TESTS,
    #[cfg(target_os = "linux")]
    scarcity::descriptors::TESTS,
    #[cfg(target_os = "linux")]
    scarcity::threads::TESTS,
    #[cfg(target_os = "linux")]
    scarcity::files::TESTS,
    #[cfg(target_os = "linux")]
    scarcity::streams::TESTS,
    #[cfg(target_os = "linux")]
    held::TESTS,
    #[cfg(target_os = "linux")]
    hostile::paste::TESTS,
    #[cfg(target_os = "linux")]
    hostile::screens::TESTS,
    #[cfg(target_os = "linux")]
    hostile::names::TESTS,
    #[cfg(target_os = "linux")]
    hostile::arguments::TESTS,
    #[cfg(target_os = "linux")]
    hostile::clean::TESTS,
    #[cfg(target_os = "linux")]
    endurance::hour::TESTS,
    #[cfg(target_os = "linux")]
    endurance::input::TESTS,
    #[cfg(target_os = "linux")]
    resolver::answers::TESTS,
    #[cfg(target_os = "linux")]
    resolver::traffic::TESTS,
    #[cfg(target_os = "linux")]
    explain::TESTS,
    #[cfg(target_os = "linux")]
    matrix::TESTS,
    #[cfg(target_os = "linux")]
    matrix::screen::TESTS,
    #[cfg(target_os = "linux")]
    names::TESTS,
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    daemons::TESTS,
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    reasons::TESTS,
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    leaks::TESTS,
    differential::TESTS,
    #[cfg(target_os = "linux")]
    doctor::TESTS,
    explanation::TESTS,
    #[cfg(unix)]
    manual::TESTS,
    #[cfg(unix)]
    background::TESTS,
    command_line::TESTS,
    comparison::TESTS,
    configuration::TESTS,
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    order::TESTS,
    output::TESTS,
    run::TESTS,
    #[cfg(unix)]
    saving::TESTS,
    screen::TESTS,
    history::TESTS,
    replaying::TESTS,
    watching::TESTS,
    #[cfg(any(target_os = "linux", windows))]
    sequences::TESTS,
    #[cfg(target_os = "linux")]
    step_fixes::TESTS,
    #[cfg(target_os = "linux")]
    step_notes::TESTS,
    #[cfg(unix)]
    host::TESTS,
    language::TESTS,
    readme::TESTS,
    #[cfg(target_os = "linux")]
    redaction::TESTS,
    #[cfg(target_os = "linux")]
    walk::TESTS,
    #[cfg(windows)]
    console::TESTS,
    #[cfg(windows)]
    winsock::TESTS,
    #[cfg(not(target_os = "linux"))]
    LINUX,
];

/// Modules that are empty on other systems.
#[cfg(not(target_os = "linux"))]
const LINUX: &[Test] = {
    const fn module(path: &'static str) -> Test {
        Test {
            path,
            needs: &[need::LINUX],
            run: || (),
        }
    }
    &[
        module("program::calls"),
        module("program::endurance"),
        module("program::explain"),
        module("program::fixes"),
        module("program::generated"),
        module("program::held"),
        module("program::hostile"),
        module("program::leaks"),
        module("program::matrix"),
        module("program::mouse"),
        module("program::resolver"),
        module("program::room"),
        module("program::scarcity"),
        #[cfg(not(windows))]
        module("program::sequences"),
    ]
};

/// A directory without a configuration of sockscope. All programs of the tests inherit it: none reads the
/// configuration of whoever runs them.
const NO_CONFIGURATION: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/no-configuration");

/// Starts this program again without a configuration, unless there is none; returns its exit status.
/// Valgrind, which .ci/memory runs it under, would lose it.
fn without_configuration() -> Option<ExitCode> {
    let variables = configuration::VARIABLES;
    let directory = env::var_os(variables[usize::from(cfg!(windows))]);
    let directory = directory.filter(|directory| Path::new(directory).is_absolute());
    if directory.is_some_and(|directory| !Path::new(&directory).join("sockscope").exists()) {
        return None;
    }
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(env::args_os().skip(1));
    command.envs(variables.map(|variable| (variable, NO_CONFIGURATION)));
    #[cfg(unix)]
    panic!("{}", std::os::unix::process::CommandExt::exec(&mut command));
    #[cfg(not(unix))]
    Some(if command.status().unwrap().success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn main() -> ExitCode {
    #[cfg(unix)]
    panic::program::run_if_asked();
    if let Some(status) = without_configuration() {
        return status;
    }
    let mut arguments = Arguments::from_args();
    // Most tests wait for other programs most of the time.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    arguments.test_threads.get_or_insert(2 * cores);
    let mut needs = Needs::default();
    let trials = TESTS
        .iter()
        .copied()
        .flatten()
        .map(|&test| {
            let lacking = needs.lacking(test.needs);
            let mut name = test.name().to_owned();
            if !lacking.is_empty() {
                name += &format!(" [needs {}]", lacking.join(", "));
            }
            let trial = Trial::test(name, move || {
                (test.run)();
                Ok(())
            });
            trial.with_ignored_flag(!lacking.is_empty())
        })
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list && arguments.filter.is_none() {
        print!("{needs}");
    }
    conclusion.exit_code()
}
