//! Facts about the machine that affect calls.

/// A set of facts to look up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs(u16);

impl Needs {
    /// No fact.
    pub(crate) const NONE: Self = Self(0);
    /// [`Facts::ipv4`] and [`Facts::ipv6`].
    pub(crate) const ADDRESSES: Self = Self(1);
    /// [`Facts::ipv6_disabled`].
    pub(crate) const IPV6_SWITCH: Self = Self(1 << 1);
    /// [`Facts::services`].
    pub(crate) const SERVICES: Self = Self(1 << 2);
    /// [`Facts::privileged`].
    pub const PRIVILEGE: Self = Self(1 << 3);
    /// [`Facts::ping`].
    pub(crate) const PING: Self = Self(1 << 4);
    /// [`Facts::descriptors`].
    pub(crate) const DESCRIPTORS: Self = Self(1 << 5);
    /// [`Facts::mptcp`].
    pub(crate) const MPTCP: Self = Self(1 << 6);
    /// [`Facts::system_root`].
    pub(crate) const SYSTEM_ROOT: Self = Self(1 << 7);

    /// Every fact.
    #[cfg(test)]
    pub(crate) const ALL: Self = Self(u16::MAX);

    /// Whether the set contains all of `other`.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The set without the facts of `other`.
    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
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
    /// Whether an interface has an IPv4 address other than 127.0.0.1.
    pub ipv4: Option<bool>,
    /// Whether an interface has an IPv6 address other than ::1.
    pub ipv6: Option<bool>,
    /// Whether IPv6 is disabled (Linux: `net.ipv6.conf.all.disable_ipv6`).
    pub ipv6_disabled: Option<bool>,
    /// The services file's lines for the query's service, if that is a name.
    pub services: Option<Services>,
    /// Whether this process may open raw sockets: it is root, has CAP_NET_RAW on Linux, is elevated
    /// on Windows.
    pub privileged: Option<bool>,
    /// Whether `net.ipv4.ping_group_range` covers a group of this process (Linux).
    pub ping: Option<bool>,
    /// The limit and the number of this process's descriptors.
    pub descriptors: Option<Descriptors>,
    /// `net.mptcp.enabled` (Linux).
    pub mptcp: Option<bool>,
    /// Whether the environment has `SystemRoot`. Winsock finds no provider without it.
    pub system_root: Option<bool>,
}

/// The content of the services file for one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Services {
    /// The file does not exist.
    Missing,
    /// The lines with the name, in any letter case.
    Lines(Vec<Service>),
}

/// A line of the services file (services(5)), for one of its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The name or alias as written in the file.
    pub name: String,
    /// The port.
    pub port: u16,
    /// `tcp`, `udp`, …
    pub protocol: String,
}

/// The file descriptors of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
