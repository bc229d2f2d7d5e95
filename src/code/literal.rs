//! Texts as literals: the filters of the templates. A literal is printable ASCII, and no text can end
//! it early.

#![expect(unreachable_pub, reason = "filter_fn makes parts of a filter pub")]

use std::ffi::OsStr;

use crate::text::Text;

/// A text argument of getaddrinfo.
pub(super) enum Argument<'a> {
    Null,
    Bytes(&'a [u8]),
    Utf16(Vec<u16>),
}

/// C compilers must accept a string of this length (C11, 5.2.4.1). A longer text becomes an array.
const LONGEST: usize = 4095;
/// The longest literal that fits in the line of the call.
const SHORT: usize = 20;

impl<'a> Argument<'a> {
    pub(super) fn bytes(text: Option<&'a Text>) -> Self {
        text.map_or(Self::Null, |text| {
            Self::Bytes(text.as_os_str().as_encoded_bytes())
        })
    }

    /// The text in UTF-16; `None` if it is not Unicode.
    pub(super) fn utf16(text: Option<&Text>) -> Option<Self> {
        text.map_or(Some(Self::Null), |text| {
            utf16(text.as_os_str()).map(Self::Utf16)
        })
    }

    fn len(&self) -> usize {
        match self {
            Self::Null => 0,
            Self::Bytes(bytes) => bytes.len(),
            Self::Utf16(units) => units.len(),
        }
    }

    /// Whether C needs an array.
    pub(super) fn is_array(&self) -> bool {
        self.len() > LONGEST
    }

    /// Whether C needs a variable.
    pub(super) fn is_long(&self) -> bool {
        self.len() > SHORT || c_of(self).len() > SHORT
    }

    /// The C type of a unit.
    pub(super) fn unit(&self) -> &'static str {
        match self {
            Self::Utf16(_) => "wchar_t",
            Self::Null | Self::Bytes(_) => "char",
        }
    }
}

fn utf16(text: &OsStr) -> Option<Vec<u16>> {
    #[cfg(windows)]
    {
        use std::os::windows::ffi::OsStrExt as _;
        Some(text.encode_wide().collect())
    }
    #[cfg(not(windows))]
    {
        text.to_str().map(|text| text.encode_utf16().collect())
    }
}

/// A literal or an initializer of C.
#[askama::filter_fn]
pub(super) fn c(text: &Argument<'_>, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(c_of(text))
}

/// A literal of C, or `name`, its variable, if it is long.
#[askama::filter_fn]
pub(super) fn c_argument(
    text: &Argument<'_>,
    _: &dyn askama::Values,
    name: &str,
) -> askama::Result<String> {
    Ok(if text.is_long() {
        name.to_owned()
    } else {
        c_of(text)
    })
}

/// A pointer of Rust.
#[askama::filter_fn]
pub(super) fn rust(text: &Argument<'_>, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(match text {
        Argument::Null => "ptr::null()".to_owned(),
        Argument::Bytes(bytes) => rust_bytes(bytes) + ".as_ptr()",
        Argument::Utf16(units) => match String::from_utf16(units) {
            Ok(text) => format!("windows_sys::w!({})", rust_str(&text)),
            // A str cannot hold a lone surrogate.
            Err(_) => {
                let units: String = units.iter().map(|unit| format!("0x{unit:04x}, ")).collect();
                format!("const {{ &[{units}0_u16] }}.as_ptr()")
            }
        },
    })
}

/// A literal of Python.
#[askama::filter_fn]
pub(super) fn python(text: &Argument<'_>, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(match text {
        Argument::Null => "None".to_owned(),
        Argument::Bytes(bytes) => python_bytes(bytes),
        Argument::Utf16(units) => python_str(units),
    })
}

/// Flags; one per line if they are wider than `room` columns.
#[askama::filter_fn]
pub(super) fn terms(
    flags: &str,
    _: &dyn askama::Values,
    room: usize,
    indent: usize,
) -> askama::Result<String> {
    if flags.len() <= room {
        return Ok(flags.to_owned());
    }
    Ok(flags.replace(" | ", &format!("\n{:indent$}| ", "")))
}

fn c_of(text: &Argument<'_>) -> String {
    match text {
        Argument::Null => "NULL".to_owned(),
        Argument::Bytes(bytes) if text.is_array() => array(bytes.iter().map(|&b| c_char(b))),
        Argument::Bytes(bytes) => c_bytes(bytes),
        Argument::Utf16(units) if text.is_array() => {
            array(units.iter().map(|unit| format!("0x{unit:04x}")))
        }
        Argument::Utf16(units) => c_wide(units),
    }
}

/// The initializer of a C array.
fn array(units: impl Iterator<Item = String>) -> String {
    let units: Vec<_> = units.chain(["0".to_owned()]).collect();
    let lines: Vec<_> = units.chunks(10).map(|line| line.join(", ")).collect();
    format!("{{\n        {}\n    }}", lines.join(",\n        "))
}

/// A string of C. Octal escapes end after three digits; hexadecimal ones have no limit.
fn c_bytes(text: &[u8]) -> String {
    let mut out = String::from("\"");
    let mut before = 0;
    for &byte in text {
        push_c(&mut out, byte, before);
        before = byte;
    }
    out + "\""
}

/// A byte as a `char` constant of C.
fn c_char(byte: u8) -> String {
    let mut out = String::from("'");
    match byte {
        b'\'' => out.push_str("\\'"),
        b'"' => out.push('"'),
        _ => push_c(&mut out, byte, 0),
    }
    out + "'"
}

fn push_c(out: &mut String, byte: u8, before: u8) {
    match byte {
        // Two question marks begin a trigraph.
        b'?' if before == b'?' => out.push_str("\\?"),
        _ => push(out, byte, |byte| format!("\\{byte:03o}")),
    }
}

/// A wide string of C, where `wchar_t` has 16 bits.
fn c_wide(text: &[u16]) -> String {
    let mut out = String::from("L\"");
    let mut before = 0;
    for decoded in char::decode_utf16(text.iter().copied()) {
        let mut now = 0;
        match decoded {
            Ok(c @ '\0'..'\u{80}') => {
                now = c as u8;
                push_c(&mut out, now, before);
            }
            // C has no universal character names below U+00A0.
            Ok(c @ '\u{80}'..'\u{a0}') => out.push_str(&format!("\\{:03o}", u32::from(c))),
            Ok(c @ '\u{a0}'..='\u{ffff}') => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            Ok(c) => out.push_str(&format!("\\U{:08x}", u32::from(c))),
            // Nor for a lone surrogate. A new literal follows, so no digit can extend the escape.
            Err(half) => out.push_str(&format!("\\x{:04x}\" L\"", half.unpaired_surrogate())),
        }
        before = now;
    }
    out + "\""
}

/// A C string of Rust.
fn rust_bytes(text: &[u8]) -> String {
    format!("c\"{}\"", hexadecimal(text))
}

/// A string of Rust.
fn rust_str(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            c if c.is_ascii() => out.push_str(&hexadecimal(&[c as u8])),
            c => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    out + "\""
}

/// A bytes literal of Python.
fn python_bytes(text: &[u8]) -> String {
    format!("b\"{}\"", hexadecimal(text))
}

/// A str literal of Python, which may contain a lone surrogate.
fn python_str(text: &[u16]) -> String {
    let mut out = String::from("\"");
    for decoded in char::decode_utf16(text.iter().copied()) {
        match decoded {
            Ok(c) if c.is_ascii() => out.push_str(&hexadecimal(&[c as u8])),
            Ok(c) => out.push_str(&format!("\\U{:08x}", u32::from(c))),
            Err(half) => out.push_str(&format!("\\u{:04x}", half.unpaired_surrogate())),
        }
    }
    out + "\""
}

/// `text` with escapes of two hexadecimal digits, as in Rust and Python.
fn hexadecimal(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for &byte in text {
        push(&mut out, byte, |byte| format!("\\x{byte:02x}"));
    }
    out
}

/// Appends a byte of a string in double quotes; `number` makes an escape without a letter.
fn push(out: &mut String, byte: u8, number: impl FnOnce(u8) -> String) {
    match byte {
        b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
        b' '..=b'~' => out.push(char::from(byte)),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        _ => out.push_str(&number(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_inside_its_literal() {
        // Written by hand after C11 6.4.4.4, the Rust reference and Python's lexical analysis.
        for (text, c, rust, python) in [
            ("a\"b\\c", r#""a\"b\\c""#, r#"c"a\"b\\c""#, r#"b"a\"b\\c""#),
            (
                "\u{1b}1\n2\t",
                r#""\0331\n2\t""#,
                r#"c"\x1b1\n2\t""#,
                r#"b"\x1b1\n2\t""#,
            ),
            ("a??/b", r#""a?\?/b""#, r#"c"a??/b""#, r#"b"a??/b""#),
            (
                "\u{fc}e",
                r#""\303\274e""#,
                r#"c"\xc3\xbce""#,
                r#"b"\xc3\xbce""#,
            ),
            (
                "*/ // \"\"\"",
                r#""*/ // \"\"\"""#,
                r#"c"*/ // \"\"\"""#,
                r#"b"*/ // \"\"\"""#,
            ),
            (
                "{x} %s \\x41",
                r#""{x} %s \\x41""#,
                r#"c"{x} %s \\x41""#,
                r#"b"{x} %s \\x41""#,
            ),
        ] {
            let bytes = text.as_bytes();
            assert_eq!(c_bytes(bytes), c);
            assert_eq!(rust_bytes(bytes), rust);
            assert_eq!(python_bytes(bytes), python);
        }
        let wide = |text: &str| c_wide(&text.encode_utf16().collect::<Vec<_>>());
        assert_eq!(wide("\u{fc}e\u{7f}1\u{85}1"), "L\"\\u00fce\\1771\\2051\"");
        assert_eq!(wide("\u{202e}\u{1f600}??/"), "L\"\\u202e\\U0001f600?\\?/\"");
        assert_eq!(c_wide(&[0xd800, 0x41]), "L\"\\xd800\" L\"A\"");
        assert_eq!(python_str(&[0xd800, 0x41]), "\"\\ud800A\"");
    }
}
