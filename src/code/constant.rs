//! The hints as expressions of a program: names if its headers have them, else numbers.

use super::Language;
use crate::names::Os;
use crate::net::{Hint, Hints};

/// The constants that a program may name, and the syntax of its numbers.
pub(super) struct Constants {
    pub(super) language: Language,
    /// The system of the query's numbers.
    pub(super) host: Os,
}

/// The hints as expressions: `AI_PASSIVE | 0x40`.
pub(super) struct Expressions {
    pub(super) family: String,
    pub(super) socktype: String,
    pub(super) protocol: String,
    pub(super) flags: String,
    /// Comments that give the names of numbers.
    pub(super) remarks: Vec<String>,
}

impl Expressions {
    /// The flags; one per line if they are wider than `room` columns.
    pub(super) fn flag_lines(&self, room: usize, indent: usize) -> String {
        if self.flags.len() <= room {
            return self.flags.clone();
        }
        self.flags.replace(" | ", &format!("\n{:indent$}| ", ""))
    }
}

impl Constants {
    pub(super) fn hints(&self, hints: &Hints) -> Expressions {
        let mut remarks = Vec::new();
        let mut value = |hint: Hint| self.value(hint, hint.get(hints), &mut remarks);
        let mut family = value(Hint::Family);
        let socktype = value(Hint::Socktype);
        let protocol = value(Hint::Protocol);
        let mut flags = self.flags(hints.flags, &mut remarks);
        if (self.language, self.host) == (Language::Rust, Os::Windows) {
            // The constants of windows-sys have several types, and the members of ADDRINFOW are `i32`.
            if family.contains("::") {
                family += ".into()";
            }
            if flags.contains('|') {
                flags = format!("({flags})");
            }
            if flags.contains("::") {
                flags += " as i32";
            }
        }
        Expressions {
            family,
            socktype,
            protocol,
            flags,
            remarks,
        }
    }

    pub(super) fn value(&self, hint: Hint, value: i32, remarks: &mut Vec<String>) -> String {
        // 0 means "any"; the name IPPROTO_IP would hide that.
        if value == 0 && hint != Hint::Family {
            return "0".to_owned();
        }
        if let Some(row) = hint.table(self.host).of(value) {
            if self.knows(hint, row.name) {
                return format!("{}{}", self.prefix(), row.name);
            }
            remarks.push(format!("{value} is {}", self.name_on_host(row.name)));
        }
        self.number(value)
    }

    fn flags(&self, value: i32, remarks: &mut Vec<String>) -> String {
        // Python's flag class drops bits of a negative number. The flags of windows-sys are u32.
        let names_negative = match self.language {
            Language::C | Language::Winsock => true,
            Language::Rust => self.host != Os::Windows,
            Language::Python => false,
        };
        if value < 0 && !names_negative {
            remarks.push(format!("{value} is {value:#x}"));
            return self.number(value);
        }
        let (names, mut rest) = Hint::Flags.table(self.host).split(value);
        let mut terms = Vec::new();
        for row in names {
            if self.knows(Hint::Flags, row.name) {
                terms.push(format!("{}{}", self.prefix(), row.name));
            } else {
                rest |= row.value.cast_unsigned();
                let name = self.name_on_host(row.name);
                remarks.push(format!("{:#x} is {name}", row.value));
            }
        }
        match rest.cast_signed() {
            0 if terms.is_empty() => terms.push("0".to_owned()),
            0 => {}
            // In no language is a hexadecimal literal with the highest bit set an int.
            bits if bits < 0 => {
                remarks.push(format!("{bits} is {bits:#x}"));
                terms.push(self.number(bits));
            }
            bits => terms.push(format!("{bits:#x}")),
        }
        terms.join(" | ")
    }

    /// The system that the program is for.
    pub(super) fn target(&self) -> Os {
        match self.language {
            Language::Winsock => Os::Windows,
            // A query of Windows: any POSIX system.
            Language::C if self.host == Os::Windows => Os::Linux,
            _ => self.host,
        }
    }

    fn prefix(&self) -> &'static str {
        match self.language {
            Language::C | Language::Winsock => "",
            Language::Rust if self.host == Os::Windows => "WinSock::",
            Language::Rust => "libc::",
            Language::Python => "socket.",
        }
    }

    fn knows(&self, hint: Hint, name: &str) -> bool {
        let mut rows = hint.table(self.target()).rows.iter();
        rows.any(|row| row.name == name) && self.has(name)
    }

    fn name_on_host(&self, name: &str) -> String {
        if self.host == self.target() {
            name.to_owned()
        } else {
            format!("{name} on {}", self.host.title())
        }
    }

    pub(super) fn number(&self, value: i32) -> String {
        match self.language {
            // C has no literal for INT_MIN: the minus is an operator, and 2147483648 does not fit in
            // an `int`.
            Language::C | Language::Winsock if value == i32::MIN => "(-2147483647 - 1)".to_owned(),
            _ => value.to_string(),
        }
    }

    /// Whether the program's headers, crates or modules have this constant of our tables.
    fn has(&self, name: &str) -> bool {
        let among = |names: &str| names.split_whitespace().any(|other| other == name);
        match (self.language, self.host) {
            (Language::C, Os::Windows) => among(POSIX),
            // glibc has the first three since 2.32 and later; musl has none of them.
            (Language::C, Os::Linux) => {
                !among("AF_MCTP IPPROTO_MPTCP IPPROTO_ETHERNET") && !among(AI_IDN)
            }
            // Only in Apple's private version of the header.
            (Language::C | Language::Rust, Os::Macos) => name != "AF_MULTIPATH",
            // They came with FreeBSD 13.2, 14 and 14.
            (Language::C, Os::Freebsd) => !among("AF_NETLINK AF_HYPERV AF_DIVERT"),
            (Language::Winsock, _) => !among(NOT_IN_WINSOCK2),
            (Language::Rust, Os::Linux) => !among(NOT_IN_LIBC) && !among(AI_IDN),
            (Language::Rust, Os::Freebsd) => {
                !among("AF_NETLINK AF_HYPERV AF_DIVERT AI_V4MAPPED_CFG")
            }
            // It is in another module of windows-sys.
            (Language::Rust, Os::Windows) => name != "AF_BTH",
            (Language::Python, Os::Linux) => {
                among(PYTHON)
                    || among(PYTHON_UNIX)
                    || among("AF_NETLINK AF_PACKET AF_VSOCK AF_CAN AF_ALG")
            }
            (Language::Python, Os::Macos | Os::Freebsd) => among(PYTHON) || among(PYTHON_UNIX),
            (Language::Python, Os::Windows) => among(PYTHON),
        }
    }
}

/// POSIX.1-2017, netdb.h, netinet/in.h and sys/socket.h.
const POSIX: &str = "AF_INET AF_INET6 AF_UNIX AF_UNSPEC
    SOCK_DGRAM SOCK_RAW SOCK_SEQPACKET SOCK_STREAM
    IPPROTO_ICMP IPPROTO_IP IPPROTO_IPV6 IPPROTO_RAW IPPROTO_TCP IPPROTO_UDP
    AI_PASSIVE AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_V4MAPPED AI_ALL AI_ADDRCONFIG";

/// Flags of glibc that musl and the crate libc lack.
const AI_IDN: &str = "AI_IDN AI_CANONIDN AI_IDN_ALLOW_UNASSIGNED AI_IDN_USE_STD3_ASCII_RULES";

/// Constants of Linux that the crate libc lacks.
const NOT_IN_LIBC: &str = "AF_KCM AF_QIPCRTR AF_SMC AF_MCTP SOCK_PACKET SOCK_DCCP";

/// Constants that winsock2.h and ws2tcpip.h of Microsoft or of mingw-w64 10 (2022) lack.
const NOT_IN_WINSOCK2: &str = "AF_LINK AF_HYPERV
    IPPROTO_RESERVED_RAW IPPROTO_RESERVED_IPSEC IPPROTO_RESERVED_IPSECOFFLOAD IPPROTO_RESERVED_WNV
    AI_DNS_ONLY AI_FORCE_CLEAR_TEXT AI_BYPASS_DNS_CACHE AI_RETURN_TTL
    AI_SECURE_WITH_FALLBACK AI_EXCLUSIVE_CUSTOM_SERVERS AI_RETURN_RESPONSE_FLAGS
    AI_REQUIRE_SECURE AI_RESOLUTION_HANDLE AI_EXTENDED";

/// Constants of Python's module `socket` on every system.
const PYTHON: &str = "AF_UNSPEC AF_INET AF_INET6
    SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET
    IPPROTO_IP IPPROTO_TCP IPPROTO_UDP IPPROTO_ICMP IPPROTO_ICMPV6 IPPROTO_IGMP IPPROTO_IPV6
    IPPROTO_ROUTING IPPROTO_FRAGMENT IPPROTO_ESP IPPROTO_AH IPPROTO_NONE IPPROTO_DSTOPTS
    IPPROTO_PIM IPPROTO_SCTP IPPROTO_RAW
    AI_PASSIVE AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_ALL AI_V4MAPPED AI_ADDRCONFIG";

/// Constants of Python's module `socket` on every system but Windows.
const PYTHON_UNIX: &str = "AF_UNIX IPPROTO_RSVP IPPROTO_GRE";
