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
        let remedy = note.words.remedy(self.0)?;
        Some(filled(remedy, &note.values))
    }

    /// What the note's fix changes, in a few words; `None` if the note has no fix.
    #[must_use]
    pub(crate) fn fix(&self, note: &Note) -> Option<String> {
        note.fix.as_ref()?;
        let fix = note.words.fix(self.0)?;
        Some(filled(fix, &note.values))
    }

    /// What an error's symbol means: `EAI_NONAME`, `EPERM`, `WSAEACCES`.
    #[must_use]
    pub(crate) fn symbol(&self, name: &str) -> Option<&'static str> {
        symbol(name, self.0)
    }
}

/// The text with its placeholders replaced. A placeholder without a value stays as it is.
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
