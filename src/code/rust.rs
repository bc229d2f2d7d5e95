//! The program in Rust. std cannot pass hints, so it calls getaddrinfo of libc or GetAddrInfoW of
//! windows-sys.

use askama::Template;

use super::constant::{Constants, Expressions};
use super::literal::{self as filters, Argument};
use crate::names::Os;
use crate::net::Query;
use crate::text::Text;

#[derive(Template)]
#[template(path = "rust.rs", config = "assets/askama.toml")]
pub(super) struct Program<'a> {
    windows: bool,
    node: Argument<'a>,
    service: Argument<'a>,
    hints: Option<Expressions>,
    entry: Option<usize>,
    addrinfo: &'static str,
    getaddrinfo: &'static str,
    freeaddrinfo: &'static str,
}

impl<'a> Program<'a> {
    pub(super) fn new(host: Os, query: &'a Query, entry: Option<usize>) -> Self {
        let windows = host == Os::Windows;
        let constants = Constants {
            host,
            target: host,
            prefix: if windows { "WinSock::" } else { "libc::" },
            has,
            least: "-2147483648",
            // The flags of windows-sys are u32.
            names_negative_flags: !windows,
        };
        let mut hints = query.hints.as_ref().map(|hints| constants.hints(hints));
        if let Some(hints) = hints.as_mut().filter(|_| windows) {
            convert(hints);
        }
        let (addrinfo, getaddrinfo, freeaddrinfo) = if windows {
            ("ADDRINFOW", "GetAddrInfoW", "FreeAddrInfoW")
        } else {
            ("addrinfo", "getaddrinfo", "freeaddrinfo")
        };
        let argument = |text: &'a Option<Text>| match text.as_ref() {
            text if windows => Argument::utf16(text).unwrap_or(Argument::Utf16(Vec::new())),
            text => Argument::bytes(text),
        };
        Self {
            windows,
            node: argument(&query.node),
            service: argument(&query.service),
            hints,
            entry,
            addrinfo,
            getaddrinfo,
            freeaddrinfo,
        }
    }
}

/// The constants of windows-sys have several types, and the members of ADDRINFOW are `i32`.
fn convert(hints: &mut Expressions) {
    if hints.family.contains("::") {
        hints.family += ".into()";
    }
    if hints.flags.contains('|') {
        hints.flags = format!("({})", hints.flags);
    }
    if hints.flags.contains("::") {
        hints.flags += " as i32";
    }
}

/// Whether the crate libc, or windows-sys, has the constant on `os`.
fn has(os: Os, name: &str) -> bool {
    match os {
        Os::Linux => {
            !name.starts_with("AI_IDN")
                && !matches!(
                    name,
                    "AF_KCM"
                        | "AF_QIPCRTR"
                        | "AF_SMC"
                        | "AF_MCTP"
                        | "SOCK_PACKET"
                        | "SOCK_DCCP"
                        | "AI_CANONIDN"
                )
        }
        Os::Macos => name != "AF_MULTIPATH",
        Os::Freebsd => !matches!(
            name,
            "AF_NETLINK" | "AF_HYPERV" | "AF_DIVERT" | "AI_V4MAPPED_CFG"
        ),
        // It is in another module of windows-sys.
        Os::Windows => name != "AF_BTH",
    }
}
