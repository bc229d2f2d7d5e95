//! The programs to measure, and how to build and run them.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::{Context as _, Result, bail, ensure};

/// The value of XDG_CONFIG_HOME: no such directory, so that nobody's configuration is measured.
pub(crate) const NO_CONFIGURATION: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/no-configuration");
const COMPILE: Duration = Duration::from_secs(60);
/// Time to build ratatui with fat LTO on a slow machine.
const BUILD: Duration = Duration::from_secs(900);

/// sockscope, built by `cargo bench` with the release profile.
pub(crate) fn sockscope() -> PathBuf {
    env!("CARGO_BIN_EXE_sockscope").into()
}

/// Compiles the C program `benches/NAME.c` into `directory`.
///
/// # Errors
/// There is no compiler, or it fails.
pub(crate) fn compiled(name: &str, directory: &Path) -> Result<PathBuf> {
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("benches")
        .join(format!("{name}.c"));
    let program = directory.join(name);
    let command = [
        compiler,
        "-O2".into(),
        "-o".into(),
        program.clone().into(),
        source.into(),
    ];
    finish(&command, COMPILE)?
        .ok()
        .with_context(|| format!("compiling {name}.c"))?;
    Ok(program)
}

/// Builds the example `hello` with the profile of sockscope.
///
/// # Errors
/// cargo fails.
pub(crate) fn hello() -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // CARGO_TARGET_TMPDIR is the directory `tmp` in the target directory.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let target = target.context("the target directory has no name")?;
    let mut command = vec![cargo];
    let words = "build --quiet --locked --profile bench --example hello --message-format json";
    command.extend(words.split(' ').map(OsString::from));
    command.extend([
        "--manifest-path".into(),
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into(),
        "--target-dir".into(),
        target.into(),
    ]);
    let output = finish(&command, BUILD)?.ok().context("building hello")?;
    let messages = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    for message in messages {
        let message: serde_json::Value = message.context("cargo's messages are JSON")?;
        if message["target"]["name"] == "hello"
            && let Some(path) = message["executable"].as_str()
        {
            return Ok(path.into());
        }
    }
    bail!("cargo built hello but named no executable")
}

/// The output and the exit status of a command.
pub(crate) struct Output {
    pub(crate) command: String,
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Output {
    /// The output of a successful command.
    ///
    /// # Errors
    /// The command failed: its status and output.
    pub(crate) fn ok(self) -> Result<Self> {
        ensure!(
            self.status.success(),
            "{}: {}: {}",
            self.command,
            self.status,
            String::from_utf8_lossy(&self.stderr).trim()
        );
        Ok(self)
    }
}

/// Runs a command without input until it exits.
///
/// # Errors
/// It could not be started, or was killed at the deadline.
pub(crate) fn finish(command: &[OsString], deadline: Duration) -> Result<Output> {
    let (program, arguments) = command.split_first().context("an empty command")?;
    let name = Path::new(program).display().to_string();
    let mut child = Command::new(program)
        .args(arguments)
        .env("XDG_CONFIG_HOME", NO_CONFIGURATION)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {name}"))?;
    let until = Instant::now() + deadline;
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let left = || until.saturating_duration_since(Instant::now());
    let read = stdout
        .recv_timeout(left())
        .and_then(|stdout| Ok((stdout, stderr.recv_timeout(left())?)));
    let Ok((stdout, stderr)) = read else {
        child.kill()?;
        child.wait()?;
        bail!("{name}: still running after {deadline:?}, killed")
    };
    // Its output has ended, so it has exited, unless it closed both streams itself.
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if left().is_zero() => {
                child.kill()?;
                break child.wait()?;
            }
            None => thread::sleep(Duration::from_millis(1)),
        }
    };
    Ok(Output {
        command: name,
        status,
        stdout,
        stderr,
    })
}

/// Reads to the end in a thread of its own, so that neither stream blocks the program.
fn drain(stream: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // A stream that fails has ended.
            _ = stream.read_to_end(&mut bytes);
        }
        // The receiver may be gone.
        _ = sender.send(bytes);
    });
    receiver
}

/// The number beside `key` in a `status` file of /proc (proc_pid_status(5)).
///
/// # Errors
/// The file or the key is missing.
pub(crate) fn proc_status(path: &str, key: &str) -> Result<u64> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {path}"))?;
    let value = text.lines().find_map(|line| line.strip_prefix(key));
    let value = value.and_then(|value| value.split_whitespace().next());
    value
        .with_context(|| format!("{path} has no {key}"))?
        .parse()
        .with_context(|| format!("{path}: {key} is no number"))
}
