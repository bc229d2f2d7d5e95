//! Facts about the machine that need no privilege and no network.

use std::{fs, io};

use crate::net::{Facts, Needs, Query, Services};

/// The lines of `file` for the query's service; none if the service is not a name, or the file exists
/// but cannot be read.
fn services(file: &std::path::Path, query: &Query) -> Option<Services> {
    let name = query.service.as_ref()?.as_os_str().to_str()?;
    if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match fs::read(file) {
        Ok(bytes) => Some(Services::read(&String::from_utf8_lossy(&bytes), name)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Services::Missing),
        Err(_) => None,
    }
}

#[cfg(windows)]
pub(super) use windows::facts;

#[cfg(windows)]
mod windows {
    use std::path::Path;
    use std::{env, ptr};

    use windows_sys::Win32::Security::{GetTokenInformation, TOKEN_ELEVATION, TokenElevation};

    use super::{Facts, Needs, Query, services};

    pub(in super::super) fn facts(needs: Needs, query: &Query) -> Facts {
        let root = env::var_os("SystemRoot");
        let file = root
            .as_ref()
            .map(|root| Path::new(root).join("System32\\drivers\\etc\\services"));
        Facts {
            known: needs,
            system_root: needs.has(Needs::SYSTEM_ROOT).then_some(root.is_some()),
            services: file
                .filter(|_| needs.has(Needs::SERVICES))
                .and_then(|file| services(&file, query)),
            privileged: needs.has(Needs::PRIVILEGE).then(elevated).flatten(),
            ..Facts::default()
        }
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
        use super::*;

        #[test]
        fn elevation_of_this_process_is_known() {
            assert!(elevated().is_some());
        }
    }
}

#[cfg(unix)]
pub(super) use unix::facts;

#[cfg(unix)]
mod unix {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use std::path::Path;
    use std::{iter, ptr, slice};

    use rustix::process::{Resource, getegid, geteuid, getgroups, getrlimit};

    use super::{Facts, Needs, Query, fs, services};
    use crate::names::Os;
    use crate::net::{Descriptors, decode};

    pub(in super::super) fn facts(needs: Needs, query: &Query) -> Facts {
        fn when<T>(needed: bool, fact: impl FnOnce() -> Option<T>) -> Option<T> {
            needed.then(fact).flatten()
        }
        // First, since the reads below need a descriptor too.
        let descriptors = when(needs.has(Needs::DESCRIPTORS), descriptors);
        let (ipv4, ipv6) = when(needs.has(Needs::ADDRESSES), addresses).unzip();
        Facts {
            known: needs,
            ipv4,
            ipv6,
            ipv6_disabled: when(needs.has(Needs::IPV6_SWITCH), || {
                switch("/proc/sys/net/ipv6/conf/all/disable_ipv6")
            }),
            services: when(needs.has(Needs::SERVICES), || {
                services(Path::new("/etc/services"), query)
            }),
            privileged: when(needs.has(Needs::PRIVILEGE), privileged),
            ping: when(needs.has(Needs::PING), ping),
            descriptors,
            mptcp: when(needs.has(Needs::MPTCP), || {
                switch("/proc/sys/net/mptcp/enabled")
            }),
            system_root: None,
        }
    }

    fn switch(file: &str) -> Option<bool> {
        let number: u64 = fs::read_to_string(file).ok()?.trim().parse().ok()?;
        Some(number != 0)
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

    /// On Linux CAP_NET_RAW, bit 13 of CapEff (capabilities(7), proc_pid_status(5)): root in a
    /// container may lack it. Elsewhere root.
    fn privileged() -> Option<bool> {
        if !cfg!(target_os = "linux") {
            return Some(geteuid().is_root());
        }
        const CAP_NET_RAW: u32 = 13;
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let set = status
            .lines()
            .find_map(|line| line.strip_prefix("CapEff:"))?;
        let set = u64::from_str_radix(set.trim(), 16).ok()?;
        Some(set & 1 << CAP_NET_RAW != 0)
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

    /// Whether there is an IPv4 address other than 127.0.0.1, and an IPv6 address other than ::1, as
    /// glibc checks for AI_ADDRCONFIG (sysdeps/unix/sysv/linux/check_pf.c).
    fn addresses() -> Option<(bool, bool)> {
        let mut list = ptr::null_mut();
        // SAFETY: the call only writes to the pointer.
        if unsafe { libc::getifaddrs(&raw mut list) } != 0 {
            return None;
        }
        let (mut ipv4, mut ipv6) = (false, false);
        // SAFETY: each node is valid until the list is freed; the last one's ifa_next is NULL.
        let first = unsafe { list.as_ref() };
        // SAFETY: as above.
        for node in iter::successors(first, |node| unsafe { node.ifa_next.as_ref() }) {
            // SAFETY: ifa_addr is NULL or points to a sockaddr (getifaddrs(3)).
            let family = unsafe { node.ifa_addr.as_ref() }.map(|addr| i32::from(addr.sa_family));
            let length = match family {
                Some(libc::AF_INET) => size_of::<libc::sockaddr_in>(),
                Some(libc::AF_INET6) => size_of::<libc::sockaddr_in6>(),
                _ => continue,
            };
            // SAFETY: the family gives the type, and with it the length.
            let bytes = unsafe { slice::from_raw_parts(node.ifa_addr.cast(), length) };
            match decode(Os::HOST, bytes).map(|address| address.ip()) {
                Some(IpAddr::V4(ip)) => ipv4 |= ip != Ipv4Addr::LOCALHOST,
                Some(IpAddr::V6(ip)) => ipv6 |= ip != Ipv6Addr::LOCALHOST,
                None => {}
            }
        }
        // SAFETY: the pointer came from getifaddrs and is freed once, here.
        unsafe { libc::freeifaddrs(list) };
        Some((ipv4, ipv6))
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
            assert_eq!(facts.services, None, "the query has no service");
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
            assert_eq!(addresses().map(|(_, ipv6)| ipv6), Some(expected));
        }
    }
}
