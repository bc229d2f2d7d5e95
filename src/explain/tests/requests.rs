//! Scenes of a getaddrinfo that failed: the request, its flags, type and service.

use super::scene::{freebsd, linux, macos, musl, windows};
use crate::net::{Hint, Services};
use crate::words::Language;

/// Rows: the rule, a scene in which it makes a note, a scene in which it does not.
macro_rules! rows {
    ($($rule:literal: $speaks:expr; $silent:expr;)*) => {
        pub(super) const ROWS: &[$crate::explain::tests::scene::Row] =
            &[$($crate::explain::tests::scene::Row {
                rule: $rule,
                speaks: || $speaks,
                silent: || $silent,
            }),*];
    };
}
pub(super) use rows;

// The second scene of each pair is as close to the first as possible.
rows! {
    "winsock-not-started":
        windows().node("localhost").fails_with(10093);
        linux().node("localhost").fails_with(10093);
    "system-root-missing":
        windows().service("80").returns(1, 6, "127.0.0.1:80").refuses("WSAEPROVIDERFAILEDINIT")
            .machine(|machine| machine.system_root = Some(false));
        windows().service("80").returns(1, 6, "127.0.0.1:80").refuses("WSAEPROVIDERFAILEDINIT")
            .machine(|machine| machine.system_root = Some(true));
    "winsock-provider":
        windows().node("localhost").fails_with(10106)
            .machine(|machine| machine.system_root = Some(true));
        windows().node("localhost").fails_with(10106)
            .machine(|machine| machine.system_root = Some(false));
    "network-down":
        windows().node("localhost").fails_with(10050);
        windows().node("localhost").fails_with(10055);
    "winsock-blocking":
        windows().service("80").returns(1, 6, "127.0.0.1:80").refuses("WSAEINPROGRESS");
        windows().service("80").returns(1, 6, "127.0.0.1:80").refuses("WSAEALREADY");

    "nothing-asked":
        linux().fails("EAI_NONAME");
        linux().node("localhost").fails("EAI_NONAME");
    "canonname-without-node":
        linux().service("80").hints("AI_CANONNAME").fails("EAI_BADFLAGS");
        linux().node("localhost").hints("AI_CANONNAME").fails("EAI_BADFLAGS");
    "fqdn-with-canonname":
        windows().node("a").hints("AI_FQDN AI_CANONNAME").fails("EAI_BADFLAGS");
        windows().node("a").hints("AI_FQDN").fails("EAI_BADFLAGS");
    "fqdn-without-node":
        windows().service("80").hints("AI_FQDN").fails("EAI_FAIL");
        windows().node("a").hints("AI_FQDN").fails("EAI_FAIL");

    "flag-of-another-system":
        linux().node("a").hint(Hint::Flags, 0x1000).fails("EAI_BADFLAGS");
        linux().node("a").hint(Hint::Flags, 0x0800_0000).fails("EAI_BADFLAGS");
    "flag-unknown":
        linux().node("a").hint(Hint::Flags, 0x800_0001).fails("EAI_BADFLAGS");
        linux().node("a").hints("AI_CANONNAME").fails("EAI_BADFLAGS");

    "socktype-with-flags":
        linux().node("a").hint(Hint::Socktype, 0x80801).fails("EAI_SOCKTYPE");
        macos().node("a").hint(Hint::Socktype, 0x80801).fails("EAI_BADHINTS");
    "socktype-unknown":
        linux().node("a").hint(Hint::Socktype, 999).fails("EAI_SOCKTYPE");
        linux().node("a").hints("SOCK_STREAM IPPROTO_UDP").fails("EAI_SOCKTYPE");
    "mptcp-in-hints":
        linux().node("a").hints("SOCK_STREAM IPPROTO_MPTCP").fails("EAI_SOCKTYPE");
        linux().node("a").hints("SOCK_DGRAM IPPROTO_MPTCP").fails("EAI_SOCKTYPE");
    "ping-in-hints":
        linux().node("a").hints("SOCK_DGRAM IPPROTO_ICMP").fails("EAI_SOCKTYPE");
        linux().node("a").hints("SOCK_STREAM IPPROTO_ICMP").fails("EAI_SOCKTYPE");
    "type-and-protocol":
        macos().node("a").hints("SOCK_STREAM IPPROTO_UDP").fails("EAI_BADHINTS");
        macos().node("a").hints("SOCK_STREAM IPPROTO_TCP").fails("EAI_BADHINTS");

    "protocol-in-hints":
        macos().node("a").hints("IPPROTO_IGMP").fails("EAI_BADHINTS");
        macos().node("a").hints("SOCK_STREAM IPPROTO_IGMP").fails("EAI_BADHINTS");

    "raw-with-service":
        linux().node("127.0.0.1").service("0").hints("SOCK_RAW").fails("EAI_SERVICE");
        linux().node("127.0.0.1").service("0").hints("SOCK_DGRAM").fails("EAI_SERVICE");
    "numericserv-name":
        linux().service("http").hints("AI_NUMERICSERV").fails("EAI_NONAME");
        linux().node("a").service("80").hints("AI_NUMERICSERV").fails("EAI_NONAME");
    "port-negative":
        linux().service("-80").fails("EAI_SERVICE");
        linux().service("--80").fails("EAI_SERVICE");
    "port-too-large":
        musl().service("65536").hints("SOCK_STREAM").fails("EAI_SERVICE");
        musl().service("65535").hints("SOCK_STREAM").fails("EAI_SERVICE");
    "port-not-decimal":
        linux().service("0x50").fails("EAI_SERVICE");
        linux().service("3com-tsmux").hints("SOCK_STREAM").services(&[("3com-tsmux", 106_u16, "udp")])
            .fails("EAI_SERVICE");
    "service-without-descriptors":
        linux().service("http").exhausted().fails("EAI_SERVICE");
        linux().service("0x50").exhausted().fails("EAI_SERVICE");
    "services-file-missing":
        linux().service("http").machine(|machine| machine.services = Some(Services::Missing))
            .fails("EAI_SERVICE");
        linux().service("http").services::<u16>(&[]).fails("EAI_SERVICE");
    "service-blank-around":
        linux().service("http ").fails("EAI_SERVICE");
        linux().service("http s").fails("EAI_SERVICE");
    "services-file-unreadable":
        linux().service("http").sources("dns", "files")
            .machine(|machine| machine.services = Some(Services::Unreadable))
            .fails("EAI_SERVICE");
        linux().service("http").sources("dns", "files").services::<u16>(&[]).fails("EAI_SERVICE");
    "services-file-skipped":
        linux().service("http").services(&[("http", 80_u16, "tcp")]).sources("files", "db")
            .fails("EAI_SERVICE");
        linux().service("http").services(&[("http", 80_u16, "tcp")]).sources("files", "db files")
            .fails("EAI_SERVICE");
    "service-other-protocol":
        linux().service("http").hints("SOCK_DGRAM").services(&[("http", 80_u16, "tcp")])
            .fails("EAI_SERVICE");
        linux().service("http").hints("SOCK_DGRAM")
            .services(&[("http", 80_u16, "tcp"), ("http", 80_u16, "udp")])
            .fails("EAI_SERVICE");
    "service-other-case":
        linux().service("HTTP").hints("SOCK_STREAM").services(&[("http", 80_u16, "tcp")])
            .fails("EAI_SERVICE");
        linux().service("HTTP").hints("SOCK_DGRAM").services(&[("http", 80_u16, "tcp")])
            .fails("EAI_SERVICE");
    "service-unknown":
        macos().service("no-such").fails("EAI_NONAME");
        macos().node("no-such").service("http").fails("EAI_NONAME");
}

/// macOS returns EAI_NONAME for both.
#[test]
fn service_is_blamed_only_if_the_node_fits() {
    for (hints, node, rule, suspected) in [
        ("AF_INET", "::1", "literal-of-other-family", false),
        ("AF_INET SOCK_RAW", "::1", "literal-of-other-family", false),
        ("AF_INET6 AI_ALL", "127.1", "literal-of-other-family", false),
        ("AF_INET6", "127.1", "literal-of-other-family", true),
        ("AF_UNSPEC", "fe80::1%nosuchif", "scope-unknown", true),
        ("AF_INET", "127.0.0.1", "service-unknown", true),
        ("AF_INET SOCK_RAW", "127.0.0.1", "service-unknown", true),
        ("AF_INET6", "::1", "service-unknown", true),
        ("AF_UNSPEC", "::1", "service-unknown", true),
        ("AF_INET6 AI_V4MAPPED", "127.1", "service-unknown", true),
        ("AF_UNSPEC", "", "service-unknown", true),
    ] {
        let asked = macos().node(node).service("no-such").hints(hints);
        let note = &asked.fails("EAI_NONAME").notes()[0];
        assert_eq!(
            (note.rule, note.suspected),
            (rule, suspected),
            "{hints} {node}"
        );
    }
}

#[test]
fn fix_of_a_service_is_its_port() {
    let port = |scene: super::Scene| {
        let notes = scene.notes();
        let query = notes[0].fix.clone().unwrap().query().cloned().unwrap();
        query
            .service
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap()
            .to_owned()
    };
    let dgram = || linux().hints("SOCK_DGRAM");
    let http = dgram()
        .service("http")
        .services(&[("http", 8080_u16, "tcp")]);
    assert_eq!(port(http.fails("EAI_SERVICE")), "8080");
    assert_eq!(port(dgram().service("80 ").fails("EAI_SERVICE")), "80");
    assert_eq!(port(dgram().service("0x1F90").fails("EAI_SERVICE")), "8080");
    assert_eq!(port(dgram().service("8O").fails("EAI_SERVICE")), "8");
    assert_eq!(port(dgram().service("no-such").fails("EAI_SERVICE")), "0");
    assert_eq!(port(freebsd().service("70000").fails("EAI_SERVICE")), "0");
}

/// The values are Linux's and FreeBSD's (socket(2)); 0x1000_0000 means nothing on Linux.
#[test]
fn flags_in_the_type_are_named() {
    let note = |scene: super::Scene, base: &str| {
        let note = scene.notes().remove(0);
        assert_eq!(note.rule, "socktype-with-flags");
        let fix = note.fix_text(Language::En).unwrap();
        assert_eq!(fix, format!("set ai_socktype to {base}"));
        note.line(Language::En)
    };
    let typed = |scene: super::Scene, value| scene.node("a").hint(Hint::Socktype, value);
    let line = note(typed(linux(), 0x80801).fails("EAI_SOCKTYPE"), "SOCK_STREAM");
    assert!(
        line.contains("SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK"),
        "{line}"
    );
    let line = note(
        typed(freebsd(), 0x1000_0002).fails("EAI_SOCKTYPE"),
        "SOCK_DGRAM",
    );
    assert!(line.contains("SOCK_DGRAM|SOCK_CLOEXEC"), "{line}");
    let line = note(typed(linux(), 0x800).fails("EAI_SOCKTYPE"), "0");
    assert!(line.contains("0|SOCK_NONBLOCK"), "{line}");
    let other = typed(linux(), 0x1000_0001).fails("EAI_SOCKTYPE").notes();
    assert_eq!(other[0].rule, "socktype-unknown");
}
