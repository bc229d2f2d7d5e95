//! Facts about the machine that affect calls.

use std::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::sorting::Sorting;
use super::{Hosts, PortUser, Provider, Resolved, Resolver, Setting, Sources};

/// A set of facts to look up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs(u32);

impl Needs {
    /// No fact.
    pub(crate) const NONE: Self = Self(0);
    /// [`Facts::ipv4`] and [`Facts::ipv6`].
    pub(crate) const ADDRESSES: Self = Self(1);
    /// [`Facts::interfaces`].
    pub(crate) const INTERFACES: Self = Self(1 << 1);
    /// [`Facts::services`].
    pub(crate) const SERVICES: Self = Self(1 << 2);
    /// [`Facts::privileged`], [`Facts::root`] and [`Facts::network`].
    pub const PRIVILEGE: Self = Self(1 << 3);
    /// [`Facts::ping`].
    pub(crate) const PING: Self = Self(1 << 4);
    /// [`Facts::descriptors`].
    pub(crate) const DESCRIPTORS: Self = Self(1 << 5);
    /// [`Facts::mptcp`].
    pub(crate) const MPTCP: Self = Self(1 << 6);
    /// [`Facts::system_root`].
    pub(crate) const SYSTEM_ROOT: Self = Self(1 << 7);
    /// [`Facts::kernel_ipv4`] and [`Facts::kernel_ipv6`].
    pub(crate) const KERNEL_FAMILIES: Self = Self(1 << 12);
    /// [`Facts::seccomp`].
    pub(crate) const SECCOMP: Self = Self(1 << 13);
    /// [`Facts::providers`].
    pub(crate) const PROVIDERS: Self = Self(1 << 14);

    /// [`Facts::sorting`].
    pub(crate) const SORTING: Self = Self(1 << 8);

    /// [`Facts::host_sources`] and [`Facts::service_sources`].
    pub(crate) const SOURCES: Self = Self(1 << 9);
    /// [`Facts::hosts`].
    pub(crate) const HOSTS: Self = Self(1 << 10);
    /// [`Facts::resolver`].
    pub(crate) const RESOLVER: Self = Self(1 << 11);

    /// [`Facts::ports`].
    pub const PORTS: Self = Self(1 << 15);
    /// [`Facts::first_port`] and [`Facts::low_ports`].
    pub const LOW_PORTS: Self = Self(1 << 16);

    /// [`Facts::settings`], [`Facts::capabilities`] and [`Facts::resolved`].
    pub(crate) const SETTINGS: Self = Self(1 << 17);

    /// Every fact about the machine: all but [`Facts::ports`], which are those of a run.
    pub(crate) const MACHINE: Self = Self(u32::MAX).without(Self::PORTS);

    /// Every fact.
    #[cfg(test)]
    pub(crate) const ALL: Self = Self(u32::MAX);

    /// Whether the set contains all of `other`.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The set without the facts of `other`.
    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What both sets have.
    pub(crate) const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the set is empty.
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The union of both sets.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Facts about the machine and this process. `None` is unknown; nothing is guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The facts that were looked up.
    pub known: Needs,
    /// Whether an interface has an IPv4 address other than 127.0.0.1; on Windows one that is up.
    pub ipv4: Option<bool>,
    /// Whether an interface has an IPv6 address other than ::1; on Windows one that is up.
    pub ipv6: Option<bool>,
    /// The network interfaces with their addresses.
    pub interfaces: Option<Vec<Interface>>,
    /// Whether the kernel has IPv4, whether or not this process may use it.
    pub kernel_ipv4: Option<bool>,
    /// Whether the kernel has IPv6, whether or not this process may use it.
    pub kernel_ipv6: Option<bool>,
    /// `Seccomp:` of `/proc/self/status` (Linux): 0 none, 1 strict, 2 a filter.
    pub seccomp: Option<u32>,
    /// The services file's lines for the query's service, if that is a name.
    pub services: Option<Services>,
    /// Whether this process may open raw sockets: it is root, has CAP_NET_RAW on Linux, is elevated
    /// on Windows.
    pub privileged: Option<bool>,
    /// Whether the effective user is root; in a user namespace, root of that namespace.
    pub root: Option<bool>,
    /// Who owns the network of this process (Linux).
    pub network: Option<Network>,
    /// Whether `net.ipv4.ping_group_range` covers a group of this process (Linux).
    pub ping: Option<bool>,
    /// The limit and the number of this process's descriptors.
    pub descriptors: Option<Descriptors>,
    /// `net.mptcp.enabled` (Linux).
    pub mptcp: Option<bool>,
    /// Whether the environment has `SystemRoot`. Winsock finds no provider without it.
    pub system_root: Option<bool>,
    /// What decides the order of the list (Linux). Asked for by `--lookup`, not by a rule.
    pub sorting: Option<Sorting>,
    /// The `hosts:` line of nsswitch.conf (Linux); unknown if it is missing.
    pub host_sources: Option<Sources>,
    /// The `services:` line of nsswitch.conf (Linux); unknown if it is missing.
    pub service_sources: Option<Sources>,
    /// The hosts file's lines for the query's node, if that is a name.
    pub hosts: Option<Hosts>,
    /// The configuration of the DNS client (Unix: resolv.conf, glibc's with what amends it; Windows: the
    /// adapters that are up, and the registry).
    pub resolver: Option<Resolver>,
    /// The catalog of transport providers (Windows).
    pub providers: Option<Vec<Provider>>,
    /// The sockets that have a port which a bind() or connect() of the run names (Linux, Windows).
    /// [`Run::push`](super::Run::push) makes them unknown again when such a call fails.
    pub ports: Option<Vec<PortUser>>,
    /// The first port that needs no privilege: `net.ipv4.ip_unprivileged_port_start` (Linux).
    pub first_port: Option<u16>,
    /// Whether this process may bind to lower ports: it has CAP_NET_BIND_SERVICE in the user namespace
    /// that owns its network, or is root on other systems than Linux.
    pub low_ports: Option<bool>,
    /// Switches, limits and versions of the system, for a bug report.
    pub settings: Option<Vec<Setting>>,
    /// `CapEff:` of `/proc/self/status` (Linux): a bit for each capability (capabilities(7)).
    pub capabilities: Option<u64>,
    /// systemd-resolved (Linux).
    pub resolved: Option<Resolved>,
}

/// The content of the services file for one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "file", content = "lines", rename_all = "lowercase")]
pub enum Services {
    /// The file does not exist.
    Missing,
    /// This process may not read the file.
    Unreadable,
    /// The lines with the name, in any letter case.
    #[serde(rename = "read")]
    Lines(Vec<Service>),
}

/// A line of the services file (services(5)), for one of its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The name or alias as written in the file.
    pub name: String,
    /// The port as written, even if it does not fit in 16 bits.
    pub port: u32,
    /// `tcp`, `udp`, …
    pub protocol: String,
}

/// A network interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// The name.
    pub name: String,
    /// The index, which is the scope of its link-local addresses.
    pub index: u32,
    /// Whether it is up.
    pub up: bool,
    /// Whether it is a loopback interface.
    pub loopback: bool,
    /// The addresses.
    pub addresses: Vec<IpAddr>,
    /// Whether IPv6 is switched off on it (Linux: `net.ipv6.conf.NAME.disable_ipv6`; Windows: the
    /// adapter is not bound to it).
    pub ipv6_off: Option<bool>,
}

/// Who owns a network namespace: CAP_NET_RAW counts only in the user namespace that owns the network
/// (user_namespaces(7)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// The user namespace of this process, or one below it.
    Own,
    /// Another user namespace.
    Foreign,
    /// Unknown; this process is in a user namespace of its own.
    Unknown,
}

impl Facts {
    /// Whether an interface has this address; with a scope, the interface of this index.
    pub(crate) fn has_address(&self, ip: Ipv6Addr, scope: u32) -> Option<bool> {
        let has = |it: &Interface| {
            (scope == 0 || it.index == scope) && it.addresses.contains(&IpAddr::V6(ip))
        };
        Some(self.interfaces.as_ref()?.iter().any(has))
    }

    /// Whether an interface has an IPv6 address.
    pub(crate) fn has_ipv6(&self) -> bool {
        let interfaces = self.interfaces.iter().flatten();
        interfaces.flat_map(|it| &it.addresses).any(IpAddr::is_ipv6)
    }

    /// The interfaces through which IPv6 could leave, if it is switched off on each of them: the one
    /// with the index `scope`; for 0 all that are up, without loopback if there is another.
    pub(crate) fn ipv6_off(&self, scope: u32) -> Option<Vec<&str>> {
        let usable = |it: &&Interface| match scope {
            0 => it.up,
            _ => it.index == scope,
        };
        let mut usable: Vec<_> = self.interfaces.iter().flatten().filter(usable).collect();
        if usable.iter().any(|it| !it.loopback) {
            usable.retain(|it| !it.loopback);
        }
        let off = !usable.is_empty() && usable.iter().all(|it| it.ipv6_off == Some(true));
        off.then(|| usable.iter().map(|it| it.name.as_str()).collect())
    }
}

/// The file descriptors of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptors {
    /// RLIMIT_NOFILE.
    pub limit: u64,
    /// The number of open descriptors.
    pub open: u64,
}

impl Descriptors {
    /// Whether none is left.
    pub(crate) const fn exhausted(&self) -> bool {
        self.open >= self.limit
    }
}

impl Services {
    /// Finds the lines for `name` in the text of a services file. Like the C library, it skips
    /// malformed lines.
    pub(crate) fn read(file: &str, name: &str) -> Self {
        Self::Lines(
            file.lines()
                .filter_map(|line| {
                    let line = line.split('#').next().unwrap_or_default();
                    let mut words = line.split_ascii_whitespace();
                    let first = words.next()?;
                    let (port, protocol) = words.next()?.split_once('/')?;
                    let spelling = std::iter::once(first)
                        .chain(words)
                        .find(|word| word.eq_ignore_ascii_case(name))?;
                    Some(Service {
                        name: spelling.to_owned(),
                        port: port.parse().ok()?,
                        protocol: protocol.to_owned(),
                    })
                })
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_alias_match_in_any_letter_case() {
        let file = "# services\ndomain 53/tcp\nhttp\t80/tcp www WWW2 # the web\nhttp 80/quic\nbad 4294967296/tcp http\n";
        let line = |name: &str, port, protocol: &str| Service {
            name: name.to_owned(),
            port,
            protocol: protocol.to_owned(),
        };
        assert_eq!(
            Services::read(file, "HTTP"),
            Services::Lines(vec![line("http", 80, "tcp"), line("http", 80, "quic")])
        );
        assert_eq!(
            Services::read(file, "www2"),
            Services::Lines(vec![line("WWW2", 80, "tcp")])
        );
        assert_eq!(Services::read(file, "web"), Services::Lines(Vec::new()));
    }
}
