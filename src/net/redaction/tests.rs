#![expect(clippy::unwrap_used, reason = "a test")]

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn redacted(text: &str) -> String {
    Redaction::default().text(text.as_ref())
}

#[test]
fn names_keep_their_labels() {
    let mut redaction = Redaction::default();
    for (text, expected) in [
        ("www.corp.internal", "name1.name2.name3"),
        ("mail.corp.internal.", "name4.name2.name3."),
        ("MAIL.Corp", "NAME4.Name2"),
        ("node-7.local", "name5-1.local"),
        ("localhost", "localhost"),
        ("b\u{fc}cher.corp", "\u{f1}ame6.name2"),
        (" corp\t", " name2\t"),
        ("*", "*"),
        ("", ""),
    ] {
        assert_eq!(redaction.text(text.as_ref()), expected, "{text}");
    }
    let long = format!("{}.corp", "q".repeat(64));
    assert_eq!(redacted(&long).len(), "name2".len() + 65);
}

#[test]
fn addresses_in_texts_keep_their_form() {
    for (text, expected) in [
        ("198.18.7.7", "192.0.2.1"),
        ("192.168.7.7/24", "192.168.0.1/1"),
        ("[2a00::7]:8080", "[2001:db8::1]:8080"),
        ("fe80::7%eth7", "fe80::1%if1"),
        ("fe80::7%257", "fe80::1%257"),
        ("fe80::7%25eth7", "fe80::1%25if1"),
        ("fe80::7%lo", "fe80::1%lo"),
        ("10.7.7.7.", "10.0.0.1."),
        ("10.7.7.7:80", "10.0.0.1:80"),
        ("10.459015", "0xa000001"),
        ("127.1", "127.1"),
        ("::1:80", "::1:80"),
        ("10.7.7.777", "1.1.1.256"),
        ("10.7.7.08", "1.1.1.08"),
        (
            "https://joe:pass@db.corp:8443/x?y=z",
            "https://name1:name2@name3.name4:8443/name5?name6=name7",
        ),
        ("unix:/home/joe/x.sock", "unix:/name1/name2/name3.name4"),
    ] {
        assert_eq!(redacted(text), expected, "{text}");
    }
}

#[test]
fn ports_and_known_services_stay() {
    let mut redaction = Redaction::default();
    for service in [
        "", "27015", " 80", "-1", "+80", "0x50", "http", "HTTPS", "65616",
    ] {
        assert_eq!(redaction.service(service.as_ref()), service);
    }
    assert_eq!(redaction.service("ourdb".as_ref()), "name1");
    assert_eq!(redaction.service("10.7.7.7".as_ref()), "10.0.0.1");
    assert_eq!(redaction.service("80/tcp".as_ref()), "80/tcp");
}

#[test]
fn embedded_address_is_the_same_as_alone() {
    let mut redaction = Redaction::default();
    assert_eq!(redaction.address(ip("8.7.6.5")), ip("192.0.2.1"));
    for (address, expected) in [
        ("::ffff:8.7.6.5", "::ffff:192.0.2.1"),
        ("64:ff9b::8.7.6.5", "64:ff9b::192.0.2.1"),
        ("::8.7.6.5", "::192.0.2.1"),
        ("2002:807:605::9", "2002:c000:201::1"),
        ("2002:807:605::8", "2002:c000:201::2"),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
    ] {
        assert_eq!(redaction.address(ip(address)), ip(expected), "{address}");
    }
}

#[test]
fn prefixes_of_a_user_are_replaced_in_gai_conf() {
    let text = "# ours: corp\nlabel ::1/128 0\nlabel 2a00:7::/32 99 # joe\n\nprecedence ::ffff:0:0/96 100\n\n";
    let mut redaction = Redaction::default();
    assert_eq!(
        redaction.gai_conf(text),
        "\nlabel ::1/128 0\nlabel 2001:db8::1/32 99\n\nprecedence ::ffff:0.0.0.0/96 100"
    );
}

#[test]
fn path_of_a_unix_socket_is_removed() {
    let bytes = b"\x01\0/home/joe";
    let out = Redaction::default().sockaddr(Os::Linux, bytes);
    assert_eq!(&*out, b"\x01\0\0\0\0\0\0\0\0\0\0");
    assert_eq!(&*Redaction::default().sockaddr(Os::Linux, b"\x02"), b"\x02");
}

fn scope(ip: IpAddr) -> (bool, bool, bool, bool, Option<u16>) {
    match ip {
        IpAddr::V4(ip) => {
            let shared = ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64;
            (
                ip.is_private(),
                ip.is_link_local(),
                ip.is_multicast(),
                shared,
                None,
            )
        }
        IpAddr::V6(ip) => {
            let multicast = ip.is_multicast().then(|| ip.segments()[0]);
            let (local, site) = (
                ip.is_unicast_link_local(),
                ip.segments()[0] & 0xffc0 == 0xfec0,
            );
            (
                ip.is_unique_local(),
                local,
                site,
                ip.to_ipv4_mapped().is_some(),
                multicast,
            )
        }
    }
}

fn addresses() -> impl Strategy<Value = IpAddr> {
    let v4 = any::<u32>().prop_map(Ipv4Addr::from_bits);
    let prefixes = vec![
        0,
        10 << 8,
        127 << 8,
        (169 << 8) + 254,
        (172 << 8) + 16,
        (192 << 8) + 168,
    ];
    let near = (prop::sample::select(prefixes), 0..4_u32)
        .prop_map(|(high, low)| Ipv4Addr::from_bits(high << 16 | low));
    let v6 = any::<u128>().prop_map(Ipv6Addr::from_bits);
    let prefixes = vec![
        0,
        0x2001_u128,
        0x2001_0db8,
        0x2002,
        0xfe80,
        0xfec0,
        0xfd00,
        0xff02,
        0x2a00,
    ];
    let near6 = (prop::sample::select(prefixes), 0..4_u128).prop_map(|(high, low)| {
        Ipv6Addr::from_bits(high << if high > 0xffff { 96 } else { 112 } | low)
    });
    prop_oneof![
        v4.prop_map(IpAddr::V4),
        near.prop_map(IpAddr::V4),
        v6.prop_map(IpAddr::V6),
        near6.prop_map(IpAddr::V6),
    ]
}

proptest! {
    #[test]
    fn different_addresses_stay_different(list in prop::collection::vec(addresses(), 1..40)) {
        let mut redaction = Redaction::default();
        let new: Vec<IpAddr> = list.iter().map(|&ip| redaction.address(ip)).collect();
        for (a, new_a) in list.iter().zip(&new) {
            prop_assert_eq!(a.is_ipv4(), new_a.is_ipv4());
            prop_assert_eq!(scope(*a), scope(*new_a), "{} {}", a, new_a);
            prop_assert_eq!(a.is_loopback(), new_a.is_loopback());
            prop_assert_eq!(a.is_unspecified(), new_a.is_unspecified());
            prop_assert_eq!(redaction.replaced(*a), *new_a);
            for (b, new_b) in list.iter().zip(&new) {
                prop_assert_eq!(a == b, new_a == new_b, "{} {}: {} {}", a, b, new_a, new_b);
            }
        }
    }
}

#[test]
fn thousands_of_addresses_stay_different() {
    let mut redaction = Redaction::default();
    let new: std::collections::HashSet<IpAddr> = (0..5_000)
        .map(|n| redaction.address(Ipv4Addr::from_bits(0x0808_0000 + n).into()))
        .collect();
    assert_eq!(new.len(), 5_000);
    assert!(
        new.contains(&ip("198.18.16.138")),
        "254 + 255 + 255 from RFC 5737"
    );
}
