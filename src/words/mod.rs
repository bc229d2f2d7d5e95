//! Every sentence that a person reads, in each language.
//!
//! The build script makes the tables here from `assets/words/LANGUAGE/*.toml`. The build fails if one
//! language lacks a key or a placeholder of the other, or if a rule has no words.

mod ascii;
mod language;
mod locale;
mod phrase;
mod strings;
#[cfg(test)]
mod tests;

pub use language::Language;
pub use locale::is_utf8;
pub(crate) use phrase::{Part, filled};
pub use phrase::{Phrase, Translated};

use strings::Strings;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// The strings of a table in each language, in the order of their numbers. A text in ASCII that has no
/// other characters anyway is empty there.
type Tables = [Strings; 4];

/// The text at `at`.
const fn text(tables: &Tables, language: Language, at: usize) -> &'static str {
    let text = tables[language as usize].get(at);
    match text.is_empty() {
        true => tables[language.unicode() as usize].get(at),
        false => text,
    }
}

impl Key {
    /// The text.
    pub(crate) const fn text(self, language: Language) -> &'static str {
        text(&KEYS, language, self as usize)
    }
}

/// The words of one rule of `explain`. Placeholders in braces stand for the note's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule(usize);

impl Rule {
    /// The words of the rule `name`.
    pub(crate) const fn named(name: &str) -> Option<Self> {
        // Option::map is not const.
        match RULE_NAMES.find(name) {
            Some(at) => Some(Self(at)),
            None => None,
        }
    }

    /// `port-wrapped`.
    pub(crate) const fn name(self) -> &'static str {
        RULE_NAMES.get(self.0)
    }

    /// What happened, in one line that can stand alone.
    pub(crate) const fn line(self, language: Language) -> &'static str {
        self.part(0, language)
    }

    /// Why it happened.
    pub(crate) const fn paragraph(self, language: Language) -> &'static str {
        self.part(1, language)
    }

    /// What to do.
    pub(crate) fn remedy(self, language: Language) -> Option<&'static str> {
        Some(self.part(2, language)).filter(|text| !text.is_empty())
    }

    /// What the rule's fix changes.
    pub(crate) fn fix(self, language: Language) -> Option<&'static str> {
        Some(self.part(3, language)).filter(|text| !text.is_empty())
    }

    /// A part, in the order of `PARTS` in `assets/words/generate.rs`.
    const fn part(self, part: usize, language: Language) -> &'static str {
        text(&RULES, language, 4 * self.0 + part)
    }

    /// Every rule that has words.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..RULE_NAMES.len()).map(Self)
    }
}

/// The meaning of a constant: `AF_INET`, `EAI_NONAME`, `WSAEACCES`. A test holds that each has one.
pub(crate) fn constant(name: &str, language: Language) -> &'static str {
    let at = CONSTANT_NAMES.find(name);
    at.map_or("", |at| text(&CONSTANTS, language, at))
}

/// Every text of `assets/words` in `language`.
#[cfg(test)]
pub(crate) fn every_text(language: Language) -> impl Iterator<Item = &'static str> {
    [&KEYS, &PHRASES, &RULES, &CONSTANTS]
        .into_iter()
        .flat_map(move |tables| (0..tables[0].len()).map(move |at| text(tables, language, at)))
}
