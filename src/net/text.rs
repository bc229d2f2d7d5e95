//! Text that goes into a call, and text that came out of one.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write as _};

use unicode_width::UnicodeWidthChar;

/// A node or service: any text that a C string can hold, so anything without a NUL byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text(OsString);

/// The text holds a NUL byte, and a C string ends at the first one: the call would see less than
/// was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InnerNul {
    /// Bytes before the NUL.
    pub position: usize,
}

impl fmt::Display for InnerNul {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "byte {} is NUL: a C string ends there, so the call would not see the rest; no call was made",
            self.position + 1
        )
    }
}

impl std::error::Error for InnerNul {}

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
/// takes no column of its own (controls, marks that combine, formatting) and for separators.
#[must_use]
pub fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~') || c.width().unwrap_or(0) > 0 && !is_invisible(c)
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
    let inner = escape(text, |c| !is_printable(c) || c == '"' || c == '\\');
    format!("\"{inner}\"")
}

/// Characters that unicode-width counts a column for, and terminals none. U+2028 and U+2029 end a
/// line in some. The others are formatting and marks that combine (Cf and Mn of Unicode), and glibc's
/// wcwidth() says 0 to them.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{2028}' | '\u{2029}' | '\u{2d7f}' | '\u{fff9}'..='\u{fffb}' | '\u{1171e}'
            | '\u{13430}'..='\u{13438}'
    )
}

fn escape(text: &OsStr, hostile: impl Fn(char) -> bool) -> Cow<'_, str> {
    if let Some(text) = text.to_str()
        && !text.chars().any(&hostile)
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for chunk in text.as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                c if !hostile(c) => out.push(c),
                '"' | '\\' => out.extend(['\\', c]),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c.is_ascii() => push_bytes(&mut out, &[c as u8]),
                c => {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
                }
            }
        }
        push_bytes(&mut out, chunk.invalid());
    }
    Cow::Owned(out)
}

fn push_bytes(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "\\x{byte:02x}");
    }
}

#[cfg(test)]
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
    fn plain_text_is_printed_as_it_is() {
        assert_eq!(printable(OsStr::new("bücher.例え")), "bücher.例え");
        assert_eq!(quoted(OsStr::new("a\"b\\c")), "\"a\\\"b\\\\c\"");
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
