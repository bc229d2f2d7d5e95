//! Compares an answer with its record.
#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "only Linux has test networks")
)]

use std::net::SocketAddr;
#[cfg(any(windows, target_os = "linux"))]
use std::path::Path;
#[cfg(target_os = "linux")]
use std::process::Command;
#[cfg(target_os = "linux")]
use std::thread;

use sockscope::names::Os;
#[cfg(target_os = "linux")]
use sockscope::net::decode;
use sockscope::net::{Hint, Query};

use super::replay::{Expected, Replay, SocketReplay};
use crate::need::so;
#[cfg(target_os = "linux")]
use crate::support::agreement::in_every_try;
#[cfg(target_os = "linux")]
use crate::support::oracle::{self, Oracle};
#[cfg(target_os = "linux")]
use crate::support::query::{Hints as OracleHints, Query as OracleQuery};

/// The result of getaddrinfo, whichever program called it.
#[derive(Debug)]
pub(crate) enum Answer {
    Error(i32),
    Entries(Vec<Entry>),
}

/// The recorded parts of an entry.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) socktype: i32,
    pub(crate) protocol: i32,
    pub(crate) address: Option<SocketAddr>,
    /// The error of socket().
    pub(crate) socket: Option<i32>,
}

impl Entry {
    const fn pair(&self) -> (i32, i32) {
        (self.socktype, self.protocol)
    }

    /// The address without its port, with the scope as a number.
    fn host(&self) -> String {
        match self.address {
            Some(SocketAddr::V6(address)) if address.scope_id() != 0 => {
                format!("{}%{}", address.ip(), address.scope_id())
            }
            Some(address) => address.ip().to_string(),
            None => "no IP address".to_owned(),
        }
    }
}

/// The differences, as text.
pub(crate) fn compare(replay: &Replay, answer: &Answer, os: Os) -> Option<String> {
    let same = match (&replay.expected, answer) {
        (Expected::Error(expected), Answer::Error(code)) => expected == code,
        (
            Expected::Entries {
                pairs,
                addresses,
                port,
                socket,
            },
            Answer::Entries(entries),
        ) => {
            let first = entries.first().map(Entry::pair);
            // One entry per address: those of the first one's type.
            let hosts = entries.iter().filter(|entry| Some(entry.pair()) == first);
            !entries.is_empty()
                && pairs.as_ref().is_none_or(|pairs| {
                    let chunks = entries.chunks(pairs.len());
                    chunks
                        .into_iter()
                        .all(|chunk| chunk.iter().map(Entry::pair).eq(pairs.iter().copied()))
                })
                && addresses
                    .as_ref()
                    .is_none_or(|addresses| hosts.map(Entry::host).eq(addresses.iter().cloned()))
                && port.is_none_or(|port| {
                    entries
                        .iter()
                        .all(|entry| entry.address.is_some_and(|found| found.port() == port))
                })
                && socket.is_none_or(|socket| entries.iter().all(|entry| entry.socket == socket))
        }
        _ => false,
    };
    (!same).then(|| {
        format!(
            "{}: {} with {} gave {}, not {:?}",
            replay.table,
            replay.query.call(),
            describe(&replay.query, os),
            brief(answer),
            replay.expected
        )
    })
}

fn describe(query: &Query, os: Os) -> String {
    let Some(hints) = &query.hints else {
        return "no hints".to_owned();
    };
    let show = |hint: Hint| hint.show(os, hint.get(hints));
    Hint::ALL.map(show).join(" ")
}

fn brief(answer: &Answer) -> String {
    match answer {
        Answer::Error(code) => format!("error {code}"),
        Answer::Entries(entries) => {
            let entry = |entry: &Entry| {
                let port = entry.address.map_or(0, |address| address.port());
                let (socktype, protocol) = entry.pair();
                format!(
                    "{socktype}/{protocol} {} port {port} (socket: {:?})",
                    entry.host(),
                    entry.socket
                )
            };
            entries.iter().map(entry).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The differences between calls of socket(), as text.
pub(crate) fn compare_sockets(
    replays: &[SocketReplay],
    privileged: bool,
    os: Os,
    open: impl Fn(i32, i32, i32) -> Option<i32>,
) -> Vec<String> {
    let compare = |replay: &SocketReplay| {
        let expected = replay.error.filter(|_| !(privileged && replay.unless));
        let found = open(replay.family, replay.socktype, replay.protocol);
        (found != expected).then(|| {
            format!(
                "{}: socket({}, {}, {}) gave {found:?}, not {expected:?}",
                replay.table,
                Hint::Family.show(os, replay.family),
                Hint::Socktype.show(os, replay.socktype),
                Hint::Protocol.show(os, replay.protocol),
            )
        })
    };
    replays.iter().filter_map(compare).collect()
}

/// The differences when the oracle makes the calls, in this many processes if name servers fail:
/// each failure takes its time.
#[cfg(target_os = "linux")]
pub(crate) fn oracle_differences(
    oracle: &Oracle,
    replays: &[Replay],
    os: Os,
    processes: usize,
) -> Vec<String> {
    let (network, plain): (Vec<&Replay>, Vec<&Replay>) =
        replays.iter().partition(|replay| replay.network);
    let ask = |replays: &[&Replay]| -> Vec<String> {
        let queries: Vec<OracleQuery> = replays
            .iter()
            .map(|replay| question(&replay.query))
            .collect();
        let answers = oracle.ask(&queries, &[]);
        let pairs = replays.iter().zip(&answers);
        pairs
            .filter_map(|(replay, answer)| compare(replay, &read(answer, os), os))
            .collect()
    };
    let mut differences = in_every_try(|| ask(&plain));
    thread::scope(|scope| {
        let chunks = network.chunks(network.len().div_ceil(processes).max(1));
        let running: Vec<_> = chunks
            .map(|chunk| scope.spawn(|| in_every_try(|| ask(chunk))))
            .collect();
        for process in running {
            differences.extend(process.join().unwrap());
        }
    });
    differences
}

#[cfg(target_os = "linux")]
fn question(query: &Query) -> OracleQuery {
    let bytes = |text: &sockscope::text::Text| text.as_os_str().as_encoded_bytes().to_vec();
    OracleQuery {
        node: query.node.as_ref().map(bytes),
        service: query.service.as_ref().map(bytes),
        hints: query.hints.map(|hints| OracleHints {
            flags: hints.flags,
            family: hints.family,
            socktype: hints.socktype,
            protocol: hints.protocol,
        }),
    }
}

#[cfg(target_os = "linux")]
fn read(answer: &oracle::Answer, os: Os) -> Answer {
    if answer.returned.code != 0 {
        return Answer::Error(answer.returned.code);
    }
    let entry = |entry: &oracle::Entry| Entry {
        socktype: entry.socktype,
        protocol: entry.protocol,
        address: entry.addr.as_deref().and_then(|bytes| decode(os, bytes)),
        socket: entry.socket.as_ref().err().map(|error| error.code),
    };
    Answer::Entries(answer.entries.iter().map(entry).collect())
}

/// Whether this Windows program runs under Wine. Windows itself was not measured.
#[cfg(windows)]
pub(crate) fn is_wine() -> Result<(), String> {
    let there = Path::new(r"C:\windows\system32\winecfg.exe").exists();
    so(there, "this is Windows itself")
}

/// Whether the recorded Wine is installed.
#[cfg(target_os = "linux")]
pub(crate) fn is_wine() -> Result<(), String> {
    let version = Command::new("wine").arg("--version").output();
    let version = version.map_err(|error| format!("wine: {error}; install wine and wine64"))?;
    let version = String::from_utf8_lossy(&version.stdout);
    so(
        version.starts_with("wine-8."),
        &format!("this is {}", version.trim()),
    )
}

/// The oracle linked statically with musl.
#[cfg(target_os = "linux")]
pub(crate) fn musl() -> Oracle {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let program = directory.path().join("oracle");
    compile("musl-gcc", &program, &["-static"]);
    Oracle::at(program, directory)
}

/// The oracle as a Windows program, and Wine with files of its own to run it.
#[cfg(target_os = "linux")]
pub(crate) fn wine() -> Oracle {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().expect("a temporary directory");
    let program = directory.path().join("oracle.exe");
    compile("x86_64-w64-mingw32-gcc", &program, &["-lws2_32"]);
    let script = directory.path().join("oracle");
    let path = directory.path().display();
    // Under Wine lines end with CR LF; the oracle's output is split at white space.
    std::fs::write(
        &script,
        format!(
            "#!/bin/sh\nexport WINEPREFIX='{path}/prefix' WINEDEBUG=-all\n\
             wine '{path}/oracle.exe' 2>/dev/null\nstatus=$?\nwineserver -w\nexit $status\n"
        ),
    )
    .unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    Oracle::at(script, directory)
}

#[cfg(target_os = "linux")]
fn compile(compiler: &str, program: &Path, more: &[&str]) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle.c");
    let output = Command::new(compiler)
        .args(["-std=c99", "-o"])
        .args([program, &source])
        .args(more)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{compiler} refuses tests/oracle.c:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
