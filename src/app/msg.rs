//! What can happen.

use std::time::Duration;

use tui_input::InputRequest;

use super::ticket::Ticket;
use super::view::View;
use crate::net::{Facts, Record};

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
    /// Make the first change that a note proposes.
    Fix,
    /// Ask the kernel about the selected entry's open socket.
    Question,
    /// Show this in the detail pane.
    Show(View),
    /// Show the next thing in the detail pane.
    NextView,
    /// Show the program in the next language.
    NextProgram,
    /// Give the pane in focus all the room, or take it back.
    Zoom,
    /// Copy what the detail pane shows.
    Copy,
    /// Copy the selected line of it, where lines can be selected.
    CopyLine,
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
    /// The lookup of this ticket has been waited for so long.
    Waited(Ticket, Duration),
    /// A call returned.
    Returned(Ticket, Record),
    /// A call that needs a thread could not be made at all, for this reason.
    NotStarted(Ticket, String),
    /// The process could not be stopped: no shell waits that could continue it.
    NotSuspended,
    /// socket() and close() returned for some entries more.
    Tried(Ticket, Vec<Record>),
    /// The facts about the machine that were asked for.
    Facts(Ticket, Facts),
    /// The calls are no longer written to the file, for this reason.
    NotTraced(String),
}

/// Something to be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// All that a view of the detail pane shows.
    View(View),
    /// The call with this index.
    Call(usize),
}

/// A line of news that is neither a call nor its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Something went wrong.
    pub failure: bool,
    /// The line.
    pub text: String,
}
