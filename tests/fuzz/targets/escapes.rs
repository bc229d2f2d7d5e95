//! Text for a terminal: any bytes as text, as a quoted string, as UTF-8.
#![no_main]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use libfuzzer_sys::fuzz_target;
use sockscope::text::{printable, quoted, utf8};
use sockscope_fuzz::assert_inert;

/// The bytes that a quoted text stands for, decoded independently of the program.
fn unquoted(text: &str) -> Vec<u8> {
    let mut rest = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .expect("quotes around the text");
    let mut bytes = Vec::new();
    while let Some((before, after)) = rest.split_once('\\') {
        assert!(!before.contains('"'), "it ends early: {text}");
        bytes.extend(before.bytes());
        let letter = after.chars().next().expect("a letter after the backslash");
        rest = &after[letter.len_utf8()..];
        match letter {
            '\\' | '"' => bytes.push(letter as u8),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'x' => {
                bytes.push(u8::from_str_radix(&rest[..2], 16).expect("two digits"));
                rest = &rest[2..];
            }
            'u' => {
                let (digits, after) = rest
                    .strip_prefix('{')
                    .and_then(|rest| rest.split_once('}'))
                    .expect("braces");
                let number = u32::from_str_radix(digits, 16).expect("digits");
                let c = char::from_u32(number).expect("a character");
                bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
                rest = after;
            }
            _ => panic!("an unknown escape: {text}"),
        }
    }
    assert!(!rest.contains('"'), "it ends early: {text}");
    bytes.extend(rest.bytes());
    bytes
}

fuzz_target!(|bytes: &[u8]| {
    let text = OsStr::from_bytes(bytes);
    assert_inert(&printable(text), false);
    let quoted = quoted(text);
    assert_inert(&quoted, false);
    assert_eq!(unquoted(&quoted), bytes, "{quoted}");
    // Valid UTF-8 stays as it is, and no other byte is lost.
    match str::from_utf8(bytes) {
        Ok(same) => assert_eq!(utf8(text), same),
        Err(error) => {
            let text = utf8(text);
            let valid = str::from_utf8(&bytes[..error.valid_up_to()]).expect("valid up to there");
            let next = format!("{valid}\\x{:02x}", bytes[error.valid_up_to()]);
            assert!(text.starts_with(&next), "{text}");
        }
    }
});
