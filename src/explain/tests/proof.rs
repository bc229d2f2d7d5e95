//! Every sure note rests on the proof that its rule declares.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::fixes::scenes;
use super::invariants::{number, text};
use super::machine::{any_machine, machines};
use super::scene::{self, Scene};
use crate::explain::Note;
use crate::explain::rules::{self, Proof};
use crate::names::Os;
use crate::net::{Hints, Needs, Query};

/// The rules whose error has one cause, or whose note says no more than what the error means, with
/// who defines it.
const ERRORS: [(&str, &str); 33] = [
    (
        "winsock-not-started",
        "Microsoft, Windows Sockets Error Codes: WSANOTINITIALISED",
    ),
    (
        "network-down",
        "Microsoft, Windows Sockets Error Codes: WSAENETDOWN",
    ),
    ("family-unknown", "RFC 3493 §6.1: EAI_FAMILY"),
    ("name-server-trouble", "RFC 3493 §6.1: EAI_AGAIN"),
    ("name-service-failed", "RFC 3493 §6.1: EAI_FAIL"),
    (
        "idn-locale",
        "glibc, inet/idna.c: a letter that the locale lacks; this program sets none",
    ),
    (
        "name-policy",
        "Microsoft, ws2tcpip.h: EAI_NOSECURENAME, EAI_IPSECPOLICY",
    ),
    ("no-memory", "RFC 3493 §6.1: EAI_MEMORY"),
    (
        "system-error",
        "RFC 3493 §6.1: EAI_SYSTEM; the note repeats errno",
    ),
    ("socket-without-descriptors", "socket(2), POSIX: EMFILE"),
    (
        "socket-without-handles",
        "POSIX: EMFILE; Microsoft, socket: WSAEMFILE",
    ),
    ("file-table-full", "socket(2), POSIX: ENFILE"),
    ("kernel-memory", "socket(2), POSIX: ENOBUFS, ENOMEM"),
    (
        "socket-policy",
        "Linux, net/socket.c, net/ipv4/af_inet.c: inet_create has no such error for TCP and UDP",
    ),
    (
        "raw-entry-unasked",
        "Linux, net/ipv4/af_inet.c: inet_create finds no raw socket for protocol 0",
    ),
    ("raw-without-protocol", "the same"),
    (
        "dccp-not-here",
        "socket(2): EPROTONOSUPPORT, ESOCKTNOSUPPORT; the note repeats it",
    ),
    ("protocol-not-here", "the same"),
    ("protocol-unknown", "the same"),
    ("socktype-not-here", "the same"),
    (
        "family-absent",
        "socket(2): EAFNOSUPPORT; the note repeats it",
    ),
    ("sandbox", "FreeBSD, capsicum(4): ECAPMODE"),
    ("option-unknown", "setsockopt(2), POSIX: ENOPROTOOPT"),
    (
        "handle-not-open",
        "POSIX: EBADF, ENOTSOCK; Microsoft, Windows Sockets Error Codes: WSAENOTSOCK",
    ),
    (
        "address-scope-unknown",
        "Linux, net/ipv6/af_inet6.c: __inet6_bind",
    ),
    ("port-taken", "bind(2), POSIX: EADDRINUSE"),
    ("accept-aborted", "accept(2), POSIX: ECONNABORTED"),
    ("connect-refused", "connect(2), POSIX: ECONNREFUSED"),
    ("connect-timed-out", "connect(2), POSIX: ETIMEDOUT"),
    (
        "connect-unreachable",
        "connect(2), POSIX: ENETUNREACH, EHOSTUNREACH",
    ),
    ("datagram-refused", "udp(7): ECONNREFUSED"),
    ("peer-gone", "send(2), recv(2), POSIX: EPIPE, ECONNRESET"),
    ("message-too-long", "send(2), POSIX: EMSGSIZE"),
];

#[test]
fn every_error_with_one_cause_has_its_source() {
    let by_error = rules::all().filter(|rule| rule.proof == Some(Proof::Error));
    let names: BTreeSet<&str> = by_error.map(|rule| rule.words.name()).collect();
    assert_eq!(names, ERRORS.into_iter().map(|(rule, _)| rule).collect());
}

#[test]
fn rule_that_rests_on_facts_declares_them() {
    for rule in rules::all() {
        let facts = rule.proof == Some(Proof::Facts);
        assert!(!facts || !rule.needs.is_empty(), "{}", rule.words.name());
    }
}

/// Each proof is used: a rule that is never sure has none.
#[test]
fn each_rule_with_a_proof_is_sure_in_a_scene() {
    let machines = machines();
    let sure = |scene: &Scene| {
        let findings = scene.findings().into_iter();
        let sure = findings.filter(|(_, suspected)| !suspected);
        sure.map(|(rule, _)| rule.words.name()).collect::<Vec<_>>()
    };
    let mut proven: BTreeSet<&str> = BTreeSet::new();
    for row in super::rows() {
        let scene = (row.speaks)();
        proven.extend(sure(&scene));
        proven.extend(
            machines
                .iter()
                .flat_map(|machine| sure(&machine.put(scene.clone()))),
        );
    }
    let declared = rules::all().filter(|rule| rule.proof.is_some());
    assert_eq!(proven, declared.map(|rule| rule.words.name()).collect());
}

#[test]
fn no_scene_is_sure_without_its_proof() {
    for scene in scenes() {
        assert_proven(&scene).unwrap();
    }
}

/// The scene with only these facts.
fn with_only(scene: &Scene, needs: Needs) -> Scene {
    let mut other = scene.clone();
    other.facts = scene.facts.clone().only(needs);
    other
}

/// What every rule finds is proven as the rule declares.
fn assert_proven(scene: &Scene) -> Result<(), TestCaseError> {
    let about = |rule: &rules::Rule| format!("{}: {:?}", rule.words.name(), scene.run());
    let unknown = with_only(scene, Needs::NONE).findings();
    for (rule, suspected) in scene.findings() {
        let finds = |findings: &[(&rules::Rule, bool)]| {
            let mut found = findings
                .iter()
                .filter(|(other, _)| other.words == rule.words);
            found.next().map(|(_, suspected)| *suspected)
        };
        let needed = with_only(scene, rule.needs).findings();
        prop_assert_eq!(
            finds(&needed),
            Some(suspected),
            "it reads more facts: {}",
            about(rule)
        );
        match rule.proof {
            None => prop_assert!(suspected, "without a proof: {}", about(rule)),
            // The facts only choose between two rules.
            Some(Proof::Text) if rule.words.name() == "entry-twice" => {}
            Some(Proof::Text) => {
                prop_assert_eq!(
                    finds(&unknown),
                    Some(suspected),
                    "not by text: {}",
                    about(rule)
                );
            }
            Some(Proof::Facts) => {
                prop_assert_ne!(
                    finds(&unknown),
                    Some(false),
                    "without a fact: {}",
                    about(rule)
                );
            }
            Some(Proof::Error) => {}
        }
    }
    Ok(())
}

/// What ends a call before any source is asked. A note on the sources stays true, but this one comes
/// first.
///
/// That SO_REUSEADDR does not help is more than which socket has the port.
const BEFORE: [&str; 6] = [
    "addrconfig-family",
    "addrconfig-ipv6-off",
    "addrconfig-loopback-only",
    "name-without-descriptors",
    "service-without-descriptors",
    "port-reuse-listener",
];

/// More facts do not take back a note that is sure of a failure.
fn assert_kept(scene: &Scene, hidden: Needs) -> Result<(), TestCaseError> {
    let all = scene.notes();
    let fewer = with_only(scene, hidden);
    for note in fewer.notes() {
        let rule = rules::all().find(|rule| rule.words == note.words).unwrap();
        // A note that repeats the error makes room for its cause.
        let proven = matches!(rule.proof, Some(Proof::Text | Proof::Facts));
        if note.suspected
            || !proven
            || scene.steps.is_empty() && scene.entry.is_none() && scene.result.is_ok()
        {
            continue;
        }
        let kept = |other: &Note| other.rule == note.rule || BEFORE.contains(&other.rule);
        let kept = all.iter().any(|other| kept(other) && !other.suspected);
        prop_assert!(
            kept,
            "{} {:?}: {:?} {:?}",
            note.rule,
            all,
            fewer.facts,
            scene.run()
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn sure_note_is_proven_on_any_machine(machine in any_machine(), at in any::<prop::sample::Index>()) {
        let rows: Vec<_> = super::rows().collect();
        let row = rows[at.index(rows.len())];
        assert_proven(&machine.put((row.speaks)()))?;
        assert_proven(&machine.put((row.silent)()))?;
    }

    #[test]
    fn more_facts_keep_what_is_sure(
        machine in any_machine(),
        at in any::<prop::sample::Index>(),
        known in prop::collection::vec(any::<bool>(), 16),
    ) {
        let all = [
            Needs::ADDRESSES, Needs::INTERFACES, Needs::SERVICES, Needs::PRIVILEGE, Needs::PING,
            Needs::DESCRIPTORS, Needs::MPTCP, Needs::SYSTEM_ROOT, Needs::KERNEL_FAMILIES,
            Needs::SECCOMP, Needs::SOURCES, Needs::HOSTS, Needs::RESOLVER, Needs::PROVIDERS,
            Needs::PORTS, Needs::LOW_PORTS,
        ];
        let known = all.iter().zip(known).filter(|(_, known)| *known);
        let known = known.fold(Needs::NONE, |all, (&need, _)| all.and(need));
        let rows: Vec<_> = super::rows().collect();
        let row = rows[at.index(rows.len())];
        assert_kept(&machine.put((row.speaks)()), known)?;
    }

    #[test]
    fn sure_note_on_any_query_is_proven(
        node in text(),
        service in text(),
        flags in number(),
        family in number(),
        socktype in number(),
        protocol in number(),
        os in prop::sample::select(Os::ALL.to_vec()),
        libc in prop::sample::select(vec![Some("glibc 2.36"), Some("musl"), None]),
        code in prop_oneof![-110..20_i32, 10000..11040_i32],
        machine in any_machine(),
    ) {
        let query = Query { node, service, hints: Some(Hints { flags, family, socktype, protocol }) };
        let mut scene = scene::scene(os, libc).fails_with(code);
        scene.query = query;
        assert_proven(&machine.put(scene))?;
    }
}
