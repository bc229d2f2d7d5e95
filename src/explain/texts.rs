//! The words of the notes, out of `assets/explain/`.
//!
//! A section is read when it is first asked for: one note does not pay for the words of all.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::{Note, rules};
use crate::words::Language;

const EN: &str = include_str!("../../assets/explain/en.toml");
const ES: &str = include_str!("../../assets/explain/es.toml");

/// The words in one language.
#[derive(Debug)]
pub struct Texts {
    pub(super) file: &'static str,
    /// In the order of the rules.
    rules: Box<[OnceLock<Words>]>,
    symbols: OnceLock<BTreeMap<String, String>>,
    general: OnceLock<General>,
}

/// What is said of a rule. Placeholders in braces stand for the note's values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) line: String,
    pub(super) paragraph: String,
    #[serde(default)]
    pub(super) remedy: Option<String>,
    #[serde(default)]
    pub(super) fix: Option<String>,
}

/// Words that belong to no rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct General {
    /// How a line is said that is only suspected.
    pub(super) suspected: String,
}

/// The words in `language`.
#[must_use]
pub fn texts(language: Language) -> &'static Texts {
    static TEXTS: [OnceLock<Texts>; Language::ALL.len()] = [const { OnceLock::new() }; 2];
    let at = language as usize;
    TEXTS[at].get_or_init(|| Texts {
        file: match language {
            Language::En => EN,
            Language::Es => ES,
        },
        rules: rules::all().map(|_| OnceLock::new()).collect(),
        symbols: OnceLock::new(),
        general: OnceLock::new(),
    })
}

impl Texts {
    /// One line that can stand alone: what happened.
    #[must_use]
    pub fn line(&self, note: &Note) -> String {
        let words = self.words(note.rule);
        let line = words.map_or(note.rule, |words| &words.line);
        let line = filled(line, &note.values);
        if !note.suspected {
            return line;
        }
        let general = self.general.get_or_init(|| self.read("[words]"));
        filled(&general.suspected, &[("line", line)])
    }

    /// Why it happened, in a few sentences.
    #[must_use]
    pub fn paragraph(&self, note: &Note) -> String {
        let words = self.words(note.rule);
        words.map_or_else(String::new, |words| filled(&words.paragraph, &note.values))
    }

    /// What to do.
    #[must_use]
    pub fn remedy(&self, note: &Note) -> Option<String> {
        let remedy = self.words(note.rule)?.remedy.as_ref()?;
        Some(filled(remedy, &note.values))
    }

    /// What the note's fix changes, in a few words; none where it has no fix.
    #[must_use]
    pub fn fix(&self, note: &Note) -> Option<String> {
        note.fix.as_ref()?;
        let fix = self.words(note.rule)?.fix.as_ref()?;
        Some(filled(fix, &note.values))
    }

    /// What an error's symbol means: `EAI_NONAME`, `EPERM`. Winsock's codes that are errno's with
    /// `WSA` before them have the meaning of those.
    #[must_use]
    pub fn symbol(&self, name: &str) -> Option<&str> {
        let symbols = self.symbols.get_or_init(|| self.read("[symbol]"));
        let meaning = symbols
            .get(name)
            .or_else(|| symbols.get(name.strip_prefix("WSA")?))?;
        Some(meaning)
    }

    /// The words of a rule; none where there is no such rule.
    pub(super) fn words(&self, rule: &str) -> Option<&Words> {
        let at = rules::all().position(|other| other.name == rule)?;
        Some(self.rules[at].get_or_init(|| self.read(&format!("[rule.{rule}]"))))
    }

    /// One section of the file. The files are part of the program, and tests read each section of
    /// both: there is no error.
    fn read<T: Default + for<'a> Deserialize<'a>>(&self, header: &str) -> T {
        let section = section(self.file, header).unwrap_or_default();
        toml::from_str(section).unwrap_or_default()
    }
}

/// What stands between the line `header` and the next header.
pub(super) fn section<'a>(file: &'a str, header: &str) -> Option<&'a str> {
    let start = file
        .match_indices(header)
        .map(|(at, _)| at)
        .find(|&at| at == 0 || file[..at].ends_with('\n'))?;
    let rest = &file[start + header.len()..];
    let end = rest.find("\n[").unwrap_or(rest.len());
    Some(&rest[..end])
}

/// The text with its placeholders replaced; a placeholder without a value stays as it stands.
fn filled(text: &str, values: &[(&'static str, String)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let placeholder = after.split_once('}').and_then(|(name, behind)| {
            let (_, value) = values.iter().find(|(key, _)| *key == name)?;
            Some((value, behind))
        });
        rest = match placeholder {
            Some((value, behind)) => {
                out.push_str(value);
                behind
            }
            None => {
                out.push('{');
                after
            }
        };
    }
    out.push_str(rest);
    out
}
