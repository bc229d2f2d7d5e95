//! The table of keys. Dispatch, the footer, the help and the reference all come from it.

mod bindings;
mod context;
mod name;
mod remap;
#[cfg(test)]
mod tests;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::{Action, Answer, Command, Course, Filter, Model, Motion, Msg, Popup, View};
use crate::words::{Key as Words, Language};
use bindings::BINDINGS;
pub use context::Context;
use context::{STACKS, edits_filter};
pub(crate) use name::commands;
pub(crate) use remap::{Choice, can_be};

/// A key, with or without Control. Shift is part of the character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Where it applies.
    pub(crate) context: Context,
    /// The command of each key.
    pub(crate) actions: &'static [(Key, Command)],
    /// The word in the footer; `None` if the footer omits the keys.
    pub(crate) footer: Option<Words>,
    help: Words,
}

impl Binding {
    /// The line in the help.
    pub const fn help(&self, language: Language) -> &'static str {
        self.help.text(language)
    }

    /// What its keys do.
    pub(crate) const fn words(&self) -> Words {
        self.help
    }

    /// Whether one of its keys gives `command`.
    pub(crate) fn does(&self, command: Command) -> bool {
        self.actions.iter().any(|(_, own)| *own == command)
    }

    /// All keys, joined by `separator`.
    pub fn labels(&self, separator: &str, ascii: bool) -> String {
        let labels: Vec<String> = self
            .actions
            .iter()
            .map(|(key, _)| key.label(ascii))
            .collect();
        labels.join(separator)
    }

    /// The keys in the footer: a pair of arrows, the characters of several commands, or the first key.
    pub(crate) fn short_label(&self, ascii: bool) -> String {
        let arrow = |key: Key| {
            matches!(
                key.code,
                KeyCode::Up | KeyCode::Down | KeyCode::Left | KeyCode::Right
            )
        };
        let several = |(at, (key, command)): (usize, &(Key, Command))| {
            let before = self.actions[..at].iter();
            key.types() && !before.map(|(_, other)| other).any(|other| other == command)
        };
        match self.actions {
            [(first, _), (second, _), ..] if arrow(*first) && arrow(*second) => {
                let separator = if ascii { "/" } else { "" };
                format!("{}{separator}{}", first.label(ascii), second.label(ascii))
            }
            [(first, _), .., (last, _)] if self.actions.iter().enumerate().all(several) => {
                let (first, last) = (first.label(ascii), last.label(ascii));
                match self.labels("", ascii) {
                    all if "123456789".contains(&all) => format!("{first}-{last}"),
                    all => all,
                }
            }
            [(first, _), ..] => first.label(ascii),
            [] => String::new(),
        }
    }
}

/// A table of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys(&'static [Binding]);

impl Default for Keys {
    fn default() -> Self {
        Self::BUILT_IN
    }
}

impl Keys {
    /// The keys without a configuration.
    pub const BUILT_IN: Self = Self(BINDINGS);

    /// The message of a key event in `model`, if the key is bound or types a character.
    pub(crate) fn dispatch(self, model: &Model, event: &KeyEvent) -> Option<Msg> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let key = Key::of(event);
        let bound = Context::of(model)
            .iter()
            .flat_map(|&context| self.bindings(context))
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

    /// The bindings in the footer of `model`, narrowest context first.
    pub(crate) fn footer(self, model: &Model) -> impl Iterator<Item = &'static Binding> {
        let contexts = Context::of(model).iter();
        let bindings = contexts.flat_map(move |&context| self.bindings(context));
        bindings.filter(|binding| word(model, binding).is_some())
    }

    /// The bindings of `context` on this system, in table order.
    pub fn bindings(self, context: Context) -> impl Iterator<Item = &'static Binding> {
        let is_here = |binding: &&Binding| match binding.actions {
            // Windows has no job control.
            [(_, Command::Suspend)] => cfg!(unix),
            // Elsewhere the terminal has a key for it.
            [(_, Command::Paste)] => cfg!(windows),
            // Elsewhere there is no Winsock.
            [(_, Command::Providers)] => cfg!(windows),
            _ => true,
        };
        let bindings = self.0.iter();
        let bindings = bindings.filter(move |binding| binding.context == context);
        bindings.filter(is_here)
    }

    /// Every key of `command` on any system, those first that work in most places.
    pub(crate) fn of(self, command: Command) -> Vec<Key> {
        let first = [Context::Everywhere, Context::OutsideText];
        let contexts = first.into_iter().chain(Context::ALL);
        // Each frame asks for the keys of several commands: read the whole table once for each.
        let own: Vec<&Binding> = self.0.iter().filter(|own| own.does(command)).collect();
        let own = own.as_slice();
        let bindings = contexts.flat_map(|context| {
            let bindings = own.iter();
            bindings.filter(move |binding| binding.context == context)
        });
        let actions = bindings.flat_map(|binding| binding.actions);
        let mut keys = Vec::new();
        for &(key, _) in actions.filter(|(_, own)| *own == command) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// What `command` does.
    pub(crate) fn about(self, command: Command) -> Option<Words> {
        let first = [Context::Everywhere, Context::OutsideText];
        // A popup's words are more general than those of a pane.
        let contexts = first.into_iter().chain(Context::ALL.into_iter().rev());
        let mut bindings = contexts.flat_map(|context| self.bindings(context));
        let binding = bindings.find(|binding| binding.does(command));
        binding.map(|binding| binding.help)
    }

    /// The key to press for `command`; its name in the configuration if it has no key.
    pub(crate) fn label(self, command: Command, ascii: bool) -> String {
        match self.of(command).first() {
            Some(key) => key.label(ascii),
            None => format!("({})", command.name().unwrap_or_default()),
        }
    }
}

/// The word of a binding in the footer of `model`; `None` if it is not there. In a popup or a filter,
/// those that apply everywhere are omitted, except help and quit.
pub(crate) fn word(model: &Model, binding: &Binding) -> Option<Words> {
    let does = |commands: &[Command]| {
        let mut actions = binding.actions.iter();
        actions.any(|(_, command)| commands.contains(command))
    };
    let everywhere = binding.context == Context::Everywhere;
    let narrow = model.popup.is_some() || edits_filter(model);
    match () {
        () if does(&[Command::Save]) && model.popup == Some(Popup::Save) => {
            Some(Words::CommandSaveCopy)
        }
        () if everywhere && narrow => binding
            .footer
            .filter(|_| does(&[Command::Help, Command::Quit])),
        // A letter that is chosen for it has no word: Esc has it everywhere.
        () if does(&[Command::Cancel]) && binding.context == Context::OutsideText => None,
        () if does(&[Command::Cancel]) => cancelled(model),
        () if model.view != View::Lookup && does(&[Command::AskSources, Command::NextTables]) => {
            None
        }
        () if does(&[Command::NextStep]) => binding.footer.filter(|_| model.course.is_some()),
        () if does(&[Command::GoOn]) => model.action().and_then(go_on),
        () if does(&[Command::Hint]) => binding.footer.filter(|_| has_hint(model)),
        () if binding.context == Context::Lesson && does(&[Command::Move(Motion::Up)]) => {
            let asks = model.course.as_ref().and_then(Course::choice).is_some();
            Some(if asks {
                Words::CommandSelectFooter
            } else {
                Words::CommandScrollFooter
            })
        }
        () if model.zoomed && does(&[Command::Zoom]) => None,
        () if binding.actions.iter().any(|(_, own)| model.refuses(*own)) => None,
        () if does(&[Command::Advance]) && !model.advances() => None,
        () if does(&[Command::ListCalls]) && model.open_socket().is_none() => None,
        () => binding.footer,
    }
}

/// What Enter does in the lesson's pane.
const fn go_on(action: Action) -> Option<Words> {
    match action {
        Action::More => Some(Words::CommandGoOnMore),
        Action::Answer => Some(Words::CommandGoOnAnswer),
        Action::Make => Some(Words::CommandGoOnMake),
        Action::Next => Some(Words::CommandGoOnNext),
        Action::Wait | Action::End => None,
    }
}

fn has_hint(model: &Model) -> bool {
    let course = model.course.as_ref();
    course.is_some_and(|course| {
        let (step, calls) = course.step();
        step.hint.is_some() && !calls.hint
    })
}

/// What Esc does.
fn cancelled(model: &Model) -> Option<Words> {
    let trying = model.answer.as_ref().is_some_and(Answer::is_trying);
    let asking = model.answer.as_ref().is_some_and(Answer::is_asking);
    match () {
        () if model.filter().is_some_and(Filter::is_on) => Some(Words::CommandCancelFilter),
        () if model.popup.is_some() => Some(Words::CommandCloseFooter),
        () if model.gives_up() || model.lookups.pending.is_some() => {
            Some(Words::CommandCancelFooter)
        }
        () if trying || asking || model.watch.is_some() => Some(Words::CommandCancelStop),
        () if model.zoomed => Some(Words::CommandCancelUnzoom),
        () => None,
    }
}
