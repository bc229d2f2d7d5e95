//! The calls after getaddrinfo, as the templates take them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::Language;
use super::constant::Constants;
use super::literal::Argument;
use super::sequence::{Ladder, Sequence};
use crate::names::Os;
use crate::net::{
    Call, Hint, How, OptionValue, Record, Run, SocketId, SocketOption, Value, decode, encode,
};

/// What a program does after getaddrinfo.
#[derive(Clone, Copy, Debug)]
pub enum Steps<'a> {
    /// socket() on every entry, and these calls on each socket.
    Every(&'a [Planned]),
    /// socket() on the entry at this index alone.
    Entry(usize),
    /// The calls of the run. Those of this socket and the sockets that it accepted are the tutorial's
    /// server or client if they are in its order; else it is every call on every held socket.
    /// Without a socket it is every call in any case.
    Made(&'a Run, Option<SocketId>),
}

impl<'a> Steps<'a> {
    /// The calls made on the held sockets of `run`; if there are none, the entry alone.
    pub fn of(run: &'a Run, entry: usize, socket: Option<SocketId>) -> Self {
        if run.held().next().is_some() {
            Self::Made(run, socket)
        } else {
            Self::Entry(entry)
        }
    }
}

/// A call on the socket of each entry. If one fails, the later ones are not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// setsockopt(); an option of IPv6 on AF_INET6 sockets only.
    Setsockopt(SocketOption, OptionValue),
    /// bind() to the entry's address.
    Bind,
    /// listen() with this backlog, on SOCK_STREAM and SOCK_SEQPACKET only.
    Listen(i32),
    /// connect() to the entry's address.
    Connect,
}

/// A call of a program.
pub(super) struct Step<'a> {
    /// Distinguishes the step's variables.
    pub(super) number: usize,
    /// The variable of the socket.
    pub(super) socket: String,
    /// What the program prints before the result.
    pub(super) label: String,
    pub(super) call: Action<'a>,
    pub(super) remarks: Vec<String>,
    /// The sockets that are open when the call starts, the newest first.
    pub(super) open: Vec<String>,
    /// Whether the list is needed until this call.
    pub(super) list: bool,
    /// Whether this is the last call that needs the list.
    pub(super) frees: bool,
}

/// A call and its arguments as expressions.
pub(super) enum Action<'a> {
    /// The entry's number from 1, or 0 and the three arguments.
    Socket {
        entry: usize,
        arguments: [String; 3],
        succeeds: bool,
    },
    Setsockopt {
        option: SocketOption,
        value: OptionValue,
    },
    Bind(Address),
    Listen(String),
    /// The variable of the new socket; empty if the call failed.
    Accept(String),
    Connect(Address),
    Send(Argument<'a>),
    Sendto(Argument<'a>, Address),
    Recv(usize),
    Recvfrom(usize),
    Shutdown(How),
    Close,
    /// The language has no such call.
    Absent,
}

/// A sockaddr.
pub(super) enum Address {
    /// That of the entry with this number, from 1.
    Entry(usize),
    /// The one that the recvfrom() of this step stored.
    Peer(usize),
    V4(std::net::SocketAddrV4),
    V6(std::net::SocketAddrV6),
    Bytes(Vec<u8>),
}

impl Step<'_> {
    pub(super) const fn address(&self) -> Option<&Address> {
        match &self.call {
            Action::Bind(address) | Action::Connect(address) | Action::Sendto(_, address) => {
                Some(address)
            }
            _ => None,
        }
    }

    pub(super) fn is_unit(&self) -> bool {
        self.call.is_unit()
    }

    pub(super) const fn data(&self) -> Option<&Argument<'_>> {
        match &self.call {
            Action::Send(data) | Action::Sendto(data, _) => Some(data),
            _ => None,
        }
    }

    /// The entry that the call needs.
    pub(super) const fn entry(&self) -> Option<usize> {
        match (&self.call, self.address()) {
            (Action::Socket { entry: 0, .. }, _) => None,
            (Action::Socket { entry, .. }, _) | (_, Some(Address::Entry(entry))) => Some(*entry),
            _ => None,
        }
    }
}

/// The steps of a program, and what they share.
pub(super) struct Body<'a> {
    pub(super) steps: Vec<Step<'a>>,
    pub(super) ladder: Option<Ladder>,
    /// The entries that are used, from 1.
    pub(super) entries: Vec<usize>,
    /// The size of the buffer for what is received; 0 without a buffer.
    pub(super) buffer: usize,
    /// The sockets that are open at the end, the newest first.
    pub(super) open: Vec<String>,
}

impl<'a> Body<'a> {
    fn new(constants: &Constants, run: &'a Run, socket: Option<SocketId>) -> Self {
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
            step.list = last.is_none_or(|last| index <= last);
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
            entries,
            open,
        }
    }
}

/// What the program does after getaddrinfo.
pub(super) enum Mode<'a> {
    Every(Vec<Planned>),
    /// The entry with this number, from 1.
    Entry(usize),
    Steps(Body<'a>),
}

impl Planned {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Setsockopt(..) => "setsockopt",
            Self::Bind => "bind",
            Self::Listen(_) => "listen",
            Self::Connect => "connect",
        }
    }
}

impl<'a> Mode<'a> {
    pub(super) fn new(constants: &Constants, steps: Steps<'a>) -> Self {
        match steps {
            Steps::Every(calls) => {
                let mut calls = calls.to_vec();
                calls.retain(|call| match call {
                    Planned::Setsockopt(option, value) => {
                        option.exists(constants.target())
                            && (constants.language != Language::Rust
                                || rust_can_set(*option, *value))
                    }
                    _ => true,
                });
                Self::Every(calls)
            }
            Steps::Entry(index) => Self::Entry(index.saturating_add(1)),
            Steps::Made(run, socket) => Self::Steps(Body::new(constants, run, socket)),
        }
    }

    fn body(&self) -> Option<&Body<'a>> {
        match self {
            Self::Steps(body) => Some(body),
            _ => None,
        }
    }

    fn steps(&self) -> &[Step<'a>] {
        self.body().map_or(&[], |body| &body.steps)
    }

    pub(super) const fn is_flat(&self) -> bool {
        matches!(self, Self::Steps(body) if body.ladder.is_none())
    }

    /// What stands before a call in the output.
    pub(super) const fn prefix(&self) -> &'static str {
        if self.is_flat() { "SOCKET " } else { "" }
    }

    pub(super) fn has_calls(&self) -> bool {
        match self {
            Self::Every(calls) => !calls.is_empty(),
            Self::Entry(_) => false,
            Self::Steps(_) => true,
        }
    }

    /// Whether the program has calls that return a number.
    pub(super) fn checks(&self) -> bool {
        let number = |step: &Step<'_>| {
            let other = [Action::is_socket, Action::is_accept, Action::is_absent];
            !other.iter().any(|is| is(&step.call))
        };
        match self {
            Self::Every(calls) => !calls.is_empty(),
            _ => self.is_flat() && self.steps().iter().any(number),
        }
    }

    pub(super) fn prints_entries(&self) -> bool {
        let prints = |step: &Step<'_>| step.call.is_socket() && step.entry().is_some();
        self.body().is_none() || self.steps().iter().any(prints)
    }

    pub(super) fn names_addresses(&self) -> bool {
        let named =
            |step: &Step<'_>| matches!(step.address(), Some(Address::V4(_) | Address::V6(_)));
        self.steps().iter().any(named)
    }

    pub(super) fn sends(&self) -> bool {
        self.steps().iter().any(|step| step.data().is_some())
    }

    /// Whether the address that this recvfrom() stores is used later.
    pub(super) fn answers(&self, step: &Step<'_>) -> bool {
        let uses = |other: &Step<'_>| matches!(other.address(), Some(Address::Peer(number)) if *number == step.number);
        self.steps().iter().any(uses)
    }

    /// The size that the tutorial names DEFAULT_BUFLEN.
    pub(super) fn default_length(&self) -> Option<usize> {
        let body = self.body()?;
        (body.ladder.is_some() && body.buffer > 0).then_some(body.buffer)
    }

    /// A length of C.
    pub(super) fn length(&self, length: &usize) -> String {
        if self.default_length() == Some(*length) {
            "DEFAULT_BUFLEN".to_owned()
        } else {
            length.to_string()
        }
    }

    /// The variable of the text that a call sends.
    pub(super) fn sendbuf(&self, step: &Step<'_>) -> String {
        let sending = self.steps().iter().filter(|step| step.data().is_some());
        match sending.count() {
            1 => "sendbuf".to_owned(),
            _ => format!("sendbuf{}", step.number),
        }
    }

    pub(super) fn is_steps(&self) -> bool {
        self.body().is_some()
    }

    fn any(&self, is: impl Fn(&Action<'_>) -> bool) -> bool {
        self.steps().iter().any(|step| is(&step.call))
    }

    pub(super) fn receives(&self) -> bool {
        self.any(|call| matches!(call, Action::Recv(_) | Action::Recvfrom(_)))
    }

    pub(super) fn shuts_down(&self) -> bool {
        self.any(|call| matches!(call, Action::Shutdown(_)))
    }

    /// Whether a call needs the module of time in Rust, or of structs in Python.
    pub(super) fn lingers(&self) -> bool {
        let linger = |option: &SocketOption| *option == SocketOption::Linger;
        match self {
            Self::Every(calls) => calls
                .iter()
                .any(|call| matches!(call, Planned::Setsockopt(option, _) if linger(option))),
            _ => {
                self.any(|call| matches!(call, Action::Setsockopt { option, .. } if linger(option)))
            }
        }
    }

    /// Whether Rust needs a feature of socket2 for the option of a call.
    pub(super) fn needs_all(&self) -> bool {
        let reuse_port = |option: &SocketOption| *option == SocketOption::ReusePort;
        match self {
            Self::Every(calls) => calls
                .iter()
                .any(|call| matches!(call, Planned::Setsockopt(option, _) if reuse_port(option))),
            _ => self.any(
                |call| matches!(call, Action::Setsockopt { option, .. } if reuse_port(option)),
            ),
        }
    }

    /// Whether the address of an entry is copied in Rust.
    pub(super) fn copies_addresses(&self) -> bool {
        let copied = |step: &Step<'_>| matches!(step.address(), Some(Address::Entry(_)));
        self.prints_entries() || self.steps().iter().any(copied)
    }

    pub(super) fn names_bytes(&self) -> bool {
        let bytes = |step: &Step<'_>| matches!(step.address(), Some(Address::Bytes(_)));
        self.steps().iter().any(bytes)
    }

    /// Whether Rust names the type SocketAddr.
    pub(super) fn names_sockaddrs(&self) -> bool {
        self.prints_entries() || self.names_addresses()
    }

    /// Whether an entry of the list is used.
    pub(super) fn uses_list(&self) -> bool {
        self.body().is_none_or(|body| !body.entries.is_empty())
    }

    /// Whether the socket of an entry is opened.
    pub(super) fn opens(&self) -> bool {
        let entry = |step: &Step<'_>| step.call.is_socket() && step.entry().is_some();
        !self.is_steps() || self.steps().iter().any(entry)
    }

    /// Whether a call returns only 0.
    pub(super) fn has_units(&self) -> bool {
        match self {
            Self::Every(calls) => !calls.is_empty(),
            _ => self.any(|call| call.is_unit()),
        }
    }

    /// Whether a call returns a number of bytes.
    pub(super) fn has_numbers(&self) -> bool {
        self.any(|call| {
            matches!(
                call,
                Action::Send(_) | Action::Sendto(..) | Action::Recv(_) | Action::Recvfrom(_)
            )
        })
    }

    /// What a check of Rust returns: a flat program goes on.
    pub(super) const fn rust_result(&self) -> &'static str {
        if self.is_flat() {
            "bool"
        } else {
            "Result<(), u8>"
        }
    }

    /// The address of Python.
    pub(super) fn python_address(&self, address: &Address) -> String {
        let ladder = self
            .body()
            .is_some_and(|body| body.ladder.is_some() && body.entries.len() == 1);
        match address {
            Address::Entry(_) if ladder => "address".to_owned(),
            Address::Entry(number) => format!("entries[{}][4]", number.saturating_sub(1)),
            Address::Peer(number) => format!("peer{number}"),
            Address::V4(address) => format!("(\"{}\", {})", address.ip(), address.port()),
            Address::V6(address) => format!(
                "(\"{}\", {}, 0, {})",
                address.ip(),
                address.port(),
                address.scope_id()
            ),
            Address::Bytes(_) => "None".to_owned(),
        }
    }

    /// The pointer of C to the entry with this number.
    pub(super) fn entry(&self, number: &usize) -> String {
        match number {
            1 => "result".to_owned(),
            number => format!("entry{number}"),
        }
    }

    /// The exit status of a program that tries every entry, in C.
    pub(super) fn verdict(&self) -> &'static str {
        if self.has_calls() {
            "opened == 0 ? 3 : passed > 0 ? 0 : 6"
        } else {
            "opened > 0 ? 0 : 3"
        }
    }
}

impl Action<'_> {
    const fn is_socket(&self) -> bool {
        matches!(self, Self::Socket { .. })
    }

    const fn is_accept(&self) -> bool {
        matches!(self, Self::Accept(_))
    }

    const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl Action<'_> {
    /// Whether the call returns only 0 and Rust has a method for it.
    fn is_unit(&self) -> bool {
        matches!(
            self,
            Self::Setsockopt { .. }
                | Self::Bind(_)
                | Self::Listen(_)
                | Self::Connect(_)
                | Self::Shutdown(_)
        )
    }
}

impl Address {
    /// The address of Rust.
    pub(super) fn rust(&self, step: &Step<'_>) -> String {
        match self {
            Self::Entry(number) => format!("address(entry{number})"),
            Self::Peer(number) => format!("peer{number}"),
            Self::V4(_) | Self::V6(_) => format!("address{}.into()", step.number),
            Self::Bytes(_) => format!("raw_address(sockaddr{})", step.number),
        }
    }
}

impl Body<'_> {
    /// For the program's first line.
    pub(super) fn summary(&self) -> String {
        match self.ladder {
            Some(Ladder::Listener) => "then serves one client".to_owned(),
            Some(Ladder::Receiver) => "then receives datagrams".to_owned(),
            Some(Ladder::Client) => "then connects to the server".to_owned(),
            None => "then makes each call in order".to_owned(),
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

impl Constants {
    /// The backlog of listen(); `SOMAXCONN` where that is its number in the headers of the host.
    pub(super) fn backlog(&self, backlog: &i32) -> String {
        let most = match self.host {
            Os::Linux => 4096,
            Os::Windows => i32::MAX,
            Os::Macos | Os::Freebsd => 128,
        };
        match self.language {
            Language::C | Language::Winsock if *backlog == most => "SOMAXCONN".to_owned(),
            Language::Python if *backlog == most => "socket.SOMAXCONN".to_owned(),
            _ => self.number(*backlog),
        }
    }

    /// The method of socket2 that sets an option, and its argument.
    pub(super) fn rust_option(&self, option: &SocketOption, value: &OptionValue) -> String {
        let method = match option {
            SocketOption::ReuseAddr => "set_reuse_address",
            SocketOption::ReusePort => "set_reuse_port",
            SocketOption::Broadcast => "set_broadcast",
            SocketOption::Linger => "set_linger",
            _ => "set_only_v6",
        };
        let value = match value {
            OptionValue::Number(number) => (*number != 0).to_string(),
            OptionValue::Linger(linger) if linger.onoff != 0 => {
                format!("Some(Duration::from_secs({}))", linger.seconds)
            }
            OptionValue::Linger(_) => "None".to_owned(),
        };
        format!("{method}({value})")
    }

    /// The arguments of Python's setsockopt().
    pub(super) fn python_option(&self, option: &SocketOption, value: &OptionValue) -> String {
        let value = match value {
            OptionValue::Number(number) => number.to_string(),
            OptionValue::Linger(linger) => {
                let format = if self.host == Os::Windows { "HH" } else { "ii" };
                format!(
                    "struct.pack(\"{format}\", {}, {})",
                    linger.onoff, linger.seconds
                )
            }
        };
        format!(
            "socket.{}, socket.{}, {value}",
            option.level(),
            option.name()
        )
    }

    /// The argument of shutdown() in Python, which has the names of POSIX everywhere.
    pub(super) const fn posix(&self, how: &How) -> &'static str {
        how.name(Os::Linux)
    }

    /// A byte string of Rust.
    pub(super) fn byte_string(&self, bytes: &[u8]) -> String {
        Argument::Bytes(bytes).byte_string()
    }

    /// A constant of Rust as an `i32`.
    pub(super) fn constant(&self, hint: Hint, name: &str) -> String {
        let row = hint.table(self.host).named(name);
        self.value(hint, row.map_or(0, |row| row.value), &mut Vec::new())
    }

    /// Why the language cannot make the call as it was made.
    fn lacks(
        &self,
        os: Os,
        step: &Step<'_>,
        record: &Record,
        families: &BTreeMap<SocketId, i32>,
    ) -> Option<&'static str> {
        let family = record.call.on().and_then(|socket| families.get(&socket));
        let family = family.and_then(|family| Hint::Family.table(os).of(*family));
        let family = family.map(|row| row.name);
        match (&step.call, step.address(), self.language) {
            (Action::Setsockopt { option, .. }, ..) if !option.exists(self.target()) => {
                Some("this system has no such option.")
            }
            (Action::Setsockopt { option, value }, _, Language::Rust)
                if !rust_can_set(*option, *value) =>
            {
                Some("socket2 cannot set this value.")
            }
            (_, Some(Address::Bytes(bytes)), _) if bytes.len() > 128 => {
                Some("no sockaddr is that long.")
            }
            (_, Some(_), Language::Python) if family != python_family(os, &record.call) => {
                Some("Python cannot pass this address to this socket.")
            }
            _ => None,
        }
    }
}

/// Whether socket2 has a method that sets the option to this value.
const fn rust_can_set(option: SocketOption, value: OptionValue) -> bool {
    match (option, value) {
        (
            SocketOption::ReuseAddr
            | SocketOption::ReusePort
            | SocketOption::Broadcast
            | SocketOption::V6only,
            OptionValue::Number(0 | 1),
        ) => true,
        (SocketOption::Linger, OptionValue::Linger(linger)) => {
            matches!(linger.onoff, 0 | 1) && linger.seconds >= 0
        }
        _ => false,
    }
}

/// The family that Python expects of a socket with the address of this call.
fn python_family(os: Os, call: &Call) -> Option<&'static str> {
    let bytes = match call {
        Call::Bind { address, .. } | Call::Connect { address, .. } => address,
        Call::Sendto { datagram, .. } => &datagram.address,
        _ => return None,
    };
    match decode(os, bytes) {
        Some(SocketAddr::V4(_)) => Some("AF_INET"),
        Some(SocketAddr::V6(_)) => Some("AF_INET6"),
        None => Some("an address that is not IP"),
    }
}
