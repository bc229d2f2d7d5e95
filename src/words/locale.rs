//! The locale of the environment: POSIX, 8.2 Internationalization Variables.

use std::env;

/// The locale of a category: the first of LC_ALL, `category` and LANG that is not empty.
pub(super) fn of(category: &str, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    ["LC_ALL", category, "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|locale| !locale.is_empty())
}

/// Whether the locale's characters are in UTF-8. One that names no encoding counts as UTF-8, also `C` and
/// `es_ES@euro`. A Windows console does not read these variables.
pub fn is_utf8() -> bool {
    cfg!(windows) || is_utf8_in(|name| env::var(name).ok())
}

fn is_utf8_in(variable: impl Fn(&str) -> Option<String>) -> bool {
    let locale = of("LC_CTYPE", variable).unwrap_or_default();
    // language_territory.codeset@modifier
    let codeset = locale.split_once('.').map_or("", |(_, rest)| rest);
    let codeset = codeset.split('@').next().unwrap_or_default();
    // Anything else is no encoding's name (IANA, Character Sets).
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:".contains(&byte);
    codeset.is_empty()
        || !codeset.bytes().all(is_name)
        || codeset.replace('-', "").eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_utf8(variables: &[(&str, &str)]) -> bool {
        is_utf8_in(|name| {
            let row = variables.iter().find(|(variable, _)| *variable == name);
            row.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn codeset_other_than_utf8_is_found() {
        for (locale, utf8) in [
            ("es_ES.UTF-8", true),
            ("C.utf8", true),
            ("es_ES.utf8@euro", true),
            ("es_ES.ISO-8859-1", false),
            ("es_ES.ISO-8859-15@euro", false),
            ("ru_RU.KOI8-R", false),
            ("zh_CN.GB18030", false),
            ("en_US.US-ASCII", false),
            // No encoding is named.
            ("", true),
            ("C", true),
            ("POSIX", true),
            ("es_ES@euro", true),
            ("es_ES", true),
            ("a.\u{1b}[31m", true),
            // macOS.
            ("UTF-8", true),
        ] {
            assert_eq!(is_utf8(&[("LANG", locale)]), utf8, "{locale}");
        }
        assert!(is_utf8(&[]));
    }

    #[test]
    fn first_variable_that_is_set_decides() {
        let latin1 = |name| (name, "es_ES.ISO-8859-1");
        let utf8 = |name| (name, "es_ES.UTF-8");
        assert!(!is_utf8(&[latin1("LC_ALL"), utf8("LC_CTYPE")]));
        assert!(!is_utf8(&[
            ("LC_ALL", ""),
            latin1("LC_CTYPE"),
            utf8("LANG")
        ]));
        assert!(is_utf8(&[utf8("LC_ALL"), latin1("LC_CTYPE")]));
        assert!(is_utf8(&[utf8("LC_CTYPE"), latin1("LANG")]));
        assert!(is_utf8(&[("LC_CTYPE", "C"), latin1("LANG")]));
        assert!(is_utf8(&[latin1("LC_MESSAGES")]));
    }
}
