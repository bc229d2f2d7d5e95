//! The state of the program and how it changes: `Msg → update(&mut Model) → Effects`.
//!
//! Pure: no screen, no thread, no clock. What the user asks for is a [`Command`] in the
//! imperative; what the world answers is a [`Msg`] in the past tense; what the world is asked to
//! do is an [`Effect`]. Everything asynchronous carries a [`Ticket`], and an answer whose ticket
//! is no longer waited for changes nothing that is shown.

mod form;
mod input;
mod lookup;
mod motion;
mod msg;
mod notes;
mod popup;
mod sockets;
#[cfg(test)]
mod tests;
mod view;

pub use form::{BadText, Field, Form, Kind, Refused, TextField};
pub use input::{TextInput, TooLong};
pub use lookup::{Lookups, MAX_IN_FLIGHT, Pending, Ticket};
pub use msg::{Command, Copied, Effect, Measures, Motion, Msg, Notice, Pane, Target};
pub use notes::Notes;
pub use popup::{Choice, Choosing, Popup, values};
pub use sockets::{Live, Reversing, Sockets, State, Trying};
pub use tui_input::InputRequest;
pub use view::{Calls, MAX_CALLS, View};

use crate::names::Os;
use crate::net::{About, AddrInfo, Query, Resolution};

/// The whole state.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The machine.
    pub about: About,
    /// What will be asked.
    pub form: Form,
    /// The text arguments that were last asked for: a hint takes effect at once, a text that is
    /// being typed does not.
    pub asked: Query,
    /// What was asked and answered.
    pub lookups: Lookups,
    /// The sockets of the entries.
    pub sockets: Sockets,
    /// What there is to say of them.
    pub notes: Notes,
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
    pub fn new(about: About, query: Query) -> (Self, Vec<Effect>) {
        let mut model = Self {
            form: Form::new(about.os, &query),
            asked: query.clone(),
            lookups: Lookups::default(),
            sockets: Sockets::default(),
            notes: Notes::default(),
            pane: Pane::Form,
            view: View::default(),
            // The order is that of the languages: C for POSIX, C for Winsock, ….
            program: usize::from(about.os == Os::Windows),
            calls: Calls::default(),
            zoomed: false,
            detail_scroll: 0,
            popup: None,
            mouse: true,
            notice: None,
            measures: Measures::default(),
            last_ticket: 0,
            about,
        };
        let effects = model.ask(query);
        (model, effects)
    }

    /// The list that is shown.
    #[must_use]
    pub fn entries(&self) -> &[AddrInfo] {
        self.lookups.shown().map_or(&[], Resolution::entries)
    }

    /// The selected entry.
    #[must_use]
    pub fn entry(&self) -> Option<&AddrInfo> {
        self.entries().get(self.sockets.selected)
    }

    /// Whether the form says something else than what the list answers.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.lookups
            .shown()
            .is_some_and(|shown| self.form.differs_from(&shown.query))
    }

    pub(super) fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        Ticket(self.last_ticket)
    }

    /// Changes the state by what happened, and says what is to be done about it.
    #[must_use]
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Do(command) => self.obey(command),
            Msg::Type(c) => self.type_char(c),
            Msg::Paste(text) => self.paste(&text),
            Msg::Click(target) => self.click(target),
            Msg::Wheel(target, lines) => self.wheel(target, lines),
            Msg::Measured(measures) => self.measured(measures),
            Msg::Waited(ticket, elapsed) => self.waited(ticket, elapsed),
            Msg::Resolved(ticket, resolution) => self.resolved(ticket, resolution),
            Msg::NotStarted(ticket, reason) => self.not_started(ticket, &reason),
            Msg::NotSuspended => {
                self.complain("Not suspended: no shell waits that could bring sockscope back.");
                Vec::new()
            }
            Msg::Opened(ticket, attempt) => self.opened(ticket, attempt),
            Msg::Closed(_, closed) => self.closed(&closed),
            Msg::Tried(ticket, first, attempts) => self.tried(ticket, first, attempts),
            Msg::Reversed(ticket, reverse) => self.reversed(ticket, reverse),
            Msg::Inquired(ticket, inquiries) => self.inquired(ticket, inquiries),
            Msg::Examined(ticket, circumstances) => self.examined(ticket, circumstances),
            Msg::Called(line) => self.called(line),
            Msg::NotTraced(reason) => {
                self.complain(format!(
                    "The trace file could not be written: {reason}. It ends here."
                ));
                Vec::new()
            }
        }
    }

    pub(super) fn obey(&mut self, command: Command) -> Vec<Effect> {
        self.notice = None;
        match command {
            Command::Quit => vec![Effect::Quit],
            Command::Suspend => vec![Effect::Suspend],
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
            Command::Resolve => self.ask_all(),
            Command::Cancel => self.cancel(),
            // The key that opened the help closes it.
            Command::Help if matches!(self.popup, Some(Popup::Help(_))) => self.cancel(),
            Command::Help => self.open(Popup::Help(0)),
            Command::Presets => self.open(Popup::Presets(0)),
            Command::ToggleMouse => {
                self.mouse = !self.mouse;
                self.say(if self.mouse {
                    "The mouse works here again."
                } else {
                    "The terminal has the mouse: text can be selected."
                });
                vec![Effect::CaptureMouse(self.mouse)]
            }
            Command::Move(motion) => self.go(motion, 1),
            Command::Previous => self.change(false),
            Command::Next => self.change(true),
            Command::Choose => self.choose(),
            Command::Toggle => self.toggle(),
            Command::Accept => self.accept(),
            Command::Edit(request) => self.edit(request),
            Command::TryAll => self.try_all(),
            Command::Reverse => self.reverse(),
            Command::Fix => self.apply_fix(),
            Command::Inquire => self.inquire(),
            Command::Show(view) => self.show(view),
            Command::NextView => self.next_view(),
            Command::NextProgram => self.next_program(),
            Command::Zoom => self.zoom(),
            Command::Copy => self.copy(false),
            Command::CopyLine => self.copy(true),
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

    pub(super) fn focus(&mut self, pane: Pane) -> Vec<Effect> {
        self.popup = None;
        self.pane = pane;
        Vec::new()
    }

    pub(super) fn open(&mut self, popup: Popup) -> Vec<Effect> {
        self.popup = Some(popup);
        Vec::new()
    }
}
