//! The user's configuration: `sockscope/config.toml`.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy as _, choose_base_strategy};
use toml::de::DeTable;

use crate::app::Command;
use crate::code;
use crate::document::{self, Document, Item};
use crate::text::{printable, quoted_briefly};
use crate::tui::keys::{Choice, Key, Keys, can_be, commands};
use crate::words::{Key as Words, Language, Part, Phrase};

/// The value of `--theme`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Colours for the terminal's background.
    #[default]
    Auto,
    /// Colours for a dark background.
    Dark,
    /// Colours for a light background.
    Light,
    /// No colours.
    Mono,
}

/// Every value and its name.
pub(crate) const THEMES: [(&str, Theme); 4] = [
    ("auto", Theme::Auto),
    ("dark", Theme::Dark),
    ("light", Theme::Light),
    ("mono", Theme::Mono),
];

/// The settings, in the order of `--print-config`. [`KEYS`] follows as a table.
const SETTINGS: [&str; 5] = ["theme", "lang", "code", "presets", "ascii"];
const KEYS: &str = "keys";

/// What the user has configured. An option of the command line comes before a setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The screen's colours.
    pub(crate) theme: Theme,
    /// The language of all texts.
    pub language: Option<Language>,
    /// The program that the code view starts with.
    pub(crate) code: Option<code::Language>,
    /// The file of the user's own presets.
    pub(crate) presets: Option<PathBuf>,
    /// The file that they are in, if no other is named and it exists.
    pub(crate) own_presets: Option<PathBuf>,
    /// Whether the screen draws with ASCII only.
    pub ascii: bool,
    /// The table of keys.
    pub(crate) keys: Keys,
    /// What is wrong with the file.
    pub(crate) problem: Option<Phrase>,
}

/// The file in the user's configuration directory; `None` without a home directory.
fn place() -> Option<PathBuf> {
    Some(directory()?.join("config.toml"))
}

/// The directory of the user's lessons; `None` without a home directory.
pub(crate) fn lessons() -> Option<PathBuf> {
    Some(directory()?.join("lessons"))
}

fn directory() -> Option<PathBuf> {
    let directory = choose_base_strategy().ok()?.config_dir();
    Some(directory.join("sockscope"))
}

impl Config {
    /// The configuration in the user's directory, if there is one.
    pub fn of_user() -> Self {
        let config = place().map_or_else(Self::default, |path| Self::at(&path, false));
        config.with_presets()
    }

    /// The configuration in this file.
    pub fn read(path: &Path) -> Self {
        Self::at(path, true).with_presets()
    }

    fn with_presets(self) -> Self {
        Self {
            own_presets: directory().map(|directory| directory.join("presets.toml")),
            ..self
        }
    }

    fn at(path: &Path, required: bool) -> Self {
        match document::read(path) {
            Ok(text) => Self::parse(path, &text),
            // Not by the error: no descriptor may be free, or a directory may not be searched.
            Err(_) if !required && !path.exists() => Self::default(),
            Err(error) => Self {
                problem: Some(document::unreadable(path, &error)),
                ..Self::default()
            },
        }
    }

    /// The configuration in `text`, which is that of the file `path`.
    pub fn parse(path: &Path, text: &str) -> Self {
        let mut config = Self::default();
        let file = Document::new(path, text);
        let (table, error) = file.parse();
        // The language comes first: a message about the rest is in it.
        let language = table.get("lang").and_then(|item| language(file, item).ok());
        config.language = language;
        config.problem = error.or_else(|| config.fill(path, file, table).err());
        config
    }

    fn fill<'a>(
        &mut self,
        path: &Path,
        file: Document<'a>,
        table: DeTable<'a>,
    ) -> Result<(), Phrase> {
        let [theme, lang, code, presets, ascii] = SETTINGS;
        let names = [theme, lang, code, presets, ascii, KEYS];
        let [theme, lang, code, presets, ascii, keys] = file.fields(table, names)?;
        if let Some(item) = theme {
            self.theme = file.one_of(&item, THEMES)?;
        }
        if let Some(item) = lang {
            self.language = Some(language(file, &item)?);
        }
        if let Some(item) = code {
            let programs = code::Language::ALL.map(|program| (program.name(), program));
            self.code = Some(file.one_of(&item, programs)?);
        }
        if let Some(item) = presets {
            let directory = path.parent().unwrap_or(path);
            self.presets = Some(directory.join(file.text(&item)?));
        }
        if let Some(item) = ascii {
            self.ascii = file.flag(&item)?;
        }
        if let Some(item) = keys {
            self.keys = remapped(file, file.table(item)?)?;
        }
        Ok(())
    }
}

fn language<'a>(file: Document<'a>, item: &Item<'a>) -> Result<Language, Phrase> {
    let languages = Language::ALL.map(|language| (language.name(), language));
    file.one_of(item, languages)
}

/// The table with the keys of `[keys]`.
fn remapped<'a>(file: Document<'a>, table: DeTable<'a>) -> Result<Keys, Phrase> {
    let mut choices: Vec<Choice> = Vec::new();
    let mut places: Vec<(Command, Key, Range<usize>)> = Vec::new();
    for (name, item) in table {
        let named = commands().find(|(own, _)| own == name.get_ref());
        let names = commands().map(|(own, _)| own);
        let (own, command) =
            named.ok_or_else(|| file.unknown(name.span(), name.get_ref(), names))?;
        let items = match item.get_ref().as_str() {
            Some(_) => vec![item],
            None => file.list(item)?,
        };
        let mut keys = Vec::new();
        for item in items {
            let key = key(file, &item, command)?;
            if keys.contains(&key) {
                return Err(file.error(item.span(), twice(key, [own.into(), own.into()])));
            }
            places.push((command, key, item.span()));
            keys.push(key);
        }
        choices.push((command, keys));
    }
    let keys = Keys::remapped(&choices);
    let Some(clash) = keys.clash() else {
        return Ok(keys);
    };
    let chosen = |place: &&(Command, Key, Range<usize>)| {
        place.1 == clash.key
            && clash
                .commands
                .iter()
                .any(|(command, _)| *command == place.0)
    };
    // The built-in table has no clash, so one of the keys was chosen.
    let place = places
        .iter()
        .filter(chosen)
        .map(|(.., place)| place.clone());
    let place = place.max_by_key(|place| place.start).unwrap_or_default();
    let names = clash
        .commands
        .map(|(command, binding)| match command.name() {
            Some(name) => Part::from(name),
            None => binding.words().into(),
        });
    Err(file.error(place, twice(clash.key, names)))
}

/// The key that `item` names, for `command`.
fn key<'a>(file: Document<'a>, item: &Item<'a>, command: Command) -> Result<Key, Phrase> {
    let name = file.text(item)?;
    let shown = quoted_briefly(name.as_ref());
    let key = Key::named(name);
    let key = key.ok_or_else(|| file.error(item.span(), Phrase::error_unknown_key(&shown)))?;
    if key.is_fixed() && !Keys::BUILT_IN.of(command).contains(&key) {
        return Err(file.error(item.span(), Phrase::error_fixed_key(shown)));
    }
    if !can_be(key, command) {
        return Err(file.error(item.span(), Phrase::error_key_is_text(shown)));
    }
    Ok(key)
}

fn twice(key: Key, [first, second]: [Part; 2]) -> Phrase {
    Phrase::error_key_twice(first, quoted_briefly(key.name().as_ref()), second)
}

/// The default configuration, with comments in `language`. Saved as it is, it changes nothing.
pub(crate) fn default_text(language: Language) -> String {
    let say = |phrase: Phrase| phrase.text(language).replace('\n', "\n# ");
    let path = place().unwrap_or_else(|| "sockscope/config.toml".into());
    let path = printable(path.as_os_str()).into_owned();
    let languages = Language::ALL.map(Language::name).join(", ");
    let programs = code::Language::ALL.map(code::Language::name).join(", ");
    let [theme, lang, code, presets, ascii] = SETTINGS;
    let mut text = format!("# {}\n", say(Phrase::config_about(path)));
    for (name, value, about) in [
        (theme, "\"auto\"", Words::UsageTheme.into()),
        (lang, "\"en\"", Phrase::usage_lang(languages)),
        (code, "\"c\"", Phrase::usage_code(programs)),
        (presets, "\"presets.toml\"", Words::ConfigPresets.into()),
        (ascii, "false", Words::UsageAscii.into()),
    ] {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n# {}\n# {name} = {value}\n", say(about));
    }
    let _ = write!(text, "\n# {}\n[{KEYS}]\n", say(Words::ConfigKeys.into()));
    let lines: Vec<_> = commands()
        .filter_map(|(name, command)| {
            // Windows has no job control.
            let about = Keys::BUILT_IN.about(command)?;
            let keys = Keys::BUILT_IN.of(command).into_iter();
            // The characters of TOML's literal strings stand for themselves.
            let keys: Vec<String> = keys.map(|key| format!("'{}'", key.name())).collect();
            let line = format!("# {name} = [{}]", keys.join(", "));
            Some((line, about.text(language)))
        })
        .collect();
    let width = lines.iter().map(|(line, _)| line.len()).max().unwrap_or(0);
    for (line, about) in lines {
        let _ = writeln!(text, "{line:width$}  # {about}");
    }
    text
}

#[cfg(test)]
mod tests;
