//! A test in a process of its own: this program, started again for that one test.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Set in the inner process: a directory from the outer one.
pub const VARIABLE: &str = "SOCKSCOPE_TEST_AGAIN";

/// A file that the inner process creates there, so that a test that was not found cannot pass.
const BEGUN: &str = "begun";

/// The directory, in the inner process.
pub fn inside() -> Option<PathBuf> {
    env::var_os(VARIABLE).map(PathBuf::from)
}

/// Runs `test` without the threads and memory of other tests.
///
/// # Panics
/// If `test` does, with its output.
#[cfg(target_os = "linux")]
pub fn alone<F: FnOnce()>(test: F) {
    match inside() {
        Some(directory) => {
            begin(&directory);
            test();
        }
        None => {
            let directory = tempfile::tempdir().unwrap();
            let program = env::current_exe().unwrap();
            run::<F>(&mut Command::new(program), directory.path());
        }
    }
}

/// Tells the outer process that the test was found.
pub fn begin(directory: &Path) {
    fs::write(directory.join(BEGUN), "").unwrap();
}

/// Runs the test that contains `F` with `command`, which starts this program with the arguments
/// that follow, and waits for its end.
pub fn run<F>(command: &mut Command, directory: &Path) {
    // The name of a closure's type contains the function around it.
    let path = std::any::type_name::<F>();
    let name = path
        .split_once("::")
        .and_then(|(_crate, rest)| rest.strip_suffix("::{{closure}}"))
        .unwrap_or_else(|| panic!("{path} is not a closure of a test"));
    let output = command
        .args(["--exact", name, "--test-threads=1"])
        .env(VARIABLE, directory)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{name} failed inside, {}:\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(
        directory.join(BEGUN).exists(),
        "no test of this program is called {name}"
    );
}
