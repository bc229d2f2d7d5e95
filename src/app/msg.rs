//! Messages: what can happen to the state.

use std::sync::Arc;
use std::time::Duration;

use tui_input::InputRequest;

use super::course_event::CourseEvent;
use super::effect::Ticket;
use super::reasons::Reasons;
use super::saving::SaveError;
use super::view::View;
use crate::compare::Comparison;
use crate::net::{Facts, Record, SourceAnswer};
use crate::replay::Replay;
use crate::words::Phrase;

/// A pane, which can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The arguments of getaddrinfo.
    Form,
    /// The list of entries.
    Entries,
    /// A view of the selected entry or the failed call.
    Detail,
    /// The lesson.
    Lesson,
}

/// A movement in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// To the first line.
    Home,
    /// To the last line.
    End,
}

/// A command of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Quit at once.
    Quit,
    /// Stop the process until the shell continues it.
    Suspend,
    /// Focus the next pane, or the next argument in a popup.
    NextPane,
    /// Focus the previous pane, or the next argument in a popup.
    PreviousPane,
    /// Resolve the query in the form.
    Resolve,
    /// End the filter, close the popup, cancel the lookup, stop "try all", or end the zoom.
    Cancel,
    /// Close the popup.
    Close,
    /// Show all keys.
    Help,
    /// Show the presets.
    Presets,
    /// Mouse capture on or off.
    ToggleMouse,
    /// Move in the popup or the current pane.
    Move(Motion),
    /// Set the hint in focus to its previous value.
    Previous,
    /// Set the hint in focus to its next value.
    Next,
    /// List the values of the hint in focus.
    Choose,
    /// Toggle the flag in focus.
    Toggle,
    /// Edit the filter of the calls or of the help.
    Filter,
    /// Keep the filter, so that keys are commands again.
    KeepFilter,
    /// Choose what to save and where; then, copy it.
    Save,
    /// Accept the selected line or the path in the popup.
    Accept,
    /// Edit the text in focus.
    Edit(InputRequest),
    /// Call socket() on every entry in turn.
    TryAll,
    /// Call getnameinfo on the selected entry.
    Reverse,
    /// Apply the suggested fix.
    Fix,
    /// List the transport providers of Windows.
    Providers,
    /// Show what getaddrinfo() and socket() return for every type and protocol.
    Matrix,
    /// Ask for every other family and protocol, too.
    Everything,
    /// Show whether a second bind() to the same port succeeds.
    Binds,
    /// Query the open socket: its options, handle and addresses.
    Question,
    /// Make the next call on the selected socket.
    Advance,
    /// List every call on the selected socket.
    ListCalls,
    /// Open a socket with three numbers of one's own.
    Numbers,
    /// Show the calls of a server, or of a client.
    Side,
    /// Connect a client to the selected listener.
    Client,
    /// Go to the held sockets.
    Sockets,
    /// Close the selected held socket.
    CloseSocket,
    /// Show this view.
    Show(View),
    /// Show the next view.
    NextView,
    /// Go back to the query before this one.
    Back,
    /// Go forward to the query after this one.
    Forward,
    /// List the runs of this session.
    History,
    /// Mark the selected run, or no run.
    Mark,
    /// Repeat the query, or stop.
    Watch,
    /// Ask for a file to open.
    OpenFile,
    /// Compare a run with the one on screen.
    Compare,
    /// Change the language of every text.
    NextLanguage,
    /// Ask each source of names alone.
    AskSources,
    /// Show the order of the list by the next tables.
    NextTables,
    /// Show the next program.
    NextProgram,
    /// Zoom the current pane, or restore it.
    Zoom,
    /// Paste from the clipboard. Windows only.
    Paste,
    /// Copy the view.
    Copy,
    /// Copy the selected call.
    CopyLine,
    /// Answer the question of the lesson, make the calls of its step, or go on.
    GoOn,
    /// Show the hint of the lesson's step, or hide it.
    Hint,
    /// Go to the lesson's next step.
    NextStep,
    /// Go to the lesson's step before.
    PreviousStep,
}

/// A clickable place on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A pane.
    Pane(Pane),
    /// A field of the form, by index.
    Field(usize),
    /// The arrow beside a field's value, for the value before it or, if true, after it.
    Step(usize, bool),
    /// An entry, by index.
    Entry(usize),
    /// A held socket, by place.
    Socket(usize),
    /// The popup.
    Popup,
    /// A line of the popup's list, by index.
    PopupLine(usize),
    /// A cell of a matrix: its row and column.
    Cell(usize, usize),
    /// A choice of the lesson's question, by index.
    Choice(usize),
    /// A key in the footer or a tab: its command.
    Command(Command),
}

/// Sizes of the last frame: they set page lengths and scroll limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Visible lines of the list of entries.
    pub(crate) entries: usize,
    /// Visible lines of the detail pane.
    pub(crate) detail: usize,
    /// All lines of the detail pane.
    pub(crate) detail_lines: usize,
    /// The line at which the detail pane starts, visible at first.
    pub(crate) detail_start: usize,
    /// Visible lines of the popup's list.
    pub(crate) popup: usize,
    /// All lines of the help.
    pub(crate) help_lines: usize,
    /// Visible lines of the lesson's pane.
    pub(crate) lesson: usize,
    /// All lines of the lesson's pane.
    pub(crate) lesson_lines: usize,
    /// The line of the step's first call.
    pub(crate) lesson_calls: usize,
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// The user gave a command.
    Do(Command),
    /// The user typed a character that is not bound to a command.
    Type(char),
    /// The user pasted text.
    Paste(String),
    /// The clipboard could not be read, for this reason; `None` if there is no text in it.
    NotPasted(Option<String>),
    /// The clipboard could not be written, for this reason.
    NotCopied(String),
    /// The user clicked.
    Click(Target),
    /// The user turned the wheel: the place, and the lines to scroll.
    Wheel(Target, isize),
    /// A frame was drawn.
    Measured(Measures),
    /// The lookup of this ticket has been pending for this time.
    Waited(Ticket, Duration),
    /// A call returned.
    Returned(Ticket, Record),
    /// A call was not made because no thread could be started, for this reason.
    NotStarted(Ticket, String),
    /// The process was not stopped: no shell could continue it.
    NotSuspended,
    /// "Try all" finished a batch of entries.
    Tried(Ticket, Vec<Record>),
    /// The requested facts, and what the lookup view makes of them.
    Facts(Ticket, Box<Facts>, Option<Arc<Reasons>>),
    /// The answers of the sources so far, in the order of the sources, and what they explain.
    Sources(Ticket, Vec<SourceAnswer>, Arc<Reasons>),
    /// No file exists at this path; `None` if no thread could be started to find one.
    PathProposed(Ticket, Option<String>),
    /// A file was written, with this whole path, or was not.
    Saved(Ticket, Result<String, SaveError>),
    /// The time of this alarm has come.
    Alarm(Ticket),
    /// A file was opened, or why it could not be.
    Opened(Ticket, Result<Box<Replay>, Phrase>),
    /// What differs between two runs.
    Compared(Ticket, Arc<Comparison>),
    /// Something happened to the calls of the lesson of this ticket.
    Lesson(Ticket, CourseEvent),
    /// The trace file could not be written, for this reason.
    NotTraced(String),
}

/// What to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// A whole view of the detail pane.
    View(View),
    /// The call at this index of those that match the filter.
    Call(usize),
}

/// A message to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// It reports a failure.
    pub(crate) failure: bool,
    /// The text.
    pub(crate) text: Phrase,
}
