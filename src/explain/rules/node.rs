//! The text of the node: texts that cannot be a host's name.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::case::{Case, Libc};
use super::super::literal::Literal;
use super::{Finding, Fix, rules};
use crate::names::Os;
use crate::net::Hint;
use crate::text::Text;

rules! {
    "node-empty" empty by Text,
    "node-star" star by Text,
    "node-network" network by Text,
    "node-path" path by Text,
    "node-url" url by Text,
    "node-brackets" brackets by Text,
    "node-with-port" with_port by Text,
    "node-blank-around" blank_around by Text,
    "scope-encoded" scope_encoded by Facts needs [INTERFACES],
    "scope-unknown" scope_unknown by Facts needs [INTERFACES],
    "numerichost-name" numerichost_name by Text,
    "address-final-dot" address_final_dot by Text,
    "node-octal" octal by Text,
    "node-like-address" like_address by Text,
    "node-blank-inside" blank_inside by Facts needs [SOURCES],
    "node-not-ascii" not_ascii by Facts needs [SOURCES],
    "node-too-long" too_long by Text,
    "node-label-too-long" label_too_long by Text,
    "node-empty-label" empty_label by Text,
    "node-leading-dash" leading_dash by Facts needs [SOURCES],
    "node-character" character by Facts needs [SOURCES],
    // The text of a node that cannot be a name explains more.
    "name-without-descriptors" without_descriptors by Facts
        on ["EAI_NONAME", "EAI_AGAIN", "EAI_SYSTEM"]
        needs [DESCRIPTORS],
}

/// Without descriptors every name fails: glibc returns EAI_NONAME when it cannot open /etc/hosts or a
/// socket to the name server.
fn without_descriptors(case: &Case<'_>) -> Option<Finding> {
    case.node_name().filter(|_| !case.has("AI_NUMERICHOST"))?;
    let limit = case.reached_limit()?;
    Finding::failure().value("limit", limit).some()
}

/// The node, if getaddrinfo refused it.
fn refused<'a>(case: &Case<'a>) -> Option<Cow<'a, str>> {
    // macOS returns EAI_NONAME for a bad service too.
    let service = case.os == Os::Macos && case.service_refused();
    case.node()
        .filter(|_| case.failed_with(&["EAI_NONAME"]) && !service)
}

/// The finding that `better`, a part of the node, is the right node. If the node is not UTF-8,
/// `better` is a part of its escaped text, so there is no fix.
fn better(case: &Case<'_>, better: &str) -> Option<Finding> {
    let node = case.query.node.as_ref()?.as_os_str();
    let fits = !better.is_empty() && node.to_str().is_some();
    Finding::failure()
        .node(case)
        .quoted("better", better)
        .fix(case.with_node(Some(better)).filter(|_| fits))
        .some()
}

/// The same with a service that the node contains, too.
fn better_call(case: &Case<'_>, host: &str, service: Option<&str>) -> Option<Finding> {
    let finding = better(case, host)?;
    let Some(mut query) = finding.fix.as_ref().and_then(Fix::query).cloned() else {
        return Some(finding);
    };
    if let Some(service) = service.filter(|service| !service.is_empty()) {
        query.service = Some(Text::new(service).ok()?);
    }
    Some(finding.fixed_call(Some(query)))
}

fn empty(case: &Case<'_>) -> Option<Finding> {
    let node = refused(case)?;
    node.is_empty().then(|| {
        let better = case.query.service.is_none().then_some("localhost");
        Finding::failure().fixed_call(case.with_node(better))
    })
}

/// The host of `host`, `host:port` or `[host]:port`.
fn host(authority: &str) -> &str {
    if let Some(inner) = authority.strip_prefix('[') {
        return inner.split(']').next().unwrap_or(inner);
    }
    match authority.split_once(':') {
        // More than one colon is an IPv6 address.
        Some((host, port)) if !port.contains(':') => host,
        _ => authority,
    }
}

/// glibc treats it as NULL.
fn star(case: &Case<'_>) -> Option<Finding> {
    let star = refused(case)? == "*" && case.query.service.is_some();
    star.then(|| Finding::failure().fix(case.with_node(None)))
}

/// A prefix in the notation of RFC 4632 §3.1 and RFC 4291 §2.3.
fn network(case: &Case<'_>) -> Option<Finding> {
    let node = refused(case)?;
    let (address, length) = node.split_once('/')?;
    let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || address.parse::<IpAddr>().is_err() {
        return None;
    }
    better(case, address)
}

/// A path, or a URL without a host: `/run/x`, `unix:/run/x`, `file:///x`.
fn path(case: &Case<'_>) -> Option<Finding> {
    let node = refused(case)?;
    let rest = match node.split_once(':') {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => rest,
        _ => &*node,
    };
    // "//" begins the host of a URL (RFC 3986 §3.2), but a Unix socket's path follows at once.
    let path = match rest.strip_prefix("//") {
        Some(rest) => rest.starts_with('/') || rest.is_empty() || node.starts_with("unix:"),
        None => rest.starts_with('/') || rest.starts_with("./") || rest.starts_with("../"),
    };
    path.then(|| Finding::failure().node(case))
}

fn url(case: &Case<'_>) -> Option<Finding> {
    let node = refused(case)?;
    let (scheme, rest) = match node.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None if node.contains('/') => (None, &*node),
        None => return None,
    };
    // RFC 3986 §3.2: the user stands before @.
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let host = host(authority);
    // In services(5) the name of a scheme is that of its service.
    let (_, port) = authority.rsplit_once(':').unwrap_or_default();
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let port = (digits && host != authority).then_some(port);
    let scheme = scheme.filter(|_| case.query.service.is_none());
    better_call(case, host, port.or(scheme))
}

fn brackets(case: &Case<'_>) -> Option<Finding> {
    let node = refused(case)?;
    if case.os == Os::Windows || !node.starts_with('[') {
        return None;
    }
    better(case, host(&node))
}

fn with_port(case: &Case<'_>) -> Option<Finding> {
    let node = refused(case)?;
    let (host, port) = match node.rsplit_once(':')? {
        // The colons of an IPv6 address come before the one of the port.
        (host, port) if host.parse::<Ipv6Addr>().is_ok() => (host, port),
        _ => node.split_once(':')?,
    };
    if host.is_empty() || port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(better_call(case, host, Some(port))?.quoted("port", port))
}

fn blank_around(case: &Case<'_>) -> Option<Finding> {
    let node = refused(case)?;
    let inner = node.trim();
    if inner.len() == node.len() {
        return None;
    }
    better(case, inner)
}

/// Whether the address takes the name of an interface as its scope; others take a number alone
/// (measured with glibc 2.36 and musl 1.2.3).
fn takes_name(ip: Ipv6Addr) -> bool {
    ip.is_unicast_link_local() || ip.segments()[0] & 0xff0f == 0xff02
}

/// Whether the text is the name or the number of an interface; `None`: unknown.
fn is_interface(case: &Case<'_>, scope: &str) -> Option<bool> {
    let mut interfaces = case.facts().interfaces.as_ref()?.iter();
    Some(interfaces.any(|it| it.name == scope || scope.parse() == Ok(it.index)))
}

/// In a URL, % is written %25 (RFC 6874).
fn scope_encoded(case: &Case<'_>) -> Option<Finding> {
    let Some(Literal::V6(ip, Some(encoded))) = case.literal() else {
        return None;
    };
    refused(case)?;
    let scope = encoded.strip_prefix("25").filter(|it| !it.is_empty())?;
    if !takes_name(ip) && scope.parse::<u32>().is_err() {
        return None;
    }
    let proven =
        is_interface(case, scope) == Some(true) && is_interface(case, encoded) == Some(false);
    Some(better(case, &format!("{ip}%{scope}"))?.suspected(!proven))
}

fn scope_unknown(case: &Case<'_>) -> Option<Finding> {
    let Some(Literal::V6(ip, Some(scope))) = case.literal() else {
        return None;
    };
    refused(case)?;
    // AF_INET refuses an IPv6 address with any scope.
    if case.hint_is(Hint::Family, &["AF_INET"]) {
        return None;
    }
    let known = is_interface(case, scope);
    let accepted = scope.parse::<u32>().is_ok() || takes_name(ip) && known == Some(true);
    // Without the interfaces the error speaks for itself; with them the cause may be another.
    if known.is_some() && accepted {
        return None;
    }
    let finding = better(case, &ip.to_string())?.suspected(known.is_none());
    Some(finding.quoted("scope", scope))
}

fn numerichost_name(case: &Case<'_>) -> Option<Finding> {
    refused(case)?;
    let name = case.node_name().is_some() && case.has("AI_NUMERICHOST");
    name.then(|| {
        Finding::failure()
            .node(case)
            .fix(case.without_flag("AI_NUMERICHOST"))
    })
}

/// The node, if it is a name and getaddrinfo refused it.
fn name<'a>(case: &Case<'a>) -> Option<Cow<'a, str>> {
    refused(case)?;
    case.node_name()
}

/// The finding that the node cannot be a name.
fn wrong(case: &Case<'_>, is_wrong: impl Fn(&str) -> bool) -> Option<Finding> {
    name(case)
        .filter(|node| is_wrong(node))
        .map(|_| Finding::failure().node(case))
}

/// The same as [`wrong`], sure if glibc itself refuses such a name.
fn wrong_for_glibc(case: &Case<'_>, is_wrong: impl Fn(&str) -> bool) -> Option<Finding> {
    let finding = wrong(case, is_wrong)?;
    Some(finding.suspected(!refused_by_glibc(case)))
}

/// Whether only glibc's own sources were asked: with AF_INET and AI_CANONNAME it asks a name server, but
/// refuses the answer (measured with 2.36). Other C libraries and modules of others, such as resolve and
/// mdns, have rules of their own.
fn refused_by_glibc(case: &Case<'_>) -> bool {
    let own = ["files", "db", "dns"];
    let sources = || case.facts().host_sources.as_ref();
    case.libc == Libc::Glibc && sources().is_some_and(|sources| sources.only(&own))
}

/// The last dot makes a name of it.
fn address_final_dot(case: &Case<'_>) -> Option<Finding> {
    let node = name(case)?;
    let address = node.strip_suffix('.')?;
    match Literal::read(address)? {
        Literal::V4(_) => better(case, address),
        Literal::V6(..) => None,
    }
}

/// Four numbers that would be an address if a leading 0 did not mean octal.
fn octal(case: &Case<'_>) -> Option<Finding> {
    let node = name(case)?;
    let octal = |part: &str| part.len() > 1 && part.starts_with('0') && part.contains(['8', '9']);
    let wrong = node.split('.').find(|part| octal(part))?;
    let bytes: Vec<u8> = node
        .split('.')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let bytes: [u8; 4] = bytes.try_into().ok()?;
    let address = Ipv4Addr::from(bytes).to_string();
    Some(better(case, &address)?.quoted("part", wrong))
}

fn like_address(case: &Case<'_>) -> Option<Finding> {
    wrong(case, |node| {
        node.starts_with(|c: char| c.is_ascii_digit())
            && node.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

fn blank_inside(case: &Case<'_>) -> Option<Finding> {
    wrong_for_glibc(case, |node| node.contains(char::is_whitespace))
}

fn not_ascii(case: &Case<'_>) -> Option<Finding> {
    let encoded = match case.os {
        Os::Windows => !case.has("AI_DISABLE_IDN_ENCODING"),
        Os::Linux => case.libc == Libc::Glibc && case.has("AI_IDN"),
        Os::Macos | Os::Freebsd => false,
    };
    let node = case.query.node.as_ref()?.as_os_str();
    wrong_for_glibc(case, |_| !encoded && !node.as_encoded_bytes().is_ascii())
}

/// RFC 1035 §2.3.4: 255 bytes, with a length byte before each label and before the empty last one.
const NAME_MAX: usize = 253;
const LABEL_MAX: usize = 63;

/// The labels as bytes, without the dot that may end the name.
fn labels<'a>(case: &Case<'a>) -> Option<impl Iterator<Item = &'a [u8]>> {
    name(case)?;
    let name = case.query.node.as_ref()?.as_os_str().as_encoded_bytes();
    let name = name.strip_suffix(b".").unwrap_or(name);
    Some(name.split(|&byte| byte == b'.'))
}

fn too_long(case: &Case<'_>) -> Option<Finding> {
    // One dot between labels.
    let length: usize = labels(case)?.map(|label| label.len() + 1).sum();
    (length > NAME_MAX + 1).then(|| Finding::failure().value("length", length - 1))
}

fn label_too_long(case: &Case<'_>) -> Option<Finding> {
    let length = labels(case)?.map(<[u8]>::len).max()?;
    (length > LABEL_MAX).then(|| Finding::failure().value("length", length))
}

fn empty_label(case: &Case<'_>) -> Option<Finding> {
    let empty = labels(case)?.any(<[u8]>::is_empty);
    empty.then(|| Finding::failure().node(case))
}

fn leading_dash(case: &Case<'_>) -> Option<Finding> {
    wrong_for_glibc(case, |node| node.starts_with('-'))
}

/// glibc accepts only names of these characters from a name server, and none that begins with a
/// hyphen (`resolv/res-name-checking.c`, and measured with 2.36).
fn character(case: &Case<'_>) -> Option<Finding> {
    let node = name(case).filter(|_| case.libc == Libc::Glibc)?;
    if case.has("AI_IDN") && !node.is_ascii() {
        return None;
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let wrong = node.chars().find(|&c| !fits(c))?;
    let host = node.rsplit_once('@').map(|(_, host)| host);
    let host = host.filter(|host| !host.is_empty() && host.chars().all(fits));
    Finding::failure()
        .suspected(!refused_by_glibc(case))
        .node(case)
        .quoted("character", wrong.to_string())
        .quoted("better", host.unwrap_or_default())
        .fix(host.and_then(|host| case.with_node(Some(host))))
        .some()
}
