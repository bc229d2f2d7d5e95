//! Scenes of Windows: its providers, its adapters and its DNS client.

use super::requests::rows;
use super::scene::{Scene, linux, windows};
use crate::net::Hosts;

/// A lookup of this name with nothing but the loopback, and one with a network.
fn offline(node: &str) -> Scene {
    windows()
        .node(node)
        .interface("lo", false, &["127.0.0.1", "::1"])
        .clients(&[])
}

fn online(node: &str, servers: &[&str], suffix: &str) -> Scene {
    offline(node)
        .interface("Ethernet", false, &["192.0.2.9", "fe80::9"])
        .clients(&[("Ethernet", servers, suffix)])
}

rows! {
    "type-without-provider":
        windows().hints("SOCK_RDM").returns(4, 0, "127.0.0.1:80").refuses("WSAESOCKTNOSUPPORT")
            .providers();
        windows().hints("SOCK_RDM").returns(4, 0, "127.0.0.1:80").refuses("WSAESOCKTNOSUPPORT");
    "family-without-provider":
        windows().returns(1, 0, "127.0.0.1:80").family(1).refuses("WSAEAFNOSUPPORT").providers();
        windows().returns(1, 6, "[::1]:80").refuses("WSAEAFNOSUPPORT").providers();
    "protocol-without-provider":
        windows().hints("SOCK_STREAM IPPROTO_UDP").returns(1, 17, "127.0.0.1:80")
            .refuses("WSAEPROTONOSUPPORT").providers();
        windows().hints("SOCK_STREAM IPPROTO_TCP").returns(1, 6, "127.0.0.1:80")
            .refuses("WSAEPROTONOSUPPORT").providers();

    "hosts-line-without-effect":
        windows().node("a.test").hosts("192.0.2.1 a.test").fails("EAI_NONAME");
        windows().node("a.test").hosts("192.0.2.1 b.test").fails("EAI_NONAME");
    "no-adapter-up":
        offline("a.test").fails("EAI_NONAME");
        offline("localhost").fails("EAI_NONAME");
    "no-name-server":
        online("a.test", &["fec0:0:0:ffff::1%1"], "").fails("EAI_AGAIN");
        online("a.test", &["192.0.2.53"], "").fails("EAI_AGAIN");
    "hosts-file-unreadable-windows":
        windows().node("a").machine(|machine| machine.hosts = Some(Hosts::Unreadable))
            .fails("EAI_NONAME");
        windows().node("a").machine(|machine| machine.hosts = Some(Hosts::Missing))
            .fails("EAI_NONAME");
    "name-without-suffix":
        online("a", &["192.0.2.53"], "").fails("EAI_NONAME");
        online("a.test", &["192.0.2.53"], "").fails("EAI_NONAME");
    "name-with-suffixes":
        online("a", &["192.0.2.53"], "b.test").fails("EAI_NONAME");
        online("a.", &["192.0.2.53"], "b.test").fails("EAI_NONAME");
    "name-in-no-source-windows":
        online("a.test", &["192.0.2.53"], "").hosts("").fails("EAI_NONAME");
        online("a.test", &["192.0.2.53"], "").fails("EAI_NONAME");
    "ipv6-without-global-address":
        online("a.test", &["192.0.2.53"], "").hints("AF_INET6").fails("EAI_NODATA");
        online("a.test", &["192.0.2.53"], "").hints("AF_INET6").interface("VPN", false, &["fd00::9"])
            .fails("EAI_NODATA");
    "ipv6-off-windows":
        windows().node("a.test").interface("lo", true, &["127.0.0.1"])
            .returns(1, 6, "[2001:db8::1]:80").opens();
        linux().node("a.test").interface("lo", true, &["127.0.0.1"])
            .returns(1, 6, "[2001:db8::1]:80").opens();
}

fn first(scene: Scene) -> (&'static str, bool) {
    let note = scene.notes().remove(0);
    (note.rule, note.suspected)
}

/// A name server that only a policy names would need an adapter too.
#[test]
fn only_a_computer_without_adapters_is_surely_offline() {
    for error in ["EAI_NONAME", "EAI_AGAIN"] {
        let offline = first(offline("a.test").fails(error));
        assert_eq!(offline, ("no-adapter-up", false), "{error}");
        let online = first(online("a.test", &[], "").fails(error));
        assert_eq!(online, ("no-name-server", true), "{error}");
    }
    // A server on this computer, such as a proxy of DNS over HTTPS.
    let local = offline("a.test").clients(&[("lo", &["127.0.0.1"], "")]);
    assert_eq!(first(local.fails("EAI_AGAIN")).0, "name-server-trouble");
}

#[test]
fn hosts_file_of_windows_is_blamed_for_what_it_has() {
    let lookup = |node: &str, hints: &str, text: &str| {
        let scene = windows().node(node).hints(hints).hosts(text);
        first(scene.fails("EAI_NONAME"))
    };
    let other = ("hosts-other-family", false);
    assert_eq!(lookup("a.test", "AF_INET6", "192.0.2.1 a.test"), other);
    // Only glibc makes 127.0.0.1 of it.
    assert_eq!(lookup("a.test", "AF_INET", "::1 a.test"), other);
    let dot = lookup("a.test.", "AF_INET", "192.0.2.1 a.test");
    assert_eq!(dot, ("node-final-dot", true));
    let unused = lookup("a.test", "AF_INET", "192.0.2.1 a.test");
    assert_eq!(unused, ("hosts-line-without-effect", true));
}

/// localhost is built in, so the flag alone leaves it out.
#[test]
fn offline_localhost_is_proven_by_the_addresses() {
    let lookup = |ipv4| {
        let scene = windows().node("localhost").hints("AI_ADDRCONFIG");
        scene.configured(ipv4, false).fails("EAI_NODATA")
    };
    assert_eq!(first(lookup(false)), ("addrconfig-loopback-only", false));
    assert_ne!(first(lookup(true)).0, "addrconfig-localhost");
    let unknown = windows().node("localhost").hints("AI_ADDRCONFIG");
    let unknown = first(unknown.fails("EAI_NODATA"));
    assert_eq!(unknown, ("addrconfig-localhost", true));
}
