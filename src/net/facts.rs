//! Facts about the machine that decide how calls end.

use std::ops::{BitOr, BitOrAssign};

/// Which facts are needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs(u16);

impl Needs {
    /// No fact.
    pub const NONE: Self = Self(0);
    /// [`Facts::ipv4`] and [`Facts::ipv6`].
    pub const ADDRESSES: Self = Self(1);
    /// [`Facts::ipv6_disabled`].
    pub const IPV6_SWITCH: Self = Self(1 << 1);
    /// [`Facts::services`].
    pub const SERVICES: Self = Self(1 << 2);
    /// [`Facts::privileged`].
    pub const PRIVILEGE: Self = Self(1 << 3);
    /// [`Facts::ping`].
    pub const PING: Self = Self(1 << 4);
    /// [`Facts::descriptors`].
    pub const DESCRIPTORS: Self = Self(1 << 5);
    /// [`Facts::mptcp`].
    pub const MPTCP: Self = Self(1 << 6);
    /// [`Facts::system_root`].
    pub const SYSTEM_ROOT: Self = Self(1 << 7);

    /// Every fact.
    pub const ALL: Self = Self(u16::MAX);

    /// Whether all of `other` is needed.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What of this is not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing is needed.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOr for Needs {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.and(other)
    }
}

impl BitOrAssign for Needs {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.and(other);
    }
}

/// Facts about the machine and this process. What could not be found out is `None`: nothing here
/// is a guess.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Which facts were looked for.
    pub known: Needs,
    /// Whether an interface has an IPv4 address other than 127.0.0.1.
    pub ipv4: Option<bool>,
    /// Whether an interface has an IPv6 address other than ::1.
    pub ipv6: Option<bool>,
    /// Whether IPv6 is switched off (Linux: `net.ipv6.conf.all.disable_ipv6`).
    pub ipv6_disabled: Option<bool>,
    /// What the services file says of the query's service, where that is a name.
    pub services: Option<Services>,
    /// Whether this process may open raw sockets: root, or on Linux CAP_NET_RAW.
    pub privileged: Option<bool>,
    /// Whether `net.ipv4.ping_group_range` covers a group of this process (Linux).
    pub ping: Option<bool>,
    /// How many descriptors this process may have and has.
    pub descriptors: Option<Descriptors>,
    /// `net.mptcp.enabled` (Linux).
    pub mptcp: Option<bool>,
    /// Whether the environment has `SystemRoot`, without which Winsock finds no provider.
    pub system_root: Option<bool>,
}

/// What the services file says of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Services {
    /// There is no such file.
    Missing,
    /// The lines that have the name, in any letter case.
    Lines(Vec<Service>),
}

/// A line of the services file (services(5)), for one of its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The name or alias as the file writes it.
    pub name: String,
    /// The port.
    pub port: u16,
    /// `tcp`, `udp`, …
    pub protocol: String,
}

/// The descriptors of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptors {
    /// RLIMIT_NOFILE.
    pub limit: u64,
    /// Those that are open.
    pub open: u64,
}

impl Descriptors {
    /// Whether none is left.
    #[must_use]
    pub const fn exhausted(&self) -> bool {
        self.open >= self.limit
    }
}

impl Services {
    /// Reads the text of a services file for what it says of `name`. Lines that are no services
    /// are passed over, as the C library does.
    #[must_use]
    pub fn read(file: &str, name: &str) -> Self {
        Self::Lines(
            file.lines()
                .filter_map(|line| {
                    let line = line.split('#').next().unwrap_or_default();
                    let mut words = line.split_ascii_whitespace();
                    let first = words.next()?;
                    let (port, protocol) = words.next()?.split_once('/')?;
                    let found = std::iter::once(first)
                        .chain(words)
                        .find(|word| word.eq_ignore_ascii_case(name))?;
                    Some(Service {
                        name: found.to_owned(),
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
    fn a_name_or_alias_is_found_in_any_letter_case() {
        let file = "# services\ndomain 53/tcp\nhttp\t80/tcp www WWW2 # the web\nhttp 80/quic\nbad 99999/tcp http\n";
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
