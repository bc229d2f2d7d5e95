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

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use super::Line;
use crate::app::Model;
use crate::names::Os;
use crate::net::{AddrInfo, Hint};
use crate::text::quoted_briefly;
use crate::tui::ui::canvas::wrap;
use crate::tui::ui::theme::Theme;

pub(super) fn lines(model: &Model, theme: Theme, width: u16) -> Vec<Line> {
    let Some(entry) = model.entry() else {
        return vec![Line::new("There is no entry.", theme.dim())];
    };
    let os = model.host.os;
    let last = model.selected() + 1 >= model.entries().len();
    let (title, header) = match os {
        Os::Windows => ("struct ADDRINFOW", "<ws2tcpip.h>"),
        Os::Linux | Os::Macos | Os::Freebsd => ("struct addrinfo", "<netdb.h>"),
    };
    let mut lines = vec![Line {
        right: (header.to_owned(), theme.dim()),
        ..Line::new(title, theme.strong())
    }];
    for (kind, name, value) in members(os, entry, last) {
        let text = format!("  {kind:<18}{name:<14}{value}");
        lines.extend(
            hanging(&text, 34, width)
                .into_iter()
                .map(|line| Line::new(line, theme.text())),
        );
    }
    lines.push(Line::new("", theme.text()));
    bytes(&mut lines, os, theme, entry);
    lines
}

/// Wraps `text`, and indents all lines but the first by `indent`.
fn hanging(text: &str, indent: usize, width: u16) -> Vec<String> {
    let (first, rest) = text.split_at(
        text.char_indices()
            .nth(indent)
            .map_or(text.len(), |(at, _)| at),
    );
    let room = width
        .saturating_sub(2)
        .saturating_sub(u16::try_from(indent).unwrap_or(u16::MAX))
        .max(8);
    let mut lines = wrap(rest, room);
    if let Some(line) = lines.first_mut() {
        line.insert_str(0, first);
    }
    for line in lines.iter_mut().skip(1) {
        line.insert_str(0, &" ".repeat(indent));
    }
    lines
}

/// The members in the order of the header: ai_addr comes before ai_canonname in glibc and musl, after
/// it on the BSDs, macOS and Windows.
fn members(os: Os, entry: &AddrInfo, last: bool) -> [(&'static str, &'static str, String); 8] {
    let named = |hint: Hint, value: i32| {
        let (name, number) = (hint.show(os, value), value.to_string());
        if name == number {
            number
        } else {
            format!("{number} {name}")
        }
    };
    let flags = match entry.flags {
        0 => "0".to_owned(),
        flags => format!(
            "{:#x} {}",
            flags.cast_unsigned(),
            Hint::Flags.show(os, flags)
        ),
    };
    let (length, text, address, next) = match os {
        Os::Windows => ("size_t", "PWSTR", "struct sockaddr *", "struct addrinfoW *"),
        Os::Linux | Os::Macos | Os::Freebsd => (
            "socklen_t",
            "char *",
            "struct sockaddr *",
            "struct addrinfo *",
        ),
    };
    let addr = (address, "ai_addr", entry.address(os));
    let canonname = (
        text,
        "ai_canonname",
        entry
            .canonname
            .as_deref()
            .map_or_else(|| "NULL".to_owned(), quoted_briefly),
    );
    let (first, second) = if os == Os::Linux {
        (addr, canonname)
    } else {
        (canonname, addr)
    };
    [
        ("int", "ai_flags", flags),
        ("int", "ai_family", named(Hint::Family, entry.family)),
        ("int", "ai_socktype", named(Hint::Socktype, entry.socktype)),
        ("int", "ai_protocol", named(Hint::Protocol, entry.protocol)),
        (length, "ai_addrlen", entry.addrlen.to_string()),
        first,
        second,
        (
            next,
            "ai_next",
            if last { "NULL" } else { "the next entry" }.to_owned(),
        ),
    ]
}

/// A member of a sockaddr.
struct Part {
    length: usize,
    name: &'static str,
    about: String,
}

fn part(length: usize, name: &'static str, about: impl Into<String>) -> Part {
    Part {
        length,
        name,
        about: about.into(),
    }
}

/// The struct and members of the sockaddr, if its family is known (RFC 3493 §3.3 and §3.4).
fn parts(os: Os, entry: &AddrInfo) -> (&'static str, Vec<Part>) {
    let bsd = matches!(os, Os::Macos | Os::Freebsd);
    let Some(address) = entry.sockaddr(os) else {
        return ("struct sockaddr", Vec::new());
    };
    let v6 = address.is_ipv6();
    let family = if v6 { "AF_INET6" } else { "AF_INET" };
    let number = os.names().families.named(family).map_or(0, |row| row.value);
    let family = format!("{number} {family}");
    let mut parts = match (bsd, v6) {
        (true, true) => vec![
            part(1, "sin6_len", "its length"),
            part(1, "sin6_family", family),
        ],
        (true, false) => vec![
            part(1, "sin_len", "its length"),
            part(1, "sin_family", family),
        ],
        (false, true) => vec![part(2, "sin6_family", family)],
        (false, false) => vec![part(2, "sin_family", family)],
    };
    let port = format!(
        "{} ({:#06x}, network order)",
        address.port(),
        address.port()
    );
    match address {
        SocketAddr::V4(v4) => {
            parts.push(part(2, "sin_port", port));
            parts.push(part(4, "sin_addr", v4_words(*v4.ip())));
            parts.push(part(8, "sin_zero", "unused"));
            ("struct sockaddr_in", parts)
        }
        SocketAddr::V6(v6) => {
            parts.push(part(2, "sin6_port", port));
            parts.push(part(4, "sin6_flowinfo", v6.flowinfo().to_string()));
            parts.push(part(16, "sin6_addr", v6_words(*v6.ip())));
            parts.push(part(
                4,
                "sin6_scope_id",
                format!("{}, an interface's index or 0", v6.scope_id()),
            ));
            ("struct sockaddr_in6", parts)
        }
    }
}

fn v4_words(ip: Ipv4Addr) -> String {
    let what = match ip {
        Ipv4Addr::UNSPECIFIED => ": any address (INADDR_ANY)",
        Ipv4Addr::BROADCAST => ": everybody on the link",
        _ if ip.is_loopback() => ": this machine itself",
        _ if ip.is_multicast() => ": a multicast group",
        _ => "",
    };
    format!("{ip}{what}")
}

fn v6_words(ip: Ipv6Addr) -> String {
    let what = match ip {
        Ipv6Addr::UNSPECIFIED => ": any address (in6addr_any)",
        Ipv6Addr::LOCALHOST => ": this machine itself",
        _ if ip.to_ipv4_mapped().is_some() => ": v4-mapped",
        _ if ip.is_unicast_link_local() => ": link-local, needs a scope",
        _ if ip.is_multicast() => ": a multicast group",
        _ => "",
    };
    format!("{ip}{what}")
}

/// Bytes per line of the dump.
const ROW: usize = 8;

fn bytes(lines: &mut Vec<Line>, os: Os, theme: Theme, entry: &AddrInfo) {
    let (title, mut parts) = parts(os, entry);
    let bytes = entry.addr.as_deref().unwrap_or_default();
    let count = format!("{} bytes", bytes.len());
    lines.push(Line {
        right: (count, theme.dim()),
        ..Line::new(title, theme.strong())
    });
    if entry.addr.is_none() {
        lines.push(Line::new("  NULL", theme.dim()));
    }
    let known: usize = parts.iter().map(|part| part.length).sum();
    if known < bytes.len() {
        parts.push(part(
            bytes.len() - known,
            "",
            if parts.is_empty() {
                ""
            } else {
                "beyond the struct"
            },
        ));
    }
    let mut offset = 0;
    for part in parts {
        let end = (offset + part.length).min(bytes.len());
        for (row, chunk) in bytes[offset..end].chunks(ROW).enumerate() {
            let dump: Vec<String> = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
            let at = offset + row * ROW;
            let mut text = format!("  {at:02x}  {:<24}", dump.join(" "));
            if row == 0 {
                text += &format!("{:<14}{}", part.name, part.about);
            }
            lines.push(Line::new(text.trim_end(), theme.text()));
        }
        offset = end;
    }
    if entry.unread() > 0 {
        let text = format!(
            "  ..  {} more, not read: no sockaddr has so many",
            entry.unread()
        );
        lines.push(Line::new(text, theme.failure()));
    }
}
