//! Random sequences of calls on a few sockets, the same for the same seed.

use std::net::SocketAddr;

use sockscope::names::Os;
use sockscope::net::{How, SocketOption, encode};

use super::step::{Address, Step};
use crate::support::random::Random;

/// The sockets of a sequence.
pub(super) const SOCKETS: usize = 4;

/// The most calls of a sequence.
const CALLS: usize = 12;

pub(super) struct Generator {
    random: Random,
    /// The family and type of the socket() that was last called for each number.
    sockets: [(i32, i32); SOCKETS],
    /// The sockets that are probably open.
    open: Vec<usize>,
}

// From sys/socket.h and netinet/in.h, and from winsock2.h: only AF_INET6 differs.
const AF_INET: i32 = 2;
const AF_INET6: i32 = if cfg!(windows) { 23 } else { 10 };
const SOCK_STREAM: i32 = 1;
const SOCK_DGRAM: i32 = 2;
const IPPROTO_TCP: i32 = 6;
const IPPROTO_UDP: i32 = 17;

const FAMILIES: [i32; 2] = [AF_INET, AF_INET6];
const TYPES: [i32; 2] = [SOCK_STREAM, SOCK_DGRAM];

const OPTIONS: [SocketOption; 5] = [
    SocketOption::ReuseAddr,
    if cfg!(windows) {
        SocketOption::ExclusiveAddrUse
    } else {
        SocketOption::ReusePort
    },
    SocketOption::Broadcast,
    SocketOption::Linger,
    SocketOption::V6only,
];

/// Local addresses, to bind and to connect to. Wine has no namespace of its own with the third and the
/// sixth.
const LOCAL: [&str; 7] = [
    "127.0.0.1",
    "0.0.0.0",
    if cfg!(windows) {
        "127.0.0.2"
    } else {
        "192.0.2.9"
    },
    "[::1]",
    "[::]",
    if cfg!(windows) {
        "[::1]"
    } else {
        "[2001:db8::9]"
    },
    "[::ffff:127.0.0.1]",
];

/// No connect() to these: it would wait. On Windows nothing is sent to them either: it would leave
/// the machine.
const FOREIGN: [&str; 5] = [
    "198.51.100.1",
    "255.255.255.255",
    "[2001:db8:1::1]",
    "[fe80::1]",
    "[::ffff:198.51.100.1]",
];

impl Generator {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Random(seed),
            sockets: [(AF_INET, SOCK_STREAM); SOCKETS],
            open: Vec::new(),
        }
    }

    /// Up to twelve calls: often a server or a client first, so that the rest finds sockets in every
    /// state.
    pub(super) fn sequence(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        self.open.clear();
        match self.random.below(4) {
            0 => self.begin_stream(&mut steps),
            1 => self.begin_pair(&mut steps),
            _ => {}
        }
        if let [.., Step::Bind(1, _)] = steps[..] {
            return steps;
        }
        let more = CALLS - steps.len();
        for _ in 0..=self.random.below(more) {
            let step = self.step();
            steps.push(step);
        }
        steps
    }

    fn socket(&mut self, at: usize, family: i32, socktype: i32) -> Step {
        self.sockets[at] = (family, socktype);
        self.open.push(at);
        let protocol = match self.random.below(20) {
            0 => self.random.pick(&[IPPROTO_TCP, IPPROTO_UDP, 1, 255, -1]),
            _ => 0,
        };
        Step::Socket(at, family, socktype, protocol)
    }

    /// A listener and a client that connects to it.
    fn begin_stream(&mut self, steps: &mut Vec<Step>) {
        let family = self.random.pick(&FAMILIES);
        let address = self.fitting(family);
        steps.push(self.socket(0, family, SOCK_STREAM));
        if self.random.percent(30) {
            steps.push(self.option(0));
        }
        steps.push(Step::Bind(0, address.clone()));
        steps.push(Step::Listen(0, 5));
        steps.push(self.socket(1, family, SOCK_STREAM));
        steps.push(Step::Connect(1, address));
        if self.random.percent(70) {
            steps.push(Step::Accept(0, 2));
            self.sockets[2] = self.sockets[0];
            self.open.push(2);
            let (from, to) = self.random.pick(&[(1, 2), (2, 1)]);
            if self.random.percent(60) {
                steps.push(Step::Send(from, self.data()));
                steps.push(Step::Recv(to, self.random.pick(&[1, 3, 100])));
            }
        }
    }

    /// Two sockets of datagrams with the same option, which may let both have a port.
    fn begin_pair(&mut self, steps: &mut Vec<Step>) {
        let family = self.random.pick(&FAMILIES);
        let option = self.option(0);
        let address = self.fitting(family);
        for at in [0, 1] {
            steps.push(self.socket(at, family, SOCK_DGRAM));
            if let Step::Setsockopt(_, option, values) = option.clone() {
                steps.push(Step::Setsockopt(at, option, values));
            }
            steps.push(match self.random.percent(50) {
                true => Step::Bind(at, address.clone()),
                false => Step::Bind(at, self.fitting(family)),
            });
        }
        // The kernel chooses at random which of two sockets with SO_REUSEPORT gets a datagram.
        if matches!(option, Step::Setsockopt(_, SocketOption::ReusePort, _)) {
            return;
        }
        let to = match self.random.below(3) {
            0 if cfg!(not(windows)) => self.at("255.255.255.255"),
            _ => {
                steps.push(Step::Getsockname(1));
                Address::Of(1)
            }
        };
        steps.push(Step::Sendto(0, self.data(), to));
        steps.push(Step::Recvfrom(1, self.random.pick(&[1, 3, 100])));
    }

    /// A local address of this family.
    fn fitting(&mut self, family: i32) -> Address {
        let hosts: &[&str] = match family {
            AF_INET => &LOCAL[..3],
            _ => &LOCAL[3..],
        };
        let host = self.random.pick(hosts);
        self.at(host)
    }

    fn at(&mut self, host: &str) -> Address {
        let port = self
            .random
            .pick(&[Some(0), Some(0), Some(1), Some(2), None]);
        let address: SocketAddr = format!("{host}:0").parse().unwrap();
        let mut bytes = encode(Os::HOST, address).into_vec();
        match self.random.below(30) {
            0 => bytes.truncate(self.random.below(28)),
            1 => bytes.resize(self.random.below(120), 0),
            // AF_UNSPEC, AF_UNIX, AF_NETLINK: not their layouts.
            2 => bytes[0] = self.random.pick(&[0, 1, 16]),
            _ => {}
        }
        Address::Bytes(bytes, port)
    }

    fn address(&mut self, at: usize, foreign: bool) -> Address {
        match self.random.below(10) {
            0 | 1 => Address::Of(self.random.below(SOCKETS)),
            2 => {
                let host = self.random.pick(&LOCAL);
                self.at(host)
            }
            3 if foreign => {
                let host = self.random.pick(&FOREIGN);
                self.at(host)
            }
            _ => self.fitting(self.sockets[at].0),
        }
    }

    fn option(&mut self, at: usize) -> Step {
        let option = self.random.pick(&OPTIONS);
        let values = match option {
            SocketOption::Linger => vec![self.random.pick(&[0, 1]), 0],
            _ => vec![self.random.pick(&[0, 1, 1, -1])],
        };
        Step::Setsockopt(at, option, values)
    }

    fn data(&mut self) -> Vec<u8> {
        let length = self.random.pick(&[0, 1, 5, 5, 100]);
        (0..length).map(|_| self.random.next() as u8).collect()
    }

    fn step(&mut self) -> Step {
        let any = self.random.below(SOCKETS);
        let place = self.random.below(self.open.len().max(1));
        let rarely = self.random.percent(10);
        let at = match self.open.get(place) {
            Some(&open) if !rarely => open,
            _ => any,
        };
        let is_datagram = self.sockets[at].1 == SOCK_DGRAM;
        match self.random.below(24) {
            0 | 1 => {
                let (family, socktype) = (self.random.pick(&FAMILIES), self.random.pick(&TYPES));
                self.socket(any, family, socktype)
            }
            2 | 3 => self.option(at),
            4 => {
                let more = match cfg!(windows) {
                    true => &[SocketOption::Type][..],
                    false => &[SocketOption::Type, SocketOption::Protocol],
                };
                Step::Getsockopt(at, self.random.pick(&[&OPTIONS[..], more].concat()))
            }
            5..=7 => Step::Bind(at, self.address(at, true)),
            // One that is too small would let a connect() wait.
            8 | 9 => Step::Listen(at, self.random.pick(&[5, 128, -1, i32::MAX])),
            10 | 11 => Step::Accept(at, self.random.below(SOCKETS)),
            12 | 13 => Step::Connect(at, self.address(at, is_datagram && cfg!(not(windows)))),
            14 | 15 => Step::Send(at, self.data()),
            16 => {
                let data = self.data();
                Step::Sendto(at, data, self.address(at, cfg!(not(windows))))
            }
            17 | 18 => Step::Recv(at, self.random.pick(&[0, 1, 3, 100, 65536])),
            19 => Step::Recvfrom(at, self.random.pick(&[0, 1, 3, 100, 65536])),
            20 => Step::Shutdown(at, self.random.pick(&How::ALL)),
            21 => Step::Getsockname(at),
            22 => Step::Getpeername(at),
            _ => Step::Close(at),
        }
    }
}
