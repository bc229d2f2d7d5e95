//! The facts of the page as rows.

use super::{Page, QUERY, Section};
use crate::names::Os;
use crate::net::{
    Facts, Hint, Interface, Network, Provider, ResolvConf, Resolved, Service, Services,
};
use crate::text::printable;
use crate::words::{Key, Language, Phrase};

/// The capabilities that matter to sockets (capabilities(7)).
const CAPABILITIES: [(u32, &str); 4] = [
    (10, "CAP_NET_BIND_SERVICE"),
    (12, "CAP_NET_ADMIN"),
    (13, "CAP_NET_RAW"),
    (21, "CAP_SYS_ADMIN"),
];

impl Page {
    /// A section for each subject of which something is known.
    pub(super) fn facts(&self, language: Language) -> Vec<Section> {
        let facts = &self.run.facts;
        let os = self.run.host.os;
        let say = |key: Key| key.text(language).to_owned();
        let files = [
            (
                say(Key::DoctorServices),
                facts.services.as_ref().map(|it| services(it, language)),
            ),
            (
                "systemd-resolved".to_owned(),
                facts.resolved.map(|it| resolved(it, language)),
            ),
        ];
        let interfaces = facts.interfaces.iter().flatten();
        let providers = facts.providers.iter().flatten();
        let settings = facts.settings.iter().flatten();
        let sections = [
            (Key::DoctorFiles, known(files)),
            (Key::DoctorPolicy, self.policy_rows(language)),
            (
                Key::DoctorInterfaces,
                interfaces.map(|it| interface(it, language)).collect(),
            ),
            (Key::DoctorProcess, process(facts, language)),
            (
                Key::DoctorProviders,
                providers.map(|it| provider(os, it)).collect(),
            ),
            (
                Key::DoctorSettings,
                settings
                    .map(|it| (shown(&it.name), shown(&it.value)))
                    .collect(),
            ),
        ];
        let sections = sections.into_iter().filter(|(_, rows)| !rows.is_empty());
        sections
            .map(|(title, rows)| Section { title, rows })
            .collect()
    }

    /// The tables of the library, or the command that prints them.
    fn policy_rows(&self, language: Language) -> Vec<(String, String)> {
        let Some(tables) = self.policy() else {
            let command = match self.run.host.os {
                Os::Windows => "netsh interface ipv6 show prefixpolicies",
                _ => "ip6addrctl",
            };
            let text = Phrase::doctor_policy_command(command).text(language);
            return vec![(Key::DoctorUnknown.text(language).to_owned(), text)];
        };
        let rows = tables.map(|(name, rows)| {
            let rows = rows.iter().map(|row| match row.line {
                None => format!("{row} {}", row.value),
                Some(line) => {
                    Phrase::doctor_row_line(line, format!("{row} {}", row.value)).text(language)
                }
            });
            (name.to_owned(), rows.collect::<Vec<_>>().join(", "))
        });
        rows.into()
    }
}

/// Foreign text.
fn shown(text: &str) -> String {
    printable(text.as_ref()).into_owned()
}

/// The rows with a text.
fn known(rows: impl IntoIterator<Item = (String, Option<String>)>) -> Vec<(String, String)> {
    let rows = rows.into_iter();
    rows.filter_map(|(label, text)| Some((label, text?)))
        .collect()
}

fn services(services: &Services, language: Language) -> String {
    let port = |line: &Service| format!("{}/{}", line.port, shown(&line.protocol));
    match services {
        Services::Missing => Key::DoctorMissing.text(language).to_owned(),
        Services::Unreadable => Key::DoctorUnreadable.text(language).to_owned(),
        Services::Lines(lines) if lines.is_empty() => Phrase::doctor_lacks(QUERY.1).text(language),
        Services::Lines(lines) => {
            let ports: Vec<_> = lines.iter().map(port).collect();
            format!("{} {}", QUERY.1, ports.join(", "))
        }
    }
}

fn resolved(resolved: Resolved, language: Language) -> String {
    let runs = if resolved.running {
        Key::DoctorRuns
    } else {
        Key::DoctorRunsNot
    };
    let file = match resolved.resolv_conf {
        ResolvConf::Stub => Key::DoctorResolvStub,
        ResolvConf::Uplink => Key::DoctorResolvUplink,
        ResolvConf::Static => Key::DoctorResolvStatic,
        ResolvConf::Foreign => Key::DoctorResolvForeign,
        ResolvConf::Missing => Key::DoctorResolvMissing,
    };
    format!("{}; {}", runs.text(language), file.text(language))
}

fn interface(interface: &Interface, language: Language) -> (String, String) {
    let mut parts = Vec::new();
    if !interface.up {
        parts.push(Key::DoctorDown.text(language).to_owned());
    }
    parts.extend(interface.addresses.iter().map(ToString::to_string));
    if interface.addresses.is_empty() {
        parts.push(Key::DoctorNoAddress.text(language).to_owned());
    }
    if interface.ipv6_off == Some(true) {
        parts.push(Key::DoctorIpv6Off.text(language).to_owned());
    }
    let name = format!("{} ({})", shown(&interface.name), interface.index);
    (name, parts.join(", "))
}

/// What this process may do, and what it has.
fn process(facts: &Facts, language: Language) -> Vec<(String, String)> {
    let say = |key: Key| key.text(language).to_owned();
    let yes_no =
        |fact: Option<bool>| fact.map(|yes| say(if yes { Key::OrderYes } else { Key::OrderNo }));
    let seccomp = facts.seccomp.map(|mode| match mode {
        0 => say(Key::DoctorSeccompNone),
        1 => "strict".to_owned(),
        2 => say(Key::DoctorSeccompFilter),
        other => other.to_string(),
    });
    let descriptors = facts
        .descriptors
        .map(|it| Phrase::doctor_open_of(it.limit.to_string(), it.open.to_string()).text(language));
    let capabilities = facts.capabilities.map(|bits| {
        let has = |(bit, _): &&(u32, &str)| bits & 1 << bit != 0;
        let names = CAPABILITIES.iter().filter(has).map(|(_, name)| *name);
        let names: Vec<_> = [format!("{bits:#x}")]
            .into_iter()
            .chain(names.map(str::to_owned))
            .collect();
        names.join(" ")
    });
    let network = facts.network.map(|owner| {
        say(match owner {
            Network::Own => Key::DoctorNetworkOwn,
            Network::Foreign => Key::DoctorNetworkForeign,
            Network::Unknown => Key::DoctorUnknown,
        })
    });
    known([
        (say(Key::DoctorKernelIpv4), yes_no(facts.kernel_ipv4)),
        (say(Key::DoctorKernelIpv6), yes_no(facts.kernel_ipv6)),
        (say(Key::DoctorRoot), yes_no(facts.root)),
        (say(Key::DoctorCapabilities), capabilities),
        (say(Key::DoctorNetwork), network),
        (say(Key::DoctorRaw), yes_no(facts.privileged)),
        (say(Key::DoctorPing), yes_no(facts.ping)),
        (say(Key::DoctorLowPorts), yes_no(facts.low_ports)),
        ("seccomp".to_owned(), seccomp),
        (say(Key::DoctorDescriptors), descriptors),
        ("SystemRoot".to_owned(), yes_no(facts.system_root)),
    ])
}

fn provider(os: Os, provider: &Provider) -> (String, String) {
    let text = format!(
        "{} {} {}  {}",
        Hint::Family.show(os, provider.family),
        Hint::Socktype.show(os, provider.socktype),
        provider.protocols(os),
        shown(&provider.name)
    );
    (provider.entry.to_string(), text)
}
