//! A call to explain, as rules see it.

use std::borrow::Cow;
use std::cell::Cell;
use std::net::SocketAddr;

use super::literal::Literal;
use crate::names::Os;
use crate::net::{
    AddrInfo, Descriptors, Facts, Hint, Hints, Host, OsError, Query, Record, Run, Service, Services,
};
use crate::text::utf8;

/// A query or one of its entries, and the calls that were made for it.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The query and its calls.
    pub(crate) run: &'a Run,
    /// The index of the entry to explain; `None`: explain the query.
    pub(crate) entry: Option<usize>,
    /// The system whose numbers the run holds.
    pub(super) os: Os,
    /// The C library that getaddrinfo is from.
    pub(super) libc: Libc,
    pub(super) query: &'a Query,
    /// Whether a rule has read the facts.
    pub(super) facts_read: Cell<bool>,
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
    #[must_use]
    fn of(host: &Host) -> Self {
        match host.libc.as_deref() {
            Some(name) if name.starts_with("glibc") => Self::Glibc,
            Some(name) if name.starts_with("musl") => Self::Musl,
            _ => Self::Other,
        }
    }
}

impl<'a> Case<'a> {
    /// The case of this entry, or without one of the query.
    #[must_use]
    pub fn new(run: &'a Run, entry: Option<usize>) -> Self {
        Self {
            run,
            entry,
            os: run.host.os,
            libc: Libc::of(&run.host),
            query: &run.query,
            facts_read: Cell::new(false),
        }
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

    /// The hints; all zero if they are NULL.
    pub(super) fn hints(&self) -> Hints {
        self.query.hints.unwrap_or_default()
    }

    /// The value of a constant of this system.
    pub(super) fn value(&self, hint: Hint, name: &str) -> Option<i32> {
        let table = hint.table(self.os);
        table
            .rows
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.value)
    }

    /// The name of a hint's value on this system.
    pub(super) fn name(&self, hint: Hint, value: i32) -> Option<&'static str> {
        hint.table(self.os).of(value).map(|row| row.name)
    }

    /// The value as a name or a number.
    pub(super) fn show(&self, hint: Hint, value: i32) -> String {
        hint.show(self.os, value)
    }

    /// Whether the hints have this flag set.
    pub(super) fn has(&self, flag: &str) -> bool {
        let bit = self.value(Hint::Flags, flag);
        bit.is_some_and(|bit| self.hints().flags & bit != 0)
    }

    /// Whether the hint's value is one of these constants.
    pub(super) fn hint_is(&self, hint: Hint, names: &[&str]) -> bool {
        let name = self.name(hint, hint.get(&self.hints()));
        name.is_some_and(|name| names.contains(&name))
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

    /// The error of getaddrinfo; `None` if it succeeded or the case is about an entry.
    pub(super) fn failure(&self) -> Option<&'a OsError> {
        match self.entry {
            None => self.run.answer()?.error(),
            Some(_) => None,
        }
    }

    /// The name `EAI_…` of getaddrinfo's error. On Windows every WSA code has such an alias.
    pub(super) fn gai(&self) -> Option<&'static str> {
        let code = self.failure()?.code;
        match self.os.names().gai.of(code).map(|row| row.name) {
            // Wine passes glibc's EAI_ADDRFAMILY on unchanged (Wine 8, measured).
            None if self.os == Os::Windows && code == -9 => Some("EAI_ADDRFAMILY"),
            name => name,
        }
    }

    pub(super) fn gai_is(&self, names: &[&str]) -> bool {
        self.gai().is_some_and(|name| names.contains(&name))
    }

    /// Whether getaddrinfo refused the service. macOS has the same code for a bad node, so there it
    /// is the service only if the node cannot be wrong.
    pub(super) fn service_refused(&self) -> bool {
        match self.gai() {
            Some("EAI_SERVICE") => true,
            Some("EAI_NONAME") if self.os == Os::Macos => {
                self.query.node.is_none() || self.literal().is_some()
            }
            _ => false,
        }
    }

    /// The entry to explain.
    pub(super) fn addrinfo(&self) -> Option<&'a AddrInfo> {
        self.entries().get(self.entry?)
    }

    /// The entry's address and port.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.addrinfo()?.sockaddr(self.os)
    }

    /// The error of socket() on the entry.
    pub(super) fn socket_failure(&self) -> Option<&'a OsError> {
        self.socket()?.error()
    }

    /// The socket() call on the entry.
    pub(super) fn socket(&self) -> Option<&'a Record> {
        self.run.socket(self.entry?)
    }

    /// The name of socket()'s error, without the prefix `WSA` of Windows.
    pub(super) fn errno(&self) -> Option<&'static str> {
        let name = self.socket_failure()?.name(self.os)?.name;
        Some(
            name.strip_prefix("WSA")
                .filter(|name| name.starts_with('E'))
                .unwrap_or(name),
        )
    }

    pub(super) fn errno_is(&self, names: &[&str]) -> bool {
        self.errno().is_some_and(|name| names.contains(&name))
    }

    /// Whether the entry's member is one of these constants.
    pub(super) fn entry_is(&self, hint: Hint, names: &[&str]) -> bool {
        let Some(entry) = self.addrinfo() else {
            return false;
        };
        let value = match hint {
            Hint::Family => entry.family,
            Hint::Socktype => entry.socktype,
            Hint::Protocol => entry.protocol,
            Hint::Flags => entry.flags,
        };
        self.name(hint, value)
            .is_some_and(|name| names.contains(&name))
    }

    /// The lines of the services file for this service; `None` if the file was not read.
    pub(super) fn service_lines(&self) -> Option<&'a [Service]> {
        match self.facts().services.as_ref()? {
            Services::Lines(lines) => Some(lines),
            Services::Missing => None,
        }
    }

    /// The limit of descriptors, if it is known to be reached.
    pub(super) fn descriptors_exhausted(&self) -> Option<Descriptors> {
        self.facts().descriptors.filter(Descriptors::exhausted)
    }

    /// The query with changed hints.
    pub(super) fn with_hints(&self, change: impl FnOnce(&mut Hints)) -> Query {
        let mut query = self.query.clone();
        change(query.hints.get_or_insert_default());
        query
    }

    /// The query with one hint set to a constant of this system.
    pub(super) fn with(&self, hint: Hint, name: &str) -> Option<Query> {
        let value = self.value(hint, name)?;
        Some(self.with_hints(|hints| hint.set(hints, value)))
    }

    /// The query without a flag.
    pub(super) fn without_flag(&self, flag: &str) -> Option<Query> {
        let bit = self.value(Hint::Flags, flag)?;
        Some(self.with_hints(|hints| hints.flags &= !bit))
    }

    /// The query with another node; `None` is NULL.
    pub(super) fn with_node(&self, node: Option<&str>) -> Option<Query> {
        let mut query = self.query.clone();
        query.node = node.map(crate::text::Text::new).transpose().ok()?;
        Some(query)
    }

    /// The query with another service; `None` is NULL.
    pub(super) fn with_service(&self, service: Option<&str>) -> Option<Query> {
        let mut query = self.query.clone();
        query.service = service.map(crate::text::Text::new).transpose().ok()?;
        Some(query)
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
