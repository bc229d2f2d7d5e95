//! Scenes of a getaddrinfo that succeeded, and of its entries.

use super::requests::rows;
use super::scene::{linux, musl, windows};
use crate::net::Hint;
use crate::words::Language;

rows! {
    "port-wrapped":
        linux().service("65616").returns(1, 6, "127.0.0.1:80");
        linux().service(" +080").returns(1, 6, "127.0.0.1:80");
    "services-port-wrapped":
        linux().service("big").services(&[("big", 70_000_u32, "tcp")])
            .returns(1, 6, "127.0.0.1:4464");
        linux().service("big").services(&[("big", 4464_u32, "tcp")])
            .returns(1, 6, "127.0.0.1:4464");
    "scope-no-interface":
        linux().node("fe80::1%251").interfaces(&[1]).returns(1, 6, "[fe80::1%251]:0");
        linux().node("fe80::1%251").interfaces(&[1, 251]).returns(1, 6, "[fe80::1%251]:0");
    "address-with-port":
        linux().node("::1:80").returns(1, 6, "[::1:80]:0");
        linux().node("::2:80").returns(1, 6, "[::2:80]:0");
    "passive-ignored":
        linux().node("localhost").service("80").hints("AI_PASSIVE").returns(1, 6, "127.0.0.1:80");
        linux().service("80").hints("AI_PASSIVE").returns(1, 6, "0.0.0.0:80");
    "hints-changed":
        musl().hints("SOCK_RAW IPPROTO_MPTCP").returns(3, 6, "127.0.0.1:0");
        musl().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0");
    "type-and-protocol-accepted":
        windows().service("80").hints("SOCK_STREAM IPPROTO_UDP").returns(1, 17, "127.0.0.1:80");
        windows().service("80").hints("SOCK_DGRAM IPPROTO_UDP").returns(2, 17, "127.0.0.1:80");
    "addrconfig-left-out":
        linux().node("localhost").hints("AI_ADDRCONFIG").configured(true, false)
            .returns(1, 6, "127.0.0.1:80");
        linux().node("localhost").hints("AI_ADDRCONFIG").configured(false, false)
            .returns(1, 6, "127.0.0.1:80");
    "address-per-type":
        linux().node("localhost").returns(1, 6, "127.0.0.1:0").returns(2, 17, "127.0.0.1:0");
        linux().node("localhost").returns(1, 6, "127.0.0.1:0").returns(1, 6, "127.0.0.2:0");
    "hosts-line-twice":
        linux().node("a").hints("AF_INET SOCK_STREAM").hosts("::1 a\n127.0.0.1 b A")
            .returns(1, 6, "127.0.0.1:0").returns(1, 6, "127.0.0.1:0");
        linux().node("a").hints("AF_INET SOCK_STREAM").hosts("::1 a\n127.0.0.1 b")
            .returns(1, 6, "127.0.0.1:0").returns(1, 6, "127.0.0.1:0");
    "both-wildcards":
        linux().service("80").hints("AI_PASSIVE").returns(1, 6, "0.0.0.0:80")
            .returns(1, 6, "[::]:80");
        linux().service("80").hints("AI_PASSIVE").returns(1, 6, "0.0.0.0:80");
    "star-is-null":
        linux().node("*").service("80").returns(1, 6, "127.0.0.1:80");
        linux().node("a").service("80").returns(1, 6, "127.0.0.1:80");
    "entry-twice":
        linux().node("localhost").hints("AF_INET SOCK_STREAM")
            .returns(1, 6, "127.0.0.1:0").returns(1, 6, "127.0.0.2:0")
            .returns(1, 6, "127.0.0.1:0");
        linux().node("localhost").hints("AF_INET SOCK_STREAM")
            .returns(1, 6, "127.0.0.1:0").returns(1, 6, "127.0.0.2:0");
    "old-address-form":
        linux().node("010.0.0.1").returns(1, 6, "8.0.0.1:0");
        linux().node("10.0.0.1").returns(1, 6, "10.0.0.1:0");
    "v4mapped-ignored":
        linux().node("a").hints("AI_V4MAPPED").returns(1, 6, "127.0.0.1:0");
        linux().node("a").hints("AI_V4MAPPED AF_INET6").returns(1, 6, "[::1]:0");
    "node-empty-accepted":
        windows().node("").returns(1, 6, "192.0.2.1:0");
        windows().node("a").returns(1, 6, "192.0.2.1:0");

    "mptcp-is-raw":
        linux().node("a").hint(Hint::Protocol, 262).returns(3, 262, "127.0.0.1:0").opens();
        linux().node("a").hint(Hint::Protocol, 1).returns(3, 1, "127.0.0.1:0").opens();
    "icmp-of-other-family":
        linux().node("a").hints("IPPROTO_ICMP").returns(3, 1, "[2001:db8::1]:0").opens();
        linux().node("a").hints("IPPROTO_ICMP").returns(3, 1, "192.0.2.1:0").opens();
    "ipv6-loopback-missing":
        linux().node("localhost").returns(1, 6, "[::1]:80").opens().interface("lo", true, &[]);
        linux().node("localhost").returns(1, 6, "[::1]:80").opens()
            .interface("lo", false, &["127.0.0.1", "::1"]);
    "ipv6-off":
        linux().node("a.test").returns(1, 6, "[2001:db8::1]:80").opens()
            .interface("lo", false, &["::1"]).interface("eth0", true, &["192.0.2.1"]);
        linux().node("a.test").returns(1, 6, "[2001:db8::1]:80").opens()
            .interface("eth0", true, &["192.0.2.1"]).interface("eth1", false, &["fe80::1"]);
    "link-local-without-scope":
        linux().node("fe80::1").returns(1, 6, "[fe80::1]:80").opens();
        linux().node("fe80::1%2").returns(1, 6, "[fe80::1%2]:80").opens();
    "raw-entry-advice":
        linux().node("a").returns(3, 0, "127.0.0.1:0").untried();
        linux().node("a").returns(3, 0, "127.0.0.1:0").refuses("EPROTONOSUPPORT");
}

/// What bind() and connect() did with IPv6 off on interfaces of a network namespace (Linux 6.18).
#[test]
fn ipv6_off_is_judged_per_address_and_interface() {
    let rules = |address: &str, machine: &dyn Fn(super::Scene) -> super::Scene| {
        let scene = linux().hints("AI_PASSIVE").returns(1, 6, address).opens();
        super::rules_of(&machine(scene))
    };
    let none: [&str; 0] = [];
    let all_off = |scene: super::Scene| {
        scene
            .interface("lo", true, &[])
            .interface("eth0", true, &[])
    };
    for address in ["[::]:80", "[::ffff:127.0.0.1]:80", "[ff02::1%2]:80"] {
        assert_eq!(rules(address, &all_off), none, "{address}");
    }
    assert_eq!(rules("[::1]:80", &all_off), ["ipv6-loopback-missing"]);
    assert_eq!(rules("[2001:db8::1]:80", &all_off), ["ipv6-off"]);
    let one_off = |scene: super::Scene| {
        scene
            .interface("lo", true, &["2001:db8::9"])
            .interface("eth0", true, &[])
            .interface("eth1", false, &["fe80::1"])
    };
    assert_eq!(rules("[::1]:80", &one_off), ["ipv6-loopback-missing"]);
    assert_eq!(rules("[2001:db8::9]:80", &one_off), none);
    assert_eq!(rules("[2001:db8::1]:80", &one_off), none);
    assert_eq!(rules("[fe80::2%2]:80", &one_off), ["ipv6-off"]);
    assert_eq!(rules("[fe80::2%3]:80", &one_off), none);
    let suspected = |machine: &dyn Fn(super::Scene) -> super::Scene| {
        let scene = linux().returns(1, 6, "[2001:db8::1]:80").opens();
        machine(scene).notes()[0].suspected
    };
    assert!(!suspected(&all_off));
    let only_lo = |scene: super::Scene| {
        scene
            .interface("lo", false, &["::1"])
            .interface("eth0", true, &[])
    };
    assert!(suspected(&only_lo), "a route through lo");
    let paragraph = |machine: &dyn Fn(super::Scene) -> super::Scene| {
        let scene = linux().returns(1, 6, "[fe80::2%2]:80").opens();
        let notes = machine(scene).notes();
        notes[0].paragraph(Language::En)
    };
    assert!(paragraph(&all_off).contains("connect() with EADDRNOTAVAIL"));
    assert!(paragraph(&one_off).contains("connect() with ENETUNREACH"));
}

#[test]
fn icmp_fix_changes_what_the_query_leaves_open() {
    let fix = |scene: super::Scene| {
        let notes = scene.opens().notes();
        assert_eq!(notes[0].rule, "icmp-of-other-family");
        notes[0].fix_text(Language::En).unwrap()
    };
    let icmp = || linux().hints("IPPROTO_ICMP");
    let name = icmp().node("a").returns(3, 1, "[2001:db8::1]:0");
    assert_eq!(fix(name), "set ai_family to AF_INET");
    let address = icmp().node("::1").returns(3, 1, "[::1]:0");
    assert_eq!(fix(address), "set ai_protocol to IPPROTO_ICMPV6");
    let icmpv6 = linux().hints("AF_INET IPPROTO_ICMPV6").node("a");
    let family = icmpv6.returns(3, 58, "192.0.2.1:0");
    assert_eq!(fix(family), "set ai_protocol to IPPROTO_ICMP");
}
