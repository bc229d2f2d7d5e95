//! The query as a program: no node, service or hint escapes from its literal.
//!
//! The input is four numbers for the hints, one that selects what is NULL, and the node and the
//! service with a NUL byte between them.
#![no_main]

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

use libfuzzer_sys::fuzz_target;
use sockscope::code::{Language, Steps, program};
use sockscope::names::Os;
use sockscope::net::{self, Hints, Query};
use sockscope::text::Text;

/// A string literal: UTF-16 for a wide literal of C, otherwise bytes.
#[derive(Debug, PartialEq, Eq)]
enum Literal {
    Bytes(Vec<u8>),
    Wide(Vec<u16>),
}

/// Every string literal of a program, read as its compiler would. In C adjacent literals are one.
fn literals(language: Language, source: &str) -> Vec<Literal> {
    let is_c = matches!(language, Language::C | Language::Winsock);
    let comment = if language == Language::Python {
        "#"
    } else {
        "//"
    };
    let mut found: Vec<Literal> = Vec::new();
    let mut rest = source;
    let mut joined = false;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with(comment) {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(after) = rest.strip_prefix('\'') {
            // A character literal. A lifetime has no second quote.
            let length = if after.starts_with('\\') { 2 } else { 1 };
            let end = after[length..].find('\'').filter(|&at| is_c || at == 0);
            rest = end.map_or(after, |at| &after[length + at + 1..]);
            joined = false;
        } else if let Some(after) = rest.strip_prefix("L\"").filter(|_| is_c) {
            let (units, after) = wide(after);
            match found.last_mut() {
                Some(Literal::Wide(before)) if joined => before.extend(units),
                _ => found.push(Literal::Wide(units)),
            }
            rest = after;
            joined = true;
        } else if let Some(after) = rest.strip_prefix('"') {
            let (bytes, after) = narrow(language, after);
            match found.last_mut() {
                Some(Literal::Bytes(before)) if joined && is_c => before.extend(bytes),
                _ => found.push(Literal::Bytes(bytes)),
            }
            rest = after;
            joined = true;
        } else {
            joined &= c.is_ascii_whitespace();
            rest = &rest[1..];
        }
    }
    found
}

/// The text up to the closing quote, and the text after it.
fn narrow(language: Language, mut rest: &str) -> (Vec<u8>, &str) {
    let mut bytes = Vec::new();
    loop {
        let (c, after) = rest.split_at(1);
        rest = after;
        match c {
            "\"" => return (bytes, rest),
            "\n" => panic!("{language:?}: a line end in a literal"),
            "\\" => {}
            c => {
                bytes.extend(c.bytes());
                continue;
            }
        }
        let (letter, after) = rest.split_at(1);
        match letter {
            "\\" | "\"" | "'" => bytes.extend(letter.bytes()),
            "n" => bytes.push(b'\n'),
            "r" => bytes.push(b'\r'),
            "t" => bytes.push(b'\t'),
            "?" => bytes.push(b'?'),
            "0" if language == Language::Rust => bytes.push(0),
            "x" if matches!(language, Language::Rust | Language::Python) => {
                bytes.push(u8::from_str_radix(&after[..2], 16).expect("two digits"));
                rest = &after[2..];
                continue;
            }
            "0" | "1" | "2" | "3" => {
                bytes.push(u8::from_str_radix(&rest[..3], 8).expect("three digits"));
                rest = &rest[3..];
                continue;
            }
            "u" if language == Language::Rust => {
                let (digits, after) = after[1..].split_once('}').expect("braces");
                let number = u32::from_str_radix(digits, 16).expect("digits");
                let c = char::from_u32(number).expect("a character");
                bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
                rest = after;
                continue;
            }
            // In Rust, a backslash at the end of a line removes the line end and the indentation
            // that follows.
            "\n" if language == Language::Rust => {
                rest = after.trim_start();
                continue;
            }
            _ => panic!("{language:?}: an unknown escape: \\{letter}"),
        }
        rest = after;
    }
}

/// The same for a wide literal of C with a `wchar_t` of 16 bits.
fn wide(mut rest: &str) -> (Vec<u16>, &str) {
    let mut units = Vec::new();
    loop {
        let (c, after) = rest.split_at(1);
        rest = after;
        match c {
            "\"" => return (units, rest),
            "\n" => panic!("a line end in a literal"),
            "\\" => {}
            c => {
                units.extend(c.encode_utf16());
                continue;
            }
        }
        let (letter, after) = rest.split_at(1);
        let digits = match letter {
            // As many digits as there are.
            "x" => after.chars().take_while(char::is_ascii_hexdigit).count(),
            "u" => 4,
            "U" => 8,
            "0" | "1" | "2" | "3" => {
                units.push(u16::from_str_radix(&rest[..3], 8).expect("three digits"));
                rest = &rest[3..];
                continue;
            }
            _ => {
                units.push(match letter {
                    "\\" | "\"" | "?" => u16::from(letter.as_bytes()[0]),
                    "n" => 10,
                    "r" => 13,
                    "t" => 9,
                    _ => panic!("an unknown escape: \\{letter}"),
                });
                rest = after;
                continue;
            }
        };
        let number = u32::from_str_radix(&after[..digits], 16).expect("digits");
        match char::from_u32(number).filter(|_| letter != "x") {
            Some(c) => {
                // C11, 6.4.3: neither a basic character nor half of a surrogate pair.
                assert!(number >= 0xa0, "no universal name: {number:x}");
                units.extend(c.encode_utf16(&mut [0; 2]).iter());
            }
            None => units.push(number.try_into().expect("a unit of 16 bits")),
        }
        rest = &after[digits..];
    }
}

/// A trigraph, or a backslash before a line end: C's preprocessor would change them.
fn assert_no_trigraph(source: &str) {
    for (at, _) in source.match_indices("??") {
        let third = source.as_bytes().get(at + 2);
        assert!(
            third.is_none_or(|third| !b"=/'()!<>-".contains(third)),
            "a trigraph: {source}"
        );
    }
}

fn query(bytes: &[u8]) -> Option<Query> {
    let (numbers, rest) = bytes.split_first_chunk::<16>()?;
    let (&null, rest) = rest.split_first()?;
    let (numbers, _) = numbers.as_chunks();
    let mut numbers = numbers.iter().map(|&number| i32::from_le_bytes(number));
    let mut number = || numbers.next().unwrap_or_default();
    let hints = Hints {
        flags: number(),
        family: number(),
        socktype: number(),
        protocol: number(),
    };
    let mut texts = rest.splitn(2, |&byte| byte == 0).map(|text| {
        let text: Vec<u8> = text.iter().copied().filter(|&byte| byte != 0).collect();
        Text::new(OsString::from_vec(text)).expect("there is no NUL")
    });
    Some(Query {
        node: texts.next().filter(|_| null & 1 == 0),
        service: texts.next().filter(|_| null & 2 == 0),
        hints: (null & 4 == 0).then_some(hints),
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Some(query) = query(bytes) else { return };

    let texts = [query.node.as_ref(), query.service.as_ref()];
    for language in Language::ALL {
        let source = program(language, Os::HOST, &query, Steps::Every(net::Steps::NONE));
        assert!(
            source
                .bytes()
                .all(|byte| matches!(byte, b'\n' | b' '..=b'~')),
            "{source}"
        );
        let found = literals(language, &source);
        if matches!(language, Language::C | Language::Winsock) {
            assert_no_trigraph(&source);
        }
        for text in texts.into_iter().flatten() {
            let bytes = text.as_os_str().as_bytes();
            // A longer one is written as an array.
            if bytes.len() > 4095 {
                continue;
            }
            let units = text.as_os_str().to_str().unwrap_or_default().encode_utf16();
            assert!(
                found.contains(&Literal::Bytes(bytes.to_vec()))
                    || found.contains(&Literal::Wide(units.collect())),
                "{language:?}: {text:?} is not in {found:?}"
            );
        }
    }
});
