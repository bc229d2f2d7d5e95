#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use super::*;
use crate::net::{Hints, Text};

fn query(node: Option<&str>, service: Option<&str>, hints: [&str; 4]) -> Query {
    let [family, socktype, protocol, flags] = hints;
    on(Os::Linux, node, service, [family, socktype, protocol, flags])
}

fn on(os: Os, node: Option<&str>, service: Option<&str>, hints: [&str; 4]) -> Query {
    let [family, socktype, protocol, flags] = hints;
    Query {
        node: node.map(|text| Text::new(text).unwrap()),
        service: service.map(|text| Text::new(text).unwrap()),
        hints: Some(Hints {
            family: Hint::Family.parse(os, family).unwrap(),
            socktype: Hint::Socktype.parse(os, socktype).unwrap(),
            protocol: Hint::Protocol.parse(os, protocol).unwrap(),
            flags: Hint::Flags.parse_list(os, flags).unwrap(),
        }),
    }
}

fn lines(query: &Query) -> Vec<String> {
    recorded(query, Os::Linux).iter().map(Record::line).collect()
}

#[test]
fn every_file_can_be_read_and_every_row_has_a_source() {
    for place in Place::ALL {
        let rows = file::read(place).unwrap_or_else(|why| panic!("{place:?}: {why}"));
        assert!(!rows.getaddrinfo.is_empty(), "{place:?}");
        assert!(!rows.socket.is_empty(), "{place:?}");
    }
}

#[test]
fn show() {
    for q in [
        query(None, Some("27015"), ["AF_INET", "SOCK_STREAM", "IPPROTO_UDP", "AI_PASSIVE"]),
        query(Some("localhost"), None, ["0", "0", "0", "0"]),
        query(Some("localhost"), Some("27015"), ["0", "SOCK_STREAM", "IPPROTO_TCP", "0"]),
        query(None, None, ["0", "SOCK_STREAM", "0", "0"]),
        query(Some("127.0.0.1"), Some("65536"), ["AF_INET", "SOCK_STREAM", "IPPROTO_TCP", "0"]),
        query(Some("127.0.0.1"), None, ["AF_INET", "SOCK_RAW", "0", "0"]),
        query(Some("127.0.0.1"), None, ["AF_INET", "SOCK_RAW", "IPPROTO_ICMP", "0"]),
        query(Some("example.com"), Some("80"), ["0", "SOCK_STREAM", "IPPROTO_TCP", "0"]),
        query(Some("localhost"), None, ["0", "999", "0", "0"]),
        Query { node: Text::new("localhost").ok(), service: None, hints: None },
    ] {
        println!("\n{} {:?}", q.call(), q.hints);
        for l in lines(&q) { println!("{l}"); }
        println!("without: {:?}", places_without(&recorded(&q, Os::Linux)));
    }
}
