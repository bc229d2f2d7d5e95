//! The records of other systems are true: each recorded call is made again, on its system if that
//! is available.
//!
//! glibc is called directly, in a network with the recorded names. musl and Wine are called by
//! tests/oracle.c, built with musl-gcc and with mingw-w64. macOS and FreeBSD cannot be tested here,
//! nor Windows itself: under Wine a Windows program tests Wine.

mod comparison;
mod replay;

pub(crate) use comparison::is_wine;

#[cfg(target_os = "linux")]
use crate::need::so;
#[cfg(target_os = "linux")]
use crate::support::{is_root, network::Network};
use comparison::{Answer, Entry, compare, compare_sockets};
#[cfg(windows)]
use replay::{Expected, Replay};
use replay::{replays, socket_replays};
use sockscope::names::Os;
#[cfg(windows)]
use sockscope::net::Hint;
use sockscope::net::{Query, Record, Triple};
use sockscope::recorded::Place;

use crate::support::run;

tests! {
    #[cfg(target_os = "linux")]
    glibc_matches_its_record: NETWORK, GLIBC_2_36;
    #[cfg(target_os = "linux")]
    kernel_matches_its_record: KERNEL;
    #[cfg(target_os = "linux")]
    musl_matches_its_record: NETWORK, Program("musl-gcc");
    #[cfg(target_os = "linux")]
    wine_matches_its_record: NETWORK, WINE_8, Program("x86_64-w64-mingw32-gcc");
    #[cfg(windows)]
    wine_matches_its_record: WINE_8;
}

/// The result of this machine's getaddrinfo, and of socket() for each entry.
fn here(query: &Query) -> Answer {
    let run = run::here(query, true);
    if let Some(error) = run.answer().and_then(Record::error) {
        return Answer::Error(error.code);
    }
    let entries = run.entries().iter().enumerate();
    Answer::Entries(
        entries
            .map(|(at, entry)| Entry {
                socktype: entry.socktype,
                protocol: entry.protocol,
                address: entry.sockaddr(run.host.os),
                socket: run
                    .socket(at)
                    .and_then(Record::error)
                    .map(|error| error.code),
            })
            .collect(),
    )
}

/// The error of socket() on this machine.
pub(crate) fn socket_here(family: i32, socktype: i32, protocol: i32) -> Option<i32> {
    run::socket_error(Triple {
        family,
        socktype,
        protocol,
    })
}

/// The names of the network in which the records were made. A server failure takes musl as long as
/// the time-out, in seconds.
#[cfg(target_os = "linux")]
fn serve(network: &Network, timeout: u32) {
    use crate::support::dns::{Answer as Dns, Rcode};
    let addresses = |name: &str, texts: &[&str]| {
        network.dns().answer(name, Dns::addresses(texts));
    };
    addresses("ok.test", &["192.0.2.10", "2001:db8::10"]);
    addresses("v4only.test", &["192.0.2.11"]);
    addresses("v6only.test", &["2001:db8::11"]);
    addresses(
        "multi.test",
        &[
            "192.0.2.21",
            "192.0.2.22",
            "198.51.100.9",
            "2001:db8::21",
            "2001:db8::22",
        ],
    );
    addresses("nodata.test", &[]);
    addresses("under_score.test", &["192.0.2.12"]);
    addresses("xn--bcher-kva.test", &["192.0.2.13"]);
    network
        .dns()
        .answer("cname.test", Dns::Alias("ok.test".to_owned()));
    for (name, rcode) in [
        ("servfail.test", Rcode::ServerFailure),
        ("refused.test", Rcode::Refused),
        ("formerr.test", Rcode::FormatError),
        ("notimp.test", Rcode::NotImplemented),
    ] {
        network.dns().answer(name, Dns::Refusal(rcode));
    }
    let found = |text: &str| Box::new(Dns::addresses(&[text]));
    let failure = || Box::new(Dns::Refusal(Rcode::ServerFailure));
    for (name, inet, inet6) in [
        ("asv.test", found("192.0.2.14"), failure()),
        ("qsv.test", failure(), found("2001:db8::14")),
        ("andq.test", Box::new(Dns::addresses(&[])), failure()),
    ] {
        network.dns().answer(name, Dns::ByFamily { inet, inet6 });
    }
    // Which family comes first depends on the routes (RFC 6724 §6, rule 1).
    let route = ["-6", "route", "add", "default", "dev", "lo"];
    let status = network.command("ip").args(route).status().unwrap();
    assert!(status.success(), "cannot add an IPv6 route");
    network.write(
        "services",
        "echo 7/tcp\necho 7/udp\nssh 22/tcp\ndomain 53/tcp\ndomain 53/udp\ntftp 69/udp\n\
         http 80/tcp www\nhttps 443/tcp\nhttps 443/udp\nshell 514/tcp cmd syslog\n\
         syslog 514/udp\nicmp 9/udp\n",
    );
    network.write(
        "hosts",
        "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n",
    );
    network.write(
        "resolv.conf",
        format!("nameserver 127.0.0.1\noptions timeout:{timeout} attempts:1\n"),
    );
}

/// Fails if anything differs.
fn assert_same(place: Place, count: usize, differences: &[String]) {
    assert!(
        differences.is_empty(),
        "{} of {count} calls differ from what is recorded on {}:\n{}",
        differences.len(),
        place.title(),
        differences.join("\n")
    );
}

#[cfg(target_os = "linux")]
fn glibc_matches_its_record() {
    Network::run(|network| {
        serve(network, 10);
        let replays = replays(Place::Glibc);
        assert!(
            replays.len() > 500,
            "only {} calls are recorded",
            replays.len()
        );
        let differences: Vec<String> = replays
            .iter()
            .filter_map(|replay| compare(replay, &here(&replay.query), Os::Linux))
            .collect();
        assert_same(Place::Glibc, replays.len(), &differences);
    });
}

/// The differences of this kernel's socket() from the record.
#[cfg(target_os = "linux")]
fn kernel_differences() -> Vec<String> {
    let replays = socket_replays(Place::Glibc);
    compare_sockets(&replays, is_root(), Os::Linux, socket_here)
}

/// Whether this kernel is the recorded one, or behaves the same.
#[cfg(target_os = "linux")]
pub(crate) fn is_the_kernel() -> Result<(), String> {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let differences = kernel_differences();
    so(
        release.starts_with("6.18.") || differences.is_empty(),
        &format!("this is {}: {}", release.trim(), differences.join("; ")),
    )
}

#[cfg(target_os = "linux")]
fn kernel_matches_its_record() {
    let count = socket_replays(Place::Glibc).len();
    assert_same(Place::Glibc, count, &kernel_differences());
}

#[cfg(target_os = "linux")]
fn musl_matches_its_record() {
    let oracle = comparison::musl();
    Network::run(|network| {
        serve(network, 1);
        let replays = replays(Place::Musl);
        assert!(
            replays.len() > 500,
            "only {} calls are recorded",
            replays.len()
        );
        let differences = comparison::oracle_differences(&oracle, &replays, Os::Linux, 32);
        assert_same(Place::Musl, replays.len(), &differences);
    });
}

#[cfg(target_os = "linux")]
fn wine_matches_its_record() {
    let oracle = comparison::wine();
    Network::run(|network| {
        serve(network, 10);
        let replays = replays(Place::Wine);
        assert!(
            replays.len() > 500,
            "only {} calls are recorded",
            replays.len()
        );
        let differences = comparison::oracle_differences(&oracle, &replays, Os::Windows, 1);
        assert_same(Place::Wine, replays.len(), &differences);
    });
}

/// The same by a Windows program under Wine. It has no network of its own, so records with names of
/// one are skipped.
#[cfg(windows)]
fn wine_matches_its_record() {
    let mut replays = replays(Place::Wine);
    replays.retain(|replay| !replay.network);
    let is_localhost = |replay: &Replay| {
        let node = replay.query.node.as_ref();
        node.is_some_and(|node| node.as_os_str().eq_ignore_ascii_case("localhost"))
    };
    // The host's hosts file defines localhost, often without ::1.
    let plain = replays.iter().find(|replay| {
        is_localhost(replay)
            && matches!(&replay.expected, Expected::Entries { addresses: Some(all), .. } if all.len() == 2)
    });
    if plain.is_none_or(|plain| compare(plain, &here(&plain.query), Os::Windows).is_some()) {
        replays.retain(|replay| !is_localhost(replay));
    }
    let differences: Vec<String> = replays
        .iter()
        .filter_map(|replay| compare(replay, &here(&replay.query), Os::Windows))
        .collect();
    assert_same(Place::Wine, replays.len(), &differences);
    let replays = socket_replays(Place::Wine);
    // Wine asks its host, which allows raw sockets to root only.
    let value = |hint: Hint, name| hint.table(Os::Windows).named(name).unwrap().value;
    let raw = socket_here(
        value(Hint::Family, "AF_INET"),
        value(Hint::Socktype, "SOCK_RAW"),
        value(Hint::Protocol, "IPPROTO_ICMP"),
    );
    let differences = compare_sockets(&replays, raw.is_none(), Os::Windows, socket_here);
    assert_same(Place::Wine, replays.len(), &differences);
}
