//! Who has a port: the kernel's tables of sockets, and the descriptors of the processes (Linux).

#[cfg(target_os = "linux")]
pub(super) use linux::users;

#[cfg(not(target_os = "linux"))]
pub(super) fn users(_: &std::collections::BTreeSet<u16>) -> Option<Vec<crate::net::PortUser>> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs::{self, File};
    use std::io::{BufRead as _, BufReader};
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use std::path::Path;
    use std::process;

    use crate::net::{PortState, PortUser, Transport};

    /// The most that are listed: the clients of a busy server prove no more than its listener, which
    /// the kernel lists first.
    const MOST: usize = 64;

    /// The sockets with one of these local ports; `None` if the kernel's tables cannot be read.
    pub(in super::super) fn users(ports: &BTreeSet<u16>) -> Option<Vec<PortUser>> {
        let mut users = Vec::new();
        let mut read = false;
        for (file, protocol) in [
            ("tcp", Transport::Tcp),
            ("tcp6", Transport::Tcp),
            ("udp", Transport::Udp),
            ("udp6", Transport::Udp),
        ] {
            // Without IPv6 there are two files.
            let Ok(file) = File::open(Path::new("/proc/self/net").join(file)) else {
                continue;
            };
            read = true;
            let lines = BufReader::new(file).lines().map_while(Result::ok);
            let found = lines.filter_map(|line| user(&line, protocol));
            let found = found.filter(|(user, _)| ports.contains(&user.port));
            users.extend(found.take(MOST - users.len()));
        }
        let inodes = users.iter().map(|(_, inode)| *inode);
        let owners = owners(&inodes.filter(|inode| *inode != 0).collect());
        let own = process::id();
        let users = users.into_iter().map(|(user, inode)| PortUser {
            pid: owners.get(&inode).copied(),
            process: owners.get(&inode).and_then(|pid| name(*pid)),
            own: owners.get(&inode) == Some(&own),
            ..user
        });
        read.then(|| users.collect())
    }

    /// A line of /proc/net/tcp or one of its kind, and the inode of its socket (proc_pid_net(5); the
    /// states are in include/net/tcp_states.h).
    fn user(line: &str, protocol: Transport) -> Option<(PortUser, u64)> {
        let mut words = line.split_ascii_whitespace();
        let (ip, port) = words.nth(1)?.split_once(':')?;
        let state = match (protocol, words.nth(1)?) {
            (Transport::Udp, _) => PortState::Bound,
            (Transport::Tcp, "0A") => PortState::Listening,
            (Transport::Tcp, "06") => PortState::TimeWait,
            (Transport::Tcp, _) => PortState::Connected,
        };
        let inode = words.nth(5)?.parse().ok()?;
        let user = PortUser {
            protocol,
            ip: address(ip)?,
            port: u16::from_str_radix(port, 16).ok()?,
            state,
            pid: None,
            process: None,
            own: false,
        };
        Some((user, inode))
    }

    /// Each 32 bits of the address are printed as a number of this machine.
    fn address(text: &str) -> Option<IpAddr> {
        let words = text.as_bytes().chunks(8).map(|word| {
            let word = u32::from_str_radix(str::from_utf8(word).ok()?, 16).ok()?;
            Some(word.to_ne_bytes())
        });
        let words: Option<Vec<_>> = words.collect();
        match *words? {
            [word] => Some(Ipv4Addr::from(word).into()),
            [a, b, c, d] => {
                let bytes: [u8; 16] = [a, b, c, d].concat().try_into().ok()?;
                Some(Ipv6Addr::from(bytes).into())
            }
            _ => None,
        }
    }

    /// The processes that have a descriptor of one of these sockets, as far as this process may see
    /// them; this one first.
    fn owners(inodes: &BTreeSet<u64>) -> BTreeMap<u64, u32> {
        let mut owners = BTreeMap::new();
        if inodes.is_empty() {
            return owners;
        }
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        let all = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        for pid in [process::id()].into_iter().chain(all) {
            let descriptors = fs::read_dir(format!("/proc/{pid}/fd"));
            for descriptor in descriptors.into_iter().flatten().flatten() {
                let inode = fs::read_link(descriptor.path()).ok();
                let inode = inode
                    .as_ref()
                    .and_then(|link| link.to_str())
                    .and_then(|link| {
                        let number = link.strip_prefix("socket:[")?.strip_suffix(']')?;
                        number.parse().ok()
                    });
                if let Some(inode) = inode.filter(|inode| inodes.contains(inode)) {
                    owners.entry(inode).or_insert(pid);
                }
            }
            if owners.len() == inodes.len() {
                break;
            }
        }
        owners
    }

    fn name(pid: u32) -> Option<String> {
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
        Some(name.trim_end().to_owned())
    }

    #[cfg(test)]
    mod tests {
        #![expect(clippy::unwrap_used, reason = "a test")]

        use std::net::{TcpListener, TcpStream, UdpSocket};

        use super::*;

        fn of(port: u16) -> Vec<PortUser> {
            users(&BTreeSet::from([port])).unwrap()
        }

        #[test]
        fn own_sockets_are_listed_with_this_process() {
            for address in ["127.0.0.1:0", "[::1]:0"] {
                let Ok(listener) = TcpListener::bind(address) else {
                    continue;
                };
                let local = listener.local_addr().unwrap();
                let users = of(local.port());
                let user = &users[0];
                assert_eq!(user.address(), local);
                assert_eq!((user.state, user.own), (PortState::Listening, true));
                assert_eq!(user.pid, Some(process::id()));
                // The name of the main thread, which comm(5) truncates to 15 bytes.
                let name = fs::read_to_string("/proc/self/comm").unwrap();
                assert_eq!(user.process.as_deref(), Some(name.trim_end()));
            }
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            let users = of(socket.local_addr().unwrap().port());
            let expected = (Transport::Udp, PortState::Bound, true);
            assert!(
                users
                    .iter()
                    .any(|it| (it.protocol, it.state, it.own) == expected)
            );
        }

        #[test]
        fn ended_connection_keeps_its_port_without_a_process() {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let client = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let (server, _) = listener.accept().unwrap();
            // Who closes first waits.
            drop(server);
            drop((client, listener));
            let users = of(port);
            let state = |user: &PortUser| (user.state, user.pid);
            assert!(
                users
                    .iter()
                    .map(state)
                    .any(|it| it == (PortState::TimeWait, None)),
                "{users:?}"
            );
        }

        #[test]
        fn unused_port_has_no_user() {
            assert_eq!(users(&BTreeSet::new()), Some(Vec::new()));
        }
    }
}
