//! Splits a program into words to colour it. It works line by line, because every comment and string
//! of [`program`](super::program) ends on its line.

use std::ops::Range;

use super::Language;

/// A kind of word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Token {
    /// A keyword, or a type or directive of C.
    Keyword,
    /// A string or character literal.
    String,
    /// A number.
    Number,
    /// A comment, to the end of the line.
    Comment,
    /// A name in capitals, such as `AF_INET` or `NULL`.
    Constant,
    /// A name before a parenthesis.
    Function,
    /// Anything else, including blanks.
    Plain,
}

const C: &[&str] = &[
    "ADDRINFOW",
    "SOCKET",
    "WSADATA",
    "char",
    "const",
    "continue",
    "for",
    "if",
    "int",
    "return",
    "sizeof",
    "socklen_t",
    "static",
    "struct",
    "void",
    "wchar_t",
];

const RUST: &[&str] = &[
    "ExitCode", "None", "Ok", "Err", "Some", "String", "as", "else", "fn", "for", "impl", "self",
    "struct", "if", "in", "let", "match", "mut", "return", "u8", "unsafe", "use",
];

const PYTHON: &[&str] = &[
    "None", "and", "as", "continue", "def", "else", "except", "for", "if", "import", "in", "int",
    "not", "or", "return", "str", "try", "tuple", "with",
];

/// The words of `line` in order; they cover every byte of it.
pub(crate) fn highlight(language: Language, line: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens: Vec<(Token, Range<usize>)> = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let (token, length) = word(language, line, at);
        match tokens.last_mut() {
            Some((last, range)) if *last == token && token == Token::Plain => range.end += length,
            _ => tokens.push((token, at..at + length)),
        }
        at += length;
    }
    tokens
}

/// The word at `at`, and its length, which is at least 1.
fn word(language: Language, line: &str, at: usize) -> (Token, usize) {
    let rest = &line[at..];
    let (comment, keywords) = match language {
        Language::C | Language::Winsock => ("//", C),
        Language::Rust => ("//", RUST),
        Language::Python => ("#", PYTHON),
    };
    if rest.starts_with(comment) {
        return (Token::Comment, rest.len());
    }
    let is_c = matches!(language, Language::C | Language::Winsock);
    let Some(first) = rest.chars().next() else {
        return (Token::Plain, 1);
    };
    if is_c && first == '#' {
        let directive = rest[1..].find(|c: char| !c.is_ascii_alphabetic());
        return (Token::Keyword, directive.map_or(rest.len(), |end| end + 1));
    }
    if is_c && first == '<' && line.starts_with("#include") {
        return (
            Token::String,
            rest.find('>').map_or(rest.len(), |end| end + 1),
        );
    }
    if let Some(length) = literal(language, rest) {
        return (Token::String, length);
    }
    if first.is_ascii_digit() {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
        return (Token::Number, end.unwrap_or(rest.len()));
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let length = end.unwrap_or(rest.len());
        return (name(&rest[..length], &rest[length..], keywords), length);
    }
    (Token::Plain, first.len_utf8())
}

/// The length of the literal at the start of `rest`, with its prefix and quotes. An open literal ends
/// with the line.
fn literal(language: Language, rest: &str) -> Option<usize> {
    let prefix = match language {
        Language::C | Language::Winsock => "L",
        Language::Rust => "c",
        Language::Python => "bf",
    };
    let unprefixed = rest.trim_start_matches(|c| prefix.contains(c));
    let start = rest.len() - unprefixed.len();
    if start > 1 {
        return None;
    }
    let quote = unprefixed.chars().next()?;
    // In Rust a single quote may begin a lifetime.
    if quote != '"' && (quote != '\'' || language == Language::Rust) {
        return None;
    }
    let triple = unprefixed.starts_with("\"\"\"");
    if triple && language == Language::Python {
        let end = unprefixed[3..].find("\"\"\"");
        return Some(end.map_or(rest.len(), |end| start + end + 6));
    }
    let mut escaped = false;
    for (at, c) in unprefixed.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return Some(start + at + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

fn name(name: &str, after: &str, keywords: &[&str]) -> Token {
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if keywords.contains(&name) {
        Token::Keyword
    } else if after.starts_with('(') || after.starts_with("!(") {
        Token::Function
    } else if name.len() > 1 && name.chars().all(capital) && name.contains(|c: char| c != '_') {
        Token::Constant
    } else {
        Token::Plain
    }
}
