//! What the server does with a question.

use std::net::IpAddr;
use std::time::Duration;

use super::fault::Fault;
use super::message::{Name, PTR, Record};

/// What the server does with a question about a name. Whether it comes over UDP or TCP makes no
/// difference, unless it says so.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The addresses of the family asked for; none is an answer without records. What is too long
    /// for UDP comes over TCP, after a truncated answer.
    Addresses(Vec<IpAddr>),
    /// The name is an alias of another, of which the server knows the addresses.
    Alias(String),
    /// So many aliases, each of the next, and the addresses of the last.
    Chain(usize, Vec<IpAddr>),
    /// The name is an alias of this one, whose addresses these are.
    Named(Name, Vec<IpAddr>),
    /// These records, of whichever type was asked for.
    Records(Vec<Record>),
    /// An RCODE (RFC 1035 §4.1.1) and nothing else.
    Refusal(Rcode),
    /// One answer to who asks for IPv4 addresses, another to everybody else.
    ByFamily {
        inet: Box<Answer>,
        inet6: Box<Answer>,
    },
    /// The same as another answer, so much later.
    Late(Duration, Box<Answer>),
    /// Nothing to the first so many questions about the name, since it was given this answer.
    Dropped(usize, Box<Answer>),
    /// The same as another answer, which is one message, with something wrong in it.
    Broken(Fault, Box<Answer>),
    /// Two answers, one after the other.
    Both(Box<Answer>, Box<Answer>),
    /// Over UDP a truncated answer, which says to ask again over TCP; there another one.
    Truncated(Box<Answer>),
    /// Over TCP the end of the connection, over UDP nothing.
    Close,
    /// Nothing; [`Server::answer`](super::Server::answer) gives what is kept from here an answer
    /// after all.
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

    /// The same, with nothing to the first so many questions.
    pub fn after_dropping(self, questions: usize) -> Self {
        Self::Dropped(questions, Box::new(self))
    }

    /// The same over TCP, where the client is sent by UDP.
    pub fn over_tcp(self) -> Self {
        Self::Truncated(Box::new(self))
    }

    /// The same, and then another.
    pub fn then(self, other: Self) -> Self {
        Self::Both(Box::new(self), Box::new(other))
    }
}
