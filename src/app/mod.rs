//! The state of the program and how it changes: `update(&mut Model, Msg, &mut Effects)`.
//!
//! Pure: no screen, no thread, no clock. A [`Command`] comes from the user, a [`Msg`] reports an
//! event, and an [`Effect`] asks the runtime to act. Everything asynchronous carries a [`Ticket`];
//! an answer whose ticket nothing waits for changes nothing on screen.

mod answer;
mod binds;
mod calls;
mod course;
mod course_event;
mod effect;
mod filter;
mod form;
mod held;
mod history;
mod input;
mod ladder;
mod learning;
mod lookup;
mod menu;
mod motion;
mod msg;
mod notes;
mod peer;
mod popup;
mod reasons;
mod replaying;
mod saving;
mod sheet;
mod side;
mod sockets;
mod step;
#[cfg(test)]
mod tests;
mod view;
mod visiting;
mod watching;

pub(crate) use answer::{Answer, Reverse, State};
pub(crate) use binds::Binds;
pub(crate) use calls::{CallState, Line};
use calls::{Calls, FileCalls};
pub(crate) use course::{Action, CallEnd, Course, StepCall};
pub use course_event::CourseEvent;
pub use effect::{Effect, Effects, Ticket};
pub(crate) use filter::Filter;
pub(crate) use form::{Field, Form, TextField};
pub(crate) use held::HeldSocket;
use history::History;
pub(crate) use history::HistoryList;
pub(crate) use input::TextInput;
pub(crate) use ladder::Stage;
pub(crate) use lookup::Lookups;
pub(crate) use menu::{Fields, Menu, NUMBERS, label, meaning_of};
pub(crate) use msg::Notice;
pub use msg::{Command, Copied, Measures, Motion, Msg, Pane, Target};
pub(crate) use popup::{Catalog, Choosing, Help, Popup, meaning, values};
pub use reasons::Reasons;
pub use replaying::Counterpart;
pub(crate) use replaying::Differences;
use replaying::Opening;
pub(crate) use saving::NAME;
use saving::Saving;
pub use saving::{Content, SaveError, SaveKind, SavedRun};
pub(crate) use sheet::Sheet;
use sockets::Sockets;
pub(crate) use step::Step;
pub use tui_input::InputRequest;
pub use view::View;
pub(crate) use watching::Watch;

use std::sync::Arc;
use std::time::Duration;

use crate::explain::order::Tables;
use crate::lesson::{Lessons, Presets};
use crate::names::Os;
use crate::net::{AddrInfo, Hints, Host, Query, Redaction, Run};
use crate::script::syntax::Place;
use crate::words::{Key, Language, Phrase};

/// The whole state.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The machine.
    pub(crate) host: Arc<Host>,
    /// The form: the next query.
    pub(crate) form: Form,
    /// The last resolved query. Changing a hint resolves at once, with the node and service of this
    /// query rather than a half-typed text.
    pub(crate) asked: Query,
    /// The runs to go back to, with [`Model::asked`] as the current query.
    pub(crate) history: History,
    /// The pending calls to the resolver.
    pub(crate) lookups: Lookups,
    /// The held sockets.
    pub(crate) sockets: Sockets,
    /// The answer on screen.
    pub(crate) answer: Option<Answer>,
    /// The pane in focus.
    pub pane: Pane,
    /// The view in the detail pane.
    pub(crate) view: View,
    /// The program in the code view: an index modulo the number of languages.
    pub(crate) program: usize,
    /// The tables by which the lookup view ranks the list.
    pub(crate) tables: Tables,
    /// The calls that returned.
    pub(crate) calls: Calls,
    /// The calls of the file on screen.
    file_calls: Option<FileCalls>,
    /// Whether the current pane is zoomed.
    pub(crate) zoomed: bool,
    /// The first visible line of the detail pane. It moves with [`Measures::detail_start`].
    pub(crate) detail_scroll: usize,
    /// The open popup.
    pub(crate) popup: Option<Popup>,
    /// The file to open.
    pub(crate) opening: Opening,
    /// The query that is repeated.
    pub(crate) watch: Option<Watch>,
    /// The interval that was asked for.
    interval: Option<Duration>,
    /// Whether the next answer is compared with the marked run.
    compares: bool,
    /// What to save, and where.
    pub(crate) saving: Saving,
    /// Whether the program captures the mouse.
    pub(crate) mouse: bool,
    /// The message to the user.
    pub(crate) notice: Option<Notice>,
    /// The sizes of the last frame.
    pub(crate) measures: Measures,
    /// The language of every text.
    pub language: Language,
    /// The presets to choose from.
    pub presets: Presets,
    /// The lessons to choose from.
    pub lessons: Lessons,
    /// Whether their calls may reach more than this host.
    pub network: bool,
    /// The system whose results they name.
    pub place: Place,
    /// The lesson on screen.
    pub(crate) course: Option<Course>,
    /// The lessons that were left.
    left: course::Left,
    /// The ticket of the matrix whose calls go on.
    filling: Option<Ticket>,
    last_ticket: u64,
}

impl Model {
    /// The initial state, which resolves `query`.
    pub fn new(host: Arc<Host>, query: Query, effects: &mut Effects) -> Self {
        let mut model = Self::idle(host, query.clone());
        model.call(query, effects);
        model
    }

    /// The initial state, which opens a socket with the numbers of `query` and does not resolve it.
    pub fn by_hand(host: Arc<Host>, query: Query, effects: &mut Effects) -> Self {
        let triple = query.hints.unwrap_or_default().into();
        let mut model = Self::idle(host, query);
        model.open_by_hand(triple, effects);
        model
    }

    /// The initial state of a lesson, which makes no call.
    pub fn learning(host: Arc<Host>) -> Self {
        Self::idle(
            host,
            Query {
                hints: Some(Hints::default()),
                ..Query::default()
            },
        )
    }

    /// The state that shows `query` and makes no call.
    fn idle(host: Arc<Host>, query: Query) -> Self {
        let mut calls = Calls::default();
        if let Some(record) = &host.wsastartup {
            calls.push(host.os, record);
        }
        Self {
            form: Form::new(host.os, &query),
            asked: query.clone(),
            history: History::new(host.os, Arc::new(query)),
            lookups: Lookups::default(),
            sockets: Sockets::default(),
            answer: None,
            pane: Pane::Form,
            view: View::default(),
            // The first two languages are C for POSIX and C for Winsock.
            program: usize::from(host.os == Os::Windows),
            tables: Tables::default(),
            calls,
            file_calls: None,
            zoomed: false,
            detail_scroll: 0,
            popup: None,
            saving: Saving::default(),
            opening: Opening::default(),
            watch: None,
            interval: None,
            compares: false,
            mouse: true,
            notice: None,
            measures: Measures::default(),
            language: Language::default(),
            presets: Presets::default(),
            lessons: Lessons::default(),
            network: false,
            place: Place::of(&host, false),
            course: None,
            left: course::Left::default(),
            filling: None,
            last_ticket: 0,
            host,
        }
    }

    /// Lets what is copied have other names and addresses.
    pub fn redact(&mut self) {
        self.calls.redaction = Some(Redaction::default());
        self.file_calls = None;
        self.list_file_calls();
    }

    /// The system of the run on screen.
    pub(crate) fn os(&self) -> Os {
        self.run().map_or(self.host.os, |run| run.host.os)
    }

    /// The run on screen.
    pub(crate) fn run(&self) -> Option<&Run> {
        self.answer.as_ref().map(|answer| &answer.run)
    }

    /// The index of the selected entry; 0 if there is none.
    pub(crate) fn selected(&self) -> usize {
        self.answer.as_ref().map_or(0, |answer| answer.selected)
    }

    /// The list on screen.
    pub fn entries(&self) -> &[AddrInfo] {
        self.run().map_or(&[], Run::entries)
    }

    /// The selected entry.
    pub(crate) fn entry(&self) -> Option<&AddrInfo> {
        self.answer.as_ref()?.entry()
    }

    /// The calls whose time is shown: the lookup, and those on sockets.
    pub(crate) fn timed(&self) -> impl Iterator<Item = Ticket> {
        let lookup = self.lookups.pending.iter().map(|pending| pending.ticket);
        let lesson = self.course.iter().flat_map(Course::waiting);
        let sockets = self.sockets.waiting().map(|(ticket, _)| ticket);
        lookup.chain(sockets).chain(lesson)
    }

    /// Whether the form differs from the query on screen.
    pub(crate) fn is_stale(&self) -> bool {
        let query = self.run().and_then(|run| run.query.as_deref());
        query.is_some_and(|query| self.form.query().as_ref() != Ok(query))
    }

    pub(super) fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        Ticket(self.last_ticket)
    }

    /// Updates the state for `msg`, and adds what to do next to `effects`.
    pub fn update(&mut self, msg: Msg, effects: &mut Effects) {
        match msg {
            Msg::Do(command) => self.perform(command, effects),
            Msg::Type(c) => self.perform(Command::Edit(InputRequest::InsertChar(c)), effects),
            Msg::Paste(text) => self.paste(&text),
            Msg::NotPasted(Some(reason)) => self.warn(Phrase::notice_not_pasted(reason)),
            Msg::NotPasted(None) => self.inform(Key::NoticeNoTextInClipboard),
            Msg::NotCopied(reason) => self.warn(Phrase::notice_not_copied(reason)),
            Msg::Click(target) => self.click(target, effects),
            Msg::Wheel(target, lines) => self.wheel(target, lines, effects),
            Msg::Measured(measures) => self.measured(measures),
            Msg::Waited(ticket, elapsed) => self.waited(ticket, elapsed),
            Msg::Returned(ticket, record) => self.returned(ticket, record, effects),
            Msg::NotStarted(ticket, reason) => self.not_started(ticket, &reason, effects),
            Msg::Alarm(ticket) => self.alarmed(ticket, effects),
            Msg::NotSuspended => self.warn(Key::NoticeNotSuspended),
            Msg::Tried(ticket, records) => self.tried(ticket, records),
            Msg::Facts(ticket, facts, reasons) => {
                self.facts_arrived(ticket, *facts, reasons, effects);
            }
            Msg::Sources(ticket, answers, reasons) => {
                self.sources_answered(ticket, answers, reasons);
            }
            Msg::PathProposed(ticket, path) => self.proposed(ticket, path),
            Msg::Saved(ticket, result) => self.saved(ticket, result),
            Msg::Opened(ticket, result) => self.opened(ticket, result, effects),
            Msg::Lesson(ticket, event) => self.lesson_event(ticket, event, effects),
            Msg::Compared(ticket, comparison) => self.compared(ticket, comparison),
            Msg::NotTraced(reason) => self.warn(Phrase::notice_not_traced(reason)),
        }
        self.stop_filling(effects);
        self.list_file_calls();
    }

    pub(super) fn perform(&mut self, command: Command, effects: &mut Effects) {
        self.notice = None;
        let leaving = self.takes_leave();
        if self.refuses(command) {
            return self.inform(Key::ReplayNoCall);
        }
        match command {
            Command::Quit => effects.push(Effect::Quit),
            Command::Suspend => effects.push(Effect::Suspend),
            Command::NextPane | Command::PreviousPane if self.next_argument() => {}
            Command::NextPane | Command::PreviousPane => {
                self.go_to_pane(command == Command::NextPane, effects);
            }
            Command::Resolve => self.ask_all(effects),
            Command::Cancel => self.cancel(leaving, effects),
            // The key that opens the help closes it.
            Command::Help if matches!(self.popup, Some(Popup::Help(_))) => self.popup = None,
            Command::Help => self.popup = Some(Popup::Help(Help::default())),
            Command::Close => self.popup = None,
            Command::Filter => self.edit_filter(true),
            Command::KeepFilter => self.edit_filter(false),
            Command::Presets => self.list_presets(),
            // The key that opens the popup copies what it would write.
            Command::Save if self.popup == Some(Popup::Save) => self.copy_content(effects),
            Command::Save => self.edit_path(effects),
            Command::Providers => self.list_providers(effects),
            Command::Matrix => self.open_matrix(false, effects),
            Command::Binds => self.open_binds(effects),
            Command::Everything => self.open_everything(effects),
            Command::ToggleMouse => {
                self.mouse = !self.mouse;
                self.inform(if self.mouse {
                    Key::NoticeMouseOn
                } else {
                    Key::NoticeMouseOff
                });
                effects.push(Effect::CaptureMouse(self.mouse));
            }
            Command::Move(motion) => self.go(motion, 1, effects),
            Command::Previous | Command::Next if self.turn(command == Command::Next) => {}
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
            Command::Show(view) => {
                self.show(view);
                self.note_view(effects);
            }
            Command::NextView => {
                self.next_view();
                self.note_view(effects);
            }
            Command::AskSources => self.ask_sources(effects),
            Command::NextTables => self.next_tables(effects),
            Command::Advance => self.advance(effects),
            Command::ListCalls => self.list_calls(),
            Command::Numbers => self.ask_numbers(),
            Command::Side => self.change_side(),
            Command::Client => self.connect_client(effects),
            Command::Sockets => self.go_to_sockets(),
            Command::CloseSocket => self.close_socket(effects),
            Command::Back => self.revisit(false, effects),
            Command::Forward => self.revisit(true, effects),
            // The key that opens the list closes it.
            Command::History if matches!(self.popup, Some(Popup::History(_))) => self.popup = None,
            Command::History => self.list_history(),
            Command::Mark => self.mark(),
            Command::OpenFile => self.ask_file(),
            Command::Watch => self.toggle_watch(effects),
            Command::Compare if matches!(self.popup, Some(Popup::Compare(_))) => self.popup = None,
            Command::Compare => self.compare(effects),
            Command::NextLanguage => self.next_language(),
            Command::NextProgram => self.next_program(),
            Command::Zoom => self.zoomed = !self.zoomed,
            Command::Paste => effects.push(Effect::Paste),
            Command::Copy => self.copy(false, effects),
            Command::CopyLine => self.copy(true, effects),
            Command::GoOn => self.go_on(effects),
            Command::Hint => self.toggle_hint(),
            Command::NextStep => self.turn_lesson(true, effects),
            Command::PreviousStep => self.turn_lesson(false, effects),
        }
    }

    pub(super) fn inform(&mut self, text: impl Into<Phrase>) {
        self.notice = Some(Notice {
            failure: false,
            text: text.into(),
        });
    }

    pub(super) fn warn(&mut self, text: impl Into<Phrase>) {
        self.notice = Some(Notice {
            failure: true,
            text: text.into(),
        });
    }

    /// Focuses the next pane, or the one before.
    fn go_to_pane(&mut self, forward: bool, effects: &mut Effects) {
        let panes = [Pane::Form, Pane::Entries, Pane::Detail, Pane::Lesson];
        // The lesson is last.
        let count = panes.len() - usize::from(self.course.is_none());
        let at = panes.iter().position(|pane| *pane == self.pane);
        let step = if forward { 1 } else { count - 1 };
        match panes[(at.unwrap_or(0) + step) % count] {
            Pane::Lesson => self.enter_step(effects),
            pane => self.focus(pane),
        }
    }

    pub(super) fn focus(&mut self, pane: Pane) {
        self.popup = None;
        self.calls_mut().filter.edited = false;
        self.pane = pane;
    }
}
