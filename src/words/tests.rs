#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use unicode_width::UnicodeWidthStr as _;

use super::*;

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
    }
}

#[test]
fn each_constant_has_a_meaning_of_one_line() {
    for name in (0..CONSTANT_NAMES.len()).map(|at| CONSTANT_NAMES.get(at)) {
        for language in Language::ALL {
            let meaning = constant(name, language);
            assert!(
                (5..=100).contains(&meaning.width()) && meaning.ends_with('.'),
                "{language:?}: {name}: {meaning}"
            );
        }
    }
    assert_eq!(constant("AF_NOTHING", Language::En), "");
}

#[test]
fn phrase_has_its_values_in_each_language() {
    let stopped = Phrase::notice_stopped(7_usize, 3_usize);
    assert!(stopped.text(Language::En).contains("3 of 7"));
    assert!(stopped.text(Language::Es).contains("3 de 7"));
    let copied = Phrase::notice_copied(Key::ViewCalls);
    assert!(copied.text(Language::Es).contains("llamadas"));
}

#[test]
fn ascii_spells_words_without_accents() {
    let question = Phrase::error_similar("a").text(Language::EsAscii);
    assert_eq!(question, "queria decir 'a'?");
    let own = Translated::Each {
        en: "“a” – b…".to_owned(),
        es: "«ñandú» ¡Él! ¿Cuál? 4×5".to_owned(),
    };
    assert_eq!(own.text(Language::EnAscii), "\"a\" - b...");
    assert_eq!(own.text(Language::EsAscii), "\"nandu\" El! Cual? 4x5");
    // A value is data.
    let value = Phrase::error_similar("bücher").text(Language::EsAscii);
    assert_eq!(value, "queria decir 'bücher'?");
    for language in Language::ALL {
        assert_eq!(language.ascii().unicode(), language);
        assert_eq!(language.ascii().next(), language.next().ascii());
    }
}
