//! One table of keys: it decides what a key does, and the footer, the help screen and the README
//! are read from it, so that none of them can be wrong.

mod bindings;
#[cfg(test)]
mod tests;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::{Command, Kind, Model, Msg, Pane, Popup};
pub use bindings::BINDINGS;

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

    /// Its keys as the footer has room for them: a pair of arrows, a range of digits, else the
    /// first key.
    #[must_use]
    pub fn short_label(&self, ascii: bool) -> String {
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
