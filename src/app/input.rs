//! A text under a cursor, with a limit.

use tui_input::{Input, InputRequest};

use crate::text::MAX_TEXT;

/// A text that is typed, pasted and edited, up to [`MAX_TEXT`] bytes.
#[derive(Clone, Debug, Default)]
pub struct TextInput(Input);

/// The text would be longer than [`MAX_TEXT`]; it was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// How many bytes it would have.
    pub bytes: usize,
}

impl TextInput {
    /// `value` with the cursor after it.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(Input::new(value.into()))
    }

    /// The text.
    #[must_use]
    pub fn value(&self) -> &str {
        self.0.value()
    }

    /// The text before the cursor, and the text after it.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        let value = self.value();
        let cursor = value.char_indices().nth(self.0.cursor());
        value.split_at(cursor.map_or(value.len(), |(at, _)| at))
    }

    /// Inserts all of `text` at the cursor.
    ///
    /// # Errors
    /// [`TooLong`] if it does not fit.
    pub fn insert(&mut self, text: &str) -> Result<(), TooLong> {
        self.check(self.value().len() + text.len())?;
        let (before, after) = self.parts();
        let value = [before, text, after].concat();
        let cursor = self.0.cursor() + text.chars().count();
        self.0 = std::mem::take(&mut self.0).with_value(value);
        // A request, so that it ends a run of deletions, as typing the text would.
        self.0.handle(InputRequest::SetCursor(cursor));
        Ok(())
    }

    /// Applies `request`.
    ///
    /// # Errors
    /// [`TooLong`] if the text would grow beyond the limit.
    pub fn handle(&mut self, request: InputRequest) -> Result<(), TooLong> {
        let mut edited = self.0.clone();
        edited.handle(request);
        self.check(edited.value().len())?;
        self.0 = edited;
        Ok(())
    }

    /// Refuses to grow beyond the limit. A longer text, from elsewhere, may shrink.
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
