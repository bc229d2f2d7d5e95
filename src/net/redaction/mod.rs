//! Names and addresses, each replaced by another one: equal ones by equal ones, different ones by
//! different ones. What a value is like stays: its family, scope, port, length class and punctuation.

mod address;
mod text;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ffi::OsStr;
use std::net::IpAddr;
use std::sync::Arc;

use super::{
    Adapter, AddrInfo, Call, Datagram, Facts, HostLine, HostService, Hosts, Interface, List,
    Origin, Outcome, PortUser, Query, Record, Resolver, Run, Service, Services, Sorting,
    SourceAddress, SourceAnswer, SourceInterface, SourceResult, Value, decode,
};
use crate::names::Os;
use crate::text::Text;

pub(crate) use text::is_known_prefix;

/// The replacements of one output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redaction {
    addresses: HashMap<IpAddr, IpAddr>,
    /// How many addresses of a range are in use, by its first one.
    counts: HashMap<IpAddr, u32>,
    /// By their small letters, with their numbers.
    words: HashMap<String, usize>,
    /// Of digits alone.
    numbers: HashMap<String, usize>,
    interfaces: HashMap<String, usize>,
}

/// What is sent and received may be anything: its letters and digits become `x`.
fn blank(data: &[u8]) -> Box<[u8]> {
    let blank = |&byte: &u8| match byte {
        0..128 if !byte.is_ascii_alphanumeric() => byte,
        _ => b'x',
    };
    data.iter().map(blank).collect()
}

impl Redaction {
    /// The query.
    pub fn query(&mut self, query: &Query) -> Query {
        Query {
            node: self.passed(&query.node, Self::text),
            service: self.passed(&query.service, Self::service),
            hints: query.hints,
        }
    }

    fn passed(
        &mut self,
        text: &Option<Text>,
        replace: fn(&mut Self, &OsStr) -> String,
    ) -> Option<Text> {
        // A replacement has no NUL, since its text has none.
        Text::new(replace(self, text.as_ref()?.as_os_str())).ok()
    }

    /// The record of a call on `os`.
    pub fn record(&mut self, os: Os, record: &Record) -> Record {
        Record {
            call: self.call(os, &record.call),
            outcome: match &record.outcome {
                Outcome::Returned(value) => Outcome::Returned(self.value(os, value)),
                other => other.clone(),
            },
            ..record.clone()
        }
    }

    /// The call on `os`.
    pub(crate) fn call(&mut self, os: Os, call: &Call) -> Call {
        match call {
            Call::Getaddrinfo(query) => Call::Getaddrinfo(Arc::new(self.query(query))),
            Call::Getnameinfo(bytes) => Call::Getnameinfo(self.sockaddr(os, bytes)),
            Call::Bind { socket, address } => Call::Bind {
                socket: *socket,
                address: self.sockaddr(os, address),
            },
            Call::Connect { socket, address } => Call::Connect {
                socket: *socket,
                address: self.sockaddr(os, address),
            },
            Call::Send { socket, data } => Call::Send {
                socket: *socket,
                data: blank(data),
            },
            Call::Sendto { socket, datagram } => Call::Sendto {
                socket: *socket,
                datagram: Box::new(self.datagram(os, datagram)),
            },
            other => other.clone(),
        }
    }

    fn value(&mut self, os: Os, value: &Value) -> Value {
        match value {
            Value::List(list) => Value::List(Arc::new(List {
                entries: list
                    .entries
                    .iter()
                    .map(|entry| self.entry(os, entry))
                    .collect(),
                freed: list.freed,
            })),
            Value::Names(names) => Value::Names(Box::new(HostService {
                node: self.text(&names.node).into(),
                service: self.service(&names.service).into(),
            })),
            Value::Address(bytes) => Value::Address(self.sockaddr(os, bytes)),
            Value::Received(data) => Value::Received(blank(data)),
            Value::Datagram(datagram) => Value::Datagram(Box::new(self.datagram(os, datagram))),
            Value::Zero
            | Value::Handle(_)
            | Value::Number(_)
            | Value::Linger(_)
            | Value::Sent(_)
            | Value::Provider(_)
            | Value::Providers(_)
            | Value::WsaData(_) => value.clone(),
        }
    }

    fn datagram(&mut self, os: Os, datagram: &Datagram) -> Datagram {
        Datagram {
            data: blank(&datagram.data),
            address: self.sockaddr(os, &datagram.address),
        }
    }

    fn entry(&mut self, os: Os, entry: &AddrInfo) -> AddrInfo {
        AddrInfo {
            addr: entry
                .addr
                .as_ref()
                .map(|bytes| self.sockaddr(os, bytes).into_vec().into()),
            canonname: entry
                .canonname
                .as_ref()
                .map(|name| OsStr::new(&self.text(name)).into()),
            ..entry.clone()
        }
    }

    /// A sockaddr of `os`: only the address differs. Of another family than IP nothing is left but
    /// the family, since a Unix socket has a path.
    fn sockaddr(&mut self, os: Os, bytes: &[u8]) -> Box<[u8]> {
        let mut out: Box<[u8]> = bytes.into();
        // RFC 3493 §3.3 and §3.4.
        let (from, ip) = match decode(os, bytes).map(|address| self.address(address.ip())) {
            None => (2.min(out.len()), Vec::new()),
            Some(IpAddr::V4(ip)) => (4, ip.octets().to_vec()),
            Some(IpAddr::V6(ip)) => (8, ip.octets().to_vec()),
        };
        let end = from + ip.len();
        // The scope is behind an IPv6 address.
        let kept = if ip.len() == 16 { end + 4 } else { end };
        out[from..end].copy_from_slice(&ip);
        out[kept..].fill(0);
        out
    }

    /// The run, with its facts.
    pub fn run(&mut self, run: &Run) -> Run {
        let os = run.host.os;
        let query = run.query.as_ref();
        let query = query.map(|query| Arc::new(self.query(query)));
        let mut out = Run::new(Arc::clone(&run.host), query);
        for record in run.records() {
            out.push(self.record(os, record));
        }
        out.facts = self.facts(&run.facts);
        out.answers = run
            .answers
            .iter()
            .map(|it| self.source_answer(it))
            .collect();
        out
    }

    fn source_answer(&mut self, answer: &SourceAnswer) -> SourceAnswer {
        SourceAnswer {
            result: match &answer.result {
                SourceResult::Addresses(addresses) => {
                    SourceResult::Addresses(addresses.iter().map(|&ip| self.address(ip)).collect())
                }
                other => other.clone(),
            },
            ..answer.clone()
        }
    }

    /// The facts. A new one does not compile until it is here.
    fn facts(&mut self, facts: &Facts) -> Facts {
        let Facts {
            known: _,
            ipv4: _,
            ipv6: _,
            interfaces,
            kernel_ipv4: _,
            kernel_ipv6: _,
            seccomp: _,
            services,
            privileged: _,
            root: _,
            network: _,
            ping: _,
            descriptors: _,
            mptcp: _,
            system_root: _,
            sorting,
            // The names of modules.
            host_sources: _,
            service_sources: _,
            hosts,
            resolver,
            // The names of software.
            providers: _,
            ports,
            first_port: _,
            low_ports: _,
            // The names of the system, and numbers.
            settings: _,
            capabilities: _,
            resolved: _,
        } = facts;
        Facts {
            interfaces: interfaces
                .as_ref()
                .map(|list| list.iter().map(|it| self.of_interface(it)).collect()),
            services: services.as_ref().map(|services| match services {
                Services::Lines(lines) => {
                    Services::Lines(lines.iter().map(|line| self.service_line(line)).collect())
                }
                other => other.clone(),
            }),
            sorting: sorting.as_ref().map(|sorting| self.sorting(sorting)),
            hosts: hosts.as_ref().map(|hosts| match hosts {
                Hosts::Lines(lines) => {
                    Hosts::Lines(lines.iter().map(|line| self.host_line(line)).collect())
                }
                other => other.clone(),
            }),
            resolver: resolver.as_ref().map(|resolver| self.resolver(resolver)),
            // A process has the name of a program, as a provider has.
            ports: ports.as_ref().map(|users| {
                let mut ip = |user: &PortUser| self.address(user.ip);
                let users = users.iter().map(|user| (ip(user), user.clone()));
                users.map(|(ip, user)| PortUser { ip, ..user }).collect()
            }),
            ..facts.clone()
        }
    }

    fn of_interface(&mut self, interface: &Interface) -> Interface {
        Interface {
            name: self.interface(&interface.name),
            addresses: interface
                .addresses
                .iter()
                .map(|&ip| self.address(ip))
                .collect(),
            ..interface.clone()
        }
    }

    fn service_line(&mut self, line: &Service) -> Service {
        Service {
            name: self.service(line.name.as_ref()),
            protocol: self.service(line.protocol.as_ref()),
            port: line.port,
        }
    }

    fn host_line(&mut self, line: &HostLine) -> HostLine {
        HostLine {
            number: line.number,
            address: self.address(line.address),
            name: self.text(line.name.as_ref()),
        }
    }

    fn resolver(&mut self, resolver: &Resolver) -> Resolver {
        let mut texts = |list: &[String]| -> Vec<String> {
            list.iter().map(|text| self.text(text.as_ref())).collect()
        };
        Resolver {
            servers: texts(&resolver.servers),
            search: texts(&resolver.search),
            adapters: resolver
                .adapters
                .iter()
                .map(|it| self.adapter(it))
                .collect(),
            ..resolver.clone()
        }
    }

    fn adapter(&mut self, adapter: &Adapter) -> Adapter {
        let servers = adapter.servers.iter();
        Adapter {
            name: self.interface(&adapter.name),
            servers: servers.map(|text| self.text(text.as_ref())).collect(),
            suffix: self.text(adapter.suffix.as_ref()),
        }
    }

    fn sorting(&mut self, sorting: &Sorting) -> Sorting {
        let mut origin = |origin: &Origin| match origin {
            Origin::Address(address) => Origin::Address(Box::new(SourceAddress {
                ip: self.address(address.ip),
                interface: address.interface.as_ref().map(|interface| SourceInterface {
                    name: self.interface(&interface.name),
                    ..interface.clone()
                }),
                ..(**address).clone()
            })),
            other => other.clone(),
        };
        Sorting {
            entries: sorting.entries.iter().map(&mut origin).collect(),
            gai_conf: sorting.gai_conf.as_ref().map(|text| self.gai_conf(text)),
        }
    }
}
