//! A call to explain, as rules see it.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::net::{IpAddr, SocketAddr};

use super::literal::Literal;
use super::step::Step;
use crate::names::Os;
use crate::net::{
    AddrInfo, Facts, Hint, Hints, Host, OsError, Query, Record, Run, Service, Services,
};
use crate::text::{Text, utf8};

/// A query or one of its entries, and the calls that were made for it.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The query and its calls.
    pub(crate) run: &'a Run,
    /// The index of the entry to explain; `None`: explain the query.
    pub(crate) entry: Option<usize>,
    /// The entry to explain.
    addrinfo: Option<&'a AddrInfo>,
    /// Its IP address.
    pub(super) address: Option<SocketAddr>,
    /// The call on a socket to explain; then there is no entry.
    pub(super) step: Option<Step<'a>>,
    /// The system whose numbers the run holds.
    pub(super) os: Os,
    /// The C library that getaddrinfo is from.
    pub(super) libc: Libc,
    pub(super) query: &'a Query,
    /// The name of the error. getaddrinfo of Windows returns WSA codes; those with a name `EAI_…` are
    /// known by it.
    pub(super) error_name: Option<&'static str>,
    /// Whether a rule has read the facts.
    pub(super) facts_read: Cell<bool>,
    /// The address of the first entry that is in the list twice, once it is known: it takes a visit to
    /// every entry.
    pub(super) twice: OnceCell<Option<IpAddr>>,
}

/// The C library that getaddrinfo is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Libc {
    /// GNU's C library, on Linux.
    Glibc,
    /// musl, on Linux.
    Musl,
    /// The library of another system.
    Other,
}

impl Libc {
    /// The library that [`Host::libc`] names.
    pub(super) fn of(host: &Host) -> Self {
        match host.libc.as_deref() {
            Some(name) if name.starts_with("glibc") => Self::Glibc,
            Some(name) if name.starts_with("musl") => Self::Musl,
            _ => Self::Other,
        }
    }
}

impl<'a> Case<'a> {
    /// The case of this entry, or without one of the query.
    pub fn new(run: &'a Run, entry: Option<usize>) -> Self {
        let addrinfo = entry.and_then(|at| run.entries().get(at));
        let mut case = Self {
            run,
            entry,
            addrinfo,
            address: addrinfo.and_then(|entry| entry.sockaddr(run.host.os)),
            step: None,
            os: run.host.os,
            libc: Libc::of(&run.host),
            query: run.asked(),
            error_name: None,
            facts_read: Cell::new(false),
            twice: OnceCell::new(),
        };
        case.error_name = case.name_of_error();
        case
    }

    /// The case of this call after socket(), a record of the run.
    pub fn of_step(run: &'a Run, record: &'a Record) -> Self {
        let mut case = Self::new(run, None);
        case.step = Step::of(run, record);
        case.error_name = case.name_of_error();
        case
    }

    /// The facts about the machine. A rule reads them last, after all its other conditions hold,
    /// since reading them is what makes the program fetch them.
    pub(super) fn facts(&self) -> &'a Facts {
        self.facts_read.set(true);
        &self.run.facts
    }

    pub(super) fn entries(&self) -> &'a [AddrInfo] {
        self.run.entries()
    }

    /// The hints; all zero if they are NULL. Of a socket by hand the arguments of socket().
    pub(super) fn hints(&self) -> Hints {
        match self.addrinfo() {
            Some(entry) if self.run.query.is_none() => entry.triple().into(),
            _ => self.query.hints.unwrap_or_default(),
        }
    }

    /// The value of a constant of this system.
    pub(super) fn value(&self, hint: Hint, name: &str) -> Option<i32> {
        hint.table(self.os).value(name)
    }

    /// The name of a value on this system.
    pub(super) fn name(&self, hint: Hint, value: i32) -> Option<&'static str> {
        hint.table(self.os).of(value).map(|row| row.name)
    }

    /// The name of the hint's value.
    pub(super) fn hint(&self, hint: Hint) -> Option<&'static str> {
        self.name(hint, hint.get(&self.hints()))
    }

    /// The value as a name or a number; a type with its flags: `SOCK_STREAM|SOCK_CLOEXEC`.
    pub(super) fn show(&self, hint: Hint, value: i32) -> String {
        let (base, flags) = match hint {
            Hint::Socktype => self.type_and_flags(value),
            _ => (value, Vec::new()),
        };
        [hint.show(self.os, base).as_str()]
            .into_iter()
            .chain(flags)
            .collect::<Vec<_>>()
            .join("|")
    }

    /// A type without the flags that socket() accepts in it, and the flags (Linux, FreeBSD:
    /// socket(2)). A negative number is no type.
    pub(super) fn type_and_flags(&self, value: i32) -> (i32, Vec<&'static str>) {
        let mut base = value;
        let mut flags = Vec::new();
        for name in ["SOCK_CLOEXEC", "SOCK_NONBLOCK"] {
            let bit = self.value(Hint::Socktype, name).unwrap_or_default();
            if value > 0 && value & bit != 0 {
                base &= !bit;
                flags.push(name);
            }
        }
        (base, flags)
    }

    /// Whether the hints have this flag set.
    pub(super) fn has(&self, flag: &str) -> bool {
        let bit = self.value(Hint::Flags, flag);
        bit.is_some_and(|bit| self.hints().flags & bit != 0)
    }

    /// Whether the hint's value is one of these constants.
    pub(super) fn hint_is(&self, hint: Hint, names: &[&str]) -> bool {
        self.hint(hint).is_some_and(|name| names.contains(&name))
    }

    pub(super) fn node(&self) -> Option<Cow<'a, str>> {
        self.query.node.as_ref().map(|text| utf8(text.as_os_str()))
    }

    pub(super) fn service(&self) -> Option<Cow<'a, str>> {
        self.query
            .service
            .as_ref()
            .map(|text| utf8(text.as_os_str()))
    }

    /// The service, if it is a name to look up and not a number.
    pub(super) fn service_name(&self) -> Option<Cow<'a, str>> {
        self.service()
            .filter(|text| !text.is_empty() && text != "*" && number(text).is_none())
    }

    /// The node, if it is an address.
    pub(super) fn literal(&self) -> Option<Literal<'a>> {
        Literal::read(self.query.node.as_ref()?.as_os_str().to_str()?)
    }

    /// The node, if it is a name to look up.
    pub(super) fn node_name(&self) -> Option<Cow<'a, str>> {
        self.node()
            .filter(|node| !node.is_empty() && Literal::read(node).is_none())
    }

    /// The error of the call: the step, socket() on the entry, or without an entry getaddrinfo.
    pub(super) fn error(&self) -> Option<&'a OsError> {
        match (&self.step, self.entry) {
            (Some(step), _) => step.record.error(),
            (None, None) => self.run.answer()?.error(),
            (None, Some(_)) => self.socket()?.error(),
        }
    }

    fn name_of_error(&self) -> Option<&'static str> {
        let error = self.error()?;
        let on_socket = self.step.map(|_| 0).or(self.entry);
        let gai = match on_socket {
            // Wine passes glibc's EAI_ADDRFAMILY on unchanged (Wine 8, measured).
            None if self.os == Os::Windows && error.code == -9 => return Some("EAI_ADDRFAMILY"),
            None => self.os.names().gai.of(error.code),
            Some(_) => None,
        };
        gai.or_else(|| error.name(self.os)).map(|row| row.name)
    }

    /// Whether the error is one of these. An errno stands for Winsock's error of that name too.
    pub(super) fn failed_with(&self, names: &[&str]) -> bool {
        let listed = |name| names.contains(&name);
        self.error_name
            .is_some_and(|name| listed(name) || name.strip_prefix("WSA").is_some_and(listed))
    }

    /// Whether getaddrinfo refused the service. macOS has the same code for a bad node, and checks the
    /// node first, so there it is the service only if the node cannot be wrong.
    pub(super) fn service_refused(&self) -> bool {
        match self.error_name {
            Some("EAI_SERVICE") => true,
            Some("EAI_NONAME") => self.os == Os::Macos && self.node_fits(),
            _ => false,
        }
    }

    /// Whether macOS accepts the node without a lookup: it counts as NULL, or is an address of the
    /// family (Libinfo, si_getaddrinfo.c: _gai_numerichost). An interface may not exist.
    fn node_fits(&self) -> bool {
        let family = self.hint(Hint::Family);
        let mapped = self.has("AI_V4MAPPED") || self.has("AI_V4MAPPED_CFG");
        match self.literal() {
            Some(Literal::V4(_)) => family != Some("AF_INET6") || mapped,
            Some(Literal::V6(_, scope)) => family != Some("AF_INET") && scope.is_none(),
            None => self.node().is_none_or(|node| node.is_empty()),
        }
    }

    /// The entry to explain.
    pub(super) const fn addrinfo(&self) -> Option<&'a AddrInfo> {
        self.addrinfo
    }

    /// The socket() call on the entry.
    pub(super) fn socket(&self) -> Option<&'a Record> {
        self.run.socket(self.entry?)
    }

    /// Whether the entry's member is one of these constants.
    pub(super) fn entry_is(&self, hint: Hint, names: &[&str]) -> bool {
        let value = self.addrinfo().map(|entry| match hint {
            Hint::Family => entry.family,
            Hint::Socktype => entry.socktype,
            Hint::Protocol => entry.protocol,
            Hint::Flags => entry.flags,
        });
        let name = value.and_then(|value| self.name(hint, value));
        name.is_some_and(|name| names.contains(&name))
    }

    /// The lines of the services file for this service; `None` if the file was not read.
    pub(super) fn service_lines(&self) -> Option<&'a [Service]> {
        match self.facts().services.as_ref()? {
            Services::Lines(lines) => Some(lines),
            Services::Missing | Services::Unreadable => None,
        }
    }

    /// The limit of descriptors, if it is known to be reached.
    pub(super) fn reached_limit(&self) -> Option<u64> {
        let descriptors = self.facts().descriptors.as_ref()?;
        descriptors.exhausted().then_some(descriptors.limit)
    }

    /// The query with changed hints. NULL stays NULL if nothing changes.
    pub(super) fn with_hints(&self, change: impl FnOnce(&mut Hints)) -> Query {
        let (mut query, mut hints) = (self.query.clone(), self.hints());
        change(&mut hints);
        if hints != self.hints() {
            query.hints = Some(hints);
        }
        query
    }

    /// The query with one hint set to a constant of this system.
    pub(super) fn with(&self, hint: Hint, name: &str) -> Option<Query> {
        let value = self.value(hint, name)?;
        Some(self.with_hints(|hints| hint.set(hints, value)))
    }

    /// The query with protocol 0, which goes with any type.
    pub(super) fn without_protocol(&self) -> Option<Query> {
        Some(self.with_hints(|hints| hints.protocol = 0))
    }

    /// The query without a flag.
    pub(super) fn without_flag(&self, flag: &str) -> Option<Query> {
        let bit = self.value(Hint::Flags, flag)?;
        Some(self.with_hints(|hints| hints.flags &= !bit))
    }

    /// The query with another node; `None` is NULL.
    pub(super) fn with_node(&self, node: Option<&str>) -> Option<Query> {
        let mut query = self.query.clone();
        query.node = node.map(Text::new).transpose().ok()?;
        Some(query)
    }

    /// The query with another service; `None` is NULL.
    pub(super) fn with_service(&self, service: Option<&str>) -> Option<Query> {
        let mut query = self.query.clone();
        query.service = service.map(Text::new).transpose().ok()?;
        Some(query)
    }

    /// The query with a port as its service.
    pub(super) fn with_port(&self, port: u16) -> Option<Query> {
        self.with_service(Some(&port.to_string()))
    }
}

/// The service as strtoul(3) parses it, which turns it into a port: blanks, one sign, digits.
/// `None` if other characters follow.
pub(super) fn number(service: &str) -> Option<i128> {
    let text = service.trim_start_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // A number that does not fit is too large for a port anyway.
    Some(sign * digits.parse().unwrap_or(i128::MAX))
}
