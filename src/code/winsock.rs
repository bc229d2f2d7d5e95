//! The program in C for Windows, with the names and the order of Microsoft's tutorial "Creating a
//! Socket for the Server".

use askama::Template;

use super::c::LEAST;
use super::constant::{Constants, Expressions};
use super::literal::{self as filters, Argument};
use crate::names::Os;
use crate::net::{Hint, Query};
use crate::text::Text;

#[derive(Template)]
#[template(path = "winsock.c", config = "assets/askama.toml")]
pub(super) struct Program<'a> {
    node: Argument<'a>,
    service: Argument<'a>,
    hints: Option<Expressions>,
    entry: Option<usize>,
    /// The variable that points to the entry.
    ptr: &'static str,
    /// The variable of the socket.
    socket: &'static str,
    /// The service argument of the call.
    port: &'static str,
    encoding: Encoding,
    addrinfo: &'static str,
    getaddrinfo: &'static str,
    freeaddrinfo: &'static str,
}

/// The encoding of the texts, and the call that takes it.
#[derive(PartialEq)]
enum Encoding {
    /// `getaddrinfo`, in ASCII.
    Ascii,
    /// `getaddrinfo`, in bytes that are not Unicode.
    Bytes,
    /// `GetAddrInfoW`, in UTF-16.
    Utf16,
}

impl<'a> Program<'a> {
    pub(super) fn new(host: Os, query: &'a Query, entry: Option<usize>) -> Self {
        let constants = Constants {
            host,
            target: Os::Windows,
            prefix: "",
            has,
            least: LEAST,
            names_negative_flags: true,
        };
        let texts = [query.node.as_ref(), query.service.as_ref()];
        let is_ascii = |text: &Option<&Text>| text.is_none_or(|text| text.as_os_str().is_ascii());
        let ([node, service], encoding) = match texts.map(Argument::utf16) {
            _ if texts.iter().all(is_ascii) => (texts.map(Argument::bytes), Encoding::Ascii),
            [Some(node), Some(service)] => ([node, service], Encoding::Utf16),
            _ => (texts.map(Argument::bytes), Encoding::Bytes),
        };
        let (addrinfo, getaddrinfo, freeaddrinfo) = match encoding {
            Encoding::Utf16 => ("ADDRINFOW", "GetAddrInfoW", "FreeAddrInfoW"),
            _ => ("struct addrinfo", "getaddrinfo", "freeaddrinfo"),
        };
        Self {
            port: match &service {
                Argument::Null => "NULL",
                array if array.is_array() => "service",
                _ => "DEFAULT_PORT",
            },
            node,
            service,
            hints: query.hints.as_ref().map(|hints| constants.hints(hints)),
            entry,
            ptr: if entry == Some(1) { "result" } else { "ptr" },
            socket: if serves(host, query) {
                "ListenSocket"
            } else {
                "ConnectSocket"
            },
            encoding,
            addrinfo,
            getaddrinfo,
            freeaddrinfo,
        }
    }
}

/// Whether this is the query of a server: without a node, or with AI_PASSIVE.
fn serves(host: Os, query: &Query) -> bool {
    let passive = Hint::Flags.table(host).named("AI_PASSIVE");
    let has = |flag: i32| query.hints.is_some_and(|hints| hints.flags & flag != 0);
    query.node.is_none() || passive.is_some_and(|row| has(row.value))
}

/// Whether winsock2.h and ws2tcpip.h have the constant, both Microsoft's and mingw-w64's (2022).
fn has(_: Os, name: &str) -> bool {
    !name.starts_with("IPPROTO_RESERVED_")
        && !matches!(
            name,
            "AF_LINK"
                | "AF_HYPERV"
                | "AI_DNS_ONLY"
                | "AI_FORCE_CLEAR_TEXT"
                | "AI_BYPASS_DNS_CACHE"
                | "AI_RETURN_TTL"
        )
}
