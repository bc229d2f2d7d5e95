//! Sockets that no provider in Winsock's catalog offers. socket() judges the type first, then the
//! family, then the protocol; getaddrinfo refuses the first two alike (Wine's tests of Winsock,
//! `test_WSASocket`, `test_getaddrinfo`).

use super::super::case::Case;
use super::super::literal::Literal;
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{AddrInfo, Hint, Provider, Triple};

rules! {
    "type-without-provider" no_type by Facts on ["WSAESOCKTNOSUPPORT", "EAI_SOCKTYPE"] needs [PROVIDERS],
    "family-without-provider" no_family by Facts on ["WSAEAFNOSUPPORT", "EAI_FAMILY"] needs [PROVIDERS],
    "protocol-without-provider" no_protocol by Facts on ["WSAEPROTONOSUPPORT"] needs [PROVIDERS],
}

/// So many providers are named.
const NAMED: usize = 4;

/// A longer name is cut; Windows' own have 30 characters.
const NAME: usize = 40;

/// The names of these providers; more than a few are counted: `'TCP/IP', 'UDP/IP', +5`.
fn names<'a>(providers: impl IntoIterator<Item = &'a Provider>) -> String {
    let mut names: Vec<String> = Vec::new();
    for provider in providers {
        let name: String = provider.name.chars().take(NAME).collect();
        let name = format!("'{name}'");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let names = names.join(", ");
    match more {
        0 if names.is_empty() => "0".to_owned(),
        0 => names,
        more => format!("{names}, +{more}"),
    }
}

/// What the refused call asks for. 0 is any.
fn asked(case: &Case<'_>) -> Option<Triple> {
    if case.os != Os::Windows {
        return None;
    }
    let hints = case.hints();
    match case.entry {
        Some(_) => case.addrinfo().map(AddrInfo::triple),
        None => Some(Triple {
            family: hints.family,
            socktype: hints.socktype,
            protocol: hints.protocol,
        }),
    }
}

/// The providers of this family.
fn of_family(catalog: &[Provider], family: i32) -> Vec<&Provider> {
    let fits = |provider: &&Provider| family == 0 || provider.family == family;
    catalog.iter().filter(fits).collect()
}

fn finding(case: &Case<'_>, asked: Triple, offered: Vec<&Provider>) -> Finding {
    Finding::failure()
        .value("family", case.show(Hint::Family, asked.family))
        .pair(case, asked.socktype, asked.protocol)
        .value("providers", names(offered))
}

fn no_type(case: &Case<'_>) -> Option<Finding> {
    let asked = asked(case)?;
    let offered = of_family(case.facts().providers.as_ref()?, asked.family);
    let has = |socktype| offered.iter().any(|it| Some(it.socktype) == socktype);
    if asked.socktype == 0 || has(Some(asked.socktype)) {
        return None;
    }
    let stream = has(case.value(Hint::Socktype, "SOCK_STREAM"));
    let fix = case.with(Hint::Socktype, "SOCK_STREAM");
    // A protocol of the hints may not go with it.
    let fix = fix.filter(|_| stream && case.hints().protocol == 0);
    finding(case, asked, offered).fix(fix).some()
}

fn no_family(case: &Case<'_>) -> Option<Finding> {
    let asked = asked(case)?;
    // The number may be a mistake with a name.
    if super::family::inet6_elsewhere(case, asked.family).is_some() {
        return None;
    }
    let catalog = case.facts().providers.as_ref()?;
    if !of_family(catalog, asked.family).is_empty() {
        return None;
    }
    let other = match case.literal() {
        _ if case.entry.is_none() => "AF_UNSPEC",
        Some(Literal::V6(..)) => "AF_INET6",
        _ => "AF_INET",
    };
    let value = case.value(Hint::Family, other);
    let there = value.is_some_and(|family| !of_family(catalog, family).is_empty());
    finding(case, asked, catalog.iter().collect())
        .value("other", other)
        .fix(case.with(Hint::Family, other).filter(|_| there))
        .some()
}

fn no_protocol(case: &Case<'_>) -> Option<Finding> {
    // Without a protocol a raw socket is another mistake.
    let asked = asked(case).filter(|asked| asked.protocol != 0)?;
    let of_family = of_family(case.facts().providers.as_ref()?, asked.family);
    let of_type = |provider: &&&Provider| [0, provider.socktype].contains(&asked.socktype);
    let of_type: Vec<_> = of_family.iter().filter(of_type).copied().collect();
    let offers = |provider: &&Provider| {
        let last = provider.protocol.saturating_add(provider.more_protocols);
        (provider.protocol..=last).contains(&asked.protocol)
    };
    if of_type.iter().any(offers) {
        return None;
    }
    // Protocol 0 is the provider's own, but not for a raw socket.
    let other = !of_type.is_empty() && !case.entry_is(Hint::Socktype, &["SOCK_RAW"]);
    let fix = case.without_protocol().filter(|_| other);
    finding(case, asked, of_type).fix(fix).some()
}
