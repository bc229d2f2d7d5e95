//! The place of a value in the text of a JSON: line, column and field.

use crate::text::printable;

/// One step from the outermost object to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The name of a member, without its quotes and with its escapes.
    Member(String),
    /// The index in a list.
    Item(usize),
}

/// Reads a text as far as it is JSON, and knows which value it is in.
struct Walk<'a> {
    text: &'a [u8],
    at: usize,
    path: Vec<Step>,
    /// For each step of the path whether the name of a member comes next.
    names: Vec<bool>,
}

impl<'a> Walk<'a> {
    const fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            path: Vec::new(),
            names: Vec::new(),
        }
    }

    /// Reads the next token; `None` at the end of the text.
    fn next(&mut self) -> Option<()> {
        let byte = *self.text.get(self.at)?;
        self.at += 1;
        match byte {
            b'{' => self.enter(Step::Member(String::new()), true),
            b'[' => self.enter(Step::Item(0), false),
            b'}' | b']' => {
                self.path.pop();
                self.names.pop();
            }
            b':' => self.expect_name(false),
            b',' => match self.path.last_mut() {
                Some(Step::Item(index)) => *index += 1,
                _ => self.expect_name(true),
            },
            b'"' => {
                let start = self.at;
                self.skip_string();
                if self.names.last() == Some(&true)
                    && let Some(Step::Member(name)) = self.path.last_mut()
                {
                    let end = self.at.saturating_sub(1).max(start);
                    let bytes = &self.text[start..end];
                    *name = String::from_utf8_lossy(bytes).into_owned();
                }
            }
            _ => {}
        }
        Some(())
    }

    fn enter(&mut self, step: Step, name: bool) {
        self.path.push(step);
        self.names.push(name);
    }

    fn expect_name(&mut self, expected: bool) {
        if let Some(name) = self.names.last_mut() {
            *name = expected;
        }
    }

    /// Goes behind the string whose first quote was read.
    fn skip_string(&mut self) {
        while let Some(byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'"' => break,
                _ => {}
            }
        }
        self.at = self.at.min(self.text.len());
    }
}

/// The path of the value that ends at the byte `end`.
pub(super) fn path_at(text: &str, end: usize) -> Vec<Step> {
    let mut walk = Walk::new(text);
    let mut opened = false;
    while walk.at < end {
        opened = matches!(walk.text.get(walk.at), Some(b'{' | b'['));
        if walk.next().is_none() {
            break;
        }
    }
    if opened {
        // The list or object is the value, and not what is in it.
        walk.path.pop();
    }
    walk.path
}

/// The position after the value of `path`; the end of the text if the path has no value.
pub(super) fn end_of(text: &str, path: &[Step]) -> usize {
    let mut walk = Walk::new(text);
    while let Some(byte) = walk.text.get(walk.at) {
        let is_text = *byte == b'"' && walk.names.last() != Some(&true);
        if walk.next().is_none() || is_text && walk.path == path {
            break;
        }
    }
    walk.at
}

/// The line and the column of the byte at `at`, both from 1. Columns count characters.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let start = before.iter().rposition(|&byte| byte == b'\n');
    let start = start.map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count();
    (line, column.max(1))
}

/// `entries[3].ai_addr.bytes`; of a deep path the last steps.
pub(super) fn field(path: &[Step]) -> String {
    const SHOWN: usize = 6;
    const LONGEST: usize = 64;
    let skipped = path.len().saturating_sub(SHOWN);
    let mut text = if skipped > 0 { "…" } else { "" }.to_owned();
    for step in &path[skipped..] {
        match step {
            Step::Item(index) => text += &format!("[{index}]"),
            Step::Member(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                let brief: String = name.chars().take(LONGEST).collect();
                text += &printable(brief.as_ref());
                if brief.len() < name.len() {
                    text.push('…');
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_is_named_by_its_members_and_indices() {
        let text = r#"{"a": 1, "b": [{"c": "x,\"]"}, {"c\u0001": {"d": -2}}], "e": []}"#;
        for (value, expected) in [
            ("1", "a"),
            (r#""x,\"]""#, "b[0].c"),
            ("-2", r"b[1].c\u0001.d"),
            ("[]", "e"),
        ] {
            let end = text.find(value).map_or(0, |at| at + value.len());
            let path = path_at(text, end);
            assert_eq!(field(&path).replace(r"\\", r"\"), expected, "{value}");
        }
        let path = path_at(text, text.find(r#"{"d""#).map_or(0, |at| at + 1));
        assert_eq!(path.len(), 3, "the object and not what is in it");
        let path = path_at(text, 20);
        assert_eq!(
            end_of(text, &path),
            text.find("\"}, {").map_or(0, |at| at + 1)
        );
    }

    #[test]
    fn column_counts_characters() {
        assert_eq!(line_and_column("{\n \"é\": x", 9), (2, 6));
        assert_eq!(line_and_column("", 5), (1, 1));
    }

    #[test]
    fn hostile_names_are_short_and_inert() {
        let text = format!("{}\"\u{1b}{}", "[".repeat(1000), "x".repeat(1000));
        let field = field(&path_at(&text, text.len()));
        assert_eq!(field, format!("…{}", "[0]".repeat(6)));
        let text = format!("{{\"\u{1b}{}\": 1", "x".repeat(1000));
        let field = super::field(&path_at(&text, text.len()));
        assert_eq!(field, format!("\\x1b{}…", "x".repeat(63)));
    }
}
