//! The last text that was made.

/// The text of the last value. A long list often has the same value many times, one after the other.
pub(super) struct Memo<K> {
    key: Option<K>,
    text: String,
}

impl<K: PartialEq> Memo<K> {
    pub(super) const fn new() -> Self {
        let text = String::new();
        Self { key: None, text }
    }

    /// The text of the value with this key; `make` makes that of another one than last time.
    pub(super) fn text<E>(
        &mut self,
        key: K,
        make: impl FnOnce(&K) -> Result<String, E>,
    ) -> Result<&str, E> {
        if self.key.as_ref() != Some(&key) {
            self.text = make(&key)?;
            self.key = Some(key);
        }
        Ok(&self.text)
    }
}
