//! The run of a file.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use super::Wrong;
use super::calls::{self, Calls};
use super::file::{
    Answer, Entry, File, Hex, Lookup, Members, Parsed, Query, Returned, Socket, Source, System,
    Winsock,
};
use crate::names::Os;
use crate::net::{
    self, AddrInfo, Call, CallId, Domain, Host, HostService, List, OsError, Outcome, REQUESTED,
    Reason, Record, Run, SocketId, SourceAnswer, SourceResult, Value, WsaData,
};
use crate::text::{Text, printable};

/// The run that the file tells of.
pub(super) fn run(file: &mut File) -> Result<Run, Wrong> {
    let lines = file.calls.take().map(|lines| lines.0);
    let took = |name| calls::took(lines.as_deref().unwrap_or_default(), name);
    let host = host(&file.system, took("WSAStartup"));
    let os = host.os;
    let query = file.query.as_ref().map(|asked| Arc::new(query(asked)));
    let mut run = Run::new(Arc::new(host), query.clone());
    if let (Some(query), Some(returned)) = (query, file.getaddrinfo.take()) {
        let outcome = outcome(os, &returned).unwrap_or_else(|| {
            let entries = file.entries.0.iter().map(addrinfo).collect();
            let freed = took(Call::Freeaddrinfo(0).name(os));
            Outcome::Returned(Value::List(Arc::new(List { entries, freed })))
        });
        let call = Call::Getaddrinfo(query);
        run.push(record(None, call, outcome, returned.elapsed_us));
    }
    if run.query.is_some() && !run.succeeded() {
        // No call returned them.
        file.entries.0.clear();
    }
    let mut calls = Calls::new(os);
    for (at, entry) in file.entries.0.iter().enumerate() {
        if let Some(socket) = &entry.socket {
            calls.push(opening(at, entry, socket));
            if lines.is_none() {
                calls.extend(closing(at, socket));
            }
        }
        calls.push_steps(at, entry)?;
    }
    for record in calls.in_order(lines.unwrap_or_default())? {
        run.push(record);
    }
    for (at, entry) in file.entries.0.iter_mut().enumerate() {
        if let Some(names) = entry.getnameinfo.take() {
            run.push(getnameinfo(os, at, entry, names));
        }
    }
    // What a run adds may make facts unknown.
    run.facts = file.facts.take().unwrap_or_default();
    run.answers = file.lookup.take().map(answers).unwrap_or_default();
    Ok(run)
}

fn host(system: &System, startup: Duration) -> Host {
    let startup = system.winsock.as_ref().map(|winsock| Record {
        took: startup,
        ..record(None, Call::WsaStartup(REQUESTED), wsastartup(winsock), None)
    });
    Host {
        os: system.os.0,
        arch: printable(system.arch.as_ref()).into_owned(),
        libc: system.libc.clone(),
        wsastartup: startup,
    }
}

fn wsastartup(winsock: &Winsock) -> Outcome {
    if let Some(error) = &winsock.error {
        return Outcome::Failed(error.clone());
    }
    let Some(Parsed(version)) = winsock.version else {
        return Outcome::NotStarted(Reason::LeftOut);
    };
    Outcome::Returned(Value::WsaData(Box::new(WsaData {
        version,
        high_version: winsock.high_version.as_ref().map_or(version, |it| it.0),
        description: winsock.description.clone().unwrap_or_default(),
        status: winsock.status.clone().unwrap_or_default(),
    })))
}

fn query(query: &Query) -> net::Query {
    let text = |text: &Option<Parsed<Text>>, bytes: &Option<Parsed<Hex>>| {
        let exact = bytes.as_ref().and_then(|bytes| exact(&bytes.0.0));
        exact.or_else(|| Some(text.as_ref()?.0.clone()))
    };
    net::Query {
        node: text(&query.node, &query.node_bytes),
        service: text(&query.service, &query.service_bytes),
        hints: query.hints.as_ref().map(Members::hints),
    }
}

/// The text with these bytes, if this system has arguments with them.
fn exact(bytes: &[u8]) -> Option<Text> {
    #[cfg(unix)]
    let text: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec());
    #[cfg(not(unix))]
    let text: OsString = std::str::from_utf8(bytes).ok()?.into();
    Text::new(text).ok()
}

fn addrinfo(entry: &Entry) -> AddrInfo {
    AddrInfo {
        flags: entry.ai_flags.value,
        family: entry.ai_family.value,
        socktype: entry.ai_socktype.value,
        protocol: entry.ai_protocol.value,
        addrlen: entry.ai_addrlen,
        addr: entry.ai_addr.as_ref().map(|it| (&*it.bytes.0.0).into()),
        canonname: entry
            .ai_canonname
            .as_ref()
            .map(|name| OsString::from(name).into()),
    }
}

/// How getaddrinfo or getnameinfo ended; `None` if it succeeded.
fn outcome(os: Os, returned: &Returned) -> Option<Outcome> {
    Some(match (&returned.error, returned.code) {
        (Some(error), _) => Outcome::Failed(error.clone()),
        (None, Some(0)) => return None,
        (None, Some(code)) => Outcome::Failed(OsError {
            domain: match os {
                Os::Windows => Domain::Wsa,
                Os::Linux | Os::Macos | Os::Freebsd => Domain::Gai,
            },
            code,
            message: Box::default(),
            errno: None,
        }),
        (None, None) => calls::no_result(returned.elapsed_us),
    })
}

/// The socket() of an entry.
fn opening(at: usize, entry: &Entry, socket: &Socket) -> Record {
    let call = Call::Socket {
        socket: SocketId(at as u64),
        triple: addrinfo(entry).triple(),
    };
    let outcome = match (&socket.error, socket.handle) {
        (Some(error), _) => Outcome::Failed(error.clone()),
        (None, Some(handle)) => Outcome::Returned(Value::Handle(net::Handle(handle))),
        (None, None) => Outcome::Unfinished,
    };
    record(Some(at), call, outcome, socket.elapsed_us)
}

/// The close() after socket(), if that opened one.
fn closing(at: usize, socket: &Socket) -> Option<Record> {
    let on = net::Handle(socket.handle?);
    let call = Call::Close {
        socket: SocketId(at as u64),
    };
    let outcome = match &socket.close_error {
        Some(error) => Outcome::Failed(error.clone()),
        None => Outcome::Returned(Value::Zero),
    };
    Some(Record {
        on: Some(on),
        ..record(Some(at), call, outcome, None)
    })
}

fn getnameinfo(os: Os, at: usize, entry: &Entry, names: Option<Returned>) -> Record {
    let address = entry.ai_addr.as_ref().map(|it| it.bytes.0.0.clone());
    let call = Call::Getnameinfo(address.unwrap_or_default());
    let Some(mut names) = names else {
        let outcome = Outcome::NotStarted(Reason::NoAddress);
        return record(Some(at), call, outcome, None);
    };
    let outcome = outcome(os, &names).unwrap_or_else(|| {
        let text = |text: &mut Option<String>| text.take().unwrap_or_default().into();
        Outcome::Returned(Value::Names(Box::new(HostService {
            node: text(&mut names.node),
            service: text(&mut names.service),
        })))
    });
    record(Some(at), call, outcome, names.elapsed_us)
}

/// What each source answered that was asked alone.
fn answers(lookup: Lookup) -> Vec<SourceAnswer> {
    let asked = lookup.sources.0.into_iter();
    let answer = |source: Source| {
        let answer = source.answer?;
        Some(SourceAnswer {
            source: source.name,
            took: Duration::from_micros(answer.elapsed_us.unwrap_or_default()),
            result: result(answer),
        })
    };
    asked.filter_map(answer).collect()
}

fn result(answer: Answer) -> SourceResult {
    match (answer.not_asked, answer.error) {
        (Some(reason), _) => SourceResult::NotAsked((!reason.is_empty()).then_some(reason)),
        (None, _) if answer.timed_out => SourceResult::TimedOut,
        (None, Some(error)) => SourceResult::Failed(error),
        (None, None) => SourceResult::Addresses(answer.addresses.0),
    }
}

/// A record without an id yet.
pub(super) fn record(
    entry: Option<usize>,
    call: Call,
    outcome: Outcome,
    elapsed_us: Option<u64>,
) -> Record {
    Record {
        id: CallId(0),
        entry,
        on: None,
        call,
        outcome,
        took: Duration::from_micros(elapsed_us.unwrap_or_default()),
    }
}
