//! The output of a program, and the expected output.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::process::Output;

use serde_json::Value;

use crate::support::oracle;

/// An entry: family, type, protocol; address, scope and port of an IP address; the error of
/// socket().
pub(crate) type Entry = (i64, i64, i64, Option<(IpAddr, u64, u64)>, Option<i64>);

/// The result of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The return value of getaddrinfo.
    pub(crate) returned: i64,
    pub(crate) entries: Vec<Entry>,
    /// The exit status.
    pub(crate) status: i32,
}

impl Answer {
    /// From `sockscope --format json`.
    pub(crate) fn of_json(output: &Output) -> Self {
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let entries = json["entries"].as_array().unwrap();
        Self {
            returned: json["getaddrinfo"]["return"].as_i64().unwrap(),
            entries: entries.iter().map(entry_of_json).collect(),
            status: output.status.code().unwrap(),
        }
    }

    /// From the oracle.
    pub(crate) fn of_oracle(answer: &oracle::Answer) -> Self {
        let entries = answer.entries.iter().map(|entry| {
            let address = entry.addr.as_deref().and_then(sockaddr);
            let error = entry.socket.as_ref().err();
            (
                entry.family.into(),
                entry.socktype.into(),
                entry.protocol.into(),
                address,
                error.map(|error| error.code.into()),
            )
        });
        Self {
            returned: answer.returned.code.into(),
            entries: entries.collect(),
            status: crate::support::agreement::status(answer),
        }
    }

    /// The entry at `place` alone, as a program for that entry prints it.
    pub(crate) fn only(&self, place: usize) -> Self {
        let entries: Vec<_> = self.entries.iter().skip(place).take(1).cloned().collect();
        let opened = entries.iter().any(|entry| entry.4.is_none());
        Self {
            returned: self.returned,
            status: match self.returned {
                0 if opened => 0,
                0 => 3,
                _ => 1,
            },
            entries,
        }
    }

    /// From a program, which must print nothing else.
    pub(crate) fn of_program(output: &Output) -> Self {
        let text = str::from_utf8(&output.stdout).unwrap();
        let mut lines = text.lines();
        let returned = lines.next().unwrap_or_default();
        let returned = returned.strip_prefix("getaddrinfo ");
        let returned = returned.unwrap_or_else(|| panic!("no first line: {output:?}"));
        Self {
            returned: returned.parse().unwrap(),
            entries: lines.map(entry_of_line).collect(),
            status: output.status.code().unwrap(),
        }
    }
}

/// The line of the spy, without its first word.
pub(crate) fn spy_call(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("spy "));
    let line = lines
        .next()
        .unwrap_or_else(|| panic!("no call: {output:?}"));
    assert_eq!(lines.next(), None, "getaddrinfo is called once");
    line.to_owned()
}

fn entry_of_json(json: &Value) -> Entry {
    let value = |member: &str| json[member]["value"].as_i64().unwrap();
    let addr = &json["ai_addr"];
    let address = addr["ip"].as_str().map(|ip| {
        let scope = addr["scope_id"].as_u64().unwrap_or(0);
        (ip.parse().unwrap(), scope, addr["port"].as_u64().unwrap())
    });
    (
        value("ai_family"),
        value("ai_socktype"),
        value("ai_protocol"),
        address,
        json["socket"]["error"]["code"].as_i64(),
    )
}

fn entry_of_line(line: &str) -> Entry {
    let words: Vec<&str> = line.split(' ').collect();
    let number = |at: usize| words[at].parse().unwrap();
    let error = match &words[6..] {
        ["socket", "ok"] => None,
        ["socket", "error", code] => Some(code.parse().unwrap()),
        _ => panic!("{line}"),
    };
    assert_eq!(words[0], "entry", "{line}");
    let address = (words[4] != "-").then(|| {
        let (ip, scope) = words[4].split_once('%').unwrap_or((words[4], "0"));
        let scope = scope.parse().unwrap_or_else(|_| {
            // The name of an interface of this machine.
            match (words[4], 0).to_socket_addrs().unwrap().next() {
                Some(SocketAddr::V6(address)) => address.scope_id().into(),
                other => panic!("{other:?}"),
            }
        });
        (ip.parse().unwrap(), scope, words[5].parse().unwrap())
    });
    (number(1), number(2), number(3), address, error)
}

/// `struct sockaddr_in` and `struct sockaddr_in6`, told apart by length (RFC 3493, 3.3 and 3.4).
fn sockaddr(bytes: &[u8]) -> Option<(IpAddr, u64, u64)> {
    let port = u64::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]));
    match bytes.len() {
        16 => {
            let ip: [u8; 4] = bytes[4..8].try_into().unwrap();
            Some((ip.into(), 0, port))
        }
        28 => {
            let ip: [u8; 16] = bytes[8..24].try_into().unwrap();
            let scope = u32::from_ne_bytes(bytes[24..28].try_into().unwrap());
            Some((ip.into(), scope.into(), port))
        }
        _ => None,
    }
}
