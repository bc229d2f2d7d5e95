//! Why the list has its order: the source address of each entry, its classes, and the rule that
//! decided between neighbours.

mod policy;
mod rules;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use self::policy::Policy;
pub(crate) use self::policy::{Class, Row};
pub(crate) use self::rules::{Rule, Values};
use super::case::Libc;
use crate::net::{Origin, Redaction, Run, Sorting};

/// The library whose way of sorting is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// RFC 3484 with additions (glibc, nss/getaddrinfo.c).
    Glibc,
    /// A part of RFC 6724 as one number (musl, src/network/lookup_name.c).
    Musl,
}

/// The order of a list, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order<'a> {
    pub(crate) method: Method,
    /// Whether a table comes from /etc/gai.conf.
    pub(crate) gai_conf: bool,
    pub(crate) entries: Vec<Place<'a>>,
    /// The decision between each entry and the next.
    pub(crate) pairs: Vec<Pair>,
    /// The indices of the entries in the computed order.
    pub(crate) computed: Vec<usize>,
    /// The same with the tables of RFC 3484 and of RFC 6724.
    pub(crate) policies: [(&'static str, Vec<usize>); 2],
}

/// An entry with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    /// The destination; `None` if it is no IP address.
    pub(crate) ip: Option<IpAddr>,
    pub(crate) source: &'a Origin,
    pub(crate) class: Option<Class>,
    pub(crate) source_class: Option<Class>,
}

/// What decided between two neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) rule: Rule,
    /// The value of each; `None` for rule 10, which compares nothing.
    pub(crate) values: Option<Values>,
    /// Whether the rule puts the second one first.
    pub(crate) contradicts: bool,
}

impl<'a> Order<'a> {
    /// The order of the run's list; `None` if the sources are unknown, or how the library sorts.
    pub(crate) fn of(run: &'a Run) -> Option<Self> {
        let sources = run.facts.sorting.as_ref()?;
        let method = match Libc::of(&run.host) {
            Libc::Glibc => Method::Glibc,
            Libc::Musl => Method::Musl,
            Libc::Other => return None,
        };
        let gai_conf = sources.gai_conf.as_deref().unwrap_or_default();
        let policy = match method {
            Method::Glibc => Policy::glibc(gai_conf),
            Method::Musl => Policy::musl(),
        };
        let entries = places(run, sources, &policy);
        let decide = |a: &Place<'_>, b: &Place<'_>| method.decide(&entries, a, b);
        let pairs: Vec<Pair> = entries
            .windows(2)
            .map(|pair| decide(&pair[0], &pair[1]))
            .collect();
        // Merge sort has compared all neighbours of its result, so it returned this list if no pair
        // contradicts. To sort it again could change it: rule 9 alone compares within a family, so
        // three entries can be before each other in a circle.
        let computed = if pairs.iter().any(|pair| pair.contradicts) {
            sorted(method, &entries)
        } else {
            (0..entries.len()).collect()
        };
        let with = |policy| sorted(method, &places(run, sources, &policy));
        Some(Self {
            method,
            gai_conf: method == Method::Glibc && is_configured(gai_conf),
            pairs,
            computed,
            policies: [
                ("RFC 3484", with(Policy::rfc3484())),
                ("RFC 6724", with(Policy::rfc6724())),
            ],
            entries,
        })
    }

    /// The order of the run that `run` is the redaction of, with the addresses of `run`: the rules read
    /// the bits of the addresses, which a replacement does not have.
    pub(crate) fn redacted(self, run: &'a Run, redaction: &Redaction) -> Option<Self> {
        let sources = &run.facts.sorting.as_ref()?.entries;
        let places = self
            .entries
            .iter()
            .zip(sources)
            .map(|(place, source)| Place {
                ip: place.ip.map(|ip| redaction.replaced(ip)),
                source,
                class: place.class.map(|class| class.redacted(redaction)),
                source_class: place.source_class.map(|class| class.redacted(redaction)),
            });
        Some(Self {
            entries: places.collect(),
            ..self
        })
    }

    /// Whether the computed order is the returned one.
    pub(crate) fn explains(&self) -> bool {
        self.computed.iter().copied().eq(0..self.entries.len())
    }
}

/// Whether this text of /etc/gai.conf changes glibc's tables.
pub(super) fn is_configured(gai_conf: &str) -> bool {
    Policy::glibc(gai_conf) != Policy::glibc("")
}

fn places<'a>(run: &Run, sources: &'a Sorting, policy: &Policy) -> Vec<Place<'a>> {
    let place = |(entry, source): (&crate::net::AddrInfo, &'a Origin)| {
        let ip = entry.sockaddr(run.host.os).map(|address| address.ip());
        Place {
            ip,
            source,
            class: ip.map(|ip| policy.class(ip)),
            source_class: source.address().map(|source| policy.class(source.ip)),
        }
    };
    run.entries()
        .iter()
        .zip(&sources.entries)
        .map(place)
        .collect()
}

/// The indices in the order of a merge sort, which keeps equal entries as they are (glibc's
/// stdlib/msort.c). The standard library's sort may panic, since rules 1 to 9 are no total order.
fn sorted(method: Method, places: &[Place<'_>]) -> Vec<usize> {
    fn merge(order: &[usize], before: &impl Fn(usize, usize) -> bool) -> Vec<usize> {
        if order.len() < 2 {
            return order.to_vec();
        }
        let (left, right) = order.split_at(order.len() / 2);
        let (left, right) = (merge(left, before), merge(right, before));
        let mut merged = Vec::with_capacity(order.len());
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        while let (Some(&a), Some(&b)) = (left.peek(), right.peek()) {
            let next = if before(b, a) {
                right.next()
            } else {
                left.next()
            };
            merged.extend(next);
        }
        merged.extend(left);
        merged.extend(right);
        merged
    }
    let before = |b: usize, a: usize| method.decide(places, &places[a], &places[b]).contradicts;
    merge(&(0..places.len()).collect::<Vec<_>>(), &before)
}
