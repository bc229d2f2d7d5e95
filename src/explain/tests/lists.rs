//! Scenes of a getaddrinfo that succeeded, and of its entries.

use super::requests::rows;
use super::scene::{linux, musl, windows};
use crate::net::Hint;

rows! {
    "port-wrapped":
        linux().service("65616").returns(1, 6, "127.0.0.1:80");
        linux().service(" +080").returns(1, 6, "127.0.0.1:80");
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
    "entry-twice":
        linux().node("localhost").hints("AF_INET SOCK_STREAM")
            .returns(1, 6, "127.0.0.1:0").returns(1, 6, "127.0.0.1:0");
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
    "ipv6-off":
        linux().node("localhost").returns(1, 6, "[::1]:80").opens()
            .machine(|machine| machine.ipv6_disabled = Some(true));
        linux().node("localhost").returns(1, 6, "127.0.0.1:80").opens()
            .machine(|machine| machine.ipv6_disabled = Some(true));
    "link-local-without-scope":
        linux().node("fe80::1").returns(1, 6, "[fe80::1]:80").opens();
        linux().node("fe80::1%2").returns(1, 6, "[fe80::1%2]:80").opens();
    "raw-entry-advice":
        linux().node("a").returns(3, 0, "127.0.0.1:0").untried();
        linux().node("a").returns(3, 0, "127.0.0.1:0").refuses("EPROTONOSUPPORT");
}
