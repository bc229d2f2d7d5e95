//! What `--generate` prints: the manual page, and the completions of shells, made from the command.

use std::iter;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, ValueHint};
use clap_complete::Shell;

use super::command::{OPTIONS, command};
use super::manual;
use super::matches::Matches;
use crate::lesson::{RESERVED, lessons, presets};
use crate::names::{Os, Table};
use crate::words::{Language, Translated};

/// What can be made, by its name on the command line.
pub(super) const KINDS: [&str; 6] = ["man", "bash", "zsh", "fish", "powershell", "elvish"];

/// The options whose value is a file.
const FILES: [&str; 7] = [
    "presets", "output", "config", "run", "trace", "compare", "replay",
];

/// The text that the arguments ask for, if they do.
pub(super) fn text(matches: &Matches, language: Language) -> Option<String> {
    let kind = matches.name("generate")?;
    // A package is the same wherever it was built.
    let asked = matches.is_given("lang");
    Some(made(kind, if asked { language } else { Language::En }))
}

fn made(kind: &str, language: Language) -> String {
    let Ok(shell) = kind.parse::<Shell>() else {
        return manual::page(language);
    };
    let mut out = Vec::new();
    let mut command = completing(command(language), language);
    clap_complete::generate(shell, &mut command, env!("CARGO_PKG_NAME"), &mut out);
    without_hidden(&command, &String::from_utf8_lossy(&out))
}

/// A completion without the options that this system lacks: clap_complete names hidden ones, too, on a line
/// with their help or in a list.
fn without_hidden(command: &Command, text: &str) -> String {
    let mut text = text.to_owned();
    for option in command
        .get_arguments()
        .filter(|option| option.is_hide_set())
    {
        let help = option
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let lines = text
            .split_inclusive('\n')
            .filter(|line| !line.contains(&help));
        let item = format!(" --{}", option.get_long().unwrap_or_default());
        text = lines.collect::<String>().replace(&item, "");
    }
    text
}

/// The command with the values to complete: the constants of this system in small letters and without their
/// prefixes, the presets and the lessons.
fn completing(command: Command, language: Language) -> Command {
    let titled = |(name, title): (&'static str, &Translated)| {
        PossibleValue::new(name).help(title.text(language).into_owned())
    };
    command.mut_args(|argument| {
        let id = argument.get_id().as_str();
        let hint = OPTIONS.iter().find(|(_, option)| *option == id);
        let values: Vec<PossibleValue> = match (id, hint) {
            (_, Some((hint, _))) => constants(hint.table(Os::HOST)),
            ("preset", _) => {
                let presets = presets(Os::HOST).iter();
                let presets = presets.map(|preset| titled((&preset.name, &preset.title)));
                iter::once(PossibleValue::new("list"))
                    .chain(presets)
                    .collect()
            }
            ("lesson", _) => {
                let lessons = lessons().iter();
                let lessons = lessons.map(|lesson| titled((&lesson.id, &lesson.title)));
                let tasks = RESERVED.into_iter().map(PossibleValue::new);
                tasks.chain(lessons).collect()
            }
            ("NODE", _) => return argument.value_hint(ValueHint::Hostname),
            (id, _) if FILES.contains(&id) => return argument.value_hint(ValueHint::FilePath),
            _ => return argument,
        };
        argument.value_parser(PossibleValuesParser::new(values))
    })
}

fn constants(table: &'static Table) -> Vec<PossibleValue> {
    let value = |name: &'static str| {
        let short = table.short(name);
        // Such a name needs its prefix.
        let is_number = short.starts_with(|first: char| first.is_ascii_digit());
        let short = if is_number { name } else { short };
        // Once in the life of the program.
        let short: &'static str = short.to_ascii_lowercase().leak();
        PossibleValue::new(short).help(name)
    };
    table.rows.iter().map(|row| value(row.name)).collect()
}
