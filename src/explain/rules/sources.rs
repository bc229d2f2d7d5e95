//! The sources of names: what the hosts file has, and where nsswitch.conf sends the lookup. Most of it
//! is glibc's; musl and others have no nsswitch.conf, or another one. Windows' other sources have their
//! own rules.

use std::borrow::Cow;
use std::net::IpAddr;

use super::super::case::{Case, Libc};
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{Hint, HostLine, Hosts, Source, Sources};

rules! {
    "node-final-dot" final_dot by Facts on ["EAI_NONAME"] needs [HOSTS, SOURCES],
    "hosts-file-unreadable" unreadable on ["EAI_NONAME"] needs [HOSTS],
    "source-lacks-name" alone on ["EAI_NONAME"] needs [SOURCES],
    "source-not-installed" not_installed on ["EAI_SYSTEM"] needs [SOURCES],
    "hosts-file-skipped" skipped by Facts on ["EAI_NONAME"] needs [HOSTS, SOURCES],
    "localhost-without-source" localhost by Facts on ["EAI_NONAME"] needs [HOSTS, SOURCES],
    "lookup-ends-early" ends_early by Facts on ["EAI_NONAME"] needs [HOSTS, SOURCES],
    "name-server-not-asked" not_asked by Facts on ["EAI_NONAME"] needs [HOSTS, SOURCES],
    "resolved-without-name" resolved on ["EAI_NONAME"] needs [SOURCES],
    "name-in-no-source" in_no_source on ["EAI_NONAME"] needs [SOURCES, RESOLVER],
}

/// Whether the node is a name that glibc looked up.
fn is_name(case: &Case<'_>) -> bool {
    case.libc == Libc::Glibc && case.node_name().is_some()
}

/// The node, if it is a name that glibc or Windows looked up.
fn in_hosts<'a>(case: &Case<'a>) -> Option<Cow<'a, str>> {
    let reads = case.libc == Libc::Glibc || case.os == Os::Windows;
    case.node_name().filter(|_| reads)
}

/// The hosts file's lines with exactly this name.
pub(super) fn lines<'a>(case: &Case<'a>, name: &str) -> Vec<&'a HostLine> {
    match &case.facts().hosts {
        Some(Hosts::Lines(lines)) => lines
            .iter()
            .filter(|line| line.name.eq_ignore_ascii_case(name))
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether the lookup uses the address for the family of the hints. For AF_INET glibc turns ::1 into
/// 127.0.0.1 and ::ffff:192.0.2.1 into 192.0.2.1 (`nss/nss_files/files-hosts.c`).
pub(in crate::explain) fn usable(case: &Case<'_>, address: IpAddr) -> bool {
    match (case.hint(Hint::Family), address) {
        (Some("AF_INET"), IpAddr::V6(ip)) => {
            let mapped = ip.is_loopback() || ip.to_ipv4_mapped().is_some();
            case.libc == Libc::Glibc && mapped
        }
        (Some("AF_INET6"), IpAddr::V4(_)) => case.has("AI_V4MAPPED"),
        _ => true,
    }
}

/// The `hosts:` line.
fn sources<'a>(case: &Case<'a>) -> Option<&'a Sources> {
    case.facts().host_sources.as_ref()
}

/// Whether the lookup comes to the hosts file.
pub(super) fn comes_to_files(sources: &Sources) -> bool {
    let (asked, _) = sources.split_at_end();
    asked.iter().any(|source| source.name == "files")
}

fn final_dot(case: &Case<'_>) -> Option<Finding> {
    let node = in_hosts(case)?;
    let name = node.strip_suffix('.')?;
    let lines = lines(case, name);
    let line = lines.iter().find(|line| usable(case, line.address))?;
    let used = sources(case).map(comes_to_files);
    if used == Some(false) {
        return None;
    }
    Finding::failure()
        .suspected(used.is_none() || case.libc != Libc::Glibc)
        .node(case)
        .quoted("better", name)
        .value("line", line.number)
        .fix(case.with_node(Some(name)))
        .some()
}

fn unreadable(case: &Case<'_>) -> Option<Finding> {
    (is_name(case) && case.facts().hosts == Some(Hosts::Unreadable))
        .then(|| Finding::failure().suspected(true).node(case))
}

/// The only source of `--source`.
fn only_source<'a>(case: &Case<'a>) -> Option<&'a Source> {
    case.node_name().filter(|_| is_name(case))?;
    let sources = sources(case).filter(|sources| sources.alone)?;
    sources.list.first()
}

fn alone(case: &Case<'_>) -> Option<Finding> {
    let source = only_source(case)?;
    Finding::failure()
        .suspected(true)
        .node(case)
        .quoted("source", &source.name)
        .some()
}

/// glibc 2.36 returns EBUSY for a module that it cannot load (measured).
fn not_installed(case: &Case<'_>) -> Option<Finding> {
    let source = only_source(case)?;
    Finding::failure()
        .suspected(true)
        .node(case)
        .value("source", &source.name)
        .some()
}

/// The file has the name, and the lookup did not come to the file.
fn skipped(case: &Case<'_>) -> Option<Finding> {
    let node = case.node_name().filter(|_| is_name(case))?;
    let lines = lines(case, &node);
    let line = lines.iter().find(|line| usable(case, line.address))?;
    let sources = sources(case)?;
    if comes_to_files(sources) {
        return None;
    }
    // "compat" and modules of others can read the file too, but then they would have the name.
    Finding::failure()
        .node(case)
        .value("line", line.number)
        .quoted("sources", sources.text("hosts"))
        .some()
}

/// The file has addresses of the other family alone. Another source can have the name too: then the
/// error is EAI_NODATA.
pub(super) fn other_family(case: &Case<'_>) -> Option<Finding> {
    let node = in_hosts(case)?;
    let family = case.hint(Hint::Family)?;
    let lines = lines(case, &node);
    let line = lines.first()?;
    // Windows always reads the file.
    let read = case.os == Os::Windows || sources(case)?.has("files");
    if lines.iter().any(|line| usable(case, line.address)) || !read {
        return None;
    }
    Finding::failure()
        .node(case)
        .value("address", line.address)
        .value("line", line.number)
        .value("family", family)
        .fix(case.with(Hint::Family, "AF_UNSPEC"))
        .some()
}

/// RFC 6761 §6.3 gives localhost and the names below it to the loopback; glibc leaves that to its
/// sources. nss-myhostname and nss-resolve do it (their manual pages).
fn localhost(case: &Case<'_>) -> Option<Finding> {
    let node = case.node_name().filter(|_| is_name(case))?;
    let name = node.strip_suffix('.').unwrap_or(&node);
    let top = name.rsplit('.').next()?;
    if !top.eq_ignore_ascii_case("localhost")
        || !matches!(case.facts().hosts, Some(Hosts::Lines(_)))
    {
        return None;
    }
    let sources = sources(case)?;
    // mdns4_minimal and its like have names under .local alone (nss-mdns, README).
    let others = [
        "files",
        "db",
        "dns",
        "mdns_minimal",
        "mdns4_minimal",
        "mdns6_minimal",
    ];
    if !sources.only(&others) || !lines(case, name).is_empty() {
        return None;
    }
    let better = match case.hint(Hint::Family) {
        Some("AF_INET6") => "::1",
        _ => "127.0.0.1",
    };
    Finding::failure()
        .node(case)
        .quoted("sources", sources.text("hosts"))
        .quoted("better", better)
        .fix(case.with_node(Some(better)))
        .some()
}

/// A source ends the lookup before a name server is asked.
fn ends_early(case: &Case<'_>) -> Option<Finding> {
    let node = case.node_name().filter(|_| is_name(case))?;
    let sources = sources(case)?;
    let (asked, rest) = sources.split_at_end();
    let end = asked.last()?;
    let servers = |name: &str| ["dns", "resolve"].contains(&name);
    if asked.iter().any(|source| servers(&source.name))
        || !rest.iter().any(|source| servers(&source.name))
    {
        return None;
    }
    // Without its daemon a source of mDNS goes on to the next one; the minimal ones also do so for
    // names other than X.local (nss-mdns, README).
    let name = node.strip_suffix('.').unwrap_or(&node);
    let minimal = end.name.starts_with("mdns") && end.name.ends_with("_minimal");
    let (host, top) = name.rsplit_once('.').unwrap_or_default();
    if minimal && (host.contains('.') || !top.eq_ignore_ascii_case("local")) {
        return None;
    }
    // The files end every lookup of a name that they lack.
    let proven = asked.iter().all(|source| source.name == "files")
        && matches!(case.facts().hosts, Some(Hosts::Lines(_)))
        && !lines(case, &node)
            .iter()
            .any(|line| usable(case, line.address));
    Finding::failure()
        .suspected(!proven)
        .node(case)
        .quoted("source", &end.name)
        .quoted("sources", sources.text("hosts"))
        .some()
}

/// No source asks a name server.
fn not_asked(case: &Case<'_>) -> Option<Finding> {
    case.node_name().filter(|_| is_name(case))?;
    let sources = sources(case)?;
    // Sources that read files, or the names of this machine and its containers.
    let local = ["files", "db", "myhostname", "mymachines"];
    // The hosts file may have another cause.
    let read = matches!(case.facts().hosts, Some(Hosts::Lines(_) | Hosts::Missing));
    sources.only(&local).then(|| {
        Finding::failure()
            .suspected(!read)
            .node(case)
            .quoted("sources", sources.text("hosts"))
    })
}

/// systemd-resolved's "no such record" and a failure of its servers end the lookup too.
fn resolved(case: &Case<'_>) -> Option<Finding> {
    case.node_name().filter(|_| is_name(case))?;
    let sources = sources(case)?;
    let (asked, rest) = sources.split_at_end();
    let last = asked.last()?;
    let ends = last.name == "resolve" && (!rest.is_empty() || !last.actions.is_empty());
    ends.then(|| {
        Finding::failure()
            .suspected(true)
            .node(case)
            .quoted("sources", sources.text("hosts"))
    })
}

fn in_no_source(case: &Case<'_>) -> Option<Finding> {
    case.node_name().filter(|_| is_name(case))?;
    let (sources, resolver) = (sources(case)?, case.facts().resolver.as_ref()?);
    Finding::failure()
        .suspected(true)
        .node(case)
        .quoted("sources", sources.text("hosts"))
        .quoted("resolver", resolver.text())
        .some()
}
