//! Facts about Windows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::{env, ptr};

use windows_sys::Win32::Security::{GetTokenInformation, TOKEN_ELEVATION, TokenElevation};

use super::adapters::adapters;
use super::winsock::providers;
use super::{Facts, Needs, Query, hosts, registry, services, settings};
use crate::net::{Outcome, Resolver, Value};

/// Of Tcpip in the registry.
const PARAMETERS: &str = "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";

pub(in crate::sys) fn facts(needs: Needs, query: &Query) -> Facts {
    fn when<T>(needed: bool, fact: impl FnOnce() -> Option<T>) -> Option<T> {
        needed.then(fact).flatten()
    }
    let root = env::var_os("SystemRoot");
    let resolver = needs.has(Needs::RESOLVER);
    let addresses = needs.has(Needs::ADDRESSES);
    let interfaces = needs.has(Needs::INTERFACES);
    let adapters = when(resolver || addresses || interfaces, adapters);
    let (all, clients) = adapters.unzip();
    let other_than = |loopback: IpAddr| {
        let up = all.as_ref()?.iter().filter(|it| it.up);
        let mut all = up.flat_map(|it| &it.addresses);
        addresses.then(|| all.any(|&ip| ip.is_ipv4() == loopback.is_ipv4() && ip != loopback))
    };
    let directory = || databases(root.as_ref().map(Path::new));
    Facts {
        known: needs,
        ipv4: other_than(Ipv4Addr::LOCALHOST.into()),
        ipv6: other_than(Ipv6Addr::LOCALHOST.into()),
        interfaces: all.filter(|_| interfaces),
        resolver: clients.filter(|_| resolver).map(|clients| {
            // A policy's list comes before the computer's (Group Policy, "DNS suffix search
            // list").
            let policy = "SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient";
            let list = [policy, PARAMETERS].map(|key| registry::text(key, "SearchList"));
            let mut list = list.into_iter().flatten().filter(|list| !list.is_empty());
            let domain = registry::text(PARAMETERS, "Domain").unwrap_or_default();
            Resolver::of_adapters(clients, list.next().as_deref(), &domain)
        }),
        system_root: needs.has(Needs::SYSTEM_ROOT).then_some(root.is_some()),
        services: when(needs.has(Needs::SERVICES), || {
            services(&directory()?.join("services"), query)
        }),
        hosts: when(needs.has(Needs::HOSTS), || {
            hosts(&directory()?.join("hosts"), query)
        }),
        privileged: when(needs.has(Needs::PRIVILEGE), elevated),
        providers: when(needs.has(Needs::PROVIDERS), || match providers().0 {
            Outcome::Returned(Value::Providers(providers)) => Some(providers.to_vec()),
            _ => None,
        }),
        settings: when(needs.has(Needs::SETTINGS), settings),
        ..Facts::default()
    }
}

/// The directory of the hosts file: the one that the registry names, or the usual one (Microsoft,
/// "TCP/IP and NBT configuration parameters", DatabasePath).
fn databases(root: Option<&Path>) -> Option<PathBuf> {
    let named = registry::text(PARAMETERS, "DataBasePath").filter(|path| !path.is_empty());
    named
        .map(PathBuf::from)
        .or_else(|| Some(root?.join("System32\\drivers\\etc")))
}

/// Whether the process is elevated, which raw sockets require (Microsoft, TCP/IP Raw Sockets;
/// TOKEN_ELEVATION).
fn elevated() -> Option<bool> {
    // GetCurrentProcessToken, an inline function of processthreadsapi.h: a pseudo handle.
    let token = ptr::without_provenance_mut(-4_isize as usize);
    let mut elevation = TOKEN_ELEVATION::default();
    let mut length = size_of_val(&elevation) as u32;
    // SAFETY: the buffer is a TOKEN_ELEVATION, as TokenElevation requires, with its length; the
    // call does not keep the pointers.
    let succeeded = unsafe {
        GetTokenInformation(
            token,
            TokenElevation,
            (&raw mut elevation).cast(),
            length,
            &raw mut length,
        )
    };
    (succeeded != 0).then_some(elevation.TokenIsElevated != 0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]

    use super::*;

    #[test]
    fn elevation_of_this_process_is_known() {
        assert!(elevated().is_some());
    }

    #[test]
    fn every_windows_has_loopback_provider_and_hosts_facts() {
        let query = Query {
            node: crate::text::Text::new("localhost").ok(),
            ..Query::default()
        };
        let facts = facts(Needs::ALL, &query);
        let interfaces = facts.interfaces.unwrap();
        let loopback = interfaces.iter().find(|it| it.loopback).unwrap();
        assert!(loopback.up && loopback.index != 0, "{loopback:?}");
        assert!(loopback.addresses.contains(&Ipv4Addr::LOCALHOST.into()));
        let others = interfaces.iter().filter(|it| it.up && !it.loopback);
        let others: Vec<_> = others.flat_map(|it| &it.addresses).collect();
        assert_eq!(facts.ipv4, Some(others.iter().any(|ip| ip.is_ipv4())));
        assert_eq!(facts.ipv6, Some(others.iter().any(|ip| ip.is_ipv6())));
        // AF_INET, SOCK_STREAM and IPPROTO_TCP of Microsoft's headers.
        let tcp =
            |row: &crate::net::Provider| (row.family, row.socktype, row.protocol) == (2, 1, 6);
        assert!(facts.providers.unwrap().iter().any(tcp));
        assert!(facts.hosts.is_some() && facts.resolver.is_some());
    }

    #[test]
    fn no_fact_is_fetched_unasked() {
        assert_eq!(facts(Needs::NONE, &Query::default()), Facts::default());
    }
}
