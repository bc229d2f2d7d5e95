//! What a program does after getaddrinfo, and what the templates ask of it.

use super::body::Body;
use super::constant::Constants;
use super::sequence::Ladder;
use super::step::{Action, Address, Step, Steps};
use crate::net::{Query, Rung, SocketOption};

/// What the program does after getaddrinfo.
pub(super) enum Mode<'a> {
    Every(Each),
    /// The entry with this number, from 1.
    Entry(usize),
    Steps(Body<'a>),
}

/// The calls on the socket of each entry.
pub(super) struct Each {
    pub(super) calls: Vec<Rung>,
    /// What the language cannot do.
    pub(super) remarks: Vec<String>,
    /// Whether every socket stays open until the last one was tried.
    pub(super) keep: bool,
    /// Whether the list can have sockets of several types. Then only those of SOCK_STREAM count, if there
    /// are any: connect() of a datagram socket asks no peer.
    pub(super) mixed: bool,
}

impl Each {
    fn new(constants: &Constants, query: &Query, steps: &crate::net::Steps) -> Self {
        let (mut calls, mut remarks) = (steps.rungs(constants.host), Vec::new());
        calls.retain(|call| match *call {
            Rung::Setsockopt(option, value) => {
                let reason = constants.lacks_option(option, value);
                let remark = |reason| format!("setsockopt {}: {reason}", option.name());
                remarks.extend(reason.map(remark));
                reason.is_none()
            }
            _ => true,
        });
        Self {
            mixed: !calls.is_empty() && query.hints.is_none_or(|hints| hints.socktype == 0),
            calls,
            remarks,
            keep: steps.keep(),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    fn sets(&self, is: impl Fn(&SocketOption) -> bool) -> bool {
        let mut calls = self.calls.iter();
        calls.any(|call| matches!(call, Rung::Setsockopt(option, _) if is(option)))
    }
}

impl Rung {
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
    pub(super) fn new(constants: &Constants, query: &Query, steps: Steps<'a>) -> Self {
        match steps {
            Steps::Every(steps) => Self::Every(Each::new(constants, query, steps)),
            Steps::Entry(index) => Self::Entry(index.saturating_add(1)),
            Steps::Made(run, socket) => Self::Steps(Body::new(constants, run, socket)),
            Steps::ByHand(triple, steps) => Self::Steps(Body::by_hand(constants, triple, steps)),
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
            Self::Every(each) => !each.is_empty(),
            Self::Entry(_) => false,
            Self::Steps(body) => body.steps.len() > 1,
        }
    }

    /// Whether getaddrinfo is called first.
    pub(super) fn asks(&self) -> bool {
        self.body().is_none_or(|body| body.asks)
    }

    /// Whether a step returns a number.
    pub(super) fn returns_numbers(&self) -> bool {
        self.any(|call| !call.is_socket() && !call.is_accept() && !call.is_absent())
    }

    /// Whether the program has calls that return a number.
    pub(super) fn checks(&self) -> bool {
        match self {
            Self::Every(each) => !each.is_empty(),
            _ => self.is_flat() && self.returns_numbers(),
        }
    }

    pub(super) fn prints_entries(&self) -> bool {
        let prints = |step: &Step<'_>| step.call.is_socket() && step.entry().is_some();
        self.body().is_none() || self.steps().iter().any(prints)
    }

    pub(super) fn has_prototypes(&self) -> bool {
        self.prints_entries() || self.is_flat()
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
            Self::Every(each) => each.sets(linger),
            _ => {
                self.any(|call| matches!(call, Action::Setsockopt { option, .. } if linger(option)))
            }
        }
    }

    /// Whether Rust needs a feature of socket2 for the option of a call.
    pub(super) fn needs_all(&self) -> bool {
        let reuse_port = |option: &SocketOption| *option == SocketOption::ReusePort;
        match self {
            Self::Every(each) => each.sets(reuse_port),
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

    /// The modules of `std` that Rust imports without getaddrinfo.
    pub(super) fn std_modules(&self, windows: &bool) -> &'static str {
        match (windows, self.names_bytes()) {
            (true, true) => "{io, mem, ptr}",
            (true, false) => "{io, mem}",
            (false, true) => "{io, ptr}",
            (false, false) => "io",
        }
    }

    /// Whether a call returns only 0.
    pub(super) fn has_units(&self) -> bool {
        match self {
            Self::Every(each) => !each.is_empty(),
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
        match self {
            Self::Every(each) if each.mixed => "opened == 0 ? 3 : passed[streams > 0] > 0 ? 0 : 6",
            _ if self.has_calls() => "opened == 0 ? 3 : passed > 0 ? 0 : 6",
            _ => "opened > 0 ? 0 : 3",
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
    pub(super) fn is_unit(&self) -> bool {
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
    /// The program's first line.
    pub(super) fn summary(&self) -> &'static str {
        match self.ladder {
            Some(Ladder::Listener) => "Calls getaddrinfo(), and then serves one client.",
            Some(Ladder::Receiver) => "Calls getaddrinfo(), and then receives datagrams.",
            Some(Ladder::Client) => "Calls getaddrinfo(), and then connects to the server.",
            Some(Ladder::Alone) if self.steps.len() > 1 => "Calls socket() and sets options.",
            Some(Ladder::Alone) => "Calls socket().",
            None if self.asks => "Calls getaddrinfo(), and then makes each call in order.",
            None => "Makes each call in order.",
        }
    }
}
