//! How a name is looked up: what the configured sources mean for the node of a query. It reads files
//! only; nothing is sent.

mod rows;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;

pub(crate) use self::rows::{Role, Row};
use super::case::{Case, Libc};
use super::order::is_configured;
use super::rules::{is_null, usable};
use crate::names::Os;
use crate::net::{
    HostLine, Hosts, Needs, OF_WINDOWS, Resolver, Run, Source, SourceAnswer, is_source,
};

/// The configuration of the lookup, for one query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lookup<'a> {
    pub(crate) node: Node,
    /// Where the sources come from.
    pub(crate) origin: Origin,
    /// The sources in their order; empty if they are unknown, or if no lookup is needed.
    pub(crate) steps: Vec<Step<'a>>,
    /// The number of further sources.
    pub(crate) more: usize,
    /// The hosts file's lines for the name, and whether each is of the hints' family.
    pub(crate) lines: Vec<(&'a HostLine, bool)>,
    /// The configuration of the DNS client, if a source uses it and it is known.
    pub(crate) resolver: Option<&'a Resolver>,
    /// The names that a name server is asked for, in their order, until one exists; empty if unknown.
    pub(crate) names: Vec<String>,
    /// Whether /etc/gai.conf changes the order of the list; `None` if it is unknown.
    pub(crate) gai_conf: Option<bool>,
    run: &'a Run,
}

/// What the node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// NULL, or a text that counts as NULL.
    Null,
    /// An address.
    Address,
    /// A name that AI_NUMERICHOST forbids to look up.
    Forbidden,
    /// A name to look up.
    Name,
}

/// Where the list of the sources comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The `hosts:` line of nsswitch.conf.
    Nsswitch,
    /// `--source`.
    Alone,
    /// There is no such line; glibc has a default.
    GlibcDefault,
    /// The sources are not known: a file does not tell of them.
    Unknown,
    /// musl has no configuration: the hosts file, then DNS (src/network/lookup_name.c).
    Musl,
    /// The default of FreeBSD; nsswitch.conf(5) can change it.
    Freebsd,
    /// mDNSResponder and its configuration.
    Macos,
    /// The DNS client service and its configuration.
    Windows,
}

/// A source, and what it means for this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step<'a> {
    pub(crate) source: Cow<'a, Source>,
    pub(crate) does: Does,
    pub(crate) reach: Reach,
    /// What it answered when it was asked alone.
    pub(crate) answer: Option<&'a SourceAnswer>,
}

/// What a source does with this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// The hosts file has an address of the family.
    Has,
    /// The hosts file has the name, but no address of the family.
    OtherFamily,
    /// The hosts file does not have the name.
    Lacks,
    /// There is no hosts file.
    Missing,
    /// This process may not read the hosts file.
    Unreadable,
    /// It reads the hosts file; what that has is unknown.
    Reads,
    /// It asks the name servers.
    Dns,
    /// It asks systemd-resolved (nss-resolve(8)).
    Resolved,
    /// It asks the local network by multicast, since the name ends in `.local` (nss-mdns, README).
    Multicast,
    /// It has only names that end in `.local`; this one does not.
    OnlyLocal,
    /// It has the names of this machine (nss-myhostname(8)).
    OwnNames,
    /// It has the containers of systemd-machined (nss-mymachines(8)).
    Containers,
    /// macOS: mDNSResponder and its configuration.
    Responder,
    /// Windows: the DNS client service, its cache and its name servers.
    DnsClient,
    /// Windows: multicast DNS, LLMNR and NetBIOS for names of one label, and for `.local`.
    LocalNames,
    /// Its module decides.
    Module,
}

/// Whether the lookup comes to a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It is asked, unless a source before it has the name.
    Asked,
    /// It is asked, has the name, and ends the lookup.
    Ends,
    /// It is asked only if this source gives no answer, since its actions end the lookup otherwise.
    Fallback(String),
    /// It is never asked: this source ends the lookup.
    Never(String),
}

impl<'a> Lookup<'a> {
    /// The facts that it needs. Of a list, [`Needs::SORTING`] has gai.conf too.
    pub(crate) const NEEDS: Needs = Needs::SOURCES.and(Needs::HOSTS).and(Needs::RESOLVER);

    /// More sources than this are counted only.
    const STEPS: usize = 16;

    /// The configuration for the run's query. What the facts of the run lack is unknown.
    pub(crate) fn of(run: &'a Run) -> Self {
        let case = Case::new(run, None);
        let node = Node::of(&case);
        let facts = &run.facts;
        let origin = Origin::of(&case);
        let sources = if node == Node::Name {
            origin.sources(&case)
        } else {
            Vec::new()
        };
        let more = sources.len().saturating_sub(Self::STEPS);
        let steps = steps(&case, sources);
        let asks = |step: &&Step<'_>| matches!(step.does, Does::Dns | Does::DnsClient);
        let asks = steps.iter().find(asks);
        let resolver = facts.resolver.as_ref().filter(|_| asks.is_some());
        let asked = asks.filter(|step| !matches!(step.reach, Reach::Never(_)));
        let gai_conf = facts.sorting.as_ref().filter(|_| case.libc == Libc::Glibc);
        Self {
            node,
            origin,
            more,
            lines: lines(&case)
                .filter(|_| node == Node::Name)
                .unwrap_or_default(),
            resolver,
            names: asked
                .and(resolver)
                .map_or_else(Vec::new, |resolver| names(&case, resolver)),
            gai_conf: gai_conf
                .map(|sorting| is_configured(sorting.gai_conf.as_deref().unwrap_or_default())),
            steps,
            run,
        }
    }

    /// The sources that can be asked alone ([`Net::ask`](crate::net::Net::ask)), each once; empty if no
    /// lookup is needed, or if this system cannot choose one.
    pub(crate) fn askable(&self) -> Vec<&str> {
        let mut sources = Vec::new();
        if let Origin::Nsswitch | Origin::Alone | Origin::Windows = self.origin {
            for step in &self.steps {
                if is_source(&step.source.name) && !sources.contains(&&*step.source.name) {
                    sources.push(&*step.source.name);
                }
            }
        }
        sources
    }

    /// The entries that have an address of none of the answers; empty until all sources have answered.
    pub(crate) fn unexplained(&self) -> Vec<usize> {
        let answers = &self.run.answers;
        let explained: BTreeSet<usize> = answers
            .iter()
            .flat_map(|answer| answer.explains(self.run))
            .collect();
        let answered = !answers.is_empty() && answers.len() >= self.askable().len();
        let entries = 0..self.run.entries().len();
        entries
            .filter(|at| answered && !explained.contains(at))
            .collect()
    }

    /// The `hosts:` line, if the sources come from one.
    pub(crate) fn line(&self) -> Option<String> {
        let sources = self.run.facts.host_sources.as_ref();
        let sources = sources.filter(|_| self.origin == Origin::Nsswitch)?;
        Some(sources.text("hosts"))
    }
}

impl Node {
    fn of(case: &Case<'_>) -> Self {
        if is_null(case, case.node().as_deref()) {
            Self::Null
        } else if case.literal().is_some() {
            Self::Address
        } else if case.has("AI_NUMERICHOST") {
            Self::Forbidden
        } else {
            Self::Name
        }
    }
}

impl Origin {
    fn of(case: &Case<'_>) -> Self {
        match (case.libc, case.os) {
            (Libc::Musl, _) => Self::Musl,
            (_, Os::Macos) => Self::Macos,
            (_, Os::Freebsd) => Self::Freebsd,
            (_, os) => match &case.facts().host_sources {
                Some(sources) if sources.alone => Self::Alone,
                _ if os == Os::Windows => Self::Windows,
                Some(_) => Self::Nsswitch,
                None if !case.facts().known.has(Needs::SOURCES) => Self::Unknown,
                None => Self::GlibcDefault,
            },
        }
    }

    fn sources<'a>(self, case: &Case<'a>) -> Vec<Cow<'a, Source>> {
        let fixed = |names: &[&str]| {
            let source = |name: &&str| Source {
                name: (*name).to_owned(),
                actions: String::new(),
            };
            names.iter().map(source).map(Cow::Owned).collect()
        };
        match self {
            Self::Nsswitch | Self::Alone => {
                let sources = case.facts().host_sources.iter();
                sources
                    .flat_map(|sources| &sources.list)
                    .map(Cow::Borrowed)
                    .collect()
            }
            Self::GlibcDefault | Self::Unknown => Vec::new(),
            Self::Musl | Self::Freebsd => fixed(&["files", "dns"]),
            Self::Macos => fixed(&["files", "mDNSResponder"]),
            Self::Windows => fixed(&OF_WINDOWS),
        }
    }
}

/// The hosts file's lines for the name, and whether each is of the hints' family; `None` if the file was
/// not read.
fn lines<'a>(case: &Case<'a>) -> Option<Vec<(&'a HostLine, bool)>> {
    let Some(Hosts::Lines(lines)) = &case.facts().hosts else {
        return None;
    };
    let node = case.node()?;
    // glibc compares a final dot too.
    let same = |line: &&HostLine| case.libc != Libc::Glibc || line.name.eq_ignore_ascii_case(&node);
    let lines = lines.iter().filter(same);
    Some(
        lines
            .map(|line| (line, usable(case, line.address)))
            .collect(),
    )
}

/// The steps, as far as the actions of each source are decided by the files.
fn steps<'a>(case: &Case<'a>, sources: Vec<Cow<'a, Source>>) -> Vec<Step<'a>> {
    // The source that ends the lookup, and whether it certainly does.
    let mut end: Option<(String, bool)> = None;
    let mut steps = Vec::new();
    for source in sources.into_iter().take(Lookup::STEPS) {
        let does = Does::of(case, &source.name);
        let (ends, certain) = does.ends(case, &source);
        let reach = match &end {
            None if ends && does == Does::Has => Reach::Ends,
            None => Reach::Asked,
            Some((name, true)) => Reach::Never(name.clone()),
            Some((name, false)) => Reach::Fallback(name.clone()),
        };
        match &mut end {
            None if ends => end = Some((source.name.clone(), certain)),
            // A fallback that certainly ends the lookup leaves nothing to those behind it.
            Some((name, known @ false)) if ends && certain => {
                name.clone_from(&source.name);
                *known = true;
            }
            _ => {}
        }
        let mut answers = case.run.answers.iter();
        steps.push(Step {
            answer: answers.find(|answer| answer.source == source.name),
            source,
            does,
            reach,
        });
    }
    steps
}

impl Does {
    fn of(case: &Case<'_>, source: &str) -> Self {
        let node = case.node().unwrap_or_default();
        let name = node.strip_suffix('.').unwrap_or(&node);
        let local = name
            .rsplit('.')
            .next()
            .is_some_and(|top| top.eq_ignore_ascii_case("local"));
        match source {
            "files" | "hosts" => Self::of_hosts(case),
            "dns" if case.os == Os::Windows => Self::DnsClient,
            "dns" => Self::Dns,
            "resolve" => Self::Resolved,
            "mdns" if case.os == Os::Windows => Self::LocalNames,
            "mDNSResponder" => Self::Responder,
            "mdns_minimal" | "mdns4_minimal" | "mdns6_minimal" if !local => Self::OnlyLocal,
            "mdns" | "mdns4" | "mdns6" | "mdns_minimal" | "mdns4_minimal" | "mdns6_minimal" => {
                Self::Multicast
            }
            "myhostname" => Self::OwnNames,
            "mymachines" => Self::Containers,
            _ => Self::Module,
        }
    }

    fn of_hosts(case: &Case<'_>) -> Self {
        match (lines(case), &case.facts().hosts) {
            (_, Some(Hosts::Missing)) => Self::Missing,
            (_, Some(Hosts::Unreadable)) => Self::Unreadable,
            (None, _) => Self::Reads,
            (Some(lines), _) if lines.is_empty() => Self::Lacks,
            (Some(lines), _) if lines.iter().any(|(_, usable)| *usable) => Self::Has,
            (Some(_), _) => Self::OtherFamily,
        }
    }

    /// Whether the source can end a lookup of a name that it does not have, or does have; and whether
    /// the files prove that it does.
    fn ends(self, case: &Case<'_>, source: &Source) -> (bool, bool) {
        match self {
            Self::Has => (source.returns("SUCCESS"), true),
            // musl's EAI_NODATA (src/network/lookup_name.c, name_from_hosts).
            Self::OtherFamily if case.libc == Libc::Musl => (true, true),
            Self::Lacks | Self::OtherFamily => (source.returns("NOTFOUND"), true),
            Self::Missing | Self::Unreadable | Self::OnlyLocal => (source.returns("UNAVAIL"), true),
            _ => (source.returns("NOTFOUND"), false),
        }
    }
}

/// The names that a name server is asked for: the name itself, or with each domain of the search list
/// behind it (resolv.conf(5); glibc, resolv/res_query.c; musl, src/network/lookup_name.c).
fn names(case: &Case<'_>, resolver: &Resolver) -> Vec<String> {
    if case.os == Os::Windows {
        return Vec::new();
    }
    let Some(node) = case.node().filter(|node| !node.is_empty()) else {
        return Vec::new();
    };
    if let Some(name) = node.strip_suffix('.') {
        return vec![name.to_owned()];
    }
    let as_it_is = node.clone().into_owned();
    let search = resolver.search.iter();
    let longer = search.map(|domain| match domain.trim_matches('.') {
        "" => node.clone().into_owned(),
        domain => format!("{node}.{domain}"),
    });
    let dots = node.matches('.').count();
    let first = dots >= resolver.ndots;
    let mut names = Vec::new();
    if first {
        names.push(as_it_is.clone());
    }
    // With enough dots musl leaves the search list out.
    if !(first && case.libc == Libc::Musl) {
        names.extend(longer);
    }
    if !names.contains(&as_it_is) {
        names.push(as_it_is);
    }
    names
}
