//! What the detail pane shows, and the calls that were made.

use std::collections::VecDeque;

use super::effect::{Effect, Effects};
use super::{Copied, Model, Pane};
use crate::names::Os;
use crate::net::{Outcome, Record};
use crate::script;

/// A way to look at the selected entry, or at the failed call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// The call, its result and what it means.
    #[default]
    Socket,
    /// The struct as the header declares it, and the sockaddr's bytes.
    Addrinfo,
    /// A program that does the same.
    Code,
    /// Every call that was made, in order.
    Calls,
    /// What other systems are recorded to do.
    Elsewhere,
}

impl View {
    /// Every view, in the order of their keys.
    pub const ALL: [Self; 5] = [
        Self::Socket,
        Self::Addrinfo,
        Self::Code,
        Self::Calls,
        Self::Elsewhere,
    ];

    /// Its name in the title of the pane.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Socket => "socket",
            Self::Addrinfo => "addrinfo",
            Self::Code => "code",
            Self::Calls => "calls",
            Self::Elsewhere => "elsewhere",
        }
    }

    fn next(self) -> Self {
        let at = Self::ALL.iter().position(|view| *view == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

/// How many calls are remembered; the oldest give way.
pub const MAX_CALLS: usize = 10_000;

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The call and its result.
    pub text: Box<str>,
    /// It failed, or was not made.
    pub failed: bool,
}

/// The calls that were made, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// The lines, the oldest first.
    pub lines: VecDeque<Line>,
    /// How many older ones were forgotten.
    pub forgotten: usize,
    /// The index of the selected line; none follows the newest.
    pub selected: Option<usize>,
}

impl Calls {
    /// Adds the newest, whose numbers are those of `os`.
    pub fn push(&mut self, os: Os, record: &Record) {
        let failed = matches!(record.outcome, Outcome::Failed(_) | Outcome::NotStarted(_));
        self.add(script::line(os, record), failed);
        if let Some(freeing) = record.freeing() {
            self.add(script::line(os, &freeing), false);
        }
    }

    fn add(&mut self, line: String, failed: bool) {
        let text = line.into();
        self.lines.push_back(Line { text, failed });
        if self.lines.len() > MAX_CALLS {
            self.lines.pop_front();
            self.forgotten += 1;
            // The selection stays on its line for as long as that is there.
            self.selected = self.selected.map(|selected| selected.saturating_sub(1));
        }
    }

    /// The index of the line that is looked at; 0 where there is none.
    #[must_use]
    pub fn current(&self) -> usize {
        let last = self.lines.len().saturating_sub(1);
        self.selected.map_or(last, |selected| selected.min(last))
    }
}

impl Model {
    pub(super) fn show(&mut self, view: View) {
        self.popup = None;
        self.view = view;
        self.detail_scroll = 0;
    }

    pub(super) fn next_view(&mut self) {
        self.show(self.view.next());
    }

    pub(super) fn next_program(&mut self) {
        self.program += 1;
        self.pane = Pane::Detail;
        self.show(View::Code);
    }

    /// Copies the whole view, or of the calls the selected line.
    pub(super) fn copy(&mut self, line: bool, effects: &mut Effects) {
        let copied = match self.view {
            View::Calls if line => Copied::Call(self.calls.current()),
            _ => Copied::View(self.view),
        };
        let what = match copied {
            Copied::Call(_) => "the selected call",
            Copied::View(view) => view.title(),
        };
        self.say(format!(
            "Copied: {what}. (Sent to the terminal as OSC 52; not every terminal takes it.)"
        ));
        effects.push(Effect::Copy(copied));
    }
}
