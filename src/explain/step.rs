//! A call on a socket, and the calls of its run before it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::names::Os;
use crate::net::{
    Call, Datagram, Hint, Linger, OptionValue, Record, Run, SocketId, SocketOption, Triple, Value,
    decode,
};

/// A call after socket(), as rules see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'a> {
    pub(super) record: &'a Record,
    /// The socket that the call was made on.
    pub(super) socket: SocketId,
    run: &'a Run,
    /// The index of the record.
    at: usize,
    os: Os,
}

impl<'a> Step<'a> {
    /// The step of this record; none if it is not on a socket.
    pub(super) fn of(run: &'a Run, record: &'a Record) -> Option<Self> {
        let records = run.records();
        // Almost always in this order: a long run has many steps.
        let at = records.binary_search_by_key(&record.id, |it| it.id).ok();
        let at = at.or_else(|| records.iter().rposition(|it| it.id == record.id));
        Some(Self {
            record,
            socket: record.call.on()?,
            run,
            at: at.unwrap_or(records.len()),
            os: run.host.os,
        })
    }

    /// The call.
    pub(super) const fn call(&self) -> &'a Call {
        &self.record.call
    }

    /// The sockaddr that the call passes; for listen() the one that the socket is bound to.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        match self.call() {
            Call::Listen { .. } => self.bound_to(),
            call => argument(self.os, call),
        }
    }

    /// The records before this one.
    fn before(&self) -> &'a [Record] {
        &self.run.records()[..self.at]
    }

    /// The earlier records of a socket, the newest first.
    fn of_socket(&self, socket: SocketId) -> impl Iterator<Item = &'a Record> {
        let entry = self.record.entry;
        self.run.of_socket_before(socket, entry, self.at)
    }

    /// The calls on a socket before this one, the newest first.
    fn on(&self, socket: SocketId) -> impl Iterator<Item = &'a Record> {
        self.of_socket(socket)
            .filter(move |it| it.call.on() == Some(socket))
    }

    /// Those that succeeded.
    fn done_on(&self, socket: SocketId) -> impl Iterator<Item = &'a Call> {
        let done = self.on(socket).filter(|it| it.value().is_some());
        done.map(|it| &it.call)
    }

    /// The calls on this socket that succeeded before, the newest first.
    fn done(&self) -> impl Iterator<Item = &'a Call> {
        self.done_on(self.socket)
    }

    pub(super) fn has_done(&self, is: fn(&Call) -> bool) -> bool {
        self.done().any(is)
    }

    /// The address of the bind() that succeeded.
    pub(super) fn bound_to(&self) -> Option<SocketAddr> {
        let own: Vec<&Record> = self.on(self.socket).collect();
        bound(self.os, &own)
    }

    /// Whether the socket has a local address: by bind(), or by a call that gives it one.
    pub(super) fn is_bound(&self) -> bool {
        self.is_connected()
            || self.has_done(|call| {
                matches!(
                    call,
                    Call::Bind { .. } | Call::Listen { .. } | Call::Sendto { .. }
                )
            })
    }

    pub(super) fn is_listening(&self) -> bool {
        self.has_done(|call| matches!(call, Call::Listen { .. }))
    }

    /// Whether connect() succeeded, or accept() returned the socket.
    pub(super) fn is_connected(&self) -> bool {
        let opener = self.opener().map(|record| &record.call);
        matches!(opener, Some(Call::Accept { .. }))
            || self.has_done(|call| matches!(call, Call::Connect { .. }))
    }

    /// Whether a connect() on the socket was interrupted.
    pub(super) fn connects(&self) -> bool {
        let own = self.on(self.socket);
        let mut connects = own.filter(|it| matches!(it.call, Call::Connect { .. }));
        connects.any(Record::is_interrupted)
    }

    /// Whether a bind() of the socket failed before.
    pub(super) fn tries_bind(&self) -> bool {
        let own = self.on(self.socket);
        let mut binds = own.filter(|it| matches!(it.call, Call::Bind { .. }));
        binds.any(|it| it.error().is_some())
    }

    /// Whether recv() on a connection returned 0.
    pub(super) fn has_read_the_end(&self) -> bool {
        self.on(self.socket)
            .filter(|it| matches!(it.call, Call::Recv { length, .. } if length > 0))
            .any(|it| matches!(it.value(), Some(Value::Received(data)) if data.is_empty()))
    }

    /// The type of the socket that this call opened.
    pub(super) fn socktype_of(&self, opener: &Record) -> Option<i32> {
        Some(self.triple_of(opener.call.opens()?)?.socktype & 0xf)
    }

    /// The call that opened the socket. Without it, calls may be missing from the run.
    pub(super) fn opener(&self) -> Option<&'a Record> {
        let mut records = self.of_socket(self.socket);
        records.find(|it| it.call.opens() == Some(self.socket) && it.handle().is_some())
    }

    /// The arguments of socket(); of an accepted socket those of its listener.
    pub(super) fn triple(&self) -> Option<Triple> {
        self.triple_of(self.socket)
    }

    fn triple_of(&self, mut socket: SocketId) -> Option<Triple> {
        loop {
            let mut records = self.of_socket(socket);
            match &records.find(|it| it.call.opens() == Some(socket))?.call {
                Call::Socket { triple, .. } => return Some(*triple),
                // A listener was opened before.
                Call::Accept {
                    socket: listener, ..
                } if *listener != socket => socket = *listener,
                _ => return None,
            }
        }
    }

    /// Whether the socket has this type.
    pub(super) fn is_type(&self, names: &[&str]) -> bool {
        // Without SOCK_CLOEXEC and SOCK_NONBLOCK, which lie above the types of every system.
        let name = self
            .triple()
            .map(|triple| Hint::Socktype.show(self.os, triple.socktype & 0xf));
        name.is_some_and(|name| names.contains(&&*name))
    }

    /// Whether the socket has the family of IPv6; `None` for other families than IP.
    pub(super) fn is_ipv6(&self) -> Option<bool> {
        match &*Hint::Family.show(self.os, self.triple()?.family) {
            "AF_INET" => Some(false),
            "AF_INET6" => Some(true),
            _ => None,
        }
    }

    /// The last value that setsockopt() set.
    pub(super) fn option(&self, option: SocketOption) -> Option<i32> {
        self.done().find_map(|call| match call {
            Call::Setsockopt {
                option: of, value, ..
            } if *of == option => Some(match value {
                OptionValue::Number(number) => *number,
                OptionValue::Linger(Linger { onoff, .. }) => *onoff,
            }),
            _ => None,
        })
    }

    /// Whether the socket excludes IPv4: as set, or by the system's default (RFC 3493 §5.3; Microsoft,
    /// IPPROTO_IPV6 Socket Options; FreeBSD, ip6(4)).
    pub(super) fn excludes_ipv4(&self) -> bool {
        match self.option(SocketOption::V6only) {
            Some(value) => value != 0,
            None => matches!(self.os, Os::Windows | Os::Freebsd),
        }
    }

    /// The other open sockets of the run that are bound, with their addresses, the newest first. One
    /// pass: a list may have thousands of entries.
    pub(super) fn others(&self) -> impl Iterator<Item = (&'a Record, SocketAddr)> {
        let mut calls: BTreeMap<SocketId, Vec<&'a Record>> = BTreeMap::new();
        let others = self.before().iter().rev();
        others.filter_map(move |record| {
            if let Some(socket) = record.call.on() {
                calls.entry(socket).or_default().push(record);
            }
            let socket = record.call.opens()?;
            let own = calls.remove(&socket)?;
            record.handle().filter(|_| socket != self.socket)?;
            let closes = |it: &&Record| matches!(it.call, Call::Close { .. });
            let mut closes = own.iter().copied().filter(closes);
            if closes.any(|it| it.value().is_some()) {
                return None;
            }
            Some((record, bound(self.os, &own)?))
        })
    }

    /// Whether another socket of the run had this port without SO_REUSEADDR.
    pub(super) fn has_left_without_reuse(&self, port: u16) -> bool {
        let others = self.before().iter().filter(|it| {
            let bind = matches!(it.call, Call::Bind { .. }) && it.value().is_some();
            bind && it.call.on() != Some(self.socket)
        });
        let mut others = others.filter_map(|it| it.call.on());
        others.any(|socket| {
            let own: Vec<&Record> = self.on(socket).collect();
            let sets = |it: &&Record| {
                let Call::Setsockopt { option, value, .. } = &it.call else {
                    return false;
                };
                let set = *value != OptionValue::Number(0) && it.value().is_some();
                *option == SocketOption::ReuseAddr && set
            };
            let has_port = bound(self.os, &own).is_some_and(|address| address.port() == port);
            has_port && !own.iter().copied().any(|it| sets(&it))
        })
    }

    /// The listener of the run that a connect() to this address reaches, and whether accept() on it was
    /// called before.
    pub(super) fn listener(&self, address: SocketAddr) -> Option<SocketId> {
        let reaches = |local: SocketAddr| {
            local.port() == address.port()
                && (local.ip() == address.ip() || local.ip().is_unspecified())
        };
        let listens = |call: &Call| matches!(call, Call::Listen { .. });
        if !self.run.listens_before(self.at) {
            return None;
        }
        self.others().find_map(|(record, local)| {
            let socket = record.call.opens()?;
            let listens = self.done_on(socket).any(listens);
            (listens && reaches(local)).then_some(socket)
        })
    }

    /// Whether accept() on this listener was called before and succeeded, maybe after this call.
    pub(super) fn has_accepted(&self, listener: SocketId) -> bool {
        let accepts =
            |call: &Call| matches!(call, Call::Accept { socket, .. } if *socket == listener);
        let after = self.run.records().iter().skip(self.at + 1);
        let mut waited = after.filter(|it| it.id < self.record.id);
        self.done_on(listener).any(accepts)
            || waited.any(|it| it.value().is_some() && accepts(&it.call))
    }

    /// How many send() calls of another socket of the run, one after the other, sent these bytes.
    pub(super) fn sends(&self, received: &[u8]) -> Option<usize> {
        if received.is_empty() {
            return None;
        }
        let sent = |record: &'a Record| match &record.call {
            Call::Send { socket, data } if record.value().is_some() => Some((*socket, &**data)),
            _ => None,
        };
        let sent: Vec<(SocketId, &[u8])> =
            self.run.sends_before(self.at).filter_map(sent).collect();
        (0..sent.len()).find_map(|first| {
            let (from, _) = sent[first];
            let mut rest = received;
            let mut count = 0;
            for (_, data) in sent[first..].iter().filter(|(socket, _)| *socket == from) {
                if rest.is_empty() {
                    break;
                }
                rest = rest.strip_prefix(*data)?;
                count += 1;
            }
            (rest.is_empty() && count > 1 && from != self.socket).then_some(count)
        })
    }

    /// The call with another sockaddr.
    pub(super) fn with_address(&self, address: SocketAddr) -> Option<Call> {
        let (socket, address) = (self.socket, crate::net::encode(self.os, address));
        Some(match self.call() {
            Call::Bind { .. } => Call::Bind { socket, address },
            Call::Connect { .. } => Call::Connect { socket, address },
            Call::Sendto { datagram, .. } => {
                let data = datagram.data.clone();
                let datagram = Box::new(Datagram { data, address });
                Call::Sendto { socket, datagram }
            }
            _ => return None,
        })
    }

    /// The call that sets an option of the socket.
    pub(super) const fn set(&self, option: SocketOption, value: i32) -> Call {
        Call::Setsockopt {
            socket: self.socket,
            option,
            value: OptionValue::Number(value),
        }
    }

    /// The bytes that recv() or recvfrom() returned.
    pub(super) fn received(&self) -> Option<&'a [u8]> {
        match self.record.value()? {
            Value::Received(data) => Some(data),
            Value::Datagram(datagram) => Some(&datagram.data),
            _ => None,
        }
    }
}

/// The address that a socket with these calls is bound to, of which the newest is the first.
fn bound(os: Os, own: &[&Record]) -> Option<SocketAddr> {
    let binds = |it: &&&Record| matches!(it.call, Call::Bind { .. }) && it.value().is_some();
    let bound = argument(os, &own.iter().find(binds)?.call)?;
    if bound.port() != 0 {
        return Some(bound);
    }
    // The system chose the port, and getsockname() returned it.
    let named = |it: &&&Record| matches!(it.call, Call::Getsockname { .. });
    match own.iter().find(named).and_then(|it| it.value()) {
        Some(Value::Address(bytes)) => decode(os, bytes),
        _ => Some(bound),
    }
}

/// The sockaddr that a call passes.
fn argument(os: Os, call: &Call) -> Option<SocketAddr> {
    match call {
        Call::Bind { address, .. } | Call::Connect { address, .. } => decode(os, address),
        Call::Sendto { datagram, .. } => decode(os, &datagram.address),
        _ => None,
    }
}
