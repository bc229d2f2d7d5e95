//! Why calls fail, from `assets/errors.toml`.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, de};

use crate::names::Os;
use crate::words::Translated;

const FILE: &str = include_str!("../../assets/errors.toml");

/// An error of some calls: what it means there, and why it happens.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(deserialize_with = "words")]
    names: Vec<String>,
    /// The calls; none means any call.
    #[serde(default, deserialize_with = "words")]
    pub(crate) calls: Vec<String>,
    /// The systems; none means all.
    #[serde(default, deserialize_with = "systems")]
    pub(crate) on: Vec<Os>,
    pub(crate) what: Translated,
    #[serde(deserialize_with = "causes")]
    pub(crate) causes: Vec<Cause>,
}

/// A cause, and what to do about it.
#[derive(Debug)]
pub(crate) struct Cause {
    pub(crate) line: Translated,
    pub(crate) remedy: Translated,
}

impl Case {
    /// The cases of the error `name`, in the order of the file.
    pub(super) fn of(name: &str) -> impl Iterator<Item = &'static Self> {
        // A test parses the file, so there is no error.
        let cases = Self::all().as_deref().unwrap_or_default().iter();
        cases.filter(move |case| case.names.iter().any(|of| of == name))
    }

    /// Whether it is about `call`.
    pub(super) fn is_about(&self, call: &str) -> bool {
        self.calls.is_empty() || self.calls.iter().any(|of| of == call)
    }

    fn all() -> &'static Result<Vec<Self>, toml::de::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            case: Vec<Case>,
        }
        static CASES: OnceLock<Result<Vec<Case>, toml::de::Error>> = OnceLock::new();
        CASES.get_or_init(|| toml::from_str::<File>(FILE).map(|file| file.case))
    }
}

/// Words with blanks between them.
fn words<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(from)?;
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

fn systems<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Os>, D::Error> {
    let named = |name: &String| {
        let mut systems = Os::ALL.into_iter();
        let found = systems.find(|os| os.title().eq_ignore_ascii_case(name));
        found.ok_or_else(|| de::Error::custom(format!("no system is named {name}")))
    };
    words(from)?.iter().map(named).collect()
}

fn causes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Cause>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Texts {
        en: Vec<[String; 2]>,
        es: Vec<[String; 2]>,
    }
    let Texts { en, es } = Texts::deserialize(from)?;
    if en.len() != es.len() {
        return Err(de::Error::custom("one language has more causes"));
    }
    let cause = |([line, remedy], [linea, remedio]): ([String; 2], [String; 2])| Cause {
        line: Translated::Each {
            en: line,
            es: linea,
        },
        remedy: Translated::Each {
            en: remedy,
            es: remedio,
        },
    };
    Ok(en.into_iter().zip(es).map(cause).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]
mod tests {
    use super::*;
    use crate::explain::error::{CALLS, Question};
    use crate::words::Language;

    fn cases() -> &'static [Case] {
        Case::all().as_ref().unwrap()
    }

    #[test]
    fn cases_name_errors_and_calls_that_exist() {
        for case in cases() {
            for name in &case.names {
                let question = Question::read(name.as_ref(), Os::Linux).unwrap();
                assert!(
                    question.errors.iter().any(|error| error.name == name),
                    "{name}: {question:?}"
                );
            }
            for call in &case.calls {
                assert!(CALLS.iter().any(|(name, _)| name == call), "{call}");
            }
        }
    }

    #[test]
    fn texts_are_whole_sentences_in_each_language() {
        for case in cases() {
            assert!(!case.causes.is_empty(), "{:?}", case.names);
            let causes = case.causes.iter();
            let texts = causes.flat_map(|cause| [&cause.line, &cause.remedy]);
            for text in texts.chain([&case.what]) {
                let [en, es] = Language::ALL.map(|language| text.text(language));
                // `Use SOCK_STREAM.` is both.
                assert!(en != es || en.starts_with("Use "), "{en}");
                for text in [&en, &es] {
                    assert!(text.ends_with('.'), "{text}");
                    assert!(text.chars().count() <= 200, "{text}");
                }
                for language in Language::ALL {
                    let text = text.text(language.ascii());
                    assert!(text.is_ascii(), "{text}");
                }
            }
        }
    }
}
