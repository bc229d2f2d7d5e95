//! A call after socket() that succeeded, but hides a mistake or shows something worth knowing.

use super::super::case::{Case, number};
use super::super::step::Step;
use super::option::option;
use super::{Finding, rules};
use crate::names::Os;
use crate::net::{Call, How, OptionValue, SocketOption, Value};

rules! {
    "bind-port-swapped" port_swapped by Text,
    "bind-loopback-only" loopback_only by Text,
    "reuseaddr-late" reuseaddr_late by Text,
    "reuseaddr-shares" reuseaddr_shares by Text,
    "listen-unbound" listen_unbound by Text,
    "connect-wildcard" connect_wildcard by Text,
    "connect-before-accept" before_accept by Text,
    "connect-datagram" connect_datagram by Text,
    "send-partial" send_partial by Text,
    "send-to-closed-peer" send_to_closed,
    "sends-merged" sends_merged by Text,
    "peer-closed" peer_closed by Text,
    "datagram-truncated" truncated,
    "close-without-shutdown" close_without_shutdown by Text,
}

/// The port that the query asks for.
pub(super) fn intended_port(case: &Case<'_>) -> Option<u16> {
    let listed = case
        .entries()
        .first()
        .and_then(|entry| entry.sockaddr(case.os));
    let asked = || case.service().and_then(|service| number(&service));
    listed
        .map(|address| address.port())
        .or_else(|| u16::try_from(asked()?).ok())
}

fn bind<'a>(case: &Case<'a>) -> Option<Step<'a>> {
    case.step
        .filter(|step| matches!(step.call(), Call::Bind { .. }))
}

fn port_swapped(case: &Case<'_>) -> Option<Finding> {
    let port = bind(case)?.address()?.port();
    let asked = intended_port(case)?;
    (asked != port && asked.swap_bytes() == port)
        .then(|| Finding::warning().value("port", port).value("asked", asked))
}

fn loopback_only(case: &Case<'_>) -> Option<Finding> {
    let step = bind(case)?;
    let address = step
        .address()
        .filter(|address| address.ip().is_loopback())?;
    let mut entries = case.entries().iter();
    let listed = entries.any(|entry| entry.sockaddr(case.os) == Some(address));
    let forgotten = listed && case.query.node.is_none();
    (forgotten && !case.has("AI_PASSIVE")).then(|| Finding::warning().value("address", address))
}

/// The value of the option that the call sets.
fn set(case: &Case<'_>, wanted: SocketOption) -> Option<()> {
    let value = match case.step?.call() {
        Call::Setsockopt {
            value: OptionValue::Number(value),
            ..
        } => *value,
        _ => return None,
    };
    (option(case)? == wanted && value != 0).then_some(())
}

fn reuseaddr_late(case: &Case<'_>) -> Option<Finding> {
    set(case, SocketOption::ReuseAddr)?;
    case.step?.bound_to().map(|_| Finding::warning())
}

/// Microsoft, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE".
fn reuseaddr_shares(case: &Case<'_>) -> Option<Finding> {
    set(case, SocketOption::ReuseAddr)?;
    (case.os == Os::Windows).then(Finding::warning)
}

/// Linux: net/ipv4/inet_connection_sock.c: inet_csk_listen_start takes a free port.
fn listen_unbound(case: &Case<'_>) -> Option<Finding> {
    let step = case
        .step
        .filter(|step| matches!(step.call(), Call::Listen { .. }))?;
    step.opener()?;
    (!step.is_bound()).then(Finding::warning)
}

fn connect<'a>(case: &Case<'a>) -> Option<Step<'a>> {
    case.step
        .filter(|step| matches!(step.call(), Call::Connect { .. }))
}

/// Linux: net/ipv4/route.c: a destination 0.0.0.0 becomes the loopback address.
fn connect_wildcard(case: &Case<'_>) -> Option<Finding> {
    let address = connect(case)?.address()?;
    let wildcard = address.ip().is_unspecified();
    wildcard.then(|| Finding::warning().value("address", address))
}

fn before_accept(case: &Case<'_>) -> Option<Finding> {
    let step = connect(case).filter(|step| step.is_type(&["SOCK_STREAM"]))?;
    let listener = step.listener(step.address()?)?;
    (!step.has_accepted(listener)).then(Finding::advice)
}

/// connect(2): for datagrams it only sets the peer.
fn connect_datagram(case: &Case<'_>) -> Option<Finding> {
    let step = connect(case).filter(|step| step.is_type(&["SOCK_DGRAM"]))?;
    Finding::advice().value("address", step.address()?).some()
}

fn send_partial(case: &Case<'_>) -> Option<Finding> {
    let Call::Send { data, .. } = case.step?.call() else {
        return None;
    };
    match case.step?.record.value()? {
        Value::Sent(sent) if *sent < data.len() => Finding::warning()
            .value("sent", sent)
            .value("length", data.len())
            .some(),
        _ => None,
    }
}

fn send_to_closed(case: &Case<'_>) -> Option<Finding> {
    let step = case
        .step
        .filter(|step| matches!(step.call(), Call::Send { .. }))?;
    step.has_read_the_end()
        .then(|| Finding::warning().suspected(true))
}

fn sends_merged(case: &Case<'_>) -> Option<Finding> {
    let step = case.step.filter(|step| step.is_type(&["SOCK_STREAM"]))?;
    let data = step.received()?;
    let count = step.sends(data)?;
    Finding::advice()
        .value("count", count)
        .value("length", data.len())
        .some()
}

/// Whether recv() returned 0 though it asked for bytes, on a stream whose reading end is open.
fn peer_closed(case: &Case<'_>) -> Option<Finding> {
    let step = case.step.filter(|step| step.is_type(&["SOCK_STREAM"]))?;
    let (Call::Recv { length, .. } | Call::Recvfrom { length, .. }) = step.call() else {
        return None;
    };
    let ended = step.has_done(|call| {
        matches!(
            call,
            Call::Shutdown {
                how: How::Read | How::Both,
                ..
            }
        )
    });
    let end = step.received()?.is_empty() && *length > 0 && !ended;
    end.then(Finding::advice)
}

fn truncated(case: &Case<'_>) -> Option<Finding> {
    let step = case.step.filter(|step| step.is_type(&["SOCK_DGRAM"]))?;
    let (Call::Recv { length, .. } | Call::Recvfrom { length, .. }) = step.call() else {
        return None;
    };
    let full = step.received()?.len() == *length;
    full.then(|| Finding::warning().suspected(true).value("length", length))
}

/// RFC 9293 §3.10.4: close() with unread data sends RST, which discards what the peer has not read.
fn close_without_shutdown(case: &Case<'_>) -> Option<Finding> {
    let step = case
        .step
        .filter(|step| matches!(step.call(), Call::Close { .. }))?;
    let sent = step.has_done(|call| matches!(call, Call::Send { .. }));
    let ended = step.has_done(|call| {
        matches!(
            call,
            Call::Shutdown {
                how: How::Write | How::Both,
                ..
            }
        )
    });
    let stream = step.is_type(&["SOCK_STREAM"]);
    let careless = stream && sent && !ended && !step.has_read_the_end();
    careless.then(Finding::advice)
}
