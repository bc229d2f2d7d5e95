//! Texts as literals. A literal is printable ASCII, and no text can end it early.

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

    /// The text in UTF-16, but in bytes if it is not Unicode.
    pub(super) fn utf16(text: Option<&'a Text>) -> Self {
        text.and_then(|text| utf16(text.as_os_str()))
            .map_or_else(|| Self::bytes(text), Self::Utf16)
    }

    fn len(&self) -> usize {
        match self {
            Self::Null => 0,
            Self::Bytes(bytes) => bytes.len(),
            Self::Utf16(units) => units.len(),
        }
    }

    pub(super) fn is_ascii(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bytes(bytes) => bytes.is_ascii(),
            Self::Utf16(_) => false,
        }
    }

    pub(super) fn is_bytes(&self) -> bool {
        matches!(self, Self::Bytes(_))
    }

    pub(super) fn is_utf16(&self) -> bool {
        matches!(self, Self::Utf16(_))
    }

    /// Whether C needs an array.
    pub(super) fn is_array(&self) -> bool {
        self.len() > LONGEST
    }

    /// Whether C needs a variable.
    pub(super) fn is_long(&self) -> bool {
        self.len() > SHORT || self.c().len() > SHORT
    }

    /// The C type of a unit.
    pub(super) fn unit(&self) -> &'static str {
        if self.is_utf16() { "wchar_t" } else { "char" }
    }

    /// A literal or an initializer of C.
    pub(super) fn c(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Bytes(bytes) if self.is_array() => c_array(bytes.iter().map(|&b| c_char(b))),
            Self::Bytes(bytes) => c_string(codes(bytes), octal),
            Self::Utf16(units) if self.is_array() => {
                c_array(units.iter().map(|unit| format!("0x{unit:04x}")))
            }
            // In Windows wchar_t has 16 bits.
            Self::Utf16(units) => format!("L{}", c_string(scalars(units), c_unicode)),
        }
    }

    /// A literal of C, or `name`, its variable, if it is long.
    pub(super) fn c_argument(&self, name: &str) -> String {
        if self.is_long() {
            name.to_owned()
        } else {
            self.c()
        }
    }

    /// A pointer of Rust.
    pub(super) fn rust(&self) -> String {
        match self {
            Self::Null => "ptr::null()".to_owned(),
            Self::Bytes(bytes) => format!("c{}.as_ptr()", string(codes(bytes), hexadecimal)),
            Self::Utf16(units) if String::from_utf16(units).is_ok() => {
                format!("windows_sys::w!({})", string(scalars(units), rust_unicode))
            }
            // A str cannot hold a lone surrogate.
            Self::Utf16(units) => {
                let units: String = units.iter().map(|unit| format!("0x{unit:04x}, ")).collect();
                format!("const {{ &[{units}0_u16] }}.as_ptr()")
            }
        }
    }

    /// A byte string of Rust or Python.
    pub(super) fn byte_string(&self) -> String {
        match self {
            Self::Bytes(bytes) => format!("b{}", string(codes(bytes), hexadecimal)),
            Self::Null | Self::Utf16(_) => "b\"\"".to_owned(),
        }
    }

    /// A literal of Python. A str may contain a lone surrogate.
    pub(super) fn python(&self) -> String {
        match self {
            Self::Null => "None".to_owned(),
            Self::Bytes(_) => self.byte_string(),
            Self::Utf16(units) => string(scalars(units), python_unicode),
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

fn codes(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.iter().copied().map(u32::from)
}

/// The characters of a text in UTF-16, and its lone surrogates.
fn scalars(units: &[u16]) -> impl Iterator<Item = u32> {
    char::decode_utf16(units.iter().copied())
        .map(|c| c.map_or_else(|half| half.unpaired_surrogate().into(), u32::from))
}

/// A text in double quotes. `escape` makes the escapes that need a number.
fn string(text: impl Iterator<Item = u32>, escape: fn(u32) -> String) -> String {
    let mut out = String::from("\"");
    for code in text {
        match char::from_u32(code) {
            Some(c @ ('"' | '\\')) => out.extend(['\\', c]),
            Some(c @ ' '..='~') => out.push(c),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            _ => out.push_str(&escape(code)),
        }
    }
    out + "\""
}

fn hexadecimal(code: u32) -> String {
    format!("\\x{code:02x}")
}

/// It ends after three digits; hexadecimal escapes of C have no limit.
fn octal(code: u32) -> String {
    format!("\\{code:03o}")
}

fn rust_unicode(code: u32) -> String {
    match code {
        ..0x80 => hexadecimal(code),
        _ => format!("\\u{{{code:x}}}"),
    }
}

fn python_unicode(code: u32) -> String {
    match code {
        ..0x80 => hexadecimal(code),
        0xd800..0xe000 => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

fn c_unicode(code: u32) -> String {
    match code {
        // C has no universal character names below U+00A0.
        ..0xa0 => octal(code),
        // Nor for a lone surrogate. A new literal follows, so no digit can extend the escape.
        0xd800..0xe000 => format!("\\x{code:04x}\" L\""),
        0xa0..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

/// A string of C. Two question marks begin a trigraph; of three, one replacement leaves two.
fn c_string(text: impl Iterator<Item = u32>, escape: fn(u32) -> String) -> String {
    string(text, escape)
        .replace("??", "?\\?")
        .replace("??", "?\\?")
}

/// A byte as a `char` constant of C.
fn c_char(byte: u8) -> String {
    match byte {
        b'"' => "'\"'".to_owned(),
        b'\'' => "'\\''".to_owned(),
        _ => string(codes(&[byte]), octal).replace('"', "'"),
    }
}

/// The initializer of a C array.
fn c_array(units: impl Iterator<Item = String>) -> String {
    let units: Vec<_> = units.chain(["0".to_owned()]).collect();
    let lines: Vec<_> = units.chunks(10).map(|line| line.join(", ")).collect();
    format!("{{\n        {}\n    }}", lines.join(",\n        "))
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
            let argument = Argument::Bytes(text.as_bytes());
            assert_eq!(argument.c(), c);
            assert_eq!(argument.rust(), format!("{rust}.as_ptr()"));
            assert_eq!(argument.python(), python);
        }
        let wide = |text: &str| Argument::Utf16(text.encode_utf16().collect()).c();
        assert_eq!(wide("\u{fc}e\u{7f}1\u{85}1"), "L\"\\u00fce\\1771\\2051\"");
        assert_eq!(wide("\u{202e}\u{1f600}??/"), "L\"\\u202e\\U0001f600?\\?/\"");
        let half = Argument::Utf16(vec![0xd800, 0x41]);
        assert_eq!(half.c(), "L\"\\xd800\" L\"A\"");
        assert_eq!(half.python(), "\"\\ud800A\"");
    }
}
