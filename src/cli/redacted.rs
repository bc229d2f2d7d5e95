//! An error message without what the arguments say: it has no values that could be replaced before.

use std::ffi::{OsStr, OsString};

use crate::net::Redaction;
use crate::text::{printable, utf8};

/// An error message without what the arguments say, and without the name of `home`, the user's
/// directory.
pub fn redacted(message: &str, arguments: &[OsString], home: Option<OsString>) -> String {
    let mut message = message.to_owned();
    let mut redaction = Redaction::default();
    let mut replace = |text: &OsStr, by: Option<&str>| {
        let by = by.map_or_else(|| redaction.service(text), str::to_owned);
        for shown in [printable(text), utf8(text)] {
            message = replaced(&message, &shown, &by);
        }
    };
    for argument in arguments.iter().skip(1) {
        // The value of `--option=value`; names of options stay.
        let value = match argument.to_str().map(|text| (text.starts_with('-'), text)) {
            Some((true, text)) => text.split_once('=').map(|(_, value)| value.as_ref()),
            _ => Some(argument.as_os_str()),
        };
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            replace(value, None);
        }
    }
    if let Some(home) = home.filter(|home| home.len() > 1) {
        replace(&home, Some("~"));
    }
    message
}

/// `text` with `by` for each `part` that is not inside a word.
fn replaced(text: &str, part: &str, by: &str) -> String {
    let mut out = String::new();
    let mut written = 0;
    for (at, _) in text.match_indices(part) {
        let end = at + part.len();
        let before = text[..at].chars().next_back();
        let behind = text[end..].chars().next();
        if [before, behind]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
        {
            continue;
        }
        out += &text[written..at];
        out += by;
        written = end;
    }
    out + &text[written..]
}
