//! The programs of `--listen`, `--connect`, `--option` and `--socket-only` get the results that
//! sockscope gets with the same options.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use sockscope::code::Language;

use super::sessions::port;
use super::steps::{Running, code};

/// The arguments of sockscope.
pub(super) struct Asked {
    pub(super) name: &'static str,
    arguments: Vec<String>,
    /// Whether Winsock's list is the same.
    pub(super) windows: bool,
}

/// Each program's arguments. The listener must exist until they have run.
pub(super) fn asked() -> (TcpListener, Vec<Asked>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let open = listener.local_addr().unwrap().port().to_string();
    let [free, closed] = [port(), port()].map(|port| port.to_string());
    let asked = |name, windows, arguments: &[&str]| Asked {
        name,
        windows,
        arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
    };
    let stream = ["--socket-only", "-4", "-t", "stream"];
    let cases = vec![
        asked("socket_only", true, &[&stream[..], &["-p", "tcp"]].concat()),
        asked(
            "socket_refused",
            true,
            &[&stream[..], &["-p", "udp"]].concat(),
        ),
        asked(
            "socket_options",
            true,
            &[
                &stream[..],
                &["--option", "reuseaddr=1", "--option", "linger=1,0"],
            ]
            .concat(),
        ),
        asked(
            "socket_options_ipv6",
            false,
            &[
                "--socket-only",
                "-6",
                "-t",
                "dgram",
                "--option",
                "v6only=1",
                "--option",
                "linger=1,3",
            ],
        ),
        asked(
            "listen",
            true,
            &[
                "--listen",
                "-P",
                "-4",
                "-t",
                "stream",
                "-p",
                "tcp",
                "-s",
                &free,
                "--option",
                "reuseaddr=1",
            ],
        ),
        // Any type, so that only the stream sockets count.
        asked("listen_any", false, &["--listen", "-P", "-s", &free]),
        asked(
            "listen_keep",
            false,
            &["--listen", "--keep", "-P", "-t", "stream", "-s", &free],
        ),
        asked(
            "connect",
            true,
            &[
                "--connect",
                "-4",
                "-t",
                "stream",
                "-p",
                "tcp",
                "127.0.0.1",
                &open,
            ],
        ),
        asked("connect_any", false, &["--connect", "127.0.0.1", &open]),
        asked(
            "connect_refused",
            false,
            &["--connect", "127.0.0.1", &closed],
        ),
    ];
    (listener, cases)
}

/// The program, as a file.
pub(super) fn write(folder: &Path, asked: &Asked, language: Language, extension: &str) -> PathBuf {
    let path = folder.join(asked.name).with_extension(extension);
    let output = sockscope(language.name(), asked);
    assert!(output.status.success(), "{output:?}");
    std::fs::write(&path, output.stdout).unwrap();
    path
}

fn sockscope(format: &str, asked: &Asked) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    command.args(["--format", format]).args(&asked.arguments);
    command.output().unwrap()
}

/// The program prints what sockscope's calls return, and ends with its status.
pub(super) fn assert_agrees(language: Language, asked: &Asked, program: &Command) {
    let here = sockscope("json", asked);
    let json: Value = serde_json::from_slice(&here.stdout).unwrap();
    let there = Running::start(program).end();
    let printed = String::from_utf8_lossy(&there.stdout).replace('\r', "");
    let printed: Vec<&str> = printed.lines().collect();
    assert_eq!(printed, lines(language, &json), "{}: {there:?}", asked.name);
    assert_eq!(there.status.code(), here.status.code(), "{}", asked.name);
}

fn lines(language: Language, json: &Value) -> Vec<String> {
    let result = |call: &Value, success: &str| match call["error"]["code"].as_i64() {
        Some(number) => format!("error {}", code(language, i32::try_from(number).unwrap())),
        None => success.to_owned(),
    };
    let mut lines = Vec::new();
    if !json["getaddrinfo"].is_null() {
        lines.push("getaddrinfo 0".to_owned());
    }
    for entry in json["entries"].as_array().unwrap() {
        let number = |member: &str| entry[member]["value"].as_i64().unwrap();
        let address = &entry["ai_addr"];
        let entry_line = match address["ip"].as_str() {
            None => String::new(),
            Some(ip) => format!(
                "entry {} {} {} {ip} {} ",
                number("ai_family"),
                number("ai_socktype"),
                number("ai_protocol"),
                address["port"]
            ),
        };
        lines.push(format!(
            "{entry_line}socket {}",
            result(&entry["socket"], "ok")
        ));
        let steps = entry["steps"].as_array().unwrap().iter();
        let steps = steps.filter(|step| step["call"] != "close");
        lines.extend(steps.map(|step| {
            let name = step["call"].as_str().unwrap();
            format!("{name} {}", result(step, "0"))
        }));
    }
    lines
}
