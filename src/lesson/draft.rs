//! A lesson from the calls of a session. The teacher writes its texts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::file::{CALLS, ID, STEPS, is_id};
use super::library::skeleton;
use crate::document::LARGEST;
use crate::net::Handle;
use crate::script::is_error_name;
use crate::script::syntax::{Kind, Statement, Term, line};
use crate::text::is_printable;
use crate::words::{Key, Language, Phrase};

/// A call and its line in the trace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionCall<'a> {
    pub(crate) line: &'a str,
    /// The socket that it was made on, and the one that it opened.
    pub(crate) on: Option<Handle>,
    pub(crate) opens: Option<Handle>,
    /// The entry of the latest list whose numbers or address it has.
    pub(crate) entry: Option<usize>,
    /// Whether it reaches more than this host.
    pub(crate) network: bool,
}

/// What a socket was used for. The last that fits names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Plain,
    Bound,
    Accepted,
    Client,
    Server,
}

impl Role {
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "s",
            Self::Accepted => "connection",
            Self::Client => "client",
            Self::Bound | Self::Server => "server",
        }
    }
}

/// A socket of the session.
struct Socket {
    role: Role,
    /// Whether a call was made on it before close().
    used: bool,
    closed: bool,
    name: String,
    /// Whether a step opened or changed it that is made with the network only.
    network: bool,
}

/// A call of a step.
struct Part<'a> {
    call: &'a SessionCall<'a>,
    statement: Statement,
    /// The indices of its sockets.
    on: Option<usize>,
    opens: Option<usize>,
}

impl Part<'_> {
    fn calls(&self, names: &[&str]) -> bool {
        names.contains(&&*self.statement.call.text)
    }

    /// Whether it only asks about a socket.
    fn asks(&self) -> bool {
        self.calls(&[
            "getsockopt",
            "getsockname",
            "getpeername",
            "GetHandleInformation",
        ])
    }

    /// Whether it returned a list.
    fn lists(&self) -> bool {
        let case = self.statement.cases.first();
        let result = case.and_then(|case| case.terms.first()?.word());
        self.calls(&["getaddrinfo", "GetAddrInfoW"]) && result == Some("0")
    }
}

/// The file of a lesson with this id, whose results are those of `system`.
///
/// A query is a step, and so is each call, with the questions about sockets that follow it. A socket that
/// was only opened and closed, such as those of entries that the selection passed, is left out.
pub(crate) fn draft(
    id: &str,
    system: &str,
    language: Language,
    calls: &[SessionCall<'_>],
) -> String {
    let mut session = Session::new(calls);
    let mut groups = session.groups();
    if groups.len() > STEPS {
        let parts: Vec<Part> = groups.into_iter().flatten().collect();
        let size = parts.len().div_ceil(STEPS).min(CALLS);
        let mut parts = parts.into_iter();
        let chunk =
            || Some(parts.by_ref().take(size).collect()).filter(|it: &Vec<_>| !it.is_empty());
        groups = std::iter::from_fn(chunk).collect();
    }
    let mut steps = String::new();
    let mut is_full = false;
    for (at, group) in groups.into_iter().enumerate() {
        let count = group.len();
        let step = session.step(group);
        // The rest of the file is shorter. What follows may use the sockets of this step.
        is_full |= at >= STEPS || steps.len() + step.len() > LARGEST - 16 * 1024;
        match is_full {
            true => session.left_out += count,
            false => steps += &step,
        }
    }
    if steps.is_empty() {
        steps = step(&Key::LessonDraftText.into(), false, "");
    }
    let comment = |phrase: Phrase| {
        let text = phrase.text(language.unicode());
        let lines = text.lines().map(|line| format!("# {line}\n"));
        lines.collect::<String>()
    };
    let mut text = comment(Phrase::lesson_draft(system));
    if session.left_out > 0 {
        text += &comment(Phrase::lesson_draft_left_out(session.left_out));
    }
    let title = in_each_language(&Key::LessonDraftTitle.into());
    let _ = write!(text, "\nid = \"{id}\"\ntitle = {title}\n{steps}\n");
    text += &comment(Key::LessonDraftAsk.into());
    let skeleton = skeleton(language);
    // A question is the end of both.
    let question = skeleton.find("[step.ask]").unwrap_or(skeleton.len());
    for line in skeleton[question..].lines() {
        let _ = writeln!(text, "{}", format!("# {line}").trim_end());
    }
    text
}

/// The id of a lesson whose file has this name.
pub(crate) fn id_of(stem: &str) -> String {
    let easy = |c: char| match c.to_ascii_lowercase() {
        c if c.is_ascii_alphanumeric() => c,
        _ => '-',
    };
    let id: String = stem.chars().take(ID).map(easy).collect();
    if is_id(&id) { id } else { "mine".to_owned() }
}

/// The calls that a lesson can make again.
struct Session<'a> {
    parts: Vec<Part<'a>>,
    sockets: Vec<Socket>,
    /// Whether a list was returned, and whether the network is needed for it.
    list: Option<bool>,
    /// The calls on sockets that no line opens, and those that a file has no room for.
    left_out: usize,
}

impl<'a> Session<'a> {
    fn new(calls: &'a [SessionCall<'a>]) -> Self {
        let mut session = Self {
            parts: Vec::new(),
            sockets: Vec::new(),
            list: None,
            left_out: 0,
        };
        let mut open = BTreeMap::new();
        for call in calls {
            let statement = line(call.line).ok().and_then(|line| line.statement);
            // freeaddrinfo() returns nothing, and what has not returned is no step.
            let Some(statement) = statement.filter(|it| !it.cases.is_empty()) else {
                continue;
            };
            let on = call.on.map(|handle| open.get(&handle).copied());
            if on == Some(None) {
                session.left_out += 1;
                continue;
            }
            let mut part = Part {
                call,
                statement,
                on: on.flatten(),
                opens: None,
            };
            if let (Some(handle), Some(at)) = (call.on, part.on) {
                let socket = &mut session.sockets[at];
                if part.calls(&["close", "closesocket"]) {
                    socket.closed = true;
                    open.remove(&handle);
                } else {
                    socket.used = true;
                    socket.role = socket.role.max(match &*part.statement.call.text {
                        "bind" => Role::Bound,
                        "connect" => Role::Client,
                        "listen" => Role::Server,
                        _ => Role::Plain,
                    });
                }
            }
            if let Some(handle) = call.opens {
                part.opens = Some(session.sockets.len());
                open.insert(handle, session.sockets.len());
                session.sockets.push(Socket {
                    role: if part.on.is_some() {
                        Role::Accepted
                    } else {
                        Role::Plain
                    },
                    used: part.on.is_some(),
                    closed: false,
                    name: String::new(),
                    network: false,
                });
            }
            session.parts.push(part);
        }
        session
    }

    /// The calls of each step. Names the sockets.
    fn groups(&mut self) -> Vec<Vec<Part<'a>>> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut groups: Vec<Vec<Part>> = Vec::new();
        for part in std::mem::take(&mut self.parts) {
            let socket = part.opens.or(part.on).map(|at| &mut self.sockets[at]);
            if socket.as_ref().is_some_and(|it| it.closed && !it.used) {
                continue;
            }
            if let (Some(socket), Some(_)) = (socket, part.opens) {
                let name = socket.role.name();
                let count = counts.entry(name).or_default();
                *count += 1;
                socket.name = match count {
                    1 => name.to_owned(),
                    count => format!("{name}{count}"),
                };
            }
            match groups.last_mut() {
                Some(group) if part.asks() && group.len() < CALLS => group.push(part),
                _ => groups.push(vec![part]),
            }
        }
        groups
    }

    /// A step of these calls.
    fn step(&mut self, parts: Vec<Part<'a>>) -> String {
        let first = parts.first().map(|part| part.statement.call.text.clone());
        let text = Phrase::lesson_draft_step(first.unwrap_or_default());
        let mut network = false;
        let (mut query, mut lines) = (None, String::new());
        for (at, part) in parts.iter().enumerate() {
            let entry = part.call.entry.filter(|_| self.list.is_some());
            network |= part.call.network
                || entry.is_some() && self.list == Some(true)
                || part.on.is_some_and(|at| self.sockets[at].network);
            if part.lists() {
                self.list = Some(network);
                if at == 0 {
                    query = query_of(&part.statement);
                }
            }
            if at > 0 || query.is_none() {
                let _ = writeln!(lines, "{}", self.line(part, entry));
            }
        }
        for at in parts
            .iter()
            .flat_map(|part| [part.on, part.opens])
            .flatten()
        {
            self.sockets[at].network |= network;
        }
        if parts.iter().any(Part::lists) {
            self.list = Some(network);
        }
        let mut body = query.map_or_else(String::new, |query| format!("query = {query}\n"));
        if !lines.is_empty() {
            // Only a string can have the quotes that would end the literal.
            let lines = lines.replace("'''", r"''\x27");
            let _ = write!(body, "calls = '''\n{lines}'''\n");
        }
        step(&text, network, &body)
    }

    /// The line of a call, with names for numbers.
    fn line(&self, part: &Part<'_>, entry: Option<usize>) -> String {
        let mut statement = part.statement.clone();
        let arguments = &mut statement.arguments;
        let word = |word: &str| Kind::Word(word.to_owned());
        if let (Some(at), Some(handle)) = (part.on, arguments.first_mut()) {
            handle.kind = word(&self.sockets[at].name);
        }
        if let Some(entry) = entry {
            // It stands for the numbers of socket() and for the address of the others.
            arguments.truncate(if part.on.is_some() { 2 } else { 1 });
            if let Some(last) = arguments.last_mut() {
                last.kind = word(&format!("list[{entry}]"));
            }
        } else if part.lists()
            && let Some(list) = arguments.last_mut()
        {
            list.kind = word("[list]");
        }
        statement.took = None;
        let case = statement.cases.first_mut();
        if let Some(terms) = case.map(|case| &mut case.terms) {
            match (part.opens, terms.first_mut()) {
                (Some(at), Some(handle)) => handle.kind = word(&self.sockets[at].name),
                _ => shorten(terms, &statement.call.text),
            }
        }
        statement.to_string()
    }
}

/// Leaves out what is never compared: the number of an error that has a name, and its message.
fn shorten(terms: &mut Vec<Term>, call: &str) {
    terms.retain(|term| !matches!(term.kind, Kind::Remark(_)));
    let is_name = |term: &Term| term.word().is_some_and(is_error_name);
    if let Some(name) = terms.iter().position(is_name) {
        terms.truncate(name + 1);
        // Functions that return their error.
        if name == 1
            && ["getaddrinfo", "GetAddrInfoW", "getnameinfo", "GetNameInfoW"].contains(&call)
        {
            terms.remove(0);
        }
    } else if call == "WSAStartup" {
        terms.truncate(1);
    }
}

/// The query of a step; `None` if it has no hints, or a text that is not UTF-8.
fn query_of(statement: &Statement) -> Option<String> {
    let [node, service, hints, ..] = &*statement.arguments else {
        return None;
    };
    let mut members = Vec::new();
    for (name, argument) in [("node", node), ("service", service)] {
        if let Kind::Text(bytes) = &argument.kind {
            let text = str::from_utf8(bytes).ok()?;
            members.push(format!("{name} = {}", quoted(text)));
        }
    }
    let Kind::Struct(hints) = &hints.kind else {
        return None;
    };
    for (name, value) in hints {
        let value = value.to_string();
        if value != "0" {
            members.push(format!("{} = {}", name.as_deref()?, quoted(&value)));
        }
    }
    Some(format!("{{ {} }}", members.join(", ")))
}

/// A step with this text and these lines.
fn step(text: &Phrase, network: bool, body: &str) -> String {
    let text = in_each_language(text);
    let network = if network { "network = true\n" } else { "" };
    format!("\n[[step]]\ntext = {text}\n{network}{body}")
}

/// `{ en = "…", es = "…" }`
fn in_each_language(phrase: &Phrase) -> String {
    let [en, es] = [Language::En, Language::Es].map(|language| quoted(&phrase.text(language)));
    format!("{{ en = {en}, es = {es} }}")
}

/// A basic string of TOML. What a terminal would obey is escaped.
fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if is_printable(c) => quoted.push(c),
            c => quoted += &format!("\\U{:08X}", u32::from(c)),
        }
    }
    quoted + "\""
}

#[cfg(test)]
#[path = "tests/draft.rs"]
mod tests;
