//! `--matrix`: every cell is what a C program gets here.

pub(crate) mod screen;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::explain::{SANDBOX, preload};
use crate::need::c_compiler;

tests! {
    every_cell_is_that_of_the_c_program: COMPILER;
    cells_of_the_doctor_are_those_of_the_c_program: COMPILER;
    sandboxed_cells_are_those_of_the_c_program: COMPILER;
    cells_of_another_user_are_those_of_the_c_program: COMPILER, OTHER_USER;
    table_has_every_family_within_80_columns;
    matrix_of_everything_has_more_families_than_four;
    every_socket_of_the_matrix_is_closed_at_once;
    bind_matrix_is_that_of_python: Program("python3");
    bind_matrix_of_windows_is_what_microsoft_documents;
    bind_matrix_closes_every_socket_and_listens_on_none: Program("strace");
    trace_of_the_matrix_can_be_run_again;
}

/// A directory that any user may read, with sockscope and the C program.
fn programs() -> (tempfile::TempDir, [PathBuf; 2]) {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let [ours, theirs] = ["sockscope", "matrix"].map(|name| directory.path().join(name));
    fs::copy(env!("CARGO_BIN_EXE_sockscope"), &ours).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.c");
    let mut compiler = Command::new(c_compiler());
    compiler.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-o"]);
    let output = compiler.args([&theirs, &source]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    (directory, [ours, theirs])
}

/// Output of a program that `prefix` starts.
fn output(prefix: &[&str], program: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("env");
    command.args(prefix).arg(program).args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A cell as the C program prints it.
fn line(cell: &Value) -> String {
    let mut numbers: Vec<i64> = ["ai_family", "ai_socktype", "ai_protocol"]
        .map(|member| cell[member]["value"].as_i64().unwrap())
        .to_vec();
    numbers.push(cell["getaddrinfo"]["return"].as_i64().unwrap());
    let error = &cell["socket"]["error"];
    assert_eq!(error.is_null(), cell["socket"]["handle"].is_number());
    numbers.push(error["code"].as_i64().unwrap_or(0));
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    numbers.join(" ")
}

/// Compares the cells; returns the errors of socket().
#[track_caller]
fn same(prefix: &[&str]) -> BTreeSet<String> {
    same_of(prefix, "--matrix")
}

#[track_caller]
fn same_of(prefix: &[&str], option: &str) -> BTreeSet<String> {
    let (_directory, [ours, theirs]) = programs();
    let json = output(prefix, &ours, &["--format", "json", option]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let cells = json["matrix"]["cells"].as_array().unwrap();
    let cells: Vec<String> = cells.iter().map(line).collect();
    let expected = output(prefix, &theirs, &[]);
    let expected: Vec<&str> = expected.lines().collect();
    assert_eq!(cells.len(), expected.len());
    // The order of the columns is not the header's.
    let set =
        |lines: &[&str]| -> BTreeSet<String> { lines.iter().map(ToString::to_string).collect() };
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    assert_eq!(set(&cells), set(&expected));
    let error = |line: &&str| line.rsplit(' ').next().unwrap().to_owned();
    cells.iter().map(error).collect()
}

fn every_cell_is_that_of_the_c_program() {
    let errors = same(&[]);
    assert!(errors.contains("0"), "{errors:?}");
    assert!(errors.len() > 2, "{errors:?}");
}

fn cells_of_the_doctor_are_those_of_the_c_program() {
    assert!(same_of(&[], "--doctor").len() > 2);
}

fn sandboxed_cells_are_those_of_the_c_program() {
    let directory = tempfile::tempdir().unwrap();
    let preload = preload(directory.path(), SANDBOX);
    let call = format!("CALL={}", libc::SYS_socket);
    for (family, errno) in [
        (libc::AF_INET, libc::EPERM),
        (libc::AF_INET6, libc::EACCES),
        (libc::AF_UNIX, libc::EMFILE),
    ] {
        let [first, number] = [format!("FIRST={family}"), format!("ERRNO={errno}")];
        let errors = same(&[&preload, &call, &first, &number]);
        assert!(errors.contains(&errno.to_string()), "{errors:?}");
    }
}

fn cells_of_another_user_are_those_of_the_c_program() {
    let errors = same(&[
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--inh-caps=-all",
        "--bounding-set=-all",
        "--no-new-privs",
    ]);
    // Raw sockets need CAP_NET_RAW (raw(7)).
    assert!(errors.contains(&libc::EPERM.to_string()), "{errors:?}");
}

fn table_has_every_family_within_80_columns() {
    let program = Path::new(env!("CARGO_BIN_EXE_sockscope"));
    for language in ["en", "es"] {
        let table = output(&[], program, &["--lang", language, "--matrix"]);
        for line in table.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        for family in ["AF_UNSPEC 0", "AF_INET 2", "AF_INET6 10", "AF_UNIX 1"] {
            assert!(
                table.lines().any(|line| line.starts_with(family)),
                "{table}"
            );
        }
        // A TCP socket opens everywhere; getaddrinfo() never returns AF_UNIX (RFC 3493 §6.1).
        let [unspec, inet] = [1, 2].map(|block| table.split("\n\n").nth(block).unwrap());
        for (block, result) in [(unspec, "ok 97"), (inet, "ok ok")] {
            let stream = block.lines().find(|line| line.starts_with("SOCK_STREAM 1"));
            assert!(stream.unwrap().contains(result), "{block}");
        }
        assert!(table.contains("EAFNOSUPPORT"), "{table}");
    }
}

fn matrix_of_everything_has_more_families_than_four() {
    let program = Path::new(env!("CARGO_BIN_EXE_sockscope"));
    let table = output(&[], program, &["--matrix=all"]);
    for family in ["AF_INET6 10", "AF_NETLINK 16", "AF_PACKET 17", "AF_CAN 29"] {
        assert!(
            table.lines().any(|line| line.starts_with(family)),
            "{family}"
        );
    }
}

/// Room for the standard streams and two sockets: those of threads at the same time are asked again.
fn every_socket_of_the_matrix_is_closed_at_once() {
    let program = env!("CARGO_BIN_EXE_sockscope");
    let script = format!("ulimit -n 5; exec {program} --format json --matrix");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    for cell in json["matrix"]["cells"].as_array().unwrap() {
        assert_ne!(cell["socket"]["error"]["code"], libc::EMFILE, "{cell}");
    }
}

/// Close() of a packet socket takes long: its number must not be given away meanwhile.
fn trace_of_the_matrix_can_be_run_again() {
    let program = Path::new(env!("CARGO_BIN_EXE_sockscope"));
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("calls");
    let trace = trace.to_str().unwrap();
    for matrix in ["--matrix", "--matrix=bind"] {
        output(&[], program, &[matrix, "--trace", trace]);
        let again = output(&[], program, &["--run", trace]);
        assert!(again.contains("different: 0; skipped: 0"), "{again}");
    }
}

/// The errno of each second bind(), 0 for success.
const BINDS: &str = "
import socket
kinds = [(option, address) for option in (None, socket.SO_REUSEADDR, socket.SO_REUSEPORT)
         for address in ('0.0.0.0', '127.0.0.1')]
def bound(kind, port):
    option, address = kind
    new = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if option is not None:
        new.setsockopt(socket.SOL_SOCKET, option, 1)
    new.bind((address, port))
    return new
for first in kinds:
    for second in kinds:
        with bound(first, 0) as held:
            try:
                bound(second, held.getsockname()[1]).close()
                print(0)
            except OSError as error:
                print(error.errno)
";

fn binds() -> Value {
    let program = Path::new(env!("CARGO_BIN_EXE_sockscope"));
    let json = output(&[], program, &["--format", "json", "--matrix=bind"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    json["matrix"].clone()
}

fn bind_matrix_is_that_of_python() {
    let python = output(&[], Path::new("python3"), &["-c", BINDS]);
    let expected: Vec<i64> = python.lines().map(|line| line.parse().unwrap()).collect();
    let matrix = binds();
    let cells = matrix["bind"].as_array().unwrap();
    let code = |cell: &Value| {
        assert_eq!(cell["call"], "bind", "{cell}");
        cell["error"]["code"].as_i64().unwrap_or(0)
    };
    let found: Vec<i64> = cells.iter().map(code).collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), 36);
}

/// The rows of the second table of Microsoft's page, as its cells are named there.
fn bind_matrix_of_windows_is_what_microsoft_documents() {
    const ROWS: [(&str, &str); 6] = [
        ("", "INUSE Success ACCESS Success INUSE Success"),
        ("", "Success INUSE Success ACCESS INUSE INUSE"),
        (
            "SO_REUSEADDR",
            "INUSE Success Success Success INUSE Success",
        ),
        ("SO_REUSEADDR", "Success INUSE Success Success INUSE INUSE"),
        (
            "SO_EXCLUSIVEADDRUSE",
            "INUSE ACCESS ACCESS ACCESS INUSE ACCESS",
        ),
        (
            "SO_EXCLUSIVEADDRUSE",
            "Success INUSE Success ACCESS INUSE INUSE",
        ),
    ];
    let matrix = binds();
    let cells = matrix["windows"]["bind"].as_array().unwrap();
    for (row, (option, expected)) in cells.chunks(6).zip(ROWS) {
        for (cell, expected) in row.iter().zip(expected.split(' ')) {
            assert_eq!(cell["first"]["option"].as_str().unwrap_or(""), option);
            let name = match expected {
                "INUSE" => Value::from("WSAEADDRINUSE"),
                "ACCESS" => Value::from("WSAEACCES"),
                _ => Value::Null,
            };
            assert_eq!(cell["name"], name, "{cell}");
        }
    }
}

fn bind_matrix_closes_every_socket_and_listens_on_none() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let path = log.path().to_str().unwrap();
    let arguments = ["-f", "-e", "trace=%network", "-o", path];
    let program = env!("CARGO_BIN_EXE_sockscope");
    let arguments = [&arguments[..], &[program, "--matrix=bind"]].concat();
    output(&[], Path::new("strace"), &arguments);
    let log = fs::read_to_string(path).unwrap();
    let count = |call: &str| log.matches(call).count();
    assert_eq!(count(" bind("), 72, "{log}");
    for call in [" listen(", " connect(", " sendto(", " sendmsg("] {
        assert_eq!(count(call), 0, "{call}");
    }
    // Two sockets at a time: their numbers are the same each time.
    let numbers: BTreeSet<&str> = log
        .lines()
        .filter(|line| line.contains(" socket(AF_INET, SOCK_STREAM"))
        .filter_map(|line| line.rsplit(' ').next())
        .collect();
    assert_eq!(numbers.len(), 2, "{numbers:?}");
}
