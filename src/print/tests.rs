#![expect(clippy::unwrap_used, reason = "a test")]

mod compared;
mod markdown;
mod redacted;
mod replay;
mod steps;

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::names::Os;
use crate::net::fixture::{self, entry, failed, list, opened};
use crate::net::{
    AddrInfo, Call, Domain, Hints, Host, HostService, Needs, OsError, Outcome, Query, REQUESTED,
    Reason, Record, SocketId, Triple, Value as Returned, Version, WsaData, encode,
};
use crate::text::Text;
use crate::words::Language;

const MS: Duration = Duration::from_micros(1_500);
const US: Duration = Duration::from_micros(11);
const SOCKET: SocketId = SocketId(1);

/// A run of any system.
struct Scene {
    host: Host,
    query: Query,
    getaddrinfo: Outcome,
    /// The calls on entries.
    steps: Vec<(usize, Call, Outcome, Duration)>,
    language: Language,
    /// Whether the order is asked for.
    lookup: bool,
    /// What the sockets were to become.
    role: Option<Role>,
}

fn scene(os: Os, getaddrinfo: Outcome) -> Scene {
    Scene {
        host: (*fixture::host(os)).clone(),
        query: Query::server_example(os),
        getaddrinfo,
        steps: Vec::new(),
        language: Language::En,
        lookup: false,
        role: None,
    }
}

/// getaddrinfo of Linux returned these entries.
fn linux(entries: Vec<AddrInfo>) -> Scene {
    scene(Os::Linux, list(entries))
}

fn record(entry: Option<usize>, call: Call, outcome: Outcome, took: Duration) -> Record {
    Record {
        entry,
        took,
        ..fixture::record(call, outcome)
    }
}

impl Scene {
    fn socket(self, entry: usize, outcome: Outcome, took: Duration) -> Self {
        let triple = Triple {
            family: 2,
            socktype: 1,
            protocol: 6,
        };
        let socket = SOCKET;
        self.step(entry, Call::Socket { socket, triple }, outcome, took)
    }

    fn close(self, entry: usize, outcome: Outcome) -> Self {
        self.step(entry, Call::Close { socket: SOCKET }, outcome, US)
    }

    fn names(self, entry: usize, outcome: Outcome) -> Self {
        self.step(entry, Call::Getnameinfo([].into()), outcome, MS)
    }

    fn step(mut self, entry: usize, call: Call, outcome: Outcome, took: Duration) -> Self {
        self.steps.push((entry, call, outcome, took));
        self
    }

    fn wsastartup(mut self, outcome: Outcome) -> Self {
        self.host.wsastartup = Some(record(None, Call::WsaStartup(REQUESTED), outcome, MS));
        self
    }

    fn written(&self, format: Format) -> String {
        let query = Arc::new(self.query.clone());
        let mut run = Run::new(Arc::new(self.host.clone()), Arc::clone(&query));
        let asked = Call::Getaddrinfo(query);
        run.push(record(None, asked, self.getaddrinfo.clone(), MS));
        for (entry, call, outcome, took) in self.steps.iter().cloned() {
            run.push(record(Some(entry), call, outcome, took));
        }
        if self.lookup {
            run.facts.known = Needs::SORTING;
        }
        let report = Report {
            run: &run,
            real: None,
            language: self.language,
            lookup: false,
            steps: self.role,
            replay: None,
            compared: None,
        };
        let mut out = Vec::new();
        report.write(format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.written(Format::Json)).unwrap()
    }

    fn table(&self) -> String {
        self.written(Format::Table)
    }
}

fn text(text: &str) -> Option<Text> {
    Some(Text::new(text).unwrap())
}

/// The entry that Linux returns for the server example.
fn server_entry() -> AddrInfo {
    entry(Os::Linux, "SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015")
}

fn error(domain: Domain, code: i32, message: &str) -> OsError {
    OsError {
        domain,
        code,
        message: message.into(),
        errno: None,
    }
}

const fn zero() -> Outcome {
    Outcome::Returned(Returned::Zero)
}

fn refused() -> Outcome {
    failed(Domain::Errno, 93, "Protocol not supported")
}

fn named(node: &str, service: &str) -> Outcome {
    Outcome::Returned(Returned::Names(Box::new(HostService {
        node: node.into(),
        service: service.into(),
    })))
}

#[test]
fn format_is_found_by_its_name() {
    for format in Format::ALL {
        assert_eq!(Format::named(format.name()), Some(format));
    }
    assert_eq!(Format::named("TABLE"), None);
}

#[test]
fn unread_bytes_of_an_address_are_counted() {
    let absurd = AddrInfo {
        addrlen: 4_000,
        addr: Some([0xe7; 128][..].into()),
        ..server_entry()
    };
    let scene = linux(vec![absurd, server_entry()]);
    let entries = &scene.json()["entries"];
    assert_eq!(entries[0]["ai_addrlen"], 4_000);
    let address = &entries[0]["ai_addr"];
    assert_eq!(address["bytes"], "e7".repeat(128));
    assert_eq!(address["bytes_unread"], 4_000 - 128);
    assert_eq!(entries[1]["ai_addr"].get("bytes_unread"), None);
    assert!(scene.table().contains("e7e7..."));
}

/// What neighbours share is made once.
#[test]
fn entry_is_written_in_a_list_as_alone() {
    let (tcp, udp) = (
        ("SOCK_STREAM", "IPPROTO_TCP"),
        ("SOCK_DGRAM", "IPPROTO_UDP"),
    );
    let no_family = || {
        failed(
            Domain::Errno,
            97,
            "Address family not supported by protocol",
        )
    };
    let entries = [
        (tcp, "192.0.2.1:80", opened(3)),
        (udp, "192.0.2.1:80", refused()),
        (tcp, "192.0.2.2:80", refused()),
        (tcp, "192.0.2.2:80", no_family()),
        (udp, "[2001:db8::1]:80", no_family()),
        (udp, "192.0.2.2:80", opened(4)),
        (tcp, "192.0.2.1:80", refused()),
    ];
    let entries = entries.map(|((socktype, protocol), address, outcome)| {
        (entry(Os::Linux, socktype, protocol, address), outcome)
    });
    let of = |entries: &[(AddrInfo, Outcome)]| {
        let list = entries.iter().map(|(entry, _)| entry.clone()).collect();
        let outcomes = entries
            .iter()
            .map(|(_, outcome)| outcome.clone())
            .enumerate();
        outcomes.fold(linux(list), |scene, (at, outcome)| {
            scene.socket(at, outcome, US)
        })
    };
    let rows = |scene: &Scene| -> Vec<String> {
        let table = scene.table();
        let rows = table.lines().filter(|line| line.starts_with("AF_"));
        rows.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    };
    let list = of(&entries);
    for (at, own) in entries.chunks(1).enumerate() {
        let alone = of(own);
        assert_eq!(
            list.json()["entries"][at],
            alone.json()["entries"][0],
            "{at}"
        );
        // Alone a socket that opened has no column for an error.
        let (row, alone) = (&rows(&list)[at], &rows(&alone)[0]);
        assert!(row.starts_with(alone), "{row}\n{alone}");
    }
}

/// The example of the reference, with its spaces and lines.
#[test]
fn json_is_written_byte_for_byte() {
    let scene = linux(vec![server_entry()])
        .socket(0, opened(3), US)
        .close(0, zero());
    let hints = r#""ai_flags": {"value": 1, "names": ["AI_PASSIVE"]}, "ai_family": {"value": 2, "name": "AF_INET"}, "ai_socktype": {"value": 1, "name": "SOCK_STREAM"}, "ai_protocol": {"value": 6, "name": "IPPROTO_TCP"}"#;
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!(
        r#"{{
  "schema": 1,
  "program": {{"name": "sockscope", "version": "{version}"}},
  "system": {{"os": "linux", "arch": "x86_64", "libc": "glibc 2.36", "winsock": null}},
  "query": {{"node": null, "service": "27015", "hints": {{{hints}}}}},
  "getaddrinfo": {{"return": 0, "error": null, "elapsed_us": 1500}},
  "notes": [],
  "entries": [
    {{{hints}, "ai_addrlen": 16, "ai_addr": {{"text": "0.0.0.0:27015", "ip": "0.0.0.0", "port": 27015, "scope_id": null, "flowinfo": null, "bytes": "02006987000000000000000000000000"}}, "ai_canonname": null, "socket": {{"handle": 3, "error": null, "elapsed_us": 11}}, "notes": []}}]
}}
"#
    );
    assert_eq!(scene.written(Format::Json), expected);
}

#[test]
fn unknown_numbers_are_null_and_unknown_bits_hexadecimal() {
    let mut entry = server_entry();
    (entry.family, entry.socktype, entry.protocol) = (9999, -1, i32::MIN);
    entry.flags |= NAMELESS.0;
    let json = linux(vec![entry]).json();
    let entry = &json["entries"][0];
    assert_eq!(entry["ai_family"], json!({"value": 9999, "name": null}));
    assert_eq!(entry["ai_socktype"], json!({"value": -1, "name": null}));
    assert_eq!(
        entry["ai_protocol"],
        json!({"value": i32::MIN, "name": null})
    );
    assert_eq!(
        entry["ai_flags"],
        json!({"value": NAMELESS.0 | 1, "names": ["AI_PASSIVE", NAMELESS.1]})
    );
}

/// Bits of ai_flags without a name on Linux, and their text.
const NAMELESS: (i32, &str) = (0xC030_0000_u32.cast_signed(), "0xc0300000");

#[test]
fn ipv6_address_has_scope_and_flow_apart_from_its_ip() {
    let mut bytes = 10_u16.to_ne_bytes().to_vec();
    bytes.extend([0, 80]);
    bytes.extend(0x000a_bcde_u32.to_be_bytes());
    bytes.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    bytes.extend(2_u32.to_ne_bytes());
    let mut entry = server_entry();
    (entry.family, entry.addrlen) = (10, bytes.len());
    entry.addr = Some(bytes.into());
    let scene = linux(vec![entry]);
    let json = scene.json();
    let address = &json["entries"][0]["ai_addr"];
    assert_eq!(address["text"], "[fe80::1%2]:80");
    assert_eq!(address["ip"], "fe80::1");
    assert_eq!(address["port"], 80);
    assert_eq!(address["scope_id"], 2);
    assert_eq!(address["flowinfo"], 0x000a_bcde);
    assert_eq!(
        address["bytes"],
        "0a000050000abcdefe80000000000000000000000000000102000000"
    );
    assert!(scene.table().contains("[fe80::1%2]:80"));
}

#[test]
fn other_address_is_its_bytes_and_null_pointer_is_null() {
    let (mut odd, mut null) = (server_entry(), server_entry());
    odd.addr = Some([0x7f, 0x7f, 1, 2, 3][..].into());
    odd.addrlen = 5;
    null.addr = None;
    let scene = linux(vec![odd, null]);
    let json = scene.json();
    assert_eq!(
        json["entries"][0]["ai_addr"],
        json!({"text": "0x7f7f010203", "ip": null, "port": null, "scope_id": null,
               "flowinfo": null, "bytes": "7f7f010203"})
    );
    assert_eq!(json["entries"][1]["ai_addr"], Value::Null);
    assert_eq!(json["entries"][1]["ai_addrlen"], 16);
    let table = scene.table();
    assert!(table.contains("0x7f7f010203"), "{table}");
    assert!(table.contains("  NULL"), "{table}");
}

#[test]
fn null_differs_from_the_empty_string() {
    let mut scene = linux(Vec::new());
    scene.query = Query {
        node: text(""),
        service: None,
        hints: None,
    };
    let query = json!({"node": "", "service": null, "hints": null});
    assert_eq!(scene.json()["query"], query);
    assert_eq!(scene.json()["entries"], json!([]));
    let table = scene.table();
    assert!(
        table.starts_with("getaddrinfo(\"\", NULL, NULL, &result) = 0  0 entries  1.500 ms\n"),
        "{table}"
    );
    assert!(table.contains("\nhints   NULL\n"), "{table}");
}

#[test]
fn error_has_domain_code_name_and_message() {
    let gai = |code, errno| {
        scene(
            Os::Linux,
            Outcome::Failed(OsError {
                errno,
                ..error(Domain::Gai, code, "the \"message\"")
            }),
        )
    };
    let scene = gai(-2, None);
    let json = scene.json();
    assert_eq!(
        json["getaddrinfo"],
        json!({"return": -2, "elapsed_us": 1500, "error": {"domain": "gai", "code": -2,
               "name": "EAI_NONAME", "message": "the \"message\""}})
    );
    assert_eq!(json["entries"], json!([]));
    let table = scene.table();
    assert!(
        table.contains(
            "&result) = -2  1.500 ms\nerror   gai -2 EAI_NONAME \"the \\\"message\\\"\"\n"
        ),
        "{table}"
    );

    let errno = error(Domain::Errno, 24, "Too many open files");
    let scene = gai(-11, Some(Box::new(errno)));
    let json = scene.json();
    assert_eq!(json["getaddrinfo"]["error"]["name"], "EAI_SYSTEM");
    assert_eq!(
        json["getaddrinfo"]["error"]["errno"],
        json!({"domain": "errno", "code": 24, "name": "EMFILE", "message": "Too many open files"})
    );
    let table = scene.table();
    assert!(
        table.contains("\nerrno   errno 24 EMFILE \"Too many open files\"\n"),
        "{table}"
    );

    let json = gai(-12345, None).json();
    assert_eq!(json["getaddrinfo"]["error"]["name"], Value::Null);
}

#[test]
fn timeout_has_no_return_value_and_no_entries() {
    let scene = scene(Os::Linux, Outcome::Unfinished);
    let json = scene.json();
    assert_eq!(
        json["getaddrinfo"],
        json!({"return": null, "error": null, "elapsed_us": 1500, "timed_out": true})
    );
    assert_eq!(json["entries"], json!([]));
    assert_eq!(json["query"]["service"], "27015");
    let table = scene.table();
    let expected = "getaddrinfo(NULL, \"27015\", &hints, &result) = ?  no answer within 1.500 ms\n";
    assert!(table.starts_with(expected), "{table}");
}

#[test]
fn table_has_one_aligned_line_per_entry() {
    let (first, mut second, third) = (server_entry(), server_entry(), server_entry());
    (
        second.family,
        second.flags,
        second.socktype,
        second.protocol,
    ) = (12345, 0, 3, 0);
    let nothing = || Outcome::NotStarted(Reason::NoAddress);
    let scene = linux(vec![first, second, third])
        .socket(0, opened(3), US)
        .close(0, zero())
        .socket(1, refused(), Duration::from_micros(7))
        .socket(2, opened(1000), US)
        .close(2, failed(Domain::Errno, 5, "Input/output error"))
        .names(0, nothing())
        .names(1, nothing())
        .names(2, nothing());
    let expected = "\
getaddrinfo(NULL, \"27015\", &hints, &result) = 0  3 entries  1.500 ms
hints   ai_flags AI_PASSIVE 0x1, ai_family AF_INET 2, ai_socktype SOCK_STREAM 1, ai_protocol IPPROTO_TCP 6
system  Linux x86_64, glibc 2.36; sockscope VERSION
socket  2 of 3 opened; each is closed before the next one opens

ai_family      ai_socktype    ai_protocol    ai_flags        ai_addrlen  ai_addr        socket()     ms  error                                              getnameinfo()
AF_INET     2  SOCK_STREAM 1  IPPROTO_TCP 6  AI_PASSIVE 0x1          16  0.0.0.0:27015         3  0.011  -                                                  -
-       12345  SOCK_RAW    3  IPPROTO_IP  0  -          0x0          16  0.0.0.0:27015        -1  0.007  errno 93 EPROTONOSUPPORT \"Protocol not supported\"  -
AF_INET     2  SOCK_STREAM 1  IPPROTO_TCP 6  AI_PASSIVE 0x1          16  0.0.0.0:27015      1000  0.011  close: errno 5 EIO \"Input/output error\"            -

advice  entry-twice: The list has the same entry twice: 0.0.0.0.
        A client at worst tries the same address twice. A server must skip the second entry: its bind() would fail with EADDRINUSE.
failure raw-without-protocol, entry 2: A raw socket needs a protocol here; 0 does not name one.
        Name the protocol, for example IPPROTO_ICMP. The socket then needs privilege.
"
    .replace("VERSION", env!("CARGO_PKG_VERSION"));
    assert_eq!(scene.table(), expected);
}

#[test]
fn wide_title_continues_above_the_numbers() {
    let mut entry = server_entry();
    (entry.flags, entry.socktype) = (0, 99);
    let table = linux(vec![entry]).table();
    let lines: Vec<&str> = table.lines().skip_while(|line| !line.is_empty()).collect();
    assert_eq!(
        lines[1..],
        [
            "ai_family  ai_socktype  ai_protocol    ai_flags  ai_addrlen  ai_addr",
            "AF_INET 2  -        99  IPPROTO_TCP 6  -    0x0          16  0.0.0.0:27015",
        ]
    );
}

#[test]
fn getnameinfo_is_written_if_it_was_called() {
    let scene = linux(vec![server_entry(), server_entry(), server_entry()]);
    assert_eq!(scene.json()["entries"][0].get("getnameinfo"), None);
    let scene = scene
        .names(0, named("localhost", "http"))
        .names(1, failed(Domain::Gai, -3, "Temporary failure"))
        .names(2, Outcome::NotStarted(Reason::NoAddress));
    let json = scene.json();
    assert_eq!(
        json["entries"][0]["getnameinfo"],
        json!({"return": 0, "node": "localhost", "service": "http", "error": null,
               "elapsed_us": 1500})
    );
    let failed = &json["entries"][1]["getnameinfo"];
    assert_eq!(failed["return"], -3);
    assert_eq!(
        (&failed["node"], &failed["service"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(failed["error"]["message"], "Temporary failure");
    assert_eq!(json["entries"][2].get("getnameinfo"), Some(&Value::Null));
    assert_eq!(json["entries"][0]["socket"], Value::Null);
    let table = scene.table();
    assert!(table.contains("localhost http 1.500 ms"), "{table}");
    assert!(table.contains("\"Temporary failure\" 1.500 ms"), "{table}");
}

#[test]
fn order_of_another_system_is_not_explained() {
    let mut scene = scene(Os::Windows, list([server_entry(), server_entry()]));
    scene.lookup = true;
    let expected = json!({"method": null, "explained": false});
    assert_eq!(scene.json()["order"], expected);
    let table = scene.table();
    let sentence = "order   not explained: sockscope does not know how this system sorts\n";
    assert!(table.ends_with(sentence), "{table}");
}

#[test]
fn unfinished_getnameinfo_differs_from_one_not_called() {
    let scene = linux(vec![server_entry(), server_entry(), server_entry()])
        .names(0, Outcome::Unfinished)
        .names(1, Outcome::NotStarted(Reason::TimeOver))
        .names(2, Outcome::NotStarted(Reason::NoAddress));
    let json = scene.json();
    let mut expected = json!({"return": null, "node": null, "service": null, "error": null,
                              "elapsed_us": 1500, "timed_out": true});
    assert_eq!(json["entries"][0]["getnameinfo"], expected);
    expected["elapsed_us"] = Value::Null;
    assert_eq!(json["entries"][1]["getnameinfo"], expected);
    assert_eq!(json["entries"][2].get("getnameinfo"), Some(&Value::Null));
    let table = scene.table();
    let cells: Vec<&str> = table
        .lines()
        .filter_map(|line| Some(line.split_once("0.0.0.0:27015")?.1.trim()))
        .collect();
    let expected = [
        "no answer within 1.500 ms",
        "not called: the time limit was reached",
        "-",
    ];
    assert_eq!(cells, expected, "{table}");
}

#[test]
fn failed_close_is_written() {
    let scene = linux(vec![server_entry()])
        .socket(0, opened(4), US)
        .close(0, failed(Domain::Errno, 5, "Input/output error"));
    let socket = &scene.json()["entries"][0]["socket"];
    assert_eq!(socket["handle"], 4);
    assert_eq!(socket["error"], Value::Null);
    assert_eq!(socket["close_error"]["code"], 5);
}

/// WSAStartup returned what it returns on every Windows.
fn started() -> Outcome {
    let version = Version { major: 2, minor: 2 };
    Outcome::Returned(Returned::WsaData(Box::new(WsaData {
        version,
        high_version: version,
        description: "WinSock 2.0".to_owned(),
        status: "Running".to_owned(),
    })))
}

#[test]
fn wsadata_is_written() {
    let scene = scene(Os::Windows, list([])).wsastartup(started());
    let system = &scene.json()["system"];
    assert_eq!(system["libc"], Value::Null);
    assert_eq!(
        system["winsock"],
        json!({"version": "2.2", "high_version": "2.2", "description": "WinSock 2.0",
               "status": "Running", "requested": "2.2", "return": 0, "error": null})
    );
    assert!(
        scene
            .table()
            .contains(", Winsock 2.2 \"WinSock 2.0\" \"Running\"; sockscope")
    );
}

#[test]
fn failed_and_skipped_wsastartup_are_written() {
    let message = "Das Netzwerksubsystem ist nicht verwendbar.";
    let windows = || scene(Os::Windows, list([]));
    let scene = windows().wsastartup(failed(Domain::Wsa, 10091, message));
    let winsock = scene.json()["system"]["winsock"].clone();
    for member in ["version", "high_version", "description", "status"] {
        assert_eq!(winsock.get(member), Some(&Value::Null), "{member}");
    }
    assert_eq!(winsock["return"], 10091);
    assert_eq!(winsock["error"]["code"], 10091);
    assert_eq!(winsock["error"]["domain"], "wsa");
    let expected = "WSAStartup(MAKEWORD(2, 2), &wsaData) = wsa 10091 WSASYSNOTREADY: \
                    WSAStartup: the network subsystem is not ready. \"Das Netzwerksubsystem";
    assert!(scene.table().contains(expected), "{}", scene.table());

    let scene = windows().wsastartup(Outcome::NotStarted(Reason::LeftOut));
    let winsock = scene.json()["system"]["winsock"].clone();
    assert_eq!(winsock.get("return"), Some(&Value::Null));
    assert_eq!(winsock.get("error"), Some(&Value::Null));
    assert_eq!(winsock["requested"], "2.2");
    assert!(scene.table().contains(", WSAStartup was not called; "));
}

#[test]
fn wsa_code_without_a_message_has_its_description() {
    let entry = entry(Os::Windows, "SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015");
    let scene = scene(Os::Windows, list([entry])).socket(0, failed(Domain::Wsa, 10043, ""), MS);
    let table = scene.table();
    let expected = "  wsa 10043 WSAEPROTONOSUPPORT: No installed provider offers this protocol for \
                    the family and type.";
    assert!(
        table.lines().any(|line| line.ends_with(expected)),
        "{table}"
    );
}

/// Every kind of character that moves a cursor, hides text or changes its order.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;t\u{7}\u{7f}\u{80}\u{9b}\u{9d}\u{ad}\u{200b}\u{200f}\u{202a}\u{202e}\u{2028}\u{2029}\u{2066}\u{feff}\u{e0001}\u{1d173}\0\t\r\n\"\\ä例😀";

#[test]
fn hostile_text_is_escaped_and_json_keeps_it() {
    let mut entry = server_entry();
    entry.canonname = Some(OsStr::new(HOSTILE).into());
    let typed = HOSTILE.replace('\0', "");
    let mut scene = linux(vec![entry])
        .socket(0, failed(Domain::Errno, 93, HOSTILE), MS)
        .names(0, named(HOSTILE, HOSTILE));
    scene.query.node = text(&typed);
    scene.host.libc = Some(HOSTILE.to_owned());
    // A terminal may see line feeds of the format and characters with a width.
    for format in Format::ALL {
        let written = scene.written(format);
        let raw: Vec<char> = written
            .chars()
            .filter(|&c| c != '\n' && unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) == 0)
            .collect();
        assert!(raw.is_empty(), "{format:?}: {raw:?}");
        assert!(!written.contains(['\u{2028}', '\u{2029}']), "{format:?}");
    }
    let json = scene.json();
    let entry = &json["entries"][0];
    assert_eq!(entry["ai_canonname"], HOSTILE);
    assert_eq!(entry["socket"]["error"]["message"], HOSTILE);
    assert_eq!(entry["getnameinfo"]["node"], HOSTILE);
    assert_eq!(json["query"]["node"], typed);
    assert_eq!(json["system"]["libc"], HOSTILE);
    // Beyond the BMP an escape is a pair of surrogates (RFC 8259 §7).
    assert!(scene.written(Format::Json).contains("\\udb40\\udc01"));
    // A blank line, then two lines per note.
    let notes = [&json["notes"], &entry["notes"]]
        .map(|notes| notes.as_array().unwrap().len())
        .iter()
        .sum::<usize>();
    assert!(notes > 0);
    assert_eq!(scene.table().lines().count(), 7 + 1 + 2 * notes);
}

#[cfg(unix)]
#[test]
fn bytes_that_are_not_utf8_are_escaped() {
    use std::os::unix::ffi::OsStrExt as _;
    let latin1 = OsStr::from_bytes(b"b\xfccher");
    let mut entry = server_entry();
    entry.canonname = Some(latin1.into());
    let mut scene = linux(vec![entry]);
    scene.query.node = Text::new(latin1).ok();
    let json = scene.json();
    assert_eq!(json["query"]["node"], "b\\xfccher");
    assert_eq!(json["entries"][0]["ai_canonname"], "b\\xfccher");
    assert!(scene.table().contains("  b\\xfccher\n"));
}

#[test]
fn columns_are_aligned_by_display_width() {
    let (mut wide, mut narrow) = (server_entry(), server_entry());
    wide.canonname = Some(OsStr::new("例え.テスト").into());
    narrow.canonname = None;
    let scene = linux(vec![wide, narrow])
        .names(0, named("例え", "80"))
        .names(1, named("abcd", "80"));
    let table = scene.table();
    // 例え is two characters in four columns.
    assert!(
        table.contains("  例え 80 1.500 ms  例え.テスト\n"),
        "{table}"
    );
    assert!(table.contains("  abcd 80 1.500 ms  NULL\n"), "{table}");
}

#[test]
fn hints_without_names_are_numbers() {
    let mut scene = linux(Vec::new());
    scene.query.hints = Some(Hints {
        flags: NAMELESS.0,
        family: 9999,
        socktype: -1,
        protocol: 9999,
    });
    let flags = NAMELESS.1;
    let expected =
        format!("\nhints   ai_flags {flags}, ai_family 9999, ai_socktype -1, ai_protocol 9999\n");
    let table = scene.table();
    assert!(table.contains(&expected), "{table}");
}

/// A list for ai_socktype 0, whose raw entries do not open.
fn every_type(addresses: usize) -> Scene {
    let mut entries = Vec::new();
    for at in 0..addresses {
        for (socktype, protocol) in [(1, 6), (2, 17), (3, 0)] {
            let mut entry = server_entry();
            let mut bytes = encode(Os::Linux, "0.0.0.0:27015".parse().unwrap());
            bytes[6..8].copy_from_slice(&(at as u16).to_be_bytes());
            entry.addr = Some(bytes.into_vec().into());
            (entry.socktype, entry.protocol) = (socktype, protocol);
            entries.push(entry);
        }
    }
    let mut scene = linux(entries);
    scene.query.hints = Some(Hints::default());
    for at in 0..3 * addresses {
        scene = match at % 3 {
            2 => scene.socket(at, refused(), US),
            _ => scene.socket(at, opened(3), US).close(at, zero()),
        };
    }
    scene
}

#[test]
fn shared_note_is_once_in_the_table_and_per_entry_in_json() {
    let scene = every_type(10);
    let table = scene.table();
    let notes: Vec<&str> = table
        .lines()
        .skip_while(|line| !line.starts_with("advice"))
        .collect();
    assert_eq!(
        notes,
        [
            "advice  address-per-type: The same address appears several times: ai_socktype is 0, so there is one entry per type.",
            "        Set ai_socktype to the type that you will open.",
            "failure raw-entry-unasked, entries 3, 6, 9, 12, 15, 18, 21, 24 and 2 more: You did not ask for this raw entry. It cannot be opened; ignore it.",
            "        Skip entries that fail with EPROTONOSUPPORT, or set ai_socktype.",
        ]
    );
    let json = scene.json();
    assert_eq!(
        json["notes"],
        json!([{
            "rule": "address-per-type",
            "severity": "advice",
            "suspected": false,
            "line": "The same address appears several times: ai_socktype is 0, so there is one entry per type.",
            "remedy": "Set ai_socktype to the type that you will open.",
        }])
    );
    for (at, entry) in json["entries"].as_array().unwrap().iter().enumerate() {
        let rules: Vec<&str> = entry["notes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|note| note["rule"].as_str().unwrap())
            .collect();
        let expected: &[&str] = if at % 3 == 2 {
            &["raw-entry-unasked"]
        } else {
            &[]
        };
        assert_eq!(rules, expected, "{at}");
    }
}

#[test]
fn notes_are_in_the_language_of_the_report() {
    let mut scene = every_type(1);
    scene.language = Language::Es;
    let line = "Esta entrada raw no se pidió. No se puede abrir; ignórela.";
    assert_eq!(scene.json()["entries"][2]["notes"][0]["line"], line);
    assert!(scene.table().contains(line));
}

/// Only the run knows that it is from Windows.
#[test]
fn windows_run_is_printed_on_any_system() {
    let stream = entry(Os::Windows, "SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015");
    let raw = entry(Os::Windows, "SOCK_RAW", "IPPROTO_IP", "[::]:27015");
    let message = "The requested protocol has not been configured into the system.";
    let mut scene = scene(Os::Windows, list([stream, raw]))
        .wsastartup(started())
        .socket(0, opened(0x134), US)
        .close(0, zero())
        .socket(1, failed(Domain::Wsa, 10043, message), US);
    scene.query.hints = Some(Hints {
        flags: 1,
        ..Hints::default()
    });
    let version = env!("CARGO_PKG_VERSION");
    let json = r#"{
  "schema": 1,
  "program": {"name": "sockscope", "version": "VERSION"},
  "system": {"os": "windows", "arch": "x86_64", "libc": null, "winsock": {"version": "2.2", "high_version": "2.2", "description": "WinSock 2.0", "status": "Running", "requested": "2.2", "return": 0, "error": null}},
  "query": {"node": null, "service": "27015", "hints": {"ai_flags": {"value": 1, "names": ["AI_PASSIVE"]}, "ai_family": {"value": 0, "name": "AF_UNSPEC"}, "ai_socktype": {"value": 0, "name": null}, "ai_protocol": {"value": 0, "name": "IPPROTO_IP"}}},
  "getaddrinfo": {"return": 0, "error": null, "elapsed_us": 1500},
  "notes": [],
  "entries": [
    {"ai_flags": {"value": 1, "names": ["AI_PASSIVE"]}, "ai_family": {"value": 2, "name": "AF_INET"}, "ai_socktype": {"value": 1, "name": "SOCK_STREAM"}, "ai_protocol": {"value": 6, "name": "IPPROTO_TCP"}, "ai_addrlen": 16, "ai_addr": {"text": "0.0.0.0:27015", "ip": "0.0.0.0", "port": 27015, "scope_id": null, "flowinfo": null, "bytes": "02006987000000000000000000000000"}, "ai_canonname": null, "socket": {"handle": 308, "error": null, "elapsed_us": 11}, "notes": []},
    {"ai_flags": {"value": 1, "names": ["AI_PASSIVE"]}, "ai_family": {"value": 23, "name": "AF_INET6"}, "ai_socktype": {"value": 3, "name": "SOCK_RAW"}, "ai_protocol": {"value": 0, "name": "IPPROTO_IP"}, "ai_addrlen": 28, "ai_addr": {"text": "[::]:27015", "ip": "::", "port": 27015, "scope_id": 0, "flowinfo": 0, "bytes": "17006987000000000000000000000000000000000000000000000000"}, "ai_canonname": null, "socket": {"handle": null, "error": {"domain": "wsa", "code": 10043, "name": "WSAEPROTONOSUPPORT", "message": "The requested protocol has not been configured into the system."}, "elapsed_us": 11}, "notes": [{"rule": "raw-without-protocol", "severity": "failure", "suspected": false, "line": "A raw socket needs a protocol here; 0 does not name one.", "remedy": "Name the protocol, for example IPPROTO_ICMPV6. The socket then needs privilege."}]}]
}
"#;
    assert_eq!(
        scene.written(Format::Json),
        json.replace("VERSION", version)
    );
    let table = "\
getaddrinfo(NULL, \"27015\", &hints, &result) = 0  2 entries  1.500 ms
hints   ai_flags AI_PASSIVE 0x1, ai_family AF_UNSPEC 0, ai_socktype 0, ai_protocol IPPROTO_IP 0
system  Windows x86_64, Winsock 2.2 \"WinSock 2.0\" \"Running\"; sockscope VERSION
socket  1 of 2 opened; each is closed before the next one opens

ai_family    ai_socktype    ai_protocol    ai_flags        ai_addrlen  ai_addr              socket()     ms  error
AF_INET   2  SOCK_STREAM 1  IPPROTO_TCP 6  AI_PASSIVE 0x1          16  0.0.0.0:27015           0x134  0.011  -
AF_INET6 23  SOCK_RAW    3  IPPROTO_IP  0  AI_PASSIVE 0x1          28  [::]:27015     INVALID_SOCKET  0.011  wsa 10043 WSAEPROTONOSUPPORT: No installed provider offers this protocol for the family and type. \"The requested protocol has not been configured into the system.\"

failure raw-without-protocol, entry 2: A raw socket needs a protocol here; 0 does not name one.
        Name the protocol, for example IPPROTO_ICMPV6. The socket then needs privilege.
";
    assert_eq!(scene.table(), table.replace("VERSION", version));
}
