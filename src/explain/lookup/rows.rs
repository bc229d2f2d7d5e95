//! The configuration as rows of text, for the table and the screen.

use std::net::IpAddr;

use super::{Does, Lookup, Node, Origin, Reach, Step};
use crate::names::Os;
use crate::net::{HostLine, SourceAnswer, SourceResult};
use crate::text::{display_width, printable, quoted_briefly};
use crate::words::{Key, Language, Phrase, Translated, constant};

/// A row. Texts of files are escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) role: Role,
    /// What the row is about; `None` for a sentence of its own.
    pub(crate) label: Option<Phrase>,
    pub(crate) text: Phrase,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// What is done with the node: the first row.
    Title,
    /// A source that is asked.
    Source,
    /// A source that has the name and ends the lookup.
    Answer,
    /// A source that is not asked, or does not have such names.
    Idle,
    /// A source that cannot do its part.
    Problem,
    /// A setting, or a remark on the source above.
    Detail,
}

impl Lookup<'_> {
    /// More lines or names than this are counted only.
    const ITEMS: usize = 8;

    /// The rows, in the order in which they explain each other: a title, the sources, the settings.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let mut rows = vec![Row {
            role: Role::Title,
            label: None,
            text: self.title(),
        }];
        for step in &self.steps {
            rows.push(Row {
                role: step.role(),
                label: Some(own(label(&step.source.name))),
                text: self.text(step),
            });
            rows.extend(step.answer.map(|answer| self.answer(answer)));
        }
        let unexplained = self.unexplained();
        if !unexplained.is_empty() {
            rows.push(Row {
                role: Role::Problem,
                label: None,
                text: Phrase::lookup_unexplained(numbers(&unexplained)),
            });
        }
        let mut detail = |label: Key, text: Phrase| {
            rows.push(Row {
                role: Role::Detail,
                label: Some(label.into()),
                text,
            });
        };
        if self.more > 0 {
            detail(Key::LookupMore, Phrase::lookup_more_sources(self.more));
        }
        let asks = |does| self.steps.iter().any(|step| step.does == does);
        match self.resolver {
            Some(resolver) => {
                for servers in self.servers() {
                    detail(Key::LookupServers, servers);
                }
                if !resolver.search.is_empty() {
                    let search = list(resolver.search.iter().map(|domain| shown(domain)));
                    detail(
                        Key::LookupSearch,
                        Phrase::lookup_domains(search, resolver.ndots),
                    );
                }
            }
            None if asks(Does::Dns) => detail(Key::LookupServers, Key::LookupNoResolver.into()),
            None if asks(Does::DnsClient) => {
                detail(Key::LookupServers, Key::LookupUnknownServers.into());
            }
            None => {}
        }
        if !self.names.is_empty() {
            let names = list(self.names.iter().map(|name| shown(name)));
            let text = if self.names.len() > 1 {
                Phrase::lookup_in_turn(names)
            } else {
                own(names)
            };
            detail(Key::LookupNames, text);
        }
        if let Some(configured) = self.gai_conf {
            let text = if configured {
                Key::LookupOwnTables
            } else {
                Key::LookupBuiltInTables
            };
            detail(Key::LookupGaiConf, text.into());
        }
        rows
    }

    fn title(&self) -> Phrase {
        let node = self.run.asked().node.as_ref();
        let node = node.map_or_else(String::new, |node| quoted_briefly(node.as_os_str()));
        match (self.node, self.origin) {
            (Node::Null, _) if node.is_empty() => Key::LookupNull.into(),
            (Node::Null, _) => Phrase::lookup_counts_as_null(node),
            (Node::Address, _) => Phrase::lookup_address(node),
            (Node::Forbidden, _) => Phrase::lookup_forbidden(node),
            (Node::Name, Origin::Nsswitch) => {
                let line = self.line().unwrap_or_default();
                Phrase::lookup_nsswitch(quoted_briefly(line.as_ref()), node)
            }
            (Node::Name, Origin::Alone) => Phrase::lookup_one_source(node),
            (Node::Name, Origin::GlibcDefault) => Phrase::lookup_glibc_default(node),
            (Node::Name, Origin::Unknown) => Phrase::lookup_unknown_sources(node),
            (Node::Name, Origin::Musl) => Phrase::lookup_musl(node),
            (Node::Name, Origin::Freebsd) => Phrase::lookup_freebsd(node),
            (Node::Name, Origin::Macos) => Phrase::lookup_macos(node),
            (Node::Name, Origin::Windows) => Phrase::lookup_windows(node),
        }
    }

    /// What the source does with the name, and whether it is asked.
    pub(crate) fn text(&self, step: &Step<'_>) -> Phrase {
        let does = match step.does {
            Does::Has => Phrase::lookup_has(self.addresses()),
            Does::OtherFamily => Phrase::lookup_other_family(self.addresses()),
            Does::Lacks => Key::LookupLacks.into(),
            Does::Missing => Key::LookupMissing.into(),
            Does::Unreadable => Key::LookupUnreadable.into(),
            Does::Reads => Key::LookupReads.into(),
            Does::Dns => Key::LookupDns.into(),
            Does::Resolved => Key::LookupResolved.into(),
            Does::Multicast => Key::LookupMulticast.into(),
            Does::OnlyLocal => Key::LookupOnlyLocal.into(),
            Does::OwnNames => Key::LookupOwnNames.into(),
            Does::Containers => Key::LookupContainers.into(),
            Does::Responder => Key::LookupResponder.into(),
            // Past its cache: the options of the query say so.
            Does::DnsClient if self.origin == Origin::Alone => Key::LookupDns.into(),
            Does::DnsClient => Key::LookupDnsClient.into(),
            Does::LocalNames => Key::LookupLocalNames.into(),
            Does::Module => Phrase::lookup_module(label(&step.source.name)),
        };
        match &step.reach {
            Reach::Asked => does,
            Reach::Ends => Phrase::lookup_ends(does),
            Reach::Fallback(source) => Phrase::lookup_fallback(does, label(source)),
            Reach::Never(source) => Phrase::lookup_never(label(source)),
        }
    }

    /// What a source answered alone.
    fn answer(&self, answer: &SourceAnswer) -> Row {
        let took = answer.took.as_micros();
        let took = format!("{}.{:03}", took / 1000, took % 1000);
        let (role, text) = match &answer.result {
            SourceResult::TimedOut => (Role::Problem, Phrase::lookup_timed_out(took)),
            SourceResult::NotAsked(None) => (Role::Problem, Key::LookupNotUnderstood.into()),
            SourceResult::NotAsked(Some(reason)) => {
                let reason = printable(reason.as_ref()).into_owned();
                (Role::Problem, Phrase::lookup_not_asked(reason))
            }
            SourceResult::Failed(error) => {
                let os = self.run.host.os;
                let name = error.name(os).map_or("", |row| row.name);
                let of = |language| {
                    // Wine has no text for most codes.
                    let meaning = match &*error.message {
                        "" => constant(name, language).to_owned(),
                        message => quoted_briefly(message.as_ref()),
                    };
                    format!("{} {name} {meaning}", error.code)
                };
                let text = Phrase::from(&Translated::Each {
                    en: of(Language::En),
                    es: of(Language::Es),
                });
                let (role, text) = match name {
                    "EAI_SYSTEM" => {
                        let text = Phrase::lookup_no_module(text, label(&answer.source));
                        (Role::Problem, text)
                    }
                    _ => (Role::Detail, text),
                };
                (role, Phrase::lookup_took(took, text))
            }
            SourceResult::Addresses(addresses) if addresses.is_empty() => (
                Role::Detail,
                Phrase::lookup_took(took, Key::LookupNoAddress),
            ),
            SourceResult::Addresses(addresses) => {
                let of = |ip: &IpAddr| self.entries_with(*ip);
                let text = joined(addresses.iter().map(of).collect());
                match answer.differs(&self.run.answers) {
                    None => (Role::Answer, Phrase::lookup_took(took, text)),
                    Some(other) => {
                        let text = Phrase::lookup_differs(text, label(&other.source));
                        (Role::Problem, Phrase::lookup_took(took, text))
                    }
                }
            }
        };
        Row {
            role,
            label: Some(Key::LookupAlone.into()),
            text,
        }
    }

    /// `192.0.2.1 (entries 1-3)`
    fn entries_with(&self, ip: IpAddr) -> Phrase {
        let entries = self.run.entries().iter().enumerate();
        let os = self.run.host.os;
        let with = entries.filter(|(_, entry)| entry.sockaddr(os).is_some_and(|to| to.ip() == ip));
        let with: Vec<usize> = with.map(|(at, _)| at).collect();
        if self.run.entries().is_empty() {
            own(ip.to_string())
        } else if with.is_empty() {
            Phrase::lookup_no_entry(&ip)
        } else if let [one] = with[..] {
            Phrase::lookup_entry(&ip, one + 1)
        } else {
            Phrase::lookup_entries(&ip, numbers(&with))
        }
    }

    /// `192.0.2.1 (line 3), 2001:db8::1 (line 4)`
    fn addresses(&self) -> Phrase {
        let some = self.lines.iter().any(|(_, usable)| *usable);
        let lines = self.lines.iter().filter(|(_, usable)| *usable || !some);
        let each = |(line, _): &(&HostLine, bool)| Phrase::lookup_line(&line.address, line.number);
        joined(lines.map(each).collect())
    }

    /// The name servers that are asked; on Windows those of each adapter.
    fn servers(&self) -> Vec<Phrase> {
        let adapters = self.resolver.iter().flat_map(|it| &it.adapters);
        let adapters = adapters.filter(|adapter| !adapter.servers.is_empty());
        let each = adapters.take(Self::ITEMS).map(|adapter| {
            let servers = list(adapter.servers.iter().map(|server| shown(server)));
            Phrase::lookup_adapter(quoted_briefly(adapter.name.as_ref()), servers)
        });
        let each: Vec<Phrase> = each.collect();
        if each.is_empty() {
            return vec![self.all_servers()];
        }
        each
    }

    /// glibc and musl use the first three (resolv.conf(5), MAXNS), or this machine if the file names no
    /// server.
    fn all_servers(&self) -> Phrase {
        const MAXNS: usize = 3;
        let windows = self.run.host.os == Os::Windows;
        let servers = self.resolver.map_or(&[][..], |resolver| &resolver.servers);
        if servers.is_empty() {
            let none = if windows {
                Key::LookupNoServers
            } else {
                Key::LookupLocalServer
            };
            return none.into();
        }
        let used = if windows { servers.len() } else { MAXNS };
        let text = own(list(servers.iter().take(used).map(|server| shown(server))));
        // systemd-resolved.service(8): the stub, and the one that only forwards.
        let stub = servers.iter().take(used);
        let stub = stub
            .into_iter()
            .any(|server| ["127.0.0.53", "127.0.0.54"].contains(&&**server));
        if stub {
            Phrase::lookup_stub(text)
        } else if servers.len() > used {
            Phrase::lookup_first_servers(servers.len() - used, text)
        } else {
            text
        }
    }
}

impl Step<'_> {
    fn role(&self) -> Role {
        match (&self.reach, self.does) {
            (Reach::Never(_), _) | (_, Does::OnlyLocal) => Role::Idle,
            (_, Does::Missing | Does::Unreadable) => Role::Problem,
            (Reach::Fallback(_), _) => Role::Idle,
            (Reach::Ends, _) => Role::Answer,
            (Reach::Asked, _) => Role::Source,
        }
    }
}

/// `1-3, 7`: the numbers of entries, from 1.
fn numbers(indices: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &at in indices {
        match ranges.last_mut() {
            Some((_, last)) if *last == at => *last = at + 1,
            _ => ranges.push((at + 1, at + 1)),
        }
    }
    let ranges = ranges.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    list(ranges)
}

/// A text that is the same in every language.
fn own(text: String) -> Phrase {
    Phrase::from(&Translated::Same(text))
}

/// The name of a source as a label: quoted if it is long.
fn label(source: &str) -> String {
    let text = printable(source.as_ref());
    if display_width(&text) > 32 {
        return quoted_briefly(source.as_ref());
    }
    text.into_owned()
}

/// A name or an address of a file, escaped.
fn shown(text: &str) -> String {
    label(text)
}

fn list(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(Lookup::ITEMS);
    let mut items: Vec<String> = items.take(Lookup::ITEMS).collect();
    if more > 0 {
        items.push(format!("… (+{more})"));
    }
    items.join(", ")
}

fn joined(items: Vec<Phrase>) -> Phrase {
    let more = items.len().saturating_sub(Lookup::ITEMS);
    let items = items.into_iter().take(Lookup::ITEMS);
    let text = items.reduce(Phrase::lookup_and);
    let text = text.unwrap_or_else(|| own(String::new()));
    if more > 0 {
        return Phrase::lookup_and(text, own(format!("… (+{more})")));
    }
    text
}
