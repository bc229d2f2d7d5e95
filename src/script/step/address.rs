//! An address as written: its port may be a name, its family and length wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr, SocketAddrV6};

use crate::names::Os;
use crate::net::{Call, Record, SocketId, Value, decode, encode};

/// The bytes of a sockaddr, or an IP address and what stands for its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// `0x0200…`: any bytes.
    Bytes(Box<[u8]>),
    /// `127.0.0.1:port`, `{AF_UNSPEC, 127.0.0.1:80}`
    Ip {
        /// The address; its port is 0.
        ip: SocketAddr,
        /// A word, or a number.
        port: String,
        /// The family that replaces the address's own.
        family: Option<u16>,
        /// The number of bytes to pass on.
        length: Option<usize>,
    },
}

/// The ports that names stand for.
///
/// A number that the system chose is such a name too, since the system chooses another one when the
/// script runs again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ports {
    names: BTreeMap<String, u16>,
    /// The ports that the script passed to calls.
    passed: BTreeSet<u16>,
    /// The ports that getsockname() returned for the open sockets.
    open: BTreeMap<SocketId, u16>,
    /// The ports of closed sockets, which the system may choose again.
    free: BTreeSet<u16>,
}

impl Ports {
    /// The port that `name` stands for: itself, if it is a number that no result had.
    fn get(&self, name: &str) -> Option<u16> {
        let bound = self.names.get(name).copied();
        bound.or_else(|| name.parse().ok())
    }

    /// Remembers that the script chose the port of this sockaddr, unless a name stands for it: that one
    /// the system chose, and may choose again.
    pub(crate) fn pass(&mut self, os: Os, address: &[u8]) {
        let port = decode(os, address).map(|it| it.port());
        let named = |port: &u16| self.names.values().any(|it| it == port);
        self.passed.extend(port.filter(|port| !named(port)));
    }

    /// Remembers which socket has a port, and that close() frees it.
    pub(crate) fn see(&mut self, os: Os, record: &Record) {
        match (&record.call, record.value()) {
            (Call::Getsockname { socket }, Some(Value::Address(address))) => {
                if let Some(address) = decode(os, address) {
                    self.open.insert(*socket, address.port());
                    self.free.remove(&address.port());
                }
            }
            (Call::Close { socket }, _) => self.free.extend(self.open.remove(socket)),
            _ => {}
        }
    }

    /// Whether the system may answer `port` where the script has `name`. A name without a port gets
    /// this one.
    fn accepts(&mut self, name: &str, port: u16) -> bool {
        let number: Option<u16> = name.parse().ok();
        if number == Some(port) || self.names.get(name) == Some(&port) {
            return true;
        }
        let passed = |port| self.passed.contains(&port);
        let chosen = number.is_none_or(|number| {
            // Neither is one that the script chose.
            number != 0 && port != 0 && !passed(number) && !passed(port)
        });
        let taken = self.names.get(name);
        if !chosen || taken.is_some_and(|port| !self.free.contains(port)) {
            return false;
        }
        self.names.insert(name.to_owned(), port);
        true
    }
}

impl Address {
    /// Reads a word: `127.0.0.1:80`, `[::1%2]:port`, `0x0200…`
    pub(super) fn read(word: &str) -> Option<Self> {
        if let Some(digits) = word.strip_prefix("0x") {
            return bytes(digits).map(Self::Bytes);
        }
        let (ip, port) = word.rsplit_once(':')?;
        let ip = match ip.strip_prefix('[') {
            Some(ip) => v6(ip.strip_suffix(']')?)?,
            None => SocketAddr::new(IpAddr::V4(ip.parse().ok()?), 0),
        };
        let named = port.starts_with(|c: char| c.is_ascii_lowercase())
            && port.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let digits = port.chars().all(|c| c.is_ascii_digit());
        let numbered = digits && port.parse::<u16>().is_ok();
        (named || numbered).then(|| Self::Ip {
            ip,
            port: port.to_owned(),
            family: None,
            length: None,
        })
    }

    /// The address with this family instead of its own.
    pub(super) fn with_family(self, os: Os, number: i32) -> Option<Self> {
        let family = match os {
            Os::Macos | Os::Freebsd => u8::try_from(number).ok()?.into(),
            Os::Linux | Os::Windows => u16::try_from(number).ok()?,
        };
        match self {
            Self::Bytes(_) => None,
            Self::Ip {
                ip, port, length, ..
            } => Some(Self::Ip {
                ip,
                port,
                family: Some(family),
                length,
            }),
        }
    }

    /// The address with this length instead of its own.
    pub(super) fn with_length(mut self, new: usize) -> Self {
        match &mut self {
            Self::Bytes(bytes) => {
                let mut changed = bytes.to_vec();
                changed.resize(new, 0);
                *bytes = changed.into();
            }
            Self::Ip { length, .. } => *length = Some(new),
        }
        self
    }

    /// The sockaddr; `None` if nothing has bound the name of the port.
    pub(crate) fn sockaddr(&self, os: Os, ports: &Ports) -> Option<Box<[u8]>> {
        match self {
            Self::Bytes(bytes) => Some(bytes.clone()),
            Self::Ip { port, .. } => Some(self.sockaddr_at(os, ports.get(port)?)),
        }
    }

    /// The sockaddr with this port.
    pub(crate) fn sockaddr_at(&self, os: Os, port: u16) -> Box<[u8]> {
        let (mut ip, family, length) = match self {
            Self::Bytes(bytes) => return bytes.clone(),
            Self::Ip {
                ip, family, length, ..
            } => (*ip, family, length),
        };
        ip.set_port(port);
        let mut bytes = encode(os, ip).into_vec();
        if let Some(family) = family {
            let [low, _] = family.to_le_bytes();
            match os {
                Os::Macos | Os::Freebsd => bytes[1] = low,
                Os::Linux | Os::Windows => bytes[..2].copy_from_slice(&family.to_ne_bytes()),
            }
        }
        bytes.resize(length.unwrap_or(bytes.len()), 0);
        bytes.into()
    }

    /// Whether this sockaddr is a result that the address stands for.
    pub(crate) fn accepts(&self, os: Os, sockaddr: &[u8], ports: &mut Ports) -> bool {
        let (ip, port) = match self {
            Self::Bytes(bytes) => return **bytes == *sockaddr,
            Self::Ip { ip, port, .. } => (ip, port),
        };
        let Some(mut got) = decode(os, sockaddr) else {
            return false;
        };
        let got_port = got.port();
        got.set_port(0);
        if let SocketAddr::V6(got) = &mut got {
            // It is not written.
            got.set_flowinfo(0);
        }
        got == *ip && ports.accepts(port, got_port)
    }
}

/// An IPv6 address with its scope: `fe80::1%2`
fn v6(text: &str) -> Option<SocketAddr> {
    let (ip, scope) = match text.split_once('%') {
        Some((ip, scope)) => (ip, scope.parse().ok()?),
        None => (text, 0),
    };
    Some(SocketAddrV6::new(ip.parse().ok()?, 0, 0, scope).into())
}

/// Two hexadecimal digits a byte.
fn bytes(digits: &str) -> Option<Box<[u8]>> {
    let digits: Vec<u32> = digits
        .chars()
        .map(|c| c.to_digit(16))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high << 4 | low).ok(),
        _ => None,
    });
    pairs.collect()
}
