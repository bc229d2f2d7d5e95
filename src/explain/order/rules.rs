//! The rules of destination address selection (RFC 6724 §6), as glibc and musl apply them.

use std::net::IpAddr;

use super::policy::common_bits;
use super::{Method, Pair, Place};
use crate::net::{Origin, Run, SourceAddress};
use crate::words::Key;

/// A rule of RFC 6724 §6, which has the same numbers in RFC 3484.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    Usable = 1,
    MatchingScope,
    Deprecated,
    Home,
    MatchingLabel,
    Precedence,
    Native,
    SmallerScope,
    LongestPrefix,
    Unchanged,
}

impl Rule {
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    /// The name in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Usable => "usable",
            Self::MatchingScope => "matching-scope",
            Self::Deprecated => "deprecated",
            Self::Home => "home-address",
            Self::MatchingLabel => "matching-label",
            Self::Precedence => "precedence",
            Self::Native => "native-transport",
            Self::SmallerScope => "smaller-scope",
            Self::LongestPrefix => "longest-prefix",
            Self::Unchanged => "unchanged",
        }
    }

    pub(crate) const fn title(self) -> Key {
        match self {
            Self::Usable => Key::OrderUsable,
            Self::MatchingScope => Key::OrderMatchingScope,
            Self::Deprecated => Key::OrderAvoidDeprecated,
            Self::Home => Key::OrderHomeAddress,
            Self::MatchingLabel => Key::OrderMatchingLabel,
            Self::Precedence => Key::OrderHigherPrecedence,
            Self::Native => Key::OrderNative,
            Self::SmallerScope => Key::OrderSmallerScope,
            Self::LongestPrefix => Key::OrderLongestPrefix,
            Self::Unchanged => Key::OrderUnchangedRule,
        }
    }
}

/// What a rule compared: the value of the first entry and of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Whether it is so.
    Flags([bool; 2]),
    /// The values of destination and source.
    Matches([(u32, u32); 2]),
    Numbers([u32; 2]),
}

/// The decision of a rule. `None` is a tie.
fn prefer<T: PartialOrd>(rule: Rule, values: Values, rank: [T; 2]) -> Option<Pair> {
    let [first, second] = rank;
    (first != second).then_some(Pair {
        rule,
        values: Some(values),
        contradicts: first < second,
    })
}

fn flags(rule: Rule, wanted: bool, values: [bool; 2]) -> Option<Pair> {
    let rank = values.map(|value| value == wanted);
    prefer(rule, Values::Flags(values), rank)
}

fn matches(rule: Rule, values: [(u32, u32); 2]) -> Option<Pair> {
    let rank = values.map(|(destination, source)| destination == source);
    prefer(rule, Values::Matches(values), rank)
}

/// The entry that has the greater number first.
fn greater(rule: Rule, values: [u32; 2]) -> Option<Pair> {
    prefer(rule, Values::Numbers(values), values)
}

/// How a library compares two places of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sorter {
    Glibc,
    Musl,
    /// Not at all.
    None,
}

impl Sorter {
    pub(super) fn of(method: Method, run: &Run) -> Self {
        let os = run.host.os;
        let mut addresses = run.entries().iter().filter_map(|entry| entry.sockaddr(os));
        match method {
            Method::Glibc => Self::Glibc,
            // A list of IPv4 addresses alone stays as it is.
            Method::Musl if addresses.any(|address| address.is_ipv6()) => Self::Musl,
            Method::Musl => Self::None,
        }
    }

    /// What decides between two places of the list.
    pub(super) fn decide(self, a: &Place<'_>, b: &Place<'_>) -> Pair {
        let decision = match self {
            Self::Glibc => glibc([a, b]),
            Self::Musl => musl([a, b]),
            Self::None => None,
        };
        decision.unwrap_or(Pair {
            rule: Rule::Unchanged,
            values: None,
            contradicts: false,
        })
    }
}

/// rfc3484_sort of nss/getaddrinfo.c.
fn glibc(pair: [&Place<'_>; 2]) -> Option<Pair> {
    let scope = pair.map(|place| place.class.map_or(0, |class| class.scope));
    let precedence = pair.map(|place| place.class.map_or(0, |class| class.precedence.value));
    let by_source = match pair.map(|place| place.source.address()) {
        [Some(a), Some(b)] => Some([a, b]),
        _ => None,
    };
    usable(pair)
        .or_else(|| matching(pair, Rule::MatchingScope))
        .or_else(|| {
            flags(
                Rule::Deprecated,
                false,
                by_source?.map(|from| from.deprecated),
            )
        })
        .or_else(|| flags(Rule::Home, true, by_source?.map(|from| from.home)))
        .or_else(|| matching(pair, Rule::MatchingLabel))
        .or_else(|| greater(Rule::Precedence, precedence))
        .or_else(|| native(by_source?))
        .or_else(|| smaller_scope(scope))
        .or_else(|| {
            let [a, b] = pair.map(|place| place.ip);
            let bits = [
                prefix_bits(a?, by_source?[0]),
                prefix_bits(b?, by_source?[1]),
            ];
            let one_family = a?.is_ipv4() == b?.is_ipv4();
            greater(Rule::LongestPrefix, bits).filter(|_| one_family)
        })
}

fn usable(pair: [&Place<'_>; 2]) -> Option<Pair> {
    let values = pair.map(|place| matches!(place.source, Origin::Address(_)));
    flags(Rule::Usable, true, values)
}

/// Rules 2 and 5. Without a source they do not apply.
fn matching(pair: [&Place<'_>; 2], rule: Rule) -> Option<Pair> {
    let values = pair.map(|place| {
        let (class, source) = (place.class?, place.source_class?);
        Some(match rule {
            Rule::MatchingScope => (class.scope, source.scope),
            _ => (class.label.value, source.label.value),
        })
    });
    matches(rule, [values[0]?, values[1]?])
}

/// The same interface is the same transport. A source on no interface counts as a tunnel.
fn native(pair: [&SourceAddress; 2]) -> Option<Pair> {
    let index = |from: &SourceAddress| from.interface.as_ref().map(|interface| interface.index);
    if index(pair[0]) == index(pair[1]) {
        return None;
    }
    let native = |from: &SourceAddress| {
        let interface = from.interface.as_ref();
        interface.is_some_and(|interface| interface.native)
    };
    flags(Rule::Native, true, pair.map(native))
}

fn smaller_scope(scope: [u32; 2]) -> Option<Pair> {
    let rank = scope.map(|scope| -i64::from(scope));
    prefer(Rule::SmallerScope, Values::Numbers(scope), rank)
}

/// The leading bits that source and destination share. Of IPv4 addresses they count within the
/// source's own subnet only. Where glibc knows no prefix length, it shifts by 32, which on most
/// processors leaves a mask of all bits.
fn prefix_bits(ip: IpAddr, source: &SourceAddress) -> u32 {
    match (ip, source.ip) {
        (IpAddr::V4(ip), IpAddr::V4(from)) => {
            let bits = (ip.to_bits() ^ from.to_bits()).leading_zeros();
            let subnet = match source.prefix_length {
                0 => 32,
                length => u32::from(length),
            };
            if bits >= subnet { bits } else { 0 }
        }
        (IpAddr::V6(ip), IpAddr::V6(from)) => common_bits(ip.to_bits(), from.to_bits()),
        _ => 0,
    }
}

/// The parts of musl's sort key, from its highest bit on.
fn musl(pair: [&Place<'_>; 2]) -> Option<Pair> {
    let scope = pair.map(|place| place.class.map_or(0, |class| class.scope));
    let precedence = pair.map(|place| place.class.map_or(0, |class| class.precedence.value));
    usable(pair)
        .or_else(|| matching(pair, Rule::MatchingScope))
        .or_else(|| matching(pair, Rule::MatchingLabel))
        .or_else(|| greater(Rule::Precedence, precedence))
        .or_else(|| smaller_scope(scope))
        .or_else(|| greater(Rule::LongestPrefix, pair.map(mapped_bits)))
}

/// The leading bits that source and destination share, of IPv4 addresses with the 96 before them; 0
/// without a source.
fn mapped_bits(place: &Place<'_>) -> u32 {
    let bits = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    };
    match (place.ip, place.source.address()) {
        (Some(ip), Some(source)) => common_bits(bits(ip), bits(source.ip)),
        _ => 0,
    }
}
