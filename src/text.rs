//! Escaping, quoting and width: text for calls, and text from calls made safe for a terminal.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};

use thiserror::Error;
use unicode_width::UnicodeWidthChar;

/// The maximum length of a node or service on the screen, in bytes. Resolvers refuse names longer
/// than `NI_MAXHOST` (1025); the rest is for trying that out. It also limits the slowest key:
/// tui-input needs quadratic time to find a word in regional indicators, 19 ms for 8 KiB.
pub const MAX_TEXT: usize = 8 * 1024;

/// A node or service: any text without a NUL byte, as C strings require.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text(OsString);

/// The error for a text with a NUL byte. A C string ends there, so the call would not see the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("byte {} is NUL", .position + 1)]
pub struct InnerNul {
    /// The number of bytes before the NUL.
    pub position: usize,
}

impl Text {
    /// Checks `text` for NUL bytes.
    ///
    /// # Errors
    /// [`InnerNul`] if there is one.
    pub fn new(text: impl Into<OsString>) -> Result<Self, InnerNul> {
        let text = text.into();
        match text.as_encoded_bytes().iter().position(|&byte| byte == 0) {
            Some(position) => Err(InnerNul { position }),
            None => Ok(Self(text)),
        }
    }

    /// The text in the operating system's encoding.
    pub fn as_os_str(&self) -> &OsStr {
        &self.0
    }
}

/// `text` as UTF-8, with each invalid byte as `\xNN`.
pub fn utf8(text: &OsStr) -> Cow<'_, str> {
    escape(text, |_| false)
}

/// Whether every terminal shows `c` as a character of its own. Controls, combining marks and
/// formatting have no column.
pub(crate) fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~') || c.width().unwrap_or(0) > 0 && !is_ambiguous(c)
}

/// The number of columns of `text`, added up by character: few terminals draw ligatures.
pub(crate) fn display_width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Appends the number in decimal, in a quarter of the time that a format string takes.
pub(crate) fn push_number(text: &mut String, number: u64) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// The one of `names` that is most similar to `text`, if any is similar.
pub(crate) fn nearest<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let names = names.into_iter();
    names
        .map(|name| (strsim::jaro_winkler(text, name), name))
        .filter(|&(likeness, _)| likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// `text` made safe for a terminal: what is not printable becomes an escape: `\x1b`, `\u{202e}`.
pub fn printable(text: &OsStr) -> Cow<'_, str> {
    escape(text, |c| !is_printable(c))
}

/// `text` as a C string literal with its quotes, safe for a terminal.
pub fn quoted(text: &OsStr) -> String {
    let inner = escape(text, ends_literal);
    ["\"", &inner, "\""].concat()
}

/// Bytes as in [`quoted`].
pub(crate) fn quoted_bytes(bytes: &[u8]) -> String {
    format!("\"{}\"", escape_bytes(bytes, ends_literal))
}

/// The maximum length of a text in a note, in bytes: the longest name that a resolver returns
/// (`NI_MAXHOST` without its NUL).
const BRIEF: usize = 1024;

/// `text` as in [`quoted`]. A text longer than 1024 bytes is truncated and followed by its length:
/// `"aaaa…" (1048576 bytes)`. Texts on a command line or in a hosts file can be that long.
pub(crate) fn quoted_briefly(text: &OsStr) -> String {
    let bytes = text.as_encoded_bytes();
    if bytes.len() <= BRIEF {
        return quoted(text);
    }
    // Do not split a character: in UTF-8 all its bytes but the first are 10xxxxxx.
    let starts = |&end: &usize| bytes[end] & 0xc0 != 0x80;
    let end = (BRIEF - 3..=BRIEF).rev().find(starts).unwrap_or(BRIEF);
    let start = escape_bytes(&bytes[..end], ends_literal);
    format!("\"{start}…\" ({} bytes)", bytes.len())
}

/// `text` in ASCII: known punctuation is replaced, other characters become escapes: `\u{f3}`.
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => out.push(c),
            '“' | '”' => out.push('"'),
            '’' => out.push('\''),
            '…' => out.push('~'),
            '·' | '–' => out.push('-'),
            c => out.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

fn ends_literal(c: char) -> bool {
    !is_printable(c) || c == '"' || c == '\\'
}

/// U+2028 and U+2029 end a line in some terminals. U+FFFD looks like an invalid byte, and some
/// terminals omit it.
///
/// The width of the others depends on their neighbours: number signs, script joiners and frames,
/// annotations, Kirat Rai vowels, emoji skin tones. They are the characters of Unicode's Cf and Mn to
/// which unicode-width gives a column, and those that it measures by sequence.
const fn is_ambiguous(c: char) -> bool {
    matches!(c,
        '\u{2028}' | '\u{2029}' | '\u{fffd}'
        | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{2d7f}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{1171e}'
        | '\u{13430}'..='\u{1345f}' | '\u{16d63}' | '\u{16d67}'..='\u{16d6a}'
        | '\u{1f3fb}'..='\u{1f3ff}')
}

fn escape(text: &OsStr, hostile: impl Fn(char) -> bool) -> Cow<'_, str> {
    if let Some(text) = text.to_str()
        && !text.chars().any(&hostile)
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(escape_bytes(text.as_encoded_bytes(), hostile))
}

fn escape_bytes(bytes: &[u8], hostile: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                c if !hostile(c) => out.push(c),
                c if c.is_ascii() => out.extend((c as u8).escape_ascii().map(char::from)),
                c => out.extend(c.escape_unicode()),
            }
        }
        out.extend(chunk.invalid().escape_ascii().map(char::from));
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]
mod tests {
    use super::*;

    #[test]
    fn nul_byte_is_refused_with_its_position() {
        assert_eq!(Text::new("ab\0c"), Err(InnerNul { position: 2 }));
        assert_eq!(Text::new("").map(|text| text.as_os_str().len()), Ok(0));
    }

    #[test]
    fn control_and_formatting_characters_are_escaped() {
        let hostile =
            "a\u{1b}[2Jb\u{9b}c\u{202e}d\u{200b}e\u{2028}f\n\t\u{301}\u{ad}\u{fff9}\u{13437}";
        let shown = printable(OsStr::new(hostile)).into_owned();
        assert_eq!(
            shown,
            "a\\x1b[2Jb\\u{9b}c\\u{202e}d\\u{200b}e\\u{2028}f\\n\\t\\u{301}\\u{ad}\\u{fff9}\\u{13437}"
        );
    }

    #[test]
    fn characters_that_merge_are_escaped() {
        let merged = "\u{fffd}1\u{601}2\u{1f44d}\u{1f3fd}\u{16d63}\u{fff9}\u{13430}";
        let shown = "\\u{fffd}1\\u{601}2\u{1f44d}\\u{1f3fd}\\u{16d63}\\u{fff9}\\u{13430}";
        assert_eq!(printable(merged.as_ref()), shown);
        assert_eq!(
            display_width("\u{644}\u{627}"),
            2,
            "a ligature that few terminals draw"
        );
        assert_eq!(display_width("例え"), 4);
    }

    #[test]
    fn plain_text_is_unchanged() {
        assert_eq!(printable(OsStr::new("bücher.例え")), "bücher.例え");
        assert_eq!(quoted(OsStr::new("a\"b\\c")), "\"a\\\"b\\\\c\"");
    }

    #[test]
    fn long_text_is_truncated_with_its_length() {
        let long = |unit: &str, bytes: usize| unit.repeat(bytes.div_ceil(unit.len()));
        let brief = "a".repeat(BRIEF);
        assert_eq!(quoted_briefly(brief.as_ref()), format!("\"{brief}\""));
        for (unit, kept) in [
            ("a", 1024),
            ("\u{e9}", 1024),
            ("例", 1023),
            ("\u{1f600}", 1024),
        ] {
            let text = long(unit, 1 << 20);
            let shown = format!("\"{}…\" ({} bytes)", long(unit, kept), text.len());
            assert_eq!(quoted_briefly(text.as_ref()), shown);
        }
        let hostile = long("\u{1b}", 1025);
        let shown = format!("\"{}…\" (1025 bytes)", "\\x1b".repeat(1024));
        assert_eq!(quoted_briefly(hostile.as_ref()), shown);
    }

    #[cfg(unix)]
    #[test]
    fn invalid_utf8_is_shown_in_hexadecimal() {
        use std::os::unix::ffi::OsStrExt as _;
        let latin1 = OsStr::from_bytes(b"b\xfccher");
        assert_eq!(utf8(latin1), "b\\xfccher");
        assert_eq!(printable(latin1), "b\\xfccher");
    }
}
