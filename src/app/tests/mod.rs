//! Messages in, [`Model`] and [`Effect`]s out.
//!
//! The model is of Linux, whatever system runs the tests. Its numbers come from Linux's
//! `<bits/socket.h>` and `<netdb.h>`: `AF_INET` 2, `AF_INET6` 10, `SOCK_STREAM` 1, `IPPROTO_TCP` 6,
//! `AI_PASSIVE` 1, `AI_CANONNAME` 2.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod asking;
mod calls;
mod choosing;
mod clicking;
mod explaining;
mod filling;
mod filtering;
mod fixing;
mod learning;
mod moving;
mod random;
mod reasons;
mod replaying;
mod saving;
mod sockets;
mod stepping;
mod typing;
mod visiting;
mod watching;
mod world;

use std::sync::Arc;
use std::time::Duration;

use super::calls::{MAX_CALLS, Selection};
use super::lookup::Pending;
use super::*;
use crate::lesson::{lessons, presets};
use crate::net::fixture::{self, failed, host, opened, query, record};
use crate::net::{
    Call, CallId, Domain, Handle, Hint, Hints, HostService, MAX_RESOLVING, Outcome, Reason, Record,
    SocketId, Value,
};
use crate::text::Text;

/// `AF_INET`, `SOCK_STREAM`, `IPPROTO_TCP`, `AI_PASSIVE`.
const TCP4: Hints = Hints {
    flags: 1,
    family: 2,
    socktype: 1,
    protocol: 6,
};

/// NULL, "27015" and [`TCP4`].
fn server() -> Query {
    query(None, Some("27015"), Some(TCP4))
}

/// An entry with a unique address.
fn entry(number: usize) -> AddrInfo {
    AddrInfo {
        addrlen: 8,
        addr: Some(u64::try_from(number).unwrap().to_ne_bytes()[..].into()),
        ..fixture::entry(Os::Linux, "SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015")
    }
}

/// A getaddrinfo that returned these entries.
fn list(query: Query, numbers: impl IntoIterator<Item = usize>) -> Record {
    let outcome = fixture::list(numbers.into_iter().map(entry));
    record(Call::Getaddrinfo(Arc::new(query)), outcome)
}

/// A getaddrinfo that returned EAI_NONAME.
fn noname(query: Query) -> Record {
    record(Call::Getaddrinfo(Arc::new(query)), error(Domain::Gai, -2))
}

fn error(domain: Domain, code: i32) -> Outcome {
    failed(domain, code, "The system's own text")
}

/// The outcome of a WSAEnumProtocolsW that returned `count` providers.
fn providers(count: usize) -> Outcome {
    let tcp = fixture::provider("AF_INET", "SOCK_STREAM", 6, "MSAFD Tcpip [TCP/IP]");
    fixture::providers(vec![tcp; count])
}

/// ENOBUFS, whose note needs no facts.
fn refused() -> Outcome {
    error(Domain::Errno, 105)
}

fn named(node: &str) -> Outcome {
    Outcome::Returned(Value::Names(Box::new(HostService {
        node: node.into(),
        service: "http".into(),
    })))
}

/// The records of "try all" on the entries from `first` on: socket() with these outcomes, and close().
fn tried(first: usize, outcomes: impl IntoIterator<Item = Outcome>) -> Vec<Record> {
    let socket = SocketId(0);
    let mut records = Vec::new();
    for (index, outcome) in (first..).zip(outcomes) {
        let opens = matches!(outcome, Outcome::Returned(_));
        records.push(attempt(index, outcome));
        if opens {
            records.push(Record {
                entry: Some(index),
                ..record(Call::Close { socket }, Outcome::Returned(Value::Zero))
            });
        }
    }
    records
}

/// The socket() of "try all" on the entry at `index`.
fn attempt(index: usize, outcome: Outcome) -> Record {
    let call = Call::Socket {
        socket: SocketId(0),
        triple: entry(index).triple(),
    };
    Record {
        entry: Some(index),
        ..record(call, outcome)
    }
}

/// The only effect, which must be a getaddrinfo.
#[track_caller]
fn asks(effects: Effects) -> (Ticket, Query) {
    match &effects[..] {
        [Effect::Call(ticket, None, Call::Getaddrinfo(query))] => (*ticket, (**query).clone()),
        other => panic!("not one call of getaddrinfo: {other:?}"),
    }
}

impl Effect {
    /// A record of this effect's call.
    #[track_caller]
    pub(crate) fn record(&self, outcome: Outcome) -> Record {
        let Self::Call(ticket, entry, call) = self else {
            panic!("{self:?} is no call")
        };
        Record {
            id: CallId(ticket.0),
            entry: *entry,
            ..record(call.clone(), outcome)
        }
    }

    /// The message that this effect's call ended with `outcome`.
    #[track_caller]
    pub(crate) fn ends(&self, outcome: Outcome) -> Msg {
        self.ends_as(self.record(outcome))
    }

    /// The message that this effect's call returned this record.
    #[track_caller]
    pub(crate) fn ends_as(&self, record: Record) -> Msg {
        let Self::Call(ticket, ..) = self else {
            panic!("{self:?} is no call")
        };
        Msg::Returned(*ticket, record)
    }

    /// The close() of the socket that this effect opens.
    #[track_caller]
    fn closing(&self) -> Self {
        match self {
            &Self::Call(ticket, entry, Call::Socket { socket, .. }) => {
                Self::Call(ticket, entry, Call::Close { socket })
            }
            other => panic!("{other:?} opens no socket"),
        }
    }
}

impl Model {
    /// The initial state and its effects.
    pub(crate) fn begin(host: Arc<Host>, query: Query) -> (Self, Effects) {
        let mut effects = Vec::new();
        let model = Self::new(host, query, &mut effects);
        (model, effects)
    }

    /// The effects of `msg`.
    pub(crate) fn hears(&mut self, msg: Msg) -> Effects {
        let mut effects = Vec::new();
        self.update(msg, &mut effects);
        effects
    }

    /// Does it for what a frame shows.
    pub(crate) fn does(&mut self, command: Command) -> Effects {
        self.measured(self.measures);
        self.hears(Msg::Do(command))
    }

    /// Updates with `msg`, which must have no effects.
    #[track_caller]
    fn quietly(&mut self, msg: Msg) {
        assert_eq!(self.hears(msg), Vec::new());
    }

    /// Updates with `msg`, whose only effect must open the selected entry of this number.
    #[track_caller]
    fn opens(&mut self, msg: Msg, number: usize) -> Effect {
        let effects = self.hears(msg);
        self.is_opening(effects, number)
    }

    /// Updates with `msg`, whose effects must close the socket of `old` and open the entry of this
    /// number.
    #[track_caller]
    fn closes_and_opens(&mut self, msg: Msg, old: &Effect, number: usize) -> Effect {
        let mut effects = self.hears(msg);
        assert_eq!(effects.first(), Some(&old.closing()));
        self.is_opening(effects.split_off(1), number)
    }

    #[track_caller]
    fn is_opening(&self, effects: Effects, number: usize) -> Effect {
        assert_eq!(self.entry(), Some(&entry(number)));
        assert_eq!(effects, [self.live()]);
        self.live()
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

    fn news(&self) -> String {
        let notice = self.notice.as_ref();
        notice.map_or_else(String::new, |notice| notice.text.text(self.language))
    }

    #[track_caller]
    fn complaint(&self) -> String {
        let notice = self.notice.as_ref().unwrap();
        assert!(notice.failure, "{notice:?}");
        notice.text.text(self.language)
    }

    #[track_caller]
    pub(crate) fn shown(&self) -> &Answer {
        self.answer.as_ref().unwrap()
    }

    #[track_caller]
    fn state(&self, index: usize) -> State<'_> {
        self.shown().state(index)
    }

    /// The number of entries that the running "try all" has tried.
    #[track_caller]
    fn done(&self) -> usize {
        self.shown().trying.unwrap().done
    }

    /// The effect that opened the selected entry's socket.
    #[track_caller]
    fn live(&self) -> Effect {
        let socket = self.shown().live.unwrap();
        let triple = self.entry().unwrap().triple();
        let call = Call::Socket { socket, triple };
        Effect::Call(Ticket(socket.0), Some(self.selected()), call)
    }

    /// Starts a reverse lookup of the selected entry, which has this number.
    #[track_caller]
    fn reverses(&mut self, number: usize) -> Effect {
        let effects = self.does(Command::Reverse);
        let [reverse @ Effect::Call(_, at, call)] = &effects[..] else {
            panic!("{effects:?}")
        };
        let addr = entry(number).bytes().into();
        assert_eq!(
            (*at, call),
            (Some(self.selected()), &Call::Getnameinfo(addr))
        );
        reverse.clone()
    }

    /// The result of the entry's reverse lookup, if it has returned.
    fn names(&self, index: usize) -> Option<&Outcome> {
        let record = self.run().unwrap().names(index);
        record.map(|record| &record.outcome)
    }

    /// Whether the entry's reverse lookup is pending.
    fn is_reversing(&self, index: usize) -> bool {
        let mut answer = self.shown().clone();
        answer.selected = index;
        answer.reverse() == Some(Reverse::Pending)
    }

    /// Starts "try all".
    #[track_caller]
    fn tries(&mut self) -> Ticket {
        let effects = self.does(Command::TryAll);
        let [Effect::TryAll(ticket, list)] = &effects[..] else {
            panic!("{effects:?}")
        };
        assert_eq!(Some(list), self.run().unwrap().list());
        *ticket
    }

    /// The lines of the list of calls that match its filter.
    fn call_lines(&self) -> Vec<String> {
        let list = self.call_list();
        let lines = (0..list.len()).filter_map(|index| list.get(index));
        lines.map(|line| line.shown(self.language).into()).collect()
    }

    /// Shows the calls, and goes to them.
    fn shows_calls(&mut self) {
        self.quietly(Msg::Do(Command::Show(View::Calls)));
        self.pane = Pane::Detail;
    }

    /// The state without the list of calls, which every record changes.
    fn but_calls(&self) -> Self {
        Self {
            calls: Calls::default(),
            ..self.clone()
        }
    }
}

/// The help from this line on.
fn help(first: usize) -> Option<Popup> {
    let filter = Filter::default();
    Some(Popup::Help(Help { first, filter }))
}

/// A new model and the ticket of its lookup.
fn started() -> (Model, Ticket) {
    let (model, effects) = Model::begin(host(Os::Linux), server());
    let (ticket, _) = asks(effects);
    (model, ticket)
}

/// A model with `count` entries, the first one open as handle 9.
fn showing(count: usize) -> Model {
    let (mut model, ticket) = started();
    let msg = Msg::Returned(ticket, list(server(), 0..count));
    if count > 0 {
        let socket = model.opens(msg, 0);
        model.quietly(socket.ends(opened(9)));
    } else {
        let _ = model.hears(msg);
    }
    model.pane = Pane::Entries;
    model
}

/// Starts `count` lookups that do not return.
fn hang(model: &mut Model, count: usize) -> Vec<Ticket> {
    (0..count)
        .map(|_| asks(model.does(Command::Resolve)).0)
        .collect()
}
