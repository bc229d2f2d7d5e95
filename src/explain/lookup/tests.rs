//! What configurations mean for a name.

use std::sync::Arc;
use std::time::Duration;

use super::{Lookup, Node, Reach, Role};
use crate::names::Os;
use crate::net::fixture::{host, query};
use crate::net::{Adapter, Host, Hosts, Resolver, Run, SourceAnswer, SourceResult, Sources};
use crate::words::Language;

/// A run for this node before any call, with the facts that these files give.
fn run(libc: Option<&str>, os: Os, node: &str, hosts: &str, sources: &str, resolv: &str) -> Run {
    let query = query(Some(node), None, None);
    let host = Host {
        libc: libc.map(str::to_owned),
        ..(*host(os)).clone()
    };
    let mut run = Run::new(Arc::new(host), Arc::new(query));
    run.facts.host_sources = Sources::read(sources, "hosts");
    run.facts.hosts = Some(Hosts::read(hosts, node));
    run.facts.resolver = Some(Resolver::read(resolv));
    run
}

fn glibc(node: &str, hosts: &str, sources: &str) -> Run {
    let resolv = "nameserver 192.0.2.53\n";
    run(Some("glibc 2.36"), Os::Linux, node, hosts, sources, resolv)
}

/// The sources with a sign: `+` asked, `!` has the name and ends, `-` never asked, `?` a fallback.
fn reach(run: &Run) -> String {
    let lookup = Lookup::of(run);
    let steps = lookup.steps.iter().map(|step| {
        let sign = match &step.reach {
            Reach::Asked => '+',
            Reach::Ends => '!',
            Reach::Never(_) => '-',
            Reach::Fallback(_) => '?',
        };
        format!("{sign}{}", step.source.name)
    });
    steps.collect::<Vec<_>>().join(" ")
}

/// Read off nsswitch.conf(5) and the README of nss-mdns.
#[test]
fn actions_decide_which_sources_are_asked() {
    let file = "192.0.2.1 four.test\n2001:db8::1 six.test\n";
    for (node, line, expected) in [
        ("four.test", "files dns", "!files -dns"),
        ("nx.test", "files dns", "+files +dns"),
        ("four.test", "files [SUCCESS=continue] dns", "+files +dns"),
        ("nx.test", "files [NOTFOUND=return] dns", "+files -dns"),
        ("four.test", "dns files", "+dns !files"),
        (
            "nx.test",
            "files mdns4_minimal [NOTFOUND=return] dns",
            "+files +mdns4_minimal +dns",
        ),
        (
            "nx.local",
            "files mdns4_minimal [NOTFOUND=return] dns",
            "+files +mdns4_minimal ?dns",
        ),
        (
            "four.test",
            "resolve [!UNAVAIL=return] files dns",
            "+resolve ?files -dns",
        ),
        ("four.test.", "files dns", "+files +dns"),
    ] {
        let run = glibc(node, file, &format!("hosts: {line}"));
        assert_eq!(reach(&run), expected, "{node}: {line}");
    }
    let mut unreadable = glibc("nx.test", "", "hosts: files [NOTFOUND=return] dns");
    unreadable.facts.hosts = Some(Hosts::Unreadable);
    assert_eq!(reach(&unreadable), "+files +dns");
    assert_eq!(Lookup::of(&unreadable).rows()[1].role, Role::Problem);
}

/// Read off resolv.conf(5) and musl's src/network/lookup_name.c.
#[test]
fn search_list_makes_names_in_the_order_of_each_library() {
    let resolv = "nameserver 192.0.2.53\nsearch one.test two.test.\noptions ndots:2\n";
    let names = |libc, node| {
        let run = run(Some(libc), Os::Linux, node, "", "hosts: files dns", resolv);
        Lookup::of(&run).names.join(" ")
    };
    for (node, glibc, musl) in [
        ("a", "a.one.test a.two.test a", "a.one.test a.two.test a"),
        (
            "a.b",
            "a.b.one.test a.b.two.test a.b",
            "a.b.one.test a.b.two.test a.b",
        ),
        ("a.b.c", "a.b.c a.b.c.one.test a.b.c.two.test", "a.b.c"),
        ("a.", "a", "a"),
    ] {
        assert_eq!(names("glibc 2.36", node), glibc, "{node}");
        assert_eq!(names("musl", node), musl, "{node}");
    }
}

#[test]
fn node_that_is_no_name_needs_no_source() {
    for (node, expected) in [
        ("127.1", Node::Address),
        ("fe80::1%lo", Node::Address),
        ("*", Node::Null),
        ("a", Node::Name),
    ] {
        let run = glibc(node, "", "hosts: files dns");
        let lookup = Lookup::of(&run);
        assert_eq!(lookup.node, expected, "{node}");
        assert_eq!(lookup.steps.is_empty(), expected != Node::Name, "{node}");
    }
    let run = Run::new(host(Os::Windows), Arc::new(query(None, Some("80"), None)));
    assert_eq!(Lookup::of(&run).node, Node::Null);
}

#[test]
fn every_system_has_sources_or_a_reason() {
    for (libc, os, expected) in [
        (Some("musl"), Os::Linux, "!files -dns"),
        (None, Os::Windows, "!hosts -dns -mdns"),
        (None, Os::Macos, "!files -mDNSResponder"),
        (None, Os::Freebsd, "!files -dns"),
        (Some("glibc 2.36"), Os::Linux, ""),
    ] {
        let run = run(libc, os, "four.test", "192.0.2.1 four.test", "", "");
        assert_eq!(reach(&run), expected, "{os:?}");
        let rows = Lookup::of(&run).rows();
        assert_eq!(rows[0].role, Role::Title);
        assert!(rows[0].text.text(Language::En).contains("four.test"));
        // Nothing but the node and the system is known.
        let mut unknown = run;
        unknown.facts = Default::default();
        let rows = Lookup::of(&unknown).rows();
        let title = rows[0].text.text(Language::En);
        assert!(!title.contains("has no"), "{os:?}: {title}");
    }
}

#[test]
fn hostile_files_make_short_printable_rows() {
    let long = "e".repeat(100_000);
    let line = format!("hosts: \u{1b}]0;evil {long} {}dns", "x ".repeat(1000));
    let resolv = format!("nameserver \u{1b}[2J\nsearch {long} \u{7}\n");
    let hosts = "192.0.2.1 a\n".repeat(1000);
    let run = run(Some("glibc 2.36"), Os::Linux, "a", &hosts, &line, &resolv);
    for row in Lookup::of(&run).rows() {
        for text in [Some(row.text), row.label].into_iter().flatten() {
            let text = text.text(Language::En);
            assert!(!text.contains(char::is_control), "{text:?}");
            assert!(text.len() < 5000, "{}", text.len());
        }
    }
}

#[test]
fn windows_has_three_sources_and_servers_of_each_adapter() {
    let mut run = run(None, Os::Windows, "a.test", "", "", "");
    let adapter = |name: &str, servers: &[&str]| Adapter {
        name: name.to_owned(),
        servers: servers.iter().map(|&server| server.to_owned()).collect(),
        suffix: String::new(),
    };
    let adapters = vec![
        adapter("Ethernet", &["192.0.2.53", "192.0.2.54"]),
        adapter("Loopback", &[]),
        adapter("Wi-Fi \u{1b}", &["2001:db8::53"]),
    ];
    run.facts.resolver = Some(Resolver::of_adapters(adapters, None, ""));
    run.answers = vec![SourceAnswer {
        source: "hosts".to_owned(),
        result: SourceResult::Addresses(Vec::new()),
        took: Duration::ZERO,
    }];
    let lookup = Lookup::of(&run);
    assert_eq!(lookup.askable(), ["hosts", "dns", "mdns"]);
    let rows = lookup.rows();
    let rows: Vec<_> = rows.iter().map(|row| row.text.text(Language::En)).collect();
    for expected in [
        "does not have the name, or no address of its family; 0.000 ms",
        "192.0.2.53, 192.0.2.54 (\"Ethernet\")",
        "2001:db8::53 (\"Wi-Fi \\x1b\")",
    ] {
        assert!(
            rows.iter().any(|row| row == expected),
            "{expected}: {rows:#?}"
        );
    }
    assert!(
        !rows.iter().any(|row| row.contains("Loopback")),
        "{rows:#?}"
    );
    run.facts.host_sources = Some(Sources::only_one("mdns"));
    assert_eq!(Lookup::of(&run).askable(), ["mdns"]);
    assert_eq!(reach(&run), "+mdns");
}
