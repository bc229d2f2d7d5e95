//! The program in Python, whose socket.getaddrinfo always sends hints.

use askama::Template;

use super::constant::{Constants, Expressions};
use super::literal::{self as filters, Argument};
use crate::names::Os;
use crate::net::Query;
use crate::text::Text;

#[derive(Template)]
#[template(path = "python.py", config = "assets/askama.toml")]
pub(super) struct Program<'a> {
    windows: bool,
    node: Argument<'a>,
    service: Argument<'a>,
    hints: Expressions,
    /// Whether the query's hints are NULL.
    null_hints: bool,
    /// Whether Python turns the node into Punycode.
    punycode: bool,
    /// Whether the program asks for the canonical name.
    canonname: bool,
    entry: Option<usize>,
}

impl<'a> Program<'a> {
    pub(super) fn new(host: Os, query: &'a Query, entry: Option<usize>) -> Self {
        let windows = host == Os::Windows;
        let constants = Constants {
            host,
            target: host,
            prefix: "socket.",
            has,
            least: "-2147483648",
            // Python's flag class drops bits of a negative number.
            names_negative_flags: false,
        };
        let hints = constants.hints(&query.hints.unwrap_or_default());
        let node = argument(windows, query.node.as_ref());
        Self {
            windows,
            punycode: matches!(node, Argument::Utf16(_)),
            node,
            service: argument(windows, query.service.as_ref()),
            null_hints: query.hints.is_none(),
            canonname: hints.flags.contains("AI_CANONNAME"),
            hints,
            entry,
        }
    }
}

/// Bytes, because Python turns a str into Punycode first. But on Windows getaddrinfo would read bytes
/// in the code page of the machine, so a text that is not ASCII is a str there.
fn argument(windows: bool, text: Option<&Text>) -> Argument<'_> {
    let ascii = text.is_none_or(|text| text.as_os_str().is_ascii());
    match Argument::utf16(text) {
        Some(utf16) if windows && !ascii => utf16,
        _ => Argument::bytes(text),
    }
}

/// Whether Python's module `socket` has the constant on every machine with this system.
fn has(os: Os, name: &str) -> bool {
    let everywhere = matches!(
        name,
        "AF_UNSPEC"
            | "AF_INET"
            | "AF_INET6"
            | "SOCK_STREAM"
            | "SOCK_DGRAM"
            | "SOCK_RAW"
            | "SOCK_RDM"
            | "SOCK_SEQPACKET"
            | "IPPROTO_IP"
            | "IPPROTO_TCP"
            | "IPPROTO_UDP"
            | "IPPROTO_ICMP"
            | "IPPROTO_ICMPV6"
            | "IPPROTO_IGMP"
            | "IPPROTO_IPV6"
            | "IPPROTO_ROUTING"
            | "IPPROTO_FRAGMENT"
            | "IPPROTO_ESP"
            | "IPPROTO_AH"
            | "IPPROTO_NONE"
            | "IPPROTO_DSTOPTS"
            | "IPPROTO_PIM"
            | "IPPROTO_SCTP"
            | "IPPROTO_RAW"
            | "AI_PASSIVE"
            | "AI_CANONNAME"
            | "AI_NUMERICHOST"
            | "AI_NUMERICSERV"
            | "AI_ALL"
            | "AI_V4MAPPED"
            | "AI_ADDRCONFIG"
    );
    everywhere
        || (os != Os::Windows && matches!(name, "AF_UNIX" | "IPPROTO_RSVP" | "IPPROTO_GRE"))
        || (os == Os::Linux
            && matches!(
                name,
                "AF_NETLINK" | "AF_PACKET" | "AF_VSOCK" | "AF_CAN" | "AF_ALG"
            ))
}
