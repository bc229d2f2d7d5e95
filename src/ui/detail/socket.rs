//! The call that matters now and what it returned: socket() on the selected entry, or the
//! getaddrinfo that failed. Success and failure have the same shape.
//!
//! ```text
//! socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)
//!   = 9   open · file descriptor 9 (0x9)                          0.01 ms
//!
//!   next: bind(9, 0.0.0.0:27015, 16)
//! ```
//!
//! On Windows the first line is the step before both calls:
//! `WSAStartup(MAKEWORD(2, 2), &wsaData) = 0   2.2 “WinSock 2.0” “Running”`.

use std::fmt::Write as _;
use std::time::Duration;

use super::{Line, columns, notes, paragraph};
use crate::app::{Model, Reversing, State};
use crate::names::Os;
use crate::net::{
    AddrInfo, Attempt, Domain, GaiError, Handle, Hint, Inquiry, OsError, Query, Reverse,
    WSASTARTUP, Winsock, printable, quoted, quoted_briefly,
};
use crate::ui::theme::Theme;

/// The title of the view: the call it is about.
pub(super) fn title(model: &Model) -> &'static str {
    match model.lookups.shown() {
        Some(shown) if shown.result.is_err() => "getaddrinfo",
        _ => "socket",
    }
}

/// Every line, however many the pane can show.
pub(super) fn lines(model: &Model, theme: Theme, (width, height): (u16, u16)) -> Vec<Line> {
    let mut lines = Vec::new();
    let Some(shown) = model.lookups.shown() else {
        return lines;
    };
    let os = model.about.os;
    let said = notes::lines(&model.notes.list, theme, width);
    startup(&mut lines, model, theme);
    match (&shown.result, model.entry()) {
        (Err(error), _) => {
            failed_lookup(&mut lines, os, theme, &shown.query, error, shown.took);
            lines.extend(said);
            meaning(&mut lines, os, theme, width, &error.error);
            paragraph(
                &mut lines,
                &hints(os, &shown.query),
                width,
                theme,
                theme.dim(),
            );
        }
        (Ok(_), Some(entry)) => {
            socket(&mut lines, model, theme, &shown.query, entry);
            lines.extend(said);
            if let State::Failed(attempt) = model.sockets.state(model.sockets.selected)
                && let Err(error) = &attempt.result
            {
                meaning(&mut lines, os, theme, width, error);
            }
            // A blank line is a luxury of a tall pane.
            if usize::from(height) > lines.len() + 4 {
                lines.push(Line::new("", theme.text()));
            }
            members(&mut lines, os, theme, (width, height), entry);
        }
        (Ok(_), None) => lines.extend(said),
    }
    lines
}

/// What came of WSAStartup.
fn startup(lines: &mut Vec<Line>, model: &Model, theme: Theme) {
    lines.extend(model.about.winsock.as_ref().map(|winsock| match winsock {
        Winsock::Called {
            result: Ok(data),
            took,
        } => {
            let text = format!(
                "{WSASTARTUP} = 0   {} “{}” “{}”",
                data.version,
                printable(data.description.as_ref()),
                printable(data.status.as_ref())
            );
            Line::timed(text, theme.text(), *took)
        }
        Winsock::Called {
            result: Err(error),
            took,
        } => {
            let text = format!(
                "{WSASTARTUP} = {}   {} {}",
                error.code,
                theme.failure_sign(),
                words(model.about.os, error)
            );
            Line::timed(text, theme.failure(), *took)
        }
        Winsock::NotCalled => {
            let text = format!("{} WSAStartup was not called", theme.failure_sign());
            Line::new(text, theme.failure())
        }
    }));
}

fn failed_lookup(
    lines: &mut Vec<Line>,
    os: Os,
    theme: Theme,
    query: &Query,
    error: &GaiError,
    took: Duration,
) {
    lines.push(Line::new(query.call(), theme.strong()));
    let text = format!(
        "  = {}   {} {}",
        error.error.code,
        theme.failure_sign(),
        words(os, &error.error)
    );
    lines.push(Line::timed(text, theme.failure(), took));
    if let Some(errno) = &error.errno {
        lines.push(Line::new(
            format!("  errno {} {}", errno.code, words(os, errno)),
            theme.failure(),
        ));
    }
}

/// What the code means by itself, whatever the hints were.
fn meaning(lines: &mut Vec<Line>, os: Os, theme: Theme, width: u16, error: &OsError) {
    if let Some(row) = error.name(os) {
        let meaning = theme.texts().symbol(row.name).unwrap_or(row.about);
        paragraph(
            lines,
            &format!("{}: {meaning}", row.name),
            width,
            theme,
            theme.dim(),
        );
    }
}

/// `EAI_NONAME  “Name or service not known”`
fn words(os: Os, error: &OsError) -> String {
    let name = error.name(os).map_or("(no name)", |row| row.name);
    if error.message.is_empty() {
        name.to_owned()
    } else {
        format!("{name}  “{}”", printable(error.message.as_ref().as_ref()))
    }
}

fn hints(os: Os, query: &Query) -> String {
    let Some(hints) = &query.hints else {
        return "hints NULL".to_owned();
    };
    let mut out = "hints".to_owned();
    for hint in Hint::ALL {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "  {} {}",
            hint.member(),
            hint.show(os, hint.get(hints))
        );
    }
    out
}

fn socket(lines: &mut Vec<Line>, model: &Model, theme: Theme, query: &Query, entry: &AddrInfo) {
    let os = model.about.os;
    lines.push(Line::new(entry.call(), theme.strong()));
    match model.sockets.state(model.sockets.selected) {
        State::Untried | State::Opening => lines.push(Line::new("  = …", theme.pending())),
        State::Open(attempt) | State::Closed(attempt) | State::Failed(attempt) => {
            result(lines, os, theme, query, entry, attempt);
        }
    }
    if let Some(live) = &model.sockets.live {
        lines.extend(
            live.inquiries
                .iter()
                .map(|inquiry| inquired(os, theme, inquiry)),
        );
    }
    if let Some(reverse) = model.sockets.reverses.get(&model.sockets.selected) {
        reversed(lines, os, theme, reverse);
    }
}

fn result(
    lines: &mut Vec<Line>,
    os: Os,
    theme: Theme,
    query: &Query,
    entry: &AddrInfo,
    attempt: &Attempt,
) {
    match &attempt.result {
        Ok(handle) => {
            let kind = if os == Os::Windows {
                "SOCKET"
            } else {
                "file descriptor"
            };
            let text = format!(
                "  = {}   {} open {} {kind} {}",
                handle.show(os),
                theme.success_sign(),
                theme.dot(),
                handle.show_both(os)
            );
            lines.push(Line::timed(text, theme.text(), attempt.took));
            if let Some(next) = next(os, query, entry, *handle) {
                lines.push(Line::new(format!("  next: {next}"), theme.dim()));
            }
        }
        Err(error) => {
            let (value, domain) = match error.domain {
                Domain::Wsa => ("INVALID_SOCKET", "WSAGetLastError()"),
                Domain::Errno | Domain::Gai => ("-1", "errno"),
            };
            let text = format!(
                "  = {value}   {} {domain} {} {}",
                theme.failure_sign(),
                error.code,
                words(os, error)
            );
            lines.push(Line::timed(text, theme.failure(), attempt.took));
        }
    }
}

/// The call that the tutorials make next: bind() on a server's address, connect() on a client's.
fn next(os: Os, query: &Query, entry: &AddrInfo, handle: Handle) -> Option<String> {
    let names = os.names();
    let passive = names.flags.named("AI_PASSIVE")?.value;
    let stream = names.socktypes.named("SOCK_STREAM")?.value;
    let (ip, _) = entry.sockaddr().ip()?;
    let serves =
        query.node.is_none() && query.hints.is_some_and(|hints| hints.flags & passive != 0);
    let call = match () {
        () if serves || ip.is_unspecified() => "bind",
        () if entry.socktype == stream => "connect",
        () => return None,
    };
    Some(format!(
        "{call}({}, {}, {})",
        handle.show(os),
        entry.address(),
        entry.addrlen
    ))
}

/// What the kernel says of the open socket.
fn inquired(os: Os, theme: Theme, inquiry: &Inquiry) -> Line {
    let Inquiry { call, handle, .. } = inquiry;
    let option = inquiry
        .option
        .map_or_else(String::new, |option| format!(", {option}"));
    let text = format!("{call}({handle}{option})");
    match &inquiry.result {
        Ok(value) => Line::timed(format!("  {text:<28} {value}"), theme.text(), inquiry.took),
        Err(error) => {
            let text = format!("  {text:<28} {} {}", theme.failure_sign(), words(os, error));
            Line::timed(text, theme.failure(), inquiry.took)
        }
    }
}

fn reversed(lines: &mut Vec<Line>, os: Os, theme: Theme, reverse: &Reversing) {
    match reverse {
        Reversing::Pending(_) => lines.push(Line::new("getnameinfo(ai_addr) …", theme.pending())),
        Reversing::Done(None) => {
            lines.push(Line::new(
                "getnameinfo was not called: this is no IP address.",
                theme.dim(),
            ));
        }
        Reversing::Done(Some(Reverse {
            result: Ok(names),
            took,
        })) => {
            let text = format!(
                "getnameinfo(ai_addr) = 0   {}, {}",
                quoted(&names.node),
                quoted(&names.service)
            );
            lines.push(Line::timed(text, theme.text(), *took));
        }
        Reversing::Done(Some(Reverse {
            result: Err(error),
            took,
        })) => {
            let text = format!(
                "getnameinfo(ai_addr) = {}   {} {}",
                error.error.code,
                theme.failure_sign(),
                words(os, &error.error)
            );
            lines.push(Line::timed(text, theme.failure(), *took));
        }
    }
}

/// Every member of the entry, names and numbers: a line each where there is room for that, else
/// side by side.
fn members(
    lines: &mut Vec<Line>,
    os: Os,
    theme: Theme,
    (width, height): (u16, u16),
    entry: &AddrInfo,
) {
    let named = |hint: Hint, value: i32| {
        let name = hint.show(os, value);
        let number = value.to_string();
        (
            hint.member(),
            if name == number {
                number
            } else {
                format!("{name} {number}")
            },
        )
    };
    let flags = match entry.flags {
        0 => "0".to_owned(),
        flags => format!(
            "{} {:#x}",
            Hint::Flags.show(os, flags),
            flags.cast_unsigned()
        ),
    };
    let facts = [
        ("ai_flags", flags),
        named(Hint::Family, entry.family),
        named(Hint::Socktype, entry.socktype),
        named(Hint::Protocol, entry.protocol),
        ("ai_addrlen", entry.addrlen.to_string()),
        ("ai_addr", entry.address()),
        ("", entry.hexadecimal()),
        (
            "ai_canonname",
            entry
                .canonname
                .as_deref()
                .map_or_else(|| "NULL".to_owned(), quoted_briefly),
        ),
    ];
    if usize::from(height) >= lines.len() + facts.len() {
        for (member, value) in facts {
            paragraph(
                lines,
                &format!("{member:<14}{value}"),
                width,
                theme,
                theme.dim(),
            );
        }
        return;
    }
    // Whole facts on each line, two spaces between, so that none is torn where it need not be.
    let room = width.saturating_sub(4);
    let mut line = String::new();
    for (member, value) in facts {
        let fact = format!("{member} {value}");
        let fact = fact.trim_start();
        if !line.is_empty() && columns(&line) + 2 + columns(fact) > room {
            paragraph(lines, &line, width, theme, theme.dim());
            line.clear();
        }
        if !line.is_empty() {
            line.push_str("  ");
        }
        line.push_str(fact);
    }
    paragraph(lines, &line, width, theme, theme.dim());
}
