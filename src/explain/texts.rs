//! The texts of a note: its rule's words, with the placeholders replaced.

use super::held::SOCKET_CALL;
use super::{Fix, Note, Severity};
use crate::net::Call;
use crate::words::{Key, Language, Phrase, filled};

impl Note {
    /// What happened, in one line that can stand alone.
    pub fn line(&self, language: Language) -> String {
        let line = filled(self.words.line(language), &self.values);
        if !self.suspected {
            return line;
        }
        Phrase::note_suspected(line).text(language)
    }

    /// Why it happened, in a few sentences.
    pub(crate) fn paragraph(&self, language: Language) -> String {
        filled(self.words.paragraph(language), &self.values)
    }

    /// What to do.
    pub(crate) fn remedy(&self, language: Language) -> Option<String> {
        Some(filled(self.words.remedy(language)?, &self.values))
    }

    /// What the note's fix changes, in a few words; `None` if the note has no fix.
    pub(crate) fn fix_text(&self, language: Language) -> Option<String> {
        if let Some(Fix::Call(Call::Socket { .. })) = self.fix {
            let mut values = self.values.iter();
            let (_, call) = values.find(|(name, _)| *name == SOCKET_CALL)?;
            return Some(Phrase::note_call(call).text(language));
        }
        self.fix.as_ref()?;
        Some(filled(self.words.fix(language)?, &self.values))
    }
}

impl Severity {
    /// The word for a reader. The JSON has [`Severity::name`] in every language.
    pub(crate) const fn word(self) -> Key {
        match self {
            Self::Failure => Key::NoteFailure,
            Self::Warning => Key::NoteWarning,
            Self::Advice => Key::NoteAdvice,
        }
    }
}
