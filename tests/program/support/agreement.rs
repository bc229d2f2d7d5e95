//! Compares sockscope's JSON with the oracle's answer to the same query, field by field.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::process::Output;

use serde_json::{Value, json};
use sockscope::names::Os;
use sockscope::net::Hint;

use super::oracle::{Answer, Code, Entry};
use super::query::{Query, hex};

/// The places where the `output` of `sockscope --format json` for `query` differs from the oracle's
/// answer.
pub fn differences(query: &Query, answer: &Answer, output: &Output) -> Vec<String> {
    let mut found = Differences(Vec::new());
    found.equal("exit status", &output.status.code(), &Some(status(answer)));
    let text = match std::str::from_utf8(&output.stdout) {
        Ok(text) => text,
        Err(error) => {
            found.0.push(format!("the output is not UTF-8: {error}"));
            return found.0;
        }
    };
    let raw = |c: char| c.is_control() && c != '\n';
    if text.contains(raw) {
        found.0.push("a control character is printed raw".into());
    }
    if !text.ends_with('\n') {
        found.0.push("the output does not end a line".into());
    }
    match serde_json::from_str::<Value>(text) {
        Ok(json) => compare(&mut found, query, answer, &json),
        Err(error) => found.0.push(format!("the output is not JSON: {error}")),
    }
    found.0
}

/// The differences that occur in each of a few tries. On a busy machine a name server's answer may
/// come too late for one of the programs, but not every time.
pub fn in_every_try(mut differences: impl FnMut() -> Vec<String>) -> Vec<String> {
    let mut last = Vec::new();
    for _ in 0..3 {
        last = differences();
        if last.is_empty() {
            break;
        }
    }
    last
}

/// The exit status that the contract gives this answer.
pub fn status(answer: &Answer) -> i32 {
    match answer.returned.code {
        0 if answer.entries.iter().any(|entry| entry.socket.is_ok()) => 0,
        0 => 3,
        _ => 1,
    }
}

struct Differences(Vec<String>);

impl Differences {
    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, ours: &T, machine: &T) {
        if ours != machine {
            self.0
                .push(format!("{what}: sockscope {ours:?}, machine {machine:?}"));
        }
    }

    /// A number and its name. Names are compared with the tables, which have tests of their own.
    fn named(&mut self, what: &str, hint: Hint, ours: &Value, machine: i32) {
        let name = hint.table(Os::HOST).of(machine).map(|row| row.name);
        self.equal(what, ours, &json!({"value": machine, "name": name}));
    }

    fn flags(&mut self, what: &str, ours: &Value, machine: i32) {
        self.equal(what, &ours["value"], &json!(machine));
        let mut bits = 0_u32;
        let mut seen = BTreeSet::new();
        for name in ours["names"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            let value = match name.strip_prefix("0x") {
                Some(digits) => u32::from_str_radix(digits, 16).ok(),
                None => Hint::Flags
                    .table(Os::HOST)
                    .named(name)
                    .map(|row| row.value.cast_unsigned()),
            };
            if value.is_none() || !seen.insert(name.to_owned()) {
                self.0.push(format!("{what}: {name:?} is no flag"));
            }
            bits |= value.unwrap_or_default();
        }
        self.equal(&format!("{what}.names"), &bits, &machine.cast_unsigned());
    }

    fn elapsed(&mut self, what: &str, ours: &Value) {
        if !ours["elapsed_us"].is_u64() {
            self.0.push(format!("{what}.elapsed_us is no number"));
        }
    }

    fn error(&mut self, what: &str, ours: &Value, domain: &str, machine: &Code) {
        let domain = if cfg!(windows) { "wsa" } else { domain };
        self.equal(&format!("{what}.domain"), &ours["domain"], &json!(domain));
        self.equal(&format!("{what}.code"), &ours["code"], &json!(machine.code));
        self.equal(
            &format!("{what}.message"),
            &ours["message"],
            &json!(escaped(&machine.text)),
        );
        let names = Os::HOST.names();
        let table = match domain {
            "gai" => &names.gai,
            "errno" => &names.errno,
            _ => &names.wsa,
        };
        let name = table.of(machine.code).map(|row| row.name);
        self.equal(
            &format!("{what}.name"),
            &ours.get("name"),
            &Some(&json!(name)),
        );
    }
}

fn compare(found: &mut Differences, query: &Query, answer: &Answer, json: &Value) {
    found.equal("schema", &json["schema"], &json!(1));
    asked(found, query, &json["query"]);

    let call = &json["getaddrinfo"];
    let returned = &answer.returned;
    found.equal("return", &call["return"], &json!(returned.code));
    found.elapsed("getaddrinfo", call);
    if returned.code == 0 {
        found.equal("error", &call["error"], &Value::Null);
    } else {
        found.error("error", &call["error"], "gai", returned);
    }
    match &answer.errno {
        None => found.equal("errno", &call["error"].get("errno"), &None),
        Some(errno) => found.error("errno", &call["error"]["errno"], "errno", errno),
    }

    let none = Vec::new();
    let entries = json["entries"].as_array().unwrap_or(&none);
    found.equal("entries", &entries.len(), &answer.entries.len());
    for (at, (ours, machine)) in entries.iter().zip(&answer.entries).enumerate() {
        entry(found, &format!("entries[{at}]"), ours, machine);
    }
    // Each socket is closed before the next opens, so POSIX gives every one the same lowest number.
    let handles: BTreeSet<_> = entries
        .iter()
        .filter_map(|entry| entry["socket"]["handle"].as_u64())
        .collect();
    if cfg!(unix) && handles.len() > 1 {
        found.0.push(format!(
            "sockets were left open: they have the numbers {handles:?}"
        ));
    }
}

fn asked(found: &mut Differences, query: &Query, ours: &Value) {
    let text = |text: &Option<Vec<u8>>| text.as_deref().map(escaped);
    found.equal("query.node", &ours["node"], &json!(text(&query.node)));
    found.equal(
        "query.service",
        &ours["service"],
        &json!(text(&query.service)),
    );
    let Some(hints) = query.hints else {
        found.equal("query.hints", &ours.get("hints"), &Some(&Value::Null));
        return;
    };
    let ours = &ours["hints"];
    found.flags("query.ai_flags", &ours["ai_flags"], hints.flags);
    for (member, hint, value) in [
        ("ai_family", Hint::Family, hints.family),
        ("ai_socktype", Hint::Socktype, hints.socktype),
        ("ai_protocol", Hint::Protocol, hints.protocol),
    ] {
        found.named(&format!("query.{member}"), hint, &ours[member], value);
    }
}

fn entry(found: &mut Differences, at: &str, ours: &Value, machine: &Entry) {
    found.flags(&format!("{at}.ai_flags"), &ours["ai_flags"], machine.flags);
    for (member, hint, value) in [
        ("ai_family", Hint::Family, machine.family),
        ("ai_socktype", Hint::Socktype, machine.socktype),
        ("ai_protocol", Hint::Protocol, machine.protocol),
    ] {
        found.named(&format!("{at}.{member}"), hint, &ours[member], value);
    }
    found.equal(
        &format!("{at}.ai_addrlen"),
        &ours["ai_addrlen"],
        &json!(machine.addrlen),
    );
    address(
        found,
        &format!("{at}.ai_addr"),
        &ours["ai_addr"],
        machine.addr.as_deref(),
    );
    found.equal(
        &format!("{at}.ai_canonname"),
        &ours.get("ai_canonname"),
        &Some(&json!(machine.canonname.as_deref().map(escaped))),
    );
    let socket = &ours["socket"];
    found.elapsed(&format!("{at}.socket"), socket);
    match &machine.socket {
        Ok(()) => {
            found.equal(
                &format!("{at}.socket.error"),
                &socket.get("error"),
                &Some(&Value::Null),
            );
            if !socket["handle"].is_u64() {
                found.0.push(format!("{at}.socket.handle is not a number"));
            }
        }
        Err(code) => {
            found.equal(
                &format!("{at}.socket.handle"),
                &socket.get("handle"),
                &Some(&Value::Null),
            );
            found.error(
                &format!("{at}.socket.error"),
                &socket["error"],
                "errno",
                code,
            );
        }
    }
}

fn address(found: &mut Differences, at: &str, ours: &Value, machine: Option<&[u8]>) {
    let Some(bytes) = machine else {
        found.equal(at, &ours["bytes"], &Value::Null);
        return;
    };
    found.equal(&format!("{at}.bytes"), &ours["bytes"], &json!(hex(bytes)));
    let read = read_address(bytes);
    found.equal(
        &format!("{at}.text"),
        &ours["text"],
        &json!(read.map(|read| read.to_string())),
    );
    found.equal(
        &format!("{at}.ip"),
        &ours["ip"],
        &json!(read.map(|read| read.ip().to_string())),
    );
    found.equal(
        &format!("{at}.port"),
        &ours["port"],
        &json!(read.map(|read| read.port())),
    );
    let v6 = match read {
        Some(SocketAddr::V6(v6)) => Some(v6),
        _ => None,
    };
    found.equal(
        &format!("{at}.scope_id"),
        &ours["scope_id"],
        &json!(v6.map(|v6| v6.scope_id())),
    );
    found.equal(
        &format!("{at}.flowinfo"),
        &ours["flowinfo"],
        &json!(v6.map(|v6| v6.flowinfo())),
    );
}

/// The sockaddr by RFC 3493 §3.3 and §3.4: port, flow and address are in network byte order, the
/// scope in the host's.
fn read_address(bytes: &[u8]) -> Option<SocketAddr> {
    let port = u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]);
    match bytes.len() {
        16 => {
            let ip: [u8; 4] = bytes[4..8].try_into().unwrap();
            Some(SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::from(ip), port)))
        }
        28 => {
            let flowinfo = u32::from_be_bytes(bytes[4..8].try_into().unwrap());
            let ip: [u8; 16] = bytes[8..24].try_into().unwrap();
            let scope = u32::from_ne_bytes(bytes[24..28].try_into().unwrap());
            let ip = Ipv6Addr::from(ip);
            Some(SocketAddr::V6(SocketAddrV6::new(ip, port, flowinfo, scope)))
        }
        _ => None,
    }
}

/// Text as in the JSON: bytes that are not UTF-8 as `\xNN`, everything else unchanged.
pub fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// The addresses of an answer, for a test with known addresses.
pub fn addresses(answer: &Answer) -> BTreeSet<IpAddr> {
    answer
        .entries
        .iter()
        .filter_map(|entry| read_address(entry.addr.as_deref()?))
        .map(|address| address.ip())
        .collect()
}
