//! Arguments, environment variables and file names.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::process::{Command, Output, Stdio};

use super::clean;
use super::texts::{Text, all};

tests! {
    hostile_node_or_service_is_escaped_everywhere: Program("python3");
    characters_without_their_own_cell_are_escaped: Program("python3");
    messages_escape_the_arguments_they_quote;
    hostile_environment_changes_nothing;
    trace_file_may_have_any_name;
    note_on_invalid_utf8_names_the_bytes;
}

/// The Python side gets a directory with a file NAME.json for each NAME.raw. Bytes that are not
/// UTF-8 are `\xNN` there, by Python's own rule.
const JUDGE: &str = r#"
import json, pathlib, sys
count = 0
for raw in sorted(pathlib.Path(sys.argv[1]).glob("*.raw")):
    member = raw.stem.split(".")[0]
    asked = json.loads(raw.with_suffix(".json").read_bytes().decode("utf-8"))
    expected = raw.read_bytes().decode("utf-8", "backslashreplace")
    found = asked["query"][member] if member in asked["query"] else asked["entries"][0][member]
    found = found["node"] if isinstance(found, dict) else found
    assert found == expected, (raw, found, expected)
    count += 1
print(count)
"#;

/// Checks the JSON documents of a directory against the input, as [`JUDGE`] does.
#[track_caller]
pub(crate) fn check_json(folder: &std::path::Path, count: usize) {
    let output = Command::new("python3")
        .args(["-c", JUDGE])
        .arg(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        count.to_string()
    );
}

/// `before` followed by the text, as one argument.
fn joined(before: &str, text: Text) -> OsString {
    OsString::from_vec([before.as_bytes(), text.bytes].concat())
}

fn sockscope(arguments: &[OsString]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sockscope"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn hostile_node_or_service_is_escaped_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for text in all() {
        for member in ["node", "service"] {
            let what = format!("{member}.{}", text.name);
            let file = |extension: &str| folder.path().join(format!("{what}.{extension}"));
            let ask = |format: &str| {
                // Nothing is looked up: neither the node nor the service is a number.
                let mut arguments: Vec<OsString> = ["-n", "-N", "--format", format]
                    .map(OsString::from)
                    .to_vec();
                if !matches!(format, "table" | "json") {
                    arguments.truncate(4);
                } else {
                    arguments.extend(["--trace".into(), file("trace").into()]);
                }
                arguments.push("--".into());
                if member == "service" {
                    arguments.push("127.0.0.1".into());
                }
                arguments.push(OsStr::from_bytes(text.bytes).into());
                let output = sockscope(&arguments);
                assert_eq!(output.stderr, b"", "{what}");
                output.stdout
            };
            let table = clean::lines(&what, &ask("table"));
            let lines = table.lines().filter(|line| line.contains("forged: line"));
            assert!(
                lines.clone().all(|line| line.contains("\\nforged")),
                "{table}"
            );
            let trace = clean::lines(&what, &fs::read(file("trace")).unwrap());
            assert_eq!(trace.lines().count(), 1, "{trace}");
            let json = ask("json");
            clean::lines(&what, &json);
            serde_json::from_slice::<serde_json::Value>(&json).unwrap();
            fs::write(file("json"), json).unwrap();
            fs::write(file("raw"), text.bytes).unwrap();
            count += 1;
            for format in ["c", "winsock", "rust", "python"] {
                clean::ascii(&format!("{what} {format}"), &ask(format));
            }
        }
    }
    check_json(folder.path(), count);
}

/// Every character of Unicode's categories Cc, Cf, Zl, Zp, Mn and Me, from Python.
fn characters_without_their_own_cell_are_escaped() {
    const LIST: &str = "
import sys, unicodedata
for c in map(chr, range(1, 0x110000)):
    if unicodedata.category(c) in ('Cc', 'Cf', 'Zl', 'Zp', 'Mn', 'Me'):
        sys.stdout.buffer.write(c.encode())
";
    let list = Command::new("python3").args(["-c", LIST]).output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(list.chars().count() > 2000, "{}", list.chars().count());
    for format in ["table", "json", "c", "winsock", "rust", "python"] {
        let output = sockscope(&["-nN", "--format", format, "--", &list].map(OsString::from));
        let text = clean::lines(format, &output.stdout);
        let left: Vec<char> = list
            .chars()
            .filter(|&c| c != '\n' && text.contains(c))
            .collect();
        assert!(left.is_empty(), "{format}: {left:?}");
    }
}

fn messages_escape_the_arguments_they_quote() {
    for text in all() {
        for before in [
            "--format=",
            "--lang=",
            "--timeout=",
            "--preset=",
            "-f",
            "-t",
            "-p",
            "-F",
            "--flags=passive,",
            "--no-socket=",
            "--x",
            "-x",
            "--trace=/proc/self/nowhere/",
        ] {
            let argument = joined(before, text);
            let output = sockscope(&["--no-socket".into(), argument.clone()]);
            let what = format!("{argument:?}");
            assert!(
                matches!(output.status.code(), Some(2 | 5)),
                "{what}: {output:?}"
            );
            let text = clean::lines(&what, &output.stderr);
            assert!(!text.is_empty() && output.stdout.is_empty(), "{what}");
            assert!(
                !text.lines().any(|line| line.starts_with("forged")),
                "{text}"
            );
        }
        let output = sockscope(&[joined("--explain=", text)]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert_eq!(clean::lines(text.name, &output.stderr).lines().count(), 3);
        // One positional argument too many.
        let extra = joined("", text);
        let output = sockscope(&["a".into(), "b".into(), "--".into(), extra]);
        assert_eq!(output.status.code(), Some(2));
        clean::lines(text.name, &output.stderr);
    }
}

fn hostile_environment_changes_nothing() {
    let output = |value: Option<&OsStr>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
        command.args([
            "--format",
            "table",
            "--no-socket",
            "-4nN",
            "192.0.2.1",
            "80",
        ]);
        for name in [
            "LANG",
            "LC_ALL",
            "LC_MESSAGES",
            "LANGUAGE",
            "TERM",
            "NO_COLOR",
            "COLUMNS",
        ] {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.stderr, b"");
        let text = clean::lines("variables", &output.stdout);
        // The time differs in every run.
        text.split_once(" ms\n").unwrap().1.to_owned()
    };
    let plain = output(None);
    for text in all() {
        assert_eq!(
            output(Some(OsStr::from_bytes(text.bytes))),
            plain,
            "{}",
            text.name
        );
    }
}

fn trace_file_may_have_any_name() {
    let folder = tempfile::tempdir().unwrap();
    for text in all() {
        let name = text
            .bytes
            .iter()
            .map(|&byte| if byte == b'/' { b'_' } else { byte });
        let file = folder.path().join(OsString::from_vec(name.collect()));
        let arguments = ["-nN", "127.0.0.1", "--trace"].map(OsString::from);
        let output = sockscope(&[&arguments[..], &[file.clone().into()]].concat());
        assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
        assert!(clean::lines(text.name, &fs::read(file).unwrap()).starts_with("getaddrinfo("));
        clean::lines(text.name, &output.stdout);
    }
}

/// A note on a node that is not UTF-8 quotes and counts its bytes, and suggests no other text.
fn note_on_invalid_utf8_names_the_bytes() {
    let note = |arguments: &[&[u8]]| {
        let arguments = arguments
            .iter()
            .map(|&bytes| OsStr::from_bytes(bytes).into());
        let first = ["--format", "table"].map(OsString::from);
        let output = sockscope(&first.into_iter().chain(arguments).collect::<Vec<_>>());
        clean::lines("a note", &output.stdout)
    };
    let text = note(&[b"-n", b"b\xfccher"]);
    assert!(
        text.contains(r#"but "b\xfccher" is not an address"#),
        "{text}"
    );
    let text = note(&[b"-N", b"127.0.0.1", b"b\xfccher"]);
    assert!(text.contains(r#"the service is "b\xfccher""#), "{text}");
    // A name of 60 bytes has no label of more than 63, although its escaped form is longer.
    let text = note(&[b"-n", &[b'\xfc'; 60]]);
    assert!(!text.contains("label"), "{text}");
}
