//! Machines of which all is known, some, or nothing.

use proptest::prelude::*;

use super::scene::Scene;
use crate::net::{Descriptors, Facts, Hosts, Interface, Network, Resolver, Services, Sources};
use crate::text::Text;

/// A machine that changes the facts of a scene.
#[derive(Clone, Debug, Default)]
pub(super) struct Machine {
    facts: Facts,
    hosts: Option<&'static str>,
    services: Option<&'static str>,
    /// Whether the kernel's tables of sockets can be read.
    lists_ports: bool,
}

impl Machine {
    /// The scene on this machine.
    pub(super) fn put(&self, mut scene: Scene) -> Scene {
        // The sockets on a port belong to the scene.
        let ports = scene.facts.ports.take().filter(|_| self.lists_ports);
        scene.facts = Facts {
            ports,
            ..self.facts.clone()
        };
        let text = |text: &Option<Text>| {
            text.as_ref()
                .and_then(|text| text.as_os_str().to_str().map(str::to_owned))
        };
        let node = text(&scene.query.node);
        scene.facts.hosts = self.hosts.map(|file| match node {
            _ if file == UNREADABLE => Hosts::Unreadable,
            Some(node) => Hosts::read(file, &node),
            None => Hosts::Missing,
        });
        let service = text(&scene.query.service);
        scene.facts.services = self.services.map(|file| match service {
            _ if file == UNREADABLE => Services::Unreadable,
            _ if file == MISSING => Services::Missing,
            Some(service) => Services::read(file, &service),
            None => Services::Missing,
        });
        scene
    }
}

const UNREADABLE: &str = "unreadable";
const MISSING: &str = "missing";

const HOSTS: [&str; 4] = [
    "",
    "127.0.0.1 localhost a\n::1 localhost",
    "192.0.2.1 a v4only.test\n192.0.2.1 a a.local\n::1 ip6-localhost",
    UNREADABLE,
];
const SERVICES: [&str; 5] = [
    "",
    "http 80/tcp\nbig 70000/tcp",
    "http 80/udp\n3com-tsmux 106/tcp",
    UNREADABLE,
    MISSING,
];
const SOURCES: [&str; 7] = [
    "files dns",
    "files",
    "dns",
    "db files",
    "files mdns4_minimal [NOTFOUND=return] dns",
    "resolve [!UNAVAIL=return] files dns",
    "files [NOTFOUND=return] dns",
];

/// The interface of this index and name, with addresses or with IPv6 off.
fn interface(index: u32, name: &str, addresses: &[&str]) -> Interface {
    Interface {
        index,
        name: name.to_owned(),
        up: true,
        loopback: name == "lo",
        addresses: addresses.iter().map(|ip| ip.parse().unwrap()).collect(),
        ipv6_off: Some(addresses.is_empty()),
    }
}

fn interfaces(ipv6: bool) -> Vec<Interface> {
    let (lo, eth0): (&[_], &[_]) = if ipv6 {
        (&["::1"], &["2001:db8::2", "fe80::1"])
    } else {
        (&[], &[])
    };
    vec![interface(1, "lo", lo), interface(2, "eth0", eth0)]
}

fn sources(at: usize) -> Option<Sources> {
    Sources::read(&format!("x: {}", SOURCES[at]), "x")
}

/// Machines on which much is off, or much is there.
pub(super) fn machines() -> Vec<Machine> {
    let machine = |there: bool, of_hosts: usize, hosts: usize, services: usize| Machine {
        facts: Facts {
            ipv4: Some(there),
            ipv6: Some(there),
            interfaces: Some(interfaces(there)),
            kernel_ipv4: Some(there),
            kernel_ipv6: Some(there),
            seccomp: Some(0),
            privileged: Some(there),
            root: Some(there),
            network: Some(Network::Own),
            ping: Some(there),
            descriptors: Some(Descriptors {
                limit: 9,
                open: if there { 3 } else { 9 },
            }),
            mptcp: Some(there),
            first_port: Some(1024),
            low_ports: Some(there),
            system_root: Some(there),
            host_sources: sources(of_hosts),
            service_sources: sources(1),
            resolver: Some(Resolver::read("nameserver 192.0.2.1")),
            ..Facts::default()
        },
        hosts: Some(HOSTS[hosts]),
        services: Some(SERVICES[services]),
        lists_ports: true,
    };
    vec![
        machine(true, 0, 0, 0),
        machine(true, 6, 0, 4),
        machine(true, 1, 0, 0),
        machine(true, 0, 2, 1),
        machine(true, 0, 1, 2),
        machine(false, 0, 2, 2),
    ]
}

/// Any machine, of which any fact may be unknown.
pub(super) fn any_machine() -> impl Strategy<Value = Machine> {
    let maybe = any::<Option<bool>>;
    let one = |count: usize| prop::option::of(0..count);
    let network = [
        None,
        Some(Network::Own),
        Some(Network::Foreign),
        Some(Network::Unknown),
    ];
    let switches = (
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        maybe(),
    );
    let numbers = (
        one(3),
        prop::sample::select(network.to_vec()),
        maybe(),
        maybe(),
    );
    let files = (
        one(HOSTS.len()),
        one(SERVICES.len()),
        one(7),
        one(7),
        maybe(),
    );
    (switches, numbers, files).prop_map(|(switches, numbers, files)| {
        let (ipv4, ipv6, kernel_ipv4, kernel_ipv6, privileged, root, ping, mptcp) = switches;
        let (seccomp, network, there, exhausted) = numbers;
        let (hosts, services, of_hosts, of_services, search) = files;
        let facts = Facts {
            ipv4,
            ipv6,
            interfaces: there.map(interfaces),
            kernel_ipv4,
            kernel_ipv6,
            seccomp: seccomp.map(|mode| mode as u32),
            privileged,
            root,
            network,
            ping,
            descriptors: exhausted.map(|all| Descriptors {
                limit: 9,
                open: if all { 9 } else { 3 },
            }),
            mptcp,
            system_root: ping,
            first_port: ping.map(|_| 1024),
            low_ports: privileged,
            host_sources: of_hosts.and_then(sources),
            service_sources: of_services.and_then(sources),
            resolver: search.map(|search| {
                let file = if search {
                    "search b.test"
                } else {
                    "nameserver 192.0.2.1"
                };
                Resolver::read(file)
            }),
            ..Facts::default()
        };
        Machine {
            facts,
            hosts: hosts.map(|at| HOSTS[at]),
            services: services.map(|at| SERVICES[at]),
            lists_ports: ping == Some(true),
        }
    })
}
