//! The current call and its result: socket() on the selected entry, or the failed getaddrinfo. Success
//! and failure have the same form.
//!
//! ```text
//! socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)
//!   = 9   open · file descriptor 9 (0x9)                          0.01 ms
//!
//!   next: bind(9, 0.0.0.0:27015, 16)
//! ```
//!
//! On Windows the first line is the call before both:
//! `WSAStartup(MAKEWORD(2, 2), &wsaData) = 0   2.2 “WinSock 2.0” “Running”`.

use std::fmt::Write as _;

use super::{Line, columns, notes, paragraph};
use crate::app::{Answer, Model, Reverse, State};
use crate::names::Os;
use crate::net::{
    AddrInfo, Call, Domain, Handle, Hint, OsError, Outcome, Query, Record, Run, Value, WSASTARTUP,
    address,
};
use crate::script::option_value;
use crate::text::{printable, quoted, quoted_briefly};
use crate::tui::ui::theme::Theme;

/// The title of the view: the name of the call.
pub(super) fn title(model: &Model) -> &'static str {
    match model.run() {
        Some(run) if !run.succeeded() => "getaddrinfo",
        _ => "socket",
    }
}

/// All lines, visible or not.
pub(super) fn lines(model: &Model, theme: Theme, (width, height): (u16, u16)) -> Vec<Line> {
    let mut lines = Vec::new();
    let Some(answer) = &model.answer else {
        return lines;
    };
    let (run, os) = (&answer.run, model.host.os);
    let noted = notes::lines(&answer.notes.list, theme, width);
    lines.extend(
        run.host
            .wsastartup
            .as_ref()
            .map(|record| startup(os, theme, record)),
    );
    if let Some((record, error)) = run
        .answer()
        .and_then(|record| Some((record, record.error()?)))
    {
        failed_lookup(&mut lines, os, theme, &run.query, record, error);
        lines.extend(noted);
        meaning(&mut lines, os, theme, width, error);
        let hints = hints(os, &run.query);
        paragraph(&mut lines, &hints, width, theme, theme.dim());
    } else if let Some(entry) = answer.entry() {
        socket(&mut lines, answer, theme, entry);
        lines.extend(noted);
        if let State::Failed(record) = answer.state(answer.selected)
            && let Some(error) = record.error()
        {
            meaning(&mut lines, os, theme, width, error);
        }
        // Only a tall pane has room for a blank line.
        if usize::from(height) > lines.len() + 4 {
            lines.push(Line::new("", theme.text()));
        }
        members(&mut lines, os, theme, (width, height), entry);
    } else {
        lines.extend(noted);
    }
    lines
}

/// The result of WSAStartup.
fn startup(os: Os, theme: Theme, record: &Record) -> Line {
    match &record.outcome {
        Outcome::Returned(Value::WsaData(data)) => {
            let text = format!(
                "{WSASTARTUP} = 0   {} “{}” “{}”",
                data.version,
                printable(data.description.as_ref()),
                printable(data.status.as_ref())
            );
            Line::timed(text, theme.text(), record.took)
        }
        Outcome::Failed(error) => {
            let text = format!(
                "{WSASTARTUP} = {}   {} {}",
                error.code,
                theme.failure_sign(),
                words(os, error)
            );
            Line::timed(text, theme.failure(), record.took)
        }
        _ => {
            let text = format!("{} WSAStartup was not called", theme.failure_sign());
            Line::new(text, theme.failure())
        }
    }
}

fn failed_lookup(
    lines: &mut Vec<Line>,
    os: Os,
    theme: Theme,
    query: &Query,
    record: &Record,
    error: &OsError,
) {
    lines.push(Line::new(query.call(), theme.strong()));
    let text = format!(
        "  = {}   {} {}",
        error.code,
        theme.failure_sign(),
        words(os, error)
    );
    lines.push(Line::timed(text, theme.failure(), record.took));
    if let Some(errno) = &error.errno {
        lines.push(Line::new(
            format!("  errno {} {}", errno.code, words(os, errno)),
            theme.failure(),
        ));
    }
}

/// The meaning of the code, independent of the hints.
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

fn socket(lines: &mut Vec<Line>, answer: &Answer, theme: Theme, entry: &AddrInfo) {
    let os = answer.run.host.os;
    lines.push(Line::new(entry.triple().call(os), theme.strong()));
    match answer.state(answer.selected) {
        State::Untried | State::Opening => lines.push(Line::new("  = …", theme.pending())),
        State::Open(record) | State::Closed(record) | State::Failed(record) => {
            result(lines, theme, &answer.run, entry, record);
        }
    }
    let questions = answer.questions().into_iter();
    lines.extend(questions.map(|record| question(os, theme, record)));
    if let Some(reverse) = answer.reverse() {
        lines.push(reversed(os, theme, reverse));
    }
}

fn result(lines: &mut Vec<Line>, theme: Theme, run: &Run, entry: &AddrInfo, record: &Record) {
    let os = run.host.os;
    if let Some(handle) = record.handle() {
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
        lines.push(Line::timed(text, theme.text(), record.took));
        if let Some(next) = next(os, &run.query, entry, handle) {
            lines.push(Line::new(format!("  next: {next}"), theme.dim()));
        }
    } else if let Some(error) = record.error() {
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
        lines.push(Line::timed(text, theme.failure(), record.took));
    }
}

/// The next call in the tutorials: bind() on a server, connect() on a client.
fn next(os: Os, query: &Query, entry: &AddrInfo, handle: Handle) -> Option<String> {
    let names = os.names();
    let passive = names.flags.named("AI_PASSIVE")?.value;
    let stream = names.socktypes.named("SOCK_STREAM")?.value;
    let ip = entry.sockaddr(os)?.ip();
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
        entry.address(os),
        entry.addrlen
    ))
}

/// A getsockopt or getsockname on the open socket, and its result.
fn question(os: Os, theme: Theme, record: &Record) -> Line {
    let handle = record.on.map_or_else(String::new, |on| on.to_string());
    let option = match record.call {
        Call::Getsockopt { option, .. } => format!(", {}", option.name()),
        _ => String::new(),
    };
    let text = format!("{}({handle}{option})", record.call.name(os));
    let value = match (&record.outcome, &record.call) {
        (Outcome::Returned(Value::Number(number)), Call::Getsockopt { option, .. }) => {
            let (name, number) = (option_value(os, *option, *number), number.to_string());
            if name == number {
                number
            } else {
                format!("{name} {number}")
            }
        }
        (Outcome::Returned(Value::Address(bytes)), _) => address(os, bytes),
        (Outcome::Failed(error), _) => {
            let text = format!("  {text:<28} {} {}", theme.failure_sign(), words(os, error));
            return Line::timed(text, theme.failure(), record.took);
        }
        _ => return Line::new(format!("  {text:<28} was not called"), theme.dim()),
    };
    Line::timed(format!("  {text:<28} {value}"), theme.text(), record.took)
}

fn reversed(os: Os, theme: Theme, reverse: Reverse<'_>) -> Line {
    let record = match reverse {
        Reverse::Pending => return Line::new("getnameinfo(ai_addr) …", theme.pending()),
        Reverse::Done(record) => record,
    };
    match &record.outcome {
        Outcome::Returned(Value::Names(names)) => {
            let text = format!(
                "getnameinfo(ai_addr) = 0   {}, {}",
                quoted(&names.node),
                quoted(&names.service)
            );
            Line::timed(text, theme.text(), record.took)
        }
        Outcome::Failed(error) => {
            let text = format!(
                "getnameinfo(ai_addr) = {}   {} {}",
                error.code,
                theme.failure_sign(),
                words(os, error)
            );
            Line::timed(text, theme.failure(), record.took)
        }
        _ => Line::new(
            "getnameinfo was not called: this is no IP address.",
            theme.dim(),
        ),
    }
}

/// The members of the entry, names and numbers: one per line if they fit, else side by side.
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
        ("ai_addr", entry.address(os)),
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
    // Fill each line with whole facts, two spaces apart.
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
