//! A text with placeholders, and the values that replace them.

use std::borrow::Cow;
use std::io;

use serde::Deserialize;

use super::ascii::ascii;
use super::{Key, Language, PHRASES, text};

/// A text and its values, in no language yet. The build script adds a constructor for each text
/// that has placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase(Text);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Text {
    Own(Box<Translated>),
    Plain(Key),
    /// The index in [`PHRASES`], and the values by name.
    Template(usize, Vec<(&'static str, Part)>),
}

/// A text of a file that is not part of the words, such as the presets.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Translated {
    /// The same text in every language.
    Same(String),
    /// A text per language.
    Each {
        /// English.
        en: String,
        /// Spanish.
        es: String,
    },
}

impl Translated {
    /// The text in `language`.
    pub fn text(&self, language: Language) -> Cow<'_, str> {
        let text = match (self, language.unicode()) {
            (Self::Each { es, .. }, Language::Es) => es,
            (Self::Same(text) | Self::Each { en: text, .. }, _) => text,
        };
        if language.is_ascii() {
            Cow::Owned(ascii(text))
        } else {
            Cow::Borrowed(text)
        }
    }
}

/// A value of a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The same in every language.
    Text(String),
    /// A text of its own.
    Phrase(Box<Phrase>),
}

impl Phrase {
    /// The text at `index` of [`PHRASES`].
    pub(super) const fn of(index: usize, values: Vec<(&'static str, Part)>) -> Self {
        Self(Text::Template(index, values))
    }

    /// The text in `language`, with the values in it.
    pub fn text(&self, language: Language) -> String {
        let (index, values) = match &self.0 {
            Text::Own(text) => return text.text(language).into_owned(),
            Text::Plain(key) => return key.text(language).to_owned(),
            Text::Template(index, values) => (*index, values.iter()),
        };
        let values = values.map(|(name, part)| match part {
            Part::Text(text) => (*name, text.clone()),
            Part::Phrase(phrase) => (*name, phrase.text(language)),
        });
        let text = text(&PHRASES, language, index);
        filled(text, &values.collect::<Vec<_>>())
    }

    /// Why no thread could be started. A thread needs no privilege, so EPERM is from a sandbox: if a
    /// seccomp filter refuses clone3() with it, not with ENOSYS, glibc 2.34 and later do not fall
    /// back to clone() (moby/moby#42680).
    pub(crate) fn no_thread(error: &io::Error) -> Part {
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::error_thread_policy(error).into(),
            _ => error.into(),
        }
    }

    /// Adds to an error what failed.
    pub(crate) fn failed<E: ToString>(what: impl Into<Part>) -> impl FnOnce(E) -> Self {
        move |error| Self::error_cause(error.to_string(), what)
    }
}

impl From<Key> for Phrase {
    fn from(key: Key) -> Self {
        Self(Text::Plain(key))
    }
}

impl From<&Translated> for Phrase {
    fn from(text: &Translated) -> Self {
        Self(Text::Own(Box::new(text.clone())))
    }
}

impl From<Phrase> for Part {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(Box::new(phrase))
    }
}

impl From<Key> for Part {
    fn from(key: Key) -> Self {
        Phrase::from(key).into()
    }
}

impl<T: ToString + ?Sized> From<&T> for Part {
    fn from(value: &T) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Part {
    fn from(number: usize) -> Self {
        Self::Text(number.to_string())
    }
}

/// `text` with its placeholders replaced. A placeholder without a value keeps its name.
pub(crate) fn filled(text: &str, values: &[(&'static str, String)]) -> String {
    if values.is_empty() && !text.contains('{') && !text.contains('}') {
        return text.to_owned();
    }
    let value = |name| values.iter().find(|(key, _)| *key == name);
    // Every second part is the name of a placeholder.
    let parts = text.split(['{', '}']).enumerate();
    parts
        .map(|(at, part)| match value(part) {
            Some((_, value)) if at % 2 == 1 => value,
            _ => part,
        })
        .collect()
}
