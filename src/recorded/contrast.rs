//! Why this machine answers differently from the record of its own system.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::condition::LocalQuery;
use super::row::Failure;
use super::{Place, best, matching};
use crate::names::Os;
use crate::net::{Hosts, Needs, Outcome, Run, Services, Sources};
use crate::text::{printable, quoted_briefly, utf8};
use crate::words::{Key, Language, Phrase};

/// A record of this system that this machine's answer contradicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contrast<'a> {
    run: &'a Run,
    place: Place,
    recorded: Answer,
}

/// A recorded answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    /// The number of the error.
    Error(i32),
    /// The addresses; empty if they are not recorded.
    List(BTreeSet<IpAddr>),
}

impl<'a> Contrast<'a> {
    /// The facts that tell the cause.
    pub(crate) const NEEDS: Needs = Needs::HOSTS
        .and(Needs::SOURCES)
        .and(Needs::RESOLVER)
        .and(Needs::SERVICES)
        .and(Needs::KERNEL_FAMILIES);

    /// The contradiction, if there is one.
    pub(crate) fn of(run: &'a Run) -> Option<Self> {
        let place = here(run)?;
        let local = LocalQuery::new(run.query.as_deref()?, run.host.os, place.os())?;
        let rows = matching(place, &local);
        let row = best(rows.iter().copied())?;
        let recorded = match &row.failure {
            // `-2 EAI_NONAME`
            Some(Failure::Error(error)) => Answer::Error(error.split(' ').next()?.parse().ok()?),
            // It depends on the host.
            Some(Failure::Text(_)) => return None,
            None => {
                let with = rows.iter().copied().filter(|row| row.addresses.is_some());
                let addresses = best(with).filter(|other| other.source == row.source);
                let texts = addresses.and_then(|row| row.addresses.as_deref());
                Answer::List(texts.map_or_else(|| Some(BTreeSet::new()), addresses_in)?)
            }
        };
        let same = match (&run.answer()?.outcome, &recorded) {
            (Outcome::Failed(error), Answer::Error(code)) => error.code == *code,
            (Outcome::Failed(_), Answer::List(_)) => false,
            (Outcome::Returned(_), Answer::Error(_)) => false,
            (Outcome::Returned(_), Answer::List(list)) => {
                // Only IP addresses are recorded.
                let mut entries = run.entries().iter();
                let other = entries.any(|entry| entry.sockaddr(run.host.os).is_none());
                other || list.is_empty() || *list == addresses_of(run)
            }
            (Outcome::NotStarted(_) | Outcome::Unfinished, _) => return None,
        };
        (!same).then_some(Self {
            run,
            place,
            recorded,
        })
    }

    /// What differs, and the causes: those that the facts prove, else the possible ones.
    pub(crate) fn text(&self, language: Language) -> String {
        let mut causes = self.proven();
        if causes.is_empty() {
            causes = self.possible();
        }
        causes.insert(0, Phrase::contrast_differs(self.place.title()));
        let causes = causes.iter().map(|cause| cause.text(language));
        causes.collect::<Vec<_>>().join(" ")
    }

    /// The node, quoted; without one nothing was looked up.
    fn node(&self) -> Option<String> {
        let node = self.run.asked().node.as_ref()?;
        Some(quoted_briefly(node.as_os_str()))
    }

    fn sources(&self) -> Option<String> {
        let sources = self.run.facts.host_sources.as_ref()?;
        Some(printable(sources.text("hosts").as_ref()).into_owned())
    }

    fn proven(&self) -> Vec<Phrase> {
        let mut causes = Vec::new();
        causes.extend(self.of_hosts_file());
        if let (Some(Services::Lines(lines)), Some(service), true) = (
            &self.run.facts.services,
            &self.run.asked().service,
            self.run.succeeded() && matches!(self.recorded, Answer::Error(_)),
        ) && causes.is_empty()
            && lines
                .iter()
                .any(|line| line.name == utf8(service.as_os_str()))
        {
            let name = quoted_briefly(service.as_os_str());
            causes.push(Phrase::contrast_services_file_has(name));
        }
        causes
    }

    /// What the hosts file has or lacks, if the lookup came to it.
    fn of_hosts_file(&self) -> Option<Phrase> {
        let facts = &self.run.facts;
        let (node, Some(Hosts::Lines(lines))) = (self.node()?, &facts.hosts) else {
            return None;
        };
        // Only glibc has these sources. Without a line of nsswitch.conf it asks the file.
        let asked =
            |sources: &Sources| sources.split_at_end().0.iter().any(|it| it.name == "files");
        if !facts.host_sources.as_ref().is_none_or(asked) {
            let unused = !lines.is_empty() && !self.run.succeeded();
            return unused
                .then(|| Phrase::contrast_hosts_file_unused(self.sources().unwrap_or_default()));
        }
        let got = addresses_of(self.run);
        let yields = |line: &&crate::net::HostLine| got.contains(&line.address);
        match &self.recorded {
            Answer::Error(_) => {
                let line = lines.iter().find(yields)?;
                Some(Phrase::contrast_hosts_file_has(line.number, node))
            }
            Answer::List(list) => {
                // A surplus address that the file has, or a missing one that it lacks.
                let surplus = lines
                    .iter()
                    .find(|line| yields(line) && !list.contains(&line.address));
                if let Some(line) = surplus {
                    return Some(Phrase::contrast_hosts_file_has(line.number, node));
                }
                let missing = list.iter().find(|ip| !got.contains(ip))?;
                if missing.is_ipv6() && facts.kernel_ipv6 == Some(false) {
                    return Some(Key::ContrastWithoutIpv6.into());
                }
                let lacks = !lines.iter().any(|line| line.address == *missing);
                lacks.then(|| Phrase::contrast_hosts_file_lacks(missing, node))
            }
        }
    }

    fn possible(&self) -> Vec<Phrase> {
        let facts = &self.run.facts;
        let mut causes = Vec::new();
        if self.node().is_some() && self.run.succeeded() {
            let search = facts
                .resolver
                .as_ref()
                .map(|resolver| resolver.search.join(" "));
            match search.filter(|search| !search.is_empty()) {
                Some(search) => {
                    let search = printable(search.as_ref()).into_owned();
                    causes.push(Phrase::contrast_search_list(search));
                }
                None => causes.push(Key::ContrastNameServer.into()),
            }
        }
        let known = |sources: &Sources| sources.only(&["files", "dns"]);
        if let Some(sources) = self.sources()
            && !facts.host_sources.as_ref().is_none_or(known)
        {
            causes.push(Phrase::contrast_sources(sources));
        }
        let libc = self.run.host.libc.as_deref();
        if let Some(libc) = libc.filter(|libc| !self.place.title().ends_with(libc)) {
            causes.push(Phrase::contrast_version(
                printable(libc.as_ref()).into_owned(),
            ));
        }
        if causes.is_empty() {
            causes.push(Key::ContrastConfiguration.into());
        }
        causes
    }
}

/// The place whose records are of the run's system. Wine cannot be told from Windows.
fn here(run: &Run) -> Option<Place> {
    let libc = run.host.libc.as_deref().unwrap_or_default();
    match run.host.os {
        Os::Linux if libc.starts_with("glibc") => Some(Place::Glibc),
        Os::Linux if libc.starts_with("musl") => Some(Place::Musl),
        Os::Macos => Some(Place::Macos),
        Os::Freebsd => Some(Place::Freebsd),
        Os::Linux | Os::Windows => None,
    }
}

/// `::1, 127.0.0.1`, without scopes; `None` if it is something else.
fn addresses_in(texts: &str) -> Option<BTreeSet<IpAddr>> {
    let texts = texts.split(", ");
    let address = |text: &str| text.split('%').next()?.parse().ok();
    texts.map(address).collect()
}

fn addresses_of(run: &Run) -> BTreeSet<IpAddr> {
    let entries = run.entries().iter();
    let addresses = entries.filter_map(|entry| entry.sockaddr(run.host.os));
    addresses.map(|address| address.ip()).collect()
}
