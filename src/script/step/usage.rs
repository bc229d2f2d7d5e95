//! The calls that a script may have.

use crate::script::syntax::{Mistake, Word};
use crate::text::{nearest, quoted_briefly};
use crate::words::Phrase;

/// Each call, its other name on Windows, and its arguments as a message shows them.
const CALLS: [(&str, &str, &str); 20] = [
    ("WSAStartup", "", "WSAStartup(2.2)"),
    (
        "getaddrinfo",
        "GetAddrInfoW",
        "getaddrinfo(node, service, hints, [list])",
    ),
    ("getnameinfo", "GetNameInfoW", "getnameinfo(address)"),
    ("WSAEnumProtocolsW", "", "WSAEnumProtocolsW(NULL)"),
    ("socket", "", "socket(family, type, protocol)"),
    ("setsockopt", "", "setsockopt(socket, level, option, value)"),
    ("getsockopt", "", "getsockopt(socket, level, option)"),
    ("bind", "", "bind(socket, address)"),
    ("listen", "", "listen(socket, backlog)"),
    ("accept", "", "accept(socket)"),
    ("connect", "", "connect(socket, address)"),
    ("send", "", "send(socket, \"data\", length)"),
    ("sendto", "", "sendto(socket, \"data\", length, address)"),
    ("recv", "", "recv(socket, size)"),
    ("recvfrom", "", "recvfrom(socket, size)"),
    ("shutdown", "", "shutdown(socket, how)"),
    ("getsockname", "", "getsockname(socket)"),
    ("getpeername", "", "getpeername(socket)"),
    ("close", "closesocket", "close(socket)"),
    ("GetHandleInformation", "", "GetHandleInformation(socket)"),
];

/// The name of a call that may have Winsock's, and its arguments.
pub(super) fn of(name: &str) -> Option<(&'static str, &'static str)> {
    let row = CALLS.iter().find(|row| row.0 == name || row.1 == name);
    row.map(|(name, _, usage)| (*name, *usage))
}

/// The message that there is no such call.
pub(super) fn unknown(call: &Word) -> Mistake {
    let names = CALLS.iter().flat_map(|(name, other, _)| [*name, *other]);
    let name = quoted_briefly(call.text.as_ref());
    Mistake {
        at: call.at,
        what: match nearest(&call.text, names) {
            Some(similar) => Phrase::script_unknown_call_similar(name, similar),
            None => Phrase::script_unknown_call(name),
        },
    }
}

/// The message that the call has other arguments.
pub(super) fn wrong(call: &Word, name: &str) -> Mistake {
    Mistake {
        at: call.at,
        what: Phrase::script_usage(of(name).map_or(name, |(_, usage)| usage)),
    }
}
