//! The program in C for POSIX systems.

use askama::Template;

use super::constant::{Constants, Expressions};
use super::literal::{self as filters, Argument};
use crate::names::Os;
use crate::net::Query;

#[derive(Template)]
#[template(path = "posix.c", config = "assets/askama.toml")]
pub(super) struct Program<'a> {
    node: Argument<'a>,
    service: Argument<'a>,
    hints: Option<Expressions>,
    entry: Option<usize>,
    /// The variable that points to the entry.
    ai: &'static str,
}

/// `INT_MIN`. C has no literal for it: the minus is an operator, and 2147483648 does not fit in an
/// `int`.
pub(super) const LEAST: &str = "(-2147483647 - 1)";

impl<'a> Program<'a> {
    pub(super) fn new(host: Os, query: &'a Query, entry: Option<usize>) -> Self {
        let constants = Constants {
            host,
            // A query of Windows: use only the names that every POSIX system has.
            target: if host == Os::Windows { Os::Linux } else { host },
            prefix: "",
            has: if host == Os::Windows { in_posix } else { has },
            least: LEAST,
            names_negative_flags: true,
        };
        Self {
            node: Argument::bytes(query.node.as_ref()),
            service: Argument::bytes(query.service.as_ref()),
            hints: query.hints.as_ref().map(|hints| constants.hints(hints)),
            entry,
            ai: if entry == Some(1) { "result" } else { "ai" },
        }
    }
}

/// Whether the system's headers have the constant of our tables.
fn has(os: Os, name: &str) -> bool {
    match os {
        // glibc has the first three since 2.32 and later; musl has none of them.
        Os::Linux => {
            !name.starts_with("AI_IDN")
                && !matches!(
                    name,
                    "AF_MCTP" | "IPPROTO_MPTCP" | "IPPROTO_ETHERNET" | "AI_CANONIDN"
                )
        }
        // Only in Apple's private version of the header.
        Os::Macos => name != "AF_MULTIPATH",
        // They came with 13.2, 14 and 14.
        Os::Freebsd => !matches!(name, "AF_NETLINK" | "AF_HYPERV" | "AF_DIVERT"),
        Os::Windows => false,
    }
}

/// POSIX.1-2017, netdb.h, netinet/in.h and sys/socket.h.
fn in_posix(_: Os, name: &str) -> bool {
    matches!(
        name,
        "AF_INET"
            | "AF_INET6"
            | "AF_UNIX"
            | "AF_UNSPEC"
            | "SOCK_DGRAM"
            | "SOCK_RAW"
            | "SOCK_SEQPACKET"
            | "SOCK_STREAM"
            | "IPPROTO_ICMP"
            | "IPPROTO_IP"
            | "IPPROTO_IPV6"
            | "IPPROTO_RAW"
            | "IPPROTO_TCP"
            | "IPPROTO_UDP"
            | "AI_PASSIVE"
            | "AI_CANONNAME"
            | "AI_NUMERICHOST"
            | "AI_NUMERICSERV"
            | "AI_V4MAPPED"
            | "AI_ALL"
            | "AI_ADDRCONFIG"
    )
}
