//! The names of commands and keys in the user's configuration.

use std::iter::once;

use crossterm::event::KeyCode::{self, Char};

use super::Key;
use crate::app::{Command, Motion, View};
use crate::text::is_printable;

/// The commands that keys can be chosen for. Editing a text has its usual keys.
const COMMANDS: [(&str, Command); 65] = [
    ("quit", Command::Quit),
    ("help", Command::Help),
    ("presets", Command::Presets),
    ("providers", Command::Providers),
    ("save", Command::Save),
    ("matrix", Command::Matrix),
    ("everything", Command::Everything),
    ("bind-matrix", Command::Binds),
    ("resolve", Command::Resolve),
    ("cancel", Command::Cancel),
    ("fix", Command::Fix),
    ("back", Command::Back),
    ("forward", Command::Forward),
    ("history", Command::History),
    ("mark", Command::Mark),
    ("open-file", Command::OpenFile),
    ("watch", Command::Watch),
    ("compare", Command::Compare),
    ("next-pane", Command::NextPane),
    ("previous-pane", Command::PreviousPane),
    ("zoom", Command::Zoom),
    ("next-view", Command::NextView),
    ("view-socket", Command::Show(View::Socket)),
    ("view-addrinfo", Command::Show(View::Addrinfo)),
    ("view-code", Command::Show(View::Code)),
    ("view-calls", Command::Show(View::Calls)),
    ("view-lookup", Command::Show(View::Lookup)),
    ("view-elsewhere", Command::Show(View::Elsewhere)),
    ("up", Command::Move(Motion::Up)),
    ("down", Command::Move(Motion::Down)),
    ("page-up", Command::Move(Motion::PageUp)),
    ("page-down", Command::Move(Motion::PageDown)),
    ("first", Command::Move(Motion::Home)),
    ("last", Command::Move(Motion::End)),
    ("previous", Command::Previous),
    ("next", Command::Next),
    ("choose", Command::Choose),
    ("toggle", Command::Toggle),
    ("accept", Command::Accept),
    ("close", Command::Close),
    ("filter", Command::Filter),
    ("keep-filter", Command::KeepFilter),
    ("try-all", Command::TryAll),
    ("reverse", Command::Reverse),
    ("options", Command::Question),
    ("step", Command::Advance),
    ("calls", Command::ListCalls),
    ("numbers", Command::Numbers),
    ("side", Command::Side),
    ("client", Command::Client),
    ("sockets", Command::Sockets),
    ("close-socket", Command::CloseSocket),
    ("next-program", Command::NextProgram),
    ("ask-sources", Command::AskSources),
    ("next-tables", Command::NextTables),
    ("next-language", Command::NextLanguage),
    ("go-on", Command::GoOn),
    ("hint", Command::Hint),
    ("next-step", Command::NextStep),
    ("previous-step", Command::PreviousStep),
    ("paste", Command::Paste),
    ("copy", Command::Copy),
    ("copy-call", Command::CopyLine),
    ("mouse", Command::ToggleMouse),
    ("suspend", Command::Suspend),
];

/// Every command with a name, in the order of `--print-config`.
pub(crate) fn commands() -> impl Iterator<Item = (&'static str, Command)> {
    COMMANDS.into_iter()
}

impl Command {
    /// Its name in the configuration; `None` if its keys cannot be chosen.
    pub(crate) fn name(self) -> Option<&'static str> {
        commands()
            .find(|(_, command)| *command == self)
            .map(|(name, _)| name)
    }
}

impl Key {
    /// Its name in the configuration: `a`, `A`, `space`, `f5`, `ctrl-r`, `shift-tab`.
    pub(crate) fn name(self) -> String {
        match self.code {
            Char(c) if !self.control && c != ' ' => c.to_string(),
            _ => self.label(true).to_lowercase(),
        }
    }

    /// The key of this name. Only a single character depends on its case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let key = |code| Self {
            code,
            control: false,
        };
        let mut characters = name.chars();
        if let (Some(c), None) = (characters.next(), characters.next()) {
            return (c != ' ' && is_printable(c)).then_some(key(Char(c)));
        }
        let control = ('a'..='z').map(|c| Self {
            code: Char(c),
            control: true,
        });
        let others = NAMED.into_iter().chain((1..=24).map(KeyCode::F));
        let name = name.to_lowercase();
        let mut keys = others.map(key).chain(control).chain(once(key(Char(' '))));
        keys.find(|key| key.name() == name)
    }

    /// Whether it types a character where a text is edited.
    pub(crate) const fn types(self) -> bool {
        matches!(self.code, Char(_)) && !self.control
    }

    /// Whether it keeps its meaning in every configuration: the keys that terminals label, Ctrl-C as the
    /// way out that always works, and Ctrl-I and Ctrl-M, which terminals send for Tab and Enter.
    pub(crate) const fn is_fixed(self) -> bool {
        match self.code {
            Char(c) => self.control && matches!(c, 'c' | 'i' | 'm'),
            KeyCode::F(_) | KeyCode::Insert => false,
            _ => true,
        }
    }
}

/// The keys that are no characters, besides the function keys.
const NAMED: [KeyCode; 15] = [
    KeyCode::Enter,
    KeyCode::Esc,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Backspace,
    KeyCode::Insert,
    KeyCode::Delete,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::PageUp,
    KeyCode::PageDown,
];
