//! Every kind of message about a file has an example among the mistakes.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{mistake, mistakes};
use super::*;
use crate::document;

/// The sources that read a lesson.
const SOURCES: [&str; 10] = [
    include_str!("../file.rs"),
    include_str!("../mod.rs"),
    include_str!("../../document.rs"),
    include_str!("../../script/syntax/mod.rs"),
    include_str!("../../script/syntax/parser.rs"),
    include_str!("../../script/step/mod.rs"),
    include_str!("../../script/step/address.rs"),
    include_str!("../../script/step/argument.rs"),
    include_str!("../../script/step/expectation.rs"),
    include_str!("../../script/step/usage.rs"),
];

/// The words of messages in each language.
const WORDS: [(Language, [&str; 3]); 2] = [
    (
        Language::En,
        [
            include_str!("../../../assets/words/en/lesson.toml"),
            include_str!("../../../assets/words/en/script.toml"),
            include_str!("../../../assets/words/en/command-line.toml"),
        ],
    ),
    (
        Language::Es,
        [
            include_str!("../../../assets/words/es/lesson.toml"),
            include_str!("../../../assets/words/es/script.toml"),
            include_str!("../../../assets/words/es/command-line.toml"),
        ],
    ),
];

/// The kinds of messages that the sources make: `lesson-many-calls`.
fn kinds() -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for source in SOURCES {
        for start in ["Phrase::", "Key::"] {
            for rest in source.split(start).skip(1) {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let name = &rest[..end.unwrap_or(rest.len())];
                let mut kind = String::new();
                for c in name.chars() {
                    match c {
                        '_' => kind.push('-'),
                        c if c.is_ascii_uppercase() && !kind.is_empty() => {
                            kind.extend(['-', c.to_ascii_lowercase()]);
                        }
                        c => kind.push(c.to_ascii_lowercase()),
                    }
                }
                if ["lesson-", "script-", "error-"]
                    .iter()
                    .any(|it| kind.starts_with(it))
                {
                    kinds.insert(kind);
                }
            }
        }
    }
    kinds
}

/// The words of each kind, with placeholders in braces.
fn templates(texts: [&'static str; 3]) -> Vec<(String, String)> {
    let mut templates = Vec::new();
    for text in texts {
        let tables: BTreeMap<String, BTreeMap<String, toml::Value>> = toml::from_str(text).unwrap();
        for (table, words) in tables {
            let words = words.into_iter();
            let words = words.filter_map(|(name, text)| {
                Some((format!("{table}-{name}"), text.as_str()?.to_owned()))
            });
            templates.extend(words);
        }
    }
    templates
}

/// Whether the message has the words of the template in their order, from its start to its end.
fn fits(message: &str, template: &str) -> bool {
    let words: Vec<&str> = template.split(['{', '}']).step_by(2).collect();
    let (first, rest) = words.split_first().unwrap();
    let Some(mut message) = message.strip_prefix(first) else {
        return false;
    };
    let Some((last, between)) = rest.split_last() else {
        return message.is_empty();
    };
    for word in between {
        match message.split_once(word) {
            Some((_, behind)) => message = behind,
            None => return false,
        }
    }
    message.ends_with(last)
}

/// Adds the kinds of the message: those with most words that fit it, and what it holds.
fn add_kinds(message: &str, templates: &[(String, String)], found: &mut BTreeSet<String>) {
    let known = templates.iter().filter(|(_, text)| fits(message, text));
    let size = |text: &str| {
        text.split(['{', '}'])
            .step_by(2)
            .map(str::len)
            .sum::<usize>()
    };
    let Some((kind, _)) = known.max_by_key(|(_, text)| size(text)) else {
        return;
    };
    found.insert(kind.clone());
    // The message that is a value of this one.
    if let Some((_, what)) = message
        .split_once(": ")
        .filter(|_| ["error-file-line", "script-place"].contains(&&**kind))
    {
        add_kinds(what, templates, found);
    }
    if kind == "lesson-without-network"
        && let Some((problem, _)) = message.rsplit_once(" (")
    {
        add_kinds(problem, templates, found);
    }
}

#[test]
fn every_kind_of_message_has_an_example() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("large"), " ".repeat((1 << 20) + 1)).unwrap();
    std::fs::write(path("bytes"), b"\xff").unwrap();
    let unreadable = ["large", "bytes", "missing"].map(|name| document::open(&path(name)));
    let irregular = document::find(directory.path()).unwrap();
    let unreadable = unreadable
        .into_iter()
        .chain([irregular])
        .map(Result::unwrap_err);
    let examples: Vec<Phrase> = mistakes()
        .iter()
        .map(|(text, _)| mistake(text))
        .chain(unreadable)
        .collect();
    let mut wanted = kinds();
    // Only the configuration has such a value.
    assert!(wanted.remove("error-not-one-of"));
    assert!(wanted.len() > 45, "{wanted:?}");
    for (language, texts) in WORDS {
        let templates = templates(texts);
        let mut found = BTreeSet::new();
        for example in &examples {
            add_kinds(&example.text(language), &templates, &mut found);
        }
        let missing: Vec<_> = wanted.difference(&found).collect();
        assert!(
            missing.is_empty(),
            "{language:?}: no example of {missing:?}"
        );
    }
}
