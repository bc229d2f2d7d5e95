//! Text that goes into a call, and text that came out of one.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;

use thiserror::Error;
use unicode_width::UnicodeWidthChar;

/// The longest node or service that the screen takes, in bytes. No resolver takes a name longer than
/// `NI_MAXHOST`, which is 1025; the rest is room to try what it does then. It also bounds the slowest
/// key: in a text of regional indicators tui-input needs quadratic time to find a word, 19 ms for 8 KiB.
pub const MAX_TEXT: usize = 8 * 1024;

/// A node or service: any text that a C string can hold, so anything without a NUL byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text(OsString);

/// The text holds a NUL byte, and a C string ends at the first one: the call would see less than
/// was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "byte {} is NUL: a C string ends there, so the call would not see the rest; no call was made",
    .position + 1
)]
pub struct InnerNul {
    /// Bytes before the NUL.
    pub position: usize,
}

impl Text {
    /// `text`, checked.
    ///
    /// # Errors
    /// [`InnerNul`] where a C string would end before the text does.
    pub fn new(text: impl Into<OsString>) -> Result<Self, InnerNul> {
        let text = text.into();
        match text.as_encoded_bytes().iter().position(|&byte| byte == 0) {
            Some(position) => Err(InnerNul { position }),
            None => Ok(Self(text)),
        }
    }

    /// The text as the operating system takes it.
    #[must_use]
    pub fn as_os_str(&self) -> &OsStr {
        &self.0
    }
}

/// `text` as UTF-8: itself where it is UTF-8 already, else each byte that is not part of a
/// character as `\xNN`.
#[must_use]
pub fn utf8(text: &OsStr) -> Cow<'_, str> {
    match text.to_str() {
        Some(text) => Cow::Borrowed(text),
        None => {
            let mut out = String::with_capacity(text.len() + 8);
            for chunk in text.as_encoded_bytes().utf8_chunks() {
                out.push_str(chunk.valid());
                push_bytes(&mut out, chunk.invalid());
            }
            Cow::Owned(out)
        }
    }
}

/// Whether a terminal shows `c` as itself and does nothing else: false for every character that
/// takes no column of its own (controls, marks that combine, formatting), for separators and U+FFFD,
/// and for what some terminals merge with the characters beside it.
#[must_use]
pub fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~') || c.width().unwrap_or(0) > 0 && !is_ambiguous(c) && !is_merged(c)
}

/// How many columns `text` takes, character by character: ligatures, which some measure as one
/// character, are drawn as one by few terminals.
#[must_use]
pub fn display_width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// `text` fit for a terminal: every character that would take no column of its own, or that a
/// terminal might act on, is written as an escape instead: `\x1b`, `\u{202e}`.
#[must_use]
pub fn printable(text: &OsStr) -> Cow<'_, str> {
    escape(text, |c| !is_printable(c))
}

/// `text` as a string literal of C, quotes included, fit for a terminal.
#[must_use]
pub fn quoted(text: &OsStr) -> String {
    let inner = escape(text, ends_literal);
    format!("\"{inner}\"")
}

/// How much of a long text a note shows, in bytes: as much as the longest name that a resolver
/// returns has, `NI_MAXHOST` less its NUL.
const BRIEF: usize = 1024;

/// `text` as [`quoted`] has it; of one longer than 1024 bytes the beginning, and its length:
/// `"aaaa…" (1048576 bytes)`. A command line and a hosts file can have texts of any length.
#[must_use]
pub fn quoted_briefly(text: &OsStr) -> String {
    let bytes = text.as_encoded_bytes();
    let length = bytes.len();
    if length <= BRIEF {
        return quoted(text);
    }
    // The second and further bytes of a character in UTF-8 are 10xxxxxx: none is cut in two.
    let starts = |&end: &usize| bytes[end] & 0xc0 != 0x80;
    let end = (BRIEF - 3..=BRIEF).rev().find(starts).unwrap_or(BRIEF);
    let mut out = "\"".to_owned();
    push_escaped(&mut out, &bytes[..end], ends_literal);
    // Writing to a String cannot fail.
    let _ = write!(out, "…\" ({length} bytes)");
    out
}

fn ends_literal(c: char) -> bool {
    !is_printable(c) || c == '"' || c == '\\'
}

/// U+2028 and U+2029 end a line in some terminals. U+FFFD is what a terminal shows for bytes that
/// are no character, and one that was sent is left out by some.
const fn is_ambiguous(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffd}')
}

/// What is shown, but in how many columns depends on what stands beside it: signs before a number,
/// joiners and frames of scripts, annotations, Kirat Rai vowels, the skins of emoji. They are those
/// of Unicode's Cf and Mn that unicode-width gives a column, and those it measures by sequence.
const fn is_merged(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
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
    let mut out = String::with_capacity(text.len() + 8);
    push_escaped(&mut out, text.as_encoded_bytes(), hostile);
    Cow::Owned(out)
}

fn push_escaped(out: &mut String, bytes: &[u8], hostile: impl Fn(char) -> bool) {
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                c if !hostile(c) => out.push(c),
                '"' | '\\' => out.extend(['\\', c]),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c.is_ascii() => push_bytes(out, &[c as u8]),
                c => {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
                }
            }
        }
        push_bytes(out, chunk.invalid());
    }
}

fn push_bytes(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "\\x{byte:02x}");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_nul_byte_is_refused_where_it_stands() {
        assert_eq!(Text::new("ab\0c"), Err(InnerNul { position: 2 }));
        assert_eq!(Text::new("").map(|text| text.as_os_str().len()), Ok(0));
    }

    #[test]
    fn nothing_a_terminal_acts_on_is_printable() {
        let hostile =
            "a\u{1b}[2Jb\u{9b}c\u{202e}d\u{200b}e\u{2028}f\n\t\u{301}\u{ad}\u{fff9}\u{13437}";
        let shown = printable(OsStr::new(hostile)).into_owned();
        assert_eq!(
            shown,
            "a\\x1b[2Jb\\u{9b}c\\u{202e}d\\u{200b}e\\u{2028}f\\n\\t\\u{301}\\u{ad}\\u{fff9}\\u{13437}"
        );
    }

    #[test]
    fn what_is_merged_with_its_neighbours_is_not_printable() {
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
    fn plain_text_is_printed_as_it_is() {
        assert_eq!(printable(OsStr::new("bücher.例え")), "bücher.例え");
        assert_eq!(quoted(OsStr::new("a\"b\\c")), "\"a\\\"b\\\\c\"");
    }

    #[test]
    fn of_a_long_text_the_beginning_is_quoted_and_its_length() {
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
    fn bytes_that_are_not_utf8_are_written_in_hexadecimal() {
        use std::os::unix::ffi::OsStrExt as _;
        let latin1 = OsStr::from_bytes(b"b\xfccher");
        assert_eq!(utf8(latin1), "b\\xfccher");
        assert_eq!(printable(latin1), "b\\xfccher");
    }
}
