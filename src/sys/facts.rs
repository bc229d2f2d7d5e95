//! Facts about the machine that need no privilege and no network.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

#[cfg(unix)]
use super::settings::resolved;
use super::settings::settings;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use super::source;
#[cfg(windows)]
use super::{adapters, registry, windows as winsock};
use crate::net::{Facts, Hosts, Needs, Query, Services};

/// The most that is read of a file: a hosts file that blocks advertisements has a few million bytes.
const LIMIT: u64 = 16 << 20;

/// The text of a file. A larger one is an error: a part of it would prove nothing.
fn text(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(file)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    // Many times faster for ASCII than the lossy conversion.
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The lines of `file` for the query's service; none if the service is not a name.
fn services(file: &Path, query: &Query) -> Option<Services> {
    let name = query.service.as_ref()?.as_os_str().to_str()?;
    if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match text(file) {
        Ok(text) => Some(Services::read(&text, name)),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound => Some(Services::Missing),
            io::ErrorKind::PermissionDenied => Some(Services::Unreadable),
            _ => None,
        },
    }
}

/// The lines of `file` for the query's node.
fn hosts(file: &Path, query: &Query) -> Option<Hosts> {
    let name = query.node.as_ref().map(|node| node.as_os_str());
    let name = name.and_then(OsStr::to_str)?;
    match text(file) {
        Ok(text) => Some(Hosts::read(&text, name)),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound => Some(Hosts::Missing),
            io::ErrorKind::PermissionDenied => Some(Hosts::Unreadable),
            _ => None,
        },
    }
}

#[cfg(windows)]
pub(super) use windows::facts;

#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::facts;

#[cfg(unix)]
mod unix {
    use std::collections::BTreeMap;
    use std::ffi::CStr;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use std::path::Path;
    use std::{env, fs, iter, ptr, slice};

    use rustix::process::{Resource, getegid, geteuid, getgroups, getrlimit};

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    use super::source;
    use super::{Facts, Needs, Query, hosts, resolved, services, settings, text};
    use crate::names::Os;
    use crate::net::{Descriptors, Interface, Network, Resolver, Sources, decode};

    pub(in super::super) fn facts(needs: Needs, query: &Query) -> Facts {
        fn when<T>(needed: bool, fact: impl FnOnce() -> Option<T>) -> Option<T> {
            needed.then(fact).flatten()
        }
        // First, since the reads below need a descriptor too.
        let descriptors = when(needs.has(Needs::DESCRIPTORS), descriptors);
        let addresses = needs.has(Needs::ADDRESSES) || needs.has(Needs::INTERFACES);
        let interfaces = when(addresses, interfaces);
        // As glibc checks for AI_ADDRCONFIG (sysdeps/unix/sysv/linux/check_pf.c).
        let other_than = |loopback: IpAddr| {
            let all = interfaces.as_ref()?.iter().flat_map(|it| &it.addresses);
            let mut all = all.filter(|ip| ip.is_ipv4() == loopback.is_ipv4());
            needs
                .has(Needs::ADDRESSES)
                .then(|| all.any(|&ip| ip != loopback))
        };
        let kernel = |file| when(needs.has(Needs::KERNEL_FAMILIES), || kernel_has(file));
        let privilege = needs.has(Needs::PRIVILEGE);
        let of_the_system = needs.has(Needs::SETTINGS);
        Facts {
            known: needs,
            ipv4: other_than(Ipv4Addr::LOCALHOST.into()),
            ipv6: other_than(Ipv6Addr::LOCALHOST.into()),
            // Both exist in every network namespace if the kernel has the family, even with IPv6
            // switched off on each interface (net/ipv4/tcp_ipv4.c, net/ipv6/addrconf.c).
            kernel_ipv4: kernel("tcp"),
            kernel_ipv6: kernel("if_inet6"),
            seccomp: when(needs.has(Needs::SECCOMP), || {
                status("Seccomp:")?.parse().ok()
            }),
            services: when(needs.has(Needs::SERVICES), || {
                services(Path::new("/etc/services"), query)
            }),
            privileged: when(privilege, privileged),
            root: privilege.then(|| geteuid().is_root()),
            network: when(privilege, network),
            interfaces: interfaces.filter(|_| needs.has(Needs::INTERFACES)),
            ping: when(needs.has(Needs::PING), ping),
            descriptors,
            mptcp: when(needs.has(Needs::MPTCP), || {
                switch("/proc/sys/net/mptcp/enabled")
            }),
            system_root: None,
            sorting: None,
            host_sources: when(needs.has(Needs::SOURCES), host_sources),
            service_sources: when(needs.has(Needs::SOURCES), || sources("services")),
            hosts: when(needs.has(Needs::HOSTS), || {
                hosts(Path::new("/etc/hosts"), query)
            }),
            providers: None,
            ports: None,
            first_port: when(needs.has(Needs::LOW_PORTS), || {
                number("/proc/sys/net/ipv4/ip_unprivileged_port_start")?
                    .try_into()
                    .ok()
            }),
            low_ports: when(needs.has(Needs::LOW_PORTS), || {
                const CAP_NET_BIND_SERVICE: u32 = 10;
                Some(may(CAP_NET_BIND_SERVICE)? && network() != Some(Network::Foreign))
            }),
            resolver: when(needs.has(Needs::RESOLVER), || {
                let text = text(Path::new("/etc/resolv.conf")).ok()?;
                let mut resolver = Resolver::read(&text);
                if cfg!(target_env = "gnu") {
                    let variable = |name| env::var(name).ok();
                    let (local, options) = (variable("LOCALDOMAIN"), variable("RES_OPTIONS"));
                    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
                    resolver.amend(local.as_deref(), options.as_deref(), host.trim_end());
                }
                Some(resolver)
            }),
            settings: when(of_the_system, settings),
            capabilities: when(of_the_system, capabilities),
            resolved: when(of_the_system, resolved),
        }
    }

    fn host_sources() -> Option<Sources> {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        if let Some(source) = source::chosen() {
            return Some(Sources::only_one(source));
        }
        sources("hosts")
    }

    /// The line of this database in nsswitch.conf. Only glibc reads it on Linux.
    fn sources(database: &str) -> Option<Sources> {
        let text = text(Path::new("/etc/nsswitch.conf")).ok()?;
        Sources::read(&text, database)
    }

    fn switch(file: &str) -> Option<bool> {
        Some(number(file)? != 0)
    }

    fn number(file: &str) -> Option<u64> {
        fs::read_to_string(file).ok()?.trim().parse().ok()
    }

    fn descriptors() -> Option<Descriptors> {
        let limit = getrlimit(Resource::Nofile).current?;
        // If all descriptors are used, the directory cannot be opened.
        let open = match fs::read_dir("/dev/fd") {
            // Minus the directory's own descriptor.
            Ok(directory) => directory.count().saturating_sub(1) as u64,
            Err(error) if error.raw_os_error() == Some(libc::EMFILE) => limit,
            Err(_) => return None,
        };
        Some(Descriptors { limit, open })
    }

    /// Whether this process may open raw sockets.
    fn privileged() -> Option<bool> {
        const CAP_NET_RAW: u32 = 13;
        may(CAP_NET_RAW)
    }

    /// On Linux a bit of CapEff (capabilities(7), proc_pid_status(5)): root in a container may lack it.
    /// Elsewhere whether the process is root.
    fn may(capability: u32) -> Option<bool> {
        if !cfg!(target_os = "linux") {
            return Some(geteuid().is_root());
        }
        Some(capabilities()? & 1 << capability != 0)
    }

    fn capabilities() -> Option<u64> {
        u64::from_str_radix(&status("CapEff:")?, 16).ok()
    }

    /// A value of this process (proc_pid_status(5)).
    fn status(key: &str) -> Option<String> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let value = status.lines().find_map(|line| line.strip_prefix(key))?;
        Some(value.trim().to_owned())
    }

    /// Whether this file is in /proc/self/net; unknown without that directory. /proc/net is the same,
    /// but a service with ProcSubset=pid does not have it (systemd.exec(5)).
    fn kernel_has(file: &str) -> Option<bool> {
        let net = Path::new("/proc/self/net");
        net.exists().then(|| net.join(file).exists())
    }

    #[cfg(not(target_os = "linux"))]
    const fn network() -> Option<Network> {
        None
    }

    /// Asks for the user namespace that owns this process's network namespace (ioctl_nsfs(2)), and
    /// without an answer whether this process is in the first user namespace, which maps all ids
    /// (user_namespaces(7)).
    #[cfg(target_os = "linux")]
    fn network() -> Option<Network> {
        use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

        let network = fs::File::open("/proc/self/ns/net").ok()?;
        // SAFETY: NS_GET_USERNS takes no argument, and the file is open.
        match unsafe { libc::ioctl(network.as_raw_fd(), libc::NS_GET_USERNS) } {
            -1 => {}
            owner => {
                // SAFETY: the ioctl returned a new descriptor, which nothing else owns.
                drop(unsafe { OwnedFd::from_raw_fd(owner) });
                return Some(Network::Own);
            }
        }
        // EPERM: the owner is not this user namespace or one below it.
        if super::io::Error::last_os_error().raw_os_error() == Some(libc::EPERM) {
            return Some(Network::Foreign);
        }
        let map = fs::read_to_string("/proc/self/uid_map").ok()?;
        let first = map.split_ascii_whitespace().eq(["0", "0", "4294967295"]);
        (!first).then_some(Network::Unknown)
    }

    fn ping() -> Option<bool> {
        let range = fs::read_to_string("/proc/sys/net/ipv4/ping_group_range").ok()?;
        let mut bounds = range.split_whitespace().map(str::parse::<u32>);
        let (low, high) = (bounds.next()?.ok()?, bounds.next()?.ok()?);
        // A user namespace shows a group that it does not map as this one (user_namespaces(7)).
        const UNMAPPED: u32 = 65534;
        if [low, high].contains(&UNMAPPED) {
            return None;
        }
        let groups = getgroups().ok()?;
        Some(
            groups
                .iter()
                .chain([&getegid()])
                .any(|group| (low..=high).contains(&group.as_raw())),
        )
    }

    /// The interfaces, in the order of their indices. The list has an entry for each address, and on
    /// Linux and the BSDs one for each interface, which may have none (getifaddrs(3)).
    fn interfaces() -> Option<Vec<Interface>> {
        let mut list = ptr::null_mut();
        // SAFETY: the call only writes to the pointer.
        if unsafe { libc::getifaddrs(&raw mut list) } != 0 {
            return None;
        }
        let mut interfaces = BTreeMap::new();
        // SAFETY: each node is valid until the list is freed; the last one's ifa_next is NULL.
        let first = unsafe { list.as_ref() };
        // SAFETY: as above.
        for node in iter::successors(first, |node| unsafe { node.ifa_next.as_ref() }) {
            if node.ifa_name.is_null() {
                continue;
            }
            // SAFETY: ifa_name is a string of C (getifaddrs(3)), valid as the node is.
            let name = unsafe { CStr::from_ptr(node.ifa_name) };
            let text = name.to_string_lossy();
            // On Linux a colon begins the label of an IPv4 address (ifconfig's eth0:1).
            let device = text.split(':').next().unwrap_or_default();
            let entry = interfaces.entry(device.to_owned());
            let interface = entry.or_insert_with_key(|device| {
                let flags = node.ifa_flags.cast_signed();
                let conf = format!("/proc/sys/net/ipv6/conf/{device}/disable_ipv6");
                Interface {
                    name: device.clone(),
                    // SAFETY: the pointer is of a string of C.
                    index: unsafe { libc::if_nametoindex(name.as_ptr()) },
                    up: flags & libc::IFF_UP != 0,
                    loopback: flags & libc::IFF_LOOPBACK != 0,
                    addresses: Vec::new(),
                    ipv6_off: switch(&conf),
                }
            });
            // SAFETY: ifa_addr is NULL or points to a sockaddr (getifaddrs(3)).
            let family = unsafe { node.ifa_addr.as_ref() }.map(|addr| i32::from(addr.sa_family));
            let length = match family {
                Some(libc::AF_INET) => size_of::<libc::sockaddr_in>(),
                Some(libc::AF_INET6) => size_of::<libc::sockaddr_in6>(),
                _ => continue,
            };
            // SAFETY: the family gives the type, and with it the length.
            let bytes = unsafe { slice::from_raw_parts(node.ifa_addr.cast(), length) };
            let address = decode(Os::HOST, bytes).map(|address| address.ip());
            interface.addresses.extend(address);
        }
        // SAFETY: the pointer came from getifaddrs and is freed once, here.
        unsafe { libc::freeifaddrs(list) };
        let mut interfaces: Vec<Interface> = interfaces.into_values().collect();
        interfaces.sort_by_key(|interface| interface.index);
        Some(interfaces)
    }

    #[cfg(test)]
    mod tests {
        #![expect(clippy::unwrap_used, reason = "a test")]

        use super::*;

        #[test]
        fn every_unix_has_descriptor_privilege_and_address_facts() {
            let facts = facts(Needs::ALL, &Query::default());
            // Every Unix has RLIMIT_NOFILE and /dev/fd.
            let descriptors = facts.descriptors.unwrap();
            assert!(
                descriptors.open >= 3 && !descriptors.exhausted(),
                "{descriptors:?}"
            );
            assert!(facts.privileged.is_some());
            assert!(facts.ipv4.is_some() && facts.ipv6.is_some());
            assert!(facts.root.is_some());
            let interfaces = facts.interfaces.unwrap();
            let loopback = interfaces.iter().find(|it| it.loopback).unwrap();
            assert_ne!(loopback.index, 0, "{loopback:?}");
            let indices: Vec<u32> = interfaces.iter().map(|it| it.index).collect();
            assert!(indices.is_sorted_by(|a, b| a < b), "{interfaces:?}");
            assert_eq!(facts.services, None, "the query has no service");
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn family_and_privilege_facts_agree_with_the_kernel() {
            use socket2::{Domain, Protocol, Socket, Type};

            let facts = facts(Needs::ALL, &Query::default());
            let opens = |domain, socktype, protocol| {
                let error = Socket::new(domain, socktype, protocol).err();
                error.is_none_or(|error| error.raw_os_error() == Some(libc::EMFILE))
            };
            let opened = [Domain::IPV4, Domain::IPV6].map(|it| opens(it, Type::STREAM, None));
            assert_eq!([facts.kernel_ipv4, facts.kernel_ipv6], opened.map(Some));
            let raw = opens(Domain::IPV4, Type::RAW, Some(Protocol::ICMPV4));
            let may = facts.privileged == Some(true) && facts.network != Some(Network::Foreign);
            assert_eq!(may, raw, "{facts:?}");
            // One read of another program.
            let status = std::process::Command::new("cat")
                .arg("/proc/self/status")
                .output();
            let status = String::from_utf8(status.unwrap().stdout).unwrap();
            let line = format!("Seccomp:\t{}\n", facts.seccomp.unwrap());
            assert!(status.contains(&line), "{status}");
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn ping_fact_agrees_with_the_kernel() {
            use socket2::{Domain, Protocol, Socket, Type};

            let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::ICMPV4));
            let refused = socket.as_ref().err().and_then(std::io::Error::raw_os_error);
            assert!(
                socket.is_ok() || refused == Some(libc::EACCES),
                "{socket:?}"
            );
            let fact = ping();
            assert!(fact.is_none_or(|fact| fact == socket.is_ok()), "{fact:?}");
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn ipv6_address_agrees_with_the_kernels_list() {
            // Each line of /proc/net/if_inet6 starts with an address in hexadecimal; the file does
            // not exist without IPv6.
            let listed = fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
            let loopback = format!("{:032x}", 1);
            let expected = listed.lines().any(|line| !line.starts_with(&loopback));
            let facts = facts(Needs::ADDRESSES, &Query::default());
            assert_eq!(facts.ipv6, Some(expected));
        }
    }
}
