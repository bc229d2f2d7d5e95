//! A line of a trace as the call that was made.

use super::address::Ports;
use super::argument::Arguments;
use super::expectation::{self, Expectation};
use super::{Late, Refusal, Scope, socket_name, usage};
use crate::names::Os;
use crate::net::{Call, Datagram, Handle, SocketId, Value};
use crate::script;
use crate::script::syntax::{self, Statement};
use crate::words::Phrase;

/// A call that was made, as its line has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// The handle that the call was made on.
    pub(crate) on: Option<Handle>,
    pub(crate) call: Call,
    /// What the call returned; `None` if it failed, or if the line does not have all of it.
    pub(crate) value: Option<Value>,
}

/// Reads a line without its time. The call is on the socket `on`, or opens `new`. A comment is no call, and
/// neither is a function or a constant that this version does not know.
///
/// # Errors
/// The line is no call with the result that such a call has.
pub(crate) fn read(
    os: Os,
    text: &str,
    on: SocketId,
    new: SocketId,
) -> Result<Option<Made>, Phrase> {
    let line = syntax::line(text).map_err(|mistake| mistake.what)?;
    let Some(statement) = line.statement.filter(|it| is_known(&it.call.text)) else {
        return Ok(None);
    };
    match made(os, &statement, on, new) {
        Ok(made) => Ok(made),
        Err(Refusal::Absent) => Ok(None),
        Err(Refusal::Wrong(mistake)) => Err(mistake.what),
    }
}

/// The handle that the call of this line is on.
pub(crate) fn handle(text: &str) -> Option<Handle> {
    let statement = syntax::line(text).ok()?.statement?;
    let takes_none = ["socket", "getaddrinfo", "GetAddrInfoW"];
    if takes_none.contains(&&*statement.call.text) {
        return None;
    }
    first_handle(&statement)
}

fn is_known(name: &str) -> bool {
    usage::of(name).is_some()
}

fn first_handle(statement: &Statement) -> Option<Handle> {
    let name = statement.arguments.first().and_then(syntax::Term::word);
    let number = socket_name(name)?.parse().ok()?;
    Some(Handle(number))
}

fn made(
    os: Os,
    statement: &Statement,
    on: SocketId,
    new: SocketId,
) -> Result<Option<Made>, Refusal> {
    let mut scope = Scope::default();
    let first = statement.arguments.first().and_then(syntax::Term::word);
    if let Some(name) = socket_name(first) {
        scope.sockets.insert(name, Some(on));
    }
    let (mut call, late) = Arguments::new(statement, &scope, os, new).call()?;
    match late {
        None => {}
        Some(Late::Address(address)) => {
            let Some(bytes) = address.sockaddr(os, &Ports::default()) else {
                return Ok(None);
            };
            call.set_address(bytes);
        }
        Some(Late::Entry { .. }) => return Ok(None),
    }
    let terms = statement.cases.first().map(|case| &*case.terms);
    let expectation = terms.map(|terms| expectation::read(&call, terms, os));
    let value = match expectation.transpose()? {
        Some(expectation) => value(os, &call, expectation),
        None => None,
    };
    let on = first_handle(statement).filter(|_| call.on().is_some());
    if call.on().is_some() && on.is_none() {
        // A name of a script, which no trace has.
        return Ok(None);
    }
    Ok(Some(Made { on, call, value }))
}

/// The value of a result; `None` for a failure, and for what a line has no room for.
fn value(os: Os, call: &Call, result: Expectation) -> Option<Value> {
    let ports = Ports::default();
    Some(match result {
        Expectation::Anything | Expectation::Failure(_) => return None,
        Expectation::Opened(name) => Value::Handle(Handle(name.parse().ok()?)),
        Expectation::Number(count) => match call {
            Call::Send { .. } | Call::Sendto { .. } => Value::Sent(count.try_into().ok()?),
            Call::Getsockopt { .. } | Call::GetHandleInformation { .. } => {
                Value::Number(count.try_into().ok()?)
            }
            Call::WsaStartup(_) | Call::Getaddrinfo(_) | Call::WsaEnumProtocols => return None,
            _ => Value::Zero,
        },
        Expectation::Data(_, data, from) => {
            let data = data.unwrap_or_default();
            match call {
                Call::Recvfrom { .. } => {
                    let address = match from {
                        Some(from) => from.sockaddr(os, &ports)?,
                        None => Box::default(),
                    };
                    Value::Datagram(Box::new(Datagram { data, address }))
                }
                _ => Value::Received(data),
            }
        }
        // The JSON has the names apart.
        Expectation::Names(_) => return None,
        Expectation::Address(address) => Value::Address(address.sockaddr(os, &ports)?),
        Expectation::Linger(linger) => Value::Linger(linger),
        // The flags of a handle, by their names; a provider is not in the line with all its members.
        Expectation::Text(text) => {
            let flags = (1..=3).find(|&flags| script::number_value(os, call, flags) == text);
            Value::Number(flags?)
        }
    })
}
