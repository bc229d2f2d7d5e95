//! One table of keys: it decides what a key does, and the footer, the help screen and the README
//! are read from it, so that none of them can be wrong.

use std::fmt::Write as _;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::{Command, InputRequest, Kind, Model, Motion, Msg, Pane, Popup};

/// Where a key means what its binding says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// Always, unless a narrower context says otherwise.
    Everywhere,
    /// While no text takes what is typed, and no popup is open.
    OutsideText,
    /// Any field of the form.
    Form,
    /// A field of the form that has a list of values.
    Choice,
    /// A flag of the form.
    Flag,
    /// A text field of the form.
    Text,
    /// The list of entries.
    Entries,
    /// The detail pane.
    Detail,
    /// Any popup.
    Popup,
    /// The popup with a hint's values, which filters by what is typed.
    Values,
    /// A popup that takes no typing.
    Plain,
}

impl Context {
    /// Every context, in the order in which the help lists them.
    pub const ALL: [Self; 11] = [
        Self::Everywhere,
        Self::OutsideText,
        Self::Form,
        Self::Text,
        Self::Choice,
        Self::Flag,
        Self::Entries,
        Self::Detail,
        Self::Popup,
        Self::Values,
        Self::Plain,
    ];

    /// The heading of its keys in the help.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::OutsideText => "outside a text field",
            Self::Form => "hints",
            Self::Choice => "hints: a choice",
            Self::Flag => "hints: a flag",
            Self::Text => "hints: a text",
            Self::Entries => "addrinfo",
            Self::Detail => "socket",
            Self::Popup => "popup",
            Self::Values => "popup: a hint's values",
            Self::Plain => "popup: presets, help",
        }
    }

    /// The contexts that hold in `model`, the narrowest first.
    #[must_use]
    pub fn of(model: &Model) -> &'static [Self] {
        match (&model.popup, model.pane) {
            (Some(Popup::Choice(_)), _) => &[Self::Values, Self::Popup, Self::Everywhere],
            (Some(Popup::Presets(_) | Popup::Help(_)), _) => {
                &[Self::Plain, Self::Popup, Self::Everywhere]
            }
            (None, Pane::Form) => match model.form.focused().kind() {
                Kind::Text => &[Self::Text, Self::Form, Self::Everywhere],
                Kind::Choice => &[
                    Self::Choice,
                    Self::Form,
                    Self::OutsideText,
                    Self::Everywhere,
                ],
                Kind::Flag => &[Self::Flag, Self::Form, Self::OutsideText, Self::Everywhere],
            },
            (None, Pane::Entries) => &[Self::Entries, Self::OutsideText, Self::Everywhere],
            (None, Pane::Detail) => &[Self::Detail, Self::OutsideText, Self::Everywhere],
        }
    }
}

/// A key, Control held or not. Shift is part of the character it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    control: bool,
}

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

impl Key {
    /// The key as it is written on a keyboard; with `ascii`, arrows as words.
    #[must_use]
    pub fn label(self, ascii: bool) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::Char(c) if self.control => c.to_ascii_uppercase().to_string(),
            KeyCode::Char(c) => c.to_string(),
            KeyCode::Up => (if ascii { "Up" } else { "↑" }).to_owned(),
            KeyCode::Down => (if ascii { "Down" } else { "↓" }).to_owned(),
            KeyCode::Left => (if ascii { "Left" } else { "←" }).to_owned(),
            KeyCode::Right => (if ascii { "Right" } else { "→" }).to_owned(),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            KeyCode::BackTab => "Shift-Tab".to_owned(),
            KeyCode::F(number) => format!("F{number}"),
            code => format!("{code:?}"),
        };
        if self.control {
            format!("Ctrl-{name}")
        } else {
            name
        }
    }

    /// The key that was pressed, the same on every system: terminals differ in whether Shift is
    /// said beside the character it made, and in the case of a letter under Control.
    fn of(event: &KeyEvent) -> Self {
        let control = event.modifiers.contains(KeyModifiers::CONTROL)
            && !event.modifiers.contains(KeyModifiers::ALT);
        let code = match event.code {
            KeyCode::Char(c) if control => KeyCode::Char(c.to_ascii_lowercase()),
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            code => code,
        };
        Self { code, control }
    }
}

/// One line of the help: keys that belong together, and what each does.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where it holds.
    pub context: Context,
    /// What each key does.
    pub actions: &'static [(Key, Command)],
    /// The word in the footer; empty where the footer leaves it out.
    pub footer: &'static str,
    /// The line in the help.
    pub help: &'static str,
}

impl Binding {
    /// Its keys as people read them, `separator` between.
    #[must_use]
    pub fn labels(&self, separator: &str, ascii: bool) -> String {
        let labels: Vec<String> = self
            .actions
            .iter()
            .map(|(key, _)| key.label(ascii))
            .collect();
        labels.join(separator)
    }

    /// Its keys as the footer has room for them: a pair of arrows, else the first key.
    #[must_use]
    pub fn short_label(&self, ascii: bool) -> String {
        let arrow = |key: Key| {
            matches!(
                key.code,
                KeyCode::Up | KeyCode::Down | KeyCode::Left | KeyCode::Right
            )
        };
        match self.actions {
            [(first, _), (second, _), ..] if arrow(*first) && arrow(*second) => {
                let separator = if ascii { "/" } else { "" };
                format!("{}{separator}{}", first.label(ascii), second.label(ascii))
            }
            [(first, _), ..] => first.label(ascii),
            [] => String::new(),
        }
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

/// Every key that is bound. Narrow contexts come first where two hold at once.
pub static BINDINGS: &[Binding] = &[
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
        help: "presets: queries to start from, three of them failing on purpose",
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

/// What a key event means in `model`; none where it means nothing there.
#[must_use]
pub fn dispatch(model: &Model, event: &KeyEvent) -> Option<Msg> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let key = Key::of(event);
    let bound = Context::of(model).iter().find_map(|&context| {
        BINDINGS
            .iter()
            .filter(|binding| binding.context == context)
            .flat_map(|binding| binding.actions)
            .find(|(bound, _)| *bound == key)
            .map(|&(_, command)| command)
    });
    match (bound, key.code) {
        (Some(command), _) => Some(Msg::Do(command)),
        // AltGr arrives as Control and Alt on Windows; Alt alone types nothing.
        (None, KeyCode::Char(c))
            if !key.control
                && event.modifiers.contains(KeyModifiers::CONTROL)
                    == event.modifiers.contains(KeyModifiers::ALT) =>
        {
            Some(Msg::Type(c))
        }
        _ => None,
    }
}

/// The bindings that the footer shows in `model`, the narrowest context first. Under a popup it
/// leaves out what leads away from it.
pub fn footer(model: &Model) -> impl Iterator<Item = &'static Binding> {
    let popup = model.popup.is_some();
    let stays = |binding: &Binding| {
        binding.context != Context::Everywhere
            || binding
                .actions
                .iter()
                .any(|(_, command)| matches!(command, Command::Help | Command::Quit))
    };
    Context::of(model)
        .iter()
        .flat_map(|&context| bindings(context))
        .filter(move |binding| !binding.footer.is_empty() && (!popup || stays(binding)))
}

/// The bindings of `context`, in the order of the table.
pub fn bindings(context: Context) -> impl Iterator<Item = &'static Binding> {
    BINDINGS
        .iter()
        .filter(move |binding| binding.context == context)
}

/// All bindings as a table in Markdown, for the README.
#[must_use]
pub fn markdown() -> String {
    let mut out = "| where | key | what |\n|---|---|---|\n".to_owned();
    for context in Context::ALL {
        for binding in bindings(context) {
            let keys: Vec<String> = binding
                .actions
                .iter()
                .map(|(key, _)| format!("`{}`", key.label(false)))
                .collect();
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "| {} | {} | {} |",
                context.title(),
                keys.join(" "),
                binding.help
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::app::{Choosing, Popup};
    use crate::names::Os;
    use crate::net::{About, Hint, Hints, Query};

    fn model() -> Model {
        let about = About {
            os: Os::HOST,
            arch: "test",
            libc: None,
            winsock: None,
        };
        Model::new(about, Query::server_example()).0
    }

    fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn no_key_is_bound_twice_in_one_context() {
        for context in Context::ALL {
            let mut seen = HashSet::new();
            for (key, _) in bindings(context).flat_map(|binding| binding.actions) {
                assert!(
                    seen.insert(key),
                    "{} is bound twice {}",
                    key.label(false),
                    context.title()
                );
            }
        }
    }

    #[test]
    fn every_binding_has_a_line_in_the_help() {
        for binding in BINDINGS {
            assert!(!binding.help.is_empty() && !binding.actions.is_empty());
            assert!(Context::ALL.contains(&binding.context));
        }
    }

    #[test]
    fn no_letter_is_taken_from_a_text_field() {
        for context in [
            Context::Text,
            Context::Form,
            Context::Everywhere,
            Context::Values,
            Context::Popup,
        ] {
            for (key, _) in bindings(context).flat_map(|binding| binding.actions) {
                let types = matches!(key.code, KeyCode::Char(_)) && !key.control;
                assert!(!types, "{} could not be typed any more", key.label(false));
            }
        }
    }

    #[test]
    fn q_types_in_a_text_field_and_quits_outside() {
        let mut model = model();
        let q = press(KeyCode::Char('q'), KeyModifiers::NONE);
        assert_eq!(dispatch(&model, &q), Some(Msg::Type('q')));
        model.pane = Pane::Entries;
        assert_eq!(dispatch(&model, &q), Some(Msg::Do(Command::Quit)));
        model.popup = Some(Popup::Help(0));
        assert_eq!(dispatch(&model, &q), Some(Msg::Do(Command::Cancel)));
        model.popup = Some(Popup::Choice(Choosing::new(
            Os::HOST,
            Hint::Family,
            &Hints::default(),
        )));
        assert_eq!(dispatch(&model, &q), Some(Msg::Type('q')));
    }

    #[test]
    fn a_key_release_means_nothing() {
        let mut event = press(KeyCode::Char('c'), KeyModifiers::CONTROL);
        event.kind = KeyEventKind::Release;
        assert_eq!(dispatch(&model(), &event), None);
    }

    #[test]
    fn shift_tab_is_one_key_however_it_arrives() {
        let model = model();
        let expected = Some(Msg::Do(Command::PreviousPane));
        for (code, modifiers) in [
            (KeyCode::BackTab, KeyModifiers::SHIFT),
            (KeyCode::BackTab, KeyModifiers::NONE),
            (KeyCode::Tab, KeyModifiers::SHIFT),
        ] {
            assert_eq!(dispatch(&model, &press(code, modifiers)), expected);
        }
    }

    #[test]
    fn alt_gr_types_and_alt_does_not() {
        let model = model();
        let at = KeyCode::Char('@');
        assert_eq!(
            dispatch(
                &model,
                &press(at, KeyModifiers::CONTROL | KeyModifiers::ALT)
            ),
            Some(Msg::Type('@'))
        );
        assert_eq!(dispatch(&model, &press(at, KeyModifiers::ALT)), None);
    }

    #[test]
    fn control_c_quits_from_everywhere() {
        let mut model = model();
        let event = press(KeyCode::Char('C'), KeyModifiers::CONTROL);
        for popup in [None, Some(Popup::Help(0)), Some(Popup::Presets(0))] {
            for pane in [Pane::Form, Pane::Entries, Pane::Detail] {
                (model.pane, model.popup) = (pane, popup.clone());
                assert_eq!(dispatch(&model, &event), Some(Msg::Do(Command::Quit)));
            }
        }
    }
}
