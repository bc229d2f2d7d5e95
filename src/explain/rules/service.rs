//! The service: numbers that are not ports, and unknown names.

use std::borrow::Cow;

use super::super::case::{Case, Libc, number};
use super::socktype::{TRANSPORTS, type_of_protocol};
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{Hint, Service, Services, Sources};

rules! {
    "raw-with-service" raw_with_service by Text,
    "numericserv-name" numericserv_name by Text on ["EAI_NONAME"],
    "port-negative" port_negative by Text,
    "port-too-large" port_too_large by Text,
    "port-not-decimal" port_not_decimal by Facts needs [SERVICES],
    "service-blank-around" blank_around by Text,
    "service-without-descriptors" without_descriptors by Facts needs [DESCRIPTORS],
    "services-file-missing" file_missing by Facts needs [SERVICES, SOURCES],
    "services-file-unreadable" file_unreadable by Facts needs [SERVICES, SOURCES],
    "services-file-skipped" file_skipped by Facts needs [SERVICES, SOURCES],
    "service-other-protocol" other_protocol by Facts needs [SERVICES, SOURCES],
    "service-other-case" other_case by Facts needs [SERVICES, SOURCES],
    "service-unknown" unknown by Facts needs [SERVICES, SOURCES],
}

/// Well-known services and their ports (IANA, Service Name and Transport Protocol Port Number
/// Registry).
const ASSIGNED: [(&str, u16); 14] = [
    ("ftp", 21),
    ("ssh", 22),
    ("telnet", 23),
    ("smtp", 25),
    ("domain", 53),
    ("tftp", 69),
    ("http", 80),
    ("www", 80),
    ("pop3", 110),
    ("ntp", 123),
    ("imap", 143),
    ("snmp", 161),
    ("ldap", 389),
    ("https", 443),
];

/// Whether the hints ask for sockets with ports. Type 0 with a protocol without ports asks for a
/// raw socket. macOS accepts a service for every type (Libinfo, si_getaddrinfo.c).
pub(super) fn has_ports(case: &Case<'_>) -> bool {
    let musl = case.libc == Libc::Musl;
    match case.hints().socktype {
        _ if case.os == Os::Macos => true,
        0 => musl || type_of_protocol(case) != "SOCK_RAW",
        _ if musl => case.hint_is(Hint::Socktype, &["SOCK_STREAM", "SOCK_DGRAM"]),
        _ => !case.hint_is(Hint::Socktype, &["SOCK_RAW"]),
    }
}

fn raw_with_service(case: &Case<'_>) -> Option<Finding> {
    let service = refused(case).filter(|_| !has_ports(case))?;
    // glibc accepts the empty one for a raw socket.
    if case.libc == Libc::Glibc && service.is_empty() {
        return None;
    }
    // Without a node a service is required.
    let (put, fix) = if case.query.node.is_some() {
        ("NULL", case.with_service(None))
    } else if case.libc == Libc::Glibc {
        ("\"\"", case.with_service(Some("")))
    } else {
        ("", None)
    };
    Finding::failure()
        .service(case)
        .change("service", put, fix)
        .some()
}

fn numericserv_name(case: &Case<'_>) -> Option<Finding> {
    case.service_name()?;
    case.has("AI_NUMERICSERV").then(|| {
        Finding::failure()
            .service(case)
            .fix(case.without_flag("AI_NUMERICSERV"))
    })
}

/// The service, if getaddrinfo refused it.
fn refused<'a>(case: &Case<'a>) -> Option<Cow<'a, str>> {
    case.service().filter(|_| case.service_refused())
}

fn port_negative(case: &Case<'_>) -> Option<Finding> {
    let service = refused(case)?;
    number(&service).filter(|&port| port < 0)?;
    let positive = service.trim_start().trim_start_matches('-');
    let port = positive.parse::<u16>().ok()?;
    Finding::failure()
        .service(case)
        .value("port", port)
        .fix(case.with_service(Some(positive)))
        .some()
}

fn port_too_large(case: &Case<'_>) -> Option<Finding> {
    let service = refused(case)?;
    number(&service).filter(|port| port.unsigned_abs() > u128::from(u16::MAX))?;
    Finding::failure()
        .service(case)
        .fix(case.with_service(Some("0")))
        .some()
}

/// The port in text with blanks around it, or in hexadecimal.
fn lenient_port(text: &str) -> Option<u16> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn port_not_decimal(case: &Case<'_>) -> Option<Finding> {
    let service = refused(case)?;
    let begins_with_digit = service.trim().starts_with(|c: char| c.is_ascii_digit());
    if !begins_with_digit || number(&service).is_some() {
        return None;
    }
    // A few services have names that begin with a digit; they are in the file.
    let lines = case.service_lines();
    if lines.is_some_and(|lines| !lines.is_empty()) {
        return None;
    }
    let digits: String = service.chars().take_while(char::is_ascii_digit).collect();
    let port = lenient_port(&service).or_else(|| digits.parse().ok());
    Finding::failure()
        .suspected(lines.is_none())
        .service(case)
        .value("port", port.unwrap_or(80))
        .fix(port.and_then(|port| case.with_port(port)))
        .some()
}

/// The service, if it is a name and getaddrinfo refused it.
fn refused_name<'a>(case: &Case<'a>) -> Option<Cow<'a, str>> {
    case.service_name().filter(|_| case.service_refused())
}

/// The assigned port of the name, else 0: any port is good enough to try the node.
fn port_for(name: &str) -> u16 {
    let row = ASSIGNED
        .iter()
        .find(|(assigned, _)| assigned.eq_ignore_ascii_case(name));
    row.map_or(0, |&(_, port)| port)
}

fn with_port(case: &Case<'_>, port: u16) -> Finding {
    Finding::failure()
        .service(case)
        .value("port", port)
        .fix(case.with_port(port))
}

fn without_descriptors(case: &Case<'_>) -> Option<Finding> {
    let service = refused_name(case)?;
    let limit = case.reached_limit()?;
    with_port(case, port_for(&service))
        .value("limit", limit)
        .some()
}

fn file_missing(case: &Case<'_>) -> Option<Finding> {
    let service = refused_name(case)?;
    (case.facts().services == Some(Services::Missing)).then(|| {
        with_port(case, port_for(&service))
            .suspected(elsewhere(case))
            .value("file", file(case))
    })
}

/// The columns of the services file are separated by blanks, so no name has one.
fn blank_around(case: &Case<'_>) -> Option<Finding> {
    let service = refused_name(case)?;
    let inner = service.trim();
    if inner.is_empty() || inner.len() == service.len() {
        return None;
    }
    Finding::failure()
        .service(case)
        .quoted("better", inner)
        .fix(case.with_service(Some(inner)))
        .some()
}

/// Whether glibc looks for services in other places than the file, as far as is known.
fn elsewhere(case: &Case<'_>) -> bool {
    let sources = case.facts().service_sources.as_ref();
    match case.libc {
        Libc::Glibc => !sources.is_some_and(|sources| sources.only(&["files"])),
        // musl reads the file (its `lookup_serv.c`).
        Libc::Musl => false,
        Libc::Other => true,
    }
}

fn file_unreadable(case: &Case<'_>) -> Option<Finding> {
    let service = refused_name(case)?;
    (case.facts().services == Some(Services::Unreadable)).then(|| {
        with_port(case, port_for(&service))
            .suspected(elsewhere(case))
            .value("file", file(case))
    })
}

/// The sources, if glibc does not come to the file.
fn skipping<'a>(case: &Case<'a>) -> Option<&'a Sources> {
    let sources = case.facts().service_sources.as_ref();
    let sources = sources.filter(|_| case.libc == Libc::Glibc)?;
    let (used, _) = sources.split_at_end();
    let used = used.iter().any(|source| source.name == "files");
    (!used).then_some(sources)
}

/// The lines for the service, if the lookup came to the file.
fn used_lines<'a>(case: &Case<'a>) -> Option<&'a [Service]> {
    let lines = case.service_lines()?;
    skipping(case).is_none().then_some(lines)
}

/// The file has the service, but nsswitch.conf leaves the file out.
fn file_skipped(case: &Case<'_>) -> Option<Finding> {
    let service = refused_name(case).filter(|_| case.libc == Libc::Glibc)?;
    let asked = transport(case);
    let fits =
        |line: &&Service| line.name == service && asked.is_none_or(|asked| line.protocol == asked);
    let line = case.service_lines()?.iter().find(fits)?;
    let sources = skipping(case)?;
    with_port(case, port(line))
        .value("file", file(case))
        .quoted("sources", sources.text("services"))
        .some()
}

/// The line's port; 0 if it does not fit.
fn port(line: &Service) -> u16 {
    u16::try_from(line.port).unwrap_or_default()
}

const fn file(case: &Case<'_>) -> &'static str {
    match case.os {
        Os::Windows => "%SystemRoot%\\System32\\drivers\\etc\\services",
        _ => "/etc/services",
    }
}

/// The transport protocol of the hints; `None` if they leave it open.
fn transport(case: &Case<'_>) -> Option<&'static str> {
    let (socktype, protocol) = (case.hint(Hint::Socktype), case.hint(Hint::Protocol));
    let of_protocol = TRANSPORTS.iter().find(|row| Some(row.1) == protocol);
    let of_type = || TRANSPORTS.iter().find(|row| Some(row.0) == socktype);
    of_protocol.or_else(of_type).map(|row| row.2)
}

fn other_protocol(case: &Case<'_>) -> Option<Finding> {
    let service = refused_name(case)?;
    let asked = transport(case)?;
    let lines = used_lines(case)?.iter();
    let lines: Vec<&Service> = lines.filter(|line| line.name == service).collect();
    let first = lines.first()?;
    if lines.iter().any(|line| line.protocol == asked) {
        return None;
    }
    with_port(case, port(first))
        .suspected(elsewhere(case))
        .value("protocol", &first.protocol)
        .value("asked", asked)
        .some()
}

fn other_case(case: &Case<'_>) -> Option<Finding> {
    let service = refused_name(case)?;
    let asked = transport(case);
    let lines = used_lines(case)?;
    if lines.iter().any(|line| line.name == service) {
        return None;
    }
    let line = lines
        .iter()
        .find(|line| asked.is_none_or(|asked| line.protocol == asked))?;
    Finding::failure()
        .suspected(elsewhere(case))
        .service(case)
        .quoted("known", &line.name)
        .fix(case.with_service(Some(&line.name)))
        .some()
}

fn unknown(case: &Case<'_>) -> Option<Finding> {
    let service = refused_name(case)?;
    let absent = case.service_lines().is_some_and(<[Service]>::is_empty);
    with_port(case, port_for(&service))
        .suspected(!absent || elsewhere(case))
        .value("file", file(case))
        .some()
}
