//! Addresses in text, parsed as getaddrinfo does.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A node that is an address and needs no lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Literal<'a> {
    V4(Ipv4Addr),
    /// The address and the scope after `%` (RFC 4007 §11).
    V6(Ipv6Addr, Option<&'a str>),
}

impl<'a> Literal<'a> {
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        if let Some(ip) = inet_aton(text) {
            return Some(Self::V4(ip));
        }
        let scoped = text.split_once('%');
        let (address, scope) = scoped.map_or((text, None), |(ip, scope)| (ip, Some(scope)));
        Some(Self::V6(address.parse().ok()?, scope))
    }
}

/// One to four numbers, decimal, octal or hexadecimal; the last one fills the remaining bytes
/// (inet_aton(3)): `127.1` and `0x7f000001` are both 127.0.0.1.
fn inet_aton(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u32> = text.split('.').map(part).collect::<Option<_>>()?;
    let (&last, first) = parts.split_last()?;
    if first.len() > 3 || first.iter().any(|&part| part > 255) {
        return None;
    }
    let bits = 8 * (4 - first.len() as u32);
    if bits < 32 && last >> bits != 0 {
        return None;
    }
    let head = first.iter().enumerate();
    let head = head.fold(0, |sum, (at, part)| sum | part << (24 - 8 * at));
    Some(Ipv4Addr::from(head | last))
}

fn part(text: &str) -> Option<u32> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (text, 10),
    };
    // from_str_radix accepts a sign; inet_aton does not.
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_ipv4_address_is_parsed() {
        // The answers of glibc 2.36 (getaddrinfo with AI_NUMERICHOST).
        for text in [
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "0177.0.0.1",
            "2130706433",
            "127.0.1",
        ] {
            assert_eq!(
                Literal::read(text),
                Some(Literal::V4(Ipv4Addr::LOCALHOST)),
                "{text}"
            );
        }
        assert_eq!(Literal::read("0"), Some(Literal::V4(Ipv4Addr::UNSPECIFIED)));
        for text in [
            "",
            ".",
            "256.1.1.1",
            "1.2.3.4.5",
            "127.0.0.1 ",
            "+1",
            "08",
            "1.2.65536",
            "a",
        ] {
            assert_eq!(Literal::read(text), None, "{text}");
        }
    }

    #[test]
    fn ipv6_address_may_have_a_scope() {
        let ip = "fe80::1".parse().unwrap_or(Ipv6Addr::UNSPECIFIED);
        assert_eq!(Literal::read("fe80::1"), Some(Literal::V6(ip, None)));
        assert_eq!(
            Literal::read("fe80::1%lo"),
            Some(Literal::V6(ip, Some("lo")))
        );
        assert_eq!(Literal::read("fe80::1%"), Some(Literal::V6(ip, Some(""))));
        assert_eq!(Literal::read("[fe80::1]"), None);
    }
}
