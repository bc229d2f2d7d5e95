//! What a source of names answers when it is asked alone.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;

use super::error::{Domain, OsError};
use super::run::Run;

/// The answer of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAnswer {
    /// The source: `files`, `dns`, …
    pub source: String,
    /// What it answered.
    pub result: SourceResult,
    /// How long the call took, or how long it was waited for.
    pub took: Duration,
}

/// What a source answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceResult {
    /// It has the name: the addresses, each once, in the order of its list.
    Addresses(Vec<IpAddr>),
    /// The call failed.
    Failed(OsError),
    /// The call did not return in time.
    TimedOut,
    /// It could not be asked; the system's reason, or none if the answer was not understood.
    NotAsked(Option<String>),
}

/// Whether a text can be a source of glibc's: part of the name of a library, so no path; not empty.
pub(crate) fn is_source(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-+.".contains(c);
    !text.is_empty() && text.len() <= 64 && text.chars().all(fits)
}

/// The sources of Windows.
pub(crate) const OF_WINDOWS: [&str; 3] = ["hosts", "dns", "mdns"];

impl SourceResult {
    /// More addresses than this are not kept.
    const ADDRESSES: usize = 4096;

    /// These addresses, each once.
    pub(crate) fn addresses(all: impl Iterator<Item = IpAddr>) -> Self {
        let mut addresses: Vec<IpAddr> = Vec::new();
        for ip in all {
            if addresses.len() < Self::ADDRESSES && !addresses.contains(&ip) {
                addresses.push(ip);
            }
        }
        Self::Addresses(addresses)
    }
}

impl SourceAnswer {
    /// The addresses; none if the source has no answer.
    pub(crate) fn addresses(&self) -> &[IpAddr] {
        match &self.result {
            SourceResult::Addresses(addresses) => addresses,
            _ => &[],
        }
    }

    /// The indices of the run's entries that have an address of this source.
    pub(crate) fn explains(&self, run: &Run) -> Vec<usize> {
        let entries = run.entries().iter().enumerate();
        let has = |entry: &super::AddrInfo| {
            let address = entry.sockaddr(run.host.os);
            address.is_some_and(|address| self.addresses().contains(&address.ip()))
        };
        entries
            .filter(|(_, entry)| has(entry))
            .map(|(at, _)| at)
            .collect()
    }

    /// The first of the answers before this one that has other addresses than this one has.
    pub(crate) fn differs<'a>(&self, answers: &'a [Self]) -> Option<&'a Self> {
        fn set(answer: &SourceAnswer) -> BTreeSet<IpAddr> {
            answer.addresses().iter().copied().collect()
        }
        let before = answers
            .iter()
            .take_while(|other| other.source != self.source);
        let mut before = before.filter(|other| !other.addresses().is_empty());
        let own = set(self);
        (!own.is_empty()).then(|| before.find(|other| set(other) != own))?
    }

    /// Reads what a child printed with `--format json`. The source wrote a part of it, so nothing in it
    /// is trusted.
    pub(crate) fn read(source: &str, json: &[u8], waited: Duration) -> Self {
        let answer = |result, took| Self {
            source: source.to_owned(),
            result,
            took,
        };
        let Ok(output) = serde_json::from_slice::<Output>(json) else {
            return answer(SourceResult::NotAsked(None), waited);
        };
        let call = output.getaddrinfo;
        let took = Duration::from_micros(call.elapsed_us);
        let result = match (call.code, call.error) {
            (Some(0), _) => {
                let entries = output.entries.into_iter();
                SourceResult::addresses(entries.filter_map(|entry| entry.ai_addr?.ip))
            }
            (Some(_), Some(error)) => SourceResult::Failed(error.into()),
            (None, _) if call.timed_out => SourceResult::TimedOut,
            _ => SourceResult::NotAsked(None),
        };
        answer(result, took)
    }
}

/// The members that are read.
#[derive(Deserialize)]
struct Output {
    getaddrinfo: Getaddrinfo,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Getaddrinfo {
    #[serde(rename = "return")]
    code: Option<i32>,
    error: Option<Error>,
    elapsed_us: u64,
    #[serde(default)]
    timed_out: bool,
}

#[derive(Deserialize)]
struct Entry {
    ai_addr: Option<Address>,
}

#[derive(Deserialize)]
struct Address {
    ip: Option<IpAddr>,
}

#[derive(Deserialize)]
struct Error {
    domain: String,
    code: i32,
    message: Box<str>,
    errno: Option<Box<Self>>,
}

impl From<Error> for OsError {
    fn from(error: Error) -> Self {
        let domain = match &*error.domain {
            "errno" => Domain::Errno,
            "wsa" => Domain::Wsa,
            _ => Domain::Gai,
        };
        Self {
            domain,
            code: error.code,
            message: error.message,
            errno: error.errno.map(|errno| Box::new((*errno).into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> SourceResult {
        SourceAnswer::read("dns", json.as_bytes(), Duration::ZERO).result
    }

    #[test]
    fn output_that_is_not_understood_is_no_answer() {
        for json in [
            "",
            "{}",
            "null",
            "\u{1b}[2J",
            "{\"getaddrinfo\": null, \"entries\": []}",
            "{\"getaddrinfo\": {\"return\": 5, \"error\": null, \"elapsed_us\": 1}, \"entries\": []}",
            &"[".repeat(100_000),
        ] {
            assert_eq!(read(json), SourceResult::NotAsked(None), "{json:.40}");
        }
    }

    #[test]
    fn each_address_is_kept_once() {
        let entry = |ip: &str| format!("{{\"ai_addr\": {{\"ip\": \"{ip}\"}}}}");
        let entries = [entry("192.0.2.1"), entry("192.0.2.1"), entry("::1")].join(",");
        let json = format!(
            "{{\"getaddrinfo\": {{\"return\": 0, \"error\": null, \"elapsed_us\": 1}}, \
              \"entries\": [{entries}, {{\"ai_addr\": null}}]}}"
        );
        let expected = ["192.0.2.1", "::1"].map(|ip| ip.parse().unwrap_or(IpAddr::from([0; 4])));
        assert_eq!(read(&json), SourceResult::Addresses(expected.to_vec()));
    }

    #[test]
    fn answers_differ_by_their_addresses_alone() {
        let answer = |source: &str, last: &[u8]| SourceAnswer {
            source: source.to_owned(),
            result: SourceResult::Addresses(
                last.iter().map(|&last| [192, 0, 2, last].into()).collect(),
            ),
            took: Duration::ZERO,
        };
        let answers = [
            answer("a", &[]),
            answer("b", &[1, 2]),
            answer("c", &[2, 1]),
            answer("d", &[1]),
        ];
        let differs = |at: usize| answers[at].differs(&answers).map(|other| &*other.source);
        assert_eq!([0, 1, 2, 3].map(differs), [None, None, None, Some("b")]);
    }
}
