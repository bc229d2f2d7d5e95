//! One call of a sequence: for the C program as a line, for the library as a call.

use std::fmt::Write as _;

use sockscope::net::{Call, Datagram, How, Linger, OptionValue, SocketId, SocketOption, Triple};

use crate::support::query::hex;

/// A sockaddr.
#[derive(Clone, Debug)]
pub(super) enum Address {
    /// These bytes, with one of the sequence's own ports in network byte order, or as they are.
    Bytes(Vec<u8>, Option<u16>),
    /// The address that getsockname() of this socket last returned.
    Of(usize),
}

/// A call on the sockets of a sequence, by their numbers.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Socket(usize, i32, i32, i32),
    Setsockopt(usize, SocketOption, Vec<i32>),
    Getsockopt(usize, SocketOption),
    Bind(usize, Address),
    Listen(usize, i32),
    Accept(usize, usize),
    Connect(usize, Address),
    Send(usize, Vec<u8>),
    Sendto(usize, Vec<u8>, Address),
    Recv(usize, usize),
    Recvfrom(usize, usize),
    Shutdown(usize, How),
    Getsockname(usize),
    Getpeername(usize),
    Close(usize),
}

/// The bytes with the sequence's port, whose ports begin at `first`.
fn with_port(bytes: &[u8], port: Option<u16>, first: u16) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let (Some(port), Some(place)) = (port, bytes.get_mut(2..4)) {
        place.copy_from_slice(&(first + port).to_be_bytes());
    }
    bytes
}

impl Step {
    /// The line for tests/sequence.c; the sequence's ports begin at `first`.
    pub(super) fn line(&self, first: u16) -> String {
        let address = |address: &Address| match address {
            Address::Bytes(bytes, port) => format!("x{}", hex(&with_port(bytes, *port, first))),
            Address::Of(at) => format!("@{at}"),
        };
        match self {
            Self::Socket(at, family, socktype, protocol) => {
                format!("socket {at} {family} {socktype} {protocol}")
            }
            Self::Setsockopt(at, option, values) => {
                let mut line = format!("setsockopt {at} {}", option.name());
                for value in values {
                    let _ = write!(line, " {value}");
                }
                line
            }
            Self::Getsockopt(at, option) => format!("getsockopt {at} {}", option.name()),
            Self::Bind(at, to) => format!("bind {at} {}", address(to)),
            Self::Listen(at, backlog) => format!("listen {at} {backlog}"),
            Self::Accept(at, new) => format!("accept {at} {new}"),
            Self::Connect(at, to) => format!("connect {at} {}", address(to)),
            Self::Send(at, data) => format!("send {at} x{}", hex(data)),
            Self::Sendto(at, data, to) => format!("sendto {at} x{} {}", hex(data), address(to)),
            Self::Recv(at, length) => format!("recv {at} {length}"),
            Self::Recvfrom(at, length) => format!("recvfrom {at} {length}"),
            Self::Shutdown(at, how) => format!("shutdown {at} {}", *how as i32),
            Self::Getsockname(at) => format!("getsockname {at}"),
            Self::Getpeername(at) => format!("getpeername {at}"),
            Self::Close(at) => format!("close {at}"),
        }
    }

    /// The socket that the step is on, and the one that it opens.
    pub(super) fn sockets(&self) -> (usize, Option<usize>) {
        match *self {
            Self::Socket(at, ..) => (at, Some(at)),
            Self::Accept(at, new) => (at, Some(new)),
            Self::Setsockopt(at, ..)
            | Self::Getsockopt(at, _)
            | Self::Bind(at, _)
            | Self::Listen(at, _)
            | Self::Connect(at, _)
            | Self::Send(at, _)
            | Self::Sendto(at, ..)
            | Self::Recv(at, _)
            | Self::Recvfrom(at, _)
            | Self::Shutdown(at, _)
            | Self::Getsockname(at)
            | Self::Getpeername(at)
            | Self::Close(at) => (at, None),
        }
    }

    /// The call on `socket`, which opens `new`. `names` has the addresses of the sockets.
    pub(super) fn call(
        &self,
        socket: SocketId,
        new: SocketId,
        names: &[Vec<u8>],
        first: u16,
    ) -> Call {
        let bytes = |address: &Address| match address {
            Address::Bytes(bytes, port) => with_port(bytes, *port, first).into(),
            Address::Of(at) => names[*at].clone().into(),
        };
        match self {
            &Self::Socket(_, family, socktype, protocol) => Call::Socket {
                socket: new,
                triple: Triple {
                    family,
                    socktype,
                    protocol,
                },
            },
            Self::Setsockopt(_, option, values) => Call::Setsockopt {
                socket,
                option: *option,
                value: match values[..] {
                    [onoff, seconds] => OptionValue::Linger(Linger { onoff, seconds }),
                    _ => OptionValue::Number(values[0]),
                },
            },
            &Self::Getsockopt(_, option) => Call::Getsockopt { socket, option },
            Self::Bind(_, to) => Call::Bind {
                socket,
                address: bytes(to),
            },
            &Self::Listen(_, backlog) => Call::Listen { socket, backlog },
            Self::Accept(..) => Call::Accept { socket, new },
            Self::Connect(_, to) => Call::Connect {
                socket,
                address: bytes(to),
            },
            Self::Send(_, data) => Call::Send {
                socket,
                data: data[..].into(),
            },
            Self::Sendto(_, data, to) => Call::Sendto {
                socket,
                datagram: Box::new(Datagram {
                    data: data[..].into(),
                    address: bytes(to),
                }),
            },
            &Self::Recv(_, length) => Call::Recv { socket, length },
            &Self::Recvfrom(_, length) => Call::Recvfrom { socket, length },
            &Self::Shutdown(_, how) => Call::Shutdown { socket, how },
            Self::Getsockname(_) => Call::Getsockname { socket },
            Self::Getpeername(_) => Call::Getpeername { socket },
            Self::Close(_) => Call::Close { socket },
        }
    }
}
