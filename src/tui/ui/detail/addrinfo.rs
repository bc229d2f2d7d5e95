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

use super::{Page, members, wrap};
use crate::app::Model;
use crate::names::Os;
use crate::net::AddrInfo;
use crate::tui::ui::look::Look;
use crate::words::{Key, Phrase};

/// Columns before a member's value.
const INDENT: usize = 34;

/// Bytes per line of the dump: fewer if what they mean would need more lines than they do.
const ROWS: [usize; 2] = [8, 4];

pub(super) fn write(model: &Model, page: &mut Page) {
    let (look, os) = (page.look, page.os);
    let Some(entry) = model.entry() else {
        page.line(look.say(Key::DetailNoEntry), look.text());
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
    page.line_with(title, look.strong(), (header.to_owned(), look.text()));
    let address = "struct sockaddr *";
    let types = ["int", "int", "int", "int", length, address, text];
    let members = members(os, entry, |names, number| format!("{number} {names}"));
    let mut members: Vec<_> = types.into_iter().zip(members).collect();
    // ai_addr comes before ai_canonname in glibc and musl, after it on the BSDs, macOS and Windows.
    if os != Os::Linux {
        members.swap(5, 6);
    }
    let last = model.selected() + 1 >= model.entries().len();
    let value = if last {
        "NULL".to_owned()
    } else {
        look.say(Key::DetailNextEntry)
    };
    members.push((next, ("ai_next", value)));
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
fn parts(os: Os, look: Look, entry: &AddrInfo) -> (&'static str, Vec<Part>) {
    let Some(address) = entry.sockaddr(os) else {
        return ("struct sockaddr", Vec::new());
    };
    let port = address.port();
    let port = look.say(Phrase::detail_port(
        format!("{port:#06x}"),
        usize::from(port),
    ));
    let ip = look.say(about(address.ip()));
    match address {
        SocketAddr::V4(_) => {
            let mut parts = head(os, look, "sin_len", "sin_family", "AF_INET");
            parts.extend([
                (2, "sin_port", port),
                (4, "sin_addr", ip),
                (8, "sin_zero", look.say(Key::DetailUnused)),
            ]);
            ("struct sockaddr_in", parts)
        }
        SocketAddr::V6(v6) => {
            let mut parts = head(os, look, "sin6_len", "sin6_family", "AF_INET6");
            let scope = look.say(Phrase::detail_scope(&v6.scope_id()));
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
fn head(os: Os, look: Look, length: &'static str, family: &'static str, name: &str) -> Vec<Part> {
    let number = os.names().families.named(name).map_or(0, |row| row.value);
    let value = format!("{number} {name}");
    match os {
        Os::Macos | Os::Freebsd => {
            vec![(1, length, look.say(Key::DetailLength)), (1, family, value)]
        }
        Os::Linux | Os::Windows => vec![(2, family, value)],
    }
}

/// The address, and what is special about it.
fn about(ip: IpAddr) -> Phrase {
    match ip {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Phrase::detail_any4(&ip),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Phrase::detail_any6(&ip),
        IpAddr::V4(Ipv4Addr::BROADCAST) => Phrase::detail_broadcast(&ip),
        _ if ip.is_loopback() => Phrase::detail_loopback(&ip),
        _ if ip.is_multicast() => Phrase::detail_multicast(&ip),
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => Phrase::detail_mapped(&ip),
        IpAddr::V6(v6) if v6.is_unicast_link_local() => Phrase::detail_link_local(&ip),
        _ => Phrase::detail_plain(&ip),
    }
}

fn bytes(page: &mut Page, entry: &AddrInfo) {
    let look = page.look;
    let (title, mut parts) = parts(page.os, look, entry);
    let bytes = entry.bytes();
    let count = look.say(Phrase::detail_bytes(bytes.len()));
    page.line_with(title, look.strong(), (count, look.text()));
    if entry.addr.is_none() {
        page.line("  NULL", look.text());
    }
    let known: usize = parts.iter().map(|(length, ..)| length).sum();
    if known < bytes.len() {
        let about = if parts.is_empty() {
            String::new()
        } else {
            look.say(Key::DetailBeyond)
        };
        parts.push((bytes.len() - known, "", about));
    }
    // The offset, the bytes and the name stand before the meaning, a column is free on each side.
    let before = |row: usize| 6 + 3 * row + 14;
    let room = usize::from(page.width).saturating_sub(2);
    let abouts = |about: &str, row: usize| {
        let room = room.saturating_sub(before(row)).try_into();
        wrap(&look.shown(about), room.unwrap_or(u16::MAX))
    };
    let fits = |row: &usize| {
        let mut parts = parts.iter();
        parts.all(|(length, _, about)| abouts(about, *row).len() <= length.div_ceil(*row))
    };
    let [long, short] = ROWS;
    let width = if fits(&long) { long } else { short };
    let mut offset = 0;
    for (length, name, about) in parts {
        let end = (offset + length).min(bytes.len());
        let mut name = name;
        let mut abouts = abouts(&about, width).into_iter();
        for (row, chunk) in bytes[offset..end].chunks(width).enumerate() {
            let dump: String = chunk.iter().map(|byte| format!("{byte:02x} ")).collect();
            let (at, about) = (offset + row * width, abouts.next().unwrap_or_default());
            let columns = 3 * width;
            let text = format!("  {at:02x}  {dump:<columns$}{name:<14}{about}");
            page.line(text.trim_end(), look.text());
            name = "";
        }
        for about in abouts.filter(|_| offset < end) {
            page.line(format!("{:1$}{about}", "", before(width)), look.text());
        }
        offset = end;
    }
    if entry.unread() > 0 {
        let text = look.say(Phrase::detail_unread(entry.unread()));
        page.line(format!("  ..  {text}"), look.strong());
    }
}
