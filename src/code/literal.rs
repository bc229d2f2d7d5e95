//! Any text as a string literal: printable ASCII only, and nothing in it that ends the literal or
//! runs on into what follows.

use std::ffi::OsStr;

/// `text` as the bytes that a C string of it has.
pub(super) fn bytes(text: &OsStr) -> &[u8] {
    text.as_encoded_bytes()
}

/// `text` in UTF-16, where it can be written in that.
pub(super) fn utf16(text: &OsStr) -> Option<Vec<u16>> {
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

/// A string of C. Octal escapes end after three digits, hexadecimal ones would not.
pub(super) fn c(text: &[u8]) -> String {
    let mut out = String::from("\"");
    let mut before = 0;
    for &byte in text {
        push_c(&mut out, byte, before);
        before = byte;
    }
    out + "\""
}

/// A byte as a `char` constant of C.
pub(super) fn c_char(byte: u8) -> String {
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
pub(super) fn c_wide(text: &[u16]) -> String {
    let mut out = String::from("L\"");
    let mut before = 0;
    for decoded in char::decode_utf16(text.iter().copied()) {
        let mut now = 0;
        match decoded {
            Ok(c @ '\0'..'\u{80}') => {
                now = c as u8;
                push_c(&mut out, now, before);
            }
            // C has no universal names for these.
            Ok(c @ '\u{80}'..'\u{a0}') => out.push_str(&format!("\\{:03o}", u32::from(c))),
            Ok(c @ '\u{a0}'..='\u{ffff}') => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            Ok(c) => out.push_str(&format!("\\U{:08x}", u32::from(c))),
            // Nor for half of a pair; the literal is broken, so that no digit can follow.
            Err(half) => out.push_str(&format!("\\x{:04x}\" L\"", half.unpaired_surrogate())),
        }
        before = now;
    }
    out + "\""
}

/// A C string of Rust.
pub(super) fn rust(text: &[u8]) -> String {
    format!("c\"{}\"", hexadecimal(text))
}

/// A string of Rust.
pub(super) fn rust_str(text: &str) -> String {
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
pub(super) fn python(text: &[u8]) -> String {
    format!("b\"{}\"", hexadecimal(text))
}

/// A str literal of Python; half of a surrogate pair may stand in one.
pub(super) fn python_str(text: &[u16]) -> String {
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

/// `text` with escapes of exactly two hexadecimal digits, which Rust and Python have alike.
fn hexadecimal(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for &byte in text {
        push(&mut out, byte, |byte| format!("\\x{byte:02x}"));
    }
    out
}

/// `byte` as it stands between double quotes; `number` writes those that have no letter.
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
