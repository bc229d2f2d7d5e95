//! The records of a run as the steps of a program.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::Language;
use super::constant::Constants;
use super::literal::Argument;
use super::sequence::{Ladder, Sequence};
use super::step::{Action, Address, Step};
use crate::net::{Call, Hint, Record, Run, SocketId, Steps, Triple, Value, decode, encode};

/// The steps of a program, and what they share.
pub(super) struct Body<'a> {
    pub(super) steps: Vec<Step<'a>>,
    pub(super) ladder: Option<Ladder>,
    /// Whether getaddrinfo is called first.
    pub(super) asks: bool,
    /// The entries that are used, from 1.
    pub(super) entries: Vec<usize>,
    /// The size of the buffer for what is received; 0 without a buffer.
    pub(super) buffer: usize,
    /// The sockets that are open at the end, the newest first.
    pub(super) open: Vec<String>,
}

impl<'a> Body<'a> {
    pub(super) fn new(constants: &Constants, run: &'a Run, socket: Option<SocketId>) -> Self {
        let Sequence { records, ladder } = Sequence::new(run, socket);
        let mut writer = Writer {
            constants,
            run,
            ladder,
            names: BTreeMap::new(),
            families: BTreeMap::new(),
            peer: None,
        };
        let mut open: Vec<String> = Vec::new();
        let mut steps: Vec<Step<'_>> = Vec::new();
        for (index, record) in records.iter().enumerate() {
            let mut step = writer.step(index + 1, record);
            step.open.clone_from(&open);
            match &step.call {
                Action::Socket { succeeds: true, .. } => open.insert(0, step.socket.clone()),
                Action::Accept(new) if !new.is_empty() => open.insert(0, new.clone()),
                Action::Close => {
                    open.retain(|name| *name != step.socket);
                    step.open.clone_from(&open);
                }
                _ => {}
            }
            steps.push(step);
        }
        let last = steps.iter().rposition(|step| step.entry().is_some());
        for (index, step) in steps.iter_mut().enumerate() {
            step.list = run.query.is_some() && last.is_none_or(|last| index <= last);
            step.frees = Some(index) == last;
        }
        let mut entries: Vec<_> = steps.iter().filter_map(Step::entry).collect();
        entries.sort_unstable();
        entries.dedup();
        let buffer = steps.iter().filter_map(|step| match step.call {
            Action::Recv(length) | Action::Recvfrom(length) => Some(length.max(1)),
            _ => None,
        });
        Self {
            buffer: buffer.max().unwrap_or(0),
            steps,
            ladder,
            asks: run.query.is_some(),
            entries,
            open,
        }
    }

    /// socket() with these numbers, and its options.
    pub(super) fn by_hand(constants: &Constants, triple: Triple, steps: &Steps) -> Self {
        let socket = match constants.language {
            Language::C => "fd",
            Language::Winsock => "s",
            Language::Rust | Language::Python => "sock",
        };
        let mut remarks = Vec::new();
        let mut value = |hint, value| constants.value(hint, value, &mut remarks);
        let arguments = [
            value(Hint::Family, triple.family),
            value(Hint::Socktype, triple.socktype),
            value(Hint::Protocol, triple.protocol),
        ];
        let opened = Action::Socket {
            entry: 0,
            arguments,
            succeeds: true,
        };
        let calls = steps.calls(constants.host, SocketId(0), &triple.into());
        let options = calls.into_iter().filter_map(|call| match call {
            Call::Setsockopt { option, value, .. } => Some((option, value)),
            _ => None,
        });
        let options = options.map(
            |(option, value)| match constants.lacks_option(option, value) {
                None => (Action::Setsockopt { option, value }, Vec::new()),
                Some(reason) => (Action::Absent, vec![format!("setsockopt: {reason}")]),
            },
        );
        let calls = std::iter::once((opened, remarks)).chain(options);
        let step = |(index, (call, remarks))| Step {
            id: None,
            number: index + 1,
            socket: socket.to_owned(),
            label: if index == 0 { "socket" } else { "setsockopt" }.to_owned(),
            call,
            remarks,
            open: vec![socket.to_owned(); usize::from(index > 0)],
            list: false,
            frees: false,
        };
        Self {
            steps: calls.enumerate().map(step).collect(),
            ladder: Some(Ladder::Alone),
            asks: false,
            entries: Vec::new(),
            buffer: 0,
            open: vec![socket.to_owned()],
        }
    }
}

/// Turns records into steps.
struct Writer<'c, 'a> {
    constants: &'c Constants,
    run: &'a Run,
    ladder: Option<Ladder>,
    names: BTreeMap<SocketId, String>,
    /// The family of each socket.
    families: BTreeMap<SocketId, i32>,
    /// The latest recvfrom() and the address that it returned.
    peer: Option<(usize, &'a [u8])>,
}

impl<'a> Writer<'_, 'a> {
    fn step(&mut self, number: usize, record: &'a Record) -> Step<'a> {
        let os = self.constants.host;
        let mut remarks = Vec::new();
        if let Some(socket) = record.call.opens() {
            let name = self.new_name();
            self.names.insert(socket, name);
        }
        let name = |socket: SocketId| self.names.get(&socket).cloned().unwrap_or_default();
        let mut socket = record.call.on().map(name).unwrap_or_default();
        let call = match &record.call {
            Call::Socket {
                socket: new,
                triple,
            } => {
                socket = name(*new);
                self.families.insert(*new, triple.family);
                let same = |entry: &usize| {
                    let entry = self.run.entries().get(*entry);
                    entry.is_some_and(|entry| entry.triple() == *triple)
                };
                let mut value = |hint, value| self.constants.value(hint, value, &mut remarks);
                let entry = record.entry.filter(same);
                let arguments = match entry {
                    Some(_) => Default::default(),
                    None => [
                        value(Hint::Family, triple.family),
                        value(Hint::Socktype, triple.socktype),
                        value(Hint::Protocol, triple.protocol),
                    ],
                };
                Action::Socket {
                    entry: entry.map_or(0, |entry| entry + 1),
                    arguments,
                    succeeds: record.value().is_some(),
                }
            }
            Call::Setsockopt { option, value, .. } => Action::Setsockopt {
                option: *option,
                value: *value,
            },
            Call::Bind { address, .. } => Action::Bind(self.address(record, address)),
            Call::Connect { address, .. } => Action::Connect(self.address(record, address)),
            Call::Listen { backlog, .. } => Action::Listen(self.constants.backlog(backlog)),
            Call::Accept { socket: on, new } => {
                if let Some(family) = self.families.get(on).copied() {
                    self.families.insert(*new, family);
                }
                Action::Accept(match record.value() {
                    Some(_) => name(*new),
                    None => String::new(),
                })
            }
            Call::Send { data, .. } => Action::Send(Argument::Bytes(data)),
            Call::Sendto { datagram, .. } => Action::Sendto(
                Argument::Bytes(&datagram.data),
                self.address(record, &datagram.address),
            ),
            Call::Recv { length, .. } => Action::Recv(*length),
            Call::Recvfrom { length, .. } => {
                if let Some(Value::Datagram(datagram)) = record.value() {
                    self.peer = Some((number, &datagram.address));
                }
                Action::Recvfrom(*length)
            }
            Call::Shutdown { how, .. } => Action::Shutdown(*how),
            _ => Action::Close,
        };
        let function = record.call.name(self.constants.target());
        let mut step = Step {
            id: Some(record.id),
            number,
            label: match self.ladder {
                Some(_) => function.to_owned(),
                None => format!("{socket} {function}"),
            },
            socket,
            call,
            remarks,
            open: Vec::new(),
            list: false,
            frees: false,
        };
        if let Some(reason) = self.constants.lacks(os, &step, record, &self.families) {
            step.remarks.push(format!("{}: {reason}", step.label));
            step.call = Action::Absent;
        }
        step
    }

    /// The variable of the next socket.
    fn new_name(&self) -> String {
        let client = !self.names.is_empty();
        let name = match (self.ladder, self.constants.language) {
            (None, _) => return format!("s{}", self.names.len() + 1),
            (Some(Ladder::Listener), Language::Winsock) if client => "ClientSocket",
            (Some(Ladder::Listener), Language::Winsock) => "ListenSocket",
            (Some(Ladder::Receiver), Language::Winsock) => "RecvSocket",
            (Some(Ladder::Client), Language::Winsock) => "ConnectSocket",
            (Some(Ladder::Alone), Language::Winsock) => "s",
            (Some(Ladder::Listener), Language::C) if client => "client_fd",
            (Some(Ladder::Listener), Language::C) => "listen_fd",
            (Some(_), Language::C) => "fd",
            (Some(Ladder::Listener), _) if client => "client",
            (Some(Ladder::Listener), _) => "listener",
            (Some(_), _) => "sock",
        };
        name.to_owned()
    }

    fn address(&self, record: &Record, bytes: &[u8]) -> Address {
        let os = self.constants.host;
        let entries = self.run.entries();
        let is = |entry: &usize| {
            let entry = entries.get(*entry);
            entry.is_some_and(|entry| entry.addr.as_deref() == Some(bytes))
        };
        let entry = record.entry.filter(is);
        let entry = entry.or_else(|| (0..entries.len()).find(is));
        if let Some((number, peer)) = self.peer
            && peer == bytes
        {
            return Address::Peer(number);
        }
        if let Some(entry) = entry {
            return Address::Entry(entry + 1);
        }
        match decode(os, bytes) {
            Some(address) if *encode(os, address) != *bytes => Address::Bytes(bytes.to_vec()),
            Some(SocketAddr::V4(address)) => Address::V4(address),
            Some(SocketAddr::V6(address)) if address.flowinfo() == 0 => Address::V6(address),
            _ => Address::Bytes(bytes.to_vec()),
        }
    }
}
