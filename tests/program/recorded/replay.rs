//! The records as calls. This reads the files of assets/recorded independently of the program, and
//! the files in `network` beside this one, which the program does not have.

use sockscope::names::{Os, Table as Names};
use sockscope::net::{Hint, Hints, Query};
use sockscope::recorded::Place;
use sockscope::text::Text;
use toml::{Table, Value};

/// A call of getaddrinfo and its recorded result.
#[derive(Clone, Debug)]
pub(crate) struct Replay {
    /// The call, with the system's own numbers.
    pub(crate) query: Query,
    pub(crate) expected: Expected,
    /// Whether the call needs the names of the recorded network.
    pub(crate) network: bool,
    /// The part of the notes that it comes from.
    pub(crate) table: String,
}

/// The recorded parts of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The return value.
    Error(i32),
    /// A list; `None` is not recorded.
    Entries {
        /// `ai_socktype` and `ai_protocol` of the entries of each address.
        pairs: Option<Vec<(i32, i32)>>,
        /// The addresses in order, without ports, with IPv6 scopes as numbers.
        addresses: Option<Vec<String>>,
        /// The port of every entry.
        port: Option<u16>,
        /// The error of socket() on every entry, or its success; recorded as root.
        socket: Option<Option<i32>>,
    },
}

/// A call of socket() and its recorded result.
#[derive(Clone, Debug)]
pub(crate) struct SocketReplay {
    pub(crate) family: i32,
    pub(crate) socktype: i32,
    pub(crate) protocol: i32,
    /// The error; `None` for success.
    pub(crate) error: Option<i32>,
    /// Whether a privileged process succeeds.
    pub(crate) unless: bool,
    /// The part of the notes that it comes from.
    pub(crate) table: String,
}

/// Every recorded call of getaddrinfo on `place` with a single result. The record of a kind of
/// query gives several.
pub(crate) fn replays(place: Place) -> Vec<Replay> {
    let rows = rows(place, "getaddrinfo");
    rows.iter().flat_map(Row::replays).collect()
}

/// Every recorded call of socket() on `place`.
pub(crate) fn socket_replays(place: Place) -> Vec<SocketReplay> {
    let mut replays = Vec::new();
    for row in rows(place, "socket") {
        for family in row.numbers(Hint::Family, "family") {
            for socktype in row.numbers(Hint::Socktype, "socktype") {
                for protocol in row.numbers(Hint::Protocol, "protocol") {
                    replays.push(SocketReplay {
                        family,
                        socktype,
                        protocol,
                        error: row.socket().unwrap(),
                        unless: row.fields.contains_key("unless"),
                        table: row.table.clone(),
                    });
                }
            }
        }
    }
    replays
}

/// A row of a file, with the conditions of its table's `when`.
struct Row {
    os: Os,
    network: bool,
    table: String,
    fields: Table,
}

/// The file in `assets/recorded/` with this name.
macro_rules! asset {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/assets/recorded/",
            $name,
            ".toml"
        ))
    };
}

fn rows(place: Place, call: &str) -> Vec<Row> {
    const LINUX: &str = asset!("linux");
    let (files, network): (&[&str], &str) = match place {
        Place::Glibc => (
            &[asset!("glibc"), LINUX],
            include_str!("network/glibc.toml"),
        ),
        Place::Musl => (&[asset!("musl"), LINUX], include_str!("network/musl.toml")),
        Place::Wine => (&[asset!("wine")], include_str!("network/wine.toml")),
        Place::Windows | Place::Macos | Place::Freebsd => panic!("no test machine runs {place:?}"),
    };
    let mut rows = Vec::new();
    let files = files.iter().map(|file| (file, false));
    for (file, network) in files.chain([(&network, true)]) {
        let file: Table = file.parse().unwrap();
        let sheets = file.get(call).and_then(Value::as_array);
        for sheet in sheets.into_iter().flatten() {
            for row in sheet["rows"].as_array().unwrap() {
                let when = sheet.get("when").and_then(Value::as_table);
                let mut fields = when.cloned().unwrap_or_default();
                fields.extend(row.as_table().unwrap().clone());
                rows.push(Row {
                    os: place.os(),
                    network,
                    table: sheet["table"].as_str().unwrap().to_owned(),
                    fields,
                });
            }
        }
    }
    rows
}

impl Row {
    /// The values of a key: a list, one value, or none.
    fn list(&self, key: &str) -> &[Value] {
        match self.fields.get(key) {
            None => &[],
            Some(Value::Array(values)) => values,
            Some(value) => std::slice::from_ref(value),
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.fields.get(key).map(|value| value.as_str().unwrap())
    }

    fn numbers(&self, hint: Hint, key: &str) -> Vec<i32> {
        let number = |value: &Value| match value {
            Value::String(name) => hint.parse(self.os, name).unwrap(),
            value => i32::try_from(value.as_integer().unwrap()).unwrap(),
        };
        self.list(key).iter().map(number).collect()
    }

    /// `SOCK_STREAM/IPPROTO_TCP`, `3/1`.
    fn pair(&self, text: &str) -> (i32, i32) {
        let (socktype, protocol) = text.split_once('/').unwrap();
        let parse = |hint: Hint, text| hint.parse(self.os, text).unwrap();
        (
            parse(Hint::Socktype, socktype),
            parse(Hint::Protocol, protocol),
        )
    }

    fn flags(&self, key: &str) -> i32 {
        let text = self.text(key).unwrap_or_default();
        Hint::Flags.parse_list(self.os, text).unwrap()
    }

    /// The number of the error in `key`, which is a name in `names` or a number.
    fn error(&self, key: &str, names: &Names) -> Option<i32> {
        Some(match self.fields.get(key)? {
            Value::String(name) => names.named(name).unwrap().value,
            value => i32::try_from(value.as_integer().unwrap()).unwrap(),
        })
    }

    /// The recorded result of socket(), if there is one.
    fn socket(&self) -> Option<Option<i32>> {
        let names = self.os.names();
        let windows = self.os == Os::Windows;
        match self.fields.get("socket")? {
            Value::String(ok) if ok == "ok" => Some(None),
            _ if windows => Some(self.error("socket", &names.wsa)),
            _ => Some(self.error("socket", &names.errno)),
        }
    }

    fn replays(&self) -> Vec<Replay> {
        let mut hints = self.hints();
        if self.network {
            // Failures of a name server take their time, so one call per family is enough: other
            // records have the other hints.
            hints.dedup_by_key(|hints| hints.map(|hints| hints.family));
        }
        let mut replays = Vec::new();
        for hints in hints {
            for node in self.nodes(hints.as_ref()) {
                let services = self.services();
                let some = if self.network { 1 } else { services.len() };
                for service in services.into_iter().take(some) {
                    // Without node and service a call fails for that reason, which is the subject
                    // of other rows.
                    if node.is_none() && service.is_none() && !self.is_for_texts() {
                        continue;
                    }
                    let Some(expected) = self.expected(hints.as_ref(), service.as_deref()) else {
                        continue;
                    };
                    let text = |text: &Option<String>| text.clone().map(Text::new).transpose();
                    replays.push(Replay {
                        query: Query {
                            node: text(&node).unwrap(),
                            service: text(&service).unwrap(),
                            hints,
                        },
                        expected,
                        network: self.network,
                        table: self.table.clone(),
                    });
                }
            }
        }
        replays
    }

    /// Whether the row is for texts or NULL as the node, not for a kind of node.
    fn is_for_texts(&self) -> bool {
        let nodes = self.list("node");
        let kind = |node: &Value| node.as_str().unwrap().starts_with('<');
        !nodes.is_empty() && !nodes.iter().any(kind)
    }

    /// The hints of the row: all that it lists, and some defaults if it lists none.
    fn hints(&self) -> Vec<Option<Hints>> {
        if self.text("hints") == Some("NULL") {
            return vec![None];
        }
        let or = |hint: Hint, key: &str, samples: &[i32]| -> Vec<i32> {
            let mut list = self.numbers(hint, key);
            if list.is_empty() {
                list = samples.to_vec();
            }
            let not = self.numbers(hint, &format!("not_{key}"));
            list.retain(|value| !not.contains(value));
            list
        };
        let named = |name| Hint::Family.table(self.os).named(name).unwrap().value;
        let (v4, v6) = (named("AF_INET"), named("AF_INET6"));
        let families = or(Hint::Family, "family", &[0, v4, v6, 999]);
        let pairs: Vec<(i32, i32)> = match self.list("pair") {
            [] => {
                let socktypes = or(Hint::Socktype, "socktype", &[0, 1, 2]);
                let protocols = or(Hint::Protocol, "protocol", &[0, 1, 6, 17]);
                let with = |socktype| protocols.iter().map(move |&protocol| (socktype, protocol));
                socktypes.into_iter().flat_map(with).collect()
            }
            pairs => {
                let texts = pairs.iter().map(|pair| pair.as_str().unwrap());
                texts.map(|text| self.pair(text)).collect()
            }
        };
        let table = Hint::Flags.table(self.os);
        let required = if self.text("flags") == Some("<unknown>") {
            // The lowest bit without a name.
            let named = table.rows.iter().fold(0, |sum, row| sum | row.value);
            1 << (!named).trailing_zeros()
        } else {
            self.flags("flags")
        };
        let may = match self.text("may") {
            Some("<any>") => 0,
            _ => self.flags("may"),
        };
        let mut all = Vec::new();
        for family in families {
            for &(socktype, protocol) in &pairs {
                let more = table.split(may).0.into_iter().map(|row| row.value);
                for more in std::iter::once(0).chain(more) {
                    all.push(Some(Hints {
                        flags: required | more,
                        family,
                        socktype,
                        protocol,
                    }));
                }
            }
        }
        all
    }

    /// Nodes of the row's kinds, if they agree with the hints.
    fn nodes(&self, hints: Option<&Hints>) -> Vec<Option<String>> {
        let family = hints.map_or(0, |hints| hints.family);
        let family = Hint::Family.table(self.os).of(family);
        let family = family.map_or("", |row| row.name);
        let bit = Hint::Flags.table(self.os).named("AI_NUMERICHOST");
        let numeric = hints.is_some_and(|hints| hints.flags & bit.unwrap().value != 0);
        let samples = |kind: &str| -> Vec<Option<String>> {
            let texts = match (kind, family) {
                ("NULL", _) => return vec![None],
                ("<found>", "AF_UNSPEC" | "AF_INET") if numeric => vec!["127.0.0.1".to_owned()],
                ("<found>", "AF_UNSPEC" | "AF_INET") => {
                    vec!["localhost".to_owned(), "127.0.0.1".to_owned()]
                }
                ("<found>", "AF_INET6") if numeric => vec!["::1".to_owned()],
                ("<found>", "AF_INET6") => vec!["localhost".to_owned(), "::1".to_owned()],
                ("<other family>", "AF_INET6") => vec!["127.0.0.1".to_owned()],
                ("<other family>", "AF_INET") => vec!["::1".to_owned()],
                ("<long label>", _) => vec!["x".repeat(64) + ".test"],
                ("<long name>", _) => {
                    vec!["long.".repeat(60) + "test", "long.".repeat(220) + "test"]
                }
                // No node of this family, or a name on which no two name servers agree.
                ("<found>" | "<other family>" | "<name>", _) => Vec::new(),
                (kind, _) if kind.starts_with('<') => panic!("unknown kind of node: {kind}"),
                (text, _) => vec![text.to_owned()],
            };
            texts.into_iter().map(Some).collect()
        };
        match self.list("node") {
            [] => samples("<found>"),
            nodes => {
                let kinds = nodes.iter().map(|node| node.as_str().unwrap());
                kinds.flat_map(samples).collect()
            }
        }
    }

    /// Services of the row's kinds.
    fn services(&self) -> Vec<Option<String>> {
        let samples = |kind: &str| -> Vec<Option<String>> {
            let texts: &[&str] = match kind {
                "NULL" => return vec![None],
                "<number>" => &["0", "27015", "65535"],
                "<above 65535>" => &["65536", "65616", "99999", "2147483647"],
                "<service name>" => &["http"],
                "<given>" => &["0", "27015", "http", "no-such-service"],
                kind if kind.starts_with('<') => panic!("unknown kind of service: {kind}"),
                text => &[text],
            };
            texts.iter().map(|&text| Some(text.to_owned())).collect()
        };
        match self.list("service") {
            [] => vec![None, Some("27015".to_owned()), Some("http".to_owned())],
            services => {
                let kinds = services.iter().map(|service| service.as_str().unwrap());
                kinds.flat_map(samples).collect()
            }
        }
    }

    /// The recorded result of such a call; `None` if it depends on something.
    fn expected(&self, hints: Option<&Hints>, service: Option<&str>) -> Option<Expected> {
        let names = self.os.names();
        let windows = self.os == Os::Windows;
        let errors = if windows { &names.wsa } else { &names.gai };
        if self.fields.contains_key("text") {
            return None;
        }
        if let Some(code) = self.error("error", errors) {
            return Some(Expected::Error(code));
        }
        let number = service.and_then(|service| service.parse::<u64>().ok());
        let pairs = match self.text("entries") {
            None => None,
            Some("echo") => hints.map(|hints| vec![(hints.socktype, hints.protocol)]),
            Some(text) => Some(text.split(", ").map(|text| self.pair(text)).collect()),
        };
        let addresses = self.text("addresses");
        let port = match self.fields.get("port") {
            None => None,
            Some(Value::Integer(port)) => Some(u16::try_from(*port).unwrap()),
            Some(rule) => match rule.as_str().unwrap() {
                "the number" => number.and_then(|number| u16::try_from(number).ok()),
                "modulo 65536" => number.and_then(|number| u16::try_from(number % 65_536).ok()),
                rule => panic!("unknown rule for a port: {rule}"),
            },
        };
        Some(Expected::Entries {
            pairs,
            addresses: addresses.map(|texts| texts.split(", ").map(str::to_owned).collect()),
            port,
            socket: self.socket(),
        })
    }
}
