//! Errors provoked for real: the program gives the reason, and its suggested fix makes the calls
//! succeed.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::dns::{Answer, Rcode};
use crate::support::network::Network;
use crate::support::run::here;
use serde_json::Value;
use sockscope::cli::{self, Request};
use sockscope::config::Config;
use sockscope::explain::{Case, notes};
use sockscope::net::Query;
use sockscope::text::Text;
use sockscope::words::Language;

tests! {
    failed_getaddrinfo_is_explained_and_fixed: NETWORK;
    unintended_answer_has_a_warning: NETWORK;
    failed_socket_is_explained_and_fixed: NETWORK;
    missing_kernel_protocol_is_named: NETWORK, NO_SCTP;
    root_without_the_capability_is_told_what_to_add: Program("setpriv");
    raw_socket_in_a_user_namespace_is_explained: USER_NAMESPACE;
    socket_that_a_sandbox_refuses_is_explained: COMPILER;
    errno_of_socket_is_explained: COMPILER;
    sandbox_without_clone3_is_named: COMPILER, GLIBC_2_36;
    addrconfig_note_names_the_missing_family: NETWORK;
    disabled_ipv6_is_named: NETWORK;
    ipv6_switch_is_judged_per_address: NETWORK;
    missing_services_file_is_named: NETWORK;
    descriptor_exhaustion_is_named_as_the_cause: COMPILER;
    lang_option_overrides_the_environment;
}

/// The JSON of the program, started by another program if `prefix` has one.
#[track_caller]
pub(crate) fn json<S: AsRef<OsStr>>(prefix: &[&str], arguments: &[S]) -> (Value, i32) {
    let program = env!("CARGO_BIN_EXE_sockscope");
    let mut command = match prefix {
        [] => Command::new(program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    };
    let output = command
        .args(["--format", "json", "--lang", "en"])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (json, output.status.code().unwrap())
}

fn rules(notes: &Value) -> Vec<&str> {
    let notes = notes.as_array().unwrap().iter();
    notes.map(|note| note["rule"].as_str().unwrap()).collect()
}

/// The rules of all notes, those of the query first.
pub(crate) fn all_rules(json: &Value) -> Vec<&str> {
    let entries = json["entries"].as_array().unwrap().iter();
    let entries = entries.flat_map(|entry| rules(&entry["notes"]));
    rules(&json["notes"]).into_iter().chain(entries).collect()
}

fn query(arguments: &[&str]) -> (Query, bool) {
    let all = ["sockscope", "--format", "json"];
    let all = all.iter().chain(arguments).map(OsString::from);
    match cli::parse(all, false, Language::En, Config::default()) {
        Ok(Request::Invoke(invocation)) => (invocation.query, invocation.socket),
        other => panic!("{arguments:?}: {other:?}"),
    }
}

/// Arguments for `query`, with its hints as numbers.
fn typed(query: &Query) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = match query.hints {
        None => vec!["--null-hints".into()],
        Some(hints) => vec![
            format!("--family={}", hints.family).into(),
            format!("--socktype={}", hints.socktype).into(),
            format!("--protocol={}", hints.protocol).into(),
            format!("--flags={}", hints.flags).into(),
        ],
    };
    let text = |text: &Text| text.as_os_str().to_owned();
    match (&query.node, &query.service) {
        (None, None) => {}
        (None, Some(service)) => arguments.extend(["--service".into(), text(service)]),
        (Some(node), service) => {
            arguments.extend(["--".into(), text(node)]);
            arguments.extend(service.as_ref().map(text));
        }
    }
    arguments
}

/// The query after the rule's fix, on this machine.
fn fixed_query(rule: &str, query: &Query, socket: bool) -> Option<Query> {
    let run = here(query, socket);
    let entries = (0..run.entries().len()).map(Some);
    let cases = std::iter::once(None).chain(entries);
    let all: Vec<_> = cases
        .flat_map(|entry| notes(&Case::new(&run, entry)))
        .collect();
    let note = all.into_iter().find(|note| note.rule == rule);
    note.unwrap_or_else(|| panic!("{rule} gave no note"))
        .fix
        .and_then(|fix| fix.query().cloned())
}

/// These arguments get a note of `rule`. If the rule has a fix, the fixed query succeeds in both
/// calls and has no such note.
#[track_caller]
pub(crate) fn assert_rule(rule: &str, arguments: &[&str]) {
    let (before, _) = json(&[], arguments);
    let first = all_rules(&before);
    assert!(
        first.contains(&rule),
        "{arguments:?}: {first:?}, not {rule}"
    );
    if before["getaddrinfo"]["return"] != 0 {
        assert_eq!(first, [rule], "{arguments:?}");
    }
    let (query, socket) = query(arguments);
    if let Some(query) = fixed_query(rule, &query, socket) {
        let arguments = typed(&query);
        let (after, status) = json(&[], &arguments);
        assert_eq!(status, 0, "{rule}: {arguments:?}: {after}");
        assert!(
            !all_rules(&after).contains(&rule),
            "{rule}: {arguments:?}: {after}"
        );
    }
}

fn failed_getaddrinfo_is_explained_and_fixed() {
    Network::run(|network| {
        // EAI_NONAME
        assert_rule("nothing-asked", &["-t", "stream"]);
        assert_rule("nothing-asked", &["-t", "raw", "-p", "icmp"]);
        assert_rule("numericserv-name", &["-N", "localhost", "http"]);
        assert_rule("numerichost-name", &["-n", "localhost", "80"]);
        assert_rule("node-empty", &["", "80"]);
        assert_rule("node-empty", &[""]);
        assert_rule("node-url", &["http://localhost:80/a", "80"]);
        assert_rule("node-brackets", &["[::1]:80", "80"]);
        assert_rule("node-with-port", &["127.0.0.1:80"]);
        assert_rule("node-blank-around", &["localhost ", "80"]);
        assert_rule("node-blank-inside", &["local host"]);
        assert_rule("node-like-address", &["256.1.1.1"]);
        assert_rule("node-like-address", &["1.2.3.4.5"]);
        assert_rule("node-not-ascii", &["bücher.test"]);
        assert_rule("node-too-long", &["a.".repeat(150).as_str()]);
        assert_rule("node-label-too-long", &["a".repeat(64).as_str()]);
        assert_rule("node-empty-label", &["a..b"]);
        assert_rule("node-leading-dash", &["--", "-bad.test"]);
        assert_rule("scope-unknown", &["fe80::1%nosuchif", "80"]);
        assert_rule("scope-unknown", &["::1%lo", "80"]);
        assert_rule("name-in-no-source", &["nx.test"]);
        network
            .dns()
            .answer("formerr.test", Answer::Refusal(Rcode::FormatError));
        assert_rule("name-in-no-source", &["formerr.test"]);
        // EAI_SERVICE
        assert_rule(
            "raw-with-service",
            &["-t", "raw", "-p", "icmp", "127.0.0.1", "80"],
        );
        assert_rule("raw-with-service", &["-t", "raw", "-p", "icmp", "-s", "80"]);
        assert_rule("raw-with-service", &["-p", "icmp", "127.0.0.1", "80"]);
        assert_rule("port-negative", &["--", "127.0.0.1", "-80"]);
        assert_rule("port-too-large", &["127.0.0.1", "18446744073709551616"]);
        assert_rule("port-not-decimal", &["127.0.0.1", "0x50"]);
        assert_rule("port-not-decimal", &["127.0.0.1", "80 "]);
        assert_rule("port-not-decimal", &["127.0.0.1", "8O"]);
        assert_rule(
            "service-other-protocol",
            &["-t", "dgram", "127.0.0.1", "http"],
        );
        assert_rule(
            "service-other-protocol",
            &["-t", "stream", "127.0.0.1", "tftp"],
        );
        assert_rule("service-other-case", &["127.0.0.1", "HTTP"]);
        assert_rule("service-unknown", &["--preset", "unknown-service"]);
        // EAI_SOCKTYPE
        assert_rule("socktype-with-flags", &["-t", "0x80801", "127.0.0.1"]);
        assert_rule("socktype-unknown", &["-t", "999", "127.0.0.1"]);
        assert_rule(
            "socktype-unknown",
            &["-t", "rdm", "-p", "udp", "127.0.0.1", "80"],
        );
        assert_rule(
            "mptcp-in-hints",
            &["-t", "stream", "-p", "mptcp", "127.0.0.1"],
        );
        assert_rule("ping-in-hints", &["-t", "dgram", "-p", "icmp", "127.0.0.1"]);
        assert_rule("type-and-protocol", &["--preset", "contradiction"]);
        // EAI_FAMILY
        assert_rule("family-of-another-system", &["-f", "23", "localhost", "80"]);
        assert_rule("family-of-another-system", &["-f", "30", "127.0.0.1", "80"]);
        assert_rule("family-unknown", &["-f", "unix", "localhost"]);
        // EAI_BADFLAGS
        assert_rule("canonname-without-node", &["-c", "-s", "80"]);
        assert_rule(
            "flag-of-another-system",
            &["-F", "0x1000", "localhost", "80"],
        );
        assert_rule("flag-unknown", &["-F", "0x8000000", "localhost", "80"]);
        // EAI_ADDRFAMILY
        assert_rule("literal-of-other-family", &["--preset", "wrong-family"]);
        assert_rule("literal-of-other-family", &["-4", "::1"]);
        // EAI_NODATA
        let dns = network.dns();
        dns.answer("v4only.test", Answer::addresses(&["192.0.2.11"]));
        dns.answer("nodata.test", Answer::addresses(&[]));
        assert_rule(
            "no-address-of-family",
            &["-6", "-t", "stream", "v4only.test"],
        );
        assert_rule("name-without-address", &["nodata.test"]);
        // EAI_AGAIN
        for (name, rcode) in [
            ("servfail.test", Rcode::ServerFailure),
            ("refused.test", Rcode::Refused),
            ("notimp.test", Rcode::NotImplemented),
        ] {
            dns.answer(name, Answer::Refusal(rcode));
            assert_rule("name-server-trouble", &[name]);
        }
        // EAI_IDN_ENCODE
        assert_rule("idn-locale", &["-F", "idn", "bücher.test"]);
    });
}

fn unintended_answer_has_a_warning() {
    Network::run(|_| {
        assert_rule("port-wrapped", &["--preset", "port-wraps"]);
        assert_rule("port-wrapped", &["127.0.0.1", "65536"]);
        assert_rule(
            "passive-ignored",
            &["-P", "-t", "stream", "localhost", "80"],
        );
        assert_rule("passive-ignored", &["-P", "-t", "stream", "localhost"]);
        assert_rule("address-per-type", &["127.0.0.1", "80"]);
        assert_rule("address-per-type", &["--preset", "null-hints"]);
        assert_rule("icmp-of-other-family", &["-p", "icmp", "-6", "::1"]);
        assert_rule("icmp-of-other-family", &["-p", "icmpv6", "localhost"]);
        assert_rule("hosts-line-twice", &["-4", "-t", "stream", "localhost"]);
        assert_rule("old-address-form", &["-t", "stream", "127.1"]);
        assert_rule("v4mapped-ignored", &["-F", "v4mapped", "localhost"]);
        assert_rule("raw-entry-advice", &["--no-socket", "127.0.0.1"]);
        assert_rule(
            "link-local-without-scope",
            &["-t", "stream", "fe80::1", "80"],
        );
    });
}

fn failed_socket_is_explained_and_fixed() {
    Network::run(|_| {
        // EPROTONOSUPPORT
        assert_rule("raw-entry-unasked", &["127.0.0.1", "80"]);
        assert_rule(
            "raw-without-protocol",
            &["--preset", "raw-without-protocol"],
        );
        assert_rule("raw-without-protocol", &["-6", "-t", "raw", "::1"]);
        // EINVAL
        assert_rule("protocol-out-of-range", &["-p", "999", "127.0.0.1"]);
        // ESOCKTNOSUPPORT
        assert_rule("dccp-not-here", &["-t", "dccp", "127.0.0.1"]);
        // Neither an error nor Multipath TCP.
        assert_rule("mptcp-is-raw", &["-p", "mptcp", "127.0.0.1"]);
    });
}

fn missing_kernel_protocol_is_named() {
    Network::run(|_| {
        assert_rule(
            "protocol-not-here",
            &["-t", "stream", "-p", "sctp", "127.0.0.1"],
        );
        // ESOCKTNOSUPPORT
        assert_rule("socktype-not-here", &["-t", "seqpacket", "127.0.0.1"]);
    });
}

/// A raw socket fails with EPERM, and its one note is of `rule` and sure.
#[track_caller]
fn assert_raw(rule: &str, prefix: &[&str]) {
    let (json, status) = json(prefix, &["--preset", "icmp"]);
    assert_eq!(status, 3, "{json}");
    let entry = &json["entries"][0];
    assert_eq!(entry["socket"]["error"]["name"], "EPERM");
    assert_eq!(all_rules(&json), [rule]);
    assert_eq!(entry["notes"][0]["suspected"], false);
}

/// As in a container of Podman, or with Docker's --cap-drop. Other users have no capability at all.
fn root_without_the_capability_is_told_what_to_add() {
    let drop = ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"];
    if rustix::process::geteuid().is_root() {
        assert_raw("raw-root-without-capability", &drop);
    } else {
        assert_raw("raw-privilege", &[]);
    }
}

fn raw_socket_in_a_user_namespace_is_explained() {
    // Root there has every capability, but the network is the host's.
    assert_raw("raw-network-of-host", &["unshare", "--map-root-user"]);
    // The namespace's own network, and a user whom it does not map: no capability.
    assert_raw("raw-privilege", &["unshare", "--user", "--net"]);
    let (json, _) = json(
        &["unshare", "--map-root-user", "--net"],
        &["--preset", "icmp"],
    );
    assert_eq!(json["entries"][0]["socket"]["error"], Value::Null);
}

/// Runs `script` in the network.
pub(crate) fn set_up(network: &Network, script: &str) {
    let output = network.command("sh").args(["-ec", script]).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
}

const ONLY_V4: &str = "ip -6 address flush dev lo scope global; ip -6 route flush default || true";

fn addrconfig_note_names_the_missing_family() {
    Network::run(|network| {
        network
            .dns()
            .answer("v6only.test", Answer::addresses(&["2001:db8::11"]));
        network
            .dns()
            .answer("v4only.test", Answer::addresses(&["192.0.2.11"]));
        set_up(network, ONLY_V4);
        assert_rule(
            "addrconfig-family",
            &["-6", "-F", "addrconfig", "localhost", "80"],
        );
        assert_rule(
            "addrconfig-family",
            &["-F", "addrconfig", "-t", "stream", "::1"],
        );
        assert_rule(
            "addrconfig-family",
            &["-F", "addrconfig", "-t", "stream", "v6only.test"],
        );
        assert_rule("null-hints-addrconfig", &["--null-hints", "::1", "80"]);
        assert_rule(
            "addrconfig-left-out",
            &["-F", "addrconfig", "-t", "stream", "localhost"],
        );
        let loopback = "ip -4 address del 192.0.2.9/32 dev lo";
        set_up(network, loopback);
        assert_rule(
            "addrconfig-loopback-only",
            &["-4", "-F", "addrconfig", "localhost", "80"],
        );
        assert_rule(
            "addrconfig-loopback-only",
            &["-6", "-F", "addrconfig", "::1", "80"],
        );
    });
}

fn disabled_ipv6_is_named() {
    Network::run(|network| {
        set_up(network, "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6");
        assert_rule(
            "addrconfig-ipv6-off",
            &["-6", "-F", "addrconfig", "localhost", "80"],
        );
        assert_rule(
            "addrconfig-ipv6-off",
            &["-6", "-F", "addrconfig", "-t", "stream", "::1"],
        );
    });
}

fn missing_services_file_is_named() {
    Network::run(|network| {
        set_up(network, "mount -t tmpfs none /etc");
        assert_rule("services-file-missing", &["127.0.0.1", "http"]);
        assert_rule("services-file-missing", &["127.0.0.1", "no-such"]);
    });
}

/// The rules of socket() on this address.
fn rules_on(address: &str) -> Vec<String> {
    let (json, status) = json(&[], &["-n", "-t", "stream", address, "80"]);
    assert_eq!(status, 0, "{json}");
    let rules = all_rules(&json).into_iter();
    rules.map(str::to_owned).collect()
}

/// What bind() does with the address here: 0 or errno.
fn bind(address: &str) -> i32 {
    let address: std::net::IpAddr = address.parse().unwrap();
    let bound = std::net::UdpSocket::bind((address, 0));
    let error = bound.map_err(|error| error.raw_os_error().unwrap());
    error.err().unwrap_or_default()
}

/// The error of connect() to the address.
fn connect(address: &str) -> i32 {
    let address: std::net::IpAddr = address.parse().unwrap();
    let socket = std::net::UdpSocket::bind("[::]:0").unwrap();
    let error = socket.connect((address, 80)).unwrap_err();
    error.raw_os_error().unwrap()
}

fn ipv6_switch_is_judged_per_address() {
    Network::run(|network| {
        let none: [&str; 0] = [];
        let (works, far) = (["::", "::ffff:127.0.0.1"], "2001:db8:1::1");
        let switch = |interface: &str, value: u8| {
            set_up(
                network,
                &format!("echo {value} >/proc/sys/net/ipv6/conf/{interface}/disable_ipv6"),
            );
        };
        let veth = "ip link add veth0 type veth peer veth1; ip link set veth0 up; \
                    ip link set veth1 up; ip address add 2001:db8::5/64 dev veth0 nodad";
        set_up(network, veth);
        for address in [&works[..], &["::1", "2001:db8::5", far]].concat() {
            assert_eq!(rules_on(address), none, "{address}");
        }
        // One interface of two: nothing is said of an address that the other may reach.
        switch("veth0", 1);
        assert_eq!(bind("2001:db8::5"), libc::EADDRNOTAVAIL);
        assert_eq!(rules_on(far), none);
        assert_eq!(rules_on("fe80::1%veth0"), ["ipv6-off"]);
        assert_eq!(rules_on("fe80::1%veth1"), none);
        switch("veth1", 1);
        assert_eq!(rules_on(far), ["ipv6-off"]);
        assert_eq!(connect(far), libc::ENETUNREACH);
        assert_eq!((bind("::1"), bind("2001:db8::9")), (0, 0));
        for address in ["::1", "2001:db8::9"] {
            assert_eq!(rules_on(address), none, "{address}: on lo");
        }
        // lo alone, without its ::1.
        switch("veth0", 0);
        switch("lo", 1);
        assert_eq!(bind("::1"), libc::EADDRNOTAVAIL);
        assert_eq!(rules_on("::1"), ["ipv6-loopback-missing"]);
        assert_eq!(rules_on(far), none);
        switch("all", 1);
        for address in works {
            assert_eq!(bind(address), 0, "{address}");
            assert_eq!(rules_on(address), none, "{address}");
        }
        for address in ["2001:db8::5", far] {
            let errors = (bind(address), connect(address));
            assert_eq!(errors, (libc::EADDRNOTAVAIL, libc::EADDRNOTAVAIL));
            assert_eq!(rules_on(address), ["ipv6-off"], "{address}");
        }
        assert_eq!(connect("::1"), libc::EADDRNOTAVAIL);
        assert_eq!(rules_on("::1"), ["ipv6-loopback-missing"]);
        assert_eq!(rules_on("fe80::1%veth0"), ["ipv6-off"]);
        // The fix of a name's ::1 asks for its 127.0.0.1.
        assert_rule(
            "ipv6-loopback-missing",
            &["-t", "stream", "localhost", "80"],
        );
        // All off, and on again for one interface.
        switch("veth0", 0);
        assert_eq!(rules_on(far), none);
        // Without the switch ::1 can be missing too.
        switch("all", 0);
        set_up(network, "ip -6 address flush dev lo");
        assert_eq!(bind("::1"), libc::EADDRNOTAVAIL);
        assert_eq!(rules_on("::1"), ["ipv6-loopback-missing"]);
    });
}

/// Builds a library of this source.
pub(crate) fn library(directory: &Path, name: &str, source: &str) -> PathBuf {
    let (file, library) = (directory.join("source.c"), directory.join(name));
    std::fs::write(&file, source).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]);
    let built = compiler.args([&library, &file]).status();
    assert!(built.unwrap().success());
    library
}

/// A library that is loaded into the program, as an argument of env(1).
pub(crate) fn preload(directory: &Path, source: &str) -> String {
    let library = library(directory, "library.so", source);
    format!("LD_PRELOAD={}", library.display())
}

/// A library that refuses a system call with an errno, as systemd and container runtimes do: with
/// seccomp. FIRST is the call's first argument, if only that one is refused.
pub(crate) const SANDBOX: &str = "
    #include <linux/filter.h>
    #include <linux/seccomp.h>
    #include <stddef.h>
    #include <stdlib.h>
    #include <sys/prctl.h>
    __attribute__((constructor)) static void refuse(void) {
        const char *first = getenv(\"FIRST\");
        struct sock_filter filter[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, atoi(getenv(\"CALL\")), first ? 0 : 2, 3),
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first ? atoi(first) : 0, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | atoi(getenv(\"ERRNO\"))),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = { 6, filter };
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
            prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
            abort();
    }
";

fn socket_that_a_sandbox_refuses_is_explained() {
    let directory = tempfile::tempdir().unwrap();
    let preload = preload(directory.path(), SANDBOX);
    for (family, errno, arguments) in [
        // systemd's RestrictAddressFamilies=.
        (libc::AF_INET, libc::EAFNOSUPPORT, ["stream", "127.0.0.1"]),
        (libc::AF_INET6, libc::EAFNOSUPPORT, ["stream", "::1"]),
        (
            libc::AF_INET,
            libc::EPROTONOSUPPORT,
            ["stream", "127.0.0.1"],
        ),
        // Container runtimes.
        (libc::AF_INET6, libc::EPERM, ["dgram", "::1"]),
        (libc::AF_INET, libc::EACCES, ["stream", "127.0.0.1"]),
    ] {
        let call = format!("CALL={}", libc::SYS_socket);
        let [first, number] = [format!("FIRST={family}"), format!("ERRNO={errno}")];
        let prefix = ["env", &preload, &call, &first, &number];
        let [socktype, node] = arguments;
        let (json, status) = json(&prefix, &["-t", socktype, node, "80"]);
        assert_eq!(status, 3, "{json}");
        let entry = &json["entries"][0];
        assert_eq!(entry["socket"]["error"]["code"], errno);
        assert_eq!(all_rules(&json), ["socket-policy"]);
        let note = &entry["notes"][0];
        assert_eq!(note["suspected"], false);
        let remedy = note["remedy"].as_str().unwrap();
        assert!(
            remedy.contains("Seccomp: in /proc/self/status is 2 "),
            "{remedy}"
        );
    }
}

/// Errors that take a full kernel or a policy beside the capability: the same library returns them.
fn errno_of_socket_is_explained() {
    let directory = tempfile::tempdir().unwrap();
    let preload = preload(directory.path(), SANDBOX);
    let root = rustix::process::geteuid().is_root();
    let raw: &[(_, &[_], _, _)] = &[(libc::EPERM, &["--preset", "icmp"], "raw-refused", false)];
    let others: [(_, &[_], _, _); 4] = [
        (
            libc::ENFILE,
            &["-t", "stream", "127.0.0.1"],
            "file-table-full",
            false,
        ),
        (
            libc::ENOBUFS,
            &["-t", "stream", "127.0.0.1"],
            "kernel-memory",
            false,
        ),
        (
            libc::ENOMEM,
            &["-t", "dgram", "127.0.0.1"],
            "kernel-memory",
            false,
        ),
        (
            libc::EPERM,
            &["-t", "seqpacket", "127.0.0.1"],
            "socket-refused",
            true,
        ),
    ];
    for (errno, arguments, rule, suspected) in others.iter().chain(raw.iter().filter(|_| root)) {
        let call = format!("CALL={}", libc::SYS_socket);
        let [first, number] = [format!("FIRST={}", libc::AF_INET), format!("ERRNO={errno}")];
        let (json, status) = json(&["env", &preload, &call, &first, &number], arguments);
        assert_eq!(status, 3, "{json}");
        let note = &json["entries"][0]["notes"][0];
        assert_eq!(note["rule"], *rule, "{json}");
        assert_eq!(note["suspected"], *suspected, "{json}");
    }
}

/// Docker before 20.10.10 refused clone3() so, and no thread of glibc 2.34 started.
fn sandbox_without_clone3_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let output = Command::new("env")
        .arg(preload(directory.path(), SANDBOX))
        .args([format!("CALL={}", libc::SYS_clone3), "ERRNO=1".to_owned()])
        .arg(env!("CARGO_BIN_EXE_sockscope"))
        .args(["--lang", "en", "--format", "table", "--timeout", "5", "::1"])
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{message}");
    assert!(message.contains("a sandbox refuses clone3()"), "{message}");
}

/// A library that uses up every descriptor above standard error. A limit set before the start would
/// leave the loader none.
const LIMIT: &str = "
    #include <sys/resource.h>
    __attribute__((constructor)) static void limit(void) {
        struct rlimit none = { 3, 3 };
        setrlimit(RLIMIT_NOFILE, &none);
    }
";

fn descriptor_exhaustion_is_named_as_the_cause() {
    let directory = tempfile::tempdir().unwrap();
    let preload = preload(directory.path(), LIMIT);
    let line = |rule: &str, arguments: &[&str]| {
        let (json, _) = json(&["env", &preload], arguments);
        assert_eq!(all_rules(&json), [rule], "{arguments:?}");
        json
    };
    // EAI_NONAME, EAI_SERVICE, and EMFILE of socket().
    let name = line("name-without-descriptors", &["localhost"]);
    assert_eq!(name["getaddrinfo"]["error"]["name"], "EAI_NONAME");
    let service = line("service-without-descriptors", &["127.0.0.1", "http"]);
    assert_eq!(service["getaddrinfo"]["error"]["name"], "EAI_SERVICE");
    let socket = line("socket-without-descriptors", &["--preset", "server"]);
    assert_eq!(socket["entries"][0]["socket"]["error"]["name"], "EMFILE");
    let line = &socket["entries"][0]["notes"][0]["line"];
    assert_eq!(line, "This process has no descriptor left; its limit is 3.");
}

fn lang_option_overrides_the_environment() {
    let line = |language: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sockscope"));
        for name in ["LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"] {
            command.env_remove(name);
        }
        let output = command
            .envs(variables.iter().copied())
            .args(language)
            .args(["--preset", "nothing"])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let note = text
            .lines()
            .find(|line| line.contains(" nothing-asked: "))
            .unwrap();
        note.to_owned()
    };
    let en =
        "failure nothing-asked: There is nothing to resolve: node and service both count as NULL.";
    let es = "fallo   nothing-asked: No hay nada que resolver: tanto el nodo como el servicio equivalen a NULL.";
    assert_eq!(line(&[], &[]), en);
    assert_eq!(line(&["--lang", "es"], &[]), es);
    assert_eq!(line(&[], &[("LANG", "es_ES.UTF-8")]), es);
    assert_eq!(line(&[], &[("LC_ALL", "C"), ("LANG", "es_ES.UTF-8")]), en);
    let mexican = ("LC_ALL", "es_MX.UTF-8");
    assert_eq!(line(&["--lang", "en"], &[mexican]), en);
    assert_eq!(line(&[], &[mexican, ("LANGUAGE", "en")]), es);
    assert_eq!(line(&[], &[("LC_ALL", "C"), ("LANGUAGE", "es")]), en);
}
