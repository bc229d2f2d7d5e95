//! The table with keys that the user chose.

use super::{BINDINGS, Binding, Context, Key, Keys, STACKS};
use crate::app::Command;
use crate::words::Key as Words;

/// The keys of a command.
pub(crate) type Choice = (Command, Vec<Key>);

/// Two bindings that one key would have at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clash {
    pub(crate) key: Key,
    /// The commands, each with its binding.
    pub(crate) commands: [(Command, &'static Binding); 2],
}

/// Whether keys that type characters are commands there.
const fn takes_letters(context: Context) -> bool {
    !matches!(
        context,
        Context::Everywhere
            | Context::Form
            | Context::Text
            | Context::Filter
            | Context::Popup
            | Context::Values
            | Context::Save
            | Context::Open
    )
}

/// The contexts of the bindings of `command`.
fn contexts(command: Command) -> impl Iterator<Item = Context> {
    let does = move |binding: &&Binding| binding.does(command);
    BINDINGS.iter().filter(does).map(|binding| binding.context)
}

/// Whether a chosen `key` of `command` belongs in `context`, where the table binds the command. Letters
/// are for contexts without text. The others are for the context that is everywhere, if the command is
/// bound there.
fn belongs(key: Key, command: Command, context: Context) -> bool {
    if key.types() {
        return takes_letters(context);
    }
    let everywhere = contexts(command).any(|context| context == Context::Everywhere);
    !key.is_fixed() && (!everywhere || context == Context::Everywhere)
}

/// Whether `key` can be chosen for `command`. A letter cannot, if it is text wherever the command works.
pub(crate) fn can_be(key: Key, command: Command) -> bool {
    let room = |context| context == Context::Everywhere || takes_letters(context);
    !key.types() || contexts(command).any(room)
}

impl Keys {
    /// The table with these keys instead of a command's own, wherever it is bound; fixed keys stay. It is
    /// leaked on purpose: it is built once, at start, and needed until the end.
    pub(crate) fn remapped(choices: &[Choice]) -> Self {
        let mut table: Vec<Binding> = Vec::new();
        for binding in BINDINGS {
            let actions = chosen(binding, choices);
            if !actions.is_empty() {
                table.push(Binding {
                    actions: actions.leak(),
                    footer: binding.footer.or_else(|| lost_footer(binding, choices)),
                    ..*binding
                });
            }
            let letters = letters(binding, choices);
            if !letters.is_empty() {
                table.push(Binding {
                    context: Context::OutsideText,
                    actions: letters.leak(),
                    footer: lost_footer(binding, choices),
                    ..*binding
                });
            }
        }
        Self(table.leak())
    }

    /// The first key with two commands in contexts that apply together.
    pub(crate) fn clash(self) -> Option<Clash> {
        for stack in STACKS {
            let bindings = stack.iter().flat_map(|&context| self.bindings(context));
            let mut seen: Vec<(Key, (Command, &'static Binding))> = Vec::new();
            for binding in bindings {
                for &(key, command) in binding.actions {
                    let command = (command, binding);
                    match seen.iter().find(|(other, _)| *other == key) {
                        Some(&(_, first)) if first.0 != command.0 => {
                            let commands = [first, command];
                            return Some(Clash { key, commands });
                        }
                        Some(_) => {}
                        None => seen.push((key, command)),
                    }
                }
            }
        }
        None
    }
}

/// The word in the footer of what `binding` does everywhere, if no key is left for it there.
fn lost_footer(binding: &Binding, choices: &[Choice]) -> Option<Words> {
    let (_, command) = binding.actions.first()?;
    let mut everywhere = BINDINGS
        .iter()
        .filter(|other| other.context == Context::Everywhere && other.does(*command));
    let other = everywhere.next()?;
    other.footer.filter(|_| chosen(other, choices).is_empty())
}

/// The letters for commands of `binding` that are bound everywhere and had no letter.
fn letters(binding: &Binding, choices: &[Choice]) -> Vec<(Key, Command)> {
    let homeless = |(command, _): &&Choice| {
        binding.context == Context::Everywhere
            && binding.does(*command)
            && !contexts(*command).any(takes_letters)
    };
    let actions = |(command, keys): &Choice| -> Vec<(Key, Command)> {
        let letters = keys.iter().filter(|key| key.types());
        letters.map(|key| (*key, *command)).collect()
    };
    choices.iter().filter(homeless).flat_map(actions).collect()
}

/// The actions of `binding` with the chosen keys, each where the first key was that it replaces.
fn chosen(binding: &Binding, choices: &[Choice]) -> Vec<(Key, Command)> {
    let mut actions = Vec::new();
    let add = |actions: &mut Vec<(Key, Command)>, (command, keys): &Choice| {
        for &key in keys {
            let new = !actions.contains(&(key, *command));
            if new && belongs(key, *command, binding.context) {
                actions.push((key, *command));
            }
        }
    };
    for &(key, command) in binding.actions {
        match choices.iter().find(|(chosen, _)| *chosen == command) {
            Some(choice) if !key.is_fixed() => add(&mut actions, choice),
            _ => actions.push((key, command)),
        }
    }
    for choice in choices.iter().filter(|(command, _)| binding.does(*command)) {
        add(&mut actions, choice);
    }
    actions
}
