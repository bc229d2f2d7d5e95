//! The lookup view of a fixed run of glibc: the configuration, and the order of the list.

use super::*;
use crate::app::{Copied, View};
use crate::net::{
    Facts, Hosts, Needs, Origin, Resolver, Run, Sorting, SourceAddress, SourceInterface, Sources,
};
use crate::tui::ui::copied;

const HOSTS: &str = "127.0.0.1 localhost\n192.0.2.1 printer.test\n2001:db8::1 printer.test\n";
const RESOLV: &str = "nameserver 192.0.2.53\nsearch corp.test home.test\n";

/// The facts of a machine with these files and the addresses 192.0.2.9 and 2001:db8::9.
fn facts(known: Needs, run: &Run, gai_conf: &str) -> Facts {
    let node = run.asked().node.as_ref();
    let node = node.map_or("", |node| node.as_os_str().to_str().unwrap());
    let source = |entry: &AddrInfo| {
        let v6 = entry.sockaddr(run.host.os).unwrap().is_ipv6();
        let (ip, prefix_length) = match v6 {
            true => ("2001:db8::9", 64),
            false => ("192.0.2.9", 24),
        };
        Origin::Address(Box::new(SourceAddress {
            ip: ip.parse().unwrap(),
            interface: Some(SourceInterface {
                index: 2,
                name: "eth0".to_owned(),
                native: true,
            }),
            prefix_length,
            deprecated: false,
            home: false,
        }))
    };
    Facts {
        known,
        hosts: Some(Hosts::read(HOSTS, node)),
        host_sources: Sources::read(
            "hosts: files mdns4_minimal [NOTFOUND=return] dns\n",
            "hosts",
        ),
        resolver: Some(Resolver::read(RESOLV)),
        sorting: known.has(Needs::SORTING).then(|| Sorting {
            entries: run.entries().iter().map(source).collect(),
            gai_conf: Some(gai_conf.to_owned()),
        }),
        ..Facts::default()
    }
}

/// The view of this node's answer, without facts; and the request for them.
fn asking(os: Os, node: Option<&str>, outcome: Outcome) -> (Model, Effect) {
    let query = fixture::query(node, Some("http"), None);
    let (mut model, effects) = Model::begin(host(os), query);
    let mut effects = model.hears(effects[0].ends(outcome));
    model.pane = Pane::Detail;
    effects.extend(model.does(Command::Show(View::Lookup)));
    let asked = |effect: &Effect| matches!(effect, Effect::Facts(..));
    let facts = effects.into_iter().rfind(asked).unwrap();
    (model, facts)
}

/// The same with the facts.
fn shown(node: &str, outcome: Outcome, gai_conf: &str) -> Model {
    let (mut model, effect) = asking(Os::Linux, Some(node), outcome);
    let Effect::Facts(ticket, needs, run) = effect else {
        panic!("{effect:?}")
    };
    let facts = facts(needs, &run, gai_conf);
    let _ = model.hears(Msg::facts(ticket, *run, facts));
    model
}

fn printer() -> Outcome {
    let entries = ["[2001:db8::1]:80", "192.0.2.1:80"].map(|address| {
        [
            ("SOCK_STREAM", "IPPROTO_TCP"),
            ("SOCK_DGRAM", "IPPROTO_UDP"),
        ]
        .map(|(socktype, protocol)| entry(socktype, protocol, address))
    });
    list(entries.into_iter().flatten())
}

/// The detail pane in each language.
fn detail(model: &mut Model, size: (u16, u16)) -> String {
    let panes = Language::ALL.map(|language| {
        model.language = language;
        part(size, |canvas| {
            canvas.screen.look.language = language;
            crate::tui::ui::draw_pane(model, Pane::Detail, true, canvas.area, canvas);
        })
    });
    panes.join("\n")
}

#[test]
fn unknown_name_is_followed_through_the_sources() {
    let mut model = shown("nosuch.example", noname(), "");
    insta::assert_snapshot!("lookup_unknown", detail(&mut model, (80, 12)));
}

#[test]
fn name_of_the_hosts_file_is_found_there() {
    let mut model = shown("printer.test", printer(), "");
    insta::assert_snapshot!("lookup_hosts", detail(&mut model, (80, 22)));
}

#[test]
fn local_name_is_asked_by_multicast() {
    let mut model = shown("printer.local", noname(), "");
    insta::assert_snapshot!("lookup_local", detail(&mut model, (80, 12)));
}

#[test]
fn order_by_other_tables_is_shown_in_turn() {
    let text = |model: &Model| copied(model, Copied::View(View::Lookup));
    let mut model = shown("printer.test", printer(), "precedence ::ffff:0:0/96 100\n");
    let own = text(&model);
    assert!(own.contains("tables of /etc/gai.conf"), "{own}");
    assert!(
        own.contains("by these rules the order is 3-4, 1-2"),
        "{own}"
    );
    assert!(
        own.contains("precedence 100 (::ffff:0:0/96, gai.conf:1)"),
        "{own}"
    );
    assert!(
        own.contains("40 | 100 (puts the second one first)"),
        "{own}"
    );
    let _ = model.does(Command::NextTables);
    let old = text(&model);
    assert!(
        old.contains("with the tables of RFC 3484: the same"),
        "{old}"
    );
    assert!(old.contains("precedence 10 (::ffff:0:0/96)"), "{old}");
    let _ = model.does(Command::NextTables);
    let new = text(&model);
    assert!(
        new.contains("rule 6, prefer higher precedence: 40 | 35"),
        "{new}"
    );
    let _ = model.does(Command::NextTables);
    assert_eq!(text(&model), own);
}

#[test]
fn other_order_is_shown_with_the_places_of_the_list() {
    // Unique local addresses come last by RFC 6724 alone.
    let entries = ["[fd00::1]:80", "192.0.2.1:80"];
    let entries = entries.map(|address| entry("SOCK_STREAM", "IPPROTO_TCP", address));
    let mut model = shown("printer.test", list(entries), "label fd00::/8 1\n");
    for _ in 0..2 {
        let _ = model.does(Command::NextTables);
    }
    let text = copied(&model, Copied::View(View::Lookup));
    assert!(text.contains("with the tables of RFC 6724: 2, 1"), "{text}");
    let places = text
        .lines()
        .filter_map(|line| line.strip_suffix("  fd00::1"));
    assert!(places.eq(["1"]), "{text}");
    let places = text.split_once("2  192.0.2.1\n").unwrap();
    assert!(places.1.contains("1  fd00::1\n"), "{text}");
}

#[test]
fn facts_are_awaited_where_they_will_stand() {
    let (mut model, _) = asking(Os::Linux, Some("printer.test"), printer());
    for size in [(80, 24), (120, 40), (60, 20)] {
        let before = screen(&mut model, size, LOOK);
        let after = screen(&mut shown("printer.test", printer(), ""), size, LOOK);
        let tabs = |text: &str| text.lines().position(|line| line.contains(" 5 lookup "));
        assert_eq!(tabs(&before), tabs(&after), "{before}\n{after}");
        assert!(before.contains(" … "), "{before}");
    }
}

#[test]
fn order_of_another_system_is_said_to_be_unknown() {
    let entries = [fixture::entry(
        Os::Windows,
        "SOCK_STREAM",
        "IPPROTO_TCP",
        "127.0.0.1:80",
    )];
    let (mut model, effect) = asking(Os::Windows, None, list(entries));
    let Effect::Facts(ticket, known, run) = effect else {
        panic!("{effect:?}")
    };
    let facts = Facts {
        known,
        ..Facts::default()
    };
    let _ = model.hears(Msg::facts(ticket, *run, facts));
    let text = copied(&model, Copied::View(View::Lookup));
    assert!(text.contains("no name is looked up"), "{text}");
    assert!(
        text.contains("does not know how this system sorts"),
        "{text}"
    );
}

#[test]
fn thousands_of_addresses_are_counted() {
    let address = |n: usize| format!("10.0.{}.{}:80", n >> 8, n & 255);
    let entries = (0..3000).map(|n| entry("SOCK_STREAM", "IPPROTO_TCP", &address(n)));
    let text = copied(
        &shown("many.test", list(entries), ""),
        Copied::View(View::Lookup),
    );
    assert!(text.contains("1000  10.0.3.231\n"), "{text}");
    assert!(text.contains("has 2000 more addresses"), "{text}");
}
