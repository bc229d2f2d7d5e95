//! Why send(), recv(), shutdown() or getpeername() failed.

use super::super::case::Case;
use super::super::step::Step;
use super::{Finding, rules};
use crate::net::{Call, How};

rules! {
    "call-interrupted" interrupted by Text,
    "listener-used" listener_used by Text on ["ENOTCONN", "EPIPE", "ECONNRESET"],
    "datagram-no-destination" no_destination by Text on ["EDESTADDRREQ", "ENOTCONN", "EINVAL"],
    "not-connected" not_connected by Text on ["ENOTCONN", "EPIPE", "ECONNRESET"],
    "send-after-shutdown" after_shutdown by Text on ["EPIPE", "ESHUTDOWN"],
    "datagram-refused" datagram_refused by Error on ["ECONNREFUSED", "ECONNRESET"],
    "peer-gone" gone by Error on ["EPIPE", "ECONNRESET", "ECONNABORTED", "ENOTCONN"],
    "message-too-long" too_long by Error on ["EMSGSIZE"],
}

/// The call to explain, if it is one of a connection, and whether it sends.
fn transfer<'a>(case: &Case<'a>) -> Option<(Step<'a>, bool)> {
    let step = case.step?;
    match step.call() {
        Call::Send { .. } | Call::Sendto { .. } => Some((step, true)),
        Call::Recv { .. }
        | Call::Recvfrom { .. }
        | Call::Shutdown { .. }
        | Call::Getpeername { .. } => Some((step, false)),
        _ => None,
    }
}

/// A finding with the name of the function.
fn named(case: &Case<'_>, step: Step<'_>) -> Finding {
    Finding::failure().value("function", step.call().name(case.os))
}

fn interrupted(case: &Case<'_>) -> Option<Finding> {
    let step = case.step.filter(|step| step.record.is_interrupted())?;
    Some(named(case, step))
}

fn listener_used(case: &Case<'_>) -> Option<Finding> {
    let (step, _) = transfer(case)?;
    step.is_listening().then(|| named(case, step))
}

fn no_destination(case: &Case<'_>) -> Option<Finding> {
    let (step, sends) = transfer(case)?;
    step.opener()?;
    let datagram = step.is_type(&["SOCK_DGRAM", "SOCK_RAW"]);
    (sends && datagram && !step.is_connected()).then(Finding::failure)
}

fn not_connected(case: &Case<'_>) -> Option<Finding> {
    let (step, _) = transfer(case)?;
    step.opener()?;
    // An interrupted connect() may have gone on.
    (!step.is_connected() && !step.connects()).then(|| named(case, step))
}

fn after_shutdown(case: &Case<'_>) -> Option<Finding> {
    let (step, sends) = transfer(case)?;
    let ended = step.has_done(|call| {
        matches!(
            call,
            Call::Shutdown {
                how: How::Write | How::Both,
                ..
            }
        )
    });
    (sends && ended).then(Finding::failure)
}

/// An ICMP message "port unreachable" (udp(7); Microsoft, recv: WSAECONNRESET).
fn datagram_refused(case: &Case<'_>) -> Option<Finding> {
    let (step, _) = transfer(case)?;
    step.is_type(&["SOCK_DGRAM"]).then(|| named(case, step))
}

fn gone(case: &Case<'_>) -> Option<Finding> {
    let (step, _) = transfer(case)?;
    Some(named(case, step))
}

fn too_long(case: &Case<'_>) -> Option<Finding> {
    let (step, _) = transfer(case)?;
    Some(named(case, step))
}
