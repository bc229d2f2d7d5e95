//! Scenes of calls that failed: the node, the family, the name service, and socket().

use super::requests::rows;
use super::scene::{freebsd, linux, macos, musl, windows};
use crate::net::{Hint, Hosts, Network};
use crate::words::Language;

rows! {
    "name-without-descriptors":
        linux().node("localhost").exhausted().fails("EAI_NONAME");
        linux().node("localhost").fails("EAI_NONAME");
    "node-empty":
        linux().node("").service("80").fails("EAI_NONAME");
        linux().node("a").service("80").fails("EAI_NONAME");
    "node-star":
        musl().node("*").service("80").fails("EAI_NONAME");
        linux().node("*").fails("EAI_NONAME");
    "node-network":
        linux().node("2001:db8::/32").fails("EAI_NONAME");
        linux().node("2001:db8::/a").fails("EAI_NONAME");
    "node-path":
        linux().node("unix:///run/x").fails("EAI_NONAME");
        linux().node("http://run/x").fails("EAI_NONAME");
    "node-url":
        linux().node("http://localhost:80/a").fails("EAI_NONAME");
        linux().node("localhost:80").fails("EAI_NONAME");
    "node-brackets":
        linux().node("[::1]").fails("EAI_NONAME");
        windows().node("[::1]").fails("EAI_NONAME");
    "node-with-port":
        linux().node("127.0.0.1:80").fails("EAI_NONAME");
        linux().node("a:b").fails("EAI_NONAME");
    "node-blank-around":
        linux().node("localhost\n").fails("EAI_NONAME");
        linux().node("local host").fails("EAI_NONAME");
    "scope-encoded":
        linux().node("fe80::1%25lo").fails("EAI_NONAME");
        linux().node("fe80::1%25").fails("EAI_NONAME");
    "scope-unknown":
        linux().node("fe80::1%nosuchif").fails("EAI_NONAME");
        linux().node("fe80::1%nosuchif").hints("AF_INET").fails("EAI_ADDRFAMILY");
    "numerichost-name":
        linux().node("localhost").hints("AI_NUMERICHOST").fails("EAI_NONAME");
        linux().node("localhost").fails("EAI_NONAME");
    "address-final-dot":
        linux().node("127.0.0.1.").fails("EAI_NONAME");
        linux().node("127.0.0.1.a.").fails("EAI_NONAME");
    "node-octal":
        linux().node("08.0.0.1").fails("EAI_NONAME");
        linux().node("08.0.0.256").fails("EAI_NONAME");
    "node-like-address":
        linux().node("256.1.1.1").fails("EAI_NONAME");
        linux().node("1.2.3.example").fails("EAI_NONAME");
    "node-blank-inside":
        linux().node("local host").fails("EAI_NONAME");
        linux().node("localhost ").fails("EAI_NONAME");
    "node-not-ascii":
        linux().node("bücher.test").fails("EAI_NONAME");
        linux().node("bücher.test").hints("AI_IDN").fails("EAI_NONAME");
    "node-too-long":
        linux().node(&["a"; 128].join(".")).fails("EAI_NONAME");
        linux().node(&["a"; 127].join(".")).fails("EAI_NONAME");
    "node-label-too-long":
        linux().node(&"a".repeat(64)).fails("EAI_NONAME");
        linux().node(&"a".repeat(63)).fails("EAI_NONAME");
    "node-empty-label":
        linux().node("ok.test..").fails("EAI_NONAME");
        linux().node("ok.test.").fails("EAI_NONAME");
    "node-leading-dash":
        linux().node("-bad.test").fails("EAI_NONAME");
        linux().node("bad-.test").fails("EAI_NONAME");
    "node-character":
        linux().node("user@localhost").fails("EAI_NONAME");
        linux().node("user_localhost").fails("EAI_NONAME");

    "family-of-another-system":
        linux().node("a").hint(Hint::Family, 23).fails("EAI_FAMILY");
        linux().node("a").hints("AF_UNIX").fails("EAI_FAMILY");
    "family-unknown":
        windows().node("a").hint(Hint::Family, 999).fails("EAI_FAMILY");
        windows().node("a").hint(Hint::Family, 10).fails("EAI_FAMILY");
    "null-hints-addrconfig":
        linux().node("::1").null_hints().configured(true, false).fails("EAI_ADDRFAMILY");
        linux().node("::1").null_hints().configured(true, true).fails("EAI_ADDRFAMILY");
    "literal-of-other-family":
        linux().node("127.1").hints("AF_INET6").fails("EAI_ADDRFAMILY");
        linux().node("fe80::1%x").hints("AF_INET6").fails("EAI_NONAME");
    "addrconfig-ipv6-off":
        linux().node("localhost").hints("AF_INET6 AI_ADDRCONFIG").configured(true, false)
            .interface("lo", false, &["::1"]).interface("eth0", true, &[]).fails("EAI_NONAME");
        linux().node("localhost").hints("AF_INET6 AI_ADDRCONFIG").configured(true, false)
            .interface("lo", false, &["::1"]).interface("eth0", false, &[]).fails("EAI_NONAME");
    "addrconfig-loopback-only":
        linux().node("127.0.0.1").hints("AF_INET AI_ADDRCONFIG").configured(false, false)
            .fails("EAI_NONAME");
        linux().node("127.0.0.1").hints("AF_INET AI_ADDRCONFIG").configured(false, true)
            .fails("EAI_NONAME");
    "addrconfig-family":
        linux().node("::1").hints("AI_ADDRCONFIG").configured(true, false).fails("EAI_ADDRFAMILY");
        linux().node("::1").hints("AF_INET").configured(true, false).fails("EAI_ADDRFAMILY");
    "addrconfig-localhost":
        windows().node("localhost").hints("AI_ADDRCONFIG").fails("EAI_NODATA");
        windows().node("a.test").hints("AI_ADDRCONFIG").fails("EAI_NODATA");
    "no-address-of-family":
        linux().node("v4only.test").hints("AF_INET6").fails("EAI_NODATA");
        linux().node("nodata.test").fails("EAI_NODATA");
    "address-answer-late":
        linux().node("lost.test").takes(10).fails("EAI_NODATA");
        linux().node("lost.test").hints("AF_INET").takes(10).fails("EAI_NODATA");
    "name-without-address":
        linux().node("nodata.test").fails("EAI_NODATA");
        linux().node("v4only.test").hints("AF_INET6").fails("EAI_NODATA");

    "name-server-trouble":
        linux().node("a.test").fails("EAI_AGAIN");
        linux().node("a.test").fails("EAI_NONAME");
    "name-service-failed":
        linux().node("a.test").fails("EAI_FAIL");
        windows().service("80").hints("AI_CANONNAME").fails("EAI_FAIL");
    "idn-locale":
        linux().node("bücher.test").hints("AI_IDN").fails("EAI_IDN_ENCODE");
        linux().node("bücher.test").hints("AI_IDN").fails("EAI_NONAME");
    "name-policy":
        windows().node("a.test").fails("EAI_NOSECURENAME");
        windows().node("a.test").fails("EAI_NONAME");
    "no-memory":
        linux().node("a.test").fails("EAI_MEMORY");
        linux().node("a.test").fails("EAI_SYSTEM");
    "system-error":
        linux().node("a.test").fails("EAI_SYSTEM").errno(24);
        linux().node("a.test").fails("EAI_SYSTEM");
    "node-final-dot":
        linux().node("localhost.").hosts("::1 localhost").fails("EAI_NONAME");
        linux().node("localhost.").hosts("::1 localhost.").fails("EAI_NONAME");
    "hosts-file-unreadable":
        linux().node("a").machine(|machine| machine.hosts = Some(Hosts::Unreadable))
            .fails("EAI_NONAME");
        linux().node("a").machine(|machine| machine.hosts = Some(Hosts::Missing))
            .fails("EAI_NONAME");
    "source-lacks-name":
        linux().node("a.test").alone("dns").fails("EAI_NONAME");
        linux().node("a.test").sources("dns", "files").fails("EAI_NONAME");
    "source-not-installed":
        linux().node("a.test").alone("nosuch").fails("EAI_SYSTEM");
        linux().node("a.test").sources("nosuch", "files").fails("EAI_SYSTEM");
    "hosts-file-skipped":
        linux().node("a").hosts("192.0.2.1 a").sources("dns", "files").fails("EAI_NONAME");
        linux().node("a").hosts("192.0.2.1 a").sources("dns files", "files").fails("EAI_NONAME");
    "hosts-other-family":
        linux().node("a").hints("AF_INET6").hosts("192.0.2.1 a").sources("files dns", "files")
            .fails("EAI_NONAME");
        linux().node("a").hints("AF_INET").hosts("::1 a").sources("files dns", "files")
            .fails("EAI_NONAME");
    "localhost-without-source":
        linux().node("a.localhost").hosts("::1 localhost")
            .sources("files mdns4_minimal [NOTFOUND=return] dns", "files")
            .fails("EAI_NONAME");
        linux().node("a.localhost").hosts("::1 localhost").sources("files myhostname", "files")
            .fails("EAI_NONAME");
    "lookup-ends-early":
        linux().node("a.local").sources("files mdns4_minimal [NOTFOUND=return] dns", "files")
            .fails("EAI_NONAME");
        linux().node("a.test").sources("files mdns4_minimal [NOTFOUND=return] dns", "files")
            .fails("EAI_NONAME");
    "name-server-not-asked":
        linux().node("a").sources("files myhostname", "files").fails("EAI_NONAME");
        linux().node("a").sources("files sss", "files").fails("EAI_NONAME");
    "resolved-without-name":
        linux().node("a").sources("resolve [!UNAVAIL=return] files dns", "files")
            .fails("EAI_NONAME");
        linux().node("a").sources("resolve files dns", "files").fails("EAI_NONAME");
    "name-in-no-source":
        linux().node("a").sources("files dns", "files").resolver("nameserver ::1")
            .fails("EAI_NONAME");
        musl().node("a").resolver("nameserver ::1").fails("EAI_NONAME");
    "name-unknown":
        linux().node("nx.test").fails("EAI_NONAME");
        linux().node("127.0.0.1").fails("EAI_NONAME");

    "socket-without-descriptors":
        linux().returns(1, 6, "127.0.0.1:80").refuses("EMFILE").exhausted();
        linux().returns(1, 6, "127.0.0.1:80").refuses("ENFILE");
    "socket-without-handles":
        windows().returns(1, 6, "127.0.0.1:80").refuses("WSAEMFILE");
        linux().returns(1, 6, "127.0.0.1:80").refuses("EMFILE").exhausted();
    "file-table-full":
        linux().returns(1, 6, "127.0.0.1:80").refuses("ENFILE");
        linux().returns(1, 6, "127.0.0.1:80").refuses("EMFILE");
    "kernel-memory":
        windows().returns(1, 6, "127.0.0.1:80").refuses("WSAENOBUFS");
        linux().returns(1, 6, "127.0.0.1:80").refuses("EINVAL");
    "socket-policy":
        linux().node("a").returns(1, 6, "[::1]:80").refuses("EAFNOSUPPORT").kernel(true, true, 2);
        linux().node("a").returns(1, 6, "[::1]:80").refuses("EAFNOSUPPORT").kernel(true, false, 2);
    "raw-entry-unasked":
        linux().returns(3, 0, "127.0.0.1:80").refuses("EPROTONOSUPPORT");
        linux().hints("SOCK_RAW").returns(3, 0, "127.0.0.1:0").refuses("EPROTONOSUPPORT");
    "raw-without-protocol":
        linux().hints("SOCK_RAW").returns(3, 0, "127.0.0.1:0").refuses("EPROTONOSUPPORT");
        linux().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("EPERM");
    "mptcp-off":
        linux().returns(1, 262, "127.0.0.1:80").refuses("ENOPROTOOPT");
        linux().returns(1, 262, "127.0.0.1:80").refuses("EPROTONOSUPPORT");
    "dccp-not-here":
        linux().hints("SOCK_DCCP").returns(6, 33, "127.0.0.1:80").refuses("ESOCKTNOSUPPORT");
        linux().hints("SOCK_SEQPACKET").returns(5, 132, "127.0.0.1:0").refuses("ESOCKTNOSUPPORT");
    "protocol-not-here":
        linux().hints("SOCK_STREAM IPPROTO_SCTP").returns(1, 132, "127.0.0.1:80")
            .refuses("EPROTONOSUPPORT");
        windows().hints("SOCK_STREAM IPPROTO_UDP").returns(1, 17, "127.0.0.1:80")
            .refuses("WSAEPROTONOSUPPORT");
    "socket-type-and-protocol":
        windows().hints("SOCK_STREAM IPPROTO_UDP").returns(1, 17, "127.0.0.1:80")
            .refuses("WSAEPROTONOSUPPORT");
        windows().hint(Hint::Protocol, 999).returns(0, 999, "127.0.0.1:80")
            .refuses("WSAEPROTONOSUPPORT");
    "usual-protocol-refused":
        freebsd().returns(1, 6, "127.0.0.1:80").refuses("EPROTONOSUPPORT");
        linux().returns(1, 6, "127.0.0.1:80").refuses("EPROTONOSUPPORT");
    "protocol-unknown":
        windows().hint(Hint::Protocol, 999).returns(0, 999, "127.0.0.1:80")
            .refuses("WSAEPROTONOSUPPORT");
        linux().returns(3, 0, "127.0.0.1:80").refuses("EPROTONOSUPPORT");
    "socktype-not-here":
        linux().hints("SOCK_SEQPACKET").returns(5, 132, "127.0.0.1:0").refuses("ESOCKTNOSUPPORT");
        linux().hints("SOCK_STREAM IPPROTO_SCTP").returns(1, 132, "127.0.0.1:0")
            .refuses("EPROTONOSUPPORT");
    "protocol-out-of-range":
        linux().hint(Hint::Protocol, 999).returns(3, 999, "127.0.0.1:0").refuses("EINVAL");
        linux().hint(Hint::Protocol, 262).returns(3, 262, "127.0.0.1:0").refuses("EINVAL");
    "socktype-out-of-range":
        musl().hint(Hint::Socktype, 999).returns(231, 0, "127.0.0.1:0").refuses("EINVAL");
        musl().hint(Hint::Socktype, 5).returns(5, 0, "127.0.0.1:0").refuses("ESOCKTNOSUPPORT");
    "ipv6-absent":
        linux().node("localhost").returns(1, 6, "[::1]:80").refuses("EAFNOSUPPORT");
        linux().node("localhost").returns(1, 6, "127.0.0.1:80").refuses("EAFNOSUPPORT");
    "socket-family-of-another-system":
        linux().returns(1, 6, "[::1]:80").family(30).refuses("EAFNOSUPPORT");
        linux().returns(1, 6, "[::1]:80").refuses("EAFNOSUPPORT");
    "family-absent":
        windows().returns(1, 0, "127.0.0.1:80").family(1).refuses("WSAEAFNOSUPPORT");
        windows().returns(1, 6, "[::1]:80").refuses("WSAEAFNOSUPPORT");
    "ping-group":
        linux().returns(2, 1, "127.0.0.1:0").refuses("EACCES")
            .machine(|machine| machine.ping = Some(false));
        linux().returns(2, 1, "127.0.0.1:0").refuses("EACCES")
            .machine(|machine| machine.ping = Some(true));
    "raw-network-of-host":
        linux().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("EPERM")
            .process(true, true, Some(Network::Foreign));
        linux().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("EPERM")
            .process(true, true, Some(Network::Own));
    "raw-root-without-capability":
        linux().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("EPERM")
            .process(true, false, Some(Network::Own));
        linux().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("EPERM")
            .process(false, false, Some(Network::Own));
    "raw-privilege":
        linux().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("EPERM");
        linux().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("EPERM")
            .machine(|machine| machine.privileged = Some(true));
    "raw-privilege-bsd":
        macos().hints("IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("EPERM");
        macos().hints("IPPROTO_ICMP").returns(2, 1, "127.0.0.1:0").refuses("EPERM");
    "raw-privilege-windows":
        windows().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("WSAEACCES")
            .machine(|machine| machine.privileged = Some(false));
        windows().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("WSAEACCES")
            .machine(|machine| machine.privileged = Some(true));
    "raw-refused":
        windows().hints("SOCK_RAW IPPROTO_ICMP").returns(3, 1, "127.0.0.1:0").refuses("WSAEACCES")
            .machine(|machine| machine.privileged = Some(true));
        windows().hints("SOCK_STREAM").returns(1, 6, "127.0.0.1:0").refuses("WSAEACCES")
            .machine(|machine| machine.privileged = Some(true));
    "socket-refused":
        freebsd().returns(1, 6, "127.0.0.1:80").refuses("EACCES");
        linux().returns(3, 1, "127.0.0.1:0").refuses("EPERM");
    "sandbox":
        freebsd().returns(1, 6, "127.0.0.1:80").refuses("ECAPMODE");
        freebsd().returns(1, 6, "127.0.0.1:80").refuses("EPERM");
}

#[test]
fn refused_family_is_not_proposed_again() {
    let fix = |scene: super::Scene| {
        let note = &scene.notes()[0];
        assert_eq!(note.rule, "family-absent");
        note.fix_text(Language::En)
    };
    let inet = || {
        linux()
            .returns(1, 6, "127.0.0.1:80")
            .refuses("EAFNOSUPPORT")
    };
    assert_eq!(fix(inet()), None);
    assert_eq!(fix(inet().node("localhost")), None);
    let unix = |node| inet().node(node).family(1);
    let [v4, v6] = ["127.0.0.1", "::1"].map(|node| fix(unix(node)).unwrap());
    assert_eq!(v4, "set ai_family to AF_INET");
    assert_eq!(v6, "set ai_family to AF_INET6");
}

#[test]
fn refused_tcp_socket_is_a_policys_work_on_linux() {
    let rule = |scene: super::Scene| {
        let note = scene.notes().remove(0);
        (note.rule, note.suspected)
    };
    let tcp = |error| {
        linux()
            .hints("SOCK_STREAM")
            .returns(1, 6, "[::1]:80")
            .refuses(error)
    };
    for error in ["EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "EPERM", "EINVAL"] {
        assert_eq!(rule(tcp(error)), ("socket-policy", false), "{error}");
    }
    // The family may be missing, unless the kernel has it.
    let family = || tcp("EAFNOSUPPORT");
    assert_eq!(rule(family()), ("ipv6-absent", true));
    let absent = family().kernel(true, false, 0);
    assert_eq!(rule(absent), ("ipv6-absent", false));
    let refused = family().kernel(true, true, 0);
    assert_eq!(rule(refused), ("socket-policy", false));
    // A FreeBSD jail without the family has this error.
    let jail = freebsd()
        .returns(1, 6, "[::1]:80")
        .refuses("EPROTONOSUPPORT");
    assert_eq!(rule(jail), ("usual-protocol-refused", true));
    // The flags of socket() are no other type.
    let flags = linux().returns(0x80801, 6, "127.0.0.1:80").refuses("EPERM");
    assert_eq!(rule(flags), ("socket-policy", false));
}

/// Without the owner of the network, a user namespace is one of two causes.
#[test]
fn owner_of_the_network_decides_about_a_raw_socket() {
    let note = |root, capability, network| {
        let raw = linux().returns(3, 1, "127.0.0.1:0").refuses("EPERM");
        let note = raw.process(root, capability, network).notes().remove(0);
        (note.rule, note.suspected)
    };
    use Network::{Foreign, Own, Unknown};
    for (root, capability, network, expected) in [
        (true, true, Some(Unknown), ("raw-network-of-host", true)),
        (false, false, Some(Foreign), ("raw-network-of-host", false)),
        (
            true,
            false,
            Some(Unknown),
            ("raw-root-without-capability", false),
        ),
        (false, false, Some(Unknown), ("raw-privilege", false)),
        (true, true, Some(Own), ("raw-refused", false)),
        (true, true, None, ("raw-refused", true)),
    ] {
        assert_eq!(note(root, capability, network), expected);
    }
}

#[test]
fn host_is_extracted_from_a_pasted_url() {
    let pasted = [
        ("http://localhost/", "localhost"),
        ("https://user@example.com:8080/a?b#c", "example.com"),
        ("http://[::1]:80/", "::1"),
        ("example.com/path", "example.com"),
        ("[::1]", "::1"),
        ("[fe80::1%2]:80", "fe80::1%2"),
        ("localhost:80", "localhost"),
        (" localhost\r\n", "localhost"),
        ("::1%lo", "::1"),
    ];
    for (node, host) in pasted {
        let notes = linux().node(node).fails("EAI_NONAME").notes();
        let fix = notes[0].fix.clone().expect(node);
        assert_eq!(
            fix.query().unwrap().node.clone().unwrap().as_os_str(),
            host,
            "{node}"
        );
    }
}

#[test]
fn address_of_the_other_family_has_one_rule() {
    assert_eq!(
        musl()
            .node("fe80::1%lo")
            .hints("AF_INET")
            .fails("EAI_NONAME")
            .notes()[0]
            .rule,
        "literal-of-other-family"
    );
    let notes = windows()
        .node("::1")
        .hints("AF_INET")
        .fails_with(-9)
        .notes();
    assert_eq!(notes[0].rule, "literal-of-other-family");
}
