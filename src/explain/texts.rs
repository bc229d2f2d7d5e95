//! The text of a note: its rule's words, with the placeholders replaced.

use super::Note;
use crate::words::{Key, Language, symbol};

/// The texts of notes and symbols in one language.
#[derive(Debug)]
pub(crate) struct Texts(Language);

/// The texts in `language`.
#[must_use]
pub(crate) const fn texts(language: Language) -> &'static Texts {
    match language {
        Language::En => &Texts(Language::En),
        Language::Es => &Texts(Language::Es),
    }
}

impl Texts {
    /// What happened, in one line that can stand alone.
    #[must_use]
    pub(crate) fn line(&self, note: &Note) -> String {
        let line = filled(note.words.line(self.0), &note.values);
        if !note.suspected {
            return line;
        }
        filled(Key::Suspected.text(self.0), &[("line", line)])
    }

    /// Why it happened, in a few sentences.
    #[must_use]
    pub(crate) fn paragraph(&self, note: &Note) -> String {
        filled(note.words.paragraph(self.0), &note.values)
    }

    /// What to do.
    #[must_use]
    pub(crate) fn remedy(&self, note: &Note) -> Option<String> {
        Some(filled(note.words.remedy(self.0)?, &note.values))
    }

    /// What the note's fix changes, in a few words; `None` if the note has no fix.
    #[must_use]
    pub(crate) fn fix(&self, note: &Note) -> Option<String> {
        note.fix.as_ref()?;
        Some(filled(note.words.fix(self.0)?, &note.values))
    }

    /// What an error's symbol means: `EAI_NONAME`, `EPERM`, `WSAEACCES`.
    #[must_use]
    pub(crate) fn symbol(&self, name: &str) -> Option<&'static str> {
        symbol(name, self.0)
    }
}

/// The text with its placeholders replaced. A test holds that each has a value.
fn filled(text: &str, values: &[(&'static str, String)]) -> String {
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
