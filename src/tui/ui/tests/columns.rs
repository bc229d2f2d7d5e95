//! Columns: names and bytes are whole and aligned where there is room.

use super::room::{row, rows};
use super::*;
use crate::app::View;

/// The addresses of an IPv4 and an IPv6 server and client.
const ADDRESSES: [&str; 6] = [
    "0.0.0.0:27015",
    "127.0.0.1:80",
    "127.0.0.1:27015",
    "[::]:27015",
    "[::1]:80",
    "[::1]:27015",
];

/// The model with one entry, of this address.
fn only(socktype: &str, protocol: &str, address: &str) -> Model {
    answered(
        &localhost(),
        list([entry(socktype, protocol, address)]),
        opened(9),
    )
}

/// The lower pane of 120 by 40: what stands in its frame.
fn lower(model: &mut Model) -> Vec<String> {
    let rows = rows(model, (120, 40)).into_iter();
    let pane = rows.skip_while(|row| !row.contains(" 2 addrinfo")).skip(1);
    let inside = pane.map_while(|row| row.split("││").nth(1).map(str::to_owned));
    inside
        .map(|row| row.trim_end_matches(['"', '│', ' ']).to_owned())
        .collect()
}

#[test]
fn names_of_the_list_are_whole_if_the_address_has_room() {
    for protocol in ["IPPROTO_ICMP", "IPPROTO_ICMPV6"] {
        for socktype in ["SOCK_RAW", "SOCK_SEQPACKET"] {
            for address in ["127.0.0.1:0", "[::1]:0"] {
                for size in [(80, 24), (120, 40)] {
                    let shown = rows(&mut only(socktype, protocol, address), size);
                    let line = row(&shown, "✓ 9 open");
                    for text in [socktype, protocol, address] {
                        assert!(line.contains(&format!("{text} ")), "{line}");
                    }
                    // The titles stand above their columns.
                    let titles = row(&shown, "ai_addr ");
                    let title = titles
                        .rfind("ai_protocol")
                        .map(|at| titles[..at].chars().count());
                    let name = line.find(protocol).map(|at| line[..at].chars().count());
                    assert_eq!(title, name, "{titles}\n{line}");
                }
            }
        }
    }
    let long = "[2001:db8:1111:2222:3333:4444:5555:6666]:27015";
    let shown = rows(&mut only("SOCK_RAW", "IPPROTO_ICMPV6", long), (80, 24));
    row(&shown, "IPPROTO_IC… [2001:db8:1111:2222:3333");
}

#[test]
fn bytes_of_a_sockaddr_stand_below_its_address() {
    for address in ADDRESSES {
        let shown = lower(&mut only("SOCK_STREAM", "IPPROTO_TCP", address));
        let column = |text: &str, row: &str| row.find(text).map(|at| row[..at].chars().count());
        let at = shown
            .iter()
            .position(|row| row.contains("ai_addr   "))
            .unwrap();
        let value = column(address, &shown[at]);
        assert!(value.is_some(), "{shown:#?}");
        assert_eq!(column("0x", &shown[at + 1]), value, "{shown:#?}");
        let digits = shown[at + 2..].iter();
        for row in digits.take_while(|row| !row.contains("ai_canonname")) {
            assert_eq!(row.chars().position(|c| c != ' '), value, "{shown:#?}");
        }
    }
}

#[test]
fn meaning_of_bytes_stands_beside_them() {
    for language in Language::ALL {
        for address in ADDRESSES {
            let mut model = only("SOCK_STREAM", "IPPROTO_TCP", address);
            model.language = language;
            let _ = model.does(Command::Show(View::Addrinfo));
            let shown = lower(&mut model);
            let mut lines = shown
                .iter()
                .skip_while(|row| !row.contains("struct sockaddr_in"));
            let title = lines.next().unwrap();
            assert!(title.contains("bytes"), "{title}");
            for line in lines.take_while(|row| !row.is_empty()) {
                let offset = line.split_whitespace().next().unwrap();
                assert!(offset.len() == 2 && line.starts_with("   "), "{shown:#?}");
                assert!(u8::from_str_radix(offset, 16).is_ok(), "{shown:#?}");
            }
        }
    }
}
