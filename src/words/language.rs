//! The languages of the words.

use std::env;

use super::locale;

/// A language of the program's texts, in its own characters or in ASCII.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
    /// English in ASCII.
    EnAscii,
    /// Spanish in ASCII: without accents.
    EsAscii,
}

impl Language {
    /// Every language in its own characters, in the order of lists.
    pub(crate) const ALL: [Self; 2] = [Self::En, Self::Es];

    /// Every language, in the order of their numbers.
    const NUMBERED: [Self; 4] = [Self::En, Self::Es, Self::EnAscii, Self::EsAscii];

    /// The language of a number that `language as u8` made; English for another one.
    pub(crate) fn numbered(number: u8) -> Self {
        let language = Self::NUMBERED.get(usize::from(number));
        language.copied().unwrap_or_default()
    }

    /// The code of ISO 639-1.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::En | Self::EnAscii => "en",
            Self::Es | Self::EsAscii => "es",
        }
    }

    /// The next one in the list, and after the last the first.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::En => Self::Es,
            Self::Es => Self::En,
            Self::EnAscii => Self::EsAscii,
            Self::EsAscii => Self::EnAscii,
        }
    }

    /// The language in ASCII.
    #[must_use]
    pub const fn ascii(self) -> Self {
        match self {
            Self::En | Self::EnAscii => Self::EnAscii,
            Self::Es | Self::EsAscii => Self::EsAscii,
        }
    }

    /// The language in its own characters.
    pub(crate) const fn unicode(self) -> Self {
        match self {
            Self::En | Self::EnAscii => Self::En,
            Self::Es | Self::EsAscii => Self::Es,
        }
    }

    /// Whether it is in ASCII.
    pub const fn is_ascii(self) -> bool {
        matches!(self, Self::EnAscii | Self::EsAscii)
    }

    /// The language of a code or a locale: `es`, `es_MX.UTF-8`, `es-ES`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let code = name.split(['_', '-', '.', '@']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.name().eq_ignore_ascii_case(code))
    }

    /// The language of the environment, else of the system's settings, else English.
    pub fn of_system() -> Self {
        Self::of(|name| env::var(name).ok(), sys_locale::get_locale)
    }

    /// The locale's messages decide. `settings` is the last resort: sys-locale reads no variable on macOS
    /// and Windows, and on other systems prefers LANGUAGE even to `LC_ALL=C`.
    fn of(
        variable: impl Fn(&str) -> Option<String>,
        settings: impl FnOnce() -> Option<String>,
    ) -> Self {
        locale::of("LC_MESSAGES", variable)
            .or_else(settings)
            .and_then(|locale| Self::named(&locale))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, En, Es};

    fn of(variables: &[(&str, &str)], settings: Option<&str>) -> Language {
        let variable = |name: &str| {
            let row = variables.iter().find(|(variable, _)| *variable == name);
            row.map(|(_, value)| (*value).to_owned())
        };
        Language::of(variable, || settings.map(str::to_owned))
    }

    #[test]
    fn first_variable_that_is_set_decides() {
        let es = ("LANG", "es_ES.UTF-8");
        assert_eq!(of(&[es], None), Es);
        assert_eq!(of(&[("LC_ALL", ""), es], None), Es);
        assert_eq!(of(&[("LC_ALL", "C"), es], None), En);
        assert_eq!(of(&[("LC_ALL", "POSIX"), es], None), En);
        assert_eq!(of(&[("LC_ALL", "es_MX"), ("LANG", "C")], None), Es);
        assert_eq!(of(&[("LC_MESSAGES", "es@euro"), ("LANG", "C")], None), Es);
        assert_eq!(of(&[("LANG", "estonian")], None), En);
    }

    #[test]
    fn settings_decide_without_a_variable() {
        assert_eq!(of(&[], Some("es-MX")), Es);
        assert_eq!(of(&[("LANG", "")], Some("es")), Es);
        assert_eq!(of(&[("LANG", "C.UTF-8")], Some("es")), En);
        assert_eq!(of(&[], Some("fr-FR")), En);
        assert_eq!(of(&[], None), En);
    }
}
