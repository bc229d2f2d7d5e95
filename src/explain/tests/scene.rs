//! Cases for tests: a query on a machine of any system, and its calls.

use std::sync::Arc;
use std::time::Duration;

use crate::explain::rules::{Rule, findings, undeclared};
use crate::explain::{Case, Note, needs, notes};
use crate::names::Os;
use crate::net::fixture::{self, list, opened};
use crate::net::{
    Adapter, AddrInfo, Call, CallId, Descriptors, Domain, Facts, Hint, Hints, Hosts, Interface,
    Needs, Network, OsError, Outcome, Provider, Query, Record, Resolver, Run, Service, Services,
    SocketId, Sources,
};
use crate::text::Text;

/// A rule, a scene in which it makes a note, and one in which it does not.
pub(super) struct Row {
    pub(super) rule: &'static str,
    pub(super) speaks: fn() -> Scene,
    pub(super) silent: fn() -> Scene,
}

#[derive(Clone)]
pub(super) struct Scene {
    pub(super) os: Os,
    pub(super) libc: Option<&'static str>,
    pub(super) facts: Facts,
    pub(super) query: Query,
    pub(super) result: Result<Vec<AddrInfo>, OsError>,
    /// The entry to explain, and the outcome of its socket().
    pub(super) entry: Option<(usize, Option<Outcome>)>,
    /// How long getaddrinfo takes.
    pub(super) took: Duration,
    /// The calls after socket(); the last one is explained.
    pub(super) steps: Vec<(Call, Outcome)>,
}

pub(super) fn scene(os: Os, libc: Option<&'static str>) -> Scene {
    Scene {
        os,
        libc,
        facts: Facts::default(),
        query: Query {
            hints: Some(Hints::default()),
            ..Query::default()
        },
        result: Ok(Vec::new()),
        entry: None,
        took: Duration::ZERO,
        steps: Vec::new(),
    }
}

pub(super) fn linux() -> Scene {
    scene(Os::Linux, Some("glibc 2.36"))
}

pub(super) fn musl() -> Scene {
    scene(Os::Linux, Some("musl"))
}

pub(super) fn windows() -> Scene {
    scene(Os::Windows, None)
}

pub(super) fn macos() -> Scene {
    scene(Os::Macos, None)
}

pub(super) fn freebsd() -> Scene {
    scene(Os::Freebsd, None)
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

    pub(super) fn machine(mut self, change: impl FnOnce(&mut Facts)) -> Self {
        change(&mut self.facts);
        self
    }

    /// The families of which the machine has an address.
    pub(super) fn configured(self, ipv4: bool, ipv6: bool) -> Self {
        self.machine(|machine| (machine.ipv4, machine.ipv6) = (Some(ipv4), Some(ipv6)))
    }

    /// One more interface, up, with IPv6 switched off or on. `lo` is the loopback.
    pub(super) fn interface(self, name: &str, off: bool, addresses: &[&str]) -> Self {
        self.machine(|machine| {
            let interfaces = machine.interfaces.get_or_insert_default();
            interfaces.push(Interface {
                name: name.to_owned(),
                index: interfaces.len() as u32 + 1,
                up: true,
                loopback: name == "lo",
                addresses: addresses.iter().map(|ip| ip.parse().unwrap()).collect(),
                ipv6_off: Some(off),
            });
        })
    }

    /// What the kernel has of IPv4 and IPv6, and the mode of seccomp.
    pub(super) fn kernel(self, ipv4: bool, ipv6: bool, seccomp: u32) -> Self {
        self.machine(|machine| {
            (machine.kernel_ipv4, machine.kernel_ipv6) = (Some(ipv4), Some(ipv6));
            machine.seccomp = Some(seccomp);
        })
    }

    /// Whether this process is root and has CAP_NET_RAW, and whose the network is.
    pub(super) fn process(self, root: bool, capability: bool, network: Option<Network>) -> Self {
        self.machine(|machine| {
            (machine.root, machine.privileged) = (Some(root), Some(capability));
            machine.network = network;
        })
    }

    pub(super) fn exhausted(self) -> Self {
        self.machine(|machine| machine.descriptors = Some(Descriptors { limit: 3, open: 3 }))
    }

    /// The lines of the services file for the service.
    pub(super) fn services<P: Copy + Into<u32>>(self, lines: &[(&str, P, &str)]) -> Self {
        let lines = lines.iter().map(|&(name, port, protocol)| Service {
            name: name.to_owned(),
            port: port.into(),
            protocol: protocol.to_owned(),
        });
        let lines = Services::Lines(lines.collect());
        self.machine(|machine| machine.services = Some(lines))
    }

    /// The lines of nsswitch.conf for host names and for services.
    pub(super) fn sources(self, hosts: &str, services: &str) -> Self {
        let line = |sources: &str| Sources::read(&format!("line: {sources}"), "line");
        self.machine(|machine| {
            (machine.host_sources, machine.service_sources) = (line(hosts), line(services));
        })
    }

    /// The source of `--source`.
    pub(super) fn alone(self, source: &str) -> Self {
        self.machine(|machine| machine.host_sources = Some(Sources::only_one(source)))
    }

    /// The text of the hosts file; only lines with the node count. The node comes before.
    pub(super) fn hosts(self, text: &str) -> Self {
        let node = self.query.node.clone().unwrap();
        let hosts = Hosts::read(text, node.as_os_str().to_str().unwrap());
        self.machine(|machine| machine.hosts = Some(hosts))
    }

    /// The text of resolv.conf.
    pub(super) fn resolver(self, text: &str) -> Self {
        self.machine(|machine| machine.resolver = Some(Resolver::read(text)))
    }

    /// The providers of IP in the catalog of Windows 11, two more than are named.
    pub(super) fn providers(self) -> Self {
        let raw = |family, name| Provider {
            more_protocols: 255,
            ..fixture::provider(family, "SOCK_RAW", 0, name)
        };
        let providers = vec![
            fixture::provider("AF_INET", "SOCK_STREAM", 6, "MSAFD Tcpip [TCP/IP]"),
            fixture::provider("AF_INET", "SOCK_DGRAM", 17, "MSAFD Tcpip [UDP/IP]"),
            raw("AF_INET", "MSAFD Tcpip [RAW/IP]"),
            fixture::provider("AF_INET6", "SOCK_STREAM", 6, "MSAFD Tcpip [TCP/IPv6]"),
            fixture::provider("AF_INET6", "SOCK_DGRAM", 17, "MSAFD Tcpip [UDP/IPv6]"),
            raw("AF_INET6", "MSAFD Tcpip [RAW/IPv6]"),
        ];
        self.machine(|machine| machine.providers = Some(providers))
    }

    /// The adapters of Windows that are up, with their name servers and suffixes.
    pub(super) fn clients(self, adapters: &[(&str, &[&str], &str)]) -> Self {
        let adapter = |&(name, servers, suffix): &(&str, &[&str], &str)| Adapter {
            name: name.to_owned(),
            servers: servers.iter().map(|&server| server.to_owned()).collect(),
            suffix: suffix.to_owned(),
        };
        let adapters = adapters.iter().map(adapter).collect();
        let resolver = Resolver::of_adapters(adapters, None, "");
        self.machine(|machine| machine.resolver = Some(resolver))
    }

    /// The indices of the interfaces.
    pub(super) fn interfaces(self, indices: &[u32]) -> Self {
        let interfaces = indices.iter().map(|&index| Interface {
            index,
            name: format!("eth{index}"),
            up: true,
            loopback: false,
            addresses: Vec::new(),
            ipv6_off: Some(false),
        });
        let interfaces = interfaces.collect();
        self.machine(|machine| machine.interfaces = Some(interfaces))
    }

    /// getaddrinfo takes this long.
    pub(super) const fn takes(mut self, seconds: u64) -> Self {
        self.took = Duration::from_secs(seconds);
        self
    }

    /// getaddrinfo fails with the error of this name.
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
        self.result = Err(error(domain, code));
        self
    }

    /// The second error behind EAI_SYSTEM.
    pub(super) fn errno(mut self, code: i32) -> Self {
        if let Err(gai) = &mut self.result {
            gai.errno = Some(Box::new(error(Domain::Errno, code)));
        }
        self
    }

    /// getaddrinfo returns one more entry, with this type, protocol and address.
    pub(super) fn returns(mut self, socktype: i32, protocol: i32, address: &str) -> Self {
        let [socktype, protocol] = [socktype, protocol].map(|number| number.to_string());
        let entry = AddrInfo {
            flags: self.query.hints.unwrap_or_default().flags,
            ..fixture::entry(self.os, &socktype, &protocol, address)
        };
        self.result.as_mut().unwrap().push(entry);
        self.about(None)
    }

    fn about(mut self, outcome: Option<Outcome>) -> Self {
        let last = self.result.as_ref().unwrap().len() - 1;
        self.entry = outcome.map(|outcome| (last, Some(outcome)));
        self
    }

    /// Explain the last entry, before socket().
    pub(super) fn untried(mut self) -> Self {
        self.entry = Some((self.result.as_ref().unwrap().len() - 1, None));
        self
    }

    /// Explain the last entry, whose socket() succeeds.
    pub(super) fn opens(self) -> Self {
        self.about(Some(opened(3)))
    }

    /// Explain the last entry, whose socket() fails: `EPERM`, `WSAEACCES`.
    pub(super) fn refuses(self, name: &str) -> Self {
        let names = self.os.names();
        let (domain, table) = match self.os {
            Os::Windows => (Domain::Wsa, &names.wsa),
            _ => (Domain::Errno, &names.errno),
        };
        let row = table.rows.iter().find(|row| row.name == name);
        let code = row.expect("an error of the system").value;
        self.about(Some(Outcome::Failed(error(domain, code))))
    }

    /// The last entry has another family.
    pub(super) fn family(mut self, value: i32) -> Self {
        self.result.as_mut().unwrap().last_mut().unwrap().family = value;
        self
    }

    pub(super) fn run(&self) -> Run {
        let mut host = Arc::unwrap_or_clone(fixture::host(self.os));
        host.libc = self.libc.map(str::to_owned);
        let query = Arc::new(self.query.clone());
        let mut run = Run::new(Arc::new(host), Arc::clone(&query));
        run.facts = self.facts.clone();
        let outcome = match &self.result {
            Ok(entries) => list(entries.clone()),
            Err(error) => Outcome::Failed(error.clone()),
        };
        run.push(Record {
            took: self.took,
            ..fixture::record(Call::Getaddrinfo(query), outcome)
        });
        if let Some((at, Some(outcome))) = &self.entry {
            let call = Call::Socket {
                socket: SocketId(1),
                triple: run.entries()[*at].triple(),
            };
            run.push(Record {
                entry: Some(*at),
                ..fixture::record(call, outcome.clone())
            });
        }
        for (id, (call, outcome)) in (2..).zip(&self.steps) {
            let entry = (!run.entries().is_empty()).then_some(0);
            run.push(Record {
                id: CallId(id),
                entry,
                ..fixture::record(call.clone(), outcome.clone())
            });
        }
        run
    }

    /// The case to explain: the last step, the entry, or the query.
    pub(super) fn case<'a>(&self, run: &'a Run) -> Case<'a> {
        match run.records().last().filter(|_| !self.steps.is_empty()) {
            Some(step) => Case::of_step(run, step),
            None => Case::new(run, self.entry()),
        }
    }

    pub(super) fn entry(&self) -> Option<usize> {
        self.entry.as_ref().map(|(at, _)| *at)
    }

    pub(super) fn notes(&self) -> Vec<Note> {
        notes(&self.case(&self.run()))
    }

    /// The rules that find something, and whether they only suspect it.
    pub(super) fn findings(&self) -> Vec<(&'static Rule, bool)> {
        findings(&self.case(&self.run()))
    }

    /// The rules that read facts but declare none.
    pub(super) fn undeclared_facts(&self) -> Vec<&'static str> {
        undeclared(&self.case(&self.run()))
    }

    /// The facts that rules need.
    pub(super) fn needs(&self) -> Needs {
        needs(&self.case(&self.run()))
    }
}

fn error(domain: Domain, code: i32) -> OsError {
    fixture::error(domain, code, "")
}
