#![expect(clippy::unwrap_used, reason = "a test")]

use super::*;
use crate::words::Language;

/// The message about a file with this content.
fn refusal(text: &str) -> String {
    refusal_of_bytes(text.as_bytes())
}

fn refusal_of_bytes(bytes: &[u8]) -> String {
    let error = Replay::read(Path::new("a.json"), bytes).unwrap_err();
    error.text(Language::En)
}

/// A file with one entry and this text as its `ai_addr`.
fn with_address(address: &str) -> String {
    let number = |name, value| format!("\"{name}\": {{\"value\": {value}}}");
    let members = ["ai_flags", "ai_family", "ai_socktype", "ai_protocol"].map(|it| number(it, 2));
    format!(
        "{{\"schema\": 1, \"system\": {{\"os\": \"linux\"}},\n\"getaddrinfo\": {{\"return\": 0}},\n\
         \"entries\": [\n{{{}, \"ai_addrlen\": 2, \"ai_addr\": {address}}}]}}",
        members.join(", ")
    )
}

#[test]
fn message_has_line_column_and_field() {
    for (text, expected) in [
        ("", "line 1, column 1: the JSON ends too early"),
        (
            "{\"schema\": 1,\n",
            "line 2, column 1: the JSON ends too early",
        ),
        (
            "[]",
            "line 1, column 2: another value is expected here (serde_json: “invalid length 0, expected an object”)",
        ),
        (
            "{\"schema\": 2, \"system\": {\"os\": \"plan9\"}}",
            "line 1, column 12: schema: another schema; this version reads schema 1",
        ),
        (
            "{\"schema\": 1, \"system\": {\"os\": \"plan9\"}}",
            "line 1, column 38: system.os: unknown system; the systems are linux, macos, freebsd, windows",
        ),
        ("{\"schema\": 1}", "line 1, column 13: system is missing"),
        (
            "{\"schema\": 1, \"system\": {}}",
            "line 1, column 26: system: os is missing",
        ),
        (
            "{\"schema\": 1 \"system\"}",
            "line 1, column 14: not JSON (serde_json: “expected `,` or `}`”)",
        ),
    ] {
        assert_eq!(refusal(text), format!("a.json, {expected}"), "{text}");
    }
    let text = with_address("{\"bytes\": \"0x\"}");
    assert_eq!(
        refusal(&text),
        "a.json, line 4, column 154: entries[0].ai_addr.bytes: expected two hexadecimal digits for each byte"
    );
}

#[test]
fn refusal_is_spanish_but_for_the_quoted_reason() {
    let refused = Replay::read(
        Path::new("a.json"),
        with_address("{\"bytes\": 7}").as_bytes(),
    );
    assert_eq!(
        refused.unwrap_err().text(Language::Es),
        "a.json, línea 4, columna 151: entries[0].ai_addr.bytes: aquí se espera otro valor \
         (serde_json, en inglés: “invalid type: integer `7`, expected a string”)"
    );
}

#[test]
fn damaged_file_is_refused_with_its_place() {
    let error = "{\"domain\": \"gai\", \"code\": 1, \"message\": \"\", \"errno\": ".repeat(200);
    for (text, expected) in [
        (
            with_address("null").replace("\"return\": 0", &format!("\"error\": {error}")),
            "line 2, column 6651: lists or objects are nested too deeply",
        ),
        (
            with_address("{\"bytes\": 7}"),
            "line 4, column 151: entries[0].ai_addr.bytes: another value is expected here \
             (serde_json: “invalid type: integer `7`, expected a string”)",
        ),
        (
            with_address("null, \"ai_addrlen\": 3"),
            "line 4, column 158: entries[0].ai_addrlen: another value is expected here \
             (serde_json: “duplicate field `ai_addrlen`”)",
        ),
        (
            with_address("null").replace("\"ai_family\"", "\"\\u001b\""),
            "line 4, column 142: entries[0]: ai_family is missing",
        ),
        (
            with_address("null, \"steps\": [{\"call\": \"bind\", \"line\": \"bind(3, x) = 0\"}]"),
            "line 4, column 197: entries[0].steps[0].line: \"x\" is not an address, such as 127.0.0.1:80, \
             [::1]:80, {AF_UNSPEC, 127.0.0.1:80}, list[0]",
        ),
        (
            "{\"schema\": 1, \"system\": {\"os\": \"linux\"}, \"query\": {\"node\": \"a\\u0000\"}}"
                .to_owned(),
            "line 1, column 68: query.node: a NUL character ends a C string, so the call would not see the rest",
        ),
    ] {
        assert_eq!(refusal(&text), format!("a.json, {expected}"), "{text}");
    }
}

#[test]
fn text_of_another_encoding_is_read_or_refused() {
    let text = "{\"schema\": 1, \"system\": {\"os\": \"macos\"}}";
    let units = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(order).collect()
    };
    let marked = ["\u{feff}", text].concat().into_bytes();
    for bytes in [units(u16::to_le_bytes), units(u16::to_be_bytes), marked] {
        let replay = Replay::read(Path::new("a.json"), &bytes).unwrap();
        assert_eq!(replay.run.host.os, Os::Macos);
    }
    assert_eq!(
        refusal_of_bytes(b"\xff"),
        "cannot read a.json: it is not UTF-8"
    );
}

#[test]
fn message_about_a_hostile_text_is_inert() {
    let text =
        "{\"schema\": 1, \"system\": {\"os\": \"linux\", \"libc\": {\"\u{1b}[2J\u{202e}\": 1}}}";
    let message = refusal(text);
    assert!(message.contains("system.libc"), "{message}");
    assert!(
        !message.chars().any(|c| c.is_control() || c == '\u{202e}'),
        "{message:?}"
    );
}

/// The names of the calls of a file, in the order in which they were made.
fn calls(text: &str) -> Vec<&'static str> {
    let replay = Replay::read(Path::new("a.json"), text.as_bytes()).unwrap();
    let mut records: Vec<_> = replay.run.records().iter().collect();
    records.sort_by_key(|record| record.id);
    let names = records.iter().map(|record| record.call.name(Os::Windows));
    names.collect()
}

const LISTEN: &str = include_str!("../../tests/replays/windows-listen.json");
const LISTEN_CALLS: [&str; 5] = ["GetAddrInfoW", "socket", "bind", "listen", "closesocket"];

#[test]
fn call_that_the_list_of_calls_lacks_comes_last() {
    let (text, _) = LISTEN
        .rsplit_once(",\n    {\"call\": \"closesocket\"")
        .unwrap();
    assert_eq!(calls(&format!("{text}]}}")), LISTEN_CALLS);
}

#[test]
fn socket_of_an_entry_is_found_in_another_spelling() {
    for spelling in ["aF_INET", "2"] {
        let text = LISTEN.replacen("socket(AF_INET", &format!("socket({spelling}"), 1);
        assert_eq!(calls(&text), LISTEN_CALLS, "{spelling}");
    }
}
