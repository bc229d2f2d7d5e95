//! The conditions of a record: what a query must have for the record to apply.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::names::Os;
use crate::net::{Hint, Hints, Query};
use crate::text::quoted;

/// A query in the numbers of a record's system.
#[derive(Clone, Debug)]
pub(super) struct LocalQuery<'a> {
    pub(super) node: Option<&'a str>,
    pub(super) service: Option<&'a str>,
    pub(super) hints: Option<Hints>,
    pub(super) os: Os,
}

impl<'a> LocalQuery<'a> {
    /// `query` with its numbers translated from `from` to `os`; `None` if `os` has no such constants.
    pub(super) fn new(query: &'a Query, from: Os, os: Os) -> Option<Self> {
        let hints = match &query.hints {
            None => None,
            Some(hints) => Some(translate(hints, from, os)?),
        };
        // No record is about text that is not UTF-8.
        let node = query.node.as_ref().map(|text| text.as_os_str().to_str());
        let service = query.service.as_ref().map(|text| text.as_os_str().to_str());
        Some(Self {
            node: node.map_or(Some(None), |text| text.map(Some))?,
            service: service.map_or(Some(None), |text| text.map(Some))?,
            hints,
            os,
        })
    }

    /// Whether the hints have this flag set.
    fn has(&self, flag: &str) -> bool {
        let bit = Hint::Flags
            .table(self.os)
            .named(flag)
            .map_or(0, |row| row.value);
        self.hints.is_some_and(|hints| hints.flags & bit != 0)
    }

    fn family(&self) -> &'static str {
        let family = self.hints.map_or(0, |hints| hints.family);
        self.os
            .names()
            .families
            .of(family)
            .map_or("", |row| row.name)
    }
}

/// The hints with the same names on `to`; `None` if `to` has no equal. Numbers without a name on both
/// systems stay. So do protocols that only `from` names, since the numbers are IANA's, and socket
/// types that only `from` names, if the number has no other name on `to`.
fn translate(hints: &Hints, from: Os, to: Os) -> Option<Hints> {
    let mut out = Hints::default();
    for hint in [Hint::Family, Hint::Socktype, Hint::Protocol] {
        let value = hint.get(hints);
        let (here, there) = (hint.table(from), hint.table(to));
        let translated = match here.of(value) {
            _ if from == to => Some(value),
            Some(row) => match there.named(row.name) {
                Some(row) => Some(row.value),
                None if hint == Hint::Protocol => Some(value),
                None if hint == Hint::Socktype && there.of(value).is_none() => Some(value),
                None => None,
            },
            None if hint == Hint::Protocol || there.of(value).is_none() => Some(value),
            None => None,
        };
        hint.set(&mut out, translated?);
    }
    if from == to {
        out.flags = hints.flags;
        return Some(out);
    }
    let (names, rest) = Hint::Flags.table(from).split(hints.flags);
    let there = Hint::Flags.table(to);
    for row in names {
        out.flags |= there.named(row.name)?.value;
    }
    // A bit without a name on `from` but with one on `to` would be another query.
    let (named_there, _) = there.split(rest.cast_signed());
    out.flags |= rest.cast_signed();
    named_there.is_empty().then_some(out)
}

/// A condition on the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NodeIs {
    Null,
    Exactly(String),
    /// An address of a family that the hints ask for, or `localhost` unless AI_NUMERICHOST forbids
    /// names.
    Resolvable,
    /// An address of the other family.
    OtherFamily,
    /// A name to look up.
    Name,
    /// A label longer than 63 bytes (RFC 1035 §2.3.4).
    LongLabel,
    /// Longer than 255 bytes (RFC 1035 §2.3.4).
    LongName,
}

/// A condition on the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ServiceIs {
    Null,
    Exactly(String),
    /// 0 to 65535, decimal, without a sign or leading zeros.
    Number,
    /// 65536 to 2147483647. glibc treats 4294967295 as a name, but not larger numbers.
    TooBig,
    /// Text that begins with a letter.
    Name,
    /// Anything but NULL, `""` and `"*"`.
    Given,
}

impl NodeIs {
    /// Parses a kind in `<>`, `NULL`, or the text itself.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        Ok(match text {
            "NULL" => Self::Null,
            "<found>" => Self::Resolvable,
            "<other family>" => Self::OtherFamily,
            "<name>" => Self::Name,
            "<long label>" => Self::LongLabel,
            "<long name>" => Self::LongName,
            _ if text.starts_with('<') => return Err(format!("node: {text} is no kind of node")),
            _ => Self::Exactly(text.to_owned()),
        })
    }

    fn holds(&self, local: &LocalQuery<'_>) -> bool {
        let Some(node) = local.node else {
            return *self == Self::Null;
        };
        let family = local.family();
        match self {
            Self::Null => false,
            Self::Exactly(text) => node == text,
            Self::Resolvable => match literal(node) {
                None => {
                    node == "localhost"
                        && matches!(family, "AF_UNSPEC" | "AF_INET" | "AF_INET6")
                        && !local.has("AI_NUMERICHOST")
                }
                Some(IpAddr::V4(_)) => matches!(family, "AF_UNSPEC" | "AF_INET"),
                Some(IpAddr::V6(_)) => matches!(family, "AF_UNSPEC" | "AF_INET6"),
            },
            Self::OtherFamily => match literal(node) {
                None => false,
                Some(IpAddr::V4(_)) => family == "AF_INET6",
                // ::ffff:0:0/96 is IPv4 to glibc.
                Some(IpAddr::V6(ip)) => family == "AF_INET" && ip.to_ipv4_mapped().is_none(),
            },
            Self::Name => is_name(node),
            Self::LongLabel => {
                node.len() <= 255 && is_plain(node) && node.split('.').any(|label| label.len() > 63)
            }
            Self::LongName => node.len() > 255 && is_plain(node),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Exactly(text) => quoted(text.as_ref()),
            Self::Resolvable => "localhost or an address of a family asked for".to_owned(),
            Self::OtherFamily => "an address of the other family".to_owned(),
            Self::Name => "a name to look up".to_owned(),
            Self::LongLabel => "a name with a label of over 63 bytes".to_owned(),
            Self::LongName => "a name of over 255 bytes".to_owned(),
        }
    }
}

impl ServiceIs {
    /// Parses a kind in `<>`, `NULL`, or the text itself.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        Ok(match text {
            "NULL" => Self::Null,
            "<number>" => Self::Number,
            "<above 65535>" => Self::TooBig,
            "<name>" => Self::Name,
            "<given>" => Self::Given,
            _ if text.starts_with('<') => {
                return Err(format!("service: {text} is no kind of service"));
            }
            _ => Self::Exactly(text.to_owned()),
        })
    }

    fn holds(&self, service: Option<&str>) -> bool {
        let Some(service) = service else {
            return *self == Self::Null;
        };
        // A plus sign and leading zeros have records of their own.
        let number = || {
            let digits = service.bytes().all(|byte| byte.is_ascii_digit());
            let zeros = service.len() > 1 && service.starts_with('0');
            (digits && !zeros)
                .then(|| service.parse::<u32>().ok())
                .flatten()
        };
        match self {
            Self::Null => false,
            Self::Exactly(text) => service == text,
            Self::Number => number().is_some_and(|number| number <= 65_535),
            Self::TooBig => number().is_some_and(|number| (65_536..1 << 31).contains(&number)),
            Self::Name => service.starts_with(|first: char| first.is_ascii_alphabetic()),
            Self::Given => !matches!(service, "" | "*"),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Exactly(text) => quoted(text.as_ref()),
            Self::Number => "a port number".to_owned(),
            Self::TooBig => "a number above 65535".to_owned(),
            Self::Name => "a name".to_owned(),
            Self::Given => "any".to_owned(),
        }
    }
}

/// The address that `node` spells in full: not `127.1`, not with a scope.
pub(super) fn literal(node: &str) -> Option<IpAddr> {
    let v4 = || node.parse::<Ipv4Addr>().ok().map(IpAddr::V4);
    v4().or_else(|| node.parse::<Ipv6Addr>().ok().map(IpAddr::V6))
}

/// Only letters, digits, `-`, `_` and `.`, and no empty label.
fn is_plain(node: &str) -> bool {
    node.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && !node.is_empty()
        && node.split('.').all(|label| !label.is_empty())
}

/// Whether `node` can only be a host's name, without a special meaning to any resolver.
fn is_name(node: &str) -> bool {
    let last = node.rsplit('.').next().unwrap_or_default();
    node.len() <= 255
        && is_plain(node)
        && node.split('.').all(|label| label.len() <= 63 && !label.starts_with('-'))
        // 0x7f.1 and 127.1 are addresses to inet_aton().
        && last.starts_with(|first: char| first.is_ascii_alphabetic())
        && !last.eq_ignore_ascii_case("localhost")
}

/// The flags that may be set in addition to the required ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum May {
    Bits(i32),
    /// Every flag that has a name.
    AnyNamed,
}

/// The conditions of a record. An empty list is no condition.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) null_hints: bool,
    pub(super) node: Vec<NodeIs>,
    pub(super) service: Vec<ServiceIs>,
    pub(super) family: Vec<i32>,
    pub(super) not_family: Vec<i32>,
    pub(super) socktype: Vec<i32>,
    pub(super) not_socktype: Vec<i32>,
    pub(super) protocol: Vec<i32>,
    pub(super) not_protocol: Vec<i32>,
    /// `ai_socktype` and `ai_protocol` together.
    pub(super) pair: Vec<(i32, i32)>,
    pub(super) flags: i32,
    /// A bit without a name is set.
    pub(super) unknown_flag: bool,
    pub(super) may: May,
}

impl Condition {
    /// Whether the record applies to the query.
    pub(super) fn holds(&self, local: &LocalQuery<'_>) -> bool {
        let listed = |list: &[i32], not: &[i32], value| {
            (list.is_empty() || list.contains(&value)) && !not.contains(&value)
        };
        // NULL for both is refused before anything else is checked, so only a row that names it
        // applies.
        let nothing = local.node.is_none() && local.service.is_none();
        let named = |node: &NodeIs| matches!(node, NodeIs::Null | NodeIs::Exactly(_));
        if nothing && (self.node.is_empty() || !self.node.iter().all(named)) {
            return false;
        }
        (self.node.is_empty() || self.node.iter().any(|node| node.holds(local)))
            && (self.service.is_empty()
                || self
                    .service
                    .iter()
                    .any(|service| service.holds(local.service)))
            && match &local.hints {
                None => self.null_hints,
                Some(hints) => {
                    !self.null_hints
                        && listed(&self.family, &self.not_family, hints.family)
                        && listed(&self.socktype, &self.not_socktype, hints.socktype)
                        && listed(&self.protocol, &self.not_protocol, hints.protocol)
                        && (self.pair.is_empty()
                            || self.pair.contains(&(hints.socktype, hints.protocol)))
                        && self.flags_hold(hints.flags, local.os)
                }
            }
    }

    fn flags_hold(&self, flags: i32, os: Os) -> bool {
        let (_, unnamed) = Hint::Flags.table(os).split(flags);
        if self.unknown_flag {
            return unnamed != 0;
        }
        let more = flags & !self.flags;
        flags & self.flags == self.flags
            && match self.may {
                May::Bits(may) => more & !may == 0,
                May::AnyNamed => unnamed == 0,
            }
    }

    /// How much it demands: a named value counts more than a kind, a kind more than nothing.
    pub(super) fn weight(&self) -> u32 {
        let node = match self.node.first() {
            None => 0,
            Some(_)
                if self
                    .node
                    .iter()
                    .all(|node| matches!(node, NodeIs::Null | NodeIs::Exactly(_))) =>
            {
                4
            }
            Some(_) => 2,
        };
        let service = match self.service.first() {
            None => 0,
            Some(_)
                if self
                    .service
                    .iter()
                    .all(|service| matches!(service, ServiceIs::Null | ServiceIs::Exactly(_))) =>
            {
                4
            }
            Some(_) => 2,
        };
        let some = |any: bool, weight| if any { weight } else { 0 };
        node + service
            + some(self.null_hints, 8)
            + some(!self.family.is_empty() || !self.not_family.is_empty(), 1)
            + some(!self.socktype.is_empty() || !self.pair.is_empty(), 1)
            + some(!self.protocol.is_empty() || !self.pair.is_empty(), 1)
            + some(self.flags != 0 || self.unknown_flag, 4)
    }

    /// The conditions as text, with the constants of `os`.
    pub(super) fn words(&self, os: Os) -> String {
        let mut out = String::new();
        let mut add = |member: &str, values: Vec<String>| {
            if !values.is_empty() {
                let semicolon = if out.is_empty() { "" } else { "; " };
                // Writing to a String cannot fail.
                let _ = write!(out, "{semicolon}{member} {}", values.join(" or "));
            }
        };
        let show =
            |hint: Hint, values: &[i32]| values.iter().map(|&value| hint.show(os, value)).collect();
        add("node", self.node.iter().map(NodeIs::words).collect());
        add(
            "service",
            self.service.iter().map(ServiceIs::words).collect(),
        );
        if self.null_hints {
            add("hints", vec!["NULL".to_owned()]);
        }
        for (hint, values, not) in [
            (Hint::Family, &self.family, &self.not_family),
            (Hint::Socktype, &self.socktype, &self.not_socktype),
            (Hint::Protocol, &self.protocol, &self.not_protocol),
        ] {
            add(hint.member(), show(hint, values));
            add(&format!("{} other than", hint.member()), show(hint, not));
        }
        let pairs = self.pair.iter().map(|&(socktype, protocol)| {
            let socktype = Hint::Socktype.show(os, socktype);
            format!("{socktype}/{}", Hint::Protocol.show(os, protocol))
        });
        add("ai_socktype/ai_protocol", pairs.collect());
        if self.flags != 0 {
            add("ai_flags", vec![Hint::Flags.show(os, self.flags)]);
        }
        if self.unknown_flag {
            add("ai_flags", vec!["with a bit that has no name".to_owned()]);
        }
        out
    }
}
