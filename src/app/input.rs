//! An editable text with a cursor and a length limit.

use tui_input::{Input, InputRequest};

use crate::text::MAX_TEXT;
use crate::words::Phrase;

/// An editable text of at most [`MAX_TEXT`] bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextInput(Input);

impl TextInput {
    /// `value`, with the cursor at its end.
    pub(crate) fn new(value: impl Into<String>) -> Self {
        Self(Input::new(value.into()))
    }

    /// The text.
    pub(crate) fn value(&self) -> &str {
        self.0.value()
    }

    /// The text before the cursor, and the text after it.
    pub(crate) fn parts(&self) -> (&str, &str) {
        let value = self.value();
        let cursor = value.char_indices().nth(self.0.cursor());
        value.split_at(cursor.map_or(value.len(), |(at, _)| at))
    }

    /// Inserts `text` at the cursor, whole or not at all.
    ///
    /// # Errors
    /// The message that the text would be too long.
    pub(crate) fn insert(&mut self, text: &str) -> Result<(), Phrase> {
        let (before, after) = self.parts();
        let value = [before, text, after].concat();
        let cursor = self.0.cursor() + text.chars().count();
        let mut edited = self.0.clone().with_value(value);
        // Sent as a request to end a run of deletions, as typing does.
        edited.handle(InputRequest::SetCursor(cursor));
        self.replace(edited, |bytes| {
            Phrase::notice_too_long_paste(bytes, MAX_TEXT)
        })
    }

    /// Applies `request`.
    ///
    /// # Errors
    /// The message that the text would be too long.
    pub(crate) fn handle(&mut self, request: InputRequest) -> Result<(), Phrase> {
        let mut edited = self.0.clone();
        edited.handle(request);
        self.replace(edited, |bytes| Phrase::notice_too_long(bytes, MAX_TEXT))
    }

    /// Refuses growth beyond the limit. A text from the command line may be longer: it may shrink.
    fn replace(&mut self, edited: Input, refusal: impl Fn(usize) -> Phrase) -> Result<(), Phrase> {
        let bytes = edited.value().len();
        if bytes > MAX_TEXT.max(self.value().len()) {
            return Err(refusal(bytes));
        }
        self.0 = edited;
        Ok(())
    }
}

impl PartialEq for TextInput {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}
