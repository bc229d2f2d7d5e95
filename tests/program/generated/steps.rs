//! Programs that repeat the calls of a run get the results that sockscope got.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use sockscope::code::{Language, Steps, program};
use sockscope::names::Os;
use sockscope::net::{Call, Outcome, Record, SocketId, Value};

use super::options::{asked, assert_agrees, write};
use super::sessions::{Session, flat, pair, planned_steps, port};
use super::wine::wine;
use super::{MINGW, STRICT, cargo, package_of, run_silently};
use crate::need::c_compiler;
use crate::support::terminal::wait_for;

/// The program of a session, as a file.
fn source(folder: &Path, session: &Session, language: Language, extension: &str) -> PathBuf {
    let path = folder.join(session.name).with_extension(extension);
    let planned = planned_steps();
    let steps = match session.name {
        "planned" => Steps::Every(&planned),
        _ => Steps::of(&session.run, 0, None),
    };
    let text = program(language, Os::HOST, session.run.asked(), steps);
    std::fs::write(&path, text).unwrap();
    path
}

/// Every session; the last two are the tutorial's server and client.
fn sessions() -> Vec<Session> {
    flat().into_iter().chain(pair(port())).collect()
}

pub(super) fn repeat_in_c() {
    let folder = tempfile::tempdir().unwrap();
    let compile = |source: PathBuf| {
        let binary = source.with_extension("");
        let mut compile = Command::new(c_compiler());
        run_silently(compile.args(STRICT).arg("-o").args([&binary, &source]));
        Command::new(binary)
    };
    assert_repeats(Language::C, &sessions(), |session| {
        compile(source(folder.path(), session, Language::C, "c"))
    });
    let (_listener, asked) = asked();
    for asked in &asked {
        let source = write(folder.path(), asked, Language::C, "c");
        assert_agrees(Language::C, asked, &compile(source));
    }
}

pub(super) fn repeat_in_python() {
    let folder = tempfile::tempdir().unwrap();
    let interpret = |source: PathBuf| {
        let mut command = Command::new("python3");
        command.args(["-W", "error"]).arg(source);
        command
    };
    assert_repeats(Language::Python, &sessions(), |session| {
        interpret(source(folder.path(), session, Language::Python, "py"))
    });
    let (_listener, asked) = asked();
    for asked in &asked {
        let source = write(folder.path(), asked, Language::Python, "py");
        assert_agrees(Language::Python, asked, &interpret(source));
    }
}

pub(super) fn repeat_in_rust() {
    let folder = package_of("generated-steps");
    let sessions = sessions();
    let programs = folder.join("src/bin");
    for session in &sessions {
        source(&programs, session, Language::Rust, "rs");
    }
    let (_listener, asked) = asked();
    let written = asked
        .iter()
        .map(|asked| write(&programs, asked, Language::Rust, "rs"));
    let written: Vec<PathBuf> = written.collect();
    // rustfmt leaves lines with a long literal as they are, but not what surrounds them.
    let tidy = ["planned", "server", "client", "mistakes", "by_hand"];
    let files = tidy.map(|name| programs.join(name).with_extension("rs"));
    run_silently(
        Command::new("rustfmt")
            .args(["--edition", "2024", "--check"])
            .args(files.iter().chain(&written)),
    );
    cargo(&folder, &["clippy", "--bins", "--", "-D", "warnings"]);
    cargo(&folder, &["build", "--bins"]);
    let command = |name| Command::new(folder.join("target/debug").join(name));
    assert_repeats(Language::Rust, &sessions, |session| command(session.name));
    for asked in &asked {
        assert_agrees(Language::Rust, asked, &command(asked.name));
    }
}

pub(super) fn repeat_in_winsock() {
    let folder = tempfile::tempdir().unwrap();
    let compile = |source: PathBuf| {
        let binary = source.with_extension("exe");
        let mut compile = Command::new(MINGW);
        compile.args(STRICT).arg("-o").args([&binary, &source]);
        run_silently(compile.arg("-lws2_32"));
        let mut command = wine();
        command.arg(binary);
        command
    };
    let mut sessions = sessions();
    // It has what only POSIX has.
    sessions.retain(|session| session.name != "by_hand");
    assert_repeats(Language::Winsock, &sessions, |session| {
        compile(source(folder.path(), session, Language::Winsock, "c"))
    });
    let (_listener, asked) = asked();
    for asked in &asked {
        let program = compile(write(folder.path(), asked, Language::Winsock, "c"));
        if asked.windows {
            assert_agrees(Language::Winsock, asked, &program);
        }
    }
}

/// Runs the program of each session alone, and the tutorial's server against its client.
fn assert_repeats(language: Language, sessions: &[Session], command: impl Fn(&Session) -> Command) {
    let [flat @ .., server, client] = sessions else {
        panic!("no server and client");
    };
    for session in flat {
        let output = Running::start(&command(session)).end();
        assert_printed(language, session, &output);
    }
    let connecting = command(client);
    let mut serving = Running::start(&command(server));
    let refused = format!("connect error {}\n", code(language, 111));
    let client_output = wait_for("a server that listens", || {
        // It waits for the client.
        assert_eq!(serving.0.try_wait().unwrap(), None, "the server ended");
        let output = Running::start(&connecting).end();
        let early = String::from_utf8_lossy(&output.stdout).replace('\r', "");
        (!early.ends_with(&refused)).then_some(output)
    });
    assert_printed(language, client, &client_output);
    assert_printed(language, server, &serving.end());
}

/// A program that runs.
pub(super) struct Running(Child);

impl Running {
    /// Starts the command with a limit: a program that differs may wait for ever.
    pub(super) fn start(command: &Command) -> Self {
        let mut limited = Command::new("timeout");
        limited
            .args(["--foreground", "100"])
            .arg(command.get_program())
            .args(command.get_args());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                limited.env(name, value);
            }
        }
        limited
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self(limited.spawn().unwrap())
    }

    pub(super) fn end(self) -> Output {
        self.0.wait_with_output().unwrap()
    }
}

fn assert_printed(language: Language, session: &Session, output: &Output) {
    let printed = String::from_utf8_lossy(&output.stdout).replace('\r', "");
    let expected = expected(language, session);
    assert_eq!(
        printed,
        expected.join("\n") + "\n",
        "{}: {output:?}",
        session.name
    );
    let failed = expected.iter().any(|line| line.contains(" error "));
    assert_eq!(output.status.code(), Some(if failed { 6 } else { 0 }));
}

/// The lines that the program must print: what sockscope's own calls returned.
fn expected(language: Language, session: &Session) -> Vec<String> {
    let alone = matches!(session.name, "server" | "client" | "planned");
    let mut names: BTreeMap<SocketId, usize> = BTreeMap::new();
    let mut lines = vec!["getaddrinfo 0".to_owned()];
    for record in session.run.records() {
        let opens = match record.call {
            Call::Getaddrinfo(_) => continue,
            Call::Socket { socket, .. } => Some(socket),
            Call::Accept { new, .. } => Some(new),
            _ => None,
        };
        if let Some(socket) = opens {
            names.insert(socket, names.len() + 1);
        }
        if language == Language::Python && python_lacks(record) {
            continue;
        }
        let function = match (&record.call, language) {
            (Call::Close { .. }, Language::Winsock) => "closesocket",
            (call, _) => call.name(Os::HOST),
        };
        let name = match on(&record.call) {
            Some(_) if alone => String::new(),
            Some(socket) => format!("s{} ", names[&socket]),
            None => unreachable!(),
        };
        let entry = match (&record.call, record.entry) {
            (Call::Socket { .. }, Some(at)) => {
                let entry = &session.run.entries()[at];
                let address = entry.sockaddr(Os::HOST).unwrap();
                format!(
                    "entry {} {} {} {} {} ",
                    entry.family,
                    entry.socktype,
                    entry.protocol,
                    address.ip(),
                    address.port()
                )
            }
            _ => String::new(),
        };
        let result = match &record.outcome {
            Outcome::Failed(error) => format!("error {}", code(language, error.code)),
            Outcome::Returned(Value::Handle(_)) => "ok".to_owned(),
            Outcome::Returned(Value::Zero) => "0".to_owned(),
            Outcome::Returned(Value::Sent(count)) => count.to_string(),
            Outcome::Returned(Value::Received(data)) => data.len().to_string(),
            Outcome::Returned(Value::Datagram(datagram)) => datagram.data.len().to_string(),
            other => panic!("{other:?}"),
        };
        lines.push(format!("{entry}{name}{function} {result}"));
    }
    lines
}

fn on(call: &Call) -> Option<SocketId> {
    match call {
        Call::Socket { socket, .. }
        | Call::Setsockopt { socket, .. }
        | Call::Bind { socket, .. }
        | Call::Listen { socket, .. }
        | Call::Accept { socket, .. }
        | Call::Connect { socket, .. }
        | Call::Send { socket, .. }
        | Call::Sendto { socket, .. }
        | Call::Recv { socket, .. }
        | Call::Recvfrom { socket, .. }
        | Call::Shutdown { socket, .. }
        | Call::Close { socket } => Some(*socket),
        _ => None,
    }
}

/// Python takes addresses as text: it cannot pass bytes that are none.
fn python_lacks(record: &Record) -> bool {
    match &record.call {
        Call::Bind { address, .. } => sockscope::net::decode(Os::HOST, address).is_none(),
        _ => false,
    }
}

/// The number of an error of Linux (errno.h), for Winsock the one that stands for it in winsock2.h.
pub(super) fn code(language: Language, errno: i32) -> i32 {
    let winsock = match errno {
        22 => 10022,  // EINVAL
        32 => 10054,  // EPIPE: Wine; Windows documents WSAENOTCONN
        93 => 10043,  // EPROTONOSUPPORT
        98 => 10048,  // EADDRINUSE
        99 => 10049,  // EADDRNOTAVAIL
        111 => 10061, // ECONNREFUSED
        _ => errno,
    };
    if language == Language::Winsock {
        winsock
    } else {
        errno
    }
}
