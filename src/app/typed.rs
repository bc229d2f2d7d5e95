//! A text under a cursor.

use tui_input::{Input, InputRequest};

/// How much of the text on each side of the cursor a key looks at, in bytes. A word, what stands
/// between two, or a letter with all its marks can be longer; it is taken piece by piece then.
/// Finding words takes time that grows with the square of the text where that is made of regional
/// indicators, of which a longer row is told apart from where the sight begins.
const SIGHT: usize = 4096;

/// A text that is typed, pasted and edited. A key costs the same however long it is, but for moving
/// its bytes.
#[derive(Clone, Debug)]
pub struct Typed {
    value: String,
    /// The byte that the cursor stands before.
    at: usize,
    limit: usize,
    /// Edits the part in sight, and keeps what was deleted last, to be put back.
    hand: Input,
}

/// The text would be longer than its limit; it is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// How many bytes it would have.
    pub bytes: usize,
    /// The limit, in bytes.
    pub limit: usize,
}

impl Typed {
    /// `value` with the cursor behind it. It may grow up to `limit` bytes; where it is longer
    /// already it may shrink.
    #[must_use]
    pub fn new(value: String, limit: usize) -> Self {
        Self {
            at: value.len(),
            value,
            limit,
            hand: Input::default(),
        }
    }

    /// The text.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The text before the cursor, and the text behind it.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        self.value.split_at(self.at)
    }

    /// Puts `text` in at the cursor, whole.
    ///
    /// # Errors
    /// [`Full`] where it would not fit.
    pub fn insert(&mut self, text: &str) -> Result<(), Full> {
        self.replace(self.at, self.at, text, text.len())?;
        // Ends a run of deletions, as typing the text would have.
        self.hand.handle(InputRequest::GoToStart);
        Ok(())
    }

    /// Applies `request`.
    ///
    /// # Errors
    /// [`Full`] where the text would grow beyond its limit.
    pub fn handle(&mut self, request: InputRequest) -> Result<(), Full> {
        let (value, at) = (&self.value, self.at);
        let (from, to) = match request {
            InputRequest::GoToStart | InputRequest::GoToEnd | InputRequest::SetCursor(_) => {
                self.at = match request {
                    InputRequest::GoToStart => 0,
                    InputRequest::SetCursor(count) => value
                        .char_indices()
                        .nth(count)
                        .map_or(value.len(), |(byte, _)| byte),
                    _ => value.len(),
                };
                self.hand.handle(request);
                return Ok(());
            }
            InputRequest::InsertChar(_) | InputRequest::Yank => (at, at),
            InputRequest::DeleteLine => (0, value.len()),
            InputRequest::DeleteTillEnd => (at, value.len()),
            InputRequest::DeleteFromStart => (0, at),
            _ => {
                let boundary = |byte: &usize| value.is_char_boundary(*byte);
                let from = (0..=at.saturating_sub(SIGHT)).rev().find(boundary);
                let to = (at.saturating_add(SIGHT)..value.len()).find(boundary);
                (from.unwrap_or(0), to.unwrap_or(value.len()))
            }
        };
        let cursor = value[from..at].chars().count();
        self.hand = std::mem::take(&mut self.hand)
            .with_value(value[from..to].to_owned())
            .with_cursor(cursor);
        self.hand.handle(request);
        let (edited, cursor) = (self.hand.value().to_owned(), self.hand.cursor());
        self.hand = std::mem::take(&mut self.hand).with_value(String::new());
        let before = edited
            .char_indices()
            .nth(cursor)
            .map_or(edited.len(), |(byte, _)| byte);
        self.replace(from, to, &edited, before)
    }

    /// Puts `text` in place of these bytes, and the cursor behind its first `before` bytes.
    fn replace(&mut self, from: usize, to: usize, text: &str, before: usize) -> Result<(), Full> {
        let bytes = self.value.len() - (to - from) + text.len();
        if bytes > self.limit && bytes > self.value.len() {
            return Err(Full {
                bytes,
                limit: self.limit,
            });
        }
        self.value.replace_range(from..to, text);
        // What a long text took is given back with it.
        self.value.shrink_to(2 * self.value.len());
        self.at = from + before;
        Ok(())
    }
}

impl PartialEq for Typed {
    fn eq(&self, other: &Self) -> bool {
        (&self.value, self.at) == (&other.value, other.at)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;

    const LIMIT: usize = 1 << 20;

    #[test]
    fn a_long_text_is_edited_as_a_short_one() {
        use InputRequest::*;
        let long = "x".repeat(3 * SIGHT);
        for unit in [
            "ab cd ",
            "e\u{301}e ",
            "\u{1f1e6}\u{1f1e7} ",
            "例え ",
            "a.b-c:1%x ",
        ] {
            for requests in [
                vec![GoToPrevWord, InsertChar('!')],
                vec![DeletePrevWord, DeletePrevWord, GoToStart, Yank],
                vec![GoToPrevChar, GoToPrevChar, DeletePrevChar, DeleteNextChar],
                vec![
                    GoToPrevWord,
                    GoToPrevWord,
                    GoToNextWord,
                    DeleteTillEnd,
                    GoToStart,
                    Yank,
                    Yank,
                ],
                vec![
                    GoToPrevWord,
                    GoToPrevWord,
                    DeleteNextWord,
                    DeleteNextWord,
                    Yank,
                ],
            ] {
                let (mut short, mut whole) =
                    (String::new(), Input::new(format!(" {}", unit.repeat(6))));
                short.push_str(whole.value());
                let mut typed = Typed::new(format!("{long}{short}"), LIMIT);
                let offset = long.len();
                for request in &requests {
                    let _ = whole.handle(*request);
                    // The start of the one is the middle of the other.
                    let request = if *request == GoToStart {
                        SetCursor(offset)
                    } else {
                        *request
                    };
                    typed.handle(request).unwrap();
                }
                assert_eq!(
                    typed.value()[offset..],
                    *whole.value(),
                    "{unit} {requests:?}"
                );
                let before = typed.parts().0[offset..].chars().count();
                assert_eq!(before, whole.cursor(), "{unit} {requests:?}");
            }
        }
    }

    #[test]
    fn the_limit_is_reached_and_not_passed() {
        let mut typed = Typed::new("ab".to_owned(), 5);
        let full = |bytes| Err(Full { bytes, limit: 5 });
        assert_eq!(typed.insert("例え"), full(8));
        assert_eq!((typed.value(), typed.parts()), ("ab", ("ab", "")));
        assert_eq!(typed.handle(InputRequest::InsertChar('例')), Ok(()));
        assert_eq!(typed.handle(InputRequest::InsertChar('c')), full(6));
        assert_eq!(typed.handle(InputRequest::DeletePrevWord), Ok(()));
        assert_eq!(typed.handle(InputRequest::Yank), Ok(()));
        assert_eq!(typed.handle(InputRequest::Yank), full(8));
        assert_eq!(typed.value(), "ab例");
        let mut longer = Typed::new("abcdefgh".to_owned(), 5);
        assert_eq!(longer.handle(InputRequest::DeletePrevChar), Ok(()));
        assert_eq!(longer.handle(InputRequest::InsertChar('x')), full(8));
        assert_eq!(longer.value(), "abcdefg");
    }

    /// In a part of the time that it took to look for words in all of this: a quarter of an hour.
    #[test]
    fn a_word_is_found_in_a_text_made_of_flags() {
        let mut typed = Typed::new("\u{1f1e6}".repeat(LIMIT / 4), LIMIT);
        typed.handle(InputRequest::GoToPrevWord).unwrap();
        typed.handle(InputRequest::DeletePrevWord).unwrap();
        assert!(typed.value().len() < LIMIT);
    }

    const UNITS: [&str; 18] = [
        "ab",
        "Z9",
        " ",
        "  ",
        "\u{301}",
        "e\u{301}\u{323} ",
        "\u{1f1e6}",
        "\u{1f1e6}\u{1f1e7} ",
        "例え ",
        "한국어 ",
        "ก็ ",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} ",
        "\u{1f44d}\u{1f3fd}",
        "'",
        "1,000.5 ",
        "a.b-c:1%x ",
        "x_y",
        "\r\n",
    ];

    fn request() -> impl Strategy<Value = InputRequest> {
        use InputRequest::*;
        // Anywhere, and where the sight of a cursor at an end ends. Most leave the text long.
        let edges = [0, 1, SIGHT - 1, SIGHT, SIGHT + 1];
        prop_oneof![
            2 => any::<Index>().prop_map(|index| SetCursor(index.index(4 * SIGHT))),
            1 => select(edges.to_vec()).prop_map(SetCursor),
            1 => select(vec!['x', ' ', '\u{301}', '\u{1f1e8}', '\u{200d}']).prop_map(InsertChar),
            8 => select(vec![
                GoToPrevChar,
                GoToNextChar,
                GoToPrevWord,
                GoToNextWord,
                DeletePrevChar,
                DeleteNextChar,
                DeletePrevWord,
                DeleteNextWord,
                Yank,
            ]),
            1 => select(vec![GoToStart, GoToEnd]),
            1 => select(vec![DeleteTillEnd, DeleteFromStart, DeleteLine, Yank]),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// As tui-input edits the whole of it.
        #[test]
        fn what_is_out_of_sight_makes_no_difference(
            units in prop::collection::vec(select(UNITS.to_vec()), 0..3 * SIGHT / 4),
            requests in prop::collection::vec(request(), 1..30),
        ) {
            let text = units.concat();
            let mut whole = Input::new(text.clone());
            let mut typed = Typed::new(text, LIMIT);
            for request in requests {
                let _ = whole.handle(request);
                prop_assert_eq!(typed.handle(request), Ok(()));
                prop_assert!(typed.value() == whole.value(), "{:?}", request);
                let before = typed.parts().0.chars().count();
                prop_assert_eq!(before, whole.cursor(), "{:?}", request);
            }
        }
    }
}
