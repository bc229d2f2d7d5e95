//! An editable text with a cursor and a length limit.

use tui_input::{Input, InputRequest};

use crate::text::MAX_TEXT;

/// An editable text of at most [`MAX_TEXT`] bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextInput(Input);

/// The text would exceed [`MAX_TEXT`]; it is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong {
    /// The length it would have.
    pub(crate) bytes: usize,
}

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
    /// [`TooLong`] if it does not fit.
    pub(crate) fn insert(&mut self, text: &str) -> Result<(), TooLong> {
        self.check(self.value().len() + text.len())?;
        let (before, after) = self.parts();
        let value = [before, text, after].concat();
        let cursor = self.0.cursor() + text.chars().count();
        self.0 = std::mem::take(&mut self.0).with_value(value);
        // Sent as a request to end a run of deletions, as typing does.
        self.0.handle(InputRequest::SetCursor(cursor));
        Ok(())
    }

    /// Applies `request`.
    ///
    /// # Errors
    /// [`TooLong`] if the text would exceed the limit.
    pub(crate) fn handle(&mut self, request: InputRequest) -> Result<(), TooLong> {
        let mut edited = self.0.clone();
        edited.handle(request);
        self.check(edited.value().len())?;
        self.0 = edited;
        Ok(())
    }

    /// Refuses growth beyond the limit. A text from the command line may be longer: it may shrink.
    fn check(&self, bytes: usize) -> Result<(), TooLong> {
        if bytes > MAX_TEXT.max(self.value().len()) {
            return Err(TooLong { bytes });
        }
        Ok(())
    }
}

impl PartialEq for TextInput {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}
