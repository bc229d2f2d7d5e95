//! Text as Markdown. Whatever it holds, it stays text: in code nothing is markup, no name is a link, and
//! `@` and `#` call nobody (GitHub Flavored Markdown Spec 0.29, 6.3 code spans, 4.10 tables; GitHub looks
//! for names and numbers outside code only).

use std::fmt::Write as _;

/// A code span for one line of text, in a table too. A table splits at `|` in code too, and a span ends at
/// its own number of backticks: a text with either is in HTML, all signs as numbers.
pub(super) fn code(text: &str) -> String {
    if !text.contains(['`', '|', '\n', '\r']) && !text.trim().is_empty() {
        // One blank at both ends is taken off, if both are there.
        let pad = if text.starts_with(' ') && text.ends_with(' ') {
            " "
        } else {
            ""
        };
        return format!("`{pad}{text}{pad}`");
    }
    let mut out = String::from("<code>");
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || " ,()\"".contains(c) => out.push(c),
            // A String takes everything.
            c => drop(write!(out, "&#{};", u32::from(c))),
        }
    }
    out + "</code>"
}

/// A block of code.
pub(in super::super) fn block(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// Signs that are only text inside of a line.
const PLAIN: [char; 14] = [
    ' ', '.', ',', ';', '?', '\'', '"', '“', '”', '(', ')', '/', '=', '…',
];

/// A sentence: each word with a sign that could be markup is code.
pub(super) fn prose(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let start = word.len() - word.trim_start_matches(['(', '"', '“', '\'']).len();
        let (before, rest) = word.split_at(start);
        let inner = rest.trim_end_matches(['.', ',', ';', ':', '?', ')', '"', '”', '\'']);
        let behind = &rest[inner.len()..];
        let plain = |c: char| c.is_alphanumeric() || PLAIN.contains(&c);
        let inside = |c: char| c == '-' && !inner.starts_with('-');
        let link = inner.contains("www.") || inner.contains("//");
        if inner.chars().all(|c| plain(c) || inside(c)) && !link {
            word.to_owned()
        } else {
            format!("{before}{}{behind}", code(inner))
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
