//! The state of the program and how it changes: `update(&mut Model, Msg, &mut Effects)`.
//!
//! Pure: no screen, no thread, no clock. What the user asks for is a [`Command`] in the
//! imperative; what the world answers is a [`Msg`] in the past tense; what the world is asked to
//! do is an [`Effect`]. Everything asynchronous carries a [`Ticket`], and an answer whose ticket
//! is no longer waited for changes nothing that is shown.

mod answer;
mod effect;
mod form;
mod input;
mod lookup;
mod motion;
mod msg;
mod notes;
mod popup;
#[cfg(test)]
mod tests;
mod ticket;
mod view;

pub use answer::{Answer, Live, Reverse, State, Trying};
pub use effect::{Effect, Effects};
pub use form::{BadText, Field, Form, Kind, Refused, TextField};
pub use input::{TextInput, TooLong};
pub use lookup::{Lookups, MAX_IN_FLIGHT, Pending};
pub use msg::{Command, Copied, Measures, Motion, Msg, Notice, Pane, Target};
pub use notes::Notes;
pub use popup::{Choice, Choosing, Popup, values};
pub use ticket::Ticket;
pub use tui_input::InputRequest;
pub use view::{Calls, Line, MAX_CALLS, View};

use std::sync::Arc;

use crate::names::Os;
use crate::net::{AddrInfo, Host, Query, Run};

/// The whole state.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The machine.
    pub host: Arc<Host>,
    /// What will be asked.
    pub form: Form,
    /// The text arguments that were last asked for: a hint takes effect at once, a text that is
    /// being typed does not.
    pub asked: Query,
    /// The calls to the resolver that have not returned.
    pub lookups: Lookups,
    /// The latest answer that was waited for.
    pub answer: Option<Answer>,
    /// The pane in focus.
    pub pane: Pane,
    /// What the detail pane shows.
    pub view: View,
    /// Which program the code view shows: this one of those there are, round and round.
    pub program: usize,
    /// The calls that were made.
    pub calls: Calls,
    /// Whether the pane in focus has all the room.
    pub zoomed: bool,
    /// The first line shown of the detail pane.
    pub detail_scroll: usize,
    /// What lies over the panes.
    pub popup: Option<Popup>,
    /// Whether the mouse is taken from the terminal.
    pub mouse: bool,
    /// News.
    pub notice: Option<Notice>,
    /// What the last drawing measured.
    pub measures: Measures,
    last_ticket: u64,
}

impl Model {
    /// The state at start, with `query` being asked.
    #[must_use]
    pub fn new(host: Arc<Host>, query: Query, effects: &mut Effects) -> Self {
        let mut calls = Calls::default();
        if let Some(record) = &host.wsastartup {
            calls.push(host.os, record);
        }
        let mut model = Self {
            form: Form::new(host.os, &query),
            asked: query.clone(),
            lookups: Lookups::default(),
            answer: None,
            pane: Pane::Form,
            view: View::default(),
            // The order is that of the languages: C for POSIX, C for Winsock, ….
            program: usize::from(host.os == Os::Windows),
            calls,
            zoomed: false,
            detail_scroll: 0,
            popup: None,
            mouse: true,
            notice: None,
            measures: Measures::default(),
            last_ticket: 0,
            host,
        };
        model.ask(query, effects);
        model
    }

    /// The run that is shown.
    #[must_use]
    pub fn run(&self) -> Option<&Run> {
        self.answer.as_ref().map(|answer| &answer.run)
    }

    /// The index of the selected entry; 0 where there is none.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.answer.as_ref().map_or(0, |answer| answer.selected)
    }

    /// The list that is shown.
    #[must_use]
    pub fn entries(&self) -> &[AddrInfo] {
        self.run().map_or(&[], Run::entries)
    }

    /// The selected entry.
    #[must_use]
    pub fn entry(&self) -> Option<&AddrInfo> {
        self.answer.as_ref()?.entry()
    }

    /// Whether the form says something else than what the list answers.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.run()
            .is_some_and(|run| self.form.differs_from(&run.query))
    }

    pub(super) fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        Ticket(self.last_ticket)
    }

    /// Changes the state by what happened, and adds what is to be done about it to `effects`.
    pub fn update(&mut self, msg: Msg, effects: &mut Effects) {
        match msg {
            Msg::Do(command) => self.obey(command, effects),
            Msg::Type(c) => self.type_char(c),
            Msg::Paste(text) => self.paste(&text),
            Msg::Click(target) => self.click(target, effects),
            Msg::Wheel(target, lines) => self.wheel(target, lines, effects),
            Msg::Measured(measures) => self.measured(measures),
            Msg::Waited(ticket, elapsed) => self.waited(ticket, elapsed),
            Msg::Returned(ticket, record) => self.returned(ticket, record, effects),
            Msg::NotStarted(ticket, reason) => self.not_started(ticket, &reason),
            Msg::NotSuspended => {
                self.complain("Not suspended: no shell waits that could bring sockscope back.");
            }
            Msg::Tried(ticket, records) => self.tried(ticket, records),
            Msg::Facts(ticket, facts) => self.found_out(ticket, facts, effects),
            Msg::NotTraced(reason) => {
                self.complain(format!(
                    "The trace file could not be written: {reason}. It ends here."
                ));
            }
        }
    }

    pub(super) fn obey(&mut self, command: Command, effects: &mut Effects) {
        self.notice = None;
        match command {
            Command::Quit => effects.push(Effect::Quit),
            Command::Suspend => effects.push(Effect::Suspend),
            Command::NextPane => self.focus(match self.pane {
                Pane::Form => Pane::Entries,
                Pane::Entries => Pane::Detail,
                Pane::Detail => Pane::Form,
            }),
            Command::PreviousPane => self.focus(match self.pane {
                Pane::Form => Pane::Detail,
                Pane::Entries => Pane::Form,
                Pane::Detail => Pane::Entries,
            }),
            Command::Resolve => self.ask_all(effects),
            Command::Cancel => self.cancel(effects),
            // The key that opened the help closes it.
            Command::Help if matches!(self.popup, Some(Popup::Help(_))) => self.cancel(effects),
            Command::Help => self.popup = Some(Popup::Help(0)),
            Command::Presets => self.popup = Some(Popup::Presets(0)),
            Command::ToggleMouse => {
                self.mouse = !self.mouse;
                self.say(if self.mouse {
                    "The mouse works here again."
                } else {
                    "The terminal has the mouse: text can be selected."
                });
                effects.push(Effect::CaptureMouse(self.mouse));
            }
            Command::Move(motion) => self.go(motion, 1, effects),
            Command::Previous => self.change(false, effects),
            Command::Next => self.change(true, effects),
            Command::Choose => self.choose(effects),
            Command::Toggle => self.toggle(effects),
            Command::Accept => self.accept(effects),
            Command::Edit(request) => self.edit(request),
            Command::TryAll => self.try_all(effects),
            Command::Reverse => self.reverse(effects),
            Command::Fix => self.apply_fix(effects),
            Command::Question => self.question(effects),
            Command::Show(view) => self.show(view),
            Command::NextView => self.next_view(),
            Command::NextProgram => self.next_program(),
            Command::Zoom => self.zoomed = !self.zoomed,
            Command::Copy => self.copy(false, effects),
            Command::CopyLine => self.copy(true, effects),
        }
    }

    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            failure: false,
            text: text.into(),
        });
    }

    pub(super) fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            failure: true,
            text: text.into(),
        });
    }

    pub(super) fn focus(&mut self, pane: Pane) {
        self.popup = None;
        self.pane = pane;
    }
}
