//! The table of keys. Dispatch, the footer, the help and the README all come from it.

mod bindings;
#[cfg(test)]
mod tests;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::{Command, Field, Model, Msg, Pane, Popup};
use bindings::BINDINGS;

/// Where a binding applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// Everywhere, unless a narrower context binds the key.
    Everywhere,
    /// Outside text fields and popups.
    OutsideText,
    /// Any field of the form.
    Form,
    /// A field of the form with a list of values.
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
    /// The popup with a hint's values and a filter.
    Values,
    /// A popup without a filter.
    Plain,
}

impl Context {
    /// All contexts, in the order of the help.
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

    /// The heading in the help.
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

    /// The contexts that apply in `model`, narrowest first.
    pub(crate) fn of(model: &Model) -> &'static [Self] {
        match (&model.popup, model.pane) {
            (Some(Popup::Choice(_)), _) => &[Self::Values, Self::Popup, Self::Everywhere],
            (Some(Popup::Presets(_) | Popup::Help(_)), _) => {
                &[Self::Plain, Self::Popup, Self::Everywhere]
            }
            (None, Pane::Form) => match model.form.focused() {
                Field::Node | Field::Service => &[Self::Text, Self::Form, Self::Everywhere],
                Field::HintsPointer | Field::Hint(_) => &[
                    Self::Choice,
                    Self::Form,
                    Self::OutsideText,
                    Self::Everywhere,
                ],
                Field::Flag(_) => &[Self::Flag, Self::Form, Self::OutsideText, Self::Everywhere],
            },
            (None, Pane::Entries) => &[Self::Entries, Self::OutsideText, Self::Everywhere],
            (None, Pane::Detail) => &[Self::Detail, Self::OutsideText, Self::Everywhere],
        }
    }
}

/// A key, with or without Control. Shift is part of the character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    code: KeyCode,
    control: bool,
}

impl Key {
    /// The name of the key; with `ascii`, arrows are words.
    pub(crate) fn label(self, ascii: bool) -> String {
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

    /// The pressed key, normalized: terminals differ in whether they report Shift with Tab, and in
    /// the case of a letter under Control.
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

/// One line of the help: related keys and their commands.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where it applies.
    pub(crate) context: Context,
    /// The command of each key.
    pub(crate) actions: &'static [(Key, Command)],
    /// The word in the footer; empty if the footer omits the keys.
    pub(crate) footer: &'static str,
    /// The line in the help.
    pub help: &'static str,
}

impl Binding {
    /// All keys, joined by `separator`.
    #[must_use]
    pub fn labels(&self, separator: &str, ascii: bool) -> String {
        let labels: Vec<String> = self
            .actions
            .iter()
            .map(|(key, _)| key.label(ascii))
            .collect();
        labels.join(separator)
    }

    /// The keys in the footer: a pair of arrows, a range of digits, or the first key.
    pub(crate) fn short_label(&self, ascii: bool) -> String {
        let arrow = |key: Key| {
            matches!(
                key.code,
                KeyCode::Up | KeyCode::Down | KeyCode::Left | KeyCode::Right
            )
        };
        let digit = |key: Key| matches!(key.code, KeyCode::Char(c) if c.is_ascii_digit());
        match self.actions {
            [(first, _), (second, _), ..] if arrow(*first) && arrow(*second) => {
                let separator = if ascii { "/" } else { "" };
                format!("{}{separator}{}", first.label(ascii), second.label(ascii))
            }
            [(first, _), .., (last, _)] if digit(*first) && digit(*last) => {
                format!("{}-{}", first.label(ascii), last.label(ascii))
            }
            [(first, _), ..] => first.label(ascii),
            [] => String::new(),
        }
    }
}

/// The message of a key event in `model`, if the key is bound or types a character.
pub(crate) fn dispatch(model: &Model, event: &KeyEvent) -> Option<Msg> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let key = Key::of(event);
    let bound = Context::of(model)
        .iter()
        .flat_map(|&context| bindings(context))
        .flat_map(|binding| binding.actions)
        .find(|(bound, _)| *bound == key);
    match (bound, key.code) {
        (Some((_, command)), _) => Some(Msg::Do(*command)),
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

/// The bindings in the footer of `model`, narrowest context first. With a popup open, those that
/// apply everywhere are omitted, except help and quit.
pub(crate) fn footer(model: &Model) -> impl Iterator<Item = &'static Binding> {
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

/// The bindings of `context`, in table order.
pub fn bindings(context: Context) -> impl Iterator<Item = &'static Binding> {
    BINDINGS
        .iter()
        .filter(move |binding| binding.context == context)
}
