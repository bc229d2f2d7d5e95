//! Every member of the JSON that is compared is altered in turn, and the difference is found.

use serde_json::Number;

use super::*;
use crate::compare::{Answer, Comparison};
use crate::replay::Replay;

/// Files of real answers, of several versions and systems.
const FILES: [&str; 7] = [
    include_str!("../../../tests/replays/linux-0.1.0.json"),
    include_str!("../../../tests/replays/linux-connect.json"),
    include_str!("../../../tests/replays/linux-no-memory.json"),
    include_str!("../../../tests/replays/linux-port-in-use.json"),
    include_str!("../../../tests/replays/linux-sources.json"),
    include_str!("../../../tests/replays/windows-listen.json"),
    include_str!("../../../tests/replays/windows-unknown-name.json"),
];

/// Never compared: times, handles, the program, the system's messages and the words of notes.
const NEVER: [&str; 7] = [
    "elapsed_us",
    "handle",
    "message",
    "program.name",
    "program.version",
    "notes[].line",
    "notes[].remedy",
];

/// What follows from other members, so that only they are read. Of the notes the rules are found again
/// from the facts; in `calls` stands once more what the other members have.
const DERIVED: [&str; 28] = [
    "name",
    "names[]",
    "severity",
    "suspected",
    "requested",
    "winsock.return",
    "ai_addr.text",
    "ai_addr.ip",
    "ai_addr.port",
    "ai_addr.scope_id",
    "ai_addr.flowinfo",
    "getaddrinfo.timed_out",
    "getaddrinfo.return",
    "getnameinfo.return",
    "steps[].return",
    "steps[].call",
    "calls[].return",
    "calls[].call",
    "calls[].error",
    "lookup.node",
    "lookup.text",
    "lookup.hosts_line",
    "lookup.sources[].actions",
    "lookup.sources[].reach",
    "lookup.sources[].behind",
    "lookup.sources[].text",
    "answer.differs_from",
    "answer.entries[]",
];

/// Objects that follow from others as a whole.
const DERIVED_OBJECTS: [&str; 7] = [
    "order.",
    "lookup.hosts[]",
    "lookup.name_servers",
    "lookup.search",
    "lookup.ndots",
    "lookup.names",
    "lookup.gai_conf",
];

fn read(json: &Value) -> Result<Replay, String> {
    let text = json.to_string();
    let replay = Replay::read("a.json".as_ref(), text.as_bytes());
    replay.map_err(|error| error.text(Language::En))
}

/// Calls `each` with the path of every value that is no list and no object, `entries[].ai_addrlen`, and a pointer
/// to it.
fn leaves(value: &Value, path: &str, pointer: &str, each: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}[]"), &format!("{pointer}/{at}"), each);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let dot = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{dot}{name}");
                leaves(member, &path, &format!("{pointer}/{name}"), each);
            }
        }
        _ => each(path, pointer),
    }
}

/// Other values than this one.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(value) => vec![json!(!value)],
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            vec![json!(number + 1), json!(number ^ 16)]
        }
        Value::String(text) => {
            let mut others = vec![json!(format!("{text}1"))];
            if let Some(last) = text.chars().last() {
                let digit = if last == '0' { '1' } else { '0' };
                others.push(json!(format!(
                    "{}{digit}",
                    &text[..text.len() - last.len_utf8()]
                )));
            }
            others
        }
        _ => {
            let error = json!({"domain": "errno", "code": 5, "name": "EIO", "message": "x"});
            let flags = json!({"value": 1, "names": ["AI_PASSIVE"]});
            let family = json!({"value": 2, "name": "AF_INET"});
            let hints = json!({
                "ai_flags": flags, "ai_family": family, "ai_socktype": family, "ai_protocol": family,
            });
            vec![
                json!("x"),
                Value::Number(Number::from(7)),
                error,
                hints,
                json!(true),
                json!([]),
            ]
        }
    }
}

#[test]
fn every_compared_member_is_found_if_it_is_altered() {
    let ends = |path: &str, names: &[&str]| {
        let is = |name: &str| path == name || path.ends_with(&format!(".{name}"));
        names.iter().any(|name| is(name))
    };
    let own = [
        "getaddrinfo",
        "freeaddrinfo",
        "WSAStartup",
        "GetAddrInfoW",
        "FreeAddrInfoW",
    ];
    let mut seen = std::collections::BTreeSet::new();
    let mut wrong = Vec::new();
    for file in FILES {
        let whole: Value = serde_json::from_str(file).unwrap();
        let replay = read(&whole).unwrap();
        let compare = |other: &Replay| {
            Comparison::of([&replay, other].map(|replay| Answer {
                run: &replay.run,
                notes: &replay.notes,
            }))
        };
        assert!(compare(&replay).is_equal());
        leaves(&whole, "", "", &mut |path, pointer| {
            let never = ends(path, &NEVER);
            // A socket() that fails may be made again, and is no entry's then.
            let told_elsewhere = path == "calls[].line" && {
                let member = |name| whole.pointer(&pointer.replace("/line", name)).unwrap();
                own.contains(&member("/call").as_str().unwrap())
                    || member("/call") == "socket" && !member("/error").is_null()
            };
            // The call of a known rule is found again with the rule.
            let of_known_rule = path == "entries[].notes[].call" && {
                let rule = pointer.replace("/call", "/rule");
                whole.pointer(&rule).unwrap() != "of-a-later-version"
            };
            let derived = ends(path, &DERIVED)
                || of_known_rule
                || DERIVED_OBJECTS
                    .iter()
                    .any(|object| path.starts_with(object))
                || told_elsewhere
                || path.starts_with("calls[].error");
            seen.insert(path.to_owned());
            if path.ends_with(".handle") && whole.get("calls").is_some() {
                // The lines of the calls have it too.
                return;
            }
            let value = whole.pointer(pointer).unwrap();
            for other in others(value) {
                let mut altered = whole.clone();
                *altered.pointer_mut(pointer).unwrap() = other.clone();
                // A damaged file is found too.
                let Ok(altered) = read(&altered) else {
                    continue;
                };
                let comparison = compare(&altered);
                let found = !comparison.is_equal() || !comparison.circumstances.is_empty();
                let what = format!("{path}: {value} as {other}");
                match (never, derived) {
                    (true, _) if found => wrong.push(format!("{what} is never compared")),
                    (false, false) if !found => wrong.push(format!("{what} is not found")),
                    _ => {}
                }
            }
        });
    }
    assert_eq!(wrong, [""; 0]);
    for path in [
        "entries[].ai_addrlen",
        "entries[].socket.error.code",
        "entries[].notes[].call",
        "entries[].steps[].line",
        "facts.hosts.file",
    ] {
        assert!(seen.contains(path), "no file has {path}");
    }
}
