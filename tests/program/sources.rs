//! `--source` and `--ask-sources`: each source of names asked alone, in networks with files and a name
//! server of their own.

pub(crate) mod windows;

use std::fs;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::explain::library;
use crate::support::dns::Answer;
use crate::support::network::Network;
use crate::support::terminal::DEADLINE;

tests! {
    each_source_answers_for_itself: NETWORK;
    sources_that_disagree_are_marked: NETWORK;
    silent_source_times_out_alone: NETWORK;
    killed_program_leaves_no_child: NETWORK;
    source_that_is_not_installed_is_named: NETWORK;
    only_the_chosen_source_is_asked: NETWORK;
    module_that_writes_is_not_believed: NETWORK, COMPILER;
    query_reaches_each_source_unchanged: NETWORK;
    sources_are_asked_only_on_request: NETWORK;
}

fn run(network: &Network, arguments: &[&str]) -> Output {
    let mut command = network.sockscope();
    command.args(["--no-socket"]).args(arguments);
    command.output().unwrap()
}

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// The answers of the sources, in their order, to these arguments.
fn answers(network: &Network, arguments: &[&str]) -> Vec<Value> {
    let format = ["--format", "json", "--ask-sources"];
    let json = json_of(&run(network, &[&format, arguments].concat()));
    let sources = json["lookup"]["sources"].as_array().unwrap().iter();
    sources.map(|source| source["answer"].clone()).collect()
}

const FOUR: [&str; 3] = ["-t", "stream", "four.test"];

fn each_source_answers_for_itself() {
    Network::run(|network| {
        network.write("hosts", "192.0.2.1 four.test\n");
        let [files, dns] = &answers(network, &FOUR)[..] else {
            panic!("the line has two sources");
        };
        assert_eq!(files["addresses"], json!(["192.0.2.1"]));
        assert_eq!(files["entries"], json!([1]));
        assert_eq!(files["error"], Value::Null);
        assert_eq!(dns["addresses"], json!([]));
        assert_eq!(dns["error"]["name"], "EAI_NONAME");
        assert!(dns["elapsed_us"].as_u64() > Some(0), "{dns}");
        // The list has both names' addresses from the name server alone.
        let two = Answer::addresses(&["192.0.2.2", "192.0.2.3"]);
        network.dns().answer("there.test", two);
        let [files, dns] = &answers(network, &["-t", "stream", "there.test"])[..] else {
            panic!("the line has two sources");
        };
        assert_eq!(files["error"]["name"], "EAI_NONAME");
        assert_eq!(dns["entries"], json!([1, 2]));
    });
}

fn sources_that_disagree_are_marked() {
    Network::run(|network| {
        network.write("hosts", "192.0.2.1 four.test\n");
        let other = Answer::addresses(&["192.0.2.2"]);
        network.dns().answer("four.test", other);
        let [files, dns] = &answers(network, &FOUR)[..] else {
            panic!("the line has two sources");
        };
        assert_eq!(files["differs_from"], Value::Null);
        assert_eq!(dns["differs_from"], "files");
        assert_eq!(dns["entries"], json!([]));
        for (language, sentences) in [
            (
                "en",
                [
                    "192.0.2.1 (entry 1); ",
                    "192.0.2.2 (not in the list); not what files has; ",
                ],
            ),
            (
                "es",
                [
                    "192.0.2.1 (entrada 1); ",
                    "192.0.2.2 (no está en la lista); no es lo que tiene files; ",
                ],
            ),
        ] {
            let more = ["--format", "table", "--ask-sources", "--lang", language];
            let output = run(network, &[&more, &FOUR[..]].concat());
            let text = String::from_utf8(output.stdout).unwrap();
            for sentence in sentences {
                assert!(text.contains(sentence), "{sentence}: {text}");
            }
        }
    });
}

/// The processes with this text in their arguments.
fn processes(text: &str) -> Vec<String> {
    let all = fs::read_dir("/proc").unwrap();
    let lines = all.filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(text)).collect()
}

fn silent_source_times_out_alone() {
    Network::run(|network| {
        network.write("hosts", "192.0.2.1 silent-source.test\n");
        network.dns().answer("silent-source.test", Answer::Silence);
        let start = Instant::now();
        let arguments = [
            "--timeout",
            "0.4",
            "-4",
            "-t",
            "stream",
            "silent-source.test",
        ];
        let [files, dns] = &answers(network, &arguments)[..] else {
            panic!("the line has two sources");
        };
        assert_eq!(files["addresses"], json!(["192.0.2.1"]));
        assert_eq!(files["timed_out"], false);
        assert_eq!(dns["timed_out"], true);
        let waited = Duration::from_micros(dns["elapsed_us"].as_u64().unwrap());
        assert!(waited >= Duration::from_millis(350), "{waited:?}");
        assert!(start.elapsed() < Duration::from_secs(4), "{waited:?}");
        assert_eq!(processes("silent-source.test"), [""; 0]);
    });
}

fn killed_program_leaves_no_child() {
    Network::run(|network| {
        network.write("hosts", "192.0.2.1 killed-program.test\n");
        network.dns().answer("killed-program.test", Answer::Silence);
        let mut command = network.sockscope();
        command.args(["--format", "table", "--ask-sources", "--timeout", "60"]);
        let child = command
            .arg("killed-program.test")
            .stdout(Stdio::null())
            .spawn();
        let mut child = child.unwrap();
        network.dns().wait_for("killed-program.test", 1);
        // That of the hosts file may still be there.
        let running = processes("killed-program.test");
        assert!(running.len() > 1, "one child asks: {running:?}");
        child.kill().unwrap();
        child.wait().unwrap();
        let start = Instant::now();
        while !processes("killed-program.test").is_empty() {
            assert!(
                start.elapsed() < DEADLINE,
                "{:?}",
                processes("killed-program.test")
            );
            std::thread::yield_now();
        }
    });
}

/// The rule of the query's note, and whether it is suspected.
fn note(network: &Network, arguments: &[&str]) -> (String, bool) {
    let json = json_of(&run(network, &[&["--format", "json"], arguments].concat()));
    let note = &json["notes"][0];
    let rule = note["rule"].as_str();
    (
        rule.unwrap_or_else(|| panic!("{json}")).to_owned(),
        note["suspected"] == true,
    )
}

fn source_that_is_not_installed_is_named() {
    Network::run(|network| {
        network.write("nsswitch.conf", "hosts: files nosuch dns\n");
        let answers = answers(network, &["localhost"]);
        assert_eq!(answers[1]["error"]["name"], "EAI_SYSTEM");
        assert_eq!(answers[0]["error"], Value::Null);
        assert_eq!(
            note(network, &["--source", "nosuch", "localhost"]),
            ("source-not-installed".to_owned(), true)
        );
        let output = run(
            network,
            &["--format", "table", "--ask-sources", "localhost"],
        );
        let text = String::from_utf8(output.stdout).unwrap();
        let sentence = "probably libnss_nosuch.so.2 is not installed";
        assert!(text.contains(sentence), "{text}");
    });
}

fn only_the_chosen_source_is_asked() {
    Network::run(|network| {
        network.write("hosts", "192.0.2.1 four.test\n");
        let other = Answer::addresses(&["192.0.2.2"]);
        network.dns().answer("four.test", other);
        for (source, address) in [("files", "192.0.2.1"), ("dns", "192.0.2.2")] {
            let arguments = ["--format", "json", "--source", source];
            let json = json_of(&run(network, &[&arguments, &FOUR[..]].concat()));
            let entries = json["entries"].as_array().unwrap();
            assert_eq!(entries.len(), 1, "{json}");
            assert_eq!(entries[0]["ai_addr"]["ip"], address);
        }
        network
            .dns()
            .answer("there.test", Answer::addresses(&["192.0.2.7"]));
        let before = network.dns().asked().len();
        assert_eq!(
            note(network, &["--source", "files", "there.test"]),
            ("source-lacks-name".to_owned(), true)
        );
        assert_eq!(network.dns().asked().len(), before);
    });
}

/// A module that writes to standard output: for one name a little, for the other without an end.
const WRITER: &str = "
    #include <netdb.h>
    #include <nss.h>
    #include <string.h>
    #include <unistd.h>
    enum nss_status _nss_writer_gethostbyname4_r(const char *name, void *list, void *buffer,
        unsigned long size, int *error, int *host, void *ttl) {
        static char noise[4096];
        memset(noise, 27, sizeof noise);
        do write(1, noise, sizeof noise); while (strcmp(name, \"endless-source.test\") == 0);
        *host = HOST_NOT_FOUND;
        return NSS_STATUS_NOTFOUND; }
";

fn module_that_writes_is_not_believed() {
    Network::run(|network| {
        let directory = tempfile::tempdir().unwrap();
        library(directory.path(), "libnss_writer.so.2", WRITER);
        // The first source has the names, so that the module runs in a child only.
        network.write(
            "hosts",
            "192.0.2.1 noisy-source.test\n192.0.2.1 endless-source.test\n",
        );
        network.write("nsswitch.conf", "hosts: files writer\n");
        for node in ["noisy-source.test", "endless-source.test"] {
            for format in ["json", "table"] {
                let mut command = network.sockscope();
                command.env("LD_LIBRARY_PATH", directory.path());
                command.args(["--format", format, "--ask-sources", "--no-socket", node]);
                let output = command.output().unwrap();
                let text = String::from_utf8(output.stdout).unwrap();
                assert!(text.contains("192.0.2.1"), "{text}");
                assert!(!text.contains('\x1b') && text.len() < 20_000, "{node}");
                if format == "json" {
                    let json: Value = serde_json::from_str(&text).unwrap();
                    let answer = &json["lookup"]["sources"][1]["answer"];
                    assert!(answer["not_asked"].is_string(), "{answer}");
                }
            }
            assert_eq!(processes(node), [""; 0]);
        }
    });
}

/// The name server's questions show family and name.
fn query_reaches_each_source_unchanged() {
    Network::run(|network| {
        network.write("nsswitch.conf", "hosts: dns\n");
        for (arguments, entries) in [
            (&["--null-hints", "there.test"][..], 6),
            (&["-4", "--socktype=1", "--", "there.test", "80"], 2),
            (
                &["-6", "-F", "v4mapped", "-t", "stream", "there.test", ""],
                2,
            ),
            (&["-t", "stream", "-p", "udp", "there.test"], 0),
        ] {
            network
                .dns()
                .answer("there.test", Answer::addresses(&["192.0.2.1", "192.0.2.2"]));
            let format = ["--format", "json", "--ask-sources"];
            let json = json_of(&run(network, &[&format, arguments].concat()));
            let answer = &json["lookup"]["sources"][0]["answer"];
            assert_eq!(json["entries"].as_array().unwrap().len(), entries);
            assert_eq!(answer["error"], json["getaddrinfo"]["error"], "{json}");
            assert_eq!(answer["entries"].as_array().unwrap().len(), entries);
        }
    });
}

fn sources_are_asked_only_on_request() {
    Network::run(|network| {
        network.write("hosts", "192.0.2.1 four.test\n");
        run(
            network,
            &[&["--format", "json", "--lookup"], &FOUR[..]].concat(),
        );
        assert_eq!(network.dns().asked(), []);
        answers(network, &FOUR);
        assert!(!network.dns().asked().is_empty());
        // Nothing is looked up for an address.
        let before = network.dns().asked().len();
        assert_eq!(answers(network, &["127.1"]), [Value::Null; 0]);
        assert_eq!(network.dns().asked().len(), before);
    });
}
