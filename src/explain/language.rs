//! The language of the notes.

use std::fmt;

/// A language that the notes are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

/// No notes are written in this language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLanguage(pub String);

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "there are no texts in {}; there are in: {}",
            crate::net::quoted(self.0.as_ref()),
            Language::ALL.map(Language::name).join(", ")
        )
    }
}

impl std::error::Error for UnknownLanguage {}

impl Language {
    /// Every language, in the order in which they are listed to people.
    pub const ALL: [Self; 2] = [Self::En, Self::Es];

    /// Its code of ISO 639-1.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// The language of a code or of a locale: `es`, `es_MX.UTF-8`, `es-ES`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let code = name.split(['_', '-', '.', '@']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.name().eq_ignore_ascii_case(code))
    }

    /// The language that is asked for, else the environment's.
    ///
    /// # Errors
    /// [`UnknownLanguage`] where `option` names a language without texts.
    pub fn choose(
        option: Option<&str>,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, UnknownLanguage> {
        if let Some(name) = option {
            return Self::named(name).ok_or_else(|| UnknownLanguage(name.to_owned()));
        }

        Ok(Self::of_environment(env))
    }

    /// The environment's language: the first of LC_ALL, LC_MESSAGES and LANG that is there and not
    /// empty decides (POSIX, Environment Variables), and English stands for what there are no texts
    /// in.
    #[must_use]
    pub fn of_environment(env: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(env)
            .find(|value| !value.is_empty());
        locale
            .and_then(|locale| Self::named(&locale))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(option: Option<&str>, env: &[(&str, &str)]) -> Result<Language, UnknownLanguage> {
        Language::choose(option, |name| {
            let found = env.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_option_goes_before_the_environment() {
        assert_eq!(chosen(Some("en"), &[("LC_ALL", "es_ES")]), Ok(Language::En));
        assert_eq!(chosen(Some("es_AR"), &[]), Ok(Language::Es));
        let unknown = chosen(Some("tlh"), &[]).map_err(|error| error.to_string());
        let text = "there are no texts in \"tlh\"; there are in: en, es";
        assert_eq!(unknown, Err(text.to_owned()));
    }

    #[test]
    fn the_first_variable_that_is_not_empty_decides() {
        let es = ("LANG", "es_ES.UTF-8");
        assert_eq!(chosen(None, &[es]), Ok(Language::Es));
        assert_eq!(chosen(None, &[("LC_ALL", ""), es]), Ok(Language::Es));
        assert_eq!(chosen(None, &[("LC_ALL", "C"), es]), Ok(Language::En));
        assert_eq!(
            chosen(None, &[("LC_MESSAGES", "es@euro"), ("LANG", "C")]),
            Ok(Language::Es)
        );
        assert_eq!(chosen(None, &[("LANG", "estonian")]), Ok(Language::En));
        assert_eq!(chosen(None, &[]), Ok(Language::En));
    }
}
