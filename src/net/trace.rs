//! Every call as a line, in the manner of strace: the arguments as they stand in the source, what
//! was returned, and how long the call alone took, in seconds.
//!
//! ```text
//! getaddrinfo(NULL, "27015", {ai_flags=AI_PASSIVE, …}, [1 entry]) = 0 <0.000004>
//! socket(AF_INET, SOCK_RAW, IPPROTO_IP) = -1 EPROTONOSUPPORT 93 (Protocol not supported) <0.000002>
//! getaddrinfo("hung.example", NULL, {ai_flags=0, …}, <unfinished ...>
//! ```
//!
//! The last is a call that asks the network and had not returned when the program ended.

use std::ffi::OsStr;
use std::fmt::{self, Write as _};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{
    About, AddrInfo, Attempt, Call, Circumstances, Closed, Domain, GaiError, Hint, Inquiry, Net,
    OsError, Query, Resolution, Reverse, Text, WSASTARTUP, Winsock, printable, quoted,
};
use crate::names::Os;

/// A call as a line, and whether it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceLine {
    /// The line, in the manner of strace.
    pub text: Box<str>,
    /// Whether the call failed, by its result.
    pub failed: bool,
}

impl TraceLine {
    fn new<T, E>(text: String, result: &Result<T, E>) -> Self {
        Self {
            text: text.into(),
            failed: result.is_err(),
        }
    }

    /// The line of a call that returns nothing, or has not returned.
    fn without_result(text: impl Into<Box<str>>) -> Self {
        Self {
            text: text.into(),
            failed: false,
        }
    }
}

/// A [`Net`] that tells of each call it makes, as soon as it has returned and in that order.
#[derive(Debug)]
pub struct Traced<N, T> {
    net: N,
    tell: T,
    /// How the lines of the calls begin that ask the network and have not returned.
    unfinished: Mutex<Vec<String>>,
}

impl<N: Net, T: Fn(TraceLine) + Send + Sync + 'static> Traced<N, T> {
    /// Tells `tell` of every call that is made on `net`, and first of WSAStartup, which was called
    /// already.
    pub fn new(net: N, tell: T) -> Self {
        if let Some(winsock) = net.about().winsock {
            tell(wsastartup(&winsock));
        }
        let unfinished = Mutex::default();
        Self {
            net,
            tell,
            unfinished,
        }
    }
}

impl<N, T: Fn(TraceLine)> Traced<N, T> {
    /// A thread that panicked here leaves nothing half done.
    fn unfinished(&self) -> MutexGuard<'_, Vec<String>> {
        self.unfinished
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the call whose line begins with `begun`, and tells of it what `lines` are, unless the
    /// program has ended before.
    fn call<R>(
        &self,
        begun: String,
        call: impl FnOnce(&N) -> R,
        lines: impl FnOnce(String, &R) -> Vec<TraceLine>,
    ) -> R {
        self.unfinished().push(begun.clone());
        let result = call(&self.net);
        let mut unfinished = self.unfinished();
        // Of two calls that begin alike either may go.
        let index = unfinished.iter().position(|other| *other == begun);
        if let Some(index) = index {
            unfinished.remove(index);
            lines(begun, &result).into_iter().for_each(&self.tell);
        }
        result
    }
}

impl<N: Net, T: Fn(TraceLine) + Send + Sync + 'static> Net for Traced<N, T> {
    type Socket = N::Socket;

    fn about(&self) -> About {
        self.net.about()
    }

    fn resolve(&self, query: &Query) -> Resolution {
        self.call(
            getaddrinfo(query),
            |net| net.resolve(query),
            |begun, resolution| {
                let freed = resolution.freed;
                let freed = freed.map(|took| freeaddrinfo(resolution, took));
                let mut lines = vec![resolved(begun, resolution)];
                lines.extend(freed);
                lines
            },
        )
    }

    fn open(&self, entry: &AddrInfo) -> (Attempt, Option<Self::Socket>) {
        let (attempt, socket) = self.net.open(entry);
        (self.tell)(self::socket(entry, &attempt));
        (attempt, socket)
    }

    fn close(&self, socket: Self::Socket) -> Closed {
        let closed = self.net.close(socket);
        (self.tell)(close(&closed));
        closed
    }

    fn reverse(&self, entry: &AddrInfo) -> Option<Reverse> {
        self.call(
            getnameinfo(entry),
            |net| net.reverse(entry),
            |begun, reverse| {
                let line = reverse.as_ref().map(|reverse| reversed(begun, reverse));
                line.into_iter().collect()
            },
        )
    }

    fn end(&self) {
        for begun in mem::take(&mut *self.unfinished()) {
            (self.tell)(TraceLine::without_result(begun + "<unfinished ...>"));
        }
        self.net.end();
    }

    // It asks the kernel many small things, none of them a call that is looked at here.
    fn circumstances(&self, query: &Query) -> Circumstances {
        self.net.circumstances(query)
    }

    fn inquire(&self, socket: &Self::Socket) -> Vec<Inquiry> {
        let inquiries = self.net.inquire(socket);
        for inquiry in &inquiries {
            (self.tell)(self::inquiry(inquiry));
        }
        inquiries
    }
}

/// `" <0.000004>"`
struct Took(Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " <{:.6}>", self.0.as_secs_f64())
    }
}

/// `"EPROTONOSUPPORT 93 (Protocol not supported)"`
fn words(error: &OsError) -> String {
    let mut out = String::new();
    if let Some(row) = error.name(Os::HOST) {
        out.push_str(row.name);
        out.push(' ');
    }
    // Writing to a String cannot fail.
    let _ = write!(out, "{}", error.code);
    if !error.message.is_empty() {
        let _ = write!(out, " ({})", printable(OsStr::new(&*error.message)));
    }
    out
}

/// What a resolver's call returned: the number comes first, since it is the return value.
fn returned(error: &GaiError) -> String {
    let mut out = error.error.code.to_string();
    if let Some(row) = error.error.name(Os::HOST) {
        let _ = write!(out, " {}", row.name);
    }
    if !error.error.message.is_empty() {
        let _ = write!(out, " ({})", printable(OsStr::new(&*error.error.message)));
    }
    if let Some(errno) = &error.errno {
        let _ = write!(out, ", errno {}", words(errno));
    }
    out
}

fn text(text: Option<&Text>) -> String {
    text.map_or_else(|| "NULL".to_owned(), |text| quoted(text.as_os_str()))
}

fn count(resolution: &Resolution) -> String {
    match resolution.entries().len() {
        1 => "[1 entry]".to_owned(),
        count => format!("[{count} entries]"),
    }
}

/// Where it was not called that is a line too, for it is the first that a program of Winsock has.
fn wsastartup(winsock: &Winsock) -> TraceLine {
    match winsock {
        Winsock::Called { result, took } => {
            let returned = match result {
                Ok(data) => format!(
                    "0 {} {} {}",
                    data.version,
                    quoted(data.description.as_ref()),
                    quoted(data.status.as_ref())
                ),
                Err(error) => returned(&GaiError {
                    error: error.clone(),
                    errno: None,
                }),
            };
            let text = format!("{WSASTARTUP} = {returned}{}", Took(*took));
            TraceLine::new(text, result)
        }
        Winsock::NotCalled => TraceLine::without_result("WSAStartup was not called"),
    }
}

/// As far as it is known before it returns.
fn getaddrinfo(query: &Query) -> String {
    let Query {
        node,
        service,
        hints,
    } = query;
    let hints = hints.as_ref().map_or_else(
        || "NULL".to_owned(),
        |hints| {
            let members = [Hint::Flags, Hint::Family, Hint::Socktype, Hint::Protocol]
                .map(|hint| format!("{}={}", hint.member(), hint.show(Os::HOST, hint.get(hints))));
            format!("{{{}}}", members.join(", "))
        },
    );
    let (node, service) = (text(node.as_ref()), text(service.as_ref()));
    let name = if cfg!(windows) {
        "GetAddrInfoW"
    } else {
        "getaddrinfo"
    };
    format!("{name}({node}, {service}, {hints}, ")
}

fn resolved(begun: String, resolution: &Resolution) -> TraceLine {
    let (list, returned) = match &resolution.result {
        Ok(_) => (count(resolution), "0".to_owned()),
        Err(error) => ("NULL".to_owned(), returned(error)),
    };
    let text = format!("{begun}{list}) = {returned}{}", Took(resolution.took));
    TraceLine::new(text, &resolution.result)
}

fn freeaddrinfo(resolution: &Resolution, took: Duration) -> TraceLine {
    let name = if cfg!(windows) {
        "FreeAddrInfoW"
    } else {
        "freeaddrinfo"
    };
    TraceLine::without_result(format!("{name}({}){}", count(resolution), Took(took)))
}

fn socket(entry: &AddrInfo, attempt: &Attempt) -> TraceLine {
    let returned = match &attempt.result {
        Ok(handle) => handle.show(Os::HOST),
        Err(error) if error.domain == Domain::Wsa => format!("INVALID_SOCKET {}", words(error)),
        Err(error) => format!("-1 {}", words(error)),
    };
    let text = format!("{} = {returned}{}", entry.call(), Took(attempt.took));
    TraceLine::new(text, &attempt.result)
}

fn close(closed: &Closed) -> TraceLine {
    let returned = match &closed.result {
        Ok(()) => "0".to_owned(),
        Err(error) if error.domain == Domain::Wsa => format!("SOCKET_ERROR {}", words(error)),
        Err(error) => format!("-1 {}", words(error)),
    };
    let text = format!(
        "{}({}) = {returned}{}",
        Call::Close,
        closed.handle.show(Os::HOST),
        Took(closed.took)
    );
    TraceLine::new(text, &closed.result)
}

/// As far as it is known before it returns.
fn getnameinfo(entry: &AddrInfo) -> String {
    let name = if cfg!(windows) {
        "GetNameInfoW"
    } else {
        "getnameinfo"
    };
    format!("{name}({}, ", entry.address())
}

fn reversed(begun: String, reverse: &Reverse) -> TraceLine {
    let (names, returned) = match &reverse.result {
        Ok(names) => {
            let (node, service) = (&names.node, &names.service);
            (
                format!("{}, {}", quoted(node), quoted(service)),
                "0".to_owned(),
            )
        }
        Err(error) => ("NULL, NULL".to_owned(), returned(error)),
    };
    let text = format!("{begun}{names}, 0) = {returned}{}", Took(reverse.took));
    TraceLine::new(text, &reverse.result)
}

fn inquiry(inquiry: &Inquiry) -> TraceLine {
    let returned = match &inquiry.result {
        Ok(value) => value.clone(),
        Err(error) if error.domain == Domain::Wsa => format!("SOCKET_ERROR {}", words(error)),
        Err(error) => format!("-1 {}", words(error)),
    };
    let option = inquiry
        .option
        .map_or_else(String::new, |option| format!(", {option}"));
    let (call, handle) = (inquiry.call, inquiry.handle.show(Os::HOST));
    let text = format!(
        "{call}({handle}{option}) = {returned}{}",
        Took(inquiry.took)
    );
    TraceLine::new(text, &inquiry.result)
}

#[cfg(test)]
mod tests;
