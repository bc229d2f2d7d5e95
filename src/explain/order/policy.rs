//! Policy tables: the scope, label and precedence of an address, and the row that says so.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::net::{Redaction, is_known_prefix};

/// A row of a table: addresses that begin with this prefix have this value. IPv4 addresses stand in
/// `::ffff:0:0/96`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    prefix: Ipv6Addr,
    bits: u8,
    /// The scope, label or precedence.
    pub(crate) value: u32,
    /// The line of gai.conf; `None` for a built-in row.
    pub(crate) line: Option<usize>,
}

/// The prefix: `2002::/16`.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix.segments() == MAPPED {
            // As RFC 6724 writes it, not `::ffff:0.0.0.0`.
            return write!(f, "::ffff:0:0/{}", self.bits);
        }
        write!(f, "{}/{}", self.prefix, self.bits)
    }
}

impl Row {
    const fn new(prefix: [u16; 8], bits: u8, value: u32) -> Self {
        let [a, b, c, d, e, f, g, h] = prefix;
        Self {
            prefix: Ipv6Addr::new(a, b, c, d, e, f, g, h),
            bits,
            value,
            line: None,
        }
    }

    const fn v4(prefix: [u8; 4], bits: u8, value: u32) -> Self {
        let [a, b, c, d] = prefix;
        Self {
            prefix: Ipv4Addr::new(a, b, c, d).to_ipv6_mapped(),
            bits: 96 + bits,
            value,
            line: None,
        }
    }

    /// The row with another prefix, if a user wrote it and few know it.
    pub(super) fn redacted(self, redaction: &Redaction) -> Self {
        let ip = match self.prefix.to_ipv4_mapped() {
            Some(ip) => IpAddr::V4(ip),
            None => IpAddr::V6(self.prefix),
        };
        if self.line.is_none() || is_known_prefix(ip) {
            return self;
        }
        let prefix = match redaction.replaced(ip) {
            IpAddr::V4(ip) => ip.to_ipv6_mapped(),
            IpAddr::V6(ip) => ip,
        };
        Self { prefix, ..self }
    }

    fn matches(&self, ip: Ipv6Addr) -> bool {
        common_bits(self.prefix.to_bits(), ip.to_bits()) >= u32::from(self.bits)
    }
}

/// The number of leading bits that are equal.
pub(super) const fn common_bits(a: u128, b: u128) -> u32 {
    (a ^ b).leading_zeros()
}

const LOOPBACK: [u16; 8] = [0, 0, 0, 0, 0, 0, 0, 1];
const ANY: [u16; 8] = [0; 8];
const MAPPED: [u16; 8] = [0, 0, 0, 0, 0, 0xffff, 0, 0];
const SIX_TO_FOUR: [u16; 8] = [0x2002, 0, 0, 0, 0, 0, 0, 0];
const TEREDO: [u16; 8] = [0x2001, 0, 0, 0, 0, 0, 0, 0];
const UNIQUE_LOCAL: [u16; 8] = [0xfc00, 0, 0, 0, 0, 0, 0, 0];
const SITE_LOCAL: [u16; 8] = [0xfec0, 0, 0, 0, 0, 0, 0, 0];
const SIX_BONE: [u16; 8] = [0x3ffe, 0, 0, 0, 0, 0, 0, 0];

/// RFC 3484 §2.1.
const RFC_3484: [(Row, u32); 5] = [
    (Row::new(LOOPBACK, 128, 0), 50),
    (Row::new(ANY, 0, 1), 40),
    (Row::new(SIX_TO_FOUR, 16, 2), 30),
    (Row::new(ANY, 96, 3), 20),
    (Row::new(MAPPED, 96, 4), 10),
];

/// The labels that glibc adds to RFC 3484 (nss/getaddrinfo.c, default_labels). They have no
/// precedence of their own.
const GLIBC_LABELS: [Row; 3] = [
    Row::new(SITE_LOCAL, 10, 5),
    Row::new(UNIQUE_LOCAL, 7, 6),
    Row::new(TEREDO, 32, 7),
];

/// RFC 6724 §2.1.
const RFC_6724: [(Row, u32); 9] = [
    (Row::new(LOOPBACK, 128, 0), 50),
    (Row::new(ANY, 0, 1), 40),
    (Row::new(MAPPED, 96, 4), 35),
    (Row::new(SIX_TO_FOUR, 16, 2), 30),
    (Row::new(TEREDO, 32, 5), 5),
    (Row::new(UNIQUE_LOCAL, 7, 13), 3),
    (Row::new(ANY, 96, 3), 1),
    (Row::new(SITE_LOCAL, 10, 11), 1),
    (Row::new(SIX_BONE, 16, 12), 1),
];

/// The scope of IPv4 addresses (RFC 6724 §3.2).
const SCOPES: [Row; 3] = [
    Row::v4([169, 254, 0, 0], 16, LINK_LOCAL),
    Row::v4([127, 0, 0, 0], 8, LINK_LOCAL),
    Row::v4([0, 0, 0, 0], 0, GLOBAL),
];

/// Those that RFC 3484 §3.2 adds.
const PRIVATE: [Row; 3] = [
    Row::v4([10, 0, 0, 0], 8, SITE),
    Row::v4([172, 16, 0, 0], 12, SITE),
    Row::v4([192, 168, 0, 0], 16, SITE),
];

// RFC 4291 §2.7.
const LINK_LOCAL: u32 = 2;
const SITE: u32 = 5;
const GLOBAL: u32 = 14;

/// The tables that a library sorts by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    labels: Vec<Row>,
    precedences: Vec<Row>,
    /// Of IPv4 addresses; IPv6 addresses carry their scope.
    scopes: Vec<Row>,
}

/// What a policy says of one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) scope: u32,
    /// The row of gai.conf or of the built-in table; `None` for IPv6.
    pub(crate) scope_row: Option<Row>,
    pub(crate) label: Row,
    pub(crate) precedence: Row,
}

impl Class {
    pub(super) fn redacted(self, redaction: &Redaction) -> Self {
        let row = |row: Row| row.redacted(redaction);
        Self {
            scope: self.scope,
            scope_row: self.scope_row.map(row),
            label: row(self.label),
            precedence: row(self.precedence),
        }
    }
}

impl Policy {
    fn of(table: &[(Row, u32)]) -> Self {
        let precedence = |&(row, value): &(Row, u32)| Row { value, ..row };
        Self {
            labels: table.iter().map(|(label, _)| *label).collect(),
            precedences: table.iter().map(precedence).collect(),
            scopes: SCOPES.to_vec(),
        }
    }

    /// The default of RFC 3484.
    pub(crate) fn rfc3484() -> Self {
        let mut policy = Self::of(&RFC_3484);
        policy.scopes.extend(PRIVATE);
        policy
    }

    /// The default of RFC 6724.
    pub(crate) fn rfc6724() -> Self {
        Self::of(&RFC_6724)
    }

    /// musl's fixed table (src/network/lookup_name.c, defpolicy): RFC 6724 without the last three
    /// rows. An IPv4 address counts as the mapped one, whose scope is global.
    pub(crate) fn musl() -> Self {
        Self {
            scopes: vec![Row::v4([0, 0, 0, 0], 0, GLOBAL)],
            ..Self::of(&RFC_6724[..6])
        }
    }

    /// glibc's tables, with the lines of gai.conf(5). A single line of a kind replaces the whole
    /// built-in table of that kind; glibc then only adds a row for all other addresses.
    pub(crate) fn glibc(gai_conf: &str) -> Self {
        let mut built_in = Self::of(&RFC_3484);
        built_in.labels.extend(GLIBC_LABELS);
        let mut policy = Self {
            labels: Vec::new(),
            precedences: Vec::new(),
            scopes: Vec::new(),
        };
        for (line, text) in (1..).zip(gai_conf.lines()) {
            policy.read(line, text);
        }
        let whole = |read: Vec<Row>, built_in: Vec<Row>, rest: Row| {
            if read.is_empty() {
                return built_in;
            }
            let has_rest = read.iter().any(|row| row.bits == rest.bits);
            read.into_iter()
                .chain((!has_rest).then_some(rest))
                .collect()
        };
        Self {
            labels: whole(policy.labels, built_in.labels, Row::new(ANY, 0, 1)),
            precedences: whole(
                policy.precedences,
                built_in.precedences,
                Row::new(ANY, 0, 40),
            ),
            scopes: whole(
                policy.scopes,
                built_in.scopes,
                Row::v4([0, 0, 0, 0], 0, GLOBAL),
            ),
        }
    }

    /// Reads a line as glibc's gaiconf_init does: it ignores lines that it does not understand.
    fn read(&mut self, line: usize, text: &str) {
        let text = text.split('#').next().unwrap_or_default();
        let blank = |c: char| matches!(c, ' ' | '\t'..='\r');
        let mut words = text.split(blank).filter(|word| !word.is_empty());
        let (Some(kind), Some(prefix)) = (words.next(), words.next()) else {
            return;
        };
        // A missing value is 0, as strtoul(3) has it.
        let Some(value) = number(words.next().unwrap_or_default()) else {
            return;
        };
        // Without a length glibc tests a pointer that it has not set, and so ignores the line (glibc
        // 2.36, measured).
        let Some((address, bits)) = prefix.split_once('/') else {
            return;
        };
        let Some(bits) = number(bits).and_then(|bits| u8::try_from(bits).ok()) else {
            return;
        };
        let row = |prefix, bits| Row {
            prefix,
            bits,
            value,
            line: Some(line),
        };
        let v6 = address.parse::<Ipv6Addr>().ok();
        let any = || v6.map(|ip| row(ip, bits)).filter(|row| row.bits <= 128);
        match kind {
            "label" => self.labels.extend(any()),
            "precedence" => self.precedences.extend(any()),
            "scopev4" => {
                let mapped = |row: &Row| row.bits >= 96 && row.prefix.to_ipv4_mapped().is_some();
                let v4 = address.parse::<Ipv4Addr>().ok().filter(|_| bits <= 32);
                let v4 = v4.map(|ip| row(ip.to_ipv6_mapped(), bits + 96));
                self.scopes.extend(v4.or_else(|| any().filter(mapped)));
            }
            _ => {}
        }
    }

    /// The tables with their keywords in gai.conf(5).
    pub(crate) fn tables(self) -> [(&'static str, Vec<Row>); 3] {
        [
            ("precedence", self.precedences),
            ("label", self.labels),
            ("scopev4", self.scopes),
        ]
    }

    /// The classes of an address.
    pub(crate) fn class(&self, ip: IpAddr) -> Class {
        let v6 = match ip {
            IpAddr::V4(ip) => ip.to_ipv6_mapped(),
            IpAddr::V6(ip) => ip,
        };
        let scope_row = ip.is_ipv4().then(|| longest(&self.scopes, v6));
        Class {
            scope: scope_row.map_or_else(|| scope(v6), |row| row.value),
            scope_row,
            label: longest(&self.labels, v6),
            precedence: longest(&self.precedences, v6),
        }
    }
}

/// The row with the longest prefix of this address; of equal ones the first.
fn longest(table: &[Row], ip: Ipv6Addr) -> Row {
    let rows = table.iter().filter(|row| row.matches(ip));
    let longest = rows.reduce(|best, row| if row.bits > best.bits { row } else { best });
    // Every table has a row for all addresses.
    *longest.unwrap_or(&Row::new(ANY, 0, 0))
}

/// The scope of an IPv6 address (RFC 4291 §2.7, RFC 6724 §3.1); that of ::1 is link-local.
const fn scope(ip: Ipv6Addr) -> u32 {
    let [first, second, ..] = ip.octets();
    match first {
        0xff => (second & 15) as u32,
        _ if ip.is_loopback() => LINK_LOCAL,
        0xfe if second & 0xc0 == 0x80 => LINK_LOCAL,
        0xfe if second & 0xc0 == 0xc0 => SITE,
        _ => GLOBAL,
    }
}

/// A number as glibc reads it: strtoul(3) in base 10, at most INT_MAX. An empty text is 0.
fn number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.is_empty() {
        return text.is_empty().then_some(0);
    }
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    let value: i32 = digits.parse().ok().filter(|_| all)?;
    u32::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]

    use super::*;

    fn class(policy: &Policy, ip: &str) -> (u32, u32, u32) {
        let class = policy.class(ip.parse().unwrap());
        (class.scope, class.label.value, class.precedence.value)
    }

    #[test]
    fn addresses_have_the_classes_of_the_tables() {
        let (old, new) = (Policy::rfc3484(), Policy::rfc6724());
        let (glibc, musl) = (Policy::glibc(""), Policy::musl());
        // Scope, label and precedence by RFC 3484, RFC 6724, glibc and musl.
        for (ip, expected) in [
            ("::1", [(2, 0, 50); 4]),
            ("2001:db8::1", [(14, 1, 40); 4]),
            ("2002::1", [(14, 2, 30); 4]),
            (
                "fd00::1",
                [(14, 1, 40), (14, 13, 3), (14, 6, 40), (14, 13, 3)],
            ),
            (
                "2001::1",
                [(14, 1, 40), (14, 5, 5), (14, 7, 40), (14, 5, 5)],
            ),
            ("fec0::1", [(5, 1, 40), (5, 11, 1), (5, 5, 40), (5, 1, 40)]),
            ("ff02::1", [(2, 1, 40); 4]),
            ("fe80::1", [(2, 1, 40); 4]),
            (
                "192.0.2.1",
                [(14, 4, 10), (14, 4, 35), (14, 4, 10), (14, 4, 35)],
            ),
            (
                "10.0.0.1",
                [(5, 4, 10), (14, 4, 35), (14, 4, 10), (14, 4, 35)],
            ),
            (
                "127.0.0.1",
                [(2, 4, 10), (2, 4, 35), (2, 4, 10), (14, 4, 35)],
            ),
        ] {
            let found = [&old, &new, &glibc, &musl].map(|policy| class(policy, ip));
            assert_eq!(found, expected, "{ip}");
        }
    }

    #[test]
    fn one_line_replaces_the_built_in_table() {
        let policy = Policy::glibc("# IPv4 first\nprecedence ::ffff:0:0/96  100\n");
        assert_eq!(class(&policy, "192.0.2.1"), (14, 4, 100));
        assert_eq!(class(&policy, "::1"), (2, 0, 40), "50 is lost");
        let ip = "192.0.2.1".parse().unwrap();
        let class = policy.class(ip);
        assert_eq!(class.precedence.line, Some(2));
        assert_eq!(class.precedence.to_string(), "::ffff:0:0/96");
        assert_eq!(class.label.line, None);
    }

    #[test]
    fn malformed_lines_are_ignored() {
        let policy = Policy::glibc(
            "label 2001:db8::/32\nlabel 2001:: 9\nlabel ::/129 3\nlabel 192.0.2.0/24 3\nprecedence ::1/128 x\n\
             precedence ::1/128 -1\nPrecedence ::1/128 7\nscopev4 ::ffff:10.0.0.0/104 5\n\
             scopev4 10.1.0.0/16 2 # more\n",
        );
        assert_eq!(class(&policy, "2001:db8::1"), (14, 0, 40));
        assert_eq!(class(&policy, "2001::1"), (14, 1, 40));
        assert_eq!(class(&policy, "10.2.0.1"), (5, 1, 10));
        assert_eq!(class(&policy, "10.1.0.1"), (2, 1, 10));
        assert_eq!(class(&policy, "127.0.0.1"), (14, 1, 10), "2 is lost");
    }
}
