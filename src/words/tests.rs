#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr as _;

use super::*;

/// The names of a text's placeholders.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|after| Some(after.split_once('}')?.0))
        .collect()
}

/// The four parts; `""` for a part that the rule lacks.
fn parts(rule: Rule, language: Language) -> [&'static str; 4] {
    [0, 1, 2, 3].map(|part| rule.part(part, language))
}

#[test]
fn languages_have_the_same_placeholders() {
    for language in Language::ALL {
        let suspected = placeholders(Key::Suspected.text(language));
        assert_eq!(suspected, BTreeSet::from(["line"]), "{language:?}");
        for rule in Rule::all() {
            assert_eq!(
                parts(rule, language).map(placeholders),
                parts(rule, Language::En).map(placeholders),
                "{language:?}: {}",
                rule.name()
            );
        }
    }
}

#[test]
fn texts_are_short_and_whole_sentences() {
    for language in Language::ALL {
        for rule in Rule::all() {
            let at = format!("{language:?}: {}", rule.name());
            let remedy = rule.remedy(language).unwrap();
            for (text, limit) in [
                (rule.line(language), 100),
                (rule.paragraph(language), 400),
                (remedy, 200),
            ] {
                assert!(text.width() <= limit, "{at}: {}: {text}", text.width());
                assert!(
                    text.ends_with(['.', '?', ')']) || text.ends_with(".'"),
                    "{at}: {text}"
                );
                assert!(!text.contains('\n'), "{at}: {text}");
            }
            if let Some(fix) = rule.fix(language) {
                assert!(fix.width() <= 48 && !fix.ends_with('.'), "{at}: {fix}");
            }
        }
        for name in symbols() {
            let meaning = symbol(name, language).unwrap();
            assert!(
                meaning.width() <= 100 && meaning.ends_with('.'),
                "{language:?}: {name}: {meaning}"
            );
        }
    }
}

#[test]
fn winsock_symbol_has_the_meaning_of_its_errno() {
    let meaning = |name| symbol(name, Language::En);
    assert!(meaning("EACCES").is_some());
    assert_eq!(meaning("WSAEACCES"), meaning("EACCES"));
    assert_ne!(meaning("WSAEWOULDBLOCK"), meaning("EACCES"));
    assert_eq!(meaning("EAI_NOTHING"), None);
}
