//! The views of the detail pane, and the list of calls.

use std::collections::VecDeque;

use super::effect::{Effect, Effects};
use super::{Copied, Model, Pane};
use crate::code::Language;
use crate::names::Os;
use crate::net::{Outcome, Record};
use crate::script;
use crate::words::{Key, Phrase};

/// A view of the selected entry or the failed call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// The call, its result, and an explanation.
    #[default]
    Socket,
    /// The struct as its header declares it, and the bytes of the sockaddr.
    Addrinfo,
    /// A program that makes the same calls.
    Code,
    /// All calls, in order.
    Calls,
    /// Recorded results of other systems.
    Elsewhere,
}

impl View {
    /// All views, in the order of their keys.
    pub(crate) const ALL: [Self; 5] = [
        Self::Socket,
        Self::Addrinfo,
        Self::Code,
        Self::Calls,
        Self::Elsewhere,
    ];

    /// The name in the pane's title.
    pub(crate) const fn title(self) -> Key {
        match self {
            Self::Socket => Key::ViewSocket,
            Self::Addrinfo => Key::ViewAddrinfo,
            Self::Code => Key::ViewCode,
            Self::Calls => Key::ViewCalls,
            Self::Elsewhere => Key::ViewElsewhere,
        }
    }
}

/// The most calls kept; the oldest are dropped.
pub(super) const MAX_CALLS: usize = 10_000;

/// One call in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The call and its result.
    pub(crate) text: Box<str>,
    /// The call failed or was not made.
    pub(crate) failed: bool,
}

/// The calls, one line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calls {
    /// The lines, oldest first.
    pub(crate) lines: VecDeque<Line>,
    /// The number of older lines dropped.
    pub(crate) forgotten: usize,
    /// The index of the selected line; `None` follows the newest.
    pub(crate) selected: Option<usize>,
}

impl Calls {
    /// Adds a call of `os`.
    pub(crate) fn push(&mut self, os: Os, record: &Record) {
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
            // Keep the same line selected while it exists.
            self.selected = self.selected.map(|selected| selected.saturating_sub(1));
        }
    }

    /// The index of the current line; 0 if there is none.
    pub(crate) fn current(&self) -> usize {
        self.selected.unwrap_or(self.lines.len().saturating_sub(1))
    }
}

impl Model {
    pub(super) fn show(&mut self, view: View) {
        self.popup = None;
        self.view = view;
        self.detail_scroll = self.measures.detail_start;
    }

    pub(super) fn next_view(&mut self) {
        // The variants are in the order of ALL.
        self.show(View::ALL[(self.view as usize + 1) % View::ALL.len()]);
    }

    /// Sets the program that the code view shows.
    pub const fn show_program(&mut self, language: Language) {
        self.program = language as usize;
    }

    pub(super) fn next_program(&mut self) {
        self.program += 1;
        self.pane = Pane::Detail;
        // Another language keeps the place.
        if self.view != View::Code {
            self.show(View::Code);
        }
    }

    /// Copies the view or, with `line`, the selected call.
    pub(super) fn copy(&mut self, line: bool, effects: &mut Effects) {
        let (copied, what) = match self.view {
            View::Calls if line => (Copied::Call(self.calls.current()), Key::NoticeSelectedCall),
            view => (Copied::View(view), view.title()),
        };
        self.inform(Phrase::notice_copied(what));
        effects.push(Effect::Copy(copied));
    }
}
