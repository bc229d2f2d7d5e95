//! The server's reactions to a question.

use std::net::IpAddr;
use std::time::Duration;

use super::fault::Fault;
use super::message::{Name, PTR, Record};

/// The server's reaction to a question about a name, over UDP and TCP alike unless it says
/// otherwise.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The addresses of the requested family; without any, an answer without records. An answer too
    /// long for UDP is truncated there and comes over TCP.
    Addresses(Vec<IpAddr>),
    /// An alias of another name whose addresses the server has.
    Alias(String),
    /// This many aliases, each of the next, and the addresses of the last.
    Chain(usize, Vec<IpAddr>),
    /// An alias of this name, with its addresses.
    Named(Name, Vec<IpAddr>),
    /// These records, whatever type was requested.
    Records(Vec<Record>),
    /// Only an RCODE (RFC 1035 §4.1.1).
    Refusal(Rcode),
    /// One answer to questions for IPv4 addresses, another to all others.
    ByFamily {
        inet: Box<Answer>,
        inet6: Box<Answer>,
    },
    /// Another answer, after a delay.
    Late(Duration, Box<Answer>),
    /// Nothing for the first so many questions since this answer was set; then another answer.
    Dropped(usize, Box<Answer>),
    /// Another answer, of one message, with a fault in it.
    Broken(Fault, Box<Answer>),
    /// Two answers, one after the other.
    Both(Box<Answer>, Box<Answer>),
    /// A truncated answer over UDP, which makes the client ask again over TCP; another answer
    /// there.
    Truncated(Box<Answer>),
    /// Over TCP the connection ends; over UDP nothing.
    Close,
    /// Nothing; [`Server::answer`](super::Server::answer) can still answer the waiting questions.
    Silence,
}

/// An RCODE of RFC 1035 §4.1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rcode {
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
}

impl Answer {
    pub fn addresses(texts: &[&str]) -> Self {
        Self::Addresses(texts.iter().map(|text| text.parse().unwrap()).collect())
    }

    /// The name of `address`, of any bytes.
    pub fn pointer(address: IpAddr, name: &Name) -> Self {
        Self::Records(vec![Record {
            owner: Name::of(&Name::of_address(address)),
            kind: PTR,
            data: name.0.clone(),
        }])
    }

    pub fn broken(self, fault: Fault) -> Self {
        Self::Broken(fault, Box::new(self))
    }

    pub fn late(self, delay: Duration) -> Self {
        Self::Late(delay, Box::new(self))
    }

    /// The same, but nothing for the first so many questions.
    pub fn after_dropping(self, questions: usize) -> Self {
        Self::Dropped(questions, Box::new(self))
    }

    /// The same over TCP, to which UDP sends the client.
    pub fn over_tcp(self) -> Self {
        Self::Truncated(Box::new(self))
    }

    /// The same, followed by another.
    pub fn then(self, other: Self) -> Self {
        Self::Both(Box::new(self), Box::new(other))
    }
}
