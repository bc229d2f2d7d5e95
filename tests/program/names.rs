//! Names and services that are not found, each cause provoked for real with files of the network's
//! own: the note names the cause, and is sure only if the files prove it.

use std::net::TcpListener;
use std::process::Command;

use serde_json::{Value, json};

use crate::explain::{all_rules, assert_rule, json, set_up};
use crate::support::dns::{Answer, Rcode};
use crate::support::network::Network;
use crate::support::terminal::Terminal;

tests! {
    name_in_the_hosts_file_that_the_lookup_misses: NETWORK;
    unreadable_file_is_named: NETWORK, Program("setpriv");
    lookup_that_ends_before_dns_is_named: NETWORK;
    name_of_localhost_is_explained: NETWORK;
    unasked_name_is_explained: NETWORK;
    consulted_sources_are_listed: NETWORK;
    sources_that_are_not_named_leave_the_cause_open: NETWORK;
    lost_answer_is_suspected: NETWORK;
    missing_address_is_sure_without_a_search_list: NETWORK;
    services_file_that_the_lookup_misses: NETWORK;
    wrapped_port_of_the_services_file_is_named: NETWORK;
    duplicates_are_found_anywhere_in_the_list: NETWORK, Program("python3");
    text_that_is_no_host_is_named: NETWORK;
    zone_id_of_a_url_is_decoded: NETWORK;
    hostile_files_are_shown_escaped_and_cut: NETWORK;
    facts_of_the_notes_are_in_the_json: NETWORK;
    answer_against_the_own_record_has_its_cause: NETWORK;
}

/// These arguments get a note of `rule`, which is suspected or not; its line has `words`.
#[track_caller]
fn assert_line(prefix: &[&str], arguments: &[&str], rule: &str, suspected: bool, words: &str) {
    let (json, _) = json(prefix, arguments);
    let notes = json["notes"].as_array().unwrap();
    let note = notes.iter().find(|note| note["rule"] == rule);
    let note = note.unwrap_or_else(|| panic!("{arguments:?}: {rule} is not in {notes:?}"));
    assert_eq!(note["suspected"], suspected, "{note}");
    let line = note["line"].as_str().unwrap();
    assert!(line.contains(words), "{line}");
}

const SURE: bool = false;
const SUSPECTED: bool = true;

fn name_in_the_hosts_file_that_the_lookup_misses() {
    Network::run(|network| {
        network.write(
            "hosts",
            "127.0.0.1 localhost\n::1 localhost\n192.0.2.1 four.test\n2001:db8::1 six.test\n",
        );
        assert_line(
            &[],
            &["-6", "four.test"],
            "hosts-other-family",
            SURE,
            "192.0.2.1 (line 3)",
        );
        assert_rule("hosts-other-family", &["-6", "-t", "stream", "four.test"]);
        assert_rule("hosts-other-family", &["-4", "-t", "stream", "six.test"]);
        // EAI_NODATA: a name server has the name too.
        network
            .dns()
            .answer("four.test", Answer::addresses(&["192.0.2.2"]));
        assert_rule("hosts-other-family", &["-6", "-t", "stream", "four.test"]);
        network
            .dns()
            .answer("four.test", Answer::Refusal(Rcode::NameError));
        assert_line(
            &[],
            &["four.test."],
            "node-final-dot",
            SURE,
            "\"four.test\" (line 3)",
        );
        assert_rule("node-final-dot", &["-t", "stream", "localhost."]);
        network.write("nsswitch.conf", "hosts: dns\n");
        assert_line(&[], &["four.test"], "hosts-file-skipped", SURE, "line 3");
        network.write("nsswitch.conf", "hosts: dns [NOTFOUND=return] files\n");
        assert_line(&[], &["four.test"], "hosts-file-skipped", SURE, "line 3");
    });
}

/// Root without the capabilities that let it read every file.
const USER: [&str; 2] = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"];

fn unreadable_file_is_named() {
    Network::run(|network| {
        set_up(network, "chmod 000 /etc/hosts /etc/services");
        assert_line(
            &USER,
            &["nx.test"],
            "hosts-file-unreadable",
            SUSPECTED,
            "nx.test",
        );
        let service = ["127.0.0.1", "http"];
        assert_line(
            &USER,
            &service,
            "services-file-unreadable",
            SURE,
            "/etc/services",
        );
        network.write("nsswitch.conf", "services: db files\n");
        assert_line(
            &USER,
            &service,
            "services-file-unreadable",
            SUSPECTED,
            "/etc/services",
        );
    });
}

fn lookup_that_ends_before_dns_is_named() {
    Network::run(|network| {
        network
            .dns()
            .answer("there.test", Answer::addresses(&["192.0.2.7"]));
        network.write("nsswitch.conf", "hosts: files\n");
        assert_line(
            &[],
            &["there.test"],
            "name-server-not-asked",
            SURE,
            "there.test",
        );
        network.write("nsswitch.conf", "hosts: files [NOTFOUND=return] dns\n");
        assert_line(
            &[],
            &["there.test"],
            "lookup-ends-early",
            SURE,
            "ends at \"files\"",
        );
    });
}

fn name_of_localhost_is_explained() {
    Network::run(|network| {
        assert_line(
            &[],
            &["a.localhost"],
            "localhost-without-source",
            SURE,
            "a.localhost",
        );
        assert_rule("localhost-without-source", &["-t", "stream", "a.localhost"]);
        network.write("hosts", "127.0.0.1 here\n");
        assert_rule(
            "localhost-without-source",
            &["-t", "stream", "-6", "localhost"],
        );
    });
}

fn unasked_name_is_explained() {
    Network::run(|network| {
        for (name, character) in [
            ("user@localhost", "\"@\""),
            ("*.test", "\"*\""),
            ("a,b.test", "\",\""),
            ("a;b.test", "\";\""),
        ] {
            network
                .dns()
                .answer(name, Answer::addresses(&["192.0.2.7"]));
            assert_line(&[], &[name], "node-character", SURE, character);
        }
        assert_rule("node-character", &["-t", "stream", "user@localhost"]);
        // With AF_INET and AI_CANONNAME glibc does ask, but refuses the answer.
        for (name, rule) in [
            ("a,b.test", "node-character"),
            ("a b.test", "node-blank-inside"),
            ("-a.test", "node-leading-dash"),
            ("bücher.test", "node-not-ascii"),
        ] {
            let dns = network.dns();
            dns.answer(name, Answer::addresses(&["192.0.2.7"]));
            assert_line(&[], &["-4", "-c", "--", name], rule, SURE, name);
            let asked = dns.asked();
            assert!(asked.iter().any(|(asked, ..)| asked == name), "{asked:?}");
        }
    });
}

fn consulted_sources_are_listed() {
    Network::run(|network| {
        network.write(
            "resolv.conf",
            "nameserver 127.0.0.1\nsearch one.test two.test\n",
        );
        let terminal = Terminal::sockscope(250, 40, &["nx.test"]);
        terminal.wait_for("Probably: none of the sources has \"nx.test\".");
        terminal.wait_for("\"hosts: files dns\"");
        terminal.wait_for("search one.test two.test");
    });
}

fn sources_that_are_not_named_leave_the_cause_open() {
    Network::run(|network| {
        network.write("nsswitch.conf", "services: files\n");
        assert_line(&[], &["nx.test"], "name-unknown", SUSPECTED, "nx.test");
        let unknown = ["user@nx.test"];
        assert_line(&[], &unknown, "node-character", SUSPECTED, "\"@\"");
    });
}

fn lost_answer_is_suspected() {
    Network::run(|network| {
        network.write(
            "resolv.conf",
            "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
        );
        let none = Box::new(Answer::addresses(&[]));
        let lost = |inet6| Answer::ByFamily {
            inet: none.clone(),
            inet6: Box::new(inet6),
        };
        network.dns().answer("lost.test", lost(Answer::Silence));
        assert_line(
            &[],
            &["lost.test"],
            "address-answer-late",
            SUSPECTED,
            "lost.test",
        );
        // What the note proposes tells the two families apart.
        let (json, _) = json(&[], &["-6", "lost.test"]);
        assert_eq!(json["getaddrinfo"]["error"]["name"], "EAI_AGAIN");
        let four = Answer::ByFamily {
            inet: Box::new(Answer::Silence),
            inet6: none.clone(),
        };
        network.dns().answer("four.test", four);
        // glibc says more if it is the A that is lost.
        assert_line(
            &[],
            &["four.test"],
            "name-server-trouble",
            SURE,
            "four.test",
        );
        network
            .dns()
            .answer("fails.test", lost(Answer::Refusal(Rcode::ServerFailure)));
        assert_line(
            &[],
            &["fails.test"],
            "name-without-address",
            SUSPECTED,
            "fails.test",
        );
    });
}

fn missing_address_is_sure_without_a_search_list() {
    Network::run(|network| {
        let dns = network.dns();
        dns.answer("four.test", Answer::addresses(&["192.0.2.7"]));
        let six = ["-6", "-t", "stream", "four.test"];
        assert_line(&[], &six, "no-address-of-family", SURE, "AF_INET6");
        network.write("resolv.conf", "nameserver 127.0.0.1\nsearch two.test\n");
        assert_line(&[], &six, "no-address-of-family", SUSPECTED, "AF_INET6");
        // The name itself does not exist; that of the search list has no address.
        dns.answer("single.two.test", Answer::addresses(&[]));
        let six = ["-6", "-t", "stream", "single"];
        assert_line(&[], &six, "no-address-of-family", SUSPECTED, "AF_INET6");
    });
}

fn services_file_that_the_lookup_misses() {
    Network::run(|network| {
        assert_rule(
            "service-blank-around",
            &["-t", "stream", "127.0.0.1", "http "],
        );
        let unknown = ["127.0.0.1", "no-such"];
        assert_line(&[], &unknown, "service-unknown", SURE, "no-such");
        network.write("nsswitch.conf", "services: db\n");
        assert_line(&[], &unknown, "service-unknown", SUSPECTED, "no-such");
        let listed = ["127.0.0.1", "http"];
        assert_line(
            &[],
            &listed,
            "services-file-skipped",
            SURE,
            "/etc/services lists \"http\"",
        );
        assert_rule(
            "services-file-skipped",
            &["-t", "stream", "127.0.0.1", "http"],
        );
    });
}

fn wrapped_port_of_the_services_file_is_named() {
    Network::run(|network| {
        network.write("services", "big 70000/tcp\n");
        let big = ["-t", "stream", "127.0.0.1", "big"];
        assert_line(
            &[],
            &big,
            "services-port-wrapped",
            SURE,
            "70000; getaddrinfo returned 4464",
        );
    });
}

fn duplicates_are_found_anywhere_in_the_list() {
    Network::run(|network| {
        network.write(
            "hosts",
            "192.0.2.5 a.test\n192.0.2.6 a.test\n192.0.2.5 b.test a.test\n",
        );
        let twice = ["-t", "stream", "a.test"];
        assert_line(&[], &twice, "hosts-line-twice", SURE, "Lines 1 and 3 ");
        network
            .dns()
            .answer("b.test", Answer::addresses(&["192.0.2.8", "192.0.2.8"]));
        network.write("nsswitch.conf", "hosts: dns\n");
        let twice = ["-t", "stream", "b.test"];
        assert_line(&[], &twice, "entry-twice", SURE, "192.0.2.8");
        // A server meets what the remedy says.
        let server = TcpListener::bind(("192.0.2.9", 80)).unwrap();
        let second = TcpListener::bind(("192.0.2.9", 80)).unwrap_err();
        assert_eq!(second.raw_os_error(), Some(libc::EADDRINUSE));
        drop(server);
        assert_line(
            &[],
            &["-t", "stream", "-P", "-s", "80"],
            "both-wildcards",
            SURE,
            "V6ONLY",
        );
        // As Python's sockets have the system's own IPV6_V6ONLY: the second bind() is refused.
        let both = r"
from socket import *
four, six = socket(AF_INET), socket(AF_INET6)
four.bind(('0.0.0.0', 8080)); four.listen()
six.bind(('::', 8080))
";
        let output = Command::new("python3").args(["-c", both]).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains("Address already in use"), "{errors}");
        let (json, _) = json(&[], &["-4", "-t", "stream", "-P", "-s", "80"]);
        assert_eq!(all_rules(&json), Vec::<&str>::new());
    });
}

fn text_that_is_no_host_is_named() {
    Network::run(|_| {
        for (node, rule) in [
            ("/var/run/x", "node-path"),
            ("unix:///run/x", "node-path"),
            ("unix:/run/x", "node-path"),
            ("file:///run/x", "node-path"),
            ("10.0.0.0/8", "node-network"),
            ("fe80::/10", "node-network"),
            ("08.0.0.1", "node-octal"),
            ("127.0.0.1.", "address-final-dot"),
            ("4294967296", "node-like-address"),
            ("::1:80", "address-with-port"),
            ("2001:db8:0:0:0:0:0:1:80", "node-with-port"),
        ] {
            assert_rule(rule, &["-t", "stream", node]);
        }
        assert_rule("star-is-null", &["-t", "stream", "*", "80"]);
    });
}

fn zone_id_of_a_url_is_decoded() {
    Network::run(|_| {
        assert_rule("scope-encoded", &["-t", "stream", "fe80::1%25lo"]);
        assert_line(&[], &["fe80::1%25lo"], "scope-encoded", SURE, "%25");
        assert_line(&[], &["fe80::1%25no"], "scope-encoded", SUSPECTED, "%25");
        assert_line(&[], &["fe80::1%no"], "scope-unknown", SURE, "\"no\"");
        let (json, _) = json(&[], &["-t", "stream", "ff02::1%lo"]);
        assert_eq!(all_rules(&json), Vec::<&str>::new());
        // lo is interface 1 of every network.
        assert_line(&[], &["fe80::1%251"], "scope-no-interface", SURE, "251");
        assert_rule("scope-no-interface", &["-t", "stream", "fe80::1%251"]);
        let (json, _) = crate::explain::json(&[], &["-t", "stream", "fe80::1%1"]);
        assert_eq!(all_rules(&json), Vec::<&str>::new());
    });
}

fn hostile_files_are_shown_escaped_and_cut() {
    Network::run(|network| {
        let hostile = b"hosts: files \x1b]0;evil\x07\xff [NOTFOUND=return] dns\n";
        let long = format!("hosts: {} [NOTFOUND=return] dns\n", "e".repeat(500_000));
        for sources in [hostile, long.as_bytes()] {
            network.write("nsswitch.conf", sources);
            for format in ["table", "json"] {
                let mut command = network.sockscope();
                let output = command.args(["--format", format, "nx.test"]).output();
                let output = String::from_utf8(output.unwrap().stdout).unwrap();
                assert!(output.contains("lookup-ends-early"), "{output}");
                let printable = |c: char| c == '\n' || !c.is_control();
                assert!(output.chars().all(printable), "{output:?}");
                assert!(output.len() < 10_000, "{}", output.len());
            }
        }
        network.write("nsswitch.conf", "hosts: files dns\n");
        network.write(
            "resolv.conf",
            b"nameserver 127.0.0.1\nsearch \x1b]0;x\x07\xfe\n",
        );
        let terminal = Terminal::sockscope(250, 40, &["nx.test"]);
        terminal.wait_for("search \\x1b]0;x\\x07");
    });
}

/// The values are those of the files that the test writes; what no note asked for is absent.
fn facts_of_the_notes_are_in_the_json() {
    Network::run(|network| {
        let (found, _) = json(&[], &["-t", "stream", "127.0.0.1", "80"]);
        assert_eq!(found.get("facts"), None, "{found}");
        network
            .write("hosts", "# mine\n192.0.2.1 four.test four\n")
            .write("nsswitch.conf", "hosts: files [!UNAVAIL=continue] dns\n")
            .write(
                "resolv.conf",
                "nameserver 127.0.0.1\nsearch a.test b.test\n",
            );
        let (found, _) = json(&[], &["nx.test"]);
        let facts = &found["facts"];
        assert_eq!(
            facts["host_sources"],
            json!({
                "list": [
                    {"name": "files", "actions": "!UNAVAIL=continue"},
                    {"name": "dns", "actions": ""}
                ],
                "alone": false
            })
        );
        assert_eq!(facts["service_sources"], Value::Null);
        assert_eq!(facts["hosts"], json!({"file": "read", "lines": []}));
        assert_eq!(
            facts["resolver"],
            json!({"servers": ["127.0.0.1"], "search": ["a.test", "b.test"], "ndots": 1, "adapters": []})
        );
        assert_eq!(facts.get("interfaces"), None, "{facts}");
        let (found, _) = json(&[], &["-6", "-t", "stream", "four.test"]);
        assert_eq!(
            found["facts"]["hosts"],
            json!({"file": "read", "lines": [{"number": 2, "address": "192.0.2.1", "name": "four.test"}]})
        );
    });
}

/// View 6 of a query on which the record of glibc and this machine's answer differ, and of one on which
/// they agree. What is recorded is in `assets/recorded/glibc.toml`.
fn answer_against_the_own_record_has_its_cause() {
    const DIFFERS: &str = "This machine answers differently from the record of Linux, glibc";
    let shows = |arguments: &[&str], cause: &str| {
        let mut terminal = Terminal::sockscope(250, 40, arguments);
        terminal.wait_for("getaddrinfo");
        terminal.send("\t\t6");
        terminal.wait_for("Linux, glibc 2.36: ");
        match cause {
            "" => terminal.wait_for_no(DIFFERS),
            cause => terminal.wait_for(&format!("{DIFFERS} 2.36. {cause}")),
        }
    };
    Network::run(|network| {
        let number = ["-t", "stream", "256.1.1.1", "80"];
        shows(&number, "");
        network.write("hosts", "127.0.0.1 localhost\n192.0.2.7 x 256.1.1.1\n");
        shows(&number, "Its hosts file has \"256.1.1.1\" (line 2).");
        shows(
            &["-t", "stream", "localhost", "80"],
            "Its hosts file has no line with ::1 for \"localhost\".",
        );
        network.write("nsswitch.conf", "hosts: dns\n");
        shows(
            &["-t", "stream", "localhost", "80"],
            "Its hosts file has the name but is not asked: hosts: dns.",
        );
        network.write("services", "no-such-service 77/tcp\n");
        shows(
            &["-t", "stream", "127.0.0.1", "no-such-service"],
            "Its services file has \"no-such-service\".",
        );
        // The resolver appends the domain.
        let wide = "1.2.3.4.5.wide.test";
        network
            .dns()
            .answer(wide, Answer::addresses(&["192.0.2.8"]));
        network.write("resolv.conf", "nameserver 127.0.0.1\nsearch wide.test\n");
        shows(
            &["-t", "stream", "1.2.3.4.5", "80"],
            "Possibly a domain of the search list was appended: wide.test.",
        );
        // A name server that answers for every name.
        network.write("resolv.conf", "nameserver 127.0.0.1\n");
        network
            .dns()
            .answer("1.2.3.4.5", Answer::addresses(&["192.0.2.9"]));
        shows(
            &["-t", "stream", "1.2.3.4.5", "80"],
            "Possibly its name server answers for names that do not exist.",
        );
    });
}
