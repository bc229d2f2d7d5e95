//! A case that a test makes up: a query on a machine of any system, and what came of it.

use std::net::SocketAddr;
use std::time::Duration;

use crate::explain::{Case, Libc, Note, notes};
use crate::names::Os;
use crate::net::{
    AddrInfo, Attempt, Call, Circumstances, Descriptors, Domain, GaiError, Handle, Hint, Hints,
    OsError, Query, Resolution, Service, Services, Text,
};

/// A rule, where it speaks and where it does not.
pub(super) struct Row {
    pub(super) rule: &'static str,
    pub(super) speaks: fn() -> Scene,
    pub(super) silent: fn() -> Scene,
}

pub(super) struct Scene {
    pub(super) os: Os,
    pub(super) libc: Libc,
    pub(super) circumstances: Circumstances,
    pub(super) query: Query,
    pub(super) result: Result<Vec<AddrInfo>, GaiError>,
    pub(super) entry: Option<(usize, Option<Attempt>)>,
}

fn scene(os: Os, libc: Libc) -> Scene {
    Scene {
        os,
        libc,
        circumstances: Circumstances::default(),
        query: Query {
            hints: Some(Hints::default()),
            ..Query::default()
        },
        result: Ok(Vec::new()),
        entry: None,
    }
}

pub(super) fn linux() -> Scene {
    scene(Os::Linux, Libc::Glibc)
}

pub(super) fn musl() -> Scene {
    scene(Os::Linux, Libc::Musl)
}

pub(super) fn windows() -> Scene {
    scene(Os::Windows, Libc::Other)
}

pub(super) fn macos() -> Scene {
    scene(Os::Macos, Libc::Other)
}

pub(super) fn freebsd() -> Scene {
    scene(Os::Freebsd, Libc::Other)
}

impl Scene {
    pub(super) fn node(mut self, node: &str) -> Self {
        self.query.node = Some(Text::new(node).unwrap());
        self
    }

    pub(super) fn service(mut self, service: &str) -> Self {
        self.query.service = Some(Text::new(service).unwrap());
        self
    }

    /// Hints by name, separated by blanks: `AI_PASSIVE AF_INET SOCK_STREAM`.
    pub(super) fn hints(mut self, names: &str) -> Self {
        let hints = self.query.hints.as_mut().unwrap();
        for name in names.split(' ') {
            let hint = match name.split('_').next() {
                Some("AF") => Hint::Family,
                Some("SOCK") => Hint::Socktype,
                Some("IPPROTO") => Hint::Protocol,
                _ => Hint::Flags,
            };
            let value = hint.parse(self.os, name).unwrap();
            let old = if hint == Hint::Flags { hints.flags } else { 0 };
            hint.set(hints, old | value);
        }
        self
    }

    /// A hint by number.
    pub(super) fn hint(mut self, hint: Hint, value: i32) -> Self {
        hint.set(self.query.hints.as_mut().unwrap(), value);
        self
    }

    pub(super) fn null_hints(mut self) -> Self {
        self.query.hints = None;
        self
    }

    pub(super) fn machine(mut self, change: impl FnOnce(&mut Circumstances)) -> Self {
        change(&mut self.circumstances);
        self
    }

    /// The families of which there is an address.
    pub(super) fn configured(self, ipv4: bool, ipv6: bool) -> Self {
        self.machine(|machine| (machine.ipv4, machine.ipv6) = (Some(ipv4), Some(ipv6)))
    }

    pub(super) fn exhausted(self) -> Self {
        self.machine(|machine| machine.descriptors = Some(Descriptors { limit: 3, open: 3 }))
    }

    /// What the services file has of the service.
    pub(super) fn services(self, lines: &[(&str, u16, &str)]) -> Self {
        let lines = lines.iter().map(|&(name, port, protocol)| Service {
            name: name.to_owned(),
            port,
            protocol: protocol.to_owned(),
        });
        let lines = Services::Lines(lines.collect());
        self.machine(|machine| machine.services = Some(lines))
    }

    /// getaddrinfo fails with the code of that name.
    pub(super) fn fails(self, name: &str) -> Self {
        let rows = self.os.names().gai.rows;
        let row = rows.iter().find(|row| row.name == name);
        let code = row.expect("an EAI_ of the system").value;
        self.fails_with(code)
    }

    pub(super) fn fails_with(mut self, code: i32) -> Self {
        let domain = if self.os == Os::Windows {
            Domain::Wsa
        } else {
            Domain::Gai
        };
        self.result = Err(GaiError {
            error: error(Call::Getaddrinfo, domain, code),
            errno: None,
        });
        self
    }

    /// The second error behind EAI_SYSTEM.
    pub(super) fn errno(mut self, code: i32) -> Self {
        if let Err(gai) = &mut self.result {
            gai.errno = Some(error(Call::Getaddrinfo, Domain::Errno, code));
        }
        self
    }

    /// getaddrinfo returns one entry more, of that type, protocol and address.
    pub(super) fn returns(mut self, socktype: i32, protocol: i32, address: &str) -> Self {
        let address: SocketAddr = address.parse().unwrap();
        let bytes = sockaddr(self.os, address);
        let flags = self.query.hints.unwrap_or_default().flags;
        let entry = AddrInfo {
            flags,
            family: family(self.os, address),
            socktype,
            protocol,
            addrlen: bytes.len(),
            addr: Some(bytes.into()),
            canonname: None,
        };
        self.result.as_mut().unwrap().push(entry);
        self.about(None)
    }

    fn about(mut self, attempt: Option<Attempt>) -> Self {
        self.entry =
            attempt.map(|attempt| (self.result.as_ref().unwrap().len() - 1, Some(attempt)));
        self
    }

    /// The case is about the last entry, on which socket() was not called.
    pub(super) fn untried(mut self) -> Self {
        self.entry = Some((self.result.as_ref().unwrap().len() - 1, None));
        self
    }

    /// The case is about the last entry, whose socket opened.
    pub(super) fn opens(self) -> Self {
        self.about(Some(Attempt {
            result: Ok(Handle(3)),
            took: Duration::ZERO,
        }))
    }

    /// The case is about the last entry, whose socket() failed so: `EPERM`, `WSAEACCES`.
    pub(super) fn refuses(self, name: &str) -> Self {
        let names = self.os.names();
        let (domain, table) = match self.os {
            Os::Windows => (Domain::Wsa, names.wsa),
            _ => (Domain::Errno, names.errno),
        };
        let row = table.rows.iter().find(|row| row.name == name);
        let code = row.expect("an error of the system").value;
        self.about(Some(Attempt {
            result: Err(error(Call::Socket, domain, code)),
            took: Duration::ZERO,
        }))
    }

    /// The last entry has another family.
    pub(super) fn family(mut self, value: i32) -> Self {
        self.result.as_mut().unwrap().last_mut().unwrap().family = value;
        self
    }

    pub(super) fn notes(&self) -> Vec<Note> {
        let resolution = Resolution {
            query: self.query.clone(),
            result: self.result.clone(),
            took: Duration::ZERO,
            freed: None,
        };
        let entry = self.entry.as_ref();
        notes(&Case {
            os: self.os,
            libc: self.libc,
            circumstances: &self.circumstances,
            query: &self.query,
            resolution: &resolution,
            entry: entry.map(|(at, attempt)| (*at, &resolution.entries()[*at], attempt.as_ref())),
        })
    }
}

fn error(call: Call, domain: Domain, code: i32) -> OsError {
    OsError {
        call,
        domain,
        code,
        message: "".into(),
    }
}

fn family(os: Os, address: SocketAddr) -> i32 {
    let name = if address.is_ipv4() {
        "AF_INET"
    } else {
        "AF_INET6"
    };
    Hint::Family.parse(os, name).unwrap()
}

/// struct sockaddr_in or sockaddr_in6 (RFC 3493 §3), on the BSDs with a length before the family.
fn sockaddr(os: Os, address: SocketAddr) -> Vec<u8> {
    let family = family(os, address) as u16;
    let mut bytes = match os {
        Os::Macos | Os::Freebsd => vec![0, family as u8],
        Os::Linux | Os::Windows => family.to_ne_bytes().to_vec(),
    };
    bytes.extend(address.port().to_be_bytes());
    match address {
        SocketAddr::V4(v4) => {
            bytes.extend(v4.ip().octets());
            bytes.extend([0; 8]);
        }
        SocketAddr::V6(v6) => {
            bytes.extend([0; 4]);
            bytes.extend(v6.ip().octets());
            bytes.extend(v6.scope_id().to_ne_bytes());
        }
    }
    bytes
}
