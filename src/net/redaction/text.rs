//! Texts: each run of letters and digits by another one. The characters between them stay, so that
//! the notes on them do.

use std::ffi::OsStr;
use std::net::{IpAddr, Ipv4Addr};

use super::Redaction;
use crate::net::literal::Literal;

/// Labels with a meaning of their own (RFC 6761, RFC 6762, RFC 5890).
const SPECIAL: [&str; 11] = [
    "localhost",
    "localdomain",
    "local",
    "loopback",
    "ip6",
    "example",
    "test",
    "invalid",
    "onion",
    "arpa",
    "xn",
];

/// Services, protocols and schemes that are no secret.
const SERVICES: [&str; 34] = [
    "dccp",
    "domain",
    "file",
    "ftp",
    "ftps",
    "http",
    "https",
    "imap",
    "imaps",
    "ldap",
    "ldaps",
    "mysql",
    "ntp",
    "pop3",
    "pop3s",
    "postgresql",
    "redis",
    "sctp",
    "sftp",
    "smtp",
    "smtps",
    "snmp",
    "ssh",
    "submission",
    "tcp",
    "telnet",
    "tftp",
    "udp",
    "unix",
    "ws",
    "wss",
    "www",
    "quic",
    "icmp",
];

/// The longest name: 255 bytes with its length bytes (RFC 1035 §2.3.4).
const NAME: usize = 253;

/// The longest label (RFC 1035 §2.3.4). A replacement of a longer one is as long.
const LABEL: usize = 63;

impl Redaction {
    /// A node, or a name that stands for one.
    pub(super) fn text(&mut self, text: &OsStr) -> String {
        self.segments(text, false)
    }

    /// A service: numbers stay, since they are ports.
    pub(crate) fn service(&mut self, text: &OsStr) -> String {
        self.segments(text, true)
    }

    fn segments(&mut self, text: &OsStr, service: bool) -> String {
        let text = text.to_string_lossy();
        if !service && let Some(literal) = self.literal(&text) {
            return literal;
        }
        let ends = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !".:%-_".contains(c);
        let segments = text.split_inclusive(ends).map(|part| {
            let segment = part.strip_suffix(ends).unwrap_or(part);
            self.segment(segment, service) + &part[segment.len()..]
        });
        let mut out: String = segments.collect();
        // Whether a name is too long is for a note to say.
        if text.len() <= NAME {
            let cut = (0..=NAME).rev().find(|&at| out.is_char_boundary(at));
            out.truncate(cut.unwrap_or(NAME));
        } else {
            out += &".x".repeat(NAME.saturating_sub(out.len()).div_ceil(2) + 1);
        }
        out
    }

    /// An address in any form, with its scope.
    fn literal(&mut self, text: &str) -> Option<String> {
        if let Some(port) = text.strip_prefix("::1:")
            && is_port(port)
        {
            // An address to getaddrinfo, but the loopback address and a port to whoever wrote it.
            return Some(text.to_owned());
        }
        match Literal::read(text)? {
            Literal::V4(ip) => match self.address(ip.into()) {
                IpAddr::V4(new) if text.parse::<Ipv4Addr>().is_ok() => Some(new.to_string()),
                // In an old form, as it was.
                IpAddr::V4(new) if new != ip => Some(format!("{:#x}", new.to_bits())),
                _ => Some(text.to_owned()),
            },
            Literal::V6(ip, scope) => {
                let ip = self.address(ip.into());
                Some(match scope {
                    None => ip.to_string(),
                    Some(scope) => format!("{ip}%{}", self.scope(scope)),
                })
            }
        }
    }

    /// An index stays; `25` is the percent sign of a URL (RFC 6874).
    fn scope(&mut self, scope: &str) -> String {
        if scope.bytes().all(|byte| byte.is_ascii_digit()) {
            return scope.to_owned();
        }
        match scope.strip_prefix("25") {
            Some(rest) => format!("25{}", self.interface(rest)),
            None => self.interface(scope),
        }
    }

    /// The name of an interface; that of the loopback interface stays.
    pub(super) fn interface(&mut self, name: &str) -> String {
        if matches!(name, "" | "lo" | "lo0") {
            return name.to_owned();
        }
        let next = self.interfaces.len() + 1;
        let number = self.interfaces.entry(name.to_owned()).or_insert(next);
        format!("if{number}")
    }

    /// Text without blanks and without most punctuation: `host`, `host:port`, an address.
    fn segment(&mut self, segment: &str, service: bool) -> String {
        let address = |text: &str| text.parse::<IpAddr>().is_ok() || text.contains('%');
        let (body, dot) = match segment.strip_suffix('.') {
            Some(body) => (body, "."),
            None => (segment, ""),
        };
        if address(body)
            && let Some(literal) = self.literal(body)
        {
            return literal + dot;
        }
        if let Some((host, port)) = segment.rsplit_once(':')
            && is_port(port)
            && (!host.contains(':') || address(host))
        {
            return format!("{}:{port}", self.segment(host, false));
        }
        let scheme = segment.strip_suffix(':');
        if scheme.is_some_and(|scheme| is_one_of(&SERVICES, scheme)) {
            return segment.to_owned();
        }
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        if segment.contains('.') && segment.chars().all(digits) {
            let parts: Vec<&str> = segment.split('.').map(part_of_an_address).collect();
            return parts.join(".");
        }
        let ends = |c: char| ".:%-_".contains(c);
        let runs = segment.split_inclusive(ends).map(|part| {
            let run = part.strip_suffix(ends).unwrap_or(part);
            self.word(run, service) + &part[run.len()..]
        });
        runs.collect()
    }

    /// A run of letters and digits.
    fn word(&mut self, run: &str, service: bool) -> String {
        let small = run.to_lowercase();
        if run.is_empty() || is_one_of(&SPECIAL, run) || service && is_one_of(&SERVICES, run) {
            return run.to_owned();
        }
        let is_number = run.bytes().all(|byte| byte.is_ascii_digit());
        let hexadecimal = small.strip_prefix("0x").is_some_and(is_hexadecimal);
        if service && (is_number || hexadecimal) {
            return run.to_owned();
        }
        let table = if is_number {
            &mut self.numbers
        } else {
            &mut self.words
        };
        let next = table.len() + 1;
        let number = *table.entry(small.clone()).or_insert(next);
        if is_number {
            return number.to_string();
        }
        let mut word = match run.is_ascii() {
            // Resolvers ignore the letters' case, but the services file does not.
            true if run == small => format!("name{number}"),
            true if run == run.to_uppercase() => format!("NAME{number}"),
            true => format!("Name{number}"),
            false => format!("ñame{number}"),
        };
        if run.len() > LABEL {
            word += &"x".repeat(run.len().saturating_sub(word.len()));
        }
        word
    }

    /// The text of gai.conf without its comments: the prefixes have other addresses, except those that
    /// RFC 6724 names.
    pub(super) fn gai_conf(&mut self, text: &str) -> String {
        let line = |line: &str| {
            let line = line.split('#').next().unwrap_or_default();
            let words = line.split_ascii_whitespace().map(|word| {
                let (ip, length) = word.split_once('/').unwrap_or((word, ""));
                match ip.parse() {
                    Ok(ip) if length.is_empty() => self.prefix(ip).to_string(),
                    Ok(ip) => format!("{}/{}", self.prefix(ip), self.service(length.as_ref())),
                    Err(_) if KEYWORDS.contains(&word) => word.to_owned(),
                    Err(_) => self.service(word.as_ref()),
                }
            });
            words.collect::<Vec<_>>().join(" ")
        };
        let lines: Vec<String> = text.lines().map(line).collect();
        lines.join("\n").trim_end().to_owned()
    }

    fn prefix(&mut self, ip: IpAddr) -> IpAddr {
        if is_known_prefix(ip) {
            return ip;
        }
        self.address(ip)
    }
}

/// The first words of the lines of gai.conf(5), and the values of `reload`.
const KEYWORDS: [&str; 6] = ["label", "precedence", "scopev4", "reload", "yes", "no"];

/// Whether it is a prefix of a table of RFC 6724 or of glibc's, or of a range in RFC 6890.
pub(crate) fn is_known_prefix(ip: IpAddr) -> bool {
    let v6 = match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped(),
        IpAddr::V6(ip) => ip,
    };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, a, b] => matches!(
            (a, b),
            (0 | 0x0a00 | 0x7f00 | 0xa9fe | 0xac10 | 0xc0a8 | 0xe000, 0)
        ),
        [a, 0, 0, 0, 0, 0, 0, b @ 0..=1] => match a {
            0 => true,
            0x2001 | 0x2002 | 0x3ffe | 0xfc00 | 0xfd00 | 0xfe80 | 0xfec0 | 0xff00 => b == 0,
            _ => false,
        },
        [0x64, 0xff9b, 0, 0, 0, 0, 0, 0] => true,
        _ => false,
    }
}

fn is_one_of(list: &[&str], word: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the text can be a port of 16 bits.
fn is_port(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && text.parse::<u16>().is_ok()
}

/// A part of a text that only looks like an IPv4 address: what matters is whether it fits in a
/// byte and whether it is octal.
fn part_of_an_address(part: &str) -> &'static str {
    match part.as_bytes() {
        [] => "",
        [b'0', _, ..] if part.contains(['8', '9']) => "08",
        [b'0', _, ..] => "07",
        _ if part.parse::<u8>().is_err() => "256",
        _ => "1",
    }
}
