//! The result of a run as an exit status.

use super::Options;
use crate::net::{Hint, Outcome, Run, SourceResult};
use crate::replay::Replay;

/// The result of a run as an exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// getaddrinfo succeeded, and so did socket() for at least one entry if it was called.
    Success = 0,
    /// getaddrinfo failed, or the source that was asked instead has no address.
    GetaddrinfoFailed = 1,
    /// getaddrinfo succeeded, but socket() did for no entry.
    NoSocket = 3,
    /// getaddrinfo, or the source that was asked instead, did not return in time.
    TimedOut = 4,
    /// Sockets opened, but the steps after that failed for every entry; or the answer differs from that of
    /// the file.
    Different = 6,
}

impl Status {
    /// The process's exit status.
    pub const fn code(self) -> u8 {
        self as u8
    }

    pub(super) fn of(run: &Run, options: &Options<'_>) -> Self {
        let (socket, steps) = (options.socket, options.steps.is_some());
        Self::of_calls(run, socket, steps, options.source.is_some())
    }

    /// The status of a run that has this one, and that of the comparison if there is one.
    pub(super) fn compared(own: Self, equal: Option<bool>) -> Self {
        match equal {
            None => own,
            // Without an answer there is nothing to compare.
            Some(_) if own == Self::TimedOut => own,
            Some(equal) => Self::of_comparison(equal),
        }
    }

    pub(super) const fn of_comparison(equal: bool) -> Self {
        match equal {
            true => Self::Success,
            false => Self::Different,
        }
    }

    pub(super) fn of_replay(replay: &Replay) -> Self {
        let run = &replay.run;
        let source = run.answer().is_none() && !run.answers.is_empty();
        Self::of_calls(run, replay.called_socket(), replay.role.is_some(), source)
    }

    /// The status of a run with socket(), with steps after it, or with a source that was asked instead.
    fn of_calls(run: &Run, socket: bool, steps: bool, source: bool) -> Self {
        if run.query.is_none() {
            return match run.took_steps(0) {
                true => Self::Success,
                false if run.opened() > 0 => Self::Different,
                false => Self::NoSocket,
            };
        }
        match run.answer().map(|record| &record.outcome) {
            Some(Outcome::Failed(_)) => Self::GetaddrinfoFailed,
            Some(Outcome::Returned(_)) if socket && run.opened() == 0 => Self::NoSocket,
            Some(Outcome::Returned(_)) if steps && !can_use(run) => Self::Different,
            Some(Outcome::Returned(_)) => Self::Success,
            None if source => match run.answers.first().map(|it| &it.result) {
                Some(SourceResult::Addresses(all)) if !all.is_empty() => Self::Success,
                Some(SourceResult::TimedOut) => Self::TimedOut,
                _ => Self::GetaddrinfoFailed,
            },
            _ => Self::TimedOut,
        }
    }
}

/// Whether the steps succeeded for an entry; of SOCK_STREAM if there is any, since connect() of a
/// datagram socket asks no peer.
fn can_use(run: &Run) -> bool {
    let is_stream = |at: &usize| {
        let socktype = run.entries()[*at].socktype;
        Hint::Socktype.show(run.host.os, socktype) == "SOCK_STREAM"
    };
    let entries = 0..run.entries().len();
    let any_stream = entries.clone().any(|at| is_stream(&at));
    let mut counted = entries.filter(|at| !any_stream || is_stream(at));
    counted.any(|at| run.took_steps(at))
}
