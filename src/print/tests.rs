#![expect(clippy::unwrap_used, reason = "a test")]

use std::ffi::OsStr;
use std::net::SocketAddrV6;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::names::Os;
use crate::net::fixture::{self, error, failed, opened};
use crate::net::{
    AddrInfo, Call, Domain, Hints, Host, HostService, OsError, Outcome, Query, REQUESTED, Reason,
    Record, SocketId, Triple, Value as Returned, Version, WsaData,
};
use crate::text::Text;
use crate::words::Language;

const MS: Duration = Duration::from_micros(1_500);
const US: Duration = Duration::from_micros(11);
const SOCKET: SocketId = SocketId(1);

/// A run that a test makes up, of any system.
struct Made {
    host: Host,
    query: Query,
    getaddrinfo: Outcome,
    /// What was called on an entry, and how it ended.
    steps: Vec<(usize, Call, Outcome, Duration)>,
    language: Language,
}

fn made(os: Os, getaddrinfo: Outcome) -> Made {
    Made {
        host: Host {
            libc: Some("glibc 2.36".to_owned()),
            ..Arc::unwrap_or_clone(fixture::host(os))
        },
        query: Query::server_example(os),
        getaddrinfo,
        steps: Vec::new(),
        language: Language::En,
    }
}

/// A list of Linux.
fn listed(entries: Vec<AddrInfo>) -> Made {
    made(Os::Linux, fixture::list(entries))
}

fn record(entry: Option<usize>, call: Call, outcome: Outcome, took: Duration) -> Record {
    Record {
        entry,
        took,
        ..fixture::record(call, outcome)
    }
}

impl Made {
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
        self.host.libc = None;
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
        let report = Report {
            run: &run,
            language: self.language,
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

/// What Linux returns for the server example.
fn entry() -> AddrInfo {
    fixture::entry(Os::Linux, "SOCK_STREAM", "IPPROTO_TCP", "0.0.0.0:27015")
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
fn a_format_is_found_by_its_name() {
    for format in Format::ALL {
        assert_eq!(Format::named(format.name()), Some(format));
    }
    assert_eq!(Format::named("TABLE"), None);
}

#[test]
fn bytes_that_ai_addrlen_promises_and_nobody_read_are_told() {
    let absurd = AddrInfo {
        addrlen: 4_000,
        addr: Some([0xe7; 128].into()),
        ..entry()
    };
    let made = listed(vec![absurd, entry()]);
    let entries = &made.json()["entries"];
    assert_eq!(entries[0]["ai_addrlen"], 4_000);
    let address = &entries[0]["ai_addr"];
    assert_eq!(address["bytes"], "e7".repeat(128));
    assert_eq!(address["bytes_unread"], 4_000 - 128);
    assert_eq!(entries[1]["ai_addr"].get("bytes_unread"), None);
    assert!(made.table().contains("e7e7..."));
}

/// The example of the contract, with its spaces and lines as they are written here.
#[test]
fn the_json_is_the_contracts_to_the_letter() {
    let made = listed(vec![entry()])
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
    assert_eq!(made.written(Format::Json), expected);
}

#[test]
fn unknown_numbers_have_no_name_and_unknown_bits_are_one_hexadecimal_string() {
    let mut entry = entry();
    (entry.family, entry.socktype, entry.protocol) = (9999, -1, i32::MIN);
    entry.flags |= NAMELESS.0;
    let json = listed(vec![entry]).json();
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

/// Bits of ai_flags that Linux has no name for, and how they are shown.
const NAMELESS: (i32, &str) = (0xC030_0000_u32.cast_signed(), "0xc0300000");

#[test]
fn an_ipv6_address_has_scope_and_flow_as_numbers_and_an_ip_without_scope() {
    let address = SocketAddrV6::new("fe80::1".parse().unwrap(), 80, 0x000a_bcde, 2);
    let bytes = fixture::sockaddr(Os::Linux, address.into());
    let mut entry = entry();
    (entry.family, entry.addrlen) = (10, bytes.len());
    entry.addr = Some(bytes);
    let made = listed(vec![entry]);
    let json = made.json();
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
    assert!(made.table().contains("[fe80::1%2]:80"));
}

#[test]
fn an_address_of_another_family_is_its_bytes_and_a_null_pointer_is_null() {
    let (mut odd, mut null) = (entry(), entry());
    odd.addr = Some([0x7f, 0x7f, 1, 2, 3].into());
    odd.addrlen = 5;
    null.addr = None;
    let made = listed(vec![odd, null]);
    let json = made.json();
    assert_eq!(
        json["entries"][0]["ai_addr"],
        json!({"text": "0x7f7f010203", "ip": null, "port": null, "scope_id": null,
               "flowinfo": null, "bytes": "7f7f010203"})
    );
    assert_eq!(json["entries"][1]["ai_addr"], Value::Null);
    assert_eq!(json["entries"][1]["ai_addrlen"], 16);
    let table = made.table();
    assert!(table.contains("0x7f7f010203"), "{table}");
    assert!(table.contains("  NULL"), "{table}");
}

#[test]
fn null_hints_are_null_and_null_is_not_the_empty_string() {
    let mut made = listed(Vec::new());
    made.query = Query {
        node: text(""),
        service: None,
        hints: None,
    };
    let query = json!({"node": "", "service": null, "hints": null});
    assert_eq!(made.json()["query"], query);
    assert_eq!(made.json()["entries"], json!([]));
    let table = made.table();
    assert!(
        table.starts_with("getaddrinfo(\"\", NULL, NULL, &result) = 0  0 entries  1.500 ms\n"),
        "{table}"
    );
    assert!(table.contains("\nhints   NULL\n"), "{table}");
}

#[test]
fn an_error_has_its_domain_number_name_and_the_systems_text() {
    let gai = |code, errno| {
        made(
            Os::Linux,
            Outcome::Failed(OsError {
                errno,
                ..error(Domain::Gai, code, "the system's \"words\"")
            }),
        )
    };
    let made = gai(-2, None);
    let json = made.json();
    assert_eq!(
        json["getaddrinfo"],
        json!({"return": -2, "elapsed_us": 1500, "error": {"domain": "gai", "code": -2,
               "name": "EAI_NONAME", "message": "the system's \"words\""}})
    );
    assert_eq!(json["entries"], json!([]));
    let table = made.table();
    assert!(
        table.contains(
            "&result) = -2  1.500 ms\nerror   gai -2 EAI_NONAME \"the system's \\\"words\\\"\"\n"
        ),
        "{table}"
    );

    let errno = error(Domain::Errno, 24, "Too many open files");
    let made = gai(-11, Some(Box::new(errno)));
    let json = made.json();
    assert_eq!(json["getaddrinfo"]["error"]["name"], "EAI_SYSTEM");
    assert_eq!(
        json["getaddrinfo"]["error"]["errno"],
        json!({"domain": "errno", "code": 24, "name": "EMFILE", "message": "Too many open files"})
    );
    let table = made.table();
    assert!(
        table.contains("\nerrno   errno 24 EMFILE \"Too many open files\"\n"),
        "{table}"
    );

    let json = gai(-12345, None).json();
    assert_eq!(json["getaddrinfo"]["error"]["name"], Value::Null);
}

#[test]
fn a_time_out_has_no_return_value_and_no_entries() {
    let made = made(Os::Linux, Outcome::Unfinished);
    let json = made.json();
    assert_eq!(
        json["getaddrinfo"],
        json!({"return": null, "error": null, "elapsed_us": 1500, "timed_out": true})
    );
    assert_eq!(json["entries"], json!([]));
    assert_eq!(json["query"]["service"], "27015");
    let table = made.table();
    let expected = "getaddrinfo(NULL, \"27015\", &hints, &result) = ?  no answer within 1.500 ms\n";
    assert!(table.starts_with(expected), "{table}");
}

#[test]
fn the_table_has_one_aligned_line_an_entry() {
    let (first, mut second, third) = (entry(), entry(), entry());
    (
        second.family,
        second.flags,
        second.socktype,
        second.protocol,
    ) = (12345, 0, 3, 0);
    let nothing = || Outcome::NotStarted(Reason::NoAddress);
    let made = listed(vec![first, second, third])
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

failure raw-without-protocol, entry 2: A raw socket has to say which protocol it is for; 0 is none.
        Name the protocol, such as IPPROTO_ICMP. Opening it takes privilege then.
"
    .replace("VERSION", env!("CARGO_PKG_VERSION"));
    assert_eq!(made.table(), expected);
}

#[test]
fn a_title_wider_than_its_names_stands_over_their_numbers_too() {
    let mut entry = entry();
    (entry.flags, entry.socktype) = (0, 99);
    let table = listed(vec![entry]).table();
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
fn a_reverse_lookup_is_there_when_asked_for() {
    let made = listed(vec![entry(), entry(), entry()]);
    assert_eq!(made.json()["entries"][0].get("getnameinfo"), None);
    let made = made
        .names(0, named("localhost", "http"))
        .names(1, failed(Domain::Gai, -3, "Temporary failure"))
        .names(2, Outcome::NotStarted(Reason::NoAddress));
    let json = made.json();
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
    let table = made.table();
    assert!(table.contains("localhost http 1.500 ms"), "{table}");
    assert!(table.contains("\"Temporary failure\" 1.500 ms"), "{table}");
}

#[test]
fn a_reverse_lookup_without_an_answer_is_told_apart_from_one_that_was_not_made() {
    let made = listed(vec![entry(), entry(), entry()])
        .names(0, Outcome::Unfinished)
        .names(1, Outcome::NotStarted(Reason::TimeOver))
        .names(2, Outcome::NotStarted(Reason::NoAddress));
    let json = made.json();
    let mut expected = json!({"return": null, "node": null, "service": null, "error": null,
                              "elapsed_us": 1500, "timed_out": true});
    assert_eq!(json["entries"][0]["getnameinfo"], expected);
    expected["elapsed_us"] = Value::Null;
    assert_eq!(json["entries"][1]["getnameinfo"], expected);
    assert_eq!(json["entries"][2].get("getnameinfo"), Some(&Value::Null));
    let table = made.table();
    let cells: Vec<&str> = table
        .lines()
        .filter_map(|line| Some(line.split_once("0.0.0.0:27015")?.1.trim()))
        .collect();
    let expected = [
        "no answer within 1.500 ms",
        "not called, the time was over",
        "-",
    ];
    assert_eq!(cells, expected, "{table}");
}

#[test]
fn a_close_that_failed_is_not_hidden() {
    let made = listed(vec![entry()])
        .socket(0, opened(4), US)
        .close(0, failed(Domain::Errno, 5, "Input/output error"));
    let socket = &made.json()["entries"][0]["socket"];
    assert_eq!(socket["handle"], 4);
    assert_eq!(socket["error"], Value::Null);
    assert_eq!(socket["close_error"]["code"], 5);
}

const V2_2: Version = Version { major: 2, minor: 2 };

#[test]
fn winsocks_start_data_is_written_out() {
    let data = WsaData {
        version: V2_2,
        high_version: V2_2,
        description: "WinSock 2.0".to_owned(),
        status: "Running".to_owned(),
    };
    let made = listed(Vec::new()).wsastartup(Outcome::Returned(Returned::WsaData(Box::new(data))));
    let system = &made.json()["system"];
    assert_eq!(system["libc"], Value::Null);
    assert_eq!(
        system["winsock"],
        json!({"version": "2.2", "high_version": "2.2", "description": "WinSock 2.0",
               "status": "Running", "requested": "2.2", "return": 0, "error": null})
    );
    assert!(
        made.table()
            .contains(", Winsock 2.2 \"WinSock 2.0\" \"Running\"; sockscope")
    );
}

#[test]
fn a_wsastartup_that_failed_or_was_left_out_is_written_as_what_it_is() {
    let message = "Das Netzwerksubsystem ist nicht verwendbar.";
    let windows = || made(Os::Windows, fixture::list([]));
    let made = windows().wsastartup(failed(Domain::Wsa, 10091, message));
    let winsock = made.json()["system"]["winsock"].clone();
    for member in ["version", "high_version", "description", "status"] {
        assert_eq!(winsock.get(member), Some(&Value::Null), "{member}");
    }
    assert_eq!(winsock["return"], 10091);
    assert_eq!(winsock["error"]["code"], 10091);
    assert_eq!(winsock["error"]["domain"], "wsa");
    let expected = "WSAStartup(MAKEWORD(2, 2), &wsaData) = wsa 10091 WSASYSNOTREADY: The network \
                    subsystem is not ready. \"Das Netzwerksubsystem";
    assert!(made.table().contains(expected), "{}", made.table());

    let made = windows().wsastartup(Outcome::NotStarted(Reason::LeftOut));
    let winsock = made.json()["system"]["winsock"].clone();
    assert_eq!(winsock.get("return"), Some(&Value::Null));
    assert_eq!(winsock.get("error"), Some(&Value::Null));
    assert_eq!(winsock["requested"], "2.2");
    assert!(made.table().contains(", WSAStartup was not called; "));
}

#[test]
fn a_wsa_code_is_explained_where_the_system_has_no_words_for_it() {
    let list = fixture::list([entry()]);
    let made = made(Os::Windows, list).socket(0, failed(Domain::Wsa, 10043, ""), MS);
    let table = made.table();
    let expected = "  wsa 10043 WSAEPROTONOSUPPORT: No installed provider has that protocol for the \
                    family and type.";
    assert!(
        table.lines().any(|line| line.ends_with(expected)),
        "{table}"
    );
}

/// Every kind of character that moves a cursor, hides text or changes its order.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;t\u{7}\u{7f}\u{80}\u{9b}\u{9d}\u{ad}\u{200b}\u{200f}\u{202a}\u{202e}\u{2028}\u{2029}\u{2066}\u{feff}\u{e0001}\u{1d173}\0\t\r\n\"\\ä例😀";

#[test]
fn nothing_hostile_reaches_a_terminal_and_json_loses_nothing() {
    let mut entry = entry();
    entry.canonname = Some(OsStr::new(HOSTILE).into());
    let typed = HOSTILE.replace('\0', "");
    let mut made = listed(vec![entry])
        .socket(0, failed(Domain::Errno, 93, HOSTILE), MS)
        .names(0, named(HOSTILE, HOSTILE));
    made.query.node = text(&typed);
    made.host.libc = Some(HOSTILE.to_owned());
    // The two things a terminal may see: the line ends of the format's own, and text with a width.
    for format in Format::ALL {
        let written = made.written(format);
        let raw: Vec<char> = written
            .chars()
            .filter(|&c| c != '\n' && unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) == 0)
            .collect();
        assert!(raw.is_empty(), "{format:?}: {raw:?}");
        assert!(!written.contains(['\u{2028}', '\u{2029}']), "{format:?}");
    }
    let json = made.json();
    let entry = &json["entries"][0];
    assert_eq!(entry["ai_canonname"], HOSTILE);
    assert_eq!(entry["socket"]["error"]["message"], HOSTILE);
    assert_eq!(entry["getnameinfo"]["node"], HOSTILE);
    assert_eq!(json["query"]["node"], typed);
    assert_eq!(json["system"]["libc"], HOSTILE);
    // Beyond the BMP an escape is a pair of surrogates (RFC 8259 §7).
    assert!(made.written(Format::Json).contains("\\udb40\\udc01"));
    // A blank line before the notes, and two lines for each.
    let notes = [&json["notes"], &entry["notes"]]
        .map(|notes| notes.as_array().unwrap().len())
        .iter()
        .sum::<usize>();
    assert!(notes > 0);
    assert_eq!(made.table().lines().count(), 7 + 1 + 2 * notes);
}

#[cfg(unix)]
#[test]
fn bytes_that_are_not_utf8_are_escaped_in_both() {
    use std::os::unix::ffi::OsStrExt as _;
    let latin1 = OsStr::from_bytes(b"b\xfccher");
    let mut entry = entry();
    entry.canonname = Some(latin1.into());
    let mut made = listed(vec![entry]);
    made.query.node = Text::new(latin1).ok();
    let json = made.json();
    assert_eq!(json["query"]["node"], "b\\xfccher");
    assert_eq!(json["entries"][0]["ai_canonname"], "b\\xfccher");
    assert!(made.table().contains("  b\\xfccher\n"));
}

#[test]
fn columns_are_aligned_by_what_a_terminal_shows() {
    let (mut wide, mut narrow) = (entry(), entry());
    wide.canonname = Some(OsStr::new("例え.テスト").into());
    narrow.canonname = None;
    let made = listed(vec![wide, narrow])
        .names(0, named("例え", "80"))
        .names(1, named("abcd", "80"));
    let table = made.table();
    // 例え is four columns wide and two characters long.
    assert!(
        table.contains("  例え 80 1.500 ms  例え.テスト\n"),
        "{table}"
    );
    assert!(table.contains("  abcd 80 1.500 ms  NULL\n"), "{table}");
}

#[test]
fn hints_without_names_are_their_numbers() {
    let mut made = listed(Vec::new());
    made.query.hints = Some(Hints {
        flags: NAMELESS.0,
        family: 9999,
        socktype: -1,
        protocol: 9999,
    });
    let flags = NAMELESS.1;
    let expected =
        format!("\nhints   ai_flags {flags}, ai_family 9999, ai_socktype -1, ai_protocol 9999\n");
    let table = made.table();
    assert!(table.contains(&expected), "{table}");
}

/// A list as it comes where no type is asked for, the raw entries refused.
fn every_type(addresses: usize) -> Made {
    let mut entries = Vec::new();
    for at in 0..addresses {
        for (socktype, protocol) in [(1, 6), (2, 17), (3, 0)] {
            let mut entry = entry();
            entry.addr.as_mut().unwrap()[6..8].copy_from_slice(&(at as u16).to_be_bytes());
            (entry.socktype, entry.protocol) = (socktype, protocol);
            entries.push(entry);
        }
    }
    let mut made = listed(entries);
    made.query.hints = Some(Hints::default());
    for at in 0..3 * addresses {
        made = match at % 3 {
            2 => made.socket(at, refused(), US),
            _ => made.socket(at, opened(3), US).close(at, zero()),
        };
    }
    made
}

#[test]
fn a_note_of_many_entries_stands_once_in_the_table_and_at_each_in_the_json() {
    let made = every_type(10);
    let table = made.table();
    let notes: Vec<&str> = table
        .lines()
        .skip_while(|line| !line.starts_with("advice"))
        .collect();
    assert_eq!(
        notes,
        [
            "advice  address-per-type: Each address comes several times: ai_socktype is 0, so once for each type.",
            "        Set ai_socktype to the type that you will open.",
            "failure raw-entry-unasked, entries 3, 6, 9, 12, 15, 18, 21, 24 and 2 more: Nobody asked for this raw entry, and it never opens. It is harmless.",
            "        Skip entries that say EPROTONOSUPPORT, or set ai_socktype.",
        ]
    );
    let json = made.json();
    assert_eq!(
        json["notes"],
        json!([{
            "rule": "address-per-type",
            "severity": "advice",
            "suspected": false,
            "line": "Each address comes several times: ai_socktype is 0, so once for each type.",
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
fn notes_are_written_in_the_language_of_the_report() {
    let mut made = every_type(1);
    made.language = Language::Es;
    let line = "Nadie pidió esta entrada raw, y nunca se abre. No importa.";
    assert_eq!(made.json()["entries"][2]["notes"][0]["line"], line);
    assert!(made.table().contains(line));
}
