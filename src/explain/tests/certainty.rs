//! A note is sure only if a fact excludes its other causes.

use super::scene::{Scene, linux, macos, musl, windows};
use crate::net::{Hint, Services};
use crate::words::Language;

#[track_caller]
fn assert_suspected(expected: bool, rule: &str, scene: &Scene) {
    let notes = scene.notes();
    let note = notes.iter().find(|note| note.rule == rule);
    let note = note.unwrap_or_else(|| panic!("{rule}: {notes:?}"));
    assert_eq!(note.suspected, expected, "{rule}");
}

#[test]
fn raw_socket_without_privilege_is_proven_by_it() {
    let raw = || linux().returns(3, 1, "127.0.0.1:0").refuses("EPERM");
    let rule = raw().notes()[0].rule;
    assert_suspected(true, rule, &raw());
    let unprivileged = raw().machine(|machine| machine.privileged = Some(false));
    let rule = unprivileged.notes()[0].rule;
    assert_suspected(false, rule, &unprivileged);
}

#[test]
fn unknown_name_is_only_suspected_on_every_system() {
    for scene in [linux(), musl(), macos(), windows()] {
        let scene = scene.node("nx.test").fails("EAI_NONAME");
        assert_suspected(true, "name-unknown", &scene);
    }
    let scene = linux()
        .node("nx.test")
        .hosts("")
        .sources("files dns", "files")
        .resolver("nameserver 192.0.2.1")
        .fails("EAI_NONAME");
    assert_suspected(true, "name-in-no-source", &scene);
}

/// The action behind `files` follows from the file; avahi's answer cannot be seen.
#[test]
fn end_of_the_lookup_is_proven_by_the_files_alone() {
    let lookup = |sources| linux().node("a.local").sources(sources, "files");
    let files = || lookup("files [NOTFOUND=return] dns").fails("EAI_NONAME");
    assert_suspected(true, "lookup-ends-early", &files());
    let read = lookup("files [NOTFOUND=return] dns").hosts("192.0.2.1 b.local");
    assert_suspected(false, "lookup-ends-early", &read.fails("EAI_NONAME"));
    let avahi = lookup("files mdns_minimal [NOTFOUND=return] dns").hosts("192.0.2.1 b.local");
    assert_suspected(true, "lookup-ends-early", &avahi.fails("EAI_NONAME"));
    // avahi's minimal module leaves names of three labels to the next source (nss-mdns, README).
    let sources = "files mdns4_minimal [NOTFOUND=return] dns";
    let longer = linux().node("a.b.local").sources(sources, "files");
    assert_eq!(longer.fails("EAI_NONAME").notes()[0].rule, "name-unknown");
}

#[test]
fn name_that_the_search_list_may_complete_is_not_proven() {
    let lookup = |node: &str, resolver| {
        let scene = linux().node(node).hints("AF_INET6");
        let scene = scene.sources("files dns", "files").resolver(resolver);
        scene.fails("EAI_NODATA")
    };
    let rule = "no-address-of-family";
    assert_suspected(false, rule, &lookup("a", "nameserver ::1"));
    assert_suspected(true, rule, &lookup("a", "search b.test"));
    assert_suspected(false, rule, &lookup("a.", "search b.test"));
    let alone = windows().node("a").hints("AF_INET6").fails("EAI_NODATA");
    assert_suspected(true, rule, &alone);
    let both = linux().node("a").sources("files dns", "files");
    assert_suspected(true, "name-without-address", &both.fails("EAI_NODATA"));
}

#[test]
fn unknown_service_is_proven_by_every_source() {
    let lookup = |sources| linux().service("nosuch").sources("dns", sources);
    let rule = "service-unknown";
    let without = lookup("files").fails("EAI_SERVICE");
    assert_suspected(true, rule, &without);
    let read = lookup("files").services::<u16>(&[]).fails("EAI_SERVICE");
    assert_suspected(false, rule, &read);
    let more = lookup("files sss")
        .services::<u16>(&[])
        .fails("EAI_SERVICE");
    assert_suspected(true, rule, &more);
    let rule = "services-file-unreadable";
    for (sources, suspected) in [("files", false), ("db files", true)] {
        let scene = lookup(sources).machine(|facts| facts.services = Some(Services::Unreadable));
        assert_suspected(suspected, rule, &scene.fails("EAI_SERVICE"));
    }
}

/// systemd-resolved may be asked for a name that glibc's own source refuses.
#[test]
fn refused_character_is_proven_by_the_sources() {
    let lookup = |sources| {
        linux()
            .node("a@b")
            .sources(sources, "files")
            .fails("EAI_NONAME")
    };
    assert_suspected(false, "node-character", &lookup("files dns"));
    assert_suspected(true, "node-character", &lookup("files resolve dns"));
}

/// A refused socket that the catalog offers has another cause.
#[test]
fn missing_provider_is_proven_by_the_catalog() {
    let socket = |family: &str, protocol| {
        let scene = windows()
            .hints("SOCK_STREAM")
            .hint(Hint::Protocol, protocol);
        let scene = scene.returns(1, protocol, family);
        scene.refuses("WSAEPROTONOSUPPORT").providers()
    };
    assert_suspected(false, "protocol-without-provider", &socket("[::1]:1", 17));
    assert_suspected(true, "usual-protocol-refused", &socket("[::1]:1", 6));
    let hints = windows().node("a").hints("SOCK_RDM").fails("EAI_SOCKTYPE");
    let notes = hints.providers().notes();
    assert_eq!(notes[0].rule, "type-without-provider");
    // Six providers, of which four are named.
    let text = notes[0].remedy(Language::En).unwrap();
    let last = "'MSAFD Tcpip [TCP/IPv6]', +2.";
    assert!(text.contains(last) && !text.contains("RAW/IPv6"), "{text}");
}
