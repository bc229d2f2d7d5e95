//! Where names are looked up: nsswitch.conf, the hosts file and resolv.conf, as far as they concern
//! one query.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// The sources of a database of nsswitch.conf(5), in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// The sources.
    pub list: Vec<Source>,
    /// Whether this process asks one source alone, whatever nsswitch.conf says.
    #[serde(default)]
    pub alone: bool,
}

/// A source of nsswitch.conf: `resolve [!UNAVAIL=return]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// `files`, `dns`, …
    pub name: String,
    /// The text in brackets behind it, without them; else empty.
    pub actions: String,
}

#[cfg_attr(windows, allow(dead_code, reason = "Windows has no nsswitch.conf"))]
impl Sources {
    /// The line of a database in the text of nsswitch.conf; `None` if it is missing or
    /// malformed, since glibc has defaults that differ between its versions. The last one counts
    /// (glibc, `nss/nss_database.c`).
    pub(crate) fn read(file: &str, database: &str) -> Option<Self> {
        let mut lines = file.lines().filter_map(|line| {
            let line = line.split('#').next().unwrap_or_default();
            let (name, rest) = line.split_once(':')?;
            (name.trim() == database).then_some(rest)
        });
        let mut rest = lines.next_back()?.trim_start();
        let mut list: Vec<Source> = Vec::new();
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let (actions, behind) = inner.split_once(']')?;
                let mut words = actions.split_ascii_whitespace();
                if !words.all(|word| word.contains('=')) {
                    return None;
                }
                list.last_mut()?.actions = actions.trim().to_owned();
                rest = behind.trim_start();
            } else {
                let blank = |c: char| c.is_ascii_whitespace() || c == '[';
                let (name, behind) = rest.split_at(rest.find(blank).unwrap_or(rest.len()));
                list.push(Source {
                    name: name.to_owned(),
                    actions: String::new(),
                });
                rest = behind.trim_start();
            }
        }
        Some(Self { list, alone: false })
    }

    /// One source alone.
    pub(crate) fn only_one(name: &str) -> Self {
        let source = Source {
            name: name.to_owned(),
            actions: String::new(),
        };
        Self {
            list: vec![source],
            alone: true,
        }
    }

    /// Whether a source of this name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.list.iter().any(|source| source.name == name)
    }

    /// Whether every source is one of these, and there is one.
    pub(crate) fn only(&self, names: &[&str]) -> bool {
        let known = |source: &Source| names.contains(&&*source.name);
        !self.list.is_empty() && self.list.iter().all(known)
    }

    /// The sources up to the first that ends the lookup if it does not have the name, and the rest.
    pub(crate) fn split_at_end(&self) -> (&[Source], &[Source]) {
        let end = self.list.iter().position(Source::ends_unknown);
        self.list
            .split_at(end.map_or(self.list.len(), |end| end + 1))
    }

    /// The line again.
    pub(crate) fn text(&self, database: &str) -> String {
        let words = self.list.iter().map(|source| match &*source.actions {
            "" => source.name.clone(),
            actions => format!("{} [{actions}]", source.name),
        });
        let words: Vec<_> = words.collect();
        format!("{database}: {}", words.join(" "))
    }
}

impl Source {
    /// Whether the lookup ends here if this source does not have the name.
    fn ends_unknown(&self) -> bool {
        self.returns("NOTFOUND")
    }

    /// Whether the lookup ends here after this result of the source. By default it ends with
    /// `SUCCESS` alone (nsswitch.conf(5)).
    pub(crate) fn returns(&self, result: &str) -> bool {
        let mut returns = result == "SUCCESS";
        for action in self.actions.split_ascii_whitespace() {
            let Some((status, action)) = action.split_once('=') else {
                continue;
            };
            let negated = status.strip_prefix('!');
            let named = negated.unwrap_or(status).eq_ignore_ascii_case(result);
            if named != negated.is_some() {
                returns = action.eq_ignore_ascii_case("return");
            }
        }
        returns
    }
}

/// The content of the hosts file for one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "file", content = "lines", rename_all = "lowercase")]
pub enum Hosts {
    /// The file does not exist.
    Missing,
    /// This process may not read the file.
    Unreadable,
    /// The lines with the name, or with the name without its final dot, in any letter case.
    #[serde(rename = "read")]
    Lines(Vec<HostLine>),
}

/// A line of the hosts file (hosts(5)), for one of its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostLine {
    /// Its number, from 1.
    pub number: usize,
    /// The address.
    pub address: IpAddr,
    /// The name or alias as written in the file.
    pub name: String,
}

impl Hosts {
    /// More lines than this for one name are not kept.
    const LINES: usize = 64;

    /// Finds the lines for `name` in the text of a hosts file.
    pub(crate) fn read(file: &str, name: &str) -> Self {
        let name = name.strip_suffix('.').unwrap_or(name);
        let lines = file.lines().zip(1..).filter_map(|(line, number)| {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_ascii_whitespace();
            // A scope is not part of an address.
            let address = words.next()?.split('%').next()?.parse().ok()?;
            let name = words.find(|word| word.eq_ignore_ascii_case(name))?;
            Some(HostLine {
                number,
                address,
                name: name.to_owned(),
            })
        });
        Self::Lines(lines.take(Self::LINES).collect())
    }
}

/// The configuration of the DNS client (resolv.conf(5)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolver {
    /// The name servers, as written.
    pub servers: Vec<String>,
    /// The domains that are appended to a name. Windows appends them only to a name without a dot.
    pub search: Vec<String>,
    /// The number of dots from which a name is tried as it is first.
    pub ndots: usize,
    /// Where the name servers and domains are from (Windows).
    #[serde(default)]
    pub adapters: Vec<Adapter>,
}

/// The configuration of the DNS client for one network adapter that is up (Windows).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adapter {
    /// The name, as `ipconfig` shows it.
    pub name: String,
    /// The name servers.
    pub servers: Vec<String>,
    /// The connection-specific DNS suffix, or an empty text.
    pub suffix: String,
}

#[cfg_attr(windows, allow(dead_code, reason = "Windows has no resolv.conf"))]
impl Resolver {
    /// More name servers or domains than this are not kept.
    const ITEMS: usize = 16;

    /// The configuration of these adapters. The search list of the registry replaces the domain of
    /// the computer and those of the adapters (Microsoft, "How to configure a domain suffix search
    /// list on the Domain Name System clients").
    #[cfg_attr(not(windows), allow(dead_code, reason = "for Windows"))]
    pub(crate) fn of_adapters(adapters: Vec<Adapter>, list: Option<&str>, domain: &str) -> Self {
        let list: Vec<&str> = list.unwrap_or_default().split([',', ' ']).collect();
        let mut search: Vec<&str> = list.into_iter().filter(|item| !item.is_empty()).collect();
        if search.is_empty() {
            let suffixes = adapters.iter().map(|adapter| adapter.suffix.as_str());
            let suffixes = std::iter::once(domain).chain(suffixes);
            search.extend(suffixes.filter(|suffix| !suffix.is_empty()));
        }
        let servers = adapters.iter().flat_map(|adapter| &adapter.servers);
        Self {
            servers: distinct(servers.map(String::as_str)),
            search: distinct(search.into_iter()),
            ndots: 1,
            adapters,
        }
    }

    /// Reads the text of a resolv.conf.
    pub(crate) fn read(file: &str) -> Self {
        let mut resolver = Self {
            ndots: 1,
            ..Self::default()
        };
        for line in file.lines().filter(|line| !line.starts_with(['#', ';'])) {
            let mut words = line.split_ascii_whitespace();
            let keyword = words.next();
            let words = words.map(str::to_owned);
            match keyword {
                Some("nameserver") if resolver.servers.len() < Self::ITEMS => {
                    resolver.servers.extend(words.take(1));
                }
                // The last one counts.
                Some("search") => resolver.search = words.take(Self::ITEMS).collect(),
                Some("domain") => resolver.search = words.take(1).collect(),
                Some("options") => words.for_each(|option| resolver.set(&option)),
                _ => {}
            }
        }
        resolver
    }

    /// Adds what glibc takes from elsewhere: the variables `LOCALDOMAIN` and `RES_OPTIONS` replace the
    /// search list and options; without a search list the domain of the host's name is one
    /// (resolv.conf(5)).
    pub(crate) fn amend(&mut self, local: Option<&str>, options: Option<&str>, host: &str) {
        if let Some(local) = local {
            let words = local.split_ascii_whitespace().map(str::to_owned);
            self.search = words.take(Self::ITEMS).collect();
        }
        if let (true, Some((_, domain))) = (self.search.is_empty(), host.split_once('.')) {
            self.search.push(domain.to_owned());
        }
        let options = options.unwrap_or_default();
        options
            .split_ascii_whitespace()
            .for_each(|option| self.set(option));
    }

    fn set(&mut self, option: &str) {
        // RES_MAXNDOTS (resolv.conf(5)).
        const MAX: usize = 15;
        let ndots = option.strip_prefix("ndots:");
        if let Some(ndots) = ndots.and_then(|ndots| ndots.parse::<usize>().ok()) {
            self.ndots = ndots.min(MAX);
        }
    }

    /// What it says, in the words of resolv.conf.
    pub(crate) fn text(&self) -> String {
        let mut lines = Vec::new();
        for (keyword, items) in [("nameserver", &self.servers), ("search", &self.search)] {
            if !items.is_empty() {
                lines.push(format!("{keyword} {}", items.join(" ")));
            }
        }
        lines.push(format!("options ndots:{}", self.ndots));
        lines.join(", ")
    }
}

/// The first items, each once.
#[cfg_attr(not(windows), allow(dead_code, reason = "for Windows"))]
fn distinct<'a>(items: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for item in items {
        if distinct.len() < Resolver::ITEMS && !distinct.iter().any(|known| known == item) {
            distinct.push(item.to_owned());
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of sources that are asked for a name that none of them has. Read off
    /// nsswitch.conf(5).
    #[test]
    fn action_of_a_source_ends_the_lookup() {
        for (line, asked) in [
            ("hosts: files dns", 2),
            ("hosts:files[NOTFOUND=return]dns", 1),
            ("hosts: files mdns4_minimal [NOTFOUND=return] dns", 2),
            ("hosts: resolve [!UNAVAIL=return] files", 1),
            (
                "hosts: resolve [ !UNAVAIL=return NOTFOUND=continue ] dns",
                2,
            ),
            (
                "hosts: files [SUCCESS=merge TRYAGAIN=return] dns # [NOTFOUND=return]",
                2,
            ),
            ("hosts: files [!notfound=return] dns", 2),
            (
                "hosts: dns\nservices: db files\n hosts : files [notfound=RETURN] dns db",
                1,
            ),
        ] {
            let sources = Sources::read(line, "hosts").unwrap_or_default();
            assert_eq!(sources.split_at_end().0.len(), asked, "{line}");
        }
        for line in [
            "#hosts: files\nhost: dns",
            "hosts: files [NOTFOUND=return dns",
            "hosts: files [x] dns",
        ] {
            assert_eq!(Sources::read(line, "hosts"), None, "{line}");
        }
        let sources = Sources::read("hosts:\tfiles  [ NOTFOUND=return ]\tdns", "hosts");
        assert_eq!(
            sources.unwrap_or_default().text("hosts"),
            "hosts: files [NOTFOUND=return] dns"
        );
    }

    #[test]
    fn lines_of_a_host_are_found_in_any_family_and_case() {
        let file = "127.0.0.1 localhost\n# 192.0.2.1 a.test\n2001:db8::1\tb A.TEST # c\n\
                    bad a.test\nfe80::1%lo a.test\n192.0.2.2 xa.test";
        let line = |number, address: &str, name: &str| HostLine {
            number,
            address: address.parse().unwrap_or(IpAddr::from([0; 4])),
            name: name.to_owned(),
        };
        let both = vec![
            line(3, "2001:db8::1", "A.TEST"),
            line(5, "fe80::1", "a.test"),
        ];
        assert_eq!(Hosts::read(file, "a.test"), Hosts::Lines(both.clone()));
        assert_eq!(Hosts::read(file, "a.Test."), Hosts::Lines(both));
        assert_eq!(Hosts::read(file, "c"), Hosts::Lines(Vec::new()));
    }

    #[test]
    fn last_search_line_counts() {
        let file = "nameserver 192.0.2.1\n;nameserver 192.0.2.2\nsearch a.test b.test\n\
                    nameserver 2001:db8::1 x\noptions timeout:1 ndots:3\ndomain c.test d.test\n";
        let expected = Resolver {
            servers: vec!["192.0.2.1".to_owned(), "2001:db8::1".to_owned()],
            search: vec!["c.test".to_owned()],
            ndots: 3,
            ..Resolver::default()
        };
        assert_eq!(Resolver::read(file), expected);
        assert_eq!(Resolver::read("").ndots, 1);
        assert_eq!(Resolver::read("options ndots:20").ndots, 15);
    }

    #[test]
    fn search_list_replaces_the_suffixes_of_windows() {
        let adapter = |servers: &[&str], suffix: &str| Adapter {
            name: "Ethernet".to_owned(),
            servers: servers.iter().map(|&server| server.to_owned()).collect(),
            suffix: suffix.to_owned(),
        };
        let adapters = || {
            vec![
                adapter(&["192.0.2.1", "192.0.2.2"], "b.test"),
                adapter(&["192.0.2.2"], ""),
            ]
        };
        let read = |list, domain| Resolver::of_adapters(adapters(), list, domain);
        let resolver = read(None, "a.test");
        assert_eq!(resolver.servers, ["192.0.2.1", "192.0.2.2"]);
        assert_eq!(resolver.search, ["a.test", "b.test"]);
        assert_eq!(read(Some(""), "b.test").search, ["b.test"]);
        assert_eq!(
            read(Some("c.test,d.test"), "a.test").search,
            ["c.test", "d.test"]
        );
    }
}
