//! The arguments of a line as those of a call.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::address::Address;
use super::{Late, Refusal, Scope, number, socket_name, usage};
use crate::names::Os;
use crate::net::{
    Call, Datagram, Hint, Hints, How, Linger, MAX_BUFFER, OptionValue, Query, REQUESTED, SocketId,
    SocketOption, Triple,
};
use crate::script::syntax::{Kind, Mistake, Statement, Term};
use crate::text::{Text, quoted_briefly};
use crate::words::{Key, Phrase};

/// Winsock's call, which no other system has.
const HANDLE_INFORMATION: &str = "GetHandleInformation";

/// The functions without a result.
pub(super) const VOID: [&str; 2] = ["freeaddrinfo", "FreeAddrInfoW"];

/// The forms of an address, for a message.
const ADDRESSES: &str = "127.0.0.1:80, [::1]:80, {AF_UNSPEC, 127.0.0.1:80}, list[0]";

type Found<T> = Result<T, Refusal>;

/// A line's call on a system.
pub(super) struct Arguments<'a> {
    statement: &'a Statement,
    scope: &'a Scope,
    os: Os,
    /// The id of a socket that the call opens.
    new: SocketId,
}

impl<'a> Arguments<'a> {
    pub(super) const fn new(
        statement: &'a Statement,
        scope: &'a Scope,
        os: Os,
        new: SocketId,
    ) -> Self {
        Self {
            statement,
            scope,
            os,
            new,
        }
    }

    /// The call, and the arguments that it gets from earlier ones.
    pub(super) fn call(&self) -> Found<(Call, Option<Late>)> {
        let name = &*self.statement.call.text;
        let Some((name, _)) = usage::of(name) else {
            return Err(usage::unknown(&self.statement.call).into());
        };
        let windows = name.starts_with("WSA") || name == HANDLE_INFORMATION;
        if windows && self.os != Os::Windows {
            return Err(Refusal::Absent);
        }
        let arguments = &*self.statement.arguments;
        let plain = |call: Call| Ok((call, None));
        match (name, arguments) {
            ("WSAStartup", [version]) => match version.word() {
                Some("2.2") => plain(Call::WsaStartup(REQUESTED)),
                // It is called once, before the first line.
                Some(_) => Err(Refusal::Absent),
                None => Err(self.usage(name).into()),
            },
            ("getaddrinfo", [node, service, hints, ..]) if arguments.len() <= 4 => {
                let query = Query {
                    node: self.text(node)?,
                    service: self.text(service)?,
                    hints: self.hints(hints)?,
                };
                plain(Call::Getaddrinfo(Arc::new(query)))
            }
            ("getnameinfo", address) => {
                let late = self.address(name, address)?;
                Ok((Call::Getnameinfo(Box::default()), Some(late)))
            }
            ("WSAEnumProtocolsW", _) => plain(Call::WsaEnumProtocols),
            ("socket", arguments) => self.socket(arguments),
            (_, [socket, rest @ ..]) => {
                let socket = self.handle(socket)?;
                let call = self.on_socket(name, socket, rest)?;
                call.ok_or_else(|| self.usage(name).into())
            }
            _ => Err(self.usage(name).into()),
        }
    }

    fn socket(&self, arguments: &[Term]) -> Found<(Call, Option<Late>)> {
        let (triple, late) = match arguments {
            [entry] => (None, Some(self.entry(entry)?)),
            [family, socktype, protocol] => {
                let value = |hint, term| constant(self.os, hint, term);
                let triple = Triple {
                    family: value(Hint::Family, family)?,
                    socktype: value(Hint::Socktype, socktype)?,
                    protocol: value(Hint::Protocol, protocol)?,
                };
                (Some(triple), None)
            }
            _ => return Err(self.usage("socket").into()),
        };
        let call = Call::Socket {
            socket: self.new,
            triple: triple.unwrap_or(Triple {
                family: 0,
                socktype: 0,
                protocol: 0,
            }),
        };
        Ok((call, late))
    }

    /// The call on a socket; `None` if it has other arguments.
    fn on_socket(
        &self,
        name: &str,
        socket: SocketId,
        rest: &[Term],
    ) -> Found<Option<(Call, Option<Late>)>> {
        let call = match (name, rest) {
            ("setsockopt", [level, option, value]) => {
                let option = self.option(level, option)?;
                let value = self.option_value(option, value)?;
                Call::Setsockopt {
                    socket,
                    option,
                    value,
                }
            }
            ("getsockopt", [level, option]) => {
                let option = self.option(level, option)?;
                Call::Getsockopt { socket, option }
            }
            ("bind" | "connect", address) if !address.is_empty() => {
                let late = self.address(name, address)?;
                let address = Box::default();
                let call = match name {
                    "bind" => Call::Bind { socket, address },
                    _ => Call::Connect { socket, address },
                };
                return Ok(Some((call, Some(late))));
            }
            ("listen", [backlog]) => Call::Listen {
                socket,
                backlog: match backlog.word() {
                    Some("SOMAXCONN") => somaxconn(self.os),
                    _ => self.int(backlog)?,
                },
            },
            ("accept", []) => Call::Accept {
                socket,
                new: self.new,
            },
            ("send", [data, length]) => Call::Send {
                socket,
                data: self.data(data, length)?,
            },
            ("sendto", [data, length, address @ ..]) if !address.is_empty() => {
                let datagram = Box::new(Datagram {
                    data: self.data(data, length)?,
                    address: Box::default(),
                });
                let late = self.address(name, address)?;
                return Ok(Some((Call::Sendto { socket, datagram }, Some(late))));
            }
            ("recv", [size]) => Call::Recv {
                socket,
                length: self.size(size)?,
            },
            ("recvfrom", [size]) => Call::Recvfrom {
                socket,
                length: self.size(size)?,
            },
            ("shutdown", [how]) => Call::Shutdown {
                socket,
                how: self.how(how)?,
            },
            ("getsockname", []) => Call::Getsockname { socket },
            ("getpeername", []) => Call::Getpeername { socket },
            ("close", []) => Call::Close { socket },
            (HANDLE_INFORMATION, []) => Call::GetHandleInformation { socket },
            _ => return Ok(None),
        };
        Ok(Some((call, None)))
    }

    fn usage(&self, name: &str) -> Mistake {
        usage::wrong(&self.statement.call, name)
    }

    /// The socket that a name or number stands for.
    fn handle(&self, term: &Term) -> Found<SocketId> {
        let name = socket_name(term.word());
        match name.as_ref().and_then(|name| self.scope.sockets.get(name)) {
            Some(Some(socket)) => Ok(*socket),
            Some(None) => Err(Refusal::Absent),
            None => {
                let name = quoted_briefly(term.to_string().as_ref());
                Err(wrong(term, Phrase::script_unbound(name)))
            }
        }
    }

    /// `list[0]`
    fn entry(&self, term: &Term) -> Found<Late> {
        let word = term.word().unwrap_or_default();
        let parts = word.strip_suffix(']').and_then(|word| word.split_once('['));
        let index = parts.and_then(|(_, index)| index.trim().parse().ok());
        let (Some((name, _)), Some(index)) = (parts, index) else {
            let text = quoted_briefly(term.to_string().as_ref());
            return Err(wrong(term, Phrase::script_not_an_entry(text)));
        };
        match self.scope.lists.get(name) {
            Some(Some(of)) => Ok(Late::Entry {
                of: *of,
                index,
                length: None,
            }),
            Some(None) => Err(Refusal::Absent),
            None => {
                let name = quoted_briefly(name.as_ref());
                Err(wrong(term, Phrase::script_unknown_list(name)))
            }
        }
    }

    /// An address, and its length if that is written.
    fn address(&self, call: &str, terms: &[Term]) -> Found<Late> {
        let (term, length) = match terms {
            [term] => (term, None),
            [term, length] => {
                let length = self.number(length, 0..=128)?;
                (term, usize::try_from(length).ok())
            }
            _ => return Err(self.usage(call).into()),
        };
        let bad = || {
            let text = quoted_briefly(term.to_string().as_ref());
            wrong(term, Phrase::script_not_an_address(ADDRESSES, text))
        };
        let address = match &term.kind {
            Kind::Word(word) => match Address::read(word) {
                Some(address) => address,
                None if word.ends_with(']') => {
                    let mut late = self.entry(term)?;
                    if let Late::Entry { length: cut, .. } = &mut late {
                        *cut = length;
                    }
                    return Ok(late);
                }
                None => return Err(bad()),
            },
            Kind::Struct(members) => match &**members {
                [(None, of), (None, address)] => {
                    let number = constant(self.os, Hint::Family, of)?;
                    let address = address.word().and_then(Address::read);
                    let address = address.and_then(|it| it.with_family(self.os, number));
                    address.ok_or_else(bad)?
                }
                _ => return Err(bad()),
            },
            _ => return Err(bad()),
        };
        let address = match length {
            Some(length) => address.with_length(length),
            None => address,
        };
        Ok(Late::Address(address))
    }

    /// NULL or a string.
    fn text(&self, term: &Term) -> Found<Option<Text>> {
        match &term.kind {
            Kind::Word(word) if word == "NULL" => Ok(None),
            Kind::Text(bytes) => {
                let text = os_string(bytes).and_then(|text| Text::new(text).ok());
                let text = text.ok_or_else(|| wrong(term, Key::ScriptNoArgument));
                text.map(Some)
            }
            _ => Err(wrong(term, Key::ScriptString)),
        }
    }

    /// NULL or `{ai_flags=…}`; a member that is left out is 0.
    fn hints(&self, term: &Term) -> Found<Option<Hints>> {
        let members = match &term.kind {
            Kind::Word(word) if word == "NULL" => return Ok(None),
            Kind::Struct(members) => members,
            _ => return Err(wrong(term, Key::ScriptHints)),
        };
        let mut hints = Hints::default();
        for (name, value) in members {
            let hint = Hint::ALL
                .into_iter()
                .find(|hint| name.as_deref() == Some(hint.member()))
                .ok_or_else(|| wrong(value, Key::ScriptHints))?;
            hint.set(&mut hints, constant(self.os, hint, value)?);
        }
        Ok(Some(hints))
    }

    fn option(&self, level: &Term, option: &Term) -> Found<SocketOption> {
        let named = |own: &SocketOption| option.word() == Some(own.name());
        let found = SocketOption::ALL.into_iter().find(named);
        let found = found.filter(|found| level.word() == Some(found.level()));
        let Some(found) = found else {
            let level = quoted_briefly(level.to_string().as_ref());
            let text = quoted_briefly(option.to_string().as_ref());
            return Err(wrong(option, Phrase::script_option(level, text)));
        };
        if found.exists(self.os) {
            Ok(found)
        } else {
            Err(Refusal::Absent)
        }
    }

    fn option_value(&self, option: SocketOption, term: &Term) -> Found<OptionValue> {
        if option == SocketOption::Linger {
            let linger = linger(term).ok_or_else(|| wrong(term, Phrase::script_linger("{1, 0}")));
            return linger.map(OptionValue::Linger);
        }
        self.int(term).map(OptionValue::Number)
    }

    fn number(&self, term: &Term, range: RangeInclusive<i128>) -> Found<i128> {
        let value = term.word().and_then(number);
        value.filter(|value| range.contains(value)).ok_or_else(|| {
            let text = quoted_briefly(term.to_string().as_ref());
            wrong(
                term,
                Phrase::script_number(range.start(), range.end(), text),
            )
        })
    }

    /// A C `int`.
    fn int(&self, term: &Term) -> Found<i32> {
        let number = self.number(term, i32::MIN.into()..=i32::MAX.into())?;
        // The range is that of the type.
        Ok(i32::try_from(number).unwrap_or_default())
    }

    fn size(&self, term: &Term) -> Found<usize> {
        let number = self.number(term, 0..=MAX_BUFFER as i128)?;
        Ok(usize::try_from(number).unwrap_or_default())
    }

    /// The first `length` bytes of a string.
    fn data(&self, data: &Term, length: &Term) -> Found<Box<[u8]>> {
        let Kind::Text(bytes) = &data.kind else {
            return Err(wrong(data, Key::ScriptString));
        };
        let length = self.number(length, 0..=bytes.len() as i128)?;
        let length = usize::try_from(length).unwrap_or_default();
        Ok(bytes[..length].into())
    }

    /// `SHUT_WR`, `SD_SEND` or 1.
    fn how(&self, term: &Term) -> Found<How> {
        let word = term.word().unwrap_or_default();
        let found = How::ALL.into_iter().enumerate().find(|(number, how)| {
            [Os::Linux, Os::Windows]
                .map(|os| how.name(os))
                .contains(&word)
                || word == number.to_string()
        });
        let names = How::ALL.map(|how| how.name(self.os)).join(", ");
        let text = quoted_briefly(term.to_string().as_ref());
        let found = found.ok_or_else(|| wrong(term, Phrase::script_how(names, text)))?;
        Ok(found.1)
    }
}

fn wrong(term: &Term, what: impl Into<Phrase>) -> Refusal {
    Refusal::Wrong(Mistake {
        at: term.at,
        what: what.into(),
    })
}

/// A constant or number of `hint`; constants of flags may be joined by `|`.
pub(super) fn constant(os: Os, hint: Hint, term: &Term) -> Found<i32> {
    let word = term.word().unwrap_or_default();
    let value = |os: Os| {
        let mut words = word.split('|').map(|word| hint.parse(os, word));
        words.try_fold(0, |sum, value| Ok::<_, ()>(sum | value.map_err(|_| ())?))
    };
    if hint != Hint::Flags && word.contains('|') || word.is_empty() {
        return Err(no_constant(hint, term));
    }
    match value(os) {
        Ok(value) => Ok(value),
        Err(()) if Os::ALL.into_iter().any(|os| value(os).is_ok()) => Err(Refusal::Absent),
        Err(()) => Err(no_constant(hint, term)),
    }
}

fn no_constant(hint: Hint, term: &Term) -> Refusal {
    let text = quoted_briefly(term.to_string().as_ref());
    wrong(term, Phrase::script_constant(hint.member(), text))
}

/// `{1, 0}`
pub(super) fn linger(term: &Term) -> Option<Linger> {
    let Kind::Struct(members) = &term.kind else {
        return None;
    };
    let int = |term: &Term| i32::try_from(number(term.word()?)?).ok();
    match &**members {
        [(None, onoff), (None, seconds)] => Some(Linger {
            onoff: int(onoff)?,
            seconds: int(seconds)?,
        }),
        _ => None,
    }
}

/// `SOMAXCONN` of the system's header: `bits/socket.h` of glibc, `sys/socket.h`, `winsock2.h`.
const fn somaxconn(os: Os) -> i32 {
    match os {
        Os::Linux => 4096,
        Os::Macos | Os::Freebsd => 128,
        Os::Windows => 0x7fff_ffff,
    }
}

/// Bytes in the system's encoding of arguments.
#[cfg(unix)]
fn os_string(bytes: &[u8]) -> Option<std::ffi::OsString> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(std::ffi::OsStr::from_bytes(bytes).to_owned())
}

/// Bytes in the system's encoding of arguments, which has no form for all of them.
#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> Option<std::ffi::OsString> {
    std::str::from_utf8(bytes).ok().map(Into::into)
}
