//! The table of bindings.

use crossterm::event::KeyCode::{
    self, BackTab, Backspace, Delete, Down, End, Enter, Esc, F, Home, Left, PageDown, PageUp,
    Right, Tab, Up,
};

use super::{Binding, Context, Key};
use crate::app::{Command, InputRequest, Motion, View};

const fn key(code: KeyCode) -> Key {
    let control = false;
    Key { code, control }
}

const fn char(c: char) -> Key {
    key(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    let (code, control) = (KeyCode::Char(c), true);
    Key { code, control }
}

const UP: Command = Command::Move(Motion::Up);
const DOWN: Command = Command::Move(Motion::Down);
const HOME: Command = Command::Move(Motion::Home);
const END: Command = Command::Move(Motion::End);

const fn edit(request: InputRequest) -> Command {
    Command::Edit(request)
}

type Actions = &'static [(Key, Command)];

const ARROWS: Actions = &[(key(Up), UP), (key(Down), DOWN)];
const LINES: Actions = &[
    (key(Up), UP),
    (key(Down), DOWN),
    (char('k'), UP),
    (char('j'), DOWN),
];
const PAGES: Actions = &[
    (key(PageUp), Command::Move(Motion::PageUp)),
    (key(PageDown), Command::Move(Motion::PageDown)),
    (key(Home), HOME),
    (key(End), END),
];

/// A binding without footer and help.
const fn on(context: Context, actions: Actions) -> Binding {
    Binding {
        context,
        actions,
        footer: "",
        help: "",
    }
}

impl Binding {
    const fn in_footer(self, footer: &'static str) -> Self {
        Self { footer, ..self }
    }

    const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }
}

/// All bindings. If two contexts apply, the narrower one wins.
pub(super) static BINDINGS: &[Binding] = &[
    on(Context::Text, &[(key(Enter), Command::Resolve)])
        .in_footer("resolve")
        .help("call getaddrinfo with what was typed"),
    on(
        Context::Text,
        &[(key(Delete), edit(InputRequest::DeleteNextChar))],
    )
    .help(
        "delete the character under the cursor; \
         in an empty field, change between NULL and \"\"",
    ),
    on(
        Context::Text,
        &[
            (key(Left), edit(InputRequest::GoToPrevChar)),
            (key(Right), edit(InputRequest::GoToNextChar)),
            (key(Home), edit(InputRequest::GoToStart)),
            (key(End), edit(InputRequest::GoToEnd)),
            (ctrl('a'), edit(InputRequest::GoToStart)),
            (ctrl('e'), edit(InputRequest::GoToEnd)),
        ],
    )
    .help("move the cursor"),
    on(
        Context::Text,
        &[
            (key(Backspace), edit(InputRequest::DeletePrevChar)),
            (ctrl('h'), edit(InputRequest::DeletePrevChar)),
            (ctrl('w'), edit(InputRequest::DeletePrevWord)),
            (ctrl('u'), edit(InputRequest::DeleteLine)),
            (ctrl('k'), edit(InputRequest::DeleteTillEnd)),
        ],
    )
    .help("delete backwards, a word, the whole text, the rest of it"),
    on(Context::Text, &[(ctrl('y'), edit(InputRequest::Yank))]).help("put back what was deleted"),
    on(
        Context::Choice,
        &[(key(Left), Command::Previous), (key(Right), Command::Next)],
    )
    .in_footer("change")
    .help("previous, next value; takes effect at once"),
    on(
        Context::Choice,
        &[(key(Enter), Command::Choose), (char(' '), Command::Choose)],
    )
    .in_footer("list")
    .help("list all values with their numbers; any other number can be typed there"),
    on(
        Context::Flag,
        &[(char(' '), Command::Toggle), (key(Enter), Command::Toggle)],
    )
    .in_footer("toggle")
    .help("turn the flag on or off; takes effect at once"),
    on(Context::Form, ARROWS)
        .in_footer("field")
        .help("previous, next field"),
    on(Context::Form, &[(key(PageUp), HOME), (key(PageDown), END)]).help("first, last field"),
    on(Context::Entries, LINES)
        .in_footer("select")
        .help("select: closes the last entry's socket, opens this one's"),
    on(Context::Entries, PAGES).help("a screenful up or down, the first entry, the last"),
    on(Context::Entries, &[(char('a'), Command::TryAll)])
        .in_footer("try all")
        .help("call socket() on every entry in turn, each closed again at once; Esc stops"),
    on(Context::Entries, &[(char('r'), Command::Reverse)])
        .in_footer("reverse")
        .help("call getnameinfo() for the selected entry; this asks the network"),
    on(Context::Detail, LINES)
        .in_footer("scroll")
        .help("scroll"),
    on(Context::Detail, PAGES).help("a screenful up or down, the start, the end"),
    on(
        Context::Values,
        &[
            (key(Backspace), edit(InputRequest::DeletePrevChar)),
            (ctrl('h'), edit(InputRequest::DeletePrevChar)),
            (ctrl('w'), edit(InputRequest::DeletePrevWord)),
            (ctrl('u'), edit(InputRequest::DeleteLine)),
        ],
    )
    .help("typing filters the list, these delete; a number not in the list is a value too"),
    on(Context::Popup, &[(key(Esc), Command::Cancel)])
        .in_footer("close")
        .help("close it"),
    on(Context::Plain, &[(char('q'), Command::Cancel)]).help("close it"),
    on(Context::Plain, &[(char('?'), Command::Help)]).help("help, or close it"),
    on(Context::Popup, &[(key(Enter), Command::Accept)])
        .in_footer("take")
        .help("take the selected line; a flag is turned on or off, and the list stays open"),
    on(Context::Popup, ARROWS).in_footer("move").help("move"),
    on(Context::Popup, PAGES).help("a screenful up or down, the start, the end"),
    on(
        Context::Everywhere,
        &[
            (key(Tab), Command::NextPane),
            (key(BackTab), Command::PreviousPane),
        ],
    )
    .in_footer("pane")
    .help("next, previous pane"),
    on(
        Context::Everywhere,
        &[(key(F(5)), Command::Resolve), (ctrl('r'), Command::Resolve)],
    )
    .in_footer("again")
    .help("make the getaddrinfo call again, with everything the form says"),
    on(Context::Everywhere, &[(key(Esc), Command::Cancel)])
        .help("close the popup; else abandon the pending lookup; else stop trying"),
    on(Context::Everywhere, &[(key(F(2)), Command::Presets)])
        .in_footer("presets")
        .help("presets: queries to start from, some of them failing on purpose"),
    on(Context::Everywhere, &[(key(F(3)), Command::ToggleMouse)])
        .help("give the mouse to the terminal, so that text can be selected, or take it back"),
    on(Context::Everywhere, &[(key(F(1)), Command::Help)])
        .in_footer("help")
        .help("this help"),
    on(
        Context::OutsideText,
        &[
            (char('1'), Command::Show(View::Socket)),
            (char('2'), Command::Show(View::Addrinfo)),
            (char('3'), Command::Show(View::Code)),
            (char('4'), Command::Show(View::Calls)),
            (char('5'), Command::Show(View::Elsewhere)),
        ],
    )
    .in_footer("views")
    .help(
        "the lower pane: the call and its result, the struct and its bytes, a program, all calls, \
         what other systems are recorded to do",
    ),
    on(Context::OutsideText, &[(char('z'), Command::Zoom)])
        .in_footer("zoom")
        .help("give the pane in focus all the room, or take it back"),
    on(Context::OutsideText, &[(char('o'), Command::Question)])
        .help("ask the kernel what the open socket is: getsockopt(), getsockname()"),
    on(Context::OutsideText, &[(char('l'), Command::NextProgram)])
        .help("the program in the next language"),
    on(
        Context::OutsideText,
        &[(char('y'), Command::Copy), (char('Y'), Command::CopyLine)],
    )
    .help("copy what the lower pane shows, or of all calls the selected one"),
    on(Context::Everywhere, &[(key(F(4)), Command::Fix)])
        .help("make the change that the note in the lower pane proposes"),
    on(Context::OutsideText, &[(char('f'), Command::Fix)])
        .help("make the change that the note in the lower pane proposes"),
    on(Context::Everywhere, &[(key(F(6)), Command::NextView)])
        .help("the lower pane: the next of its views"),
    on(Context::OutsideText, &[(char('?'), Command::Help)]).help("this help"),
    on(Context::OutsideText, &[(char('q'), Command::Quit)]).help("quit"),
    #[cfg(unix)]
    on(Context::Everywhere, &[(ctrl('z'), Command::Suspend)])
        .help("suspend; `fg` in the shell brings it back"),
    on(Context::Everywhere, &[(ctrl('c'), Command::Quit)])
        .in_footer("quit")
        .help("quit, at once, whatever is pending"),
];
