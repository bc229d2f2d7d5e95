//! Splits a program into words to colour it. It works line by line, because every comment and string
//! of [`program()`](super::program()) ends on its line.

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

const C: &str = "ADDRINFOW SOCKET WSADATA char const continue for if int return sizeof socklen_t
    static struct void wchar_t";

const RUST: &str =
    "ExitCode None Ok Err Some String as else fn for impl self struct if in let match
    mut return u8 unsafe use";

const PYTHON: &str = "None and as continue def else except for if import in int not or return str
    try tuple with";

/// The words of `line` in order; they cover every byte of it.
pub(crate) fn highlight(language: Language, line: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens: Vec<(Token, Range<usize>)> = Vec::new();
    let mut at = 0;
    while let Some((token, length)) = word(language, line, at) {
        match tokens.last_mut() {
            Some((Token::Plain, range)) if token == Token::Plain => range.end += length,
            _ => tokens.push((token, at..at + length)),
        }
        at += length;
    }
    tokens
}

/// The word at `at`, and its length, which is at least 1; `None` at the end of the line.
fn word(language: Language, line: &str, at: usize) -> Option<(Token, usize)> {
    let rest = &line[at..];
    let first = rest.chars().next()?;
    let (is_c, comment) = match language {
        Language::C | Language::Winsock => (true, "//"),
        Language::Rust => (false, "//"),
        Language::Python => (false, "#"),
    };
    Some(if rest.starts_with(comment) {
        (Token::Comment, rest.len())
    } else if is_c && first == '#' {
        let directive = span(&rest[1..], |c| c.is_ascii_alphabetic());
        (Token::Keyword, 1 + directive)
    } else if is_c && first == '<' && line.starts_with("#include") {
        (
            Token::String,
            rest.find('>').map_or(rest.len(), |end| end + 1),
        )
    } else if let Some(length) = literal(language, rest) {
        (Token::String, length)
    } else if first.is_ascii_digit() {
        (Token::Number, span(rest, |c| c.is_ascii_alphanumeric()))
    } else if first.is_ascii_alphabetic() || first == '_' {
        let length = span(rest, |c| c.is_ascii_alphanumeric() || c == '_');
        (name(language, rest.split_at(length)), length)
    } else {
        (Token::Plain, first.len_utf8())
    })
}

/// The length of the characters at the start of `text` that are all in `set`.
fn span(text: &str, set: impl Fn(char) -> bool) -> usize {
    text.find(|c| !set(c)).unwrap_or(text.len())
}

/// The length of the literal at the start of `rest`, with its prefix and quotes. An open literal ends
/// with the line.
fn literal(language: Language, rest: &str) -> Option<usize> {
    let prefix = match language {
        Language::C | Language::Winsock => "L",
        Language::Rust => "c",
        Language::Python => "bf",
    };
    let start = span(rest, |c| prefix.contains(c));
    if start > 1 {
        return None;
    }
    let unprefixed = &rest[start..];
    let quote = unprefixed.chars().next()?;
    // In Rust a single quote may begin a lifetime.
    if quote != '"' && (quote != '\'' || language == Language::Rust) {
        return None;
    }
    if language == Language::Python
        && let Some(text) = unprefixed.strip_prefix("\"\"\"")
    {
        let end = text.find("\"\"\"");
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

/// The kind of a name, by the text after it.
fn name(language: Language, (name, after): (&str, &str)) -> Token {
    let keywords = match language {
        Language::C | Language::Winsock => C,
        Language::Rust => RUST,
        Language::Python => PYTHON,
    };
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if keywords.split_whitespace().any(|keyword| keyword == name) {
        Token::Keyword
    } else if after.starts_with('(') || after.starts_with("!(") {
        Token::Function
    } else if name.len() > 1 && name.chars().all(capital) && name.contains(|c: char| c != '_') {
        Token::Constant
    } else {
        Token::Plain
    }
}
