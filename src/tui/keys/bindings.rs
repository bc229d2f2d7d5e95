//! The table of bindings.

use crossterm::event::KeyCode;

use super::{Binding, Context, Key};
use crate::app::{Command, InputRequest, Motion, View};

const fn key(code: KeyCode) -> Key {
    Key {
        code,
        control: false,
    }
}

const fn char(c: char) -> Key {
    key(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    Key {
        code: KeyCode::Char(c),
        control: true,
    }
}

const UP: Command = Command::Move(Motion::Up);
const DOWN: Command = Command::Move(Motion::Down);
const PAGE_UP: Command = Command::Move(Motion::PageUp);
const PAGE_DOWN: Command = Command::Move(Motion::PageDown);
const HOME: Command = Command::Move(Motion::Home);
const END: Command = Command::Move(Motion::End);

const fn edit(request: InputRequest) -> Command {
    Command::Edit(request)
}

/// All bindings. If two contexts apply, the narrower one wins.
pub(super) static BINDINGS: &[Binding] = &[
    Binding {
        context: Context::Text,
        actions: &[(key(KeyCode::Enter), Command::Resolve)],
        footer: "resolve",
        help: "call getaddrinfo with what was typed",
    },
    Binding {
        context: Context::Text,
        actions: &[(key(KeyCode::Delete), edit(InputRequest::DeleteNextChar))],
        footer: "",
        help: "delete the character under the cursor; in an empty field, change between NULL and \"\"",
    },
    Binding {
        context: Context::Text,
        actions: &[
            (key(KeyCode::Left), edit(InputRequest::GoToPrevChar)),
            (key(KeyCode::Right), edit(InputRequest::GoToNextChar)),
            (key(KeyCode::Home), edit(InputRequest::GoToStart)),
            (key(KeyCode::End), edit(InputRequest::GoToEnd)),
            (ctrl('a'), edit(InputRequest::GoToStart)),
            (ctrl('e'), edit(InputRequest::GoToEnd)),
        ],
        footer: "",
        help: "move the cursor",
    },
    Binding {
        context: Context::Text,
        actions: &[
            (key(KeyCode::Backspace), edit(InputRequest::DeletePrevChar)),
            (ctrl('h'), edit(InputRequest::DeletePrevChar)),
            (ctrl('w'), edit(InputRequest::DeletePrevWord)),
            (ctrl('u'), edit(InputRequest::DeleteLine)),
            (ctrl('k'), edit(InputRequest::DeleteTillEnd)),
        ],
        footer: "",
        help: "delete backwards, a word, the whole text, the rest of it",
    },
    Binding {
        context: Context::Text,
        actions: &[(ctrl('y'), edit(InputRequest::Yank))],
        footer: "",
        help: "put back what was deleted",
    },
    Binding {
        context: Context::Choice,
        actions: &[
            (key(KeyCode::Left), Command::Previous),
            (key(KeyCode::Right), Command::Next),
        ],
        footer: "change",
        help: "previous, next value; takes effect at once",
    },
    Binding {
        context: Context::Choice,
        actions: &[
            (key(KeyCode::Enter), Command::Choose),
            (char(' '), Command::Choose),
        ],
        footer: "list",
        help: "list all values with their numbers; any other number can be typed there",
    },
    Binding {
        context: Context::Flag,
        actions: &[
            (char(' '), Command::Toggle),
            (key(KeyCode::Enter), Command::Toggle),
        ],
        footer: "toggle",
        help: "turn the flag on or off; takes effect at once",
    },
    Binding {
        context: Context::Form,
        actions: &[(key(KeyCode::Up), UP), (key(KeyCode::Down), DOWN)],
        footer: "field",
        help: "previous, next field",
    },
    Binding {
        context: Context::Form,
        actions: &[(key(KeyCode::PageUp), HOME), (key(KeyCode::PageDown), END)],
        footer: "",
        help: "first, last field",
    },
    Binding {
        context: Context::Entries,
        actions: &[
            (key(KeyCode::Up), UP),
            (key(KeyCode::Down), DOWN),
            (char('k'), UP),
            (char('j'), DOWN),
        ],
        footer: "select",
        help: "select: closes the last entry's socket, opens this one's",
    },
    Binding {
        context: Context::Entries,
        actions: &[
            (key(KeyCode::PageUp), PAGE_UP),
            (key(KeyCode::PageDown), PAGE_DOWN),
            (key(KeyCode::Home), HOME),
            (key(KeyCode::End), END),
        ],
        footer: "",
        help: "a screenful up or down, the first entry, the last",
    },
    Binding {
        context: Context::Entries,
        actions: &[(char('a'), Command::TryAll)],
        footer: "try all",
        help: "call socket() on every entry in turn, each closed again at once; Esc stops",
    },
    Binding {
        context: Context::Entries,
        actions: &[(char('r'), Command::Reverse)],
        footer: "reverse",
        help: "call getnameinfo() for the selected entry; this asks the network",
    },
    Binding {
        context: Context::Detail,
        actions: &[
            (key(KeyCode::Up), UP),
            (key(KeyCode::Down), DOWN),
            (char('k'), UP),
            (char('j'), DOWN),
        ],
        footer: "scroll",
        help: "scroll",
    },
    Binding {
        context: Context::Detail,
        actions: &[
            (key(KeyCode::PageUp), PAGE_UP),
            (key(KeyCode::PageDown), PAGE_DOWN),
            (key(KeyCode::Home), HOME),
            (key(KeyCode::End), END),
        ],
        footer: "",
        help: "a screenful up or down, the start, the end",
    },
    Binding {
        context: Context::Values,
        actions: &[
            (key(KeyCode::Backspace), edit(InputRequest::DeletePrevChar)),
            (ctrl('h'), edit(InputRequest::DeletePrevChar)),
            (ctrl('w'), edit(InputRequest::DeletePrevWord)),
            (ctrl('u'), edit(InputRequest::DeleteLine)),
        ],
        footer: "",
        help: "typing filters the list, these delete; a number not in the list is a value too",
    },
    Binding {
        context: Context::Popup,
        actions: &[(key(KeyCode::Esc), Command::Cancel)],
        footer: "close",
        help: "close it",
    },
    Binding {
        context: Context::Plain,
        actions: &[(char('q'), Command::Cancel)],
        footer: "",
        help: "close it",
    },
    Binding {
        context: Context::Plain,
        actions: &[(char('?'), Command::Help)],
        footer: "",
        help: "help, or close it",
    },
    Binding {
        context: Context::Popup,
        actions: &[(key(KeyCode::Enter), Command::Accept)],
        footer: "take",
        help: "take the selected line; a flag is turned on or off, and the list stays open",
    },
    Binding {
        context: Context::Popup,
        actions: &[(key(KeyCode::Up), UP), (key(KeyCode::Down), DOWN)],
        footer: "move",
        help: "move",
    },
    Binding {
        context: Context::Popup,
        actions: &[
            (key(KeyCode::PageUp), PAGE_UP),
            (key(KeyCode::PageDown), PAGE_DOWN),
            (key(KeyCode::Home), HOME),
            (key(KeyCode::End), END),
        ],
        footer: "",
        help: "a screenful up or down, the start, the end",
    },
    Binding {
        context: Context::Everywhere,
        actions: &[
            (key(KeyCode::Tab), Command::NextPane),
            (key(KeyCode::BackTab), Command::PreviousPane),
        ],
        footer: "pane",
        help: "next, previous pane",
    },
    Binding {
        context: Context::Everywhere,
        actions: &[
            (key(KeyCode::F(5)), Command::Resolve),
            (ctrl('r'), Command::Resolve),
        ],
        footer: "again",
        help: "make the getaddrinfo call again, with everything the form says",
    },
    Binding {
        context: Context::Everywhere,
        actions: &[(key(KeyCode::Esc), Command::Cancel)],
        footer: "",
        help: "close the popup; else abandon the pending lookup; else stop trying",
    },
    Binding {
        context: Context::Everywhere,
        actions: &[(key(KeyCode::F(2)), Command::Presets)],
        footer: "presets",
        help: "presets: queries to start from, some of them failing on purpose",
    },
    Binding {
        context: Context::Everywhere,
        actions: &[(key(KeyCode::F(3)), Command::ToggleMouse)],
        footer: "",
        help: "give the mouse to the terminal, so that text can be selected, or take it back",
    },
    Binding {
        context: Context::Everywhere,
        actions: &[(key(KeyCode::F(1)), Command::Help)],
        footer: "help",
        help: "this help",
    },
    Binding {
        context: Context::OutsideText,
        actions: &[
            (char('1'), Command::Show(View::Socket)),
            (char('2'), Command::Show(View::Addrinfo)),
            (char('3'), Command::Show(View::Code)),
            (char('4'), Command::Show(View::Calls)),
            (char('5'), Command::Show(View::Elsewhere)),
        ],
        footer: "views",
        help: "the lower pane: the call and its result, the struct and its bytes, a program, all calls, what other systems are recorded to do",
    },
    Binding {
        context: Context::OutsideText,
        actions: &[(char('z'), Command::Zoom)],
        footer: "zoom",
        help: "give the pane in focus all the room, or take it back",
    },
    Binding {
        context: Context::OutsideText,
        actions: &[(char('o'), Command::Question)],
        footer: "",
        help: "ask the kernel what the open socket is: getsockopt(), getsockname()",
    },
    Binding {
        context: Context::OutsideText,
        actions: &[(char('l'), Command::NextProgram)],
        footer: "",
        help: "the program in the next language",
    },
    Binding {
        context: Context::OutsideText,
        actions: &[(char('y'), Command::Copy), (char('Y'), Command::CopyLine)],
        footer: "",
        help: "copy what the lower pane shows, or of all calls the selected one",
    },
    Binding {
        context: Context::Everywhere,
        actions: &[(key(KeyCode::F(4)), Command::Fix)],
        footer: "",
        help: "make the change that the note in the lower pane proposes",
    },
    Binding {
        context: Context::OutsideText,
        actions: &[(char('f'), Command::Fix)],
        footer: "",
        help: "make the change that the note in the lower pane proposes",
    },
    Binding {
        context: Context::Everywhere,
        actions: &[(key(KeyCode::F(6)), Command::NextView)],
        footer: "",
        help: "the lower pane: the next of its views",
    },
    Binding {
        context: Context::OutsideText,
        actions: &[(char('?'), Command::Help)],
        footer: "",
        help: "this help",
    },
    Binding {
        context: Context::OutsideText,
        actions: &[(char('q'), Command::Quit)],
        footer: "",
        help: "quit",
    },
    #[cfg(unix)]
    Binding {
        context: Context::Everywhere,
        actions: &[(ctrl('z'), Command::Suspend)],
        footer: "",
        help: "suspend; `fg` in the shell brings it back",
    },
    Binding {
        context: Context::Everywhere,
        actions: &[(ctrl('c'), Command::Quit)],
        footer: "quit",
        help: "quit, at once, whatever is pending",
    },
];
