//! Random queries, the same for the same seed, with random spellings of their hints.

use std::ffi::OsString;

use crate::support::query::{Hints, Query};
use crate::support::random::Random;

/// Where the resolver may look up a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// On this machine: nothing is sent to a DNS server if the hosts file has localhost.
    Machine,
    /// In DNS too, in a network of the test's own.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only Linux has test networks")
    )]
    Dns,
}

pub(crate) struct Generator {
    random: Random,
    reach: Reach,
}

/// A constant of the headers that the program was built with.
type Constant = (&'static str, i32);

macro_rules! constants {
    ($($name:ident),+ $(,)?) => { &[$((stringify!($name), header::$name as i32)),+] };
}

#[cfg(unix)]
use libc as header;
#[cfg(windows)]
use windows_sys::Win32::Networking::WinSock as header;

const FAMILIES: &[Constant] = constants![AF_UNSPEC, AF_INET, AF_INET6];
const SOCKTYPES: &[Constant] = constants![SOCK_STREAM, SOCK_DGRAM, SOCK_RAW];
const PROTOCOLS: &[Constant] = constants![
    IPPROTO_IP,
    IPPROTO_TCP,
    IPPROTO_UDP,
    IPPROTO_ICMP,
    IPPROTO_ICMPV6,
    IPPROTO_IPV6,
    IPPROTO_RAW,
];
const FLAGS: &[Constant] = constants![
    AI_PASSIVE,
    AI_CANONNAME,
    AI_NUMERICHOST,
    AI_NUMERICSERV,
    AI_V4MAPPED,
    AI_ALL,
    AI_ADDRCONFIG,
];

const LOCALHOST: &[&str] = &["localhost", "localhost", "LOCALHOST", "LocalHost"];

/// No server is asked for these, whatever the hints.
const LITERALS: &[&str] = &[
    "127.0.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "192.0.2.1",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "2001:db8::1",
    "2001:DB8:0:0:0:0:0:1",
    "ff02::1",
    // The old forms of inet_aton: one, two or three numbers, octal, hexadecimal.
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "2130706433",
    "0",
    "4294967295",
    // Scopes by name and by number, on addresses that take none by name, and invalid ones.
    "fe80::1",
    "fe80::1%lo",
    "fe80::1%eth0",
    "fe80::1%1",
    "fe80::1%4294967295",
    "fe80::1%4294967296",
    "fe80::1%",
    "fe80::1%nosuchif",
    "::1%1",
    "::1%lo",
    "2001:db8::1%5",
    "ff02::1%lo",
    "*",
    "",
    "a..b",
    "..",
];

/// Names on the test's DNS server, and texts that are neither a literal nor a name (RFC 1123 §2.1).
/// glibc refuses most of those by their form, but asks for them with AI_CANONNAME.
const NAMES: &[&str] = &[
    "both.test",
    "BOTH.test",
    "both.test.",
    "v4.test",
    "v6.test",
    "many.test",
    "alias.test",
    "empty.test",
    "missing.test",
    "servfail.test",
    "under_score.test",
    "localhost.",
    "1.2.3.4.5",
    "4294967296",
    "127.0.0.1%lo",
    "256.1.1.1",
    "127.0.0.1:80",
    "[::1]",
    "[::1]:80",
    ":::",
    "1::2::3",
    "12345::",
    "::1/128",
    " 127.0.0.1",
    "127.0.0.1 ",
    "127.0.0.1\n",
    "http://localhost/",
    ".",
    "-bad.test",
    "-",
    "--",
    "--help",
    "ok test",
    "a\tb",
    "b\u{fc}cher.test",
    "\u{4f8b}\u{3048}.test",
    "\u{1b}[31mred",
    "\u{202e}tsohlacol",
    "quo\"te\\",
    "$(id)",
];

const SERVICES: &[&str] = &[
    "",
    "0",
    "80",
    "27015",
    "65535",
    "65536",
    "65616",
    "99999",
    "4294967295",
    "4294967296",
    "4294967376",
    "18446744073709551615",
    "18446744073709551616",
    "http",
    "HTTP",
    "https",
    "domain",
    "tftp",
    "syslog",
    "ssh",
    "echo",
    "nosuch",
    "*",
    " 80",
    "80 ",
    "\t80",
    "+80",
    "-1",
    "-80",
    "--",
    "080",
    "0x50",
    "8O",
    "80a",
    "http/tcp",
    "tcp",
    "\u{fc}",
    "\u{1b}[2J",
    "a\nb",
];

fn value(known: &[Constant], name: &str) -> i32 {
    known.iter().find(|constant| constant.0 == name).unwrap().1
}

fn is_localhost(node: &[u8]) -> bool {
    node.eq_ignore_ascii_case(b"localhost")
}

impl Generator {
    pub(crate) fn new(seed: u64, reach: Reach) -> Self {
        Self {
            random: Random(seed),
            reach,
        }
    }

    pub(crate) fn query(&mut self) -> Query {
        let (node, asked_for) = self.node();
        let service = self.service();
        let mut hints = (!self.random.percent(8)).then(|| self.hints());
        if self.reach == Reach::Machine && asked_for {
            hints.get_or_insert_default().flags |= value(FLAGS, "AI_NUMERICHOST");
        }
        // A hosts file may have localhost for IPv4 only.
        if let (Reach::Machine, Some(hints)) = (self.reach, &mut hints)
            && hints.family == value(FAMILIES, "AF_INET6")
            && node.as_ref().is_some_and(|node| is_localhost(node))
        {
            hints.family = value(FAMILIES, "AF_INET");
        }
        Query {
            node,
            service,
            hints,
        }
    }

    /// A node, and whether a DNS server may be asked for it.
    fn node(&mut self) -> (Option<Vec<u8>>, bool) {
        let literal = match self.random.below(100) {
            0..20 => return (None, false),
            20..24 => String::new(),
            24..40 => self.random.pick(LOCALHOST).into(),
            40..65 => self.random.pick(LITERALS).into(),
            65..70 => {
                let bits = self.random.next().to_be_bytes();
                let ip = std::net::Ipv4Addr::new(bits[0], bits[1], bits[2], bits[3]);
                ip.to_string()
            }
            70..75 => {
                let (high, low) = (
                    u128::from(self.random.next()),
                    u128::from(self.random.next()),
                );
                std::net::Ipv6Addr::from(high << 64 | low).to_string()
            }
            75..95 => return (Some(self.random.pick(NAMES).into()), true),
            // A label has at most 63 bytes, a name 255 (RFC 1035 §2.3.4).
            95..97 => {
                let length = self.random.pick(&[63, 64, 100]);
                let name = [vec![b'a'; length], b".test".to_vec()].concat();
                return (Some(name), true);
            }
            97..98 => {
                let length = self.random.pick(&[250, 300, 1_100]);
                return (Some(b"abcdefghi.".repeat(length / 10)), true);
            }
            _ => return (Some(self.bytes("not.utf8")), true),
        };
        (Some(literal.into_bytes()), false)
    }

    fn service(&mut self) -> Option<Vec<u8>> {
        match self.random.below(100) {
            0..30 => None,
            30..34 => Some(Vec::new()),
            34..65 => Some(
                self.random
                    .pick(&["80", "27015", "http", "0", "domain"])
                    .into(),
            ),
            65..90 => Some(self.random.pick(SERVICES).into()),
            90..95 => Some(self.random.below(70_000).to_string().into()),
            95..98 => Some(
                (self.random.next().cast_signed() >> self.random.below(64))
                    .to_string()
                    .into(),
            ),
            _ => Some(self.bytes("svc")),
        }
    }

    /// Bytes that are not UTF-8, on systems whose calls take bytes.
    fn bytes(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        if cfg!(unix) {
            let invalid = self
                .random
                .pick(&[&b"\xfc"[..], b"\xff\xfe", b"\xe4\xb8", b"\x80"]);
            let at = self.random.below(bytes.len() + 1);
            bytes.splice(at..at, invalid.iter().copied());
        } else {
            bytes.splice(0..0, "\u{fc}".bytes());
        }
        bytes
    }

    fn hints(&mut self) -> Hints {
        // Most hints are accepted: one that is refused would hide the others.
        let odd = match self.random.below(100) {
            0..60 => 0,
            60..85 => 15,
            _ => 60,
        };
        Hints {
            flags: self.flags(odd),
            family: self.number(FAMILIES, odd),
            socktype: if self.random.percent(30) {
                0
            } else {
                self.number(SOCKTYPES, odd)
            },
            protocol: if self.random.percent(60) {
                0
            } else {
                self.number(PROTOCOLS, odd)
            },
        }
    }

    /// One of `known`, or in `odd` percent of the cases any number.
    fn number(&mut self, known: &[Constant], odd: usize) -> i32 {
        if !self.random.percent(odd) {
            return self.random.pick(known).1;
        }
        match self.random.below(8) {
            0..4 => self.random.below(300) as i32,
            4 => -(self.random.below(20) as i32) - 1,
            5 => self.random.pick(&[
                i32::MIN,
                i32::MAX,
                i32::MIN + 1,
                999,
                65_536,
                65_538,
                -65_534,
            ]),
            // A known value with a bit above it, such as SOCK_CLOEXEC.
            6 => self.random.pick(known).1 | 1 << self.random.below(31),
            _ => self.random.next() as i32,
        }
    }

    fn flags(&mut self, odd: usize) -> i32 {
        if self.random.percent(odd) {
            return match self.random.below(4) {
                0 => 1 << self.random.below(32),
                1 => self.random.below(0x800) as i32,
                2 => self.random.pick(&[i32::MIN, i32::MAX, -1]),
                _ => self.random.next() as i32,
            };
        }
        if self.random.percent(30) {
            return 0;
        }
        let few = self.random.below(3) + 1;
        (0..few).fold(0, |flags, _| flags | self.random.pick(FLAGS).1)
    }

    /// The query as arguments, each hint in one of the spellings of the command line.
    pub(crate) fn arguments(&mut self, query: &Query) -> Vec<OsString> {
        query.arguments(|option, value| match option {
            "--family" => self.spell(value, FAMILIES, "AF_"),
            "--socktype" => self.spell(value, SOCKTYPES, "SOCK_"),
            "--protocol" => self.spell(value, PROTOCOLS, "IPPROTO_"),
            _ => self.spell_flags(value),
        })
    }

    fn spell(&mut self, value: i32, known: &[Constant], prefix: &str) -> String {
        let name = known.iter().find(|constant| constant.1 == value);
        match (self.random.below(4), name) {
            (0, Some((name, _))) => (*name).to_owned(),
            (1, Some((name, _))) => name.strip_prefix(prefix).unwrap().to_ascii_lowercase(),
            (2, _) if value >= 0 => format!("{value:#x}"),
            (2, _) => format!("-{:#X}", value.unsigned_abs()),
            _ => value.to_string(),
        }
    }

    fn spell_flags(&mut self, value: i32) -> String {
        match self.random.below(3) {
            0 => value.to_string(),
            // All 32 bits.
            1 => format!("{value:#x}"),
            _ => {
                let mut rest = value;
                let mut parts = Vec::new();
                for &(name, bit) in FLAGS {
                    if rest & bit != 0 {
                        rest &= !bit;
                        parts.push(self.spell(bit, &[(name, bit)], "AI_"));
                    }
                }
                if rest != 0 || parts.is_empty() {
                    parts.push(format!("{rest:#x}"));
                }
                parts.join(",")
            }
        }
    }
}
