//! The struct as the system's header declares it, member by member, and the bytes of its sockaddr.
//!
//! ```text
//! struct addrinfo {                          <netdb.h>
//!   int               ai_flags      0x1   AI_PASSIVE
//!   …
//! struct sockaddr_in                         16 bytes
//!   00  02 00                     sin_family  2 AF_INET
//!   02  69 87                     sin_port    27015 (0x6987, network order)
//! ```

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Page, members};
use crate::app::Model;
use crate::names::Os;
use crate::net::AddrInfo;

/// Columns before a member's value.
const INDENT: usize = 34;

/// Bytes per line of the dump.
const ROW: usize = 8;

pub(super) fn write(model: &Model, page: &mut Page) {
    let (look, os) = (page.look, page.os);
    let Some(entry) = model.entry() else {
        page.line("There is no entry.", look.dim());
        return;
    };
    let (title, header, [length, text, next]) = match os {
        Os::Windows => (
            "struct ADDRINFOW",
            "<ws2tcpip.h>",
            ["size_t", "PWSTR", "struct addrinfoW *"],
        ),
        Os::Linux | Os::Macos | Os::Freebsd => (
            "struct addrinfo",
            "<netdb.h>",
            ["socklen_t", "char *", "struct addrinfo *"],
        ),
    };
    page.line_with(title, look.strong(), (header.to_owned(), look.dim()));
    let address = "struct sockaddr *";
    let types = ["int", "int", "int", "int", length, address, text];
    let members = members(os, entry, |names, number| format!("{number} {names}"));
    let mut members: Vec<_> = types.into_iter().zip(members).collect();
    // ai_addr comes before ai_canonname in glibc and musl, after it on the BSDs, macOS and Windows.
    if os != Os::Linux {
        members.swap(5, 6);
    }
    let last = model.selected() + 1 >= model.entries().len();
    let value = if last { "NULL" } else { "the next entry" };
    members.push((next, ("ai_next", value.to_owned())));
    let width = usize::from(page.width.saturating_sub(2));
    let indent = " ".repeat(INDENT);
    for (kind, (name, value)) in members {
        let start = format!("  {kind:<18}{name:<14}");
        let options = textwrap::Options::new(width.max(INDENT + 8))
            .initial_indent(&start)
            .subsequent_indent(&indent);
        for line in textwrap::wrap(&value, options) {
            page.line(line, look.text());
        }
    }
    page.line("", look.text());
    bytes(page, entry);
}

/// A member of a sockaddr: its length in bytes, its name and its meaning.
type Part = (usize, &'static str, String);

/// The struct and members of the sockaddr, if its family is known (RFC 3493 §3.3 and §3.4).
fn parts(os: Os, entry: &AddrInfo) -> (&'static str, Vec<Part>) {
    let Some(address) = entry.sockaddr(os) else {
        return ("struct sockaddr", Vec::new());
    };
    let port = address.port();
    let port = format!("{port} ({port:#06x}, network order)");
    let ip = about(address.ip());
    match address {
        SocketAddr::V4(_) => {
            let mut parts = head(os, "sin_len", "sin_family", "AF_INET");
            parts.extend([
                (2, "sin_port", port),
                (4, "sin_addr", ip),
                (8, "sin_zero", "unused".to_owned()),
            ]);
            ("struct sockaddr_in", parts)
        }
        SocketAddr::V6(v6) => {
            let mut parts = head(os, "sin6_len", "sin6_family", "AF_INET6");
            let scope = format!("{}, an interface's index or 0", v6.scope_id());
            parts.extend([
                (2, "sin6_port", port),
                (4, "sin6_flowinfo", v6.flowinfo().to_string()),
                (16, "sin6_addr", ip),
                (4, "sin6_scope_id", scope),
            ]);
            ("struct sockaddr_in6", parts)
        }
    }
}

/// The members before the port; only the BSDs and macOS have a length.
fn head(os: Os, length: &'static str, family: &'static str, name: &str) -> Vec<Part> {
    let number = os.names().families.named(name).map_or(0, |row| row.value);
    let value = format!("{number} {name}");
    match os {
        Os::Macos | Os::Freebsd => vec![(1, length, "its length".to_owned()), (1, family, value)],
        Os::Linux | Os::Windows => vec![(2, family, value)],
    }
}

/// The address, and what is special about it.
fn about(ip: IpAddr) -> String {
    let what = match ip {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => ": any address (INADDR_ANY)",
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => ": any address (in6addr_any)",
        IpAddr::V4(Ipv4Addr::BROADCAST) => ": everybody on the link",
        _ if ip.is_loopback() => ": this machine itself",
        _ if ip.is_multicast() => ": a multicast group",
        IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some() => ": v4-mapped",
        IpAddr::V6(ip) if ip.is_unicast_link_local() => ": link-local, needs a scope",
        _ => "",
    };
    format!("{ip}{what}")
}

fn bytes(page: &mut Page, entry: &AddrInfo) {
    let look = page.look;
    let (title, mut parts) = parts(page.os, entry);
    let bytes = entry.addr.as_deref().unwrap_or_default();
    let count = format!("{} bytes", bytes.len());
    page.line_with(title, look.strong(), (count, look.dim()));
    if entry.addr.is_none() {
        page.line("  NULL", look.dim());
    }
    let known: usize = parts.iter().map(|(length, ..)| length).sum();
    if known < bytes.len() {
        let about = if parts.is_empty() {
            ""
        } else {
            "beyond the struct"
        };
        parts.push((bytes.len() - known, "", about.to_owned()));
    }
    let mut offset = 0;
    for (length, name, about) in parts {
        let end = (offset + length).min(bytes.len());
        for (row, chunk) in bytes[offset..end].chunks(ROW).enumerate() {
            let dump: String = chunk.iter().map(|byte| format!("{byte:02x} ")).collect();
            let at = offset + row * ROW;
            let mut text = format!("  {at:02x}  {dump:<24}");
            if row == 0 {
                text += &format!("{name:<14}{about}");
            }
            page.line(text.trim_end(), look.text());
        }
        offset = end;
    }
    if entry.unread() > 0 {
        let text = format!(
            "  ..  {} more, not read: no sockaddr has so many",
            entry.unread()
        );
        page.line(text, look.failure());
    }
}
