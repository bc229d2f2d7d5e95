//! The errors that a text names: of which call, of which systems.

use std::ffi::OsStr;

use super::causes::Case;
use crate::names::{Name, Os, Table};
use crate::net::OsError;
use crate::text::{nearest, quoted_briefly, utf8};
use crate::words::Phrase;

/// A text about an error: a number, a name, a call with one of them, or a line of a trace.
#[derive(Debug)]
pub(crate) struct Question {
    /// The call that failed, if the text names one.
    pub(crate) call: Option<&'static str>,
    /// What the text can mean, the likeliest first.
    pub(crate) errors: Vec<ErrorCode>,
}

/// An error, whatever each system calls it.
#[derive(Debug)]
pub(crate) struct ErrorCode {
    /// The name in the headers of Unix; else the one of Windows.
    pub(crate) name: &'static str,
    /// The systems on which the text means this error.
    pub(crate) systems: Vec<Os>,
}

/// The calls that the causes are about, and other functions that do the same.
pub(super) const CALLS: [(&str, &[&str]); 16] = [
    ("getaddrinfo", &["GetAddrInfoW", "GetAddrInfoExW"]),
    ("getnameinfo", &["GetNameInfoW"]),
    ("socket", &["WSASocketW", "WSASocketA"]),
    ("setsockopt", &[]),
    ("getsockopt", &[]),
    ("bind", &[]),
    ("listen", &[]),
    ("accept", &["accept4", "WSAAccept", "AcceptEx"]),
    ("connect", &["WSAConnect", "ConnectEx"]),
    ("getsockname", &[]),
    ("getpeername", &[]),
    (
        "send",
        &[
            "sendto",
            "sendmsg",
            "write",
            "writev",
            "WSASend",
            "WSASendTo",
        ],
    ),
    (
        "recv",
        &[
            "recvfrom",
            "recvmsg",
            "read",
            "readv",
            "WSARecv",
            "WSARecvFrom",
        ],
    ),
    ("shutdown", &[]),
    ("close", &["closesocket"]),
    ("WSAStartup", &["WSACleanup"]),
];

/// The calls that return the error itself. The others return -1, INVALID_SOCKET or SOCKET_ERROR.
const RETURN_THE_ERROR: [&str; 3] = ["getaddrinfo", "getnameinfo", "WSAStartup"];

/// The longest text about an error; behind the ` = ` of a line, the longest result.
const LONGEST: usize = 1024;

/// What calls of Winsock return if they fail.
const FAILED: [&str; 2] = ["SOCKET_ERROR", "INVALID_SOCKET"];

/// Words of messages around a number: those of Microsoft's tutorial, Python and Rust.
const FILLERS: [&str; 6] = ["errno", "error", "winerror", "failed", "with", "at"];

/// About calls of Winsock 1.1, not about connect() (Microsoft's page of connect).
const OLD_IN_PROGRESS: &str = "WSAEINPROGRESS";

/// What Windows returns if it has no error of the same name, or one of another meaning.
const ON_WINDOWS: [(&str, &str); 8] = [
    ("EPERM", "WSAEACCES"),
    ("ENOMEM", "WSAENOBUFS"),
    ("EAGAIN", "WSAEWOULDBLOCK"),
    ("EINPROGRESS", "WSAEWOULDBLOCK"),
    ("ENOTSUP", "WSAEOPNOTSUPP"),
    // Microsoft's page of send: the connection is gone.
    ("EPIPE", "WSAECONNABORTED"),
    ("EAI_ADDRFAMILY", "WSAHOST_NOT_FOUND"),
    ("EAI_BADHINTS", "WSANO_RECOVERY"),
];

impl Question {
    /// Reads the text: `98`, `eacces`, `bind 10048`, `bind(3, …) = -1 EADDRINUSE (…)`.
    ///
    /// # Errors
    /// The text names no error.
    pub(crate) fn read(text: &OsStr, here: Os) -> Result<Self, Phrase> {
        let line = utf8(text);
        let (before, result) = line
            .rsplit_once(" = ")
            .map_or((None, &*line), |(before, result)| (Some(before), result));
        if result.len() > LONGEST {
            return Err(unknown(text, ""));
        }
        let call = match before {
            Some(before) => words(before).find_map(call_named),
            // Messages behind the error have words such as socket.
            None => words(result)
                .take_while(|word| number(word).is_none() && !has_prefix(word))
                .find_map(call_named),
        };
        let mut errors = Errors::default();
        // The number that strace and the trace print beside a name is that of the system traced.
        let numbers: Vec<i32> = words(result).filter_map(number).collect();
        for name in words(result).filter(|word| has_prefix(word)) {
            errors.add_named(name, call, &numbers);
        }
        let mut word = None;
        if errors.0.is_empty() {
            let code = match before {
                Some(_) => returned(call, result, &numbers),
                None => {
                    word = code(result);
                    word.and_then(number)
                }
            };
            match (code, word) {
                (Some(number), _) => errors.add_numbered(number, call),
                (None, Some(word)) => errors.add_named(word, call, &[]),
                (None, None) => {}
            }
        }
        let mut errors = errors.0;
        errors.sort_by_key(|error| {
            let known = Case::of(error.name).next().is_some();
            (!known, !error.systems.contains(&here))
        });
        match (errors.is_empty(), before) {
            (false, _) => Ok(Self { call, errors }),
            (true, None) => Err(unknown(text, word.unwrap_or_default())),
            (true, Some(_)) => Err(Phrase::error_explain_result(quoted_briefly(text))),
        }
    }
}

#[derive(Default)]
struct Errors(Vec<ErrorCode>);

impl Errors {
    /// Adds what is named `word`; if a system has one of `numbers` for it, on those systems only.
    fn add_named(&mut self, word: &str, call: Option<&str>, numbers: &[i32]) {
        // `acces` is EACCES, and so WSAEACCES.
        let whole = format!("E{word}");
        let named = |table: &Table| {
            let short = || table.named(&whole).filter(|_| table.prefix == "WSA");
            table.named(word).or_else(short)
        };
        let found = tables().filter_map(|(os, table)| Some((os, named(table)?)));
        // Windows has no EINPROGRESS: its WSAEINPROGRESS is another error.
        let is_other =
            |row: &Name| row.name == OLD_IN_PROGRESS && !row.name.eq_ignore_ascii_case(word);
        let found: Vec<_> = found.filter(|(_, row)| !is_other(row)).collect();
        let fits = |(_, row): &(Os, Name)| numbers.contains(&row.value);
        let some_fit = found.iter().any(fits);
        let found = found.into_iter().filter(|row| !some_fit || fits(row));
        self.add(found, call);
    }

    /// Adds what has this number on any system.
    fn add_numbered(&mut self, number: i32, call: Option<&str>) {
        self.add(
            tables().filter_map(|(os, table)| Some((os, table.of(number)?))),
            call,
        );
    }

    /// Adds the rows; if some are errors of `call`, only those.
    fn add(&mut self, rows: impl Iterator<Item = (Os, Name)>, call: Option<&str>) {
        let names = |(os, row)| -> Vec<(Os, &'static str)> {
            let names = match os {
                Os::Windows => of_windows(row, call),
                _ => vec![canonical(row.name)],
            };
            names.into_iter().map(|name| (os, name)).collect()
        };
        let names: Vec<_> = rows.flat_map(names).collect();
        let fits = |(_, name): &(Os, &str)| {
            let returns = |call: &str| name.starts_with("EAI_") == is_resolver(call);
            name.starts_with("WSA") || call.is_none_or(returns)
        };
        let some_fit = names.iter().any(fits);
        for (os, name) in names.into_iter().filter(|name| !some_fit || fits(name)) {
            match self.0.iter_mut().find(|error| error.name == name) {
                Some(error) if error.systems.contains(&os) => {}
                Some(error) => error.systems.push(os),
                None => self.0.push(ErrorCode {
                    name,
                    systems: vec![os],
                }),
            }
        }
    }
}

impl ErrorCode {
    /// Its name and number on `os`.
    pub(crate) fn on(&self, os: Os) -> Option<Name> {
        let names = os.names();
        if os != Os::Windows {
            return exact(&names.gai, self.name).or_else(|| exact(&names.errno, self.name));
        }
        let other = ON_WINDOWS.iter().find(|(name, _)| *name == self.name);
        if let Some((_, name)) = other {
            return exact(&names.wsa, name);
        }
        match exact(&names.gai, self.name) {
            Some(row) => names.wsa.of(row.value),
            None => exact(&names.wsa, self.name)
                .or_else(|| exact(&names.dns, self.name))
                .or_else(|| exact(&names.wsa, &format!("WSA{}", self.name))),
        }
    }

    /// The system that it is explained for: `here` if the text can be about it.
    pub(crate) fn system(&self, here: Os) -> Os {
        if self.systems.contains(&here) {
            return here;
        }
        self.systems.first().copied().unwrap_or(here)
    }

    /// What is known about it, the cases of its system first; and whether `call` is in them.
    pub(crate) fn cases(&self, call: Option<&str>, here: Os) -> (Vec<&'static Case>, bool) {
        let all: Vec<&Case> = Case::of(self.name).collect();
        let fits = |case: &&&Case| call.is_none_or(|call| case.is_about(call));
        let some_fit = all.iter().any(|case| fits(&case));
        let mut cases: Vec<_> = if some_fit {
            all.iter().filter(fits).copied().collect()
        } else {
            all
        };
        let os = self.system(here);
        cases.sort_by_key(|case| !case.on.is_empty() && !case.on.contains(&os));
        (cases, some_fit)
    }
}

/// Whether the errors of two calls of the function `call` mean the same on their systems.
pub(crate) fn same_error(os: [Os; 2], errors: [&OsError; 2], call: &str) -> bool {
    if os[0] == os[1] {
        return errors[0].domain == errors[1].domain && errors[0].code == errors[1].code;
    }
    let names = [0, 1].map(|side| errors[side].name(os[side]).map(|row| canonical(row.name)));
    let [Some(first), Some(second)] = names else {
        // Numbers without a name have no other meaning than themselves.
        return names == [None, None] && errors[0].code == errors[1].code;
    };
    let is_of_windows = |name: &'static str, unix: &'static str| {
        let of_unix = ErrorCode {
            name: unix,
            systems: Vec::new(),
        };
        let on_windows = of_unix.on(Os::Windows).map(|row| row.name);
        // What blocks until it is connected has an error of its own on Unix.
        let connects = call == "connect" && unix == "EINPROGRESS" && name == "WSAEWOULDBLOCK";
        on_windows == Some(name) || connects
    };
    match os {
        [Os::Windows, _] => is_of_windows(first, second),
        [_, Os::Windows] => is_of_windows(second, first),
        _ => first == second,
    }
}

fn is_resolver(call: &str) -> bool {
    ["getaddrinfo", "getnameinfo"].contains(&call)
}

/// Every table of errors of every system.
fn tables() -> impl Iterator<Item = (Os, &'static Table)> {
    Os::ALL.into_iter().flat_map(|os| {
        let names = os.names();
        [&names.gai, &names.errno, &names.wsa, &names.dns].map(|table| (os, &**table))
    })
}

fn exact(table: &Table, name: &str) -> Option<Name> {
    let mut rows = table.rows.iter().chain(table.aliases);
    rows.find(|row| row.name == name).copied()
}

/// Of two names for one number on every system, the one to show.
fn canonical(name: &'static str) -> &'static str {
    match name {
        "EWOULDBLOCK" => "EAGAIN",
        "EDEADLOCK" => "EDEADLK",
        name => name,
    }
}

/// The names that Unix has for an error of Windows: getaddrinfo and the other calls share codes.
fn of_windows(row: Name, call: Option<&str>) -> Vec<&'static str> {
    let names = Os::Windows.names();
    let on_unix = |name: &str| {
        let mut systems = Os::ALL.into_iter().filter(|os| *os != Os::Windows);
        systems.find_map(|os| {
            let names = os.names();
            exact(&names.gai, name).or_else(|| exact(&names.errno, name))
        })
    };
    // `EAI_` names are macros for codes of Winsock.
    let Some(code) = names.wsa.of(row.value) else {
        let dns = names.dns.of(row.value);
        return dns.iter().map(|row| row.name).collect();
    };
    let gai = names.gai.of(row.value).and_then(|row| on_unix(row.name));
    let errno = match code.name {
        "WSAEWOULDBLOCK" if call == Some("connect") => on_unix("EINPROGRESS"),
        OLD_IN_PROGRESS => None,
        name => name.strip_prefix("WSA").and_then(on_unix),
    };
    let found: Vec<_> = [gai, errno].into_iter().flatten().collect();
    if found.is_empty() {
        return vec![code.name];
    }
    found.iter().map(|row| canonical(row.name)).collect()
}

/// Names, numbers and calls of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
    words.filter(|word| !word.is_empty())
}

/// Decimal, or hexadecimal after `0x`.
fn number(word: &str) -> Option<i32> {
    let hexadecimal = |word: &str| i32::from_str_radix(word.strip_prefix("0x")?, 16).ok();
    word.parse().ok().or_else(|| hexadecimal(word))
}

/// The error's number in what a call returned.
fn returned(call: Option<&str>, result: &str, numbers: &[i32]) -> Option<i32> {
    let returns_it = call.is_some_and(|call| RETURN_THE_ERROR.contains(&call));
    let has_failed = words(result)
        .next()
        .is_some_and(|first| FAILED.contains(&first));
    match *numbers {
        [number, ..] if returns_it => Some(number).filter(|number| *number != 0),
        [-1, number, ..] => Some(number),
        [number, ..] if has_failed => Some(number).filter(|number| *number != -1),
        _ => None,
    }
}

/// The only word of a text that can be an error's number or short name: `10048` in `bind failed with error:
/// 10048`, `98` in `[Errno 98] Address already in use`.
fn code(text: &str) -> Option<&str> {
    let is_filler = |word: &&str| {
        FILLERS
            .iter()
            .any(|filler| filler.eq_ignore_ascii_case(word))
    };
    let mut after = words(text).skip_while(|word| !is_filler(word));
    let behind = after.find(|word| !is_filler(word));
    if let Some(number) = behind.filter(|word| number(word).is_some()) {
        return Some(number);
    }
    let mut rest = words(text).filter(|word| call_named(word).is_none() && !is_filler(word));
    rest.next().filter(|_| rest.next().is_none())
}

/// The message that no error is named `word`, with the nearest name.
fn unknown(text: &OsStr, word: &str) -> Phrase {
    let (text, word) = (quoted_briefly(text), word.to_ascii_uppercase());
    let names = tables().flat_map(|(_, table)| {
        let rows = table.rows.iter();
        rows.flat_map(|row| [Some(row.name), row.name.strip_prefix(table.prefix)])
    });
    let similar = nearest(&word, names.flatten());
    let similar = similar.and_then(|name| tables().find_map(|(_, table)| table.named(name)));
    match similar {
        Some(row) => Phrase::error_explain_similar(row.name, text),
        None => Phrase::error_explain_unknown(text),
    }
}

/// Whether the word is the whole name of an error.
fn has_prefix(word: &str) -> bool {
    let is_name = |row: &Name| row.name.eq_ignore_ascii_case(word);
    tables().any(|(_, table)| table.rows.iter().chain(table.aliases).any(is_name))
}

fn call_named(word: &str) -> Option<&'static str> {
    let mut calls = CALLS.iter();
    let found = calls.find(|(call, others)| {
        let mut names = others.iter().chain([call]);
        names.any(|name| name.eq_ignore_ascii_case(word))
    });
    found.map(|(call, _)| *call)
}
