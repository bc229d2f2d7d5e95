//! `--compare` and `--replay`: answers of this system and of others, from files of `tests/replays`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

#[cfg(target_os = "linux")]
use crate::support::network::Network;

tests! {
    file_of_any_system_and_version_is_replayed;
    answers_of_other_systems_equal_the_one_here;
    query_of_the_file_is_made_again_unless_one_is_given;
    difference_is_status_6_with_both_values;
    same_error_of_two_systems_is_equal_with_both_codes;
    two_systems_are_named_and_are_no_difference;
    notes_on_calls_are_compared;
    unreadable_file_is_status_2_with_its_place;
    replay_makes_no_call_and_takes_no_query;
    replayed_query_is_printed_as_a_program;
    redacted_replay_does_not_name_its_file;
    #[cfg(target_os = "linux")]
    comparison_without_an_answer_is_status_4: NETWORK;
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/replays")
        .join(name)
}

fn sockscope(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
    command.stdin(Stdio::null());
    if !arguments.contains(&"--lang") {
        command.args(["--lang", "en"]);
    }
    // The names of files have no slash.
    for argument in arguments {
        match argument.ends_with(".json") {
            true => command.arg(file(argument)),
            false => command.arg(argument),
        };
    }
    command
}

/// What it prints; the status is the expected one.
#[track_caller]
fn printed(arguments: &[&str], status: i32) -> String {
    let output = sockscope(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json(arguments: &[&str], status: i32) -> Value {
    let arguments = [&["--format", "json"], arguments].concat();
    serde_json::from_str(&printed(&arguments, status)).unwrap()
}

fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

fn file_of_any_system_and_version_is_replayed() {
    for (name, status, system, shown) in [
        ("linux-0.1.0.json", 0, "Linux", "0.0.0.0:27015"),
        ("linux-connect.json", 6, "Linux", "ECONNREFUSED"),
        (
            "linux-no-memory.json",
            1,
            "Linux",
            "of-a-later-version: Another rule found this.",
        ),
        (
            "linux-socket-only.json",
            0,
            "Linux",
            "socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = 3",
        ),
        ("linux-port-in-use.json", 6, "Linux", "port-taken-by"),
        ("linux-sources.json", 0, "Linux", "hosts: files dns"),
        (
            "windows-listen.json",
            0,
            "Windows",
            "listen  1 of 1 succeeded",
        ),
        (
            "windows-unknown-name.json",
            1,
            "Windows",
            "WSAHOST_NOT_FOUND",
        ),
    ] {
        let table = printed(&["--replay", name], status);
        let first = table.lines().next().unwrap();
        let mark = format!("{name}, of {system}: this is a file's answer, and no call was made");
        assert!(
            first.starts_with("replay  ") && first.ends_with(&mark),
            "{first}"
        );
        assert!(table.contains(shown), "{table}");

        // The members of the file are there again.
        let written: Value =
            serde_json::from_str(&fs::read_to_string(file(name)).unwrap()).unwrap();
        let again = json(&["--replay", name], status);
        for member in ["system", "query", "getaddrinfo", "calls", "facts", "order"] {
            assert_eq!(again[member], written[member], "{name}: {member}");
        }
        let entries = written["entries"].as_array().unwrap();
        for (at, entry) in entries.iter().enumerate() {
            let own = &again["entries"][at];
            for member in [
                "ai_family",
                "ai_addr",
                "ai_canonname",
                "socket",
                "steps",
                "getnameinfo",
            ] {
                assert_eq!(own[member], entry[member], "{name}: {member}");
            }
        }
        assert_eq!(again["replay"]["program"], written["program"]);
    }
    let spanish = printed(
        &["--replay", "windows-unknown-name.json", "--lang", "es"],
        1,
    );
    assert!(
        spanish.contains("de Windows: es la respuesta de un archivo"),
        "{spanish}"
    );
}

fn answers_of_other_systems_equal_the_one_here() {
    // The query of both is the server example, and AF_INET and SOCK_STREAM have the same numbers.
    for name in [
        "linux-0.1.0.json",
        "linux-socket-only.json",
        "windows-listen.json",
    ] {
        let table = printed(&["--compare", name], 0);
        assert!(table.contains("The answers are equal."), "{table}");
        assert!(
            table.contains("socket()  "),
            "the times stand apart: {table}"
        );
    }
    // AF_INET6 has another number on each system.
    let here = tempfile::tempdir().unwrap();
    let here = here.path().join("here.json");
    let query = ["-6", "-n", "-t", "stream", "::1", "80"];
    let mut command = sockscope(&["--format", "json", "--output"]);
    assert!(command.arg(&here).args(query).status().unwrap().success());
    let here = here.to_str().unwrap();
    let output = sockscope(&["--compare"]).arg(here).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

fn two_systems_are_named_and_are_no_difference() {
    let files = [
        "--replay",
        "linux-0.1.0.json",
        "--compare",
        "windows-listen.json",
    ];
    for (language, systems) in [
        (
            "en",
            "from two systems: Windows x86_64; Linux x86_64, glibc ",
        ),
        (
            "es",
            "de dos sistemas: Windows x86_64; Linux x86_64, glibc ",
        ),
    ] {
        let arguments = [&files[..], &["--lang", language]].concat();
        let table = printed(&arguments, 0);
        assert!(table.contains(systems), "{table}");
    }
    let same = printed(
        &[
            "--replay",
            "linux-0.1.0.json",
            "--compare",
            "linux-0.1.0.json",
        ],
        0,
    );
    assert!(!same.contains("two systems"), "{same}");
}

fn notes_on_calls_are_compared() {
    const NAME: &str = "linux-port-in-use.json";
    let text = fs::read_to_string(file(NAME)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let other = directory.path().join("other");
    // The holder of the port is a fact, so that another one is another note.
    for (from, to, expected) in [
        (
            "\"suspected\": true",
            "\"suspected\": false",
            [["changed", "bind(): of-a-later-version"]].as_slice(),
        ),
        (
            "\"pid\": 4365, \"port\": 27015",
            "\"pid\": 4365, \"port\": 27016",
            &[
                ["gone", "bind(): port-taken-by"],
                ["new", "bind(): port-steam"],
            ],
        ),
    ] {
        fs::write(&other, text.replace(from, to)).unwrap();
        let mut command = sockscope(&["--compare", NAME, "--replay"]);
        let output = command.arg(&other).output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{output:?}");
        let table = String::from_utf8(output.stdout).unwrap();
        for [change, note] in expected {
            let of_note = |line: &str| line.contains(change) && line.contains(note);
            assert!(table.lines().any(of_note), "{note}: {table}");
        }
    }
}

fn query_of_the_file_is_made_again_unless_one_is_given() {
    let again = json(&["--compare", "linux-0.1.0.json"], 0);
    assert_eq!(again["query"]["service"], "27015");
    assert_eq!(
        again["query"]["hints"]["ai_flags"]["names"][0],
        "AI_PASSIVE"
    );
    let query = ["-n", "-t", "stream", "127.0.0.1", "80"];
    let own = json(
        &[&["--compare", "linux-0.1.0.json"][..], &query].concat(),
        6,
    );
    assert_eq!(own["query"]["node"], "127.0.0.1");
    let fields = own["differences"]["list"].as_array().unwrap().iter();
    let query: Vec<_> = fields.filter(|row| row["part"] == "query").collect();
    let fields: Vec<_> = query
        .iter()
        .map(|row| row["field"].as_str().unwrap())
        .collect();
    assert!(
        fields.contains(&"node") && fields.contains(&"ai_family"),
        "{fields:?}"
    );
}

fn difference_is_status_6_with_both_values() {
    let two = [
        "--replay",
        "windows-listen.json",
        "--compare",
        "linux-connect.json",
    ];
    let table = printed(&two, 6);
    for line in [
        "changed     node         \"localhost\" → NULL",
        "changed     service      \"9\" → \"27015\"",
    ] {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            squeezed(&table).contains(&squeezed(line)),
            "{line}: {table}"
        );
    }
    let differences = &json(&two, 6)["differences"];
    assert_eq!(differences["equal"], false);
    assert_eq!(differences["with"]["system"]["os"], "linux");
    let rows = differences["list"].as_array().unwrap();
    let node = rows.iter().find(|row| row["field"] == "node").unwrap();
    let expected = serde_json::json!({
        "part": "query", "change": "changed", "entry_before": null, "entry_after": null, "entry": null,
        "field": "node", "before": "\"localhost\"", "after": "NULL",
    });
    assert_eq!(*node, expected);
    assert!(
        rows.iter()
            .any(|row| row["change"] == "came" && row["entry_after"] == 1)
    );
    // The same answer, asked for with less, is equal.
    let fewer = [
        "--replay",
        "windows-listen.json",
        "--compare",
        "linux-0.1.0.json",
    ];
    assert_eq!(
        json(&fewer, 0)["differences"]["list"],
        serde_json::json!([])
    );
}

fn same_error_of_two_systems_is_equal_with_both_codes() {
    let folder = tempfile::tempdir().unwrap();
    let linux = folder.path().join("linux");
    // The numbers are those of netdb.h and winsock2.h.
    let text = fs::read_to_string(file("windows-unknown-name.json")).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    value["system"] = serde_json::json!({"os": "linux", "arch": "x86_64", "libc": "glibc 2.36"});
    value["getaddrinfo"]["return"] = (-2).into();
    value["getaddrinfo"]["error"] = serde_json::json!({
        "domain": "gai", "code": -2, "name": "EAI_NONAME", "message": "Name or service not known",
    });
    fs::write(&linux, value.to_string()).unwrap();
    let mut command = sockscope(&["--replay", "windows-unknown-name.json", "--compare"]);
    let output = command.arg(&linux).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(!table.contains("Result of getaddrinfo()"), "{table}");
    for code in ["-2 EAI_NONAME", "11001 WSAHOST_NOT_FOUND"] {
        assert!(table.contains(code), "{code}: {table}");
    }
}

fn unreadable_file_is_status_2_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.json");
    for (text, place) in [
        (
            "{\"schema\": 1,\n \"system\": {\"os\": \"plan9\"}}",
            ", line 2, column 25: system.os: unknown system",
        ),
        (
            "{\"schema\": 7}",
            ", line 1, column 12: schema: another schema",
        ),
        ("no JSON", ", line 1, column 2: not JSON"),
        ("", ", line 1, column 1: the JSON ends too early"),
    ] {
        fs::write(&path, text).unwrap();
        for option in ["--replay", "--compare"] {
            let output = sockscope(&[option]).arg(&path).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            let message = stderr(&output);
            assert!(
                message.contains(&format!("damaged.json{place}")),
                "{message}"
            );
            assert!(output.stdout.is_empty());
        }
    }
    let output = sockscope(&["--replay", "none", "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).starts_with("error: cannot read none: "),
        "{output:?}"
    );
}

fn replay_makes_no_call_and_takes_no_query() {
    for option in [
        &["localhost"][..],
        &["-6"],
        &["--preset", "server"],
        &["--listen"],
        &["--timeout", "1"],
        &["--trace", "x"],
    ] {
        let arguments = [&["--replay", "linux-0.1.0.json"][..], option].concat();
        assert_eq!(printed(&arguments, 2), "", "{option:?}");
    }
    // The times are those of the file.
    let again = json(&["--replay", "windows-listen.json"], 0);
    assert_eq!(again["getaddrinfo"]["elapsed_us"], 33);
}

fn replayed_query_is_printed_as_a_program() {
    let program = printed(
        &["--replay", "windows-listen.json", "--format", "winsock"],
        0,
    );
    assert!(
        program.contains("#define DEFAULT_PORT \"27015\""),
        "{program}"
    );
    let refused = sockscope(&["--compare", "linux-0.1.0.json", "--format", "c"]).output();
    let refused = refused.unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("--compare"), "{refused:?}");
}

fn redacted_replay_does_not_name_its_file() {
    let redacted = json(&["--replay", "windows-unknown-name.json", "--redact"], 1);
    assert_eq!(redacted["replay"]["file"], Value::Null);
    assert!(!redacted.to_string().contains("nosuch"), "{redacted}");
    let table = printed(&["--replay", "windows-unknown-name.json", "--redact"], 1);
    assert!(!table.contains("windows-unknown-name"), "{table}");
    let two = [
        "--replay",
        "windows-unknown-name.json",
        "--compare",
        "windows-unknown-name.json",
        "--redact",
    ];
    let compared = printed(&two, 0);
    assert!(
        !compared.contains("nosuch") && !compared.contains("unknown-name"),
        "{compared}"
    );
}

#[cfg(target_os = "linux")]
fn comparison_without_an_answer_is_status_4() {
    use crate::resolver::hung::PATIENT;
    use crate::support::dns::Answer;
    Network::run(|network| {
        network.write("resolv.conf", PATIENT);
        network.dns().answer("hung.test", Answer::Silence);
        let mut command = network.sockscope();
        command.args([
            "--timeout",
            "0.2",
            "--format",
            "json",
            "hung.test",
            "--compare",
        ]);
        let output = command.arg(file("linux-0.1.0.json")).output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{output:?}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let rows = json["differences"]["list"].as_array().unwrap();
        assert_eq!(rows[0]["part"], "getaddrinfo");
        assert_eq!(
            (&rows[0]["before"], &rows[0]["after"]),
            (&"0".into(), &"no answer".into())
        );
    });
}
