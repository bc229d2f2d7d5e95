//! The message about arguments that clap refuses, in the reader's language. clap's own is English.

use std::borrow::Cow;
use std::slice;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::text::printable;
use crate::words::{Key, Language, Phrase};

/// The whole message about `error`, which is not the help or the version. clap quotes arguments raw;
/// here they are escaped.
pub(super) fn message(error: &Error, language: Language) -> String {
    let texts = |kind| -> Vec<String> {
        let texts = match error.get(kind) {
            Some(ContextValue::String(text)) => slice::from_ref(text),
            Some(ContextValue::Strings(texts)) => texts,
            _ => &[],
        };
        let escaped = texts.iter().map(|text| printable(text.as_ref()));
        escaped.map(Cow::into_owned).collect()
    };
    let text = |kind| texts(kind).into_iter().next().unwrap_or_default();
    let argument = text(ContextKind::InvalidArg);
    let value = text(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => Phrase::error_unknown_argument(&argument),
        ErrorKind::InvalidValue if value.is_empty() => Phrase::error_no_value(&argument),
        ErrorKind::InvalidValue => Phrase::error_bad_value(&argument, value),
        ErrorKind::TooManyValues => Phrase::error_unexpected_value(&argument, value),
        ErrorKind::ArgumentConflict => match texts(ContextKind::PriorArg) {
            others if others.is_empty() || others == [argument.as_str()] => {
                Phrase::error_repeated(&argument)
            }
            others => Phrase::error_conflict(&argument, list(&others)),
        },
        ErrorKind::InvalidUtf8 => Key::ErrorNotUtf8.into(),
        // No argument is declared in a way that leads to the other kinds.
        _ => return error.render().to_string(),
    };
    let tip = match error.kind() {
        ErrorKind::UnknownArgument => match text(ContextKind::SuggestedArg) {
            name if !name.is_empty() => Some(Phrase::error_similar(name)),
            _ if error.get(ContextKind::Suggested).is_some() => {
                Some(Phrase::error_pass_as_value(&argument))
            }
            _ => None,
        },
        ErrorKind::InvalidValue => {
            let values = texts(ContextKind::ValidValue);
            (!values.is_empty()).then(|| Phrase::error_possible_values(values.join(", ")))
        }
        _ => None,
    };
    whole(&what, tip, language)
}

/// The message with the word `error` before it and the way to the help below it.
pub(super) fn whole(what: &Phrase, tip: Option<Phrase>, language: Language) -> String {
    let (error, help) = (Key::ErrorError.text(language), Key::ErrorTip.text(language));
    let tip = tip.map_or_else(String::new, |tip| format!("  {}\n", tip.text(language)));
    format!("{error} {}\n{tip}\n{help}\n", what.text(language))
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    quoted.join(", ")
}
