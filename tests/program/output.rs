//! `--output`: a file instead of standard output.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

tests! {
    output_file_gets_what_standard_output_gets;
    failed_call_is_written_with_its_status;
    file_that_exists_is_replaced;
    unwritable_output_file_is_refused_by_name;
    output_without_format_is_refused;
    #[cfg(unix)]
    file_behind_a_link_keeps_its_mode;
    #[cfg(unix)]
    failed_write_leaves_the_old_file;
    #[cfg(unix)]
    what_is_no_regular_file_is_written_to;
    #[cfg(windows)]
    nul_device_takes_the_output;
}

const QUERY: [&str; 4] = ["-t", "stream", "127.0.0.1", "80"];

fn sockscope(format: &str, output: Option<&Path>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    command.stdin(Stdio::null()).env("LC_ALL", "C");
    command.args(["--format", format]);
    if let Some(file) = output {
        command.arg("--output").arg(file);
    }
    command
}

/// Runs it; the status is the expected one, and both streams are empty.
#[track_caller]
fn write(command: &mut Command, status: i32) {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    assert_eq!((output.stdout, output.stderr), (vec![], vec![]));
}

/// An empty folder, and a file to be written in it.
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    (folder, file)
}

/// The names in the folder.
fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

/// The output without the figures that differ from run to run.
fn settled(text: &str) -> String {
    if let Ok(json) = serde_json::from_str::<Value>(text) {
        return json["query"].to_string() + &json["entries"][0]["ai_addr"].to_string();
    }
    let lines = text.lines().filter(|line| !line.contains(" ms"));
    lines.collect::<Vec<_>>().join("\n")
}

fn output_file_gets_what_standard_output_gets() {
    for format in ["table", "json", "c", "winsock", "rust", "python"] {
        // A handle may differ.
        let handles = ["table", "json"].contains(&format);
        let more = handles.then_some("--no-socket");
        let (folder, file) = folder();
        write(sockscope(format, Some(&file)).args(QUERY).args(more), 0);
        assert_eq!(names(&folder), ["a file"]);
        let written = fs::read_to_string(&file).unwrap();
        let printed = sockscope(format, None).args(QUERY).args(more).output();
        let printed = String::from_utf8(printed.unwrap().stdout).unwrap();
        assert_eq!(settled(&written), settled(&printed));
        assert!(written.ends_with('\n') && !written.contains('\r'));
        assert!(settled(&written).len() > 100, "{written}");
    }
}

fn failed_call_is_written_with_its_status() {
    let (_folder, file) = folder();
    write(sockscope("json", Some(&file)).args(["-n", "no.address"]), 1);
    let written: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert!(written["getaddrinfo"]["error"].is_object(), "{written}");
}

fn file_that_exists_is_replaced() {
    let (folder, file) = folder();
    fs::write(&file, "old ".repeat(100_000)).unwrap();
    write(sockscope("python", Some(&file)).args(QUERY), 0);
    let written = fs::read_to_string(&file).unwrap();
    assert!(!written.contains("old"), "{written}");
    assert!(written.contains("socket.getaddrinfo("), "{written}");
    assert_eq!(names(&folder), ["a file"]);
}

/// The message names the file and the reason; no call is made.
#[track_caller]
fn assert_refused(output: &Output, name: &str) {
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let message = String::from_utf8_lossy(&output.stderr);
    let start = "sockscope: the file ";
    assert!(message.starts_with(start), "{message}");
    let name = format!("{name} could not be written: ");
    assert!(message.contains(&name), "{message}");
    assert!(message.contains("(os error "), "{message}");
}

fn unwritable_output_file_is_refused_by_name() {
    let (folder, file) = folder();
    for (path, name) in [
        (folder.path().join("missing").join("out"), "out"),
        (folder.path().to_owned(), ""),
        (folder.path().join("missing").join("\x1b[31m"), "\\x1b[31m"),
        (PathBuf::new(), ""),
    ] {
        for format in ["table", "winsock"] {
            let output = sockscope(format, Some(&path)).args(QUERY).output().unwrap();
            assert_refused(&output, name);
        }
    }
    let trace = folder.path().join("missing").join("out");
    let mut command = sockscope("json", Some(&trace));
    command.arg("--trace").arg(&file);
    assert_refused(&command.output().unwrap(), "out");
    let calls = fs::read_to_string(&file).unwrap();
    assert!(!calls.contains("getaddrinfo"), "{calls}");
    assert_eq!(names(&folder), ["a file"]);
}

fn output_without_format_is_refused() {
    let (folder, file) = folder();
    for arguments in [&[][..], &["--preset", "list"], &["--no-socket"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
        command.arg("--output").arg(&file).args(arguments);
        let output = command.env("LC_ALL", "C").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("--output is for printing"), "{message}");
    }
    assert_eq!(names(&folder), [""; 0]);
}

#[cfg(unix)]
fn file_behind_a_link_keeps_its_mode() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let (folder, link) = folder();
    let target = folder.path().join("target");
    fs::write(&target, "old").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("target", &link).unwrap();
    write(sockscope("c", Some(&link)).args(QUERY), 0);
    assert!(link.is_symlink());
    let written = fs::read_to_string(&target).unwrap();
    assert!(written.contains("int main(void)"), "{written}");
    let mode = fs::metadata(&target).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(names(&folder).len(), 2);
}

#[cfg(unix)]
fn failed_write_leaves_the_old_file() {
    let (folder, file) = folder();
    fs::write(&file, "old").unwrap();
    for format in ["json", "rust"] {
        // No file may grow; SIGXFSZ is ignored, so that write() fails.
        let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
        let inner = sockscope(format, Some(&file));
        let mut command = Command::new("bash");
        command.args(["-c", script, "bash"]).env("LC_ALL", "C");
        command.arg(inner.get_program()).args(inner.get_args());
        assert_refused(&command.args(QUERY).output().unwrap(), "a file");
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        assert_eq!(names(&folder), ["a file"]);
    }
}

#[cfg(unix)]
fn what_is_no_regular_file_is_written_to() {
    let (folder, fifo) = folder();
    let made = Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    let mut reader = Command::new("cat");
    let reader = reader.arg(&fifo).stdout(Stdio::piped()).spawn().unwrap();
    write(sockscope("python", Some(&fifo)).args(QUERY), 0);
    let read = reader.wait_with_output().unwrap().stdout;
    let read = String::from_utf8(read).unwrap();
    assert!(read.contains("socket.getaddrinfo("), "{read}");
    assert_eq!(names(&folder), ["a file"]);

    let mut command = sockscope("table", Some("/dev/stdout".as_ref()));
    let output = command.args(QUERY).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("127.0.0.1:80"), "{printed}");

    if cfg!(target_os = "linux") {
        let mut command = sockscope("table", Some("/dev/full".as_ref()));
        assert_refused(&command.args(QUERY).output().unwrap(), "/dev/full");
    }
}

#[cfg(windows)]
fn nul_device_takes_the_output() {
    write(sockscope("table", Some("NUL".as_ref())).args(QUERY), 0);
}
