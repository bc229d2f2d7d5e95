//! Why the list has its order: the source address of each entry, its classes, and the rule that
//! decided between neighbours.

mod policy;
mod rules;
#[cfg(test)]
mod tests;
mod text;

use std::net::IpAddr;

use self::policy::Policy;
pub(crate) use self::policy::{Class, Row};
use self::rules::Sorter;
pub(crate) use self::rules::{Rule, Values};
pub(crate) use self::text::{TITLES, cells, decision, entry_numbers, groups};
use super::case::Libc;
use crate::net::{Host, Origin, Redaction, Run};

/// The library whose way of sorting is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// RFC 3484 with additions (glibc, nss/getaddrinfo.c).
    Glibc,
    /// A part of RFC 6724 as one number (musl, src/network/lookup_name.c).
    Musl,
}

/// The tables by which a list is ranked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tables {
    /// Those of this system.
    #[default]
    System,
    /// The default of RFC 3484.
    Rfc3484,
    /// The default of RFC 6724.
    Rfc6724,
}

impl Tables {
    /// All, this system's first.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Rfc3484, Self::Rfc6724];

    /// The next ones, in a circle.
    pub(crate) const fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }

    /// The RFC's name; `None` for this system's.
    pub(crate) const fn rfc(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Rfc3484 => Some("RFC 3484"),
            Self::Rfc6724 => Some("RFC 6724"),
        }
    }
}

/// The order of a list, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) method: Method,
    /// Whether a table comes from /etc/gai.conf.
    pub(crate) gai_conf: bool,
    /// By each of [`Tables::ALL`].
    rankings: [Ranking; 3],
}

/// The order of a list by some tables. It reads the run's list and facts for each question: a list can
/// have 30,000 entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ranking {
    policy: Policy,
    sorter: Sorter,
    /// The indices of the entries in the computed order.
    pub(crate) computed: Vec<usize>,
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

impl Order {
    /// The order of the run's list; `None` if the sources are unknown, or how the library sorts.
    pub(crate) fn of(run: &Run) -> Option<Self> {
        let sources = run.facts.sorting.as_ref()?;
        let gai_conf = sources.gai_conf.as_deref().unwrap_or_default();
        let (method, policy) = policy(&run.host, gai_conf)?;
        let sorter = Sorter::of(method, run);
        Some(Self {
            method,
            gai_conf: method == Method::Glibc && is_configured(gai_conf),
            rankings: [policy, Policy::rfc3484(), Policy::rfc6724()]
                .map(|policy| Ranking::new(run, policy, sorter)),
        })
    }

    /// The order by these tables.
    pub(crate) const fn by(&self, tables: Tables) -> &Ranking {
        // The variants are in the order of ALL.
        &self.rankings[tables as usize]
    }

    /// Whether the computed order is the returned one.
    pub(crate) fn explains(&self) -> bool {
        self.by(Tables::System).keeps()
    }
}

/// How the library of this machine sorts, and its tables with this text of /etc/gai.conf; `None` if that
/// is unknown.
fn policy(host: &Host, gai_conf: &str) -> Option<(Method, Policy)> {
    match Libc::of(host) {
        Libc::Glibc => Some((Method::Glibc, Policy::glibc(gai_conf))),
        Libc::Musl => Some((Method::Musl, Policy::musl())),
        Libc::Other => None,
    }
}

/// The tables of the library of this machine, each with its keyword in gai.conf(5); `None` if they are
/// unknown.
pub(crate) fn tables(host: &Host, gai_conf: &str) -> Option<[(&'static str, Vec<Row>); 3]> {
    policy(host, gai_conf).map(|(_, policy)| policy.tables())
}

/// Whether this text of /etc/gai.conf changes glibc's tables.
pub(super) fn is_configured(gai_conf: &str) -> bool {
    Policy::glibc(gai_conf) != Policy::glibc("")
}

impl Ranking {
    fn new(run: &Run, policy: Policy, sorter: Sorter) -> Self {
        let mut ranking = Self {
            policy,
            sorter,
            computed: (0..run.entries().len()).collect(),
        };
        let places = ranking.places(run).collect::<Vec<_>>();
        let decide = |a: usize, b: usize| sorter.decide(&places[a], &places[b]);
        // Merge sort has compared all neighbours of its result, so it returned this list if no pair
        // contradicts. To sort it again could change it: rule 9 alone compares within a family, so
        // three entries can be before each other in a circle.
        if (1..places.len()).any(|at| decide(at - 1, at).contradicts) {
            let computed = sorted(&ranking.computed, &|b, a| decide(a, b).contradicts);
            ranking.computed = computed;
        }
        ranking
    }

    /// Whether the order is the returned one.
    pub(crate) fn keeps(&self) -> bool {
        self.computed.iter().copied().eq(0..self.computed.len())
    }

    /// The entries of the list.
    pub(crate) fn places<'a>(&self, run: &'a Run) -> impl Iterator<Item = Place<'a>> {
        (0..run.entries().len()).map_while(|at| self.place(run, at))
    }

    /// The entry at this index; `None` if its source is unknown.
    pub(crate) fn place<'a>(&self, run: &'a Run, at: usize) -> Option<Place<'a>> {
        let source = run.facts.sorting.as_ref()?.entries.get(at)?;
        let entry = run.entries().get(at)?;
        let ip = entry.sockaddr(run.host.os).map(|address| address.ip());
        Some(Place {
            ip,
            source,
            class: ip.map(|ip| self.policy.class(ip)),
            source_class: source.address().map(|source| self.policy.class(source.ip)),
        })
    }

    /// What decides between the entries at these indices, of which the first stands before the second.
    pub(crate) fn pair(&self, run: &Run, first: usize, second: usize) -> Option<Pair> {
        let (first, second) = (self.place(run, first)?, self.place(run, second)?);
        Some(self.sorter.decide(&first, &second))
    }
}

impl<'a> Place<'a> {
    /// The place with replaced addresses; `source` is the replaced one. The rules do not hold for it: they
    /// read the bits of the addresses.
    pub(crate) fn redacted(self, source: &'a Origin, redaction: &Redaction) -> Self {
        let class = |class: Option<Class>| class.map(|class| class.redacted(redaction));
        Self {
            ip: self.ip.map(|ip| redaction.replaced(ip)),
            source,
            class: class(self.class),
            source_class: class(self.source_class),
        }
    }
}

/// The indices in the order of a merge sort, which keeps equal entries as they are (glibc's
/// stdlib/msort.c). The standard library's sort may panic, since rules 1 to 9 are no total order.
fn sorted(order: &[usize], before: &impl Fn(usize, usize) -> bool) -> Vec<usize> {
    if order.len() < 2 {
        return order.to_vec();
    }
    let (left, right) = order.split_at(order.len() / 2);
    let (left, right) = (sorted(left, before), sorted(right, before));
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
