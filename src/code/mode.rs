//! What a program does after getaddrinfo, and what the templates ask of it.

use super::Language;
use super::body::Body;
use super::constant::Constants;
use super::options::rust_can_set;
use super::sequence::Ladder;
use super::step::{Action, Address, Planned, Step, Steps};
use crate::net::SocketOption;

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
