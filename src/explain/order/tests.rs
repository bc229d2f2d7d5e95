//! Decisions that the networks of `tests/program/order.rs` cannot provoke.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::sync::Arc;

use super::{Method, Order, Pair, Rule, Tables, Values};
use crate::names::Os;
use crate::net::fixture::{entry, host, list, query, record};
use crate::net::{
    Call, Domain, Host, Origin, OsError, Run, Sorting, SourceAddress, SourceInterface,
};

/// A source on the interface 2 that has a prefix of 64 bits.
fn from(ip: &str) -> SourceAddress {
    SourceAddress {
        ip: ip.parse().unwrap(),
        interface: Some(SourceInterface {
            index: 2,
            name: "eth0".to_owned(),
            native: true,
        }),
        prefix_length: 64,
        deprecated: false,
        home: false,
    }
}

fn unreachable() -> Origin {
    Origin::Unreachable(OsError {
        domain: Domain::Errno,
        code: 101,
        message: "Network is unreachable".into(),
        errno: None,
    })
}

/// The run of a list with these destinations and sources.
fn run(libc: Option<&str>, entries: Vec<(&str, Origin)>) -> Run {
    let query = Arc::new(query(Some("name"), None, None));
    let host = Host {
        libc: libc.map(str::to_owned),
        ..(*host(Os::Linux)).clone()
    };
    let mut run = Run::new(Arc::new(host), Arc::clone(&query));
    let destinations = entries.iter();
    let destinations =
        destinations.map(|(to, _)| entry(Os::Linux, "SOCK_STREAM", "IPPROTO_TCP", to));
    run.push(record(Call::Getaddrinfo(query), list(destinations)));
    run.facts.sorting = Some(Sorting {
        entries: entries.into_iter().map(|(_, source)| source).collect(),
        gai_conf: None,
    });
    run
}

fn address(source: SourceAddress) -> Origin {
    Origin::Address(Box::new(source))
}

/// What decides between the neighbours of the list.
fn pairs(order: &Order, run: &Run) -> Vec<Pair> {
    let pair = |at| order.by(Tables::System).pair(run, at - 1, at).unwrap();
    (1..run.entries().len()).map(pair).collect()
}

/// The rule between two entries with these sources, its values, and whether it contradicts.
fn glibc(first: SourceAddress, second: SourceAddress) -> (Rule, Option<Values>, bool) {
    let entries = vec![
        ("[2001:db8::1]:80", address(first)),
        ("[2001:db8::2]:80", address(second)),
    ];
    let run = run(Some("glibc 2.36"), entries);
    let pair = pairs(&Order::of(&run).unwrap(), &run)[0];
    (pair.rule, pair.values, pair.contradicts)
}

#[test]
fn home_address_comes_first() {
    let home = || SourceAddress {
        home: true,
        ..from("2001:db8::9")
    };
    let values = |first| Some(Values::Flags([first, !first]));
    let plain = || from("2001:db8::9");
    assert_eq!(glibc(home(), plain()), (Rule::Home, values(true), false));
    assert_eq!(glibc(plain(), home()), (Rule::Home, values(false), true));
}

#[test]
fn tunnel_comes_last() {
    let tunnel = |index| SourceAddress {
        interface: Some(SourceInterface {
            index,
            name: "sit1".to_owned(),
            native: false,
        }),
        ..from("2001:db8::9")
    };
    let plain = || from("2001:db8::9");
    let values = |first| Some(Values::Flags([first, !first]));
    assert_eq!(
        glibc(plain(), tunnel(3)),
        (Rule::Native, values(true), false)
    );
    assert_eq!(
        glibc(tunnel(3), plain()),
        (Rule::Native, values(false), true)
    );
    // Rule 9 decides nothing: 2001:db8::9 shares 124 bits with both.
    let same = glibc(tunnel(3), tunnel(3));
    assert_eq!(same, (Rule::Unchanged, None, false));
    let unknown = SourceAddress {
        interface: None,
        ..plain()
    };
    assert_eq!(glibc(plain(), unknown), (Rule::Native, values(true), false));
}

#[test]
fn wrong_order_is_not_explained() {
    let entries = vec![
        ("192.0.2.1:80", unreachable()),
        ("[2001:db8::1]:80", address(from("2001:db8::9"))),
        ("[2001:db8::8]:80", address(from("2001:db8::9"))),
    ];
    let run = run(Some("glibc 2.36"), entries);
    let order = Order::of(&run).unwrap();
    assert!(!order.explains());
    assert_eq!(order.by(Tables::System).computed, [2, 1, 0]);
    let pairs = pairs(&order, &run);
    let rules = pairs.iter().map(|pair| (pair.rule, pair.contradicts));
    let expected = [(Rule::Usable, true), (Rule::LongestPrefix, true)];
    assert!(rules.eq(expected), "{pairs:?}");
}

#[test]
fn musl_sorts_by_its_own_key() {
    let v4 = || SourceAddress {
        prefix_length: 24,
        deprecated: true,
        ..from("192.0.2.9")
    };
    let entries = vec![
        // Of IPv4 alone, the bits are counted beyond the subnet, and a deprecated source is as good.
        ("192.0.2.8:80", address(v4())),
        ("198.51.100.1:80", address(v4())),
        // RFC 6724: unique local addresses have a precedence of 3.
        ("[fd00::1]:80", address(from("fd00::9"))),
        // No source: neither scope nor label match.
        ("[2001:db8::1]:80", unreachable()),
    ];
    let mixed = run(Some("musl"), entries.clone());
    let order = Order::of(&mixed).unwrap();
    assert_eq!(order.method, Method::Musl);
    assert!(order.explains(), "{order:?}");
    let decided = pairs(&order, &mixed);
    let values = decided.iter().map(|pair| (pair.rule, pair.values));
    let expected = [
        // 11000000 and 11000110 share 5 bits.
        (Rule::LongestPrefix, Some(Values::Numbers([127, 101]))),
        (Rule::Precedence, Some(Values::Numbers([35, 3]))),
        (Rule::Usable, Some(Values::Flags([true, false]))),
    ];
    assert!(values.eq(expected), "{decided:?}");

    // It does not sort IPv4 addresses alone.
    let alone = entries.into_iter().take(2).rev().collect();
    let alone = run(Some("musl"), alone);
    let order = Order::of(&alone).unwrap();
    assert!(order.explains());
    assert_eq!(pairs(&order, &alone)[0].rule, Rule::Unchanged);
}

#[test]
fn other_library_is_not_explained() {
    let entries = vec![("[2001:db8::1]:80", address(from("2001:db8::9")))];
    assert_eq!(Order::of(&run(None, entries)), None);
}
