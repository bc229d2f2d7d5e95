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
//! `WSAStartup(MAKEWORD(2, 2), &wsaData) = 0   2.2 “WinSock 2.0” “Running”`. A failure comes first in a
//! low pane, which is then scrolled past that line.

use std::borrow::Cow;

use super::{Line, Page, columns, members, notes, steps, time, words};
use crate::app::{Answer, Model, Reverse, State};
use crate::names::Os;
use crate::net::{
    AddrInfo, Call, Domain, Handle, Hint, OsError, Outcome, Query, Record, Run, SocketOption,
    Value, WSASTARTUP, address,
};
use crate::script::number_value;
use crate::text::{printable, quoted};
use crate::words::{Key, Phrase, constant};

/// Columns before a member's value.
const MEMBER: usize = 14;

pub(super) fn write(model: &Model, page: &mut Page) {
    if let Some(held) = model.sockets.selected() {
        return steps::write(model, held, page);
    }
    let Some(answer) = &model.answer else {
        return;
    };
    let run = &answer.run;
    let notes = &answer.notes.list;
    if let Some(record) = &run.host.wsastartup {
        startup(page, record);
        if record.value().is_some() && failed(answer) {
            page.start = page.lines.len();
        }
    }
    if let Some(error) = run.answer().and_then(Record::error) {
        if page.alone {
            failed_lookup(page, run);
        }
        returned_code(page, "getaddrinfo", error);
        notes::write(notes, page);
        of_file(answer, page);
        meaning(page, error);
        let hints = hints(page, run.asked());
        page.paragraph(&hints, page.look.text());
    } else if let Some(entry) = answer.entry() {
        socket(page, model, answer, entry);
        notes::write(notes, page);
        of_file(answer, page);
        if let Some(socket) = model.socket() {
            steps::then(page, &socket);
        }
        if let State::Failed(record) = answer.state(answer.selected)
            && let Some(error) = record.error()
        {
            meaning(page, error);
        }
        let needed = page.lines.len();
        // Only a tall pane has room for a blank line.
        if usize::from(page.height) > needed + 4 {
            page.line("", page.look.text());
        }
        facts(page, entry);
        page.repeated = page.lines.len() - needed;
    } else {
        notes::write(notes, page);
        of_file(answer, page);
    }
}

/// The notes that only the file has words for.
fn of_file(answer: &Answer, page: &mut Page) {
    if let Some(replay) = &answer.replay {
        let on_entry = replay.notes_on(Some(answer.selected)).iter();
        notes::write_of_file(on_entry.chain(replay.notes_on(None)), page);
    }
}

/// Whether getaddrinfo failed, or else socket() on the selected entry.
fn failed(answer: &Answer) -> bool {
    !answer.run.succeeded() || matches!(answer.state(answer.selected), State::Failed(_))
}

/// Where the code of a Winsock call that returns it comes from (Microsoft, "Return value" of getaddrinfo
/// and WSAStartup).
fn returned_code(page: &mut Page, call: &str, error: &OsError) {
    if error.domain == Domain::Wsa {
        let text = page.look.say(Phrase::detail_returned_code(call));
        page.paragraph(&text, page.look.text());
    }
}

/// The result of WSAStartup.
fn startup(page: &mut Page, record: &Record) {
    match &record.outcome {
        Outcome::Returned(Value::WsaData(data)) => {
            let text = format!(
                "{WSASTARTUP} = 0   {} “{}” “{}”",
                data.version,
                printable(data.description.as_ref()),
                printable(data.status.as_ref())
            );
            page.result(text, page.look.text(), record.took);
        }
        Outcome::Failed(error) => {
            let call = format!("{WSASTARTUP} = {}   ", error.code);
            page.failure(&call, error, record.took);
            returned_code(page, "WSAStartup", error);
        }
        _ => {
            let words = page.look.say(Key::TableNoWsastartup);
            page.failure_with("", &words, String::new());
        }
    }
}

/// The call of getaddrinfo that failed, and its result.
pub(super) fn failed_lookup(page: &mut Page, run: &Run) {
    let Some(record) = run.answer() else {
        return;
    };
    let Some(error) = record.error() else {
        return;
    };
    page.line(run.asked().call(), page.look.strong());
    page.failure(&format!("  = {}   ", error.code), error, record.took);
    if let Some(errno) = &error.errno {
        let text = format!(
            "  errno {} {}",
            errno.code,
            words(page.os, page.look, errno)
        );
        page.line(text, page.look.strong());
    }
}

/// The meaning of the code, independent of the hints.
fn meaning(page: &mut Page, error: &OsError) {
    if let Some(row) = error.name(page.os) {
        let meaning = constant(row.name, page.look.language);
        page.paragraph(&format!("{}: {meaning}", row.name), page.look.text());
    }
}

fn hints(page: &Page, query: &Query) -> String {
    let Some(hints) = &query.hints else {
        return page.look.say(Key::DetailHintsNull);
    };
    let members = Hint::ALL.map(|hint| {
        let value = hint.show(page.os, hint.get(hints));
        format!("  {} {value}", hint.member())
    });
    format!("hints{}", members.concat())
}

fn socket(page: &mut Page, model: &Model, answer: &Answer, entry: &AddrInfo) {
    page.line(entry.triple().call(page.os), page.look.strong());
    match answer.state(answer.selected) {
        State::Untried => {
            let text = page.look.say(Key::DetailNotCalled);
            page.line(format!("  {text}"), page.look.text());
        }
        State::Opening => page.line("  = …", page.look.pending()),
        state @ (State::Open(record) | State::Closed(record) | State::Failed(record)) => {
            let open = !matches!(state, State::Closed(_));
            result(page, &answer.run, record, open);
            if answer.replay.is_some() {
                steps::of_file(page, &answer.run, answer.selected);
            } else if let Some(socket) = model.socket() {
                steps::next(page, model, &socket);
            }
        }
    }
    // The longest call, so that the results stay in their column while they arrive.
    let options = SocketOption::of(page.os, entry.family).into_iter();
    let longest = options.map(|option| option.name().len()).max();
    for record in answer.questions() {
        question(page, record, longest.unwrap_or(0));
    }
    if let Some(reverse) = answer.reverse() {
        reversed(page, reverse);
    }
}

fn result(page: &mut Page, run: &Run, record: &Record, open: bool) {
    let (look, os) = (page.look, page.os);
    if let Some(handle) = record.handle() {
        let kind = match os {
            Os::Windows => "SOCKET",
            Os::Linux | Os::Macos | Os::Freebsd => Key::DetailDescriptor.text(look.language),
        };
        let text = format!(
            "  = {}   {} {} {} {kind} {}",
            handle.show(os),
            look.success_sign(),
            look.say(if open {
                Key::ScreenOpen
            } else {
                Key::ScreenClosed
            }),
            look.dot(),
            handle.show_both(os)
        );
        page.result(text, look.text(), record.took);
    } else if let Some(error) = record.error() {
        let words = format!("{} {}", error.code, words(os, look, error));
        let took = time(record.took);
        if error.domain == Domain::Wsa {
            let invalid = Handle::invalid(&run.host.arch).show(os);
            let (text, strong) = (format!("  = INVALID_SOCKET {invalid}"), look.strong());
            page.line_with(text, strong, (took, strong));
            page.failure_with("  ", &format!("WSAGetLastError() = {words}"), String::new());
        } else {
            page.failure_with("  = -1   ", &format!("errno {words}"), took);
        }
    }
}

/// A call on the open socket, and its result. The longest name of an option has this length.
pub(super) fn question(page: &mut Page, record: &Record, longest: usize) {
    let (look, os) = (page.look, page.os);
    let handle = record.on.map_or_else(String::new, |on| on.show(os));
    let option = match record.call {
        Call::Getsockopt { option, .. } => format!(", {}", option.name()),
        _ => String::new(),
    };
    let call = format!("{}({handle}{option})", record.call.name(os));
    let width = "getsockopt(, )".len() + handle.len() + longest;
    let call = format!("  {call:<width$}  ");
    let value = match &record.outcome {
        Outcome::Returned(Value::Number(number)) => {
            let (name, number) = (number_value(os, &record.call, *number), number.to_string());
            if name == number {
                number
            } else {
                format!("{name} {number}")
            }
        }
        Outcome::Returned(Value::Provider(provider)) => {
            format!("{} {}", quoted(provider.name.as_ref()), provider.entry)
        }
        Outcome::Returned(Value::Address(bytes)) => address(os, bytes),
        Outcome::Failed(error) => return page.failure(&call, error, record.took),
        _ => {
            let words = look.say(Key::DetailNotCalled);
            return page.line(call + &words, look.text());
        }
    };
    page.result(call + &value, look.text(), record.took);
}

fn reversed(page: &mut Page, reverse: Reverse<'_>) {
    let look = page.look;
    let record = match reverse {
        Reverse::Pending => {
            let call = ("getnameinfo(ai_addr) ".to_owned(), look.text());
            let sign = ("…".to_owned(), look.pending());
            page.lines.push(Line {
                pieces: vec![call, sign],
                ..Line::default()
            });
            return;
        }
        Reverse::Done(record) => record,
    };
    match &record.outcome {
        Outcome::Returned(Value::Names(names)) => {
            let (node, service) = (quoted(&names.node), quoted(&names.service));
            let text = format!("getnameinfo(ai_addr) = 0   {node}, {service}");
            page.result(text, look.text(), record.took);
        }
        Outcome::Failed(error) => {
            let call = format!("getnameinfo(ai_addr) = {}   ", error.code);
            page.failure(&call, error, record.took);
        }
        _ => page.line(look.say(Key::DetailNoAddress), look.text()),
    }
}

/// The members of the entry, names and numbers: one per line if they fit, else side by side.
fn facts(page: &mut Page, entry: &AddrInfo) {
    let (os, style) = (page.os, page.look.text());
    let room = page.width.saturating_sub(4);
    let mut facts = Vec::from(members(os, entry, |names, number| {
        format!("{names} {number}")
    }));
    if entry.sockaddr(os).is_some() {
        // Below ai_addr.
        facts.insert(6, ("", entry.hexadecimal()));
    }
    let mut lines = Vec::new();
    for (member, value) in &facts {
        let start = format!("{member:<MEMBER$}");
        let mut value = page.look.shown(value);
        if member.is_empty() && MEMBER + value.len() > room.into() {
            value = groups(&value).into();
        }
        let indent = " ".repeat(MEMBER);
        let options = textwrap::Options::new(room.into())
            .initial_indent(&start)
            .subsequent_indent(&indent);
        let wrapped = textwrap::wrap(&value, options);
        lines.extend(wrapped.into_iter().map(Cow::into_owned));
    }
    if usize::from(page.height) >= page.lines.len() + lines.len() {
        for line in lines {
            page.line(format!("  {line}"), style);
        }
        return;
    }
    // Fill each line with whole facts, two spaces apart.
    let mut lines: Vec<String> = Vec::new();
    for (member, value) in facts {
        let fact = format!("{member} {value}");
        let fact = fact.trim_start();
        match lines.last_mut() {
            Some(line) if columns(line) + 2 + columns(fact) <= room => {
                *line += "  ";
                *line += fact;
            }
            _ => lines.push(fact.to_owned()),
        }
    }
    for line in lines {
        page.paragraph(&line, style);
    }
}

/// Hexadecimal bytes with a space behind every eight, to break lines at.
fn groups(bytes: &str) -> String {
    let digits: Vec<char> = bytes.trim_start_matches("0x").chars().collect();
    let groups: Vec<String> = digits.chunks(16).map(String::from_iter).collect();
    format!("0x{}", groups.join(" "))
}
