//! `--redact`: names and addresses of a real answer are in no output, and its notes and order stay.

use std::fs;

use serde_json::Value;

use crate::support::dns::Answer;
use crate::support::network::Network;

tests! {
    names_and_addresses_are_left_out_of_every_output: NETWORK;
    error_message_repeats_no_argument;
}

/// What a reader could know the machines by: the first entry's bytes too.
const SECRETS: [&str; 9] = [
    "qxzj",
    "zxqj",
    "jqzx",
    "8.77.66.55",
    "084d4237",
    "2a00:77::9",
    "2a000077000000000000000000000009",
    "84d:4237",
    "8.77.66.0",
];

fn found(text: &str) -> Vec<&str> {
    let text = text.to_lowercase();
    let secrets = SECRETS.into_iter();
    secrets.filter(|secret| text.contains(secret)).collect()
}

fn names_and_addresses_are_left_out_of_every_output() {
    Network::run(|network| {
        network
            .dns()
            .answer(
                "db.qxzj.test",
                Answer::addresses(&["8.77.66.55", "2a00:77::9"]),
            )
            .answer("none.qxzj.test", Answer::addresses(&[]));
        network
            .write("hosts", "127.0.0.1 localhost\n8.77.66.55 zxqj.QXZJ.test\n")
            .write(
                "resolv.conf",
                "nameserver 127.0.0.1\nsearch qxzj.test jqzx.test\n",
            );
        let directory = tempfile::tempdir().unwrap();
        let trace = directory.path().join("trace");
        let queries: [&[&str]; 6] = [
            &["-c", "-t", "stream", "db.qxzj.test", "80"],
            &["-t", "stream", "8.77.66.55", "http"],
            &["http://qxzj:jqzx@zxqj:8080/qxzj"],
            &["none.qxzj.test"],
            &["-6", "zxqj.qxzj.test"],
            &["2a00:77::9%qxzj", "zxqj"],
        ];
        let written = |query: &[&str], format: &str, language: &str, redact: &[&str]| {
            let mut command = network.sockscope();
            command.args(["--format", format, "--lang", language]);
            let calls = ["table", "json"].contains(&format);
            if calls {
                command.args(["--reverse", "--lookup", "--trace"]);
                command.arg(&trace);
            }
            let output = command.args(redact).args(query).output().unwrap();
            assert_eq!(output.stderr, b"", "{query:?}");
            let mut text = String::from_utf8(output.stdout).unwrap();
            if calls {
                text += &fs::read_to_string(&trace).unwrap();
            }
            text
        };
        for query in queries {
            for format in ["table", "json", "c", "winsock", "rust", "python"] {
                for language in ["en", "es"] {
                    let real = written(query, format, language, &[]);
                    assert_ne!(found(&real), [""; 0], "{query:?}: {real}");
                    let redacted = written(query, format, language, &["--redact"]);
                    assert_eq!(found(&redacted), [""; 0], "{query:?}: {redacted}");
                }
            }
            let json = |redact: &[&str]| -> Value {
                let text = written(query, "json", "en", redact);
                let object = serde_json::Deserializer::from_str(&text).into_iter().next();
                object.unwrap().unwrap()
            };
            let (real, redacted) = (json(&[]), json(&["--redact"]));
            assert_eq!(rules(&real), rules(&redacted), "{query:?}");
            for member in ["computed", "rfc6724", "pairs"] {
                assert_eq!(real["order"][member], redacted["order"][member]);
            }
        }
    });
}

fn rules(json: &Value) -> Vec<&Value> {
    let notes = json["notes"].as_array().unwrap().iter();
    notes.map(|note| &note["rule"]).collect()
}

fn error_message_repeats_no_argument() {
    for arguments in [
        &["--family", "qxzj.test"][..],
        &["--family=qxzj.test"],
        &["host", "80", "qxzj.test"],
        &["--timeout", "zxqj", "--format", "table"],
        &["--trace", "/qxzj/zxqj.txt", "--format", "json"],
        &["--output", "/qxzj/zxqj.txt", "--format", "json"],
        &["--presets", "/qxzj/zxqj.toml"],
        &["--preset", "qxzj"],
    ] {
        let output = |redact: &[&str]| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sockscope"));
            let output = command.args(redact).args(arguments).output().unwrap();
            (output.status, String::from_utf8(output.stderr).unwrap())
        };
        let (status, real) = output(&[]);
        assert_ne!(found(&real), [""; 0], "{arguments:?}: {real}");
        let (redacted_status, redacted) = output(&["--redact"]);
        assert_eq!(found(&redacted), [""; 0], "{arguments:?}: {redacted}");
        assert_eq!(redacted_status, status);
        assert!(redacted.contains("name"), "{redacted}");
    }
}
