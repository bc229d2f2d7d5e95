//! Messages in, [`Model`] and [`Effect`]s out.
//!
//! The model under test is always a Linux one, whatever machine the tests run on. Its numbers are
//! those of Linux's `<bits/socket.h>` and `<netdb.h>`: `AF_INET` 2, `AF_INET6` 10, `SOCK_STREAM` 1,
//! `IPPROTO_TCP` 6, `AI_PASSIVE` 1, `AI_CANONNAME` 2.
#![allow(
    clippy::unwrap_used,
    reason = "a test that meets something unexpected is to fail"
)]

mod asking;
mod calls;
mod choosing;
mod clicking;
mod fixing;
mod moving;
mod random;
mod sockets;
mod typing;
mod world;

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::names::Os;
use crate::net::{
    Attempt, Call, Circumstances, Closed, Domain, GaiError, Handle, Hint, Hints, HostService,
    Inquiry, MAX_TEXT, OsError, Reverse, Text, TraceLine,
};
use crate::presets::presets;

/// `AF_INET`, `SOCK_STREAM`, `IPPROTO_TCP`, `AI_PASSIVE`.
const TCP4: Hints = Hints {
    flags: 1,
    family: 2,
    socktype: 1,
    protocol: 6,
};

fn about() -> About {
    About {
        os: Os::Linux,
        arch: "test",
        libc: None,
        winsock: None,
    }
}

fn query(node: Option<&str>, service: Option<&str>, hints: Option<Hints>) -> Query {
    let text = |text: Option<&str>| text.map(|text| Text::new(text).unwrap());
    Query {
        node: text(node),
        service: text(service),
        hints,
    }
}

/// NULL, "27015" and [`TCP4`].
fn server() -> Query {
    query(None, Some("27015"), Some(TCP4))
}

/// An entry that is unlike every other.
fn entry(number: usize) -> AddrInfo {
    AddrInfo {
        flags: 1,
        family: 2,
        socktype: 1,
        protocol: 6,
        addrlen: 8,
        addr: Some(Box::from(u64::try_from(number).unwrap().to_ne_bytes())),
        canonname: None,
    }
}

fn list(query: Query, numbers: impl IntoIterator<Item = usize>) -> Resolution {
    Resolution {
        query,
        result: Ok(numbers.into_iter().map(entry).collect()),
        took: Duration::from_millis(1),
        freed: None,
    }
}

fn error(call: Call, domain: Domain, code: i32) -> OsError {
    OsError {
        call,
        domain,
        code,
        message: "The system's own text".into(),
    }
}

fn noname(query: Query) -> Resolution {
    Resolution {
        query,
        result: Err(GaiError {
            error: error(Call::Getaddrinfo, Domain::Gai, -2),
            errno: None,
        }),
        took: Duration::from_millis(1),
        freed: None,
    }
}

fn opened(handle: u64) -> Attempt {
    Attempt {
        result: Ok(Handle(handle)),
        took: Duration::from_micros(9),
    }
}

/// EPROTONOSUPPORT.
fn refused() -> Attempt {
    Attempt {
        result: Err(error(Call::Socket, Domain::Errno, 93)),
        took: Duration::from_micros(9),
    }
}

fn line(text: impl Into<Box<str>>) -> TraceLine {
    TraceLine {
        text: text.into(),
        failed: false,
    }
}

fn named(node: &str) -> Option<Reverse> {
    Some(Reverse {
        result: Ok(HostService {
            node: node.into(),
            service: "http".into(),
        }),
        took: Duration::from_millis(1),
    })
}

/// The only effect, which is to be a call of getaddrinfo.
#[track_caller]
fn asks(effects: Vec<Effect>) -> (Ticket, Query) {
    match <[Effect; 1]>::try_from(effects) {
        Ok([Effect::Resolve(ticket, query)]) => (ticket, query),
        other => panic!("not one call of getaddrinfo: {other:?}"),
    }
}

/// The only effect, which is to open `entry`.
#[track_caller]
fn opens(effects: Vec<Effect>, entry: &AddrInfo) -> Ticket {
    match <[Effect; 1]>::try_from(effects) {
        Ok([Effect::Open(ticket, opened)]) if opened == *entry => ticket,
        other => panic!("does not open {entry:?}: {other:?}"),
    }
}

/// The effects, which are to close `old` and then to open `entry`.
#[track_caller]
fn closes_and_opens(mut effects: Vec<Effect>, old: Ticket, entry: &AddrInfo) -> Ticket {
    assert_eq!(effects.first(), Some(&Effect::Close(old)));
    opens(effects.split_off(1), entry)
}

impl Model {
    #[track_caller]
    fn does(&mut self, command: Command) -> Vec<Effect> {
        self.update(Msg::Do(command))
    }

    /// Does `msg`, which is to have no effect on the world.
    #[track_caller]
    fn quietly(&mut self, msg: Msg) {
        assert_eq!(self.update(msg), Vec::new());
    }

    #[track_caller]
    fn types(&mut self, text: &str) {
        for c in text.chars() {
            self.quietly(Msg::Type(c));
        }
    }

    #[track_caller]
    fn goes_to(&mut self, field: Field) {
        let index = self.form.fields().position(|other| other == field);
        self.pane = Pane::Form;
        self.form.focus = index.unwrap();
    }

    fn news(&self) -> &str {
        self.notice
            .as_ref()
            .map_or("", |notice| notice.text.as_str())
    }

    #[track_caller]
    fn complaint(&self) -> &str {
        let notice = self.notice.as_ref().unwrap();
        assert!(notice.failure, "{notice:?}");
        &notice.text
    }

    fn live(&self) -> Ticket {
        self.sockets.live.as_ref().unwrap().ticket
    }
}

/// A model that has just been started, and the ticket of its call.
fn started() -> (Model, Ticket) {
    let (model, effects) = Model::new(about(), server());
    let (ticket, _) = asks(effects);
    (model, ticket)
}

/// A model that shows `count` entries, the first of them open as handle 9.
fn showing(count: usize) -> Model {
    let (mut model, ticket) = started();
    let effects = model.update(Msg::Resolved(ticket, list(server(), 0..count)));
    if count > 0 {
        let ticket = opens(effects, &entry(0));
        model.quietly(Msg::Opened(ticket, opened(9)));
    }
    model.pane = Pane::Entries;
    model
}

/// Makes `count` calls that do not return.
fn hang(model: &mut Model, count: usize) -> Vec<Ticket> {
    (0..count)
        .map(|_| asks(model.does(Command::Resolve)).0)
        .collect()
}
