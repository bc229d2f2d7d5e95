//! `--doctor`: one page about this machine, for a bug report.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

use crate::explain::{SANDBOX, preload};
use crate::support::network::Network;

tests! {
    facts_are_those_of_the_files_of_proc;
    sandbox_is_seen_in_the_refusals: COMPILER;
    redacted_page_has_no_name_and_no_address: NETWORK;
    nothing_is_sent: Program("strace");
    page_is_written_in_each_format_and_language;
}

fn doctor(command: &mut Command, arguments: &[&str]) -> String {
    let output: Output = command.arg("--doctor").args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stderr, b"", "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn here(arguments: &[&str]) -> String {
    doctor(&mut sockscope(), arguments)
}

fn sockscope() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sockscope"))
}

fn facts_are_those_of_the_files_of_proc() {
    let page: Value = serde_json::from_str(&here(&["--format", "json"])).unwrap();
    let facts = &page["facts"];
    // Of another process of this test: a child has the same capabilities and filter.
    let status = Command::new("cat").arg("/proc/self/status").output();
    let status = String::from_utf8(status.unwrap().stdout).unwrap();
    let line = |key: &str| {
        let mut lines = status.lines();
        lines
            .find_map(|line| line.strip_prefix(key))
            .unwrap()
            .trim()
    };
    let capabilities = u64::from_str_radix(line("CapEff:"), 16).unwrap();
    assert_eq!(facts["capabilities"], capabilities);
    assert_eq!(facts["seccomp"].to_string(), line("Seccomp:"));
    let settings = facts["settings"].as_array().unwrap();
    let mut read = 0;
    for setting in settings.iter().filter(|it| it["name"] != "PRETTY_NAME") {
        let [name, value] = ["name", "value"].map(|member| setting[member].as_str().unwrap());
        let text = fs::read_to_string(format!("/proc/sys/{}", name.replace('.', "/"))).unwrap();
        let words: Vec<_> = text.split_whitespace().collect();
        assert_eq!(value, words.join(" "), "{name}");
        read += 1;
    }
    assert!(read >= 5, "{settings:?}");
    // The table has what the JSON has.
    let table = here(&[]);
    for setting in settings {
        let [name, value] = ["name", "value"].map(|member| setting[member].as_str().unwrap());
        let mut lines = table.lines().map(str::trim);
        let line = lines.find_map(|line| line.strip_prefix(name)).unwrap();
        assert_eq!(line.trim(), value);
    }
    for interface in facts["interfaces"].as_array().unwrap() {
        let name = interface["name"].as_str().unwrap();
        let title = format!("  {name} ({})", interface["index"]);
        let line = table.lines().find(|line| line.starts_with(&title));
        assert!(line.is_some(), "{title}: {table}");
    }
    let names = fs::read_dir("/sys/class/net").map(Iterator::count);
    let count = facts["interfaces"].as_array().unwrap().len();
    assert!(names.is_ok_and(|names| names >= count), "{table}");
}

fn sandbox_is_seen_in_the_refusals() {
    let directory = tempfile::tempdir().unwrap();
    let preload = preload(directory.path(), SANDBOX);
    let mut command = Command::new("env");
    command.args([
        &*preload,
        &format!("CALL={}", libc::SYS_socket),
        &format!("FIRST={}", libc::AF_INET6),
        &format!("ERRNO={}", libc::EPERM),
        env!("CARGO_BIN_EXE_sockscope"),
    ]);
    let page = doctor(&mut command, &[]);
    let mut refusals = page
        .lines()
        .filter(|line| line.contains("socket() AF_INET6"));
    let line = refusals.next().unwrap();
    assert!(line.ends_with("  1 EPERM  all: all"), "{page}");
    assert_eq!(refusals.next(), None, "{page}");
}

/// The bytes of no address and the letters of no name are in any format.
fn redacted_page_has_no_name_and_no_address() {
    const SECRETS: [&str; 6] = ["qxzj", "zxqj", "8.77.66.", "2a00:77:", "84d:42", "jqzx"];
    Network::run(|network| {
        network
            .write("hosts", "127.0.0.1 localhost\n8.77.66.55 LOCALHOST\n")
            .write(
                "resolv.conf",
                "nameserver 8.77.66.53\nsearch qxzj.test jqzx.test\n",
            );
        let directory = tempfile::tempdir().unwrap();
        let gai_conf = directory.path().join("gai.conf");
        fs::write(&gai_conf, "precedence 2a00:77::/32 60 # qxzj\n").unwrap();
        let setup = format!(
            "ip address add 8.77.66.55/32 dev lo && ip address add 2a00:77::9/128 dev lo nodad
             # Not every kernel has it.
             ip link add qxzj0 type veth peer name zxqj0 || true
             [ ! -e /etc/gai.conf ] || mount --bind {} /etc/gai.conf",
            gai_conf.display()
        );
        let output = network.command("sh").args(["-c", &setup]).output();
        assert!(
            output.as_ref().is_ok_and(|it| it.status.success()),
            "{output:?}"
        );
        for format in ["table", "json", "markdown"] {
            for language in ["en", "es"] {
                let arguments = ["--format", format, "--lang", language];
                let written = |more: &[&str]| {
                    doctor(&mut network.sockscope(), &[&arguments[..], more].concat())
                };
                let found = |text: &str| -> Vec<&str> {
                    let secrets = SECRETS.into_iter();
                    secrets.filter(|secret| text.contains(secret)).collect()
                };
                let real = written(&[]);
                assert!(found(&real).len() > 2, "{real}");
                let redacted = written(&["--redact"]);
                assert_eq!(found(&redacted), [""; 0], "{redacted}");
            }
        }
    });
}

/// The only sockets with a peer are those of the kernel and of local daemons.
fn nothing_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=network", "-o"]).arg(&log);
    doctor(strace.arg(env!("CARGO_BIN_EXE_sockscope")), &[]);
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("socket(AF_INET6, SOCK_RAW"), "{log}");
    let calls = [
        "connect(",
        "sendto(",
        "sendmsg(",
        "sendmmsg(",
        "bind(",
        "listen(",
    ];
    for line in log
        .lines()
        .filter(|line| calls.iter().any(|call| line.contains(call)))
    {
        assert!(
            ["AF_NETLINK", "nlmsg_len", "AF_UNIX"]
                .iter()
                .any(|kernel| line.contains(kernel)),
            "{line}"
        );
    }
}

fn page_is_written_in_each_format_and_language() {
    let table = here(&["--lang", "en"]);
    let wide = table.lines().filter(|line| line.chars().count() > 80);
    // The sentence of --lookup names its file, however long the line in it is.
    assert!(wide.clone().count() <= 1, "{table}");
    let markdown = here(&["--lang", "en", "--format", "markdown"]);
    let inside = markdown.strip_prefix("```text\ndoctor  ").unwrap();
    assert!(inside.ends_with("\n```\n"), "{markdown}");
    assert_eq!(markdown.matches("```").count(), 2, "{markdown}");
    let spanish = here(&["--lang", "es"]);
    assert!(spanish.contains("\nCombinaciones rechazadas"), "{spanish}");
    let plain = here(&["--lang", "es", "--ascii"]);
    assert!(plain.is_ascii() && !plain.contains("\\u"), "{plain}");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("page.json");
    let path = file.to_str().unwrap();
    assert_eq!(here(&["--format", "json", "--output", path]), "");
    let page: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(page["schema"], 1);
    assert_eq!(page["system"]["os"], "linux");
    assert_eq!(
        page["policy"].is_object(),
        cfg!(any(target_env = "gnu", target_env = "musl"))
    );
    assert_eq!(page["matrix"]["cells"].as_array().unwrap().len(), 192);
}
