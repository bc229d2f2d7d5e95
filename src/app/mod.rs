//! The state of the program and how it changes: `Msg → update(&mut Model) → Effects`.
//!
//! Pure: no screen, no thread, no clock. What the user asks for is a [`Command`] in the
//! imperative; what the world answers is a [`Msg`] in the past tense; what the world is asked to
//! do is an [`Effect`]. Everything asynchronous carries a [`Ticket`], and an answer whose ticket
//! is no longer waited for changes nothing that is shown.

mod form;
mod lookup;
mod popup;
mod sockets;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use form::{BadText, Field, Form, Kind, TextField};
pub use lookup::{Lookups, MAX_IN_FLIGHT, Pending, Ticket};
pub use popup::{Choice, Choosing, Popup, values};
pub use sockets::{Live, Reversing, Sockets, State, Trying};
pub use tui_input::InputRequest;

use crate::net::{About, AddrInfo, Attempt, Closed, Hint, Query, Resolution, Reverse};
use crate::presets::presets;

/// A part of the screen that can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The hints, and node and service above them.
    Form,
    /// The list of addrinfo.
    Entries,
    /// The call of socket() on the selected entry, or the failed call of getaddrinfo.
    Detail,
}

/// Where to go in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// A screenful up.
    PageUp,
    /// A screenful down.
    PageDown,
    /// The first line.
    Home,
    /// The last line.
    End,
}

/// What the user asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Leave, at once.
    Quit,
    /// Stop the process, to be continued by the shell.
    Suspend,
    /// Focus the next pane.
    NextPane,
    /// Focus the previous pane.
    PreviousPane,
    /// Make the getaddrinfo call with what the form says.
    Resolve,
    /// Close the popup; else abandon the lookup; else stop trying.
    Cancel,
    /// Show all keys.
    Help,
    /// Show the presets.
    Presets,
    /// Let the terminal have the mouse, or take it back.
    ToggleMouse,
    /// Move in the popup, else in the pane in focus.
    Move(Motion),
    /// Take the previous value of the hint in focus.
    Previous,
    /// Take the next value of the hint in focus.
    Next,
    /// List the values of the hint in focus.
    Choose,
    /// Turn the flag in focus on or off.
    Toggle,
    /// Take what is selected in the popup.
    Accept,
    /// Edit the text in focus.
    Edit(InputRequest),
    /// Call socket() on every entry in turn.
    TryAll,
    /// Call getnameinfo for the selected entry.
    Reverse,
}

/// A place on the screen that can be clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Somewhere in a pane.
    Pane(Pane),
    /// A field of the form, by index.
    Field(usize),
    /// An entry, by index.
    Entry(usize),
    /// Somewhere in the popup.
    Popup,
    /// A line of the popup's list, by index.
    PopupLine(usize),
    /// A key shown on the screen: what it does.
    Command(Command),
}

/// What the last drawing measured, for moving by screenfuls and for where scrolling ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Lines of the list of entries that are visible.
    pub entries: usize,
    /// Lines of the detail pane that are visible.
    pub detail: usize,
    /// Lines that the detail pane has.
    pub detail_lines: usize,
    /// Lines of the popup's list that are visible.
    pub popup: usize,
    /// Lines that the help has.
    pub help_lines: usize,
}

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// The user asks for something.
    Do(Command),
    /// The user typed a character that is bound to nothing.
    Type(char),
    /// The user pasted text.
    Paste(String),
    /// The user clicked on something.
    Click(Target),
    /// The user turned the wheel over something, by so many lines.
    Wheel(Target, isize),
    /// The screen was drawn.
    Measured(Measures),
    /// The pending lookup has been waited for so long.
    Waited(Duration),
    /// getaddrinfo returned.
    Resolved(Ticket, Resolution),
    /// getaddrinfo or getnameinfo could not be called at all, for this reason.
    NotStarted(Ticket, String),
    /// The process could not be stopped: no shell waits that could continue it.
    NotSuspended,
    /// socket() returned.
    Opened(Ticket, Attempt),
    /// close() returned.
    Closed(Ticket, Closed),
    /// socket() returned for some entries more, from this index on.
    Tried(Ticket, usize, Vec<Attempt>),
    /// getnameinfo returned, or the entry has no address to ask about.
    Reversed(Ticket, Option<Reverse>),
}

/// Something the world is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Call getaddrinfo; answered by [`Msg::Resolved`] or [`Msg::NotStarted`].
    Resolve(Ticket, Query),
    /// Call socket() and keep what it returns; answered by [`Msg::Opened`] unless overtaken.
    Open(Ticket, AddrInfo),
    /// Close what was opened under this ticket; answered by [`Msg::Closed`] if it was.
    Close(Ticket),
    /// Call socket() and close() on every entry; answered by [`Msg::Tried`], many times.
    TryAll(Ticket, Arc<Resolution>),
    /// Leave off trying.
    StopTrying(Ticket),
    /// Call getnameinfo; answered by [`Msg::Reversed`] or [`Msg::NotStarted`].
    Reverse(Ticket, AddrInfo),
    /// Take the mouse, or let the terminal have it.
    CaptureMouse(bool),
    /// Stop the process until the shell continues it; answered by [`Msg::NotSuspended`] where none
    /// could.
    Suspend,
    /// Leave.
    Quit,
}

/// A line of news that is neither a call nor its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Something went wrong.
    pub failure: bool,
    /// The line.
    pub text: String,
}

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
    /// The pane in focus.
    pub pane: Pane,
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
            about,
            asked: query.clone(),
            lookups: Lookups::default(),
            sockets: Sockets::default(),
            pane: Pane::Form,
            detail_scroll: 0,
            popup: None,
            mouse: true,
            notice: None,
            measures: Measures::default(),
            last_ticket: 0,
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

    fn ticket(&mut self) -> Ticket {
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
            Msg::Waited(elapsed) => self.waited(elapsed),
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
        }
    }

    fn obey(&mut self, command: Command) -> Vec<Effect> {
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
        }
    }

    fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            failure: false,
            text: text.into(),
        });
    }

    fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            failure: true,
            text: text.into(),
        });
    }

    fn focus(&mut self, pane: Pane) -> Vec<Effect> {
        self.popup = None;
        self.pane = pane;
        Vec::new()
    }

    fn open(&mut self, popup: Popup) -> Vec<Effect> {
        self.popup = Some(popup);
        Vec::new()
    }

    // ---- asking -------------------------------------------------------------------------------

    /// Asks for everything the form says, text that was typed included.
    fn ask_all(&mut self) -> Vec<Effect> {
        match self.form.query() {
            Ok(query) => self.ask(query),
            Err(BadText { field, error }) => {
                let name = if field == Field::Node {
                    "node"
                } else {
                    "service"
                };
                self.complain(format!("{name}: {error}"));
                Vec::new()
            }
        }
    }

    /// Asks for the hints the form says, with the texts that were last asked for.
    fn ask_hints(&mut self) -> Vec<Effect> {
        let query = Query {
            hints: self.form.passed_hints(),
            ..self.asked.clone()
        };
        self.ask(query)
    }

    fn ask(&mut self, query: Query) -> Vec<Effect> {
        let ticket = self.ticket();
        if !self.lookups.ask(ticket, query.clone()) {
            return Vec::new();
        }
        self.asked = query.clone();
        vec![Effect::Resolve(ticket, query)]
    }

    fn cancel(&mut self) -> Vec<Effect> {
        if self.popup.take().is_some() {
            return Vec::new();
        }
        if let Some(pending) = self.lookups.pending.take() {
            let seconds = pending.elapsed.as_secs_f64();
            self.say(format!("Abandoned after {seconds:.1} s. getaddrinfo cannot be stopped; its answer will be ignored."));
            return Vec::new();
        }
        self.stop_trying()
    }

    fn waited(&mut self, elapsed: Duration) -> Vec<Effect> {
        if let Some(pending) = &mut self.lookups.pending {
            pending.elapsed = elapsed;
        }
        Vec::new()
    }

    fn resolved(&mut self, ticket: Ticket, resolution: Resolution) -> Vec<Effect> {
        if !self.lookups.returned(ticket) {
            return Vec::new();
        }
        // First, since it says how much of the old list was tried.
        let mut effects = self.stop_trying();
        let answer = Arc::new(resolution);
        let old = self.lookups.answer.replace(Arc::clone(&answer));
        // The same call again, with the same entry in the same place: stay there.
        let selected = self.sockets.selected;
        let keep = old.is_some_and(|old| {
            old.query == answer.query
                && old.entries().get(selected) == answer.entries().get(selected)
        });
        effects.extend(self.close());
        self.sockets = Sockets {
            selected: if keep { selected } else { 0 },
            ..Sockets::default()
        };
        if !keep {
            self.detail_scroll = 0;
        }
        effects.extend(self.open_selected());
        effects
    }

    fn not_started(&mut self, ticket: Ticket, reason: &str) -> Vec<Effect> {
        let reverses = &mut self.sockets.reverses;
        let reversing = Reversing::Pending(ticket);
        let (call, key) = if self.lookups.returned(ticket) {
            ("getaddrinfo", "F5")
        } else if reverses.extract_if(|_, state| *state == reversing).count() > 0 {
            ("getnameinfo", "r")
        } else {
            return Vec::new();
        };
        self.complain(format!("{call} was not called: no thread could be started for it ({reason}). Try again with {key}."));
        Vec::new()
    }

    // ---- the form -----------------------------------------------------------------------------

    /// The field that keys go to; none under a popup, and none while another pane has the focus.
    fn field(&self) -> Option<Field> {
        (self.popup.is_none() && self.pane == Pane::Form).then(|| self.form.focused())
    }

    fn change(&mut self, forward: bool) -> Vec<Effect> {
        match self.field() {
            Some(Field::HintsPointer) => {
                self.form.null_hints = !self.form.null_hints;
                self.ask_hints()
            }
            Some(Field::Hint(hint)) if hint != Hint::Flags => {
                let value = popup::step(self.form.os, hint, hint.get(&self.form.hints), forward);
                self.form.set(hint, value);
                self.ask_hints()
            }
            _ => Vec::new(),
        }
    }

    fn choose(&mut self) -> Vec<Effect> {
        match self.field() {
            Some(Field::HintsPointer) => self.change(true),
            Some(Field::Hint(hint)) => self.open(Popup::Choice(Choosing::new(
                self.form.os,
                hint,
                &self.form.hints,
            ))),
            _ => Vec::new(),
        }
    }

    fn toggle(&mut self) -> Vec<Effect> {
        let Some(Field::Flag(bit)) = self.field() else {
            return Vec::new();
        };
        self.form.toggle(bit);
        self.ask_hints()
    }

    fn edit(&mut self, request: InputRequest) -> Vec<Effect> {
        if let Some(Popup::Choice(choosing)) = &mut self.popup {
            choosing.filter.handle(request);
            choosing.selected = 0;
        } else if self.field().is_some()
            && let Some(field) = self.form.focused_text()
            && !field.edit(request)
        {
            self.cannot_edit();
        }
        Vec::new()
    }

    fn type_char(&mut self, c: char) -> Vec<Effect> {
        self.notice = None;
        self.edit(InputRequest::InsertChar(c))
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.notice = None;
        if let Some(Popup::Choice(choosing)) = &mut self.popup {
            let value = choosing.filter.value().to_owned() + text;
            choosing.filter = value.into();
            choosing.selected = 0;
        } else if self.popup.is_some() {
        } else if self.pane != Pane::Form {
            self.say("Nothing here takes text. Tab goes to the form.");
        } else if let Some(field) = self.form.focused_text() {
            if !field.paste(text) {
                self.cannot_edit();
            }
        } else {
            self.say("This field takes no text: node and service do.");
        }
        Vec::new()
    }

    fn cannot_edit(&mut self) {
        self.complain(
            "This text is not UTF-8, so it can be passed on but not edited. Ctrl-U clears it.",
        );
    }

    // ---- popups -------------------------------------------------------------------------------

    fn accept(&mut self) -> Vec<Effect> {
        match self.popup.take() {
            Some(Popup::Choice(choosing)) => self.accept_choice(choosing),
            Some(Popup::Presets(index)) => {
                let Some(preset) = presets().get(index) else {
                    return Vec::new();
                };
                self.form.fill(&preset.query);
                self.say(preset.about.clone());
                self.ask_all()
            }
            Some(Popup::Help(_)) | None => Vec::new(),
        }
    }

    fn accept_choice(&mut self, choosing: Choosing) -> Vec<Effect> {
        let (os, hint) = (self.form.os, choosing.hint);
        let Some(choice) = choosing.choice(os) else {
            // Nothing matches what was typed: it stays, to be mended.
            self.popup = Some(Popup::Choice(choosing));
            return Vec::new();
        };
        if hint == Hint::Flags && hint.table(os).of(choice.value).is_some() {
            // One flag of many: the list stays open for the next.
            self.form.toggle(choice.value);
            self.popup = Some(Popup::Choice(choosing));
        } else {
            self.form.set(hint, choice.value);
        }
        self.ask_hints()
    }

    fn popup_line(&mut self, index: usize) -> Vec<Effect> {
        let os = self.form.os;
        // The click is on what was drawn last: the list may be shorter by now.
        match &mut self.popup {
            Some(Popup::Choice(choosing)) if index < choosing.choices(os).len() => {
                choosing.selected = index;
            }
            Some(Popup::Presets(selected)) if index < presets().len() => *selected = index,
            Some(_) | None => return Vec::new(),
        }
        self.accept()
    }

    // ---- moving -------------------------------------------------------------------------------

    fn go(&mut self, motion: Motion, times: usize) -> Vec<Effect> {
        let os = self.form.os;
        let page = self.measures.popup;
        match &mut self.popup {
            Some(Popup::Choice(choosing)) => {
                let count = choosing.choices(os).len();
                choosing.selected = moved(choosing.selected, count, page, motion, times);
                return Vec::new();
            }
            Some(Popup::Presets(selected)) => {
                *selected = moved(*selected, presets().len(), page, motion, times);
                return Vec::new();
            }
            Some(Popup::Help(first)) => {
                let last = self.measures.help_lines.saturating_sub(page);
                *first = moved(*first, last + 1, page, motion, times);
                return Vec::new();
            }
            None => {}
        }
        match self.pane {
            Pane::Form => {
                let count = self.form.fields().len();
                self.form.focus = moved(self.form.focus, count, count, motion, times);
                Vec::new()
            }
            Pane::Entries => {
                let page = self.measures.entries;
                self.select(moved(
                    self.sockets.selected,
                    self.entries().len(),
                    page,
                    motion,
                    times,
                ))
            }
            Pane::Detail => {
                let page = self.measures.detail;
                let last = self.measures.detail_lines.saturating_sub(page);
                self.detail_scroll = moved(self.detail_scroll, last + 1, page, motion, times);
                Vec::new()
            }
        }
    }

    fn measured(&mut self, measures: Measures) -> Vec<Effect> {
        self.measures = measures;
        let detail_last = measures.detail_lines.saturating_sub(measures.detail);
        self.detail_scroll = self.detail_scroll.min(detail_last);
        if let Some(Popup::Help(first)) = &mut self.popup {
            *first = (*first).min(measures.help_lines.saturating_sub(measures.popup));
        }
        Vec::new()
    }

    fn click(&mut self, target: Target) -> Vec<Effect> {
        self.notice = None;
        match target {
            Target::Command(command) => self.obey(command),
            Target::Popup => Vec::new(),
            Target::PopupLine(index) => self.popup_line(index),
            // A click beside the popup closes it, and does nothing else.
            _ if self.popup.is_some() => self.cancel(),
            Target::Pane(pane) => self.focus(pane),
            Target::Entry(index) => {
                self.pane = Pane::Entries;
                self.select(index)
            }
            Target::Field(index) if index >= self.form.fields().len() => Vec::new(),
            Target::Field(index) => {
                let again = self.pane == Pane::Form && self.form.focus == index;
                self.pane = Pane::Form;
                self.form.focus = index;
                match self.form.focused().kind() {
                    Kind::Flag => self.toggle(),
                    Kind::Choice if again => self.choose(),
                    Kind::Choice | Kind::Text => Vec::new(),
                }
            }
        }
    }

    fn wheel(&mut self, target: Target, lines: isize) -> Vec<Effect> {
        let motion = if lines < 0 { Motion::Up } else { Motion::Down };
        let pane = match target {
            _ if self.popup.is_some() => self.pane,
            Target::Pane(pane) => pane,
            Target::Field(_) => Pane::Form,
            Target::Entry(_) => Pane::Entries,
            Target::Popup | Target::PopupLine(_) | Target::Command(_) => return Vec::new(),
        };
        let focused = std::mem::replace(&mut self.pane, pane);
        let effects = self.go(motion, lines.unsigned_abs());
        self.pane = focused;
        effects
    }

    // ---- sockets ------------------------------------------------------------------------------

    fn select(&mut self, index: usize) -> Vec<Effect> {
        if index == self.sockets.selected || index >= self.entries().len() {
            return Vec::new();
        }
        let mut effects = self.close();
        self.sockets.selected = index;
        self.detail_scroll = 0;
        effects.extend(self.open_selected());
        effects
    }

    fn open_selected(&mut self) -> Vec<Effect> {
        let Some(entry) = self.entry().cloned() else {
            return Vec::new();
        };
        let ticket = self.ticket();
        self.sockets.live = Some(Live {
            ticket,
            attempt: None,
        });
        vec![Effect::Open(ticket, entry)]
    }

    /// Closes the selected entry's socket, and remembers how it was opened.
    fn close(&mut self) -> Vec<Effect> {
        let Some(live) = self.sockets.live.take() else {
            return Vec::new();
        };
        if let Some(attempt) = live.attempt {
            self.sockets.attempts.insert(self.sockets.selected, attempt);
        }
        vec![Effect::Close(live.ticket)]
    }

    fn opened(&mut self, ticket: Ticket, attempt: Attempt) -> Vec<Effect> {
        if let Some(live) = self
            .sockets
            .live
            .as_mut()
            .filter(|live| live.ticket == ticket)
        {
            live.attempt = Some(attempt);
        }
        Vec::new()
    }

    fn closed(&mut self, closed: &Closed) -> Vec<Effect> {
        if let Err(error) = &closed.result {
            let name = error
                .name(self.about.os)
                .map_or_else(String::new, |row| format!(" {}", row.name));
            self.complain(format!(
                "{} failed: {}{name} “{}”",
                error.call, error.code, error.message
            ));
        }
        Vec::new()
    }

    fn try_all(&mut self) -> Vec<Effect> {
        let Some(answer) = self
            .lookups
            .answer
            .clone()
            .filter(|answer| !answer.entries().is_empty())
        else {
            self.say("There is no entry to try.");
            return Vec::new();
        };
        if self.sockets.trying.is_some() {
            self.say("Already trying them all; Esc stops.");
            return Vec::new();
        }
        let ticket = self.ticket();
        self.sockets.trying = Some(Trying {
            ticket,
            done: 0,
            succeeded: 0,
        });
        vec![Effect::TryAll(ticket, answer)]
    }

    fn stop_trying(&mut self) -> Vec<Effect> {
        let Some(trying) = self.sockets.trying.take() else {
            return Vec::new();
        };
        self.say(format!(
            "Stopped after {} of {} entries.",
            trying.done,
            self.entries().len()
        ));
        vec![Effect::StopTrying(trying.ticket)]
    }

    fn tried(&mut self, ticket: Ticket, first: usize, attempts: Vec<Attempt>) -> Vec<Effect> {
        let count = self.entries().len();
        let Some(trying) = self
            .sockets
            .trying
            .as_mut()
            .filter(|trying| trying.ticket == ticket)
        else {
            return Vec::new();
        };
        trying.done = first + attempts.len();
        trying.succeeded += attempts
            .iter()
            .filter(|attempt| attempt.result.is_ok())
            .count();
        let Trying {
            done, succeeded, ..
        } = *trying;
        for (index, attempt) in (first..count).zip(attempts) {
            self.sockets.attempts.insert(index, attempt);
        }
        if done >= count {
            self.sockets.trying = None;
            self.say(format!(
                "Tried all {count}: socket() succeeded for {succeeded}, failed for {}.",
                done - succeeded
            ));
        }
        Vec::new()
    }

    fn reverse(&mut self) -> Vec<Effect> {
        let selected = self.sockets.selected;
        let Some(entry) = self.entry().cloned() else {
            self.say("There is no entry to look up.");
            return Vec::new();
        };
        if matches!(
            self.sockets.reverses.get(&selected),
            Some(Reversing::Pending(_))
        ) {
            self.say("getnameinfo has not answered yet.");
            return Vec::new();
        }
        let ticket = self.ticket();
        if !self.lookups.admit(ticket) {
            return Vec::new();
        }
        self.sockets
            .reverses
            .insert(selected, Reversing::Pending(ticket));
        vec![Effect::Reverse(ticket, entry)]
    }

    fn reversed(&mut self, ticket: Ticket, reverse: Option<Reverse>) -> Vec<Effect> {
        self.lookups.returned(ticket);
        let waiting = self
            .sockets
            .reverses
            .values_mut()
            .find(|state| **state == Reversing::Pending(ticket));
        if let Some(state) = waiting {
            *state = Reversing::Done(reverse);
        }
        Vec::new()
    }
}

/// The line that `motion`, made so many `times`, leads to from `line` of `count`, where `page` are
/// visible.
fn moved(line: usize, count: usize, page: usize, motion: Motion, times: usize) -> usize {
    let last = count.saturating_sub(1);
    let page = page.saturating_sub(1).max(1).saturating_mul(times);
    match motion {
        Motion::Up => line.saturating_sub(times),
        Motion::Down => line.saturating_add(times),
        Motion::PageUp => line.saturating_sub(page),
        Motion::PageDown => line.saturating_add(page),
        Motion::Home => 0,
        Motion::End => last,
    }
    .min(last)
}
