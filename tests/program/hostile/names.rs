//! Names from the system: canonical names, and those of hosts, services and interfaces.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Command;

use std::ffi::OsStr;

use super::arguments::check_json;
use super::clean;
use super::texts::{Text, WORDS};
use crate::support::network::Network;

tests! {
    hostile_host_and_service_names_are_escaped: NETWORK, Program("python3");
    hostile_services_entry_is_escaped_in_notes: NETWORK;
    hostile_interface_name_is_escaped: NETWORK;
    one_megabyte_canonical_name_is_complete: NETWORK;
}

/// A hosts file in which each text is the canonical name of a host `NAME`, from 192.0.2.101 on.
pub(crate) fn hosts() -> Vec<u8> {
    let mut file = b"127.0.0.1 localhost\n".to_vec();
    for (number, text) in (101..).zip(WORDS) {
        file.extend(format!("192.0.2.{number} ").bytes());
        file.extend(text.bytes);
        file.extend(format!(" {}\n", text.name).bytes());
    }
    file
}

/// The part of a text that fits into getnameinfo's buffer for a service: NI_MAXSERV is 32,
/// including the NUL.
fn service(text: Text) -> &'static [u8] {
    &text.bytes[..text.bytes.len().min(31)]
}

/// A services file in which each text is the name of a port, from 101 on, for TCP and UDP.
pub(crate) fn services() -> Vec<u8> {
    let mut file = Vec::new();
    for (number, text) in (101..).zip(WORDS) {
        for protocol in ["tcp", "udp"] {
            file.extend(service(text));
            file.extend(format!(" {number}/{protocol}\n").bytes());
        }
    }
    file
}

pub(crate) fn with_names(network: &Network) {
    network
        .write("hosts", hosts())
        .write("services", services())
        .write("nsswitch.conf", "hosts: files\nservices: files\n");
}

/// The table on a terminal so wide that no line is broken: in every row the columns begin where
/// their titles do.
#[track_caller]
fn assert_aligned(what: &str, table: &str) {
    const WIDE: u16 = 2000;
    let lines: Vec<&str> = table.lines().collect();
    let mut parser = vt100::Parser::new(u16::try_from(lines.len()).unwrap(), WIDE, 0);
    parser.process(lines.join("\r\n").as_bytes());
    let screen = parser.screen();
    let cell = |row: usize, column: usize| {
        let (row, column) = (row.try_into().unwrap(), column.try_into().unwrap());
        screen.cell(row, column).unwrap().contents().to_owned()
    };
    let blank = |text: &str| text.trim().is_empty();
    let head = lines
        .iter()
        .position(|line| line.starts_with("ai_family"))
        .unwrap();
    let rows: Vec<usize> = (head + 1..lines.len())
        .take_while(|&row| lines[row].starts_with("AF_"))
        .collect();
    assert!(!rows.is_empty(), "{what}\n{table}");
    let titles = [
        "ai_family",
        "ai_socktype",
        "ai_protocol",
        "ai_flags",
        "ai_addr ",
        "ai_canonname",
        "getnameinfo()",
    ];
    for title in titles {
        // The line of titles is ASCII.
        let Some(column) = lines[head].find(title) else {
            panic!("{what}: no {title}\n{table}")
        };
        for &row in &rows {
            let (before, here) = (
                column == 0 || blank(&cell(row, column - 1)),
                cell(row, column),
            );
            assert!(
                before && !blank(&here),
                "{what}: {title} in row {row}\n{table}"
            );
        }
    }
}

fn hostile_host_and_service_names_are_escaped() {
    Network::run(|network| {
        with_names(network);
        let folder = tempfile::tempdir().unwrap();
        let (mut kept, mut count) = (Vec::new(), 0);
        for (number, text) in (101..).zip(WORDS) {
            let what = text.name;
            let file = |name: &str| folder.path().join(name);
            let trace = file(&format!("{what}.trace"));
            let ask = |format: &str| {
                let mut command = network.sockscope();
                command.args([
                    "-c",
                    "--reverse",
                    "--no-socket",
                    "--format",
                    format,
                    "--trace",
                ]);
                let output = command
                    .arg(&trace)
                    .args([what, &number.to_string()])
                    .output()
                    .unwrap();
                assert_eq!(output.stderr, b"", "{what}");
                output.stdout
            };
            let table = clean::lines(what, &ask("table"));
            assert_aligned(what, &table);
            let trace = clean::lines(what, &fs::read(&trace).unwrap());
            assert!(trace.contains("getnameinfo("), "{trace}");

            let json = ask("json");
            clean::lines(what, &json);
            let parsed: serde_json::Value = serde_json::from_slice(&json).unwrap();
            let names = &parsed["entries"][0]["getnameinfo"];
            for (member, found) in [
                ("ai_canonname", &parsed["entries"][0]["ai_canonname"]),
                ("getnameinfo", &names["node"]),
            ] {
                assert!(found.is_string(), "{what}: {member}\n{parsed}");
                fs::write(file(&format!("{member}.{what}.json")), &json).unwrap();
                fs::write(file(&format!("{member}.{what}.raw")), text.bytes).unwrap();
                count += 1;
            }
            kept.push((text, names["service"].as_str().unwrap().to_owned()));
        }
        check_json(folder.path(), count);
        for (text, found) in kept {
            match str::from_utf8(service(text)) {
                Ok(expected) => assert_eq!(found, expected),
                Err(_) => assert!(found.contains("\\x"), "{found}"),
            }
        }
    });
}

/// The note on a refused service reads the services file.
fn hostile_services_entry_is_escaped_in_notes() {
    Network::run(|network| {
        let mut file = Vec::new();
        for (number, text) in (101..).zip(WORDS) {
            file.extend(text.bytes);
            // A protocol other than the requested one, itself hostile.
            file.extend(format!(" {number}/udp\n").bytes());
            file.extend(text.bytes);
            file.extend(format!(" {number}/").bytes());
            file.extend(text.bytes);
            file.extend(b"\n");
        }
        network
            .write("services", file)
            .write("nsswitch.conf", "hosts: files\nservices: files\n");
        let mut notes = 0;
        for text in WORDS {
            // In another case it is another name, and the note suggests it.
            for service in [text.bytes.to_vec(), text.bytes.to_ascii_uppercase()] {
                for format in ["table", "json"] {
                    let mut command = network.sockscope();
                    command.args([
                        "-t",
                        "stream",
                        "--no-socket",
                        "--format",
                        format,
                        "127.0.0.1",
                        "--",
                    ]);
                    let output = command.arg(OsStr::from_bytes(&service)).output().unwrap();
                    assert_eq!(output.status.code(), Some(1), "{output:?}");
                    let text = clean::lines(text.name, &output.stdout);
                    notes += text.matches("service-").count();
                }
            }
        }
        assert!(notes >= 2 * WORDS.len(), "{notes}");
    });
}

fn hostile_interface_name_is_escaped() {
    Network::run(|network| {
        // An interface name has at most 15 bytes, without slashes and blanks.
        let names: [&[u8]; 5] = [
            b"x\x1b[2J\x1b[31m",
            b"x\x1b]0;hi\x07",
            "\u{202e}y\u{9b}2J\x7f".as_bytes(),
            b"l\xfc\"\\\x08\x9b",
            "\u{1f44d}\u{1f3fd}\u{200d}e\u{301}".as_bytes(),
        ];
        network.write("nsswitch.conf", "hosts: files\nservices: files\n");
        for (number, name) in names.into_iter().enumerate() {
            let name = OsStr::from_bytes(name);
            let mut add = Command::new("ip");
            add.args(["link", "add", "name"])
                .arg(name)
                .args(["type", "bridge"]);
            let added = add.output().unwrap();
            assert!(added.status.success(), "{added:?}");
            let mut node = std::ffi::OsString::from("fe80::1%");
            node.push(name);
            network.write(
                "hosts",
                format!("127.0.0.1 localhost\nfe80::1 link{number}\n"),
            );
            for format in ["table", "json"] {
                let mut command = network.sockscope();
                command.args([
                    "-n",
                    "-t",
                    "stream",
                    "--no-socket",
                    "--reverse",
                    "--format",
                    format,
                ]);
                let output = command.arg(&node).arg("80").output().unwrap();
                assert_eq!(output.status.code(), Some(0), "{output:?}");
                let text = clean::lines(&format!("{name:?}"), &output.stdout);
                assert!(
                    text.contains(&format!("link{number}")) || text.contains("fe80::1%"),
                    "{text}"
                );
            }
            // If the host has no name, getnameinfo returns the number with the name of the scope.
            network.write("hosts", "127.0.0.1 localhost\n");
            let mut command = network.sockscope();
            command.args(["-n", "--no-socket", "--reverse", "--format", "json"]);
            let output = command.arg(&node).arg("80").output().unwrap();
            let parsed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            clean::lines(&format!("{name:?}"), &output.stdout);
            let found = &parsed["entries"][0]["getnameinfo"]["node"];
            let expected: String =
                node.as_bytes()
                    .utf8_chunks()
                    .fold(String::new(), |text, chunk| {
                        let bytes = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}"));
                        text + chunk.valid() + &bytes.collect::<String>()
                    });
            assert_eq!(found, &expected, "{parsed}");
        }
    });
}

/// glibc reads lines of any length.
fn one_megabyte_canonical_name_is_complete() {
    Network::run(|network| {
        let long = "n".repeat(1 << 20);
        network
            .write("hosts", format!("192.0.2.1 {long} long\n"))
            .write("nsswitch.conf", "hosts: files\nservices: files\n");
        for format in ["table", "json"] {
            let mut command = network.sockscope();
            command.args(["-c", "--no-socket", "--format", format, "long"]);
            let output = command.output().unwrap();
            let text = clean::lines(format, &output.stdout);
            assert_eq!(text.matches(&long).count(), 1, "{format}");
            assert!(text.len() < 2 * long.len(), "{format}: {}", text.len());
        }
    });
}
