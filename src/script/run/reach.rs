//! Which calls stay on this host.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use super::{Failure, Options};
use crate::names::Os;
use crate::net::{Call, Hint, Needs, Net, Query, Recorder, Run, decode, encode};
use crate::script::step::{Late, Plan, Step, steps};
use crate::script::syntax::Script;
use crate::text::printable;
use crate::words::Phrase;

/// The addresses that calls may reach.
pub(super) struct Reach {
    /// Whether they may reach every address.
    network: bool,
    /// This host's own, once a call needs them.
    own: Option<Vec<IpAddr>>,
}

impl Reach {
    pub(super) const fn new(network: bool) -> Self {
        Self { network, own: None }
    }

    /// Whether the call may be made, as far as its arguments are known before the first call.
    pub(super) fn allows_plan<N: Net>(&mut self, recorder: &Recorder<N>, plan: &Plan) -> bool {
        if let Call::Getaddrinfo(query) = &plan.call {
            return self.network || asks_no_server(recorder.host().os, query);
        }
        match &plan.late {
            Some(Late::Address(address)) => {
                let address = address.sockaddr_at(recorder.host().os, 0);
                self.allows(recorder, &plan.call, &address)
            }
            Some(Late::Entry { .. }) | None => true,
        }
    }

    /// Whether the call may be made with this sockaddr.
    pub(super) fn allows<N: Net>(
        &mut self,
        recorder: &Recorder<N>,
        call: &Call,
        address: &[u8],
    ) -> bool {
        let reaches = matches!(
            call,
            Call::Connect { .. } | Call::Sendto { .. } | Call::Getnameinfo(_)
        );
        if self.network || !reaches || is_loopback(recorder.host().os, address) {
            return true;
        }
        let Target::Ip(ip) = target(recorder.host().os, address) else {
            return false;
        };
        let own = self.own.get_or_insert_with(|| {
            let run = Run::new(Arc::clone(recorder.host()), None);
            let interfaces = recorder.facts(Needs::INTERFACES, &run).interfaces;
            let interfaces = interfaces.unwrap_or_default().into_iter();
            interfaces
                .flat_map(|interface| interface.addresses)
                .collect()
        });
        own.contains(&ip)
    }
}

/// The steps of `script`, and whether they may be made, as far as that is known before the first call.
pub(super) fn allowed<N: Net>(
    recorder: &Recorder<N>,
    script: &Script,
    path: &Path,
    options: Options,
) -> Result<Vec<Step>, Failure> {
    let os = recorder.host().os;
    let steps = steps(script, path, os, options.place).map_err(Failure::Script)?;
    let mut reach = Reach::new(options.network);
    for step in &steps {
        if let Some(plan) = &step.plan
            && !reach.allows_plan(recorder, plan)
        {
            return Err(Failure::Script(needs_network(path, step)));
        }
    }
    Ok(steps)
}

pub(super) fn needs_network(path: &Path, step: &Step) -> Phrase {
    let path = printable(path.as_os_str());
    let what = Phrase::script_needs_network(&step.text);
    Phrase::error_file_line(step.line, &path, what)
}

/// Whether a call stays on this host by its arguments alone. One to this host's own addresses does not.
pub(crate) fn is_local(os: Os, call: &Call) -> bool {
    match call {
        Call::Getaddrinfo(query) => asks_no_server(os, query),
        Call::Connect { address, .. } | Call::Getnameinfo(address) => is_loopback(os, address),
        Call::Sendto { datagram, .. } => is_loopback(os, &datagram.address),
        _ => true,
    }
}

/// Whether what is sent to this sockaddr stays on this host, whatever its addresses are.
fn is_loopback(os: Os, address: &[u8]) -> bool {
    match target(os, address) {
        Target::Ip(ip) => ip.is_loopback() || ip.is_unspecified(),
        Target::Local => true,
        Target::Unknown => false,
    }
}

/// What a sockaddr leads to.
enum Target {
    Ip(IpAddr),
    /// This host.
    Local,
    Unknown,
}

/// What the system may make of these bytes: Linux takes AF_UNSPEC for AF_INET in sendto(), and an
/// AF_INET6 address without its scope.
fn target(os: Os, bytes: &[u8]) -> Target {
    let mut whole = bytes.to_vec();
    whole.resize(bytes.len().max(28), 0);
    let (first, second) = (whole[0], whole[1]);
    let family = match os {
        Os::Macos | Os::Freebsd => second.into(),
        Os::Linux | Os::Windows => u16::from_ne_bytes([first, second]),
    };
    let families = Hint::Family.table(os);
    let name = families.of(family.into()).map_or("", |row| row.name);
    match name {
        "AF_UNIX" => return Target::Local,
        "AF_UNSPEC" => {
            let inet = encode(os, (Ipv4Addr::UNSPECIFIED, 0).into());
            whole[..2].copy_from_slice(&inet[..2]);
        }
        _ => {}
    }
    match decode(os, &whole) {
        Some(address) => Target::Ip(address.ip().to_canonical()),
        None => Target::Unknown,
    }
}

/// Whether getaddrinfo asks no name server: the node is localhost, an address or NULL.
fn asks_no_server(os: Os, query: &Query) -> bool {
    let Some(node) = &query.node else {
        return true;
    };
    let numeric = Hint::Flags.table(os).named("AI_NUMERICHOST");
    let flags = query.hints.unwrap_or_default().flags;
    if numeric.is_some_and(|row| flags & row.value != 0) {
        return true;
    }
    let Some(node) = node.as_os_str().to_str() else {
        return false;
    };
    let (address, _) = node.split_once('%').unwrap_or((node, ""));
    node.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok()
}
