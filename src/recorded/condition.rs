//! The conditions of a record: what a query must have for the record to apply.

use std::net::IpAddr;

use serde::Deserialize;

use crate::names::Os;
use crate::net::{Hint, Hints, Query};
use crate::text::{Text, quoted};
use crate::words::{Key, Language, Phrase};

/// A query in the numbers of a record's system.
#[derive(Clone, Debug)]
pub(super) struct LocalQuery<'a> {
    pub(super) node: Option<&'a str>,
    /// The address that the node spells in full: not `127.1`, not with a scope.
    pub(super) address: Option<IpAddr>,
    pub(super) service: Option<&'a str>,
    pub(super) hints: Option<Hints>,
    pub(super) os: Os,
}

impl<'a> LocalQuery<'a> {
    /// `query` with its numbers translated from `from` to `os`; `None` if `os` has no such constants.
    pub(super) fn new(query: &'a Query, from: Os, os: Os) -> Option<Self> {
        // No record is about text that is not UTF-8.
        let utf8 = |text: &'a Option<Text>| match text {
            None => Some(None),
            Some(text) => text.as_os_str().to_str().map(Some),
        };
        let node = utf8(&query.node)?;
        Some(Self {
            node,
            address: node.and_then(|node| node.parse().ok()),
            service: utf8(&query.service)?,
            hints: match &query.hints {
                None => None,
                Some(hints) => Some(translate(hints, from, os)?),
            },
            os,
        })
    }

    /// The name of the family.
    fn family(&self) -> &'static str {
        let family = self.hints.unwrap_or_default().family;
        let row = Hint::Family.table(self.os).of(family);
        row.map_or("", |row| row.name)
    }
}

/// The hints with the same names on `to`; `None` if `to` has no equal. Numbers without a name on both
/// systems stay. So do protocols that only `from` names, since the numbers are IANA's, and socket
/// types that only `from` names, if the number has no other name on `to`.
fn translate(hints: &Hints, from: Os, to: Os) -> Option<Hints> {
    if from == to {
        return Some(*hints);
    }
    let mut out = Hints::default();
    for hint in [Hint::Family, Hint::Socktype, Hint::Protocol] {
        let value = hint.get(hints);
        let (here, there) = (hint.table(from).of(value), hint.table(to));
        let same = here.and_then(|row| there.named(row.name));
        let stays = match hint {
            Hint::Protocol => true,
            Hint::Socktype => there.of(value).is_none(),
            _ => here.is_none() && there.of(value).is_none(),
        };
        match same {
            Some(row) => hint.set(&mut out, row.value),
            None if stays => hint.set(&mut out, value),
            None => return None,
        }
    }
    let (names, rest) = Hint::Flags.table(from).split(hints.flags);
    out.flags = rest.cast_signed();
    // A bit without a name on `from` but with one on `to` would be another query.
    if out.flags & named_flags(to) != 0 {
        return None;
    }
    for row in names {
        out.flags |= Hint::Flags.table(to).named(row.name)?.value;
    }
    Some(out)
}

/// The flags that have a name.
pub(super) fn named_flags(os: Os) -> i32 {
    let rows = Hint::Flags.table(os).rows.iter();
    rows.fold(0, |flags, row| flags | row.value)
}

/// A condition on the node or the service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum TextIs {
    #[serde(rename = "NULL")]
    Null,
    /// An address of a family that the hints ask for, or `localhost` unless AI_NUMERICHOST forbids
    /// names.
    #[serde(rename = "<found>")]
    Found,
    /// An address of the other family.
    #[serde(rename = "<other family>")]
    OtherFamily,
    /// A name to look up.
    #[serde(rename = "<name>")]
    HostName,
    /// A name with a label longer than 63 bytes (RFC 1035 §2.3.4).
    #[serde(rename = "<long label>")]
    LongLabel,
    /// A name longer than 255 bytes (RFC 1035 §2.3.4).
    #[serde(rename = "<long name>")]
    LongName,
    /// 0 to 65535, decimal, without a sign or leading zeros.
    #[serde(rename = "<number>")]
    Port,
    /// 65536 to 2147483647. glibc treats 4294967295 as a name, but not larger numbers.
    #[serde(rename = "<above 65535>")]
    TooBig,
    /// Text that begins with a letter.
    #[serde(rename = "<service name>")]
    ServiceName,
    /// Anything but NULL, `""` and `"*"`.
    #[serde(rename = "<given>")]
    Given,
    #[serde(untagged)]
    Exactly(String),
}

impl TextIs {
    fn holds(&self, text: Option<&str>, local: &LocalQuery<'_>) -> bool {
        let Some(text) = text else {
            return *self == Self::Null;
        };
        let family = local.family();
        match self {
            Self::Null => false,
            Self::Exactly(this) => text == this,
            Self::Found => match local.address {
                Some(IpAddr::V4(_)) => matches!(family, "AF_UNSPEC" | "AF_INET"),
                Some(IpAddr::V6(_)) => matches!(family, "AF_UNSPEC" | "AF_INET6"),
                None => {
                    let numeric = Hint::Flags.table(local.os).named("AI_NUMERICHOST");
                    let flags = local.hints.unwrap_or_default().flags;
                    text == "localhost"
                        && matches!(family, "AF_UNSPEC" | "AF_INET" | "AF_INET6")
                        && numeric.is_none_or(|row| flags & row.value == 0)
                }
            },
            Self::OtherFamily => match local.address {
                Some(IpAddr::V4(_)) => family == "AF_INET6",
                // ::ffff:0:0/96 is IPv4 to glibc.
                Some(IpAddr::V6(ip)) => family == "AF_INET" && ip.to_ipv4_mapped().is_none(),
                None => false,
            },
            Self::HostName => is_host_name(text),
            Self::LongLabel => {
                text.len() <= 255 && is_plain(text) && text.split('.').any(|label| label.len() > 63)
            }
            Self::LongName => text.len() > 255 && is_plain(text),
            Self::Port => number(text).is_some_and(|number| number <= 65_535),
            Self::TooBig => number(text).is_some_and(|number| (65_536..1 << 31).contains(&number)),
            Self::ServiceName => text.starts_with(|first: char| first.is_ascii_alphabetic()),
            Self::Given => !matches!(text, "" | "*"),
        }
    }

    /// Whether it names one text, or NULL.
    const fn is_exact(&self) -> bool {
        matches!(self, Self::Null | Self::Exactly(_))
    }

    /// The texts that it allows.
    fn words(&self, language: Language) -> Vec<String> {
        let key = match self {
            Self::Exactly(text) => return vec![quoted(text.as_ref())],
            Self::Null => return vec!["NULL".to_owned()],
            Self::Found => {
                let address = Key::ConditionFound.text(language);
                return vec!["localhost".to_owned(), address.to_owned()];
            }
            Self::OtherFamily => Key::ConditionOtherFamily,
            Self::HostName => Key::ConditionHostName,
            Self::LongLabel => Key::ConditionLongLabel,
            Self::LongName => Key::ConditionLongName,
            Self::Port => Key::ConditionPort,
            Self::TooBig => Key::ConditionTooBig,
            Self::ServiceName => Key::ConditionServiceName,
            Self::Given => Key::ConditionGiven,
        };
        vec![key.text(language).to_owned()]
    }
}

/// A number in decimal. A plus sign and leading zeros have records of their own.
fn number(service: &str) -> Option<u32> {
    let plain = !service.starts_with('+') && (service == "0" || !service.starts_with('0'));
    service.parse().ok().filter(|_| plain)
}

/// Only letters, digits, `-`, `_` and `.`, and no empty label.
fn is_plain(node: &str) -> bool {
    node.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && node.split('.').all(|label| !label.is_empty())
}

/// Whether `node` can only be a host's name, without a special meaning to any resolver.
fn is_host_name(node: &str) -> bool {
    let last = node.rsplit('.').next().unwrap_or_default();
    node.len() <= 255
        && is_plain(node)
        && node.split('.').all(|label| label.len() <= 63 && !label.starts_with('-'))
        // 0x7f.1 and 127.1 are addresses to inet_aton().
        && last.starts_with(|first: char| first.is_ascii_alphabetic())
        && !last.eq_ignore_ascii_case("localhost")
}

/// A condition on a hint: one of `among`, unless that is empty, and none of `except`.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    pub(super) hint: Hint,
    pub(super) among: Vec<i32>,
    pub(super) except: Vec<i32>,
}

/// The conditions of a record. An empty list is no condition.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) node: Vec<TextIs>,
    pub(super) service: Vec<TextIs>,
    pub(super) null_hints: bool,
    /// Family, type and protocol.
    pub(super) numbers: [Numbers; 3],
    /// `ai_socktype` and `ai_protocol` together.
    pub(super) pairs: Vec<(i32, i32)>,
    pub(super) flags: i32,
    /// A bit without a name is set.
    pub(super) unknown_flag: bool,
    /// The flags that may be set in addition to `flags`.
    pub(super) may: i32,
}

impl Condition {
    /// Whether the record applies to the query.
    pub(super) fn holds(&self, local: &LocalQuery<'_>) -> bool {
        // NULL for both is refused before anything else is checked, so only a row that names it
        // applies.
        let nothing = local.node.is_none() && local.service.is_none();
        if nothing && (self.node.is_empty() || !self.node.iter().all(TextIs::is_exact)) {
            return false;
        }
        let holds = |list: &[TextIs], text| {
            list.is_empty() || list.iter().any(|condition| condition.holds(text, local))
        };
        holds(&self.node, local.node)
            && holds(&self.service, local.service)
            && match &local.hints {
                None => self.null_hints,
                Some(hints) => !self.null_hints && self.hints_hold(hints, local.os),
            }
    }

    fn hints_hold(&self, hints: &Hints, os: Os) -> bool {
        let flags = if self.unknown_flag {
            hints.flags & !named_flags(os) != 0
        } else {
            hints.flags & self.flags == self.flags && hints.flags & !self.flags & !self.may == 0
        };
        let numbers_hold = self.numbers.iter().all(|numbers| {
            let value = numbers.hint.get(hints);
            (numbers.among.is_empty() || numbers.among.contains(&value))
                && !numbers.except.contains(&value)
        });
        let pair = (hints.socktype, hints.protocol);
        flags && numbers_hold && (self.pairs.is_empty() || self.pairs.contains(&pair))
    }

    /// How much it demands: a text counts more than a kind, a kind more than nothing.
    pub(super) fn weight(&self) -> usize {
        let weigh = |list: &[TextIs]| match list {
            [] => 0,
            _ if list.iter().all(TextIs::is_exact) => 4,
            _ => 2,
        };
        let numbers = self.numbers.iter();
        let numbers =
            numbers.filter(|numbers| !numbers.among.is_empty() || !numbers.except.is_empty());
        weigh(&self.node)
            + weigh(&self.service)
            + 8 * usize::from(self.null_hints)
            + numbers.count()
            + 2 * usize::from(!self.pairs.is_empty())
            + 4 * usize::from(self.flags != 0 || self.unknown_flag)
    }

    /// The conditions as text, with the constants of `os`.
    pub(super) fn words(&self, os: Os, language: Language) -> String {
        let mut parts = Vec::new();
        for (member, list) in [("node", &self.node), ("service", &self.service)] {
            let values = list.iter().flat_map(|text| text.words(language)).collect();
            parts.extend(either(values, language).map(|values| format!("{member} {values}")));
        }
        if self.null_hints {
            parts.push("hints NULL".to_owned());
        }
        for Numbers {
            hint,
            among,
            except,
        } in &self.numbers
        {
            let show = |values: &[i32]| {
                let values = values.iter().map(|&value| hint.show(os, value));
                either(values.collect(), language)
            };
            let member = hint.member();
            parts.extend(show(among).map(|values| format!("{member} {values}")));
            let except = show(except).map(|values| Phrase::condition_other_than(member, values));
            parts.extend(except.map(|phrase| phrase.text(language)));
        }
        let pairs = self.pairs.iter().map(|&pair| show_pair(os, pair)).collect();
        let pairs = either(pairs, language);
        parts.extend(pairs.map(|pairs| format!("ai_socktype/ai_protocol {pairs}")));
        if self.flags != 0 {
            parts.push(format!("ai_flags {}", Hint::Flags.show(os, self.flags)));
        }
        if self.unknown_flag {
            parts.push(Key::ConditionUnnamedFlag.text(language).to_owned());
        }
        parts.join("; ")
    }
}

/// `AF_INET, AF_INET6 or AF_UNIX`; `None` for an empty list.
fn either(mut values: Vec<String>, language: Language) -> Option<String> {
    let last = values.pop()?;
    if values.is_empty() {
        return Some(last);
    }
    Some(Phrase::condition_either(last, values.join(", ")).text(language))
}

/// `SOCK_STREAM/IPPROTO_TCP`
pub(super) fn show_pair(os: Os, (socktype, protocol): (i32, i32)) -> String {
    let socktype = Hint::Socktype.show(os, socktype);
    format!("{socktype}/{}", Hint::Protocol.show(os, protocol))
}
