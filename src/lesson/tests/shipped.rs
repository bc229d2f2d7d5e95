//! The built-in lessons.

use super::*;
use crate::lesson::library::{FILES, SKELETONS};
use crate::text::display_width;
use crate::words::Language;

#[test]
fn built_in_lessons_can_be_read() {
    for (id, text) in FILES {
        let lesson = Lesson::read(Path::new(id), text);
        let lesson = lesson.unwrap_or_else(|error| panic!("{}", error.text(Language::En)));
        assert_eq!(lesson.id, id);
    }
    assert_eq!(lessons().len(), FILES.len());
}

#[test]
fn skeletons_are_the_same_lesson_in_each_language() {
    let calls = SKELETONS.map(|text| lesson(text).script(Place::Linux, true).to_string());
    assert_eq!(calls[0], calls[1]);
}

/// Every text, with what it is.
fn texts(lesson: &Lesson) -> Vec<(&'static str, &Translated)> {
    let mut texts = vec![("title", &lesson.title)];
    for step in &lesson.steps {
        texts.push(("text", &step.text));
        texts.extend(step.hint.iter().map(|text| ("hint", text)));
        if let Some(ask) = &step.ask {
            texts.push(("question", &ask.text));
            for choice in &ask.choices {
                texts.push(("choice", &choice.text));
                texts.extend(choice.why.iter().map(|text| ("why", text)));
            }
        }
    }
    texts
}

#[test]
fn texts_are_in_both_languages_and_short() {
    for lesson in lessons() {
        for (what, text) in texts(lesson) {
            let [en, es] = Language::ALL.map(|language| text.text(language));
            assert!(
                matches!(text, Translated::Each { .. }),
                "{}: {en}",
                lesson.id
            );
            assert_ne!(en, es, "{}", lesson.id);
            let limit = match what {
                "title" => 40,
                "choice" => 76,
                "question" => 160,
                "text" => 700,
                _ => 300,
            };
            for text in [en, es] {
                let width = display_width(&text);
                assert!(width <= limit, "{}: {what} has {width}: {text}", lesson.id);
                let sentence = text.ends_with(['.', '?', ':', ')']);
                let label = matches!(what, "title" | "choice");
                assert_eq!(
                    sentence && !text.ends_with(')'),
                    !label && !text.ends_with(')'),
                    "{text}"
                );
            }
            for language in Language::ALL.map(Language::ascii) {
                let text = text.text(language);
                assert!(text.is_ascii(), "{}: {text}", lesson.id);
            }
        }
    }
}

#[test]
fn questions_are_asked_and_wrong_answers_explained() {
    for lesson in lessons() {
        let questions: Vec<_> = lesson
            .steps
            .iter()
            .filter_map(|step| step.ask.as_ref())
            .collect();
        assert!(
            questions.len() >= 3,
            "{} asks {}",
            lesson.id,
            questions.len()
        );
        assert!((8..=20).contains(&lesson.steps.len()), "{}", lesson.id);
        for question in questions {
            for choice in &question.choices {
                assert!(choice.why.is_some(), "{}: {:?}", lesson.id, choice.text);
            }
        }
        for source in lesson.steps.iter().filter_map(|step| step.source.as_ref()) {
            assert!(source.lines().all(|line| line.len() <= 76), "{source}");
        }
    }
}
