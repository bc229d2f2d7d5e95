//! The mistakes and sequences of `tests/scripts`: each call returns what its line expects on this system,
//! and an altered line is found.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

#[cfg(target_os = "linux")]
use crate::support::network::Network;

tests! {
    #[cfg(target_os = "linux")]
    scripts_return_what_is_written: NETWORK;
    #[cfg(windows)]
    scripts_return_what_is_written;
    #[cfg(target_os = "linux")]
    altered_results_are_found: NETWORK;
    #[cfg(target_os = "linux")]
    privileged_port_needs_its_capability: NETWORK, Program("setpriv");
}

/// The script that needs a process without a capability.
const PRIVILEGED: &str = "privileged-port";

/// The extension of scripts.
const EXTENSION: &str = "sockscope";

/// Every script but that of [`PRIVILEGED`].
pub(crate) fn scripts() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let files = fs::read_dir(directory)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|file| file.extension().is_some_and(|it| it == EXTENSION))
        .filter(|file| file.file_stem().is_some_and(|name| name != PRIVILEGED))
        .collect();
    files.sort();
    assert!(files.len() >= 41, "{} scripts", files.len());
    files
}

/// `sockscope --run`, with the options that the script needs.
fn command(script: &Path, timeout: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    if cfg!(windows) && script.ends_with("no-wsastartup.sockscope") {
        command.arg("--no-wsastartup");
    }
    command.args(["--lang", "en", "--timeout", timeout, "--run"]);
    command.stdin(Stdio::null());
    command
}

#[track_caller]
fn assert_status(output: &Output, status: i32, what: &str) {
    let text = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert_eq!(
        output.status.code(),
        Some(status),
        "{what}\n{}{}",
        text[0],
        text[1]
    );
}

/// Runs `check` for each script, eight at a time: most of the time they wait.
pub(crate) fn each(check: impl Fn(&Path) + Sync) {
    let files = scripts();
    let parts = files.chunks(files.len().div_ceil(8));
    thread::scope(|scope| {
        for part in parts {
            scope.spawn(|| part.iter().for_each(|file| check(file)));
        }
    });
}

fn run_all() {
    each(|file| {
        let output = command(file, "5").arg(file).output().unwrap();
        assert_status(&output, 0, &file.display().to_string());
    });
}

#[cfg(target_os = "linux")]
fn scripts_return_what_is_written() {
    Network::run(|_| run_all());
}

#[cfg(windows)]
fn scripts_return_what_is_written() {
    run_all();
}

/// A line with its result changed to each of these, if it is made on Linux: another error, and another
/// value of the same kind.
fn altered(line: &str) -> Vec<String> {
    let Some((call, rest)) = line.split_once(") = ") else {
        return Vec::new();
    };
    let result = rest.split(" | ").next().unwrap();
    let result = result.strip_prefix("linux: ").unwrap_or(result);
    let elsewhere = result.starts_with("windows:") || call.contains("EXCLUSIVE");
    if line.starts_with('#') || elsewhere || result.starts_with("...") {
        return Vec::new();
    }
    let opens = call.starts_with("socket(") || call.starts_with("accept(");
    // What other systems bind is skipped here; what nothing binds is a mistake in the script.
    let name = match opens {
        true => format!(" | freebsd: {result}"),
        false => String::new(),
    };
    let mut results = vec![format!("-1 EHOSTDOWN{name}")];
    if result.starts_with("-1 ") && opens {
        results.push("opened".to_owned());
    }
    let changed = match result.split_once(' ') {
        _ if opens => None,
        // A number or an address: another last digit; a text: another letter.
        _ if result.ends_with(|c: char| c.is_ascii_digit()) => {
            let (start, last) = result.split_at(result.len() - 1);
            Some(format!("{start}{}", if last == "1" { '2' } else { '1' }))
        }
        Some((count, text)) if text.starts_with('"') => {
            Some(format!("{count} {}", text.replacen('"', "\"~", 1)))
        }
        // The port is a name.
        None if result.contains(':') => Some(format!(
            "127.0.0.77{}",
            &result[result.rfind(':').unwrap()..]
        )),
        _ => None,
    };
    results.extend(changed);
    results
        .iter()
        .map(|result| format!("{call}) = {result}"))
        .collect()
}

#[cfg(target_os = "linux")]
fn altered_results_are_found() {
    Network::run(|_| {
        each(|file| {
            let text = fs::read_to_string(file).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            for (at, line) in lines.iter().enumerate() {
                for new in altered(line) {
                    let mut changed = lines.clone();
                    changed[at] = &new;
                    // What waits for a line that is skipped now waits in vain.
                    let mut child = command(file, "0.1")
                        .arg("-")
                        .stdin(Stdio::piped())
                        .stdout(Stdio::piped())
                        .stderr(Stdio::piped())
                        .spawn()
                        .unwrap();
                    let input = changed.join("\n");
                    child
                        .stdin
                        .take()
                        .unwrap()
                        .write_all(input.as_bytes())
                        .unwrap();
                    let output = child.wait_with_output().unwrap();
                    assert_status(&output, 6, &format!("{}: {new}", file.display()));
                    let place = format!("# -, line {}: ", at + 1);
                    let found = String::from_utf8(output.stdout).unwrap();
                    assert!(found.contains(&place), "{}: {new}\n{found}", file.display());
                }
            }
        });
    });
}

#[cfg(target_os = "linux")]
fn privileged_port_needs_its_capability() {
    Network::run(|network| {
        let script = format!(
            "{}/tests/scripts/{PRIVILEGED}.{EXTENSION}",
            env!("CARGO_MANIFEST_DIR")
        );
        let mut without = network.command("setpriv");
        without.args([
            "--bounding-set",
            "-net_bind_service",
            "--inh-caps",
            "-net_bind_service",
        ]);
        without.args([env!("CARGO_BIN_EXE_sockscope"), "--run", &script]);
        assert_status(&without.output().unwrap(), 0, "without the capability");
        let with = network
            .sockscope()
            .args(["--run", &script])
            .output()
            .unwrap();
        assert_status(&with, 6, "with it");
    });
}
