//! `--lookup` shows what is configured for a name: the names that it lists are those that the name
//! server is asked for, in networks with files of their own.

use serde_json::{Value, json};

use crate::support::dns::Answer;
use crate::support::network::Network;

tests! {
    listed_names_are_those_asked_for: NETWORK;
    source_that_ends_the_lookup_is_named: NETWORK;
    configuration_is_explained_in_both_languages: NETWORK;
    node_that_is_no_name_has_no_source: NETWORK;
    unreadable_hosts_file_is_named_as_a_source: NETWORK, Program("setpriv");
}

/// The member `lookup` for these arguments, in `environment`, a command such as env(1).
fn lookup(network: &Network, environment: &[&str], arguments: &[&str]) -> Value {
    let mut command = match environment {
        [] => network.sockscope(),
        [program, more @ ..] => {
            let mut command = network.command(program);
            command.args(more).arg(env!("CARGO_BIN_EXE_sockscope"));
            command
        }
    };
    command.args(["--format", "json", "--lookup", "--no-socket"]);
    let output = command.args(arguments).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {output:?}"));
    json["lookup"].clone()
}

fn listed_names_are_those_asked_for() {
    Network::run(|network| {
        let search = "nameserver 127.0.0.1\nsearch one.test two.test\n";
        let dots = "nameserver 127.0.0.1\nsearch one.test two.test.\noptions ndots:3\n";
        let plain = "nameserver 127.0.0.1\n";
        let own_host = "hostname here.home.test; exec \"$0\" \"$@\"";
        let uts = ["unshare", "--uts", "sh", "-c", own_host];
        for (resolv, environment, nodes) in [
            (search, &[][..], ["single", "two.dots", "absolute."]),
            (dots, &[], ["a", "b.c.d", "e.f.g.h"]),
            (plain, &[], ["i", "j.k", "l."]),
            (plain, &uts, ["m", "n.o", "p."]),
            (
                search,
                &["env", "LOCALDOMAIN=q.test r.test", "RES_OPTIONS=ndots:2"],
                ["s", "t.u", "v.w.x"],
            ),
        ] {
            network.write("resolv.conf", resolv);
            for node in nodes {
                let before = network.dns().asked().len();
                let lookup = lookup(network, environment, &["-4", node]);
                let asked = network.dns().asked().split_off(before);
                let asked: Vec<String> = asked.into_iter().map(|(name, ..)| name).collect();
                assert_eq!(lookup["names"], json!(asked), "{node}: {resolv}");
            }
        }
    });
}

/// The sources and how far the lookup comes: `files asked`.
fn reach(lookup: &Value) -> Vec<String> {
    let sources = lookup["sources"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    sources
        .map(|source| text(&source["name"]) + " " + &text(&source["reach"]))
        .collect()
}

/// The name server's questions prove whether the lookup came to it.
fn source_that_ends_the_lookup_is_named() {
    Network::run(|network| {
        network.write("hosts", "192.0.2.1 four.test\n2001:db8::1 six.test\n");
        for (line, node, expected) in [
            ("files dns", "four.test", ["files ends", "dns never"]),
            ("files dns", "nx.test", ["files asked", "dns asked"]),
            ("files dns", "six.test", ["files asked", "dns asked"]),
            (
                "files [NOTFOUND=return] dns",
                "nx.test",
                ["files asked", "dns never"],
            ),
            (
                "files [SUCCESS=continue] dns",
                "four.test",
                ["files asked", "dns asked"],
            ),
        ] {
            network.write("nsswitch.conf", format!("hosts: {line}\n"));
            let before = network.dns().asked().len();
            let lookup = lookup(network, &[], &["-4", node]);
            let asked = network.dns().asked().len() > before;
            assert_eq!(reach(&lookup), expected, "{node}: {line}");
            assert_eq!(asked, expected[1] == "dns asked", "{node}: {line}");
            assert_eq!(lookup["hosts_line"], format!("hosts: {line}"));
        }
    });
}

fn configuration_is_explained_in_both_languages() {
    Network::run(|network| {
        network.write(
            "hosts",
            "# mine\n192.0.2.1 four.test\n192.0.2.2 four.test\n",
        );
        network.write("resolv.conf", "nameserver 127.0.0.53\nsearch one.test\n");
        for (language, node, sentences) in [
            (
                "en",
                "four.test",
                &[
                    "lookup  \"four.test\" is looked up in the sources of \"hosts: files dns\"",
                    "has the name: 192.0.2.1 (line 2), 192.0.2.2 (line 3). The lookup ends here.",
                    "never asked: the lookup ends at files",
                    "127.0.0.53: systemd-resolved",
                ][..],
            ),
            (
                "es",
                "four.test",
                &[
                    "búsq.   \"four.test\" se busca en las fuentes de \"hosts: files dns\"",
                    "tiene el nombre: 192.0.2.1 (línea 2), 192.0.2.2 (línea 3). La búsqueda acaba aquí.",
                ],
            ),
            (
                "en",
                "::1",
                &["\"::1\" is an address: no name is looked up."],
            ),
        ] {
            let mut command = network.sockscope();
            command.args(["--format", "table", "--lookup", "--no-socket"]);
            command.args(["-4", "--lang", language]).arg(node);
            let output = command.output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            for sentence in sentences {
                assert!(text.contains(sentence), "{sentence}: {text}");
            }
        }
    });
}

fn node_that_is_no_name_has_no_source() {
    Network::run(|network| {
        let arguments = |kind| match kind {
            "null" => &["-P", "-s", "80"][..],
            "address" => &["127.1", "80"],
            _ => &["-n", "four.test"],
        };
        for kind in ["null", "address", "forbidden"] {
            let lookup = lookup(network, &[], arguments(kind));
            assert_eq!(lookup["node"], kind, "{lookup}");
            assert_eq!(lookup["sources"], json!([]), "{lookup}");
        }
        assert_eq!(network.dns().asked(), []);
        network
            .dns()
            .answer("there.test", Answer::addresses(&["192.0.2.7"]));
        assert_eq!(lookup(network, &[], &["there.test"])["node"], "name");
    });
}

fn unreadable_hosts_file_is_named_as_a_source() {
    Network::run(|network| {
        network.write("hosts", "192.0.2.1 four.test\n");
        let user = "chmod 000 /etc/hosts; \
                    exec setpriv --bounding-set=-dac_override,-dac_read_search \"$0\" \"$@\"";
        let lookup = lookup(network, &["sh", "-c", user], &["-4", "four.test"]);
        assert_eq!(reach(&lookup), ["files asked", "dns asked"]);
        let text = lookup["sources"][0]["text"].as_str().unwrap();
        assert!(text.contains("cannot be read"), "{text}");
    });
}
