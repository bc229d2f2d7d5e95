//! What `--generate` prints: the manual page, and the completions of shells, made from the command.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgMatches, Command, ValueHint};
use clap_complete::Shell;

use super::command::{OPTIONS, command};
use super::{is_given, manual};
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
pub(super) fn text(matches: &ArgMatches, language: Language) -> Option<String> {
    let kind = matches.get_one::<String>("generate")?;
    // A package is the same wherever it was built.
    let asked = is_given(matches, "lang");
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
/// prefixes, and the presets.
fn completing(mut command: Command, language: Language) -> Command {
    for (hint, id) in OPTIONS {
        let values = constants(hint.table(Os::HOST));
        command = command.mut_arg(id, |option| option.value_parser(values));
    }
    let presets = presets(Os::HOST).iter();
    let presets = presets.map(|preset| (&*preset.name, &preset.title));
    let lessons = lessons().iter().map(|lesson| (&*lesson.id, &lesson.title));
    let titled = |(name, title): (&'static str, &Translated)| {
        PossibleValue::new(name).help(title.text(language).into_owned())
    };
    let list = [PossibleValue::new("list")];
    let presets = PossibleValuesParser::new(list.into_iter().chain(presets.map(titled)));
    command = command.mut_arg("preset", |option| option.value_parser(presets));
    let tasks = RESERVED.map(PossibleValue::new);
    let lessons = PossibleValuesParser::new(tasks.into_iter().chain(lessons.map(titled)));
    command = command.mut_arg("lesson", |option| option.value_parser(lessons));
    command = command.mut_arg("NODE", |node| node.value_hint(ValueHint::Hostname));
    for id in FILES {
        command = command.mut_arg(id, |option| option.value_hint(ValueHint::FilePath));
    }
    command
}

fn constants(table: &'static Table) -> PossibleValuesParser {
    let value = |name: &'static str| {
        let short = name.strip_prefix(table.prefix).unwrap_or(name);
        // Such a name needs its prefix.
        let is_number = short.starts_with(|first: char| first.is_ascii_digit());
        let short = if is_number { name } else { short };
        // Once in the life of the program.
        let short: &'static str = short.to_ascii_lowercase().leak();
        PossibleValue::new(short).help(name)
    };
    let values = table.rows.iter().map(|row| value(row.name));
    PossibleValuesParser::new(values.collect::<Vec<_>>())
}
