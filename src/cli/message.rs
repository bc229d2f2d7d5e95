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
    let mut tip = None;
    let what = match error.kind() {
        ErrorKind::UnknownArgument => {
            let similar = texts(ContextKind::SuggestedArg).into_iter().next();
            let dashes = error.get(ContextKind::Suggested);
            tip = similar.map(Phrase::error_similar);
            tip = tip.or_else(|| dashes.map(|_| Phrase::error_pass_as_value(&argument)));
            Phrase::error_unknown_argument(&argument)
        }
        ErrorKind::InvalidValue => {
            let values = texts(ContextKind::ValidValue).join(", ");
            tip = (!values.is_empty()).then(|| Phrase::error_possible_values(values));
            match text(ContextKind::InvalidValue) {
                value if value.is_empty() => Phrase::error_no_value(&argument),
                value => Phrase::error_bad_value(&argument, value),
            }
        }
        ErrorKind::TooManyValues => {
            Phrase::error_unexpected_value(&argument, text(ContextKind::InvalidValue))
        }
        ErrorKind::ArgumentConflict => match texts(ContextKind::PriorArg) {
            others if others.is_empty() || others == [argument.as_str()] => {
                Phrase::error_repeated(&argument)
            }
            others => {
                let others: Vec<_> = others.iter().map(|name| format!("'{name}'")).collect();
                Phrase::error_conflict(&argument, others.join(", "))
            }
        },
        ErrorKind::InvalidUtf8 => Key::ErrorNotUtf8.into(),
        // No argument is declared in a way that leads to the other kinds.
        _ => return error.render().to_string(),
    };
    whole(&what, tip, language)
}

/// The message with the word `error` before it and the way to the help below it.
pub(super) fn whole(what: &Phrase, tip: Option<Phrase>, language: Language) -> String {
    let (error, help) = (Key::ErrorError.text(language), Key::ErrorTip.text(language));
    let tip = tip.map_or_else(String::new, |tip| format!("  {}\n", tip.text(language)));
    format!("{error} {}\n{tip}\n{help}\n", what.text(language))
}
